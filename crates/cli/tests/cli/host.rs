//! `rutter sockets` and `rutter rpc`.

#![expect(clippy::print_stderr, reason = "a test says what it passes over")]

use std::net::{TcpListener, UdpSocket};
use std::process::Command;

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
