//! Remote method invocation of Java (Java RMI specification, section 10.2).

use super::{Carrier, Protocol};
use crate::found::{CERTAIN, Match};
use crate::pattern::Test::{Is};
use crate::pattern::{Pattern, client};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "java-rmi",
    title: "remote method invocation of Java",
    title_zh: "Java 远程方法调用",
    aliases: &["rmi", "rmiregistry"],
    carrier: Carrier::Tcp,
    ports: &[1098, 1099],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"JRMI\0\x02")]),
];

/// A magic number, version 1 or 2, and one of three ways to go on.
fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let [b'J', b'R', b'M', b'I', 0, 1 | 2, way, ..] = *payload.bytes else {
        return None;
    };
    let word = match way {
        0x4b => "stream",
        0x4c => "single operation",
        0x4d => "multiplexed",
        _ => return None,
    };
    Some(Match::new(CERTAIN, Side::Client).word("way", word))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Client, b"JRMI\x00\x02\x4b")
            .at(1099)
            .tells(&[("way", "stream")]),
        tcp(Side::Client, b"JRMI\x00\x02\x4e").at(1099).not(),
        tcp(Side::Client, b"JRMI\x01\x02\x4b").at(1099).not(),
    ]
};
