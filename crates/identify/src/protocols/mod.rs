//! The registry: one file per protocol, each with its examples.
//!
//! A new protocol is one file here and its name in the list below.

use crate::found::{Identification, Match};
use crate::payload::Payload;

/// A protocol of the registry.
pub(crate) struct Protocol {
    /// Its name: IANA's service name where that is what people say.
    pub(crate) name: &'static str,
    /// What it is, in a few words.
    pub(crate) title: &'static str,
    /// What carries it.
    pub(crate) carrier: Carrier,
    /// Where servers usually listen: a hint.
    pub(crate) ports: &'static [u16],
    /// Whether the bytes are of it.
    pub(crate) recognise: for<'p, 'a> fn(&'p Payload<'a>) -> Option<Match<'a>>,
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
    /// Whether TCP carries it.
    pub tcp: bool,
    /// Whether UDP carries it.
    pub udp: bool,
    /// Where servers usually listen.
    pub ports: &'static [u16],
}

/// Every protocol that rutter knows by its first bytes, by name.
pub fn protocols() -> impl Iterator<Item = Listed> {
    REGISTRY.iter().map(|protocol| Listed {
        name: protocol.name,
        title: protocol.title,
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
        } = (self.recognise)(payload)?;
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
