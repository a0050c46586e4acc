//! What each key means, and which field it fills.

use rutter_event::{
    Action, Endpoint, Event, Packet, Refusal, Stamp, TcpFlags, Timestamp, Transport, Untrusted,
};

use super::super::address::{Written, family, leading_mac, written};
use super::super::clock;
use super::super::json::{Members, Value};

/// Facts that do not stand alone in an event.
#[derive(Default)]
pub(super) struct Notes<'a> {
    pub(super) prefix: &'a [u8],
    pub(super) device: &'a [u8],
    pub(super) action: Option<Action>,
    /// Netfilter's hook: 0 prerouting, 1 input, 2 forward, 3 output, 4 postrouting.
    pub(super) hook: Option<u8>,
    pub(super) ethertype: Option<u16>,
    timestamp: &'a [u8],
    seconds: Option<u32>,
    microseconds: u32,
    flags: TcpFlags,
    has_flags: bool,
    /// Bytes that the kernel handed over, IP header included.
    captured: Option<u32>,
    udp_length: Option<u32>,
    /// TCP data offset in words of four bytes.
    data_offset: u8,
}

impl Notes<'_> {
    /// The kernel's time, else the time at which ulogd wrote.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        match self.seconds {
            Some(seconds) => {
                let instant =
                    Timestamp::from_seconds(i64::from(seconds), self.microseconds * 1000)?;
                Some(Stamp::Instant(instant))
            }
            None => clock::iso(self.timestamp),
        }
    }
}

/// A record while it is read.
#[derive(Default)]
pub(super) struct Reading<'a> {
    pub(super) event: Event<'a>,
    pub(super) notes: Notes<'a>,
}

impl<'a> Reading<'a> {
    /// Takes one member; unknown keys are left to [`each_extra`].
    pub(super) fn take(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        match key
            .iter()
            .position(|byte| *byte == b'.')
            .and_then(|dot| key.split_at_checked(dot))
        {
            Some((b"oob", key)) => self.take_meta(key, value),
            Some((b"ip", key)) => self.take_ip(key, value)?,
            Some((b"ip6", key)) => self.take_ip6(key, value)?,
            Some((b"tcp", key)) => self.take_tcp(key, value)?,
            Some((b"udp" | b"sctp", key)) => self.take_udp(key, value)?,
            Some((b"icmp" | b"icmpv6", key)) => self.take_icmp(key, value),
            Some((b"raw", b".pktlen")) => self.notes.captured = value.decimal(),
            Some((b"mac", key)) => self.take_mac(key, value.text()),
            _ => self.take_plain(key, value)?,
        }
        Ok(())
    }

    /// Keys without a dot: the common information model of later versions.
    fn take_plain(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let packet = &mut self.event.packet;
        match key {
            b"src_ip" => end(value, &mut packet.source)?,
            b"dest_ip" => end(value, &mut packet.destination)?,
            b"src_port" => packet.source.port = Some(port(value)?),
            b"dest_port" => packet.destination.port = Some(port(value)?),
            b"timestamp" => self.notes.timestamp = value.text(),
            // Every installation that has not been told otherwise is called so.
            b"dvc" if value.text() != b"Netfilter" => self.notes.device = value.text(),
            b"action" => {
                let action = match value.text() {
                    b"allowed" => Action::Allowed,
                    b"blocked" => Action::Denied,
                    _ => return Ok(()),
                };
                (self.notes.action, self.event.action) = (Some(action), action);
            }
            _ => {}
        }
        Ok(())
    }

    fn take_meta(&mut self, key: &[u8], value: Value<'a>) {
        match key {
            b".prefix" => self.notes.prefix = value.text(),
            b".in" => self.event.observer.ingress = value.untrusted(),
            b".out" => self.event.observer.egress = value.untrusted(),
            b".hook" => self.notes.hook = value.decimal(),
            b".protocol" => self.notes.ethertype = value.decimal(),
            b".time.sec" => self.notes.seconds = value.decimal(),
            b".time.usec" => {
                self.notes.microseconds = value
                    .decimal()
                    .filter(|part| *part < 1_000_000)
                    .unwrap_or(0);
            }
            _ => {}
        }
    }

    fn take_ip(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let packet = &mut self.event.packet;
        match key {
            b".saddr.str" => end(value, &mut packet.source)?,
            b".daddr.str" => end(value, &mut packet.destination)?,
            b".protocol" => packet.transport = Some(protocol(value)?),
            b".tos" => packet.tos = value.decimal(),
            b".ttl" => packet.ttl = value.decimal(),
            b".totlen" => packet.length = value.decimal(),
            b".id" => packet.id = value.decimal(),
            b".fragoff" => {
                // The whole field of the header: three flags and the offset.
                if let Some(field) = value.decimal::<u16>() {
                    packet.fragment.dont = Some(field & 0x4000 != 0);
                    packet.fragment.more = field & 0x2000 != 0;
                    packet.fragment.offset = field & 0x1fff;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn take_ip6(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let packet = &mut self.event.packet;
        match key {
            b".nexthdr" => packet.transport = Some(protocol(value)?),
            b".priority" => packet.tos = value.decimal(),
            b".hoplimit" => packet.ttl = value.decimal(),
            b".flowlabel" => {
                packet.flow_label = value.decimal::<u32>().filter(|label| *label <= 0xf_ffff);
            }
            b".payloadlen" => {
                packet.length = value
                    .decimal::<u32>()
                    .and_then(|length| length.checked_add(40));
            }
            _ => {}
        }
        Ok(())
    }

    fn take_tcp(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let packet = &mut self.event.packet;
        match key {
            b".sport" => packet.source.port = Some(port(value)?),
            b".dport" => packet.destination.port = Some(port(value)?),
            b".seq" => packet.tcp.seq = value.decimal(),
            b".ackseq" => packet.tcp.ack = value.decimal(),
            b".window" => packet.tcp.window = value.decimal(),
            b".urgp" => packet.tcp.urgent = value.decimal(),
            b".offset" => self.notes.data_offset = value.decimal().unwrap_or(0),
            [b'.', word @ ..] => {
                let (Some(flag), Some(bit)) = (TcpFlags::from_word(word), bit(value)) else {
                    return Ok(());
                };
                self.notes.has_flags = true;
                if bit {
                    self.notes.flags = self.notes.flags.with(flag);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn take_udp(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let packet = &mut self.event.packet;
        match key {
            b".sport" => packet.source.port = Some(port(value)?),
            b".dport" => packet.destination.port = Some(port(value)?),
            b".len" => self.notes.udp_length = value.decimal(),
            _ => {}
        }
        Ok(())
    }

    fn take_icmp(&mut self, key: &[u8], value: Value<'a>) {
        let icmp = &mut self.event.packet.icmp;
        match key {
            b".type" => icmp.kind = value.decimal(),
            b".code" => icmp.code = value.decimal(),
            b".echoid" => icmp.id = value.decimal(),
            b".echoseq" => icmp.sequence = value.decimal(),
            b".fragmtu" => icmp.mtu = value.decimal(),
            _ => {}
        }
    }

    fn take_mac(&mut self, key: &[u8], text: &'a [u8]) {
        let packet = &mut self.event.packet;
        match key {
            b".saddr.str" => packet.source.mac = leading_mac(text),
            b".daddr.str" => packet.destination.mac = leading_mac(text),
            // Destination, source and EtherType of an Ethernet frame.
            b".str" if text.len() == 41 => {
                packet.destination.mac = packet.destination.mac.or_else(|| leading_mac(text));
                let source = || text.get(18..).and_then(leading_mac);
                packet.source.mac = packet.source.mac.or_else(source);
            }
            _ => {}
        }
    }
}

/// Draws the conclusions that need the whole record.
pub(super) fn settle(packet: &mut Packet, notes: &Notes<'_>) -> Result<(), Refusal> {
    packet.family = family(packet.source.ip, packet.destination.ip)?;
    packet.length = packet.length.or(notes.captured);
    match packet.transport {
        Some(Transport::TCP) => {
            packet.tcp.flags = notes.has_flags.then_some(notes.flags);
            // Some versions print 0 here, which no header holds.
            packet.tcp.options_length = notes
                .data_offset
                .checked_sub(5)
                .filter(|w| *w <= 10)
                .map(|w| w * 4);
        }
        Some(Transport::UDP) => {
            packet.payload_length = notes.udp_length.and_then(|length| length.checked_sub(8));
        }
        _ => {}
    }
    let is_first = packet.fragment.offset == 0;
    let has_ports = packet.source.port.is_some() && packet.destination.port.is_some();
    if matches!(packet.transport, Some(Transport::TCP | Transport::UDP)) && is_first && !has_ports {
        return Err(Refusal::MissingField);
    }
    Ok(())
}

fn end(value: Value<'_>, end: &mut Endpoint) -> Result<(), Refusal> {
    end.ip = match written(value.text()) {
        Some(Written::Plain(ip)) => Some(ip),
        Some(Written::Redacted) => None,
        None => return Err(Refusal::BadAddress),
    };
    Ok(())
}

fn port(value: Value<'_>) -> Result<u16, Refusal> {
    value.decimal().ok_or(Refusal::BadPort)
}

fn protocol(value: Value<'_>) -> Result<Transport, Refusal> {
    value.decimal().map(Transport).ok_or(Refusal::BadProtocol)
}

const fn bit(value: Value<'_>) -> Option<bool> {
    match value.text() {
        b"0" | b"false" => Some(false),
        b"1" | b"true" => Some(true),
        _ => None,
    }
}

/// Keys that fill a field.
const FIELDS: &[&[u8]] = &[
    b"timestamp",
    b"dvc",
    b"action",
    b"src_ip",
    b"dest_ip",
    b"src_port",
    b"dest_port",
    b"raw.pktlen",
    b"oob.prefix",
    b"oob.family",
    b"oob.in",
    b"oob.out",
    b"oob.hook",
    b"oob.protocol",
    b"oob.time.sec",
    b"oob.time.usec",
    b"ip.saddr.str",
    b"ip.daddr.str",
    b"ip.protocol",
    b"ip.tos",
    b"ip.ttl",
    b"ip.totlen",
    b"ip.id",
    b"ip.fragoff",
    b"ip6.nexthdr",
    b"ip6.priority",
    b"ip6.hoplimit",
    b"ip6.flowlabel",
    b"ip6.payloadlen",
    b"tcp.sport",
    b"tcp.dport",
    b"tcp.seq",
    b"tcp.ackseq",
    b"tcp.window",
    b"tcp.urgp",
    b"tcp.offset",
    b"tcp.fin",
    b"tcp.syn",
    b"tcp.rst",
    b"tcp.psh",
    b"tcp.ack",
    b"tcp.urg",
    b"tcp.ece",
    b"tcp.cwr",
    b"udp.sport",
    b"udp.dport",
    b"udp.len",
    b"sctp.sport",
    b"sctp.dport",
    b"icmp.type",
    b"icmp.code",
    b"icmp.echoid",
    b"icmp.echoseq",
    b"icmp.fragmtu",
    b"icmpv6.type",
    b"icmpv6.code",
    b"icmpv6.echoid",
    b"icmpv6.echoseq",
    b"mac.saddr.str",
    b"mac.daddr.str",
    b"mac.str",
];

/// Calls back with every member that has no field: `oob.mark`, `oob.uid`, `esp.spi`, …
pub(super) fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for (key, value) in Members::new(record).map_while(Result::ok) {
        if !FIELDS.contains(&key) {
            sink(Untrusted::new(key), value.untrusted());
        }
    }
}
