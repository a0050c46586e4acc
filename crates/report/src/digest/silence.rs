//! When there is nothing to tell, or only half: why that may be.

use rutter_event::Skip;

use super::Digest;
use crate::page::{Line, Page};
use crate::words::{count, share};

/// No event at all.
pub(super) fn nothing(digest: &Digest<'_>, page: &mut Page) {
    let language = digest.language;
    let ledger = digest.ledger;
    let skipped = |wanted| {
        ledger
            .skipped()
            .filter(|(why, _)| *why == wanted)
            .map(|(_, n)| n)
            .sum::<u64>()
    };
    let verdict = if digest.inputs.iter().any(|i| !i.errors.is_empty()) && ledger.lines == 0 {
        language.pick(
            "Nothing could be read; the errors stand below.",
            "什么都没能读到；错误见下。",
        )
    } else if ledger.lines == 0 {
        language.pick("The input is empty.", "输入为空。")
    } else if skipped(Skip::OutOfRange) > 0 {
        language.pick(
            "Nothing happened within --since and --until; the log has events outside.",
            "--since 与 --until 之间没有事件；日志在此之外有事件。",
        )
    } else if ledger.refused_total() > skipped(Skip::NotFirewall) {
        language.pick(
            "There are firewall records, but none could be read; the reasons stand below.",
            "有防火墙记录，但都无法读取；原因见下。",
        )
    } else {
        language.pick(
            "There is no firewall record in this input.",
            "输入中没有防火墙记录。",
        )
    };
    page.paragraph(Line::default().strong(verdict));
    if ledger.lines == 0 || skipped(Skip::OutOfRange) > 0 {
        return;
    }
    page.paragraph(language.pick(
        "Silence does not mean safety. Check, in this order:",
        "没有记录并不等于安全。请依次检查：",
    ));
    for (en, zh, command) in [
        (
            "Is it the right file? Firewalls write to the kernel's log:",
            "文件对吗？防火墙通常写入内核日志：",
            "journalctl -k",
        ),
        (
            "Does the firewall log at all? For UFW:",
            "防火墙开启日志了吗？UFW：",
            "ufw logging low",
        ),
        (
            "For iptables, before the rule that drops:",
            "iptables 需在丢弃规则之前加：",
            "iptables -A INPUT -j LOG",
        ),
        (
            "For nftables:",
            "nftables:",
            "nft add rule inet filter input log prefix \"drop \" drop",
        ),
        (
            "For pf, in the rule:",
            "pf 在规则中加：",
            "block in log all",
        ),
    ] {
        page.bullet(
            "-",
            Line::of(language.pick(en, zh)).plain(" ").code(command),
        );
    }
}

/// Only what was let through.
pub(super) fn one_sided(digest: &Digest<'_>, page: &mut Page) {
    let profile = digest.profile;
    if profile.denied > 0 || profile.allowed == 0 || profile.allowed < profile.events / 2 {
        return;
    }
    let language = digest.language;
    let part = share(profile.allowed, profile.events);
    page.paragraph(match language {
        rutter_analysis::Language::En => format!(
            "The log holds no denied packet; {part} of its {} events were let through. Knocks that the firewall \
             turned away are not in it: let the rules that drop log, too (for UFW: `ufw logging low`).",
            count(profile.events)
        ),
        rutter_analysis::Language::ZhCn => format!(
            "日志中没有被拦截的报文；{} 个事件中有 {part} 被放行。防火墙挡掉的敲门不在其中：请让丢弃规则也写日志（UFW：`ufw logging low`）。",
            count(profile.events)
        ),
    });
}
