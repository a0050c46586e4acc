//! What each cell means, and which field it fills.

use rutter_event::{Action, Direction, Endpoint, Event, Mac, Refusal, Stamp, Transport, Untrusted};

use super::super::address::leading_mac;
use super::super::number::nibble;
use super::super::{clock, extension, fields};
use super::cells::Cell;
use crate::formats::search::holds;
use crate::record::{Record, Rejection};

/// Names of cells that fill a field.
pub(super) const FIELDS: &[&[u8]] = &[
    b"Local",
    b"Local Host IP",
    b"Local Port",
    b"Local Host MAC",
    b"Remote Host IP",
    b"Remote Port",
    b"Remote Host MAC",
    b"Rule",
    b"Application",
    b"User",
    b"User Name",
];

/// A record while it is read.
#[derive(Default)]
pub(super) struct Reading<'a> {
    event: Event<'a>,
    local: Endpoint,
    remote: Endpoint,
    has_ends: [bool; 2],
    begin: Option<Stamp>,
    computer: &'a [u8],
    cells: usize,
    has_direction: bool,
    ports: u8,
}

impl<'a> Reading<'a> {
    pub(super) fn take(&mut self, cell: &Cell<'a>) -> Result<(), Refusal> {
        let value = cell.value;
        self.cells += 1;
        if !cell.is_closed && cell.key != b"Action" {
            // The last cell is a hash, or the action; a cut one says nothing, and no word of an
            // action is the beginning of another.
            return Ok(());
        }
        match cell.key {
            b"" => return self.take_bare(value),
            b"Local" | b"Local Host IP" => self.local(fields::end(value)?)?,
            b"Local Host" => {
                // Some logs have the host's name here.
                if let Ok(Some(ip)) = fields::end(value) {
                    self.local(Some(ip))?;
                }
            }
            b"Remote Host IP" => {
                if std::mem::replace(&mut self.has_ends[1], true) {
                    return Err(Refusal::BadSyntax);
                }
                self.remote.ip = fields::end(value)?;
            }
            b"Local Port" => {
                self.local.port = fields::port(value)?;
                self.ports += 1;
            }
            b"Remote Port" => {
                self.remote.port = fields::port(value)?;
                self.ports += 1;
            }
            b"Local Host MAC" => self.local.mac = mac(value),
            b"Remote Host MAC" => self.remote.mac = mac(value),
            b"Begin" | b"Begin Time" => self.begin = clock::iso(value),
            b"Rule" => self.event.rule = Untrusted::new(value),
            b"Application" => self.event.application = Untrusted::new(value),
            b"User" | b"User Name" => self.event.user = Untrusted::new(value),
            b"Action" => self.event.action = extension::action(value),
            b"Event Description" if holds!(value, "raffic has been blocked") => {
                self.event.action = Action::Denied;
            }
            _ => {}
        }
        Ok(())
    }

    fn local(&mut self, ip: Option<std::net::IpAddr>) -> Result<(), Refusal> {
        if std::mem::replace(&mut self.has_ends[0], true) {
            return Err(Refusal::BadSyntax);
        }
        self.local.ip = ip;
        Ok(())
    }

    /// Cells without a name: the computer, the protocol, the direction.
    fn take_bare(&mut self, value: &'a [u8]) -> Result<(), Refusal> {
        let event = &mut self.event;
        match value {
            b"Inbound" | b"Outbound" | b"Unknown" => {
                event.direction = match value {
                    b"Inbound" => Direction::Inbound,
                    b"Outbound" => Direction::Outbound,
                    _ => Direction::Unknown,
                };
                self.has_direction = true;
            }
            b"OTHERS" | b"ETHERNET" | b"" => {}
            _ if self.cells == 1 => self.computer = value,
            word => {
                if let Some(transport) = Transport::from_word(word)
                    && event.packet.transport.is_none()
                {
                    event.packet.transport = Some(transport);
                }
            }
        }
        Ok(())
    }

    /// Draws the conclusions that need the whole record.
    pub(super) fn settle(self, record: &Record<'a>) -> Result<Event<'a>, Rejection> {
        let mut event = self.event;
        // Every log has these, and only with them the ends are the right way round.
        if self.has_ends != [true; 2] || !self.has_direction || self.ports != 2 {
            return Err(Refusal::Truncated.into());
        }
        let packet = &mut event.packet;
        (packet.source, packet.destination) = match event.direction {
            Direction::Inbound => (self.remote, self.local),
            _ => (self.local, self.remote),
        };
        // Where a protocol has no ports, or an attack was not told one, the log has zeros.
        if !packet.transport.is_some_and(Transport::has_ports) {
            for end in [&mut packet.source, &mut packet.destination] {
                end.port = end.port.filter(|port| *port > 0);
            }
        }
        fields::settle(packet)?;
        // The agent's clock has no zone, so a header that has one says more.
        event.stamp = match (record.stamp, self.begin) {
            (Stamp::Instant(_), _) | (_, None) => record.stamp,
            (_, Some(begin)) => begin,
        };
        event.observer.vendor = "symantec";
        event.observer.product = "endpoint-protection";
        event.observer.hostname = Untrusted::new(self.computer)
            .some()
            .unwrap_or(record.hostname);
        Ok(event)
    }
}

/// `00005E005301`, `00:00:5e:00:53:01`, `00.00.5e.00.53.01`; nothing where all are zeros.
fn mac(text: &[u8]) -> Option<Mac> {
    if text.len() == 17 && text.get(2) != Some(&b'.') {
        return leading_mac(text);
    }
    let mut bytes = [0; 6];
    let mut digits = text
        .iter()
        .filter(|byte| **byte != b'.')
        .map(|byte| nibble(*byte));
    for byte in &mut bytes {
        *byte = digits.next()?? << 4 | digits.next()??;
    }
    (digits.next().is_none() && bytes != [0; 6]).then_some(Mac(bytes))
}
