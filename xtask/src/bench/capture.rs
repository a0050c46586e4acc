//! A capture of packets that open connections, for benchmarks.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::Context as _;

use crate::random::Random;

/// Raw IP, without a link layer.
const LINK_RAW: u32 = 101;
/// 2026-11-01T00:00:00Z.
const BEGIN: u32 = 1_793_491_200;
const PORTS: [u16; 8] = [23, 22, 445, 8080, 80, 443, 3389, 2323];

/// Writes a pcap of SYNs of forty bytes, a hundred a second, from addresses drawn evenly.
pub(crate) fn write(path: &Path, packets: u64, seed: u64) -> anyhow::Result<()> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let mut random = Random::new(seed);
    for word in [0xa1b2_c3d4_u32, 4 << 16 | 2, 0, 0, 65_535, LINK_RAW] {
        out.write_all(&word.to_le_bytes())?;
    }
    for number in 0..packets {
        let second = BEGIN + u32::try_from(number / 100)?;
        let micro = u32::try_from(number % 100 * 10_000)?;
        for word in [second, micro, 40, 40] {
            out.write_all(&word.to_le_bytes())?;
        }
        out.write_all(&syn(&mut random))?;
    }
    out.flush()?;
    Ok(())
}

/// IPv4 and TCP without options; sums are left at zero, as cards do that compute them later.
fn syn(random: &mut Random) -> [u8; 40] {
    let mut packet = [0; 40];
    let mut put = |at: usize, bytes: &[u8]| {
        if let Some(place) = packet.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    };
    let id = random.number(0..=u16::MAX);
    let source = 0x0100_0000 + random.below(0xc000_0000) as u32;
    put(0, &[0x45, 0, 0, 40]);
    put(4, &id.to_be_bytes());
    put(8, &[51, 6]);
    put(12, &source.to_be_bytes());
    put(16, &[203, 0, 113, random.number(1..=254)]);
    put(20, &random.number(1_024..=u16::MAX).to_be_bytes());
    put(22, &random.pick(PORTS).to_be_bytes());
    put(24, &(random.bits() as u32).to_be_bytes());
    put(32, &[0x50, 0x02]);
    put(34, &1_024_u16.to_be_bytes());
    packet
}
