//! How long a line takes. Run by hand, in a release build, on a quiet machine:
//!
//!     cargo test --release -p rutter-decode --test speed -- --ignored --nocapture
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement is for reading, and needs a clock"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use rutter_decode::formats::{REGISTRY, by_name};
use rutter_decode::{Decoder, Record};

/// Lines as they fill real logs.
const NETFILTER: &[(&str, &str)] = &[
    (
        "tcp",
        "[UFW BLOCK] IN=enp3s0 OUT= MAC=00:00:5e:00:53:01:00:00:5e:00:53:02:08:00 SRC=198.51.100.147 \
         DST=203.0.113.109 LEN=40 TOS=0x00 PREC=0x00 TTL=241 ID=54321 PROTO=TCP SPT=43210 DPT=37215 \
         WINDOW=65535 RES=0x00 SYN URGP=0 ",
    ),
    (
        "tcp with all that can be logged",
        "E-ALLFLAGS: IN=enp3s0 OUT= MACSRC=00:00:5e:00:53:02 MACDST=00:00:5e:00:53:01 MACPROTO=0800 \
         SRC=198.51.100.147 DST=203.0.113.109 LEN=44 TOS=0x00 PREC=0x00 TTL=241 ID=54321 PROTO=TCP \
         SPT=43210 DPT=37215 SEQ=3405803876 ACK=0 WINDOW=65535 RES=0x00 SYN URGP=0 OPT (020405B4) \
         UID=1000 GID=1000 MARK=0x2a ",
    ),
    (
        "udp, IPv6",
        "[UFW BLOCK] IN=eth0 OUT= MAC=33:33:00:00:00:fb:00:00:5e:00:53:02:86:dd \
         SRC=2001:0db8:0000:0000:0000:0000:0000:0007 DST=2001:0db8:0000:0000:0000:0000:0000:0009 \
         LEN=60 TC=0 HOPLIMIT=255 FLOWLBL=827589 PROTO=UDP SPT=5353 DPT=5353 LEN=20 ",
    ),
    (
        "icmp with quotation",
        "[UFW BLOCK] IN=eth0 OUT= MAC=00:00:5e:00:53:01:00:00:5e:00:53:02:08:00 SRC=198.51.100.1 \
         DST=203.0.113.9 LEN=56 TOS=0x00 PREC=0xC0 TTL=250 ID=1 PROTO=ICMP TYPE=3 CODE=1 \
         [SRC=203.0.113.9 DST=198.51.100.7 LEN=40 TOS=0x00 PREC=0x00 TTL=55 ID=2 DF PROTO=TCP \
         SPT=40000 DPT=23 WINDOW=1024 RES=0x00 SYN URGP=0 ] ",
    ),
];

/// Nanoseconds per call, the least of many rounds, each shorter than a turn on the processor: what
/// the machine's other work adds is noise.
fn measure(mut work: impl FnMut()) -> f64 {
    const CALLS: u32 = 1000;
    let round = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        for _ in 0..CALLS {
            work();
        }
        start.elapsed() / CALLS
    };
    let best = (0..3000)
        .map(|_| round(&mut work))
        .min()
        .unwrap_or(Duration::ZERO);
    best.as_secs_f64() * 1e9
}

#[test]
#[ignore = "a measurement"]
fn nanoseconds_per_line() {
    for format in REGISTRY {
        let line = format.example().as_bytes();
        let mut decoder = Decoder::default();
        let whole = measure(|| {
            black_box(decoder.line(black_box(line), &mut |event| {
                black_box(event);
            }));
        });
        println!(
            "{:12} {whole:6.0} ns  the registered example, envelope included",
            format.name()
        );
    }
    let Some(netfilter) = by_name("netfilter") else {
        return;
    };
    for (name, message) in NETFILTER {
        let record = Record {
            message: message.as_bytes(),
            ..Record::default()
        };
        let claims = measure(|| {
            black_box(netfilter.claims(black_box(&record)));
        });
        let decode = measure(|| {
            let _ = black_box(netfilter.decode(black_box(&record), &mut |event| {
                black_box(event);
            }));
        });
        println!(
            "netfilter    {decode:6.0} ns  decode, {claims:3.0} ns claims: {name}, {} bytes",
            message.len()
        );
    }
}
