//! `rutter explain`.

use serde_json::Value;

use crate::bench::{Desk, dropped, dropped_yearless, ran, run, rutter};

/// The SYN of a Mirai scanner: its sequence number is the address that it goes to.
const MIRAI: &str = "Nov 23 12:00:00 fw kernel: [1.0] IN=eth0 OUT= SRC=198.51.100.7 DST=203.0.113.9 LEN=40 \
                     TOS=0x00 PREC=0x00 TTL=44 ID=17 PROTO=TCP SPT=40000 DPT=23 SEQ=3405803785 ACK=0 \
                     WINDOW=1024 RES=0x00 SYN URGP=0";

#[test]
fn a_pasted_line_is_explained() {
    let ran = run(["explain", MIRAI]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.contains("worm.mirai"), "{}", ran.out);
    assert_eq!(ran.err, "lines 1 = events 1 + skipped 0 + refused 0\n");
}

#[test]
fn words_of_a_line_need_no_quotes() {
    let ran = run(["explain", "--output", "json"]
        .into_iter()
        .chain(MIRAI.split(' ')));
    assert_eq!(ran.status, 0, "{}", ran.err);
    let event = &ran.json_lines()[0];
    assert_eq!(event["source"]["ip"], "198.51.100.7");
    assert_eq!(event["rutter"]["verdicts"][0]["id"], "worm.mirai");
    assert_eq!(event["rutter"]["line"], 1);
}

#[test]
fn several_lines_may_be_pasted_at_once() {
    let ran = run(["explain", "-o", "json", &format!("{MIRAI}\n{MIRAI}\n")]);
    let lines: Vec<Value> = ran
        .json_lines()
        .iter()
        .map(|event| event["rutter"]["line"].clone())
        .collect();
    assert_eq!(lines, [1, 2]);
}

#[test]
fn one_empty_line_stands_between_two_events() {
    let ran = run(["explain", &format!("{MIRAI}\n{MIRAI}\n")]);
    assert_eq!(ran.out.matches("\n\n2  2").count(), 1, "{}", ran.out);
    assert!(
        !ran.out.contains("\n\n\n") && !ran.out.ends_with("\n\n"),
        "{:?}",
        ran.out
    );
}

#[test]
fn a_line_of_something_else_is_no_missing_file() {
    let ran = run([
        "explain",
        "Nov 23 12:00:01 host sshd[7]: Accepted publickey for root",
    ]);
    assert_eq!(ran.status, 0);
    assert!(
        ran.err.contains("no line of this is a firewall record"),
        "{}",
        ran.err
    );
    assert_eq!(
        ran.ledger(),
        "lines 1 = events 0 + skipped 1 (not-firewall 1) + refused 0"
    );
}

#[test]
fn a_name_that_is_no_file_is_missed() {
    let ran = Desk::new().run(["explain", "ufw.log"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.errors()[0].starts_with("ufw.log: there is no such file"),
        "{}",
        ran.err
    );
    assert_eq!(ran.out, "");
}

#[test]
fn later_lines_know_of_earlier_ones() {
    let log: Vec<String> = (1..=40)
        .map(|port| dropped(port.into(), "198.51.100.7", port))
        .collect();
    let ran = Desk::new().pipe(log.join("\n"), &["explain", "--output", "json", "-"]);
    let events = ran.json_lines();
    assert_eq!(events.len(), 40);
    let best = |n: usize| {
        events[n]["rutter"]["verdicts"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_ne!(
        best(0),
        best(39),
        "a first packet is a probe, the fortieth part of a scan"
    );
    assert_eq!(best(39), "scan.vertical");
}

#[test]
fn piped_input_needs_no_dash() {
    let ran = Desk::new().pipe(MIRAI, &["explain"]);
    assert_eq!(ran.status, 0);
    assert!(ran.out.contains("worm.mirai"));
    assert!(ran.err.contains("the times lack the year"), "{}", ran.err);
}

#[test]
fn each_source_is_an_input_of_its_own() {
    let desk = Desk::new();
    desk.file(
        "a.log",
        dropped(0, "198.51.100.7", 23) + "\n" + &dropped(1, "198.51.100.7", 23),
    );
    desk.file(
        "b.log",
        dropped(0, "198.51.100.7", 24) + "\nIN=eth0 OUT= SRC=198.51.100.7 DST=203\n",
    );
    let ran = desk.run(["explain", "-o", "json", "--refused", "a.log", "b.log"]);
    let lines: Vec<u64> = ran
        .json_lines()
        .iter()
        .map(|event| event["rutter"]["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [1, 2, 1]);
    let refused: Value = serde_json::from_str(ran.err.lines().next().unwrap()).unwrap();
    assert_eq!(refused["source"], "b.log");
    assert_eq!(refused["line"], 2);
    assert_eq!(refused["refused"], "truncated");
}

#[test]
fn refused_lines_are_named_only_when_asked_for() {
    let log = format!(
        "{}\n\nIN=eth0 OUT= SRC=198.51.100.7 DST=\x1b[2J\n",
        dropped(0, "198.51.100.7", 23)
    );
    let desk = Desk::new();
    let silent = desk.pipe(log.clone(), &["explain", "-"]);
    assert_eq!(silent.err.lines().count(), 1, "{}", silent.err);
    let told = desk.pipe(log.clone(), &["explain", "--refused", "-"]);
    let line = told.err.lines().next().unwrap();
    assert!(line.starts_with("line 3: refused: "), "{line}");
    assert!(line.ends_with("DST=\\x1b[2J"), "{line}");
    assert_eq!(told.status, 0);
    let json = desk.pipe(log, &["explain", "--refused", "--output", "json", "-"]);
    let refused: Value = serde_json::from_str(json.err.lines().next().unwrap()).unwrap();
    assert_eq!(refused["line"], 3);
    assert_eq!(
        refused["start"],
        "IN=eth0 OUT= SRC=198.51.100.7 DST=\u{1b}[2J"
    );
    assert_eq!(json.json_lines().len(), 1);
}

#[test]
fn the_language_is_that_of_the_flag_or_the_locale() {
    let english = run(["explain", MIRAI]);
    assert!(english.out.contains("What to do"), "{}", english.out);
    let chinese = run(["explain", "--lang", "zh-CN", MIRAI]);
    assert!(chinese.out.contains("处理"), "{}", chinese.out);
    let locale = ran(rutter().args(["explain", MIRAI]).env("LANG", "zh_CN.UTF-8"));
    assert_eq!(locale.out, chinese.out);
    let against = ran(rutter()
        .args(["explain", "--lang", "en", MIRAI])
        .env("LC_ALL", "zh_CN.UTF-8"));
    assert_eq!(against.out, english.out);
}

#[test]
fn time_and_direction_are_as_the_flags_say() {
    let line = dropped_yearless("Jan", "203.0.113.200", 23);
    let ran = run([
        "explain",
        "-o",
        "json",
        "--year",
        "2024",
        "--timezone",
        "+08:00",
        &line,
    ]);
    assert_eq!(ran.json_lines()[0]["@timestamp"], "2024-01-23T04:00:00Z");
    let ran = run([
        "explain",
        "-o",
        "json",
        "--home",
        "198.51.100.0/24,203.0.113.0/24",
        &line,
    ]);
    assert_eq!(ran.json_lines()[0]["network"]["direction"], "internal");
}

#[test]
fn hostile_text_reaches_no_terminal() {
    let line = dropped(0, "198.51.100.7", 23).replace("UFW BLOCK", "x\x1b]0;title\x07\u{202e}");
    for arguments in [
        &["explain", "--color", "always", "-"][..],
        &["explain", "-o", "json", "-"],
    ] {
        let ran = Desk::new().pipe(line.clone(), arguments);
        assert_eq!(ran.status, 0, "{}", ran.err);
        assert!(!ran.out.contains(['\x07', '\u{202e}']), "{:?}", ran.out);
        assert!(!ran.out.contains("\x1b]"), "{:?}", ran.out);
    }
}

#[test]
fn what_did_not_win_is_called_to_account() {
    let ordinary = MIRAI.replace("SEQ=3405803785", "SEQ=1");
    let ran = run([
        "explain",
        "-o",
        "json",
        "--why-not",
        "worm.mirai",
        &ordinary,
    ]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let event = &ran.json_lines()[0];
    let doubt = &event["rutter"]["why_not"][0];
    assert_eq!(doubt["id"], "worm.mirai");
    assert_eq!(doubt["winner"], event["rutter"]["verdicts"][0]["id"]);
    let ways = doubt["ways"].as_array().unwrap();
    let proof = ways
        .iter()
        .flat_map(|way| way["conditions"].as_array().unwrap())
        .find(|c| c["field"] == "tcp.seq")
        .unwrap();
    assert_eq!(proof["holds"], false, "{proof}");
    let text = run(["explain", "--why-not", "worm.mirai", &ordinary]).out;
    assert!(
        text.contains("Why not") && text.contains("worm.mirai"),
        "{text}"
    );
}

#[test]
fn a_supposed_field_is_judged_beside_the_real_one() {
    let ordinary = MIRAI.replace("SEQ=3405803785", "SEQ=1");
    let supposed = ["--what-if", "tcp.seq=3405803785"];
    let ran = run(["explain", "-o", "json", supposed[0], supposed[1], &ordinary]);
    let event = &ran.json_lines()[0];
    assert_ne!(event["rutter"]["verdicts"][0]["id"], "worm.mirai");
    assert_eq!(event["rutter"]["what_if"]["changes"][0], supposed[1]);
    assert_eq!(
        event["rutter"]["what_if"]["verdicts"][0]["id"],
        "worm.mirai"
    );
    let lacking = run(["explain", "-o", "json", "--what-if", "tcp.seq=", MIRAI]);
    let event = &lacking.json_lines()[0];
    assert_eq!(event["rutter"]["verdicts"][0]["id"], "worm.mirai");
    assert_ne!(
        event["rutter"]["what_if"]["verdicts"][0]["id"],
        "worm.mirai"
    );
}

#[test]
fn questions_that_cannot_be_asked_are_named() {
    let ran = run(["explain", "--why-not", "worm.mirau", MIRAI]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.err.contains("--why-not: \"worm.mirau\" is no entry"),
        "{}",
        ran.err
    );
    let ran = run(["explain", "--what-if", "ip.ttl=300", MIRAI]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("0 to 255"), "{}", ran.err);
}

#[test]
fn owners_come_from_a_database_of_the_user() {
    let database = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../knowledge/tests/owners.mmdb"
    );
    let ran = run(["explain", "-o", "json", "--mmdb", database, MIRAI]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let event = &ran.json_lines()[0];
    assert_eq!(event["source"]["as"]["number"], 64_500);
    assert_eq!(
        event["source"]["as"]["organization"]["name"],
        "Example Hosting"
    );
    assert_eq!(event["source"]["geo"]["country_iso_code"], "NL");
    assert!(event["destination"].get("as").is_none());
    let desk = Desk::new();
    let log = desk.file("fw.log", MIRAI);
    let ran = desk.run([
        "report".as_ref(),
        "--mmdb".as_ref(),
        database.as_ref(),
        log.as_os_str(),
    ]);
    assert!(
        ran.out.contains("AS64500 Example Hosting, NL"),
        "{}",
        ran.out
    );
    let ran = run(["explain", "--mmdb", "Cargo.toml", MIRAI]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("--mmdb: Cargo.toml"), "{}", ran.err);
}

#[test]
fn names_come_from_a_list_of_the_user() {
    let desk = Desk::new();
    let names = desk.file("names", "198.51.100.23 census4.shodan.io\n");
    let log = desk.file(
        "fw.log",
        "2026-05-01T10:00:00Z fw kernel: [UFW BLOCK] IN=eth0 OUT= SRC=198.51.100.23 DST=203.0.113.9 LEN=60 TTL=52 \
         ID=7 DF PROTO=TCP SPT=40000 DPT=8081 WINDOW=64240 RES=0x00 SYN URGP=0\n",
    );
    let ran = desk.run([
        "explain".as_ref(),
        "--names".as_ref(),
        names.as_os_str(),
        log.as_os_str(),
    ]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.contains("host of Shodan"), "{}", ran.out);
    let ran = desk.run([
        "explain".as_ref(),
        "--names".as_ref(),
        log.as_os_str(),
        log.as_os_str(),
    ]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("line 1"), "{}", ran.err);
}

/// What nmap writes of a host with a web server on an odd port.
const SCAN: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<nmaprun scanner="nmap" start="1795428000" version="7.95">
<host starttime="1795428000"><status state="up"/>
<address addr="192.0.2.4" addrtype="ipv4"/>
<ports><port protocol="tcp" portid="22"><state state="open" reason="syn-ack" reason_ttl="64"/><service name="ssh" product="OpenSSH &lt;9&gt;" method="probed" conf="10"/></port>
<port protocol="tcp" portid="23"><state state="closed" reason="reset" reason_ttl="64"/></port>
</ports></host>
<runstats><hosts up="1" down="0" total="1"/></runstats>
</nmaprun>
"#;

#[test]
fn open_ports_are_explained_and_are_no_attack() {
    let desk = Desk::new();
    desk.file("scan.xml", SCAN);
    let ran = desk.run(["explain", "scan.xml"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    for words in [
        "192.0.2.4:22 (ssh)  tcp  open",
        "ssh OpenSSH <9>",
        "bruteforce.ssh",
        "closed",
    ] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    let ran = desk.run(["explain", "-o", "json", "scan.xml"]);
    let events = ran.json_lines();
    assert_eq!(events.len(), 2);
    for event in &events {
        assert_eq!(event["event"]["action"], "answered");
        assert_eq!(event["rutter"]["verdicts"], serde_json::json!([]));
        assert!(event["source"].is_null(), "who asked is not known");
    }
    assert_eq!(events[0]["rutter"]["answer"], "open");
    assert_eq!(events[1]["rutter"]["risks"], serde_json::json!([]));

    let ran = desk.run(["report", "--output", "json", "scan.xml"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let report = &ran.json_lines()[0];
    assert_eq!(report["findings"], serde_json::json!([]));
    assert_eq!(report["open"][0]["service"], "ssh");
    assert_eq!(report["open_total"], 1);
    let ran = desk.run(["report", "scan.xml"]);
    assert!(ran.out.contains("What listens"), "{}", ran.out);
    assert!(!ran.out.contains("no firewall record"), "{}", ran.out);
}
