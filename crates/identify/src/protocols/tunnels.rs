//! Tunnels, overlays and what keeps them open. Sources: the RFCs and projects that each comment names.

use crate::pattern::Number::{Be16, Be32};
use crate::pattern::Tell::{Line, Number, Says, String, Token};
use crate::pattern::Test::{Whole, Between, Bits, Counts, Has, Is, Least, Long, Name, OneOf, Text, Within};
use crate::pattern::{client, either, server};
#[cfg(test)]
use crate::tests::{Side, padded, tcp, udp};

family! {
    // RFC 5415, section 4.1: preamble 0, header length, zeros; the older LWAPP is alike.
    "capwap" ("wireless access points", "无线接入点控制") Udp [5246, 5247] ["lwapp"]
    [
        client(&[Is(0, b"\0\x10\x02\0\0\0\0\0\0\0\0"), OneOf(11, b"\x01\x03\x05\x09")]),
        server(&[Is(0, b"\0\x10\x02\0\0\0\0\0\0\0\0"), OneOf(11, b"\x02\x04\x06\x0a")]),
        either(&[Is(0, b"\0"), OneOf(1, b"\x08\x10\x18\x20"), Is(4, b"\0\0\0\0")]).at_port().worth(4),
        // RFC 5415, section 4.2: DTLS behind four bytes.
        either(&[Is(0, b"\x01\0\0\0"), Between(4, 20, 23), Is(5, b"\xfe"), OneOf(6, b"\xfd\xff")]).worth(2),
    ]
    [
        udp(Side::Client, b"\0\x10\x02\0\0\0\0\0\0\0\0\x01\0\0\x1c\0\0\x14\0\x01\0").at(5246),
        udp(Side::Client, b"\x01\0\0\0\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x40").at(5246),
        udp(Side::Client, b"\x01\0\0\0\x18\xfe\xff\0\0\0\0\0\0\0\0\0\x40").at(5246).not(),
        udp(Side::Client, b"\0\x10\x02\0\0\0\0\0\0\0\0\x63").not(),
    ]
    // RFC 8926, section 3.4: version 0, options, flags, an Ethernet type; the last byte is 0.
    "geneve" ("network virtualisation GENEVE", "GENEVE 网络虚拟化") Udp [6081] []
    [either(&[Bits(0, 0xc0, 0), Bits(1, 0x3f, 0), OneOf(2, b"\x65\x08\x86\x88"), OneOf(3, b"\x58\0\xdd\x47"), Is(7, b"\0"), Least(22)]).at_port().worth(4)]
    [
        udp(Side::Any, &padded::<50>(b"\0\0\x65\x58\0\0\x01\0")).at(6081),
        udp(Side::Any, &padded::<50>(b"\0\0\x65\x58\0\0\x01\0")).not(),
    ]
    // 3GPP TS 29.060 and 29.274: version, message type, length.
    "gtp" ("mobile core tunnels", "移动核心网隧道") Udp [2123, 2152, 3386] ["gtp-c", "gtp-u", "gtp-control", "gtp-user"]
    [
        either(&[OneOf(0, b"\x30\x32\x34\x36"), OneOf(1, b"\x01\x02\x10\x11\x12\x13\x14\x15\x1a\x1f\xfe\xff"), Counts(2, Be16, 8)]).worth(2),
        either(&[OneOf(0, b"\x40\x48\x50\x58"), OneOf(1, b"\x01\x02\x20\x21\x22\x23\x24\x25\x26\x27"), Counts(2, Be16, 4)]),
        either(&[OneOf(0, b"\x30\x32\x48\x40"), OneOf(1, b"\x01\x02\x10\x20\xff")]).at_port().worth(6),
    ]
    [
        udp(Side::Client, b"\x32\x01\0\x04\0\0\0\0\x12\x34\0\0").at(2152),
        udp(Side::Client, b"\x32\x01\0\x05\0\0\0\0\x12\x34\0\0").not(),
    ]
    // RFC 2661, sections 3.1 and 5: control messages carry length and sequence, version 2 or 3.
    "l2tp" ("layer 2 tunnelling", "二层隧道协议") Udp [1701] []
    [
        either(&[Is(0, b"\xc8"), OneOf(1, b"\x02\x03"), Counts(2, Be16, 0), Least(12)]),
        either(&[Is(0, b"\xc8"), OneOf(1, b"\x02\x03"), Is(12, b"\x80\x08\0\0\0\0\0")]).tells(&[("message", Number(18, Be16))]),
        either(&[OneOf(0, b"\xc8\x40\x48\0"), OneOf(1, b"\x02\x03")]).at_port().worth(4),
    ]
    [
        udp(Side::Client, b"\xc8\x02\0\x1c\0\0\0\0\0\0\0\0\x80\x08\0\0\0\0\0\x01\x80\x08\0\0\0\x02\x01\0").at(1701),
        udp(Side::Client, b"\xc8\x02\0\x1d\0\0").not(),
    ]
    // RFC 6830, section 6.1: a map request or register, reserved bits, counts.
    "lisp" ("locator and identifier separation", "LISP 路由映射") Udp [4341, 4342] []
    [either(&[OneOf(0, b"\x10\x12\x14\x18\x20\x28\x30\x38\x40\x80"), Between(3, 1, 8), Is(1, b"\0")]).at_port().worth(6)]
    [
        udp(Side::Client, b"\x30\0\x01\x01\x12\x34\x56\x78").at(4342),
        udp(Side::Client, b"\x30\0\x01\x01\x12\x34\x56\x78").not(),
    ]
    // RFC 2637, section 2: length, control message, magic cookie.
    "pptp" ("point-to-point tunnelling", "点对点隧道协议") Tcp [1723] []
    [
        client(&[Is(0, b"\0\x9c\0\x01\x1a\x2b\x3c\x4d\0\x01")]).tells(&[("vendor", String(92))]),
        server(&[Is(0, b"\0\x9c\0\x01\x1a\x2b\x3c\x4d\0\x02")]).tells(&[("vendor", String(92))]),
        either(&[Is(0, b"\0"), Is(2, b"\0\x01\x1a\x2b\x3c\x4d")]),
        either(&[Is(0, b"\0\x9c\0\x01"), Long(4, 4)]).at_port(),
    ]
    [
        tcp(Side::Client, &padded::<156>(b"\0\x9c\0\x01\x1a\x2b\x3c\x4d\0\x01\0\0\x01\0")).at(1723),
        tcp(Side::Client, b"\0\x9c\0\x01\x1a\x2b\x3c\x4e").at(1723).not(),
    ]
    // Microsoft, MS-SSTP: a verb of its own.
    "sstp" ("secure socket tunnelling", "安全套接字隧道") Tcp [443] []
    [client(&[Is(0, b"SSTP_DUPLEX_POST ")]).tells(&[("target", Token(17))])]
    [
        tcp(Side::Client, b"SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ HTTP/1.1\r\n").at(443),
        tcp(Side::Client, b"SSTP is a tunnel\r\n").at(443).not(),
    ]
    // SoftEther: the connection's address, and questions for NAT traversal in its packed form.
    "softether" ("SoftEther VPN", "SoftEther 虚拟专用网") Both [443, 992, 1194, 5555] []
    [
        client(&[Least(12), Is(0, b"POST /vpnsvc/"), Text(13)]).tells(&[("target", Token(5))]),
        either(&[Is(0, b"\0\0\0\x03\0\0\0\x07opcode\0\0\0\x02")]),
        either(&[Has(b"NatT"), Has(b"SE-VPN")]),
    ]
    [
        udp(Side::Client, b"\0\0\0\x03\0\0\0\x07opcode\0\0\0\x02\0\0\0\x01").at(5555),
        udp(Side::Client, b"\0\0\0\x03\0\0\0\x07opcodx").at(5555).not(),
    ]
    // Tailscale, disco: TS and a speech balloon in UTF-8, the sender's key.
    "tailscale-disco" ("Tailscale peers", "Tailscale 节点探测") Udp [41641] ["tailscale"]
    [either(&[Is(0, b"TS\xf0\x9f\x92\xac")])]
    [
        udp(Side::Any, b"TS\xf0\x9f\x92\xacabcdefghijklmnopqrstuvwxyz012345").at(41641),
        udp(Side::Any, b"TS\xf0\x9f\x92\xad").at(41641).not(),
    ]
    // RFC 4380, sections 5.1.1 and 5.2: an authentication or origin header before IPv6.
    "teredo" ("IPv6 through address translation", "Teredo（IPv6 穿越）") Udp [3544] []
    [
        either(&[Is(0, b"\0\x01\0\0"), Is(12, b"\0"), OneOf(13, b"\x60\0"), Least(21)]).at_port().worth(6),
        client(&[Is(0, b"\0\x01\0\0"), Long(4, 4)]).at_port(),
        either(&[Is(0, b"\0\0"), Is(8, b"\x60\0\0\0"), Least(48)]),
        either(&[Is(0, b"\x60\0\0\0"), OneOf(6, b"\x3a\x3b\x11\x06"), Is(8, b"\x20\x01\0\0")]),
        either(&[Is(0, b"\x60\0\0\0"), OneOf(6, b"\x3a\x3b\x11\x06"), Is(24, b"\x20\x01\0\0")]),
        either(&[Is(0, b"\x60\0\0\0"), OneOf(6, b"\x3a\x3b\x11\x06"), Is(8, b"\xfe\x80\0\0\0\0\0\0")]),
    ]
    [
        udp(Side::Client, b"\x60\0\0\0\0\0\x3b\x15\x20\x01\0\0\x41\x36\xe3\x78\x80\0\x63\xbf\x3f\xff\xfd\xd2\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01").at(3544),
        udp(Side::Client, b"\x61\0\0\0\0\0\x3b\x15\x20\x02\0\0").at(3544).not(),
    ]
    // tinc: an identity with the daemon's name and version 17.
    "tinc" ("tinc VPN", "tinc 虚拟专用网") Tcp [655] []
    [either(&[Is(0, b"0 "), Name(2, 1), Has(b" 17"), Whole])]
    [
        tcp(Side::Client, b"0 home 17.7\n").at(655),
        tcp(Side::Client, b"0 home 18.7\n").at(655).not(),
    ]
    // vtun: the server greets.
    "vtun" ("virtual tunnel daemon", "vtun 隧道") Tcp [5000] []
    [server(&[Is(0, b"VTUN server ver")]).tells(&[("greeting", Line(0))])]
    [
        tcp(Side::Server, b"VTUN server ver 3.0.2 06/07/2009\n").at(5000),
        tcp(Side::Server, b"VTUN client\n").at(5000).not(),
    ]
    // RFC 7348, section 5: flags 08, reserved zeros, a network's number, then Ethernet.
    "vxlan" ("virtual extensible LAN", "VXLAN 虚拟局域网") Udp [4789, 8472] []
    [either(&[Is(0, b"\x08\0\0\0"), Is(7, b"\0"), Least(22)]).worth(4).at_port().tells(&[("network", Number(3, Be32))]),
     either(&[Is(0, b"\x08\0\0\0")]).at_port()]
    [
        udp(Side::Any, b"\x08\0\0\0\0\0\x2a\0\x02\0\x5e\0\x53\x01\x02\0\x5e\0\x53\x02\x08\0\x45\0\0\x1c").at(4789),
        udp(Side::Any, b"\x08\0\0\0\0\0\x2a\0\x02\0\x5e\0\x53\x01").not(),
    ]
    // ZeroTier, VL1: a HELLO's verb, cipher and hop count at their places; planets send from 9993.
    "zerotier" ("ZeroTier overlay", "ZeroTier 虚拟网络") Udp [9993] []
    [
        client(&[Bits(18, 0xc7, 0), Is(27, b"\x01"), Between(28, 4, 14), Between(29, 0, 3), Between(30, 0, 40), Least(100)]).at_port().worth(8),
    ]
    [
        udp(Side::Client, &crate::tests::joined::<138>(b"abcdefgh01234\x01\x02\x03\x04\x05\x00", b"ABCDEFGH\x01\x0b\x01\x0c\0\x01", b"")).at(9993),
        udp(Side::Client, &crate::tests::joined::<138>(b"abcdefgh01234\x01\x02\x03\x04\x05\x00", b"ABCDEFGH\x01\x0b\x01\x0c\0\x01", b"")).not(),
    ]
    // Nebula: version 1, type and subtype; a handshake is to index 0 and counts 1.
    "nebula" ("Nebula overlay", "Nebula 虚拟网络") Udp [4242] []
    [
        client(&[Is(0, b"\x10\0\0\0\0\0\0\0"), Within(8, Be32, 0, 0), Within(12, Be32, 1, 2)]),
        either(&[Between(0, 0x10, 0x14), Between(1, 0, 1), Is(2, b"\0\0")]).at_port().worth(4),
    ]
    [
        udp(Side::Client, b"\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x0a\x20abcdefgh").at(4242),
        udp(Side::Client, b"\x20\0\0\0\0\0\0\0\0\0\0\0").at(4242).not(),
    ]
    // AYIYA (draft-massar-v6ops-ayiya): identity of 16 bytes, SHA-1, forward IPv6.
    "ayiya" ("anything in anything", "AYIYA 隧道") Udp [5072] []
    [either(&[Is(0, b"\x44\x52\x11\x29")])]
    [
        udp(Side::Client, b"\x44\x52\x11\x29\x65\x60\0\0\x20\x01\x0d\xb8").at(5072),
        udp(Side::Client, b"\x44\x52\x11\x2a").at(5072).not(),
    ]
    // HAProxy, PROXY protocol: version 1 in text, version 2 behind twelve bytes.
    "proxy-protocol" ("PROXY protocol", "PROXY 协议") Tcp [] ["haproxy-proxy"]
    [
        client(&[Is(0, b"PROXY "), OneOf(6, b"TU"), Text(6)]).tells(&[("connection", Line(6))]),
        client(&[Least(12), Is(0, b"\r\n\r\n\0\r\nQUIT\n")]).tells(&[("version", Says("2"))]),
    ]
    [
        tcp(Side::Client, b"PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n").tells(&[("connection", "TCP4 192.0.2.1 198.51.100.1 56324 443")]),
        tcp(Side::Client, b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"),
        tcp(Side::Client, b"PROXY server wanted\r\n").not(),
    ]
}
