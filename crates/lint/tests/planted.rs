//! Mistakes in every wording that administrators use, planted in a ruleset that has none.

#![expect(clippy::panic, reason = "a test may stop")]

use rutter_lint::check;

/// A ruleset without a mistake; rules are planted where `RULES` stands.
const NFT: &str = "table inet filter {
\tchain input {
\t\ttype filter hook input priority 0; policy drop;
\t\tct state established,related accept
\t\tiif lo accept
\t\tmeta l4proto { icmp, ipv6-icmp } accept
\t\tRULES
\t}
}
table ip nat {
\tchain postrouting {
\t\ttype nat hook postrouting priority srcnat; policy accept;
\t\toifname \"enp7s0\" masquerade
\t}
}
";

const IPTABLES: &str = "*nat
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -o enp7s0 -j MASQUERADE
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
RULES
COMMIT
";

const PF: &str = "ext_if = \"em0\"
set skip on lo
nat on em3 inet from 192.0.2.0/24 to any -> (em3)
block all
pass out quick
RULES
";

const UFW: &str = "Status: active
Logging: on (low)
Default: deny (incoming), allow (outgoing), disabled (routed)
New profiles: skip

To                         Action      From
--                         ------      ----
RULES
";

const NETSH: &str = "Rule Name:                            Planted
----------------------------------------------------------------------
Enabled:                              Yes
Direction:                            In
Profiles:                             Domain,Private,Public
Grouping:
LocalIP:                              Any
RemoteIP:                             Any
RULES
";

/// Ruleset, mistake, and rules that have it: several stand in lines of their own.
const PLANTED: &[(&str, &str, &[&str])] = &[
    (
        NFT,
        "management-open",
        &[
            "tcp dport 3389 accept",
            "tcp dport 3389 ct state new,untracked counter packets 0 bytes 0 accept comment \"x\"",
            "tcp flags syn / fin,syn,rst,ack tcp dport 3389 accept",
            "tcp flags & (fin|syn|rst|ack) == syn tcp dport 3389 ct state new accept",
            "tcp flags & (fin | syn | rst | ack) == syn tcp dport 3389 accept",
            "ip protocol tcp tcp dport 3389 accept",
            "meta nfproto ipv4 tcp dport 3389 accept",
            "th dport 3389 meta l4proto tcp accept",
            "tcp dport ms-wbt-server accept",
            "tcp dport { 22, 3389, 5900 } accept",
            "tcp dport vmap { 22 : accept, 3389 : accept }",
            "ip saddr 0.0.0.0/0 tcp dport 3389 accept",
            "iifname != \"lo\" tcp dport 3389 accept",
            "iifname \"ppp0\" tcp dport 3389 accept",
            "iifname \"enp7s0\" tcp dport 3389 accept",
            "meta pkttype host tcp dport 3389 accept",
            "fib daddr type local tcp dport 3389 accept",
            "tcp dport 445 limit rate 1/second accept",
        ],
    ),
    (
        NFT,
        "amplifier-open",
        &[
            "udp dport { 53, 161 } accept",
            "udp dport snmp accept",
            "meta l4proto { tcp, udp } th dport 111 accept",
        ],
    ),
    (
        NFT,
        "dns-low-source-ports",
        &[
            "udp sport < 1024 udp dport 53 drop\nudp dport 53 accept",
            "udp sport 1-1023 udp dport domain reject\nudp dport 53 accept",
            "udp dport 53 udp sport != 1024-65535 drop\nudp dport 53 accept",
            "udp dport 53 udp sport >= 1024 accept",
            "meta l4proto { tcp, udp } th sport 1024-65535 th dport 53 accept",
        ],
    ),
    (
        NFT,
        "trusted-source-port",
        &[
            "udp sport { 53, 67, 123 } accept",
            "tcp sport 20 tcp dport 1024-65535 accept",
            "iifname \"enp7s0\" udp sport domain ct state new accept",
        ],
    ),
    (NFT, "ident-dropped", &["tcp dport auth counter drop"]),
    (
        NFT,
        "shadowed-rule",
        &[
            "tcp dport 22 accept\nip saddr 203.0.113.7 tcp dport 22 drop",
            "fib daddr type local tcp dport 22 accept\nfib daddr type local tcp dport 22 drop",
            "tcp flags syn / fin,syn,rst,ack drop\ntcp flags syn / fin,syn,rst,ack tcp dport 80 accept",
            "drop\ntcp dport 443 accept",
        ],
    ),
    (
        IPTABLES,
        "management-open",
        &[
            "-A INPUT -p tcp -m tcp --syn --dport 3389 -j ACCEPT",
            "-A INPUT -p tcp -m tcp --dport 3389 --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT",
            "-A INPUT -p tcp -m state --state NEW -m tcp --dport 3389 -j ACCEPT",
            "-A INPUT -p tcp -m multiport --dports 22,3389 -j ACCEPT",
            "-A INPUT -s 0/0 -d 0/0 -p tcp --destination-port 3389 --jump ACCEPT",
            "-A INPUT ! -i lo -p 6 --dport ms-wbt-server -j ACCEPT",
            "-A INPUT -i enp7s0 -p tcp --dport 3389 -j ACCEPT",
            "-A INPUT -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 3389 -j ACCEPT",
            "-A INPUT -p tcp -m pkttype --pkt-type unicast -m tcp --dport 3389 -j ACCEPT",
            "-A INPUT -p tcp --dport 3389 -m limit --limit 3/min -j ACCEPT",
            "-A FORWARD -i enp7s0 -d 192.168.1.5/32 -p tcp -m tcp --dport 3389 -j ACCEPT",
        ],
    ),
    (
        IPTABLES,
        "dns-low-source-ports",
        &[
            "-A INPUT -p udp --sport 1024: --dport 53 -m state --state NEW -j ACCEPT",
            "-A INPUT -p udp ! --sport 1024:65535 --dport 53 -j DROP\n-A INPUT -p udp --dport 53 -j ACCEPT",
            "-A FORWARD -p udp -d 192.0.2.53 --sport 1024:65535 --dport 53 -j ACCEPT",
        ],
    ),
    (
        IPTABLES,
        "trusted-source-port",
        &[
            "-A INPUT -p tcp -m multiport --sports 20,80,443 -j ACCEPT",
            "-A INPUT -p udp -m state --state NEW,ESTABLISHED --source-port 53 -j ACCEPT",
            "-A INPUT -p tcp --syn --sport 20 -j ACCEPT",
        ],
    ),
    (
        IPTABLES,
        "icmp-blocked",
        &["-A FORWARD -p icmp -m icmp --icmp-type any -j DROP"],
    ),
    (
        PF,
        "management-open",
        &[
            "pass in on egress proto tcp to port 3389",
            "pass in on $ext_if proto tcp from any to ($ext_if) port 3389:3390",
            "pass in quick on em3 inet proto tcp from any to any port = 3389 flags S/SA keep state",
            "pass in log (all) on $ext_if proto tcp from 0/0 to any port 3389 modulate state",
        ],
    ),
    (
        PF,
        "dns-low-source-ports",
        &[
            "pass in proto udp from any port > 1023 to any port 53",
            "pass in on $ext_if proto { tcp udp } from any port 1024:65535 to any port domain",
        ],
    ),
    (
        PF,
        "trusted-source-port",
        &["pass in quick on em3 inet proto tcp from any port 20 to (em3) port > 1023"],
    ),
    (
        PF,
        "ident-dropped",
        &["block drop in quick proto tcp to port auth"],
    ),
    (
        PF,
        "shadowed-rule",
        &[
            "pass in quick proto tcp to port 22\nblock in quick proto tcp from 203.0.113.7 to port 22",
        ],
    ),
    (
        UFW,
        "management-open",
        &[
            "80,443,3306/tcp            ALLOW IN    Anywhere                   # shop",
            "[ 1] 3389/tcp              ALLOW IN    Anywhere",
            "3389/tcp                   LIMIT IN    Anywhere",
        ],
    ),
    (
        UFW,
        "amplifier-open",
        &["161/udp                    ALLOW IN    Anywhere"],
    ),
    (
        UFW,
        "trusted-source-port",
        &["Anywhere                   ALLOW IN    53/udp"],
    ),
    (
        NETSH,
        "management-open",
        &[
            "Protocol:                             TCP\nLocalPort:                            80,3306\nRemotePort:                           Any\nEdge traversal:                       No\nAction:                               Allow",
        ],
    ),
    (
        NETSH,
        "trusted-source-port",
        &[
            "Protocol:                             UDP\nLocalPort:                            Any\nRemotePort:                           53\nEdge traversal:                       No\nAction:                               Allow",
        ],
    ),
];

/// Rules that look like a mistake and are none.
const RIGHT: &[(&str, &[&str])] = &[
    (
        NFT,
        &[
            "tcp dport 22 limit rate 5/minute accept",
            "tcp dport { 1234, 2323, 5555, 9100 } accept",
            "iifname \"wg0\" tcp dport 3389 accept",
            "iifname \"enp8s0\" tcp dport 3389 accept",
            "iifname != \"enp7s0\" tcp dport 3389 accept",
            "udp dport 161 limit rate 1/second accept",
            "tcp flags & (fin|syn|rst|ack) != syn tcp sport 80 accept",
            "tcp flags syn / fin,syn,rst,ack drop\ntcp dport 443 accept",
            "fib daddr type unicast tcp dport 3389 accept",
            "meta pkttype host tcp dport 22 accept\ntcp dport 22 drop",
        ],
    ),
    (
        IPTABLES,
        &[
            "-A INPUT -p tcp -m tcp --dport 3389 ! --syn -j ACCEPT",
            "-A INPUT -p tcp ! --syn -m conntrack --ctstate NEW -j DROP\n-A INPUT -p tcp --dport 443 -j ACCEPT",
            "-A INPUT -p tcp --tcp-flags ALL NONE -j DROP\n-A INPUT -p tcp --dport 443 -j ACCEPT",
            "-A INPUT -p tcp -m recent --rcheck --name knocked --seconds 30 -m tcp --dport 3389 -j ACCEPT",
            "-A INPUT -m addrtype --dst-type UNICAST -p tcp --dport 3389 -j ACCEPT",
            "-A INPUT -s 192.168/16 -p tcp --dport 445 -j ACCEPT",
        ],
    ),
    (
        PF,
        &[
            // As pfctl -sr writes lists out: the second is a part of what the first lets in.
            "pass quick inet6 proto ipv6-icmp all icmp6-type neighbrsol keep state\npass in quick inet6 proto ipv6-icmp from fe80::/10 to fe80::/10 icmp6-type routersol keep state\npass in quick inet6 proto ipv6-icmp from fe80::/10 to fe80::/10 icmp6-type neighbrsol keep state",
            "pass in on em1 proto tcp to port 3389",
        ],
    ),
];

fn planted(text: &str, rules: &str) -> String {
    let indent = if text == NFT { "\n\t\t" } else { "\n" };
    text.replace("RULES", &rules.replace('\n', indent))
}

fn found(text: &str) -> Vec<&'static str> {
    let report = check(text).unwrap_or_else(|| panic!("of no known language:\n{text}"));
    assert!(report.faults.is_empty(), "{:?}\n{text}", report.faults);
    report
        .findings
        .iter()
        .map(|finding| finding.lint.id)
        .collect()
}

/// One rule of Windows in its languages: name, enabled, direction, profiles, addresses, protocol,
/// ports, action.
const LANGUAGES: &[[(&str, &str); 10]] = &[
    [
        ("Nom de la règle", "Bureau à distance"),
        ("Activé", "Oui"),
        ("Direction", "Dans"),
        ("Profils", "Domaine,Privé,Public"),
        ("IP locale", "Tout"),
        ("IP distante", "Tout"),
        ("Protocole", "TCP"),
        ("Port local", "3389"),
        ("Port distant", "Tout"),
        ("Action", "Autoriser"),
    ],
    [
        ("Nombre de regla", "Escritorio remoto"),
        ("Habilitada", "Sí"),
        ("Dirección", "Dentro"),
        ("Perfiles", "Dominio,Privada,Pública"),
        ("LocalIP", "Cualquiera"),
        ("IP remotas", "Cualquiera"),
        ("Protocolo", "TCP"),
        ("Puerto local", "3389"),
        ("Puerto remoto", "Cualquiera"),
        ("Acción", "Permitir"),
    ],
    [
        ("规则名称", "远程桌面"),
        ("已启用", "是"),
        ("方向", "入站"),
        ("配置文件", "域,专用,公用"),
        ("LocalIP", "任何"),
        ("RemoteIP", "任何"),
        ("协议", "TCP"),
        ("本地端口", "3389"),
        ("远程端口", "任何"),
        ("操作", "允许"),
    ],
];

#[test]
fn windows_is_read_in_its_languages() {
    for rule in LANGUAGES {
        let line = |(key, value): &(&str, &str)| format!("{key}:{:>20}{value}\n", "");
        let mut lines: Vec<String> = rule.iter().map(line).collect();
        lines.insert(1, "----------------------------------------\n".to_owned());
        let text = lines.concat();
        assert_eq!(found(&text), ["management-open"], "{text}");
        let address = rule[5].1;
        let at = text.find(rule[5].0).unwrap_or_default();
        let (before, after) = text.split_at(at);
        let near = format!("{before}{}", after.replacen(address, "LocalSubnet", 1));
        assert_eq!(found(&near), [""; 0], "{near}");
    }
}

#[test]
fn every_wording_of_a_mistake_is_found() {
    let mut missed = Vec::new();
    for (text, id, wordings) in PLANTED {
        for rules in *wordings {
            let ids = found(&planted(text, rules));
            if !ids.contains(id) {
                missed.push(format!("{id}: {rules}: {ids:?}"));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn what_only_looks_like_a_mistake_is_not_accused() {
    let mut accused = Vec::new();
    for (text, wordings) in RIGHT {
        for rules in *wordings {
            let ids = found(&planted(text, rules));
            if !ids.is_empty() {
                accused.push(format!("{rules}: {ids:?}"));
            }
        }
    }
    assert!(accused.is_empty(), "{}", accused.join("\n"));
}
