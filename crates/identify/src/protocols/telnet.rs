//! Telnet's negotiation (RFC 854, RFC 855): a run of commands before any text.

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, LIKELY, Match, STRONG};
use crate::payload::{Payload, Side};
use crate::text::contains;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "telnet",
    title: "remote terminal",
    title_zh: "远程终端",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[23, 2323],
    recognise: Some(recognise),
    patterns: &[],
};

const COMMAND: u8 = 255;
const END: u8 = 240;
const SUBNEGOTIATION: u8 = 250;
/// More than these are not counted.
const MOST: usize = 64;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let mut options = Vec::new();
    while options.len() < MOST && walk.0.first() == Some(&COMMAND) {
        match read_command(&mut walk) {
            Ok(option) => options.push(option),
            Err(true) => break,
            Err(false) => return None,
        }
    }
    let probability = match options.len() {
        0 => return prompt(payload),
        1 => LIKELY,
        2 => STRONG,
        _ => CERTAIN,
    };
    let found = Match::new(probability, payload.side).text("options", options.join(&b' '));
    Some(found.text(
        "says",
        walk.0.get(..walk.left().min(80)).unwrap_or_default(),
    ))
}

/// A server that asks for a name at once, which others do too: the port must agree, unless it is in
/// the words of Cisco's routers.
fn prompt<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    const ASKS: [&[u8]; 13] = [
        b"login", b"username", b"password", b"user name", b"user:", b"account:", b"userid",
        b"busybox", b"telnet", b"press any key", b"press enter", b"press return", b"console",
    ];
    if !payload.may_be(Side::Server) {
        return None;
    }
    let says = payload.bytes.get(..payload.bytes.len().min(80)).unwrap_or_default();
    let known = contains(payload.bytes, b"User Access Verification");
    let asks = || payload.is_at(PROTOCOL.ports) && ASKS.iter().any(|word| contains(payload.bytes, word));
    (known || asks()).then(|| Match::new(LIKELY, Side::Server).text("says", says))
}

/// One command, as words; otherwise whether it was merely cut.
fn read_command(walk: &mut Cursor<'_>) -> Result<Vec<u8>, bool> {
    let [_, verb] = walk.array().ok_or(true)?;
    // Nothing to do, and "go ahead" (RFC 854), are no options.
    if matches!(verb, 241 | 249) {
        return Ok(format!("command:{verb}").into_bytes());
    }
    let word = match verb {
        251 => "will",
        252 => "wont",
        253 => "do",
        254 => "dont",
        SUBNEGOTIATION => "sub",
        _ => return Err(false),
    };
    let option = walk.u8().ok_or(true)?;
    if verb == SUBNEGOTIATION {
        let end = memchr::memmem::find(walk.0, &[COMMAND, END]).ok_or(true)?;
        walk.take(end + 2).ok_or(true)?;
    }
    // Assigned options, and the one that extends the list.
    if !matches!(option, 0..=49 | 86 | 138..=140 | 200 | 201 | 255) {
        return Err(false);
    }
    Ok(format!("{word}:{option}").into_bytes())
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Server, b"Account: ").at(23),
        tcp(Side::Server, b"\xff\xf1\xff\xfd\x18"),
        tcp(Side::Server, b"\r\nhost login: ").at(23).tells(&[("says", "\r\nhost login: ")]),
        tcp(Side::Server, b"User Access Verification\r\n\r\nPassword: "),
        tcp(Side::Server, b"\r\nhost login: ").not(),
        tcp(
            Side::Server,
            b"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27",
        )
        .at(23)
        .tells(&[("options", "do:24 do:32 do:35 do:39")]),
        tcp(Side::Server, b"\xff\xfb\x01\xff\xfb\x03\r\nlogin: ").tells(&[("says", "\r\nlogin: ")]),
        tcp(
            Side::Client,
            b"\xff\xfc\x18\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0",
        )
        .tells(&[("options", "wont:24 sub:31")]),
        tcp(Side::Any, b"\xff\xfd\x01"),
        tcp(Side::Any, b"\xff\xff\xff\xff").at(23).not(),
        tcp(Side::Any, b"\xff\xfd\x99\xff\xfd\x01").at(23).not(),
        tcp(Side::Any, b"\xff\xd8\xff\xe0\x00\x10JFIF").at(23).not(),
        tcp(Side::Server, b"login: ").not(),
    ]
};
