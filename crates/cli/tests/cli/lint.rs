//! `rutter lint`.

use std::process::Command;

use crate::bench::{Desk, ran, run, rutter};

/// Six mistakes that can be put right without a decision, and one that cannot.
const BAD: &str = "table inet filter {
\tchain input {
\t\ttype filter hook input priority 0; policy drop;
\t\tct state established,related accept
\t\tiif \"lo\" accept
\t\tmeta l4proto { icmp, ipv6-icmp } accept
\t\tudp dport 53 udp sport < 1024 drop
\t\ttcp dport 113 drop
\t\tip saddr 192.0.2.0/24 drop
\t\tip saddr 192.0.2.9 tcp dport 22 drop
\t\ttcp dport 3389 accept
\t\tlog prefix \"in \"
\t}
}
";

const FOUND: [(&str, u64); 7] = [
    ("dns-low-source-ports", 7),
    ("ident-dropped", 8),
    ("shadowed-rule", 10),
    ("management-open", 11),
    ("lan-chatter-logged", 12),
    ("log-without-fields", 12),
    ("log-without-limit", 12),
];

fn desk() -> Desk {
    let desk = Desk::new();
    desk.file("bad.nft", BAD);
    desk
}

#[test]
fn what_is_found_stands_in_text_json_and_sarif() {
    let desk = desk();
    let text = desk.run(["lint", "--lang", "en", "bad.nft"]);
    assert_eq!(text.status, 0, "{}", text.err);
    for (id, line) in FOUND {
        assert!(text.out.contains(&format!("{id} {line}:")), "{}", text.out);
    }
    let json = desk.run(["lint", "--output", "json", "bad.nft"]).json();
    let findings = json[0]["findings"].as_array().unwrap();
    let told = findings.iter().map(|finding| {
        (
            finding["id"].as_str().unwrap(),
            finding["line"].as_u64().unwrap(),
        )
    });
    assert_eq!(told.collect::<Vec<_>>(), FOUND);
    assert_eq!(json[0]["dialect"], "nft");
    let sarif = desk
        .run(["lint", "--lang", "en", "--output", "sarif", "bad.nft"])
        .json();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    assert_eq!(run["language"], "en-US");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), FOUND.len());
    for (result, (id, line)) in results.iter().zip(FOUND) {
        assert_eq!(result["ruleId"], id);
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], id);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(region["startLine"], line);
        assert!(region["endColumn"].as_u64() > region["startColumn"].as_u64());
        assert!(["note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
    }
}

#[test]
fn both_languages_say_it() {
    let desk = desk();
    for (language, word) in [("en", "A source port"), ("zh-CN", "规则")] {
        let list = run(["lint", "--list", "--lang", language]);
        assert_eq!(list.status, 0);
        assert!(list.out.contains(word), "{}", list.out);
    }
    let chinese = desk
        .run(["lint", "--lang", "zh-CN", "--output", "json", "bad.nft"])
        .json();
    let english = desk
        .run(["lint", "--lang", "en", "--output", "json", "bad.nft"])
        .json();
    for (chinese, english) in chinese[0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .zip(english[0]["findings"].as_array().unwrap())
    {
        for key in ["title", "message", "reason", "fix"] {
            let (said, meant) = (
                chinese[key].as_str().unwrap(),
                english[key].as_str().unwrap(),
            );
            assert!(said.chars().any(|c| c >= '\u{4e00}'), "{key}: {said}");
            assert!(meant.is_ascii(), "{key}: {meant}");
        }
    }
}

#[test]
fn exit_statuses_tell_findings_from_errors() {
    let desk = desk();
    assert_eq!(desk.run(["lint", "--fail-on", "high", "bad.nft"]).status, 1);
    assert_eq!(
        desk.run(["lint", "--fail-on", "critical", "bad.nft"])
            .status,
        0
    );
    desk.file("clean.nft", "table inet filter {\n}\n");
    assert_eq!(
        desk.run(["lint", "--fail-on", "info", "clean.nft"]).status,
        0
    );
    // One that cannot be read is told, and the others are looked at.
    let missing = desk.run(["lint", "--output", "json", "/nonexistent.nft", "bad.nft"]);
    assert_eq!(missing.status, 2);
    assert_eq!(missing.errors().len(), 1, "{}", missing.err);
    assert!(missing.out.contains("management-open"));
    desk.file("prose.txt", "Dear all,\n");
    let unknown = desk.run(["lint", "prose.txt"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.err.contains("--dialect"), "{}", unknown.err);
    assert_eq!(
        desk.run(["lint", "--fix", "--output", "json", "bad.nft"])
            .status,
        2
    );
}

#[test]
fn standard_input_and_utf_16_are_read() {
    let piped = ran(rutter()
        .args(["lint", "--output", "json", "-"])
        .write_stdin(BAD));
    assert!(piped.out.contains("management-open"), "{}", piped.err);
    // As PowerShell writes what netsh prints.
    let rule = "Rule Name:    Remote Desktop\r\n----\r\nEnabled:    Yes\r\nDirection:    In\r\nProfiles:    Domain,Private,Public\r\nLocalIP:    Any\r\nRemoteIP:    Any\r\nProtocol:    TCP\r\nLocalPort:    3389\r\nRemotePort:    Any\r\nAction:    Allow\r\n";
    let wide: Vec<u8> = std::iter::once(0xfeff)
        .chain(rule.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let desk = Desk::new();
    desk.file("rules.txt", wide);
    let json = desk.run(["lint", "--output", "json", "rules.txt"]).json();
    assert_eq!(json[0]["findings"][0]["id"], "management-open", "{json}");
}

/// The ruleset after the patch that `--fix` prints, as `patch` applies it; nothing where it is not
/// installed.
fn patched(desk: &Desk) -> Option<String> {
    let fix = desk.run(["lint", "--fix", "bad.nft"]);
    assert_eq!(fix.status, 0, "{}", fix.err);
    desk.file("fix.patch", fix.out);
    let done = Command::new("patch")
        .args(["-s", "bad.nft", "fix.patch"])
        .current_dir(desk.folder())
        .status();
    assert!(done.ok()?.success(), "the patch applies");
    Some(desk.read("bad.nft"))
}

#[test]
fn a_patch_puts_right_what_needs_no_decision() {
    let desk = desk();
    // Passed over where `patch` is not installed.
    let Some(text) = patched(&desk) else { return };
    // nft takes no `prefix` behind `flags tcp`.
    assert!(
        text.contains("log prefix \"in \" flags tcp sequence,options\n"),
        "{text}"
    );
    let json = desk.run(["lint", "--output", "json", "bad.nft"]).json();
    let left = json[0]["findings"].as_array().unwrap();
    assert_eq!(left.len(), 1, "{json:#}");
    assert_eq!(left[0]["id"], "management-open");
}

#[test]
fn one_patch_is_for_all_rulesets_whatever_they_are_called() {
    let desk = Desk::new();
    let names = ["my rules.nft", "other.nft"];
    for name in names {
        // The last line has no end.
        desk.file(name, BAD.trim_end());
    }
    let fix = desk.run(["lint", "--fix", "my rules.nft", "other.nft"]);
    desk.file("fix.patch", fix.out);
    let done = Command::new("patch")
        .args(["-s", "-p1", "-i", "fix.patch"])
        .current_dir(desk.folder())
        .status();
    // Passed over where `patch` is not installed.
    let Ok(status) = done else { return };
    assert!(status.success(), "the patch applies");
    for name in names {
        let text = desk.read(name);
        assert!(
            text.contains("tcp dport 113 reject with tcp reset"),
            "{text}"
        );
    }
}
