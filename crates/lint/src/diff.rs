//! Changes of a text, carried out or shown as a patch.

use similar::TextDiff;

use crate::lint::Edit;

/// The text with the changes made; of changes that touch the same place the first wins.
#[must_use]
pub fn apply<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> String {
    let mut sorted: Vec<&Edit> = edits.into_iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    sorted.dedup();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in sorted.into_iter() {
        if edit.span.start < at {
            continue;
        }
        out.push_str(text.get(at..edit.span.start).unwrap_or_default());
        out.push_str(&edit.text);
        at = edit.span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// A unified diff that `patch` takes; empty when nothing changes.
#[must_use]
pub fn unified<'e>(name: &str, text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> String {
    let changed = apply(text, edits);
    if changed == text {
        return String::new();
    }
    let diff = TextDiff::from_lines(text, &changed);
    // A name with a blank in it ends where a tab stands, for `patch`.
    let end = if name.contains(' ') { "\t" } else { "" };
    diff.unified_diff()
        .context_radius(3)
        .header(&format!("a/{name}{end}"), &format!("b/{name}{end}"))
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_says_what_changes() {
        let text = "one\ntwo\nthree\n";
        let edits = [
            Edit {
                span: 4..7,
                text: "2".to_owned(),
            },
            Edit {
                span: 8..8,
                text: "two and a half\n".to_owned(),
            },
        ];
        assert_eq!(apply(text, &edits), "one\n2\ntwo and a half\nthree\n");
        assert_eq!(
            unified("rules", text, &edits),
            "--- a/rules\n+++ b/rules\n@@ -1,3 +1,4 @@\n one\n-two\n+2\n+two and a half\n three\n"
        );
        assert_eq!(unified("rules", text, &[]), "");
        let patch = unified("my rules", text, &edits);
        assert!(
            patch.starts_with("--- a/my rules\t\n+++ b/my rules\t\n"),
            "{patch}"
        );
    }
}
