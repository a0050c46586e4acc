//! pf: `pf.conf`, `pfctl -sr`, pfSense's and OPNsense's `rules.debug`, after pf.conf(5).

mod words;

use self::words::{Cursor, MOST_WORDS, Macros, Word, cut, expand, span, words};
use super::field::{fill, icmp_type, unreachable};
use super::{fault, lines, shown};
use crate::addresses::{Addresses, Interfaces};
use crate::matches::{Direction, Families, Matches};
use crate::ports::{Ports, port, protocol};
use crate::ruleset::{Chain, Dialect, Log, Order, Rule, Ruleset, Statement, Verdict};

pub(super) fn read(text: &str) -> Ruleset {
    let mut faults = Vec::new();
    let mut macros = Macros::new();
    let mut rules = Vec::new();
    let mut block_returns = false;
    let mut skipped: Vec<String> = Vec::new();
    let mut statement: Vec<Word> = Vec::new();
    let mut first = 0;
    let mut depth = 0usize;
    let mut anchors: Vec<Matches> = Vec::new();
    let mut forwarded: Vec<Rule> = Vec::new();
    for (number, start, line) in lines(text) {
        if statement.is_empty() {
            first = number;
        }
        let continues = words(line, start, &mut statement, &mut depth);
        if continues || statement.is_empty() {
            continue;
        }
        // Rules that stand in an anchor are asked where it stands.
        let begins = statement.first().is_some_and(|word| word.text == "anchor");
        if begins && statement.last().is_some_and(|word| word.text == "{") {
            let mut head = Vec::new();
            expand(&std::mem::take(&mut statement), &macros, 0, &mut head);
            let inside = anchor(&head, first);
            anchors.push(
                anchors
                    .last()
                    .map_or_else(|| inside.clone(), |outer| outer.and(&inside)),
            );
            depth = 0;
            continue;
        }
        // A list may go on over lines.
        if depth > 0 && statement.len() < MOST_WORDS {
            continue;
        }
        depth = 0;
        let raw = std::mem::take(&mut statement);
        if raw.len() >= MOST_WORDS {
            fault(
                &mut faults,
                first,
                "is longer than a rule may be".to_owned(),
            );
            continue;
        }
        let word = |at: usize| raw.get(at).map_or("", |word| word.text.as_str());
        if word(1) == "=" {
            let value = raw.get(2..).unwrap_or_default().iter();
            let value = value
                .flat_map(|word| cut(&word.text))
                .take(MOST_WORDS)
                .collect();
            macros.insert(word(0).to_owned(), value);
            continue;
        }
        let mut expanded = Vec::new();
        if !expand(&raw, &macros, 0, &mut expanded) {
            fault(
                &mut faults,
                first,
                "names macros that are not defined, or too many".to_owned(),
            );
        }
        match word(0) {
            "pass" | "block" => match rule(&expanded, first, block_returns) {
                Ok(mut rule) => {
                    let on_skipped = |set: &Interfaces| {
                        !set.negated && set.names.iter().all(|name| skipped.contains(name))
                    };
                    rule.matches.unknown |= rule.matches.input.as_ref().is_some_and(on_skipped);
                    if let Some(anchor) = anchors.last() {
                        rule.matches = anchor.and(&rule.matches);
                    }
                    rules.push(rule);
                }
                Err(reason) => fault(&mut faults, first, reason),
            },
            "set" => {
                block_returns |= word(1) == "block-policy" && word(2) == "return";
                if word(1) == "skip" {
                    skipped.extend(expanded.iter().skip(3).map(|word| word.text.clone()));
                }
            }
            "nat" | "match" => rules.extend(translation(&expanded, first)),
            // Rules behind a translation that passes at once are not asked.
            "rdr" if word(1) == "pass" => forwarded.extend(redirected(&expanded, first)),
            // Evaluated elsewhere; nothing here decides about passing.
            "scrub" | "rdr" | "binat" | "no" | "altq" | "queue" | "table" | "antispoof"
            | "include" | "load" | "nat-anchor" | "rdr-anchor" | "binat-anchor" | "state"
            | "ether" | "pfctl" | "altq-anchor" | "scrub-anchor" | "dummynet-anchor"
            | "ether-anchor" | "@" => {}
            "}" if !anchors.is_empty() => {
                anchors.pop();
            }
            "anchor" | "}" => {
                let mut opaque = Rule::new(first, span(&raw), Families::BOTH);
                opaque.matches.unknown = true;
                opaque.statements.push(Statement::Other);
                rules.push(opaque);
            }
            _ => fault(
                &mut faults,
                first,
                format!("is no statement of pf.conf: {}", shown(word(0))),
            ),
        }
    }
    let chain = |name: &str, rules| Chain {
        table: String::new(),
        name: name.to_owned(),
        families: Families::BOTH,
        hook: None,
        filters: true,
        policy: Some(Verdict::Accept),
        line: 1,
        span: 0..0,
        rules,
    };
    let mut chains = vec![chain("pf", rules)];
    if !forwarded.is_empty() {
        chains.push(chain("rdr", forwarded));
    }
    Ruleset {
        dialect: Dialect::Pf,
        order: Order::Last,
        chains,
        faults,
        complete: None,
    }
}

/// `nat on em0 …`, `match out on egress … nat-to …`: the interface behind whose address all others
/// hide, whatever they send to.
fn translation(words: &[Word], number: usize) -> Option<Rule> {
    let behind = |name: &str| words.iter().position(|w| w.text == name).map(|at| at + 1);
    let word = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
    let everywhere = behind("to").is_none_or(|at| word(at) == "any");
    if !everywhere || word(0) != "nat" && behind("nat-to").is_none() {
        return None;
    }
    let mut at = Cursor {
        words,
        at: behind("on")?,
    };
    let negated = at.takes("!");
    let names = at.list().iter().map(|word| word.text.clone()).collect();
    let mut rule = Rule::new(number, span(words), Families::BOTH);
    rule.matches.unknown = true;
    rule.matches.output = Some(Interfaces::of(negated, names));
    rule.statements.push(Statement::Nat);
    Some(rule)
}

/// `rdr pass on em0 … port 80 -> 192.0.2.2`: what is let in without being asked for more.
fn redirected(words: &[Word], number: usize) -> Option<Rule> {
    let end = words.iter().position(|word| word.text == "->")?;
    let mut rule = rule(words.get(1..end)?, number, false).ok()?;
    rule.span = span(words);
    rule.matches.direction = Some(Direction::In);
    rule.quick = true;
    Some(rule)
}

/// What an anchor asks of packets before its rules are.
fn anchor(words: &[Word], number: usize) -> Matches {
    // Behind the word may stand a name; `pass` is what conditions are read behind.
    let named = words.get(1).is_some_and(|word| {
        let keywords = [
            "in", "out", "on", "inet", "inet6", "proto", "from", "to", "all", "{",
        ];
        !keywords.contains(&word.text.as_str())
    });
    let rest = words.get(1 + usize::from(named)..).unwrap_or_default();
    let mut head: Vec<Word> = words.first().cloned().into_iter().collect();
    if let Some(first) = head.first_mut() {
        "pass".clone_into(&mut first.text);
    }
    head.extend(rest.iter().filter(|word| word.text != "{").cloned());
    rule(&head, number, false).map_or_else(|_| Matches::any(Families::BOTH), |rule| rule.matches)
}

fn rule(words: &[Word], number: usize, block_returns: bool) -> Result<Rule, String> {
    let mut rule = Rule::new(number, span(words), Families::BOTH);
    let mut at = Cursor { words, at: 0 };
    let verb = at
        .next()
        .map(|word| (word.text.as_str(), word.span.clone()));
    match verb {
        Some(("pass", span)) => {
            rule.statements.push(Statement::Accept);
            rule.verdict_span = Some(span);
        }
        Some((_, mut span)) => {
            let how = at.word();
            let reset = match how {
                "drop" => Some(false),
                "return" | "return-rst" => Some(true),
                "return-icmp" | "return-icmp6" => None,
                _ => Some(block_returns),
            };
            if how == "drop" || how.starts_with("return") {
                span.end = at
                    .next()
                    .map_or(span.end, |word| word.span.end.max(span.end));
                at.brackets();
            }
            let refuses = how.starts_with("return") || (how != "drop" && block_returns);
            rule.statements.push(if refuses {
                Statement::Reject {
                    reset: reset == Some(true),
                }
            } else {
                Statement::Drop
            });
            rule.verdict_span = Some(span);
        }
        None => return Err("is empty".to_owned()),
    }
    let mut interface: Option<Interfaces> = None;
    while let Some(word) = at.next() {
        let m = &mut rule.matches;
        let done = match word.text.as_str() {
            "in" => fill(&mut m.direction, Direction::In),
            "out" => fill(&mut m.direction, Direction::Out),
            "quick" => {
                rule.quick = true;
                Some(())
            }
            "log" => {
                at.brackets();
                rule.statements.push(Statement::Log(Log {
                    whole: true,
                    ..Log::default()
                }));
                Some(())
            }
            "on" => {
                let negated = at.takes("!");
                let list = at.list();
                let mut set =
                    Interfaces::of(negated, list.iter().map(|word| word.text.clone()).collect());
                set.words
                    .extend(list.iter().filter_map(|word| word.of.clone()));
                if set.names.iter().any(|name| name == "!") {
                    m.unknown = true;
                }
                fill(&mut interface, set)
            }
            "inet" => {
                m.families = m.families.and(Families::V4);
                Some(())
            }
            "inet6" => {
                m.families = m.families.and(Families::V6);
                Some(())
            }
            "proto" => {
                let numbers = at
                    .list()
                    .iter()
                    .map(|word| protocol(&word.text))
                    .collect::<Option<Vec<u8>>>();
                numbers.and_then(|numbers| fill(&mut m.protocols, numbers))
            }
            "all" => Some(()),
            "from" => side(&mut at, m, true),
            "to" => side(&mut at, m, false),
            "port" => {
                let ports = ports(&mut at);
                ports.and_then(|ports| fill(&mut m.destination_ports, ports))
            }
            "icmp-type" | "icmp6-type" => {
                let six = word.text == "icmp6-type";
                let list = at.list();
                m.unknown |= list.iter().any(|word| word.text == "code");
                let types = list
                    .iter()
                    .map(|word| icmp_type(six, &word.text))
                    .collect::<Option<Vec<u8>>>();
                if at.takes("code") {
                    let list = at.list();
                    let codes = list.iter().map(|word| unreachable(&word.text));
                    m.icmp_codes = codes.collect::<Option<Vec<u8>>>();
                    m.unknown |= m.icmp_codes.is_none() || six;
                }
                types.and_then(|types| fill(&mut m.icmp_types, types))
            }
            "flags" => {
                // Only the beginning of a conversation, as pass has it by itself; else a condition.
                let flags = at.next().map_or("", |word| word.text.as_str());
                matches!(flags, "S/SA" | "any" | "S/FSRA" | "S/SAFR").then_some(())
            }
            "keep" | "modulate" | "synproxy" | "no" | "sloppy" => {
                at.takes("state");
                at.brackets();
                Some(())
            }
            "label" | "tag" | "queue" | "rtable" | "tracker" | "ridentifier" | "tos" | "prio"
            | "dnpipe" | "dnqueue" | "divert-to" | "set" | "max-pkt-rate" => {
                if matches!(word.text.as_str(), "tos" | "max-pkt-rate" | "prio") {
                    m.unknown = true;
                }
                if at.word() == "(" {
                    at.brackets();
                } else {
                    at.next();
                }
                Some(())
            }
            "reply-to" | "route-to" | "dup-to" | "nat-to" | "rdr-to" | "binat-to" | "af-to" => {
                if at.word() == "(" {
                    at.brackets();
                } else {
                    at.list();
                }
                Some(())
            }
            "allow-opts" | "once" | "fragment" | "static-port" | "random" | "round-robin"
            | "sticky-address" | "bitmask" | "source-hash" => {
                m.unknown |= word.text == "fragment";
                Some(())
            }
            _ => None,
        };
        if done.is_none() {
            rule.matches.unknown = true;
            at.brackets();
        }
    }
    // An interface is where a packet comes in, unless the rule is about what goes out.
    if rule.matches.direction == Some(Direction::Out) {
        rule.matches.output = interface;
    } else {
        rule.matches.input = interface;
    }
    if rule.matches.is_only(&[1]) {
        rule.matches.families = rule.matches.families.and(Families::V4);
    } else if rule.matches.is_only(&[58]) {
        rule.matches.families = rule.matches.families.and(Families::V6);
    }
    Ok(rule)
}

/// `any`, `! 192.0.2.0/24 port 53`, `{ … }`, `<table>`, `(em0)`.
fn side(at: &mut Cursor<'_>, m: &mut Matches, source: bool) -> Option<()> {
    let mut done = Some(());
    if !matches!(at.word(), "port" | "to" | "os") {
        let negated = at.takes("!");
        let set = if at.word() == "(" {
            let inside = at.brackets().join(" ");
            Addresses::read(negated, [format!("({inside})").as_str()])
        } else {
            let list = at.list();
            // A list with an exception in it says more than a set can.
            if list.iter().any(|word| word.text == "!") {
                done = None;
            }
            let words = bracketed(&list);
            match words.first().map(String::as_str) {
                Some("any") if !negated => None,
                _ => Addresses::read(negated, words.iter().map(String::as_str)),
            }
        };
        if let Some(set) = set {
            let v6 = set.names.is_empty() && set.networks.iter().all(|network| network.is_v6());
            let v4 = set.names.is_empty() && set.networks.iter().all(|network| !network.is_v6());
            if (v6 || v4) && !set.networks.is_empty() && !set.negated {
                m.families = m.families.and(if v6 { Families::V6 } else { Families::V4 });
            }
            let place = if source {
                &mut m.source
            } else {
                &mut m.destination
            };
            done = done.and(fill(place, set));
        }
    }
    if at.takes("port") {
        let ports = ports(at);
        let place = if source {
            &mut m.source_ports
        } else {
            &mut m.destination_ports
        };
        done = done.and(ports.and_then(|ports| fill(place, ports)));
    }
    if at.takes("os") {
        at.list();
        done = None;
    }
    done
}

/// Words, with each interface in brackets, whose addresses are meant, as one.
fn bracketed(list: &[&Word]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut inside = false;
    for word in list {
        match (word.text.as_str(), words.last_mut()) {
            ("(", _) => words.push("(".to_owned()),
            (text, Some(last)) if inside => last.push_str(text),
            (text, _) => words.push(text.to_owned()),
        }
        inside = word.text == "(" || inside && word.text != ")";
    }
    words
}

/// `80`, `= http`, `8000:8080`, `{ 80 443 }`, `> 1023`, `!= 25`, `1000 >< 2000`.
fn ports(at: &mut Cursor<'_>) -> Option<Ports> {
    let operator = at.word();
    match operator {
        "=" => {
            at.next();
        }
        "!=" | "!" | "<" | "<=" | ">" | ">=" => {
            at.next();
            if operator == ">" {
                at.takes("=");
            }
            let number = port(&at.next()?.text)?;
            return Some(match operator {
                "<" => Ports::range(0, number.checked_sub(1)?),
                "<=" => Ports::range(0, number),
                ">" => Ports::range(number.checked_add(1)?, u16::MAX),
                ">=" => Ports::range(number, u16::MAX),
                _ => Ports::range(number, number).others(),
            });
        }
        _ => {}
    }
    let list = at.list();
    if matches!(at.word(), "><" | "<>") {
        let outside = at.word() == "<>";
        at.next();
        let (low, high) = (port(&list.first()?.text)?, port(&at.next()?.text)?);
        let inner = Ports::range(low.checked_add(1)?, high.checked_sub(1)?);
        return Some(if outside {
            Ports::range(low, high).others()
        } else {
            inner
        });
    }
    Ports::read(
        list.iter()
            .filter(|word| word.text != "=")
            .map(|word| word.text.as_str()),
    )
}
