//! The handbook finds what somebody would ask it for.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use rutter_event::Transport;
use rutter_knowledge::{Found, Knowledge, Ports, Query, QueryError, ports_of};

const TCP: Transport = Transport::TCP;
const UDP: Transport = Transport::UDP;

fn find(text: &str) -> Found<'static> {
    Knowledge::embedded().search(&Query::read(text).unwrap(), 200)
}

fn ids(text: &str) -> Vec<&'static str> {
    find(text).entries.iter().map(|e| e.id.as_str()).collect()
}

#[test]
fn queries_read_as_they_are_meant() {
    let ports = |transport, first, last| {
        Ok(Query::Ports {
            transport,
            first,
            last,
        })
    };
    for (text, expected) in [
        ("23", ports(None, 23, 23)),
        (" port 23 ", ports(None, 23, 23)),
        ("端口 23", ports(None, 23, 23)),
        ("27374/tcp", ports(Some(TCP), 27374, 27374)),
        ("udp/53", ports(Some(UDP), 53, 53)),
        ("UDP 53", ports(Some(UDP), 53, 53)),
        ("6970-7170", ports(None, 6970, 7170)),
        ("6970-7170/udp", ports(Some(UDP), 6970, 7170)),
        ("65536", Err(QueryError::NoPort)),
        ("1-2-3", Err(QueryError::NoPort)),
        ("99-1", Err(QueryError::Backwards)),
        ("  ", Err(QueryError::Empty)),
        ("---", Err(QueryError::Empty)),
        ("Sub-7", Ok(Query::Words(vec!["sub7".to_owned()]))),
        ("tcp", Ok(Query::Words(vec!["tcp".to_owned()]))),
        ("3com-tsmux", Ok(Query::Words(vec!["3comtsmux".to_owned()]))),
        (
            "icmp 8",
            Ok(Query::Words(vec!["icmp".to_owned(), "8".to_owned()])),
        ),
    ] {
        assert_eq!(Query::read(text), expected, "{text:?}");
    }
}

#[test]
fn a_port_is_answered_for_tcp_and_udp() {
    assert_eq!(find("23").ports, [(TCP, 23), (UDP, 23)]);
    assert_eq!(find("4").ports, [(TCP, 4), (UDP, 4)]);
    assert_eq!(
        find("22").ports,
        [(TCP, 22), (UDP, 22), (Transport::SCTP, 22)]
    );
    assert_eq!(find("9/dccp").ports, [(Transport::DCCP, 9)]);
}

#[test]
fn a_range_lists_what_is_known_and_counts_the_rest() {
    let found = find("20-25");
    assert_eq!(found.ports.first(), Some(&(TCP, 20)));
    assert!(found.ports.is_sorted_by_key(|(_, port)| *port));
    let knowledge = Knowledge::embedded();
    let high = find("40000-40200");
    assert!(!high.ports.is_empty() && high.ports.len() < 200);
    for (transport, port) in high.ports {
        let named = Ports::embedded().name(Some(transport), port).is_some();
        let meant = !knowledge.meanings(transport, port).is_empty();
        assert!(
            named || meant || knowledge.notes_on(transport, port).next().is_some(),
            "{port}"
        );
    }
    let all = Knowledge::embedded().search(&Query::read("0-65535").unwrap(), 10);
    assert_eq!(all.ports.len(), 10);
    assert!(all.omitted > 5_000);
}

#[test]
fn service_names_come_first() {
    for (text, port) in [
        ("telnet", (TCP, 23)),
        ("SSH", (TCP, 22)),
        ("ms-wbt-server", (TCP, 3389)),
    ] {
        assert_eq!(find(text).ports.first(), Some(&port), "{text}");
    }
    assert_eq!(
        (
            find("telnet").named,
            find("23").named,
            find("subseven").named
        ),
        (2, 0, 0)
    );
}

#[test]
fn words_find_entries_in_both_languages() {
    for text in ["subseven", "Sub-7", "SUB7 trojan", "Sub-7 木马"] {
        assert!(
            ids(text).contains(&"trojan.subseven"),
            "{text}: {:?}",
            ids(text)
        );
    }
    assert_eq!(ids("trojan.subseven").first(), Some(&"trojan.subseven"));
    assert!(find("subseven").ports.contains(&(TCP, 27374)));
    assert_eq!(ids("back orifice").first(), Some(&"trojan.back-orifice"));
    assert!(ids("蠕虫").iter().any(|id| id.starts_with("worm.")));
    assert!(find("no such thing anywhere").entries.is_empty());
    assert!(find("no such thing anywhere").ports.is_empty());
}

#[test]
fn latin_words_match_where_words_begin() {
    assert!(ids("rdp").contains(&"bruteforce.rdp"));
    // "wordpress", "standard" and the like hold "rd" but do not begin with it.
    assert!(!ids("ordpress").iter().any(|_| true));
}

#[test]
fn meanings_name_the_port_closest_first() {
    let knowledge = Knowledge::embedded();
    let ids = |transport, port| -> Vec<&str> {
        knowledge
            .meanings(transport, port)
            .iter()
            .map(|m| m.entry.id.as_str())
            .collect()
    };
    assert!(ids(TCP, 27374).contains(&"trojan.subseven"));
    assert!(!ids(UDP, 27374).contains(&"trojan.subseven"));
    // The source port counts too: an old pcAnywhere asks 22 from 5632.
    assert!(ids(UDP, 22).contains(&"recon.pcanywhere"));
    assert!(ids(UDP, 5632).contains(&"recon.pcanywhere"));
    // A range of a few hundred ports is about each of them, half of all ports about none.
    assert!(ids(UDP, 33440).contains(&"benign.traceroute"));
    assert!(!ids(TCP, 40001).contains(&"backscatter.syn-flood"));
    for meaning in knowledge.meanings(TCP, 23) {
        assert!(!meaning.whens.is_empty() && meaning.width > 0);
        assert!(meaning.whens.is_sorted_by(|a, b| a.weight >= b.weight));
    }
}

#[test]
fn an_entry_tells_its_ports_weightiest_first() {
    let entry = Knowledge::embedded().entry("trojan.subseven").unwrap();
    let ports = ports_of(entry);
    assert!(ports.contains(&(TCP, 1243)) && !ports.contains(&(UDP, 1243)));
    assert!(ports.len() < 100);
}
