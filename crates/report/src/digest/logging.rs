//! What to log to know more.

use rutter_analysis::Language;

use super::Digest;
use crate::page::{Line, Page};
use crate::words::share;

/// How many fields are asked for.
const MOST: usize = 5;

/// Fields whose absence cost certainty, and how to have them.
pub(super) fn compose(digest: &Digest<'_>, page: &mut Page) {
    let language = digest.language;
    let wanted: Vec<(&str, u64)> = digest
        .summary
        .missing
        .iter()
        // Below one packet in a hundred it is not worth a change.
        .filter(|(_, events)| events.saturating_mul(100) >= digest.profile.events)
        .take(MOST)
        .copied()
        .collect();
    if wanted.is_empty() {
        return;
    }
    page.heading(
        2,
        language.pick("What to log to know more", "多记些什么可以知道得更多"),
    );
    for (field, events) in wanted {
        let part = share(events, digest.profile.events);
        let line = Line::default().strong(field).plain(match language {
            Language::En => format!(" would say more about {part} of the packets. "),
            Language::ZhCn => format!(" 可进一步说明 {part} 的报文。"),
        });
        page.bullet("-", advice(line, field, language));
    }
}

/// How to have a field logged.
fn advice(line: Line, field: &str, language: Language) -> Line {
    match field {
        "tcp.seq" | "tcp.ack" => line
            .plain(language.pick("With iptables: ", "iptables:"))
            .code("-j LOG --log-tcp-sequence")
            .plain(language.pick("; with nftables: ", ";nftables:"))
            .code("log flags tcp sequence")
            .plain(language.pick("; pf logs it already.", "；pf 本来就记录。")),
        "tcp.options" | "tcp.mss" => line
            .plain(language.pick("With iptables: ", "iptables:"))
            .code("-j LOG --log-tcp-options")
            .plain(language.pick("; with nftables: ", ";nftables:"))
            .code("log flags tcp options")
            .plain(language.pick("; pf logs them already.", "；pf 本来就记录。")),
        "payload" => line
            .plain(language.pick("Let a listener take the first bytes: ", "让监听器收下最初的字节："))
            .code("rutter listen")
            .plain(language.pick("; or copy packets: ", "；或复制报文："))
            .code("-j NFLOG --nflog-size 256")
            .plain(language.pick(".", "。")),
        "icmp" | "icmp.quoted" => line.plain(language.pick(
            "The kernel's LOG target and captures tell type, code and the quoted packet; a list of connections does not.",
            "内核的 LOG 目标和抓包会记录类型、代码及所引用的报文；连接列表则不会。",
        )),
        _ => line.plain(language.pick(
            "The kernel's LOG target, pf and captures tell it; a list of connections does not.",
            "内核的 LOG 目标、pf 和抓包都会记录；连接列表则不会。",
        )),
    }
}
