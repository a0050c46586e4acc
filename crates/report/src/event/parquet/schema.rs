//! The columns and their types.

use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as PhysicalType};
use parquet::errors::ParquetError;
use parquet::schema::types::{Type, TypePtr};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nanoseconds since 1970 in UTC.
    Instant,
    /// An unsigned number of so many bits.
    Unsigned(i8),
    /// UTF-8.
    Text,
}

/// How a column is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Physical {
    Int32,
    Int64,
    Bytes,
}

impl Kind {
    pub(super) const fn physical(self) -> Physical {
        match self {
            Self::Unsigned(..=32) => Physical::Int32,
            Self::Unsigned(_) | Self::Instant => Physical::Int64,
            Self::Text => Physical::Bytes,
        }
    }
}

use Kind::{Instant, Text, Unsigned};

/// Every column with what it holds; names and order are those of [`COLUMNS`](super::super::COLUMNS).
pub(super) const KINDS: [(&str, Kind); 51] = [
    ("@timestamp", Instant),
    ("rutter.uptime", Unsigned(64)),
    ("rutter.line", Unsigned(64)),
    ("rutter.format", Text),
    ("event.type", Text),
    ("event.action", Text),
    ("event.outcome", Text),
    ("event.duration", Unsigned(64)),
    ("source.ip", Text),
    ("source.port", Unsigned(16)),
    ("source.mac", Text),
    ("source.nat.ip", Text),
    ("source.nat.port", Unsigned(16)),
    ("destination.ip", Text),
    ("destination.port", Unsigned(16)),
    ("destination.mac", Text),
    ("destination.nat.ip", Text),
    ("destination.nat.port", Unsigned(16)),
    ("network.transport", Text),
    ("network.iana_number", Unsigned(8)),
    ("network.type", Text),
    ("network.direction", Text),
    ("network.bytes", Unsigned(64)),
    ("network.packets", Unsigned(64)),
    ("network.application", Text),
    ("network.community_id", Text),
    ("observer.vendor", Text),
    ("observer.product", Text),
    ("observer.hostname", Text),
    ("observer.ingress.interface.name", Text),
    ("observer.egress.interface.name", Text),
    ("observer.ingress.zone", Text),
    ("observer.egress.zone", Text),
    ("rule.name", Text),
    ("rule.id", Text),
    ("user.name", Text),
    ("rutter.tcp.flags", Text),
    ("rutter.tcp.window", Unsigned(16)),
    ("rutter.tcp.seq", Unsigned(32)),
    ("rutter.tcp.ack", Unsigned(32)),
    ("rutter.ip.ttl", Unsigned(8)),
    ("rutter.ip.id", Unsigned(16)),
    ("rutter.ip.length", Unsigned(32)),
    ("rutter.icmp.type", Unsigned(8)),
    ("rutter.icmp.code", Unsigned(8)),
    ("rutter.icmp.quoted.destination.ip", Text),
    ("rutter.icmp.quoted.destination.port", Unsigned(16)),
    ("rutter.port_class.destination", Text),
    ("rutter.service.source", Text),
    ("rutter.service.destination", Text),
    ("rutter.answer", Text),
];

/// The schema; every column is optional.
pub(super) fn message() -> Result<TypePtr, ParquetError> {
    let fields = KINDS
        .into_iter()
        .map(|(name, kind)| field(name, kind).map(Arc::new))
        .collect::<Result<_, _>>()?;
    let message = Type::group_type_builder("event").with_fields(fields);
    message.build().map(Arc::new)
}

fn field(name: &str, kind: Kind) -> Result<Type, ParquetError> {
    let stored = match kind.physical() {
        Physical::Int32 => PhysicalType::INT32,
        Physical::Int64 => PhysicalType::INT64,
        Physical::Bytes => PhysicalType::BYTE_ARRAY,
    };
    let meant = match kind {
        Instant => LogicalType::timestamp(true, TimeUnit::NANOS),
        Unsigned(bits) => LogicalType::integer(bits, false),
        Text => LogicalType::String,
    };
    Type::primitive_type_builder(name, stored)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(Some(meant))
        .build()
}

#[cfg(test)]
mod tests {
    use super::super::super::COLUMNS;
    use super::KINDS;

    #[test]
    fn the_columns_are_those_of_every_row() {
        assert_eq!(KINDS.map(|(name, _)| name), COLUMNS);
    }
}
