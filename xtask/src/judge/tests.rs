use super::score::{Score, Verdict};
use super::truth::{Key, Names, Truth, Why, labels};
use super::{Half, half_of};

/// Made up after the form of nDPI's results.
const RESULT: &str = "\
Guessed flow protos:\t1\n\
\n\
HTTP\t8\t900\t1\n\
\n\
\t1\tTCP 192.0.2.1:40000 <-> 198.51.100.2:80 [proto: 7/HTTP][ClearText][Confidence: DPI][cat: Web/5]\n\
\t2\tUDP [2001:db8::1]:40001 -> [2001:db8::2]:443 [proto: 188.126/QUIC.Google][Encrypted][Confidence: DPI]\n\
\t3\tTCP 192.0.2.1:40002 -> 198.51.100.2:23 [proto: 77/Telnet][ClearText][Confidence: Match by port]\n\
\t4\tUDP 192.0.2.1:40003 -> 198.51.100.2:9 [proto: GTP:7/HTTP][ClearText][Confidence: DPI]\n\
\t5\tICMP 192.0.2.1:0 -> 198.51.100.2:0 [proto: 81/ICMP][ClearText][Confidence: DPI]\n\
\t6\tTCP 192.0.2.1:40004 -> 198.51.100.2:80 [proto: 7/HTTP][ClearText][Confidence: DPI]\n\
\t7\tTCP 192.0.2.1:40004 -> 198.51.100.2:80 [proto: 91/TLS][Encrypted][Confidence: DPI]\n";

fn named(name: &str) -> Truth {
    Truth::Named {
        names: vec![name.to_owned()],
        or_silence: false,
    }
}

#[test]
fn results_are_read() {
    let labels = labels(RESULT, &Names::read().unwrap()).unwrap();
    let key = |transport, from: &str, port, to: &str, other| {
        Key::new(
            transport,
            [(from.parse().unwrap(), port), (to.parse().unwrap(), other)],
        )
    };
    let of = |key| labels.get(&key).cloned();
    // The order of the ends does not matter.
    let http = key("TCP", "198.51.100.2", 80, "192.0.2.1", 40_000);
    assert_eq!(of(http), Some(named("http")));
    let quic = key("udp", "2001:db8::1", 40_001, "2001:db8::2", 443);
    assert_eq!(of(quic), Some(named("quic")));
    for (transport, port, other, why) in [
        ("tcp", 40_002, 23, Why::NotByPayload),
        ("udp", 40_003, 9, Why::Tunnelled),
        ("tcp", 40_004, 80, Why::SeveralLabels),
    ] {
        let key = key(transport, "192.0.2.1", port, "198.51.100.2", other);
        assert_eq!(of(key), Some(Truth::LeftOut(why)));
    }
    assert_eq!(labels.len(), 5);
}

#[test]
fn a_label_without_a_row_stops_the_measure() {
    let result = RESULT.replace("188.126/QUIC.Google", "999/Novelty");
    let fault = labels(&result, &Names::read().unwrap()).unwrap_err();
    assert!(fault.to_string().contains("Novelty over udp"), "{fault}");
}

#[test]
fn the_halves_do_not_move() {
    assert_eq!(half_of("bittorrent.pcap"), Half::Dev);
    assert_eq!(half_of("modbus.pcap"), Half::HeldOut);
}

#[test]
fn scores_are_the_textbook_s() {
    let mut score = Score::default();
    let nothing = Truth::Nothing;
    assert_eq!(score.enter(&named("a"), Some("a"), true), Verdict::Right);
    assert_eq!(score.enter(&named("a"), Some("b"), true), Verdict::Wrong);
    assert_eq!(score.enter(&named("b"), None, false), Verdict::Missed);
    assert_eq!(score.enter(&nothing, None, true), Verdict::RightlySilent);
    assert_eq!(score.enter(&nothing, Some("c"), true), Verdict::Wrong);
    assert_eq!(
        score.enter(&Truth::LeftOut(Why::Vague), Some("c"), true),
        Verdict::LeftOut
    );
    // a: right 1, missed 1, F1 2/3; b: missed 1, wrong 1, F1 0; c never occurs.
    assert_eq!(score.occurring().count(), 2);
    let near = |is: f64, should: f64| assert!((is - should).abs() < 1e-9, "{is} {should}");
    near(score.macro_f1(), 1.0 / 3.0);
    near(score.precision(), 1.0 / 3.0);
    near(score.recall(), 1.0 / 3.0);
    assert_eq!(
        (score.judged(), score.unseen, score.left_out(Why::Vague)),
        (5, 1, 1)
    );
}
