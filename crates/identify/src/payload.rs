use rutter_event::Transport;

/// Which end of a connection speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Side {
    /// The one that called.
    Client,
    /// The one that was called.
    Server,
    /// It is not known, or the protocol's first words are the same on both.
    #[default]
    Any,
}

impl Side {
    /// The word of the JSON record.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
            Self::Any => "any",
        }
    }

    /// The side that a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Client, Self::Server, Self::Any]
            .into_iter()
            .find(|side| side.word() == word)
    }
}

/// What a protocol is asked about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payload<'a> {
    pub(crate) transport: Transport,
    /// Port of the side that was called, if known.
    pub(crate) port: Option<u16>,
    /// Who sent the bytes, as far as the asker knows.
    pub(crate) side: Side,
    /// Never empty.
    pub(crate) bytes: &'a [u8],
}

impl Payload<'_> {
    pub(crate) fn is_tcp(&self) -> bool {
        self.transport == Transport::TCP
    }

    pub(crate) fn is_udp(&self) -> bool {
        self.transport == Transport::UDP
    }

    /// Whether the server's port is one of these.
    pub(crate) fn is_at(&self, ports: &[u16]) -> bool {
        self.port.is_some_and(|port| ports.contains(&port))
    }

    /// Whether the asker does not rule out that this side sent the bytes.
    pub(crate) fn may_be(&self, side: Side) -> bool {
        self.side == Side::Any || self.side == side
    }
}
