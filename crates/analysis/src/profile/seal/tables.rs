//! The parts of a profile as bytes.

use rutter_event::{Answer, Transport};
use rutter_knowledge::Knowledge;

use super::reader::{MOST, Reader};
use super::{Fault, Writer};
use crate::profile::group::Cell;
use crate::profile::heard::{Call, Talk, Times, Word, Words};
use crate::profile::host::Host;
use crate::profile::marks;
use crate::profile::sampled::Sampled;
use crate::profile::signature::Signature;
use crate::profile::slot::{GROUPS, Rest};
use crate::profile::source::Source;
use crate::profile::twin::Twin;
use crate::profile::{Conversation, Course, HOUR, Profile, Said, Sources, Tally, Trace};

impl Profile {
    /// Writes a sealed profile.
    pub(in crate::profile) fn write(&self, out: &mut Writer, knowledge: &Knowledge) {
        for count in [self.events, self.allowed, self.denied, self.audited] {
            out.number(count);
        }
        out.span(self.span);
        out.number(u8::from(self.since_boot));
        out.size(self.formats.len());
        for (format, count) in &self.formats {
            out.text(format);
            out.number(*count);
        }
        for transport in [Transport::TCP, Transport::UDP] {
            let busy = || self.busy_ports().filter(|(of, ..)| *of == transport);
            out.size(busy().count());
            let mut before = 0;
            for (_, port, count) in busy() {
                out.number(port - before);
                out.number(count);
                write_course(self.course_on(transport, port), out);
                before = port;
            }
        }
        write_sample(&self.hours, out, |out, hour| out.signed(*hour), write_tally);
        write_sample(&self.targets, out, |out, host| out.host(*host), write_tally);
        write_sample(
            &self.twins.seen,
            out,
            |out, name| out.number(*name),
            write_twin,
        );
        let logged = &self.calls.logged;
        write_sample(logged, out, |out, name| out.number(*name), write_times);
        write_sample(&self.calls.heard, out, write_call, write_talk);
        write_sample(&self.traces, out, |out, host| out.host(*host), write_trace);
        write_sample(&self.contacts, out, write_contact, |out, span| {
            out.span(*span)
        });
        let sums = &self.conversations;
        write_sample(sums, out, write_conversation, |out, span| out.span(*span));
        write_sample(&self.minutes.sums, out, write_minute, |out, sum| {
            out.number(*sum);
        });
        out.number(self.answered);
        write_sample(&self.answers, out, write_contact, write_said);
        write_sources(&self.sources, out, knowledge);
    }

    /// Reads what [`write`](Self::write) wrote.
    pub(in crate::profile) fn read(
        input: &mut Reader<'_>,
        memory: u64,
        knowledge: &Knowledge,
    ) -> Result<Self, Fault> {
        let mut profile = Self::within(memory);
        profile.events = input.count("number of events")?;
        profile.allowed = input.count("number of events")?;
        profile.denied = input.count("number of events")?;
        profile.audited = input.count("number of events")?;
        profile.span = input.span()?;
        profile.since_boot = input.up_to(1, "time")? == 1;
        let formats = input.up_to(MOST_FORMATS, "number of formats")?;
        for _ in 0..formats {
            let name = input.text()?.to_owned();
            profile.count_format(name.into(), input.count("number of events")?);
        }
        for transport in [Transport::TCP, Transport::UDP] {
            read_ascending(input, 0x1_0000, "port", |port, input| {
                let events = input.count("number of events")?;
                let course = read_course(input, events)?;
                profile.ports.add(transport, port, events, course);
                Ok(())
            })?;
        }
        read_sample(&mut profile.hours, input, read_hour, read_tally)?;
        read_sample(
            &mut profile.targets,
            input,
            |input| input.host(),
            read_tally,
        )?;
        read_sample(
            &mut profile.twins.seen,
            input,
            |input| input.number(),
            read_twin,
        )?;
        let logged = &mut profile.calls.logged;
        read_sample(logged, input, |input| input.number(), read_times)?;
        read_sample(&mut profile.calls.heard, input, read_call, read_talk)?;
        read_sample(&mut profile.traces, input, |input| input.host(), read_trace)?;
        read_sample(&mut profile.contacts, input, read_contact, |input| {
            input.span()
        })?;
        let sums = &mut profile.conversations;
        read_sample(sums, input, read_conversation, |input| input.span())?;
        read_sample(&mut profile.minutes.sums, input, read_minute, |input| {
            input.count("number of events")
        })?;
        profile.answered = input.count("number of answers")?;
        read_sample(&mut profile.answers, input, read_contact, read_said)?;
        read_sources(&mut profile.sources, input, knowledge)?;
        profile.seal();
        Ok(profile)
    }
}

/// More formats than there will be.
const MOST_FORMATS: u32 = 1 << 12;

/// Reads ports, each told by its step from the one before.
fn read_ascending(
    input: &mut Reader<'_>,
    most: u32,
    what: &'static str,
    mut each: impl FnMut(u16, &mut Reader<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut before: Option<u16> = None;
    for _ in 0..input.up_to(most, what)? {
        let step = input.port()?;
        let port = before.map_or(Some(step), |b| b.checked_add(step).filter(|_| step > 0));
        let port = port.ok_or(Fault::Nonsense(what))?;
        each(port, input)?;
        before = Some(port);
    }
    Ok(())
}

fn write_ascending(ports: impl Iterator<Item = u16>, count: u32, out: &mut Writer) {
    out.number(count);
    let mut before = 0;
    for port in ports {
        out.number(port - before);
        before = port;
    }
}

fn write_tally(out: &mut Writer, tally: &Tally) {
    out.number(tally.events);
    out.number(tally.denied);
    out.span(tally.span);
}

fn read_tally(input: &mut Reader<'_>) -> Result<Tally, Fault> {
    Ok(Tally {
        events: input.count("number of events")?,
        denied: input.count("number of events")?,
        span: input.span()?,
    })
}

fn write_course(course: Course, out: &mut Writer) {
    out.number(course.count);
    if course.count > 0 {
        out.number(course.first);
        // What is beyond the first minute is small, and so are its bytes.
        let (count, first) = (u128::from(course.count), u128::from(course.first));
        out.number(
            course
                .sum
                .saturating_sub(course.count * u64::from(course.first)),
        );
        let squares = course.squares + count * first * first;
        let squares = squares.saturating_sub(2 * first * u128::from(course.sum));
        out.number((squares >> 64) as u64);
        out.number(squares as u64);
    }
}

fn read_course(input: &mut Reader<'_>, events: u64) -> Result<Course, Fault> {
    let count = input.count("number of moments")?;
    if count > events {
        return Err(Fault::Nonsense("number of moments"));
    }
    if count == 0 {
        return Ok(Course::default());
    }
    let first = input.up_to(MOST_MINUTE, "minute")?;
    let beyond = input.number()?;
    let squares = u128::from(input.number()?) << 64 | u128::from(input.number()?);
    let (n, at) = (u128::from(count), u128::from(first));
    let nonsense = Fault::Nonsense("sum of moments");
    let sum = count
        .checked_mul(u64::from(first))
        .and_then(|base| base.checked_add(beyond));
    let sum = sum.ok_or(nonsense)?;
    let cross = 2 * at * u128::from(sum);
    let squares = squares
        .checked_add(cross)
        .and_then(|s| s.checked_sub(n * at * at));
    Ok(Course {
        count,
        sum,
        squares: squares.ok_or(Fault::Nonsense("sum of moments"))?,
        first,
    })
}

/// The last minute that a moment can be in.
const MOST_MINUTE: u32 = 1 << 28;

fn write_twin(out: &mut Writer, twin: &Twin) {
    out.number(twin.count);
    out.number(twin.low);
    out.number(twin.high - twin.low);
}

fn read_twin(input: &mut Reader<'_>) -> Result<Twin, Fault> {
    let count = input.up_to(u32::MAX, "number of records")?;
    let low = input.up_to(u32::MAX, "mark")?;
    let high = low.checked_add(input.up_to(u32::MAX, "mark")?);
    Ok(Twin {
        count,
        low,
        high: high.ok_or(Fault::Nonsense("mark"))?,
    })
}

fn write_trace(out: &mut Writer, trace: &Trace) {
    out.number(trace.packets);
    let mut trace = *trace;
    for extent in trace.extents() {
        // The order of the ends says whether there is any number between them.
        out.number(extent.low);
        out.number(extent.high);
    }
}

fn read_trace(input: &mut Reader<'_>) -> Result<Trace, Fault> {
    let mut trace = Trace {
        packets: input.count("number of packets")?,
        ..Trace::default()
    };
    for extent in trace.extents() {
        extent.low = input.up_to(u32::MAX, "least")?;
        extent.high = input.up_to(u32::MAX, "greatest")?;
    }
    Ok(trace)
}

fn read_hour(input: &mut Reader<'_>) -> Result<i64, Fault> {
    let hour = input.signed()?;
    hour.checked_mul(HOUR)
        .map(|_| hour)
        .ok_or(Fault::Nonsense("hour"))
}

fn write_contact(out: &mut Writer, (host, transport, port): &(Host, u8, u16)) {
    out.host(*host);
    out.bytes(&[*transport]);
    out.number(*port);
}

fn read_contact(input: &mut Reader<'_>) -> Result<(Host, u8, u16), Fault> {
    Ok((input.host()?, input.byte()?, input.port()?))
}

fn write_said(out: &mut Writer, said: &Said) {
    // Those without a time come before all others, and so does what stands for it.
    out.signed(said.moment.unwrap_or(i64::MIN));
    out.text(said.answer.word());
}

fn read_said(input: &mut Reader<'_>) -> Result<Said, Fault> {
    let moment = Some(input.signed()?).filter(|moment| *moment > i64::MIN);
    let answer = Answer::from_word(input.text()?.as_bytes());
    Ok(Said {
        moment,
        answer: answer.ok_or(Fault::Nonsense("answer"))?,
    })
}

fn write_times(out: &mut Writer, times: &Times) {
    out.number(times.count);
    out.span(times.span);
}

fn read_times(input: &mut Reader<'_>) -> Result<Times, Fault> {
    Ok(Times {
        count: input.count("number of calls")?,
        span: input.span()?,
    })
}

fn write_call(out: &mut Writer, call: &Call) {
    out.host(call.source);
    out.host(call.target);
    out.bytes(&[call.transport]);
    out.number(call.port);
    out.number(call.source_port);
}

fn read_call(input: &mut Reader<'_>) -> Result<Call, Fault> {
    Ok(Call {
        source: input.host()?,
        target: input.host()?,
        transport: input.byte()?,
        port: input.port()?,
        source_port: input.port()?,
    })
}

fn write_talk(out: &mut Writer, talk: &Talk) {
    write_times(out, &talk.contacts);
    out.text(talk.words.protocol.text());
    out.text(talk.words.client.text());
}

fn read_talk(input: &mut Reader<'_>) -> Result<Talk, Fault> {
    let contacts = read_times(input)?;
    let mut word = || {
        let text = input.text()?;
        let word = Word::of(text.as_bytes());
        // One name has one form.
        (word.text() == text)
            .then_some(word)
            .ok_or(Fault::Nonsense("name"))
    };
    let words = Words {
        protocol: word()?,
        client: word()?,
    };
    Ok(Talk { contacts, words })
}

fn write_conversation(out: &mut Writer, key: &Conversation) {
    let (ours, our_port, theirs, their_port, transport) = key;
    out.host(*ours);
    out.number(*our_port);
    out.host(*theirs);
    out.number(*their_port);
    out.bytes(&[*transport]);
}

fn read_conversation(input: &mut Reader<'_>) -> Result<Conversation, Fault> {
    Ok((
        input.host()?,
        input.port()?,
        input.host()?,
        input.port()?,
        input.byte()?,
    ))
}

fn write_minute(out: &mut Writer, (host, minute): &(Host, u32)) {
    out.host(*host);
    out.number(*minute);
}

fn read_minute(input: &mut Reader<'_>) -> Result<(Host, u32), Fault> {
    Ok((input.host()?, input.up_to(MOST_MINUTE, "minute")?))
}

fn write_sample<K: std::hash::Hash + Ord, V>(
    sample: &Sampled<K, V>,
    out: &mut Writer,
    write_key: impl Fn(&mut Writer, &K),
    write_value: impl Fn(&mut Writer, &V),
) {
    let mut all: Vec<_> = sample.iter().collect();
    all.sort_unstable_by_key(|(key, _)| *key);
    out.number(sample.level());
    out.size(all.len());
    for (key, value) in all {
        write_key(out, key);
        write_value(out, value);
    }
}

fn read_sample<K: std::hash::Hash + Ord + Copy, V>(
    sample: &mut Sampled<K, V>,
    input: &mut Reader<'_>,
    read_key: impl Fn(&mut Reader<'_>) -> Result<K, Fault>,
    read_value: impl Fn(&mut Reader<'_>) -> Result<V, Fault>,
) -> Result<(), Fault> {
    sample.raise(input.up_to(MOST_LEVEL, "level")?);
    let mut before = None;
    for _ in 0..input.count("number of keys")? {
        let key = read_key(input)?;
        if before.is_some_and(|before| before >= key) {
            return Err(Fault::Nonsense("order"));
        }
        before = Some(key);
        let value = read_value(input)?;
        sample.entry(key, || value);
    }
    Ok(())
}

/// No sample is thinned more.
const MOST_LEVEL: u32 = 63;

fn write_sources(sources: &Sources, out: &mut Writer, knowledge: &Knowledge) {
    let mut kinds: Vec<(Signature, u32)> = sources.kinds().collect();
    kinds.sort_unstable();
    let mut places = vec![0_u32; kinds.len()];
    out.size(kinds.len());
    for ((signature, number), place) in kinds.iter().zip(0_u32..) {
        signature.write(out, knowledge);
        if let Some(slot) = places.get_mut(*number as usize) {
            *slot = place;
        }
    }
    out.number(sources.level());
    out.size(sources.len());
    for source in sources.iter() {
        out.host(source.host());
        write_source(source, &places, out);
    }
}

fn read_sources(
    sources: &mut Sources,
    input: &mut Reader<'_>,
    knowledge: &Knowledge,
) -> Result<(), Fault> {
    let mut kinds = Vec::new();
    for _ in 0..input.count("number of kinds")? {
        kinds.push(Signature::read(input, knowledge)?);
    }
    sources.raise(input.up_to(MOST_LEVEL, "level")?);
    let mut before = None;
    for number in 0..input.count("number of sources")? {
        let host = input.host()?;
        if before.is_some_and(|before| before >= host) {
            return Err(Fault::Nonsense("order"));
        }
        before = Some(host);
        let (groups, rest) = read_source(input, &kinds)?;
        sources.restore(host, groups, rest, knowledge);
        if number % 1_024 == 0 {
            sources.settle();
        }
    }
    Ok(())
}

fn write_source(source: Source<'_>, places: &[u32], out: &mut Writer) {
    let rest = source.rest();
    out.size(source.kinds_kept() * 2 + usize::from(rest.is_some()));
    for (kind, cell) in source.kept() {
        out.number(places.get(kind as usize).copied().unwrap_or(0));
        write_cell(&cell, out);
    }
    if let Some(rest) = rest {
        out.number(rest.events);
        out.number(rest.denied);
        out.number(rest.allowed);
        out.span(rest.span);
        write_marks(rest.targets.iter(), out);
        for ports in [&rest.tcp, &rest.udp] {
            write_ascending(ports.iter(), ports.len(), out);
        }
    }
}

/// What is read of a source: its groups with their signatures, and what is beyond them.
type Parts = (Vec<(Signature, Cell)>, Option<Rest>);

fn read_source(input: &mut Reader<'_>, kinds: &[Signature]) -> Result<Parts, Fault> {
    let most = (GROUPS * 2 + 1) as u32;
    let head = input.up_to(most, "number of groups")?;
    let mut groups = Vec::new();
    for _ in 0..head / 2 {
        let kind = input.number()?;
        let signature = usize::try_from(kind).ok().and_then(|kind| kinds.get(kind));
        let signature = *signature.ok_or(Fault::Nonsense("kind"))?;
        groups.push((signature, read_cell(input)?));
    }
    if groups.is_empty() {
        return Err(Fault::Nonsense("number of groups"));
    }
    if head % 2 == 0 {
        return Ok((groups, None));
    }
    let mut rest = Rest::default();
    rest.events = input.count("number of events")?;
    rest.denied = input.count("number of events")?;
    rest.allowed = input.count("number of events")?;
    rest.span = input.span()?;
    read_marks(input, |mark| rest.targets.note(mark))?;
    for ports in [&mut rest.tcp, &mut rest.udp] {
        read_ascending(input, 0x1_0000, "port", |port, _| {
            ports.insert(port);
            Ok(())
        })?;
    }
    Ok((groups, Some(rest)))
}

fn write_cell(cell: &Cell, out: &mut Writer) {
    out.number(cell.events);
    out.span(cell.span);
    out.host(cell.destination);
    out.number(cell.source_port);
    out.number(cell.timed());
    if cell.timed() == 3 {
        let moments = cell.moments();
        let later = moments.iter().skip(1).take_while(|m| **m != i64::MAX);
        out.size(later.clone().count());
        let mut before = moments[0];
        for moment in later {
            out.number(moment.abs_diff(before));
            before = *moment;
        }
    }
    let own = cell.destination.mark();
    write_marks(cell.marks().filter(|mark| *mark != own), out);
}

/// Marks of targets, each as its step from the one before.
fn write_marks(marks: impl Iterator<Item = u32>, out: &mut Writer) {
    let mut marks: Vec<u32> = marks.collect();
    marks.sort_unstable();
    out.size(marks.len());
    let mut before = 0;
    for mark in marks {
        out.number(mark - before);
        before = mark;
    }
}

fn read_marks(input: &mut Reader<'_>, mut each: impl FnMut(u32)) -> Result<(), Fault> {
    let mut mark = 0_u32;
    for _ in 0..input.up_to(marks::MOST as u32, "number of targets")? {
        let step = input.up_to(u32::MAX - 1, "target")?;
        let next = mark.checked_add(step).filter(|m| step > 0 && *m < u32::MAX);
        mark = next.ok_or(Fault::Nonsense("target"))?;
        each(mark);
    }
    Ok(())
}

fn read_cell(input: &mut Reader<'_>) -> Result<Cell, Fault> {
    let events = input.number()?;
    if events == 0 || events > MOST {
        return Err(Fault::Nonsense("number of events"));
    }
    let span = input.span()?;
    let destination = input.host()?;
    let source_port = input.port()?;
    let timed = input.up_to(3, "number of moments")?;
    if span.ends().is_some() != (timed > 0) || u64::from(timed) > events {
        return Err(Fault::Nonsense("number of moments"));
    }
    let mut cell = Cell::restored(events, span, destination, source_port, timed as u8);
    if let (3, Some((first, last))) = (timed, span.ends()) {
        let mut moment = first;
        for _ in 0..input.up_to(5, "number of moments")? {
            let step = i64::try_from(input.number()?).ok();
            let next = step.and_then(|step| moment.checked_add(step));
            moment = next.filter(|m| *m <= last).ok_or(Fault::Nonsense("time"))?;
            cell.restore_moment(moment);
        }
    }
    read_marks(input, |mark| cell.restore_mark(mark))?;
    Ok(cell)
}
