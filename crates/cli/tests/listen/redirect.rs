//! All ports through one, by each kind of rules, in a network of two machines.

use std::process::Command;

use serde_json::Value;

use crate::bench::{Left, Net, Sensor, is_root, passed_over};

/// Two networks with a wire between: addresses 192.0.2.1 and .2, 2001:db8::1 and ::2. A dark network,
/// 203.0.113.0/24, is routed to the first.
fn wire() -> Option<(Net, Net)> {
    if !is_root() {
        passed_over("redirects", "not root");
        return None;
    }
    let (Some(here), Some(there)) = (Net::own(), Net::own()) else {
        passed_over("redirects", "no network of its own");
        return None;
    };
    here.sh(&format!(
        "ip link add wire type veth peer name wire netns {}",
        there.id()
    ));
    for (net, n) in [(&here, 1), (&there, 2)] {
        net.sh(&format!(
            "ip addr add 192.0.2.{n}/24 dev wire; ip addr add 2001:db8::{n}/64 dev wire nodad; ip link set wire up"
        ));
    }
    there.sh("ip route add 203.0.113.0/24 via 192.0.2.1");
    // Until the wire carries.
    there.sh("for i in $(seq 50); do ping -c1 -W1 192.0.2.1 >/dev/null 2>&1 && exit 0; sleep 0.1; done; exit 0");
    Some((here, there))
}

/// Puts the rules in force that `rutter listen --redirect` prints.
fn rule(net: &Net, kind: &str) -> bool {
    let shell = if kind.starts_with("nft") {
        "nft -f -"
    } else {
        "sh -e"
    };
    let script = format!(
        "{} listen 1-65535 --through 2626 --redirect {kind} | {shell}",
        crate::bench::program()
    );
    let output = net.command("sh").args(["-c", &script]).output().unwrap();
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        passed_over(kind, told.lines().next().unwrap_or("the rules are refused"));
    }
    output.status.success()
}

/// Says a word by TCP or UDP, with what every system has: bash.
fn say(net: &Net, transport: &str, host: &str, port: u16) {
    let script = format!("echo {transport}-{port} > /dev/{transport}/{host}/{port}");
    let mut command: Command = net.command("timeout");
    let _ = command.args(["5", "bash", "-c", &script]).output().unwrap();
}

fn words(left: &Left, ip: &str, port: u16) -> Vec<String> {
    let said = left
        .at(port)
        .into_iter()
        .filter(|record| record["destination"]["ip"] == ip);
    said.map(|record: &Value| {
        let text = record["rutter"]["payload"]["text"].as_str();
        text.unwrap_or_default()
            .trim_end_matches("\\x0a")
            .to_owned()
    })
    .collect()
}

#[test]
fn all_ports_lead_to_one_and_keep_their_numbers() {
    for kind in ["nft", "iptables", "nft-nat", "iptables-nat"] {
        let Some((here, there)) = wire() else { return };
        if !rule(&here, kind) {
            continue;
        }
        let is_transparent = !kind.ends_with("nat");
        if is_transparent && kind == "nft" {
            here.sh("ip rule add fwmark 0x2626 lookup 2626; ip route add local default dev lo table 2626");
        }
        let sensor = Sensor::start(&here, &["1-65535", "--through", "2626", "--greet", "none"]);
        // A server of this machine keeps its port.
        let server = Sensor::start(&here, &["tcp/8000", "--greet", "none"]);
        say(&there, "tcp", "192.0.2.1", 31337);
        say(&there, "tcp", "2001:db8::1", 27374);
        say(&there, "tcp", "192.0.2.1", 8000);
        if is_transparent {
            say(&there, "udp", "192.0.2.1", 161);
            say(&there, "udp", "2001:db8::1", 5353);
            say(&there, "tcp", "203.0.113.77", 23);
            say(&there, "udp", "203.0.113.77", 53);
        }
        let wanted = if is_transparent { 6 } else { 2 };
        sensor.await_records(wanted);
        server.await_records(1);
        let served = server.stop();
        let left = sensor.stop();
        assert_eq!(words(&left, "192.0.2.1", 31337), ["tcp-31337"], "{kind}");
        assert_eq!(words(&left, "2001:db8::1", 27374), ["tcp-27374"], "{kind}");
        if is_transparent {
            assert_eq!(words(&left, "192.0.2.1", 161), ["udp-161"], "{kind}");
            assert_eq!(words(&left, "2001:db8::1", 5353), ["udp-5353"], "{kind}");
            assert_eq!(words(&left, "203.0.113.77", 23), ["tcp-23"], "{kind}");
            assert_eq!(words(&left, "203.0.113.77", 53), ["udp-53"], "{kind}");
        }
        assert_eq!(words(&served, "192.0.2.1", 8000), ["tcp-8000"], "{kind}");
        assert_eq!(
            left.at(8000).len(),
            0,
            "{kind}: a server's port is left alone"
        );
    }
}
