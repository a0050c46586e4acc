//! What the parts of a report cost: taking in an event, adding up profiles, sealing and reading them,
//! judging one event.
//!
//!     cargo bench -p rutter-analysis            # all parts
//!     cargo bench -p rutter-analysis -- judge   # those whose name holds one of the words
//!
//! Events are SYNs of so many sources to so many ports, drawn alike in every run. Time is that of the
//! processor where the system tells it (Linux); of several rounds the fastest counts.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement is for reading and needs a clock"
)]

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;
use std::{env, fs};

use rutter_analysis::profile::{Gatherer, moment_of, seal};
use rutter_analysis::{Profile, Signature, Subject, judge};
use rutter_event::{Action, Direction, Event, Family, Ledger, TcpFlags, Timestamp, Transport};
use rutter_knowledge::Knowledge;

const EVENTS: usize = 40_000;
/// Sources that share the events evenly: one of a log's crowd, and one of a telescope's.
const CROWDS: [u64; 2] = [2_000, 40_000];
const ROUNDS: usize = 3;
const MEMORY: u64 = 1 << 30;

fn main() {
    let words: Vec<String> = env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let wanted =
        |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    let knowledge = Knowledge::embedded();
    println!("{:28} {:>8} {:>10}", "part", "sources", "ns/event");
    for crowd in CROWDS {
        let events = events(crowd);
        let halves = events.split_at(EVENTS / 2);
        let whole = sum(&events, knowledge);
        let bytes = seal::to_bytes(&whole, &Ledger::default(), knowledge);
        let row = |name: &str, nanoseconds: f64| {
            println!("{name:28} {crowd:8} {nanoseconds:10.0}");
        };
        if wanted("observe") {
            row("observe", fastest(|| (), |()| sum(&events, knowledge)));
        }
        if wanted("merge") {
            let parts = || (sum(halves.0, knowledge), sum(halves.1, knowledge));
            let merge = |(mut one, other): (Profile, Profile)| {
                one.merge(other);
                one
            };
            row("merge", fastest(parts, merge));
        }
        if wanted("seal") {
            let seal = |()| seal::to_bytes(&whole, &Ledger::default(), knowledge);
            row("seal", fastest(|| (), seal));
            let read = |()| seal::from_bytes(&bytes, MEMORY, knowledge).is_ok();
            row("read a sealed one", fastest(|| (), read));
        }
        if wanted("judge") {
            row(
                "judge",
                fastest(|| (), |()| judge_all(&events, &whole, knowledge)),
            );
        }
    }
}

/// The profile of events.
fn sum(events: &[Event<'_>], knowledge: &Knowledge) -> Profile {
    let mut gatherer = Gatherer::new(Profile::within(MEMORY), knowledge);
    events.iter().for_each(|event| gatherer.observe(event));
    let mut profile = gatherer.finish();
    profile.seal();
    profile
}

/// Judges each event by itself, as `explain` does, and counts the verdicts.
fn judge_all(events: &[Event<'_>], profile: &Profile, knowledge: &Knowledge) -> usize {
    let verdicts = events.iter().map(|event| {
        let subject = Subject::of(event);
        let signature = Signature::of(&subject, knowledge);
        let past = profile.past(&subject, &signature, moment_of(event));
        judge(knowledge, &subject, &past.seen, &past).len()
    });
    verdicts.sum()
}

/// Nanoseconds an event that `run` takes on what `prepare` has made.
fn fastest<T, R>(prepare: impl Fn() -> T, run: impl Fn(T) -> R) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let prepared = prepare();
        let start = now();
        let result = black_box(run(prepared));
        best = best.min(now() - start);
        drop(result);
    }
    #[expect(clippy::cast_precision_loss, reason = "tens of thousands")]
    let count = EVENTS as f64;
    best * 1e9 / count
}

/// Seconds that this thread has had the processor, or that have passed where no system tells.
fn now() -> f64 {
    use std::sync::LazyLock;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let spent = fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    spent.map_or_else(
        || START.elapsed().as_secs_f64(),
        |nanoseconds| nanoseconds / 1e9,
    )
}

/// Probes as a border sees them: a dozen ports are asked for most, the others now and then.
fn events(crowd: u64) -> Vec<Event<'static>> {
    const USUAL: [u16; 12] = [
        22, 23, 80, 443, 445, 1433, 2323, 3389, 5060, 5900, 8080, 60_023,
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |limit: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % limit
    };
    let mut number = |limit: u64| u32::try_from(random(limit)).unwrap_or_default();
    let crowd = crowd.max(1);
    let event = |at: i64| {
        let mut event = Event {
            format: "netfilter",
            time: Timestamp::from_seconds(1_795_435_200 + at / 4, 0),
            action: Action::Denied,
            direction: Direction::Inbound,
            ..Event::default()
        };
        let low = |number: u32| u16::try_from(number & 0xffff).unwrap_or_default();
        let packet = &mut event.packet;
        packet.family = Family::V4;
        packet.transport = Some(Transport::TCP);
        // 100.64.0.0/10 (RFC 6598) and 203.0.113.0/24 (RFC 5737) belong to nobody.
        let source = Ipv4Addr::from_bits(0x6440_0000 + number(crowd));
        packet.source.ip = Some(IpAddr::V4(source));
        packet.source.port = Some(1_024 + low(number(64_000)));
        let home = Ipv4Addr::from_bits(0xcb00_7100 + number(256));
        packet.destination.ip = Some(IpAddr::V4(home));
        let usual = USUAL.get(number(12) as usize).copied();
        let any = low(number(65_536));
        packet.destination.port = Some(usual.filter(|_| any % 4 > 0).unwrap_or(any));
        packet.tcp.flags = Some(TcpFlags::SYN);
        packet.tcp.window = Some(1_024);
        packet.ttl = u8::try_from(40 + number(80)).ok();
        packet.length = Some(40);
        event
    };
    (0..).map(event).take(EVENTS).collect()
}
