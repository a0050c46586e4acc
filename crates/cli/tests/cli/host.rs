//! `rutter sockets` and `rutter rpc`.

use std::net::TcpListener;

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
