//! The chatter of the own segment in the log.

use rutter_knowledge::Severity;

use crate::addresses::Addresses;
use crate::lint::{Example, Hit, Lint, Say, Subject, only_logs};
use crate::matches::{Direction, Groups, Matches, States};
use crate::ruleset::{Dialect, Hook, Rule, Verdict};

pub(super) const LINT: Lint = Lint {
    id: "lan-chatter-logged",
    severity: Severity::Info,
    title: Say {
        en: "The chatter of the own network is logged",
        zh: "局域网的日常广播也进了日志",
    },
    reason: Say {
        en: "Neighbours look for printers, names and routers by broadcast and multicast all day. Logged with the rest it is most of the log, and the knocks of strangers are hard to see in it.",
        zh: "邻居整天用广播和组播找打印机、名字和路由器。不加区分地记下来，日志大半都是它，陌生人的敲门反而难以看见。",
    },
    fix: Say {
        en: "Drop broadcast and multicast quietly before the rule that logs.",
        zh: "在记录日志的规则之前，先把广播和组播静默丢弃。",
    },
    examples: &[
        Example {
            dialect: Dialect::Nft,
            bad: "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tmeta l4proto ipv6-icmp accept\n\t\ttcp dport 22 accept\n\t\tlimit rate 5/second log flags all prefix \"in \"\n\t}\n}\n",
            good: "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tmeta l4proto ipv6-icmp accept\n\t\ttcp dport 22 accept\n\t\tudp dport { 137, 138 } drop\n\t\tlimit rate 5/second log flags all prefix \"in \"\n\t}\n}\n",
        },
        Example {
            dialect: Dialect::Iptables,
            bad: "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -m limit --limit 3/min -j LOG --log-prefix \"in \" --log-tcp-sequence --log-tcp-options\nCOMMIT\n",
            good: "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -m addrtype --dst-type BROADCAST -j DROP\n-A INPUT -m limit --limit 3/min -j LOG --log-prefix \"in \" --log-tcp-sequence --log-tcp-options\nCOMMIT\n",
        },
    ],
    check,
};

/// Ports by which neighbours find each other.
const CHATTER: [u16; 8] = [67, 137, 138, 1900, 3702, 5353, 5355, 17_500];

/// Ports that nobody but neighbours uses by broadcast.
const NEIGHBOURS: [u16; 2] = [137, 138];

/// Whether a rule writes down broadcasts and names of Windows alone, from whomever.
fn is_about_chatter(rule: &Rule, m: &Matches) -> bool {
    let named = m.destination_ports.as_ref().is_some_and(|ports| {
        ports
            .ranges()
            .iter()
            .all(|(low, high)| NEIGHBOURS.contains(low) && NEIGHBOURS.contains(high))
    });
    let ends = only_logs(rule) || matches!(rule.verdict(), Some(Verdict::Drop | Verdict::Reject));
    let chatter = m.group.is_some_and(Groups::is_shared)
        || m.destination.as_ref().is_some_and(Addresses::is_group)
        || named && m.destination.is_none() && m.protocols.as_ref().is_none_or(|p| p.contains(&17));
    let anybody = m.source.is_none() && !m.unknown;
    let inward = m.direction != Some(Direction::Out);
    rule.log().is_some() && ends && chatter && anybody && inward
}

fn check(subject: &Subject<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    if !subject.is_plain() {
        return hits;
    }
    for placed in subject.rules() {
        if placed.rule.log().is_none() {
            continue;
        }
        let ways = subject.seen(placed);
        let chatter = ways.iter().any(|(hook, seen, way)| {
            // At the border it is no neighbour who calls.
            let outside = |set| subject.is_outside(set);
            *hook == Hook::Input
                && way.jumps.is_empty()
                && !seen.input.as_ref().is_some_and(outside)
                && is_about_chatter(placed.rule, seen)
        });
        if chatter {
            hits.push(Hit::at(
                placed.rule,
                "what neighbours call out to each other is written down on purpose",
                "专门记录了邻居之间的广播",
            ));
            return hits;
        }
    }
    // At any place: a chain of its own for broadcasts may be reached in ways that are not followed.
    let quiet = |rule: &Rule| {
        let m = &rule.matches;
        let ports = m
            .destination_ports
            .as_ref()
            .is_some_and(|ports| CHATTER.iter().any(|port| ports.contains(*port)));
        let to = m
            .destination
            .as_ref()
            .is_some_and(|to| to.is_group() || !to.names.is_empty() && to.networks.is_empty());
        rule.log().is_none()
            && (m.group.is_some_and(Groups::is_shared)
                || to
                || ports && m.protocols.as_ref().is_some_and(|p| p.contains(&17)))
    };
    let mut about = subject.ruleset.chains.iter().flat_map(|chain| &chain.rules);
    if about.any(quiet) || subject.text.contains("BROADCAST") || subject.text.contains("broadcast")
    {
        return hits;
    }
    for placed in subject.rules() {
        let rule = placed.rule;
        let m = &rule.matches;
        let last =
            only_logs(rule) || matches!(rule.verdict(), Some(Verdict::Drop | Verdict::Reject));
        let all = m.protocols.is_none()
            && m.destination.is_none()
            && m.source.is_none()
            && m.input.is_none()
            && !m.unknown
            && m.group.is_none();
        let new = m.states.is_none_or(|states| states.covers(States::NEW));
        let kernel = rule.log().is_some_and(|log| !log.whole);
        let base =
            placed.chain.hook == Some(Hook::Input) && subject.ruleset.dialect != Dialect::Ufw;
        let refuses = |verdict| matches!(verdict, Some(Verdict::Drop | Verdict::Reject));
        let after = placed.chain.rules.get(placed.rule_at..).unwrap_or_default();
        let drops = refuses(placed.chain.policy)
            || subject.affords(after.len())
                && after.iter().any(|rule| {
                    refuses(rule.verdict()) && rule.matches.covers(&Matches::any(m.families))
                });
        if !(last && all && new && kernel && base && drops && m.output.is_none()) {
            continue;
        }
        let line = match subject.ruleset.dialect {
            Dialect::Nft => Some("meta pkttype { broadcast, multicast } drop".to_owned()),
            Dialect::Iptables => subject.append_to(placed.chain, rule).map(|start| format!("{start} -m pkttype --pkt-type broadcast -j DROP\n{start} -m pkttype --pkt-type multicast -j DROP")),
            _ => None,
        };
        let hit = Hit::at(
            rule,
            "broadcasts and multicasts of neighbours are written down with the rest",
            "邻居的广播和组播也一并记录下来",
        );
        hits.push(hit.with(line.and_then(|line| subject.insert_before(rule, &line))));
        // Once: more of them are told by the same words.
        break;
    }
    hits
}
