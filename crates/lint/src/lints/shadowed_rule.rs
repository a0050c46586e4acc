//! A rule that another one keeps everything away from.

use rutter_knowledge::Severity;

use crate::lint::{Example, Hit, Lint, Placed, Say, Subject, only_logs};
use crate::ruleset::{Dialect, Order, Rule};

pub(super) const LINT: Lint = Lint {
    id: "shadowed-rule",
    severity: Severity::Medium,
    title: Say {
        en: "A rule never decides",
        zh: "规则永远不会生效",
    },
    reason: Say {
        en: "Another rule of the same chain decides about every packet that this one could match, so it does nothing, whatever it says.",
        zh: "同一条链里的另一条规则已经裁决了它可能匹配的所有包，所以无论怎么写它都不起作用。",
    },
    fix: Say {
        en: "Remove it, or put it where it is asked first.",
        zh: "删除它，或把它移到会先被检查的位置。",
    },
    examples: &[
        Example {
            dialect: Dialect::Nft,
            bad: "table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\ttcp dport { 22, 80, 443 } accept\n\t\tip saddr 203.0.113.7 tcp dport 443 drop\n\t}\n}\ntable ip6 filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n",
            good: "table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tip saddr 203.0.113.7 tcp dport 443 drop\n\t\ttcp dport { 22, 80, 443 } accept\n\t\ttcp dport 8080 accept\n\t}\n}\ntable ip6 filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n",
        },
        Example {
            dialect: Dialect::Iptables,
            bad: "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s 192.0.2.0/24 -j DROP\n-A INPUT -s 192.0.2.9/32 -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n",
            good: "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s 192.0.2.0/24 -m limit --limit 5/min -j ACCEPT\n-A INPUT -s 192.0.2.9/32 -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -s 192.0.2.0/24 -m mac --mac-source 00:00:5e:00:53:01 -j DROP\n-A INPUT -s 192.0.2.9/32 -p tcp -m tcp --dport 25 -j ACCEPT\nCOMMIT\n",
        },
        Example {
            dialect: Dialect::Ufw,
            bad: "Status: active\n\nTo                         Action      From\n--                         ------      ----\n22/tcp                     ALLOW IN    Anywhere\n22/tcp                     DENY IN     203.0.113.0/24\n",
            good: "Status: active\n\nTo                         Action      From\n--                         ------      ----\n22/tcp                     DENY IN     203.0.113.0/24\n22/tcp                     ALLOW IN    Anywhere\n22/tcp (v6)                ALLOW IN    Anywhere (v6)\n",
        },
        Example {
            dialect: Dialect::Pf,
            bad: "block all\nblock in proto tcp from any to any port 23\npass in all\n",
            good: "block all\nblock in quick proto tcp from any to any port 23\npass in all\n",
        },
    ],
    check,
};

/// How far away another element of the same list is looked for, in rules.
const NEAR: usize = 8;

fn check(subject: &Subject<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (placed, by) in subject.kept_away() {
        let rule = placed.rule;
        // In pf the general rule may stand last and say the same once more: nothing is amiss.
        let repeats = subject.ruleset.order == Order::Last && !by.quick;
        let same = rule.verdict() == by.verdict();
        if only_logs(rule) || same && (repeats || is_written_out(subject, placed)) {
            continue;
        }
        let hit = Hit::at(
            rule,
            format!(
                "line {} decides about every packet that this matches",
                by.line
            ),
            format!("它匹配的每个包都由第 {} 行裁决", by.line),
        );
        // Without effect it may go; one that was meant as an exception has to move, which a person decides.
        let same = same && subject.ruleset.order == Order::First && rule.log().is_none();
        hits.push(hit.with(if same { subject.remove(rule) } else { None }));
    }
    hits
}

/// Whether a rule of pf is one element of a list, as `pfctl -sr` writes them out: it differs in one
/// word from a rule nearby. That another rule knows some of the elements already is nobody's mistake.
fn is_written_out(subject: &Subject<'_>, placed: Placed<'_>) -> bool {
    let written = |rule: &Rule| {
        let text = subject.text.get(rule.span.clone()).unwrap_or_default();
        text.split_ascii_whitespace().collect::<Vec<&str>>()
    };
    let own = written(placed.rule);
    let rules = &placed.chain.rules;
    let from = placed.rule_at.saturating_sub(NEAR);
    let to = rules.len().min(placed.rule_at + NEAR);
    subject.ruleset.dialect == Dialect::Pf
        && (from..to).any(|rule_at| {
            let Some(rule) = rules.get(rule_at) else {
                return false;
            };
            let other = written(rule);
            let differing = own.iter().zip(&other).filter(|(one, other)| one != other);
            own.len() == other.len()
                && differing.count() == 1
                && !subject.is_unreached(&Placed {
                    rule_at,
                    rule,
                    ..placed
                })
        })
}
