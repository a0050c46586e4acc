//! Networks, sensors, and what they wrote.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// Longest that anything is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A network of its own, or the machine's.
pub(crate) struct Net {
    holder: Option<Child>,
}

impl Net {
    /// A network of its own; nothing where the system does not allow it.
    pub(crate) fn own() -> Option<Self> {
        let mut holder = Command::new("unshare")
            .args(["--net", "--kill-child", "sh", "-c"])
            .arg("ip link set lo up && echo up && exec sleep 3600")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut line = String::new();
        BufReader::new(holder.stdout.take()?)
            .read_line(&mut line)
            .ok()?;
        if line.trim() != "up" {
            let _ = holder.kill();
            let _ = holder.wait();
            return None;
        }
        Some(Self {
            holder: Some(holder),
        })
    }

    pub(crate) fn shared() -> Self {
        Self { holder: None }
    }

    /// Number of the process that holds the network.
    pub(crate) fn id(&self) -> u32 {
        self.holder.as_ref().map_or(0, Child::id)
    }

    /// A command inside this network.
    pub(crate) fn command(&self, program: &str) -> Command {
        match &self.holder {
            None => Command::new(program),
            Some(holder) => {
                let mut command = Command::new("nsenter");
                command
                    .arg("-t")
                    .arg(holder.id().to_string())
                    .args(["-n", "--", program]);
                command
            }
        }
    }

    pub(crate) fn rutter(&self) -> Command {
        self.command(&program())
    }

    /// Runs a script of `sh` here; it must succeed.
    pub(crate) fn sh(&self, script: &str) {
        let output = self.command("sh").args(["-ec", script]).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{script}: {told}");
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        if let Some(holder) = &mut self.holder {
            let _ = holder.kill();
            let _ = holder.wait();
        }
    }
}

/// Path of the program under test.
pub(crate) fn program() -> String {
    assert_cmd::cargo::cargo_bin("rutter")
        .to_string_lossy()
        .into_owned()
}

/// Says that something is passed over, and why.
pub(crate) fn passed_over(what: &str, why: &str) {
    eprintln!("passed over: {what}: {why}");
}

pub(crate) fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    status.lines().any(|line| line.starts_with("Uid:\t0\t"))
}

/// A folder that whoever the sensor becomes may enter.
pub(crate) fn folder() -> TempDir {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// A sensor at work.
pub(crate) struct Sensor {
    child: Child,
    /// Which process to look at; the child, or the one that it became.
    pub(crate) id: u32,
    out: PathBuf,
    errors: mpsc::Receiver<String>,
    _folder: TempDir,
}

/// What a sensor left.
pub(crate) struct Left {
    pub(crate) status: ExitStatus,
    pub(crate) records: Vec<Value>,
    pub(crate) errors: String,
}

impl Left {
    /// A number of the account on standard error: of the word, or of what stands before it.
    pub(crate) fn account(&self, word: &str) -> u64 {
        let line = self
            .errors
            .lines()
            .find(|line| line.contains(" arrived ("))
            .unwrap();
        let words: Vec<&str> = line
            .split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, ',' | '-'))
            .filter(|w| !w.is_empty())
            .collect();
        let at = words.iter().position(|w| w.trim_end_matches(',') == word);
        at.map_or(0, |at| words[at - 1].replace(',', "").parse().unwrap())
    }

    /// Records of contacts with a port.
    pub(crate) fn at(&self, port: u16) -> Vec<&Value> {
        let records = self.records.iter();
        records
            .filter(|record| record["destination"]["port"] == port)
            .collect()
    }
}

impl Sensor {
    pub(crate) fn start(net: &Net, arguments: &[&str]) -> Self {
        let mut command = net.rutter();
        command.arg("listen").args(arguments);
        Self::of(command)
    }

    /// Starts one that listens on a TCP port of loopback and keeps a spool.
    pub(crate) fn spooling(port: u16, spool: &Path) -> Self {
        Self::start(
            &Net::shared(),
            &[
                &format!("tcp/{port}"),
                "--address",
                "127.0.0.1",
                "--spool",
                spool.to_str().unwrap(),
            ],
        )
    }

    /// Starts a command that becomes a sensor, and waits until it is ready.
    pub(crate) fn of(mut command: Command) -> Self {
        let folder = TempDir::new().unwrap();
        let out = folder.path().join("out.jsonl");
        let mut child = command
            .env("LANG", "C")
            .stdin(Stdio::null())
            .stdout(File::create(&out).unwrap())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, errors) = mpsc::channel();
        let told = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || {
            for line in told.lines() {
                let _ = sender.send(line.unwrap());
            }
        });
        let mut said = Vec::new();
        while let Ok(line) = errors.recv_timeout(PATIENCE) {
            let is_ready = line.contains("running as user");
            said.push(line);
            if is_ready {
                break;
            }
        }
        assert!(
            said.last()
                .is_some_and(|line| line.contains("running as user")),
            "the sensor did not start: {said:?}"
        );
        Self {
            id: child.id(),
            child,
            out,
            errors,
            _folder: folder,
        }
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &self.id.to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Records that were told so far.
    pub(crate) fn told(&self) -> Vec<Value> {
        records(&self.out)
    }

    /// Waits until as many records were told.
    pub(crate) fn await_records(&self, many: usize) {
        let start = std::time::Instant::now();
        while self.told().len() < many {
            assert!(
                start.elapsed() < PATIENCE,
                "{} of {many} records",
                self.told().len()
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn kill(mut self) -> Vec<Value> {
        self.signal("KILL");
        self.child.wait().unwrap();
        records(&self.out)
    }

    /// Asks it to end.
    pub(crate) fn stop(self) -> Left {
        self.signal("TERM");
        self.ended()
    }

    /// Waits for its end.
    pub(crate) fn ended(mut self) -> Left {
        let status = self.child.wait().unwrap();
        let errors: Vec<String> = self.errors.iter().collect();
        Left {
            status,
            records: records(&self.out),
            errors: errors.join("\n"),
        }
    }
}

/// Whole lines of a file of records.
pub(crate) fn records(path: &Path) -> Vec<Value> {
    let mut text = String::new();
    File::open(path).unwrap().read_to_string(&mut text).unwrap();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Every record of a spool, in order.
pub(crate) fn spooled(folder: &Path) -> Vec<Value> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "jsonl"))
        .collect();
    paths.sort();
    paths.iter().flat_map(|path| records(path)).collect()
}

/// Ports of loopback on which nobody listens just now, below those that the system gives to
/// clients: one of them could take such a port while no sensor holds it.
pub(crate) fn free_ports<const N: usize>() -> [u16; N] {
    const FIRST: u16 = 12_000;
    const MANY: u16 = 20_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Test programs that run side by side begin at different places.
    let start = (std::process::id().wrapping_mul(89) % u32::from(MANY)) as u16;
    [(); N].map(|()| {
        let ports = (0..MANY).map(|_| {
            let turn = NEXT.fetch_add(1, Ordering::Relaxed);
            FIRST + start.wrapping_add(turn) % MANY
        });
        let mut free = ports.filter(|port| {
            let here = ("127.0.0.1", *port);
            std::net::TcpListener::bind(here).is_ok() && std::net::UdpSocket::bind(here).is_ok()
        });
        free.next().unwrap()
    })
}
