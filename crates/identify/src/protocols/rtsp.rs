//! The real-time streaming protocol (RFC 2326, RFC 7826).

use super::{Carrier, Protocol, http};
use crate::found::{CERTAIN, Match, STRONG};
use crate::pattern::Test::{Is};
use crate::pattern::{Pattern, client, server};
use crate::payload::{Payload, Side};
use crate::text::{first_line, header, is_graphic, words};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "rtsp",
    title: "real-time streaming, cameras",
    title_zh: "实时流控制",
    aliases: &[],
    carrier: Carrier::Both,
    ports: &[554, 7070, 8554],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        server(&[Is(0, b"RTSP/1.0 ")]),
        client(&[Is(0, b"DESCRIBE rtsp://")]),
        client(&[Is(0, b"OPTIONS ")]).at_port(),
        client(&[Is(0, b"SETUP rtsp://")]),
        client(&[Is(0, b"ANNOUNCE rtsp://")]),
];

const METHODS: [&[u8]; 11] = [
    b"OPTIONS",
    b"DESCRIBE",
    b"ANNOUNCE",
    b"SETUP",
    b"PLAY",
    b"PAUSE",
    b"TEARDOWN",
    b"GET_PARAMETER",
    b"SET_PARAMETER",
    b"REDIRECT",
    b"RECORD",
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let bytes = payload.bytes;
    let (line, whole) = first_line(bytes);
    let mut words = words(line);
    let (first, second, last) = (words.next()?, words.next()?, words.next());
    if is_version(first) {
        let status = std::str::from_utf8(second).ok()?.parse::<u16>().ok()?;
        let found = Match::new(CERTAIN, Side::Server).number("status", status);
        return Some(found.maybe("server", header(bytes, b"Server")));
    }
    if !METHODS.contains(&first) || !is_graphic(second) {
        return None;
    }
    let addressed = second.starts_with(b"rtsp://") || second.starts_with(b"rtsps://");
    let probability = match last {
        Some(version) if is_version(version) => CERTAIN,
        // Cut before the version.
        _ if addressed && !whole => STRONG,
        _ => return None,
    };
    let found = Match::new(probability, Side::Client)
        .text("method", first)
        .text("target", second);
    Some(
        match header(bytes, b"User-Agent").filter(|agent| !agent.is_empty()) {
            Some(agent) => http::name_agent(found.text("user_agent", agent), agent),
            None => found,
        },
    )
}

fn is_version(word: &[u8]) -> bool {
    matches!(word, b"RTSP/1.0" | b"RTSP/2.0")
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(
            Side::Client,
            b"OPTIONS rtsp://192.0.2.1:554/ RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: VLC/3.0.18\r\n\r\n",
        )
        .by("VLC")
        .tells(&[("method", "OPTIONS"), ("target", "rtsp://192.0.2.1:554/")]),
        tcp(Side::Client, b"OPTIONS / RTSP/1.0\r\n\r\n").at(80),
        tcp(Side::Client, b"DESCRIBE rtsp://192.0.2.1/h264/ch1/ma"),
        tcp(
            Side::Server,
            b"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nServer: Camera\r\n\r\n",
        )
        .tells(&[("status", "401"), ("server", "Camera")]),
        tcp(Side::Client, b"OPTIONS / HTTP/1.0\r\n\r\n")
            .at(554)
            .not(),
        tcp(Side::Client, b"PLAY something nice\r\n").at(554).not(),
    ]
};
