//! What a profile knows of the past of one subject.

use rutter_event::{Direction, Packet, Transport};
use rutter_knowledge::model::Service;

use super::host::Host;
use super::signature::Signature;
use super::source::Source;
use super::span::Span;
use super::{Conversation, Profile};
use crate::subject::{Memory, Seen, Subject};

/// How long an answer to what our side sent may take, in nanoseconds.
const MEMORY: i64 = 600 * 1_000_000_000;
/// How far clocks of one log may disagree, in nanoseconds.
const SLACK: i64 = 2 * 1_000_000_000;

/// What a profile knows of the past of one subject.
pub struct Past<'p> {
    /// Counts.
    pub seen: Seen,
    source: Option<Source<'p>>,
    profile: &'p Profile,
    moment: Option<i64>,
}

impl Profile {
    /// What is known of the past of a subject whose source is at hand, with how many ports it asked
    /// for: finding both anew for each kind of its packets takes longer than all the rest.
    pub(crate) fn past_of<'p>(
        &'p self,
        source: (Source<'p>, u32),
        subject: &Subject<'_>,
        signature: &Signature,
        moment: Option<i64>,
    ) -> Past<'p> {
        Past::of_source(self, Some(source), subject, signature, moment)
    }
}

impl<'p> Past<'p> {
    pub(super) fn of(
        profile: &'p Profile,
        subject: &Subject<'_>,
        signature: &Signature,
        moment: Option<i64>,
    ) -> Self {
        let source = subject.packet.source.ip;
        let source = source.and_then(|ip| profile.sources.get(ip));
        let ports = source.map_or(0, |source| source.ports());
        Self::of_source(profile, source.zip(Some(ports)), subject, signature, moment)
    }

    /// The same where the subject's source is at hand, with how many ports it asked for.
    pub(super) fn of_source(
        profile: &'p Profile,
        source: Option<(Source<'p>, u32)>,
        subject: &Subject<'_>,
        signature: &Signature,
        moment: Option<i64>,
    ) -> Self {
        let packet = subject.packet;
        let mut seen = Seen::default();
        if let Some((source, ports)) = source {
            seen.ports = ports.max(1);
            if let Some(service) = source.service(signature) {
                seen.targets = service.targets;
                let repeats = service.events.div_ceil(u64::from(seen.targets)).max(1);
                seen.repeats = u32::try_from(repeats).unwrap_or(u32::MAX);
                seen.regular = service.regular;
            }
        }
        // Our own calls go to ports of others, of which a log knows no other callers.
        let inward = subject.direction != Direction::Outbound;
        if let (true, Some(transport), Some(port)) =
            (inward, packet.transport, packet.destination.port)
        {
            seen.sources = profile.callers_on(transport, port).max(1);
        }
        let mut past = Self {
            seen,
            source: source.map(|(source, _)| source),
            profile,
            moment,
        };
        past.seen.answered = past.answers(subject);
        past.seen.spoke = past.spoke(subject);
        past
    }

    /// Whether a span lies shortly before the subject.
    fn is_recent(&self, span: Span) -> bool {
        match (self.moment, span.ends()) {
            (Some(now), Some((first, last))) => {
                first <= now.saturating_add(SLACK) && now.saturating_sub(last) <= MEMORY
            }
            // Without a clock the order of the input is all there is.
            _ => true,
        }
    }

    fn answers(&self, subject: &Subject<'_>) -> bool {
        if self.profile.conversations.is_empty() {
            return false;
        }
        let asked = |from: &Packet, turned: bool| {
            let (ours, theirs) = if turned {
                (from.destination, from.source)
            } else {
                (from.source, from.destination)
            };
            let (Some(our_ip), Some(their_ip), Some(transport)) =
                (ours.ip, theirs.ip, from.transport)
            else {
                return false;
            };
            let key: Conversation = (
                our_ip.into(),
                ours.port.unwrap_or(0),
                their_ip.into(),
                theirs.port.unwrap_or(0),
                transport.0,
            );
            let span = self.profile.conversations.get(&key);
            span.is_some_and(|span| self.is_recent(*span))
        };
        // An ICMP error answers the packet that it quotes.
        match subject.quoted {
            Some(quoted) => asked(quoted, false),
            None => asked(subject.packet, true),
        }
    }

    fn spoke(&self, subject: &Subject<'_>) -> bool {
        self.sent_to(subject, u8::MAX, 0)
    }

    /// Whether our side sent to a port of the subject's source, shortly before.
    fn sent_to(&self, subject: &Subject<'_>, transport: u8, port: u16) -> bool {
        if self.profile.contacts.is_empty() {
            return false;
        }
        let host = subject.packet.source.ip.map(Host::from);
        host.and_then(|host| self.profile.contacts.get(&(host, transport, port)))
            .is_some_and(|span| self.is_recent(*span))
    }
}

impl Memory for Past<'_> {
    fn touched(&self, subject: &Subject<'_>, service: &Service) -> bool {
        let transport = Transport(service.transport);
        let own = (subject.packet.transport == Some(transport))
            .then_some(subject.packet.destination.port)
            .flatten();
        let ports = (service.ports.low, service.ports.high);
        self.source
            .is_some_and(|source| source.asked_for(transport, ports, own))
    }

    fn contacted(&self, subject: &Subject<'_>, service: &Service) -> bool {
        !self.profile.contacts.is_empty()
            && (service.ports.low..=service.ports.high)
                .filter_map(|port| u16::try_from(port).ok())
                .any(|port| self.sent_to(subject, service.transport, port))
    }
}
