//! What the tests share: a folder to work in, lines to read, and the binary.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use tempfile::TempDir;

/// What a run left.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }

    /// Standard output as one JSON value a line.
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The ledger: the last line of standard error.
    pub(crate) fn ledger(&self) -> &str {
        self.err.lines().last().unwrap_or_default()
    }

    /// Lines of standard error that tell of an error.
    pub(crate) fn errors(&self) -> Vec<&str> {
        self.err
            .lines()
            .filter_map(|line| line.strip_prefix("error: "))
            .collect()
    }
}

/// The binary, in surroundings that do not depend on who runs the tests.
pub(crate) fn rutter() -> Command {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("rutter");
    for variable in [
        "LC_ALL",
        "LC_MESSAGES",
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
    ] {
        command.env_remove(variable);
    }
    command.env("LANG", "C.UTF-8").env("COLUMNS", "100");
    command
}

/// Runs a command to its end.
pub(crate) fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the binary with arguments, and nothing on standard input.
pub(crate) fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ran {
    ran(rutter().args(arguments).write_stdin(""))
}

/// A folder for one test.
pub(crate) struct Desk(TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The binary, working in this folder.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Ran {
        ran(rutter()
            .current_dir(self.folder())
            .args(arguments)
            .write_stdin(""))
    }

    /// The same, with something on standard input.
    pub(crate) fn pipe(&self, input: impl Into<Vec<u8>>, arguments: &[&str]) -> Ran {
        ran(rutter()
            .current_dir(self.folder())
            .args(arguments)
            .write_stdin(input))
    }
}

/// A dropped TCP packet as ufw logs it, at a minute and second after noon on 23 November 2026.
pub(crate) fn dropped(second: u32, source: &str, port: u16) -> String {
    format!(
        "2026-11-23T12:{:02}:{:02}+00:00 fw kernel: [UFW BLOCK] IN=eth0 OUT= SRC={source} DST=203.0.113.9 \
         LEN=40 TOS=0x00 PREC=0x00 TTL=241 ID=1 PROTO=TCP SPT=40000 DPT={port} WINDOW=1024 RES=0x00 SYN \
         URGP=0",
        second / 60 % 60,
        second % 60
    )
}

/// The same from a log without a year.
pub(crate) fn dropped_yearless(month: &str, source: &str, port: u16) -> String {
    let line = dropped(0, source, port);
    let rest = line.split_once(" fw ").unwrap().1;
    format!("{month} 23 12:00:00 fw {rest}")
}

/// A log with a bit of a story: a sweep over ports, and knocks on telnet from many places.
pub(crate) fn story() -> String {
    let mut log = String::new();
    for port in 1..=60 {
        log.push_str(&dropped(u32::from(port), "198.51.100.7", port));
        log.push('\n');
    }
    for host in 1..=40_u32 {
        log.push_str(&dropped(100 + host, &format!("192.0.2.{host}"), 23));
        log.push('\n');
    }
    log.push_str("2026-11-23T12:30:00+00:00 fw sshd[7]: Accepted publickey for root\n");
    log.push('\n');
    log
}

pub(crate) fn gzipped(content: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content.as_bytes()).unwrap();
    encoder.finish().unwrap()
}
