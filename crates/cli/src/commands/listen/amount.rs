//! Times and sizes as people write them.

use std::str::FromStr;

/// A number of contacts, or a time: `100`, `90s`, `10m`, `1h 30m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duration {
    Contacts(u64),
    Time(std::time::Duration),
}

impl FromStr for Duration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const ADVICE: &str = "write a number of contacts, or a time as 90s, 10m or 2h";
        if let Ok(many) = text.parse::<u64>() {
            return match many {
                0 => Err(format!("nothing would be recorded; {ADVICE}")),
                many => Ok(Self::Contacts(many)),
            };
        }
        let time = text
            .parse::<jiff::SignedDuration>()
            .ok()
            .and_then(|time| std::time::Duration::try_from(time).ok())
            .filter(|time| !time.is_zero());
        time.map(Self::Time).ok_or_else(|| ADVICE.to_owned())
    }
}

/// Bytes: `4096`, `500K`, `500M`, `2G`, in powers of 1,024.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size(pub(super) u64);

/// Least that a spool may hold: one record of any size fits.
const LEAST: u64 = 1 << 20;

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bare = text.strip_suffix(['B', 'b']).unwrap_or(text);
        let bare = bare.strip_suffix('i').unwrap_or(bare);
        let digits = bare.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let shift = match bare.get(digits.len()..).unwrap_or_default() {
            "" => Some(0),
            "K" | "k" => Some(10),
            "M" => Some(20),
            "G" => Some(30),
            "T" => Some(40),
            _ => None,
        };
        let size = shift.and_then(|shift| digits.parse::<u64>().ok()?.checked_mul(1 << shift));
        match size {
            Some(size) if size >= LEAST => Ok(Self(size)),
            Some(_) => Err("too little to be of use; write at least 1M".to_owned()),
            None => Err("not a size; write for instance 500M or 2G".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_times_are_told_apart() {
        let seconds = |n| Ok(Duration::Time(std::time::Duration::from_secs(n)));
        assert_eq!("100".parse(), Ok(Duration::Contacts(100)));
        assert_eq!("90s".parse(), seconds(90));
        assert_eq!("10m".parse(), seconds(600));
        assert_eq!("1h 30m".parse(), seconds(5400));
        for text in ["", "0", "0s", "-5s", "soon", "10 parsecs"] {
            assert!(text.parse::<Duration>().is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_are_read_with_their_letter() {
        for (text, size) in [
            ("1048576", 1 << 20),
            ("2048K", 2 << 20),
            ("500M", 500 << 20),
            ("2GiB", 2 << 30),
            ("1TB", 1 << 40),
        ] {
            assert_eq!(text.parse(), Ok(Size(size)));
        }
        for text in ["", "G", "1X", "-1G", "5", "99999999999T"] {
            assert!(text.parse::<Size>().is_err(), "{text}");
        }
    }
}
