//! Calls that a firewall logged, and what listeners heard of callers: two views of the same probes.

use rutter_event::{Direction, Event, TcpFlags, Transport};

use super::host::Host;
use super::joint::WINDOW;
use super::sampled::{Sampled, hash_of};
use super::span::Span;
use crate::subject::Subject;

/// Packets that ask for something, as firewalls log them, and calls that were listened to.
///
/// A call is named by who came from which port and asked for which one. Where it was sent to is no
/// part of the name, since a firewall may log another address than the one that it leads to.
#[derive(Clone, Debug)]
pub(super) struct Calls {
    /// Packets by the hash of their call.
    pub(super) logged: Sampled<u64, Times>,
    /// What was heard.
    pub(super) heard: Sampled<Call, Talk>,
}

/// Who came from which port and asked for which one, and whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Call {
    pub(super) source: Host,
    pub(super) target: Host,
    pub(super) transport: u8,
    pub(super) port: u16,
    /// 0 where the log does not say.
    pub(super) source_port: u16,
}

/// How often, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) count: u64,
    pub(super) span: Span,
}

impl Times {
    fn note(&mut self, moment: i64) {
        self.count += 1;
        self.span.note(Some(moment));
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.span.merge(other.span);
    }
}

/// What was heard of one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Talk {
    /// Records of a listener; captures, which see packets and no contacts, have none.
    pub(super) contacts: Times,
    /// Protocol and program, the last by name where there are several.
    pub(super) words: Words,
}

impl Talk {
    pub(super) fn merge(&mut self, other: Self) {
        self.contacts.merge(other.contacts);
        self.words = self.words.max(other.words);
    }
}

/// Protocol and program that speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Words {
    /// Protocol.
    pub protocol: Word,
    /// Program.
    pub client: Word,
}

/// A short name: zeros stand behind it, and what is longer is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word([u8; LONGEST]);

/// Bytes of a name that are kept.
const LONGEST: usize = 16;

impl Word {
    pub(super) fn of(name: &[u8]) -> Self {
        let mut word = Self::default();
        // Who wrote the record may be anybody, so it ends where a name would not go on.
        let plain = |b: &&u8| b.is_ascii_alphanumeric() || b"-_./+ ".contains(b);
        let kept = name.iter().take_while(plain);
        word.0
            .iter_mut()
            .zip(kept)
            .for_each(|(to, from)| *to = *from);
        word
    }

    /// The name; empty where there is none.
    #[must_use]
    pub fn text(&self) -> &str {
        let end = self.0.iter().position(|b| *b == 0).unwrap_or(LONGEST);
        std::str::from_utf8(self.0.get(..end).unwrap_or_default()).unwrap_or_default()
    }
}

/// Whether a record is what a listener of ours took down.
pub(super) fn is_contact(event: &Event<'_>) -> bool {
    event.observer.product == "listen" && event.observer.vendor == "rutter"
}

impl Calls {
    pub(super) const fn within(logged: u64, heard: u64) -> Self {
        Self {
            logged: Sampled::within(logged),
            heard: Sampled::within(heard),
        }
    }

    pub(super) fn weight(&self) -> u64 {
        self.logged.weight() + self.heard.weight()
    }

    /// Takes in a packet, or what was heard.
    #[inline]
    pub(super) fn note(&mut self, event: &Event<'_>, subject: &Subject<'_>, moment: Option<i64>) {
        let (Some(call), Some(moment)) = (Call::of(subject), moment) else {
            return;
        };
        let is_contact = is_contact(event);
        if !is_contact && asks(subject) {
            let name = call.name(call.source_port);
            if let Some(times) = self.logged.entry_of(hash_of(&name), name, Times::default) {
                times.note(moment);
            }
        }
        let words = subject.has_payload() && !subject.speech.protocol.is_empty();
        if is_contact || words {
            let mut talk = Talk {
                words: Words {
                    protocol: Word::of(subject.speech.protocol),
                    client: Word::of(subject.speech.client),
                },
                ..Talk::default()
            };
            if is_contact {
                talk.contacts.note(moment);
            }
            if let Some(known) = self.heard.entry(call, Talk::default) {
                known.merge(talk);
            }
        }
    }

    /// How far a packet of the call is from a moment, when it is near.
    pub(super) fn logged_near(&self, call: &Call, moment: i64) -> Option<i64> {
        let names = [call.source_port, 0].map(|port| call.name(port));
        let times = names.iter().find_map(|name| self.logged.get(name))?;
        let (first, last) = times.span.ends()?;
        let apart = first.abs_diff(moment).min(last.abs_diff(moment));
        i64::try_from(apart).ok().filter(|apart| *apart <= WINDOW)
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.logged.merge(other.logged, Times::merge);
        self.heard.merge(other.heard, Talk::merge);
    }
}

impl Call {
    /// The call that a packet from outside belongs to.
    #[inline]
    pub(super) fn of(subject: &Subject<'_>) -> Option<Self> {
        let packet = subject.packet;
        let outward = subject.direction == Direction::Outbound;
        let transport = packet
            .transport
            .filter(|t| matches!(*t, Transport::TCP | Transport::UDP) && !outward)?;
        Some(Self {
            source: packet.source.ip?.into(),
            target: packet.destination.ip.map_or(Host::NONE, Host::from),
            transport: transport.0,
            port: packet.destination.port?,
            source_port: packet.source.port.unwrap_or(0),
        })
    }

    /// By what packets of the call are found, when their log says that they came from such a port.
    pub(super) fn name(&self, source_port: u16) -> u64 {
        hash_of(&(self.source, self.transport, self.port, source_port))
    }
}

/// Whether a packet is the first of a call, as far as the log tells.
fn asks(subject: &Subject<'_>) -> bool {
    let packet = subject.packet;
    packet.transport == Some(Transport::UDP)
        || packet
            .tcp
            .flags
            .is_none_or(|flags| flags.shape() == TcpFlags::SYN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_ends_where_a_name_would() {
        for (name, text) in [
            (&b"tls"[..], "tls"),
            (b"", ""),
            (b"zgrab\x1b[31m", "zgrab"),
            (b"<script>", ""),
            (b"a name of more than sixteen bytes", "a name of more t"),
        ] {
            assert_eq!(Word::of(name).text(), text);
            assert_eq!(Word::of(Word::of(name).text().as_bytes()), Word::of(name));
        }
    }
}
