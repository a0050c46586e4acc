//! What the words of a record say was done.

use rutter_event::Action;

/// The decision that a traffic log's `action` (`status` up to FortiOS 4) states.
///
/// "Deny: blocked by firewall policy. Start: session start. All others: allowed by firewall policy,
/// and the status indicates how it was closed."
pub(super) fn of_session(word: &[u8]) -> Action {
    match word {
        b"deny" => Action::Denied,
        b"accept" | b"start" | b"dns" | b"ip-conn" | b"close" | b"timeout" | b"client-rst"
        | b"server-rst" => Action::Allowed,
        word => of_inspection(word),
    }
}

/// The decision that a security log's `action` states.
pub(super) fn of_inspection(word: &[u8]) -> Action {
    match word {
        b"pass" | b"passthrough" | b"pass_session" | b"permit" | b"allow" | b"allowed"
        | b"accept" | b"monitored" | b"monitor" | b"detected" | b"log-only" | b"bypass"
        | b"exempt" => Action::Allowed,
        b"block" | b"blocked" | b"deny" | b"denied" | b"quarantine" | b"quarantined" | b"ban"
        | b"ban-ip" | b"redirect" | b"redirected" => Action::Denied,
        b"drop" | b"dropped" | b"clear_session" | b"drop_session" | b"discard" | b"discarded" => {
            Action::Dropped
        }
        b"reset" | b"reset_client" | b"reset_server" | b"reset-both" => Action::Rejected,
        _ => Action::Unstated,
    }
}
