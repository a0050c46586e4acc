//! Other people's screens and shells, files over the network, and doors that trojans open. Of
//! trojans only the greetings that descriptions of them publish; nothing here answers one.

use crate::pattern::Number::{Be16, Le16, Le32, U8};
use crate::pattern::Tell::{Line, Says, String};
use crate::pattern::Test::{Whole, Between, Counts, Has, Is, Least, Long, Name, OneOf, Text, Within};
use crate::pattern::{client, either, server};
#[cfg(test)]
use crate::tests::{Side, padded, tcp, udp};

family! {
    // Apple, Data Stream Interface: request or reply, a command, zeros.
    "afp" ("Apple file sharing", "苹果文件共享") Tcp [548] ["afpovertcp"]
    [
        client(&[Is(0, b"\0"), OneOf(1, b"\x03\x04"), Is(4, b"\0\0\0\0\0\0"), Is(12, b"\0\0\0\0")]).worth(6).at_port(),
        client(&[Is(0, b"\0\x03\0\x01\0\0\0\0\0\0\0")]).worth(8),
        client(&[Is(0, b"\0\x04\0\x01\0\0\0\0\0\0\0")]).worth(6),
        server(&[Is(0, b"\x01\x03"), Is(4, b"\0\0\0\0\0\0"), Has(b"AFP")]),
        server(&[Is(0, b"\x01"), OneOf(1, b"\x03\x04")]).at_port().worth(4),
    ]
    [
        tcp(Side::Client, b"\0\x03\0\x01\0\0\0\0\0\0\0\x02\0\0\0\0\x0f\0").at(548),
        tcp(Side::Client, b"\0\x07\0\x01\0\0\0\0\0\0\0\x02").at(548).not(),
    ]
    // Apple Remote Desktop: the question for a machine's facts.
    "apple-remote-desktop" ("Apple Remote Desktop", "苹果远程桌面") Udp [3283] ["ard", "net-assistant"]
    [client(&[Is(0, b"\0\x14\0\x01\x03")]), server(&[Is(0, b"\0\x01\x03\xe8\x30")]).at_port()]
    [
        udp(Side::Client, b"\0\x14\0\x01\x03").at(3283),
        udp(Side::Client, b"\0\x14\0\x02\x03").at(3283).not(),
    ]
    // CVS client/server protocol: the password server's first line.
    "cvspserver" ("CVS repositories", "CVS 版本库") Tcp [2401] ["cvs"]
    [
        client(&[Is(0, b"BEGIN AUTH REQUEST")]),
        client(&[Is(0, b"BEGIN VERIFICATION REQUEST")]),
        server(&[Is(0, b"I LOVE YOU\n")]),
        server(&[Is(0, b"I HATE YOU\n")]),
    ]
    [
        tcp(Side::Client, b"BEGIN AUTH REQUEST\n/cvs\nanonymous\nA\nEND AUTH REQUEST\n").at(2401),
        tcp(Side::Client, b"BEGIN again\n").at(2401).not(),
    ]
    // DameWare Mini Remote Control: both sides begin with 30 11.
    "dameware" ("DameWare remote control", "DameWare 远程控制") Tcp [6129] []
    [either(&[Is(0, b"\x30\x11\0\0\0\0\0\0")])]
    [
        tcp(Side::Client, &padded::<40>(b"\x30\x11\0\0\0\0\0\0\x83\xc0\xc3\x8e")).at(6129),
        tcp(Side::Client, b"\x30\x12\0\0\0\0\0\0").at(6129).not(),
    ]
    // Citrix, ICA: the server repeats its detection string.
    "ica" ("Citrix sessions", "Citrix 会话") Tcp [1494, 2598] ["citrix"]
    [
        either(&[Is(0, b"\x7f\x7fICA\0")]),
        either(&[Is(0, b"\x1aCGP/01")]),
    ]
    [
        tcp(Side::Server, b"\x7f\x7fICA\0\x7f\x7fICA\0").at(1494),
        tcp(Side::Server, b"\x7f\x7fICX\0").at(1494).not(),
    ]
    // RFC 7143, section 11.12: a login request asks for immediate handling; its keys are text.
    "iscsi" ("SCSI over IP", "iSCSI 存储") Tcp [3260, 860] ["iscsi-target"]
    [
        client(&[Is(0, b"\x43"), OneOf(1, b"\0\x04\x05\x81\x83\x87\x80\x01\x03\x07\x40\x47"), Is(2, b"\0\0\0\0"), Has(b"InitiatorName=")]).tells(&[("initiator", String(48))]),
        client(&[Is(0, b"\x43"), OneOf(1, b"\x81\x83\x87"), Is(2, b"\0\0\0\0"), Least(6)]).at_port(),
        server(&[Is(0, b"\x23"), OneOf(1, b"\x81\x83\x87\0\x04\x05"), Is(2, b"\0\0\0\0")]).at_port(),
    ]
    [
        tcp(Side::Client, &crate::tests::joined::<100>(&[0x43, 0x87, 0, 0, 0, 0, 0, 0x2c, 0x40, 0, 1, 0x37, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], b"InitiatorName=iqn.2026-01.org.example:a\0SessionType", b"")).at(3260),
        tcp(Side::Client, b"\x43\x99\0\0\0\0").at(3260).not(),
    ]
    // Network block devices, protocol description: the magic of the server.
    "nbd" ("network block devices", "网络块设备") Tcp [10809] []
    [server(&[Is(0, b"NBDMAGIC")]), client(&[Is(4, b"IHAVEOPT")])]
    [
        tcp(Side::Server, b"NBDMAGICIHAVEOPT\0\x03").at(10809),
        tcp(Side::Server, b"NBDMUSIC").at(10809).not(),
    ]
    // NoMachine NX: both sides say hello in capitals.
    "nx" ("NoMachine sessions", "NoMachine 会话") Tcp [4000] ["nomachine"]
    [
        client(&[Is(0, b"NXD-")]),
        either(&[Is(0, b"NXSSH-")]),
        server(&[Is(0, b"HELLO NXSERVER - Version ")]).tells(&[("version", Line(25))]),
        client(&[Is(0, b"HELLO NXCLIENT - Version ")]).tells(&[("version", Line(25))]),
    ]
    [
        tcp(Side::Server, b"HELLO NXSERVER - Version 1.4.0-44 OS\r\n").at(4000),
        tcp(Side::Client, b"NXD-4.1.4\n").at(4000),
        tcp(Side::Server, b"HELLO NX\r\n").at(4000).not(),
    ]
    // Symantec pcAnywhere: two letters ask whether a host is there; it answers with its name.
    "pcanywhere" ("pcAnywhere remote control", "pcAnywhere 远程控制") Both [5632, 5631, 22] ["pcanywherestat", "pcanywheredata"]
    [
        client(&[Is(0, b"NQ"), Long(2, 2)]).at_port(),
        client(&[Is(0, b"ST"), Long(2, 2)]).at_port(),
        server(&[Is(0, b"NR"), Long(30, 40), Name(2, 2)]).at_port().tells(&[("host", String(2))]),
        server(&[Is(0, b"\0X\x08\0}\x08\r\n\0.\x08")]),
        server(&[Is(0, b"Please press <")]),
    ]
    [
        udp(Side::Client, b"NQ").at(5632),
        udp(Side::Client, b"NQ").not(),
    ]
    // Radmin 2 and 3: version 1, length 1, a checksum, a command.
    "radmin" ("Radmin remote control", "Radmin 远程控制") Tcp [4899] []
    [
        either(&[Is(0, b"\x01\0\0\0\x01\0\0\0\x08\x08")]),
        server(&[Is(0, b"\x01\0\0\0"), OneOf(4, b"\x25\x09"), Is(5, b"\0\0")]).at_port(),
    ]
    [
        tcp(Side::Client, b"\x01\0\0\0\x01\0\0\0\x08\x08").at(4899),
        tcp(Side::Client, b"\x01\0\0\0\x02\0\0\0\x08\x08").at(4899).not(),
    ]
    // SPICE: REDQ, version 2.
    "spice" ("virtual machine screens", "虚拟机桌面") Tcp [5900, 5930, 3128] []
    [either(&[Is(0, b"REDQ")])]
    [
        tcp(Side::Client, b"REDQ\x02\0\0\0\x02\0\0\0\x12\0\0\0").at(5930),
        tcp(Side::Client, b"REDS\x02").at(5930).not(),
    ]
    // Subversion, ra_svn: both sides speak in parentheses.
    "svn" ("Subversion repositories", "Subversion 版本库") Tcp [3690] ["svnserve"]
    [
        server(&[Is(0, b"( success ( ")]),
        client(&[Is(0, b"( 2 ( edit-pipeline")]),
        either(&[Is(0, b"( success")]),
        either(&[Is(0, b"( failure ( (")]),
    ]
    [
        tcp(Side::Server, b"( success ( 2 2 ( ANONYMOUS ) ( edit-pipeline ) ) ) ").at(3690),
        tcp(Side::Server, b"( a remark )\n").at(3690).not(),
    ]
    // TeamViewer: 17 24 or 11 30 and a command.
    "teamviewer" ("TeamViewer", "TeamViewer 远程控制") Both [5938] []
    [
        either(&[Is(0, b"\x17\x24"), OneOf(2, b"\x0a\x0b\x10\x11\x0d\x0e\x13"), OneOf(3, b"\x20\0")]).worth(4),
        either(&[Is(0, b"\x11\x30"), Within(4, Le16, 0, 4000)]).at_port(),
        either(&[Is(11, b"\x17\x24"), Is(0, b"\0")]).worth(4).at_port(),
        either(&[Is(0, b"\x17\x24")]).at_port(),
    ]
    [
        tcp(Side::Client, b"\x17\x24\x0a\x20\0\x44\x11\x08\0\0\0\0\0").at(5938),
        tcp(Side::Client, b"\x17\x25\x0a\x20").at(5938).not(),
    ]
    // VMware: the authentication daemon's greeting.
    "vmware-auth" ("VMware consoles", "VMware 控制台") Tcp [902, 903] ["vmware-authd"]
    [server(&[Least(10), Is(0, b"220 VMware Authentication Daemon"), Text(4)]).tells(&[("greeting", Line(4))])]
    [
        tcp(Side::Server, b"220 VMware Authentication Daemon Version 1.10: SSL Required\r\n").at(902),
        tcp(Side::Server, b"220 VMware mail\r\n").at(902).not(),
    ]
    // X.Org, XDMCP: version 1, an opcode, a length.
    "xdmcp" ("X display manager", "X 显示管理") Udp [177] []
    [
        client(&[Is(0, b"\0\x01\0"), OneOf(3, b"\x01\x02\x03\x07"), Counts(4, Be16, 6)]),
        server(&[Is(0, b"\0\x01\0"), OneOf(3, b"\x05\x06\x08"), Counts(4, Be16, 6)]),
    ]
    [
        udp(Side::Client, b"\0\x01\0\x02\0\x01\0").at(177),
        udp(Side::Client, b"\0\x01\0\x02\0\x02\0").not(),
    ]
    // BSD rlogin (RFC 1282): NUL, two names, terminal and speed. rsh and rexec: a port, then names.
    "rlogin" ("remote login of BSD", "BSD 远程登录") Tcp [513] ["login"]
    [
        client(&[Is(0, b"\0"), Name(1, 1), Has(b"/9600\0")]),
        client(&[Is(0, b"\0"), Name(1, 1), Has(b"/38400\0")]),
        client(&[Is(0, b"\0"), Name(1, 2), Has(b"\0")]).at_port().worth(6),
    ]
    [
        tcp(Side::Client, b"\0root\0root\0xterm/38400\0").at(513),
        tcp(Side::Client, b"\0root\0root\0").not(),
    ]
    "rsh" ("remote shell of BSD", "BSD 远程外壳") Tcp [514, 512] ["shell", "rexec", "exec"]
    [
        client(&[Between(0, b'0', b'9'), Between(1, b'0', b'9'), Has(b"\0root\0")]).at_port(),
        client(&[Between(0, b'0', b'9'), Between(1, b'0', b'9'), Between(2, b'0', b'9'), Has(b"\0")]).at_port(),
        client(&[Is(0, b"\0"), Name(1, 2), Has(b"\0")]).at_port().worth(6),
    ]
    [
        tcp(Side::Client, b"1021\0root\0root\0id\0").at(514),
        tcp(Side::Client, b"1021\0root\0root\0id\0").not(),
    ]
    // NDMP 4 (draft-skardal-ndmp4): a fragment, sequence, time, request.
    "ndmp" ("backup control", "备份控制") Tcp [10000] []
    [
        server(&[Is(0, b"\x80\0\0"), Is(4, b"\0\0\0\x01"), Is(12, b"\0\0\0\0\0\0\x05\x02")]),
        client(&[Is(0, b"\x80\0\0"), Is(12, b"\0\0\0\0\0\0\x09\0")]),
    ]
    [
        tcp(Side::Server, b"\x80\0\0\x24\0\0\0\x01\x65\x60\0\0\0\0\0\0\0\0\x05\x02\0\0\0\0\0\0\0\0").at(10000),
        tcp(Side::Server, b"\x80\0\0\x24\0\0\0\x01\x65\x60\0\0\0\0\0\0\0\0\x05\x03").at(10000).not(),
    ]
    // RFC 1179, section 5: a command, a queue, a line feed.
    "lpd" ("line printer", "行式打印机") Tcp [515] ["printer"]
    [client(&[Between(0, 1, 5), Name(1, 1), Text(1), Whole]).at_port().worth(12).tells(&[("queue", Line(1))])]
    [
        tcp(Side::Client, b"\x02lp\n").at(515).tells(&[("queue", "lp")]),
        tcp(Side::Client, b"\x02lp\n").not(),
    ]
    // Hewlett-Packard, Printer Job Language: the universal exit.
    "pjl" ("printer jobs", "打印作业（PJL）") Tcp [9100, 9101, 9102] ["jetdirect", "hp-pdl-datastr", "pdl-datastream"]
    [
        client(&[Is(0, b"\x1b%-12345X")]),
        client(&[Is(0, b"@PJL ")]).tells(&[("command", Line(5))]),
        client(&[Is(0, b"%!PS-Adobe-")]).tells(&[("document", Line(0))]),
    ]
    [
        tcp(Side::Client, b"\x1b%-12345X@PJL INFO ID\r\n").at(9100),
        tcp(Side::Client, b"@PJ\r\n").at(9100).not(),
    ]
    // Canon, BJNP: printers and scanners.
    "bjnp" ("Canon printers", "佳能打印机") Udp [8611, 8612, 8610] ["canon-bjnp"]
    [either(&[Is(0, b"BJN"), OneOf(3, b"PB"), OneOf(4, b"\x01\x02\x81\x82")]), either(&[Is(0, b"MFNP"), OneOf(4, b"\x01\x02\x81\x82")])]
    [
        udp(Side::Client, b"BJNP\x01\x01\0\0\0\0\0\0\0\0\0\0").at(8611),
        udp(Side::Client, b"BJNX\x01").at(8611).not(),
    ]
    // Sub-7 (2.1 and 2.2): the server asks for its password or tells the time of the connection.
    "subseven" ("trojan Sub-7", "木马 Sub-7") Tcp [27374, 1243, 6711, 6776] ["sub7", "sub-7"]
    [
        server(&[Is(0, b"connected. "), Has(b"version:")]).tells(&[("greeting", Line(0))]),
        server(&[Is(0, b"connected. time/date: ")]).tells(&[("greeting", Line(0))]),
        server(&[Is(0, b"PWD"), Long(3, 5)]).at_port(),
        client(&[Is(0, b"PWD"), Name(3, 1), Long(4, 40)]).at_port(),
    ]
    [
        tcp(Side::Server, b"connected. 12:00.01 - November 23, 2026, Monday, version: M.U.I.E. 2.1").at(27374),
        tcp(Side::Server, b"PWD").at(27374),
        tcp(Side::Server, b"PWD").not(),
    ]
    // NetBus 1.x and Pro.
    "netbus" ("trojan NetBus", "木马 NetBus") Tcp [12345, 12346, 20034] []
    [
        server(&[Is(0, b"NetBus "), Between(7, b'1', b'2'), Is(8, b".")]).tells(&[("version", Line(7))]),
        client(&[Is(0, b"Password;"), OneOf(9, b"01")]),
        either(&[Is(0, b"BN"), OneOf(2, b"\x10\x20"), Is(3, b"\0\x02\0")]),
    ]
    [
        tcp(Side::Server, b"NetBus 1.70 \r").at(12345).tells(&[("version", "1.70 ")]),
        tcp(Side::Server, b"NetBus is old\r").at(12345).not(),
    ]
    // Back Orifice: a datagram begins with *!*QWTY?, enciphered; without a password it is always this.
    "back-orifice" ("trojan Back Orifice", "木马 Back Orifice") Udp [31337, 54320] ["bo", "bo2k"]
    [either(&[Is(0, b"\xce\x63\xd1\xd2\x16\xe7\x13\xcf")]), either(&[Is(0, b"*!*QWTY?")])]
    [
        udp(Side::Client, b"\xce\x63\xd1\xd2\x16\xe7\x13\xcf\x38\xa5\xa5\x86\xb2\x75\x4b\x99\xaa\x32\x58").at(31337),
        udp(Side::Client, b"\xce\x63\xd1\xd3").at(31337).not(),
    ]
    "girlfriend" ("trojan GirlFriend", "木马 GirlFriend") Tcp [21544, 21554] []
    [server(&[Is(0, b"Windows Girlfriend ")]), server(&[Is(0, b"GirlFriend Server ")]).tells(&[("greeting", Line(0))])]
    [
        tcp(Side::Server, b"GirlFriend Server 1.3 . port 21554\r\n").at(21544),
        tcp(Side::Server, b"Girl friends\r\n").at(21544).not(),
    ]
    // Deep Throat 2 and 3: the server's answer to 00 over UDP.
    "deep-throat" ("trojan Deep Throat", "木马 Deep Throat") Both [2140, 3150, 6670, 41, 999] ["deepthroat"]
    [
        server(&[Is(0, b"--Ahh"), Has(b"h My Mouth Is Open")]),
        client(&[Is(0, b"00"), Long(2, 2)]).at_port(),
    ]
    [
        udp(Side::Server, b"--Ahhhhhhhhhh My Mouth Is Open SHEEP").at(2140),
        udp(Side::Server, b"--Ahh").at(2140).not(),
    ]
    // Gh0st and its many children: five letters, a length, the length unpacked, zlib.
    "gh0st" ("remote access tool Gh0st", "远控 Gh0st") Tcp [80, 8000, 2011] ["ghost-rat"]
    [
        client(&[Is(0, b"Gh0st"), Within(5, Le32, 14, 100_000)]),
        client(&[Name(0, 5), Within(5, Le32, 14, 4096), Is(7, b"\0\0"), Is(11, b"\0\0\x78\x9c")]),
    ]
    [
        tcp(Side::Client, b"Gh0st\xad\0\0\0\xe0\0\0\0\x78\x9c\x4b\x53\x60").at(80),
        tcp(Side::Client, b"Ghost\r\n").at(80).not(),
    ]
    // trinoo: the master's password, and the daemons' words.
    "trinoo" ("flooding tool trinoo", "洪泛工具 trinoo") Udp [27444, 31335] ["trin00"]
    [
        client(&[Is(0, b"png l44adsl")]).tells(&[("command", Says("ping"))]),
        client(&[Has(b" l44adsl"), Text(0)]),
        client(&[Is(0, b"*HELLO*"), Long(7, 8)]),
    ]
    [
        udp(Side::Client, b"png l44adsl").at(27444).tells(&[("command", "ping")]),
        udp(Side::Client, b"png file\r\n").at(27444).not(),
    ]
    // Mirai (its published source): a bot tells its master 00 00 00 01 and a name.
    "mirai" ("command channel of Mirai", "Mirai 控制信道") Tcp [23, 48101] ["mirai-cnc"]
    [client(&[Is(0, b"\0\0\0\x01"), Long(4, 4)]).at_port(), client(&[Is(0, b"\0\0\0\x01"), Counts(4, U8, 5), Name(5, 2), Long(6, 40)]).at_port()]
    [
        tcp(Side::Client, b"\0\0\0\x01\x04mips").at(23),
        tcp(Side::Client, b"\0\0\0\x01\x04mips").not(),
    ]
    // njRAT: a length in digits, NUL, ll, a separator.
    "njrat" ("remote access tool njRAT", "远控 njRAT") Tcp [5552, 1177] ["bladabindi"]
    [client(&[Between(0, b'1', b'9'), Between(1, b'0', b'9'), Between(2, b'0', b'9'), Is(3, b"\0ll")]), client(&[Is(0, b"lv|'|'|")]), client(&[Is(0, b"ll|'|'|")])]
    [
        tcp(Side::Client, b"163\0ll|'|'|SGFjS2VkXzEyMzQ=|'|'|PC|'|'|user").at(5552),
        tcp(Side::Client, b"163\0lx").at(5552).not(),
    ]
    // Metasploit: a Meterpreter stage begins with its length and MZ.
    "meterpreter" ("Meterpreter stage", "Meterpreter 载荷") Tcp [4444] ["metasploit"]
    [server(&[Within(0, Le32, 100_000, 3_000_000), Is(4, b"MZ"), OneOf(6, b"\xe8\x90\x41\x52")])]
    [
        tcp(Side::Server, b"\x00\xaa\x0b\0MZ\xe8\0\0\0\0\x5b\x52\x45\x55\x89\xe5").at(4444),
        tcp(Side::Server, b"\x00\xaa\x0b\0MX\xe8").at(4444).not(),
    ]
    // Dahua: DVRIP over TCP, DHIP over UDP.
    "dahua" ("Dahua cameras", "大华摄像机") Both [37777, 37810] ["dvrip", "dhip"]
    [
        either(&[Is(0, b"\x20\0\0\0DHIP")]),
        client(&[Is(0, b"\xa0"), OneOf(1, b"\0\x01\x05"), Is(2, b"\0\x60")]).worth(4),
        client(&[Is(0, b"\xa3\x01\0\0\0\0\0\0")]),
        client(&[Is(0, b"\xa0"), OneOf(1, b"\0\x01\x05")]).at_port().worth(2),
        server(&[OneOf(0, b"\xb0\xb3"), OneOf(1, b"\0\x01"), Is(2, b"\0")]).at_port().worth(4),
    ]
    [
        udp(Side::Client, b"\x20\0\0\0DHIP\0\0\0\0\0\0\0\0\x49\0\0\0").at(37810),
        tcp(Side::Client, &padded::<32>(b"\xa0\0\0\x60")).at(37777),
        udp(Side::Client, b"\x20\0\0\0DHCP").at(37810).not(),
    ]
    // Xiongmai recorders (Sofia): ff 01 00 00, session, sequence, message, length, JSON.
    "xiongmai" ("Xiongmai recorders", "雄迈录像机") Tcp [34567] ["sofia"]
    [either(&[Is(0, b"\xff"), OneOf(1, b"\0\x01"), Is(2, b"\0\0"), Counts(16, Le32, 20), Is(20, b"{")]), either(&[Is(0, b"\xff"), OneOf(1, b"\0\x01"), Is(2, b"\0\0"), Is(10, b"\0\0\0\0"), Within(14, Le16, 1000, 1100)])]
    [
        tcp(Side::Client, b"\xff\x01\0\0\0\0\0\0\0\0\0\0\0\0\xe8\x03\x0f\0\0\0{\"LoginType\":1}").at(34567),
        tcp(Side::Client, b"\xff\x02\0\0\0\0\0\0\0\0\0\0\0\0\xe8\x03").at(34567).not(),
    ]
    // MikroTik, Winbox: lengths, 06, a user's name; before 6.43 the name of an index file.
    "winbox" ("MikroTik Winbox", "MikroTik Winbox") Tcp [8291] ["mikrotik-winbox"]
    [
        client(&[Is(0, b"\x12\x02index")]),
        client(&[Counts(0, U8, 2), Is(1, b"\x06")]).at_port(),
        either(&[Is(4, b"M2"), OneOf(6, b"\x01\x05\x07\x09\xff"), Counts(2, Be16, 4)]),
    ]
    [
        tcp(Side::Client, b"\x12\x02index\0\0\0\0\0\0\0\0\0\0\0\0").at(8291),
        tcp(Side::Client, b"\x27\x06admin\0abcdefghijklmnopqrstuvwxyzABCDEF\0").at(8291),
        tcp(Side::Client, b"\x12\x03index").at(8291).not(),
    ]
    // Ubiquiti discovery, versions 1 and 2: a question of four bytes, an answer of fields.
    "ubiquiti-discovery" ("Ubiquiti discovery", "Ubiquiti 设备发现") Udp [10001] ["ubnt", "ubiquity"]
    [
        client(&[Is(0, b"\x01\0\0\0"), Long(4, 4)]).at_port(),
        client(&[Is(0, b"\x02\x08\0\0"), Long(4, 4)]).at_port(),
        either(&[OneOf(0, b"\x01\x02"), OneOf(1, b"\0\x06\x0a"), Counts(2, Be16, 4), OneOf(4, b"\x01\x02"), Is(5, b"\0"), OneOf(6, b"\x06\x0a")]),
    ]
    [
        udp(Side::Client, b"\x01\0\0\0").at(10001),
        udp(Side::Server, b"\x01\0\0\x0d\x02\0\x0a\x02\0\x5e\0\x53\x01\xc0\0\x02\x01").at(10001),
        // Devices also tell of themselves without being asked.
        udp(Side::Client, b"\x02\x06\0\x0d\x02\0\x0a\x02\0\x5e\0\x53\x01\xc0\0\x02\x01"),
        udp(Side::Client, b"\x01\0\0\0").not(),
    ]
    // Wake-on-LAN (AMD, Magic Packet): six ff and sixteen times the address.
    "wake-on-lan" ("Wake-on-LAN", "网络唤醒") Udp [9, 7] ["wol", "magic-packet"]
    [client(&[Is(0, b"\xff\xff\xff\xff\xff\xff"), Least(102), Long(102, 108)]).worth(5)]
    [
        udp(Side::Client, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0x5e, 0, 0x53, 1, 2, 0, 0x5e, 0, 0x53, 1, 2, 0, 0x5e, 0, 0x53, 1, 2, 0, 0x5e, 0, 0x53, 1, 2, 0, 0x5e, 0, 0x53, 1, 2, 0, 0x5e, 0, 0x53, 1, 2, 0, 0x5e, 0, 0x53, 1, 2, 0, 0x5e, 0, 0x53, 1, 2, 0, 0x5e, 0, 0x53, 1, 2, 0, 0x5e, 0, 0x53, 1, 2, 0, 0x5e, 0, 0x53, 1, 2, 0, 0x5e, 0, 0x53, 1, 2, 0, 0x5e, 0, 0x53, 1, 2, 0, 0x5e, 0, 0x53, 1, 2, 0, 0x5e, 0, 0x53, 1, 2, 0, 0x5e, 0, 0x53, 1]).at(9),
        udp(Side::Client, b"\xff\xff\xff\xff\xff\xff\x02\0\x5e\0\x53\x01").at(9).not(),
    ]
    // Plex, GDM: searches and answers in the form of HTTP.
    "plex-gdm" ("Plex media servers", "Plex 媒体服务器") Udp [32410, 32412, 32413, 32414] ["plex"]
    [server(&[Is(0, b"HTTP/1.0 200 OK"), Has(b"plex/media-server")]), either(&[Is(0, b"HELLO * HTTP/1.0"), Has(b"plex")])]
    [
        udp(Side::Server, b"HTTP/1.0 200 OK\r\nContent-Type: plex/media-server\r\nName: a\r\n").at(32414),
        udp(Side::Server, b"HTTP/1.0 200 OK\r\n").at(32414).not(),
    ]
    // Sentinel RMS: the question of six bytes, known for its long answers.
    "sentinel-lm" ("Sentinel licences", "Sentinel 许可") Udp [5093] []
    [client(&[Is(0, b"\x7a\0\0\0\0\0"), Long(6, 6)]).at_port()]
    [
        udp(Side::Client, b"\x7a\0\0\0\0\0").at(5093),
        udp(Side::Client, b"\x7a\0\0\0\0\0").not(),
    ]
}
