//! What a person asks of the sensor: which ports, until when, and that it keeps silent.

use std::net::{TcpStream, UdpSocket};

use crate::bench::{Net, Sensor, free_ports};

#[test]
fn a_port_with_its_transport_is_listened_to_and_no_other() {
    let [port] = free_ports();
    let asked = format!("{port}/tcp");
    let sensor = Sensor::start(
        &Net::shared(),
        &["--for", &asked, "--address", "127.0.0.1", "--until", "1"],
    );
    // By UDP the same number is still free.
    let other = UdpSocket::bind(("127.0.0.1", port));
    assert!(other.is_ok(), "{other:?}");
    drop(TcpStream::connect(("127.0.0.1", port)).unwrap());
    let left = sensor.ended();
    assert!(left.status.success());
    assert_eq!(left.at(port).len(), 1, "{}", left.errors);
    assert_eq!(left.records[0]["network"]["transport"], "tcp");
}

#[test]
fn after_the_time_that_was_named_it_ends_by_itself() {
    let [port] = free_ports();
    let sensor = Sensor::start(
        &Net::shared(),
        &[&port.to_string(), "--address", "127.0.0.1", "--until", "1s"],
    );
    let left = sensor.ended();
    assert!(left.status.success());
    assert_eq!(left.account("arrived"), 0, "{}", left.errors);
    // Its port is free again.
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

/// Questions that services answer with more than was asked: DNS, NTP, SNMP, SSDP, memcached, TFTP.
const QUESTIONS: [&[u8]; 6] = [
    b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03net\x00\x00\xff\x00\x01",
    b"\x17\x00\x03\x2a\x00\x00\x00\x00",
    b"\x30\x1c\x02\x01\x01\x04\x06public\xa5\x0f\x02\x01\x01\x02\x01\x00\x02\x01\x0a\x30\x04\x30\x02\x06\x00",
    b"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n",
    b"\x00\x01\x00\x00\x00\x01\x00\x00stats\r\n",
    b"\x00\x01readme\x00octet\x00",
];

#[test]
fn datagrams_that_ask_for_much_get_nothing() {
    let [port] = free_ports();
    let sensor = Sensor::start(
        &Net::shared(),
        &[
            &format!("udp/{port}"),
            "--address",
            "127.0.0.1",
            "--greet",
            "auto",
        ],
    );
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    for question in QUESTIONS {
        socket.send_to(question, ("127.0.0.1", port)).unwrap();
    }
    sensor.await_records(QUESTIONS.len());
    let left = sensor.stop();
    // It has taken all, and ended: what it had to say would be here.
    let answer = socket.recv_from(&mut [0; 64]);
    assert!(answer.is_err(), "{answer:?}");
    assert_eq!(left.at(port).len(), QUESTIONS.len());
}
