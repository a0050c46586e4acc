//! Azure Firewall's log: structured (`AZFW…`) and the older sentences.

mod message;

use rutter_event::{Action, Event, Extra, Refusal, Transport, Untrusted};

use super::fields::{self, NO_PACKET};
use super::json::{self, Members, Value};
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// Azure Firewall.
pub struct AzureFirewall;

impl Format for AzureFirewall {
    fn name(&self) -> &'static str {
        "azure-firewall"
    }

    fn title(&self) -> &'static str {
        "Azure Firewall: structured and older diagnostic log"
    }

    fn example(&self) -> &'static str {
        r#"{"category":"AZFWNetworkRule","properties":{"Action":"Deny","ActionReason":"","DestinationIp":"198.51.100.7","DestinationPort":445,"Policy":"example","Protocol":"TCP","Rule":"no-smb","RuleCollection":"deny","RuleCollectionGroup":"default","SourceIp":"192.0.2.4","SourcePort":49680},"resourceId":"/SUBSCRIPTIONS/0/RESOURCEGROUPS/EXAMPLE/PROVIDERS/MICROSOFT.NETWORK/AZUREFIREWALLS/FW01","time":"2026-11-23T10:00:00.8494370Z"}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        fields::is_object(record)
            && (holds!(record.message, "\"AZFW") || holds!(record.message, "\"AzureFirewall"))
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        let mut is_about_packet = true;
        fields::walk(record.message, &[b"properties"], &mut |path, value| {
            match path.strip_prefix(b"properties.").unwrap_or(path) {
                b"msg" => is_about_packet = message::read(value.text(), &mut event)?,
                key => take(&mut event, key, value)?,
            }
            Ok(())
        })?;
        if !is_about_packet {
            return Err(NO_PACKET);
        }
        fields::settle(&mut event.packet)?;
        event.observer.vendor = "Microsoft";
        event.observer.product = "azure-firewall";
        if event.observer.hostname.is_empty() {
            event.observer.hostname = record.hostname;
        }
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

fn take<'a>(event: &mut Event<'a>, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
    let packet = &mut event.packet;
    let text = value.text();
    match key {
        b"time" | b"TimeGenerated" => event.stamp = fields::stamp(text).ok_or(Refusal::BadTime)?,
        b"SourceIp" => packet.source.ip = fields::end(text)?,
        b"SourcePort" => packet.source.port = fields::port(text)?,
        b"DestinationIp" => packet.destination.ip = fields::end(text)?,
        b"DestinationPort" => packet.destination.port = fields::port(text)?,
        b"TranslatedIp" => {
            packet.destination.nat_ip = fields::translated(text)?;
            // A rule of translation lets through what it translates, and says no more.
            if event.action == Action::Unstated {
                event.action = Action::Allowed;
            }
        }
        b"TranslatedPort" => packet.destination.nat_port = fields::port(text)?,
        b"Protocol" => take_protocol(text, event),
        b"Action" => event.action = action(text),
        b"Rule" => event.rule = json::untrusted(text),
        b"Description" if event.rule.is_empty() => event.rule = json::untrusted(text),
        b"SignatureId" => event.rule_id = json::untrusted(text),
        b"resourceId" | b"_ResourceId" => event.observer.hostname = name_of(text),
        _ => {}
    }
    Ok(())
}

/// `Alert` says that the traffic was noticed, not what became of it.
const fn action(word: &[u8]) -> Action {
    match word {
        b"Allow" | b"allow" | b"Allowed" => Action::Allowed,
        b"Deny" | b"deny" | b"Denied" => Action::Denied,
        b"Drop" | b"drop" => Action::Dropped,
        _ => Action::Unstated,
    }
}

/// A transport, or the protocol of an application rule, all of which run over TCP.
fn take_protocol<'a>(text: &'a [u8], event: &mut Event<'a>) {
    event.packet.transport = Transport::from_word(text);
    if matches!(
        text,
        b"HTTP" | b"HTTPS" | b"Http" | b"Https" | b"MSSQL" | b"Mssql"
    ) {
        event.packet.transport = Some(Transport::TCP);
        event.application = json::untrusted(text);
    }
}

/// The firewall's name, the last part of its resource id.
fn name_of(id: &[u8]) -> Untrusted<'_> {
    let mut parts = id.rsplit(|byte| *byte == b'/');
    let (name, kind) = (parts.next(), parts.next());
    match (name, kind) {
        (Some(name), Some(kind)) if kind.eq_ignore_ascii_case(b"azureFirewalls") => {
            Untrusted::new(name)
        }
        _ => Untrusted::default(),
    }
}

/// Keys that fill a field.
const FIELDS: &[&[u8]] = &[
    b"properties",
    b"time",
    b"TimeGenerated",
    b"SourceIp",
    b"SourcePort",
    b"DestinationIp",
    b"DestinationPort",
    b"TranslatedIp",
    b"TranslatedPort",
    b"Protocol",
    b"Rule",
    b"SignatureId",
];

/// Calls back with every member of the record and of its properties that has no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for (key, value) in Members::new(record).map_while(Result::ok) {
        if key == b"properties" {
            fields::each_member_but(value.text(), FIELDS, sink);
        }
    }
    fields::each_member_but(record, FIELDS, sink);
}
