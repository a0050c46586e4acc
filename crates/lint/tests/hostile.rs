//! Broken rulesets bring nothing down.

use proptest::prelude::*;
use rutter_lint::{Dialect, LINTS, apply, check_as, unified};

/// Reads it as everything, and carries out what is proposed.
fn survive(text: &str) {
    for (dialect, _) in Dialect::ALL {
        let report = check_as(dialect, text);
        for finding in &report.findings {
            assert!(
                text.get(finding.span.clone()).is_some(),
                "{dialect:?} {} {text:?}",
                finding.lint.id
            );
            for edit in &finding.edits {
                assert!(
                    text.get(edit.span.clone()).is_some(),
                    "{dialect:?} {} {text:?}",
                    finding.lint.id
                );
            }
        }
        let edits = || report.findings.iter().flat_map(|finding| &finding.edits);
        let _ = (apply(text, edits()), unified("x", text, edits()));
    }
}

#[test]
fn every_prefix_and_every_changed_byte_is_survived() {
    for example in LINTS.iter().flat_map(|lint| lint.examples) {
        let text = example.bad;
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            survive(text.get(..at).unwrap_or_default());
            let (before, after) = text.split_at(at);
            let rest: String = after.chars().skip(1).collect();
            for byte in ["{", "}", "\"", "\n", "!", "é", "$"] {
                let changed = format!("{before}{byte}{rest}");
                let _ = check_as(example.dialect, &changed);
            }
        }
    }
}

#[test]
fn deep_and_long_rulesets_end() {
    let deep = "table ip t { chain c { ".to_owned() + &"{ ".repeat(50_000);
    survive(&deep);
    survive(&"[{".repeat(50_000));
    let mut loops = "*filter\n:INPUT DROP [0:0]\n".to_owned();
    for from in 0..60 {
        for to in 0..60 {
            loops += &format!("-A c{from} -j c{to}\n");
        }
        loops += &format!("-A INPUT -j c{from}\n");
    }
    survive(&loops);
    let mut bomb = "define a0 = { 1, 2 }\n".to_owned();
    let mut macros = "a0 = \"1 2\"\n".to_owned();
    for n in 1..40 {
        let last = n - 1;
        bomb += &format!("define a{n} = {{ $a{last}, $a{last}, $a{last} }}\n");
        macros += &format!("a{n} = \"$a{last} $a{last} $a{last}\"\n");
    }
    survive(&(bomb + "table ip t { chain c { tcp dport $a39 accept\n } }\n"));
    survive(&(macros + "pass in proto tcp to port { $a39 }\n"));
    let many: String = (0..4_000)
        .map(|n| format!("-A INPUT -s 192.0.{}.{}/32 -j DROP\n", n / 256, n % 256))
        .collect();
    let report = check_as(
        Dialect::Iptables,
        &format!("*filter\n:INPUT ACCEPT [0:0]\n{many}"),
    );
    assert_eq!(report.rules, 4_000);
    assert!(
        report
            .faults
            .iter()
            .any(|fault| fault.reason.contains("too many rules")),
        "{:?}",
        report.faults
    );
}

#[test]
fn a_set_that_every_rule_multiplies_is_capped_and_told() {
    const RULE: &str = "\t\tmeta l4proto . th dport @s accept\n";
    let elements: Vec<String> = (1..=64).map(|port| format!("tcp . {port}")).collect();
    let text = format!(
        "table inet f {{\n\tset s {{ type inet_proto . inet_service; elements = {{ {} }} }}\n\tchain i {{\n{}\t}}\n}}\n",
        elements.join(", "),
        RULE.repeat(3_200)
    );
    let element = |port: u32| format!(r#"{{"concat": ["tcp", {port}]}}"#);
    let elements: Vec<String> = (1..=64).map(element).collect();
    let rule = r#"{"rule": {"family": "inet", "table": "f", "chain": "i", "expr": [{"match": {"op": "==", "left": {"concat": [{"meta": {"key": "l4proto"}}, {"payload": {"protocol": "th", "field": "dport"}}]}, "right": "@s"}}, {"accept": null}]}}"#;
    let json = format!(
        r#"{{"nftables": [{{"chain": {{"family": "inet", "table": "f", "name": "i"}}}}, {{"set": {{"family": "inet", "table": "f", "name": "s", "elem": [{}]}}}}, {}]}}"#,
        elements.join(", "),
        vec![rule; 3_200].join(", ")
    );
    for (dialect, text) in [(Dialect::Nft, text), (Dialect::NftJson, json)] {
        let report = check_as(dialect, &text);
        assert_eq!(report.rules, 200_000, "{dialect:?}");
        let told = |fault: &&rutter_lint::Fault| fault.reason.contains("more rules than are read");
        assert_eq!(report.faults.iter().filter(told).count(), 1, "{dialect:?}");
    }
}

proptest! {
    #[test]
    fn words_in_any_order_are_survived(words in proptest::collection::vec(prop_oneof![
        Just("table"), Just("chain"), Just("set s {"), Just("elements = {"), Just("."), Just("add element ip t s {"), Just("meter m {"), Just("dnat to 192.0.2.1:22"),
        Just("-I INPUT"), Just("--ports"), Just("--to-destination"), Just("anchor"), Just("rdr pass"), Just("->"), Just("ufw allow"), Just("ufw insert 1 deny"), Just("port"), Just("192.0.2.1-192.0.2.9"),
        Just("table"), Just("chain"), Just("inet"), Just("{"), Just("}"), Just("\n"), Just(";"), Just("type filter hook input priority 0"),
        Just("tcp dport"), Just("vmap"), Just("22"), Just(":"), Just("accept"), Just("drop"), Just("log"), Just("@s"), Just("$x"), Just("!="),
        Just("*filter"), Just("-A INPUT"), Just("-p tcp"), Just("--dport"), Just("-j LOG"), Just("!"), Just("\""), Just("pass in"),
        Just("block"), Just("quick"), Just("from any port"), Just("to"), Just("("), Just("<"), Just("><"), Just("x = \"$x\""),
        Just("Rule Name: a\n"), Just("Direction: In\n"), Just("Action: Allow\n"), Just("LocalPort: 3389\n"), Just("-- "), Just("ALLOW IN  "),
        Just("65536"), Just("0-70000"), Just("::/200"), Just("\u{3000}"), Just("\\\n"), Just("set"), Just("elements ="), Just("limit rate over"),
    ], 0..60)) {
        survive(&words.join(" "));
    }
}
