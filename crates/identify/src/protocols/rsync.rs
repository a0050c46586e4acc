//! The greeting of an rsync daemon, the same on both sides.

use super::{Carrier, Protocol};
use crate::found::{CERTAIN, Match};
use crate::pattern::Test::{Is, Long};
use crate::pattern::{Pattern, either};
use crate::payload::Payload;
use crate::text::{first_line, words};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "rsync",
    title: "file synchronisation",
    title_zh: "rsync 文件同步",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[873],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(0, b"@RSYNCD: "), Long(4, 8)]),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let (line, _) = first_line(payload.bytes);
    let version = words(line.strip_prefix(b"@RSYNCD: ")?).next()?;
    let numbered = version.first().is_some_and(u8::is_ascii_digit)
        && version
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'.');
    numbered.then(|| Match::new(CERTAIN, payload.side).text("version", version))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{Side, tcp};
    &[
        tcp(Side::Client, b"@RSYNCD: 31.0\n")
            .at(873)
            .tells(&[("version", "31.0")]),
        tcp(Side::Server, b"@RSYNCD: 32.0 sha512 sha256 sha1 md5 md4\n"),
        tcp(Side::Client, b"@RSYNCD: please\n").at(873).not(),
    ]
};
