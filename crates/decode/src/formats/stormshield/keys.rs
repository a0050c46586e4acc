//! What each key means, and which field it fills.

use rutter_event::{Action, Event, Refusal, Stamp};

use super::super::address::leading_mac;
use super::super::pairs::Value;
use super::super::sessions::{self, Seen, once};

/// Facts that do not stand alone in an event.
#[derive(Default)]
pub(super) struct Notes<'a> {
    /// `filter`, `connection`, `plugin`, `alarm`, …; older versions do not write it.
    log: &'a [u8],
    action: Option<&'a [u8]>,
    start: &'a [u8],
    time: &'a [u8],
    zone: &'a [u8],
    has_protocol: bool,
    pub(super) bytes: [Option<u64>; 2],
    pub(super) seen: Seen,
    /// Whether the record may be cut.
    pub(super) is_open: bool,
}

impl Notes<'_> {
    /// Whether the record tells of a connection or a packet, and so must name both ends.
    pub(super) fn is_session(&self) -> bool {
        self.has_protocol || matches!(self.log, b"filter" | b"connection" | b"plugin" | b"alarm")
    }

    /// An empty word is the action "log", which decides nothing.
    pub(super) fn action(&self) -> Action {
        let word = self.action.unwrap_or_default();
        if word.eq_ignore_ascii_case(b"pass") {
            Action::Allowed
        } else if word.eq_ignore_ascii_case(b"block") {
            Action::Denied
        } else if word.eq_ignore_ascii_case(b"reset") {
            Action::Rejected
        } else {
            Action::Unstated
        }
    }

    /// The device's clock when it began, else when it was written down, with the device's zone.
    pub(super) fn stamp(&self) -> Stamp {
        [self.start, self.time]
            .iter()
            .find_map(|text| {
                let (date, time) = text.split_at_checked(10)?;
                sessions::stamp(date, time.trim_ascii_start(), self.zone)
            })
            .unwrap_or_default()
    }
}

/// A record while it is read.
#[derive(Default)]
pub(super) struct Reading<'a> {
    pub(super) event: Event<'a>,
    pub(super) notes: Notes<'a>,
}

impl<'a> Reading<'a> {
    /// Takes one pair; keys that are not told here are left to `extra`.
    pub(super) fn take(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let (event, notes) = (&mut self.event, &mut self.notes);
        let packet = &mut event.packet;
        notes.is_open = !value.is_closed;
        match key {
            b"startime" if value.is_closed => notes.start = value.text,
            b"time" if value.is_closed => notes.time = value.text,
            b"tz" if value.is_closed => notes.zone = value.text,
            b"fw" => event.observer.hostname = value.word(),
            b"logtype" if value.is_closed => notes.log = value.text,
            b"action" if value.is_closed => once(&mut notes.action, Some(value.text))?,

            b"src" => notes.seen.source(packet, value)?,
            b"dst" => notes.seen.destination(packet, value)?,
            b"srcport" => notes.seen.source_port(packet, value)?,
            b"dstport" => notes.seen.destination_port(packet, value)?,
            b"ipproto" => {
                notes.has_protocol = true;
                once(&mut packet.transport, value.protocol()?)?;
            }
            b"modsrc" => packet.source.nat_ip = value.address().ok().flatten(),
            b"modsrcport" => packet.source.nat_port = value.port().ok().flatten(),
            b"icmptype" => packet.icmp.kind = value.decimal(),
            b"icmpcode" => packet.icmp.code = value.decimal(),
            b"srcmac" => packet.source.mac = leading_mac(value.text),
            b"dstmac" => packet.destination.mac = leading_mac(value.text),

            b"srcif" => event.observer.ingress = value.word(),
            b"dstif" => event.observer.egress = value.word(),
            b"ruleid" => event.rule_id = value.word(),
            b"rulename" => event.rule = value.word(),
            b"proto" => event.application = value.word(),
            b"user" => event.user = value.word(),
            b"sent" => notes.bytes[0] = value.sum(),
            b"rcvd" => notes.bytes[1] = value.sum(),
            b"duration" => event.duration = value.seconds(),
            _ => {}
        }
        Ok(())
    }
}

/// Keys that fill a field and say no more than the field.
pub(super) const FIELDS: &[&[u8]] = &[
    b"fw",
    b"src",
    b"dst",
    b"srcport",
    b"dstport",
    b"ipproto",
    b"modsrc",
    b"modsrcport",
    b"icmptype",
    b"icmpcode",
    b"srcmac",
    b"dstmac",
    b"srcif",
    b"dstif",
    b"ruleid",
    b"rulename",
    b"proto",
    b"user",
    b"duration",
];
