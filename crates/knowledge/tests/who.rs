//! Owners of addresses. `owners.mmdb` was written with the Python package mmdb_writer.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::path::PathBuf;

use rutter_knowledge::{Owner, Who};

fn database() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/owners.mmdb"))
}

fn owner(asn: u32, organization: &str, country: &str) -> Owner {
    Owner {
        asn: Some(asn),
        organization: Some(organization.to_owned()),
        country: Some(country.to_owned()),
    }
}

#[test]
fn owners_are_found_in_both_layouts() {
    let who = Who::open(&[database()]).unwrap();
    let of = |ip: &str| who.owner(ip.parse().unwrap());
    assert_eq!(of("198.51.100.7"), owner(64_500, "Example Hosting", "NL"));
    assert_eq!(of("::ffff:198.51.100.7"), of("198.51.100.7"));
    assert_eq!(of("2001:db8:7::1"), owner(64_501, "Example Six", "FR"));
    assert!(of("203.0.113.9").is_unknown());
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let good = std::fs::read(database()).unwrap();
    let path = folder.path().join("cut.mmdb");
    for bytes in [&b""[..], b"no database", &good[..good.len() / 2]] {
        std::fs::write(&path, bytes).unwrap();
        let error = Who::open(std::slice::from_ref(&path))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("cut.mmdb") && error.contains("GeoLite2"),
            "{error}"
        );
    }
    assert!(Who::open(&[folder.path().join("none.mmdb")]).is_err());
}

#[test]
fn changed_bytes_are_survived() {
    let folder = tempfile::tempdir().unwrap();
    let good = std::fs::read(database()).unwrap();
    let path = folder.path().join("changed.mmdb");
    for at in (0..good.len()).step_by(7) {
        let mut bytes = good.clone();
        bytes[at] ^= 0xff;
        std::fs::write(&path, bytes).unwrap();
        if let Ok(who) = Who::open(std::slice::from_ref(&path)) {
            for ip in ["198.51.100.7", "2001:db8:7::1", "203.0.113.9"] {
                let _ = who.owner(ip.parse().unwrap());
            }
        }
    }
}
