//! The loop: waits, takes what comes, writes it down, lets go.

use std::fs::{File, OpenOptions};
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::fs::OpenOptionsExt as _;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use rutter_event::{Timestamp, Transport};

use crate::account::{Account, Unrecorded};
use crate::bind::{self, BindError, Door};
use crate::clock::Clock;
use crate::contact::{Contact, Ended};
use crate::datagrams::{self, Datagram, Room};
use crate::greeting::greeting;
use crate::sandbox::{self, Attempt, Confinement, Identity, SandboxError};
use crate::settings::{Greet, MOST_BYTES, Settings, Until};
use crate::sources::Sources;
use crate::spool::{Recovered, Spool, SpoolError};
use crate::streams::{Key, Stream, Streams, break_off, destination};
use crate::writer::{Outlet, Writer};

/// Connections that are taken from one door at a time, so that no door waits for another.
const ACCEPTS: usize = 64;
/// Batches of datagrams that are taken from one door at a time.
const BATCHES: usize = 4;
/// Things that the system tells at a time.
const EVENTS: usize = 1024;
/// How long to wait when the system has no descriptor and none can be spared.
const BREATH: Duration = Duration::from_millis(10);

/// Why the sensor does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is nothing to listen on.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// A right could not be given up.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The spool cannot be written.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// The capture file cannot be written.
    #[error("{path}: cannot be written: {error}; name another place with --pcapng")]
    Capture {
        /// The file, as it may be shown.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// The system refuses something that every sensor needs.
    #[error("{step}: {error}")]
    System {
        /// What was tried.
        step: &'static str,
        /// What the system says.
        error: Errno,
    },
}

/// A sensor that has its sockets, and still every right.
pub struct Bound {
    settings: Settings,
    identity: Option<Identity>,
    doors: Vec<Door>,
    capture: Option<File>,
}

/// A sensor that has given up its rights.
pub struct Sensor {
    settings: Settings,
    doors: Vec<Door>,
    /// Datagrams that each door had lost when it last told.
    lost: Vec<u32>,
    epoll: Epoll,
    signals: SignalFd,
    /// A descriptor to spare, for the day on which there is no other.
    spare: Option<OwnedFd>,
    streams: Streams,
    sources: Sources,
    writer: Writer,
    account: Account,
    finished: Vec<Finished>,
    room: Room,
    scratch: Box<[u8; MOST_BYTES]>,
    clock: Clock,
    started: Instant,
}

/// What is known once a sensor has started.
#[derive(Clone, Debug)]
pub struct Started {
    /// Own addresses and ports, TCP or UDP.
    pub doors: Vec<(Transport, SocketAddr)>,
    /// What it has given up.
    pub confinement: Confinement,
    /// What the spool held.
    pub recovered: Option<Recovered>,
}

/// A contact whose record is not yet written.
struct Finished {
    /// Closed only when the record is kept.
    stream: Option<TcpStream>,
    time: Timestamp,
    duration: Option<Duration>,
    transport: Transport,
    source: SocketAddr,
    destination: SocketAddr,
    ttl: Option<u8>,
    payload: Vec<u8>,
    length: usize,
    greeted: Option<&'static str>,
    ended: Option<Ended>,
}

impl Finished {
    fn contact(&self) -> Contact<'_> {
        Contact {
            time: self.time,
            duration: self.duration,
            transport: self.transport,
            source: self.source,
            destination: self.destination,
            ttl: self.ttl,
            payload: &self.payload,
            length: self.length,
            greeted: self.greeted,
            ended: self.ended,
        }
    }
}

impl Bound {
    /// Opens every socket and file that needs a right which is given up afterwards.
    ///
    /// # Errors
    /// Names the address, port, user or file that cannot be had.
    pub fn open(settings: Settings) -> Result<Self, StartError> {
        let identity = sandbox::identity(settings.user.as_deref())?;
        let doors = bind::open(&settings)?;
        if let Some(folder) = &settings.spool {
            Spool::prepare(folder)?;
        }
        let capture = match &settings.pcapng {
            Some(path) => {
                let file = OpenOptions::new()
                    .write(true)
                    .create_new(true)
                    .mode(0o640)
                    .open(path);
                Some(file.map_err(|error| {
                    StartError::Capture {
                        path: rutter_event::Untrusted::new(path.as_os_str().as_encoded_bytes())
                            .terminal()
                            .to_string(),
                        error,
                    }
                })?)
            }
            None => None,
        };
        Ok(Self {
            settings,
            identity,
            doors,
            capture,
        })
    }

    /// Gives up every right, and makes sure that it is gone.
    ///
    /// # Errors
    /// When a right is left, or the spool cannot be written without it.
    pub fn confine(self) -> Result<(Sensor, Started), StartError> {
        let system = |step| move |error| StartError::System { step, error };
        let limits = self.settings.limits;
        let host = nix::unistd::gethostname()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).map_err(system("epoll"))?;
        let mut set = SigSet::empty();
        for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
            set.add(signal);
        }
        set.thread_block().map_err(system("blocking signals"))?;
        let flags = SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC;
        let signals = SignalFd::with_flags(&set, flags).map_err(system("signalfd"))?;
        let readable = |tag: Tag| EpollEvent::new(EpollFlags::EPOLLIN, tag.number());
        epoll
            .add(&signals, readable(Tag::Signal))
            .map_err(system("epoll"))?;
        for (at, door) in self.doors.iter().enumerate() {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            epoll
                .add(door, readable(Tag::Door(at)))
                .map_err(system("epoll"))?;
        }
        let spare = signals.as_fd().try_clone_to_owned().ok();
        if let (Some(folder), Some(identity)) = (&self.settings.spool, &self.identity) {
            give(folder, identity)?;
        }
        let confinement = sandbox::enter(self.identity.as_ref(), self.settings.spool.as_deref())?;
        let (spool, recovered) = match &self.settings.spool {
            Some(folder) => {
                let (spool, recovered) = Spool::open(folder, limits.quota, limits.segment)?;
                (Some(spool), Some(recovered))
            }
            None => (None, None),
        };
        let transport = |door: &Door| match door {
            Door::Tcp(_) => Transport::TCP,
            Door::Udp(_) => Transport::UDP,
        };
        let started = Started {
            doors: self
                .doors
                .iter()
                .filter_map(|door| Some((transport(door), door.address().ok()?)))
                .collect(),
            confinement,
            recovered,
        };
        let now = Instant::now();
        let sensor = Sensor {
            lost: vec![0; self.doors.len()],
            doors: self.doors,
            epoll,
            signals,
            spare,
            streams: Streams::default(),
            sources: Sources::new(limits, now),
            writer: Writer::new(spool, self.capture, limits.quota, host),
            account: Account::default(),
            finished: Vec::new(),
            room: Room::default(),
            scratch: Box::new([0; MOST_BYTES]),
            clock: Clock::default(),
            started: now,
            settings: self.settings,
        };
        Ok((sensor, started))
    }
}

/// Makes the spool's folder belong to whom the sensor becomes, as long as it belongs to root alone.
fn give(folder: &std::path::Path, identity: &Identity) -> Result<(), StartError> {
    use std::os::unix::fs::MetadataExt as _;
    let is_roots = std::fs::metadata(folder).is_ok_and(|folder| folder.uid() == 0);
    let is_empty = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    if is_roots && is_empty {
        nix::unistd::chown(folder, Some(identity.uid), Some(identity.gid)).map_err(|error| {
            StartError::System {
                step: "giving the spool to whom the sensor becomes",
                error,
            }
        })?;
    }
    Ok(())
}

/// What the system is asked to say when something happens.
#[derive(Clone, Copy)]
enum Tag {
    Signal,
    Door(u32),
    Stream(Key),
}

impl Tag {
    const DOOR: u64 = u64::MAX - u32::MAX as u64;

    /// A connection's turn stands in the upper half; no connection's turn is zero or the last one.
    const fn number(self) -> u64 {
        match self {
            Self::Signal => 0,
            Self::Door(at) => Self::DOOR | at as u64,
            Self::Stream(Key { place, turn }) => (turn as u64) << 32 | place as u64,
        }
    }

    const fn of(number: u64) -> Self {
        let (turn, place) = ((number >> 32) as u32, number as u32);
        match turn {
            0 => Self::Signal,
            u32::MAX => Self::Door(place),
            _ => Self::Stream(Key { place, turn }),
        }
    }
}

/// What a turn of the loop ended with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    On,
    Last,
}

impl Sensor {
    /// Tries everything that a confined sensor must not be able to do.
    #[must_use]
    pub fn attempts(&self) -> Vec<Attempt> {
        let datagram = self.doors.iter().find(|door| matches!(door, Door::Udp(_)));
        let door = datagram.or(self.doors.first()).map(|door| door.as_fd());
        sandbox::attempts(door, self.settings.spool.as_deref())
    }

    /// Listens until a signal, `until`, or nobody reads `outlet` any more. The account adds up.
    ///
    /// # Errors
    /// When the system no longer tells what happens.
    pub fn run(&mut self, outlet: &mut dyn Outlet) -> io::Result<&Account> {
        let mut events = vec![EpollEvent::empty(); EVENTS];
        while self.turn(&mut events, outlet)? == Turn::On {}
        self.last_call();
        let now = Instant::now();
        // Nobody comes in any more; who is there is written down as far as they got.
        self.doors.clear();
        for key in self.streams.keys() {
            self.end(key, Ended::Stopped, now);
        }
        self.write(outlet, now);
        let _ = outlet.rest();
        self.writer.finish(&mut self.account);
        self.account.forgotten = self.sources.forgotten();
        self.account.removed = self.writer.spool.as_ref().map_or(0, Spool::removed);
        Ok(&self.account)
    }

    fn turn(&mut self, events: &mut [EpollEvent], outlet: &mut dyn Outlet) -> io::Result<Turn> {
        let mut rest = self.streams.rest(Instant::now());
        if let Some(Until::Elapsed(time)) = self.settings.until {
            let left = time.saturating_sub(self.started.elapsed());
            rest = Some(rest.map_or(left, |rest| rest.min(left)));
        }
        let count = match self.epoll.wait(events, timeout(rest)) {
            Ok(count) => count,
            Err(Errno::EINTR) => 0,
            Err(error) => return Err(error.into()),
        };
        let mut turn = Turn::On;
        for event in events.iter().take(count) {
            match Tag::of(event.data()) {
                Tag::Signal => turn = self.signal(),
                Tag::Door(at) => self.answer(at as usize),
                Tag::Stream(key) => self.read(key),
            }
        }
        let now = Instant::now();
        let mut ended = Vec::new();
        self.streams
            .wake(now, &mut |key, why| ended.push((key, why)));
        for (key, why) in ended {
            self.end(key, why, now);
        }
        if !self.write(outlet, now)
            || outlet
                .rest()
                .is_err_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
        {
            turn = Turn::Last;
        }
        let is_over = match self.settings.until {
            Some(Until::Records(many)) => self.account.recorded >= many,
            Some(Until::Elapsed(time)) => self.started.elapsed() >= time,
            None => false,
        };
        Ok(if is_over { Turn::Last } else { turn })
    }

    /// Takes what the system had accepted before the end: to whoever sent it, it has arrived.
    fn last_call(&mut self) {
        for at in 0..self.doors.len() {
            self.answer(at);
        }
        for key in self.streams.keys() {
            self.read(key);
        }
    }

    fn signal(&mut self) -> Turn {
        let mut turn = Turn::On;
        while let Ok(Some(signal)) = self.signals.read_signal() {
            if i32::try_from(signal.ssi_signo) == Ok(Signal::SIGHUP as i32) {
                self.writer.turn();
            } else {
                turn = Turn::Last;
            }
        }
        turn
    }

    /// Somebody is at the door.
    fn answer(&mut self, at: usize) {
        let Some(door) = self.doors.get(at) else {
            return;
        };
        match door {
            Door::Tcp(_) => {
                for _ in 0..ACCEPTS {
                    let Some(Door::Tcp(door)) = self.doors.get(at) else {
                        return;
                    };
                    match door.accept() {
                        Ok((socket, source)) => self.take(socket, source),
                        Err(error) => match error.raw_os_error().map(Errno::from_raw) {
                            Some(Errno::EAGAIN) => return,
                            Some(Errno::EMFILE | Errno::ENFILE) => {
                                relieve(door, &mut self.spare, &self.signals, &mut self.account);
                                return;
                            }
                            Some(Errno::ENOBUFS | Errno::ENOMEM) => {
                                std::thread::sleep(BREATH);
                                return;
                            }
                            // Gone before it was taken; accept(2) names a dozen errors for it.
                            _ => self.account.aborted += 1,
                        },
                    }
                }
            }
            Door::Udp(_) => self.datagrams(at),
        }
    }

    fn take(&mut self, socket: TcpStream, source: SocketAddr) {
        self.account.connections += 1;
        let (now, time) = self.clock.both();
        let Ok(to) = destination(&socket, self.settings.through) else {
            // Without its own end it is no connection any more.
            self.account.connections -= 1;
            self.account.aborted += 1;
            return;
        };
        let admitted = if self.streams.open() >= self.settings.limits.connections {
            Err(Unrecorded::Connections)
        } else {
            self.sources.open(source.ip(), now)
        };
        if let Err(why) = admitted {
            self.account.refuse(why, 1);
            break_off(socket);
            return;
        }
        let greets = self.settings.greet == Greet::Auto;
        let greeting = if greets { greeting(to.port()) } else { None };
        let stream = Stream::new(socket, (source, to), (now, time), greeting).greeting(greets);
        let key = self.streams.insert(stream);
        let flags = EpollFlags::EPOLLIN | EpollFlags::EPOLLRDHUP;
        let event = EpollEvent::new(flags, Tag::Stream(key).number());
        let watched = self
            .streams
            .get(key)
            .is_some_and(|stream| self.epoll.add(&stream.socket, event).is_ok());
        if !watched {
            self.end(key, Ended::Stopped, now);
        }
    }

    fn read(&mut self, key: Key) {
        let now = Instant::now();
        let Some(stream) = self.streams.get(key) else {
            return;
        };
        match stream.read(&mut self.scratch, now) {
            Some(ended) => self.end(key, ended, now),
            None => self.streams.heard(key),
        }
    }

    fn datagrams(&mut self, at: usize) {
        for _ in 0..BATCHES {
            let Some(Door::Udp(socket)) = self.doors.get(at) else {
                return;
            };
            let (now, time) = self.clock.both();
            let own = socket.local_addr().ok();
            let (sources, account, finished) =
                (&mut self.sources, &mut self.account, &mut self.finished);
            let lost = self.lost.get_mut(at);
            let mut last = None;
            let received =
                datagrams::receive(socket, &mut self.room, &mut |datagram: Datagram<'_>| {
                    account.datagrams += 1;
                    last = datagram.lost.or(last);
                    if let Err(why) = sources.admit(datagram.source.ip(), now) {
                        account.refuse(why, 1);
                        return;
                    }
                    let unknown = || SocketAddr::new(IpAddr::from([0; 4]), 0);
                    finished.push(Finished {
                        stream: None,
                        time,
                        duration: None,
                        transport: Transport::UDP,
                        source: datagram.source,
                        destination: datagram.destination.or(own).unwrap_or_else(unknown),
                        ttl: datagram.ttl,
                        payload: datagram.payload.to_vec(),
                        length: datagram.length,
                        greeted: None,
                        ended: None,
                    });
                });
            if let (Some(last), Some(lost)) = (last, lost) {
                self.account.lost += u64::from(last.wrapping_sub(*lost));
                *lost = last;
            }
            if received.unwrap_or(0) < datagrams::BATCH {
                return;
            }
        }
    }

    /// A connection has ended; its record is written at the end of the turn, and then it is closed.
    fn end(&mut self, key: Key, ended: Ended, now: Instant) {
        let Some(stream) = self.streams.remove(key) else {
            return;
        };
        let _ = self.epoll.delete(&stream.socket);
        self.sources.close(stream.source.ip());
        self.finished.push(Finished {
            time: stream.time,
            duration: Some(now.saturating_duration_since(stream.began)),
            transport: Transport::TCP,
            source: stream.source,
            destination: stream.destination,
            ttl: None,
            length: stream.payload.len(),
            payload: stream.payload,
            greeted: stream.greeted,
            ended: Some(ended),
            stream: Some(stream.socket),
        });
    }

    /// Writes what has ended. Says whether anybody still listens.
    fn write(&mut self, outlet: &mut dyn Outlet, now: Instant) -> bool {
        if let Some(Until::Records(many)) = self.settings.until {
            let left =
                usize::try_from(many.saturating_sub(self.account.recorded)).unwrap_or(usize::MAX);
            let beyond = self.finished.len().saturating_sub(left);
            self.account.refuse(Unrecorded::Until, beyond as u64);
            self.finished.truncate(left);
        }
        let contacts = self.finished.iter().map(Finished::contact);
        let listens = self.writer.write(contacts, &mut self.account, outlet, now);
        for finished in self.finished.drain(..) {
            drop(finished.stream);
        }
        listens
    }
}

/// Takes a connection with the descriptor to spare, and breaks it off: left alone it would be
/// announced again and again.
fn relieve(
    door: &TcpListener,
    spare: &mut Option<OwnedFd>,
    signals: &SignalFd,
    account: &mut Account,
) {
    drop(spare.take());
    match door.accept() {
        Ok((socket, _)) => {
            account.connections += 1;
            account.refuse(Unrecorded::Descriptors, 1);
            break_off(socket);
        }
        Err(_) => std::thread::sleep(BREATH),
    }
    *spare = signals.as_fd().try_clone_to_owned().ok();
}

fn timeout(rest: Option<Duration>) -> EpollTimeout {
    let Some(rest) = rest else {
        return EpollTimeout::NONE;
    };
    // Rounded up, or the last millisecond would be waited out in circles.
    EpollTimeout::try_from(rest + Duration::from_millis(1)).unwrap_or(EpollTimeout::MAX)
}

#[cfg(test)]
mod tests;
