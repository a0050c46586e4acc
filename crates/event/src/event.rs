use crate::{Action, Answer, Direction, Packet, Stamp, Timestamp, Untrusted};

/// One thing that a firewall, sensor or capture saw. Borrows every string from the input.
#[derive(Clone, Debug, Default)]
pub struct Event<'a> {
    /// Registry name of the format that decoded it (`netfilter`, `filterlog`, `pcap`).
    pub format: &'static str,
    /// The time as it stands in the log.
    pub stamp: Stamp,
    /// The time as an instant; filled in by the pipeline, which knows year and zone.
    pub time: Option<Timestamp>,
    /// What the firewall did.
    pub action: Action,
    /// Which way it went, when the log says so.
    pub direction: Direction,
    /// What the destination's port said when it was asked; only of scanners' results.
    pub answer: Option<Answer>,
    /// Header facts.
    pub packet: Packet,
    /// The packet that an ICMP error quotes.
    pub quoted: Option<Packet>,
    /// Who saw it.
    pub observer: Observer<'a>,
    /// Name of the rule: the label an administrator gave it, without its closing colon or bracket.
    pub rule: Untrusted<'a>,
    /// Identifier of the rule (pf tracker, access-list line).
    pub rule_id: Untrusted<'a>,
    /// Bytes of the connection, when the record sums one.
    pub bytes: Option<u64>,
    /// Packets of the connection.
    pub packets: Option<u64>,
    /// Duration of the connection in nanoseconds.
    pub duration: Option<u64>,
    /// Application protocol or name, as the log gives it.
    pub application: Untrusted<'a>,
    /// Program that speaks, as its own first words tell it.
    pub client: Untrusted<'a>,
    /// User name, as the log gives it.
    pub user: Untrusted<'a>,
    /// First payload bytes, when the record carries them.
    pub payload: &'a [u8],
    /// The same as hexadecimal digits, when the record writes them so.
    pub payload_digits: &'a [u8],
    /// How to enumerate what has no field here.
    pub extra: Extra<'a>,
}

/// The device that wrote the record.
#[derive(Clone, Copy, Debug, Default)]
pub struct Observer<'a> {
    /// Vendor, a fixed word of the format.
    pub vendor: &'static str,
    /// Product, a fixed word of the format.
    pub product: &'static str,
    /// Host name from the envelope.
    pub hostname: Untrusted<'a>,
    /// Interface by which the packet came.
    pub ingress: Untrusted<'a>,
    /// Interface by which it would leave.
    pub egress: Untrusted<'a>,
    /// Zone of the source side.
    pub ingress_zone: Untrusted<'a>,
    /// Zone of the destination side.
    pub egress_zone: Untrusted<'a>,
}

/// What a record says beyond the fields of [`Event`], kept under the vendor's own keys.
///
/// Enumerated on demand from the record itself, so that reading an event costs nothing for what
/// only an export asks for.
#[derive(Clone, Copy, Default)]
pub struct Extra<'a> {
    record: &'a [u8],
    each: Each<'a>,
}

/// Hears each key and value.
pub type Sink<'s, 'a> = &'s mut dyn FnMut(Untrusted<'a>, Untrusted<'a>);

/// Names for the values of a record whose own text has none, such as the header of a table.
pub trait Names: Sync {
    /// Calls `sink` with each key and value of `record` that has no field of its own.
    fn each<'a>(&'a self, record: &'a [u8], sink: Sink<'_, 'a>);
}

/// Who enumerates.
#[derive(Clone, Copy, Default)]
enum Each<'a> {
    #[default]
    Nobody,
    Format(fn(&'a [u8], Sink<'_, 'a>)),
    Names(&'a dyn Names),
}

impl std::fmt::Debug for Extra<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Extra")
            .field("bytes", &self.record.len())
            .finish()
    }
}

impl<'a> Extra<'a> {
    /// What `each` finds when it walks `record`: it calls back with each key and value that has no
    /// field of its own.
    #[must_use]
    pub const fn new(record: &'a [u8], each: fn(&'a [u8], Sink<'_, 'a>)) -> Self {
        Self {
            record,
            each: Each::Format(each),
        }
    }

    /// What `names` find in `record`.
    #[must_use]
    pub const fn named(record: &'a [u8], names: &'a dyn Names) -> Self {
        Self {
            record,
            each: Each::Names(names),
        }
    }

    /// Whether there is no record from which to enumerate.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.record.is_empty()
    }

    /// Calls `sink` with each key and value that has no field of its own, in the record's order.
    pub fn for_each(&self, sink: Sink<'_, 'a>) {
        match self.each {
            Each::Nobody => {}
            Each::Format(each) => each(self.record, sink),
            Each::Names(names) => names.each(self.record, sink),
        }
    }
}
