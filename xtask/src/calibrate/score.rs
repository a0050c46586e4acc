//! How often what was said was right, and how often it should have been.

use std::collections::BTreeMap;

use super::truth::{Judged, Right};

/// Lower edges of the classes of confidence.
const EDGES: [f64; 10] = [0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/// A count with what belongs to it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) events: u32,
    pub(crate) first: u32,
    pub(crate) third: u32,
    pub(crate) specific: u32,
    /// Sum of the first verdicts' probabilities.
    confidence: f64,
    /// Sum of the probabilities of all verdicts that are right.
    mass: f64,
}

impl Tally {
    fn add(&mut self, packet: &Judged, right: &Right) {
        let is_right = |(id, _): &&(String, f64)| right.contains(id);
        let first = packet.verdicts.first();
        self.events += 1;
        self.first += u32::from(first.iter().any(is_right));
        self.third += u32::from(packet.verdicts.iter().take(3).any(|v| is_right(&v)));
        self.specific += u32::from(first.is_some_and(|(id, _)| !id.starts_with("unknown.")));
        self.confidence += first.map_or(0.0, |(_, p)| *p);
        self.mass += packet
            .verdicts
            .iter()
            .filter(is_right)
            .map(|(_, p)| p)
            .sum::<f64>();
    }

    fn share(self, count: u32) -> f64 {
        f64::from(count) / f64::from(self.events.max(1))
    }

    pub(crate) fn top1(self) -> f64 {
        self.share(self.first)
    }

    pub(crate) fn top3(self) -> f64 {
        self.share(self.third)
    }

    pub(crate) fn specific(self) -> f64 {
        self.share(self.specific)
    }

    pub(crate) fn confidence(self) -> f64 {
        self.confidence / f64::from(self.events.max(1))
    }

    pub(crate) fn mass(self) -> f64 {
        self.mass / f64::from(self.events.max(1))
    }
}

/// Everything that is counted.
#[derive(Debug, Default)]
pub(crate) struct Score {
    pub(crate) all: Tally,
    pub(crate) classes: [Tally; EDGES.len()],
    /// By the kind of the most fitting id.
    pub(crate) kinds: BTreeMap<String, Tally>,
    pub(crate) programs: BTreeMap<String, Tally>,
    /// By log: nft, ufw, pcap.
    pub(crate) logs: BTreeMap<String, Tally>,
    /// What it was, what was said, of which program: how often.
    pub(crate) confusions: BTreeMap<(String, String, String), u32>,
    /// Program and the tool that was named instead: how often.
    pub(crate) false_tools: BTreeMap<(String, String), u32>,
    pub(crate) named_tools: u32,
}

impl Score {
    pub(crate) fn enter(
        &mut self,
        program: &str,
        tool: &str,
        log: &str,
        packet: &Judged,
        right: &Right,
    ) {
        let Some((said, confidence)) = packet.verdicts.first() else {
            return;
        };
        self.all.add(packet, right);
        if let Some(class) = self.classes.get_mut(class_of(*confidence)) {
            class.add(packet, right);
        }
        let truth = right.first().map_or("", String::as_str);
        let kind = truth.split('.').next().unwrap_or_default();
        for (table, key) in [
            (&mut self.kinds, kind),
            (&mut self.programs, program),
            (&mut self.logs, log),
        ] {
            table.entry(key.to_owned()).or_default().add(packet, right);
        }
        if !right.contains(said) {
            let key = (truth.to_owned(), said.clone(), program.to_owned());
            *self.confusions.entry(key).or_default() += 1;
        }
        if let Some(named) = &packet.tool {
            self.named_tools += 1;
            if named != tool {
                *self
                    .false_tools
                    .entry((program.to_owned(), named.clone()))
                    .or_default() += 1;
            }
        }
    }

    /// Expected calibration error: the mean distance between what was promised and what came true,
    /// each class weighted by its events.
    pub(crate) fn error(&self) -> f64 {
        self.classes
            .iter()
            .map(|class| f64::from(class.events) * (class.confidence() - class.top1()).abs())
            .sum::<f64>()
            / f64::from(self.all.events.max(1))
    }

    /// The means over programs, each counting once.
    pub(crate) fn by_program(&self) -> [f64; 3] {
        let mean = |of: fn(Tally) -> f64| {
            let sum: f64 = self.programs.values().map(|t| of(*t)).sum();
            #[expect(clippy::cast_precision_loss, reason = "some hundreds")]
            let count = self.programs.len().max(1) as f64;
            sum / count
        };
        [
            mean(Tally::top1),
            mean(Tally::top3),
            mean(Tally::confidence),
        ]
    }

    /// Classes with their lower and upper edges.
    pub(crate) fn reliability(&self) -> impl Iterator<Item = (f64, f64, Tally)> {
        let upper = EDGES.iter().skip(1).copied().chain([1.0]);
        let classes = self.classes.iter().copied();
        EDGES
            .iter()
            .copied()
            .zip(upper)
            .zip(classes)
            .map(|((low, high), tally)| (low, high, tally))
    }
}

fn class_of(confidence: f64) -> usize {
    EDGES
        .iter()
        .rposition(|edge| confidence >= *edge)
        .unwrap_or(0)
}
