//! The header of a packet and its ends: `IP (tos 0x0, ttl 64, …) A.P > B.Q: `.

use rutter_event::{Endpoint, Packet, Refusal, Transport};

use super::super::number::{decimal, hexadecimal};
use super::super::{fields, socket};
use super::prefix::Prefix;
use crate::formats::search::place;

/// A packet, taken apart at its ends.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    /// What stands in the brackets of a verbose line, and behind the contents of old ones.
    header: &'a [u8],
    source: &'a [u8],
    destination: &'a [u8],
    /// What follows the destination.
    pub(super) carried: &'a [u8],
}

/// As much of a line as stands before its ends.
const HEAD: usize = 400;

impl<'a> Parts<'a> {
    /// Takes a packet apart; nothing when the text is none.
    pub(super) fn find(prefix: &Prefix<'a>) -> Option<Self> {
        let text = prefix.packet;
        let head = text.get(..HEAD).unwrap_or(text);
        // With `-e` the hardware addresses come first, with an arrow of their own.
        let start = match place!(head, "ethertype ") {
            Some(at) => at + place!(head.get(at..)?, ": ")? + 2,
            None => 0,
        };
        let arrow = start + place!(head.get(start..)?, " > ")?;
        let (before, behind) = text.split_at_checked(arrow)?;
        let behind = behind.get(3..)?;
        let blank = memchr::memrchr2(b' ', b'!', before).map_or(0, |at| at + 1);
        let (header, source) = before.split_at_checked(blank)?;
        let (destination, carried) = behind.split_at_checked(memchr::memchr(b' ', behind)?)?;
        let destination = destination.strip_suffix(b":")?;
        let header = header.get(start..).unwrap_or(header);
        let is_own = is_end(source) && (!prefix.rule.is_empty() || is_known(header, source));
        is_own.then_some(Self {
            header,
            source,
            destination,
            carried: carried.trim_ascii(),
        })
    }

    pub(super) fn fill(&self, packet: &mut Packet) -> Result<(), Refusal> {
        read_header(self.header, packet);
        packet.source = end(self.source)?;
        packet.destination = end(self.destination)?;
        Ok(())
    }
}

/// Whether a line that no rule begins is tcpdump's all the same: `IP` or a time stand before the
/// ends, and the source has a port or the line says which protocol it prints.
fn is_known(header: &[u8], source: &[u8]) -> bool {
    let word = header.trim_ascii_end();
    word.ends_with(b"IP")
        || word.ends_with(b"IP6")
        || word.ends_with(b")")
        || (word.is_empty() || word.ends_with(b"!") || word.contains(&b':'))
            && !fields::end(source).is_ok_and(|ip| ip.is_some())
}

/// Whether a word can be an end: an address with a port or without.
fn is_end(word: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'x' | b'*');
    word.first().is_some_and(is_digit)
        && (memchr::memchr(b'.', word).is_some() || memchr::memchr(b':', word).is_some())
        && word.len() <= 64
}

/// `192.0.2.1.80`, `2001:db8::1.80`; a port may be a name, which says nothing here.
fn end(text: &[u8]) -> Result<Endpoint, Refusal> {
    match socket::end(text, b'.') {
        Err(Refusal::BadPort) => {
            let dot = memchr::memrchr(b'.', text).unwrap_or(text.len());
            let (ip, name) = text.split_at_checked(dot).unwrap_or((text, b""));
            let is_name = name.get(1).is_some_and(u8::is_ascii_alphabetic);
            if !is_name {
                return Err(Refusal::BadPort);
            }
            Ok(Endpoint {
                ip: fields::end(ip)?,
                ..Endpoint::default()
            })
        }
        end => end,
    }
}

/// `tos 0x0, ttl 241, id 54321, offset 0, flags [DF], proto TCP (6), length 40`, of IPv6
/// `flowlabel 0x1, hlim 64, next-header TCP (6) payload length: 40`.
pub(super) fn read_header(text: &[u8], packet: &mut Packet) {
    let Some(open) = memchr::memchr(b'(', text) else {
        return;
    };
    let inside = text.get(open + 1..).unwrap_or_default();
    for part in inside.split(|byte| *byte == b',') {
        let part = part.trim_ascii();
        let Some(blank) = memchr::memchr(b' ', part) else {
            continue;
        };
        let (key, value) = part.split_at_checked(blank).unwrap_or_default();
        let value = value.trim_ascii();
        let value = value.strip_suffix(b")").unwrap_or(value);
        match key {
            b"tos" | b"class" => packet.tos = hexadecimal(value),
            b"ttl" | b"hlim" => packet.ttl = decimal(value),
            b"id" => packet.id = decimal(value),
            b"flowlabel" => packet.flow_label = hexadecimal(value),
            b"offset" => packet.fragment.offset = decimal::<u16>(value).unwrap_or(0) / 8,
            b"flags" => {
                packet.fragment.dont = Some(value.windows(2).any(|pair| pair == b"DF"));
                packet.fragment.more = value.contains(&b'+');
            }
            b"proto" | b"next-header" => {
                packet.transport = memchr::memchr(b'(', value)
                    .and_then(|open| value.get(open + 1..))
                    .and_then(|rest| rest.get(..memchr::memchr(b')', rest).unwrap_or(rest.len())))
                    .and_then(decimal)
                    .map(Transport);
                let payload = place!(value, "payload length: ")
                    .and_then(|at| value.get(at + 16..))
                    .and_then(decimal::<u32>);
                if let Some(payload) = payload {
                    packet.length = payload.checked_add(40);
                }
            }
            b"length" | b"len" => packet.length = decimal(value),
            _ => {}
        }
    }
}
