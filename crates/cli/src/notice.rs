//! What is said on standard error. Whoever calls has made texts of others harmless.

use std::fmt::Display;
use std::io::Write as _;
use std::path::Path;

use anstyle::{AnsiColor, Style};
use rutter_event::Untrusted;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const NOTE: Style = AnsiColor::Cyan.on_default().bold();

/// Something went wrong: place, reason, what to do.
pub(crate) fn error(text: impl Display) {
    line(format_args!("{ERROR}error:{ERROR:#} {text}"));
}

/// Something that one should know and need not act upon.
pub(crate) fn note(text: impl Display) {
    line(format_args!("{NOTE}note:{NOTE:#} {text}"));
}

/// A bare line.
pub(crate) fn line(text: impl Display) {
    // When standard error is gone there is nobody left to tell.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// A path as it may be shown.
pub(crate) fn shown(path: &Path) -> String {
    Untrusted::new(path.as_os_str().as_encoded_bytes())
        .terminal()
        .to_string()
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of things: `1 line`, `2,000 lines`.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        grouped(number),
        if number == 1 { one } else { many }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(count(1, "line", "lines"), "1 line");
        assert_eq!(count(1_000, "line", "lines"), "1,000 lines");
    }

    #[test]
    fn paths_are_shown_harmless() {
        assert_eq!(shown(Path::new("a\x1b[2Jb")), "a\\x1b[2Jb");
    }
}
