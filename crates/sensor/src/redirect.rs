//! Rules that lead many ports to one socket.
//!
//! Both kinds leave alone what this machine itself speaks with: a packet for which a socket of
//! somebody else exists (a server's, or a connection that this machine opened) goes its usual way.

use std::fmt::Write as _;

use rutter_event::Transport;

use crate::Ports;

/// Whose rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirect {
    /// nftables, transparent: address and port stay as they were.
    Nft,
    /// iptables and ip6tables, transparent.
    Iptables,
    /// nftables, translated: TCP only, for machines that have no transparent proxying.
    NftNat,
    /// iptables and ip6tables, translated.
    IptablesNat,
}

/// The mark by which packets to addresses that are not this machine's are led into it.
const MARK: &str = "0x2626";
/// The routing table for the same.
const TABLE: &str = "2626";

/// The rules, as text that `sh` or `nft -f -` reads: comments say what each is for.
#[must_use]
pub fn redirect(kind: Redirect, ports: &Ports, through: u16) -> String {
    match kind {
        Redirect::Nft => nft(ports, through),
        Redirect::NftNat => nft_nat(ports, through),
        Redirect::Iptables => iptables(ports, through),
        Redirect::IptablesNat => iptables_nat(ports, through),
    }
}

/// Ports of a transport as nft writes sets: `{ 20-22, 80 }`.
fn set(ports: &Ports, transport: Transport) -> Option<String> {
    let ranges = ports.ranges(transport);
    let words: Vec<String> = ranges
        .iter()
        .map(|(low, high)| {
            if low == high {
                low.to_string()
            } else {
                format!("{low}-{high}")
            }
        })
        .collect();
    (!words.is_empty()).then(|| format!("{{ {} }}", words.join(", ")))
}

const CARRIERS: [(&str, Transport); 2] = [("tcp", Transport::TCP), ("udp", Transport::UDP)];

fn nft(ports: &Ports, through: u16) -> String {
    let mut text = format!(
        "\
# For nft -f -. To take back: nft delete table inet rutter
# Addresses that are not this machine's (a dark network that is routed to it) need also:
#   ip rule add fwmark {MARK} lookup {TABLE}; ip route add local default dev lo table {TABLE}
#   ip -6 rule add fwmark {MARK} lookup {TABLE}; ip -6 route add local default dev lo table {TABLE}
# Once more in place of what was there.
table inet rutter
delete table inet rutter
table inet rutter {{
    chain listen {{
        type filter hook prerouting priority mangle; policy accept;
        # What has a socket of its own on this machine keeps it.
        meta l4proto {{ tcp, udp }} socket transparent 0 return
"
    );
    for (word, transport) in CARRIERS {
        if let Some(set) = set(ports, transport) {
            let _ = writeln!(
                text,
                "        {word} dport {set} tproxy to :{through} meta mark set {MARK} accept"
            );
        }
    }
    text.push_str("    }\n}\n");
    text
}

fn nft_nat(ports: &Ports, through: u16) -> String {
    let mut text = "\
# For nft -f -. To take back: nft delete table inet rutter_nat
# TCP only: of a translated datagram nobody can tell where it was sent to.
table inet rutter_nat
delete table inet rutter_nat
table inet rutter_nat {
    chain listen {
        type nat hook prerouting priority dstnat; policy accept;
        meta l4proto tcp socket transparent 0 return
"
    .to_owned();
    if let Some(set) = set(ports, Transport::TCP) {
        let _ = writeln!(text, "        tcp dport {set} redirect to :{through}");
    }
    text.push_str("    }\n}\n");
    text
}

/// Both families, since iptables knows one at a time.
const COMMANDS: [(&str, &str); 2] = [("iptables", "ip"), ("ip6tables", "ip -6")];

fn iptables(ports: &Ports, through: u16) -> String {
    let mut text = "\
# For sh. To take back: iptables -t mangle -F RUTTER, -D PREROUTING -j RUTTER, -X RUTTER; ip6tables likewise
# Only addresses that are not this machine's need the lines with `ip`.
"
    .to_owned();
    for (command, ip) in COMMANDS {
        let _ = write!(
            text,
            "\
{ip} rule add fwmark {MARK} lookup {TABLE}
{ip} route add local default dev lo table {TABLE}
{command} -t mangle -N RUTTER
# What has a socket of its own on this machine keeps it.
{command} -t mangle -A RUTTER -m socket --transparent -j MARK --set-mark {MARK}
{command} -t mangle -A RUTTER -m socket --transparent -j ACCEPT
{command} -t mangle -A RUTTER -m socket --nowildcard -j RETURN
"
        );
        for (word, transport) in CARRIERS {
            for (low, high) in ports.ranges(transport) {
                let _ = writeln!(
                    text,
                    "{command} -t mangle -A RUTTER -p {word} --dport {low}:{high} -j TPROXY --on-port {through} --tproxy-mark {MARK}"
                );
            }
        }
        let _ = writeln!(text, "{command} -t mangle -A PREROUTING -j RUTTER");
    }
    text
}

fn iptables_nat(ports: &Ports, through: u16) -> String {
    let mut text = "\
# For sh. To take back: the same with -D for -A.
# TCP only: of a translated datagram nobody can tell where it was sent to.
"
    .to_owned();
    for (command, _) in COMMANDS {
        let _ = write!(
            text,
            "\
# What has a socket of its own on this machine keeps it.
{command} -t nat -A PREROUTING -p tcp -m socket --nowildcard -j RETURN
"
        );
        for (low, high) in ports.ranges(Transport::TCP) {
            let _ = writeln!(
                text,
                "{command} -t nat -A PREROUTING -p tcp --dport {low}:{high} -j REDIRECT --to-ports {through}"
            );
        }
    }
    text
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    #[test]
    fn rules_name_every_range_once() {
        let ports = Ports::parse("tcp/20-22,tcp/80,udp/161").unwrap();
        let nft = redirect(Redirect::Nft, &ports, 2626);
        assert!(nft.contains("tcp dport { 20-22, 80 } tproxy to :2626"));
        assert!(nft.contains("udp dport { 161 } tproxy to :2626"));
        let nat = redirect(Redirect::NftNat, &ports, 2626);
        assert!(nat.contains("tcp dport { 20-22, 80 } redirect to :2626"));
        assert!(!nat.contains("udp"));
        for kind in [Redirect::Iptables, Redirect::IptablesNat] {
            let text = redirect(kind, &ports, 2626);
            assert_eq!(text.matches("--dport 20:22").count(), 2, "{text}");
            // Both families, and before any port is led away.
            let own = text.find("-m socket --nowildcard -j RETURN");
            assert!(own < text.find("--dport"), "{text}");
        }
    }
}
