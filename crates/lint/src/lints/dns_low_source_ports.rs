//! DNS dropped because it comes from a low port.

use rutter_knowledge::Severity;

use crate::lint::{Example, Hit, Lint, Say, Subject};
use crate::ports::Ports;
use crate::ruleset::{Dialect, Hook, Order, Rule, Verdict};

/// A rule about more ports than this is not about DNS.
const MOST_PORTS: u32 = 16;

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
            bad: "table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tct state established,related accept\n\t\tudp sport < 1024 udp dport 53 drop\n\t\tudp dport 53 accept\n\t}\n}\ntable ip6 filter {\n\tchain input {\n\t\ttype filter hook input priority 0;\n\t}\n}\n",
            good: "table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tct state established,related accept\n\t\tudp dport 53 accept\n\t}\n}\ntable ip6 filter {\n\tchain input {\n\t\ttype filter hook input priority 0;\n\t}\n}\n",
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
        let rule = placed.rule;
        let m = &rule.matches;
        let (Some(source), Some(to)) = (&m.source_ports, &m.destination_ports) else {
            continue;
        };
        let dns = to.contains(53) && to.count() <= MOST_PORTS && m.is_only(&[6, 17]);
        if !dns || m.unknown || m.limited || m.source.is_some() || !m.takes_new() {
            continue;
        }
        let low = Ports::range(1, 1023);
        let drops = matches!(rule.verdict(), Some(Verdict::Drop | Verdict::Reject))
            && Ports::range(0, 1023).covers(source)
            && source.count() > 1;
        let only_high = rule.verdict() == Some(Verdict::Accept)
            && source.and(&low).count() <= 1
            && source.covers(&Ports::range(1024, 49_151))
            && is_dropped_else(subject, placed.chain_at, rule);
        let inward = subject
            .seen(placed)
            .iter()
            .any(|(hook, _, _)| matches!(hook, Hook::Input | Hook::Forward));
        if !(drops || only_high) || !inward {
            continue;
        }
        let hit = Hit::at(
            rule,
            format!(
                "DNS is let in only from high source ports ({})",
                if drops {
                    source.others()
                } else {
                    source.clone()
                }
                .text()
            ),
            format!(
                "DNS 只允许来自高源端口（{}）",
                if drops {
                    source.others()
                } else {
                    source.clone()
                }
                .text()
            ),
        );
        let edit = if drops { subject.remove(rule) } else { None };
        hits.push(hit.with(edit));
    }
    hits
}

/// Whether DNS from other ports is dropped at the end: by the policy, and no other rule lets it in.
fn is_dropped_else(subject: &Subject<'_>, chain: usize, rule: &Rule) -> bool {
    let Some(chain) = subject.ruleset.chains.get(chain) else {
        return false;
    };
    let other = |other: &&Rule| {
        other.span != rule.span
            && (other.verdict() == Some(Verdict::Accept) || other.jump().is_some())
            && other.matches.takes_new()
            && !other
                .matches
                .input
                .as_ref()
                .is_some_and(|set| set.is_loopback())
            && {
                let mut low = rule.matches.clone();
                low.source_ports = Some(Ports::range(1, 1023));
                other.matches.may_meet(&low)
            }
    };
    if !subject.affords(chain.rules.len()) {
        return false;
    }
    let dropped = matches!(chain.policy, Some(Verdict::Drop | Verdict::Reject))
        || chain.rules.last().is_some_and(|last| {
            matches!(last.verdict(), Some(Verdict::Drop | Verdict::Reject))
                && last.matches.covers(&rule.matches)
        })
        // The ground that the rules of pf stand on comes first.
        || subject.ruleset.order == Order::Last
            && chain.rules.iter().any(|ground| {
                matches!(ground.verdict(), Some(Verdict::Drop | Verdict::Reject))
                    && ground.span.start < rule.span.start
                    && ground.matches.covers(&rule.matches)
            });
    dropped && !chain.rules.iter().any(|rule| other(&rule))
}
