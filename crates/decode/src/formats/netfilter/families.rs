//! The labels of tools that write their own.

use rutter_event::Action;

use super::decision;
use super::label::{Label, is_number, rsplit, split};

/// `UFW BLOCK`, `UFW ALLOW`, `UFW LIMIT BLOCK`, `UFW AUDIT`, `UFW AUDIT INVALID`.
pub(super) fn ufw(text: &[u8]) -> Option<Label<'_>> {
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
pub(super) fn vyatta(text: &[u8]) -> Option<Label<'_>> {
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
        ..Label::default()
    })
}

/// `WAN_LOCAL-D-4000` with `DESCR="…"` behind it: UniFi OS.
pub(super) fn unifi<'a>(text: &'a [u8], after: &'a [u8]) -> Option<Label<'a>> {
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
pub(super) fn shorewall(text: &[u8]) -> Option<Label<'_>> {
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
        ..Label::default()
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
pub(super) fn firewalld(text: &[u8]) -> Option<Label<'_>> {
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
pub(super) fn suse(text: &[u8]) -> Option<Label<'_>> {
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
pub(super) fn openwrt(text: &[u8]) -> Option<Label<'_>> {
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
pub(super) fn csf(text: &[u8]) -> Option<Label<'_>> {
    let inner = text.strip_prefix(b"Firewall: *")?.strip_suffix(b"*")?;
    Some(Label {
        product: "csf",
        rule: inner,
        action: decision::of(inner),
        ..Label::default()
    })
}
