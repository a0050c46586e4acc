#![no_main]

use rutter_event::Transport;
use rutter_identify::{Side, identify, write_fields};

// The first byte chooses carrier and side, the next two the port, the rest is the payload.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let [choice, high, low, payload @ ..] = bytes else {
        return;
    };
    let transport = if choice & 1 == 0 { Transport::TCP } else { Transport::UDP };
    let side = match choice >> 1 & 3 {
        0 => Side::Client,
        1 => Side::Server,
        _ => Side::Any,
    };
    let port = (choice & 8 != 0).then(|| u16::from_be_bytes([*high, *low]));
    let found = identify(transport, port, side, payload);
    let mut record = Vec::new();
    write_fields(found.as_ref(), &mut record);
    assert!(found.is_none_or(|found| found.probability > 0.5 && found.probability < 1.0));
    assert!(!record.iter().any(u8::is_ascii_control));
});
