//! Siemens S7 controllers: COTP over TPKT (RFC 1006), with the parameters that name the ends, and
//! what comes inside.

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, LIKELY, Match, STRONG};
use crate::pattern::Test::{Between, Is};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "s7comm",
    title: "controllers, Siemens S7",
    title_zh: "西门子 S7 控制器",
    aliases: &["s7"],
    carrier: Carrier::Tcp,
    ports: &[102],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(0, b"\x03\0\0"), Between(3, 7, 0x40)]).at_port(),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let [3, 0] = walk.array()? else { return None };
    let length = usize::from(walk.be16()?);
    let [indicator, code] = walk.array()?;
    if length != payload.bytes.len() {
        return None;
    }
    match code {
        0xe0 | 0xd0 if usize::from(indicator) + 5 == length => {
            walk.take(5)?;
            let named = names_both_ends(walk)?;
            let sure = if payload.is_at(PROTOCOL.ports) {
                STRONG
            } else {
                LIKELY
            };
            let side = if code == 0xe0 {
                Side::Client
            } else {
                Side::Server
            };
            named.then(|| Match::new(sure, side).word("message", "connection"))
        }
        0xf0 if indicator == 2 => {
            let [_, 0x32 | 0x72, kind] = walk.array()? else {
                return None;
            };
            matches!(kind, 1..=3 | 7)
                .then(|| Match::new(CERTAIN, payload.side).word("message", "data"))
        }
        _ => None,
    }
}

/// Whether there are parameters of called and calling end; nothing when one does not fit.
fn names_both_ends(mut walk: Cursor<'_>) -> Option<bool> {
    let (mut calling, mut called) = (false, false);
    while let Some(kind) = walk.u8() {
        let length = walk.u8()?;
        walk.take(usize::from(length))?;
        calling |= kind == 0xc1;
        called |= kind == 0xc2;
    }
    Some(calling && called)
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Client, b"\x03\x00\x00\x16\x11\xe0\x00\x00\x00\x01\x00\xc0\x01\x0a\xc1\x02\x01\x00\xc2\x02\x01\x02").at(102).tells(&[("message", "connection")]),
        tcp(Side::Client, b"\x03\x00\x00\x19\x02\xf0\x80\x32\x01\x00\x00\x00\x00\x00\x08\x00\x00\xf0\x00\x00\x01\x00\x01\x01\xe0").tells(&[("message", "data")]),
        tcp(Side::Client, b"\x03\x00\x00\x0b\x06\xe0\x00\x00\x00\x00\x00").at(102).not(),
        tcp(Side::Client, b"\x03\x00\x00\x16\x11\xe0\x00\x00\x00\x01\x00\xc0\x01\x0a\xc1\x02\x01\x00\xc9\x02\x01\x02").at(102).not(),
    ]
};
