//! DNS logs of Zscaler Internet Access, as its Nanolog Streaming Service (NSS) feeds them.

use rutter_event::{Action, Civil, Event, Extra, Refusal, Stamp, Timestamp};

use super::extension;
use super::fields;
use super::json::Value;
use super::number::decimal;
use super::{clock, week};
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// Zscaler's DNS feed.
pub struct ZscalerDns;

impl Format for ZscalerDns {
    fn name(&self) -> &'static str {
        "zscaler-dns"
    }

    fn title(&self) -> &'static str {
        "Zscaler Internet Access: NSS DNS feed (JSON)"
    }

    fn example(&self) -> &'static str {
        r#"{"sourcetype":"zscalernss-dns","event":{"datetime":"Mon Nov 23 10:00:00 2026","user":"alice@example.com","department":"Sales","location":"Office","reqaction":"REQ_ALLOW","resaction":"RES_BLOCK","reqrulelabel":"Default","resrulelabel":"bad answers","dns_reqtype":"A record","dns_req":"www.example.com","dns_resp":"192.0.2.80","srv_dport":"53","durationms":"12","clt_sip":"192.0.2.10","srv_dip":"198.51.100.53","category":"Business","protocol":"UDP","tz":"GMT"}}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        fields::is_object(record) && holds!(record.message, "\"clt_sip\"", "\"srv_dip\"")
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        fields::walk(record.message, &[b"event"], &mut |path, value| {
            reading.take(path.strip_prefix(b"event.").unwrap_or(path), value)
        })?;
        let stamp = reading.stamp();
        let mut event = reading.event;
        reading.ends.settle(&mut event.packet)?;
        // A query passes when both it and its answer do.
        event.action = match reading.actions {
            [Action::Unstated, other] => other,
            [query, Action::Unstated | Action::Allowed] => query,
            [Action::Allowed, answer] => answer,
            [query, _] => query,
        };
        event.stamp = stamp.unwrap_or(record.stamp);
        event.observer.vendor = "zscaler";
        event.observer.product = "zia";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, |record, sink| {
            fields::each_member_but(record, FIELDS, sink)
        });
        emit(&mut event);
        Ok(())
    }
}

/// A record while it is read.
#[derive(Default)]
struct Reading<'a> {
    event: Event<'a>,
    ends: fields::Named,
    /// Of the query and of the answer.
    actions: [Action; 2],
    civil: Option<Civil>,
    epoch: Option<i64>,
    is_gmt: bool,
}

/// Keys that fill a field.
const FIELDS: &[&[u8]] = &[
    b"clt_sip",
    b"srv_dip",
    b"srv_dport",
    b"protocol",
    b"reqrulelabel",
    b"dnsapp",
    b"user",
    b"datetime",
    b"time",
    b"durationms",
];

impl<'a> Reading<'a> {
    fn take(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let text = value.text();
        if matches!(text, b"" | b"None" | b"NA" | b"N/A" | b"null") {
            return Ok(());
        }
        let event = &mut self.event;
        let packet = &mut event.packet;
        match key {
            b"clt_sip" => self.ends.source(packet, text)?,
            b"srv_dip" => self.ends.destination(packet, text)?,
            b"clt_sport" => packet.source.port = fields::port(text)?,
            b"srv_dport" => packet.destination.port = fields::port(text)?,
            b"protocol" => packet.transport = fields::protocol(text)?,
            b"reqaction" => self.actions[0] = action(text),
            b"resaction" => self.actions[1] = action(text),
            b"reqrulelabel" => event.rule = value.untrusted(),
            b"dnsapp" => event.application = value.untrusted(),
            b"user" | b"login" if event.user.is_empty() => event.user = value.untrusted(),
            b"durationms" => {
                event.duration = decimal::<u32>(text).map(|ms| u64::from(ms) * 1_000_000);
            }
            b"datetime" | b"time" => {
                self.civil = Some(week::civil(text).ok_or(Refusal::BadTime)?);
            }
            b"tz" => self.is_gmt = matches!(text, b"GMT" | b"UTC"),
            b"epochtime" => self.epoch = decimal::<u32>(text).map(i64::from),
            _ => {}
        }
        Ok(())
    }

    /// The feed's wall clock, in its zone where that is GMT; seconds since 1970 where there is none.
    fn stamp(&self) -> Option<Stamp> {
        match &self.civil {
            Some(civil) => Some(
                self.is_gmt
                    .then(|| clock::instant(civil, 0))
                    .flatten()
                    .map_or(Stamp::Civil(*civil), Stamp::Instant),
            ),
            None => Timestamp::from_seconds(self.epoch?, 0).map(Stamp::Instant),
        }
    }
}

/// `REQ_ALLOW`, `RES_BLOCK`, `Allow`, `Block`, `REQ_BLOCK`, `RES_REDIR…`.
fn action(text: &[u8]) -> Action {
    let word = text
        .strip_prefix(b"REQ_")
        .or_else(|| text.strip_prefix(b"RES_"))
        .unwrap_or(text);
    extension::action(word)
}
