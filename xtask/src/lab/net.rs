//! The network of the lab: four namespaces with a firewall in the middle.
//!
//! ```text
//!   outside 198.51.100.0/24 ── gate ── host 203.0.113.0/24
//!                                └──── lan  192.168.7.0/24
//! ```
//! There is no way out of it, and it goes when [`Network`] is dropped.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail, ensure};

use super::program::{Cast, Place, Policy};

/// The protected host's first address.
pub(crate) const TARGET: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 10);
/// All of the protected host's addresses.
pub(crate) const TARGETS: &str = "203.0.113.10-40";
pub(crate) const TARGET6: &str = "2001:db8:1::10";
/// Somebody outside, when the program runs inside.
pub(crate) const STRANGER: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 250);
pub(crate) const STRANGER6: &str = "2001:db8:51::250";
pub(crate) const GATE_LAN: Ipv4Addr = Ipv4Addr::new(192, 168, 7, 1);
/// Last numbers of addresses that programs get.
pub(crate) const STRANGERS: [u8; 2] = [5, 240];
pub(crate) const HOSTS: [u8; 2] = [50, 240];

const OUTSIDE: &str = "rutter-outside";
const GATE: &str = "rutter-gate";
const HOST: &str = "rutter-host";
const LAN: &str = "rutter-lan";
/// The gate's ends of the wires; other programs of this machine may log too.
pub(crate) const WIRES: [&str; 3] = ["wan0", "dmz0", "lan0"];
/// What kernel lines of namespaces need to be written at all; it belongs to the whole machine.
const LOG_ALL: &str = "/proc/sys/net/netfilter/nf_log_all_netns";

fn within(ip: IpAddr, four: [u8; 3], six: u16) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.octets().starts_with(&four),
        IpAddr::V6(ip) => ip.segments().starts_with(&[0x2001, 0xdb8, six]),
    }
}

fn is_gate(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.octets().ends_with(&[1]),
        IpAddr::V6(ip) => ip.segments().ends_with(&[0, 0, 0, 1]),
    }
}

impl Place {
    pub(crate) const fn namespace(self) -> &'static str {
        match self {
            Self::Outside | Self::Translated => OUTSIDE,
            Self::Host => HOST,
            Self::Lan => LAN,
        }
    }

    /// Which addresses are the other side's, the gate among them.
    pub(crate) fn is_other(self) -> fn(IpAddr) -> bool {
        match self {
            Self::Outside | Self::Translated => |ip| within(ip, [203, 0, 113], 1) || is_gate(ip),
            Self::Host => |ip| within(ip, [198, 51, 100], 0x51) || is_gate(ip),
            Self::Lan => is_gate,
        }
    }

    /// Where it is served.
    pub(crate) const fn opposite(self) -> &'static str {
        match self {
            Self::Outside | Self::Translated => HOST,
            Self::Host => OUTSIDE,
            Self::Lan => GATE,
        }
    }
}

/// The namespaces; they vanish with it.
pub(crate) struct Network {
    log_all: String,
}

impl Network {
    /// Makes the namespaces, wires, addresses and routes.
    pub(crate) fn make() -> anyhow::Result<Self> {
        let log_all = std::fs::read_to_string(LOG_ALL)
            .with_context(|| format!("{LOG_ALL}: the kernel cannot log from namespaces"))?;
        let network = Self { log_all };
        for name in [OUTSIDE, GATE, HOST, LAN] {
            let _ = ip(&format!("netns del {name}"));
            ip(&format!("netns add {name}"))?;
            ip(&format!("-n {name} link set lo up"))?;
        }
        std::fs::write(LOG_ALL, "1").with_context(|| format!("cannot write {LOG_ALL}"))?;
        wire(OUTSIDE, "eth0", "wan0")?;
        wire(HOST, "eth0", "dmz0")?;
        wire(LAN, "eth0", "lan0")?;
        for (device, v4, v6) in [
            ("wan0", "198.51.100.1/24", "2001:db8:51::1/64"),
            ("dmz0", "203.0.113.1/24", "2001:db8:1::1/64"),
            ("lan0", "192.168.7.1/24", "fd00:7::1/64"),
        ] {
            ip(&format!("-n {GATE} addr add {v4} dev {device}"))?;
            ip(&format!("-n {GATE} addr add {v6} dev {device} nodad"))?;
        }
        for key in ["net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"] {
            inside(GATE, &format!("sysctl -qw {key}"))?;
        }
        Ok(network)
    }

    /// Gives every side its addresses for one program, and the gate its rules.
    pub(crate) fn set(&self, place: Place, policy: Policy, cast: &Cast) -> anyhow::Result<()> {
        // Whoever else works with namespaces here may have switched it off meanwhile.
        std::fs::write(LOG_ALL, "1").with_context(|| format!("cannot write {LOG_ALL}"))?;
        match place {
            Place::Outside | Place::Translated => {
                address(OUTSIDE, &[cast.me.to_string()], &cast.me6.to_string(), 1)?;
                address(HOST, &targets(), TARGET6, 1)?;
            }
            Place::Host => {
                address(OUTSIDE, &[STRANGER.to_string()], STRANGER6, 1)?;
                address(HOST, &[cast.me.to_string()], &cast.me6.to_string(), 1)?;
            }
            Place::Lan => {
                address(LAN, &[cast.me.to_string()], &cast.me6.to_string(), 1)?;
            }
        }
        let translate = if place == Place::Translated {
            let nat = format!(
                "table ip nat {{\nchain out {{\ntype nat hook postrouting priority 100;\n\
                 meta l4proto {{ tcp, udp }} snat to {}:600-1023\n}}\n}}\n",
                cast.me
            );
            format!("flush ruleset\n{nat}")
        } else {
            "flush ruleset".to_owned()
        };
        rules(OUTSIDE, &translate)?;
        rules(GATE, &gate_rules(policy))?;
        ufw_rules(policy)?;
        let _ = inside(GATE, "conntrack -F");
        // Neighbours are asked for before the log begins: that is the wire's talk, not a program's.
        for (from, to) in [(OUTSIDE, "198.51.100.1"), (HOST, "203.0.113.1")] {
            let _ = inside(from, &format!("ping -q -c 1 -W 1 {to}"));
        }
        Ok(())
    }

    /// Ends what still runs in the namespaces.
    pub(crate) fn quiet(&self) {
        for name in [OUTSIDE, HOST, LAN] {
            stop_all(name);
        }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for name in [OUTSIDE, GATE, HOST, LAN] {
            stop_all(name);
            let _ = ip(&format!("netns del {name}"));
        }
        let _ = std::fs::write(LOG_ALL, self.log_all.trim());
    }
}

/// The gate's own namespace, where logs are made.
pub(crate) const fn gate() -> &'static str {
    GATE
}

/// A shell command inside a namespace, started and not waited for.
pub(crate) fn start(namespace: &str, command: &str) -> anyhow::Result<Child> {
    Command::new("ip")
        .args(["netns", "exec", namespace, "sh", "-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {command}"))
}

/// A wire from a namespace to the gate.
fn wire(namespace: &str, near: &str, far: &str) -> anyhow::Result<()> {
    ip(&format!(
        "link add {near} netns {namespace} type veth peer name {far} netns {GATE}"
    ))?;
    ip(&format!("-n {namespace} link set {near} up"))?;
    ip(&format!("-n {GATE} link set {far} up"))
}

fn targets() -> Vec<String> {
    (10..=40).map(|n| format!("203.0.113.{n}")).collect()
}

/// Replaces the addresses of a namespace and its way to the gate.
fn address(namespace: &str, v4: &[String], v6: &str, gate: u8) -> anyhow::Result<()> {
    ip(&format!("-n {namespace} addr flush dev eth0 scope global"))?;
    for one in v4 {
        ip(&format!("-n {namespace} addr add {one}/24 dev eth0"))?;
    }
    ip(&format!("-n {namespace} addr add {v6}/64 dev eth0 nodad"))?;
    let first = v4.first().map_or("", String::as_str);
    let net = first.rsplit_once('.').map_or("", |(net, _)| net);
    let net6 = v6.rsplit_once("::").map_or("", |(net, _)| net);
    ip(&format!(
        "-n {namespace} route replace default via {net}.{gate}"
    ))?;
    ip(&format!(
        "-n {namespace} -6 route replace default via {net6}::{gate}"
    ))
}

/// What nft logs, with all that it can: sequence numbers, options of TCP and IP, owner, link layer.
fn gate_rules(policy: Policy) -> String {
    let log = "log prefix \"gate: \" flags all";
    let forward = match policy {
        Policy::Drop => format!(
            "ct state established,related accept\n\
             iifname \"dmz0\" {log} accept\n\
             iifname \"wan0\" {log} drop"
        ),
        Policy::Open => format!("{log} accept"),
    };
    format!(
        "flush ruleset\n\
         table inet lab {{\n\
         chain forward {{ type filter hook forward priority 0; policy accept;\n{forward}\n}}\n\
         chain input {{ type filter hook input priority 0; policy accept;\n\
         iifname \"lan0\" {log}\n}}\n}}\n"
    )
}

/// The rule by which ufw logs what it blocks; it sees every packet before nft's own rules do.
fn ufw_rules(policy: Policy) -> anyhow::Result<()> {
    for tool in ["iptables", "ip6tables"] {
        let _ = inside(GATE, &format!("{tool} -t mangle -F"));
        let new = match policy {
            Policy::Drop => "-m conntrack --ctstate NEW,INVALID",
            Policy::Open => "",
        };
        for (chain, device) in [("FORWARD", "wan0"), ("FORWARD", "dmz0"), ("INPUT", "lan0")] {
            inside(
                GATE,
                &format!(
                    "{tool} -t mangle -A {chain} -i {device} {new} -j LOG --log-prefix '[UFW BLOCK] '"
                ),
            )?;
        }
    }
    Ok(())
}

fn rules(namespace: &str, text: &str) -> anyhow::Result<()> {
    let mut child = Command::new("ip")
        .args(["netns", "exec", namespace, "nft", "-f", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .context("nft cannot be started; Debian has it as nftables")?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes())?;
    }
    ensure!(child.wait()?.success(), "nft refuses:\n{text}");
    Ok(())
}

fn inside(namespace: &str, command: &str) -> anyhow::Result<()> {
    run(
        Command::new("ip").args(["netns", "exec", namespace, "sh", "-c", command]),
        command,
    )
}

fn ip(arguments: &str) -> anyhow::Result<()> {
    run(Command::new("ip").args(arguments.split(' ')), arguments)
}

fn run(command: &mut Command, what: &str) -> anyhow::Result<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {what}"))?;
    if !output.status.success() {
        bail!("{what}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// Ends the processes of one of our namespaces, and no others.
fn stop_all(namespace: &str) {
    let Ok(output) = Command::new("ip")
        .args(["netns", "pids", namespace])
        .output()
    else {
        return;
    };
    for pid in String::from_utf8_lossy(&output.stdout).split_whitespace() {
        let _ = Command::new("kill")
            .args(["-9", pid])
            .stderr(Stdio::null())
            .status();
    }
}
