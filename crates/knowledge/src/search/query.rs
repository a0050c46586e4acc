//! What somebody asks for.

use std::fmt;

use rutter_event::Transport;

use super::words::folded;

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// A port or a range, both ends included.
    Ports {
        /// TCP, UDP, SCTP or DCCP; all of them when nothing is said.
        transport: Option<Transport>,
        /// First port.
        first: u16,
        /// Last port.
        last: u16,
    },
    /// A service name, or words that all must occur; in lower case, without hyphens.
    Words(Vec<String>),
}

/// Why a query cannot be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryError {
    /// There is nothing in it.
    Empty,
    /// A number that is no port.
    NoPort,
    /// A range whose end lies before its beginning.
    Backwards,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => {
                "nothing to look up: give a port (23, 23/tcp, 6970-7170), a service name or words"
            }
            Self::NoPort => "no such port: ports are numbers from 0 to 65535",
            Self::Backwards => "a range that runs backwards: write the smaller port first",
        })
    }
}

impl std::error::Error for QueryError {}

impl Query {
    /// Reads `23`, `6970-7170`, `27374/tcp`, `udp/53`, `udp 53`, `port 23`, or words.
    ///
    /// # Errors
    /// When the text is empty, or is made like a port and is none.
    pub fn read(text: &str) -> Result<Self, QueryError> {
        let lower = text.trim().to_lowercase();
        let bare = lower
            .strip_prefix("port ")
            .or_else(|| lower.strip_prefix("端口"))
            .unwrap_or(&lower)
            .trim();
        let parts: Vec<&str> = bare
            .split(['/', ' ', ':'])
            .filter(|part| !part.is_empty())
            .collect();
        match parts.as_slice() {
            [] => Err(QueryError::Empty),
            [ports] if is_numeric(ports) => Self::ports(None, ports),
            [ports, word] | [word, ports] if is_numeric(ports) && carrier(word).is_some() => {
                Self::ports(carrier(word), ports)
            }
            _ => {
                let words = folded(bare)
                    .split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>();
                if words.is_empty() {
                    Err(QueryError::Empty)
                } else {
                    Ok(Self::Words(words))
                }
            }
        }
    }

    fn ports(transport: Option<Transport>, text: &str) -> Result<Self, QueryError> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let first = first.parse().map_err(|_| QueryError::NoPort)?;
        let last = last.parse().map_err(|_| QueryError::NoPort)?;
        if first > last {
            Err(QueryError::Backwards)
        } else {
            Ok(Self::Ports {
                transport,
                first,
                last,
            })
        }
    }
}

fn is_numeric(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

fn carrier(word: &str) -> Option<Transport> {
    Transport::from_word(word.as_bytes())
        .filter(|t| t.has_ports() && !word.starts_with(|c: char| c.is_ascii_digit()))
}
