//! The registry of log formats: one folder each, with code and a README whose examples are executed.
//!
//! The files beside the folders read what many formats write the same way: numbers, addresses,
//! dates, JSON.

mod address;
mod alert;
pub mod arista_ngfw;
pub mod aws_vpc_flow;
pub mod barracuda_cloudgen;
mod clock;
mod csv;
pub mod f5_bigip;
pub mod filterlog;
mod json;
pub mod netfilter;
mod number;
pub mod panos;
pub mod snort_csv;
pub mod snort_fast;
pub mod suricata_fast;
pub mod ulogd_json;
pub mod windows_firewall;
mod words;
pub mod zscaler_firewall;

use crate::Format;

/// Every format, in the order in which it is asked whether a record is its own: the most telling
/// first. The names are unique.
pub static REGISTRY: &[&'static dyn Format] = &[
    &netfilter::Netfilter,
    &filterlog::Filterlog,
    &ulogd_json::UlogdJson,
    &panos::Panos,
    &f5_bigip::F5Bigip,
    &zscaler_firewall::ZscalerFirewall,
    &arista_ngfw::AristaNgfw,
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
