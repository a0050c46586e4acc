//! What a profile takes of an event, apart from the line that it came in.

use rutter_event::{Direction, Event};
use rutter_knowledge::Knowledge;

use super::heard::is_contact;
use super::host::Host;
use super::moment_of;
use super::signature::Signature;
use super::trace::{Opening, Trace};
use crate::subject::Subject;

/// One packet of a source, as its sum needs it: plain numbers that outlive the line, so that many
/// can be taken in together.
#[derive(Clone, Copy, Debug)]
pub struct Sighting {
    /// Who sent it.
    pub(super) source: Host,
    /// To whom; [`Host::NONE`] when the log does not say, which the signature tells.
    pub(super) destination: Host,
    /// When.
    pub(super) moment: Option<i64>,
    /// What sort of packet.
    pub(super) signature: Signature,
    /// The signature's hash.
    pub(super) hash: u64,
    /// 0 when the log does not say, which the signature tells.
    pub(super) source_port: u16,
    /// What it adds to the trace of its source, when it came from outside and opens something or asks.
    pub(super) opening: Option<Opening>,
}

impl Sighting {
    /// What a source's sum takes of a packet; nothing when the log does not name the source.
    #[inline]
    pub(super) fn of(
        event: &Event<'_>,
        subject: &Subject<'_>,
        knowledge: &Knowledge,
    ) -> Option<Self> {
        let packet = subject.packet;
        let source = packet.source.ip?;
        let mut signature = Signature::of(subject, knowledge);
        if is_contact(event) {
            signature = signature.of_contact();
        }
        let is_ours = matches!(subject.direction, Direction::Outbound | Direction::Internal);
        let opens = !is_ours && (Trace::takes(packet) || Trace::may_ask(packet));
        Some(Self {
            source: source.into(),
            destination: packet.destination.ip.map_or(Host::NONE, Host::from),
            moment: moment_of(event),
            hash: signature.hash(),
            signature,
            source_port: packet.source.port.unwrap_or(0),
            opening: opens.then(|| Opening::of(packet)),
        })
    }
}
