//! Routing, addresses, access, and the small services of the early network. Sources: the RFCs that
//! each comment names.

use crate::pattern::Number::{Be16, Be24, Be32};
use crate::pattern::Tell::{Line, Number, String};
use crate::pattern::Test::{Whole, Between, Bits, Counts, Has, Is, Least, Long, Name, OneOf, Text, Within};
use crate::pattern::{client, either, server};
#[cfg(test)]
use crate::tests::{Side, tcp, udp};

family! {
    // RFC 5880, section 4.1: version 1, flags, multiplier, length 24 to 52.
    "bfd" ("forwarding detection", "双向转发检测") Udp [3784, 3785, 4784] []
    [either(&[Bits(0, 0xe0, 0x20), Between(2, 1, 50), OneOf(3, b"\x18\x1a\x30\x34"), Within(12, Be32, 1000, 100_000_000), Long(24, 52)]).worth(4).at_port()]
    [
        udp(Side::Any, b"\x20\x48\x03\x18\0\0\0\x01\0\0\0\0\0\x0f\x42\x40\0\x0f\x42\x40\0\0\0\0").at(3784),
        udp(Side::Any, b"\x20\x48\x03\x18\0\0\0\x01\0\0\0\0\0\x0f\x42\x40\0\x0f\x42\x40\0\0\0\0").not(),
    ]
    // RFC 4271, section 4.1: sixteen ff, a length, a type.
    "bgp" ("border gateway", "边界网关协议") Tcp [179] []
    [
        either(&[Is(0, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0"), Between(18, 1, 5), Least(19)]),
        either(&[Is(0, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")]).at_port(),
        either(&[Is(0, b"\xff\xff\xff\xff")]).worth(4).at_port(),
    ]
    [
        tcp(Side::Any, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\x1d\x01\x04\xfd\xe8\0\xb4\xc0\0\x02\x01\0").at(179),
        tcp(Side::Any, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\x1d\x09").at(80).not(),
    ]
    // RFC 864: lines of the printable characters, each shifted by one.
    "chargen" ("character generator", "字符生成") Both [19] []
    [server(&[Is(0, b" !\"#$%&'()*+,-./0123456789")]), server(&[Is(0, b"!\"#$%&'()*+,-./0123456789:")])]
    [
        tcp(Side::Server, b" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefg\r\n").at(19),
        tcp(Side::Server, b" !important\r\n").at(19).not(),
    ]
    // RFC 867: a line with a day, a month, a time.
    "daytime" ("time of day in text", "文本时间") Both [13] []
    [server(&[Text(0), Has(b" 20"), Has(b":"), Least(15), Long(15, 80)]).at_port().worth(4).tells(&[("time", Line(0))])]
    [
        tcp(Side::Server, b"Mon Nov 23 12:00:00 2026\r\n").at(13),
        tcp(Side::Server, b"Mon Nov 23 12:00:00 2026\r\n").not(),
    ]
    // RFC 868: seconds since 1900.
    "time" ("time in seconds", "秒数时间") Both [37] []
    [server(&[Within(0, Be32, 0xd000_0000, 0xf800_0000), Long(4, 4)]).at_port().worth(10)]
    [
        tcp(Side::Server, b"\xee\xad\x12\x34").at(37),
        tcp(Side::Server, b"\xee\xad\x12\x34").not(),
    ]
    // RFC 865: a sentence of at most 512 characters.
    "qotd" ("quote of the day", "每日一言") Both [17] []
    [server(&[Text(0), Has(b" "), Least(20), Long(20, 512)]).at_port().worth(10)]
    [
        tcp(Side::Server, b"\"Behold the warranty\" and so on\r\n").at(17),
        tcp(Side::Server, b"\"Behold the warranty\" and so on\r\n").not(),
    ]
    // RFC 8415, section 8: type, transaction, options; a client's identifier comes first or early.
    "dhcpv6" ("host configuration for IPv6", "IPv6 主机配置") Udp [546, 547] []
    [
        either(&[Between(0, 1, 11), Is(4, b"\0\x01\0"), OneOf(7, b"\x0a\x0e\x12")]).worth(2),
        either(&[Between(0, 1, 11), Is(4, b"\0\x08\0\x02"), Is(10, b"\0")]),
        either(&[Between(0, 1, 11), Is(4, b"\0"), OneOf(5, b"\x01\x02\x03\x06\x08\x0e\x19"), Is(6, b"\0")]).at_port().worth(4),
        either(&[Between(0, 12, 13), Between(1, 0, 8), Is(34, b"\0\x09")]).at_port(),
    ]
    [
        udp(Side::Client, b"\x01\x12\x34\x56\0\x01\0\x0e\0\x01\0\x01\x2a\x12\x34\x56\x02\0\x5e\0\x53\x01\0\x06\0\x04\0\x17\0\x18").at(547),
        udp(Side::Client, b"\x21\x12\x34\x56\0\x01\0\x0e").at(547).not(),
    ]
    // RFC 6733, section 3: version 1, length, flags, command.
    "diameter" ("Diameter authentication", "Diameter 认证") Tcp [3868, 5658] []
    [
        either(&[Is(0, b"\x01"), Counts(1, Be24, 0), OneOf(4, b"\0\x40\x80\xc0\xd0"), Is(5, b"\0\x01"), Is(8, b"\0\0\0")]),
        either(&[Is(0, b"\x01"), Counts(1, Be24, 0), OneOf(4, b"\0\x40\x80\xc0\xd0"), Is(5, b"\0\x01"), OneOf(7, b"\x01\x02\x0f\x10\x12\x18\x3c")]),
        either(&[Is(0, b"\x01\0")]).at_port().worth(8),
    ]
    [
        tcp(Side::Client, b"\x01\0\0\x14\x80\0\x01\x01\0\0\0\0\x12\x34\x56\x78\x9a\xbc\xde\xf0").at(3868),
        tcp(Side::Client, b"\x02\0\0\x14\x80\0\x01\x01\0\0\0\0").at(3868).not(),
    ]
    // RFC 2229, section 3.1: a banner with a message identifier between angle brackets.
    "dict" ("dictionaries", "词典服务") Tcp [2628] []
    [server(&[Is(0, b"220 "), Has(b"dict"), Has(b"> <"), Text(0)]).worth(4).tells(&[("greeting", Line(4))]), client(&[Is(0, b"DEFINE "), Text(0)]).at_port(), client(&[Is(0, b"CLIENT "), Text(0)]).at_port()]
    [
        tcp(Side::Server, b"220 dict.example.org dictd 1.12 <auth.mime> <1.2.3@dict.example.org>\r\n").at(2628),
        tcp(Side::Server, b"220 dictation service\r\n").not(),
    ]
    // RFC 1288, section 2.3: a user's name, or nothing, and a line's end.
    "finger" ("finger", "用户查询（finger）") Tcp [79] []
    [
        client(&[Is(0, b"\r\n"), Long(2, 2)]).at_port(),
        client(&[Name(0, 2), Text(0), Whole, Long(3, 80)]).at_port().worth(14),
        server(&[Is(0, b"Login: "), Has(b"Name: ")]),
        server(&[Is(0, b"Login    "), Has(b"Name")]),
    ]
    [
        tcp(Side::Client, b"root\r\n").at(79),
        tcp(Side::Server, b"Login: root           \t\t\tName: root\r\nDirectory: /root\r\n"),
        tcp(Side::Client, b"root\r\n").not(),
    ]
    // RFC 1436, section 3: a selector, or nothing, and a line's end; answers are lines of tabs.
    "gopher" ("Gopher", "Gopher") Tcp [70] []
    [
        client(&[Is(0, b"\r\n"), Long(2, 2)]).at_port(),
        client(&[Name(0, 2), Text(0), Whole, Long(3, 255)]).at_port().worth(14),
        server(&[OneOf(0, b"0123i"), Text(0), Has(b"\t70\r\n")]).worth(4),
    ]
    [
        tcp(Side::Client, b"/about\r\n").at(70),
        tcp(Side::Server, b"iWelcome\tfake\t(NULL)\t70\r\n0About\t/about\texample.org\t70\r\n"),
        tcp(Side::Client, b"/about\r\n").not(),
    ]
    // Cisco, GLBP: version 1, an unknown byte, a group, an owner, fields.
    "glbp" ("gateway load balancing", "网关负载均衡") Udp [3222] []
    [either(&[Is(0, b"\x01\0\0"), Is(4, b"\0\0"), OneOf(12, b"\x01\x02\x03"), OneOf(13, b"\x1c\x14")]).worth(2).at_port()]
    [
        udp(Side::Any, b"\x01\0\0\x01\0\0\x02\0\x5e\0\x53\x01\x01\x1c\0\x20\0\x64\0\0").at(3222),
        udp(Side::Any, b"\x01\0\0\x01\0\0\x02\0\x5e\0\x53\x01\x01\x1c\0\x20").not(),
    ]
    // RFC 2281, section 5: version 0, an operation, the text cisco; version 2 has fields.
    "hsrp" ("hot standby routers", "热备份路由") Udp [1985, 2029] []
    [
        either(&[Is(0, b"\0"), Between(1, 0, 3), OneOf(2, b"\0\x01\x02\x04\x08\x10"), Is(8, b"cisco\0\0\0")]),
        either(&[Is(0, b"\x01\x28\x02"), Between(3, 0, 3), Between(4, 1, 6), OneOf(5, b"\x04\x06")]),
        either(&[Is(0, b"\0"), Between(1, 0, 2), OneOf(2, b"\0\x01\x02\x04\x08\x10"), Long(20, 60)]).at_port().worth(8),
    ]
    [
        udp(Side::Any, b"\0\0\x10\x03\x0a\x64\x01\0cisco\0\0\0\xc0\0\x02\x01").at(1985),
        udp(Side::Any, b"\0\x07\x10\x03\x0a\x64\x01\0cisco\0\0\0").at(1985).not(),
    ]
    // RFC 1413: two ports; the answer repeats them.
    "ident" ("who owns a connection", "连接归属查询（ident）") Tcp [113] ["auth"]
    [
        client(&[Between(0, b'1', b'9'), OneOf(1, b"0123456789 ,"), Has(b","), Text(0), Long(4, 16)]).at_port().worth(6),
        server(&[Between(0, b'1', b'9'), Has(b": USERID :"), Text(0)]),
        server(&[Between(0, b'1', b'9'), Has(b": ERROR :"), Text(0)]),
        server(&[Between(0, b'1', b'9'), Has(b":USERID:"), Text(0)]),
    ]
    [
        tcp(Side::Client, b"6193, 23\r\n").at(113),
        tcp(Side::Server, b"6193, 23 : USERID : UNIX : root\r\n"),
        tcp(Side::Client, b"6193, 23\r\n").not(),
    ]
    // RFC 5036, sections 3.1 and 3.5: version 1, length, an identifier, a hello or an initialisation.
    "ldp" ("label distribution", "标签分发") Both [646] []
    [either(&[Is(0, b"\0\x01"), Counts(2, Be16, 4), Is(8, b"\0\0"), OneOf(10, b"\x01\x02"), OneOf(11, b"\0\x01")]), either(&[Is(0, b"\0\x01\0"), Is(8, b"\0\0")]).at_port()]
    [
        udp(Side::Any, b"\0\x01\0\x1e\xc0\0\x02\x01\0\0\x01\0\0\x14\0\0\0\x01\x04\0\0\x04\0\x0f\0\0\x04\x01\0\x04\xc0\0\x02\x01").at(646),
        udp(Side::Any, b"\0\x02\0\x1e\xc0\0\x02\x01\0\0\x01\0").at(646).not(),
    ]
    // RFC 2033: the greeting's verb.
    "lmtp" ("local mail delivery", "本地邮件投递") Tcp [24, 2003] []
    [client(&[Is(0, b"LHLO ")]).tells(&[("host", Line(5))]), server(&[Is(0, b"220 "), Has(b" LMTP"), Text(4)]).tells(&[("greeting", Line(4))])]
    [
        tcp(Side::Client, b"LHLO mail.example.org\r\n").at(24).tells(&[("host", "mail.example.org")]),
        tcp(Side::Server, b"220 mail.example.org LMTP Server ready\r\n").at(24),
        tcp(Side::Client, b"LHLOX\r\n").at(24).not(),
    ]
    // RFC 5804, section 1.7: capabilities between quotation marks.
    "managesieve" ("mail filter scripts", "邮件过滤脚本") Tcp [4190, 2000] ["sieve"]
    [server(&[Is(0, b"\"IMPLEMENTATION\" "), Text(0)]).tells(&[("software", Line(17))]), server(&[Is(0, b"\"SIEVE\" \"")])]
    [
        tcp(Side::Server, b"\"IMPLEMENTATION\" \"Dovecot Pigeonhole\"\r\n\"SIEVE\" \"fileinto\"\r\n").at(4190),
        tcp(Side::Server, b"\"IMPORTANT\" remark\r\n").at(4190).not(),
    ]
    // RFC 3977, sections 5.1 and 5.2.
    "nntp" ("network news", "网络新闻") Tcp [119, 433, 563] ["news", "usenet"]
    [
        server(&[Is(0, b"20"), OneOf(2, b"01"), OneOf(3, b" -"), Has(b"NNTP"), Text(4)]).worth(4).tells(&[("greeting", Line(4))]),
        server(&[Is(0, b"20"), OneOf(2, b"01"), Is(3, b" "), Has(b"InterNetNews"), Text(4)]).tells(&[("greeting", Line(4))]),
        server(&[Is(0, b"20"), OneOf(2, b"01"), Is(3, b" "), Has(b"posting"), Text(4)]).tells(&[("greeting", Line(4))]),
        server(&[Is(0, b"20"), OneOf(2, b"01"), Is(3, b" "), Has(b"news server"), Text(4)]).tells(&[("greeting", Line(4))]),
        server(&[Is(0, b"20"), OneOf(2, b"01"), OneOf(3, b" -"), Text(4)]).at_port().tells(&[("greeting", Line(4))]),
        server(&[OneOf(0, b"45"), OneOf(1, b"08"), OneOf(2, b"0123"), Is(3, b" "), Text(4)]).at_port(),
        client(&[Is(0, b"MODE READER\r\n")]),
        client(&[Is(0, b"mode reader\r\n")]),
        client(&[Is(0, b"LIST\r\n")]).at_port(),
        client(&[Is(0, b"LIST "), Text(0), Whole]).at_port(),
        client(&[Is(0, b"XOVER "), Text(0), Whole]).at_port(),
        client(&[Is(0, b"ARTICLE "), Text(0), Whole]).at_port(),
        client(&[Is(0, b"GROUP "), Text(0), Has(b".")]).at_port(),
        client(&[Is(0, b"ARTICLE <")]), client(&[Least(9), Is(0, b"AUTHINFO USER ")]).tells(&[("user", Line(14))]),
        client(&[Is(0, b"CAPABILITIES\r\n")]).at_port(), client(&[Is(0, b"LIST ACTIVE")]), client(&[Is(0, b"NEWGROUPS ")]), client(&[Is(0, b"IHAVE <")]),
    ]
    [
        tcp(Side::Server, b"200 news.example.org InterNetNews NNRP server INN 2.6 ready (posting ok).\r\n").at(119),
        tcp(Side::Client, b"MODE READER\r\n").at(119),
        tcp(Side::Server, b"200 OK\r\n").not(),
    ]
    // RFC 6886, section 3.2 and 3.3: version 0, an operation; RFC 6887, section 7: version 2.
    "nat-pmp" ("port mapping NAT-PMP", "端口映射 NAT-PMP") Udp [5351] []
    [
        client(&[Is(0, b"\0\0"), Long(2, 2)]).at_port().worth(10),
        client(&[Is(0, b"\0"), OneOf(1, b"\x01\x02"), Is(2, b"\0\0"), Long(12, 12)]).at_port(),
        server(&[Is(0, b"\0"), OneOf(1, b"\x80\x81\x82"), Is(2, b"\0"), Between(3, 0, 5), Long(8, 16)]).at_port().worth(4),
    ]
    [
        udp(Side::Client, b"\0\0").at(5351),
        udp(Side::Client, b"\0\x02\0\0\x1a\xe1\x1a\xe1\0\0\x0e\x10").at(5351),
        udp(Side::Client, b"\0\0").not(),
    ]
    "pcp" ("port control", "端口控制协议") Udp [5351] ["port-control"]
    [
        client(&[Is(0, b"\x02"), OneOf(1, b"\0\x01\x02"), Is(2, b"\0\0"), Is(8, b"\0\0\0\0\0\0\0\0\0\0\xff\xff"), Long(24, 1100)]),
        either(&[Is(0, b"\x02"), OneOf(1, b"\0\x01\x02\x80\x81\x82"), Is(2, b"\0"), Long(24, 1100)]).at_port().worth(6),
    ]
    [
        udp(Side::Client, b"\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x01").at(5351),
        udp(Side::Client, b"\x03\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x01").at(5351).not(),
    ]
    // ONF, OpenFlow switch specification, section 7.1: version, HELLO, length.
    "openflow" ("OpenFlow switches", "OpenFlow 交换机") Tcp [6653, 6633] []
    [either(&[Between(0, 1, 6), Is(1, b"\0"), Counts(2, Be16, 0), Least(8)]).at_port(), either(&[OneOf(0, b"\x04\x05\x06"), Is(1, b"\0\0\x10"), Is(8, b"\0\x01\0\x08\0\0\0")])]
    [
        tcp(Side::Any, b"\x04\0\0\x10\0\0\0\x01\0\x01\0\x08\0\0\0\x12").at(6653),
        tcp(Side::Any, b"\x04\0\0\x10\0\0\0\x01").not(),
    ]
    // RFC 2453, section 4: a request or an answer, version 1 or 2, zeros, entries of 20 bytes.
    "rip" ("routing information", "路由信息协议") Udp [520, 521] ["ripng", "router"]
    [
        either(&[OneOf(0, b"\x01\x02"), OneOf(1, b"\x01\x02"), Is(2, b"\0\0"), Is(4, b"\0"), OneOf(5, b"\0\x02"), Least(24)]).at_port(),
        either(&[OneOf(0, b"\x01\x02"), OneOf(1, b"\x01\x02"), Is(2, b"\0\0")]).at_port(),
        client(&[OneOf(0, b"\x01"), OneOf(1, b"\x01\x02"), Is(2, b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10"), Long(24, 24)]),
    ]
    [
        udp(Side::Client, b"\x01\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10").at(520),
        udp(Side::Client, b"\x01\x02\0\0\0\x02\0\0\xc0\0\x02\0").not(),
    ]
    // RFC 2608, section 8: version 2, a function, length, a language.
    "slp" ("service location", "服务定位") Both [427] ["svrloc"]
    [
        either(&[Is(0, b"\x02"), Between(1, 1, 11), Counts(2, Be24, 0), Is(12, b"\0\x02en")]),
        either(&[Is(0, b"\x01"), Between(1, 1, 11), Counts(2, Be16, 0), Has(b"en")]).at_port(),
        either(&[Is(0, b"\x02"), Between(1, 1, 11), Is(2, b"\0")]).at_port().worth(4),
    ]
    [
        udp(Side::Client, b"\x02\x09\0\0\x1d\0\0\0\0\0\x12\x34\0\x02en\0\0\0\0\0\x07default").at(427),
        udp(Side::Client, b"\x03\x09\0\0\x1d\0\0\0\0\0\x12\x34\0\x02en").at(427).not(),
    ]
    // RFC 8907, section 4.1: version c, a type, a sequence, flags, a session, a length.
    "tacacs" ("TACACS+ access", "TACACS+ 接入控制") Tcp [49] ["tacacs-plus", "tacacs+"]
    [
        client(&[OneOf(0, b"\xc0\xc1"), Between(1, 1, 3), Is(2, b"\x01"), OneOf(3, b"\0\x01\x04\x05"), Counts(8, Be32, 12)]),
        either(&[OneOf(0, b"\xc0\xc1"), Between(1, 1, 3), Between(2, 1, 8), OneOf(3, b"\0\x01\x04\x05")]).at_port(),
    ]
    [
        tcp(Side::Client, b"\xc0\x01\x01\0\x12\x34\x56\x78\0\0\0\x04abcd").at(49),
        tcp(Side::Client, b"\xc0\x07\x01\0\x12\x34\x56\x78").at(49).not(),
    ]
    // RFC 3912: a query, a line's end; registries answer with remarks.
    "whois" ("who holds a name or number", "域名与地址查询（whois）") Tcp [43, 4321] ["nicname", "rwhois"]
    [
        server(&[Is(0, b"% IANA WHOIS server")]), server(&[Is(0, b"% This is the RIPE")]), server(&[Is(0, b"%rwhois V-1.5")]),
        server(&[OneOf(0, b"%#"), Is(1, b"\n")]).at_port().worth(4),
        server(&[Has(b"Domain Name: "), Has(b"Registrar"), Text(0)]),
        client(&[Name(0, 3), Text(0), Whole, Long(4, 255)]).at_port().worth(14),
    ]
    [
        tcp(Side::Client, b"example.org\r\n").at(43),
        tcp(Side::Server, b"% IANA WHOIS server\n% for more information\n"),
        tcp(Side::Client, b"example.org\r\n").not(),
    ]
    // Graphite: a dotted name, a number, a time. StatsD: a name, a number, a kind.
    "graphite" ("Graphite metrics", "Graphite 指标") Both [2003] ["carbon"]
    [client(&[Name(0, 4), Text(0), Has(b"."), Whole, Has(b" 1")]).at_port().worth(4)]
    [
        tcp(Side::Client, b"servers.web.load 0.5 1764000000\n").at(2003),
        tcp(Side::Client, b"servers.web.load 0.5 1764000000\n").not(),
    ]
    "statsd" ("StatsD metrics", "StatsD 指标") Udp [8125] ["dogstatsd"]
    [
        client(&[Name(0, 3), Text(0), Has(b"|ms")]).worth(12), client(&[Name(0, 3), Text(0), Has(b":1|c")]).worth(4),
        client(&[Name(0, 3), Text(0), Has(b"|g")]).at_port().worth(4), client(&[Name(0, 3), Text(0), Has(b"|c")]).at_port().worth(4), client(&[Name(0, 3), Text(0), Has(b"|h")]).at_port().worth(4),
    ]
    [
        udp(Side::Client, b"site.requests:1|c").at(8125),
        udp(Side::Client, b"site.load:3|g").at(8125),
        udp(Side::Client, b"site.load 3").at(8125).not(),
    ]
    // apcupsd: a length, a command. Network UPS Tools: lines.
    "apcupsd" ("UPS state", "不间断电源状态") Tcp [3551] []
    [client(&[Is(0, b"\0\x06status")]), client(&[Is(0, b"\0\x06events")])]
    [
        tcp(Side::Client, b"\0\x06status").at(3551),
        tcp(Side::Client, b"\0\x06stairs").at(3551).not(),
    ]
    "nut" ("network UPS tools", "网络不间断电源工具") Tcp [3493] ["ups"]
    [client(&[Is(0, b"LIST UPS\n")]), client(&[Is(0, b"LIST VAR ")]).at_port(), client(&[Is(0, b"STARTTLS\n")]).at_port(), server(&[Is(0, b"BEGIN LIST UPS\n")])]
    [
        tcp(Side::Client, b"LIST UPS\n").at(3493),
        tcp(Side::Client, b"LISTEN\n").at(3493).not(),
    ]
    // Novell, NCP over IP: DmdT asks, tNcP answers.
    "ncp" ("NetWare core", "NetWare 核心协议") Both [524] ["netware"]
    [client(&[Is(0, b"DmdT\0\0")]), server(&[Is(0, b"tNcP\0\0")]), client(&[Is(0, b"\x11\x11\0\xff\x01\xff\x04")])]
    [
        tcp(Side::Client, b"DmdT\0\0\0\x17\0\0\0\x01\0\0\0\0\x11\x11\0\0").at(524),
        tcp(Side::Client, b"DmdX\0\0").at(524).not(),
    ]
    // RFC 1002, section 4.4.1: type, flags, identifier, source, port 138.
    "netbios-dgm" ("NetBIOS datagrams", "NetBIOS 数据报服务") Udp [138] ["nbdgm"]
    [
        either(&[OneOf(0, b"\x10\x11\x12"), OneOf(1, b"\x02\x06\x0a\x0e\x1a"), Is(8, b"\0\x8a")]).worth(4),
        either(&[OneOf(0, b"\x10\x11\x12"), OneOf(1, b"\x02\x06\x0a\x0e\x1a")]).at_port().worth(6),
    ]
    [
        udp(Side::Any, b"\x11\x0e\x12\x34\xc0\0\x02\x01\0\x8a\0\xbb\0\0 EIEPFDFECACACACACACACACACACACACA\0").at(138),
        udp(Side::Any, b"\x21\x0e\x12\x34\xc0\0\x02\x01\0\x8a").at(138).not(),
    ]
    // RFC 2741, section 6.1: version 1, open, flags, a new session's zeros.
    "agentx" ("SNMP sub-agents", "SNMP 子代理") Tcp [705] []
    [client(&[Is(0, b"\x01\x01"), OneOf(2, b"\0\x10"), Is(3, b"\0"), Is(4, b"\0\0\0\0"), Counts(16, Be32, 20)]).worth(2)]
    [
        tcp(Side::Client, b"\x01\x01\x10\0\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\x08\x05\0\0\0\0\0\0\0").at(705),
        tcp(Side::Client, b"\x02\x01\x10\0\0\0\0\0").at(705).not(),
    ]
    // Check Point topology: two numbers, and an answer that names the firewall.
    "checkpoint-topology" ("Check Point topology", "Check Point 拓扑") Tcp [264] ["fw1-topology"]
    [client(&[Is(0, b"\x51\0\0\0\0\0\0\x21")]), server(&[Is(0, b"Y\0\0\0")]).at_port().tells(&[("message", Number(4, Be32)), ("text", String(8))])]
    [
        tcp(Side::Client, b"\x51\0\0\0\0\0\0\x21").at(264),
        tcp(Side::Client, b"\x52\0\0\0\0\0\0\x21").at(264).not(),
    ]
}
