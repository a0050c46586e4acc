//! What comes to the ASA itself, tunnels, sessions and threat detection.

use rutter_event::Action::{Allowed, Denied, Dropped, Unstated};

use super::super::super::phrase::Piece::{Holds, May, Says};
use super::super::reading::Field::{
    Destination, Duration, From, Ingress, Note, Protocol, Source, To, User, Way, Word,
};
use super::{Form, Message, message};

/// `Group <g> User <u> IP <A> …`
const SESSION: Form = &[
    Says("Group <"),
    Holds(Note("group")),
    Says("> User <"),
    Holds(User),
    Says("> IP <"),
    Holds(Source),
    Says("> "),
    Holds(Note("event")),
];

/// The same without the brackets.
const SESSION_BARE: Form = &[
    Says("Group "),
    Holds(Note("group")),
    Says(" User "),
    Holds(User),
    Says(" IP "),
    Holds(Source),
    Says(" "),
    Holds(Note("event")),
];

/// A session that goes on from another address than it had.
const SESSION_FROM: Form = &[
    Says("Group <"),
    Holds(Note("group")),
    Says("> User <"),
    Holds(User),
    Says("> IP <"),
    Holds(Destination),
    Says("> "),
    Holds(Note("event")),
    Says(" Connection from <"),
    Holds(Source),
    Says(">"),
];

/// `TCP access denied by ACL from A/P to outside:B/Q`
const ACCESS: Form = &[
    Holds(Protocol),
    Says(" access "),
    Holds(Note("access")),
    Says(" from "),
    Holds(Source),
    Says(" to "),
    Holds(To),
];

const CONNECTION_LIMIT: Form = &[
    Holds(Note("limit")),
    Says(" for "),
    Holds(Way),
    Says(" packet from "),
    Holds(Source),
    Says(" to "),
    Holds(Destination),
    Says(" on interface "),
    Holds(Ingress),
];

const FRAGMENT: Form = &[
    Holds(Note("reason")),
    Says(": src = "),
    Holds(Source),
    Says(", dest = "),
    Holds(Destination),
    Says(", proto = "),
    Holds(Protocol),
    Says(", id = "),
    Holds(Note("id")),
];

const SECURITY_ASSOCIATION: Form = &[
    Says("IPSEC: An "),
    Holds(Way),
    Says(" "),
    Holds(Word("tunnel_type")),
    Says(" SA (SPI= "),
    Holds(Note("spi")),
    Says(") between "),
    Holds(Source),
    Says(" and "),
    Holds(Destination),
    Says(" has been "),
    Holds(Note("event")),
];

const TLS: Form = &[
    Holds(Note("event")),
    Says(" with "),
    Holds(Word("peer_type")),
    Says(" "),
    Holds(From),
    May(&[Says(" to "), Holds(Destination)]),
    May(&[Says(" for "), Holds(Note("protocol_version"))]),
];

/// `SSL session with client outside:A/P to B/Q terminated`
const TLS_OF: Form = &[
    Says("SSL "),
    May(&[Says("session with ")]),
    Holds(Word("peer_type")),
    Says(" "),
    Holds(From),
    May(&[Says(" to "), Holds(Destination)]),
    Says(" "),
    Holds(Note("event")),
];

/// `Dropping Skinny message for inside:A/P to outside:B/Q, …`
const SKINNY: Form = &[
    Says("Dropping Skinny message for "),
    Holds(From),
    Says(" to "),
    Holds(To),
    Says(", "),
    Holds(Note("reason")),
];

const OFFLOADED: Form = &[
    Says("Offloaded "),
    Holds(Protocol),
    Says(" Flow for connection "),
    Holds(Word("connection_id")),
    Says(" from "),
    Holds(From),
    Says(" to "),
    Holds(To),
];

const NO_LONGER_OFFLOADED: Form = &[
    Holds(Protocol),
    Says(" Flow is no longer offloaded for connection "),
    Holds(Word("connection_id")),
    Says(" from "),
    Holds(From),
    Says(" to "),
    Holds(To),
];

/// `Pre-allocate SIP … secondary channel for outside:B/Q to inside:A from INVITE message`: the
/// channel leads to the end behind `for`.
const PRE_ALLOCATED: Form = &[
    Says("Pre-allocate "),
    Holds(Word("application")),
    Says(" "),
    Holds(Note("connection_type")),
    Says(" "),
    Holds(Protocol),
    Says(" secondary channel for "),
    Holds(To),
    Says(" to "),
    Holds(From),
    Says(" from "),
    Holds(Note("message")),
    Says(" message"),
];

/// The same of an application that has one kind of channel.
const PRE_ALLOCATED_BARE: Form = &[
    Says("Pre-allocate "),
    Holds(Note("connection_type")),
    Says(" secondary channel for "),
    Holds(To),
    Says(" to "),
    Holds(From),
    Says(" from "),
    Holds(Note("message")),
    Says(" message"),
];

const LOGIN: Form = &[
    Says("Login "),
    Holds(Note("result")),
    Says(" from "),
    Holds(Source),
    Says(" to "),
    Holds(To),
    Says(" for user \""),
    Holds(User),
    Says("\""),
];

pub(super) const MESSAGES: &[Message] = &[
    message(
        113_005,
        Denied,
        &[
            &[
                Says("AAA user authentication Rejected : reason = "),
                Holds(Note("reason")),
                Says(" : server = "),
                Holds(Destination),
                Says(" : user = "),
                Holds(User),
                Says(" : user IP = "),
                Holds(Source),
            ],
            &[
                Says("AAA user authentication Rejected : reason = "),
                Holds(Note("reason")),
                Says(" : server = "),
                Holds(Destination),
                Says(" : user = "),
                Holds(User),
            ],
        ],
    ),
    message(
        113_019,
        Unstated,
        &[&[
            Says("Group = "),
            Holds(Note("group")),
            Says(", Username = "),
            Holds(User),
            Says(", IP = "),
            Holds(Source),
            Says(", Session disconnected. Session Type: "),
            Holds(Note("session_type")),
            Says(", Duration: "),
            Holds(Duration),
            Says(", Bytes xmt: "),
            Holds(Note("bytes_xmt")),
            Says(", Bytes rcv: "),
            Holds(Note("bytes_rcv")),
            Says(", Reason: "),
            Holds(Note("reason")),
        ]],
    ),
    message(113_039, Allowed, &[SESSION]),
    message(
        201_003,
        Unstated,
        &[&[
            Says("Embryonic limit exceeded "),
            Holds(Word("limit")),
            Says(" for "),
            Holds(Source),
            Says(" "),
            Holds(Destination),
            Says(" on interface "),
            Holds(Ingress),
        ]],
    ),
    message(201_010, Denied, &[CONNECTION_LIMIT]),
    message(201_011, Denied, &[CONNECTION_LIMIT]),
    message(201_012, Denied, &[CONNECTION_LIMIT]),
    message(201_013, Denied, &[CONNECTION_LIMIT]),
    message(209_003, Dropped, &[FRAGMENT]),
    message(209_004, Dropped, &[FRAGMENT]),
    message(209_005, Dropped, &[FRAGMENT]),
    message(
        602_101,
        Unstated,
        &[&[
            Says("PMTU-D packet "),
            Holds(Note("size")),
            Says(", dest_addr="),
            Holds(Destination),
            Says(", src_addr="),
            Holds(Source),
            Says(", prot="),
            Holds(Protocol),
        ]],
    ),
    message(602_303, Unstated, &[SECURITY_ASSOCIATION]),
    message(602_304, Unstated, &[SECURITY_ASSOCIATION]),
    message(605_004, Denied, &[LOGIN]),
    message(605_005, Allowed, &[LOGIN]),
    message(607_001, Allowed, &[PRE_ALLOCATED, PRE_ALLOCATED_BARE]),
    message(608_001, Allowed, &[PRE_ALLOCATED, PRE_ALLOCATED_BARE]),
    message(608_002, Dropped, &[SKINNY]),
    message(608_003, Dropped, &[SKINNY]),
    message(608_004, Dropped, &[SKINNY]),
    message(608_005, Dropped, &[SKINNY]),
    message(
        609_001,
        Unstated,
        &[&[Says("Built local-host "), Holds(From)]],
    ),
    message(
        609_002,
        Unstated,
        &[&[
            Says("Teardown local-host "),
            Holds(From),
            Says(" duration "),
            Holds(Duration),
        ]],
    ),
    message(
        710_001,
        Unstated,
        &[&[
            Holds(Protocol),
            Says(" access requested from "),
            Holds(Source),
            Says(" to "),
            Holds(To),
        ]],
    ),
    message(710_002, Allowed, &[ACCESS]),
    message(710_003, Denied, &[ACCESS]),
    message(
        710_004,
        Denied,
        &[&[
            Holds(Protocol),
            Says(" connection limit exceeded from "),
            Holds(Source),
            Says(" to "),
            Holds(To),
            May(&[Says(" ("), Holds(Note("limit")), Says(")")]),
        ]],
    ),
    message(710_005, Dropped, &[DISCARDED]),
    message(710_006, Dropped, &[DISCARDED]),
    message(
        710_007,
        Unstated,
        &[&[
            Says("NAT-T keepalive received from "),
            Holds(Source),
            Says(" to "),
            Holds(To),
        ]],
    ),
    message(716_001, Allowed, &[SESSION]),
    message(716_002, Unstated, &[SESSION]),
    message(716_038, Allowed, &[SESSION]),
    message(716_039, Denied, &[SESSION]),
    message(716_058, Unstated, &[SESSION]),
    message(716_059, Allowed, &[SESSION_FROM, SESSION]),
    message(722_022, Allowed, &[SESSION, SESSION_BARE]),
    message(722_023, Unstated, &[SESSION, SESSION_BARE]),
    message(722_051, Allowed, &[SESSION, SESSION_BARE]),
    message(725_001, Unstated, &[TLS]),
    message(725_002, Unstated, &[TLS]),
    message(725_003, Unstated, &[TLS_OF]),
    message(725_006, Unstated, &[TLS]),
    message(725_007, Unstated, &[TLS_OF]),
    message(
        733_100,
        Unstated,
        &[&[
            Says("["),
            Holds(Note("object")),
            Says("] drop "),
            Holds(Note("rate_id")),
            Says(" exceeded. Current burst rate is "),
            Holds(Note("burst_rate")),
            Says(" per second, max configured rate is "),
            Holds(Note("max_burst_rate")),
            Says("; Current average rate is "),
            Holds(Note("average_rate")),
            Says(" per second, max configured rate is "),
            Holds(Note("max_average_rate")),
            Says("; Cumulative total count is "),
            Holds(Note("total_count")),
        ]],
    )
    .without_ends(),
    message(
        733_102,
        Unstated,
        &[&[
            Says("Threat-detection adds host "),
            Holds(Source),
            Says(" to shun list"),
        ]],
    ),
    message(
        733_103,
        Unstated,
        &[&[
            Says("Threat-detection removes host "),
            Holds(Source),
            Says(" from shun list"),
        ]],
    ),
    message(805_001, Allowed, &[OFFLOADED]),
    message(805_002, Allowed, &[NO_LONGER_OFFLOADED]),
];

/// `UDP request discarded from A/P to outside:B/Q`
const DISCARDED: Form = &[
    Holds(Protocol),
    Says(" request discarded from "),
    Holds(Source),
    Says(" to "),
    Holds(To),
];
