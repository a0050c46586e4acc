use clap::builder::ValueParser;

/// How much memory sums may take.
#[derive(Clone, clap::Args)]
pub(crate) struct Memory {
    /// How much memory sums may take, such as 64M, 256M or 2G
    ///
    /// When there are more sources than fit, only every 2nd, 4th, 8th … is kept, drawn by hash, each
    /// with all of its packets; the totals stay exact, and the report says so.
    #[arg(
        long, value_name = "SIZE", default_value = "256M", value_parser = ValueParser::new(bytes),
        help_heading = "Reading"
    )]
    memory: u64,
}

/// Ports are counted exactly, and that alone takes a few of these.
const LEAST: u64 = 8 << 20;

impl Memory {
    /// In bytes.
    pub(crate) const fn bytes(&self) -> u64 {
        self.memory
    }
}

/// A number of bytes: digits, and K, M, G or T for powers of 1,024.
fn bytes(text: &str) -> Result<u64, String> {
    const EXAMPLES: &str = "write 256M or 2G";
    let bare = text
        .trim()
        .trim_end_matches(['b', 'B'])
        .trim_end_matches(['i', 'I']);
    let digits = bare.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match bare
        .get(digits.len()..)
        .map(str::to_ascii_uppercase)
        .as_deref()
    {
        Some("") => 0,
        Some("K") => 10,
        Some("M") => 20,
        Some("G") => 30,
        Some("T") => 40,
        _ => return Err(format!("not a size; {EXAMPLES}")),
    };
    let number: u64 = digits
        .trim()
        .parse()
        .map_err(|_| format!("not a size; {EXAMPLES}"))?;
    let bytes = number.checked_mul(1 << shift).filter(|n| *n <= 1 << 50);
    let bytes = bytes.ok_or_else(|| format!("more than any machine has; {EXAMPLES}"))?;
    if bytes < LEAST {
        return Err(format!(
            "too little to count ports in; write at least {}M",
            LEAST >> 20
        ));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use rutter_analysis::profile::MEMORY;

    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(bytes("256M"), Ok(MEMORY));
        assert_eq!(bytes("268435456"), Ok(MEMORY));
        assert_eq!(bytes("2GiB"), Ok(2 << 30));
        assert_eq!(bytes("64 mb"), Ok(64 << 20));
        for wrong in ["", "M", "12X", "-1M", "1K", "99999999T"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }
}
