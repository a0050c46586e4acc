//! The three logs of one run: nft's, ufw's, and the packets themselves.

use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use anyhow::Context;

use super::net;

/// How long the kernel, tcpdump and their pipes may lag behind.
const SETTLES: Duration = Duration::from_millis(400);

/// Follows the kernel's ring: it holds 128 KiB, so a look at the end would miss lines.
pub(crate) struct Kernel {
    follower: Child,
    lines: Receiver<String>,
}

impl Kernel {
    pub(crate) fn follow() -> anyhow::Result<Self> {
        let mut follower = Command::new("dmesg")
            .args(["--follow-new", "--time-format", "iso"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("dmesg cannot follow the kernel's log; it needs util-linux 2.38 and root")?;
        let out = follower.stdout.take().context("dmesg has no output")?;
        let (sender, lines) = channel();
        thread::spawn(move || {
            let mut reader = BufReader::new(out);
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
                let text = String::from_utf8_lossy(&line).into_owned();
                if sender.send(text).is_err() {
                    return;
                }
                line.clear();
            }
        });
        Ok(Self { follower, lines })
    }

    /// Drops what has come so far.
    pub(crate) fn forget(&self) {
        thread::sleep(SETTLES);
        while self.lines.try_recv().is_ok() {}
    }

    /// Writes what has come since, each logger's lines into a file of its own.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<[usize; 2]> {
        thread::sleep(SETTLES);
        let mut counts = [0; 2];
        let mut files = [
            fs::File::create(folder.join("nft.log"))?,
            fs::File::create(folder.join("ufw.log"))?,
        ];
        while let Ok(line) = self.lines.try_recv() {
            let which = usize::from(line.contains("[UFW "));
            let is_ours = net::WIRES
                .iter()
                .any(|wire| line.contains(&format!("IN={wire} ")));
            if !is_ours || (which == 0 && !line.contains("gate: ")) {
                continue;
            }
            if let (Some(count), Some(file)) = (counts.get_mut(which), files.get_mut(which)) {
                *count += 1;
                file.write_all(line.as_bytes())?;
            }
        }
        Ok(counts)
    }
}

impl Drop for Kernel {
    fn drop(&mut self) {
        let _ = self.follower.kill();
        let _ = self.follower.wait();
    }
}

/// tcpdump on one of the gate's wires.
pub(crate) struct Packets(Child);

impl Packets {
    pub(crate) fn capture(device: &str, file: &Path) -> anyhow::Result<Self> {
        let command = format!(
            "exec tcpdump -i {device} -U -n -s 256 -Z root -w '{}'",
            file.display()
        );
        let child = net::start(net::gate(), &command)?;
        thread::sleep(SETTLES);
        Ok(Self(child))
    }

    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        thread::sleep(SETTLES);
        Command::new("kill")
            .args(["-INT", &self.0.id().to_string()])
            .status()?;
        self.0.wait()?;
        Ok(())
    }
}
