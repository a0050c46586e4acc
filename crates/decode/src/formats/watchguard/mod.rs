//! Fireware of WatchGuard's Fireboxes: traffic, proxy, alarm and diagnostic messages.

mod message;
mod monitor;
mod sentence;
mod traffic;

use rutter_event::{Action, Event, Extra, Refusal, Skip, Untrusted};

use self::message::Message;
use super::pairs::{Pairs, Style};
use super::sessions;
use crate::record::{Emit, Format, Record, Rejection};

/// WatchGuard's Firebox.
pub struct Watchguard;

impl Format for Watchguard {
    fn name(&self) -> &'static str {
        "watchguard"
    }

    fn title(&self) -> &'static str {
        "WatchGuard Firebox (Fireware): syslog"
    }

    fn example(&self) -> &'static str {
        "<142>Nov 23 10:00:00 fw01 FVE0000000000 (2026-11-23T10:00:00) firewall: \
         msg_id=\"3000-0148\" Deny 0-External Firebox 40 tcp 20 241 198.51.100.7 203.0.113.9 43210 \
         23 offset 5 S 832026162 win 1024 (Unhandled External Packet-00)"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        Message::of(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let message = Message::of(record.message).ok_or(Skip::NotFirewall)?;
        if let Some(line) = monitor::Line::of(record.message) {
            return decode_line(&line, record, emit);
        }
        if message.is_merged() {
            return Err(Refusal::BadSyntax.into());
        }
        let mut event = Event {
            stamp: message.stamp(record.stamp),
            ..Event::default()
        };
        event.rule = Untrusted::new(message.policy);
        match traffic::action(message.text) {
            Action::Unstated => sentence::read(message.text, &mut event)?,
            action => {
                event.action = action;
                traffic::read(message.text, &mut event)?;
            }
        }
        for (key, value) in Pairs::new(message.pairs, Style::ESCAPED) {
            take(key, value, &mut event)?;
        }
        sessions::settle(&mut event.packet)?;
        event.observer.vendor = "watchguard";
        event.observer.product = "fireware";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// Reads a line of the Traffic Monitor.
fn decode_line<'a>(
    line: &monitor::Line<'a>,
    record: &Record<'a>,
    emit: Emit<'_, 'a>,
) -> Result<(), Rejection> {
    let mut event = Event {
        stamp: record.stamp,
        ..Event::default()
    };
    line.read(&mut event)?;
    for (key, value) in Pairs::new(line.pairs, Style::ESCAPED) {
        take(key, value, &mut event)?;
    }
    sessions::settle(&mut event.packet)?;
    event.observer.vendor = "watchguard";
    event.observer.product = "fireware";
    event.observer.hostname = record.hostname;
    event.extra = Extra::new(record.message, |record, sink| {
        if let Some(line) = monitor::Line::of(record) {
            super::pairs::each_other(Pairs::new(line.pairs, Style::ESCAPED), FIELDS, sink);
        }
    });
    emit(&mut event);
    Ok(())
}

/// Takes one of the pairs behind the columns.
fn take<'a>(
    key: &[u8],
    value: super::pairs::Value<'a>,
    event: &mut Event<'a>,
) -> Result<(), Refusal> {
    let packet = &mut event.packet;
    match key {
        b"src_ip_nat" => packet.source.nat_ip = value.address()?,
        b"dst_ip_nat" => packet.destination.nat_ip = value.address()?,
        b"src_port_nat" => packet.source.nat_port = value.port()?,
        b"dst_port_nat" => packet.destination.nat_port = value.port()?,
        b"sent_bytes" | b"rcvd_bytes" => {
            event.bytes = sessions::total(event.bytes, value.sum());
        }
        b"duration" => event.duration = value.seconds(),
        b"app_name" => event.application = value.word(),
        b"src_user" => event.user = value.word(),
        _ => {}
    }
    Ok(())
}

/// Keys that fill a field and say no more than the field.
const FIELDS: &[&[u8]] = &[
    b"src_ip_nat",
    b"dst_ip_nat",
    b"src_port_nat",
    b"dst_port_nat",
    b"duration",
    b"app_name",
    b"src_user",
];

/// Calls back with the message's number, the device's serial number, the text that is no column,
/// and the pairs that have no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some(message) = Message::of(record) else {
        return;
    };
    for (key, value) in [
        (&b"msg_id"[..], message.id),
        (b"serial", message.serial),
        (b"msg", traffic::remark(message.text)),
    ] {
        if !value.is_empty() {
            sink(Untrusted::new(key), Untrusted::new(value));
        }
    }
    super::pairs::each_other(Pairs::new(message.pairs, Style::ESCAPED), FIELDS, sink);
}
