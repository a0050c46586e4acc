//! Message queues of small devices, versions 3.1 to 5 (OASIS MQTT 5.0).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, LIKELY, Match};
use crate::pattern::Test::{Is};
use crate::pattern::{Pattern, client};
use crate::payload::{Payload, Side};
use crate::text::is_text;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "mqtt",
    title: "message queues of small devices",
    title_zh: "MQTT 消息队列",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[1883],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"\x10"), Is(2, b"\0\x04MQTT")]),
        client(&[Is(0, b"\x10"), Is(2, b"\0\x06MQIsdp")]),
];

const CONNECT: u8 = 0x10;
const ACKNOWLEDGE: u8 = 0x20;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    match walk.u8()? {
        CONNECT => connect(walk),
        ACKNOWLEDGE if payload.is_at(PROTOCOL.ports) && payload.may_be(Side::Server) => {
            // Version 5 adds the length of properties.
            let ([2, 0 | 1, 0..=5] | [3, 0 | 1, 0 | 0x80..=0x9f, 0]) = *walk.0 else {
                return None;
            };
            Some(Match::new(LIKELY, Side::Server))
        }
        kind if payload.is_at(PROTOCOL.ports) => later(kind, walk, payload),
        _ => None,
    }
}

/// Packets from the middle of a session (version 3.1.1, section 2.2): flags that the kind allows and a
/// length that is there.
fn later<'a>(first: u8, mut walk: Cursor<'a>, payload: &Payload<'a>) -> Option<Match<'a>> {
    let word = match first {
        0x30..=0x3f => "publish",
        0x82 => "subscribe",
        0x90 => "subscribed",
        0xa2 => "unsubscribe",
        0xc0 => "ping",
        0xd0 => "ping answer",
        _ => return None,
    };
    let mut length = 0;
    for place in 0..4 {
        let byte = walk.u8()?;
        length |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            break;
        }
    }
    let mut body = Cursor(walk.take(length)?);
    let fits = match word {
        "publish" => {
            let topic = body.be16().and_then(|length| body.take(usize::from(length)))?;
            !topic.is_empty() && is_text(topic)
        }
        "ping" | "ping answer" => length == 0,
        _ => length >= 3,
    };
    fits.then(|| Match::new(LIKELY, payload.side).word("packet", word))
}

fn connect(mut walk: Cursor<'_>) -> Option<Match<'_>> {
    // The length takes one to four bytes.
    for _ in 0..4 {
        if walk.u8()? & 0x80 == 0 {
            break;
        }
    }
    let length = walk.be16()?;
    let name = walk.take(usize::from(length))?;
    let version = match (name, walk.u8()?) {
        (b"MQIsdp", 3) => "3.1",
        (b"MQTT", 4) => "3.1.1",
        (b"MQTT", 5) => "5",
        _ => return None,
    };
    let found = Match::new(CERTAIN, Side::Client).word("version", version);
    // Flags, how long to wait, and in version 5 properties stand before the client's name.
    let identifier = walk.take(3).and_then(|_| {
        if version == "5" {
            let properties = walk.u8()?;
            walk.take(usize::from(properties))?;
        }
        let length = walk.be16()?;
        walk.take(usize::from(length))
    });
    Some(found.maybe(
        "client_id",
        identifier.filter(|identifier| is_text(identifier)),
    ))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Server, b"\x20\x03\0\0\0").at(1883),
        tcp(
            Side::Client,
            b"\x10\x13\x00\x04MQTT\x04\x02\x00\x3c\x00\x07sensor1",
        )
        .at(1883)
        .tells(&[("version", "3.1.1"), ("client_id", "sensor1")]),
        tcp(
            Side::Client,
            b"\x10\x0e\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x00",
        )
        .tells(&[("version", "3.1")]),
        tcp(
            Side::Client,
            b"\x10\x10\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x03abc",
        )
        .tells(&[("version", "5"), ("client_id", "abc")]),
        tcp(Side::Server, b"\x20\x02\x00\x05").at(1883),
        tcp(Side::Server, b"\x20\x02\x00\x05").not(),
        tcp(Side::Any, b"\x30\x0b\x00\x04roomwarm!").at(1883).tells(&[("packet", "publish")]),
        tcp(Side::Client, b"\xc0\x00").at(1883).tells(&[("packet", "ping")]),
        tcp(Side::Client, b"\x82\x09\x00\x01\x00\x04room\x00").at(1883),
        tcp(Side::Client, b"\xc0\x00").not(),
        tcp(Side::Client, b"\xc0\x01\x00").at(1883).not(),
        tcp(Side::Any, b"\x30\x0c\x00\x04roomwarm!").at(1883).not(),
        tcp(Side::Client, b"\x10\x13\x00\x04MQTX\x04\x02\x00\x3c")
            .at(1883)
            .not(),
        tcp(Side::Client, b"\x10\x13\x00\x04MQTT\x09\x02\x00\x3c")
            .at(1883)
            .not(),
    ]
};
