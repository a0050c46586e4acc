//! Snort's `alert_full`: several lines for an alert, and a blank one behind it.

use super::draft::Draft;

/// How an alert begins.
const OPEN: &[u8] = b"[**] [";

/// Turns alerts into lines: their line ends become blanks. Lines that belong to no alert are passed
/// on as they are.
#[derive(Debug)]
pub(super) struct Alerts {
    /// The alert so far.
    alert: Draft,
    /// The line that is being read.
    line: Draft,
}

impl Alerts {
    pub(super) const fn new(cap: usize) -> Self {
        Self {
            alert: Draft::new(cap),
            line: Draft::new(cap),
        }
    }

    /// Whether a stream begins with an alert whose first line ends behind its text.
    pub(super) fn opens(text: &[u8]) -> bool {
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        first.len() < text.len()
            && first.starts_with(OPEN)
            && first.trim_ascii_end().ends_with(b" [**]")
    }

    pub(super) fn push(&mut self, bytes: &[u8], lines: &mut Vec<u8>) {
        for byte in bytes {
            match byte {
                b'\r' => {}
                b'\n' => self.line_end(lines),
                byte => self.line.push(*byte),
            }
        }
    }

    /// A line is complete.
    fn line_end(&mut self, lines: &mut Vec<u8>) {
        let text = self.line.bytes();
        if self.line.is_over() && self.alert.is_blank() {
            self.line.finish(lines);
        } else if self.line.is_over() {
            self.alert.overflow();
        } else if text.trim_ascii().is_empty() {
            self.alert.finish(lines);
        } else if text.starts_with(OPEN) {
            self.alert.finish(lines);
            self.alert.extend(text);
        } else if self.alert.is_blank() {
            self.line.finish(lines);
        } else {
            self.alert.push(b' ');
            self.alert.extend(text);
        }
        self.line.clear();
    }

    pub(super) fn finish(&mut self, lines: &mut Vec<u8>) {
        self.line_end(lines);
        self.alert.finish(lines);
    }
}
