//! Windows events as XML and in the JSON of their collectors: one name and value after the other.

use rutter_event::{Escape, Refusal, Stamp, Untrusted};

use super::array::Elements;
use super::fields;
use super::json::{Members, Value};
use crate::formats::search::holds_any;
use crate::record::Record;

/// Objects that hold the parts of an event: of Winlogbeat and Elastic Agent, of the event's own XML
/// turned into JSON, of Azure and others.
const INSIDE: &[&[u8]] = &[
    b"winlog",
    b"winlog.event_data",
    b"winlog.provider",
    b"event",
    b"event_data",
    b"host",
    b"Event",
    b"Event.System",
    b"Event.System.Provider",
    b"Event.System.Provider.#attributes",
    b"Event.System.EventID",
    b"Event.System.TimeCreated",
    b"Event.System.TimeCreated.#attributes",
    b"Event.EventData",
    b"System",
    b"System.Provider",
    b"System.TimeCreated",
    b"EventData",
];

/// Whether the record is an event of Windows.
pub(crate) fn is_event(record: &Record<'_>) -> bool {
    let text = record.message.trim_ascii_start();
    match text {
        [b'<', ..] => text.starts_with(b"<Event") || text.starts_with(b"<?xml"),
        [b'{', ..] => holds_any!(
            record.message,
            "\"EventID\"",
            "\"EventId\"",
            "\"event_id\"",
            "\"winlog\"",
            "\"EventData\""
        ),
        _ => false,
    }
}

/// How the record escapes its texts.
pub(crate) fn escape_of(record: &Record<'_>) -> Escape {
    if record.message.trim_ascii_start().starts_with(b"{") {
        Escape::Json
    } else {
        Escape::Xml
    }
}

/// What every event says before its data.
#[derive(Clone, Copy, Default)]
pub(crate) struct Head<'a> {
    /// The number of its kind.
    pub(crate) id: &'a [u8],
    pub(crate) provider: &'a [u8],
    pub(crate) computer: &'a [u8],
    pub(crate) time: Option<Stamp>,
}

impl<'a> Head<'a> {
    /// Takes a member that belongs to the head of the event; whether it was one.
    fn take(&mut self, name: &[u8], text: &'a [u8]) -> Result<bool, Refusal> {
        match name {
            b"EventID"
            | b"EventId"
            | b"winlog.event_id"
            | b"event_id"
            | b"event.code"
            | b"Event.System.EventID"
            | b"System.EventID"
            | b"Event.System.EventID.#text" => {
                self.id = text;
            }
            b"Provider"
            | b"SourceName"
            | b"winlog.provider_name"
            | b"event.provider"
            | b"Event.System.Provider.Name"
            | b"Event.System.Provider.#attributes.Name"
            | b"System.Provider.Name"
            | b"ProviderName" => self.provider = text,
            b"Computer"
            | b"Hostname"
            | b"winlog.computer_name"
            | b"host.name"
            | b"hostname"
            | b"Event.System.Computer"
            | b"System.Computer" => {
                if self.computer.is_empty() {
                    self.computer = text;
                }
            }
            b"TimeCreated"
            | b"EventTime"
            | b"@timestamp"
            | b"winlog.time_created"
            | b"Event.System.TimeCreated.SystemTime"
            | b"Event.System.TimeCreated.#attributes.SystemTime"
            | b"System.TimeCreated.SystemTime" => {
                let stamp = fields::stamp(text).ok_or(Refusal::BadTime)?;
                // When the event happened outweighs when a collector met it.
                if name != b"@timestamp" || self.time.is_none() {
                    self.time = Some(stamp);
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// What a reader does with each name and value of the data.
pub(crate) type Visit<'v, 'a> = &'v mut dyn FnMut(&[u8], &'a [u8]) -> Result<(), Refusal>;

/// Reads an event: its head, and its data one name and value after the other.
///
/// # Errors
/// [`Refusal::Truncated`] when it breaks off, and those of `each`.
pub(crate) fn read<'a>(message: &'a [u8], each: Visit<'_, 'a>) -> Result<Head<'a>, Refusal> {
    let mut head = Head::default();
    let message = message.trim_ascii();
    if message.starts_with(b"{") {
        fields::walk(message, INSIDE, &mut |path, value| {
            if path.ends_with(b"Data") {
                return data_list(value, each);
            }
            if head.take(path, value.text())? {
                return Ok(());
            }
            let name = memchr::memrchr(b'.', path).map_or(0, |dot| dot + 1);
            each(path.get(name..).unwrap_or_default(), value.text())
        })?;
        return Ok(head);
    }
    if !message.ends_with(b"</Event>") && !message.ends_with(b"</Events>") {
        return Err(Refusal::Truncated);
    }
    for item in Items::new(message) {
        match item {
            Item::System(name, text) => {
                head.take(name, text)?;
            }
            Item::Data(name, text) => each(name, text)?,
        }
    }
    Ok(head)
}

/// `"Data":[{"@Name":"SourceIp","#text":"192.0.2.1"},…]`, as XML becomes JSON elsewhere.
fn data_list<'a>(list: Value<'a>, each: Visit<'_, 'a>) -> Result<(), Refusal> {
    for element in Elements::new(list) {
        let (mut name, mut text) = (&b""[..], &b""[..]);
        for member in Members::new(element.text()).map_while(Result::ok) {
            match member {
                (b"@Name" | b"Name" | b"name", value) => name = value.text(),
                (b"#text" | b"text" | b"Value" | b"content" | b"$", value) => text = value.text(),
                _ => {}
            }
        }
        if !name.is_empty() {
            each(name, text)?;
        }
    }
    Ok(())
}

/// Calls back with the data whose names are not among those that fill a field.
pub(crate) fn each_data_but<'a>(
    message: &'a [u8],
    known: &[&[u8]],
    sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>),
) {
    let message = message.trim_ascii();
    if !message.starts_with(b"{") {
        for item in Items::new(message) {
            let (Item::System(name, text) | Item::Data(name, text)) = item;
            if !known.contains(&name) && !text.is_empty() {
                sink(Untrusted::new(name), Untrusted::escaped(text, Escape::Xml));
            }
        }
        return;
    }
    each_json_but(message, known, sink, 0);
}

fn each_json_but<'a>(
    object: &'a [u8],
    known: &[&[u8]],
    sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>),
    depth: u8,
) {
    for (key, value) in Members::new(object).map_while(Result::ok) {
        match value {
            Value::Nested(inner @ [b'{', ..])
                if depth < 3
                    && matches!(
                        key,
                        b"winlog" | b"event_data" | b"Event" | b"EventData" | b"System"
                    ) =>
            {
                each_json_but(inner, known, sink, depth + 1);
            }
            value if known.contains(&key) || value.text().is_empty() => {}
            value => sink(Untrusted::new(key), value.untrusted()),
        }
    }
}

/// A part of an event in XML.
enum Item<'a> {
    /// An element of the head with its text, or with the attribute that matters.
    System(&'a [u8], &'a [u8]),
    /// A `Data` element with its name.
    Data(&'a [u8], &'a [u8]),
}

/// The parts of an event in XML, one after the other. Entities in values are left as they stand.
struct Items<'a> {
    rest: &'a [u8],
}

impl<'a> Items<'a> {
    const fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        loop {
            let open = memchr::memchr(b'<', self.rest)?;
            let tag = self.rest.get(open + 1..)?;
            let close = memchr::memchr(b'>', tag)?;
            let behind = tag.get(close + 1..)?;
            let tag = tag.get(..close)?;
            self.rest = behind;
            let is_empty = tag.ends_with(b"/");
            let end = tag
                .iter()
                .position(|byte| byte.is_ascii_whitespace() || *byte == b'/');
            let (name, attributes) = tag.split_at_checked(end.unwrap_or(tag.len()))?;
            let text = behind
                .get(..memchr::memchr(b'<', behind).unwrap_or(0))
                .filter(|_| !is_empty)
                .unwrap_or_default()
                .trim_ascii();
            match name {
                b"Data" => {
                    if let Some(name) = attribute(attributes, b"Name") {
                        return Some(Item::Data(name, text));
                    }
                }
                b"TimeCreated" => {
                    if let Some(time) = attribute(attributes, b"SystemTime") {
                        return Some(Item::System(name, time));
                    }
                }
                b"Provider" => {
                    if let Some(provider) = attribute(attributes, b"Name") {
                        return Some(Item::System(name, provider));
                    }
                }
                b"EventID" | b"Computer" | b"Channel" | b"EventRecordID" | b"Version"
                | b"Keywords" => {
                    return Some(Item::System(name, text));
                }
                _ => {}
            }
        }
    }
}

/// The value of an attribute, in either kind of quotes.
fn attribute<'a>(attributes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut rest = attributes;
    loop {
        let equals = memchr::memchr(b'=', rest)?;
        let (key, value) = rest.split_at_checked(equals)?;
        let [quote @ (b'"' | b'\''), value @ ..] = value.get(1..)?.trim_ascii_start() else {
            return None;
        };
        let end = memchr::memchr(*quote, value)?;
        if key.trim_ascii() == name {
            return value.get(..end);
        }
        rest = value.get(end + 1..)?;
    }
}
