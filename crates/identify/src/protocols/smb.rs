//! Windows file sharing ([MS-CIFS], [MS-SMB2]), behind the length that NetBIOS sessions put before
//! it (RFC 1002, section 4.3).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, Match};
use crate::pattern::Test::{Between, Is, OneOf};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};
use crate::text::is_text;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "smb",
    title: "Windows file sharing",
    title_zh: "Windows 文件共享",
    aliases: &["microsoft-ds", "cifs", "smb1", "smb2"],
    carrier: Carrier::Tcp,
    ports: &[139, 445],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(0, b"\0"), OneOf(4, b"\xff\xfe\xfd"), Is(5, b"SMB")]),
        either(&[Is(0, b"\0\0\0"), Between(3, 0x20, 0xff)]).at_port().worth(8),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let length = match walk.u8()? {
        0 => walk.be24()?,
        _ => return None,
    };
    if length < 32 {
        return None;
    }
    match walk.array()? {
        [0xff, b'S', b'M', b'B'] => Some(first(walk)),
        [0xfe, b'S', b'M', b'B'] => second(walk),
        [0xfd, b'S', b'M', b'B'] => {
            Some(Match::new(CERTAIN, payload.side).word("version", "3, encrypted"))
        }
        [0xfc, b'S', b'M', b'B'] => {
            Some(Match::new(CERTAIN, payload.side).word("version", "3, compressed"))
        }
        _ => None,
    }
}

/// What follows the magic number of version 1.
fn first(mut walk: Cursor<'_>) -> Match<'_> {
    let command = walk.u8();
    let flags = walk.array::<5>().map_or(0, |[_, _, _, _, flags]| flags);
    let side = if flags & 0x80 != 0 {
        Side::Server
    } else {
        Side::Client
    };
    let found = Match::new(CERTAIN, side).word("version", "1");
    match command {
        Some(0x72) => negotiate(found.word("command", "negotiate"), side, walk),
        Some(0x73) => found.word("command", "session setup"),
        Some(0x75) => found.word("command", "tree connect"),
        Some(0x32) => found.word("command", "transaction"),
        Some(command) => found.number("command", command),
        None => found,
    }
}

/// The dialects that the client speaks: each a 2, its name, a NUL.
fn negotiate<'a>(found: Match<'a>, side: Side, mut walk: Cursor<'a>) -> Match<'a> {
    // The rest of the header, an empty parameter block, the length of the data.
    if side == Side::Server || walk.take(32 - 10 + 3).is_none() {
        return found;
    }
    let mut dialects = Vec::new();
    while dialects.len() < 16 && walk.u8() == Some(2) {
        let Some(name) = walk.until(0).filter(|name| is_text(name)) else {
            break;
        };
        dialects.push(name);
    }
    found.text("dialects", dialects.join(&b','))
}

/// What follows the magic number of version 2 and 3.
fn second(mut walk: Cursor<'_>) -> Option<Match<'_>> {
    if walk.le16()? != 64 {
        return None;
    }
    let [_, _, _, _, _, _] = walk.array()?;
    let command = walk.le16()?;
    walk.take(2)?;
    let side = if walk.le32()? & 1 != 0 {
        Side::Server
    } else {
        Side::Client
    };
    let found = Match::new(CERTAIN, side).word("version", "2 or 3");
    Some(match command {
        0 => found.word("command", "negotiate"),
        1 => found.word("command", "session setup"),
        3 => found.word("command", "tree connect"),
        command => found.number("command", command),
    })
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{padded, tcp};
    &[
        tcp(Side::Client, b"\x00\x00\x00\x2f\xffSMB\x72\x00\x00\x00\x00\x08\x01\x40\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x40\x06\x00\x00\x01\x00\x00\x0c\x00\x02NT LM 0.12\x00")
            .at(445)
            .tells(&[("version", "1"), ("command", "negotiate"), ("dialects", "NT LM 0.12")]),
        tcp(Side::Server, b"\x00\x00\x00\x55\xffSMB\x72\x00\x00\x00\x00\x88\x01\x40\x00\x00").tells(&[("version", "1")]),
        tcp(Side::Client, &padded::<80>(b"\x00\x00\x00\x66\xfeSMB\x40\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
            .tells(&[("version", "2 or 3"), ("command", "negotiate")]),
        tcp(Side::Any, b"\x00\x00\x01\x00\xfdSMBsomething"),
        tcp(Side::Client, b"\x00\x00\x00\x2f\xffSMC\x72\x00").at(445).not(),
        tcp(Side::Client, b"\x00\x00\x00\x05\xffSMB\x72").at(445).not(),
    ]
};
