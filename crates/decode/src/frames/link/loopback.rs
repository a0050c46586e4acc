//! BSD loopback: four bytes of address family before the packet.

use super::{Inner, Kind};
use crate::frames::bytes::{Order, chunk};
use crate::frames::frame::Fault;

/// `AF_INET`, the same everywhere.
const INET: u32 = 2;
/// `AF_INET6` of Linux; of NetBSD, OpenBSD and BSD/OS; of FreeBSD and DragonFly; of macOS.
const INET6: [u32; 4] = [10, 24, 28, 30];

/// The family in the capturing machine's order. A capture that was rewritten elsewhere may have
/// lost it; no family needs more than 16 bits, so a larger one is read the other way round.
pub(super) fn open_null(bytes: &[u8], order: Order) -> Result<Inner<'_>, Fault> {
    let family = order.u32(chunk(bytes, 0).ok_or(Fault::Short)?);
    open(
        bytes,
        if family > 0xffff {
            family.swap_bytes()
        } else {
            family
        },
    )
}

/// The family in network order.
pub(super) fn open_loop(bytes: &[u8]) -> Result<Inner<'_>, Fault> {
    open(
        bytes,
        u32::from_be_bytes(chunk(bytes, 0).ok_or(Fault::Short)?),
    )
}

fn open(bytes: &[u8], family: u32) -> Result<Inner<'_>, Fault> {
    let kind = match family {
        INET => Kind::V4,
        _ if INET6.contains(&family) => Kind::V6,
        _ => return Err(Fault::NotIp),
    };
    Ok(Inner {
        kind,
        bytes: bytes.get(4..).unwrap_or_default(),
    })
}
