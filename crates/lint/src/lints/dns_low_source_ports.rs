//! DNS dropped because it comes from a low port.

use rutter_knowledge::Severity;

use crate::addresses::Interfaces;
use crate::lint::{Example, Hit, Lint, Placed, Say, Subject};
use crate::matches::Matches;
use crate::ports::Ports;
use crate::reach::Way;
use crate::ruleset::{Chain, Dialect, Hook, Order, Rule, Verdict};

/// A rule about more ports than this is not about DNS.
const MOST_PORTS: u32 = 16;
/// Low ports that a rule about no service drops, at the least, to be about low ports.
const LEAST_LOW: u32 = 512;

pub(super) const LINT: Lint = Lint {
    id: "dns-low-source-ports",
    severity: Severity::Medium,
    title: Say {
        en: "DNS from low source ports is dropped",
        zh: "来自低端口的 DNS 被丢弃",
    },
    reason: Say {
        en: "A resolver chooses a high source port, but the address translation in front of it may map it to any port, below 1024 too: some preserve low pools for low ports, some use the whole range. Those who sit behind one lose every answer that falls there, now and then, and nobody finds out why.",
        zh: "解析器会选用高源端口，但前面的地址转换可能把它映射到任何端口，包括 1024 以下。于是 NAT 后面的用户时不时丢失应答，却谁也查不出原因。",
    },
    fix: Say {
        en: "Do not ask for a source port in rules about DNS; connection tracking tells answers from questions.",
        zh: "DNS 规则不要限定源端口；是询问还是应答，由连接跟踪来区分。",
    },
    examples: &[
        Example {
            dialect: Dialect::Nft,
            bad: "table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tct state established,related accept\n\t\tudp sport < 1024 udp dport 53 drop\n\t\tudp dport 53 accept\n\t}\n}\ntable ip6 filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n",
            good: "table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tct state established,related accept\n\t\tudp dport 53 accept\n\t}\n}\ntable ip6 filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n",
        },
        Example {
            dialect: Dialect::Iptables,
            bad: "*filter\n:INPUT DROP [0:0]\n-A INPUT -p udp -m udp --sport 1024:65535 --dport 53 -j ACCEPT\nCOMMIT\n",
            good: "*filter\n:INPUT DROP [0:0]\n-A INPUT -p udp -m udp --dport 53 -j ACCEPT\nCOMMIT\n",
        },
        Example {
            dialect: Dialect::Iptables,
            bad: "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p udp -m udp --sport 0:1023 --dport 53 -j DROP\n-A INPUT -p udp -m udp --dport 53 -j ACCEPT\nCOMMIT\n",
            good: "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p udp -m udp --dport 53 -j ACCEPT\n-A INPUT -p udp -m udp --sport 0:1023 --dport 514 -j DROP\nCOMMIT\n",
        },
        Example {
            dialect: Dialect::Pf,
            bad: "block in all\nblock in quick proto { tcp udp } from any port < 1024 to any port domain\npass in proto { tcp udp } to any port domain\n",
            good: "block in all\npass in proto { tcp udp } to any port domain\n",
        },
    ],
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for placed in subject.rules() {
        let ways = subject.reach.to(placed.chain_at);
        let asks = placed.rule.matches.source_ports.is_some()
            || ways.iter().any(|way| way.asked.source_ports.is_some());
        if !asks {
            continue;
        }
        let inward = subject.seen(placed);
        let found = inward
            .iter()
            .filter(|(hook, _, _)| matches!(hook, Hook::Input | Hook::Forward))
            .find_map(|(_, seen, way)| only_high(subject, placed, seen, way));
        let Some((high, drops)) = found else { continue };
        let hit = Hit::at(
            placed.rule,
            format!(
                "DNS is let in only from high source ports ({})",
                high.text()
            ),
            format!("DNS 只允许来自高源端口（{}）", high.text()),
        );
        let about = placed.rule.matches.destination_ports.is_some();
        let edit = (drops && about)
            .then(|| subject.remove(placed.rule))
            .flatten();
        hits.push(hit.with(edit));
    }
    hits
}

/// The source ports from which a rule leaves DNS a way in, and whether it does so by dropping the
/// others; `None` when it asks for something else.
fn only_high(
    subject: &Subject<'_>,
    placed: Placed<'_>,
    m: &Matches,
    way: &Way,
) -> Option<(Ports, bool)> {
    let source = m.source_ports.as_ref()?;
    let refuses = |rule: &Rule| matches!(rule.verdict(), Some(Verdict::Drop | Verdict::Reject));
    if m.unknown || m.limited || m.source.is_some() || !m.takes_new() || !m.is_only(&[6, 17]) {
        return None;
    }
    let dns = |to: &Ports| to.contains(53) && to.count() <= MOST_PORTS;
    let low = Ports::range(1, 1023);
    let all_low = Ports::range(0, 1023).covers(source) && source.count() > 1;
    if refuses(placed.rule) && all_low {
        // What drops all that comes from low ports is about DNS where DNS is let in behind it.
        let drops = match &m.destination_ports {
            Some(to) => dns(to),
            None => {
                let after = placed.chain.rules.get(placed.rule_at..).unwrap_or_default();
                let lets = |rule: &Rule| {
                    let next = &rule.matches;
                    rule.verdict() == Some(Verdict::Accept)
                        && next.destination_ports.as_ref().is_some_and(dns)
                        && next.takes_new()
                        && next.may_meet(m)
                };
                subject.ruleset.order == Order::First
                    && source.count() >= LEAST_LOW
                    && subject.affords(after.len())
                    && after.iter().any(lets)
            }
        };
        return drops.then(|| (source.others(), true));
    }
    let only = placed.rule.verdict() == Some(Verdict::Accept)
        && m.destination_ports.as_ref().is_some_and(dns)
        && source.and(&low).count() <= 1
        && source.covers(&Ports::range(1024, 49_151))
        && is_dropped_else(subject, placed, m, way);
    only.then(|| (source.clone(), false))
}

/// Whether DNS from other ports is dropped at the end: by the policy or a last rule, and no other
/// rule on the way lets it in.
fn is_dropped_else(subject: &Subject<'_>, placed: Placed<'_>, m: &Matches, way: &Way) -> bool {
    let on_the_way = way
        .jumps
        .iter()
        .filter_map(|(chain, rule)| Some((subject.ruleset.chains.get(*chain)?, *rule)));
    let chains: Vec<(&Chain, usize)> = on_the_way.chain([(placed.chain, placed.rule_at)]).collect();
    if !subject.affords(chains.iter().map(|(chain, _)| chain.rules.len()).sum()) {
        return false;
    }
    let mut low = m.clone();
    low.source_ports = Some(Ports::range(1, 1023));
    let refuses = |verdict| matches!(verdict, Some(Verdict::Drop | Verdict::Reject));
    let other = |rule: &Rule| {
        rule.span != placed.rule.span
            && (rule.verdict() == Some(Verdict::Accept) || rule.jump().is_some())
            && rule.matches.takes_new()
            && !rule
                .matches
                .input
                .as_ref()
                .is_some_and(Interfaces::is_loopback)
            && rule.matches.may_meet(&low)
    };
    let dropped = chains.iter().any(|(chain, _)| {
        refuses(chain.policy)
            || chain
                .rules
                .last()
                .is_some_and(|last| refuses(last.verdict()) && last.matches.covers(m))
            // The ground that the rules of pf stand on comes first.
            || subject.ruleset.order == Order::Last
                && chain.rules.iter().any(|ground| {
                    refuses(ground.verdict())
                        && ground.span.start < placed.rule.span.start
                        && ground.matches.covers(m)
                })
    });
    dropped
        && !chains.iter().any(|(chain, own)| {
            let mut rules = chain.rules.iter().enumerate();
            rules.any(|(at, rule)| at != *own && other(rule))
        })
}
