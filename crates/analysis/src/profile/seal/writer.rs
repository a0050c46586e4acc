//! Numbers to bytes.

use crate::profile::Span;
use crate::profile::host::Host;

/// Bytes in the making: numbers as LEB128, seven bits a byte, the lowest first.
#[derive(Debug, Default)]
pub(in crate::profile) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(in crate::profile) fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// A number: one byte below 128, ten at most.
    pub(in crate::profile) fn number(&mut self, number: impl Into<u64>) {
        let mut rest = number.into();
        while rest >= 0x80 {
            self.bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.bytes.push(rest as u8);
    }

    pub(in crate::profile) fn size(&mut self, size: usize) {
        self.number(size as u64);
    }

    /// A number that may be negative: the sign in the lowest bit.
    pub(in crate::profile) fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    /// A number that may be absent: 0, or the number plus one.
    pub(in crate::profile) fn maybe(&mut self, number: Option<u32>) {
        self.number(number.map_or(0, |n| u64::from(n) + 1));
    }

    /// A text, its length before it.
    pub(in crate::profile) fn text(&mut self, text: &str) {
        self.size(text.len());
        self.bytes(text.as_bytes());
    }

    /// At most 255 bytes, their number before them.
    pub(in crate::profile) fn octets(&mut self, octets: &[u8]) {
        self.size(octets.len());
        self.bytes(octets);
    }

    /// An address: 4 and four bytes, or 6 and sixteen.
    pub(in crate::profile) fn host(&mut self, host: Host) {
        match host.into() {
            std::net::IpAddr::V4(ip) => {
                self.bytes(&[4]);
                self.bytes(&ip.octets());
            }
            std::net::IpAddr::V6(ip) => {
                self.bytes(&[6]);
                self.bytes(&ip.octets());
            }
        }
    }

    /// First and last: 0 when there is none, else 1, the first, and how much later the last is.
    pub(in crate::profile) fn span(&mut self, span: Span) {
        match span.ends() {
            None => self.bytes(&[0]),
            Some((first, last)) => {
                self.bytes(&[1]);
                self.signed(first);
                self.number(last.abs_diff(first));
            }
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn so_far(&self) -> &[u8] {
        &self.bytes
    }
}
