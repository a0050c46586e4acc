//! Redis and its relatives: arrays of counted strings, or bare words
//! (<https://redis.io/docs/latest/develop/reference/protocol-spec/>).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, LIKELY, Match, STRONG};
use crate::pattern::Test::{Between, Is};
use crate::pattern::{Pattern, client, server};
use crate::payload::{Payload, Side};
use crate::text::{contains, is_graphic, is_text, strip, whole_line, words};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "redis",
    title: "Redis, Valkey",
    title_zh: "Redis 键值库",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[6379, 6380, 26379],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"*"), Between(1, b'1', b'9'), Is(2, b"\r\n$")]),
        server(&[Is(0, b"-NOAUTH ")]),
        server(&[Is(0, b"+PONG")]),
        client(&[Is(0, b"PING")]).at_port(),
        client(&[Is(0, b"INFO")]).at_port(),
        server(&[Is(0, b"-ERR")]).at_port(),
        server(&[Is(0, b"+OK\r")]).at_port(),
        server(&[Is(0, b"-DENIED Redis")]),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    match payload.bytes.first()? {
        b'*' => array(payload.bytes).or_else(|| answer(payload)),
        b'-' | b'+' | b'$' | b':' | b'%' => answer(payload),
        _ => bare(payload),
    }
}

/// `*1\r\n$4\r\nPING\r\n`
fn array(bytes: &[u8]) -> Option<Match<'_>> {
    let mut walk = Cursor(bytes);
    let count = read_count(&mut walk, b'*')?;
    let length = read_count(&mut walk, b'$')?;
    if !(1..=1024).contains(&count) || !(1..=64).contains(&length) {
        return None;
    }
    let command = walk.take(length.min(walk.left()))?;
    let is_command = !command.is_empty() && is_graphic(command);
    is_command.then(|| Match::new(CERTAIN, Side::Client).text("command", command))
}

fn read_count(walk: &mut Cursor<'_>, mark: u8) -> Option<usize> {
    let line = walk.until(b'\n')?.strip_suffix(b"\r")?;
    let digits = line.strip_prefix(&[mark])?;
    if digits.len() > 5 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Commands as typed by hand. Some are of this protocol alone, others need the port to speak for
/// them.
fn bare<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let line = whole_line(payload.bytes)?;
    let own = [
        &b"CONFIG SET dir"[..],
        b"CONFIG SET dbfilename",
        b"CONFIG GET ",
        b"SLAVEOF ",
        b"REPLICAOF ",
        b"FLUSHALL",
        b"MODULE LOAD ",
        b"CLIENT LIST",
    ];
    let probability = if own.iter().any(|own| strip(line, own).is_some()) {
        STRONG
    } else if payload.is_at(PROTOCOL.ports) && payload.may_be(Side::Client) && is_common(line) {
        LIKELY
    } else {
        return None;
    };
    Some(Match::new(probability, Side::Client).maybe("command", words(line).next()))
}

fn is_common(line: &[u8]) -> bool {
    let verb = words(line).next().unwrap_or_default();
    [
        &b"PING"[..],
        b"INFO",
        b"AUTH",
        b"KEYS",
        b"GET",
        b"SET",
        b"COMMAND",
        b"ECHO",
        b"DBSIZE",
        b"QUIT",
        b"SELECT",
        b"HELLO",
        b"CLIENT",
    ]
    .iter()
    .any(|known| verb.eq_ignore_ascii_case(known))
}

fn answer<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let bytes = payload.bytes;
    let own = bytes.starts_with(b"-NOAUTH ")
        || bytes.starts_with(b"-DENIED Redis")
        || bytes.starts_with(b"-ERR unknown command")
        || bytes.starts_with(b"-ERR wrong number of arguments")
        || bytes.starts_with(b"-WRONGPASS ")
        || bytes.starts_with(b"-MISCONF Redis ")
        || bytes.starts_with(b"-LOADING Redis ")
        || bytes.starts_with(b"+PONG\r\n")
        || bytes.starts_with(b"$") && contains(bytes, b"redis_version:");
    if own {
        return Some(Match::new(STRONG, Side::Server));
    }
    let at_port = payload.is_at(PROTOCOL.ports) && payload.side == Side::Server;
    (at_port && is_value(bytes)).then(|| Match::new(LIKELY, Side::Server))
}

/// Whether the bytes are one value from end to end, or the head of an array: `+OK`, `:1`, `$3` and
/// three bytes. Others answer with the same marks, so there must be no byte that is not explained.
fn is_value(bytes: &[u8]) -> bool {
    let mut walk = Cursor(bytes);
    let Some(line) = walk.until(b'\n').and_then(|line| line.strip_suffix(b"\r")) else {
        return false;
    };
    let Some((mark, said)) = line.split_first() else {
        return false;
    };
    let number = || std::str::from_utf8(said).ok()?.parse::<i64>().ok();
    match mark {
        b'+' | b'-' => walk.is_empty() && !said.is_empty() && is_text(said),
        b':' => walk.is_empty() && number().is_some(),
        b'$' => match number() {
            Some(-1) => walk.is_empty(),
            Some(length) => {
                usize::try_from(length).is_ok_and(|length| walk.left() == length + 2)
                    && walk.0.ends_with(b"\r\n")
            }
            None => false,
        },
        b'*' | b'%' => match number() {
            Some(-1 | 0) => walk.is_empty(),
            Some(count) => count > 0 && walk.0.first().is_some_and(|mark| b"+-:$*%".contains(mark)),
            None => false,
        },
        _ => false,
    }
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Client, b"*1\r\n$4\r\nPING\r\n")
            .at(6379)
            .tells(&[("command", "PING")]),
        tcp(
            Side::Client,
            b"*3\r\n$7\r\nSLAVEOF\r\n$9\r\n192.0.2.9\r\n$4\r\n8888\r\n",
        )
        .tells(&[("command", "SLAVEOF")]),
        tcp(Side::Client, b"CONFIG SET dir /root/.ssh/\r\n").tells(&[("command", "CONFIG")]),
        tcp(Side::Client, b"INFO\r\n").at(6379),
        tcp(Side::Server, b"-NOAUTH Authentication required.\r\n"),
        tcp(
            Side::Server,
            b"-ERR unknown command 'GET', with args beginning with: '/'\r\n",
        ),
        tcp(Side::Server, b"+PONG\r\n").at(6379),
        tcp(
            Side::Server,
            b"$3000\r\n# Server\r\nredis_version:7.2.4\r\n",
        ),
        tcp(Side::Client, b"INFO\r\n").not(),
        tcp(Side::Client, b"*nothing\r\n").at(6379).not(),
        tcp(Side::Client, b"*1\r\n$4\r\n\x01\x02\x03\x04\r\n")
            .at(6379)
            .not(),
        tcp(Side::Server, b"+OK\r\n").at(6379),
        tcp(Side::Server, b"$3\r\nabc\r\n").at(6379),
        tcp(Side::Server, b"*2\r\n$1\r\na\r\n$1\r\nb\r\n").at(6379),
        tcp(Side::Server, b"+OK\r\n").not(),
        tcp(Side::Client, b"+OK\r\n").at(6379).not(),
        tcp(Side::Server, b"$3\r\nab\r\n").at(6379).not(),
        tcp(Side::Server, b"*list\r\n").at(6379).not(),
    ]
};
