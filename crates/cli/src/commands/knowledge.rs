use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::{Subcommand, ValueHint};
use rutter_analysis::profile::settle;
use rutter_analysis::{Home, Profile, Signature, Subject, judge};
use rutter_event::{Event, Untrusted};
use rutter_knowledge::notation::{Sample, expand};
use rutter_knowledge::{Entry, Found, Knowledge, OverlayError, Page, ports_of, read};
use rutter_report::port;

use crate::args::{Choice, Overlay, Wording, overlay_errors};
use crate::notice::{count, shown};
use crate::sink::{Audience, Sink};
use crate::status::{Status, Stop};
use crate::surroundings::Surroundings;

/// Look at the meanings that verdicts come from, and test your own
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Clone, Debug, Subcommand)]
enum Action {
    /// Check a folder of your own meanings, and hold each against its own examples
    Check {
        /// The folder, as it is given to --knowledge
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        folder: PathBuf,
    },
    /// Show one meaning: how it is recognised, what it means, what to do, where to read more
    Show(Show),
}

#[derive(Clone, Debug, clap::Args)]
struct Show {
    /// Its id, as verdicts and reports name it: worm.mirai
    #[arg(value_name = "ID")]
    id: String,

    /// What to write
    #[arg(
        short, long, value_name = "SHAPE", default_value = "text", value_parser = SHAPES.parser(),
        help_heading = "Output"
    )]
    output: Shape,

    #[command(flatten)]
    wording: Wording,
    #[command(flatten)]
    overlay: Overlay,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    Json,
}

const SHAPES: Choice<Shape> = Choice(&[
    ("text", "a page to read", Shape::Text),
    (
        "json",
        "an array, one object for each port that it names",
        Shape::Json,
    ),
]);

pub(crate) fn run(args: &Args, around: &Surroundings) -> Result<Status, Stop> {
    match &args.action {
        Action::Check { folder } => check(folder),
        Action::Show(args) => show(args, around),
    }
}

fn show(args: &Show, around: &Surroundings) -> Result<Status, Stop> {
    let knowledge = args.overlay.load()?;
    let language = args.wording.language(around);
    let Some(entry) = knowledge.entry(&args.id) else {
        let id = Untrusted::new(args.id.as_bytes());
        let alike = alike(&args.id, &knowledge.entries);
        let advice = match alike.as_slice() {
            [] => "`rutter port WORDS` finds meanings by words".to_owned(),
            ids => format!("did you mean {}?", ids.join(" or ")),
        };
        return Err(Stop::error(format!(
            "{}: no such meaning; {advice}",
            id.terminal()
        )));
    };
    let found = Found {
        ports: ports_of(entry),
        entries: vec![entry],
        ..Found::default()
    };
    let mut bytes = Vec::new();
    let audience = match args.output {
        Shape::Text => {
            let page = port::page(&found, &knowledge, language);
            bytes.extend_from_slice(page.terminal(around.width).as_bytes());
            Audience::Person
        }
        Shape::Json => {
            port::write_json(&found, &knowledge, language, &mut bytes);
            Audience::Program
        }
    };
    let mut sink = Sink::open(audience, None)?;
    sink.put(&bytes)?;
    sink.finish()?;
    Ok(Status::Done)
}

/// Ids that are suggested at most.
const SUGGESTIONS: usize = 3;

/// Ids that somebody may have meant: those that share most of their beginning and end.
fn alike<'k>(id: &str, entries: &'k [Entry]) -> Vec<&'k str> {
    let shared = |a: &mut dyn Iterator<Item = u8>, b: &mut dyn Iterator<Item = u8>| {
        a.zip(b).take_while(|(a, b)| a == b).count()
    };
    let mut ranked: Vec<(usize, &str)> = entries
        .iter()
        .map(|entry| entry.id.as_str())
        .map(|known| {
            let slug = known.split_once('.').map_or(known, |(_, slug)| slug);
            let begin = shared(&mut known.bytes(), &mut id.bytes());
            let end = shared(&mut known.bytes().rev(), &mut id.bytes().rev());
            (if slug == id { known.len() } else { begin + end }, known)
        })
        .filter(|(score, known)| *score * 3 >= known.len().max(id.len()) * 2)
        .collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    ranked
        .into_iter()
        .map(|(_, known)| known)
        .take(SUGGESTIONS)
        .collect()
}

/// A folder is well when every file can be read and every example is judged as it says.
fn check(folder: &Path) -> Result<Status, Stop> {
    let base = Knowledge::embedded();
    let knowledge = base
        .overlaid(folder)
        .map_err(|error| overlay_errors(&error))?;
    let pages = pages(folder).map_err(|error| overlay_errors(&error))?;
    let (mut examples, mut wrong) = (0_u64, Vec::new());
    for page in &pages {
        for (number, example) in page.examples.iter().enumerate() {
            examples += 1;
            if let Some(verdict) = contradiction(&knowledge, page, &example.events, example.wins) {
                let id = &page.entry.id;
                wrong.push(format!("{id}: example {}: {verdict}", number + 1));
            }
        }
    }
    if !wrong.is_empty() {
        return Err(Stop::Errors(wrong));
    }
    let known = pages
        .iter()
        .filter(|page| base.entry(&page.entry.id).is_some())
        .count() as u64;
    let new = pages.len() as u64 - known;
    let silenced = base
        .entries
        .iter()
        .filter(|entry| knowledge.entry(&entry.id).is_none())
        .count() as u64;
    let text = format!(
        "{}: {}, {}, {} silenced; all {} hold\n",
        shown(folder),
        count(new, "new meaning", "new meanings"),
        count(known, "replaced", "replaced"),
        silenced,
        count(examples, "example", "examples"),
    );
    let mut sink = Sink::open(Audience::Person, None)?;
    sink.put(text.as_bytes())?;
    sink.finish()?;
    Ok(Status::Done)
}

/// The files of a folder that hold a meaning; those that only silence one hold no examples.
fn pages(folder: &Path) -> Result<Vec<Page>, OverlayError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |error: io::Error| OverlayError::Folder { path, error }
    };
    let mut pages = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for item in fs::read_dir(&at).map_err(unreadable(&at))? {
            let path = item.map_err(unreadable(&at))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                let name = path
                    .strip_prefix(folder)
                    .unwrap_or(&path)
                    .to_string_lossy()
                    .replace('\\', "/");
                let text = fs::read_to_string(&path).map_err(unreadable(&path))?;
                // What cannot be read as a meaning has passed the overlay: it silences one.
                pages.extend(read(&name, &text));
            }
        }
    }
    pages.sort_by(|a, b| a.entry.id.cmp(&b.entry.id));
    Ok(pages)
}

/// The networks that count as ours in examples.
const OURS: [&str; 6] = [
    "203.0.113.0/24",
    "2001:db8:1::/48",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "fd00::/8",
];

/// Why the last event of an example is not judged as the example says.
fn contradiction(
    knowledge: &Knowledge,
    page: &Page,
    events: &[String],
    wins: bool,
) -> Option<String> {
    let samples = match expand(events) {
        Ok(samples) => samples,
        Err(error) => return Some(error),
    };
    let (id, probability) = last_verdict(knowledge, &samples)?;
    let won = id == page.entry.id;
    match (wins, won) {
        (true, false) => Some(format!("must win, but {id} does ({probability:.2})")),
        (false, true) => Some(format!("must not win, but does ({probability:.2})")),
        _ => None,
    }
}

/// The best verdict on the last event, the earlier ones being its past.
fn last_verdict<'k>(knowledge: &'k Knowledge, samples: &[Sample]) -> Option<(&'k str, f64)> {
    let home = Home::new(
        OURS.iter()
            .filter_map(|network| network.parse().ok())
            .collect(),
    );
    let mut profile = Profile::empty();
    let mut last = None;
    for sample in samples {
        let mut event = Event {
            time: Some(sample.time),
            action: sample.action,
            packet: sample.packet,
            quoted: sample.quoted,
            payload: &sample.payload,
            application: Untrusted::new(sample.application.as_bytes()),
            client: Untrusted::new(sample.client.as_bytes()),
            ..Event::default()
        };
        settle(&mut event, &home);
        profile.observe(&event, knowledge);
        last = Some((event, sample.time));
    }
    let (event, time) = last?;
    let subject = Subject::of(&event);
    let signature = Signature::of(&subject, knowledge);
    let past = profile.past(&subject, &signature, Some(time.0));
    let verdicts = judge(knowledge, &subject, &past.seen, &past);
    verdicts
        .first()
        .map(|verdict| (verdict.entry.id.as_str(), verdict.probability))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_suggested_by_their_ends() {
        let entries = &Knowledge::embedded().entries;
        assert_eq!(alike("worm.mira", entries).first(), Some(&"worm.mirai"));
        assert_eq!(
            alike("mirai", entries)
                .first()
                .map(|id| id.ends_with(".mirai")),
            Some(true)
        );
        assert!(alike("zzzz", entries).is_empty());
    }
}
