//! Connections and translations, from their beginning to their end: 302013 to 305013.

use rutter_event::Action::{Allowed, Denied, Unstated};

use super::super::super::phrase::Piece::{self, Holds, May, Says};
use super::super::reading::Field::{
    self, Bytes, Code, Destination, Duration, From, Ingress, Note, Protocol, Server, Source,
    SourceMapped, To, Type, User, Way, Word,
};
use super::{Form, Message, Order, TYPE_AND_CODE, message};

const REASON: Piece<Field> = May(&[Says(" "), Holds(Note("reason"))]);

const BARE_TYPE_AND_CODE: Form = &[Says(" type "), Holds(Type), Says(" code "), Holds(Code)];

/// `Built inbound TCP connection 7 for outside:A/P (A/P) to inside:B/Q (C/Q)`: `for` names the end
/// on the side of less trust.
const BUILT: Form = &[
    Says("Built "),
    Holds(Way),
    Says(" "),
    Holds(Protocol),
    Says(" connection "),
    Holds(Word("connection_id")),
    Says(" for "),
    Holds(From),
    Says(" to "),
    Holds(To),
];

/// GRE: `from` where the others have `for`.
const BUILT_FROM: Form = &[
    Says("Built "),
    Holds(Way),
    Says(" "),
    Holds(Protocol),
    Says(" connection "),
    Holds(Word("connection_id")),
    Says(" from "),
    Holds(From),
    Says(" to "),
    Holds(To),
];

const TEARDOWN: Form = &[
    Says("Teardown "),
    Holds(Protocol),
    Says(" connection "),
    Holds(Word("connection_id")),
    Says(" for "),
    Holds(From),
    Says(" to "),
    Holds(To),
    Says(" duration "),
    Holds(Duration),
    Says(" bytes "),
    Holds(Bytes),
    REASON,
];

/// PIX wrote the users without brackets.
const TEARDOWN_USERS: Form = &[
    Says("Teardown "),
    Holds(Protocol),
    Says(" connection "),
    Holds(Word("connection_id")),
    Says(" for "),
    Holds(From),
    May(&[Says(" "), Holds(User)]),
    Says(" to "),
    Holds(To),
    Says(" "),
    Holds(Note("destination_user")),
    Says(" duration "),
    Holds(Duration),
    Says(" bytes "),
    Holds(Bytes),
    REASON,
];

const TEARDOWN_FROM: Form = &[
    Says("Teardown "),
    Holds(Protocol),
    Says(" connection "),
    Holds(Word("connection_id")),
    Says(" from "),
    Holds(From),
    Says(" to "),
    Holds(To),
    Says(" duration "),
    Holds(Duration),
    Says(" bytes "),
    Holds(Bytes),
    REASON,
];

const BUILT_ICMP: Form = &[
    Says("Built "),
    Holds(Way),
    Says(" "),
    Holds(Protocol),
    Says(" connection "),
    May(&[Says("for ")]),
    Says("faddr "),
    Holds(Destination),
    Says(" gaddr "),
    Holds(SourceMapped),
    Says(" laddr "),
    Holds(Source),
    May(BARE_TYPE_AND_CODE),
];

const BUILT_ICMP_NUMBERED: Form = &[
    Says("Built "),
    Holds(Way),
    Says(" "),
    Holds(Protocol),
    Says(" connection "),
    Holds(Word("connection_id")),
    Says(" for faddr "),
    Holds(Destination),
    Says(" gaddr "),
    Holds(SourceMapped),
    Says(" laddr "),
    Holds(Source),
    May(BARE_TYPE_AND_CODE),
];

const TEARDOWN_ICMP: Form = &[
    Says("Teardown "),
    Holds(Protocol),
    Says(" connection "),
    May(&[Says("for ")]),
    Says("faddr "),
    Holds(Destination),
    Says(" gaddr "),
    Holds(SourceMapped),
    Says(" laddr "),
    Holds(Source),
    May(BARE_TYPE_AND_CODE),
];

/// The part of a connection that another member of a cluster owns.
const BUILT_STUB: Form = &[
    Says("Built "),
    Holds(Word("role")),
    Says(" stub "),
    Holds(Protocol),
    Says(" connection for "),
    Holds(From),
    Says(" to "),
    Holds(To),
];

const TEARDOWN_STUB: Form = &[
    Says("Teardown "),
    May(&[Says("stub ")]),
    Holds(Protocol),
    Says(" connection for "),
    Holds(From),
    Says(" to "),
    Holds(To),
    Says(" duration "),
    Holds(Duration),
    Says(" forwarded bytes "),
    Holds(Bytes),
    REASON,
];

const TEARDOWN_ROLE_STUB: Form = &[
    Says("Teardown "),
    Holds(Word("role")),
    Says(" stub "),
    Holds(Protocol),
    Says(" connection for "),
    Holds(From),
    Says(" to "),
    Holds(To),
    Says(" duration "),
    Holds(Duration),
    Says(" forwarded bytes "),
    Holds(Bytes),
    REASON,
];

const BUILT_BYPASS: Form = &[
    Says("Built "),
    Holds(Protocol),
    Says(" state-bypass connection "),
    Holds(Word("connection_id")),
    Says(" from "),
    Holds(From),
    Says(" to "),
    Holds(To),
];

const TEARDOWN_BYPASS: Form = &[
    Says("Teardown "),
    Holds(Protocol),
    Says(" state-bypass connection "),
    Holds(Word("connection_id")),
    Says(" from "),
    Holds(From),
    Says(" to "),
    Holds(To),
    Says(" duration"),
    May(&[Says(",")]),
    Says(" "),
    Holds(Duration),
    Says(" bytes "),
    Holds(Bytes),
    REASON,
];

/// `Built dynamic TCP translation from inside:A/P to outside:B/Q`
const BUILT_TRANSLATION: Form = &[
    Says("Built "),
    Holds(Word("kind")),
    Says(" "),
    Holds(Protocol),
    Says(" translation from "),
    Holds(From),
    Says(" to "),
    Holds(To),
];

const TEARDOWN_TRANSLATION: Form = &[
    Says("Teardown "),
    Holds(Word("kind")),
    Says(" "),
    Holds(Protocol),
    Says(" translation from "),
    Holds(From),
    Says(" to "),
    Holds(To),
    Says(" duration "),
    Holds(Duration),
];

pub(super) const MESSAGES: &[Message] = &[
    message(302_013, Allowed, &[BUILT, BUILT_FROM]).order(Order::ByWay),
    message(302_014, Allowed, &[TEARDOWN, TEARDOWN_USERS, TEARDOWN_FROM]).order(Order::ByPorts),
    message(302_015, Allowed, &[BUILT, BUILT_FROM]).order(Order::ByWay),
    message(302_016, Allowed, &[TEARDOWN, TEARDOWN_USERS, TEARDOWN_FROM]).order(Order::ByPorts),
    message(302_017, Allowed, &[BUILT_FROM, BUILT]).order(Order::ByWay),
    message(302_018, Allowed, &[TEARDOWN_FROM, TEARDOWN]),
    message(302_020, Allowed, &[BUILT_ICMP, BUILT_ICMP_NUMBERED]).order(Order::LocalFirst),
    message(302_021, Allowed, &[TEARDOWN_ICMP]),
    message(302_022, Unstated, &[BUILT_STUB]).order(Order::ByPorts),
    message(302_023, Unstated, &[TEARDOWN_STUB, TEARDOWN_ROLE_STUB]).order(Order::ByPorts),
    message(302_024, Unstated, &[BUILT_STUB]).order(Order::ByPorts),
    message(302_025, Unstated, &[TEARDOWN_STUB, TEARDOWN_ROLE_STUB]).order(Order::ByPorts),
    message(302_026, Unstated, &[BUILT_STUB]),
    message(302_027, Unstated, &[TEARDOWN_STUB, TEARDOWN_ROLE_STUB]),
    message(302_035, Allowed, &[BUILT, BUILT_FROM]).order(Order::ByWay),
    message(302_036, Allowed, &[TEARDOWN, TEARDOWN_USERS, TEARDOWN_FROM]).order(Order::ByPorts),
    message(302_303, Allowed, &[BUILT_BYPASS]),
    message(302_304, Allowed, &[TEARDOWN_BYPASS]),
    message(302_305, Allowed, &[BUILT_BYPASS]),
    message(302_306, Allowed, &[TEARDOWN_BYPASS]),
    message(
        303_002,
        Allowed,
        &[
            &[
                Says("FTP connection from "),
                Holds(From),
                Says(" to "),
                Holds(To),
                Says(", user "),
                Holds(User),
                Says(" "),
                Holds(Note("action")),
            ],
            &[
                Holds(Source),
                Says(" "),
                Holds(Note("action")),
                Says(" "),
                Holds(Destination),
                May(&[Says(":"), Holds(Note("filename"))]),
            ],
        ],
    ),
    message(
        303_004,
        Denied,
        &[&[
            Says("FTP "),
            Holds(Note("command")),
            Says(" from "),
            Holds(From),
            Says(" to "),
            Holds(To),
        ]],
    ),
    message(
        303_005,
        Unstated,
        &[&[
            Says("Strict FTP inspection "),
            Holds(Note("reason")),
            Says(" from "),
            Holds(From),
            Says(" to "),
            Holds(To),
        ]],
    ),
    message(
        304_001,
        Allowed,
        &[
            &[
                Holds(Source),
                Says(" Accessed URL "),
                Holds(Server),
                May(&[Says(":"), Holds(Note("url"))]),
            ],
            &[
                Holds(User),
                Says("@"),
                Holds(Source),
                Says(" Accessed URL "),
                Holds(Server),
                May(&[Says(":"), Holds(Note("url"))]),
            ],
        ],
    ),
    message(
        304_002,
        Denied,
        &[&[
            Says("Access denied URL "),
            Holds(Note("url")),
            Says(" SRC "),
            Holds(Source),
            Says(" DEST "),
            Holds(Destination),
            May(&[Says(" on interface "), Holds(Ingress)]),
        ]],
    ),
    message(
        305_005,
        Denied,
        &[&[
            Says("No translation group found for "),
            Holds(Protocol),
            Says(" src "),
            Holds(From),
            Says(" dst "),
            Holds(To),
            May(TYPE_AND_CODE),
        ]],
    ),
    message(
        305_006,
        Denied,
        &[&[
            Holds(Note("kind")),
            Says(" translation creation failed for "),
            Holds(Protocol),
            Says(" src "),
            Holds(From),
            Says(" dst "),
            Holds(To),
            May(TYPE_AND_CODE),
        ]],
    ),
    message(
        305_009,
        Unstated,
        &[&[
            Says("Built "),
            Holds(Word("kind")),
            Says(" translation from "),
            Holds(From),
            Says(" to "),
            Holds(To),
        ]],
    )
    .order(Order::Translated),
    message(
        305_010,
        Unstated,
        &[&[
            Says("Teardown "),
            Holds(Word("kind")),
            Says(" translation from "),
            Holds(From),
            Says(" to "),
            Holds(To),
            Says(" duration "),
            Holds(Duration),
        ]],
    )
    .order(Order::Translated),
    message(305_011, Unstated, &[BUILT_TRANSLATION]).order(Order::Translated),
    message(305_012, Unstated, &[TEARDOWN_TRANSLATION]).order(Order::Translated),
    message(
        305_013,
        Denied,
        &[&[
            Says("Asymmetric NAT rules matched for forward and reverse flows; Connection for "),
            Holds(Protocol),
            Says(" src "),
            Holds(From),
            Says(" dst "),
            Holds(To),
            May(TYPE_AND_CODE),
            Says(" denied due to "),
            Holds(Note("reason")),
        ]],
    ),
];
