//! The mistakes, one file each. A new one is a file and its line here.

mod amplifier_open;
mod dns_low_source_ports;
mod forwarded;
mod icmp_blocked;
mod ident_dropped;
mod ipv6_forgotten;
mod lan_chatter_logged;
mod log_after_drop;
mod log_without_fields;
mod log_without_limit;
mod management_open;
mod open;
mod shadowed_rule;
mod trusted_source_port;

use crate::lint::Lint;

/// All of them, by name.
pub const LINTS: &[Lint] = &[
    amplifier_open::LINT,
    dns_low_source_ports::LINT,
    icmp_blocked::LINT,
    ident_dropped::LINT,
    ipv6_forgotten::LINT,
    lan_chatter_logged::LINT,
    log_after_drop::LINT,
    log_without_fields::LINT,
    log_without_limit::LINT,
    management_open::LINT,
    shadowed_rule::LINT,
    trusted_source_port::LINT,
];
