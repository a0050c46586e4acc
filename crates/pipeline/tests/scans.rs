//! Scans as a firewall logs them, from the line to the finding: which kind, over which ports, and
//! silence where there is none. The sorts of scans are those that port scan detectors try themselves
//! on; the lines are our own.

use std::io::Cursor;

use rutter_analysis::{Kind, Probe, find};
use rutter_knowledge::Knowledge;
use rutter_pipeline::{Settings, profile};
use rutter_source::{Options, Source};

/// A private pair in one segment, one across the Internet, one of IPv6.
const PAIRS: [(&str, &str); 3] = [
    ("192.168.10.55", "192.168.10.1"),
    ("198.51.100.55", "203.0.113.10"),
    ("2001:db8:0:f101::2", "2001:db8:0:f101::1"),
];

/// One line: who, to whom, in which second, what comes after the addresses.
fn line(prefix: &str, (from, to): (&str, &str), second: u32, body: &str) -> String {
    let size = if from.contains(':') {
        "LEN=60 TC=0 HOPLIMIT=51 FLOWLBL=0".to_owned()
    } else {
        format!("LEN=44 TOS=0x00 PREC=0x00 TTL=51 ID={}", second * 7 + 1)
    };
    format!(
        "2026-03-03T10:{:02}:{:02}Z gw kernel: {prefix} IN=eth0 OUT= MAC=00:16:3e:11:22:33:00:16:3e:44:55:66:08:00 \
         SRC={from} DST={to} {size} {body} \n",
        second / 60 % 60,
        second % 60,
    )
}

fn tcp(port: u16, flags: &str) -> String {
    format!("PROTO=TCP SPT=40312 DPT={port} WINDOW=1024 RES=0x00 {flags} URGP=0")
}

fn udp(port: u16) -> String {
    format!("PROTO=UDP SPT=40312 DPT={port} LEN=8")
}

/// Ports in an order that is none.
fn mixed(low: u16, high: u16) -> impl Iterator<Item = u16> {
    let count = u32::from(high - low) + 1;
    (0..count).map(move |i| low + u16::try_from(i * 67 % count).unwrap_or(0))
}

/// One packet a second, thirty of them to the minute.
fn run(prefix: &str, pair: (&str, &str), bodies: impl Iterator<Item = String>) -> String {
    (0..)
        .zip(bodies)
        .map(|(i, body)| line(prefix, pair, i, &body))
        .collect()
}

/// What shape was found, by which means, and where its ports lie.
type Told = (Kind, Probe, Option<(u16, u16)>);

fn shapes(log: &str) -> Vec<Told> {
    let source = Source::of_program("log", Cursor::new(log.to_owned()), &Options::default());
    let knowledge = Knowledge::embedded();
    let outcome = profile(vec![source], &Settings::default(), knowledge);
    assert_eq!(
        outcome.ledger().events,
        log.lines().count() as u64,
        "{log:.300}"
    );
    find(&outcome.profile, knowledge)
        .findings
        .into_iter()
        .filter_map(|finding| finding.shape)
        .filter_map(|shape| {
            let ends = shape.ranges.first().map(|range| (range.low, range.high));
            Some((shape.kind, *shape.probes.first()?, ends))
        })
        .collect()
}

#[test]
fn every_sort_of_port_scan_is_found_with_its_range() {
    let sorts = [
        ("SYN", Probe::Syn),
        ("FIN", Probe::Fin),
        ("URG PSH FIN", Probe::Xmas),
        ("", Probe::Null),
        ("ACK", Probe::Ack),
        ("ACK FIN", Probe::Maimon),
        ("SYN FIN", Probe::SynFin),
    ];
    for pair in PAIRS {
        for (flags, probe) in sorts {
            let log = run("DROP", pair, mixed(1000, 1150).map(|p| tcp(p, flags)));
            let expected = vec![(Kind::Vertical, probe, Some((1000, 1150)))];
            assert_eq!(shapes(&log), expected, "{flags} from {}", pair.0);
        }
        let log = run("[UFW BLOCK]", pair, mixed(1000, 1150).map(udp));
        let expected = vec![(Kind::Vertical, Probe::Udp, Some((1000, 1150)))];
        assert_eq!(shapes(&log), expected, "UDP from {}", pair.0);
        let log = run("DROP", pair, mixed(1000, 1500).map(|p| tcp(p, "SYN")));
        let expected = vec![(Kind::Vertical, Probe::Syn, Some((1000, 1500)))];
        assert_eq!(shapes(&log), expected, "500 ports from {}", pair.0);
    }
}

#[test]
fn sweeps_and_scans_of_protocols_are_found() {
    for (from, network) in [
        ("192.168.10.55", "192.168.10."),
        ("198.51.100.55", "203.0.113."),
    ] {
        let sweep = |body: &dyn Fn() -> String| -> String {
            (1..80)
                .map(|host| line("DROP", (from, &format!("{network}{host}")), host, &body()))
                .collect()
        };
        assert_eq!(
            shapes(&sweep(&|| tcp(80, "SYN"))),
            vec![(Kind::Horizontal, Probe::Syn, Some((80, 80)))]
        );
        assert_eq!(
            shapes(&sweep(
                &|| "PROTO=ICMP TYPE=8 CODE=0 ID=4711 SEQ=0".to_owned()
            )),
            vec![(Kind::Horizontal, Probe::Ping, None)]
        );
        let three: String = (0..)
            .zip(mixed(1000, 1500))
            .map(|(i, port)| {
                let to = format!("{network}{}", 1 + i % 3);
                line("DROP", (from, &to), i, &tcp(port, "SYN"))
            })
            .collect();
        assert_eq!(
            shapes(&three),
            vec![(Kind::Vertical, Probe::Syn, Some((1000, 1500)))]
        );
        let protocols = (90..130).map(|number| format!("PROTO={number}"));
        let found = shapes(&run("DROP", (from, &format!("{network}1")), protocols));
        assert_eq!(found.first().map(|told| told.0), Some(Kind::Protocol));
    }
}

#[test]
fn a_scan_is_found_within_fifteen_ports() {
    for pair in PAIRS {
        let log = run("DROP", pair, (0..15).map(|i| tcp(20 + i * 37, "SYN")));
        let found = shapes(&log);
        assert_eq!(
            found,
            vec![(Kind::Vertical, Probe::Syn, Some((20, 538)))],
            "{}",
            pair.0
        );
    }
}

#[test]
fn what_is_no_scan_stays_silent() {
    for pair in PAIRS {
        let is_six = pair.0.contains(':');
        let ping = if is_six {
            "PROTO=ICMPv6 TYPE=128 CODE=0 ID=4711 SEQ=1"
        } else {
            "PROTO=ICMP TYPE=8 CODE=0 ID=4711 SEQ=1"
        };
        let quiet: [(&str, String); 8] = [
            (
                "three ports",
                run(
                    "DROP",
                    pair,
                    [22, 80, 443].into_iter().map(|p| tcp(p, "SYN")),
                ),
            ),
            (
                "one port again and again",
                run("DROP", pair, (0..40).map(|_| tcp(445, "SYN"))),
            ),
            (
                "let in",
                run(
                    "[UFW ALLOW]",
                    pair,
                    mixed(1000, 1150).map(|p| tcp(p, "SYN")),
                ),
            ),
            (
                "accepted",
                run("ACCEPT", pair, mixed(1000, 1150).map(|p| tcp(p, "SYN"))),
            ),
            ("pings", run("DROP", pair, (0..6).map(|_| ping.to_owned()))),
            (
                "a single packet that authorises itself",
                run("DROP", pair, std::iter::once(udp(62201))),
            ),
            (
                "a database asked for thrice",
                run("DROP", pair, (0..3).map(|_| tcp(1433, "SYN"))),
            ),
            (
                "answers of a server",
                run(
                    "DROP",
                    pair,
                    (0..60).map(|i| {
                        format!(
                            "PROTO=TCP SPT=443 DPT={} WINDOW=0 RES=0x00 ACK RST URGP=0",
                            50_000 + i
                        )
                    }),
                ),
            ),
        ];
        for (what, log) in quiet {
            let scans: Vec<Told> = shapes(&log)
                .into_iter()
                .filter(|told| told.0.is_scan())
                .collect();
            assert_eq!(scans, vec![], "{what} from {}", pair.0);
        }
    }
    // Addresses that no answer reaches, and groups that routers call.
    for (from, to) in [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "192.168.10.1"),
        ("0.0.0.0", "192.168.10.1"),
    ] {
        let log = run("DROP", (from, to), mixed(1000, 1500).map(|p| tcp(p, "SYN")));
        assert_eq!(shapes(&log), vec![], "{from} to {to}");
    }
    let groups = run(
        "DROP",
        ("192.168.10.1", "224.0.0.1"),
        (0..20).map(|_| "PROTO=2".to_owned()),
    );
    assert_eq!(shapes(&groups), vec![]);
}

#[test]
fn a_packet_that_two_rules_or_two_firewalls_log_is_counted_once() {
    let pair = PAIRS[1];
    let inner: String = run("FW2 DROP", pair, mixed(1000, 1099).map(|p| tcp(p, "SYN")))
        .replace("TTL=51", "TTL=50")
        .replace(" gw ", " gw2 ");
    let outer = run("FW1 DROP", pair, mixed(1000, 1099).map(|p| tcp(p, "SYN")));
    let back_to_back: String = outer
        .lines()
        .zip(inner.lines())
        .flat_map(|(a, b)| [a, "\n", b, "\n"])
        .collect();
    let knowledge = Knowledge::embedded();
    let told = |logs: &[&str]| {
        let sources = logs.iter().map(|log| {
            let log = Cursor::new((*log).to_owned());
            Source::of_program("log", log, &Options::default())
        });
        let outcome = profile(sources.collect(), &Settings::default(), knowledge);
        let found = find(&outcome.profile, knowledge).findings;
        let events: Vec<_> = found.iter().map(|f| (f.events, f.sources.len())).collect();
        let each = outcome.profile.doubled().and_then(|doubled| doubled.each);
        (events, each)
    };
    assert_eq!(told(&[&outer]), (vec![(100, 1)], None));
    assert_eq!(told(&[&back_to_back]), (vec![(100, 1)], Some(2)));
    assert_eq!(told(&[&outer, &inner]), (vec![(100, 1)], Some(2)));
    assert_eq!(told(&[&outer, &outer]), (vec![(100, 1)], Some(2)));
}

#[test]
fn one_actor_alone_makes_three_findings_at_most() {
    let ports = [21, 23, 80, 5900];
    let log = run("DROP", PAIRS[1], ports.into_iter().map(|p| tcp(p, "SYN")));
    let found = |log: &str| {
        let source = Source::of_program("log", Cursor::new(log.to_owned()), &Options::default());
        let knowledge = Knowledge::embedded();
        let outcome = profile(vec![source], &Settings::default(), knowledge);
        let summary = find(&outcome.profile, knowledge);
        let told: u64 = summary.findings.iter().map(|f| f.events).sum();
        let noise: u64 = summary.noise.iter().map(|n| n.events).sum();
        (summary.findings.len(), told + noise)
    };
    assert_eq!(found(&log), (3, 4));
    // Of several actors each has as many.
    let others = run(
        "DROP",
        ("192.0.2.9", "203.0.113.10"),
        [139, 25].into_iter().map(|p| tcp(p, "SYN")),
    );
    assert_eq!(found(&(log + &others)), (5, 6));
}

#[test]
fn what_a_rule_logs_before_it_decides_is_told_by_what_was_decided() {
    let visit = |i: u32, label: &str| {
        let from = format!("{}.{}.7.9", 20 + i % 60, i % 200);
        line(label, (&from, "203.0.113.10"), i, &tcp(443, "SYN"))
    };
    let told = |log: String| {
        let source = Source::of_program("log", Cursor::new(log), &Options::default());
        let knowledge = Knowledge::embedded();
        let outcome = profile(vec![source], &Settings::default(), knowledge);
        let found = find(&outcome.profile, knowledge).findings;
        let told = found.iter().map(|f| (f.entry.id.as_str(), f.sources_total));
        told.collect::<Vec<_>>()
    };
    let let_in = (0..60).map(|i| visit(i, "[UFW AUDIT]") + &visit(i, "[UFW ALLOW]"));
    assert_eq!(told(let_in.collect()), [("benign.visitor", 60)]);
    let stopped = (0..60).map(|i| visit(i, "[UFW AUDIT]") + &visit(i, "[UFW BLOCK]"));
    assert_eq!(told(stopped.collect()), [("exploit.web", 60)]);
    let unknown = (0..60).map(|i| visit(i, "[UFW AUDIT]"));
    assert_eq!(told(unknown.collect()), [("exploit.web", 60)]);
}
