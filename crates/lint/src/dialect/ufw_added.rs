//! ufw's rules as the commands that made them: what `ufw show added` prints, after ufw(8).

use super::{fault, lines, shown, ufw};
use crate::addresses::{Addresses, Interfaces};
use crate::matches::{Direction, Families};
use crate::ports::{Ports, protocol};
use crate::ruleset::{Chain, Dialect, Order, Rule, Ruleset, Statement, Verdict};

/// Whether a line is such a command.
pub(super) fn is_command(line: &str) -> bool {
    let mut words = line.split_whitespace().skip_while(|word| *word == "sudo");
    let verb = |word| {
        matches!(
            word,
            "allow" | "deny" | "reject" | "limit" | "default" | "route" | "insert" | "prepend"
        )
    };
    words.next() == Some("ufw") && words.next().is_some_and(verb)
}

/// Commands one a line; all else is passed over.
pub(super) fn read(text: &str) -> Ruleset {
    let mut faults = Vec::new();
    // What ufw does with what no rule is about, unless it is told otherwise.
    let mut chain = Chain {
        policy: Some(Verdict::Drop),
        ..ufw::chain()
    };
    // Rules that were put before all others, the last one first.
    let mut front: Vec<Rule> = Vec::new();
    for (number, start, line) in lines(text) {
        let command = line.trim();
        if !is_command(command) {
            continue;
        }
        let from = start + line.len() - line.trim_start().len();
        let words: Vec<&str> = command
            .split_whitespace()
            .skip_while(|word| matches!(*word, "sudo" | "ufw"))
            .collect();
        match *words.as_slice() {
            ["default", policy, ..] if !words.contains(&"outgoing") => {
                chain.policy = verdict(policy).map(|(_, verdict)| verdict);
            }
            ["default", ..] => {}
            // A routed rule is not about this machine.
            ["route", ..] => {}
            _ => match rule(&words, number, from..from + command.len()) {
                Some((rule, true)) => front.push(rule),
                Some((rule, false)) => chain.rules.push(rule),
                None => fault(
                    &mut faults,
                    number,
                    format!("is no rule of ufw: {}", shown(command)),
                ),
            },
        }
    }
    front.reverse();
    front.append(&mut chain.rules);
    chain.rules = front;
    Ruleset {
        dialect: Dialect::Ufw,
        order: Order::First,
        chains: vec![chain],
        faults,
        complete: None,
    }
}

fn verdict(word: &str) -> Option<(Statement, Verdict)> {
    Some(match word {
        "allow" | "limit" => (Statement::Accept, Verdict::Accept),
        "deny" => (Statement::Drop, Verdict::Drop),
        "reject" => (Statement::Reject { reset: true }, Verdict::Reject),
        _ => return None,
    })
}

/// `[insert N | prepend] allow [in|out] [on eth0] [log] (22/tcp | Samba | [proto P] [from A [port P]]
/// [to A [port P]])`; whether it comes first.
fn rule(words: &[&str], line: usize, span: std::ops::Range<usize>) -> Option<(Rule, bool)> {
    let mut rule = Rule::new(line, span, Families::BOTH);
    let mut words = words.iter().copied().peekable();
    let mut first = false;
    if words.next_if_eq(&"prepend").is_some() {
        first = true;
    } else if words.next_if_eq(&"insert").is_some() {
        first = words.next()? == "1";
    }
    let verb = words.next()?;
    rule.statements.push(verdict(verb)?.0);
    rule.matches.limited = verb == "limit";
    rule.matches.direction = Some(Direction::In);
    let mut source = false;
    while let Some(word) = words.next() {
        let m = &mut rule.matches;
        match word {
            "in" => {}
            "out" => m.direction = Some(Direction::Out),
            "on" => m.input = Some(Interfaces::of(false, vec![words.next()?.to_owned()])),
            "log" | "log-all" => {}
            "comment" => break,
            "proto" => m.protocols = Some(vec![protocol(words.next()?)?]),
            "from" | "to" => {
                source = word == "from";
                let address = words.next()?;
                let set = Addresses::read(false, [address]).filter(|_| address != "any");
                *(if source {
                    &mut m.source
                } else {
                    &mut m.destination
                }) = set;
            }
            "port" => {
                let ports = Ports::read(words.next()?.split(','));
                m.unknown |= ports.is_none();
                *(if source {
                    &mut m.source_ports
                } else {
                    &mut m.destination_ports
                }) = ports;
                m.protocols.get_or_insert_with(|| vec![6, 17]);
            }
            "app" => ufw::side(words.next()?, source, &mut rule),
            _ => match (Ports::read([word]), word) {
                // A name of a service stands for its port as well.
                (Some(ports), _) => {
                    m.protocols = Some(vec![6, 17]);
                    m.destination_ports = Some(ports);
                }
                (None, profile) => ufw::side(profile, false, &mut rule),
            },
        }
    }
    Some((rule, first))
}
