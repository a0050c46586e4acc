//! The log device of pf: OpenBSD, FreeBSD, NetBSD, DragonFly, macOS.
//!
//! The header has grown: 45 bytes (no user ids), 61 (with them), 69 (FreeBSD's rule identifier),
//! 100 (OpenBSD's translated addresses). Its first byte is its own length without the padding to
//! four. Numbers that rutter reads are in network order.

use rutter_event::{Action, Direction, Event, Extra, Untrusted};

use super::{Inner, Kind};
use crate::frames::bytes::{be32, chunk, until_nul};
use crate::frames::frame::{Fault, Scratch};

const SHORTEST: usize = 45;
const WITH_USERS: usize = 61;
const WITH_IDENTIFIER: usize = 69;
/// No rule of an anchor: the number is that of the main ruleset's rule.
const NO_ANCHOR: u32 = u32::MAX;

/// Takes off the header.
pub(super) fn open<'a>(
    bytes: &'a [u8],
    scratch: &'a mut Scratch,
    event: &mut Event<'a>,
) -> Result<Inner<'a>, Fault> {
    let length = usize::from(*bytes.first().ok_or(Fault::Short)?);
    if length < SHORTEST {
        return Err(Fault::Broken);
    }
    let header = bytes.get(..length).ok_or(Fault::Short)?;
    let [_, _, action, _] = chunk(header, 0).ok_or(Fault::Short)?;
    let interface = Untrusted::new(until_nul(header.get(4..20).unwrap_or_default()));
    let ruleset = until_nul(header.get(20..36).unwrap_or_default());
    let rule = be32(header, 36).ok_or(Fault::Short)?;
    let anchored = be32(header, 40).ok_or(Fault::Short)?;
    let direction = header
        .get(if length < WITH_USERS { 44 } else { 60 })
        .copied();

    event.action = match action {
        0 => Action::Allowed,
        // Whether pf answered (`return`) the header does not say.
        1 => Action::Denied,
        _ => Action::Unstated,
    };
    match direction {
        Some(1) => {
            event.direction = Direction::Inbound;
            event.observer.ingress = interface;
        }
        Some(2) => {
            event.direction = Direction::Outbound;
            event.observer.egress = interface;
        }
        // Forwarded, or either way: the interface is where it was seen.
        _ => event.observer.ingress = interface,
    }
    event.observer.vendor = "pf";
    event.rule = Untrusted::new(ruleset);
    let identifier = if length == WITH_IDENTIFIER {
        be32(header, 64)
    } else {
        None
    };
    let id = match identifier {
        Some(tracker) if tracker != 0 => scratch.first.push_number(tracker),
        _ if anchored == NO_ANCHOR => scratch.first.push_number(rule),
        _ => scratch
            .first
            .push_number(rule)
            .push(b".")
            .push_number(anchored),
    };
    event.rule_id = Untrusted::new(id.bytes());
    event.extra = Extra::new(header, tell);

    let padded = length.next_multiple_of(4);
    Ok(Inner {
        kind: Kind::Ip,
        bytes: bytes.get(padded..).unwrap_or_default(),
    })
}

/// The words for action and reason, as pf's own tools print them.
fn tell<'a>(header: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some([_, _, action, reason]) = chunk(header, 0) else {
        return;
    };
    if let Some(word) = ACTIONS.get(usize::from(action)) {
        sink(
            Untrusted::new(b"pflog.action"),
            Untrusted::new(word.as_bytes()),
        );
    }
    if let Some(word) = REASONS.get(usize::from(reason)) {
        sink(
            Untrusted::new(b"pflog.reason"),
            Untrusted::new(word.as_bytes()),
        );
    }
}

/// Only those on which all systems agree.
const ACTIONS: [&str; 11] = [
    "pass",
    "block",
    "scrub",
    "no scrub",
    "nat",
    "no nat",
    "binat",
    "no binat",
    "rdr",
    "no rdr",
    "synproxy-drop",
];

/// Only those on which all systems agree; 15 and above differ.
const REASONS: [&str; 15] = [
    "match",
    "bad-offset",
    "fragment",
    "short",
    "normalize",
    "memory",
    "bad-timestamp",
    "congestion",
    "ip-option",
    "proto-cksum",
    "state-mismatch",
    "state-insert",
    "state-limit",
    "src-limit",
    "synproxy",
];
