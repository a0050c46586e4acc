//! OpenCanary and Thinkst Canary: machines that nobody has a reason to touch, and who touched them.

use rutter_event::{Event, Extra, Refusal, Stamp, TcpFlags, Transport, Untrusted};

use super::address::leading_mac;
use super::clock;
use super::fields::{self, NO_PACKET};
use super::json::{self, Members, Value};
use super::number::hexadecimal;
use crate::formats::search::{holds, holds_any};
use crate::record::{Emit, Format, Record, Rejection};

/// OpenCanary and Thinkst Canary.
pub struct Opencanary;

impl Format for Opencanary {
    fn name(&self) -> &'static str {
        "opencanary"
    }

    fn title(&self) -> &'static str {
        "OpenCanary and Thinkst Canary: honeypot events (JSON)"
    }

    fn example(&self) -> &'static str {
        r#"{"dst_host": "203.0.113.9", "dst_port": "23", "local_time": "2026-11-23 11:00:00.308894", "local_time_adjusted": "2026-11-23 11:00:00.308923", "logdata": {"ID": "54321", "IN": "eth0", "LEN": "44", "MAC": "00:00:5e:00:53:01:00:00:5e:00:53:02:08:00", "OUT": "", "PREC": "0x00", "PROTO": "TCP", "RES": "0x00", "SYN": "", "TOS": "0x00", "TTL": "42", "URGP": "0", "WINDOW": "1024"}, "logtype": 5001, "node_id": "opencanary-1", "src_host": "198.51.100.7", "src_port": "43210", "utc_time": "2026-11-23 10:00:00.308918"}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        fields::is_object(record)
            && holds!(record.message, "\"dst_host\"")
            && holds_any!(
                record.message,
                "\"logtype\"",
                "\"node_id\"",
                "\"logdata\"",
                "\"flock_id\""
            )
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        fields::walk(record.message, &[b"logdata"], &mut |path, value| {
            reading.take(path, value)
        })?;
        let Reading {
            mut event,
            kind,
            has_source,
            flags,
            ..
        } = reading;
        // A machine that starts or stops writes empty ends.
        if !has_source {
            return Err(NO_PACKET);
        }
        let packet = &mut event.packet;
        packet.transport = packet.transport.or(carrier(kind));
        if packet.transport == Some(Transport::TCP) {
            packet.tcp.flags = flags;
        }
        fields::settle(packet)?;
        event.stamp = reading.utc.or(reading.local).unwrap_or(record.stamp);
        event.observer.vendor = "Thinkst";
        event.observer.product = "canary";
        if event.observer.hostname.is_empty() {
            event.observer.hostname = record.hostname;
        }
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// A record while it is read.
#[derive(Default)]
struct Reading<'a> {
    event: Event<'a>,
    /// The number of what happened.
    kind: Option<u32>,
    has_source: bool,
    utc: Option<Stamp>,
    local: Option<Stamp>,
    flags: Option<TcpFlags>,
}

impl<'a> Reading<'a> {
    fn take(&mut self, path: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let text = value.text();
        if let Some(key) = path.strip_prefix(b"logdata.") {
            self.take_data(key, value);
            return Ok(());
        }
        let packet = &mut self.event.packet;
        match path {
            b"src_host" => {
                self.has_source = !fields::is_nothing(text);
                packet.source.ip = fields::end(text)?;
            }
            b"dst_host" => packet.destination.ip = fields::end(text)?,
            b"src_port" => packet.source.port = port(text)?,
            b"dst_port" => packet.destination.port = port(text)?,
            b"logtype" => self.kind = value.decimal(),
            b"node_id" if self.event.observer.hostname.is_empty() => {
                self.event.observer.hostname = json::untrusted(text);
            }
            b"name" if !fields::is_nothing(text) => {
                self.event.observer.hostname = json::untrusted(text);
            }
            b"utc_time" => {
                self.utc = match clock::iso(text).ok_or(Refusal::BadTime)? {
                    Stamp::Civil(civil) => clock::instant(&civil, 0).map(Stamp::Instant),
                    stamp => Some(stamp),
                };
            }
            b"timestamp" => self.utc = Some(fields::stamp(text).ok_or(Refusal::BadTime)?),
            b"local_time" => self.local = clock::iso(text),
            b"description" => self.event.rule = json::untrusted(text),
            b"USERNAME" if !text.is_empty() => self.event.user = json::untrusted(text),
            _ => {}
        }
        Ok(())
    }

    /// What a service was told, or for a scanned port what netfilter logged.
    fn take_data(&mut self, key: &[u8], value: Value<'a>) {
        let text = value.text();
        let packet = &mut self.event.packet;
        match key {
            b"USERNAME" if !text.is_empty() => self.event.user = json::untrusted(text),
            b"PROTO" => packet.transport = Transport::from_word(text),
            b"IN" => self.event.observer.ingress = json::untrusted(text),
            b"LEN" => packet.length = value.decimal(),
            b"TTL" => packet.ttl = value.decimal(),
            b"ID" => packet.id = value.decimal(),
            b"TOS" => packet.tos = hexadecimal(text),
            b"WINDOW" => packet.tcp.window = value.decimal(),
            b"MAC" if text.len() == 41 => {
                packet.destination.mac = leading_mac(text);
                packet.source.mac = text.get(18..).and_then(leading_mac);
            }
            // A flag that is set is a key without a value.
            word if text.is_empty() => {
                if let Some(flag) = TcpFlags::from_word(word) {
                    self.flags = Some(self.flags.unwrap_or_default().with(flag));
                }
            }
            _ => {}
        }
    }
}

/// A port; -1 says that there is none.
fn port(text: &[u8]) -> Result<Option<u16>, Refusal> {
    if text == b"-1" {
        Ok(None)
    } else {
        fields::port(text)
    }
}

/// The transport of a service, by the number of what happened there.
const fn carrier(kind: Option<u32>) -> Option<Transport> {
    match kind {
        // FTP, HTTP, SSH, SMB, Telnet, HTTP proxy, MySQL, MS SQL, VNC, RDP, Git, Redis, TCP banner
        Some(
            2000..=2999
            | 3000..=3999
            | 4000..=4999
            | 5000
            | 6001..=6999
            | 7001..=7999
            | 8001..=8999
            | 9001..=9999
            | 12001
            | 14001
            | 17001
            | 18001..=18005,
        ) => Some(Transport::TCP),
        // TFTP, NTP, SNMP
        Some(10001 | 11001 | 13001) => Some(Transport::UDP),
        // Scans of which only TCP's flags tell.
        Some(5001 | 5003..=5005) => Some(Transport::TCP),
        _ => None,
    }
}

/// Keys that fill a field.
const FIELDS: &[&[u8]] = &[
    b"src_host",
    b"dst_host",
    b"src_port",
    b"dst_port",
    b"node_id",
    b"utc_time",
    b"timestamp",
    b"description",
    b"USERNAME",
    b"PROTO",
    b"IN",
    b"LEN",
    b"TTL",
    b"TOS",
    b"WINDOW",
    b"MAC",
    b"logdata",
];

/// Calls back with every member that has no field, what a service was told first.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for (key, value) in Members::new(record).map_while(Result::ok) {
        if key == b"logdata" {
            fields::each_member_but(value.text(), FIELDS, sink);
        }
    }
    fields::each_member_but(record, FIELDS, sink);
}
