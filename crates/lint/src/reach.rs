//! Which packets come to a chain: along which jumps, and what these have asked already.

use std::collections::HashMap;

use crate::matches::{Direction, Matches};
use crate::ruleset::{Chain, Dialect, Hook, Rule, Ruleset, Statement};

/// Ways to one chain that are followed; a chain with more is not judged.
const MOST_WAYS: usize = 64;
/// Jumps behind each other that are followed.
const MOST_DEPTH: usize = 16;
/// Jumps that are followed in one ruleset.
const MOST_JUMPS: usize = 200_000;

/// One way to a chain.
#[derive(Clone, Debug)]
pub struct Way {
    /// Where it begins.
    pub hook: Hook,
    /// What was asked on it.
    pub asked: Matches,
    /// Rules that jumped, as chain and rule.
    pub jumps: Vec<(usize, usize)>,
}

/// The ways to each chain of a ruleset.
#[derive(Clone, Debug)]
pub struct Reach {
    ways: Vec<Vec<Way>>,
}

impl Reach {
    /// Follows all jumps.
    pub(crate) fn of(ruleset: &Ruleset) -> Self {
        let mut at: HashMap<(&str, &str, bool), usize> = HashMap::new();
        for (index, chain) in ruleset.chains.iter().enumerate() {
            at.insert((&chain.table, &chain.name, chain.families.v4), index);
        }
        let mut ways: Vec<Vec<Way>> = vec![Vec::new(); ruleset.chains.len()];
        let mut open: Vec<(usize, Way)> = Vec::new();
        for (index, chain) in ruleset.chains.iter().enumerate() {
            if let Some(hook) = chain.hook {
                let asked = Matches::any(chain.families);
                open.push((
                    index,
                    Way {
                        hook,
                        asked,
                        jumps: Vec::new(),
                    },
                ));
            }
        }
        let mut jumps = 0;
        while let Some((index, way)) = open.pop() {
            let (Some(chain), Some(known)) = (ruleset.chains.get(index), ways.get_mut(index))
            else {
                continue;
            };
            if known.len() > MOST_WAYS {
                continue;
            }
            known.push(way.clone());
            if way.jumps.len() >= MOST_DEPTH {
                continue;
            }
            for (number, rule) in chain.rules.iter().enumerate() {
                let Some((name, _)) = rule.jump() else {
                    continue;
                };
                let Some(next) = at.get(&(chain.table.as_str(), name, chain.families.v4)) else {
                    continue;
                };
                jumps += 1;
                let asked = way.asked.and(&rule.matches);
                if jumps > MOST_JUMPS
                    || asked.is_empty()
                    || way.jumps.iter().any(|(chain, _)| chain == next)
                {
                    continue;
                }
                let mut path = way.jumps.clone();
                path.push((index, number));
                open.push((
                    *next,
                    Way {
                        hook: way.hook,
                        asked,
                        jumps: path,
                    },
                ));
            }
        }
        for way in &mut ways {
            if way.len() > MOST_WAYS {
                way.clear();
            }
        }
        Self { ways }
    }

    /// The ways to a chain; none when nothing leads there, or more than can be followed.
    #[must_use]
    pub fn to(&self, chain: usize) -> &[Way] {
        self.ways.get(chain).map_or(&[], Vec::as_slice)
    }

    /// Where packets that a rule sees come by, and what has been asked of them when it has matched.
    #[must_use]
    pub fn seen(&self, ruleset: &Ruleset, chain: usize, rule: &Rule) -> Vec<(Hook, Matches, Way)> {
        let undirected = matches!(ruleset.dialect, Dialect::Pf | Dialect::Netsh)
            || (ruleset.dialect == Dialect::Ufw
                && ruleset.chains.get(chain).is_some_and(|c| c.name == "ufw"));
        if undirected {
            let hook = if rule.matches.direction == Some(Direction::Out) {
                Hook::Output
            } else {
                Hook::Input
            };
            let way = Way {
                hook,
                asked: rule.matches.clone(),
                jumps: Vec::new(),
            };
            return vec![(hook, rule.matches.clone(), way)];
        }
        let seen = self
            .to(chain)
            .iter()
            .map(|way| (way.hook, way.asked.and(&rule.matches), way.clone()));
        seen.filter(|(_, matches, _)| !matches.is_empty()).collect()
    }
}

/// Whether rules of a chain can be followed one by one: none does what is not understood.
#[must_use]
pub(crate) fn is_plain(chain: &Chain) -> bool {
    !chain.rules.iter().any(|rule| {
        rule.statements
            .iter()
            .any(|s| matches!(s, Statement::Jump { chain, .. } if chain.is_empty()))
    })
}
