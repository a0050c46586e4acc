use std::io;

use encoding_rs::{CoderResult, Decoder};

use crate::error::Problem;
use crate::stage::{Stage, Window};

/// UTF-16 turned into UTF-8. Halves of surrogate pairs and a last odd byte become U+FFFD.
pub(crate) struct Utf16 {
    window: Window,
    decoder: Decoder,
    ended: bool,
}

impl Utf16 {
    pub(crate) fn new(window: Window, encoding: &'static encoding_rs::Encoding) -> Self {
        Self {
            window,
            decoder: encoding.new_decoder_without_bom_handling(),
            ended: false,
        }
    }
}

impl Stage for Utf16 {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, Problem> {
        while !self.ended {
            let input = self.window.some()?;
            let last = input.is_empty();
            let (result, used, given, _) = self.decoder.decode_to_utf8(input, into, last);
            self.window.consume(used);
            self.ended = last && result == CoderResult::InputEmpty;
            if given > 0 {
                return Ok(given);
            }
            if result == CoderResult::OutputFull {
                let error = io::Error::from(io::ErrorKind::WriteZero);
                return Err(Problem::Failed {
                    offset: self.window.offset(),
                    error,
                });
            }
        }
        Ok(0)
    }

    fn offset(&self, _unread: u64) -> u64 {
        self.window.offset()
    }

    fn held(&self) -> usize {
        self.window.held()
    }
}
