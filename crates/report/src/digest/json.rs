//! The report as one JSON object.

use rutter_analysis::profile::Span;
use rutter_analysis::{Actor, Finding, Knock, PortLine, Shape};
use rutter_event::{Ledger, Timestamp};
use rutter_knowledge::{Entry, Ports, Severity};

use super::{Digest, Input, Years, answer, joined, listening, news};
use crate::clock;
use crate::event::verdict;
use crate::json::{List, Object, object};
use crate::owner;

/// Writes the report and a newline at the end of `out`.
pub(super) fn write(digest: &Digest<'_>, out: &mut Vec<u8>) {
    let summary = digest.summary;
    object(out, |o| {
        o.whole_object("ledger", |o| ledger(digest.ledger, o));
        o.whole_object("span", |o| {
            span(("first", "last"), digest.profile.span, digest, o)
        });
        o.list("answer", |list| {
            if digest.profile.events > 0 {
                answer::lines(digest)
                    .iter()
                    .for_each(|line| list.text(&line.words()));
            }
        });
        o.whole_object("events", |o| {
            o.number("total", digest.profile.events);
            o.number("allowed", digest.profile.allowed);
            o.number("denied", digest.profile.denied);
            o.number("unstated", digest.unstated());
        });
        o.list("inputs", |list| {
            digest
                .inputs
                .iter()
                .for_each(|i| list.object(|o| input(i, o)))
        });
        o.whole_object("formats", |o| {
            digest
                .profile
                .formats()
                .for_each(|(name, events)| o.number(name, events));
        });
        o.number("sources_total", summary.actors_total);
        o.list("sources", |list| {
            summary
                .actors
                .iter()
                .for_each(|a| list.object(|o| actor(a, digest, o)));
        });
        o.list("targets", |list| {
            for (ip, events) in &summary.targets {
                list.object(|o| {
                    o.plain("ip", |ink| ink.address(*ip));
                    o.number("events", *events);
                });
            }
        });
        o.list("findings", |list| {
            summary
                .findings
                .iter()
                .for_each(|f| list.object(|o| finding(f, digest, o)));
        });
        listening::write(digest, o);
        o.list("log", |list| {
            super::silence::sentences(digest)
                .iter()
                .for_each(|text| list.text(text));
        });
        joined::write(digest, o);
        news::write(digest, o);
        o.whole_object("residue", |o| residue(digest, o));
        o.list("ports", |list| {
            summary
                .ports
                .iter()
                .for_each(|p| list.object(|o| port(p, digest, o)))
        });
    });
    out.push(b'\n');
}

fn ledger(ledger: &Ledger, o: &mut Object<'_>) {
    o.number("lines", ledger.lines);
    o.number("events", ledger.events);
    o.number("skipped", ledger.skipped_total());
    o.whole_object("refused", |o| {
        ledger
            .refused()
            .for_each(|(why, n)| o.number(why.name(), n))
    });
    o.whole_object("skipped_reasons", |o| {
        ledger
            .skipped()
            .for_each(|(why, n)| o.number(why.name(), n))
    });
    // Events beyond the first of a line: lines + multiplied = events + refused + skipped.
    if ledger.multiplied > 0 {
        o.number("multiplied", ledger.multiplied);
    }
}

/// First and last as instants; `null` where the log has no clock, with seconds since boot beside.
fn span((first, last): (&str, &str), span: Span, digest: &Digest<'_>, o: &mut Object<'_>) {
    let ends = span.ends();
    let boot = digest.profile.since_boot;
    let instants = ends.filter(|_| !boot);
    for (key, at) in [
        (first, instants.map(|e| e.0)),
        (last, instants.map(|e| e.1)),
    ] {
        match at {
            Some(at) => o.plain(key, |ink| clock::rfc3339(Timestamp(at), ink)),
            None => o.null(key),
        }
    }
    if let (true, Some((from, to))) = (boot, ends) {
        o.whole_object("uptime", |o| {
            for (key, at) in [("first", from), ("last", to)] {
                let nanoseconds = u64::try_from(at).unwrap_or_default();
                o.value(key, |ink| clock::seconds(nanoseconds, ink));
            }
        });
    }
}

fn seen(at: Span, digest: &Digest<'_>, o: &mut Object<'_>) {
    span(("first_seen", "last_seen"), at, digest, o);
}

fn input(input: &Input<'_>, o: &mut Object<'_>) {
    o.log("name", input.name);
    o.whole_object("ledger", |o| ledger(input.ledger, o));
    let (source, first) = match input.years {
        Years::Written => ("written", None),
        Years::Given(year) => ("given", Some(year)),
        Years::Modified(year) => ("modified", Some(year)),
        Years::Run(year) => ("run", Some(year)),
        Years::Unknown => ("unknown", None),
    };
    o.text("years", source);
    o.maybe_number("first_year", first);
    for (key, leap) in [
        ("goes_back", input.oddities.back),
        ("leaps_ahead", input.oddities.ahead),
    ] {
        if let Some(leap) = leap {
            o.whole_object(key, |o| {
                o.number("times", leap.times);
                o.number("seconds", leap.seconds.unsigned_abs());
                o.number("line", leap.line);
            });
        }
    }
    if let Some(beyond) = input.oddities.beyond {
        o.number("seconds_ahead_of_writing", beyond.unsigned_abs());
    }
    o.list("errors", |list| {
        input.errors.iter().for_each(|error| list.text(error))
    });
    o.list("refused", |list| {
        for refused in &input.refused {
            list.object(|o| {
                o.text("why", refused.why.name());
                o.number("line", refused.line);
                o.log("start", refused.start);
            });
        }
    });
}

fn knock(knock: &Knock, digest: &Digest<'_>, o: &mut Object<'_>) {
    o.plain("ip", |ink| ink.address(knock.ip));
    owner::write(&digest.who.owner(knock.ip), o);
    o.number("events", knock.events);
    o.truth("ours", digest.is_ours(knock.ip));
    seen(knock.span, digest, o);
}

fn named(entry: &Entry, severity: Severity, digest: &Digest<'_>, o: &mut Object<'_>) {
    o.text("id", &entry.id);
    o.text("kind", entry.kind());
    o.text("severity", severity.word());
    o.text("title", &digest.language.pick(&entry.en, &entry.zh).title);
}

fn actor(actor: &Actor<'_>, digest: &Digest<'_>, o: &mut Object<'_>) {
    knock(&actor.knock, digest, o);
    o.number("ports", actor.ports);
    o.list("some_ports", |list| {
        for (transport, port) in &actor.some_ports {
            list.text(&crate::words::port(*transport, *port));
        }
    });
    o.number("targets", actor.targets);
    named(actor.entry, actor.entry.severity, digest, o);
    o.decimal("probability", verdict::rounded(actor.probability));
    if let Some(tool) = actor.tool {
        o.object("tool", |o| verdict::tool(tool, o));
    }
}

fn finding(finding: &Finding<'_>, digest: &Digest<'_>, o: &mut Object<'_>) {
    let language = digest.language;
    let text = language.pick(&finding.entry.en, &finding.entry.zh);
    named(finding.entry, finding.severity, digest, o);
    o.decimal("probability", verdict::rounded(finding.probability));
    o.list("attack", |list| {
        finding.entry.attack.iter().for_each(|id| list.text(id))
    });
    if let Some(seen) = &finding.shape {
        o.object("shape", |o| shape(seen, o));
    }
    o.number("sources_total", finding.sources_total);
    o.list("sources", |list| {
        finding
            .sources
            .iter()
            .for_each(|k| list.object(|o| knock(k, digest, o)))
    });
    o.list("targets", |list| {
        finding
            .targets
            .iter()
            .for_each(|ip| list.plain(|ink| ink.address(*ip)))
    });
    o.number("targets_total", finding.targets_total);
    o.list("ports", |list| {
        for (transport, port, events) in &finding.ports {
            list.object(|o| {
                o.number("port", *port);
                o.text_or_null("transport", transport.word());
                o.number("events", *events);
            });
        }
    });
    seen(finding.span, digest, o);
    o.number("events", finding.events);
    o.number("allowed", finding.allowed);
    o.text("meaning", &text.meaning);
    o.list("evidence", |list: &mut List<'_>| {
        verdict::evidence(&finding.evidence, language, list)
    });
    o.text("advice", &text.advice);
    o.list("references", |list| {
        verdict::references(&finding.entry.references, list)
    });
    if let Some(tool) = finding.tool {
        o.object("tool", |o| verdict::tool(tool, o));
    }
}

/// What a finding looks like as a whole.
fn shape(shape: &Shape, o: &mut Object<'_>) {
    o.text("kind", shape.kind.word());
    o.list("probes", |list| {
        shape
            .probes
            .iter()
            .for_each(|probe| list.text(probe.word()))
    });
    o.number("ports", shape.ports);
    o.list("ranges", |list| {
        for range in &shape.ranges {
            list.object(|o| {
                o.text_or_null("transport", range.transport.word());
                o.number("low", range.low);
                o.number("high", range.high);
                o.number("ports", range.count);
            });
        }
    });
    o.number("targets", shape.targets);
    o.truth("slow", shape.slow);
}

/// What is not explained, not kept, not logged.
fn residue(digest: &Digest<'_>, o: &mut Object<'_>) {
    let summary = digest.summary;
    o.number("unexplained", summary.unexplained);
    o.number("unjudged", summary.unjudged);
    o.list("missing", |list| {
        for (field, events) in &summary.missing {
            list.object(|o| {
                o.text("field", field);
                o.number("events", *events);
            });
        }
    });
    // Meanings too slight for a finding of their own.
    o.list("noise", |list| {
        for noise in &summary.noise {
            list.object(|o| {
                named(noise.entry, noise.severity, digest, o);
                o.number("events", noise.events);
                o.number("sources_total", noise.sources_total);
                o.list("sources", |list| {
                    noise
                        .sources
                        .iter()
                        .for_each(|k| list.object(|o| knock(k, digest, o)));
                });
            });
        }
    });
    // How many stand behind each one that was kept; 1 as long as no cap was reached.
    o.whole_object("one_kept_of", |o| {
        o.number("sources", digest.profile.sources.thinning());
        o.number("targets", digest.profile.targets.thinning());
        o.number("hours", digest.profile.hours.thinning());
    });
}

fn port(line: &PortLine<'_>, digest: &Digest<'_>, o: &mut Object<'_>) {
    o.number("port", line.port);
    o.text_or_null("transport", line.transport.word());
    o.text_or_null(
        "service",
        Ports::embedded().name(Some(line.transport), line.port),
    );
    o.number("events", line.events);
    o.number("sources", line.sources);
    if let Some(entry) = line.entry {
        o.object("meaning", |o| named(entry, entry.severity, digest, o));
    }
}
