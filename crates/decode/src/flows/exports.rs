use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::IpAddr;

use rutter_event::{Event, Refusal, Stamp, Transport};

use super::details::Details;
use super::recognise::{Protocol, recognise};
use super::template::Templates;
use super::{sets, sflow, v5};
use crate::Outcome;

/// One export packet.
#[derive(Clone, Copy, Debug)]
pub struct Datagram<'a> {
    /// Who sent it, where the carrier tells.
    pub exporter: Option<IpAddr>,
    /// When it was captured.
    pub received: Stamp,
    /// As much of it as is there.
    pub bytes: &'a [u8],
    /// Its whole length in bytes.
    pub length: usize,
}

impl<'a> Datagram<'a> {
    /// The export packet that a captured packet carries, when it carries one: an unfragmented UDP
    /// datagram whose content says so, whatever its ports are.
    #[must_use]
    pub fn carried(event: &Event<'a>) -> Option<Self> {
        let packet = &event.packet;
        let is_whole = packet.fragment.offset == 0 && !packet.fragment.more;
        let (payload, length) = (event.payload, packet.payload_length? as usize);
        if packet.transport != Some(Transport::UDP) || !is_whole {
            return None;
        }
        recognise(payload, Some(length)).map(|_| Self {
            exporter: packet.source.ip,
            received: event.stamp,
            bytes: payload,
            length,
        })
    }
}

/// What is told of a packet: its flows, and behind those of each part what became of it.
#[derive(Debug)]
pub enum Told<'t, 'e> {
    /// A flow.
    Flow(&'t mut Event<'e>),
    /// A part is done with: a set, a sample, or a packet of version 5. Each is an entry in the ledger.
    Part(Outcome),
}

/// Who is told.
pub type Tell<'t> = &'t mut dyn FnMut(Told<'_, '_>);

/// Reads export packets and remembers what they say for the next: templates, times of boot.
#[derive(Debug, Default)]
pub struct Exports {
    pub(super) memory: Memory,
    pub(super) page: Page,
}

/// What outlasts a packet.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) templates: Templates,
    /// Milliseconds since 1970 at which an exporter's domain booted.
    pub(super) boots: BTreeMap<(Option<IpAddr>, u32), u64>,
}

/// Room for text, reused from flow to flow.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) details: Details,
    /// The exporter's address.
    pub(super) exporter: String,
}

impl Exports {
    /// A reader that has seen no template.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a packet. One that is no export packet is one refused part.
    pub fn read(&mut self, datagram: &Datagram<'_>, tell: Tell<'_>) {
        self.page.exporter.clear();
        if let Some(ip) = datagram.exporter {
            // Writing into a string does not fail.
            let _ = write!(self.page.exporter, "{}", ip.to_canonical());
        }
        match recognise(datagram.bytes, Some(datagram.length)) {
            Some(Protocol::NetflowV5) => v5::read(datagram, &mut self.page, tell),
            Some(Protocol::NetflowV9) => sets::read_v9(datagram, self, tell),
            Some(Protocol::Ipfix) => sets::read_ipfix(datagram, self, tell),
            Some(Protocol::Sflow) => sflow::read(datagram, &mut self.page, tell),
            None => tell(Told::Part(Outcome::Refused(Refusal::BadFrame))),
        }
    }
}
