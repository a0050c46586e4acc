//! The messages that are read, in Cisco's wording: one row per mnemonic.

use rutter_event::Action::{self, Allowed, Denied, Dropped, Unstated};

use super::super::phrase::Piece::{self, Holds, May, Says};
use super::reading::Field::{
    self, Bytes, Destination, DestinationInput, Input, Note, Packets, Protocol, Responded, Rule,
    RuleId, Source, SourceInput, Verdict,
};

pub(super) type Form = &'static [Piece<Field>];

/// A message of one mnemonic.
pub(super) struct Message {
    pub(super) mnemonic: &'static str,
    /// What was done, where the mnemonic itself says so.
    pub(super) action: Action,
    pub(super) forms: &'static [Form],
}

/// The message of a mnemonic.
pub(super) fn by_mnemonic(mnemonic: &[u8]) -> Option<&'static Message> {
    MESSAGES
        .iter()
        .find(|message| message.mnemonic.as_bytes() == mnemonic)
}

/// `list 101 denied tcp A(P) (Vlan1 0000.5e00.5301) -> B(Q), 1 packet`
const ACL: Form = &[
    Says("list "),
    Holds(Rule),
    Says(" "),
    Holds(Verdict),
    Says(" "),
    Holds(Protocol),
    Says(" "),
    Holds(SourceInput),
    Says(" -> "),
    Holds(DestinationInput),
    Says(", "),
    Holds(Packets),
    Says(" packet"),
];

/// `R0/0: fman_fp_image: list …`: behind the name of a process of IOS XE.
const ACL_OF_PROCESS: Form = &[
    Holds(Note("process")),
    Says(" list "),
    Holds(Rule),
    Says(" "),
    Holds(Verdict),
    Says(" "),
    Holds(Protocol),
    Says(" "),
    Holds(SourceInput),
    Says(" -> "),
    Holds(DestinationInput),
    Says(", "),
    Holds(Packets),
    Says(" packet"),
];

/// IOS XR: `access-list NAME (10) deny tcp A(P) -> B(Q), 1 packet`
const ACL_OF_XR: Form = &[
    Says("access-list "),
    Holds(Rule),
    Says(" ("),
    Holds(RuleId),
    Says(") "),
    Holds(Verdict),
    Says(" "),
    Holds(Protocol),
    Says(" "),
    Holds(SourceInput),
    Says(" -> "),
    Holds(DestinationInput),
    Says(", "),
    Holds(Packets),
    Says(" packet"),
];

/// A standard list knows no more than the source.
const STANDARD: Form = &[
    Says("list "),
    Holds(Rule),
    Says(" "),
    Holds(Verdict),
    Says(" "),
    Holds(SourceInput),
    Says(" "),
    Holds(Packets),
    Says(" packet"),
];

const ACLS: &[Form] = &[ACL, ACL_OF_PROCESS, ACL_OF_XR];

/// `(target:class)-(PAIR:CLASS):Start tcp session: initiator (A:P) -- responder (B:Q)`
const SESSION: Form = &[
    Holds(Note("target")),
    Says("Start "),
    Holds(Protocol),
    Says(" session: initiator ("),
    Holds(Source),
    Says(") -- responder ("),
    Holds(Destination),
    Says(")"),
    May(&[Says(" from "), Holds(Input)]),
];

const SESSION_END: Form = &[
    Holds(Note("target")),
    Says("Stop "),
    Holds(Protocol),
    Says(" session: initiator ("),
    Holds(Source),
    Says(") sent "),
    Holds(Bytes),
    Says(" bytes -- responder ("),
    Holds(Destination),
    Says(") sent "),
    Holds(Responded),
    Says(" bytes"),
    May(&[Says(", from "), Holds(Input)]),
];

/// Before there were zones.
const INSPECTED: Form = &[
    May(&[Says("Stop ")]),
    Holds(Protocol),
    Says(" session"),
    May(&[Says(":")]),
    Says(" initiator ("),
    Holds(Source),
    Says(") sent "),
    Holds(Bytes),
    Says(" bytes -- responder ("),
    Holds(Destination),
    Says(") sent "),
    Holds(Responded),
    Says(" bytes"),
];

const INSPECTED_START: Form = &[
    Says("Start "),
    Holds(Protocol),
    Says(" session: initiator ("),
    Holds(Source),
    Says(") -- responder ("),
    Holds(Destination),
    Says(")"),
];

/// `Dropping tcp session A:P B:Q on zone-pair PAIR class CLASS due to … with ip ident 1`
const DROPPED_SESSION: Form = &[
    Says("Dropping "),
    Holds(Protocol),
    Says(" session "),
    Holds(Source),
    Says(" "),
    Holds(Destination),
    May(&[
        Says(" on zone-pair "),
        Holds(Rule),
        Says(" class "),
        Holds(Note("class")),
    ]),
    Says(" due to "),
    Holds(Note("reason")),
    Says(" with ip ident "),
    Holds(Field::Ident),
];

/// `Dropping tcp pkt from Gi0/0/2 A:P => B:Q(target:class)-(PAIR:CLASS) due to … with ip ident 1 …`
const DROPPED_PACKET: Form = &[
    Says("Dropping "),
    Holds(Protocol),
    Says(" pkt"),
    May(&[Says(" from "), Holds(Input)]),
    Says(" "),
    Holds(Source),
    Says(" => "),
    Holds(Destination),
    Holds(Note("target")),
    Says(" due to "),
    Holds(Note("reason")),
    Says(" with ip ident "),
    Holds(Field::Ident),
];

const PASSED_PACKET: Form = &[
    Holds(Note("target")),
    Says("Passing "),
    Holds(Protocol),
    Says(" pkt "),
    Holds(Source),
    Says(" => "),
    Holds(Destination),
    Says(" with ip ident "),
    Holds(Field::Ident),
];

/// `3 packets were dropped from A:P => B:Q (target:class)-(PAIR:CLASS)`
const SUMMARY: Form = &[
    Holds(Packets),
    Says(" packet"),
    May(&[Says("s")]),
    Says(" "),
    Holds(Verdict),
    Says(" from "),
    Holds(Source),
    Says(" => "),
    Holds(Destination),
    Says(" "),
    Holds(Note("target")),
];

const DIGEST: Form = &[
    Holds(Note("reason")),
    Says(" digest from "),
    Holds(SourceInput),
    Says(" to "),
    Holds(DestinationInput),
    Says(" "),
    Holds(Note("state")),
];

const LOGIN: Form = &[
    Says("Login "),
    Holds(Note("result")),
    Says(" [user: "),
    Holds(Field::User),
    Says("] [Source: "),
    Holds(SourceInput),
    Says("] [localport: "),
    Holds(Field::LocalPort),
    Says("]"),
];

const INVALID_SPI: Form = &[
    Holds(Note("reason")),
    Says(" destaddr="),
    Holds(DestinationInput),
    Says(", prot="),
    Holds(Protocol),
    Says(", spi="),
    Holds(Note("spi")),
    Says(", srcaddr="),
    Holds(SourceInput),
];

const INVALID_SPI_OF_INPUT: Form = &[
    Holds(Note("reason")),
    Says(" destaddr="),
    Holds(DestinationInput),
    Says(", prot="),
    Holds(Protocol),
    Says(", spi="),
    Holds(Note("spi")),
    Says(", srcaddr="),
    Holds(SourceInput),
    Says(", input interface="),
    Holds(Input),
];

const fn message(mnemonic: &'static str, action: Action, forms: &'static [Form]) -> Message {
    Message {
        mnemonic,
        action,
        forms,
    }
}

static MESSAGES: [Message; 21] = [
    message("IPACCESSLOGP", Unstated, ACLS),
    message("IPACCESSLOGDP", Unstated, ACLS),
    message("IPACCESSLOGNP", Unstated, ACLS),
    message("IPACCESSLOGRP", Unstated, ACLS),
    message("IPACCESSLOGSP", Unstated, ACLS),
    message("IPACCESSLOGS", Unstated, &[STANDARD]),
    message("ACCESSLOGP", Unstated, ACLS),
    message("ACCESSLOGDP", Unstated, ACLS),
    message("ACCESSLOGNP", Unstated, ACLS),
    message("ACCESSLOGSP", Unstated, ACLS),
    message("ACCESSLOGS", Unstated, &[STANDARD]),
    message(
        "SESS_AUDIT_TRAIL_START",
        Allowed,
        &[SESSION, INSPECTED_START],
    ),
    message("SESS_AUDIT_TRAIL", Allowed, &[SESSION_END, INSPECTED]),
    message("DROP_PKT", Dropped, &[DROPPED_SESSION, DROPPED_PACKET]),
    message("PASS_PKT", Allowed, &[PASSED_PACKET]),
    message("LOG_SUMMARY", Unstated, &[SUMMARY]),
    message("BADAUTH", Unstated, &[DIGEST]),
    message(
        "INVALID_RP_JOIN",
        Unstated,
        &[&[
            Says("Received "),
            Holds(Note("group")),
            Says(" Join from "),
            Holds(SourceInput),
            Says(" for invalid RP "),
            Holds(DestinationInput),
        ]],
    ),
    message("LOGIN_FAILED", Denied, &[LOGIN]),
    message("LOGIN_SUCCESS", Allowed, &[LOGIN]),
    message(
        "RECVD_PKT_INV_SPI",
        Dropped,
        &[INVALID_SPI, INVALID_SPI_OF_INPUT],
    ),
];
