//! The mergeable sum of many events.
//!
//! Every part is a pure function of the multiset of events: counters, first and last, sets, samples
//! drawn by hash. So `merge` is associative and commutative, and neither threads nor splits change a
//! byte of what is reported.
//!
//! # How it is laid out
//! Most of the time that a profile takes is waiting for memory, so what one packet touches lies in
//! few lines of it. A [`Sighting`] is what is left of an event once its line is gone. A `table` finds
//! the source's *slot*, one line: it holds a lone packet itself, and leads to up to 16 *cells*, a
//! line for each kind of packets, when there are more. A kind is a [`Signature`] that the table of
//! `kinds` tells once. Only a source of more kinds has a *rest*: all its ports, and the sums of what
//! is not kept apart. A `ration` charges each source for the bytes that it takes and says which ones
//! stay when they are too many. Several threads fill one table, cut into [`Shards`]; all else each
//! sums up by itself.
//!
//! # To remember one more thing
//! - Of a source, by kind of packet: a field of `Cell` (`group.rs`), taken in by `Cell::note`, added by
//!   `Cell::merge`, shown by [`Group`]. A cell is 64 bytes; what is rare goes to `More`.
//! - Of a source as a whole, once it has many kinds: a field of `Rest` (`slot.rs`) with
//!   `Rest::note` and `Rest::merge`, shown by [`Source`]. What few kinds tell by themselves needs no
//!   field: ask [`Source::groups`].
//! - Of a packet, that is not in a `Sighting` yet: a field there, set in `Sighting::of`.
//! - Of all sources together: a field of [`Profile`] in `observe` and `merge`.
//!
//! Each must be a sum, a minimum, a maximum, a union or a sample by hash, never what came last or
//! what a full table happened to hold. Its bytes go into `Many::charge`, which must not fall as
//! packets come in, and `crates/analysis/tests/merge.rs` holds it to the laws.

mod course;
mod gatherer;
mod group;
mod heard;
mod host;
mod index;
mod joint;
mod kinds;
#[cfg(test)]
mod laws;
mod marks;
mod minutes;
mod past;
mod port_set;
mod ports;
mod ration;
mod said;
mod sampled;
pub mod seal;
mod shards;
mod sighting;
mod signature;
mod slot;
mod source;
mod sources;
mod span;
mod table;
mod trace;
mod twin;

use std::borrow::Cow;
use std::net::IpAddr;

use rutter_event::{Action, Direction, Event, Packet, Stamp, TcpFlags, Transport};
use rutter_knowledge::Knowledge;

pub use course::{Course, Decay};
pub use gatherer::Gatherer;
pub use group::Group;
pub use heard::{Word, Words};
pub use host::Host;
pub(crate) use joint::said;
pub use joint::{Elsewhere, Joined, Saying, WINDOW};
pub use marks::{Marks, is_estimate};
pub use past::Past;
pub use port_set::PortSet;
pub use said::Said;
pub use sampled::Sampled;
pub(crate) use sampled::hash_of;
pub use shards::Shards;
pub use sighting::Sighting;
pub use signature::Signature;
pub use source::Source;
pub use sources::Sources;
pub use span::Span;
pub use trace::{Extent, Trace};
pub use twin::Doubled;

use crate::home::Home;
use crate::subject::Subject;
use heard::Calls;
use joint::Joint;
use minutes::Minutes;
use ports::PortTally;
use twin::Twins;

/// How many bytes a profile may take, unless somebody says otherwise.
pub const MEMORY: u64 = 256 << 20;
/// The shares of that, of 64; what is left is for ports, which are counted exactly, for reading and
/// for judging.
const SOURCES: u64 = 40;
const TARGETS: u64 = 2;
const TRACES: u64 = 2;
const TWINS: u64 = 1;
const CONTACTS: u64 = 2;
const CONVERSATIONS: u64 = 2;
const HOURS: u64 = 1;
const ANSWERS: u64 = 2;
const LOGGED: u64 = 2;
const HEARD: u64 = 2;
const MINUTES: u64 = 1;
/// How many packets are read ahead for: enough to overlap, few enough for the innermost cache.
const AHEAD: usize = 64;
/// After how many events it is looked whether the sources still fit.
const PAUSE: u64 = 1_024;
const HOUR: i64 = 3_600 * 1_000_000_000;
/// How ufw labels what it logs of every new connection, whatever becomes of it.
const AUDIT: &[u8] = b"UFW AUDIT";

/// The sum of many events.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Events.
    pub events: u64,
    /// Events that the log says were let through.
    pub allowed: u64,
    /// Events that the log says were not.
    pub denied: u64,
    /// Events of rules that log before anything is decided: ufw's AUDIT.
    pub audited: u64,
    /// When.
    pub span: Span,
    /// Whether moments are time since boot, for want of a clock.
    pub since_boot: bool,
    /// Events by registry name of the format; there are few.
    formats: Vec<(Cow<'static, str>, u64)>,
    /// Who sent.
    pub sources: Sources,
    /// To whom: events and span.
    pub targets: Sampled<Host, Tally>,
    /// Events by hour (nanoseconds since 1970, divided by an hour's).
    pub hours: Sampled<i64, Tally>,
    /// The hour that the input has come to; in `hours` only when it is over. Most events are of the
    /// same hour as the one before.
    hour: Option<(i64, Tally)>,
    /// Events and distinct sources by destination port.
    ports: PortTally,
    /// Whether packets are logged more than once.
    twins: Twins,
    /// Calls that firewalls logged, and calls that listeners heard.
    calls: Calls,
    /// What the requests of a source from outside have in common.
    traces: Sampled<Host, Trace>,
    /// When our side sent to a peer's port; port 0 of protocol 255 stands for any.
    contacts: Sampled<(Host, u8, u16), Span>,
    /// When our side sent in a conversation: ours, our port, theirs, their port, protocol.
    conversations: Sampled<Conversation, Span>,
    /// Answers by sender and minute.
    minutes: Minutes,
    /// Events that are such answers of ports, and in no other sum than that of the formats.
    pub answered: u64,
    /// What ports said when they were asked, by host, protocol and port.
    pub answers: Sampled<(Host, u8, u16), Said>,
}

type Conversation = (Host, u16, Host, u16, u8);

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
    #[inline]
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

impl Default for Profile {
    fn default() -> Self {
        Self::empty()
    }
}

/// The moment of an event: its instant, or the time since boot where the log has no clock.
#[must_use]
#[inline]
pub fn moment_of(event: &Event<'_>) -> Option<i64> {
    match (event.time, event.stamp) {
        (Some(time), _) => Some(time.0),
        (None, Stamp::Boot(nanoseconds)) => i64::try_from(nanoseconds).ok(),
        _ => None,
    }
}

impl Profile {
    /// The sum of nothing, within [`MEMORY`].
    #[must_use]
    pub fn empty() -> Self {
        Self::within(MEMORY)
    }

    /// The sum of nothing, that will take at most about so many bytes.
    #[must_use]
    pub fn within(memory: u64) -> Self {
        let share = |of: u64| memory / 64 * of;
        Self {
            events: 0,
            allowed: 0,
            denied: 0,
            audited: 0,
            span: Span::default(),
            since_boot: false,
            formats: Vec::new(),
            sources: Sources::new(share(SOURCES)),
            targets: Sampled::within(share(TARGETS)),
            hours: Sampled::within(share(HOURS)),
            hour: None,
            ports: PortTally::default(),
            twins: Twins::within(share(TWINS)),
            calls: Calls::within(share(LOGGED), share(HEARD)),
            traces: Sampled::within(share(TRACES)),
            contacts: Sampled::within(share(CONTACTS)),
            conversations: Sampled::within(share(CONVERSATIONS)),
            minutes: Minutes::within(share(MINUTES)),
            answered: 0,
            answers: Sampled::within(share(ANSWERS)),
        }
    }

    /// Bytes that it takes at most, but for what every sum takes.
    #[must_use]
    pub fn weight(&self) -> u64 {
        self.sources.weight()
            + self.targets.weight()
            + self.hours.weight()
            + self.twins.seen.weight()
            + self.calls.weight()
            + self.traces.weight()
            + self.contacts.weight()
            + self.conversations.weight()
            + self.minutes.sums.weight()
            + self.answers.weight()
    }

    /// Takes in one event whose time and direction have been settled.
    pub fn observe(&mut self, event: &Event<'_>, knowledge: &Knowledge) {
        if let Some(sighting) = self.total(event, knowledge) {
            self.note_openings(std::slice::from_ref(&sighting));
            if self.sources.note(&sighting, knowledge) {
                self.note_source(&sighting);
            }
            if self.events.is_multiple_of(PAUSE) && self.sources.settle() {
                self.count_sources();
            }
        }
    }

    /// Takes an event into everything but the sum and the trace of its source, which take what is
    /// handed back.
    #[inline]
    fn total(&mut self, event: &Event<'_>, knowledge: &Knowledge) -> Option<Sighting> {
        let moment = moment_of(event);
        if let Some(answer) = event.answer {
            self.note_answer(event, Said { moment, answer });
            return None;
        }
        let subject = Subject::of(event);
        let denied = subject.action.is_denial();
        self.events += 1;
        self.denied += u64::from(denied);
        self.allowed += u64::from(subject.action == Action::Allowed);
        let undecided = subject.action == Action::Unstated;
        self.audited += u64::from(undecided && event.rule.bytes().starts_with(AUDIT));
        self.span.note(moment);
        self.since_boot |= event.time.is_none() && matches!(event.stamp, Stamp::Boot(_));
        self.count_format(Cow::Borrowed(event.format), 1);
        let packet = subject.packet;
        self.ports
            .note(packet.transport, packet.destination.port, moment);
        if let Some(moment) = moment {
            self.note_hour(moment, denied);
        }
        if let Some(ip) = packet.destination.ip
            && let Some(tally) = self.targets.entry(ip.into(), Tally::default)
        {
            tally.note(denied, moment);
        }
        self.twins.note(event, moment);
        self.calls.note(event, &subject, moment);
        // Where nothing tells which side is ours, whoever opens something may be.
        let may_be_ours = match subject.direction {
            Direction::Outbound | Direction::Internal => !is_reply(packet),
            Direction::Unknown => Trace::takes(packet),
            _ => false,
        };
        if may_be_ours {
            self.remember(&subject, moment);
        }
        let from_us = matches!(subject.direction, Direction::Outbound | Direction::Internal);
        if let (Some(ip), Some(moment)) = (packet.source.ip, moment)
            && !from_us
            && is_reply(packet)
        {
            self.minutes.note(ip.into(), moment);
        }
        Sighting::of(event, &subject, knowledge)
    }

    /// Adds to the traces of the sources. Traces are many and each is asked for by chance, so they
    /// are looked up before the first is written to, and the waits for memory overlap.
    fn note_openings(&mut self, sightings: &[Sighting]) {
        let mut drawn = Vec::with_capacity(AHEAD);
        for run in sightings.chunks(AHEAD) {
            let openings = run.iter().filter_map(|sighting| {
                let hash = hash_of(&sighting.source);
                let opening = sighting.opening.as_ref()?;
                let drawn = self.traces.admits(hash);
                drawn.then_some((hash, sighting.source, opening))
            });
            drawn.clear();
            drawn.extend(openings);
            let mut sum = 0;
            for (hash, host, _) in &drawn {
                sum ^= self.traces.peek(*hash, host).map_or(0, |t| t.packets);
            }
            std::hint::black_box(sum);
            for (hash, host, opening) in &drawn {
                if let Some(trace) = self.traces.entry_of(*hash, *host, Trace::default) {
                    trace.join(opening);
                }
            }
        }
    }

    /// Counts a source on a port that is new to it.
    fn note_source(&mut self, sighting: &Sighting) {
        let signature = &sighting.signature;
        if let (Some(transport), Some(port)) = (signature.transport(), signature.port()) {
            let is_ours = signature.direction() == Direction::Outbound;
            self.ports.note_source(transport, port, is_ours);
        }
    }

    /// Counts the sources of all ports anew, after some have gone or come.
    fn count_sources(&mut self) {
        self.ports.forget_sources();
        for source in self.sources.iter() {
            let is_ours = source.calls_out();
            for transport in [Transport::TCP, Transport::UDP] {
                for port in source.ports_of(transport) {
                    self.ports.note_source(transport, port, is_ours);
                }
            }
        }
    }

    fn note_answer(&mut self, event: &Event<'_>, said: Said) {
        self.answered += 1;
        self.count_format(Cow::Borrowed(event.format), 1);
        let asked = &event.packet.destination;
        if let (Some(ip), Some(transport), Some(port)) =
            (asked.ip, event.packet.transport, asked.port)
            && let Some(known) = self.answers.entry((ip.into(), transport.0, port), || said)
        {
            known.merge(said);
        }
    }

    #[inline]
    fn count_format(&mut self, format: Cow<'static, str>, events: u64) {
        match self.formats.iter_mut().find(|(known, _)| *known == format) {
            Some((_, count)) => *count += events,
            None => self.formats.push((format, events)),
        }
    }

    /// Events by registry name of the format, by name once the profile is sealed.
    pub fn formats(&self) -> impl Iterator<Item = (&str, u64)> {
        self.formats
            .iter()
            .map(|(name, events)| (name.as_ref(), *events))
    }

    #[inline]
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

    /// Takes in what sources did whose packets are otherwise in this sum.
    pub fn join(&mut self, shards: Shards) {
        self.sources.merge(shards.join());
    }

    /// Room for sources within so many bytes of a profile's, to be filled by several threads.
    #[must_use]
    pub fn shards(memory: u64, threads: usize) -> Shards {
        Shards::new(memory / 64 * SOURCES, threads)
    }

    /// Puts the sum into the one form that all equal sums have.
    pub fn seal(&mut self) {
        self.close_hour();
        self.formats.sort_unstable();
        self.sources.settle();
        self.sources.seal();
        self.count_sources();
        let has_words = self.sources.have_words();
        let joint = Joint::of(&self.calls, has_words, || self.sources.with_contacts());
        self.sources.join(joint);
    }

    /// Keeps what our side sent, so that answers are known as answers.
    fn remember(&mut self, subject: &Subject<'_>, moment: Option<i64>) {
        let (ours, theirs) = (subject.packet.source, subject.packet.destination);
        let (Some(our_ip), Some(their_ip), Some(transport)) =
            (ours.ip, theirs.ip, subject.packet.transport)
        else {
            return;
        };
        let (ours, our_port) = (Host::from(our_ip), ours.port.unwrap_or(0));
        let (theirs, their_port) = (Host::from(their_ip), theirs.port.unwrap_or(0));
        for key in [(theirs, transport.0, their_port), (theirs, u8::MAX, 0)] {
            if let Some(span) = self.contacts.entry(key, Span::default) {
                span.note(moment);
            }
        }
        let key = (ours, our_port, theirs, their_port, transport.0);
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
        self.audited += other.audited;
        self.span.merge(other.span);
        self.since_boot |= other.since_boot;
        for (format, count) in other.formats {
            self.count_format(format, count);
        }
        self.sources.join(Joint::default());
        self.sources.merge(other.sources);
        self.targets.merge(other.targets, Tally::merge);
        self.hours.merge(other.hours, Tally::merge);
        self.ports.merge(other.ports);
        self.twins.merge(other.twins);
        self.calls.merge(other.calls);
        self.traces.merge(other.traces, Trace::merge);
        self.contacts.merge(other.contacts, Span::merge);
        self.conversations.merge(other.conversations, Span::merge);
        self.minutes.merge(other.minutes);
        self.answered += other.answered;
        self.answers.merge(other.answers, Said::merge);
    }

    /// Whether what the log does not decide was mostly logged before anything was decided, so that
    /// it may well have been let in.
    #[must_use]
    pub const fn is_audit(&self) -> bool {
        let unstated = self
            .events
            .saturating_sub(self.allowed.saturating_add(self.denied));
        self.audited > 0 && self.audited.saturating_mul(2) >= unstated
    }

    /// Events to a destination port.
    #[must_use]
    pub fn events_on(&self, transport: Transport, port: u16) -> u64 {
        self.ports.events(transport, port)
    }

    /// Destination ports with events, ascending, TCP first.
    pub fn busy_ports(&self) -> impl Iterator<Item = (Transport, u16, u64)> {
        self.ports.busy()
    }

    /// How the packets to a destination port are spread over time.
    #[must_use]
    pub fn course_on(&self, transport: Transport, port: u16) -> Course {
        self.ports.course(transport, port)
    }

    /// What the requests of a source from outside have in common; nothing when it made none, or
    /// when there was no room to remember.
    #[must_use]
    pub fn trace_of(&self, ip: IpAddr) -> Option<&Trace> {
        self.traces.get(&ip.into())
    }

    /// What the requests of every kept source have in common.
    pub(crate) fn traces(&self) -> impl Iterator<Item = (IpAddr, &Trace)> {
        self.traces
            .iter()
            .map(|(host, trace)| ((*host).into(), trace))
    }

    /// Answers in the busiest minute of each host that answers, and whether minutes were left out for
    /// want of memory, so that another may have been busier.
    pub(crate) fn busiest_minutes(
        &self,
    ) -> (std::collections::BTreeMap<std::net::IpAddr, u64>, bool) {
        (self.minutes.busiest(), self.minutes.is_thinned())
    }

    /// Whether packets are logged more than once; nothing when they are not, or nobody can tell.
    #[must_use]
    pub fn doubled(&self) -> Option<Doubled> {
        self.twins.doubled()
    }

    /// Distinct sources on a destination port: exact as long as all sources are kept, else scaled up
    /// from those that are.
    #[must_use]
    pub fn sources_on(&self, transport: Transport, port: u16) -> u32 {
        let kept = self.ports.sources(transport, port);
        let all = u64::from(kept).saturating_mul(self.sources.thinning());
        u32::try_from(all).unwrap_or(u32::MAX)
    }

    /// Of these, the ones that sent it to us: of our own hosts, those that call out do not count.
    #[must_use]
    pub fn callers_on(&self, transport: Transport, port: u16) -> u32 {
        let kept = self.ports.callers(transport, port);
        let all = u64::from(kept).saturating_mul(self.sources.thinning());
        u32::try_from(all).unwrap_or(u32::MAX)
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
        Past::of(self, subject, signature, moment)
    }
}

/// Whether a packet answers one of the other side by its nature: whoever sends it has not spoken
/// first, and a scanner whom our side refuses is no partner of ours.
fn is_reply(packet: &Packet) -> bool {
    let flags = packet.tcp.flags.unwrap_or_default();
    match (packet.transport, packet.icmp.kind) {
        (Some(Transport::TCP), _) => {
            flags.has(TcpFlags::RST) || flags.has(TcpFlags::SYN.with(TcpFlags::ACK))
        }
        (Some(Transport::ICMP), Some(kind)) => {
            matches!(kind, 0 | 3 | 4 | 5 | 11 | 12 | 14 | 16 | 18)
        }
        (Some(Transport::ICMPV6), Some(kind)) => matches!(kind, 1..=4 | 129),
        _ => false,
    }
}

/// Settles the direction of an event, before a profile observes it.
pub fn settle(event: &mut Event<'_>, home: &Home) {
    let packet = &event.packet;
    event.direction = home.direction(event.direction, packet.source.ip, packet.destination.ip);
}
