//! What it means that a service can be reached by everybody.

use rutter_event::Transport;
use serde::{Deserialize, Serialize};

use crate::condition::Service;
use crate::read::Fault;
use crate::word;

/// Why a service should not be reached by everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Danger {
    /// Whoever reaches it may take the machine over, if only by guessing.
    Management,
    /// Whoever reaches it reads, changes or deletes data.
    Database,
    /// Shares of files and printers.
    Files,
    /// Machines, buildings and plants.
    Control,
    /// It answers small forged requests with large answers to a victim.
    Amplifier,
}

/// Services that belong behind the border.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Exposure {
    /// Why.
    pub danger: Danger,
    /// Where they listen.
    pub services: Vec<Service>,
    /// What it means and what to do, English.
    pub en: String,
    /// The same, Chinese.
    pub zh: String,
}

impl Exposure {
    /// Whether it speaks of a port.
    #[must_use]
    pub fn covers(&self, transport: Transport, port: u16) -> bool {
        self.services
            .iter()
            .any(|s| s.transport == transport.0 && s.ports.contains(u32::from(port)))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    kind: Danger,
    ports: Vec<String>,
    en: String,
    #[serde(rename = "zh-CN")]
    zh: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    exposure: Vec<Written>,
}

/// Reads `ports/exposure.toml`.
///
/// # Errors
/// A [`Fault`] that names file and key.
pub fn read_exposures(file: &str, text: &str) -> Result<Vec<Exposure>, Fault> {
    let fault = |key: &str, what: String| Fault {
        file: file.to_owned(),
        key: key.to_owned(),
        what,
    };
    let written: File =
        toml::from_str(text).map_err(|e| fault("", e.to_string().replace('\n', " ")))?;
    let mut exposures: Vec<Exposure> = Vec::new();
    for one in written.exposure {
        let mut services = Vec::new();
        for port in &one.ports {
            let service = word::service(port)
                .ok_or_else(|| fault("exposure.ports", format!("{port:?} is no tcp/port")))?;
            let overlaps = |known: &Service| {
                known.transport == service.transport
                    && known.ports.low <= service.ports.high
                    && service.ports.low <= known.ports.high
            };
            let mut known = exposures.iter().flat_map(|e| &e.services).chain(&services);
            if known.any(overlaps) {
                return Err(fault("exposure.ports", format!("{port:?} stands twice")));
            }
            services.push(service);
        }
        if one.en.is_empty() || one.zh.is_empty() {
            return Err(fault(
                "exposure",
                "is not written in both languages".to_owned(),
            ));
        }
        exposures.push(Exposure {
            danger: one.kind,
            services,
            en: one.en,
            zh: one.zh,
        });
    }
    Ok(exposures)
}
