//! Advice on logging names formats that exist, and each but once.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use rutter_decode::formats::by_name;
use rutter_knowledge::{Knowledge, Logging};

#[test]
fn advice_speaks_of_formats_that_exist() {
    let pages = Knowledge::logging();
    let mut names: Vec<&String> = pages.iter().flat_map(|page| &page.formats).collect();
    for name in &names {
        assert!(by_name(name).is_some(), "{name}");
    }
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "a format has two pages");
    assert_eq!(pages.iter().filter(|p| p.formats.is_empty()).count(), 1);
}

#[test]
fn every_page_answers_for_every_field() {
    for page in Knowledge::logging() {
        for field in ["tcp.seq", "tcp.options", "ip.ttl", "payload"] {
            let advice = page.on(field).unwrap();
            assert!(!advice.lines.is_empty(), "{:?} {field}", page.formats);
        }
    }
    let of = |format, field| {
        let page = Logging::of(Knowledge::logging(), format).unwrap();
        page.on(field).unwrap().lines.clone()
    };
    let seq = of("netfilter", "tcp.seq");
    assert!(seq.iter().any(|l| l.write.contains("--log-tcp-sequence")));
    assert!(
        of("aws-vpc-flow", "tcp.flags")
            .iter()
            .any(|l| l.write.contains("${tcp-flags}"))
    );
    assert!(
        of("some-other-format", "tcp.seq")
            .iter()
            .any(|l| l.write.contains("tcpdump"))
    );
}
