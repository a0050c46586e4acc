use proptest::prelude::*;
use rutter_event::{Refusal, Stamp, Timestamp};

use crate::envelope::{Scratch, open};
use crate::record::Rejection;

use super::{Framing, Reframer, TOO_LONG, detect};

/// The lines of a stream that comes in pieces of `piece` bytes.
fn lines_of(framing: Framing, cap: usize, stream: &[u8], piece: usize) -> Vec<u8> {
    let mut lines = Vec::new();
    if let Some(mut reframer) = Reframer::with_cap(framing, cap) {
        for bytes in stream.chunks(piece.max(1)) {
            reframer.push(bytes, &mut lines);
        }
        reframer.finish(&mut lines);
    }
    lines
}

/// The lines of a stream, which must be the same however it is cut.
fn lines(framing: Framing, stream: &[u8]) -> Vec<String> {
    let whole = lines_of(framing, 1 << 20, stream, stream.len());
    for cut in 0..=stream.len() {
        let (head, tail) = stream.split_at(cut);
        let mut in_two = Vec::new();
        let mut reframer = Reframer::new(framing).into_iter();
        if let Some(reframer) = &mut reframer.next() {
            reframer.push(head, &mut in_two);
            reframer.push(tail, &mut in_two);
            reframer.finish(&mut in_two);
        }
        assert_eq!(in_two, whole, "cut at {cut}");
    }
    assert_eq!(lines_of(framing, 1 << 20, stream, 1), whole, "byte by byte");
    assert!(whole.is_empty() || whole.ends_with(b"\n"));
    String::from_utf8_lossy(&whole)
        .lines()
        .map(str::to_owned)
        .collect()
}

fn json(stream: &str) -> Vec<String> {
    lines(Framing::Json, stream.as_bytes())
}

#[test]
fn an_array_gives_one_line_per_object() {
    let compact = r#"[{"a":1},{"b":[2,{"c":"x, }y"}]}]"#;
    let pretty = "[\n  {\n    \"a\": 1\n  },\n  {\n    \"b\": [2, {\"c\": \"x, }y\"}]\n  }\n]\n";
    for stream in [compact, pretty] {
        assert_eq!(json(stream), [r#"{"a":1}"#, r#"{"b":[2,{"c":"x, }y"}]}"#]);
        assert_eq!(detect(stream.as_bytes()), Framing::Json);
    }
}

#[test]
fn objects_stand_one_behind_the_other() {
    let expected = [r#"{"a":"\"{"}"#, r#"{"b":{"c":null}}"#, "{}"];
    for between in ["", " ", "\n", "\r\n", "\x1e", "\n\x1e", ",\n"] {
        assert_eq!(json(&expected.join(between)), expected, "{between:?}");
    }
    assert_eq!(
        json("\x1e{\"a\":1}\n\x1e{\"b\":2}\n"),
        [r#"{"a":1}"#, r#"{"b":2}"#]
    );
}

#[test]
fn a_wrapper_gives_the_records_of_its_list() {
    for list in ["records", "Records", "logEvents", "value"] {
        let wrapper = format!(
            "{{\"owner\": \"[{{\", \"{list}\": [\n {{\"a\": {{\"records\": [1]}}}}, {{\"b\": 2}} ], \"next\": [{{}}]}}"
        );
        let expected = [r#"{"a":{"records":[1]}}"#, r#"{"b":2}"#];
        assert_eq!(json(&wrapper), expected);
        assert_eq!(detect(wrapper.as_bytes()), Framing::Json);
        let twice = format!("[{wrapper},{wrapper}]\n{wrapper}");
        assert_eq!(json(&twice), [expected, expected, expected].concat());
    }
}

#[test]
fn a_list_that_holds_no_objects_is_a_field() {
    for record in [
        r#"{"value":[1,2],"a":3}"#,
        r#"{"records":[]}"#,
        r#"{"x":{"records":[{}]}}"#,
    ] {
        assert_eq!(json(record), [record]);
    }
    assert_eq!(
        json(r#"{"a":"records","b":[{}]}"#),
        [r#"{"a":"records","b":[{}]}"#]
    );
}

#[test]
fn white_space_goes_only_where_it_means_nothing() {
    assert_eq!(
        json("{ \"a b\" :\t\" c \" ,\r\n \"d\": 1 2 }"),
        [r#"{"a b":" c ","d":1 2}"#]
    );
}

#[test]
fn damage_costs_one_record_and_is_passed_on() {
    // A string without an end, in a file of one object behind the other.
    assert_eq!(
        json("{\"a\":1}\n{\"b\":\"tr\n{\"c\":3}\n"),
        [r#"{"a":1}"#, r#"{"b":"tr"#, r#"{"c":3}"#]
    );
    // An object without an end.
    assert_eq!(json("{\"b\":2,\n{\"c\":3}\n"), [r#"{"b":2,"#, r#"{"c":3}"#]);
    // In a pretty array, the next record is found by its column.
    assert_eq!(
        json("[\n  {\n    \"a\": \"x\n    \"b\": {\n    }\n  },\n  {\n    \"c\": 3\n  }\n]\n"),
        [r#"{"a":"x"#, r#""b": {"#, "}", "},", r#"{"c":3}"#]
    );
    // Brackets that do not match.
    assert_eq!(
        json("{\"a\":[1}}\n{\"c\":3}\n"),
        [r#"{"a":[1"#, "}}", r#"{"c":3}"#]
    );
    assert_eq!(
        json("{\"a\":{{}}}\n{\"c\":3}\n"),
        [r#"{"a":{"#, "{}}}", r#"{"c":3}"#]
    );
    // Text around the objects, and a stream that breaks off.
    assert_eq!(
        json("note\n{\"a\":1}\n]\n{\"b\":"),
        ["note", r#"{"a":1}"#, "]", r#"{"b":"#]
    );
}

#[test]
fn nesting_without_end_is_damage() {
    let deep = format!("{{\"a\":{}", "[".repeat(1000));
    let lines = json(&deep);
    assert_eq!(lines.len(), 2);
    assert_eq!(lines.iter().map(String::len).sum::<usize>(), deep.len());
    let around = "[".repeat(100);
    assert_eq!(json(&around), [&around[8..]]);
}

#[test]
fn a_record_beyond_the_cap_is_a_marker() {
    let long = "x".repeat(100);
    let stream = format!("[{{\"a\":\"{long}\"}},{{\"b\":2}}]");
    let marker = [TOO_LONG, b"\n"].concat();
    let expected = [&marker[..], b"{\"b\":2}\n"].concat();
    for piece in 1..stream.len() {
        assert_eq!(
            lines_of(Framing::Json, 64, stream.as_bytes(), piece),
            expected
        );
    }
    let xml = format!("<Event><a>{long}</a></Event><Event/>");
    let expected = [&marker[..], b"<Event/>\n"].concat();
    assert_eq!(lines_of(Framing::Xml, 64, xml.as_bytes(), 7), expected);
    let export = format!("MESSAGE={long}\n\nMESSAGE=short\n\n");
    let expected = [&marker[..], b"{\"MESSAGE\":\"short\"}\n"].concat();
    assert_eq!(
        lines_of(Framing::JournalExport, 64, export.as_bytes(), 7),
        expected
    );
}

fn export(stream: &[u8]) -> Vec<String> {
    lines(Framing::JournalExport, stream)
}

#[test]
fn exported_records_become_objects() {
    let stream = b"__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1795430404643182\n_HOSTNAME=fw01\n\
        SYSLOG_IDENTIFIER=kernel\nMESSAGE=[UFW BLOCK] IN=eth0 \"q\" \\ \x1b\nPRIORITY=4\n\n\
        __REALTIME_TIMESTAMP=1\nMESSAGE\n\x07\0\0\0\0\0\0\0two\nlin\n_HOSTNAME=b\n\n\n";
    assert_eq!(
        export(stream),
        [
            concat!(
                r#"{"__REALTIME_TIMESTAMP":"1795430404643182","_HOSTNAME":"fw01","#,
                r#""SYSLOG_IDENTIFIER":"kernel","MESSAGE":"[UFW BLOCK] IN=eth0 \"q\" \\ \u001b"}"#
            ),
            r#"{"__REALTIME_TIMESTAMP":"1","_HOSTNAME":"b","MESSAGE":"two\u000alin"}"#,
        ]
    );
    assert_eq!(detect(stream), Framing::JournalExport);
}

#[test]
fn what_is_not_utf_8_becomes_an_array_of_bytes() {
    assert_eq!(
        export(b"MESSAGE\n\x03\0\0\0\0\0\0\0a\xff\n\n\n"),
        [r#"{"MESSAGE":[97,255,10]}"#]
    );
}

#[test]
fn records_without_a_message_and_lines_that_are_no_fields_are_counted() {
    let stream = b"FOO=1\n\nMESSAGE=a\nnot a field\n\n";
    assert_eq!(export(stream), ["{}", "not a field", r#"{"MESSAGE":"a"}"#]);
}

#[test]
fn an_impossible_length_is_no_length() {
    assert_eq!(
        export(b"HELLO\nA=1 and more\nMESSAGE=a\n\n"),
        ["HELLO", "{\"MESSAGE\":\"a\"}"]
    );
}

#[test]
fn an_exported_record_that_breaks_off_stays_open() {
    assert_eq!(
        export(b"_HOSTNAME=b\nMESSAGE=DPT=44"),
        [r#"{"_HOSTNAME":"b","MESSAGE":"DPT=44""#]
    );
    assert_eq!(
        export(b"MESSAGE\n\x09\0\0\0\0\0\0\0DPT=44"),
        [r#"{"MESSAGE":"DPT=44""#]
    );
    assert_eq!(export(b"MESSAGE=DPT=443\n"), [r#"{"MESSAGE":"DPT=443"}"#]);
    assert_eq!(export(b"MESSAGE=a\n_HOST"), ["_HOST", r#"{"MESSAGE":"a"}"#]);
}

#[test]
fn lines_made_here_pass_the_envelope() {
    let stream =
        b"__REALTIME_TIMESTAMP=1795430404643182\n_HOSTNAME=fw01\nSYSLOG_IDENTIFIER=kernel\n\
        MESSAGE=[UFW BLOCK] IN=eth0 \"\xff\"\n\n_HOSTNAME=fw01\nMESSAGE=IN=eth0 DPT=44";
    let whole = lines_of(Framing::JournalExport, 1 << 20, stream, 3);
    let cut = lines_of(Framing::JournalExport, 8, stream, 3);
    let outcomes: Vec<_> = [whole, cut]
        .concat()
        .split(|b| *b == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| {
            let mut scratch = Scratch::default();
            open(line, &mut scratch).map(|record| {
                (
                    record.stamp,
                    [record.hostname.bytes(), record.program, record.message].concat(),
                )
            })
        })
        .collect();
    let stamp = Stamp::Instant(Timestamp(1_795_430_404_643_182_000));
    let first = (stamp, b"fw01kernel[UFW BLOCK] IN=eth0 \"\xff\"".to_vec());
    let too_long = Err(Rejection::Refuse(Refusal::TooLong));
    let truncated = Err(Rejection::Refuse(Refusal::Truncated));
    assert_eq!(outcomes, [Ok(first), truncated, too_long.clone(), too_long]);
}

#[test]
fn events_as_xml_become_lines() {
    let stream = "\u{feff}<?xml version=\"1.0\"?>\r\n<Events>\r\n<Event xmlns='x'>\r\n <EventData>\
        <Data Name='a'>&lt;1</Data>\r\n</EventData>\r\n</Event>\r\n<Event>2</Event ><Event/>\n</Events>\n";
    assert_eq!(
        lines(Framing::Xml, stream.as_bytes()),
        [
            "<Event xmlns='x'>   <EventData><Data Name='a'>&lt;1</Data>  </EventData>  </Event>",
            "<Event>2</Event >",
            "<Event/>",
        ]
    );
    assert_eq!(detect(stream.as_bytes()), Framing::Xml);
}

#[test]
fn an_event_that_breaks_off_costs_no_other() {
    assert_eq!(
        lines(
            Framing::Xml,
            b"<Event>1<Ev\n<Event>2</Event>\nstray <Event>3</Event><Event"
        ),
        [
            "<Event>1<Ev ",
            "<Event>2</Event>",
            "stray ",
            "<Event>3</Event>",
            "<Event"
        ]
    );
}

#[test]
fn lines_stay_lines() {
    assert!(Reframer::new(Framing::Lines).is_none());
    for stream in [
        "",
        "Nov 23 10:00:00 fw kernel: IN=eth0\n",
        "[12345.678901] IN=eth0\n",
        "[UFW BLOCK] IN=eth0\n",
        "[\"a\"]\n",
        "<134>Nov 23 10:00:00 fw a: b\n",
        "<Event>1</Event>\n<Event>2</Event>\n",
        "<html>\n</html>\n",
        "{\"a\":1}\n{\"b\":2}\n",
        "{\"a\":1},\n{\"b\":2}\n",
        "{\"a\":\"tr\n{\"b\":2}\n",
        "{\"a\":{\"records\":[{}]}}\n",
        "{\"a\":\"\\\"}\"",
        "__init__ failed\n",
    ] {
        assert_eq!(detect(stream.as_bytes()), Framing::Lines, "{stream:?}");
    }
}

#[test]
fn what_is_no_line_is_seen() {
    for stream in [
        "{\n  \"a\": 1\n}\n",
        "{\"a\":\n1}",
        "{\"a\":1}{\"b\":2}",
        "{\"a\":1} {\"b\":2}\n",
        "{\"records\":[{\"a\":1}]}\n",
        "\u{feff} [ {\"a\":1}",
        "\x1e{\"a\":1}\n",
    ] {
        assert_eq!(detect(stream.as_bytes()), Framing::Json, "{stream:?}");
    }
    for stream in [
        "<Event>\n1</Event>",
        "<Event>1</Event><Event>2</Event>",
        "<Events><Event/>",
    ] {
        assert_eq!(detect(stream.as_bytes()), Framing::Xml, "{stream:?}");
    }
}

#[test]
fn hosts_of_a_scan_are_lines() {
    let stream = "<?xml version=\"1.0\"?>\n<!DOCTYPE nmaprun>\n<!-- Nmap 7.95 scan -->\n<nmaprun scanner=\"nmap\">\n\
                  <hosthint><address addr=\"192.0.2.4\"/></hosthint>\n<host starttime=\"1\">\n<hostnames>\n</hostnames>\n\
                  <ports/></host>\n<host><status/></host>\n<runstats><hosts up=\"2\"/></runstats>\n</nmaprun>\n";
    assert_eq!(detect(stream.as_bytes()), Framing::Hosts);
    assert_eq!(
        lines(Framing::Hosts, stream.as_bytes()),
        [
            "<host starttime=\"1\"> <hostnames> </hostnames> <ports/></host>",
            "<host><status/></host>",
        ]
    );
}

/// Bytes that mean something to one of the machines more often than chance would have it.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"{".to_vec()),
        Just(b"}".to_vec()),
        Just(b"[".to_vec()),
        Just(b"]".to_vec()),
        Just(b"\"".to_vec()),
        Just(b"\\".to_vec()),
        Just(b":".to_vec()),
        Just(b",".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\"records\":[{".to_vec()),
        Just(b"MESSAGE\n\x03\0\0\0\0\0\0\0abc\n".to_vec()),
        Just(b"MESSAGE=a\n\n".to_vec()),
        Just(b"<Event>".to_vec()),
        Just(b"</Event>".to_vec()),
        Just(b"<host>".to_vec()),
        Just(b"</host>".to_vec()),
        any::<u8>().prop_map(|byte| vec![byte]),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn pieces_of_any_size_give_the_same_lines(stream in stream(), piece in 1_usize..20, cap in 1_usize..40) {
        for framing in [
            Framing::JournalExport,
            Framing::Json,
            Framing::Xml,
            Framing::Hosts,
        ] {
            let whole = lines_of(framing, cap, &stream, stream.len());
            prop_assert_eq!(&lines_of(framing, cap, &stream, piece), &whole);
            prop_assert!(whole.is_empty() || whole.ends_with(b"\n"));
            let longest = whole.split(|b| *b == b'\n').map(<[u8]>::len).max().unwrap_or(0);
            // Six fields, each escaped byte at most six bytes, and their names.
            prop_assert!(longest <= TOO_LONG.len().max(cap * 36 + 150), "{} bytes", longest);
        }
        let _ = detect(&stream);
    }

    #[test]
    fn json_comes_out_as_it_went_in(values in prop::collection::vec(prop::collection::btree_map("[a-z]{1,5}", ".*", 0..4), 1..5), pretty: bool) {
        let print = if pretty { serde_json::to_string_pretty } else { serde_json::to_string };
        let stream = print(&values).unwrap_or_default();
        let lines = lines_of(Framing::Json, 1 << 20, stream.as_bytes(), 5);
        let back: Vec<_> = lines
            .split(|b| *b == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice::<std::collections::BTreeMap<String, String>>(line).ok())
            .collect();
        let expected: Vec<_> = values.into_iter().map(Some).collect();
        prop_assert_eq!(back, expected);
    }
}

#[test]
fn alerts_of_several_lines_become_one() {
    let one = "[**] [1:1:0] TCP connection [**]\n[Priority: 0] \n11/23-10:00:00.860730 192.0.2.1:1 -> 192.0.2.2:2\nTCP TTL:64\n";
    let line = "[**] [1:1:0] TCP connection [**] [Priority: 0]  11/23-10:00:00.860730 192.0.2.1:1 -> 192.0.2.2:2 TCP TTL:64";
    assert_eq!(detect(one.as_bytes()), Framing::Alerts);
    for between in ["", "\n", "\r\n\r\n"] {
        let stream = [one, one].join(between);
        assert_eq!(lines(Framing::Alerts, stream.as_bytes()), [line, line]);
    }
    let with_others = format!("Commencing packet processing\n\n{one}\nbye\n");
    assert_eq!(
        lines(Framing::Alerts, with_others.as_bytes()),
        ["Commencing packet processing", line, "bye"]
    );
    let fast = "[**] [1:1:0] TCP connection [**] [Priority: 0] {TCP} 192.0.2.1:1 -> 192.0.2.2:2\n";
    assert_eq!(detect(fast.as_bytes()), Framing::Lines);
    let marker = lines_of(Framing::Alerts, 40, one.as_bytes(), 7);
    assert_eq!(marker, [TOO_LONG, b"\n"].concat());
}
