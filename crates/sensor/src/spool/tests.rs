#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::collections::BTreeSet;

use rutter_event::{Timestamp, Transport};
use tempfile::TempDir;

use super::*;
use crate::contact::Contact;
use crate::record;

fn line(sequence: u64) -> Vec<u8> {
    let payload = format!("probe {sequence}\r\n").into_bytes();
    let contact = Contact {
        time: Timestamp(1_795_428_000_000_000_000),
        duration: None,
        transport: Transport::UDP,
        source: "198.51.100.7:43210".parse().unwrap(),
        destination: "203.0.113.9:161".parse().unwrap(),
        ttl: Some(64),
        payload: &payload,
        length: payload.len(),
        greeted: None,
        ended: None,
    };
    let mut out = Vec::new();
    record::write(&contact, sequence, "", &mut out);
    out
}

fn put(spool: &mut Spool, many: u64) {
    for _ in 0..many {
        let line = line(spool.next());
        spool.append(&line, 1, Instant::now()).unwrap();
    }
}

fn open(folder: &TempDir, quota: u64, segment: u64) -> (Spool, Recovered) {
    Spool::open(folder.path(), quota, segment).unwrap()
}

/// Numbers of all records, in the order of the files.
fn numbers(folder: &TempDir) -> Vec<u64> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "jsonl"))
        .collect();
    paths.sort();
    paths
        .iter()
        .flat_map(|path| {
            let bytes = fs::read(path).unwrap();
            assert!(bytes.is_empty() || bytes.ends_with(b"\n"));
            bytes
                .split(|b| *b == b'\n')
                .filter(|line| !line.is_empty())
                .map(|line| record::verify(line).unwrap())
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn records_are_numbered_through_restarts() {
    let folder = TempDir::new().unwrap();
    for run in 0..3 {
        let (mut spool, told) = open(&folder, u64::MAX, 4000);
        assert_eq!((told.records, told.torn, told.damaged), (run * 20, 0, 0));
        put(&mut spool, 20);
    }
    assert_eq!(numbers(&folder), (1..=60).collect::<Vec<_>>());
    assert!(
        fs::read_dir(folder.path()).unwrap().count() > 5,
        "several files"
    );
}

#[test]
fn a_torn_end_is_cut_off_wherever_it_was_torn() {
    let folder = TempDir::new().unwrap();
    let (mut spool, _) = open(&folder, u64::MAX, u64::MAX);
    put(&mut spool, 3);
    drop(spool);
    let path = folder.path().join(name(1));
    let whole = fs::read(&path).unwrap();
    let ends: Vec<usize> = (0..whole.len()).filter(|i| whole[*i] == b'\n').collect();
    for cut in 0..=whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        let (mut spool, told) = open(&folder, u64::MAX, u64::MAX);
        let kept = ends.iter().filter(|end| **end < cut).count() as u64;
        let good = ends
            .iter()
            .rfind(|end| **end < cut)
            .map_or(0, |end| end + 1);
        assert_eq!(
            (told.records, told.torn),
            (kept, (cut - good) as u64),
            "cut at {cut}"
        );
        put(&mut spool, 1);
        assert_eq!(numbers(&folder), (1..=kept + 1).collect::<Vec<_>>());
    }
}

#[test]
fn a_changed_record_stays_and_is_counted() {
    let folder = TempDir::new().unwrap();
    let (mut spool, _) = open(&folder, u64::MAX, u64::MAX);
    put(&mut spool, 3);
    drop(spool);
    let path = folder.path().join(name(1));
    let mut bytes = fs::read(&path).unwrap();
    bytes[40] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let (spool, told) = open(&folder, u64::MAX, u64::MAX);
    assert_eq!((told.records, told.torn, told.damaged), (2, 0, 1));
    assert_eq!(spool.next(), 4);
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[test]
fn the_quota_holds_and_what_it_costs_is_counted() {
    let folder = TempDir::new().unwrap();
    let (quota, segment) = (20_000, 4000);
    let (mut spool, _) = open(&folder, quota, segment);
    for _ in 0..200 {
        put(&mut spool, 1);
        let held: u64 = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .sum();
        assert!(held <= quota, "{held}");
    }
    let kept = numbers(&folder);
    assert_eq!(kept.len() as u64 + spool.removed(), 200);
    assert_eq!(kept, (spool.removed() + 1..=200).collect::<Vec<_>>());
}

#[test]
fn a_second_sensor_is_turned_away() {
    let folder = TempDir::new().unwrap();
    let (_held, _) = open(&folder, 1000, 1000);
    let error = Spool::open(folder.path(), 1000, 1000)
        .unwrap_err()
        .to_string();
    assert!(error.contains("another sensor"), "{error}");
}

#[test]
fn a_full_disk_costs_records_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let (mut spool, _) = open(&folder, u64::MAX, u64::MAX);
    put(&mut spool, 2);
    // A device that is always full stands in for the file.
    spool.file = Some(OpenOptions::new().write(true).open("/dev/full").unwrap());
    let now = Instant::now();
    let next = spool.next();
    assert!(spool.append(&line(next), 1, now).is_err());
    assert_eq!(
        spool.next(),
        next,
        "a number that was not kept is given again"
    );
    let soon = now + PAUSE / 2;
    assert!(
        spool.append(&line(next), 1, soon).is_err(),
        "not tried again at once"
    );
    spool.turn();
    let later = now + PAUSE * 2;
    spool.append(&line(next), 1, later).unwrap();
    let all = numbers(&folder);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    assert_eq!(all, [1, 2, 3]);
}
