//! What a record says that has no field in an event, enumerated on demand.

use rutter_event::Untrusted;

use super::{opening, proxmox};

/// Whether the key fills a field.
fn fills_a_field(key: &[u8]) -> bool {
    matches!(
        key,
        b"IN"
            | b"OUT"
            | b"MAC"
            | b"MACSRC"
            | b"MACDST"
            | b"SRC"
            | b"DST"
            | b"IPSRC"
            | b"IPDST"
            | b"LEN"
            | b"TOS"
            | b"PREC"
            | b"TTL"
            | b"ID"
            | b"PROTO"
            | b"TC"
            | b"HOPLIMIT"
            | b"FLOWLBL"
            | b"SPT"
            | b"DPT"
            | b"SEQ"
            | b"ACK"
            | b"WINDOW"
            | b"URGP"
            | b"TYPE"
            | b"CODE"
            | b"MTU"
            | b"GATEWAY"
    )
}

/// Whether a label may tell something that has no field: Proxmox's begins with the guest's number.
pub(super) fn is_in_label(label: &[u8]) -> bool {
    label
        .trim_ascii_start()
        .first()
        .is_some_and(u8::is_ascii_digit)
}

/// Calls back with every key and value that has no field, in the record's order: `MARK`, `UID`,
/// `GID`, `SPI`, `PHYSIN`, `PHYSOUT`, `MACPROTO`, … and Proxmox's guest number as `VMID`. Reserved
/// bits of TCP are told only when one is set.
pub(super) fn each<'a>(message: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some(opening) = opening::find(message) else {
        return;
    };
    if let Some(guest) = proxmox::guest(opening.label) {
        sink(Untrusted::new(b"VMID"), Untrusted::new(guest));
    }
    let mut is_quoting = false;
    for word in opening
        .fields
        .split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty())
    {
        is_quoting |= word.starts_with(b"[");
        if !is_quoting
            && let Some(equals) = memchr::memchr(b'=', word)
            && let Some((key, value)) = word.split_at_checked(equals)
            && !key.is_empty()
            && !fills_a_field(without_level(key))
            && word != b"RES=0x00"
        {
            let value = value.get(1..).unwrap_or_default();
            sink(
                Untrusted::new(key),
                Untrusted::new(value.strip_suffix(b",").unwrap_or(value)),
            );
        }
        is_quoting &= !word.ends_with(b"]");
    }
}

/// A key without the log level that old kernels print amid a line.
fn without_level(key: &[u8]) -> &[u8] {
    match key {
        [b'<', b'0'..=b'7', b'>', key @ ..] => key,
        key => key,
    }
}

#[cfg(test)]
mod tests {
    use rutter_event::Untrusted;

    use super::each;
    use crate::Decoder;

    /// Words of which lines are made, the usual ones and others.
    const WORDS: &[&str] = &[
        "IN=eth0",
        "OUT=",
        "OUT=eth1",
        "PHYSIN=eth2",
        "SRC=198.51.100.7",
        "DST=203.0.113.9",
        "LEN=40",
        "TOS=0x00",
        "PREC=0x00",
        "TTL=64",
        "ID=1",
        "DF",
        "MF",
        "CE",
        "FRAG:185",
        "PROTO=TCP",
        "PROTO=UDP",
        "PROTO=ICMP",
        "SPT=1",
        "DPT=2",
        "SEQ=3",
        "ACK=4",
        "WINDOW=5",
        "RES=0x00",
        "RES=0x08",
        "RES=00",
        "SYN",
        "ACK",
        "URGP=0",
        "OPT",
        "OPT (020405B4)",
        "OPT (A=1 B=2)",
        "OPT ( A=1 )",
        "LEN=20",
        "TYPE=8",
        "CODE=0",
        "MARK=0x1",
        "UID=0",
        "GID=0",
        "MACPROTO=0800",
        "X=1",
        "=1",
        "<1>TTL=9",
        "INCOMPLETE [8 bytes]",
        "[SRC=192.0.2.1",
        "]",
        "A]",
        "TCP",
        "SPI=0x1",
        "MTU=1500",
        " ",
        "TC=0",
        "HOPLIMIT=3",
        "FLOWLBL=0",
        "TOS=",
        "PRECX=1",
        "PROTOX=1",
        "MTU=",
        "GATEWAY=192.0.2.1",
        "TYPES=1",
    ];

    proptest::proptest! {
        #[test]
        fn what_has_nothing_more_is_not_walked_again(
            label in "([0-9]{1,3} 6 tap[0-9]i0-IN 20/Jun/2022:13:09:25 \\+0200 policy DROP: |\\[UFW BLOCK\\] |A=1 )?",
            words in proptest::collection::vec(proptest::sample::select(WORDS), 0..12),
        ) {
            let line = format!(
                "{label}IN=eth0 OUT= {} SRC=192.0.2.1 DST=192.0.2.2 PROTO=47 {}",
                words.iter().take(3).copied().collect::<Vec<_>>().join(" "),
                words.iter().skip(3).copied().collect::<Vec<_>>().join(" "),
            );
            Decoder::default().line(format!("{line}\n").as_bytes(), &mut |event| {
                let mut told = Vec::new();
                event.extra.for_each(&mut |key, value| told.push((key, value)));
                let mut all = Vec::new();
                each(line.as_bytes(), &mut |key, value| all.push((key, value)));
                let pairs = |pairs: &[(Untrusted<'_>, Untrusted<'_>)]| format!("{pairs:?}");
                assert_eq!(pairs(&told), pairs(&all), "{line}");
            });
        }
    }
}
