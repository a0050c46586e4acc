//! The mergeable sum of many events.
//!
//! Every part is a pure function of the multiset of events: counters, first and last, sets, samples
//! drawn by hash. So `merge` is associative and commutative, and neither threads nor splits change a
//! byte of what is reported.

mod distinct;
mod port_set;
mod said;
mod sampled;
mod signature;
mod source;

use std::net::IpAddr;

use rutter_event::{Direction, Event, Stamp, Transport};
use rutter_knowledge::Knowledge;
use rutter_knowledge::model::Service;

pub use distinct::Distinct;
pub use port_set::PortSet;
pub use said::Said;
pub use sampled::Sampled;
pub(crate) use sampled::hash_of;
pub use signature::Signature;
pub use source::{Group, Source, Span};

use crate::home::Home;
use crate::subject::{Memory, Seen, Subject};

/// Most sources kept, most addresses of ours, most ports of peers that our side contacted, most
/// conversations of our side, most hours. What is beyond is counted in the totals, and the report
/// says how the rest was thinned.
const SOURCES: usize = 1 << 19;
const TARGETS: usize = 1 << 16;
const CONTACTS: usize = 1 << 17;
const HOURS: usize = 1 << 16;
/// Most ports whose answers are kept.
const ANSWERS: usize = 1 << 17;
/// How long an answer to what our side sent may take, in nanoseconds.
const MEMORY: i64 = 600 * 1_000_000_000;
/// How far clocks of one log may disagree, in nanoseconds.
const SLACK: i64 = 2 * 1_000_000_000;
const HOUR: i64 = 3_600 * 1_000_000_000;

/// The sum of many events.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Events.
    pub events: u64,
    /// Events that the log says were let through.
    pub allowed: u64,
    /// Events that the log says were not.
    pub denied: u64,
    /// When.
    pub span: Span,
    /// Whether moments are time since boot, for want of a clock.
    pub since_boot: bool,
    /// Events by registry name of the format; there are few.
    formats: Vec<(&'static str, u64)>,
    /// Who sent.
    pub sources: Sampled<IpAddr, Source>,
    /// To whom: events and span.
    pub targets: Sampled<IpAddr, Tally>,
    /// Events by hour (nanoseconds since 1970, divided by an hour's).
    pub hours: Sampled<i64, Tally>,
    /// The hour that the input has come to; in `hours` only when it is over. Most events are of the
    /// same hour as the one before.
    hour: Option<(i64, Tally)>,
    /// Events and distinct sources by destination port.
    ports: PortTally,
    /// When our side sent to a peer's port; port 0 of protocol 255 stands for any.
    contacts: Sampled<(IpAddr, u8, u16), Span>,
    /// When our side sent in a conversation: ours, our port, theirs, their port, protocol.
    conversations: Sampled<Conversation, Span>,
    /// What ports said when they were asked, by host, protocol and port. Answers are no packets and
    /// stand in no other sum.
    pub answers: Sampled<(IpAddr, u8, u16), Said>,
}

type Conversation = (IpAddr, u16, IpAddr, u16, u8);

/// Events and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub events: u64,
    /// How many the log says were not let through.
    pub denied: u64,
    /// When.
    pub span: Span,
}

impl Tally {
    fn note(&mut self, denied: bool, moment: Option<i64>) {
        self.events += 1;
        self.denied += u64::from(denied);
        self.span.note(moment);
    }

    fn merge(&mut self, other: Self) {
        self.events += other.events;
        self.denied += other.denied;
        self.span.merge(other.span);
    }
}

/// Events and sources by destination port, TCP and UDP; the events are exact.
#[derive(Clone, Debug, PartialEq)]
struct PortTally {
    tcp: Box<[PortSum]>,
    udp: Box<[PortSum]>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct PortSum {
    events: u64,
    sources: Option<Box<Distinct<64>>>,
}

impl PortTally {
    fn new() -> Self {
        Self {
            tcp: vec![PortSum::default(); 65_536].into(),
            udp: vec![PortSum::default(); 65_536].into(),
        }
    }

    fn side(&self, transport: Transport) -> &[PortSum] {
        match transport {
            Transport::TCP => &self.tcp,
            Transport::UDP => &self.udp,
            _ => &[],
        }
    }

    fn sum_mut(&mut self, transport: Option<Transport>, port: Option<u16>) -> Option<&mut PortSum> {
        let side = match transport {
            Some(Transport::TCP) => &mut self.tcp,
            Some(Transport::UDP) => &mut self.udp,
            _ => return None,
        };
        side.get_mut(usize::from(port?))
    }

    fn merge(&mut self, other: Self) {
        for (mine, theirs) in [(&mut self.tcp, other.tcp), (&mut self.udp, other.udp)] {
            for (a, b) in mine.iter_mut().zip(theirs) {
                a.events += b.events;
                match (&mut a.sources, b.sources) {
                    (Some(mine), Some(theirs)) => mine.merge(&theirs),
                    (none @ None, theirs) => *none = theirs,
                    (Some(_), None) => {}
                }
            }
        }
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::empty()
    }
}

/// The moment of an event: its instant, or the time since boot where the log has no clock.
#[must_use]
pub fn moment_of(event: &Event<'_>) -> Option<i64> {
    match (event.time, event.stamp) {
        (Some(time), _) => Some(time.0),
        (None, Stamp::Boot(nanoseconds)) => i64::try_from(nanoseconds).ok(),
        _ => None,
    }
}

impl Profile {
    /// The sum of nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            events: 0,
            allowed: 0,
            denied: 0,
            span: Span::default(),
            since_boot: false,
            formats: Vec::new(),
            sources: Sampled::new(SOURCES),
            targets: Sampled::new(TARGETS),
            hours: Sampled::new(HOURS),
            hour: None,
            ports: PortTally::new(),
            contacts: Sampled::new(CONTACTS),
            conversations: Sampled::new(CONTACTS),
            answers: Sampled::new(ANSWERS),
        }
    }

    /// Takes in one event whose time and direction have been settled.
    pub fn observe(&mut self, event: &Event<'_>, knowledge: &Knowledge) {
        let moment = moment_of(event);
        if let Some(answer) = event.answer {
            self.count_format(event.format, 1);
            self.note_answer(event, Said { moment, answer });
            return;
        }
        let subject = Subject::of(event);
        let denied = subject.action.is_denial();
        self.events += 1;
        self.denied += u64::from(denied);
        self.allowed += u64::from(subject.action == rutter_event::Action::Allowed);
        self.span.note(moment);
        self.since_boot |= event.time.is_none() && matches!(event.stamp, Stamp::Boot(_));
        self.count_format(event.format, 1);
        let packet = subject.packet;
        if let Some(sum) = self
            .ports
            .sum_mut(packet.transport, packet.destination.port)
        {
            sum.events += 1;
        }
        if let Some(moment) = moment {
            self.note_hour(moment, denied);
        }
        if let Some(ip) = packet.destination.ip
            && let Some(tally) = self.targets.entry(ip, Tally::default)
        {
            tally.note(denied, moment);
        }
        if let Some(ip) = packet.source.ip {
            let signature = Signature::of(&subject, knowledge);
            let new = self
                .sources
                .entry(ip, Source::default)
                .is_some_and(|s| s.note(&subject, signature, moment));
            if new
                && let Some(sum) = self
                    .ports
                    .sum_mut(packet.transport, packet.destination.port)
            {
                sum.sources.get_or_insert_default().note(&ip);
            }
        }
        if matches!(subject.direction, Direction::Outbound | Direction::Internal) {
            self.remember(&subject, moment);
        }
    }

    fn note_answer(&mut self, event: &Event<'_>, said: Said) {
        let asked = &event.packet.destination;
        if let (Some(ip), Some(transport), Some(port)) =
            (asked.ip, event.packet.transport, asked.port)
            && let Some(known) = self.answers.entry((ip, transport.0, port), || said)
        {
            known.merge(said);
        }
    }

    fn count_format(&mut self, format: &'static str, events: u64) {
        match self.formats.iter_mut().find(|(known, _)| *known == format) {
            Some((_, count)) => *count += events,
            None => self.formats.push((format, events)),
        }
    }

    /// Events by registry name of the format, by name once the profile is sealed.
    pub fn formats(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.formats.iter().copied()
    }

    fn note_hour(&mut self, moment: i64, denied: bool) {
        let hour = moment.div_euclid(HOUR);
        match &mut self.hour {
            Some((current, tally)) if *current == hour => tally.note(denied, Some(moment)),
            _ => {
                self.close_hour();
                let mut tally = Tally::default();
                tally.note(denied, Some(moment));
                self.hour = Some((hour, tally));
            }
        }
    }

    fn close_hour(&mut self) {
        if let Some((hour, tally)) = self.hour.take()
            && let Some(sum) = self.hours.entry(hour, Tally::default)
        {
            sum.merge(tally);
        }
    }

    /// Puts the sum into the one form that all equal sums have.
    pub fn seal(&mut self) {
        self.close_hour();
        self.formats.sort_unstable();
        self.sources.values_mut().for_each(Source::seal);
    }

    /// Keeps what our side sent, so that answers are known as answers.
    fn remember(&mut self, subject: &Subject<'_>, moment: Option<i64>) {
        let (ours, theirs) = (subject.packet.source, subject.packet.destination);
        let (Some(our_ip), Some(their_ip), Some(transport)) =
            (ours.ip, theirs.ip, subject.packet.transport)
        else {
            return;
        };
        let their_port = theirs.port.unwrap_or(0);
        for key in [(their_ip, transport.0, their_port), (their_ip, u8::MAX, 0)] {
            if let Some(span) = self.contacts.entry(key, Span::default) {
                span.note(moment);
            }
        }
        let key = (
            our_ip,
            ours.port.unwrap_or(0),
            their_ip,
            their_port,
            transport.0,
        );
        if let Some(span) = self.conversations.entry(key, Span::default) {
            span.note(moment);
        }
    }

    /// Takes in another sum.
    pub fn merge(&mut self, mut other: Self) {
        self.close_hour();
        other.close_hour();
        self.events += other.events;
        self.allowed += other.allowed;
        self.denied += other.denied;
        self.span.merge(other.span);
        self.since_boot |= other.since_boot;
        for (format, count) in other.formats {
            self.count_format(format, count);
        }
        self.sources.merge(other.sources, Source::merge);
        self.targets.merge(other.targets, Tally::merge);
        self.hours.merge(other.hours, Tally::merge);
        self.ports.merge(other.ports);
        self.contacts.merge(other.contacts, Span::merge);
        self.conversations.merge(other.conversations, Span::merge);
        self.answers.merge(other.answers, Said::merge);
    }

    /// Events to a destination port.
    #[must_use]
    pub fn events_on(&self, transport: Transport, port: u16) -> u64 {
        self.ports
            .side(transport)
            .get(usize::from(port))
            .map_or(0, |sum| sum.events)
    }

    /// Destination ports with events, ascending, TCP first.
    pub fn busy_ports(&self) -> impl Iterator<Item = (Transport, u16, u64)> {
        [Transport::TCP, Transport::UDP]
            .into_iter()
            .flat_map(|transport| {
                let numbered = self.ports.side(transport).iter().zip(0_u16..=u16::MAX);
                numbered
                    .filter(|(sum, _)| sum.events > 0)
                    .map(move |(sum, port)| (transport, port, sum.events))
            })
    }

    /// Distinct sources on a destination port.
    #[must_use]
    pub fn sources_on(&self, transport: Transport, port: u16) -> u32 {
        let sum = self.ports.side(transport).get(usize::from(port));
        sum.and_then(|sum| sum.sources.as_ref())
            .map_or(0, |sources| sources.count())
    }

    /// What is known of the past of a subject. Before the subject has been observed this tells of
    /// the packets before it; afterwards, and in a complete profile, of it too.
    #[must_use]
    pub fn past<'p>(
        &'p self,
        subject: &Subject<'_>,
        signature: &Signature,
        moment: Option<i64>,
    ) -> Past<'p> {
        let packet = subject.packet;
        let source = packet.source.ip.and_then(|ip| self.sources.get(&ip));
        let service = source.and_then(|s| s.service(signature));
        let mut seen = Seen::default();
        if let Some(source) = source {
            seen.ports = source.ports().max(1);
        }
        if let Some(service) = service {
            seen.targets = service.targets;
            let repeats = service.events.div_ceil(u64::from(seen.targets)).max(1);
            seen.repeats = u32::try_from(repeats).unwrap_or(u32::MAX);
            seen.regular = service.regular;
        }
        if let (Some(transport), Some(port)) = (packet.transport, packet.destination.port) {
            seen.sources = self.sources_on(transport, port).max(1);
        }
        let past = Past {
            seen,
            source,
            profile: self,
            moment,
        };
        Past {
            seen: Seen {
                answered: past.answers(subject),
                spoke: past.spoke(subject),
                ..seen
            },
            ..past
        }
    }
}

/// What a profile knows of the past of one subject.
pub struct Past<'p> {
    /// Counts.
    pub seen: Seen,
    source: Option<&'p Source>,
    profile: &'p Profile,
    moment: Option<i64>,
}

impl Past<'_> {
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
        let asked = |from: &rutter_event::Packet, turned: bool| {
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
            let key = (
                our_ip,
                ours.port.unwrap_or(0),
                their_ip,
                theirs.port.unwrap_or(0),
                transport.0,
            );
            self.profile
                .conversations
                .get(&key)
                .is_some_and(|span| self.is_recent(*span))
        };
        // An ICMP error answers the packet that it quotes.
        match subject.quoted {
            Some(quoted) => asked(quoted, false),
            None => asked(subject.packet, true),
        }
    }

    fn spoke(&self, subject: &Subject<'_>) -> bool {
        subject
            .packet
            .source
            .ip
            .and_then(|ip| self.profile.contacts.get(&(ip, u8::MAX, 0)))
            .is_some_and(|span| self.is_recent(*span))
    }
}

impl Memory for Past<'_> {
    fn touched(&self, subject: &Subject<'_>, service: &Service) -> bool {
        let Some(source) = self.source else {
            return false;
        };
        let set = match Transport(service.transport) {
            Transport::TCP => &source.tcp,
            Transport::UDP => &source.udp,
            _ => return false,
        };
        let own = (subject.packet.transport == Some(Transport(service.transport)))
            .then_some(subject.packet.destination.port)
            .flatten();
        set.any_in(service.ports.low, service.ports.high, own)
    }

    fn contacted(&self, subject: &Subject<'_>, service: &Service) -> bool {
        let Some(ip) = subject.packet.source.ip else {
            return false;
        };
        (service.ports.low..=service.ports.high)
            .filter_map(|port| u16::try_from(port).ok())
            .any(|port| {
                self.profile
                    .contacts
                    .get(&(ip, service.transport, port))
                    .is_some_and(|span| self.is_recent(*span))
            })
    }
}

/// Settles the direction of an event, before a profile observes it.
pub fn settle(event: &mut Event<'_>, home: &Home) {
    let packet = &event.packet;
    event.direction = home.direction(event.direction, packet.source.ip, packet.destination.ip);
}
