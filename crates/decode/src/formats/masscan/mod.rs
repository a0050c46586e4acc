//! What masscan prints: JSON, one object a line (`-oJ`, `-oD`), and lists (`-oL`).

use rutter_event::{Answer, Event, Extra, Refusal, Skip, Stamp, Untrusted};

use super::answers::{self, Said};
use super::array::Elements;
use super::fields;
use super::json::{Members, Value};
use super::number::decimal;
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// masscan's results.
pub struct Masscan;

impl Format for Masscan {
    fn name(&self) -> &'static str {
        "masscan"
    }

    fn title(&self) -> &'static str {
        "masscan: JSON and list results, as answers of ports"
    }

    fn example(&self) -> &'static str {
        r#"{   "ip": "192.0.2.4",   "timestamp": "1795428000", "ports": [ {"port": 22, "proto": "tcp", "status": "open", "reason": "syn-ack", "ttl": 64} ] }"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        is_list(record.message)
            || is_frame(record.message)
            || fields::is_object(record)
                && holds!(record.message, "\"ip\"", "\"timestamp\"")
                && (holds!(record.message, "\"ports\"", "\"proto\"")
                    || holds!(record.message, "\"rec_type\"", "\"proto\""))
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        if is_frame(record.message) {
            return Err(Skip::Header.into());
        }
        if is_list(record.message) {
            return decode_list(record, emit);
        }
        decode_object(record, emit)
    }
}

/// Whether it is one of the lines around a list: `#masscan`, `# end`.
fn is_frame(message: &[u8]) -> bool {
    matches!(message, b"#masscan" | b"# end")
}

/// `open tcp 22 192.0.2.4 1795428000`, and `banner tcp 22 192.0.2.4 1795428000 ssh SSH-2.0-…`.
fn is_list(message: &[u8]) -> bool {
    let mut words = message.split(|b| *b == b' ');
    matches!(words.next(), Some(b"open" | b"closed" | b"banner"))
        && matches!(words.next(), Some(b"tcp" | b"udp" | b"sctp" | b"icmp"))
        && words
            .next()
            .is_some_and(|port| port.iter().all(u8::is_ascii_digit))
}

fn decode_list<'a>(record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
    let mut words = record.message.splitn(7, |b| *b == b' ');
    let [state, protocol, port, ip, time] = [(); 5].map(|()| words.next().unwrap_or_default());
    let (name, banner) = (words.next(), words.next());
    // The time closes what matters: without its ten digits the line is cut.
    if time.len() < 10 {
        return Err(Refusal::Truncated.into());
    }
    let said = Said {
        ip: answers::host(ip)?,
        port: Some(answers::port(port)?),
        transport: answers::protocol(protocol)?,
        // Only an open port says something of itself.
        answer: Answer::from_word(state).unwrap_or(Answer::Open),
        stamp: answers::seconds(time),
    };
    let mut event = said.event(record, "masscan")?;
    event.application = Untrusted::new(name.unwrap_or_default());
    event.extra = Extra::new(banner.unwrap_or_default(), |banner, sink| {
        if !banner.is_empty() {
            sink(Untrusted::new(b"banner"), Untrusted::new(banner));
        }
    });
    emit(&mut event);
    Ok(())
}

fn decode_object<'a>(record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
    let (mut ip, mut stamp, mut ports) = (None, Stamp::Absent, None);
    let mut own = Port::default();
    for member in Members::new(record.message) {
        match member? {
            (b"ip", value) => ip = Some(answers::host(value.text())?),
            (b"timestamp", value) => {
                stamp = fields::stamp(value.text()).ok_or(Refusal::BadTime)?;
            }
            (b"ports", list @ Value::Nested(_)) => ports = Some(list),
            (b"data", Value::Nested(data)) => own.read(data)?,
            (key, value) => own.take(key, value)?,
        }
    }
    let ip = ip.ok_or(Refusal::MissingField)?;
    let Some(ports) = ports else {
        let mut event = own.event(record, ip, stamp)?;
        event.extra = Extra::new(record.message, |record, sink| {
            for (key, value) in Members::new(record).map_while(Result::ok) {
                match (key, value) {
                    (b"data", Value::Nested(data)) => each_extra(data, sink),
                    (b"rec_type", value) => sink(Untrusted::new(key), value.untrusted()),
                    _ => {}
                }
            }
        });
        emit(&mut event);
        return Ok(());
    };
    for element in Elements::new(ports) {
        let Value::Nested(object) = element else {
            return Err(Refusal::BadSyntax.into());
        };
        let mut port = Port::default();
        port.read(object)?;
        let mut event = port.event(record, ip, stamp)?;
        event.extra = Extra::new(object, each_extra);
        emit(&mut event);
    }
    Ok(())
}

/// One port of an object.
#[derive(Clone, Copy, Default)]
struct Port<'a> {
    number: Option<u16>,
    transport: Option<rutter_event::Transport>,
    answer: Option<Answer>,
    ttl: Option<u8>,
    service: &'a [u8],
}

impl<'a> Port<'a> {
    fn read(&mut self, object: &'a [u8]) -> Result<(), Refusal> {
        for member in Members::new(object) {
            let (key, value) = member?;
            match (key, value) {
                (b"service", Value::Nested(service)) => {
                    for member in Members::new(service) {
                        let (key, value) = member?;
                        if key == b"name" {
                            self.service = value.text();
                        }
                    }
                }
                _ => self.take(key, value)?,
            }
        }
        Ok(())
    }

    fn take(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let text = value.text();
        match key {
            b"port" => self.number = Some(answers::port(text)?),
            b"proto" => self.transport = answers::protocol(text)?,
            b"status" => self.answer = Some(Answer::from_word(text).ok_or(Refusal::BadSyntax)?),
            b"ttl" => self.ttl = decimal(text).filter(|ttl| *ttl > 0),
            _ => {}
        }
        Ok(())
    }

    fn event(
        self,
        record: &Record<'a>,
        ip: std::net::IpAddr,
        stamp: Stamp,
    ) -> Result<Event<'a>, Rejection> {
        let said = Said {
            ip,
            port: self.number,
            transport: self.transport,
            // A banner has no status: only an open port says something of itself.
            answer: self.answer.unwrap_or(Answer::Open),
            stamp,
        };
        if self.number.is_none() {
            return Err(Refusal::MissingField.into());
        }
        let mut event = said.event(record, "masscan")?;
        event.packet.ttl = self.ttl;
        event.application = Untrusted::new(self.service);
        Ok(event)
    }
}

/// Members of a port that have no field.
fn each_extra<'a>(object: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    fields::each_member_but(object, &[b"port", b"proto", b"status", b"ttl"], sink);
}
