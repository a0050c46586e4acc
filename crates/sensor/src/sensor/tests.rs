#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::io::Write as _;
use std::net::UdpSocket;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;

use super::*;
use crate::settings::Limits;

const HOUR: i64 = 3_600 * 1_000_000_000;
/// 2026-11-23T10:00:00Z.
const TEN: i64 = 1_795_428_000_000_000_000;

/// A clock on the wall that somebody sets at every look: hours ahead, hours back, before 1970.
fn set_at_every_look() -> Timestamp {
    static LOOKS: AtomicI64 = AtomicI64::new(0);
    let look = LOOKS.fetch_add(1, Ordering::Relaxed);
    Timestamp(match look % 4 {
        0 => TEN + look * 7 * HOUR,
        1 => TEN - look * 5 * HOUR,
        2 => -HOUR,
        _ => TEN,
    })
}

/// A sensor that keeps its rights: this process has tests to run.
fn sensor(until: Until) -> (Sensor, SocketAddr, SocketAddr) {
    let (tcp, udp) = (
        TcpListener::bind("127.0.0.1:0").unwrap(),
        UdpSocket::bind("127.0.0.1:0").unwrap(),
    );
    tcp.set_nonblocking(true).unwrap();
    udp.set_nonblocking(true).unwrap();
    let ends = (tcp.local_addr().unwrap(), udp.local_addr().unwrap());
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).unwrap();
    let doors = vec![Door::Tcp(tcp), Door::Udp(udp)];
    for (door, at) in doors.iter().zip(0..) {
        let event = EpollEvent::new(EpollFlags::EPOLLIN, Tag::Door(at).number());
        epoll.add(door, event).unwrap();
    }
    let started = Instant::now();
    let sensor = Sensor {
        lost: vec![0; doors.len()],
        doors,
        epoll,
        signals: SignalFd::with_flags(&SigSet::empty(), SfdFlags::SFD_NONBLOCK).unwrap(),
        spare: None,
        streams: Streams::default(),
        sources: Sources::new(Limits::default(), started),
        writer: Writer::new(None, None, 0, String::new()),
        account: Account::default(),
        finished: Vec::new(),
        room: Room::default(),
        scratch: Box::new([0; MOST_BYTES]),
        clock: Clock {
            wall: set_at_every_look,
        },
        started,
        settings: Settings {
            until: Some(until),
            ..Settings::default()
        },
    };
    (sensor, ends.0, ends.1)
}

/// Keeps what it is told of each contact.
#[derive(Default)]
struct Told(Vec<(Timestamp, Option<Duration>, Option<Ended>)>);

impl Outlet for Told {
    fn contact(&mut self, contact: &Contact<'_>, _record: &[u8]) -> io::Result<()> {
        self.0.push((contact.time, contact.duration, contact.ended));
        Ok(())
    }

    fn rest(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_clock_that_is_set_ends_nothing_and_is_told_as_it_stood() {
    const CALLS: usize = 8;
    let (mut sensor, tcp, udp) = sensor(Until::Records(2 * CALLS as u64));
    let client = thread::spawn(move || {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        for n in 0..CALLS as u8 {
            let mut stream = TcpStream::connect(tcp).unwrap();
            stream.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
            drop(stream);
            socket.send_to(&[n], udp).unwrap();
        }
    });
    let mut told = Told::default();
    let account = sensor.run(&mut told).unwrap();
    assert!(account.balances(0));
    client.join().unwrap();
    assert_eq!(told.0.len(), 2 * CALLS);
    let hours = |at: &Timestamp| (at.0 - TEN) / HOUR;
    for (time, duration, ended) in &told.0 {
        // Nothing was cut short or held for hours because a clock was set.
        assert!(matches!(ended, None | Some(Ended::Closed)), "{ended:?}");
        assert!(duration.is_none_or(|lasted| lasted < crate::settings::LIFE));
        assert!(
            time.0 == -HOUR || hours(time) * HOUR == time.0 - TEN,
            "{time:?}"
        );
    }
    let ahead = told.0.iter().filter(|(time, ..)| hours(time) > 1).count();
    let back = told.0.iter().filter(|(time, ..)| hours(time) < -1).count();
    assert!(ahead > 0 && back > 0, "{:?}", told.0);
}

#[test]
fn the_time_that_was_agreed_is_not_that_on_the_wall() {
    let agreed = Duration::from_millis(300);
    let (mut sensor, tcp, _) = sensor(Until::Elapsed(agreed));
    // The clock stands hours ahead as soon as somebody comes.
    let mut streams: Vec<TcpStream> = (0..5).map(|_| TcpStream::connect(tcp).unwrap()).collect();
    streams[0].write_all(b"x").unwrap();
    let mut told = Told::default();
    let started = sensor.started;
    sensor.run(&mut told).unwrap();
    assert!(started.elapsed() >= agreed, "it ended before its time");
    // Who is still there is told to the end.
    let ends: Vec<_> = told.0.iter().map(|(.., ended)| *ended).collect();
    assert_eq!(ends, [Some(Ended::Stopped); 5]);
}
