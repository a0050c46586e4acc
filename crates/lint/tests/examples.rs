//! Every lint's examples, executed.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may stop")]

use rutter_lint::{LINTS, apply, check_as, dialect};

#[test]
fn every_bad_example_is_found_and_no_good_one() {
    let mut wrong = Vec::new();
    for lint in LINTS {
        assert!(!lint.examples.is_empty(), "{}", lint.id);
        for example in lint.examples {
            for (text, expected) in [(example.bad, &[lint.id][..]), (example.good, &[])] {
                let report = check_as(example.dialect, text);
                let mut ids: Vec<&str> = report.findings.iter().map(|f| f.lint.id).collect();
                ids.dedup();
                if ids != expected || !report.faults.is_empty() {
                    let found: Vec<_> = report
                        .findings
                        .iter()
                        .map(|f| (f.lint.id, f.line, &f.message.en))
                        .collect();
                    wrong.push(format!(
                        "{}: {found:?} {:?} in\n{text}",
                        lint.id, report.faults
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fix_puts_it_right() {
    let mut fixed = 0;
    for lint in LINTS {
        for example in lint.examples {
            let bad = check_as(example.dialect, example.bad);
            let edits: Vec<_> = bad
                .findings
                .iter()
                .filter(|f| f.lint.id == lint.id)
                .flat_map(|f| &f.edits)
                .collect();
            if edits.is_empty() {
                continue;
            }
            fixed += 1;
            let text = apply(example.bad, edits);
            let after = check_as(example.dialect, &text);
            assert!(
                after.faults.is_empty(),
                "{}: {:?}\n{text}",
                lint.id,
                after.faults
            );
            assert!(
                !after.findings.iter().any(|f| f.lint.id == lint.id),
                "{} is still in\n{text}",
                lint.id
            );
        }
    }
    assert!(fixed > 12, "only {fixed}");
}

#[test]
fn examples_are_recognised() {
    for lint in LINTS {
        for example in lint.examples {
            for text in [example.bad, example.good] {
                assert_eq!(dialect::recognise(text), Some(example.dialect), "{text}");
            }
        }
    }
}

#[test]
fn every_text_is_in_both_languages() {
    for lint in LINTS {
        for say in [lint.title, lint.reason, lint.fix] {
            assert!(!say.en.is_empty() && say.en.is_ascii(), "{}", say.en);
            assert!(
                say.zh
                    .chars()
                    .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
                "{}",
                say.zh
            );
        }
    }
    let ids: Vec<&str> = LINTS.iter().map(|lint| lint.id).collect();
    assert!(ids.is_sorted());
    let first = LINTS.first().unwrap_or_else(|| panic!("no lints"));
    assert_eq!(
        check_as(first.examples.first().unwrap().dialect, "")
            .findings
            .len(),
        0
    );
}
