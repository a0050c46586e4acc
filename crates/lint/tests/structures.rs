//! Mistakes planted behind structure: sets, maps, variables, chains, anchors, profiles.

#![expect(clippy::panic, reason = "a test may stop")]

use rutter_lint::check;

/// Begins a ruleset of nftables without a mistake: `TOP` stands for what is declared in the table,
/// `RULES` for what its input chain says, `OUTSIDE` for what stands before the table.
const NFT: &str = "OUTSIDE
table inet filter {
TOP
	chain input {
		type filter hook input priority 0; policy drop;
		ct state established,related accept
		iif lo accept
		meta l4proto { icmp, ipv6-icmp } accept
		RULES
	}
}
";

const IPTABLES: &str = "*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
TOP
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
RULES
COMMIT
";

const PF: &str = "TOP
set skip on lo
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
RULES
";

/// One ruleset with one mistake: the template, what is declared, the rules, the mistake.
type Planted = (&'static str, &'static str, &'static str, &'static str);

const SETS: &[Planted] = &[
    (NFT, "\tset mgmt {\n\t\ttype inet_service\n\t\telements = { 3389, 5900 }\n\t}", "tcp dport @mgmt accept", "management-open"),
    (NFT, "\tset mgmt {\n\t\ttype inet_service; flags interval;\n\t\telements = { 3380-3395 }\n\t}", "tcp dport @mgmt accept", "management-open"),
    (NFT, "\tset mgmt {\n\t\ttypeof tcp dport\n\t\telements = { 3306,\n\t\t\t     6379 }\n\t}", "tcp dport @mgmt ct state new accept", "management-open"),
    (NFT, "", "ip saddr . tcp dport { 0.0.0.0/0 . 3389 } accept", "management-open"),
    (NFT, "", "meta l4proto . th dport { tcp . 3389, udp . 5060 } accept", "management-open"),
    (NFT, "", "meta l4proto . th dport { tcp . 80, udp . 161 } accept", "amplifier-open"),
    (NFT, "\tset open {\n\t\ttype inet_proto . inet_service\n\t\telements = { tcp . 3389, tcp . 80 }\n\t}", "meta l4proto . th dport @open accept", "management-open"),
    (NFT, "\tmap svc {\n\t\ttype inet_service : verdict\n\t\telements = { 80 : accept, 3389 : accept }\n\t}", "tcp dport vmap @svc", "management-open"),
    (NFT, "\tchain allow {\n\t\taccept\n\t}", "tcp dport vmap { 3389 : jump allow, 113 : reject }", "management-open"),
    (NFT, "\tchain allow {\n\t\tcounter accept\n\t}", "tcp dport { 80, 3389 } jump allow", "management-open"),
    (NFT, "\tchain tcp_in {\n\t\ttcp dport 3389 accept\n\t}\n\tchain udp_in {\n\t\tudp dport 161 accept\n\t}", "meta l4proto vmap { tcp : jump tcp_in, udp : jump udp_in }", "management-open"),
    (NFT, "\tchain tcp_in {\n\t\ttcp dport 80 accept\n\t}\n\tchain udp_in {\n\t\tudp dport 161 accept\n\t}", "meta l4proto vmap { tcp : goto tcp_in, udp : goto udp_in }", "amplifier-open"),
    (NFT, "\tchain wan {\n\t\ttcp dport 3389 accept\n\t}", "iifname vmap { \"lo\" : accept, \"ppp0\" : jump wan }", "management-open"),
    (NFT, "\tchain fresh {\n\t\ttcp dport 3389 accept\n\t}", "ct state vmap { established : accept, related : accept, invalid : drop, new : jump fresh }", "management-open"),
    (NFT, "", "tcp dport 3389 ip saddr != 203.0.113.7 accept", "management-open"),
    (NFT, "", "tcp dport != 25 accept", "management-open"),
    (NFT, "\tset low {\n\t\ttype inet_service; flags interval\n\t\telements = { 1-1023 }\n\t}", "udp sport @low udp dport 53 drop\nudp dport 53 accept", "dns-low-source-ports"),
    (NFT, "", "udp sport 0-1023 drop\nudp dport 53 accept", "dns-low-source-ports"),
    (NFT, "\tchain dns {\n\t\tudp sport 1024-65535 accept\n\t}", "udp dport 53 jump dns", "dns-low-source-ports"),
    (NFT, "", "udp dport . udp sport { 53 . 1024-65535 } accept", "dns-low-source-ports"),
    (NFT, "\tset answers {\n\t\ttype inet_service\n\t\telements = { 53, 123 }\n\t}", "udp sport @answers accept", "trusted-source-port"),
    (NFT, "", "udp sport vmap { 53 : accept, 123 : accept }", "trusted-source-port"),
    (NFT, "", "meta l4proto { tcp, udp } th sport 53 accept", "trusted-source-port"),
    (NFT, "", "tcp sport ftp-data accept", "trusted-source-port"),
    (NFT, "", "udp sport bootps udp dport 1024-65535 accept", "trusted-source-port"),
    (NFT, "\tchain from_dns {\n\t\taccept\n\t}", "udp sport 53 jump from_dns", "trusted-source-port"),
    (NFT, "", "tcp dport { 113, 139, 445 } drop", "ident-dropped"),
    (NFT, "", "tcp dport vmap { 22 : accept, 113 : drop }", "ident-dropped"),
    (NFT, "\tchain refuse {\n\t\tcounter drop\n\t}", "tcp dport 113 jump refuse", "ident-dropped"),
    (NFT, "", "tcp dport 1-1024 accept\ntcp dport 23 drop", "shadowed-rule"),
    (NFT, "", "ip saddr 192.0.2.0/24 accept\nip saddr 192.0.2.7 drop", "shadowed-rule"),
    (NFT, "", "tcp dport { 22, 80, 443 } accept\ntcp dport 443 drop", "shadowed-rule"),
    (NFT, "", "tcp dport 80 accept\nudp dport 53 accept\ntcp dport 80 accept", "shadowed-rule"),
    (NFT, "", "ip6 saddr 2001:db8::/32 drop\nip6 saddr 2001:db8:1::/48 tcp dport 22 accept", "shadowed-rule"),
    (NFT, "\tset web {\n\t\ttype inet_service\n\t\telements = { 80, 443 }\n\t}", "tcp dport @web accept\ntcp dport 443 drop", "shadowed-rule"),
    (NFT, "", "ct state new accept\ntcp dport 23 ct state new drop", "shadowed-rule"),
    (NFT, "\tchain services {\n\t\ttcp dport 80 accept\n\t\tdrop\n\t\ttcp dport 443 accept\n\t}", "jump services", "shadowed-rule"),
    (NFT, "", "counter drop\nlimit rate 3/minute log prefix \"x \" flags all", "log-after-drop"),
    (NFT, "", "reject with icmpx type admin-prohibited\nlimit rate 3/minute log prefix \"x \" flags all", "log-after-drop"),
    (NFT, "\tchain rest {\n\t\tdrop\n\t}", "jump rest\nlimit rate 3/minute log prefix \"x \" flags all", "log-after-drop"),
    (NFT, "", "tcp dport 23 drop\ntcp dport 23 limit rate 3/minute log prefix \"x \" flags all", "log-after-drop"),
    (NFT, "", "log prefix \"x \" flags all limit rate 3/minute drop", "log-without-limit"),
    (NFT, "\tchain logdrop {\n\t\tlog prefix \"x \" flags all\n\t\tdrop\n\t}", "jump logdrop", "log-without-limit"),
    (NFT, "", "limit rate over 3/minute log prefix \"x \" flags all drop", "log-without-limit"),
    (NFT, "", "limit rate 3/minute log prefix \"x \"", "log-without-fields"),
    (NFT, "", "limit rate 3/minute log prefix \"x \" flags ip options", "log-without-fields"),
    (NFT, "", "meta pkttype { broadcast, multicast } limit rate 3/minute log flags all", "lan-chatter-logged"),
    (NFT, "", "ip daddr 239.255.255.250 udp dport 1900 limit rate 3/minute log flags all", "lan-chatter-logged"),
    (NFT, "", "ip daddr 255.255.255.255 limit rate 3/minute log flags all", "lan-chatter-logged"),
    (NFT, "", "fib daddr type broadcast limit rate 3/minute log flags all", "lan-chatter-logged"),
    (NFT, "\tset amp {\n\t\ttype inet_service\n\t\telements = { 19, 389, 1900, 11211 }\n\t}", "udp dport @amp accept", "amplifier-open"),
    (NFT, "", "udp dport vmap { 161 : accept }", "amplifier-open"),
];

const SCRIPTS: &[(&str, &str, &str)] = &[
    ("define rdp = 3389", "tcp dport $rdp accept", "management-open"),
    ("define rdp = 3389\ndefine open = { 22, $rdp }", "tcp dport $open accept", "management-open"),
    ("define wan = \"ppp0\"", "iifname $wan tcp dport 3389 accept", "management-open"),
    ("define low = 1-1023", "udp sport $low udp dport 53 drop\nudp dport 53 accept", "dns-low-source-ports"),
    ("define any4 = 0.0.0.0/0", "ip saddr $any4 udp dport 161 accept", "amplifier-open"),
];

/// Rulesets of their own.
const WHOLE: &[(&str, &str)] = &[
    ("add table inet filter\nadd chain inet filter input { type filter hook input priority 0; policy drop; }\nadd rule inet filter input ct state established,related accept\nadd rule inet filter input meta l4proto { icmp, ipv6-icmp } accept\nadd rule inet filter input tcp dport 3389 accept\n", "management-open"),
    ("table ip6 filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tct state established,related accept\n\t\tmeta l4proto ipv6-icmp accept\n\t\ttcp dport 3389 accept\n\t}\n}\n", "management-open"),
    ("table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tct state established,related accept\n\t\ttcp dport 22 accept\n\t}\n}\n", "ipv6-forgotten"),
    ("table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tct state established,related accept\n\t\ttcp dport 22 accept\n\t}\n}\ntable ip6 filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy accept;\n\t}\n}\n", "ipv6-forgotten"),
    ("table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tct state established accept\n\t\tip protocol icmp drop\n\t\ttcp dport 22 accept\n\t}\n}\n", "icmp-blocked"),
    ("table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy accept;\n\t\tmeta l4proto { icmp, icmpv6 } drop\n\t}\n}\n", "icmp-blocked"),
    ("table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy accept;\n\t\ticmp type { destination-unreachable, time-exceeded } drop\n\t}\n}\n", "icmp-blocked"),
    ("table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy accept;\n\t\tip6 nexthdr icmpv6 drop\n\t}\n}\n", "icmp-blocked"),
    ("table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy accept;\n\t\ticmpv6 type packet-too-big drop\n\t}\n}\n", "icmp-blocked"),
    ("table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy accept;\n\t\ticmp type != echo-request drop\n\t}\n}\n", "icmp-blocked"),
    ("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p icmp -j REJECT --reject-with icmp-port-unreachable\nCOMMIT\n", "icmp-blocked"),
    ("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p icmp -m icmp ! --icmp-type 8 -j DROP\nCOMMIT\n", "icmp-blocked"),
    ("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p icmp -m icmp --icmp-type 3/4 -j DROP\nCOMMIT\n", "icmp-blocked"),
    ("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:ICMPS - [0:0]\n-A INPUT -p icmp -j ICMPS\n-A ICMPS -p icmp -m icmp --icmp-type 8 -j ACCEPT\n-A ICMPS -j DROP\nCOMMIT\n", "icmp-blocked"),
    ("set skip on lo\nblock in quick inet6 proto icmp6 all\npass in proto tcp to port 80\npass out all\n", "icmp-blocked"),
    ("block in inet all\npass out inet all keep state\npass in inet proto tcp to port 80\n", "ipv6-forgotten"),
    // ufw's own file of rules, and the commands that it prints.
    ("*filter\n:ufw-user-input - [0:0]\n### RULES ###\n\n### tuple ### allow tcp 3389 0.0.0.0/0 any 0.0.0.0/0 in\n-A ufw-user-input -p tcp --dport 3389 -j ACCEPT\n\n### END RULES ###\nCOMMIT\n", "management-open"),
    ("Added user rules (see 'ufw status' for running firewall):\nufw allow 3389/tcp\nufw limit 22/tcp\n", "management-open"),
    ("Added user rules (see 'ufw status' for running firewall):\nufw allow proto udp from any port 1024:65535 to any port 53\n", "dns-low-source-ports"),
    ("Status: active\n\nTo                         Action      From\n--                         ------      ----\n22/tcp                     ALLOW       Anywhere\n3389/tcp                   ALLOW       Anywhere\n22/tcp (v6)                ALLOW       Anywhere (v6)\n3389/tcp (v6)              ALLOW       Anywhere (v6)\n", "management-open"),
    ("Status: active\n\n     To                         Action      From\n     --                         ------      ----\n[ 1] 22/tcp                     ALLOW IN    Anywhere\n[ 2] 11211                      ALLOW IN    Anywhere\n", "amplifier-open"),
    ("Status: active\n\nTo                         Action      From\n--                         ------      ----\nSamba                      ALLOW       Anywhere\n", "management-open"),
    // Docker's, with a database published.
    ("*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:DOCKER - [0:0]\n-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\n-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE\n-A DOCKER -i docker0 -j RETURN\n-A DOCKER ! -i docker0 -p tcp -m tcp --dport 3306 -j DNAT --to-destination 172.17.0.3:3306\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:DOCKER - [0:0]\n:DOCKER-USER - [0:0]\n-A FORWARD -j DOCKER-USER\n-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A FORWARD -o docker0 -j DOCKER\n-A FORWARD -i docker0 ! -o docker0 -j ACCEPT\n-A DOCKER -d 172.17.0.3/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 3306 -j ACCEPT\n-A DOCKER-USER -j RETURN\nCOMMIT\n", "management-open"),
    // A port forwarded on, with nothing that holds it.
    ("*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A PREROUTING -i ppp0 -p tcp -m tcp --dport 3389 -j DNAT --to-destination 192.168.1.5:3389\n-A POSTROUTING -o ppp0 -j MASQUERADE\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\nCOMMIT\n", "management-open"),
    ("table inet filter {\n\tchain forward {\n\t\ttype filter hook forward priority 0; policy drop;\n\t\tct state established,related accept\n\t\tct status dnat accept\n\t}\n}\ntable ip nat {\n\tchain prerouting {\n\t\ttype nat hook prerouting priority dstnat;\n\t\tiifname \"ppp0\" tcp dport 3389 dnat to 192.168.1.5\n\t}\n\tchain postrouting {\n\t\ttype nat hook postrouting priority srcnat;\n\t\toifname \"ppp0\" masquerade\n\t}\n}\n", "management-open"),
];

const CHAINS: &[Planted] = &[
    (IPTABLES, ":TCP - [0:0]", "-A INPUT -p tcp -j TCP\n-A TCP -p tcp -m tcp --dport 3389 -j ACCEPT", "management-open"),
    (IPTABLES, ":TCP - [0:0]", "-A INPUT -p tcp -g TCP\n-A TCP -p tcp -m tcp --dport 3389 -j ACCEPT", "management-open"),
    (IPTABLES, ":TCP - [0:0]", "-A INPUT -p tcp -m conntrack --ctstate NEW -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j TCP\n-A TCP -p tcp -m tcp --dport 3389 -j ACCEPT", "management-open"),
    (IPTABLES, ":OPEN - [0:0]", "-A INPUT -p tcp -m multiport --dports 80,3389 -j OPEN\n-A OPEN -j ACCEPT", "management-open"),
    (IPTABLES, "", "-A INPUT -p tcp -m multiport --dports 3380:3395 -j ACCEPT", "management-open"),
    (IPTABLES, "", "-A INPUT -p tcp -m multiport --destination-ports 80,5900 -j ACCEPT", "management-open"),
    (IPTABLES, "", "-A INPUT -p tcp -m multiport --ports 3389 -j ACCEPT", "management-open"),
    (IPTABLES, "", "-A INPUT -p tcp -m multiport ! --dports 25,80 -j ACCEPT", "management-open"),
    (IPTABLES, "", "-A INPUT -p tcp -m tcp ! --dport 25 -j ACCEPT", "management-open"),
    (IPTABLES, "", "-A INPUT ! -s 192.0.2.0/24 -p tcp -m tcp --dport 3389 -j ACCEPT", "management-open"),
    (IPTABLES, "", "-A INPUT -p tcp -m iprange --src-range 0.0.0.0-255.255.255.255 -m tcp --dport 3389 -j ACCEPT", "management-open"),
    (IPTABLES, "", "-A INPUT -p udp -m multiport --dports 161,1900 -j ACCEPT", "amplifier-open"),
    (IPTABLES, "", "-A INPUT -p udp -m udp --dport 19 -m state --state NEW -j ACCEPT", "amplifier-open"),
    (IPTABLES, "", "-A INPUT -p tcp -m multiport --dports 113,139 -j DROP", "ident-dropped"),
    (IPTABLES, ":DENY - [0:0]", "-A INPUT -p tcp -m tcp --dport 113 -j DENY\n-A DENY -j DROP", "ident-dropped"),
    (IPTABLES, "", "-A INPUT -p udp -m udp --sport 0:1023 -j DROP\n-A INPUT -p udp -m udp --dport 53 -j ACCEPT", "dns-low-source-ports"),
    (IPTABLES, ":DNS - [0:0]", "-A INPUT -p udp -m udp --dport 53 -j DNS\n-A DNS -p udp -m udp --sport 1024:65535 -j ACCEPT\n-A DNS -j DROP", "dns-low-source-ports"),
    (IPTABLES, "", "-A INPUT -p udp -m multiport --sports 1024:65535 -m multiport --dports 53,123 -j ACCEPT", "dns-low-source-ports"),
    (IPTABLES, "", "-A INPUT -p udp -m udp --sport 67 -j ACCEPT", "trusted-source-port"),
    (IPTABLES, ":ANSWERS - [0:0]", "-A INPUT -j ANSWERS\n-A ANSWERS -p udp -m udp --sport 53 --dport 1024:65535 -j ACCEPT", "trusted-source-port"),
    (IPTABLES, "", "-A INPUT -p tcp -m tcp --sport 20 --dport 1024:65535 -m conntrack --ctstate NEW,RELATED,ESTABLISHED -j ACCEPT", "trusted-source-port"),
    (IPTABLES, "", "-A INPUT -j LOG --log-prefix \"denied: \" --log-tcp-sequence --log-tcp-options --log-ip-options", "log-without-limit"),
    (IPTABLES, ":LOGDROP - [0:0]", "-A INPUT -p tcp -m tcp --dport 23 -j LOGDROP\n-A LOGDROP -j LOG --log-prefix \"denied: \" --log-tcp-sequence --log-tcp-options --log-ip-options\n-A LOGDROP -j DROP", "log-without-limit"),
    (IPTABLES, "", "-A INPUT -m limit --limit 3/min -j LOG --log-prefix \"denied: \"", "log-without-fields"),
    (IPTABLES, "", "-A INPUT -m limit --limit 3/min -j LOG --log-prefix \"denied: \" --log-ip-options", "log-without-fields"),
    (IPTABLES, "", "-A INPUT -m pkttype --pkt-type broadcast -m limit --limit 3/min -j LOG --log-tcp-sequence --log-tcp-options --log-ip-options", "lan-chatter-logged"),
    (IPTABLES, "", "-A INPUT -d 224.0.0.0/4 -m limit --limit 3/min -j LOG --log-tcp-sequence --log-tcp-options --log-ip-options", "lan-chatter-logged"),
    (IPTABLES, "", "-A INPUT -p udp -m multiport --dports 137,138 -m limit --limit 3/min -j LOG --log-tcp-sequence --log-tcp-options --log-ip-options", "lan-chatter-logged"),
    (IPTABLES, "", "-A INPUT -j REJECT --reject-with icmp-host-prohibited\n-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT", "shadowed-rule"),
    (IPTABLES, "", "-A INPUT ! -s 192.0.2.0/24 -j DROP\n-A INPUT -s 203.0.113.7/32 -p tcp -m tcp --dport 443 -j ACCEPT", "shadowed-rule"),
    (IPTABLES, "", "-A INPUT -p tcp -m multiport --dports 80,443,8080 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 8080 -j DROP", "shadowed-rule"),
    (IPTABLES, ":DENY - [0:0]", "-A INPUT -p tcp -m tcp --dport 443 -j DENY\n-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n-A DENY -j DROP", "shadowed-rule"),
    (IPTABLES, "", "-A INPUT -j DROP\n-A INPUT -m limit --limit 3/min -j LOG --log-tcp-sequence --log-tcp-options --log-ip-options", "log-after-drop"),
    (IPTABLES, "", "-A INPUT -p tcp -m tcp --dport 23 -j DROP\n-A INPUT -p tcp -m tcp --dport 23 -m limit --limit 3/min -j LOG --log-tcp-sequence --log-tcp-options --log-ip-options", "log-after-drop"),
    (PF, "mgmt = \"{ 3389 5900 }\"", "pass in proto tcp to port $mgmt", "management-open"),
    (PF, "rdp = \"3389\"\nmgmt = \"{\" $rdp \"22 }\"", "pass in proto tcp to port $mgmt", "management-open"),
    (PF, "", "pass in on egress proto tcp \\\n    from any \\\n    to any port 3389", "management-open"),
    (PF, "", "anchor \"outside\" on egress {\n\tpass in proto tcp to port 3389\n}", "management-open"),
    (PF, "", "anchor outside in on egress {\n\tpass in quick proto udp to port snmp\n}", "amplifier-open"),
    (PF, "", "pass in on egress proto tcp to port 3380 >< 3395", "management-open"),
    (PF, "", "pass in on egress proto tcp to port != 25", "management-open"),
    (PF, "table <friends> { 192.0.2.0/24 }", "pass in on egress proto tcp from !<friends> to port 3389", "management-open"),
    (PF, "", "pass in on egress proto tcp to (egress) port 3389 rdr-to 192.168.1.2", "management-open"),
    (PF, "nat on em0 inet from 192.168.1.0/24 to any -> (em0)\nrdr pass on em0 proto tcp from any to any port 3389 -> 192.168.1.5", "", "management-open"),
    (PF, "", "pass in on egress proto tcp to { (em0) (em1) } port { 22, 3389 }", "management-open"),
    (PF, "", "pass in on egress proto udp to port { 161 1900 }", "amplifier-open"),
    (PF, "", "pass in on egress proto udp to port 389", "amplifier-open"),
    (PF, "", "block in quick on egress proto udp from any port < 1024 to any port 53\npass in proto udp to port 53", "dns-low-source-ports"),
    (PF, "", "pass in on egress proto { tcp, udp } from any port >= 1024 to (egress) port domain", "dns-low-source-ports"),
    (PF, "", "pass in on egress proto udp from any port { 53 123 } to any", "trusted-source-port"),
    (PF, "", "pass in proto tcp from any port ftp-data to any port > 1023", "trusted-source-port"),
    (PF, "", "block drop in quick on egress proto tcp from any to any port { 113 139 }", "ident-dropped"),
    (PF, "set block-policy drop", "block in quick on egress proto tcp to port ident", "ident-dropped"),
    (PF, "", "block in from 203.0.113.7\npass in all", "shadowed-rule"),
    (PF, "", "pass in quick proto tcp to port { 80 443 }\nblock in quick proto tcp to port 443", "shadowed-rule"),
    (PF, "", "block in log quick on em1 proto udp to port { 137 138 }", "lan-chatter-logged"),
    (PF, "", "block in log quick on em1 from any to 255.255.255.255", "lan-chatter-logged"),
    (UFW, "", "3389                       ALLOW IN    Anywhere", "management-open"),
    (UFW, "", "192.0.2.5 3389/tcp         ALLOW IN    Anywhere", "management-open"),
    (UFW, "", "5900:5910/tcp              ALLOW IN    Anywhere", "management-open"),
    (UFW, "", "139,445/tcp (Samba)        ALLOW IN    Anywhere", "management-open"),
    (UFW, "", "3389/tcp (v6)              ALLOW IN    Anywhere (v6)", "management-open"),
    (UFW, "", "11211                      ALLOW IN    Anywhere", "amplifier-open"),
    (UFW, "", "113/tcp                    DENY IN     Anywhere", "ident-dropped"),
    (UFW, "", "22/tcp                     ALLOW IN    Anywhere\n22/tcp                     DENY IN     203.0.113.7", "shadowed-rule"),
    (UFW, "", "Anywhere                   ALLOW IN    Anywhere\n23/tcp                     DENY IN     Anywhere", "shadowed-rule"),
    (UFW, "", "53/udp                     ALLOW IN    1024:65535/udp", "dns-low-source-ports"),
    (UFW, "", "1024:65535/tcp             ALLOW IN    20/tcp", "trusted-source-port"),
    (UFW, "", "137,138/udp                DENY IN     Anywhere                   (log)", "lan-chatter-logged"),
    (NETSH, "", "RemoteIP:                             Any\nProtocol:                             TCP\nLocalPort:                            3389-3390\nRemotePort:                           Any\nEdge traversal:                       No\nAction:                               Allow", "management-open"),
    (NETSH, "", "RemoteIP:                             0.0.0.0-255.255.255.255\nProtocol:                             TCP\nLocalPort:                            5900\nRemotePort:                           Any\nEdge traversal:                       No\nAction:                               Allow", "management-open"),
    (NETSH, "", "RemoteIP:                             Any\nProtocol:                             UDP\nLocalPort:                            389\nRemotePort:                           Any\nEdge traversal:                       No\nAction:                               Allow", "amplifier-open"),
    (NETSH, "", "RemoteIP:                             Any\nProtocol:                             UDP\nLocalPort:                            53\nRemotePort:                           1024-65535\nEdge traversal:                       No\nAction:                               Allow", "dns-low-source-ports"),
    (NETSH, "", "RemoteIP:                             Any\nProtocol:                             ICMPv4\n                                      Type    Code\n                                      Any     Any\nEdge traversal:                       No\nAction:                               Block", "icmp-blocked"),
    (NETSH, "", "RemoteIP:                             Any\nProtocol:                             TCP\nLocalPort:                            3389\nRemotePort:                           Any\nEdge traversal:                       No\nInterfaceTypes:                       Any\nSecurity:                             NotRequired\nRule source:                          Local Setting\nAction:                               Allow", "management-open"),
];

fn found(text: &str) -> Result<Vec<&'static str>, String> {
    let report = check(text).ok_or_else(|| "of no known language".to_owned())?;
    let ids = report.findings.iter().map(|finding| finding.lint.id).collect();
    if report.faults.is_empty() {
        return Ok(ids);
    }
    Err(format!("{:?} {ids:?}", report.faults.iter().map(|f| &f.reason).collect::<Vec<_>>()))
}

fn rulesets() -> Vec<(String, &'static str)> {
    let mut all: Vec<(String, &'static str)> = Vec::new();
    for (text, top, rules, id) in SETS.iter().chain(CHAINS) {
        let indent = if *text == NFT { "\n\t\t" } else { "\n" };
        let text = text.replace("TOP\n", &format!("{top}\n")).replace("OUTSIDE\n", "");
        all.push((text.replace("RULES", &rules.replace('\n', indent)), id));
    }
    for (outside, rules, id) in SCRIPTS {
        let text = NFT.replace("TOP\n", "").replace("OUTSIDE", outside);
        all.push((text.replace("RULES", &rules.replace('\n', "\n\t\t")), id));
    }
    all.extend(WHOLE.iter().map(|(text, id)| ((*text).to_owned(), *id)));
    all
}

#[test]
fn mistakes_behind_structure_are_found() {
    let all = rulesets();
    let count = all.len();
    let missed: Vec<String> = all
        .iter()
        .filter_map(|(text, id)| match found(text) {
            Ok(ids) if ids.contains(id) => None,
            other => Some(format!("{id}: {other:?}\n{text}")),
        })
        .collect();
    if !missed.is_empty() {
        panic!("{} of {count} missed\n{}", missed.len(), missed.join("\n"));
    }
}
