//! ICMP to the ASA, errors without a connection, the botnet filter: 313001 to 338204.

use rutter_event::Action::{Denied, Dropped, Unstated};

use super::super::super::phrase::Piece::{Holds, May, Says};
use super::super::reading::Field::{
    Code, Destination, From, Ingress, Note, Protocol, QuotedDestination, QuotedProtocol,
    QuotedSource, Source, To, Type, Verdict,
};
use super::{Form, Message, message};

/// `Dynamic Filter dropped blacklisted TCP traffic from inside:A/P (C/R) to outside:B/Q (B/Q), …`
const BOTNET: Form = &[
    Says("Dynamic "),
    May(&[Says("Filter ")]),
    May(&[Says("filter ")]),
    Holds(Verdict),
    Says(" "),
    Holds(Note("list")),
    Says("listed "),
    Holds(Protocol),
    Says(" traffic from "),
    Holds(From),
    Says(" to "),
    Holds(To),
    Says(", "),
    Holds(Note("reason")),
];

/// The list's name in two words: `black listed`.
const BOTNET_APART: Form = &[
    Says("Dynamic "),
    May(&[Says("Filter ")]),
    May(&[Says("filter ")]),
    Holds(Verdict),
    Says(" "),
    Holds(Note("list")),
    Says(" listed "),
    Holds(Protocol),
    Says(" traffic from "),
    Holds(From),
    Says(" to "),
    Holds(To),
    Says(", "),
    Holds(Note("reason")),
];

const ICMP_TO_SELF: Form = &[
    Says("Denied "),
    Holds(Protocol),
    Says(" type="),
    Holds(Type),
    Says(", code="),
    Holds(Code),
    Says(" from "),
    Holds(Source),
    Says(" on interface "),
    Holds(Ingress),
];

pub(super) const MESSAGES: &[Message] = &[
    message(313_001, Denied, &[ICMP_TO_SELF]),
    message(
        313_004,
        Denied,
        &[&[
            Says("Denied "),
            Holds(Protocol),
            Says(" type="),
            Holds(Type),
            Says(", from "),
            May(&[Says("laddr ")]),
            Holds(Source),
            Says(" on interface "),
            Holds(Ingress),
            Says(" to "),
            Holds(Destination),
            May(&[Says(":"), Holds(Note("reason"))]),
        ]],
    ),
    message(
        313_005,
        Denied,
        &[&[
            Says("No matching connection for ICMP error message: "),
            Holds(Protocol),
            Says(" src "),
            Holds(From),
            Says(" dst "),
            Holds(To),
            Says(" (type "),
            Holds(Type),
            Says(", code "),
            Holds(Code),
            Says(") on "),
            Holds(Ingress),
            Says(" interface."),
            May(&[
                Says(" Original IP payload: "),
                Holds(QuotedProtocol),
                Says(" src "),
                Holds(QuotedSource),
                Says(" dst "),
                Holds(QuotedDestination),
            ]),
        ]],
    ),
    message(313_008, Denied, &[ICMP_TO_SELF]),
    message(
        313_009,
        Denied,
        &[&[
            Says("Denied invalid ICMP code "),
            Holds(Code),
            Says(", for "),
            Holds(From),
            Says(" to "),
            Holds(To),
            Says(", ICMP id "),
            Holds(Note("icmp_id")),
            Says(", ICMP type "),
            Holds(Type),
        ]],
    ),
    message(338_001, Unstated, &[BOTNET, BOTNET_APART]),
    message(338_002, Unstated, &[BOTNET, BOTNET_APART]),
    message(338_003, Unstated, &[BOTNET, BOTNET_APART]),
    message(338_004, Unstated, &[BOTNET, BOTNET_APART]),
    message(338_005, Dropped, &[BOTNET, BOTNET_APART]),
    message(338_006, Dropped, &[BOTNET, BOTNET_APART]),
    message(338_007, Dropped, &[BOTNET, BOTNET_APART]),
    message(338_008, Dropped, &[BOTNET, BOTNET_APART]),
    message(338_101, Unstated, &[BOTNET, BOTNET_APART]),
    message(338_102, Unstated, &[BOTNET, BOTNET_APART]),
    message(338_103, Unstated, &[BOTNET, BOTNET_APART]),
    message(338_104, Unstated, &[BOTNET, BOTNET_APART]),
    message(338_201, Unstated, &[BOTNET, BOTNET_APART]),
    message(338_202, Unstated, &[BOTNET, BOTNET_APART]),
    message(338_203, Dropped, &[BOTNET, BOTNET_APART]),
    message(338_204, Dropped, &[BOTNET, BOTNET_APART]),
];
