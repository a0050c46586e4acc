//! Looking things up in the handbook: by port, by name, by words in either language.

use std::collections::BTreeMap;
use std::fmt;

use rutter_event::Transport;

use crate::load::Knowledge;
use crate::model::{Condition, Entry, Field, Range, When};
use crate::ports::Ports;
use crate::primer::{Note, Topic};

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// A port or a range, both ends included.
    Ports {
        /// TCP, UDP, SCTP or DCCP; all of them when nothing is said.
        transport: Option<Transport>,
        /// First port.
        first: u16,
        /// Last port.
        last: u16,
    },
    /// A service name, or words that all must occur; in lower case, without hyphens.
    Words(Vec<String>),
}

/// Why a query cannot be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryError {
    /// There is nothing in it.
    Empty,
    /// A number that is no port.
    NoPort,
    /// A range whose end lies before its beginning.
    Backwards,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => {
                "nothing to look up: give a port (23, 23/tcp, 6970-7170), a service name or words"
            }
            Self::NoPort => "no such port: ports are numbers from 0 to 65535",
            Self::Backwards => "a range that runs backwards: write the smaller port first",
        })
    }
}

impl std::error::Error for QueryError {}

impl Query {
    /// Reads `23`, `6970-7170`, `27374/tcp`, `udp/53`, `udp 53`, `port 23`, or words.
    ///
    /// # Errors
    /// When the text is empty, or is made like a port and is none.
    pub fn read(text: &str) -> Result<Self, QueryError> {
        let lower = text.trim().to_lowercase();
        let bare = lower
            .strip_prefix("port ")
            .or_else(|| lower.strip_prefix("端口"))
            .unwrap_or(&lower)
            .trim();
        let parts: Vec<&str> = bare
            .split(['/', ' ', ':'])
            .filter(|part| !part.is_empty())
            .collect();
        match parts.as_slice() {
            [] => Err(QueryError::Empty),
            [ports] if is_numeric(ports) => Self::ports(None, ports),
            [ports, word] | [word, ports] if is_numeric(ports) && carrier(word).is_some() => {
                Self::ports(carrier(word), ports)
            }
            _ => {
                let words = folded(bare)
                    .split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>();
                if words.is_empty() {
                    Err(QueryError::Empty)
                } else {
                    Ok(Self::Words(words))
                }
            }
        }
    }

    fn ports(transport: Option<Transport>, text: &str) -> Result<Self, QueryError> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let first = first.parse().map_err(|_| QueryError::NoPort)?;
        let last = last.parse().map_err(|_| QueryError::NoPort)?;
        if first > last {
            Err(QueryError::Backwards)
        } else {
            Ok(Self::Ports {
                transport,
                first,
                last,
            })
        }
    }
}

fn is_numeric(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

fn carrier(word: &str) -> Option<Transport> {
    Transport::from_word(word.as_bytes())
        .filter(|t| t.has_ports() && !word.starts_with(|c: char| c.is_ascii_digit()))
}

/// What the handbook holds about a query.
#[derive(Clone, Debug, Default)]
pub struct Found<'k> {
    /// Ports, most relevant first; a range is in ascending order.
    pub ports: Vec<(Transport, u16)>,
    /// How many more ports there are beyond the limit.
    pub omitted: usize,
    /// Entries that words hit, most relevant first.
    pub entries: Vec<&'k Entry>,
    /// Topics of the primer that words hit, most relevant first.
    pub topics: Vec<&'k Topic>,
}

/// An entry that names a port.
#[derive(Clone, Debug)]
pub struct Meaning<'k> {
    /// Which.
    pub entry: &'k Entry,
    /// Its ways of recognition that name the port, weightiest first.
    pub whens: Vec<&'k When>,
    /// How many ports the closest of them names.
    pub width: u32,
}

/// Most entries, and most topics, that words bring up.
const MOST_ENTRIES: usize = 20;
const MOST_TOPICS: usize = 5;
/// A condition on more ports than this is not about any one of them.
const WIDE: u32 = 8_192;
/// A condition on this many times the ports of a closer one of the same `[[when]]` only narrows it:
/// "to 1434, from one of the ports that Windows draws" is about 1434.
const LOOSE: u32 = 64;

impl Knowledge {
    /// Looks a query up; at most `limit` ports.
    #[must_use]
    pub fn search(&self, query: &Query, limit: usize) -> Found<'_> {
        match query {
            Query::Ports {
                transport,
                first,
                last,
            } => self.search_ports(*transport, *first, *last, limit),
            Query::Words(words) => self.search_words(words, limit),
        }
    }

    /// Entries that name a port, the ones closest to it first.
    #[must_use]
    pub fn meanings(&self, transport: Transport, port: u16) -> Vec<Meaning<'_>> {
        meanings_in(&self.named(), transport, port)
    }

    /// Notes on a port.
    pub fn notes_on(&self, transport: Transport, port: u16) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(move |note| {
            note.ports
                .iter()
                .filter_map(|text| crate::read::service(text))
                .any(|service| {
                    service.transport == transport.0 && service.ports.contains(u32::from(port))
                })
        })
    }

    /// Every way of recognition that names ports.
    fn named(&self) -> Vec<Named<'_>> {
        self.entries
            .iter()
            .flat_map(|entry| {
                entry
                    .whens
                    .iter()
                    .flat_map(move |when| Named::of(entry, when))
            })
            .collect()
    }

    fn search_ports(
        &self,
        transport: Option<Transport>,
        first: u16,
        last: u16,
        limit: usize,
    ) -> Found<'_> {
        let named = self.named();
        let mut found = Found::default();
        for port in first..=last {
            for carrier in Transport::CARRIERS
                .into_iter()
                .filter(|c| transport.is_none_or(|t| t == *c))
            {
                let is_told = || {
                    Ports::embedded().name(Some(carrier), port).is_some()
                        || named.iter().any(|n| n.names(carrier, port))
                        || self.notes_on(carrier, port).next().is_some()
                };
                // TCP and UDP are always answered for a single port, the others where there is something.
                let asked = first == last && (transport.is_some() || carrier.is_everyday());
                if asked || is_told() {
                    if found.ports.len() < limit {
                        found.ports.push((carrier, port));
                    } else {
                        found.omitted += 1;
                    }
                }
            }
        }
        found
    }

    fn search_words(&self, words: &[String], limit: usize) -> Found<'_> {
        let mut entries: Vec<(u32, &Entry)> = self
            .entries
            .iter()
            .map(|e| (score_entry(e, words), e))
            .filter(|(score, _)| *score > 0)
            .collect();
        entries.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
        entries.truncate(MOST_ENTRIES);
        let mut topics: Vec<(u32, &Topic)> = self
            .topics
            .iter()
            .map(|t| (score_topic(t, words), t))
            .filter(|(score, _)| *score > 0)
            .collect();
        topics.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.order.cmp(&b.1.order)));
        topics.truncate(MOST_TOPICS);
        // The best reason to show a port, and its place among those of the same entry.
        let mut ports: BTreeMap<(Transport, u16), (u32, usize)> = BTreeMap::new();
        let mut offer = |transport, port, score, place| {
            let best = ports.entry((transport, port)).or_insert((score, place));
            if score > best.0 {
                *best = (score, place);
            }
        };
        for assignment in Ports::embedded().all() {
            let score = score_name(assignment.name, assignment.description, words);
            if score > 0 {
                offer(assignment.transport, assignment.port, score, 0);
            }
        }
        for note in &self.notes {
            let score = score_note(note, words);
            for service in note
                .ports
                .iter()
                .filter_map(|text| crate::read::service(text))
            {
                for port in each_port(service.ports).filter(|_| score > 0) {
                    offer(Transport(service.transport), port, score, 0);
                }
            }
        }
        for (score, entry) in &entries {
            for (place, (transport, port)) in ports_of(entry).into_iter().enumerate() {
                offer(transport, port, *score, place);
            }
        }
        let mut ports: Vec<_> = ports.into_iter().collect();
        ports.sort_by(|a, b| (b.1.0, a.1.1, a.0.1, a.0.0).cmp(&(a.1.0, b.1.1, b.0.1, b.0.0)));
        let omitted = ports.len().saturating_sub(limit);
        ports.truncate(limit);
        Found {
            ports: ports.into_iter().map(|(port, _)| port).collect(),
            omitted,
            entries: entries.into_iter().map(|(_, entry)| entry).collect(),
            topics: topics.into_iter().map(|(_, topic)| topic).collect(),
        }
    }
}

/// Ports that an entry names, those of its weightiest way of recognition first; of a long range only
/// the beginning.
#[must_use]
pub fn ports_of(entry: &Entry) -> Vec<(Transport, u16)> {
    let mut named: Vec<Named<'_>> = entry
        .whens
        .iter()
        .flat_map(|when| Named::of(entry, when))
        .collect();
    named.sort_by(|a, b| b.when.weight.total_cmp(&a.when.weight));
    let mut ports = Vec::new();
    for name in &named {
        for carrier in Transport::CARRIERS
            .into_iter()
            .filter(|c| c.is_everyday() && name.carried_by(*c))
        {
            for port in name.ranges.iter().flat_map(|range| each_port(*range)) {
                if !ports.contains(&(carrier, port)) {
                    ports.push((carrier, port));
                }
            }
        }
    }
    ports
}

/// The ports of a range, or its first when there are more than a few.
fn each_port(range: Range) -> impl Iterator<Item = u16> {
    const FEW: u32 = 8;
    let last = if range.high - range.low < FEW {
        range.high
    } else {
        range.low
    };
    (range.low..=last).filter_map(|port| u16::try_from(port).ok())
}

/// A way of recognition and ports that it is about.
struct Named<'k> {
    entry: &'k Entry,
    when: &'k When,
    ranges: &'k [Range],
    width: u32,
    quoted: bool,
}

impl<'k> Named<'k> {
    fn of(entry: &'k Entry, when: &'k When) -> impl Iterator<Item = Self> {
        let conditions = || {
            when.conditions
                .iter()
                .filter_map(|condition| match condition {
                    Condition::Number { field, ranges } => {
                        let quoted = match field {
                            Field::SourcePort | Field::DestinationPort | Field::EitherPort => false,
                            Field::QuotedSourcePort | Field::QuotedDestinationPort => true,
                            _ => return None,
                        };
                        let width = ranges
                            .iter()
                            .map(|r| (r.high.min(65_535) + 1).saturating_sub(r.low))
                            .sum::<u32>();
                        Some((ranges.as_slice(), width, quoted))
                    }
                    _ => None,
                })
        };
        let closest = conditions().map(|(_, width, _)| width).min().unwrap_or(0);
        let most = closest.saturating_mul(LOOSE).min(WIDE);
        conditions()
            .filter(move |(_, width, _)| *width <= most)
            .map(move |(ranges, width, quoted)| Self {
                entry,
                when,
                ranges,
                width,
                quoted,
            })
    }

    fn names(&self, transport: Transport, port: u16) -> bool {
        self.ranges.iter().any(|r| r.contains(u32::from(port))) && self.carried_by(transport)
    }

    /// Whether the ports are ports of this transport.
    fn carried_by(&self, transport: Transport) -> bool {
        self.when
            .conditions
            .iter()
            .all(|condition| match condition {
                Condition::Transport(list) if !self.quoted => list.contains(&transport.0),
                Condition::QuotedTransport(list) if self.quoted => list.contains(&transport.0),
                Condition::Flags(_) if !self.quoted => transport == Transport::TCP,
                _ => true,
            })
    }
}

fn meanings_in<'k>(named: &[Named<'k>], transport: Transport, port: u16) -> Vec<Meaning<'k>> {
    let mut meanings: Vec<Meaning<'k>> = Vec::new();
    for name in named.iter().filter(|n| n.names(transport, port)) {
        match meanings.iter_mut().find(|m| m.entry.id == name.entry.id) {
            None => meanings.push(Meaning {
                entry: name.entry,
                whens: vec![name.when],
                width: name.width,
            }),
            Some(meaning) => {
                meaning.width = meaning.width.min(name.width);
                // One that names the port on both sides comes once.
                if !meaning
                    .whens
                    .iter()
                    .any(|when| std::ptr::eq(*when, name.when))
                {
                    meaning.whens.push(name.when);
                }
            }
        }
    }
    for meaning in &mut meanings {
        meaning.whens.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    }
    let weight = |meaning: &Meaning<'_>| meaning.whens.first().map_or(0.0, |when| when.weight);
    // Exact ports first, then small sets, then ranges; within these by weight.
    let class = |meaning: &Meaning<'_>| meaning.width.max(1).ilog2() / 5;
    meanings.sort_by(|a, b| {
        class(a)
            .cmp(&class(b))
            .then_with(|| weight(b).total_cmp(&weight(a)))
            .then_with(|| a.entry.id.cmp(&b.entry.id))
    });
    meanings
}

/// Text as it is compared: lower case, hyphens closed up, marks as blanks.
fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '-' | '_' | '\''))
        .flat_map(char::to_lowercase)
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '+' | '*' | '#') {
                c
            } else {
                ' '
            }
        })
        .collect()
}

/// Whether every word occurs; Latin words where a word begins, so that "rdp" is not found in
/// "wordpress".
fn holds_all(text: &str, words: &[String]) -> bool {
    let text = folded(text);
    words.iter().all(|word| {
        let latin = word.is_ascii();
        text.match_indices(word.as_str()).any(|(at, _)| {
            !latin
                || !text
                    .get(..at)
                    .is_some_and(|t| t.ends_with(|c: char| c.is_ascii_alphanumeric()))
        })
    })
}

fn equals(text: &str, words: &[String]) -> bool {
    let squeezed: String = folded(text).split_whitespace().collect();
    squeezed == words.concat()
}

fn score_entry(entry: &Entry, words: &[String]) -> u32 {
    let slug = entry
        .id
        .split_once('.')
        .map_or(entry.id.as_str(), |(_, slug)| slug);
    if equals(&entry.id, words) || equals(slug, words) {
        return 100;
    }
    if holds_all(&entry.en.title, words) || holds_all(&entry.zh.title, words) {
        return 80;
    }
    if entry
        .whens
        .iter()
        .filter_map(|w| w.tool.as_ref())
        .any(|tool| equals(&tool.name, words))
    {
        return 75;
    }
    if holds_all(&entry.id, words) {
        return 70;
    }
    let mut en = format!(
        "{} {} {}",
        entry.en.title, entry.en.meaning, entry.en.advice
    );
    let mut zh = format!(
        "{} {} {}",
        entry.zh.title, entry.zh.meaning, entry.zh.advice
    );
    if holds_all(&en, words) || holds_all(&zh, words) {
        return 40;
    }
    for fact in &entry.facts {
        en.push(' ');
        en.push_str(&fact.en);
        zh.push(' ');
        zh.push_str(&fact.zh);
    }
    for correction in &entry.corrections {
        for (text, side) in [(&mut en, &correction.en), (&mut zh, &correction.zh)] {
            text.push(' ');
            text.push_str(&side.says);
            text.push(' ');
            text.push_str(&side.truth);
        }
    }
    let cited = entry.references.iter().any(|r| holds_all(&r.name, words));
    if holds_all(&en, words) || holds_all(&zh, words) || cited {
        20
    } else {
        0
    }
}

fn score_topic(topic: &Topic, words: &[String]) -> u32 {
    if equals(&topic.id, words) {
        return 100;
    }
    if [&topic.en.title, &topic.zh.title, &topic.id]
        .into_iter()
        .any(|title| holds_all(title, words))
    {
        return 80;
    }
    if holds_all(&topic.en.text, words) || holds_all(&topic.zh.text, words) {
        20
    } else {
        0
    }
}

fn score_name(name: &str, description: &str, words: &[String]) -> u32 {
    if name.is_empty() {
        return 0;
    }
    if equals(name, words) {
        return 95;
    }
    if let [word] = words
        && folded(name).starts_with(word.as_str())
    {
        return 50;
    }
    if holds_all(description, words) { 30 } else { 0 }
}

fn score_note(note: &Note, words: &[String]) -> u32 {
    if note.names.iter().any(|name| equals(name, words)) {
        return 95;
    }
    if note.names.iter().any(|name| holds_all(name, words)) {
        return 60;
    }
    if holds_all(&note.en, words) || holds_all(&note.zh, words) {
        45
    } else {
        0
    }
}
