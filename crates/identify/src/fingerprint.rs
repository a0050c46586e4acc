//! Fingerprints: what a client offers, in the order or as the set in which it offers it.
//!
//! JA4 for TLS clients (<https://github.com/FoxIO-LLC/ja4>, BSD 3-Clause), JA3
//! (<https://github.com/salesforce/ja3>) and HASSH (<https://github.com/salesforce/hassh>), both
//! BSD 3-Clause. The first outlives a shuffling of extensions, the second is what older lists hold.

use md5::Md5;
use sha2::{Digest as _, Sha256};

use crate::cursor::Cursor;
use crate::text::hexadecimal;

/// Extensions and cipher suites beyond these are not looked at.
const MOST_OFFERS: usize = 512;

const SERVER_NAME: u16 = 0;
const GROUPS: u16 = 10;
const POINT_FORMATS: u16 = 11;
const SIGNATURE_ALGORITHMS: u16 = 13;
const ALPN: u16 = 16;
const SUPPORTED_VERSIONS: u16 = 43;

/// What a TLS client offers, values that are reserved to be ignored left out (RFC 8701).
#[derive(Clone, Debug)]
pub(crate) struct Hello<'a> {
    version: u16,
    pub(crate) random: &'a [u8],
    pub(crate) ciphers: Vec<u16>,
    extensions: Vec<(u16, &'a [u8])>,
    /// The bytes of the extensions, as many as there are.
    pub(crate) held: &'a [u8],
    /// Whether nothing of it is cut off.
    pub(crate) is_whole: bool,
}

impl<'a> Hello<'a> {
    /// Reads what follows the hello's `version`, as far as it goes.
    pub(crate) fn read(version: u16, walk: &mut Cursor<'a>) -> Option<Self> {
        let random = walk.take(32)?;
        let session = walk.u8()?;
        walk.take(usize::from(session))?;
        let length = walk.be16()?;
        let ciphers = walk.take(usize::from(length))?;
        let compressions = walk.u8();
        let whole_head = compressions.is_some_and(|n| walk.take(usize::from(n)).is_some());
        let length = walk.be16().map_or(0, usize::from);
        let held = walk.0.get(..length).unwrap_or(walk.0);
        let mut extensions = Vec::new();
        let mut rest = Cursor(held);
        let mut cut = held.len() < length || !whole_head;
        while !rest.is_empty() && extensions.len() < MOST_OFFERS {
            let (kind, length) = (rest.be16(), rest.be16());
            match (
                kind,
                length.and_then(|length| rest.take(usize::from(length))),
            ) {
                (Some(kind), Some(data)) => extensions.push((kind, data)),
                _ => {
                    cut = true;
                    break;
                }
            }
        }
        extensions.retain(|(kind, _)| !is_reserved(*kind));
        Some(Self {
            version,
            random,
            ciphers: numbers(ciphers),
            extensions,
            held,
            is_whole: !cut,
        })
    }

    /// The newest version that is offered.
    pub(crate) fn highest(&self) -> u16 {
        let offered = self
            .extension(SUPPORTED_VERSIONS)
            .and_then(|data| data.get(1..));
        let offered = numbers(offered.unwrap_or_default());
        offered.into_iter().max().unwrap_or(self.version)
    }

    fn extension(&self, kind: u16) -> Option<&'a [u8]> {
        self.extensions
            .iter()
            .find(|(known, _)| *known == kind)
            .map(|(_, data)| *data)
    }

    /// JA4; `carrier` is `t` for TCP, `q` for QUIC, `d` for DTLS.
    pub(crate) fn ja4(&self, carrier: u8) -> Vec<u8> {
        let version = match self.highest() {
            0x0304 => "13",
            0x0303 => "12",
            0x0302 => "11",
            0x0301 => "10",
            0x0300 => "s3",
            0x0002 => "s2",
            0xfeff => "d1",
            0xfefd => "d2",
            0xfefc => "d3",
            _ => "00",
        };
        let name = if self.extension(SERVER_NAME).is_some() {
            'd'
        } else {
            'i'
        };
        let [first, last] = self.first_protocol();
        let mut text = format!(
            "{}{version}{name}{:02}{:02}{first}{last}_",
            char::from(carrier),
            self.ciphers.len().min(99),
            self.extensions.len().min(99),
        )
        .into_bytes();
        let mut ciphers = self.ciphers.clone();
        ciphers.sort_unstable();
        text.extend(short(&listed(&ciphers)));
        text.push(b'_');
        let mut kinds: Vec<u16> = self.extensions.iter().map(|(kind, _)| *kind).collect();
        kinds.retain(|kind| !matches!(*kind, SERVER_NAME | ALPN));
        kinds.sort_unstable();
        let mut offered = listed(&kinds);
        if let Some(algorithms) = self
            .list_of(SIGNATURE_ALGORITHMS)
            .filter(|list| !list.is_empty())
        {
            offered.push(b'_');
            offered.extend(listed(&algorithms));
        }
        text.extend(short(&offered));
        text
    }

    /// First and last sign of the first protocol that is offered; signs beyond letters and digits
    /// are told by the first and last digit of their numbers.
    fn first_protocol(&self) -> [char; 2] {
        let first = self.extension(ALPN).and_then(|data| {
            let mut walk = Cursor(data.get(2..)?);
            let length = walk.u8()?;
            walk.take(usize::from(length))
        });
        let Some((first, last)) = first.and_then(|name| Some((*name.first()?, *name.last()?)))
        else {
            return ['0', '0'];
        };
        if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() {
            return [char::from(first), char::from(last)];
        }
        let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
        [digit(first >> 4), digit(last & 15)]
    }

    /// The numbers of an extension that is a list behind its length.
    fn list_of(&self, kind: u16) -> Option<Vec<u16>> {
        self.extension(kind)?.get(2..).map(numbers)
    }

    /// JA3: version, cipher suites, extensions, groups, formats of points, as MD5.
    pub(crate) fn ja3(&self) -> Vec<u8> {
        let kinds: Vec<u16> = self.extensions.iter().map(|(kind, _)| *kind).collect();
        let groups = self.list_of(GROUPS).unwrap_or_default();
        let formats = self.extension(POINT_FORMATS).and_then(|data| data.get(1..));
        let formats: Vec<u16> = formats
            .unwrap_or_default()
            .iter()
            .map(|byte| u16::from(*byte))
            .collect();
        let [ciphers, kinds, groups, formats] =
            [&self.ciphers, &kinds, &groups, &formats].map(|list| dashed(list));
        let text = format!("{},{ciphers},{kinds},{groups},{formats}", self.version);
        hexadecimal(&Md5::digest(text))
    }
}

/// HASSH of what a side offers: key exchanges, ciphers, message codes, compressions, each as it stands
/// in the message, as MD5.
pub(crate) fn hassh(offers: [&[u8]; 4]) -> Vec<u8> {
    hexadecimal(&Md5::digest(offers.join(&b';')))
}

/// Numbers of two bytes, reserved ones left out.
fn numbers(bytes: &[u8]) -> Vec<u16> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let numbers = pairs
        .iter()
        .take(MOST_OFFERS)
        .map(|pair| u16::from_be_bytes(*pair));
    numbers.filter(|number| !is_reserved(*number)).collect()
}

/// `?a?a`, both bytes the same: made up so that servers learn to pass over what they do not know.
const fn is_reserved(number: u16) -> bool {
    number & 0x0f0f == 0x0a0a && number >> 8 == number & 0xff
}

fn listed(numbers: &[u16]) -> Vec<u8> {
    let words: Vec<Vec<u8>> = numbers
        .iter()
        .map(|number| hexadecimal(&number.to_be_bytes()))
        .collect();
    words.join(&b',')
}

fn dashed(numbers: &[u16]) -> String {
    let words: Vec<String> = numbers.iter().map(u16::to_string).collect();
    words.join("-")
}

/// The first twelve digits of SHA-256; zeros for nothing.
fn short(bytes: &[u8]) -> Vec<u8> {
    if bytes.is_empty() {
        return vec![b'0'; 12];
    }
    let mut digits = hexadecimal(&Sha256::digest(bytes));
    digits.truncate(12);
    digits
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    /// A hello with these cipher suites and extensions.
    fn hello(ciphers: &[u16], extensions: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0; 32];
        bytes.push(0);
        bytes.extend((ciphers.len() as u16 * 2).to_be_bytes());
        bytes.extend(ciphers.iter().flat_map(|cipher| cipher.to_be_bytes()));
        bytes.extend([1, 0]);
        let mut all = Vec::new();
        for (kind, data) in extensions {
            all.extend(kind.to_be_bytes());
            all.extend((data.len() as u16).to_be_bytes());
            all.extend_from_slice(data);
        }
        bytes.extend((all.len() as u16).to_be_bytes());
        bytes.extend(all);
        bytes
    }

    /// The example of JA4's own technical description: a Chrome hello.
    #[test]
    fn ja4_is_that_of_its_description() {
        let ciphers = [
            0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014,
            0x009c, 0x009d, 0x002f, 0x0035,
        ];
        let algorithms = b"\0\x10\x04\x03\x08\x04\x04\x01\x05\x03\x08\x05\x05\x01\x08\x06\x06\x01";
        let extensions: [(u16, &[u8]); 16] = [
            (0x001b, b""),
            (0x0000, b"\0\x05\0\0\x02ab"),
            (0x0033, b""),
            (0x0010, b"\0\x03\x02h2"),
            (0x4469, b""),
            (0x0017, b""),
            (0x002d, b""),
            (0x000d, algorithms),
            (0x0005, b""),
            (0x0023, b""),
            (0x0012, b""),
            (0x002b, b"\x06\x0a\x0a\x03\x04\x03\x03"),
            (0xff01, b""),
            (0x000b, b"\x01\0"),
            (0x000a, b"\0\x02\0\x1d"),
            (0x0015, b""),
        ];
        let bytes = hello(&ciphers, &extensions);
        let hello = Hello::read(0x0303, &mut Cursor(&bytes)).unwrap();
        assert!(hello.is_whole);
        assert_eq!(hello.ja4(b't'), b"t13d1516h2_8daaf6152771_e5627efa2ab1");
    }

    /// The example of JA3's own description.
    #[test]
    fn ja3_is_that_of_its_description() {
        let ciphers = [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4];
        let extensions: [(u16, &[u8]); 3] =
            [(0, b""), (10, b"\0\x06\0\x17\0\x18\0\x19"), (11, b"\x01\0")];
        let bytes = hello(&ciphers, &extensions);
        let hello = Hello::read(769, &mut Cursor(&bytes)).unwrap();
        assert_eq!(hello.ja3(), b"ada70206e40642a3e4461f35503241d5");
    }

    #[test]
    fn reserved_values_do_not_count_and_nothing_is_zeros() {
        let bytes = hello(&[0x0a0a, 0x1301], &[(0x1a1a, b"")]);
        let found = Hello::read(0x0303, &mut Cursor(&bytes)).unwrap();
        assert!(found.ja4(b't').starts_with(b"t12i010000_"));
        assert!(found.ja4(b't').ends_with(b"_000000000000"));
        let cut = bytes.len() - 1;
        assert!(
            !Hello::read(0x0303, &mut Cursor(&bytes[..cut]))
                .unwrap()
                .is_whole
        );
    }
}
