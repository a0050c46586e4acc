//! No system call but those that recording needs (seccomp).
//!
//! What is not on the list fails with `EPERM`. There is no `socket`, `connect`, `sendmsg` or `bind`
//! on it, so nothing can be called; `sendto` only without an address, so nothing can be sent but on a
//! connection that a client opened; no `execve`, `clone` or `fork`; no memory that can be executed.

use std::collections::BTreeMap;

use nix::libc;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, apply_filter,
};

use super::SandboxError;

/// Calls that may be made with any arguments.
const FREE: &[libc::c_long] = &[
    // Waiting
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_epoll_wait,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigaction,
    libc::SYS_sigaltstack,
    libc::SYS_sched_yield,
    libc::SYS_futex,
    // What comes in
    libc::SYS_accept4,
    libc::SYS_recvmsg,
    libc::SYS_recvmmsg,
    libc::SYS_recvfrom,
    libc::SYS_read,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    libc::SYS_getsockopt,
    // What goes out, to files and pipes that are open
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_lseek,
    libc::SYS_ftruncate,
    libc::SYS_fdatasync,
    libc::SYS_fsync,
    libc::SYS_fstat,
    // Ends
    libc::SYS_close,
    libc::SYS_shutdown,
    libc::SYS_exit,
    libc::SYS_exit_group,
    // Memory
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    // Time, chance, and who one is
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
];

/// Calls by which the spool begins and removes files. Landlock keeps them to its folder.
const SPOOL: &[libc::c_long] = &[
    libc::SYS_openat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_unlink,
    libc::SYS_unlinkat,
    libc::SYS_flock,
    libc::SYS_statx,
    libc::SYS_newfstatat,
    libc::SYS_getdents64,
];

#[cfg(target_arch = "x86_64")]
const HERE: TargetArch = TargetArch::x86_64;
#[cfg(target_arch = "aarch64")]
const HERE: TargetArch = TargetArch::aarch64;
#[cfg(target_arch = "riscv64")]
const HERE: TargetArch = TargetArch::riscv64;

/// Closes every other system call, for good.
pub(super) fn close(spool: bool) -> Result<(), SandboxError> {
    let fault = |error: &dyn std::fmt::Display| SandboxError::step("seccomp", error);
    let mut rules: BTreeMap<libc::c_long, Vec<SeccompRule>> = BTreeMap::new();
    for call in FREE {
        rules.insert(*call, Vec::new());
    }
    if spool {
        for call in SPOOL {
            rules.insert(*call, Vec::new());
        }
    }
    let condition = |argument: u8, op, value: u64| {
        SeccompCondition::new(argument, SeccompCmpArgLen::Qword, op, value)
    };
    let rule = |conditions: Vec<Result<SeccompCondition, seccompiler::BackendError>>| {
        conditions
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
            .and_then(SeccompRule::new)
    };
    let executable = libc::PROT_EXEC as u64;
    let limited = [
        // Never to an address: only what is connected can be sent to.
        (libc::SYS_sendto, vec![condition(4, SeccompCmpOp::Eq, 0)]),
        (
            libc::SYS_mmap,
            vec![condition(2, SeccompCmpOp::MaskedEq(executable), 0)],
        ),
        (
            libc::SYS_mprotect,
            vec![condition(2, SeccompCmpOp::MaskedEq(executable), 0)],
        ),
        // A connection that is refused is broken off, not wound down.
        (
            libc::SYS_setsockopt,
            vec![
                condition(1, SeccompCmpOp::Eq, libc::SOL_SOCKET as u64),
                condition(2, SeccompCmpOp::Eq, libc::SO_LINGER as u64),
            ],
        ),
        (
            libc::SYS_fcntl,
            vec![condition(1, SeccompCmpOp::Eq, libc::F_DUPFD_CLOEXEC as u64)],
        ),
    ];
    for (call, conditions) in limited {
        let rule = rule(conditions).map_err(|error| fault(&error))?;
        rules.insert(call, vec![rule]);
    }
    // The standard library asks of a descriptor whether it is one, in debug builds.
    let asks = rule(vec![condition(1, SeccompCmpOp::Eq, libc::F_GETFD as u64)]);
    rules
        .entry(libc::SYS_fcntl)
        .or_default()
        .push(asks.map_err(|error| fault(&error))?);
    let refuse = SeccompAction::Errno(libc::EPERM as u32);
    let filter = SeccompFilter::new(rules, refuse, SeccompAction::Allow, HERE)
        .map_err(|error| fault(&error))?;
    let program: BpfProgram = filter.try_into().map_err(|error| fault(&error))?;
    apply_filter(&program).map_err(|error| fault(&error))
}
