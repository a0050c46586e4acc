//! The CSV of `filterlog`, which writes pf's log on pfSense and OPNsense.

mod carried;
mod columns;
mod extra;
mod icmp;

use std::net::IpAddr;

use rutter_event::{
    Action, Direction, Endpoint, Event, Extra, Family, Packet, Refusal, Skip, Transport, Untrusted,
};

use self::columns::Columns;
use super::address::{Written, written};
use super::number::{decimal, hexadecimal};
use crate::record::{Emit, Format, Record, Rejection};

/// pfSense's and OPNsense's filterlog.
pub struct Filterlog;

impl Format for Filterlog {
    fn name(&self) -> &'static str {
        "filterlog"
    }

    fn title(&self) -> &'static str {
        "pf of pfSense and OPNsense: filterlog CSV"
    }

    fn example(&self) -> &'static str {
        "Nov 23 10:00:00 fw filterlog[4242]: 4,,,1000000103,em0,match,block,in,4,0x0,,241,54321,0,none,6,\
         tcp,40,198.51.100.7,203.0.113.9,43210,23,0,S,305419896,,1024,,"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        let columns = Columns::new(record.message);
        match record.program {
            // The program's own complaints are no records.
            b"filterlog" => starts_with_rule(columns),
            _ => starts_with_rule(columns) && has_head(columns),
        }
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut columns = Columns::new(record.message);
        if !starts_with_rule(columns) {
            return Err(Skip::NotFirewall.into());
        }
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        event.observer.vendor = "pf";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, extra::each);
        let head = read_head(&mut columns, &mut event)?;
        read_header(&mut columns, head, &mut event.packet)?;
        carried::read(&mut columns, head.has_ip_options, &mut event)?;
        emit(&mut event);
        Ok(())
    }
}

fn starts_with_rule(mut columns: Columns<'_>) -> bool {
    columns
        .trusted()
        .is_some_and(|rule| decimal::<u32>(rule).is_some())
}

/// Whether the columns that every record has hold what they must.
fn has_head(mut columns: Columns<'_>) -> bool {
    for _ in 0..5 {
        columns.next();
    }
    let Some((_reason, _)) = columns.next() else {
        return false;
    };
    let Some((action, _)) = columns.next() else {
        return false;
    };
    let is_action = matches!(
        action,
        b"pass" | b"block" | b"match" | b"scrub" | b"nat" | b"rdr" | b"binat" | b"reject" | b"unkn"
    );
    let is_direction = matches!(columns.next(), Some((b"in" | b"out" | b"in/out", _)));
    is_action && is_direction && matches!(columns.next(), Some((b"4" | b"6", _)))
}

/// What of the common columns decides how the rest is read.
#[derive(Clone, Copy)]
struct Head {
    family: Family,
    has_ip_options: bool,
}

/// Reads the columns of pf: rule to IP version.
fn read_head<'a>(columns: &mut Columns<'a>, event: &mut Event<'a>) -> Result<Head, Refusal> {
    event.rule = Untrusted::new(columns.closed()?);
    let _subrule = columns.closed()?;
    let _anchor = columns.closed()?;
    let label = columns.closed()?;
    let interface = Untrusted::new(columns.closed()?);
    let reason = columns.closed()?;
    let action = columns.closed()?;
    let direction = columns.closed()?;
    let version = columns.closed()?;

    // The tracker of pfSense, the label of OPNsense, or a word that says that there is none.
    if !matches!(label, b"0" | b"(null)") {
        event.rule_id = Untrusted::new(label);
    }
    event.observer.product = if is_opnsense_label(label) {
        "opnsense"
    } else {
        ""
    };
    event.action = match action {
        b"pass" => Action::Allowed,
        // Whether pf answered (`return`) the log does not say.
        b"block" => Action::Denied,
        b"reject" => Action::Rejected,
        _ => Action::Unstated,
    };
    (
        event.direction,
        event.observer.ingress,
        event.observer.egress,
    ) = match direction {
        b"in" => (Direction::Inbound, interface, Untrusted::default()),
        b"out" => (Direction::Outbound, Untrusted::default(), interface),
        b"in/out" => (Direction::Unknown, interface, Untrusted::default()),
        _ => return Err(Refusal::BadColumns),
    };
    let family = match version {
        b"4" => Family::V4,
        b"6" => Family::V6,
        _ => return Err(Refusal::BadColumns),
    };
    Ok(Head {
        family,
        has_ip_options: reason == b"ip-option",
    })
}

/// OPNsense names a rule by a digest or a UUID.
fn is_opnsense_label(label: &[u8]) -> bool {
    matches!(label.len(), 32 | 36)
        && label
            .iter()
            .all(|byte| byte.is_ascii_hexdigit() || *byte == b'-')
}

/// Reads the columns of the IP header, up to both addresses.
fn read_header(columns: &mut Columns<'_>, head: Head, packet: &mut Packet) -> Result<(), Refusal> {
    packet.family = head.family;
    packet.tos = hexadecimal(columns.closed()?);
    let protocol = if head.family == Family::V4 {
        let _ecn = columns.closed()?;
        packet.ttl = decimal(columns.closed()?);
        packet.id = decimal(columns.closed()?);
        // In bytes here, in units of eight in the header.
        packet.fragment.offset = decimal::<u16>(columns.closed()?).unwrap_or(0) / 8;
        let flags = columns.closed()?;
        packet.fragment.dont = Some(flags.windows(2).any(|pair| pair == b"DF"));
        packet.fragment.more = flags.contains(&b'+') || flags.windows(2).any(|pair| pair == b"MF");
        let number = columns.closed()?;
        let _word = columns.closed()?;
        number
    } else {
        packet.flow_label =
            hexadecimal::<u32>(columns.closed()?).filter(|label| *label <= 0xf_ffff);
        packet.ttl = decimal(columns.closed()?);
        let _word = columns.closed()?;
        columns.closed()?
    };
    packet.transport = Some(Transport(decimal(protocol).ok_or(Refusal::BadProtocol)?));
    packet.length = decimal::<u32>(columns.closed()?).map(|length| match head.family {
        // The payload length of the IPv6 header.
        Family::V6 => length.saturating_add(40),
        _ => length,
    });
    read_end(columns.closed()?, head.family, &mut packet.source)?;
    read_end(columns.closed()?, head.family, &mut packet.destination)
}

fn read_end(column: &[u8], family: Family, end: &mut Endpoint) -> Result<(), Refusal> {
    end.ip = match (written(column), family) {
        (Some(Written::Plain(ip @ IpAddr::V4(_))), Family::V4)
        | (Some(Written::Plain(ip @ IpAddr::V6(_))), Family::V6) => Some(ip),
        (Some(Written::Redacted), _) => None,
        _ => return Err(Refusal::BadAddress),
    };
    Ok(())
}
