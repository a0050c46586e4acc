//! What one worker enters while it decodes, and how the entries come together.

use std::collections::BTreeMap;
use std::io;

use rutter_source::{Name, Problem, SourceError};

use crate::account::{Account, Failure, Share};
use crate::feed::Job;
use crate::read::{Listen, Worker};

/// One worker's shares of the accounts of all sources.
#[derive(Default)]
pub(crate) struct Books {
    shares: BTreeMap<usize, Share>,
    failures: Vec<(usize, Failure)>,
}

impl Books {
    /// Decodes a job, lets `listener` hear of it and enters what became of every line. Gives back
    /// the job's buffer.
    pub(crate) fn enter(
        &mut self,
        job: Job,
        worker: &mut Worker<'_>,
        names: &[Name],
        listener: &mut impl Listen,
    ) -> Vec<u8> {
        match job {
            Job::Lines {
                source,
                chunk,
                headers,
                calendar,
            } => {
                let share = self.shares.entry(source).or_default();
                worker.lines(source, &chunk, headers, calendar, share, listener);
                chunk.bytes
            }
            Job::Capture { source, mut reader } => {
                let share = self.shares.entry(source).or_default();
                let (damage, error) = worker.capture(&mut reader, share, listener);
                if let Some(name) = names.get(source) {
                    let damage = damage.map(|damage| Failure::Capture(name.clone(), damage));
                    self.fail(source, name, damage, error);
                }
                Vec::new()
            }
            Job::Sealed { source, mut reader } => {
                let share = self.shares.entry(source).or_default();
                let taken = worker.sealed(&mut reader, share, listener);
                if let Some(name) = names.get(source) {
                    let (unfit, error) = match taken {
                        Ok(taken) => (taken.err(), None),
                        Err(error) => (None, Some(error)),
                    };
                    let unfit = unfit.map(|unfit| Failure::Sealed(name.clone(), unfit));
                    self.fail(source, name, unfit, error);
                }
                Vec::new()
            }
            Job::Flows { source, mut reader } => {
                let share = self.shares.entry(source).or_default();
                let (damage, error) = worker.flows(&mut reader, share, listener);
                if let Some(name) = names.get(source) {
                    let damage = damage.map(|damage| Failure::Flows(name.clone(), damage));
                    self.fail(source, name, damage, error);
                }
                Vec::new()
            }
        }
    }

    fn fail(
        &mut self,
        source: usize,
        name: &Name,
        damage: Option<Failure>,
        error: Option<io::Error>,
    ) {
        let error = error.map(|error| Failure::Source(source_error(name, error)));
        self.failures
            .extend(damage.into_iter().chain(error).map(|f| (source, f)));
    }

    /// Carries the entries over to the accounts.
    pub(crate) fn close(self, accounts: &mut [Account]) {
        for (source, share) in self.shares {
            if let Some(account) = accounts.get_mut(source) {
                account.add(share);
            }
        }
        for (source, failure) in self.failures {
            if let Some(account) = accounts.get_mut(source) {
                account.failures.push(failure);
            }
        }
    }
}

/// A reader wraps its own error in an `io::Error`; take it out again.
pub(crate) fn source_error(name: &Name, error: io::Error) -> SourceError {
    let kind = error.kind();
    match error
        .into_inner()
        .map(|inner| inner.downcast::<SourceError>())
    {
        Some(Ok(error)) => *error,
        _ => SourceError {
            place: name.clone(),
            problem: Problem::Failed {
                offset: 0,
                error: kind.into(),
            },
        },
    }
}
