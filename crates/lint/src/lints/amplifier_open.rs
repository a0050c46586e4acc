//! A service that answers forged requests with much more, open to everybody.

use rutter_knowledge::{Danger, Severity};

use super::forwarded::forwarded;
use super::open::open;
use crate::lint::{Example, Lint, Say};
use crate::ruleset::Dialect;

pub(super) const LINT: Lint = Lint {
    id: "amplifier-open",
    severity: Severity::High,
    title: Say {
        en: "A service that amplifies is open to everybody",
        zh: "可被用作放大器的服务对所有人开放",
    },
    reason: Say {
        en: "UDP carries no proof of who sent it. A small request with a forged sender makes this service send a large answer to a victim, and your network pays for it.",
        zh: "UDP 无法证明发送者是谁。伪造来源的小请求会让该服务把大得多的应答发给受害者，占用的是你的带宽。",
    },
    fix: Say {
        en: "Let only the addresses that need the service reach it: add a source network to the rule, or remove it.",
        zh: "只让需要它的地址访问：给规则加上来源网段，或删除该规则。",
    },
    examples: &[
        Example {
            dialect: Dialect::Nft,
            bad: "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tct state established,related accept\n\t\ticmpv6 type { nd-neighbor-solicit, nd-router-advert, nd-neighbor-advert } accept\n\t\tudp dport 11211 accept\n\t}\n}\n",
            good: "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tct state established,related accept\n\t\ticmpv6 type { nd-neighbor-solicit, nd-router-advert, nd-neighbor-advert } accept\n\t\tip saddr 192.0.2.0/24 udp dport 11211 accept\n\t\tip daddr 224.0.0.251 udp dport 5353 accept\n\t}\n}\n",
        },
        Example {
            dialect: Dialect::Iptables,
            bad: "*filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -p udp -m udp --dport 161 -j ACCEPT\nCOMMIT\n",
            good: "*filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -s 192.0.2.7/32 -p udp -m udp --dport 161 -j ACCEPT\nCOMMIT\n",
        },
        Example {
            dialect: Dialect::Ufw,
            bad: "Status: active\nDefault: deny (incoming), allow (outgoing), disabled (routed)\n\nTo                         Action      From\n--                         ------      ----\n1900/udp                   ALLOW IN    Anywhere\n",
            good: "Status: active\nDefault: deny (incoming), allow (outgoing), disabled (routed)\n\nTo                         Action      From\n--                         ------      ----\n1900/udp                   ALLOW IN    192.168.1.0/24\n",
        },
        Example {
            dialect: Dialect::Pf,
            bad: "ext_if = \"em0\"\nblock in all\npass in on $ext_if proto udp from any to any port snmp\n",
            good: "ext_if = \"em0\"\nblock in all\npass in on $ext_if proto udp from 192.0.2.7 to any port snmp\n",
        },
        Example {
            dialect: Dialect::Netsh,
            bad: "Rule Name:                            SNMP Service (UDP In)\n----------------------------------------------------------------------\nEnabled:                              Yes\nDirection:                            In\nProfiles:                             Public\nGrouping:                             SNMP Service\nLocalIP:                              Any\nRemoteIP:                             Any\nProtocol:                             UDP\nLocalPort:                            161\nRemotePort:                           Any\nEdge traversal:                       No\nAction:                               Allow\n",
            good: "Rule Name:                            SNMP Service (UDP In)\n----------------------------------------------------------------------\nEnabled:                              Yes\nDirection:                            In\nProfiles:                             Private,Public\nGrouping:                             SNMP Service\nLocalIP:                              Any\nRemoteIP:                             LocalSubnet\nProtocol:                             UDP\nLocalPort:                            161\nRemotePort:                           Any\nEdge traversal:                       No\nAction:                               Allow\n",
        },
    ],
    // Of an answer a second nobody makes a flood.
    check: |subject| {
        let wanted = |danger| danger == Danger::Amplifier;
        let mut hits = open(subject, true, wanted);
        hits.extend(forwarded(subject, true, wanted));
        hits
    },
};
