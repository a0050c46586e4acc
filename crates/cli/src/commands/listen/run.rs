//! Starts the sensor, hands on what it records, and tells its account.

use std::io;

use anstyle::{AnsiColor, Style};
use rutter_analysis::Language;
use rutter_sensor::account::Account;
use rutter_sensor::contact::Contact;
use rutter_sensor::settings::{Greet, Limits, Settings, Until};
use rutter_sensor::spool::Recovered;
use rutter_sensor::{Bound, Outlet, Ports, Sensor, Started};

use super::amount::Duration;
use super::{Args, Greeting, Shape, view};
use crate::args::Manner;
use crate::notice::{self, count, grouped};
use crate::sink::{Audience, Sink};
use crate::status::{Status, Stop};
use crate::surroundings::Surroundings;

/// How many files the quota of a spool is cut into, at least.
const FILES: u64 = 8;

pub(super) fn listen(
    args: &Args,
    ports: Ports,
    manner: &Manner,
    around: &Surroundings,
) -> Result<Status, Stop> {
    let language = args.wording.language(around);
    let shape = args.output.unwrap_or(if around.stdout_is_terminal {
        Shape::Text
    } else {
        Shape::Json
    });
    let audience = match shape {
        _ if args.check => Audience::Person,
        Shape::Text => Audience::Person,
        Shape::Json | Shape::Nothing => Audience::Program,
    };
    let mut sink = Sink::open(audience, None)?;
    let stop = |error: &dyn std::fmt::Display| Stop::error(error.to_string());
    let bound = Bound::open(settings(args, ports)).map_err(|error| stop(&error))?;
    let (mut sensor, started) = bound.confine().map_err(|error| stop(&error))?;
    if !manner.quiet {
        tell_start(&started, language);
    }
    if args.check {
        return check(&sensor, language, sink);
    }
    let mut teller = Teller {
        sink: &mut sink,
        shape,
        language,
        buffer: Vec::new(),
    };
    let account = sensor
        .run(&mut teller)
        .map_err(|error| stop(&format_args!("waiting for the next contact: {error}")))?;
    if !manner.quiet {
        tell_account(account, language);
    }
    if !account.balances(0) {
        notice::error("the account does not add up; please report this as a bug of rutter");
        return Ok(Status::Failed);
    }
    sink.finish()?;
    Ok(Status::Done)
}

fn settings(args: &Args, ports: Ports) -> Settings {
    let most = usize::try_from(args.connections).unwrap_or(usize::MAX);
    let quota = args.quota.0;
    let usual = Limits::default();
    Settings {
        ports,
        addresses: args.address.clone(),
        through: args.through,
        greet: match args.greet {
            Greeting::Auto => Greet::Auto,
            Greeting::Never => Greet::Never,
        },
        until: args.until.map(|until| match until {
            Duration::Contacts(many) => Until::Records(many),
            Duration::Time(time) => Until::Elapsed(time),
        }),
        spool: args.spool.clone(),
        pcapng: args.pcapng.clone(),
        user: args.user.clone(),
        limits: Limits {
            connections: most,
            connections_of_source: args.connections_per_source,
            rate: args.rate,
            rate_of_source: args.rate_per_source,
            quota,
            segment: usual.segment.min(quota / FILES),
        },
    }
}

/// Tells of contacts on standard output.
struct Teller<'s> {
    sink: &'s mut Sink,
    shape: Shape,
    language: Language,
    buffer: Vec<u8>,
}

impl Outlet for Teller<'_> {
    fn contact(&mut self, contact: &Contact<'_>, record: &[u8]) -> io::Result<()> {
        match self.shape {
            Shape::Nothing => Ok(()),
            Shape::Json => self.sink.writer().write_all(record),
            Shape::Text => {
                self.buffer.clear();
                view::write(contact, self.language, &mut self.buffer);
                self.sink.writer().write_all(&self.buffer)
            }
        }
    }

    fn rest(&mut self) -> io::Result<()> {
        self.sink.writer().flush()
    }
}

fn tell_start(started: &Started, language: Language) {
    const SHOWN: usize = 8;
    let doors: Vec<String> = started
        .doors
        .iter()
        .take(SHOWN)
        .map(|(transport, address)| format!("{} {address}", transport.word().unwrap_or_default()))
        .collect();
    let more = started.doors.len().saturating_sub(SHOWN);
    let (listening, others) = (
        language.pick("listening on", "正在监听"),
        language.pick("and more:", "等，另有"),
    );
    let rest = if more > 0 {
        format!(" {others} {}", grouped(more as u64))
    } else {
        String::new()
    };
    notice::note(format_args!("{listening} {}{rest}", doors.join(", ")));
    let confinement = &started.confinement;
    notice::note(match language {
        Language::En => format!(
            "running as user {} and group {}, without capabilities; files are closed by {}, and of \
             system calls only those that recording needs are left",
            confinement.uid,
            confinement.gid,
            if confinement.landlock {
                "Landlock and seccomp"
            } else {
                "seccomp"
            },
        ),
        Language::ZhCn => format!(
            "以用户 {}、组 {} 的身份运行，不带任何能力（capabilities）；文件访问已由 {} 关闭，只保留记录所需的系统调用",
            confinement.uid,
            confinement.gid,
            if confinement.landlock {
                "Landlock 和 seccomp "
            } else {
                "seccomp "
            },
        ),
    });
    if let Some(Recovered {
        records,
        torn,
        damaged,
    }) = started.recovered
        && (torn, damaged) != (0, 0)
    {
        notice::note(match language {
            Language::En => format!(
                "the spool holds {}; {} of a torn record were cut off, {} changed since they were written",
                count(records, "whole record", "whole records"),
                count(torn, "byte", "bytes"),
                count(damaged, "line was", "lines were"),
            ),
            Language::ZhCn => format!(
                "记录目录中有 {} 条完整记录；截去了末尾残缺记录的 {} 字节，另有 {} 行在写入之后被改动过",
                grouped(records),
                grouped(torn),
                grouped(damaged),
            ),
        });
    }
}

fn tell_account(account: &Account, language: Language) {
    let arrivals = grouped(account.arrivals());
    let (connections, datagrams) = (grouped(account.connections), grouped(account.datagrams));
    let recorded = grouped(account.recorded);
    let mut text = match language {
        Language::En => format!(
            "{arrivals} arrived ({connections} connections, {datagrams} datagrams) = {recorded} recorded"
        ),
        Language::ZhCn => format!(
            "共到达 {arrivals} 次（连接 {connections}，数据报 {datagrams}）= 已记录 {recorded}"
        ),
    };
    for (why, many) in account.unrecorded() {
        text.push_str(&format!(" + {} {}", grouped(many), why.name()));
    }
    notice::line(text);
    let beside = [
        (
            account.aborted,
            language.pick(
                "connections were gone before they could be taken",
                "个连接在接受之前已断开",
            ),
        ),
        (
            account.lost,
            language.pick(
                "datagrams were lost by the system, as far as it tells",
                "个数据报被系统丢弃（以系统所报告的为准）",
            ),
        ),
        (
            account.forgotten,
            language.pick(
                "sources were forgotten to make room for others",
                "个来源为给其他来源腾出位置而被忘记",
            ),
        ),
        (
            account.removed,
            language.pick(
                "records were removed to keep to the quota",
                "条记录因容量限额被删除",
            ),
        ),
        (
            account.uncaptured,
            language.pick(
                "contacts did not fit into the capture file",
                "次接触未能写入抓包文件",
            ),
        ),
    ];
    for (many, what) in beside.into_iter().filter(|(many, _)| *many > 0) {
        notice::note(format_args!("{} {what}", grouped(many)));
    }
}

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// Tries what must not be possible, and tells what came of it.
fn check(sensor: &Sensor, language: Language, mut sink: Sink) -> Result<Status, Stop> {
    let mut status = Status::Done;
    for attempt in sensor.attempts() {
        let (style, word) = if attempt.is_refused() {
            (GOOD, language.pick("refused", "被拒绝"))
        } else {
            status = Status::Failed;
            (BAD, language.pick("NOT refused", "未被拒绝"))
        };
        let error = attempt.error.map(|error| error.to_string());
        let error = error.as_deref().unwrap_or("it happened");
        let line = format!("{style}{word}{style:#}  {}: {error}\n", attempt.what);
        sink.put(line.as_bytes())?;
    }
    sink.finish()?;
    Ok(status)
}
