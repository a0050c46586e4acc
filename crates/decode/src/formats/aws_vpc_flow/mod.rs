//! Flow logs of Amazon VPC, as text.

mod fields;

use std::net::IpAddr;

use rutter_event::{
    Action, Direction, Event, Extra, Refusal, Skip, Stamp, TcpFlags, Timestamp, Transport,
    Untrusted,
};

use self::fields::Field;
use super::address::{Written, family, written};
use super::number::{count, decimal};
use super::words::Words;
use crate::header::{Header, Heading, Mark};
use crate::record::{Emit, Format, Record, Rejection};

/// VPC flow logs.
pub struct AwsVpcFlow;

impl Format for AwsVpcFlow {
    fn name(&self) -> &'static str {
        "aws-vpc-flow"
    }

    fn title(&self) -> &'static str {
        "Amazon VPC flow logs: text"
    }

    fn example(&self) -> &'static str {
        "2026-11-23T10:00:05 2 123456789010 eni-1235b8ca123456789 198.51.100.7 203.0.113.9 43210 3389 6 20 4249 \
         1795427940 1795428000 REJECT OK"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        is_header(record.message) || self.order(record).is_some()
    }

    fn columns(&self, heading: &Heading<'_>) -> Option<Vec<u8>> {
        let is_ours = heading.mark == Mark::Bare
            && heading.separator == b' '
            && heading.names(b"srcaddr")
            && heading.names(b"dstaddr")
            && heading.names(b"protocol");
        is_ours.then(|| {
            heading
                .names
                .iter()
                .map(|name| fields::code(name))
                .collect()
        })
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        if is_header(record.message) {
            return Err(Skip::Header.into());
        }
        let order = self.order(record).ok_or(Skip::NotFirewall)?;
        read(order, record, emit)
    }

    fn decode_own<'a>(
        &self,
        record: &Record<'a>,
        emit: Emit<'_, 'a>,
    ) -> Option<Result<(), Rejection>> {
        if is_header(record.message) {
            return Some(Err(Skip::Header.into()));
        }
        let order = self.order(record)?;
        Some(read(order, record, emit))
    }
}

/// Reads a record of this order.
fn read<'a>(order: Order<'a>, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
    let message = order.text(record);
    let mut reading = Reading::default();
    let event = &mut reading.event;
    event.stamp = record.stamp;
    event.observer.vendor = "aws";
    event.observer.product = "vpc";
    event.observer.hostname = record.hostname;
    event.extra = match order {
        Order::Named(header, _) => Extra::named(message, header),
        Order::Known(..) => Extra::new(message, each_extra),
    };
    let mut words = Words::new(message);
    let mut read = 0;
    while let Some((column, is_closed)) = words.next() {
        let field = order.field(read).ok_or(Refusal::BadColumns)?;
        if !is_closed {
            // Of the last column, which may be cut, only the status can be trusted.
            let is_status = matches!(field, Field::Status) && field.may_be(column);
            let is_last = record.is_ended && read + 1 >= order.least(true);
            if !is_status && !is_last {
                break;
            }
        }
        reading.take(field, column)?;
        read += 1;
    }
    // The last field of all may be any word; it is missed only if it was told.
    if read < order.least(record.is_ended) {
        return Err(Refusal::Truncated.into());
    }
    reading.settle()?;
    emit(&mut reading.event);
    Ok(())
}

/// The order of a record's fields.
#[derive(Clone, Copy)]
enum Order<'a> {
    /// As a header says, with the text that it names the columns of.
    Named(&'a Header, &'a [u8]),
    /// One that needs no header, and how many columns it needs.
    Known(&'static [Field], usize),
}

impl<'a> Order<'a> {
    /// The text of a record in this order.
    const fn text(self, record: &Record<'a>) -> &'a [u8] {
        match self {
            Self::Named(_, text) => text,
            Self::Known(..) => record.message,
        }
    }

    fn field(self, column: usize) -> Option<&'static Field> {
        match self {
            Self::Named(header, _) => header.code(column).map(fields::of_code),
            Self::Known(order, _) => order.get(column),
        }
    }

    /// The fewest columns of a record.
    const fn least(self, is_ended: bool) -> usize {
        match self {
            Self::Named(header, _) => header.len() - !is_ended as usize,
            Self::Known(_, least) => least,
        }
    }
}

impl AwsVpcFlow {
    /// The order of a record with an address: under a header, or one that tells itself.
    fn order<'a>(&self, record: &Record<'a>) -> Option<Order<'a>> {
        if let Some(header) = record.header_of(self.name()) {
            // `aws logs tail` puts a stamp before each record.
            for text in [record.message, record.raw] {
                if has_flow(header, text) {
                    return Some(Order::Named(header, text));
                }
            }
        }
        order(record.message).map(|(order, least)| Order::Known(order, least))
    }
}

/// Whether the first columns are what the header says, and the source is an address. In records of
/// an interval without traffic (`NODATA`, `SKIPDATA`) it is a hyphen.
fn has_flow(header: &Header, record: &[u8]) -> bool {
    let mut words = Words::new(record);
    for (code, _) in header.columns() {
        let field = fields::of_code(code);
        match words.next() {
            Some((word, _)) if matches!(field, Field::Source) => return field.may_be(word),
            Some((word, _)) if field.may_be(word) => {}
            _ => return false,
        }
    }
    false
}

/// The first line of a file, or a format string without its dollars: nothing but names of fields.
fn is_header(message: &[u8]) -> bool {
    if !message.first().is_some_and(u8::is_ascii_lowercase) {
        return false;
    }
    let mut words = Words::new(message);
    let mut count = 0;
    while let Some((word, _)) = words.next() {
        if !fields::is_name(word) {
            return false;
        }
        count += 1;
    }
    count >= 4
}

/// The order of the record's fields. A record without an address (`NODATA`, `SKIPDATA`) has none.
fn order(message: &[u8]) -> Option<(&'static [Field], usize)> {
    if !message.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let mut words = Words::new(message);
    let mut next = || {
        words
            .next()
            .filter(|(_, is_closed)| *is_closed)
            .map(|(word, _)| word)
    };
    let version = next()?;
    if version.len() > 2 || !Field::Version.may_be(version) {
        return None;
    }
    let found = fields::order(next()?, next()?)?;
    let (order, _) = found;
    let has_flow = !matches!(order.get(3), Some(Field::Source)) || next()? != b"-";
    has_flow.then_some(found)
}

/// A record while it is read.
#[derive(Default)]
struct Reading<'a> {
    event: Event<'a>,
    interface: &'a [u8],
    start: Option<i64>,
    end: Option<i64>,
    flags: Option<u8>,
}

impl<'a> Reading<'a> {
    /// Puts a column where it belongs.
    ///
    /// # Errors
    /// What is wrong with a column that its field cannot hold, by [`Field::may_be`].
    #[inline]
    fn take(&mut self, field: &Field, column: &'a [u8]) -> Result<(), Refusal> {
        let event = &mut self.event;
        let packet = &mut event.packet;
        match field {
            Field::Source => packet.source.ip = address(column)?,
            Field::Destination => packet.destination.ip = address(column)?,
            Field::SourcePort => packet.source.port = port(column)?,
            Field::DestinationPort => packet.destination.port = port(column)?,
            Field::Protocol => {
                let number = decimal(column).ok_or(Refusal::BadProtocol)?;
                packet.transport = Some(Transport(number));
            }
            Field::Packets => event.packets = Some(number(column)?),
            Field::Bytes => event.bytes = Some(number(column)?),
            Field::Start => self.start = Some(second(column)?),
            Field::End => self.end = Some(second(column)?),
            Field::Action => {
                event.action = match column {
                    b"ACCEPT" => Action::Allowed,
                    // Security groups and access lists never answer.
                    b"REJECT" => Action::Dropped,
                    b"-" => Action::Unstated,
                    _ => return Err(Refusal::BadColumns),
                };
            }
            Field::Direction => {
                event.direction = match column {
                    b"ingress" => Direction::Inbound,
                    b"egress" => Direction::Outbound,
                    b"-" => Direction::Unknown,
                    _ => return Err(Refusal::BadColumns),
                };
            }
            Field::TcpFlags if column != b"-" => {
                self.flags = Some(decimal(column).ok_or(Refusal::BadColumns)?);
            }
            field if !field.may_be(column) => return Err(Refusal::BadColumns),
            Field::Interface => self.interface = column,
            _ => {}
        }
        Ok(())
    }

    /// Draws the conclusions that need the whole record.
    fn settle(&mut self) -> Result<(), Refusal> {
        let event = &mut self.event;
        let packet = &mut event.packet;
        packet.family = family(packet.source.ip, packet.destination.ip)?;
        let transport = packet.transport.ok_or(Refusal::MissingField)?;
        if transport.has_ports() {
            if packet.source.port.is_none() || packet.destination.port.is_none() {
                return Err(Refusal::MissingField);
            }
        } else {
            (packet.source.port, packet.destination.port) = (None, None);
        }
        // Flags of a whole window run together, and ACK is left out but beside SYN: only these
        // are what a packet had.
        packet.tcp.flags = self
            .flags
            .filter(|flags| transport == Transport::TCP && matches!(flags, 2 | 4 | 18))
            .map(TcpFlags);
        if let Some(end) = self
            .end
            .and_then(|second| Timestamp::from_seconds(second, 0))
        {
            event.stamp = Stamp::Instant(end);
        }
        if let (Some(start), Some(end)) = (self.start, self.end) {
            let seconds = u64::try_from(end - start).map_err(|_| Refusal::BadTime)?;
            event.duration = seconds.checked_mul(1_000_000_000);
        }
        match event.direction {
            Direction::Inbound => event.observer.ingress = Untrusted::new(self.interface),
            Direction::Outbound => event.observer.egress = Untrusted::new(self.interface),
            _ => {}
        }
        Ok(())
    }
}

fn address(column: &[u8]) -> Result<Option<IpAddr>, Refusal> {
    match written(column) {
        Some(Written::Plain(ip)) => Ok(Some(ip)),
        Some(Written::Redacted) => Ok(None),
        None => Err(Refusal::BadAddress),
    }
}

fn port(column: &[u8]) -> Result<Option<u16>, Refusal> {
    if column == b"-" {
        return Ok(None);
    }
    decimal(column).map(Some).ok_or(Refusal::BadPort)
}

fn number(column: &[u8]) -> Result<u64, Refusal> {
    count(column).ok_or(Refusal::BadColumns)
}

/// A time in seconds since 1970, of ten digits.
fn second(column: &[u8]) -> Result<i64, Refusal> {
    let second = decimal::<i64>(column).filter(|_| column.len() == 10);
    second.ok_or(Refusal::BadColumns)
}

fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some((order, _)) = order(record) else {
        return;
    };
    let mut words = Words::new(record);
    for field in order {
        let Some((column, _)) = words.next() else {
            return;
        };
        if let Some(name) = field.kept_as()
            && column != b"-"
        {
            sink(Untrusted::new(name.as_bytes()), Untrusted::new(column));
        }
    }
}
