//! Which ports to listen on, as people write them.

use std::fmt;

use rutter_event::Transport;

/// A set of TCP and UDP ports, 1 to 65535.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ports {
    tcp: Vec<(u16, u16)>,
    udp: Vec<(u16, u16)>,
}

/// Why a list of ports could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{piece}` {reason}; write 27374, 1-1024, tcp/23, udp/161 or 27374/tcp, with commas between"
)]
pub struct ParsePortsError {
    piece: String,
    reason: &'static str,
}

/// Longest piece that an error repeats, in characters.
const SHOWN: usize = 40;

impl Ports {
    /// Reads `27374`, `1-65535`, `tcp/23,udp/161`, `27374/tcp`. A number without a transport means
    /// both.
    ///
    /// # Errors
    /// Names the piece that is no port, no range or no transport.
    pub fn parse(text: &str) -> Result<Self, ParsePortsError> {
        let mut ports = Self::default();
        for piece in text.split(',').map(str::trim) {
            let fault = |reason| ParsePortsError {
                piece: piece.escape_default().take(SHOWN).collect(),
                reason,
            };
            let (transports, range) = transports(piece).map_err(fault)?;
            let (low, high) = range.split_once('-').unwrap_or((range, range));
            let (low, high) = (number(low).map_err(fault)?, number(high).map_err(fault)?);
            if low > high {
                return Err(fault("ends before it begins"));
            }
            for transport in transports {
                ports.ranges_mut(*transport).push((low, high));
            }
        }
        ports.tidy();
        Ok(ports)
    }

    /// Adds the ports of another set.
    pub fn extend(&mut self, other: &Self) {
        self.tcp.extend(&other.tcp);
        self.udp.extend(&other.udp);
        self.tidy();
    }

    /// The ranges of a transport, first and last port, ascending and apart.
    #[must_use]
    pub fn ranges(&self, transport: Transport) -> &[(u16, u16)] {
        if transport == Transport::UDP {
            &self.udp
        } else {
            &self.tcp
        }
    }

    /// Every port, TCP first.
    pub fn each(&self) -> impl Iterator<Item = (Transport, u16)> {
        [Transport::TCP, Transport::UDP]
            .into_iter()
            .flat_map(|transport| {
                self.ranges(transport)
                    .iter()
                    .flat_map(move |(low, high)| (*low..=*high).map(move |port| (transport, port)))
            })
    }

    /// How many ports, each transport counted.
    #[must_use]
    pub fn count(&self) -> usize {
        let sum = |ranges: &[(u16, u16)]| -> usize {
            ranges
                .iter()
                .map(|(low, high)| usize::from(high - low) + 1)
                .sum()
        };
        sum(&self.tcp) + sum(&self.udp)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tcp.is_empty() && self.udp.is_empty()
    }

    fn ranges_mut(&mut self, transport: Transport) -> &mut Vec<(u16, u16)> {
        if transport == Transport::UDP {
            &mut self.udp
        } else {
            &mut self.tcp
        }
    }

    /// Puts ranges in order and joins those that touch.
    fn tidy(&mut self) {
        for ranges in [&mut self.tcp, &mut self.udp] {
            ranges.sort_unstable();
            let mut tidy: Vec<(u16, u16)> = Vec::with_capacity(ranges.len());
            for (low, high) in ranges.drain(..) {
                match tidy.last_mut() {
                    Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                    _ => tidy.push((low, high)),
                }
            }
            *ranges = tidy;
        }
    }
}

impl std::str::FromStr for Ports {
    type Err = ParsePortsError;

    fn from_str(text: &str) -> Result<Self, ParsePortsError> {
        Self::parse(text)
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for (word, ranges) in [("tcp", &self.tcp), ("udp", &self.udp)] {
            for (low, high) in ranges {
                f.write_str(if std::mem::take(&mut first) { "" } else { "," })?;
                if low == high {
                    write!(f, "{word}/{low}")?;
                } else {
                    write!(f, "{word}/{low}-{high}")?;
                }
            }
        }
        Ok(())
    }
}

/// The transports that a piece names, before or behind the slash, and what is left of it.
fn transports(piece: &str) -> Result<(&'static [Transport], &str), &'static str> {
    const TCP: &[Transport] = &[Transport::TCP];
    const UDP: &[Transport] = &[Transport::UDP];
    const BOTH: &[Transport] = &[Transport::TCP, Transport::UDP];
    let word = |text: &str| match text.to_ascii_lowercase().as_str() {
        "tcp" => Some(TCP),
        "udp" => Some(UDP),
        _ => None,
    };
    let Some((front, back)) = piece.split_once('/') else {
        return Ok((BOTH, piece));
    };
    match (word(front), word(back)) {
        (Some(transports), None) => Ok((transports, back)),
        (None, Some(transports)) => Ok((transports, front)),
        _ => Err("names no transport that is listened on"),
    }
}

fn number(text: &str) -> Result<u16, &'static str> {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u16>() {
        Ok(port) if is_number && port > 0 => Ok(port),
        _ if is_number => Err("is outside of 1 to 65535"),
        _ => Err("is no port"),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_as_people_write_them() {
        for (text, shown, count) in [
            ("27374", "tcp/27374,udp/27374", 2),
            ("27374/tcp", "tcp/27374", 1),
            ("tcp/23,udp/161", "tcp/23,udp/161", 2),
            ("1-65535", "tcp/1-65535,udp/1-65535", 131_070),
            ("TCP/20-21, tcp/22,tcp/80", "tcp/20-22,tcp/80", 4),
            ("tcp/5-9,tcp/6", "tcp/5-9", 5),
            ("tcp/65535,tcp/65534", "tcp/65534-65535", 2),
        ] {
            let ports = Ports::parse(text).unwrap();
            assert_eq!((ports.to_string().as_str(), ports.count()), (shown, count));
            assert_eq!(ports.each().count(), count);
            assert_eq!(Ports::parse(&ports.to_string()).unwrap(), ports);
        }
    }

    #[test]
    fn what_is_no_port_is_named() {
        for text in [
            "",
            "0",
            "65536",
            "99999999999",
            "telnet",
            "tcp/",
            "icmp/8",
            "9-5",
            "tcp/udp",
            "+5",
            "1-2-3",
            "-5",
            "23,,25",
        ] {
            assert!(Ports::parse(text).is_err(), "{text}");
        }
        let error = Ports::parse("80,\u{1b}[2J").unwrap_err().to_string();
        assert!(error.contains("u{1b}") && !error.contains('\u{1b}'));
    }
}
