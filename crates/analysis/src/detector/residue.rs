//! This looks like residue: many callers, one odd port, and nobody here who ever used it. They look
//! for whoever had this address before.

use rutter_event::Transport;
use rutter_knowledge::Entry;

use super::conduct::Range;
use super::{Claim, Fact, Kind, Shape};
use crate::profile::{Decay, Profile};

/// Callers from which on a port is told by itself.
pub(crate) const CALLERS: u32 = 20;
/// The entry that explains it.
pub(crate) const ID: &str = "residual.previous-user";
/// What single packets of callers that look for a tunnel are taken for: peers that have moved, or
/// somebody who looks for gateways.
const TUNNELS: [&str; 3] = ["benign.vpn-peer", "recon.vpn", "amplification.openvpn"];
/// So long a log shows whether callers become fewer.
const DAYS: i64 = 48 * HOUR;
const HOUR: i64 = 3_600 * 1_000_000_000;

/// The decay of the calls on a port, when there are many callers and they become fewer. Many callers
/// alone are no residue: scanners are many on every port.
pub(crate) fn decay(profile: &Profile, transport: Transport, port: u16) -> Option<Decay> {
    let (_, end) = profile.span.ends()?;
    let many = profile.callers_on(transport, port) >= CALLERS;
    many.then(|| profile.course_on(transport, port).decay(end))
        .flatten()
}

/// Whether calls on a port are none for a previous holder of the address: callers are many, and in
/// days they have not become fewer.
pub(crate) fn is_refuted(profile: &Profile, transport: Transport, port: u16) -> bool {
    let days = profile
        .span
        .ends()
        .is_some_and(|(first, last)| last.saturating_sub(first) >= DAYS);
    days && profile.callers_on(transport, port) >= CALLERS
        && decay(profile, transport, port).is_none()
}

/// Whether packets of this meaning are residue once callers are many and become fewer.
pub(crate) fn may_be(entry: &Entry) -> bool {
    entry.kind() == "residual" || is_tunnel(entry)
}

/// Whether single packets of this meaning look like a search for tunnels.
pub(crate) fn is_tunnel(entry: &Entry) -> bool {
    TUNNELS.contains(&entry.id.as_str())
}

/// What the calls on one port look like together.
pub(crate) fn claim(profile: &Profile, transport: Transport, port: u16) -> Option<Claim> {
    let decay = decay(profile, transport, port)?;
    let (_, end) = profile.span.ends()?;
    let left = decay.faded.saturating_sub(end) / HOUR;
    Some(Claim {
        id: ID,
        groups: 0,
        certainty: 0.9,
        shape: Shape {
            ports: 1,
            ranges: vec![Range {
                transport,
                low: port,
                high: port,
                count: 1,
            }],
            ..Shape::of(Kind::Residue)
        },
        facts: vec![
            (
                4.0,
                Fact::Callers {
                    callers: profile.callers_on(transport, port),
                    port,
                },
            ),
            (
                5.0,
                Fact::Fading {
                    half_life: decay.half_life,
                    hours_left: u64::try_from(left).unwrap_or(0),
                },
            ),
        ],
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use rutter_knowledge::{Knowledge, Severity};

    use crate::detector::{Kind, trial};
    use crate::{Home, find};

    /// Calls of strangers on a port, ever fewer: the n-th comes when n halvings of the rest are over.
    fn callers(count: u32, port: u16) -> Vec<String> {
        (0..count)
            .map(|i| {
                let left = 1.0 - (f64::from(i) + 0.5) / f64::from(count);
                let hours = -left.log2() * 12.0;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "hours of some days"
                )]
                let (day, hour) = (1 + hours as u32 / 24, hours as u32 % 24);
                let from = format!("{}.{}.20.9:{}", 30 + i % 60, i % 250, 2_000 + i);
                format!("2026-03-{day:02}T{hour:02}:10:00Z udp {from} > 203.0.113.9:{port} len=58")
            })
            .collect()
    }

    /// The entries of findings that are residue, and how grave each is.
    fn told(events: &[String]) -> Vec<(String, Severity)> {
        let events: Vec<&str> = events.iter().map(String::as_str).collect();
        let home = Home::new(vec!["203.0.113.0/24".parse().unwrap()]);
        let profile = trial::profile(&events, &home);
        let found = find(&profile, Knowledge::embedded()).findings;
        found
            .iter()
            .filter(|f| f.shape.as_ref().is_some_and(|s| s.kind == Kind::Residue))
            .map(|f| (f.entry.id.clone(), f.severity))
            .collect()
    }

    #[test]
    fn what_they_look_for_is_told_apart_and_never_called_an_attack() {
        for (port, id) in [
            (64_738, "residual.chat"),
            (27_015, "residual.game"),
            (51_413, "residual.p2p"),
            (5_004, "residual.media"),
            (51_820, "residual.previous-user"),
            (1_194, "residual.previous-user"),
            (4_500, "residual.previous-user"),
        ] {
            let told = told(&callers(60, port));
            let [(found, severity)] = told.as_slice() else {
                unreachable!("{port}: {told:?}")
            };
            assert_eq!(found, id, "{port}");
            assert!(*severity <= Severity::Low, "{port}: {severity:?}");
        }
        let clients: Vec<String> = callers(60, 6_776)
            .iter()
            .map(|event| {
                event
                    .replace(" udp ", " tcp ")
                    .replace("len=58", "SYN len=48")
            })
            .collect();
        assert_eq!(
            told(&clients),
            [("residual.subseven".to_owned(), Severity::Low)]
        );
    }

    fn shapes(events: &[String]) -> Vec<Kind> {
        let events: Vec<&str> = events.iter().map(String::as_str).collect();
        trial::shapes(&events)
    }

    #[test]
    fn fires_and_stays_silent() {
        assert!(shapes(&callers(60, 51_413)).contains(&Kind::Residue));
        assert!(!shapes(&callers(19, 51_413)).contains(&Kind::Residue));
        assert!(!shapes(&callers(60, 5_060)).contains(&Kind::Residue));
        let even: Vec<String> = callers(60, 51_413)
            .iter()
            .enumerate()
            .map(|(i, event)| {
                let tail = event.get(19..).unwrap_or_default();
                format!("2026-03-{:02}T{:02}:10:00{tail}", 1 + i / 20, i % 20)
            })
            .collect();
        assert!(!shapes(&even).contains(&Kind::Residue));
    }
}
