//! What one run of one command costs.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, bail};
use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};

/// What one run of a command took, its children included.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Cost {
    /// CPU seconds, of the program and of the kernel for it.
    pub(crate) cpu: f64,
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// The most memory that was resident at once in any one process, kilobytes.
    pub(crate) memory: i64,
}

/// Runs a shell's command in a process of its own, so that what the system adds up for children is
/// this command's alone.
pub(crate) fn measure(command: &str) -> anyhow::Result<Cost> {
    let this = std::env::current_exe().context("cannot name this program")?;
    let output = Command::new(this)
        .args(["measure", command])
        .stderr(Stdio::piped())
        .output()
        .context("cannot start the measuring process")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{}", said.lines().last().unwrap_or("it failed").trim());
    }
    serde_json::from_slice(&output.stdout).context("the measuring process said something else")
}

/// The measuring process: runs a command without output and prints its cost.
#[expect(clippy::cast_precision_loss, reason = "microseconds")]
pub(crate) fn tell(command: &str) -> anyhow::Result<()> {
    let begin = Instant::now();
    let output = Command::new("/bin/sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .context("no shell")?;
    let wall = begin.elapsed().as_secs_f64();
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{}: {}", output.status, said.lines().last().unwrap_or(""));
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = [usage.user_time(), usage.system_time()]
        .map(|time| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6);
    let cost = Cost {
        cpu: seconds.iter().sum(),
        wall,
        memory: usage.max_rss(),
    };
    println!("{}", serde_json::to_string(&cost)?);
    Ok(())
}
