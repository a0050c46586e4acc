//! Every sort of scan of many ports.

use rutter_analysis::Probe;

use crate::case::{Case, NMAP, TCP, TOP, UDP, case, mixed, vertical};
use crate::lines::{Log, Packet, What, packet};

/// Every sort of scan of many ports.
pub(crate) fn cases() -> Vec<Case> {
    let syn = What::Tcp("SYN");
    let run =
        |flags: &'static str| mixed(1, 200).map(move |(i, port)| packet(i, What::Tcp(flags), port));
    let six = |p: Packet| p.between("2001:db8:5::9", "2001:db8:1::2");
    vec![
        case(
            "nmap -sS",
            run("SYN").map(Packet::of_nmap),
            [vertical(Probe::Syn, TCP, 1, 200, NMAP)],
        ),
        // A system's own packets: no tool is proved.
        case(
            "nmap -sT",
            run("SYN").map(|p| {
                let port = 33_000 + p.ports.1 * 3;
                p.source_port(port)
            }),
            [vertical(Probe::Syn, TCP, 1, 200, None)],
        ),
        case(
            "nmap -sF",
            run("FIN").map(Packet::of_nmap),
            [vertical(Probe::Fin, TCP, 1, 200, NMAP)],
        ),
        case(
            "nmap -sN",
            run("").map(Packet::of_nmap),
            [vertical(Probe::Null, TCP, 1, 200, NMAP)],
        ),
        case(
            "nmap -sX",
            run("URG PSH FIN").map(Packet::of_nmap),
            [vertical(Probe::Xmas, TCP, 1, 200, NMAP)],
        ),
        // Packets with ACK leave no trace by which a tool could be proved: late ones of connections
        // are too many for that.
        case(
            "nmap -sA",
            run("ACK").map(Packet::of_nmap),
            [vertical(Probe::Ack, TCP, 1, 200, None)],
        ),
        case(
            "nmap -sM",
            run("ACK FIN").map(Packet::of_nmap),
            [vertical(Probe::Maimon, TCP, 1, 200, None)],
        ),
        case(
            "SYN with FIN",
            run("SYN FIN"),
            [vertical(Probe::SynFin, TCP, 1, 200, None)],
        ),
        case(
            "nmap -sU",
            mixed(1, 200).map(|(i, port)| packet(i, What::Udp, port)),
            [vertical(Probe::Udp, UDP, 1, 200, None)],
        ),
        case(
            "a whole thousand",
            mixed(1, 1_024).map(|(i, port)| packet(i / 50, syn, port)),
            [vertical(Probe::Syn, TCP, 1, 1_024, None)],
        ),
        case(
            "psad's first level: five ports",
            (0..5).map(|i| packet(i, syn, 21 + i as u16)),
            [vertical(Probe::Syn, TCP, 21, 25, None)],
        ),
        case(
            "CrowdSec's sixteenth port",
            (0..16).map(|i| packet(i, syn, 7_000 + i as u16 * 11)),
            [vertical(Probe::Syn, TCP, 7_000, 7_165, None)],
        ),
        case(
            "the ports that people ask for first",
            (0..).zip(TOP).map(|(i, port)| packet(i, syn, port)),
            [vertical(Probe::Syn, TCP, 21, 8_080, None)],
        ),
        case(
            "nmap -T1: one port in 15 seconds",
            (0..).zip(TOP).map(|(i, port)| packet(i * 15, syn, port)),
            [vertical(Probe::Syn, TCP, 21, 8_080, None)],
        ),
        case(
            "one port an hour, for a day",
            (0..).zip(TOP).map(|(i, port)| packet(i * 3_700, syn, port)),
            [vertical(Probe::Syn, TCP, 21, 8_080, None)],
        ),
        case(
            "a scan that ufw watches and does not say what became of it",
            run("SYN").map(Packet::passing),
            [vertical(Probe::Syn, TCP, 1, 200, None)],
        )
        .only(&[Log::Audit]),
        case(
            "a scan of which ufw watches the start and stops the rest",
            run("SYN").map(|p| if p.at < 40 { p.passing() } else { p }),
            [vertical(Probe::Syn, TCP, 1, 200, None)],
        )
        .only(&[Log::Audit]),
        case(
            "IPv6",
            run("SYN").map(six),
            [vertical(Probe::Syn, TCP, 1, 200, None)],
        )
        .only(&[Log::Ufw, Log::Prefix, Log::Bare]),
        case(
            "from the port of DNS",
            mixed(1, 200).map(|(i, port)| packet(i, What::Udp, port).source_port(53)),
            [vertical(Probe::Udp, UDP, 1, 200, None)],
        ),
        case(
            "every port twice, as tools ask again",
            run("SYN").chain(run("SYN").map(|mut p| {
                p.at += 1;
                p.ports.0 += 1;
                p
            })),
            [vertical(Probe::Syn, TCP, 1, 200, None)],
        ),
        case(
            "a scan of TCP, then one of UDP",
            run("SYN").chain(mixed(1, 100).map(|(i, port)| packet(300 + i, What::Udp, port))),
            [vertical(Probe::Syn, TCP, 1, 200, None)],
        ),
    ]
}
