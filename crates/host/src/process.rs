//! Who holds a socket.

/// Longest command line that is kept, in bytes.
const MAX_COMMAND: usize = 4096;

/// A process of this machine. Its texts are whatever it calls itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// Its name; empty where the system does not say.
    pub name: String,
    /// Its command line, words separated by blanks; empty where it may not be seen.
    pub command: String,
}

impl Process {
    /// What the system tells of a process, which may end meanwhile.
    #[must_use]
    pub fn of(pid: u32) -> Self {
        let read = |what: &str| {
            let mut bytes = std::fs::read(format!("/proc/{pid}/{what}")).unwrap_or_default();
            bytes.truncate(MAX_COMMAND);
            for byte in &mut bytes {
                if *byte == 0 {
                    *byte = b' ';
                }
            }
            String::from_utf8_lossy(&bytes).trim().to_owned()
        };
        Self {
            pid,
            name: read("comm"),
            command: read("cmdline"),
        }
    }
}

/// The name of a user, its number where nobody has that number.
#[cfg(unix)]
pub(crate) fn user(uid: u32) -> Option<String> {
    let known = nix::unistd::User::from_uid(nix::unistd::Uid::from_raw(uid)).ok();
    Some(
        known
            .flatten()
            .map_or_else(|| uid.to_string(), |user| user.name),
    )
}

/// Nobody's: such systems do not tell.
#[cfg(not(unix))]
pub(crate) fn user(_: u32) -> Option<String> {
    None
}
