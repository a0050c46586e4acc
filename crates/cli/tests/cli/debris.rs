//! What is left of our own conversations, in one log: each thing must be told as what it is, and
//! nothing above low. Whoever made an attack of any of it would have his administrator ban name servers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::bench::Desk;

/// What every one of our conversations leaves, by the id under which it must be told, with the address
/// of the busiest peer.
const LEFT: [(&str, &str); 10] = [
    ("benign.outbound", OURS),
    ("benign.dns-query", OURS),
    ("benign.late-packet", "192.0.2.80"),
    ("benign.dns-reply", "192.0.2.53"),
    ("benign.ntp", "192.0.2.123"),
    ("benign.ident", "198.51.100.20"),
    ("benign.ftp-data", "198.51.100.21"),
    ("benign.irc-proxy-check", "198.51.100.66"),
    ("benign.quic-reply", "192.0.2.90"),
    ("benign.icmp-error", "20.3.7.9"),
];

const OURS: &str = "203.0.113.10";

/// Where the firewall stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// On our host: the line says which way a packet went.
    Host,
    /// Between two networks: it does not.
    Gateway,
}

/// Lines in the making.
struct Log {
    place: Place,
    /// Second and line.
    lines: Vec<(u32, String)>,
}

impl Log {
    fn note(&mut self, at: u32, from: &str, to: &str, body: &str) {
        let ours = from == OURS;
        let (label, way) = match (self.place, ours) {
            (Place::Host, true) => ("out-accept: ", "IN= OUT=eth0"),
            (Place::Host, false) => ("in-drop: ", "IN=eth0 OUT="),
            (Place::Gateway, true) => ("fwd-accept: ", "IN=eth1 OUT=eth0"),
            (Place::Gateway, false) => ("fwd-drop: ", "IN=eth0 OUT=eth1"),
        };
        let line = format!(
            "2026-11-23T{:02}:{:02}:{:02}+00:00 gw kernel: {label}{way} SRC={from} DST={to} LEN=60 TOS=0x00 PREC=0x00 \
             TTL={} ID={} DF {body}\n",
            at / 3_600,
            at / 60 % 60,
            at % 60,
            if ours { 64 } else { 51 },
            1 + self.lines.len(),
        );
        self.lines.push((at, line));
    }

    /// We call on a peer by TCP or UDP, from a port of ours.
    fn call(&mut self, at: u32, peer: &str, from: u32, port: u32, is_tcp: bool) {
        let body = if is_tcp {
            tcp(from, port, "SYN")
        } else {
            udp(from, port, 60)
        };
        self.note(at, OURS, peer, &body);
    }

    /// By time, as a firewall writes.
    fn text(mut self) -> String {
        self.lines.sort_by_key(|(at, _)| *at);
        self.lines.into_iter().map(|(_, line)| line).collect()
    }
}

fn tcp(from: u32, to: u32, flags: &str) -> String {
    let window = if flags.contains("RST") { 0 } else { 501 };
    format!("PROTO=TCP SPT={from} DPT={to} WINDOW={window} RES=0x00 {flags} URGP=0")
}

fn udp(from: u32, to: u32, length: u32) -> String {
    format!("PROTO=UDP SPT={from} DPT={to} LEN={length}")
}

/// Somebody on the Internet.
fn peer(i: u32) -> String {
    format!("{}.{}.7.{}", 20 + i % 60, 3 + i * 7 % 200, 9 + i % 200)
}

/// An ordinary day: our calls, and what comes back too late for the firewall.
fn day(place: Place) -> String {
    let mut log = Log {
        place,
        lines: Vec::new(),
    };
    let closes = ["ACK FIN", "RST", "ACK RST", "ACK", "ACK PSH FIN", "ACK PSH"];
    // Visitors of ours hang up; servers that we visited do.
    for i in 0..60 {
        let flags = closes[i as usize % 6];
        let body = tcp(40_000 + i * 97, [443, 80][i as usize % 2], flags);
        log.note(1_000 + i * 31, &peer(i), OURS, &body);
    }
    for i in 0..40 {
        let (from, at) = (33_000 + i * 311, 5_000 + i * 60);
        log.call(at, &peer(100 + i), from, 443, true);
        let body = tcp(443, from, closes[i as usize % 4]);
        log.note(at + 200, &peer(100 + i), OURS, &body);
    }
    // One node of a CDN, to which a browser held eighty connections.
    for i in 0..80 {
        log.call(9_000 + i, "192.0.2.80", 50_000 + i, 443, true);
        let body = tcp(443, 50_000 + i, closes[i as usize % 2]);
        log.note(9_100 + i, "192.0.2.80", OURS, &body);
    }
    // Answers after the timeout, of a name server and a clock.
    for i in 0..60 {
        log.call(12_000 + i * 5, "192.0.2.53", 34_000 + i * 13, 53, false);
        let body = udp(53, 34_000 + i * 13, 180);
        log.note(12_040 + i * 5, "192.0.2.53", OURS, &body);
    }
    for i in 0..12 {
        log.call(13_000 + i * 64, "192.0.2.123", 123, 123, false);
        log.note(13_030 + i * 64, "192.0.2.123", OURS, &udp(123, 123, 56));
    }
    // Mail servers ask who is there.
    for i in 0..8 {
        let server = format!("198.51.100.{}", 20 + i);
        log.call(15_000 + i * 300, &server, 45_000 + i, 25, true);
        let body = tcp(52_000 + i * 7, 113, "SYN");
        log.note(15_001 + i * 300, &server, OURS, &body);
    }
    // A server of FTP sends thirty files.
    log.call(18_000, "198.51.100.21", 46_000, 21, true);
    for i in 0..30 {
        let body = tcp(20, 50_100 + i, "SYN");
        log.note(18_010 + i * 2, "198.51.100.21", OURS, &body);
    }
    // A chat network looks for open proxies at whoever joins.
    log.call(19_000, "198.51.100.66", 47_000, 6_697, true);
    for (i, port) in (0..).zip([1_080, 3_128, 8_080, 8_000, 23, 6_588, 1_080, 3_128, 8_080]) {
        let body = tcp(41_000 + i, port, "SYN");
        log.note(19_002 + i, "198.51.100.66", OURS, &body);
    }
    // Stragglers of QUIC.
    for i in 0..60 {
        let (server, from) = (format!("192.0.2.{}", 90 + i % 3), 51_000 + i * 17);
        log.call(20_000 + i * 4, &server, from, 443, false);
        log.note(20_040 + i * 4, &server, OURS, &udp(443, from, 1_228));
    }
    // Somebody on the way says that a host is gone.
    for i in 0..5 {
        let (gone, from) = (peer(300 + i), 44_000 + i);
        log.call(22_000 + i * 10, &gone, from, 443, true);
        let body = format!(
            "PROTO=ICMP TYPE=3 CODE=1 [SRC={OURS} DST={gone} LEN=60 TOS=0x00 PREC=0x00 TTL=55 ID=0 DF {} ] ",
            tcp(from, 443, "SYN")
        );
        log.note(22_001 + i * 10, &peer(i * 60), OURS, &body);
    }
    log.text()
}

/// What a report tells: by id, the packets, and the addresses that it names; nothing above low.
fn told(desk: &Desk, arguments: &[&str]) -> BTreeMap<String, (u64, BTreeSet<String>)> {
    let ran = desk.run(["report", "--output", "json"].iter().chain(arguments));
    assert_eq!(ran.status, 0, "{}", ran.err);
    let report = ran.json();
    assert_eq!(report["residue"]["unexplained"], 0, "{arguments:?}");
    let mut told: BTreeMap<String, (u64, BTreeSet<String>)> = BTreeMap::new();
    let findings = report["findings"].as_array().unwrap();
    let noise = report["residue"]["noise"].as_array().unwrap();
    for told_of in findings.iter().chain(noise) {
        let severity = told_of["severity"].as_str().unwrap();
        assert!(["info", "low"].contains(&severity), "{told_of:#}");
        let (events, named) = told
            .entry(told_of["id"].as_str().unwrap().into())
            .or_default();
        *events += told_of["events"].as_u64().unwrap();
        let sources = told_of["sources"].as_array();
        named.extend(
            sources
                .into_iter()
                .flatten()
                .map(|source| source["ip"].as_str().unwrap().to_owned()),
        );
    }
    told
}

/// Holds a report to what our conversations leave, and nothing else.
fn hold(told: &BTreeMap<String, (u64, BTreeSet<String>)>, what: &str) {
    let ids: BTreeSet<&str> = told.keys().map(String::as_str).collect();
    let left: BTreeSet<&str> = LEFT.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, left, "{what}");
    for (id, from) in LEFT {
        assert!(told[id].1.contains(from), "{what}: {id} of {from}");
    }
    let events = |id: &str| told[id].0;
    let counts = [
        ("benign.late-packet", 180),
        ("benign.dns-reply", 60),
        ("benign.quic-reply", 60),
        ("benign.ftp-data", 30),
        ("benign.irc-proxy-check", 9),
        ("benign.ident", 8),
        ("benign.icmp-error", 5),
    ];
    for (id, count) in counts {
        assert_eq!(events(id), count, "{what}: {id}");
    }
}

#[test]
fn what_is_left_of_our_own_conversations_is_told_as_what_it_is() {
    let desk = Desk::new();
    desk.file("host.log", day(Place::Host));
    desk.file("gateway.log", day(Place::Gateway));
    hold(&told(&desk, &["host.log"]), "the host's own log");
    let named = ["--home", "203.0.113.0/24", "gateway.log"];
    hold(&told(&desk, &named), "a gateway's, with home named");
    hold(&told(&desk, &["gateway.log"]), "with home inferred");
    // What was inferred is said, in both languages; what was named is not.
    let says = |language: &str, arguments: &[&str]| {
        let page = desk.run(["report", "--lang", language].iter().chain(arguments));
        page.out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let en = says("en", &["gateway.log"]);
    assert!(en.contains("Taken to be yours: 203.0.113.10/32"), "{en}");
    let zh = says("zh-CN", &["gateway.log"]);
    assert!(zh.contains("视为我方：203.0.113.10/32"), "{zh}");
    assert!(!says("en", &named).contains("Taken to be yours"));
}

#[test]
fn two_rules_that_log_each_packet_of_ours_change_nothing() {
    let desk = Desk::new();
    let once = day(Place::Gateway);
    // A rule at the top logs everything; the one that decides logs it once more.
    let mut twice = String::new();
    for line in once.lines() {
        let first = line
            .replace("fwd-accept: ", "all: ")
            .replace("fwd-drop: ", "all: ");
        let _ = write!(twice, "{first}\n{line}\n");
    }
    desk.file("once.log", once);
    desk.file("twice.log", twice);
    let (one, both) = (told(&desk, &["once.log"]), told(&desk, &["twice.log"]));
    assert_eq!(
        both.keys().collect::<Vec<_>>(),
        one.keys().collect::<Vec<_>>()
    );
    // Of a host that sends very many kinds, some are told with its main purpose; none is lost.
    let sum = |told: &BTreeMap<String, (u64, BTreeSet<String>)>| -> u64 {
        told.values().map(|(events, _)| events).sum()
    };
    // Each finding is halved by itself.
    assert!(sum(&both).abs_diff(sum(&one)) <= LEFT.len() as u64);
    let page = desk.run(["report", "twice.log"]).out;
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        page.contains("every packet stands in it 2 times, logged by two rules or two firewalls"),
        "{page}"
    );
}
