use std::borrow::Cow;

use rutter_analysis::Language;
use rutter_event::Untrusted;
use rutter_knowledge::{Found, Knowledge, Query};
use rutter_report::port;

use crate::args::{Choice, Overlay, Wording};
use crate::sink::{Audience, print};
use crate::status::{Status, Stop};
use crate::surroundings::Surroundings;

/// Look a port up in the handbook: what it is for, and what a knock on it means
///
/// By number, range, service name, or words in English or Chinese. Ports that stand for themselves
/// are queries of their own; words belong together, and all of them must occur.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// 23, 6970-7170, 27374/tcp, udp/53, telnet, "sub seven", 冰河
    #[arg(value_name = "QUERY", required_unless_present = "about")]
    queries: Vec<String>,

    /// Read the primer instead: what a port is; without a topic, what there is to read
    #[arg(long, value_name = "TOPIC", num_args = 0..=1, conflicts_with = "queries")]
    about: Option<Option<String>>,

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

const EXAMPLES: &str = "\
Examples:
  rutter port 23
  rutter port udp/53 27374/tcp
  rutter port sub seven
  rutter port --about";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    Json,
}

const SHAPES: Choice<Shape> = Choice(&[
    ("text", "a page to read", Shape::Text),
    ("json", "an array, one object a port", Shape::Json),
]);

/// Ports that a page shows; a program gets all of them.
const SHOWN: usize = 200;

pub(crate) fn run(args: &Args, around: &Surroundings) -> Result<Status, Stop> {
    let knowledge = args.overlay.load()?;
    let language = args.wording.language(around);
    if let Some(topic) = &args.about {
        if args.output == Shape::Json {
            return Err(Stop::error(
                "--about: the primer is text for people; leave out --output json",
            ));
        }
        return about(topic.as_deref(), &knowledge, language, around);
    }
    let queries = read(&args.queries, &knowledge)?;
    match args.output {
        Shape::Text => {
            let mut text = String::new();
            for query in &queries {
                let page = port::page(&knowledge.search(query, SHOWN), &knowledge, language);
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(page.terminal(around.width).trim_end());
                text.push('\n');
            }
            print(Audience::Person, text.as_bytes())
        }
        Shape::Json => {
            let mut whole = Found::default();
            for query in &queries {
                merge(&mut whole, knowledge.search(query, usize::MAX));
            }
            let mut json = Vec::new();
            port::write_json(&whole, &knowledge, language, &mut json);
            print(Audience::Program, &json)
        }
    }
}

fn about(
    topic: Option<&str>,
    knowledge: &Knowledge,
    language: Language,
    around: &Surroundings,
) -> Result<Status, Stop> {
    let page = match topic {
        None => port::contents(knowledge, language),
        Some(id) => match knowledge.topics.iter().find(|topic| topic.id == id) {
            Some(topic) => port::topic(topic, language),
            None => {
                let known: Vec<&str> = knowledge
                    .topics
                    .iter()
                    .map(|topic| topic.id.as_str())
                    .collect();
                return Err(Stop::error(format!(
                    "--about {}: no such topic; there are {}",
                    Untrusted::new(id.as_bytes()).terminal(),
                    known.join(", ")
                )));
            }
        },
    };
    print(Audience::Person, page.terminal(around.width).as_bytes())
}

/// What the arguments ask for. Words side by side are one query, unless nothing is known of them
/// together.
fn read(arguments: &[String], knowledge: &Knowledge) -> Result<Vec<Query>, Stop> {
    let whole = arguments.join(" ");
    if let Ok(query @ Query::Ports { .. }) = Query::read(&whole) {
        return Ok(vec![query]);
    }
    let mut queries = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    for argument in arguments {
        match one(argument)? {
            Query::Words(_) if !argument.contains(' ') => words.push(argument),
            query => {
                together(&mut words, knowledge, &mut queries)?;
                queries.push(query);
            }
        }
    }
    together(&mut words, knowledge, &mut queries)?;
    Ok(queries)
}

fn one(text: &str) -> Result<Query, Stop> {
    Query::read(text).map_err(|error| {
        let shown = Untrusted::new(text.as_bytes());
        let shown: Cow<'_, str> = if shown.is_empty() {
            "\"\"".into()
        } else {
            shown.terminal().to_string().into()
        };
        Stop::error(format!("{shown}: {error}"))
    })
}

/// Makes queries of the words so far.
fn together(
    words: &mut Vec<&str>,
    knowledge: &Knowledge,
    queries: &mut Vec<Query>,
) -> Result<(), Stop> {
    let words = std::mem::take(words);
    if words.is_empty() {
        return Ok(());
    }
    let query = one(&words.join(" "))?;
    let found = knowledge.search(&query, 1);
    let nothing = found.ports.is_empty() && found.entries.is_empty() && found.topics.is_empty();
    if nothing && words.len() > 1 {
        for word in words {
            queries.push(one(word)?);
        }
    } else {
        queries.push(query);
    }
    Ok(())
}

/// Puts two answers into one, without saying anything twice.
fn merge<'k>(whole: &mut Found<'k>, more: Found<'k>) {
    for port in more.ports {
        if !whole.ports.contains(&port) {
            whole.ports.push(port);
        }
    }
    for entry in more.entries {
        if !whole.entries.iter().any(|known| known.id == entry.id) {
            whole.entries.push(entry);
        }
    }
    for topic in more.topics {
        if !whole.topics.iter().any(|known| known.id == topic.id) {
            whole.topics.push(topic);
        }
    }
    whole.omitted += more.omitted;
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use rutter_event::Transport;

    use super::*;

    fn queries(arguments: &[&str]) -> Vec<Query> {
        let arguments: Vec<String> = arguments.iter().map(|&a| a.to_owned()).collect();
        read(&arguments, Knowledge::embedded()).unwrap()
    }

    #[test]
    fn ports_stand_alone_and_words_together() {
        let port = |transport, port| Query::Ports {
            transport,
            first: port,
            last: port,
        };
        assert_eq!(queries(&["23"]), [port(None, 23)]);
        assert_eq!(queries(&["udp", "53"]), [port(Some(Transport::UDP), 53)]);
        assert_eq!(
            queries(&["23", "27374/tcp"]),
            [port(None, 23), port(Some(Transport::TCP), 27_374)]
        );
        let mixed = queries(&["sub", "seven", "23"]);
        assert_eq!(mixed.len(), 2, "{mixed:?}");
        assert_eq!(mixed.last(), Some(&port(None, 23)));
        assert_eq!(queries(&["zzzzqq", "xxqqzz"]).len(), 2);
    }
}
