//! A set of ports: small as long as it is small.

/// Above this many a bitmap is smaller and faster than a sorted list.
const LIST: usize = 1_024;

/// Some of 65,536 ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortSet {
    /// Sorted.
    Few(Vec<u16>),
    /// One bit each, and how many are set.
    Many(Box<[u64; 1_024]>, u32),
}

impl Default for PortSet {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl PortSet {
    /// Adds a port; whether it was new.
    pub fn insert(&mut self, port: u16) -> bool {
        match self {
            Self::Few(list) => match list.binary_search(&port) {
                Ok(_) => false,
                Err(at) if list.len() < LIST => {
                    list.insert(at, port);
                    true
                }
                Err(_) => {
                    self.widen();
                    self.insert(port)
                }
            },
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
        if let Self::Few(list) = self {
            let list = std::mem::take(list);
            *self = Self::Many(Box::new([0; 1_024]), 0);
            for port in list {
                self.insert(port);
            }
        }
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
            Self::Few(list) => u32::try_from(list.len()).unwrap_or(u32::MAX),
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
        match self {
            Self::Few(list) => {
                let from = list.partition_point(|p| u32::from(*p) < low);
                list.iter()
                    .skip(from)
                    .take_while(|p| u32::from(**p) <= high)
                    .any(|p| Some(*p) != except)
            }
            Self::Many(bits, _) => (low..=high.min(65_535)).any(|port| {
                except.map(u32::from) != Some(port)
                    && bits
                        .get(port as usize >> 6)
                        .is_some_and(|word| word >> (port & 63) & 1 == 1)
            }),
        }
    }

    /// The ports, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u16> {
        let (list, bits): (&[u16], &[u64]) = match self {
            Self::Few(list) => (list, &[]),
            Self::Many(bits, _) => (&[], bits.as_slice()),
        };
        let marked = bits.iter().zip(0_u32..).flat_map(|(word, at)| {
            (0..64)
                .filter(move |bit| word >> bit & 1 == 1)
                .filter_map(move |bit| u16::try_from(at * 64 + bit).ok())
        });
        list.iter().copied().chain(marked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_agree() {
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
