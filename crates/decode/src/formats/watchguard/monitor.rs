//! Lines of the Traffic Monitor, whose number stands among the pairs at the end:
//! `Allow 192.0.2.2 198.51.100.7 https/tcp 42973 443 1-Trusted 0-External Allowed 60 63 (Out-00) proc_id="firewall" …`.

use rutter_event::{Action, Event, Refusal, Transport, Untrusted};

use super::super::number::decimal;
use super::super::pairs::Value;
use super::super::phrase::word;
use super::traffic;
use crate::formats::search::place;

/// A line taken apart.
pub(super) struct Line<'a> {
    /// From the decision to the policy.
    columns: &'a [u8],
    /// The name between the brackets.
    pub(super) policy: &'a [u8],
    /// `proc_id="firewall" rc="100" …`
    pub(super) pairs: &'a [u8],
}

impl<'a> Line<'a> {
    /// Takes a line apart; nothing when it is of another kind.
    pub(super) fn of(message: &'a [u8]) -> Option<Self> {
        let mark = place!(message, ") proc_id=\"")?;
        let (before, pairs) = message.split_at_checked(mark)?;
        let open = memchr::memmem::rfind(before, b" (")?;
        let (columns, policy) = before.split_at_checked(open)?;
        // Date, time and a cluster's member may stand first.
        let mut columns = columns.trim_ascii();
        for _ in 0..3 {
            if traffic::action(columns) == Action::Unstated {
                columns = word(columns).1.trim_ascii_start();
            }
        }
        (traffic::action(columns) != Action::Unstated).then_some(Self {
            columns,
            policy: policy.get(2..)?,
            pairs: pairs.get(2..)?,
        })
    }

    /// Reads the columns.
    ///
    /// # Errors
    /// What ends, ports or protocol cannot be.
    pub(super) fn read(&self, event: &mut Event<'a>) -> Result<(), Refusal> {
        let mut rest = self.columns;
        let mut next = || {
            let (text, behind) = word(rest);
            rest = behind.trim_ascii_start();
            Value {
                text,
                is_closed: true,
                ..Value::default()
            }
        };
        event.action = traffic::action(next().text);
        let packet = &mut event.packet;
        packet.source.ip = next().address()?;
        packet.destination.ip = next().address()?;
        // `https/tcp`: the service, or its port, and the protocol.
        let service = next().text;
        let slash = memchr::memrchr(b'/', service).map_or(0, |at| at + 1);
        let transport = service.get(slash..).and_then(Transport::from_word);
        packet.transport = Some(transport.ok_or(Refusal::BadProtocol)?);
        let (from, to) = (next(), next());
        if packet.transport.is_some_and(Transport::is_icmp) {
            packet.icmp.kind = from.decimal();
            packet.icmp.code = to.decimal();
        } else {
            packet.source.port = from.port()?;
            packet.destination.port = to.port()?;
        }
        // Names of interfaces may hold blanks; then nobody knows where one ends.
        let mut behind = rest.split(|byte| *byte == b' ');
        let words: [Option<&[u8]>; 6] = std::array::from_fn(|_| behind.next());
        if let [
            Some(ingress),
            Some(egress),
            Some(_),
            Some(length),
            Some(ttl),
            None,
        ] = words
        {
            event.observer.ingress = Untrusted::new(ingress);
            event.observer.egress = Untrusted::new(egress);
            packet.length = decimal(length);
            packet.ttl = decimal(ttl);
        }
        event.rule = Untrusted::new(self.policy);
        Ok(())
    }
}
