//! Users, groups and capabilities.

use caps::CapSet;
use nix::sys::prctl;
use nix::sys::resource::{Resource, setrlimit};
use nix::unistd::{Gid, Group, Uid, User, geteuid, setgroups, setresgid, setresuid};

use super::SandboxError;

/// Users to become when none is named, the first that exists.
const DEFAULT_USERS: [&str; 2] = ["rutter", "nobody"];

/// Who the sensor becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// User.
    pub uid: Uid,
    /// Group.
    pub gid: Gid,
}

/// Who to become: nobody else unless started as root.
pub(crate) fn identity(user: Option<&str>) -> Result<Option<Identity>, SandboxError> {
    let fault = |name: &str, reason| SandboxError::User {
        name: name.escape_default().to_string(),
        reason,
    };
    if !geteuid().is_root() {
        return match user {
            Some(name) => Err(fault(name, "only root can become somebody else")),
            None => Ok(None),
        };
    }
    let named = |name: &str| match name.parse::<u32>() {
        Ok(number) => User::from_uid(Uid::from_raw(number))
            .ok()
            .flatten()
            .or_else(|| {
                let group = Group::from_gid(Gid::from_raw(number)).ok().flatten();
                // A number need not have a name.
                group.is_none().then(|| nameless(number))
            }),
        Err(_) => User::from_name(name).ok().flatten(),
    };
    let found = match user {
        Some(name) => named(name).ok_or_else(|| fault(name, "there is no such user"))?,
        None => DEFAULT_USERS
            .into_iter()
            .find_map(named)
            .ok_or_else(|| fault("nobody", "there is no such user"))?,
    };
    if found.uid.is_root() || found.gid.as_raw() == 0 {
        return Err(fault(&found.name, "the sensor does not stay root"));
    }
    Ok(Some(Identity {
        uid: found.uid,
        gid: found.gid,
    }))
}

fn nameless(number: u32) -> User {
    User {
        name: number.to_string(),
        uid: Uid::from_raw(number),
        gid: Gid::from_raw(number),
        passwd: std::ffi::CString::default(),
        gecos: std::ffi::CString::default(),
        dir: std::path::PathBuf::default(),
        shell: std::path::PathBuf::default(),
    }
}

/// Leaves every group, then the group, then the user; in this order, because each step needs what
/// the next one gives up.
pub(super) fn become_nobody(identity: Option<&Identity>) -> Result<(), SandboxError> {
    if let Some(Identity { uid, gid }) = identity {
        let mut all: Vec<_> = caps::runtime::thread_all_supported().into_iter().collect();
        all.sort_unstable_by_key(caps::Capability::index);
        for capability in all {
            caps::drop(None, CapSet::Bounding, capability)
                .map_err(|error| SandboxError::step("emptying the bounding set", error))?;
        }
        setgroups(&[]).map_err(|error| SandboxError::step("leaving the groups", error))?;
        setresgid(*gid, *gid, *gid)
            .map_err(|error| SandboxError::step("leaving the group", error))?;
        setresuid(*uid, *uid, *uid).map_err(|error| SandboxError::step("leaving root", error))?;
    }
    for set in [
        CapSet::Ambient,
        CapSet::Effective,
        CapSet::Permitted,
        CapSet::Inheritable,
    ] {
        caps::clear(None, set)
            .map_err(|error| SandboxError::step("dropping capabilities", error))?;
    }
    Ok(())
}

/// No program that is started could have more rights, nobody may look inside, and no core is left
/// behind with what was received.
pub(super) fn never_again() -> Result<(), SandboxError> {
    prctl::set_no_new_privs().map_err(|error| SandboxError::step("no_new_privs", error))?;
    prctl::set_dumpable(false)
        .map_err(|error| SandboxError::step("closing the process to others", error))?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0)
        .map_err(|error| SandboxError::step("no core files", error))
}

/// Tries every way back, while seccomp does not yet stand before it.
pub(super) fn cannot_go_back(identity: Option<&Identity>) -> Result<(), SandboxError> {
    let root = (Uid::from_raw(0), Gid::from_raw(0));
    let ways = [
        (
            "the user can be changed back to root",
            setresuid(root.0, root.0, root.0).is_ok(),
        ),
        (
            "the group can be changed back to root's",
            setresgid(root.1, root.1, root.1).is_ok(),
        ),
        (
            "the groups can be changed",
            identity.is_some() && setgroups(&[root.1]).is_ok(),
        ),
        (
            "capabilities can be taken back",
            caps::raise(None, CapSet::Permitted, caps::Capability::CAP_NET_RAW).is_ok(),
        ),
    ];
    match ways.into_iter().find(|(_, open)| *open) {
        Some((way, _)) => Err(SandboxError::Left(way.to_owned())),
        None => Ok(()),
    }
}
