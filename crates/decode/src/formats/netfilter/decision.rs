//! What the words of a label say was done.

use rutter_event::Action;

/// The longest word of the table, `LOG` in front included.
const LONGEST: usize = 13;

/// The decision that a label's words state, or none. Words are runs of letters, in any case.
///
/// A label that says both (`ACCEPT or DROP`) says nothing. Of several refusals the more exact one
/// counts: `DENY DROP` is a drop.
pub(crate) fn of(text: &[u8]) -> Action {
    let mut decision = Action::Unstated;
    let mut negated = false;
    for word in text
        .split(|byte| !byte.is_ascii_alphabetic())
        .filter(|word| !word.is_empty())
    {
        let stated = match of_word(word) {
            Action::Unstated => {
                negated = word.eq_ignore_ascii_case(b"NOT");
                continue;
            }
            Action::Allowed if negated => Action::Denied,
            stated => stated,
        };
        negated = false;
        decision = match (decision, stated) {
            (Action::Unstated | Action::Denied, stated) if stated.is_denial() => stated,
            (Action::Unstated, stated) => stated,
            (before, stated) if before == stated => before,
            (before, Action::Denied) if before.is_denial() => before,
            (before, stated) if before.is_denial() && stated.is_denial() => Action::Denied,
            _ => return Action::Unstated,
        };
    }
    decision
}

fn of_word(word: &[u8]) -> Action {
    let mut upper = [0_u8; LONGEST];
    let Some(upper) = upper.get_mut(..word.len()) else {
        return Action::Unstated;
    };
    upper.copy_from_slice(word);
    upper.make_ascii_uppercase();
    // Chains that log and decide are often called LOGDROP.
    match upper.strip_prefix(b"LOG").unwrap_or(upper) {
        b"DROP" | b"DROPS" | b"DROPPED" | b"DROPPING" | b"DISCARD" | b"DISCARDED" => {
            Action::Dropped
        }
        b"REJECT" | b"REJECTS" | b"REJECTED" | b"REJECTING" | b"REFUSE" | b"REFUSED" => {
            Action::Rejected
        }
        b"BLOCK" | b"BLOCKS" | b"BLOCKED" | b"BLOCKING" | b"DENY" | b"DENIES" | b"DENIED"
        | b"FORBID" | b"FORBIDDEN" | b"PROHIBIT" | b"PROHIBITED" | b"DISALLOW" | b"DISALLOWED" => {
            Action::Denied
        }
        b"ACCEPT" | b"ACCEPTS" | b"ACCEPTED" | b"ALLOW" | b"ALLOWS" | b"ALLOWED" | b"PASS"
        | b"PASSED" | b"PERMIT" | b"PERMITS" | b"PERMITTED" => Action::Allowed,
        _ => Action::Unstated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_decide() {
        for (text, action) in [
            ("iptables DROP_INPUT", Action::Dropped),
            ("IPTables-Dropped", Action::Dropped),
            ("INPUT DFLT DROP", Action::Dropped),
            ("LOGDROP", Action::Dropped),
            ("UFW LIMIT BLOCK", Action::Denied),
            ("Inbound Denied", Action::Denied),
            ("DENY DROP", Action::Dropped),
            ("DROP REJECT", Action::Denied),
            ("not allowed", Action::Denied),
            ("New not SYN", Action::Unstated),
            ("accept", Action::Allowed),
            ("ACCEPT or DROP", Action::Unstated),
            ("DROP or ACCEPT", Action::Unstated),
            ("backdrop", Action::Unstated),
            ("BLOCKLIST", Action::Unstated),
            ("password", Action::Unstated),
            ("AUDIT", Action::Unstated),
            ("ssh in", Action::Unstated),
            ("", Action::Unstated),
        ] {
            assert_eq!(of(text.as_bytes()), action, "{text}");
        }
    }
}
