mod build;
mod captures;
mod damage;
mod headers;
mod hostile;
mod links;
mod oracle;

use rutter_event::Event;

use super::{Capture, Damage, Frame, LinkType, Order, Scratch};
use crate::Rejection;

/// Reads a frame of which everything was kept.
fn read<'a>(
    link: LinkType,
    bytes: &'a [u8],
    scratch: &'a mut Scratch,
) -> Result<Event<'a>, Rejection> {
    read_snapped(link, bytes, bytes.len(), scratch)
}

/// Reads a frame that had `wire_length` bytes.
fn read_snapped<'a>(
    link: LinkType,
    bytes: &'a [u8],
    wire_length: usize,
    scratch: &'a mut Scratch,
) -> Result<Event<'a>, Rejection> {
    let wire_length = wire_length.try_into().unwrap_or(u32::MAX);
    let frame = Frame {
        link,
        order: Order::Little,
        bytes,
        wire_length,
    };
    let mut event = Event::default();
    frame.read(scratch, &mut event).map(|()| event)
}

/// What a capture told, by packet: a line of debug output, or why there is none.
#[derive(Debug, Default, PartialEq)]
struct Told {
    packets: Vec<(u64, Result<String, Rejection>)>,
    damage: Option<Damage>,
    bytes: u64,
    unread: u64,
}

impl Told {
    fn note(&mut self, number: u64, event: Result<&mut Event<'_>, Rejection>) {
        self.packets.push((number, event.map(|e| format!("{e:?}"))));
    }
}

/// Feeds a capture in pieces of `piece` bytes, as a reader with a growing buffer would.
fn tell(bytes: &[u8], piece: usize) -> Told {
    let mut told = Told::default();
    let mut capture = Capture::new();
    let mut held = Vec::new();
    for part in bytes.chunks(piece) {
        held.extend_from_slice(part);
        let fed = capture.feed(&held, &mut |number, event| told.note(number, event));
        assert!(fed.damage.is_some() || fed.needs > held.len() - fed.used || fed.needs == 0);
        told.damage = told.damage.or(fed.damage);
        held.drain(..fed.used);
    }
    let end = capture.finish(&held, &mut |number, event| told.note(number, event));
    told.damage = told.damage.or(end);
    told.bytes = capture.bytes();
    told.unread = capture.unread();
    assert_eq!(capture.packets(), told.packets.len() as u64);
    told
}
