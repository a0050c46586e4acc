//! Weighs every hypothesis against one subject.

use rutter_event::TcpFlags;
use rutter_knowledge::model::{Condition, Era, Evidence};
use rutter_knowledge::{Candidate, Entry, Field, Knowledge, Proof, Tool, When};

use crate::phrase::Says;
use crate::subject::{Memory, Seen, Subject};
use crate::truth::{Truth, ask};

/// One hypothesis with its share of belief.
#[derive(Clone, Debug)]
pub struct Verdict<'k> {
    /// The hypothesis.
    pub entry: &'k Entry,
    /// 0 to 1; the verdicts of one subject sum to at most 1.
    pub probability: f64,
    /// What spoke for it (and, negative, against it), strongest first.
    pub evidence: Vec<Piece<'k>>,
    /// Fields that would have said more, had the log carried them.
    pub missing: Missing,
    /// The tool that it names.
    pub tool: Option<&'k Tool>,
}

/// One piece of evidence.
#[derive(Clone, Debug)]
pub struct Piece<'k> {
    /// Dotted name of the field.
    pub field: &'static str,
    /// Log likelihood ratio in nats.
    pub weight: f32,
    /// The sentence.
    pub says: Says<'k>,
}

/// Names of fields that the log does not carry, in the order in which they were asked for.
pub type Missing = Vec<&'static str>;

/// Nobody reads a ninth alternative.
const MOST_VERDICTS: usize = 8;
/// Less is noise.
const LEAST_PROBABILITY: f64 = 0.005;
/// What a `[[when]]` is worth at most when part of it is unknown, and what each unknown costs.
const PARTIAL: f32 = 3.0;
const COST_OF_UNKNOWN: f32 = 2.0;
/// An unknown direction or action costs this little: most logs leave them to context.
const COST_OF_CONTEXT: f32 = 0.3;
/// By how much weights are stretched before they become probabilities. Hypotheses overlap: a search for
/// telnet may also be a scan, and what both share would be taken from each, so that the first were
/// right more often than it says. The lab measures by how much (docs/calibration.md).
const SHARPNESS: f64 = 1.6;
/// From this many ports on, each port of a source says less.
const BROAD: f32 = 4.0;
/// How fast: nats per doubling are this times ln 2.
const BREADTH_DISCOUNT: f32 = 0.7;
/// What a port alone is worth at most when the packet opens nothing: whoever answers, closes or goes
/// on with a connection looks for no service.
const OPENS_NOTHING: f32 = 0.3;
/// A port never says nothing.
const LEAST_OF_PORT: f32 = 0.3;
/// In so many years after the end of a meaning its `fade` speaks once more for "nothing known".
const FADES_AGAIN: f32 = 10.0;
/// The hypothesis that nothing speaks for or against.
const UNKNOWN: &str = "unknown.unsolicited";
/// Logs without a year are read as today's: the year of the knowledge base.
const TODAY: i16 = 2026;

/// Judges a subject: verdicts by falling probability, never empty as long as the base holds
/// `unknown.unsolicited`.
#[must_use]
pub fn judge<'k>(
    knowledge: &'k Knowledge,
    subject: &Subject<'_>,
    seen: &Seen,
    memory: &dyn Memory,
) -> Vec<Verdict<'k>> {
    let case = Case {
        knowledge,
        subject,
        seen,
        memory,
    };
    case.ranking()
        .iter()
        .take(MOST_VERDICTS)
        .enumerate()
        .filter(|(rank, hypothesis)| *rank == 0 || hypothesis.probability >= LEAST_PROBABILITY)
        .map(|(_, hypothesis)| case.verdict(hypothesis))
        .collect()
}

/// The first verdict of [`judge`] in brief, for sums over many packets: evidence costs more to
/// word than to weigh.
#[derive(Clone, Copy, Debug)]
pub struct Best<'k> {
    /// The hypothesis.
    pub entry: &'k Entry,
    /// 0 to 1.
    pub probability: f64,
    /// The tool that it, or else an alternative worth naming, names.
    pub tool: Option<&'k Tool>,
}

/// An alternative with less belief than this names no tool.
const NAMED: f64 = 0.05;

/// Judges a subject in brief.
#[must_use]
pub fn judge_best<'k>(
    knowledge: &'k Knowledge,
    subject: &Subject<'_>,
    seen: &Seen,
    memory: &dyn Memory,
) -> Option<Best<'k>> {
    let case = Case {
        knowledge,
        subject,
        seen,
        memory,
    };
    let ranking = case.ranking();
    let named = ranking
        .iter()
        .enumerate()
        .filter(|(rank, hypothesis)| *rank == 0 || hypothesis.probability >= NAMED)
        .find_map(|(_, hypothesis)| case.tool_of(hypothesis));
    let first = ranking.first()?;
    Some(Best {
        entry: first.entry,
        probability: first.probability,
        tool: named,
    })
}

/// Whether a source asks for so many ports that each of them says less.
#[expect(clippy::cast_precision_loss, reason = "at most 131,072")]
pub(crate) fn is_broad(seen: &Seen) -> bool {
    seen.ports as f32 > BROAD
}

/// A subject before the court.
pub(crate) struct Case<'k, 's> {
    pub(crate) knowledge: &'k Knowledge,
    pub(crate) subject: &'s Subject<'s>,
    pub(crate) seen: &'s Seen,
    pub(crate) memory: &'s dyn Memory,
}

/// What became of the conditions of a `[[when]]` when none was false.
#[derive(Clone, Copy, Default)]
pub(crate) struct Asked {
    /// Nats lost to fields that the log lacks.
    unknown: f32,
    /// Nats lost to a direction or action that nobody knows.
    context: f32,
    /// Whether one that holds narrows the packet down.
    telling: bool,
}

impl Asked {
    pub(crate) const fn holds(&mut self, condition: &Condition) {
        self.telling |= is_telling(condition);
    }

    pub(crate) const fn lacks(&mut self, condition: &Condition) {
        match condition {
            Condition::Direction(_) | Condition::Action(_) => self.context += COST_OF_CONTEXT,
            _ => self.unknown += COST_OF_UNKNOWN,
        }
    }
}

/// A weight and what it lost, in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Balance {
    /// What is left.
    pub weight: f32,
    /// Lost to fields that the log lacks.
    pub unlogged: f32,
    /// Lost because its time is over or has not begun.
    pub faded: f32,
    /// Lost because the source touches many ports.
    pub breadth: f32,
    /// Lost because a packet that opens no connection looks for no port.
    pub aimless: f32,
}

/// An entry with its best way of recognition.
pub(crate) struct Hypothesis<'k> {
    pub(crate) entry: &'k Entry,
    pub(crate) when: Option<&'k When>,
    pub(crate) weight: f32,
    pub(crate) probability: f64,
}

impl<'k> Case<'k, '_> {
    /// Every hypothesis with its share of belief, the likeliest first.
    pub(crate) fn ranking(&self) -> Vec<Hypothesis<'k>> {
        let mut live = self.live();
        for hypothesis in &mut live {
            hypothesis.weight += self
                .evidence_of(hypothesis.entry)
                .map(|e| e.weight)
                .sum::<f32>();
        }
        let best = live.iter().max_by(|a, b| a.weight.total_cmp(&b.weight));
        let doubt = best.and_then(|best| self.doubt_of_age(best));
        if let Some(doubt) = doubt
            && let Some(unknown) = live.iter_mut().find(|h| h.entry.id == UNKNOWN)
        {
            unknown.weight = unknown.weight.max(doubt);
        }
        live.sort_by(|a, b| {
            b.weight
                .total_cmp(&a.weight)
                .then_with(|| a.entry.id.cmp(&b.entry.id))
        });
        let top = live.first().map_or(0.0, |h| h.weight);
        let belief = |weight: f32| (SHARPNESS * f64::from(weight - top)).exp();
        let mass: f64 = live.iter().map(|h| belief(h.weight)).sum();
        for hypothesis in &mut live {
            hypothesis.probability = belief(hypothesis.weight) / mass;
        }
        live
    }

    /// Every entry that nothing contradicts, and `unknown.unsolicited` with nothing for or against it.
    fn live(&self) -> Vec<Hypothesis<'k>> {
        let packet = self.subject.packet;
        let candidates = self.knowledge.index().candidates(packet);
        let mut best: Vec<(u16, Hypothesis<'k>)> = Vec::with_capacity(16);
        for Candidate {
            entry: number,
            when,
        } in candidates
        {
            let Some(entry) = self.knowledge.entries.get(usize::from(number)) else {
                continue;
            };
            let Some(when) = entry.whens.get(usize::from(when)) else {
                continue;
            };
            let Some(weight) = self.weigh(when) else {
                continue;
            };
            match best.iter_mut().find(|(n, _)| *n == number) {
                Some((_, known)) if known.weight >= weight => {}
                Some((_, known)) => {
                    *known = Hypothesis {
                        entry,
                        when: Some(when),
                        weight,
                        probability: 0.0,
                    }
                }
                None => best.push((
                    number,
                    Hypothesis {
                        entry,
                        when: Some(when),
                        weight,
                        probability: 0.0,
                    },
                )),
            }
        }
        let mut live: Vec<_> = best.into_iter().map(|(_, hypothesis)| hypothesis).collect();
        let named = live.iter().any(|h| h.entry.id == UNKNOWN);
        if let (false, Some(entry)) = (named, self.knowledge.entry(UNKNOWN)) {
            live.push(Hypothesis {
                entry,
                when: None,
                weight: 0.0,
                probability: 0.0,
            });
        }
        live
    }

    /// The weight of a `[[when]]` here and now; nothing when something contradicts it.
    fn weigh(&self, when: &When) -> Option<f32> {
        let mut asked = Asked::default();
        for condition in &when.conditions {
            match ask(condition, self.subject, self.seen, self.memory) {
                Truth::False => return None,
                Truth::True => asked.holds(condition),
                Truth::Unknown => asked.lacks(condition),
            }
        }
        self.balance(when, asked).map(|balance| balance.weight)
    }

    /// What is left of the weight of a `[[when]]` that nothing contradicts.
    pub(crate) fn balance(&self, when: &When, asked: Asked) -> Option<Balance> {
        let mut weight = when.weight - asked.context;
        if asked.unknown > 0.0 {
            if !asked.telling {
                return None;
            }
            weight = weight.min(PARTIAL) - asked.unknown;
        }
        let unlogged = when.weight - weight;
        let faded = when.era.map_or(0.0, |era| self.faded(era));
        weight -= faded;
        let (mut breadth, mut aimless) = (0.0, 0.0);
        if when.rests_on_port() {
            breadth = weight - self.discounted(weight);
            weight -= breadth;
            if self.opens_nothing() {
                aimless = (weight - OPENS_NOTHING).max(0.0);
                weight -= aimless;
            }
        }
        Some(Balance {
            weight,
            unlogged,
            faded,
            breadth,
            aimless,
        })
    }

    fn faded(&self, era: Era) -> f32 {
        let year = self.year();
        if era.from <= year && year <= era.to {
            0.0
        } else {
            era.fade
        }
    }

    fn year(&self) -> i16 {
        self.subject.year.unwrap_or(TODAY)
    }

    /// What speaks for "nothing known" because the time of the best hypothesis is long over: its
    /// programs die out one by one, and whoever asks for a trojan's port twenty years later goes
    /// through all ports, or means what lives there today. The port still means nothing else, so
    /// this never wins.
    fn doubt_of_age(&self, best: &Hypothesis<'_>) -> Option<f32> {
        let era = best.when.and_then(|when| when.era)?;
        let over = f32::from(self.year().saturating_sub(era.to).max(0));
        let doubt = (era.fade * over / FADES_AGAIN).min(best.weight - LEAST_OF_PORT);
        (doubt > 0.0).then_some(doubt)
    }

    /// Whether the flags say that this packet answers, closes or continues something.
    fn opens_nothing(&self) -> bool {
        let flags = self.subject.packet.tcp.flags;
        flags.is_some_and(|f| f.shape().0 & (TcpFlags::ACK.0 | TcpFlags::RST.0) != 0)
    }

    /// The tool that a hypothesis names: only where its rule holds in full, since a rule that lacks a
    /// field has proved nothing.
    fn tool_of(&self, hypothesis: &Hypothesis<'k>) -> Option<&'k Tool> {
        let when = hypothesis.when?;
        let tool = when.tool.as_ref()?;
        let holds = |c| ask(c, self.subject, self.seen, self.memory) == Truth::True;
        when.conditions.iter().all(holds).then_some(tool)
    }

    /// A source that tries everything tells nothing by trying this.
    fn discounted(&self, weight: f32) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "at most 131,072")]
        let breadth = self.seen.ports as f32 / BROAD;
        if !is_broad(self.seen) {
            weight
        } else {
            (weight - BREADTH_DISCOUNT * breadth.ln()).max(LEAST_OF_PORT.min(weight))
        }
    }

    pub(crate) fn evidence_of(&self, entry: &'k Entry) -> impl Iterator<Item = &'k Evidence> {
        let guarded = entry.evidence.iter().zip(&entry.guards);
        guarded
            .filter(|(_, guard)| guard.admits(self.subject.packet))
            .map(|(evidence, _)| evidence)
            .filter(|e| {
                e.conditions
                    .iter()
                    .all(|c| ask(c, self.subject, self.seen, self.memory) == Truth::True)
            })
    }

    fn verdict(&self, hypothesis: &Hypothesis<'k>) -> Verdict<'k> {
        let mut evidence = Vec::new();
        if let Some(when) = hypothesis.when {
            self.testify(
                &when.conditions,
                hypothesis.weight,
                when.says.as_ref().map(Says::Own),
                &mut evidence,
            );
        }
        for piece in self.evidence_of(hypothesis.entry) {
            self.testify(
                &piece.conditions,
                piece.weight,
                piece.says.as_ref().map(Says::Own),
                &mut evidence,
            );
        }
        evidence.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
        Verdict {
            entry: hypothesis.entry,
            probability: hypothesis.probability,
            evidence,
            missing: self.missing(hypothesis.entry),
            tool: self.tool_of(hypothesis),
        }
    }

    /// Shares a weight out evenly among the telling conditions that hold.
    fn testify(
        &self,
        conditions: &'k [Condition],
        weight: f32,
        own: Option<Says<'k>>,
        into: &mut Vec<Piece<'k>>,
    ) {
        let held: Vec<&Condition> = conditions
            .iter()
            .filter(|c| ask(c, self.subject, self.seen, self.memory) == Truth::True)
            .filter(|c| !matches!(c, Condition::Transport(_)) || conditions.len() == 1)
            .collect();
        if let (Some(says), Some(telling)) = (&own, held.iter().max_by_key(|c| tells(c))) {
            into.push(Piece {
                field: self.field_of(telling),
                weight,
                says: says.clone(),
            });
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let share = weight / held.len().max(1) as f32;
        for condition in held {
            let says = Says::of(condition, self.subject, self.seen);
            into.push(Piece {
                field: self.field_of(condition),
                weight: share,
                says,
            });
        }
    }

    /// Whether the log carries one of the fields that an equation needs; it may lack the other.
    fn carries(&self, field: &str) -> bool {
        match field {
            "tcp.seq" => self.subject.packet.tcp.seq.is_some(),
            "ip.id" => self.subject.packet.id.is_some(),
            _ => false,
        }
    }

    /// The field that evidence names: a proof's is the one that gives the tool away.
    pub(crate) fn field_of(&self, condition: &Condition) -> &'static str {
        match condition {
            Condition::Proof(list) => match list
                .iter()
                .find(|p| self.subject.proofs.held(**p) == Some(true))
                .or(list.first())
            {
                Some(Proof::SeqIsDestination) => "tcp.seq",
                _ => "ip.id",
            },
            other => other.key(),
        }
    }

    /// Fields for want of which a stronger way of recognition could not be tried.
    fn missing(&self, entry: &Entry) -> Missing {
        let mut missing = Missing::new();
        for when in &entry.whens {
            let answers: Vec<_> = when
                .conditions
                .iter()
                .map(|c| (c, ask(c, self.subject, self.seen, self.memory)))
                .collect();
            if answers.iter().any(|(_, truth)| *truth == Truth::False) {
                continue;
            }
            for (condition, truth) in answers {
                let named = !matches!(condition, Condition::Direction(_) | Condition::Action(_));
                if truth == Truth::Unknown && named {
                    for field in fields_of(condition) {
                        if !missing.contains(field) && !self.carries(field) {
                            missing.push(field);
                        }
                    }
                }
            }
        }
        missing
    }
}

/// How much of a sentence about several conditions is about this one.
const fn tells(condition: &Condition) -> u8 {
    match condition {
        Condition::Proof(_)
        | Condition::PayloadStarts(_)
        | Condition::PayloadProtocol(_)
        | Condition::PayloadClient(_) => 5,
        Condition::SeenAlso(_) | Condition::SeenContacted(_) | Condition::SeenAnswered(_) => 4,
        Condition::Number {
            field: Field::SeenPorts | Field::SeenTargets | Field::SeenSources | Field::SeenRepeats,
            ..
        } => 4,
        Condition::Number {
            field: Field::DestinationPort,
            ..
        } => 1,
        Condition::Number { .. } => 3,
        Condition::Transport(_) | Condition::Direction(_) | Condition::Action(_) => 0,
        _ => 2,
    }
}

/// Whether a condition, when it holds, narrows the packet down by itself.
const fn is_telling(condition: &Condition) -> bool {
    !matches!(
        condition,
        Condition::Transport(_)
            | Condition::Direction(_)
            | Condition::Action(_)
            | Condition::SourceScope(_)
            | Condition::DestinationScope(_)
            | Condition::SameSubnet(_)
            | Condition::SeenAnswered(false)
            | Condition::SeenSpoke(false)
            | Condition::Fragment(false)
            | Condition::DontFragment(_)
    )
}

/// The log fields behind a condition.
fn fields_of(condition: &Condition) -> &'static [&'static str] {
    match condition {
        Condition::Proof(_) => &["tcp.seq", "ip.id"],
        Condition::PayloadStarts(_) => &["payload"],
        Condition::QuotedTransport(_) => &["icmp.quoted"],
        Condition::Number { field, .. } => match field.key() {
            "quoted.source.port" | "quoted.destination.port" => &["icmp.quoted"],
            "tcp.seq" => &["tcp.seq"],
            "tcp.ack" => &["tcp.ack"],
            "tcp.window" => &["tcp.window"],
            "tcp.mss" | "tcp.options" => &["tcp.options"],
            "ip.id" => &["ip.id"],
            "ip.ttl" => &["ip.ttl"],
            "ip.length" | "payload.length" => &["ip.length"],
            "source.port" => &["source.port"],
            "destination.port" => &["destination.port"],
            "icmp.type" | "icmp.code" | "icmp.id" | "icmp.sequence" => &["icmp"],
            _ => &[],
        },
        Condition::Flags(_) => &["tcp.flags"],
        Condition::Transport(_) => &["network.transport"],
        Condition::SourceScope(_) | Condition::SourceIn(_) => &["source.ip"],
        Condition::DestinationScope(_)
        | Condition::DestinationCast(_)
        | Condition::DestinationIn(_) => &["destination.ip"],
        _ => &[],
    }
}
