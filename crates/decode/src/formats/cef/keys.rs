//! What each key of the extension means, and which field it fills.

use rutter_event::{Action, Direction, Event, Refusal, Stamp, Untrusted};

use super::super::address::leading_mac;
use super::super::extension::{self, Pair, Pairs};
use super::super::fields::{self, NO_PACKET};
use super::header::Header;
use super::labels::Customs;
use crate::record::{Record, Rejection};

/// A record while it is read. Where a key stands twice the first one counts: what follows a text
/// that someone else wrote may be of his making.
#[derive(Default)]
pub(super) struct Reading<'a> {
    event: Event<'a>,
    is_ended: bool,
    customs: Customs<'a>,
    seen: u16,
    has_ends: [bool; 2],
    /// Start, receipt and end of the event, and the device's own clock: the first that there is.
    stamps: [Option<Stamp>; 4],
    zone: &'a [u8],
    act: Action,
    other_action: Action,
    address: &'a [u8],
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
        if self.take_end(pair)? || self.customs.take(pair) {
            return Ok(());
        }
        let event = &mut self.event;
        let packet = &mut event.packet;
        let value = pair.value;
        let text = extension::text(value);
        match pair.key {
            b"proto" => packet.transport = packet.transport.or(pair.protocol()?),
            b"act" => self.act = or(self.act, extension::action(value)),
            b"rule_action" | b"fw_action" => {
                self.other_action = or(self.other_action, extension::action(value));
            }
            b"start" => self.stamps[0] = self.stamps[0].or_else(|| pair.stamp()),
            b"rt" => self.stamps[1] = self.stamps[1].or_else(|| pair.stamp()),
            b"end" => self.stamps[2] = self.stamps[2].or_else(|| pair.stamp()),
            b"dtz" | b"tz" if self.zone.is_empty() => self.zone = value,
            b"smac" => packet.source.mac = leading_mac(value),
            b"dmac" => packet.destination.mac = leading_mac(value),
            b"deviceDirection" | b"conn_direction" => {
                event.direction = match value {
                    b"0" | b"Incoming" => Direction::Inbound,
                    b"1" | b"Outgoing" => Direction::Outbound,
                    b"Internal" => Direction::Internal,
                    _ => event.direction,
                };
            }
            b"deviceInboundInterface" => keep(&mut event.observer.ingress, text),
            b"deviceOutboundInterface" => keep(&mut event.observer.egress, text),
            b"inzone" => keep(&mut event.observer.ingress_zone, text),
            b"outzone" => keep(&mut event.observer.egress_zone, text),
            b"ifname" => keep(&mut event.observer.ingress, text),
            b"dvchost" => keep(&mut event.observer.hostname, text),
            b"dvc" => self.address = value,
            b"app" | b"appName" => event.application = text,
            b"suser" => keep(&mut event.user, text),
            b"rule_name" | b"PanOSRuleMatched" => keep(&mut event.rule, text),
            b"rule_uid" => keep(&mut event.rule_id, text),
            b"in" => self.bytes[0] = pair.count(),
            b"out" => self.bytes[1] = pair.count(),
            key => self.take_fortinet(key, pair),
        }
        Ok(())
    }

    /// Ends, before and after translation.
    fn take_end(&mut self, pair: &Pair<'a>) -> Result<bool, Refusal> {
        const KEYS: [&[u8]; 8] = [
            b"src",
            b"dst",
            b"spt",
            b"dpt",
            b"sourceTranslatedAddress",
            b"destinationTranslatedAddress",
            b"sourceTranslatedPort",
            b"destinationTranslatedPort",
        ];
        let Some(place) = KEYS.iter().position(|key| *key == pair.key) else {
            return Ok(false);
        };
        let bit = 1 << place;
        if self.seen & bit != 0 {
            return Ok(true);
        }
        self.seen |= bit;
        let packet = &mut self.event.packet;
        let mut pair = *pair;
        pair.is_last &= !(self.is_ended && extension::completes(packet, self.has_ends, place));
        let is_translated = |ip: &std::net::IpAddr| !ip.is_unspecified();
        match place {
            0 => packet.source.ip = pair.ip()?,
            1 => packet.destination.ip = pair.ip()?,
            2 => packet.source.port = pair.port()?,
            3 => packet.destination.port = pair.port()?,
            4 => packet.source.nat_ip = pair.ip()?.filter(is_translated),
            5 => packet.destination.nat_ip = pair.ip()?.filter(is_translated),
            6 => packet.source.nat_port = pair.port()?.filter(|port| *port > 0),
            _ => packet.destination.nat_port = pair.port()?.filter(|port| *port > 0),
        }
        if let (0 | 1, false) = (place, fields::is_nothing(pair.value)) {
            self.has_ends[place] = true;
        }
        Ok(true)
    }

    /// Fortinet puts its own prefix before the names of its log.
    fn take_fortinet(&mut self, key: &[u8], pair: &Pair<'a>) {
        let prefixes: [&[u8]; 3] = [b"FTNTFGT", b"FortinetFortiGate", b"ad."];
        let Some(name) = prefixes.iter().find_map(|prefix| key.strip_prefix(*prefix)) else {
            return;
        };
        match name {
            b"eventtime" => self.stamps[3] = pair.stamp(),
            b"action" => self.other_action = extension::action(pair.value),
            b"policyname" => keep(&mut self.event.rule, extension::text(pair.value)),
            b"policyid" | b"policy_id" => {
                keep(&mut self.event.rule_id, extension::text(pair.value));
            }
            b"duration" => {
                self.event.duration = pair.count().and_then(|s| s.checked_mul(1_000_000_000));
            }
            b"sentpkt" => self.packets[0] = pair.count(),
            b"rcvdpkt" => self.packets[1] = pair.count(),
            _ => {}
        }
    }

    /// Draws the conclusions that need the whole record.
    pub(super) fn settle(
        mut self,
        header: &Header<'a>,
        record: &Record<'a>,
    ) -> Result<Event<'a>, Rejection> {
        let mut event = std::mem::take(&mut self.event);
        self.customs.settle(&mut event)?;
        let packet = &mut event.packet;
        let has_both = self.has_ends == [true; 2]
            || packet.source.ip.is_some() && packet.destination.ip.is_some();
        let has_port = packet.source.port.is_some() || packet.destination.port.is_some();
        let has_one = has_port && self.has_ends != [false; 2];
        if !(has_both || has_one) {
            return Err(NO_PACKET);
        }
        fields::settle(packet)?;
        let stamp = self.stamps.into_iter().flatten().next();
        event.stamp = stamp
            .and_then(|stamp| extension::zoned(stamp, self.zone))
            .unwrap_or(record.stamp);
        event.action = or(self.act, self.other_action);
        event.bytes = fields::sum(self.bytes[0], self.bytes[1]);
        event.packets = fields::sum(self.packets[0], self.packets[1]);
        let [_, _, _, class, ..] = header.columns;
        if event.rule_id.is_empty() && event.rule.is_empty() && class.iter().any(u8::is_ascii_digit)
        {
            event.rule_id = extension::text(class);
        }
        let hostname = &mut event.observer.hostname;
        keep(hostname, record.hostname);
        keep(hostname, extension::text(self.address));
        Ok(event)
    }
}

const fn or(first: Action, second: Action) -> Action {
    match first {
        Action::Unstated => second,
        known => known,
    }
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
    b"spt",
    b"dpt",
    b"sourceTranslatedAddress",
    b"destinationTranslatedAddress",
    b"sourceTranslatedPort",
    b"destinationTranslatedPort",
    b"smac",
    b"dmac",
    b"deviceInboundInterface",
    b"deviceOutboundInterface",
    b"inzone",
    b"outzone",
    b"dvchost",
    b"suser",
];

/// Calls back with the columns of the header and every pair that has no field. A custom field is
/// called by its own key; its label stands beside it.
pub(super) fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    const NAMES: [&[u8]; 6] = [
        b"deviceVendor",
        b"deviceProduct",
        b"deviceVersion",
        b"deviceEventClassId",
        b"name",
        b"severity",
    ];
    let Ok(header) = Header::read(record) else {
        return;
    };
    for (name, column) in NAMES.into_iter().zip(header.columns) {
        if !column.is_empty() {
            sink(Untrusted::new(name), extension::text(column));
        }
    }
    for pair in Pairs::new(header.extension) {
        if !FIELDS.contains(&pair.key) && !pair.value.is_empty() {
            sink(Untrusted::new(pair.key), extension::text(pair.value));
        }
    }
}
