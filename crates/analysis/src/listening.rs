//! What listens on a port that has answered, and who on the net looks for it.

use std::net::IpAddr;

use rutter_event::{Answer, Event, Transport};
use rutter_knowledge::Note;
use rutter_knowledge::{Entry, Knowledge};

use crate::profile::Profile;

/// What is known of an answering port. No verdict: nobody did anything but ask.
#[derive(Clone, Debug)]
pub struct Listening<'k> {
    /// What the port is ordinarily for.
    pub notes: Vec<&'k Note>,
    /// Who looks for what listens there, gravest first; nothing when nothing listens.
    pub hunters: Vec<&'k Entry>,
}

/// A port of a host that has answered.
#[derive(Clone, Debug)]
pub struct Open<'k> {
    /// The host.
    pub ip: IpAddr,
    /// By which it was asked.
    pub transport: Transport,
    /// The port.
    pub port: u16,
    /// What it said.
    pub answer: Answer,
    /// What is known of it.
    pub listening: Listening<'k>,
}

/// Answers of all hosts that were asked.
#[derive(Clone, Debug, Default)]
pub struct Answers<'k> {
    /// How many ports answered, or were kept silent.
    pub total: usize,
    /// Hosts with a port that is open or may be.
    pub hosts: usize,
    /// Ports that are open or may be, by host and port, at most [`MOST_OPEN`].
    pub open: Vec<Open<'k>>,
    /// How many of these there are.
    pub open_total: usize,
}

/// How many open ports a summary lists.
pub const MOST_OPEN: usize = 500;
/// How many hunters are named.
const MOST_HUNTERS: usize = 3;
/// An entry on more ports than this is not about any one of them.
const BROAD: u32 = 1_024;
/// Kinds of entries that are about somebody who wants what listens: the others are about packets that
/// have lost their way, and about shapes over time.
const HUNTING: [&str; 8] = [
    "recon",
    "exploit",
    "bruteforce",
    "worm",
    "trojan",
    "backdoor",
    "amplification",
    "proxy-hunt",
];

impl<'k> Listening<'k> {
    /// What is known of a port that gave this answer.
    #[must_use]
    pub fn behind(
        knowledge: &'k Knowledge,
        transport: Transport,
        port: u16,
        answer: Answer,
    ) -> Self {
        let mut hunters: Vec<&Entry> = Vec::new();
        if answer.may_be_open() {
            let meanings = knowledge.meanings(transport, port).into_iter();
            hunters.extend(
                meanings
                    .filter(|m| m.width <= BROAD && HUNTING.contains(&m.entry.kind()))
                    .map(|m| m.entry),
            );
            // Stable: of equally grave ones those first that are closest to the port.
            hunters.sort_by_key(|entry| std::cmp::Reverse(entry.severity));
            hunters.truncate(MOST_HUNTERS);
        }
        Self {
            notes: knowledge.notes_on(transport, port).collect(),
            hunters,
        }
    }

    /// The same of an event, when it is an answer of a port.
    #[must_use]
    pub fn of(knowledge: &'k Knowledge, event: &Event<'_>) -> Option<Self> {
        let (answer, packet) = (event.answer?, &event.packet);
        Some(match (packet.transport, packet.destination.port) {
            (Some(transport), Some(port)) => Self::behind(knowledge, transport, port, answer),
            _ => Self {
                notes: Vec::new(),
                hunters: Vec::new(),
            },
        })
    }
}

/// Reads the answers of a profile.
pub(crate) fn answers<'k>(profile: &Profile, knowledge: &'k Knowledge) -> Answers<'k> {
    let mut open: Vec<_> = profile
        .answers
        .iter()
        .filter(|(_, said)| said.answer.may_be_open())
        .map(|((host, transport, port), said)| {
            ((IpAddr::from(*host), *transport, *port), said.answer)
        })
        .collect();
    open.sort_unstable();
    let mut hosts: Vec<IpAddr> = open.iter().map(|((ip, ..), _)| *ip).collect();
    hosts.dedup();
    Answers {
        total: profile.answers.len(),
        hosts: hosts.len(),
        open_total: open.len(),
        open: open
            .into_iter()
            .take(MOST_OPEN)
            .map(|((ip, transport, port), answer)| {
                let transport = Transport(transport);
                Open {
                    ip,
                    transport,
                    port,
                    answer,
                    listening: Listening::behind(knowledge, transport, port, answer),
                }
            })
            .collect(),
    }
}
