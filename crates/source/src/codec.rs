use bzip2::Decompress as Bunzip2;
use flate2::Decompress as Gunzip;
use liblzma::stream::{Action, Error as XzError, Stream as Unxz};
use zstd::zstd_safe::{self, DCtx, DParameter, InBuffer, OutBuffer};

use crate::content::Compression;

/// Most memory that one decompressor takes, in bytes: the window of `zstd -22` and `zstd --long`,
/// twice what `xz -9` needs. Larger windows must be asked for on both sides, as `zstd --long=31`.
pub(crate) const MEMORY: u64 = 1 << ZSTD_WINDOW_LOG;

const ZSTD_WINDOW_LOG: u32 = 27;

/// `ZSTD_error_frameParameter_windowTooLarge`; the numbers are fixed since version 1.3.1.
const ZSTD_WINDOW_TOO_LARGE: usize = 16;

/// The state of one decompressor, driven by hand.
///
/// The readers of the same libraries drop what a failing call has already decompressed. Here every
/// step says what it used and what it gave even when it fails, so that all bytes before the damage
/// are delivered.
pub(crate) enum Codec {
    Gzip(Gunzip),
    Zstd(DCtx<'static>),
    Xz(Unxz),
    Bzip2(Bunzip2),
}

/// What one step did.
pub(crate) struct Step {
    /// Bytes of input used.
    pub(crate) used: usize,
    /// Bytes of output written.
    pub(crate) given: usize,
    pub(crate) state: Result<State, Fault>,
}

pub(crate) enum State {
    /// In the middle of it.
    More,
    /// A gzip member, zstd frame, xz or bzip2 stream is complete, its check sums included.
    Complete,
}

pub(crate) enum Fault {
    Damaged(&'static str),
    Memory,
}

impl Codec {
    /// A fresh state, for one member.
    pub(crate) fn new(compression: Compression) -> Result<Self, Fault> {
        Ok(match compression {
            Compression::Gzip => Self::Gzip(Gunzip::new_gzip(15)),
            Compression::Bzip2 => Self::Bzip2(Bunzip2::new(false)),
            Compression::Xz => {
                Self::Xz(Unxz::new_stream_decoder(MEMORY, 0).map_err(|_| Fault::Memory)?)
            }
            Compression::Zstd => {
                let mut context = DCtx::try_create().ok_or(Fault::Memory)?;
                let limit = DParameter::WindowLogMax(ZSTD_WINDOW_LOG);
                context.set_parameter(limit).map_err(|_| Fault::Memory)?;
                Self::Zstd(context)
            }
        })
    }

    /// A state for the next member. Only zstd can go on with the one it has, which spares files of
    /// very many small frames the setting up.
    pub(crate) fn again(self) -> Result<Self, Fault> {
        match self {
            Self::Zstd(context) => Ok(Self::Zstd(context)),
            Self::Gzip(_) => Self::new(Compression::Gzip),
            Self::Xz(_) => Self::new(Compression::Xz),
            Self::Bzip2(_) => Self::new(Compression::Bzip2),
        }
    }

    /// Decompresses some of `input` into `output`, which must not be empty. Empty input means the
    /// end of it; then only what is left inside comes out.
    pub(crate) fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        match self {
            Self::Gzip(codec) => {
                let before = (codec.total_in(), codec.total_out());
                let state = match codec.decompress(input, output, flate2::FlushDecompress::None) {
                    Ok(flate2::Status::StreamEnd) => Ok(State::Complete),
                    Ok(_) => Ok(State::More),
                    Err(error) => Err(Fault::Damaged(match error.message() {
                        Some("incorrect data check") => "the check sum differs",
                        Some("incorrect length check") => "the length differs",
                        Some("incorrect header check" | "header crc mismatch") => "bad header",
                        _ => "not a deflate stream",
                    })),
                };
                Step::since(before, (codec.total_in(), codec.total_out()), state)
            }
            Self::Bzip2(codec) => {
                let before = (codec.total_in(), codec.total_out());
                let state = match codec.decompress(input, output) {
                    Ok(bzip2::Status::StreamEnd) => Ok(State::Complete),
                    Ok(bzip2::Status::MemNeeded) => Err(Fault::Memory),
                    Ok(_) => Ok(State::More),
                    Err(_) => Err(Fault::Damaged("a block is broken or its check sum differs")),
                };
                Step::since(before, (codec.total_in(), codec.total_out()), state)
            }
            Self::Xz(codec) => {
                let before = (codec.total_in(), codec.total_out());
                let state = match codec.process(input, output, Action::Run) {
                    Ok(liblzma::stream::Status::StreamEnd) => Ok(State::Complete),
                    Ok(_) => Ok(State::More),
                    Err(XzError::MemLimit | XzError::Mem) => Err(Fault::Memory),
                    Err(XzError::Options) => Err(Fault::Damaged("an unknown filter")),
                    Err(_) => Err(Fault::Damaged("a block is broken or its check sum differs")),
                };
                Step::since(before, (codec.total_in(), codec.total_out()), state)
            }
            Self::Zstd(context) => step_zstd(context, input, output),
        }
    }
}

impl Step {
    fn since(before: (u64, u64), after: (u64, u64), state: Result<State, Fault>) -> Self {
        let difference = |from: u64, to: u64| usize::try_from(to.saturating_sub(from)).unwrap_or(0);
        let used = difference(before.0, after.0);
        let given = difference(before.1, after.1);
        Self { used, given, state }
    }
}

/// Takes turns between writing without input and reading without room for output.
///
/// The binding forgets the position of a call that fails, so a call that fails must not be one
/// that writes: without room, zstd decodes one block into its own buffer and stops there.
fn step_zstd(context: &mut DCtx<'static>, input: &[u8], output: &mut [u8]) -> Step {
    let mut run = |input: &[u8], output: &mut [u8]| {
        let mut from = InBuffer::around(input);
        let mut to = OutBuffer::around(output);
        let hint = context.decompress_stream(&mut to, &mut from);
        (from.pos(), to.pos(), hint)
    };
    let fault = |code: zstd_safe::ErrorCode| match code.wrapping_neg() {
        ZSTD_WINDOW_TOO_LARGE => Fault::Memory,
        _ => Fault::Damaged(zstd_safe::get_error_name(code)),
    };
    let (_, given, hint) = run(&[], output);
    if given > 0 || hint.is_err() {
        return Step {
            used: 0,
            given,
            state: hint.map(|_| State::More).map_err(fault),
        };
    }
    match run(input, &mut []) {
        (used, _, Ok(0)) => Step {
            used,
            given: 0,
            state: Ok(State::Complete),
        },
        (used, _, Err(code)) => Step {
            used,
            given: 0,
            state: Err(fault(code)),
        },
        (used, _, Ok(_)) => {
            let (_, given, hint) = run(&[], output);
            Step {
                used,
                given,
                state: hint.map(|_| State::More).map_err(fault),
            }
        }
    }
}
