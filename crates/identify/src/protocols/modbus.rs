//! Modbus over TCP, spoken by controllers (Modbus Messaging on TCP/IP Implementation Guide 1.0b).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{FAIR, Match, STRONG};
use crate::pattern::Test::{Between, Is};
use crate::pattern::{Pattern, either};
use crate::payload::Payload;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "modbus",
    title: "controllers, Modbus",
    title_zh: "Modbus 工业总线",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[502],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(2, b"\0\0\0"), Between(5, 2, 255)]).at_port().worth(10),
];

/// A number, a protocol of zero, a length that is exact, a unit, a function.
fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    walk.take(2)?;
    let protocol = walk.be16()?;
    let length = usize::from(walk.be16()?);
    if protocol != 0 || length != walk.left() || !(2..=254).contains(&length) {
        return None;
    }
    let [unit, function] = walk.array()?;
    let (word, expected) = match function & 0x7f {
        1..=4 => ("read", Some(4)),
        5 | 6 => ("write", Some(4)),
        15 | 16 | 22 | 23 => ("write", None),
        0x11 => ("report identity", Some(0)),
        0x2b => ("read identity", Some(3)),
        7 | 8 | 11 | 12 | 20 | 21 | 24 => ("other", None),
        _ => return None,
    };
    let sized = expected == Some(walk.left());
    let identity = function == 0x2b && walk.0.first() == Some(&0x0e);
    let probability = match payload.is_at(PROTOCOL.ports) {
        true => STRONG,
        // The reading of an identity has a byte more that must fit.
        false if sized && identity => STRONG,
        false if sized && matches!(word, "read" | "report identity") => FAIR,
        false => return None,
    };
    Some(
        Match::new(probability, payload.side)
            .number("unit", unit)
            .word("function", word),
    )
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{Side, tcp};
    &[
        tcp(
            Side::Client,
            b"\x5a\x47\x00\x00\x00\x05\x00\x2b\x0e\x01\x00",
        )
        .at(502)
        .tells(&[("function", "read identity")]),
        tcp(Side::Client, b"\x00\x00\x00\x00\x00\x02\x01\x11")
            .tells(&[("unit", "1"), ("function", "report identity")]),
        tcp(
            Side::Client,
            b"\x00\x01\x00\x00\x00\x06\x01\x03\x00\x00\x00\x0a",
        )
        .tells(&[("function", "read")]),
        tcp(
            Side::Client,
            b"\x00\x01\x00\x00\x00\x07\x01\x03\x00\x00\x00\x0a",
        )
        .at(502)
        .not(),
        tcp(
            Side::Client,
            b"\x00\x01\x00\x01\x00\x06\x01\x03\x00\x00\x00\x0a",
        )
        .at(502)
        .not(),
        tcp(
            Side::Client,
            b"\x00\x01\x00\x00\x00\x06\x01\x63\x00\x00\x00\x0a",
        )
        .at(502)
        .not(),
    ]
};
