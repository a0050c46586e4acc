//! No file but the spool (Landlock).

use std::path::Path;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible as _, PathBeneath,
    PathFd, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _, RulesetStatus, Scope,
};

use super::SandboxError;

/// Everything that the crate knows how to forbid is forbidden as far as the kernel can.
const KNOWN: ABI = ABI::V6;
/// The first kernel interface that can keep a process from truncating files; what is older does not
/// keep the sensor to its spool.
const NEEDED: ABI = ABI::V3;

/// Closes the file system, the spool aside, and connecting and binding. Says whether the kernel
/// could do all that is needed.
pub(super) fn close(spool: Option<&Path>) -> Result<bool, SandboxError> {
    let fault = |error: &dyn std::fmt::Display| SandboxError::step("Landlock", error);
    let may: BitFlags<AccessFs> = AccessFs::ReadFile
        | AccessFs::ReadDir
        | AccessFs::WriteFile
        | AccessFs::Truncate
        | AccessFs::MakeReg
        | AccessFs::RemoveFile;
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(NEEDED));
    // A kernel without it says so here.
    let Ok(ruleset) = ruleset else {
        return Ok(false);
    };
    let mut created = ruleset
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(KNOWN))
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(KNOWN)))
        .and_then(|ruleset| ruleset.scope(Scope::from_all(KNOWN)))
        .and_then(Ruleset::create)
        .map_err(|error| fault(&error))?;
    if let Some(spool) = spool {
        let folder = PathFd::new(spool).map_err(|error| fault(&error))?;
        created = created
            .add_rule(PathBeneath::new(folder, may))
            .map_err(|error| fault(&error))?;
    }
    let status = created.restrict_self().map_err(|error| fault(&error))?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}
