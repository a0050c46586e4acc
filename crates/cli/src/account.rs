//! What is said at the end about how the input was read.

use std::fmt::Write as _;

use rutter_event::Ledger;
use rutter_pipeline::{Account, YearSource};

use crate::notice::{self, grouped};

/// Tells which sources failed, what was guessed, and the ledger. Whether all went well.
///
/// Who pasted a single line needs no lecture on its year.
pub(crate) fn tell(accounts: &[Account], quiet: bool, pasted: bool) -> bool {
    let mut well = true;
    let mut whole = Ledger::default();
    for account in accounts {
        whole.merge(&account.ledger);
        for failure in &account.failures {
            notice::error(failure);
            well = false;
        }
        if !account.ledger.balances() {
            let name = account.name.untrusted();
            notice::error(format_args!(
                "{}: the ledger does not add up, {}; please report this as a bug of rutter",
                name.terminal(),
                line(&account.ledger),
            ));
            well = false;
        }
        if !quiet && !pasted {
            tell_year(account);
        }
    }
    if !quiet {
        if whole.lines > 0 && whole.events == 0 && whole.refused_total() == 0 {
            notice::note(
                "no line of this is a firewall record that rutter knows, or none lies within the time \
                 asked for; `rutter report --format list` names the formats",
            );
        }
        notice::line(line(&whole));
    }
    well
}

/// A year that nobody wrote down should not pass for one that somebody did.
fn tell_year(account: &Account) {
    let name = match account.name.untrusted() {
        dash if dash.bytes() == b"-" => "standard input".to_owned(),
        name => name.terminal().to_string(),
    };
    match account.years {
        YearSource::Written | YearSource::Given(_) | YearSource::Modified(_) => {}
        YearSource::Run(year) => notice::note(format_args!(
            "{name}: the times lack the year, and the input has no date of its own; taken to begin \
             in {year}; --year says otherwise"
        )),
        YearSource::Unknown => notice::note(format_args!(
            "{name}: the times lack the year, and nothing tells it, so they are left out; name it \
             with --year"
        )),
    }
}

/// The ledger as one line.
pub(crate) fn line(ledger: &Ledger) -> String {
    let mut text = format!("lines {}", grouped(ledger.lines));
    if ledger.multiplied > 0 {
        // Writing into a string does not fail.
        let _ = write!(text, " + multiplied {}", grouped(ledger.multiplied));
    }
    let _ = write!(text, " = events {}", grouped(ledger.events));
    let skipped = ledger.skipped().map(|(why, n)| (why.name(), n));
    column(&mut text, "skipped", ledger.skipped_total(), skipped);
    let refused = ledger.refused().map(|(why, n)| (why.name(), n));
    column(&mut text, "refused", ledger.refused_total(), refused);
    text
}

fn column(
    text: &mut String,
    name: &str,
    total: u64,
    reasons: impl Iterator<Item = (&'static str, u64)>,
) {
    let _ = write!(text, " + {name} {}", grouped(total));
    let reasons: Vec<String> = reasons
        .map(|(why, n)| format!("{why} {}", grouped(n)))
        .collect();
    if !reasons.is_empty() {
        let _ = write!(text, " ({})", reasons.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use rutter_event::{Refusal, Skip};

    use super::*;

    #[test]
    fn the_ledger_is_one_line() {
        let mut ledger = Ledger::default();
        assert_eq!(line(&ledger), "lines 0 = events 0 + skipped 0 + refused 0");
        for _ in 0..1_200 {
            ledger.decoded(1);
        }
        ledger.skip(Skip::NotFirewall);
        ledger.skip(Skip::Blank);
        ledger.refuse(Refusal::BadPort);
        assert_eq!(
            line(&ledger),
            "lines 1,203 = events 1,200 + skipped 2 (blank 1, not-firewall 1) + refused 1 (bad-port 1)"
        );
        ledger.decoded(3);
        assert!(line(&ledger).starts_with("lines 1,204 + multiplied 2 = events 1,203 + "));
    }
}
