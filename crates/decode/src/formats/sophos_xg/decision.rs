//! What the words of a record say was done.

use rutter_event::Action;

use super::keys::Notes;

/// The decision that a record states. The subtype says what was decided; of mail, `spamaction` does.
pub(super) fn of(notes: &Notes<'_>) -> Action {
    match (notes.kind, notes.subtype) {
        (Some(b"Event"), _) => Action::Unstated,
        (Some(b"Anti-Spam"), subtype) => of_mail(notes.mail, subtype),
        // The application firewall names what it refused a request for.
        (Some(b"WAF"), _) => match notes.reason {
            b"" | b"-" => Action::Allowed,
            _ => Action::Denied,
        },
        (_, subtype) => match of_word(subtype) {
            Action::Unstated => of_word(notes.status),
            stated => stated,
        },
    }
}

fn of_word(word: &[u8]) -> Action {
    match word {
        b"Allowed" | b"Allow" | b"Allow Session" | b"Warned" | b"Overridden" | b"Clean"
        | b"Detect" | b"Would deny" | b"Decrypt" | b"Do not decrypt" | b"Bypass" => Action::Allowed,
        b"Denied" | b"Deny" | b"Deny Session" | b"Virus" | b"PUA" | b"Block" | b"Blocked" => {
            Action::Denied
        }
        b"Drop" | b"Dropped" => Action::Dropped,
        b"Reject" | b"Rejected" => Action::Rejected,
        _ => Action::Unstated,
    }
}

/// Mail that was taken for spam and let through all the same was not decided upon as a connection.
fn of_mail(word: &[u8], subtype: &[u8]) -> Action {
    let is_spam = subtype.ends_with(b"Spam");
    if word.eq_ignore_ascii_case(b"Drop") {
        Action::Dropped
    } else if word.eq_ignore_ascii_case(b"Reject") || word.eq_ignore_ascii_case(b"Tmpreject") {
        Action::Rejected
    } else if word.eq_ignore_ascii_case(b"Quarantine") {
        Action::Denied
    } else if word.eq_ignore_ascii_case(b"Accept") && !is_spam {
        Action::Allowed
    } else {
        Action::Unstated
    }
}
