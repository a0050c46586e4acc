//! `rutter knowledge`, and meanings of one's own.

use crate::bench::{Desk, dropped, run};

/// A meaning of a port that nobody else has one for.
const OWN: &str = r#"
id = "recon.house-service"
severity = "high"
[text.en]
title = "Somebody looks for our house service"
meaning = "Only our own programs use this port."
advice = "Ask who it was."
[text.zh-CN]
title = "有人在找本单位的服务"
meaning = "只有我们自己的程序使用这个端口。"
advice = "查明是谁。"
[[when]]
weight = 9.0
transport = "tcp"
destination.port = 41414
[[example]]
events = ["tcp 198.51.100.7:40000 > 203.0.113.9:41414 SYN"]
[[example]]
events = ["tcp 192.0.2.7:40000 > 203.0.113.9:41414 SYN"]
[[counterexample]]
events = ["tcp 198.51.100.7:40000 > 203.0.113.9:41415 SYN"]
[[counterexample]]
events = ["udp 198.51.100.7:40000 > 203.0.113.9:41414"]
"#;

#[test]
fn a_meaning_is_shown() {
    let ran = run(["knowledge", "show", "worm.mirai"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(
        ran.out.contains("worm.mirai") && ran.out.contains("What to do"),
        "{}",
        ran.out
    );
    let chinese = run(["knowledge", "show", "worm.mirai", "--lang", "zh-CN"]);
    assert!(chinese.out.contains("处理"), "{}", chinese.out);
    let json = run(["knowledge", "show", "worm.mirai", "--output", "json"]).json();
    assert!(json.as_array().is_some_and(|ports| !ports.is_empty()));
}

#[test]
fn a_slip_in_an_id_is_answered_with_the_nearest() {
    let ran = run(["knowledge", "show", "worm.mira"]);
    assert_eq!(ran.status, 2);
    assert_eq!(
        ran.errors(),
        ["worm.mira: no such meaning; did you mean worm.mirai?"]
    );
}

#[test]
fn a_sound_folder_passes_and_is_used() {
    let desk = Desk::new();
    desk.file("own/recon/house-service.toml", OWN);
    desk.file("own/silent.toml", "id = \"recon.telnet\"\nsilence = true\n");
    let checked = desk.run(["knowledge", "check", "own"]);
    assert_eq!(checked.status, 0, "{}", checked.err);
    assert_eq!(
        checked.out,
        "own: 1 new meaning, 0 replaced, 1 silenced; all 4 examples hold\n"
    );

    let line = dropped(0, "198.51.100.7", 41_414);
    let explained = desk.run(["explain", "-o", "json", "--knowledge", "own", &line]);
    assert_eq!(
        explained.json_lines()[0]["rutter"]["verdicts"][0]["id"],
        "recon.house-service"
    );
    let shown = desk.run([
        "knowledge",
        "show",
        "recon.house-service",
        "--knowledge",
        "own",
    ]);
    assert!(
        shown.out.contains("Somebody looks for our house service"),
        "{}",
        shown.out
    );
    let found = desk.run(["port", "41414", "--knowledge", "own"]);
    assert!(found.out.contains("recon.house-service"), "{}", found.out);
    let silenced = desk.run(["knowledge", "show", "recon.telnet", "--knowledge", "own"]);
    assert_eq!(silenced.status, 2);
}

#[test]
fn faults_name_file_and_key() {
    let desk = Desk::new();
    desk.file(
        "own/recon/house-service.toml",
        OWN.replace("destination.port", "destination.prot"),
    );
    let checked = desk.run(["knowledge", "check", "own"]);
    assert_eq!((checked.status, checked.out.as_str()), (2, ""));
    assert_eq!(
        checked.errors(),
        ["recon/house-service.toml: when[0].destination.prot: unknown condition"]
    );
    let used = desk.run(["port", "23", "--knowledge", "own"]);
    assert_eq!(used.status, 2);
    let missing = desk.run(["knowledge", "check", "nowhere"]);
    assert!(
        missing.errors()[0].starts_with("nowhere: "),
        "{}",
        missing.err
    );
}

#[test]
fn examples_that_do_not_hold_are_named() {
    let desk = Desk::new();
    desk.file(
        "own/recon/house-service.toml",
        OWN.replace("203.0.113.9:41415", "203.0.113.9:41414"),
    );
    let checked = desk.run(["knowledge", "check", "own"]);
    assert_eq!(checked.status, 2);
    let error = checked.errors()[0];
    assert!(
        error.starts_with("recon.house-service: example 3: must not win, but does"),
        "{error}"
    );
}
