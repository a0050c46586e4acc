//! The columns that a `#Fields:` line names, and how each is read.

use rutter_event::{Action, Direction, Endpoint, Event, Refusal, Stamp, TcpFlags, Transport};

use super::super::address::{Written, family, written};
use super::super::clock;
use super::super::number::decimal;
use crate::header::{CODE, KEPT};

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Date,
    Time,
    Action,
    Protocol,
    SourceIp,
    DestinationIp,
    SourcePort,
    DestinationPort,
    Size,
    Flags,
    Sequence,
    Acknowledgement,
    Window,
    IcmpType,
    IcmpCode,
    Info,
    Path,
    Pid,
}

impl Field {
    /// Every version's columns in its order: 1.0 ends before `path`, 1.5 with it, Windows 10 and
    /// later with `pid`.
    pub(super) const ORDER: [Self; 18] = [
        Self::Date,
        Self::Time,
        Self::Action,
        Self::Protocol,
        Self::SourceIp,
        Self::DestinationIp,
        Self::SourcePort,
        Self::DestinationPort,
        Self::Size,
        Self::Flags,
        Self::Sequence,
        Self::Acknowledgement,
        Self::Window,
        Self::IcmpType,
        Self::IcmpCode,
        Self::Info,
        Self::Path,
        Self::Pid,
    ];

    /// The column of a name in a `#Fields:` line.
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"date" => Self::Date,
            b"time" => Self::Time,
            b"action" => Self::Action,
            b"protocol" => Self::Protocol,
            b"src-ip" => Self::SourceIp,
            b"dst-ip" => Self::DestinationIp,
            b"src-port" => Self::SourcePort,
            b"dst-port" => Self::DestinationPort,
            b"size" => Self::Size,
            b"tcpflags" => Self::Flags,
            b"tcpsyn" => Self::Sequence,
            b"tcpack" => Self::Acknowledgement,
            b"tcpwin" => Self::Window,
            b"icmptype" => Self::IcmpType,
            b"icmpcode" => Self::IcmpCode,
            b"info" => Self::Info,
            b"path" => Self::Path,
            b"pid" => Self::Pid,
            _ => return None,
        })
    }

    /// The code of a column for a header.
    pub(super) fn code(name: &[u8]) -> u8 {
        let Some(field) = Self::named(name) else {
            return KEPT | OTHER;
        };
        let place = Self::ORDER.iter().position(|known| *known == field);
        let code = place.and_then(|place| u8::try_from(place).ok());
        let kept = if field.kept_as().is_some() { KEPT } else { 0 };
        code.map_or(KEPT | OTHER, |code| code | kept)
    }

    /// The column of a code; nothing for one that Windows does not write.
    pub(super) fn of_code(code: u8) -> Option<Self> {
        Self::ORDER.get(usize::from(code & CODE)).copied()
    }

    /// The vendor's name of a column that is kept beside the fields that it fills, or fills none.
    pub(super) const fn kept_as(self) -> Option<&'static str> {
        match self {
            Self::Action => Some("action"),
            Self::Info => Some("info"),
            Self::Path => Some("path"),
            Self::Pid => Some("pid"),
            _ => None,
        }
    }
}

/// The code of a column that Windows does not write.
const OTHER: u8 = CODE;

/// Columns that mean something only together.
#[derive(Default)]
pub(super) struct Pending<'a> {
    date: &'a [u8],
    time: &'a [u8],
}

impl<'a> Pending<'a> {
    /// Puts one column where it belongs. A hyphen stands for none.
    pub(super) fn take(
        &mut self,
        field: Field,
        column: &'a [u8],
        event: &mut Event<'a>,
    ) -> Result<(), Refusal> {
        if column == b"-" {
            return Ok(());
        }
        let packet = &mut event.packet;
        match field {
            Field::Date => self.date = column,
            Field::Time => self.time = column,
            Field::Action => {
                let (action, direction) = action(column).ok_or(Refusal::BadColumns)?;
                event.action = action;
                if event.direction == Direction::Unknown {
                    event.direction = direction;
                }
            }
            Field::Protocol => {
                let transport = Transport::from_word(column).ok_or(Refusal::BadProtocol)?;
                packet.transport = Some(transport);
            }
            Field::SourceIp => read_end(column, &mut packet.source)?,
            Field::DestinationIp => read_end(column, &mut packet.destination)?,
            Field::SourcePort => packet.source.port = Some(port(column)?),
            Field::DestinationPort => packet.destination.port = Some(port(column)?),
            Field::Size => packet.length = Some(number(column)?),
            Field::Flags => packet.tcp.flags = Some(flags(column)?),
            Field::Sequence => packet.tcp.seq = Some(number(column)?),
            Field::Acknowledgement => packet.tcp.ack = Some(number(column)?),
            Field::Window => packet.tcp.window = Some(number(column)?),
            Field::IcmpType => packet.icmp.kind = Some(number(column)?),
            Field::IcmpCode => packet.icmp.code = Some(number(column)?),
            Field::Path => match column {
                b"RECEIVE" => event.direction = Direction::Inbound,
                b"SEND" => event.direction = Direction::Outbound,
                _ => {}
            },
            Field::Info | Field::Pid => {}
        }
        Ok(())
    }

    /// Draws the conclusions that need the whole record.
    pub(super) fn settle(&self, event: &mut Event<'_>) -> Result<(), Refusal> {
        event.stamp = stamp(self.date, self.time).ok_or(Refusal::BadTime)?;
        let packet = &mut event.packet;
        packet.family = family(packet.source.ip, packet.destination.ip)?;
        packet.tell_icmp_apart();
        // A permitted connection has zeros where a dropped packet has a header.
        packet.length = packet.length.filter(|length| *length > 0);
        if packet.tcp.flags.is_none() {
            packet.tcp = Default::default();
        }
        if packet.transport.is_some_and(Transport::has_ports) {
            if packet.source.port.is_none() || packet.destination.port.is_none() {
                return Err(Refusal::MissingField);
            }
        } else {
            (packet.source.port, packet.destination.port) = (None, None);
        }
        Ok(())
    }
}

/// What was done, and which way the words of Windows XP say it went.
pub(super) const fn action(word: &[u8]) -> Option<(Action, Direction)> {
    Some(match word {
        b"DROP" => (Action::Dropped, Direction::Unknown),
        b"ALLOW" => (Action::Allowed, Direction::Unknown),
        b"OPEN" => (Action::Allowed, Direction::Outbound),
        b"OPEN-INBOUND" => (Action::Allowed, Direction::Inbound),
        // The end of a session that had been let through.
        b"CLOSE" => (Action::Allowed, Direction::Unknown),
        _ => return None,
    })
}

fn stamp(date: &[u8], time: &[u8]) -> Option<Stamp> {
    let mut text = [b' '; 19];
    text.get_mut(..10)?
        .copy_from_slice(date.first_chunk::<10>()?);
    text.get_mut(11..)?
        .copy_from_slice(time.first_chunk::<8>()?);
    if date.len() == 10 && time.len() == 8 {
        clock::iso(&text)
    } else {
        None
    }
}

/// An IPv6 address may carry the number of its interface behind a percent sign.
fn read_end(column: &[u8], end: &mut Endpoint) -> Result<(), Refusal> {
    let address = column.split(|byte| *byte == b'%').next().unwrap_or(column);
    end.ip = match written(address) {
        Some(Written::Plain(ip)) => Some(ip),
        Some(Written::Redacted) => None,
        None => return Err(Refusal::BadAddress),
    };
    Ok(())
}

fn port(column: &[u8]) -> Result<u16, Refusal> {
    decimal(column).ok_or(Refusal::BadPort)
}

fn number<T: TryFrom<u64>>(column: &[u8]) -> Result<T, Refusal> {
    decimal(column).ok_or(Refusal::BadColumns)
}

fn flags(letters: &[u8]) -> Result<TcpFlags, Refusal> {
    letters
        .iter()
        .try_fold(TcpFlags::NONE, |flags, letter| {
            Some(flags.with(TcpFlags::from_letter(*letter)?))
        })
        .ok_or(Refusal::BadColumns)
}
