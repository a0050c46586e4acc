//! What a source was, all its packets together.

use std::net::IpAddr;

use rutter_event::{Direction, Transport};

use super::{Actor, Knock};
use crate::detector::Heard;
use crate::engine::Best;
use crate::profile::{Profile, Source};

/// The meaning that weighs most among those of a source's packets; its ports are to be entered.
pub(super) fn actor<'k>(ip: IpAddr, source: Source<'_>, heard: &[Heard<'k>]) -> Option<Actor<'k>> {
    let mut weights: Vec<(f64, &Best<'k>)> = Vec::with_capacity(heard.len());
    let mut outbound = 0_i64;
    let mut targets = 1;
    for (group, heard) in source.groups().zip(heard) {
        let verdict = &heard.best;
        #[expect(clippy::cast_precision_loss, reason = "a weight")]
        let weight = verdict.probability
            * (group.events as f64).sqrt()
            * (1.0 + f64::from(verdict.entry.severity as u8));
        let alike = |(_, known): &&mut (f64, &Best<'k>)| known.entry.id == verdict.entry.id;
        match weights.iter_mut().find(alike) {
            Some(sum) => {
                sum.0 += weight;
                if verdict.probability > sum.1.probability {
                    sum.1 = verdict;
                }
            }
            None => weights.push((weight, verdict)),
        }
        let sign = match group.signature.direction() {
            Direction::Outbound | Direction::Internal => 1,
            _ => -1,
        };
        outbound += sign * i64::try_from(group.events).unwrap_or(i64::MAX / 64);
        targets = targets.max(group.targets());
    }
    let order = |best: &Best<'k>| &best.entry.id;
    let (_, verdict) = weights.into_iter().max_by(|a, b| {
        let heavier = a.0.total_cmp(&b.0);
        heavier.then_with(|| order(a.1).cmp(order(b.1)))
    })?;
    Some(Actor {
        knock: Knock {
            ip,
            events: source.events(),
            span: source.span(),
        },
        ours: outbound > 0,
        entry: verdict.entry,
        probability: verdict.probability,
        tool: verdict.tool,
        ports: 0,
        some_ports: Vec::new(),
        targets,
    })
}

/// Enters the ports of the actors that are told of.
pub(super) fn name_ports(actors: &mut [Actor<'_>], profile: &Profile) {
    for actor in actors {
        let Some(source) = profile.sources.get(actor.knock.ip) else {
            continue;
        };
        actor.ports = source.ports();
        for transport in [Transport::TCP, Transport::UDP] {
            let some = source.ports_of(transport).into_iter().take(8);
            actor.some_ports.extend(some.map(|port| (transport, port)));
        }
    }
}
