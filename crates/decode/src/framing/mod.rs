//! How a text stream becomes lines when its records are not lines.
//!
//! Most logs are lines and need nothing of this. [`detect`] looks at the beginning of a stream and
//! says what it is; a [`Reframer`] takes the bytes as they come and appends one line per record.
//! What is damaged is passed on as a line of its own, so that the ledger counts it; what is too long
//! becomes a [marker](TOO_LONG). Pieces of any size give the same lines.

mod alerts;
mod detect;
mod draft;
mod export;
mod json;
mod xml;

#[cfg(test)]
mod tests;

pub use detect::detect;

/// What stands in the place of a record that is longer than the cap. An envelope that meets it
/// refuses it as [`Refusal::TooLong`](rutter_event::Refusal::TooLong).
pub const TOO_LONG: &[u8] = b"\0record too long";

/// The longest record in bytes that a [`Reframer`] passes on, unless told otherwise: a flow log of
/// an hour in one object stays below.
pub const CAP: usize = 4 << 20;

/// How the records of a text stream are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Framing {
    /// One line, one record.
    #[default]
    Lines,
    /// systemd's journal export format: a line per field, a blank line behind each record, and
    /// binary fields with their length before them.
    JournalExport,
    /// JSON whose records are not lines: an array of objects, an object that wraps such an array
    /// (`records`, `Records`, `logEvents`, `value`), objects printed over several lines, one behind
    /// the other or with the record separator of RFC 7464 between them.
    Json,
    /// Windows events as XML: `<Event>` elements over several lines, with or without a root.
    Xml,
    /// Results of a port scanner in nmap's XML: `<host>` elements over several lines.
    Hosts,
    /// Snort's `alert_full`: several lines for an alert, and a blank one behind it.
    Alerts,
}

/// Makes lines of a stream whose records are not lines.
///
/// Holds at most one record and no more of it than its cap.
#[derive(Debug)]
pub struct Reframer {
    machine: Machine,
}

#[derive(Debug)]
enum Machine {
    Export(export::Export),
    Json(json::Json),
    Xml(xml::Xml),
    Alerts(alerts::Alerts),
}

impl Reframer {
    /// A reframer for one stream; nothing for lines, which need none.
    #[must_use]
    pub fn new(framing: Framing) -> Option<Self> {
        Self::with_cap(framing, CAP)
    }

    /// A reframer whose records may have `cap` bytes.
    #[must_use]
    pub fn with_cap(framing: Framing, cap: usize) -> Option<Self> {
        let machine = match framing {
            Framing::Lines => return None,
            Framing::JournalExport => Machine::Export(export::Export::new(cap)),
            Framing::Json => Machine::Json(json::Json::new(cap)),
            Framing::Xml => Machine::Xml(xml::Xml::new(cap, &xml::EVENT)),
            Framing::Hosts => Machine::Xml(xml::Xml::new(cap, &xml::HOST)),
            Framing::Alerts => Machine::Alerts(alerts::Alerts::new(cap)),
        };
        Some(Self { machine })
    }

    /// Takes the next bytes of the stream and appends the lines that they complete, each with its
    /// line end.
    pub fn push(&mut self, bytes: &[u8], lines: &mut Vec<u8>) {
        match &mut self.machine {
            Machine::Export(export) => export.push(bytes, lines),
            Machine::Json(json) => json.push(bytes, lines),
            Machine::Xml(xml) => xml.push(bytes, lines),
            Machine::Alerts(alerts) => alerts.push(bytes, lines),
        }
    }

    /// Ends the stream: a record that has begun is passed on as far as it goes. The reframer is
    /// then as new.
    pub fn finish(&mut self, lines: &mut Vec<u8>) {
        match &mut self.machine {
            Machine::Export(export) => export.finish(lines),
            Machine::Json(json) => json.finish(lines),
            Machine::Xml(xml) => xml.finish(lines),
            Machine::Alerts(alerts) => alerts.finish(lines),
        }
    }
}
