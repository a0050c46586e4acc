#![no_main]

use rutter_analysis::profile::seal;
use rutter_analysis::{Profile, find};
use rutter_knowledge::Knowledge;

/// Memory that a profile of hostile bytes may take.
const MEMORY: u64 = 16 << 20;

// Reads bytes as a sealed profile, with the checksum that they ought to have. What is read can be
// judged, merged and sealed again, and the second reading says what the first did.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let knowledge = Knowledge::embedded();
    let mut sealed = bytes.to_vec();
    sealed.extend(crc32fast::hash(bytes).to_le_bytes());
    let Ok((profile, ledger)) = seal::from_bytes(&sealed, MEMORY, knowledge) else {
        return;
    };
    assert!(ledger.balances());
    std::hint::black_box(find(&profile, knowledge).findings.len());
    let again = seal::to_bytes(&profile, &ledger, knowledge);
    let mut sum = Profile::within(MEMORY);
    sum.merge(profile);
    sum.seal();
    assert!(seal::to_bytes(&sum, &ledger, knowledge) == again);
});
