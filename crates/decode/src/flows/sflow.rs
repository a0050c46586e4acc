//! sFlow version 5: samples of packets (<https://sflow.org/sflow_version_5.txt>).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rutter_event::{Event, Family, Refusal, Skip, TcpFlags, Transport, Untrusted};

use super::exports::{Datagram, Page, Tell, Told};
use super::recognise::{Protocol, SFLOW_SAMPLES};
use crate::Outcome;
use crate::frames::{Frame, LinkType, Order, Scratch, Text, be32, chunk};

/// Formats of samples: enterprise 0, and the format in the lower twelve bits.
const FLOW: u32 = 1;
const EXPANDED_FLOW: u32 = 3;
/// Formats of records in a sample of a flow.
const RAW_HEADER: u32 = 1;
const IPV4: u32 = 3;
const IPV6: u32 = 4;

pub(super) fn read(datagram: &Datagram<'_>, page: &mut Page, tell: Tell<'_>) {
    let bytes = datagram.bytes;
    let Some((agent, header)) = agent(bytes) else {
        tell(Told::Part(Outcome::Refused(Refusal::Truncated)));
        return;
    };
    if page.exporter.is_empty() {
        page.exporter = agent.to_string();
    }
    let samples = be32(bytes, header - 4).unwrap_or(0).min(SFLOW_SAMPLES);
    let mut rest = bytes.get(header..).unwrap_or_default();
    for _ in 0..samples {
        let Some((format, sample, behind)) = part(rest) else {
            let is_snapped = bytes.len() < datagram.length;
            let why = if is_snapped {
                Refusal::Truncated
            } else {
                Refusal::BadFrame
            };
            tell(Told::Part(Outcome::Refused(why)));
            return;
        };
        rest = behind;
        let outcome = match format {
            FLOW | EXPANDED_FLOW => read_sample(format, sample, datagram, page, tell),
            // Counters of interfaces, and what vendors have added.
            _ => Outcome::Skipped(Skip::Header),
        };
        tell(Told::Part(outcome));
    }
}

/// The agent's address, and where the samples begin.
fn agent(bytes: &[u8]) -> Option<(IpAddr, usize)> {
    match be32(bytes, 4)? {
        1 => Some((Ipv4Addr::from(chunk::<4>(bytes, 8)?).into(), 28)),
        2 => Some((Ipv6Addr::from(chunk::<16>(bytes, 8)?).into(), 40)),
        _ => None,
    }
}

/// Format and bytes of what stands at the start, and what follows it.
fn part(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let (format, length) = (be32(bytes, 0)?, be32(bytes, 4)?);
    let (part, rest) = bytes
        .get(8..)?
        .split_at_checked(usize::try_from(length).ok()?)?;
    Some((format, part, rest))
}

/// What a sample says before its records.
struct Sample {
    rate: u32,
    input: Option<u32>,
    output: Option<u32>,
    header: usize,
}

impl Sample {
    fn of(format: u32, bytes: &[u8]) -> Option<Self> {
        // An interface is a number below 2^30; larger ones say "dropped" or "several".
        let interface = |value: u32| Some(value).filter(|n| (1..1 << 30).contains(n));
        Some(if format == FLOW {
            Self {
                rate: be32(bytes, 8)?,
                input: interface(be32(bytes, 20)?),
                output: interface(be32(bytes, 24)?),
                header: 32,
            }
        } else {
            let plain = |at| Some(be32(bytes, at)? == 0);
            Self {
                rate: be32(bytes, 12)?,
                input: interface(be32(bytes, 28)?).filter(|_| plain(24) == Some(true)),
                output: interface(be32(bytes, 36)?).filter(|_| plain(32) == Some(true)),
                header: 44,
            }
        })
    }
}

fn read_sample(
    format: u32,
    bytes: &[u8],
    datagram: &Datagram<'_>,
    page: &mut Page,
    tell: Tell<'_>,
) -> Outcome {
    let Some(sample) = Sample::of(format, bytes) else {
        return Outcome::Refused(Refusal::BadFrame);
    };
    let mut rest = bytes.get(sample.header..).unwrap_or_default();
    page.details.clear();
    page.details.number("sampling_rate", sample.rate.into());
    let (mut input, mut output) = (Text::default(), Text::default());
    for (text, number) in [(&mut input, sample.input), (&mut output, sample.output)] {
        if let Some(number) = number {
            text.push_number(number);
        }
    }
    let mut outcome = Outcome::Skipped(Skip::NotIp);
    while let Some((format, record, behind)) = part(rest) {
        rest = behind;
        let mut scratch = Scratch::default();
        let mut event = Event {
            format: Protocol::Sflow.name(),
            stamp: datagram.received,
            packets: Some(1),
            extra: page.details.extra(),
            ..Event::default()
        };
        let read = match format {
            RAW_HEADER => read_header(record, &mut scratch, &mut event),
            IPV4 | IPV6 => read_addresses(format, record, &mut event).ok_or(Refusal::BadFrame),
            _ => continue,
        };
        match read {
            Ok(()) if event.packet.family == Family::default() => {}
            Ok(()) => {
                event.observer.ingress = Untrusted::new(input.bytes());
                event.observer.egress = Untrusted::new(output.bytes());
                event.observer.hostname = Untrusted::new(page.exporter.as_bytes());
                tell(Told::Flow(&mut event));
                // The other records tell of the same packet.
                return Outcome::Events(1);
            }
            Err(why) => outcome = Outcome::Refused(why),
        }
    }
    outcome
}

/// The beginning of the packet: Ethernet, IPv4 or IPv6. What carries neither is passed over.
fn read_header<'a>(
    record: &'a [u8],
    scratch: &'a mut Scratch,
    event: &mut Event<'a>,
) -> Result<(), Refusal> {
    let number = |at| be32(record, at).ok_or(Refusal::BadFrame);
    let link = match number(0)? {
        1 => LinkType::ETHERNET,
        11 => LinkType::IPV4,
        12 => LinkType::IPV6,
        _ => return Ok(()),
    };
    let length = usize::try_from(number(12)?).map_err(|_| Refusal::BadFrame)?;
    let bytes = record.get(16..16 + length).ok_or(Refusal::BadFrame)?;
    event.bytes = Some(number(4)?.into());
    let frame = Frame {
        link,
        order: Order::Big,
        bytes,
        wire_length: number(4)?,
    };
    match frame.read(scratch, event) {
        Ok(()) => Ok(()),
        Err(crate::Rejection::Refuse(why)) => Err(why),
        Err(crate::Rejection::Skip(_)) => {
            event.packet.family = Family::default();
            Ok(())
        }
    }
}

/// Addresses, ports and protocol of a packet of which nothing else is told.
fn read_addresses(format: u32, record: &[u8], event: &mut Event<'_>) -> Option<()> {
    let packet = &mut event.packet;
    event.bytes = Some(be32(record, 0)?.into());
    packet.transport = Some(Transport(u8::try_from(be32(record, 4)?).ok()?));
    let ports = if format == IPV4 {
        packet.family = Family::V4;
        packet.source.ip = Some(Ipv4Addr::from(chunk::<4>(record, 8)?).into());
        packet.destination.ip = Some(Ipv4Addr::from(chunk::<4>(record, 12)?).into());
        16
    } else {
        packet.family = Family::V6;
        packet.source.ip = Some(Ipv6Addr::from(chunk::<16>(record, 8)?).into());
        packet.destination.ip = Some(Ipv6Addr::from(chunk::<16>(record, 24)?).into());
        40
    };
    if packet.transport.is_some_and(Transport::has_ports) {
        packet.source.port = Some(u16::try_from(be32(record, ports)?).ok()?);
        packet.destination.port = Some(u16::try_from(be32(record, ports + 4)?).ok()?);
    }
    if packet.transport == Some(Transport::TCP) {
        packet.tcp.flags = u8::try_from(be32(record, ports + 8)?).ok().map(TcpFlags);
    }
    packet.tos = u8::try_from(be32(record, ports + 12)?).ok();
    Some(())
}
