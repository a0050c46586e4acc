//! Why a log may be silent, or say less than it seems to: each reason from the lines that show it.

use std::fmt::Write as _;
use std::fs::File;
use std::time::{Duration, SystemTime};

use crate::bench::{Desk, dropped};

/// A packet as ufw logs it: day and second, what was done, who, to which port.
fn logged(day: u32, second: u32, label: &str, source: &str, port: u16) -> String {
    format!(
        "2026-11-{day:02}T{:02}:{:02}:{:02}+00:00 fw kernel: [UFW {label}] IN=eth0 OUT= SRC={source} DST=203.0.113.9 \
         LEN=60 TOS=0x00 PREC=0x00 TTL=51 ID={} DF PROTO=TCP SPT={} DPT={port} WINDOW=64240 RES=0x00 SYN URGP=0\n",
        second / 3_600,
        second / 60 % 60,
        second % 60,
        1 + second % 60_000,
        32_768 + second % 20_000,
    )
}

/// Many strangers on many ports, so many in each of some hours.
fn hours(numbers: &[u32]) -> String {
    let mut log = String::new();
    for (hour, number) in (0..).zip(numbers) {
        for i in 0..*number {
            let source = format!("{}.{}.7.{}", 20 + i % 60, hour, i % 200);
            let port = u16::try_from(1_000 + i * 37 % 9_000).unwrap();
            log += &logged(
                23,
                hour * 3_600 + i * 3_600 / number,
                "BLOCK",
                &source,
                port,
            );
        }
    }
    log
}

/// The report in both languages, without line breaks.
fn told(desk: &Desk, arguments: &[&str]) -> (String, String) {
    let page = |language| {
        let ran = desk.run(["report", "--lang", language].iter().chain(arguments));
        assert_eq!(ran.status, 0, "{}", ran.err);
        ran.out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    (page("en"), page("zh-CN").replace(' ', ""))
}

fn says(log: &str, wanted: &[&str], absent: &[&str], zh: &str) {
    let desk = Desk::new();
    desk.file("a.log", log);
    let (en, chinese) = told(&desk, &["a.log"]);
    for wanted in wanted {
        assert!(en.contains(wanted), "{wanted:?} is not in: {en}");
    }
    for absent in absent {
        assert!(!en.contains(absent), "{absent:?} is in: {en}");
    }
    assert!(chinese.contains(zh), "{zh:?} is not in: {chinese}");
}

#[test]
fn only_what_was_let_in_or_watched() {
    let log = |labels: [&str; 2]| -> String {
        (0..60)
            .map(|i| logged(23, i * 40, labels[i as usize % 2], "198.51.100.7", 443))
            .collect()
    };
    says(
        &log(["ALLOW", "ALLOW"]),
        &["The log holds no denied packet; 100% of its 60 events were let through."],
        &[],
        "日志中没有被拦截的报文",
    );
    says(
        &log(["AUDIT", "AUDIT"]),
        &[
            "The log holds no denied packet; 60 of its 60 events are of a rule that logs before anything is decided",
        ],
        &["events were let through"],
        "日志中没有被拦截的报文",
    );
    says(
        &log(["ALLOW", "AUDIT"]),
        &[
            "The log holds no denied packet; 50% of its 60 events were let through and 30 are of a rule that logs before",
        ],
        &[],
        "日志中没有被拦截的报文",
    );
    says(
        &(log(["ALLOW", "AUDIT"]) + &logged(23, 9_000, "BLOCK", "198.51.100.8", 23)),
        &[],
        &["The log holds no denied packet"],
        "198.51.100.8",
    );
}

#[test]
fn a_limit_on_the_rule_that_logs() {
    let limited = [180, 180, 180, 90, 180, 181, 60, 180, 180];
    says(
        &hours(&limited),
        &[
            "7 of its 9 hours end at the same 181 records.",
            "ufw's is 3 a minute",
            "lower bound",
        ],
        &[],
        "因此这些小时的数字都只是下限",
    );
    says(
        &hours(&[180, 150, 210, 90, 170, 202, 60, 188, 131]),
        &[],
        &["end at the same"],
        "个事件",
    );
}

#[test]
fn records_that_the_logging_system_left_out() {
    let note = |text: &str| format!("2026-11-23T05:00:00+00:00 fw {text}\n");
    let log = hours(&[20, 31, 17, 25])
        + &note("kernel: net_ratelimit: 37 callbacks suppressed")
        + &note("systemd-journald[301]: Suppressed 4051 messages from kernel");
    says(
        &log,
        &[
            "the logging system says 2 times that it left out records; every count here is a lower bound",
        ],
        &[],
        "日志系统2次声明省略了记录",
    );
}

#[test]
fn a_hole() {
    says(
        &hours(&[40, 50, 60, 0, 0, 0, 0, 40, 50]),
        &[
            "nothing is in it from",
            "where about 200 records would be usual: a file lost in rotation",
        ],
        &[],
        "轮转时丢了文件",
    );
    says(
        &hours(&[40, 50, 60, 0, 0, 40, 50]),
        &[],
        &["nothing is in it from"],
        "个事件",
    );
}

#[test]
fn clocks_that_jump() {
    let back = hours(&[9, 9, 9]) + &hours(&[9]);
    says(
        &back,
        &[
            "in a.log the time goes back by 3 hours at line 28: a clock was set, summer time ended, or files were joined",
        ],
        &["leaps ahead"],
        "时间倒退了3小时",
    );
    // A router without a battery, whose clock is set once it reaches the net.
    let ahead =
        "2026-01-01T00:00:07+00:00".to_owned() + hours(&[1]).get(25..).unwrap() + &hours(&[9, 9]);
    says(
        &ahead,
        &[
            "in a.log the time leaps ahead by 326 days at line 2",
            "devices without a battery begin at 1 January",
        ],
        &["goes back"],
        "时间向前跳了326天",
    );
}

#[test]
fn a_wrong_zone_or_year() {
    let desk = Desk::new();
    let path = desk.file("a.log", dropped(0, "198.51.100.7", 23) + "\n");
    let wrote = |ago: i64| {
        // Noon of 23 November 2026, when the line says it was written, and so long before that.
        let noon = 1_795_435_200 - ago;
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(noon.unsigned_abs());
        File::options()
            .append(true)
            .open(&path)
            .unwrap()
            .set_modified(time)
            .unwrap();
    };
    wrote(8 * 3_600);
    let (en, zh) = told(&desk, &["a.log"]);
    assert!(
        en.contains("the last record of a.log is 8 hours later than the time at which it was written: its clock is in another zone"),
        "{en}"
    );
    assert!(zh.contains("它的时钟属于另一时区"), "{zh}");
    wrote(-60);
    assert!(!told(&desk, &["a.log"]).0.contains("later than the time"));
    let yearless: String = (0..3)
        .map(|i| {
            let line = dropped(i, "198.51.100.7", 23);
            format!(
                "Nov 23 12:00:0{i} fw {}\n",
                line.split_once(" fw ").unwrap().1
            )
        })
        .collect();
    let path = desk.file("b.log", yearless);
    let written = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_435_200);
    File::options()
        .append(true)
        .open(path)
        .unwrap()
        .set_modified(written)
        .unwrap();
    let (en, zh) = told(&desk, &["--year", "2027", "b.log"]);
    assert!(
        en.contains("--year names the year of its first record, which must be an earlier one"),
        "{en}"
    );
    assert!(zh.contains("应当更早"), "{zh}");
    assert!(
        !told(&desk, &["--year", "2026", "b.log"])
            .0
            .contains("--year names")
    );
}

#[test]
fn a_file_that_was_read_twice() {
    let desk = Desk::new();
    let log = hours(&[40, 31, 27]);
    desk.file("a.log", &log);
    desk.file("a.log.1", &log);
    let (en, zh) = told(&desk, &["a.log", "a.log.1"]);
    assert!(
        en.contains("every packet stands in it 2 times, in the same words: a file was read twice, perhaps with its rotated copy. Findings and tables count it once."),
        "{en}"
    );
    assert!(zh.contains("某个文件被读了两遍"), "{zh}");
    assert!(!told(&desk, &["a.log"]).0.contains("every packet stands"));
}

#[test]
fn two_rules_that_log_one_packet() {
    let mut log = String::new();
    for i in 0..50 {
        let _ = write!(
            log,
            "{}{}",
            logged(23, i * 60, "AUDIT", "198.51.100.7", 22),
            logged(23, i * 60, "BLOCK", "198.51.100.7", 22)
        );
    }
    says(
        &log,
        &["every packet stands in it 2 times, logged by two rules or two firewalls"],
        &[],
        "由两条规则或两台防火墙各记了一遍",
    );
}

/// 9,000 sources would be the same: one in order leaves no port out.
#[test]
fn ports_that_sweeps_leave_out() {
    let sweep = |open: &[u16]| -> String {
        (0..)
            .zip(1..=1_024_u16)
            .filter(|(_, port)| !open.contains(port))
            .map(|(i, port)| logged(23, i, "BLOCK", "198.51.100.7", port))
            .collect()
    };
    says(
        &sweep(&[22, 443]),
        &[
            "1 source swept TCP ports 1 to 1024, and the log names all of them but 22, 443: those are open, or what happens there is not logged.",
        ],
        &[],
        "日志里却唯独没有22、443",
    );
    says(&sweep(&[]), &[], &["swept TCP ports"], "个事件");
}
