//! The fields of a flow log record, what each may hold, and the orders in which they come.

use super::super::address::{Written, written};
use super::super::number::{count, decimal};
use crate::header::{CODE, KEPT};

/// A field, under the name that AWS gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Version,
    Account,
    Interface,
    Source,
    Destination,
    SourcePort,
    DestinationPort,
    Protocol,
    Packets,
    Bytes,
    Start,
    End,
    Action,
    Status,
    TcpFlags,
    Type,
    PacketSource,
    PacketDestination,
    Direction,
    /// Kept as it stands: its name, and what it begins with where it is not a hyphen.
    Kept(&'static str, &'static str),
}

use Field::{
    Account, Action, Bytes, Destination, DestinationPort, Direction, End, Interface, Kept,
    PacketDestination, PacketSource, Packets, Protocol, Source, SourcePort, Start, Status,
    TcpFlags, Type, Version,
};

const VPC: Field = Kept("vpc-id", "vpc-");
const SUBNET: Field = Kept("subnet-id", "subnet-");
const INSTANCE: Field = Kept("instance-id", "i-");
const REGION: Field = Kept("region", "");
const ZONE: Field = Kept("az-id", "");
const SUBLOCATION_TYPE: Field = Kept("sublocation-type", "");
const SUBLOCATION: Field = Kept("sublocation-id", "");
const SOURCE_SERVICE: Field = Kept("pkt-src-aws-service", "");
const DESTINATION_SERVICE: Field = Kept("pkt-dst-aws-service", "");
const PATH: Field = Kept("traffic-path", "");

/// The order of the table of fields. The default format is its first fourteen; who adds the
/// fields of later versions to it gets more of it.
#[rustfmt::skip]
const TABLE: &[Field] = &[
    Version, Account, Interface, Source, Destination, SourcePort, DestinationPort, Protocol,
    Packets, Bytes, Start, End, Action, Status,
    // Version 3
    VPC, SUBNET, INSTANCE, TcpFlags, Type, PacketSource, PacketDestination,
    // Version 4
    REGION, ZONE, SUBLOCATION_TYPE, SUBLOCATION,
    // Version 5
    SOURCE_SERVICE, DESTINATION_SERVICE, Direction, PATH,
    // Version 7
    Kept("ecs-cluster-arn", "arn:"), Kept("ecs-cluster-name", ""),
    Kept("ecs-container-instance-arn", "arn:"), Kept("ecs-container-instance-id", ""),
    Kept("ecs-container-id", ""), Kept("ecs-second-container-id", ""),
    Kept("ecs-service-name", ""), Kept("ecs-task-definition-arn", "arn:"),
    Kept("ecs-task-arn", "arn:"), Kept("ecs-task-id", ""),
    // Version 8
    Kept("reject-reason", ""),
];

/// The custom format of AWS's example of TCP flags.
#[rustfmt::skip]
const SEQUENCE: &[Field] = &[
    Version, VPC, SUBNET, INSTANCE, Interface, Account, Type, Source, Destination, SourcePort,
    DestinationPort, PacketSource, PacketDestination, Protocol, Bytes, Packets, Start, End, Action,
    TcpFlags, Status,
];

/// The custom format of AWS's example of services and traffic paths.
#[rustfmt::skip]
const SERVICES: &[Field] = &[
    Version, Source, Destination, SourcePort, DestinationPort, Protocol, Start, End, Type, Packets,
    Bytes, Account, VPC, SUBNET, INSTANCE, Interface, REGION, ZONE, SUBLOCATION_TYPE, SUBLOCATION,
    Action, TcpFlags, PacketSource, PacketDestination, SOURCE_SERVICE, DESTINATION_SERVICE, PATH,
    Direction, Status,
];

/// The order of a record, told by its second and third column, and how many columns it needs.
pub(super) fn order(second: &[u8], third: &[u8]) -> Option<(&'static [Field], usize)> {
    if Account.may_be(second) && third.starts_with(b"eni-") {
        Some((TABLE, 14))
    } else if second.starts_with(b"vpc-") && third.starts_with(b"subnet-") {
        Some((SEQUENCE, SEQUENCE.len()))
    } else if Source.may_be(second) && Destination.may_be(third) {
        Some((SERVICES, SERVICES.len()))
    } else {
        None
    }
}

impl Field {
    /// Whether the field can hold this. In another order a column would fall on a field that
    /// cannot.
    pub(super) fn may_be(&self, column: &[u8]) -> bool {
        let is_none = column == b"-";
        match *self {
            Version => matches!(decimal::<u8>(column), Some(2..=20)),
            Account => {
                column == b"unknown"
                    || column.len() == 12 && count(column).is_some()
                    || matches!(written(column), Some(Written::Redacted))
            }
            Interface => is_none || column.starts_with(b"eni-"),
            Source | Destination => written(column).is_some(),
            PacketSource | PacketDestination => is_none || written(column).is_some(),
            SourcePort | DestinationPort => is_none || decimal::<u16>(column).is_some(),
            Protocol => decimal::<u8>(column).is_some(),
            Packets | Bytes => count(column).is_some(),
            Start | End => column.len() == 10 && count(column).is_some(),
            Action => matches!(column, b"ACCEPT" | b"REJECT" | b"-"),
            Status => column == b"OK",
            TcpFlags => is_none || decimal::<u8>(column).is_some(),
            Type => matches!(column, b"IPv4" | b"IPv6" | b"EFA" | b"-"),
            Direction => matches!(column, b"ingress" | b"egress" | b"-"),
            Kept(_, head) => is_none || column.starts_with(head.as_bytes()),
        }
    }

    /// The name that AWS gives it.
    const fn name(self) -> &'static str {
        match self {
            Source => "srcaddr",
            Destination => "dstaddr",
            SourcePort => "srcport",
            DestinationPort => "dstport",
            Protocol => "protocol",
            Packets => "packets",
            Bytes => "bytes",
            End => "end",
            Action => "action",
            Status => "log-status",
            Type => "type",
            Direction => "flow-direction",
            other => match other.kept_as() {
                Some(name) => name,
                None => "",
            },
        }
    }

    /// The name under which a field is kept that fills none of the event's, or not wholly.
    pub(super) const fn kept_as(self) -> Option<&'static str> {
        Some(match self {
            Version => "version",
            Account => "account-id",
            Interface => "interface-id",
            Start => "start",
            TcpFlags => "tcp-flags",
            PacketSource => "pkt-srcaddr",
            PacketDestination => "pkt-dstaddr",
            Kept(name, _) => name,
            _ => return None,
        })
    }
}

/// The code for a header of a column that the table does not have.
const OTHER: u8 = CODE;

/// The code of a column for a header.
pub(super) fn code(name: &[u8]) -> u8 {
    let place = TABLE
        .iter()
        .position(|field| field.name().as_bytes() == name);
    match place.and_then(|place| Some((u8::try_from(place).ok()?, TABLE.get(place)?))) {
        Some((place, field)) if field.kept_as().is_none() => place,
        Some((place, _)) => place | KEPT,
        None => OTHER | KEPT,
    }
}

/// The field of a code; any other column may hold anything.
pub(super) fn of_code(code: u8) -> &'static Field {
    const ANYTHING: &Field = &Kept("", "");
    TABLE.get(usize::from(code & CODE)).unwrap_or(ANYTHING)
}

/// Whether a word of a header line names a field.
pub(super) fn is_name(word: &[u8]) -> bool {
    const NAMES: [&[u8]; 18] = [
        b"version",
        b"account-id",
        b"interface-id",
        b"srcaddr",
        b"dstaddr",
        b"srcport",
        b"dstport",
        b"protocol",
        b"packets",
        b"bytes",
        b"start",
        b"end",
        b"action",
        b"log-status",
        b"tcp-flags",
        b"type",
        b"flow-direction",
        b"pkt-srcaddr",
    ];
    NAMES.contains(&word)
        || TABLE
            .iter()
            .any(|field| field.kept_as().is_some_and(|name| name.as_bytes() == word))
        || matches!(word, b"resource-id" | b"encryption-status")
}
