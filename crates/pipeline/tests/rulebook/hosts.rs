//! Sweeps over hosts, and what several sources do together.

use rutter_analysis::{Kind, Probe};

use crate::case::{Case, NMAP, TCP, TOP, UDP, case, hosts, sweep};
use crate::lines::{DIALECTS, Log, Packet, What, packet};

/// Sweeps over hosts, and what is neither.
pub(crate) fn cases() -> Vec<Case> {
    let syn = What::Tcp("SYN");
    let scan_of = |kind, probe, low, high| (kind, Some(probe), Some((TCP, low, high)), None);
    vec![
        case(
            "a sweep of SSH",
            hosts(40, syn, 22),
            [sweep(Probe::Syn, Some((TCP, 22)), None)],
        ),
        case(
            "a sweep of SSH by nmap",
            hosts(40, syn, 22).map(Packet::of_nmap),
            [sweep(Probe::Syn, Some((TCP, 22)), NMAP)],
        ),
        case(
            "a sweep of SNMP",
            hosts(40, What::Udp, 161),
            [sweep(Probe::Udp, Some((UDP, 161)), None)],
        ),
        case(
            "a sweep of SIP",
            hosts(40, What::Udp, 5_060),
            [sweep(Probe::Udp, Some((UDP, 5_060)), None)],
        ),
        case(
            "nmap -sn by echo",
            hosts(40, What::Icmp(8), 0),
            [sweep(Probe::Ping, None, None)],
        ),
        case(
            "psad's first level of sweeps: ten hosts",
            hosts(10, syn, 3_389),
            [sweep(Probe::Syn, Some((TCP, 3_389)), None)],
        ),
        case(
            "a sweep of IPv6 hosts",
            (1..=30).map(|host| {
                packet(host, syn, 443).between("2001:db8:5::9", &format!("2001:db8:1::{host:x}"))
            }),
            [sweep(Probe::Syn, Some((TCP, 443)), None)],
        )
        .only(&[Log::Ufw, Log::Prefix, Log::Bare]),
        case(
            "echoes to IPv6 hosts",
            (1..=30).map(|host| {
                packet(host, What::Icmp(128), 0)
                    .between("2001:db8:5::9", &format!("2001:db8:1::{host:x}"))
            }),
            [sweep(Probe::Ping, None, None)],
        )
        .only(&[Log::Ufw, Log::Prefix, Log::Bare]),
        case(
            "a sweep over days",
            hosts(24, syn, 23).map(|mut p| {
                p.at *= 7_200;
                p
            }),
            [sweep(Probe::Syn, Some((TCP, 23)), None)],
        ),
        case(
            "twenty ports of twenty hosts",
            (0..400).map(|i| {
                let to = format!("203.0.113.{}", 1 + i / 20);
                packet(i, syn, TOP[i as usize % 20]).between("198.51.100.55", &to)
            }),
            [scan_of(Kind::Block, Probe::Syn, 21, 8_080)],
        ),
        case(
            "nmap -sO",
            (0..40).map(|i| packet(i, What::Other(140 + i as u8), 0)),
            [(Kind::Protocol, Some(Probe::Protocol), None, None)],
        ),
        case(
            "three neighbours that share fifteen ports out",
            (0..15)
                .map(|i| {
                    let from = format!("198.51.100.{}", 55 + i % 3);
                    // Each asks for four or five.
                    packet(i, syn, 8_000 + i as u16).between(&from, "203.0.113.10")
                })
                .filter(|p| p.ports.1 < 8_012),
            [scan_of(Kind::Distributed, Probe::Syn, 8_000, 8_011)],
        ),
        case(
            "a scan behind three decoys",
            (0..160).map(|i| {
                let from =
                    ["198.51.100.55", "192.0.2.18", "192.0.2.77", "100.20.3.4"][i as usize % 4];
                packet(i / 20, syn, 7_000 + (i / 4) as u16).between(from, "203.0.113.10")
            }),
            [scan_of(Kind::Decoy, Probe::Syn, 7_000, 7_039)],
        ),
        case(
            "a sweep of HTTPS by ZMap",
            hosts(40, syn, 443).map(Packet::of_zmap),
            [sweep(Probe::Syn, Some((TCP, 443)), Some("zmap"))],
        ),
        case(
            "a sweep of telnet by masscan",
            hosts(40, syn, 23).map(Packet::of_masscan),
            [sweep(Probe::Syn, Some((TCP, 23)), Some("masscan"))],
        ),
        case(
            "nmap -PA: bare ACKs to host after host",
            hosts(40, What::Tcp("ACK"), 80).map(Packet::of_nmap_with_ack),
            [sweep(Probe::Ack, Some((TCP, 80)), NMAP)],
        ),
        case(
            "a sweep by FIN",
            hosts(40, What::Tcp("FIN"), 22),
            [sweep(Probe::Fin, Some((TCP, 22)), None)],
        ),
        case(
            "nmap -PP: requests for the time",
            hosts(40, What::Icmp(13), 0),
            [sweep(Probe::Ping, None, None)],
        )
        .only(&[Log::Ufw, Log::Prefix, Log::Bare]),
        case(
            "a sweep of a segment by one of its hosts",
            (1..=40).map(|host| {
                packet(host, syn, 445).between("192.168.1.66", &format!("192.168.1.{}", 100 + host))
            }),
            [sweep(Probe::Syn, Some((TCP, 445)), None)],
        ),
        case(
            "a sweep of IPv6 hosts by UDP",
            (1..=30).map(|host| {
                packet(host, What::Udp, 161)
                    .between("2001:db8:5::9", &format!("2001:db8:1::{host:x}"))
            }),
            [sweep(Probe::Udp, Some((UDP, 161)), None)],
        )
        .only(&[Log::Ufw, Log::Prefix, Log::Bare]),
        case(
            "one host a day",
            hosts(12, syn, 3_389).map(|mut p| {
                p.at *= 86_400;
                p
            }),
            [sweep(Probe::Syn, Some((TCP, 3_389)), None)],
        ),
        case(
            "dialects of netfilter",
            hosts(40, syn, 22),
            [sweep(Probe::Syn, Some((TCP, 22)), None)],
        )
        .only(&DIALECTS),
    ]
}
