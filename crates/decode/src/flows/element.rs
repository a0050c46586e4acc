//! Information elements: numbers, names and kinds (<https://www.iana.org/assignments/ipfix>), those of
//! NetFlow version 9 among them, and what Cisco's firewalls number from 33000 on.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rutter_event::Mac;

use self::Kind::{Address, Mac as MacKind, Number, Opaque, Words};
use super::details::Details;
use super::template::{Field, SCOPE};
use crate::frames::chunk;

/// `systemInitTimeMilliseconds`.
pub(super) const SYSTEM_INIT: u16 = 160;

/// How the value of an element is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Unsigned, most significant byte first, in as many bytes as the template says.
    Number,
    Address,
    Mac,
    Words,
    Opaque,
}

/// The number in one to eight bytes.
pub(super) fn number(value: &[u8]) -> Option<u64> {
    if value.is_empty() || value.len() > 8 {
        return None;
    }
    Some(
        value
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte)),
    )
}

/// A text without the zeros that fill its field up.
pub(super) fn text(value: &[u8]) -> &[u8] {
    let end = value
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(value.len());
    value.get(..end).unwrap_or(value)
}

/// Writes the value of a field under its name: `element.N` for what has none here, with the number of
/// who defined it before that.
pub(super) fn tell(field: &Field, value: &[u8], details: &mut Details) {
    let known = || {
        let at = ELEMENTS
            .binary_search_by_key(&field.id, |(id, _, _)| *id)
            .ok()?;
        ELEMENTS.get(at)
    };
    match (field.enterprise, known()) {
        (0, Some((_, name, kind))) => tell_as(*kind, name, value, details),
        (0, None) => details.opaque(&format!("element.{}", field.id), value),
        (REVERSE, Some((_, name, kind))) => {
            tell_as(*kind, &format!("reverse.{name}"), value, details);
        }
        (SCOPE, _) => details.opaque(&format!("scope.{}", field.id), value),
        (enterprise, _) => details.opaque(&format!("element.{enterprise}.{}", field.id), value),
    }
}

/// Who numbers the fields of answers (RFC 5103).
const REVERSE: u32 = 29_305;

fn tell_as(kind: Kind, name: &str, value: &[u8], details: &mut Details) {
    match (kind, value.len()) {
        (Number, 1..=8) => details.number(name, number(value).unwrap_or(0)),
        (Address, 4) => {
            let ip = Ipv4Addr::from(chunk::<4>(value, 0).unwrap_or_default());
            details.address(name, IpAddr::V4(ip));
        }
        (Address, 16) => {
            let ip = Ipv6Addr::from(chunk::<16>(value, 0).unwrap_or_default());
            details.address(name, IpAddr::V6(ip));
        }
        (MacKind, 6) => details.mac(name, Mac(chunk(value, 0).unwrap_or_default())),
        (Words, _) => details.text(name, text(value)),
        _ => details.opaque(name, value),
    }
}

/// Sorted by number.
#[rustfmt::skip]
static ELEMENTS: &[(u16, &str, Kind)] = &[
    (1, "octetDeltaCount", Number),
    (2, "packetDeltaCount", Number),
    (3, "deltaFlowCount", Number),
    (4, "protocolIdentifier", Number),
    (5, "ipClassOfService", Number),
    (6, "tcpControlBits", Number),
    (7, "sourceTransportPort", Number),
    (8, "sourceIPv4Address", Address),
    (9, "sourceIPv4PrefixLength", Number),
    (10, "ingressInterface", Number),
    (11, "destinationTransportPort", Number),
    (12, "destinationIPv4Address", Address),
    (13, "destinationIPv4PrefixLength", Number),
    (14, "egressInterface", Number),
    (15, "ipNextHopIPv4Address", Address),
    (16, "bgpSourceAsNumber", Number),
    (17, "bgpDestinationAsNumber", Number),
    (18, "bgpNextHopIPv4Address", Address),
    (19, "postMCastPacketDeltaCount", Number),
    (20, "postMCastOctetDeltaCount", Number),
    (21, "flowEndSysUpTime", Number),
    (22, "flowStartSysUpTime", Number),
    (23, "postOctetDeltaCount", Number),
    (24, "postPacketDeltaCount", Number),
    (25, "minimumIpTotalLength", Number),
    (26, "maximumIpTotalLength", Number),
    (27, "sourceIPv6Address", Address),
    (28, "destinationIPv6Address", Address),
    (29, "sourceIPv6PrefixLength", Number),
    (30, "destinationIPv6PrefixLength", Number),
    (31, "flowLabelIPv6", Number),
    (32, "icmpTypeCodeIPv4", Number),
    (33, "igmpType", Number),
    (34, "samplingInterval", Number),
    (35, "samplingAlgorithm", Number),
    (36, "flowActiveTimeout", Number),
    (37, "flowIdleTimeout", Number),
    (38, "engineType", Number),
    (39, "engineId", Number),
    (40, "exportedOctetTotalCount", Number),
    (41, "exportedMessageTotalCount", Number),
    (42, "exportedFlowRecordTotalCount", Number),
    (44, "sourceIPv4Prefix", Address),
    (45, "destinationIPv4Prefix", Address),
    (46, "mplsTopLabelType", Number),
    (47, "mplsTopLabelIPv4Address", Address),
    (48, "samplerId", Number),
    (49, "samplerMode", Number),
    (50, "samplerRandomInterval", Number),
    (52, "minimumTTL", Number),
    (53, "maximumTTL", Number),
    (54, "fragmentIdentification", Number),
    (55, "postIpClassOfService", Number),
    (56, "sourceMacAddress", MacKind),
    (57, "postDestinationMacAddress", MacKind),
    (58, "vlanId", Number),
    (59, "postVlanId", Number),
    (60, "ipVersion", Number),
    (61, "flowDirection", Number),
    (62, "ipNextHopIPv6Address", Address),
    (63, "bgpNextHopIPv6Address", Address),
    (64, "ipv6ExtensionHeaders", Number),
    (80, "destinationMacAddress", MacKind),
    (81, "postSourceMacAddress", MacKind),
    (82, "interfaceName", Words),
    (83, "interfaceDescription", Words),
    (84, "samplerName", Words),
    (85, "octetTotalCount", Number),
    (86, "packetTotalCount", Number),
    (88, "fragmentOffset", Number),
    (89, "forwardingStatus", Number),
    (90, "mplsVpnRouteDistinguisher", Opaque),
    (94, "applicationDescription", Words),
    (95, "applicationId", Opaque),
    (96, "applicationName", Words),
    (98, "postIpDiffServCodePoint", Number),
    (99, "multicastReplicationFactor", Number),
    (100, "className", Words),
    (128, "bgpNextAdjacentAsNumber", Number),
    (129, "bgpPrevAdjacentAsNumber", Number),
    (130, "exporterIPv4Address", Address),
    (131, "exporterIPv6Address", Address),
    (132, "droppedOctetDeltaCount", Number),
    (133, "droppedPacketDeltaCount", Number),
    (134, "droppedOctetTotalCount", Number),
    (135, "droppedPacketTotalCount", Number),
    (136, "flowEndReason", Number),
    (137, "commonPropertiesId", Number),
    (138, "observationPointId", Number),
    (139, "icmpTypeCodeIPv6", Number),
    (141, "lineCardId", Number),
    (142, "portId", Number),
    (143, "meteringProcessId", Number),
    (144, "exportingProcessId", Number),
    (145, "templateId", Number),
    (146, "wlanChannelId", Number),
    (147, "wlanSSID", Words),
    (148, "flowId", Number),
    (149, "observationDomainId", Number),
    (150, "flowStartSeconds", Number),
    (151, "flowEndSeconds", Number),
    (152, "flowStartMilliseconds", Number),
    (153, "flowEndMilliseconds", Number),
    (154, "flowStartMicroseconds", Number),
    (155, "flowEndMicroseconds", Number),
    (156, "flowStartNanoseconds", Number),
    (157, "flowEndNanoseconds", Number),
    (158, "flowStartDeltaMicroseconds", Number),
    (159, "flowEndDeltaMicroseconds", Number),
    (160, "systemInitTimeMilliseconds", Number),
    (161, "flowDurationMilliseconds", Number),
    (162, "flowDurationMicroseconds", Number),
    (169, "destinationIPv6Prefix", Address),
    (170, "sourceIPv6Prefix", Address),
    (176, "icmpTypeIPv4", Number),
    (177, "icmpCodeIPv4", Number),
    (178, "icmpTypeIPv6", Number),
    (179, "icmpCodeIPv6", Number),
    (180, "udpSourcePort", Number),
    (181, "udpDestinationPort", Number),
    (182, "tcpSourcePort", Number),
    (183, "tcpDestinationPort", Number),
    (184, "tcpSequenceNumber", Number),
    (185, "tcpAcknowledgementNumber", Number),
    (186, "tcpWindowSize", Number),
    (187, "tcpUrgentPointer", Number),
    (188, "tcpHeaderLength", Number),
    (189, "ipHeaderLength", Number),
    (190, "totalLengthIPv4", Number),
    (191, "payloadLengthIPv6", Number),
    (192, "ipTTL", Number),
    (193, "nextHeaderIPv6", Number),
    (195, "ipDiffServCodePoint", Number),
    (196, "ipPrecedence", Number),
    (197, "fragmentFlags", Number),
    (201, "mplsLabelStackLength", Number),
    (202, "mplsLabelStackDepth", Number),
    (204, "ipPayloadLength", Number),
    (205, "udpMessageLength", Number),
    (206, "isMulticast", Number),
    (207, "ipv4IHL", Number),
    (210, "paddingOctets", Opaque),
    (218, "tcpSynTotalCount", Number),
    (219, "tcpFinTotalCount", Number),
    (220, "tcpRstTotalCount", Number),
    (221, "tcpPshTotalCount", Number),
    (222, "tcpAckTotalCount", Number),
    (223, "tcpUrgTotalCount", Number),
    (224, "ipTotalLength", Number),
    (225, "postNATSourceIPv4Address", Address),
    (226, "postNATDestinationIPv4Address", Address),
    (227, "postNAPTSourceTransportPort", Number),
    (228, "postNAPTDestinationTransportPort", Number),
    (229, "natOriginatingAddressRealm", Number),
    (230, "natEvent", Number),
    (231, "initiatorOctets", Number),
    (232, "responderOctets", Number),
    (233, "firewallEvent", Number),
    (234, "ingressVRFID", Number),
    (235, "egressVRFID", Number),
    (236, "VRFname", Words),
    (238, "tcpWindowScale", Number),
    (239, "biflowDirection", Number),
    (240, "ethernetHeaderLength", Number),
    (241, "ethernetPayloadLength", Number),
    (242, "ethernetTotalLength", Number),
    (243, "dot1qVlanId", Number),
    (244, "dot1qPriority", Number),
    (245, "dot1qCustomerVlanId", Number),
    (252, "ingressPhysicalInterface", Number),
    (253, "egressPhysicalInterface", Number),
    (254, "postDot1qVlanId", Number),
    (256, "ethernetType", Number),
    (257, "postIpPrecedence", Number),
    (281, "postNATSourceIPv6Address", Address),
    (282, "postNATDestinationIPv6Address", Address),
    (283, "natPoolId", Number),
    (284, "natPoolName", Words),
    (298, "initiatorPackets", Number),
    (299, "responderPackets", Number),
    (300, "observationDomainName", Words),
    (302, "selectorId", Number),
    (304, "selectorAlgorithm", Number),
    (305, "samplingPacketInterval", Number),
    (306, "samplingPacketSpace", Number),
    (309, "samplingSize", Number),
    (310, "samplingPopulation", Number),
    (312, "dataLinkFrameSize", Number),
    (322, "observationTimeSeconds", Number),
    (323, "observationTimeMilliseconds", Number),
    (324, "observationTimeMicroseconds", Number),
    (325, "observationTimeNanoseconds", Number),
    (351, "layer2SegmentId", Number),
    (361, "portRangeStart", Number),
    (362, "portRangeEnd", Number),
    (363, "portRangeStepSize", Number),
    (364, "portRangeNumPorts", Number),
    (365, "staMacAddress", MacKind),
    (366, "staIPv4Address", Address),
    (367, "wtpMacAddress", MacKind),
    (368, "ingressInterfaceType", Number),
    (369, "egressInterfaceType", Number),
    (371, "userName", Words),
    (372, "applicationCategoryName", Words),
    (373, "applicationSubCategoryName", Words),
    (374, "applicationGroupName", Words),
    (390, "flowSelectorAlgorithm", Number),
    (408, "dataLinkFrameType", Number),
    (409, "sectionOffset", Number),
    (410, "sectionExportedOctets", Number),
    (459, "httpRequestMethod", Words),
    (460, "httpRequestHost", Words),
    (461, "httpRequestTarget", Words),
    (33000, "ingressAclId", Opaque),
    (33001, "egressAclId", Opaque),
    (33002, "firewallExtendedEvent", Number),
    (40000, "userName", Words),
    (40001, "postNATSourceIPv4Address", Address),
    (40002, "postNATDestinationIPv4Address", Address),
    (40003, "postNAPTSourceTransportPort", Number),
    (40004, "postNAPTDestinationTransportPort", Number),
    (40005, "firewallEvent", Number),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_sorted() {
        assert!(ELEMENTS.is_sorted_by_key(|(id, _, _)| *id));
    }
}
