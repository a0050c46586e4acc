//! Zeek's own way of writing: tables, tabs between the columns, names in the header.

use rutter_event::{Refusal, Untrusted};

use super::super::address;
use super::super::fields;
use super::super::json::Value;
use super::keys::{self, Reading};
use crate::header::{Header, Heading, KEPT, Mark};
use crate::record::Record;

/// The columns of `conn.log` as Zeek writes it unless told otherwise: for a file without its header.
const CONNECTION: [&str; 21] = [
    "ts",
    "uid",
    "id.orig_h",
    "id.orig_p",
    "id.resp_h",
    "id.resp_p",
    "proto",
    "service",
    "duration",
    "orig_bytes",
    "resp_bytes",
    "conn_state",
    "local_orig",
    "local_resp",
    "missed_bytes",
    "history",
    "orig_pkts",
    "orig_ip_bytes",
    "resp_pkts",
    "resp_ip_bytes",
    "tunnel_parents",
];

/// The codes of the columns, when the log is one that tells of two ends.
pub(super) fn columns(heading: &Heading<'_>) -> Option<Vec<u8>> {
    let has_ends = heading.names(b"id.orig_h") && heading.names(b"id.resp_h")
        || heading.names(b"src") && heading.names(b"dst");
    if heading.mark != Mark::Zeek || !has_ends {
        return None;
    }
    let code = |name: &&[u8]| if keys::fills_a_field(name) { 0 } else { KEPT };
    Some(heading.names.iter().map(code).collect())
}

/// Whether the line is a row under the header: it has a separator and is no object.
pub(super) fn is_row(record: &Record<'_>, header: &Header) -> bool {
    record.raw.first() != Some(&b'{') && memchr::memchr(header.separator(), record.raw).is_some()
}

/// Reads a row by the names of its header.
pub(super) fn read<'a>(
    record: &Record<'a>,
    header: &'a Header,
    reading: &mut Reading<'a>,
) -> Result<(), Refusal> {
    reading.log(header.path());
    let mut values = header.values(record.raw, record.is_ended);
    for (_, name) in header.columns() {
        let (value, is_whole) = values.next().ok_or(Refusal::Truncated)?;
        if is_whole && !header.is_unset(value) {
            reading.take(name, Value::String(value))?;
        }
    }
    if values.next().is_some() {
        return Err(Refusal::BadColumns);
    }
    Ok(())
}

/// Whether the line is a row of `conn.log` whose header is lost: seconds, an identifier, two ends, a
/// protocol and a state, where they belong.
pub(super) fn is_connection(row: &[u8]) -> bool {
    if !row.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let mut columns = row.split(|byte| *byte == b'\t');
    let [
        Some(time),
        Some(uid),
        Some(from),
        Some(_),
        Some(to),
        Some(_),
        Some(protocol),
    ] = std::array::from_fn(|_| columns.next())
    else {
        return false;
    };
    let state = columns.nth(4);
    fields::stamp(time).is_some()
        && uid.first() == Some(&b'C')
        && uid.iter().all(u8::is_ascii_alphanumeric)
        && address::ip(from).is_some()
        && address::ip(to).is_some()
        && matches!(protocol, b"tcp" | b"udp" | b"icmp" | b"unknown_transport")
        && state.is_some_and(|state| {
            matches!(
                state,
                b"S0"
                    | b"S1"
                    | b"SF"
                    | b"REJ"
                    | b"S2"
                    | b"S3"
                    | b"RSTO"
                    | b"RSTR"
                    | b"RSTOS0"
                    | b"RSTRH"
                    | b"SH"
                    | b"SHR"
                    | b"OTH"
            )
        })
}

/// Reads a row of `conn.log` whose header is lost.
pub(super) fn read_connection<'a>(
    record: &Record<'a>,
    reading: &mut Reading<'a>,
) -> Result<(), Refusal> {
    let mut columns = record.raw.split(|byte| *byte == b'\t');
    // The last five columns are of later versions, or left out.
    for (place, name) in CONNECTION.iter().enumerate() {
        let Some(value) = columns.next() else {
            return if place < 16 {
                Err(Refusal::Truncated)
            } else {
                Ok(())
            };
        };
        if !is_unset(value) {
            reading.take(name.as_bytes(), Value::String(value))?;
        }
    }
    Ok(())
}

pub(super) fn each_of_connection<'a>(
    row: &'a [u8],
    sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>),
) {
    for (name, value) in CONNECTION.iter().zip(row.split(|byte| *byte == b'\t')) {
        if !keys::fills_a_field(name.as_bytes()) && !is_unset(value) {
            sink(Untrusted::new(name.as_bytes()), Untrusted::new(value));
        }
    }
}

const fn is_unset(value: &[u8]) -> bool {
    matches!(value, b"" | b"-" | b"(empty)")
}
