//! `rutter profile` and `rutter merge`.

use std::fs;

use crate::bench::{Desk, dropped, story};

/// A log of some sources that knock on many ports.
fn log(from: u32, to: u32) -> String {
    (from..to)
        .map(|n| dropped(n % 3_600, &format!("192.0.2.{}", n % 90), (n % 700) as u16) + "\n")
        .collect()
}

#[test]
fn parts_add_up_to_the_same_bytes_as_the_whole() {
    let desk = Desk::new();
    desk.file("a.log", log(0, 2_000));
    desk.file("b.log", log(2_000, 5_000));
    desk.file("c.log", story());
    let seal = |out: &str, sources: &[&str]| {
        let ran = desk.run(
            ["profile", "--year", "2026", "--out", out]
                .iter()
                .chain(sources),
        );
        assert_eq!(ran.status, 0, "{}", ran.err);
    };
    seal("whole.profile", &["a.log", "b.log", "c.log"]);
    seal(
        "threads.profile",
        &["--threads", "7", "c.log", "a.log", "b.log"],
    );
    for part in ["a", "b", "c"] {
        seal(&format!("{part}.profile"), &[&format!("{part}.log")]);
    }
    // The sum of a sum and a log.
    seal("mixed.profile", &["a.profile", "b.log", "c.profile"]);
    let merge = |out: &str, parts: [&str; 3]| {
        let ran = desk.run(["merge", "--out", out].iter().chain(&parts));
        assert_eq!(ran.status, 0, "{}", ran.err);
        assert!(
            ran.err.starts_with("lines 5,102 = events 5,100"),
            "{}",
            ran.err
        );
    };
    merge("abc.profile", ["a.profile", "b.profile", "c.profile"]);
    merge("cba.profile", ["c.profile", "b.profile", "a.profile"]);
    let whole = fs::read(desk.path("whole.profile")).unwrap();
    for name in ["threads", "mixed", "abc", "cba"] {
        let sum = fs::read(desk.path(&format!("{name}.profile"))).unwrap();
        assert!(sum == whole, "{name}");
    }
}

#[test]
fn a_report_reads_profiles_like_logs() {
    let desk = Desk::new();
    desk.file("a.log", log(0, 2_000));
    desk.file("c.log", story());
    desk.run(["profile", "--year", "2026", "--out", "a.profile", "a.log"]);
    let report = |sources: [&str; 2]| {
        let args = ["report", "--year", "2026", "--output", "json"];
        let mut report = desk.run(args.iter().chain(&sources)).json();
        // The inputs have other names, and a sum has no years to settle.
        report.as_object_mut().unwrap().remove("inputs");
        report
    };
    assert_eq!(report(["a.profile", "c.log"]), report(["a.log", "c.log"]));
}

#[test]
fn a_baseline_tells_what_is_new() {
    let desk = Desk::new();
    desk.file("a.log", log(0, 2_000));
    desk.run(["profile", "--year", "2026", "--out", "a.profile", "a.log"]);
    let stranger = dropped(7, "198.51.100.77", 9_999) + "\n";
    desk.file("b.log", log(0, 2_000) + &stranger);
    let report = |log: &str| {
        let args = ["report", "-o", "json", "--baseline", "a.profile", log];
        desk.run(args).json()["new"].clone()
    };
    let same = report("a.log");
    assert_eq!(same["sources_total"], 0);
    assert_eq!(same["ports_total"], 0);
    assert_eq!(same["findings"].as_array().unwrap().len(), 0);
    let other = report("b.log");
    assert_eq!(other["sources_total"], 1);
    assert_eq!(other["sources"][0]["ip"], "198.51.100.77");
    assert_eq!(other["ports"][0]["port"], 9_999);
    assert_eq!(other["findings"].as_array().unwrap().len(), 1);
    let page = desk.run(["report", "--baseline", "a.profile", "b.log"]).out;
    assert!(page.contains("New since the baseline") && page.contains("1 source: 198.51.100.77"));
    let ran = desk.run(["report", "--baseline", "nowhere.profile", "b.log"]);
    assert_eq!(ran.status, 2, "{}", ran.err);
}

#[test]
fn what_has_grown_tenfold_is_told_again() {
    let desk = Desk::new();
    let knocks = |number: u32| -> String {
        (0..number)
            .map(|n| dropped(n, "192.0.2.7", 23) + "\n")
            .collect()
    };
    desk.file("yesterday.log", knocks(30));
    desk.run(["profile", "--out", "base.profile", "yesterday.log"]);
    for (number, grown) in [(290, None), (390, Some(13))] {
        desk.file("today.log", knocks(number));
        let args = ["report", "-o", "json", "--baseline", "base.profile"];
        let told: serde_json::Value =
            serde_json::from_str(&desk.run(args.iter().chain(&["today.log"])).out).unwrap();
        assert_eq!(told["new"]["findings"], serde_json::json!([]));
        assert_eq!(told["new"]["grown"][0]["times"].as_u64(), grown);
    }
    let page = desk.run(["report", "--baseline", "base.profile", "today.log"]);
    assert!(page.out.contains("13 times as many"), "{}", page.out);
}

#[test]
fn what_is_no_profile_is_named_and_the_rest_goes_on() {
    let desk = Desk::new();
    desk.file("a.log", log(0, 50));
    desk.run(["profile", "--year", "2026", "--out", "a.profile", "a.log"]);
    let good = fs::read(desk.path("a.profile")).unwrap();
    let mut damaged = good.clone();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(desk.path("damaged.profile"), &damaged).unwrap();
    let mut newer = good.clone();
    newer[8] += 1;
    fs::write(desk.path("newer.profile"), &newer).unwrap();
    fs::write(desk.path("short.profile"), &good[..good.len() / 2]).unwrap();
    for (file, says) in [
        ("damaged.profile", "its checksum is wrong"),
        ("newer.profile", "and this program reads form"),
        ("short.profile", "its checksum is wrong"),
        ("a.log", "not a sealed profile"),
    ] {
        let ran = desk.run(["merge", "--out", "sum.profile", file, "a.profile"]);
        assert_eq!(ran.status, 2, "{file}");
        assert!(
            ran.err.contains(&format!("{file}: ")) && ran.err.contains(says),
            "{}",
            ran.err
        );
        assert!(
            fs::read(desk.path("sum.profile")).unwrap() == good,
            "{file}"
        );
    }
    for command in [["explain", "a.profile"], ["report", "--since=2026-01-01"]] {
        let ran = desk.run(command.iter().chain(&["a.profile"]));
        assert_eq!(ran.status, 2, "{command:?}");
        assert!(ran.err.contains("a sealed profile"), "{}", ran.err);
    }
}

#[test]
fn little_memory_is_told() {
    let desk = Desk::new();
    let log: String = (0..60_000_u32)
        .map(|n| {
            let source = format!("198.{}.{}.{}", 51 + n % 2, n / 2 % 256, n / 512);
            dropped(n % 3_600, &source, 23) + "\n"
        })
        .collect();
    desk.file("flood.log", log);
    let args = ["report", "--year", "2026", "-o", "json", "--memory"];
    let told = |memory| {
        let report = desk.run(args.iter().chain(&[memory, "flood.log"])).json();
        assert_eq!(report["events"]["total"], 60_000);
        let each = report["residue"]["one_kept_of"]["sources"].as_u64();
        (
            each.unwrap(),
            report["findings"][0]["events"].as_u64().unwrap(),
        )
    };
    assert_eq!(told("256M"), (1, 60_000));
    let (each, kept) = told("8M");
    assert!(each > 1);
    // What is told of the crowd leads back to its size: 60,000, one each.
    assert!((54_000..66_000).contains(&(kept * each)), "{kept} {each}");
    let page = desk
        .run(["report", "--year", "2026", "--memory", "8M", "flood.log"])
        .out;
    let page: Vec<&str> = page.split_whitespace().collect();
    let page = page.join(" ");
    let sentence = format!("about {each} times as many, since one of {each} sources is kept");
    assert!(page.contains(&sentence), "{page}");
    let ran = desk.run(["report", "--memory", "1M", "flood.log"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("write at least 8M"), "{}", ran.err);
}
