//! Flow records as collectors print them in JSON: nfdump, goflow2, ElastiFlow, Logstash, pmacct.

mod keys;

use rutter_event::Extra;

use self::keys::Reading;
use super::fields::{self, NO_PACKET};
use super::search::Word;
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// NetFlow, IPFIX and sFlow in JSON.
pub struct NetflowJson;

/// Pairs of keys of which one collector writes both, and no other format does.
static MARKS: [[Word; 2]; 15] = [
    // nfdump
    [Word::new("\"src4_addr\""), Word::new("\"in_packets\"")],
    [Word::new("\"src6_addr\""), Word::new("\"in_packets\"")],
    // goflow2, with protobuf's names and with its own; vflow has none of them
    [Word::new("\"src_addr\""), Word::new("\"sampler_address\"")],
    [Word::new("\"SrcAddr\""), Word::new("\"SamplerAddress\"")],
    // Logstash's codec and Filebeat's module
    [Word::new("\"ipv4_src_addr\""), Word::new("\"l4_dst_port\"")],
    [Word::new("\"ipv6_src_addr\""), Word::new("\"l4_dst_port\"")],
    [Word::new("\"IPV4_SRC_ADDR\""), Word::new("\"L4_DST_PORT\"")],
    [Word::new("\"IPV6_SRC_ADDR\""), Word::new("\"L4_DST_PORT\"")],
    [
        Word::new("\"source_ipv4_address\""),
        Word::new("\"protocol_identifier\""),
    ],
    [
        Word::new("\"source_ipv6_address\""),
        Word::new("\"protocol_identifier\""),
    ],
    [
        Word::new("\"sourceIPv4Address\""),
        Word::new("\"protocolIdentifier\""),
    ],
    [
        Word::new("\"sourceIPv6Address\""),
        Word::new("\"protocolIdentifier\""),
    ],
    // ElastiFlow
    [
        Word::new("\"flow.src.ip.addr\""),
        Word::new("\"flow.dst.ip.addr\""),
    ],
    [
        Word::new("\"flow.client.ip.addr\""),
        Word::new("\"flow.server.ip.addr\""),
    ],
    // pmacct
    [Word::new("\"ip_src\""), Word::new("\"ip_dst\"")],
];

impl Format for NetflowJson {
    fn name(&self) -> &'static str {
        "netflow-json"
    }

    fn title(&self) -> &'static str {
        "NetFlow, IPFIX, sFlow as JSON: nfdump, goflow2, ElastiFlow, Logstash, pmacct"
    }

    fn example(&self) -> &'static str {
        r#"{"type":"NETFLOW_V9","time_received_ns":1795428060000000000,"sequence_num":42,"sampling_rate":1,"sampler_address":"192.0.2.1","time_flow_start_ns":1795428000000000000,"time_flow_end_ns":1795428003000000000,"bytes":180,"packets":3,"src_addr":"198.51.100.7","dst_addr":"203.0.113.9","etype":"IPv4","proto":"TCP","src_port":43210,"dst_port":23,"in_if":2,"out_if":3,"tcp_flags":2,"ip_ttl":52}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        fields::is_object(record)
            && MARKS
                .iter()
                .any(|mark| mark.iter().all(|word| word.is_in(record.message)))
            && !(holds!(record.message, "\"@timestamp\"", "\"source\"")
                || holds!(record.message, "\"@timestamp\"", "\"destination\""))
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        fields::walk(record.message, keys::INSIDE, &mut |path, value| {
            reading.take(path, value)
        })?;
        let Some(mut event) = reading.settle(record)? else {
            return Err(NO_PACKET);
        };
        event.extra = Extra::new(record.message, keys::each_extra);
        emit(&mut event);
        Ok(())
    }
}
