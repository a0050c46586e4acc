//! What several sources did together.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rutter_event::Transport;

use super::{Claim, Fact, Kind, campaign, decoy};
use crate::profile::{Source, Span, hash_of};

/// A source with a shape, among others.
pub(crate) struct Member<'c> {
    /// Who.
    pub(crate) ip: IpAddr,
    /// Its shape.
    pub(crate) claim: &'c Claim,
    /// When.
    pub(crate) span: Span,
    /// One number for its set of ports.
    pub(crate) ports: u64,
    /// The least of the addresses it aimed at.
    pub(crate) target: Option<IpAddr>,
    /// The tool that its packets name.
    pub(crate) tool: &'c str,
}

/// Several sources with one purpose.
#[derive(Debug)]
pub(crate) struct Band {
    /// Their places among the members.
    pub(crate) members: Vec<usize>,
    /// The entry, when the band means more than its members.
    pub(crate) id: Option<&'static str>,
    /// The shape, when it is another than the members'.
    pub(crate) kind: Option<Kind>,
    /// What speaks for it.
    pub(crate) fact: (f32, Fact),
}

/// One number for the ports of a source: equal sets have equal numbers.
pub(crate) fn ports_of(source: Source<'_>) -> u64 {
    let of = |transport| source.ports_of(transport);
    hash_of(&(of(Transport::TCP), of(Transport::UDP)))
}

/// The network that a source is a neighbour in: IPv4 /24, IPv6 /48.
pub(crate) fn network_of(ip: IpAddr) -> u128 {
    match ip.to_canonical() {
        IpAddr::V4(v4) => u128::from(v4.to_bits() >> 8),
        IpAddr::V6(v6) => v6.to_bits() >> 80 << 64 | 1 << 63,
    }
}

/// The bands among some members; each belongs to one at most, the surest first.
pub(crate) fn bands(members: &[Member<'_>]) -> Vec<Band> {
    let mut free: Vec<bool> = members
        .iter()
        .map(|m| m.claim.shape.kind.is_scan())
        .collect();
    let mut bands = Vec::new();
    for look in [
        decoy::look,
        campaign::of_strangers,
        campaign::of_network,
        campaign::of_neighbours,
        campaign::of_alike,
    ] {
        for band in look(members, &free) {
            for at in &band.members {
                if let Some(free) = free.get_mut(*at) {
                    *free = false;
                }
            }
            bands.push(band);
        }
    }
    bands
}

/// Members that are still free, by a key.
pub(super) fn by<K: Ord>(
    members: &[Member<'_>],
    free: &[bool],
    key: impl Fn(&Member<'_>) -> Option<K>,
) -> impl Iterator<Item = Vec<usize>> {
    let mut sorts: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for (at, (member, free)) in members.iter().zip(free).enumerate() {
        if let (true, Some(key)) = (free, key(member)) {
            sorts.entry(key).or_default().push(at);
        }
    }
    sorts.into_values()
}
