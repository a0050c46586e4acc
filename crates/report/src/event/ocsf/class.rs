//! The numbers that the schema gives to what events say.

use rutter_event::{Action, Direction, Event, Family, TcpFlags};

/// `category_uid`: Network Activity.
pub(super) const CATEGORY: u32 = 4;
/// `class_uid`: Network Activity, the class.
pub(super) const CLASS: u32 = 4001;

const UNKNOWN: u32 = 0;
const OPEN: u32 = 1;
const CLOSE: u32 = 2;
const RESET: u32 = 3;
const REFUSE: u32 = 5;
const TRAFFIC: u32 = 6;

/// `activity_id`: what became of the connection, as far as the log says.
///
/// A SYN opens a connection only where the log says that it was let through; the schema's Open means
/// that it was opened, not that somebody tried.
pub(super) fn activity(event: &Event<'_>) -> u32 {
    let packet = &event.packet;
    let has = |flag| packet.tcp.flags.is_some_and(|flags| flags.has(flag));
    if event.action.is_denial() {
        REFUSE
    } else if event.bytes.is_some() || event.packets.is_some() || event.duration.is_some() {
        TRAFFIC
    } else if has(TcpFlags::RST) {
        RESET
    } else if has(TcpFlags::FIN) && has(TcpFlags::ACK) {
        CLOSE
    } else if packet.is_syn() && event.action == Action::Allowed {
        OPEN
    } else if packet.source.ip.or(packet.destination.ip).is_some() {
        TRAFFIC
    } else {
        UNKNOWN
    }
}

/// `action_id` and `disposition_id`.
pub(super) const fn decision(action: Action) -> (u32, u32) {
    match action {
        Action::Unstated => (0, 0),
        Action::Allowed => (1, 1),
        // Denied: Dropped, Rejected, Blocked.
        Action::Dropped => (2, 6),
        Action::Rejected => (2, 25),
        Action::Denied => (2, 2),
    }
}

/// `direction_id`; between two that are not ours is none of the schema's, hence Other.
pub(super) const fn direction(direction: Direction) -> u32 {
    match direction {
        Direction::Unknown => 0,
        Direction::Inbound => 1,
        Direction::Outbound => 2,
        Direction::Internal => 3,
        Direction::External => 99,
    }
}

/// `protocol_ver_id`; nothing when the log does not say.
pub(super) const fn version(family: Family) -> Option<u32> {
    match family {
        Family::Unknown => None,
        Family::V4 => Some(4),
        Family::V6 => Some(6),
        Family::Arp | Family::Other => Some(99),
    }
}
