//! The messages that are read, in Cisco's wording: one row per number and wording.

mod access;
mod connections;
mod filters;
mod inspection;
mod others;
mod sessions;

use rutter_event::Action;

use super::super::phrase::Piece;
use super::reading::Field;

/// One wording of a message.
pub(super) type Form = &'static [Piece<Field>];

/// What ICMP has behind its ends in the place of ports.
const TYPE_AND_CODE: Form = &[
    Piece::Says(" (type "),
    Piece::Holds(Field::Type),
    Piece::Says(", code "),
    Piece::Holds(Field::Code),
    Piece::Says(")"),
];

/// Which of the two ends began.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// The one that stands in the place of the source.
    AsWritten,
    /// The first, unless the connection is outbound.
    ByWay,
    /// The one in the place of the source, unless the connection is inbound.
    LocalFirst,
    /// The destination is the source's address on the other side of a translation.
    Translated,
    /// The message does not tell. The first, unless its port alone is a service's.
    ByPorts,
}

/// A message of one number.
pub(super) struct Message {
    id: u32,
    /// What ASA did, where the number itself says so.
    pub(super) action: Action,
    pub(super) order: Order,
    /// Whether a message without addresses is broken.
    pub(super) needs_ends: bool,
    /// How it begins, where others of the same number tell of no ends.
    pub(super) begins: &'static [u8],
    pub(super) forms: &'static [Form],
}

/// A message whose ends stand in their places.
const fn message(id: u32, action: Action, forms: &'static [Form]) -> Message {
    Message {
        id,
        action,
        order: Order::AsWritten,
        needs_ends: true,
        begins: b"",
        forms,
    }
}

impl Message {
    const fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    const fn without_ends(mut self) -> Self {
        self.needs_ends = false;
        self
    }

    const fn beginning(mut self, begins: &'static [u8]) -> Self {
        self.begins = begins;
        self
    }
}

/// Every table, and the numbers of its messages: the first not below, the last not above.
const TABLES: [(u32, u32, &[Message]); 8] = [
    (109_000, 109_999, sessions::USERS),
    (611_000, 611_999, sessions::ADMINISTRATORS),
    (750_000, 751_999, sessions::TUNNELS),
    (106_000, 110_999, access::MESSAGES),
    (302_000, 305_999, connections::MESSAGES),
    (313_000, 338_999, filters::MESSAGES),
    (400_000, 507_999, inspection::MESSAGES),
    (0, 999_999, others::MESSAGES),
];

/// The message of a number.
pub(super) fn by_id(id: u32) -> Option<&'static Message> {
    let id = match id {
        // The intrusion signatures share one wording.
        400_000..=400_051 => 400_000,
        750_000..=751_999 => sessions::KEY_EXCHANGE,
        id => id,
    };
    let (_, _, table) = TABLES
        .iter()
        .find(|(from, to, _)| (*from..=*to).contains(&id))?;
    let at = table.binary_search_by_key(&id, |message| message.id).ok()?;
    table.get(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_in_order() {
        for (from, to, table) in TABLES {
            assert!(table.is_sorted_by(|a, b| a.id < b.id));
            for message in table {
                assert!((from..=to).contains(&message.id));
                assert!(by_id(message.id).is_some_and(|found| found.id == message.id));
                assert!(!message.forms.is_empty());
            }
        }
    }
}
