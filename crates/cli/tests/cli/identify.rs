//! `rutter identify`.

use std::fs;

use crate::bench::{Desk, ran, run, rutter};

const LINES: &str = "\
# what scanners say
tcp/22 client 5353482d322e302d476f0d0a

udp any 00
tcp/27017 server 61 62 63
";

#[test]
fn lines_of_hexadecimal_get_an_object_each() {
    let ran = ran(rutter().args(["identify", "--hex", "-"]).write_stdin(LINES));
    assert_eq!(ran.status, 0, "{}", ran.err);
    let answers = ran.json_lines();
    let lines: Vec<u64> = answers.iter().filter_map(|a| a["line"].as_u64()).collect();
    assert_eq!(lines, [2, 4, 5]);
    assert_eq!(answers[0]["protocol"], "ssh");
    assert_eq!(answers[0]["side"], "client");
    assert_eq!(answers[0]["client"]["name"], "Go");
    assert!(
        answers[0]["probability"]
            .as_f64()
            .is_some_and(|p| p > 0.9 && p < 1.0)
    );
    assert!(answers[1]["protocol"].is_null() && answers[2]["protocol"].is_null());
    assert_eq!(
        ran.ledger(),
        "lines 5 = named 1 + unknown 2 + skipped 2 + refused 0"
    );
}

#[test]
fn bad_lines_are_named_with_place_and_reason() {
    let input = "tcp/22 client 53g3\nsctp client 00\ntcp/99999 client 00\ntcp 00\nudp client 0\n";
    let ran = ran(rutter().args(["identify", "--hex"]).write_stdin(input));
    assert_eq!(ran.status, 2);
    assert_eq!(ran.out, "");
    let errors = ran.errors();
    assert_eq!(errors.len(), 5, "{}", ran.err);
    assert!(
        errors[0].starts_with("line 1: column 17 is no hexadecimal digit"),
        "{}",
        ran.err
    );
    assert!(
        errors[4].starts_with("line 5: half a byte is missing"),
        "{}",
        ran.err
    );
    assert_eq!(
        ran.ledger(),
        "lines 5 = named 0 + unknown 0 + skipped 0 + refused 5"
    );
}

#[test]
fn a_line_without_end_is_refused_and_the_next_is_read() {
    let input = format!(
        "tcp client {}\ntcp client 5353482d322e302d476f0d0a\n",
        "00".repeat(1 << 20)
    );
    let ran = ran(rutter().args(["identify", "--hex"]).write_stdin(input));
    assert_eq!(ran.status, 2);
    assert_eq!(ran.json_lines()[0]["line"], 2);
}

#[test]
fn a_payload_is_named_to_people_in_both_languages() {
    let desk = Desk::new();
    let path = desk.path("first-bytes.bin");
    fs::write(&path, b"SSH-2.0-Go\x1b[2J!\r\n").unwrap();
    let path = path.to_str().unwrap();
    let told = |lang| {
        run([
            "identify", "-o", "text", "--lang", lang, "--side", "client", "--port", "22", path,
        ])
    };
    let en = told("en");
    assert_eq!(
        en.out.lines().next(),
        Some("1 tcp/22  unknown: the bytes do not say"),
        "a banner is text"
    );
    fs::write(path, b"SSH-2.0-Go\r\n").unwrap();
    let en = told("en");
    assert!(
        en.out
            .contains("ssh, secure shell, 99.5 %, said by the client, program Go"),
        "{}",
        en.out
    );
    let zh = told("zh-CN");
    assert!(
        zh.out
            .contains("ssh，安全外壳，99.5 %，客户端所发，程序 Go"),
        "{}",
        zh.out
    );
}

/// A capture of raw IPv4: SYN, then a banner of the server cut in two that come in the wrong order.
fn capture() -> Vec<u8> {
    let mut bytes = b"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x65\0\0\0".to_vec();
    let client = ([198, 51, 100, 7], 40_000_u16);
    let server = ([203, 0, 113, 9], 2222_u16);
    for (from, to, flags, seq, payload) in [
        (client, server, 2_u8, 9_u32, &b""[..]),
        (server, client, 0x12, 99, b""),
        (server, client, 0x18, 108, b"OpenSSH_9.9\r\n"),
        (server, client, 0x18, 100, b"SSH-2.0-"),
    ] {
        let length = 40 + payload.len() as u16;
        let mut packet = vec![0x45, 0];
        packet.extend(length.to_be_bytes());
        packet.extend([0, 1, 0, 0, 64, 6, 0, 0]);
        packet.extend(from.0);
        packet.extend(to.0);
        packet.extend(from.1.to_be_bytes());
        packet.extend(to.1.to_be_bytes());
        packet.extend(seq.to_be_bytes());
        packet.extend([0, 0, 0, 0, 0x50, flags, 4, 0, 0, 0, 0, 0]);
        packet.extend(payload);
        bytes.extend([0, 0, 0, 0x65, 0, 0, 0, 0]);
        bytes.extend(u32::from(length).to_le_bytes());
        bytes.extend(u32::from(length).to_le_bytes());
        bytes.extend(packet);
    }
    bytes
}

#[test]
fn a_capture_gets_an_object_for_each_flow() {
    let ran = ran(rutter().args(["identify", "-"]).write_stdin(capture()));
    assert_eq!(ran.status, 0, "{}", ran.err);
    let flows = ran.json_lines();
    assert_eq!(flows.len(), 1);
    assert_eq!(flows[0]["source"]["ip"], "198.51.100.7");
    assert_eq!(flows[0]["destination"]["port"], 2222);
    assert_eq!(flows[0]["network"]["transport"], "tcp");
    assert_eq!(flows[0]["protocol"], "ssh");
    assert_eq!(flows[0]["side"], "server");
    assert_eq!(flows[0]["detail"]["software"], "OpenSSH_9.9");
    assert_eq!(ran.ledger(), "payloads 1 = named 1 + unknown 0");
}

#[test]
fn events_of_a_capture_carry_the_application_that_their_payload_proves() {
    let ran = ran(rutter()
        .args(["explain", "-o", "json", "-"])
        .write_stdin(capture()));
    let applications: Vec<_> = ran
        .json_lines()
        .iter()
        .map(|e| e["network"]["application"].clone())
        .collect();
    assert_eq!(applications.len(), 4, "{}", ran.err);
    assert_eq!(applications[3], "ssh");
    assert!(
        applications[..3].iter().all(serde_json::Value::is_null),
        "{applications:?}"
    );
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_goes_on() {
    let desk = Desk::new();
    let here = desk.path("a.bin");
    fs::write(&here, b"SSH-2.0-Go\r\n").unwrap();
    let missing = desk.path("no-such-file");
    let ran = run(["identify".as_ref(), missing.as_os_str(), here.as_os_str()]);
    assert_eq!(ran.status, 2);
    assert!(ran.errors()[0].contains("cannot be read"), "{}", ran.err);
    assert_eq!(ran.json_lines()[0]["protocol"], "ssh");
}

#[test]
fn the_list_names_every_protocol_once() {
    let text = run(["identify", "--list"]);
    let names: Vec<&str> = text
        .out
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(names.len() >= 150, "{}", names.len());
    assert!(
        names.is_sorted()
            && ["dns", "http", "rdp", "smb", "tls"]
                .iter()
                .all(|name| names.contains(name))
    );
    let json = run(["identify", "--list", "-o", "json"]);
    let listed = json.json_lines();
    assert_eq!(listed.len(), names.len());
    assert!(listed.iter().all(|one| {
        one["title"]["zh-CN"]
            .as_str()
            .is_some_and(|title| !title.is_empty())
    }));
}
