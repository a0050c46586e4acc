mod examples;
mod junk;
mod laws;
mod oracle;
mod sweeps;

use rutter_event::Transport;

use crate::found::Value;
pub(crate) use crate::payload::Side;

/// A payload that a protocol must, or must not, take for its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Example {
    pub(crate) transport: Transport,
    pub(crate) port: Option<u16>,
    pub(crate) side: Side,
    pub(crate) bytes: &'static [u8],
    pub(crate) is_own: bool,
    pub(crate) client: Option<&'static str>,
    pub(crate) detail: &'static [(&'static str, &'static str)],
}

/// A payload of TCP that is the protocol's own.
pub(crate) const fn tcp(side: Side, bytes: &'static [u8]) -> Example {
    let (port, client, detail) = (None, None, &[]);
    Example {
        transport: Transport::TCP,
        port,
        side,
        bytes,
        is_own: true,
        client,
        detail,
    }
}

/// A payload of UDP that is the protocol's own.
pub(crate) const fn udp(side: Side, bytes: &'static [u8]) -> Example {
    Example {
        transport: Transport::UDP,
        ..tcp(side, bytes)
    }
}

impl Example {
    /// Sent to, or from, this port.
    pub(crate) const fn at(self, port: u16) -> Self {
        Self {
            port: Some(port),
            ..self
        }
    }

    /// By this program.
    pub(crate) const fn by(self, client: &'static str) -> Self {
        Self {
            client: Some(client),
            ..self
        }
    }

    /// With at least this detail.
    pub(crate) const fn tells(self, detail: &'static [(&'static str, &'static str)]) -> Self {
        Self { detail, ..self }
    }

    /// Not the protocol's own.
    pub(crate) const fn not(self) -> Self {
        Self {
            is_own: false,
            ..self
        }
    }
}

/// `bytes`, and zeros up to a length.
pub(crate) const fn padded<const N: usize>(bytes: &[u8]) -> [u8; N] {
    joined(bytes, b"", b"")
}

/// Three pieces, and zeros up to a length.
pub(crate) const fn joined<const N: usize>(a: &[u8], b: &[u8], c: &[u8]) -> [u8; N] {
    let mut all = [0; N];
    let mut at = 0;
    let pieces = [a, b, c];
    let mut piece = 0;
    while piece < pieces.len() {
        let mut from = 0;
        while from < pieces[piece].len() {
            all[at] = pieces[piece][from];
            at += 1;
            from += 1;
        }
        piece += 1;
    }
    all
}

/// A value as a person would write it.
fn shown(value: &Value<'_>) -> String {
    match value {
        Value::Text(text) => String::from_utf8_lossy(text.untrusted().bytes()).into_owned(),
        Value::Number(number) => number.to_string(),
        Value::Word(word) => (*word).to_owned(),
    }
}
