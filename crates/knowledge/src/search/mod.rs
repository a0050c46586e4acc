//! Looking things up in the handbook: by port, by name, by words in either language.

mod meaning;
mod query;
mod words;

use std::collections::BTreeMap;

use rutter_event::Transport;

use crate::load::Knowledge;
use crate::model::{Entry, Range, Service};
use crate::ports::Ports;
use crate::primer::{Note, Topic};

pub use meaning::{Meaning, ports_of};
pub use query::{Query, QueryError};

use meaning::each_port;
use words::{SAME_NAME, score_entry, score_name, score_note, score_topic};

/// What the handbook holds about a query.
#[derive(Clone, Debug, Default)]
pub struct Found<'k> {
    /// Ports, most relevant first; a range is in ascending order.
    pub ports: Vec<(Transport, u16)>,
    /// How many of `ports`, from the first, bear the very name that was asked for.
    pub named: usize,
    /// How many more ports there are beyond the limit.
    pub omitted: usize,
    /// Entries that words hit, most relevant first.
    pub entries: Vec<&'k Entry>,
    /// Topics of the primer that words hit, most relevant first.
    pub topics: Vec<&'k Topic>,
}

/// Most entries, and most topics, that words bring up.
const MOST_ENTRIES: usize = 20;
const MOST_TOPICS: usize = 5;

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

    /// Notes on a port.
    pub fn notes_on(&self, transport: Transport, port: u16) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(move |note| {
            services_of(note)
                .any(|s| s.transport == transport.0 && s.ports.contains(u32::from(port)))
        })
    }

    fn search_ports(
        &self,
        transport: Option<Transport>,
        first: u16,
        last: u16,
        limit: usize,
    ) -> Found<'_> {
        let told = self.told(first, last);
        let mut found = Found::default();
        for port in first..=last {
            for (number, carrier) in Transport::CARRIERS.into_iter().enumerate() {
                if transport.is_some_and(|wanted| wanted != carrier) {
                    continue;
                }
                let at = usize::from(port - first) * Transport::CARRIERS.len() + number;
                // A single port is answered for TCP and UDP whatever is known of it.
                let asked = first == last && (transport.is_some() || carrier.is_everyday());
                if !asked && !told.get(at).is_some_and(|told| *told) {
                    continue;
                }
                if found.ports.len() < limit {
                    found.ports.push((carrier, port));
                } else {
                    found.omitted += 1;
                }
            }
        }
        found
    }

    /// Whether anything is known of each port from `first` to `last` on each carrier.
    fn told(&self, first: u16, last: u16) -> Vec<bool> {
        let carriers = Transport::CARRIERS.len();
        let mut told = vec![false; (usize::from(last.saturating_sub(first)) + 1) * carriers];
        let mut mark = |range: Range, carries: &dyn Fn(Transport) -> bool| {
            let (low, high) = (range.low.max(first.into()), range.high.min(last.into()));
            for (number, _) in Transport::CARRIERS
                .iter()
                .enumerate()
                .filter(|(_, c)| carries(**c))
            {
                for port in low..=high {
                    let at = (port - u32::from(first)) as usize * carriers + number;
                    if let Some(told) = told.get_mut(at) {
                        *told = true;
                    }
                }
            }
        };
        for assignment in Ports::embedded()
            .all()
            .iter()
            .filter(|a| !a.name.is_empty())
        {
            let port = u32::from(assignment.port);
            mark(
                Range {
                    low: port,
                    high: port,
                },
                &|carrier| carrier == assignment.transport,
            );
        }
        for named in self.named() {
            for range in named.ranges {
                mark(*range, &|carrier| named.carried_by(carrier));
            }
        }
        for service in self.notes.iter().flat_map(services_of) {
            mark(service.ports, &|carrier| carrier.0 == service.transport);
        }
        told
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
            for service in services_of(note).filter(|_| score > 0) {
                for port in each_port(service.ports) {
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
        let named = ports
            .iter()
            .take_while(|(_, (score, _))| *score == SAME_NAME)
            .count();
        Found {
            ports: ports.into_iter().map(|(port, _)| port).collect(),
            named,
            omitted,
            entries: entries.into_iter().map(|(_, entry)| entry).collect(),
            topics: topics.into_iter().map(|(_, topic)| topic).collect(),
        }
    }
}

/// The ports of a note.
fn services_of(note: &Note) -> impl Iterator<Item = Service> {
    note.ports
        .iter()
        .filter_map(|text| crate::word::service(text))
}
