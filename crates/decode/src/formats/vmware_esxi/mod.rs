//! VMware ESXi's management daemons (hostd, rhttpproxy, vpxa), where they name a connection.

use rutter_event::{Event, Extra, Refusal, Skip, Transport, Untrusted};

use super::{fields, socket};
use crate::formats::search::{self, place};
use crate::record::{Emit, Format, Record, Rejection};

/// VMware ESXi.
pub struct VmwareEsxi;

impl Format for VmwareEsxi {
    fn name(&self) -> &'static str {
        "vmware-esxi"
    }

    fn title(&self) -> &'static str {
        "VMware ESXi: connections of the management daemons"
    }

    fn example(&self) -> &'static str {
        "<166>2026-11-23T10:00:00.123Z esx01 Hostd: warning hostd[2100144] [Originator@6876 \
         sub=IO.Connection] Failed to shutdown socket; <io_obj p:0x000000cb7579a9a8, h:34, <TCP \
         '203.0.113.9 : 443'>, <TCP '198.51.100.7 : 43210'>>, e: 104(shutdown: Connection reset by \
         peer)"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        Ends::find(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let ends = Ends::find(record.message).ok_or(Skip::NotFirewall)?;
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        let packet = &mut event.packet;
        packet.source = end(ends.local)?;
        packet.destination = end(ends.peer)?;
        packet.transport = Some(ends.transport);
        fields::settle(packet)?;
        // Two records run together.
        if Ends::find(ends.behind).is_some() {
            return Err(Refusal::BadSyntax.into());
        }
        event.observer.vendor = "vmware";
        event.observer.product = "esxi";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, |record, sink| {
            sink(Untrusted::new(b"text"), Untrusted::new(record))
        });
        emit(&mut event);
        Ok(())
    }
}

/// `<TCP 'A : P'>, <TCP 'B : Q'>`: the daemon's own end, then the other.
#[derive(Clone, Copy)]
struct Ends<'a> {
    transport: Transport,
    local: &'a [u8],
    peer: &'a [u8],
    behind: &'a [u8],
}

impl<'a> Ends<'a> {
    fn find(message: &'a [u8]) -> Option<Self> {
        let mut marks = [
            (&b"<TCP '"[..], Transport::TCP),
            (b"<UDP '", Transport::UDP),
        ]
        .into_iter()
        .filter_map(|(mark, transport)| Some((search::find(message, mark)?, mark, transport)));
        let (at, mark, transport) = marks.next()?;
        let rest = message.get(at + mark.len()..)?;
        let (local, rest) = rest.split_at_checked(place!(rest, "'>")?)?;
        let rest = rest.get(2..)?.strip_prefix(b", ")?.strip_prefix(mark)?;
        let (peer, behind) = rest.split_at_checked(place!(rest, "'>")?)?;
        Some(Self {
            transport,
            local,
            peer,
            behind,
        })
    }
}

/// `192.0.2.1 : 443`, `[2001:db8::1] : 443`, or without blanks.
fn end(text: &[u8]) -> Result<rutter_event::Endpoint, Refusal> {
    let colon = memchr::memrchr(b':', text).ok_or(Refusal::BadPort)?;
    let (ip, port) = text.split_at_checked(colon).ok_or(Refusal::BadPort)?;
    let mut end = socket::end(ip.trim_ascii(), b'/')?;
    end.port = fields::port(port.get(1..).unwrap_or_default().trim_ascii())?;
    Ok(end)
}
