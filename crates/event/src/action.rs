/// What the firewall did, as far as the log says so.
///
/// A rule's label is not a verdict: `Unstated` unless the vendor's own format, or a label whose
/// words are a verb of decision (`DROP`, `UFW BLOCK`, `REJECT`, `ACCEPT`), says what happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Action {
    /// The log does not say.
    #[default]
    Unstated,
    /// The packet or connection was let through.
    Allowed,
    /// The packet was discarded in silence.
    Dropped,
    /// The packet was refused with an answer (TCP RST, ICMP unreachable).
    Rejected,
    /// The packet was not let through; the log does not say whether the sender was told.
    Denied,
}

impl Action {
    /// ECS `event.type`: `allowed`, `denied`, or nothing when the log does not say.
    #[must_use]
    pub const fn event_type(self) -> Option<&'static str> {
        match self {
            Self::Unstated => None,
            Self::Allowed => Some("allowed"),
            Self::Dropped | Self::Rejected | Self::Denied => Some("denied"),
        }
    }

    /// ECS `event.action`: one lower-case verb.
    #[must_use]
    pub const fn verb(self) -> Option<&'static str> {
        match self {
            Self::Unstated => None,
            Self::Allowed => Some("allow"),
            Self::Dropped => Some("drop"),
            Self::Rejected => Some("reject"),
            Self::Denied => Some("deny"),
        }
    }

    /// Whether the log says that the packet did not pass.
    #[must_use]
    pub const fn is_denial(self) -> bool {
        matches!(self, Self::Dropped | Self::Rejected | Self::Denied)
    }
}

/// Which way the packet went, seen from the side that the firewall protects (ECS `network.direction`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Direction {
    /// Neither the log nor the addresses say.
    #[default]
    Unknown,
    /// From outside to us.
    Inbound,
    /// From us to outside.
    Outbound,
    /// Between two of ours.
    Internal,
    /// Between two that are not ours.
    External,
}

impl Direction {
    /// Which way something goes from what is known of its ends: whether the source and the
    /// destination are ours.
    #[must_use]
    pub const fn between(are_ours: [Option<bool>; 2]) -> Self {
        match are_ours {
            [Some(false), Some(true)] => Self::Inbound,
            [Some(true), Some(false)] => Self::Outbound,
            [Some(true), Some(true)] => Self::Internal,
            [Some(false), Some(false)] => Self::External,
            [None, _] | [_, None] => Self::Unknown,
        }
    }

    /// The ECS word, or nothing when unknown.
    #[must_use]
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Unknown => None,
            Self::Inbound => Some("inbound"),
            Self::Outbound => Some("outbound"),
            Self::Internal => Some("internal"),
            Self::External => Some("external"),
        }
    }
}
