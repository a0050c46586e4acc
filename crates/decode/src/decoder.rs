use rutter_event::{Event, Refusal, Skip};

use crate::envelope::{self, Scratch};
use crate::formats::REGISTRY;
use crate::record::{Format, Rejection};

/// What became of a line. Together with the events handed out it is the line's entry in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It gave this many events, at least one.
    Events(u32),
    /// It is no firewall record.
    Skipped(Skip),
    /// It is a firewall record that cannot be trusted.
    Refused(Refusal),
}

/// Turns lines into events and remembers which format spoke last, since the next line is most
/// likely of the same.
pub struct Decoder {
    forced: Option<&'static dyn Format>,
    last: usize,
    scratch: Scratch,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Decoder {
    /// A decoder for one source; `forced` reads every line with one format.
    #[must_use]
    pub fn new(forced: Option<&'static dyn Format>) -> Self {
        Self { forced, last: 0, scratch: Scratch::default() }
    }

    /// Decodes one line, with or without its line end.
    pub fn line(&mut self, line: &[u8], emit: &mut dyn FnMut(&mut Event<'_>)) -> Outcome {
        let line = trim_line_end(line);
        if line.trim_ascii().is_empty() {
            return Outcome::Skipped(Skip::Blank);
        }
        let record = match envelope::open(line, &mut self.scratch) {
            Ok(record) => record,
            Err(Rejection::Skip(why)) => return Outcome::Skipped(why),
            Err(Rejection::Refuse(why)) => return Outcome::Refused(why),
        };
        let format = match self.forced {
            Some(format) => format,
            None => {
                let remembered = REGISTRY.get(self.last).filter(|f| f.claims(&record));
                match remembered {
                    Some(format) => *format,
                    None => match REGISTRY.iter().position(|f| f.claims(&record)) {
                        Some(at) => {
                            self.last = at;
                            match REGISTRY.get(at) {
                                Some(format) => *format,
                                None => return Outcome::Skipped(Skip::NotFirewall),
                            }
                        }
                        None => return Outcome::Skipped(Skip::NotFirewall),
                    },
                }
            }
        };
        let mut events = 0_u32;
        let result = format.decode(&record, &mut |event| {
            events += 1;
            event.format = format.name();
            emit(event);
        });
        match result {
            // What a record gave before it broke has been handed out and counts.
            _ if events > 0 => Outcome::Events(events),
            Ok(()) => Outcome::Skipped(Skip::NotFirewall),
            Err(Rejection::Skip(why)) => Outcome::Skipped(why),
            Err(Rejection::Refuse(why)) => Outcome::Refused(why),
        }
    }
}

fn trim_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}
