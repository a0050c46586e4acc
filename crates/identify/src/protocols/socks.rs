//! SOCKS 4, 4A and 5 (RFC 1928): a proxy is looked for.

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{FAIR, LIKELY, Match, STRONG};
use crate::pattern::Test::{Is, Long, OneOf};
use crate::pattern::{Pattern, client};
use crate::payload::{Payload, Side};
use crate::text::is_graphic;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "socks",
    title: "proxy",
    title_zh: "SOCKS 代理",
    aliases: &["socks4", "socks5"],
    carrier: Carrier::Tcp,
    ports: &[1080, 1081, 9050, 9150],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"\x04"), OneOf(1, b"\x01\x02"), Long(4, 4)]).at_port().worth(2),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let walk = Cursor(payload.bytes);
    match payload.bytes {
        [4, 1 | 2, ..] => four(walk),
        [5, 1..=9, ..] if payload.may_be(Side::Client) => five(payload, walk),
        [0, 90..=93, ..] | [5, 0 | 1 | 2 | 255] => answer(payload),
        _ => None,
    }
}

/// Command, port, address, user, and in 4A the name behind an address that cannot be.
fn four(mut walk: Cursor<'_>) -> Option<Match<'_>> {
    let [_, command] = walk.array()?;
    let port = walk.be16()?;
    let address = walk.array::<4>()?;
    let user = walk.until(0).filter(|user| is_graphic(user))?;
    let name = match address {
        [0, 0, 0, 1..=255] => walk
            .until(0)
            .filter(|name| !name.is_empty() && is_graphic(name))?,
        _ => b"",
    };
    // No host has an address that begins with zero; 4A uses some of them as a sign.
    if !walk.is_empty() || port == 0 || address.first() == Some(&0) && name.is_empty() {
        return None;
    }
    let [a, b, c, d] = address;
    let target = if name.is_empty() {
        format!("{a}.{b}.{c}.{d}").into_bytes()
    } else {
        name.to_vec()
    };
    let found = Match::new(STRONG, Side::Client).word("version", "4");
    let found = found.word("command", if command == 1 { "connect" } else { "bind" });
    Some(
        found
            .text("target", target)
            .number("port", port)
            .text("user", user),
    )
}

/// A list of methods, perhaps with a request right behind it.
fn five<'a>(payload: &Payload<'a>, mut walk: Cursor<'a>) -> Option<Match<'a>> {
    let [_, count] = walk.array()?;
    let methods = walk.take(usize::from(count))?;
    // No authentication, GSSAPI, user name, and the assigned and private ones.
    if methods
        .iter()
        .any(|method| matches!(method, 10..=127 | 255))
    {
        return None;
    }
    let mut ascending = methods
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if a < b));
    let request = matches!(walk.0, [5, 1..=3, 0, 1 | 3 | 4, ..]);
    ascending &= walk.is_empty() || request;
    let probability = match (ascending, request, payload.is_at(PROTOCOL.ports)) {
        (false, ..) => return None,
        (_, true, _) => STRONG,
        (_, _, true) => STRONG,
        // No authentication, alone or with a password as the other choice: what clients offer.
        _ if matches!(methods, [0] | [0, 2] | [0, 1] | [0, 1, 2]) => LIKELY,
        _ => FAIR,
    };
    Some(Match::new(probability, Side::Client).word("version", "5"))
}

/// Two or eight bytes that only the port tells from anything else.
fn answer<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let version = match payload.bytes.len() {
        2 => "5",
        8 => "4",
        _ => return None,
    };
    (payload.side == Side::Server && payload.is_at(PROTOCOL.ports))
        .then(|| Match::new(LIKELY, Side::Server).word("version", version))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Client, b"\x05\x01\x00")
            .at(1080)
            .tells(&[("version", "5")]),
        tcp(Side::Client, b"\x05\x02\x00\x02"),
        tcp(
            Side::Client,
            b"\x05\x03\x00\x01\x02\x05\x01\x00\x03\x0bexample.org\x00\x50",
        ),
        tcp(Side::Client, b"\x04\x01\x00\x50\xc0\x00\x02\x01\x00")
            .at(1080)
            .tells(&[
                ("version", "4"),
                ("command", "connect"),
                ("target", "192.0.2.1"),
                ("port", "80"),
            ]),
        tcp(
            Side::Client,
            b"\x04\x01\x00\x19\x00\x00\x00\x01me\x00example.org\x00",
        )
        .tells(&[("target", "example.org"), ("user", "me")]),
        tcp(Side::Server, b"\x05\xff").at(1080),
        tcp(Side::Server, b"\x00\x5a\x00\x50\xc0\x00\x02\x01").at(1080),
        tcp(Side::Server, b"\x05\xff").not(),
        tcp(Side::Client, b"\x05\x01\x63").at(1080).not(),
        tcp(Side::Client, b"\x05\x03\x02\x01\x00").at(1080).not(),
        tcp(Side::Client, b"\x04\x01\x00\x00\xc0\x00\x02\x01\x00")
            .at(1080)
            .not(),
        tcp(Side::Client, b"\x04\x01\x00\x50\xc0\x00\x02\x01")
            .at(1080)
            .not(),
    ]
};
