//! Snort's alerts over several lines (`alert_full`), each made into one line.

use rutter_event::{Event, Extra, Refusal, Skip, TcpFlags, Transport, Untrusted};

use super::number::{decimal, hexadecimal};
use super::words::Words;
use super::{alert, fields, socket};
use crate::formats::search::{holds, place};
use crate::record::{Emit, Format, Record, Rejection};

/// Snort, `alert_full`.
pub struct SnortFull;

impl Format for SnortFull {
    fn name(&self) -> &'static str {
        "snort-full"
    }

    fn title(&self) -> &'static str {
        "Snort alert_full (several lines)"
    }

    fn example(&self) -> &'static str {
        "[**] [1:1000006:0] TCP connection [**] [Priority: 0]  11/23-10:00:00.860730 \
         198.51.100.7:43210 -> 203.0.113.9:23 TCP TTL:241 TOS:0x0 ID:54321 IpLen:20 DgmLen:40 \
         ******S* Seq: 0x12345678  Ack: 0x0  Win: 0x400  TcpLen: 20"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        Parts::read(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let parts = Parts::read(record.message).ok_or(Skip::NotFirewall)?;
        // Two alerts run together.
        if holds!(parts.notes, "[**]") {
            return Err(Refusal::BadSyntax.into());
        }
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        read(parts.notes, &mut event)?;
        fields::settle(&mut event.packet)?;
        event.rule = Untrusted::new(parts.text);
        event.rule_id = Untrusted::new(parts.signature);
        event.observer.vendor = "snort";
        event.observer.product = "snort";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// An alert, taken apart.
#[derive(Clone, Copy)]
struct Parts<'a> {
    /// Generator, signature and revision.
    identity: &'a [u8],
    signature: &'a [u8],
    text: &'a [u8],
    /// Everything behind the text.
    notes: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(message: &'a [u8]) -> Option<Self> {
        let rest = message.trim_ascii().strip_prefix(b"[**] [")?;
        let (identity, rest) = rest.split_at_checked(memchr::memchr(b']', rest)?)?;
        let mut numbers = identity.split(|byte| *byte == b':');
        let mut next = || numbers.next().filter(|n| decimal::<u32>(n).is_some());
        let (_generator, signature, _revision) = (next()?, next()?, next()?);
        let rest = rest.get(1..)?;
        let end = place!(rest, " [**]")?;
        let (text, notes) = rest.split_at_checked(end)?;
        Some(Self {
            identity,
            signature,
            text: text.trim_ascii(),
            notes: notes.get(5..)?.trim_ascii(),
        })
    }
}

/// Reads the time, the ends and the headers.
fn read(notes: &[u8], event: &mut Event<'_>) -> Result<(), Rejection> {
    let mut words = Words::new(behind_brackets(notes));
    let mut closed = || match words.next() {
        Some((word, true)) => Ok(word),
        _ => Err(Refusal::Truncated),
    };
    event.stamp = alert::stamp(closed()?).ok_or(Refusal::BadTime)?;
    let mut ends = [closed()?, b""];
    if closed()? != b"->" {
        return Err(Refusal::BadSyntax.into());
    }
    ends[1] = closed()?;
    let mut protocol = closed()?;
    // With `-e` the hardware addresses come first: `A -> B type:0x800 len:0x3C`.
    if protocol.starts_with(b"type:") {
        closed()?;
        ends[0] = closed()?;
        if closed()? != b"->" {
            return Err(Refusal::BadSyntax.into());
        }
        ends[1] = closed()?;
        protocol = closed()?;
    }
    let number = protocol.strip_prefix(b"PROTO:").unwrap_or(protocol);
    let transport = Transport::from_word(number.trim_ascii_start()).ok_or(Refusal::BadProtocol)?;
    let packet = &mut event.packet;
    packet.transport = Some(transport);
    for (text, end) in ends
        .iter()
        .zip([&mut packet.source, &mut packet.destination])
    {
        *end = match memchr::memrchr(b':', text) {
            // IPv6 stands without brackets, before a port where the protocol has them.
            Some(at) if transport.has_ports() && !text.starts_with(b"[") => {
                let (ip, port) = text.split_at_checked(at).unwrap_or((text, b""));
                let mut end = socket::end(ip, b'/')?;
                end.port = fields::port(port.get(1..).unwrap_or_default())?;
                end
            }
            _ => socket::end(text, b':')?,
        };
    }
    read_headers(words, event);
    Ok(())
}

/// What stands behind `[Classification: …] [Priority: 0]`.
fn behind_brackets(mut text: &[u8]) -> &[u8] {
    loop {
        text = text.trim_ascii_start();
        let Some(close) = memchr::memchr(b']', text).filter(|_| text.starts_with(b"[")) else {
            return text;
        };
        text = text.get(close + 1..).unwrap_or_default();
    }
}

/// `TTL:241 TOS:0x0 ID:54321 IpLen:20 DgmLen:40 DF`, and what the protocol adds. The last word of an
/// alert may be cut.
fn read_headers(mut words: Words<'_>, event: &mut Event<'_>) {
    let packet = &mut event.packet;
    let is_icmp = packet.transport.is_some_and(Transport::is_icmp);
    while let Some((word, true)) = words.next() {
        let (key, value) = match memchr::memchr(b':', word) {
            Some(at) => word.split_at_checked(at + 1).unwrap_or_default(),
            None => (word, &b""[..]),
        };
        // `Seq: 0x12345678` has a blank before its value.
        let value = match (key, value) {
            (b"Seq:" | b"Ack:" | b"Win:" | b"TcpLen:" | b"Len:", b"") => match words.next() {
                Some((value, true)) => value,
                _ => return,
            },
            _ => value,
        };
        match key {
            b"TTL:" => packet.ttl = decimal(value),
            b"TOS:" => packet.tos = hexadecimal(value),
            b"ID:" if is_icmp && packet.icmp.kind.is_some() => packet.icmp.id = decimal(value),
            b"ID:" => packet.id = decimal(value),
            b"DgmLen:" => packet.length = decimal(value),
            b"DF" => packet.fragment.dont = Some(true),
            b"MF" => packet.fragment.more = true,
            b"Type:" => packet.icmp.kind = decimal(value),
            b"Code:" => packet.icmp.code = decimal(value),
            b"Seq:" if is_icmp => packet.icmp.sequence = decimal(value),
            b"Seq:" => packet.tcp.seq = hexadecimal(value),
            b"Ack:" => packet.tcp.ack = hexadecimal(value),
            b"Win:" => packet.tcp.window = hexadecimal(value),
            letters if letters.len() == 8 && packet.transport == Some(Transport::TCP) => {
                packet.tcp.flags = packet.tcp.flags.or_else(|| flags(letters));
            }
            _ => {}
        }
    }
}

/// `******S*`: CWR and ECE as `1` and `2`, then a letter for each of the others.
fn flags(letters: &[u8]) -> Option<TcpFlags> {
    letters
        .iter()
        .filter(|letter| **letter != b'*')
        .try_fold(TcpFlags::NONE, |flags, letter| {
            Some(flags.with(match letter {
                b'1' => TcpFlags::CWR,
                b'2' => TcpFlags::ECE,
                letter => TcpFlags::from_letter(*letter)?,
            }))
        })
}

/// Calls back with the identity and what the brackets hold.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some(parts) = Parts::read(record) else {
        return;
    };
    sink(Untrusted::new(b"identity"), Untrusted::new(parts.identity));
    let mut rest = parts.notes;
    while let Some(open) = memchr::memchr(b'[', rest) {
        let inside = rest.get(open + 1..).unwrap_or_default();
        let Some(close) = memchr::memchr(b']', inside) else {
            return;
        };
        let (note, behind) = inside.split_at_checked(close).unwrap_or_default();
        rest = behind;
        let end = memchr::memchr2(b':', b'=', note).unwrap_or(note.len());
        let (key, value) = note.split_at_checked(end).unwrap_or_default();
        let value = value.get(1..).unwrap_or_default();
        let value = value.strip_prefix(b">").unwrap_or(value);
        sink(
            Untrusted::new(key.trim_ascii()),
            Untrusted::new(value.trim_ascii()),
        );
    }
}
