//! The next-generation capture file: blocks in sections
//! (<https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/>).

use rutter_event::{Direction, Event, Extra, Refusal, Stamp, Untrusted};

use super::bytes::{Order, chunk};
use super::capture::{Seen, Step, reasonable};
use super::clock::Clock;
use super::damage::Reason;
use super::frame::Frame;
use super::link::LinkType;
use super::{MAX_INTERFACE_NAME, MAX_INTERFACES};

/// Registry name.
pub(super) const NAME: &str = "pcapng";

const MAGIC: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
const BYTE_ORDER: u32 = 0x1a2b_3c4d;
/// Type and length before a block's body, length after it.
const FRAMING: u32 = 12;

/// Block types that are read; all others are passed over.
mod block {
    pub(super) const INTERFACE: u32 = 1;
    pub(super) const OLD_PACKET: u32 = 2;
    pub(super) const SIMPLE_PACKET: u32 = 3;
    pub(super) const ENHANCED_PACKET: u32 = 6;
}

/// Option codes that are read.
mod option {
    pub(super) const END: u16 = 0;
    /// Of a packet block.
    pub(super) const PACKET_FLAGS: u16 = 2;
    /// Of an interface block.
    pub(super) const NAME: u16 = 2;
    pub(super) const TIME_RESOLUTION: u16 = 9;
    pub(super) const TIME_OFFSET: u16 = 14;
}

/// Whether a section header starts with these bytes; they read the same in both orders.
pub(super) fn is_magic(magic: [u8; 4]) -> bool {
    magic == MAGIC
}

/// The section that is being read.
#[derive(Debug, Default)]
pub(super) struct Pcapng {
    /// None before the first section header.
    order: Option<Order>,
    /// By number; none for one whose description cannot be read.
    interfaces: Vec<Option<Interface>>,
}

#[derive(Debug)]
struct Interface {
    link: LinkType,
    /// Bytes kept of each packet; 0 is no limit.
    snap: u32,
    clock: Clock,
    name: Box<[u8]>,
}

impl Pcapng {
    /// Reads one block.
    pub(super) fn step<'a>(&mut self, bytes: &'a [u8]) -> Step<'a> {
        let Some(magic) = chunk(bytes, 0) else {
            return Step::Needs(4);
        };
        let opens_section = is_magic(magic);
        let order = if opens_section {
            let Some(mark) = chunk(bytes, 8) else {
                return Step::Needs(12);
            };
            match [Order::Little, Order::Big]
                .into_iter()
                .find(|o| o.u32(mark) == BYTE_ORDER)
            {
                Some(order) => order,
                None => return Step::Damaged(Reason::NoByteOrder),
            }
        } else {
            match self.order {
                Some(order) => order,
                None => return Step::Damaged(Reason::NotACapture),
            }
        };
        let (length, body) = match frame_block(order, bytes) {
            Ok(framed) => framed,
            Err(step) => return step,
        };
        if opens_section {
            if order.u16_at(body, 4) != Some(1) {
                return Step::Damaged(Reason::UnknownVersion);
            }
            self.order = Some(order);
            self.interfaces.clear();
            return Step::Pass(length);
        }
        match order.u32(magic) {
            block::INTERFACE => {
                if self.interfaces.len() < MAX_INTERFACES {
                    self.interfaces.push(Interface::read(order, body));
                }
                Step::Pass(length)
            }
            block::ENHANCED_PACKET => Step::Packet(length, self.enhanced(order, body)),
            block::SIMPLE_PACKET => Step::Packet(length, self.simple(order, body)),
            block::OLD_PACKET => Step::Packet(length, self.old(order, body)),
            _ => Step::Pass(length),
        }
    }

    fn interface(&self, number: usize) -> Result<&Interface, Refusal> {
        self.interfaces
            .get(number)
            .and_then(Option::as_ref)
            .ok_or(Refusal::BadFrame)
    }

    fn enhanced<'a>(&self, order: Order, body: &'a [u8]) -> Result<Seen<'a>, Refusal> {
        let number = order.u32_at(body, 0).ok_or(Refusal::BadFrame)?;
        self.stamped(order, body, number)
    }

    /// The Packet Block, long obsolete: a shorter interface number and a count of drops.
    fn old<'a>(&self, order: Order, body: &'a [u8]) -> Result<Seen<'a>, Refusal> {
        let number = order.u16_at(body, 0).ok_or(Refusal::BadFrame)?;
        self.stamped(order, body, u32::from(number))
    }

    /// What follows the interface number is the same in both.
    fn stamped<'a>(&self, order: Order, body: &'a [u8], number: u32) -> Result<Seen<'a>, Refusal> {
        const HEADER: usize = 20;
        let number = usize::try_from(number).map_err(|_| Refusal::BadFrame)?;
        let interface = self.interface(number)?;
        let word = |at| order.u32_at(body, at).ok_or(Refusal::BadFrame);
        let units = u64::from(word(4)?) << 32 | u64::from(word(8)?);
        let kept = reasonable(word(12)?).map_err(|_| Refusal::BadFrame)?;
        let wire_length = word(16)?;
        let bytes = body.get(HEADER..HEADER + kept).ok_or(Refusal::BadFrame)?;
        let options = body
            .get(HEADER + kept.next_multiple_of(4)..)
            .unwrap_or_default();
        let time = interface.clock.instant(units).ok_or(Refusal::BadTime)?;
        Ok(Seen {
            frame: Frame {
                link: interface.link,
                order,
                bytes,
                wire_length,
            },
            stamp: Stamp::Instant(time),
            direction: direction(order, options),
            interface: Some(number),
        })
    }

    /// A packet of the first interface, without a time.
    fn simple<'a>(&self, order: Order, body: &'a [u8]) -> Result<Seen<'a>, Refusal> {
        let interface = self.interface(0)?;
        let wire_length = order.u32_at(body, 0).ok_or(Refusal::BadFrame)?;
        let padded = body.get(4..).unwrap_or_default();
        let limit = if interface.snap == 0 {
            u32::MAX
        } else {
            interface.snap
        };
        let kept = reasonable(wire_length.min(limit)).map_err(|_| Refusal::BadFrame)?;
        let bytes = padded.get(..kept).ok_or(Refusal::BadFrame)?;
        Ok(Seen {
            frame: Frame {
                link: interface.link,
                order,
                bytes,
                wire_length,
            },
            stamp: Stamp::Absent,
            direction: Direction::Unknown,
            interface: Some(0),
        })
    }

    /// Enters which way the packet went and by which interface, unless the frame itself said so.
    /// An interface of which it is not known which way the packet passed it stays beside.
    pub(super) fn tell_interface<'e>(&'e self, seen: &Seen<'_>, event: &mut Event<'e>) {
        if event.direction == Direction::Unknown {
            event.direction = seen.direction;
        }
        let Some(Ok(interface)) = seen.interface.map(|number| self.interface(number)) else {
            return;
        };
        let name = Untrusted::new(&interface.name);
        match event.direction {
            _ if name.is_empty() => {}
            Direction::Inbound if event.observer.ingress.is_empty() => {
                event.observer.ingress = name;
            }
            Direction::Outbound if event.observer.egress.is_empty() => event.observer.egress = name,
            Direction::Unknown if event.extra.is_empty() => {
                event.extra = Extra::new(&interface.name, tell);
            }
            _ => {}
        }
    }
}

/// The whole length of the block at the front, and its body.
fn frame_block<'a>(order: Order, bytes: &'a [u8]) -> Result<(usize, &'a [u8]), Step<'a>> {
    let claimed = order.u32_at(bytes, 4).ok_or(Step::Needs(8))?;
    if claimed < FRAMING || !claimed.is_multiple_of(4) {
        return Err(Step::Damaged(Reason::ImpossibleLength(claimed)));
    }
    let length = reasonable(claimed).map_err(Step::Damaged)?;
    let block = bytes.get(..length).ok_or(Step::Needs(length))?;
    let repeated = order.u32_at(block, length - 4).ok_or(Step::Needs(length))?;
    if repeated != claimed {
        return Err(Step::Damaged(Reason::LengthsDisagree(claimed, repeated)));
    }
    Ok((length, block.get(8..length - 4).unwrap_or_default()))
}

impl Interface {
    fn read(order: Order, body: &[u8]) -> Option<Self> {
        let link = LinkType(order.u16_at(body, 0)?);
        let snap = order.u32_at(body, 4)?;
        let mut name: &[u8] = &[];
        let (mut resolution, mut offset) = (6, 0);
        for (code, value) in options(order, body.get(8..).unwrap_or_default()) {
            match code {
                option::NAME => name = value.get(..MAX_INTERFACE_NAME).unwrap_or(value),
                option::TIME_RESOLUTION => resolution = *value.first().unwrap_or(&resolution),
                option::TIME_OFFSET => {
                    offset = chunk(value, 0).map_or(offset, |b| order.u64(b).cast_signed());
                }
                _ => {}
            }
        }
        Some(Self {
            link,
            snap,
            clock: Clock::new(resolution, offset),
            name: name.into(),
        })
    }
}

/// Walks options up to their end mark or the first that does not fit.
fn options(order: Order, mut rest: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let code = order.u16_at(rest, 0)?;
        let length = usize::from(order.u16_at(rest, 2)?);
        if code == option::END {
            return None;
        }
        let value = rest.get(4..4 + length)?;
        rest = rest
            .get(4 + length.next_multiple_of(4)..)
            .unwrap_or_default();
        Some((code, value))
    })
}

/// The two lowest bits of a packet's flags: received or sent.
fn direction(order: Order, bytes: &[u8]) -> Direction {
    if bytes.is_empty() {
        return Direction::Unknown;
    }
    let flags = options(order, bytes).find(|(code, _)| *code == option::PACKET_FLAGS);
    match flags
        .and_then(|(_, value)| order.u32_at(value, 0))
        .map(|flags| flags & 3)
    {
        Some(1) => Direction::Inbound,
        Some(2) => Direction::Outbound,
        _ => Direction::Unknown,
    }
}

/// The interface's name.
fn tell<'a>(name: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    sink(Untrusted::new(b"pcapng.interface"), Untrusted::new(name));
}
