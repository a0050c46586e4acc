//! The registry of log formats: one folder each, with code and a README whose examples are executed.
//!
//! The files beside the folders read what many formats write the same way: numbers, addresses,
//! dates, JSON, sentences.

mod address;
pub mod cisco_asa;
pub mod cisco_ftd;
pub mod cisco_ios;
pub mod cisco_meraki;
mod clock;
mod ending;
pub mod filterlog;
mod json;
pub mod juniper_srx;
pub mod mikrotik;
pub mod netfilter;
pub mod netscreen;
mod number;
mod phrase;
pub mod ulogd_json;

use crate::Format;

/// Every format, in the order in which it is asked whether a record is its own: the most telling
/// first. The names are unique.
pub static REGISTRY: &[&'static dyn Format] = &[
    &netfilter::Netfilter,
    &filterlog::Filterlog,
    &ulogd_json::UlogdJson,
    &cisco_asa::CiscoAsa,
    &cisco_ftd::CiscoFtd,
    &cisco_ios::CiscoIos,
    &cisco_meraki::CiscoMeraki,
    &juniper_srx::JuniperSrx,
    &mikrotik::Mikrotik,
    &netscreen::Netscreen,
];

/// The format of a registry name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Format> {
    REGISTRY.iter().copied().find(|f| f.name() == name)
}
