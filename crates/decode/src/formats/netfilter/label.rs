//! What stands in front of the fields: the administrator's own words, or a tool's fixed ones.

use rutter_event::{Action, Direction, Stamp};

use super::decision;
use super::families;
use super::fields::length_until;
use super::proxmox;

/// A label, understood as far as its family is certain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Label<'a> {
    /// The tool that wrote it; empty for plain iptables and nftables rules.
    pub(crate) product: &'static str,
    /// Name of the rule or chain, trimmed.
    pub(crate) rule: &'a [u8],
    /// Number of the rule in its chain.
    pub(crate) rule_id: &'a [u8],
    /// What the label says was done.
    pub(crate) action: Action,
    /// Zone from which the packet came.
    pub(crate) ingress_zone: &'a [u8],
    /// Zone to which it went.
    pub(crate) egress_zone: &'a [u8],
    /// Which way the packet went, when the chain's name says so.
    pub(crate) direction: Option<Direction>,
    /// The label's own time.
    pub(crate) stamp: Option<Stamp>,
}

/// Reads a label.
pub(crate) fn read(text: &[u8]) -> Label<'_> {
    // What fills most logs needs no further look.
    if text == b"[UFW BLOCK] " {
        return families::ufw(b"UFW BLOCK").unwrap_or_default();
    }
    let text = text.trim_ascii();
    let text = text.strip_suffix(b":").unwrap_or(text).trim_ascii_end();
    if text.is_empty() {
        return Label::default();
    }
    if let Some((bracketed, after)) = brackets(text) {
        return families::ufw(bracketed)
            .or_else(|| families::vyatta(bracketed))
            .or_else(|| families::unifi(bracketed, after))
            .unwrap_or_else(|| plain(if after.is_empty() { bracketed } else { text }));
    }
    families::shorewall(text)
        .or_else(|| families::firewalld(text))
        .or_else(|| families::suse(text))
        .or_else(|| families::openwrt(text))
        .or_else(|| proxmox::read(text))
        .or_else(|| families::csf(text))
        .unwrap_or_else(|| plain(text))
}

/// A label of which nothing is known but its words.
fn plain(text: &[u8]) -> Label<'_> {
    Label {
        rule: text,
        action: decision::of(text),
        ..Label::default()
    }
}

/// What stands between brackets at the start, and what follows.
fn brackets(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let inner = text.strip_prefix(b"[")?;
    let end = length_until(b']', inner);
    let (inner, after) = inner.split_at_checked(end)?;
    Some((inner.trim_ascii(), after.get(1..)?.trim_ascii_start()))
}

pub(super) fn is_number(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// Both sides of the first such byte.
pub(super) fn split(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let (before, after) = text.split_at_checked(memchr::memchr(at, text)?)?;
    Some((before, after.get(1..)?))
}

/// Both sides of the last such byte.
pub(super) fn rsplit(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let (before, after) = text.split_at_checked(memchr::memrchr(at, text)?)?;
    Some((before, after.get(1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families() {
        use Action::{Allowed, Denied, Dropped, Rejected, Unstated};
        let cases: &[(&str, &str, &str, &str, Action, &str, &str)] = &[
            ("[UFW BLOCK] ", "ufw", "UFW BLOCK", "", Denied, "", ""),
            (
                "[UFW LIMIT BLOCK] ",
                "ufw",
                "UFW LIMIT BLOCK",
                "",
                Denied,
                "",
                "",
            ),
            ("[UFW ALLOW] ", "ufw", "UFW ALLOW", "", Allowed, "", ""),
            (
                "[UFW AUDIT INVALID] ",
                "ufw",
                "UFW AUDIT INVALID",
                "",
                Unstated,
                "",
                "",
            ),
            (
                "[wan-lan-default-D]",
                "vyatta",
                "wan-lan",
                "default",
                Dropped,
                "wan",
                "lan",
            ),
            (
                "[LAN_IN-2000-A]",
                "vyatta",
                "LAN_IN",
                "2000",
                Allowed,
                "",
                "",
            ),
            (
                "[LAN-IN-2000-R]",
                "vyatta",
                "LAN-IN",
                "2000",
                Rejected,
                "",
                "",
            ),
            (
                "[ipv4-NAM-OUTSIDE-IN-10-D]",
                "vyatta",
                "ipv4-NAM-OUTSIDE-IN",
                "10",
                Dropped,
                "",
                "",
            ),
            (
                "[STATE-POLICY-INV-D]",
                "vyatta",
                "STATE-POLICY-INV",
                "",
                Dropped,
                "",
                "",
            ),
            ("[SERVER-A]", "", "SERVER-A", "", Unstated, "", ""),
            (
                "[WAN_IN-D-3001] DESCR=\"Block cameras\" ",
                "unifi",
                "Block cameras",
                "3001",
                Dropped,
                "",
                "",
            ),
            (
                "[WAN_IN-A-9] DESCR=\"no rule description\" ",
                "unifi",
                "WAN_IN",
                "9",
                Allowed,
                "",
                "",
            ),
            (
                "Shorewall:net2fw:DROP:",
                "shorewall",
                "net2fw",
                "",
                Dropped,
                "net",
                "fw",
            ),
            (
                "Shorewall:all2all:REJECT:",
                "shorewall",
                "all2all",
                "",
                Rejected,
                "",
                "",
            ),
            (
                "Shorewall6:loc-net:3:ACCEPT:",
                "shorewall",
                "loc-net",
                "3",
                Allowed,
                "loc",
                "net",
            ),
            (
                "Shorewall:INPUT:REJECT:",
                "shorewall",
                "INPUT",
                "",
                Rejected,
                "",
                "",
            ),
            (
                "filter_IN_public_REJECT: ",
                "firewalld",
                "filter_IN_public_REJECT",
                "",
                Rejected,
                "public",
                "",
            ),
            (
                "filter_IN_my_zone_DROP: ",
                "firewalld",
                "filter_IN_my_zone_DROP",
                "",
                Dropped,
                "my_zone",
                "",
            ),
            (
                "FINAL_REJECT: ",
                "firewalld",
                "FINAL_REJECT",
                "",
                Rejected,
                "",
                "",
            ),
            (
                "STATE_INVALID_DROP: ",
                "firewalld",
                "STATE_INVALID_DROP",
                "",
                Dropped,
                "",
                "",
            ),
            (
                "SFW2-INext-DROP-DEFLT ",
                "SuSEfirewall2",
                "SFW2-INext-DROP-DEFLT",
                "",
                Dropped,
                "ext",
                "",
            ),
            (
                "SFW2-INext-ACC-TCP ",
                "SuSEfirewall2",
                "SFW2-INext-ACC-TCP",
                "",
                Allowed,
                "ext",
                "",
            ),
            (
                "SFW2-OUT-ERROR ",
                "SuSEfirewall2",
                "SFW2-OUT-ERROR",
                "",
                Unstated,
                "",
                "",
            ),
            (
                "REJECT wan in: ",
                "openwrt",
                "REJECT wan in",
                "",
                Rejected,
                "wan",
                "",
            ),
            (
                "drop lan out: ",
                "openwrt",
                "drop lan out",
                "",
                Dropped,
                "",
                "lan",
            ),
            (
                "REJECT(src wan)",
                "openwrt",
                "REJECT(src wan)",
                "",
                Rejected,
                "wan",
                "",
            ),
            (
                "Firewall: *TCP_IN Blocked* ",
                "csf",
                "TCP_IN Blocked",
                "",
                Denied,
                "",
                "",
            ),
            (
                "iptables DROP_INPUT: ",
                "",
                "iptables DROP_INPUT",
                "",
                Dropped,
                "",
                "",
            ),
            ("DROP ", "", "DROP", "", Dropped, "", ""),
            ("", "", "", "", Unstated, "", ""),
            (" : ", "", "", "", Unstated, "", ""),
        ];
        for (text, product, rule, id, action, from, to) in cases {
            let expected = Label {
                product,
                rule: rule.as_bytes(),
                rule_id: id.as_bytes(),
                action: *action,
                ingress_zone: from.as_bytes(),
                egress_zone: to.as_bytes(),
                direction: None,
                stamp: None,
            };
            assert_eq!(read(text.as_bytes()), expected, "{text}");
        }
    }
}
