//! Flow records as collectors print them in JSON: nfdump, goflow2, ElastiFlow, Logstash, pmacct.

mod keys;

use rutter_event::Extra;

use self::keys::Reading;
use super::fields::{self, NO_PACKET};
use crate::record::{Emit, Format, Record, Rejection};

/// NetFlow, IPFIX and sFlow in JSON.
pub struct NetflowJson;

/// Pairs of keys of which one collector writes both, and no other format does.
const MARKS: &[[&str; 2]] = &[
    // nfdump
    ["\"src4_addr\"", "\"in_packets\""],
    ["\"src6_addr\"", "\"in_packets\""],
    // goflow2, with protobuf's names and with its own; vflow has none of them
    ["\"src_addr\"", "\"sampler_address\""],
    ["\"SrcAddr\"", "\"SamplerAddress\""],
    // Logstash's codec and Filebeat's module
    ["\"ipv4_src_addr\"", "\"l4_dst_port\""],
    ["\"ipv6_src_addr\"", "\"l4_dst_port\""],
    ["\"IPV4_SRC_ADDR\"", "\"L4_DST_PORT\""],
    ["\"IPV6_SRC_ADDR\"", "\"L4_DST_PORT\""],
    ["\"source_ipv4_address\"", "\"protocol_identifier\""],
    ["\"source_ipv6_address\"", "\"protocol_identifier\""],
    ["\"sourceIPv4Address\"", "\"protocolIdentifier\""],
    ["\"sourceIPv6Address\"", "\"protocolIdentifier\""],
    // ElastiFlow
    ["\"flow.src.ip.addr\"", "\"flow.dst.ip.addr\""],
    ["\"flow.client.ip.addr\"", "\"flow.server.ip.addr\""],
    // pmacct
    ["\"ip_src\"", "\"ip_dst\""],
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
            && MARKS.iter().any(|mark| fields::holds(record, mark))
            && !(fields::holds(record, &["\"@timestamp\"", "\"source\""])
                || fields::holds(record, &["\"@timestamp\"", "\"destination\""]))
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
