//! Limits, each at its number and one beyond, and what the machine itself may run out of.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, UdpSocket};
use std::time::Duration;

use crate::bench::{Net, PATIENCE, Sensor, folder, free_ports, is_root, passed_over, spooled};

fn call(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Whether the other side has closed or broken off, waiting for it a while.
fn is_over(stream: &mut TcpStream) -> bool {
    matches!(stream.read(&mut [0; 16]), Ok(0)) || {
        let error = stream.take_error().unwrap();
        error.is_some() || stream.write(b"x").is_err() || stream.read(&mut [0; 16]).is_err()
    }
}

#[test]
fn limits_hold_and_are_counted_by_name() {
    let [port] = free_ports();
    let port_text = port.to_string();
    let common = [
        port_text.as_str(),
        "--address",
        "127.0.0.1",
        "--greet",
        "none",
    ];
    let sensor = |more: &[&str]| Sensor::start(&Net::shared(), &[&common[..], more].concat());

    let limited = sensor(&["--connections-per-source", "3"]);
    let mut calls: Vec<TcpStream> = (0..4).map(|_| call(port)).collect();
    assert!(is_over(&mut calls[3]), "the fourth is refused");
    drop(calls);
    limited.await_records(3);
    let left = limited.stop();
    assert_eq!(
        (
            left.account("recorded"),
            left.account("connections-of-source")
        ),
        (3, 1)
    );

    let limited = sensor(&["--connections", "2"]);
    let mut calls: Vec<TcpStream> = (0..3).map(|_| call(port)).collect();
    assert!(is_over(&mut calls[2]));
    drop(calls);
    limited.await_records(2);
    let left = limited.stop();
    assert_eq!((left.account("arrived"), left.account("recorded")), (3, 2));
    assert!(left.errors.contains("+ 1 connections"), "{}", left.errors);

    for (flag, name) in [("--rate", "rate"), ("--rate-per-source", "rate-of-source")] {
        // One record a second, ten at once: what comes within a second is ten or eleven.
        let limited = sensor(&[flag, "1"]);
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        for _ in 0..50 {
            socket.send_to(b"x", ("127.0.0.1", port)).unwrap();
        }
        limited.await_records(10);
        let left = limited.stop();
        let recorded = left.account("recorded");
        assert!((10..50).contains(&recorded), "{}", left.errors);
        assert_eq!(
            left.account("arrived"),
            recorded + left.account(name),
            "{}",
            left.errors
        );
    }

    let limited = sensor(&["--until", "2"]);
    for _ in 0..2 {
        drop(call(port));
        std::thread::sleep(Duration::from_millis(50));
    }
    let left = limited.ended();
    assert!(left.status.success());
    assert_eq!(left.records.len(), 2);
}

#[test]
fn four_kibibytes_are_kept_and_the_rest_is_not_waited_for() {
    let [port] = free_ports();
    let sensor = Sensor::start(
        &Net::shared(),
        &[&port.to_string(), "--address", "127.0.0.1"],
    );
    let mut stream = call(port);
    let _ = stream.write_all(&[b'a'; 20_000]);
    assert!(is_over(&mut stream));
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.send_to(&[b'b'; 9000], ("127.0.0.1", port)).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_millis(300)))
        .unwrap();
    assert!(
        socket.recv(&mut [0; 64]).is_err(),
        "datagrams are never answered"
    );
    sensor.await_records(2);
    let left = sensor.stop();
    let payload = |n: usize| &left.records[n]["rutter"]["payload"];
    assert_eq!(payload(0)["length"], 4096);
    assert_eq!(left.records[0]["rutter"]["contact"]["ended"], "full");
    assert_eq!(payload(1)["length"], 9000);
    assert_eq!(payload(1)["hex"].as_str().unwrap().len(), 2 * 4096);
}

#[test]
fn no_descriptor_left_is_survived_and_counted() {
    let [port] = free_ports();
    let mut command = Net::shared().command("sh");
    command.args([
        "-c",
        "ulimit -n 24; exec \"$0\" \"$@\"",
        &crate::bench::program(),
    ]);
    command.args(["listen", &format!("tcp/{port}"), "--address", "127.0.0.1"]);
    command.args(["--connections-per-source", "1000"]);
    let sensor = Sensor::of(command);
    let mut calls: Vec<TcpStream> = (0..60).map(|_| call(port)).collect();
    assert!(is_over(&mut calls[59]), "the last one is broken off");
    drop(calls);
    // Until those that were held have ended and given their descriptors back.
    sensor.await_records(1);
    std::thread::sleep(Duration::from_secs(1));
    let mut late = call(port);
    late.write_all(b"SSH-2.0-late\r\n").unwrap();
    drop(late);
    let is_there = |records: &[serde_json::Value]| {
        records
            .iter()
            .any(|r| r["rutter"]["payload"]["protocol"] == "ssh")
    };
    let start = std::time::Instant::now();
    while !is_there(&sensor.told()) && start.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(20));
    }
    let left = sensor.stop();
    assert!(is_there(&left.records), "it goes on afterwards");
    assert!(left.account("descriptors") > 20, "{}", left.errors);
    assert_eq!(left.account("arrived"), 61);
    assert_eq!(left.account("recorded") + left.account("descriptors"), 61);
}

#[test]
fn a_full_disk_is_survived_and_counted() {
    if !is_root() || Net::own().is_none() {
        return passed_over("a full disk", "needs a file system of its own, and so root");
    }
    let [port] = free_ports();
    let place = folder();
    let spool = place.path().join("spool");
    std::fs::create_dir(&spool).unwrap();
    let mut command = Net::shared().command("unshare");
    command.args(["--mount", "sh", "-ec"]);
    command.arg("mount -t tmpfs -o size=64k,mode=0777 none \"$1\"; shift; exec \"$@\"");
    command.arg("sh").arg(&spool).arg(crate::bench::program());
    command.args([
        "listen",
        &format!("udp/{port}"),
        "--address",
        "127.0.0.1",
        "--output",
        "json",
    ]);
    command
        .args(["--rate-per-source", "10000", "--spool"])
        .arg(&spool);
    let sensor = Sensor::of(command);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    for n in 0..400_u32 {
        let text = format!("{n} {}", "x".repeat(400));
        socket
            .send_to(text.as_bytes(), ("127.0.0.1", port))
            .unwrap();
        std::thread::sleep(Duration::from_micros(500));
    }
    let left = sensor.stop();
    assert!(left.status.success(), "{}", left.errors);
    let (recorded, spool_full) = (left.account("recorded"), left.account("spool"));
    assert!(recorded > 10 && spool_full > 10, "{}", left.errors);
    assert_eq!(left.account("arrived"), recorded + spool_full);
    assert_eq!(
        left.records.len() as u64,
        recorded,
        "only what was kept is told"
    );
}

#[test]
fn a_hangup_begins_another_file_and_the_end_writes_down_what_is_under_way() {
    let [port] = free_ports();
    let place = folder();
    let spool = place.path().join("spool");
    let sensor = Sensor::spooling(port, &spool);
    for n in 1..=3 {
        drop(call(port));
        sensor.await_records(n);
        sensor.signal("HUP");
    }
    // At once: what has arrived before the end is taken, however late the sensor looks.
    let mut under_way = call(port);
    under_way.write_all(b"half a word").unwrap();
    let left = sensor.stop();
    assert!(left.status.success());
    let kept = spooled(&spool);
    assert_eq!(kept.len(), 4);
    assert_eq!(kept[3]["rutter"]["contact"]["ended"], "stopped");
    assert_eq!(kept[3]["rutter"]["payload"]["length"], 11);
    let files = std::fs::read_dir(&spool).unwrap().count();
    assert_eq!(files, 4 + 1, "one a hangup, one more, and the lock");
}
