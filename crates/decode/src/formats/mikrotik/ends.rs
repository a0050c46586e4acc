//! Two ends and the arrow between them.

use rutter_event::{Endpoint, Refusal};

use super::super::address::{Written, written};
use super::super::number::decimal;
use crate::formats::search::place;

/// `A:P->B:Q`, `[A]:P->[B]:Q`, `A->B`.
///
/// # Errors
/// [`Refusal::BadAddress`], [`Refusal::BadPort`], or [`Refusal::BadSyntax`] without an arrow.
pub(super) fn read(text: &[u8]) -> Result<[Endpoint; 2], Refusal> {
    let (source, destination) = arrow(text).ok_or(Refusal::BadSyntax)?;
    Ok([end(source)?, end(destination)?])
}

/// The ends of a translation: `(A->C)->B`, `A->(B->D)` or `(A->C)->(B->D)`. What has changed of each
/// stands in brackets.
pub(super) fn translations(text: &[u8]) -> Option<[Option<[Endpoint; 2]>; 2]> {
    let (source, rest) = match text.strip_prefix(b"(") {
        Some(inside) => {
            let close = memchr::memchr(b')', inside)?;
            (
                Some(read(inside.get(..close)?).ok()?),
                inside.get(close + 1..)?.strip_prefix(b"->")?,
            )
        }
        None => (None, arrow(text)?.1),
    };
    let destination = match rest.strip_prefix(b"(") {
        Some(inside) => {
            let close = memchr::memchr(b')', inside)?;
            Some(read(inside.get(..close)?).ok()?)
        }
        None => None,
    };
    Some([source, destination])
}

/// Notes in `end` the address that a translation has put in its place, or that it had before.
pub(super) fn translate(end: &mut Endpoint, pair: [Endpoint; 2]) {
    let other = pair
        .iter()
        .find(|other| (other.ip, other.port) != (end.ip, end.port));
    if let Some(other) = other {
        end.nat_ip = other.ip;
        end.nat_port = other.port.filter(|port| Some(*port) != end.port);
    }
}

fn arrow(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = place!(text, "->")?;
    Some((text.get(..at)?, text.get(at + 2..)?))
}

fn end(text: &[u8]) -> Result<Endpoint, Refusal> {
    let (host, port) = if let Some(inside) = text.strip_prefix(b"[") {
        let close = memchr::memchr(b']', inside).ok_or(Refusal::BadAddress)?;
        let behind = inside.get(close + 1..).unwrap_or_default();
        (inside.get(..close), behind.strip_prefix(b":"))
    } else {
        let colon = text.iter().position(|byte| *byte == b':');
        let is_last = colon == text.iter().rposition(|byte| *byte == b':');
        match colon {
            Some(at) if is_last => (text.get(..at), text.get(at + 1..)),
            _ => (Some(text), None),
        }
    };
    let ip = match written(host.unwrap_or_default()) {
        Some(Written::Plain(ip)) => Some(ip),
        Some(Written::Redacted) => None,
        None => return Err(Refusal::BadAddress),
    };
    let port = match port {
        None => None,
        Some(text) => Some(decimal(text).ok_or(Refusal::BadPort)?),
    };
    Ok(Endpoint {
        ip,
        port,
        ..Endpoint::default()
    })
}
