//! Reads and checks one knowledge file. Errors name the file and the key.

use std::fmt;

use rutter_event::Network;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

use crate::model::{
    Cast, Condition, Correction, Entry, Era, Evidence, Fact, Field, KINDS, Networks, Proof,
    Reference, Severity, Text, Tool, When, direction, family, scope, transport_number,
};
use crate::word::{flags, hex, range, service};

/// What is wrong with a knowledge file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// File, as given.
    pub file: String,
    /// Dotted key, empty for the whole file.
    pub key: String,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            write!(f, "{}: {}", self.file, self.what)
        } else {
            write!(f, "{}: {}: {}", self.file, self.key, self.what)
        }
    }
}

impl std::error::Error for Fault {}

/// An example of an entry: event notation, one string per event; the last event is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The events in order.
    pub events: Vec<String>,
    /// Whether the entry must win the last event, or must not.
    pub wins: bool,
}

/// A file's entry with its examples.
#[derive(Clone, Debug)]
pub struct Page {
    /// The entry.
    pub entry: Entry,
    /// Its examples, winning ones first.
    pub examples: Vec<Example>,
}

const MAX_EXAMPLES: usize = 20;
const MAX_TITLE_WORDS: usize = 8;

/// Reads one entry. `file` is its path below `meanings/`, `recon/telnet.toml`.
///
/// # Errors
/// Every [`Fault`] found, not only the first.
pub fn read(file: &str, text: &str) -> Result<Page, Vec<Fault>> {
    let mut reader = Reader {
        file,
        faults: Vec::new(),
    };
    let page = reader.page(text);
    match page {
        Some(page) if reader.faults.is_empty() => Ok(page),
        _ => Err(reader.faults),
    }
}

struct Reader<'a> {
    file: &'a str,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn fault(&mut self, key: impl Into<String>, what: impl Into<String>) {
        self.faults.push(Fault {
            file: self.file.to_owned(),
            key: key.into(),
            what: what.into(),
        });
    }

    fn page(&mut self, text: &str) -> Option<Page> {
        let mut table: Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                self.fault("", error.to_string().replace('\n', " "));
                return None;
            }
        };
        let id = self.string(&mut table, "id")?;
        self.check_id(&id);
        let severity = self.typed::<Severity>(&mut table, "severity");
        let era = self.era(&mut table, "");
        let mut texts = match table.remove("text") {
            Some(Value::Table(texts)) => texts,
            _ => {
                self.fault(
                    "text",
                    "missing: [text.en] and [text.zh-CN] are both needed",
                );
                Table::new()
            }
        };
        let en = self.text(&mut texts, "en");
        let zh = self.text(&mut texts, "zh-CN");
        self.leftover("text", &texts);

        let mut whens = Vec::new();
        for (i, mut item) in self.tables(&mut table, "when").into_iter().enumerate() {
            let at = format!("when[{i}]");
            let weight = self.number(&mut item, &at, "weight");
            let era = self.era(&mut item, &at).or(era);
            let says = self.optional(&mut item, &at, "says");
            let tool: Option<Tool> = self.optional(&mut item, &at, "tool");
            let conditions = self.conditions(&at, item);
            if conditions.is_empty() {
                self.fault(
                    &at,
                    "no condition: a [[when]] must say how to recognise the meaning",
                );
            }
            whens.push(When {
                conditions,
                weight,
                era,
                says,
                tool,
            });
        }
        let fallback = id.as_str() == "unknown.unsolicited";
        let shape: bool = self.optional(&mut table, "", "shape").unwrap_or_default();
        if whens.is_empty() && !fallback && !shape {
            self.fault(
                "when",
                "missing: at least one [[when]] says how to recognise the meaning (or shape = true, when \
                 no single packet shows it)",
            );
        }
        if shape && !whens.is_empty() {
            self.fault(
                "shape",
                "a [[when]] recognises it in a packet, so it is no mere shape",
            );
        }
        let mut evidence = Vec::new();
        for (i, mut item) in self.tables(&mut table, "evidence").into_iter().enumerate() {
            let at = format!("evidence[{i}]");
            let weight = self.number(&mut item, &at, "weight");
            let says = self.optional(&mut item, &at, "says");
            let conditions = self.conditions(&at, item);
            if conditions.is_empty() {
                self.fault(&at, "no condition");
            }
            evidence.push(Evidence {
                conditions,
                weight,
                says,
            });
        }
        let corrections: Vec<Correction> = self.list(&mut table, "correction");
        let facts: Vec<Fact> = self.list(&mut table, "fact");
        let references: Vec<Reference> = self.list(&mut table, "reference");
        let attack: Vec<String> = self.optional(&mut table, "", "attack").unwrap_or_default();
        let rows: Vec<String> = self.optional(&mut table, "", "rows").unwrap_or_default();
        let mut examples = self.examples(&mut table, "example", true);
        examples.extend(self.examples(&mut table, "counterexample", false));
        if examples.len() > MAX_EXAMPLES {
            self.fault(
                "example",
                format!(
                    "{} examples; at most {MAX_EXAMPLES} stay readable",
                    examples.len()
                ),
            );
        }
        self.leftover("", &table);
        let entry = Entry {
            id,
            severity: severity?,
            attack,
            rows,
            en,
            zh,
            whens,
            evidence,
            guards: Vec::new(),
            corrections,
            facts,
            references,
        };
        Some(Page { entry, examples })
    }

    fn check_id(&mut self, id: &str) {
        let expected = self.file.trim_end_matches(".toml").replace('/', ".");
        if id != expected {
            self.fault("id", format!("is {id:?}, but the path says {expected:?}"));
        }
        let kind = id.split_once('.').map_or(id, |(kind, _)| kind);
        if !KINDS.contains(&kind) {
            self.fault(
                "id",
                format!("unknown kind {kind:?}; the kinds are {}", KINDS.join(", ")),
            );
        }
        if !id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-'))
        {
            self.fault("id", "only lower-case letters, digits, hyphens and one dot");
        }
    }

    fn text(&mut self, texts: &mut Table, language: &str) -> Text {
        let at = format!("text.{language}");
        let Some(value) = texts.remove(language) else {
            self.fault(at, "missing");
            return Text::default();
        };
        let text: Text = match value.try_into() {
            Ok(text) => text,
            Err(error) => {
                self.fault(at, one_line(&error));
                return Text::default();
            }
        };
        if language == "en" && text.title.split_whitespace().count() > MAX_TITLE_WORDS {
            self.fault(
                format!("{at}.title"),
                format!("more than {MAX_TITLE_WORDS} words"),
            );
        }
        if text.title.ends_with(['.', '。']) {
            self.fault(format!("{at}.title"), "ends with a full stop");
        }
        for (key, part) in [
            ("title", &text.title),
            ("meaning", &text.meaning),
            ("advice", &text.advice),
        ] {
            if part.trim().is_empty() {
                self.fault(format!("{at}.{key}"), "empty");
            }
        }
        text
    }

    fn era(&mut self, table: &mut Table, at: &str) -> Option<Era> {
        let fade = table.remove("fade").and_then(|v| float(&v));
        let value = table.remove("era")?;
        let years = value.as_str().and_then(|text| {
            let (from, to) = text.split_once('-')?;
            let to = if to.is_empty() {
                Some(i16::MAX)
            } else {
                to.parse().ok()
            };
            Some((from.parse().ok()?, to?))
        });
        match years {
            Some((from, to)) if from <= to => Some(Era {
                from,
                to,
                fade: fade.unwrap_or(1.0),
            }),
            _ => {
                self.fault(
                    dotted(at, "era"),
                    "not a span of years: write \"1999-2006\" or \"2016-\"",
                );
                None
            }
        }
    }

    /// Flattens the nested tables of a `[[when]]` to dotted keys and reads each as a condition.
    fn conditions(&mut self, at: &str, table: Table) -> Vec<Condition> {
        let mut flat = Vec::new();
        flatten("", table, &mut flat);
        let mut conditions = Vec::new();
        for (key, value) in flat {
            match condition(&key, &value) {
                Ok(condition) => conditions.push(condition),
                Err(what) => self.fault(dotted(at, &key), what),
            }
        }
        conditions
    }

    fn examples(&mut self, table: &mut Table, key: &str, wins: bool) -> Vec<Example> {
        let mut examples = Vec::new();
        for (i, mut item) in self.tables(table, key).into_iter().enumerate() {
            let at = format!("{key}[{i}]");
            let events: Vec<String> = self.optional(&mut item, &at, "events").unwrap_or_default();
            if events.is_empty() {
                self.fault(
                    dotted(&at, "events"),
                    "missing: a list of events, one string each",
                );
            }
            for (n, event) in events.iter().enumerate() {
                if let Err(what) = crate::notation::check(event) {
                    self.fault(format!("{at}.events[{n}]"), what);
                }
            }
            self.leftover(&at, &item);
            examples.push(Example { events, wins });
        }
        if examples.len() < 2 && !table.is_empty() {
            self.fault(key, "at least two are needed");
        }
        examples
    }

    fn string(&mut self, table: &mut Table, key: &str) -> Option<String> {
        match table.remove(key) {
            Some(Value::String(text)) => Some(text),
            Some(_) => {
                self.fault(key, "not a string");
                None
            }
            None => {
                self.fault(key, "missing");
                None
            }
        }
    }

    fn number(&mut self, table: &mut Table, at: &str, key: &str) -> f32 {
        match table.remove(key).as_ref().and_then(float) {
            Some(number) if number.is_finite() && number.abs() <= 40.0 => number,
            _ => {
                self.fault(
                    dotted(at, key),
                    "missing or not a number of nats from -40 to 40",
                );
                0.0
            }
        }
    }

    fn typed<T: DeserializeOwned>(&mut self, table: &mut Table, key: &str) -> Option<T> {
        let Some(value) = table.remove(key) else {
            self.fault(key, "missing");
            return None;
        };
        value
            .try_into()
            .map_err(|e| self.fault(key, one_line(&e)))
            .ok()
    }

    fn optional<T: DeserializeOwned>(
        &mut self,
        table: &mut Table,
        at: &str,
        key: &str,
    ) -> Option<T> {
        let value = table.remove(key)?;
        value
            .try_into()
            .map_err(|e| self.fault(dotted(at, key), one_line(&e)))
            .ok()
    }

    fn list<T: DeserializeOwned>(&mut self, table: &mut Table, key: &str) -> Vec<T> {
        let mut items = Vec::new();
        for (i, item) in self.tables(table, key).into_iter().enumerate() {
            match item.try_into() {
                Ok(item) => items.push(item),
                Err(error) => self.fault(format!("{key}[{i}]"), one_line(&error)),
            }
        }
        items
    }

    fn tables(&mut self, table: &mut Table, key: &str) -> Vec<Table> {
        match table.remove(key) {
            None => Vec::new(),
            Some(Value::Array(items)) => items
                .into_iter()
                .filter_map(|item| match item {
                    Value::Table(table) => Some(table),
                    _ => {
                        self.fault(key, "not a table: write [[…]]");
                        None
                    }
                })
                .collect(),
            Some(_) => {
                self.fault(key, format!("not a list of tables: write [[{key}]]"));
                Vec::new()
            }
        }
    }

    fn leftover(&mut self, at: &str, table: &Table) {
        for key in table.keys() {
            self.fault(dotted(at, key), "unknown key");
        }
    }
}

fn dotted(at: &str, key: &str) -> String {
    if at.is_empty() {
        key.to_owned()
    } else {
        format!("{at}.{key}")
    }
}

fn one_line(error: &toml::de::Error) -> String {
    error.message().replace('\n', " ")
}

fn float(value: &Value) -> Option<f32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "weights are small"
    )]
    match value {
        Value::Float(x) => Some(*x as f32),
        Value::Integer(x) => Some(*x as f32),
        _ => None,
    }
}

fn flatten(at: &str, table: Table, into: &mut Vec<(String, Value)>) {
    for (key, value) in table {
        let key = dotted(at, &key);
        match value {
            Value::Table(inner) => flatten(&key, inner, into),
            value => into.push((key, value)),
        }
    }
}

fn condition(key: &str, value: &Value) -> Result<Condition, String> {
    if let Some((_, field)) = Field::KEYS.iter().find(|(name, _)| *name == key) {
        let ranges = each(value, |word| {
            range(word).ok_or_else(|| format!("{word:?} is no number or range"))
        })?;
        return Ok(Condition::Number {
            field: *field,
            ranges,
        });
    }
    let word = |what: &'static str| move |w: &str| format!("{w:?} is no {what}");
    let transport = |w: &str| transport_number(w).ok_or_else(|| word("transport")(w));
    let touched = |w: &str| service(w).ok_or_else(|| word("tcp/port")(w));
    Ok(match key {
        "transport" => Condition::Transport(each(value, transport)?),
        "quoted.transport" => Condition::QuotedTransport(each(value, transport)?),
        "source.scope" => {
            Condition::SourceScope(each(value, |w| scope(w).ok_or_else(|| word("scope")(w)))?)
        }
        "destination.scope" => {
            Condition::DestinationScope(each(value, |w| scope(w).ok_or_else(|| word("scope")(w)))?)
        }
        "destination.cast" => Condition::DestinationCast(each(value, |w| {
            [Cast::Unicast, Cast::Multicast, Cast::Broadcast, Cast::Edge]
                .into_iter()
                .find(|c| c.word() == w)
                .ok_or_else(|| word("cast")(w))
        })?),
        "source.in" => Condition::SourceIn(networks(value)?),
        "destination.in" => Condition::DestinationIn(networks(value)?),
        "same.subnet" => Condition::SameSubnet(flag(value)?),
        "same.host" => Condition::SameHost(flag(value)?),
        "direction" => Condition::Direction(each(value, |w| {
            direction(w).ok_or_else(|| word("direction")(w))
        })?),
        "action" => Condition::Action(each(value, |w| match w {
            "denied" => Ok(true),
            "allowed" => Ok(false),
            _ => Err(word("action")(w)),
        })?),
        "tcp.flags" => Condition::Flags(each(value, |w| {
            flags(w).ok_or_else(|| word("set of flags")(w))
        })?),
        "ip.fragment" => Condition::Fragment(flag(value)?),
        "ip.df" => Condition::DontFragment(flag(value)?),
        "network.type" => Condition::Family(each(value, |w| {
            family(w).ok_or_else(|| word("network type")(w))
        })?),
        "proof" => Condition::Proof(each(value, |w| {
            Proof::NAMES
                .iter()
                .find(|(name, _)| *name == w)
                .map(|(_, p)| *p)
                .ok_or_else(|| word("proof")(w))
        })?),
        "payload.starts" => Condition::PayloadStarts(each(value, |w| {
            hex(w).ok_or_else(|| word("hex string")(w))
        })?),
        "payload.protocol" => Condition::PayloadProtocol(each(value, name)?),
        "payload.client" => Condition::PayloadClient(each(value, name)?),
        "seen.also" => Condition::SeenAlso(each(value, touched)?),
        "seen.contacted" => Condition::SeenContacted(each(value, touched)?),
        "seen.answered" => Condition::SeenAnswered(flag(value)?),
        "seen.spoke" => Condition::SeenSpoke(flag(value)?),
        "seen.regular" => Condition::SeenRegular(flag(value)?),
        _ => return Err("unknown condition".to_owned()),
    })
}

/// A name as conditions hold it: in lower case, since nobody's spelling counts.
fn name(text: &str) -> Result<String, String> {
    let is_lower = !text.is_empty() && !text.bytes().any(|b| b.is_ascii_uppercase());
    if is_lower {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?}: write names in lower case"))
    }
}

fn each<T>(value: &Value, read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    let read_one = |value: &Value| match value {
        Value::String(text) => read(text),
        Value::Integer(number) => read(&number.to_string()),
        _ => Err("neither a string nor a number".to_owned()),
    };
    match value {
        Value::Array(items) if items.is_empty() => Err("an empty list can never hold".to_owned()),
        Value::Array(items) => items.iter().map(read_one).collect(),
        one => Ok(vec![read_one(one)?]),
    }
}

fn networks(value: &Value) -> Result<Networks, String> {
    let list: Vec<Network> = each(value, |w| w.parse().map_err(|e| format!("{w:?}: {e}")))?;
    Ok(list.into_iter().collect())
}

fn flag(value: &Value) -> Result<bool, String> {
    value
        .as_bool()
        .ok_or_else(|| "neither true nor false".to_owned())
}
