//! The pool protocol of coin miners: JSON, one object a line.

use super::{Carrier, Protocol};
use crate::found::{CERTAIN, Match, STRONG};
use crate::pattern::Test::{Is, Long};
use crate::pattern::{Pattern, client};
use crate::payload::{Payload, Side};
use crate::text::contains;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "stratum",
    title: "mining pools",
    title_zh: "矿池协议",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[3333, 4444, 5555, 7777, 14444],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"{\"id\":"), Long(4, 4)]).at_port(),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let bytes = payload.bytes;
    if bytes.first() != Some(&b'{') {
        return None;
    }
    for (method, word) in [
        (&b"\"mining.subscribe\""[..], "subscribe"),
        (b"\"mining.authorize\"", "authorize"),
        (b"\"eth_submitlogin\"", "login"),
    ] {
        if contains(bytes, method) {
            return Some(Match::new(CERTAIN, Side::Client).word("method", word));
        }
    }
    if contains(bytes, b"\"mining.notify\"") || contains(bytes, b"\"mining.set_difficulty\"") {
        return Some(Match::new(CERTAIN, Side::Server).word("method", "notify"));
    }
    // Monero's pools: the agent tells the miner.
    let login =
        contains(bytes, b"\"method\":\"login\"") || contains(bytes, b"\"method\": \"login\"");
    if !login || !contains(bytes, b"\"pass\"") {
        return None;
    }
    let found = Match::new(STRONG, Side::Client).word("method", "login");
    Some(if contains(bytes, b"xmrig") {
        found.by("XMRig", None)
    } else {
        found
    })
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Client, b"{\"id\": 1, \"method\": \"mining.subscribe\", \"params\": []}\n").at(3333).tells(&[("method", "subscribe")]),
        tcp(Side::Client, b"{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{\"login\":\"x\",\"pass\":\"x\",\"agent\":\"XMRig/6.21.0\"}}\n").by("XMRig").tells(&[("method", "login")]),
        tcp(Side::Client, b"{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"eth_blockNumber\",\"params\":[]}\n").at(3333).not(),
        tcp(Side::Client, b"{\"method\":\"login\"}\n").at(3333).not(),
    ]
};
