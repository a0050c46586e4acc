//! ufw: the table of `ufw status`, and its rules files, which are lines of iptables-restore.

use super::{fault, iptables, lines, shown};
use crate::addresses::{Addresses, Interfaces};
use crate::matches::{Direction, Families};
use crate::ports::{Ports, protocol};
use crate::ruleset::{Chain, Dialect, Fault, Hook, Log, Order, Rule, Ruleset, Statement, Verdict};

/// Whether a file of iptables-restore is one of ufw's parts (`user.rules`, `before.rules`, `after.rules`).
pub(super) fn is_rules_file(text: &str) -> bool {
    let declares = |start: &str| text.lines().any(|line| line.starts_with(start));
    (declares(":ufw-") || declares(":ufw6-")) && !declares(":INPUT ")
}

/// Chains of ufw stand behind the built-in ones, which these files do not show.
pub(super) fn read_rules(text: &str) -> Ruleset {
    let mut ruleset = iptables::read(text);
    for chain in ruleset
        .chains
        .iter_mut()
        .filter(|chain| chain.hook.is_none())
    {
        chain.hook = match chain
            .name
            .trim_start_matches("ufw6-")
            .trim_start_matches("ufw-")
        {
            "before-input"
            | "user-input"
            | "after-input"
            | "before-logging-input"
            | "after-logging-input" => Some(Hook::Input),
            "before-forward" | "user-forward" | "after-forward" => Some(Hook::Forward),
            "before-output" | "user-output" | "after-output" => Some(Hook::Output),
            _ => None,
        };
    }
    Ruleset {
        dialect: Dialect::Ufw,
        ..ruleset
    }
}

/// The rules of ufw, which stand in one chain.
pub(super) fn chain() -> Chain {
    Chain {
        table: String::new(),
        name: "ufw".to_owned(),
        families: Families::BOTH,
        hook: Some(Hook::Input),
        filters: true,
        policy: None,
        line: 1,
        span: 0..0,
        rules: Vec::new(),
    }
}

/// `ufw status [verbose|numbered]`, after ufw(8).
pub(super) fn read_status(text: &str) -> Ruleset {
    let mut faults = Vec::new();
    let mut chain = chain();
    let mut inside = false;
    // With IPv6 switched on, ufw lists each rule twice.
    let plain = if text.contains("(v6)") {
        Families::V4
    } else {
        Families::BOTH
    };
    for (number, start, line) in lines(text) {
        let trimmed = line.trim();
        if let Some(rest) = trimmed.strip_prefix("Default:") {
            chain.policy = match rest.split_whitespace().next() {
                Some("deny") => Some(Verdict::Drop),
                Some("reject") => Some(Verdict::Reject),
                Some("allow") => Some(Verdict::Accept),
                _ => None,
            };
            chain.line = number;
            chain.span = start..start + line.len();
        } else if trimmed.starts_with("--") {
            inside = true;
        } else if inside && !trimmed.is_empty() {
            rule(line, start, number, plain, &mut chain, &mut faults);
        }
    }
    if !inside {
        fault(
            &mut faults,
            1,
            "holds no table of rules; it should be what `ufw status verbose` prints".to_owned(),
        );
    }
    Ruleset {
        dialect: Dialect::Ufw,
        order: Order::First,
        chains: vec![chain],
        faults,
        complete: None,
    }
}

fn rule(
    line: &str,
    start: usize,
    number: usize,
    plain: Families,
    chain: &mut Chain,
    faults: &mut Vec<Fault>,
) {
    let begin = line.len() - line.trim_start().len();
    let span = start + begin..start + line.trim_end().len();
    let mut text = line.trim();
    if let Some(rest) = text.strip_prefix('[') {
        text = rest.split_once(']').map_or("", |(_, rest)| rest).trim();
    }
    let text = text.split(" # ").next().unwrap_or_default().trim();
    // A first cell that is wider than its column leaves one blank, so the action parts the row.
    let parts = ACTIONS
        .iter()
        .filter_map(|verb| text.find(&format!(" {verb} ")))
        .min()
        .and_then(|at| text.split_at_checked(at));
    let (to, rest) = parts.unwrap_or((text, ""));
    let way = |word: &&str| matches!(*word, "IN" | "OUT" | "FWD");
    let mut words = rest.split_whitespace();
    let verb = words.next().unwrap_or_default();
    let way = words.next().filter(way).unwrap_or_default();
    let rest = rest.trim_start().trim_start_matches(verb).trim_start();
    let mut cells = rest
        .strip_prefix(way)
        .unwrap_or(rest)
        .split("  ")
        .map(str::trim)
        .filter(|cell| !cell.is_empty());
    let Some(from) = cells.next() else {
        fault(
            faults,
            number,
            format!("is no row of To, Action, From: {}", shown(line)),
        );
        return;
    };
    let mut rule = Rule::new(number, span, Families::BOTH);
    rule.statements.push(match verb {
        "ALLOW" => Statement::Accept,
        "DENY" => Statement::Drop,
        "REJECT" => Statement::Reject { reset: true },
        // LIMIT is what is left.
        _ => {
            rule.matches.limited = true;
            Statement::Accept
        }
    });
    rule.matches.direction = Some(if way == "OUT" {
        Direction::Out
    } else {
        Direction::In
    });
    // A routed rule is not about this machine.
    rule.matches.unknown |= way == "FWD";
    if text.contains("(log") {
        rule.statements.insert(
            0,
            Statement::Log(Log {
                whole: true,
                ..Log::default()
            }),
        );
    }
    rule.matches.families = if text.contains("(v6)") {
        Families::V6
    } else {
        plain
    };
    side(to, false, &mut rule);
    side(from, true, &mut rule);
    if let Some(last) = cells.next().filter(|cell| !cell.starts_with(['(', '#'])) {
        fault(
            faults,
            number,
            format!("has a cell too many: {}", shown(last)),
        );
    }
    chain.rules.push(rule);
}

/// What a row may say.
const ACTIONS: [&str; 4] = ["ALLOW", "DENY", "REJECT", "LIMIT"];

/// Profiles that Debian and Ubuntu install, with their TCP ports.
const PROFILES: [(&str, &[u16]); 4] = [
    ("Samba", &[139, 445]),
    ("CIFS", &[139, 445]),
    ("Telnet", &[23]),
    ("VNC", &[5900]),
];

/// `22/tcp`, `192.0.2.1 53`, `Anywhere on eth0`, `80,443/tcp (Nginx Full)`.
pub(super) fn side(cell: &str, source: bool, rule: &mut Rule) {
    let matches = &mut rule.matches;
    let mut words = cell.split_whitespace().peekable();
    while let Some(word) = words.next() {
        match word {
            "Anywhere" | "(v6)" | "(out)" => {}
            "on" => {
                let names = words.next().map(str::to_owned).into_iter().collect();
                matches.input = Some(Interfaces::of(false, names));
            }
            _ if word.starts_with('(') => return,
            _ => {
                let (name, after) = word
                    .split_once('/')
                    .map_or((word, None), |(name, after)| (name, Some(after)));
                let ports = Ports::read(name.split(','));
                let number = after
                    .filter(|after| !after.starts_with(|c: char| c.is_ascii_digit()))
                    .and_then(protocol);
                match ports {
                    Some(ports) if name.starts_with(|c: char| c.is_ascii_digit()) => {
                        matches.protocols =
                            Some(number.map_or_else(|| vec![6, 17], |number| vec![number]));
                        if source {
                            matches.source_ports = Some(ports)
                        } else {
                            matches.destination_ports = Some(ports)
                        }
                    }
                    _ if name.contains(['.', ':']) => {
                        // `192.0.2.0/24/tcp`: the last part is the protocol.
                        let address = match word.rsplit_once('/') {
                            Some((address, last))
                                if !last.starts_with(|c: char| c.is_ascii_digit()) =>
                            {
                                address
                            }
                            _ => word,
                        };
                        let set = Addresses::read(false, [address]);
                        if source {
                            matches.source = set
                        } else {
                            matches.destination = set
                        }
                    }
                    // A profile of an application: its ports are elsewhere.
                    _ => match PROFILES.iter().find(|(known, _)| *known == word) {
                        Some((_, ports)) if !source => {
                            let ports = ports.iter().map(|port| (*port, *port)).collect();
                            matches.protocols = Some(vec![6]);
                            matches.destination_ports = Some(Ports::of(ports));
                        }
                        _ => matches.unknown = true,
                    },
                }
            }
        }
    }
}
