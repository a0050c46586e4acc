//! `cargo xtask lab`: real programs in network namespaces, logged by real firewalls.
//!
//! Programs run one after the other, each from an address of its own, and each leaves three logs
//! in a folder of its own: so it is certain which program sent which packet.

mod log;
mod net;
pub(crate) mod program;
pub(crate) mod synthetic;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use log::{Kernel, Packets};
use net::Network;
use program::{Cast, Place, Program, programs};

/// What stands beside the logs: which programs ran, in which versions, and which did not.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Index {
    /// The kernel that logged.
    pub(crate) kernel: String,
    pub(crate) runs: BTreeMap<String, Run>,
    /// Name and reason.
    pub(crate) skipped: BTreeMap<String, String>,
}

/// One run of one program.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) package: String,
    pub(crate) version: String,
    pub(crate) command: String,
    /// Its address; all else in its logs is the other side's.
    pub(crate) me: String,
    pub(crate) me6: String,
}

/// What the logs are made with.
const TOOLS: [(&str, &str); 7] = [
    ("ip", "iproute2"),
    ("nft", "nftables"),
    ("iptables", "iptables"),
    ("conntrack", "conntrack"),
    ("tcpdump", "tcpdump"),
    ("dmesg", "util-linux"),
    ("ping", "iputils-ping"),
];

/// Runs the programs whose names contain `only` and writes their logs under `out`.
pub(crate) fn run(out: &Path, only: &str, missing: bool, install: bool) -> anyhow::Result<()> {
    let Some(index) = record(&programs()?, out, only, missing, install)? else {
        return Ok(());
    };
    synthetic::write(out)?;
    println!(
        "{} programs ran, {} were skipped; judge them: cargo xtask calibrate {}",
        index.runs.len(),
        index.skipped.len(),
        out.display()
    );
    Ok(())
}

/// Runs some programs and writes their logs under `out`; nothing where that cannot be done.
pub(crate) fn record(
    programs: &[Program],
    out: &Path,
    only: &str,
    missing: bool,
    install: bool,
) -> anyhow::Result<Option<Index>> {
    if install {
        install_packages(programs)?;
    }
    if let Some(reason) = hindrance() {
        println!("skipped: {reason}");
        return Ok(None);
    }
    fs::create_dir_all(out)?;
    let out = out.canonicalize()?;
    let path = out.join("index.json");
    let mut index: Index = match fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).context("index.json of an earlier run")?,
        Err(_) => Index::default(),
    };
    // Without what a distributor adds: the version is what tells how packets are logged.
    let release = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let version = release.split('-').next().unwrap_or_default();
    version.trim().clone_into(&mut index.kernel);
    let network = Network::make()?;
    let kernel = Kernel::follow()?;
    for (number, program) in programs.iter().enumerate() {
        if !program.name.contains(only) || (missing && index.runs.contains_key(&program.name)) {
            continue;
        }
        index.runs.remove(&program.name);
        index.skipped.remove(&program.name);
        let Some(version) = version_of(&program.package) else {
            println!(
                "{:<28} skipped: package {} is not installed",
                program.name, program.package
            );
            index.skipped.insert(
                program.name.clone(),
                format!("package {} is not installed", program.package),
            );
            continue;
        };
        let folder = out.join(&program.name);
        fs::create_dir_all(&folder)?;
        let cast = Cast::of(number, program.place)?;
        let counts = observe(&network, &kernel, program, &cast, &folder)?;
        println!(
            "{:<28} {:>6} nft {:>6} ufw",
            program.name, counts[0], counts[1]
        );
        index.runs.insert(
            program.name.clone(),
            Run {
                package: program.package.clone(),
                version,
                command: cast.fill(&program.run),
                me: cast.me.to_string(),
                me6: cast.me6.to_string(),
            },
        );
        fs::write(&path, serde_json::to_vec_pretty(&index)?)?;
    }
    drop(network);
    fs::write(&path, serde_json::to_vec_pretty(&index)?)?;
    Ok(Some(index))
}

/// One program from a quiet network to a quiet network.
fn observe(
    network: &Network,
    kernel: &Kernel,
    program: &Program,
    cast: &Cast,
    folder: &Path,
) -> anyhow::Result<[usize; 2]> {
    network.set(program.place, program.policy, cast)?;
    if !program.serve.is_empty() {
        net::start(program.place.opposite(), &cast.fill(&program.serve))?;
        std::thread::sleep(std::time::Duration::from_millis(700));
    }
    kernel.forget();
    let device = match program.place {
        Place::Lan => "lan0",
        Place::Host => "dmz0",
        Place::Outside | Place::Translated => "wan0",
    };
    let packets = Packets::capture(device, &folder.join("packets.pcap"))?;
    let command = format!(
        "exec timeout -s KILL {} sh -c '{}'",
        program.seconds,
        cast.fill(&program.run).replace('\'', "'\\''")
    );
    net::start(program.place.namespace(), &command)?.wait()?;
    packets.stop()?;
    network.quiet();
    kernel.write(folder)
}

/// Why the lab cannot run here; nothing when it can.
fn hindrance() -> Option<String> {
    let root = Command::new("id").arg("-u").output().ok()?;
    if String::from_utf8_lossy(&root.stdout).trim() != "0" {
        return Some("network namespaces and kernel logs need root".to_owned());
    }
    for (tool, package) in TOOLS {
        let found = Command::new("sh")
            .args(["-c", &format!("command -v {tool}")])
            .stdout(Stdio::null())
            .status();
        if !found.is_ok_and(|status| status.success()) {
            return Some(format!(
                "{tool} is missing; Debian has it as {package}, and --install installs it"
            ));
        }
    }
    let unshare = Command::new("ip")
        .args(["netns", "list"])
        .stdout(Stdio::null())
        .status();
    if !unshare.is_ok_and(|status| status.success()) {
        return Some("this kernel gives no network namespaces".to_owned());
    }
    None
}

/// The installed version of a Debian package.
fn version_of(package: &str) -> Option<String> {
    let output = Command::new("dpkg-query")
        .args(["-W", "-f", "${db:Status-Abbrev}${Version}", package])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.strip_prefix("ii ").map(|v| v.trim().to_owned())
}

/// Installs one package after the other: one that is not there keeps none of the others away.
fn install_packages(programs: &[Program]) -> anyhow::Result<()> {
    let mut packages: Vec<&str> = programs.iter().map(|p| p.package.as_str()).collect();
    packages.extend(TOOLS.iter().map(|(_, package)| *package));
    packages.sort_unstable();
    packages.dedup();
    for package in packages {
        if version_of(package).is_some() {
            continue;
        }
        let status = Command::new("apt-get")
            .args(["install", "-y", "-qq", "--no-install-recommends", package])
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .context("apt-get cannot be started")?;
        if !status.success() {
            println!("not installed: {package}");
        }
    }
    Ok(())
}
