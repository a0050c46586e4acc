//! Events and sources by destination port.

use rutter_event::Transport;

use super::course::Course;

/// How many ports there are, and sides: TCP, UDP.
const PORTS: usize = 65_536;
const SIDES: usize = 2;

/// Events by destination port, TCP and UDP, exact; and how many of the kept sources asked for it,
/// which follows from what is known of the sources.
#[derive(Clone, Debug, Default)]
pub(super) struct PortTally {
    /// A line of memory a port, or none while nothing was counted.
    lines: Box<[Line]>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Line {
    course: Course,
    events: u64,
    sources: u32,
    /// Of the sources, those that are ours and called out.
    ours: u32,
}

const _: () = assert!(size_of::<Line>() == 64, "one line");

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
    #[inline]
    fn line(&self, transport: Transport, port: u16) -> Line {
        let at = place(Some(transport), Some(port));
        at.and_then(|at| self.lines.get(at))
            .copied()
            .unwrap_or_default()
    }

    #[inline]
    fn line_mut(&mut self, transport: Option<Transport>, port: Option<u16>) -> Option<&mut Line> {
        let at = place(transport, port)?;
        if self.lines.is_empty() {
            self.lines = vec![Line::default(); SIDES * PORTS].into();
        }
        self.lines.get_mut(at)
    }

    /// Counts an event.
    #[inline]
    pub(super) fn note(
        &mut self,
        transport: Option<Transport>,
        port: Option<u16>,
        moment: Option<i64>,
    ) {
        if let Some(line) = self.line_mut(transport, port) {
            line.events += 1;
            if let Some(moment) = moment {
                line.course.note(moment);
            }
        }
    }

    /// How the packets to a port are spread over time.
    pub(super) fn course(&self, transport: Transport, port: u16) -> Course {
        self.line(transport, port).course
    }

    /// Adds events that were counted elsewhere.
    pub(super) fn add(&mut self, transport: Transport, port: u16, events: u64, course: Course) {
        if let Some(line) = self.line_mut(Some(transport), Some(port)) {
            line.events += events;
            line.course.merge(course);
        }
    }

    /// Counts a source that has not asked for the port before, and whether it is one of ours that
    /// calls out.
    pub(super) fn note_source(&mut self, transport: Transport, port: u16, is_ours: bool) {
        if let Some(line) = self.line_mut(Some(transport), Some(port)) {
            line.sources += 1;
            line.ours += u32::from(is_ours);
        }
    }

    /// Forgets the sources, to count them anew.
    pub(super) fn forget_sources(&mut self) {
        for line in &mut self.lines {
            (line.sources, line.ours) = (0, 0);
        }
    }

    /// Adds the events of another; the sources are to be counted anew.
    pub(super) fn merge(&mut self, other: Self) {
        if self.lines.is_empty() {
            self.lines = other.lines;
            return;
        }
        for (mine, theirs) in self.lines.iter_mut().zip(&other.lines) {
            mine.events += theirs.events;
            if theirs.course.count > 0 {
                mine.course.merge(theirs.course);
            }
        }
    }

    /// Events to a port.
    pub(super) fn events(&self, transport: Transport, port: u16) -> u64 {
        self.line(transport, port).events
    }

    /// Kept sources that asked for a port.
    pub(super) fn sources(&self, transport: Transport, port: u16) -> u32 {
        self.line(transport, port).sources
    }

    /// Of these, the ones that are not ours and call out.
    pub(super) fn callers(&self, transport: Transport, port: u16) -> u32 {
        let line = self.line(transport, port);
        line.sources.saturating_sub(line.ours)
    }

    /// Ports with events, ascending, TCP first.
    pub(super) fn busy(&self) -> impl Iterator<Item = (Transport, u16, u64)> {
        let sides = [Transport::TCP, Transport::UDP].into_iter();
        let sides = sides.zip(self.lines.chunks(PORTS));
        sides.flat_map(|(transport, side)| {
            let numbered = side.iter().zip(0_u16..=u16::MAX);
            numbered
                .filter(|(line, _)| line.events > 0)
                .map(move |(line, port)| (transport, port, line.events))
        })
    }
}
