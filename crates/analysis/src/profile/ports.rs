//! Events and sources by destination port.

use rutter_event::Transport;

use super::course::Course;

/// How many ports there are, and sides: TCP, UDP.
const PORTS: usize = 65_536;
const SIDES: usize = 2;

/// Events by destination port, TCP and UDP, exact; and how many of the kept sources asked for it,
/// which follows from what is known of the sources.
#[derive(Clone, Debug)]
pub(super) struct PortTally {
    events: Box<[u64]>,
    sources: Box<[u32]>,
    courses: Box<[Course]>,
}

/// The place of a port: TCP's first.
#[inline]
fn place(transport: Option<Transport>, port: Option<u16>) -> Option<usize> {
    let side = match transport {
        Some(Transport::TCP) => 0,
        Some(Transport::UDP) => PORTS,
        _ => return None,
    };
    Some(side + usize::from(port?))
}

impl PortTally {
    pub(super) fn new() -> Self {
        Self {
            events: vec![0; SIDES * PORTS].into(),
            sources: vec![0; SIDES * PORTS].into(),
            courses: vec![Course::default(); SIDES * PORTS].into(),
        }
    }

    /// Counts an event.
    #[inline]
    pub(super) fn note(
        &mut self,
        transport: Option<Transport>,
        port: Option<u16>,
        moment: Option<i64>,
    ) {
        let Some(at) = place(transport, port) else {
            return;
        };
        if let Some(sum) = self.events.get_mut(at) {
            *sum += 1;
        }
        if let (Some(course), Some(moment)) = (self.courses.get_mut(at), moment) {
            course.note(moment);
        }
    }

    /// How the packets to a port are spread over time.
    pub(super) fn course(&self, transport: Transport, port: u16) -> Course {
        let at = place(Some(transport), Some(port));
        at.and_then(|at| self.courses.get(at))
            .copied()
            .unwrap_or_default()
    }

    /// Adds events that were counted elsewhere.
    pub(super) fn add(&mut self, transport: Transport, port: u16, events: u64, course: Course) {
        let Some(at) = place(Some(transport), Some(port)) else {
            return;
        };
        if let Some(sum) = self.events.get_mut(at) {
            *sum += events;
        }
        if let Some(mine) = self.courses.get_mut(at) {
            mine.merge(course);
        }
    }

    /// Counts a source that has not asked for the port before.
    pub(super) fn note_source(&mut self, transport: Transport, port: u16) {
        if let Some(sum) =
            place(Some(transport), Some(port)).and_then(|at| self.sources.get_mut(at))
        {
            *sum += 1;
        }
    }

    /// Forgets the sources, to count them anew.
    pub(super) fn forget_sources(&mut self) {
        self.sources.fill(0);
    }

    /// Adds the events of another; the sources are to be counted anew.
    pub(super) fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.events.iter_mut().zip(&other.events) {
            *mine += theirs;
        }
        for (mine, theirs) in self.courses.iter_mut().zip(&other.courses) {
            if theirs.count > 0 {
                mine.merge(*theirs);
            }
        }
    }

    /// Events to a port.
    pub(super) fn events(&self, transport: Transport, port: u16) -> u64 {
        let at = place(Some(transport), Some(port));
        at.and_then(|at| self.events.get(at)).copied().unwrap_or(0)
    }

    /// Kept sources that asked for a port.
    pub(super) fn sources(&self, transport: Transport, port: u16) -> u32 {
        let at = place(Some(transport), Some(port));
        at.and_then(|at| self.sources.get(at)).copied().unwrap_or(0)
    }

    /// Ports with events, ascending, TCP first.
    pub(super) fn busy(&self) -> impl Iterator<Item = (Transport, u16, u64)> {
        let sides = [Transport::TCP, Transport::UDP].into_iter();
        let sides = sides.zip(self.events.chunks(PORTS));
        sides.flat_map(|(transport, side)| {
            let numbered = side.iter().zip(0_u16..=u16::MAX);
            numbered
                .filter(|(events, _)| **events > 0)
                .map(move |(events, port)| (transport, port, *events))
        })
    }
}
