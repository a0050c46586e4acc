//! Records of several lines with a blank line behind each, as Snort's full alerts.

use super::draft::Draft;

/// Turns paragraphs into lines: their line ends become blanks.
#[derive(Debug)]
pub(super) struct Paragraphs {
    draft: Draft,
    /// Whether the line that is being read has had nothing but blanks.
    is_blank: bool,
}

impl Paragraphs {
    pub(super) const fn new(cap: usize) -> Self {
        Self {
            draft: Draft::new(cap),
            is_blank: true,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8], lines: &mut Vec<u8>) {
        for byte in bytes {
            match byte {
                b'\n' if self.is_blank => self.draft.finish(lines),
                b'\n' => {
                    self.draft.push(b' ');
                    self.is_blank = true;
                }
                b'\r' => {}
                b' ' | b'\t' if self.is_blank => {}
                byte => {
                    self.is_blank = false;
                    self.draft.push(*byte);
                }
            }
        }
    }

    pub(super) fn finish(&mut self, lines: &mut Vec<u8>) {
        self.draft.finish(lines);
        self.is_blank = true;
    }
}
