//! Files of export packets one behind the other: what a collector writes that stores them as they come,
//! and IPFIX files (RFC 5655).

use std::fmt;

use rutter_event::{Refusal, Stamp};

use super::MAX_PACKET;
use super::exports::{Datagram, Exports, Told};
use super::recognise::{
    IPFIX_HEADER, Protocol, SFLOW_SAMPLES, V5_HEADER, V5_RECORD, V9_HEADER, recognise,
};
use crate::Outcome;
use crate::frames::{be16, be32};

/// A file of export packets that is read as it arrives.
///
/// The reader keeps what [`Fed::used`] leaves over, puts more behind it and feeds again; it never has
/// to keep more than [`MAX_PACKET`] bytes and the beginning of the next packet.
#[derive(Debug, Default)]
pub struct Stream {
    exports: Exports,
    offset: u64,
    packets: u64,
    is_over: bool,
}

/// How far [`Stream::feed`] came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fed {
    /// Bytes done with, from the start of the slice.
    pub used: usize,
    /// Where and why nothing more is read; told once.
    pub damage: Option<Damage>,
}

/// Where a file of export packets could not be read on. What came before it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// First byte of what is no export packet, from the start of the file.
    pub offset: u64,
    /// Number of the packet that it would have been, from 1.
    pub packet: u64,
    /// The file ends inside it.
    pub is_cut: bool,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_cut {
            "it ends inside a packet"
        } else {
            "no export packet begins here"
        };
        write!(
            f,
            "flow export damaged at byte {}, packet {}: {what}",
            self.offset, self.packet
        )
    }
}

/// Where a packet ends.
enum Length {
    Known(usize),
    /// More bytes are needed to tell.
    Open,
    /// No packet begins here.
    Broken,
}

impl Stream {
    /// A file of which nothing has been read.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Packets met so far, a damaged one included.
    #[must_use]
    pub const fn packets(&self) -> u64 {
        self.packets
    }

    /// Reads every packet that `input` holds whole; it begins where the last call left off. `is_end`
    /// says that nothing follows. Each thing is told with the number of its packet, from 1.
    pub fn feed(
        &mut self,
        input: &[u8],
        is_end: bool,
        tell: &mut dyn FnMut(u64, Told<'_, '_>),
    ) -> Fed {
        let mut used = 0;
        while !self.is_over {
            let rest = input.get(used..).unwrap_or_default();
            if rest.is_empty() {
                return Fed { used, damage: None };
            }
            let length = match measure(rest, is_end) {
                Length::Known(length) => length,
                Length::Open if !is_end && rest.len() <= 2 * MAX_PACKET => {
                    return Fed { used, damage: None };
                }
                Length::Open => return self.end(input.len(), is_end, tell),
                Length::Broken => return self.end(input.len(), false, tell),
            };
            let Some(bytes) = rest.get(..length) else {
                return if is_end {
                    self.end(input.len(), true, tell)
                } else {
                    Fed { used, damage: None }
                };
            };
            used += length;
            self.offset += length as u64;
            self.packets += 1;
            let number = self.packets;
            let datagram = Datagram {
                exporter: None,
                received: Stamp::Absent,
                bytes,
                length,
            };
            self.exports.read(&datagram, &mut |told| tell(number, told));
        }
        Fed {
            used: input.len(),
            damage: None,
        }
    }

    fn end(&mut self, used: usize, is_cut: bool, tell: &mut dyn FnMut(u64, Told<'_, '_>)) -> Fed {
        self.is_over = true;
        self.packets += 1;
        let why = if is_cut {
            Refusal::Truncated
        } else {
            Refusal::BadFrame
        };
        tell(self.packets, Told::Part(Outcome::Refused(why)));
        let damage = Damage {
            offset: self.offset,
            packet: self.packets,
            is_cut,
        };
        Fed {
            used,
            damage: Some(damage),
        }
    }
}

/// The length of the packet at the start.
fn measure(bytes: &[u8], is_end: bool) -> Length {
    if bytes.len() < V5_HEADER {
        return Length::Open;
    }
    let length = match recognise(bytes, None) {
        Some(Protocol::NetflowV5) => {
            Some(V5_HEADER + V5_RECORD * usize::from(be16(bytes, 2).unwrap_or(0)))
        }
        Some(Protocol::Ipfix) => be16(bytes, 2)
            .map(usize::from)
            .filter(|n| *n >= IPFIX_HEADER),
        Some(Protocol::NetflowV9) => return measure_v9(bytes, is_end),
        Some(Protocol::Sflow) => return measure_sflow(bytes),
        // The beginning of an sFlow datagram is longer than that of the others.
        None if bytes.len() < 64 => return Length::Open,
        None => None,
    };
    length.map_or(Length::Broken, Length::Known)
}

/// Version 9 does not say how long it is: it ends where no further set begins. Sets have the numbers 0,
/// 1, and from 256 on; the versions 5, 9 and 10 that begin the next packet are none of them.
fn measure_v9(bytes: &[u8], is_end: bool) -> Length {
    let mut at = V9_HEADER;
    loop {
        if at > MAX_PACKET {
            return Length::Broken;
        }
        match (be16(bytes, at), be16(bytes, at + 2)) {
            (Some(0 | 1 | 256..), Some(length @ 4..)) => at += usize::from(length),
            (Some(_), Some(_)) => return Length::Known(at),
            _ if is_end && at == bytes.len() => return Length::Known(at),
            _ => return Length::Open,
        }
    }
}

fn measure_sflow(bytes: &[u8]) -> Length {
    let header = if be32(bytes, 4) == Some(1) { 28 } else { 40 };
    let Some(samples) = be32(bytes, header - 4) else {
        return Length::Open;
    };
    let mut at = header;
    for _ in 0..samples.min(SFLOW_SAMPLES) {
        let Some(length) = be32(bytes, at + 4) else {
            return Length::Open;
        };
        at = at.saturating_add(8).saturating_add(length as usize);
        if at > MAX_PACKET {
            return Length::Broken;
        }
    }
    Length::Known(at)
}
