//! The firewall activity log of Barracuda CloudGen Firewall (NG Firewall, phion netfence).

mod fields;

use rutter_event::{Action, Civil, Event, Extra, Refusal, Skip, Stamp, Untrusted};

use self::fields::ORDER;
use super::clock;
use super::number::decimal;
use crate::record::{Emit, Format, Record, Rejection};

/// CloudGen Firewall's activity log.
pub struct BarracudaCloudgen;

impl Format for BarracudaCloudgen {
    fn name(&self) -> &'static str {
        "barracuda-cloudgen"
    }

    fn title(&self) -> &'static str {
        "Barracuda CloudGen Firewall: activity log"
    }

    fn example(&self) -> &'static str {
        "<14>Nov 23 10:00:01 fw1 box_Firewall_Activity: Security fw1 Block: FWD|TCP|eth0|198.51.100.7|43210|\
         00:00:5e:00:53:01|203.0.113.9|3389|rdp||BLOCKALL|Block by Rule|0.0.0.0|0.0.0.0|0|1|0|0|0|0||||||"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        Entry::parse(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let entry = Entry::parse(record.message).ok_or(Skip::NotFirewall)?;
        let mut event = Event {
            stamp: stamp(entry.head).unwrap_or(record.stamp),
            action: entry.action,
            ..Event::default()
        };
        event.observer.vendor = "barracuda";
        event.observer.product = "cloudgen";
        event.observer.hostname = machine(entry.head).unwrap_or(record.hostname);
        event.extra = Extra::new(record.message, each_extra);
        let mut closed = 0;
        for column in entry.columns() {
            let (name, text) = column.ok_or(Refusal::BadColumns)?;
            // The last column may be cut.
            if text.is_open {
                break;
            }
            fields::take(name, text.bytes, &mut event)?;
            closed += 1;
        }
        // Every version has all columns up to the count of packets.
        if closed < 20 {
            return Err(Refusal::Truncated.into());
        }
        fields::settle(&mut event)?;
        emit(&mut event);
        Ok(())
    }
}

/// The two halves of an entry.
struct Entry<'a> {
    /// `2026 11 23 10:00:00 Security +01:00`, `Info fw1`: all before the word of decision.
    head: &'a [u8],
    action: Action,
    word: &'a [u8],
    /// The columns, with bars between them.
    body: &'a [u8],
}

/// A column's text, and whether the entry ends with it.
struct Text<'a> {
    bytes: &'a [u8],
    is_open: bool,
}

impl<'a> Entry<'a> {
    fn parse(message: &'a [u8]) -> Option<Self> {
        let bar = memchr::memchr(b'|', message)?;
        let before = message.get(..bar)?;
        let colon = before.windows(2).rposition(|pair| pair == b": ")?;
        let (head, body) = message.split_at_checked(colon)?;
        let blank = head.iter().rposition(|byte| *byte == b' ');
        let (head, word) = head.split_at_checked(blank.map_or(0, |blank| blank + 1))?;
        let action = action(word)?;
        let body = body.get(2..)?.trim_ascii_start();
        let first = body.split(|byte| *byte == b'|').next()?;
        is_kind(first.strip_prefix(b"type=").unwrap_or(first)).then_some(Self {
            head,
            action,
            word,
            body,
        })
    }

    /// The columns with their names. Nothing in place of one that has no name.
    fn columns(&self) -> impl Iterator<Item = Option<(&'a [u8], Text<'a>)>> + use<'a> {
        let has_keys = self.body.starts_with(b"type=");
        let mut rest = Some(self.body);
        let mut names = ORDER.iter();
        std::iter::from_fn(move || {
            let text = rest?;
            let (column, is_open) = match memchr::memchr(b'|', text) {
                Some(bar) => {
                    rest = text.get(bar + 1..);
                    (text.get(..bar)?, false)
                }
                None => {
                    rest = None;
                    (text, true)
                }
            };
            let column = column.trim_ascii();
            let found = if has_keys {
                let equals = column.iter().position(|byte| *byte == b'=');
                match equals.and_then(|at| column.split_at_checked(at)) {
                    Some((name, value)) => Some((name, value.get(1..).unwrap_or_default())),
                    // A cut key, or what stands behind the last bar.
                    None if is_open => Some((&b""[..], column)),
                    None => None,
                }
            } else {
                match names.next() {
                    Some(name) => Some((name.as_bytes(), column)),
                    None if is_open && column.is_empty() => Some((&b""[..], column)),
                    None => None,
                }
            };
            Some(found.map(|(name, bytes)| (name, Text { bytes, is_open })))
        })
    }
}

/// What the firewall did. `Local…` concerns traffic of the firewall itself.
fn action(word: &[u8]) -> Option<Action> {
    Some(match word.strip_prefix(b"Local").unwrap_or(word) {
        // A session that ends had been let through.
        b"Allow" | b"Remove" => Action::Allowed,
        b"Block" | b"Drop" => Action::Dropped,
        b"Deny" => Action::Rejected,
        b"Detect" | b"Fail" | b"Scan" => Action::Unstated,
        _ => return None,
    })
}

/// Where the traffic came from and which set of rules judged it.
fn is_kind(word: &[u8]) -> bool {
    matches!(
        word,
        b"LIN"
            | b"LOUT"
            | b"LB"
            | b"FWD"
            | b"IFWD"
            | b"PXY"
            | b"IPXY"
            | b"PRX"
            | b"IPRX"
            | b"TAP"
            | b"<cumulative>"
    )
}

/// `2026 11 23 10:00:00 Security +01:00`.
fn stamp(head: &[u8]) -> Option<Stamp> {
    let mut words = head
        .split(u8::is_ascii_whitespace)
        .filter(|w| !w.is_empty());
    let year = decimal::<u16>(words.next().filter(|year| year.len() == 4)?)?;
    let month = decimal(words.next()?)?;
    let day = decimal(words.next()?)?;
    let mut time = words.next()?.split(|byte| *byte == b':').map(decimal::<u8>);
    let civil = Civil {
        year: Some(year.try_into().ok()?),
        month,
        day,
        hour: time.next()??,
        minute: time.next()??,
        second: time.next()??,
        nanosecond: 0,
    };
    if !civil.is_valid() {
        return None;
    }
    Some(match words.find_map(clock::offset) {
        Some(east) => Stamp::Instant(clock::instant(&civil, east)?),
        None => Stamp::Civil(civil),
    })
}

/// `Info     fw1`: the machine behind the level. An entry with a stamp has none.
fn machine(head: &[u8]) -> Option<Untrusted<'_>> {
    let mut words = head
        .split(u8::is_ascii_whitespace)
        .filter(|w| !w.is_empty());
    let level = words.next()?;
    let name = words.next()?;
    let is_level = matches!(
        level,
        b"Info" | b"Security" | b"Notice" | b"Warning" | b"Error" | b"Fatal" | b"Panic"
    );
    (is_level && clock::offset(name).is_none()).then_some(Untrusted::new(name))
}

fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some(entry) = Entry::parse(record) else {
        return;
    };
    sink(Untrusted::new(b"action"), Untrusted::new(entry.word));
    for (name, text) in entry.columns().map_while(|column| column) {
        if !name.is_empty() && !text.bytes.is_empty() && !fields::is_field(name) {
            sink(Untrusted::new(name), Untrusted::new(text.bytes));
        }
    }
}
