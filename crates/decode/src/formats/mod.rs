//! The registry of log formats: one folder each, with code and a README whose examples are executed.
//!
//! The files beside the folders read what many formats write the same way: numbers, addresses,
//! dates, JSON.

mod address;
pub mod checkpoint;
pub mod clavister;
mod clock;
pub mod filterlog;
pub mod fortigate;
mod json;
pub mod netfilter;
mod number;
mod pairs;
mod sessions;
pub mod sonicwall;
pub mod sophos_utm;
pub mod sophos_xg;
pub mod stormshield;
pub mod ulogd_json;
pub mod watchguard;

use crate::Format;

/// Every format, in the order in which it is asked whether a record is its own: the most telling
/// first. The names are unique.
pub static REGISTRY: &[&'static dyn Format] = &[
    &netfilter::Netfilter,
    &filterlog::Filterlog,
    &ulogd_json::UlogdJson,
    &fortigate::Fortigate,
    &sophos_xg::SophosXg,
    &sonicwall::Sonicwall,
    &checkpoint::Checkpoint,
    &watchguard::Watchguard,
    &sophos_utm::SophosUtm,
    &stormshield::Stormshield,
    &clavister::Clavister,
];

/// The format of a registry name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Format> {
    REGISTRY.iter().copied().find(|f| f.name() == name)
}
