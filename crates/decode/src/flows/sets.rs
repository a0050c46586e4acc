//! Packets of sets: NetFlow version 9 (RFC 3954) and IPFIX (RFC 7011).

use rutter_event::{Refusal, Skip};

use super::clock::Clock;
use super::exports::{Datagram, Exports, Memory, Page, Tell, Told};
use super::reading::Reading;
use super::recognise::{IPFIX_HEADER, Protocol, V9_HEADER};
use super::template::{Field, Key, Template, VARIABLE};
use super::{MAX_DOMAINS, element};
use crate::Outcome;
use crate::frames::{be16, be32};

pub(super) fn read_v9(datagram: &Datagram<'_>, exports: &mut Exports, tell: Tell<'_>) {
    let number = |at| be32(datagram.bytes, at).unwrap_or(0);
    let owner = Key {
        exporter: datagram.exporter,
        protocol: Protocol::NetflowV9,
        domain: number(16),
        id: 0,
    };
    let clock = Clock {
        exported: Clock::set(number(8), 0),
        uptime: Some(number(4)),
        boot: None,
        received: datagram.received,
    };
    read(datagram, V9_HEADER, owner, clock, exports, tell);
}

pub(super) fn read_ipfix(datagram: &Datagram<'_>, exports: &mut Exports, tell: Tell<'_>) {
    let number = |at| be32(datagram.bytes, at).unwrap_or(0);
    let owner = Key {
        exporter: datagram.exporter,
        protocol: Protocol::Ipfix,
        domain: number(12),
        id: 0,
    };
    let clock = Clock {
        exported: Clock::set(number(4), 0),
        uptime: None,
        boot: exports
            .memory
            .boots
            .get(&(owner.exporter, owner.domain))
            .copied(),
        received: datagram.received,
    };
    read(datagram, IPFIX_HEADER, owner, clock, exports, tell);
}

fn read(
    datagram: &Datagram<'_>,
    header: usize,
    owner: Key,
    mut clock: Clock,
    exports: &mut Exports,
    tell: Tell<'_>,
) {
    let Exports { memory, page } = exports;
    let mut rest = datagram.bytes.get(header..).unwrap_or_default();
    let is_snapped = datagram.bytes.len() < datagram.length;
    while let (Some(id), Some(length)) = (be16(rest, 0), be16(rest, 2).map(usize::from)) {
        let Some((set, behind)) = rest.split_at_checked(length).filter(|_| length >= 4) else {
            let why = if is_snapped {
                Refusal::Truncated
            } else {
                Refusal::BadFrame
            };
            tell(Told::Part(Outcome::Refused(why)));
            return;
        };
        rest = behind;
        let set = set.get(4..).unwrap_or_default();
        let key = Key { id, ..owner };
        match id {
            0 | 2 => tell(Told::Part(memory.templates.learn(set, key, false))),
            1 | 3 => tell(Told::Part(memory.templates.learn(set, key, true))),
            4..=255 => tell(Told::Part(Outcome::Refused(Refusal::Unsupported))),
            _ => read_data(set, key, &mut clock, memory, page, tell),
        }
    }
    if is_snapped && rest.len() < 4 {
        tell(Told::Part(Outcome::Refused(Refusal::Truncated)));
    }
}

/// Reads the records of a set; what is left and shorter than a record is padding.
fn read_data(
    set: &[u8],
    key: Key,
    clock: &mut Clock,
    memory: &mut Memory,
    page: &mut Page,
    tell: Tell<'_>,
) {
    let Some(template) = memory.templates.get(&key) else {
        tell(Told::Part(Outcome::Refused(Refusal::MissingTemplate)));
        return;
    };
    let (mut rest, mut events, mut is_cut) = (set, 0, false);
    let mut boot = None;
    while rest.len() >= template.least {
        let record = rest;
        if template.is_options {
            let read = walk(record, template, &mut |field, value| {
                if (field.enterprise, field.id) == (0, element::SYSTEM_INIT) {
                    boot = element::number(value);
                }
            });
            rest = read.unwrap_or_default();
            is_cut |= read.is_none();
            continue;
        }
        page.details.clear();
        let mut reading = Reading::new(*clock);
        let details = &mut page.details;
        let read = walk(record, template, &mut |field, value| {
            reading.take(field, value, details);
        });
        match read {
            Some(behind) => rest = behind,
            None => {
                is_cut = true;
                break;
            }
        }
        events += u32::from(reading.tell(key.protocol, page, tell));
    }
    if template.is_options {
        tell(Told::Part(Outcome::Skipped(Skip::Header)));
    } else if events > 0 {
        tell(Told::Part(Outcome::Events(events)));
    } else if !is_cut {
        tell(Told::Part(Outcome::Skipped(Skip::NotIp)));
    }
    if is_cut {
        tell(Told::Part(Outcome::Refused(Refusal::Truncated)));
    }
    let place = (key.exporter, key.domain);
    if let Some(boot) = boot.filter(|boot| Clock::milliseconds(*boot).is_some())
        && (memory.boots.len() < MAX_DOMAINS || memory.boots.contains_key(&place))
    {
        memory.boots.insert(place, boot);
        clock.boot = Some(boot);
    }
}

/// Visits the fields of the record at the start of `bytes` and gives what follows it; nothing when it
/// is cut.
fn walk<'a>(
    bytes: &'a [u8],
    template: &Template,
    each: &mut dyn FnMut(&Field, &'a [u8]),
) -> Option<&'a [u8]> {
    let mut rest = bytes;
    for field in &template.fields {
        let length = match (field.length, rest) {
            (VARIABLE, [255, high, low, behind @ ..]) => {
                rest = behind;
                usize::from(u16::from_be_bytes([*high, *low]))
            }
            (VARIABLE, [255, ..] | []) => return None,
            (VARIABLE, [length, behind @ ..]) => {
                rest = behind;
                usize::from(*length)
            }
            (length, _) => usize::from(length),
        };
        let (value, behind) = rest.split_at_checked(length)?;
        each(field, value);
        rest = behind;
    }
    Some(rest)
}
