//! Asking a portmapper for its list (RFC 1833): rpcbind version 3 first, portmap version 2 where that
//! is not spoken.

use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use onc_rpc::auth::AuthFlavor;
use onc_rpc::{AcceptedStatus, CallBody, MessageType, ReplyBody, RpcMessage};
use rutter_event::Transport;

use crate::xdr::Xdr;

/// Where portmappers listen.
pub const PORTMAP: u16 = 111;
/// The portmapper's own program.
const PROGRAM: u32 = 100_000;
/// `PMAPPROC_DUMP` of version 2, `RPCBPROC_DUMP` of version 3.
const DUMP: u32 = 4;
/// Most bytes of an answer; real ones have a few thousand.
const MAX_ANSWER: usize = 1 << 20;
/// Most offers that are kept.
const MAX_OFFERS: usize = 4096;
/// Longest address, name of a transport or owner.
const MAX_TEXT: usize = 256;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offer {
    /// Number of the program.
    pub program: u32,
    /// Its version.
    pub version: u32,
    /// `tcp`, `udp`, `tcp6`, `local` …, as the portmapper calls it.
    pub transport: String,
    /// Port; nothing for transports without ports.
    pub port: Option<u16>,
    /// Address to which it is bound, where the portmapper says so.
    pub address: Option<IpAddr>,
    /// Who runs it, as the portmapper says; empty where it does not.
    pub owner: String,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum PortmapError {
    /// Nobody answers.
    #[error(
        "{0}: {1}; is a portmapper running there (rpcbind), and does the way let port {PORTMAP} through?"
    )]
    Unreachable(SocketAddr, #[source] io::Error),
    /// What answers is no portmapper, or its answer is broken.
    #[error("{0}: answers, but not as a portmapper does: {1}")]
    Stranger(SocketAddr, &'static str),
    /// It refuses.
    #[error("{0}: refuses to tell ({1}); some answer only to their own machine")]
    Refused(SocketAddr, &'static str),
}

/// Asks the portmapper at an address for everything that it offers, sorted by program.
///
/// One TCP connection, or UDP datagrams; at most two questions, nothing else is sent, and only the
/// one who was asked is listened to. `patience` is for the whole.
///
/// # Errors
/// When nobody answers in time, or what answers is no portmapper.
pub fn dump(at: SocketAddr, by: Transport, patience: Duration) -> Result<Vec<Offer>, PortmapError> {
    let deadline = Instant::now() + patience;
    let lost = |error| PortmapError::Unreachable(at, error);
    let mut wire = Wire::to(at, by, patience).map_err(lost)?;
    for version in [3, 2] {
        let xid = std::process::id() ^ version;
        let question = question(xid, version).map_err(lost)?;
        let answer = wire
            .ask(&question, deadline)
            .map_err(lost)?
            .ok_or(PortmapError::Stranger(
                at,
                "its answer is longer than a list can be",
            ))?;
        match read(&answer, xid, version) {
            Ok(Some(mut offers)) => {
                offers.sort_unstable();
                offers.dedup();
                return Ok(offers);
            }
            // Version 3 is not spoken.
            Ok(None) => {}
            Err(Broken::Strange(why)) => return Err(PortmapError::Stranger(at, why)),
            Err(Broken::Denied(why)) => return Err(PortmapError::Refused(at, why)),
        }
    }
    Err(PortmapError::Stranger(
        at,
        "it speaks neither version 3 nor 2",
    ))
}

/// The way to a portmapper.
enum Wire {
    Tcp(TcpStream),
    Udp(UdpSocket),
}

/// Most bytes of a datagram.
const MAX_DATAGRAM: usize = 65_535;
/// A mark before each message that says how long it is, on a stream.
const MARK: usize = 4;

impl Wire {
    fn to(at: SocketAddr, by: Transport, patience: Duration) -> io::Result<Self> {
        if by != Transport::UDP {
            return TcpStream::connect_timeout(&at, patience).map(Self::Tcp);
        }
        let here: IpAddr = if at.is_ipv4() {
            Ipv4Addr::UNSPECIFIED.into()
        } else {
            Ipv6Addr::UNSPECIFIED.into()
        };
        let socket = UdpSocket::bind((here, 0))?;
        socket.connect(at)?;
        Ok(Self::Udp(socket))
    }

    /// Asks, and waits for an answer; nothing when it grows beyond every measure. Both are with the
    /// mark of a stream, as the reader of messages wants it.
    fn ask(&mut self, question: &[u8], deadline: Instant) -> io::Result<Option<Vec<u8>>> {
        match self {
            Self::Tcp(stream) => {
                stream.write_all(question)?;
                record(stream, deadline)
            }
            Self::Udp(socket) => {
                socket.send(question.get(MARK..).unwrap_or_default())?;
                let left = deadline.saturating_duration_since(Instant::now());
                socket.set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
                let mut whole = vec![0; MARK + MAX_DATAGRAM];
                let into = whole.get_mut(MARK..).unwrap_or_default();
                let length = socket.recv(into).map_err(|error| match error.kind() {
                    // A timeout of the socket has another name on some systems.
                    io::ErrorKind::WouldBlock => io::ErrorKind::TimedOut.into(),
                    _ => error,
                })?;
                whole.truncate(MARK + length);
                Ok(Some(marked(whole)))
            }
        }
    }
}

/// A message with room for its mark, marked as whole.
fn marked(mut whole: Vec<u8>) -> Vec<u8> {
    let length = u32::try_from(whole.len().saturating_sub(MARK)).unwrap_or(0) | 1 << 31;
    if let Some(mark) = whole.first_chunk_mut() {
        *mark = length.to_be_bytes();
    }
    whole
}

fn question(xid: u32, version: u32) -> io::Result<Vec<u8>> {
    let none: AuthFlavor<&[u8]> = AuthFlavor::AuthNone(None);
    let body = CallBody::new(PROGRAM, version, DUMP, none.clone(), none, &[][..]);
    RpcMessage::new(xid, MessageType::Call(body)).serialise()
}

/// One record of RFC 5531, section 11: fragments put together behind a single mark, as the reader of
/// messages wants it. Nothing when it grows beyond every measure.
fn record(stream: &mut TcpStream, deadline: Instant) -> io::Result<Option<Vec<u8>>> {
    let mut whole = vec![0; MARK];
    loop {
        let mut mark = [0; MARK];
        fill(stream, &mut mark, deadline)?;
        let mark = u32::from_be_bytes(mark);
        let length = usize::try_from(mark & 0x7fff_ffff).unwrap_or(usize::MAX);
        let start = whole.len();
        if length > MAX_ANSWER.saturating_sub(start) {
            return Ok(None);
        }
        whole.resize(start + length, 0);
        fill(stream, whole.get_mut(start..).unwrap_or_default(), deadline)?;
        if mark >> 31 == 1 {
            return Ok(Some(marked(whole)));
        }
    }
}

fn fill(stream: &mut TcpStream, mut buffer: &mut [u8], deadline: Instant) -> io::Result<()> {
    while !buffer.is_empty() {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(buffer) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => buffer = buffer.get_mut(n..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // A timeout of the socket has another name on some systems.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                return Err(io::ErrorKind::TimedOut.into());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
enum Broken {
    Strange(&'static str),
    Denied(&'static str),
}

/// The list of an answer; nothing when the version is not spoken.
fn read(answer: &[u8], xid: u32, version: u32) -> Result<Option<Vec<Offer>>, Broken> {
    let message =
        RpcMessage::try_from(answer).map_err(|_| Broken::Strange("it is no RPC message"))?;
    if message.xid() != xid {
        return Err(Broken::Strange("it answers another question"));
    }
    match message.reply_body() {
        Some(ReplyBody::Accepted(reply)) => match reply.status() {
            AcceptedStatus::Success(list) => {
                let offers = if version == 2 {
                    mappings(list)
                } else {
                    bindings(list)
                };
                offers
                    .map(Some)
                    .ok_or(Broken::Strange("its list is cut off"))
            }
            AcceptedStatus::ProgramMismatch { .. } | AcceptedStatus::ProcedureUnavailable => {
                Ok(None)
            }
            AcceptedStatus::ProgramUnavailable => Err(Broken::Strange("it is another program")),
            _ => Err(Broken::Denied("it says that it failed")),
        },
        Some(ReplyBody::Denied(_)) => Err(Broken::Denied("not without credentials")),
        None => Err(Broken::Strange("it is a question")),
    }
}

/// `pmaplist` of version 2: program, version, protocol, port.
fn mappings(list: &[u8]) -> Option<Vec<Offer>> {
    let mut xdr = Xdr(list);
    let mut offers = Vec::new();
    while xdr.goes_on()? {
        let (program, version) = (xdr.number()?, xdr.number()?);
        let transport = match xdr.number()? {
            6 => "tcp".to_owned(),
            17 => "udp".to_owned(),
            other => other.to_string(),
        };
        let port = u16::try_from(xdr.number()?).ok();
        if offers.len() < MAX_OFFERS {
            offers.push(Offer {
                program,
                version,
                transport,
                port,
                address: None,
                owner: String::new(),
            });
        }
    }
    Some(offers)
}

/// `rpcblist` of version 3: program, version, network id, universal address, owner.
fn bindings(list: &[u8]) -> Option<Vec<Offer>> {
    let mut xdr = Xdr(list);
    let mut offers = Vec::new();
    while xdr.goes_on()? {
        let (program, version) = (xdr.number()?, xdr.number()?);
        let text =
            |xdr: &mut Xdr<'_>| Some(String::from_utf8_lossy(xdr.text(MAX_TEXT)?).into_owned());
        let (transport, address, owner) = (text(&mut xdr)?, text(&mut xdr)?, text(&mut xdr)?);
        let (address, port) = universal(&address).map_or((None, None), |(a, p)| (a, Some(p)));
        if offers.len() < MAX_OFFERS {
            offers.push(Offer {
                program,
                version,
                transport,
                port,
                address,
                owner,
            });
        }
    }
    Some(offers)
}

/// A universal address (RFC 5665, section 5.2.3): the address, then the port as two numbers.
fn universal(text: &str) -> Option<(Option<IpAddr>, u16)> {
    let (rest, low) = text.rsplit_once('.')?;
    let (address, high) = rest.rsplit_once('.')?;
    let port = u16::from_be_bytes([high.parse().ok()?, low.parse().ok()?]);
    let v4 = address.parse::<Ipv4Addr>().map(IpAddr::V4);
    let v6 = || address.parse::<Ipv6Addr>().map(IpAddr::V6);
    Some((v4.or_else(|_| v6()).ok(), port))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use onc_rpc::AcceptedReply;

    use super::*;

    fn text(into: &mut Vec<u8>, text: &str) {
        into.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
        into.extend(text.as_bytes());
        into.resize(into.len().next_multiple_of(4), 0);
    }

    fn binding(program: u32, netid: &str, address: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        for number in [1, program, 3] {
            bytes.extend(number.to_be_bytes());
        }
        text(&mut bytes, netid);
        text(&mut bytes, address);
        text(&mut bytes, "superuser");
        bytes
    }

    fn answer(xid: u32, status: AcceptedStatus<&[u8]>) -> Vec<u8> {
        let none: AuthFlavor<&[u8]> = AuthFlavor::AuthNone(None);
        let reply = ReplyBody::Accepted(AcceptedReply::new(none, status));
        RpcMessage::new(xid, MessageType::Reply(reply))
            .serialise()
            .unwrap()
    }

    #[test]
    fn lists_of_version_three_are_read() {
        let mut list = binding(100_005, "tcp", "0.0.0.0.78.32");
        list.extend(binding(100_003, "tcp6", "::.8.1"));
        list.extend(binding(100_000, "local", "/run/rpcbind.sock"));
        list.extend([0; 4]);
        let offers = read(&answer(7, AcceptedStatus::Success(&list)), 7, 3)
            .unwrap()
            .unwrap();
        let short: Vec<_> = offers.iter().map(|o| (o.program, o.port)).collect();
        assert_eq!(
            short,
            [
                (100_005, Some(20_000)),
                (100_003, Some(2049)),
                (100_000, None)
            ]
        );
        assert_eq!(offers[1].address, Some("::".parse().unwrap()));
        for end in 0..list.len() {
            let cut = answer(7, AcceptedStatus::Success(&list[..end]));
            assert!(read(&cut, 7, 3).is_err(), "{end}");
        }
    }

    #[test]
    fn lists_of_version_two_are_read() {
        let mut list = Vec::new();
        for number in [1, 100_024, 1, 17, 40_001, 0] {
            list.extend(u32::to_be_bytes(number));
        }
        let offers = read(&answer(7, AcceptedStatus::Success(&list)), 7, 2)
            .unwrap()
            .unwrap();
        assert_eq!(
            (offers[0].transport.as_str(), offers[0].port),
            ("udp", Some(40_001))
        );
    }

    #[test]
    fn strangers_are_told_from_portmappers() {
        let older = AcceptedStatus::ProgramMismatch { low: 2, high: 2 };
        assert_eq!(read(&answer(7, older), 7, 3), Ok(None));
        let other = answer(8, AcceptedStatus::Success(&[]));
        assert!(matches!(read(&other, 7, 3), Err(Broken::Strange(_))));
        assert!(read(b"SSH-2.0-OpenSSH_9.9\r\n", 7, 3).is_err());
    }

    #[test]
    fn an_older_portmapper_is_asked_again() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let deadline = Instant::now() + Duration::from_secs(20);
            for _ in 0..2 {
                let call = record(&mut stream, deadline).unwrap().unwrap();
                let call = RpcMessage::try_from(&call[..]).unwrap();
                let list: Vec<u8> = [1, 100_003, 3, 6, 2049, 0]
                    .iter()
                    .flat_map(|n| u32::to_be_bytes(*n))
                    .collect();
                let status = match call.call_body().unwrap().program_version() {
                    2 => AcceptedStatus::Success(&list[..]),
                    _ => AcceptedStatus::ProgramMismatch { low: 2, high: 2 },
                };
                stream.write_all(&answer(call.xid(), status)).unwrap();
            }
        });
        let offers = dump(at, Transport::TCP, Duration::from_secs(20)).unwrap();
        server.join().unwrap();
        assert_eq!(offers.len(), 1);
        assert_eq!(offers[0].port, Some(2049));
    }

    #[test]
    fn a_portmapper_is_asked_by_datagrams() {
        let server = UdpSocket::bind("127.0.0.1:0").unwrap();
        let at = server.local_addr().unwrap();
        let answering = thread::spawn(move || {
            let mut call = [0; 256];
            let (length, who) = server.recv_from(&mut call[MARK..]).unwrap();
            let call = marked(call[..MARK + length].to_vec());
            let call = RpcMessage::try_from(&call[..]).unwrap();
            let mut list = binding(100_003, "udp", "0.0.0.0.8.1");
            list.extend([0; 4]);
            let answer = answer(call.xid(), AcceptedStatus::Success(&list));
            // A stranger is not heard, however quick he is.
            let stranger = UdpSocket::bind("127.0.0.1:0").unwrap();
            stranger.send_to(b"SSH-2.0-OpenSSH_9.9", who).unwrap();
            server.send_to(&answer[MARK..], who).unwrap();
        });
        let offers = dump(at, Transport::UDP, Duration::from_secs(20)).unwrap();
        answering.join().unwrap();
        assert_eq!((offers[0].program, offers[0].port), (100_003, Some(2049)));
        // Nobody is there any more, and the system says so.
        let error = dump(at, Transport::UDP, Duration::from_secs(20)).unwrap_err();
        assert!(error.to_string().contains("rpcbind"), "{error}");
    }

    #[test]
    fn lies_in_an_answer_cost_no_more_than_is_kept() {
        // Each is a datagram that answers the right question, and then lies.
        let xid = 7;
        let mut endless = Vec::new();
        for _ in 0..2 * MAX_OFFERS {
            endless.extend(
                [1, 100_003, 3, 6, 2049]
                    .iter()
                    .flat_map(|n| u32::to_be_bytes(*n)),
            );
        }
        endless.extend([0; 4]);
        let many = answer(xid, AcceptedStatus::Success(&endless));
        assert_eq!(read(&many, xid, 2).unwrap().unwrap().len(), MAX_OFFERS);
        let mut long = Vec::new();
        long.extend([
            0, 0, 0, 1, 0, 1, 0x86, 0xa3, 0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff,
        ]);
        let long = answer(xid, AcceptedStatus::Success(&long));
        assert!(matches!(read(&long, xid, 3), Err(Broken::Strange(_))));
        let whole = answer(xid, AcceptedStatus::Success(&binding(1, "tcp", "::.8.1")));
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut changed = whole.clone();
                changed[at] ^= 1 << bit;
                let _ = read(&changed, xid, 3);
            }
        }
    }

    #[test]
    fn silence_and_nonsense_are_named() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n").unwrap();
            stream
        });
        let error = dump(at, Transport::TCP, Duration::from_secs(20))
            .unwrap_err()
            .to_string();
        assert!(error.contains("not as a portmapper does"), "{error}");
        drop(server.join().unwrap());
        let error = dump(at, Transport::TCP, Duration::from_secs(20))
            .unwrap_err()
            .to_string();
        assert!(error.contains("rpcbind"), "{error}");
    }
}
