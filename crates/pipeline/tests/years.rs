//! Readings without a year: `--year`, the file's own order, its modification time, across New Year.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::fs::File;
use std::io::Write as _;
use std::time::{Duration, UNIX_EPOCH};

use rutter_analysis::{Hearing, Questions};
use rutter_event::{Event, Refusal, Timestamp};
use rutter_knowledge::Knowledge;
use rutter_pipeline::{Settings, Visit, YearSource, explain};
use rutter_source::{Options, Source, open_all};

/// 2026-01-03T12:00:00Z.
const JANUARY_2026: u64 = 1_767_441_600;
const DAY: u64 = 86_400;

fn line(date: &str) -> String {
    format!(
        "{date} 10:00:00 gw kernel: [UFW BLOCK] IN=eth0 OUT= MAC= SRC=198.51.100.7 DST=203.0.113.9 LEN=40 \
         TOS=0x00 PREC=0x00 TTL=51 ID=1 PROTO=TCP SPT=40000 DPT=23 WINDOW=1024 RES=0x00 SYN URGP=0 \n"
    )
}

#[derive(Default)]
struct Dates(Vec<String>);

impl Visit for Dates {
    fn event(&mut self, _: u64, event: &Event<'_>, _: &Hearing<'_>) {
        self.0.push(event.time.map_or_else(
            || "none".to_owned(),
            |t| {
                let time = jiff::Timestamp::from_nanosecond(t.0.into()).unwrap();
                time.strftime("%Y-%m-%d").to_string()
            },
        ));
    }

    fn refused(&mut self, line: u64, why: Refusal, _: &[u8]) {
        self.0.push(format!("line {line}: {}", why.name()));
    }
}

fn read(sources: Vec<Source>, settings: &Settings) -> (Vec<String>, YearSource) {
    let mut dates = Dates::default();
    let outcome = explain(
        sources,
        settings,
        Knowledge::embedded(),
        &Questions::default(),
        &mut dates,
    );
    assert!(outcome.ledger().balances());
    (dates.0, outcome.accounts.first().unwrap().years)
}

/// A file of these dates that was last written to at `modified`, seconds since 1970.
fn file(dates: &[&str], modified: u64, settings: &Settings) -> (Vec<String>, YearSource) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fw.log");
    let mut file = File::create(&path).unwrap();
    for date in dates {
        file.write_all(line(date).as_bytes()).unwrap();
    }
    file.set_modified(UNIX_EPOCH + Duration::from_secs(modified))
        .unwrap();
    drop(file);
    read(
        open_all(&[path.into_os_string()], &Options::default()).sources,
        settings,
    )
}

#[test]
fn the_modification_time_tells_the_year_across_new_year() {
    let (dates, years) = file(
        &["Dec 30", "Dec 31", "Jan  1", "Jan  3"],
        JANUARY_2026,
        &Settings::default(),
    );
    assert_eq!(
        dates,
        ["2025-12-30", "2025-12-31", "2026-01-01", "2026-01-03"]
    );
    assert_eq!(years, YearSource::Modified(2025));
}

#[test]
fn a_file_that_ended_last_year_is_of_last_year() {
    let (dates, _) = file(&["Nov 30", "Dec  1"], JANUARY_2026, &Settings::default());
    assert_eq!(dates, ["2025-11-30", "2025-12-01"]);
}

#[test]
fn a_file_of_several_years_leads_up_to_its_modification_time() {
    let months = [
        "Nov 10", "Jan 10", "Apr 10", "Aug 10", "Dec 10", "Feb 10", "Jun 10", "Nov 10", "Jan  2",
    ];
    let (dates, years) = file(&months, JANUARY_2026, &Settings::default());
    assert_eq!(dates.first().unwrap(), "2023-11-10");
    assert_eq!(dates.last().unwrap(), "2026-01-02");
    assert_eq!(years, YearSource::Modified(2023));
}

#[test]
fn the_user_knows_better() {
    let settings = Settings {
        year: Some(2004),
        ..Settings::default()
    };
    let (dates, years) = file(&["Dec 31", "Jan  1"], JANUARY_2026, &settings);
    assert_eq!(dates, ["2004-12-31", "2005-01-01"]);
    assert_eq!(years, YearSource::Given(2004));
}

#[test]
fn february_29_is_of_a_leap_year() {
    let (dates, _) = file(&["Feb 29", "Mar  1"], JANUARY_2026, &Settings::default());
    assert_eq!(dates, ["2024-02-29", "2024-03-01"]);
}

#[test]
fn standard_input_leads_up_to_the_run_and_without_one_nothing_is_guessed() {
    let source = || {
        let text = [line("Dec 31"), line("Jan  1")].concat();
        vec![Source::of_program(
            "-",
            std::io::Cursor::new(text),
            &Options::default(),
        )]
    };
    let now = Timestamp(i64::try_from(JANUARY_2026 + 200 * DAY).unwrap() * 1_000_000_000);
    let (dates, years) = read(
        source(),
        &Settings {
            now: Some(now),
            ..Settings::default()
        },
    );
    assert_eq!(dates, ["2025-12-31", "2026-01-01"]);
    assert_eq!(years, YearSource::Run(2025));
    let (dates, years) = read(source(), &Settings::default());
    assert_eq!(dates, ["none", "none"]);
    assert_eq!(years, YearSource::Unknown);
}
