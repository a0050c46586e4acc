//! Every sort of scan of many ports.

use rutter_analysis::Probe;

use crate::case::{Case, NMAP, TCP, TOP, UDP, case, mixed, vertical};
use crate::lines::{DIALECTS, Log, Packet, What, packet};

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
        // What nmap sends with ACK has the sequence number 0, and a time to live drawn anew.
        case(
            "nmap -sA",
            run("ACK").map(Packet::of_nmap_with_ack),
            [vertical(Probe::Ack, TCP, 1, 200, NMAP)],
        ),
        case(
            "nmap -sM",
            run("ACK FIN").map(Packet::of_nmap_with_ack),
            [vertical(Probe::Maimon, TCP, 1, 200, NMAP)],
        ),
        case(
            "bare ACKs of a system's window",
            run("ACK"),
            [vertical(Probe::Ack, TCP, 1, 200, None)],
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
        case(
            "masscan",
            run("SYN").map(Packet::of_masscan),
            [vertical(Probe::Syn, TCP, 1, 200, Some("masscan"))],
        ),
        case(
            "hping3 that counts up",
            run("SYN").map(Packet::of_hping),
            [vertical(Probe::Syn, TCP, 1, 200, Some("hping"))],
        ),
        case(
            "psad's first level: five ports of UDP",
            (0..5).map(|i| packet(i, What::Udp, 1_900 + i as u16 * 7)),
            [vertical(Probe::Udp, UDP, 1_900, 1_928, None)],
        ),
        case(
            "one port a day, for eight days",
            (0..)
                .zip(TOP)
                .take(8)
                .map(|(i, port)| packet(i * 86_400, syn, port)),
            [vertical(Probe::Syn, TCP, 21, 111, None)],
        ),
        case(
            "a system that tries each of ten ports three times",
            (0..30)
                .map(|i| packet(i, syn, 8_000 + i as u16 % 10).source_port(40_000 + i as u16 % 10)),
            [vertical(Probe::Syn, TCP, 8_000, 8_009, None)],
        ),
        case(
            "IPv6 by UDP",
            mixed(1, 200).map(|(i, port)| six(packet(i, What::Udp, port))),
            [vertical(Probe::Udp, UDP, 1, 200, None)],
        )
        .only(&[Log::Ufw, Log::Prefix, Log::Bare]),
        case(
            "IPv6 by FIN",
            run("FIN").map(six),
            [vertical(Probe::Fin, TCP, 1, 200, None)],
        )
        .only(&[Log::Ufw, Log::Prefix, Log::Bare]),
        case(
            "a neighbour in the segment",
            run("SYN").map(|p| p.between("192.168.1.66", "192.168.1.1")),
            [vertical(Probe::Syn, TCP, 1, 200, None)],
        ),
        case(
            "from the port of FTP's data, low ports first",
            run("SYN").map(|p| p.source_port(20)),
            [vertical(Probe::Syn, TCP, 1, 200, None)],
        ),
        case(
            "dialects of netfilter",
            run("SYN"),
            [vertical(Probe::Syn, TCP, 1, 200, None)],
        )
        .only(&DIALECTS),
        case(
            "dialects of netfilter, by UDP",
            mixed(1, 200).map(|(i, port)| packet(i, What::Udp, port)),
            [vertical(Probe::Udp, UDP, 1, 200, None)],
        )
        .only(&DIALECTS),
    ]
}
