//! Whole logs of places where nothing happens but work: nothing in them is graver than low, whether the
//! firewall says that it let the packets in or says nothing.

use std::fmt::Write as _;
use std::io::Cursor;

use rutter_analysis::find;
use rutter_knowledge::{Knowledge, Severity};
use rutter_pipeline::{Settings, profile};
use rutter_source::{Options, Source};

/// Numbers that look drawn, and are the same in every run.
struct Draw(u64);

impl Draw {
    /// A number below another.
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all.iter()
            .copied()
            .nth(self.below(all.len() as u64) as usize)
            .unwrap_or_default()
    }

    /// Somebody on the Internet; nobody's address of a test or a private network.
    fn stranger(&mut self) -> String {
        let [a, b, c, d] = [
            20 + self.below(70),
            self.below(250),
            self.below(250),
            1 + self.below(249),
        ];
        format!("{a}.{b}.{c}.{d}")
    }

    /// A port that a client was given.
    fn port(&mut self) -> u64 {
        32_768 + self.below(28_000)
    }
}

/// A log in the making: what the firewall says it did, and which way packets go.
struct Log {
    label: &'static str,
    way: &'static str,
    draw: Draw,
    text: String,
    second: u64,
}

const OUT: &str = "IN=eth1 OUT=eth0";
const IN: &str = "IN=eth0 OUT=";
const ACROSS: &str = "IN=eth1 OUT=eth2";

impl Log {
    fn new(label: &'static str, way: &'static str) -> Self {
        Self {
            label,
            way,
            draw: Draw(7),
            text: String::new(),
            second: 0,
        }
    }

    fn note(&mut self, from: &str, to: &str, length: u64, body: &str) {
        self.second += 3;
        let (at, id) = (self.second, 1 + self.draw.below(60_000));
        let _ = writeln!(
            self.text,
            "2026-11-23T{:02}:{:02}:{:02}Z gw kernel: {}{} SRC={from} DST={to} LEN={length} TOS=0x00 PREC=0x00 TTL=63 \
             ID={id} DF {body}",
            at / 3_600 % 24,
            at / 60 % 60,
            at % 60,
            self.label,
            self.way,
        );
    }

    fn tcp(&mut self, from: &str, to: &str, port: u64) {
        let body = format!(
            "PROTO=TCP SPT={} DPT={port} WINDOW=64240 RES=0x00 SYN URGP=0",
            self.draw.port()
        );
        self.note(from, to, 60, &body);
    }

    fn udp(&mut self, from: &str, to: &str, ports: (u64, u64), length: u64) {
        let body = format!(
            "PROTO=UDP SPT={} DPT={} LEN={}",
            ports.0,
            ports.1,
            length - 20
        );
        self.note(from, to, length, &body);
    }

    fn drawn(&mut self, ports: &[u64]) -> u64 {
        let at = self.draw.below(ports.len() as u64);
        ports.get(at as usize).copied().unwrap_or_default()
    }
}

/// 130 desks behind a gateway: web, QUIC, names, clocks, mail, calls.
fn office(label: &'static str) -> String {
    let mut log = Log::new(label, OUT);
    for _ in 0..4_000 {
        let desk = format!("10.0.0.{}", 10 + log.draw.below(130));
        // Few servers serve many.
        let server = format!("45.{}.7.9", log.draw.below(200));
        let from = log.draw.port();
        match log.draw.below(20) {
            0..10 => log.tcp(&desk, &server, 443),
            10..14 => log.udp(&desk, &server, (from, 443), 1_278),
            14..16 => {
                let resolver = log.draw.of(&["9.9.9.9", "8.8.8.8"]);
                log.udp(&desk, resolver, (from, 53), 60);
            }
            16 => log.udp(&desk, &server, (123, 123), 76),
            17 => {
                let port = log.drawn(&[993, 587, 5_228, 5_223, 8_443, 22, 80]);
                log.tcp(&desk, &server, port);
            }
            _ => {
                let port = log.drawn(&[3_478, 8_801, 19_302, 50_007, 50_031]);
                log.udp(&desk, &server, (from, port), 120);
            }
        }
    }
    log.text
}

/// One desk shares files: thousands of peers, each on a port of its own.
fn peers(label: &'static str) -> String {
    let mut log = Log::new(label, OUT);
    for _ in 0..2_000 {
        let (peer, port) = (log.draw.stranger(), 1_024 + log.draw.below(64_000));
        match log.draw.below(2) {
            0 => log.udp("10.0.0.50", &peer, (51_413, port), 130),
            _ => log.tcp("10.0.0.50", &peer, port),
        }
    }
    log.text
}

/// A client fetches files by passive FTP, each from a port that the server drew.
fn files(label: &'static str) -> String {
    let mut log = Log::new(label, OUT);
    for i in 0..400 {
        let port = 31_600 + i * 17 % 400;
        log.tcp("10.0.0.9", "198.51.100.21", port);
    }
    log.text
}

/// Strangers on services that are meant for them: each once or twice.
fn service(label: &'static str, services: &[(bool, u64, u64)]) -> String {
    let mut log = Log::new(label, IN);
    for i in 0..2_000 {
        let from = log.draw.stranger();
        let (source, at) = (log.draw.port(), i % services.len());
        match services.get(at) {
            Some((true, port, _)) => log.tcp(&from, "203.0.113.25", *port),
            Some((false, port, length)) => {
                log.udp(&from, "203.0.113.25", (source, *port), *length);
            }
            None => {}
        }
    }
    log.text
}

/// Machines of one house call on each other's services. Where a log does not say that they were let in,
/// whoever calls on fifteen is taken for one who looks around.
fn machines(label: &'static str) -> String {
    let mut log = Log::new(label, ACROSS);
    let services = [
        8_080, 9_090, 6_443, 10_250, 5_432, 6_379, 3_306, 9_200, 2_379, 53, 8_443, 50_051,
    ];
    for _ in 0..2_500 {
        let from = format!("10.244.{}.{}", log.draw.below(4), 1 + log.draw.below(99));
        let to = format!("10.244.{}.{}", log.draw.below(4), 101 + log.draw.below(99));
        let port = log.drawn(&services);
        log.tcp(&from, &to, port);
    }
    log.text
}

#[test]
fn work_is_nothing_grave() {
    let mail = [(true, 25, 0), (true, 993, 0), (true, 587, 0)];
    let web = [(true, 443, 0), (true, 80, 0), (false, 443, 1_278)];
    let tunnels = [(false, 500, 320), (false, 4_500, 900), (false, 1_194, 82)];
    let logs = [
        ("an office, let out", office("ACCEPT ")),
        ("an office", office("")),
        ("file sharing, let out", peers("ACCEPT ")),
        ("file sharing, stopped", peers("DROP ")),
        ("passive FTP, let out", files("ACCEPT ")),
        ("passive FTP", files("")),
        ("a mail server", service("ACCEPT ", &mail)),
        (
            "a mail server, of which nothing is said",
            service("", &mail),
        ),
        ("a web server", service("[UFW ALLOW] ", &web)),
        ("a web server, of which nothing is said", service("", &web)),
        ("a gateway of tunnels", service("ACCEPT ", &tunnels)),
        ("machines of one house, let in", machines("ACCEPT ")),
    ];
    let knowledge = Knowledge::embedded();
    let mut wrong = String::new();
    for (what, log) in logs {
        let lines = log.lines().count() as u64;
        let source = Source::of_program("log", Cursor::new(log), &Options::default());
        let outcome = profile(vec![source], &Settings::default(), knowledge);
        assert_eq!(outcome.ledger().events, lines, "{what}");
        for finding in find(&outcome.profile, knowledge).findings {
            if finding.severity > Severity::Low {
                let _ = writeln!(
                    wrong,
                    "{what}: {:?} {}, {} packets of {} sources, {:?}",
                    finding.severity,
                    finding.entry.id,
                    finding.events,
                    finding.sources_total,
                    finding.ports.first()
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
