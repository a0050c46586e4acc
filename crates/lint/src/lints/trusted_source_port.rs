//! Packets let in because of the port that they come from.

use rutter_knowledge::Severity;

use crate::lint::{Edit, Example, Hit, Lint, Say, Subject};
use crate::matches::States;
use crate::ruleset::{Dialect, Hook, Verdict};

/// A rule that leads to fewer ports than this opens little.
const FEW: u32 = 256;
/// A rule about more source ports than this does not trust a service.
const MOST_PORTS: u32 = 64;

pub(super) const LINT: Lint = Lint {
    id: "trusted-source-port",
    severity: Severity::High,
    title: Say {
        en: "A source port is trusted",
        zh: "凭源端口放行",
    },
    reason: Say {
        en: "The sender chooses the source port. Whoever sends from 53, 20, 67 or 80 passes this rule and reaches every port behind it; scanners try exactly that.",
        zh: "源端口由发送方任意选定。只要从 53、20、67、80 之类的端口发包，就能穿过这条规则，触及其后的每一个端口，扫描器正是这样试的。",
    },
    fix: Say {
        en: "Let answers in by connection tracking (established, related) instead.",
        zh: "改用连接跟踪（established、related）放行应答。",
    },
    examples: &[
        Example {
            dialect: Dialect::Nft,
            bad: "table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tiif lo accept\n\t\tudp sport 53 accept\n\t}\n}\ntable ip6 filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n",
            good: "table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tiif lo accept\n\t\tct state established,related accept\n\t\tudp sport 67 udp dport 68 accept\n\t}\n}\ntable ip6 filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n",
        },
        Example {
            dialect: Dialect::Iptables,
            bad: "*filter\n:INPUT DROP [0:0]\n-A INPUT -p udp -m udp --sport 53 -j ACCEPT\n-A INPUT -p tcp -m tcp --sport 20 --dport 1024:65535 -j ACCEPT\nCOMMIT\n",
            good: "*filter\n:INPUT DROP [0:0]\n:OUTPUT DROP [0:0]\n-A INPUT -p udp -m udp --sport 53 -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A INPUT -p tcp -m tcp --sport 80 ! --syn -j ACCEPT\n-A OUTPUT -p tcp -m tcp --sport 80 -j ACCEPT\nCOMMIT\n",
        },
        Example {
            dialect: Dialect::Pf,
            bad: "block in all\npass in proto udp from any port domain to any\n",
            good: "block in all\npass out proto udp from any to any port domain keep state\n",
        },
        Example {
            dialect: Dialect::Netsh,
            bad: "Rule Name:                            DNS answers\n----------------------------------------------------------------------\nEnabled:                              Yes\nDirection:                            In\nProfiles:                             Domain,Private,Public\nLocalIP:                              Any\nRemoteIP:                             Any\nProtocol:                             UDP\nLocalPort:                            Any\nRemotePort:                           53\nAction:                               Allow\n",
            good: "Rule Name:                            Core Networking - DHCP (DHCP-In)\n----------------------------------------------------------------------\nEnabled:                              Yes\nDirection:                            In\nProfiles:                             Domain,Private,Public\nLocalIP:                              Any\nRemoteIP:                             Any\nProtocol:                             UDP\nLocalPort:                            68\nRemotePort:                           67\nAction:                               Allow\n",
        },
    ],
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    // Chains that get a rule of states by a change of this.
    let mut tracking: Vec<usize> = Vec::new();
    for placed in subject.rules() {
        let rule = placed.rule;
        let m = &rule.matches;
        let Some(source) = &m.source_ports else {
            continue;
        };
        let named =
            source.count() <= MOST_PORTS && source.ranges().iter().any(|(low, _)| *low < 1024);
        let wide = m
            .destination_ports
            .as_ref()
            .is_none_or(|ports| ports.count() >= FEW);
        if rule.verdict() != Some(Verdict::Accept) || !named || !wide || m.unknown || m.limited {
            continue;
        }
        let trusts = subject.seen(placed).iter().any(|(hook, seen, _)| {
            let near = seen
                .destination
                .as_ref()
                .is_some_and(|to| to.negated || to.is_near());
            let inside = match hook {
                Hook::Input => seen.input.as_ref().is_some_and(|set| {
                    set.is_loopback() || set.negated && !subject.is_outside(set)
                }),
                // A router passes answers of its own servers on, too.
                Hook::Forward => {
                    !seen
                        .input
                        .as_ref()
                        .is_none_or(|set| subject.is_outside(set))
                        || seen.output.is_some() && seen.input.is_none()
                }
                Hook::Output | Hook::Other => true,
            };
            seen.source.as_ref().is_none_or(|set| set.negated)
                && seen.takes_new()
                && !seen.unknown
                && !near
                && !inside
        });
        if !trusts {
            continue;
        }
        let hit = Hit::at(
            rule,
            format!(
                "whoever sends from port {} is let in, to {}",
                source.text(),
                m.destination_ports.as_ref().map_or_else(
                    || "any port".to_owned(),
                    |ports| format!("ports {}", ports.text())
                )
            ),
            format!(
                "凡是从端口 {} 发来的都放行，可达{}",
                source.text(),
                m.destination_ports.as_ref().map_or_else(
                    || "任何端口".to_owned(),
                    |ports| format!("端口 {}", ports.text())
                )
            ),
        );
        // Answers that a rule of states lets in already need no other; else it becomes that rule.
        if !subject.affords(placed.chain.rules.len()) {
            break;
        }
        let tracked = placed.chain.rules.iter().any(|other| {
            other.verdict() == Some(Verdict::Accept)
                && other
                    .matches
                    .states
                    .is_some_and(|states| states.covers(States::ESTABLISHED))
                && !other.matches.unknown
        });
        let stateful = match subject.ruleset.dialect {
            Dialect::Nft => Some("ct state established,related accept".to_owned()),
            Dialect::Iptables => subject.append_to(placed.chain, rule).map(|start| {
                format!("{start} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT")
            }),
            _ => None,
        };
        let edit = match stateful {
            Some(_) if tracked || tracking.contains(&placed.chain_at) => subject.remove(rule),
            Some(text) if subject.whole_line(rule).is_some() => {
                tracking.push(placed.chain_at);
                Some(Edit {
                    span: rule.span.clone(),
                    text,
                })
            }
            _ => None,
        };
        hits.push(hit.with(edit));
    }
    hits
}
