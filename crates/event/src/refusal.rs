/// Why a line that claims to be a firewall record was not turned into an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Refusal {
    /// Longer than the reader accepts.
    TooLong,
    /// Ends before the fields that make an event.
    Truncated,
    /// An address that is no address.
    BadAddress,
    /// A port that is no port.
    BadPort,
    /// A protocol that is neither a known word nor a number from 0 to 255.
    BadProtocol,
    /// A time stamp that cannot be.
    BadTime,
    /// A number out of its range.
    BadNumber,
    /// A field that the format promises is missing.
    MissingField,
    /// Columns that do not match the header or the version.
    BadColumns,
    /// A header that a capture promises and does not hold.
    BadFrame,
    /// Text that is not what the envelope promises (broken JSON, wrong escape).
    BadSyntax,
    /// A kind of record that the format knows and rutter does not read.
    Unsupported,
    /// Flow data whose template has not come yet.
    MissingTemplate,
}

impl Refusal {
    /// All reasons, in the order of the report.
    pub const ALL: [Self; 13] = [
        Self::TooLong,
        Self::Truncated,
        Self::BadAddress,
        Self::BadPort,
        Self::BadProtocol,
        Self::BadTime,
        Self::BadNumber,
        Self::MissingField,
        Self::BadColumns,
        Self::BadFrame,
        Self::BadSyntax,
        Self::Unsupported,
        Self::MissingTemplate,
    ];

    /// The name in the ledger: kebab-case, stable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::Truncated => "truncated",
            Self::BadAddress => "bad-address",
            Self::BadPort => "bad-port",
            Self::BadProtocol => "bad-protocol",
            Self::BadTime => "bad-time",
            Self::BadNumber => "bad-number",
            Self::MissingField => "missing-field",
            Self::BadColumns => "bad-columns",
            Self::BadFrame => "bad-frame",
            Self::BadSyntax => "bad-syntax",
            Self::Unsupported => "unsupported",
            Self::MissingTemplate => "missing-template",
        }
    }
}

/// Why a line was passed over: it does not claim to be a firewall record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Skip {
    /// Nothing but white space.
    Blank,
    /// A comment or header line of a format.
    Header,
    /// A line of another program or of no known format.
    NotFirewall,
    /// The logging system says that it left out records, by a limit of its own or for want of room.
    Suppressed,
    /// A frame that carries no IP or ARP packet.
    NotIp,
    /// Outside `--since` and `--until`.
    OutOfRange,
}

impl Skip {
    /// All reasons, in the order of the report.
    pub const ALL: [Self; 6] = [
        Self::Blank,
        Self::Header,
        Self::NotFirewall,
        Self::Suppressed,
        Self::NotIp,
        Self::OutOfRange,
    ];

    /// The name in the ledger: kebab-case, stable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::Header => "header",
            Self::NotFirewall => "not-firewall",
            Self::Suppressed => "suppressed",
            Self::NotIp => "not-ip",
            Self::OutOfRange => "out-of-range",
        }
    }
}
