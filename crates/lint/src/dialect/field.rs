//! Conditions of nftables by name, as its text and its JSON share them.

use crate::addresses::{Addresses, Interfaces};
use crate::matches::{Families, Groups, Matches, States};
use crate::ports::{Ports, protocol};

/// The flags of TCP that tell a first packet, under the mask of those that such a packet must not have.
pub(super) const OPENING: &str = "tcp flags & (fin | syn | rst | ack)";

/// Whether a mask of flags is the one that tells a first packet.
pub(super) fn is_opening<'a>(mask: impl IntoIterator<Item = &'a str>) -> bool {
    let mut mask: Vec<&str> = mask.into_iter().collect();
    mask.sort_unstable();
    mask == ["ack", "fin", "rst", "syn"]
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compare {
    /// Is one of them.
    Is,
    /// Is none of them.
    IsNot,
    /// Is less; at most; more; at least.
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Compare {
    pub(super) fn read(word: &str) -> Option<Self> {
        Some(match word {
            "==" | "in" | "eq" => Self::Is,
            "!=" | "ne" => Self::IsNot,
            "<" | "lt" => Self::Less,
            "<=" | "le" => Self::AtMost,
            ">" | "gt" => Self::More,
            ">=" | "ge" => Self::AtLeast,
            _ => return None,
        })
    }
}

/// Adds a condition to what a rule asks for; what has no place there makes it unknown.
pub(super) fn apply(matches: &mut Matches, field: &str, compare: Compare, words: &[String]) {
    if known(matches, field, compare, words).is_none() {
        matches.unknown = true;
    }
}

fn known(matches: &mut Matches, field: &str, compare: Compare, words: &[String]) -> Option<()> {
    let negated = match compare {
        Compare::Is => false,
        Compare::IsNot => true,
        _ => return compared(matches, field, compare, words),
    };
    let texts = || words.iter().map(String::as_str);
    match field {
        "ip saddr" | "ip6 saddr" | "ip daddr" | "ip6 daddr" => {
            let family = if field.starts_with("ip6") {
                Families::V6
            } else {
                Families::V4
            };
            matches.families = matches.families.and(family);
            if let Some(set) = Addresses::read(negated, texts()) {
                let place = if field.ends_with("saddr") {
                    &mut matches.source
                } else {
                    &mut matches.destination
                };
                return fill(place, set);
            }
        }
        "tcp dport" | "tcp sport" | "udp dport" | "udp sport" | "th dport" | "th sport"
        | "sctp dport" | "sctp sport" | "dccp dport" | "dccp sport" | "udplite dport"
        | "udplite sport" => {
            let (name, side) = field.split_once(' ')?;
            of_protocol(matches, name);
            let mut ports = Ports::read(texts())?;
            if negated {
                ports = ports.others();
            }
            return fill(
                if side == "dport" {
                    &mut matches.destination_ports
                } else {
                    &mut matches.source_ports
                },
                ports,
            );
        }
        "ip protocol" | "ip6 nexthdr" | "meta l4proto" => {
            match field {
                "ip protocol" => matches.families = matches.families.and(Families::V4),
                "ip6 nexthdr" => matches.families = matches.families.and(Families::V6),
                _ => {}
            }
            if negated {
                return None;
            }
            let numbers = texts().map(protocol).collect::<Option<Vec<u8>>>()?;
            return protocols(matches, numbers);
        }
        "icmp type" | "icmpv6 type" => {
            let six = field.starts_with("icmpv6");
            of_protocol(matches, if six { "icmpv6" } else { "icmp" });
            let mut types = texts()
                .map(|word| icmp_type(six, word))
                .collect::<Option<Vec<u8>>>()?;
            if negated {
                types = others(&types);
            }
            return fill(&mut matches.icmp_types, types);
        }
        "icmp code" if !negated => {
            of_protocol(matches, "icmp");
            let codes = texts().map(unreachable).collect::<Option<Vec<u8>>>()?;
            return fill(&mut matches.icmp_codes, codes);
        }
        // So many at once, or, with `over`, what exceeds them.
        "ct count" => {
            matches.limited = true;
            return (!negated && !texts().any(|word| word == "over")).then_some(());
        }
        // One condition of several that could be asked; what it lets in is known all the same.
        "ct status" => {
            matches.led |= !negated && texts().any(|word| word == "dnat");
            return None;
        }
        "ct state" => {
            let states = States::read(texts())?;
            return fill(
                &mut matches.states,
                if negated { states.others() } else { states },
            );
        }
        "meta iifname" | "meta iif" => {
            return fill(&mut matches.input, Interfaces::of(negated, words.to_vec()));
        }
        "meta oifname" | "meta oif" => {
            return fill(&mut matches.output, Interfaces::of(negated, words.to_vec()));
        }
        "meta nfproto" | "meta protocol" if !negated => {
            let mut families = Families {
                v4: false,
                v6: false,
            };
            for word in texts() {
                match word {
                    "ipv4" | "ip" => families.v4 = true,
                    "ipv6" | "ip6" => families.v6 = true,
                    _ => return None,
                }
            }
            matches.families = matches.families.and(families);
        }
        "meta pkttype" | "fib daddr type" => {
            // Packets that are for somebody in particular: no less than what a rule is about.
            // Of routes `unicast` is what leads on to others.
            let on = field.starts_with("fib") && texts().any(|word| word == "unicast");
            let groups = Groups::read(texts()).filter(|_| !negated && !on && !words.is_empty())?;
            return fill(&mut matches.group, groups);
        }
        // The fields of these two are made of an expression: what `--syn` of iptables stands for.
        OPENING => {
            of_protocol(matches, "tcp");
            return match texts().collect::<Vec<&str>>()[..] {
                ["syn"] => fill(&mut matches.opens, !negated),
                _ => None,
            };
        }
        _ => {
            // A header that is looked into is of a known protocol.
            let name = field.split(' ').next().unwrap_or_default();
            of_protocol(matches, name);
            return None;
        }
    }
    Some(())
}

fn compared(matches: &mut Matches, field: &str, compare: Compare, words: &[String]) -> Option<()> {
    let (name, side) = field.split_once(' ')?;
    of_protocol(matches, name);
    let [word] = words else { return None };
    let number = crate::ports::port(word)?;
    let ports = match compare {
        Compare::Less => Ports::range(0, number.checked_sub(1)?),
        Compare::AtMost => Ports::range(0, number),
        Compare::More => Ports::range(number.checked_add(1)?, u16::MAX),
        _ => Ports::range(number, u16::MAX),
    };
    match side {
        "dport" => fill(&mut matches.destination_ports, ports),
        "sport" => fill(&mut matches.source_ports, ports),
        _ => None,
    }
}

/// A condition on a header is one on the protocol too.
fn of_protocol(matches: &mut Matches, name: &str) {
    let number = match name {
        "tcp" | "udp" | "sctp" | "udplite" | "icmp" | "icmpv6" | "ah" | "esp" => protocol(name),
        "dccp" => Some(33),
        _ => None,
    };
    match number {
        Some(number) => {
            if number == 1 {
                matches.families = matches.families.and(Families::V4);
            } else if number == 58 {
                matches.families = matches.families.and(Families::V6);
            }
            if protocols(matches, vec![number]).is_none() {
                matches.unknown = true;
            }
        }
        None if name == "th" && matches.protocols.is_none() => {
            matches.protocols = Some(vec![6, 17, 132, 33])
        }
        None => {}
    }
}

/// Narrows the protocols.
pub(super) fn protocols(matches: &mut Matches, numbers: Vec<u8>) -> Option<()> {
    let kept = match &matches.protocols {
        Some(own) => numbers
            .into_iter()
            .filter(|one| own.contains(one))
            .collect(),
        None => numbers,
    };
    matches.protocols = Some(kept);
    Some(())
}

/// Puts a condition where none is yet; two of a kind are more than the model can say.
pub(super) fn fill<T: PartialEq>(place: &mut Option<T>, value: T) -> Option<()> {
    match place {
        Some(there) if *there == value => Some(()),
        Some(_) => None,
        None => {
            *place = Some(value);
            Some(())
        }
    }
}

/// The types of ICMP that are none of these.
pub(super) fn others(types: &[u8]) -> Vec<u8> {
    (0..=u8::MAX).filter(|kind| !types.contains(kind)).collect()
}

/// The code of a destination that cannot be reached, by number or by the names of RFC 792.
pub(super) fn unreachable(word: &str) -> Option<u8> {
    Some(match word.to_ascii_lowercase().as_str() {
        "net-unreachable" | "network-unreachable" | "unr-net" => 0,
        "host-unreachable" | "unr-host" => 1,
        "prot-unreachable" | "protocol-unreachable" | "unr-proto" => 2,
        "port-unreachable" | "unr-port" => 3,
        "frag-needed" | "fragmentation-needed" | "needfrag" => 4,
        other => return other.parse().ok(),
    })
}

/// The number of a type of ICMP (of ICMPv6 when `six`), by number or any of the names that filters use.
pub(super) fn icmp_type(six: bool, word: &str) -> Option<u8> {
    let word = word.to_ascii_lowercase();
    if let Ok(number) = word.parse() {
        return Some(number);
    }
    Some(match (six, word.as_str()) {
        (false, "echo-reply" | "pong" | "echorep") => 0,
        (false, "destination-unreachable" | "unreach") => 3,
        (false, "source-quench" | "squench") => 4,
        (false, "redirect" | "redir") => 5,
        (false, "echo-request" | "ping" | "echoreq") => 8,
        (false, "router-advertisement" | "routeradv") => 9,
        (false, "router-solicitation" | "routersol") => 10,
        (false, "time-exceeded" | "ttl-exceeded" | "timex") => 11,
        (false, "parameter-problem" | "paramprob") => 12,
        (false, "timestamp-request" | "timereq") => 13,
        (false, "timestamp-reply" | "timerep") => 14,
        (true, "destination-unreachable" | "unreach") => 1,
        (true, "packet-too-big" | "toobig") => 2,
        (true, "time-exceeded" | "ttl-exceeded" | "timex") => 3,
        (true, "parameter-problem" | "paramprob") => 4,
        (true, "echo-request" | "ping" | "echoreq") => 128,
        (true, "echo-reply" | "pong" | "echorep") => 129,
        (true, "mld-listener-query" | "groupqry" | "listqry") => 130,
        (true, "mld-listener-report" | "grouprep" | "listenrep") => 131,
        (true, "mld-listener-done" | "mld-listener-reduction" | "groupterm" | "listendone") => 132,
        (true, "nd-router-solicit" | "router-solicitation" | "routersol") => 133,
        (true, "nd-router-advert" | "router-advertisement" | "routeradv") => 134,
        (
            true,
            "nd-neighbor-solicit"
            | "neighbour-solicitation"
            | "neighbor-solicitation"
            | "neighbrsol",
        ) => 135,
        (
            true,
            "nd-neighbor-advert"
            | "neighbour-advertisement"
            | "neighbor-advertisement"
            | "neighbradv",
        ) => 136,
        (true, "nd-redirect" | "redirect" | "redir") => 137,
        (true, "ind-neighbor-solicit") => 141,
        (true, "ind-neighbor-advert") => 142,
        (true, "mld2-listener-report") => 143,
        _ => return None,
    })
}
