//! What stands beside the meanings is there, and speaks both languages.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use rutter_event::Transport;
use rutter_knowledge::{Danger, Knowledge, read_exposures, read_programs};

#[test]
fn the_shelf_loads() {
    let telnet = Knowledge::exposure(Transport::TCP, 23).unwrap();
    assert_eq!(telnet.danger, Danger::Management);
    assert!(Knowledge::exposure(Transport::UDP, 23).is_none());
    assert!(Knowledge::exposure(Transport::TCP, 443).is_none());
    let mount = Knowledge::program(100_005).unwrap();
    assert!(mount.names.contains(&"mountd".to_owned()));
    assert!(Knowledge::program(1).is_none());
    assert!(!Knowledge::logging().is_empty());
}

#[test]
fn faults_are_named() {
    let exposure = |ports: &str| {
        let text = format!(
            "[[exposure]]\nkind = \"files\"\nports = [{ports}]\nen = \"x\"\nzh-CN = \"y\"\n"
        );
        read_exposures("exposure.toml", &text)
            .unwrap_err()
            .to_string()
    };
    assert!(exposure("\"tcp/x\"").contains("exposure.ports"));
    assert!(exposure("\"tcp/1-9\", \"tcp/5\"").contains("twice"));
    let falling = "[[program]]\nnumber = 2\nnames = [\"a\"]\nen = \"x\"\nzh-CN = \"y\"\n\
                   [[program]]\nnumber = 1\nnames = [\"b\"]\nen = \"x\"\nzh-CN = \"y\"\n";
    let fault = read_programs("programs.toml", falling).unwrap_err();
    assert!(fault.to_string().contains("do not rise"));
}
