//! Threads and chunks do not change the answer.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::fmt::Write as _;
use std::io::Cursor;
use std::num::NonZeroUsize;

use rutter_analysis::find_with;
use rutter_knowledge::Knowledge;
use rutter_pipeline::{Settings, Threads, convert, profile, seal};
use rutter_source::{Options, Source};

/// Several chunks of lines from many sources, a broken one and a foreign one now and then.
fn log() -> String {
    let mut log = String::new();
    for i in 0..20_000_u32 {
        let (host, port, second) = (
            i * 7 % 251,
            [23, 22, 445, 3389, 8080][(i % 5) as usize],
            i % 60,
        );
        let minute = i / 60 % 60;
        let hour = i / 3_600;
        match i % 97 {
            0 => log.push_str("2026-11-23T10:00:00Z gw sshd[1]: Accepted publickey for root\n"),
            1 => log.push_str("2026-11-23T10:00:00Z gw kernel: [UFW BLOCK] IN=eth0 OUT= MAC= SRC=198.51.1\n"),
            _ => writeln!(
                log,
                "2026-11-23T{hour:02}:{minute:02}:{second:02}Z gw kernel: [UFW BLOCK] IN=eth0 OUT= MAC= \
                 SRC=198.51.100.{host} DST=203.0.113.{} LEN=40 TOS=0x00 PREC=0x00 TTL=51 ID={i} PROTO=TCP \
                 SPT={} DPT={port} WINDOW=1024 RES=0x00 SYN URGP=0 ",
                i % 14 + 1,
                40_000 + i % 999,
            )
            .unwrap(),
        }
    }
    log
}

fn sources() -> Vec<Source> {
    let options = Options::default();
    vec![
        Source::of_program("one", Cursor::new(log()), &options),
        Source::of_program("two", Cursor::new(log()), &options),
    ]
}

fn settings(threads: usize) -> Settings {
    Settings {
        threads: NonZeroUsize::new(threads).unwrap(),
        ..Settings::default()
    }
}

#[test]
fn threads_do_not_change_the_answer() {
    let knowledge = Knowledge::embedded();
    let told = |threads| {
        let outcome = profile(sources(), &settings(threads), knowledge);
        let ledger = outcome.ledger();
        assert!(ledger.balances());
        assert_eq!(ledger.lines, 40_000);
        assert!(outcome.accounts.iter().all(|a| a.steps.latest.is_some()));
        let accounts: Vec<_> = outcome
            .accounts
            .iter()
            .map(|a| (a.ledger.clone(), a.examples.clone(), a.steps))
            .collect();
        format!(
            "{accounts:?} {:?} {:?}",
            outcome.profile.span,
            find_with(
                &Threads(settings(threads).threads),
                &outcome.profile,
                &rutter_analysis::Home::default(),
                knowledge
            )
        )
    };
    let one = told(1);
    for threads in [2, 8, 64] {
        assert!(told(threads) == one, "{threads} threads tell another story");
    }
}

/// Six thousand senders in four logs.
fn crowd() -> Vec<Source> {
    let log = |part: u32| {
        let mut log = String::new();
        for i in (0..1_500).map(|i| part * 1_500 + i) {
            writeln!(
                log,
                "2026-11-23T{:02}:{:02}:{:02}Z gw kernel: [UFW BLOCK] IN=eth0 OUT= MAC= SRC=100.{}.{}.{} DST=203.0.113.9 \
                 LEN=40 TOS=0x00 PREC=0x00 TTL=51 ID={i} PROTO=TCP SPT=40000 DPT={} WINDOW=1024 RES=0x00 SYN URGP=0 ",
                i / 3_600,
                i / 60 % 60,
                i % 60,
                i % 50,
                i % 240,
                i % 199,
                i % 31 + 20,
            )
            .unwrap();
        }
        Source::of_program("crowd", Cursor::new(log), &Options::default())
    };
    (0..4).map(log).collect()
}

#[test]
fn threads_do_not_change_what_is_kept_when_memory_is_short() {
    let knowledge = Knowledge::embedded();
    let sealed = |threads| {
        let settings = Settings {
            memory: 100_000,
            ..settings(threads)
        };
        let outcome = profile(crowd(), &settings, knowledge);
        assert!(outcome.profile.sources.thinning() >= 8);
        seal(&outcome, knowledge)
    };
    let one = sealed(1);
    for threads in [2, 8, 64] {
        assert!(
            sealed(threads) == one,
            "{threads} threads keep something else"
        );
    }
}

#[test]
fn what_is_written_keeps_the_order_of_the_input() {
    let written = |threads| {
        let mut out = Vec::new();
        let render = |line: u64, event: &rutter_event::Event<'_>, out: &mut Vec<u8>| {
            out.extend_from_slice(format!("{line} {:?}\n", event.packet.id).as_bytes());
        };
        let outcome = convert(sources(), &settings(threads), render, &mut out).unwrap();
        assert!(outcome.ledger().balances());
        out
    };
    let one = written(1);
    assert!(one.len() > 300_000);
    for threads in [2, 8] {
        assert!(
            written(threads) == one,
            "{threads} threads write another order"
        );
    }
}

/// A table of several chunks whose columns change their order twice.
fn table() -> String {
    let mut table = String::new();
    for i in 0..60_000_u32 {
        match i {
            0 => table.push_str(
                "#Fields: date time action protocol src-ip dst-ip src-port dst-port path\n",
            ),
            25_000 => {
                table.push_str(
                    "#Fields: date time action protocol dst-ip src-ip dst-port src-port path\n",
                );
            }
            45_000 => {
                table.push_str(
                    "#Fields: date time path action protocol src-ip dst-ip src-port dst-port\n",
                );
            }
            _ => {}
        }
        let (from, to) = (format!("198.51.100.{}", i % 251), "203.0.113.9");
        let (port, home) = (40_000 + i % 999, 3389);
        let _ = match i {
            ..25_000 => writeln!(
                table,
                "2026-11-23 10:00:00 DROP TCP {from} {to} {port} {home} RECEIVE"
            ),
            25_000..45_000 => writeln!(
                table,
                "2026-11-23 10:00:00 DROP TCP {to} {from} {home} {port} RECEIVE"
            ),
            _ => writeln!(
                table,
                "2026-11-23 10:00:00 RECEIVE DROP TCP {from} {to} {port} {home}"
            ),
        };
    }
    table
}

#[test]
fn a_header_counts_in_every_chunk_behind_it() {
    let table = table();
    assert!(table.len() > 3 << 20, "several chunks");
    let written = |threads| {
        let mut out = Vec::new();
        let render = |line: u64, event: &rutter_event::Event<'_>, out: &mut Vec<u8>| {
            let [from, to] = [event.packet.source, event.packet.destination]
                .map(|end| (end.ip.unwrap().to_string(), end.port));
            assert!(from.0.starts_with("198.51.100."), "{line}: {from:?}");
            assert_eq!(to, ("203.0.113.9".to_owned(), Some(3389)), "{line}");
            out.extend_from_slice(format!("{line} {from:?}\n").as_bytes());
        };
        let source = Source::of_program("table", Cursor::new(table.clone()), &Options::default());
        let outcome = convert(vec![source], &settings(threads), render, &mut out).unwrap();
        assert_eq!(outcome.ledger().events, 60_000);
        assert!(outcome.ledger().balances());
        out
    };
    let one = written(1);
    assert!(written(4) == one, "4 threads write something else");
}
