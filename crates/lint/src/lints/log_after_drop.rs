//! Writing down that nothing reaches.

use rutter_knowledge::Severity;

use crate::lint::{Edit, Example, Hit, Lint, Say, Subject, only_logs};
use crate::ruleset::{Dialect, Rule, Statement};

pub(super) const LINT: Lint = Lint {
    id: "log-after-drop",
    severity: Severity::Medium,
    title: Say {
        en: "Nothing reaches this log rule",
        zh: "这条日志规则永远轮不到",
    },
    reason: Say {
        en: "A rule before it has decided about every packet that it could write down, so the log stays empty and looks like peace.",
        zh: "前面的规则已经对它能记录的每个包作出了裁决，日志始终为空，看上去像是一切太平。",
    },
    fix: Say {
        en: "Put the log rule before the one that decides.",
        zh: "把日志规则移到作出裁决的规则之前。",
    },
    examples: &[
        Example {
            dialect: Dialect::Iptables,
            bad: "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 23 -j DROP\n-A INPUT -p tcp -m tcp --dport 23 -m limit --limit 5/min -j LOG --log-prefix \"telnet \" --log-tcp-sequence --log-tcp-options\nCOMMIT\n",
            good: "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 23 -m limit --limit 5/min -j LOG --log-prefix \"telnet \" --log-tcp-sequence --log-tcp-options\n-A INPUT -p tcp -m tcp --dport 23 -j DROP\nCOMMIT\n",
        },
        Example {
            dialect: Dialect::Nft,
            bad: "table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0;\n\t\tmeta pkttype { broadcast, multicast } drop\n\t\ttcp dport 22 accept\n\t\tdrop\n\t\tlimit rate 5/second log flags all prefix \"in \"\n\t}\n}\ntable ip6 filter {\n\tchain input {\n\t\ttype filter hook input priority 0;\n\t}\n}\n",
            good: "table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0;\n\t\tmeta pkttype { broadcast, multicast } drop\n\t\ttcp dport 22 accept\n\t\tlimit rate 5/second log flags all prefix \"in \"\n\t\tdrop\n\t}\n}\ntable ip6 filter {\n\tchain input {\n\t\ttype filter hook input priority 0;\n\t}\n}\n",
        },
    ],
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (placed, by) in subject.kept_away() {
        let rule = placed.rule;
        if only_logs(rule) {
            let hit = Hit::at(
                rule,
                format!(
                    "line {} has decided about all that this would write down",
                    by.line
                ),
                format!("它要记录的包，第 {} 行都已裁决", by.line),
            );
            hits.push(hit.with(moved(subject, rule, by).into_iter().flatten()));
        }
    }
    // In one rule of nft, too.
    for placed in subject.rules() {
        let decided = placed.rule.statements.iter().position(|s| {
            matches!(
                s,
                Statement::Accept | Statement::Drop | Statement::Reject { .. }
            )
        });
        let logged = placed
            .rule
            .statements
            .iter()
            .position(|s| matches!(s, Statement::Log(_)));
        if subject.ruleset.dialect == Dialect::Nft
            && decided
                .zip(logged)
                .is_some_and(|(decided, logged)| decided < logged)
        {
            hits.push(Hit::at(
                placed.rule,
                "the verdict stands before log, so nothing is written down",
                "裁决写在 log 之前，什么也不会记录",
            ));
        }
    }
    hits
}

/// The log rule, taken to the place before the rule that decides.
fn moved(subject: &Subject<'_>, rule: &Rule, by: &Rule) -> Option<[Edit; 2]> {
    let text = subject.text.get(rule.span.clone())?;
    Some([subject.insert_before(by, text)?, subject.remove(rule)?])
}
