//! Export packets, put together field by field.

/// Bytes with lengths filled in afterwards.
pub(super) fn be(parts: &[(u64, usize)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (value, size) in parts {
        bytes.extend_from_slice(&value.to_be_bytes()[8 - size..]);
    }
    bytes
}

/// The time of export of every packet here: 2026-11-23T10:01:00Z.
pub(super) const EXPORTED: u64 = 1_795_428_060;
/// Milliseconds since boot at that time.
pub(super) const UPTIME: u64 = 100_000;

pub(super) fn ip(text: &str) -> u64 {
    text.parse::<std::net::Ipv4Addr>().unwrap().to_bits().into()
}

/// A packet of version 5 with the records given as (source, destination, packets, bytes, first, last,
/// source port, destination port, flags, protocol).
#[expect(clippy::type_complexity, reason = "a row of a table")]
pub(super) fn v5(records: &[(&str, &str, u64, u64, u64, u64, u64, u64, u64, u64)]) -> Vec<u8> {
    let mut bytes = be(&[
        (5, 2),
        (records.len() as u64, 2),
        (UPTIME, 4),
        (EXPORTED, 4),
        (500_000_000, 4),
        (7, 4),
        (0, 1),
        (3, 1),
        (0x4064, 2),
    ]);
    for (source, destination, packets, octets, first, last, sport, dport, flags, protocol) in
        records
    {
        bytes.extend(be(&[
            (ip(source), 4),
            (ip(destination), 4),
            (ip("192.0.2.254"), 4),
            (4, 2),
            (6, 2),
            (*packets, 4),
            (*octets, 4),
            (*first, 4),
            (*last, 4),
            (*sport, 2),
            (*dport, 2),
            (0, 1),
            (*flags, 1),
            (*protocol, 1),
            (0x10, 1),
            (64_500, 2),
            (64_501, 2),
            (24, 1),
            (16, 1),
            (0, 2),
        ]));
    }
    bytes
}

/// A set with its header.
pub(super) fn set(id: u64, body: &[u8]) -> Vec<u8> {
    let mut bytes = be(&[(id, 2), (body.len() as u64 + 4, 2)]);
    bytes.extend_from_slice(body);
    bytes
}

/// A template of IANA's elements: (number, length).
pub(super) fn template(id: u64, fields: &[(u64, u64)]) -> Vec<u8> {
    let mut bytes = be(&[(id, 2), (fields.len() as u64, 2)]);
    for (number, length) in fields {
        bytes.extend(be(&[(*number, 2), (*length, 2)]));
    }
    bytes
}

pub(super) fn v9(domain: u64, sets: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = be(&[
        (9, 2),
        (sets.len() as u64, 2),
        (UPTIME, 4),
        (EXPORTED, 4),
        (1, 4),
        (domain, 4),
    ]);
    bytes.extend(sets.concat());
    bytes
}

pub(super) fn ipfix(domain: u64, sets: &[Vec<u8>]) -> Vec<u8> {
    let body = sets.concat();
    let mut bytes = be(&[
        (10, 2),
        (body.len() as u64 + 16, 2),
        (EXPORTED, 4),
        (1, 4),
        (domain, 4),
    ]);
    bytes.extend(body);
    bytes
}

/// The fields of a flow over IPv4 as most exporters have them, times since boot among them.
pub(super) const PLAIN: &[(u64, u64)] = &[
    (8, 4),
    (12, 4),
    (7, 2),
    (11, 2),
    (4, 1),
    (6, 1),
    (2, 4),
    (1, 4),
    (22, 4),
    (21, 4),
    (10, 2),
    (14, 2),
];

/// A record of [`PLAIN`]: a telnet probe of one packet.
pub(super) fn plain() -> Vec<u8> {
    be(&[
        (ip("198.51.100.7"), 4),
        (ip("203.0.113.9"), 4),
        (43_210, 2),
        (23, 2),
        (6, 1),
        (2, 1),
        (1, 4),
        (40, 4),
        (40_000, 4),
        (40_500, 4),
        (2, 2),
        (0, 2),
    ])
}

/// An IPv4 packet with a TCP SYN to port 23.
pub(super) fn syn() -> Vec<u8> {
    let mut bytes = be(&[
        (0x4500_0028, 4),
        (0xd431_0000, 4),
        (0x3406_0000, 4),
        (ip("198.51.100.7"), 4),
        (ip("203.0.113.9"), 4),
    ]);
    bytes.extend(be(&[
        (43_210, 2),
        (23, 2),
        (1, 4),
        (0, 4),
        (0x5002_0400, 4),
        (0, 4),
    ]));
    bytes
}

/// An sFlow datagram with samples, each as (format, body).
pub(super) fn sflow(samples: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = be(&[
        (5, 4),
        (1, 4),
        (ip("192.0.2.1"), 4),
        (0, 4),
        (1, 4),
        (UPTIME, 4),
        (samples.len() as u64, 4),
    ]);
    for (format, body) in samples {
        bytes.extend(be(&[(*format, 4), (body.len() as u64, 4)]));
        bytes.extend_from_slice(body);
    }
    bytes
}

/// A sample of a flow with one record of a raw packet.
pub(super) fn sample(packet: &[u8]) -> Vec<u8> {
    let mut header = packet.to_vec();
    header.resize(packet.len().next_multiple_of(4), 0);
    let mut bytes = be(&[
        (1, 4),
        (3, 4),
        (512, 4),
        (512, 4),
        (0, 4),
        (3, 4),
        (0, 4),
        (1, 4),
    ]);
    bytes.extend(be(&[
        (1, 4),
        (header.len() as u64 + 16, 4),
        (11, 4),
        (packet.len() as u64 + 18, 4),
        (4, 4),
        (packet.len() as u64, 4),
    ]));
    bytes.extend(header);
    bytes
}
