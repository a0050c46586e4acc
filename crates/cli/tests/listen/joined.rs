//! What was said answers what the firewall asked.

use std::io::Write as _;
use std::net::TcpStream;

use crate::bench::{Net, Sensor, folder, free_ports};

#[test]
fn contacts_are_a_log_that_explain_and_report_read() {
    let [port] = free_ports();
    let place = folder();
    let spool = place.path().join("spool");
    let sensor = Sensor::spooling(port, &spool);
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: Mozilla/5.0 zgrab/0.x\r\n\r\n")
        .unwrap();
    drop(stream);
    sensor.await_records(1);
    assert!(sensor.stop().status.success());
    let output = Net::shared()
        .rutter()
        .args(["explain", "--output", "json", "--quiet"])
        .arg(&spool)
        .output()
        .unwrap();
    assert!(output.status.success());
    let event: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(event["network"]["application"], "http");
    assert_eq!(
        event["rutter"]["verdicts"][0]["id"], "scan.tool",
        "{event:#}"
    );
}

/// A firewall's line of the same source and a contact, a minute apart.
const LINE: &str = "2026-11-23T10:00:00+00:00 fw kernel: IN=eth0 OUT= SRC=198.51.100.7 DST=203.0.113.9 LEN=60 \
                    TTL=51 PROTO=TCP SPT=40000 DPT=27374 WINDOW=64240 SYN";
const CONTACT: &str = r#"{"@timestamp":"2026-11-23T10:01:00.643000000Z","event":{"kind":"event","category":["network"],"type":["connection"],"duration":3000000},"source":{"ip":"198.51.100.7","port":43210},"destination":{"ip":"203.0.113.9","port":27374},"network":{"transport":"tcp","iana_number":"6","type":"ipv4","direction":"inbound","application":"http"},"observer":{"vendor":"rutter","product":"listen","hostname":"sensor1"},"ecs":{"version":"8.17.0"},"rutter":{"format":"listen","tcp":{"flags":["SYN"]},"payload":{"length":41,"hex":"474554","text":"GET","protocol":"http","probability":0.99,"side":"client","client":{"name":"zgrab","version":"0.x"}},"contact":{"ended":"closed"},"sequence":17,"crc":"00000000"}}"#;

#[test]
fn a_report_joins_firewall_and_sensor_by_source() {
    let place = folder();
    let (log, contacts) = (
        place.path().join("fw.log"),
        place.path().join("contacts.jsonl"),
    );
    std::fs::write(&log, format!("{LINE}\n")).unwrap();
    std::fs::write(&contacts, format!("{CONTACT}\n")).unwrap();
    let report = |paths: &[&std::path::Path]| -> serde_json::Value {
        let output = Net::shared()
            .rutter()
            .args([
                "report",
                "--output",
                "json",
                "--quiet",
                "--home",
                "203.0.113.0/24",
            ])
            .args(paths)
            .output()
            .unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let told = |report: &serde_json::Value| report.to_string().contains("scan.tool");
    assert!(!told(&report(&[&log])), "the firewall alone cannot know");
    let joined = report(&[&log, &contacts]);
    assert!(told(&joined), "{joined:#}");
    assert_eq!(joined["sources"][0]["ip"], "198.51.100.7");
    assert_eq!(joined["sources"][0]["events"], 2);
}

#[test]
fn one_call_in_both_logs_is_one_and_proved() {
    let place = folder();
    let (log, contacts) = (
        place.path().join("fw.log"),
        place.path().join("contacts.jsonl"),
    );
    // Half a second before the contact, from the same port.
    let line = LINE
        .replace("10:00:00", "10:01:00")
        .replace("SPT=40000", "SPT=43210");
    std::fs::write(&log, format!("{line}\n")).unwrap();
    std::fs::write(&contacts, format!("{CONTACT}\n")).unwrap();
    let sealed = |path: &std::path::Path| {
        let out = path.with_extension("rutter");
        let mut command = Net::shared().rutter();
        command.args(["profile", "--quiet", "--home", "203.0.113.0/24", "--out"]);
        assert!(command.arg(&out).arg(path).status().unwrap().success());
        out
    };
    let (sealed_log, sealed_contacts) = (sealed(&log), sealed(&contacts));
    let mut pages = Vec::new();
    for paths in [
        [&log, &contacts],
        [&contacts, &log],
        [&sealed_contacts, &sealed_log],
        [&sealed_log, &contacts],
    ] {
        let mut command = Net::shared().rutter();
        command.args([
            "report",
            "--output",
            "json",
            "--quiet",
            "--home",
            "203.0.113.0/24",
        ]);
        let output = command.args(paths).output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["joined"]["logged_too"], 1, "{report:#}");
        assert_eq!(report["sources"][0]["events"], 1);
        assert_eq!(report["findings"][0]["id"], "scan.tool");
        assert_eq!(report["findings"].as_array().unwrap().len(), 1);
        let says = report["findings"][0]["evidence"].to_string();
        let heard = "heard the same caller on this port, 0.6 seconds apart: http, spoken by zgrab";
        assert!(says.contains(heard), "{says}");
        pages.push(report["findings"].to_string());
    }
    pages.dedup();
    assert_eq!(
        pages.len(),
        1,
        "order and splits change nothing: {pages:#?}"
    );

    let mut command = Net::shared().rutter();
    command.args(["explain", "--output", "json", "--quiet", "--heard"]);
    let output = command.args([&contacts, &log]).output().unwrap();
    let event: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(event["rutter"]["elsewhere"]["by"], "listener", "{event:#}");
    assert_eq!(event["rutter"]["elsewhere"]["client"], "zgrab");
    assert_eq!(event["rutter"]["verdicts"][0]["id"], "scan.tool");
}

/// A contact whose protocol nobody has named: the bytes themselves speak.
const RAW: &str = r#"{"@timestamp":"2026-11-23T10:01:00Z","event":{"kind":"event"},"source":{"ip":"198.51.100.7","port":43210},"destination":{"ip":"203.0.113.9","port":123},"network":{"transport":"udp","iana_number":"17","type":"ipv4","direction":"inbound"},"observer":{"vendor":"rutter","product":"listen"},"rutter":{"format":"listen","payload":{"length":8,"hex":"HEX"},"sequence":1,"crc":"00000000"}}"#;

#[test]
fn bytes_of_a_contact_are_evidence() {
    let place = folder();
    let judged = |hex: &str| -> serde_json::Value {
        let file = place.path().join("contacts.jsonl");
        std::fs::write(&file, RAW.replace("HEX", hex) + "\n").unwrap();
        let output = Net::shared()
            .rutter()
            .args(["explain", "--output", "json", "--quiet"])
            .arg(&file)
            .output()
            .unwrap();
        let event: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        event["rutter"]["verdicts"][0].clone()
    };
    let monlist = judged("1700032a00000000");
    assert_eq!(monlist["id"], "amplification.ntp", "{monlist:#}");
    let says = monlist["evidence"].to_string();
    assert!(says.contains("monlist"), "{says}");
    let other = judged("0102030400000000");
    assert!(
        !other["evidence"].to_string().contains("monlist"),
        "{other:#}"
    );
}
