//! File sharing among equals, coins, chat of old and new. Sources: the specification of each
//! network, named in the comments.

use crate::pattern::Number::{Be16, Be32, Le16, Le32, U8};
use crate::pattern::Tell::{Line, Number, Says, String};
use crate::pattern::Test::{Between, Counts, Has, Is, Least, Long, Name, OneOf, Text, Within};
use crate::pattern::{client, either, server};
#[cfg(test)]
use crate::tests::{Side, padded, tcp, udp};

family! {
    // ADC 1.0, section 5: a message type, SUP, features.
    "adc" ("Direct Connect, advanced", "Direct Connect 高级协议") Tcp [411, 1511] ["adc-direct-connect"]
    [
        client(&[Is(0, b"HSUP AD")]),
        either(&[Is(0, b"CSUP AD")]),
        server(&[Is(0, b"ISUP AD")]),
    ]
    [
        tcp(Side::Client, b"HSUP ADBASE ADTIGR\n").at(411),
        tcp(Side::Server, b"ISUP ADBASE ADTIGR\nISID AAAB\n"),
        tcp(Side::Client, b"HSUPPER\n").at(411).not(),
    ]
    // NMDC: the hub's lock, a peer's nick, searches over UDP.
    "direct-connect" ("Direct Connect", "Direct Connect 文件共享") Both [411, 412] ["nmdc", "directconnect", "dc"]
    [
        server(&[Is(0, b"$Lock "), Text(6)]),
        either(&[Is(0, b"$MyNick "), Text(8)]).tells(&[("nick", Line(8))]),
        client(&[Is(0, b"$Supports "), Text(10)]),
        client(&[Is(0, b"$Key ")]),
        either(&[Is(0, b"$SR "), Has(b"|")]),
    ]
    [
        tcp(Side::Server, b"$Lock EXTENDEDPROTOCOLABCABCABC Pk=PTOKAX|").at(411),
        tcp(Side::Client, b"$MyNick somebody|$Lock x Pk=y|"),
        tcp(Side::Client, b"$Looks good\n").at(411).not(),
    ]
    // Bitcoin protocol documentation: magic of the network, command of twelve bytes.
    "bitcoin" ("Bitcoin peers", "比特币节点") Tcp [8333, 18333, 8332] ["btc"]
    [
        either(&[Least(4), Is(0, b"\xf9\xbe\xb4\xd9")]).worth(32).tells(&[("network", Says("main")), ("command", String(4))]),
        either(&[Least(4), Is(0, b"\x0b\x11\x09\x07")]).worth(32).tells(&[("network", Says("test")), ("command", String(4))]),
        either(&[Least(4), Is(0, b"\xfa\xbf\xb5\xda")]).worth(32).tells(&[("network", Says("regression test")), ("command", String(4))]),
        either(&[Is(4, b"version\0\0\0\0\0"), Within(16, Le32, 80, 300)]).tells(&[("network", Says("other")), ("command", String(4))]),
    ]
    [
        tcp(Side::Client, b"\xf9\xbe\xb4\xd9version\0\0\0\0\0\x66\0\0\0abcd\x7f\x11\x01\0").at(8333).tells(&[("command", "version"), ("network", "main")]),
        tcp(Side::Client, b"\xf9\xbe\xb4\xda").at(8333).not(),
    ]
    // eMule, TCP: e3, c5 (eMule) or d4 (compressed), a length, an opcode.
    "edonkey" ("eDonkey, eMule", "电驴 eDonkey/eMule") Both [4662, 4672, 4661, 4665] ["emule", "ed2k"]
    [
        either(&[OneOf(0, b"\xe3\xc5\xd4"), Counts(1, Le32, 5), Is(3, b"\0\0"), OneOf(5, b"\x01\x4c\x40\x58\x59\x38\x60\x02\x92")]),
        either(&[Is(0, b"\xe3"), Within(1, Le32, 20, 400), Is(5, b"\x01\x10")]),
        either(&[OneOf(0, b"\xe3\xc5"), OneOf(1, b"\x96\x97\xa2\xa3\x9a\x9b\x90\x91\x92\x93\x94")]).at_port().worth(6),
        either(&[Is(0, b"\xe3"), Is(3, b"\0\0")]).at_port().worth(6),
    ]
    [
        tcp(Side::Client, b"\xe3\x15\0\0\0\x01\x10abcdefghijklmnopqrs").at(4662),
        udp(Side::Client, b"\xe3\x96\x12\x34\x56\x78").at(4665),
        udp(Side::Client, b"\xe3\x96\x12\x34\x56\x78").not(),
    ]
    // eMule, Kademlia: e4 or e5, an opcode.
    "kad" ("eMule's Kademlia", "eMule Kad 网络") Udp [4672] ["emule-kad"]
    [
        either(&[OneOf(0, b"\xe4"), OneOf(1, b"\x01\x09"), Long(2, 2)]).worth(4),
        either(&[Is(0, b"\xe4"), OneOf(1, b"\x60\x61"), Long(2, 2)]).worth(14),
        either(&[Is(0, b"\xe4"), OneOf(1, b"\x21\x29"), OneOf(2, b"\x02\x04\x0b"), Long(35, 35)]),
        either(&[OneOf(0, b"\xe4\xe5"), OneOf(1, b"\x01\x09\x11\x18\x19\x20\x21\x28\x29\x33\x34\x35\x3b\x43\x44\x4b\x50\x51\x52\x53\x58\x59\x5a\x60\x61\x62")]).at_port().worth(6),
    ]
    [
        udp(Side::Client, b"\xe4\x60").at(4672),
        udp(Side::Client, b"\xe4\x21\x0babcdefghijklmnop0123456789abcdef").at(4672),
        udp(Side::Client, b"\xe4\x21").not(),
    ]
    // Ethereum, discovery v4: hash 32, signature 65, packet type, RLP.
    "ethereum-discovery" ("Ethereum discovery", "以太坊节点发现") Udp [30303] ["ethereum", "discv4", "devp2p"]
    [
        client(&[Between(96, 0, 1), Is(97, b"\x01"), Between(98, 0xc0, 0xf8), Is(99, b"\x04"), OneOf(100, b"\xcb\xd7\xc9\xca\xd8")]),
        either(&[Between(96, 0, 1), OneOf(97, b"\x01\x02\x03\x04\x05\x06"), Between(98, 0xc0, 0xf9), Long(110, 1280)]).at_port().worth(6),
    ]
    [
        udp(Side::Client, &crate::tests::joined::<130>(&[0x5a; 96], b"\x01\x01\xd8\x04\xcb\x84\xc0\0\x02\x01\x82\x76\x5f\x82\x76\x5f\xcb\x84\xc0\0\x02\x02\x82\x76\x5f\x82\x76\x5f", b"\x84\x65")).at(30303),
        udp(Side::Client, &padded::<130>(b"\x5a")).at(30303).not(),
    ]
    // Gnutella 0.4 and 0.6, and the UDP of its successor.
    "gnutella" ("Gnutella", "Gnutella 文件共享") Both [6346, 6347] ["gnutella-svc"]
    [
        client(&[Is(0, b"GNUTELLA CONNECT/")]).tells(&[("version", Line(17))]),
        server(&[Is(0, b"GNUTELLA/0.6 "), Between(13, b'0', b'9')]),
        server(&[Is(0, b"GNUTELLA OK")]),
        client(&[Is(0, b"GNUTELLA")]),
        either(&[Is(0, b"GND"), OneOf(3, b"\x01\x02\x03")]),
        either(&[Is(0, b"GIV "), Has(b":")]),
        either(&[Is(16, b"\0\x01\0"), Counts(19, Le32, 23), Is(21, b"\0\0"), Long(23, 60)]).at_port(),
    ]
    [
        tcp(Side::Client, b"GNUTELLA CONNECT/0.6\r\nUser-Agent: gtk-gnutella/1.2\r\n\r\n").at(6346).tells(&[("version", "0.6")]),
        tcp(Side::Client, b"GNU is not Unix\r\n").at(6346).not(),
    ]
    // libp2p, multistream-select 1.0: a length, the protocol's name, a line feed.
    "multistream" ("libp2p, IPFS", "libp2p（IPFS）") Tcp [4001] ["libp2p", "ipfs"]
    [either(&[Is(0, b"\x13/multistream/1.0.0\n")])]
    [
        tcp(Side::Client, b"\x13/multistream/1.0.0\n\x07/noise\n").at(4001),
        tcp(Side::Client, b"\x13/something").at(4001).not(),
    ]
    // Monero, Levin: a magic of eight bytes.
    "monero" ("Monero peers", "门罗币节点") Tcp [18080, 28080] ["levin"]
    [either(&[Is(0, b"\x01\x21\x01\x01\x01\x01\x01\x01")])]
    [
        tcp(Side::Client, b"\x01\x21\x01\x01\x01\x01\x01\x01\xe2\0\0\0\0\0\0\0\x01\xe9\x03\0\0").at(18080),
        tcp(Side::Client, b"\x01\x21\x01\x02\x01").at(18080).not(),
    ]
    // Soulseek: a length, a code, a name with its length; peers begin with a byte.
    "soulseek" ("Soulseek", "Soulseek 文件共享") Tcp [2234, 2242, 2271, 2416] ["slsk"]
    [
        client(&[Is(2, b"\0\0\x01\0\0\0"), Counts(0, Le32, 4), Within(8, Le32, 4, 30), Name(12, 4)]),
        either(&[Counts(0, Le32, 4), Is(2, b"\0\0\x01"), Within(5, Le32, 1, 30), Name(9, 1), Has(b"\x01\0\0\0P")]),
    ]
    [
        tcp(Side::Client, b"\x1f\0\0\0\x01\0\0\0\x05\0\0\0rower\x06\0\0\0secret\xa0\0\0\0\0\0\0\0").at(2242),
        tcp(Side::Client, b"\x1f\0\0\0\x02\0\0\0\x05\0\0\0rower").at(2242).not(),
    ]
    // Syncthing: local discovery v4 and the hello of the block exchange protocol.
    "syncthing" ("Syncthing", "Syncthing 文件同步") Both [21027, 22000] ["bep"]
    [
        either(&[Is(0, b"\x2e\xa7\xd9\x0b")]),
        either(&[Is(0, b"\x2e\xa7\xd9\x0d")]),
        either(&[Is(0, b"\x9f\x79\xbc\x40")]),
    ]
    [
        udp(Side::Any, b"\x2e\xa7\xd9\x0b\x0a\x20abcdefghijklmnopqrstuvwxyz012345").at(21027),
        udp(Side::Any, b"\x2e\xa7\xd9\x0c").at(21027).not(),
    ]
    // FastTrack: a request for a file by hash, and supernodes' pings.
    "fasttrack" ("FastTrack, Kazaa", "FastTrack（Kazaa）") Both [1214] ["kazaa"]
    [
        client(&[Least(11), Is(0, b"GET /.hash=")]),
        client(&[Is(0, b"GIVE "), Between(5, b'0', b'9'), Between(6, b'0', b'9'), Between(7, b'0', b'9')]),
        client(&[Is(0, b"\x27\0\0\0\xa9"), Has(b"KaZaA")]),
    ]
    [
        udp(Side::Client, b"\x27\0\0\0\xa9\x80KaZaA\0").at(1214),
        tcp(Side::Client, b"GIVE 123456789\r\n\r\n").at(1214),
        tcp(Side::Client, b"GIVE me that\r\n").at(1214).not(),
    ]
    // AOL, FLAP: an asterisk, channel, sequence, length; a new connection says version 1.
    "oscar" ("AIM and ICQ", "AIM 与 ICQ") Tcp [5190] ["aim", "icq"]
    [
        either(&[Is(0, b"*\x01"), Counts(4, Be16, 6), Is(6, b"\0\0\0\x01")]),
        either(&[Is(0, b"*\x02"), Counts(4, Be16, 6), Is(6, b"\0"), OneOf(7, b"\x01\x02\x04\x17")]),
        either(&[Is(0, b"*"), Between(1, 1, 5)]).worth(4).at_port(),
    ]
    [
        tcp(Side::Server, b"*\x01\x12\x34\0\x04\0\0\0\x01").at(5190),
        tcp(Side::Any, b"* a list\r\n").at(5190).not(),
    ]
    // Microsoft Notification Protocol: VER, a number, dialects.
    "msnp" ("MSN Messenger", "MSN 即时消息") Tcp [1863] ["msn", "msnms"]
    [
        either(&[Is(0, b"VER "), Between(4, b'0', b'9'), Has(b" MSNP")]).tells(&[("dialects", Line(4))]),
        either(&[Is(0, b"VER "), Between(4, b'0', b'9')]).at_port(),
        client(&[Is(0, b"ANS "), Between(4, b'0', b'9')]).at_port(),
        client(&[Is(0, b"USR "), Between(4, b'0', b'9')]).at_port(),
        client(&[Is(0, b"VER ")]).at_port(),
    ]
    [
        tcp(Side::Client, b"VER 1 MSNP18 CVR0\r\n").at(1863),
        tcp(Side::Client, b"VER 1\r\n").not(),
    ]
    // Yahoo Messenger: four letters, version, zeros, length.
    "ymsg" ("Yahoo Messenger", "雅虎通") Tcp [5050] ["yahoo", "mmcc"]
    [either(&[Is(0, b"YMSG")])]
    [
        tcp(Side::Client, b"YMSG\0\x10\0\0\0\0\0\x4c\0\0\0\0\0\0\0\0").at(5050),
        tcp(Side::Client, b"YMCA\r\n").at(5050).not(),
    ]
    // WhatsApp: the edge's routing or the two letters, then versions.
    "whatsapp" ("WhatsApp", "WhatsApp 即时消息") Tcp [5222, 443, 5223] []
    [
        client(&[Is(0, b"WA"), OneOf(2, b"\x02\x04\x05\x06"), Between(3, 0, 7), Is(4, b"\0\0")]),
        client(&[Is(0, b"ED\0\x01\0\0")]),
        client(&[Is(0, b"WA\x01"), Between(3, 1, 9), Is(4, b"\0\0")]),
    ]
    [
        tcp(Side::Client, b"WA\x06\x03\0\0\x2a\x12\x28\x0a\x20abcd").at(5222),
        tcp(Side::Client, b"ED\0\x01\0\0\x04\x08\x02\x08\x05WA\x05\x02"),
        tcp(Side::Client, b"WASD\r\n").at(5222).not(),
    ]
    // Telegram, MTProto transports that are not obfuscated: intermediate and padded.
    "mtproto" ("Telegram", "Telegram 即时消息") Tcp [443, 5222] ["telegram"]
    [
        client(&[Is(0, b"\xee\xee\xee\xee"), Is(6, b"\0\0")]),
        client(&[Is(0, b"\xdd\xdd\xdd\xdd"), Is(6, b"\0\0")]),
        client(&[Is(0, b"\xef\x0a"), Is(2, b"\0\0\0\0\0\0\0\0")]),
    ]
    [
        tcp(Side::Client, b"\xee\xee\xee\xee\x28\0\0\0\0\0\0\0\0\0\0\0").at(443),
        tcp(Side::Client, b"\xee\xee\xee\xed\x28\0").at(443).not(),
    ]
    // OpenNap: length, LOGIN, nick, password, port, program; peers ask GET and a quoted name.
    "napster" ("Napster, OpenNap", "Napster 音乐共享") Tcp [6699, 7777, 8875, 8888] ["opennap"]
    [
        client(&[Counts(0, Le16, 4), Is(2, b"\x02\0"), Has(b"\""), Text(4)]).at_port(),
        client(&[Is(0, b"GET"), Text(3), Has(b"\"")]).at_port(),
    ]
    [
        tcp(Side::Client, b"\x24\0\x02\0rower secret 6699 \"nap v0.8\" 10 00000").at(8888),
        tcp(Side::Client, b"\x24\0\x02\0rower secret 6699 \"nap v0.8\" 10 00000").not(),
    ]
    // Resilio, BTSync: local discovery behind its name.
    "resilio" ("Resilio Sync", "Resilio 同步") Udp [3838] ["btsync"]
    [either(&[Is(0, b"BSYNC\0")])]
    [
        udp(Side::Any, b"BSYNC\0d1:m4:ping4:peer20:abcdefghij0123456789e").at(3838),
        udp(Side::Any, b"BSYNK").at(3838).not(),
    ]
    // Mumble: TLS over TCP; over UDP the ping that asks for version and users.
    "mumble" ("Mumble voice chat", "Mumble 语音") Udp [64738] ["murmur"]
    [
        client(&[Is(0, b"\0\0\0\0"), Long(12, 12)]).at_port(),
        server(&[Is(0, b"\0\x01"), Between(2, 2, 5), Is(20, b"\0\x01\x1f\x40"), Long(24, 24)]),
        server(&[Is(0, b"\0\x01"), Between(2, 2, 6), Long(24, 24)]).at_port(),
    ]
    [
        udp(Side::Client, b"\0\0\0\0abcdefgh").at(64738),
        udp(Side::Client, b"\0\0\0\0abcdefgh").not(),
    ]
    // TeamSpeak 3: every first datagram carries TS3INIT1; version 2 begins with f4 be.
    "teamspeak" ("TeamSpeak", "TeamSpeak 语音") Both [9987, 8767, 10011] ["ts3", "teamspeak3"]
    [
        either(&[Is(0, b"TS3INIT1")]),
        server(&[Is(0, b"TS3\n\r")]).tells(&[("kind", Says("server query"))]),
        either(&[OneOf(0, b"\xf4"), OneOf(1, b"\xbe"), OneOf(2, b"\x03\x04"), Is(3, b"\0")]),
    ]
    [
        udp(Side::Client, b"TS3INIT1\0\x65\0\0\x88\x0a\x39\x7b\x0f\0\x65\x60\0\0\x12\x34\x56\x78\0\0\0\0\0\0\0\0").at(9987),
        tcp(Side::Server, b"TS3\n\rWelcome to the TeamSpeak 3 ServerQuery interface\n\r").at(10011),
        udp(Side::Client, b"TS3INNIT").at(9987).not(),
    ]
    // Discord voice, IP discovery: type 1 or 2, length 70, SSRC.
    "discord-voice" ("Discord voice", "Discord 语音") Udp [] ["discord"]
    [
        client(&[Is(0, b"\0\x01\0\x46"), Long(74, 74)]).worth(8),
        server(&[Is(0, b"\0\x02\0\x46"), Long(74, 74)]).worth(8),
    ]
    [
        udp(Side::Client, &padded::<74>(b"\0\x01\0\x46\x12\x34\x56\x78")),
        udp(Side::Client, &padded::<74>(b"\0\x01\0\x47\x12\x34\x56\x78")).not(),
    ]
    // Xfire: clients greet with UA01.
    "xfire" ("Xfire game chat", "Xfire 游戏聊天") Tcp [25999] []
    [client(&[Is(0, b"UA01")])]
    [
        tcp(Side::Client, b"UA01\x1b\0\x03\0").at(25999),
        tcp(Side::Client, b"UA02").at(25999).not(),
    ]
    // Gadu-Gadu: the server's welcome, length 4, a seed; clients log in.
    "gadu-gadu" ("Gadu-Gadu", "Gadu-Gadu 即时消息") Tcp [8074] ["gg"]
    [
        server(&[Is(0, b"\x01\0\0\0\x04\0\0\0"), Long(12, 12)]),
        client(&[OneOf(0, b"\x31\x32\x83"), Is(1, b"\0\0\0"), Counts(4, Le32, 8)]).at_port(),
    ]
    [
        tcp(Side::Server, b"\x01\0\0\0\x04\0\0\0\x12\x34\x56\x78").at(8074),
        tcp(Side::Server, b"\x01\0\0\0\x05\0\0\0\x12").at(8074).not(),
    ]
    // Tox: a ping's or a nodes request's kind, a public key of 32 bytes, a nonce; sizes are fixed.
    "tox" ("Tox", "Tox 即时消息") Udp [33445] []
    [
        client(&[Is(0, b"\x02"), Long(113, 113)]).at_port().worth(4),
        client(&[Is(0, b"\0"), Long(90, 90)]).at_port().worth(8),
        client(&[Is(0, b"\xf0\0\0\0\0\0\0\0\0")]).at_port().tells(&[("kind", Says("bootstrap information"))]),
    ]
    [
        udp(Side::Client, &padded::<113>(b"\x02abcdefghij")).at(33445),
        udp(Side::Client, &padded::<113>(b"\x02abcdefghij")).not(),
    ]
    // Skinny: a length, zero, a message's number; a telephone registers with 1, keeps alive with 0.
    "sccp" ("Cisco Skinny telephones", "思科 Skinny 电话") Tcp [2000] ["skinny", "cisco-sccp"]
    [
        client(&[Counts(0, Le32, 8), Is(2, b"\0\0"), OneOf(4, b"\0\x12\x14\x16"), Is(5, b"\0\0\0\x01\0\0\0"), Name(12, 3), Least(15)]).tells(&[("device", String(12))]),
        either(&[Is(0, b"\x04\0\0\0\0\0\0\0\0\0\0\0"), Long(12, 12)]).at_port(),
        either(&[Counts(0, Le32, 8), Is(2, b"\0\0"), Is(5, b"\0\0\0"), Within(8, Le16, 1, 0x200), Is(10, b"\0\0")]).at_port(),
    ]
    [
        tcp(Side::Client, b"\x1c\0\0\0\0\0\0\0\x01\0\0\0SEP001122334455\0\0\0\0\0\x01\0\0\0").at(2000).tells(&[("device", "SEP001122334455")]),
        tcp(Side::Client, b"\x04\0\0\0\0\0\0\0\0\0\0\0").not(),
    ]
    // Freenet client protocol 2: a message's name alone on its line.
    "freenet-fcp" ("Freenet clients", "Freenet 客户端") Tcp [9481] ["fcp"]
    [client(&[Is(0, b"ClientHello\n"), Text(0)]).tells(&[("greeting", Line(0))]), server(&[Is(0, b"NodeHello\n")])]
    [
        tcp(Side::Client, b"ClientHello\nName=rutter\nExpectedVersion=2.0\nEndMessage\n").at(9481),
        tcp(Side::Client, b"ClientHell\n").at(9481).not(),
    ]
    // AOL, direct connections: OFT2 and a header of 256 bytes.
    "oft" ("AIM file transfer", "AIM 文件传输") Tcp [] ["aim-transfer"]
    [either(&[Is(0, b"OFT"), OneOf(3, b"23"), Is(4, b"\x01\0")]).tells(&[("length", Number(4, Be16))])]
    [
        tcp(Side::Client, b"OFT2\x01\0\x01\x01").tells(&[("length", "256")]),
        tcp(Side::Client, b"OFT2\x02\0\x01\x01").not(),
    ]
    // Tencent: 02, version, command, sequence, account; the last byte is 03.
    "oicq" ("Tencent QQ", "腾讯 QQ") Udp [8000, 4000] ["qq"]
    [client(&[Is(0, b"\x02"), Between(1, 0x01, 0x3f), Is(3, b"\0"), OneOf(4, b"\x01\x02\x17\x25\x30\x34\x48\x58\x81\x91\x22\x62"), Long(27, 1000)]).at_port(), client(&[Is(0, b"\x02"), Between(1, 0x01, 0x3f), Is(2, b"\x25\0"), Within(7, Be32, 10_000, 0xffff_fff0), Counts(0, U8, 0)]).at_port()]
    [
        udp(Side::Client, b"\x02\x1c\x41\0\x91\x12\x34\x12\x34\x56\x78abcdefghijklmnop\x03").at(8000),
        udp(Side::Client, b"\x02\x1c\x41\0\x91\x12\x34\x12\x34\x56\x78abcdefghijklmnop\x03").not(),
    ]
    // Telegram, reflectors: a tag of sixteen bytes, then ff and a request.
    "telegram-calls" ("Telegram calls", "Telegram 通话") Udp [] []
    [either(&[Is(16, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), Within(28, Be32, 1, 0xffff_fffe), Long(32, 64)]).worth(4).tells(&[("kind", Says("reflector ping"))])]
    [
        udp(Side::Client, b"abcdefghijklmnop\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff\0\0\0\0\0\0\0\0"),
        udp(Side::Client, b"abcdefghijklmnop\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\xfe\xff\xff\xff").not(),
    ]
}
