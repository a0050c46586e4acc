//! Rulesets in the manner of well-known tools: clean, or with what nobody disputes.

use rutter_lint::check;

/// Ids of the findings with their lines, and how many things could not be read.
fn found(text: &str) -> (Vec<(&'static str, usize)>, Vec<String>) {
    let Some(report) = check(text) else {
        return (Vec::new(), vec!["of no known language".to_owned()]);
    };
    let findings = report
        .findings
        .iter()
        .map(|f| (f.lint.id, f.line))
        .collect();
    (
        findings,
        report
            .faults
            .into_iter()
            .map(|fault| format!("{}: {}", fault.line, fault.reason))
            .collect(),
    )
}

fn is(text: &str, expected: &[(&'static str, usize)]) {
    assert_eq!(found(text), (expected.to_vec(), Vec::new()), "{text}");
}

/// What a workstation is told to have: policy drop, established first, loopback, ICMP, a few services.
const WORKSTATION: &str = "#!/usr/sbin/nft -f

flush ruleset

define lan = 192.0.2.0/24
define tcp_open = { 22, 80, 443 }

table inet filter {
	set scanners {
		type ipv4_addr
		flags dynamic, timeout
		timeout 10m
	}

	chain global {
		ct state established,related accept
		ct state invalid drop
		ip protocol icmp accept
		ip6 nexthdr ipv6-icmp accept
	}

	chain input {
		type filter hook input priority filter; policy drop;
		iif \"lo\" accept
		jump global
		ip saddr @scanners drop
		tcp dport $tcp_open ct state new accept
		ip saddr $lan udp dport { 137, 138, 5353 } accept
		iifname { \"eth1\", \"wg0\" } tcp dport 3306 accept
		tcp flags & (fin|syn|rst|ack) == syn limit rate over 10/second drop
		ip saddr . tcp dport { 192.0.2.7 . 8291, 192.0.2.8 . 5900 } accept
		counter packets 12 bytes 900 drop
	}

	chain forward {
		type filter hook forward priority 0; policy drop;
		iifname vmap { \"eth1\" : jump from_lan, \"eth0\" : jump from_wan }
	}

	chain from_lan {
		accept
	}

	chain from_wan {
		ct state vmap { established : accept, related : accept, invalid : drop }
		ct status dnat accept
	}

	chain output {
		type filter hook output priority 0; policy accept;
	}
}
table ip nat {
	chain prerouting {
		type nat hook prerouting priority dstnat; policy accept;
		iifname \"eth0\" tcp dport 8080 dnat to 192.0.2.80:80
	}
}
";

/// As firewalld lays out its table.
const FIREWALLD: &str = "table inet firewalld { # progname firewalld
	flags owner,persist

	ct helper helper-netbios-ns-udp {
		type \"netbios-ns\" protocol udp
		l3proto ip
	}

	chain filter_INPUT {
		type filter hook input priority filter + 10; policy accept;
		ct state { established, related } accept
		ct status dnat accept
		iifname \"lo\" accept
		ct state invalid drop
		jump filter_INPUT_ZONES
		reject with icmpx admin-prohibited
	}

	chain filter_INPUT_ZONES {
		iifname \"eth0\" goto filter_IN_public
		goto filter_IN_public
	}

	chain filter_IN_public {
		jump filter_IN_public_pre
		jump filter_IN_public_log
		jump filter_IN_public_deny
		jump filter_IN_public_allow
		meta l4proto { icmp, ipv6-icmp } accept
		reject with icmpx admin-prohibited
	}

	chain filter_IN_public_pre {
	}

	chain filter_IN_public_log {
	}

	chain filter_IN_public_deny {
	}

	chain filter_IN_public_allow {
		tcp dport 22 accept
		ip6 daddr fe80::/64 udp dport 546 accept
		ip daddr 224.0.0.251 udp dport 5353 accept
		ip6 daddr ff02::fb udp dport 5353 accept
	}
}
";

/// In the manner of ufw's before.rules and user.rules.
const UFW: &str = "*filter
:ufw-before-input - [0:0]
:ufw-before-output - [0:0]
:ufw-before-forward - [0:0]
:ufw-not-local - [0:0]
:ufw-logging-deny - [0:0]
:ufw-user-input - [0:0]
:ufw-user-limit - [0:0]
-A ufw-before-input -i lo -j ACCEPT
-A ufw-before-output -o lo -j ACCEPT
-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-before-input -m conntrack --ctstate INVALID -j ufw-logging-deny
-A ufw-before-input -m conntrack --ctstate INVALID -j DROP
-A ufw-before-input -p icmp --icmp-type destination-unreachable -j ACCEPT
-A ufw-before-input -p icmp --icmp-type echo-request -j ACCEPT
-A ufw-before-input -p udp --sport 67 --dport 68 -j ACCEPT
-A ufw-before-input -j ufw-not-local
-A ufw-not-local -m addrtype --dst-type LOCAL -j RETURN
-A ufw-not-local -m addrtype --dst-type MULTICAST -j RETURN
-A ufw-not-local -m addrtype --dst-type BROADCAST -j RETURN
-A ufw-not-local -m limit --limit 3/min --limit-burst 10 -j ufw-logging-deny
-A ufw-not-local -j DROP
-A ufw-before-input -p udp -d 224.0.0.251 --dport 5353 -j ACCEPT
-A ufw-before-input -p udp -d 239.255.255.250 --dport 1900 -j ACCEPT
-A ufw-before-input -j ufw-user-input
-A ufw-user-input -p tcp --dport 22 -m conntrack --ctstate NEW -m recent --set
-A ufw-user-input -p tcp --dport 22 -m conntrack --ctstate NEW -m recent --update --seconds 30 --hitcount 6 -j ufw-user-limit
-A ufw-user-limit -m limit --limit 3/minute -j LOG --log-prefix \"[UFW LIMIT BLOCK] \"
-A ufw-user-limit -j REJECT
COMMIT
";

/// In the manner of what pfSense writes for pf.
const PFSENSE: &str = "set limit states 97000
set skip on pfsync0
loopback = \"{ lo0 }\"
WAN = \"{ em0 }\"
LAN = \"{ em1 }\"
table <bogons> persist file \"/etc/bogons\"
table <sshguard> persist
scrub from any to <vpn_networks> fragment no reassemble
nat on $WAN inet from 192.0.2.0/24 to any -> (em0) port 1024:65535
rdr on $WAN inet proto tcp from any to 198.51.100.4 port 443 -> 192.0.2.4
anchor \"openvpn/*\"
block in log inet all ridentifier 1000000103 label \"Default deny rule IPv4\"
block out log inet all ridentifier 1000000104 label \"Default deny rule IPv4\"
block in log inet6 all ridentifier 1000000105 label \"Default deny rule IPv6\"
pass quick inet6 proto ipv6-icmp from any to any icmp6-type {1,2,135,136} ridentifier 1000000107 keep state
block log quick inet proto { tcp, udp } from any port = 0 to any ridentifier 1000000114
block log quick from <sshguard> to any label \"sshguard\"
block in log quick on $WAN from 10.0.0.0/8 to any label \"Block private networks from WAN block 10/8\"
pass in quick on $LAN proto udp from any port = 68 to 255.255.255.255 port = 67 label \"allow access to DHCP server\"
pass in quick on $WAN proto udp from any port = 67 to any port = 68 label \"allow dhcp client out WAN\"
pass out inet all keep state allow-opts label \"let out anything IPv4 from firewall host itself\"
pass in quick on em1 proto tcp from any to (em1) port { 443 80 22 } keep state label \"anti-lockout rule\"
pass in quick on $WAN reply-to ( em0 198.51.100.1 ) inet proto tcp from any to 192.0.2.4 port 443 flags S/SA keep state label \"USER_RULE: NAT web\"
pass in quick on $LAN inet from 192.0.2.0/24 to any flags S/SA keep state label \"USER_RULE: Default allow LAN to any rule\"
";

const IPTABLES: &str = "# Generated by iptables-save v1.8.9 on Mon Nov 23 12:00:00 2026
*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
COMMIT
*filter
:INPUT DROP [12:3456]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER-USER - [0:0]
[5:300] -A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p icmp -m icmp --icmp-type 8 -m limit --limit 5/sec -j ACCEPT
-A INPUT -p icmp -j DROP
-A INPUT -s 192.0.2.0/24 -p tcp -m multiport --dports 3306,5432 -m comment --comment \"databases -j DROP\" -j ACCEPT
-A INPUT -p tcp -m set --match-set admins src -m tcp --dport 5900 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m hashlimit --hashlimit-upto 5/min --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name ssh -j ACCEPT
-A INPUT -p udp -m udp --dport 10000:20000 -j ACCEPT
-A FORWARD -j DOCKER-USER
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A FORWARD -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
-A DOCKER-USER -j RETURN
COMMIT
";

#[test]
fn rulesets_of_well_known_tools_are_clean() {
    is(WORKSTATION, &[]);
    is(FIREWALLD, &[]);
    is(UFW, &[("log-without-fields", 28)]);
    is(PFSENSE, &[]);
    is(IPTABLES, &[]);
    is(OPENBSD, &[]);
}

/// In the manner of a router with OpenBSD.
const OPENBSD: &str = "set skip on lo
table <martians> { 0.0.0.0/8 10.0.0.0/8 }
int_if = \"{ em1 em2 }\"
match out on egress inet from !(egress:network) to any nat-to (egress:0)
antispoof quick for { egress $int_if }
block in quick on egress from <martians> to any
block return out quick on egress from any to <martians>
block all
pass out quick inet
pass in on $int_if inet
pass in on egress inet proto tcp from any to (egress) port { 80 443 } rdr-to 192.0.2.2
pass inet proto icmp icmp-type { echoreq, unreach }
block return in on ! lo0 proto tcp to port 6000:6010
";

#[test]
fn a_mistake_among_right_rules_is_found() {
    let planted = [
        (
            OPENBSD,
            "pass inet proto icmp",
            "pass in on egress inet proto tcp to port 3306\n",
            "management-open",
        ),
        (
            IPTABLES,
            "-A FORWARD -j",
            "-A INPUT -m set --match-set worst src -j DROP\n-A INPUT -p tcp --dport 445 -j ACCEPT\n",
            "management-open",
        ),
        (
            WORKSTATION,
            "\t\ttcp dport $tcp_open",
            "\t\tudp sport 53 accept\n",
            "trusted-source-port",
        ),
        (
            WORKSTATION,
            "\t\ttcp dport $tcp_open",
            "\t\ttcp dport 6379 accept\n",
            "management-open",
        ),
        (
            WORKSTATION,
            "\t\tcounter packets 12",
            "\t\tlog prefix \"x\" flags all\n",
            "log-without-limit",
        ),
        (
            WORKSTATION,
            "\t\tip saddr $lan",
            "\t\ttcp dport 443 ct state new drop\n",
            "shadowed-rule",
        ),
        (
            FIREWALLD,
            "\t\ttcp dport 22",
            "\t\ttcp dport 3389 accept\n",
            "management-open",
        ),
        (
            FIREWALLD,
            "\t\ttcp dport 22",
            "\t\tudp dport 389 accept\n",
            "amplifier-open",
        ),
        (
            UFW,
            "COMMIT",
            "-A ufw-user-input -p tcp --dport 445 -j ACCEPT\n",
            "management-open",
        ),
        (
            UFW,
            "COMMIT",
            "-A ufw-user-input -p tcp --dport 113 -j DROP\n",
            "ident-dropped",
        ),
        (
            PFSENSE,
            "pass in quick on $LAN inet",
            "pass in quick on $WAN inet proto tcp from any to any port 3389 keep state\n",
            "management-open",
        ),
        (
            PFSENSE,
            "pass out inet",
            "pass in quick on $WAN inet proto udp from any port 53 to any keep state\n",
            "trusted-source-port",
        ),
        (
            PFSENSE,
            "pass out inet",
            "block in quick on $WAN proto tcp from any to any port 113\n",
            "ident-dropped",
        ),
        (
            IPTABLES,
            "-A FORWARD -j",
            "-A INPUT -p udp -m udp --dport 161 -j ACCEPT\n",
            "amplifier-open",
        ),
        (
            IPTABLES,
            "-A FORWARD -j",
            "-A INPUT -p udp --sport 53 -j ACCEPT\n",
            "trusted-source-port",
        ),
        (
            IPTABLES,
            "-A FORWARD -j",
            "-A INPUT -j DROP\n-A INPUT -m limit --limit 1/s -j LOG --log-tcp-sequence --log-tcp-options\n",
            "log-after-drop",
        ),
    ];
    for (text, place, rule, id) in planted {
        let bad = text.replacen(place, &format!("{rule}{place}"), 1);
        let (ids, faults) = found(&bad);
        assert!(
            ids.iter().any(|(found, _)| *found == id),
            "{id}: {ids:?} {faults:?}\n{rule}"
        );
    }
}

#[test]
fn json_says_what_the_text_says() {
    let text = r#"{"nftables": [{"metainfo": {"version": "1.0.9"}}, {"table": {"family": "inet", "name": "filter"}},
{"chain": {"family": "inet", "table": "filter", "name": "input", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}},
{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": ["established", "related"]}}, {"accept": null}]}},
{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"match": {"op": "==", "left": {"meta": {"key": "l4proto"}}, "right": "ipv6-icmp"}}, {"accept": null}]}},
{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": {"set": [22, {"range": [3380, 3390]}]}}}, {"counter": {"packets": 0, "bytes": 0}}, {"accept": null}]}},
{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "udp", "field": "sport"}}, "right": 53}}, {"accept": null}]}}]}"#;
    is(text, &[("management-open", 5), ("trusted-source-port", 6)]);
}

#[test]
fn chinese_windows_is_read() {
    let text = "规则名称:                             远程桌面\n----\n已启用:                               是\n方向:                                 入\n配置文件:                             域,专用,公用\n本地 IP:                              任何\n远程 IP:                              任何\n协议:                                 TCP\n本地端口:                             3389\n远程端口:                             任何\n操作:                                 允许\n";
    is(text, &[("management-open", 1)]);
}

#[test]
fn a_line_that_cannot_be_read_is_told_and_the_rest_is_read() {
    let (ids, faults) = found(
        "*filter\n:INPUT DROP [0:0]\nnonsense here\n-A INPUT -p tcp --dport 3389 -j ACCEPT\nCOMMIT\n",
    );
    assert_eq!(ids, [("management-open", 4)]);
    assert_eq!(faults, ["3: is no line of iptables-save: nonsense here"]);
}

#[test]
fn german_windows_is_read() {
    let rule = |name: &str, profiles: &str, more: &str| {
        format!(
            "Regelname:                            {name}\n----\nAktiviert:                            Ja\nRichtung:                             Eingehend\nProfile:                              {profiles}\nGruppierung:\nLokaleIP:                             Beliebig\nRemoteIP:                             Beliebig\nProtokoll:                            TCP\nLokalerPort:                          3389\nRemotePort:                           Beliebig\nEdgeausnahme:                         Nein\n{more}Regelquelle:                          Lokale Einstellung\nAktion:                               Zulassen\n"
        )
    };
    let open = rule("Remotedesktop", "Domäne,Privat,Öffentlich", "");
    is(&open, &[("management-open", 1)]);
    is(&rule("Remotedesktop", "Privat", ""), &[]);
    // A key that is not known may be a condition.
    is(
        &rule(
            "Remotedesktop",
            "Öffentlich",
            "Remotecomputergruppe:   Leitung\n",
        ),
        &[],
    );
}

#[test]
fn kinds_of_group_addresses_are_told_apart() {
    // In the manner of Shorewall.
    let good = "*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -m addrtype --dst-type BROADCAST -j DROP\n-A INPUT -m addrtype --dst-type ANYCAST -j DROP\n-A INPUT -m addrtype --dst-type MULTICAST -j DROP\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n";
    is(good, &[]);
    let bad = good.replace("ANYCAST", "BROADCAST");
    is(&bad, &[("shadowed-rule", 5)]);
}

#[test]
fn what_belongs_to_a_macro_of_pf_is_read() {
    // In the manner of FreeBSD's handbook.
    let good = "int_if = \"em1\"\nlocalnet = $int_if:network\nset skip on lo0\nblock all\npass from { lo0, $localnet } to any keep state\npass in on $int_if proto tcp from $int_if:network to any port 445\n";
    is(good, &[]);
    let bad = good.replace(
        "from $int_if:network to any port 445",
        "from any to any port 445",
    );
    is(&bad.replace("on $int_if ", ""), &[("management-open", 6)]);
}

#[test]
fn a_general_rule_of_pf_may_say_the_same_at_the_end() {
    let good =
        "block in all\nblock out all\npass out on lo0 inet all\npass out inet all keep state\n";
    is(good, &[]);
    let bad = good.replace("pass out on lo0 inet all", "block out on em0 inet all");
    is(&bad, &[("shadowed-rule", 3)]);
}

#[test]
fn a_rule_of_the_hook_stands_before_the_chains_behind_it() {
    // In the manner of ufw: what lets errors in stands in a chain that is asked later.
    let good = "*filter\n:INPUT DROP [0:0]\n:before - [0:0]\n-A INPUT -j before\n-A INPUT -p icmp -j DROP\n-A before -p icmp -m icmp --icmp-type 3 -j ACCEPT\n-A before -p icmp -m icmp --icmp-type 11 -j ACCEPT\nCOMMIT\n";
    is(good, &[]);
    let bad = good.replacen(
        "-A INPUT -j before\n-A INPUT -p icmp -j DROP\n",
        "-A INPUT -p icmp -j DROP\n-A INPUT -j before\n",
        1,
    );
    is(&bad, &[("icmp-blocked", 4)]);
}

#[test]
fn keeping_strangers_from_loopback_keeps_nobody_from_a_service() {
    let text = "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tct state established,related accept\n\t\tiif lo accept\n\t\tiif != lo ip daddr 127.0.0.1/8 counter drop\n\t\tmeta l4proto { icmp, ipv6-icmp } accept\n\t\ttcp dport 3389 accept\n\t}\n}\n";
    is(text, &[("management-open", 8)]);
}

#[test]
fn a_quick_rule_of_pf_is_not_taken_back() {
    let text = "block all\npass in quick proto tcp to port 3389\npass out all\nblock in on egress from any to 198.51.100.0/24\n";
    is(text, &[("management-open", 2)]);
    is(&text.replace(" quick", ""), &[]);
}

#[test]
fn chatter_that_is_logged_on_purpose_is_found() {
    let text = "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tmeta l4proto { icmp, ipv6-icmp } accept\n\t\tudp dport { 137, 138 } limit rate 3/minute log flags all prefix \"x \"\n\t}\n}\n";
    is(text, &[("lan-chatter-logged", 5)]);
    is(&text.replace("{ 137, 138 }", "161"), &[]);
}
