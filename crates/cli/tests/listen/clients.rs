//! Real clients: each is named, and none blocks or breaks the sensor.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::bench::{Net, Sensor, folder, passed_over};

/// A client: program, arguments, the port that it calls, and the protocol that it speaks; behind a
/// slash what it calls itself, where it does.
struct Client(&'static str, &'static [&'static str], u16, &'static str);

const HERE: &str = "127.0.0.1";

const CLIENTS: &[Client] = &[
    Client("curl", &["-s", "http://127.0.0.1:8080/"], 8080, "http/curl"),
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
        "ssh/OpenSSH",
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
    // A port at which it asks early for what only it asks for.
    Client(
        "nmap",
        &["-n", "-Pn", "-sV", "-p", "8888", HERE],
        8888,
        "http/nmap",
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
    Client(
        "aria2c",
        &["--no-conf", "-m1", "http://127.0.0.1:8089/a"],
        8089,
        "http/aria2",
    ),
    Client("quakestat", &["-q3s", "127.0.0.1:27960"], 27960, "quake"),
    Client(
        "quakestat",
        &["-a2s", "127.0.0.1:27015"],
        27015,
        "source-engine",
    ),
    Client(
        "xvfb-run",
        &["-a", "rdesktop", "-u", "a", "127.0.0.1:3390"],
        3390,
        "rdp",
    ),
    // In the manner of zgrab: a TLS hello from a library, a request under its name.
    Client(
        PYTHON,
        &[
            "-c",
            "import ssl,socket; ssl._create_unverified_context().wrap_socket(socket.create_connection(('127.0.0.1',8444)))",
        ],
        8444,
        "tls",
    ),
    Client(
        PYTHON,
        &[
            "-c",
            "import urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8088/',headers={'User-Agent':'Mozilla/5.0 zgrab/0.x'}))",
        ],
        8088,
        "http/zgrab",
    ),
    Client(
        PYTHON,
        &[
            "-c",
            "import pymongo; pymongo.MongoClient('mongodb://127.0.0.1:27017/').admin.command('ping')",
        ],
        27017,
        "mongodb",
    ),
    // Who says nothing is met too.
    Client("nc", &["-w", "5", HERE, "9999"], 9999, ""),
];

/// Debian's own, which sees the packages that Debian installs.
const PYTHON: &str = "/usr/bin/python3";

/// Longest that the clients are waited for: some begin with a display of their own, on a machine
/// that has much else to do.
const PATIENCE: Duration = Duration::from_secs(150);

impl Client {
    /// Why it is not here, when it is not.
    fn missing(&self, net: &Net) -> Option<&'static str> {
        let runs = |program: &str, arguments: &[&str]| {
            let output = net.command(program).args(arguments).output();
            output.is_ok_and(|output| output.status.success())
        };
        let imports = || runs(PYTHON, &["-c", "import pymongo"]);
        match self.0 {
            program if !runs("which", &[program]) => Some("not installed"),
            "xvfb-run" if !runs("which", &[self.1[1]]) => Some("not installed"),
            PYTHON if self.3 == "mongodb" && !imports() => Some("python3-pymongo is not installed"),
            _ => None,
        }
    }

    /// Whether a record is of this client, and says so.
    fn is_named(&self, record: &Value) -> bool {
        let (protocol, name) = self.3.split_once('/').unwrap_or((self.3, ""));
        let payload = &record["rutter"]["payload"];
        record["destination"]["port"] == self.2
            && payload["protocol"].as_str().unwrap_or_default() == protocol
            && (name.is_empty() || payload["client"]["name"] == name)
    }
}

#[test]
fn clients_are_named_and_none_does_harm() {
    let Some(net) = Net::own() else {
        return passed_over("real clients", "no network of its own, and so no low ports");
    };
    // Some leave in the current folder what they wanted to fetch.
    let place = folder();
    let capture = place.path().join("said.pcapng");
    let ports: Vec<String> = CLIENTS.iter().map(|client| client.2.to_string()).collect();
    let sensor = Sensor::start(
        &net,
        &[
            &ports.join(","),
            "--connections-per-source",
            "200",
            "--rate-per-source",
            "1000",
            "--pcapng",
            capture.to_str().unwrap(),
        ],
    );
    let mut running = Vec::new();
    for client in CLIENTS {
        if let Some(why) = client.missing(&net) {
            passed_over(
                client
                    .1
                    .get(1)
                    .filter(|_| client.0 == "xvfb-run")
                    .unwrap_or(&client.0),
                why,
            );
            continue;
        }
        let mut command = net.command("timeout");
        command
            .args([&PATIENCE.as_secs().to_string(), client.0])
            .args(client.1)
            .env("HOME", place.path())
            .current_dir(place.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        running.push((client, command.spawn().unwrap()));
    }
    // Until each was met, or it is plain that one never will be.
    let start = Instant::now();
    let mut missed: Vec<&Client> = running.iter().map(|(client, _)| *client).collect();
    while !missed.is_empty() && start.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(100));
        let told = sensor.told();
        missed.retain(|client| !told.iter().any(|record| client.is_named(record)));
    }
    let many = running.len();
    for (_, mut child) in running {
        // Told to end, `timeout` takes its client along.
        let _ = Command::new("kill").arg(child.id().to_string()).output();
        child.wait().unwrap();
    }
    let left = sensor.stop();
    assert!(left.status.success(), "{}", left.errors);
    let missed: Vec<String> = missed
        .iter()
        .map(|client| {
            let met = left.at(client.2).into_iter().map(|record| {
                let payload = &record["rutter"]["payload"];
                format!("{}/{}", payload["protocol"], payload["client"]["name"])
            });
            let met: Vec<String> = met.collect();
            format!(
                "{} at {}: {}, told as {met:?}",
                client.0, client.2, client.3
            )
        })
        .collect();
    eprintln!("{} of {many} clients named", many - missed.len());
    assert!(missed.is_empty(), "{missed:#?}");
    for record in &left.records {
        let payload = &record["rutter"]["payload"];
        let length = payload["length"].as_u64().unwrap();
        let hex = payload["hex"].as_str().unwrap_or_default();
        assert_eq!(hex.len() as u64, 2 * length.min(4096), "{record}");
    }
    // By what its client proposes SSH is known, and TLS by its hello.
    for (port, key) in [(22, "hassh"), (443, "ja4")] {
        let told = left.at(port);
        let tells = |record: &&Value| record["rutter"]["payload"]["detail"][key].is_string();
        assert!(told.is_empty() || told.iter().any(tells), "{key}: {told:?}");
    }
    is_readable(&net, &capture);
}

/// Whether a capture is one for those who wrote the format.
fn is_readable(net: &Net, capture: &Path) {
    for (program, arguments) in [("capinfos", &["-c"][..]), ("tshark", &["-r"])] {
        let Ok(output) = net.command(program).args(arguments).arg(capture).output() else {
            passed_over(program, "not installed");
            continue;
        };
        if output.status.code() == Some(127) {
            passed_over(program, "not installed");
            continue;
        }
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program}: {told}");
        assert!(!output.stdout.is_empty(), "{program}");
    }
    let flows = net.rutter().arg("identify").arg(capture).output().unwrap();
    assert!(flows.status.success() && !flows.stdout.is_empty());
}
