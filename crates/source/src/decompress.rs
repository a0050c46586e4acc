use crate::codec::{Codec, Fault, MEMORY, State};
use crate::content::Compression;
use crate::error::Problem;
use crate::options::Options;
use crate::stage::{Stage, Window};

/// One layer of compression taken off, member after member, in a stream.
pub(crate) struct Decompress {
    window: Window,
    compression: Compression,
    codec: Option<Codec>,
    /// In the middle of a member.
    within: bool,
    given: u64,
    ratio: u64,
    free: u64,
    failure: Option<Problem>,
}

impl Decompress {
    pub(crate) fn new(window: Window, compression: Compression, options: &Options) -> Self {
        Self {
            window,
            compression,
            codec: None,
            within: false,
            given: 0,
            ratio: options.expansion_ratio,
            free: options.expansion_free,
            failure: None,
        }
    }

    /// Goes on to the next member; false at the end.
    ///
    /// Tapes and `xz` pad with NULs, which say nothing and are passed over, as gzip does too.
    fn begin_member(&mut self) -> Result<bool, Problem> {
        loop {
            let unread = self.window.some()?;
            let padding = unread.iter().take_while(|byte| **byte == 0).count();
            if unread.is_empty() {
                return Ok(false);
            }
            if padding > 0 {
                self.window.consume(padding);
                continue;
            }
            if Compression::of(self.window.fill(16)) != Some(self.compression) {
                return Err(Problem::Appended {
                    compression: self.compression,
                    offset: self.window.offset(),
                    delivered: self.given,
                });
            }
            let codec = match self.codec.take() {
                Some(codec) => codec.again(),
                None => Codec::new(self.compression),
            };
            self.codec = Some(codec.map_err(|fault| self.named(fault))?);
            self.within = true;
            return Ok(true);
        }
    }

    fn named(&self, fault: Fault) -> Problem {
        let (compression, offset) = (self.compression, self.window.offset());
        match fault {
            Fault::Memory => Problem::Memory {
                compression,
                limit: MEMORY,
            },
            Fault::Damaged(detail) => Problem::Damaged {
                compression,
                offset,
                delivered: self.given,
                detail,
            },
        }
    }

    fn is_bomb(&self) -> bool {
        self.given > self.free && self.given > self.window.offset().saturating_mul(self.ratio)
    }
}

impl Stage for Decompress {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, Problem> {
        loop {
            if let Some(problem) = self.failure.take() {
                return Err(problem);
            }
            if !self.within && !self.begin_member()? {
                return Ok(0);
            }
            let Some(codec) = &mut self.codec else {
                return Ok(0);
            };
            let input = self.window.some()?;
            let at_end = input.is_empty();
            let step = codec.step(input, into);
            self.window.consume(step.used);
            self.given += step.given as u64;
            let stuck = step.used == 0 && step.given == 0;
            match step.state {
                Ok(State::Complete) => self.within = false,
                Ok(State::More) if stuck && at_end => {
                    self.failure = Some(Problem::CutOff {
                        compression: self.compression,
                        offset: self.window.offset(),
                        delivered: self.given,
                    });
                }
                Ok(State::More) if stuck => {
                    self.failure = Some(self.named(Fault::Damaged("it leads nowhere")));
                }
                Ok(State::More) => {}
                Err(fault) => self.failure = Some(self.named(fault)),
            }
            if self.failure.is_none() && self.is_bomb() {
                self.failure = Some(Problem::Bomb {
                    offset: self.window.offset(),
                    delivered: self.given,
                    ratio: self.ratio,
                });
            }
            if step.given > 0 {
                return Ok(step.given);
            }
        }
    }

    fn offset(&self, _unread: u64) -> u64 {
        self.window.offset()
    }

    fn held(&self) -> usize {
        self.window.held()
    }
}
