//! What must not be called a scan.

use crate::case::{Case, TOP, case, hosts};
use crate::lines::{DIALECTS, Log, Packet, What, packet};

/// What must not be called a scan.
pub(crate) fn cases() -> Vec<Case> {
    let syn = What::Tcp("SYN");
    let quiet = |name, packets: Vec<Packet>| case(name, packets, []);
    let up = |at: u32| u16::try_from(at).unwrap_or(0);
    vec![
        quiet(
            "one port again and again",
            (0..40).map(|i| packet(i, syn, 3_389)).collect(),
        ),
        quiet(
            "a client that tries a port six times",
            (0..6).map(|i| packet((1 << i) - 1, syn, 8_443)).collect(),
        ),
        quiet(
            "three ports, below every threshold",
            [22, 80, 443].map(|port| packet(0, syn, port)).to_vec(),
        ),
        quiet(
            "four ports, below every threshold",
            [22, 80, 443, 8_443]
                .map(|port| packet(0, syn, port))
                .to_vec(),
        ),
        quiet(
            "a crawler on 80 and 443 of two hosts",
            (0..60)
                .map(|i| {
                    let to = format!("203.0.113.{}", 10 + i % 2);
                    packet(i, syn, [80, 443][i as usize / 2 % 2])
                        .source_port(40_000 + up(i) * 3)
                        .between("198.51.100.55", &to)
                })
                .collect(),
        ),
        quiet(
            "answers of DNS",
            (0..80)
                .map(|i| packet(i, What::Udp, 40_000 + up(i) * 13).source_port(53))
                .collect(),
        ),
        quiet(
            "answers of NTP",
            (0..80)
                .map(|i| packet(i, What::Udp, 33_000 + up(i) * 29).source_port(123))
                .collect(),
        ),
        quiet(
            "stragglers of QUIC",
            (0..80)
                .map(|i| packet(i, What::Udp, 50_000 + up(i) * 17).source_port(443))
                .collect(),
        ),
        quiet(
            "late closes of web servers",
            (0..80)
                .map(|i| packet(i, What::Tcp("ACK FIN"), 51_000 + up(i) * 5).source_port(443))
                .collect(),
        ),
        quiet(
            "late resets of web servers",
            (0..80)
                .map(|i| packet(i, What::Tcp("RST"), 51_000 + up(i) * 5).source_port(443))
                .collect(),
        ),
        quiet(
            "late data of web servers",
            (0..80)
                .map(|i| packet(i, What::Tcp("ACK PSH"), 51_000 + up(i) * 5).source_port(443))
                .collect(),
        ),
        quiet(
            "peers that call on one port",
            (0..120)
                .map(|i| {
                    let from = format!("{}.{}.7.9", 60 + i % 40, i % 200);
                    packet(i * 9, What::Udp, 51_413)
                        .source_port(6_881)
                        .between(&from, "203.0.113.10")
                })
                .collect(),
        ),
        quiet(
            "DHCP",
            (0..30)
                .map(|i| {
                    packet(i * 60, What::Udp, 68)
                        .source_port(67)
                        .between("192.168.1.1", "255.255.255.255")
                })
                .collect(),
        ),
        quiet(
            "chatter of a segment",
            (0..60)
                .map(|i| {
                    let (to, port) = [
                        ("224.0.0.251", 5_353),
                        ("239.255.255.250", 1_900),
                        ("192.168.1.255", 137),
                        ("192.168.1.255", 138),
                        ("255.255.255.255", 57_621),
                        ("224.0.0.252", 5_355),
                    ][i as usize % 6];
                    packet(i, What::Udp, port)
                        .source_port(port)
                        .between("192.168.1.20", to)
                })
                .collect(),
        ),
        quiet(
            "a monitoring system that is let in",
            (0..90)
                .map(|i| {
                    let to = format!("203.0.113.{}", 10 + i % 30);
                    packet(i, syn, [22, 443, 9_100][i as usize % 3])
                        .between("198.51.100.55", &to)
                        .passing()
                })
                .collect(),
        )
        .only(&[Log::Ufw, Log::Prefix, Log::Filterlog]),
        quiet(
            "a monitoring system that ufw watches, and a stranger that it stops",
            (0..90)
                .map(|i| {
                    let to = format!("203.0.113.{}", 10 + i % 30);
                    let port = [22, 443, 9_100][i as usize % 3];
                    let packet = packet(i, syn, port).between("198.51.100.55", &to);
                    packet.passing()
                })
                .chain([packet(100, syn, 23).between("192.0.2.7", "203.0.113.10")])
                .collect(),
        )
        .only(&[Log::Audit]),
        quiet(
            "a client of ten services that are watched, in a log that stops nobody",
            (0..200)
                .map(|i| packet(i, syn, TOP[i as usize % 10]).passing())
                .collect(),
        )
        .only(&[Log::Audit]),
        quiet(
            "many clients behind one address, let in",
            (0..200)
                .map(|i| {
                    packet(
                        i,
                        syn,
                        [25, 80, 110, 143, 443, 465, 587, 993, 995][i as usize % 9],
                    )
                    .source_port(1_024 + up(i) * 31)
                    .passing()
                })
                .collect(),
        )
        .only(&[Log::Ufw, Log::Prefix, Log::Filterlog]),
        quiet(
            "six pings",
            (0..6).map(|i| packet(i, What::Icmp(8), 0)).collect(),
        ),
        quiet("answers to pings", hosts(40, What::Icmp(0), 0).collect()),
        quiet(
            "a traceroute",
            (0..30)
                .map(|i| packet(i, What::Udp, 33_434 + up(i)))
                .collect(),
        ),
        quiet(
            "groups that a router asks for",
            (0..20)
                .map(|i| packet(i * 125, What::Other(2), 0).between("192.168.1.1", "224.0.0.1"))
                .collect(),
        ),
        quiet(
            "a game that streams",
            (0..60)
                .map(|i| packet(i, What::Udp, 52_000 + up(i)).source_port(27_015))
                .collect(),
        ),
        quiet(
            "thirty files of a server of FTP",
            (0..30)
                .map(|i| packet(i, syn, 50_000 + up(i)).source_port(20))
                .collect(),
        ),
        quiet(
            "what a client still sends on its session of SSH",
            (0..60)
                .map(|i| packet(i, What::Tcp("ACK PSH"), 22).source_port(50_000))
                .collect(),
        )
        .only(&[
            Log::Ufw,
            Log::Prefix,
            Log::Bare,
            Log::Filterlog,
            Log::Fwsnort,
        ]),
        quiet(
            "answers to a flood that somebody forges",
            (0..80)
                .map(|i| packet(i, What::Tcp("ACK SYN"), 1_024 + up(i) * 613).source_port(443))
                .collect(),
        ),
        quiet(
            "routers among themselves",
            (0..60)
                .map(|i| {
                    let (number, to) = [
                        (89, "224.0.0.5"),
                        (112, "224.0.0.18"),
                        (103, "224.0.0.13"),
                        (2, "224.0.0.1"),
                    ][i as usize % 4];
                    packet(i, What::Other(number), 0).between("192.168.1.1", to)
                })
                .collect(),
        ),
        quiet(
            "DHCP that renews",
            (0..40)
                .map(|i| {
                    packet(i * 1_800, What::Udp, 68)
                        .source_port(67)
                        .between("192.168.1.1", "192.168.1.20")
                })
                .collect(),
        ),
        quiet(
            "DHCP that asks",
            (0..40)
                .map(|i| {
                    packet(i * 60, What::Udp, 67)
                        .source_port(68)
                        .between("0.0.0.0", "255.255.255.255")
                })
                .collect(),
        ),
        quiet(
            "groups of IPv6",
            (0..60)
                .map(|i| {
                    let (to, port) = [
                        ("ff02::fb", 5_353),
                        ("ff02::1:2", 547),
                        ("ff02::1:3", 5_355),
                    ][i as usize % 3];
                    packet(i, What::Udp, port)
                        .source_port(port)
                        .between("fe80::5054:ff:fe12:3456", to)
                })
                .collect(),
        )
        .only(&[Log::Ufw, Log::Prefix, Log::Bare]),
        quiet(
            "neighbours of IPv6 who ask for each other",
            (0..60)
                .map(|i| {
                    packet(i, What::Icmp(135), 0)
                        .between("fe80::5054:ff:fe12:3456", &format!("ff02::1:ff00:{i:x}"))
                })
                .collect(),
        )
        .only(&[Log::Ufw, Log::Prefix, Log::Bare]),
        quiet(
            "devices that answer a search",
            (0..60)
                .map(|i| {
                    packet(i, What::Udp, 40_000 + up(i) * 3)
                        .source_port(1_900)
                        .between("192.168.1.9", "192.168.1.20")
                })
                .collect(),
        ),
        quiet(
            "a phone's two streams",
            (0..80)
                .map(|i| packet(i, What::Udp, 16_384 + up(i) % 2).source_port(18_000 + up(i) % 2))
                .collect(),
        ),
        quiet(
            "four ports, each tried six times",
            (0..24)
                .map(|i| packet(i, syn, [25, 465, 587, 993][i as usize % 4]))
                .collect(),
        ),
        quiet(
            "five hundred pings of one host",
            (0..500).map(|i| packet(i, What::Icmp(8), 0)).collect(),
        ),
        quiet(
            "many clients of one service",
            (0..120)
                .map(|i| {
                    let from = format!("{}.{}.7.9", 60 + i % 40, i % 200);
                    packet(i, syn, 443)
                        .source_port(40_000 + up(i))
                        .between(&from, "203.0.113.10")
                })
                .collect(),
        ),
        quiet(
            "routers that say that a host is gone",
            (0..40)
                .map(|i| {
                    packet(i, What::Icmp(3), 0)
                        .between(&format!("198.51.100.{}", 1 + i), "203.0.113.10")
                })
                .collect(),
        )
        .only(&[Log::Ufw, Log::Prefix, Log::Bare]),
        quiet(
            "dialects of netfilter: answers of DNS",
            (0..80)
                .map(|i| packet(i, What::Udp, 40_000 + up(i) * 13).source_port(53))
                .collect(),
        )
        .only(&DIALECTS),
    ]
}
