//! What each source has had so far, in a table that does not grow.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Instant;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::account::Unrecorded;
use crate::settings::{BURST, Limits, MOST_SOURCES};

/// Allowances of all sources, and of each.
///
/// The table holds [`MOST_SOURCES`] sources. Beyond that the one longest unseen makes room, unless
/// it has a connection open; so a flood of forged sources costs a slot each and no memory. Whoever
/// comes back after it was forgotten begins anew, which is why there is a limit on all together too.
pub(crate) struct Sources {
    limits: Limits,
    all: Allowance,
    slots: Vec<Slot>,
    index: HashMap<IpAddr, u32, RandomState>,
    /// The slots without open connections from the longest unseen to the latest seen, linked by number.
    oldest: u32,
    latest: u32,
    most: usize,
    forgotten: u64,
}

/// No slot.
const NONE: u32 = u32::MAX;

struct Slot {
    source: IpAddr,
    allowance: Allowance,
    open: u32,
    before: u32,
    after: u32,
}

/// Records that may be written, refilled at a rate up to [`BURST`] seconds' worth. In thousandths.
#[derive(Clone, Copy)]
struct Allowance {
    left: u64,
    at: Instant,
}

impl Allowance {
    const fn full(rate: u32, now: Instant) -> Self {
        Self {
            left: rate as u64 * BURST as u64 * 1000,
            at: now,
        }
    }

    /// Refills, and says whether there is one to take.
    fn has(&mut self, rate: u32, now: Instant) -> bool {
        let rate = u64::from(rate);
        // Milliseconds times records a second are thousandths of a record.
        let passed = now.saturating_duration_since(self.at);
        let gained = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
        if gained > 0 {
            let most = rate * u64::from(BURST) * 1000;
            self.left = gained
                .saturating_mul(rate)
                .saturating_add(self.left)
                .min(most);
            self.at = now;
        }
        self.left >= 1000
    }

    const fn take(&mut self) {
        self.left = self.left.saturating_sub(1000);
    }
}

impl Sources {
    pub(crate) fn new(limits: Limits, now: Instant) -> Self {
        Self::with_room(limits, now, MOST_SOURCES)
    }

    fn with_room(limits: Limits, now: Instant, most: usize) -> Self {
        Self {
            limits,
            all: Allowance::full(limits.rate, now),
            slots: Vec::new(),
            index: HashMap::with_hasher(RandomState::default()),
            oldest: NONE,
            latest: NONE,
            most,
            forgotten: 0,
        }
    }

    /// Sources that were forgotten to make room for others.
    pub(crate) const fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// Lets a datagram in, or says why not.
    pub(crate) fn admit(&mut self, ip: IpAddr, now: Instant) -> Result<(), Unrecorded> {
        self.enter(ip, false, now)
    }

    /// Lets a connection in, which [`close`](Self::close) ends, or says why not.
    pub(crate) fn open(&mut self, ip: IpAddr, now: Instant) -> Result<(), Unrecorded> {
        self.enter(ip, true, now)
    }

    /// A connection that was let in has ended.
    pub(crate) fn close(&mut self, ip: IpAddr) {
        let Some(at) = self.index.get(&prefix(ip)).copied() else {
            return;
        };
        let Some(slot) = self.slot(at) else { return };
        slot.open = slot.open.saturating_sub(1);
        if slot.open == 0 {
            self.append(at);
        }
    }

    fn enter(&mut self, ip: IpAddr, opens: bool, now: Instant) -> Result<(), Unrecorded> {
        let limits = self.limits;
        let all = self.all.has(limits.rate, now);
        let Some(at) = self.seat(prefix(ip), now) else {
            return Err(Unrecorded::Connections);
        };
        let Some(slot) = self.slot(at) else {
            return Err(Unrecorded::Connections);
        };
        if opens && slot.open >= limits.connections_of_source {
            return Err(Unrecorded::SourceConnections);
        }
        if !slot.allowance.has(limits.rate_of_source, now) {
            return Err(Unrecorded::SourceRate);
        }
        if !all {
            return Err(Unrecorded::Rate);
        }
        slot.allowance.take();
        if opens {
            slot.open += 1;
            if slot.open == 1 {
                self.unlink(at);
            }
        }
        self.all.take();
        Ok(())
    }

    /// The slot of a source, which is now the latest seen.
    fn seat(&mut self, source: IpAddr, now: Instant) -> Option<u32> {
        if let Some(at) = self.index.get(&source).copied() {
            if self.slot(at).is_some_and(|slot| slot.open == 0) && self.latest != at {
                self.unlink(at);
                self.append(at);
            }
            return Some(at);
        }
        let fresh = Slot {
            source,
            allowance: Allowance::full(self.limits.rate_of_source, now),
            open: 0,
            before: NONE,
            after: NONE,
        };
        let at = if self.slots.len() < self.most {
            self.slots.push(fresh);
            u32::try_from(self.slots.len() - 1).ok()?
        } else {
            let at = self.oldest;
            self.unlink(at);
            let slot = self.slot(at)?;
            let old = std::mem::replace(slot, fresh).source;
            self.index.remove(&old);
            self.forgotten += 1;
            at
        };
        self.index.insert(source, at);
        self.append(at);
        Some(at)
    }

    fn slot(&mut self, at: u32) -> Option<&mut Slot> {
        self.slots.get_mut(at as usize)
    }

    fn unlink(&mut self, at: u32) {
        let Some(slot) = self.slot(at) else { return };
        let (before, after) = (slot.before, slot.after);
        (slot.before, slot.after) = (NONE, NONE);
        match self.slot(before) {
            Some(slot) => slot.after = after,
            None => self.oldest = after,
        }
        match self.slot(after) {
            Some(slot) => slot.before = before,
            None => self.latest = before,
        }
    }

    fn append(&mut self, at: u32) {
        let latest = self.latest;
        let Some(slot) = self.slot(at) else { return };
        (slot.before, slot.after) = (latest, NONE);
        match self.slot(latest) {
            Some(slot) => slot.after = at,
            None => self.oldest = at,
        }
        self.latest = at;
    }
}

/// What counts as one source: an IPv4 address, or the /64 of an IPv6 address, which is what one
/// subscriber has at least.
fn prefix(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX))),
        ip => ip,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use super::*;

    const LIMITS: Limits = Limits {
        connections: 100,
        connections_of_source: 2,
        rate: 10,
        rate_of_source: 1,
        quota: 0,
        segment: 0,
    };

    fn source(n: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from_bits(0xc000_0200 + n))
    }

    #[test]
    fn a_source_may_have_so_much_and_no_more() {
        let start = Instant::now();
        let mut sources = Sources::new(LIMITS, start);
        assert_eq!(sources.open(source(1), start), Ok(()));
        assert_eq!(sources.open(source(1), start), Ok(()));
        assert_eq!(
            sources.open(source(1), start),
            Err(Unrecorded::SourceConnections)
        );
        sources.close(source(1));
        assert_eq!(sources.open(source(1), start), Ok(()));
        for _ in 0..BURST - 3 {
            assert_eq!(sources.admit(source(1), start), Ok(()));
        }
        assert_eq!(sources.admit(source(1), start), Err(Unrecorded::SourceRate));
        let later = start + Duration::from_secs(1);
        assert_eq!(sources.admit(source(1), later), Ok(()));
        assert_eq!(sources.admit(source(1), later), Err(Unrecorded::SourceRate));
    }

    #[test]
    fn all_together_may_have_so_much_and_no_more() {
        let start = Instant::now();
        let mut sources = Sources::new(LIMITS, start);
        for n in 0..10 * BURST {
            assert_eq!(sources.admit(source(n), start), Ok(()));
        }
        assert_eq!(sources.admit(source(999), start), Err(Unrecorded::Rate));
    }

    #[test]
    fn a_subscriber_is_one_source() {
        let start = Instant::now();
        let mut sources = Sources::new(LIMITS, start);
        let mut open = |text: &str| {
            let ip: IpAddr = text.parse().unwrap_or(source(0));
            sources.open(ip, start)
        };
        assert_eq!(open("2001:db8::1"), Ok(()));
        assert_eq!(open("2001:db8::2"), Ok(()));
        assert_eq!(open("2001:db8::3"), Err(Unrecorded::SourceConnections));
        assert_eq!(open("2001:db8:0:1::3"), Ok(()));
    }

    #[test]
    fn a_flood_of_forged_sources_takes_no_more_room() {
        let start = Instant::now();
        let mut sources = Sources::with_room(LIMITS, start, 1000);
        assert_eq!(sources.open(source(7), start), Ok(()));
        // RUTTER_FORGED=10000000 for as many as a night may bring.
        let many = std::env::var("RUTTER_FORGED")
            .ok()
            .and_then(|many| many.parse().ok())
            .unwrap_or(1_000_000);
        for n in 0..many {
            let _ = sources.admit(IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + n)), start);
        }
        assert_eq!((sources.slots.len(), sources.index.len()), (1000, 1000));
        // The index keeps room for those that were removed, once.
        assert!(sources.slots.capacity() <= 1024 && sources.index.capacity() <= 4096);
        assert_eq!(sources.forgotten(), u64::from(many) + 1 - 1000);
        // Who is connected is not forgotten.
        assert_eq!(sources.open(source(7), start), Err(Unrecorded::Rate));
        assert_eq!(sources.slots.iter().map(|slot| slot.open).sum::<u32>(), 1);
        sources.close(source(7));
        let mut at = sources.oldest;
        let mut linked = 0;
        while let Some(slot) = sources.slots.get(at as usize) {
            linked += 1;
            at = slot.after;
        }
        assert_eq!(linked, 1000);
    }
}
