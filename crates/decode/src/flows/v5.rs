//! NetFlow version 5: a header of 24 bytes and up to 30 records of 48.
//! <https://www.cisco.com/c/en/us/td/docs/net_mgmt/netflow_collection_engine/3-6/user/guide/format.html>

use std::net::Ipv4Addr;

use rutter_event::{Refusal, Transport};

use super::clock::Clock;
use super::exports::{Datagram, Page, Tell, Told};
use super::reading::Reading;
use super::recognise::{Protocol, V5_HEADER, V5_RECORD};
use crate::Outcome;
use crate::frames::{be16, be32, chunk};

pub(super) fn read(datagram: &Datagram<'_>, page: &mut Page, tell: Tell<'_>) {
    let bytes = datagram.bytes;
    let number = |at| be32(bytes, at).unwrap_or(0);
    let clock = Clock {
        exported: Clock::set(number(8), number(12)),
        uptime: Some(number(4)),
        boot: None,
        received: datagram.received,
    };
    let count = usize::from(be16(bytes, 2).unwrap_or(0));
    let (records, _) = bytes
        .get(V5_HEADER..)
        .unwrap_or_default()
        .as_chunks::<V5_RECORD>();
    let mut events = 0;
    for record in records.iter().take(count) {
        page.details.clear();
        let reading = read_record(record, bytes, clock, page);
        events += u32::from(reading.tell(Protocol::NetflowV5, page, tell));
    }
    if events > 0 {
        tell(Told::Part(Outcome::Events(events)));
    }
    if records.len() < count {
        tell(Told::Part(Outcome::Refused(Refusal::Truncated)));
    }
}

fn read_record<'a>(
    record: &[u8; V5_RECORD],
    packet: &[u8],
    clock: Clock,
    page: &mut Page,
) -> Reading<'a> {
    let ip = |at| Ipv4Addr::from(chunk::<4>(record, at).unwrap_or_default());
    let short = |at| be16(record, at).unwrap_or(0);
    let long = |at| be32(record, at).unwrap_or(0);
    let mut reading = Reading::new(clock);
    reading.v4 = (Some(ip(0)), Some(ip(4)));
    reading.ingress = Some(short(12).into());
    reading.egress = Some(short(14).into());
    reading.packets = [Some(long(16).into()), None];
    reading.bytes = [Some(long(20).into()), None];
    reading.start = clock.since_boot(long(24));
    reading.end = clock.since_boot(long(28));
    reading.source_port = Some(short(32));
    reading.destination_port = Some(short(34));
    reading.flags = Some(u16::from(record[37]));
    reading.packet.transport = Some(Transport(record[38]));
    reading.packet.tos = Some(record[39]);
    // Zero says that the exporter does not know.
    let details = &mut page.details;
    let next = ip(8);
    if !next.is_unspecified() {
        details.address("nexthop", next.into());
    }
    let byte = |at: usize| u64::from(packet.get(at).copied().unwrap_or(0));
    for (name, value) in [
        ("src_as", short(40).into()),
        ("dst_as", short(42).into()),
        ("src_mask", record[44].into()),
        ("dst_mask", record[45].into()),
        ("engine_type", byte(20)),
        ("engine_id", byte(21)),
        ("sampling", be16(packet, 22).unwrap_or(0).into()),
    ] {
        if value > 0 {
            details.number(name, value);
        }
    }
    reading
}
