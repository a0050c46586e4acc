//! What ports are called: the IANA registry.

use std::sync::LazyLock;

use rutter_event::Transport;

/// `port TAB transport TAB name TAB description`, sorted by port; written by `cargo xtask iana`.
static TABLE: &str = include_str!("../../../knowledge/ports/iana.tsv");

/// The three classes of RFC 6335, section 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortClass {
    /// 0 to 1023, system ports.
    WellKnown,
    /// 1024 to 49151, user ports.
    Registered,
    /// 49152 to 65535, dynamic or private ports.
    Dynamic,
}

impl PortClass {
    /// The word of the contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::WellKnown => "well-known",
            Self::Registered => "registered",
            Self::Dynamic => "dynamic",
        }
    }
}

/// The class of a port.
#[must_use]
pub const fn port_class(port: u16) -> PortClass {
    match port {
        0..=1023 => PortClass::WellKnown,
        1024..=49151 => PortClass::Registered,
        _ => PortClass::Dynamic,
    }
}

/// One line of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Port.
    pub port: u16,
    /// TCP, UDP, SCTP or DCCP.
    pub transport: Transport,
    /// Service name; empty for reserved and unassigned ports.
    pub name: &'static str,
    /// Description.
    pub description: &'static str,
}

/// The registry.
#[derive(Debug)]
pub struct Ports {
    assignments: Vec<Assignment>,
    /// Where each port's begin, and behind the last port's where they end: every record that is
    /// written asks for two.
    begins: Vec<u16>,
}

static PORTS: LazyLock<Ports> = LazyLock::new(|| {
    let mut assignments = Vec::with_capacity(TABLE.len() / LEAST_LINE);
    assignments.extend(TABLE.lines().filter_map(assignment));
    let mut begins = Vec::with_capacity(65_537);
    for (at, assignment) in (0_u16..).zip(&assignments) {
        // By port, as the table is.
        let known = begins.len().max(usize::from(assignment.port) + 1);
        begins.resize(known, at);
    }
    begins.resize(65_537, u16::try_from(assignments.len()).unwrap_or(u16::MAX));
    Ports {
        assignments,
        begins,
    }
});

/// Lines have more bytes than this on the whole: 37.
const LEAST_LINE: usize = 32;

/// Reads a line; nothing of a remark. The first look at the handbook waits for all twelve thousand.
fn assignment(line: &'static str) -> Option<Assignment> {
    let (port, rest) = cell(line)?;
    let (transport, rest) = cell(rest)?;
    let (name, description) = cell(rest).unwrap_or((rest, ""));
    Some(Assignment {
        port: port.parse().ok()?,
        transport: match transport {
            "tcp" => Transport::TCP,
            "udp" => Transport::UDP,
            other => Transport::from_word(other.as_bytes())?,
        },
        name,
        description,
    })
}

/// What stands before the first tab, and what behind it. Cells are short: a plain loop is over before
/// a search made for long texts has begun.
fn cell(line: &str) -> Option<(&str, &str)> {
    let tab = line.bytes().position(|byte| byte == b'\t')?;
    Some((line.get(..tab)?, line.get(tab + 1..)?))
}

impl Ports {
    /// The registry that is built into the program.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &PORTS
    }

    /// Every assignment of a port, all transports.
    #[must_use]
    pub fn of(&self, port: u16) -> &[Assignment] {
        let at = usize::from(port);
        match self.begins.get(at..at + 2) {
            Some([from, to]) => {
                let bounds = usize::from(*from)..usize::from(*to);
                self.assignments.get(bounds).unwrap_or(&[])
            }
            _ => &[],
        }
    }

    /// The service name of a port, where it has one.
    #[must_use]
    pub fn name(&self, transport: Option<Transport>, port: u16) -> Option<&'static str> {
        self.of(port)
            .iter()
            .find(|a| Some(a.transport) == transport && !a.name.is_empty())
            .map(|a| a.name)
    }

    /// Every assignment, sorted by port.
    #[must_use]
    pub fn all(&self) -> &[Assignment] {
        &self.assignments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_assignment_is_found_by_its_port() {
        let ports = Ports::embedded();
        let found: usize = (0..=u16::MAX).map(|port| ports.of(port).len()).sum();
        assert_eq!(found, ports.all().len());
        for port in 0..=u16::MAX {
            assert!(ports.of(port).iter().all(|a| a.port == port), "{port}");
        }
    }
}
