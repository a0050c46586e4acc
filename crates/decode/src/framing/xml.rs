//! Records that are elements of XML, one line each: Windows events (`wevtutil qe`, the event viewer's
//! export) and the hosts of a port scan.

use super::draft::Draft;

/// The element that is a record.
#[derive(Debug)]
pub(super) struct Element {
    open: &'static [u8],
    close: &'static [u8],
}

/// An event of Windows.
pub(super) static EVENT: Element = Element {
    open: b"<Event",
    close: b"</Event",
};

/// A host of nmap's or masscan's results.
pub(super) static HOST: Element = Element {
    open: b"<host",
    close: b"</host",
};

/// Turns elements into lines: their line ends become blanks. The prolog, the root and
/// the white space between elements are dropped; other text is passed on.
#[derive(Debug)]
pub(super) struct Xml {
    element: &'static Element,
    state: State,
    draft: Draft,
    /// How much of the element's closing or opening tag has just been read inside an element.
    closing: usize,
    opening: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Outside,
    /// In a tag that is not in an event.
    Tag,
    Event,
    /// In text that is in no element.
    Text,
}

impl Xml {
    pub(super) const fn new(cap: usize, element: &'static Element) -> Self {
        Self {
            element,
            state: State::Outside,
            draft: Draft::new(cap),
            closing: 0,
            opening: 0,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8], lines: &mut Vec<u8>) {
        for byte in bytes {
            match self.state {
                State::Outside => match byte {
                    b' ' | b'\t' | b'\r' | b'\n' | 0xef | 0xbb | 0xbf => {}
                    b'<' => {
                        self.draft.push(b'<');
                        self.state = State::Tag;
                    }
                    _ => {
                        self.draft.push(*byte);
                        self.state = State::Text;
                    }
                },
                State::Text => match byte {
                    b'\n' => {
                        self.draft.finish(lines);
                        self.state = State::Outside;
                    }
                    b'<' => {
                        self.draft.finish(lines);
                        self.draft.push(b'<');
                        self.state = State::Tag;
                    }
                    _ => self.draft.push(*byte),
                },
                State::Tag => {
                    self.draft.push(blank_line_end(*byte));
                    if *byte == b'>' {
                        self.tag_end(lines);
                    }
                }
                State::Event => self.event_byte(*byte, lines),
            }
        }
    }

    /// A tag outside of events is complete.
    fn tag_end(&mut self, lines: &mut Vec<u8>) {
        let tag = self.draft.bytes();
        let is_event = tag
            .strip_prefix(self.element.open)
            .is_some_and(|rest| matches!(rest, [b' ' | b'>' | b'/', ..]));
        self.state = State::Outside;
        if self.draft.is_over() || (is_event && tag.ends_with(b"/>")) {
            self.draft.finish(lines);
        } else if is_event {
            (self.closing, self.opening) = (0, 0);
            self.state = State::Event;
        } else {
            self.draft.clear();
        }
    }

    fn event_byte(&mut self, byte: u8, lines: &mut Vec<u8>) {
        let is_space = matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        let Element { open, close } = self.element;
        if self.opening == open.len() && (is_space || byte == b'>') {
            // An event within an event: the one before breaks off here.
            self.draft.shorten(open.len());
            self.draft.finish(lines);
            self.draft.extend(open);
            self.state = State::Tag;
            self.push(&[byte], lines);
            return;
        }
        self.draft.push(blank_line_end(byte));
        if self.closing == close.len() {
            if byte == b'>' {
                self.draft.finish(lines);
                self.state = State::Outside;
                return;
            }
            self.closing = if is_space {
                close.len()
            } else {
                usize::from(byte == b'<')
            };
        } else {
            self.closing = advance(close, self.closing, byte);
        }
        self.opening = advance(open, self.opening, byte);
    }

    pub(super) fn finish(&mut self, lines: &mut Vec<u8>) {
        self.draft.finish(lines);
        self.state = State::Outside;
    }
}

/// How much of a word, in which `<` stands only at the start, has been read after one more byte.
fn advance(word: &[u8], read: usize, byte: u8) -> usize {
    if word.get(read) == Some(&byte) {
        read + 1
    } else {
        usize::from(byte == b'<')
    }
}

const fn blank_line_end(byte: u8) -> u8 {
    if matches!(byte, b'\r' | b'\n') {
        b' '
    } else {
        byte
    }
}
