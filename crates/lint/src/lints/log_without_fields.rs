//! A log without the fields that verdicts need.

use rutter_knowledge::Severity;

use crate::lint::{Edit, Example, Hit, Lint, Say, Subject};
use crate::ruleset::Dialect;

pub(super) const LINT: Lint = Lint {
    id: "log-without-fields",
    severity: Severity::Info,
    title: Say {
        en: "The log leaves out what would prove more",
        zh: "日志少记了更能说明问题的字段",
    },
    reason: Say {
        en: "The sequence number and the options of TCP tell the tool that sent a packet: Mirai and ZMap write themselves into them. Without these fields a verdict stays a guess by port.",
        zh: "TCP 序列号和选项能说明包是什么工具发的：Mirai 和 ZMap 的特征就在其中。缺了它们，判断只能凭端口猜。",
    },
    fix: Say {
        en: "Let them be written: --log-tcp-sequence --log-tcp-options, with nft: log flags tcp sequence,options.",
        zh: "加以记录：--log-tcp-sequence --log-tcp-options；nft 用 log flags tcp sequence,options。",
    },
    examples: &[
        Example {
            dialect: Dialect::Nft,
            bad: "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0;\n\t\tmeta pkttype { broadcast, multicast } drop\n\t\tlimit rate 5/second log prefix \"in \"\n\t}\n}\n",
            good: "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0;\n\t\tmeta pkttype { broadcast, multicast } drop\n\t\tlimit rate 5/second log prefix \"in \" flags tcp sequence,options\n\t\tlog group 5\n\t}\n}\n",
        },
        Example {
            dialect: Dialect::Iptables,
            bad: "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m pkttype --pkt-type broadcast -j DROP\n-A INPUT -m limit --limit 3/min -j LOG --log-prefix \"in \"\nCOMMIT\n",
            good: "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m pkttype --pkt-type broadcast -j DROP\n-A INPUT -m limit --limit 3/min -j LOG --log-prefix \"in \" --log-tcp-sequence --log-tcp-options\nCOMMIT\n",
        },
    ],
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Hit> {
    let mut edits = Vec::new();
    let mut first = None;
    for placed in subject.rules() {
        let rule = placed.rule;
        let Some(log) = rule
            .log()
            .filter(|log| !(log.whole || log.sequence && log.options))
        else {
            continue;
        };
        // Of protocols other than TCP there is nothing more to write.
        if rule
            .matches
            .protocols
            .as_ref()
            .is_some_and(|protocols| !protocols.contains(&6))
        {
            continue;
        }
        let text = match subject.ruleset.dialect {
            // What is there already must not be said twice.
            Dialect::Nft if !log.sequence && !log.options => {
                " flags tcp sequence,options".to_owned()
            }
            Dialect::Nft | Dialect::NftJson | Dialect::Pf | Dialect::Netsh => String::new(),
            Dialect::Iptables | Dialect::Ufw => {
                let sequence = if log.sequence {
                    ""
                } else {
                    " --log-tcp-sequence"
                };
                let options = if log.options {
                    ""
                } else {
                    " --log-tcp-options"
                };
                format!("{sequence}{options}")
            }
        };
        if let Some(span) = rule.log_span.clone().filter(|_| !text.is_empty()) {
            edits.push(Edit {
                span: span.end..span.end,
                text,
            });
        }
        first = first.or(Some(rule));
    }
    first.map_or_else(Vec::new, |rule| {
        let hit = Hit::at(
            rule,
            "what is written down here has no sequence numbers or options of TCP",
            "这里的日志没有 TCP 序列号或选项",
        );
        vec![hit.with(edits)]
    })
}
