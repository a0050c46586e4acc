//! What stands before the text: `<133121> <6069> <WARN> <wlc01 192.0.2.2>  text`.

use super::super::fields;
use super::Tells;
use crate::formats::search;

/// The head of a message and its text.
#[derive(Clone, Copy)]
pub(super) struct Head<'a> {
    /// Number of the message in the vendor's reference.
    pub(super) number: &'a [u8],
    pub(super) severity: &'a [u8],
    /// Name of the device.
    pub(super) host: &'a [u8],
    /// Its address.
    pub(super) address: &'a [u8],
    pub(super) text: &'a [u8],
}

impl<'a> Head<'a> {
    pub(super) fn read(message: &'a [u8]) -> Option<Self> {
        let mut head = Head {
            number: b"",
            severity: b"",
            host: b"",
            address: b"",
            text: b"",
        };
        let mut rest = message.trim_ascii_start();
        // Number, process, severity, program (`|authmgr|`), device; not each release has all.
        for _ in 0..6 {
            rest = rest.trim_ascii_start();
            if let Some(program) = rest.strip_prefix(b"|") {
                rest = program.get(memchr::memchr(b'|', program)? + 1..)?;
                continue;
            }
            let Some(inside) = rest.strip_prefix(b"<") else {
                break;
            };
            let (word, behind) = inside.split_at_checked(memchr::memchr(b'>', inside)?)?;
            rest = behind.get(1..)?;
            if word.iter().all(u8::is_ascii_digit) {
                if head.number.is_empty() {
                    head.number = word;
                }
            } else if let Some(blank) = memchr::memrchr(b' ', word) {
                (head.host, head.address) = (word.get(..blank)?, word.get(blank + 1..)?);
            } else {
                head.severity = word;
            }
        }
        head.text = rest.trim_ascii_start();
        let is_severity = matches!(
            head.severity,
            b"EMRG" | b"ALRT" | b"CRIT" | b"ERRS" | b"WARN" | b"NOTI" | b"INFO" | b"DBUG"
        );
        // Numbers of messages have six digits.
        (head.number.len() == 6 && is_severity).then_some(head)
    }

    /// What the message tells of, when it names two ends.
    pub(super) fn tells(&self) -> Option<Tells> {
        let has = |words: &[u8]| search::find(self.text, words);
        if has(b"srcip=").is_some() && has(b"dstip=").is_some() {
            return Some(Tells::Session);
        }
        if has(b"userip=").is_some() && has(b"serverip=").is_some() {
            return Some(Tells::Login);
        }
        has(b"Sending ")?;
        let to = has(b" to ")? + 4;
        let first = self.text.get(to)?;
        let is_known = fields::end(self.address).is_ok_and(|ip| ip.is_some());
        (is_known && first.is_ascii_digit()).then_some(Tells::Peer(to))
    }
}
