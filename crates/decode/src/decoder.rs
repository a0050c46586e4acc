use rutter_event::{Event, Refusal, Skip, Stamp};

use crate::envelope::{self, Scratch};
use crate::formats::REGISTRY;
use crate::header::{Header, Headers};
use crate::record::{Format, Record, Rejection};

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
/// likely of the same, and the header in force.
pub struct Decoder {
    forced: Option<&'static dyn Format>,
    last: usize,
    scratch: Scratch,
    headers: Headers,
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
        Self {
            forced,
            last: 0,
            scratch: Scratch::default(),
            headers: Headers::default(),
        }
    }

    /// Goes on in a source behind other lines than the last ones, with the headers of that place.
    pub fn resume(&mut self, headers: Headers) {
        self.headers = headers;
    }

    /// Decodes the next line of the source, with its line end where it has one: a line without is
    /// taken for one that may be cut.
    pub fn line(&mut self, line: &[u8], emit: &mut dyn FnMut(&mut Event<'_>)) -> Outcome {
        if self.headers.take(line) {
            return Outcome::Skipped(Skip::Header);
        }
        let is_ended = line.last() == Some(&b'\n');
        let line = trim_line_end(line);
        if line.trim_ascii().is_empty() {
            return Outcome::Skipped(Skip::Blank);
        }
        let mut record = match envelope::open(line, &mut self.scratch) {
            Ok(record) => record,
            Err(Rejection::Skip(why)) => return Outcome::Skipped(why),
            Err(Rejection::Refuse(why)) => return Outcome::Refused(why),
        };
        record.is_ended |= is_ended;
        record.header = self.headers.header();
        record.choice = self.headers.choice();
        let mut events = 0_u32;
        let mut is_undated = false;
        let mut count = |event: &mut Event<'_>, format: &dyn Format| {
            if record.has_bad_time && event.stamp == Stamp::Absent {
                is_undated = true;
                return;
            }
            events += 1;
            event.format = format.name();
            emit(event);
        };
        let result = match self.forced {
            Some(format) => Some(format.decode(&record, &mut |event| count(event, format))),
            None => find(&mut self.last, &record, &mut count),
        };
        match result {
            None => Outcome::Skipped(suppression(line)),
            // What a record gave before it broke has been handed out and counts.
            _ if events > 0 => Outcome::Events(events),
            Some(Ok(())) if is_undated => Outcome::Refused(Refusal::BadTime),
            Some(Ok(())) => Outcome::Skipped(Skip::NotFirewall),
            Some(Err(Rejection::Skip(why))) => Outcome::Skipped(why),
            Some(Err(Rejection::Refuse(why))) => Outcome::Refused(why),
        }
    }
}

/// Hears an event and the format that has read it.
type Count<'c> = &'c mut dyn FnMut(&mut Event<'_>, &dyn Format);

/// Lets the first format that claims the record decode it; nothing when none does. `last` is the
/// one that claimed the record before.
#[inline]
fn find(last: &mut usize, record: &Record<'_>, count: Count<'_>) -> Option<Result<(), Rejection>> {
    // The header's own format comes first: it knows more than the look of a line.
    let titled = record.header.map(Header::format);
    for format in titled.into_iter().chain(REGISTRY.get(*last).copied()) {
        let result = format.decode_own(record, &mut |event| count(event, format));
        if result.is_some() {
            return result;
        }
    }
    let (at, format) = REGISTRY
        .iter()
        .enumerate()
        .find(|(_, format)| format.claims(record))?;
    // What claims others' lines too must not be asked before them.
    if !format.is_generic() {
        *last = at;
    }
    Some(format.decode(record, &mut |event| count(event, *format)))
}

/// Why a line that no format claims is passed over: it may say that firewall records are missing.
///
/// The kernel writes `net_ratelimit: 37 callbacks suppressed` (and `printk: 12 messages
/// suppressed`), journald `Suppressed 4051 messages from kernel`, rsyslog `imklog: 210 messages
/// lost due to rate-limiting`.
fn suppression(line: &[u8]) -> Skip {
    let says = |words: &[u8]| memchr::memmem::find(line, words).is_some();
    let suppressed = says(b" callbacks suppressed")
        || says(b" messages suppressed")
        || says(b"Suppressed ") && says(b" messages from")
        || says(b" lost ") && says(b"rate-limiting");
    if suppressed {
        Skip::Suppressed
    } else {
        Skip::NotFirewall
    }
}

fn trim_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_cannot_be_is_a_reason() {
        let packet = "IN=eth0 OUT= SRC=198.51.100.7 DST=203.0.113.9 LEN=40 TOS=0x00 PREC=0x00 \
                      TTL=241 ID=54321 PROTO=TCP SPT=43210 DPT=23 WINDOW=1024 RES=0x00 SYN URGP=0";
        for (stamp, expected) in [
            ("Feb 28 10:00:00", Outcome::Events(1)),
            ("Feb 31 10:00:00", Outcome::Refused(Refusal::BadTime)),
            ("Nov 23 25:00:00", Outcome::Refused(Refusal::BadTime)),
            (
                "<4>Feb 29 2026 10:00:00",
                Outcome::Refused(Refusal::BadTime),
            ),
            (
                "Mon Nov 31 10:00:00 2026",
                Outcome::Refused(Refusal::BadTime),
            ),
            ("2026 Nov 31 10:00:00", Outcome::Refused(Refusal::BadTime)),
            ("2026-02-31T10:00:00Z", Outcome::Refused(Refusal::BadTime)),
            ("2026-02-31 10:00:00", Outcome::Refused(Refusal::BadTime)),
        ] {
            let line = format!("{stamp} gw kernel: {packet}\n");
            let outcome = Decoder::default().line(line.as_bytes(), &mut |_| {});
            assert_eq!(outcome, expected, "{line}");
        }
        // A relay's stamp is not missed where the sender's own stands behind it.
        let line = format!("Mar 1 24:35:56 192.0.2.1 <4>Mar  1 09:35:56 gw kernel: {packet}\n");
        let outcome = Decoder::default().line(line.as_bytes(), &mut |_| {});
        assert_eq!(outcome, Outcome::Events(1));
        let line = b"Feb 31 10:00:00 gw sshd[9]: Server listening on port 22\n";
        let outcome = Decoder::default().line(line, &mut |_| {});
        assert_eq!(outcome, Outcome::Skipped(Skip::NotFirewall));
    }

    #[test]
    fn what_was_left_out_is_told() {
        for (line, expected) in [
            (
                "Mar  1 10:00:00 gw kernel: [ 9.0] net_ratelimit: 37 callbacks suppressed",
                Skip::Suppressed,
            ),
            (
                "Mar  1 10:00:00 gw systemd-journald[211]: Suppressed 4051 messages from kernel",
                Skip::Suppressed,
            ),
            (
                "Mar  1 10:00:00 gw rsyslogd: imklog: 210 messages lost due to rate-limiting",
                Skip::Suppressed,
            ),
            (
                "Mar  1 10:00:00 gw sshd[9]: connection lost from somebody",
                Skip::NotFirewall,
            ),
        ] {
            assert_eq!(suppression(line.as_bytes()), expected, "{line}");
        }
    }
}
