//! Cut, mutated and random lines: no panic, no wrong address, and the account always adds up.

use std::net::IpAddr;

use proptest::prelude::*;
use rutter_decode::formats::REGISTRY;
use rutter_decode::{Decoder, Outcome};
use rutter_event::{Event, Packet};

use crate::readme;

/// Addresses and ports of one event, its quotation included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Ends([Option<(IpAddr, Option<u16>)>; 4], [Option<u16>; 4]);

impl Ends {
    fn of(event: &Event<'_>) -> Self {
        let quoted = event.quoted.unwrap_or_default();
        let ends = |packet: &Packet| [packet.source, packet.destination];
        let [a, b] = ends(&event.packet);
        let [c, d] = ends(&quoted);
        let all = [a, b, c, d];
        Self(
            all.map(|end| end.ip.map(|ip| (ip, end.port))),
            all.map(|end| end.port),
        )
    }

    /// Whether nothing that is told differs from `whole`; what is not told is not wrong.
    fn agree_with(&self, whole: &Self) -> bool {
        let addresses = self.0.iter().zip(whole.0).all(|(part, whole)| {
            part.is_none_or(|(ip, _)| whole.is_some_and(|(known, _)| known == ip))
        });
        let ports = self
            .1
            .iter()
            .zip(whole.1)
            .all(|(part, whole)| part.is_none() || *part == whole);
        addresses && ports
    }
}

/// Decodes a line, checks the account, and reads all of every event.
fn decode(decoder: &mut Decoder, line: &[u8]) -> (Outcome, Vec<Ends>) {
    let mut ends = Vec::new();
    let mut extra = 0_usize;
    let outcome = decoder.line(line, &mut |event| {
        event
            .extra
            .for_each(&mut |_, value| extra += value.bytes().len());
        ends.push(Ends::of(event));
    });
    match outcome {
        Outcome::Events(events) => assert_eq!(events as usize, ends.len()),
        Outcome::Skipped(_) | Outcome::Refused(_) => assert!(ends.is_empty()),
    }
    assert!(extra <= line.len() * ends.len() + 64, "extra invents text");
    (outcome, ends)
}

/// Every decoder that a line may meet: the one that recognises, and one for each format by force.
fn decoders() -> Vec<Decoder> {
    std::iter::once(None)
        .chain(REGISTRY.iter().map(|f| Some(*f)))
        .map(Decoder::new)
        .collect()
}

/// A cut line gives no event, or one whose addresses and ports are those of the whole line.
#[test]
fn cut_lines_never_lie() {
    let mut events = 0;
    for (format, line) in readme::all_lines() {
        let (_, whole) = decode(&mut line.decoder(None), line.bytes());
        if whole.is_empty() {
            // Shown because it is refused; what of it would do is told by no whole line.
            continue;
        }
        for length in 0..line.text.len() {
            let part = &line.bytes()[..length];
            for forced in [None, Some(format)] {
                let (_, ends) = decode(&mut line.decoder(forced), part);
                events += ends.len();
                for (part_ends, whole_ends) in ends.iter().zip(&whole) {
                    assert!(
                        part_ends.agree_with(whole_ends),
                        "{}: {part_ends:?}\nis not {whole_ends:?}",
                        String::from_utf8_lossy(part)
                    );
                }
                assert!(
                    ends.len() <= whole.len(),
                    "{}",
                    String::from_utf8_lossy(part)
                );
            }
        }
    }
    assert!(events > 0, "some lines can do without their last bytes");
}

/// Every byte of every example, replaced by every value, dropped, and doubled, and read by every
/// format. In debug builds a sample of the values, read by the format that recognises them, by their
/// own, and by the others in turn.
#[test]
fn mutated_lines_are_harmless() {
    let is_sample = cfg!(debug_assertions);
    let step = if is_sample { 101 } else { 1 };
    let mut decodes = 0_u64;
    let mut decoders = decoders();
    for (own, line) in readme::all_lines() {
        // The first decoder is the one that recognises.
        let own = REGISTRY
            .iter()
            .position(|f| f.name() == own.name())
            .unwrap()
            + 1;
        for decoder in &mut decoders {
            decoder.resume(line.headers());
        }
        let mut bytes = line.text.clone().into_bytes();
        for at in 0..bytes.len() {
            let original = bytes[at];
            for value in (0..=255).skip(at % step).step_by(step) {
                bytes[at] = value;
                let turn = (at + usize::from(value)) % decoders.len();
                for (place, decoder) in decoders.iter_mut().enumerate() {
                    if is_sample && place != 0 && place != own && place != turn {
                        continue;
                    }
                    decode(decoder, &bytes);
                    decodes += 1;
                }
            }
            bytes[at] = original;
            let mut changed = bytes.clone();
            changed.remove(at);
            decode(&mut decoders[0], &changed);
            changed = bytes.clone();
            changed.insert(at, original);
            decode(&mut decoders[0], &changed);
            decodes += 2;
        }
    }
    let least: u64 = if cfg!(debug_assertions) {
        50_000
    } else {
        10_000_000
    };
    assert!(decodes > least, "{decodes} decodes");
}

/// Two lines of one writer run together never mix: an event's ends are those of one of the two.
#[test]
fn merged_lines_never_mix() {
    let lines = readme::all_lines();
    for (writer, first) in &lines {
        let (_, mut known) = decode(&mut first.decoder(None), first.bytes());
        let count = known.len();
        if count == 0 {
            continue;
        }
        for (_, second) in lines
            .iter()
            .filter(|(other, _)| other.name() == writer.name())
        {
            known.truncate(count);
            known.extend(decode(&mut second.decoder(None), second.bytes()).1);
            if known.len() == count {
                continue;
            }
            let length = first.text.len();
            for cut in [length, length / 2, length / 4] {
                let Some(start) = first.text.get(..cut) else {
                    continue;
                };
                let merged = format!("{start}{second}");
                for ends in decode(&mut first.decoder(None), merged.as_bytes()).1 {
                    assert!(
                        known.iter().any(|whole| ends.agree_with(whole)),
                        "{ends:?}: {merged}"
                    );
                }
            }
        }
    }
}

/// Pieces that lines are made of.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let words: Vec<String> = readme::all_lines()
        .iter()
        .flat_map(|(_, line)| {
            line.text
                .split_inclusive([' ', ',', '=', ':'])
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    prop::collection::vec(prop::sample::select(words), 0..60)
        .prop_map(|words| words.concat().into_bytes())
}

proptest! {
    #[test]
    fn random_bytes_are_harmless(line in prop::collection::vec(any::<u8>(), 0..400)) {
        for mut decoder in decoders() {
            decode(&mut decoder, &line);
        }
    }

    #[test]
    fn random_pieces_are_harmless(line in pieces()) {
        for mut decoder in decoders() {
            decode(&mut decoder, &line);
        }
    }
}
