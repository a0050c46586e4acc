//! OCSF: what every event has, what each fact becomes, and what no text can change.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop"
)]

mod common;

use common::{HOSTILE, full_event, is_forbidden};
use rutter_event::{
    Action, Direction, Event, Family, Packet, Stamp, TcpFlags, Timestamp, Transport,
};
use rutter_report::event::write_ocsf;
use serde_json::{Value, json};

fn written(event: &Event<'_>) -> String {
    let mut out = Vec::new();
    write_ocsf(7, event, &mut out);
    String::from_utf8(out).unwrap()
}

fn value(event: &Event<'_>) -> Value {
    serde_json::from_str(&written(event)).unwrap()
}

/// A bare TCP packet with flags.
fn segment(action: Action, flags: TcpFlags) -> Event<'static> {
    let mut packet = Packet {
        transport: Some(Transport::TCP),
        family: Family::V4,
        ..Packet::default()
    };
    packet.source.ip = Some("198.51.100.7".parse().unwrap());
    packet.destination.ip = Some("203.0.113.9".parse().unwrap());
    packet.tcp.flags = Some(flags);
    Event {
        format: "netfilter",
        action,
        packet,
        ..Event::default()
    }
}

/// What the schema requires of the class, of its metadata and of the objects that are written.
fn assert_whole(object: &Value) {
    assert_eq!(object["category_uid"], 4);
    assert_eq!(object["class_uid"], 4001);
    let activity = object["activity_id"].as_u64().unwrap();
    assert_eq!(object["type_uid"].as_u64().unwrap(), 400_100 + activity);
    for number in ["time", "severity_id", "action_id", "disposition_id"] {
        assert!(object[number].is_i64(), "{number}: {object}");
    }
    assert_eq!(object["metadata"]["version"], "1.7.0");
    assert!(
        object["metadata"]["product"]["name"].is_string(),
        "{object}"
    );
    assert!(
        object["connection_info"]["direction_id"].is_u64(),
        "{object}"
    );
    if let Some(device) = object.get("device") {
        assert!(device["type_id"].is_u64(), "{object}");
        assert!(
            device
                .get("hostname")
                .or(device.get("interface_name"))
                .is_some(),
            "{object}"
        );
    }
}

#[test]
fn every_event_has_what_the_schema_requires() {
    let mut seen = 0;
    for action in [
        Action::Unstated,
        Action::Allowed,
        Action::Dropped,
        Action::Rejected,
        Action::Denied,
    ] {
        for direction in [
            Direction::Unknown,
            Direction::Inbound,
            Direction::Outbound,
            Direction::Internal,
            Direction::External,
        ] {
            for family in [
                Family::Unknown,
                Family::V4,
                Family::V6,
                Family::Arp,
                Family::Other,
            ] {
                for mut event in [Event::default(), full_event(b"text")] {
                    event.action = action;
                    event.direction = direction;
                    event.packet.family = family;
                    assert_whole(&value(&event));
                    seen += 1;
                }
            }
        }
    }
    assert_eq!(seen, 250);
}

#[test]
fn what_is_absent_leaves_no_trace() {
    let event = Event {
        format: "netfilter",
        ..Event::default()
    };
    assert_eq!(
        written(&event),
        concat!(
            r#"{"category_uid":4,"class_uid":4001,"activity_id":0,"type_uid":400100,"severity_id":1,"#,
            r#""time":0,"action_id":0,"disposition_id":0,"metadata":{"version":"1.7.0","#,
            r#""product":{"name":"netfilter"},"profiles":["host","security_control"],"#,
            r#""log_format":"netfilter"},"connection_info":{"direction_id":0},"#,
            r#""unmapped":{"rutter":{"line":7,"format":"netfilter","clock":"absent"}}}"#,
            "\n"
        )
    );
}

#[test]
fn every_fact_has_its_place() {
    let object = value(&full_event(b"text"));
    for (pointer, expected) in [
        ("/time", json!(1_795_435_200_120_i64)),
        ("/duration", json!(0)),
        ("/unmapped/rutter/duration", json!(1_000)),
        ("/src_endpoint/ip", json!("198.51.100.7")),
        ("/src_endpoint/port", json!(1433)),
        ("/src_endpoint/mac", json!("00-11-AA-BB-CC-FF")),
        (
            "/src_endpoint/proxy_endpoint",
            json!({"ip": "2001:db8::1", "port": 1024}),
        ),
        ("/src_endpoint/zone", json!("text")),
        ("/dst_endpoint/port", json!(23)),
        ("/connection_info/direction_id", json!(1)),
        ("/connection_info/protocol_num", json!(6)),
        ("/connection_info/protocol_name", json!("tcp")),
        ("/connection_info/protocol_ver_id", json!(4)),
        ("/connection_info/tcp_flags", json!(2)),
        ("/traffic", json!({"bytes": 44, "packets": 1})),
        ("/app_name", json!("text")),
        ("/actor/user/name", json!("text")),
        ("/firewall_rule", json!({"name": "text", "uid": "text"})),
        ("/device/hostname", json!("text")),
        ("/device/vendor_name", json!("Linux")),
        (
            "/device/network_interfaces",
            json!([{"name": "text"}, {"name": "text"}]),
        ),
        (
            "/metadata/product",
            json!({"name": "netfilter", "vendor_name": "Linux"}),
        ),
        ("/metadata/log_format", json!("netfilter")),
        ("/unmapped/rutter/line", json!(7)),
        ("/unmapped/rutter/ip/ttl", json!(241)),
        ("/unmapped/rutter/ip/id", json!(54_321)),
        ("/unmapped/rutter/tcp/window", json!(1024)),
        ("/unmapped/rutter/tcp/seq", json!(1)),
        ("/unmapped/rutter/icmp/quoted/destination/port", json!(23)),
        (
            "/unmapped/rutter/interface",
            json!({"ingress": "text", "egress": "text"}),
        ),
        ("/unmapped/rutter/extra/MARK", json!("text")),
    ] {
        assert_eq!(object.pointer(pointer), Some(&expected), "{pointer}");
    }
    let id = object.pointer("/connection_info/community_uid").unwrap();
    assert!(id.as_str().unwrap().starts_with("1:"));
}

#[test]
fn what_became_of_the_connection() {
    let (syn, ack) = (TcpFlags::SYN, TcpFlags::ACK);
    let flow = |action, bytes| Event {
        bytes,
        ..segment(action, syn)
    };
    for (event, activity, action, disposition) in [
        (segment(Action::Dropped, syn), 5, 2, 6),
        (segment(Action::Rejected, syn), 5, 2, 25),
        (segment(Action::Denied, TcpFlags::RST), 5, 2, 2),
        (segment(Action::Allowed, syn), 1, 1, 1),
        // An attempt is no open connection.
        (segment(Action::Unstated, syn), 6, 0, 0),
        (segment(Action::Allowed, syn.with(ack)), 6, 1, 1),
        (segment(Action::Allowed, TcpFlags::FIN.with(ack)), 2, 1, 1),
        // A probe with FIN alone closes nothing.
        (segment(Action::Allowed, TcpFlags::FIN), 6, 1, 1),
        (segment(Action::Unstated, TcpFlags::RST.with(ack)), 3, 0, 0),
        (flow(Action::Allowed, Some(1)), 6, 1, 1),
        (flow(Action::Denied, Some(1)), 5, 2, 2),
        (flow(Action::Allowed, None), 1, 1, 1),
        (Event::default(), 0, 0, 0),
    ] {
        let object = value(&event);
        assert_eq!(
            [
                &object["activity_id"],
                &object["action_id"],
                &object["disposition_id"]
            ],
            [activity, action, disposition],
            "{event:?}"
        );
    }
}

#[test]
fn times_lose_nothing() {
    let at = |nanoseconds| {
        value(&Event {
            time: Some(Timestamp(nanoseconds)),
            ..Event::default()
        })
    };
    let whole = at(1_795_435_200_120_000_000);
    assert_eq!(whole["time"], 1_795_435_200_120_i64);
    assert!(whole["unmapped"]["rutter"].get("time").is_none());
    let fine = at(1_795_435_200_120_000_001);
    assert_eq!(fine["time"], 1_795_435_200_120_i64);
    assert_eq!(
        fine["unmapped"]["rutter"]["time"],
        "2026-11-23T12:00:00.120000001Z"
    );
    assert_eq!(at(-1)["time"], -1);
    let booted = value(&Event {
        stamp: Stamp::Boot(12_500_000_000),
        ..Event::default()
    });
    assert_eq!(booted["time"], 0);
    assert_eq!(booted["unmapped"]["rutter"]["clock"], "absent");
    assert_eq!(booted["unmapped"]["rutter"]["uptime"], 12.5);
}

#[test]
fn between_strangers_is_none_of_the_directions() {
    let mut event = segment(Action::Allowed, TcpFlags::SYN);
    event.direction = Direction::External;
    let info = &value(&event)["connection_info"];
    assert_eq!(
        (&info["direction_id"], &info["direction"]),
        (&json!(99), &json!("external"))
    );
}

/// Keys and kinds without the values; the record's own fields are the log's.
fn shape(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let fields = map.iter().map(|(key, value)| match key.as_str() {
                "extra" => format!("extra:{}", value.as_object().unwrap().len()),
                _ => format!("{key}:{}", shape(value)),
            });
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Array(list) => list.iter().map(shape).collect::<Vec<_>>().join("|"),
        Value::String(_) => "text".to_owned(),
        Value::Number(_) => "number".to_owned(),
        other => other.to_string(),
    }
}

#[test]
fn hostile_text_keeps_the_shape() {
    let plain = shape(&value(&full_event(b"plain")));
    for bytes in HOSTILE {
        let text = written(&full_event(bytes));
        assert_eq!(text.matches('\n').count(), 1, "{text:?}");
        assert!(!text.contains(|c| c != '\n' && is_forbidden(c)), "{text:?}");
        let object = value(&full_event(bytes));
        assert_eq!(shape(&object), plain, "{bytes:?}");
        if let Ok(text) = std::str::from_utf8(bytes) {
            assert_eq!(object["firewall_rule"]["name"], text);
        }
    }
}
