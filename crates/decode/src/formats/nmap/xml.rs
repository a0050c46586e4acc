//! `-oX`: a `<host>` element for each host, with an address, and a `<port>` element for each port.

use rutter_event::{Answer, Escape, Event, Extra, Refusal, Skip, Stamp, Untrusted};

use super::super::address::leading_mac;
use super::super::answers::{self, Said};
use super::super::number::decimal;
use crate::formats::search::holds;
use crate::record::{Emit, Record, Rejection};

/// Whether the record is the element of a host.
pub(super) fn is_host(message: &[u8]) -> bool {
    matches!(message.strip_prefix(b"<host"), Some([b' ' | b'>', ..]))
        && holds!(message, "<address ")
}

/// A tag: its name, and what stands between the name and its end.
struct Tag<'a> {
    name: &'a [u8],
    attributes: &'a [u8],
}

/// The tags of a text, in their order; closing ones have a slash before their name. A tag that is cut
/// ends the walk with an error.
struct Tags<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Tags<'a> {
    type Item = Result<Tag<'a>, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = memchr::memchr(b'<', self.rest)?;
        let inside = self.rest.get(start + 1..)?;
        // In well-formed XML no `<` stands within a tag, so its end is the first `>` outside quotes.
        let mut quoted = false;
        for (at, byte) in inside.iter().enumerate() {
            match byte {
                b'"' => quoted = !quoted,
                b'<' => break,
                b'>' if !quoted => {
                    let tag = inside.get(..at)?;
                    self.rest = inside.get(at + 1..)?;
                    let tag = tag.strip_suffix(b"/").unwrap_or(tag);
                    let end = tag
                        .iter()
                        .position(u8::is_ascii_whitespace)
                        .unwrap_or(tag.len());
                    let (name, attributes) = tag.split_at_checked(end)?;
                    return Some(Ok(Tag { name, attributes }));
                }
                _ => {}
            }
        }
        self.rest = b"";
        Some(Err(Refusal::Truncated))
    }
}

/// The value of an attribute as it stands between its quotes.
fn attribute<'a>(attributes: &'a [u8], name: &str) -> &'a [u8] {
    each_attribute(attributes)
        .find(|(key, _)| *key == name.as_bytes())
        .map_or(b"", |(_, v)| v)
}

fn each_attribute(attributes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = attributes;
    std::iter::from_fn(move || {
        rest = rest.trim_ascii_start();
        let equals = memchr::memchr(b'=', rest)?;
        let key = rest.get(..equals)?;
        let value = rest.get(equals + 1..)?.strip_prefix(b"\"")?;
        let end = memchr::memchr(b'"', value)?;
        rest = value.get(end + 1..)?;
        Some((key, value.get(..end)?))
    })
}

/// What a host says before its ports.
#[derive(Default)]
struct Host<'a> {
    ip: Option<std::net::IpAddr>,
    mac: Option<rutter_event::Mac>,
    stamp: Stamp,
    name: &'a [u8],
}

pub(super) fn decode<'a>(record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
    let mut host = Host::default();
    let mut port: Option<(Event<'a>, bool)> = None;
    let mut told = 0;
    let (mut is_begun, mut is_whole) = (false, false);
    let mut tags = Tags {
        rest: record.message,
    };
    loop {
        // The port that is being read begins here; its extra fields are looked for behind.
        let before = tags.rest;
        let Some(tag) = tags.next() else {
            break;
        };
        let tag = match tag {
            Ok(tag) => tag,
            Err(_) if told > 0 => return Ok(()),
            Err(why) => return Err(why.into()),
        };
        let value = |name| attribute(tag.attributes, name);
        match tag.name {
            // Another host within this one: the end of this one is lost.
            b"host" if is_begun => break,
            b"host" => {
                is_begun = true;
                host.stamp = started(tag.attributes);
            }
            b"address" => match value("addrtype") {
                b"mac" => host.mac = leading_mac(value("addr")),
                _ => host.ip = host.ip.or(Some(answers::host(value("addr"))?)),
            },
            b"hostname" if host.name.is_empty() => host.name = value("name"),
            b"port" => {
                let ip = host.ip.ok_or(Refusal::MissingField)?;
                let said = Said {
                    ip,
                    port: Some(answers::port(value("portid"))?),
                    transport: answers::protocol(value("protocol"))?,
                    answer: Answer::Unfiltered,
                    stamp: host.stamp,
                };
                let mut event = said.event(record, "nmap")?;
                event.packet.destination.mac = host.mac;
                event.extra = Extra::new(before, each_extra);
                port = Some((event, false));
            }
            b"state" => {
                if let Some((event, is_told)) = &mut port {
                    let word = value("state");
                    event.answer = Some(Answer::from_word(word).ok_or(Refusal::BadSyntax)?);
                    event.packet.ttl = decimal(value("reason_ttl")).filter(|ttl| *ttl > 0);
                    *is_told = true;
                }
            }
            b"service" => {
                if let Some((event, _)) = &mut port {
                    event.application = Untrusted::escaped(value("name"), Escape::Xml);
                }
            }
            b"/port" => {
                if let Some((mut event, true)) = port.take() {
                    emit(&mut event);
                    told += 1;
                }
            }
            b"/host" => {
                is_whole = true;
                break;
            }
            _ => {}
        }
    }
    match (told, is_whole) {
        (0, false) => Err(Refusal::Truncated.into()),
        (0, true) => Err(Skip::Header.into()),
        _ => Ok(()),
    }
}

/// When the host was asked: at the beginning, of masscan at the end.
fn started(attributes: &[u8]) -> Stamp {
    match answers::seconds(attribute(attributes, "starttime")) {
        Stamp::Absent => answers::seconds(attribute(attributes, "endtime")),
        stamp => stamp,
    }
}

/// Attributes of a port's state and service, and its scripts.
fn each_extra<'a>(port: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for tag in (Tags { rest: port }).map_while(Result::ok) {
        let names: &[&[u8]] = match tag.name {
            b"state" => &[b"reason", b"reason_ip"],
            b"service" => &[
                b"product",
                b"version",
                b"extrainfo",
                b"hostname",
                b"ostype",
                b"devicetype",
                b"tunnel",
                b"method",
                b"conf",
            ],
            b"script" => {
                let value = |name| Untrusted::escaped(attribute(tag.attributes, name), Escape::Xml);
                sink(value("id"), value("output"));
                continue;
            }
            b"/port" => return,
            _ => continue,
        };
        for (key, value) in each_attribute(tag.attributes).filter(|(key, _)| names.contains(key)) {
            if !value.is_empty() {
                sink(Untrusted::new(key), Untrusted::escaped(value, Escape::Xml));
            }
        }
    }
}
