//! A log that a flood can fill.

use rutter_knowledge::Severity;

use crate::addresses::Interfaces;
use crate::lint::{Edit, Example, Hit, Lint, Say, Subject, only_logs};
use crate::matches::States;
use crate::ruleset::{Dialect, Hook};

pub(super) const LINT: Lint = Lint {
    id: "log-without-limit",
    severity: Severity::Low,
    title: Say {
        en: "The log has no limit",
        zh: "日志没有限速",
    },
    reason: Say {
        en: "Everybody who can send packets writes into this log, as fast as he likes: a flood fills the disk, slows the machine down and hides what came before it.",
        zh: "谁能发包，谁就能以任意速度写这份日志：洪水般的来包会写满磁盘、拖慢机器，并淹没之前的记录。",
    },
    fix: Say {
        en: "Limit how many lines are written in a second, generously.",
        zh: "限制每秒写入的行数，可以放宽一些。",
    },
    examples: &[
        Example {
            dialect: Dialect::Nft,
            bad: "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0;\n\t\tmeta pkttype { broadcast, multicast } drop\n\t\tlog flags all prefix \"in \"\n\t}\n}\n",
            good: "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0;\n\t\tmeta pkttype { broadcast, multicast } drop\n\t\tlimit rate 10/second burst 20 packets log flags all prefix \"in \"\n\t\tiif lo log flags all\n\t\tlog group 2\n\t}\n}\n",
        },
        Example {
            dialect: Dialect::Iptables,
            bad: "*filter\n:INPUT ACCEPT [0:0]\n:logdrop - [0:0]\n-A INPUT -d 224.0.0.0/4 -j DROP\n-A INPUT -p tcp -m tcp --dport 23 -j logdrop\n-A logdrop -j LOG --log-prefix \"in \" --log-tcp-sequence --log-tcp-options\n-A logdrop -j DROP\nCOMMIT\n",
            good: "*filter\n:INPUT ACCEPT [0:0]\n:logdrop - [0:0]\n-A INPUT -d 224.0.0.0/4 -j DROP\n-A INPUT -p tcp -m tcp --dport 23 -m limit --limit 10/sec -j logdrop\n-A logdrop -j LOG --log-prefix \"in \" --log-tcp-sequence --log-tcp-options\n-A logdrop -j DROP\nCOMMIT\n",
        },
    ],
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for placed in subject.rules() {
        let rule = placed.rule;
        if rule.log().is_none_or(|log| log.whole)
            || matches!(subject.ruleset.dialect, Dialect::Pf | Dialect::Netsh)
        {
            continue;
        }
        let unheld = rule.log().is_some_and(|log| log.flooded);
        let floods = subject.seen(placed).iter().any(|(hook, seen, way)| {
            let inward = matches!(hook, Hook::Input | Hook::Forward);
            // What cannot be analysed may be a limit; whom an administrator named is no stranger.
            let strangers =
                seen.source.is_none() && !seen.input.as_ref().is_some_and(Interfaces::is_loopback);
            let conversation = seen.states.is_some_and(|states| {
                !states.covers(States::NEW) && !states.covers(States::INVALID)
            });
            let free = if unheld {
                !way.asked.limited && !way.asked.unknown
            } else {
                !seen.limited && !seen.unknown
            };
            inward && strangers && !conversation && free
        });
        if !floods {
            continue;
        }
        // A limit on a rule that decides, too, would let the rest pass undecided.
        let alone = only_logs(rule) && !unheld;
        let edit = rule.log_span.clone().filter(|_| alone).and_then(|span| {
            match subject.ruleset.dialect {
                Dialect::Nft => Some(Edit {
                    span: span.start..span.start,
                    text: "limit rate 10/second burst 20 packets ".to_owned(),
                }),
                Dialect::Iptables | Dialect::Ufw => {
                    let before = subject.text.get(rule.span.start..span.start)?;
                    let jump = before.rfind("-j").or_else(|| before.rfind("--jump"))?;
                    let at = rule.span.start + jump;
                    Some(Edit {
                        span: at..at,
                        text: "-m limit --limit 10/second --limit-burst 20 ".to_owned(),
                    })
                }
                _ => None,
            }
        });
        hits.push(
            Hit::at(
                rule,
                "each packet becomes a line, however many come",
                "来多少包就写多少行",
            )
            .with(edit),
        );
    }
    hits
}
