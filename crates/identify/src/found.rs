use std::borrow::Cow;

use rutter_event::Untrusted;

use crate::payload::Side;

/// What the bytes turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Identification<'a> {
    /// Name of the protocol, one of [`protocols`](crate::protocols).
    pub protocol: &'static str,
    /// How sure, above 0.5 and below 1.
    pub probability: f64,
    /// Who speaks.
    pub side: Side,
    /// The program that speaks, when it is the client and says so or gives itself away.
    pub client: Option<Client<'a>>,
    /// What else the bytes say, in the order in which they say it.
    pub detail: Vec<(&'static str, Value<'a>)>,
}

/// A program that calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Client<'a> {
    /// Its name, as it gives it or as it is known by.
    pub name: Text<'a>,
    /// Its version, as it gives it.
    pub version: Option<Text<'a>>,
}

/// Something that the bytes say.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// A text of the sender's choosing.
    Text(Text<'a>),
    /// A number.
    Number(u64),
    /// A word of the protocol, one of a fixed set.
    Word(&'static str),
}

/// A text that the sender chose, or that was put together from such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'a>(Cow<'a, [u8]>);

impl<'a> Text<'a> {
    /// The bytes, where they stand in the payload or in the program: nothing of what was put
    /// together.
    #[must_use]
    pub const fn borrowed(&self) -> Option<&'a [u8]> {
        match self.0 {
            Cow::Borrowed(bytes) => Some(bytes),
            Cow::Owned(_) => None,
        }
    }

    /// The text, with its exits.
    #[must_use]
    pub fn untrusted(&self) -> Untrusted<'_> {
        Untrusted::new(&self.0)
    }
}

impl<'a> From<&'a [u8]> for Text<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self(Cow::Borrowed(bytes))
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text.as_bytes()))
    }
}

impl From<Vec<u8>> for Text<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Cow::Owned(bytes))
    }
}

/// A protocol's answer, before it carries the protocol's name.
#[derive(Clone, Debug)]
pub(crate) struct Match<'a> {
    pub(crate) probability: f64,
    pub(crate) side: Side,
    pub(crate) client: Option<Client<'a>>,
    pub(crate) detail: Vec<(&'static str, Value<'a>)>,
}

/// The bytes can hardly be anything else: many fixed bytes, or lengths that all agree.
pub(crate) const CERTAIN: f64 = 0.99;
/// Another protocol could say this, but none is known to.
pub(crate) const STRONG: f64 = 0.95;
/// More likely this than anything else.
pub(crate) const LIKELY: f64 = 0.8;
/// The bytes allow it; what else is known must have spoken for it.
pub(crate) const FAIR: f64 = 0.65;

impl<'a> Match<'a> {
    pub(crate) const fn new(probability: f64, side: Side) -> Self {
        Self {
            probability,
            side,
            client: None,
            detail: Vec::new(),
        }
    }

    /// Names the program, with its version if there is one.
    pub(crate) fn by(mut self, name: impl Into<Text<'a>>, version: Option<&'a [u8]>) -> Self {
        self.client = Some(Client {
            name: name.into(),
            version: version.map(Text::from),
        });
        self
    }

    /// Adds a text, unless it is empty.
    pub(crate) fn text(mut self, key: &'static str, text: impl Into<Text<'a>>) -> Self {
        let text = text.into();
        if !text.0.is_empty() {
            self.detail.push((key, Value::Text(text)));
        }
        self
    }

    /// Adds a text that may be absent.
    pub(crate) fn maybe(self, key: &'static str, text: Option<impl Into<Text<'a>>>) -> Self {
        match text {
            Some(text) => self.text(key, text),
            None => self,
        }
    }

    pub(crate) fn number(mut self, key: &'static str, number: impl Into<u64>) -> Self {
        self.detail.push((key, Value::Number(number.into())));
        self
    }

    pub(crate) fn word(mut self, key: &'static str, word: &'static str) -> Self {
        self.detail.push((key, Value::Word(word)));
        self
    }
}
