//! What became of everything that arrived.

/// Why something that arrived left no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Unrecorded {
    /// The source had as many connections open as one may have.
    SourceConnections,
    /// As many connections were open as there may be.
    Connections,
    /// The source had used up its records for now.
    SourceRate,
    /// All sources together had used up the records for now.
    Rate,
    /// The system had no descriptor left.
    Descriptors,
    /// The spool could not be written.
    Spool,
    /// The record could not be handed on.
    Output,
    /// `--until` had been reached.
    Until,
}

impl Unrecorded {
    /// Every reason, in the order of the account.
    pub const ALL: [Self; 8] = [
        Self::SourceConnections,
        Self::Connections,
        Self::SourceRate,
        Self::Rate,
        Self::Descriptors,
        Self::Spool,
        Self::Output,
        Self::Until,
    ];

    /// The name in accounts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SourceConnections => "connections-of-source",
            Self::Connections => "connections",
            Self::SourceRate => "rate-of-source",
            Self::Rate => "rate",
            Self::Descriptors => "descriptors",
            Self::Spool => "spool",
            Self::Output => "output",
            Self::Until => "until",
        }
    }
}

/// The account of a run: `connections + datagrams = recorded + unrecorded`, once all is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Connections taken from the system.
    pub connections: u64,
    /// Datagrams taken from the system.
    pub datagrams: u64,
    /// Contacts of which a record was written.
    pub recorded: u64,
    /// Connections that were gone before they could be taken; they are not among `connections`.
    pub aborted: u64,
    /// Datagrams that the system threw away before they could be taken, as far as it has told; they
    /// are not among `datagrams`.
    pub lost: u64,
    /// Sources that were forgotten to make room for others.
    pub forgotten: u64,
    /// Records that were removed from the spool to keep to its quota.
    pub removed: u64,
    /// Contacts that did not fit into the capture file.
    pub uncaptured: u64,
    unrecorded: [u64; Unrecorded::ALL.len()],
}

impl Account {
    /// Enters arrivals that leave no record.
    pub fn refuse(&mut self, why: Unrecorded, many: u64) {
        if let Some(count) = self.unrecorded.get_mut(why as usize) {
            *count += many;
        }
    }

    /// Arrivals without a record by reason, only the reasons that occurred, in a fixed order.
    pub fn unrecorded(&self) -> impl Iterator<Item = (Unrecorded, u64)> {
        Unrecorded::ALL
            .into_iter()
            .zip(self.unrecorded)
            .filter(|(_, count)| *count > 0)
    }

    /// Everything that arrived.
    #[must_use]
    pub const fn arrivals(&self) -> u64 {
        self.connections + self.datagrams
    }

    /// Whether the account adds up, with `open` connections under way.
    #[must_use]
    pub fn balances(&self, open: u64) -> bool {
        self.arrivals() == self.recorded + self.unrecorded.iter().sum::<u64>() + open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_column_and_a_name_of_its_own() {
        let mut account = Account {
            connections: 5,
            datagrams: 6,
            recorded: 2,
            ..Account::default()
        };
        for why in Unrecorded::ALL {
            account.refuse(why, 1);
        }
        assert!(account.balances(1) && !account.balances(0));
        let names: std::collections::BTreeSet<_> =
            account.unrecorded().map(|(why, _)| why.name()).collect();
        assert_eq!(names.len(), Unrecorded::ALL.len());
    }
}
