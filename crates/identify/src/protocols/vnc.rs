//! The remote framebuffer's greeting (RFC 6143), the same on both sides.

use super::{Carrier, Protocol};
use crate::found::{CERTAIN, Match};
use crate::pattern::Test::{Is, OneOf};
use crate::pattern::{Pattern, either};
use crate::payload::Payload;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "vnc",
    title: "remote framebuffer",
    title_zh: "远程帧缓冲",
    aliases: &["rfb"],
    carrier: Carrier::Tcp,
    ports: &[5900, 5901, 5902, 5903],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(0, b"RFB 00"), OneOf(6, b"34"), Is(7, b".")]),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let [version @ .., b'\n'] = payload.bytes.strip_prefix(b"RFB ")?.first_chunk::<8>()? else {
        return None;
    };
    let [major @ .., b'.', _, _, _] = version else {
        return None;
    };
    let numbered = version.iter().filter(|byte| byte.is_ascii_digit()).count() == 6;
    (numbered && major.len() == 3)
        .then(|| Match::new(CERTAIN, payload.side).text("version", &version[..]))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{Side, tcp};
    &[
        tcp(Side::Server, b"RFB 003.008\n")
            .at(5900)
            .tells(&[("version", "003.008")]),
        tcp(Side::Client, b"RFB 003.003\n\x01"),
        tcp(Side::Server, b"RFB three!!\n").at(5900).not(),
        tcp(Side::Server, b"RFB 003.008").at(5900).not(),
    ]
};
