//! One end of a connection as ASA writes it.

use std::net::IpAddr;

use rutter_event::{Endpoint, Refusal};

use super::super::address::{Written, ip, written};
use super::super::ending::address_may_go_on;
use super::super::number::{decimal, port_may_go_on};
use crate::scan::{find, find_low_or};

/// An end with what stands around it:
/// `outside:198.51.100.7/80 (203.0.113.9/80)(LOCAL\alice, 7)`, `inside/198.51.100.7(80)`.
#[derive(Clone, Copy, Default)]
pub(super) struct End<'a> {
    pub(super) endpoint: Endpoint,
    pub(super) interface: &'a [u8],
    /// Name of a user, with the domain.
    pub(super) user: &'a [u8],
    /// Address and port on the other side of a translation.
    mapped: Option<(IpAddr, Option<u16>)>,
    /// A name in the place of the address or port, a number that is no port, or a value that ends
    /// the line and may have been longer.
    pub(super) unread: &'a [u8],
    /// What stands behind the address, in the place of a port.
    pub(super) number: &'a [u8],
    /// The number stands in brackets, as in access-list messages: ICMP's type or code.
    pub(super) is_bracketed: bool,
}

impl<'a> End<'a> {
    /// Reads an end in the place of this one and gives the text behind it. An end that nothing follows
    /// may be cut, unless the line's end was seen.
    ///
    /// # Errors
    /// [`Refusal::BadAddress`] when there is neither an address, nor a name, nor a redaction.
    pub(super) fn read(
        &mut self,
        text: &'a [u8],
        has_interface: bool,
        is_ended: bool,
    ) -> Result<&'a [u8], Refusal> {
        *self = Self::default();
        let (mut token, mut rest) = token(text);
        if rest.starts_with(b"(") && !token.contains(&b'.') && !token.contains(&b':') {
            // `inside(acl):198.51.100.7/80`: the access list of a policy translation.
            if let Some((_, after)) = bracketed(rest)
                && let Some(after) = after.strip_prefix(b":")
            {
                self.interface = token;
                (token, rest) = self::token(after);
            }
        } else if let Some(interface) = token.strip_suffix(b":")
            && ip(interface).is_none()
            && interface
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/'))
        {
            // `inside: 198.51.100.7/80`
            self.interface = interface;
            (token, rest) = self::token(rest.trim_ascii_start());
        }
        let is_open = rest.is_empty() && !is_ended;
        let token = match token {
            [token @ .., b'.' | b':'] if !token.ends_with(b":") => token,
            token => token,
        };
        self.read_token(token, has_interface && self.interface.is_empty(), is_open)?;
        let rest = self.read_brackets(rest);
        self.settle_mapping();
        Ok(rest)
    }

    fn read_token(
        &mut self,
        token: &'a [u8],
        has_interface: bool,
        is_open: bool,
    ) -> Result<(), Refusal> {
        let slash = find(b'/', token);
        let (host, number) = match slash.and_then(|at| token.split_at_checked(at)) {
            Some((host, number)) => (host, number.get(1..)),
            None => (token, None),
        };
        // `inside/198.51.100.7` of the access-list messages.
        if let Some(address) = number.filter(|text| !is_short_number(text)).and_then(ip) {
            self.interface = host;
            self.place(address, number.unwrap_or_default(), is_open);
            return Ok(());
        }
        let colon = find(b':', host);
        let split = colon.and_then(|at| Some((host.get(..at)?, host.get(at + 1..)?)));
        let (interface, address) = match split {
            Some(split) if has_interface || ip(host).is_none() => split,
            _ => (&b""[..], host),
        };
        if !interface.is_empty() {
            self.interface = interface;
        }
        match written(address) {
            Some(Written::Plain(ip)) => self.place(ip, address, is_open && number.is_none()),
            Some(Written::Redacted) => self.unread = address,
            None if is_name(address) => self.unread = address,
            None if address.is_empty() && is_open => return Err(Refusal::Truncated),
            None => return Err(Refusal::BadAddress),
        }
        match number {
            None => {}
            Some(b"") if is_open => return Err(Refusal::Truncated),
            Some(text) => self.place_number(text, is_open),
        }
        Ok(())
    }

    /// A port, or what other protocols have instead.
    fn place_number(&mut self, text: &'a [u8], is_open: bool) {
        let port = match decimal(text) {
            Some(port) if is_open && port_may_go_on(port) => None,
            Some(port) => Some(port),
            None => service(text, is_open),
        };
        self.number = text;
        match port {
            Some(port) => self.endpoint.port = Some(port),
            None => self.unread = text,
        }
    }

    /// An address that ends the line may be the beginning of a longer one.
    fn place(&mut self, ip: IpAddr, text: &'a [u8], is_open: bool) {
        if is_open && address_may_go_on(ip) {
            self.unread = text;
        } else {
            self.endpoint.ip = Some(ip);
        }
    }

    /// Reads an address and the port behind its last colon, which another word follows.
    pub(super) fn read_socket(&mut self, text: &'a [u8]) -> Result<&'a [u8], Refusal> {
        *self = Self::default();
        let (token, rest) = token(text);
        if rest.is_empty() {
            return Err(Refusal::Truncated);
        }
        let colon = memchr::memrchr(b':', token).ok_or(Refusal::BadPort)?;
        let (host, port) = token.split_at_checked(colon).ok_or(Refusal::BadPort)?;
        self.read_token(host, false, false)?;
        self.place_number(port.get(1..).unwrap_or_default(), false);
        Ok(rest)
    }

    /// Reads the server of a URL, which a colon parts from the path:
    /// `198.51.100.7:/index.html`.
    pub(super) fn read_server(&mut self, text: &'a [u8]) -> Result<&'a [u8], Refusal> {
        *self = Self::default();
        let colon = text
            .windows(2)
            .position(|pair| matches!(pair, b":/" | b": " | b":h" | b":?"));
        let (token, rest) = text
            .split_at_checked(colon.unwrap_or(text.len()))
            .unwrap_or((text, b""));
        self.read_token(token, false, rest.is_empty())?;
        Ok(rest)
    }

    /// Reads what stands in brackets behind the end: port, translation, user.
    fn read_brackets(&mut self, text: &'a [u8]) -> &'a [u8] {
        let mut rest = text;
        for place in 0..4 {
            let Some((inner, after)) = bracketed(rest.trim_ascii_start()) else {
                break;
            };
            // What belongs to the sentence, not to the end.
            if inner.starts_with(b"type ") || inner.starts_with(b"current ") {
                break;
            }
            let is_number = !inner.is_empty() && inner.iter().all(u8::is_ascii_digit);
            if place == 0 && rest.starts_with(b"(") && is_number && self.endpoint.port.is_none() {
                self.is_bracketed = true;
                match decimal(inner) {
                    Some(port) => self.endpoint.port = Some(port),
                    None => self.unread = inner,
                }
            } else if let Some(mapped) = mapping(inner)
                && self.mapped.is_none()
            {
                self.mapped = Some(mapped);
            } else if self.user.is_empty() {
                self.user = user(inner);
            }
            rest = after;
        }
        rest
    }

    /// Notes an address in the place of this one.
    pub(super) fn map(&mut self, other: &Endpoint) {
        self.mapped = other.ip.map(|ip| (ip, other.port));
        self.settle_mapping();
    }

    /// A translation that changes nothing is none.
    fn settle_mapping(&mut self) {
        let Some((ip, port)) = self.mapped else {
            return;
        };
        let is_other_port = port.is_some() && port != self.endpoint.port;
        if self.endpoint.ip != Some(ip) || is_other_port {
            self.endpoint.nat_ip = Some(ip);
            self.endpoint.nat_port = port.filter(|_| is_other_port);
        }
    }
}

/// Whether the text is a port, as nearly all numbers behind a slash are.
fn is_short_number(text: &[u8]) -> bool {
    matches!(text.len(), 1..=5) && text.iter().all(u8::is_ascii_digit)
}

/// The bytes up to a blank or a mark, and the text from there on.
fn token(text: &[u8]) -> (&[u8], &[u8]) {
    let is_end = |byte: &u8| {
        matches!(
            byte,
            b' ' | b'\t' | b'(' | b')' | b',' | b';' | b'<' | b'>' | b'"'
        )
    };
    let length = find_low_or(*b";<>", b',', text).map_or(text.len(), |near| {
        let rest = text.get(near..).unwrap_or_default();
        near + rest.iter().position(is_end).unwrap_or(rest.len())
    });
    text.split_at_checked(length).unwrap_or((text, b""))
}

/// What stands between the brackets at the start of `text`, and the text behind them.
fn bracketed(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = text.strip_prefix(b"(")?;
    let end = find(b')', inside)?;
    Some((inside.get(..end)?, inside.get(end + 1..)?))
}

/// `203.0.113.9/80` or `203.0.113.9`.
fn mapping(text: &[u8]) -> Option<(IpAddr, Option<u16>)> {
    match find(b'/', text) {
        Some(at) => Some((ip(text.get(..at)?)?, decimal(text.get(at + 1..)?))),
        None => ip(text).map(|ip| (ip, None)),
    }
}

/// The name in `LOCAL\alice, 7:group` or `user= alice`; `9999:group` alone is no user.
fn user(inner: &[u8]) -> &[u8] {
    let inner = inner.strip_prefix(b"user=").unwrap_or(inner);
    let name = inner
        .split(|byte| *byte == b',')
        .next()
        .unwrap_or_default()
        .trim_ascii();
    let is_group = name
        .iter()
        .position(|byte| *byte == b':')
        .is_some_and(|at| name.iter().take(at).all(u8::is_ascii_digit));
    if is_group { b"" } else { name }
}

/// Whether text in the place of an address is the name that the `name` command gives one.
fn is_name(text: &[u8]) -> bool {
    let is_named = text
        .iter()
        .any(|byte| matches!(byte, b'g'..=b'z' | b'G'..=b'Z' | b'_' | b'-'));
    is_named
        && text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// The port of the services that ASA itself offers and names in its messages. A name that ends the
/// line may be the beginning of `https` or `snmptrap`.
fn service(name: &[u8], is_open: bool) -> Option<u16> {
    Some(match name {
        b"ssh" => 22,
        b"telnet" => 23,
        b"www" => 80,
        b"http" if !is_open => 80,
        b"https" => 443,
        b"snmp" if !is_open => 161,
        _ => return None,
    })
}
