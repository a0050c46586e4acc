//! What a walk remembers besides the facts that an event has room for.

use rutter_event::{Refusal, TcpFlags};

use super::fields::Code;

/// Fields that stand at most once outside a quotation. A second one means that two records have
/// run together, and mixing them would invent a packet.
#[derive(Clone, Copy, Default)]
pub(super) struct Seen(u16);

impl Seen {
    pub(super) const SOURCE: u16 = 1;
    pub(super) const DESTINATION: u16 = 1 << 1;
    pub(super) const PROTOCOL: u16 = 1 << 2;
    pub(super) const SOURCE_PORT: u16 = 1 << 3;
    pub(super) const DESTINATION_PORT: u16 = 1 << 4;
    pub(super) const INGRESS: u16 = 1 << 5;
    pub(super) const EGRESS: u16 = 1 << 6;

    pub(super) const fn has(self, field: u16) -> bool {
        self.0 & field == field
    }

    pub(super) fn enter(&mut self, field: u16) -> Result<(), Refusal> {
        if self.0 & field != 0 {
            return Err(Refusal::BadSyntax);
        }
        self.0 |= field;
        Ok(())
    }
}

/// What the walk has met besides the facts that an event has room for: enough to judge whether the
/// line is whole, and what the lengths prove.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) seen: Seen,
    /// The last field of the line.
    pub(super) last: Code,
    /// `PREC=` (IPv4) or `HOPLIMIT=` (IPv6) stood there: nobody has shortened the line.
    pub(super) is_full: bool,
    /// `TOS=` without `0x`, as ulogd writes it.
    pub(super) is_ulogd: bool,
    pub(super) flags: TcpFlags,
    pub(super) has_flags: bool,
    pub(super) has_reserved: bool,
    pub(super) has_urgent: bool,
    pub(super) has_code: bool,
    pub(super) has_sequence: bool,
    pub(super) has_quotation: bool,
    /// The second `LEN=`.
    pub(super) udp_length: Option<u32>,
    /// Bytes of IP options, as printed.
    pub(super) ip_options: u32,
    /// ebtables' own spelling, which has its own end.
    pub(super) is_bridge: bool,
    /// The kernel said that the packet itself is too short.
    pub(super) is_incomplete: bool,
    /// A field that comes behind all headers (mark, owner) was reached.
    pub(super) has_tail: bool,
    /// Something stood there whose key may fill no field: who asks for the rest must walk the record
    /// again. Nearly no line has any.
    pub(super) has_more: bool,
    /// EtherType, when the line tells it.
    pub(super) ethertype: Option<u16>,
}
