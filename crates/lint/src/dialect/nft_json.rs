//! nftables as `nft -j list ruleset` prints it, after libnftables-json(5).

use std::collections::HashMap;
use std::ops::Range;

use serde_json::Value;

use super::fault;
use super::field::{Compare, OPENING, apply, is_opening};
use crate::addresses::Network;
use crate::matches::Families;
use crate::ruleset::{Chain, Dialect, Hook, Log, Order, Rule, Ruleset, Statement, Verdict};

/// Rules of one ruleset, elements that make a rule each among them.
const MOST_RULES: usize = 200_000;
/// Elements of one set that are read.
const MOST_ELEMENTS: usize = 4_096;
/// Elements of a set that a rule names, put in place of the name; larger ones keep it.
const MOST_NAMED: usize = 64;

/// Sets and maps by `family table@name`, as nft prints them before the rules.
type Names = HashMap<String, Value>;

/// A field, or several, and the elements that make a rule each: key, and what a map says for it.
struct Split {
    fields: Vec<String>,
    elements: Vec<(Value, Option<Value>)>,
}

/// Whether this is a set or a map; one whose elements are known and stay is kept.
fn named(item: &Value, names: &mut Names) -> bool {
    let Some(set) = item.get("set").or_else(|| item.get("map")) else {
        return false;
    };
    let flags = set.get("flags").map(Value::to_string).unwrap_or_default();
    let changing = flags.contains("dynamic") || flags.contains("timeout");
    let elements = set.get("elem").and_then(Value::as_array);
    if let Some(elements) = elements.filter(|all| all.len() <= MOST_NAMED && !changing) {
        let table = format!("{} {}", word(set, "family"), word(set, "table"));
        let elements = serde_json::json!({ "set": elements });
        names.insert(format!("{table}@{}", word(set, "name")), elements);
    }
    true
}

/// A value, or the elements of the set that it names.
fn meant<'v>(value: &'v Value, names: &'v Names, table: &str) -> &'v Value {
    let name = value.as_str().filter(|name| name.starts_with('@'));
    name.and_then(|name| names.get(&format!("{table}{name}")))
        .unwrap_or(value)
}

pub(super) fn read(text: &str) -> Ruleset {
    let mut ruleset = Ruleset {
        dialect: Dialect::NftJson,
        order: Order::First,
        chains: Vec::new(),
        faults: Vec::new(),
        complete: None,
    };
    let mut lines = Lines {
        text,
        at: 0,
        line: 1,
    };
    let mut names = Names::new();
    // How many rules there is room for; nothing once that was too little.
    let mut room = Some(MOST_RULES);
    for (start, end) in items(text) {
        let line = lines.of(start);
        let Some(item) = text.get(start..end) else {
            continue;
        };
        match serde_json::from_str::<Value>(item) {
            Ok(item) if named(&item, &mut names) => {}
            Ok(item) => take(&mut ruleset, &names, &mut room, &item, line, start..end),
            Err(error) => fault(&mut ruleset.faults, line, format!("is no JSON: {error}")),
        }
    }
    if ruleset.chains.is_empty() && ruleset.faults.is_empty() {
        fault(
            &mut ruleset.faults,
            1,
            "holds no chain; it should be what `nft -j list ruleset` prints".to_owned(),
        );
    }
    ruleset
}

/// Numbers of lines for ascending places.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, place: usize) -> usize {
        let between = self.text.as_bytes().get(self.at..place).unwrap_or_default();
        self.line += between.iter().filter(|b| **b == b'\n').count();
        self.at = place.max(self.at);
        self.line
    }
}

/// Places of the objects in the array: those two levels deep.
fn items(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let (mut depth, mut start, mut quoted, mut escaped) = (0usize, 0, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => {
                depth += 1;
                if depth == 3 {
                    start = at;
                }
            }
            b'}' | b']' => {
                if depth == 3 {
                    found.push((start, at + 1));
                }
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
    }
    found
}

fn word<'v>(item: &'v Value, key: &str) -> &'v str {
    item.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn take(
    ruleset: &mut Ruleset,
    names: &Names,
    room: &mut Option<usize>,
    item: &Value,
    line: usize,
    span: Range<usize>,
) {
    if let Some(chain) = item.get("chain") {
        let family = word(chain, "family");
        let hook = chain
            .get("hook")
            .and_then(Value::as_str)
            .map(|hook| match hook {
                _ if !matches!(family, "ip" | "ip6" | "inet") => Hook::Other,
                "input" => Hook::Input,
                "forward" => Hook::Forward,
                "output" => Hook::Output,
                _ => Hook::Other,
            });
        let policy = match word(chain, "policy") {
            "drop" => Some(Verdict::Drop),
            _ if hook.is_some() => Some(Verdict::Accept),
            _ => None,
        };
        let families = match family {
            "ip" => Families::V4,
            "ip6" => Families::V6,
            "arp" => Families {
                v4: false,
                v6: false,
            },
            _ => Families::BOTH,
        };
        ruleset.chains.push(Chain {
            table: format!("{family} {}", word(chain, "table")),
            name: word(chain, "name").to_owned(),
            families,
            hook,
            filters: matches!(word(chain, "type"), "" | "filter"),
            policy,
            line,
            span,
            rules: Vec::new(),
        });
    } else if let Some(rule) = item.get("rule") {
        let table = format!("{} {}", word(rule, "family"), word(rule, "table"));
        let name = word(rule, "chain");
        let Some(left) = *room else { return };
        let Some(chain) = ruleset
            .chains
            .iter_mut()
            .rev()
            .find(|c| c.table == table && c.name == name)
        else {
            fault(
                &mut ruleset.faults,
                line,
                "belongs to a chain that was not declared before it".to_owned(),
            );
            return;
        };
        let expressions = rule
            .get("expr")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let families = chain.families;
        let rules = read_rule(expressions, names, &table, line, span, families);
        *room = left.checked_sub(rules.len());
        if room.is_some() {
            chain.rules.extend(rules);
        } else {
            let reason = "more rules than are read; lint parts by themselves".to_owned();
            fault(&mut ruleset.faults, line, reason);
        }
    }
}

fn read_rule(
    expressions: &[Value],
    names: &Names,
    table: &str,
    line: usize,
    span: Range<usize>,
    families: Families,
) -> Vec<Rule> {
    let mut rule = Rule::new(line, span, families);
    let mut split: Option<Split> = None;
    let (mut late, mut exceeds) = (false, false);
    for expression in expressions.iter().filter_map(Value::as_object) {
        for (name, body) in expression {
            match name.as_str() {
                "match" => {
                    let several = condition(&mut rule, body, names, table);
                    rule.matches.unknown |= several.is_some() && split.is_some();
                    split = split.or(several);
                }
                "accept" => rule.statements.push(Statement::Accept),
                "drop" => rule.statements.push(Statement::Drop),
                "reject" => rule.statements.push(Statement::Reject {
                    reset: word(body, "type") == "tcp reset",
                }),
                "return" => rule.statements.push(Statement::Return),
                "jump" | "goto" => {
                    rule.statements.push(Statement::Jump {
                        chain: word(body, "target").to_owned(),
                        goto: name == "goto",
                    });
                }
                "counter" | "mangle" | "comment" => rule.statements.push(Statement::Other),
                "limit" => {
                    rule.matches.limited = true;
                    exceeds |= body.get("inv").and_then(Value::as_bool) == Some(true);
                }
                "log" => {
                    late = !rule.matches.limited;
                    rule.statements.push(Statement::Log(log(body)));
                }
                "dnat" => rule.statements.push(Statement::Lead {
                    address: Network::read(word(body, "addr")),
                    port: body
                        .get("port")
                        .and_then(Value::as_u64)
                        .and_then(|port| u16::try_from(port).ok()),
                }),
                "masquerade" | "snat" | "redirect" => rule.statements.push(Statement::Nat),
                "vmap" => {
                    rule.matches.unknown |= split.is_some();
                    split = split.or_else(|| map(body, names, table));
                    if split.is_none() {
                        rule.matches.unknown = true;
                        rule.statements.push(Statement::Jump {
                            chain: String::new(),
                            goto: false,
                        });
                    }
                }
                "set" | "meter" | "map" | "quota" => {
                    rule.matches.unknown = true;
                    rule.matches.limited = true;
                }
                _ => {
                    rule.matches.unknown = true;
                    rule.statements.push(Statement::Other);
                }
            }
        }
    }
    let flooded = exceeds && !rule.matches.unknown || late && rule.matches.limited;
    if let Some(Statement::Log(log)) = rule.logging() {
        log.flooded = flooded;
    }
    rule.matches.unknown |= exceeds;
    split.map_or_else(|| vec![rule.clone()], |split| each(&rule, &split))
}

/// A verdict map whose elements are known.
fn map(body: &Value, names: &Names, table: &str) -> Option<Split> {
    let elements = meant(body.get("data")?, names, table).get("set")?;
    let pair = |pair: &Value| Some((pair.get(0)?.clone(), Some(pair.get(1)?.clone())));
    Some(Split {
        fields: fields(body.get("key")?)?,
        elements: elements
            .as_array()?
            .iter()
            .take(MOST_ELEMENTS)
            .map(pair)
            .collect::<Option<Vec<_>>>()?,
    })
}

/// A rule for each element.
fn each(rule: &Rule, split: &Split) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (key, says) in &split.elements {
        let mut one = rule.clone();
        let parts = key.get("concat").and_then(Value::as_array);
        let parts = parts.map_or_else(|| vec![key], |parts| parts.iter().collect());
        one.matches.unknown |= parts.len() != split.fields.len();
        for (field, part) in split.fields.iter().zip(parts) {
            match values(part) {
                Some(words) => apply(&mut one.matches, field, Compare::Is, &words),
                None => one.matches.unknown = true,
            }
        }
        let doing = says.as_ref().map(|says| {
            let doing = says.as_object().and_then(|doing| doing.iter().next());
            match doing.map(|(name, body)| (name.as_str(), body)) {
                Some(("accept", _)) => Statement::Accept,
                Some(("drop", _)) => Statement::Drop,
                Some(("return", _)) => Statement::Return,
                Some((name @ ("jump" | "goto"), body)) => Statement::Jump {
                    chain: word(body, "target").to_owned(),
                    goto: name == "goto",
                },
                _ => Statement::Other,
            }
        });
        one.statements.extend(doing);
        rules.push(one);
    }
    rules
}

/// The names of a field, or of several that are compared together.
fn fields(left: &Value) -> Option<Vec<String>> {
    match left.get("concat").and_then(Value::as_array) {
        Some(several) => several.iter().map(field).collect(),
        None => Some(vec![field(left)?]),
    }
}

fn log(body: &Value) -> Log {
    let flags: Vec<&str> = match body.get("flags") {
        Some(Value::String(flag)) => vec![flag.as_str()],
        Some(Value::Array(flags)) => flags.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let has = |flag: &str| flags.contains(&flag) || flags.contains(&"all");
    Log {
        prefix: body
            .get("prefix")
            .and_then(Value::as_str)
            .map(str::to_owned),
        sequence: has("tcp sequence"),
        options: has("tcp options"),
        whole: body.get("group").is_some(),
        flooded: false,
    }
}

/// Adds a condition to a rule; one on several fields together is handed back.
fn condition(rule: &mut Rule, body: &Value, names: &Names, table: &str) -> Option<Split> {
    let compare = Compare::read(word(body, "op"));
    let right = body.get("right").map(|right| meant(right, names, table));
    let left = body.get("left");
    if left.is_some_and(|left| left.get("concat").is_some()) {
        let several = left
            .and_then(fields)
            .zip(right)
            .and_then(|(fields, right)| {
                let elements = match right.get("set") {
                    Some(set) => set.as_array()?.clone(),
                    None => vec![right.clone()],
                };
                let known = compare != Some(Compare::IsNot) && elements.len() <= MOST_ELEMENTS;
                let elements = elements
                    .into_iter()
                    .map(|element| (element, None))
                    .collect();
                known.then_some(Split { fields, elements })
            });
        rule.matches.unknown |= several.is_none();
        return several;
    }
    match (left.and_then(field), compare, right.and_then(values)) {
        (Some(name), Some(compare), Some(words)) => {
            apply(&mut rule.matches, &name, compare, &words)
        }
        (Some(name), _, _) => {
            apply(&mut rule.matches, &name, Compare::Is, &["@?".to_owned()]);
            rule.matches.unknown = true;
        }
        _ => rule.matches.unknown = true,
    }
    None
}

/// The name of a field as the text of nft has it.
fn field(left: &Value) -> Option<String> {
    if let Some(payload) = left.get("payload") {
        return Some(format!(
            "{} {}",
            payload.get("protocol")?.as_str()?,
            payload.get("field")?.as_str()?
        ));
    }
    if let Some(meta) = left.get("meta") {
        return Some(format!("meta {}", meta.get("key")?.as_str()?));
    }
    if let Some(ct) = left.get("ct") {
        let reaches = ct.get("dir").is_none();
        return Some(format!(
            "ct {}{}",
            if reaches { "" } else { "original " },
            ct.get("key")?.as_str()?
        ));
    }
    if let Some(masked) = left.get("&").and_then(Value::as_array) {
        let mask = masked.get(1).and_then(values)?;
        let flags = field(masked.first()?)? == "tcp flags";
        return (flags && is_opening(mask.iter().map(String::as_str))).then(|| OPENING.to_owned());
    }
    let fib = left.get("fib")?;
    let flags = match fib.get("flags")? {
        Value::String(flag) => flag.clone(),
        Value::Array(flags) if flags.len() == 1 => flags.first()?.as_str()?.to_owned(),
        _ => return None,
    };
    Some(format!("fib {flags} {}", fib.get("result")?.as_str()?))
}

/// What a field is compared with, as words.
fn values(right: &Value) -> Option<Vec<String>> {
    match right {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Number(number) => Some(vec![number.to_string()]),
        Value::Array(several) => several.iter().take(MOST_ELEMENTS).map(one).collect(),
        Value::Object(_) => match right.get("set") {
            Some(Value::Array(several)) if several.len() <= MOST_ELEMENTS => {
                several.iter().map(one).collect()
            }
            _ => Some(vec![one(right)?]),
        },
        _ => None,
    }
}

fn one(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(_) => {
            if let Some(prefix) = value.get("prefix") {
                return Some(format!(
                    "{}/{}",
                    prefix.get("addr")?.as_str()?,
                    prefix.get("len")?.as_u64()?
                ));
            }
            if let Some(range) = value.get("range") {
                return Some(format!("{}-{}", one(range.get(0)?)?, one(range.get(1)?)?));
            }
            one(value.get("elem")?.get("val")?)
        }
        _ => None,
    }
}
