//! One rule of nftables.

use super::super::field::{Compare, OPENING, apply, is_opening};
use super::super::shown;
use super::Names;
use super::tokens::{Kind, Token};
use super::value::{Element, Value};
use crate::matches::{Families, Matches};
use crate::ruleset::{Log, Rule, Statement};

/// Rules of one ruleset, elements of verdict maps among them.
pub(super) const MOST_RULES: usize = 200_000;
/// Words of a mask of TCP flags.
const MOST_MASK: usize = 16;
/// Fields that are compared together.
const MOST_FIELDS: usize = 8;

/// Fields, and the elements that make a rule each.
type Split = (Vec<String>, Vec<Element>);

pub(super) struct Cursor<'a, 't> {
    pub(super) tokens: &'a [Token<'t>],
    pub(super) at: usize,
    pub(super) names: &'a Names<'t>,
    pub(super) table: &'a str,
}

/// A rule, or several where a verdict map decides.
pub(super) fn read(
    tokens: &[Token<'_>],
    names: &Names<'_>,
    table: &str,
    families: Families,
) -> Result<Vec<Rule>, String> {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        return Ok(Vec::new());
    };
    let mut cursor = Cursor {
        tokens,
        at: 0,
        names,
        table,
    };
    let mut rule = Rule::new(first.line, first.span.start..last.span.end, families);
    // A rule that a verdict map splits.
    let mut split: Option<Split> = None;
    let mut understood = false;
    let (mut limited_late, mut exceeds) = (false, false);
    while let Some(token) = cursor.next() {
        let span = token.span.clone();
        let kind = token.kind;
        let before = rule.statements.len();
        match (kind, token.text) {
            (
                Kind::Word,
                "ip" | "ip6" | "tcp" | "udp" | "th" | "sctp" | "dccp" | "udplite" | "icmp"
                | "icmpv6" | "ct" | "meta" | "ether" | "arp" | "vlan" | "ah" | "esp" | "rt"
                | "socket" | "osf" | "exthdr" | "frag" | "hbh" | "dst" | "mh" | "ipsec" | "fib",
            ) => {
                understood = true;
                let field = cursor.field(token.text);
                condition(&mut cursor, &mut rule, &field, &mut split);
            }
            (
                Kind::Word,
                "iif" | "iifname" | "oif" | "oifname" | "nfproto" | "l4proto" | "protocol"
                | "pkttype" | "mark" | "skuid" | "skgid" | "iifgroup" | "oifgroup" | "iiftype"
                | "oiftype" | "cgroup" | "rtclassid" | "priority" | "length" | "cpu" | "day"
                | "hour" | "time" | "random" | "iifkind" | "oifkind",
            ) => {
                understood = true;
                let field = format!("meta {}", token.text);
                condition(&mut cursor, &mut rule, &field, &mut split);
            }
            (Kind::Word, "accept") => rule.statements.push(Statement::Accept),
            (Kind::Word, "drop") => rule.statements.push(Statement::Drop),
            (Kind::Word, "reject") => {
                let reset = cursor.takes(&["with", "tcp", "reset"]);
                rule.statements.push(Statement::Reject { reset });
                if !reset && cursor.takes(&["with"]) {
                    cursor.skip_words(4);
                }
            }
            (Kind::Word, jump @ ("jump" | "goto")) => {
                let chain = cursor.text().unwrap_or_default();
                rule.statements.push(Statement::Jump {
                    chain,
                    goto: jump == "goto",
                });
            }
            (Kind::Word, "return") => rule.statements.push(Statement::Return),
            (Kind::Word, "continue") => rule.statements.push(Statement::Other),
            (Kind::Word, "log") => {
                let log = cursor.log();
                // To its end: nft takes no other word of log behind `flags tcp …`.
                let end = cursor
                    .at
                    .checked_sub(1)
                    .and_then(|at| cursor.tokens.get(at));
                rule.log_span = Some(span.start..end.map_or(span.end, |last| last.span.end));
                limited_late = !rule.matches.limited;
                rule.statements.push(Statement::Log(log));
            }
            (Kind::Word, "limit") => {
                understood = true;
                rule.matches.limited = true;
                if cursor.takes(&["name"]) || cursor.takes(&["rate"]) {
                    exceeds |= cursor.takes(&["over"]);
                    cursor.text();
                    while cursor.takes_one(&[
                        "burst", "packets", "bytes", "kbytes", "mbytes", "/", "second", "minute",
                        "hour", "day",
                    ]) || cursor.takes_number()
                    {}
                }
            }
            (Kind::Word, "counter") => {
                if cursor.takes(&["name"]) {
                    cursor.text();
                }
                while cursor.takes_one(&["packets", "bytes"]) || cursor.takes_number() {}
                rule.statements.push(Statement::Other);
            }
            (Kind::Word, "comment") => {
                cursor.text();
                understood = true;
            }
            (Kind::Word, "handle") => {
                cursor.text();
            }
            (Kind::Word, "dnat") => {
                let _ = cursor.takes_one(&["ip", "ip6"]);
                let to = cursor.takes(&["to"]).then(|| cursor.text()).flatten();
                rule.statements
                    .push(to.map_or(Statement::Nat, |to| Statement::lead(&to)));
                cursor.at = cursor.tokens.len();
            }
            (Kind::Word, "masquerade" | "snat" | "redirect" | "tproxy" | "nat") => {
                rule.statements.push(Statement::Nat);
                cursor.at = cursor.tokens.len();
            }
            (
                Kind::Word,
                "notrack" | "queue" | "dup" | "fwd" | "synproxy" | "flow" | "set" | "xt" | "tcpmss",
            ) => {
                // Decides in a way of its own; nothing can be said of what follows.
                rule.statements.push(Statement::Other);
                rule.matches.unknown = true;
                cursor.at = cursor.tokens.len();
            }
            // Who came is remembered, and each may come only so often where that is said.
            (Kind::Word, "add" | "update" | "meter") => {
                understood = true;
                let from = cursor.at;
                cursor.skip_to_statement();
                let inside = cursor.tokens.get(from..cursor.at).unwrap_or_default();
                let says = |word: &str| inside.iter().any(|token| token.is(word));
                rule.matches.limited |= says("limit") || says("count");
                exceeds |= says("over");
                rule.statements.push(Statement::Other);
            }
            (Kind::Word, "delete" | "quota" | "connlimit" | "numgen" | "jhash" | "last") => {
                understood = true;
                rule.matches.unknown = true;
                // A set that remembers who came is how rates are held per source.
                rule.matches.limited = true;
                cursor.skip_to_statement();
            }
            (Kind::Comma | Kind::End, _) => {}
            (_, text) if !understood && rule.statements.is_empty() => {
                return Err(format!("no rule begins with {}", shown(text)));
            }
            _ => {
                rule.matches.unknown = true;
                cursor.skip_to_statement();
            }
        }
        let decides = matches!(
            rule.statements.last(),
            Some(Statement::Accept | Statement::Drop | Statement::Reject { .. })
        );
        if rule.statements.len() > before && decides {
            let end = cursor
                .at
                .checked_sub(1)
                .and_then(|at| cursor.tokens.get(at))
                .map_or(span.end, |t| t.span.end);
            rule.verdict_span = Some(span.start..end.max(span.end));
        }
    }
    let flooded = (exceeds && !rule.matches.unknown) || (limited_late && rule.matches.limited);
    if let Some(Statement::Log(log)) = rule.logging() {
        log.flooded = flooded;
    }
    rule.matches.unknown |= exceeds;
    let Some((fields, elements)) = split else {
        return Ok(vec![rule]);
    };
    let mut rules = Vec::with_capacity(elements.len());
    for (words, doing) in elements {
        let mut one = rule.clone();
        one.verdict_span = None;
        one.matches.unknown |= words.len() != fields.len();
        for (field, word) in fields.iter().zip(words) {
            apply(&mut one.matches, field, Compare::Is, &[word]);
        }
        one.statements
            .extend(match (doing.first().map(String::as_str), doing.get(1)) {
                (None, _) => None,
                (Some("accept"), _) => Some(Statement::Accept),
                (Some("drop"), _) => Some(Statement::Drop),
                (Some(jump @ ("jump" | "goto")), Some(chain)) => Some(Statement::Jump {
                    chain: chain.clone(),
                    goto: jump == "goto",
                }),
                (Some("return"), _) => Some(Statement::Return),
                _ => Some(Statement::Other),
            });
        rules.push(one);
    }
    Ok(rules)
}

fn condition(cursor: &mut Cursor<'_, '_>, rule: &mut Rule, field: &str, split: &mut Option<Split>) {
    if field == "tcp flags"
        && let Some(opens) = cursor.opening()
    {
        let compare = if opens { Compare::Is } else { Compare::IsNot };
        return apply(&mut rule.matches, OPENING, compare, &["syn".to_owned()]);
    }
    let mut fields = vec![field.to_owned()];
    while cursor.takes(&["."]) && fields.len() < MOST_FIELDS {
        let Some(first) = cursor.text() else { break };
        fields.push(match cursor.field(&first) {
            alone if alone == first => format!("meta {first}"),
            field => field,
        });
    }
    // `tcp flags & (syn|ack) == syn`, `meta mark set 1`.
    if cursor.peek().is_some_and(|t| {
        matches!(t.text, "." | "&" | "|" | "^" | "set" | "<<" | ">>") && t.kind == Kind::Word
    }) {
        if !cursor.peek().is_some_and(|t| t.is("set")) {
            rule.matches.unknown = true;
            let mut nothing = Matches::any(rule.matches.families);
            apply(&mut nothing, field, Compare::Is, &[]);
        } else {
            rule.statements.push(Statement::Other);
        }
        cursor.skip_to_statement();
        return;
    }
    let compare = cursor
        .peek()
        .filter(|t| t.kind == Kind::Word)
        .and_then(|t| Compare::read(t.text));
    if compare.is_some() {
        cursor.at += 1;
    }
    let map = cursor.takes(&["vmap"]);
    let several = fields.len() > 1;
    match cursor.value(map, several) {
        Value::Words(words) if !map && !several => apply(
            &mut rule.matches,
            field,
            compare.unwrap_or(Compare::Is),
            &words,
        ),
        // What is none of them is no rule for each of them.
        Value::Elements(elements)
            if split.is_none() && (map || several) && compare != Some(Compare::IsNot) =>
        {
            *split = Some((fields, elements))
        }
        _ => {
            // What is looked into is known all the same.
            apply(&mut rule.matches, field, Compare::Is, &["@?".to_owned()]);
            rule.matches.unknown = true;
            if map {
                rule.statements.push(Statement::Jump {
                    chain: String::new(),
                    goto: false,
                });
            }
            cursor.skip_to_statement();
        }
    }
}

impl<'t> Cursor<'_, 't> {
    pub(super) fn next(&mut self) -> Option<Token<'t>> {
        let token = self.tokens.get(self.at).cloned();
        self.at += usize::from(token.is_some());
        token
    }

    pub(super) fn peek(&self) -> Option<&Token<'t>> {
        self.tokens.get(self.at)
    }

    /// The next word or quoted text.
    pub(super) fn text(&mut self) -> Option<String> {
        let token = self
            .peek()
            .filter(|t| matches!(t.kind, Kind::Word | Kind::Text))?;
        let text = token.text.to_owned();
        self.at += 1;
        Some(text)
    }

    fn takes(&mut self, words: &[&str]) -> bool {
        let all = words
            .iter()
            .enumerate()
            .all(|(n, word)| self.tokens.get(self.at + n).is_some_and(|t| t.is(word)));
        if all {
            self.at += words.len();
        }
        all
    }

    fn takes_one(&mut self, words: &[&str]) -> bool {
        let one = self
            .peek()
            .is_some_and(|t| words.iter().any(|word| t.is(word)));
        self.at += usize::from(one);
        one
    }

    fn takes_number(&mut self) -> bool {
        let number = self.peek().is_some_and(|t| {
            t.kind == Kind::Word && t.text.starts_with(|c: char| c.is_ascii_digit())
        });
        self.at += usize::from(number);
        number
    }

    fn skip_words(&mut self, most: usize) {
        for _ in 0..most {
            if self.at_statement() || self.text().is_none() {
                return;
            }
        }
    }

    fn at_statement(&self) -> bool {
        self.peek().is_none_or(|t| {
            t.kind == Kind::Word
                && matches!(
                    t.text,
                    "accept"
                        | "drop"
                        | "reject"
                        | "jump"
                        | "goto"
                        | "return"
                        | "log"
                        | "counter"
                        | "comment"
                        | "limit"
                        | "continue"
                )
        })
    }

    /// Passes over what is not understood, braces included.
    fn skip_to_statement(&mut self) {
        let mut depth = 0usize;
        while let Some(token) = self.peek() {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                _ if depth == 0 && self.at_statement() => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// The whole name of a field whose first word has been read.
    fn field(&mut self, first: &str) -> String {
        let mut field = first.to_owned();
        // `ct original ip saddr` and `fib saddr . iif oif` are longer than what is known of here.
        let more = match first {
            "fib" => 2,
            _ => 1,
        };
        for _ in 0..more {
            if let Some(word) = self
                .peek()
                .filter(|t| t.kind == Kind::Word && Compare::read(t.text).is_none())
            {
                field.push(' ');
                field.push_str(word.text);
                self.at += 1;
            }
        }
        field
    }

    /// `prefix "x" level info flags tcp sequence,options group 5`.
    fn log(&mut self) -> Log {
        let mut log = Log::default();
        loop {
            if self.takes(&["prefix"]) {
                log.prefix = self.text();
            } else if self.takes(&["level"]) {
                self.text();
            } else if self.takes(&["group"]) {
                self.text();
                log.whole = true;
            } else if self.takes_one(&["snaplen", "queue-threshold"]) {
                self.text();
            } else if self.takes(&["flags"]) {
                if self.takes(&["all"]) {
                    log.sequence = true;
                    log.options = true;
                }
                while self.peek().is_some_and(|t| {
                    t.kind == Kind::Comma
                        || matches!(
                            t.text,
                            "tcp" | "ip" | "skuid" | "ether" | "sequence" | "options"
                        )
                }) {
                    // `ip options` are others.
                    let ip = self
                        .at
                        .checked_sub(1)
                        .and_then(|at| self.tokens.get(at))
                        .is_some_and(|t| t.is("ip"));
                    log.sequence |= self.peek().is_some_and(|t| t.is("sequence"));
                    log.options |= !ip && self.peek().is_some_and(|t| t.is("options"));
                    self.at += 1;
                }
            } else {
                return log;
            }
        }
    }

    /// `& (fin | syn | rst | ack) == syn` or `syn / fin,syn,rst,ack`, behind `tcp flags`: whether
    /// those that open a connection are meant, or all but those.
    fn opening(&mut self) -> Option<bool> {
        let from = self.at;
        let found = if self.takes(&["&"]) {
            self.masked()
        } else {
            self.divided()
        };
        if found.is_none() {
            self.at = from;
        }
        found
    }

    fn masked(&mut self) -> Option<bool> {
        let mut mask = String::new();
        for _ in 0..MOST_MASK {
            let sign = |t: &&Token<'_>| matches!(t.text, "==" | "!=");
            let Some(token) = self.peek().filter(|t| t.kind == Kind::Word && !sign(t)) else {
                break;
            };
            mask.push_str(token.text);
            self.at += 1;
        }
        let is = self.takes(&["=="]);
        let mask = mask.strip_prefix('(')?.strip_suffix(')')?;
        let said = is || self.takes(&["!="]);
        (said && is_opening(mask.split('|')) && self.takes(&["syn"])).then_some(is)
    }

    fn divided(&mut self) -> Option<bool> {
        let is = !self.takes(&["!="]);
        self.takes(&["=="]);
        if !self.takes(&["syn", "/"]) {
            return None;
        }
        let mut mask = vec![self.text()?];
        while mask.len() < MOST_MASK && self.peek().is_some_and(|t| t.kind == Kind::Comma) {
            self.at += 1;
            mask.push(self.text()?);
        }
        is_opening(mask.iter().map(String::as_str)).then_some(is)
    }
}
