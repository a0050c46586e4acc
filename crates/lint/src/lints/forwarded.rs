//! What is led on to a host inside, from everybody: shared by the lints about open services.

use std::cell::OnceCell;

use rutter_event::Transport;
use rutter_knowledge::Danger;

use super::open::exposed;
use crate::addresses::{Addresses, Interfaces, Network};
use crate::lint::{Hit, Passed, Subject};
use crate::matches::{Groups, Matches};
use crate::ports::Ports;
use crate::ruleset::{Hook, INNER, Rule, Statement, Verdict};

/// Jumps behind which a translation is no longer what an administrator has published: clusters balance
/// their services through more.
const MOST_JUMPS: usize = 2;

/// Translations that lead everybody to a service with one of the dangers, where what is passed on is
/// let through. Where `slow` is enough, those that do so only so often are none of them.
pub(super) fn forwarded(
    subject: &Subject<'_>,
    slow: bool,
    wanted: impl Fn(Danger) -> bool,
) -> Vec<Hit> {
    let ruleset = subject.ruleset;
    let mut hits = Vec::new();
    let forwards = OnceCell::new();
    let chains = ruleset.chains.iter().enumerate();
    let rules = chains.flat_map(|(at, chain)| chain.rules.iter().map(move |rule| (at, rule)));
    for (chain, rule) in rules {
        let Some((address, port)) = led(rule) else {
            continue;
        };
        let found = subject
            .reach
            .seen(ruleset, chain, rule)
            .into_iter()
            .find_map(|(hook, mut seen, way)| {
                let from_all = hook == Hook::Other
                    && way.jumps.len() <= MOST_JUMPS
                    && is_anybody(subject, &seen)
                    && !(slow && seen.limited);
                // Behind the translation its target is asked for.
                seen.destination = address.map(Addresses::of);
                if let Some(port) = port {
                    seen.destination_ports = Some(Ports::range(port, port));
                }
                let found = exposed(&seen, &wanted).filter(|_| from_all)?;
                let forwards = forwards.get_or_init(|| subject.at_hook(Hook::Forward));
                passes(subject, forwards, &seen, found.0).then_some(found)
            });
        if let Some((port, transport, exposure)) = found {
            let name = if transport == Transport::TCP {
                "tcp"
            } else {
                "udp"
            };
            hits.push(Hit::at(
                rule,
                format!("every address is led on to {port}/{name}. {}", exposure.en),
                format!("任何地址都被转发到 {port}/{name}。{}", exposure.zh),
            ));
        }
    }
    hits
}

/// Where a rule leads packets.
fn led(rule: &Rule) -> Option<(Option<Network>, Option<u16>)> {
    rule.statements
        .iter()
        .find_map(|statement| match statement {
            Statement::Lead { address, port } => Some((*address, *port)),
            _ => None,
        })
}

/// Whether strangers are among those whom a translation takes.
fn is_anybody(subject: &Subject<'_>, seen: &Matches) -> bool {
    let inner = |name: &String| INNER.iter().any(|start| name.starts_with(start));
    // All but a bridge of containers are the others, strangers among them.
    let all_but_inner = |set: &Interfaces| set.negated && set.names.iter().all(inner);
    let outside = |set: &Interfaces| subject.is_outside(set) || all_but_inner(set);
    seen.source.as_ref().is_none_or(|set| set.negated)
        && seen.source_ports.is_none()
        && seen.destination.as_ref().is_none_or(Addresses::is_public)
        && seen.input.as_ref().is_none_or(outside)
        && !seen.group.is_some_and(Groups::is_shared)
        && seen.takes_new()
        && !seen.unknown
}

/// Whether what is led to a port is passed on: by a rule that means it, or because nothing is refused.
fn passes(subject: &Subject<'_>, forwards: &[Passed<'_>], led: &Matches, port: u16) -> bool {
    // Where too much would have to be looked at nobody is accused.
    if !subject.affords(forwards.len()) || !subject.compared.get() {
        return false;
    }
    let meets = |seen: &Matches| seen.takes_new() && seen.may_meet(led);
    let mut refused = subject.ruleset.chains.iter().any(|chain| {
        chain.filters && chain.hook == Some(Hook::Forward) && chain.policy == Some(Verdict::Drop)
    });
    let mut meant = false;
    for passed in forwards {
        let seen = &passed.seen;
        match passed.placed.rule.verdict() {
            Some(Verdict::Drop | Verdict::Reject) if meets(seen) => {
                // All but some are kept out, or nobody knows who.
                if seen.source.as_ref().map_or(seen.unknown, |set| set.negated) {
                    return false;
                }
                refused = true;
            }
            Some(Verdict::Accept) if meets(seen) => {
                let ports = seen.destination_ports.as_ref();
                let named = !seen.unknown && ports.is_some_and(|ports| ports.contains(port));
                let to = seen.destination.as_ref().zip(led.destination.as_ref());
                let there = to.is_none_or(|(to, own)| to.covers(own));
                let all = seen.source.as_ref().is_none_or(|set| set.negated);
                meant |= all && there && (named || seen.led);
            }
            _ => {}
        }
    }
    meant || !refused
}
