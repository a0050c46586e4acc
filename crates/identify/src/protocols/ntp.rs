//! Network time (RFC 5905), its control messages (RFC 9327) and the private ones of `ntpd`, among
//! them the list of recent clients that made it an amplifier.

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, FAIR, LIKELY, Match, STRONG};
use crate::pattern::Test::{Between, Is, Least, OneOf};
use crate::pattern::{Pattern, client, either};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "ntp",
    title: "network time",
    title_zh: "网络时间",
    aliases: &[],
    carrier: Carrier::Udp,
    ports: &[123],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"\x17\0\x03\x2a"), Least(4)]).worth(4),
        either(&[OneOf(0, b"\x0b\x13\x19\x1b\x1c\x21\x23\x24\x16\x17\x96\x97\xd3\xd9\xdb\xdc\xe1\xe3\xe4\x4c\x5c\x63\x64\xcb"), Between(1, 0, 16)]).at_port().worth(10),
];

/// Without extensions and authentication.
const HEADER: usize = 48;
/// Seconds of 1990-01-01 and 2040-01-01, the latter in the next era, since 1900.
const PLAUSIBLE: [u32; 2] = [2_840_140_800, 123_010_304];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let first = *payload.bytes.first()?;
    let version = first >> 3 & 7;
    if !(1..=4).contains(&version) {
        return None;
    }
    let found = match first & 7 {
        1..=5 => time(payload, first),
        6 => control(payload),
        7 => private(payload),
        _ => None,
    };
    found.map(|found| found.number("version", version))
}

/// The packet that carries time.
fn time<'a>(payload: &Payload<'a>, first: u8) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let [_, stratum, poll, precision] = walk.array()?;
    let length = payload.bytes.len();
    // A key identifier alone, with a digest of MD5 or SHA, or extension fields before them.
    let sized =
        length == HEADER || length > HEADER && length.is_multiple_of(4) && length <= HEADER + 1024;
    let tuned = stratum <= 16
        && poll <= 17
        // Chrony hides its clock's precision behind 32.
        && (precision as i8 <= 0 && precision as i8 >= -32 || precision == 32 && first & 7 == 3);
    if !sized || !tuned {
        return None;
    }
    let at_port = payload.is_at(PROTOCOL.ports);
    let transmitted = Cursor(payload.bytes.get(40..)?).be32()?;
    let (word, side) = match first & 7 {
        3 => ("client", Side::Client),
        4 => ("server", Side::Server),
        1 | 2 => ("symmetric", Side::Any),
        _ => ("broadcast", Side::Server),
    };
    let [early, late] = PLAUSIBLE;
    let timed = transmitted >= early || transmitted <= late && transmitted != 0;
    // A client need not tell its time; whoever answers must.
    let probability = match (at_port, word, length == HEADER) {
        (true, ..) => STRONG,
        (false, "client", true) if stratum <= 1 || timed => LIKELY,
        (false, "server", true) if timed => LIKELY,
        (false, "symmetric" | "broadcast", true) if timed && stratum > 0 => FAIR,
        _ => return None,
    };
    Some(
        Match::new(probability, side)
            .word("mode", word)
            .number("stratum", stratum),
    )
}

/// A header of twelve bytes and data of the length that it tells.
fn control<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let [_, operation] = walk.array()?;
    walk.take(8)?;
    let count = usize::from(walk.be16()?);
    let padded = count.next_multiple_of(4);
    let fits = walk.left() == count || walk.left() == padded || walk.left() == padded + 20;
    let code = operation & 0x1f;
    if !fits || !matches!(code, 0..=12 | 31) {
        return None;
    }
    let response = operation & 0x80 != 0;
    let at_port = payload.is_at(PROTOCOL.ports);
    let probability = match (at_port, response, code) {
        (true, ..) => CERTAIN,
        (false, false, 1 | 2) if count == 0 => STRONG,
        (false, true, 1 | 2) => LIKELY,
        _ => return None,
    };
    let side = if response { Side::Server } else { Side::Client };
    let found = Match::new(probability, side).word("mode", "control");
    Some(match code {
        1 => found.word("asks", "status"),
        2 => found.word("asks", "variables"),
        code => found.number("operation", code),
    })
}

/// Implementation 2 or 3 of `ntpd`, and a request number.
fn private<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let [first, _, implementation, request] = walk.array()?;
    if !matches!(implementation, 0 | 2 | 3) || request > 45 || payload.bytes.len() < 8 {
        return None;
    }
    let response = first & 0x80 != 0;
    let listed = matches!(request, 20 | 42);
    let quiet = walk
        .0
        .get(..4)
        .is_some_and(|rest| response || *rest == [0; 4]);
    let probability = match (payload.is_at(PROTOCOL.ports), listed && implementation != 0) {
        (_, true) if quiet => CERTAIN,
        (true, false) if quiet && implementation != 0 => STRONG,
        _ => return None,
    };
    let side = if response { Side::Server } else { Side::Client };
    let found = Match::new(probability, side).word("mode", "private");
    Some(if listed {
        found.word("asks", "monlist")
    } else {
        found.number("request", request)
    })
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{padded, udp};
    &[
        udp(Side::Client, &padded::<48>(b"\x23")).at(123).tells(&[("mode", "client"), ("version", "4")]),
        udp(Side::Client, &padded::<48>(b"\xe3\x00\x04\xfa\x00\x01\x00\x00\x00\x01")).tells(&[("mode", "client")]),
        udp(Side::Server, b"\x24\x01\x00\xe9\x00\x00\x00\x00\x00\x00\x00\x10PPS\x00\xe9\x3a\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xe9\x3a\x01\x07\x00\x00\x00\x00\xe9\x3a\x01\x07\x00\x00\x10\x00")
            .tells(&[("mode", "server"), ("stratum", "1")]),
        udp(Side::Client, b"\x17\x00\x03\x2a\x00\x00\x00\x00").tells(&[("mode", "private"), ("asks", "monlist")]),
        udp(Side::Client, &padded::<192>(b"\x17\x00\x02\x2a")).at(123).tells(&[("asks", "monlist")]),
        udp(Side::Server, b"\xd7\x00\x03\x2a\x00\x06\x00\x48\x00\x00\x00\x01"),
        udp(Side::Client, b"\x16\x02\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00").tells(&[("mode", "control"), ("asks", "variables")]),
        udp(Side::Client, b"\x23\x00\x00\x00\x00").at(123).not(),
        udp(Side::Client, &padded::<48>(b"\x23\x77\x77\x77")).at(123).not(),
        udp(Side::Client, b"\x17\x00\x03\x2a\x00").at(123).not(),
        udp(Side::Client, b"\x16\x02\x00\x01\x00\x00\x00\x00\x00\x00\x00\x09").at(123).not(),
        udp(Side::Client, &padded::<60>(b"\x23")).not(),
    ]
};
