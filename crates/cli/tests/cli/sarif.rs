//! SARIF as its schema asks for it (OASIS, SARIF 2.1.0, appendix with the JSON schema).

use serde_json::Value;

use crate::bench::Desk;

/// Every kind of object that is written: its required properties, and the others that it may have
/// here. The schema allows more, but no object may have a property that it does not name.
const KINDS: [(&str, &[&str], &[&str]); 15] = [
    ("log", &["version", "runs"], &["$schema"]),
    (
        "run",
        &["tool"],
        &["columnKind", "language", "invocations", "results"],
    ),
    ("tool", &["driver"], &[]),
    ("driver", &["name"], &["version", "rules"]),
    (
        "rule",
        &["id"],
        &[
            "shortDescription",
            "fullDescription",
            "help",
            "defaultConfiguration",
        ],
    ),
    ("configuration", &[], &["level"]),
    ("message", &["text"], &[]),
    (
        "invocation",
        &["executionSuccessful"],
        &["toolExecutionNotifications"],
    ),
    ("notification", &["message"], &["level", "locations"]),
    (
        "result",
        &["message"],
        &["ruleId", "ruleIndex", "level", "locations", "fixes"],
    ),
    ("location", &["physicalLocation"], &[]),
    ("place", &["artifactLocation"], &["region"]),
    (
        "region",
        &["startLine"],
        &["startColumn", "endLine", "endColumn"],
    ),
    ("fix", &["artifactChanges"], &["description"]),
    ("change", &["artifactLocation", "replacements"], &[]),
];

/// Holds an object against its kind, and all objects in it against theirs.
fn hold(kind: &str, value: &Value) {
    let object = value.as_object().unwrap();
    let known = KINDS.iter().find(|(name, _, _)| *name == kind).unwrap();
    for key in known.1 {
        assert!(object.contains_key(*key), "{kind} without {key}: {value}");
    }
    for (key, value) in object {
        let named = known.1.contains(&key.as_str()) || known.2.contains(&key.as_str());
        assert!(named, "{kind} with {key}");
        hold_property(kind, key, value);
    }
}

fn hold_property(kind: &str, key: &str, value: &Value) {
    let all = |kind: &str| {
        let several = value.as_array().unwrap();
        several.iter().for_each(|one| hold(kind, one));
        several.len()
    };
    match key {
        "version" if kind == "log" => assert_eq!(value, "2.1.0"),
        "runs" => assert_eq!(all("run"), 1),
        "tool" => hold("tool", value),
        "driver" => hold("driver", value),
        "rules" => {
            all("rule");
            let mut rules: Vec<String> = value
                .as_array()
                .unwrap()
                .iter()
                .map(Value::to_string)
                .collect();
            let count = rules.len();
            rules.sort();
            rules.dedup();
            assert_eq!(rules.len(), count, "rules are unique");
        }
        "shortDescription" | "fullDescription" | "help" | "message" | "description" => {
            hold("message", value);
        }
        "defaultConfiguration" => hold("configuration", value),
        "invocations" => assert!(all("invocation") > 0),
        "executionSuccessful" => assert!(value.is_boolean()),
        "toolExecutionNotifications" => {
            all("notification");
        }
        "results" => {
            all("result");
        }
        "locations" => {
            all("location");
        }
        "fixes" => assert!(all("fix") > 0),
        "artifactChanges" => assert!(all("change") > 0),
        "physicalLocation" => hold("place", value),
        "region" => hold("region", value),
        "replacements" => {
            let several = value.as_array().unwrap();
            assert!(!several.is_empty());
            for one in several {
                assert_eq!(one.as_object().unwrap().len(), 2, "{one}");
                hold("region", &one["deletedRegion"]);
                hold("message", &one["insertedContent"]);
            }
        }
        "artifactLocation" => {
            let uri = value["uri"].as_str().unwrap();
            let reference = |b: u8| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b);
            assert!(uri.bytes().all(reference) && !uri.is_empty(), "{uri}");
        }
        "level" => assert!(["none", "note", "warning", "error"].contains(&value.as_str().unwrap())),
        "columnKind" => assert_eq!(value, "unicodeCodePoints"),
        "language" => assert!(["en-US", "zh-CN"].contains(&value.as_str().unwrap())),
        "startLine" | "startColumn" | "endLine" | "endColumn" => {
            assert!(value.as_u64().unwrap() >= 1, "{key}: {value}");
        }
        "ruleIndex" => assert!(value.as_u64().is_some()),
        _ => assert!(!value.as_str().unwrap().is_empty(), "{key}"),
    }
}

/// Mistakes with and without a fix, on lines that are not ASCII, and lines that cannot be read.
const RULES: &str = "table inet filter {
\tchain input {
\t\ttype filter hook input priority 0; policy drop;
\t\ttcp dport 113 drop comment \"问\"; tcp dport 3389 accept
\t\tudp sport 53 accept
\t\tlog prefix \"é \"
\t}
\tnonsense
}
";

#[test]
fn sarif_is_what_its_schema_asks_for() {
    let desk = Desk::new();
    desk.file("my rules.nft", RULES);
    desk.file("clean.nft", "table inet filter {\n}\n");
    for language in ["en", "zh-CN"] {
        let ran = desk.run([
            "lint",
            "--lang",
            language,
            "--output",
            "sarif",
            "my rules.nft",
            "clean.nft",
        ]);
        let log = ran.json();
        hold("log", &log);
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let results = run["results"].as_array().unwrap();
        assert!(results.iter().any(|one| one.get("fixes").is_some()));
        let notes = &run["invocations"][0]["toolExecutionNotifications"];
        assert!(!notes.as_array().unwrap().is_empty(), "{run:#}");
        for result in results {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            let region = &result["locations"][0]["physicalLocation"]["region"];
            let place = |line: &str, column: &str| (region[line].as_u64(), region[column].as_u64());
            let (start, end) = (
                place("startLine", "startColumn"),
                place("endLine", "endColumn"),
            );
            assert!(start < end, "{region}");
            // Columns are characters of the line, one more at its end.
            let line = usize::try_from(end.0.unwrap()).unwrap() - 1;
            let length = RULES.lines().nth(line).unwrap().chars().count();
            assert!(end.1.unwrap() <= length as u64 + 1, "{region}");
        }
    }
}
