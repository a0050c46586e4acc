//! PowWow, the chat program of Tribal Voice. It kept calling its partner, who might long since have
//! had another address; each call began with the letters `OPNG`.

use super::{Carrier, Protocol};
use crate::found::{LIKELY, Match, STRONG};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "powwow",
    title: "PowWow chat, of the nineties",
    title_zh: "PowWow 聊天",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[13223],
    recognise: Some(recognise),
    patterns: &[],
};

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let probability = if payload.is_at(PROTOCOL.ports) {
        STRONG
    } else {
        LIKELY
    };
    payload
        .bytes
        .starts_with(b"OPNG")
        .then(|| Match::new(probability, Side::Client).by("PowWow", None))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Client, b"OPNG").at(13223).by("PowWow"),
        tcp(Side::Client, b"OPNG\x00\x00\x00\x01").by("PowWow"),
        tcp(Side::Client, b"OPEN").at(13223).not(),
    ]
};
