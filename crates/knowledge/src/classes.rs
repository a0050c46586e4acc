//! Classes of numbers that no condition can tell apart.

use rutter_event::{TcpFlags, Transport};

use crate::index::{Guard, SHELVES, shelf_of};
use crate::model::{Condition, Entry, Field};

/// For each sort of packets and field, the points at which some condition on packets of that sort
/// changes its answer. Two events whose fields fall into the same classes are judged alike, so a
/// profile needs to keep one of them only.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    shelves: [[Cuts; Field::KEYS.len()]; SORTS],
    protocols: Names,
    clients: Names,
    starts: Starts,
}

/// Transports, and packets that open a TCP connection: most packets are such, and half of what asks
/// for a number of TCP asks it of answers only.
const SORTS: usize = SHELVES + 1;

/// A sort of packets, for which numbers are cut alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort(usize);

impl Sort {
    /// The sort of packets of a transport with these TCP flags, as far as the log tells.
    #[must_use]
    #[inline]
    pub fn of(transport: Option<Transport>, flags: Option<TcpFlags>) -> Self {
        match (transport, flags) {
            (Some(Transport::TCP), Some(flags)) if flags.shape() == TcpFlags::SYN => Self(SHELVES),
            _ => Self(shelf_of(transport)),
        }
    }

    /// Whether a guard admits packets of this sort.
    const fn passes(self, guard: Guard) -> bool {
        if self.0 == SHELVES {
            guard.admits_shelf(shelf_of(Some(Transport::TCP))) && guard.admits_flags(TcpFlags::SYN)
        } else {
            guard.admits_shelf(self.0)
        }
    }
}

/// Names that some condition asks for, ascending.
#[derive(Clone, Debug, Default)]
struct Names(Vec<String>);

/// Nobody has read what was sent, or it gave no name.
const UNNAMED: u8 = 0;
/// A name that no condition asks for.
const OTHER: u8 = 1;

impl Names {
    fn add(&mut self, names: &[String]) {
        self.0.extend_from_slice(names);
        self.0.sort_unstable();
        self.0.dedup();
    }

    /// The class of a name, in whatever case. Names beyond 254 count as one.
    fn class(&self, name: &[u8]) -> u8 {
        if name.is_empty() {
            return UNNAMED;
        }
        let at = self
            .0
            .iter()
            .position(|known| known.as_bytes().eq_ignore_ascii_case(name));
        at.and_then(|at| u8::try_from(at + 2).ok()).unwrap_or(OTHER)
    }

    fn representative(&self, class: u8) -> &str {
        match class {
            UNNAMED => "",
            OTHER => "?",
            known => self
                .0
                .get(usize::from(known) - 2)
                .map_or("?", String::as_str),
        }
    }
}

/// Bytes that some condition asks whether a payload begins with.
#[derive(Clone, Debug, Default)]
struct Starts {
    /// Ascending, so that of two that begin alike the longer one comes later.
    known: Vec<Vec<u8>>,
    /// A byte that none of them begins with.
    none: [u8; 1],
}

impl Starts {
    fn add(&mut self, starts: &[Vec<u8>]) {
        self.known.extend_from_slice(starts);
        self.known.sort_unstable();
        self.known.dedup();
        let begins = |byte: &u8| self.known.iter().any(|start| start.first() == Some(byte));
        self.none = [(0..=u8::MAX).find(|byte| !begins(byte)).unwrap_or(u8::MAX)];
    }

    /// The class of a payload: that of the longest start. Starts beyond 254 count as none.
    fn class(&self, starts_with: impl Fn(&[u8]) -> bool) -> u8 {
        let at = self.known.iter().rposition(|start| starts_with(start));
        at.and_then(|at| u8::try_from(at + 2).ok()).unwrap_or(OTHER)
    }

    fn representative(&self, class: u8) -> &[u8] {
        match class {
            UNNAMED => &[],
            OTHER => &self.none,
            known => self
                .known
                .get(usize::from(known) - 2)
                .map_or(&self.none, Vec::as_slice),
        }
    }
}

/// The cuts of one field.
#[derive(Clone, Debug, Default)]
struct Cuts {
    /// Ascending; class `n` ends before cut `n`.
    at: Vec<u32>,
    /// The same of small numbers, counted instead of searched: every event asks ten times.
    marks: Marks,
}

/// Where small numbers are cut, a bit for each number, with the cuts before each word. A table of
/// classes would be ten times as large, and numbers that packets draw by chance, like source ports,
/// would wait for memory at every look.
#[derive(Clone, Debug, Default)]
struct Marks {
    words: Vec<u64>,
    before: Vec<u16>,
}

impl Marks {
    fn of(cuts: &[u32], size: usize) -> Self {
        let mut marks = Self {
            words: vec![0; size / 64],
            before: Vec::with_capacity(size / 64),
        };
        for cut in cuts {
            if let Some(word) = marks.words.get_mut((cut >> 6) as usize) {
                *word |= 1 << (cut & 63);
            }
        }
        let mut sum = 0_u16;
        for word in &marks.words {
            marks.before.push(sum);
            sum = sum.saturating_add(u16::try_from(word.count_ones()).unwrap_or(0));
        }
        marks
    }

    /// How many cuts are at most a number; nothing where it is no small one.
    #[inline]
    fn count(&self, number: u32) -> Option<u16> {
        let at = (number >> 6) as usize;
        let (word, before) = (self.words.get(at)?, self.before.get(at)?);
        // The lowest bits, that of the number included.
        let below = word & (u64::MAX >> (63 - (number & 63)));
        Some(before + below.count_ones() as u16)
    }
}

/// Cuts among numbers below this have marks; of source ports all.
const MARKED: usize = 4_096;
/// So few cuts are compared faster than looked up.
const FEW: usize = 4;

impl Classes {
    /// Collects the cuts of every condition.
    pub(crate) fn of(entries: &[Entry]) -> Self {
        let mut classes = Self::default();
        for entry in entries {
            let whens = entry.whens.iter().map(|w| &w.conditions);
            let evidence = entry.evidence.iter().map(|e| &e.conditions);
            for conditions in whens.chain(evidence) {
                let guard = Guard::of(conditions);
                for condition in conditions {
                    match condition {
                        Condition::PayloadProtocol(names) => classes.protocols.add(names),
                        Condition::PayloadClient(names) => classes.clients.add(names),
                        Condition::PayloadStarts(starts) => classes.starts.add(starts),
                        _ => {}
                    }
                }
                for (number, shelf) in classes.shelves.iter_mut().enumerate() {
                    if Sort(number).passes(guard) {
                        conditions
                            .iter()
                            .for_each(|condition| cut(shelf, condition));
                    }
                }
            }
        }
        for shelf in &mut classes.shelves {
            for (cuts, (_, field)) in shelf.iter_mut().zip(Field::KEYS) {
                cuts.settle(field);
            }
        }
        classes
    }

    /// The class of a number of a packet: 0 when the log lacks it, else 1 and upward.
    #[must_use]
    #[inline]
    pub fn class(&self, sort: Sort, field: Field, number: Option<u32>) -> u16 {
        let Some(number) = number else { return 0 };
        let cuts = self.cuts(sort, field);
        match cuts.marks.count(number) {
            Some(below) => below + 1,
            None => cuts.search(number),
        }
    }

    /// A number of the class: its smallest; nothing for class 0.
    #[must_use]
    pub fn representative(&self, sort: Sort, field: Field, class: u16) -> Option<u32> {
        match usize::from(class) {
            0 => None,
            1 => Some(0),
            n => self.cuts(sort, field).at.get(n - 2).copied(),
        }
    }

    /// The classes of a protocol and of the program that speaks it, by their names; 0 without one.
    #[must_use]
    pub fn speech(&self, protocol: &[u8], client: &[u8]) -> (u8, u8) {
        (self.protocols.class(protocol), self.clients.class(client))
    }

    /// Names of the classes: the one that a condition asks for, nothing for 0, and for any other a
    /// name that no condition asks for.
    #[must_use]
    pub fn spoken(&self, (protocol, client): (u8, u8)) -> (&str, &str) {
        (
            self.protocols.representative(protocol),
            self.clients.representative(client),
        )
    }

    /// The class of a payload that begins as `starts_with` says; 0 stands for none, and is not
    /// given.
    #[must_use]
    pub fn start(&self, starts_with: impl Fn(&[u8]) -> bool) -> u8 {
        self.starts.class(starts_with)
    }

    /// Bytes that payloads of a class begin with, as far as conditions ask; nothing for 0.
    #[must_use]
    pub fn started(&self, class: u8) -> &[u8] {
        self.starts.representative(class)
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "there is a row per sort and a list per variant"
    )]
    fn cuts(&self, sort: Sort, field: Field) -> &Cuts {
        &self.shelves[sort.0][field as usize]
    }
}

/// Enters the cuts of a condition.
fn cut(shelf: &mut [Cuts; Field::KEYS.len()], condition: &Condition) {
    if let Condition::Number { field, ranges } = condition {
        for side in sides(*field) {
            if let Some(cuts) = shelf.get_mut(side as usize) {
                for range in ranges {
                    cuts.at.push(range.low);
                    cuts.at.extend(range.high.checked_add(1));
                }
            }
        }
    }
}

impl Cuts {
    fn settle(&mut self, field: Field) {
        self.at.retain(|cut| *cut > 0);
        self.at.sort_unstable();
        self.at.dedup();
        if self.at.len() > FEW {
            let size = if field == Field::SourcePort {
                1 << 16
            } else {
                MARKED
            };
            self.marks = Marks::of(&self.at, size);
        }
    }

    fn search(&self, number: u32) -> u16 {
        let below = if self.at.len() <= FEW {
            self.at.iter().filter(|cut| **cut <= number).count()
        } else {
            self.at.partition_point(|cut| *cut <= number)
        };
        u16::try_from(below + 1).unwrap_or(u16::MAX)
    }
}

/// A condition on either port cuts both.
fn sides(field: Field) -> impl Iterator<Item = Field> {
    let (first, second) = match field {
        Field::EitherPort => (Field::SourcePort, Some(Field::DestinationPort)),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_told_apart_by_the_longest_start() {
        let mut classes = Classes::default();
        for starts in [
            &[b"GET ".to_vec(), b"\x05\x01".to_vec()][..],
            &[b"GET http".to_vec()],
        ] {
            classes.starts.add(starts);
        }
        let class = |payload: &'static [u8]| classes.start(|start| payload.starts_with(start));
        for payload in [
            &b"GET / HTTP/1.1"[..],
            b"GET http://a/",
            b"\x05\x01\0",
            b"hello",
            b"G",
        ] {
            let started = classes.started(class(payload));
            assert_eq!(
                class(payload),
                classes.start(|start| started.starts_with(start))
            );
        }
        assert_eq!(classes.started(class(b"GET http://a/")), b"GET http");
        assert_eq!(classes.started(class(b"GET / HTTP/1.1")), b"GET ");
        assert_eq!(class(b"hello"), OTHER);
        assert_eq!(classes.started(UNNAMED), b"");
    }

    #[test]
    fn looking_up_and_searching_agree() {
        let mut cuts = Cuts {
            at: (1..40).map(|n| n * n * 7).collect(),
            marks: Marks::default(),
        };
        let searched: Vec<u16> = (0..5_000).map(|n| cuts.search(n)).collect();
        cuts.settle(Field::IpLength);
        assert_eq!(cuts.marks.words.len(), MARKED / 64);
        let mut classes = Classes::default();
        classes.shelves[0][Field::IpLength as usize] = cuts;
        let tcp = Sort::of(Some(Transport::TCP), None);
        for (number, class) in (0..).zip(searched) {
            assert_eq!(classes.class(tcp, Field::IpLength, Some(number)), class);
        }
        assert_eq!(classes.class(tcp, Field::IpLength, Some(20_000)), 40);
        assert_eq!(classes.class(tcp, Field::IpLength, None), 0);
        for class in 1..=40 {
            let number = classes.representative(tcp, Field::IpLength, class);
            assert_eq!(classes.class(tcp, Field::IpLength, number), class);
        }
    }
}
