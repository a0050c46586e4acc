//! What each key of the data sets means, and which field it fills.

use rutter_event::{Action, Direction, Event, Refusal, Stamp, TcpFlags, Transport, Untrusted};

use super::super::fields;
use super::super::json::{self, Value};
use crate::record::{Record, Rejection};

/// A record while it is read.
#[derive(Default)]
pub(super) struct Reading<'a> {
    event: Event<'a>,
    has_ends: bool,
    written: Option<Stamp>,
    start: Stamp,
    end: Stamp,
    bytes: [Option<u64>; 2],
    user: &'a [u8],
}

impl<'a> Reading<'a> {
    pub(super) fn take(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let text = value.text();
        if self.take_end(key, value)? || self.take_header(key, value) {
            return Ok(());
        }
        let event = &mut self.event;
        let shown = json::untrusted(text);
        let time = |text| fields::stamp(text).ok_or(Refusal::BadTime);
        match key {
            b"Datetime" | b"Timestamp" => self.written = Some(time(text)?),
            b"SessionStartTime" => self.start = time(text)?,
            b"SessionEndTime" => self.end = time(text)?,
            // 0 while the connection lasts.
            b"ConnectTimestamp" if text != b"0" => self.start = time(text)?,
            b"DisconnectTimestamp" if text != b"0" => self.end = time(text)?,
            b"Action" | b"Outcome" => event.action = action(text),
            b"PolicyName" | b"RuleName" | b"EgressRuleName" if event.rule.is_empty() => {
                event.rule = shown;
            }
            b"PolicyID" | b"RuleID" | b"EgressRuleID" if event.rule_id.is_empty() => {
                event.rule_id = shown;
            }
            b"BytesSent" | b"ClientBytes" => self.bytes[0] = fields::count(text),
            b"BytesReceived" | b"OriginBytes" => self.bytes[1] = fields::count(text),
            b"Email" => event.user = shown,
            b"UserID" => self.user = text,
            b"Direction" => {
                event.direction = match text {
                    b"ingress" => Direction::Inbound,
                    b"egress" => Direction::Outbound,
                    b"lan" => Direction::Internal,
                    _ => Direction::Unknown,
                };
            }
            b"ColoCode" | b"ColoName" | b"IngressColoName" => event.observer.hostname = shown,
            _ => {}
        }
        Ok(())
    }

    fn take_end(&mut self, key: &[u8], value: Value<'a>) -> Result<bool, Refusal> {
        let text = value.text();
        let packet = &mut self.event.packet;
        match key {
            b"SourceIP" | b"ClientIP" | b"IPSourceAddress" => {
                packet.source.ip = fields::end(text)?;
                self.has_ends = true;
            }
            b"DestinationIP" | b"OriginIP" | b"IPDestinationAddress" => {
                packet.destination.ip = fields::end(text)?;
            }
            b"SourcePort" | b"ClientPort" => packet.source.port = fields::port(text)?,
            b"DestinationPort" | b"OriginPort" => packet.destination.port = fields::port(text)?,
            // Columns of the other protocol hold 0.
            b"TCPSourcePort" | b"UDPSourcePort" => {
                packet.source.port = fields::port(text)?
                    .filter(|p| *p > 0)
                    .or(packet.source.port);
            }
            b"TCPDestinationPort" | b"UDPDestinationPort" => {
                let port = fields::port(text)?.filter(|port| *port > 0);
                packet.destination.port = port.or(packet.destination.port);
            }
            b"Transport" | b"Protocol" | b"ClientProto" | b"IPProtocolName" => {
                packet.transport = packet.transport.or(fields::protocol(text)?);
            }
            b"IPProtocol" => {
                packet.transport =
                    Some(value.decimal().map(Transport).ok_or(Refusal::BadProtocol)?);
            }
            b"EgressIP" => packet.source.nat_ip = fields::translated(text)?,
            b"EgressPort" => packet.source.nat_port = fields::port(text)?.filter(|port| *port > 0),
            b"OverrideIP" => packet.destination.nat_ip = fields::translated(text)?,
            b"OverridePort" => {
                packet.destination.nat_port = fields::port(text)?.filter(|port| *port > 0);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Headers, of network analytics alone.
    fn take_header(&mut self, key: &[u8], value: Value<'a>) -> bool {
        let packet = &mut self.event.packet;
        match key {
            b"IPTotalLength" => packet.length = value.decimal(),
            b"IPTtl" | b"IPTTL" => packet.ttl = value.decimal(),
            b"IPv4Identification" => packet.id = value.decimal(),
            b"IPv6FlowLabel" => {
                packet.flow_label = value.decimal::<u32>().filter(|label| *label > 0)
            }
            b"IPFragmentOffset" => packet.fragment.offset = value.decimal().unwrap_or(0),
            b"TCPFlags" => packet.tcp.flags = value.decimal::<u8>().map(TcpFlags),
            b"TCPSequenceNumber" => packet.tcp.seq = value.decimal(),
            b"TCPAcknowledgementNumber" => packet.tcp.ack = value.decimal(),
            b"TCPWindowSize" => packet.tcp.window = value.decimal(),
            b"TCPUrgentPointer" => packet.tcp.urgent = value.decimal(),
            b"TCPMSS" => packet.tcp.mss = value.decimal().filter(|mss| *mss > 0),
            b"ICMPType" => packet.icmp.kind = value.decimal(),
            b"ICMPCode" => packet.icmp.code = value.decimal(),
            b"UDPPayloadLength" => packet.payload_length = value.decimal(),
            _ => return false,
        }
        true
    }

    /// Draws the conclusions that need the whole record; nothing when it names no ends.
    pub(super) fn settle(self, record: &Record<'a>) -> Result<Option<Event<'a>>, Rejection> {
        let mut event = self.event;
        if !self.has_ends {
            return Ok(None);
        }
        let packet = &mut event.packet;
        // Columns of the other protocols hold 0.
        if packet.transport != Some(Transport::TCP) {
            packet.tcp = rutter_event::Tcp::default();
        }
        if !packet.transport.is_some_and(Transport::is_icmp) {
            packet.icmp = rutter_event::Icmp::default();
        }
        if packet.transport != Some(Transport::UDP) {
            packet.payload_length = None;
        }
        fields::settle(packet)?;
        event.stamp = self.written.unwrap_or(match self.start {
            Stamp::Absent => record.stamp,
            start => start,
        });
        event.duration = fields::between(self.start, self.end);
        event.bytes = fields::sum(self.bytes[0], self.bytes[1]);
        if event.user.is_empty() {
            event.user = Untrusted::new(self.user);
        }
        if event.observer.hostname.is_empty() {
            event.observer.hostname = record.hostname;
        }
        Ok(Some(event))
    }
}

/// Gateway's words begin with the decision: `allowedOnNoRuleMatch`, `blockedRule`; network
/// analytics has `pass` and `drop`.
fn action(word: &[u8]) -> Action {
    match word {
        b"pass" => Action::Allowed,
        b"drop" => Action::Dropped,
        word if word.starts_with(b"allow") => Action::Allowed,
        word if word.starts_with(b"block") => Action::Denied,
        _ => Action::Unstated,
    }
}

/// Keys that fill a field whatever their value.
const FIELDS: &[&[u8]] = &[
    b"SourceIP",
    b"ClientIP",
    b"IPSourceAddress",
    b"DestinationIP",
    b"OriginIP",
    b"IPDestinationAddress",
    b"SourcePort",
    b"ClientPort",
    b"DestinationPort",
    b"OriginPort",
    b"Datetime",
    b"Timestamp",
    b"Email",
    b"PolicyName",
    b"PolicyID",
];

/// Calls back with every member that has no field.
pub(super) fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    fields::each_member_but(record, FIELDS, sink);
}
