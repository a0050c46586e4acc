//! What the system says of this process.

use std::fs::File;
use std::io::{Read as _, Seek as _};

use super::{Identity, SandboxError};

/// The process's own page in `/proc`, opened while that can still be done.
pub(super) struct Status {
    page: File,
}

/// What stands there.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) uid: u32,
    pub(super) gid: u32,
    /// Real, effective, saved and file system ids, of the user and of the group.
    ids: Vec<u32>,
    groups: Vec<u32>,
    threads: u32,
    capabilities: u64,
    pub(super) bounding: u64,
    no_new_privs: u32,
    seccomp: u32,
}

impl Status {
    pub(super) fn open() -> Result<Self, SandboxError> {
        let page = File::open("/proc/self/status")
            .map_err(|error| SandboxError::step("reading /proc/self/status", error))?;
        Ok(Self { page })
    }

    pub(super) fn read(&mut self) -> Result<Told, SandboxError> {
        let mut text = String::new();
        self.page
            .rewind()
            .and_then(|()| self.page.read_to_string(&mut text))
            .map_err(|error| SandboxError::step("reading /proc/self/status", error))?;
        Ok(Told::parse(&text))
    }
}

impl Told {
    fn parse(text: &str) -> Self {
        let mut told = Self::default();
        for (key, value) in text.lines().filter_map(|line| line.split_once(':')) {
            let numbers = || {
                value
                    .split_whitespace()
                    .filter_map(|word| word.parse().ok())
            };
            let number = || numbers().next().unwrap_or(u32::MAX);
            // What cannot be read counts as held.
            let set = || u64::from_str_radix(value.trim(), 16).unwrap_or(u64::MAX);
            match key {
                "Uid" => {
                    told.uid = number();
                    told.ids.extend(numbers());
                }
                "Gid" => {
                    told.gid = number();
                    told.ids.extend(numbers());
                }
                "Groups" => told.groups.extend(numbers()),
                "Threads" => told.threads = number(),
                "CapInh" | "CapPrm" | "CapEff" | "CapAmb" => told.capabilities |= set(),
                "CapBnd" => told.bounding = set(),
                "NoNewPrivs" => told.no_new_privs = number(),
                "Seccomp" => told.seccomp = number(),
                _ => {}
            }
        }
        told
    }

    /// Only this thread is about to be confined, so there must be no other.
    pub(super) fn alone(&self) -> Result<(), SandboxError> {
        if self.threads == 1 {
            return Ok(());
        }
        Err(SandboxError::Left(format!(
            "{} threads would run unconfined",
            self.threads
        )))
    }

    /// Whether everything is gone.
    pub(super) fn confined(&self, identity: Option<&Identity>) -> Result<(), SandboxError> {
        let mut left: Vec<String> = Vec::new();
        if let Some(Identity { uid, gid }) = identity {
            let (uid, gid) = (uid.as_raw(), gid.as_raw());
            if self.ids != [uid, uid, uid, uid, gid, gid, gid, gid] {
                left.push(format!("user and group ids are {:?}", self.ids));
            }
            if !self.groups.is_empty() {
                left.push(format!("groups are {:?}", self.groups));
            }
            if self.bounding != 0 {
                left.push(format!("the bounding set is {:x}", self.bounding));
            }
        }
        if self.ids.len() != 8 || self.ids.contains(&0) {
            left.push("an id is root's".to_owned());
        }
        if self.capabilities != 0 {
            left.push(format!("capabilities are {:x}", self.capabilities));
        }
        if self.no_new_privs != 1 {
            left.push("new privileges can be had".to_owned());
        }
        if self.seccomp != 2 {
            left.push("system calls are not filtered".to_owned());
        }
        if left.is_empty() {
            return Ok(());
        }
        Err(SandboxError::Left(left.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use nix::unistd::{Gid, Uid};

    use super::*;

    const CONFINED: &str = "Uid:\t9\t9\t9\t9\nGid:\t9\t9\t9\t9\nGroups:\t \nThreads:\t1\nCapInh:\t0000000000000000\n\
        CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nCapAmb:\t0000000000000000\n\
        NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n";

    #[test]
    fn whatever_is_left_is_named() {
        let nobody = Identity {
            uid: Uid::from_raw(9),
            gid: Gid::from_raw(9),
        };
        assert!(Told::parse(CONFINED).confined(Some(&nobody)).is_ok());
        for (line, instead) in [
            ("Uid:\t9\t9\t9\t9", "Uid:\t9\t9\t0\t9"),
            ("Gid:\t9\t9\t9\t9", "Gid:\t9\t9\t9\t0"),
            ("Groups:\t ", "Groups:\t4 27"),
            ("CapPrm:\t0000000000000000", "CapPrm:\t0000000000002000"),
            ("CapBnd:\t0000000000000000", "CapBnd:\t000001ffffffffff"),
            ("CapEff:\t0000000000000000", "CapEff:\tsome"),
            ("NoNewPrivs:\t1", "NoNewPrivs:\t0"),
            ("Seccomp:\t2", "Seccomp:\t0"),
            ("Seccomp:\t2\n", ""),
        ] {
            let text = CONFINED.replace(line, instead);
            assert_ne!(text, CONFINED);
            assert!(
                Told::parse(&text).confined(Some(&nobody)).is_err(),
                "{instead}"
            );
        }
        assert!(
            Told::parse(&CONFINED.replace("Threads:\t1", "Threads:\t2"))
                .alone()
                .is_err()
        );
        assert!(Told::parse("").confined(None).is_err());
    }
}
