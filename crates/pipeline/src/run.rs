//! Two ways to run over events one by one in no order: sum, and convert. The third is `explain.rs`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use rutter_analysis::Profile;
use rutter_analysis::profile::{Gatherer, Shards};
use rutter_event::{Event, Ledger, Refusal};
use rutter_knowledge::Knowledge;
use rutter_source::{Name, Reader, Source};

use crate::account::Account;
use crate::books::Books;
use crate::feed::Job;
use crate::lanes::{read_ahead, read_all, read_together};
use crate::read::{Listen, Worker};
use crate::sealed::{self, Unfit};
use crate::settings::Settings;

/// What a run leaves.
#[derive(Debug)]
pub struct Outcome {
    /// The sum of all events; empty after [`convert`].
    pub profile: Profile,
    /// One account per source, in their order.
    pub accounts: Vec<Account>,
}

impl Outcome {
    /// The account of all sources together.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        let mut sum = Ledger::default();
        for account in &self.accounts {
            sum.merge(&account.ledger);
        }
        sum
    }
}

struct Observe<'g, 's, 'k> {
    gatherer: &'g mut Gatherer<'s, 'k>,
    memory: u64,
}

impl Listen for Observe<'_, '_, '_> {
    fn event(&mut self, _line: u64, event: &Event<'_>) {
        self.gatherer.observe(event);
    }

    fn sealed(&mut self, reader: &mut Reader) -> io::Result<Result<Ledger, Unfit>> {
        let read = sealed::read(reader, self.memory, self.gatherer.knowledge())?;
        Ok(read.map(|(profile, ledger)| {
            self.gatherer.merge(profile);
            ledger
        }))
    }
}

/// The sum of all workers may fill the memory; then they hold, all together, this part of it besides.
const BESIDES: u64 = 8;

/// What the workers have brought so far.
#[derive(Default)]
struct Common {
    sum: Mutex<Option<Profile>>,
    /// Bytes that it holds.
    weight: AtomicU64,
}

/// What one worker brings home from summing.
struct Harvest<'s, 'k> {
    gatherer: Gatherer<'s, 'k>,
    memory: u64,
    books: Books,
}

impl<'s, 'k> Harvest<'s, 'k> {
    fn new(gatherer: Gatherer<'s, 'k>, memory: u64) -> Self {
        Self {
            gatherer,
            memory,
            books: Books::default(),
        }
    }

    /// Takes in a job. Gives back its buffer.
    fn gather(&mut self, job: Job, worker: &mut Worker<'_>, names: &[Name]) -> Vec<u8> {
        let mut listener = Observe {
            gatherer: &mut self.gatherer,
            memory: self.memory,
        };
        self.books.enter(job, worker, names, &mut listener)
    }

    /// Brings what was gathered to the sum of all workers, once it is more than a worker's share of
    /// what that and the sources leave of the memory: the less often, the less is gathered anew.
    fn bring(&mut self, settings: &Settings, shards: &Shards, common: &Common) {
        let held = common.weight.load(Ordering::Relaxed) + shards.weight();
        let left = settings.memory.saturating_sub(held);
        let share = left.max(settings.memory / BESIDES) / settings.threads.get() as u64;
        if let Some(part) = self.gatherer.hand_over(settings.memory, share) {
            let mut sum = common.sum.lock().unwrap_or_else(PoisonError::into_inner);
            let whole = match sum.take() {
                Some(mut whole) => {
                    whole.merge(part);
                    whole
                }
                None => part,
            };
            common.weight.store(whole.weight(), Ordering::Relaxed);
            *sum = Some(whole);
        }
    }
}

/// Sums all events of all sources.
#[must_use]
pub fn profile(sources: Vec<Source>, settings: &Settings, knowledge: &Knowledge) -> Outcome {
    let mut accounts = accounts(&sources);
    let names: Vec<Name> = sources.iter().map(|s| s.name.clone()).collect();
    let threads = settings.threads.get();
    let mut harvests = Vec::new();
    let common = Common::default();
    let shards = Profile::shards(settings.memory, threads);
    let empty = || Profile::within(settings.memory);
    if threads == 1 {
        let mut harvest = Harvest::new(Gatherer::new(empty(), knowledge), settings.memory);
        let mut worker = Worker::naming_flows(settings);
        read_all(sources, settings, &mut accounts, &mut |job| {
            Some(harvest.gather(job, &mut worker, &names))
        });
        harvests.push(harvest);
    } else {
        let (jobs, waiting) = sync_channel::<Job>(threads * 2);
        let (old, buffers) = sync_channel::<Vec<u8>>(threads * 4);
        let (waiting, buffers) = (Mutex::new(waiting), Mutex::new(buffers));
        thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|_| {
                    let (old, waiting, names) = (old.clone(), &waiting, &names);
                    let (shards, common) = (&shards, &common);
                    scope.spawn(move || {
                        let gatherer = Gatherer::sharing(empty(), shards, knowledge);
                        let mut harvest = Harvest::new(gatherer, settings.memory);
                        let mut worker = Worker::naming_flows(settings);
                        while let Some(job) = take(waiting) {
                            let buffer = harvest.gather(job, &mut worker, names);
                            let _ = old.try_send(buffer);
                            harvest.bring(settings, shards, common);
                        }
                        harvest
                    })
                })
                .collect();
            read_together(sources, settings, &mut accounts, &|job| {
                jobs.send(job).ok()?;
                Some(spare(&buffers))
            });
            drop(jobs);
            for worker in workers {
                match worker.join() {
                    Ok(harvest) => harvests.push(harvest),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
        });
    }
    let parts: Vec<Profile> = harvests
        .into_iter()
        .map(|harvest| {
            harvest.books.close(&mut accounts);
            harvest.gatherer.finish()
        })
        .collect();
    let common = common
        .sum
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    // The largest first: what is merged into it is moved, and need not be for long.
    let whole = common.into_iter().chain(parts).reduce(|mut whole, part| {
        whole.merge(part);
        whole
    });
    accounts.iter_mut().for_each(Account::close);
    let mut whole = whole.unwrap_or_else(empty);
    whole.join(shards);
    whole.seal();
    Outcome {
        profile: whole,
        accounts,
    }
}

pub(crate) fn accounts(sources: &[Source]) -> Vec<Account> {
    sources
        .iter()
        .map(|source| Account::new(source.name.clone(), source.modified))
        .collect()
}

/// Waits for the next job; nothing when all have been handed out.
pub(crate) fn take<T>(waiting: &Mutex<Receiver<T>>) -> Option<T> {
    waiting
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .recv()
        .ok()
}

/// Something to fill that has been filled before, or new.
pub(crate) fn spare<T: Default>(emptied: &Mutex<Receiver<T>>) -> T {
    let emptied = emptied.lock().unwrap_or_else(PoisonError::into_inner);
    emptied.try_recv().unwrap_or_default()
}

struct Render<'o, B, R, F> {
    out: &'o mut B,
    render: &'o R,
    refuse: &'o F,
    name: Option<&'o Name>,
}

impl<B, R, F> Listen for Render<'_, B, R, F>
where
    R: Fn(u64, &Event<'_>, &mut B),
    F: Fn(Refused<'_>, &mut B),
{
    fn event(&mut self, line: u64, event: &Event<'_>) {
        (self.render)(line, event, self.out);
    }

    fn refused(&mut self, line: u64, why: Refusal, start: &[u8]) {
        if let Some(source) = self.name {
            let refused = Refused {
                source,
                line,
                why,
                start,
            };
            (self.refuse)(refused, self.out);
        }
    }
}

/// A line that gave no event and claims to be one.
#[derive(Clone, Copy, Debug)]
pub struct Refused<'a> {
    /// Where it stands.
    pub source: &'a Name,
    /// Its number, from 1.
    pub line: u64,
    /// Why.
    pub why: Refusal,
    /// The line; none of a packet.
    pub start: &'a [u8],
}

/// A job's place in the output.
type Numbered<T> = (u64, T);

/// Renders every event and writes what comes of it in the order of the input.
///
/// A worker renders a whole job into one buffer, so a capture is held in memory as it is rendered.
///
/// # Errors
/// When `out` cannot be written to.
pub fn convert<R>(
    sources: Vec<Source>,
    settings: &Settings,
    render: R,
    out: &mut dyn Write,
) -> io::Result<Outcome>
where
    R: Fn(u64, &Event<'_>, &mut Vec<u8>) + Sync,
{
    let refuse = |_: Refused<'_>, _: &mut Vec<u8>| ();
    let outcome = convert_batches(sources, settings, render, refuse, |mut bytes: Vec<u8>| {
        out.write_all(&bytes)?;
        bytes.clear();
        Ok(bytes)
    })?;
    out.flush()?;
    Ok(outcome)
}

/// Renders every event into a batch per job, lets `refuse` add what it wants to say of refused lines,
/// and hands the batches to `put` in the order of the
/// input: what [`convert`] does, for outputs that are no plain sequence of bytes.
///
/// `put` gives back an empty batch, its own or another: fresh memory costs the system more than it
/// costs to fill it.
///
/// # Errors
/// When `put` fails, with its error; no more batches are handed over then.
pub fn convert_batches<B, R, F>(
    sources: Vec<Source>,
    settings: &Settings,
    render: R,
    refuse: F,
    put: impl FnMut(B) -> io::Result<B>,
) -> io::Result<Outcome>
where
    B: Default + Send,
    R: Fn(u64, &Event<'_>, &mut B) + Sync,
    F: Fn(Refused<'_>, &mut B) + Sync,
{
    let tongue = (render, refuse);
    let mut accounts = accounts(&sources);
    let names: Vec<Name> = sources.iter().map(|s| s.name.clone()).collect();
    let threads = settings.threads.get();
    let mut all_books = Vec::new();
    let mut written = Ok(());
    let listening = AtomicBool::new(true);
    let (jobs, waiting) = sync_channel::<Numbered<Job>>(threads * 2);
    let waiting = Mutex::new(waiting);
    let (done, rendered) = sync_channel::<Numbered<B>>(threads * 2);
    // What has been read and what has been written, to be filled again. A batch is several times its
    // chunk, so few are kept.
    let (old, buffers) = sync_channel::<Vec<u8>>(threads * 2);
    let (emptied, empty) = sync_channel::<B>(threads);
    let empty = Mutex::new(empty);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let desk = Desk {
                    waiting: &waiting,
                    empty: &empty,
                    done: done.clone(),
                    old: old.clone(),
                };
                let (names, tongue) = (&names, &tongue);
                scope.spawn(move || render_jobs(settings, names, tongue, &desk))
            })
            .collect();
        drop((done, old));
        let (accounts, listening) = (&mut accounts, &listening);
        let reader = scope.spawn(move || {
            let mut number = 0;
            read_ahead(sources, settings, accounts, &mut |job| {
                jobs.send((number, job)).ok()?;
                number += 1;
                let buffer = buffers.try_recv().unwrap_or_default();
                listening.load(Ordering::Relaxed).then_some(buffer)
            });
        });
        written = put_in_order(rendered, put, &emptied);
        if written.is_err() {
            // Nobody listens any more: the reader is told, and the jobs on their way are dropped.
            listening.store(false, Ordering::Relaxed);
            drain_jobs(&waiting);
        }
        if let Err(panic) = reader.join() {
            std::panic::resume_unwind(panic);
        }
        for worker in workers {
            match worker.join() {
                Ok(books) => all_books.push(books),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    written?;
    for books in all_books {
        books.close(&mut accounts);
    }
    Ok(Outcome {
        profile: Profile::empty(),
        accounts,
    })
}

fn drain_jobs(waiting: &Mutex<Receiver<Numbered<Job>>>) {
    while take(waiting).is_some() {}
}

/// What a worker takes from and gives to the others.
struct Desk<'d, B> {
    waiting: &'d Mutex<Receiver<Numbered<Job>>>,
    empty: &'d Mutex<Receiver<B>>,
    done: SyncSender<Numbered<B>>,
    old: SyncSender<Vec<u8>>,
}

fn render_jobs<B, R, F>(
    settings: &Settings,
    names: &[Name],
    (render, refuse): &(R, F),
    desk: &Desk<'_, B>,
) -> Books
where
    B: Default,
    R: Fn(u64, &Event<'_>, &mut B) + Sync,
    F: Fn(Refused<'_>, &mut B) + Sync,
{
    let mut books = Books::default();
    let mut worker = Worker::naming(settings);
    while let Some((number, job)) = take(desk.waiting) {
        let mut out = spare(desk.empty);
        let mut listener = Render {
            out: &mut out,
            render,
            refuse,
            name: names.get(job.source()),
        };
        let buffer = books.enter(job, &mut worker, names, &mut listener);
        // Where nobody waits for it, it is not kept.
        let _ = desk.old.try_send(buffer);
        if desk.done.send((number, out)).is_err() {
            break;
        }
    }
    books
}

/// Hands batches over by their numbers; those that come early wait.
fn put_in_order<B>(
    rendered: Receiver<Numbered<B>>,
    mut put: impl FnMut(B) -> io::Result<B>,
    emptied: &SyncSender<B>,
) -> io::Result<()> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (number, batch) in rendered {
        early.insert(number, batch);
        while let Some(batch) = early.remove(&next) {
            let _ = emptied.try_send(put(batch)?);
            next += 1;
        }
    }
    Ok(())
}
