//! The conclusions that need the whole record: ends, decision, direction, time.

use rutter_event::{Action, Direction, Endpoint, Refusal, Skip, Stamp, Timestamp};

use super::super::sessions::{self, total};
use super::decision;
use super::keys::{Notes, Reading};
use crate::record::Rejection;

/// Completes the event of a record, or tells why there is none.
pub(super) fn settle(reading: &mut Reading<'_>) -> Result<(), Rejection> {
    let Reading { event, notes } = reading;
    let notes = &*notes;
    let packet = &mut event.packet;
    if !notes.seen.any() {
        (packet.source, packet.destination) = tunnel(notes)?;
    }
    if notes.is_traffic() {
        // FortiProxy's transactions and some inspections tell ports without the protocol.
        let needs_protocol = notes.kind == Some(b"traffic") && notes.subtype != b"http-transaction";
        notes.seen.judge(packet, notes.is_open, needs_protocol)?;
    } else if notes.seen.is_cut(packet) {
        return Err(Refusal::Truncated.into());
    } else if packet.source.ip.is_none() && packet.destination.ip.is_none() {
        // Most events tell of the device itself.
        return Err(Skip::NotFirewall.into());
    }
    sessions::settle(packet)?;
    event.stamp = stamp(notes);
    event.action = action(notes);
    event.direction = direction(notes);
    event.bytes = total(notes.sent[0], notes.received[0]);
    event.packets = total(notes.sent[1], notes.received[1]);
    if notes.subtype == b"http-transaction" {
        // FortiProxy tells it in milliseconds here.
        event.duration = event.duration.map(|duration| duration / 1000);
    }
    event.observer.vendor = "fortinet";
    event.observer.product = notes.product();
    Ok(())
}

/// The ends of a tunnel's record, which names them ours and theirs: who sent comes first. A record
/// that sums a tunnel up tells no direction; the other one counts as who dialled in.
fn tunnel(notes: &Notes<'_>) -> Result<(Endpoint, Endpoint), Refusal> {
    let [ours, theirs] = notes.tunnel;
    let is_named = ours.ip.is_some() || theirs.ip.is_some();
    match notes.direction {
        Direction::Outbound => Ok((ours, theirs)),
        Direction::Unknown if is_named && !notes.is_tunnel => Err(Refusal::Truncated),
        _ => Ok((theirs, ours)),
    }
}

fn action(notes: &Notes<'_>) -> Action {
    let word = notes.action.unwrap_or(notes.status);
    match notes.kind {
        Some(b"traffic") => {
            let action = decision::of_session(word);
            // The policy let the session begin, and an inspection broke it off.
            let is_broken_off = action == Action::Allowed
                && word != b"accept"
                && decision::of_inspection(notes.inspection).is_denial();
            if is_broken_off {
                Action::Denied
            } else {
                action
            }
        }
        // Logins, tunnels, leases: what was done to them is no decision about a packet.
        Some(b"event") | None => Action::Unstated,
        Some(_) => decision::of_inspection(word),
    }
}

/// The roles of the interfaces tell which way a session goes. A security log's own word is about
/// the packet that was inspected, which may be an answer; it counts where the roles say nothing.
fn direction(notes: &Notes<'_>) -> Direction {
    let is_ours = |role: &[u8]| match role {
        b"lan" | b"dmz" => Some(true),
        b"wan" => Some(false),
        _ => None,
    };
    match Direction::between(notes.roles.map(is_ours)) {
        Direction::Unknown => notes.direction,
        told => told,
    }
}

/// The device's clock as it shows it, with its zone where it tells one; without a date, the epoch
/// beside it.
fn stamp(notes: &Notes<'_>) -> Stamp {
    let shown = match (notes.date, notes.time) {
        (Some(date), Some(time)) => sessions::stamp(date, time, notes.zone),
        _ => None,
    };
    shown
        .or_else(|| notes.event_time.and_then(epoch).map(Stamp::Instant))
        .unwrap_or_default()
}

/// Seconds up to FortiOS 6.0, nanoseconds since; collectors make milli- and microseconds of them.
fn epoch(value: u64) -> Option<Timestamp> {
    let per_second = match value {
        0..100_000_000_000 => 1,
        100_000_000_000..100_000_000_000_000 => 1_000,
        100_000_000_000_000..100_000_000_000_000_000 => 1_000_000,
        _ => 1_000_000_000,
    };
    let nanoseconds = value % per_second * (1_000_000_000 / per_second);
    let seconds = i64::try_from(value / per_second).ok()?;
    Timestamp::from_seconds(seconds, u32::try_from(nanoseconds).ok()?)
}
