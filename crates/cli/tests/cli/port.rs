//! `rutter port`.

use crate::bench::{ran, run, rutter};

#[test]
fn a_port_is_a_page() {
    let ran = run(["port", "23"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert!(ran.out.starts_with("23/tcp  telnet\n"), "{}", ran.out);
    assert!(ran.out.contains("recon.telnet"));
    assert!(!ran.out.contains('\x1b'));
}

#[test]
fn a_port_is_an_object() {
    let ports = run(["port", "27374/tcp", "udp/53", "--output", "json"]).json();
    let ports = ports.as_array().unwrap();
    assert_eq!(ports.len(), 2);
    assert_eq!(ports[0]["port"], 27_374);
    assert_eq!(ports[0]["transport"], "tcp");
    assert_eq!(ports[0]["class"], "registered");
    assert_eq!(ports[0]["connection"], "connection-oriented");
    let ids: Vec<&str> = ports[0]["meanings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["id"].as_str().unwrap())
        .collect();
    assert!(ids.contains(&"trojan.subseven"), "{ids:?}");
    assert_eq!(ports[1]["services"][0]["name"], "domain");
    assert_eq!(ports[1]["connection"], "connectionless");
}

#[test]
fn words_find_meanings_in_both_languages() {
    let english = run(["port", "sub", "seven"]);
    assert!(english.out.contains("trojan.subseven"), "{}", english.out);
    let chinese = run(["port", "冰河", "--lang", "zh-CN"]);
    assert!(chinese.out.contains("7626"), "{}", chinese.out);
    let locale = ran(rutter().args(["port", "冰河"]).env("LC_ALL", "zh_CN.UTF-8"));
    assert_eq!(locale.out, chinese.out);
}

#[test]
fn what_is_unknown_is_said() {
    let ran = run(["port", "zzzzqqxx"]);
    assert_eq!(ran.status, 0);
    assert!(ran.out.contains("knows nothing"), "{}", ran.out);
    let json = run(["port", "zzzzqqxx", "--output", "json"]);
    assert_eq!(json.json(), serde_json::json!([]));
}

#[test]
fn what_is_no_port_is_an_error() {
    for (query, why) in [
        ("70000", "from 0 to 65535"),
        ("90-80", "backwards"),
        ("", "nothing to look up"),
    ] {
        let ran = run(["port", query]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""));
        assert!(ran.errors()[0].contains(why), "{}", ran.err);
    }
    assert_eq!(run(["port"]).status, 2);
}

#[test]
fn the_primer_is_read_topic_by_topic() {
    let contents = run(["port", "--about"]);
    assert_eq!(contents.status, 0);
    assert!(contents.out.contains("classes"), "{}", contents.out);
    let topic = run(["port", "--about", "classes"]);
    assert!(topic.out.contains("49152"), "{}", topic.out);
    let missing = run(["port", "--about", "nonsense"]);
    assert_eq!(missing.status, 2);
    assert!(
        missing.errors()[0].contains("there are ports, connections"),
        "{}",
        missing.err
    );
}
