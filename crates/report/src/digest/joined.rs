//! What a firewall's log and listeners say of the same calls.

use rutter_analysis::Language;
use rutter_analysis::profile::WINDOW;

use super::Digest;
use crate::json::Object;
use crate::page::{Line, Page};
use crate::words::count;

/// The paragraph, when both kinds of records were read.
pub(super) fn compose(digest: &Digest<'_>, page: &mut Page) {
    let mark = digest
        .language
        .pick("Firewall and listener: ", "防火墙与监听器：");
    if let Some(text) = sentence(digest) {
        page.paragraph(Line::default().strong(mark).plain(text));
    }
}

/// Writes the numbers, when there were contacts at all.
pub(super) fn write(digest: &Digest<'_>, o: &mut Object<'_>) {
    let joined = digest.summary.joined;
    if joined.contacts == 0 {
        return;
    }
    o.whole_object("joined", |o| {
        o.number("contacts", joined.contacts);
        o.number("logged_too", joined.twice);
        o.number("clock_ahead_seconds", joined.ahead / SECOND);
        o.truth("estimate", joined.is_estimate);
        if let Some(text) = sentence(digest) {
            o.text("says", &text);
        }
    });
}

const SECOND: i64 = 1_000_000_000;

fn sentence(digest: &Digest<'_>) -> Option<String> {
    let joined = digest.summary.joined;
    if joined.contacts == 0 || joined.contacts >= digest.profile.events {
        return None;
    }
    let en = digest.language == Language::En;
    let (twice, contacts, window) = (count(joined.twice), count(joined.contacts), WINDOW / SECOND);
    let mut text = match (joined.twice, en) {
        (0, true) => format!(
            "none of the {contacts} contacts was found in the firewall's log within {window} seconds. If both watched \
             the same network, look at their clocks and zones (`--timezone`)."
        ),
        (0, false) => format!(
            "{contacts} 次接触中没有一次在防火墙日志里找到（前后 {window} 秒内）。若两者看的是同一网络，请检查双方的时钟与时区（`--timezone`）。"
        ),
        (_, true) => format!(
            "{twice} of the {contacts} contacts are calls that the firewall logged, too: same source and ports, at most \
             {window} seconds apart. Findings and tables count them once, and what was heard explains the packets."
        ),
        (_, false) => format!(
            "{contacts} 次接触中有 {twice} 次防火墙也有记录：来源与端口相同，相隔不超过 {window} 秒。发现与各表均只计一次，听到的内容用来说明这些包。"
        ),
    };
    if joined.ahead != 0 && digest.profile.since_boot {
        text += digest.language.pick(
            " One of the logs tells the time since boot; the two were laid over each other by what they share.",
            "其中一份日志记的是开机后的时间；已根据两者共有的记录对齐。",
        );
    } else if joined.ahead != 0 {
        let seconds = joined.ahead / SECOND;
        let apart = count(seconds.unsigned_abs());
        text += &match (seconds > 0, en) {
            (true, true) => {
                format!(" The listener's clock is {apart} seconds ahead; this is reckoned with.")
            }
            (false, true) => {
                format!(" The listener's clock is {apart} seconds behind; this is reckoned with.")
            }
            (true, false) => format!("监听器的时钟快 {apart} 秒，已计入。"),
            (false, false) => format!("监听器的时钟慢 {apart} 秒，已计入。"),
        };
    }
    if joined.is_estimate {
        text += digest.language.pick(
            " There are too many calls to compare each: a sample stands for all.",
            "呼叫太多，无法逐一比对：以抽样代表全部。",
        );
    }
    Some(text)
}
