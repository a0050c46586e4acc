//! Several compressed files, unpacked side by side, are told as one after the other.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use rutter_event::Event;
use rutter_knowledge::Knowledge;
use rutter_pipeline::{Outcome, Settings, convert, profile, seal};
use rutter_source::{Options, open_all};
use tempfile::TempDir;

/// A log of so many lines, a broken one now and then, without years.
fn log(number: u32, lines: u32) -> Vec<u8> {
    let mut log = String::new();
    for i in 0..lines {
        let _ = if i % 97 == 5 {
            writeln!(
                log,
                "Nov 23 10:00:00 gw kernel: [UFW BLOCK] IN=eth0 OUT= MAC= SRC=198.51.1"
            )
        } else {
            writeln!(
                log,
                "Nov 23 {:02}:{:02}:{:02} gw kernel: [UFW BLOCK] IN=eth0 OUT= MAC= SRC=198.51.100.{} DST=203.0.113.{number} \
                 LEN=40 TOS=0x00 PREC=0x00 TTL=51 ID={} PROTO=TCP SPT=40000 DPT={} WINDOW=1024 RES=0x00 SYN URGP=0 ",
                i / 3_600,
                i / 60 % 60,
                i % 60,
                i * 7 % 251,
                i % 65_536,
                i % 31 + 20,
            )
        };
    }
    log.into_bytes()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// What a folder of logs may come to: whole, empty, broken, torn, packed in pieces, and not packed at all.
fn folder() -> (TempDir, Vec<PathBuf>) {
    let folder = TempDir::new().unwrap();
    let torn = |mut bytes: Vec<u8>, keep: usize| {
        bytes.truncate(bytes.len() * keep / 10);
        bytes
    };
    let mut broken = gz(&log(5, 7_000));
    let middle = broken.len() / 2;
    broken.get_mut(middle..middle + 64).unwrap().fill(0x55);
    let pieces = [gz(&log(6, 3_000)), gz(b""), gz(&log(7, 3_000))].concat();
    let contents = [
        gz(&log(1, 12_000)),
        gz(b""),
        log(2, 3_000),
        torn(gz(&log(3, 7_000)), 7),
        gz(&log(4, 10)),
        broken,
        Vec::new(),
        pieces,
        gz(&gz(&log(8, 3_000))),
        log(9, 10),
        gz(&log(10, 3_000)),
        vec![0x1f, 0x8b, 8],
    ];
    let paths = (0..).map(|number| folder.path().join(format!("{number:02}.log")));
    let paths: Vec<PathBuf> = paths.take(contents.len()).collect();
    for (path, content) in paths.iter().zip(contents) {
        fs::write(path, content).unwrap();
    }
    (folder, paths)
}

fn settings(threads: usize) -> Settings {
    Settings {
        threads: NonZeroUsize::new(threads).unwrap(),
        ..Settings::default()
    }
}

/// The files as sources; one of them is gone when it is read.
fn sources(paths: &[PathBuf]) -> Vec<rutter_source::Source> {
    let gone = paths.first().unwrap().with_file_name("gone.log");
    fs::write(&gone, "a line\n").unwrap();
    let mut named: Vec<_> = paths.iter().map(|path| path.clone().into()).collect();
    named.insert(3, gone.clone().into());
    let opened = open_all(&named, &Options::default());
    assert!(opened.errors.is_empty());
    fs::remove_file(gone).unwrap();
    opened.sources
}

/// Everything that the accounts tell.
fn told(outcome: &Outcome) -> String {
    let mut told = String::new();
    for account in &outcome.accounts {
        assert!(account.ledger.balances());
        let failures: Vec<String> = account.failures.iter().map(ToString::to_string).collect();
        writeln!(
            told,
            "{} {:?} {:?} {:?} {:?} {failures:?}",
            account.name.untrusted().terminal(),
            account.ledger,
            account.examples,
            account.years,
            account.steps,
        )
        .unwrap();
    }
    told
}

fn render(line: u64, event: &Event<'_>, out: &mut Vec<u8>) {
    let packet = &event.packet;
    let text = format!(
        "{line} {:?} {:?} {:?}\n",
        event.time, packet.destination.ip, packet.id
    );
    out.extend_from_slice(text.as_bytes());
}

#[test]
fn files_side_by_side_are_written_one_after_the_other() {
    let (_folder, paths) = folder();
    let written = |threads| {
        let mut out = Vec::new();
        let outcome = convert(sources(&paths), &settings(threads), render, &mut out).unwrap();
        (told(&outcome), outcome.ledger(), out)
    };
    let (told, ledger, one) = written(1);
    assert_eq!(
        told.matches("[]").count(),
        9,
        "four cannot be read to their end: {told}"
    );
    assert!(ledger.events > 30_000);
    for threads in [2, 8] {
        let (others, sum, many) = written(threads);
        assert_eq!(others, told, "{threads} threads keep other accounts");
        assert_eq!(sum, ledger);
        assert!(many == one, "{threads} threads write something else");
    }
}

#[test]
fn files_side_by_side_come_to_the_same_sum() {
    let (_folder, paths) = folder();
    let knowledge = Knowledge::embedded();
    let summed = |threads| {
        let outcome = profile(sources(&paths), &settings(threads), knowledge);
        (told(&outcome), seal(&outcome, knowledge))
    };
    let (told, one) = summed(1);
    for threads in [2, 8] {
        let (others, many) = summed(threads);
        assert_eq!(others, told, "{threads} threads keep other accounts");
        assert!(many == one, "{threads} threads come to another sum");
    }
}

/// Takes a little, and then nothing any more, as a pipe to `head` does.
struct Closed(usize);

impl Write for Closed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        match taken {
            0 => Err(io::ErrorKind::BrokenPipe.into()),
            taken => Ok(taken),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn files_side_by_side_end_when_nobody_listens() {
    let (_folder, paths) = folder();
    // The same files over and over under other names, more than can be under way.
    let many: Vec<PathBuf> = (0..2)
        .flat_map(|turn| paths.iter().map(move |path| (turn, path)))
        .map(|(turn, path)| copy(path, turn))
        .collect();
    for taken in [0, 100_000] {
        for threads in [2, 8] {
            let mut out = Closed(taken);
            let end = convert(sources(&many), &settings(threads), render, &mut out);
            assert_eq!(end.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        }
    }
}

fn copy(path: &Path, turn: u32) -> PathBuf {
    let to = path.with_extension(format!("{turn}.log"));
    fs::copy(path, &to).unwrap();
    to
}
