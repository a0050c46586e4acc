//! The first three sentences of a report are right, and nothing in it advises against a victim.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

mod common;

use common::{play, without_colours};
use jiff::tz::TimeZone;
use rutter_analysis::{Home, find};
use rutter_event::{Ledger, Skip};
use rutter_knowledge::Knowledge;
use rutter_report::{Digest, Language};
use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

/// The text, and the answer of the JSON.
fn report(notation: &[&str], home: &Home, language: Language) -> (String, Vec<String>) {
    let profile = play(notation, home, &mut |_, _| {});
    let summary = find(&profile, Knowledge::embedded());
    let mut ledger = Ledger::default();
    (0..profile.events).for_each(|_| ledger.decoded(1));
    let digest = Digest {
        who: &rutter_knowledge::Who::default(),
        ledger: &ledger,
        inputs: Vec::new(),
        profile: &profile,
        summary: &summary,
        home,
        zone: TimeZone::UTC,
        language,
    };
    let mut out = Vec::new();
    digest.write_json(&mut out);
    let json: Value = serde_json::from_slice(&out).unwrap();
    let answer = json["answer"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s.as_str().unwrap().to_owned())
        .collect();
    let page = digest.page();
    for width in [80, 100] {
        for line in without_colours(&page.terminal(width)).lines() {
            assert!(line.width() <= width, "{width}: {line}");
            assert_eq!(line.trim_end(), line, "blanks at the end of {line:?}");
        }
    }
    (without_colours(&page.terminal(100)), answer)
}

const SCAN: &str = "tcp 198.51.100.7:40000 > 192.168.1.9:1-300 SYN";
const BACKSCATTER: &str = "tcp 198.51.100.200:80 > 192.168.1.14:1713 SYN+ACK";
const INSIDE: &str = "tcp 192.168.1.50:40000 > 198.51.100.1-60:23 SYN len=60";
const THROUGH: &str = "tcp 203.0.113.9:51000 > 192.168.1.9:22 SYN action=allowed repeat=60/2s";
const IPV6: &str = "tcp [2001:db8:77:1234:5678:9abc:def0:5]:51820 > [fd00:1234:5678:9abc:def0:1234:5678:9]:46123 SYN";

#[test]
fn noise_needs_nothing() {
    let (text, answer) = report(&[SCAN, BACKSCATTER, IPV6], &Home::default(), Language::En);
    let [verdict, noise, action] = answer.as_slice() else {
        unreachable!("{answer:?}")
    };
    assert!(verdict.starts_with("Nothing needs a look"), "{verdict}");
    assert!(
        verdict.contains("302 packets from 3 sources, all stopped."),
        "{verdict}"
    );
    assert!(noise.starts_with("Merely noise: scans 99%"), "{noise}");
    assert_eq!(action, "What to do now: nothing.");
    assert!(
        text.contains("2001:db8:77:1234:5678:9abc:def0:5\n"),
        "an address is never torn: {text}"
    );
}

#[test]
fn what_comes_from_inside_or_passes_is_named_first() {
    let (_, answer) = report(&[SCAN, INSIDE, THROUGH], &Home::default(), Language::En);
    let [verdict, noise, action] = answer.as_slice() else {
        unreachable!("{answer:?}")
    };
    assert!(
        verdict.starts_with("This needs a look: 192.168.1.50 on your side: "),
        "{verdict}"
    );
    assert!(verdict.contains("60 packets let through"), "{verdict}");
    assert!(
        !noise.contains("infected") && !noise.contains("guessing"),
        "{noise}"
    );
    assert!(
        action.starts_with("What to do now: 192.168.1.50: "),
        "{action}"
    );
}

#[test]
fn the_same_in_chinese() {
    let (_, answer) = report(&[SCAN, INSIDE], &Home::default(), Language::ZhCn);
    let [verdict, noise, action] = answer.as_slice() else {
        unreachable!("{answer:?}")
    };
    assert!(verdict.starts_with("需要查看：192.168.1.50"), "{verdict}");
    assert!(noise.starts_with("只是噪声：扫描"), "{noise}");
    assert!(action.starts_with("现在该做什么：192.168.1.50"), "{action}");
}

#[test]
fn what_the_log_does_not_say_is_not_claimed() {
    let silent = "tcp 203.0.113.9:51000 > 198.51.100.3:22 SYN action=unstated repeat=6/2s";
    let (_, answer) = report(&[silent], &Home::default(), Language::En);
    let all = answer.join(" ");
    assert!(!all.contains("stopped"), "{all}");
    assert!(all.contains("of 6 the log does not say"), "{all}");
    assert!(all.contains("--home"), "{all}");
    let home = Home::new(vec!["198.51.100.0/24".parse().unwrap()]);
    let (_, answer) = report(&[silent], &home, Language::En);
    assert!(!answer.join(" ").contains("--home"), "{answer:?}");
}

/// Law 12.
#[test]
fn victims_of_forged_traffic_are_never_acted_against() {
    let icmp = "icmp 198.51.100.1 > 192.168.1.9 type=3 code=3 quoted=\"udp 192.168.1.9:5000 > 192.0.2.7:40000\"";
    let (_, answer) = report(&[BACKSCATTER, icmp], &Home::default(), Language::En);
    assert!(
        answer.iter().any(|s| s == "What to do now: nothing."),
        "{answer:?}"
    );
    for entry in Knowledge::embedded()
        .entries
        .iter()
        .filter(|e| e.kind() == "backscatter")
    {
        assert!(entry.en.advice.contains("Nothing to do"), "{}", entry.id);
    }
}

#[test]
fn a_log_of_passes_only_is_called_half_a_log() {
    let allowed = "tcp 198.51.100.9:51000 > 192.168.1.9:443 SYN action=allowed repeat=3";
    let (text, _) = report(&[allowed], &Home::default(), Language::En);
    assert!(text.contains("The log holds no denied packet"), "{text}");
    let (text, _) = report(&[SCAN], &Home::default(), Language::En);
    assert!(!text.contains("The log holds no denied packet"), "{text}");
}

#[test]
fn silence_is_diagnosed() {
    let home = Home::default();
    let profile = rutter_analysis::Profile::empty();
    let summary = find(&profile, Knowledge::embedded());
    let text = |ledger: &Ledger| {
        let digest = Digest {
            who: &rutter_knowledge::Who::default(),
            ledger,
            inputs: Vec::new(),
            profile: &profile,
            summary: &summary,
            home: &home,
            zone: TimeZone::UTC,
            language: Language::En,
        };
        without_colours(&digest.page().terminal(100))
    };
    let mut ledger = Ledger::default();
    assert!(text(&ledger).contains("The input is empty."));
    ledger.skip(Skip::NotFirewall);
    assert!(text(&ledger).contains("There is no firewall record"));
    assert!(text(&ledger).contains("Silence does not mean safety"));
    ledger.skip(Skip::OutOfRange);
    assert!(text(&ledger).contains("--since"));
}

#[test]
fn missing_fields_are_asked_for() {
    let home = Home::default();
    let profile = play(
        &["tcp 198.51.100.7:40000 > 192.168.1.9:23 repeat=300"],
        &home,
        &mut |_, _| {},
    );
    let mut summary = find(&profile, Knowledge::embedded());
    summary.missing = vec![("tcp.seq", 300), ("payload", 30), ("ip.ttl", 2)];
    for (language, word) in [
        (Language::En, "give several scanning tools away"),
        (Language::ZhCn, "会暴露好几种扫描工具"),
    ] {
        let digest = Digest {
            who: &rutter_knowledge::Who::default(),
            ledger: &Ledger::default(),
            inputs: Vec::new(),
            profile: &profile,
            summary: &summary,
            home: &home,
            zone: TimeZone::UTC,
            language,
        };
        let text = digest.page().markdown();
        assert!(
            text.contains("--log-tcp-sequence") && text.contains(word),
            "{text}"
        );
        assert!(text.contains("--nflog-size"), "{text}");
        assert!(
            !text.contains("ip.ttl"),
            "two packets in three hundred are not worth a change: {text}"
        );
    }
}
