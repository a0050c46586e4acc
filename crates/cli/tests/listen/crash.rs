//! A sudden end at any moment.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::bench::{Net, Sensor, folder, free_ports, spooled};

/// Rounds, unless `RUTTER_KILLS` says how many.
const ROUNDS: u64 = 6;

/// Sends numbers that never come twice, by TCP and UDP, until it is told to stop.
fn chatter(port: u16, next: &Arc<AtomicU64>, stop: &Arc<AtomicBool>) -> thread::JoinHandle<()> {
    let (next, stop) = (Arc::clone(next), Arc::clone(stop));
    thread::spawn(move || {
        let to = SocketAddr::from(([127, 0, 0, 1], port));
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        while !stop.load(Ordering::Relaxed) {
            let number = next.fetch_add(2, Ordering::Relaxed);
            let _ = socket.send_to(format!("number {number} ").as_bytes(), to);
            if let Ok(mut stream) = TcpStream::connect_timeout(&to, Duration::from_millis(200)) {
                let _ = stream.write_all(format!("number {} ", number + 1).as_bytes());
            }
            thread::sleep(Duration::from_micros(300));
        }
    })
}

fn number(record: &serde_json::Value) -> Option<u64> {
    let text = record["rutter"]["payload"]["text"].as_str()?;
    text.strip_prefix("number ")?.trim().parse().ok()
}

#[test]
fn no_acknowledged_record_is_lost_or_doubled() {
    let rounds = std::env::var("RUTTER_KILLS")
        .ok()
        .and_then(|many| many.parse().ok())
        .unwrap_or(ROUNDS);
    let [port] = free_ports();
    let place = folder();
    let spool = place.path().join("spool");
    let arguments = [
        &port.to_string(),
        "--address",
        "127.0.0.1",
        "--spool",
        spool.to_str().unwrap(),
        "--output",
        "json",
        "--rate",
        "100000",
        "--rate-per-source",
        "100000",
        // Nothing makes room here, however many rounds: what is missing at the end was lost.
        "--quota",
        "16G",
    ];
    let next = Arc::new(AtomicU64::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let speakers: Vec<_> = (0..2).map(|_| chatter(port, &next, &stop)).collect();
    let mut acknowledged: BTreeMap<u64, u64> = BTreeMap::new();
    // A generator of one's own, so that a failing run can be told by its rounds.
    let mut chance = 0x2545_f491_4f6c_dd1d_u64;
    for round in 0..rounds {
        let sensor = Sensor::start(&Net::shared(), &arguments);
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        // Every other time it is at work for certain; else it may still be starting.
        if round % 2 == 0 {
            sensor.await_records(2);
        }
        thread::sleep(Duration::from_millis(chance % 150));
        for record in sensor.kill() {
            let sequence = record["rutter"]["sequence"].as_u64().unwrap();
            if let Some(number) = number(&record) {
                assert_eq!(
                    acknowledged.insert(number, sequence),
                    None,
                    "{number} came twice"
                );
            }
        }
    }
    stop.store(true, Ordering::Relaxed);
    for speaker in speakers {
        speaker.join().unwrap();
    }
    // The last start puts the spool right.
    let left = Sensor::start(&Net::shared(), &arguments).stop();
    assert!(left.status.success(), "{}", left.errors);
    assert!(!left.errors.contains("changed since"), "{}", left.errors);
    let kept = spooled(&spool);
    let mut sequences = kept
        .iter()
        .map(|r| r["rutter"]["sequence"].as_u64().unwrap());
    let mut last = 0;
    assert!(
        sequences.all(|n| std::mem::replace(&mut last, n) + 1 == n),
        "numbers go up by one through every kill"
    );
    let mut numbers = BTreeSet::new();
    for number in kept.iter().filter_map(number) {
        assert!(numbers.insert(number), "{number} is there twice");
    }
    for number in acknowledged.keys() {
        assert!(
            numbers.contains(number),
            "{number} was acknowledged and is lost"
        );
    }
    assert!(
        acknowledged.len() as u64 >= rounds,
        "{} acknowledged",
        acknowledged.len()
    );
    eprintln!(
        "{rounds} kills, {} records acknowledged, {} kept",
        acknowledged.len(),
        kept.len()
    );
}
