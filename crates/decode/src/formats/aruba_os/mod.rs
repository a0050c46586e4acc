//! HPE Aruba's controllers and access points (ArubaOS), as far as their syslog names two ends.

mod head;

use rutter_event::{Action, Event, Extra, Refusal, Skip, Transport, Untrusted};

use self::head::Head;
use super::pairs::Value;
use super::words::Words;
use super::{extension, fields, socket};
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// ArubaOS.
pub struct ArubaOs;

impl Format for ArubaOs {
    fn name(&self) -> &'static str {
        "aruba-os"
    }

    fn title(&self) -> &'static str {
        "HPE ArubaOS: firewall, logins, messages between devices"
    }

    fn example(&self) -> &'static str {
        "Nov 23 10:00:00 wlc01 authmgr[5962]: <124006> <5962> <WARN> <wlc01 192.0.2.2>  {1137} TCP \
         srcip=198.51.100.7 srcport=43210 dstip=203.0.113.9 dstport=23, action=deny, role=guest, \
         policy=no-telnet"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        Head::read(record.message).is_some_and(|head| head.tells().is_some())
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let head = Head::read(record.message).ok_or(Skip::NotFirewall)?;
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        match head.tells().ok_or(Skip::NotFirewall)? {
            Tells::Session => read_session(&head, &mut event)?,
            Tells::Login => read_login(&head, &mut event)?,
            Tells::Peer(at) => read_peer(&head, at, &mut event)?,
        }
        fields::settle(&mut event.packet)?;
        event.rule_id = if event.rule.is_empty() {
            Untrusted::new(head.number)
        } else {
            Untrusted::default()
        };
        event.observer.vendor = "aruba";
        event.observer.product = "arubaos";
        event.observer.hostname = Untrusted::new(head.host).some().unwrap_or(record.hostname);
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// What a message tells of.
#[derive(Clone, Copy)]
enum Tells {
    /// `TCP srcip=… srcport=… dstip=… dstport=…, action=…`.
    Session,
    /// `username=… userip=… serverip=…`.
    Login,
    /// `Sending … to 192.0.2.1:8214`, from the device that the head names; where its words end.
    Peer(usize),
}

/// A rule of the firewall that logs.
fn read_session<'a>(head: &Head<'a>, event: &mut Event<'a>) -> Result<(), Rejection> {
    let mut has_ends = [false; 2];
    for (key, value) in pairs(head.text) {
        let text = value.text;
        let packet = &mut event.packet;
        match key {
            b"" => packet.transport = packet.transport.or(Transport::from_word(text)),
            b"srcip" => {
                packet.source.ip = value.address()?;
                has_ends[0] = true;
            }
            b"dstip" => {
                if std::mem::replace(&mut has_ends[1], true) {
                    return Err(Refusal::BadSyntax.into());
                }
                packet.destination.ip = value.address()?;
            }
            b"srcport" => packet.source.port = value.port()?,
            b"dstport" => packet.destination.port = value.port()?,
            b"action" if value.is_closed => event.action = extension::action(text),
            b"policy" => event.rule = Untrusted::new(text),
            b"role" => event.observer.ingress_zone = value.word(),
            _ => {}
        }
    }
    if has_ends != [true; 2] || event.packet.destination.ip.is_none() {
        return Err(Refusal::Truncated.into());
    }
    Ok(())
}

/// Someone who logs in to the device, and the server that decides.
fn read_login<'a>(head: &Head<'a>, event: &mut Event<'a>) -> Result<(), Rejection> {
    let mut has_ends = [false; 2];
    for (key, value) in pairs(head.text) {
        match key {
            b"userip" => {
                event.packet.source.ip = value.address()?;
                has_ends[0] = true;
            }
            b"serverip" => {
                if std::mem::replace(&mut has_ends[1], true) {
                    return Err(Refusal::BadSyntax.into());
                }
                // The last word of the message, so that nothing closes it.
                event.packet.destination.ip = fields::end(value.text)?;
            }
            b"username" => event.user = value.word(),
            _ => {}
        }
    }
    if has_ends != [true; 2] {
        return Err(Refusal::Truncated.into());
    }
    event.action = if holds!(head.text, " failed") {
        Action::Rejected
    } else if holds!(head.text, " successful") {
        Action::Allowed
    } else {
        Action::Unstated
    };
    Ok(())
}

/// A message from the device itself to another one.
fn read_peer(head: &Head<'_>, at: usize, event: &mut Event<'_>) -> Result<(), Rejection> {
    let text = head.text.get(at..).unwrap_or_default();
    let end = memchr::memchr(b' ', text).ok_or(Refusal::Truncated)?;
    event.packet.source.ip = fields::end(head.address)?;
    event.packet.destination = socket::end(text.get(..end).unwrap_or_default(), b':')?;
    Ok(())
}

/// The words of a text, and before and behind their equals sign. A session has commas behind some.
fn pairs(text: &[u8]) -> impl Iterator<Item = (&[u8], Value<'_>)> {
    let mut words = Words::new(text);
    std::iter::from_fn(move || words.next()).map(|(word, is_closed)| {
        let whole = word.strip_suffix(b",");
        let word = whole.unwrap_or(word);
        let equals = memchr::memchr(b'=', word);
        let (key, text) = match equals.and_then(|at| word.split_at_checked(at)) {
            Some((key, text)) => (key, text.get(1..).unwrap_or_default()),
            None => (&b""[..], word),
        };
        let is_closed = is_closed || whole.is_some();
        let value = Value {
            text,
            is_closed,
            ..Value::default()
        };
        (key, value)
    })
}

/// Keys that fill a field.
const FIELDS: &[&[u8]] = &[
    b"srcip",
    b"srcport",
    b"dstip",
    b"dstport",
    b"policy",
    b"role",
    b"userip",
    b"serverip",
    b"username",
];

/// Calls back with the number of the message, the severity, and every pair that has no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some(head) = Head::read(record) else {
        return;
    };
    sink(Untrusted::new(b"message_id"), Untrusted::new(head.number));
    sink(Untrusted::new(b"severity"), Untrusted::new(head.severity));
    if let Some(Tells::Peer(_)) = head.tells() {
        sink(Untrusted::new(b"text"), Untrusted::new(head.text));
        return;
    }
    for (key, value) in pairs(head.text) {
        if !key.is_empty() && !value.text.is_empty() && !FIELDS.contains(&key) {
            sink(Untrusted::new(key), Untrusted::new(value.text));
        }
    }
}
