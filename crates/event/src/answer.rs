/// What a port said when somebody asked it: a result of a port scanner, no packet that came to us.
///
/// The words are nmap's (<https://nmap.org/book/man-port-scanning-basics.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Answer {
    /// Nothing came back, or an ICMP error that a firewall sends.
    Filtered,
    /// It can be reached; whether something listens the scan cannot tell.
    Unfiltered,
    /// Closed, or filtered.
    MaybeClosed,
    /// Open, or filtered: UDP that stays silent.
    MaybeOpen,
    /// The host says that nothing listens.
    Closed,
    /// Something listens.
    Open,
}

impl Answer {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Filtered,
        Self::Unfiltered,
        Self::MaybeClosed,
        Self::MaybeOpen,
        Self::Closed,
        Self::Open,
    ];

    /// The word in records: nmap's.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Filtered => "filtered",
            Self::Unfiltered => "unfiltered",
            Self::MaybeClosed => "closed|filtered",
            Self::MaybeOpen => "open|filtered",
            Self::Closed => "closed",
            Self::Open => "open",
        }
    }

    /// The answer that a word names.
    #[must_use]
    pub fn from_word(word: &[u8]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|answer| answer.word().as_bytes() == word)
    }

    /// Whether something listens, or may.
    #[must_use]
    pub const fn may_be_open(self) -> bool {
        matches!(self, Self::Open | Self::MaybeOpen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_answers() {
        for answer in Answer::ALL {
            assert_eq!(Answer::from_word(answer.word().as_bytes()), Some(answer));
        }
        assert_eq!(Answer::from_word(b"ajar"), None);
    }
}
