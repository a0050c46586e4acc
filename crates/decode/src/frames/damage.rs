use std::error::Error;
use std::fmt;

use rutter_event::Refusal;

use super::MAX_BLOCK;

/// Where and why a capture could not be read on. What came before it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// First byte of the header, record or block that is damaged, from the start of the capture.
    pub offset: u64,
    /// Number of the packet that it would have been, from 1.
    pub packet: u64,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What is wrong with a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It starts with the magic number of neither pcap nor pcapng.
    NotACapture,
    /// The version is none that was ever defined (pcap 2.x, pcapng 1.x).
    UnknownVersion,
    /// A record or block claims this many bytes, more than [`MAX_BLOCK`].
    TooLong(u32),
    /// A block claims this many bytes, too few to hold itself or not a multiple of four.
    ImpossibleLength(u32),
    /// The length at a block's end is not the one at its start.
    LengthsDisagree(u32, u32),
    /// A section header without a byte-order mark.
    NoByteOrder,
    /// The input ended inside a header, record or block.
    CutShort,
}

impl Damage {
    /// Under which reason the ledger counts it.
    #[must_use]
    pub const fn refusal(&self) -> Refusal {
        match self.reason {
            Reason::CutShort => Refusal::Truncated,
            _ => Refusal::BadFrame,
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "capture damaged at byte {}, packet {}: ",
            self.offset, self.packet
        )?;
        match self.reason {
            Reason::NotACapture => f.write_str("neither pcap nor pcapng"),
            Reason::UnknownVersion => f.write_str("unknown version"),
            Reason::TooLong(claimed) => {
                write!(f, "a block claims {claimed} bytes, more than {MAX_BLOCK}")
            }
            Reason::ImpossibleLength(claimed) => {
                write!(f, "a block claims {claimed} bytes, which no block can have")
            }
            Reason::LengthsDisagree(start, end) => {
                write!(
                    f,
                    "a block claims {start} bytes at its start and {end} at its end"
                )
            }
            Reason::NoByteOrder => f.write_str("a section header without byte-order mark"),
            Reason::CutShort => f.write_str("the capture ends inside a record"),
        }
    }
}

impl Error for Damage {}
