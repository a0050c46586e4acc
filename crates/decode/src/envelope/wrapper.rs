//! JSON objects that carry a line: journald, docker, Elastic, Splunk, CloudWatch, rsyslog, Fluent, GELF.
//!
//! An object that is itself a record (ulogd, EVE, flow logs) stays whole; the README says how the
//! two are told apart.

use rutter_event::{Refusal, Stamp};

use super::Buffers;
use super::json::{self, Members, Value};
use super::stamp;
use super::text::{is_blank, trim_end};
use crate::scan::find_either;
use crate::search::holds_any;

/// What a wrapper carries.
pub(super) struct Wrapped<'a> {
    pub(super) stamp: Stamp,
    pub(super) host: &'a [u8],
    pub(super) program: &'a [u8],
    pub(super) text: &'a [u8],
}

/// Unwraps an object that carries a line; nothing when it is a record itself or no object.
///
/// # Errors
/// [`Refusal::Truncated`] or [`Refusal::BadSyntax`] when it carries a line and is broken.
pub(super) fn open<'a>(
    text: &'a [u8],
    buffers: &mut Buffers<'a>,
) -> Result<Option<Wrapped<'a>>, Refusal> {
    let Some(mut members) = Members::of(text) else {
        return Ok(None);
    };
    let mut found = Found::default();
    let mut walked = walk(&mut members, Place::Top, &mut found);
    let behind = json::skip_space(members.behind());
    let behind = json::skip_space(behind.strip_prefix(b",").unwrap_or(behind));
    if walked.is_ok() && !found.is_record && !matches!(behind, [] | [0, ..]) {
        walked = Err(Refusal::BadSyntax);
    }
    if found.is_record && !found.is_certain {
        return Ok(None);
    }
    let Some((_, value)) = found.text.or_else(|| found.hec_event()) else {
        return Ok(None);
    };
    walked?;
    let text = match value {
        Value::Text { .. } => trim_end(plain(value, buffers)?.unwrap_or_default()),
        Value::Array(array) => {
            let Some(buffer) = buffers.take() else {
                return Ok(None);
            };
            json::byte_array(array, buffer)?;
            trim_end(buffer)
        }
        Value::Object(object) => object,
        Value::Bare(_) => return Ok(None),
    };
    if memchr::memchr(b'\n', text).is_some() && !matches!(value, Value::Object(_)) {
        // A text of several lines is a message to people, and the object around it the record.
        return Ok(None);
    }
    let mut name = |value: Option<(u8, Value<'a>)>| match value {
        Some((_, value)) => plain(value, buffers).map(Option::unwrap_or_default),
        None => Ok(&b""[..]),
    };
    let host = name(found.host)?;
    let program = name(found.program)?;
    let end = program
        .iter()
        .position(|b| is_blank(*b) || matches!(b, b'[' | b':'));
    let program = program
        .get(..end.unwrap_or(program.len()))
        .unwrap_or_default();
    found.read_stamps();
    Ok(Some(Wrapped {
        stamp: found.stamp.1,
        host,
        program,
        text,
    }))
}

/// A string without its escapes: in place when it has none. Nothing for what is no string.
fn plain<'a>(value: Value<'a>, buffers: &mut Buffers<'a>) -> Result<Option<&'a [u8]>, Refusal> {
    match value {
        Value::Text {
            raw,
            is_escaped: false,
        } => Ok(Some(raw)),
        Value::Text { raw, .. } => {
            let Some(buffer) = buffers.take() else {
                return Ok(Some(raw));
            };
            json::unescape(raw, buffer)?;
            Ok(Some(buffer))
        }
        _ => Ok(None),
    }
}

/// The members that matter, each with how well its key names the thing: the lower the better.
#[derive(Default)]
struct Found<'a> {
    text: Option<(u8, Value<'a>)>,
    host: Option<(u8, Value<'a>)>,
    program: Option<(u8, Value<'a>)>,
    stamp: (u8, Stamp),
    /// Texts that may be stamps, not read yet: of most records nobody asks for them.
    unread: [(u8, &'a [u8]); 4],
    unread_count: usize,
    /// A key that only wrappers have.
    is_certain: bool,
    /// A key that only records have.
    is_record: bool,
    /// `"event": {…}` and how many keys stood beside it, of which how many are not of its wrapper.
    event: Option<Value<'a>>,
    beside: u32,
    strange: u32,
}

impl<'a> Found<'a> {
    fn stamp(&mut self, rank: u8, value: Value<'a>) {
        let (Value::Text { raw, .. } | Value::Bare(raw)) = value else {
            return;
        };
        if let Some(slot) = self.unread.get_mut(self.unread_count) {
            *slot = (rank, raw);
            self.unread_count += 1;
        } else {
            self.read_stamps();
            self.read_stamp(rank, raw);
        }
    }

    /// Reads the stamps, in the order in which they were found.
    fn read_stamps(&mut self) {
        let unread = std::mem::take(&mut self.unread);
        for (rank, raw) in unread.into_iter().take(self.unread_count) {
            self.read_stamp(rank, raw);
        }
        self.unread_count = 0;
    }

    fn read_stamp(&mut self, rank: u8, raw: &[u8]) {
        let Some(stamp) = stamp::whole(raw) else {
            return;
        };
        let (old_rank, old) = self.stamp;
        let (better, worse) = (stamp::rank(stamp), stamp::rank(old));
        if better > worse || (better == worse && rank < old_rank) {
            self.stamp = (rank, stamp);
        }
    }

    /// The event of Splunk's HTTP Event Collector or of AWS Network Firewall: an object among
    /// nothing but the keys of its wrapper.
    fn hec_event(&self) -> Option<(u8, Value<'a>)> {
        let event = self.event?;
        (self.beside > 0 && self.strange == 0).then_some((0, event))
    }
}

/// Keeps the value whose key names the thing better.
fn keep<'a>(slot: &mut Option<(u8, Value<'a>)>, rank: u8, value: Value<'a>) {
    if matches!(value, Value::Text { .. }) && slot.is_none_or(|(old, _)| rank < old) {
        *slot = Some((rank, value));
    }
}

/// Where an object stands whose members are walked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    /// A search hit's or log entry's inner object.
    Inner,
    /// ECS `event`.
    Event,
    /// ECS `host`.
    Host,
}

fn walk<'a>(members: &mut Members<'a>, place: Place, found: &mut Found<'a>) -> Result<(), Refusal> {
    while let Some(key) = members.key()? {
        let value = match members.value() {
            Ok(value) => value,
            Err(why) => {
                if text_rank(key, place).is_some() && found.text.is_none() {
                    // What breaks off is the line itself: the object must not pass for a record.
                    found.text = Some((u8::MAX, Value::Bare(b"")));
                }
                return Err(why);
            }
        };
        let was_record = found.is_record;
        member(key, value, place, found);
        // A flat record needs no second look; a nested one may still hold the line it came from, and
        // a key that says so.
        let is_new = found.is_record && !was_record && !found.is_certain;
        if is_new && (!matches!(value, Value::Object(_)) || !may_be_certain(members.behind())) {
            return Ok(());
        }
    }
    Ok(())
}

/// Whether a key by which a line is carried for certain may stand in the text: the ends of
/// `event.original`, `_raw`, `rawmsg`, `MESSAGE`, `full_message`, `short_message`, and journald's keys.
fn may_be_certain(text: &[u8]) -> bool {
    holds_any!(
        text,
        "original\"",
        "raw\"",
        "rawmsg\"",
        "MESSAGE\"",
        "_message\"",
        "\"__",
        "\"_BOOT_ID\"",
        "\"SYSLOG_IDENTIFIER\""
    )
}

/// How well a key names the carried line.
fn text_rank(key: &[u8], place: Place) -> Option<u8> {
    match place {
        Place::Event => return (key == b"original").then_some(0),
        Place::Host => return None,
        Place::Top | Place::Inner => {}
    }
    Some(match key {
        b"event.original" | b"_raw" | b"rawmsg" => 0,
        b"MESSAGE" => 1,
        b"full_message" => 2,
        b"short_message" => 3,
        b"log" => 4,
        b"message" => 5,
        b"msg" => 6,
        b"event" | b"line" | b"@message" | b"textPayload" | b"body" => 7,
        _ => return None,
    })
}

fn member<'a>(key: &'a [u8], value: Value<'a>, place: Place, found: &mut Found<'a>) {
    if let Some(rank) = text_rank(key, place) {
        match value {
            Value::Text { .. } => keep(&mut found.text, rank, value),
            Value::Array(_) if key == b"MESSAGE" => found.text = Some((rank, value)),
            _ => {}
        }
        found.is_certain |= rank <= 3 && found.text.is_some();
    }
    match place {
        Place::Host => {
            let rank = u8::from(key != b"hostname") + 1;
            if matches!(key, b"name" | b"hostname") {
                keep(&mut found.host, rank, value);
            }
            return;
        }
        Place::Event => return,
        Place::Top | Place::Inner => {}
    }
    match key {
        b"__CURSOR" | b"_BOOT_ID" => found.is_certain = true,
        b"__REALTIME_TIMESTAMP" => {
            found.is_certain = true;
            found.stamp(1, value);
        }
        b"_SOURCE_REALTIME_TIMESTAMP" => found.stamp(0, value),
        b"timereported" => found.stamp(2, value),
        b"@timestamp" => found.stamp(3, value),
        b"timestamp" | b"TIMESTAMP" | b"ISODATE" => found.stamp(4, value),
        b"time" | b"_time" | b"ts" | b"date" | b"DATE" | b"event_timestamp" => {
            found.stamp(5, value)
        }
        b"timegenerated" => found.stamp(6, value),
        b"_HOSTNAME" | b"HOST" | b"hostname" | b"HOSTNAME" | b"syslog_host" => {
            keep(&mut found.host, 0, value);
        }
        b"host" | b"host.name" | b"logsource" | b"firewall_name" => match value {
            Value::Object(object) => nested(object, Place::Host, found),
            _ => keep(&mut found.host, 1, value),
        },
        b"fromhost" => keep(&mut found.host, 3, value),
        b"SYSLOG_IDENTIFIER" => {
            found.is_certain = true;
            keep(&mut found.program, 0, value);
        }
        b"PROGRAM" | b"program" | b"programname" | b"app-name" | b"appname" | b"ident" => {
            keep(&mut found.program, 1, value);
        }
        b"syslogtag" => keep(&mut found.program, 2, value),
        b"_COMM" => keep(&mut found.program, 3, value),
        b"_source" | b"result" | b"jsonPayload" => {
            if let (Value::Object(object), Place::Top) = (value, place) {
                nested(object, Place::Inner, found);
            }
        }
        b"event" => {
            if let Value::Object(object) = value {
                found.event = Some(value);
                nested(object, Place::Event, found);
            }
        }
        b"winlog" | b"EventID" => found.is_record = true,
        _ if found.is_certain || found.is_record => {}
        _ => found.is_record = names_destination(key),
    }
    if place == Place::Top && key != b"event" {
        found.beside += 1;
        found.strange += u32::from(!is_beside_event(key));
    }
}

/// Walks an object inside the object. Its brackets are known to close; what is broken between them
/// ends the walk and nothing else.
fn nested<'a>(object: &'a [u8], place: Place, found: &mut Found<'a>) {
    if let Some(mut members) = Members::of(object) {
        let _ = walk(&mut members, place, found);
    }
}

/// Keys beside `event` in Splunk's HTTP Event Collector and in AWS Network Firewall's records.
fn is_beside_event(key: &[u8]) -> bool {
    matches!(
        key,
        b"time"
            | b"host"
            | b"source"
            | b"sourcetype"
            | b"index"
            | b"fields"
            | b"firewall_name"
            | b"availability_zone"
            | b"event_timestamp"
    )
}

/// Whether a key names the far end of a packet, in any vendor's spelling: `dest_ip`, `dstaddr`,
/// `DestinationPort`, `id.resp_h`. Whoever knows a destination is a record, not a wrapper.
fn names_destination(key: &[u8]) -> bool {
    let mut rest = key;
    while let Some(at) = find_either(b'd', b'D', rest) {
        rest = rest.get(at + 1..).unwrap_or_default();
        if starts_with(rest, b"st") || starts_with(rest, b"est") {
            return true;
        }
    }
    key.ends_with(b"resp_h")
}

/// Whether the text begins with a word, in any case.
fn starts_with(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word))
}
