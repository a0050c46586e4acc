//! The handbook: what is known of a port.

mod json;
mod primer;
mod text;

use rutter_analysis::Language;
use rutter_event::Transport;
use rutter_knowledge::{Assignment, Era, Knowledge, Ports, When};

pub use json::write_json;
pub use primer::{contents, topic};
pub use text::page;

/// Named assignments of a port on a transport.
fn services(transport: Transport, port: u16) -> impl Iterator<Item = &'static Assignment> {
    assignments(transport, port).filter(|a| !a.name.is_empty())
}

/// Assignments of a port on a transport, reserved ones among them.
fn assignments(transport: Transport, port: u16) -> impl Iterator<Item = &'static Assignment> {
    Ports::embedded()
        .of(port)
        .iter()
        .filter(move |a| a.transport == transport)
}

/// What the notes say of a port.
fn note_texts(
    knowledge: &Knowledge,
    transport: Transport,
    port: u16,
    language: Language,
) -> impl Iterator<Item = &str> {
    knowledge
        .notes_on(transport, port)
        .map(move |note| language.pick(note.en.as_str(), note.zh.as_str()))
        .filter(|text| !text.is_empty())
}

/// The years in which any of some ways of recognition was common; nothing when one always is.
fn era_of(whens: &[&When]) -> Option<String> {
    let eras: Option<Vec<Era>> = whens.iter().map(|when| when.era).collect();
    let eras = eras?;
    let from = eras.iter().map(|era| era.from).min()?;
    let to = eras.iter().map(|era| era.to).max()?;
    Some(crate::condition::era(Era {
        from,
        to,
        fade: 0.0,
    }))
}
