//! What is open to everybody: shared by the lints about it.

use rutter_event::Transport;
use rutter_knowledge::{Danger, Exposure, Knowledge};

use crate::lint::{Hit, Subject};
use crate::matches::{Groups, Matches};
use crate::ruleset::{Hook, Verdict};

/// A range of more ports than this was not opened for the service that happens to lie in it.
const MOST_PORTS: u16 = 64;

/// Ports that other services use in the open just as often: to accuse them would be a guess.
const AMBIGUOUS: [u16; 18] = [
    102, 873, 2323, 5000, 5555, 6443, 7000, 7001, 8123, 8888, 9000, 9092, 9100, 9600, 10000, 10001,
    20000, 50000,
];

/// Rules that let everybody reach a service with one of the dangers. Where `slow` is enough, those
/// that let everybody in only so often are none of them.
pub(super) fn open(subject: &Subject<'_>, slow: bool, wanted: impl Fn(Danger) -> bool) -> Vec<Hit> {
    let mut hits = Vec::new();
    for placed in subject.rules() {
        let accepts = placed.rule.verdict() == Some(Verdict::Accept);
        let own = &placed.rule.matches;
        if !accepts || own.unknown || slow && own.limited || !own.takes_new() {
            continue;
        }
        // What a rule asks of ports itself can only become less on the way to it.
        if own.destination_ports.is_some() && exposed(own, &wanted).is_none() {
            continue;
        }
        let found = subject.seen(placed).iter().find_map(|(hook, seen, way)| {
            // What another rule has asked for, and told of already.
            let told = |(chain, rule): &(usize, usize)| {
                let jump = subject.ruleset.chains.get(*chain)?.rules.get(*rule)?;
                (jump.ends == Some(Verdict::Accept)).then_some(())
            };
            if own.destination_ports.is_none() && way.jumps.iter().any(|jump| told(jump).is_some())
            {
                return None;
            }
            let found = exposed(seen, &wanted)?;
            let open = is_world(subject, *hook, seen)
                && !(slow && seen.limited)
                && subject.is_open(placed, seen, way);
            open.then_some(found)
        });
        if let Some((port, transport, exposure)) = found {
            let name = if transport == Transport::TCP {
                "tcp"
            } else {
                "udp"
            };
            hits.push(Hit::at(
                placed.rule,
                format!("{port}/{name} is open to every address. {}", exposure.en),
                format!("{port}/{name} 对任何地址开放。{}", exposure.zh),
            ));
        }
    }
    hits
}

pub(super) fn exposed(
    matches: &Matches,
    wanted: &impl Fn(Danger) -> bool,
) -> Option<(u16, Transport, &'static Exposure)> {
    let ranges = matches.destination_ports.as_ref()?.ranges();
    for transport in [Transport::TCP, Transport::UDP] {
        if !matches
            .protocols
            .as_ref()
            .is_some_and(|protocols| protocols.contains(&transport.0))
        {
            continue;
        }
        for (low, high) in ranges.iter().filter(|(low, high)| high - low < MOST_PORTS) {
            for port in (*low..=*high).filter(|port| !AMBIGUOUS.contains(port)) {
                if let Some(exposure) =
                    Knowledge::exposure(transport, port).filter(|e| wanted(e.danger))
                {
                    return Some((port, transport, exposure));
                }
            }
        }
    }
    None
}

/// Whether strangers are among those who can send this.
fn is_world(subject: &Subject<'_>, hook: Hook, seen: &Matches) -> bool {
    // All but some are everybody.
    let sources = seen.source.as_ref().is_none_or(|set| set.negated) && seen.source_ports.is_none();
    let near = seen
        .destination
        .as_ref()
        .is_some_and(|to| to.negated || to.is_near());
    let outside = seen
        .input
        .as_ref()
        .is_none_or(|input| subject.is_outside(input));
    let shared = seen.group.is_some_and(Groups::is_shared);
    let whole = !seen.unknown && !shared && seen.takes_new();
    let here = match hook {
        Hook::Input => seen.output.is_none(),
        // What a router passes on is meant for strangers only where it says that it comes from them,
        // or whom it is for.
        Hook::Forward => {
            seen.input.is_some() || (seen.destination.is_some() && seen.output.is_none())
        }
        Hook::Output | Hook::Other => false,
    };
    sources && !near && outside && whole && here
}
