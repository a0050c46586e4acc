//! Voice, pictures, music: signalling and streams. Sources: the RFCs and documents of each comment.

use crate::pattern::Number::Be16;
use crate::pattern::Tell::{Line, Says};
use crate::pattern::Test::{Between, Bits, Counts, Has, Is, Least, Long, OneOf, Text};
use crate::pattern::{client, either, server};
#[cfg(test)]
use crate::tests::{Side, padded, tcp, udp};

/// Seven packets of a transport stream, as one datagram carries them.
#[cfg(test)]
const STREAM: [u8; 1316] = {
    let mut packet = [0; 1316];
    let mut at = 0;
    while at < packet.len() {
        packet[at] = 0x47;
        at += 188;
    }
    packet
};

family! {
    // ITU-T H.225.0 over TPKT: length, Q.931, call reference, message.
    "h323" ("H.323 calls", "H.323 呼叫") Tcp [1720] ["h323hostcall", "q931", "h225"]
    [
        either(&[Is(0, b"\x03\0"), Counts(2, Be16, 0), Is(4, b"\x08\x02"), OneOf(8, b"\x01\x02\x03\x05\x07\x0d\x0f\x5a\x62\x75\x7d")]),
        either(&[Is(0, b"\x03\0"), Is(4, b"\x08\x02")]).at_port(),
    ]
    [
        tcp(Side::Client, b"\x03\0\0\x14\x08\x02\x12\x34\x05\x04\x03\x88\xc0\xa5\x7e\0\x03\x05\x20\x80").at(1720),
        tcp(Side::Client, b"\x03\0\0\x14\x09\x02\x12\x34\x05").at(1720).not(),
    ]
    // RFC 5456, sections 8.1 and 8.6: a full frame of IAX control; NEW says version 2.
    "iax2" ("Asterisk trunks", "Asterisk 中继") Udp [4569] ["iax"]
    [
        client(&[Bits(0, 0x80, 0x80), Is(2, b"\0\0"), Is(8, b"\0\0\x06\x01\x0b\x02\0\x02")]),
        either(&[Bits(0, 0x80, 0x80), Is(10, b"\x06"), Between(11, 1, 40), Bits(2, 0x80, 0)]).at_port().worth(4),
        client(&[Bits(0, 0x80, 0x80), Is(2, b"\0\0"), Is(8, b"\0\0\x06"), OneOf(11, b"\x02\x1e\x0d\x1c"), Long(12, 12)]).worth(4),
    ]
    [
        udp(Side::Client, b"\x80\x01\0\0\0\0\0\x03\0\0\x06\x01\x0b\x02\0\x02\x06\x04user").at(4569),
        udp(Side::Client, b"\x80\x01\0\0\0\0\0\x03\0\0\x06\x1e").at(4569),
        udp(Side::Client, b"\x80\x01\0\0\0\0\0\x03\0\0\x07\x1e").at(4569).not(),
    ]
    // Shoutcast: an answer that is almost HTTP.
    "icy" ("Shoutcast radio", "Shoutcast 网络电台") Tcp [8000, 8001] ["shoutcast"]
    [server(&[Is(0, b"ICY 200 OK")]), server(&[Is(0, b"ICY 401 ")]), server(&[Is(0, b"ICY 404 ")])]
    [
        tcp(Side::Server, b"ICY 200 OK\r\nicy-name:A station\r\n").at(8000),
        tcp(Side::Server, b"ICY roads\r\n").at(8000).not(),
    ]
    // RFC 3525, section 7 and annex B: MEGACO in text, or in its short form.
    "megaco" ("media gateway control H.248", "媒体网关控制 H.248") Both [2944, 2945] ["h248"]
    [either(&[Is(0, b"MEGACO/"), Between(7, b'1', b'3')]), either(&[Is(0, b"!/"), Between(2, b'1', b'3'), OneOf(3, b" "), OneOf(4, b"[<")]).worth(2)]
    [
        udp(Side::Client, b"MEGACO/1 [192.0.2.1]:2944 Transaction = 1 {").at(2944),
        udp(Side::Client, b"!/1 [192.0.2.1]:2944 T=1{").at(2944),
        udp(Side::Client, b"MEGABYTE").at(2944).not(),
    ]
    // RFC 3435, section 3.2.2: a verb, a transaction, an endpoint, MGCP 1.0.
    "mgcp" ("media gateway control", "媒体网关控制") Udp [2427, 2727] []
    [
        either(&[Between(0, b'A', b'R'), Is(4, b" "), Between(5, b'0', b'9'), Has(b" MGCP "), Text(0)]).worth(8).tells(&[("command", Line(0))]),
        either(&[Is(0, b"RSIP ")]).at_port(), either(&[Is(0, b"AUEP ")]), either(&[Is(0, b"NTFY ")]).at_port(),
        either(&[Is(0, b"CRCX ")]), either(&[Is(0, b"DLCX ")]), either(&[Is(0, b"MDCX ")]), either(&[Is(0, b"RQNT ")]), either(&[Is(0, b"AUCX ")]),
        either(&[Is(0, b"200 "), Between(4, b'0', b'9')]).at_port(),
    ]
    [
        udp(Side::Client, b"AUEP 1500 *@gw.example.org MGCP 1.0\r\n").at(2427),
        udp(Side::Client, b"RSIP 1 *@gw MGCP 1.0\r\nRM: restart\r\n"),
        udp(Side::Client, b"ABCD efgh\r\n").at(2427).not(),
    ]
    // Microsoft, MS-MMSP: a constant, a signature.
    "mms" ("Microsoft media server", "微软流媒体") Tcp [1755] ["ms-streaming"]
    [either(&[Is(0, b"\x01\0\0\0\xce\xfa\x0b\xb0")]), either(&[Is(4, b"\xce\xfa\x0b\xb0")])]
    [
        tcp(Side::Client, b"\x01\0\0\0\xce\xfa\x0b\xb0\x90\0\0\0MMS \x12\0\0\0").at(1755),
        tcp(Side::Client, b"\x01\0\0\0\xce\xfa\x0b\xb1").at(1755).not(),
    ]
    // ISO/IEC 13818-1, section 2.4.3.2: packets of 188 bytes, each behind 47.
    "mpeg-ts" ("MPEG transport stream", "MPEG 传输流") Udp [1234, 5004] []
    [either(&[Is(0, b"\x47"), Is(188, b"\x47"), Is(376, b"\x47"), Is(564, b"\x47")])]
    [
        udp(Side::Any, &STREAM).at(1234),
        udp(Side::Any, &padded::<1316>(b"\x47")).at(1234).not(),
    ]
    // RFC 3550, section 6.4: version 2, counts, the types of a compound's first packet, its length.
    "rtcp" ("control of real-time media", "实时媒体控制") Udp [5005, 16385] []
    [
        either(&[Is(0, b"\x80\xc8\0\x06")]).worth(4),
        either(&[Is(0, b"\x81\xc8\0"), OneOf(3, b"\x0c\x0d\x0e\x0f")]).worth(8),
        either(&[Is(0, b"\x81\xc9\0\x07")]).worth(4),
        either(&[Is(0, b"\x80\xc9\0\x01")]).worth(4),
        either(&[OneOf(0, b"\x81\x8f\x82\x83"), OneOf(1, b"\xcd\xce"), Is(2, b"\0"), Between(3, 2, 8)]).worth(6),
    ]
    [
        udp(Side::Any, b"\x80\xc8\0\x06\x12\x34\x56\x78\xea\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\xa0"),
        udp(Side::Any, b"\x80\xc9\0\x01\x12\x34\x56\x78\x81\xca\0\x02\x12\x34\x56\x78\x01\0\0\0"),
        udp(Side::Any, b"\x80\xc8\x01\x06").not(),
    ]
    // RFC 3550, section 5.1, and RFC 3551, table 4: said only of voice whose packets have the length
    // that their codec gives them.
    "rtp" ("real-time media", "实时媒体") Udp [5004, 16384] []
    [
        either(&[Is(0, b"\x80"), OneOf(1, b"\0\x08\x80\x88"), Long(172, 172)]).worth(12).tells(&[("codec", Says("G.711"))]),
        either(&[Is(0, b"\x80"), OneOf(1, b"\0\x08\x80\x88"), Long(252, 252)]).worth(12).tells(&[("codec", Says("G.711"))]),
        either(&[Is(0, b"\x80"), OneOf(1, b"\0\x08\x80\x88"), Long(92, 92)]).worth(12).tells(&[("codec", Says("G.711"))]),
        either(&[Is(0, b"\x80"), OneOf(1, b"\x12\x92"), Long(32, 32)]).worth(12).tells(&[("codec", Says("G.729"))]),
        either(&[Is(0, b"\x80"), OneOf(1, b"\x09\x89"), Long(172, 172)]).worth(12).tells(&[("codec", Says("G.722"))]),
        either(&[Is(0, b"\x80"), OneOf(1, b"\x03\x83"), Long(45, 45)]).worth(12).tells(&[("codec", Says("GSM"))]),
        either(&[Is(0, b"\x80"), OneOf(1, b"\x21\xa1"), Is(12, b"\x47"), Is(200, b"\x47")]).tells(&[("codec", Says("MPEG transport stream"))]),
    ]
    [
        udp(Side::Any, &padded::<172>(b"\x80\x08\x12\x34\0\0\x0a\0\xde\xad\xbe\xef\xd5\xd5")).tells(&[("codec", "G.711")]),
        udp(Side::Any, &padded::<173>(b"\x80\x08\x12\x34\0\0\x0a\0\xde\xad\xbe\xef\xd5\xd5")).not(),
    ]
    // Adobe, RTMP 1.0, section 5.2: version 3, a time, four zeros, 1528 bytes.
    "rtmp" ("Flash media", "Flash 流媒体") Tcp [1935] []
    [
        client(&[Is(0, b"\x03"), Is(5, b"\0\0\0\0"), Least(1400)]).worth(12),
        client(&[Is(0, b"\x03"), Is(5, b"\0\0\0\0"), Least(4)]).at_port().worth(8),
        client(&[Is(0, b"\x03\0\0\0\0\0\0\0\0"), Least(1400)]).worth(8),
        server(&[Is(0, b"\x03"), Least(1400), Has(b"Genuine Adobe")]),
        server(&[Is(0, b"\x03"), Least(1)]).at_port().worth(8),
    ]
    [
        tcp(Side::Client, &padded::<1537>(b"\x03\x12\x34\x56\x78\0\0\0\0random")).at(1935),
        tcp(Side::Client, b"\x03\x12\x34\x56\x78\0\0\0\0").not(),
    ]
    // RFC 2974, section 4: version 1, then a session description.
    "sap" ("session announcements", "会话通告") Udp [9875] []
    [client(&[Bits(0, 0xe0, 0x20), Has(b"application/sdp")]), client(&[Bits(0, 0xe0, 0x20), Has(b"v=0\r\no=")])]
    [
        udp(Side::Client, b"\x20\0\x12\x34\xc0\0\x02\x01application/sdp\0v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n").at(9875),
        udp(Side::Client, b"\x40\0\x12\x34\xc0\0\x02\x01application/sdp\0").at(9875).not(),
    ]
    // UDT 4 and SRT: a control packet that opens a connection, version 4 or 5.
    "udt" ("UDT and SRT transport", "UDT 与 SRT 传输") Udp [9000, 4200] ["srt"]
    [either(&[Is(0, b"\x80\0\0\0\0\0\0\0"), Is(12, b"\0\0\0\0\0\0\0"), OneOf(19, b"\x04\x05"), Least(48)]).worth(4)]
    [
        udp(Side::Client, &padded::<64>(b"\x80\0\0\0\0\0\0\0\0\0\x12\x34\0\0\0\0\0\0\0\x04\0\0\0\x02\x11\x22\x33\x44\0\0\x05\xdc")).at(9000),
        udp(Side::Client, &padded::<64>(b"\x80\0\0\0\0\0\0\0\0\0\x12\x34\0\0\0\0\0\0\0\x06")).at(9000).not(),
    ]
    // Music player daemon: its greeting.
    "mpd" ("music player daemon", "音乐播放守护进程") Tcp [6600] []
    [server(&[Is(0, b"OK MPD "), Between(7, b'0', b'9')]).tells(&[("version", Line(7))])]
    [
        tcp(Side::Server, b"OK MPD 0.23.5\n").at(6600).tells(&[("version", "0.23.5")]),
        tcp(Side::Server, b"OK MPG 1\n").at(6600).not(),
    ]
    // Logitech media server: e and the tags that are asked for; a player says D.
    "slimproto" ("Squeezebox players", "Squeezebox 播放器") Both [3483] ["squeezebox"]
    [
        client(&[Is(0, b"eIPAD\0NAME\0")]),
        client(&[Is(0, b"eNAME\0")]),
        client(&[Is(0, b"HELO"), Long(4, 4)]).at_port(),
        client(&[Least(5), Is(0, b"HELO\0\0\0"), Between(7, 10, 200)]),
    ]
    [
        udp(Side::Client, b"eIPAD\0NAME\0JSON\0").at(3483),
        tcp(Side::Client, b"HELO\0\0\0\x24\x0c\0\x02\0\x5e\0\x53\x01").at(3483),
        udp(Side::Client, b"eIPAB").at(3483).not(),
    ]
}
