//! The secure shell's banner (RFC 4253, section 4.2).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::fingerprint::hassh;
use crate::found::{CERTAIN, Match, STRONG};
use crate::pattern::Test::{Is, OneOf};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};
use crate::text::{contains, first_line, is_graphic, is_text, strip};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "ssh",
    title: "secure shell",
    title_zh: "安全外壳",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[22, 2222],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(0, b"SSH-"), OneOf(4, b"12"), OneOf(5, b".")]),
];

/// The standard allows 255 bytes.
const LONGEST: usize = 512;
/// Among so many bytes the banner is looked for.
const MOST_NOTICE: usize = 2048;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let banner = behind_notices(payload);
    let (line, _) = first_line(banner);
    let Some(rest) = line.strip_prefix(b"SSH-") else {
        return without_banner(payload);
    };
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
    let behind = banner.get(line.len()..).unwrap_or_default();
    let offers = Offers::read(behind.trim_ascii_start());
    let found = match (&offers, payload.side) {
        (Some(offers), Side::Client) => found.text("hassh", offers.of_client()),
        (Some(offers), Side::Server) => found.text("hassh_server", offers.of_server()),
        _ => found,
    };
    if payload.side != Side::Client || software.is_empty() {
        return Some(found);
    }
    let (name, release) = split_software(software);
    // Scanners that call themselves after what they are about to ask.
    let tool = [(&b"nmap"[..], "nmap"), (b"zgrab", "zgrab")]
        .into_iter()
        .find(|(start, _)| strip(name, start).is_some());
    Some(match tool {
        Some((_, tool)) => found.by(tool, release),
        None => found.by(name, release),
    })
}

/// From the banner on: servers may send lines of their own before it (RFC 4253, section 4.2).
fn behind_notices<'a>(payload: &Payload<'a>) -> &'a [u8] {
    let head = payload.bytes.get(..MOST_NOTICE).unwrap_or(payload.bytes);
    if payload.bytes.starts_with(b"SSH-") || !payload.may_be(Side::Server) {
        return payload.bytes;
    }
    let said = memchr::memmem::find_iter(head, b"\nSSH-").map(|at| head.split_at(at + 1));
    said.filter(|(notices, _)| notices.iter().all(|byte| !byte.is_ascii_control() || b"\t\r\n".contains(byte)))
        .map(|(notices, _)| payload.bytes.get(notices.len()..).unwrap_or_default())
        .next()
        .unwrap_or(payload.bytes)
}

/// What OpenSSH says to whom it does not let in, and a packet of the keys' exchange whose banner
/// went before.
fn without_banner<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let (line, _) = first_line(payload.bytes);
    let is_server = payload.may_be(Side::Server);
    if line == b"Exceeded MaxStartups" && is_server
        || line == b"Not allowed at this time" && is_server && payload.is_at(PROTOCOL.ports)
    {
        return Some(Match::new(STRONG, Side::Server).text("says", line));
    }
    let offers = Offers::read(payload.bytes)?;
    let [exchange, _, cipher, ..] = offers.0;
    let is_own = [&b"diffie-hellman-"[..], b"curve25519-", b"ecdh-sha2-"]
        .iter()
        .any(|name| contains(exchange, name));
    (is_own && !cipher.is_empty()).then(|| Match::new(STRONG, payload.side))
}

/// What a side offers for the keys' exchange (RFC 4253, section 7.1): ten lists of names.
struct Offers<'a>([&'a [u8]; 8]);

impl<'a> Offers<'a> {
    const KEXINIT: u8 = 20;

    /// Reads the packet that may stand behind the banner, if it is there in full.
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut walk = Cursor(bytes);
        let (_, _) = (walk.be32()?, walk.u8()?);
        if walk.u8()? != Self::KEXINIT {
            return None;
        }
        walk.take(16)?;
        let mut lists = [&b""[..]; 8];
        for list in &mut lists {
            let length = usize::try_from(walk.be32()?).ok()?;
            *list = walk.take(length).filter(|names| is_graphic(names))?;
        }
        Some(Self(lists))
    }

    fn of_client(&self) -> Vec<u8> {
        let [kex, _, cipher, _, mac, _, compression, _] = self.0;
        hassh([kex, cipher, mac, compression])
    }

    fn of_server(&self) -> Vec<u8> {
        let [kex, _, _, cipher, _, mac, _, compression] = self.0;
        hassh([kex, cipher, mac, compression])
    }
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
        tcp(Side::Server, b"Authorised users only.\r\nSSH-2.0-OpenSSH_9.6\r\n")
            .tells(&[("software", "OpenSSH_9.6")]),
        tcp(Side::Server, b"Exceeded MaxStartups\r\n").at(22),
        tcp(Side::Server, b"Not allowed at this time\r\n").not(),
        tcp(Side::Client, b"a line\r\nSSH-2.0-x\r\n").not(),
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
        tcp(Side::Client, b"SSH-2.0-ZGrab ZGrab SSH Survey\r\n").by("zgrab"),
        tcp(Side::Client, b"SSH-1.5-Nmap-SSH1-Hostkey\r\n").by("nmap"),
        tcp(Side::Server, b"SSH-2.0-dropbear_2022.83\n").tells(&[("software", "dropbear_2022.83")]),
        // The message behind the banner offers one name of each sort.
        tcp(
            Side::Client,
            b"SSH-2.0-Go\r\n\0\0\0\x5c\x04\x140123456789abcdef\0\0\0\x01k\0\0\0\x01h\0\0\0\x01c\
            \0\0\0\x01d\0\0\0\x01m\0\0\0\x01n\0\0\0\x04none\0\0\0\x04none\0\0\0\0\0\0\0\0\0\0\0\0\0",
        )
        .by("Go")
        .tells(&[("hassh", "f64228ddc3a7bcb01b5c80800414888c")]),
        tcp(Side::Any, b"SSH-1.99-Cisco-1.25\n"),
        tcp(Side::Any, b"SSH-2.0-Op"),
        tcp(Side::Client, b"SSH is nice\r\n").at(22).not(),
        tcp(Side::Client, b"SSH-two-zero\r\n").at(22).not(),
        udp(Side::Client, b"SSH-2.0-Go\r\n").not(),
    ]
};
