//! Transport layer security: the hello of either side, and alerts (RFC 8446, RFC 5246, RFC 6066,
//! RFC 7301), and the hello of SSL 2.0 that old clients still send.
//!
//! A hello with post-quantum keys does not fit into one packet, so what is cut is read as far as it
//! goes.

use tls_parser::{TlsExtension, parse_tls_client_hello_extensions};

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::fingerprint::Hello;
use crate::found::{CERTAIN, FAIR, LIKELY, Match, STRONG};
use crate::pattern::Tell::{Says};
use crate::pattern::Test::{Between, Is, Long, OneOf};
use crate::pattern::{Pattern, client, either};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "tls",
    title: "transport layer security",
    title_zh: "传输层安全",
    aliases: &["ssl"],
    carrier: Carrier::Tcp,
    ports: &[443, 465, 636, 853, 989, 990, 993, 995, 5061, 5986, 8443],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(0, b"\x16\x03"), Between(2, 0, 4), Between(3, 0, 0x48), Long(4, 4)]).worth(4),
        either(&[Is(0, b"\x15\x03"), Between(2, 0, 4), Is(3, b"\0\x02"), Long(4, 7)]).worth(2),
        client(&[Is(0, b"\x80"), Is(2, b"\x01\x03"), Between(4, 0, 3), Long(4, 10)]),
        either(&[OneOf(0, b"\x14\x17"), Is(1, b"\x03"), Between(2, 1, 3)]).at_port().tells(&[("kind", Says("later record"))]),
];

const CHANGE: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const DATA: u8 = 23;
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
const OLD_SERVER_HELLO: u8 = 4;
/// A record holds at most this much, with room for padding and a tag (RFC 5246, section 6.2.3).
const LONGEST_RECORD: u16 = 16384 + 2048;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    match walk.array()? {
        [HANDSHAKE, 3, 0..=4] => handshake(walk),
        [ALERT, 3, 0..=4] => alert(walk),
        [high, _, CLIENT_HELLO] if high & 0x80 != 0 => old_hello(payload.bytes),
        [high, _, OLD_SERVER_HELLO] if high & 0x80 != 0 && payload.may_be(Side::Server) => {
            old_answer(payload.bytes)
        }
        [CHANGE, 3, 0..=4] if walk.0 == [0, 1, 1] => {
            Some(Match::new(LIKELY, payload.side).word("kind", "later record"))
        }
        [CHANGE | DATA, 3, 1..=3] => later(payload),
        _ => None,
    }
}

/// Records from the middle of a connection: each begins where the one before it ends. One that goes
/// on behind what is there could be anything elsewhere than at the port.
fn later<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let mut whole = 0;
    while let Some(head) = walk.array::<3>() {
        let [CHANGE..=DATA, 3, 1..=3] = head else {
            return None;
        };
        let Some(length) = walk.be16() else { break };
        if !(1..=LONGEST_RECORD).contains(&length) {
            return None;
        }
        if walk.take(usize::from(length)).is_none() {
            walk.0 = &[];
            break;
        }
        whole += 1;
    }
    let probability = match (whole, payload.is_at(PROTOCOL.ports)) {
        (1.., _) if walk.is_empty() => STRONG,
        (0, true) => LIKELY,
        _ => return None,
    };
    Some(Match::new(probability, payload.side).word("kind", "later record"))
}

/// What follows the record's type and version.
fn handshake(mut walk: Cursor<'_>) -> Option<Match<'_>> {
    let record = walk.be16()?;
    if (1..4).contains(&record) {
        return sliced(record, walk);
    }
    if !(4..=LONGEST_RECORD).contains(&record) {
        return None;
    }
    let Some(kind) = walk.u8() else {
        return Some(Match::new(FAIR, Side::Any));
    };
    let side = match kind {
        CLIENT_HELLO => Side::Client,
        SERVER_HELLO => Side::Server,
        _ => return None,
    };
    // The shortest hellos: no extensions, no session, one cipher suite.
    let Some(length) = walk.be24() else {
        return Some(Match::new(LIKELY, side));
    };
    // A record that ends behind the length: the hello goes on in the next one.
    if record == 4 {
        return matches!(walk.0, [] | [HANDSHAKE, 3, 0..=4, ..]).then(|| Match::new(STRONG, side));
    }
    let minor = match walk.array() {
        Some([3, minor @ 0..=4]) => minor,
        // Drafts of 1.3 said so.
        Some([0x7f, 0..=28]) if kind == SERVER_HELLO => 4,
        None => return Some(Match::new(LIKELY, side)),
        _ => return None,
    };
    if !(38..=0x2_0000).contains(&length) {
        return None;
    }
    let found = Match::new(CERTAIN, side);
    let version = u16::from_be_bytes([3, minor]);
    Some(match side {
        Side::Client => client_hello(found, version, walk),
        _ => server_hello(found, version_word(version), walk),
    })
}

/// A hello that is sliced so thin that its first record holds less than its own head
/// (RFC 8446, section 5.1): another record of the same kind must follow.
fn sliced(record: u16, mut walk: Cursor<'_>) -> Option<Match<'_>> {
    let side = match *walk.take(usize::from(record))?.first()? {
        CLIENT_HELLO => Side::Client,
        SERVER_HELLO => Side::Server,
        _ => return None,
    };
    matches!(walk.array()?, [HANDSHAKE, 3, 0..=4]).then(|| Match::new(STRONG, side))
}

/// What follows the hello's version, as far as it goes.
fn client_hello<'a>(found: Match<'a>, version: u16, mut walk: Cursor<'a>) -> Match<'a> {
    let Some(hello) = Hello::read(version, &mut walk) else {
        return found.word("version", version_word(version));
    };
    let (mut name, mut protocols) = (None, Vec::new());
    // Extensions that are cut off are left out.
    let parsed = parse_tls_client_hello_extensions(hello.held).map(|(_, parsed)| parsed);
    for extension in parsed.unwrap_or_default() {
        match extension {
            TlsExtension::SNI(names) => name = names.first().map(|(_, name)| *name),
            TlsExtension::ALPN(names) => protocols = names,
            _ => {}
        }
    }
    let found = found
        .word("version", version_word(hello.highest()))
        .maybe("server_name", name)
        .text("alpn", protocols.join(&b','))
        .number("cipher_suites", hello.ciphers.len() as u64);
    // A fingerprint of half a hello would be another program's.
    let found = if hello.is_whole {
        found.text("ja4", hello.ja4(b't')).text("ja3", hello.ja3())
    } else {
        found
    };
    // Nmap's probe fills the random field by hand.
    if memchr::memmem::find(hello.random, b"random1random2random3random4").is_some() {
        return found.by("nmap", None);
    }
    found
}

fn server_hello<'a>(found: Match<'a>, version: &'static str, mut walk: Cursor<'a>) -> Match<'a> {
    let found = found.word("version", version);
    let cipher = walk.take(32).and_then(|_| walk.u8()).and_then(|session| {
        walk.take(usize::from(session))?;
        walk.be16()
    });
    match cipher {
        Some(cipher) => found.number("cipher_suite", cipher),
        None => found,
    }
}

/// A level and a description, two bytes, nothing else.
fn alert(mut walk: Cursor<'_>) -> Option<Match<'_>> {
    let [0, 2, 1 | 2, description] = walk.array()? else {
        return None;
    };
    (walk.is_empty() && description <= 120).then(|| {
        Match::new(STRONG, Side::Any)
            .word("kind", "alert")
            .number("alert", description)
    })
}

/// The hello of SSL 2.0, whose lengths must add up (RFC 5246, appendix E.2).
fn old_hello(bytes: &[u8]) -> Option<Match<'_>> {
    let mut walk = Cursor(bytes);
    let length = walk.be16()? & 0x7fff;
    let version = match (walk.u8()?, walk.be16()?) {
        (CLIENT_HELLO, 0x0002) => "SSL 2.0",
        (CLIENT_HELLO, version @ 0x0300..=0x0303) => version_word(version),
        _ => return None,
    };
    let (ciphers, session, challenge) = (walk.be16()?, walk.be16()?, walk.be16()?);
    let adds_up =
        u32::from(length) == 9 + u32::from(ciphers) + u32::from(session) + u32::from(challenge);
    let fits = ciphers.is_multiple_of(3)
        && ciphers > 0
        && matches!(session, 0 | 16)
        && (16..=32).contains(&challenge);
    (adds_up && fits).then(|| {
        Match::new(CERTAIN, Side::Client)
            .word("version", version)
            .word("kind", "SSL 2.0 hello")
            .number("cipher_suites", ciphers / 3)
    })
}

/// The answer to it, whose lengths must add up too (The SSL Protocol, Netscape 1995, section 2.7).
fn old_answer(bytes: &[u8]) -> Option<Match<'_>> {
    let mut walk = Cursor(bytes);
    let length = walk.be16()? & 0x7fff;
    let [OLD_SERVER_HELLO, 0 | 1, 0..=1, 0, 2] = walk.array()? else {
        return None;
    };
    let (certificate, ciphers, session) = (walk.be16()?, walk.be16()?, walk.be16()?);
    let adds_up =
        u32::from(length) == 11 + u32::from(certificate) + u32::from(ciphers) + u32::from(session);
    let fits = ciphers.is_multiple_of(3) && matches!(session, 0 | 16);
    (adds_up && fits).then(|| Match::new(STRONG, Side::Server).word("version", "SSL 2.0"))
}

const fn version_word(version: u16) -> &'static str {
    match version {
        0x0300 => "SSL 3.0",
        0x0301 => "TLS 1.0",
        0x0302 => "TLS 1.1",
        0x0303 => "TLS 1.2",
        0x0304 => "TLS 1.3",
        _ => "unknown",
    }
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{tcp, udp};
    &[
        // The hello's head alone, then its body in another record.
        tcp(Side::Client, b"\x16\x03\x01\0\x04\x01\0\0\x31\x16\x03\x01\0\x2d\x03\x03"),
        tcp(Side::Client, b"\x16\x03\x01\0\x03\x01\0\0\x16\x03\x01\0\x5c"),
        tcp(Side::Server, b"\x14\x03\x03\0\x01\x01"),
        // The middle of a connection: a whole record, two of them, one that goes on.
        tcp(Side::Any, b"\x17\x03\x03\0\x14twenty-random-octets").tells(&[("kind", "later record")]),
        tcp(Side::Any, b"\x14\x03\x03\0\x01\x01\x16\x03\x03\0\x14twenty-random-octets"),
        tcp(Side::Any, b"\x17\x03\x03\x04\0twenty-random-octets").at(443),
        tcp(Side::Any, b"\x17\x03\x03\x04\0twenty-random-octets").not(),
        tcp(Side::Any, b"\x17\x03\x03\0\x04twenty-random-octets").at(443).not(),
        tcp(Side::Client, b"\x16\x03\x01\0\x03\x01\0\0\x17\x03\x01\0\x5c").not(),
        // Server name example.org, protocols h2 and http/1.1, versions 1.3 and 1.2 with a reserved one.
        tcp(
            Side::Client,
            b"\x16\x03\x01\x00\x78\x01\x00\x00\x74\x03\x03\
            0123456789abcdef0123456789abcdef\x00\x00\x06\x0a\x0a\x13\x01\xc0\x2f\x01\x00\x00\x45\
            \x00\x00\x00\x10\x00\x0e\x00\x00\x0bexample.org\
            \x00\x10\x00\x0e\x00\x0c\x02h2\x08http/1.1\
            \x00\x2b\x00\x07\x06\x0a\x0a\x03\x04\x03\x03\
            \x00\x0a\x00\x04\x00\x02\x00\x1d\
            \x00\x0d\x00\x04\x00\x02\x04\x03",
        )
        .at(443)
        .tells(&[
            ("version", "TLS 1.3"),
            ("server_name", "example.org"),
            ("alpn", "h2,http/1.1"),
            ("cipher_suites", "2"),
        ]),
        // The same, cut inside its extensions.
        tcp(
            Side::Client,
            b"\x16\x03\x01\x06\xfc\x01\x00\x06\xf8\x03\x03\
            0123456789abcdef0123456789abcdef\x00\x00\x02\x13\x01\x01\x00\x06\xcd\
            \x00\x00\x00\x10\x00\x0e\x00\x00\x0bexample.org\
            \x00\x33\x04\xc0\x04\xbe",
        )
        .tells(&[("server_name", "example.org"), ("version", "TLS 1.2")]),
        tcp(
            Side::Client,
            b"\x16\x03\x00\x00\x2f\x01\x00\x00\x2b\x03\x03\
            \x55\x1c\xa7\xe4random1random2random3random4\x00\x00\x04\x00\x0a\x00\x09\x01\x00",
        )
        .by("nmap"),
        tcp(
            Side::Server,
            b"\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03\
            0123456789abcdef0123456789abcdef\x00\xc0\x2f\x00",
        )
        .tells(&[("version", "TLS 1.2"), ("cipher_suite", "49199")]),
        tcp(Side::Server, b"\x15\x03\x01\x00\x02\x02\x28")
            .tells(&[("kind", "alert"), ("alert", "40")]),
        tcp(
            Side::Client,
            b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10\
            \x01\x00\x80\x02\x00\x80\x03\x00\x80\x04\x00\x80\x05\x00\x80\x06\x00\x40\x07\x00\xc0\
            0123456789abcdef",
        )
        .tells(&[("version", "SSL 2.0")]),
        // A record of no length, an unknown handshake, an alert with a tail, lengths that disagree.
        tcp(
            Side::Client,
            b"\x16\x03\x01\x00\x00\x01\x00\x00\x00\x03\x03",
        )
        .at(443)
        .not(),
        tcp(
            Side::Client,
            b"\x16\x03\x01\x00\x78\x09\x00\x00\x74\x03\x03",
        )
        .at(443)
        .not(),
        tcp(Side::Server, b"\x15\x03\x01\x00\x02\x02\x28\x00")
            .at(443)
            .not(),
        tcp(
            Side::Client,
            b"\x80\x2f\x01\x00\x02\x00\x15\x00\x00\x00\x10\x01\x00\x80",
        )
        .at(443)
        .not(),
        udp(
            Side::Client,
            b"\x16\x03\x01\x00\x78\x01\x00\x00\x74\x03\x03",
        )
        .not(),
    ]
};
