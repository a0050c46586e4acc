//! What a lint is, and what it sees.

use std::cell::Cell;
use std::ops::Range;

use rutter_knowledge::{Bilingual, Severity};

use crate::addresses::{Addresses, Interfaces};
use crate::matches::Matches;
use crate::reach::{Reach, Way, is_plain};
use crate::ruleset::{Chain, Dialect, Hook, Order, Rule, Ruleset, Statement, Verdict};

/// A text in both languages.
#[derive(Clone, Copy, Debug)]
pub struct Say {
    /// English.
    pub en: &'static str,
    /// Chinese.
    pub zh: &'static str,
}

/// A mistake that rulesets have.
#[derive(Debug)]
pub struct Lint {
    /// Its name, for programs too.
    pub id: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong, in a few words.
    pub title: Say,
    /// Why it is wrong.
    pub reason: Say,
    /// What to do about it.
    pub fix: Say,
    /// Rulesets that have it and rulesets that have not; all are executed.
    pub examples: &'static [Example],
    /// Looks for it.
    pub check: fn(&Subject<'_>) -> Vec<Hit>,
}

/// A mistake and how it is done well, in one dialect.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The language of both.
    pub dialect: Dialect,
    /// Has the mistake.
    pub bad: &'static str,
    /// Has it not.
    pub good: &'static str,
}

/// A place that has the mistake.
#[derive(Clone, Debug)]
pub struct Hit {
    /// From 1.
    pub line: usize,
    /// Bytes of the rule.
    pub span: Range<usize>,
    /// What is wrong here.
    pub message: Bilingual,
    /// Changes to the text that put it right; none where a person has to decide.
    pub edits: Vec<Edit>,
}

/// A change of the text: what stands in `span` becomes `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Bytes to replace; empty to insert.
    pub span: Range<usize>,
    /// What comes there.
    pub text: String,
}

impl Hit {
    pub(crate) fn at(rule: &Rule, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self {
            line: rule.line,
            span: rule.span.clone(),
            message: Bilingual {
                en: en.into(),
                zh: zh.into(),
            },
            edits: Vec::new(),
        }
    }

    pub(crate) fn at_chain(chain: &Chain, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self {
            line: chain.line,
            span: chain.span.clone(),
            message: Bilingual {
                en: en.into(),
                zh: zh.into(),
            },
            edits: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, edits: impl IntoIterator<Item = Edit>) -> Self {
        self.edits.extend(edits);
        self
    }
}

/// Pairs of rules that are compared in one ruleset; behind them nothing is said to be shadowed.
const MOST_COMPARISONS: usize = 5_000_000;

/// Rules that lints hold against other rules, over all lints; behind them nobody is accused.
const MOST_LOOKS: usize = 2_000_000;

/// What one that is kept costs of these.
const COST_OF_KEEPING: usize = 8;

/// What a lint sees: the ruleset, its text, and where packets go in it.
#[derive(Debug)]
pub struct Subject<'a> {
    /// As it was read.
    pub text: &'a str,
    /// What was read.
    pub ruleset: &'a Ruleset,
    /// The ways to each chain.
    pub reach: Reach,
    /// Rules that nothing reaches, with the rule that keeps it away: chain, rule, other rule.
    unreached: Vec<(usize, usize, usize)>,
    /// The interface behind whose address the network hides, where the ruleset says so.
    border: Option<&'a str>,
    /// Every pair of rules was compared that had to be.
    pub compared: Cell<bool>,
    /// Looks that are left.
    looks: Cell<usize>,
}

/// A rule with its place in the ruleset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed<'a> {
    pub(crate) chain_at: usize,
    pub(crate) rule_at: usize,
    pub(crate) chain: &'a Chain,
    pub(crate) rule: &'a Rule,
}

/// A rule that packets of a hook come by.
#[derive(Clone, Debug)]
pub(crate) struct Passed<'a> {
    pub(crate) placed: Placed<'a>,
    /// What has been asked when it has matched.
    pub(crate) seen: Matches,
    /// Where they leave the hook's own chain for it: chain and rule.
    pub(crate) entry: (usize, usize),
}

impl Placed<'_> {
    /// Where packets leave the hook's own chain for it, or it stands there itself: chain and rule.
    pub(crate) fn entry(&self, way: &Way) -> (usize, usize) {
        let own = (self.chain_at, self.rule_at);
        way.jumps.first().copied().unwrap_or(own)
    }
}

impl<'a> Subject<'a> {
    pub(crate) fn of(text: &'a str, ruleset: &'a Ruleset) -> Self {
        let mut subject = Self {
            text,
            ruleset,
            reach: Reach::of(ruleset),
            unreached: Vec::new(),
            border: ruleset.border(),
            compared: Cell::new(true),
            looks: Cell::new(MOST_LOOKS),
        };
        subject.compare();
        subject
    }

    /// Rules of chains that decide about passing, without those that nothing reaches.
    pub(crate) fn rules(&self) -> impl Iterator<Item = Placed<'a>> + '_ {
        let ruleset = self.ruleset;
        let chains = ruleset
            .chains
            .iter()
            .enumerate()
            .filter(|(_, chain)| chain.filters);
        let placed = chains.flat_map(|(chain_at, chain)| {
            let rules = chain.rules.iter().enumerate();
            rules.map(move |(rule_at, rule)| Placed {
                chain_at,
                rule_at,
                chain,
                rule,
            })
        });
        placed.filter(|placed| !self.is_unreached(placed))
    }

    /// Rules that nothing reaches, each with the rule that keeps it away.
    pub(crate) fn kept_away(&self) -> impl Iterator<Item = (Placed<'a>, &'a Rule)> + '_ {
        let ruleset = self.ruleset;
        self.unreached.iter().filter_map(|(chain_at, rule_at, by)| {
            let chain = ruleset.chains.get(*chain_at)?;
            let placed = Placed {
                chain_at: *chain_at,
                rule_at: *rule_at,
                chain,
                rule: chain.rules.get(*rule_at)?,
            };
            Some((placed, chain.rules.get(*by)?))
        })
    }

    pub(crate) fn is_unreached(&self, placed: &Placed<'_>) -> bool {
        // They stand in the order of chains and rules.
        let key = (placed.chain_at, placed.rule_at);
        self.unreached
            .binary_search_by_key(&key, |(chain, rule, _)| (*chain, *rule))
            .is_ok()
    }

    /// How packets come to a rule, and what has been asked when it has matched.
    pub(crate) fn seen(&self, placed: Placed<'_>) -> Vec<(Hook, Matches, Way)> {
        self.reach.seen(self.ruleset, placed.chain_at, placed.rule)
    }

    /// Whether strangers are behind an interface: by its name, or because addresses are translated
    /// on the way out by it.
    pub(crate) fn is_outside(&self, set: &Interfaces) -> bool {
        let border = |name: &String| Some(name.as_str()) == self.border;
        // All but some are outside when the border is among them.
        let beyond = self.border.is_some() && set.negated && !set.names.iter().any(border);
        set.is_outside()
            || beyond
            || !set.negated && !set.names.is_empty() && set.names.iter().all(border)
    }

    /// Rules that a packet has passed before it comes to one along a way, in chains that it is in.
    pub(crate) fn before(&self, placed: Placed<'a>, way: &Way) -> Vec<&'a Rule> {
        let mut rules: Vec<&Rule> = Vec::new();
        for (chain, rule) in &way.jumps {
            let earlier = self
                .ruleset
                .chains
                .get(*chain)
                .and_then(|chain| chain.rules.get(..*rule));
            rules.extend(earlier.unwrap_or_default());
        }
        match self.ruleset.order {
            Order::First => {
                rules.extend(placed.chain.rules.get(..placed.rule_at).unwrap_or_default())
            }
            Order::Last | Order::None => {
                let others = placed
                    .chain
                    .rules
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| *at != placed.rule_at);
                rules.extend(others.map(|(_, rule)| rule));
            }
        }
        rules
    }

    /// Whether no rule along the way may keep away those whom a rule seems to let in: nothing drops
    /// all but some addresses or interfaces, and no later rule of pf takes it back.
    pub(crate) fn is_open(&self, placed: Placed<'a>, seen: &Matches, way: &Way) -> bool {
        let cost = match self.ruleset.order {
            Order::First => placed.rule_at + way.jumps.iter().map(|(_, rule)| rule).sum::<usize>(),
            Order::Last | Order::None => placed.chain.rules.len(),
        };
        if !self.affords(cost) {
            return false;
        }
        let guards = self.before(placed, way);
        let narrows = |rule: &&Rule| {
            let m = &rule.matches;
            let keeps = matches!(rule.verdict(), Some(Verdict::Drop | Verdict::Reject));
            let exception = m.source.as_ref().is_some_and(|set| set.negated);
            // What is not understood may be a list of those who are let in.
            let vague = m.unknown && m.protocols.is_none();
            let part = m.input.is_some() || m.destination_ports.is_some() || vague;
            let all_but = exception || m.source.is_none() && !m.limited && part;
            // What goes elsewhere for good does not come here, unless it is led here too.
            let here = |name: &str| {
                let on_the_way = way
                    .jumps
                    .iter()
                    .filter_map(|(at, _)| self.ruleset.chains.get(*at));
                name == placed.chain.name || on_the_way.into_iter().any(|chain| chain.name == name)
            };
            let jumps = rule
                .jump()
                .is_some_and(|(name, goto)| goto && !here(name) || name.is_empty());
            // Who is kept from loopback addresses is kept from nothing that a rule is about.
            let elsewhere = m.destination.as_ref().is_some_and(Addresses::is_loopback);
            keeps && all_but && !elsewhere && m.takes_new() && m.may_meet(seen)
                || jumps && m.takes_new() && m.may_meet(seen)
        };
        // pf: the last that matches decides, so a block of everything before it is only the ground;
        // what is `quick` decides before all that follows.
        let last = self.ruleset.order == Order::Last;
        !guards.iter().any(|rule| {
            let earlier = rule.span.start < placed.rule.span.start;
            let ground = last
                && if earlier {
                    !rule.quick
                } else {
                    placed.rule.quick
                };
            !ground && narrows(rule)
        })
    }

    /// Whether so many rules may still be looked at. When not, the report says so.
    pub(crate) fn affords(&self, rules: usize) -> bool {
        let rest = self.looks.get().checked_sub(rules);
        self.looks.set(rest.unwrap_or(0));
        if rest.is_none() {
            self.compared.set(false);
        }
        rest.is_some()
    }

    /// The rules that a hook leads to, in each way that does.
    pub(crate) fn at_hook(&self, hook: Hook) -> Vec<Passed<'a>> {
        let mut found = Vec::new();
        for placed in self.rules() {
            for (at, seen, way) in self.seen(placed) {
                // What is kept costs memory too; without it nobody can be accused.
                if at == hook && self.affords(COST_OF_KEEPING) {
                    let entry = placed.entry(&way);
                    found.push(Passed {
                        placed,
                        seen,
                        entry,
                    });
                }
            }
        }
        found
    }

    /// Whether the way of packets is shown as a whole: no map of verdicts that is not known.
    pub(crate) fn is_plain(&self) -> bool {
        self.ruleset.chains.iter().all(is_plain)
    }

    /// The whole line of a rule, its end included; `None` when something else stands there too.
    pub(crate) fn whole_line(&self, rule: &Rule) -> Option<Range<usize>> {
        let before = self.text.get(..rule.span.start)?;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let after = self.text.get(rule.span.end..)?;
        let length = after.find('\n').map_or(after.len(), |at| at + 1);
        let blank = before.get(start..)?.trim().is_empty()
            && after
                .get(..length)?
                .trim_matches([' ', '\t', '\r', '\n', ';'])
                .is_empty();
        blank.then_some(start..rule.span.end + length)
    }

    /// An edit that puts a line before a rule, with the same indentation.
    pub(crate) fn insert_before(&self, rule: &Rule, line: &str) -> Option<Edit> {
        let whole = self.whole_line(rule)?;
        let indent = self.text.get(whole.start..rule.span.start)?;
        let ending = if self.text.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        Some(Edit {
            span: whole.start..whole.start,
            text: format!("{indent}{line}{ending}"),
        })
    }

    /// An edit that takes a rule away.
    pub(crate) fn remove(&self, rule: &Rule) -> Option<Edit> {
        Some(Edit {
            span: self.whole_line(rule)?,
            text: String::new(),
        })
    }

    /// What stands before the chain's name in a rule of iptables: `-A `, or the command with its options.
    pub(crate) fn append_to(&self, chain: &Chain, rule: &Rule) -> Option<String> {
        let line = self.text.get(rule.span.clone())?;
        let at = line.find("-A ").or_else(|| line.find("--append "))?;
        Some(format!("{}-A {}", line.get(..at)?, chain.name))
    }

    fn compare(&mut self) {
        let mut room = MOST_COMPARISONS;
        for (chain_at, chain) in self
            .ruleset
            .chains
            .iter()
            .enumerate()
            .filter(|(_, chain)| chain.filters)
        {
            if self.ruleset.order == Order::None {
                continue;
            }
            let last = self.ruleset.order == Order::Last;
            // Rules that decide, with a full condition: only they can keep others from being reached.
            let decides = |rule: &Rule| {
                rule.verdict().is_some() && !rule.matches.unknown && !rule.matches.limited
            };
            let deciders: Vec<usize> = chain
                .rules
                .iter()
                .enumerate()
                .filter(|(_, rule)| decides(rule))
                .map(|(at, _)| at)
                .collect();
            for (at, rule) in chain.rules.iter().enumerate() {
                let split = at
                    .checked_sub(1)
                    .and_then(|at| chain.rules.get(at))
                    .is_some_and(|r| r.span == rule.span)
                    || chain.rules.get(at + 1).is_some_and(|r| r.span == rule.span);
                let ground = last
                    && rule.matches
                        == Matches {
                            direction: rule.matches.direction,
                            ..Matches::any(rule.matches.families)
                        };
                let says =
                    rule.verdict().is_some() || rule.log().is_some() || rule.jump().is_some();
                if split || ground || !says || rule.matches.is_empty() {
                    continue;
                }
                for other_at in &deciders {
                    let earlier = *other_at < at;
                    if !last && !earlier {
                        break;
                    }
                    if *other_at == at {
                        continue;
                    }
                    let Some(rest) = room.checked_sub(1) else {
                        self.compared.set(false);
                        return;
                    };
                    room = rest;
                    let Some(other) = chain.rules.get(*other_at) else {
                        continue;
                    };
                    let decides = if !last {
                        true
                    } else if earlier {
                        other.quick
                    } else {
                        !rule.quick
                    };
                    if decides && other.matches.covers(&rule.matches) {
                        self.unreached.push((chain_at, at, *other_at));
                        break;
                    }
                }
            }
        }
    }
}

/// Whether a rule only writes down.
pub(crate) fn only_logs(rule: &Rule) -> bool {
    rule.log().is_some()
        && !rule
            .statements
            .iter()
            .any(|s| !matches!(s, Statement::Log(_) | Statement::Other))
}
