//! Those who answer: servers that we use, victims of others, callers of the previous tenant.

use std::io;

use super::{
    DAY, DAYS, FIREWALL, FROM_OUTSIDE, HOUR, LET_IN, LET_OUT, MINUTE, SECOND, Story, ours,
};
use crate::netfilter::{Body, Options, Packet, Tcp};

/// Servers under a flood that bears our addresses as forged sources answer us.
pub(super) fn backscatter(story: &mut Story) -> io::Result<()> {
    for (day, hour, port, flags) in [
        (0, 11, 443, "ACK SYN"),
        (1, 2, 80, "ACK SYN"),
        (2, 8, 443, "ACK RST"),
        (4, 13, 80, "RST"),
    ] {
        let victim = story.stranger();
        for _ in 0..story.random.number(30_u64..=60) {
            let from = day * DAY + hour * HOUR;
            let at = story.between(from, from + 3 * HOUR);
            let options = if flags == "ACK SYN" {
                Options::SegmentSize
            } else {
                Options::None
            };
            let window = if flags == "ACK SYN" { 65_535 } else { 0 };
            let answer = Tcp {
                ack: (story.random.bits() >> 32) as u32,
                flags,
                options,
                ..story.bare_syn(port, 0, window)
            };
            let answer = Tcp {
                destination: story.random.number(1_024..=65_535),
                ..answer
            };
            let target = story.anyone();
            let packet = story.packet(victim, target, Body::Tcp(answer));
            story.log(at, FROM_OUTSIDE, &packet)?;
        }
    }
    Ok(())
}

/// Routers report that packets which we never sent could not be delivered.
pub(super) fn errors_about_forgeries(story: &mut Story) -> io::Result<()> {
    let router = story.stranger();
    let flooded = story.stranger();
    for _ in 0..24 {
        let at = story.between(DAY + 6 * HOUR, DAY + 9 * HOUR);
        let forged = story.anyone();
        let asked = Body::Udp {
            source: story.port(),
            destination: 11_211,
            data: 15,
        };
        let quoted = Box::new(story.packet(forged, flooded, asked));
        let packet = story.packet(
            router,
            forged,
            Body::Error {
                kind: 3,
                code: 1,
                quoted,
            },
        );
        story.log(
            at,
            FROM_OUTSIDE,
            &Packet {
                tos: 0xc0,
                ..packet
            },
        )?;
    }
    Ok(())
}

/// Our name server asks a machine that has gone, and is told so.
pub(super) fn errors_about_ours(story: &mut Story) -> io::Result<()> {
    let gone = story.stranger();
    for hour in [7, 8, 9, 13, 15] {
        let at = 2 * DAY + hour * HOUR + 12 * MINUTE + hour * 7_001;
        let question = Body::Udp {
            source: story.port(),
            destination: 53,
            data: 41,
        };
        let asked = story.packet(ours(FIREWALL), gone, question);
        let asked = Packet { ttl: 64, ..asked };
        story.log(at, LET_OUT, &asked)?;
        let quoted = Box::new(Packet { ttl: 51, ..asked });
        let packet = story.packet(
            gone,
            ours(FIREWALL),
            Body::Error {
                kind: 3,
                code: 3,
                quoted,
            },
        );
        story.log(
            at + 32_114,
            FROM_OUTSIDE,
            &Packet {
                tos: 0xc0,
                ..packet
            },
        )?;
    }
    Ok(())
}

/// Web servers that we visited close connections which the firewall has already forgotten.
pub(super) fn late_packets(story: &mut Story) -> io::Result<()> {
    for _ in 0..16 {
        let server = story.stranger();
        for _ in 0..story.random.number(4_u64..=12) {
            let day = story.random.below(DAYS);
            let at = story.between(day * DAY + 7 * HOUR, day * DAY + 19 * HOUR);
            let flags = story.random.pick([
                "ACK FIN",
                "ACK FIN",
                "ACK FIN",
                "ACK PSH FIN",
                "ACK",
                "RST",
                "ACK RST",
            ]);
            let close = Tcp {
                ack: (story.random.bits() >> 32) as u32,
                flags,
                options: match flags {
                    "RST" => Options::None,
                    _ => Options::Timestamps(
                        (story.random.bits() >> 32) as u32,
                        (story.random.bits() >> 32) as u32,
                    ),
                },
                data: if flags == "ACK PSH FIN" { 31 } else { 0 },
                ..story.bare_syn(443, 0, 502)
            };
            let close = Tcp {
                destination: story.port(),
                ..close
            };
            let packet = story.packet(server, ours(FIREWALL), Body::Tcp(close));
            story.log(at, FROM_OUTSIDE, &packet)?;
            // Unanswered, it comes again.
            if flags == "ACK FIN" && story.random.chance(60) {
                let again = Packet {
                    id: packet.id.wrapping_add(1),
                    ..packet
                };
                story.log(at + 420_000, FROM_OUTSIDE, &again)?;
            }
        }
    }
    Ok(())
}

/// Name servers and time servers answer after the firewall has given up waiting.
pub(super) fn late_answers(story: &mut Story) -> io::Result<()> {
    let resolvers = [story.stranger(), story.stranger()];
    for _ in 0..58 {
        let at = story.any_time();
        let resolver = story.random.pick(resolvers);
        let answer = Body::Udp {
            source: 53,
            destination: story.port(),
            data: story.random.number(90..=480),
        };
        let packet = story.packet(resolver, ours(FIREWALL), answer);
        story.log(at, FROM_OUTSIDE, &packet)?;
    }
    let clock = story.stranger();
    for day in 0..DAYS {
        let at = story.between(day * DAY, (day + 1) * DAY);
        let answer = Body::Udp {
            source: 123,
            destination: 123,
            data: 48,
        };
        let packet = story.packet(clock, ours(FIREWALL), answer);
        story.log(at, FROM_OUTSIDE, &packet)?;
    }
    Ok(())
}

/// Resolvers behind address translation ask our name server from ports below 1024.
pub(super) fn questions_from_low_ports(story: &mut Story) -> io::Result<()> {
    for _ in 0..9 {
        let resolver = story.stranger();
        for _ in 0..story.random.number(2_u64..=5) {
            let at = story.any_time();
            let source = story.random.number(600..=1_023);
            let question = Body::Udp {
                source,
                destination: 53,
                data: story.random.number(33..=58),
            };
            let packet = story.packet(resolver, ours(68), question);
            story.log(at, FROM_OUTSIDE, &packet)?;
        }
    }
    Ok(())
}

/// Our relay delivers mail; some servers ask by ident who is speaking.
pub(super) fn mail_and_ident(story: &mut Story) -> io::Result<()> {
    for asks in [true, true, true, true, false, false, false, false, false] {
        let server = story.stranger();
        for _ in 0..story.random.number(2_u64..=5) {
            let day = story.random.below(DAYS);
            let at = story.between(day * DAY + 6 * HOUR, day * DAY + 22 * HOUR);
            let syn = Tcp {
                options: Options::Linux((at / 1_000) as u32),
                window: 64_240,
                ..story.syn(25)
            };
            let packet = story.packet(ours(FIREWALL), server, Body::Tcp(syn));
            story.log(at, LET_OUT, &Packet { ttl: 64, ..packet })?;
            if asks {
                for wait in [260_000, SECOND + 270_000, 3 * SECOND + 290_000] {
                    let syn = story.syn(113);
                    let packet = story.packet(server, ours(FIREWALL), Body::Tcp(syn));
                    story.log(at + wait, FROM_OUTSIDE, &packet)?;
                }
            }
        }
    }
    Ok(())
}

/// Visitors of our web server and senders of mail, let in.
pub(super) fn visitors(story: &mut Story) -> io::Result<()> {
    for _ in 0..26 {
        let visitor = story.stranger();
        let (host, port) = story
            .random
            .pick([(70, 443), (70, 443), (70, 80), (FIREWALL, 25)]);
        for _ in 0..story.random.number(1_u64..=6) {
            let day = story.random.below(DAYS);
            let at = story.between(day * DAY + 6 * HOUR, day * DAY + 21 * HOUR);
            let syn = story.syn(port);
            let packet = story.packet(visitor, ours(host), Body::Tcp(syn));
            story.log(at, LET_IN, &packet)?;
        }
    }
    Ok(())
}

/// On Monday at noon the provider gave us one more address. Its last tenant shared files: his peers
/// keep calling, fewer by half every fourteen hours.
pub(super) fn residual_peers(story: &mut Story) -> io::Result<()> {
    let begin = 12 * HOUR;
    for _ in 0..75 {
        let peer = story.stranger();
        let first = begin + decayed(story);
        for call in 0..story.random.number(2_u64..=6) {
            let at = first + call * story.random.number(20 * MINUTE..=50 * MINUTE);
            let body = if story.random.chance(55) {
                Body::Udp {
                    source: story.random.number(10_000..=65_000),
                    destination: 48_213,
                    data: 78,
                }
            } else {
                Body::Tcp(story.syn(48_213))
            };
            let packet = story.packet(peer, ours(74), body);
            story.log(at, FROM_OUTSIDE, &packet)?;
        }
    }
    Ok(())
}

/// A wait that halves its chance every fourteen hours: coin after coin, then anywhere in the span.
fn decayed(story: &mut Story) -> u64 {
    let mut wait = 0;
    while story.random.chance(50) {
        wait += 14 * HOUR;
    }
    wait + story.random.below(14 * HOUR)
}
