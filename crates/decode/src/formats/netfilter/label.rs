//! What stands in front of the fields: the administrator's own words, or a tool's fixed ones.

use rutter_event::{Action, Stamp};

use super::decision;
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
    /// The label's own time.
    pub(crate) stamp: Option<Stamp>,
}

/// Reads a label.
pub(crate) fn read(text: &[u8]) -> Label<'_> {
    let text = text.trim_ascii();
    let text = text.strip_suffix(b":").unwrap_or(text).trim_ascii_end();
    if text.is_empty() {
        return Label::default();
    }
    if let Some((bracketed, after)) = brackets(text) {
        return ufw(bracketed)
            .or_else(|| vyatta(bracketed))
            .or_else(|| unifi(bracketed, after))
            .unwrap_or_else(|| plain(if after.is_empty() { bracketed } else { text }));
    }
    shorewall(text)
        .or_else(|| firewalld(text))
        .or_else(|| suse(text))
        .or_else(|| openwrt(text))
        .or_else(|| proxmox::read(text))
        .or_else(|| csf(text))
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
    let end = memchr::memchr(b']', inner)?;
    let (inner, after) = inner.split_at_checked(end)?;
    Some((
        inner.trim_ascii(),
        after.get(1..).unwrap_or_default().trim_ascii_start(),
    ))
}

/// `UFW BLOCK`, `UFW ALLOW`, `UFW LIMIT BLOCK`, `UFW AUDIT`, `UFW AUDIT INVALID`.
fn ufw(text: &[u8]) -> Option<Label<'_>> {
    let words = text.strip_prefix(b"UFW ")?;
    // The two that fill logs need no search.
    let action = match words {
        b"BLOCK" => Action::Denied,
        b"AUDIT" => Action::Unstated,
        _ => decision::of(words),
    };
    Some(Label {
        product: "ufw",
        rule: text,
        action,
        ..Label::default()
    })
}

/// `wan-lan-default-D`, `WAN_LOCAL-2000-A`, `ipv4-NAM-OUTSIDE-IN-10-R`: EdgeOS, USG and VyOS, all
/// children of Vyatta.
fn vyatta(text: &[u8]) -> Option<Label<'_>> {
    let (rest, letter) = rsplit(text, b'-')?;
    let action = letter_action(letter)?;
    let (chain, number) = rsplit(rest, b'-')?;
    if number != b"default" && !is_number(number) {
        // VyOS names its global state policy without a number.
        return rest.starts_with(b"STATE-POLICY").then(|| Label {
            product: "vyatta",
            rule: rest,
            action,
            ..Label::default()
        });
    }
    let (ingress_zone, egress_zone) = zones(chain);
    Some(Label {
        product: "vyatta",
        rule: chain,
        rule_id: number,
        action,
        ingress_zone,
        egress_zone,
        stamp: None,
    })
}

/// `WAN_LOCAL-D-4000` with `DESCR="…"` behind it: UniFi OS.
fn unifi<'a>(text: &'a [u8], after: &'a [u8]) -> Option<Label<'a>> {
    let (rest, number) = rsplit(text, b'-')?;
    let (chain, letter) = rsplit(rest, b'-')?;
    let action = letter_action(letter)?;
    if !is_number(number) {
        return None;
    }
    let description = after
        .strip_prefix(b"DESCR=\"")
        .and_then(|text| text.get(..memchr::memchr(b'"', text)?))
        .filter(|text| !text.is_empty() && *text != b"no rule description");
    Some(Label {
        product: "unifi",
        rule: description.unwrap_or(chain),
        rule_id: number,
        action,
        ..Label::default()
    })
}

const fn letter_action(letter: &[u8]) -> Option<Action> {
    match letter {
        b"D" => Some(Action::Dropped),
        b"A" => Some(Action::Allowed),
        b"R" => Some(Action::Rejected),
        _ => None,
    }
}

/// The zones of a rule set between two zones: `wan-lan`. Names with more hyphens do not say where
/// one zone ends, and `LAN-IN` names an interface and a direction.
fn zones(chain: &[u8]) -> (&[u8], &[u8]) {
    match rsplit(chain, b'-') {
        Some((from, to))
            if !from.is_empty()
                && !from.contains(&b'-')
                && ![&b"in"[..], b"out", b"local"]
                    .iter()
                    .any(|word| to.eq_ignore_ascii_case(word)) =>
        {
            (from, to)
        }
        _ => (b"", b""),
    }
}

/// `Shorewall:net2fw:DROP`, `Shorewall6:net-fw:REJECT`, `Shorewall:loc2net:3:ACCEPT`.
fn shorewall(text: &[u8]) -> Option<Label<'_>> {
    let rest = text.strip_prefix(b"Shorewall")?;
    let rest = rest.strip_prefix(b"6").unwrap_or(rest).strip_prefix(b":")?;
    let mut parts = rest.split(|byte| *byte == b':');
    let chain = parts.next()?;
    let (number, disposition) = match (parts.next(), parts.next()) {
        (Some(number), Some(disposition)) => (number, disposition),
        (Some(disposition), None) => (&b""[..], disposition),
        _ => return None,
    };
    let (ingress_zone, egress_zone) = shorewall_zones(chain);
    Some(Label {
        product: "shorewall",
        rule: chain,
        rule_id: number,
        action: decision::of(disposition),
        ingress_zone,
        egress_zone,
        stamp: None,
    })
}

/// A chain between two zones has their names with `2` or `-` between them; `all` is no zone.
fn shorewall_zones(chain: &[u8]) -> (&[u8], &[u8]) {
    let mut seams = chain
        .iter()
        .enumerate()
        .filter(|(_, byte)| matches!(byte, b'2' | b'-'));
    let (Some((seam, _)), None) = (seams.next(), seams.next()) else {
        return (b"", b"");
    };
    let from = chain.get(..seam).unwrap_or_default();
    let to = chain.get(seam + 1..).unwrap_or_default();
    if from.is_empty() || to.is_empty() {
        return (b"", b"");
    }
    let zone = |name| if name == b"all" { &b""[..] } else { name };
    (zone(from), zone(to))
}

/// `filter_IN_public_REJECT`, `filter_FWD_trusted_DROP`, `FINAL_REJECT`, `STATE_INVALID_DROP`,
/// `rpfilter_DROP`: firewalld with `LogDenied`.
fn firewalld(text: &[u8]) -> Option<Label<'_>> {
    let (head, verb) = rsplit(text, b'_')?;
    let action = match verb {
        b"REJECT" => Action::Rejected,
        b"DROP" => Action::Dropped,
        b"ACCEPT" => Action::Allowed,
        _ => return None,
    };
    let label = Label {
        product: "firewalld",
        rule: text,
        action,
        ..Label::default()
    };
    if matches!(head, b"FINAL" | b"STATE_INVALID" | b"rpfilter") {
        return Some(label);
    }
    let chain = head.strip_prefix(b"filter_")?;
    if let Some(zone) = chain.strip_prefix(b"FWDO_") {
        return Some(Label {
            egress_zone: zone,
            ..label
        });
    }
    let zone = [&b"IN_"[..], b"FWDI_", b"FWD_"]
        .iter()
        .find_map(|head| chain.strip_prefix(*head))?;
    // A policy stands between zones and is none.
    Some(if zone.starts_with(b"policy_") {
        label
    } else {
        Label {
            ingress_zone: zone,
            ..label
        }
    })
}

/// `SFW2-INext-DROP-DEFLT`, `SFW2-FWDint-ACC-RELATED`: SuSEfirewall2, which shortens ACCEPT to ACC.
fn suse(text: &[u8]) -> Option<Label<'_>> {
    let rest = text.strip_prefix(b"SFW2-")?;
    let mut parts = rest.split(|byte| *byte == b'-');
    let chain = parts.next()?;
    let zone = [&b"INFWD"[..], b"IN", b"FWD"]
        .iter()
        .find_map(|head| chain.strip_prefix(*head))
        .filter(|zone| matches!(*zone, b"ext" | b"int" | b"dmz"));
    let action = if rest.split(|byte| *byte == b'-').any(|part| part == b"ACC") {
        Action::Allowed
    } else {
        decision::of(rest)
    };
    Some(Label {
        product: "SuSEfirewall2",
        rule: text,
        action,
        ingress_zone: zone.unwrap_or_default(),
        ..Label::default()
    })
}

/// `reject wan in`, `DROP wan forward`, `REJECT(src wan)`: OpenWrt's two generations of firewall.
fn openwrt(text: &[u8]) -> Option<Label<'_>> {
    let (verb, rest) = match text.iter().position(|byte| matches!(byte, b' ' | b'(')) {
        Some(end) => text.split_at_checked(end)?,
        None => return None,
    };
    if !["reject", "drop", "accept"]
        .iter()
        .any(|word| word.as_bytes().eq_ignore_ascii_case(verb))
    {
        return None;
    }
    let (from, to): (&[u8], &[u8]) = if let [b'(', inner @ .., b')'] = rest {
        match split(inner, b' ')? {
            (b"src", zone) => (zone, b""),
            (b"dest", zone) => (b"", zone),
            _ => return None,
        }
    } else {
        match split(rest.trim_ascii(), b' ')? {
            (zone, b"in") => (zone, b""),
            (zone, b"out") => (b"", zone),
            (_, b"forward") => (b"", b""),
            _ => return None,
        }
    };
    Some(Label {
        product: "openwrt",
        rule: text,
        action: decision::of(verb),
        ingress_zone: from,
        egress_zone: to,
        ..Label::default()
    })
}

/// `Firewall: *TCP_IN Blocked*`: ConfigServer's CSF.
fn csf(text: &[u8]) -> Option<Label<'_>> {
    let inner = text.strip_prefix(b"Firewall: *")?.strip_suffix(b"*")?;
    Some(Label {
        product: "csf",
        rule: inner,
        action: decision::of(inner),
        ..Label::default()
    })
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
fn rsplit(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
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
                stamp: None,
            };
            assert_eq!(read(text.as_bytes()), expected, "{text}");
        }
    }
}
