//! Controllers, meters, buildings and stages: protocols that name themselves by a few fixed bytes.
//! Sources: the vendors' and the standards' documents that each comment names.

use crate::pattern::Number::{Be16, Le16, Le32, U8};
use crate::pattern::Tell::{Line, Says, String};
use crate::pattern::Test::{Between, Bits, Counts, Has, Is, Least, Long, OneOf, Text};
use crate::pattern::{client, either, server};
#[cfg(test)]
use crate::tests::{Side, padded, tcp, udp};

family! {
    // Beckhoff, TwinCAT ADS: AMS/TCP header, then the target's net id, which ends in 1.1.
    "ads" ("TwinCAT automation device", "倍福 TwinCAT 自动化设备") Both [48898, 48899] ["ams", "beckhoff-ads"]
    [
        either(&[Is(0, b"\0\0"), Counts(2, Le32, 6), Is(10, b"\x01\x01")]),
        either(&[Is(0, b"\x03\x66\x14\x71")]).tells(&[("kind", Says("discovery"))]),
    ]
    [
        tcp(Side::Client, b"\0\0\x20\0\0\0\x05\x01\x02\x03\x01\x01\x53\x03\x05\x01\x02\x04\x01\x01\x01\x80\x01\0\x04\0\0\0\0\0\0\0\0\0\0\0\x01\0").at(48898),
        udp(Side::Client, b"\x03\x66\x14\x71\0\0\0\0\x01\0\0\0").at(48899),
        tcp(Side::Client, b"\0\0\x20\0\0\0\x05\x01").not(),
    ]
    // Art-Net 4 specification: every packet begins with the name.
    "art-net" ("stage lighting over IP", "舞台灯光网络") Udp [6454] ["artnet"]
    [either(&[Is(0, b"Art-Net\0")])]
    [
        udp(Side::Client, b"Art-Net\0\0\x20\0\x0e\x06\0").at(6454),
        udp(Side::Client, b"Art is long\r\n").at(6454).not(),
    ]
    // Veeder-Root TLS-350 serial interface manual: SOH, function code, tank.
    "atg" ("fuel tank gauge", "油罐液位计") Tcp [10001] ["veeder-root", "automatic-tank-gauge"]
    [
        either(&[Is(0, b"\x01I"), Between(2, b'0', b'9'), Between(3, b'0', b'9'), Between(4, b'0', b'9'), Between(5, b'0', b'9'), Between(6, b'0', b'9')]).tells(&[("function", Line(1))]),
        either(&[Is(0, b"\r\n\x01"), OneOf(3, b"Ii"), Between(4, b'0', b'9'), Between(5, b'0', b'9')]),
        server(&[Is(0, b"\x01\r\n"), OneOf(3, b"Ii"), Between(4, b'0', b'9'), Between(5, b'0', b'9')]),
    ]
    [
        tcp(Side::Client, b"\x01I20100\n").at(10001).tells(&[("function", "I20100")]),
        tcp(Side::Client, b"\x01I am here\n").at(10001).not(),
    ]
    // CODESYS 2 and 3 runtimes: the magic numbers of their block drivers.
    "codesys" ("controller runtime CODESYS", "CODESYS 控制器运行时") Tcp [1200, 2455, 11740] []
    [
        either(&[Is(0, b"\0\x01\x17\xe8"), Counts(4, Le32, 0)]),
        either(&[Is(0, b"\xbb\xbb\x01\0\0\0\x01")]),
        either(&[Is(0, b"\xbb\xbb\0\0\0")]).at_port(),
    ]
    [
        tcp(Side::Client, b"\xbb\xbb\x01\0\0\0\x01").at(2455),
        tcp(Side::Client, b"\0\x01\x17\xe8\x10\0\0\0\xc5\x6b\x40\x40\0\x32\x7f\xff").at(11740),
        tcp(Side::Client, b"\xbb\xbb\x02").at(2455).not(),
    ]
    // Crestron control systems: the question for their names.
    "crestron" ("room control system", "会议室中央控制") Udp [41794] ["crestron-cip"]
    [
        client(&[Is(0, b"\x14\0\0\0\x01\x04\0\x03\0\0")]),
        server(&[Is(0, b"\x15\0\0\0\x02\x04\0\x03")]).tells(&[("name", String(10))]),
    ]
    [
        udp(Side::Client, &padded::<266>(b"\x14\0\0\0\x01\x04\0\x03\0\0probe")).at(41794),
        udp(Side::Server, b"\x15\0\0\0\x02\x04\0\x03\0\0hall\0").at(41794).tells(&[("name", "hall")]),
        udp(Side::Client, b"\x14\0\0\0\x02").at(41794).not(),
    ]
    // Red Lion, Crimson 3: length, register, magic.
    "crimson" ("Red Lion operator panel", "Red Lion 操作面板") Tcp [789] ["redlion", "red-lion-crimson3"]
    [
        client(&[Is(0, b"\0\x04\x01"), OneOf(3, b"\x2a\x2b"), Is(4, b"\x1b\0")]),
        server(&[Is(0, b"\0"), Between(1, 4, 0x40), Is(2, b"\x01"), OneOf(3, b"\x2a\x2b"), Text(4)]).at_port(),
    ]
    [
        tcp(Side::Client, b"\0\x04\x01\x2b\x1b\0").at(789),
        tcp(Side::Client, b"\0\x04\x01\x00\x1b\0").at(789).not(),
    ]
    // IEC 62056-47: wrapper version 1, a known port of the client, length, an association request.
    "dlms" ("electricity meter", "电能表") Both [4059] ["cosem"]
    [
        client(&[Is(0, b"\0\x01\0"), OneOf(3, b"\x01\x10\x20\x40"), Counts(6, Be16, 8), Is(8, b"\x60")]),
        server(&[Is(0, b"\0\x01\0\x01\0"), OneOf(5, b"\x01\x10\x20\x40"), Counts(6, Be16, 8), Is(8, b"\x61")]),
    ]
    [
        tcp(Side::Client, b"\0\x01\0\x10\0\x01\0\x1f\x60\x1d\xa1\x09\x06\x07\x60\x85\x74\x05\x08\x01\x01\xbe\x10\x04\x0e\x01\0\0\0\x06\x5f\x1f\x04\0\0\x7e\x1f\x04\xb0").at(4059),
        tcp(Side::Client, b"\0\x01\0\x10\0\x01\0\x1f").not(),
    ]
    // IEEE 1815-2012, section 9.2.4: start bytes, a length, control, addresses, a checksum. A frame
    // without data is ten bytes long.
    "dnp3" ("telecontrol DNP3", "DNP3 远动") Both [20000, 19999, 19998] ["dnp"]
    [
        either(&[Is(0, b"\x05\x64\x05"), OneOf(3, b"\xc0\xc9\xc4\xd2\xf2\x00\x0b\x49\x40\x80\x89"), Long(10, 10)]),
        either(&[Is(0, b"\x05\x64"), Between(2, 5, 255), OneOf(3, b"\xc4\x44\xc9\xc0\xd3\xf3\xe4\x53\x73\0\x0b\xd2\xf2\x49\x40\x80")]).at_port(),
        either(&[Is(0, b"\x05\x64"), Between(2, 5, 255), Least(10)]).at_port(),
        either(&[Is(0, b"\x05\x64"), Between(2, 8, 255), OneOf(3, b"\xc4\x44"), OneOf(11, b"\x01\x02\x0d\x0e\x14\x15\x17\x81\x82"), Least(12)]),
    ]
    [
        tcp(Side::Client, b"\x05\x64\x05\xc9\x01\0\0\0\x7c\xae"),
        tcp(Side::Client, b"\x05\x64\x08\xc4\x01\0\x02\0\x12\x34\xc0\xc1\x01\x3c").at(20000),
        tcp(Side::Client, b"\x05\x64\x05\x64\x01\0\0\0\x7c\xae").at(20000),
        tcp(Side::Client, b"\x05\x65\x05\xc9\x01\0\0\0\x7c\xae").at(20000).not(),
    ]
    // ODVA, EtherNet/IP encapsulation: command, length, session, status 0, context, options 0.
    "ethernet-ip" ("EtherNet/IP automation", "EtherNet/IP 工业自动化") Both [44818, 2222] ["enip", "cip", "ethernet-ip-2"]
    [
        either(&[OneOf(0, b"\x63\x64"), Is(1, b"\0"), Counts(2, Le16, 24), Is(8, b"\0\0\0\0"), Is(20, b"\0\0\0\0")]),
        client(&[Is(0, b"\x04\0\0\0\0\0\0\0\0\0\0\0"), Is(20, b"\0\0\0\0"), Long(24, 24)]),
        either(&[Is(0, b"\x65\0\x04\0"), Is(8, b"\0\0\0\0"), Is(20, b"\0\0\0\0\x01\0\0\0")]),
        either(&[OneOf(0, b"\x6f\x70"), Is(1, b"\0"), Counts(2, Le16, 24), Is(8, b"\0\0\0\0"), Is(20, b"\0\0\0\0\0\0\0\0")]),
    ]
    [
        tcp(Side::Client, &padded::<24>(b"\x63")).at(44818),
        tcp(Side::Client, b"\x65\0\x04\0\0\0\0\0\0\0\0\0abcdefgh\0\0\0\0\x01\0\0\0").at(44818),
        tcp(Side::Client, b"\x63\0\x01\0").at(44818).not(),
    ]
    // Omron W227, chapter 7: FINS over TCP has a magic; over UDP the header begins with fixed bytes.
    "fins" ("Omron controller", "欧姆龙控制器") Both [9600] ["omron-fins"]
    [
        either(&[Is(0, b"FINS\0\0\0"), Between(7, 8, 0xff)]),
        client(&[Is(0, b"\x80\0"), OneOf(2, b"\x02\x07"), Is(3, b"\0"), OneOf(10, b"\x01\x02\x04\x05\x06"), Between(11, 0, 9)]).at_port(),
        server(&[Is(0, b"\xc0\0"), OneOf(2, b"\x02\x07"), Is(3, b"\0"), OneOf(10, b"\x01\x02\x04\x05\x06"), Between(11, 0, 9)]).at_port(),
    ]
    [
        tcp(Side::Client, b"FINS\0\0\0\x0c\0\0\0\0\0\0\0\0\0\0\0\0").at(9600),
        udp(Side::Client, b"\x80\0\x02\0\0\0\0\x63\0\xef\x05\x01\0").at(9600),
        udp(Side::Client, b"\x80\0\x02\0\0\0\0\x63\0\xef\x05\x01\0").not(),
    ]
    // GE Fanuc service request transport: 56 bytes of which most are zero.
    "ge-srtp" ("GE Fanuc controller", "GE 发那科控制器") Tcp [18245] ["gesrtp"]
    [
        client(&[Is(0, b"\0\0\0\0\0\0\0\0"), Long(56, 56)]).at_port(),
        client(&[Is(0, b"\x02\0"), Is(3, b"\0\0\0\0\0\0"), Long(56, 56)]).at_port(),
        server(&[OneOf(0, b"\x01\x03"), Is(1, b"\0"), Is(3, b"\0\0\0\0\0\0")]).at_port(),
    ]
    [
        tcp(Side::Client, &padded::<56>(b"")).at(18245),
        tcp(Side::Client, &padded::<56>(b"")).not(),
    ]
    // HART-IP (FieldComm Group, HCF_SPEC-085): version, message type, identifier, status, length.
    "hart-ip" ("HART field devices", "HART 现场设备") Both [5094] ["hartip"]
    [either(&[Is(0, b"\x01"), Between(1, 0, 1), Between(2, 0, 3), Is(3, b"\0"), Counts(6, Be16, 0)])]
    [
        udp(Side::Client, b"\x01\0\0\0\0\x02\0\x0d\x01\0\0\x75\x30").at(5094),
        udp(Side::Client, b"\x02\0\0\0\0\x02\0\x0d\x01\0\0\x75\x30").at(5094).not(),
    ]
    // IEC 60870-5-104: start byte, length 4 and an unnumbered function; numbered frames at the port.
    "iec-104" ("IEC 60870-5-104 telecontrol", "IEC 60870-5-104 远动") Tcp [2404] ["iec104", "iec60870"]
    [
        either(&[Is(0, b"\x68\x04"), OneOf(2, b"\x07\x0b\x13\x23\x43\x83"), Is(3, b"\0\0\0")]),
        either(&[Is(0, b"\x68"), Counts(1, U8, 2), Bits(2, 1, 0), Bits(4, 1, 0), Between(6, 1, 127)]).at_port(),
        either(&[Is(0, b"\x68\x04\x01\0"), Bits(4, 1, 0)]).at_port(),
    ]
    [
        tcp(Side::Client, b"\x68\x04\x07\0\0\0").at(2404),
        tcp(Side::Client, b"\x68\x04\x43\0\0\0"),
        tcp(Side::Client, b"\x68\x0e\0\0\0\0\x64\x01\x06\0\x01\0\0\0\0\x14").at(2404),
        tcp(Side::Any, b"\x68\x04\x01\0\x42\xb8").at(2404),
        tcp(Side::Any, b"\x68\x04\x01\0\x43\xb8").at(2404).not(),
        tcp(Side::Client, b"\x68\x04\x09\0\0\0").not(),
    ]
    // KNXnet/IP (EN 13321-2): header length 6, version 1.0, service, total length.
    "knxnet-ip" ("KNX building control", "KNX 楼宇控制") Both [3671] ["knx", "efcp"]
    [either(&[Is(0, b"\x06\x10"), OneOf(2, b"\x02\x03\x04\x05\x06\x07\x09"), Counts(4, Be16, 0)])]
    [
        udp(Side::Client, b"\x06\x10\x02\x01\0\x0e\x08\x01\xc0\0\x02\x01\x0e\x57").at(3671),
        udp(Side::Client, b"\x06\x10\x02\x01\0\x0f\x08\x01\xc0\0\x02\x01\x0e\x57").not(),
    ]
    // Mitsubishi SH-080008, MC protocol: binary frames 3E, 4E and the discovery of Q series.
    "melsec" ("Mitsubishi controller", "三菱控制器") Both [5006, 5007, 5002] ["melsec-q", "slmp"]
    [
        either(&[OneOf(0, b"\x50\xd0"), Is(1, b"\0\0\xff\xff\x03\0")]),
        either(&[OneOf(0, b"\x54\xd4"), Is(1, b"\0"), Is(4, b"\0\0\0\xff\xff\x03\0")]),
        either(&[OneOf(0, b"\x57\xd7"), Is(1, b"\0\0\0\0\x11\x11\x07")]),
        client(&[Is(0, b"500000FF03FF00")]),
    ]
    [
        tcp(Side::Client, b"\x50\0\0\xff\xff\x03\0\x0c\0\x10\0\x01\x04\x01\0\0\0\0\xa8\x01\0").at(5007),
        tcp(Side::Client, b"500000FF03FF000018001004010001D*0000000001"),
        tcp(Side::Client, b"\x50\0\0\xff\xff\x04\0").not(),
    ]
    // Moxa NPort: the search of its configuration tool.
    "moxa-nport" ("serial device server", "串口设备服务器") Udp [4800] ["moxa"]
    [
        client(&[Is(0, b"\x01\0\0\x08\0\0\0\0"), Long(8, 8)]).at_port(),
        server(&[Is(0, b"\x81\0\0\x18\0\0\0\0")]).at_port(),
    ]
    [
        udp(Side::Client, b"\x01\0\0\x08\0\0\0\0").at(4800),
        udp(Side::Client, b"\x01\0\0\x08\0\0\0\0").not(),
    ]
    // Tridium Niagara, Fox: text lines behind the protocol's name.
    "niagara-fox" ("Niagara building automation", "Niagara 楼宇自动化") Tcp [1911, 4911] ["fox", "tridium-fox"]
    [either(&[Is(0, b"fox a "), Text(0)]).tells(&[("greeting", Line(0))])]
    [
        tcp(Side::Client, b"fox a 1 -1 fox hello\n{\nfox.version=s:1.0\nid=i:1\n};;\n").at(1911),
        tcp(Side::Server, b"fox a 0 -1 fox hello\n{\n"),
        tcp(Side::Client, b"fox and hare\n").at(1911).not(),
    ]
    // OPC 10000-6, section 7.1: message type, chunk type, size.
    "opcua" ("OPC unified architecture", "OPC 统一架构") Tcp [4840] ["opcua-tcp", "opc-ua"]
    [
        either(&[Is(0, b"HELF"), Counts(4, Le32, 0), Is(8, b"\0\0\0\0")]),
        either(&[Is(0, b"ACKF"), Counts(4, Le32, 0)]),
        either(&[Is(0, b"OPNF"), Counts(4, Le32, 0)]),
        either(&[Is(0, b"ERRF"), Counts(4, Le32, 0)]),
        either(&[Is(0, b"RHEF"), Counts(4, Le32, 0)]),
    ]
    [
        tcp(Side::Client, b"HELF\x20\0\0\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0").at(4840),
        tcp(Side::Server, b"ACKF\x1c\0\0\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\0\0"),
        tcp(Side::Client, b"HELLO there\r\n").at(4840).not(),
    ]
    // Phoenix Contact, PC Worx: the first request names the bus terminal.
    "pcworx" ("Phoenix Contact controller", "菲尼克斯控制器") Tcp [1962] ["pc-worx"]
    [
        client(&[Is(0, b"\x01\x01\0\x1a\0\0\0\0\x78\x80")]),
        server(&[Is(0, b"\x81\x01\0\x14\0")]),
    ]
    [
        tcp(Side::Client, b"\x01\x01\0\x1a\0\0\0\0\x78\x80\0\x03\0\x0cIBETH01N0_M\0").at(1962),
        tcp(Side::Client, b"\x01\x01\0\x1b\0\0").at(1962).not(),
    ]
    // KW-Software, ProConOS: the run-time's header.
    "proconos" ("controller runtime ProConOS", "ProConOS 控制器运行时") Tcp [20547] []
    [
        either(&[Is(0, b"\xcc\x01\0\x0b\x40\x02")]),
        either(&[Is(0, b"\xcc\x01\0")]).at_port(),
    ]
    [
        tcp(Side::Client, b"\xcc\x01\0\x0b\x40\x02\0\0\x47\xee").at(20547),
        tcp(Side::Client, b"\xcc\x02\0").at(20547).not(),
    ]
    // IEEE 1588-2008, section 13.3: version 2, length of the message.
    "ptp" ("precision time", "精确时间协议") Udp [319, 320] ["ptpv2", "ieee1588"]
    [
        either(&[OneOf(0, b"\0\x01\x02\x03\x08\x09\x0a\x0b\x0c\x0d"), OneOf(1, b"\x02\x12"), Counts(2, Be16, 0), Is(5, b"\0")]),
    ]
    [
        udp(Side::Any, &padded::<44>(b"\0\x02\0\x2c\0\0\x02\0")).at(319),
        udp(Side::Any, &padded::<44>(b"\0\x02\0\x2d\0\0\x02\0")).at(319).not(),
    ]
    // ANSI E1.31, section 4.1: preamble, postamble, packet identifier.
    "sacn" ("stage lighting, streaming ACN", "舞台灯光流式 ACN") Udp [5568] ["e131"]
    [either(&[Is(0, b"\0\x10\0\0ASC-E1.17\0\0\0")])]
    [
        udp(Side::Client, b"\0\x10\0\0ASC-E1.17\0\0\0\x72\x6e\0\0\0\x04").at(5568),
        udp(Side::Client, b"\0\x10\0\0ASC-E1.18\0\0\0").at(5568).not(),
    ]
    // MQTT for sensor networks 1.2, section 5.4: length, CONNECT with protocol 1, or a search.
    "mqtt-sn" ("message queue for sensors", "传感器消息队列") Udp [1883, 1884, 10000] []
    [
        client(&[Counts(0, U8, 0), Is(1, b"\x04"), Bits(2, 0xf3, 0), Is(3, b"\x01"), Text(6)]).at_port(),
        client(&[Is(0, b"\x03\x01"), Long(3, 3)]).at_port(),
        server(&[Is(0, b"\x03\x05"), Between(2, 0, 3), Long(3, 3)]).at_port(),
    ]
    [
        udp(Side::Client, b"\x0c\x04\x04\x01\0\x0asensor").at(1884),
        udp(Side::Client, b"\x0c\x04\x04\x01\0\x0asensor").not(),
    ]
    // Hikvision, search active devices: a question in XML.
    "sadp" ("Hikvision camera search", "海康威视设备搜索") Udp [37020] ["hikvision-sadp"]
    [either(&[Is(0, b"<?xml"), Has(b"<Uuid>"), Has(b"<Types>")])]
    [
        udp(Side::Client, b"<?xml version=\"1.0\" encoding=\"utf-8\"?><Probe><Uuid>0000</Uuid><Types>inquiry</Types></Probe>").at(37020),
        udp(Side::Client, b"<?xml version=\"1.0\"?><Probe/>").at(37020).not(),
    ]
}
