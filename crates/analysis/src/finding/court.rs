//! Where the kinds of packets of a source are judged.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use rutter_event::{Action, Timestamp};
use rutter_knowledge::{Entry, Knowledge, Severity};

use super::precedent::Precedents;
use crate::detector::crowd::Crowds;
use crate::detector::victim::Watch;
use crate::detector::{Heard, residue};
use crate::engine::{Missing, Piece, judge};
use crate::profile::{Group, Past, Profile, Signature, Source};
use crate::subject::{Subject, year_of};

/// Where groups are judged.
pub(super) struct Court<'p, 'k> {
    pub(super) profile: &'p Profile,
    pub(super) knowledge: &'k Knowledge,
    pub(super) precedents: Precedents<'k>,
    /// Where and when the answers of victims were seen.
    pub(super) watch: Watch,
    /// Strangers that share a scan out.
    pub(super) crowds: Crowds,
    /// Whether the calls on a port are none for a previous holder of the address.
    pub(super) refuted: Mutex<BTreeMap<(u8, u16), bool>>,
    /// Whether the calls on a port become fewer.
    pub(super) fading: Mutex<BTreeMap<(u8, u16), bool>>,
}

impl<'k> Court<'_, 'k> {
    /// The best verdict of each group of a source, in their order, with what is known of our part.
    pub(super) fn hear(&self, ip: IpAddr, source: Source<'_>) -> Vec<Heard<'k>> {
        let ports = source.ports();
        let best = |group: Group<'_>| {
            self.with(ip, (source, ports), group, |subject, past| {
                let mut best =
                    self.precedents
                        .judge(subject, &group.signature, past, self.knowledge)?;
                if best.entry.id == residue::ID && self.is_refuted(&group.signature) {
                    best.entry = self.knowledge.entry("unknown.unsolicited")?;
                }
                if self.is_residue(best.entry, &group.signature) {
                    best.entry = self.knowledge.entry(residue::ID)?;
                }
                Some(Heard {
                    best,
                    answered: past.seen.answered,
                    spoke: past.seen.spoke,
                })
            })
        };
        let mut heard: Vec<Heard<'k>> = source.groups().filter_map(best).collect();
        as_decided(source, &mut heard);
        heard
    }

    /// Whether what a whole log shows of a port speaks against left-overs for a previous user, which
    /// single packets suggest.
    fn is_refuted(&self, signature: &Signature) -> bool {
        let Some((transport, port)) = signature.transport().zip(signature.port()) else {
            return false;
        };
        let mut refuted = self.refuted.lock().unwrap_or_else(PoisonError::into_inner);
        let known = refuted.entry((transport.0, port));
        *known.or_insert_with(|| residue::is_refuted(self.profile, transport, port))
    }

    /// Whether what a whole log shows of a port makes left-overs of what looks like a search for
    /// tunnels: searchers do not become fewer.
    fn is_residue(&self, entry: &Entry, signature: &Signature) -> bool {
        let port = signature.transport().zip(signature.port());
        let Some((transport, port)) = port.filter(|_| residue::is_tunnel(entry)) else {
            return false;
        };
        let mut fading = self.fading.lock().unwrap_or_else(PoisonError::into_inner);
        let known = fading.entry((transport.0, port));
        *known.or_insert_with(|| residue::decay(self.profile, transport, port).is_some())
    }

    /// What spoke for a group's best verdict, and which fields would have said more about it or
    /// about an alternative.
    pub(super) fn reasons(&self, ip: IpAddr, group: Group<'_>) -> (Vec<Piece<'k>>, Missing) {
        let Some(source) = self.profile.sources.get(ip) else {
            return Default::default();
        };
        let verdicts = self.with(ip, (source, source.ports()), group, |subject, past| {
            judge(self.knowledge, subject, &past.seen, past)
        });
        let mut missing: Missing = verdicts
            .iter()
            .flat_map(|v| v.missing.iter().copied())
            .collect();
        missing.sort_unstable();
        missing.dedup();
        (
            verdicts
                .into_iter()
                .next()
                .map(|v| v.evidence)
                .unwrap_or_default(),
            missing,
        )
    }

    /// Calls the judge on a packet of a group of a source that asked for so many ports, with its past.
    fn with<T>(
        &self,
        ip: IpAddr,
        source: (Source<'_>, u32),
        group: Group<'_>,
        ask: impl FnOnce(&Subject<'_>, &Past<'_>) -> T,
    ) -> T {
        let signature = &group.signature;
        let (packet, quoted) = signature.packet(
            self.knowledge,
            Some(ip),
            group.source_port,
            group.destination,
        );
        let first = group.span.ends().map(|(first, _)| first);
        let subject = Subject {
            packet: &packet,
            quoted: quoted.as_ref(),
            year: first
                .filter(|_| !self.profile.since_boot)
                .map(|at| year_of(Timestamp(at))),
            action: signature.action(),
            direction: signature.direction(),
            payload: signature.start(self.knowledge),
            speech: signature.speech(self.knowledge),
            proofs: signature.proofs(),
        };
        let past = self.profile.past_of(source, &subject, signature, first);
        ask(&subject, &past)
    }
}

/// A rule that logs before anything is decided, and the one that lets the packet in, tell of the same
/// packets: what is said of those that were let in holds for both, unless it is grave.
fn as_decided(source: Source<'_>, heard: &mut [Heard<'_>]) {
    if heard.len() < 2 {
        return;
    }
    let what = |group: &Group<'_>| {
        let signature = &group.signature;
        (signature.transport(), signature.port(), signature.flags())
    };
    let of = |action: Action| {
        let groups = source.groups().enumerate();
        groups.filter(move |(_, group)| group.signature.action() == action)
    };
    for (undecided, group) in of(Action::Unstated) {
        let twin = of(Action::Allowed).find(|(_, other)| what(other) == what(&group));
        let twin = twin.and_then(|(admitted, _)| heard.get(admitted).copied());
        if let (Some(place), Some(twin)) = (heard.get_mut(undecided), twin)
            && place.best.entry.severity <= Severity::Low
        {
            *place = twin;
        }
    }
}
