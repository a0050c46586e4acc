//! What each key of Zeek's logs means, and which field it fills.

use rutter_event::{Action, Direction, Event, Refusal, Stamp, TcpFlags, Transport, Untrusted};

use super::super::address::leading_mac;
use super::super::fields;
use super::super::json::{self, Value};
use crate::formats::search;
use crate::record::{Record, Rejection};

/// A record while it is read.
#[derive(Default)]
pub(super) struct Reading<'a> {
    event: Event<'a>,
    /// Whether the record names the ends of a connection.
    has_id: bool,
    /// Source, destination and port of a notice, which may be about no single connection.
    notice: Option<[&'a [u8]; 3]>,
    stamp: Option<Stamp>,
    /// Ports as they stand: for ICMP they are type and code.
    ports: [Option<u16>; 2],
    bytes: [Option<u64>; 2],
    packets: [Option<u64>; 2],
    local: [Option<bool>; 2],
    history: &'a [u8],
    is_datagram: bool,
    /// The transport of a log that names none.
    carrier: Option<Transport>,
}

impl<'a> Reading<'a> {
    pub(super) fn take(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let event = &mut self.event;
        let packet = &mut event.packet;
        let text = value.text();
        match key {
            b"ts" => self.stamp = Some(fields::stamp(text).ok_or(Refusal::BadTime)?),
            b"id.orig_h" | b"id_orig_h" => {
                packet.source.ip = fields::end(text)?;
                self.has_id = true;
            }
            b"id.resp_h" | b"id_resp_h" => packet.destination.ip = fields::end(text)?,
            b"id.orig_p" | b"id_orig_p" => self.ports[0] = fields::port(text)?,
            b"id.resp_p" | b"id_resp_p" => self.ports[1] = fields::port(text)?,
            b"src" => self.notice.get_or_insert_default()[0] = text,
            b"dst" => self.notice.get_or_insert_default()[1] = text,
            b"p" => self.notice.get_or_insert_default()[2] = text,
            b"proto" => packet.transport = fields::protocol(text)?,
            b"service" => event.application = json::untrusted(text),
            b"duration" => event.duration = fields::nanoseconds(text),
            b"orig_ip_bytes" => self.bytes[0] = fields::count(text),
            b"resp_ip_bytes" => self.bytes[1] = fields::count(text),
            b"orig_pkts" => self.packets[0] = fields::count(text),
            b"resp_pkts" => self.packets[1] = fields::count(text),
            b"local_orig" => self.local[0] = truth(text),
            b"local_resp" => self.local[1] = truth(text),
            b"history" => self.history = text,
            b"orig_l2_addr" => packet.source.mac = leading_mac(text),
            b"resp_l2_addr" => packet.destination.mac = leading_mac(text),
            b"note" => event.rule = json::untrusted(text),
            b"dropped" => {
                event.action = match truth(text) {
                    Some(true) => Action::Denied,
                    Some(false) => Action::Allowed,
                    None => Action::Unstated,
                };
            }
            b"peer_descr" | b"_system_name" => event.observer.hostname = json::untrusted(text),
            b"username" | b"user" => event.user = json::untrusted(text),
            b"_path" => self.log(text),
            b"version" => self.is_datagram = text.starts_with(b"DTLS"),
            b"request_path" => {
                let holds = |word: &[u8]| search::find(text, word).is_some();
                if holds(b"SIP/2.0/UDP") {
                    self.carrier = Some(Transport::UDP);
                } else if holds(b"SIP/2.0/TCP") || holds(b"SIP/2.0/TLS") {
                    self.carrier = Some(Transport::TCP);
                }
            }
            _ => {}
        }
        self.carrier = self.carrier.or_else(|| carrier(key));
        Ok(())
    }

    /// Takes the name of the log (`#path`, `_path`), which tells the transport where no column does.
    pub(super) fn log(&mut self, path: &[u8]) {
        self.carrier = match path {
            b"http" | b"ssl" | b"ssh" | b"smtp" | b"ftp" | b"irc" | b"rdp" | b"rfb" | b"mysql"
            | b"modbus" | b"socks" | b"ntlm" | b"dce_rpc" | b"smb_files" | b"smb_mapping"
            | b"smb_cmd" | b"mqtt_connect" | b"mqtt_publish" | b"mqtt_subscribe" | b"dnp3"
            | b"postgresql" | b"ldap" | b"ldap_search" | b"redis" | b"websocket" => {
                Some(Transport::TCP)
            }
            b"ntp" | b"snmp" | b"radius" | b"tftp" => Some(Transport::UDP),
            _ => self.carrier,
        };
    }

    /// Draws the conclusions that need the whole record; nothing when it names no ends.
    pub(super) fn settle(self, record: &Record<'_>) -> Result<Option<Event<'a>>, Rejection> {
        let mut event = self.event;
        let packet = &mut event.packet;
        match self.notice {
            Some([source, destination, port]) if !self.has_id => {
                packet.source.ip = fields::end(source)?;
                packet.destination.ip = fields::end(destination)?;
                packet.destination.port = fields::port(port)?;
            }
            None if !self.has_id => return Ok(None),
            _ => [packet.source.port, packet.destination.port] = self.ports,
        }
        packet.transport = packet.transport.or(match self.carrier {
            Some(Transport::TCP) if self.is_datagram => Some(Transport::UDP),
            carrier => carrier,
        });
        if self.has_id && packet.transport.is_some_and(Transport::is_icmp) {
            [packet.icmp.kind, packet.icmp.code] = self
                .ports
                .map(|port| port.and_then(|port| u8::try_from(port).ok()));
        }
        if packet.transport == Some(Transport::TCP) {
            packet.tcp.flags = first_flags(self.history);
        }
        fields::settle(packet)?;
        event.stamp = self.stamp.unwrap_or(record.stamp);
        event.bytes = fields::sum(self.bytes[0], self.bytes[1]);
        event.packets = fields::sum(self.packets[0], self.packets[1]);
        event.direction = Direction::between(self.local);
        Ok(Some(event))
    }
}

const fn truth(text: &[u8]) -> Option<bool> {
    match text {
        b"true" | b"T" => Some(true),
        b"false" | b"F" => Some(false),
        _ => None,
    }
}

/// The flags of the first packet, where the history begins with one of the originator's that says
/// them whole. A history that begins with `^` has been turned round.
const fn first_flags(history: &[u8]) -> Option<TcpFlags> {
    match history.first() {
        Some(b'S') => Some(TcpFlags::SYN),
        Some(b'H') => Some(TcpFlags::SYN.with(TcpFlags::ACK)),
        _ => None,
    }
}

/// The transport of a log that has no `proto`, by a key that no other log has.
const fn carrier(key: &[u8]) -> Option<Transport> {
    Some(match key {
        // http, ssl, irc, ftp, ssh, smtp, rdp, smb, dce_rpc, ntlm, mysql, modbus, socks, rfb, mqtt
        b"status_msg"
        | b"resp_mime_types"
        | b"orig_mime_types"
        | b"response_body_len"
        | b"established"
        | b"cipher"
        | b"addl"
        | b"nick"
        | b"reply_code"
        | b"auth_attempts"
        | b"kex_alg"
        | b"mailfrom"
        | b"last_reply"
        | b"security_protocol"
        | b"share_type"
        | b"named_pipe"
        | b"server_nb_computer_name"
        | b"cmd"
        | b"func"
        | b"request.host"
        | b"client_major_version"
        | b"proto_name" => Transport::TCP,
        // ntp, snmp, radius
        b"stratum" | b"get_requests" | b"framed_addr" => Transport::UDP,
        _ => return None,
    })
}

/// Keys that fill a field.
const FIELDS: &[&[u8]] = &[
    b"ts",
    b"id",
    b"id.orig_h",
    b"id.orig_p",
    b"id.resp_h",
    b"id.resp_p",
    b"id_orig_h",
    b"id_orig_p",
    b"id_resp_h",
    b"id_resp_p",
    b"proto",
    b"service",
    b"duration",
    b"local_orig",
    b"local_resp",
    b"orig_l2_addr",
    b"resp_l2_addr",
    b"note",
    b"peer_descr",
    b"_system_name",
    b"username",
    b"user",
];

/// Whether a key fills a field and is not kept under its own name.
pub(super) fn fills_a_field(key: &[u8]) -> bool {
    FIELDS.contains(&key)
}

/// Calls back with every member that has no field: `uid`, `conn_state`, `history`, `query`, …
pub(super) fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    fields::each_member_but(record, FIELDS, sink);
}
