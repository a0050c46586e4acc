//! The compiled base, and overlays upon it.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};
use std::{fmt, fs, io};

use rutter_event::Transport;
use serde::{Deserialize, Serialize};

use crate::classes::Classes;
use crate::condition::Networks;
use crate::exposure::Exposure;
use crate::index::{Guard, Index};
use crate::logging::Logging;
use crate::model::{Bilingual, Condition, Entry, When};
use crate::names::{NamesError, Operator, read_names};
use crate::primer::{Note, Topic};
use crate::read::{self, Fault};
use crate::rpc::Program;

/// What the build script wrote.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Compiled {
    pub(crate) entries: Vec<Entry>,
    pub(crate) topics: Vec<Topic>,
    pub(crate) notes: Vec<Note>,
}

/// All meanings, ready to be asked.
#[derive(Clone, Debug)]
pub struct Knowledge {
    /// Entries, sorted by id.
    pub entries: Vec<Entry>,
    /// The primer, in order.
    pub topics: Vec<Topic>,
    /// Notes on ports without a verdict.
    pub notes: Vec<Note>,
    /// Candidates by port, made when they are first asked for: a page of the handbook needs none.
    pub index: OnceLock<Index>,
    /// Classes of numbers that no condition tells apart.
    pub classes: Classes,
}

static EMBEDDED: LazyLock<Knowledge> = LazyLock::new(|| {
    let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/knowledge.bin"));
    // The build script wrote these very types; `embedded_base_loads` holds it to that.
    Knowledge::from_compiled(postcard::from_bytes(bytes).unwrap_or_default())
});

/// What stands beside the meanings. Only who asks pays for it.
#[derive(Debug, Default, Deserialize)]
struct Shelf {
    logging: Vec<Logging>,
    exposures: Vec<Exposure>,
    programs: Vec<Program>,
    operators: Vec<Operator>,
}

static SHELF: LazyLock<Shelf> = LazyLock::new(|| {
    let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/shelf.bin"));
    // As above; `the_shelf_loads` holds it to that.
    postcard::from_bytes(bytes).unwrap_or_default()
});

impl Knowledge {
    /// How to have more fields logged, a page for each kind of log.
    #[must_use]
    pub fn logging() -> &'static [Logging] {
        &SHELF.logging
    }

    /// Services that belong behind the border.
    #[must_use]
    pub fn exposures() -> &'static [Exposure] {
        &SHELF.exposures
    }

    /// What it means that everybody can reach a port, where it means something.
    #[must_use]
    pub fn exposure(transport: Transport, port: u16) -> Option<&'static Exposure> {
        let mut exposures = SHELF.exposures.iter();
        exposures.find(|exposure| exposure.covers(transport, port))
    }

    /// A program of ONC RPC by its number.
    #[must_use]
    pub fn program(number: u32) -> Option<&'static Program> {
        let at = SHELF.programs.binary_search_by_key(&number, |p| p.number);
        at.ok().and_then(|at| SHELF.programs.get(at))
    }

    /// Who scans the Internet in the open, and under which names.
    #[must_use]
    pub fn operators() -> &'static [Operator] {
        &SHELF.operators
    }

    /// The base that is built into the program.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    fn from_compiled(compiled: Compiled) -> Self {
        let Compiled {
            mut entries,
            mut topics,
            notes,
        } = compiled;
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        topics.sort_by_key(|t| t.order);
        for entry in &mut entries {
            for when in &mut entry.whens {
                when.conditions.sort_by_key(Condition::rank);
            }
            for evidence in &mut entry.evidence {
                evidence.conditions.sort_by_key(Condition::rank);
            }
            entry.guards = entry
                .evidence
                .iter()
                .map(|e| Guard::of(&e.conditions))
                .collect();
        }
        let classes = Classes::of(&entries);
        Self {
            entries,
            topics,
            notes,
            index: OnceLock::new(),
            classes,
        }
    }

    /// Candidates by port.
    #[must_use]
    #[inline]
    pub fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::of(&self.entries))
    }

    /// The entry of an id.
    #[must_use]
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries
            .binary_search_by(|e| e.id.as_str().cmp(id))
            .ok()
            .and_then(|at| self.entries.get(at))
    }

    /// This base with reverse names that a user has: addresses whose name lies in a domain of a
    /// declared scanner are such a scanner's. Whoever holds an address may name it as they like, so
    /// this weighs less than the operators' own lists.
    ///
    /// # Errors
    /// The first line that names no address.
    pub fn with_names(&self, names: &str) -> Result<Self, NamesError> {
        let names = read_names(names)?;
        let mut entries = self.entries.clone();
        if let Some(scanner) = entries.iter_mut().find(|e| e.id == SCANNER) {
            let whens = Self::operators().iter().filter_map(|o| theirs(o, &names));
            scanner.whens.extend(whens);
        }
        Ok(Self::from_compiled(Compiled {
            entries,
            topics: self.topics.clone(),
            notes: self.notes.clone(),
        }))
    }

    /// This base with a user's folder laid over it: an entry of the same id is replaced, a new id is
    /// added, and a file that holds only `id` and `silence = true` removes one.
    ///
    /// # Errors
    /// Every fault of every file; the base is then unchanged.
    pub fn overlaid(&self, folder: &Path) -> Result<Self, OverlayError> {
        let mut entries = self.entries.clone();
        let mut faults = Vec::new();
        for path in files(folder).map_err(|error| OverlayError::Folder {
            path: folder.to_owned(),
            error,
        })? {
            let text = match fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) => {
                    faults.push(Fault {
                        file: path.display().to_string(),
                        key: String::new(),
                        what: error.to_string(),
                    });
                    continue;
                }
            };
            let name = path
                .strip_prefix(folder)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            if let Some(id) = silenced(&text) {
                entries.retain(|e| e.id != id);
                continue;
            }
            match read::read(&name, &text) {
                Ok(page) => {
                    entries.retain(|e| e.id != page.entry.id);
                    entries.push(page.entry);
                }
                Err(found) => faults.extend(found),
            }
        }
        if !faults.is_empty() {
            return Err(OverlayError::Faults(faults));
        }
        let (topics, notes) = (self.topics.clone(), self.notes.clone());
        Ok(Self::from_compiled(Compiled {
            entries,
            topics,
            notes,
        }))
    }
}

/// The meaning to which reverse names lead.
const SCANNER: &str = "benign.research-scanner";
/// Less than an operator's own list, more than what any port says.
const WEIGHT_OF_NAME: f32 = 8.0;

/// How the hosts of an operator are recognised by their names; nothing when there are none.
fn theirs(operator: &Operator, names: &[(IpAddr, Vec<&str>)]) -> Option<When> {
    let is_theirs = |names: &[&str]| names.iter().any(|name| operator.owns(name));
    let hosts = names.iter().filter(|(_, names)| is_theirs(names));
    let hosts: Networks = hosts.map(|(ip, _)| *ip).collect();
    let name = &operator.name;
    (!hosts.is_empty()).then(|| When {
        conditions: vec![Condition::SourceIn(hosts)],
        weight: WEIGHT_OF_NAME,
        era: None,
        says: Some(Bilingual {
            en: format!("by the reverse name that you gave, the address is a host of {name}; names can be invented"),
            zh: format!("按你提供的反向域名，该地址属于 {name}；反向域名可由地址持有者随意填写"),
        }),
        tool: None,
    })
}

fn silenced(text: &str) -> Option<String> {
    let table: toml::Table = text.parse().ok()?;
    let silence = table.get("silence")?.as_bool()?;
    silence
        .then(|| table.get("id")?.as_str().map(str::to_owned))
        .flatten()
}

/// The `.toml` files below a folder, sorted.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for item in fs::read_dir(&folder)? {
            let path = item?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Why a user's folder was not taken.
#[derive(Debug)]
pub enum OverlayError {
    /// It cannot be read.
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Files in it are wrong.
    Faults(Vec<Fault>),
}

impl fmt::Display for OverlayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder { path, error } => {
                write!(f, "cannot read the folder {}: {error}", path.display())
            }
            Self::Faults(faults) => {
                for (i, fault) in faults.iter().enumerate() {
                    if i > 0 {
                        f.write_str("\n")?;
                    }
                    write!(f, "{fault}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for OverlayError {}
