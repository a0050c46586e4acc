//! Games: how clients find and enter servers. Sources: the makers' developer pages and published
//! source code under free licences, named in the comments.

use crate::pattern::Number::{Be16, Le16, U8};
use crate::pattern::Tell::{Line, Says, String};
use crate::pattern::Test::{Between, Counts, Has, Is, Least, Long, Name, OneOf, Text};
use crate::pattern::{client, either, server};
#[cfg(test)]
use crate::tests::{Side, padded, tcp, udp};

family! {
    // Valve developer wiki, server queries: -1, a letter; the information request bears its name.
    "source-engine" ("Source and GoldSrc game servers", "起源引擎游戏服务器") Udp [27015, 27016, 27017, 27005] ["a2s", "steam-query", "valve", "half-life"]
    [
        client(&[Is(0, b"\xff\xff\xff\xffTSource Engine Query\0")]).tells(&[("query", Says("info"))]),
        client(&[Is(0, b"\xff\xff\xff\xff"), OneOf(4, b"UVWT"), Long(9, 29)]).worth(8),
        server(&[Is(0, b"\xff\xff\xff\xffA"), Long(9, 9)]),
        server(&[Is(0, b"\xff\xff\xff\xffI\x11")]).tells(&[("name", String(6))]),
        server(&[Is(0, b"\xff\xff\xff\xff"), OneOf(4, b"IDEmj")]),
        client(&[Is(0, b"\xff\xff\xff\xffgetchallenge valve")]),
        client(&[Is(0, b"\xff\xff\xff\xffdetails\0")]),
        client(&[Is(0, b"\xff\xff\xff\xffinfostring\0")]),
        client(&[Is(0, b"\xff\xff\xff\xffq"), Text(5)]).at_port(),
        client(&[Is(0, b"\x31"), Is(2, b"0.0.0.0:0\0")]).tells(&[("query", Says("master list"))]),
    ]
    [
        udp(Side::Client, b"\xff\xff\xff\xffTSource Engine Query\0").at(27015).tells(&[("query", "info")]),
        udp(Side::Server, b"\xff\xff\xff\xffI\x11A server\0de_dust2\0").tells(&[("name", "A server")]),
        udp(Side::Client, b"\xff\xff\xff\xffU\xff\xff\xff\xff"),
        udp(Side::Client, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff").at(27015).not(),
    ]
    // id Software, Quake III and its many children: out-of-band text.
    "quake" ("Quake family of games", "雷神之锤系列游戏") Udp [27960, 27910, 27500, 26000, 28960, 27950, 20100, 29070, 30720, 20500, 26001] ["quake3", "quake2", "quakeworld", "q3a"]
    [
        client(&[Is(0, b"\xff\xff\xff\xffgetstatus")]).tells(&[("query", Says("status"))]),
        client(&[Is(0, b"\xff\xff\xff\xffgetinfo")]).tells(&[("query", Says("info"))]),
        client(&[Is(0, b"\xff\xff\xff\xffgetservers")]).tells(&[("query", Says("master list"))]),
        client(&[Is(0, b"\xff\xff\xff\xffgetchallenge")]),
        client(&[Is(0, b"\xff\xff\xff\xffconnect")]),
        client(&[Is(0, b"\xff\xff\xff\xffrcon")]),
        client(&[Is(0, b"\xff\xff\xff\xffstatus")]).tells(&[("query", Says("status"))]),
        client(&[Is(0, b"\xff\xff\xff\xffping\n")]),
        client(&[Is(0, b"\xff\xffgetInfo")]),
        server(&[Is(0, b"\xff\xffinfoResponse")]),
        server(&[Is(0, b"\xff\xff\xff\xffstatusResponse")]),
        server(&[Is(0, b"\xff\xff\xff\xffinfoResponse")]),
        server(&[Is(0, b"\xff\xff\xff\xffchallengeResponse")]),
        server(&[Is(0, b"\xff\xff\xff\xffconnectResponse")]),
        server(&[Is(0, b"\xff\xff\xff\xffgetserversResponse")]),
        server(&[Is(0, b"\xff\xff\xff\xffprint\n")]),
        server(&[Is(0, b"\xff\xff\xff\xffn\\"), Text(5)]),
        server(&[Is(0, b"\xff\xff\xff\xffdisconnect")]),
        client(&[Is(0, b"\x80\0\0"), Counts(2, Be16, 0), OneOf(4, b"\x01\x02\x03"), Is(5, b"QUAKE\0")]),
        client(&[Is(0, b"\xff\xff\xff\xffinfo ")]).at_port(),
    ]
    [
        udp(Side::Client, b"\xff\xff\xff\xffgetstatus\n").at(27960).tells(&[("query", "status")]),
        udp(Side::Client, b"\x80\0\0\x0c\x02QUAKE\0\x03").at(26000),
        udp(Side::Server, b"\xff\xff\xff\xffstatusResponse\n\\sv_maxclients\\8\\"),
        udp(Side::Client, b"\xff\xff\xff\xff getting there").at(27960).not(),
    ]
    // Minecraft, Java edition: a handshake packet with a version, an address, a port and a state;
    // older clients begin with fe.
    "minecraft" ("Minecraft, Java edition", "我的世界 Java 版") Both [25565] ["minecraft-java"]
    [
        client(&[Between(0, 8, 60), Is(1, b"\0"), OneOf(2, b"\0\x04\x05\x2f\x6b\xf1\xd2\xff\xc0\xdf\xe2\xf2\xf4\xf5\xfa\xfb\xfc\xfd\xfe\x80"), Has(b"\x63\xdd")]).worth(10),
        client(&[Between(0, 8, 60), Is(1, b"\0"), Between(2, 4, 0xff), Between(3, 1, 60)]).at_port().worth(10),
        client(&[Is(0, b"\xfe\x01\xfa\0\x0b\0M\0C")]),
        client(&[Is(0, b"\xfe\x01")]).at_port().worth(5),
        server(&[Is(0, b"\xff\0"), Is(3, b"\0\xa7\0")]),
        client(&[Is(0, b"\xfe\xfd"), OneOf(2, b"\0\x09"), Long(7, 15)]),
    ]
    [
        tcp(Side::Client, b"\x10\0\xf1\x05\x09localhost\x63\xdd\x01\x01\0").at(25565),
        tcp(Side::Client, b"\xfe\x01\xfa\0\x0b\0M\0C\0|\0P\0i\0n\0g"),
        udp(Side::Client, b"\xfe\xfd\x09\0\0\0\x01").at(25565),
        tcp(Side::Client, b"\xfe\x01").not(),
    ]
    // RakNet: the magic of its offline messages.
    "raknet" ("RakNet: Minecraft Bedrock, Roblox and others", "RakNet：我的世界基岩版等") Udp [19132, 19133] ["minecraft-bedrock"]
    [
        client(&[OneOf(0, b"\x01\x02"), Is(9, b"\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12\x34\x56\x78")]).tells(&[("message", Says("ping"))]),
        server(&[Is(0, b"\x1c"), Is(17, b"\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12\x34\x56\x78")]).tells(&[("message", Says("pong"))]),
        either(&[OneOf(0, b"\x05\x06\x07\x08"), Is(1, b"\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12\x34\x56\x78")]).tells(&[("message", Says("open connection"))]),
    ]
    [
        udp(Side::Client, b"\x01\0\0\0\0\0\0\0\x01\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12\x34\x56\x78\0\0\0\0\0\0\0\x02").at(19132).tells(&[("message", "ping")]),
        udp(Side::Client, b"\x05\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12\x34\x56\x78\x0b\0\0"),
        udp(Side::Client, b"\x01\0\0\0\0\0\0\0\x01\0\xff\xfe\0").at(19132).not(),
    ]
    // Refractor engine: a query with a time, and the older text of GameSpy.
    "battlefield" ("Battlefield", "战地系列游戏") Udp [16567, 29900, 14567] []
    [
        either(&[Is(0, b"battlefield2\0")]),
        client(&[Is(0, b"\x11\x20\0\x01\0\0"), OneOf(6, b"\x30\x50"), Is(7, b"\xb9\x10\x11")]),
    ]
    [
        udp(Side::Client, b"\x11\x20\0\x01\0\0\x50\xb9\x10\x11\0").at(16567),
        udp(Side::Client, b"\x11\x20\0\x02\0\0").at(16567).not(),
    ]
    // GameSpy: queries between backslashes, and version 2 and 3 behind fe fd.
    "gamespy" ("GameSpy queries: Unreal and others", "GameSpy 查询：虚幻竞技场等") Both [7778, 7787, 23000, 28900, 29901, 6500, 6515] ["unreal"]
    [
        client(&[Is(0, b"\\status\\")]).tells(&[("query", Says("status"))]),
        client(&[Is(0, b"\\info\\")]).tells(&[("query", Says("info"))]),
        client(&[Is(0, b"\\basic\\")]).tells(&[("query", Says("basic"))]),
        client(&[Is(0, b"\\rules\\")]),
        client(&[Is(0, b"\\players\\")]),
        server(&[Is(0, b"\\basic\\\\secure\\")]),
        server(&[Is(0, b"\\gamename\\")]),
        server(&[Is(0, b"\\hostname\\")]),
        either(&[Is(0, b"\\heartbeat\\")]),
        client(&[Is(0, b"\xfe\xfd\0"), Is(7, b"\xff\xff\xff")]).at_port(),
    ]
    [
        udp(Side::Client, b"\\status\\").at(7778).tells(&[("query", "status")]),
        tcp(Side::Server, b"\\basic\\\\secure\\WGWOJM").at(28900),
        udp(Side::Client, b"\\server\\share").at(7778).not(),
    ]
    // Unreal Tournament 2004: a protocol's number, then a query.
    "ut2004" ("Unreal Tournament 2004", "虚幻竞技场 2004") Udp [7777, 7787, 7797] []
    [
        client(&[OneOf(0, b"\x78\x79\x7f\x80"), Is(1, b"\0\0\0"), Between(4, 0, 3), Long(5, 5)]),
        server(&[OneOf(0, b"\x78\x79\x7f\x80"), Is(1, b"\0\0\0"), Is(5, b"\0\0\0\0")]).at_port(),
    ]
    [
        udp(Side::Client, b"\x79\0\0\0\x01").at(7787),
        udp(Side::Client, b"\x79\0\0\0\x09").at(7787).not(),
    ]
    // Steam: in-home streaming discovery.
    "steam-discovery" ("Steam Remote Play search", "Steam 同网发现") Udp [27036] ["steam", "steam-streaming"]
    [either(&[Is(0, b"\xff\xff\xff\xff\x21\x4c\x5f\xa0")])]
    [
        udp(Side::Any, b"\xff\xff\xff\xff\x21\x4c\x5f\xa0\x05\0\0\0\x08\xd1\x8e\xa0").at(27036),
        udp(Side::Any, b"\xff\xff\xff\xff\x21\x4c\x5f\xa1").at(27036).not(),
    ]
    // Steam, connection managers: VT01 behind a length; VS01 over UDP.
    "steam-cm" ("Steam connection manager", "Steam 连接管理") Both [27017, 27018, 27030, 27014] ["steam-client"]
    [
        either(&[Is(4, b"VT01")]),
        either(&[Is(0, b"VS01")]),
    ]
    [
        tcp(Side::Server, b"\x1c\0\0\0VT01\x17\x05\0\0").at(27017),
        udp(Side::Client, b"VS01\0\0\x01\x04\0\x02\0\0").at(27017),
        udp(Side::Client, b"VS02\0\0").at(27017).not(),
    ]
    // Steam datagram relay (Valve, GameNetworkingSockets): relays are pinged behind ff ff ff ff and
    // SDPING.
    "steam-datagram" ("Steam datagram relay", "Steam 数据报中继") Udp [27015, 27032, 27052, 27068] ["valve-sdr", "sdr"]
    [
        either(&[Is(0, b"\x01"), Is(5, b"SDPING")]),
        either(&[Is(0, b"\x01\0\0\0sdping")]),
        either(&[Is(0, b"\x01"), Has(b"sdping")]),
    ]
    [
        udp(Side::Client, b"\x01\x2a\x30\x02\0SDPING\0\0").at(27015),
        udp(Side::Client, b"\x02\x2a\x30\x02\0SDPONG").at(27015).not(),
    ]
    // Teeworlds and DDNet: connectionless packets of ff and xe, then four letters.
    "teeworlds" ("Teeworlds", "Teeworlds 游戏") Udp [8303] ["ddnet"]
    [
        client(&[Is(0, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xffgie")]).tells(&[("query", Says("info"))]),
        either(&[Is(6, b"\xff\xff\xff\xff"), OneOf(10, b"glricfrh"), Name(11, 3), Is(0, b"xe")]),
        either(&[Is(6, b"\xff\xff\xff\xff"), Is(10, b"gie3")]),
        either(&[Is(6, b"\xff\xff\xff\xff"), Is(10, b"inf3")]),
        either(&[Is(6, b"\xff\xff\xff\xff"), Is(10, b"req2")]),
        client(&[Is(0, b"\x10\0\0\x01TKEN")]),
    ]
    [
        udp(Side::Client, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xffgie3\x05").at(8303),
        udp(Side::Client, b"xe\0\0\0\0\xff\xff\xff\xffgie3\x05"),
        udp(Side::Client, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff").at(8303).not(),
    ]
    // San Andreas Multiplayer: SAMP, the server's address and port, a letter.
    "samp" ("San Andreas Multiplayer", "圣安地列斯多人联机") Udp [7777] ["sa-mp"]
    [either(&[Is(0, b"SAMP"), OneOf(10, b"ipcrdx")])]
    [
        udp(Side::Client, b"SAMP\xc0\0\x02\x01\x61\x1ei").at(7777),
        udp(Side::Client, b"SAMPLE text").at(7777).not(),
    ]
    // World of Warcraft: the log-on challenge names the game backwards.
    "wow" ("World of Warcraft", "魔兽世界") Tcp [3724, 8085] ["world-of-warcraft"]
    [
        client(&[Is(0, b"\0"), Between(1, 2, 8), Counts(2, Le16, 4), Is(4, b"WoW\0")]),
        either(&[Is(0, b"\0\x30WORLD OF WARCRAFT CONNECTION")]),
        server(&[Is(0, b"\0\x2a\xec\x01")]),
        server(&[Is(0, b"WORLD OF WARCRAFT CONNECTION")]),
    ]
    [
        tcp(Side::Client, b"\0\x08\x22\0WoW\0\x03\x03\x05\x34\x3068x\0niW\0SUne<\0\0\0\xc0\0\x02\x01\x04USER").at(3724),
        tcp(Side::Client, b"\0\x08\x22\0WoX\0").at(3724).not(),
    ]
    // Battle.net, classic: 01, then ff and a message; Warcraft III games begin with f7.
    "battle-net" ("Battle.net, classic", "战网（经典）") Both [6112] ["battlenet", "bnet", "warcraft3"]
    [
        client(&[Is(0, b"\x01\xff\x50"), Is(4, b"\0\0\0\0\0")]),
        client(&[Is(0, b"\x01\xff\x50")]).at_port(),
        either(&[Is(0, b"\xf7"), OneOf(1, b"\x1e\x2f\x30\x31\x32\x33\x37"), Counts(2, Le16, 0)]),
        client(&[Is(0, b"\x01"), Long(1, 1)]).at_port().worth(8),
    ]
    [
        tcp(Side::Client, b"\x01\xff\x50\x3a\0\0\0\x0068XIRATS").at(6112),
        udp(Side::Client, b"\xf7\x2f\x10\0PX3W\x1a\0\0\0\0\0\0\0").at(6112),
        udp(Side::Client, b"\xf7\x2f\x11\0PX").not(),
    ]
    // Terraria: length, message 1, the version with its length.
    "terraria" ("Terraria", "泰拉瑞亚") Tcp [7777] []
    [client(&[Counts(0, Le16, 0), Is(2, b"\x01"), Between(3, 9, 14), Is(4, b"Terraria")])]
    [
        tcp(Side::Client, b"\x0f\0\x01\x0bTerraria279").at(7777),
        tcp(Side::Client, b"\x0f\0\x02\x0bTerraria279").at(7777).not(),
    ]
    // Multi Theft Auto: the question of the All-Seeing Eye.
    "all-seeing-eye" ("All-Seeing Eye queries", "All-Seeing Eye 查询") Udp [22126, 27138] ["ase", "mta"]
    [server(&[Is(0, b"EYE1"), Between(4, 1, 40)])]
    [
        udp(Side::Server, b"EYE1\x04mta\x0622003\x0aMy server").at(22126),
        udp(Side::Server, b"EYES\x04").at(22126).not(),
    ]
    // Roblox: clients open with RakNet messages of their own magic.
    "roblox" ("Roblox", "罗布乐思") Udp [] []
    [
        either(&[Between(0, 0x78, 0x7c), Is(1, b"\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12\x34\x56\x78")]),
        either(&[OneOf(0, b"\x05\x06"), Is(1, b"\x5e\x11\x13\x1d\x39\x3b\x2b\x3c")]),
    ]
    [
        udp(Side::Client, b"\x7b\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12\x34\x56\x78\x05"),
        udp(Side::Client, b"\x7b\0\xff\xfe\0").not(),
    ]
    // dpmaster: game servers tell a list that they are alive.
    "openarena-master" ("dpmaster lists", "dpmaster 服务器列表") Udp [27950] ["dpmaster"]
    [client(&[Is(0, b"\xff\xff\xff\xffheartbeat "), Text(4)]).tells(&[("game", Line(14))])]
    [
        udp(Side::Client, b"\xff\xff\xff\xffheartbeat DarkPlaces\n").at(27950).tells(&[("game", "DarkPlaces")]),
        udp(Side::Client, b"\xff\xff\xff\xffheartbeet").at(27950).not(),
    ]
    // EVE Online: the server's handshake, a tuple of numbers.
    "eve-online" ("EVE Online", "星战前夜") Tcp [26000, 3724] []
    [client(&[Is(0, b"\x10\0\0\0\x7e\0\0\0\0\x14\x06\x04\xe8\x99\x02\0")]), server(&[Is(0, b"\x1d\0\0\0\x7e\0\0\0\0")]), server(&[Between(0, 0x10, 0x60), Is(1, b"\0\0\0\x7e\0\0\0\0"), OneOf(9, b"\x14\x16\x2c")])]
    [
        tcp(Side::Server, b"\x25\0\0\0\x7e\0\0\0\0\x14\x06\x04\xe8\x99\x02\0").at(26000),
        tcp(Side::Server, b"\x25\0\0\0\x7f\0\0\0").at(26000).not(),
    ]
    // OpenTTD: the question for a server's facts, and joining with a revision's name.
    "openttd" ("OpenTTD", "OpenTTD 游戏") Both [3979, 3978] []
    [
        client(&[Is(0, b"\x03\0\0"), Long(3, 3)]).at_port(),
        server(&[Counts(0, Le16, 0), Is(2, b"\x01"), Between(3, 1, 9)]).at_port(),
        client(&[Counts(0, Le16, 0), Is(2, b"\x02"), Name(3, 1), Least(8)]).at_port(),
    ]
    [
        udp(Side::Client, b"\x03\0\0").at(3979),
        udp(Side::Client, b"\x03\0\0").not(),
    ]
    // Microsoft, MC-DPL4CS: play behind a socket address.
    "directplay" ("DirectPlay games", "DirectPlay 游戏") Both [2300, 2301, 47624, 6073] ["dplay"]
    [
        either(&[Is(20, b"play"), OneOf(24, b"\x01\x02\x03\x04\x05\x08\x13\x1a"), Is(25, b"\0")]),
        either(&[Is(0, b"\0\x02"), Counts(0, U8, 1 << 20), Is(4, b"\x01")]).at_port(),
        either(&[Is(0, b"\0\x02"), OneOf(4, b"\x01\x02"), Long(5, 21)]).at_port(),
    ]
    [
        tcp(Side::Client, &crate::tests::joined::<52>(b"\x34\0\xb0\xfa\x02\0\x08\xfc\0\0\0\0\0\0\0\0\0\0\0\0", b"play\x02\0\x0e\0", b"")).at(47624),
        tcp(Side::Client, &padded::<52>(b"\x34\0\xb0\xfa\x02\0\x08\xfc")).at(47624).not(),
    ]
}
