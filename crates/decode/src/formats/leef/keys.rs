//! What each attribute means, and which field it fills.

use rutter_event::{Action, Event, Refusal, Stamp, TcpFlags, Untrusted};

use super::super::address::leading_mac;
use super::super::extension::{self, Pair};
use super::super::fields::{self, NO_PACKET};
use super::header::Header;
use crate::record::{Record, Rejection};

/// A record while it is read. Where a key stands twice the first one counts.
#[derive(Default)]
pub(super) struct Reading<'a> {
    event: Event<'a>,
    is_ended: bool,
    seen: u16,
    has_ends: [bool; 2],
    stamp: Option<Stamp>,
    action: Action,
    bytes: [Option<u64>; 2],
    packets: [Option<u64>; 2],
}

impl<'a> Reading<'a> {
    /// What is read of a line whose end was seen, or was not.
    pub(super) fn of_line(is_ended: bool) -> Self {
        Self {
            is_ended,
            ..Self::default()
        }
    }

    pub(super) fn take(&mut self, pair: &Pair<'a>) -> Result<(), Refusal> {
        if self.take_end(pair)? {
            return Ok(());
        }
        let event = &mut self.event;
        let packet = &mut event.packet;
        let value = pair.value;
        let text = extension::text(value);
        match pair.key {
            b"proto" => packet.transport = packet.transport.or(pair.protocol()?),
            b"devTime" => self.stamp = self.stamp.or_else(|| pair.stamp()),
            b"srcMAC" => packet.source.mac = leading_mac(value),
            b"dstMAC" => packet.destination.mac = leading_mac(value),
            b"usrName" | b"accountName" => keep(&mut event.user, text),
            b"policy" | b"rule" | b"ruleName" | b"RuleName" => keep(&mut event.rule, text),
            b"action" | b"disp" | b"act" if self.action == Action::Unstated => {
                self.action = extension::action(value);
            }
            b"srcBytes" | b"sent_bytes" => self.bytes[0] = pair.count(),
            b"dstBytes" | b"rcvd_bytes" => self.bytes[1] = pair.count(),
            b"srcPackets" => self.packets[0] = pair.count(),
            b"dstPackets" => self.packets[1] = pair.count(),
            b"totalPackets" if self.packets == [None; 2] => self.packets[0] = pair.count(),
            b"in_if" | b"IngressInterface" => keep(&mut event.observer.ingress, text),
            b"out_if" | b"EgressInterface" => keep(&mut event.observer.egress, text),
            b"SourceZone" => keep(&mut event.observer.ingress_zone, text),
            b"DestinationZone" => keep(&mut event.observer.egress_zone, text),
            b"ip_TTL" => packet.ttl = number(pair),
            b"ip_len" => packet.length = number(pair),
            b"tcp_seq" => packet.tcp.seq = number(pair),
            b"tcp_window" => packet.tcp.window = number(pair),
            b"tcp_flag" if !pair.is_last => {
                packet.tcp.flags = value.iter().try_fold(TcpFlags::NONE, |flags, letter| {
                    Some(flags.with(TcpFlags::from_letter(*letter)?))
                });
            }
            b"app_name" | b"application" | b"Application" => keep(&mut event.application, text),
            b"sender" | b"identHostName" => keep(&mut event.observer.hostname, text),
            _ => {}
        }
        Ok(())
    }

    /// Ends, before and after translation.
    fn take_end(&mut self, pair: &Pair<'a>) -> Result<bool, Refusal> {
        const KEYS: [&[u8]; 8] = [
            b"src",
            b"dst",
            b"srcPort",
            b"dstPort",
            b"srcPostNAT",
            b"dstPostNAT",
            b"srcPostNATPort",
            b"dstPostNATPort",
        ];
        let Some(place) = KEYS.iter().position(|key| *key == pair.key) else {
            return Ok(false);
        };
        if self.seen & 1 << place != 0 {
            return Ok(true);
        }
        self.seen |= 1 << place;
        let packet = &mut self.event.packet;
        let mut pair = *pair;
        pair.is_last &= !(self.is_ended && extension::completes(packet, self.has_ends, place));
        match place {
            0 => packet.source.ip = pair.ip()?,
            1 => packet.destination.ip = pair.ip()?,
            2 => packet.source.port = pair.port()?,
            3 => packet.destination.port = pair.port()?,
            4 => packet.source.nat_ip = specified(&pair)?,
            5 => packet.destination.nat_ip = specified(&pair)?,
            6 => packet.source.nat_port = pair.port()?.filter(|port| *port > 0),
            _ => packet.destination.nat_port = pair.port()?.filter(|port| *port > 0),
        }
        if let (0 | 1, false) = (place, fields::is_nothing(pair.value)) {
            self.has_ends[place] = true;
        }
        Ok(true)
    }

    /// Draws the conclusions that need the whole record.
    pub(super) fn settle(
        self,
        header: &Header<'a>,
        record: &Record<'a>,
    ) -> Result<Event<'a>, Rejection> {
        let mut event = self.event;
        let packet = &mut event.packet;
        let has_port = packet.source.port.is_some() || packet.destination.port.is_some();
        if self.has_ends != [true; 2] && !(has_port && self.has_ends != [false; 2]) {
            return Err(NO_PACKET);
        }
        fields::settle(packet)?;
        event.stamp = self.stamp.unwrap_or(record.stamp);
        let [_, _, _, class] = header.columns;
        event.action = match self.action {
            Action::Unstated => extension::action(class),
            known => known,
        };
        if event.rule.is_empty() && class.iter().any(u8::is_ascii_digit) {
            event.rule_id = extension::text(class);
        }
        event.bytes = fields::sum(self.bytes[0], self.bytes[1]);
        event.packets = fields::sum(self.packets[0], self.packets[1]);
        keep(&mut event.observer.hostname, record.hostname);
        Ok(event)
    }
}

fn specified(pair: &Pair<'_>) -> Result<Option<std::net::IpAddr>, Refusal> {
    Ok(pair.ip()?.filter(|ip| !ip.is_unspecified()))
}

fn number<T: TryFrom<u64>>(pair: &Pair<'_>) -> Option<T> {
    T::try_from(pair.count()?).ok()
}

fn keep<'a>(slot: &mut Untrusted<'a>, text: Untrusted<'a>) {
    if slot.is_empty() && !fields::is_nothing(text.bytes()) {
        *slot = text;
    }
}

/// Keys that fill a field.
const FIELDS: &[&[u8]] = &[
    b"src",
    b"dst",
    b"srcPort",
    b"dstPort",
    b"srcPostNAT",
    b"dstPostNAT",
    b"srcPostNATPort",
    b"dstPostNATPort",
    b"srcMAC",
    b"dstMAC",
    b"devTime",
    b"devTimeFormat",
    b"in_if",
    b"out_if",
    b"ip_TTL",
    b"ip_len",
    b"tcp_seq",
    b"tcp_window",
];

/// Calls back with the columns of the header and every attribute that has no field.
pub(super) fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    const NAMES: [&[u8]; 4] = [b"vendor", b"product", b"version", b"eventId"];
    let Ok(header) = Header::read(record) else {
        return;
    };
    for (name, column) in NAMES.into_iter().zip(header.columns) {
        if !column.is_empty() {
            sink(Untrusted::new(name), extension::text(column));
        }
    }
    for pair in header.pairs() {
        if !FIELDS.contains(&pair.key) && !pair.value.is_empty() {
            sink(Untrusted::new(pair.key), extension::text(pair.value));
        }
    }
}
