//! Real clients: each is named, and none blocks or breaks the sensor.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::bench::{Net, Sensor, passed_over};

/// A client: program, arguments, the port that it calls, and the protocol that it speaks; without
/// one it is enough that it was met.
struct Client(&'static str, &'static [&'static str], u16, &'static str);

const HERE: &str = "127.0.0.1";

const CLIENTS: &[Client] = &[
    Client("curl", &["-s", "http://127.0.0.1:8080/"], 8080, "http"),
    Client(
        "curl",
        &["-s", "--http2-prior-knowledge", "http://127.0.0.1:8081/"],
        8081,
        "http",
    ),
    Client("curl", &["-sk", "https://127.0.0.1:443/"], 443, "tls"),
    Client("curl", &["-s", "ftp://127.0.0.1/"], 21, "ftp"),
    Client(
        "curl",
        &["-s", "imap://127.0.0.1/", "-u", "a:b"],
        143,
        "imap",
    ),
    Client(
        "curl",
        &["-s", "pop3://127.0.0.1/", "-u", "a:b"],
        110,
        "pop3",
    ),
    Client(
        "curl",
        &[
            "-s",
            "smtp://127.0.0.1/",
            "--mail-from",
            "a@b",
            "-T",
            "/dev/null",
        ],
        25,
        "smtp",
    ),
    Client("curl", &["-s", "mqtt://127.0.0.1:1884/a"], 1884, "mqtt"),
    Client("curl", &["-s", "tftp://127.0.0.1:6969/a"], 6969, "tftp"),
    Client("curl", &["-s", "rtsp://127.0.0.1:554/a"], 554, "rtsp"),
    Client("curl", &["-s", "ldap://127.0.0.1:389/"], 389, "ldap"),
    Client(
        "curl",
        &["-s", "--socks5", "127.0.0.1:1080", "http://192.0.2.1/"],
        1080,
        "socks",
    ),
    Client(
        "ssh",
        &[
            "-o",
            "BatchMode=yes",
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
            "a@127.0.0.1",
        ],
        22,
        "ssh",
    ),
    Client("smbclient", &["-L", HERE, "-N", "-p", "445"], 445, "smb"),
    Client("redis-cli", &["-h", HERE, "ping"], 6379, "redis"),
    Client(
        "psql",
        &["-h", HERE, "-U", "a", "-w", "a"],
        5432,
        "postgresql",
    ),
    Client(
        "mysql",
        &["-h", HERE, "-P", "3306", "--protocol=tcp", "-u", "root"],
        3306,
        "mysql",
    ),
    Client("sipsak", &["-s", "sip:a@127.0.0.1:5060"], 5060, "sip"),
    Client(
        "snmpwalk",
        &["-v2c", "-cpublic", "-t1", "-r0", HERE],
        161,
        "snmp",
    ),
    Client(
        "dig",
        &["@127.0.0.1", "+time=1", "+tries=1", "example.org"],
        53,
        "dns",
    ),
    Client(
        "dig",
        &[
            "@127.0.0.1",
            "+tcp",
            "-p",
            "5300",
            "+time=1",
            "+tries=1",
            "example.org",
        ],
        5300,
        "dns",
    ),
    Client("ntpq", &["-n", "-c", "rv", HERE], 123, "ntp"),
    Client("tftp", &[HERE, "-m", "octet", "-c", "get", "a"], 69, "tftp"),
    Client("telnet", &[HERE, "23"], 23, "telnet"),
    Client(
        "mosquitto_pub",
        &["-h", HERE, "-t", "a", "-m", "b"],
        1883,
        "mqtt",
    ),
    Client(
        "ldapsearch",
        &["-x", "-H", "ldap://127.0.0.1:3890/", "-o", "nettimeout=2"],
        3890,
        "ldap",
    ),
    Client(
        "rsync",
        &["--contimeout=3", "rsync://127.0.0.1/"],
        873,
        "rsync",
    ),
    Client(
        "swaks",
        &["--to", "a@example.org", "--server", HERE, "--port", "2525"],
        2525,
        "smtp",
    ),
    Client("git", &["ls-remote", "git://127.0.0.1/a"], 9418, "git"),
    Client(
        "xvfb-run",
        &[
            "-a",
            "xfreerdp",
            "/v:127.0.0.1:3389",
            "/u:a",
            "/p:b",
            "/cert:ignore",
        ],
        3389,
        "rdp",
    ),
    Client("rpcinfo", &["-p", HERE], 111, "sunrpc"),
    Client(
        "nmap",
        &["-n", "-Pn", "-sV", "--version-light", "-p", "27374", HERE],
        27374,
        "",
    ),
    Client(
        "openssl",
        &["s_client", "-connect", "127.0.0.1:8443"],
        8443,
        "tls",
    ),
    Client(
        "aria2c",
        &[
            "--no-conf",
            "--bt-tracker-connect-timeout=2",
            "--bt-stop-timeout=3",
            "-d",
            "/tmp",
            "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&tr=udp://127.0.0.1:6968",
        ],
        6968,
        "bittorrent",
    ),
    Client("quakestat", &["-q3s", "127.0.0.1:27960"], 27960, ""),
];

/// How long a client is let try.
const TRY: &str = "12";

#[test]
fn clients_are_named_and_none_does_harm() {
    let Some(net) = Net::own() else {
        return passed_over("real clients", "no network of its own, and so no low ports");
    };
    let ports: Vec<String> = CLIENTS.iter().map(|client| client.2.to_string()).collect();
    let ports = ports.join(",");
    let sensor = Sensor::start(
        &net,
        &[
            &ports,
            "--connections-per-source",
            "200",
            "--rate-per-source",
            "1000",
        ],
    );
    // Some leave in the current folder what they wanted to fetch.
    let place = TempDir::new().unwrap();
    thread::scope(|scope| {
        for client in CLIENTS {
            let mut command = net.command("timeout");
            command
                .args([TRY, client.0])
                .args(client.1)
                .env("HOME", "/nonexistent")
                .current_dir(place.path())
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            scope.spawn(move || {
                let mut child = command.spawn().unwrap();
                let _kept = child.stdin.take();
                child.wait().unwrap();
            });
        }
    });
    thread::sleep(Duration::from_secs(1));
    let left = sensor.stop();
    assert!(left.status.success(), "{}", left.errors);
    let mut missed = Vec::new();
    let mut named = 0;
    for Client(program, _, port, protocol) in CLIENTS {
        let here = net.command("which").arg(program).output().unwrap();
        if !here.status.success() {
            passed_over(program, "not installed");
            continue;
        }
        let found: Vec<String> = left
            .at(*port)
            .into_iter()
            .map(|record| {
                let payload = &record["rutter"]["payload"];
                payload["protocol"].as_str().unwrap_or("-").to_owned()
            })
            .collect();
        if protocol.is_empty() && !found.is_empty() || found.iter().any(|name| name == protocol) {
            named += 1;
        } else {
            missed.push(format!(
                "{program} at {port}: {protocol}, told as {found:?}"
            ));
        }
    }
    eprintln!("{named} clients named");
    assert!(missed.is_empty(), "{missed:#?}");
}
