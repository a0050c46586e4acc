//! `--list`: every protocol that is known by its bytes.

use std::fmt::Write as _;

use rutter_analysis::Language;
use rutter_identify::{Listed, protocols};

use crate::sink::{Audience, print};
use crate::status::{Status, Stop};

/// Ports that a line shows.
const MOST_PORTS: usize = 4;

pub(super) fn list(json: bool, language: Language) -> Result<Status, Stop> {
    let mut text = String::new();
    for listed in protocols() {
        if json {
            one_json(&listed, &mut text);
        } else {
            one_line(&listed, language, &mut text);
        }
    }
    print(Audience::Program, text.as_bytes())
}

fn carriers(listed: &Listed) -> impl Iterator<Item = &'static str> {
    let carriers = [(listed.tcp, "tcp"), (listed.udp, "udp")];
    carriers
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, word)| word)
}

/// Everything in it is ours and needs no escape.
fn one_json(listed: &Listed, text: &mut String) {
    let quoted = |words: &[&str]| {
        words
            .iter()
            .map(|word| format!("\"{word}\""))
            .collect::<Vec<_>>()
            .join(",")
    };
    let carriers: Vec<&str> = carriers(listed).collect();
    let ports: Vec<String> = listed.ports.iter().map(u16::to_string).collect();
    // Writing into a string does not fail.
    let _ = writeln!(
        text,
        "{{\"name\":\"{}\",\"title\":{{\"en\":\"{}\",\"zh-CN\":\"{}\"}},\"transports\":[{}],\"ports\":[{}],\
         \"aliases\":[{}]}}",
        listed.name,
        listed.title,
        listed.title_zh,
        quoted(&carriers),
        ports.join(","),
        quoted(listed.aliases)
    );
}

fn one_line(listed: &Listed, language: Language, text: &mut String) {
    let carriers: Vec<&str> = carriers(listed).collect();
    let mut ports: Vec<String> = listed
        .ports
        .iter()
        .take(MOST_PORTS)
        .map(u16::to_string)
        .collect();
    if listed.ports.len() > MOST_PORTS {
        ports.push("…".to_owned());
    }
    let title = match language {
        Language::En => listed.title,
        Language::ZhCn => listed.title_zh,
    };
    let _ = writeln!(
        text,
        "{:<22} {:<8} {:<26} {title}",
        listed.name,
        carriers.join("+"),
        ports.join(",")
    );
}
