use std::fmt::Write as _;

use proptest::prelude::*;
use rutter_event::{Civil, Refusal, Skip, Stamp};

use super::{Scratch, open};
use crate::framing::TOO_LONG;
use crate::record::Rejection;

mod json;
mod table;

fn rows() -> impl Iterator<Item = &'static table::Row> {
    [
        table::BSD,
        table::ISO,
        table::RFC5424,
        table::KERNEL,
        table::CISCO,
        json::JSON,
    ]
    .into_iter()
    .flatten()
}

/// A stamp in the notation of the table.
fn show(stamp: Stamp) -> String {
    let mut text = String::new();
    let fraction = match stamp {
        Stamp::Absent => 0,
        Stamp::Boot(nanoseconds) => {
            let _ = write!(text, "^{}", nanoseconds / 1_000_000_000);
            nanoseconds % 1_000_000_000
        }
        Stamp::Civil(Civil {
            year,
            month,
            day,
            hour,
            minute,
            second,
            nanosecond,
        }) => {
            let year = year.map_or("????".to_owned(), |year| format!("{year:04}"));
            let _ = write!(
                text,
                "-{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
            );
            nanosecond.into()
        }
        Stamp::Instant(time) => {
            let (days, second) = (
                time.seconds().div_euclid(86_400),
                time.seconds().rem_euclid(86_400),
            );
            let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
            let _ = write!(text, "+{}T{hour:02}:{minute:02}:{second:02}", date(days));
            time.nanoseconds().into()
        }
    };
    if fraction > 0 {
        let digits = format!("{fraction:09}");
        let _ = write!(text, ".{}", digits.trim_end_matches('0'));
    }
    if matches!(stamp, Stamp::Instant(_)) {
        text.push('Z');
    }
    text
}

/// The date so many days after 1970-01-01, counted on the fingers.
fn date(mut days: i64) -> String {
    let leaps = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = 1970;
    while days < 0 {
        year -= 1;
        days += if leaps(year) { 366 } else { 365 };
    }
    while days >= if leaps(year) { 366 } else { 365 } {
        days -= if leaps(year) { 366 } else { 365 };
        year += 1;
    }
    let february = if leaps(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", days + 1)
}

#[test]
fn the_table_holds() {
    let mut scratch = Scratch::default();
    let mut wrong = Vec::new();
    for (line, stamp, host, program, message) in rows() {
        let found = match open(line.as_bytes(), &mut scratch) {
            Ok(record) => {
                assert_eq!(record.raw, line.as_bytes());
                [
                    show(record.stamp),
                    String::from_utf8_lossy(record.hostname.bytes()).into_owned(),
                    String::from_utf8_lossy(record.program).into_owned(),
                    String::from_utf8_lossy(record.message).into_owned(),
                ]
            }
            Err(why) => [
                format!("{why:?}"),
                String::new(),
                String::new(),
                String::new(),
            ],
        };
        if found != [*stamp, *host, *program, *message] {
            wrong.push(format!(
                "{line}\n  is       {found:?}\n  and not  {:?}",
                [stamp, host, program, message]
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} rows\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The lines of the README's block of that name.
fn block(name: &str) -> Vec<&'static str> {
    let readme = include_str!("../README.md");
    let behind = readme
        .split_once(&format!("```{name}\n"))
        .map_or("", |(_, behind)| behind);
    behind
        .split_once("```")
        .map_or("", |(block, _)| block)
        .lines()
        .collect()
}

#[test]
fn examples_of_the_readme_are_true() {
    let (lines, records) = (block("log"), block("record"));
    assert!(lines.len() >= 10 && lines.len() == records.len());
    for (line, expected) in lines.into_iter().zip(records) {
        let mut scratch = Scratch::default();
        let found = open(line.as_bytes(), &mut scratch).map(|record| {
            let parts = [record.hostname.bytes(), record.program, record.message];
            let [host, program, message] = parts.map(String::from_utf8_lossy);
            format!("{} | {host} | {program} | {message}", show(record.stamp))
        });
        assert_eq!(found.as_deref(), Ok(expected), "{line}");
    }
}

#[test]
fn message_id_and_structured_data_are_kept() {
    let mut scratch = Scratch::default();
    let line =
        b"<14>1 2026-11-23T10:00:00Z fw01 RT_FLOW 12 SESSION [a@32473 b=\"]\"][c@32473] text";
    let record = open(line, &mut scratch).map(|r| (r.msgid, r.structured, r.message));
    assert_eq!(
        record,
        Ok((
            &b"SESSION"[..],
            &b"[a@32473 b=\"]\"][c@32473]"[..],
            &b"text"[..]
        ))
    );
}

#[test]
fn broken_envelopes_are_refused() {
    let mut scratch = Scratch::default();
    let too_long = String::from_utf8_lossy(TOO_LONG).into_owned();
    let rows: &[(&str, Rejection)] = &[
        (
            "<134>1 2026-13-23T10:00:00Z fw01 kernel - - - IN=",
            Refusal::BadTime.into(),
        ),
        (
            "<134>1 2026-11-23T25:00:00Z fw01 kernel - - - IN=",
            Refusal::BadTime.into(),
        ),
        (
            "<134>1 2026-11-23T10:00:00+99:00 fw01 kernel - - - IN=",
            Refusal::BadTime.into(),
        ),
        (
            "<134>1 1500-11-23T10:00:00Z fw01 kernel - - - IN=",
            Refusal::BadTime.into(),
        ),
        (
            r#"{"log":"IN=eth0","stream":"std"#,
            Refusal::Truncated.into(),
        ),
        (r#"{"log":"IN=eth0 DPT=44"#, Refusal::Truncated.into()),
        (r#"{"log":"IN=eth0\"#, Refusal::Truncated.into()),
        (r#"{"log":"IN=eth0\q"}"#, Refusal::BadSyntax.into()),
        (r#"{"log":"IN=eth0\u12x4"}"#, Refusal::BadSyntax.into()),
        (
            r#"{"log":"IN=eth0" "stream":"stdout"}"#,
            Refusal::BadSyntax.into(),
        ),
        (
            r#"{"log":"IN=eth0"} {"log":"IN=eth1"}"#,
            Refusal::BadSyntax.into(),
        ),
        (r#"{"MESSAGE":[73,256]}"#, Refusal::BadSyntax.into()),
        (r#"{"MESSAGE":[73,"x"]}"#, Refusal::BadSyntax.into()),
        (&too_long, Refusal::TooLong.into()),
        (" SUBSYSTEM=net", Skip::NotFirewall.into()),
        (" DEVICE=n2", Skip::NotFirewall.into()),
    ];
    for (line, why) in rows {
        assert_eq!(
            open(line.as_bytes(), &mut scratch).map(|r| r.message.len()),
            Err(*why),
            "{line}"
        );
    }
}

/// Every part of a record lies in the line, in the scratch room or in the program.
fn look(line: &[u8], scratch: &mut Scratch) {
    if let Ok(record) = open(line, scratch) {
        assert_eq!(record.raw, line);
        let parts = [
            record.hostname.bytes(),
            record.program,
            record.message,
            record.msgid,
        ];
        assert!(parts.iter().all(|part| part.len() <= line.len().max(6)));
        if let Stamp::Civil(civil) = record.stamp {
            assert!(civil.is_valid());
        }
    }
}

#[test]
fn every_prefix_and_every_changed_byte_is_survived() {
    let mut scratch = Scratch::default();
    for (line, ..) in rows() {
        let mut line = line.as_bytes().to_vec();
        for end in 0..line.len() {
            look(line.get(..end).unwrap_or_default(), &mut scratch);
        }
        for at in 0..line.len() {
            let was = line[at];
            for byte in 0..=255 {
                line[at] = byte;
                look(&line, &mut scratch);
            }
            line[at] = was;
        }
    }
}

#[test]
fn nothing_remains_in_the_scratch_room() {
    let mut used = Scratch::default();
    for (line, ..) in rows() {
        let fresh = open(line.as_bytes(), &mut Scratch::default()).map(|r| {
            (
                show(r.stamp),
                r.hostname.bytes().to_vec(),
                r.program.to_vec(),
                r.message.to_vec(),
            )
        });
        let again = open(line.as_bytes(), &mut used).map(|r| {
            (
                show(r.stamp),
                r.hostname.bytes().to_vec(),
                r.program.to_vec(),
                r.message.to_vec(),
            )
        });
        assert_eq!(fresh, again, "{line}");
    }
}

#[test]
fn layers_have_an_end() {
    let mut scratch = Scratch::default();
    for layer in [
        "<4>",
        "Nov 23 10:00:00 a ",
        "1: ",
        "2026-11-23T10:00:00Z b ",
        "\x1e",
        "\u{feff}",
        "{\"log\":\"",
    ] {
        let line = layer.repeat(10_000);
        look(line.as_bytes(), &mut scratch);
    }
}

/// Pieces that headers are made of, and any byte.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let word = prop::sample::select(vec![
        "<134>",
        "1 ",
        "Nov 23 10:00:00 ",
        "2026-11-23T10:00:00",
        "Z ",
        "+01:00 ",
        "fw01 ",
        "kernel: ",
        "filterlog[1]: ",
        "[12.345678] ",
        "[Mon Nov 23 10:00:00 2026] ",
        "- ",
        "{\"log\":\"",
        "\"}",
        "\\u00e9",
        "{\"MESSAGE\":",
        "[1,2]",
        "{\"event\":{\"original\":\"",
        "}",
        ",\"time\":1795430404",
        "123: ",
        "*",
        "%SEC-6-X: ",
        "UTC: ",
        "\x1b[31m",
        "\"",
        "IN=eth0 ",
        "4,1,2,-;",
        "@cee:",
        "stdout F ",
        "2026 ",
    ]);
    let piece = prop_oneof![
        4 => word.prop_map(|word| word.as_bytes().to_vec()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn headers_in_any_order_are_survived(line in line()) {
        look(&line, &mut Scratch::default());
    }

    #[test]
    fn arbitrary_bytes_are_survived(line in prop::collection::vec(any::<u8>(), 0..300)) {
        look(&line, &mut Scratch::default());
    }

    #[test]
    fn every_day_has_its_place(days in -106_000_i64..106_000, second in 0_i64..86_400, offset in -18_i64..=18) {
        let local = days * 86_400 + second;
        let (hour, minute, second) = (local / 3600 % 24, local / 60 % 60, local % 60);
        let [hour, minute, second] = [hour, minute, second].map(i64::abs);
        let sign = if offset < 0 { '-' } else { '+' };
        let line = format!("{}T{hour:02}:{minute:02}:{second:02}{sign}{:02}:00 fw01 kernel: x", date(days), offset.abs());
        let stamp = open(line.as_bytes(), &mut Scratch::default()).map(|r| r.stamp);
        let instant = days * 86_400 + hour * 3600 + minute * 60 + second - offset * 3600;
        let expected = rutter_event::Timestamp::from_seconds(instant, 0);
        prop_assert_eq!(stamp, Ok(expected.map_or(Stamp::Absent, Stamp::Instant)));
    }

    #[test]
    fn json_strings_come_out_as_they_went_in(text in "[^\n\r\0]*[a-z=]", host in "[a-zA-Z0-9\"\\\\\u{e9}]{1,8}") {
        let message = format!("IN={text}");
        let line = serde_json::json!({ "MESSAGE": message, "_HOSTNAME": host }).to_string();
        let mut scratch = Scratch::default();
        let record = open(line.as_bytes(), &mut scratch).map(|r| (r.message, r.hostname.bytes()));
        prop_assert_eq!(record, Ok((message.as_bytes(), host.as_bytes())));
    }
}
