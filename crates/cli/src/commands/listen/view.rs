//! A contact as a person at a terminal sees it: who, where, what it is, and the bytes.

use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use rutter_analysis::Language;
use rutter_event::{Timestamp, Untrusted};
use rutter_sensor::contact::{Contact, Ended};

/// Bytes of a payload that are shown.
const SHOWN: usize = 256;
/// Bytes in a line of the dump.
const ROW: usize = 16;

const FAINT: Style = Style::new().dimmed();
const STRONG: Style = Style::new().bold();
const FOUND: Style = AnsiColor::Cyan.on_default().bold();

/// Writes a contact at the end of `out`, with styles.
pub(super) fn write(contact: &Contact<'_>, language: Language, out: &mut Vec<u8>) {
    // Writing into a vector does not fail.
    let _ = write!(
        out,
        "{FAINT}{}{FAINT:#}  {STRONG}{} {} > {}{STRONG:#}  ",
        time(contact.time),
        contact.transport.word().unwrap_or_default(),
        contact.source,
        contact.destination,
    );
    match contact.found() {
        Some(found) => {
            let _ = write!(
                out,
                "{FOUND}{}{FOUND:#} {:.2}",
                found.protocol, found.probability
            );
            if let Some(client) = found.client {
                let name = client.name.untrusted();
                let _ = write!(
                    out,
                    "{}{}",
                    language.pick(", by ", "，来自 "),
                    name.terminal()
                );
                if let Some(version) = &client.version {
                    let _ = write!(out, " {}", version.untrusted().terminal());
                }
            }
        }
        None if contact.payload.is_empty() => {
            out.extend_from_slice(language.pick("said nothing", "未发送任何数据").as_bytes());
        }
        None => out.extend_from_slice(language.pick("not known", "未能识别").as_bytes()),
    }
    let _ = writeln!(out, "{FAINT}  {}{FAINT:#}", ending(contact, language));
    let shown = contact.payload.get(..SHOWN).unwrap_or(contact.payload);
    for (row, bytes) in shown.chunks(ROW).enumerate() {
        dump(row * ROW, bytes, out);
    }
    let rest = contact.length.saturating_sub(shown.len());
    if rest > 0 {
        let _ = match language {
            Language::En => writeln!(out, "    {FAINT}{rest} more bytes{FAINT:#}"),
            Language::ZhCn => writeln!(out, "    {FAINT}另有 {rest} 字节{FAINT:#}"),
        };
    }
}

fn time(Timestamp(time): Timestamp) -> String {
    jiff::Timestamp::from_nanosecond(i128::from(time))
        .map(|time| format!("{time:.3}"))
        .unwrap_or_default()
}

fn ending(contact: &Contact<'_>, language: Language) -> String {
    let mut text = match language {
        Language::En => format!("{} bytes", contact.length),
        Language::ZhCn => format!("{} 字节", contact.length),
    };
    if let Some(protocol) = contact.greeted {
        text.push_str(language.pick(", greeted as ", "，已按此协议问候："));
        text.push_str(protocol);
    }
    if let Some(ended) = contact.ended {
        let seconds = contact.duration.unwrap_or_default().as_secs_f64();
        text.push_str(match (ended, language) {
            (Ended::Closed, Language::En) => ", closed by the client",
            (Ended::Closed, Language::ZhCn) => "，由客户端关闭",
            (Ended::Reset, Language::En) => ", broken off",
            (Ended::Reset, Language::ZhCn) => "，连接中断",
            (Ended::Full, Language::En) => ", closed when enough had come",
            (Ended::Full, Language::ZhCn) => "，数据已足够，主动关闭",
            (Ended::Silent, Language::En) => ", closed when nothing more came",
            (Ended::Silent, Language::ZhCn) => "，不再有数据，主动关闭",
            (Ended::Life, Language::En) => ", closed at the end of its time",
            (Ended::Life, Language::ZhCn) => "，到达时限，主动关闭",
            (Ended::Stopped, Language::En) => ", ended with the sensor",
            (Ended::Stopped, Language::ZhCn) => "，随监听结束",
        });
        text.push_str(&match language {
            Language::En => format!(" after {seconds:.3} s"),
            Language::ZhCn => format!("，历时 {seconds:.3} 秒"),
        });
    }
    text
}

/// One line of the dump: offset, bytes, and what of them can be printed.
fn dump(offset: usize, bytes: &[u8], out: &mut Vec<u8>) {
    let _ = write!(out, "    {FAINT}{offset:08x}{FAINT:#} ");
    for column in 0..ROW {
        if column % 8 == 0 {
            out.push(b' ');
        }
        let _ = match bytes.get(column) {
            Some(byte) => write!(out, "{byte:02x} "),
            None => write!(out, "   "),
        };
    }
    let printable: Vec<u8> = bytes
        .iter()
        .map(|byte| {
            if (b' '..=b'~').contains(byte) {
                *byte
            } else {
                b'.'
            }
        })
        .collect();
    let _ = writeln!(
        out,
        " {FAINT}|{FAINT:#}{}{FAINT}|{FAINT:#}",
        Untrusted::new(&printable).terminal()
    );
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use rutter_event::Transport;

    use super::*;

    fn shown(payload: &[u8], language: Language) -> String {
        let contact = Contact {
            time: Timestamp(1_795_428_000_643_000_000),
            duration: Some(std::time::Duration::from_millis(3)),
            transport: Transport::TCP,
            source: "198.51.100.7:43210".parse().unwrap(),
            destination: "203.0.113.9:27374".parse().unwrap(),
            ttl: None,
            payload,
            length: payload.len(),
            greeted: None,
            ended: Some(Ended::Closed),
        };
        let mut out = Vec::new();
        write(&contact, language, &mut out);
        anstream::adapter::strip_str(&String::from_utf8(out).unwrap()).to_string()
    }

    #[test]
    fn a_contact_is_a_line_and_a_dump() {
        let text = shown(
            b"GET / HTTP/1.1\r\nUser-Agent: zgrab/0.x\r\n\r\n",
            Language::En,
        );
        let mut lines = text.lines();
        assert_eq!(
            lines.next().unwrap(),
            "2026-11-23T10:00:00.643Z  tcp 198.51.100.7:43210 > 203.0.113.9:27374  http 0.99, by zgrab  \
             41 bytes, closed by the client after 0.003 s"
        );
        assert_eq!(
            lines.next().unwrap(),
            "    00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|"
        );
        assert_eq!(lines.count(), 2);
    }

    #[test]
    fn nothing_that_was_sent_acts_on_the_terminal() {
        for language in [Language::En, Language::ZhCn] {
            for payload in [&b""[..], b"\x1b[2J\xff\x9b\x07", &[0x1b; 5000]] {
                let text = shown(payload, language);
                assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text}");
                assert!(text.lines().count() <= 2 + SHOWN / ROW);
            }
        }
    }
}
