//! Whose an address is. The texts are of a database that somebody else wrote.

use rutter_event::Untrusted;
use rutter_knowledge::Owner;

use crate::json::Object;
use crate::page::Line;

/// Fields of the Elastic Common Schema, for `source` or `destination`.
pub(crate) fn write(owner: &Owner, o: &mut Object<'_>) {
    if owner.asn.is_some() || owner.organization.is_some() {
        o.object("as", |o| {
            o.maybe_number("number", owner.asn);
            if let Some(name) = &owner.organization {
                o.object("organization", |o| {
                    o.log("name", Untrusted::new(name.as_bytes()))
                });
            }
        });
    }
    if let Some(country) = &owner.country {
        o.object("geo", |o| {
            o.log("country_iso_code", Untrusted::new(country.as_bytes()));
        });
    }
}

/// `AS64500 Example Hosting, NL`, behind a line; nothing when nothing is known.
pub(crate) fn tell(owner: &Owner, mut line: Line) -> Line {
    if let Some(asn) = owner.asn {
        line = line.faint(format!(" AS{asn}"));
    }
    let text = |line: Line, text: &Option<String>, before: &str| match text {
        Some(text) => line.plain(before).log(Untrusted::new(text.as_bytes())),
        None => line,
    };
    line = text(line, &owner.organization, " ");
    text(line, &owner.country, ", ")
}
