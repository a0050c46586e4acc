//! What columns and members hold, for formats that write one value a field.

use std::net::IpAddr;

use rutter_event::Refusal;

use super::address::{Written, written};
use super::number::decimal;

/// Enters a fact of which a record holds only one: two of them are two records run together, or
/// a request that imitates a record.
pub(super) fn once<T>(slot: &mut Option<T>, value: T) -> Result<(), Refusal> {
    if slot.replace(value).is_some() {
        return Err(Refusal::BadSyntax);
    }
    Ok(())
}

/// An address; nothing when it is redacted.
pub(super) fn address(value: &[u8]) -> Result<Option<IpAddr>, Refusal> {
    match written(value) {
        Some(Written::Plain(ip)) => Ok(Some(ip)),
        Some(Written::Redacted) => Ok(None),
        None => Err(Refusal::BadAddress),
    }
}

/// An address after translation; the unspecified one says that there was none.
pub(super) fn translated(value: &[u8]) -> Result<Option<IpAddr>, Refusal> {
    Ok(address(value)?.filter(|ip| !ip.is_unspecified()))
}

/// A port.
pub(super) fn port(value: &[u8]) -> Result<u16, Refusal> {
    decimal(value).ok_or(Refusal::BadPort)
}
