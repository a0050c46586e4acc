//! Questions of ident (113) dropped instead of refused.

use rutter_knowledge::Severity;

use crate::lint::{Edit, Example, Hit, Lint, Say, Subject};
use crate::ruleset::{Dialect, Hook, Verdict};

/// A rule about more ports than this is not about ident.
const MOST_PORTS: u32 = 64;

pub(super) const LINT: Lint = Lint {
    id: "ident-dropped",
    severity: Severity::Low,
    title: Say {
        en: "Ident (113) is dropped instead of refused",
        zh: "ident（113）被丢弃而不是拒绝",
    },
    reason: Say {
        en: "Mail, FTP and IRC servers that you call may ask back on port 113 who you are, and wait for the answer. A dropped question makes your own connection hang for up to a minute; a refused one costs nothing.",
        zh: "你连接的邮件、FTP、IRC 服务器可能会反过来询问 113 端口，并等待回答。丢弃它会让你自己的连接卡上近一分钟，拒绝则毫无代价。",
    },
    fix: Say {
        en: "Refuse it with a TCP reset.",
        zh: "改为用 TCP 复位拒绝。",
    },
    examples: &[
        Example {
            dialect: Dialect::Nft,
            bad: "table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0;\n\t\ttcp dport 113 counter drop\n\t}\n}\ntable ip6 filter {\n\tchain input {\n\t\ttype filter hook input priority 0;\n\t}\n}\n",
            good: "table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0;\n\t\ttcp dport 113 counter reject with tcp reset\n\t}\n}\ntable ip6 filter {\n\tchain input {\n\t\ttype filter hook input priority 0;\n\t}\n}\n",
        },
        Example {
            dialect: Dialect::Iptables,
            bad: "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 113 -j DROP\nCOMMIT\n",
            good: "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 113 -j REJECT --reject-with tcp-reset\nCOMMIT\n",
        },
        Example {
            dialect: Dialect::Ufw,
            bad: "Status: active\n\nTo                         Action      From\n--                         ------      ----\n113/tcp                    DENY IN     Anywhere\n",
            good: "Status: active\n\nTo                         Action      From\n--                         ------      ----\n113/tcp                    REJECT IN   Anywhere\n",
        },
        Example {
            dialect: Dialect::Pf,
            bad: "block in quick proto tcp from any to any port auth\n",
            good: "block return-rst in quick proto tcp from any to any port auth\n",
        },
    ],
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for placed in subject.rules() {
        let rule = placed.rule;
        let m = &rule.matches;
        let ports = m.destination_ports.as_ref();
        let about = ports.is_some_and(|ports| ports.contains(113) && ports.count() <= MOST_PORTS);
        let tcp = m
            .protocols
            .as_ref()
            .is_some_and(|protocols| protocols.contains(&6));
        let plain = !m.unknown
            && !m.limited
            && m.source.is_none()
            && m.states.is_none()
            && m.source_ports.is_none();
        if rule.verdict() != Some(Verdict::Drop) || !about || !tcp || !plain {
            continue;
        }
        let inward = subject
            .seen(placed)
            .iter()
            .any(|(hook, _, _)| matches!(hook, Hook::Input | Hook::Forward));
        if !inward || subject.ruleset.dialect == Dialect::Netsh {
            continue;
        }
        let alone = ports.is_some_and(|ports| ports.count() == 1)
            && m.is_only(&[6])
            && rule.says().is_some();
        let reset = match subject.ruleset.dialect {
            Dialect::Nft => Some("reject with tcp reset"),
            Dialect::Iptables => Some("REJECT --reject-with tcp-reset"),
            Dialect::Ufw if placed.chain.name != "ufw" => Some("REJECT --reject-with tcp-reset"),
            Dialect::Pf => Some("block return-rst"),
            _ => None,
        };
        let edit = rule.verdict_span.clone().zip(reset).filter(|_| alone);
        let hit = Hit::at(
            rule,
            "questions of ident (113) are dropped; servers that ask them wait",
            "对 113 端口（ident）的询问被丢弃，询问的服务器会一直等待",
        );
        hits.push(hit.with(edit.map(|(span, text)| Edit {
            span,
            text: text.to_owned(),
        })));
    }
    hits
}
