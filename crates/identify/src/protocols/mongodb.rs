//! MongoDB's wire protocol
//! (<https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/>).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, Match, STRONG};
use crate::pattern::Number::{Le32};
use crate::pattern::Test::{Is, OneOf, Within};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};
use crate::text::is_graphic;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "mongodb",
    title: "MongoDB",
    title_zh: "MongoDB 数据库",
    aliases: &["mongo"],
    carrier: Carrier::Tcp,
    ports: &[27017, 27018, 27019],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Within(0, Le32, 40, 0xffff)]).at_port(),
        either(&[Within(0, Le32, 40, 0xffff), OneOf(12, b"\x01\xd4\xdd\xdc"), OneOf(13, b"\0\x07"), Is(14, b"\0\0")]).at_port(),
];

const REPLY: u32 = 1;
/// Operations of old servers that begin like a query: zeros or flags, and a collection's name.
const OLD: [u32; 4] = [2001, 2002, 2005, 2006];
const QUERY: u32 = 2004;
/// A message under compression: the operation within, its size, the compressor.
const COMPRESSED: u32 = 2012;
const MESSAGE: u32 = 2013;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let length = usize::try_from(walk.le32()?).ok()?;
    walk.take(4)?;
    let answers = walk.le32()?;
    let operation = walk.le32()?;
    if length < payload.bytes.len() || !(26..=48_000_000).contains(&length) {
        return None;
    }
    match operation {
        QUERY => {
            walk.take(4)?;
            let collection = walk
                .until(0)
                .filter(|name| is_graphic(name) && name.contains(&b'.'))?;
            Some(
                Match::new(CERTAIN, Side::Client)
                    .text("collection", collection)
                    .maybe("command", command(walk, 8)),
            )
        }
        MESSAGE => {
            // Flags, of which seventeen have no meaning, then a body.
            let flags = walk.le32()?;
            if flags & 0xfffe_fffc != 0 || walk.u8()? > 1 {
                return None;
            }
            let side = if answers == 0 {
                Side::Client
            } else {
                Side::Server
            };
            Some(Match::new(CERTAIN, side).maybe("command", command(walk, 0)))
        }
        _ if OLD.contains(&operation) => {
            walk.take(4)?;
            let collection = walk
                .until(0)
                .filter(|name| is_graphic(name) && name.contains(&b'.'))?;
            Some(Match::new(STRONG, Side::Client).text("collection", collection))
        }
        COMPRESSED => {
            let (within, size) = (walk.le32()?, walk.le32()?);
            let known = matches!(within, QUERY | MESSAGE | REPLY) && size <= 48_000_000;
            let side = if answers == 0 {
                Side::Client
            } else {
                Side::Server
            };
            (known && walk.u8()? <= 3).then(|| Match::new(STRONG, side))
        }
        REPLY if answers != 0 && length <= 1 << 24 => Some(Match::new(CERTAIN, Side::Server)),
        _ => None,
    }
}

/// The name of a document's first element, after `skip` bytes.
fn command(mut walk: Cursor<'_>, skip: usize) -> Option<&[u8]> {
    walk.take(skip)?;
    walk.take(5)?;
    walk.until(0)
        .filter(|name| !name.is_empty() && is_graphic(name))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Client, b"\x3f\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xd4\x07\x00\x00\x00\x00\x00\x00admin.$cmd\x00\x00\x00\x00\x00\xff\xff\xff\xff\x18\x00\x00\x00\x10listDatabases\x00\x01\x00")
            .at(27017)
            .tells(&[("collection", "admin.$cmd"), ("command", "listDatabases")]),
        tcp(Side::Client, b"\x2d\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xdd\x07\x00\x00\x00\x00\x00\x00\x00\x18\x00\x00\x00\x10hello\x00\x01\x00\x00\x00\x00").tells(&[("command", "hello")]),
        tcp(Side::Client, b"\x30\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\xd2\x07\x00\x00\x00\x00\x00\x00shop.orders\x00\x10\x00\x00\x00").tells(&[("collection", "shop.orders")]),
        tcp(Side::Client, b"\x30\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\xdc\x07\x00\x00\xdd\x07\x00\x00\x20\x00\x00\x00\x02sn"),
        tcp(Side::Client, b"\x30\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\xdc\x07\x00\x00\xdd\x07\x00\x00\x20\x00\x00\x00\x09sn").at(27017).not(),
        tcp(Side::Client, b"\x3f\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xd5\x07\x00\x00\x00\x00\x00\x00").at(27017).not(),
        tcp(Side::Client, b"\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xd4\x07\x00\x00").at(27017).not(),
    ]
};
