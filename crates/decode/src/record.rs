use rutter_event::{Event, Refusal, Skip, Stamp, Untrusted};

/// A line freed of its envelope.
#[derive(Clone, Copy, Debug, Default)]
pub struct Record<'a> {
    /// Time from the envelope; a format that carries a better one overrides it.
    pub stamp: Stamp,
    /// Host from the envelope.
    pub hostname: Untrusted<'a>,
    /// Program from the envelope (syslog tag), without pid and colon; empty when there is none.
    pub program: &'a [u8],
    /// What the format reads: everything after the envelope, without the line end.
    pub message: &'a [u8],
    /// MSGID of an RFC 5424 header; empty when there is none.
    pub msgid: &'a [u8],
    /// STRUCTURED-DATA of an RFC 5424 header, brackets included; empty when there is none. Where
    /// the header is followed by no text, [`message`](Self::message) is this too.
    pub structured: &'a [u8],
    /// The line as it came, for formats whose own columns look like an envelope.
    pub raw: &'a [u8],
}

/// Where a format hands out events. It may be called more than once per record.
pub type Emit<'e, 'a> = &'e mut dyn FnMut(&mut Event<'a>);

/// Why a record gave no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// It is not a firewall record, or not of a kind that tells of a packet.
    Skip(Skip),
    /// It is one, and it is broken.
    Refuse(Refusal),
}

impl From<Refusal> for Rejection {
    fn from(why: Refusal) -> Self {
        Self::Refuse(why)
    }
}

impl From<Skip> for Rejection {
    fn from(why: Skip) -> Self {
        Self::Skip(why)
    }
}

/// One log format: a folder under `formats/` with this and a README whose examples are its tests.
pub trait Format: Sync {
    /// Registry name, `--format NAME`: kebab-case, the vendor's word.
    fn name(&self) -> &'static str;

    /// What it is, in a few words, for `--format list`.
    fn title(&self) -> &'static str;

    /// One example line, complete with envelope.
    fn example(&self) -> &'static str;

    /// Whether the record is of this format. Cheap, decided by content, true for broken records
    /// of the format too (those are then refused with a reason), false for everything else.
    fn claims(&self, record: &Record<'_>) -> bool;

    /// Turns the record into events, handed to `emit` in the order in which the record holds them.
    ///
    /// # Errors
    /// A [`Rejection`] when nothing, or nothing that can be trusted, can be read.
    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection>;
}
