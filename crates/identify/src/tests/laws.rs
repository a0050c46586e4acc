//! Laws that hold for any bytes.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop"
)]

use proptest::prelude::*;
use rutter_event::Transport;

use crate::payload::Side;
use crate::protocols::{ALL, candidates};
use crate::tests::examples::spoken;
use crate::{identify, write_fields};

/// An example of some protocol, some of whose bytes were changed and whose end was cut or grown.
fn nearly_spoken() -> impl Strategy<Value = Vec<u8>> {
    let examples: Vec<&'static [u8]> = spoken()
        .flat_map(|(_, examples)| examples)
        .map(|e| e.bytes)
        .collect();
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6);
    let tail = prop::collection::vec(any::<u8>(), 0..64);
    (
        prop::sample::select(examples),
        changes,
        any::<prop::sample::Index>(),
        tail,
    )
        .prop_map(|(bytes, changes, cut, tail)| {
            let mut bytes = bytes.to_vec();
            for (at, value) in changes {
                let length = bytes.len();
                if length > 0 {
                    bytes[at.index(length)] = value;
                }
            }
            bytes.truncate(1 + cut.index(bytes.len().max(1)));
            bytes.extend(tail);
            bytes
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn answers_are_probabilities_and_records_are_lines(
        bytes in nearly_spoken(),
        udp in any::<bool>(),
        port in proptest::option::of(any::<u16>()),
        side in prop::sample::select(vec![Side::Client, Side::Server, Side::Any]),
    ) {
        let transport = if udp { Transport::UDP } else { Transport::TCP };
        let found = identify(transport, port, side, &bytes);
        let mut record = b"{".to_vec();
        write_fields(found.as_ref(), &mut record);
        record.push(b'}');
        let text = String::from_utf8(record).expect("records are UTF-8");
        prop_assert!(!text.contains(char::is_control), "{text}");
        let value: serde_json::Value = serde_json::from_str(&text).expect("records are JSON");
        match found {
            None => prop_assert!(value["protocol"].is_null()),
            Some(found) => {
                prop_assert!(found.probability > 0.5 && found.probability < 1.0);
                prop_assert!(ALL.iter().any(|protocol| protocol.name == found.protocol));
            }
        }
    }

    #[test]
    fn the_first_byte_rules_out_nobody_who_would_answer(bytes in nearly_spoken()) {
        for transport in [Transport::TCP, Transport::UDP] {
            let payload = crate::payload::Payload { transport, port: None, side: Side::Any, bytes: &bytes };
            let Some(first) = bytes.first() else { return Ok(()) };
            for protocol in ALL.iter().filter(|protocol| protocol.ask(&payload).is_some()) {
                prop_assert!(candidates(*first).iter().any(|known| known.name == protocol.name));
            }
        }
    }
}
