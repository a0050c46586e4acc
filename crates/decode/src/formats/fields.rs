//! Fields of an event from values of JSON objects, XML elements and key-value pairs.

use std::net::IpAddr;

use rutter_event::{
    Family, Packet, Refusal, Skip, Stamp, Tcp, TcpFlags, Timestamp, Transport, Untrusted,
};

use super::address::{self, Written, family, written};
use super::clock;
use super::json::{self, Members, Value};
use super::number;
use crate::record::{Record, Rejection};
use crate::scan::find;

/// Whether the record is a JSON object, or the beginning of one.
pub(crate) fn is_object(record: &Record<'_>) -> bool {
    record.message.trim_ascii_start().first() == Some(&b'{')
}

/// Whether a value says that there is none.
pub(crate) fn is_nothing(text: &[u8]) -> bool {
    matches!(text, b"" | b"-" | b"null" | b"N/A" | b"none")
}

/// The address of one end; nothing where the record has none or someone has blotted it out.
pub(crate) fn end(text: &[u8]) -> Result<Option<IpAddr>, Refusal> {
    if let Some(ip) = address::ip(text) {
        return Ok(Some(ip));
    }
    // A zone (`fe80::1%eth0`) names an interface, not another host.
    let place = memchr::memchr(b'%', text).unwrap_or(text.len());
    match written(text.get(..place).unwrap_or(text)) {
        Some(Written::Plain(ip)) => Ok(Some(ip)),
        Some(Written::Redacted) => Ok(None),
        None if is_nothing(text) => Ok(None),
        None => Err(Refusal::BadAddress),
    }
}

/// The address after translation; the unspecified address says that nothing was translated.
pub(crate) fn translated(text: &[u8]) -> Result<Option<IpAddr>, Refusal> {
    Ok(end(text)?.filter(|ip| !ip.is_unspecified()))
}

/// A whole number as exports by way of floating-point columns print it: `443.0`.
fn whole(text: &[u8]) -> &[u8] {
    text.strip_suffix(b".0").unwrap_or(text)
}

/// A port; nothing where the record has none.
pub(crate) fn port(text: &[u8]) -> Result<Option<u16>, Refusal> {
    match number::decimal(whole(text)) {
        Some(port) => Ok(Some(port)),
        None if is_nothing(text) => Ok(None),
        None => Err(Refusal::BadPort),
    }
}

/// The protocol of a word or number; nothing for a word that is none of ours, which
/// [`each_member_but`] then keeps.
pub(crate) fn protocol(text: &[u8]) -> Result<Option<Transport>, Refusal> {
    match Transport::from_word(whole(text)) {
        None if text.first().is_some_and(u8::is_ascii_digit) => Err(Refusal::BadProtocol),
        transport => Ok(transport),
    }
}

/// A whole number of up to 19 digits: bytes, packets, nanoseconds.
pub(crate) fn count(text: &[u8]) -> Option<u64> {
    number::count(whole(text))
}

/// The sum of two numbers of which one may be missing.
pub(crate) fn sum(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => a.checked_add(b),
        (one, other) => one.or(other),
    }
}

/// Nanoseconds of a duration in seconds: `0.076967`, `9.5e-07`.
pub(crate) fn nanoseconds(text: &[u8]) -> Option<u64> {
    let seconds: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let nanoseconds = (seconds * 1e9).round();
    // Beyond that a double does not tell nanoseconds apart, nor does any connection last.
    (0.0..1e18)
        .contains(&nanoseconds)
        .then_some(nanoseconds as u64)
}

/// Nanoseconds between two times of one clock; nothing when the second is the earlier one.
pub(crate) fn between(start: Stamp, end: Stamp) -> Option<u64> {
    let (start, end) = match (start, end) {
        (Stamp::Instant(start), Stamp::Instant(end)) => (start, end),
        (Stamp::Civil(start), Stamp::Civil(end)) => (start.utc(start.year?)?, end.utc(end.year?)?),
        _ => return None,
    };
    u64::try_from(end.0.checked_sub(start.0)?).ok()
}

/// A time as JSON has it: ISO 8601, or seconds, milliseconds, microseconds or nanoseconds since
/// 1970, which their size tells apart (seconds reach to the year 5138).
pub(crate) fn stamp(text: &[u8]) -> Option<Stamp> {
    clock::iso(text).or_else(|| epoch(text).map(Stamp::Instant))
}

fn epoch(text: &[u8]) -> Option<Timestamp> {
    let dot = find(b'.', text).unwrap_or(text.len());
    let (whole, fraction) = text.split_at_checked(dot)?;
    let fraction = fraction.get(1..).unwrap_or_default();
    let whole = i64::try_from(count(whole)?).ok()?;
    let unit: i64 = match whole.checked_ilog10() {
        None | Some(..=10) => 1_000_000_000,
        Some(11..=13) => 1_000_000,
        Some(14..=16) => 1_000,
        Some(_) => 1,
    };
    let mut nanoseconds = whole.checked_mul(unit)?;
    let mut place = unit;
    for byte in fraction {
        if !byte.is_ascii_digit() {
            return None;
        }
        place /= 10;
        nanoseconds = nanoseconds.checked_add(i64::from(byte - b'0') * place)?;
    }
    Some(Timestamp(nanoseconds))
}

/// The flags of a flow, which are those of all its packets together. They are those of the first
/// packet only when there is one packet, or no more than one flag in all of them.
pub(crate) fn take_flags_of_flow(tcp: &mut Tcp, flags: u8, packets: Option<u64>) {
    if packets == Some(1) || flags.count_ones() == 1 {
        tcp.flags = Some(TcpFlags(flags));
    }
}

/// Which ends a record names: the source, and the destination. One that someone has blotted out is
/// named.
#[derive(Clone, Copy, Default)]
pub(crate) struct Named([bool; 2]);

impl Named {
    /// Takes the address of the source.
    pub(crate) fn source(&mut self, packet: &mut Packet, text: &[u8]) -> Result<(), Refusal> {
        packet.source.ip = end(text)?;
        self.0[0] = !is_nothing(text);
        Ok(())
    }

    /// Takes the address of the destination.
    pub(crate) fn destination(&mut self, packet: &mut Packet, text: &[u8]) -> Result<(), Refusal> {
        packet.destination.ip = end(text)?;
        self.0[1] = !is_nothing(text);
        Ok(())
    }

    /// As [`settle`], for a record that must name both ends.
    pub(crate) fn settle(self, packet: &mut Packet) -> Result<(), Rejection> {
        if self.0 == [true; 2] {
            settle(packet)
        } else {
            Err(Refusal::MissingField.into())
        }
    }
}

/// Draws the conclusions that need the whole packet: the family, which ICMP, and no ports for what
/// has none.
pub(crate) fn settle(packet: &mut Packet) -> Result<(), Rejection> {
    packet.family = match family(packet.source.ip, packet.destination.ip)? {
        Family::Unknown => return Err(Refusal::MissingField.into()),
        known => known,
    };
    packet.tell_icmp_apart();
    if let Some(transport) = packet.transport.filter(|transport| !transport.has_ports()) {
        // Where there are none many write 0, and some type and code of ICMP.
        for end in [&mut packet.source, &mut packet.destination] {
            end.port = end.port.filter(|port| *port > 0 && !transport.is_icmp());
        }
    }
    Ok(())
}

/// The rejection of a record of the format that tells of no packet.
pub(crate) const NO_PACKET: Rejection = Rejection::Skip(Skip::NotFirewall);

/// What a walk does with each path and value.
pub(crate) type Visit<'v, 'a> = &'v mut dyn FnMut(&[u8], Value<'a>) -> Result<(), Refusal>;

/// Visits every member of the object under its path (`alert.action`), and those of the objects
/// named in `inside`; other objects and arrays are visited as a whole.
///
/// # Errors
/// Those of [`Members`] and of `each`, which end the walk.
pub(crate) fn walk<'a>(
    object: &'a [u8],
    inside: &[&[u8]],
    each: Visit<'_, 'a>,
) -> Result<(), Refusal> {
    let mut members = Members::new(object);
    walk_from(&mut members, &mut Path::default(), inside, each)?;
    members.finish()
}

/// Goes through an object to its end, and on the way through those inside it: each byte once.
fn walk_from<'a>(
    members: &mut Members<'a>,
    path: &mut Path,
    inside: &[&[u8]],
    each: Visit<'_, 'a>,
) -> Result<(), Refusal> {
    let around = path.length;
    while let Some(key) = members.key()? {
        if around == 0 && key.len() <= LONGEST_PATH && !members.is_before_object() {
            // Most members, whose path is the key as it stands.
            each(key, members.value()?)?;
            continue;
        }
        let has_room = path.push(key);
        // The depth is bounded by the longest of the given paths.
        if has_room && members.is_before_object() && inside.contains(&path.bytes()) {
            members.enter();
            walk_from(members, path, inside, each)?;
            members.leave();
        } else {
            let value = members.value()?;
            if has_room {
                each(path.bytes(), value)?;
            }
        }
        path.length = around;
    }
    Ok(())
}

/// No path that a format knows is so long.
const LONGEST_PATH: usize = 96;

/// Keys from the outside in, with dots between them.
struct Path {
    bytes: [u8; LONGEST_PATH],
    length: usize,
}

impl Default for Path {
    fn default() -> Self {
        Self {
            bytes: [0; LONGEST_PATH],
            length: 0,
        }
    }
}

impl Path {
    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// Whether there is room for the key.
    fn push(&mut self, key: &[u8]) -> bool {
        let dot = usize::from(self.length > 0);
        let start = self.length + dot;
        let Some(room) = self.bytes.get_mut(start..start + key.len()) else {
            return false;
        };
        room.copy_from_slice(key);
        if let Some(byte) = self.bytes.get_mut(self.length).filter(|_| dot > 0) {
            *byte = b'.';
        }
        self.length = start + key.len();
        true
    }
}

/// Calls back with every member of the object whose key is not among those that fill a field, and
/// with a protocol that is none of ours; empty values are passed over.
pub(crate) fn each_member_but<'a>(
    object: &'a [u8],
    fields: &[&[u8]],
    sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>),
) {
    for (key, value) in Members::new(object).map_while(Result::ok) {
        let text = value.text();
        let is_field = fields.contains(&key)
            && !(is_protocol_key(key) && Transport::from_word(whole(text)).is_none());
        if !is_field && !matches!(text, b"" | b"null" | b"{}" | b"[]") {
            sink(json::untrusted(key), value.untrusted());
        }
    }
}

fn is_protocol_key(key: &[u8]) -> bool {
    matches!(key, b"proto" | b"protocol" | b"Protocol")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_since_1970() {
        let instant = |nanoseconds| Some(Stamp::Instant(Timestamp(nanoseconds)));
        for (text, found) in [
            ("1795428000", instant(1_795_428_000_000_000_000)),
            ("1795428000.25", instant(1_795_428_000_250_000_000)),
            ("1795428000643", instant(1_795_428_000_643_000_000)),
            ("1795428000643.5", instant(1_795_428_000_643_500_000)),
            ("1795428000643182", instant(1_795_428_000_643_182_000)),
            ("1795428000643182999", instant(1_795_428_000_643_182_999)),
            ("1795428000.1234567899", instant(1_795_428_000_123_456_789)),
            ("1795428000.x", None),
            ("99999999999999999999", None),
            ("", None),
        ] {
            assert_eq!(stamp(text.as_bytes()), found, "{text}");
        }
    }

    #[test]
    fn durations() {
        assert_eq!(nanoseconds(b"0.076967"), Some(76_967_000));
        assert_eq!(nanoseconds(b"9.5367431640625e-07"), Some(954));
        for bad in ["", "-1", "nan", "inf", "1e30"] {
            assert_eq!(nanoseconds(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn flags_of_a_flow_are_not_those_of_its_first_packet() {
        let flags = |flags, packets| {
            let mut tcp = Tcp::default();
            take_flags_of_flow(&mut tcp, flags, packets);
            tcp.flags
        };
        assert_eq!(flags(2, Some(3)), Some(TcpFlags::SYN));
        assert_eq!(
            flags(0x14, Some(1)),
            Some(TcpFlags::RST.with(TcpFlags::ACK))
        );
        assert_eq!(flags(0x1b, Some(9)), None);
        assert_eq!(flags(0x1b, None), None);
    }

    #[test]
    fn paths() {
        let object = br#"{"a":1,"b":{"c":2,"d":{"e":3}},"f":{"g":4},"h":[5]}"#;
        let mut found = Vec::new();
        let walked = walk(object, &[b"b", b"b.d"], &mut |path, value| {
            found.push((path.to_vec(), value.text()));
            Ok(())
        });
        assert_eq!(walked, Ok(()));
        let found: Vec<_> = found
            .iter()
            .map(|(path, text)| (&path[..], *text))
            .collect();
        assert_eq!(
            found,
            [
                (&b"a"[..], &b"1"[..]),
                (b"b.c", b"2"),
                (b"b.d.e", b"3"),
                (b"f", br#"{"g":4}"#),
                (b"h", b"[5]"),
            ]
        );
        let long = format!(r#"{{"{}":1,"a":2}}"#, "x".repeat(200));
        let mut count = 0;
        let walked = walk(long.as_bytes(), &[], &mut |_, _| {
            count += 1;
            Ok(())
        });
        assert_eq!((walked, count), (Ok(()), 1));
    }
}
