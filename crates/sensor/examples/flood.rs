//! Floods a sensor on loopback, to measure it: `flood tcp|udp PORT PER_SECOND SECONDS [SOURCES]`.
//!
//! Each source is an address of 127.0.0.0/8. Says how much it has sent, which must be what the
//! sensor's account says has arrived, and what the system has lost.

#![expect(clippy::unwrap_used, reason = "a measuring tool may stop")]

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::socket::{
    AddressFamily, SockFlag, SockType, SockaddrStorage, bind, connect, setsockopt, socket, sockopt,
};

const THREADS: u32 = 3;
/// How often each thread looks at the clock.
const TICK: Duration = Duration::from_millis(1);

static SENT: AtomicU64 = AtomicU64::new(0);
static FAILED: AtomicU64 = AtomicU64::new(0);

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |at: usize, or: u32| arguments.get(at).map_or(or, |text| text.parse().unwrap());
    let is_udp = arguments.get(1).is_some_and(|word| word == "udp");
    let to = SocketAddr::from(([127, 0, 0, 1], u16::try_from(number(2, 27374)).unwrap()));
    let (rate, seconds, sources) = (number(3, 1000), number(4, 10), number(5, 1000));
    let start = Instant::now();
    thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || {
                let each = sources.div_ceil(THREADS);
                let mut speaker = Speaker::new(is_udp, thread * each, each, to);
                let due = |at: Instant| {
                    let passed = at
                        .duration_since(start)
                        .as_secs_f64()
                        .min(f64::from(seconds));
                    (passed * f64::from(rate) / f64::from(THREADS)) as u64
                };
                let (mut done, mut over) = (0, false);
                while !over {
                    let now = Instant::now();
                    over = now.duration_since(start).as_secs() >= u64::from(seconds);
                    let wanted = due(now);
                    while done < wanted {
                        speaker.speak();
                        done += 1;
                    }
                    thread::sleep(TICK);
                }
            });
        }
    });
    let took = start.elapsed().as_secs_f64();
    let (sent, failed) = (SENT.load(Ordering::Relaxed), FAILED.load(Ordering::Relaxed));
    writeln!(
        std::io::stdout(),
        "{sent} sent, {failed} failed, in {took:.1} s: {:.0} a second",
        sent as f64 / took
    )
}

struct Speaker {
    sockets: Vec<UdpSocket>,
    to: SocketAddr,
    first: u32,
    count: u32,
    next: u32,
}

/// Sockets of one thread that send datagrams.
const SOCKETS: u32 = 300;

fn source(n: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(0x7f01_0001 + n)
}

impl Speaker {
    fn new(is_udp: bool, first: u32, count: u32, to: SocketAddr) -> Self {
        let sockets = (0..count.min(SOCKETS))
            .filter(|_| is_udp)
            .map(|n| {
                let socket = UdpSocket::bind((source(first + n), 0)).unwrap();
                socket.connect(to).unwrap();
                socket
            })
            .collect();
        Self {
            sockets,
            to,
            first,
            count,
            next: 0,
        }
    }

    fn speak(&mut self) {
        self.next = self.next.wrapping_add(1);
        let sent = if self.sockets.is_empty() {
            self.call()
        } else {
            let at = self.next as usize % self.sockets.len();
            self.sockets
                .get(at)
                .is_some_and(|socket| socket.send(b"\x30\x26\x02\x01\x01").is_ok())
        };
        if sent { &SENT } else { &FAILED }.fetch_add(1, Ordering::Relaxed);
    }

    fn call(&self) -> bool {
        use std::os::fd::AsRawFd as _;
        let from = source(self.first + self.next % self.count);
        let flags = SockFlag::SOCK_CLOEXEC;
        let Ok(socket) = socket(AddressFamily::Inet, SockType::Stream, flags, None) else {
            return false;
        };
        let _ = setsockopt(&socket, sockopt::ReuseAddr, &true);
        let own = SockaddrStorage::from(SocketAddr::from((from, 0)));
        let to = SockaddrStorage::from(self.to);
        if bind(socket.as_raw_fd(), &own).is_err() || connect(socket.as_raw_fd(), &to).is_err() {
            return false;
        }
        // A connection that was taken counts, whether or not it was broken off since.
        let _ = TcpStream::from(socket).write(b"GET / HTTP/1.0\r\n\r\n");
        true
    }
}
