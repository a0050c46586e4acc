//! What a record says that has no field in an event, enumerated on demand.

use rutter_event::Untrusted;

use super::columns::Columns;

/// Calls back with the columns that have no field, under the names of the vendors' descriptions.
pub(super) fn each<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let mut columns = Columns::new(record);
    let mut protocol: &[u8] = b"";
    let mut is_v6 = false;
    for place in 0.. {
        let names: &[(usize, &str)] = if is_v6 { &V6 } else { &V4 };
        if place == if is_v6 { 17 } else { 20 } {
            break;
        }
        let Some((column, _)) = columns.next() else {
            return;
        };
        match names
            .iter()
            .find(|(at, _)| *at == place)
            .map(|(_, name)| *name)
        {
            Some("version") => is_v6 = column == b"6",
            Some("protocol") => protocol = column,
            Some(name) if !column.is_empty() => {
                sink(Untrusted::new(name.as_bytes()), Untrusted::new(column))
            }
            _ => {}
        }
    }
    let carried: &[&str] = match protocol {
        b"6" => &["", "", "", "", "", "", "", "", "options"],
        b"112" => &[
            "carp_type",
            "carp_ttl",
            "vhid",
            "carp_version",
            "advskew",
            "advbase",
        ],
        b"17" => &[],
        _ => {
            let rest = columns.rest().unwrap_or_default();
            if !rest.is_empty() {
                sink(Untrusted::new(b"data"), Untrusted::new(rest));
            }
            return;
        }
    };
    for name in carried {
        let Some((column, _)) = columns.next() else {
            return;
        };
        if !name.is_empty() && !column.is_empty() {
            sink(Untrusted::new(name.as_bytes()), Untrusted::new(column));
        }
    }
}

/// Places of the columns without a field, and of those that decide how to go on.
const V4: [(usize, &str); 6] = [
    (1, "subrule"),
    (2, "anchor"),
    (5, "reason"),
    (8, "version"),
    (10, "ecn"),
    (15, "protocol"),
];
const V6: [(usize, &str); 5] = [
    (1, "subrule"),
    (2, "anchor"),
    (5, "reason"),
    (8, "version"),
    (13, "protocol"),
];
