//! The README of a format, and the examples in it.

use std::fs;
use std::path::{Path, PathBuf};

use rutter_decode::formats::REGISTRY;
use rutter_decode::{Decoder, Format, Headers};

/// A fenced `log` block and the fenced `event` block behind it.
pub(crate) struct Example {
    /// The log lines, which are those of one file.
    pub(crate) lines: Vec<Line>,
    /// What they must become: as many lines, or more where a line holds several events.
    pub(crate) expected: String,
}

/// A line of an example, and the lines of the file before it that name its columns.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) text: String,
    before: Vec<String>,
}

impl Line {
    /// The last of several lines of one file.
    pub(crate) fn last(texts: &str) -> Self {
        let mut lines = in_file(texts.lines().map(str::to_owned).collect());
        lines.pop().expect("an example has a line")
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// A decoder that has read the lines before.
    pub(crate) fn decoder(&self, forced: Option<&'static dyn Format>) -> Decoder {
        let mut decoder = Decoder::new(forced);
        decoder.resume(self.headers());
        decoder
    }

    /// The headers that the lines before leave.
    pub(crate) fn headers(&self) -> Headers {
        let mut headers = Headers::default();
        for line in &self.before {
            headers.take(line.as_bytes());
        }
        headers
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// Lines as those of one file.
fn in_file(texts: Vec<String>) -> Vec<Line> {
    let mut before = Vec::new();
    let mut lines = Vec::new();
    for text in texts {
        let line = Line {
            text,
            before: Clone::clone(&before),
        };
        if line.headers().take(line.bytes()) {
            before.push(line.text.clone());
        }
        lines.push(line);
    }
    lines
}

/// Where the formats live.
pub(crate) fn formats_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/formats")
}

/// The folder of a format.
pub(crate) fn folder(format: &dyn Format) -> PathBuf {
    formats_folder().join(format.name().replace('-', "_"))
}

/// The text of its README.
pub(crate) fn read(format: &dyn Format) -> String {
    let path = folder(format).join("README.md");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every example of every format.
pub(crate) fn all() -> Vec<(&'static dyn Format, Vec<Example>)> {
    REGISTRY
        .iter()
        .map(|format| (*format, examples(&read(*format))))
        .collect()
}

/// Every example line of every format.
pub(crate) fn all_lines() -> Vec<(&'static dyn Format, Line)> {
    all()
        .into_iter()
        .flat_map(|(format, examples)| {
            examples
                .into_iter()
                .flat_map(|example| example.lines)
                .map(move |line| (format, line))
        })
        .collect()
}

/// The examples of a README, in order.
pub(crate) fn examples(readme: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        if line != "```log" {
            continue;
        }
        let log = in_file(block(&mut lines));
        assert_eq!(
            lines.next(),
            Some("```event"),
            "an event block must follow: {log:?}"
        );
        let expected = block(&mut lines)
            .iter()
            .map(|line| format!("{line}\n"))
            .collect();
        examples.push(Example {
            lines: log,
            expected,
        });
    }
    examples
}

/// The README with other event blocks, in order.
pub(crate) fn with_events(readme: &str, events: &[String]) -> String {
    let mut text = String::new();
    let mut events = events.iter();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        text.push_str(line);
        text.push('\n');
        if line == "```event" {
            text.push_str(events.next().expect("as many event blocks as examples"));
            text.push_str("```\n");
            block(&mut lines);
        }
    }
    text
}

fn block<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Vec<String> {
    lines
        .take_while(|line| *line != "```")
        .map(str::to_owned)
        .collect()
}
