//! What a started sensor can do no more.

use std::fs;

use crate::bench::{Net, Sensor, folder, free_ports, is_root, passed_over};

#[test]
fn everything_that_must_be_refused_is_refused() {
    let [port] = free_ports();
    let net = Net::shared();
    let place = folder();
    let spool = place.path().join("spool");
    for arguments in [vec![], vec!["--spool", spool.to_str().unwrap()]] {
        let output = net
            .rutter()
            .args([
                "listen",
                &port.to_string(),
                "--address",
                "127.0.0.1",
                "--check",
                "--quiet",
            ])
            .args(&arguments)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(
            output.status.success(),
            "{text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        for what in [
            "setuid", "connect", "sendto", "execve", "clone", "open", "ptrace", "socket",
        ] {
            assert!(
                text.contains(&format!("({what}")),
                "{what} was not tried: {text}"
            );
        }
        assert!(
            text.lines().count() >= 18 && text.lines().all(|line| line.starts_with("refused")),
            "{text}"
        );
    }
}

#[test]
fn after_the_start_nothing_is_left() {
    let [port] = free_ports();
    let port = port.to_string();
    let sensor = Sensor::start(&Net::shared(), &[&port, "--address", "127.0.0.1"]);
    let status = fs::read_to_string(format!("/proc/{}/status", sensor.id)).unwrap();
    let value = |key: &str| {
        let line = status.lines().find(|line| line.starts_with(key)).unwrap();
        line.split_once(':').unwrap().1.trim().to_owned()
    };
    for set in ["CapEff", "CapPrm", "CapInh", "CapAmb"] {
        assert_eq!(value(set), "0000000000000000", "{set}");
    }
    assert_eq!(
        (value("NoNewPrivs"), value("Seccomp"), value("Threads")),
        ("1".into(), "2".into(), "1".into())
    );
    if is_root() {
        assert_eq!(value("CapBnd"), "0000000000000000");
        assert_eq!(value("Groups"), "");
        for ids in ["Uid", "Gid"] {
            assert!(
                value(ids).split_whitespace().all(|id| id != "0"),
                "{status}"
            );
        }
    } else {
        passed_over("dropping ids and the bounding set", "not root");
    }
    assert!(sensor.stop().status.success());
}

#[test]
fn it_does_not_run_as_root_nor_as_nobody_in_particular() {
    let [port] = free_ports();
    for user in ["root", "0", "no-such-user"] {
        let output = Net::shared()
            .rutter()
            .args(["listen", &port.to_string(), "--user", user, "--until", "1s"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{user}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(
            told.contains("--user") || told.contains("only root"),
            "{told}"
        );
    }
}

#[test]
fn without_root_it_listens_on_high_ports() {
    if !is_root() {
        return passed_over("running without root from root", "the other tests do it");
    }
    let Some(net) = Net::own() else {
        return passed_over("running without root", "no network of its own");
    };
    let place = folder();
    let copy = place.path().join("rutter");
    fs::copy(crate::bench::program(), &copy).unwrap();
    let mut command = net.command("setpriv");
    command
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
        .arg(&copy)
        .args(["listen", "30000", "--check"]);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn sockets_of_systemd_are_taken() {
    // systemd's own test program hands sockets over as the manager does.
    let program = "/usr/bin/systemd-socket-activate";
    if !std::path::Path::new(program).exists() {
        return passed_over("socket activation", "systemd-socket-activate is not here");
    }
    let [port] = free_ports();
    let mut command = Net::shared().command(program);
    command
        .args(["--listen", &format!("127.0.0.1:{port}"), "--now"])
        .args([&crate::bench::program(), "listen"]);
    let has_now = std::process::Command::new(program)
        .arg("--help")
        .output()
        .is_ok_and(|help| String::from_utf8_lossy(&help.stdout).contains("--now"));
    if !has_now {
        return passed_over(
            "socket activation",
            "systemd-socket-activate is too old for --now",
        );
    }
    let sensor = Sensor::of(command);
    drop(std::net::TcpStream::connect(("127.0.0.1", port)).unwrap());
    sensor.await_records(1);
    let left = sensor.stop();
    assert_eq!(left.at(port).len(), 1);
}

#[test]
fn units_of_systemd_are_understood() {
    let tool = "/usr/bin/systemd-analyze";
    if !std::path::Path::new(tool).exists() {
        return passed_over("units", "systemd-analyze is not here");
    }
    let from = concat!(env!("CARGO_MANIFEST_DIR"), "/../sensor/systemd");
    let place = folder();
    for name in ["rutter-listen.service", "rutter-listen.socket"] {
        let unit = std::fs::read_to_string(format!("{from}/{name}")).unwrap();
        // The program and its page are not installed here.
        let unit = unit
            .replace("/usr/bin/rutter", &crate::bench::program())
            .replace("Documentation=", "#Documentation=");
        std::fs::write(place.path().join(name), unit).unwrap();
    }
    let verified = std::process::Command::new(tool)
        .args([
            "verify",
            "./rutter-listen.service",
            "./rutter-listen.socket",
        ])
        .current_dir(place.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&verified.stderr);
    // What the machine's own units are blamed for is not ours.
    let blamed: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("rutter-listen"))
        .collect();
    assert!(blamed.is_empty(), "{said}");
}
