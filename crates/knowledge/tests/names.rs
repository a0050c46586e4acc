//! Reverse names that a user has: who they tell, and who they do not.
#![expect(clippy::unwrap_used, reason = "a test may stop")]

use rutter_knowledge::{Condition, Knowledge, read_names};

const LIST: &str = "\
# from the resolver of the mail server
198.51.100.7   census7.shodan.io.   # with the dot that dig prints
198.51.100.8   SCAN-11.Shadowserver.org other.example
198.51.100.9   notshodan.io shodan.io.example
2001:db8::5    scanner-01.ch1.censys-scanner.com

";

/// The addresses that the base has as those of research scanners because of their names.
fn told(knowledge: &Knowledge, address: &str) -> bool {
    let scanner = knowledge.entry("benign.research-scanner").unwrap();
    let ip = address.parse().unwrap();
    scanner.whens.iter().any(|when| {
        when.conditions
            .iter()
            .any(|c| matches!(c, Condition::SourceIn(networks) if networks.contains(ip)))
    })
}

#[test]
fn names_tell_scanners_and_nobody_else() {
    let base = Knowledge::embedded();
    let named = base.with_names(LIST).unwrap();
    for address in ["198.51.100.7", "198.51.100.8", "2001:db8::5"] {
        assert!(!told(base, address), "{address} without the list");
        assert!(told(&named, address), "{address}");
    }
    assert!(!told(&named, "198.51.100.9"), "a name that only resembles");
    assert!(!told(&named, "198.51.100.10"), "not in the list");
    assert_eq!(named.entries.len(), base.entries.len());
}

#[test]
fn a_line_without_an_address_is_named() {
    let error = read_names("192.0.2.1 a.example\nhost 192.0.2.2\n").unwrap_err();
    assert_eq!(error.line, 2);
    assert!(error.to_string().contains("\"host\""), "{error}");
}

#[test]
fn every_operator_has_domains_of_its_own() {
    let operators = Knowledge::operators();
    assert!(operators.len() > 20, "only {}", operators.len());
    for operator in operators {
        for domain in &operator.domains {
            let owners = operators.iter().filter(|o| o.owns(domain));
            assert_eq!(owners.count(), 1, "{domain}");
        }
    }
}
