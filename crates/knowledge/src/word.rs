//! Single words of knowledge files: ranges, services, flags, bytes.

use rutter_event::TcpFlags;

use crate::condition::{Range, Service, transport_number};

/// `23`, `6970-7170`, `200-`, `-64`.
pub(crate) fn range(text: &str) -> Option<Range> {
    let number = |t: &str| t.trim().parse::<u32>().ok();
    let range = match text.split_once('-') {
        None => Range {
            low: number(text)?,
            high: number(text)?,
        },
        Some(("", high)) => Range {
            low: 0,
            high: number(high)?,
        },
        Some((low, "")) => Range {
            low: number(low)?,
            high: u32::MAX,
        },
        Some((low, high)) => Range {
            low: number(low)?,
            high: number(high)?,
        },
    };
    (range.low <= range.high).then_some(range)
}

/// `tcp/6000`, `udp/32770-32900`.
pub(crate) fn service(text: &str) -> Option<Service> {
    let (transport, ports) = text.split_once('/')?;
    Some(Service {
        transport: transport_number(transport)?,
        ports: range(ports)?,
    })
}

/// `SYN`, `FIN+PSH+URG`, `none`.
pub(crate) fn flags(text: &str) -> Option<u8> {
    if text == "none" {
        return Some(0);
    }
    text.split('+').try_fold(0, |set, word| {
        Some(set | TcpFlags::from_word(word.as_bytes())?.0)
    })
}

/// Pairs of hexadecimal digits.
pub(crate) fn hex(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(text.get(i..i + 2)?, 16).ok())
        .collect()
}
