use rutter_event::{Event, Refusal, Skip, Stamp, Untrusted};

use crate::header::{Choice, Header, Heading};

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
    /// Whether the end of the message was seen: a line feed stood behind the line, or the envelope
    /// closes what it carries with a quote.
    ///
    /// A value that the vendor's own syntax puts at the end of its lines is then whole, as the port
    /// in `… to outside:203.0.113.9/23`. Without it, as for the last line of a file in the writing,
    /// only what the bytes themselves prove can be trusted. It is no licence for more: where the
    /// syntax goes on behind a value (`DPT=23 WINDOW=…`), a line that ends there is cut however it
    /// ends, and is to be read as such.
    pub is_ended: bool,
    /// Whether the envelope has a stamp that cannot be, as `Feb 31 10:00:00`: an event that has no
    /// other time is then refused.
    pub has_bad_time: bool,
    /// The header in force, whose format's columns the record may have:
    /// [`header_of`](Self::header_of).
    pub header: Option<&'a Header>,
    /// What the user says columns and keys are.
    pub choice: Option<&'a Choice>,
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

    /// Whether the format reads what any writer may write, and so claims lines of others too. It is
    /// then the last in the registry, asked for every line that no other claims.
    fn is_generic(&self) -> bool {
        false
    }

    /// What the columns of a header line are to this format: a code of its own for each, with
    /// [`KEPT`](crate::header::KEPT) where the value is kept under its name. Nothing when the header
    /// is none of this format's, as nearly all formats have none.
    fn columns(&self, _heading: &Heading<'_>) -> Option<Vec<u8>> {
        None
    }

    /// Turns the record into events, handed to `emit` in the order in which the record holds them.
    ///
    /// # Errors
    /// A [`Rejection`] when nothing, or nothing that can be trusted, can be read.
    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection>;

    /// As [`decode`](Self::decode), if [`claims`](Self::claims) says that the record is of this
    /// format; nothing, and no event, if not. For formats that find both out by the same search.
    fn decode_own<'a>(
        &self,
        record: &Record<'a>,
        emit: Emit<'_, 'a>,
    ) -> Option<Result<(), Rejection>> {
        self.claims(record).then(|| self.decode(record, emit))
    }
}
