//! Text going onto the end of bytes, in pieces whose sizes the compiler knows.
//!
//! A record has some hundred pieces of a few bytes. `Vec::extend_from_slice` asks for each whether
//! there is room, calls for a copy of a length that is known at run time only, and keeps the length in
//! memory, where the next piece waits for it. Here room is zeros behind what is written: a piece is
//! put down as one store of four, eight or sixteen bytes, of which as many count as it has, and the
//! next overwrites the rest. Records are written in a quarter of the time.

use std::net::IpAddr;

use rutter_event::{Mac, Untrusted};

/// Zeros that are made at a time: a usual record fits in.
const ROOM: usize = 1_024;

/// Text under construction, owning the bytes onto which it goes until [`end`](Self::end).
#[derive(Debug, Default)]
pub(crate) struct Ink {
    /// What is written, and zeros or leftovers behind it.
    bytes: Vec<u8>,
    /// So many bytes are written.
    at: usize,
}

impl Ink {
    /// Goes on behind `bytes`.
    #[inline]
    pub(crate) const fn behind(bytes: Vec<u8>) -> Self {
        let at = bytes.len();
        Self { bytes, at }
    }

    /// What was there, and what was written behind it.
    #[inline]
    pub(crate) fn end(mut self) -> Vec<u8> {
        self.bytes.truncate(self.at);
        self.bytes
    }

    /// Where the next piece goes.
    #[inline(always)]
    pub(crate) const fn place(&self) -> usize {
        self.at
    }

    /// Takes back what was written from a place on.
    #[inline(always)]
    pub(crate) const fn back_to(&mut self, place: usize) {
        self.at = place;
    }

    /// What was written from a place on.
    pub(crate) fn from(&self, place: usize) -> &[u8] {
        self.bytes.get(place..self.at).unwrap_or_default()
    }

    /// Puts down `N` bytes, of which the first `length` count.
    #[inline(always)]
    fn put<const N: usize>(&mut self, piece: &[u8; N], length: usize) {
        let room = self.bytes.get_mut(self.at..);
        if let Some(room) = room.and_then(|room| room.first_chunk_mut::<N>()) {
            *room = *piece;
        } else {
            self.make_room(N);
            let room = self.bytes.get_mut(self.at..);
            if let Some(room) = room.and_then(|room| room.first_chunk_mut::<N>()) {
                *room = *piece;
            }
        }
        self.at += length.min(N);
    }

    /// By value, so that the place of the usual way stays in a register.
    #[inline(always)]
    fn make_room(&mut self, more: usize) {
        self.bytes = with_room(std::mem::take(&mut self.bytes), self.at, more);
    }

    /// A byte.
    #[inline(always)]
    pub(crate) fn byte(&mut self, byte: u8) {
        self.put(&[byte], 1);
    }

    /// Bytes whose number is known when this is compiled.
    #[inline(always)]
    pub(crate) fn fixed<const N: usize>(&mut self, piece: &[u8; N]) {
        self.put(piece, N);
    }

    /// A key of an object, which needs no escape, in its quotes and with its colon.
    #[inline(always)]
    pub(crate) fn key(&mut self, key: &str) {
        self.between(b'"', key.as_bytes(), *b"\":");
    }

    /// A word, which needs no escape, in quotes and with a comma behind it.
    #[inline(always)]
    pub(crate) fn word(&mut self, word: &[u8]) {
        if let Some(piece) = sixteen(word)
            && let Some(room) = self.bytes.get_mut(self.at..)
            && let Some([quote, room @ ..]) = room.first_chunk_mut::<19>()
            && let Some((letters, _)) = room.split_first_chunk_mut::<16>()
        {
            *quote = b'"';
            *letters = piece;
            if let Some(close) = room.get_mut(word.len()..word.len() + 2) {
                close.copy_from_slice(b"\",");
            }
            self.at += word.len() + 3;
        } else {
            self.between(b'"', word, *b"\",");
        }
    }

    /// A text between a byte and two, all of them with one look for room.
    #[inline(always)]
    fn between(&mut self, first: u8, text: &[u8], last: [u8; 2]) {
        let end = self.at + text.len() + 3;
        if let Some([one, room @ ..]) = self.bytes.get_mut(self.at..end)
            && let Some((middle, two)) = room.split_last_chunk_mut::<2>()
            && middle.len() == text.len()
        {
            *one = first;
            middle.copy_from_slice(text);
            *two = last;
            self.at = end;
        } else {
            self.between_slowly(first, text, last);
        }
    }

    #[cold]
    #[inline(never)]
    fn between_slowly(&mut self, first: u8, text: &[u8], last: [u8; 2]) {
        self.byte(first);
        self.long(text);
        self.fixed(&last);
    }

    /// Any text.
    #[inline(always)]
    pub(crate) fn text(&mut self, text: &[u8]) {
        match sixteen(text) {
            Some(piece) => self.put(&piece, text.len()),
            None => self.long(text),
        }
    }

    /// Text of more than sixteen bytes.
    #[inline(never)]
    fn long(&mut self, text: &[u8]) {
        if self.bytes.len() - self.at < text.len() {
            self.make_room(text.len());
        }
        let end = self.at + text.len();
        if let Some(room) = self.bytes.get_mut(self.at..end) {
            room.copy_from_slice(text);
            self.at = end;
        }
    }

    /// Text that is known when this is compiled: its length then is too.
    #[inline(always)]
    pub(crate) fn literal(&mut self, text: &str) {
        let text = text.as_bytes();
        let end = self.at + text.len();
        if let Some(room) = self.bytes.get_mut(self.at..end) {
            room.copy_from_slice(text);
            self.at = end;
        } else {
            self.long(text);
        }
    }

    /// Text of the log, or of an overlay that a user wrote, with the escapes of a JSON string.
    #[inline(always)]
    pub(crate) fn escaped(&mut self, text: Untrusted<'_>) {
        match text.plain() {
            Some(plain) => self.text(plain),
            None => self.long(text.json().to_string().as_bytes()),
        }
    }

    /// The same in quotes and with a comma behind it.
    #[inline(always)]
    pub(crate) fn string(&mut self, text: Untrusted<'_>) {
        match text.plain() {
            Some(plain) => self.word(plain),
            None => self.between_slowly(b'"', text.json().to_string().as_bytes(), *b"\","),
        }
    }

    /// A number.
    #[inline(always)]
    pub(crate) fn number(&mut self, number: impl Number) {
        number.write(self);
    }

    /// A number with zeros in front, `WIDTH` digits in all, at most eight: above what they hold it is cut.
    #[inline(always)]
    pub(crate) fn padded<const WIDTH: usize>(&mut self, number: u32) {
        let digits = eight_digits(number % 100_000_000);
        self.put(&(digits >> (64 - 8 * WIDTH)).to_le_bytes(), WIDTH);
    }

    /// An address.
    #[inline(always)]
    pub(crate) fn address(&mut self, ip: IpAddr) {
        match ip {
            IpAddr::V4(ip) => {
                let mut word = 0;
                let mut length = 0;
                for octet in ip.octets().into_iter().map(usize::from) {
                    let digits = OCTETS.get(octet).copied().unwrap_or_default();
                    word |= u128::from(u32::from_le_bytes(digits)) << (8 * length);
                    length += 2 + usize::from(octet > 9) + usize::from(octet > 99);
                }
                // Behind the last octet stands a point too.
                self.put(&word.to_le_bytes(), length - 1);
            }
            IpAddr::V6(ip) => self.long(ip.to_string().as_bytes()),
        }
    }

    /// A hardware address: upper case, hyphens.
    #[inline(always)]
    pub(crate) fn hardware_address(&mut self, Mac(octets): Mac) {
        let [a, b, c, d, e, f] = octets.map(|octet| {
            let digit = |n: u8| n + if n < 10 { b'0' } else { b'A' - 10 };
            [digit(octet >> 4), digit(octet & 15)]
        });
        let dash = b'-';
        self.fixed(&[
            a[0], a[1], dash, b[0], b[1], dash, c[0], c[1], dash, d[0], d[1], dash, e[0], e[1],
            dash, f[0], f[1],
        ]);
    }
}

/// The bytes, with room for so many behind a place.
#[cold]
#[inline(never)]
fn with_room(mut bytes: Vec<u8>, at: usize, more: usize) -> Vec<u8> {
    bytes.resize(at + more.max(ROOM), 0);
    bytes
}

/// The text and zeros behind it; nothing when it has more than sixteen bytes. Reads that overlap take
/// every length without a loop.
#[inline(always)]
fn sixteen(text: &[u8]) -> Option<[u8; 16]> {
    let length = text.len();
    let word = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        _ if length > 16 => return None,
        (Some(first), Some(last)) => {
            let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
            // Of sixteen and eight bytes, all: the halves then are next to or upon each other.
            u128::from(first) | u128::from(last) << (8 * (length - 8))
        }
        _ => match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
                u128::from(first) | u128::from(last) << (8 * (length - 4))
            }
            _ => match *text {
                [a, b, c] => u128::from(u32::from_le_bytes([a, b, c, 0])),
                [a, b] => u128::from(u16::from_le_bytes([a, b])),
                [a] => u128::from(a),
                _ => 0,
            },
        },
    };
    Some(word.to_le_bytes())
}

/// Each octet in decimal with a point behind it.
static OCTETS: [[u8; 4]; 256] = {
    let mut table = [[b'.'; 4]; 256];
    let mut octet = 0;
    while octet < 256 {
        let digits = [
            b'0' + (octet / 100) as u8,
            b'0' + (octet / 10 % 10) as u8,
            b'0' + (octet % 10) as u8,
        ];
        table[octet] = match octet {
            0..10 => [digits[2], b'.', 0, 0],
            10..100 => [digits[1], digits[2], b'.', 0],
            _ => [digits[0], digits[1], digits[2], b'.'],
        };
        octet += 1;
    }
    table
};

/// A number below 100,000,000 as eight decimal digits, the first in the lowest byte: each step cuts
/// all parts in halves at once, with a multiplication that divides.
#[inline(always)]
const fn eight_digits(number: u32) -> u64 {
    let number = number as u64;
    let fours = (number / 10_000) | ((number % 10_000) << 32);
    let hundreds = ((fours * 10_486) >> 20) & 0x7f_0000_007f;
    let twos = hundreds | (fours - hundreds * 100) << 16;
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    let digits = tens | (twos - tens * 10) << 8;
    digits | 0x3030_3030_3030_3030
}

/// A whole number that can be written in decimal.
pub(crate) trait Number {
    /// Writes it.
    fn write(self, ink: &mut Ink);
}

impl Number for u64 {
    #[inline(always)]
    fn write(self, ink: &mut Ink) {
        const EIGHT_DIGITS: u64 = 100_000_000;
        match u32::try_from(self) {
            Ok(number) if self < EIGHT_DIGITS => {
                let digits = eight_digits(number);
                // The last digit stays, be it a zero.
                let zeros = ((digits & 0x000f_0f0f_0f0f_0f0f) | 1 << 56).trailing_zeros() / 8;
                ink.put(&(digits >> (8 * zeros)).to_le_bytes(), 8 - zeros as usize);
            }
            _ => large(self, ink),
        }
    }
}

#[inline(never)]
fn large(number: u64, ink: &mut Ink) {
    (number / 100_000_000).write(ink);
    ink.padded::<8>((number % 100_000_000) as u32);
}

macro_rules! unsigned {
    ($($kind:ty),+) => {$(
        impl Number for $kind {
            #[inline(always)]
            fn write(self, ink: &mut Ink) {
                (self as u64).write(ink);
            }
        }
    )+};
}

unsigned!(u8, u16, u32, usize);

impl Number for i64 {
    fn write(self, ink: &mut Ink) {
        if self < 0 {
            ink.byte(b'-');
        }
        self.unsigned_abs().write(ink);
    }
}

impl Number for i16 {
    fn write(self, ink: &mut Ink) {
        i64::from(self).write(ink);
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    fn written(write: impl FnOnce(&mut Ink)) -> String {
        let mut ink = Ink::behind(b"before".to_vec());
        write(&mut ink);
        let bytes = ink.end();
        String::from_utf8_lossy(bytes.strip_prefix(b"before").unwrap_or_default()).into_owned()
    }

    #[test]
    fn numbers_read_as_the_library_writes_them() {
        let edges = (0..20).map(|power| 10_u64.pow(power));
        let many = edges.flat_map(|n| [n - 1, n, n + 1, n / 7 * 9, n / 2 + 12_345]);
        for number in many
            .chain(0..100_000)
            .chain([u64::MAX, u64::from(u32::MAX)])
        {
            assert_eq!(written(|ink| ink.number(number)), number.to_string());
        }
        for number in [0, -1, i64::MIN, i64::MAX, -100_000_000, -99_999_999] {
            assert_eq!(written(|ink| ink.number(number)), number.to_string());
        }
    }

    #[test]
    fn zeros_fill_the_width() {
        assert_eq!(written(|ink| ink.padded::<2>(7)), "07");
        assert_eq!(written(|ink| ink.padded::<4>(2026)), "2026");
        assert_eq!(written(|ink| ink.padded::<8>(12)), "00000012");
    }

    #[test]
    fn every_octet_and_every_digit_of_hardware() {
        for octet in 0..=255 {
            let ip = Ipv4Addr::new(octet, 255 - octet, 0, octet);
            assert_eq!(written(|ink| ink.address(ip.into())), ip.to_string());
            let mac = Mac([octet, 0, 255, 255 - octet, 16, octet]);
            assert_eq!(written(|ink| ink.hardware_address(mac)), mac.to_string());
        }
        let ip = Ipv6Addr::LOCALHOST;
        assert_eq!(written(|ink| ink.address(ip.into())), "::1");
    }

    #[test]
    fn texts_of_every_length_and_more_than_there_is_room() {
        let text: String = ('a'..='z').cycle().take(5_000).collect();
        for length in (0..70).chain([ROOM - 1, ROOM, ROOM + 1, 5_000]) {
            let text = text.get(..length).unwrap_or_default();
            assert_eq!(written(|ink| ink.text(text.as_bytes())), text);
            assert_eq!(written(|ink| ink.literal(text)), text);
            let escaped = written(|ink| ink.escaped(Untrusted::new(text.as_bytes())));
            assert_eq!(escaped, text);
        }
        let pieces = written(|ink| text.bytes().for_each(|byte| ink.byte(byte)));
        assert_eq!(pieces, text);
    }
}
