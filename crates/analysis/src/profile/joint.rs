//! Which calls were both logged by a firewall and heard by a listener: one event seen twice.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rutter_event::{Direction, Event, Transport};

use super::group::{Group, Moments};
use super::heard::{Call, Calls, Talk, Times, Words, is_contact};
use super::host::Host;
use super::signature::Signature;
use super::span::Span;
use super::{Profile, moment_of};
use crate::phrase::Language;
use crate::subject::Subject;

const SECOND: i64 = 1_000_000_000;
/// So far the times of two records of one call may differ, nanoseconds: TCP knocks again after 1, 3
/// and 7 seconds before it is let in, and a log cuts off parts of a second.
pub const WINDOW: i64 = 8 * SECOND;
/// From so many calls on, nearly all of them as far apart, two clocks differ.
const CALLS: usize = 8;
/// Of ten differences so many must agree.
const AGREE: usize = 8;
/// From so many calls of a sample on, of a hundred so many twice, all are.
const EXAMINED: u64 = 20;
const ALL: u64 = 95;

/// What a firewall's log and listeners say of the same calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// Contacts that listeners recorded.
    pub contacts: u64,
    /// Of them those whose packets a firewall logged, too; they are counted once.
    pub twice: u64,
    /// Nanoseconds by which the listeners' clock is ahead of the firewall's; 0 when the two agree
    /// within [`WINDOW`], or nobody can tell.
    pub ahead: i64,
    /// Whether there were too many calls to look at each: then `twice` is all contacts or none.
    pub is_estimate: bool,
}

/// What follows for the sources of a sealed profile.
#[derive(Clone, Debug, Default)]
pub(super) struct Joint {
    pub(super) told: Joined,
    /// Whether any kind of packets has words, which its source's other packets may be explained by.
    pub(super) has_words: bool,
    /// Contacts of each source that its packets tell already.
    twice: BTreeMap<Host, Twice>,
    /// The same by whom they were sent to.
    pub(super) targets: BTreeMap<Host, u64>,
    /// What was said, by whom, on which port.
    words: BTreeMap<Service, Words>,
}

/// Source, protocol, port.
type Service = (Host, u8, u16);

/// Contacts of one source that its packets tell already.
#[derive(Clone, Debug, Default)]
pub(super) struct Twice {
    pub(super) all: u64,
    /// By protocol and port.
    pub(super) services: BTreeMap<(u8, u16), u64>,
}

impl Profile {
    /// What a firewall's log and listeners say of the same calls, once the profile is sealed.
    #[must_use]
    pub fn joined(&self) -> Joined {
        self.sources.joint().told
    }

    /// What is known from elsewhere of one event, that has been observed: of a packet what was said,
    /// with the signature that it would have had; of a contact when it was logged.
    pub(crate) fn elsewhere(
        &self,
        event: &Event<'_>,
        subject: &Subject<'_>,
        signature: &Signature,
    ) -> Option<(Signature, Elsewhere)> {
        let moment = moment_of(event)?;
        let call = Call::of(subject)?;
        if is_contact(event) {
            let logged = self.calls.logged_near(&call, moment)?;
            return Some((*signature, Elsewhere::Logged { apart: logged }));
        }
        let source = self.sources.get(subject.packet.source.ip?)?;
        let said = source
            .recorded()
            .filter(|group| group.signature.has_words());
        let said: Vec<Group<'_>> = said.collect();
        let group = Group::of_one(*signature, Some(moment), Host::NONE, 0);
        let (signature, saying) = explained(&group, &said, 0)?;
        let talk = self.calls.heard.get(&call);
        let words = talk.map(|talk| talk.words).unwrap_or_default();
        Some((signature, Elsewhere::Heard { saying, words }))
    }

    /// Contacts that packets of a log tell already, by protocol and port; and by whom they called.
    pub(crate) fn told_twice(&self) -> impl Iterator<Item = (Transport, u16, u64)> {
        self.sources.joint().services()
    }

    /// How many contacts of an address packets of a log tell already.
    pub(crate) fn told_twice_to(&self, target: Host) -> u64 {
        let targets = &self.sources.joint().targets;
        targets.get(&target).copied().unwrap_or(0)
    }

    /// What a source said on a port, as far as somebody listened.
    pub(crate) fn words(&self, source: IpAddr, transport: Transport, port: u16) -> Words {
        let joint = self.sources.joint();
        joint.words(source.into(), transport.0, port)
    }
}

impl Joint {
    /// Holds both views against each other. `busy` are the services of sources with contacts, and
    /// how many contacts and packets each has, for when not every call is kept.
    pub(super) fn of(calls: &Calls, has_words: bool, busy: impl FnOnce() -> Vec<Busy>) -> Self {
        let mut joint = Self {
            has_words,
            ..Self::default()
        };
        if calls.heard.is_empty() {
            return joint;
        }
        let mut heard: Vec<_> = calls.heard.iter().collect();
        heard.sort_unstable_by_key(|(call, _)| **call);
        for (call, talk) in &heard {
            let words = joint.words.entry((call.source, call.transport, call.port));
            let words = words.or_default();
            *words = talk.words.max(*words);
        }
        heard.retain(|(_, talk)| talk.contacts.count > 0);
        // Packets of calls whose source port no log named may be any call's of the same service.
        let mut left: BTreeMap<u64, u64> = BTreeMap::new();
        let ahead = ahead(&heard_with_packets(&heard, calls));
        let (mut examined, mut paired) = (0, 0);
        for (call, talk) in &heard {
            let contacts = talk.contacts;
            joint.told.contacts += contacts.count;
            let mut pairs = 0;
            let mut is_known = true;
            for port in [call.source_port, 0] {
                let name = call.name(port);
                is_known &= calls.logged.admits(super::sampled::hash_of(&name));
                let Some(packets) = calls.logged.get(&name) else {
                    continue;
                };
                let left = left.entry(name).or_insert(packets.count);
                let more = twins(contacts, *packets, ahead).min(*left);
                let more = more.min(contacts.count - pairs);
                *left -= more;
                pairs += more;
            }
            if is_known {
                examined += contacts.count;
                paired += pairs;
            }
            joint.enter((call.source, call.transport, call.port), call.target, pairs);
        }
        joint.told.ahead = ahead;
        joint.told.twice = paired;
        if calls.logged.level() > 0 || calls.heard.level() > 0 {
            joint.estimate(examined, paired, busy);
        }
        joint
    }

    fn enter(&mut self, service: Service, target: Host, pairs: u64) {
        if pairs == 0 {
            return;
        }
        let (source, transport, port) = service;
        let twice = self.twice.entry(source).or_default();
        twice.all += pairs;
        *twice.services.entry((transport, port)).or_default() += pairs;
        *self.targets.entry(target).or_default() += pairs;
    }

    /// Where only a sample of the calls is kept: all contacts stand in the log, or none is taken to.
    fn estimate(&mut self, examined: u64, paired: u64, busy: impl FnOnce() -> Vec<Busy>) {
        self.told.is_estimate = true;
        self.told.twice = 0;
        self.told.contacts = 0;
        self.twice.clear();
        self.targets.clear();
        let all = examined >= EXAMINED && paired * 100 >= examined * ALL;
        for service in busy() {
            self.told.contacts += service.contacts;
            if all {
                let pairs = service.contacts.min(service.packets);
                self.told.twice += pairs;
                self.enter(service.of, service.target, pairs);
            }
        }
    }

    pub(super) fn twice(&self, source: Host) -> Option<&Twice> {
        self.twice.get(&source)
    }

    /// Contacts that packets tell already, by protocol and port.
    pub(super) fn services(&self) -> impl Iterator<Item = (Transport, u16, u64)> {
        let services = self.twice.values().flat_map(|twice| &twice.services);
        services.map(|((transport, port), pairs)| (Transport(*transport), *port, *pairs))
    }

    pub(super) fn words(&self, source: Host, transport: u8, port: u16) -> Words {
        let words = self.words.get(&(source, transport, port));
        words.copied().unwrap_or_default()
    }
}

/// A service of a source with contacts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Busy {
    pub(super) of: Service,
    pub(super) target: Host,
    pub(super) contacts: u64,
    pub(super) packets: u64,
}

/// How far behind its packet each contact came, where each was the only one.
fn heard_with_packets(heard: &[(&Call, &Talk)], calls: &Calls) -> Vec<i64> {
    let gap = |(call, talk): &(&Call, &Talk)| {
        let packets = calls.logged.get(&call.name(call.source_port))?;
        let (contact, _) = talk.contacts.span.ends()?;
        let (packet, last) = packets.span.ends()?;
        let is_one = talk.contacts.count == 1 && last.abs_diff(packet) <= WINDOW as u64;
        (is_one && call.source_port > 0).then(|| contact.saturating_sub(packet))
    };
    heard.iter().filter_map(gap).collect()
}

/// How far one clock is ahead of the other: the difference that nearly all have.
fn ahead(gaps: &[i64]) -> i64 {
    let mut gaps = gaps.to_vec();
    gaps.sort_unstable();
    let Some(median) = gaps.get(gaps.len() / 2).copied() else {
        return 0;
    };
    let near = |gap: &&i64| gap.abs_diff(median) <= WINDOW as u64;
    let agree = gaps.iter().filter(near).count();
    let differs = median.unsigned_abs() > WINDOW as u64;
    if differs && gaps.len() >= CALLS && agree * 10 >= gaps.len() * AGREE {
        median
    } else {
        0
    }
}

/// How many contacts of a call are surely packets of it: all, where both have the same beginning and
/// end; a single one where it lies at either end. Of one in the middle of a long time nobody knows.
fn twins(contacts: Times, packets: Times, ahead: i64) -> u64 {
    let (Some((first, last)), Some((from, to))) = (contacts.span.ends(), packets.span.ends())
    else {
        return 0;
    };
    let near =
        |heard: i64, logged: i64| heard.saturating_sub(ahead).abs_diff(logged) <= WINDOW as u64;
    if near(first, from) && near(last, to) {
        contacts.count.min(packets.count)
    } else if (contacts.count == 1 && (near(first, from) || near(first, to)))
        || (packets.count == 1 && (near(first, from) || near(last, from)))
    {
        1
    } else {
        0
    }
}

/// What was said on the port that a group of packets asked for, at about the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saying {
    /// Nanoseconds between the records that are nearest to each other, as far as those are known:
    /// of many records the earliest six and the last.
    pub apart: Option<i64>,
    /// Whether a listener heard it; otherwise the capture itself carries it.
    pub is_contact: bool,
}

/// What another record tells of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// Of a contact: a firewall logged the packet.
    Logged {
        /// Nanoseconds between the two.
        apart: i64,
    },
    /// Of a packet: what its sender said on the port.
    Heard {
        /// How that is known.
        saying: Saying,
        /// What; empty where only its kind is known.
        words: Words,
    },
}

impl Elsewhere {
    /// The sentence.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match *self {
            Self::Heard { saying, words } => said(words, saying, language),
            Self::Logged { apart } => {
                let when = apart_text(Some(apart), language);
                let what = language.pick(
                    "a firewall logged this caller's packet to the port, too",
                    "防火墙也记下了该来源发往此端口的包",
                );
                format!("{what}{when}")
            }
        }
    }
}

/// What was said, how that is known, and how near in time.
pub(crate) fn said(words: Words, saying: Saying, language: Language) -> String {
    let en = language == Language::En;
    let what = match (words.protocol.text(), words.client.text()) {
        ("", "") => String::new(),
        ("", name) | (name, "") => name.to_owned(),
        (protocol, client) if en => format!("{protocol}, spoken by {client}"),
        (protocol, client) => format!("{protocol}（由 {client} 发出）"),
    };
    let who = match (en, saying.is_contact) {
        (true, true) => "a listener heard the same caller on this port",
        (true, false) => "the capture holds what the same caller said on this port",
        (false, true) => "监听器在此端口听到同一来源开口",
        (false, false) => "抓包中有同一来源在此端口所说的内容",
    };
    let when = apart_text(saying.apart, language);
    match (what.is_empty(), en) {
        (true, _) => format!("{who}{when}"),
        (false, true) => format!("{who}{when}: {what}"),
        (false, false) => format!("{who}{when}：{what}"),
    }
}

fn apart_text(apart: Option<i64>, language: Language) -> String {
    let en = language == Language::En;
    match apart.map(|apart| apart / 100_000_000) {
        Some(0) if en => ", within a tenth of a second".to_owned(),
        Some(0) => "，相隔不到 0.1 秒".to_owned(),
        Some(tenths) if en => format!(", {}.{} seconds apart", tenths / 10, tenths % 10),
        Some(tenths) => format!("，相隔 {}.{} 秒", tenths / 10, tenths % 10),
        None if en => ", in the time of these packets".to_owned(),
        None => "，时间在这些包之间".to_owned(),
    }
}

/// Finds what was said for packets of a source that say nothing themselves: what it said on the same
/// port, no more than [`WINDOW`] before or after them. Gives the signature of the packets had they
/// carried it.
pub(super) fn explained(
    group: &Group<'_>,
    words: &[Group<'_>],
    ahead: i64,
) -> Option<(Signature, Saying)> {
    let asked = &group.signature;
    let outward = asked.direction() == Direction::Outbound;
    if outward || asked.has_words() || !asked.may_open() {
        return None;
    }
    let same = |said: &&Group<'_>| {
        let said = &said.signature;
        said.transport() == asked.transport()
            && said.port() == asked.port()
            && said.direction() != Direction::Outbound
    };
    let nearest = words.iter().filter(same).filter_map(|said| {
        // Both records are a listener's, or of one capture: then by one clock.
        let is_contact = said.signature.is_contact();
        let shift = if is_contact && !asked.is_contact() {
            ahead
        } else {
            0
        };
        let (gap, is_near) = apart(group, said, shift)?;
        is_near.then_some((!said.signature.names_client(), gap, said.signature))
    });
    let (_, gap, said) = nearest.min()?;
    let saying = Saying {
        apart: (gap <= WINDOW).then_some(gap),
        is_contact: said.is_contact(),
    };
    Some((asked.saying(&said), saying))
}

/// How far the nearest moments lie apart, and whether the two belong together.
fn apart(packets: &Group<'_>, said: &Group<'_>, shift: i64) -> Option<(i64, bool)> {
    let shifted =
        |(first, last): (i64, i64)| (first.saturating_sub(shift), last.saturating_sub(shift));
    let (from, to) = packets.span.ends()?;
    let (first, last) = shifted(said.span.ends()?);
    let between = first.saturating_sub(to).max(from.saturating_sub(last));
    let theirs = kept(said.moments(), said.span);
    let gap = kept(packets.moments(), packets.span)
        .flat_map(|at| theirs.clone().map(move |said| (at, said)))
        .map(|(at, said)| at.abs_diff(said.saturating_sub(shift)))
        .min()?;
    Some((i64::try_from(gap).unwrap_or(i64::MAX), between <= WINDOW))
}

/// The moments of a group that are known.
fn kept(moments: Moments, span: Span) -> impl Iterator<Item = i64> + Clone {
    let last = span.ends().map(|(_, last)| last);
    moments.into_iter().filter(|m| *m != i64::MAX).chain(last)
}
