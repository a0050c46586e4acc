use rutter_event::{Stamp, Timestamp};

/// What a packet's header says of time, by which the times of its flows become instants.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    /// When the packet was exported.
    pub(super) exported: Option<Timestamp>,
    /// Milliseconds since the exporter booted, at that time.
    pub(super) uptime: Option<u32>,
    /// Milliseconds since 1970 at which the exporter booted, where it says so itself.
    pub(super) boot: Option<u64>,
    /// When the packet was captured.
    pub(super) received: Stamp,
}

const MILLISECOND: i64 = 1_000_000;

/// Clocks that stand before this (2000-01-01) have never been set, and tell nothing.
const SET: i64 = 946_684_800;

impl Clock {
    /// The instant of an export time in seconds; nothing of a clock that was never set.
    pub(super) fn set(seconds: u32, nanoseconds: u32) -> Option<Timestamp> {
        Timestamp::from_seconds(seconds.into(), nanoseconds).filter(is_set)
    }

    /// The instant of a time in milliseconds since boot. The counter wraps every 49.7 days: a flow is
    /// taken to lie within 24.8 days of its export.
    pub(super) fn since_boot(&self, milliseconds: u32) -> Option<Timestamp> {
        if let Some(boot) = self.boot {
            return Self::milliseconds(boot.checked_add(milliseconds.into())?);
        }
        let ago = i64::from(self.uptime?.wrapping_sub(milliseconds).cast_signed());
        let instant = self.exported?.0.checked_sub(ago * MILLISECOND)?;
        Some(Timestamp(instant)).filter(is_set)
    }

    /// The instant so many microseconds before the export.
    pub(super) fn before_export(&self, microseconds: u64) -> Option<Timestamp> {
        let ago = i64::try_from(microseconds).ok()?.checked_mul(1_000)?;
        let instant = self.exported?.0.checked_sub(ago)?;
        Some(Timestamp(instant)).filter(is_set)
    }

    /// The instant of seconds since 1970.
    pub(super) fn seconds(seconds: u64) -> Option<Timestamp> {
        Timestamp::from_seconds(i64::try_from(seconds).ok()?, 0).filter(is_set)
    }

    /// The instant of milliseconds since 1970.
    pub(super) fn milliseconds(milliseconds: u64) -> Option<Timestamp> {
        let nanoseconds = i64::try_from(milliseconds).ok()?.checked_mul(MILLISECOND)?;
        Some(Timestamp(nanoseconds)).filter(is_set)
    }

    /// The instant of an NTP time stamp (RFC 5905): seconds since 1900 and their fraction in 2^-32;
    /// from 2036 on the era after.
    pub(super) fn ntp(bits: u64) -> Option<Timestamp> {
        const TO_1970: i64 = 2_208_988_800;
        const ERA: i64 = 1 << 32;
        let seconds = i64::from((bits >> 32) as u32);
        let seconds = if seconds < TO_1970 {
            seconds + ERA
        } else {
            seconds
        } - TO_1970;
        let fraction = ((bits & 0xffff_ffff) * 1_000_000_000) >> 32;
        Timestamp::from_seconds(seconds, u32::try_from(fraction).ok()?).filter(is_set)
    }

    /// The stamp of a flow that began at `start`: without it the time of export, and without that the
    /// time of capture.
    pub(super) fn stamp(&self, start: Option<Timestamp>) -> Stamp {
        start
            .or(self.exported)
            .map_or(self.received, Stamp::Instant)
    }
}

fn is_set(time: &Timestamp) -> bool {
    time.seconds() >= SET
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_since_boot_become_instants() {
        let clock = Clock {
            exported: Clock::set(1_795_428_060, 500_000_000),
            uptime: Some(10_000),
            ..Clock::default()
        };
        let at = |ms| clock.since_boot(ms).map(|time| time.0 / MILLISECOND);
        assert_eq!(at(10_000), Some(1_795_428_060_500));
        assert_eq!(at(4_000), Some(1_795_428_054_500));
        // A flow that began before the counter wrapped.
        assert_eq!(at(u32::MAX - 999), Some(1_795_428_049_500));
        assert_eq!(Clock::set(3_600, 0), None);
        let booted = Clock {
            boot: Some(1_795_000_000_000),
            ..Clock::default()
        };
        assert_eq!(
            booted.since_boot(7).map(|t| t.0),
            Some(1_795_000_000_007_000_000)
        );
    }

    #[test]
    fn ntp_eras() {
        let seconds = |bits| Clock::ntp(bits).map(|time| (time.seconds(), time.nanoseconds()));
        assert_eq!(
            seconds(4_004_416_800 << 32 | 1 << 31),
            Some((1_795_428_000, 500_000_000))
        );
        // 2036-02-07T06:28:16Z, the first second of the second era.
        assert_eq!(seconds(0), Some((2_085_978_496, 0)));
    }
}
