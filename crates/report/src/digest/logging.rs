//! What to log to know more.

use rutter_analysis::Language;

use super::Digest;
use crate::logging;
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
    // Most packets are of one kind of log; the others of a mixed input follow when it is answered.
    let format = digest.profile.formats().max_by_key(|(_, events)| *events);
    let (false, Some((format, _))) = (wanted.is_empty(), format) else {
        return;
    };
    page.heading(
        2,
        language.pick("What to log to know more", "多记些什么可以知道得更多"),
    );
    let fields: Vec<&str> = wanted.iter().map(|(field, _)| *field).collect();
    for hint in logging::hints(format, &fields) {
        let asked = wanted.iter().filter(|(f, _)| hint.fields.contains(f));
        let most = asked.map(|(_, events)| *events).max();
        let part = share(most.unwrap_or(0), digest.profile.events);
        let line = Line::default().strong(hint.fields.join(", "));
        let line = line.plain(match language {
            Language::En => format!(" would say more about {part} of the packets. "),
            Language::ZhCn => format!(" 可进一步说明 {part} 的报文。"),
        });
        page.bullet(
            "-",
            line.plain(language.pick(&hint.advice.en, &hint.advice.zh).as_str()),
        );
        page.inset(|page| logging::lines(&hint, page));
    }
}
