//! An answer as fields of a JSON object, for every program that writes one.

use std::io::Write as _;

use crate::found::{Client, Identification, Value};

/// Writes `"protocol":…,"probability":…,"side":…,"client":{…},"detail":{…}` at the end of `out`,
/// without braces, so that the caller's own fields may stand beside them. Without an answer it is
/// `"protocol":null`.
///
/// Texts that the sender chose leave by the JSON exit of [`rutter_event::Untrusted`].
pub fn write_fields(found: Option<&Identification<'_>>, out: &mut Vec<u8>) {
    let Some(found) = found else {
        out.extend_from_slice(b"\"protocol\":null");
        return;
    };
    // Writing into a vector does not fail. The names are ours and need no escape.
    let _ = write!(
        out,
        "\"protocol\":\"{}\",\"probability\":{:?},\"side\":\"{}\"",
        found.protocol,
        found.probability,
        found.side.word()
    );
    if let Some(client) = &found.client {
        write_client(client, out);
    }
    if !found.detail.is_empty() {
        out.extend_from_slice(b",\"detail\":{");
        for (place, (key, value)) in found.detail.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            let _ = write!(out, "\"{key}\":");
            write_value(value, out);
        }
        out.push(b'}');
    }
}

fn write_client(client: &Client<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"client\":{\"name\":\"");
    client.name.untrusted().json_onto(out);
    out.push(b'"');
    if let Some(version) = &client.version {
        out.extend_from_slice(b",\"version\":\"");
        version.untrusted().json_onto(out);
        out.push(b'"');
    }
    out.push(b'}');
}

fn write_value(value: &Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Text(text) => {
            out.push(b'"');
            text.untrusted().json_onto(out);
            out.push(b'"');
        }
        Value::Number(number) => {
            let _ = write!(out, "{number}");
        }
        Value::Word(word) => {
            let _ = write!(out, "\"{word}\"");
        }
    }
}

#[cfg(test)]
mod tests {
    use rutter_event::Transport;

    use super::*;
    use crate::{Side, identify};

    fn written(bytes: &[u8]) -> String {
        let mut out = Vec::new();
        let found = identify(Transport::TCP, None, Side::Client, bytes);
        write_fields(found.as_ref(), &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn answers_are_fields() {
        assert_eq!(
            written(b"SSH-2.0-libssh2_1.11.0\r\n"),
            "\"protocol\":\"ssh\",\"probability\":0.99,\"side\":\"client\",\
             \"client\":{\"name\":\"libssh2\",\"version\":\"1.11.0\"},\
             \"detail\":{\"version\":\"2.0\",\"software\":\"libssh2_1.11.0\"}"
        );
        assert_eq!(written(b"what is this"), "\"protocol\":null");
    }

    #[test]
    fn what_the_sender_chose_leaves_harmless() {
        let text = written(b"GET /\x1b[2J\" HTTP/1.1\r\nUser-Agent: a\"b\x07\r\n\r\n");
        assert!(text.contains("a\\\"b\\u0007"), "{text}");
        assert!(!text.contains('\x1b') && !text.contains('\x07'), "{text}");
    }
}
