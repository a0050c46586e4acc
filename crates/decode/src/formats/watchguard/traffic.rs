//! The columns of traffic and proxy messages:
//! `Deny 0-External Firebox 52 tcp 20 127 192.0.2.1 192.0.2.2 62443 80 offset 8 S 832026162 win 8192`.

use std::net::IpAddr;

use rutter_event::{Action, Event, Packet, Refusal, TcpFlags, Transport, Untrusted};

use super::super::address::{Written, written};
use super::super::number::decimal;
use super::super::pairs::Value;

/// The decision that the first word states; `Unstated` where the text is a sentence.
pub(super) fn action(text: &[u8]) -> Action {
    match Words::new(text).next().map(|word| word.text) {
        Some(b"Allow") => Action::Allowed,
        Some(b"Deny") => Action::Denied,
        Some(b"Drop") => Action::Dropped,
        Some(b"Reset") => Action::Rejected,
        _ => Action::Unstated,
    }
}

/// Reads the columns.
pub(super) fn read<'a>(text: &'a [u8], event: &mut Event<'a>) -> Result<(), Refusal> {
    let columns = Columns::find(text)?;
    let packet = &mut event.packet;
    event.observer.ingress = Untrusted::new(columns.ingress);
    event.observer.egress = Untrusted::new(columns.egress);
    packet.transport = Some(Transport::from_word(columns.protocol).ok_or(Refusal::BadProtocol)?);
    packet.length = columns.length;
    packet.ttl = columns.ttl;
    [packet.source.ip, packet.destination.ip] = columns.ends;
    let mut words = Words::new(columns.rest);
    match packet.transport {
        Some(Transport::TCP | Transport::UDP) => {
            packet.source.port = Some(words.port()?.ok_or(Refusal::Truncated)?);
            packet.destination.port = words.port()?;
        }
        Some(transport) if transport.is_icmp() => {
            packet.icmp.kind = words.number();
            packet.icmp.code = words.number();
        }
        _ => {}
    }
    read_tcp(words, packet);
    Ok(())
}

/// `offset 8 S 832026162 win 8192`: the header's length in words, flags, sequence number, window.
fn read_tcp(mut words: Words<'_>, packet: &mut Packet) {
    if packet.transport != Some(Transport::TCP) || words.keyword() != b"offset" {
        return;
    }
    let tcp = &mut packet.tcp;
    tcp.options_length = words
        .number::<u8>()
        .and_then(|length| length.checked_sub(5))
        .filter(|length| *length <= 10)
        .map(|length| length * 4);
    let letters = words.keyword();
    tcp.flags = letters
        .iter()
        .try_fold(TcpFlags::NONE, |flags, letter| {
            Some(flags.with(TcpFlags::from_letter(*letter)?))
        })
        .filter(|flags| *flags != TcpFlags::NONE);
    tcp.seq = words.number();
    if words.keyword() == b"win" {
        tcp.window = words.number();
    }
}

/// What stands behind the columns and is no pair: `blocked sites`, `tcp syn checking failed`. A
/// sentence is told whole.
pub(super) fn remark(text: &[u8]) -> &[u8] {
    if action(text) == Action::Unstated {
        return text.trim_ascii();
    }
    let Ok(columns) = Columns::find(text) else {
        return b"";
    };
    let mut rest = columns.rest;
    // Ports, or type and code; then what TCP adds.
    let mut words = Words::new(rest);
    while let Some(word) = words.next() {
        let is_column =
            decimal::<u64>(word.text).is_some() || matches!(word.text, b"offset" | b"win");
        let is_flags = rest.starts_with(b"offset") || word.text.iter().all(u8::is_ascii_uppercase);
        if !is_column && !is_flags {
            return rest.trim_ascii();
        }
        rest = words.rest.trim_ascii_start();
    }
    b""
}

/// The columns up to the addresses. Names of interfaces may hold blanks, and two columns are
/// missing in some messages, so they are counted from the addresses backwards.
struct Columns<'a> {
    ingress: &'a [u8],
    egress: &'a [u8],
    length: Option<u32>,
    protocol: &'a [u8],
    ttl: Option<u8>,
    ends: [Option<IpAddr>; 2],
    rest: &'a [u8],
}

impl<'a> Columns<'a> {
    fn find(text: &'a [u8]) -> Result<Self, Refusal> {
        let mut words = Words::new(text);
        words.next();
        let first = words.rest.trim_ascii_start();
        let mut before: [&[u8]; 4] = [b""; 4];
        loop {
            let start = words.rest.trim_ascii_start();
            let word = words.next().ok_or(Refusal::Truncated)?;
            let is_end = matches!(
                word.text.first(),
                Some(b'0'..=b'9' | b'x' | b'X' | b'*' | b'<')
            ) || word.text.contains(&b':');
            if let Some(source) = written(word.text).filter(|_| is_end && word.text.len() > 1) {
                let head = first.get(..first.len() - start.len()).unwrap_or_default();
                let destination = words.next().ok_or(Refusal::Truncated)?;
                return Self::settle(head, before, source, destination, words.rest);
            }
            // An address that is none stands where an address must.
            if before[3].len() > 2
                && Transport::from_word(before[3]).is_some()
                && word.text.contains(&b'.')
            {
                return Err(if word.is_closed {
                    Refusal::BadAddress
                } else {
                    Refusal::Truncated
                });
            }
            before.rotate_left(1);
            before[3] = word.text;
        }
    }

    fn settle(
        head: &'a [u8],
        before: [&'a [u8]; 4],
        source: Written,
        destination: Value<'_>,
        rest: &'a [u8],
    ) -> Result<Self, Refusal> {
        let destination = destination.address()?;
        if rest.is_empty() && destination.is_none() {
            return Err(Refusal::Truncated);
        }
        let source = match source {
            Written::Plain(ip) => Some(ip),
            Written::Redacted => None,
        };
        // `proto 20 127` or `proto` alone; `52 proto` or `proto` alone.
        let [first, second, third, fourth] = before;
        let has_ttl = decimal::<u8>(third).is_some() && decimal::<u8>(fourth).is_some();
        let (length, protocol, ttl) = if has_ttl {
            (decimal(first), second, decimal(fourth))
        } else {
            (decimal(third), fourth, None)
        };
        let at = memchr::memmem::rfind(head, protocol).unwrap_or(0);
        let mut names = head.get(..at).unwrap_or_default().trim_ascii_end();
        if length.is_some() {
            let end = names.iter().rposition(|byte| *byte == b' ').unwrap_or(0);
            names = names.get(..end).unwrap_or_default().trim_ascii_end();
        }
        let blank = memchr::memchr(b' ', names).unwrap_or(names.len());
        let (ingress, egress) = names.split_at_checked(blank).unwrap_or_default();
        Ok(Self {
            ingress,
            egress: egress.trim_ascii(),
            length,
            protocol,
            ttl,
            ends: [source, destination],
            rest,
        })
    }
}

/// The words of a text, each with what tells whether it may be cut.
struct Words<'a> {
    rest: &'a [u8],
}

impl<'a> Words<'a> {
    const fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }

    fn keyword(&mut self) -> &'a [u8] {
        self.next().map(|word| word.text).unwrap_or_default()
    }

    fn number<T: TryFrom<u64>>(&mut self) -> Option<T> {
        self.next()?.decimal()
    }

    fn port(&mut self) -> Result<Option<u16>, Refusal> {
        self.next().ok_or(Refusal::Truncated)?.port()
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let text = self.rest.trim_ascii_start();
        if text.is_empty() {
            return None;
        }
        let length = text
            .iter()
            .position(|byte| *byte == b' ')
            .unwrap_or(text.len());
        let (word, after) = text.split_at_checked(length)?;
        self.rest = after;
        Some(Value {
            text: word,
            is_closed: !after.is_empty(),
            ..Value::default()
        })
    }
}
