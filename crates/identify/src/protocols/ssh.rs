//! The secure shell's banner (RFC 4253, section 4.2).

use super::{Carrier, Protocol};
use crate::found::{CERTAIN, Match};
use crate::payload::{Payload, Side};
use crate::text::{first_line, is_text};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "ssh",
    title: "secure shell",
    title_zh: "安全外壳",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[22, 2222],
    recognise: Some(recognise),
    patterns: &[],
};

/// The standard allows 255 bytes.
const LONGEST: usize = 512;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let (line, _) = first_line(payload.bytes);
    let rest = line.strip_prefix(b"SSH-")?;
    let dash = memchr::memchr(b'-', rest)?;
    let (version, software) = (rest.get(..dash)?, rest.get(dash + 1..)?);
    let numbered = version.first().is_some_and(u8::is_ascii_digit)
        && version
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'.');
    if !numbered || version.len() > 8 || line.len() > LONGEST || !is_text(line) {
        return None;
    }
    let found = Match::new(CERTAIN, payload.side)
        .text("version", version)
        .text("software", software);
    if payload.side != Side::Client || software.is_empty() {
        return Some(found);
    }
    let (name, release) = split_software(software);
    Some(found.by(name, release))
}

/// `OpenSSH_9.6p1 Debian`, `libssh2_1.11.0`, `JSCH-0.1.54`, `Nmap-SSH2-Hostkey`, `Go`: name, and
/// the release if one follows. What the software says of itself after a blank is left out.
fn split_software(software: &[u8]) -> (&[u8], Option<&[u8]>) {
    let word = software
        .split(|byte| *byte == b' ')
        .next()
        .unwrap_or_default();
    let cut = word.iter().enumerate().position(|(at, byte)| {
        let digit_follows = word.get(at + 1).is_some_and(u8::is_ascii_digit);
        matches!(byte, b'_' | b'/') || *byte == b'-' && digit_follows
    });
    match cut
        .filter(|at| *at > 0)
        .and_then(|at| word.split_at_checked(at))
    {
        Some((name, release)) => (name, release.get(1..).filter(|release| !release.is_empty())),
        None => (word, None),
    }
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{tcp, udp};
    &[
        tcp(Side::Client, b"SSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13\r\n")
            .at(22)
            .by("OpenSSH")
            .tells(&[
                ("version", "2.0"),
                ("software", "OpenSSH_9.6p1 Ubuntu-3ubuntu13"),
            ]),
        tcp(Side::Client, b"SSH-2.0-Go\r\n").by("Go"),
        tcp(Side::Client, b"SSH-2.0-libssh2_1.11.0\r\n").by("libssh2"),
        tcp(Side::Client, b"SSH-2.0-libssh-0.6.3\r\n").by("libssh"),
        tcp(Side::Client, b"SSH-2.0-JSCH-0.1.54\r\n").by("JSCH"),
        tcp(Side::Client, b"SSH-2.0-ZGrab ZGrab SSH Survey\r\n").by("ZGrab"),
        tcp(Side::Client, b"SSH-1.5-Nmap-SSH1-Hostkey\r\n").by("Nmap-SSH1-Hostkey"),
        tcp(Side::Server, b"SSH-2.0-dropbear_2022.83\n").tells(&[("software", "dropbear_2022.83")]),
        tcp(Side::Any, b"SSH-1.99-Cisco-1.25\n"),
        tcp(Side::Any, b"SSH-2.0-Op"),
        tcp(Side::Client, b"SSH is nice\r\n").at(22).not(),
        tcp(Side::Client, b"SSH-two-zero\r\n").at(22).not(),
        udp(Side::Client, b"SSH-2.0-Go\r\n").not(),
    ]
};
