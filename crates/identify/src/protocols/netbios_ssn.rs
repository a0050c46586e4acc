//! The request for a NetBIOS session (RFC 1002, section 4.3.2).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::dns_message::Name;
use crate::found::{CERTAIN, LIKELY, Match};
use crate::pattern::Test::{Is, OneOf};
use crate::pattern::{Pattern, client, server};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "netbios-ssn",
    title: "NetBIOS session",
    title_zh: "NetBIOS 会话服务",
    aliases: &["nbss"],
    carrier: Carrier::Tcp,
    ports: &[139],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"\x81\0\0"), OneOf(3, b"\x44\x48"), Is(4, b"\x20")]),
        server(&[Is(0, b"\x83\0\0\x01")]).at_port(),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let [kind, 0 | 1] = walk.array()? else {
        return None;
    };
    let length = usize::from(walk.be16()?);
    match kind {
        0x81 => {
            let called = Name::read(&mut walk, false).filter(|name| name.is_netbios())?;
            let calling = Name::read(&mut walk, false).filter(|name| name.is_netbios())?;
            let found = Match::new(CERTAIN, Side::Client).text("called", called.netbios().0);
            Some(found.text("calling", calling.netbios().0))
        }
        // Granted, refused with a code, sent elsewhere.
        0x82 if length == 0 && walk.is_empty() && payload.is_at(PROTOCOL.ports) => {
            Some(Match::new(LIKELY, Side::Server).word("answer", "granted"))
        }
        0x83 if length == 1 && matches!(walk.0, [0x80..=0x83 | 0x8f]) => {
            Some(Match::new(LIKELY, Side::Server).word("answer", "refused"))
        }
        _ => None,
    }
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Client, b"\x81\x00\x00\x44\x20CKFDENECFDEFFCFGEFFCCACACACACACA\x00\x20CACACACACACACACACACACACACACACAAA\x00").at(139).tells(&[("called", "*SMBSERVER")]),
        tcp(Side::Server, b"\x82\x00\x00\x00").at(139).tells(&[("answer", "granted")]),
        tcp(Side::Server, b"\x83\x00\x00\x01\x82").tells(&[("answer", "refused")]),
        tcp(Side::Client, b"\x81\x00\x00\x44\x20CKFDENECFDEFFCFGEFFCCACACACACACZ\x00").at(139).not(),
        tcp(Side::Server, b"\x82\x00\x00\x00").not(),
    ]
};
