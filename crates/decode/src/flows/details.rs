use std::fmt::Write as _;
use std::net::IpAddr;

use rutter_event::{Extra, Mac, Untrusted};

/// What a flow says beyond the fields of an event: names and values as text, one buffer for all flows.
///
/// Numbers have no text in a binary record for an event to borrow, so it is written here. Each entry
/// is the length of its name (one byte), of its value (two bytes), and both.
#[derive(Debug, Default)]
pub(super) struct Details {
    bytes: Vec<u8>,
    text: String,
}

impl Details {
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }

    pub(super) fn number(&mut self, name: &str, mut value: u64) {
        let mut digits = [0_u8; 20];
        let mut first = digits.len();
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (value % 10) as u8;
            value /= 10;
            first -= 1;
            if value == 0 {
                break;
            }
        }
        self.text(name, digits.get(first..).unwrap_or_default());
    }

    pub(super) fn address(&mut self, name: &str, ip: IpAddr) {
        self.shown(name, format_args!("{ip}"));
    }

    pub(super) fn mac(&mut self, name: &str, mac: Mac) {
        self.shown(name, format_args!("{mac}"));
    }

    /// Bytes of no known kind, two digits each; the first 64 of them.
    pub(super) fn opaque(&mut self, name: &str, bytes: &[u8]) {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        for byte in bytes.iter().take(64) {
            // Writing into a string does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        self.text(name, text.as_bytes());
        self.text = text;
    }

    fn shown(&mut self, name: &str, value: std::fmt::Arguments<'_>) {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        let _ = text.write_fmt(value);
        self.text(name, text.as_bytes());
        self.text = text;
    }

    /// Enters a text; one that is longer than a packet does not exist.
    pub(super) fn text(&mut self, name: &str, value: &[u8]) {
        if let (Ok(name_length), Ok(length)) =
            (u8::try_from(name.len()), u16::try_from(value.len()))
        {
            self.bytes.push(name_length);
            self.bytes.extend_from_slice(&length.to_le_bytes());
            self.bytes.extend_from_slice(name.as_bytes());
            self.bytes.extend_from_slice(value);
        }
    }

    pub(super) fn extra(&self) -> Extra<'_> {
        Extra::new(&self.bytes, each)
    }
}

fn each<'a>(mut rest: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    while let [name, low, high, behind @ ..] = rest {
        let value = usize::from(u16::from_le_bytes([*low, *high]));
        let Some((name, behind)) = behind.split_at_checked(usize::from(*name)) else {
            return;
        };
        let Some((value, behind)) = behind.split_at_checked(value) else {
            return;
        };
        sink(Untrusted::new(name), Untrusted::new(value));
        rest = behind;
    }
}
