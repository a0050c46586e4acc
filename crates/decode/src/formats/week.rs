//! Dates that begin with the day of the week, as C's `ctime` prints them.

use rutter_event::Civil;

use super::clock;
use super::number::decimal;

/// `Mon Nov 23 10:00:00 2026`, with any blanks between the parts.
pub(crate) fn civil(text: &[u8]) -> Option<Civil> {
    let mut words = text.split(|byte| *byte == b' ').filter(|w| !w.is_empty());
    let day_of_week = words.next()?;
    if day_of_week.len() != 3 || !day_of_week.iter().all(u8::is_ascii_alphabetic) {
        return None;
    }
    let month = clock::month(words.next()?)?;
    let day = decimal(words.next()?)?;
    let mut time = words.next()?.split(|byte| *byte == b':').map(decimal::<u8>);
    let year = words.next().filter(|year| year.len() == 4)?;
    let civil = Civil {
        year: Some(decimal::<u16>(year)?.try_into().ok()?),
        month,
        day,
        hour: time.next()??,
        minute: time.next()??,
        second: time.next()??,
        nanosecond: 0,
    };
    (civil.is_valid() && words.next().is_none()).then_some(civil)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let civil = |text: &str| civil(text.as_bytes());
        let read = civil("Mon Nov 23 10:00:00 2026").map(|c| (c.year, c.month, c.day, c.hour));
        assert_eq!(read, Some((Some(2026), 11, 23, 10)));
        assert_eq!(civil("Mon Nov  3 10:00:00 2026").map(|c| c.day), Some(3));
        for bad in [
            "",
            "Nov 23 10:00:00 2026",
            "Mon Nov 32 10:00:00 2026",
            "Mon Nov 23 10:00 2026",
        ] {
            assert_eq!(civil(bad), None, "{bad}");
        }
    }
}
