//! The registry of log formats: one folder each, with code and a README whose examples are executed.
//!
//! The files beside the folders read what many formats write the same way: numbers, addresses,
//! dates, JSON.

mod address;
mod array;
pub mod azure_firewall;
pub mod azure_nsg_flow;
pub mod cef;
mod clock;
pub mod cloudflare;
pub mod ecs;
mod extension;
mod fields;
pub mod filterlog;
pub mod gcp_firewall;
pub mod gcp_vpc_flow;
mod json;
pub mod leef;
pub mod netfilter;
pub mod netflow_json;
mod number;
pub mod ocsf;
pub mod opencanary;
pub mod suricata_eve;
pub mod sysmon;
pub mod ulogd_json;
mod windows_event;
pub mod windows_filtering_platform;
pub mod zeek;

use crate::Format;

/// Every format, in the order in which it is asked whether a record is its own: the most telling
/// first. The names are unique.
pub static REGISTRY: &[&'static dyn Format] = &[
    &netfilter::Netfilter,
    &filterlog::Filterlog,
    &ulogd_json::UlogdJson,
    &suricata_eve::SuricataEve,
    &gcp_vpc_flow::GcpVpcFlow,
    &gcp_firewall::GcpFirewall,
    &zeek::Zeek,
    &azure_nsg_flow::AzureNsgFlow,
    &azure_firewall::AzureFirewall,
    &cef::Cef,
    &leef::Leef,
    &ecs::Ecs,
    &ocsf::Ocsf,
    &netflow_json::NetflowJson,
    &windows_filtering_platform::WindowsFilteringPlatform,
    &sysmon::Sysmon,
    &opencanary::Opencanary,
    &cloudflare::Cloudflare,
];

/// The format of a registry name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Format> {
    REGISTRY.iter().copied().find(|f| f.name() == name)
}
