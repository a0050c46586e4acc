//! The address that strangers really sent to, where the log names another.
//!
//! Mirai writes the destination into the sequence number, masscan its lower half into the IP id
//! (`ip.id == destination ^ port ^ seq`). A translator behind which the log is written, or a hand
//! that blots out addresses, changes the destination and leaves those numbers as they are.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use rutter_event::Transport;

use crate::detector::tool::aim;
use crate::profile::Profile;

/// What the packets' own numbers say of the address that they were sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmasked {
    /// All of it, as so many sources wrote it into their sequence numbers.
    Whole {
        /// Where they sent to.
        address: Ipv4Addr,
        /// How many.
        sources: u32,
    },
    /// Its last two numbers, as so many sources left them in their ids.
    Half {
        /// The last two numbers.
        ends_in: [u8; 2],
        /// How many.
        sources: u32,
    },
}

/// Sources that must name the same address: two agree by chance in one log of many, three do not.
const WITNESSES: u32 = 3;
/// Ports that Mirai and its kin ask for; a flood with one sequence number asks for others.
const DOORS: [u16; 10] = [23, 2323, 81, 5555, 7547, 8080, 26, 37_215, 52_869, 60_001];
/// Sequence numbers that programs are known to send whatever the destination: `ipEye`, Naptha and
/// Shaft (Dietrich, Long and Dittrich, "Analyzing Distributed Denial of Service Tools", LISA 2000).
const CONSTANTS: [u32; 3] = [1_958_810_375, 6_060_842, 674_711_609];

/// The address that most witnesses name, when the log does not.
pub(super) fn unmasked(profile: &Profile) -> Option<Unmasked> {
    let mut whole: BTreeMap<u32, u32> = BTreeMap::new();
    let mut half: BTreeMap<u16, u32> = BTreeMap::new();
    for (ip, trace) in profile.traces() {
        if let Some(aim) = aim(trace) {
            *half.entry(aim).or_default() += 1;
        }
        let Some(seq) = trace.seq.constant().filter(|seq| is_address(*seq)) else {
            continue;
        };
        let source = profile.sources.get(ip);
        let ports = source.map(|source| source.ports_of(Transport::TCP));
        if ports.is_some_and(|ports| ports.iter().any(|port| DOORS.contains(port))) {
            *whole.entry(seq).or_default() += 1;
        }
    }
    let named: Vec<u32> = profile
        .targets
        .iter()
        .filter_map(|(host, _)| match IpAddr::from(*host) {
            IpAddr::V4(ip) => Some(ip.to_bits()),
            IpAddr::V6(_) => None,
        })
        .collect();
    let (address, sources) = whole
        .into_iter()
        .filter(|(address, sources)| *sources >= WITNESSES && !named.contains(address))
        .max_by_key(|(address, sources)| (*sources, *address))
        .unzip();
    if let (Some(address), Some(sources)) = (address, sources) {
        let address = Ipv4Addr::from_bits(address);
        return Some(Unmasked::Whole { address, sources });
    }
    let is_named = |half: u16| named.iter().any(|ip| ip & 0xffff == u32::from(half));
    half.into_iter()
        .filter(|(half, _)| !is_named(*half))
        .max_by_key(|(half, sources)| (*sources, *half))
        .map(|(half, sources)| Unmasked::Half {
            ends_in: half.to_be_bytes(),
            sources,
        })
}

/// Whether a number may be the address of a host that strangers reach.
fn is_address(number: u32) -> bool {
    let ip = Ipv4Addr::from_bits(number);
    let [first, second, ..] = ip.octets();
    let shared = first == 100 && (64..128).contains(&second);
    !(CONSTANTS.contains(&number)
        || shared
        || matches!(first, 0 | 127 | 224..)
        || ip.is_private()
        || ip.is_link_local())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;
    use crate::home::Home;
    use crate::profile::settle;
    use rutter_event::Event;
    use rutter_knowledge::{Knowledge, notation::expand};

    fn told(lines: &[String]) -> Option<Unmasked> {
        let knowledge = Knowledge::embedded();
        let mut profile = Profile::empty();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        for sample in expand(&lines).unwrap() {
            let mut event = Event {
                packet: sample.packet,
                ..Event::default()
            };
            settle(&mut event, &Home::default());
            profile.observe(&event, knowledge);
        }
        unmasked(&profile)
    }

    fn bots(count: u8, port: u16, seq: u32) -> Vec<String> {
        let line = |n| {
            format!(
                "tcp 198.51.100.{n}:4{n:03} > 192.168.1.9:{port} SYN len=40 id={n}7 window=5{n} seq={seq}"
            )
        };
        (1..=count).map(line).collect()
    }

    #[test]
    fn three_bots_name_the_address() {
        let seq = 0xcb00_7107;
        assert_eq!(
            told(&bots(3, 23, seq)),
            Some(Unmasked::Whole {
                address: Ipv4Addr::new(203, 0, 113, 7),
                sources: 3
            })
        );
        assert_eq!(told(&bots(2, 23, seq)), None);
        assert_eq!(told(&bots(9, 80, seq)), None, "a flood");
        assert_eq!(told(&bots(9, 23, 674_711_609)), None, "Shaft");
        assert_eq!(told(&bots(9, 23, 0x0a00_0001)), None, "no public address");
    }

    #[test]
    fn a_log_that_names_it_hides_nothing() {
        let seq = 0xcb00_7107;
        let mut lines = bots(5, 23, seq);
        lines.push("tcp 198.51.100.99:4000 > 203.0.113.7:23 SYN".to_owned());
        assert_eq!(told(&lines), None);
    }

    #[test]
    fn masscan_names_the_lower_half() {
        let public = 0xcb00_7107_u32;
        let line = |port: u16| {
            let seq = u32::from(port).wrapping_mul(2_654_435_761);
            let id = (public ^ seq ^ u32::from(port)) & 0xffff;
            format!("tcp 198.51.100.7:61000 > 192.168.1.9:{port} SYN id={id} seq={seq}")
        };
        let lines: Vec<String> = (20..26).map(line).collect();
        assert_eq!(
            told(&lines),
            Some(Unmasked::Half {
                ends_in: [113, 7],
                sources: 1
            })
        );
        assert_eq!(told(&lines[..4]), None);
    }
}
