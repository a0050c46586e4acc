//! Readers: one for each language that rulesets are written in.

mod field;
mod iptables;
mod netsh;
mod nft;
mod nft_json;
mod pf;
mod ufw;
mod ufw_added;

use std::collections::HashMap;

use crate::ruleset::{Dialect, Fault, Ruleset, Verdict};

/// Bytes of a ruleset that are read; what is behind is a fault.
pub(crate) const MOST_BYTES: usize = 16 << 20;
/// Faults that are kept.
const MOST_FAULTS: usize = 100;
/// Bytes of a text of the ruleset that an error repeats.
const SHOWN: usize = 60;

/// Which language a ruleset is written in, told by what stands in it.
#[must_use]
pub fn recognise(text: &str) -> Option<Dialect> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with('{') && text.contains("\"nftables\"") {
        return Some(Dialect::NftJson);
    }
    for line in text
        .lines()
        .map(|line| line.trim_start_matches('\u{feff}').trim())
    {
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        let second = words.next().unwrap_or_default();
        if netsh::is_start(line) {
            return Some(Dialect::Netsh);
        }
        if line.starts_with("Status: active") || (first == "To" && second == "Action") {
            return Some(Dialect::Ufw);
        }
        if ufw_added::is_command(line) {
            return Some(Dialect::Ufw);
        }
        let table = matches!(line, "*filter" | "*nat" | "*mangle" | "*raw" | "*security");
        if table || iptables::is_command(line) || (first == "-A" && !second.is_empty()) {
            return Some(if ufw::is_rules_file(text) {
                Dialect::Ufw
            } else {
                Dialect::Iptables
            });
        }
        match (first, second) {
            ("table", "ip" | "ip6" | "inet" | "arp" | "bridge" | "netdev")
            | ("flush", "ruleset")
            | ("add" | "create", "table" | "chain" | "rule") => return Some(Dialect::Nft),
            ("table", name) if line.ends_with('{') && !name.starts_with('<') => {
                return Some(Dialect::Nft);
            }
            ("define", _) => return Some(Dialect::Nft),
            (
                "pass" | "block" | "match" | "scrub" | "antispoof" | "set" | "anchor"
                | "nat-anchor" | "rdr-anchor",
                _,
            ) => {
                return Some(Dialect::Pf);
            }
            ("nat" | "rdr" | "binat", "on" | "pass" | "log" | "from") => return Some(Dialect::Pf),
            ("table", name) if name.starts_with('<') => return Some(Dialect::Pf),
            _ => {}
        }
    }
    None
}

/// Reads a ruleset. What cannot be read is among its faults; the rest is there.
#[must_use]
pub fn read(dialect: Dialect, text: &str) -> Ruleset {
    let mut end = text.len().min(MOST_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let (text, beyond) = text.split_at(end);
    let mut ruleset = match dialect {
        Dialect::Nft => nft::read(text),
        Dialect::NftJson => nft_json::read(text),
        Dialect::Iptables => iptables::read(text),
        Dialect::Ufw if ufw::is_rules_file(text) => ufw::read_rules(text),
        Dialect::Ufw if text.lines().any(|line| ufw_added::is_command(line.trim())) => {
            ufw_added::read(text)
        }
        Dialect::Ufw => ufw::read_status(text),
        Dialect::Pf => pf::read(text),
        Dialect::Netsh => netsh::read(text),
    };
    settle(&mut ruleset);
    if !beyond.is_empty() {
        let line = text.lines().count();
        fault(
            &mut ruleset.faults,
            line,
            format!(
                "only the first {} MiB are read; lint the rest by itself",
                MOST_BYTES >> 20
            ),
        );
    }
    ruleset
}

/// Chains behind each other whose common verdict is followed.
const MOST_ENDS: usize = 8;

/// Tells of each rule that goes to another chain what that chain decides about every packet, if it does.
fn settle(ruleset: &mut Ruleset) {
    let mut ends: HashMap<(String, String, bool), Verdict> = HashMap::new();
    for _ in 0..MOST_ENDS {
        let mut more = false;
        for chain in ruleset.chains.iter().filter(|chain| chain.hook.is_none()) {
            let key = (chain.table.clone(), chain.name.clone(), chain.families.v4);
            if let Some(verdict) = chain.ends().filter(|_| !ends.contains_key(&key)) {
                ends.insert(key, verdict);
                more = true;
            }
        }
        if !more {
            return;
        }
        for chain in &mut ruleset.chains {
            let (table, v4) = (chain.table.clone(), chain.families.v4);
            for rule in &mut chain.rules {
                let name = rule.jump().map(|(name, _)| name.to_owned());
                if let Some(name) = name.filter(|_| rule.ends.is_none()) {
                    rule.ends = ends.get(&(table.clone(), name, v4)).copied();
                }
            }
        }
    }
}

/// Keeps a fault, while there is room for it; the last says that there are more.
fn fault(faults: &mut Vec<Fault>, line: usize, reason: String) {
    match faults.len() {
        n if n < MOST_FAULTS => faults.push(Fault { line, reason }),
        MOST_FAULTS => faults.push(Fault {
            line,
            reason: "and more from here on; is it another dialect? --dialect names one".to_owned(),
        }),
        _ => {}
    }
}

/// A text of the ruleset for an error: short, on one line.
fn shown(text: &str) -> String {
    let mut short: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(SHOWN)
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}

/// Lines with their number from 1 and the byte at which they begin; without their end.
fn lines(text: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n')
        .enumerate()
        .map(move |(number, whole)| {
            let start = at;
            at += whole.len();
            (number + 1, start, whole.trim_end_matches(['\n', '\r']))
        })
}
