//! The Android debug bridge (`packages/modules/adb/protocol.txt` of the Android sources).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, Match};
use crate::pattern::Test::{Is};
use crate::pattern::{Pattern, client, either};
use crate::payload::{Payload, Side};
use crate::text::is_text;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "adb",
    title: "Android debug bridge",
    title_zh: "安卓调试桥",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[5555],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(0, b"CNXN")]),
        either(&[Is(0, b"AUTH")]).at_port(),
        client(&[Is(0, b"OPEN")]).at_port(),
        either(&[Is(0, b"STLS")]).at_port(),
];

const COMMANDS: [&[u8; 4]; 8] = [
    b"CNXN", b"AUTH", b"OPEN", b"STLS", b"SYNC", b"OKAY", b"CLSE", b"WRTE",
];

/// Six words, of which the last is the complement of the first.
fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let command = walk.array::<4>()?;
    walk.take(16)?;
    let check = walk.array::<4>()?;
    if !COMMANDS.contains(&&command) || check != command.map(|byte| !byte) {
        return None;
    }
    let said = walk
        .0
        .split(|byte| *byte == 0)
        .next()
        .filter(|said| is_text(said))
        .unwrap_or_default();
    let side = match said {
        _ if said.starts_with(b"host:") => Side::Client,
        _ if said.starts_with(b"device:") => Side::Server,
        _ => payload.side,
    };
    Some(
        Match::new(CERTAIN, side)
            .text("command", command.to_vec())
            .text("says", said),
    )
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Client, b"CNXN\x00\x00\x00\x01\x00\x00\x10\x00\x07\x00\x00\x00\x32\x02\x00\x00\xbc\xb1\xa7\xb1host::\x00")
            .at(5555)
            .tells(&[("command", "CNXN"), ("says", "host::")]),
        tcp(Side::Client, b"OPEN\x01\x00\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\xb0\xaf\xba\xb1shell:cd /tmp\x00")
            .tells(&[("says", "shell:cd /tmp")]),
        tcp(Side::Client, b"CNXN\x00\x00\x00\x01\x00\x00\x10\x00\x07\x00\x00\x00\x32\x02\x00\x00\xbc\xb1\xa7\xb0host::\x00").at(5555).not(),
        tcp(Side::Client, b"CNXX").at(5555).not(),
    ]
};
