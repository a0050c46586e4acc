//! Lines of `--hex`: `<tcp|udp>[/<server port>] <client|server|any> <hex bytes>`.

use std::fmt;

use rutter_event::Transport;
use rutter_identify::Side;

/// A payload, and what is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) transport: Transport,
    pub(super) port: Option<u16>,
    pub(super) side: Side,
    pub(super) bytes: Vec<u8>,
}

/// Why a line is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Transport,
    Port,
    Side,
    /// The digit at this column, counted from 1, is none.
    Digit(usize),
    Odd,
    TooLong,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport => {
                f.write_str("the first word is neither tcp nor udp; write for instance tcp/443")
            }
            Self::Port => f.write_str(
                "the port is no number from 0 to 65535; leave it out if it is not known",
            ),
            Self::Side => f.write_str("the second word is none of client, server, any"),
            Self::Digit(column) => write!(f, "column {column} is no hexadecimal digit"),
            Self::Odd => {
                f.write_str("half a byte is missing: the number of hexadecimal digits is odd")
            }
            Self::TooLong => write!(
                f,
                "longer than {} bytes of payload; the first ones are enough",
                super::MOST_PAYLOAD
            ),
        }
    }
}

/// Reads a line; nothing when it is empty or a comment.
pub(super) fn read(line: &[u8]) -> Result<Option<Asked>, Fault> {
    let line = line.trim_ascii_end();
    let text = line.trim_ascii_start();
    if text.is_empty() || text.starts_with(b"#") {
        return Ok(None);
    }
    let (carrier, rest) = word(text);
    let (side, rest) = word(rest);
    let (transport, port) = match carrier.split_once_at(b'/') {
        (name, None) => (name, None),
        (name, Some(port)) => {
            let port = std::str::from_utf8(port)
                .ok()
                .and_then(|port| port.parse().ok());
            (name, Some(port.ok_or(Fault::Port)?))
        }
    };
    let transport = match transport.to_ascii_lowercase().as_slice() {
        b"tcp" => Transport::TCP,
        b"udp" => Transport::UDP,
        _ => return Err(Fault::Transport),
    };
    let side = std::str::from_utf8(side)
        .ok()
        .and_then(|word| Side::from_word(&word.to_ascii_lowercase()));
    Ok(Some(Asked {
        transport,
        port,
        side: side.ok_or(Fault::Side)?,
        bytes: bytes(rest, line.len() - rest.len())?,
    }))
}

/// Bytes as pairs of digits; blanks and colons may stand between them.
fn bytes(text: &[u8], before: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut half = None;
    for (at, byte) in text.iter().enumerate() {
        if matches!(byte, b' ' | b'\t' | b':') {
            continue;
        }
        let digit = char::from(*byte)
            .to_digit(16)
            .ok_or(Fault::Digit(before + at + 1))? as u8;
        match half.take() {
            None => half = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    if half.is_some() {
        Err(Fault::Odd)
    } else {
        Ok(bytes)
    }
}

/// The first word, and what follows it.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end).unwrap_or((text, b""));
    (word, rest.trim_ascii_start())
}

trait SplitOnceAt {
    fn split_once_at(&self, mark: u8) -> (&[u8], Option<&[u8]>);
}

impl SplitOnceAt for [u8] {
    fn split_once_at(&self, mark: u8) -> (&[u8], Option<&[u8]>) {
        match self.iter().position(|byte| *byte == mark) {
            Some(at) => (self.get(..at).unwrap_or_default(), self.get(at + 1..)),
            None => (self, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read() {
        let asked = |transport, port, side, bytes: &[u8]| {
            Ok(Some(Asked {
                transport,
                port,
                side,
                bytes: bytes.to_vec(),
            }))
        };
        assert_eq!(
            read(b"tcp/443 client 1603 01:ff\r\n"),
            asked(Transport::TCP, Some(443), Side::Client, b"\x16\x03\x01\xff")
        );
        assert_eq!(
            read(b"udp any 0A"),
            asked(Transport::UDP, None, Side::Any, b"\n")
        );
        assert_eq!(
            read(b"TCP\tserver"),
            asked(Transport::TCP, None, Side::Server, b"")
        );
        assert_eq!(read(b"\n"), Ok(None));
        assert_eq!(read(b" # tcp"), Ok(None));
    }

    #[test]
    fn faults_have_names_and_places() {
        assert_eq!(read(b"sctp client 00"), Err(Fault::Transport));
        assert_eq!(read(b"tcp/65536 client 00"), Err(Fault::Port));
        assert_eq!(read(b"tcp/ client 00"), Err(Fault::Port));
        assert_eq!(read(b"tcp nobody 00"), Err(Fault::Side));
        assert_eq!(read(b"tcp"), Err(Fault::Side));
        assert_eq!(read(b"tcp any 0"), Err(Fault::Odd));
        assert_eq!(read(b"tcp any 00zz"), Err(Fault::Digit(11)));
        assert_eq!(read(b"tcp any \xff\xfe"), Err(Fault::Digit(9)));
    }
}
