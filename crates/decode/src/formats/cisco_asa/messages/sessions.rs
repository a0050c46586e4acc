//! Who proves to be whom, and the tunnels and sessions that follow: 109001 to 109028, 611101, 611102, 750 and 751.

use rutter_event::Action::{Allowed, Denied, Unstated};

use super::super::super::phrase::Piece::{Holds, May, Says};
use super::super::reading::Field::{
    Destination, From, Ingress, Note, Peer, Protocol, Rule, Source, Station, To, User, Word,
};
use super::{Form, Message, message};

/// `Auth start for user 'alice' from A/P to B/Q`
const AUTH_START: Form = &[
    Says("Auth start for user "),
    Holds(User),
    Says(" from "),
    Holds(Source),
    Says(" to "),
    Holds(Destination),
];

/// `Auth from A/P to B/Q failed (…) on interface inside`
const AUTH_FAILED: Form = &[
    Says("Auth from "),
    Holds(Source),
    Says(" to "),
    Holds(Destination),
    Says(" failed ("),
    Holds(Note("reason")),
    Says(") on interface "),
    Holds(Ingress),
];

/// `Authentication succeeded for user 'alice' from A/P to B/Q on interface inside`
const OF_USER: Form = &[
    Holds(Note("event")),
    Says(" for user "),
    Holds(User),
    Says(" from "),
    Holds(Source),
    Says(" to "),
    Holds(Destination),
    Says(" on interface "),
    Holds(Ingress),
];

const NOT_AUTHENTICATED: Form = &[
    Says("Authorization denied from "),
    Holds(Source),
    Says(" to "),
    Holds(Destination),
    Says(" (not authenticated) on interface "),
    Holds(Ingress),
    Says(" using "),
    Holds(Protocol),
];

const DENIED_BY_LIST: Form = &[
    Says("Authorization denied (acl="),
    Holds(Rule),
    Says(") for user "),
    Holds(User),
    Says(" from "),
    Holds(Source),
    Says(" to "),
    Holds(Destination),
    Says(" on interface "),
    Holds(Ingress),
    May(&[Says(" using "), Holds(Protocol)]),
];

/// `User authentication failed: IP address: A, Uname: root`
const ADMINISTRATOR: Form = &[
    Says("User authentication "),
    Holds(Word("result")),
    Says(" IP address: "),
    Holds(Source),
    Says(", Uname: "),
    Holds(User),
];

/// `Local:B:500 Remote:A:500 Username:alice IKEv2 …`: the peer is the one who comes to us.
const IKE_2: Form = &[
    Says("Local:"),
    Holds(Station),
    Says(" Remote:"),
    Holds(Peer),
    Says(" Username:"),
    Holds(Word("user")),
    Says(" "),
    Holds(Note("event")),
];

/// All of 750 and 751, about the second version of the key exchange.
pub(super) const KEY_EXCHANGE: u32 = 750_000;

pub(super) const USERS: &[Message] = &[
    message(109_001, Unstated, &[AUTH_START]),
    message(109_002, Denied, &[AUTH_FAILED]),
    message(109_003, Denied, &[AUTH_FAILED]),
    message(109_005, Allowed, &[OF_USER]),
    message(109_006, Denied, &[OF_USER]),
    message(109_007, Allowed, &[OF_USER]),
    message(109_008, Denied, &[OF_USER]),
    message(109_010, Denied, &[AUTH_FAILED]),
    message(
        109_023,
        Denied,
        &[&[
            Says("User from "),
            Holds(Source),
            Says(" to "),
            Holds(Destination),
            Says(" on interface "),
            Holds(Ingress),
            Says(" "),
            Holds(Note("reason")),
        ]],
    ),
    message(109_024, Denied, &[NOT_AUTHENTICATED]),
    message(109_025, Denied, &[DENIED_BY_LIST]),
    message(
        109_028,
        Allowed,
        &[&[
            Says("aaa bypassed for same-security traffic from "),
            Holds(From),
            Says(" to "),
            Holds(To),
        ]],
    ),
];

pub(super) const ADMINISTRATORS: &[Message] = &[
    message(611_101, Allowed, &[ADMINISTRATOR]),
    message(611_102, Denied, &[ADMINISTRATOR]),
];

pub(super) const TUNNELS: &[Message] =
    &[message(KEY_EXCHANGE, Unstated, &[IKE_2]).beginning(b"Local:")];
