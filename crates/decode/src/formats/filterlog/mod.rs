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
            b"filterlog" => starts_with_rule(&columns),
            _ => starts_with_rule(&columns) && has_head(columns),
        }
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut columns = Columns::new(record.message);
        if !starts_with_rule(&columns) {
            return Err(Skip::NotFirewall.into());
        }
        let head = Head::read(&mut columns)?;
        read(&head, &mut columns, record, emit)
    }

    /// Most records show by the columns that are read anyway that they are this format's.
    fn decode_own<'a>(
        &self,
        record: &Record<'a>,
        emit: Emit<'_, 'a>,
    ) -> Option<Result<(), Rejection>> {
        let mut columns = Columns::new(record.message);
        if starts_with_rule(&columns)
            && let Ok(head) = Head::read(&mut columns)
            && (record.program == b"filterlog" || head.is_plausible())
        {
            return Some(read(&head, &mut columns, record, emit));
        }
        self.claims(record).then(|| self.decode(record, emit))
    }
}

/// Reads a record behind its head.
fn read<'a>(
    head: &Head<'a>,
    columns: &mut Columns<'a>,
    record: &Record<'a>,
    emit: Emit<'_, 'a>,
) -> Result<(), Rejection> {
    let mut event = Event {
        stamp: record.stamp,
        ..Event::default()
    };
    event.observer.vendor = "pf";
    event.observer.hostname = record.hostname;
    event.extra = Extra::new(record.message, extra::each);
    let family = head.fill(&mut event)?;
    read_header(columns, family, &mut event.packet)?;
    carried::read(columns, head.reason == b"ip-option", &mut event)?;
    emit(&mut event);
    Ok(())
}

fn starts_with_rule(columns: &Columns<'_>) -> bool {
    columns
        .first()
        .is_some_and(|rule| decimal::<u32>(rule).is_some())
}

/// Whether the columns that every record has hold what they must, so far as they are there.
fn has_head(mut columns: Columns<'_>) -> bool {
    for _ in 0..6 {
        columns.next();
    }
    let mut column = || columns.next().map(|(column, _)| column).unwrap_or_default();
    is_action(column()) && is_direction(column()) && is_version(column())
}

fn is_action(column: &[u8]) -> bool {
    matches!(
        column,
        b"pass" | b"block" | b"match" | b"scrub" | b"nat" | b"rdr" | b"binat" | b"reject" | b"unkn"
    )
}

fn is_direction(column: &[u8]) -> bool {
    matches!(column, b"in" | b"out" | b"in/out")
}

fn is_version(column: &[u8]) -> bool {
    matches!(column, b"4" | b"6")
}

/// The columns of pf: rule to IP version.
struct Head<'a> {
    rule: &'a [u8],
    label: &'a [u8],
    interface: &'a [u8],
    reason: &'a [u8],
    action: &'a [u8],
    direction: &'a [u8],
    version: &'a [u8],
}

impl<'a> Head<'a> {
    fn read(columns: &mut Columns<'a>) -> Result<Self, Refusal> {
        let rule = columns.closed()?;
        let _subrule = columns.closed()?;
        let _anchor = columns.closed()?;
        Ok(Self {
            rule,
            label: columns.closed()?,
            interface: columns.closed()?,
            reason: columns.closed()?,
            action: columns.closed()?,
            direction: columns.closed()?,
            version: columns.closed()?,
        })
    }

    /// Whether the columns hold what they must.
    fn is_plausible(&self) -> bool {
        is_action(self.action) && is_direction(self.direction) && is_version(self.version)
    }

    /// Puts the columns where they belong, and gives the family of the packet.
    fn fill(&self, event: &mut Event<'a>) -> Result<Family, Refusal> {
        event.rule = Untrusted::new(self.rule);
        // The tracker of pfSense, the label of OPNsense, or a word that says that there is none.
        if !matches!(self.label, b"0" | b"(null)") {
            event.rule_id = Untrusted::new(self.label);
        }
        event.observer.product = if is_opnsense_label(self.label) {
            "opnsense"
        } else {
            ""
        };
        event.action = match self.action {
            b"pass" => Action::Allowed,
            // Whether pf answered (`return`) the log does not say.
            b"block" => Action::Denied,
            b"reject" => Action::Rejected,
            _ => Action::Unstated,
        };
        let interface = Untrusted::new(self.interface);
        match self.direction {
            b"in" => (event.direction, event.observer.ingress) = (Direction::Inbound, interface),
            b"out" => (event.direction, event.observer.egress) = (Direction::Outbound, interface),
            b"in/out" => event.observer.ingress = interface,
            _ => return Err(Refusal::BadColumns),
        }
        match self.version {
            b"4" => Ok(Family::V4),
            b"6" => Ok(Family::V6),
            _ => Err(Refusal::BadColumns),
        }
    }
}

/// OPNsense names a rule by a digest or a UUID.
fn is_opnsense_label(label: &[u8]) -> bool {
    matches!(label.len(), 32 | 36)
        // All are looked at, and so sixteen at a time.
        && label.iter().fold(true, |all, byte| {
            all & (byte.is_ascii_hexdigit() | (*byte == b'-'))
        })
}

/// Reads the columns of the IP header, up to both addresses.
fn read_header(
    columns: &mut Columns<'_>,
    family: Family,
    packet: &mut Packet,
) -> Result<(), Refusal> {
    packet.family = family;
    packet.tos = hexadecimal(columns.closed()?);
    let protocol = if family == Family::V4 {
        let _ecn = columns.closed()?;
        packet.ttl = columns.number()?;
        packet.id = columns.number()?;
        // In bytes here, in units of eight in the header.
        packet.fragment.offset = columns.number::<u16>()?.unwrap_or(0) / 8;
        let (dont, more) = match columns.closed()? {
            b"none" => (false, false),
            b"DF" => (true, false),
            flags => {
                let says = |word: &[u8; 2]| flags.windows(2).any(|pair| pair == word);
                (says(b"DF"), flags.contains(&b'+') || says(b"MF"))
            }
        };
        (packet.fragment.dont, packet.fragment.more) = (Some(dont), more);
        let number = columns.number()?;
        let _word = columns.closed()?;
        number
    } else {
        packet.flow_label =
            hexadecimal::<u32>(columns.closed()?).filter(|label| *label <= 0xf_ffff);
        packet.ttl = columns.number()?;
        let _word = columns.closed()?;
        columns.number()?
    };
    packet.transport = Some(Transport(protocol.ok_or(Refusal::BadProtocol)?));
    packet.length = columns.number::<u32>()?.map(|length| match family {
        // The payload length of the IPv6 header.
        Family::V6 => length.saturating_add(40),
        _ => length,
    });
    read_end(columns.closed()?, family, &mut packet.source)?;
    read_end(columns.closed()?, family, &mut packet.destination)
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
