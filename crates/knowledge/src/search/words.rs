//! How well words fit an entry, a topic, a service name, a note.

use crate::model::Entry;
use crate::primer::{Note, Topic};

/// Text as it is compared: lower case, hyphens closed up, marks as blanks.
pub(super) fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '-' | '_' | '\''))
        .flat_map(char::to_lowercase)
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '+' | '*' | '#') {
                c
            } else {
                ' '
            }
        })
        .collect()
}

/// Whether every word occurs; Latin words where a word begins, so that "rdp" is not found in
/// "wordpress".
fn holds_all(text: &str, words: &[String]) -> bool {
    let text = folded(text);
    words.iter().all(|word| {
        let latin = word.is_ascii();
        text.match_indices(word.as_str()).any(|(at, _)| {
            !latin
                || !text
                    .get(..at)
                    .is_some_and(|t| t.ends_with(|c: char| c.is_ascii_alphanumeric()))
        })
    })
}

fn equals(text: &str, words: &[String]) -> bool {
    let squeezed: String = folded(text).split_whitespace().collect();
    squeezed == words.concat()
}

pub(super) fn score_entry(entry: &Entry, words: &[String]) -> u32 {
    let slug = entry
        .id
        .split_once('.')
        .map_or(entry.id.as_str(), |(_, slug)| slug);
    if equals(&entry.id, words) || equals(slug, words) {
        return 100;
    }
    if holds_all(&entry.en.title, words) || holds_all(&entry.zh.title, words) {
        return 80;
    }
    if entry
        .whens
        .iter()
        .filter_map(|w| w.tool.as_ref())
        .any(|tool| equals(&tool.name, words))
    {
        return 75;
    }
    if holds_all(&entry.id, words) {
        return 70;
    }
    let mut en = format!(
        "{} {} {}",
        entry.en.title, entry.en.meaning, entry.en.advice
    );
    let mut zh = format!(
        "{} {} {}",
        entry.zh.title, entry.zh.meaning, entry.zh.advice
    );
    if holds_all(&en, words) || holds_all(&zh, words) {
        return 40;
    }
    for fact in &entry.facts {
        en.push(' ');
        en.push_str(&fact.en);
        zh.push(' ');
        zh.push_str(&fact.zh);
    }
    for correction in &entry.corrections {
        for (text, side) in [(&mut en, &correction.en), (&mut zh, &correction.zh)] {
            text.push(' ');
            text.push_str(&side.says);
            text.push(' ');
            text.push_str(&side.truth);
        }
    }
    let cited = entry.references.iter().any(|r| holds_all(&r.name, words));
    if holds_all(&en, words) || holds_all(&zh, words) || cited {
        20
    } else {
        0
    }
}

pub(super) fn score_topic(topic: &Topic, words: &[String]) -> u32 {
    if equals(&topic.id, words) {
        return 100;
    }
    if [&topic.en.title, &topic.zh.title, &topic.id]
        .into_iter()
        .any(|title| holds_all(title, words))
    {
        return 80;
    }
    if holds_all(&topic.en.text, words) || holds_all(&topic.zh.text, words) {
        20
    } else {
        0
    }
}

/// The score of a port that bears the very name, above all others.
pub(super) const SAME_NAME: u32 = 110;

pub(super) fn score_name(name: &str, description: &str, words: &[String]) -> u32 {
    if name.is_empty() {
        return 0;
    }
    if equals(name, words) {
        return SAME_NAME;
    }
    if let [word] = words
        && folded(name).starts_with(word.as_str())
    {
        return 50;
    }
    if holds_all(description, words) { 30 } else { 0 }
}

pub(super) fn score_note(note: &Note, words: &[String]) -> u32 {
    if note.names.iter().any(|name| equals(name, words)) {
        return SAME_NAME;
    }
    if note.names.iter().any(|name| holds_all(name, words)) {
        return 60;
    }
    if holds_all(&note.en, words) || holds_all(&note.zh, words) {
        45
    } else {
        0
    }
}
