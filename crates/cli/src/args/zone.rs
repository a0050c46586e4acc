use jiff::tz::{Offset, TimeZone};

/// Names that are suggested at most.
const SUGGESTIONS: usize = 3;

/// Reads `Europe/Berlin`, `UTC` or `+02:00`.
pub(super) fn read(text: &str) -> Result<TimeZone, String> {
    if text.starts_with(['+', '-']) {
        let offset = offset(text).ok_or("not an offset; write +02:00 or -05:30")?;
        return Ok(TimeZone::fixed(offset));
    }
    if matches!(text, "UTC" | "utc" | "Z" | "z") {
        return Ok(TimeZone::UTC);
    }
    TimeZone::get(text).map_err(|_| match alike(text).as_slice() {
        [] => "not a time zone; write a name such as Europe/Berlin, or an offset such as +02:00"
            .to_owned(),
        names => format!("not a time zone; did you mean {}?", names.join(" or ")),
    })
}

/// `+2`, `+02`, `+0200`, `+02:00`.
fn offset(text: &str) -> Option<Offset> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
        Some(_) => return None,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let number = |text: &str, most: i32| -> Option<i32> {
        let plain = matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit());
        plain
            .then(|| text.parse().ok())
            .flatten()
            .filter(|n| *n <= most)
    };
    // RFC 9557 and the world agree on less than a day; the widest in use is fourteen hours.
    Offset::from_seconds(sign * (number(hours, 23)? * 3_600 + number(minutes, 59)? * 60)).ok()
}

/// Zones that somebody may have meant: `berlin` for `Europe/Berlin`.
fn alike(text: &str) -> Vec<String> {
    let wanted = text.to_ascii_lowercase().replace([' ', '-'], "_");
    if wanted.len() < 3 {
        return Vec::new();
    }
    let mut names: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.as_str().to_owned())
        .filter(|name| !name.starts_with("posix/") && !name.starts_with("right/"))
        .filter(|name| name.to_ascii_lowercase().contains(&wanted))
        .collect();
    names.sort_by_key(|name| (name.len(), name.clone()));
    names.truncate(SUGGESTIONS);
    names
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    #[test]
    fn offsets_in_many_spellings() {
        for (text, seconds) in [
            ("+02:00", 7_200),
            ("+2", 7_200),
            ("-0530", -19_800),
            ("-05:30", -19_800),
            ("+14", 50_400),
            ("+0", 0),
        ] {
            let zone = read(text).unwrap();
            assert_eq!(zone.to_fixed_offset().unwrap().seconds(), seconds, "{text}");
        }
        for text in ["+", "+24", "+2:0", "+02:60", "+020", "++2", "+1é", "-a"] {
            assert!(read(text).unwrap_err().contains("+02:00"), "{text}");
        }
    }

    #[test]
    fn names_are_found_or_suggested() {
        assert_eq!(
            read("asia/shanghai").unwrap().iana_name(),
            Some("Asia/Shanghai")
        );
        assert_eq!(read("UTC").unwrap(), TimeZone::UTC);
        assert!(
            read("Berlin")
                .unwrap_err()
                .contains("did you mean Europe/Berlin")
        );
        assert!(read("new york").unwrap_err().contains("America/New_York"));
        assert!(
            read("Atlantis")
                .unwrap_err()
                .contains("such as Europe/Berlin")
        );
    }
}
