//! Templates: what the fields of a data record are, as an exporter has announced them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rutter_event::{Refusal, Skip};

use super::recognise::Protocol;
use super::{MAX_FIELDS, MAX_TEMPLATES};
use crate::Outcome;
use crate::frames::{be16, be32};

/// A field of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Who defined it: 0 for IANA, [`SCOPE`] for the scope of NetFlow's options.
    pub(super) enterprise: u32,
    /// The number of its information element.
    pub(super) id: u16,
    /// Its length in bytes, or [`VARIABLE`].
    pub(super) length: u16,
}

/// A length that stands before each value (RFC 7011, section 7).
pub(super) const VARIABLE: u16 = 65_535;

/// The number under which scopes of NetFlow's options stand, which count by a list of their own.
pub(super) const SCOPE: u32 = u32::MAX;

/// Fields in the order of the record. None has the length zero, so that reading takes no more steps
/// than there are bytes.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) fields: Box<[Field]>,
    /// Bytes of the shortest record, at least 1.
    pub(super) least: usize,
    /// Its records tell of the exporter, not of flows.
    pub(super) is_options: bool,
}

/// Whose template it is, and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) exporter: Option<IpAddr>,
    pub(super) protocol: Protocol,
    /// NetFlow's source id, IPFIX's observation domain.
    pub(super) domain: u32,
    pub(super) id: u16,
}

/// All templates, up to [`MAX_TEMPLATES`].
#[derive(Debug, Default)]
pub(super) struct Templates {
    known: BTreeMap<Key, Template>,
}

impl Templates {
    pub(super) fn get(&self, key: &Key) -> Option<&Template> {
        self.known.get(key)
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.known.len()
    }

    /// Takes in a set of templates; `owner` is the key of each but for its number.
    pub(super) fn learn(&mut self, mut set: &[u8], owner: Key, is_options: bool) -> Outcome {
        let mut outcome = Outcome::Skipped(Skip::Header);
        // What is shorter than a template is padding.
        while set.len() >= 4 {
            let id = be16(set, 0).unwrap_or(0);
            let key = Key { id, ..owner };
            match self.learn_one(set, key, is_options) {
                Ok(rest) => set = rest,
                Err((why, rest)) => {
                    outcome = Outcome::Refused(why);
                    set = rest;
                }
            }
        }
        outcome
    }

    /// Takes in the first template of `set` and gives what follows it; one that cannot be kept comes
    /// with what follows it too, or with nothing where its end cannot be told.
    fn learn_one<'a>(
        &mut self,
        set: &'a [u8],
        key: Key,
        is_options: bool,
    ) -> Result<&'a [u8], (Refusal, &'a [u8])> {
        let is_ipfix = key.protocol == Protocol::Ipfix;
        let Some(shape) = Shape::of(set, is_ipfix, is_options) else {
            return Err((Refusal::Truncated, b""));
        };
        if is_ipfix && shape.fields == 0 {
            self.withdraw(key, is_options);
            return Ok(set.get(4..).unwrap_or_default());
        }
        let mut rest = set.get(shape.header..).unwrap_or_default();
        let mut fields = Vec::new();
        let mut least = 0;
        for place in 0..shape.fields {
            let Some((mut field, behind)) = read_field(rest, is_ipfix) else {
                return Err((Refusal::Truncated, b""));
            };
            rest = behind;
            if place < shape.scopes && !is_ipfix {
                field.enterprise = SCOPE;
            }
            // A field without bytes says nothing.
            if field.length > 0 && fields.len() <= MAX_FIELDS {
                least += if field.length == VARIABLE {
                    1
                } else {
                    usize::from(field.length)
                };
                fields.push(field);
            }
        }
        if key.id < 256 || fields.is_empty() {
            return Err((Refusal::BadFrame, rest));
        }
        let is_full = self.known.len() >= MAX_TEMPLATES && !self.known.contains_key(&key);
        if fields.len() > MAX_FIELDS || is_full {
            return Err((Refusal::TooLong, rest));
        }
        let template = Template {
            fields: fields.into(),
            least,
            is_options,
        };
        self.known.insert(key, template);
        Ok(rest)
    }

    /// An IPFIX template without fields takes an earlier one back, or all of a domain under the number
    /// of the set (RFC 7011, section 8.1).
    fn withdraw(&mut self, key: Key, is_options: bool) {
        let all = if is_options { 3 } else { 2 };
        if key.id == all {
            let (first, last) = (
                Key { id: 0, ..key },
                Key {
                    id: u16::MAX,
                    ..key
                },
            );
            let of_kind: Vec<Key> = self
                .known
                .range(first..=last)
                .filter(|(_, template)| template.is_options == is_options)
                .map(|(key, _)| *key)
                .collect();
            for key in of_kind {
                self.known.remove(&key);
            }
        } else {
            self.known.remove(&key);
        }
    }
}

/// How a template begins.
struct Shape {
    /// Bytes before its fields.
    header: usize,
    fields: usize,
    /// How many of them are scopes.
    scopes: usize,
}

impl Shape {
    fn of(set: &[u8], is_ipfix: bool, is_options: bool) -> Option<Self> {
        let second = usize::from(be16(set, 2)?);
        Some(match (is_options, is_ipfix) {
            (false, _) => Self {
                header: 4,
                fields: second,
                scopes: 0,
            },
            // A withdrawal ends here.
            (true, true) if second == 0 => Self {
                header: 4,
                fields: 0,
                scopes: 0,
            },
            (true, true) => Self {
                header: 6,
                fields: second,
                scopes: usize::from(be16(set, 4)?),
            },
            // Both lengths are in bytes, four a field (RFC 3954, section 6.1).
            (true, false) => {
                let options = usize::from(be16(set, 4)?);
                Self {
                    header: 6,
                    fields: second / 4 + options / 4,
                    scopes: second / 4,
                }
            }
        })
    }
}

fn read_field(bytes: &[u8], is_ipfix: bool) -> Option<(Field, &[u8])> {
    let (id, length) = (be16(bytes, 0)?, be16(bytes, 2)?);
    let has_enterprise = is_ipfix && id & 0x8000 != 0;
    let (enterprise, id, size) = if has_enterprise {
        (be32(bytes, 4)?, id & 0x7fff, 8)
    } else {
        (0, id, 4)
    };
    let field = Field {
        enterprise,
        id,
        length,
    };
    Some((field, bytes.get(size..)?))
}
