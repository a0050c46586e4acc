//! One-line alerts of Snort and of what has grown out of it (`alert_fast`, `alert_syslog`).

use std::net::{IpAddr, SocketAddr};

use rutter_event::{
    Action, Civil, Endpoint, Event, Extra, Family, Refusal, Skip, Stamp, Transport, Untrusted,
};

use super::address::{Written, family, written};
use super::clock;
use super::ending::address_may_go_on;
use super::number::{decimal, port_may_go_on};
use crate::formats::search::{self, holds, place};
use crate::record::{Emit, Record, Rejection};

/// The parts of an alert.
#[derive(Clone, Copy, Default)]
pub(crate) struct Alert<'a> {
    /// `11/23-10:00:00.123456`, or nothing where syslog has the time.
    stamp: &'a [u8],
    /// The word in the brackets before the first `[**]`: `Drop`, `wDrop`, `Block`.
    verdict: &'a [u8],
    /// The interface in angle brackets.
    interface: &'a [u8],
    /// Generator, signature and revision: `[1:2034125:4]`.
    identity: [&'a [u8]; 3],
    /// The signature's text.
    text: &'a [u8],
    /// The brackets behind it: `[Classification: …] [Priority: 1]`.
    notes: &'a [u8],
    /// What stands between the braces.
    protocol: &'a [u8],
    /// `198.51.100.7:43210 -> 203.0.113.9:80`.
    ends: &'a [u8],
}

/// How a program writes the ends of ICMP, which has no ports.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum IcmpEnds {
    /// Addresses alone.
    Plain,
    /// Type and code in the places of the ports.
    TypeAndCode,
}

impl<'a> Alert<'a> {
    /// Takes an alert apart. Nothing when the text is none; an alert that is cut lacks its last parts.
    pub(crate) fn parse(message: &'a [u8]) -> Option<Self> {
        let mut alert = Self::default();
        let mut rest = message.trim_ascii_start();
        if rest.first().is_some_and(u8::is_ascii_digit) {
            let end = rest.iter().position(|byte| *byte == b' ')?;
            let (stamp, after) = rest.split_at_checked(end)?;
            if stamp.get(2) != Some(&b'/') || stamp.len() > 32 {
                return None;
            }
            alert.stamp = stamp;
            rest = after.trim_ascii_start();
        }
        // Brackets and angles, up to the identity.
        for _ in 0..4 {
            if let Some((interface, after)) = between(rest, b'<', b'>') {
                alert.interface = interface;
                rest = after;
                continue;
            }
            let (inner, after) = between(rest, b'[', b']')?;
            rest = after;
            match inner {
                // `alert_full` begins like this, and has no time here.
                b"**" if alert.stamp.is_empty() => return None,
                b"**" => {}
                verdict if verdict.iter().all(u8::is_ascii_alphabetic) => alert.verdict = verdict,
                inner => {
                    alert.identity = identity(inner)?;
                    break;
                }
            }
        }
        if alert.identity[1].is_empty() {
            return None;
        }
        let end = text_end(rest);
        let (text, after) = rest.split_at_checked(end)?;
        alert.text = text.trim_ascii();
        rest = after.trim_ascii_start();
        rest = rest
            .strip_prefix(b"[**]")
            .unwrap_or(rest)
            .trim_ascii_start();
        let notes = rest;
        while let Some((_, after)) = between(rest, b'[', b']') {
            rest = after;
        }
        alert.notes = notes
            .get(..notes.len() - rest.len())
            .unwrap_or_default()
            .trim_ascii();
        // Syslog's alerts have the interface here: `[Priority: 2]: <eth0> {TCP}`.
        let behind = rest.strip_prefix(b":").unwrap_or(rest);
        if let Some((interface, after)) = between(behind, b'<', b'>') {
            alert.interface = interface;
            rest = after;
        }
        if let Some((protocol, after)) = between(rest, b'{', b'}') {
            alert.protocol = protocol;
            alert.ends = after;
        }
        Some(alert)
    }

    /// Bytes of the date before the time of day, where the alert has a time of its own: five without
    /// a year, eight or ten with one.
    pub(crate) fn date_length(&self) -> Option<usize> {
        self.stamp.iter().position(|byte| *byte == b'-')
    }

    /// Hands on the event of an alert that makes up a whole record; vendor and product are one word.
    ///
    /// # Errors
    /// As [`Alert::read`].
    pub(crate) fn emit(
        &self,
        record: &Record<'a>,
        product: &'static str,
        icmp: IcmpEnds,
        emit: Emit<'_, 'a>,
    ) -> Result<(), Rejection> {
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        event.observer.vendor = product;
        event.observer.product = product;
        event.observer.hostname = record.hostname;
        self.read(icmp, record.is_ended, &mut event)?;
        event.extra = Extra::new(record.message, |message, sink| {
            if let Some(alert) = Alert::parse(message) {
                alert.each_extra(sink);
            }
        });
        emit(&mut event);
        Ok(())
    }

    /// Fills the event.
    ///
    /// # Errors
    /// A [`Rejection`] when the alert is cut, tells of no packet, or an end cannot be read.
    pub(crate) fn read(
        &self,
        icmp: IcmpEnds,
        is_ended: bool,
        event: &mut Event<'a>,
    ) -> Result<(), Rejection> {
        if self.protocol.is_empty() {
            // Alerts of the decoder itself show the raw packet instead of its ends.
            let is_raw = self.notes.ends_with(b"]") && holds!(self.notes, "[Raw pkt: ");
            return Err(if is_raw {
                Skip::NotIp.into()
            } else {
                Refusal::Truncated.into()
            });
        }
        if !self.stamp.is_empty() {
            event.stamp = stamp(self.stamp).ok_or(Refusal::BadTime)?;
        }
        event.action = match self.verdict {
            b"Drop" | b"drop" | b"Block" | b"block" => Action::Dropped,
            b"Reject" | b"reject" => Action::Rejected,
            // A rule that would have dropped, had the sensor stood in the way.
            _ => Action::Unstated,
        };
        event.rule = Untrusted::new(unquoted(self.text));
        event.rule_id = Untrusted::new(self.identity[1]);
        event.observer.ingress = Untrusted::new(self.interface);

        let packet = &mut event.packet;
        let transport = protocol(self.protocol).ok_or(Refusal::BadProtocol)?;
        let arrow = place!(self.ends, " -> ").ok_or(Refusal::Truncated)?;
        let (from, to) = self.ends.split_at_checked(arrow).unwrap_or_default();
        let to = to.get(4..).unwrap_or_default().trim_ascii();
        let from = end(from.trim_ascii(), transport, icmp, &mut packet.source)?;
        let to = end(to, transport, icmp, &mut packet.destination)?;
        packet.family = family(packet.source.ip, packet.destination.ip)?;
        // The last address or port ends the line.
        let may_go_on = match to {
            Some(port) => port_may_go_on(port),
            None => packet.destination.ip.is_some_and(address_may_go_on),
        };
        if may_go_on && !is_ended {
            return Err(Refusal::Truncated.into());
        }
        // Fragments have no ports, on neither side.
        if from.is_some() != to.is_some() {
            return Err(Refusal::Truncated.into());
        }
        packet.transport = Some(match transport {
            Transport::ICMP if packet.family == Family::V6 => Transport::ICMPV6,
            transport => transport,
        });
        if transport.has_ports() {
            (packet.source.port, packet.destination.port) = (from, to);
        } else if transport.is_icmp() {
            packet.icmp.kind = from.and_then(|kind| kind.try_into().ok());
            packet.icmp.code = to.and_then(|code| code.try_into().ok());
        }
        Ok(())
    }

    /// Calls back with what the brackets hold beside the signature.
    pub(crate) fn each_extra(&self, sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
        let [generator, _, revision] = self.identity;
        sink(Untrusted::new(b"gid"), Untrusted::new(generator));
        sink(Untrusted::new(b"rev"), Untrusted::new(revision));
        if !self.verdict.is_empty() {
            sink(Untrusted::new(b"action"), Untrusted::new(self.verdict));
        }
        let mut rest = self.notes;
        while let Some((note, after)) = between(rest, b'[', b']') {
            rest = after;
            let colon = note.iter().position(|byte| *byte == b':');
            if let Some((key, value)) = colon.and_then(|colon| note.split_at_checked(colon)) {
                let value = value.get(1..).unwrap_or_default().trim_ascii();
                sink(Untrusted::new(key), Untrusted::new(value));
            }
        }
    }
}

/// What stands between two brackets at the start of the text, and what follows.
fn between(text: &[u8], open: u8, close: u8) -> Option<(&[u8], &[u8])> {
    let text = text.trim_ascii_start();
    if text.first() != Some(&open) {
        return None;
    }
    let end = memchr::memchr(close, text)?;
    Some((text.get(1..end)?, text.get(end + 1..)?.trim_ascii_start()))
}

/// Three numbers with colons.
fn identity(text: &[u8]) -> Option<[&[u8]; 3]> {
    let mut numbers = text.split(|byte| *byte == b':');
    let mut next = || numbers.next().filter(|n| decimal::<u32>(n).is_some());
    let identity = [next()?, next()?, next()?];
    numbers.next().is_none().then_some(identity)
}

/// Where the signature's text ends: at `[**]`, or in syslog at the first note or the protocol.
fn text_end(text: &[u8]) -> usize {
    if let Some(end) = place!(text, " [**]") {
        return end;
    }
    [&b" [Classification: "[..], b" [Priority: ", b": <", b" {"]
        .iter()
        .filter_map(|mark| search::find(text, mark))
        .min()
        .unwrap_or(text.len())
}

fn unquoted(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\"")
        .and_then(|text| text.strip_suffix(b"\""))
        .unwrap_or(text)
}

/// A keyword, or the number that Suricata writes `PROTO:103`.
fn protocol(word: &[u8]) -> Option<Transport> {
    Transport::from_word(word.strip_prefix(b"PROTO:").unwrap_or(word))
}

/// `11/23-10:00:00.123456`, `11/23/26-…` and `11/23/2026-…`, the sensor's wall clock.
pub(crate) fn stamp(text: &[u8]) -> Option<Stamp> {
    let dash = text.iter().position(|byte| *byte == b'-')?;
    let (date, time) = text.split_at_checked(dash)?;
    let (month_day, year) = date.split_at_checked(5)?;
    let year = match year {
        [] => None,
        [b'/', digits @ ..] if digits.len() == 2 => Some(2000 + decimal::<i16>(digits)?),
        [b'/', digits @ ..] if digits.len() == 4 => Some(decimal::<i16>(digits)?),
        _ => return None,
    };
    // A leap year stands in for a missing one, so that February 29 passes.
    let mut iso = *b"2000-00-00T00:00:00.000000";
    iso.get_mut(5..7)?.copy_from_slice(month_day.get(..2)?);
    iso.get_mut(8..10)?.copy_from_slice(month_day.get(3..)?);
    let time = time.get(1..)?;
    let place = iso.get_mut(11..11 + time.len())?;
    place.copy_from_slice(time);
    let Some(Stamp::Civil(civil)) = clock::iso(iso.get(..11 + time.len())?) else {
        return None;
    };
    let civil = Civil { year, ..civil };
    civil.is_valid().then_some(Stamp::Civil(civil))
}

/// Reads one end, and gives the number behind its last colon. Protocols without ports have none,
/// or a zero; Suricata writes one for every protocol.
fn end(
    text: &[u8],
    transport: Transport,
    icmp: IcmpEnds,
    end: &mut Endpoint,
) -> Result<Option<u16>, Refusal> {
    let has_number =
        transport.has_ports() || icmp == IcmpEnds::TypeAndCode || text.starts_with(b"[");
    if !has_number || is_full_v6(text) {
        end.ip = address(text)?;
        return Ok(None);
    }
    if text.starts_with(b"[") {
        let socket = std::str::from_utf8(text)
            .ok()
            .and_then(|text| text.parse::<SocketAddr>().ok());
        let socket = socket.ok_or(Refusal::BadAddress)?;
        end.ip = Some(socket.ip());
        return Ok(Some(socket.port()));
    }
    let Some(colon) = text.iter().rposition(|byte| *byte == b':') else {
        // A fragment without the header of its protocol.
        end.ip = address(text)?;
        return Ok(None);
    };
    let (ip, port) = text.split_at_checked(colon).unwrap_or((text, b""));
    end.ip = address(ip)?;
    let port = decimal(port.get(1..).unwrap_or_default()).ok_or(Refusal::BadPort)?;
    Ok(Some(port))
}

/// Eight groups of four digits, as both programs print IPv6, and no number behind them.
fn is_full_v6(text: &[u8]) -> bool {
    text.len() == 39
        && text.iter().filter(|byte| **byte == b':').count() == 7
        && matches!(written(text), Some(Written::Plain(IpAddr::V6(_))))
}

fn address(text: &[u8]) -> Result<Option<IpAddr>, Refusal> {
    match written(text) {
        Some(Written::Plain(ip)) => Ok(Some(ip)),
        Some(Written::Redacted) => Ok(None),
        None if text.is_empty() => Err(Refusal::Truncated),
        None => Err(Refusal::BadAddress),
    }
}
