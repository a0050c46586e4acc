//! What each collector's keys mean, and which field they fill.

use std::net::IpAddr;

use rutter_event::{Action, Direction, Event, Refusal, Stamp, TcpFlags, Transport, Untrusted};

use super::super::address::leading_mac;
use super::super::fields;
use super::super::json::{self, Members, Value};
use super::super::number::{decimal, hexadecimal};
use crate::record::{Record, Rejection};

/// Objects that hold the fields: of Logstash's codec.
pub(super) const INSIDE: &[&[u8]] = &[b"netflow", b"ipfix"];

/// A record while it is read.
#[derive(Default)]
pub(super) struct Reading<'a> {
    event: Event<'a>,
    has_ends: bool,
    written: Option<Stamp>,
    start: Stamp,
    end: Stamp,
    bytes: [Option<u64>; 2],
    packets: [Option<u64>; 2],
    flags: Option<u8>,
    /// Type and code of ICMP in one number, and the port that holds it where nothing else does.
    icmp: Option<u16>,
}

impl<'a> Reading<'a> {
    pub(super) fn take(&mut self, path: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let key = path
            .strip_prefix(b"netflow.")
            .or_else(|| path.strip_prefix(b"ipfix."))
            .unwrap_or(path);
        if self.take_end(key, value.text())? {
            return Ok(());
        }
        let event = &mut self.event;
        let packet = &mut event.packet;
        let text = value.text();
        let shown = json::untrusted(text);
        match key {
            b"proto"
            | b"Proto"
            | b"protocol"
            | b"PROTOCOL"
            | b"protocol_identifier"
            | b"protocolIdentifier"
            | b"ip_proto"
            | b"l4.proto.id"
            | b"l4.proto.name"
            | b"flow.l4.proto.name" => {
                packet.transport = packet.transport.or(fields::protocol(text)?);
            }
            b"in_bytes" | b"IN_BYTES" | b"bytes" | b"Bytes" | b"octet_delta_count"
            | b"octetDeltaCount" | b"flow.bytes" => self.bytes[0] = fields::count(text),
            b"out_bytes" | b"OUT_BYTES" => self.bytes[1] = fields::count(text),
            b"in_packets"
            | b"in_pkts"
            | b"IN_PKTS"
            | b"packets"
            | b"Packets"
            | b"packet_delta_count"
            | b"packetDeltaCount"
            | b"flow.packets" => {
                self.packets[0] = fields::count(text);
            }
            b"out_packets" | b"out_pkts" | b"OUT_PKTS" => self.packets[1] = fields::count(text),
            b"tcp_flags"
            | b"TCPFlags"
            | b"TcpFlags"
            | b"TCP_FLAGS"
            | b"tcp_control_bits"
            | b"tcpControlBits"
            | b"flow.tcp.flags.bits" => self.flags = flags(text),
            b"icmp_type" | b"IcmpType" => {
                // nfdump prints both under their own names, exporters both in one number.
                match value.decimal::<u16>() {
                    Some(both @ 256..) => self.icmp = Some(both),
                    kind => packet.icmp.kind = kind.and_then(|kind| u8::try_from(kind).ok()),
                }
            }
            b"icmp_code" | b"IcmpCode" => packet.icmp.code = value.decimal(),
            b"ICMP_TYPE" | b"icmp_type_code_ipv4" | b"icmp_type_code_ipv6" => {
                self.icmp = value.decimal();
            }
            b"first"
            | b"t_first"
            | b"first_switched"
            | b"FIRST_SWITCHED"
            | b"time_flow_start_ns"
            | b"TimeFlowStartNs"
            | b"time_flow_start"
            | b"TimeFlowStart"
            | b"TimeFlowStartMs"
            | b"flow_start_milliseconds"
            | b"flowStartMilliseconds"
            | b"flow_start_seconds"
            | b"flow.start.timestamp"
            | b"timestamp_start"
            | b"stamp_inserted" => {
                self.start = stamp(text, self.start);
            }
            b"last"
            | b"t_last"
            | b"last_switched"
            | b"LAST_SWITCHED"
            | b"time_flow_end_ns"
            | b"TimeFlowEndNs"
            | b"time_flow_end"
            | b"TimeFlowEnd"
            | b"TimeFlowEndMs"
            | b"flow_end_milliseconds"
            | b"flowEndMilliseconds"
            | b"flow_end_seconds"
            | b"flow.end.timestamp"
            | b"timestamp_end"
            | b"stamp_updated" => {
                self.end = stamp(text, self.end);
            }
            b"@timestamp"
            | b"t_received"
            | b"received"
            | b"time_received_ns"
            | b"time_received"
            | b"TimeReceived"
            | b"TimeReceivedNs"
            | b"timestamp"
            | b"flow.collect.timestamp" => {
                self.written = Some(fields::stamp(text).ok_or(Refusal::BadTime)?);
            }
            b"src_tos" | b"ip_tos" | b"IPTos" | b"IpTos" | b"tos" | b"SRC_TOS" => {
                packet.tos = value.decimal();
            }
            b"ip_ttl" | b"IPTTL" | b"IpTtl" => packet.ttl = value.decimal(),
            b"in_src_mac" | b"src_mac" | b"SrcMac" | b"mac_src" => {
                packet.source.mac = leading_mac(text);
            }
            b"out_dst_mac" | b"dst_mac" | b"DstMac" | b"mac_dst" => {
                packet.destination.mac = leading_mac(text);
            }
            b"input_snmp"
            | b"INPUT_SNMP"
            | b"in_if"
            | b"InIf"
            | b"ingress_interface"
            | b"ingressInterface"
            | b"iface_in"
            | b"flow.in.netif.name" => {
                event.observer.ingress = shown;
            }
            b"output_snmp"
            | b"OUTPUT_SNMP"
            | b"out_if"
            | b"OutIf"
            | b"egress_interface"
            | b"egressInterface"
            | b"iface_out"
            | b"flow.out.netif.name" => {
                event.observer.egress = shown;
            }
            b"direction" | b"DIRECTION" | b"FlowDirection" | b"flow_direction" => {
                event.direction = match text {
                    b"0" | b"ingress" => Direction::Inbound,
                    b"1" | b"egress" => Direction::Outbound,
                    _ => Direction::Unknown,
                };
            }
            b"sampler_address"
            | b"SamplerAddress"
            | b"ip4_router"
            | b"ip6_router"
            | b"peer_ip_src"
            | b"host"
            | b"flow.export.ip.addr" => {
                event.observer.hostname = shown;
            }
            b"fw_event" => {
                event.action = match text {
                    b"denied" | b"3" => Action::Denied,
                    b"created" | b"created/updated" | b"1" | b"2" | b"5" => Action::Allowed,
                    _ => Action::Unstated,
                };
            }
            _ => {}
        }
        Ok(())
    }

    /// Ends, before and after translation.
    fn take_end(&mut self, key: &[u8], text: &[u8]) -> Result<bool, Refusal> {
        let packet = &mut self.event.packet;
        match key {
            b"src4_addr"
            | b"src6_addr"
            | b"src_addr"
            | b"SrcAddr"
            | b"ipv4_src_addr"
            | b"ipv6_src_addr"
            | b"IPV4_SRC_ADDR"
            | b"IPV6_SRC_ADDR"
            | b"source_ipv4_address"
            | b"source_ipv6_address"
            | b"sourceIPv4Address"
            | b"sourceIPv6Address"
            | b"ip_src"
            | b"flow.src.ip.addr"
            | b"flow.client.ip.addr" => {
                packet.source.ip = told(packet.source.ip, fields::end(text)?);
                self.has_ends = true;
            }
            b"dst4_addr"
            | b"dst6_addr"
            | b"dst_addr"
            | b"DstAddr"
            | b"ipv4_dst_addr"
            | b"ipv6_dst_addr"
            | b"IPV4_DST_ADDR"
            | b"IPV6_DST_ADDR"
            | b"destination_ipv4_address"
            | b"destination_ipv6_address"
            | b"destinationIPv4Address"
            | b"destinationIPv6Address"
            | b"ip_dst"
            | b"flow.dst.ip.addr"
            | b"flow.server.ip.addr" => {
                packet.destination.ip = told(packet.destination.ip, fields::end(text)?);
            }
            b"src_port"
            | b"SrcPort"
            | b"l4_src_port"
            | b"L4_SRC_PORT"
            | b"port_src"
            | b"source_transport_port"
            | b"sourceTransportPort"
            | b"flow.src.l4.port.id"
            | b"flow.client.l4.port.id" => packet.source.port = fields::port(text)?,
            b"dst_port"
            | b"DstPort"
            | b"l4_dst_port"
            | b"L4_DST_PORT"
            | b"port_dst"
            | b"destination_transport_port"
            | b"destinationTransportPort"
            | b"flow.dst.l4.port.id"
            | b"flow.server.l4.port.id" => {
                packet.destination.port = fields::port(text)?;
            }
            b"src4_xlt_ip"
            | b"src6_xlt_ip"
            | b"post_nat_source_ipv4_address"
            | b"postNATSourceIPv4Address"
            | b"post_nat_src_ip_addr"
            | b"post_nat_ip_src" => {
                packet.source.nat_ip = fields::translated(text)?;
            }
            b"dst4_xlt_ip"
            | b"dst6_xlt_ip"
            | b"post_nat_destination_ipv4_address"
            | b"postNATDestinationIPv4Address"
            | b"post_nat_dst_ip_addr"
            | b"post_nat_ip_dst" => {
                packet.destination.nat_ip = fields::translated(text)?;
            }
            b"src_xlt_port"
            | b"post_napt_source_transport_port"
            | b"postNAPTSourceTransportPort"
            | b"post_nat_port_src" => {
                packet.source.nat_port = fields::port(text)?.filter(|port| *port > 0);
            }
            b"dst_xlt_port"
            | b"post_napt_destination_transport_port"
            | b"postNAPTDestinationTransportPort"
            | b"post_nat_port_dst" => {
                packet.destination.nat_port = fields::port(text)?.filter(|port| *port > 0);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Draws the conclusions that need the whole record; nothing when it names no ends.
    pub(super) fn settle(self, record: &Record<'a>) -> Result<Option<Event<'a>>, Rejection> {
        let mut event = self.event;
        if !self.has_ends {
            return Ok(None);
        }
        let packet = &mut event.packet;
        if packet.transport.is_some_and(Transport::is_icmp) && packet.icmp.kind.is_none() {
            // Version 5 has no field for type and code: they stand in the destination port.
            if let Some(both) = self.icmp.or(packet.destination.port) {
                let [kind, code] = both.to_be_bytes();
                (packet.icmp.kind, packet.icmp.code) = (Some(kind), Some(code));
            }
        }
        event.packets = fields::sum(self.packets[0], self.packets[1]);
        event.bytes = fields::sum(self.bytes[0], self.bytes[1]);
        if let (Some(flags), Some(Transport::TCP)) = (self.flags, packet.transport) {
            fields::take_flags_of_flow(&mut packet.tcp, flags, event.packets);
        }
        fields::settle(packet)?;
        event.duration = fields::between(self.start, self.end);
        event.stamp = match (self.start, self.written) {
            (Stamp::Absent, Some(written)) => written,
            (Stamp::Absent, None) => record.stamp,
            (start, _) => start,
        };
        if event.observer.hostname.is_empty() {
            event.observer.hostname = record.hostname;
        }
        Ok(Some(event))
    }
}

/// The address that a record tells: collectors with a column for each family fill the other one with
/// the unspecified address.
fn told(known: Option<IpAddr>, ip: Option<IpAddr>) -> Option<IpAddr> {
    match (known, ip) {
        (Some(known), Some(ip)) if ip.is_unspecified() => Some(known),
        (known, ip) => ip.or(known),
    }
}

/// A start or end that is a date. Times since an exporter's boot say nothing without it.
fn stamp(text: &[u8], known: Stamp) -> Stamp {
    match fields::stamp(text) {
        Some(Stamp::Instant(instant)) if instant.seconds() < 100_000_000 => known,
        Some(stamp) => stamp,
        None => known,
    }
}

/// `27`, `0x1b`, `...AP.SF` of nfdump, `SYN,ACK`.
fn flags(text: &[u8]) -> Option<u8> {
    if let Some(digits) = text.strip_prefix(b"0x") {
        return hexadecimal(digits);
    }
    if let Some(number) = decimal::<u16>(text) {
        return Some((number & 0xff) as u8);
    }
    let is_pattern = text.len() == 8 && !text.contains(&b',');
    let flags = if is_pattern {
        let set = text.iter().filter(|letter| **letter != b'.');
        set.map(|letter| TcpFlags::from_letter(*letter))
            .try_fold(TcpFlags::NONE, join)
    } else {
        let words = text.split(|byte| matches!(byte, b',' | b'|' | b' '));
        words
            .map(TcpFlags::from_word)
            .try_fold(TcpFlags::NONE, join)
    };
    flags.map(|flags| flags.0)
}

fn join(flags: TcpFlags, flag: Option<TcpFlags>) -> Option<TcpFlags> {
    Some(flags.with(flag?))
}

/// Keys that fill a field whatever their value.
const FIELDS: &[&[u8]] = &[
    b"netflow",
    b"ipfix",
    b"src4_addr",
    b"src6_addr",
    b"dst4_addr",
    b"dst6_addr",
    b"src_addr",
    b"dst_addr",
    b"SrcAddr",
    b"DstAddr",
    b"src_port",
    b"dst_port",
    b"SrcPort",
    b"DstPort",
    b"ipv4_src_addr",
    b"ipv4_dst_addr",
    b"l4_src_port",
    b"l4_dst_port",
    b"ip_src",
    b"ip_dst",
    b"port_src",
    b"port_dst",
    b"proto",
    b"sampler_address",
];

/// Calls back with every member that has no field, those inside the collector's object too.
pub(super) fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for (key, value) in Members::new(record).map_while(Result::ok) {
        if matches!(key, b"netflow" | b"ipfix") {
            fields::each_member_but(value.text(), FIELDS, sink);
        }
    }
    fields::each_member_but(record, FIELDS, sink);
}
