//! The label of Proxmox VE's firewall log:
//! `100 6 tap100i0-IN 20/Jun/2022:13:09:25 +0200 policy DROP:`.

use rutter_event::{Civil, Direction, Stamp};

use super::super::clock;
use super::super::number::decimal;
use super::decision;
use super::label::{Label, is_number, split};

/// Name of the product.
pub(super) const PRODUCT: &str = "proxmox";

/// Guest number (0 is the host itself), log level, chain, date, zone, verdict.
pub(super) fn read(text: &[u8]) -> Option<Label<'_>> {
    let (guest, rest) = split(text, b' ')?;
    let (level, rest) = split(rest, b' ')?;
    let (chain, rest) = split(rest, b' ')?;
    let (date, rest) = split(rest, b' ')?;
    if !is_number(guest) || !is_number(level) {
        return None;
    }
    let civil = date_of(date)?;
    let (zone, verdict) = split(rest, b' ').unwrap_or((rest, b""));
    let stamp = match clock::offset(zone) {
        Some(offset) => Stamp::Instant(clock::instant(&civil, offset)?),
        None => Stamp::Civil(civil),
    };
    Some(Label {
        product: PRODUCT,
        rule: chain,
        action: decision::of(verdict),
        direction: direction_of(chain),
        stamp: Some(stamp),
        ..Label::default()
    })
}

/// `tap100i0-IN` is on the way to the guest, `PVEFW-HOST-OUT` from the host.
fn direction_of(chain: &[u8]) -> Option<Direction> {
    if chain.ends_with(b"-IN") {
        Some(Direction::Inbound)
    } else if chain.ends_with(b"-OUT") {
        Some(Direction::Outbound)
    } else {
        None
    }
}

/// The number of the guest, 0 for the host.
pub(super) fn guest(label: &[u8]) -> Option<&[u8]> {
    let label = label.trim_ascii();
    read(label.strip_suffix(b":").unwrap_or(label))?;
    Some(split(label, b' ')?.0)
}

/// `20/Jun/2022:13:09:25`
fn date_of(text: &[u8]) -> Option<Civil> {
    let (day, rest) = split(text, b'/')?;
    let (month, rest) = split(rest, b'/')?;
    let (year, rest) = split(rest, b':')?;
    let (hour, rest) = split(rest, b':')?;
    let (minute, second) = split(rest, b':')?;
    let civil = Civil {
        year: Some(decimal::<u16>(year)?.try_into().ok()?),
        month: clock::month(month)?,
        day: decimal(day)?,
        hour: decimal(hour)?,
        minute: decimal(minute)?,
        second: decimal(second)?,
        nanosecond: 0,
    };
    civil.is_valid().then_some(civil)
}
