//! Protocols told by a question and its answer, where neither says enough by itself.

use crate::cursor::Cursor;
use crate::found::{Identification, STRONG};
use crate::payload::Side;
use crate::text::is_text;

/// Names what the first pieces of a flow's two sides have in common, whoever of them called.
pub(crate) fn identify(one: &[u8], other: &[u8]) -> Option<Identification<'static>> {
    let told = |question, answer| is_ping(question, answer) || is_acknowledged(question, answer);
    (told(one, other) || told(other, one)).then(|| Identification {
        protocol: "mqtt",
        probability: STRONG,
        side: Side::Any,
        client: None,
        detail: Vec::new(),
    })
}

/// PINGREQ and PINGRESP, in the middle of a session: four fixed bytes together (OASIS MQTT 3.1.1,
/// sections 3.12 and 3.13).
fn is_ping(question: &[u8], answer: &[u8]) -> bool {
    question == b"\xc0\x00" && answer == b"\xd0\x00"
}

/// PUBLISH that wants to be acknowledged, and PUBACK or PUBREC with its very number (sections 3.3 to 3.5).
fn is_acknowledged(question: &[u8], answer: &[u8]) -> bool {
    let number = || {
        let mut walk = Cursor(question);
        // Once at least, or exactly once; sent again or not, kept or not.
        let kind = match walk.u8()? & 0b1111_0110 {
            0x32 => 0x40,
            0x34 => 0x50,
            _ => return None,
        };
        // A length of one byte or two; the rest may lie in later pieces.
        if walk.u8()? & 0x80 != 0 && walk.u8()? & 0x80 != 0 {
            return None;
        }
        let length = walk.be16()?;
        let topic = walk.take(usize::from(length))?;
        let [high, low] = walk.array()?;
        let numbered = !topic.is_empty() && is_text(topic) && [high, low] != [0, 0];
        numbered.then_some([kind, 2, high, low])
    };
    number().is_some_and(|expected| answer == expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ping_and_its_answer_are_a_session() {
        let named = |one, other| identify(one, other).map(|found| found.protocol);
        assert_eq!(named(b"\xc0\0", b"\xd0\0"), Some("mqtt"));
        assert_eq!(named(b"\xd0\0", b"\xc0\0"), Some("mqtt"));
        for (one, other) in [
            (&b"\xc0\0"[..], &b""[..]),
            (b"\xc0\0", b"\xc0\0"),
            (b"\xc0\0\0", b"\xd0\0"),
            (b"\xd0\0", b"\xd0\0"),
        ] {
            assert_eq!(named(one, other), None);
        }
    }

    #[test]
    fn a_message_and_its_number_that_comes_back_are_a_session() {
        let named = |one, other| identify(one, other).map(|found| found.protocol);
        let sent = b"\x32\x0e\0\x05a/b/c\0\x07hello";
        assert_eq!(named(sent, b"\x40\x02\0\x07"), Some("mqtt"));
        assert_eq!(named(b"\x40\x02\0\x07", sent), Some("mqtt"));
        // Another number, another kind of answer, more than an answer, a topic that is none.
        assert_eq!(named(sent, b"\x40\x02\0\x08"), None);
        assert_eq!(named(sent, b"\x50\x02\0\x07"), None);
        assert_eq!(named(sent, b"\x40\x02\0\x07\0"), None);
        let binary = b"\x32\x0e\0\x05\x01\x02\x03\x04\x05\0\x07hello";
        assert_eq!(named(binary, b"\x40\x02\0\x07"), None);
    }
}
