//! Building automation over IP (ASHRAE 135, annex J).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{Match, STRONG};
use crate::pattern::Number::{Be16};
use crate::pattern::Test::{Counts, Is, OneOf};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "bacnet",
    title: "building automation",
    title_zh: "楼宇自动化网络",
    aliases: &[],
    carrier: Carrier::Udp,
    ports: &[47808],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(0, b"\x81"), OneOf(1, b"\x0a\x0b\x04\x05\x09"), Counts(2, Be16, 0), Is(4, b"\x01")]),
        either(&[Is(0, b"\x81"), OneOf(1, b"\x0a\x0b\x04\x05\x09"), Is(2, b"\0")]).at_port(),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let [0x81, function @ 0..=12] = walk.array()? else {
        return None;
    };
    let length = usize::from(walk.be16()?);
    // Unicast, broadcast or forwarded: a network header of version 1 follows.
    let inner = match function {
        10 | 11 => walk,
        4 => Cursor(walk.0.get(6..)?),
        // Whoever wants broadcasts forwarded says for how many seconds (annex J.5.2).
        5 if length == 6 && walk.left() == 2 && payload.is_at(PROTOCOL.ports) => {
            return Some(Match::new(STRONG, Side::Client).number("function", function));
        }
        _ => return None,
    };
    let fits = length == payload.bytes.len() && inner.0.first() == Some(&1) && inner.left() >= 3;
    fits.then(|| Match::new(STRONG, payload.side).number("function", function))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::udp;
    &[
        udp(Side::Client, b"\x81\x05\0\x06\0\x3c").at(47808),
        // Read the name of whatever device this is.
        udp(
            Side::Client,
            b"\x81\x0a\x00\x11\x01\x04\x00\x05\x01\x0c\x0c\x02\x3f\xff\xff\x19\x4d",
        )
        .at(47808)
        .tells(&[("function", "10")]),
        udp(
            Side::Client,
            b"\x81\x0b\x00\x0c\x01\x20\xff\xff\x00\xff\x10\x08",
        ),
        udp(
            Side::Client,
            b"\x81\x0a\x00\x12\x01\x04\x00\x05\x01\x0c\x0c\x02\x3f\xff\xff\x19\x4d",
        )
        .at(47808)
        .not(),
        udp(Side::Client, b"\x81\x0a\x00\x07\x02\x04\x00")
            .at(47808)
            .not(),
    ]
};
