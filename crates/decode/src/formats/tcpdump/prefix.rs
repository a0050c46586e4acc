//! What pf says before the packet: `rule 5/0(match): block in on em0: `.

use crate::formats::search::{place, places};
use rutter_event::{Action, Direction, Event, Untrusted};

/// The rule and what it did; empty for a packet that was captured elsewhere.
#[derive(Clone, Copy, Default)]
pub(super) struct Prefix<'a> {
    /// `5/0`, `3.anchor.2/0`, `def/`.
    pub(super) rule: &'a [u8],
    /// `match`, `bad-offset`, `fragment`, `short`, `state-mismatch`.
    pub(super) reason: &'a [u8],
    verb: &'a [u8],
    direction: &'a [u8],
    interface: &'a [u8],
    /// The packet.
    pub(super) packet: &'a [u8],
}

impl<'a> Prefix<'a> {
    pub(super) fn read(message: &'a [u8]) -> Self {
        let message = message.trim_ascii();
        Self::of_rule(message).unwrap_or(Self {
            packet: message,
            ..Self::default()
        })
    }

    fn of_rule(message: &'a [u8]) -> Option<Self> {
        let head = message.get(..80).unwrap_or(message);
        let at = if head.starts_with(b"rule ") {
            0
        } else {
            place!(head, " rule ")? + 1
        };
        let rest = message.get(at + 5..)?;
        let (rule, rest) = rest.split_at_checked(memchr::memchr(b'(', rest)?)?;
        if rule.is_empty() || rule.contains(&b' ') {
            return None;
        }
        let (reason, rest) = rest
            .get(1..)?
            .split_at_checked(memchr::memchr(b')', rest)? - 1)?;
        let mut rest = rest.get(1..)?;
        rest = rest.strip_prefix(b":").unwrap_or(rest).trim_ascii_start();
        // OpenBSD adds the process, where the packet is one of its own.
        if let Some(inside) = rest.strip_prefix(b"[uid ") {
            rest = inside.get(memchr::memchr(b']', inside)? + 1..)?;
            rest = rest.strip_prefix(b":").unwrap_or(rest).trim_ascii_start();
        }
        let on = place!(rest.get(..48).unwrap_or(rest), " on ")?;
        let (verb, behind) = rest.split_at_checked(on)?;
        let blank = memchr::memrchr(b' ', verb)?;
        let (verb, direction) = verb.split_at_checked(blank)?;
        let behind = behind.get(4..)?;
        let (interface, packet) = behind.split_at_checked(memchr::memchr(b':', behind)?)?;
        let direction = direction.trim_ascii();
        if !matches!(direction, b"in" | b"out") || interface.contains(&b' ') {
            return None;
        }
        Some(Self {
            rule,
            reason,
            verb: verb.trim_ascii(),
            direction,
            interface,
            packet: packet.get(1..)?.trim_ascii_start(),
        })
    }

    /// Whether the text holds a rule of its own.
    pub(super) fn stands_in(text: &'a [u8]) -> bool {
        places!(text, "rule ").any(|at| {
            let rest = text.get(at..).unwrap_or_default();
            Self::of_rule(rest).is_some()
        })
    }

    pub(super) fn fill(&self, event: &mut Event<'a>) {
        event.rule_id = Untrusted::new(self.rule);
        event.action = match self.verb {
            b"pass" => Action::Allowed,
            // Whether pf answered (`return`) the log does not say.
            b"block" => Action::Denied,
            // Scrubbed, matched, translated.
            _ => Action::Unstated,
        };
        let interface = Untrusted::new(self.interface);
        match self.direction {
            b"in" => (event.direction, event.observer.ingress) = (Direction::Inbound, interface),
            b"out" => (event.direction, event.observer.egress) = (Direction::Outbound, interface),
            _ => {}
        }
    }
}
