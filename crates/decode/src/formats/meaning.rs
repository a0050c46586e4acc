//! What the columns and keys of writers that nobody documented are called, and what they mean.

use std::net::{IpAddr, SocketAddr};
use std::sync::LazyLock;

use rutter_event::{
    Direction, Endpoint, Event, Family, Refusal, Stamp, TcpFlags, Transport, Untrusted,
};

use super::address::{Written, leading_mac, written};
use super::extension;
use super::fields;
use super::number::decimal;
use crate::envelope;
use crate::record::{Record, Rejection};

/// What a column or key says of a packet or connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Meaning {
    Source,
    Destination,
    SourcePort,
    DestinationPort,
    Protocol,
    Action,
    Time,
    Date,
    SourceMac,
    DestinationMac,
    SourceNat,
    DestinationNat,
    SourceNatPort,
    DestinationNatPort,
    Ingress,
    Egress,
    IngressZone,
    EgressZone,
    Rule,
    RuleId,
    Bytes,
    BytesOut,
    BytesIn,
    Packets,
    PacketsOut,
    PacketsIn,
    Seconds,
    Application,
    User,
    Host,
    Direction,
    Flags,
    Ttl,
    Length,
    IcmpType,
    IcmpCode,
}

use Meaning as M;

/// The names by which users choose columns, and what else writers call them: small letters and
/// digits only, as [`plain`] leaves them. Names that also mean something else are not here.
#[rustfmt::skip]
const NAMES: &[(Meaning, &str, &[&str])] = &[
    (M::Source, "src", &["source", "srcip", "sourceip", "srcaddr", "sourceaddr", "srcaddress",
        "sourceaddress", "sourceipaddress", "srcipaddress", "srcipaddr", "sourceipaddr", "saddr", "sip", "sa",
        "ipsrc", "ipsource", "ipsaddr", "sourceipv4", "srcipv4", "sourceipv6", "srcipv6", "ipv4src", "ipv6src",
        "ipv4srcaddr", "ipv6srcaddr", "sourceipv4address", "sourceipv6address", "sourcehost", "srchost",
        "clientip", "clientaddr", "clientaddress", "client", "cip", "origip", "idorigh", "origh", "initiatorip",
        "attackerip", "attackeraddress", "fromip", "srcnetaddr"]),
    (M::Destination, "dst", &["destination", "dest", "dstip", "destip", "destinationip", "dstaddr", "destaddr",
        "destinationaddr", "dstaddress", "destaddress", "destinationaddress", "destinationipaddress",
        "dstipaddress", "destipaddress", "dstipaddr", "destipaddr", "daddr", "dip", "da", "ipdst", "ipdestination",
        "ipdaddr", "destinationipv4", "dstipv4", "destinationipv6", "dstipv6", "ipv4dst", "ipv6dst", "ipv4dstaddr",
        "ipv6dstaddr", "destinationipv4address", "destinationipv6address", "destinationhost", "dsthost",
        "serverip", "serveraddr", "serveraddress", "server", "respip", "idresph", "resph", "responderip", "lbserver",
        "targetip", "targetaddress", "toip", "victimip"]),
    (M::SourcePort, "sport", &["srcport", "sourceport", "spt", "sp", "clientport", "cport", "idorigp", "origp",
        "l4srcport", "tcpsrcport", "udpsrcport", "sourcetransportport", "srcpt", "initiatorport", "fromport"]),
    (M::DestinationPort, "dport", &["dstport", "destport", "destinationport", "dpt", "dp", "serverport",
        "idrespp", "respp", "l4dstport", "tcpdstport", "udpdstport", "destinationtransportport", "dstpt",
        "responderport", "targetport", "toport"]),
    (M::Protocol, "proto", &["protocol", "ipproto", "ipprotocol", "transport", "transportprotocol", "l4protocol",
        "networktransport", "pr", "prot", "protocolnumber", "protonum", "protocolid", "protocolidentifier",
        "ianaprotocol", "ianaprotocolnumber", "networkprotocol", "layer4protocol"]),
    (M::Action, "action", &["act", "disposition", "verdict", "decision", "fwaction", "firewallaction",
        "ruleaction", "deviceaction", "eventaction", "policyaction", "actiontaken"]),
    (M::Time, "time", &["timestamp", "datetime", "ts", "eventtime", "generatedtime", "logtime", "devicetime",
        "starttime", "start", "firstseen", "firstswitched", "timegenerated", "receivetime", "eventtimestamp",
        "dateandtime", "timereceived", "utctime", "eventdate"]),
    (M::Date, "date", &["logdate"]),
    (M::SourceMac, "smac", &["srcmac", "sourcemac", "sourcemacaddress", "srcmacaddress", "ethsrc", "srcmacaddr"]),
    (M::DestinationMac, "dmac", &["dstmac", "destmac", "destinationmac", "destinationmacaddress",
        "dstmacaddress", "ethdst", "dstmacaddr"]),
    (M::SourceNat, "natsrc", &["natsrcip", "natsourceip", "srcnatip", "sourcenatip", "xlatesrcip", "natsource",
        "translatedsourceip", "sourcetranslatedaddress", "translatedsource", "postnatsource", "snatip", "natsrcaddr",
        "natsourceaddress", "transip", "xlatesrc"]),
    (M::DestinationNat, "natdst", &["natdstip", "natdestip", "natdestinationip", "dstnatip", "destinationnatip",
        "xlatedstip", "natdestination", "translateddestinationip", "destinationtranslatedaddress", "dnatip",
        "translateddestination", "natdstaddr", "natdestinationaddress", "xlatedst"]),
    (M::SourceNatPort, "natsport", &["natsrcport", "natsourceport", "xlatesrcport", "xlatesport",
        "translatedsourceport", "sourcetranslatedport", "snatport"]),
    (M::DestinationNatPort, "natdport", &["natdstport", "natdestport", "natdestinationport", "xlatedstport",
        "xlatedport", "translateddestinationport", "destinationtranslatedport", "dnatport"]),
    (M::Ingress, "in", &["srcintf", "ininterface", "inif", "inputinterface", "sourceinterface", "srcinterface",
        "iniface", "ifin", "ingressinterface", "inboundinterface", "iniif", "incominginterface"]),
    (M::Egress, "out", &["dstintf", "outinterface", "outif", "outputinterface", "destinationinterface",
        "dstinterface", "outiface", "ifout", "egressinterface", "outboundinterface", "outgoinginterface"]),
    (M::IngressZone, "from", &["srczone", "sourcezone", "fromzone", "ingresszone", "szone", "zonein"]),
    (M::EgressZone, "to", &["dstzone", "destzone", "destinationzone", "tozone", "egresszone", "dzone", "zoneout"]),
    (M::Rule, "rule", &["rulename", "policy", "policyname", "firewallrule", "aclname", "accesslist", "fwrule",
        "firewallrulename", "securityrule"]),
    (M::RuleId, "rule_id", &["policyid", "rulenumber", "fwruleid", "ruleuuid"]),
    (M::Bytes, "bytes", &["totalbytes", "networkbytes", "byt", "bytecount", "numbytes", "bytestotal"]),
    (M::BytesOut, "bytes_out", &["sentbytes", "sentbyte", "bytessent", "outbytes", "srcbytes", "origbytes",
        "sourcebytes", "ibyt", "sbytes", "bytestoserver", "clientbytes"]),
    (M::BytesIn, "bytes_in", &["rcvdbytes", "rcvdbyte", "receivedbytes", "bytesreceived", "inbytes",
        "dstbytes", "respbytes", "destinationbytes", "obyt", "dbytes", "bytestoclient", "serverbytes"]),
    (M::Packets, "packets", &["pkts", "totalpackets", "networkpackets", "pkt", "packetcount", "numpackets"]),
    (M::PacketsOut, "packets_out", &["sentpackets", "sentpkt", "packetssent", "srcpackets", "origpkts",
        "sourcepackets", "ipkt", "spkts", "srcpkts"]),
    (M::PacketsIn, "packets_in", &["rcvdpackets", "rcvdpkt", "packetsreceived", "dstpackets",
        "resppkts", "destinationpackets", "opkt", "dpkts", "dstpkts"]),
    (M::Seconds, "seconds", &["duration", "dur", "td", "elapsed", "elapsedtime", "sessionduration", "durationsec",
        "durationseconds"]),
    (M::Application, "app", &["application", "appname", "appid", "applicationname", "appprotocol", "appproto",
        "networkapplication", "l7protocol"]),
    (M::User, "user", &["username", "srcuser", "sourceuser", "sourceusername", "usr", "suser", "userid"]),
    (M::Host, "host", &["hostname", "devicename", "devname", "dvchost", "observer", "firewall", "firewallname", "device",
        "observername", "observerhostname", "sensor", "sensorname", "fwname"]),
    (M::Direction, "dir", &["direction", "networkdirection", "flowdirection", "trafficdirection"]),
    (M::Flags, "flags", &["tcpflags", "tcpflag", "flg"]),
    (M::Ttl, "ttl", &["ipttl"]),
    (M::Length, "len", &["length", "iplen", "iplength", "packetlength", "pktlen", "packetsize", "size"]),
    (M::IcmpType, "icmp_type", &["itype"]),
    (M::IcmpCode, "icmp_code", &["icode"]),
];

/// The names in their order, to be found fast.
static BY_NAME: LazyLock<Vec<(Vec<u8>, Meaning, usize)>> = LazyLock::new(|| {
    let mut table = Vec::new();
    for (meaning, own, others) in NAMES {
        let own = own.bytes().filter(|byte| *byte != b'_').collect();
        table.push((own, *meaning, 0));
        for (rank, other) in (1..).zip(*others) {
            table.push((other.as_bytes().to_vec(), *meaning, rank));
        }
    }
    table.sort();
    table
});

/// The longest name that is looked for.
const LONGEST: usize = 40;

impl Meaning {
    /// What a writer's name means, whatever its case and punctuation (`Source Address`,
    /// `source.ip`, `SRC_IP`), and how plainly it says so: the lower the plainer.
    pub(crate) fn of(name: &[u8]) -> Option<(Self, usize)> {
        let mut buffer = [0; LONGEST];
        let plain = plain(name, &mut buffer)?;
        let table = &*BY_NAME;
        let at = table
            .binary_search_by(|(known, ..)| known.as_slice().cmp(plain))
            .ok()?;
        table.get(at).map(|(_, meaning, rank)| (*meaning, *rank))
    }

    /// What a user's name for a field means: `src`, `dport`, `natsrc`.
    pub(crate) fn chosen(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(_, own, _)| *own == name)
            .map(|(meaning, ..)| *meaning)
    }

    /// The names by which users choose.
    pub(crate) fn choices() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(_, own, _)| *own)
    }

    /// The code of a column of this meaning.
    pub(crate) const fn code(self) -> u8 {
        self as u8
    }

    /// The meaning of a code.
    pub(crate) fn of_code(code: u8) -> Option<Self> {
        NAMES.get(usize::from(code)).map(|(meaning, ..)| *meaning)
    }

    /// Whether the value says more than the field that it fills, and is kept as it stands.
    pub(crate) const fn is_kept(self) -> bool {
        matches!(
            self,
            M::Action | M::BytesOut | M::BytesIn | M::PacketsOut | M::PacketsIn | M::Flags
        )
    }
}

/// The name's letters and digits in small letters; nothing when it is longer than any name.
fn plain<'b>(name: &[u8], buffer: &'b mut [u8; LONGEST]) -> Option<&'b [u8]> {
    let mut length = 0;
    for byte in name.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
        *buffer.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    buffer.get(..length).filter(|name| !name.is_empty())
}

/// A record while it is read.
#[derive(Default)]
pub(crate) struct Reading<'a> {
    pub(crate) event: Event<'a>,
    seen: u64,
    date: &'a [u8],
    time: &'a [u8],
    flags: Option<TcpFlags>,
    bytes: [Option<u64>; 2],
    packets: [Option<u64>; 2],
}

impl<'a> Reading<'a> {
    /// Whether a value of this meaning has been read.
    pub(crate) const fn has(&self, meaning: Meaning) -> bool {
        self.seen & 1 << meaning.code() != 0
    }

    /// Puts a value where it belongs. A second one of the same meaning is two records in one where
    /// it is an end or the protocol, and nothing otherwise.
    pub(crate) fn take(
        &mut self,
        meaning: Meaning,
        text: &'a [u8],
        shown: Untrusted<'a>,
    ) -> Result<(), Refusal> {
        let event = &mut self.event;
        let packet = &mut event.packet;
        let is_second = self.seen & 1 << meaning.code() != 0;
        let is_end = meaning.code() <= M::Protocol.code();
        if is_second {
            return if is_end {
                Err(Refusal::BadSyntax)
            } else {
                Ok(())
            };
        }
        self.seen |= 1 << meaning.code();
        match meaning {
            M::Source => read_end(text, &mut packet.source)?,
            M::Destination => read_end(text, &mut packet.destination)?,
            M::SourcePort => packet.source.port = self::port(text)?,
            M::DestinationPort => packet.destination.port = self::port(text)?,
            M::Protocol => packet.transport = fields::protocol(text)?,
            M::Action => event.action = extension::action(text),
            M::Time => self.time = text,
            M::Date => self.date = text,
            M::SourceMac => packet.source.mac = leading_mac(text),
            M::DestinationMac => packet.destination.mac = leading_mac(text),
            M::SourceNat => packet.source.nat_ip = end(text)?.filter(|ip| !ip.is_unspecified()),
            M::DestinationNat => {
                packet.destination.nat_ip = end(text)?.filter(|ip| !ip.is_unspecified());
            }
            M::SourceNatPort => packet.source.nat_port = self::port(text)?.filter(|p| *p > 0),
            M::DestinationNatPort => {
                packet.destination.nat_port = self::port(text)?.filter(|p| *p > 0);
            }
            M::Ingress => event.observer.ingress = shown,
            M::Egress => event.observer.egress = shown,
            M::IngressZone => event.observer.ingress_zone = shown,
            M::EgressZone => event.observer.egress_zone = shown,
            M::Rule => event.rule = shown,
            M::RuleId => event.rule_id = shown,
            M::Bytes => event.bytes = fields::count(text),
            M::BytesOut => self.bytes[0] = fields::count(text),
            M::BytesIn => self.bytes[1] = fields::count(text),
            M::Packets => event.packets = fields::count(text),
            M::PacketsOut => self.packets[0] = fields::count(text),
            M::PacketsIn => self.packets[1] = fields::count(text),
            M::Seconds => event.duration = fields::nanoseconds(text),
            M::Application => event.application = shown,
            M::User => event.user = shown,
            M::Host => event.observer.hostname = shown,
            M::Direction => event.direction = direction(text),
            M::Flags => self.flags = flags(text),
            M::Ttl => packet.ttl = decimal(text),
            M::Length => packet.length = decimal(text),
            M::IcmpType => packet.icmp.kind = decimal(text),
            M::IcmpCode => packet.icmp.code = decimal(text),
        }
        Ok(())
    }

    /// Draws the conclusions that need the whole record.
    pub(crate) fn settle(self, record: &Record<'_>) -> Result<Event<'a>, Rejection> {
        let mut event = self.event;
        event.stamp = match stamp(self.date, self.time)? {
            Stamp::Absent => record.stamp,
            stamp => stamp,
        };
        if event.packet.transport.is_none() {
            // Zeros stand for no port as often as for port 0.
            for end in [&mut event.packet.source, &mut event.packet.destination] {
                end.port = end.port.filter(|port| *port > 0);
            }
        }
        fields::settle(&mut event.packet)?;
        debug_assert_ne!(event.packet.family, Family::Unknown, "one end is known");
        event.bytes = event.bytes.or(fields::sum(self.bytes[0], self.bytes[1]));
        event.packets = event
            .packets
            .or(fields::sum(self.packets[0], self.packets[1]));
        let tcp = &mut event.packet.tcp;
        match (self.flags, event.packets) {
            _ if event.packet.transport != Some(Transport::TCP) => {}
            (Some(flags), Some(2..)) => fields::take_flags_of_flow(tcp, flags.0, event.packets),
            (flags, _) => tcp.flags = flags,
        }
        Ok(event)
    }
}

/// An end: an address, or a socket with a port behind the address.
fn read_end(text: &[u8], end: &mut Endpoint) -> Result<(), Refusal> {
    let socket = std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse::<SocketAddr>().ok());
    if let Some(socket) = socket {
        end.ip = Some(socket.ip());
        end.port = Some(socket.port());
    } else {
        end.ip = self::end(text)?;
    }
    Ok(())
}

/// An address; nothing where there is none, someone has blotted it out, or a host is named instead.
fn end(text: &[u8]) -> Result<Option<IpAddr>, Refusal> {
    let zone = memchr::memchr(b'%', text).unwrap_or(text.len());
    match written(text.get(..zone).unwrap_or(text)) {
        Some(Written::Plain(ip)) => Ok(Some(ip)),
        Some(Written::Redacted) => Ok(None),
        None if is_name(text) => Ok(None),
        None => Err(Refusal::BadAddress),
    }
}

/// Whether the text is a host's name or a word for nothing: letters, and no colon.
fn is_name(text: &[u8]) -> bool {
    text.iter()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && (text.is_empty() || text == b"-" || text.iter().any(u8::is_ascii_alphabetic))
        && text
            .last()
            .is_none_or(|byte| !byte.is_ascii_digit() || !text.contains(&b'.'))
}

/// A port, alone or beside its protocol: `443`, `443/tcp`, `tcp/443`.
fn port(text: &[u8]) -> Result<Option<u16>, Refusal> {
    let slash = memchr::memchr(b'/', text);
    let Some((one, other)) = slash.and_then(|at| text.split_at_checked(at)) else {
        return fields::port(text);
    };
    let other = other.get(1..).unwrap_or_default();
    decimal(one)
        .or_else(|| decimal(other))
        .map(Some)
        .ok_or(Refusal::BadPort)
}

fn direction(word: &[u8]) -> Direction {
    let is = |known: &[&str]| {
        known
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
    };
    if is(&["in", "inbound", "incoming", "ingress", "receive"]) {
        Direction::Inbound
    } else if is(&["out", "outbound", "outgoing", "egress", "send"]) {
        Direction::Outbound
    } else if is(&["internal", "local", "lateral"]) {
        Direction::Internal
    } else if is(&["external"]) {
        Direction::External
    } else {
        Direction::Unknown
    }
}

/// Flags as letters (`S`, `...A..S.`), words (`SYN,ACK`) or a number (`0x12`, `18`).
pub(crate) fn flags(text: &[u8]) -> Option<TcpFlags> {
    if let Some(digits) = text.strip_prefix(b"0x") {
        let digits = std::str::from_utf8(digits).ok()?;
        return u8::from_str_radix(digits, 16).ok().map(TcpFlags);
    }
    if let Some(number) = decimal::<u8>(text) {
        return Some(TcpFlags(number));
    }
    let words = || {
        text.split(|byte| !byte.is_ascii_alphabetic())
            .filter(|word| !word.is_empty())
    };
    let by_words = words().try_fold(TcpFlags::NONE, |flags, word| {
        Some(flags.with(TcpFlags::from_word(word)?))
    });
    by_words.filter(|_| words().next().is_some()).or_else(|| {
        words().flatten().try_fold(TcpFlags::NONE, |flags, letter| {
            Some(flags.with(TcpFlags::from_letter(*letter)?))
        })
    })
}

/// The time of a column, or of one for the date and one for the time of day.
fn stamp(date: &[u8], time: &[u8]) -> Result<Stamp, Refusal> {
    let whole = |text: &[u8]| envelope::stamp_of(text).or_else(|| fields::stamp(text));
    if fields::is_nothing(date) {
        if fields::is_nothing(time) {
            return Ok(Stamp::Absent);
        }
        return whole(time).ok_or(Refusal::BadTime);
    }
    if fields::is_nothing(time) {
        // A date with its time of day, or a day alone, which dates no packet.
        return Ok(whole(date).unwrap_or_default());
    }
    let mut text = [b' '; 64];
    let end = date.len() + 1 + time.len();
    text.get_mut(..date.len())
        .ok_or(Refusal::BadTime)?
        .copy_from_slice(date);
    text.get_mut(date.len() + 1..end)
        .ok_or(Refusal::BadTime)?
        .copy_from_slice(time);
    // Some name the day alone and whole times beside it.
    whole(text.get(..end).unwrap_or_default())
        .or_else(|| whole(time))
        .ok_or(Refusal::BadTime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_many_spellings() {
        for (name, meaning) in [
            ("Source Address", M::Source),
            ("SRC_IP", M::Source),
            ("sourceAddress", M::Source),
            ("source.ip", M::Source),
            ("id.orig_h", M::Source),
            ("dest_port", M::DestinationPort),
            ("Protocol", M::Protocol),
            ("bytes_out", M::BytesOut),
        ] {
            let found = Meaning::of(name.as_bytes()).map(|(meaning, _)| meaning);
            assert_eq!(found, Some(meaning), "{name}");
        }
        for name in ["", "info", "port class", &"x".repeat(99)] {
            assert_eq!(Meaning::of(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn no_name_means_two_things() {
        let mut all: Vec<String> = NAMES
            .iter()
            .flat_map(|(_, own, others)| {
                let own = own.replace('_', "");
                others.iter().map(|name| (*name).to_owned()).chain([own])
            })
            .collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
        for (meaning, own, _) in NAMES {
            assert_eq!(Meaning::of_code(meaning.code()), Some(*meaning));
            assert_eq!(Meaning::chosen(own), Some(*meaning));
        }
    }

    #[test]
    fn broken_addresses_are_no_names() {
        for text in ["300.1.1.1", "1.2.3", "2001:db8:::1", "1.2.3.4.5"] {
            assert_eq!(end(text.as_bytes()), Err(Refusal::BadAddress), "{text}");
        }
        for text in ["fw01", "host.example.org", "any", "-", ""] {
            assert_eq!(end(text.as_bytes()), Ok(None), "{text}");
        }
    }

    #[test]
    fn flags_in_many_spellings() {
        let syn_ack = Some(TcpFlags::SYN.with(TcpFlags::ACK));
        for text in ["SA", "...A..S.", "SYN,ACK", "0x12", "18", "SYN ACK"] {
            assert_eq!(flags(text.as_bytes()), syn_ack, "{text}");
        }
        assert_eq!(flags(b"what"), None);
    }

    #[test]
    fn times_in_one_or_two_columns() {
        let whole = stamp(b"", b"2026-11-23 10:00:00").unwrap_or_default();
        assert_ne!(whole, Stamp::Absent);
        assert_eq!(stamp(b"2026-11-23", b"10:00:00"), Ok(whole));
        assert_eq!(stamp(b"2026/11/23", b"10:00:00"), Ok(whole));
        assert_eq!(stamp(b"2026-11-23", b""), Ok(Stamp::Absent));
        assert_eq!(stamp(b"", b""), Ok(Stamp::Absent));
        assert_eq!(stamp(b"", b"noon"), Err(Refusal::BadTime));
    }
}
