//! Custom fields: what `cs1` means says `cs1Label`.

use std::net::IpAddr;

use rutter_event::{Event, Refusal, TcpFlags, Untrusted};

use super::super::extension::{self, Pair};
use super::super::fields;

/// The custom fields of a record: strings, numbers and IPv6 addresses, with their labels.
#[derive(Default)]
pub(super) struct Customs<'a> {
    strings: [Custom<'a>; 6],
    numbers: [Custom<'a>; 3],
    addresses: [Custom<'a>; 4],
}

#[derive(Clone, Copy, Default)]
struct Custom<'a> {
    label: &'a [u8],
    value: Option<Pair<'a>>,
}

impl<'a> Customs<'a> {
    /// Takes a pair whose key is that of a custom field.
    pub(super) fn take(&mut self, pair: &Pair<'a>) -> bool {
        let (key, is_label) = match pair.key.strip_suffix(b"Label") {
            Some(key) => (key, true),
            None => (pair.key, false),
        };
        let (slots, number): (&mut [Custom<'a>], u8) = match key {
            [b'c', b's', number] => (&mut self.strings, *number),
            [b'c', b'n', number] => (&mut self.numbers, *number),
            [b'c', b'6', b'a', number] => (&mut self.addresses, *number),
            _ => return false,
        };
        let slot = number
            .checked_sub(b'1')
            .and_then(|at| slots.get_mut(usize::from(at)));
        let Some(slot) = slot else {
            return false;
        };
        if is_label {
            slot.label = pair.value;
        } else if slot.value.is_none() {
            slot.value = Some(*pair);
        }
        true
    }

    /// Fills the fields that the labels name.
    pub(super) fn settle(&self, event: &mut Event<'a>) -> Result<(), Refusal> {
        for (custom, pair) in each(&self.strings) {
            let text = extension::text(pair.value);
            if is(
                custom,
                &[
                    "rule",
                    "rule name",
                    "rulename",
                    "rule_name",
                    "firewall rule",
                    "policy",
                    "policy name",
                ],
            ) {
                keep(&mut event.rule, text);
            } else if is(
                custom,
                &[
                    "fromzone",
                    "from zone",
                    "source zone",
                    "sourcezone",
                    "srczone",
                ],
            ) {
                keep(&mut event.observer.ingress_zone, text);
            } else if is(
                custom,
                &[
                    "tozone",
                    "to zone",
                    "destination zone",
                    "destinationzone",
                    "dstzone",
                ],
            ) {
                keep(&mut event.observer.egress_zone, text);
            } else if is(custom, &["tcp flags", "tcpflags"]) && !pair.is_last {
                event.packet.tcp.flags = flags(pair.value);
            }
        }
        for (custom, pair) in each(&self.numbers) {
            if is(
                custom,
                &[
                    "duration in seconds",
                    "elapsed time in seconds",
                    "duration",
                    "session duration",
                ],
            ) {
                event.duration = pair
                    .count()
                    .and_then(|seconds| seconds.checked_mul(1_000_000_000));
            }
        }
        for (custom, pair) in each(&self.addresses) {
            let end = if is(custom, &["source ipv6 address", "source_address"]) {
                &mut event.packet.source
            } else if is(custom, &["destination ipv6 address", "destination_address"]) {
                &mut event.packet.destination
            } else {
                continue;
            };
            if end.ip.is_none() {
                end.ip = pair.ip()?.filter(IpAddr::is_ipv6);
            }
        }
        Ok(())
    }
}

fn each<'s, 'a>(slots: &'s [Custom<'a>]) -> impl Iterator<Item = (&'s Custom<'a>, &'s Pair<'a>)> {
    slots
        .iter()
        .filter_map(|custom| Some((custom, custom.value.as_ref()?)))
        .filter(|(_, pair)| !fields::is_nothing(pair.value))
}

fn is(custom: &Custom<'_>, labels: &[&str]) -> bool {
    labels
        .iter()
        .any(|label| label.as_bytes().eq_ignore_ascii_case(custom.label))
}

fn keep<'a>(slot: &mut Untrusted<'a>, text: Untrusted<'a>) {
    if slot.is_empty() {
        *slot = text;
    }
}

/// `SYN-ACK`, `0x00 ACK PSH`, `SYN`.
fn flags(text: &[u8]) -> Option<TcpFlags> {
    text.split(|byte| matches!(byte, b'-' | b' ' | b',' | b'+' | b'|'))
        .filter(|word| !word.is_empty() && !word.starts_with(b"0x"))
        .try_fold(TcpFlags::NONE, |flags, word| {
            Some(flags.with(TcpFlags::from_word(word)?))
        })
        .filter(|flags| *flags != TcpFlags::NONE)
}
