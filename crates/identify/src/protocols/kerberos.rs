//! Kerberos, version 5 (RFC 4120), over UDP and, behind a length, over TCP.

use super::{Carrier, Protocol};
use crate::ber::{INTEGER, SEQUENCE, element, enter};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, Match};
use crate::pattern::Test::{Between, Is, Long, OneOf};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "kerberos",
    title: "Kerberos tickets",
    title_zh: "Kerberos 认证",
    aliases: &[],
    carrier: Carrier::Both,
    ports: &[88, 464],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
    either(&[Is(0, b"\0\0"), Between(2, 0, 0x20), Long(4, 4)]).at_port().worth(8),
        either(&[OneOf(0, b"\x6a\x6b\x6c\x6d\x7e"), OneOf(1, b"\x81\x82"),
        Long(4, 8)]).at_port().worth(6),
        either(&[Is(0, b"\0\0"), OneOf(4, b"\x6a\x6b\x6c\x6d\x7e"), OneOf(5, b"\x81\x82")]).at_port().worth(2),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    if payload.is_tcp() {
        let length = usize::try_from(walk.be32()?).ok()?;
        if length < walk.left() || length > 1 << 20 {
            return None;
        }
    }
    let tag = *walk.0.first()?;
    // Requests count their fields from one, answers from zero.
    let (message, version, side) = match tag {
        0x6a => ("ticket request", 0xa1, Side::Client),
        0x6c => ("service request", 0xa1, Side::Client),
        0x6b => ("ticket", 0xa0, Side::Server),
        0x6d => ("service ticket", 0xa0, Side::Server),
        0x7e => ("error", 0xa0, Side::Server),
        _ => return None,
    };
    let (mut body, _) = enter(&mut walk, tag)?;
    let (mut fields, _) = enter(&mut body, SEQUENCE)?;
    let (mut number, _) = enter(&mut fields, version)?;
    (element(&mut number, INTEGER)? == [5])
        .then(|| Match::new(CERTAIN, side).word("message", message))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{tcp, udp};
    &[
        udp(Side::Client, b"\x6a\x81\x6e\x30\x81\x6b\xa1\x03\x02\x01\x05\xa2\x03\x02\x01\x0a\xa4\x81\x5e\x30\x5c").at(88).tells(&[("message", "ticket request")]),
        tcp(Side::Client, b"\x00\x00\x00\x71\x6a\x81\x6e\x30\x81\x6b\xa1\x03\x02\x01\x05\xa2\x03\x02\x01\x0a\xa4\x81\x5e\x30\x5c"),
        udp(Side::Server, b"\x7e\x3a\x30\x38\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e").tells(&[("message", "error")]),
        udp(Side::Client, b"\x6a\x81\x6e\x30\x81\x6b\xa1\x03\x02\x01\x04\xa2\x03\x02\x01\x0a").at(88).not(),
        tcp(Side::Client, b"\x00\x00\x00\x01\x6a\x81\x6e\x30\x81\x6b\xa1\x03\x02\x01\x05").at(88).not(),
    ]
};
