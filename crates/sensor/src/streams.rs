//! Connections under way.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::AsRawFd as _;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::libc;
use nix::sys::socket::{MsgFlags, recv, send, setsockopt, sockopt};
use rutter_event::Timestamp;

use crate::contact::Ended;
use crate::greeting::{Greeting, reply};
use crate::settings::{GREET_AFTER, LIFE, MOST_BYTES, SETTLE};

/// A connection.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) socket: TcpStream,
    pub(crate) source: SocketAddr,
    pub(crate) destination: SocketAddr,
    pub(crate) time: Timestamp,
    pub(crate) began: Instant,
    pub(crate) payload: Vec<u8>,
    /// What is to be said to a client that waits.
    pub(crate) greeting: Option<&'static Greeting>,
    pub(crate) greeted: Option<&'static str>,
    /// Whether anything is said at all.
    greets: bool,
    heard: Option<Instant>,
}

/// Which connection: a place, and how often it was given away before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) place: u32,
    pub(crate) turn: u32,
}

/// All connections, and when to look at which.
#[derive(Default)]
pub(crate) struct Streams {
    places: Vec<(u32, Option<Stream>)>,
    free: Vec<u32>,
    open: usize,
    wakes: BinaryHeap<Reverse<(Instant, Key)>>,
}

impl Stream {
    pub(crate) fn new(
        socket: TcpStream,
        (source, destination): (SocketAddr, SocketAddr),
        (began, time): (Instant, Timestamp),
        greeting: Option<&'static Greeting>,
    ) -> Self {
        Self {
            socket,
            source,
            destination,
            time,
            began,
            payload: Vec::new(),
            greeting,
            greeted: None,
            greets: false,
            heard: None,
        }
    }

    /// The same, and a client that tells its name without waiting for ours is told it.
    pub(crate) fn greeting(self, greets: bool) -> Self {
        Self { greets, ..self }
    }

    /// Says a first word; who has gone meanwhile is met when reading.
    fn greet(&mut self, greeting: &'static Greeting) {
        let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_NOSIGNAL;
        // A few bytes always fit into the queue of a connection on which nothing was sent.
        if send(self.socket.as_raw_fd(), greeting.words, flags).is_ok() {
            self.greeted = Some(greeting.protocol);
        }
    }

    /// Reads what is there. Says how the connection ended, if it did.
    pub(crate) fn read(&mut self, scratch: &mut [u8; MOST_BYTES], now: Instant) -> Option<Ended> {
        loop {
            let room = MOST_BYTES.saturating_sub(self.payload.len());
            let Some(into) = scratch.get_mut(..room).filter(|into| !into.is_empty()) else {
                return Some(Ended::Full);
            };
            match recv(self.socket.as_raw_fd(), into, MsgFlags::MSG_DONTWAIT) {
                Ok(0) => return Some(Ended::Closed),
                Ok(length) => {
                    self.payload
                        .extend_from_slice(into.get(..length).unwrap_or_default());
                    self.heard = Some(now);
                    // Who speaks unasked is not greeted, but for a protocol in which both do: only
                    // then it goes on.
                    self.greeting = None;
                    if self.greets && self.greeted.is_none() {
                        let reply = reply(&self.payload);
                        reply.into_iter().for_each(|reply| self.greet(reply));
                    }
                }
                Err(Errno::EAGAIN) => return None,
                Err(Errno::EINTR) => {}
                Err(_) => return Some(Ended::Reset),
            }
        }
    }

    /// Does what the time asks for. Says how the connection ended, if it did.
    fn wake(&mut self, now: Instant) -> Option<Ended> {
        if now >= self.began + LIFE {
            return Some(Ended::Life);
        }
        if self.heard.is_some_and(|heard| now >= heard + SETTLE) {
            return Some(Ended::Silent);
        }
        if now >= self.began + GREET_AFTER
            && let Some(greeting) = self.greeting.take()
        {
            self.greet(greeting);
        }
        None
    }

    /// When to look again though nothing comes.
    fn due(&self) -> Instant {
        let mut due = self.began + LIFE;
        if let Some(heard) = self.heard {
            due = due.min(heard + SETTLE);
        }
        if self.greeting.is_some() {
            due = due.min(self.began + GREET_AFTER);
        }
        due
    }
}

impl Streams {
    pub(crate) const fn open(&self) -> usize {
        self.open
    }

    pub(crate) fn insert(&mut self, stream: Stream) -> Key {
        let due = stream.due();
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push((0, None));
            u32::try_from(self.places.len() - 1).unwrap_or(u32::MAX)
        });
        let mut key = Key { place, turn: 0 };
        if let Some((turn, slot)) = self.places.get_mut(place as usize) {
            *turn = turn.wrapping_add(1);
            key.turn = *turn;
            *slot = Some(stream);
            self.open += 1;
        }
        self.wakes.push(Reverse((due, key)));
        key
    }

    pub(crate) fn get(&mut self, key: Key) -> Option<&mut Stream> {
        let (turn, stream) = self.places.get_mut(key.place as usize)?;
        stream.as_mut().filter(|_| *turn == key.turn)
    }

    pub(crate) fn remove(&mut self, key: Key) -> Option<Stream> {
        let (turn, slot) = self.places.get_mut(key.place as usize)?;
        if *turn != key.turn {
            return None;
        }
        let stream = slot.take()?;
        self.open -= 1;
        self.free.push(key.place);
        Some(stream)
    }

    /// Every connection, to end them all.
    pub(crate) fn keys(&self) -> Vec<Key> {
        let places = self.places.iter().enumerate();
        places
            .filter(|(_, (_, stream))| stream.is_some())
            .map(|(place, (turn, _))| Key {
                place: u32::try_from(place).unwrap_or(u32::MAX),
                turn: *turn,
            })
            .collect()
    }

    /// A connection has been heard, so it may have to be looked at earlier than was thought.
    pub(crate) fn heard(&mut self, key: Key) {
        // Only the first time brings it forward; later ones put it off, which is seen when due.
        let due = self.get(key).map(|stream| stream.due());
        if let Some(due) = due {
            self.wakes.push(Reverse((due, key)));
        }
    }

    /// How long nothing need be looked at.
    pub(crate) fn rest(&self, now: Instant) -> Option<Duration> {
        let Reverse((due, _)) = self.wakes.peek()?;
        Some(due.saturating_duration_since(now))
    }

    /// Looks at every connection that is due; those that have ended are handed to `end`.
    pub(crate) fn wake(&mut self, now: Instant, end: &mut dyn FnMut(Key, Ended)) {
        while let Some(Reverse((due, key))) = self.wakes.peek().copied() {
            if due > now {
                break;
            }
            self.wakes.pop();
            let Some(stream) = self.get(key) else {
                continue;
            };
            if stream.due() > now {
                let due = stream.due();
                self.wakes.push(Reverse((due, key)));
                continue;
            }
            match stream.wake(now) {
                Some(ended) => end(key, ended),
                None => {
                    let due = stream.due();
                    self.wakes.push(Reverse((due, key)));
                }
            }
        }
    }
}

/// Ends a connection at once, so that it leaves nothing behind on this machine.
pub(crate) fn break_off(socket: TcpStream) {
    let linger = libc::linger {
        l_onoff: 1,
        l_linger: 0,
    };
    // Otherwise it winds down, which costs the system a while.
    let _ = setsockopt(&socket, sockopt::Linger, &linger);
    drop(socket);
}

/// Where a connection was meant to go: its own address, or what the system wrote down when it
/// translated it to the port through which all go.
pub(crate) fn destination(socket: &TcpStream, through: Option<u16>) -> io::Result<SocketAddr> {
    let address = socket.local_addr()?;
    if through != Some(address.port()) {
        return Ok(address);
    }
    let original = if address.is_ipv4() {
        nix::sys::socket::getsockopt(socket, sockopt::OriginalDst)
            .ok()
            .map(|to| crate::datagrams::v4(&to))
    } else {
        nix::sys::socket::getsockopt(socket, sockopt::Ip6tOriginalDst)
            .ok()
            .map(|to| crate::datagrams::v6(&to))
    };
    Ok(original.unwrap_or(address))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;
    use crate::greeting::greeting;

    fn pair() -> (TcpStream, TcpStream) {
        let door = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(door.local_addr().unwrap()).unwrap();
        (client, door.accept().unwrap().0)
    }

    fn stream(socket: TcpStream, began: Instant, port: u16) -> Stream {
        let ends = (socket.peer_addr().unwrap(), socket.local_addr().unwrap());
        Stream::new(socket, ends, (began, Timestamp(0)), greeting(port))
    }

    #[test]
    fn life_ends_whatever_is_sent() {
        let (mut client, server) = pair();
        let start = Instant::now();
        let mut streams = Streams::default();
        let key = streams.insert(stream(server, start, 80));
        let mut ended = None;
        let mut at = start;
        while ended.is_none() {
            client.write_all(b"x").unwrap();
            at += SETTLE / 2;
            let mut scratch = [0; MOST_BYTES];
            streams.get(key).unwrap().read(&mut scratch, at);
            streams.heard(key);
            streams.wake(at, &mut |_, why| ended = Some(why));
        }
        assert_eq!(ended, Some(Ended::Life));
        assert!(at - start <= LIFE + SETTLE);
    }

    #[test]
    fn who_waits_is_greeted_once_and_who_speaks_is_not() {
        let start = Instant::now();
        for speaks in [false, true] {
            let (mut client, server) = pair();
            let mut streams = Streams::default();
            let key = streams.insert(stream(server, start, 21));
            assert_eq!(streams.rest(start), Some(GREET_AFTER));
            if speaks {
                client.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
                let mut scratch = [0; MOST_BYTES];
                while streams.get(key).unwrap().payload.is_empty() {
                    streams.get(key).unwrap().read(&mut scratch, start);
                }
            }
            for _ in 0..2 {
                streams.wake(start + GREET_AFTER, &mut |_, _| {});
            }
            let stream = streams.remove(key).unwrap();
            assert_eq!(stream.greeted, (!speaks).then_some("ftp"));
            drop(stream);
            let mut heard = Vec::new();
            let _ = client.read_to_end(&mut heard);
            assert_eq!(heard, if speaks { &b""[..] } else { b"220 \r\n" });
        }
    }

    #[test]
    fn who_tells_its_name_is_told_ours_at_any_port() {
        let start = Instant::now();
        for greets in [false, true] {
            let (mut client, server) = pair();
            let mut stream = stream(server, start, 80).greeting(greets);
            client.write_all(b"SSH-2.0-Go\r\n").unwrap();
            let mut scratch = [0; MOST_BYTES];
            while stream.payload.is_empty() {
                stream.read(&mut scratch, start);
            }
            assert_eq!(stream.greeted, greets.then_some("ssh"));
            drop(stream);
            let mut heard = Vec::new();
            let _ = client.read_to_end(&mut heard);
            assert_eq!(heard.starts_with(b"SSH-2.0-"), greets);
        }
    }

    #[test]
    fn no_more_is_read_than_is_kept() {
        let (mut client, server) = pair();
        let start = Instant::now();
        let mut stream = stream(server, start, 80);
        client.write_all(&[7; MOST_BYTES + 100]).unwrap();
        let mut scratch = [0; MOST_BYTES];
        let mut ended = None;
        while ended.is_none() {
            ended = stream.read(&mut scratch, start);
        }
        assert_eq!(
            (ended, stream.payload.len()),
            (Some(Ended::Full), MOST_BYTES)
        );
    }

    #[test]
    fn an_old_key_opens_no_new_connection() {
        let mut streams = Streams::default();
        let start = Instant::now();
        let (_first, server) = pair();
        let old = streams.insert(stream(server, start, 80));
        assert!(streams.remove(old).is_some());
        let (_second, server) = pair();
        let new = streams.insert(stream(server, start, 80));
        assert_eq!(old.place, new.place);
        assert!(streams.get(old).is_none() && streams.remove(old).is_none());
        assert_eq!((streams.open(), streams.keys()), (1, vec![new]));
    }
}
