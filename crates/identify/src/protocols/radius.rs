//! Remote authentication (RFC 2865, RFC 2866, RFC 5997).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, LIKELY, Match};
use crate::pattern::Test::{Between, Is, OneOf};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};
use crate::text::is_text;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "radius",
    title: "remote authentication",
    title_zh: "拨入用户的远程认证",
    aliases: &[],
    carrier: Carrier::Udp,
    ports: &[1645, 1646, 1812, 1813, 3799],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[OneOf(0, b"\x01\x02\x03\x04\x05\x0b\x0c"), Is(2, b"\0"), Between(3, 20, 255)]).at_port().worth(8),
];

const USER_NAME: u8 = 1;
/// Attributes that must be whole for the rest to count as damaged.
const WHOLE_BEFORE_DAMAGE: usize = 2;

/// A code, a number, an exact length, sixteen bytes, attributes that fill the rest.
fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let [code, _] = walk.array()?;
    let length = usize::from(walk.be16()?);
    walk.take(16)?;
    let at_port = payload.is_at(PROTOCOL.ports);
    // What stands behind the length is padding (RFC 2865, section 3).
    if length != payload.bytes.len() && !(at_port && (20..payload.bytes.len()).contains(&length)) {
        return None;
    }
    walk.0 = walk.0.get(..length.checked_sub(20)?)?;
    let (word, side) = match code {
        1 => ("access request", Side::Client),
        2 => ("access accepted", Side::Server),
        3 => ("access refused", Side::Server),
        4 => ("accounting request", Side::Client),
        5 => ("accounting answer", Side::Server),
        11 => ("challenge", Side::Server),
        12 => ("status request", Side::Client),
        40 | 43 => ("change request", Side::Client),
        _ => return None,
    };
    let (mut attributes, mut user) = (0, None);
    while let Some(kind) = walk.u8() {
        let length = walk.u8().and_then(|length| length.checked_sub(2));
        let value = length.and_then(|length| walk.take(usize::from(length)));
        let Some(value) = value.filter(|_| kind != 0) else {
            // Damaged on the way, or on purpose.
            let enough = at_port && attributes >= WHOLE_BEFORE_DAMAGE;
            return enough.then(|| Match::new(LIKELY, side).word("message", word));
        };
        if kind == USER_NAME && is_text(value) {
            user = Some(value);
        }
        attributes += 1;
    }
    let probability = match attributes {
        0 if at_port => LIKELY,
        0 => return None,
        1 => LIKELY,
        _ => CERTAIN,
    };
    Some(
        Match::new(probability, side)
            .word("message", word)
            .maybe("user", user),
    )
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::udp;
    &[
        udp(
            Side::Client,
            b"\x01\x2a\x00\x2d0123456789abcdef\x01\x07admin\x02\x120123456789abcdef",
        )
        .at(1812)
        .tells(&[("message", "access request"), ("user", "admin")]),
        udp(Side::Server, b"\x03\x2a\x00\x140123456789abcdef")
            .at(1812)
            .tells(&[("message", "access refused")]),
        udp(Side::Server, b"\x03\x2a\x00\x140123456789abcdef").not(),
        udp(
            Side::Client,
            b"\x01\x2a\x00\x2e0123456789abcdef\x01\x07admin\x02\x120123456789abcdef",
        )
        .at(1812)
        .not(),
        // The third attribute runs over the end; the second datagram has only one that is whole.
        udp(
            Side::Client,
            b"\x01\x2a\x00\x240123456789abcdef\x01\x07admin\x06\x06\0\0\0\x02\x07\x40\0",
        )
        .at(1812)
        .tells(&[("message", "access request")]),
        udp(
            Side::Client,
            b"\x01\x2a\x00\x1e0123456789abcdef\x01\x07admin\x07\x40\0",
        )
        .at(1812)
        .not(),
        udp(Side::Client, b"\x01\x2a\x00\x180123456789abcdef\x01\x01ab")
            .at(1812)
            .not(),
    ]
};
