//! Tables of any writer: comma-separated values whose first line names the columns.

use rutter_event::{Escape, Extra, Refusal, Skip, Untrusted};

use super::meaning::{Meaning, Reading};
use crate::header::{Header, Heading, KEPT, KEPT_NAME, Mark};
use crate::record::{Emit, Format, Record, Rejection};

/// Comma-separated values with a header.
pub struct CsvColumns;

impl Format for CsvColumns {
    fn name(&self) -> &'static str {
        "csv-columns"
    }

    fn title(&self) -> &'static str {
        "CSV of any writer: columns by the names in its first line, or by --columns"
    }

    fn example(&self) -> &'static str {
        "time,action,proto,src_ip,src_port,dst_ip,dst_port\n\
         2026-11-23T10:00:00Z,deny,tcp,198.51.100.7,43210,203.0.113.9,23"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        self.header(record).is_some()
    }

    fn columns(&self, heading: &Heading<'_>) -> Option<Vec<u8>> {
        (heading.mark == Mark::Bare && heading.separator != b' ').then_some(())?;
        let meanings: Vec<_> = heading
            .names
            .iter()
            .map(|name| match heading.choice {
                Some(choice) => choice.meaning(name),
                None => Meaning::of(name),
            })
            .collect();
        // Of two columns of one meaning the one that says so more plainly; of equals the first.
        let best = |wanted: Meaning| {
            let of_it = |(at, found): (usize, &Option<(Meaning, usize)>)| {
                found
                    .filter(|(meaning, _)| *meaning == wanted)
                    .map(|(_, rank)| (rank, at))
            };
            meanings.iter().enumerate().filter_map(of_it).min()
        };
        let [source, destination] = [Meaning::Source, Meaning::Destination].map(best);
        let has_port =
            best(Meaning::SourcePort).is_some() || best(Meaning::DestinationPort).is_some();
        let tells_ends = match (source, destination) {
            (Some(_), Some(_)) => true,
            (Some(_), None) | (None, Some(_)) => has_port,
            (None, None) => false,
        };
        let code = |(at, found): (usize, &Option<(Meaning, usize)>)| match found {
            Some((meaning, rank)) if best(*meaning) == Some((*rank, at)) => {
                let kept = match meaning {
                    Meaning::Source | Meaning::Destination => KEPT_NAME,
                    meaning if meaning.is_kept() => KEPT,
                    _ => 0,
                };
                meaning.code() | kept
            }
            _ => NOTHING | KEPT,
        };
        tells_ends.then(|| meanings.iter().enumerate().map(code).collect())
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let header = self.header(record).ok_or(Skip::NotFirewall)?;
        let mut reading = Reading::default();
        let mut values = header.values(record.raw, record.is_ended);
        for (code, _) in header.columns() {
            let (value, is_whole) = values.next().ok_or(Refusal::Truncated)?;
            let value = value.trim_ascii();
            let Some(meaning) = Meaning::of_code(code & crate::header::CODE) else {
                continue;
            };
            if !is_whole {
                return Err(Refusal::Truncated.into());
            }
            if !header.is_unset(value) {
                reading.take(meaning, value, Untrusted::escaped(value, Escape::Doubled))?;
            }
        }
        if values.next().is_some() {
            return Err(Refusal::BadColumns.into());
        }
        let mut event = reading.settle(record)?;
        event.extra = Extra::named(record.raw, header);
        emit(&mut event);
        Ok(())
    }
}

/// The code of a column that fills no field.
const NOTHING: u8 = crate::header::CODE;

impl CsvColumns {
    /// The header in force, when the line may be a row under it.
    fn header<'a>(&self, record: &Record<'a>) -> Option<&'a Header> {
        record
            .header_of(self.name())
            .filter(|header| memchr::memchr(header.separator(), record.raw).is_some())
    }
}
