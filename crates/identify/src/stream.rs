//! The beginning of what one side sends.

use rutter_event::{Tcp, TcpFlags};

use crate::media_stream::HEADER;

/// Bytes kept of one side of a flow.
pub const FIRST_BYTES: usize = 2048;
/// Segments that wait for the one before them.
const MOST_WAITING: usize = 4;

/// What one side says first, put in order.
#[derive(Debug, Default)]
pub(crate) struct Opening {
    bytes: Vec<u8>,
    /// How many of them came first, in one piece.
    first: usize,
    /// How the datagram began that came second.
    second: Option<[u8; HEADER]>,
    /// Sequence number of the byte that comes next.
    next: Option<u32>,
    /// Segments that came too early, each with its sequence number.
    waiting: Vec<(u32, Vec<u8>)>,
}

impl Opening {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The piece that came first: often a message of its own.
    pub(crate) fn first(&self) -> &[u8] {
        self.bytes.get(..self.first).unwrap_or_default()
    }

    /// Bytes of memory that this takes.
    pub(crate) fn held(&self) -> usize {
        self.bytes.len()
            + self
                .waiting
                .iter()
                .map(|(_, bytes)| bytes.len())
                .sum::<usize>()
    }

    /// How the datagram began that came second, if it was long enough.
    pub(crate) fn second(&self) -> &[u8] {
        self.second.as_ref().map_or(&[], |second| second)
    }

    /// A datagram; only the first that holds something counts, and the header of the next.
    pub(crate) fn datagram(&mut self, payload: &[u8]) {
        if self.bytes.is_empty() || is_keepalive(&self.bytes) {
            self.bytes.clear();
            self.bytes
                .extend_from_slice(payload.get(..FIRST_BYTES).unwrap_or(payload));
            self.first = self.bytes.len();
        } else if self.second.is_none() {
            self.second = payload.first_chunk().copied();
        }
    }

    /// A segment. Without the handshake the first that holds something is the beginning.
    pub(crate) fn segment(&mut self, header: &Tcp, payload: &[u8]) {
        let seq = header.seq.unwrap_or_default();
        let is_syn = header
            .flags
            .is_some_and(|flags| flags.0 & TcpFlags::SYN.0 != 0);
        // A SYN takes a number of its own; what it carries comes behind that.
        let seq = seq.wrapping_add(u32::from(is_syn));
        if is_syn && self.bytes.is_empty() {
            self.next = Some(seq);
        }
        if payload.is_empty() || self.bytes.len() >= FIRST_BYTES {
            return;
        }
        self.next.get_or_insert(seq);
        self.take(seq, payload);
        // Each round takes or drops a waiting segment.
        while let Some(place) = self.waiting.iter().position(|(seq, _)| self.is_due(*seq)) {
            let (seq, payload) = self.waiting.swap_remove(place);
            self.take(seq, &payload);
        }
    }

    /// Bytes from `seq` on: what is known already is cut off, what comes too early waits.
    fn take(&mut self, seq: u32, payload: &[u8]) {
        let next = self.next.unwrap_or(seq);
        if self.is_due(seq) {
            let known = next.wrapping_sub(seq) as usize;
            let new = payload.get(known..).unwrap_or_default();
            let room = FIRST_BYTES.saturating_sub(self.bytes.len());
            let new = new.get(..room).unwrap_or(new);
            if self.bytes.is_empty() {
                self.first = new.len();
            }
            self.bytes.extend_from_slice(new);
            self.next = Some(next.wrapping_add(new.len() as u32));
        } else if self.waiting.len() < MOST_WAITING {
            let kept = payload.get(..FIRST_BYTES).unwrap_or(payload);
            self.waiting.push((seq, kept.to_vec()));
        }
    }

    /// Whether a segment begins at the next byte or before it.
    fn is_due(&self, seq: u32) -> bool {
        self.next.unwrap_or(seq).wrapping_sub(seq) < 1 << 31
    }
}

/// Whether a datagram only keeps a translation open: line ends (RFC 5626, section 3.5.1), or a few
/// bytes all alike.
fn is_keepalive(bytes: &[u8]) -> bool {
    let ends = bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
    let alike = bytes.len() <= 4 && bytes.windows(2).all(|two| two.first() == two.last());
    ends || alike
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening(segments: &[(u8, u32, &[u8])]) -> Vec<u8> {
        let mut opening = Opening::default();
        for (flags, seq, payload) in segments {
            let header = Tcp {
                flags: Some(TcpFlags(*flags)),
                seq: Some(*seq),
                ..Tcp::default()
            };
            opening.segment(&header, payload);
        }
        opening.bytes().to_vec()
    }

    const SYN: u8 = TcpFlags::SYN.0;

    #[test]
    fn segments_are_put_in_order() {
        assert_eq!(
            opening(&[(SYN, 9, b""), (0, 10, b"ab"), (0, 12, b"cd")]),
            b"abcd"
        );
        assert_eq!(
            opening(&[(SYN, 9, b""), (0, 12, b"cd"), (0, 10, b"ab")]),
            b"abcd"
        );
        assert_eq!(
            opening(&[(0, 10, b"ab"), (0, 10, b"ab"), (0, 11, b"bc")]),
            b"abc"
        );
        // Across the end of the numbers.
        assert_eq!(
            opening(&[
                (SYN, u32::MAX - 1, b""),
                (0, 1, b"cd"),
                (0, u32::MAX, b"ab")
            ]),
            b"abcd"
        );
    }

    #[test]
    fn what_keeps_a_translation_open_says_nothing() {
        let said = |datagrams: &[&[u8]]| {
            let mut opening = Opening::default();
            for datagram in datagrams {
                opening.datagram(datagram);
            }
            opening.bytes().to_vec()
        };
        assert_eq!(
            said(&[b"\r\n\r\n", b"\0\0\0\0", b"INVITE", b"ACK"]),
            b"INVITE"
        );
        assert_eq!(said(&[b"\0\0\0\x01", b"INVITE"]), b"\0\0\0\x01");
        assert_eq!(
            said(&[b"\xff\xff\xff\xff\xff", b"INVITE"]),
            b"\xff\xff\xff\xff\xff"
        );
        // What comes alone stays.
        assert_eq!(said(&[b"\x02"]), b"\x02");
    }

    #[test]
    fn the_first_piece_is_known() {
        let mut opening = Opening::default();
        for (seq, payload) in [(12, &b"cd"[..]), (10, b"ab"), (14, b"ef")] {
            let header = Tcp {
                seq: Some(seq),
                ..Tcp::default()
            };
            opening.next.get_or_insert(10);
            opening.segment(&header, payload);
        }
        assert_eq!(
            (opening.first(), opening.bytes()),
            (&b"ab"[..], &b"abcdef"[..])
        );
    }

    #[test]
    fn data_in_a_syn_comes_first() {
        assert_eq!(opening(&[(SYN, 9, b"ab"), (0, 12, b"cd")]), b"abcd");
        // Sent again with the handshake done.
        assert_eq!(opening(&[(SYN, 9, b"ab"), (0, 10, b"abcd")]), b"abcd");
    }

    #[test]
    fn what_never_comes_is_not_waited_for_in_memory() {
        let segments: Vec<(u8, u32, &[u8])> =
            (0..100).map(|n| (0, 100 + n * 2, &b"x"[..])).collect();
        let mut all = vec![(SYN, 9, &b""[..])];
        all.extend(segments);
        assert_eq!(opening(&all), b"");
        assert_eq!(
            opening(&[(0, 1, &[b'a'; 5000]), (0, 5001, b"b")]).len(),
            FIRST_BYTES
        );
    }
}
