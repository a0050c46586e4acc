//! Law 6: text of the log, of file names and of a user's own knowledge leaves by the exits only.
//! Every hostile text goes through every field into every output.

#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test may stop")]

mod common;

use common::{HOSTILE, full_event, is_forbidden, play, without_colours};
use jiff::tz::TimeZone;
use rutter_analysis::{Doubt, Hearing, Home, Supposed, Verdict, Way, find};
use rutter_event::{Event, Ledger, Refusal, Untrusted};
use rutter_knowledge::model::{Reference, Text};
use rutter_knowledge::{Entry, Knowledge, Owner, Tool};
use rutter_report::{Digest, Input, Language, Page, Reader, Refused, Years, event};
use serde_json::Value;

const LANGUAGES: [Language; 2] = [Language::En, Language::ZhCn];

/// Neither the terminal's nor Markdown's form of a page carries what a reader's program acts on.
fn assert_harmless(page: &Page) {
    for width in [40, 80, 200] {
        let text = without_colours(&page.terminal(width));
        assert!(!text.contains(|c| c != '\n' && is_forbidden(c)), "{text:?}");
    }
    let text = page.markdown();
    assert!(!text.contains(|c| c != '\n' && is_forbidden(c)), "{text:?}");
    assert!(
        !text.contains("<script") && !text.contains("](") && !text.contains("<https://evil"),
        "{text}"
    );
}

/// The skeleton of a JSON value: keys and kinds, without the values.
fn shape(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let fields: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{key}:{}", shape(value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(shape).collect::<Vec<_>>().join(",")),
        Value::String(_) => "text".to_owned(),
        Value::Number(_) => "number".to_owned(),
        other => other.to_string(),
    }
}

fn json(event: &Event<'_>, hearing: &Hearing<'_>) -> Value {
    let mut out = Vec::new();
    event::write_json(1, event, Some(hearing), Language::En, &mut out);
    let text = std::str::from_utf8(&out).unwrap();
    assert_eq!(text.matches('\n').count(), 1, "{text:?}");
    assert!(!text.contains(|c| c != '\n' && is_forbidden(c)), "{text:?}");
    serde_json::from_str(text).unwrap()
}

/// An entry of a user's own folder, every text of which is hostile.
fn hostile_entry(bytes: &[u8]) -> Entry {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut entry = Knowledge::embedded()
        .entry("trojan.subseven")
        .unwrap()
        .clone();
    let say = Text {
        title: text.clone(),
        meaning: text.clone(),
        advice: text.clone(),
    };
    (entry.en, entry.zh) = (say.clone(), say);
    entry.references = vec![Reference {
        name: text.clone(),
        url: format!("https://evil\x1b{text}"),
        date: text,
    }];
    entry
}

fn verdict<'k>(entry: &'k Entry, tool: &'k Tool) -> Verdict<'k> {
    Verdict {
        entry,
        probability: 0.97,
        evidence: Vec::new(),
        missing: vec!["tcp.seq"],
        tool: Some(tool),
    }
}

/// An owner as a hostile database names it.
fn owner(text: &str) -> Owner {
    Owner {
        asn: Some(64_500),
        organization: Some(text.to_owned()),
        country: Some(text.to_owned()),
    }
}

fn hearing<'k>(entry: &'k Entry, tool: &'k Tool) -> Hearing<'k> {
    let way = |when| Way {
        when,
        balance: None,
        answers: Vec::new(),
    };
    let doubt = Doubt {
        entry,
        probability: 0.03,
        winner: entry,
        gap: Some(3.0),
        ways: entry.whens.iter().map(way).collect(),
        evidence: Vec::new(),
    };
    Hearing {
        verdicts: vec![verdict(entry, tool)],
        doubts: vec![doubt],
        supposed: Some(Supposed {
            changes: vec!["tcp.seq=1".parse().unwrap()],
            verdicts: vec![verdict(entry, tool)],
        }),
        listening: None,
        elsewhere: None,
        source: owner(&tool.name),
        destination: owner(&tool.name),
    }
}

#[test]
fn events_leave_harmless() {
    let plain_entry = hostile_entry(b"plain");
    let plain_tool = Tool {
        name: "plain".into(),
        proof: "plain".into(),
        chance: 0.1,
    };
    let mut plain = json(&full_event(b"plain"), &hearing(&plain_entry, &plain_tool));
    // The record's own keys are the log's; there are as many of them whatever they hold.
    let fields = |event: &mut Value| event.pointer_mut("/rutter/extra").map(Value::take).unwrap();
    let extra = fields(&mut plain).as_object().unwrap().len();
    for bytes in HOSTILE {
        let event = full_event(bytes);
        let entry = hostile_entry(bytes);
        let name = String::from_utf8_lossy(bytes).into_owned();
        let tool = Tool {
            name: name.clone(),
            proof: name,
            chance: 0.1,
        };
        let hearing = hearing(&entry, &tool);
        let mut object = json(&event, &hearing);
        assert_eq!(
            fields(&mut object).as_object().unwrap().len(),
            extra,
            "{bytes:?}"
        );
        assert_eq!(shape(&object), shape(&plain), "{bytes:?}");
        for language in LANGUAGES {
            let reader = Reader {
                language,
                zone: TimeZone::UTC,
                teach: true,
            };
            assert_harmless(&event::page(1, &event, &hearing, &reader));
        }
    }
}

#[test]
fn text_keeps_its_value_in_json() {
    for bytes in HOSTILE.iter().filter(|b| std::str::from_utf8(b).is_ok()) {
        let object = json(&full_event(bytes), &Hearing::default());
        let rule = object.pointer("/rule/name").and_then(Value::as_str);
        assert_eq!(rule, std::str::from_utf8(bytes).ok());
    }
}

#[test]
fn rows_keep_their_shape_and_hold_no_formula() {
    let mut out = Vec::new();
    event::write_csv_header(&mut out);
    for bytes in HOSTILE {
        event::write_csv(1, &full_event(bytes), &mut out);
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(true)
        .from_reader(out.as_slice());
    assert_eq!(
        reader.headers().unwrap().iter().collect::<Vec<_>>(),
        event::COLUMNS
    );
    let mut rows = 0;
    for row in reader.records() {
        let row = row.unwrap();
        rows += 1;
        for (name, cell) in event::COLUMNS.iter().zip(&row) {
            assert!(!cell.contains(is_forbidden), "{name}: {cell:?}");
            let formula = [
                '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
            ];
            assert!(!cell.starts_with(formula), "{name}: {cell:?}");
            // Numbers stay numbers.
            if name.ends_with(".port") || name.ends_with("window") || *name == "rutter.line" {
                assert!(cell.parse::<u64>().is_ok(), "{name}: {cell:?}");
            }
        }
    }
    assert_eq!(rows, HOSTILE.len());
}

#[test]
fn every_row_has_every_column() {
    let mut out = Vec::new();
    event::write_csv(1, &Event::default(), &mut out);
    assert!(out.ends_with(b"\r\n"));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(out.as_slice());
    assert_eq!(
        reader.records().next().unwrap().unwrap().len(),
        event::COLUMNS.len()
    );
}

#[test]
fn reports_leave_harmless() {
    let home = Home::default();
    let notation = ["tcp 198.51.100.118:45677 > 192.168.1.20:27374 SYN repeat=5"];
    let profile = play(&notation, &home, &mut |_, _| {});
    let mut shapes = Vec::new();
    for bytes in HOSTILE {
        let entry = hostile_entry(bytes);
        let mut summary = find(&profile, Knowledge::embedded());
        for finding in &mut summary.findings {
            finding.entry = &entry;
        }
        for actor in &mut summary.actors {
            actor.entry = &entry;
        }
        let mut ledger = Ledger::default();
        ledger.decoded(1);
        ledger.refuse(Refusal::BadSyntax);
        for (language, years) in LANGUAGES
            .into_iter()
            .zip([Years::Unknown, Years::Run(2026)])
        {
            let digest = Digest {
                who: &rutter_knowledge::Who::default(),
                ledger: &ledger,
                inputs: vec![Input {
                    name: Untrusted::new(bytes),
                    ledger: &ledger,
                    oddities: rutter_report::Oddities::default(),
                    years,
                    refused: vec![Refused {
                        why: Refusal::BadSyntax,
                        line: 1,
                        start: Untrusted::new(bytes),
                    }],
                    errors: vec![String::from_utf8_lossy(bytes).into_owned()],
                }],
                profile: &profile,
                summary: &summary,
                home: &home,
                zone: TimeZone::UTC,
                language,
            };
            assert_harmless(&digest.page());
            let mut out = Vec::new();
            digest.write_json(&mut out);
            let text = std::str::from_utf8(&out).unwrap();
            assert!(!text.contains(|c| c != '\n' && is_forbidden(c)), "{text:?}");
            if language == Language::En {
                shapes.push(shape(&serde_json::from_str(text).unwrap()));
            }
        }
    }
    shapes.dedup();
    assert_eq!(shapes.len(), 1, "the shape depends on the text");
}

#[test]
fn a_flood_of_fields_and_a_giant_label_stay_bounded() {
    let label = vec![b'A'; 1 << 20];
    let mut event = full_event(&label);
    event.extra = rutter_event::Extra::new(b"k", |record, sink| {
        (0..100_000).for_each(|_| sink(Untrusted::new(record), Untrusted::new(b"v")));
    });
    let object = json(&event, &Hearing::default());
    let kept = object
        .pointer("/rutter/extra")
        .and_then(Value::as_object)
        .unwrap()
        .len();
    let omitted = object
        .pointer("/rutter/extra_omitted")
        .and_then(Value::as_u64)
        .unwrap();
    assert_eq!(kept as u64 + omitted, 100_000);
    assert!(kept <= 256);
    let entry = hostile_entry(b"plain");
    let tool = Tool {
        name: "plain".into(),
        proof: "plain".into(),
        chance: 0.1,
    };
    let reader = Reader {
        language: Language::En,
        zone: TimeZone::UTC,
        teach: true,
    };
    let page = event::page(1, &event, &hearing(&entry, &tool), &reader);
    assert!(page.terminal(80).len() < 10_000);
}
