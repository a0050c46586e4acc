//! First payload bytes to application protocol, and to the client or tool that speaks.
//!
//! [`identify`] asks every protocol of a closed registry whether the bytes are its own. A protocol
//! answers by what the bytes hold; the port is a hint that turns the scale between two readings
//! and is never proof. Bytes that do not say get no answer.
//!
//! What others build on, and what stays as it is: [`identify`] with its four arguments,
//! [`Identification`] with its five fields, [`write_fields`] for records, [`Flows`] for captures. New
//! details, words of a detail and protocols may come with any version; a name that once was in
//! [`protocols`] keeps its meaning.

mod ber;
mod cursor;
mod dns_message;
mod exchange;
mod fingerprint;
mod flows;
mod found;
mod media_stream;
mod pattern;
mod payload;
mod protocols;
mod record;
mod stream;
mod text;

#[cfg(test)]
mod tests;

pub use flows::{End, Flow, Flows, MOST_FLOWS, MOST_HELD};
pub use found::{Client, Identification, Text, Value};
pub use payload::Side;
pub use protocols::{Listed, protocols};
pub use record::write_fields;
pub use stream::FIRST_BYTES;

use payload::Payload;
use rutter_event::Transport;

/// Names the protocol of the first bytes that one side of a connection sent, or of one datagram.
///
/// `server_port` is the port of the side that was called. Nothing for anything but TCP and UDP.
///
/// ```
/// use rutter_event::Transport;
/// use rutter_identify::{Side, identify};
///
/// let found = identify(Transport::TCP, Some(2222), Side::Client, b"SSH-2.0-Go\r\n");
/// assert_eq!(found.map(|found| found.protocol), Some("ssh"));
/// ```
#[must_use]
pub fn identify(
    transport: Transport,
    server_port: Option<u16>,
    side: Side,
    bytes: &[u8],
) -> Option<Identification<'_>> {
    let first = bytes.first()?;
    let payload = Payload {
        transport,
        port: server_port,
        side,
        bytes,
    };
    let mut best: Option<Identification<'_>> = None;
    for protocol in protocols::candidates(*first) {
        if let Some(found) = protocol.ask(&payload)
            && best
                .as_ref()
                .is_none_or(|best| found.probability > best.probability)
        {
            best = Some(found);
        }
    }
    best
}
