//! An answer, told to people or to programs.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use rutter_analysis::Language;
use rutter_event::{Transport, Untrusted};
use rutter_identify::{End, Identification, Side, Value, protocols, write_fields};

use crate::sink::Sink;
use crate::status::Stop;

const NAME: Style = Style::new().bold();
const FAINT: Style = AnsiColor::BrightBlack.on_default();

/// What is told of one payload or flow.
pub(super) struct Answer<'a> {
    /// The input, when there are several.
    pub(super) source: Option<&'a [u8]>,
    /// Number of the line, or of the flow's first packet.
    pub(super) line: u64,
    pub(super) transport: Transport,
    pub(super) port: Option<u16>,
    /// Client and server of a flow.
    pub(super) ends: Option<(End, End)>,
    pub(super) found: Option<&'a Identification<'a>>,
}

/// Writes answers.
pub(super) struct Teller {
    sink: Sink,
    json: bool,
    language: Language,
    buffer: Vec<u8>,
}

impl Teller {
    pub(super) const fn new(sink: Sink, json: bool, language: Language) -> Self {
        Self {
            sink,
            json,
            language,
            buffer: Vec::new(),
        }
    }

    pub(super) fn tell(&mut self, answer: &Answer<'_>) -> Result<(), Stop> {
        self.buffer.clear();
        if self.json {
            write_json(answer, &mut self.buffer);
        } else {
            self.buffer
                .extend_from_slice(text(answer, self.language).as_bytes());
        }
        self.sink.put(&self.buffer)
    }

    pub(super) fn show(&mut self) -> Result<(), Stop> {
        self.sink.show()
    }

    pub(super) fn finish(self) -> Result<(), Stop> {
        self.sink.finish()
    }
}

fn write_json(answer: &Answer<'_>, out: &mut Vec<u8>) {
    out.push(b'{');
    if let Some(source) = answer.source {
        out.extend_from_slice(b"\"input\":\"");
        Untrusted::new(source).json_onto(out);
        out.extend_from_slice(b"\",");
    }
    let mut head = format!("\"line\":{},", answer.line);
    if let Some((client, server)) = answer.ends {
        for (key, (ip, port)) in [("source", client), ("destination", server)] {
            // Writing into a string does not fail.
            let _ = write!(head, "\"{key}\":{{\"ip\":\"{ip}\",\"port\":{port}}},");
        }
        let word = answer.transport.word().unwrap_or_default();
        let _ = write!(head, "\"network\":{{\"transport\":\"{word}\"}},");
    }
    out.extend_from_slice(head.as_bytes());
    write_fields(answer.found, out);
    out.extend_from_slice(b"}\n");
}

/// What words are used.
struct Words {
    unknown: &'static str,
    client: &'static str,
    server: &'static str,
    any: &'static str,
    by: &'static str,
}

const fn words(language: Language) -> Words {
    match language {
        Language::En => Words {
            unknown: "unknown: the bytes do not say",
            client: "said by the client",
            server: "said by the server",
            any: "either side may say it",
            by: "program",
        },
        Language::ZhCn => Words {
            unknown: "未知：从字节看不出来",
            client: "客户端所发",
            server: "服务器所发",
            any: "两端都可能发出",
            by: "程序",
        },
    }
}

/// A line for what it is, one for what else it says.
fn text(answer: &Answer<'_>, language: Language) -> String {
    let words = words(language);
    let mut text = String::new();
    if let Some(source) = answer.source {
        let _ = write!(text, "{}: ", Untrusted::new(source).terminal());
    }
    let carrier = answer.transport.word().unwrap_or_default();
    let _ = match (answer.ends, answer.port) {
        (Some(((from, sport), (to, dport))), _) => {
            let [from, to] = [(from, sport), (to, dport)].map(std::net::SocketAddr::from);
            write!(
                text,
                "{FAINT}{}{FAINT:#} {carrier} {from} → {to}  ",
                answer.line
            )
        }
        (None, Some(port)) => write!(text, "{FAINT}{}{FAINT:#} {carrier}/{port}  ", answer.line),
        (None, None) => write!(text, "{FAINT}{}{FAINT:#} {carrier}  ", answer.line),
    };
    let Some(found) = answer.found else {
        let _ = writeln!(text, "{FAINT}{}{FAINT:#}", words.unknown);
        return text;
    };
    let who = match found.side {
        Side::Client => words.client,
        Side::Server => words.server,
        Side::Any => words.any,
    };
    let listed = protocols().find(|listed| listed.name == found.protocol);
    let title = listed.map_or("", |listed| match language {
        Language::En => listed.title,
        Language::ZhCn => listed.title_zh,
    });
    let comma = match language {
        Language::En => ", ",
        Language::ZhCn => "，",
    };
    let _ = write!(
        text,
        "{NAME}{}{NAME:#}{comma}{title}{comma}{:.1} %{comma}{who}",
        found.protocol,
        found.probability * 100.0
    );
    if let Some(client) = &found.client {
        let _ = write!(
            text,
            "{comma}{} {NAME}{}{NAME:#}",
            words.by,
            client.name.untrusted().terminal()
        );
        if let Some(version) = &client.version {
            let _ = write!(text, " {}", version.untrusted().terminal());
        }
    }
    text.push('\n');
    for (key, value) in &found.detail {
        let _ = match value {
            Value::Text(value) => writeln!(
                text,
                "    {FAINT}{key}{FAINT:#} {}",
                value.untrusted().terminal()
            ),
            Value::Number(value) => writeln!(text, "    {FAINT}{key}{FAINT:#} {value}"),
            Value::Word(value) => writeln!(text, "    {FAINT}{key}{FAINT:#} {value}"),
        };
    }
    text
}
