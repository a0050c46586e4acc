//! Which column is what, per type of log, under the names of the vendor's field descriptions.
//!
//! New versions add columns at the end, so that one list serves all of them. A column that the
//! vendor reserves has no name.

/// The columns of one type of log.
pub(super) struct Layout {
    /// Columns up to the action; the same for all types but SCTP.
    pub(super) head: &'static [&'static str],
    /// Columns behind the action.
    pub(super) tail: &'static [&'static str],
    /// Where in the tail those stand that fill a field.
    pub(super) places: Places,
}

/// Places in the tail of a log; nothing where a type has no such column.
#[derive(Clone, Copy)]
pub(super) struct Places {
    pub(super) bytes: Option<usize>,
    pub(super) packets: Option<usize>,
    pub(super) elapsed: Option<usize>,
    pub(super) device: Option<usize>,
    pub(super) rule: Option<usize>,
    pub(super) stamp: Option<usize>,
    /// Behind the last of them.
    pub(super) end: usize,
}

impl Layout {
    const fn new(head: &'static [&'static str], tail: &'static [&'static str]) -> Self {
        let device = place(tail, "device_name");
        let stamp = place(tail, "high_res_timestamp");
        Self {
            head,
            tail,
            places: Places {
                bytes: place(tail, "bytes"),
                packets: place(tail, "packets"),
                elapsed: place(tail, "elapsed"),
                device,
                rule: place(tail, "rule_uuid"),
                stamp,
                end: match (device, stamp) {
                    (Some(device), Some(stamp)) if device > stamp => device + 1,
                    (_, Some(stamp)) => stamp + 1,
                    _ => tail.len(),
                },
            },
        }
    }

    /// The columns of a type of log that tells of packets or sessions.
    pub(super) const fn of(kind: &[u8]) -> Option<&'static Self> {
        Some(match kind {
            b"TRAFFIC" => &TRAFFIC,
            b"THREAT" => &THREAT,
            b"DECRYPTION" => &DECRYPTION,
            b"START" | b"END" => &TUNNEL,
            b"GTP" => &GTP,
            b"SCTP" => &SCTP,
            _ => return None,
        })
    }
}

/// Names that fill a field of the event and so are not kept under their own.
pub(super) const FIELDS: &[&str] = &[
    "",
    "time_generated",
    "src",
    "dst",
    "natsrc",
    "natdst",
    "rule",
    "srcuser",
    "app",
    "from",
    "to",
    "inbound_if",
    "outbound_if",
    "sport",
    "dport",
    "natsport",
    "natdport",
    "proto",
    "bytes",
    "packets",
    "elapsed",
    "device_name",
    "rule_uuid",
    "high_res_timestamp",
];

const fn place(names: &[&str], wanted: &str) -> Option<usize> {
    let mut at = 0;
    while at < names.len() {
        if is_same(names[at].as_bytes(), wanted.as_bytes()) {
            return Some(at);
        }
        at += 1;
    }
    None
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

#[rustfmt::skip]
const HEAD: &[&str] = &[
    "", "receive_time", "serial", "type", "subtype", "", "time_generated", "src", "dst", "natsrc",
    "natdst", "rule", "srcuser", "dstuser", "app", "vsys", "from", "to", "inbound_if",
    "outbound_if", "logset", "", "sessionid", "repeatcnt", "sport", "dport", "natsport",
    "natdport", "flags", "proto", "action",
];

#[rustfmt::skip]
static TRAFFIC: Layout = Layout::new(HEAD, &[
    "bytes", "bytes_sent", "bytes_received", "packets", "start", "elapsed", "category", "",
    "seqno", "actionflags", "srcloc", "dstloc", "", "pkts_sent", "pkts_received",
    "session_end_reason",
    // PAN-OS 7.0
    "dg_hier_level_1", "dg_hier_level_2", "dg_hier_level_3", "dg_hier_level_4", "vsys_name",
    "device_name", "action_source",
    // 8.0
    "src_uuid", "dst_uuid", "tunnelid", "monitortag", "parent_session_id", "parent_start_time",
    "tunnel",
    // 8.1
    "assoc_id", "chunks", "chunks_sent", "chunks_received",
    // 9.0
    "rule_uuid", "http2_connection",
    // 9.1
    "link_change_count", "policy_id", "link_switches", "sdwan_cluster", "sdwan_device_type",
    "sdwan_cluster_type", "sdwan_site", "dynusergroup_name",
    // 10.0
    "xff_ip", "src_category", "src_profile", "src_model", "src_vendor", "src_osfamily",
    "src_osversion", "src_host", "src_mac", "dst_category", "dst_profile", "dst_model",
    "dst_vendor", "dst_osfamily", "dst_osversion", "dst_host", "dst_mac", "container_id",
    "pod_namespace", "pod_name", "src_edl", "dst_edl", "hostid", "serialnumber", "src_dag",
    "dst_dag", "session_owner", "high_res_timestamp", "nssai_sst", "nssai_sd",
    // 10.1 and later
    "subcategory_of_app", "category_of_app", "technology_of_app", "risk_of_app",
    "characteristic_of_app", "container_of_app", "tunneled_app", "is_saas_of_app",
    "sanctioned_state_of_app", "offloaded", "flow_type", "cluster_name",
]);

#[rustfmt::skip]
static THREAT: Layout = Layout::new(HEAD, &[
    "misc", "threatid", "category", "severity", "direction", "seqno", "actionflags", "srcloc",
    "dstloc", "", "contenttype", "pcap_id", "filedigest", "cloud", "url_idx", "user_agent",
    "filetype", "xff", "referer", "sender", "subject", "recipient", "reportid",
    // PAN-OS 7.0
    "dg_hier_level_1", "dg_hier_level_2", "dg_hier_level_3", "dg_hier_level_4", "vsys_name",
    "device_name", "",
    // 8.0
    "src_uuid", "dst_uuid", "http_method", "tunnelid", "monitortag", "parent_session_id",
    "parent_start_time", "tunnel", "thr_category", "contentver", "",
    // 8.1
    "assoc_id", "ppid", "http_headers",
    // 9.0
    "url_category_list", "rule_uuid", "http2_connection",
    // 9.1
    "dynusergroup_name",
    // 10.0
    "xff_ip", "src_category", "src_profile", "src_model", "src_vendor", "src_osfamily",
    "src_osversion", "src_host", "src_mac", "dst_category", "dst_profile", "dst_model",
    "dst_vendor", "dst_osfamily", "dst_osversion", "dst_host", "dst_mac", "container_id",
    "pod_namespace", "pod_name", "src_edl", "dst_edl", "hostid", "serialnumber", "domain_edl",
    "src_dag", "dst_dag", "partial_hash", "high_res_timestamp", "reason", "justification",
    "nssai_sst",
    // 10.1 and later
    "subcategory_of_app", "category_of_app", "technology_of_app", "risk_of_app",
    "characteristic_of_app", "container_of_app", "tunneled_app", "is_saas_of_app",
    "sanctioned_state_of_app", "cloud_reportid", "cluster_name", "flow_type",
]);

#[rustfmt::skip]
static DECRYPTION: Layout = Layout::new(HEAD, &[
    "tunnel", "", "", "src_uuid", "dst_uuid", "rule_uuid", "hs_stage_c2f", "hs_stage_f2s",
    "tls_version", "tls_keyxchg", "tls_enc", "tls_auth", "policy_name", "ec_curve", "err_index",
    "root_status", "chain_status", "proxy_type", "cert_serial", "fingerprint", "notbefore",
    "notafter", "cert_ver", "cert_size", "cn_len", "issuer_len", "rootcn_len", "sni_len",
    "cert_flags", "cn", "issuer_cn", "root_cn", "sni", "error", "container_id", "pod_namespace",
    "pod_name", "src_edl", "dst_edl", "src_dag", "dst_dag", "high_res_timestamp", "src_category",
    "src_profile", "src_model", "src_vendor", "src_osfamily", "src_osversion", "src_host",
    "src_mac", "dst_category", "dst_profile", "dst_model", "dst_vendor", "dst_osfamily",
    "dst_osversion", "dst_host", "dst_mac", "seqno", "actionflags",
    // 10.1 and later
    "dg_hier_level_1", "dg_hier_level_2", "dg_hier_level_3", "dg_hier_level_4", "vsys_name",
    "device_name", "vsys_id", "subcategory_of_app", "category_of_app", "technology_of_app",
    "risk_of_app", "characteristic_of_app", "container_of_app", "is_saas_of_app",
    "sanctioned_state_of_app", "cluster_name",
]);

#[rustfmt::skip]
static TUNNEL: Layout = Layout::new(HEAD, &[
    "severity", "seqno", "actionflags", "srcloc", "dstloc", "dg_hier_level_1", "dg_hier_level_2",
    "dg_hier_level_3", "dg_hier_level_4", "vsys_name", "device_name", "tunnelid", "monitortag",
    "parent_session_id", "parent_start_time", "tunnel", "bytes", "bytes_sent", "bytes_received",
    "packets", "pkts_sent", "pkts_received", "max_encap", "unknown_proto", "strict_check",
    "tunnel_fragment", "sessions_created", "sessions_closed", "session_end_reason",
    "action_source", "start", "elapsed", "tunnel_insp_rule", "remote_user_ip", "remote_user_id",
    "rule_uuid", "pcap_id", "dynusergroup_name", "src_edl", "dst_edl", "high_res_timestamp",
    "nssai_sd", "nssai_sst", "pdu_session_id", "subcategory_of_app", "category_of_app",
    "technology_of_app", "risk_of_app", "characteristic_of_app", "container_of_app",
    "is_saas_of_app", "sanctioned_state_of_app", "cluster_name",
]);

#[rustfmt::skip]
static GTP: Layout = Layout::new(HEAD, &[
    "event_type", "msisdn", "apn", "rat", "msg_type", "end_ip_adr", "teid1", "teid2",
    "gtp_interface", "cause_code", "severity", "mcc", "mnc", "area_code", "cell_id", "event_code",
    "", "", "srcloc", "dstloc", "", "", "", "", "", "", "", "imsi", "imei", "", "", "", "", "",
    "", "", "", "", "", "", "", "", "", "", "", "start", "elapsed", "tunnel_insp_rule",
    "remote_user_ip", "remote_user_id", "rule_uuid", "pcap_id", "high_res_timestamp",
]);

/// SCTP has one more reserved column before the protocol.
#[rustfmt::skip]
const SCTP_HEAD: &[&str] = &[
    "", "receive_time", "serial", "type", "", "", "time_generated", "src", "dst", "", "", "rule",
    "", "", "", "vsys", "from", "to", "inbound_if", "outbound_if", "logset", "", "sessionid",
    "repeatcnt", "sport", "dport", "", "", "", "", "proto", "action",
];

#[rustfmt::skip]
static SCTP: Layout = Layout::new(SCTP_HEAD, &[
    "dg_hier_level_1", "dg_hier_level_2", "dg_hier_level_3", "dg_hier_level_4", "vsys_name",
    "device_name", "seqno", "", "assoc_id", "ppid", "severity", "sctp_chunk_type", "",
    "verif_tag_1", "verif_tag_2", "sctp_cause_code", "diam_app_id", "diam_cmd_code",
    "diam_avp_code", "stream_id", "assoc_end_reason", "op_code", "sccp_calling_ssn",
    "sccp_calling_gt", "sctp_filter", "chunks", "chunks_sent", "chunks_received", "packets",
    "pkts_sent", "pkts_received", "rule_uuid", "high_res_timestamp",
]);
