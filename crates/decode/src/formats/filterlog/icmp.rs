//! ICMP in its two spellings: pfSense's descriptions and OPNsense's columns.

use rutter_event::{Packet, Refusal, Transport};

use super::super::address::ip;
use super::super::number::decimal;
use super::columns::Columns;

/// Reads the ICMP header into `packet`, and gives what is told of the packet that an error quotes.
///
/// # Errors
/// [`Refusal::Truncated`] when columns are missing that the type always has.
pub(super) fn read(
    columns: &mut Columns<'_>,
    packet: &mut Packet,
) -> Result<Option<Packet>, Refusal> {
    // For ICMPv6 pfSense writes nothing.
    let is_v6 = packet.transport == Some(Transport::ICMPV6);
    let (first, is_closed) = match columns.next() {
        Some((b"", false)) | None if is_v6 => return Ok(None),
        Some((b"", false)) | None => return Err(Refusal::Truncated),
        Some(column) => column,
    };
    if first.starts_with(b"datalength=") {
        if is_closed {
            read_columns(columns, packet);
        }
        return Ok(None);
    }
    if is_v6 {
        return Ok(None);
    }
    if !is_closed && !first.last().is_some_and(u8::is_ascii_digit) {
        // The length at its end is missing.
        return Err(Refusal::Truncated);
    }
    read_description(first, columns, packet)
}

/// OPNsense: `datalength=64,echoreq,0,4242,1,`: type, code, id, sequence, MTU.
fn read_columns(columns: &mut Columns<'_>, packet: &mut Packet) {
    let is_v6 = packet.transport == Some(Transport::ICMPV6);
    let Some(kind) = columns.trusted() else {
        return;
    };
    let kind = if is_v6 { kind_v6(kind) } else { kind_v4(kind) };
    packet.icmp.kind = kind;
    let Some(code) = columns.trusted() else {
        return;
    };
    packet.icmp.code = decimal(code).or_else(|| code_of(is_v6, kind?, code));
    packet.icmp.id = columns.trusted().and_then(decimal);
    packet.icmp.sequence = columns.trusted().and_then(decimal);
    packet.icmp.mtu = columns.next().and_then(|(mtu, _)| decimal(mtu));
}

/// pfSense: a word, and what belongs to it.
///
/// The length of the ICMP message is glued to the last column without a comma: `request,7717,164`
/// is sequence 1 of a message of 64 bytes.
fn read_description(
    word: &[u8],
    columns: &mut Columns<'_>,
    packet: &mut Packet,
) -> Result<Option<Packet>, Refusal> {
    let message_length = packet.length.and_then(|length| length.checked_sub(20));
    let icmp = &mut packet.icmp;
    let (kind, code) = match word {
        b"request" => (8, Some(0)),
        b"reply" => (0, Some(0)),
        b"unreachproto" => (3, Some(2)),
        b"unreachport" => (3, Some(3)),
        b"needfrag" => (3, Some(4)),
        b"unreach" => (3, None),
        b"redirect" => (5, None),
        b"timexceed" => (11, None),
        b"paramprob" => (12, None),
        b"tstamp" => (13, Some(0)),
        b"tstampreply" => (14, Some(0)),
        b"maskreply" => (18, Some(0)),
        _ => return Ok(None),
    };
    (icmp.kind, icmp.code) = (Some(kind), code);
    match word {
        b"request" | b"reply" | b"tstamp" => {
            icmp.id = decimal(columns.closed()?);
            icmp.sequence = last(columns, message_length).and_then(decimal);
            Ok(None)
        }
        b"tstampreply" => {
            icmp.id = decimal(columns.closed()?);
            icmp.sequence = decimal(columns.closed()?);
            Ok(None)
        }
        b"needfrag" => {
            let quoted = quoted_to(columns.closed()?);
            icmp.mtu = last(columns, message_length).and_then(decimal);
            Ok(quoted)
        }
        b"unreachproto" => {
            let quoted = quoted_to(columns.closed()?);
            let protocol = last(columns, message_length).map(bare);
            let transport = protocol.and_then(Transport::from_word);
            Ok(quoted.map(|quoted| Packet {
                transport,
                ..quoted
            }))
        }
        b"unreachport" => {
            let quoted = quoted_to(columns.closed()?);
            let transport = Transport::from_word(bare(columns.closed()?));
            let port = last(columns, message_length).and_then(decimal);
            Ok(quoted.map(|mut quoted| {
                quoted.transport = transport;
                quoted.destination.port = port;
                quoted
            }))
        }
        _ => {
            let description = columns.rest().ok_or(Refusal::Truncated)?;
            icmp.code = described_code(kind, description);
            Ok(described_destination(description))
        }
    }
}

/// The last column without the message length that is glued to it. A column that does not end
/// with it was cut, and one that is not the last is of another record; neither is trusted.
fn last<'a>(columns: &mut Columns<'a>, message_length: Option<u32>) -> Option<&'a [u8]> {
    let (column, is_closed) = columns.next()?;
    if is_closed {
        return None;
    }
    let mut length = message_length?;
    let mut rest = column;
    loop {
        let (digit, before) = rest.split_last()?;
        if u32::from(digit.wrapping_sub(b'0')) != length % 10 {
            return None;
        }
        rest = before;
        length /= 10;
        if length == 0 {
            return Some(rest).filter(|rest| !rest.is_empty());
        }
    }
}

/// Vendors' own examples put brackets around some values.
fn bare(text: &[u8]) -> &[u8] {
    match text {
        [b'[', inner @ .., b']'] => inner,
        _ => text,
    }
}

fn quoted_to(address: &[u8]) -> Option<Packet> {
    let mut quoted = Packet::default();
    quoted.destination.ip = Some(ip(bare(address))?);
    Some(quoted)
}

/// The code that a description of tcpdump's wording stands for (RFC 792, RFC 1812).
fn described_code(kind: u8, description: &[u8]) -> Option<u8> {
    let says = |words: &[u8]| {
        description
            .windows(words.len())
            .any(|window| window == words)
    };
    let table: &[(&[u8], u8)] = match kind {
        3 => &[
            (b"admin prohibited filter", 13),
            (b"host precedence violation", 14),
            (b"precedence cutoff", 15),
            (b"source route failed", 5),
            (b"source host isolated", 8),
        ],
        5 if description.starts_with(b"redirect-tos") => return None,
        5 => &[(b" to net ", 0), (b" to host ", 1)],
        11 => &[(b"reassembly", 1), (b"in-transit", 0)],
        _ => &[],
    };
    if let Some((_, code)) = table.iter().find(|(words, _)| says(words)) {
        return Some(*code);
    }
    if kind != 3 {
        return None;
    }
    let is_net = description.starts_with(b"net ");
    if !is_net && !description.starts_with(b"host ") {
        return None;
    }
    Some(
        match (
            is_net,
            says(b"unknown"),
            says(b"admin prohibited"),
            says(b"tos prohibited"),
        ) {
            (true, true, ..) => 6,
            (false, true, ..) => 7,
            (true, _, true, _) => 9,
            (false, _, true, _) => 10,
            (true, _, _, true) => 11,
            (false, _, _, true) => 12,
            (true, ..) => 0,
            (false, ..) => 1,
        },
    )
}

/// `host 192.0.2.1 unreachable…`: the address that could not be reached.
fn described_destination(description: &[u8]) -> Option<Packet> {
    let mut words = description.split(|byte| *byte == b' ');
    if !matches!(words.next()?, b"host" | b"net") {
        return None;
    }
    let address = words.next()?;
    // Without a word behind it the address may be cut.
    words.next()?;
    quoted_to(address)
}

/// `icmp-type` keywords of pf.conf(5).
fn kind_v4(word: &[u8]) -> Option<u8> {
    Some(match word {
        b"echorep" => 0,
        b"unreach" => 3,
        b"squench" => 4,
        b"redir" => 5,
        b"althost" => 6,
        b"echoreq" => 8,
        b"routeradv" => 9,
        b"routersol" => 10,
        b"timex" => 11,
        b"paramprob" => 12,
        b"timereq" => 13,
        b"timerep" => 14,
        b"inforeq" => 15,
        b"inforep" => 16,
        b"maskreq" => 17,
        b"maskrep" => 18,
        b"trace" => 30,
        b"dataconv" => 31,
        b"mobredir" => 32,
        b"ipv6-where" => 33,
        b"ipv6-here" => 34,
        b"mobregreq" => 35,
        b"mobregrep" => 36,
        b"skip" => 39,
        b"photuris" => 40,
        _ => return unknown(word),
    })
}

/// `icmp6-type` keywords of pf.conf(5).
fn kind_v6(word: &[u8]) -> Option<u8> {
    Some(match word {
        b"unreach" => 1,
        b"toobig" => 2,
        b"timex" => 3,
        b"paramprob" => 4,
        b"echoreq" => 128,
        b"echorep" => 129,
        b"groupqry" | b"listqry" => 130,
        b"grouprep" | b"listenrep" => 131,
        b"groupterm" | b"listendone" => 132,
        b"routersol" => 133,
        b"routeradv" => 134,
        b"neighbrsol" => 135,
        b"neighbradv" => 136,
        b"redir" => 137,
        b"routrrenum" => 138,
        b"wrureq" | b"fqdnreq" | b"niqry" => 139,
        b"wrurep" | b"fqdnrep" | b"nirep" => 140,
        b"mtraceresp" => 200,
        b"mtrace" => 201,
        _ => return unknown(word),
    })
}

/// `unknown(43)`, or a bare number.
fn unknown(word: &[u8]) -> Option<u8> {
    decimal(
        word.strip_prefix(b"unknown(")
            .and_then(|word| word.strip_suffix(b")"))
            .unwrap_or(word),
    )
}

/// `icmp-code` and `icmp6-code` keywords of pf.conf(5), for a type.
fn code_of(is_v6: bool, kind: u8, word: &[u8]) -> Option<u8> {
    let words: &[&[u8]] = match (is_v6, kind) {
        (false, 3) => &[
            b"net-unr",
            b"host-unr",
            b"proto-unr",
            b"port-unr",
            b"needfrag",
            b"srcfail",
            b"net-unk",
            b"host-unk",
            b"isolate",
            b"net-prohib",
            b"host-prohib",
            b"net-tos",
            b"host-tos",
            b"filter-prohib",
            b"host-preced",
            b"cutoff-preced",
        ],
        (false, 5) => &[
            b"redir-net",
            b"redir-host",
            b"redir-tos-net",
            b"redir-tos-host",
        ],
        (false, 11) | (true, 3) => &[b"transit", b"reassemb"],
        (false, 12) => &[b"badhead", b"optmiss", b"badlen"],
        (true, 1) => &[
            b"noroute-unr",
            b"admin-unr",
            b"beyond-unr",
            b"addr-unr",
            b"port-unr",
        ],
        (true, 4) => &[b"badhead", b"nxthdr"],
        (true, 137) => &[b"redironlink", b"redirrouter"],
        _ => &[],
    };
    words
        .iter()
        .zip(0..)
        .find(|(name, _)| **name == word)
        .map(|(_, code)| code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glued_length_is_taken_off() {
        let take = |text: &'static [u8], length| last(&mut Columns::new(text), length);
        assert_eq!(take(b"164", Some(64)), Some(&b"1"[..]));
        assert_eq!(take(b"19573640", Some(40)), Some(&b"195736"[..]));
        assert_eq!(take(b"16", Some(64)), None);
        assert_eq!(take(b"64", Some(64)), None);
        assert_eq!(take(b"164,", Some(64)), None);
        assert_eq!(take(b"1", None), None);
    }

    #[test]
    fn descriptions_have_codes() {
        for (kind, text, code) in [
            (3, "host 192.0.2.1 unreachable36", Some(1)),
            (3, "net 192.0.2.0 unreachable - unknown36", Some(6)),
            (
                3,
                "host 192.0.2.1 unreachable - admin prohibited filter36",
                Some(13),
            ),
            (
                3,
                "host 192.0.2.1 unreachable - admin prohibited36",
                Some(10),
            ),
            (11, "time exceeded in-transit36", Some(0)),
            (11, "ip reassembly time exceeded36", Some(1)),
            (5, "redirect 192.0.2.1 to host 192.0.2.236", Some(1)),
            (3, "something new", None),
        ] {
            assert_eq!(described_code(kind, text.as_bytes()), code, "{text}");
        }
    }
}
