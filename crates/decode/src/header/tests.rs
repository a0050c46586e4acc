use proptest::prelude::*;

use super::*;
use crate::formats::meaning::Meaning;

/// Lines that begin, end and change headers, and lines that do not.
const LINES: &[&str] = &[
    "#separator \\x09",
    "#unset_field\t-",
    "#path\tconn",
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto",
    "#fields\tts\tuid",
    "#close\t2026-11-23-10-00-00",
    "#Version: 1.5",
    "#Fields: date time action protocol src-ip dst-ip src-port dst-port",
    "#Fields: cs-uri-stem",
    "# a comment",
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol",
    "dstaddr srcaddr dstport srcport protocol",
    "1795428000.643182\tCAcJw2\t198.51.100.7\t43210\t203.0.113.9\t23\ttcp",
    "Nov 23 10:00:00 fw kernel: IN=eth0",
    "words and nothing else",
    "",
];

/// What a state is good for: the header in force, and where the next may stand.
fn shown(headers: &Headers) -> String {
    format!("{headers:?}")
}

#[test]
fn a_header_counts_until_the_next() {
    let mut headers = Headers::default();
    assert!(headers.header().is_none());
    assert!(!headers.take(b"some text"));
    assert!(
        headers.take(b"#Fields: date time action protocol src-ip dst-ip src-port dst-port\r\n")
    );
    let header = headers.header().map(|h| (h.format().name(), h.len()));
    assert_eq!(header, Some(("windows-firewall", 8)));
    assert!(headers.take(b"#Fields: cs-uri-stem"), "still a header line");
    assert!(headers.header().is_none(), "whose columns nobody reads");
}

#[test]
fn bare_names_count_only_where_a_file_begins() {
    let names = b"version account-id interface-id srcaddr dstaddr srcport dstport protocol";
    let mut headers = Headers::default();
    headers.pass("text\n".repeat(usize::from(FIRST_LINES)).as_bytes());
    assert!(!headers.take(names));
    let mut headers = Headers::default();
    assert!(headers.take(names));
    headers.pass("text\n".repeat(usize::from(FIRST_LINES)).as_bytes());
    assert!(headers.take(names), "of files joined together");
}

#[test]
fn too_many_names_are_no_header() {
    let mut line = b"#fields".to_vec();
    line.extend(b"\tid.orig_h".repeat(MAX_COLUMNS + 1));
    let mut headers = Headers::default();
    assert!(headers.take(&line));
    assert!(headers.header().is_none());
    let mut line = b"src_ip,dst_ip".to_vec();
    line.extend(b",x".repeat(MAX_COLUMNS));
    assert!(!headers.take(&line));
}

/// The names and codes that users' columns get.
fn chosen(words: &[&str], lines: &[&str]) -> Option<Vec<(String, u8)>> {
    let mut choice = Choice::default();
    for word in words {
        assert_eq!(choice.add(word), Ok(()), "{word}");
    }
    let mut headers = Headers::chosen(Arc::new(choice));
    for line in lines {
        headers.take(line.as_bytes());
    }
    let columns = headers.header()?.columns();
    Some(
        columns
            .map(|(code, name)| (String::from_utf8_lossy(name).into_owned(), code & CODE))
            .collect(),
    )
}

#[test]
fn users_name_columns() {
    let by_name = chosen(&["src=left", "dst=right"], &["left,right,src,dport"]);
    let of = |meaning: Meaning| meaning.code();
    let named = |name: &str, code| (name.to_owned(), code);
    assert_eq!(
        by_name,
        Some(vec![
            named("left", of(Meaning::Source)),
            named("right", of(Meaning::Destination)),
            named("src", CODE),
            named("dport", of(Meaning::DestinationPort)),
        ])
    );
    let by_number = chosen(
        &["src=2", "dst=3"],
        &["title", "1,198.51.100.7,203.0.113.9"],
    );
    assert_eq!(
        by_number,
        Some(vec![
            named("1", CODE),
            named("2", of(Meaning::Source)),
            named("3", of(Meaning::Destination)),
        ])
    );
    assert_eq!(chosen(&["src=2", "dst=9"], &["1,2,3"]), None);
    for wrong in ["", "src", "src=", "what=1", "=1"] {
        assert!(Choice::default().add(wrong).is_err(), "{wrong}");
    }
}

proptest! {
    /// However a source is cut, each piece begins with the header that is in force there.
    #[test]
    fn passing_is_taking_line_by_line(
        lines in prop::collection::vec(prop::sample::select(LINES), 0..200),
        cuts in prop::collection::vec(0_usize..200, 0..8),
    ) {
        let mut by_line = Headers::default();
        let mut by_piece = Headers::default();
        let mut piece = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            by_line.take(line.as_bytes());
            piece.extend_from_slice(line.as_bytes());
            piece.push(b'\n');
            if cuts.contains(&number) {
                by_piece.pass(&piece);
                piece.clear();
                prop_assert_eq!(shown(&by_piece), shown(&by_line));
            }
        }
    }
}
