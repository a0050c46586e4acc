//! What packets of each protocol say.

use rutter_event::Stamp;

use super::build::{
    EXPORTED, PLAIN, be, ip, ipfix, plain, sample, set, sflow, syn, template, v5, v9,
};
use super::{told, told_by};
use crate::flows::{Datagram, Exports, Protocol, recognise};

#[test]
fn version_5_makes_times_of_uptimes() {
    let packet = v5(&[
        (
            "198.51.100.7",
            "203.0.113.9",
            1,
            40,
            99_000,
            99_250,
            43_210,
            23,
            2,
            6,
        ),
        (
            "192.0.2.4",
            "198.51.100.7",
            12,
            9_000,
            40_000,
            100_000,
            51_000,
            443,
            0x1b,
            6,
        ),
        (
            "198.51.100.7",
            "203.0.113.9",
            3,
            252,
            90_000,
            92_000,
            0,
            0x0301,
            0,
            1,
        ),
    ]);
    let rest = "in=4 out=6 host=192.0.2.1";
    let extra = "+nexthop=192.0.2.254 +src_as=64500 +dst_as=64501 +src_mask=24 +dst_mask=16 \
                 +engine_id=3 +sampling=16484";
    assert_eq!(
        told(&mut Exports::new(), &packet),
        [
            format!(
                "netflow-v5 tcp 198.51.100.7:43210 > 203.0.113.9:23 SYN packets=1 bytes=40 ms=250 {rest} \
                 at=1795428059.500 {extra}"
            ),
            format!(
                "netflow-v5 tcp 192.0.2.4:51000 > 198.51.100.7:443 packets=12 bytes=9000 ms=60000 {rest} \
                 at=1795428000.500 {extra} +tcpControlBits=27"
            ),
            format!(
                "netflow-v5 icmp 198.51.100.7 > 203.0.113.9 type=3 code=1 packets=3 bytes=252 ms=2000 \
                 {rest} at=1795428050.500 {extra}"
            ),
            "= 3".to_owned(),
        ]
    );
}

#[test]
fn templates_belong_to_exporter_domain_and_protocol() {
    let mut exports = Exports::new();
    let data = set(300, &plain());
    let missing = ["= refused: missing-template"];
    assert_eq!(
        told(&mut exports, &v9(1, std::slice::from_ref(&data))),
        missing
    );
    let learnt = told(&mut exports, &v9(1, &[set(0, &template(300, PLAIN))]));
    assert_eq!(learnt, ["= skipped: header"]);
    let flow = "netflow-v9 tcp 198.51.100.7:43210 > 203.0.113.9:23 SYN packets=1 bytes=40 ms=500 in=2 \
                host=192.0.2.1 at=1795428000.000";
    assert_eq!(
        told(&mut exports, &v9(1, std::slice::from_ref(&data))),
        [flow, "= 1"]
    );
    assert_eq!(
        told(&mut exports, &v9(2, std::slice::from_ref(&data))),
        missing
    );
    assert_eq!(
        told(&mut exports, &ipfix(1, std::slice::from_ref(&data))),
        missing
    );
    assert_eq!(told_by(&mut exports, "192.0.2.2", &v9(1, &[data])), missing);
}

#[test]
fn a_packet_holds_templates_and_the_flows_that_need_them() {
    let records = [plain(), plain(), vec![0; 3]].concat();
    let packet = v9(0, &[set(0, &template(256, PLAIN)), set(256, &records)]);
    let lines = told(&mut Exports::new(), &packet);
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert_eq!((&lines[0][..], &lines[3][..]), ("= skipped: header", "= 2"));
}

#[test]
fn variable_lengths_and_fields_of_enterprises() {
    // Source, destination, protocol, both ports, user (variable), a vendor's own, octets of the answers.
    let mut fields = template(
        256,
        &[
            (8, 4),
            (12, 4),
            (4, 1),
            (7, 2),
            (11, 2),
            (371, 65_535),
            (152, 8),
            (153, 8),
            (1, 4),
        ],
    );
    fields[3] = 11;
    fields.extend(be(&[(0x8000 | 7, 2), (2, 2), (64_999, 4)]));
    fields.extend(be(&[(0x8000 | 1, 2), (4, 2), (29_305, 4)]));
    let mut record = be(&[
        (ip("192.0.2.4"), 4),
        (ip("198.51.100.7"), 4),
        (6, 1),
        (51_000, 2),
        (443, 2),
        (3, 1),
    ]);
    record.extend_from_slice(b"ada");
    record.extend(be(&[
        (EXPORTED * 1_000 - 5_000, 8),
        (EXPORTED * 1_000 - 1_000, 8),
        (700, 4),
        (0xbeef, 2),
        (9_300, 4),
    ]));
    let packet = ipfix(9, &[set(2, &fields), set(256, &record)]);
    let lines = told(&mut Exports::new(), &packet);
    assert_eq!(
        lines,
        [
            "= skipped: header",
            "ipfix tcp 192.0.2.4:51000 > 198.51.100.7:443 bytes=10000 ms=4000 host=192.0.2.1 user=ada \
             at=1795428055.000 +element.64999.7=beef",
            "= 1"
        ]
    );
}

#[test]
fn what_began_the_conversation_is_the_source() {
    let fields = [(8, 4), (12, 4), (4, 1), (7, 2), (11, 2), (239, 1)];
    let record = |direction| {
        be(&[
            (ip("198.51.100.7"), 4),
            (ip("192.0.2.4"), 4),
            (6, 1),
            (443, 2),
            (51_000, 2),
            (direction, 1),
        ])
    };
    let records = [record(1), record(2)].concat();
    let packet = ipfix(0, &[set(2, &template(256, &fields)), set(256, &records)]);
    let lines = told(&mut Exports::new(), &packet);
    assert!(
        lines[1].contains("198.51.100.7:443 > 192.0.2.4:51000"),
        "{lines:?}"
    );
    assert!(
        lines[2].contains("192.0.2.4:51000 > 198.51.100.7:443"),
        "{lines:?}"
    );
}

#[test]
fn firewalls_and_translators_say_what_they_did() {
    let fields = [
        (8, 4),
        (12, 4),
        (7, 2),
        (11, 2),
        (4, 1),
        (225, 4),
        (227, 2),
        (226, 4),
        (233, 1),
        (323, 8),
    ];
    let record = |event| {
        be(&[
            (ip("192.0.2.4"), 4),
            (ip("198.51.100.7"), 4),
            (51_000, 2),
            (443, 2),
            (6, 1),
            (ip("203.0.113.9"), 4),
            (40_000, 2),
            (0, 4),
            (event, 1),
            (EXPORTED * 1_000 - 1, 8),
        ])
    };
    let records = [record(1), record(3), record(4)].concat();
    let packet = v9(0, &[set(0, &template(256, &fields)), set(256, &records)]);
    let flow = |action: &str, event| {
        format!(
            "netflow-v9 tcp 192.0.2.4:51000 > 198.51.100.7:443{action} snat=203.0.113.9:40000 \
             host=192.0.2.1 at=1795428059.999 +firewallEvent={event}"
        )
    };
    assert_eq!(
        told(&mut Exports::new(), &packet)[1..],
        [
            flow(" allow", 1),
            flow(" deny", 3),
            flow("", 4),
            "= 3".to_owned()
        ]
    );
}

#[test]
fn both_families_in_one_template() {
    let fields = [(8, 4), (12, 4), (27, 16), (28, 16), (4, 1)];
    let v6 = |text: &str| text.parse::<std::net::Ipv6Addr>().unwrap().octets();
    let old = [
        be(&[(ip("192.0.2.4"), 4), (ip("198.51.100.7"), 4)]),
        vec![0; 32],
        vec![47],
    ];
    let new = [
        vec![0; 8],
        v6("2001:db8::4").to_vec(),
        v6("2001:db8::7").to_vec(),
        vec![1],
    ];
    let records = [old.concat(), new.concat()].concat();
    let packet = v9(0, &[set(0, &template(256, &fields)), set(256, &records)]);
    let lines = told(&mut Exports::new(), &packet);
    assert!(
        lines[1].starts_with("netflow-v9 gre 192.0.2.4 > 198.51.100.7 "),
        "{lines:?}"
    );
    assert!(
        lines[2].starts_with("netflow-v9 ipv6-icmp 2001:db8::4 > 2001:db8::7 "),
        "{lines:?}"
    );
}

#[test]
fn options_tell_when_the_exporter_booted() {
    let mut exports = Exports::new();
    let mut options = be(&[(400, 2), (2, 2), (1, 2), (149, 2), (4, 2), (160, 2), (8, 2)]);
    options.extend([0, 0]);
    let boot = be(&[(5, 4), (1_795_427_000_000, 8)]);
    let fields = template(256, PLAIN);
    let packet = ipfix(
        5,
        &[
            set(3, &options),
            set(400, &boot),
            set(2, &fields),
            set(256, &plain()),
        ],
    );
    let lines = told(&mut exports, &packet);
    assert_eq!(lines[1], "= skipped: header");
    assert!(lines[3].ends_with("at=1795427040.000"), "{lines:?}");
    // The next packet knows it too; another domain does not, and takes the time of export.
    let lines = told(&mut exports, &ipfix(5, &[set(256, &plain())]));
    assert!(lines[0].ends_with("at=1795427040.000"), "{lines:?}");
    let lines = told(
        &mut exports,
        &ipfix(6, &[set(2, &fields), set(256, &plain())]),
    );
    assert!(
        lines[1].ends_with("at=1795428060.000 +flowStartSysUpTime=40000 +flowEndSysUpTime=40500"),
        "{lines:?}"
    );
}

#[test]
fn templates_are_withdrawn() {
    let mut exports = Exports::new();
    let fields = template(256, PLAIN);
    told(&mut exports, &ipfix(1, &[set(2, &fields)]));
    told(&mut exports, &ipfix(1, &[set(2, &be(&[(256, 2), (0, 2)]))]));
    let data = ipfix(1, &[set(256, &plain())]);
    assert_eq!(told(&mut exports, &data), ["= refused: missing-template"]);
    told(&mut exports, &ipfix(1, &[set(2, &fields)]));
    told(&mut exports, &ipfix(1, &[set(2, &be(&[(2, 2), (0, 2)]))]));
    assert_eq!(told(&mut exports, &data), ["= refused: missing-template"]);
}

#[test]
fn the_beginning_of_a_packet_is_read() {
    let fields = [(313, 40), (323, 8)];
    let record = [syn(), be(&[(EXPORTED * 1_000, 8)])].concat();
    let packet = ipfix(0, &[set(2, &template(256, &fields)), set(256, &record)]);
    assert_eq!(
        told(&mut Exports::new(), &packet)[1],
        "ipfix tcp 198.51.100.7:43210 > 203.0.113.9:23 SYN ttl=52 host=192.0.2.1 at=1795428060.000"
    );
}

#[test]
fn samples_of_sflow() {
    let packet = sflow(&[(1, sample(&syn())), (2, vec![0; 12])]);
    assert_eq!(
        told(&mut Exports::new(), &packet),
        [
            "sflow tcp 198.51.100.7:43210 > 203.0.113.9:23 SYN packets=1 bytes=58 ttl=52 in=3 \
             host=192.0.2.1 +sampling_rate=512",
            "= 1",
            "= skipped: header",
        ]
    );
}

#[test]
fn export_packets_are_known_by_content() {
    let flow = ("192.0.2.1", "192.0.2.2", 1, 40, 1, 2, 3, 4, 2, 6);
    let cases = [
        (v5(&[flow]), Protocol::NetflowV5),
        (v9(0, &[set(0, &template(256, PLAIN))]), Protocol::NetflowV9),
        (ipfix(0, &[set(256, &plain())]), Protocol::Ipfix),
        (sflow(&[(1, sample(&syn()))]), Protocol::Sflow),
    ];
    for (packet, protocol) in cases {
        assert_eq!(recognise(&packet, Some(packet.len())), Some(protocol));
        assert_eq!(recognise(&packet, None), Some(protocol));
        // One byte more or less, and it is none; of sFlow and version 9 padding may follow.
        assert_eq!(
            recognise(&packet, Some(packet.len() - 1)),
            None,
            "{protocol:?}"
        );
    }
    for other in [
        // A TFTP error, a DNS question, text.
        &b"\x00\x05\x00\x01File not found in this folder, which is a pity for everybody\0\0"[..],
        b"\x00\x05\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x07example\x00\x00\x01\x00\x01",
        b"Nov 23 12:00:00 fw kernel: IN=eth0 OUT= SRC=198.51.100.7 DST=203.0.113.9",
        b"",
    ] {
        assert_eq!(recognise(other, Some(other.len())), None);
    }
}

#[test]
fn snapped_packets_give_what_they_hold() {
    let flow = ("198.51.100.7", "203.0.113.9", 1, 40, 1, 2, 43_210, 23, 2, 6);
    let packet = v5(&[flow; 3]);
    let datagram = Datagram {
        exporter: None,
        received: Stamp::Absent,
        bytes: &packet[..24 + 48 + 20],
        length: packet.len(),
    };
    let mut lines = Vec::new();
    Exports::new().read(&datagram, &mut |told| lines.push(super::of_told(told)));
    assert_eq!(lines[1..], ["= 1", "= refused: truncated"]);
}
