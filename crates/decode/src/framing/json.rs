//! Records that are JSON objects, wherever their line ends stand: one object, one line.

use super::draft::Draft;

/// The keys under which an object wraps records in an array: Azure, CloudTrail, CloudWatch, OData.
pub(super) const LISTS: [&[u8]; 4] = [b"records", b"Records", b"logEvents", b"value"];

/// The longest of [`LISTS`].
const KEY_CAP: usize = 9;

/// The deepest nesting of arrays and wrappers around records.
const AROUND_CAP: usize = 8;

/// The deepest nesting inside a record: one bit each.
const INSIDE_CAP: u32 = 128;

/// Turns JSON records into lines: white space outside strings is dropped, so each is one line.
///
/// A line end inside a string, a bracket that closes what is not open and a value where none can be
/// are damage. The record is then passed on as far as it goes, and so are the lines behind it, up to
/// one that begins a record in the same column.
#[derive(Debug)]
pub(super) struct Json {
    state: State,
    draft: Draft,
    /// What is open around the record, from the outside in.
    around: Vec<Around>,
    /// What is open inside the record, the innermost lowest: a set bit is an object.
    inside: u128,
    depth: u32,
    /// It is no record but what follows the list in its wrapper.
    is_tail: bool,
    /// The last byte that is neither white space nor in a string, a quote for a string.
    before: u8,
    /// White space has been dropped since.
    has_gap: bool,
    /// The last key of the record itself, as far as a key of [`LISTS`] goes.
    key: Vec<u8>,
    /// The string that is being read is such a key.
    is_key: bool,
    /// Blanks since the line began; nothing once something else stands on it.
    indent: Option<usize>,
    /// The indentation of the record that is being read, if it began a line.
    column: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Around {
    Array,
    /// The list of a wrapper.
    List,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Outside of records.
    Between,
    /// In a record, or behind the list in its wrapper.
    Record,
    /// In a string.
    Text,
    /// Behind a backslash in a string.
    Escape,
    /// Behind the bracket that may open the list of a wrapper.
    List,
    /// In a line that is passed on.
    Line {
        /// Because a record before it was damaged.
        is_damage: bool,
    },
    /// At the beginning of a line behind a damaged record.
    Resume,
}

impl Json {
    pub(super) const fn new(cap: usize) -> Self {
        Self {
            state: State::Between,
            draft: Draft::new(cap),
            around: Vec::new(),
            inside: 0,
            depth: 0,
            is_tail: false,
            before: 0,
            has_gap: false,
            key: Vec::new(),
            is_key: false,
            indent: Some(0),
            column: None,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8], lines: &mut Vec<u8>) {
        let mut rest = bytes;
        while let [first, behind @ ..] = rest {
            if self.state == State::Text {
                // Most bytes stand in strings and are taken in one piece.
                let end = memchr::memchr3(b'"', b'\\', b'\n', rest).unwrap_or(rest.len());
                let (text, behind) = rest.split_at(end);
                self.text(text);
                rest = behind;
                if let [end, behind @ ..] = rest {
                    self.text_end(*end, lines);
                    rest = behind;
                }
                continue;
            }
            self.byte(*first, lines);
            rest = behind;
            self.indent = match (*first, self.indent) {
                (b'\n', _) => Some(0),
                (b' ' | b'\t', Some(blanks)) => Some(blanks + 1),
                _ => None,
            };
        }
    }

    pub(super) fn finish(&mut self, lines: &mut Vec<u8>) {
        self.draft.finish(lines);
        *self = Self::new(self.draft.cap());
    }

    fn byte(&mut self, byte: u8, lines: &mut Vec<u8>) {
        let is_space = matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        match self.state {
            State::Between => self.between(byte),
            State::Record | State::List if is_space => self.has_gap = true,
            State::Record => self.structure(byte, lines),
            State::List => {
                self.state = State::Record;
                if byte == b'{' && self.around.len() < AROUND_CAP {
                    self.around.push(Around::List);
                    self.draft.clear();
                    self.begin();
                } else {
                    self.structure(byte, lines);
                }
            }
            State::Escape if byte == b'\n' => self.damage(State::Resume, lines),
            State::Escape => {
                self.keep(&[byte]);
                self.state = State::Text;
            }
            State::Line { is_damage } => match byte {
                b'\n' => {
                    self.draft.finish(lines);
                    self.state = if is_damage {
                        State::Resume
                    } else {
                        State::Between
                    };
                }
                _ => self.draft.push(byte),
            },
            State::Resume if byte == b'{' && self.begins_record() => self.begin(),
            State::Resume if is_space => {}
            State::Resume => self.line(byte, true),
            // Taken by the caller.
            State::Text => {}
        }
    }

    fn between(&mut self, byte: u8) {
        match byte {
            b'{' => self.begin(),
            b'[' if self.around.len() < AROUND_CAP => self.around.push(Around::Array),
            b']' => match self.around.pop() {
                Some(Around::Array) => {}
                Some(Around::List) => {
                    self.begin();
                    self.draft.clear();
                    self.is_tail = true;
                    self.before = b']';
                }
                None => self.line(byte, false),
            },
            // Separators: blanks, commas, RFC 7464's, and the byte order mark.
            b' ' | b'\t' | b'\r' | b'\n' | b',' | 0x1e | 0xef | 0xbb | 0xbf => {}
            _ => self.line(byte, false),
        }
    }

    fn begin(&mut self) {
        self.state = State::Record;
        self.column = self.indent;
        (self.inside, self.depth) = (1, 1);
        self.is_tail = false;
        self.key.clear();
        self.before = b'{';
        self.keep(b"{");
    }

    /// Whether a brace here stands where the damaged record's stood.
    fn begins_record(&self) -> bool {
        self.indent.is_some() && (self.column.is_none() || self.indent == self.column)
    }

    fn line(&mut self, byte: u8, is_damage: bool) {
        self.draft.push(byte);
        self.state = State::Line { is_damage };
    }

    /// A byte of a record outside strings and white space.
    fn structure(&mut self, byte: u8, lines: &mut Vec<u8>) {
        let in_object = self.inside & 1 == 1;
        match byte {
            b'"' => {
                self.is_key = self.depth == 1 && in_object && matches!(self.before, b'{' | b',');
                if self.is_key {
                    self.key.clear();
                }
                self.state = State::Text;
            }
            b'{' | b'[' => {
                let is_value = match self.before {
                    b':' => in_object,
                    b'[' | b',' => !in_object,
                    _ => false,
                };
                if !is_value || self.depth == INSIDE_CAP {
                    return self.misplaced(byte, lines);
                }
                let is_list = byte == b'[' && self.depth == 1 && LISTS.contains(&&self.key[..]);
                self.inside = self.inside << 1 | u128::from(byte == b'{');
                self.depth += 1;
                if is_list {
                    self.state = State::List;
                }
            }
            b'}' | b']' => {
                if in_object != (byte == b'}') {
                    return self.misplaced(byte, lines);
                }
                self.inside >>= 1;
                self.depth -= 1;
            }
            _ => {
                // `1 2` must not become `12`.
                let is_bare = |b| !matches!(b, b',' | b':' | b'{' | b'[' | b'}' | b']' | b'"');
                if self.has_gap && is_bare(byte) && is_bare(self.before) {
                    self.keep(b" ");
                }
            }
        }
        self.keep(&[byte]);
        self.before = byte;
        self.has_gap = false;
        if self.depth == 0 {
            self.draft.finish(lines);
            self.state = State::Between;
        }
    }

    /// A bracket where none can be. If it is where records begin, the one before has broken off.
    fn misplaced(&mut self, byte: u8, lines: &mut Vec<u8>) {
        let is_next = byte == b'{' && self.begins_record();
        self.damage(State::Line { is_damage: true }, lines);
        if is_next {
            self.begin();
        } else {
            self.draft.push(byte);
        }
    }

    fn damage(&mut self, state: State, lines: &mut Vec<u8>) {
        self.draft.finish(lines);
        self.is_tail = false;
        self.state = state;
    }

    fn text(&mut self, text: &[u8]) {
        self.keep(text);
        if self.is_key {
            self.is_key = self.key.len() + text.len() <= KEY_CAP;
            if self.is_key {
                self.key.extend_from_slice(text);
            } else {
                self.key.clear();
            }
        }
    }

    fn text_end(&mut self, byte: u8, lines: &mut Vec<u8>) {
        match byte {
            b'\n' => {
                self.damage(State::Resume, lines);
                self.indent = Some(0);
            }
            b'\\' => {
                self.keep(b"\\");
                self.state = State::Escape;
                if std::mem::take(&mut self.is_key) {
                    self.key.clear();
                }
            }
            _ => {
                self.keep(&[byte]);
                self.before = byte;
                self.has_gap = false;
                self.state = State::Record;
            }
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        if !self.is_tail {
            self.draft.extend(bytes);
        }
    }
}
