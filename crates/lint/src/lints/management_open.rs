//! A service for administrators or machines of one's own, open to everybody.

use rutter_knowledge::{Danger, Severity};

use super::forwarded::forwarded;
use super::open::open;
use crate::lint::{Example, Lint, Say};
use crate::ruleset::Dialect;

pub(super) const LINT: Lint = Lint {
    id: "management-open",
    severity: Severity::High,
    title: Say {
        en: "A service of your own is open to everybody",
        zh: "只应自用的服务对所有人开放",
    },
    reason: Say {
        en: "Remote control, databases, file shares and machines are tried by strangers day and night, with guessed passwords and with holes of the past. SSH is not meant here.",
        zh: "远程管理、数据库、文件共享和工控设备无时无刻不在被陌生人试探：猜口令，试旧漏洞。SSH 不在此列。",
    },
    fix: Say {
        en: "Add the source network of those who need it to the rule, or reach the service through a VPN or SSH.",
        zh: "在规则里写明需要访问者的来源网段，或改经 VPN、SSH 访问。",
    },
    examples: &[
        Example {
            dialect: Dialect::Nft,
            bad: "table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tct state vmap { established : accept, related : accept, invalid : drop }\n\t\ttcp dport { 22, 3389 } accept\n\t}\n}\ntable ip6 filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n",
            good: "table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tct state vmap { established : accept, related : accept, invalid : drop }\n\t\ttcp dport 22 accept\n\t\tiifname \"wg0\" tcp dport 3389 accept\n\t\tip saddr @admins tcp dport 3306 accept\n\t}\n}\ntable ip6 filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n",
        },
        Example {
            dialect: Dialect::Iptables,
            bad: "*filter\n:INPUT DROP [0:0]\n:services - [0:0]\n-A INPUT -j services\n-A services -p tcp -m tcp --dport 6379 -j ACCEPT\nCOMMIT\n",
            good: "*filter\n:INPUT DROP [0:0]\n:services - [0:0]\n-A INPUT -s 192.0.2.0/24 -j services\n-A services -p tcp -m tcp --dport 6379 -j ACCEPT\nCOMMIT\n",
        },
        Example {
            dialect: Dialect::Iptables,
            bad: "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m multiport --dports 80,443,3389 -j ACCEPT\n-A INPUT -j DROP\nCOMMIT\n",
            good: "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT ! -s 192.0.2.0/24 -j DROP\n-A INPUT -p tcp -m multiport --dports 80,443,3389 -j ACCEPT\n-A INPUT -j DROP\nCOMMIT\n",
        },
        Example {
            dialect: Dialect::Ufw,
            bad: "Status: active\n\nTo                         Action      From\n--                         ------      ----\n22/tcp                     ALLOW       Anywhere\n5900/tcp                   ALLOW       Anywhere\n",
            good: "Status: active\n\nTo                         Action      From\n--                         ------      ----\n22/tcp                     ALLOW       Anywhere\n5900/tcp                   ALLOW       198.51.100.0/24\n5900/tcp on wg0            ALLOW       Anywhere\n",
        },
        Example {
            dialect: Dialect::Pf,
            bad: "wan = \"em0\"\nblock all\npass out quick\npass in on $wan inet proto tcp from any to (em0) port { 443 3389 }\n",
            good: "wan = \"em0\"\nblock all\npass out quick\npass in on $wan inet proto tcp from <admins> to (em0) port { 443 3389 }\n",
        },
        Example {
            dialect: Dialect::Netsh,
            bad: "\nRule Name:                            Remote Desktop - User Mode (TCP-In)\n----------------------------------------------------------------------\nEnabled:                              Yes\nDirection:                            In\nProfiles:                             Domain,Private,Public\nGrouping:                             Remote Desktop\nLocalIP:                              Any\nRemoteIP:                             Any\nProtocol:                             TCP\nLocalPort:                            3389\nRemotePort:                           Any\nEdge traversal:                       No\nAction:                               Allow\n",
            good: "\nRule Name:                            Remote Desktop - User Mode (TCP-In)\n----------------------------------------------------------------------\nEnabled:                              Yes\nDirection:                            In\nProfiles:                             Domain,Private,Public\nGrouping:                             Remote Desktop\nLocalIP:                              Any\nRemoteIP:                             LocalSubnet\nProtocol:                             TCP\nLocalPort:                            3389\nRemotePort:                           Any\nEdge traversal:                       No\nAction:                               Allow\n",
        },
    ],
    // How often strangers may try is no matter.
    check: |subject| {
        let wanted = |danger| danger != Danger::Amplifier;
        let mut hits = open(subject, false, wanted);
        hits.extend(forwarded(subject, false, wanted));
        hits
    },
};
