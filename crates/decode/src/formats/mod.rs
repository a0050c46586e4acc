//! The registry of log formats: one folder each, with code and a README whose examples are executed.
//!
//! A new format is a folder with a [`Format`] and a README (`netfilter` shows the form), a line in
//! [`REGISTRY`] and a target in `/fuzz`. `tests/formats` then holds it to its examples, feeds it cut
//! and mutated lines, and compares it with its peers; `BLESS=1` writes the examples' events.
//!
//! The files beside the folders read what many formats write the same way: numbers, addresses,
//! dates, JSON, sentences.

pub(crate) mod address;
mod alert;
mod answers;
pub mod arista_ngfw;
mod array;
pub mod aruba_os;
pub mod aws_vpc_flow;
pub mod azure_firewall;
pub mod azure_nsg_flow;
pub mod barracuda_cloudgen;
pub mod cato_sase;
pub mod cef;
pub mod checkpoint;
pub mod cisco_asa;
pub mod cisco_ftd;
pub mod cisco_ios;
pub mod cisco_meraki;
pub mod cisco_nxos;
pub mod cisco_umbrella;
pub mod citrix_adc;
pub mod clavister;
mod clock;
pub mod cloudflare;
pub(crate) mod csv;
pub mod csv_columns;
pub mod ecs;
mod ending;
mod extension;
pub mod f5_bigip;
mod fields;
pub mod filterlog;
pub mod fortigate;
pub mod gcp_firewall;
pub mod gcp_vpc_flow;
pub mod haproxy;
pub mod ipfilter;
pub mod ipfw;
mod json;
pub mod juniper_srx;
pub mod key_value;
pub mod leef;
pub mod masscan;
pub(crate) mod meaning;
pub mod mikrotik;
pub mod naabu;
pub mod netfilter;
pub mod netflow_json;
pub mod netscreen;
pub mod nmap;
mod number;
pub mod ocsf;
pub mod opencanary;
mod pair;
mod pairs;
pub mod panos;
mod phrase;
mod sessions;
pub mod snort_csv;
pub mod snort_fast;
pub mod snort_full;
pub mod snort_json;
mod socket;
pub mod sonicwall;
pub mod sophos_utm;
pub mod sophos_xg;
pub mod squid;
pub mod stormshield;
pub mod strongswan;
pub mod suricata_eve;
pub mod suricata_fast;
pub mod symantec_endpoint;
pub mod sysmon;
pub mod tcpdump;
pub mod ulogd_json;
mod values;
pub mod vectra_detect;
pub mod vmware_esxi;
pub mod vmware_nsx;
pub mod watchguard;
mod week;
mod windows_event;
pub mod windows_filtering_platform;
pub mod windows_firewall;
pub mod windows_nps;
mod words;
pub mod zeek;
pub mod zmap;
pub mod zscaler_dns;
pub mod zscaler_firewall;
pub mod zscaler_tunnel;
pub mod zyxel;

use crate::Format;

pub(crate) use self::fields::take_flags_of_flow;
pub(crate) use crate::search;

/// Every format, in the order in which it is asked whether a record is its own: the most telling
/// first. The names are unique.
pub static REGISTRY: &[&'static dyn Format] = &[
    // What we have written holds the keys of whatever it was written from.
    &ecs::Ecs,
    &ocsf::Ocsf,
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
    &zscaler_firewall::ZscalerFirewall,
    &arista_ngfw::AristaNgfw,
    &windows_firewall::WindowsFirewall,
    &aws_vpc_flow::AwsVpcFlow,
    &barracuda_cloudgen::BarracudaCloudgen,
    &suricata_fast::SuricataFast,
    &snort_fast::SnortFast,
    &snort_csv::SnortCsv,
    &suricata_eve::SuricataEve,
    &gcp_vpc_flow::GcpVpcFlow,
    &gcp_firewall::GcpFirewall,
    &zeek::Zeek,
    &azure_nsg_flow::AzureNsgFlow,
    &azure_firewall::AzureFirewall,
    &cef::Cef,
    &leef::Leef,
    &cisco_meraki::CiscoMeraki,
    &juniper_srx::JuniperSrx,
    &mikrotik::Mikrotik,
    &netscreen::Netscreen,
    &sophos_utm::SophosUtm,
    &stormshield::Stormshield,
    &clavister::Clavister,
    &netflow_json::NetflowJson,
    &windows_filtering_platform::WindowsFilteringPlatform,
    &sysmon::Sysmon,
    &opencanary::Opencanary,
    &cloudflare::Cloudflare,
    &nmap::Nmap,
    &masscan::Masscan,
    &zmap::Zmap,
    &naabu::Naabu,
    &citrix_adc::CitrixAdc,
    &vmware_nsx::VmwareNsx,
    &cato_sase::CatoSase,
    &vectra_detect::VectraDetect,
    &zscaler_dns::ZscalerDns,
    &zscaler_tunnel::ZscalerTunnel,
    &cisco_umbrella::CiscoUmbrella,
    &symantec_endpoint::SymantecEndpoint,
    &windows_nps::WindowsNps,
    &snort_json::SnortJson,
    &haproxy::Haproxy,
    &aruba_os::ArubaOs,
    &vmware_esxi::VmwareEsxi,
    &strongswan::Strongswan,
    &squid::Squid,
    &ipfw::Ipfw,
    &ipfilter::Ipfilter,
    &tcpdump::Tcpdump,
    &cisco_nxos::CiscoNxos,
    &zyxel::Zyxel,
    &snort_full::SnortFull,
    &csv_columns::CsvColumns,
    &key_value::KeyValue,
];

/// The format of a registry name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Format> {
    REGISTRY.iter().copied().find(|f| f.name() == name)
}
