//! From the fields of a flow to an event.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rutter_event::{Action, Endpoint, Event, Family, Mac, Packet, Timestamp, Transport, Untrusted};

use super::clock::Clock;
use super::details::Details;
use super::element::{self, number};
use super::exports::{Page, Tell, Told};
use super::recognise::Protocol;
use super::template::Field;
use crate::formats::take_flags_of_flow;
use crate::frames::{Frame, LinkType, Order, Scratch, Text, chunk};

/// The number under which the fields of a flow's answers stand (RFC 5103).
const REVERSE: u32 = 29_305;

/// A flow while it is read.
pub(super) struct Reading<'a> {
    pub(super) packet: Packet,
    clock: Clock,
    pub(super) v4: (Option<Ipv4Addr>, Option<Ipv4Addr>),
    v6: (Option<Ipv6Addr>, Option<Ipv6Addr>),
    pub(super) source_port: Option<u16>,
    pub(super) destination_port: Option<u16>,
    pub(super) start: Option<Timestamp>,
    pub(super) end: Option<Timestamp>,
    /// When it was seen, for what has no start: events of firewalls and translators.
    seen: Option<Timestamp>,
    /// As the exporter gives it, in nanoseconds.
    duration: Option<u64>,
    /// Of the flow and of its answers.
    pub(super) bytes: [Option<u64>; 2],
    pub(super) packets: [Option<u64>; 2],
    pub(super) flags: Option<u16>,
    /// Type and code of ICMP in one number.
    icmp: Option<u16>,
    ttl: [Option<u8>; 2],
    pub(super) ingress: Option<u64>,
    pub(super) egress: Option<u64>,
    exporter: Option<IpAddr>,
    action: Action,
    application: &'a [u8],
    user: &'a [u8],
    /// The source is who answered (RFC 5103, `biflowDirection` 2).
    is_reversed: bool,
    /// The beginning of a packet of the flow.
    section: Option<(LinkType, &'a [u8])>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            packet: Packet::default(),
            clock,
            v4: (None, None),
            v6: (None, None),
            source_port: None,
            destination_port: None,
            start: None,
            end: None,
            seen: None,
            duration: None,
            bytes: [None; 2],
            packets: [None; 2],
            flags: None,
            icmp: None,
            ttl: [None; 2],
            ingress: None,
            egress: None,
            exporter: None,
            action: Action::Unstated,
            application: b"",
            user: b"",
            is_reversed: false,
            section: None,
        }
    }

    /// Takes a field; what has no place in an event goes to the details.
    pub(super) fn take(&mut self, field: &Field, value: &'a [u8], details: &mut Details) {
        let is_taken = match field.enterprise {
            0 => {
                self.take_end(field.id, value)
                    || self.take_time(field.id, value)
                    || self.take_sum(field.id, value)
                    || self.take_header(field.id, value)
                    || self.take_rest(field.id, value)
            }
            REVERSE => self.take_answers(field.id, value),
            _ => false,
        };
        if !is_taken {
            element::tell(field, value, details);
        }
    }

    fn take_end(&mut self, id: u16, value: &[u8]) -> bool {
        let packet = &mut self.packet;
        match id {
            8 => fill(&mut self.v4.0, v4(value)),
            12 => fill(&mut self.v4.1, v4(value)),
            27 => fill(&mut self.v6.0, v6(value)),
            28 => fill(&mut self.v6.1, v6(value)),
            7 => fill(&mut self.source_port, short(value)),
            11 => fill(&mut self.destination_port, short(value)),
            180 | 182 => self.source_port.is_none() && fill(&mut self.source_port, short(value)),
            181 | 183 => {
                self.destination_port.is_none() && fill(&mut self.destination_port, short(value))
            }
            56 => fill(&mut packet.source.mac, mac(value)),
            80 => fill(&mut packet.destination.mac, mac(value)),
            // After the device has replaced them: only where those before are not told.
            81 => packet.source.mac.is_none() && fill(&mut packet.source.mac, mac(value)),
            57 => packet.destination.mac.is_none() && fill(&mut packet.destination.mac, mac(value)),
            225 | 281 | 40_001 => translate(&mut packet.source, value),
            226 | 282 | 40_002 => translate(&mut packet.destination, value),
            227 | 40_003 => fill(&mut packet.source.nat_port, short(value).filter(|p| *p > 0)),
            228 | 40_004 => fill(
                &mut packet.destination.nat_port,
                short(value).filter(|p| *p > 0),
            ),
            _ => false,
        }
    }

    fn take_time(&mut self, id: u16, value: &[u8]) -> bool {
        let Some(bits) = number(value) else {
            return false;
        };
        let since_boot = || {
            u32::try_from(bits)
                .ok()
                .and_then(|ms| self.clock.since_boot(ms))
        };
        let (place, time) = match id {
            22 => (&mut self.start, since_boot()),
            21 => (&mut self.end, since_boot()),
            150 => (&mut self.start, Clock::seconds(bits)),
            151 => (&mut self.end, Clock::seconds(bits)),
            152 => (&mut self.start, Clock::milliseconds(bits)),
            153 => (&mut self.end, Clock::milliseconds(bits)),
            154 | 156 => (&mut self.start, Clock::ntp(bits)),
            155 | 157 => (&mut self.end, Clock::ntp(bits)),
            158 => (&mut self.start, self.clock.before_export(bits)),
            159 => (&mut self.end, self.clock.before_export(bits)),
            322 => (&mut self.seen, Clock::seconds(bits)),
            323 => (&mut self.seen, Clock::milliseconds(bits)),
            324 | 325 => (&mut self.seen, Clock::ntp(bits)),
            160 => {
                self.clock.boot = Some(bits);
                return false;
            }
            161 => return fill(&mut self.duration, bits.checked_mul(1_000_000)),
            162 => return fill(&mut self.duration, bits.checked_mul(1_000)),
            _ => return false,
        };
        fill(place, time)
    }

    fn take_sum(&mut self, id: u16, value: &[u8]) -> bool {
        let bits = number(value);
        match id {
            1 | 231 => fill(&mut self.bytes[0], bits),
            2 | 298 => fill(&mut self.packets[0], bits),
            // Since the flow began, and what left the device: only where nothing else is told.
            85 | 23 => self.bytes[0].is_none() && fill(&mut self.bytes[0], bits),
            86 | 24 => self.packets[0].is_none() && fill(&mut self.packets[0], bits),
            232 => fill(&mut self.bytes[1], bits),
            299 => fill(&mut self.packets[1], bits),
            _ => false,
        }
    }

    fn take_header(&mut self, id: u16, value: &'a [u8]) -> bool {
        let packet = &mut self.packet;
        match id {
            4 => fill(&mut packet.transport, byte(value).map(Transport)),
            5 => fill(&mut packet.tos, byte(value)),
            6 => fill(&mut self.flags, short(value)),
            31 => fill(
                &mut packet.flow_label,
                number(value).map(|n| (n & 0xf_ffff) as u32),
            ),
            32 | 139 => fill(&mut self.icmp, short(value)),
            176 | 178 => fill(&mut packet.icmp.kind, byte(value)),
            177 | 179 => fill(&mut packet.icmp.code, byte(value)),
            52 => fill(&mut self.ttl[0], byte(value)),
            53 => fill(&mut self.ttl[1], byte(value)),
            192 => fill(&mut packet.ttl, byte(value)),
            184 => fill(&mut packet.tcp.seq, long(value)),
            185 => fill(&mut packet.tcp.ack, long(value)),
            186 => fill(&mut packet.tcp.window, short(value)),
            104 | 315 => fill(&mut self.section, Some((LinkType::ETHERNET, value))),
            313 => fill(&mut self.section, Some((LinkType::RAW, value))),
            _ => false,
        }
    }

    fn take_rest(&mut self, id: u16, value: &'a [u8]) -> bool {
        match id {
            10 => fill(&mut self.ingress, number(value)),
            14 => fill(&mut self.egress, number(value)),
            130 => fill(&mut self.exporter, v4(value).map(IpAddr::V4)),
            131 => fill(&mut self.exporter, v6(value).map(IpAddr::V6)),
            96 => {
                self.application = element::text(value);
                true
            }
            371 | 40_000 => {
                self.user = element::text(value);
                true
            }
            // The upper two bits decide, the lower ones say why (RFC 7270, section 4.12).
            89 => {
                self.action = match number(value).map(|status| status >> 6 & 3) {
                    Some(1) => Action::Allowed,
                    Some(2) => Action::Dropped,
                    _ => self.action,
                };
                false
            }
            // Created, deleted, denied, alert, updated (Cisco, NSEL).
            233 | 40_005 => {
                self.action = match number(value) {
                    Some(1 | 2 | 5) => Action::Allowed,
                    Some(3) => Action::Denied,
                    _ => self.action,
                };
                false
            }
            239 => {
                self.is_reversed = number(value) == Some(2);
                false
            }
            _ => false,
        }
    }

    /// What the answers of a flow say; their times are within those of the flow.
    fn take_answers(&mut self, id: u16, value: &[u8]) -> bool {
        match id {
            1 | 85 => fill(&mut self.bytes[1], number(value)),
            2 | 86 => fill(&mut self.packets[1], number(value)),
            _ => false,
        }
    }

    /// Draws the conclusions that need the whole flow and hands the event out; false when it names no
    /// address.
    pub(super) fn tell(mut self, protocol: Protocol, page: &mut Page, tell: Tell<'_>) -> bool {
        let mut scratch = Scratch::default();
        let mut event = Event::default();
        self.take_ends();
        if self.packet.family == Family::default() {
            let Some(frame) = self.section() else {
                return false;
            };
            if frame.read(&mut scratch, &mut event).is_err() {
                return false;
            }
            self.packet = event.packet;
        }
        self.settle(&mut page.details);
        let (mut ingress, mut egress) = (Text::default(), Text::default());
        for (text, index) in [(&mut ingress, self.ingress), (&mut egress, self.egress)] {
            // Interface 0 is none.
            if let Some(index) = index.and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0) {
                text.push_number(index);
            }
        }
        let own = self.exporter.map(|ip| ip.to_string());
        event.format = protocol.name();
        event.stamp = self.clock.stamp(self.start.or(self.seen));
        event.action = self.action;
        event.packet = self.packet;
        event.bytes = sum(self.bytes);
        event.packets = sum(self.packets);
        event.duration = self.duration;
        event.application = Untrusted::new(self.application);
        event.user = Untrusted::new(self.user);
        event.extra = page.details.extra();
        event.observer.ingress = Untrusted::new(ingress.bytes());
        event.observer.egress = Untrusted::new(egress.bytes());
        event.observer.hostname = Untrusted::new(own.as_ref().unwrap_or(&page.exporter).as_bytes());
        tell(Told::Flow(&mut event));
        true
    }

    /// The beginning of a packet of the flow, to be read where no field tells the ends.
    fn section(&self) -> Option<Frame<'a>> {
        let (link, bytes) = self.section?;
        Some(Frame {
            link,
            order: Order::Big,
            bytes,
            wire_length: u32::MAX,
        })
    }

    /// The addresses of the family that the flow is of: templates with a column for each fill the
    /// other one with the unspecified address.
    fn take_ends(&mut self) {
        let packet = &mut self.packet;
        let told = |a: bool, b: bool| a || b;
        let has_v4 = told(self.v4.0.is_some(), self.v4.1.is_some());
        let has_v6 = told(self.v6.0.is_some(), self.v6.1.is_some());
        let is_set = |ip: Option<Ipv4Addr>| ip.is_some_and(|ip| !ip.is_unspecified());
        if has_v4 && (!has_v6 || is_set(self.v4.0) || is_set(self.v4.1)) {
            packet.family = Family::V4;
            packet.source.ip = self.v4.0.map(IpAddr::V4);
            packet.destination.ip = self.v4.1.map(IpAddr::V4);
        } else if has_v6 {
            packet.family = Family::V6;
            packet.source.ip = self.v6.0.map(IpAddr::V6);
            packet.destination.ip = self.v6.1.map(IpAddr::V6);
        }
        packet.source.port = self.source_port;
        packet.destination.port = self.destination_port;
    }

    fn settle(&mut self, details: &mut Details) {
        let packet = &mut self.packet;
        packet.tell_icmp_apart();
        if packet.transport.is_some_and(Transport::is_icmp) && packet.icmp.kind.is_none() {
            // Version 5 has no field for type and code: they stand in the destination port.
            let both = self.icmp.or(packet.destination.port);
            if let Some([kind, code]) = both.map(u16::to_be_bytes) {
                (packet.icmp.kind, packet.icmp.code) = (Some(kind), Some(code));
            }
        }
        if packet
            .transport
            .is_some_and(|transport| !transport.has_ports())
        {
            (packet.source.port, packet.destination.port) = (None, None);
        }
        if let [Some(least), Some(most)] = self.ttl {
            if least == most {
                packet.ttl = packet.ttl.or(Some(least));
            } else {
                details.number("minimumTTL", least.into());
                details.number("maximumTTL", most.into());
            }
        }
        if let (Some(flags), Some(Transport::TCP)) = (self.flags, packet.transport) {
            take_flags_of_flow(&mut packet.tcp, (flags & 0xff) as u8, sum(self.packets));
            if packet.tcp.flags.is_none() {
                details.number("tcpControlBits", flags.into());
            }
        }
        if let (Some(start), Some(end)) = (self.start, self.end) {
            let between = end.0.checked_sub(start.0);
            self.duration = between.and_then(|n| u64::try_from(n).ok());
        }
        if self.is_reversed {
            std::mem::swap(&mut packet.source, &mut packet.destination);
        }
    }
}

fn sum([flow, answers]: [Option<u64>; 2]) -> Option<u64> {
    match (flow, answers) {
        (Some(flow), Some(answers)) => flow.checked_add(answers),
        (one, other) => one.or(other),
    }
}

/// Fills a place; whether there was something to fill it with.
fn fill<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    if value.is_some() {
        *place = value;
        true
    } else {
        false
    }
}

/// The address after translation; the unspecified one says that nothing was translated.
fn translate(end: &mut Endpoint, value: &[u8]) -> bool {
    let ip = v4(value)
        .map(IpAddr::V4)
        .or_else(|| v6(value).map(IpAddr::V6));
    match ip {
        Some(ip) if ip.is_unspecified() => true,
        ip => fill(&mut end.nat_ip, ip),
    }
}

fn v4(value: &[u8]) -> Option<Ipv4Addr> {
    <[u8; 4]>::try_from(value).ok().map(Ipv4Addr::from)
}

fn v6(value: &[u8]) -> Option<Ipv6Addr> {
    <[u8; 16]>::try_from(value).ok().map(Ipv6Addr::from)
}

fn mac(value: &[u8]) -> Option<Mac> {
    let bytes: [u8; 6] = chunk(value, 0).filter(|_| value.len() == 6)?;
    (bytes != [0; 6]).then_some(Mac(bytes))
}

fn byte(value: &[u8]) -> Option<u8> {
    number(value).and_then(|n| u8::try_from(n).ok())
}

fn short(value: &[u8]) -> Option<u16> {
    number(value).and_then(|n| u16::try_from(n).ok())
}

fn long(value: &[u8]) -> Option<u32> {
    number(value).and_then(|n| u32::try_from(n).ok())
}
