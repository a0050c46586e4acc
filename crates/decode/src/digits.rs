//! Decimal digits by twos and fours, as dates have them.

/// Two decimal digits.
#[inline(always)]
pub(crate) const fn two(a: u8, b: u8) -> Option<u8> {
    let (a, b) = (a.wrapping_sub(b'0'), b.wrapping_sub(b'0'));
    if a <= 9 && b <= 9 {
        Some(a * 10 + b)
    } else {
        None
    }
}

/// Four decimal digits.
#[inline(always)]
pub(crate) const fn four(a: u8, b: u8, c: u8, d: u8) -> Option<i16> {
    match (two(a, b), two(c, d)) {
        (Some(high), Some(low)) => Some(high as i16 * 100 + low as i16),
        _ => None,
    }
}
