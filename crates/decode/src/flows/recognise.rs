use crate::frames::{be16, be32};

/// A protocol by which flows are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// Cisco's NetFlow, version 5.
    NetflowV5,
    /// NetFlow version 9 (RFC 3954).
    NetflowV9,
    /// IPFIX (RFC 7011).
    Ipfix,
    /// sFlow version 5 (sflow.org).
    Sflow,
}

impl Protocol {
    /// The name under which its events stand in records: kebab-case, stable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NetflowV5 => "netflow-v5",
            Self::NetflowV9 => "netflow-v9",
            Self::Ipfix => "ipfix",
            Self::Sflow => "sflow",
        }
    }
}

/// Bytes of a version 5 header, and of one of its records.
pub(super) const V5_HEADER: usize = 24;
pub(super) const V5_RECORD: usize = 48;
/// The most records that a version 5 packet holds.
pub(super) const V5_RECORDS: u16 = 30;
/// Bytes of a version 9 header.
pub(super) const V9_HEADER: usize = 20;
/// Bytes of an IPFIX header.
pub(super) const IPFIX_HEADER: usize = 16;
/// The most samples that an sFlow datagram is believed to hold.
pub(super) const SFLOW_SAMPLES: u32 = 1_024;

/// Says whether bytes are an export packet, by content alone.
///
/// `length` is that of the whole packet where it is known (a datagram's), and nothing for the
/// beginning of a file. What is there of a packet must agree with itself: lengths add up, nanoseconds
/// are below a second, sets bear numbers that data or templates may bear.
#[must_use]
pub fn recognise(bytes: &[u8], length: Option<usize>) -> Option<Protocol> {
    match bytes.first_chunk::<4>()? {
        [0, 5, ..] if is_v5(bytes, length) => Some(Protocol::NetflowV5),
        [0, 9, ..] if is_v9(bytes, length) => Some(Protocol::NetflowV9),
        [0, 10, ..] if is_ipfix(bytes, length) => Some(Protocol::Ipfix),
        [0, 0, 0, 5] if is_sflow(bytes, length) => Some(Protocol::Sflow),
        _ => None,
    }
}

fn is_v5(bytes: &[u8], length: Option<usize>) -> bool {
    let (Some(count), Some(nanoseconds)) = (be16(bytes, 2), be32(bytes, 12)) else {
        return false;
    };
    let own = V5_HEADER + V5_RECORD * usize::from(count);
    (1..=V5_RECORDS).contains(&count)
        && nanoseconds < 1_000_000_000
        && bytes.len() >= V5_HEADER
        && length.is_none_or(|length| length == own)
}

fn is_v9(bytes: &[u8], length: Option<usize>) -> bool {
    be16(bytes, 2).is_some_and(|count| count > 0) && sets_add_up(bytes, V9_HEADER, length, &[0, 1])
}

fn is_ipfix(bytes: &[u8], length: Option<usize>) -> bool {
    let Some(own) = be16(bytes, 2).map(usize::from) else {
        return false;
    };
    own >= IPFIX_HEADER + 4
        && length.is_none_or(|length| length == own)
        && sets_add_up(bytes, IPFIX_HEADER, Some(own), &[2, 3])
}

/// Whether sets follow each other behind a header; `templates` are the numbers of those that are no
/// data. Of a packet of unknown length only the first set is looked at.
fn sets_add_up(bytes: &[u8], header: usize, length: Option<usize>, templates: &[u16]) -> bool {
    let mut at = header;
    loop {
        let (Some(id), Some(set)) = (be16(bytes, at), be16(bytes, at + 2).map(usize::from)) else {
            // The rest was not captured, or is less than a set: padding.
            let is_rest = |length: usize| bytes.len() < length || (at..at + 4).contains(&length);
            return at > header && length.is_some_and(is_rest);
        };
        if set < 4 || !(id >= 256 || templates.contains(&id)) {
            return false;
        }
        at += set;
        match length {
            Some(length) if at == length => return true,
            Some(length) if at > length => return false,
            Some(_) => {}
            None => return true,
        }
    }
}

fn is_sflow(bytes: &[u8], length: Option<usize>) -> bool {
    let address = match be32(bytes, 4) {
        Some(1) => 4,
        Some(2) => 16,
        _ => return false,
    };
    // Version, kind of address, address, sub-agent, sequence, uptime, number of samples.
    let (Some(samples), first) = (be32(bytes, 20 + address), 24 + address) else {
        return false;
    };
    let Some(sample) = be32(bytes, first + 4) else {
        return false;
    };
    let fits = |length: usize| first + 8 + sample as usize <= length;
    (1..=SFLOW_SAMPLES).contains(&samples) && fits(length.unwrap_or(super::MAX_PACKET))
}
