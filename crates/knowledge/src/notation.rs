//! The notation in which examples write events. See `knowledge/README.md`, "Events in examples".

use std::net::IpAddr;

use rutter_event::{Action, Civil, Family, Packet, TcpFlags, Timestamp, Transport};

use crate::word;

/// One event of an example.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Header facts.
    pub packet: Packet,
    /// The packet that an ICMP error quotes.
    pub quoted: Option<Packet>,
    /// When.
    pub time: Timestamp,
    /// What the firewall did.
    pub action: Action,
    /// First payload bytes.
    pub payload: Vec<u8>,
    /// Protocol that the payload is of.
    pub application: String,
    /// Program that speaks in it.
    pub client: String,
}

/// Most events that one string may stand for.
const MAX_EVENTS: usize = 70_000;
/// 2026-11-23T12:00:00Z.
const DEFAULT_TIME: i64 = 1_795_435_200;

/// Whether a string is a well-formed event.
///
/// # Errors
/// What is wrong with it.
pub fn check(event: &str) -> Result<(), String> {
    expand(&[event]).map(|_| ())
}

/// The events that the strings of an example stand for, in order.
///
/// # Errors
/// What is wrong with the first string that cannot be read.
pub fn expand<S: AsRef<str>>(events: &[S]) -> Result<Vec<Sample>, String> {
    let mut samples = Vec::new();
    let mut clock = DEFAULT_TIME;
    for event in events {
        let line = Line::parse(event.as_ref())?;
        if let Some(time) = line.time {
            clock = time;
        }
        let (count, step) = line.repeat;
        for _ in 0..count {
            for sample in line.samples()? {
                let time = Timestamp::from_seconds(clock, 0).ok_or("time out of reach")?;
                samples.push(Sample { time, ..sample });
                clock += step;
                if samples.len() > MAX_EVENTS {
                    return Err(format!("stands for more than {MAX_EVENTS} events"));
                }
            }
        }
    }
    Ok(samples)
}

struct Line<'a> {
    time: Option<i64>,
    transport: Transport,
    source: Ends,
    destination: Ends,
    flags: Option<TcpFlags>,
    keys: Vec<(&'a str, &'a str)>,
    repeat: (usize, i64),
}

/// Addresses and ports of one side: ranges in the last part.
struct Ends {
    first: IpAddr,
    last: IpAddr,
    ports: Option<(u16, u16)>,
}

impl Ends {
    /// `198.51.100.7`, `198.51.100.1-30:4000`, `203.0.113.9:1-30`, `[2001:db8::1]:22`, `2001:db8::1`.
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no address with an optional port");
        let (host, port) = if let Some(rest) = text.strip_prefix('[') {
            let (host, rest) = rest.split_once(']').ok_or_else(wrong)?;
            (host, rest.strip_prefix(':'))
        } else if text.matches(':').count() == 1 {
            text.split_once(':')
                .map(|(h, p)| (h, Some(p)))
                .ok_or_else(wrong)?
        } else {
            (text, None)
        };
        let (low, high) = match host.split_once('-') {
            None => (host.to_owned(), host.to_owned()),
            Some((low, last)) => {
                let stem = low
                    .rfind(['.', ':'])
                    .and_then(|at| low.get(..=at))
                    .ok_or_else(wrong)?;
                (low.to_owned(), format!("{stem}{last}"))
            }
        };
        let ports = match port {
            None => None,
            Some(p) => {
                let range = word::range(p).ok_or_else(wrong)?;
                let low = u16::try_from(range.low).map_err(|_| wrong())?;
                let high = u16::try_from(range.high).map_err(|_| wrong())?;
                Some((low, high))
            }
        };
        Ok(Self {
            first: low.parse().map_err(|_| wrong())?,
            last: high.parse().map_err(|_| wrong())?,
            ports,
        })
    }

    fn all(&self) -> Vec<(IpAddr, Option<u16>)> {
        let addresses: Vec<IpAddr> = match (self.first, self.last) {
            (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits()..=b.to_bits())
                .map(|x| IpAddr::V4(x.into()))
                .collect(),
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits()..=b.to_bits())
                .map(|x| IpAddr::V6(x.into()))
                .collect(),
            _ => Vec::new(),
        };
        let ports: Vec<Option<u16>> = self.ports.map_or_else(
            || vec![None],
            |(low, high)| (low..=high).map(Some).collect(),
        );
        addresses
            .iter()
            .flat_map(|ip| ports.iter().map(|port| (*ip, *port)))
            .collect()
    }
}

impl<'a> Line<'a> {
    fn parse(text: &'a str) -> Result<Self, String> {
        let mut words = split(text)?.into_iter().peekable();
        let mut next = |what: &str| {
            words
                .next()
                .ok_or_else(|| format!("ends before the {what}"))
        };
        let mut word = next("transport")?;
        let time = if word.starts_with(|c: char| c.is_ascii_digit()) {
            let time = parse_time(word).ok_or_else(|| format!("{word:?} is no time"))?;
            word = next("transport")?;
            Some(time)
        } else {
            None
        };
        let transport = Transport::from_word(word.as_bytes())
            .ok_or_else(|| format!("{word:?} is no transport"))?;
        let source = Ends::parse(next("source")?)?;
        if next("arrow")? != ">" {
            return Err("no \" > \" between source and destination".to_owned());
        }
        let destination = Ends::parse(next("destination")?)?;
        let mut flags = None;
        let mut keys = Vec::new();
        let mut repeat = (1, 1);
        for word in words {
            match word.split_once('=') {
                None => {
                    flags = Some(TcpFlags(
                        word::flags(word).ok_or_else(|| format!("{word:?} is no set of flags"))?,
                    ));
                }
                Some(("repeat", value)) => {
                    let (count, step) = value.split_once('/').unwrap_or((value, "1s"));
                    let step = step
                        .trim_end_matches('s')
                        .parse()
                        .map_err(|_| "repeat: write 5/60s")?;
                    repeat = (count.parse().map_err(|_| "repeat: write 5/60s")?, step);
                }
                Some((key, value)) => keys.push((key, value.trim_start_matches('"'))),
            }
        }
        Ok(Self {
            time,
            transport,
            source,
            destination,
            flags,
            keys,
            repeat,
        })
    }

    fn samples(&self) -> Result<Vec<Sample>, String> {
        let mut samples = Vec::new();
        for (source_ip, source_port) in self.source.all() {
            for (destination_ip, destination_port) in self.destination.all() {
                let mut packet = Packet {
                    transport: Some(self.transport),
                    ..Packet::default()
                };
                packet.family = if source_ip.is_ipv4() {
                    Family::V4
                } else {
                    Family::V6
                };
                packet.source.ip = Some(source_ip);
                packet.source.port = source_port;
                packet.destination.ip = Some(destination_ip);
                packet.destination.port = destination_port;
                packet.tcp.flags = self.flags;
                samples.push(self.finish(packet)?);
            }
        }
        if samples.is_empty() {
            return Err("a range that runs backwards or mixes families".to_owned());
        }
        Ok(samples)
    }

    fn finish(&self, mut packet: Packet) -> Result<Sample, String> {
        let mut quoted = None;
        let mut action = Action::Dropped;
        let mut payload = Vec::new();
        let (mut application, mut client) = (String::new(), String::new());
        for (key, value) in &self.keys {
            let wrong = || format!("{key}={value}: not a number in range");
            macro_rules! number {
                () => {
                    Some(value.parse().map_err(|_| wrong())?)
                };
            }
            match *key {
                "len" => packet.length = number!(),
                "ttl" => packet.ttl = number!(),
                "id" => packet.id = number!(),
                "window" => packet.tcp.window = number!(),
                "seq" => packet.tcp.seq = number!(),
                "ack" => packet.tcp.ack = number!(),
                "mss" => packet.tcp.mss = number!(),
                "options" => packet.tcp.options_length = number!(),
                "df" => packet.fragment.dont = number!(),
                "fragment" => packet.fragment.more = value.parse().map_err(|_| wrong())?,
                "payload" => packet.payload_length = number!(),
                "type" => packet.icmp.kind = number!(),
                "code" => packet.icmp.code = number!(),
                "echo-id" => packet.icmp.id = number!(),
                "echo-seq" => packet.icmp.sequence = number!(),
                "action" => {
                    action = match *value {
                        "allowed" => Action::Allowed,
                        "denied" => Action::Dropped,
                        "unstated" => Action::Unstated,
                        _ => return Err(format!("action={value}: allowed or denied")),
                    }
                }
                "app" => (*value).clone_into(&mut application),
                "client" => (*value).clone_into(&mut client),
                "hex" => {
                    payload =
                        word::hex(value).ok_or_else(|| format!("hex={value}: not hexadecimal"))?
                }
                "quoted" => {
                    let inner = Line::parse(value)?.samples()?;
                    quoted = inner.first().map(|s| s.packet);
                }
                _ => return Err(format!("{key}: unknown key")),
            }
        }
        if packet.payload_length.is_none() && !payload.is_empty() {
            packet.payload_length = u32::try_from(payload.len()).ok();
        }
        Ok(Sample {
            packet,
            quoted,
            time: Timestamp(0),
            action,
            payload,
            application,
            client,
        })
    }
}

/// Words separated by blanks; double quotes keep blanks together.
fn split(text: &str) -> Result<Vec<&str>, String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let plain = rest.find([' ', '"']).unwrap_or(rest.len());
        if rest.get(plain..).is_some_and(|r| r.starts_with('"')) {
            // The word keeps its opening quote; whoever takes the value drops it.
            let inside = rest.get(plain + 1..).unwrap_or("");
            let end = inside.find('"').ok_or("a quote that is not closed")?;
            words.push(rest.get(..plain + 1 + end).unwrap_or(rest));
            rest = inside.get(end + 1..).unwrap_or("").trim_start();
        } else {
            words.push(rest.get(..plain).unwrap_or(rest));
            rest = rest.get(plain..).unwrap_or("").trim_start();
        }
    }
    Ok(words)
}

/// `2003-08-12` or `2003-08-12T14:00:00`, UTC, as seconds since 1970.
fn parse_time(text: &str) -> Option<i64> {
    let (date, time) = text.split_once('T').unwrap_or((text, "12:00:00"));
    let mut date = date.split('-').map(|p| p.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut clock = time
        .trim_end_matches('Z')
        .split(':')
        .map(|p| p.parse::<i64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let civil = Civil {
        year: None,
        month: u8::try_from(month).ok()?,
        day: u8::try_from(day).ok()?,
        hour: u8::try_from(hour).ok()?,
        minute: u8::try_from(minute).ok()?,
        second: u8::try_from(second).ok()?,
        nanosecond: 0,
    };
    let instant = civil
        .is_valid()
        .then(|| civil.utc(i16::try_from(year).ok()?))??;
    Some(instant.seconds())
}
