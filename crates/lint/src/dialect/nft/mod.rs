//! nftables as `nft list ruleset` prints it and people write it.
//!
//! After nft(8). Variables (`define`), named sets and maps whose elements stand in the ruleset are
//! put in place of their names; a verdict map becomes a rule for each of its elements.

mod rule;
mod tokens;
mod value;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use self::tokens::{Kind, Token, tokens};
use super::{fault, shown};
use crate::matches::Families;
use crate::ruleset::{Chain, Dialect, Fault, Hook, Order, Ruleset, Verdict};

/// Names that stand for something: variables (`$x`), sets and maps (`table@x`).
type Names<'t> = HashMap<String, Vec<Token<'t>>>;

/// What is known while a text is read.
struct Reader<'t> {
    tokens: Vec<Token<'t>>,
    names: Names<'t>,
    chains: Vec<Chain>,
    /// Where a chain stands, by family, table and name.
    at: HashMap<(String, String), usize>,
    /// Rules that wait until all names are known: chain, tokens.
    rules: Vec<(usize, Range<usize>)>,
    /// Sets that packets fill: nobody knows what is in them.
    changing: HashSet<String>,
    faults: Vec<Fault>,
}

pub(super) fn read(text: &str) -> Ruleset {
    let mut reader = Reader {
        tokens: tokens(text),
        names: Names::new(),
        chains: Vec::new(),
        at: HashMap::new(),
        rules: Vec::new(),
        changing: HashSet::new(),
        faults: Vec::new(),
    };
    reader.top();
    let Reader {
        tokens,
        names,
        mut chains,
        rules,
        mut faults,
        ..
    } = reader;
    let mut room = rule::MOST_RULES;
    for (chain, range) in rules {
        let (Some(tokens), Some(chain)) = (tokens.get(range), chains.get_mut(chain)) else {
            continue;
        };
        let line = tokens.first().map_or(0, |token| token.line);
        match rule::read(tokens, &names, &chain.table, chain.families) {
            Ok(rules) if rules.len() <= room => {
                room -= rules.len();
                chain.rules.extend(rules);
            }
            Ok(_) => {
                fault(
                    &mut faults,
                    line,
                    "more rules than are read; lint parts by themselves".to_owned(),
                );
                break;
            }
            Err(reason) => fault(&mut faults, line, reason),
        }
    }
    faults.sort_by_key(|fault| fault.line);
    Ruleset {
        dialect: Dialect::Nft,
        order: Order::First,
        chains,
        faults,
        complete: None,
    }
}

impl<'t> Reader<'t> {
    fn token(&self, at: usize) -> Option<&Token<'t>> {
        self.tokens.get(at)
    }

    fn word(&self, at: usize) -> &'t str {
        self.token(at)
            .filter(|t| matches!(t.kind, Kind::Word | Kind::Text))
            .map_or("", |t| t.text)
    }

    /// The end of the statement that begins here: the token that ends it, outside of braces.
    fn end(&self, mut at: usize) -> usize {
        let mut depth = 0usize;
        while let Some(token) = self.token(at) {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close if depth == 0 => return at,
                Kind::Close => depth -= 1,
                Kind::End if depth == 0 => return at,
                _ => {}
            }
            at += 1;
        }
        at
    }

    fn complain(&mut self, at: usize, what: &str) {
        let (line, text) = self
            .token(at)
            .map_or((0, String::new()), |t| (t.line, shown(t.text)));
        fault(&mut self.faults, line, format!("{what}: {text}"));
    }

    fn top(&mut self) {
        let mut at = 0;
        while let Some(token) = self.token(at) {
            at = match (token.kind, token.text) {
                (Kind::End, _) => at + 1,
                (Kind::Word, "table") => self.table(at + 1),
                (Kind::Word, "define" | "redefine") => self.define(at),
                (Kind::Word, "include") => {
                    self.complain(
                        at + 1,
                        "an included file is not read; lint what `nft list ruleset` prints",
                    );
                    self.end(at)
                }
                (Kind::Word, "flush" | "delete" | "destroy" | "undefine" | "list" | "reset") => {
                    self.end(at)
                }
                (Kind::Word, "nft" | "sudo") => at + 1,
                (Kind::Word, "add" | "create" | "insert" | "replace") => self.command(at),
                _ => {
                    self.complain(at, "is no statement of nft");
                    self.end(at + 1)
                }
            };
        }
    }

    /// `define name = value`.
    fn define(&mut self, at: usize) -> usize {
        let end = self.end(at);
        let mut name = self.word(at + 1).to_owned();
        let mut value = at + 3;
        if let Some((before, _)) = name.split_once('=') {
            // Written without blanks, the value is part of the word.
            name = before.to_owned();
            value = end;
        } else if self.word(at + 2) != "=" {
            self.complain(at, "a definition without =");
            return end;
        }
        let tokens = self
            .tokens
            .get(value..end)
            .map(<[_]>::to_vec)
            .unwrap_or_default();
        self.names.insert(format!("${name}"), tokens);
        end
    }

    /// `[family] name`, and what follows.
    fn table_name(&self, at: usize) -> (String, String, usize) {
        match self.word(at) {
            family @ ("ip" | "ip6" | "inet" | "arp" | "bridge" | "netdev") => {
                (family.to_owned(), self.word(at + 1).to_owned(), at + 2)
            }
            name => ("ip".to_owned(), name.to_owned(), at + 1),
        }
    }

    fn table(&mut self, at: usize) -> usize {
        let (family, name, mut at) = self.table_name(at);
        if self.token(at).is_none_or(|t| t.kind != Kind::Open) {
            return self.end(at);
        }
        at += 1;
        let table = format!("{family} {name}");
        while let Some(token) = self.token(at) {
            at = match (token.kind, token.text) {
                (Kind::Close, _) => return at + 1,
                (Kind::End, _) => at + 1,
                (Kind::Word, "chain") => {
                    let chain = self.chain(&table, at);
                    if self.token(at + 2).is_some_and(|t| t.kind == Kind::Open) {
                        self.body(chain, at + 3)
                    } else {
                        self.end(at)
                    }
                }
                (Kind::Word, "set" | "map") => self.set(&table, at),
                (Kind::Word, "define" | "redefine") => self.define(at),
                (
                    Kind::Word,
                    "flags" | "comment" | "flowtable" | "counter" | "quota" | "limit" | "ct"
                    | "synproxy" | "secmark" | "include" | "elements",
                ) => self.end(at),
                _ => {
                    self.complain(at, "does not belong into a table");
                    self.end(at + 1).max(at + 1)
                }
            };
        }
        at
    }

    /// The chain whose name stands behind `at`.
    fn chain(&mut self, table: &str, at: usize) -> usize {
        let name = self.word(at + 1).to_owned();
        let key = (table.to_owned(), name.clone());
        if let Some(known) = self.at.get(&key) {
            return *known;
        }
        let (line, start) = self.token(at).map_or((0, 0), |t| (t.line, t.span.start));
        let end = self.token(at + 1).map_or(start, |t| t.span.end);
        let families = match table.split(' ').next() {
            Some("ip") => Families::V4,
            Some("ip6") => Families::V6,
            Some("arp") => Families {
                v4: false,
                v6: false,
            },
            _ => Families::BOTH,
        };
        self.chains.push(Chain {
            table: table.to_owned(),
            name,
            families,
            hook: None,
            filters: true,
            policy: None,
            line,
            span: start..end,
            rules: Vec::new(),
        });
        self.at.insert(key, self.chains.len() - 1);
        self.chains.len() - 1
    }

    /// Rules and declarations up to the closing brace.
    fn body(&mut self, chain: usize, mut at: usize) -> usize {
        while let Some(token) = self.token(at) {
            match (token.kind, token.text) {
                (Kind::Close, _) => return at + 1,
                (Kind::End, _) => at += 1,
                (Kind::Word, "type" | "policy" | "comment") => {
                    let end = self.end(at);
                    self.declare(chain, at, end);
                    at = end;
                }
                (Kind::Word, "flags" | "devices") => at = self.end(at),
                _ => {
                    let end = self.end(at).max(at + 1);
                    self.rules.push((chain, at..end));
                    at = end;
                }
            }
        }
        at
    }

    /// `type filter hook input priority 0`, `policy drop`.
    fn declare(&mut self, chain: usize, at: usize, end: usize) {
        let words: Vec<&str> = (at..end).map(|at| self.word(at)).collect();
        let after = |word: &str| {
            words
                .iter()
                .position(|w| *w == word)
                .and_then(|at| words.get(at + 1))
                .copied()
        };
        let table = self.chains.get(chain).map_or("", |chain| {
            chain.table.split(' ').next().unwrap_or_default()
        });
        let hook = after("hook").map(|hook| match hook {
            _ if !matches!(table, "ip" | "ip6" | "inet") => Hook::Other,
            "input" => Hook::Input,
            "forward" => Hook::Forward,
            "output" => Hook::Output,
            _ => Hook::Other,
        });
        let policy = after("policy").and_then(|policy| match policy {
            "accept" => Some(Verdict::Accept),
            "drop" => Some(Verdict::Drop),
            _ => None,
        });
        let filters = after("type").map(|kind| kind == "filter");
        if let Some(chain) = self.chains.get_mut(chain) {
            chain.hook = hook.or(chain.hook);
            chain.policy = policy.or(chain.policy).or(hook.map(|_| Verdict::Accept));
            chain.filters = filters.unwrap_or(chain.filters);
        }
    }

    fn set(&mut self, table: &str, at: usize) -> usize {
        let name = format!("{table}@{}", self.word(at + 1));
        if self.token(at + 2).is_none_or(|t| t.kind != Kind::Open) {
            return self.end(at);
        }
        let end = self.end(at);
        let inside = at + 3..end.saturating_sub(1);
        let changing = inside
            .clone()
            .any(|at| matches!(self.word(at), "dynamic" | "timeout"));
        if changing {
            self.changing.insert(name.clone());
        }
        let elements = inside.clone().find(|at| self.word(*at) == "elements");
        if let (Some(elements), false) = (elements, changing) {
            let end = self.end(elements);
            let open = elements + 2;
            let tokens = self
                .tokens
                .get(open..end)
                .map(<[_]>::to_vec)
                .unwrap_or_default();
            self.names.insert(name, tokens);
        }
        end
    }

    /// `add table|chain|rule|set …`, one a line.
    fn command(&mut self, at: usize) -> usize {
        let end = self.end(at);
        let verb = self.word(at);
        match self.word(at + 1) {
            "table" => return self.table(at + 2),
            "chain" => {
                let (family, table, next) = self.table_name(at + 2);
                let chain = self.chain(&format!("{family} {table}"), next - 1);
                if self.token(next + 1).is_some_and(|t| t.kind == Kind::Open) {
                    return self.body(chain, next + 2);
                }
            }
            "rule" => {
                let (family, table, next) = self.table_name(at + 2);
                let chain = self.chain(&format!("{family} {table}"), next - 1);
                if verb == "add" {
                    self.rules.push((chain, (next + 1).min(end)..end));
                } else {
                    self.complain(at, "where this rule comes to stand is not known; lint what `nft list ruleset` prints");
                }
            }
            "element" if verb == "add" => {
                let (family, table, next) = self.table_name(at + 2);
                let name = format!("{family} {table}@{}", self.word(next));
                let more = self.tokens.get(next + 1..end).unwrap_or_default().to_vec();
                if let Some(comma) = more.first().filter(|_| !self.changing.contains(&name)) {
                    let comma = Token {
                        kind: Kind::Comma,
                        ..comma.clone()
                    };
                    let known = self.names.entry(name).or_default();
                    known.extend(std::iter::once(comma).chain(more));
                }
            }
            "set" | "map" => {
                let (family, table, next) = self.table_name(at + 2);
                return self.set(&format!("{family} {table}"), next - 1);
            }
            _ => {}
        }
        end
    }
}
