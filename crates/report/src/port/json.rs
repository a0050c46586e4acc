//! Ports as JSON: an array, one object a port and transport.

use rutter_analysis::Language;
use rutter_event::Transport;
use rutter_knowledge::model::Condition;
use rutter_knowledge::{Entry, Found, Knowledge, Meaning, When, port_class, ports_of};

use super::{era_of, note_texts, services};
use crate::condition;
use crate::event::verdict;
use crate::json::{List, Object, list};

/// Writes what was found as one array and a newline at the end of `out`.
///
/// An entry that words brought up and that names no port at all (an ICMP message, a shape over
/// time) comes last, as an object whose `port` is `null`.
pub fn write_json(found: &Found<'_>, knowledge: &Knowledge, language: Language, out: &mut Vec<u8>) {
    list(out, |list| {
        for (transport, port) in &found.ports {
            list.object(|o| one(*transport, *port, knowledge, language, o));
        }
        for entry in found
            .entries
            .iter()
            .filter(|entry| ports_of(entry).is_empty())
        {
            list.object(|o| portless(entry, language, o));
        }
    });
    out.push(b'\n');
}

fn one(
    transport: Transport,
    port: u16,
    knowledge: &Knowledge,
    language: Language,
    o: &mut Object<'_>,
) {
    o.number("port", port);
    o.text_or_null("transport", transport.word());
    o.text("class", port_class(port).word());
    o.text("connection", connection(transport));
    o.list("services", |list| {
        for service in services(transport, port) {
            list.object(|o| {
                o.text("name", service.name);
                o.text("description", service.description);
                o.text("source", "IANA");
            });
        }
    });
    o.list("meanings", |list| {
        for Meaning { entry, whens, .. } in knowledge.meanings(transport, port) {
            list.object(|o| meaning(entry, &whens, language, o));
        }
    });
    o.list("notes", |list| {
        note_texts(knowledge, transport, port, language).for_each(|note| list.text(note))
    });
}

fn portless(entry: &Entry, language: Language, o: &mut Object<'_>) {
    let transport = entry
        .whens
        .iter()
        .flat_map(|w| &w.conditions)
        .find_map(|c| match c {
            Condition::Transport(list) => list.first().copied().and_then(|t| Transport(t).word()),
            _ => None,
        });
    o.null("port");
    o.text_or_null("transport", transport);
    o.null("class");
    o.null("connection");
    o.list("services", |_| {});
    o.list("meanings", |list| {
        let whens: Vec<&When> = entry.whens.iter().collect();
        list.object(|o| meaning(entry, &whens, language, o));
    });
    o.list("notes", |_| {});
}

/// The word of the contract.
pub(super) const fn connection(transport: Transport) -> &'static str {
    if transport.is_connection_oriented() {
        "connection-oriented"
    } else {
        "connectionless"
    }
}

fn meaning(entry: &Entry, whens: &[&When], language: Language, o: &mut Object<'_>) {
    let text = language.pick(&entry.en, &entry.zh);
    o.text("id", &entry.id);
    o.text("title", &text.title);
    o.text("kind", entry.kind());
    o.text("severity", entry.severity.word());
    o.text_or_null("era", era_of(whens).as_deref());
    o.list("conditions", |list| {
        whens
            .iter()
            .for_each(|when| list.text(&condition::sentence(when, language)))
    });
    o.text("meaning", &text.meaning);
    o.text("advice", &text.advice);
    o.list("references", |list| {
        verdict::references(&entry.references, list)
    });
    o.list("corrections", |list| corrections(entry, language, list));
    o.list("facts", |list| {
        for fact in &entry.facts {
            list.text(language.pick(&fact.en, &fact.zh));
        }
    });
}

fn corrections(entry: &Entry, language: Language, list: &mut List<'_>) {
    for correction in &entry.corrections {
        let pair = language.pick(&correction.en, &correction.zh);
        list.object(|o| {
            o.text("says", &pair.says);
            o.text("truth", &pair.truth);
        });
    }
}
