//! A refused line in one line: place, reason, how it begins.

use std::fmt::Write as _;

use rutter_event::{Refusal, Untrusted};

/// How much of a refused line is shown.
const START: usize = 160;

/// Tells of a refused line, as text for people or as an object for programs.
pub(crate) fn refusal(
    place: Option<Untrusted<'_>>,
    line: u64,
    why: Refusal,
    bytes: &[u8],
    is_json: bool,
) -> String {
    let start = Untrusted::new(bytes.get(..START).unwrap_or(bytes));
    let why = why.name();
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = match (is_json, place) {
        (false, None) => write!(text, "line {line}: refused: {why}"),
        (false, Some(place)) => {
            write!(text, "{}: line {line}: refused: {why}", place.terminal())
        }
        (true, None) => write!(text, "{{\"line\":{line},\"refused\":\"{why}\""),
        (true, Some(place)) => {
            write!(
                text,
                "{{\"source\":\"{}\",\"line\":{line},\"refused\":\"{why}\"",
                place.json()
            )
        }
    };
    let _ = match is_json {
        false if start.is_empty() => Ok(()),
        false => write!(text, ": {}", start.terminal()),
        true => write!(text, ",\"start\":\"{}\"}}", start.json()),
    };
    text
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    #[test]
    fn refused_lines_are_told_in_one_line() {
        let place = Some(Untrusted::new(b"a\x1bb"));
        let bytes = b"IN=\x1b[2J \"quoted\"";
        assert_eq!(
            refusal(None, 17, Refusal::Truncated, bytes, false),
            "line 17: refused: truncated: IN=\\x1b[2J \"quoted\""
        );
        assert_eq!(
            refusal(place, 3, Refusal::TooLong, b"", false),
            "a\\x1bb: line 3: refused: too-long"
        );
        let json = refusal(place, 17, Refusal::BadPort, bytes, true);
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value["line"], 17);
        assert_eq!(value["refused"], "bad-port");
        assert_eq!(value["start"], "IN=\u{1b}[2J \"quoted\"");
        assert_eq!(value["source"], "a\u{1b}b");
        assert!(!json.contains('\u{1b}'));
    }
}
