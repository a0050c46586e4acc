//! What another record tells of an event.

use rutter_analysis::Language;
use rutter_analysis::profile::Elsewhere;

use crate::clock;
use crate::json::Object;

/// Writes who else tells of the event, how far apart in time, and what was said.
pub(crate) fn write(elsewhere: &Elsewhere, language: Language, o: &mut Object<'_>) {
    let (by, apart, words) = match *elsewhere {
        Elsewhere::Logged { apart } => ("firewall", Some(apart), None),
        Elsewhere::Heard { saying, words } if saying.is_contact => {
            ("listener", saying.apart, Some(words))
        }
        Elsewhere::Heard { saying, words } => ("capture", saying.apart, Some(words)),
    };
    o.object("elsewhere", |o| {
        o.text("by", by);
        if let Some(apart) = apart.and_then(|apart| u64::try_from(apart).ok()) {
            o.value("seconds", |ink| clock::seconds(apart, ink));
        }
        for (key, word) in words
            .iter()
            .flat_map(|words| [("protocol", words.protocol), ("client", words.client)])
        {
            o.maybe_text(key, Some(word.text()).filter(|text| !text.is_empty()));
        }
        o.text("says", &elsewhere.text(language));
    });
}
