//! The NetBIOS name service (RFC 1002, section 4.2).

use super::{Carrier, Protocol};
use crate::dns_message::Message;
use crate::found::{CERTAIN, Match, STRONG};
use crate::pattern::Test::{Between, Is, Least, OneOf};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "netbios-ns",
    title: "NetBIOS name service",
    title_zh: "NetBIOS 名称服务",
    aliases: &["netbios", "nbns"],
    carrier: Carrier::Udp,
    ports: &[137],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(4, b"\0\x01\0\0"), Is(12, b"\x20"), Between(13, b'A', b'P'), Between(14, b'A', b'P'), Between(15, b'A', b'P'), Between(16, b'A', b'P'), Least(16)]),
        either(&[OneOf(2, b"\0\x01\x28\x29\x30\x40\x84\x85\xa8\xad"), OneOf(3, b"\0\x10\x80")]).at_port().worth(10),
];

/// Question and record types.
const NAME: u16 = 0x20;
const STATUS: u16 = 0x21;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let message = Message::read(payload.bytes)?;
    let name = match (message.question, message.answer) {
        (Some(question), _) if matches!(question.kind, NAME | STATUS) => question.name,
        (None, Some(name)) if message.is_response() => name,
        _ => return None,
    };
    if !name.is_netbios() {
        return None;
    }
    let probability = if message.is_whole { CERTAIN } else { STRONG };
    let side = if message.is_response() {
        Side::Server
    } else {
        Side::Client
    };
    let (text, suffix) = name.netbios();
    let found = Match::new(probability, side)
        .text("name", text)
        .number("suffix", suffix);
    Some(
        match (
            message.operation(),
            message.question.map(|question| question.kind),
        ) {
            (5, _) => found.word("asks", "registration"),
            (6, _) => found.word("asks", "release"),
            (8 | 9, _) => found.word("asks", "refresh"),
            (_, Some(STATUS)) => found.word("asks", "node status"),
            _ => found.word("asks", "name"),
        },
    )
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::udp;
    &[
        // Any name: tell me who you are.
        udp(Side::Client, b"\x80\xf0\x00\x10\x00\x01\x00\x00\x00\x00\x00\x00\x20CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\x00\x00\x21\x00\x01")
            .tells(&[("name", "*"), ("suffix", "0"), ("asks", "node status")]),
        udp(Side::Client, b"\x01\x02\x01\x10\x00\x01\x00\x00\x00\x00\x00\x00\x20EGEJEMEFFDEFFCFGEFFCCACACACACACA\x00\x00\x20\x00\x01")
            .tells(&[("name", "FILESERVER"), ("suffix", "32"), ("asks", "name")]),
        udp(Side::Client, b"\x01\x02\x29\x10\x00\x01\x00\x00\x00\x00\x00\x01\x20EGEJEMEFFDEFFCFGEFFCCACACACACAAA\x00\x00\x20\x00\x01\xc0\x0c\x00\x20\x00\x01\x00\x04\x93\xe0\x00\x06\x00\x00\xc0\x00\x02\x07")
            .tells(&[("asks", "registration")]),
        udp(Side::Server, b"\x01\x02\x85\x00\x00\x00\x00\x01\x00\x00\x00\x00\x20EGEJEMEFFDEFFCFGEFFCCACACACACACA\x00\x00\x20\x00\x01\x00\x04\x93\xe0\x00\x06\x00\x00\xc0\x00\x02\x07"),
        // The same letters, asked of DNS.
        udp(Side::Client, b"\x80\xf0\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x20CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAZ\x00\x00\x21\x00\x01").not(),
        udp(Side::Client, b"\x80\xf0\x00\x10\x00\x01\x00\x00\x00\x00\x00\x00\x20CKAAAA").at(137).not(),
    ]
};
