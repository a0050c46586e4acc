//! Flow logs of Azure Network Watcher: network security groups and virtual networks.

mod tuple;

use rutter_event::{Event, Extra, Refusal, Untrusted};

use super::array::Elements;
use super::fields;
use super::json::{Members, Value};
use crate::formats::search::{holds, place};
use crate::record::{Emit, Format, Record, Rejection};

/// Azure's flow logs.
pub struct AzureNsgFlow;

impl Format for AzureNsgFlow {
    fn name(&self) -> &'static str {
        "azure-nsg-flow"
    }

    fn title(&self) -> &'static str {
        "Azure Network Watcher: NSG flow logs (v1, v2) and VNet flow logs"
    }

    fn example(&self) -> &'static str {
        r#"{"time":"2026-11-23T10:01:00.3899262Z","systemId":"00000000-0000-0000-0000-000000000001","macAddress":"00005E005301","category":"NetworkSecurityGroupFlowEvent","resourceId":"/SUBSCRIPTIONS/0/RESOURCEGROUPS/EXAMPLE/PROVIDERS/MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/WEB-NSG","operationName":"NetworkSecurityGroupFlowEvents","properties":{"Version":2,"flows":[{"rule":"DefaultRule_DenyAllInBound","flows":[{"mac":"00005E005301","flowTuples":["1795428000,198.51.100.7,203.0.113.9,43210,23,T,I,D,B,,,,"]}]},{"rule":"UserRule_web","flows":[{"mac":"00005E005301","flowTuples":["1795428001,192.0.2.4,203.0.113.9,51000,443,T,I,A,B,,,,","1795428030,192.0.2.4,203.0.113.9,51000,443,T,I,A,E,10,1200,8,5400"]}]}]}}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        fields::is_object(record)
            && (holds!(record.message, "\"flowTuples\"")
                || holds!(record.message, "\"flow.0\"", "\"operationName\""))
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        // The whole object is read before the first event is handed out.
        for member in Members::new(record.message) {
            member?;
        }
        let mut reading = Reading {
            record,
            emit,
            events: 0,
            refusal: None,
        };
        reading.object(record.message)?;
        match (reading.events, reading.refusal) {
            (0, Some(why)) => Err(why.into()),
            (0, None) => Err(Refusal::MissingField.into()),
            _ => Ok(()),
        }
    }
}

/// A record while its flows are handed out.
struct Reading<'e, 'r, 'a> {
    record: &'r Record<'a>,
    emit: Emit<'e, 'a>,
    events: u32,
    /// What is wrong with the first tuple that could not be read.
    refusal: Option<Refusal>,
}

impl<'a> Reading<'_, '_, 'a> {
    /// A record as Azure writes it, or one that a collector has made of each flow.
    fn object(&mut self, object: &'a [u8]) -> Result<(), Refusal> {
        let (mut rule, mut mac, mut flows) = (&b""[..], &b""[..], 0_u32);
        for member in Members::new(object) {
            match member? {
                (b"rule", value) => rule = value.text(),
                (b"macAddress", value) => mac = value.text(),
                (key, Value::String(_)) if key.starts_with(b"flow.") => flows += 1,
                (b"records", value) => {
                    for record in Elements::new(value) {
                        self.object(record.text())?;
                    }
                }
                (b"properties" | b"flowRecords", Value::Nested(holder)) => {
                    for member in Members::new(holder) {
                        if let (b"flows", list) = member? {
                            self.flows(list, mac)?;
                        }
                    }
                }
                _ => {}
            }
        }
        if flows > 0 {
            // A flow that has the record to itself may tell all of it.
            let extra = (flows == 1).then_some(Extra::new(object, each_flat_extra));
            for (key, value) in Members::new(object).map_while(Result::ok) {
                if let (true, Value::String(tuple)) = (key.starts_with(b"flow."), value) {
                    self.tuple(tuple, rule, mac, extra);
                }
            }
        }
        Ok(())
    }

    /// `flows` of a group or network: rules and, under each of them, tuples, by network interface
    /// or not.
    fn flows(&mut self, list: Value<'a>, mac: &'a [u8]) -> Result<(), Refusal> {
        for flow in Elements::new(list) {
            let mut pending = None;
            let (mut rule, mut mac) = (&b""[..], mac);
            for member in Members::new(flow.text()) {
                match member? {
                    (b"rule", value) => rule = value.text(),
                    (b"mac", value) => mac = value.text(),
                    (b"flows" | b"flowGroups" | b"flowTuples", value) => pending = Some(value),
                    _ => {}
                }
            }
            for inner in pending.into_iter().flat_map(Elements::new) {
                match inner {
                    Value::String(tuple) => self.tuple(tuple, rule, mac, None),
                    group => self.group(group, rule, mac)?,
                }
            }
        }
        Ok(())
    }

    fn group(&mut self, group: Value<'a>, rule: &'a [u8], mac: &'a [u8]) -> Result<(), Refusal> {
        let (mut rule, mut mac, mut tuples) = (rule, mac, None);
        for member in Members::new(group.text()) {
            match member? {
                (b"rule", value) => rule = value.text(),
                (b"mac", value) => mac = value.text(),
                (b"flowTuples", value) => tuples = Some(value),
                _ => {}
            }
        }
        for tuple in tuples.into_iter().flat_map(Elements::new) {
            self.tuple(tuple.text(), rule, mac, None);
        }
        Ok(())
    }

    fn tuple(&mut self, tuple: &'a [u8], rule: &'a [u8], mac: &[u8], extra: Option<Extra<'a>>) {
        let mut event: Event<'a> = match tuple::read(tuple, mac) {
            Ok(event) => event,
            Err(why) => {
                self.refusal = self.refusal.or(Some(why));
                return;
            }
        };
        event.rule = Untrusted::new(rule);
        event.observer.vendor = "Microsoft";
        event.observer.product = "azure-network-watcher";
        event.observer.hostname = self.record.hostname;
        event.extra = extra.unwrap_or_else(|| Extra::new(self.up_to(tuple), each_extra));
        self.events += 1;
        (self.emit)(&mut event);
    }

    /// The message as far as the end of one of its tuples: the beginning says whose flows they are.
    fn up_to(&self, tuple: &'a [u8]) -> &'a [u8] {
        let message = self.record.message;
        let end = (tuple.as_ptr() as usize + tuple.len()).checked_sub(message.as_ptr() as usize);
        end.and_then(|end| message.get(..end)).unwrap_or(tuple)
    }
}

/// Members of the record before its flows, and the rest of the tuple at the end.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let flows = place!(record, "\"flows\"").unwrap_or(0);
    let head = record.get(..flows).unwrap_or_default();
    fields::each_member_but(head, &[b"records", b"properties", b"flowRecords"], sink);
    let tuple = memchr::memrchr(b'"', record).map_or(0, |quote| quote + 1);
    tuple::each_extra(record.get(tuple..).unwrap_or_default(), sink);
}

/// All members of a record that a collector has made of one flow.
fn each_flat_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    fields::each_member_but(record, &[b"rule"], sink);
}
