//! Facility and severity in words, where a sender or a collector spells them out.

use super::text::{is_blank, skip_blanks, split_while};
use super::word::{Word, kind};

/// Steps over `kern.warn ` (busybox, OpenWrt) and `<kern.warn> ` (syslogd -vv): facility and
/// severity spelt out.
#[inline]
pub(super) fn skip(word: Word<'_>) -> Word<'_> {
    let may_be = word.kinds & kind::DOT != 0 || matches!(word.text, [b'<', ..]);
    if may_be { skip_spelt(word) } else { word }
}

fn skip_spelt(word: Word<'_>) -> Word<'_> {
    let (is_bracketed, inside) = match word.text {
        [b'<', rest @ ..] => (true, rest),
        text => (false, text),
    };
    let (facility, rest) = split_while(inside, |b| b.is_ascii_alphanumeric());
    let [b'.', rest @ ..] = rest else { return word };
    if !is_facility(facility) {
        return word;
    }
    let (severity, rest) = split_while(rest, |b| b.is_ascii_alphabetic());
    match (is_bracketed, rest) {
        (true, [b'>', rest @ ..]) if is_severity(severity) => Word::of(skip_blanks(rest)),
        (false, [blank, ..]) if is_severity(severity) && is_blank(*blank) => {
            Word::of(skip_blanks(rest))
        }
        _ => word,
    }
}

/// Facility keywords of syslog.conf(5), and Kiwi's for the kernel, in any case.
pub(super) fn is_facility(word: &[u8]) -> bool {
    const NAMES: [&[u8]; 16] = [
        b"kern",
        b"kernel",
        b"user",
        b"mail",
        b"daemon",
        b"auth",
        b"syslog",
        b"lpr",
        b"news",
        b"uucp",
        b"cron",
        b"authpriv",
        b"ftp",
        b"ntp",
        b"security",
        b"console",
    ];
    let is_local =
        matches!(word, [local @ .., b'0'..=b'7'] if local.eq_ignore_ascii_case(b"local"));
    is_local || NAMES.iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// Severity keywords of syslog.conf(5), dmesg(1) and Kiwi, in any case.
pub(super) fn is_severity(word: &[u8]) -> bool {
    const NAMES: [&[u8]; 12] = [
        b"emerg",
        b"panic",
        b"alert",
        b"crit",
        b"critical",
        b"err",
        b"error",
        b"warn",
        b"warning",
        b"notice",
        b"info",
        b"debug",
    ];
    NAMES.iter().any(|name| name.eq_ignore_ascii_case(word))
}
