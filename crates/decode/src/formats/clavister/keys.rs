//! What each key means, and which field it fills.

use rutter_event::{Action, Endpoint, Event, Packet, Refusal, TcpFlags, Transport};

use super::super::number::decimal;
use super::super::pairs::Value;
use super::super::sessions::{Seen, once};

/// Facts that do not stand alone in an event.
#[derive(Default)]
pub(super) struct Notes<'a> {
    event: &'a [u8],
    action: Option<&'a [u8]>,
    /// The ends of the connection, and of the packet that is told beside it.
    connection: Packet,
    packet: Packet,
    has_connection: Seen,
    has_packet: Seen,
    /// Ours and theirs, of a tunnel's event.
    tunnel: [Endpoint; 2],
    flags: TcpFlags,
    has_flags: bool,
    pub(super) bytes: [Option<u64>; 2],
    /// Whether the record may be cut.
    pub(super) is_open: bool,
}

impl Notes<'_> {
    /// A connection's ends, where they are told, before those of a packet of it, which may be an
    /// answer. The header of a packet counts where it is of the same ends.
    pub(super) fn choose_ends(&self, packet: &mut Packet) {
        let mut header = self.packet;
        if self.has_connection.any() {
            let connection = self.connection;
            let is_same = header.source.ip == connection.source.ip
                && header.source.port == connection.source.port;
            if !is_same {
                header = Packet::default();
            }
            header.source = connection.source;
            header.destination = connection.destination;
            header.transport = connection.transport.or(header.transport);
        } else if !self.has_packet.any() {
            [header.source, header.destination] = self.tunnel;
        }
        *packet = header;
    }

    pub(super) const fn seen(&self) -> &Seen {
        if self.has_connection.any() {
            &self.has_connection
        } else {
            &self.has_packet
        }
    }

    /// Whether only the ends of a tunnel are told.
    pub(super) const fn is_tunnel(&self) -> bool {
        self.tunnel[0].ip.is_some() && self.tunnel[1].ip.is_some()
    }

    /// Whether any end was named.
    pub(super) const fn any(&self) -> bool {
        self.seen().any() || self.is_tunnel()
    }

    /// Draws the conclusions that need the whole record.
    pub(super) fn settle(&self, event: &mut Event<'_>) {
        event.action = match self.action.unwrap_or_default() {
            b"drop" => Action::Dropped,
            b"reject" => Action::Rejected,
            b"deny" | b"block" | b"blacklist" => Action::Denied,
            b"allow" | b"accept" | b"fwdfast" | b"access_allow" => Action::Allowed,
            // A connection that opens or closes was let through.
            _ if self.event.starts_with(b"conn_open") || self.event.starts_with(b"conn_close") => {
                Action::Allowed
            }
            _ => Action::Unstated,
        };
        let is_tcp = event.packet.transport == Some(Transport::TCP);
        event.packet.tcp.flags =
            Some(self.flags).filter(|_| is_tcp && self.has_flags && event.packet.ttl.is_some());
    }
}

/// A record while it is read.
#[derive(Default)]
pub(super) struct Reading<'a> {
    pub(super) event: Event<'a>,
    pub(super) notes: Notes<'a>,
}

impl<'a> Reading<'a> {
    /// Takes one parameter; keys that are not told here are left to `extra`.
    pub(super) fn take(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let (event, notes) = (&mut self.event, &mut self.notes);
        notes.is_open = !value.is_closed;
        let connection = &mut notes.connection;
        let packet = &mut notes.packet;
        match key {
            b"event" => notes.event = value.text,
            b"action" if value.is_closed => once(&mut notes.action, Some(value.text))?,

            b"connsrcip" => notes.has_connection.source(connection, value)?,
            b"conndestip" => notes.has_connection.destination(connection, value)?,
            b"connsrcport" => notes.has_connection.source_port(connection, value)?,
            b"conndestport" => notes.has_connection.destination_port(connection, value)?,
            b"connipproto" => once(&mut connection.transport, value.protocol()?)?,
            b"newconnsrcip" | b"connnewsrcip" => connection.source.nat_ip = value.address()?,
            b"newconndestip" | b"connnewdestip" => {
                connection.destination.nat_ip = value.address()?
            }
            b"newconnsrcport" | b"connnewsrcport" => connection.source.nat_port = value.port()?,
            b"newconndestport" | b"connnewdestport" => {
                connection.destination.nat_port = value.port()?;
            }

            b"srcip" => notes.has_packet.source(packet, value)?,
            b"destip" => notes.has_packet.destination(packet, value)?,
            b"srcport" => notes.has_packet.source_port(packet, value)?,
            b"destport" => notes.has_packet.destination_port(packet, value)?,
            // Of Ethernet `Ip4`, of the packet the protocol.
            b"ipproto" if matches!(value.text, b"Ip4" | b"Ip6" | b"Arp") => {}
            b"ipproto" => once(&mut packet.transport, value.protocol()?)?,
            // UDP tells its own length under the same key.
            b"iptotlen" if packet.length.is_none() => packet.length = value.decimal(),
            b"ttl" => packet.ttl = value.decimal(),
            b"fragid" => packet.id = value.decimal(),
            b"df" => packet.fragment.dont = Some(value.text == b"1"),
            b"mf" => packet.fragment.more = value.text == b"1",
            b"fragoffs" => packet.fragment.offset = value.decimal().unwrap_or(0),
            b"seqno" => packet.tcp.seq = value.decimal(),
            b"ackno" => packet.tcp.ack = value.decimal(),
            b"window" => packet.tcp.window = value.decimal(),
            b"urgentpointer" => packet.tcp.urgent = value.decimal(),
            b"mss" => packet.tcp.mss = value.decimal(),
            b"dataoffset" => {
                let length = value
                    .decimal::<u8>()
                    .and_then(|length| length.checked_sub(20));
                packet.tcp.options_length = length.filter(|length| *length <= 40);
            }
            b"URG" | b"ACK" | b"PSH" | b"RST" | b"SYN" | b"FIN" => {
                notes.has_flags = true;
                if let (Some(flag), b"1") = (TcpFlags::from_word(key), value.text) {
                    notes.flags = notes.flags.with(flag);
                }
            }
            b"XMAS" if value.text == b"1" => notes.flags = notes.flags.with(TcpFlags::ECE),
            b"YMAS" if value.text == b"1" => notes.flags = notes.flags.with(TcpFlags::CWR),
            b"icmptype" => packet.icmp.kind = value.decimal(),
            b"icmpcode" => packet.icmp.code = value.decimal(),

            b"local_ip" => notes.tunnel[0].ip = value.address()?,
            b"remote_ip" => notes.tunnel[1].ip = value.address()?,
            b"local_port" => notes.tunnel[0].port = value.port()?,
            b"remote_port" => notes.tunnel[1].port = value.port()?,

            b"connrecvif" | b"recvif" => event.observer.ingress = value.word(),
            b"conndestif" | b"destif" => event.observer.egress = value.word(),
            b"connrecvzone" | b"recvzone" => event.observer.ingress_zone = value.word(),
            b"conndestzone" | b"destzone" => event.observer.egress_zone = value.word(),
            b"rule" => event.rule = value.word(),
            b"username" => event.user = value.word(),
            b"origsent" => notes.bytes[0] = exact(value),
            b"termsent" => notes.bytes[1] = exact(value),
            b"conntime" => event.duration = value.seconds(),
            _ => {}
        }
        Ok(())
    }
}

/// Bytes, as long as they are not rounded: `75`, `75.0`, but not `1.24 K`.
fn exact(value: Value<'_>) -> Option<u64> {
    decimal(value.text.strip_suffix(b".0").unwrap_or(value.text)).filter(|_| value.is_closed)
}

/// Keys that fill a field and say no more than the field.
pub(super) const FIELDS: &[&[u8]] = &[
    b"connsrcip",
    b"conndestip",
    b"connsrcport",
    b"conndestport",
    b"connipproto",
    b"newconnsrcip",
    b"connnewsrcip",
    b"newconndestip",
    b"connnewdestip",
    b"newconnsrcport",
    b"connnewsrcport",
    b"newconndestport",
    b"connnewdestport",
    b"connrecvif",
    b"recvif",
    b"conndestif",
    b"destif",
    b"connrecvzone",
    b"conndestzone",
    b"rule",
    b"username",
    b"conntime",
];
