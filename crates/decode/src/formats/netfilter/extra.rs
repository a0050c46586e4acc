//! What a record says that has no field in an event, enumerated on demand.

use rutter_event::Untrusted;

use super::{opening, proxmox};

/// Keys that fill a field.
const FIELDS: &[&[u8]] = &[
    b"IN",
    b"OUT",
    b"MAC",
    b"MACSRC",
    b"MACDST",
    b"SRC",
    b"DST",
    b"LEN",
    b"TOS",
    b"PREC",
    b"TTL",
    b"ID",
    b"PROTO",
    b"TC",
    b"HOPLIMIT",
    b"FLOWLBL",
    b"SPT",
    b"DPT",
    b"SEQ",
    b"ACK",
    b"WINDOW",
    b"URGP",
    b"TYPE",
    b"CODE",
    b"MTU",
    b"GATEWAY",
    b"IPSRC",
    b"IPDST",
];

/// Calls back with every key and value that has no field, in the record's order: `MARK`, `UID`,
/// `GID`, `SPI`, `PHYSIN`, `PHYSOUT`, `MACPROTO`, … and Proxmox's guest number as `VMID`. Reserved
/// bits of TCP are told only when one is set.
pub(super) fn each<'a>(message: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some(opening) = opening::find(message) else {
        return;
    };
    if let Some(guest) = proxmox::guest(opening.label) {
        sink(Untrusted::new(b"VMID"), Untrusted::new(guest));
    }
    let mut is_quoting = false;
    for word in opening
        .fields
        .split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty())
    {
        is_quoting |= word.starts_with(b"[");
        if !is_quoting
            && let Some(equals) = memchr::memchr(b'=', word)
            && let Some((key, value)) = word.split_at_checked(equals)
            && !key.is_empty()
            && !FIELDS.contains(&without_level(key))
            && word != b"RES=0x00"
        {
            let value = value.get(1..).unwrap_or_default();
            sink(
                Untrusted::new(key),
                Untrusted::new(value.strip_suffix(b",").unwrap_or(value)),
            );
        }
        is_quoting &= !word.ends_with(b"]");
    }
}

/// A key without the log level that old kernels print amid a line.
fn without_level(key: &[u8]) -> &[u8] {
    match key {
        [b'<', b'0'..=b'7', b'>', key @ ..] => key,
        key => key,
    }
}
