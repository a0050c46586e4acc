//! Every prefix and every single-byte change of the examples, offered to every protocol.

use rutter_event::Transport;

use crate::identify;
use crate::payload::{Payload, Side};
use crate::protocols::ALL;
use crate::tests::examples::spoken;

/// Bytes of an example that are changed one by one; what comes later is data.
const SWEPT: usize = 64;

#[test]
fn prefixes_never_name_another_protocol() {
    let mut wrong = Vec::new();
    for (own, examples) in spoken() {
        for example in examples.iter().filter(|example| example.is_own) {
            for end in 0..example.bytes.len().min(400) {
                let bytes = &example.bytes[..end];
                let found = identify(example.transport, example.port, example.side, bytes);
                if let Some(found) = found.filter(|found| found.protocol != own) {
                    wrong.push(format!("{own}: {} for {bytes:?}", found.protocol));
                    break;
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_prefix_on_every_carrier_and_side() {
    for example in spoken().flat_map(|(_, examples)| examples) {
        for end in 1..=example.bytes.len().min(200) {
            for transport in [Transport::TCP, Transport::UDP, Transport::ICMP] {
                for side in [Side::Client, Side::Server, Side::Any] {
                    let found = identify(transport, None, side, &example.bytes[..end]);
                    assert!(found.is_none() || transport != Transport::ICMP);
                }
            }
        }
    }
}

#[test]
fn every_value_of_every_byte() {
    for (name, examples) in spoken() {
        let Some(protocol) = ALL.iter().find(|protocol| protocol.name == name) else {
            continue;
        };
        for example in examples {
            let mut bytes = example.bytes.to_vec();
            for at in 0..bytes.len().min(SWEPT) {
                for value in 0..=255 {
                    bytes[at] = value;
                    let payload = Payload {
                        transport: example.transport,
                        port: example.port,
                        side: example.side,
                        bytes: &bytes,
                    };
                    let found = protocol.ask(&payload);
                    assert!(found.is_none_or(|found| found.probability > 0.5));
                }
                bytes[at] = example.bytes[at];
            }
        }
    }
}
