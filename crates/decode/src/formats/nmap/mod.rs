//! What nmap prints for programs: XML (`-oX`) and greppable lines (`-oG`), which masscan writes too.

mod grepable;
mod xml;

use crate::formats::search::holds_any;
use crate::record::{Emit, Format, Record, Rejection};

/// nmap's results.
pub struct Nmap;

impl Format for Nmap {
    fn name(&self) -> &'static str {
        "nmap"
    }

    fn title(&self) -> &'static str {
        "nmap and masscan: XML and greppable results, as answers of ports"
    }

    fn example(&self) -> &'static str {
        "Host: 192.0.2.4 (www.example.org)\tPorts: 22/open/tcp//ssh///, 23/closed/tcp//telnet///, \
         8080/open/tcp//http//nginx 1.24.0/"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        xml::is_host(record.message)
            || grepable::is_host(record.message)
            || is_frame(record.message)
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        if is_frame(record.message) {
            return Err(rutter_event::Skip::Header.into());
        }
        if xml::is_host(record.message) {
            xml::decode(record, emit)
        } else {
            grepable::decode(record, emit)
        }
    }
}

/// Whether it is one of the lines around the results: `# Nmap 7.95 scan initiated …`.
fn is_frame(message: &[u8]) -> bool {
    let Some(text) = message.strip_prefix(b"# ") else {
        return false;
    };
    let is_of = |name: &[u8]| text.starts_with(name);
    (is_of(b"Nmap ") || is_of(b"Masscan ")) && holds_any!(text, " scan initiated ", " done at ")
        || is_of(b"Ports scanned: TCP(")
}
