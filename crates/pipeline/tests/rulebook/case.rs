//! What a case is made of.

use rutter_analysis::{Kind, Probe};
use rutter_event::Transport;

use crate::lines::{ALL, Log, Packet, What, packet};

/// What was found: shape, means, ends of the ports, tool.
pub(crate) type Told = (
    Kind,
    Option<Probe>,
    Option<(Transport, u16, u16)>,
    Option<&'static str>,
);

/// A case: what it is, its packets, what must be told, and in which logs.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) packets: Vec<Packet>,
    pub(crate) told: Vec<Told>,
    pub(crate) logs: &'static [Log],
}

pub(crate) fn case(
    name: &'static str,
    packets: impl IntoIterator<Item = Packet>,
    told: impl IntoIterator<Item = Told>,
) -> Case {
    Case {
        name,
        packets: packets.into_iter().collect(),
        told: told.into_iter().collect(),
        logs: &ALL,
    }
}

impl Case {
    pub(crate) fn only(self, logs: &'static [Log]) -> Self {
        Self { logs, ..self }
    }
}

/// Ports in an order that is none; the step has no divisor with the number in common.
pub(crate) fn mixed(low: u16, high: u16) -> impl Iterator<Item = (u32, u16)> {
    let count = u32::from(high - low) + 1;
    (0..count).map(move |i| (i, low + u16::try_from(i * 7_919 % count).unwrap_or(0)))
}

pub(crate) fn vertical(
    probe: Probe,
    transport: Transport,
    low: u16,
    high: u16,
    tool: Option<&'static str>,
) -> Told {
    (
        Kind::Vertical,
        Some(probe),
        Some((transport, low, high)),
        tool,
    )
}

pub(crate) fn sweep(
    probe: Probe,
    port: Option<(Transport, u16)>,
    tool: Option<&'static str>,
) -> Told {
    (
        Kind::Horizontal,
        Some(probe),
        port.map(|(t, port)| (t, port, port)),
        tool,
    )
}

pub(crate) const NMAP: Option<&str> = Some("nmap");
pub(crate) const TCP: Transport = Transport::TCP;
pub(crate) const UDP: Transport = Transport::UDP;
/// The ports that people ask for first.
pub(crate) const TOP: [u16; 20] = [
    21, 22, 23, 25, 53, 80, 110, 111, 135, 139, 143, 443, 445, 993, 995, 1723, 3306, 3389, 5900,
    8080,
];

/// One host of ours after the other.
pub(crate) fn hosts(count: u32, what: What, port: u16) -> impl Iterator<Item = Packet> {
    (1..=count).map(move |host| {
        packet(host, what, port).between("198.51.100.55", &format!("203.0.113.{host}"))
    })
}
