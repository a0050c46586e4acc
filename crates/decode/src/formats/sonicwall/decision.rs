//! What the words of a record say was done.

use crate::formats::search::holds;
use rutter_event::Action;

/// The decision of a record: its own word for it (SonicOS 6.2 and later), and where that says
/// nothing, the text of the message, which is fixed for each message number.
pub(super) fn of(word: &[u8], message: &[u8]) -> Action {
    match word {
        b"drop" => Action::Dropped,
        b"forward" | b"mgmt" => Action::Allowed,
        b"block" | b"deny" => Action::Denied,
        _ => of_message(message),
    }
}

fn of_message(message: &[u8]) -> Action {
    if holds!(message, "login") || holds!(message, "log in") {
        // The packets of a refused login passed.
        Action::Unstated
    } else if holds!(message, "dropped") || holds!(message, "Dropped") {
        Action::Dropped
    } else if holds!(message, "blocked")
        || holds!(message, "denied")
        || holds!(message, "Prevention Alert")
    {
        Action::Denied
    } else if holds!(message, "allowed")
        || holds!(message, "Connection Opened")
        || holds!(message, "Connection Closed")
        || holds!(message, "Web site hit")
    {
        Action::Allowed
    } else {
        Action::Unstated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_decide() {
        for (message, action) in [
            ("TCP connection dropped", Action::Dropped),
            ("ICMP packet dropped due to policy", Action::Dropped),
            ("Web site access denied", Action::Denied),
            ("Connection Opened", Action::Allowed),
            ("Web management request allowed", Action::Allowed),
            ("IPS Prevention Alert: SCAN", Action::Denied),
            ("IPS Detection Alert: SCAN", Action::Unstated),
            (
                "Administrator login denied due to bad credentials",
                Action::Unstated,
            ),
            ("Probable port scan detected", Action::Unstated),
        ] {
            assert_eq!(of(b"NA", message.as_bytes()), action, "{message}");
        }
        assert_eq!(of(b"drop", b"Connection Opened"), Action::Dropped);
    }
}
