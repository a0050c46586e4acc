//! `--format list`.

use std::fmt::Write as _;

use rutter_decode::formats::REGISTRY;

use crate::sink::{Audience, print};
use crate::status::{Status, Stop};

/// Names every format, what it is, and how a line of it looks.
pub(super) fn list() -> Result<Status, Stop> {
    let mut text = String::new();
    for format in REGISTRY {
        // Writing into a string does not fail.
        let _ = writeln!(
            text,
            "{}: {}\n    {}",
            format.name(),
            format.title(),
            format.example()
        );
    }
    text.push_str("Captures (pcap, pcapng) are recognised by their first bytes.\n");
    print(Audience::Program, text.as_bytes())
}
