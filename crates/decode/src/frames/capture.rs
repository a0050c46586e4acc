use rutter_event::{Event, Refusal};

use super::damage::{Damage, Reason};
use super::frame::{Frame, Scratch};
use super::pcap::{self, Pcap};
use super::pcapng::{self, Pcapng};
use super::{MAX_BLOCK, bytes};
use crate::Rejection;

/// Where a capture hands out its packets: the number, from 1, and the event or why there is none.
pub type Emit<'e> = &'e mut dyn FnMut(u64, Result<&mut Event<'_>, Rejection>);

/// A capture that is read as it arrives.
///
/// ```
/// use rutter_decode::frames::Capture;
///
/// // A little-endian pcap header, link type raw IP, and nothing after it.
/// let bytes = b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00\0\0\0\0\0\0\0\0\0\0\x04\0\x65\0\0\0";
/// let mut capture = Capture::new();
/// let fed = capture.feed(bytes, &mut |number, event| unreachable!("{number} {event:?}"));
/// assert_eq!(fed.used, bytes.len());
/// assert_eq!(capture.finish(&[], &mut |_, _| ()), None);
/// ```
///
/// The reader keeps what [`Fed::used`] leaves over, puts more behind it and feeds again; it never
/// has to keep more than [`MAX_BLOCK`] and the header of a record.
#[derive(Debug, Default)]
pub struct Capture {
    state: State,
    offset: u64,
    packets: u64,
    unread: u64,
}

#[derive(Debug, Default)]
enum State {
    /// Nothing has been read.
    #[default]
    Fresh,
    Pcap(Pcap),
    Pcapng(Pcapng),
    /// Nothing more can be read.
    Over,
}

/// How far [`Capture::feed`] came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fed {
    /// Bytes done with, from the start of the slice.
    pub used: usize,
    /// Bytes that the next step needs, counted from the first that was not used.
    pub needs: usize,
    /// Damage that ended the capture; later bytes are passed over.
    pub damage: Option<Damage>,
}

/// What stands at the front of the bytes.
pub(super) enum Step<'a> {
    /// Less than these many bytes, which the next thing takes.
    Needs(usize),
    /// Something of this length that is no packet.
    Pass(usize),
    /// A record of this length that holds a packet, or a reason why it does not.
    Packet(usize, Result<Seen<'a>, Refusal>),
    /// Something that cannot be.
    Damaged(Reason),
}

/// A packet with what the capture says of it. The name of its interface is [`Step`]'s caller's
/// to look up, so that stepping may change the reader.
pub(super) struct Seen<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) stamp: rutter_event::Stamp,
    pub(super) direction: rutter_event::Direction,
    pub(super) interface: Option<usize>,
}

impl Capture {
    /// A capture of which nothing has been read.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The format's registry name, `pcap` or `pcapng`, when these are the first bytes of one.
    #[must_use]
    pub fn recognise(start: &[u8]) -> Option<&'static str> {
        let magic = bytes::chunk(start, 0)?;
        if pcapng::is_magic(magic) {
            Some(pcapng::NAME)
        } else {
            pcap::is_magic(magic).then_some(pcap::NAME)
        }
    }

    /// Packets met so far, refused and skipped ones included.
    #[must_use]
    pub const fn packets(&self) -> u64 {
        self.packets
    }

    /// Bytes used so far, those passed over after damage included.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.offset
    }

    /// Bytes passed over after damage.
    #[must_use]
    pub const fn unread(&self) -> u64 {
        self.unread
    }

    /// Reads every record that `input` holds whole; it begins where the last call left off.
    ///
    /// Damage is told twice, for two readers: to `emit` as a refusal, so that the ledger has its
    /// line, and in the answer, with its offset and reason.
    pub fn feed(&mut self, input: &[u8], emit: Emit<'_>) -> Fed {
        let mut used = 0;
        loop {
            let rest = input.get(used..).unwrap_or_default();
            let step = match &mut self.state {
                State::Fresh => self.start(rest),
                State::Pcap(pcap) => pcap.step(rest),
                State::Pcapng(pcapng) => pcapng.step(rest),
                State::Over => {
                    self.pass_over(rest.len());
                    return Fed {
                        used: input.len(),
                        needs: 0,
                        damage: None,
                    };
                }
            };
            match step {
                Step::Needs(needs) => {
                    return Fed {
                        used,
                        needs,
                        damage: None,
                    };
                }
                Step::Pass(length) => {
                    used += length;
                    self.offset += length as u64;
                }
                Step::Packet(length, seen) => {
                    used += length;
                    self.offset += length as u64;
                    self.packets += 1;
                    self.hand_out(seen, emit);
                }
                Step::Damaged(reason) => {
                    let damage = self.end(reason, emit);
                    self.pass_over(rest.len());
                    return Fed {
                        used: input.len(),
                        needs: 0,
                        damage: Some(damage),
                    };
                }
            }
        }
    }

    /// Ends the capture; `tail` is what the last [`feed`](Self::feed) left over. A record that the
    /// end cuts in two is damage, told as `feed` tells it.
    pub fn finish(&mut self, tail: &[u8], emit: Emit<'_>) -> Option<Damage> {
        let damage = match self.state {
            State::Over => None,
            _ if tail.is_empty() => None,
            _ => Some(self.end(Reason::CutShort, emit)),
        };
        self.state = State::Over;
        self.pass_over(tail.len());
        damage
    }

    fn start<'a>(&mut self, rest: &[u8]) -> Step<'a> {
        let Some(magic) = bytes::chunk(rest, 0) else {
            return Step::Needs(4);
        };
        if pcapng::is_magic(magic) {
            self.state = State::Pcapng(Pcapng::default());
            return Step::Pass(0);
        }
        match Pcap::open(rest) {
            Ok((pcap, length)) => {
                self.state = State::Pcap(pcap);
                Step::Pass(length)
            }
            Err(step) => step,
        }
    }

    fn hand_out(&self, seen: Result<Seen<'_>, Refusal>, emit: Emit<'_>) {
        let seen = match seen {
            Ok(seen) => seen,
            Err(why) => return emit(self.packets, Err(why.into())),
        };
        let mut scratch = Scratch::default();
        let mut event = Event {
            stamp: seen.stamp,
            ..Event::default()
        };
        let result = seen.frame.read(&mut scratch, &mut event);
        match &self.state {
            State::Pcapng(pcapng) => {
                event.format = pcapng::NAME;
                pcapng.tell_interface(&seen, &mut event);
            }
            _ => event.format = pcap::NAME,
        }
        match result {
            Ok(()) => emit(self.packets, Ok(&mut event)),
            Err(why) => emit(self.packets, Err(why)),
        }
    }

    fn end(&mut self, reason: Reason, emit: Emit<'_>) -> Damage {
        self.state = State::Over;
        self.packets += 1;
        let damage = Damage {
            offset: self.offset,
            packet: self.packets,
            reason,
        };
        emit(self.packets, Err(damage.refusal().into()));
        damage
    }

    fn pass_over(&mut self, length: usize) {
        self.offset += length as u64;
        self.unread += length as u64;
    }
}

/// The length of a record whose header claims `claimed` bytes of data, unless it is beyond reason.
pub(super) fn reasonable(claimed: u32) -> Result<usize, Reason> {
    match usize::try_from(claimed) {
        Ok(length) if length <= MAX_BLOCK => Ok(length),
        _ => Err(Reason::TooLong(claimed)),
    }
}
