//! Parquet: what is written is read back by the format's own library.

#![cfg(feature = "parquet")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop"
)]

mod common;

use std::io::Write as _;

use common::{HOSTILE, full_event, is_forbidden};
use parquet::basic::{LogicalType, TimeUnit};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::{Field, Row};
use rutter_event::{Event, TcpFlags};
use rutter_report::event::COLUMNS;
use rutter_report::event::parquet::{Rows, Table, write_parquet};

type Reader = SerializedFileReader<std::fs::File>;

fn rows(events: &[Event<'_>], from: u64) -> Rows {
    let mut rows = Rows::default();
    for (line, event) in (from..).zip(events) {
        write_parquet(line, event, &mut rows);
    }
    rows
}

fn file(batches: &[Rows]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut table = Table::new().unwrap();
    for batch in batches {
        table.put(batch, &mut out).unwrap();
    }
    table.finish(&mut out).unwrap();
    out
}

fn read(bytes: &[u8]) -> Reader {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    SerializedFileReader::new(file).unwrap()
}

fn all(reader: &Reader) -> Vec<Row> {
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(Result::unwrap).collect()
}

fn cell<'r>(row: &'r Row, name: &str) -> &'r Field {
    let mut columns = row.get_column_iter();
    columns.find(|(column, _)| *column == name).unwrap().1
}

fn text(text: &str) -> Field {
    Field::Str(text.to_owned())
}

#[test]
fn every_cell_is_read_back() {
    let mut event = full_event(b"text");
    event.packet.tcp.flags = Some(TcpFlags::SYN.with(TcpFlags::ACK));
    event.packet.tcp.seq = Some(u32::MAX);
    event.packet.source.port = Some(u16::MAX);
    event.packet.ttl = Some(u8::MAX);
    event.bytes = Some(u64::MAX);
    let reader = read(&file(&[rows(&[event], 17)]));
    let all = all(&reader);
    let row = &all[0];
    let names: Vec<&str> = row
        .get_column_iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, COLUMNS);
    // The reader's own rows know times of milliseconds and microseconds only.
    assert_eq!(
        cell(row, "@timestamp"),
        &Field::Long(1_795_435_200_120_000_000)
    );
    for (name, expected) in [
        ("rutter.uptime", Field::Null),
        ("rutter.line", Field::ULong(17)),
        ("rutter.format", text("netfilter")),
        ("event.action", text("drop")),
        ("event.duration", Field::ULong(1_000)),
        ("source.ip", text("198.51.100.7")),
        ("source.port", Field::UShort(u16::MAX)),
        ("source.mac", text("00-11-AA-BB-CC-FF")),
        ("source.nat.ip", text("2001:db8::1")),
        ("destination.port", Field::UShort(23)),
        ("network.transport", text("tcp")),
        ("network.iana_number", Field::UByte(6)),
        ("network.bytes", Field::ULong(u64::MAX)),
        ("rule.name", text("text")),
        ("rutter.tcp.flags", text("SYN+ACK")),
        ("rutter.tcp.seq", Field::UInt(u32::MAX)),
        ("rutter.ip.ttl", Field::UByte(u8::MAX)),
        ("rutter.icmp.type", Field::UByte(3)),
        ("rutter.icmp.quoted.destination.port", Field::UShort(23)),
        ("rutter.service.destination", text("telnet")),
    ] {
        assert_eq!(cell(row, name), &expected, "{name}");
    }
}

#[test]
fn times_are_nanoseconds_in_utc() {
    let reader = read(&file(&[]));
    let metadata = reader.metadata().file_metadata();
    assert_eq!(metadata.num_rows(), 0);
    let time = metadata.schema_descr().column(0);
    assert_eq!(
        time.logical_type_ref(),
        Some(&LogicalType::timestamp(true, TimeUnit::NANOS))
    );
}

#[test]
fn what_is_absent_is_null() {
    let reader = read(&file(&[rows(&[Event::default()], 1)]));
    let all = all(&reader);
    let there = all[0]
        .get_column_iter()
        .filter(|(_, field)| **field != Field::Null);
    let there: Vec<&str> = there.map(|(name, _)| name.as_str()).collect();
    assert_eq!(there, ["rutter.line"]);
}

#[test]
fn row_groups_do_not_depend_on_batches() {
    const GROUP: usize = 65_536;
    let event = full_event(b"text");
    let events = vec![event; GROUP + 3];
    let whole = file(&[rows(&events, 1)]);
    let (start, end) = events.split_at(GROUP - 1);
    let parts = [rows(start, 1), Rows::default(), rows(end, GROUP as u64)];
    assert!(file(&parts) == whole, "batches change the bytes");
    let reader = read(&whole);
    let groups = reader.metadata().row_groups();
    let sizes: Vec<i64> = groups.iter().map(|group| group.num_rows()).collect();
    assert_eq!(sizes, [65_536, 3]);
    let last = reader.get_row_iter(None).unwrap().last().unwrap().unwrap();
    assert_eq!(cell(&last, "rutter.line"), &Field::ULong(65_539));
}

#[test]
fn hostile_text_stays_in_its_cell() {
    let events: Vec<Event<'_>> = HOSTILE.iter().map(|bytes| full_event(bytes)).collect();
    let reader = read(&file(&[rows(&events, 1)]));
    let all = all(&reader);
    assert_eq!(all.len(), HOSTILE.len());
    for (row, event) in all.iter().zip(&events) {
        let shown = event.rule.terminal().to_string();
        assert_eq!(cell(row, "rule.name"), &text(&shown));
        assert!(!shown.contains(is_forbidden), "{shown:?}");
        assert_eq!(cell(row, "rutter.ip.id"), &Field::UShort(54_321));
    }
}
