use std::fmt;

/// TCP control bits, in the order of the header: bit 0 is FIN, bit 7 is CWR (RFC 9293, RFC 3168).
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TcpFlags(pub u8);

impl TcpFlags {
    /// No bit at all: a NULL probe.
    pub const NONE: Self = Self(0);
    /// Sender is done.
    pub const FIN: Self = Self(1);
    /// Opens a connection.
    pub const SYN: Self = Self(2);
    /// Breaks a connection.
    pub const RST: Self = Self(4);
    /// Push.
    pub const PSH: Self = Self(8);
    /// Acknowledges.
    pub const ACK: Self = Self(16);
    /// Urgent.
    pub const URG: Self = Self(32);
    /// ECN echo.
    pub const ECE: Self = Self(64);
    /// Congestion window reduced.
    pub const CWR: Self = Self(128);

    /// Names by bit, lowest first.
    pub const NAMES: [&'static str; 8] = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

    /// The bits of both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every bit of `other` is set.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The six bits of the original header, without ECN's two: what a probe's shape is judged by.
    #[must_use]
    pub const fn shape(self) -> Self {
        Self(self.0 & 0x3f)
    }

    /// The bit that a word (`SYN`, `ack`) names.
    #[must_use]
    pub fn from_word(word: &[u8]) -> Option<Self> {
        let bit = Self::NAMES
            .iter()
            .position(|name| name.as_bytes().eq_ignore_ascii_case(word))?;
        Some(Self(1 << bit))
    }

    /// The bit that a letter names: `FSRPAUEC` as tcpdump and pf write them (`W` is also CWR).
    #[must_use]
    pub const fn from_letter(letter: u8) -> Option<Self> {
        Some(match letter.to_ascii_uppercase() {
            b'F' => Self::FIN,
            b'S' => Self::SYN,
            b'R' => Self::RST,
            b'P' => Self::PSH,
            b'A' | b'.' => Self::ACK,
            b'U' => Self::URG,
            b'E' => Self::ECE,
            b'C' | b'W' => Self::CWR,
            _ => return None,
        })
    }

    /// The names of the set bits, lowest first.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES
            .into_iter()
            .enumerate()
            .filter(move |(bit, _)| self.0 >> bit & 1 == 1)
            .map(|(_, name)| name)
    }
}

impl fmt::Debug for TcpFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for TcpFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("none");
        }
        for (i, name) in self.names().enumerate() {
            if i > 0 {
                f.write_str("+")?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}
