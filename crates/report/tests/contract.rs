//! The JSON of an event, a port and a report has the names, the nesting and the order that were
//! promised.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

mod common;

use common::{full_event, play};
use jiff::tz::TimeZone;
use rutter_analysis::{Hearing, Home, find};
use rutter_event::{Event, Ledger, Refusal, Skip, Stamp, Timestamp, Untrusted};
use rutter_knowledge::{Knowledge, Query};
use rutter_report::{Digest, Input, Language, Refused, Years, event, port};
use serde_json::Value;

fn line(event: &Event<'_>) -> Value {
    let mut out = Vec::new();
    event::write_json(17, event, None, Language::En, &mut out);
    assert_eq!(out.iter().filter(|b| **b == b'\n').count(), 1);
    serde_json::from_slice(&out).unwrap()
}

/// Every path to a value that is no object, in the order in which it was written.
fn paths(json: &str) -> Vec<String> {
    fn walk(at: &str, value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    walk(
                        &if at.is_empty() {
                            key.clone()
                        } else {
                            format!("{at}.{key}")
                        },
                        value,
                        into,
                    );
                }
            }
            _ => into.push(at.to_owned()),
        }
    }
    let mut found = Vec::new();
    walk("", &serde_json::from_str(json).unwrap(), &mut found);
    found.sort();
    found
}

#[test]
fn an_event_with_everything_has_exactly_these_fields() {
    let event = full_event(b"text");
    let mut out = Vec::new();
    event::write_json(17, &event, None, Language::En, &mut out);
    let mut expected: Vec<String> = "\
        @timestamp event.kind event.category event.type event.action event.outcome event.duration \
        network.transport network.iana_number network.type network.direction network.bytes network.packets \
        network.application network.community_id observer.vendor observer.product observer.hostname \
        observer.ingress.interface.name observer.ingress.zone observer.egress.interface.name observer.egress.zone \
        rule.name rule.id user.name ecs.version rutter.line rutter.format \
        rutter.port_class.source rutter.port_class.destination rutter.service.source rutter.service.destination \
        rutter.icmp.type rutter.icmp.code rutter.icmp.id rutter.icmp.sequence rutter.icmp.mtu rutter.icmp.gateway \
        rutter.icmp.quoted.network.transport rutter.icmp.quoted.network.iana_number rutter.icmp.quoted.network.type \
        rutter.extra.MARK rutter.extra.text rutter.extra.text#2"
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    for inner in ["", "rutter.icmp.quoted."] {
        for end in ["source", "destination"] {
            expected.extend(
                ["ip", "port", "mac", "nat.ip", "nat.port"]
                    .map(|key| format!("{inner}{end}.{key}")),
            );
        }
    }
    for inner in ["rutter.", "rutter.icmp.quoted."] {
        let tcp = ["flags", "window", "seq", "ack", "urgent", "mss", "options"]
            .map(|k| format!("{inner}tcp.{k}"));
        let ip = [
            "ttl",
            "id",
            "length",
            "tos",
            "flow_label",
            "df",
            "fragment.more",
            "fragment.offset",
        ];
        expected.extend(tcp);
        expected.extend(ip.map(|k| format!("{inner}ip.{k}")));
        expected.push(format!("{inner}payload.length"));
    }
    expected.push("rutter.payload.client.name".to_owned());
    expected.sort();
    assert_eq!(paths(std::str::from_utf8(&out).unwrap()), expected);
}

#[test]
fn values_are_those_of_the_schema() {
    let event = line(&full_event(b"text"));
    for (pointer, expected) in [
        ("/@timestamp", r#""2026-11-23T12:00:00.120Z""#),
        ("/event/kind", r#""event""#),
        ("/event/category", r#"["network"]"#),
        ("/event/type", r#"["denied","connection"]"#),
        ("/event/action", r#""drop""#),
        ("/event/outcome", r#""failure""#),
        ("/source/mac", r#""00-11-AA-BB-CC-FF""#),
        ("/source/nat/ip", r#""2001:db8::1""#),
        ("/network/transport", r#""tcp""#),
        ("/network/iana_number", r#""6""#),
        ("/network/direction", r#""inbound""#),
        ("/rutter/line", "17"),
        ("/rutter/tcp/flags", r#"["SYN"]"#),
        ("/rutter/ip/fragment/offset", "1480"),
        (
            "/rutter/port_class",
            r#"{"source":"registered","destination":"well-known"}"#,
        ),
        (
            "/rutter/service",
            r#"{"source":null,"destination":"telnet"}"#,
        ),
    ] {
        let expected: Value = serde_json::from_str(expected).unwrap();
        assert_eq!(event.pointer(pointer), Some(&expected), "{pointer}");
    }
}

#[test]
fn what_the_log_does_not_say_is_left_out() {
    let event = Event {
        format: "netfilter",
        stamp: Stamp::Boot(12_345_678_000),
        ..Event::default()
    };
    let mut out = Vec::new();
    event::write_json(1, &event, None, Language::En, &mut out);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "{\"event\":{\"kind\":\"event\",\"category\":[\"network\"],\"type\":[\"connection\"]},\
         \"ecs\":{\"version\":\"8.17.0\"},\
         \"rutter\":{\"line\":1,\"format\":\"netfilter\",\"uptime\":12.345678}}\n"
    );
    // A clock makes the time since boot superfluous.
    let event = Event {
        time: Timestamp::from_seconds(0, 0),
        ..event
    };
    assert_eq!(line(&event).pointer("/rutter/uptime"), None);
}

#[test]
fn verdicts_have_the_promised_shape() {
    let mut seen = 0;
    let mirai = "tcp 198.51.100.118:45677 > 203.0.113.9:23 SYN len=40 seq=3405803785";
    let port_only = "tcp 198.51.100.118:45677 > 203.0.113.9:2323";
    play(
        &[mirai, port_only],
        &Home::default(),
        &mut |event, verdicts| {
            let mut out = Vec::new();
            let hearing = Hearing {
                verdicts: verdicts.to_vec(),
                ..Hearing::default()
            };
            event::write_json(1, event, Some(&hearing), Language::ZhCn, &mut out);
            let event: Value = serde_json::from_slice(&out).unwrap();
            let listed = event
                .pointer("/rutter/verdicts")
                .and_then(Value::as_array)
                .unwrap();
            assert!(!listed.is_empty());
            let probabilities: Vec<f64> = listed
                .iter()
                .map(|v| v["probability"].as_f64().unwrap())
                .collect();
            assert!(
                probabilities.is_sorted_by(|a, b| a >= b),
                "{probabilities:?}"
            );
            assert!(
                probabilities.iter().sum::<f64>() <= 1.0,
                "{probabilities:?}"
            );
            for verdict in listed {
                let keys: Vec<&str> = verdict
                    .as_object()
                    .unwrap()
                    .keys()
                    .map(String::as_str)
                    .collect();
                let mut expected = vec![
                    "id",
                    "kind",
                    "severity",
                    "probability",
                    "title",
                    "meaning",
                    "evidence",
                    "missing",
                    "advice",
                    "references",
                ];
                expected.sort_unstable();
                assert_eq!(keys, expected);
                for piece in verdict["evidence"].as_array().unwrap() {
                    assert_eq!(piece.as_object().unwrap().len(), 3, "{piece}");
                    let tenths = piece["weight"].as_f64().unwrap() * 10.0;
                    assert!((tenths - tenths.round()).abs() < 1e-9, "{piece}");
                }
            }
            if seen == 0 {
                assert_eq!(
                    event.pointer("/rutter/tool/name").and_then(Value::as_str),
                    Some("mirai")
                );
                assert_eq!(
                    event.pointer("/rutter/tool/chance").and_then(Value::as_f64),
                    Some(2.3e-10)
                );
                // Keys stand in the order of the contract.
                let text = String::from_utf8(out).unwrap();
                let text = text.get(text.find("\"verdicts\"").unwrap()..).unwrap();
                let places: Vec<usize> = [
                    "\"id\"",
                    "\"kind\"",
                    "\"severity\"",
                    "\"probability\"",
                    "\"title\"",
                    "\"meaning\"",
                    "\"evidence\"",
                    "\"missing\"",
                    "\"advice\"",
                    "\"references\"",
                    "\"tool\"",
                ]
                .iter()
                .map(|key| text.find(key).unwrap())
                .collect();
                assert!(places.is_sorted(), "{text}");
            }
            seen += 1;
        },
    );
    assert_eq!(seen, 2);
}

#[test]
fn a_port_has_the_promised_shape() {
    let knowledge = Knowledge::embedded();
    let mut out = Vec::new();
    let found = knowledge.search(&Query::read("27374/tcp").unwrap(), 10);
    port::write_json(&found, knowledge, Language::En, &mut out);
    let ports: Value = serde_json::from_slice(&out).unwrap();
    let [port] = ports.as_array().unwrap().as_slice() else {
        panic!("{ports}")
    };
    assert_eq!(port["port"], 27374);
    assert_eq!(port["transport"], "tcp");
    assert_eq!(port["class"], "registered");
    assert_eq!(port["connection"], "connection-oriented");
    let meaning = port["meanings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|m| m["id"] == "trojan.subseven")
        .unwrap();
    for key in [
        "title",
        "kind",
        "severity",
        "era",
        "conditions",
        "advice",
        "references",
        "corrections",
        "facts",
    ] {
        assert!(!meaning[key].is_null(), "{key}");
    }
    assert_eq!(meaning["era"], "1999-2005");
    assert_eq!(meaning["conditions"][0], "TCP, destination port 27374");
    let mut out = Vec::new();
    let found = knowledge.search(&Query::read("53/udp").unwrap(), 10);
    port::write_json(&found, knowledge, Language::ZhCn, &mut out);
    let ports: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(ports[0]["services"][0]["name"], "domain");
    assert_eq!(ports[0]["services"][0]["source"], "IANA");
    assert_eq!(ports[0]["connection"], "connectionless");
}

#[test]
fn a_report_has_the_promised_shape_and_the_same_bytes_each_time() {
    let home = Home::default();
    let profile = play(
        &[
            "tcp 198.51.100.118:45677 > 192.168.1.20:23 SYN len=40 seq=3232235796 repeat=5",
            "tcp 198.51.100.7:40000 > 192.168.1.9:1-40 SYN",
            "udp 192.0.2.188:3310 > 192.168.1.4:1434 len=404 action=allowed",
        ],
        &home,
        &mut |_, _| {},
    );
    let summary = find(&profile, Knowledge::embedded());
    let mut ledger = Ledger::default();
    (0..46).for_each(|_| ledger.decoded(1));
    ledger.refuse(Refusal::BadPort);
    ledger.skip(Skip::Blank);
    let digest = Digest {
        who: &rutter_knowledge::Who::default(),
        ledger: &ledger,
        inputs: vec![Input {
            name: Untrusted::new(b"ufw.log"),
            ledger: &ledger,
            oddities: rutter_report::Oddities::default(),
            years: Years::Modified(2026),
            refused: vec![Refused {
                why: Refusal::BadPort,
                line: 3,
                start: Untrusted::new(b"DPT=99999"),
            }],
            errors: Vec::new(),
        }],
        profile: &profile,
        summary: &summary,
        home: &home,
        zone: TimeZone::UTC,
        language: Language::En,
    };
    let (mut out, mut again) = (Vec::new(), Vec::new());
    digest.write_json(&mut out);
    digest.write_json(&mut again);
    assert_eq!(out, again);
    let report: Value = serde_json::from_slice(&out).unwrap();
    for key in [
        "ledger", "span", "sources", "targets", "findings", "residue", "ports", "answer", "inputs",
    ] {
        assert!(!report[key].is_null(), "{key}");
    }
    let kept = &report["ledger"];
    assert_eq!(
        (&kept["lines"], &kept["events"], &kept["skipped"]),
        (&48.into(), &46.into(), &1.into())
    );
    assert_eq!(kept["refused"], serde_json::json!({"bad-port": 1}));
    assert_eq!(kept["skipped_reasons"], serde_json::json!({"blank": 1}));
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.len() >= 3);
    for finding in findings {
        for key in [
            "id",
            "kind",
            "severity",
            "probability",
            "title",
            "sources",
            "targets",
            "first_seen",
            "last_seen",
            "events",
            "evidence",
            "advice",
        ] {
            assert!(!finding[key].is_null(), "{key}");
        }
        assert!(finding["sources"][0]["ip"].is_string());
    }
    assert_eq!(report["answer"].as_array().unwrap().len(), 3);
}
