//! Trying what must not be possible, as whoever took over the sensor would.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsRawFd as _, BorrowedFd};
use std::path::Path;
use std::process::Command;

use nix::sys::ptrace;
use nix::sys::signal::{Signal, kill};
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockType, SockaddrStorage, connect, sendto, socket,
};
use nix::unistd::{Gid, Pid, Uid, chroot, execv, setgid, setgroups, setuid};

/// One thing that was tried.
#[derive(Debug)]
pub struct Attempt {
    /// What, in few words.
    pub what: &'static str,
    /// What the system said; nothing when it let it happen.
    pub error: Option<io::Error>,
}

impl Attempt {
    /// Whether the system forbade it; a failure for any other reason is none.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.error
            .as_ref()
            .is_some_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
    }
}

/// Where the attempts would lead: this machine's own discard port, should one of them succeed.
const NOWHERE: ([u8; 4], u16) = ([127, 0, 0, 1], 9);

/// Tries everything that must be refused once the rights are given up. `door` is a socket that the
/// sensor holds.
///
/// Meant for `rutter listen --check`, which ends afterwards: should something not be refused, it has
/// happened.
#[must_use]
pub fn attempts(door: Option<BorrowedFd<'_>>, spool: Option<&Path>) -> Vec<Attempt> {
    let nowhere = SocketAddr::from(NOWHERE);
    let address = SockaddrStorage::from(nowhere);
    let root = (Uid::from_raw(0), Gid::from_raw(0));
    let mut list = Vec::new();
    let mut attempt = |what, result: io::Result<()>| {
        list.push(Attempt {
            what,
            error: result.err(),
        });
    };
    attempt("become root (setuid)", setuid(root.0).map_err(into));
    attempt("become root's group (setgid)", setgid(root.1).map_err(into));
    attempt(
        "join root's group (setgroups)",
        setgroups(&[root.1]).map_err(into),
    );
    attempt(
        "call somebody (connect)",
        TcpStream::connect(nowhere).map(drop),
    );
    if let Some(door) = door {
        attempt(
            "call somebody from an open socket (connect)",
            connect(door.as_raw_fd(), &address).map_err(into),
        );
        attempt(
            "send a datagram from an open socket (sendto)",
            sendto(door.as_raw_fd(), b"x", &address, MsgFlags::MSG_DONTWAIT)
                .map(drop)
                .map_err(into),
        );
    }
    attempt(
        "open a socket (socket)",
        UdpSocket::bind("127.0.0.1:0").map(drop),
    );
    attempt(
        "open a listening socket (bind)",
        TcpListener::bind("127.0.0.1:0").map(drop),
    );
    attempt(
        "open a raw socket (socket)",
        socket(AddressFamily::Inet, SockType::Raw, SockFlag::empty(), None)
            .map(drop)
            .map_err(into),
    );
    attempt(
        "start a program (clone)",
        Command::new("/bin/true").status().map(drop),
    );
    attempt(
        "become a program (execve)",
        match execv(c"/bin/true", &[c"true"]) {
            Err(error) => Err(into(error)),
        },
    );
    attempt("read a file (open)", File::open("/etc/passwd").map(drop));
    attempt(
        "write a file (open)",
        OpenOptions::new()
            .create(true)
            .append(true)
            .open("/tmp/rutter-listen-check")
            .map(drop),
    );
    if let Some(spool) = spool {
        let outside = spool.join("../rutter-listen-check");
        attempt("leave the spool (open ..)", File::create(outside).map(drop));
        attempt(
            "make a folder in the spool (mkdir)",
            fs::create_dir(spool.join("check")),
        );
    }
    attempt("list a folder (getdents)", fs::read_dir("/etc").map(drop));
    attempt("change the root folder (chroot)", chroot("/").map_err(into));
    attempt("be traced (ptrace)", ptrace::traceme().map_err(into));
    attempt(
        "send a signal (kill)",
        kill(Pid::this(), Signal::SIGCONT).map_err(into),
    );
    attempt(
        "take a thread (clone)",
        std::thread::Builder::new().spawn(|| ()).map(drop),
    );
    list
}

fn into(error: nix::errno::Errno) -> io::Error {
    error.into()
}
