use std::num::NonZeroUsize;
use std::sync::Arc;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use jiff::tz::TimeZone;
use rutter_analysis::Home;
use rutter_decode::formats::{REGISTRY, by_name};
use rutter_decode::{Choice, Format};
use rutter_event::{Network, Timestamp};
use rutter_pipeline::Settings;

use super::moment::Moment;
use super::zone;
use crate::status::Stop;
use crate::surroundings::Surroundings;

/// How the input is to be read.
#[derive(Clone, Args)]
#[command(next_help_heading = "Reading")]
pub(crate) struct Reading {
    /// Our own networks, comma separated or repeated
    ///
    /// They tell inbound from outbound. Without them private addresses count as ours, and public
    /// ones only where the log itself says so.
    #[arg(long, value_name = "CIDR", value_delimiter = ',')]
    pub(crate) home: Vec<Network>,

    /// Pass over what came before this time
    ///
    /// A date (its midnight), a date with a time, or RFC 3339; without an offset it is a time in
    /// --timezone. What is passed over is counted.
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<Moment>,

    /// Pass over what came at this time or later
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Moment>,

    /// Zone of times that do not carry one: Europe/Berlin, +02:00 [default: UTC]
    ///
    /// The zone of this machine is never asked for, so that the same log gives the same answer
    /// everywhere.
    #[arg(long, value_name = "ZONE", value_parser = zone::read)]
    pub(crate) timezone: Option<TimeZone>,

    /// Year of the first time that lacks one
    ///
    /// Without it such times lead up to the time at which the file was last written to.
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i16).range(1970..=2261))]
    pub(crate) year: Option<i16>,

    /// Read every line as this format; `list` names them
    ///
    /// Without it each line is recognised by its content, and formats may be mixed. Captures (pcap,
    /// pcapng) are always recognised by their first bytes.
    #[arg(long, value_name = "NAME", value_parser = formats(), hide_possible_values = true)]
    pub(crate) format: Option<FormatChoice>,

    /// What columns of a table, or keys of pairs, are: src=client_ip,dport=7
    ///
    /// FIELD=NAME stands for the column of that name in the header, or the key; FIELD=NUMBER for a
    /// column of a table without a header, the first being 1. Without it the names tell. Fields are
    /// src dst sport dport proto action time date in out from to rule user app host bytes packets and
    /// others; a wrong one names them all.
    #[arg(long, value_name = "FIELD=NAME", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,

    /// Tell of the packets of a capture that carry flow exports, not of the flows in them
    ///
    /// NetFlow, IPFIX and sFlow in the datagrams of a capture are recognised by their content, and the
    /// flows are what is read. With this, the datagrams themselves are.
    #[arg(long)]
    pub(crate) carriers: bool,
}

/// What `--format` says.
#[derive(Clone, Copy)]
pub(crate) enum FormatChoice {
    /// Name them all.
    List,
    /// Read this one.
    Named(&'static dyn Format),
}

fn formats() -> impl TypedValueParser<Value = FormatChoice> {
    let mut words =
        vec![PossibleValue::new("list").help("name all formats, with an example of each")];
    words.extend(
        REGISTRY
            .iter()
            .map(|format| PossibleValue::new(format.name()).help(format.title())),
    );
    PossibleValuesParser::new(words).try_map(|word| match by_name(&word) {
        Some(format) => Ok(FormatChoice::Named(format)),
        None if word == "list" => Ok(FormatChoice::List),
        None => Err(std::io::Error::from(std::io::ErrorKind::NotFound)),
    })
}

impl Reading {
    /// The zone of times that do not carry one.
    pub(crate) fn zone(&self) -> TimeZone {
        self.timezone.clone().unwrap_or(TimeZone::UTC)
    }

    /// What the user says the columns are.
    fn columns(&self) -> Result<Option<Arc<Choice>>, Stop> {
        let mut choice = Choice::default();
        for column in &self.columns {
            let added = choice.add(column);
            added.map_err(|error| Stop::error(format!("--columns: {error}")))?;
        }
        Ok((!choice.is_empty()).then(|| Arc::new(choice)))
    }

    /// The same for the pipeline.
    pub(crate) fn settings(
        &self,
        threads: NonZeroUsize,
        around: &Surroundings,
    ) -> Result<Settings, Stop> {
        let zone = self.zone();
        let instant = |flag: &str, moment: &Option<Moment>| -> Result<Option<Timestamp>, Stop> {
            let instant = moment
                .as_ref()
                .map(|moment| moment.instant(&zone))
                .transpose();
            instant.map_err(|error| Stop::error(format!("{flag}: {error}")))
        };
        let since = instant("--since", &self.since)?;
        let until = instant("--until", &self.until)?;
        if let (Some(since), Some(until)) = (since, until)
            && since >= until
        {
            return Err(Stop::error(
                "--since: is not before --until, so that nothing lies between them; swap them",
            ));
        }
        Ok(Settings {
            home: Home::new(self.home.clone()),
            zone,
            year: self.year,
            now: around.now,
            since,
            until,
            threads,
            format: match self.format {
                Some(FormatChoice::Named(format)) => Some(format),
                _ => None,
            },
            columns: self.columns()?,
            carriers: self.carriers,
            ..Settings::default()
        })
    }
}

/// How many threads decode.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Reading")]
pub(crate) struct Threads {
    /// Threads that decode [default: all cores]
    ///
    /// The answer does not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl Threads {
    pub(crate) fn number(self, around: &Surroundings) -> NonZeroUsize {
        self.threads
            .and_then(|n| NonZeroUsize::new(n.into()))
            .unwrap_or(around.cores)
    }
}
