//! Several sources at a time: a thread unpacks one file no faster than it does, so each has its own.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use rutter_source::{Origin, Source};

use crate::account::{Account, Failure};
use crate::feed::{Feed, Job, Opened, Read};
use crate::run::{spare, take};
use crate::settings::Settings;

/// Most files that are unpacked at a time: each may take as much memory as a decompressor is allowed.
const AT_A_TIME: usize = 8;

/// Most chunks that are unpacked ahead of their turn, of all files together.
const AHEAD: usize = 64;

/// How many sources are worth a thread each: files, which neither wait for whoever writes a pipe nor
/// share what they read from.
fn lanes(sources: &[Source], settings: &Settings) -> usize {
    let files = sources.iter().filter(|source| is_file(source)).count();
    files.min(settings.threads.get()).min(AT_A_TIME)
}

fn is_file(source: &Source) -> bool {
    source.origin == Origin::File
}

/// Reads every source in turn, until a job is not wanted any more; what cannot be read goes to its
/// account.
pub(crate) fn read_all(
    sources: Vec<Source>,
    settings: &Settings,
    accounts: &mut [Account],
    hand: &mut dyn FnMut(Job) -> Option<Vec<u8>>,
) {
    let feed = Feed::new(settings);
    for ((number, source), account) in sources.into_iter().enumerate().zip(accounts) {
        enter(account, feed.read(number, source, hand));
        if !feed.goes_on() {
            return;
        }
    }
}

fn enter(account: &mut Account, read: Read) {
    account.years = read.years;
    account.failures.extend(read.end.err().map(Failure::Source));
}

/// Reads the sources, several at a time, for those who take jobs in any order.
pub(crate) fn read_together(
    sources: Vec<Source>,
    settings: &Settings,
    accounts: &mut [Account],
    hand: &(impl Fn(Job) -> Option<Vec<u8>> + Sync),
) {
    let feed = Feed::new(settings);
    let lanes = lanes(&sources, settings);
    let numbered = sources.into_iter().enumerate().zip(accounts);
    let (files, streams): (Vec<_>, Vec<_>) = numbered.partition(|((_, source), _)| is_file(source));
    let files = Mutex::new(files.into_iter());
    let next = || files.lock().unwrap_or_else(PoisonError::into_inner).next();
    let read = |((number, source), account): ((usize, Source), &mut Account)| {
        if feed.goes_on() {
            enter(account, feed.read(number, source, &mut |job| hand(job)));
        }
    };
    let lane = || std::iter::from_fn(next).for_each(read);
    thread::scope(|scope| {
        (1..lanes).for_each(|_| drop(scope.spawn(lane)));
        streams.into_iter().for_each(read);
        lane();
    });
}

/// A file to be opened ahead of its turn, and to whom to tell of it.
struct Errand {
    number: usize,
    source: Source,
    tell: SyncSender<Told>,
}

/// What is told of a file, in this order.
enum Told {
    /// Some of it, unpacked.
    Job(Job),
    /// It is not compressed: it is best read when its turn has come.
    Plain(Box<Opened>),
    /// There is no more.
    End(Read),
}

/// A source that waits for its turn.
enum Turn {
    Ahead(Receiver<Told>),
    Here(usize, Source),
}

/// Reads every source in turn as [`read_all`] does, while the compressed files among those that come
/// next are unpacked already.
pub(crate) fn read_ahead(
    sources: Vec<Source>,
    settings: &Settings,
    accounts: &mut [Account],
    hand: &mut dyn FnMut(Job) -> Option<Vec<u8>>,
) {
    let lanes = lanes(&sources, settings);
    if lanes < 2 {
        return read_all(sources, settings, accounts, hand);
    }
    let feed = Feed::new(settings);
    let (errands, waiting) = sync_channel::<Errand>(lanes);
    let (old, buffers) = sync_channel::<Vec<u8>>(2 * lanes);
    let (waiting, buffers) = (Mutex::new(waiting), Mutex::new(buffers));
    thread::scope(|scope| {
        for _ in 0..lanes {
            scope.spawn(|| {
                while let Some(errand) = take(&waiting) {
                    run(errand, &feed, &buffers);
                }
            });
        }
        let mut coming = sources
            .into_iter()
            .enumerate()
            .map(move |(number, source)| {
                if !is_file(&source) {
                    return Turn::Here(number, source);
                }
                let (tell, told) = sync_channel(AHEAD / lanes);
                let errand = Errand {
                    number,
                    source,
                    tell,
                };
                // There is room for one of each lane, and a lane that died takes its panic along.
                let _ = errands.send(errand);
                Turn::Ahead(told)
            });
        let mut turns: VecDeque<Turn> = coming.by_ref().take(lanes).collect();
        for account in accounts {
            let Some(turn) = turns.pop_front() else {
                break;
            };
            match turn {
                Turn::Here(number, source) => enter(account, feed.read(number, source, hand)),
                Turn::Ahead(told) => {
                    for told in told {
                        match told {
                            Told::Job(job) => match hand(job) {
                                Some(buffer) => drop(old.try_send(buffer)),
                                None => feed.stop(),
                            },
                            Told::Plain(opened) => enter(account, feed.read_on(*opened, hand)),
                            Told::End(read) => enter(account, read),
                        }
                        if !feed.goes_on() {
                            break;
                        }
                    }
                }
            }
            if !feed.goes_on() {
                break;
            }
            turns.extend(coming.next());
        }
        // Whoever unpacks what nobody waits for any more ends with the next chunk; the errands end with
        // those who give them.
        drop((coming, turns));
    });
}

/// Opens a file and, when it is compressed, reads it, as far as somebody waits for it.
fn run(errand: Errand, feed: &Feed<'_>, buffers: &Mutex<Receiver<Vec<u8>>>) {
    let Errand {
        number,
        source,
        tell,
    } = errand;
    let told = match feed.open(number, source) {
        Ok(opened) if opened.is_compressed() => {
            let read = feed.read_on(opened, &mut |job| {
                tell.send(Told::Job(job)).ok()?;
                Some(spare(buffers))
            });
            Told::End(read)
        }
        Ok(opened) => Told::Plain(Box::new(opened)),
        Err(error) => Told::End(Read::failed(error)),
    };
    // Nobody may wait for it any more.
    let _ = tell.send(told);
}
