//! Remote procedure calls of Sun, over UDP and, behind a record mark, over TCP (RFC 5531, RFC 1833).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, LIKELY, Match, STRONG};
use crate::pattern::Test::{Between, Is, Least};
use crate::pattern::{Pattern, client};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "sunrpc",
    title: "remote procedure calls of Sun: portmapper, NFS",
    title_zh: "Sun 的远程过程调用",
    aliases: &["portmap", "rpcbind", "nfs", "mount"],
    carrier: Carrier::Both,
    ports: &[111, 2049, 32771],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(4, b"\0\0\0\0\0\0\0\x02\0\x01\x86"), Least(15)]),
        client(&[Is(0, b"\x80\0\0"), Between(3, 0x20, 0x80)]).at_port().worth(4),
        client(&[Is(0, b"\x80\0\0"), Is(8, b"\0\0\0\0\0\0\0\x02"), Least(16)]),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    if payload.is_tcp() {
        let mark = walk.be32()?;
        let length = usize::try_from(mark & 0x7fff_ffff).ok()?;
        if mark >> 31 == 0 || length < walk.left() || length > 1 << 20 {
            return None;
        }
    }
    walk.take(4)?;
    match walk.be32()? {
        0 => call(walk),
        1 => answer(payload, walk),
        _ => None,
    }
}

/// Version 2, a program, its version, a procedure, two proofs of identity.
fn call(mut walk: Cursor<'_>) -> Option<Match<'_>> {
    let (version, program) = (walk.be32()?, walk.be32()?);
    let (release, procedure) = (walk.be32()?, walk.be32()?);
    if version != 2 || !(100_000..0x4000_0000).contains(&program) || procedure > 1000 {
        return None;
    }
    let identified = walk.be32().is_none_or(|flavour| flavour <= 6);
    // Some probe a version that cannot be, to learn which can.
    let known = program_word(program);
    if !identified || known.is_none() && release > 100 {
        return None;
    }
    let found = Match::new(if known.is_some() { CERTAIN } else { STRONG }, Side::Client);
    let found = match known {
        Some(word) => found.word("program", word),
        None => found.number("program", program),
    };
    Some(
        found
            .number("version", release)
            .number("procedure", procedure),
    )
}

/// Accepted or denied, then a proof of identity.
fn answer<'a>(payload: &Payload<'a>, mut walk: Cursor<'a>) -> Option<Match<'a>> {
    let fits = match walk.be32()? {
        0 => walk.be32()? <= 6 && walk.be32()? <= 400,
        1 => walk.be32()? <= 1,
        _ => false,
    };
    (fits && payload.is_at(PROTOCOL.ports)).then(|| Match::new(LIKELY, Side::Server))
}

const fn program_word(program: u32) -> Option<&'static str> {
    Some(match program {
        100_000 => "portmapper",
        100_001 => "rstatd",
        100_002 => "rusersd",
        100_003 => "nfs",
        100_004 => "ypserv",
        100_005 => "mountd",
        100_007 => "ypbind",
        100_008 => "walld",
        100_009 => "yppasswdd",
        100_021 => "nlockmgr",
        100_024 => "statd",
        100_068 => "cmsd",
        100_083 => "ttdbserverd",
        100_232 => "sadmind",
        100_300 => "nisd",
        _ => return None,
    })
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{padded, tcp, udp};
    &[
        udp(Side::Client, &padded::<40>(b"\x12\x34\x56\x78\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01\x86\xa0\x00\x00\x00\x02\x00\x00\x00\x04")).at(111).tells(&[("program", "portmapper"), ("procedure", "4")]),
        udp(Side::Client, &padded::<40>(b"\x72\xfe\x1d\x13\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01\x86\xa0\x00\x01\x97\x7c\x00\x00\x00\x00")).tells(&[("version", "104316")]),
        tcp(Side::Client, &padded::<44>(b"\x80\x00\x00\x28\x12\x34\x56\x78\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01\x86\xa3\x00\x00\x00\x03\x00\x00\x00\x00")).tells(&[("program", "nfs")]),
        udp(Side::Server, &padded::<28>(b"\x12\x34\x56\x78\x00\x00\x00\x01")).at(111),
        udp(Side::Server, &padded::<28>(b"\x12\x34\x56\x78\x00\x00\x00\x01")).not(),
        udp(Side::Client, &padded::<40>(b"\x12\x34\x56\x78\x00\x00\x00\x00\x00\x00\x00\x03\x00\x01\x86\xa0")).at(111).not(),
        tcp(Side::Client, &padded::<44>(b"\x00\x00\x00\x28\x12\x34\x56\x78\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01\x86\xa0")).at(111).not(),
    ]
};
