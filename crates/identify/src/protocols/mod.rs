//! The registry: one file per protocol, each with its examples.
//!
//! A new protocol is one file here and its name in the list below.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use rutter_event::Transport;

use crate::found::{Identification, Match};
use crate::pattern::Pattern;
use crate::payload::Payload;

/// A protocol of the registry.
pub(crate) struct Protocol {
    /// Its name: IANA's service name where that is what people say.
    pub(crate) name: &'static str,
    /// What it is, in a few words.
    pub(crate) title: &'static str,
    /// The same in Chinese.
    pub(crate) title_zh: &'static str,
    /// What others call it, in lower case.
    pub(crate) aliases: &'static [&'static str],
    /// What carries it.
    pub(crate) carrier: Carrier,
    /// Where servers usually listen: a hint.
    pub(crate) ports: &'static [u16],
    /// Whether the bytes are of it, read with care.
    pub(crate) recognise: Option<for<'p, 'a> fn(&'p Payload<'a>) -> Option<Match<'a>>>,
    /// What the bytes may hold; of protocols that code reads, what is left of them when they are cut.
    pub(crate) patterns: &'static [Pattern],
}

/// What carries a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    Tcp,
    Udp,
    Both,
}

/// A protocol, as `identify --list` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name, as in [`Identification::protocol`].
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// The same in Chinese.
    pub title_zh: &'static str,
    /// What others call it, in lower case.
    pub aliases: &'static [&'static str],
    /// Whether TCP carries it.
    pub tcp: bool,
    /// Whether UDP carries it.
    pub udp: bool,
    /// Where servers usually listen.
    pub ports: &'static [u16],
}

/// Every protocol that rutter knows by its first bytes, by name.
pub fn protocols() -> impl Iterator<Item = Listed> {
    ALL.iter().map(|protocol| Listed {
        name: protocol.name,
        title: protocol.title,
        title_zh: protocol.title_zh,
        aliases: protocol.aliases,
        tcp: protocol.carrier != Carrier::Udp,
        udp: protocol.carrier != Carrier::Tcp,
        ports: protocol.ports,
    })
}

impl Protocol {
    /// Asks the protocol; its usual port makes it surer.
    pub(crate) fn ask<'a>(&self, payload: &Payload<'a>) -> Option<Identification<'a>> {
        let carried = match self.carrier {
            Carrier::Tcp => payload.is_tcp(),
            Carrier::Udp => payload.is_udp(),
            Carrier::Both => payload.is_tcp() || payload.is_udp(),
        };
        if !carried {
            return None;
        }
        let Match {
            probability,
            side,
            client,
            detail,
        } = self.read(payload)?;
        let doubt = (1.0 - probability) * if payload.is_at(self.ports) { 0.5 } else { 1.0 };
        // In thousandths, so that the same answer is always the same text.
        let probability = ((1.0 - doubt) * 1000.0).round() / 1000.0;
        Some(Identification {
            protocol: self.name,
            probability,
            side,
            client,
            detail,
        })
    }

    /// The surest of its answers. Where code reads with care, patterns are for what was cut before
    /// the code could decide.
    fn read<'a>(&self, payload: &Payload<'a>) -> Option<Match<'a>> {
        let read = self.recognise.and_then(|recognise| recognise(payload));
        let is_cut = CUTS.contains(&payload.bytes.len());
        if read.is_some() || self.recognise.is_some() && !is_cut {
            return read;
        }
        let at_port = payload.is_at(self.ports);
        let held = self
            .patterns
            .iter()
            .filter_map(|pattern| pattern.hold(payload, at_port));
        held.reduce(|best, next| {
            if next.probability > best.probability {
                next
            } else {
                best
            }
        })
    }
}

/// Lengths at which collectors of first bytes cut; nothing else tells a cut payload from a broken
/// one.
const CUTS: [usize; 5] = [4, 8, 16, 32, 64];

/// Every protocol, by name.
pub(crate) static ALL: LazyLock<Vec<&'static Protocol>> = LazyLock::new(|| {
    let mut all: Vec<&Protocol> = REGISTRY
        .iter()
        .chain(FAMILIES.iter().copied().flatten())
        .collect();
    all.sort_unstable_by_key(|protocol| protocol.name);
    all
});

/// The ports where servers of any protocol usually listen, with what carries them.
static USUAL: LazyLock<BTreeSet<(Transport, u16)>> = LazyLock::new(|| {
    let carriers = |listed: &Listed| {
        let tcp = listed.tcp.then_some(Transport::TCP);
        tcp.into_iter().chain(listed.udp.then_some(Transport::UDP))
    };
    protocols()
        .flat_map(|listed| {
            carriers(&listed)
                .flat_map(move |carrier| listed.ports.iter().map(move |port| (carrier, *port)))
        })
        .collect()
});

/// Whether servers of any protocol usually listen at a port.
pub(crate) fn is_usual(transport: Transport, port: u16) -> bool {
    USUAL.contains(&(transport, port))
}

/// The protocols that a payload can be of, by its first byte: most are told from most others by it.
static BY_FIRST_BYTE: LazyLock<Vec<Vec<&'static Protocol>>> = LazyLock::new(|| {
    let can = |protocol: &Protocol, first| {
        let held = |pattern: &Pattern| pattern.may_begin(first);
        protocol.recognise.is_some() || protocol.patterns.iter().any(held)
    };
    let of = |first| {
        ALL.iter()
            .copied()
            .filter(move |protocol| can(protocol, first))
    };
    (0..=u8::MAX).map(|first| of(first).collect()).collect()
});

/// The protocols that a payload with this first byte can be of, by name.
pub(crate) fn candidates(first: u8) -> &'static [&'static Protocol] {
    BY_FIRST_BYTE
        .get(usize::from(first))
        .map_or(&[], Vec::as_slice)
}

/// Declares the protocols of a family and their examples. Each is: name, titles, carrier, ports,
/// other names; patterns; examples.
macro_rules! family {
    ($($name:literal ($en:literal, $zh:literal) $carrier:ident $ports:tt $aliases:tt
       $patterns:tt $examples:tt)+) => {
        pub(super) static PROTOCOLS: &[super::Protocol] = &[$(super::Protocol {
            name: $name,
            title: $en,
            title_zh: $zh,
            aliases: &$aliases,
            carrier: super::Carrier::$carrier,
            ports: &$ports,
            recognise: None,
            patterns: &$patterns,
        }),+];

        #[cfg(test)]
        pub(super) const EXAMPLES: &[(&str, &[crate::tests::Example])] = &[$(($name, &$examples)),+];
    };
}

/// Declares the families: files of protocols that patterns alone recognise.
macro_rules! families {
    ($($file:ident),+ $(,)?) => {
        $(mod $file;)+

        /// The protocols of every family.
        static FAMILIES: &[&[Protocol]] = &[$($file::PROTOCOLS),+];

        /// The families' files, and the examples of each of their protocols.
        #[cfg(test)]
        pub(crate) const FAMILY_FILES: &[(&str, &[(&str, &[crate::tests::Example])])] =
            &[$((stringify!($file), $file::EXAMPLES)),+];
    };
}

families! {
    data,
    games,
    industry,
    media,
    network,
    peers,
    remote,
    tunnels,
}

/// Declares the files and lists what they hold, in order of their names.
macro_rules! registry {
    ($($file:ident),+ $(,)?) => {
        $(mod $file;)+

        /// Every protocol.
        pub(crate) static REGISTRY: &[Protocol] = &[$($file::PROTOCOL),+];

        /// The files and their examples.
        #[cfg(test)]
        pub(crate) const FILES: &[(&str, &[crate::tests::Example])] =
            &[$((stringify!($file), $file::EXAMPLES)),+];
    };
}

registry! {
    adb,
    bacnet,
    bittorrent,
    coap,
    dcerpc,
    dhcp,
    dns,
    dtls,
    ftp,
    git,
    http,
    imap,
    ipmi,
    irc,
    isakmp,
    java_rmi,
    kerberos,
    ldap,
    llmnr,
    mdns,
    memcached,
    modbus,
    mongodb,
    mqtt,
    mssql,
    mysql,
    netbios_ns,
    netbios_ssn,
    ntp,
    openvpn,
    pop3,
    postgresql,
    powwow,
    quic,
    radius,
    rdp,
    redis,
    rsync,
    rtsp,
    s7comm,
    sip,
    smb,
    smtp,
    snmp,
    socks,
    ssdp,
    ssh,
    stratum,
    stun,
    sunrpc,
    syslog,
    telnet,
    tftp,
    tls,
    vnc,
    wireguard,
    ws_discovery,
    x11,
    xmpp,
}
