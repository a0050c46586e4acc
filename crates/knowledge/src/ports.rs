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
}

static PORTS: LazyLock<Ports> = LazyLock::new(|| {
    let assignments = TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(assignment)
        .collect();
    Ports { assignments }
});

fn assignment(line: &'static str) -> Option<Assignment> {
    let mut columns = line.split('\t');
    let port = columns.next()?.parse().ok()?;
    let transport = Transport::from_word(columns.next()?.as_bytes())?;
    let name = columns.next()?;
    Some(Assignment {
        port,
        transport,
        name,
        description: columns.next().unwrap_or(""),
    })
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
        let from = self.assignments.partition_point(|a| a.port < port);
        let to = self.assignments.partition_point(|a| a.port <= port);
        self.assignments.get(from..to).unwrap_or(&[])
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
