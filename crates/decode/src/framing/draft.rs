use super::TOO_LONG;

/// A record in the making: bytes up to a cap, or the knowledge that there were more.
#[derive(Debug)]
pub(super) struct Draft {
    bytes: Vec<u8>,
    cap: usize,
    is_over: bool,
}

impl Draft {
    pub(super) const fn new(cap: usize) -> Self {
        Self {
            bytes: Vec::new(),
            cap,
            is_over: false,
        }
    }

    pub(super) fn push(&mut self, byte: u8) {
        self.extend(&[byte]);
    }

    /// Appends bytes; those of a record that is too long are forgotten.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        if self.is_over {
            return;
        }
        if self.bytes.len() + bytes.len() > self.cap {
            self.overflow();
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// Makes the record one that is too long.
    pub(super) fn overflow(&mut self) {
        self.is_over = true;
        self.bytes = Vec::new();
    }

    /// What has been kept.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) const fn cap(&self) -> usize {
        self.cap
    }

    pub(super) const fn is_over(&self) -> bool {
        self.is_over
    }

    /// Whether nothing has been written since the last line.
    pub(super) const fn is_blank(&self) -> bool {
        self.bytes.is_empty() && !self.is_over
    }

    /// Takes the last bytes back.
    pub(super) fn shorten(&mut self, by: usize) {
        self.bytes.truncate(self.bytes.len().saturating_sub(by));
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.is_over = false;
    }

    /// Appends the record, or the marker, as a line, and begins a new one.
    pub(super) fn finish(&mut self, lines: &mut Vec<u8>) {
        if !self.is_blank() {
            lines.extend_from_slice(if self.is_over { TOO_LONG } else { &self.bytes });
            lines.push(b'\n');
        }
        self.clear();
    }
}
