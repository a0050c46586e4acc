//! Git's own protocol: a line behind four hexadecimal digits (`gitprotocol-pack(5)`).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, Match};
use crate::pattern::Test::{Is, OneOf};
use crate::pattern::{Pattern, client};
use crate::payload::{Payload, Side};
use crate::text::is_text;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "git",
    title: "Git repositories",
    title_zh: "git 版本库",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[9418],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"00"), OneOf(2, b"23456789abcdef"), OneOf(3, b"0123456789abcdef"), Is(4, b"git-")]),
        client(&[Is(0, b"00"), OneOf(2, b"23456789abcdef"), OneOf(3, b"0123456789abcdef")]).at_port(),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    if !walk.take(4)?.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let command = walk.until(b' ')?;
    if !matches!(
        command,
        b"git-upload-pack" | b"git-receive-pack" | b"git-upload-archive"
    ) {
        return None;
    }
    let path = walk.until(0).filter(|path| is_text(path))?;
    let host = walk.until(0).and_then(|host| host.strip_prefix(b"host="));
    Some(
        Match::new(CERTAIN, Side::Client)
            .text("command", command)
            .text("path", path)
            .maybe("host", host),
    )
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(
            Side::Client,
            b"0033git-upload-pack /project.git\0host=example.org\0",
        )
        .at(9418)
        .tells(&[
            ("command", "git-upload-pack"),
            ("path", "/project.git"),
            ("host", "example.org"),
        ]),
        tcp(
            Side::Client,
            b"0033git-destroy-all /project.git\0host=example.org\0",
        )
        .at(9418)
        .not(),
        tcp(Side::Client, b"git-upload-pack /project.git\0")
            .at(9418)
            .not(),
    ]
};
