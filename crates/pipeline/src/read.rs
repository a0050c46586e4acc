//! Turns jobs into events whose time and direction are settled, and keeps the account.

use std::collections::HashSet;
use std::io;

use rutter_analysis::profile::seal::is_sealed;
use rutter_analysis::profile::settle;
use rutter_decode::flows::{self, Datagram, Exports, Told};
use rutter_decode::{Decoder, Headers, Outcome, Rejection};
use rutter_event::{Event, Ledger, Refusal, Skip};
use rutter_source::{Chunk, Reader};

use crate::account::Share;
use crate::application::Naming;
use crate::clock::{Calendar, Clock};
use crate::feed::{drain, drain_flows};
use crate::sealed::Unfit;
use crate::settings::Settings;
use crate::steps::Stretch;

/// Hears what becomes of the lines of a source, in their order.
pub(crate) trait Listen {
    /// An event, with the number of its line or packet.
    fn event(&mut self, line: u64, event: &Event<'_>);
    /// A line that was refused, with its bytes (none for packets).
    fn refused(&mut self, _line: u64, _why: Refusal, _bytes: &[u8]) {}
    /// A sealed profile; who listens for events cannot use it. Gives the account of its lines.
    fn sealed(&mut self, _reader: &mut Reader) -> io::Result<Result<Ledger, Unfit>> {
        Ok(Err(Unfit::NoEvents))
    }
}

/// Decodes jobs of one source after the other.
pub(crate) struct Worker<'s> {
    settings: &'s Settings,
    decoder: Decoder,
    clock: Clock,
    source: usize,
    /// Which payloads are asked for their application.
    naming: Naming,
}

/// What became of an event between decoder and listener.
#[derive(Default)]
struct Passed {
    heard: u64,
    out_of_range: u64,
    bad_time: u64,
}

impl<'s> Worker<'s> {
    pub(crate) fn new(settings: &'s Settings) -> Self {
        Self {
            settings,
            decoder: Decoder::new(settings.format),
            clock: Clock::new(&settings.zone),
            source: usize::MAX,
            naming: Naming::None,
        }
    }

    /// One that names the application of packets by their payload.
    pub(crate) fn naming(settings: &'s Settings) -> Self {
        Self {
            naming: Naming::Every,
            ..Self::new(settings)
        }
    }

    /// One that names the application of flows by what is said first.
    pub(crate) fn naming_flows(settings: &'s Settings) -> Self {
        Self {
            naming: Naming::First(HashSet::new()),
            ..Self::new(settings)
        }
    }

    /// Decodes the lines of a chunk, which the header and the month of its beginning precede.
    pub(crate) fn lines(
        &mut self,
        source: usize,
        chunk: &Chunk,
        headers: Headers,
        mut calendar: Calendar,
        share: &mut Share,
        listener: &mut impl Listen,
    ) {
        if self.source != source {
            self.decoder = Decoder::new(self.settings.format);
            self.source = source;
        }
        self.decoder.resume(headers);
        for line in &chunk.too_long {
            share.refuse(Refusal::TooLong, line.line, &[]);
            listener.refused(line.line, Refusal::TooLong, &[]);
        }
        let (settings, clock) = (self.settings, &mut self.clock);
        let end = chunk.bytes.len();
        let mut seen = 0;
        let mut stretch = None;
        for (number, line) in chunk.lines() {
            seen += line.len();
            let shown = line.strip_suffix(b"\n").unwrap_or(line);
            if chunk.cut_short && seen >= end {
                share.refuse(Refusal::Truncated, number, shown);
                listener.refused(number, Refusal::Truncated, shown);
                break;
            }
            let mut passed = Passed::default();
            let outcome = self.decoder.line(line, &mut |event| {
                hear(
                    settings,
                    clock,
                    &mut calendar,
                    number,
                    event,
                    &mut passed,
                    listener,
                );
                if let (1.., Some(time)) = (passed.heard, event.time) {
                    Stretch::note(&mut stretch, number, time.0);
                }
            });
            match outcome {
                Outcome::Events(_) if passed.heard > 0 => share.ledger.decoded(passed.heard),
                Outcome::Events(_) if passed.bad_time > 0 => {
                    share.refuse(Refusal::BadTime, number, shown);
                    listener.refused(number, Refusal::BadTime, shown);
                }
                Outcome::Events(_) => share.ledger.skip(Skip::OutOfRange),
                Outcome::Skipped(why) => share.ledger.skip(why),
                Outcome::Refused(why) => {
                    share.refuse(why, number, shown);
                    listener.refused(number, why, shown);
                }
            }
        }
        if let Some(stretch) = stretch {
            share.stretches.push(stretch);
        }
    }

    /// Decodes a file of flow exports to its end.
    pub(crate) fn flows(
        &mut self,
        reader: &mut Reader,
        share: &mut Share,
        listener: &mut impl Listen,
    ) -> (Option<flows::Damage>, Option<std::io::Error>) {
        let (settings, clock) = (self.settings, &mut self.clock);
        let mut passed = Passed::default();
        drain_flows(reader, &mut |number, told| {
            take(settings, clock, number, told, &mut passed, share, listener);
        })
    }

    /// Lets `listener` take in a sealed profile, if it can use one.
    pub(crate) fn sealed(
        &self,
        reader: &mut Reader,
        share: &mut Share,
        listener: &mut impl Listen,
    ) -> io::Result<Result<(), Unfit>> {
        if !is_sealed(reader.peek()) {
            return Ok(Err(Unfit::NotSealed));
        }
        if self.settings.since.is_some() || self.settings.until.is_some() {
            return Ok(Err(Unfit::NoParts));
        }
        let taken = listener.sealed(reader)?;
        Ok(taken.map(|ledger| share.ledger.merge(&ledger)))
    }

    /// Decodes a capture to its end; what it carries of flow exports is told in place of the packets
    /// that carry it.
    pub(crate) fn capture(
        &mut self,
        reader: &mut Reader,
        share: &mut Share,
        listener: &mut impl Listen,
    ) -> (
        Option<rutter_decode::frames::Damage>,
        Option<std::io::Error>,
    ) {
        let (settings, clock, naming) = (self.settings, &mut self.clock, &mut self.naming);
        naming.restart();
        let mut exports = Exports::new();
        let mut passed = Passed::default();
        drain(reader, &mut |number, packet| match packet {
            Ok(event) => {
                let carried = (!settings.carriers).then(|| Datagram::carried(event));
                if let Some(datagram) = carried.flatten() {
                    exports.read(&datagram, &mut |told| {
                        take(settings, clock, number, told, &mut passed, share, listener);
                    });
                    return;
                }
                let mut passed = Passed::default();
                naming.name(event);
                hear(
                    settings,
                    clock,
                    &mut Calendar::default(),
                    number,
                    event,
                    &mut passed,
                    listener,
                );
                if passed.heard > 0 {
                    share.ledger.decoded(passed.heard);
                } else {
                    share.ledger.skip(Skip::OutOfRange);
                }
            }
            Err(Rejection::Skip(why)) => share.ledger.skip(why),
            Err(Rejection::Refuse(why)) => {
                share.refuse(why, number, &[]);
                listener.refused(number, why, &[]);
            }
        })
    }
}

/// Takes what is told of a packet with flows: hands flows on, enters parts in the ledger.
fn take(
    settings: &Settings,
    clock: &mut Clock,
    number: u64,
    told: Told<'_, '_>,
    passed: &mut Passed,
    share: &mut Share,
    listener: &mut impl Listen,
) {
    let outcome = match told {
        Told::Flow(event) => {
            let calendar = &mut Calendar::default();
            return hear(settings, clock, calendar, number, event, passed, listener);
        }
        Told::Part(outcome) => outcome,
    };
    let passed = std::mem::take(passed);
    match outcome {
        Outcome::Events(_) if passed.heard > 0 => share.ledger.decoded(passed.heard),
        Outcome::Events(_) => share.ledger.skip(Skip::OutOfRange),
        Outcome::Skipped(why) => share.ledger.skip(why),
        Outcome::Refused(why) => {
            share.refuse(why, number, &[]);
            listener.refused(number, why, &[]);
        }
    }
}

/// Settles time and direction of an event and hands it on, if the user wants to hear of its time.
fn hear(
    settings: &Settings,
    clock: &mut Clock,
    calendar: &mut Calendar,
    line: u64,
    event: &mut Event<'_>,
    passed: &mut Passed,
    listener: &mut impl Listen,
) {
    match clock.instant(event.stamp, calendar) {
        Ok(time) => event.time = time,
        Err(()) => {
            passed.bad_time += 1;
            return;
        }
    }
    if !settings.covers(event.time) {
        passed.out_of_range += 1;
        return;
    }
    settle(event, &settings.home);
    passed.heard += 1;
    listener.event(line, event);
}
