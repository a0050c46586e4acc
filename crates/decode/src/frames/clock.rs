use rutter_event::Timestamp;

const NANOS: i128 = 1_000_000_000;

/// How an interface counts time: `if_tsresol` and `if_tsoffset` of a pcapng interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    resolution: Resolution,
    offset_seconds: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resolution {
    /// A unit is this many nanoseconds.
    Coarse(u64),
    /// A nanosecond is this many units.
    Fine(u64),
    /// A unit is two to the minus this, of a second.
    Binary(u32),
    /// A unit is so small that 64 bits of them do not reach one nanosecond.
    Vanishing,
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(6, 0)
    }
}

impl Clock {
    /// From the option's byte (bit 7 clear: a power of ten; set: a power of two; the exponent is
    /// negative) and the seconds to add.
    pub(super) const fn new(tsresol: u8, offset_seconds: i64) -> Self {
        let exponent = (tsresol & 0x7f) as u32;
        let resolution = if tsresol & 0x80 != 0 {
            Resolution::Binary(exponent)
        } else if exponent <= 9 {
            Resolution::Coarse(10_u64.pow(9 - exponent))
        } else if exponent <= 28 {
            Resolution::Fine(10_u64.pow(exponent - 9))
        } else {
            Resolution::Vanishing
        };
        Self {
            resolution,
            offset_seconds,
        }
    }

    /// The instant of a count of units; nothing when it is out of reach of [`Timestamp`].
    pub(super) fn instant(self, units: u64) -> Option<Timestamp> {
        let nanos = match self.resolution {
            Resolution::Coarse(factor) => i128::from(units) * i128::from(factor),
            Resolution::Fine(divisor) => i128::from(units / divisor),
            Resolution::Binary(shift) => (i128::from(units) * NANOS) >> shift,
            Resolution::Vanishing => 0,
        };
        let nanos = nanos + i128::from(self.offset_seconds) * NANOS;
        i64::try_from(nanos).ok().map(Timestamp)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    const SECOND: u64 = 1_700_000_000;

    #[test]
    fn units_become_nanoseconds() {
        let cases = [
            (6, SECOND * 1_000_000 + 5, 5_000),
            (9, SECOND * 1_000_000_000 + 5, 5),
            (0, SECOND, 0),
            (3, SECOND * 1_000 + 5, 5_000_000),
            (10, SECOND * 10_000_000_000 + 57, 5),
            (0x80 | 32, (SECOND << 32) + (1 << 31), 500_000_000),
            (0x80, SECOND, 0),
        ];
        for (tsresol, units, nanos) in cases {
            let time = Clock::new(tsresol, 0).instant(units).unwrap();
            assert_eq!(time.seconds(), 1_700_000_000, "tsresol {tsresol}");
            assert_eq!(time.nanoseconds(), nanos, "tsresol {tsresol}");
        }
    }

    #[test]
    fn offsets_are_added() {
        let late = Clock::new(6, 1_699_999_999).instant(1_000_000).unwrap();
        assert_eq!(late.seconds(), 1_700_000_000);
        let early = Clock::new(6, -1).instant(500_000).unwrap();
        assert_eq!((early.seconds(), early.nanoseconds()), (-1, 500_000_000));
    }

    #[test]
    fn every_resolution_and_extreme_is_survived() {
        for tsresol in 0..=255 {
            for offset in [i64::MIN, -1, 0, 1, i64::MAX] {
                for units in [0, 1, u64::MAX / 2, u64::MAX] {
                    let _ = Clock::new(tsresol, offset).instant(units);
                }
            }
        }
        assert_eq!(Clock::new(0, 0).instant(u64::MAX), None);
        assert_eq!(Clock::new(127, 0).instant(u64::MAX), Some(Timestamp(0)));
    }
}
