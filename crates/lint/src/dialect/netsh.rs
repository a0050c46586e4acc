//! Windows: the text of `netsh advfirewall firewall show rule name=all [verbose]`, English or Chinese.

use super::{fault, lines};
use crate::addresses::Addresses;
use crate::matches::{Direction, Families, Matches};
use crate::ports::{Ports, protocol};
use crate::ruleset::{Chain, Dialect, Hook, Order, Rule, Ruleset, Statement, Verdict};

/// Keys in English and in Chinese.
const KEYS: [(&str, &str); 16] = [
    ("Rule Name", "规则名称"),
    ("Enabled", "已启用"),
    ("Direction", "方向"),
    ("Profiles", "配置文件"),
    ("Grouping", "分组"),
    ("LocalIP", "本地 IP"),
    ("RemoteIP", "远程 IP"),
    ("Protocol", "协议"),
    ("LocalPort", "本地端口"),
    ("RemotePort", "远程端口"),
    ("Edge traversal", "边缘遍历"),
    ("Action", "操作"),
    ("Program", "程序"),
    ("Service", "服务"),
    ("InterfaceTypes", "接口类型"),
    ("Security", "安全"),
];

fn key(line: &str) -> Option<(&'static str, &str)> {
    let (name, value) = line.split_once([':', '：'])?;
    let name = name.trim();
    let (known, _) = KEYS.iter().find(|(en, zh)| *en == name || *zh == name)?;
    Some((known, value.trim()))
}

pub(super) fn is_start(line: &str) -> bool {
    key(line).is_some_and(|(key, _)| key == "Rule Name")
}

pub(super) fn read(text: &str) -> Ruleset {
    let mut faults = Vec::new();
    let mut rules: Vec<Rule> = Vec::new();
    let mut current: Option<Reading> = None;
    let mut cut = 0;
    for (number, start, line) in lines(text) {
        match key(line) {
            Some(("Rule Name", _)) => {
                if let Some(done) = current.take() {
                    cut += usize::from(done.is_cut());
                    rules.extend(done.finish());
                }
                current = Some(Reading::new(number, start..start + line.trim_end().len()));
            }
            Some((key, value)) => match &mut current {
                Some(reading) => {
                    reading.rule.span.end = start + line.trim_end().len();
                    reading.take(key, value);
                }
                None => fault(
                    &mut faults,
                    number,
                    "stands before the first rule".to_owned(),
                ),
            },
            None => {
                // Types and codes of ICMP stand below the protocol, without a key.
                let mut words = line.split_whitespace();
                let kind = words.next().and_then(|word| word.parse::<u8>().ok());
                if let (Some(reading), Some(kind)) = (&mut current, kind)
                    && reading.rule.matches.is_only(&[1, 58])
                {
                    reading
                        .rule
                        .matches
                        .icmp_types
                        .get_or_insert_default()
                        .push(kind);
                    reading.rule.span.end = start + line.trim_end().len();
                }
            }
        }
    }
    if let Some(done) = current {
        cut += usize::from(done.is_cut());
        rules.extend(done.finish());
    }
    if cut > 0 {
        fault(
            &mut faults,
            1,
            format!("rules without direction or action: {cut}; they are left out"),
        );
    }
    let chain = Chain {
        table: String::new(),
        name: "Windows Firewall".to_owned(),
        families: Families::BOTH,
        hook: Some(Hook::Input),
        filters: true,
        policy: Some(Verdict::Drop),
        line: 1,
        span: 0..0,
        rules,
    };
    Ruleset {
        dialect: Dialect::Netsh,
        order: Order::None,
        chains: vec![chain],
        faults,
        complete: None,
    }
}

struct Reading {
    rule: Rule,
    enabled: bool,
    local: Option<Ports>,
    remote: Option<Ports>,
}

impl Reading {
    fn new(line: usize, span: std::ops::Range<usize>) -> Self {
        Self {
            rule: Rule::new(line, span, Families::BOTH),
            enabled: true,
            local: None,
            remote: None,
        }
    }

    fn is_cut(&self) -> bool {
        self.rule.matches.direction.is_none() || self.rule.statements.is_empty()
    }

    fn take(&mut self, key: &str, value: &str) {
        let any = matches!(value, "Any" | "任何" | "");
        let m: &mut Matches = &mut self.rule.matches;
        match key {
            "Enabled" => self.enabled = matches!(value, "Yes" | "是"),
            "Direction" => {
                m.direction = match value {
                    "In" | "入" => Some(Direction::In),
                    "Out" | "出" => Some(Direction::Out),
                    _ => None,
                };
            }
            // In a domain or at home there are no strangers.
            "Profiles" => m.unknown |= !any && !value.contains("Public") && !value.contains("公用"),
            // On this machine or some of its addresses.
            "LocalIP" if !any => m.unknown = true,
            "RemoteIP" if !any => {
                m.source = Addresses::read(false, value.split(','));
            }
            "Protocol" => match protocol(value) {
                Some(number) => {
                    m.protocols = Some(vec![number]);
                    m.families = match number {
                        1 => Families::V4,
                        58 => Families::V6,
                        _ => Families::BOTH,
                    };
                }
                None => m.unknown |= !any,
            },
            "LocalPort" | "RemotePort" if !any => {
                let ports = Ports::read(value.split(','));
                m.unknown |= ports.is_none();
                if key == "LocalPort" {
                    self.local = ports
                } else {
                    self.remote = ports
                }
            }
            "Service" | "InterfaceTypes" if !any => m.unknown = true,
            // Only what was authenticated.
            "Security" => m.unknown |= !matches!(value, "NotRequired" | "不需要"),
            "Action" => {
                self.rule.statements = match value {
                    "Allow" | "允许" => vec![Statement::Accept],
                    "Block" | "阻止" => vec![Statement::Drop],
                    // Those that the peer has proved.
                    "Bypass" | "绕过" => {
                        m.unknown = true;
                        vec![Statement::Accept]
                    }
                    _ => Vec::new(),
                };
            }
            _ => {}
        }
    }

    fn finish(mut self) -> Option<Rule> {
        if !self.enabled || self.is_cut() {
            return None;
        }
        let inward = self.rule.matches.direction == Some(Direction::In);
        let (source, destination) = if inward {
            (self.remote, self.local)
        } else {
            (self.local, self.remote)
        };
        self.rule.matches.source_ports = source;
        self.rule.matches.destination_ports = destination;
        if !inward {
            self.rule.matches.destination = self.rule.matches.source.take();
        }
        Some(self.rule)
    }
}
