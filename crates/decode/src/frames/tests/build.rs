//! Frames and captures, built byte by byte, with documentation addresses.

use super::super::Order;

pub(super) const CLIENT: [u8; 4] = [198, 51, 100, 7];
pub(super) const SERVER: [u8; 4] = [192, 0, 2, 1];
pub(super) const CLIENT6: [u8; 16] = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7];
pub(super) const SERVER6: [u8; 16] = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
pub(super) const CLIENT_MAC: [u8; 6] = [2, 0, 0, 0, 0, 7];
pub(super) const SERVER_MAC: [u8; 6] = [2, 0, 0, 0, 0, 1];

/// One byte string out of several.
pub(super) fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

fn be16(n: usize) -> [u8; 2] {
    u16::try_from(n).unwrap_or(u16::MAX).to_be_bytes()
}

pub(super) fn ethernet(ethertype: u16, body: &[u8]) -> Vec<u8> {
    join(&[&SERVER_MAC, &CLIENT_MAC, &ethertype.to_be_bytes(), body])
}

/// Time to live 57, identification 0xbeef, don't fragment.
pub(super) fn ipv4(protocol: u8, body: &[u8]) -> Vec<u8> {
    fragment4(protocol, 0x4000, body)
}

pub(super) fn fragment4(protocol: u8, field: u16, body: &[u8]) -> Vec<u8> {
    let total = be16(20 + body.len());
    let field = field.to_be_bytes();
    let head = [
        0x45, 0x10, total[0], total[1], 0xbe, 0xef, field[0], field[1], 57, protocol, 0, 0,
    ];
    join(&[&head, &CLIENT, &SERVER, body])
}

/// Hop limit 57, traffic class 0x20, flow label 0x12345.
pub(super) fn ipv6(next: u8, body: &[u8]) -> Vec<u8> {
    let length = be16(body.len());
    let head = [0x62, 0x01, 0x23, 0x45, length[0], length[1], next, 57];
    join(&[&head, &CLIENT6, &SERVER6, body])
}

/// Port 40000 to 23, sequence 0x01020304, window 1024, and these options.
pub(super) fn tcp(flags: u8, options: &[u8], payload: &[u8]) -> Vec<u8> {
    let words = u8::try_from((20 + options.len()) / 4).unwrap_or(15) << 4;
    let head = [
        0x9c, 0x40, 0, 23, 1, 2, 3, 4, 0, 0, 0, 9, words, flags, 4, 0, 0, 0, 0, 3,
    ];
    join(&[&head, options, payload])
}

/// Port 40000 to 53.
pub(super) fn udp(payload: &[u8]) -> Vec<u8> {
    let length = be16(8 + payload.len());
    join(&[&[0x9c, 0x40, 0, 53, length[0], length[1], 0, 0], payload])
}

pub(super) fn icmp(kind: u8, code: u8, rest: [u8; 4], body: &[u8]) -> Vec<u8> {
    join(&[&[kind, code, 0, 0], &rest, body])
}

pub(super) fn arp(operation: u8) -> Vec<u8> {
    let head = [0, 1, 8, 0, 6, 4, 0, operation];
    join(&[&head, &CLIENT_MAC, &CLIENT, &[0; 6], &SERVER])
}

/// The SYN that most tests send: with a maximum segment size of 1460.
pub(super) fn syn4() -> Vec<u8> {
    ipv4(6, &tcp(2, &[2, 4, 5, 0xb4], &[]))
}

pub(super) fn syn6() -> Vec<u8> {
    ipv6(6, &tcp(2, &[2, 4, 5, 0xb4], &[]))
}

/// A writer of captures in one byte order.
#[derive(Clone, Copy)]
pub(super) struct Writer(pub(super) Order);

impl Writer {
    pub(super) const BOTH: [Self; 2] = [Self(Order::Little), Self(Order::Big)];

    pub(super) fn u16(self, n: u16) -> [u8; 2] {
        match self.0 {
            Order::Little => n.to_le_bytes(),
            Order::Big => n.to_be_bytes(),
        }
    }

    pub(super) fn u32(self, n: u32) -> [u8; 4] {
        match self.0 {
            Order::Little => n.to_le_bytes(),
            Order::Big => n.to_be_bytes(),
        }
    }

    fn words(self, words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| self.u32(*word)).collect()
    }

    pub(super) fn pcap_header(self, magic: u32, link: u32) -> Vec<u8> {
        let versions = join(&[&self.u16(2), &self.u16(4)]);
        join(&[
            &self.u32(magic),
            &versions,
            &self.words(&[0, 0, 262_144, link]),
        ])
    }

    pub(super) fn record(self, time: (u32, u32), wire_length: u32, bytes: &[u8]) -> Vec<u8> {
        let kept = bytes.len() as u32;
        join(&[&self.words(&[time.0, time.1, kept, wire_length]), bytes])
    }

    pub(super) fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
        let body = padded(body);
        let length = self.u32(body.len() as u32 + 12);
        join(&[&self.u32(kind), &length, &body, &length])
    }

    pub(super) fn section(self) -> Vec<u8> {
        let body = join(&[
            &self.u32(0x1a2b_3c4d),
            &self.u16(1),
            &self.u16(0),
            &[0xff; 8],
        ]);
        self.block(0x0a0d_0d0a, &body)
    }

    pub(super) fn option(self, code: u16, value: &[u8]) -> Vec<u8> {
        join(&[
            &self.u16(code),
            &self.u16(value.len() as u16),
            &padded(value),
        ])
    }

    pub(super) fn interface(self, link: u16, snap: u32, options: &[u8]) -> Vec<u8> {
        self.block(
            1,
            &join(&[&self.u16(link), &[0, 0], &self.u32(snap), options]),
        )
    }

    pub(super) fn enhanced(
        self,
        interface: u32,
        units: u64,
        wire_length: u32,
        bytes: &[u8],
        options: &[u8],
    ) -> Vec<u8> {
        let kept = bytes.len() as u32;
        let head = self.words(&[
            interface,
            (units >> 32) as u32,
            units as u32,
            kept,
            wire_length,
        ]);
        self.block(6, &join(&[&head, &padded(bytes), options]))
    }

    pub(super) fn old(self, interface: u16, units: u64, bytes: &[u8], options: &[u8]) -> Vec<u8> {
        let kept = bytes.len() as u32;
        let head = self.words(&[(units >> 32) as u32, units as u32, kept, kept]);
        let numbers = join(&[&self.u16(interface), &self.u16(9)]);
        self.block(2, &join(&[&numbers, &head, &padded(bytes), options]))
    }

    pub(super) fn simple(self, wire_length: u32, bytes: &[u8]) -> Vec<u8> {
        self.block(3, &join(&[&self.u32(wire_length), bytes]))
    }
}

fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().next_multiple_of(4), 0);
    padded
}
