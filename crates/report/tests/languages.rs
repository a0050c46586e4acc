//! Both languages are complete: no English sentence in a Chinese page, no Chinese in an English one.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

mod common;

use std::sync::OnceLock;

use common::{full_event, play, without_colours};
use jiff::tz::TimeZone;
use rutter_analysis::suppose::Supposition;
use rutter_analysis::{Hearing, Home, Profile, Questions, find, hear};
use rutter_event::{Action, Event, Ledger, Packet, Refusal, Skip, Stamp, Transport, Untrusted};
use rutter_knowledge::model::Text;
use rutter_knowledge::{Classes, Entry, Found, Index, Knowledge, Query};
use rutter_report::{Digest, Input, Language, Page, Reader, Refused, Years, event, port};

const LANGUAGES: [Language; 2] = [Language::En, Language::ZhCn];

/// Words without which hardly an English sentence gets by, and which no name or command holds.
const ENGLISH: [&str; 34] = [
    "the", "of", "is", "was", "and", "from", "by", "it", "its", "are", "were", "not", "this",
    "that", "with", "what", "who", "how", "more", "other", "nothing", "packet", "packets",
    "sources", "ports", "because", "likely", "perhaps", "allowed", "denied", "dropped", "line",
    "events", "found",
];

fn assert_in(language: Language, text: &str) {
    match language {
        Language::En => {
            let chinese = text
                .chars()
                .find(|c| matches!(c, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ff60}'));
            assert_eq!(chinese, None, "{text}");
        }
        Language::ZhCn => {
            let word = text
                .split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.' | '_' | '/'))
                .find(|word| ENGLISH.contains(&word.to_ascii_lowercase().as_str()));
            assert_eq!(word, None, "{text}");
        }
    }
}

fn assert_page(language: Language, page: &Page) {
    assert_in(language, &without_colours(&page.terminal(100)));
    assert_in(language, &page.markdown());
}

/// The base with its own texts replaced, so that only the words of this crate are left.
fn base() -> Knowledge {
    let plain = |mut entry: Entry| {
        let text = |word: &str| Text {
            title: word.into(),
            meaning: word.into(),
            advice: word.into(),
        };
        (entry.en, entry.zh) = (text("Text"), text("文字"));
        entry.facts.clear();
        entry.corrections.clear();
        entry.references.clear();
        for when in &mut entry.whens {
            when.says = None;
        }
        for evidence in &mut entry.evidence {
            evidence.says = None;
        }
        entry
    };
    Knowledge {
        entries: Knowledge::embedded()
            .entries
            .iter()
            .cloned()
            .map(plain)
            .collect(),
        topics: Vec::new(),
        notes: Vec::new(),
        index: OnceLock::from(Index::default()),
        classes: Classes::default(),
    }
}

#[test]
fn ports_speak_one_language() {
    let knowledge = base();
    let all: Vec<&Entry> = knowledge.entries.iter().collect();
    for language in LANGUAGES {
        for query in [
            "23",
            "27374",
            "53/udp",
            "61000-61010",
            "6000-6100",
            "50000",
            "0",
        ] {
            let mut found = knowledge.search(&Query::read(query).unwrap(), 8);
            // What IANA calls a service is a name.
            found.ports.retain(|(transport, port)| {
                rutter_knowledge::Ports::embedded()
                    .name(Some(*transport), *port)
                    .is_none()
            });
            assert_page(language, &port::page(&found, &knowledge, language));
        }
        // Every way of recognition of every entry.
        for entry in &all {
            let found = Found {
                entries: vec![entry],
                ..Found::default()
            };
            assert_page(language, &port::page(&found, &knowledge, language));
        }
        assert_page(
            language,
            &port::page(&Found::default(), &knowledge, language),
        );
        assert_page(language, &port::contents(&knowledge, language));
    }
}

#[test]
fn events_speak_one_language() {
    let knowledge = base();
    let entry = knowledge.entry("trojan.subseven").unwrap();
    for language in LANGUAGES {
        let reader = Reader {
            language,
            zone: TimeZone::UTC,
            teach: true,
        };
        let mut events = vec![full_event(b"eth0"), Event::default()];
        for action in [
            Action::Unstated,
            Action::Allowed,
            Action::Dropped,
            Action::Rejected,
            Action::Denied,
        ] {
            events.push(Event {
                action,
                stamp: Stamp::Boot(1),
                ..Event::default()
            });
        }
        for transport in [Transport::ICMP, Transport::ICMPV6] {
            for kind in 0..=255 {
                let mut packet = Packet {
                    transport: Some(transport),
                    ..Packet::default()
                };
                packet.icmp.kind = Some(kind);
                packet.icmp.code = Some(1);
                events.push(Event {
                    packet,
                    ..Event::default()
                });
            }
        }
        for probability in [0.2, 0.5, 0.8, 0.95, 0.999] {
            let verdict = rutter_analysis::Verdict {
                entry,
                probability,
                evidence: Vec::new(),
                missing: vec!["tcp.seq"],
                tool: None,
            };
            let hearing = Hearing {
                verdicts: vec![verdict.clone(), verdict],
                ..Hearing::default()
            };
            for event in &events {
                assert_page(language, &event::page(1, event, &hearing, &reader));
            }
        }
    }
}

#[test]
fn doubts_speak_one_language() {
    let knowledge = base();
    let mut event = full_event(b"eth0");
    // IANA's name of a service would be one.
    event.packet.destination.port = Some(61_002);
    event.packet.source.port = Some(61_001);
    let mut profile = Profile::empty();
    profile.observe(&event, &knowledge);
    for language in LANGUAGES {
        let reader = Reader {
            language,
            zone: TimeZone::UTC,
            teach: true,
        };
        for entry in &knowledge.entries {
            let questions = Questions {
                why_not: vec![entry],
                what_if: Supposition::new(vec!["year=2001".parse().unwrap()]),
                who: None,
            };
            let hearing = hear(&knowledge, &profile, &Home::default(), &questions, &event);
            assert_eq!(hearing.doubts.len(), 1);
            assert_page(language, &event::page(1, &event, &hearing, &reader));
        }
    }
}

/// A report over some notation, with entries' own texts replaced.
fn report(notation: &[&str], ledger: &Ledger, years: Years, language: Language) {
    let knowledge = base();
    let home = Home::default();
    let profile = play(notation, &home, &mut |_, _| {});
    let mut summary = find(&profile, Knowledge::embedded());
    for finding in &mut summary.findings {
        finding.entry = knowledge.entry(&finding.entry.id).unwrap();
        finding
            .evidence
            .retain(|piece| !matches!(piece.says, rutter_analysis::Says::Own(_)));
    }
    for actor in &mut summary.actors {
        actor.entry = knowledge.entry(&actor.entry.id).unwrap();
    }
    for line in &mut summary.ports {
        line.entry = line.entry.and_then(|entry| knowledge.entry(&entry.id));
    }
    let refused = Refused {
        why: Refusal::BadPort,
        line: 3,
        start: Untrusted::new(b"DPT=99999"),
    };
    let input = Input {
        name: Untrusted::new(b"ufw.log"),
        ledger,
        oddities: rutter_report::Oddities::default(),
        years,
        refused: vec![refused],
        errors: Vec::new(),
    };
    let digest = Digest {
        who: &rutter_knowledge::Who::default(),
        ledger,
        inputs: vec![input; 25],
        profile: &profile,
        summary: &summary,
        home: &home,
        zone: TimeZone::UTC,
        language,
    };
    assert_page(language, &digest.page());
    let mut out = Vec::new();
    digest.write_json(&mut out);
    let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
    for sentence in json["answer"].as_array().unwrap() {
        assert_in(language, sentence.as_str().unwrap());
    }
}

#[test]
fn reports_speak_one_language() {
    let mut full = Ledger::default();
    full.decoded(2);
    Refusal::ALL.into_iter().for_each(|why| full.refuse(why));
    Skip::ALL.into_iter().for_each(|why| full.skip(why));
    let mut foreign = Ledger::default();
    foreign.skip(Skip::NotFirewall);
    let mut broken = Ledger::default();
    broken.refuse(Refusal::BadTime);
    let empty = Ledger::default();
    let concern = "tcp 192.168.1.50:40000 > 198.51.100.1-60:23 SYN len=60";
    let through = "tcp 203.0.113.9:51000 > 192.168.1.9:22 SYN action=allowed repeat=60/2s";
    let scan = "tcp 198.51.100.7:40000 > 192.168.1.9:1-300 SYN";
    let silent = "tcp 203.0.113.9:51000 > 198.51.100.3:22 SYN action=unstated repeat=6/2s";
    let stray = "tcp 198.51.100.7:40000 > 192.168.1.9:27374";
    let crowd = "tcp 198.51.100.1-60:40000 > 192.168.1.9:8080 SYN";
    for language in LANGUAGES {
        for ledger in [&full, &foreign, &broken, &empty] {
            report(&[], ledger, Years::Written, language);
        }
        for years in [
            Years::Given(2026),
            Years::Modified(2026),
            Years::Run(2026),
            Years::Unknown,
        ] {
            report(&[stray], &full, years, language);
        }
        for notation in [
            &[concern, through, scan, stray, crowd][..],
            &[concern],
            &[through],
            &[scan, crowd],
            &[silent],
            &[stray, silent],
        ] {
            report(notation, &full, Years::Written, language);
        }
    }
}
