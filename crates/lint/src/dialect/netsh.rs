//! Windows: the text of `netsh advfirewall firewall show rule name=all [verbose]`, in the languages of [`KEYS`].

use super::{fault, lines};
use crate::addresses::Addresses;
use crate::matches::{Direction, Families, Matches};
use crate::ports::{Ports, protocol};
use crate::ruleset::{Chain, Dialect, Hook, Order, Rule, Ruleset, Statement, Verdict};

/// Keys in English, then in Chinese, German, French and Spanish, without blanks and hyphens, in lower
/// case. Other languages have other words; rules with keys that are not among them are not judged.
const KEYS: [(&str, &[&str]); 16] = [
    (
        "Rule Name",
        &[
            "rulename",
            "规则名称",
            "regelname",
            "nomdelarègle",
            "nombrederegla",
        ],
    ),
    (
        "Enabled",
        &[
            "enabled",
            "已启用",
            "aktiviert",
            "activé",
            "activée",
            "habilitada",
            "habilitado",
        ],
    ),
    (
        "Direction",
        &["direction", "方向", "richtung", "sens", "dirección"],
    ),
    (
        "Profiles",
        &["profiles", "配置文件", "profile", "profils", "perfiles"],
    ),
    (
        "Grouping",
        &[
            "grouping",
            "分组",
            "gruppierung",
            "regroupement",
            "groupement",
            "agrupación",
            "agrupamiento",
        ],
    ),
    (
        "LocalIP",
        &[
            "localip",
            "本地ip",
            "lokaleip",
            "lokalesip",
            "iplocale",
            "iplocal",
        ],
    ),
    (
        "RemoteIP",
        &["remoteip", "远程ip", "ipdistante", "ipremota", "ipremotas"],
    ),
    (
        "Protocol",
        &["protocol", "协议", "protokoll", "protocole", "protocolo"],
    ),
    (
        "LocalPort",
        &[
            "localport",
            "本地端口",
            "lokalerport",
            "portlocal",
            "puertolocal",
        ],
    ),
    (
        "RemotePort",
        &["remoteport", "远程端口", "portdistant", "puertoremoto"],
    ),
    (
        "Edge traversal",
        &[
            "edgetraversal",
            "边缘遍历",
            "edgeausnahme",
            "traverséelatérale",
            "cruceseguro",
        ],
    ),
    ("Action", &["action", "操作", "aktion", "acción"]),
    (
        "Program",
        &["program", "程序", "programm", "programme", "programa"],
    ),
    ("Service", &["service", "服务", "dienst", "servicio"]),
    (
        "InterfaceTypes",
        &[
            "interfacetypes",
            "接口类型",
            "schnittstellentypen",
            "typesd'interfaces",
            "tiposdeinterfaz",
        ],
    ),
    (
        "Security",
        &["security", "安全", "sicherheit", "sécurité", "seguridad"],
    ),
];

/// Keys that say nothing about packets.
const IDLE: [&str; 8] = [
    "regelquelle",
    "beschreibung",
    "description",
    "rulesource",
    "sourcedelarègle",
    "origendelaregla",
    "descripción",
    "规则源",
];

/// Values, in the same languages.
const ANY: [&str; 9] = [
    "Any",
    "任何",
    "",
    "Beliebig",
    "Alle",
    "Tout",
    "Tous",
    "Cualquiera",
    "Cualquier",
];
const YES: [&str; 5] = ["Yes", "是", "Ja", "Oui", "Sí"];
const IN: [&str; 8] = [
    "In",
    "入",
    "入站",
    "Eingehend",
    "Dans",
    "Entrant",
    "Dentro",
    "Entrada",
];
const OUT: [&str; 8] = [
    "Out",
    "出",
    "出站",
    "Ausgehend",
    "Hors",
    "Sortant",
    "Fuera",
    "Salida",
];
const ALLOW: [&str; 5] = ["Allow", "允许", "Zulassen", "Autoriser", "Permitir"];
const BLOCK: [&str; 6] = [
    "Block",
    "阻止",
    "Blocken",
    "Blockieren",
    "Bloquer",
    "Bloquear",
];
/// Without their first letters, which old code pages write in their own way.
const PUBLIC: [&str; 4] = ["Public", "公用", "ffentlich", "blic"];
const FREELY: [&str; 5] = [
    "NotRequired",
    "不需要",
    "Nicht erforderlich",
    "Non requis",
    "No requerido",
];

/// A line's key in English; the second is its value.
fn key(line: &str) -> Option<(&'static str, &str)> {
    let (name, value) = line.split_once([':', '：'])?;
    let name = bare(name);
    let (known, _) = KEYS
        .iter()
        .find(|(_, words)| words.contains(&name.as_str()))?;
    Some((known, value.trim()))
}

/// A key without what languages and versions differ in.
fn bare(name: &str) -> String {
    name.chars()
        .take(MOST_KEY)
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// No key is longer.
const MOST_KEY: usize = 40;

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
            // What a language or version adds may be a condition.
            None if line.contains([':', '：'])
                && line.starts_with(|c: char| !c.is_whitespace()) =>
            {
                let name = line.split([':', '：']).next().map(bare);
                let idle = name.is_some_and(|name| IDLE.contains(&name.as_str()));
                if let Some(reading) = current.as_mut().filter(|_| !idle) {
                    reading.rule.matches.unknown = true;
                }
            }
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
        let any = ANY.contains(&value);
        let m: &mut Matches = &mut self.rule.matches;
        match key {
            "Enabled" => self.enabled = YES.contains(&value),
            "Direction" => {
                m.direction = match value {
                    _ if IN.contains(&value) => Some(Direction::In),
                    _ if OUT.contains(&value) => Some(Direction::Out),
                    _ => None,
                };
            }
            // In a domain or at home there are no strangers.
            "Profiles" => {
                m.unknown |= !any && !PUBLIC.iter().any(|public| value.contains(public));
            }
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
            "Security" => m.unknown |= !FREELY.contains(&value),
            "Action" => {
                self.rule.statements = match value {
                    _ if ALLOW.contains(&value) => vec![Statement::Accept],
                    _ if BLOCK.contains(&value) => vec![Statement::Drop],
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
