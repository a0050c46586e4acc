//! The registry of log formats: one folder each, with code and a README whose examples are executed.
//!
//! A new format is a folder with a [`Format`] and a README (`netfilter` shows the form), a line in
//! [`REGISTRY`] and a target in `/fuzz`. `tests/formats` then holds it to its examples, feeds it cut
//! and mutated lines, and compares it with its peers; `BLESS=1` writes the examples' events.
//!
//! The files beside the folders read what many formats write the same way: numbers, addresses,
//! dates, JSON, sentences.

mod address;
mod alert;
pub mod aws_vpc_flow;
pub mod barracuda_cloudgen;
pub mod checkpoint;
pub mod cisco_asa;
pub mod cisco_ftd;
pub mod cisco_ios;
mod clock;
mod csv;
mod ending;
pub mod f5_bigip;
pub mod filterlog;
pub mod fortigate;
mod json;
pub mod netfilter;
mod number;
mod pairs;
pub mod panos;
mod phrase;
mod sessions;
pub mod snort_csv;
pub mod snort_fast;
pub mod sonicwall;
pub mod sophos_xg;
pub mod suricata_fast;
pub mod ulogd_json;
pub mod watchguard;
pub mod windows_firewall;
mod words;

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
    &fortigate::Fortigate,
    &sophos_xg::SophosXg,
    &sonicwall::Sonicwall,
    &checkpoint::Checkpoint,
    &watchguard::Watchguard,
    &panos::Panos,
    &f5_bigip::F5Bigip,
    &windows_firewall::WindowsFirewall,
    &aws_vpc_flow::AwsVpcFlow,
    &barracuda_cloudgen::BarracudaCloudgen,
    &suricata_fast::SuricataFast,
    &snort_fast::SnortFast,
    &snort_csv::SnortCsv,
];

/// The format of a registry name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Format> {
    REGISTRY.iter().copied().find(|f| f.name() == name)
}
