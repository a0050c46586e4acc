//! `-oG`: a line for each host, its parts between tabs, ports as `port/state/protocol/owner/service/…`.

use rutter_event::{Extra, Refusal, Skip, Stamp, Untrusted};

use super::super::answers::{self, Said};
use super::super::fields::NO_PACKET;
use crate::record::{Emit, Record, Rejection};

/// Whether the line tells of a host: nmap's, and masscan's with a time before it.
pub(super) fn is_host(message: &[u8]) -> bool {
    let text = message
        .strip_prefix(b"Timestamp: ")
        .map_or(message, |rest| {
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            rest.get(digits..).unwrap_or_default().trim_ascii_start()
        });
    let is_part = |part: &[u8]| {
        [&b"Ports:"[..], b"Status:", b"Protocols:", b"Ignored State:"]
            .iter()
            .any(|name| part.starts_with(name))
    };
    text.strip_prefix(b"Host: ")
        .is_some_and(|rest| rest.split(|b| *b == b'\t').skip(1).any(is_part))
}

pub(super) fn decode<'a>(record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
    let mut stamp = Stamp::Absent;
    let (mut host, mut ports) = (None, None);
    for part in record.message.split(|b| *b == b'\t') {
        if let Some(time) = part.strip_prefix(b"Timestamp: ") {
            stamp = answers::seconds(time.trim_ascii());
        } else if let Some(text) = part.strip_prefix(b"Host: ") {
            let end = text.iter().position(|b| *b == b' ').unwrap_or(text.len());
            host = Some(answers::host(text.get(..end).unwrap_or(text))?);
        } else if let Some(text) = part.strip_prefix(b"Ports: ") {
            ports = Some(text);
        }
    }
    let ip = host.ok_or(Refusal::MissingField)?;
    // A host that is up, or whose ports are all alike, of which the line tells nothing.
    let ports = ports.ok_or(Rejection::Skip(Skip::Header))?;
    let mut told = 0;
    for port in ports.split(|b| *b == b',') {
        let port = port.trim_ascii();
        let mut columns = port.split(|b| *b == b'/');
        let [number, state, protocol, _owner, service] =
            [(); 5].map(|()| columns.next().unwrap_or_default());
        // A comma within a version's text begins no port.
        let Some(answer) = rutter_event::Answer::from_word(state) else {
            if told == 0 {
                return Err(Refusal::BadSyntax.into());
            }
            continue;
        };
        // Seven slashes make a port (six of masscan's); without them the line is cut.
        if port.iter().filter(|b| **b == b'/').count() < 6 {
            return Err(Refusal::Truncated.into());
        }
        let said = Said {
            ip,
            port: Some(answers::port(number)?),
            transport: answers::protocol(protocol)?,
            answer,
            stamp,
        };
        let mut event = said.event(record, "nmap")?;
        event.application = Untrusted::new(service);
        event.extra = Extra::new(port, each_extra);
        emit(&mut event);
        told += 1;
    }
    if told == 0 { Err(NO_PACKET) } else { Ok(()) }
}

/// Owner, RPC information and version of a port.
fn each_extra<'a>(port: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let names = ["", "", "", "owner", "", "rpcinfo", "version"];
    for (name, value) in names.into_iter().zip(port.split(|b| *b == b'/')) {
        if !name.is_empty() && !value.is_empty() {
            sink(Untrusted::new(name.as_bytes()), Untrusted::new(value));
        }
    }
}
