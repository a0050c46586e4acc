//! QUIC's long headers: the first packets of a connection, and the offer of other versions
//! (RFC 8999, RFC 9000, RFC 9369).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, LIKELY, Match, STRONG};
use crate::pattern::Test::{Between, Bits, Is, Least};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "quic",
    title: "QUIC, HTTP/3",
    title_zh: "QUIC，HTTP/3",
    aliases: &[],
    carrier: Carrier::Udp,
    ports: &[443, 784, 853, 4433, 8443],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Bits(0, 0xf0, 0xc0), Is(1, b"\0\0\0\x01"), Between(5, 8, 20), Least(6)]).worth(3),
        either(&[Bits(0, 0xc0, 0xc0), Is(1, b"\0\0\0\x01")]).at_port().worth(6),
];

/// A client's first datagram has at least this many bytes (RFC 9000, section 14.1).
const CLIENT_MINIMUM: usize = 1200;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let first = walk.u8()?;
    if first & 0x80 == 0 {
        return old_google(payload.bytes);
    }
    let version = walk.be32()?;
    let (destination, source) = if shares_lengths(version) {
        let lengths = walk.u8()?;
        let mut named = |length: u8| walk.take(if length == 0 { 0 } else { usize::from(length) + 3 });
        (named(lengths >> 4)?, named(lengths & 15)?)
    } else {
        (connection(&mut walk)?, connection(&mut walk)?)
    };
    if version == 0 {
        return offer(walk);
    }
    if first & 0x40 == 0 || destination.len() > 20 || source.len() > 20 {
        return None;
    }
    let full = payload.bytes.len() >= CLIENT_MINIMUM;
    let packet = match (version_word(version), is_reserved(version)) {
        (Some(_), _) => packet_word(version, first),
        // A version made up so that the server has to offer its own.
        (None, true) if full => "initial",
        _ => return None,
    };
    let found = |probability, side| {
        let found = Match::new(probability, side).word("packet", packet);
        found.word("version", version_word(version).unwrap_or("reserved"))
    };
    match packet {
        // A client chooses at least eight bytes; its server has learnt them.
        "initial" if fits(walk, version) => Some(match destination.len() {
            8.. if full && payload.may_be(Side::Client) => found(CERTAIN, Side::Client),
            _ => found(STRONG, payload.side),
        }),
        "initial" => None,
        "retry" => (walk.left() > 16).then(|| found(LIKELY, Side::Server)),
        _ => Some(found(LIKELY, payload.side)),
    }
}

/// Versions that hold both connections' lengths, each less three, in one byte: Google's 44 to 48 and
/// the drafts before 22 (draft-ietf-quic-transport-21, section 17.2).
const fn shares_lengths(version: u32) -> bool {
    matches!(version, 0x5130_3434..=0x5130_3438 | 0xff00_0001..=0xff00_0015)
}

fn connection<'a>(walk: &mut Cursor<'a>) -> Option<&'a [u8]> {
    let length = walk.u8()?;
    walk.take(usize::from(length))
}

/// Whether token and length of an initial packet stay within the datagram, or would if it were
/// not cut.
fn fits(mut walk: Cursor<'_>, version: u32) -> bool {
    if version >> 24 == u32::from(b'Q') || version >> 24 == u32::from(b'T') {
        return true;
    }
    let token = number(&mut walk).and_then(|length| walk.take(usize::try_from(length).ok()?));
    token.is_some() && number(&mut walk).is_some_and(|length| (20..=65_535).contains(&length))
}

/// A number of variable length (RFC 9000, section 16).
fn number(walk: &mut Cursor<'_>) -> Option<u64> {
    let first = walk.u8()?;
    let more = walk.take((1 << (first >> 6)) - 1)?;
    Some(more.iter().fold(u64::from(first & 0x3f), |number, byte| {
        number << 8 | u64::from(*byte)
    }))
}

/// The versions that a server speaks: at least one of them is known or made up.
fn offer(walk: Cursor<'_>) -> Option<Match<'_>> {
    let (versions, rest) = walk.0.as_chunks::<4>();
    let mut known = versions.iter().map(|version| u32::from_be_bytes(*version));
    let any = known.any(|version| version_word(version).is_some() || is_reserved(version));
    (any && rest.is_empty())
        .then(|| Match::new(STRONG, Side::Server).word("packet", "version negotiation"))
}

/// Google's versions before 46, and those that probes make up: flags, eight bytes of connection, a
/// `Q` and three digits.
fn old_google(bytes: &[u8]) -> Option<Match<'_>> {
    let [flags, _, _, _, _, _, _, _, _, b'Q', hundreds, tens, ones] = *bytes.first_chunk()? else {
        return None;
    };
    let numbered = [hundreds, tens, ones].iter().all(u8::is_ascii_digit);
    let fits = flags & 0x09 == 0x09 && numbered;
    fits.then(|| Match::new(STRONG, Side::Client).word("version", "google"))
}

const fn version_word(version: u32) -> Option<&'static str> {
    match version {
        1 => Some("1"),
        0x6b33_43cf => Some("2"),
        // The first draft of version 2 (draft-ietf-quic-v2-00).
        0xff02_0000 => Some("2 draft"),
        0xff00_0001..=0xff00_0022 => Some("draft"),
        // Q043 to Q050, T048 to T051.
        0x5130_3433..=0x5130_3530 | 0x5430_3438..=0x5430_3531 => Some("google"),
        0xface_b000..=0xface_b00f => Some("facebook"),
        _ => None,
    }
}

/// `?a?a?a?a`, reserved to exercise the negotiation (RFC 9000, section 15).
const fn is_reserved(version: u32) -> bool {
    version & 0x0f0f_0f0f == 0x0a0a_0a0a
}

const fn packet_word(version: u32, first: u8) -> &'static str {
    let kind = first >> 4 & 3;
    // Version 2 counts from one.
    match if version == 0x6b33_43cf {
        kind.wrapping_sub(1) & 3
    } else {
        kind
    } {
        0 => "initial",
        1 => "0-RTT",
        2 => "handshake",
        _ => "retry",
    }
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{padded, udp};
    &[
        udp(
            Side::Client,
            &padded::<1200>(b"\xc0\x00\x00\x00\x01\x08abcdefgh\x00\x00\x44\x9e\x12\x34"),
        )
        .at(443)
        .tells(&[("packet", "initial"), ("version", "1")]),
        udp(
            Side::Client,
            &padded::<1200>(b"\xd3\x6b\x33\x43\xcf\x08abcdefgh\x00\x00\x44\x9e"),
        )
        .tells(&[("version", "2"), ("packet", "initial")]),
        udp(
            Side::Client,
            &padded::<1200>(b"\xc0\xff\x02\x00\x00\x08abcdefgh\x00\x00\x44\x9e"),
        )
        .tells(&[("version", "2 draft")]),
        udp(
            Side::Client,
            &padded::<1200>(b"\xc0\x1a\x2a\x3a\x4a\x08abcdefgh\x08ijklmnop\x00\x44\x96"),
        )
        .tells(&[("version", "reserved")]),
        udp(
            Side::Server,
            b"\xff\x00\x00\x00\x00\x00\x08abcdefgh\x00\x00\x00\x01\x6b\x33\x43\xcf\x5a\x7a\x1a\xda",
        )
        .tells(&[("packet", "version negotiation")]),
        udp(Side::Client, &padded::<1350>(b"\x0dabcdefghQ043\x01")),
        udp(
            Side::Client,
            &padded::<1350>(b"\xc3Q046\x50abcdefgh\x00\x00\x00\x01"),
        )
        .tells(&[("packet", "initial"), ("version", "google")]),
        udp(Side::Client, b"\xc3Q046\xe0abcdefgh").not(),
        udp(Side::Client, b"\x0dabcdefghQ999\x00"),
        udp(
            Side::Client,
            &padded::<1200>(b"\xc0\x00\x00\x00\x01\x30abcdefgh"),
        )
        .at(443)
        .not(),
        udp(
            Side::Client,
            &padded::<1200>(b"\xc0\xde\xad\xbe\xef\x08abcdefgh\x00\x00\x44\x9e"),
        )
        .at(443)
        .not(),
        udp(Side::Client, b"\x40\x00\x00\x00\x01\x08abcdefgh")
            .at(443)
            .not(),
        udp(
            Side::Server,
            b"\xff\x00\x00\x00\x00\x00\x08abcdefgh\x00\x00\x00\x01\x00",
        )
        .at(443)
        .not(),
    ]
};
