//! Which tool the requests of a source betray, taken together.

use std::sync::LazyLock;

use rutter_knowledge::Tool;

use super::{Fact, Probe};
use crate::profile::Trace;

/// Fewer requests than this may agree by chance, or follow each other.
const FEW: u64 = 5;
const MANY: u64 = 8;
/// nmap draws the time to live anew for each packet, from 37 to 59 (`tcpip.cc`, Nmap 7.9).
const TTL_DRAWN: std::ops::RangeInclusive<u32> = 4..=22;
/// It sends from one port, and from the next ones when it tries again; masscan from up to 16.
const TRIES: u32 = 10;
const MASSCAN_PORTS: u32 = 16;
const NMAP_PORT: u32 = 33_000;
/// Windows of nmap's own packets; those above 1024 are of versions before 5.
const NMAP_WINDOWS: [u32; 4] = [1_024, 2_048, 3_072, 4_096];
/// Of masscan's, whose template says 1024 and whose bytes say 1025 since 2022.
const MASSCAN_WINDOWS: [u32; 2] = [1_024, 1_025];

/// The tools of this page, in the order in which they are asked for.
struct Tools {
    nmap_mask: Tool,
    nmap_draw: Tool,
    unicornscan: Tool,
    hping: Tool,
    masscan: Tool,
    masscan_aim: Tool,
}

static TOOLS: LazyLock<Tools> = LazyLock::new(|| {
    let tool = |name: &str, proof: &str, chance| Tool {
        name: name.to_owned(),
        proof: proof.to_owned(),
        chance,
    };
    Tools {
        nmap_mask: tool(
            "nmap",
            "over the run: both halves of tcp.seq, xor, are one number",
            2.3e-10,
        ),
        nmap_draw: tool(
            "nmap",
            "over the run: one source port, a TTL drawn from 23 numbers, its own window",
            1e-4,
        ),
        unicornscan: tool(
            "unicornscan",
            "over the run: tcp.seq xor destination xor both ports is one number",
            2.3e-10,
        ),
        hping: tool(
            "hping",
            "over the run: window 512, and source ports in sequence",
            1e-6,
        ),
        masscan: tool(
            "masscan",
            "over the run: window 1024, no more than 16 source ports, one TTL",
            0.05,
        ),
        masscan_aim: tool(
            "masscan",
            "over the run: ip.id xor destination.port xor tcp.seq is one number",
            2.3e-10,
        ),
    }
});

/// The tool that the requests of a source, by most of them made by some means, betray, with what
/// speaks for it.
pub(crate) fn betrayed(
    trace: &Trace,
    probe: Option<Probe>,
) -> Option<(&'static Tool, (f32, Fact))> {
    let tools: &'static Tools = &TOOLS;
    let window = trace.window.constant();
    let ports = trace.port.width()?;
    let ttls = trace.ttl.width();
    let is_drawn = trace.packets >= MANY && ttls.is_some_and(|ttls| TTL_DRAWN.contains(&ttls));
    let own = window.is_none_or(|window| NMAP_WINDOWS.contains(&window));
    // A log without windows, or a scan by UDP, leaves the other marks.
    let windows_differ = window.is_none() && trace.window.ends().is_some();
    let masked = trace.fold.constant().is_some() && trace.seq.width().is_some_and(|w| w > 0);
    if trace.packets < FEW {
        return None;
    }
    if masked && own && !windows_differ {
        return Some((&tools.nmap_mask, (10.0, Fact::Masked)));
    }
    if trace.key.constant().is_some() && ports > 0 {
        return Some((&tools.unicornscan, (10.0, Fact::Masked)));
    }
    // It draws its port as well, from 33000 up, unless told otherwise; by UDP that is half the proof.
    let port = window.is_some() || trace.port.ends().is_some_and(|(low, _)| low >= NMAP_PORT);
    if is_drawn && own && !windows_differ && ports <= TRIES && port {
        return Some((&tools.nmap_draw, (7.0, Fact::Drawn(ttls.unwrap_or(0) + 1))));
    }
    if aim(trace).is_some() {
        return Some((&tools.masscan_aim, (10.0, Fact::Masked)));
    }
    if window == Some(512) && is_sequence(trace) {
        return Some((&tools.hping, (8.0, Fact::Sequence)));
    }
    let massive = window.is_some_and(|window| MASSCAN_WINDOWS.contains(&window));
    // IPv6 has no id, and hop limits that nobody draws.
    let steady = trace.packets >= MANY && ttls == Some(0) && trace.id.ends().is_some();
    // It opens connections and nothing else.
    let opens = probe.is_none_or(|probe| probe == Probe::Syn);
    if massive && opens && steady && ports < MASSCAN_PORTS && trace.length.constant().is_some() {
        return Some((&tools.masscan, (3.0, Fact::Steady)));
    }
    None
}

/// The lower half of the address that masscan was sent to, when its numbers hold it: also where an
/// address translator has put another address into the log. Four times sixteen bits agree then.
pub(crate) fn aim(trace: &Trace) -> Option<u16> {
    let differ = |extent: crate::profile::Extent| extent.width().is_some_and(|width| width > 0);
    let aim = trace.aim.constant()?;
    let proves = trace.packets >= FEW && differ(trace.id) && differ(trace.seq);
    proves.then(|| u16::try_from(aim).ok()).flatten()
}

/// Whether each request came from the source port after the one before: no port is left out but
/// for packets that were let in elsewhere, one in four at most, and none came twice.
pub(crate) fn is_sequence(trace: &Trace) -> bool {
    let width = trace.port.width().map(|width| u64::from(width) + 1);
    trace.packets >= MANY
        && width.is_some_and(|width| trace.packets <= width && trace.packets * 4 >= width * 3)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use rutter_knowledge::notation::expand;

    use super::*;

    fn named(events: &[&str]) -> Option<&'static str> {
        let mut trace = Trace::default();
        for sample in expand(events).unwrap() {
            if Trace::takes(&sample.packet) {
                trace.note(&sample.packet);
            }
        }
        betrayed(&trace, None).map(|(tool, _)| tool.name.as_str())
    }

    /// One request to each of some ports, with what follows the addresses.
    fn run(ports: std::ops::Range<u16>, tail: impl Fn(u16) -> (u16, String)) -> Vec<String> {
        ports
            .map(|port| {
                let (from, tail) = tail(port);
                format!("tcp 198.51.100.7:{from} > 203.0.113.9:{port} {tail}")
            })
            .collect()
    }

    fn named_run(
        ports: std::ops::Range<u16>,
        tail: impl Fn(u16) -> (u16, String),
    ) -> Option<&'static str> {
        let events = run(ports, tail);
        let events: Vec<&str> = events.iter().map(String::as_str).collect();
        named(&events)
    }

    #[test]
    fn nmap_draws_its_ttl() {
        let drawn = |port: u16| {
            (
                40_000,
                format!("SYN len=44 ttl={} window=1024", 37 + port * 7 % 23),
            )
        };
        assert_eq!(named_run(1..40, drawn), Some("nmap"));
        assert_eq!(named_run(1..8, drawn), None);
        let steady = |_: u16| (40_000, "SYN len=44 ttl=49 window=8192".to_owned());
        assert_eq!(named_run(1..40, steady), None);
        let stack = |port: u16| {
            (
                40_000 + port * 3,
                "SYN len=60 ttl=49 window=64240".to_owned(),
            )
        };
        assert_eq!(named_run(1..40, stack), None);
    }

    #[test]
    fn nmap_masks_its_sequence_numbers() {
        let masked = |port: u16| {
            let low = u32::from(port).wrapping_mul(40_503) & 0xffff;
            let seq = (low ^ 0x5a1c) << 16 | low;
            (40_000, format!("SYN window=1024 seq={seq}"))
        };
        assert_eq!(named_run(1..6, masked), Some("nmap"));
        assert_eq!(named_run(1..5, masked), None);
        let free = |port: u16| {
            (
                40_000,
                format!("SYN window=1024 seq={}", u32::from(port) * 77_777_777),
            )
        };
        assert_eq!(named_run(1..8, free), None);
    }

    #[test]
    fn hping_counts_its_source_ports() {
        let counted = |port: u16| (2_000 + port, "SYN len=40 ttl=64 window=512".to_owned());
        assert_eq!(named_run(1..40, counted), Some("hping"));
        let skipped = |port: u16| (2_000 + port * 2, "SYN len=40 ttl=64 window=512".to_owned());
        assert_eq!(named_run(1..40, skipped), None);
    }

    #[test]
    fn masscan_is_steady() {
        let steady = |_: u16| (61_000, "SYN len=44 ttl=241 id=9 window=1025".to_owned());
        assert_eq!(named_run(1..40, steady), Some("masscan"));
        let loose = |port: u16| {
            (
                61_000,
                format!("SYN len=44 ttl={} id=9 window=1025", 240 + port % 2),
            )
        };
        assert_eq!(named_run(1..40, loose), None);
    }

    #[test]
    fn masscan_leaves_its_aim_behind_a_translator() {
        let told = |seq: u32, port: u16, public: u32| {
            let id = (public ^ seq ^ u32::from(port)) & 0xffff;
            (
                61_000,
                format!("SYN len=60 ttl=57 id={id} seq={seq} window=64240"),
            )
        };
        let seq = |port: u16| u32::from(port).wrapping_mul(2_654_435_761);
        let run_of = |public| move |port: u16| told(seq(port), port, public);
        assert_eq!(named_run(1..6, run_of(0x2d4f_1122)), Some("masscan"));
        assert_eq!(named_run(1..5, run_of(0x2d4f_1122)), None);
        let stray = |port: u16| told(seq(port), port, 0x2d4f_1122 + u32::from(port / 5));
        assert_eq!(named_run(1..6, stray), None);
        // The same packet again and again agrees with itself.
        let again = |_: u16| (61_000, "SYN len=60 id=7 seq=99 window=64240".to_owned());
        assert_eq!(named_run(1..9, again), None);
    }

    #[test]
    fn unicornscan_leaves_its_key() {
        let keyed = |port: u16| {
            let (from, to) = (10_000 + u32::from(port) * 3, 0xcb00_7109_u32);
            let seq = 0xdead_beef ^ to ^ (from << 16 | u32::from(port));
            (10_000 + port * 3, format!("SYN window=4096 seq={seq}"))
        };
        assert_eq!(named_run(1..20, keyed), Some("unicornscan"));
    }
}
