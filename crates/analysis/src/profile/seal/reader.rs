//! Bytes to numbers, none of them believed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Fault;
use crate::profile::Span;
use crate::profile::host::Host;

/// What is left of the bytes of a sealed profile.
///
/// Whoever wrote them may wish us ill: nothing is allocated by what a count promises, and each
/// number says where it is out of its range.
#[derive(Debug)]
pub(in crate::profile) struct Reader<'b> {
    rest: &'b [u8],
}

/// More than this of anything is no sum of what was ever logged, and would let sums overflow.
pub(in crate::profile) const MOST: u64 = 1 << 48;

impl<'b> Reader<'b> {
    pub(super) const fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(in crate::profile) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(Fault::CutShort)?;
        self.rest = rest;
        Ok(*bytes)
    }

    pub(in crate::profile) fn byte(&mut self) -> Result<u8, Fault> {
        self.bytes::<1>().map(|[byte]| byte)
    }

    pub(in crate::profile) fn number(&mut self) -> Result<u64, Fault> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                // One number has one form, so that equal profiles have equal bytes.
                let is_shortest = byte != 0 || shift == 0;
                return is_shortest
                    .then_some(number)
                    .ok_or(Fault::Nonsense("number"));
            }
        }
        Err(Fault::Nonsense("number"))
    }

    /// A sum of things that were logged.
    pub(in crate::profile) fn count(&mut self, what: &'static str) -> Result<u64, Fault> {
        let count = self.number()?;
        (count <= MOST)
            .then_some(count)
            .ok_or(Fault::Nonsense(what))
    }

    /// A number of at most `most`.
    pub(in crate::profile) fn up_to(
        &mut self,
        most: u32,
        what: &'static str,
    ) -> Result<u32, Fault> {
        let number = self.number()?;
        u32::try_from(number)
            .ok()
            .filter(|n| *n <= most)
            .ok_or(Fault::Nonsense(what))
    }

    pub(in crate::profile) fn port(&mut self) -> Result<u16, Fault> {
        let port = self.up_to(0xffff, "port")?;
        Ok(u16::try_from(port).unwrap_or(u16::MAX))
    }

    pub(in crate::profile) fn signed(&mut self) -> Result<i64, Fault> {
        let bits = self.number()?;
        Ok((bits >> 1) as i64 ^ -((bits & 1) as i64))
    }

    pub(in crate::profile) fn maybe(&mut self, what: &'static str) -> Result<Option<u32>, Fault> {
        match self.number()? {
            0 => Ok(None),
            n => u32::try_from(n - 1)
                .map(Some)
                .map_err(|_| Fault::Nonsense(what)),
        }
    }

    pub(in crate::profile) fn text(&mut self) -> Result<&'b str, Fault> {
        std::str::from_utf8(self.octets()?).map_err(|_| Fault::Nonsense("text"))
    }

    pub(in crate::profile) fn octets(&mut self) -> Result<&'b [u8], Fault> {
        let length = self.up_to(255, "text")? as usize;
        let (octets, rest) = self.rest.split_at_checked(length).ok_or(Fault::CutShort)?;
        self.rest = rest;
        Ok(octets)
    }

    pub(in crate::profile) fn host(&mut self) -> Result<Host, Fault> {
        let ip: IpAddr = match self.byte()? {
            4 => Ipv4Addr::from(self.bytes::<4>()?).into(),
            6 => Ipv6Addr::from(self.bytes::<16>()?).into(),
            _ => return Err(Fault::Nonsense("address")),
        };
        let host = Host::from(ip);
        // An IPv4 address has one form too.
        (IpAddr::from(host) == ip)
            .then_some(host)
            .ok_or(Fault::Nonsense("address"))
    }

    pub(in crate::profile) fn span(&mut self) -> Result<Span, Fault> {
        let mut span = Span::default();
        match self.byte()? {
            0 => Ok(span),
            1 => {
                let first = self.signed()?;
                let length = self.number()?;
                let last = i128::from(first) + i128::from(length);
                let last = i64::try_from(last).map_err(|_| Fault::Nonsense("time"))?;
                span.note(Some(first));
                span.note(Some(last));
                Ok(span)
            }
            _ => Err(Fault::Nonsense("time")),
        }
    }
}
