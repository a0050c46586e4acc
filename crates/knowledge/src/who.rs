//! Whose network an address is in, by databases that the user has (MaxMind DB files). Nothing is
//! looked up over a network.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use maxminddb::{MaxMindDbError, PathElement, Reader, path};

/// Databases of networks and countries, asked in their order.
#[derive(Default)]
pub struct Who {
    databases: Vec<Reader<Vec<u8>>>,
}

/// What the databases say of an address. The texts are the databases' own, and are shown like any
/// other text that somebody else wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// Number of the autonomous system.
    pub asn: Option<u32>,
    /// Who runs it.
    pub organization: Option<String>,
    /// Country, two letters (ISO 3166-1).
    pub country: Option<String>,
}

impl Owner {
    /// Whether nothing is known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }
}

/// A database that is none.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}; name an mmdb file, for instance of GeoLite2 or DB-IP", path.display())]
pub struct WhoError {
    /// The file.
    pub path: PathBuf,
    source: MaxMindDbError,
}

/// Largest file that is read, in bytes; the databases of cities have 130 MB.
pub const MAX_DATABASE: u64 = 1 << 30;

impl fmt::Debug for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.databases()).finish()
    }
}

impl Who {
    /// Reads databases into memory.
    ///
    /// # Errors
    /// The first file that cannot be read or is no such database.
    pub fn open(paths: &[PathBuf]) -> Result<Self, WhoError> {
        let databases = paths.iter().map(|path| {
            open(path).map_err(|source| WhoError {
                path: path.clone(),
                source,
            })
        });
        Ok(Self {
            databases: databases.collect::<Result<_, _>>()?,
        })
    }

    /// Each database: its type, and when it was built, in seconds since 1970.
    pub fn databases(&self) -> impl Iterator<Item = (&str, u64)> {
        self.databases.iter().map(|reader| {
            let about = reader.metadata();
            (about.database_type.as_str(), about.build_epoch)
        })
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.databases.is_empty()
    }

    /// Whose an address is; of several databases the first that says something is believed.
    #[must_use]
    pub fn owner(&self, ip: IpAddr) -> Owner {
        let mut owner = Owner::default();
        for reader in &self.databases {
            let Ok(found) = reader.lookup(ip.to_canonical()) else {
                continue;
            };
            let text = |paths: &[&[PathElement<'_>]]| {
                paths
                    .iter()
                    .find_map(|path| found.decode_path::<String>(path).ok().flatten())
            };
            owner.asn = owner.asn.or_else(|| {
                let number = found.decode_path(&path!["autonomous_system_number"]);
                number.ok().flatten().or_else(|| {
                    text(&[&path!["asn"]])?
                        .trim_start_matches("AS")
                        .parse()
                        .ok()
                })
            });
            owner.organization = owner
                .organization
                .or_else(|| text(&[&path!["autonomous_system_organization"], &path!["as_name"]]));
            owner.country = owner.country.or_else(|| {
                text(&[
                    &path!["country", "iso_code"],
                    &path!["registered_country", "iso_code"],
                    &path!["country_code"],
                    &path!["country"],
                ])
            });
        }
        owner
    }
}

fn open(path: &Path) -> Result<Reader<Vec<u8>>, MaxMindDbError> {
    let length = std::fs::metadata(path)?.len();
    if length > MAX_DATABASE {
        return Err(
            std::io::Error::other(format!("has {length} bytes, more than {MAX_DATABASE}")).into(),
        );
    }
    Reader::open_readfile(path)
}
