//! Zyxel's ZyWALL, USG, ATP and VPN firewalls: `src="A:P" dst="B:Q" msg="…" note="…"`.

use rutter_event::{Action, Event, Extra, Refusal, Transport, Untrusted};

use super::pairs::{Pairs, Style, each_other, has_keys};
use super::{fields, socket};
use crate::formats::search::place;
use crate::record::{Emit, Format, Record, Rejection};

/// Zyxel's firewalls.
pub struct Zyxel;

impl Format for Zyxel {
    fn name(&self) -> &'static str {
        "zyxel"
    }

    fn title(&self) -> &'static str {
        "Zyxel ZyWALL, USG, ATP: syslog and VRPT"
    }

    fn example(&self) -> &'static str {
        "<134>Nov 23 10:00:00 usg60 src=\"198.51.100.7:43210\" dst=\"203.0.113.9:23\" \
         msg=\"priority:1, from WAN to ZyWALL, TCP, service others, DROP\" note=\"ACCESS BLOCK\" \
         user=\"unknown\" devID=\"00005e005301\" cat=\"Security Policy Control\""
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        let text = record.message;
        has_keys!(text, "src=") && has_keys!(text, "dst=") && has_keys!(text, "devID=")
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        let mut has_ends = [false; 2];
        let (mut note, mut message) = (&b""[..], &b""[..]);
        for (key, value) in Pairs::new(record.message, Style::ESCAPED) {
            let text = value.text;
            let packet = &mut event.packet;
            match key {
                b"src" | b"dst" => {
                    if !value.is_closed {
                        return Err(Refusal::Truncated.into());
                    }
                    let (end, place) = match key {
                        b"src" => (&mut packet.source, 0),
                        _ => (&mut packet.destination, 1),
                    };
                    if std::mem::replace(&mut has_ends[place], !fields::is_nothing(text)) {
                        return Err(Refusal::BadSyntax.into());
                    }
                    if !fields::is_nothing(text) {
                        *end = socket::end(text, b':')?;
                    }
                }
                b"msg" if value.is_closed => message = text,
                b"note" if value.is_closed => note = text,
                b"user" if text != b"unknown" => event.user = value.word(),
                b"protoID" if value.is_closed => packet.transport = fields::protocol(text)?,
                b"proto" if !fields::is_nothing(text) => event.application = value.word(),
                b"duration" => event.duration = value.seconds(),
                b"sent" => event.bytes = fields::sum(event.bytes, value.sum()),
                b"rcvd" => event.bytes = fields::sum(event.bytes, value.sum()),
                b"dir" if value.is_closed => read_direction(text, &mut event),
                _ => {}
            }
        }
        if has_ends != [true; 2] {
            return Err(Refusal::MissingField.into());
        }
        read_message(message, &mut event);
        if event.action == Action::Unstated {
            event.action = of_note(note);
        }
        fields::settle(&mut event.packet)?;
        event.observer.vendor = "zyxel";
        event.observer.product = "zywall";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, |record, sink| {
            each_other(Pairs::new(record, Style::ESCAPED), FIELDS, sink);
        });
        emit(&mut event);
        Ok(())
    }
}

/// Keys that fill a field.
const FIELDS: &[&[u8]] = &[b"src", b"dst", b"user", b"duration", b"protoID", b""];

/// `priority:1, from WAN to ZyWALL, TCP, service others, DROP`, or `Match default rule, DROP`, or
/// with the rule's name, `from wan to lan, tcp, service others, policy: no telnet, REJECT`.
fn read_message<'a>(message: &'a [u8], event: &mut Event<'a>) {
    for part in message.split(|byte| *byte == b',') {
        let part = part.trim_ascii();
        if let Some(zones) = part.strip_prefix(b"from ")
            && let Some(to) = place!(zones, " to ")
        {
            let (from, to) = zones.split_at_checked(to).unwrap_or_default();
            event.observer.ingress_zone = Untrusted::new(from);
            event.observer.egress_zone = Untrusted::new(to.get(4..).unwrap_or_default());
        } else if let Some(priority) = part.strip_prefix(b"priority:") {
            event.rule_id = Untrusted::new(priority);
        } else if let Some(service) = part.strip_prefix(b"service ") {
            if service != b"others" {
                event.application = Untrusted::new(service);
            }
        } else if let Some(policy) = part.strip_prefix(b"policy:") {
            event.rule = Untrusted::new(policy.trim_ascii());
        } else if let Some(action) = decision(part) {
            event.action = action;
        } else if event.packet.transport.is_none()
            && let Some(transport) = Transport::from_word(part)
            && !part.iter().all(u8::is_ascii_digit)
        {
            event.packet.transport = Some(transport);
        }
    }
}

/// `WAN:LAN1`, of a traffic log.
fn read_direction<'a>(text: &'a [u8], event: &mut Event<'a>) {
    if let Some(colon) = memchr::memchr(b':', text) {
        let (from, to) = text.split_at_checked(colon).unwrap_or_default();
        event.observer.ingress_zone = Untrusted::new(from);
        event.observer.egress_zone = Untrusted::new(to.get(1..).unwrap_or_default());
    }
}

fn decision(word: &[u8]) -> Option<Action> {
    Some(match word {
        b"ACCEPT" | b"FORWARD" | b"PASS" => Action::Allowed,
        b"DROP" => Action::Dropped,
        b"REJECT" => Action::Rejected,
        b"BLOCK" => Action::Denied,
        _ => return None,
    })
}

/// `ACCESS BLOCK`, `ACCESS FORWARD`, `ACCESS DROP`, `ACCESS REJECT`.
fn of_note(note: &[u8]) -> Action {
    note.strip_prefix(b"ACCESS ")
        .and_then(decision)
        .unwrap_or_default()
}
