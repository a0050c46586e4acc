//! One fault of each kind, and a ledger that adds up.

use crate::bench::{Desk, dropped, gzipped};

/// Lines, and the reason for which each is refused.
fn broken() -> Vec<(String, &'static str)> {
    let whole = dropped(0, "198.51.100.7", 23);
    let filterlog = "2026-11-23T12:00:00+00:00 fw filterlog[7]: 4,,,1000000103,em0,match,block,in,9,0x0,,241,1,0,\
                     none,6,tcp,40,198.51.100.7,203.0.113.9,43210,23,0,S,305419896,,1024,,";
    vec![
        (
            whole.split_at(whole.find("113.9").unwrap()).0.to_owned(),
            "truncated",
        ),
        (
            whole.replace("SRC=198.51.100.7", "SRC=198.51.100.777"),
            "bad-address",
        ),
        (whole.replace("DPT=23", "DPT=230000"), "bad-port"),
        (whole.replace("PROTO=TCP", "PROTO=QQQ"), "bad-protocol"),
        (whole.replace("DST=203.0.113.9 ", ""), "missing-field"),
        (filterlog.to_owned(), "bad-columns"),
        (
            "{\"dvc\": \"Netfilter\", \"oob.prefix\": \"DROP\", \"src_ip\": }".to_owned(),
            "bad-syntax",
        ),
        (format!("{whole} {}", "x".repeat(1 << 20)), "too-long"),
    ]
}

#[test]
fn every_fault_is_counted_under_its_name() {
    let desk = Desk::new();
    let mut log = String::new();
    for (line, _) in broken() {
        log.push_str(&dropped(0, "198.51.100.7", 23));
        log.push('\n');
        log.push_str(&line);
        log.push_str("\n\nsome other program\n");
    }
    desk.file("faults.log", &log);
    let n = broken().len();
    let mut reasons: Vec<String> = broken().iter().map(|(_, why)| format!("{why} 1")).collect();
    for command in [
        &["convert", "--to", "ecs"][..],
        &["explain", "-o", "json"],
        &["report", "-o", "json"],
    ] {
        let ran = desk.run(command.iter().chain(&["faults.log"]));
        assert_eq!(ran.status, 0, "{}", ran.err);
        let ledger = ran.ledger();
        let start = format!(
            "lines {} = events {n} + skipped {} (blank {n}, not-firewall {n}) + refused {n} (",
            4 * n,
            2 * n
        );
        assert!(ledger.starts_with(&start), "{ledger}");
        let mut told: Vec<String> = ledger[start.len()..]
            .trim_end_matches(')')
            .split(", ")
            .map(str::to_owned)
            .collect();
        told.sort();
        reasons.sort();
        assert_eq!(told, reasons);
    }
}

#[test]
fn refused_lines_are_named_with_number_and_reason() {
    let desk = Desk::new();
    let log: Vec<String> = broken().into_iter().map(|(line, _)| line).collect();
    desk.file("faults.log", log.join("\n"));
    let ran = desk.run(["explain", "--refused", "faults.log"]);
    let mut told: Vec<String> = ran
        .err
        .lines()
        .filter_map(|line| line.strip_prefix("line "))
        .map(|line| line.splitn(4, ": ").take(3).collect::<Vec<_>>().join(" "))
        .collect();
    told.sort();
    let mut expected: Vec<String> = broken()
        .iter()
        .enumerate()
        .map(|(n, (_, why))| format!("{} refused {why}", n + 1))
        .collect();
    expected.sort();
    assert_eq!(told, expected, "{}", ran.err);
}

#[test]
fn what_was_read_before_a_break_counts() {
    let desk = Desk::new();
    let mut noise = 7_u64;
    let log: String = (0..5_000_u32)
        .map(|n| {
            // Digits that do not compress away, so that half of the file is about half of the lines.
            noise = noise
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            dropped(n % 3_600, "198.51.100.7", (noise >> 33) as u16) + "\n"
        })
        .collect();
    let whole = gzipped(&log);
    desk.file("cut.gz", &whole[..whole.len() / 2]);
    let ran = desk.run(["convert", "--to", "csv", "cut.gz"]);
    assert_eq!(ran.status, 2);
    let events = ran.out.lines().count() - 1;
    assert!((1_000..4_000).contains(&events), "{events}");
    assert!(
        ran.errors()[0].starts_with("cut.gz: the gzip data break off"),
        "{}",
        ran.err
    );
    assert!(ran.ledger().contains(" = events "), "{}", ran.err);
}

#[test]
fn captures_are_read_and_their_damage_is_named() {
    let desk = Desk::new();
    // A pcap header of version 2.4 for Ethernet, and a packet that promises more than there is.
    let mut pcap = vec![
        0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0,
    ];
    let frame: [u8; 54] = [
        0, 0, 0x5e, 0, 0x53, 1, 0, 0, 0x5e, 0, 0x53, 2, 8, 0, // Ethernet
        0x45, 0, 0, 40, 0, 1, 0, 0, 64, 6, 0, 0, 198, 51, 100, 7, 203, 0, 113, 9, // IPv4
        0x9c, 0x40, 0, 23, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 4, 0, 0, 0, 0,
        0, // TCP, SYN to 23
    ];
    for length in [54_u32, 54] {
        pcap.extend_from_slice(&1_795_435_200_u32.to_le_bytes());
        pcap.extend_from_slice(&[0; 4]);
        pcap.extend_from_slice(&length.to_le_bytes());
        pcap.extend_from_slice(&length.to_le_bytes());
        pcap.extend_from_slice(&frame);
    }
    desk.file("whole.pcap", &pcap);
    let ran = desk.run(["convert", "--to", "ecs", "whole.pcap"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let events = ran.json_lines();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["destination"]["port"], 23);
    assert_eq!(events[0]["@timestamp"], "2026-11-23T12:00:00Z");
    desk.file("cut.pcap", &pcap[..pcap.len() - 20]);
    let ran = desk.run(["convert", "--to", "ecs", "cut.pcap"]);
    assert_eq!((ran.status, ran.json_lines().len()), (2, 1), "{}", ran.err);
    assert!(ran.errors()[0].starts_with("cut.pcap: "), "{}", ran.err);
}
