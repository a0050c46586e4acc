//! A set of ports: small as long as it is small.

/// Above this many a bitmap is smaller and faster than a table.
const TABLE: usize = 1_024;

/// Some of 65,536 ports.
#[derive(Clone, Debug)]
pub enum PortSet {
    /// An open-addressed table, at most half full: a look-up touches one line of memory.
    Few(Table),
    /// One bit each, and how many are set.
    Many(Box<[u64; 1_024]>, u32),
}

/// Ports by their hash; 0 marks a free place and is itself kept apart.
#[derive(Clone, Debug, Default)]
pub struct Table {
    places: Vec<u16>,
    len: u16,
    zero: bool,
}

impl Table {
    /// Where to begin looking, before the mask.
    #[inline]
    fn start(port: u16) -> usize {
        // Fibonacci hashing; neighbours, which scans bring, go to different places.
        usize::from(port.wrapping_mul(0x9e37) >> 4)
    }

    /// The place of a port, or the free one where it would be; nothing while there are no places.
    fn find(&self, port: u16) -> Option<usize> {
        let mask = self.places.len().checked_sub(1)?;
        let mut at = Self::start(port) & mask;
        loop {
            match self.places.get(at) {
                Some(found) if *found != port && *found != 0 => at = (at + 1) & mask,
                _ => return Some(at),
            }
        }
    }

    fn contains(&self, port: u16) -> bool {
        if port == 0 {
            return self.zero;
        }
        self.find(port)
            .and_then(|at| self.places.get(at))
            .is_some_and(|found| *found == port)
    }

    fn insert(&mut self, port: u16) -> bool {
        if port == 0 {
            return !std::mem::replace(&mut self.zero, true);
        }
        if usize::from(self.len) * 2 >= self.places.len() {
            self.grow();
        }
        let Some(place) = self.find(port).and_then(|at| self.places.get_mut(at)) else {
            return false;
        };
        let new = *place == 0;
        *place = port;
        self.len += u16::from(new);
        new
    }

    fn grow(&mut self) {
        let size = (self.places.len() * 2).max(4);
        let old = std::mem::replace(&mut self.places, vec![0; size]);
        for port in old.into_iter().filter(|port| *port != 0) {
            if let Some(place) = self.find(port).and_then(|at| self.places.get_mut(at)) {
                *place = port;
            }
        }
    }
}

impl Default for PortSet {
    fn default() -> Self {
        Self::Few(Table::default())
    }
}

/// Sets are equal when they hold the same ports, wherever those lie.
impl PartialEq for PortSet {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|port| other.contains(port))
    }
}

impl Eq for PortSet {}

impl PortSet {
    /// Adds a port; whether it was new.
    pub fn insert(&mut self, port: u16) -> bool {
        match self {
            Self::Few(table) if usize::from(table.len) < TABLE => table.insert(port),
            Self::Few(table) => {
                if table.contains(port) {
                    return false;
                }
                self.widen();
                self.insert(port)
            }
            Self::Many(bits, count) => {
                let Some(word) = bits.get_mut(usize::from(port >> 6)) else {
                    return false;
                };
                let bit = 1 << (port & 63);
                let new = *word & bit == 0;
                *word |= bit;
                *count += u32::from(new);
                new
            }
        }
    }

    fn widen(&mut self) {
        let ports: Vec<u16> = self.iter().collect();
        *self = Self::Many(Box::new([0; 1_024]), 0);
        for port in ports {
            self.insert(port);
        }
    }

    /// Reads the line where a port will be looked up.
    #[inline]
    pub(super) fn touch(&self, port: u16) -> u16 {
        match self {
            Self::Few(table) => {
                let mask = table.places.len().wrapping_sub(1);
                table.places.get(Table::start(port) & mask).copied()
            }
            Self::Many(bits, _) => bits.get(usize::from(port >> 6)).map(|word| *word as u16),
        }
        .unwrap_or(0)
    }

    /// Whether it holds a port.
    pub(super) fn contains(&self, port: u16) -> bool {
        match self {
            Self::Few(table) => table.contains(port),
            Self::Many(bits, _) => bits
                .get(usize::from(port >> 6))
                .is_some_and(|word| word >> (port & 63) & 1 == 1),
        }
    }

    /// Bytes beyond itself, by the number of ports alone; with what the allocator adds.
    #[must_use]
    pub(super) const fn bytes(&self) -> usize {
        let places = match self {
            Self::Few(table) => {
                let len = table.len as usize;
                if len == 0 {
                    0
                } else {
                    (len * 2).next_power_of_two() * 2
                }
            }
            Self::Many(..) => 8 * TABLE,
        };
        places + 16
    }

    /// Takes in another set.
    pub fn merge(&mut self, other: &Self) {
        for port in other.iter() {
            self.insert(port);
        }
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> u32 {
        match self {
            Self::Few(table) => u32::from(table.len) + u32::from(table.zero),
            Self::Many(_, count) => *count,
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether any port from `low` to `high`, other than `except`, is in the set.
    #[must_use]
    pub fn any_in(&self, low: u32, high: u32, except: Option<u16>) -> bool {
        let inside = |port: u16| (low..=high).contains(&u32::from(port)) && Some(port) != except;
        match self {
            Self::Few(table) if high - low > u32::from(table.len) => {
                table.places.iter().any(|port| *port != 0 && inside(*port))
                    || table.zero && inside(0)
            }
            _ => (low..=high.min(65_535))
                .filter_map(|port| u16::try_from(port).ok())
                .any(|port| Some(port) != except && self.contains(port)),
        }
    }

    /// The ports, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u16> {
        let (mut list, bits): (Vec<u16>, &[u64]) = match self {
            Self::Few(table) => {
                let ports = table.places.iter().copied().filter(|port| *port != 0);
                (
                    table.zero.then_some(0).into_iter().chain(ports).collect(),
                    &[],
                )
            }
            Self::Many(bits, _) => (Vec::new(), bits.as_slice()),
        };
        list.sort_unstable();
        let marked = bits.iter().zip(0_u32..).flat_map(|(word, at)| {
            (0..64)
                .filter(move |bit| word >> bit & 1 == 1)
                .filter_map(move |bit| u16::try_from(at * 64 + bit).ok())
        });
        list.into_iter().chain(marked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_agree() {
        let mut set = PortSet::default();
        assert!(set.insert(0) && !set.insert(0));
        let mut set = PortSet::default();
        for i in 0..3_000_u32 {
            let port = u16::try_from(i * 21).unwrap_or_default();
            assert!(set.insert(port));
            assert!(!set.insert(port));
            assert_eq!(set.len(), i + 1);
        }
        assert!(matches!(set, PortSet::Many(..)));
        assert!(set.iter().zip(set.iter().skip(1)).all(|(a, b)| a < b));
        assert!(
            set.any_in(21, 21, None) && !set.any_in(21, 21, Some(21)) && !set.any_in(1, 20, None)
        );
    }
}
