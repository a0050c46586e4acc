//! What every fuzz target does.

use rutter_decode::formats::by_name;
use rutter_decode::{Decoder, Outcome};

/// Reads the lines of a file as one format by force, and as whatever they are recognised to be.
/// Neither may panic, and the account must add up.
pub fn one(format: &str, file: &[u8]) {
    let format = by_name(format).expect("the registry holds a format of this name");
    for forced in [Some(format), None] {
        let mut decoder = Decoder::new(forced);
        for line in file.split_inclusive(|byte| *byte == b'\n') {
            let mut events = 0;
            let mut bytes = 0;
            let outcome = decoder.line(line, &mut |event| {
                events += 1;
                event
                    .extra
                    .for_each(&mut |key, value| bytes += key.bytes().len() + value.bytes().len());
            });
            match outcome {
                Outcome::Events(count) => assert_eq!(count, events),
                Outcome::Skipped(_) | Outcome::Refused(_) => assert_eq!(events, 0),
            }
            std::hint::black_box(bytes);
        }
    }
}
