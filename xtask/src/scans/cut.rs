//! Parts of logs: the beginning of one, and many spread over a day.

use std::collections::BTreeSet;

const DAY: u64 = 86_400_000_000;

/// A log up to the last line before another target than the first so many: an address with a port,
/// a kind of ICMP, or a protocol.
pub(super) fn after(log: &str, targets: usize) -> String {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut part = String::new();
    for line in log.lines() {
        let field = |name: &str| {
            let value = line.split(name).nth(1)?;
            value.split(' ').next()
        };
        let target = ["DST=", "PROTO=", "DPT=", "TYPE="].map(|name| field(name).unwrap_or("-"));
        seen.insert(target.join(" "));
        if seen.len() > targets {
            break;
        }
        part.push_str(line);
        part.push('\n');
    }
    part
}

/// Logs one after the other, each beginning at its share of a day.
pub(super) fn stretch(logs: &[String]) -> String {
    let mut day: Vec<(u64, String)> = Vec::new();
    for (begin, log) in (0_u64..).step_by(step(logs.len())).zip(logs) {
        let mut first = None;
        for line in log.lines() {
            let Some((at, rest)) = stamped(line) else {
                continue;
            };
            let at = begin + at.saturating_sub(*first.get_or_insert(at));
            day.push((at.min(DAY - 1), rest.to_owned()));
        }
    }
    day.sort_by_key(|(at, _)| *at);
    let line = |(at, rest): (u64, String)| {
        let second = at / 1_000_000;
        format!(
            "2026-11-03T{:02}:{:02}:{:02},{:06}+00:00{rest}\n",
            second / 3_600,
            second / 60 % 60,
            second % 60,
            at % 1_000_000
        )
    };
    day.into_iter().map(line).collect()
}

fn step(logs: usize) -> usize {
    usize::try_from(DAY).unwrap_or(usize::MAX) / logs.max(1)
}

/// The time of day of a line of `dmesg`, in microseconds, and what follows the stamp.
fn stamped(line: &str) -> Option<(u64, &str)> {
    let time = line.get(11..26)?;
    let number = |range: std::ops::Range<usize>| time.get(range)?.parse::<u64>().ok();
    let seconds = number(0..2)? * 3_600 + number(3..5)? * 60 + number(6..8)?;
    Some((seconds * 1_000_000 + number(9..15)?, line.get(32..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "2026-11-24T02:51:07,123456+00:00 gate: IN=wan0 SRC=198.51.100.7 DST=203.0.113.10 PROTO=TCP SPT=4 DPT=";

    #[test]
    fn a_log_ends_before_the_next_target() {
        let log: String = [1, 2, 2, 3, 1, 4]
            .map(|port| format!("{LINE}{port} SYN\n"))
            .concat();
        assert_eq!(after(&log, 2).lines().count(), 3);
        assert_eq!(after(&log, 3).lines().count(), 5);
        assert_eq!(after(&log, 9), log);
    }

    #[test]
    fn a_day_holds_all_lines_in_order() {
        let log = format!("{LINE}1 SYN\n{LINE}2 SYN\nno stamp\n");
        let day = stretch(&[log.clone(), log]);
        let hours: Vec<&str> = day.lines().filter_map(|line| line.get(11..19)).collect();
        assert_eq!(hours, ["00:00:00", "00:00:00", "12:00:00", "12:00:00"]);
        assert!(
            day.lines()
                .all(|line| line.contains("+00:00 gate: IN=wan0 "))
        );
    }
}
