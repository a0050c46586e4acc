//! The message format that DNS, mDNS, LLMNR and the NetBIOS name service share (RFC 1035, section 4).

use crate::cursor::Cursor;

/// More questions and records than these are not looked at.
const MOST_ENTRIES: u16 = 64;
/// An encoded name has at most 255 bytes, so at most 127 labels.
const MOST_LABELS: usize = 127;

/// A message whose header is possible and whose questions can be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    pub(crate) id: u16,
    flags: u16,
    pub(crate) questions: u16,
    pub(crate) answers: u16,
    /// The first question.
    pub(crate) question: Option<Question<'a>>,
    /// Name of the first answer.
    pub(crate) answer: Option<Name<'a>>,
    /// Whether the counts in the header and the bytes agree to the last one.
    pub(crate) is_whole: bool,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    pub(crate) name: Name<'a>,
    pub(crate) kind: u16,
    pub(crate) class: u16,
}

/// Labels as they are encoded, without the root; what a compression pointer points to is left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name<'a>(&'a [u8]);

impl<'a> Message<'a> {
    /// Reads the message at the front of `bytes`, or nothing if this cannot be one.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut walk = Cursor(bytes);
        let id = walk.be16()?;
        let flags = walk.be16()?;
        let questions = walk.be16()?;
        let counts = [walk.be16()?, walk.be16()?, walk.be16()?];
        let [answers, ..] = counts;
        let operation = flags >> 11 & 15;
        // Query, status, notify, update, stateful; NetBIOS adds registration and its kin.
        if matches!(operation, 3 | 10..) || flags & 15 > 10 {
            return None;
        }
        if questions > MOST_ENTRIES || counts.iter().any(|count| *count > 1024) {
            return None;
        }
        let mut question = None;
        for _ in 0..questions {
            let asked = Question {
                name: Name::read(&mut walk, question.is_some())?,
                kind: walk.be16()?,
                class: walk.be16()?,
            };
            question.get_or_insert(asked);
        }
        let mut answer = None;
        let is_whole = pass_records(&mut walk, counts, &mut answer).is_some() && walk.is_empty();
        Some(Self {
            id,
            flags,
            questions,
            answers,
            question,
            answer,
            is_whole,
        })
    }

    pub(crate) const fn is_response(&self) -> bool {
        self.flags & 0x8000 != 0
    }

    /// 0 query, 2 status, 4 notify, 5 update.
    pub(crate) const fn operation(&self) -> u16 {
        self.flags >> 11 & 15
    }

    /// 0 no error, 3 no such name, 5 refused.
    pub(crate) const fn response_code(&self) -> u16 {
        self.flags & 15
    }

    /// The bit that DNS reserves and sends as zero.
    pub(crate) const fn reserved(&self) -> bool {
        self.flags & 0x40 != 0
    }
}

/// Passes over the records; nothing when one of them is cut or cannot be.
fn pass_records<'a>(
    walk: &mut Cursor<'a>,
    counts: [u16; 3],
    first: &mut Option<Name<'a>>,
) -> Option<()> {
    let records = counts.iter().sum::<u16>();
    for _ in 0..records.min(MOST_ENTRIES) {
        let name = Name::read(walk, true)?;
        first.get_or_insert(name);
        walk.take(8)?;
        let length = walk.be16()?;
        walk.take(usize::from(length))?;
    }
    if records > MOST_ENTRIES {
        walk.0 = &[];
    }
    Some(())
}

impl<'a> Name<'a> {
    /// The name at the front; a pointer ends it where one may stand.
    pub(crate) fn read(walk: &mut Cursor<'a>, may_point: bool) -> Option<Self> {
        let start = walk.0;
        for _ in 0..=MOST_LABELS {
            let used = start.len() - walk.left();
            match walk.u8()? {
                0 => return start.get(..used).map(Self),
                length @ 1..=63 => {
                    let label = walk.take(usize::from(length))?;
                    if label.iter().any(u8::is_ascii_control) {
                        return None;
                    }
                }
                0xc0.. if may_point => {
                    walk.u8()?;
                    return start.get(..used).map(Self);
                }
                _ => return None,
            }
        }
        None
    }

    /// Labels, the leftmost first.
    pub(crate) fn labels(self) -> impl Iterator<Item = &'a [u8]> {
        let mut walk = Cursor(self.0);
        std::iter::from_fn(move || {
            let length = walk.u8()?;
            walk.take(usize::from(length))
        })
    }

    /// Whether the last label is this, whatever its case.
    pub(crate) fn ends_in(self, label: &[u8]) -> bool {
        self.labels()
            .last()
            .is_some_and(|last| last.eq_ignore_ascii_case(label))
    }

    /// With dots; the root is a dot alone.
    pub(crate) fn dotted(self) -> Vec<u8> {
        let mut text = self.labels().collect::<Vec<_>>().join(&b'.');
        if text.is_empty() {
            text.push(b'.');
        }
        text
    }

    /// Whether this is a NetBIOS name: sixteen bytes, each as two letters from A to P (RFC 1001,
    /// section 14.1), perhaps with a scope.
    pub(crate) fn is_netbios(self) -> bool {
        self.labels().next().is_some_and(|label| {
            label.len() == 32 && label.iter().all(|byte| matches!(byte, b'A'..=b'P'))
        })
    }

    /// A NetBIOS name without its padding, and its sixteenth byte, which says what sort of service
    /// bears it.
    pub(crate) fn netbios(self) -> (Vec<u8>, u8) {
        let letters = self.labels().next().unwrap_or_default();
        let byte = |pair: &[u8]| {
            pair.iter()
                .fold(0, |byte, letter| byte << 4 | letter.wrapping_sub(b'A') & 15)
        };
        let mut bytes: Vec<u8> = letters.chunks_exact(2).map(byte).collect();
        let suffix = bytes.pop().unwrap_or_default();
        let end = bytes
            .iter()
            .rposition(|byte| !matches!(byte, b' ' | 0))
            .map_or(0, |last| last + 1);
        bytes.truncate(end);
        (bytes, suffix)
    }
}

/// The keyword of a record type.
pub(crate) const fn type_word(kind: u16) -> Option<&'static str> {
    Some(match kind {
        1 => "A",
        2 => "NS",
        5 => "CNAME",
        6 => "SOA",
        12 => "PTR",
        13 => "HINFO",
        15 => "MX",
        16 => "TXT",
        28 => "AAAA",
        33 => "SRV",
        35 => "NAPTR",
        43 => "DS",
        46 => "RRSIG",
        47 => "NSEC",
        48 => "DNSKEY",
        64 => "SVCB",
        65 => "HTTPS",
        99 => "SPF",
        251 => "IXFR",
        252 => "AXFR",
        255 => "ANY",
        257 => "CAA",
        _ => return None,
    })
}

/// Whether any such type and class were ever assigned; unicast-response bits are left out.
pub(crate) const fn is_assigned(question: &Question<'_>) -> bool {
    let kind = matches!(question.kind, 1..=109 | 128 | 249..=262 | 32768 | 32769 | 65281 | 65282);
    kind && matches!(question.class & 0x7fff, 1 | 3 | 4 | 254 | 255)
}
