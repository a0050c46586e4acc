//! What each key of EVE means, and which field it fills.

use rutter_event::{Action, Event, Refusal, Stamp, TcpFlags, Untrusted};

use super::super::address::leading_mac;
use super::super::fields;
use super::super::json::{self, Value};
use super::super::number::{decimal, hexadecimal};
use crate::record::{Record, Rejection};
use crate::scan::find;

/// Objects whose members fill fields.
pub(super) const INSIDE: &[&[u8]] = &[
    b"alert", b"verdict", b"drop", b"flow", b"netflow", b"tcp", b"ether",
];

/// A record while it is read.
#[derive(Default)]
pub(super) struct Reading<'a> {
    event: Event<'a>,
    /// Whether there is an address, or one that someone has blotted out.
    pub(super) has_ends: bool,
    kind: &'a [u8],
    alert: Option<Action>,
    verdict: Option<Action>,
    flow: Option<Action>,
    stamp: Option<Stamp>,
    start: Stamp,
    end: Stamp,
    bytes: [Option<u64>; 2],
    packets: [Option<u64>; 2],
    flags: Option<u8>,
    drop_flags: Option<TcpFlags>,
}

impl<'a> Reading<'a> {
    pub(super) fn take(&mut self, path: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let text = value.text();
        let Some(dot) = find(b'.', path) else {
            return self.take_top(path, value);
        };
        let (object, key) = path.split_at_checked(dot + 1).unwrap_or_default();
        match object {
            b"alert." => self.take_alert(key, text),
            b"drop." => self.take_drop(key, text),
            b"flow." | b"netflow." => self.take_flow(key, text),
            b"tcp." if key == b"tcp_flags_ts" => self.flags = hexadecimal(text),
            b"verdict." => match (key, text) {
                (b"action", b"drop") => self.verdict = self.verdict.or(Some(Action::Dropped)),
                (b"reject" | b"reject-target", _) => self.verdict = Some(Action::Rejected),
                _ => {}
            },
            b"ether." => match key {
                b"src_mac" => self.event.packet.source.mac = leading_mac(text),
                b"dest_mac" => self.event.packet.destination.mac = leading_mac(text),
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    fn take_top(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let event = &mut self.event;
        let packet = &mut event.packet;
        let text = value.text();
        match key {
            // Gatewatcher, which passes EVE on, moves the time.
            b"timestamp" | b"timestamp_detected" => {
                let stamp = fields::stamp(text).ok_or(Refusal::BadTime)?;
                if key == b"timestamp" || self.stamp.is_none() {
                    self.stamp = Some(stamp);
                }
            }
            b"event_type" => self.kind = text,
            b"src_ip" => {
                packet.source.ip = fields::end(text)?;
                self.has_ends = true;
            }
            b"dest_ip" => packet.destination.ip = fields::end(text)?,
            b"src_port" => packet.source.port = fields::port(text)?,
            b"dest_port" => packet.destination.port = fields::port(text)?,
            b"proto" => packet.transport = fields::protocol(text)?,
            b"icmp_type" => packet.icmp.kind = value.decimal(),
            b"icmp_code" => packet.icmp.code = value.decimal(),
            b"in_iface" => event.observer.ingress = json::untrusted(text),
            b"out_iface" => event.observer.egress = json::untrusted(text),
            b"host" if matches!(value, Value::String(_)) => {
                event.observer.hostname = json::untrusted(text);
            }
            // The detection of the protocol has ended without a result.
            b"app_proto" if text != b"failed" => event.application = json::untrusted(text),
            _ => {}
        }
        Ok(())
    }

    fn take_alert(&mut self, key: &[u8], text: &'a [u8]) {
        match (key, text) {
            (b"action", b"allowed") => self.alert = Some(Action::Allowed),
            (b"action", b"blocked") => self.alert = Some(Action::Denied),
            (b"signature", _) => self.event.rule = json::untrusted(text),
            (b"signature_id", _) => self.event.rule_id = json::untrusted(text),
            _ => {}
        }
    }

    fn take_drop(&mut self, key: &[u8], text: &[u8]) {
        let packet = &mut self.event.packet;
        match key {
            b"len" => packet.length = decimal(text),
            b"tos" => packet.tos = decimal(text),
            b"ttl" => packet.ttl = decimal(text),
            b"ipid" => packet.id = decimal(text),
            b"tcpseq" => packet.tcp.seq = decimal(text),
            b"tcpack" => packet.tcp.ack = decimal(text),
            b"tcpwin" => packet.tcp.window = decimal(text),
            b"tcpurgp" => packet.tcp.urgent = decimal(text),
            b"icmp_id" => packet.icmp.id = decimal(text),
            b"icmp_seq" => packet.icmp.sequence = decimal(text),
            word => {
                if let (Some(flag), b"true" | b"false") = (TcpFlags::from_word(word), text) {
                    let flags = self.drop_flags.unwrap_or_default();
                    let set = if text == b"true" {
                        flags.with(flag)
                    } else {
                        flags
                    };
                    self.drop_flags = Some(set);
                }
            }
        }
    }

    fn take_flow(&mut self, key: &[u8], text: &[u8]) {
        match (key, text) {
            (b"bytes_toserver" | b"bytes", _) => self.bytes[0] = fields::count(text),
            (b"bytes_toclient", _) => self.bytes[1] = fields::count(text),
            (b"pkts_toserver" | b"pkts", _) => self.packets[0] = fields::count(text),
            (b"pkts_toclient", _) => self.packets[1] = fields::count(text),
            (b"start", _) => self.start = fields::stamp(text).unwrap_or_default(),
            (b"end", _) => self.end = fields::stamp(text).unwrap_or_default(),
            (b"action", b"drop") => self.flow = Some(Action::Dropped),
            (b"action", b"accept" | b"pass") => self.flow = Some(Action::Allowed),
            _ => {}
        }
    }

    /// Draws the conclusions that need the whole record.
    pub(super) fn settle(mut self, record: &Record<'_>) -> Result<Event<'a>, Rejection> {
        fields::settle(&mut self.event.packet)?;
        let mut event = self.event;
        event.stamp = self.stamp.unwrap_or(record.stamp);
        if event.application.is_empty() && PROTOCOLS.contains(&self.kind) {
            event.application = Untrusted::new(self.kind);
        }
        event.bytes = fields::sum(self.bytes[0], self.bytes[1]);
        event.packets = fields::sum(self.packets[0], self.packets[1]);
        event.duration = fields::between(self.start, self.end);
        event.action = match (self.verdict, self.alert, self.kind) {
            (Some(verdict), ..) => verdict,
            (None, Some(alert), _) => alert,
            (None, None, b"drop") => Action::Dropped,
            _ => self.flow.unwrap_or_default(),
        };
        let tcp = &mut event.packet.tcp;
        match (self.drop_flags, self.flags) {
            (Some(flags), _) => tcp.flags = Some(flags),
            (None, Some(flags)) => fields::take_flags_of_flow(tcp, flags, self.packets[0]),
            _ => {}
        }
        Ok(event)
    }
}

/// Kinds of records that are named after the protocol of which they tell.
const PROTOCOLS: &[&[u8]] = &[
    b"http",
    b"http2",
    b"dns",
    b"mdns",
    b"tls",
    b"ssh",
    b"smtp",
    b"ftp",
    b"ftp_data",
    b"tftp",
    b"smb",
    b"nfs",
    b"rdp",
    b"rfb",
    b"sip",
    b"snmp",
    b"mqtt",
    b"modbus",
    b"dnp3",
    b"enip",
    b"krb5",
    b"ike",
    b"ikev2",
    b"dhcp",
    b"quic",
    b"pgsql",
    b"ldap",
    b"telnet",
    b"pop3",
    b"websocket",
    b"bittorrent_dht",
];

/// Keys that fill a field. Objects of which some members do are kept whole.
const FIELDS: &[&[u8]] = &[
    b"timestamp",
    b"src_ip",
    b"dest_ip",
    b"src_port",
    b"dest_port",
    b"proto",
    b"icmp_type",
    b"icmp_code",
    b"in_iface",
    b"out_iface",
    b"app_proto",
];

/// Calls back with every member that has no field: `flow_id`, `vlan`, `community_id`, `alert`, …
pub(super) fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    fields::each_member_but(record, FIELDS, sink);
}
