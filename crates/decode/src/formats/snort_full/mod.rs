//! Snort's `alert_full`: alerts of several lines with the headers of the packet.

use rutter_event::{Event, Extra, Refusal, Skip, TcpFlags, Transport, Untrusted};

use super::address::{leading_mac, written};
use super::alert;
use super::fields;
use super::number::{decimal, hexadecimal};
use super::words::Words;
use crate::record::{Emit, Format, Record, Rejection};

/// Snort's full alerts.
pub struct SnortFull;

impl Format for SnortFull {
    fn name(&self) -> &'static str {
        "snort-full"
    }

    fn title(&self) -> &'static str {
        "Snort: alert_full, alerts of several lines"
    }

    fn example(&self) -> &'static str {
        "[**] [1:1000006:0] TCP connection [**] [Priority: 0] 11/23-10:00:00.123456 198.51.100.7:43210 -> \
         203.0.113.9:22 TCP TTL:127 TOS:0x0 ID:53730 IpLen:20 DgmLen:40 DF ******S* Seq: 0x688E00E4  Ack: 0x0  \
         Win: 0x80B  TcpLen: 20"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        split(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let parts = split(record.message).ok_or(Skip::NotFirewall)?;
        let mut event = Event {
            stamp: alert::stamp(parts.stamp).ok_or(Refusal::BadTime)?,
            rule: Untrusted::new(parts.text),
            rule_id: Untrusted::new(parts.identity[1]),
            ..Event::default()
        };
        event.observer.vendor = "snort";
        event.observer.product = "snort";
        event.observer.hostname = record.hostname;
        read_packet(parts.packet, record.is_ended, &mut event)?;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// The parts of an alert.
struct Parts<'a> {
    /// Generator, signature, revision.
    identity: [&'a [u8]; 3],
    text: &'a [u8],
    /// `[Classification: …] [Priority: …]`
    notes: &'a [u8],
    stamp: &'a [u8],
    /// Ends and headers.
    packet: &'a [u8],
}

/// `[**] [1:2:3] text [**] [notes] date ends headers`; nothing when it is no such thing.
fn split(message: &[u8]) -> Option<Parts<'_>> {
    let rest = message.strip_prefix(b"[**] [")?;
    let close = memchr::memchr(b']', rest)?;
    let (identity, rest) = rest.split_at_checked(close)?;
    let mut numbers = identity.split(|byte| *byte == b':');
    let identity = [numbers.next()?, numbers.next()?, numbers.next()?];
    if numbers.next().is_some() || identity.iter().any(|n| decimal::<u32>(n).is_none()) {
        return None;
    }
    let rest = rest.get(1..)?;
    let end = memchr::memmem::find(rest, b"[**]")?;
    let (text, rest) = rest.split_at_checked(end)?;
    let rest = rest.get(4..)?.trim_ascii_start();
    // A date of its own stands first on its line, behind the notes.
    let mut behind = rest;
    while behind.first() == Some(&b'[') {
        let close = memchr::memchr(b']', behind)?;
        behind = behind.get(close + 1..)?.trim_ascii_start();
    }
    let notes = rest.get(..rest.len() - behind.len())?.trim_ascii();
    let blank = behind.iter().position(u8::is_ascii_whitespace)?;
    let (stamp, packet) = behind.split_at_checked(blank)?;
    let is_date = stamp.get(2) == Some(&b'/') && stamp.contains(&b'-');
    is_date.then_some(Parts {
        identity,
        text: text.trim_ascii(),
        notes,
        stamp,
        packet: packet.trim_ascii_start(),
    })
}

/// Reads ends and headers. The last word may be cut, unless the line's end was seen.
fn read_packet<'a>(text: &'a [u8], is_ended: bool, event: &mut Event<'a>) -> Result<(), Rejection> {
    let packet = &mut event.packet;
    let mut words = Words::new(text);
    let mut next = || {
        words
            .next()
            .filter(|(_, is_closed)| *is_closed)
            .map(|(word, _)| word)
    };
    let mut from = next().ok_or(Refusal::Truncated)?;
    let mut arrow = next().ok_or(Refusal::Truncated)?;
    let mut to = next().ok_or(Refusal::Truncated)?;
    // Snort -e: hardware addresses first, and their frame's type and length.
    if arrow == b"->" && leading_mac(from).is_some() && leading_mac(to).is_some() {
        packet.source.mac = leading_mac(from);
        packet.destination.mac = leading_mac(to);
        for _ in 0..2 {
            next().ok_or(Refusal::Truncated)?;
        }
        from = next().ok_or(Refusal::Truncated)?;
        arrow = next().ok_or(Refusal::Truncated)?;
        to = next().ok_or(Refusal::Truncated)?;
    }
    if arrow != b"->" {
        return Err(Refusal::BadSyntax.into());
    }
    let protocol = next().ok_or(Refusal::Truncated)?;
    let transport = match protocol.strip_prefix(b"PROTO:") {
        Some(number) => decimal(number).map(Transport),
        None => Transport::from_word(protocol),
    };
    let transport = transport.ok_or(Refusal::BadProtocol)?;
    packet.transport = Some(transport);
    for (end, text) in [(&mut packet.source, from), (&mut packet.destination, to)] {
        let colon = memchr::memrchr(b':', text)
            .filter(|_| transport.has_ports() && written(text).is_none());
        let (host, port) = match colon {
            Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
            None => (text, None),
        };
        end.ip = fields::end(host)?;
        end.port = port.map(fields::port).transpose()?.flatten();
    }
    let mut length = None;
    let mut key = &b""[..];
    while let Some((word, is_closed)) = words.next() {
        if !is_closed && !is_ended {
            break;
        }
        // `TTL:64`, or `Seq:` with its value behind a blank.
        let colon = memchr::memchr(b':', word);
        let (name, value) = match colon.and_then(|at| word.split_at_checked(at)) {
            Some((name, value)) => (name, value.get(1..).unwrap_or_default()),
            None if !key.is_empty() => (std::mem::take(&mut key), word),
            None => (&b""[..], word),
        };
        if value.is_empty() {
            key = name;
            continue;
        }
        let tcp = &mut packet.tcp;
        match name {
            b"TTL" => packet.ttl = decimal(value),
            b"TOS" => packet.tos = number(value),
            b"ID" if packet.id.is_none() => packet.id = decimal(value),
            b"DgmLen" => length = decimal(value),
            b"ID" if transport.is_icmp() => packet.icmp.id = decimal(value),
            b"Seq" if transport.is_icmp() => packet.icmp.sequence = decimal(value),
            b"Seq" => tcp.seq = number(value),
            b"Ack" => tcp.ack = number(value),
            b"Win" => tcp.window = number(value),
            b"UrgPtr" => tcp.urgent = number(value),
            b"Type" => packet.icmp.kind = decimal(value),
            b"Code" => packet.icmp.code = decimal(value),
            b"" if value == b"DF" => packet.fragment.dont = Some(true),
            b"" if value == b"MF" => packet.fragment.more = true,
            b"" if value.len() == 8 && transport == Transport::TCP && tcp.flags.is_none() => {
                tcp.flags = flags(value);
            }
            // What an ICMP error quotes is another packet.
            b"" if value == b"**" => break,
            _ => {}
        }
    }
    packet.length = length;
    fields::settle(packet)?;
    Ok(())
}

/// A number, hexadecimal behind `0x`.
fn number<T: TryFrom<u64>>(text: &[u8]) -> Option<T> {
    match text.strip_prefix(b"0x") {
        Some(digits) => hexadecimal(digits).and_then(|number| T::try_from(number).ok()),
        None => decimal(text),
    }
}

/// `12UAPRSF`, each letter or an asterisk.
fn flags(text: &[u8]) -> Option<TcpFlags> {
    text.iter()
        .zip(b"12UAPRSF")
        .try_fold(TcpFlags::NONE, |flags, (byte, letter)| {
            match (byte, letter) {
                (b'*', _) => Some(flags),
                (b'1', b'1') => Some(flags.with(TcpFlags(0x80))),
                (b'2', b'2') => Some(flags.with(TcpFlags(0x40))),
                (byte, letter) if byte == letter => {
                    Some(flags.with(TcpFlags::from_letter(*letter)?))
                }
                _ => None,
            }
        })
}

fn each_extra<'a>(message: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some(parts) = split(message) else {
        return;
    };
    let [generator, _, revision] = parts.identity;
    sink(Untrusted::new(b"gid"), Untrusted::new(generator));
    sink(Untrusted::new(b"rev"), Untrusted::new(revision));
    for note in parts.notes.split(|byte| *byte == b'[') {
        let note = note.trim_ascii();
        let note = note.strip_suffix(b"]").unwrap_or(note);
        let colon = memchr::memchr(b':', note);
        if let Some((key, value)) = colon.and_then(|at| note.split_at_checked(at)) {
            let value = value.get(1..).unwrap_or_default().trim_ascii();
            sink(Untrusted::new(key), Untrusted::new(value));
        }
    }
    sink(Untrusted::new(b"headers"), Untrusted::new(parts.packet));
}
