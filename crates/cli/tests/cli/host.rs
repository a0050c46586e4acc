//! `rutter sockets` and `rutter rpc`.

#![expect(clippy::print_stderr, reason = "a test says what it passes over")]

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::bench::run;

#[test]
fn a_listener_of_ones_own_is_shown() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let ran = run(["sockets", "--listening", "--output", "json"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let all = ran.json();
    let found = all["sockets"]
        .as_array()
        .unwrap()
        .iter()
        .find(|socket| socket["local"]["port"] == port)
        .unwrap();
    assert_eq!(found["state"], "listening");
    assert_eq!(found["reach"], "loopback");
    assert_eq!(found["processes"][0]["pid"], std::process::id());
    let text = run(["sockets", "--listening", "--lang", "zh-CN"]);
    assert!(
        text.out.contains("监听") && text.out.contains(&port.to_string()),
        "{}",
        text.out
    );
}

#[test]
fn a_host_without_portmapper_is_named() {
    // A listener that nobody accepts from was closed again: its port refuses.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let ran = run(["rpc", &format!("127.0.0.1:{port}")]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.err.contains("rpcbind") && ran.out.is_empty(),
        "{}",
        ran.err
    );
    let ran = run(["rpc", "no such host"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("no such host"), "{}", ran.err);
}

/// The socket of a port in what `rutter sockets --output json` says.
fn of_port(all: &Value, port: u16) -> Value {
    let mut sockets = all["sockets"].as_array().unwrap().iter();
    let found = sockets.find(|socket| socket["local"]["port"] == port);
    found.unwrap().clone()
}

#[test]
fn what_is_open_to_both_families_is_told() {
    let Ok(listener) = TcpListener::bind("[::]:0") else {
        eprintln!("passed over: no IPv6 here");
        return;
    };
    let port = listener.local_addr().unwrap().port();
    let all = run(["sockets", "--listening", "--output", "json"]).json();
    let found = of_port(&all, port);
    assert_eq!(found["reach"], "all");
    // Whether IPv4 is taken too is the system's default, and told by netlink alone.
    let text = run(["sockets", "--listening", "--lang", "en"]).out;
    let line = text
        .lines()
        .find(|line| line.starts_with(&format!("{port}/tcp")));
    let both = line.unwrap().contains("::, 0.0.0.0");
    assert_eq!(both, found["takes_ipv4"] == true, "{found}");
    assert_eq!(all["ephemeral"]["allocation"], "keyed-hash");
}

#[test]
fn a_datagram_socket_with_a_peer_listens_to_nobody_else() {
    let (one, other) = (
        UdpSocket::bind("127.0.0.1:0").unwrap(),
        UdpSocket::bind("127.0.0.1:0").unwrap(),
    );
    one.connect(other.local_addr().unwrap()).unwrap();
    let all = run(["sockets", "--output", "json"]).json();
    let port = |socket: &UdpSocket| socket.local_addr().unwrap().port();
    let found = of_port(&all, port(&one));
    assert_eq!(found["state"], "connected");
    assert_eq!(found["remote"]["port"], port(&other));
    assert_eq!(of_port(&all, port(&other))["state"], "listening");
}

#[test]
fn sockets_are_told_where_processes_are_hidden() {
    let program = assert_cmd::cargo::cargo_bin("rutter");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    // As in a container that is shown nothing of its host.
    let hidden = Command::new("unshare")
        .args([
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs none /proc && exec \"$0\" sockets --output json",
        ])
        .arg(program)
        .output();
    let Ok(output) = hidden else {
        eprintln!("passed over: unshare is not installed");
        return;
    };
    let told = String::from_utf8_lossy(&output.stderr);
    if told.contains("unshare:") || told.contains("mount:") {
        eprintln!("passed over: {told}");
        return;
    }
    if !output.status.success() {
        // Without netlink as well nothing is left, which is said and not passed for silence.
        assert!(
            told.contains("netlink") && told.contains("netstat"),
            "{told}"
        );
        return;
    }
    let found = of_port(&serde_json::from_slice(&output.stdout).unwrap(), port);
    assert_eq!(found["processes"], Value::Array(Vec::new()));
}

/// Longest wait for what must come; a slow machine needs a small part of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// `rutter sockets --watch`, and what it says, one object after the other.
struct Watch {
    child: Child,
    told: Receiver<Value>,
}

impl Watch {
    fn start() -> Self {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("rutter"))
            .args(["sockets", "--listening", "--watch", "1", "--output", "json"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (tell, told) = channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if tell.send(serde_json::from_str(&line).unwrap()).is_err() {
                    return;
                }
            }
        });
        Self { child, told }
    }

    /// Waits until a port is among the listeners, or no longer.
    fn await_port(&self, port: u16, there: bool) {
        let has = |all: &Value| {
            let mut sockets = all["sockets"].as_array().unwrap().iter();
            sockets.any(|socket| socket["local"]["port"] == port)
        };
        while has(&self.told.recv_timeout(PATIENCE).unwrap()) != there {}
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn watching_sees_a_listener_come_and_go() {
    let watch = Watch::start();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    watch.await_port(port, true);
    drop(listener);
    watch.await_port(port, false);
}

/// rpcbind in a network of its own, with a mountd registered at 20048/tcp as NFS servers do (RFC 1833,
/// `PMAPPROC_SET`), asked by TCP and by UDP.
const PORTMAPPER: &str = r#"
for tool in rpcbind bash ip; do
    command -v $tool > /dev/null || { echo "passed over: $tool is not installed" >&2; exit 77; }
done
mount -t tmpfs none /run && ip link set lo up || { echo "passed over: no network of its own" >&2; exit 77; }
rpcbind -i -f &
ask() { "$0" rpc --patience 5 --output json "$@"; }
await() { for i in $(seq 200); do ask 2>/dev/null | grep -q "$1" && return; sleep 0.05; done; }
await 100000
kill -0 $! || { echo "passed over: rpcbind does not start here" >&2; exit 77; }
n='\x00\x00\x00'
call="RPC!$n\\x00$n\\x02\\x00\\x01\\x86\\xa0$n\\x02$n\\x01$n\\x00$n\\x00$n\\x00$n\\x00"
bash -c "printf '$call\\x00\\x01\\x86\\xa5$n\\x03$n\\x06\\x00\\x00\\x4e\\x50' > /dev/udp/127.0.0.1/111"
await 100005
ask && ask --udp
"#;

#[test]
fn a_real_portmapper_tells_its_list() {
    let ran = Command::new("unshare")
        .args(["--net", "--mount", "--pid", "--fork", "--kill-child"])
        .args(["sh", "-c", PORTMAPPER])
        .arg(assert_cmd::cargo::cargo_bin("rutter"))
        .output();
    let Ok(output) = ran else {
        eprintln!("passed over: unshare is not installed");
        return;
    };
    let told = String::from_utf8_lossy(&output.stderr);
    let missing = [
        "unshare:",
        "mount:",
        "rpcbind: not found",
        "bash: not found",
    ];
    if output.status.code() == Some(77) || missing.iter().any(|word| told.contains(word)) {
        eprintln!("passed over: {told}");
        return;
    }
    assert!(output.status.success(), "{told}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lists: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lists.len(), 2, "by TCP and by UDP: {text}");
    for list in &lists {
        let offers = list["offers"].as_array().unwrap();
        let offered = |name: &str, transport: &str| {
            let mut named = offers.iter();
            let found = named.find(|o| o["name"] == name && o["transport"] == transport);
            found.unwrap_or(&Value::Null)["port"].clone()
        };
        assert_eq!(offered("portmapper", "tcp"), 111, "{list:#}");
        assert_eq!(offered("portmapper", "udp"), 111, "{list:#}");
        assert_eq!(offered("mountd", "tcp"), 20_048, "{list:#}");
    }
}
