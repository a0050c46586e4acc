//! An address and its port in one word, as log writers join them.

use rutter_event::{Endpoint, Refusal};

use super::fields;
use super::number::decimal;

/// `192.0.2.1:80`, `[2001:db8::1]:80`, or an address alone, with `separator` before the port.
///
/// An IPv6 address that stands neither in brackets nor before another separator than the colon is
/// one without a port.
///
/// # Errors
/// [`Refusal::BadAddress`] or [`Refusal::BadPort`].
pub(crate) fn end(text: &[u8], separator: u8) -> Result<Endpoint, Refusal> {
    if let Some(inside) = text.strip_prefix(b"[") {
        let close = memchr::memchr(b']', inside).ok_or(Refusal::BadAddress)?;
        let (ip, behind) = inside.split_at_checked(close).ok_or(Refusal::BadAddress)?;
        return match behind.strip_prefix(b"]") {
            Some([]) => joined(ip, None),
            Some([first, port @ ..]) if *first == separator => joined(ip, Some(port)),
            _ => Err(Refusal::BadPort),
        };
    }
    let Some(at) = memchr::memrchr(separator, text) else {
        return joined(text, None);
    };
    let (ip, port) = text.split_at_checked(at).unwrap_or((text, b""));
    if fields::end(text).is_ok_and(|ip| ip.is_some()) || separator == b':' && ip.contains(&b':') {
        return joined(text, None);
    }
    joined(ip, port.get(1..))
}

fn joined(ip: &[u8], port: Option<&[u8]>) -> Result<Endpoint, Refusal> {
    if ip.is_empty() {
        return Err(Refusal::BadAddress);
    }
    Ok(Endpoint {
        ip: fields::end(ip)?,
        port: match port {
            Some(port) => Some(decimal(port).ok_or(Refusal::BadPort)?),
            None => None,
        },
        ..Endpoint::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, separator: u8) -> Option<(String, Option<u16>)> {
        let end = end(text.as_bytes(), separator).ok()?;
        Some((end.ip?.to_string(), end.port))
    }

    #[test]
    fn ends() {
        let v4 = |port| Some(("192.0.2.1".to_owned(), port));
        let v6 = |port| Some(("2001:db8::1".to_owned(), port));
        assert_eq!(read("192.0.2.1:80", b':'), v4(Some(80)));
        assert_eq!(read("192.0.2.1", b':'), v4(None));
        assert_eq!(read("192.0.2.1.80", b'.'), v4(Some(80)));
        assert_eq!(read("192.0.2.1", b'.'), v4(None));
        assert_eq!(read("192.0.2.1/80", b'/'), v4(Some(80)));
        assert_eq!(read("[2001:db8::1]:80", b':'), v6(Some(80)));
        assert_eq!(read("2001:db8::1", b':'), v6(None));
        assert_eq!(read("2001:db8::1.80", b'.'), v6(Some(80)));
        assert_eq!(read("2001:db8::1/80", b'/'), v6(Some(80)));
        for bad in [
            "",
            ":80",
            "192.0.2.1:",
            "192.0.2.1:x",
            "192.0.2.1:65536",
            "[::1",
            "[::1]80",
        ] {
            assert_eq!(read(bad, b':'), None, "{bad}");
        }
    }
}
