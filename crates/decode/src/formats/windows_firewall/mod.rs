//! The text log of Windows' own firewall: `pfirewall.log`.

mod fields;

use rutter_event::{Event, Extra, Refusal, Skip, Untrusted};

use self::fields::{Field, Pending};
use super::words::Words;
use crate::header::{Header, Heading, Mark};
use crate::record::{Emit, Format, Record, Rejection};

/// Windows Firewall's `pfirewall.log`.
pub struct WindowsFirewall;

impl Format for WindowsFirewall {
    fn name(&self) -> &'static str {
        "windows-firewall"
    }

    fn title(&self) -> &'static str {
        "Windows Firewall: pfirewall.log"
    }

    fn example(&self) -> &'static str {
        "2026-11-23 10:00:00 DROP TCP 198.51.100.7 203.0.113.9 43210 3389 48 S 305419896 0 65535 - - - RECEIVE"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        is_header(record.message) || self.header(record).is_some() || is_entry(record.message)
    }

    fn columns(&self, heading: &Heading<'_>) -> Option<Vec<u8>> {
        let is_ours = heading.mark == Mark::Fields
            && [&b"action"[..], b"protocol", b"src-ip", b"dst-ip"]
                .iter()
                .all(|name| heading.names(name));
        is_ours.then(|| heading.names.iter().map(|name| Field::code(name)).collect())
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        if is_header(record.message) {
            return Err(Skip::Header.into());
        }
        let header = self.header(record);
        let message = header.map_or(record.message, |_| record.raw);
        if header.is_none() && !is_entry(message) {
            return Err(Skip::NotFirewall.into());
        }
        let mut event = Event::default();
        event.observer.vendor = "microsoft";
        event.observer.product = "windows-firewall";
        if header.is_none() {
            event.observer.hostname = record.hostname;
        }
        event.extra = match header {
            Some(header) => Extra::named(message, header),
            None => Extra::new(message, each_extra),
        };
        let mut pending = Pending::default();
        let least = match header {
            Some(header) => header.len() - usize::from(!record.is_ended),
            None => FEWEST,
        };
        let mut words = Words::new(message);
        let mut read = 0;
        while let Some((column, is_closed)) = words.next() {
            let field = match header {
                Some(header) => header.code(read).map(Field::of_code),
                None => Field::ORDER.get(read).copied().map(Some),
            };
            let field = field.ok_or(Refusal::BadColumns)?;
            // Of the last column, which may be cut, only a whole word can be trusted.
            let is_way = field == Some(Field::Path) && matches!(column, b"RECEIVE" | b"SEND");
            let is_last = record.is_ended && read + 1 >= least;
            if !is_closed && !is_way && !is_last {
                break;
            }
            if let Some(field) = field {
                pending.take(field, column, &mut event)?;
            }
            read += 1;
        }
        if read < least {
            return Err(Refusal::Truncated.into());
        }
        pending.settle(&mut event)?;
        emit(&mut event);
        Ok(())
    }
}

impl WindowsFirewall {
    /// The header in force, when the line is an entry under it: a word of decision stands where it
    /// says.
    fn header<'a>(&self, record: &Record<'a>) -> Option<&'a Header> {
        let header = record.header_of(self.name())?;
        let mut words = Words::new(record.raw);
        for (code, _) in header.columns() {
            let (word, _) = words.next()?;
            if Field::of_code(code) == Some(Field::Action) {
                return fields::action(word).map(|_| header);
            }
        }
        None
    }
}

/// The columns that every version has and closes: all up to `icmpcode`.
const FEWEST: usize = 15;

/// The four lines at the top of the file.
fn is_header(message: &[u8]) -> bool {
    let Some(header) = message.strip_prefix(b"#") else {
        return false;
    };
    header.starts_with(b"Fields: date time action protocol ")
        || header.starts_with(b"Software: Microsoft Windows Firewall")
        || header.starts_with(b"Software: Microsoft Internet Connection Firewall")
        || header.starts_with(b"Time Format: ")
        || matches!(header.trim_ascii_end(), b"Version: 1.0" | b"Version: 1.5")
}

/// A date, a time and a word of decision. The count of lost events has another word.
fn is_entry(message: &[u8]) -> bool {
    if !message.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let mut words = Words::new(message);
    let mut next = || {
        words
            .next()
            .filter(|(_, is_closed)| *is_closed)
            .map(|(word, _)| word)
    };
    next().is_some_and(|date| date.len() == 10 && date.get(4) == Some(&b'-'))
        && next().is_some_and(|time| time.len() == 8 && time.get(2) == Some(&b':'))
        && next().is_some_and(|word| fields::action(word).is_some())
}

fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let mut words = Words::new(record);
    for field in Field::ORDER {
        let Some((column, _)) = words.next() else {
            return;
        };
        if let Some(name) = field.kept_as()
            && column != b"-"
        {
            sink(Untrusted::new(name.as_bytes()), Untrusted::new(column));
        }
    }
}
