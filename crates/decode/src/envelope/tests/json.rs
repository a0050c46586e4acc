//! JSON wrappers and what they carry, in the notation of the table.

use super::table::Row;

#[rustfmt::skip] // One row, one line.
pub(super) const JSON: &[Row] = &[
    // journalctl -o json
    (r#"{"__CURSOR":"s=1","__REALTIME_TIMESTAMP":"1795430404643182","_SOURCE_REALTIME_TIMESTAMP":"1795430404643000","_HOSTNAME":"fw01","_TRANSPORT":"kernel","SYSLOG_IDENTIFIER":"kernel","MESSAGE":"[UFW BLOCK] IN=eth0 DST=192.0.2.1"}"#,
        "+2026-11-23T10:40:04.643Z", "fw01", "kernel", "[UFW BLOCK] IN=eth0 DST=192.0.2.1"),
    (r#"{"MESSAGE":[73,78,61,255],"__REALTIME_TIMESTAMP":"1795430404643182","_HOSTNAME":"fw01"}"#,
        "+2026-11-23T10:40:04.643182Z", "fw01", "", "IN=\u{fffd}"),
    (r#"data: {"MESSAGE":"IN=eth0","__REALTIME_TIMESTAMP":"1795430404643182"}"#, "+2026-11-23T10:40:04.643182Z", "", "", "IN=eth0"),
    // Docker's json-file, with a syslog line inside
    (r#"{"log":"Nov 23 11:40:04 fw01 kernel: IN=eth0\n","stream":"stdout","time":"2026-11-23T10:40:04.5Z"}"#,
        "+2026-11-23T10:40:04.5Z", "fw01", "kernel", "IN=eth0"),
    (r#"{"log":"IN=eth0 \"a\" \u00e9\ud83d\ude00\/\n","stream":"stderr","time":"2026-11-23T10:40:04Z"}"#,
        "+2026-11-23T10:40:04Z", "", "", "IN=eth0 \"a\" \u{e9}\u{1f600}/"),
    // Elastic: a shipper's document, a document with the original, a search hit
    (r#"{"@timestamp":"2026-11-23T10:40:04.000Z","message":"Nov 23 10:40:03 fw01 kernel: IN=","host":{"name":"shipper"},"log":{"offset":1}}"#,
        "+2026-11-23T10:40:04Z", "fw01", "kernel", "IN="),
    (r#"{"@timestamp":"2026-11-23T10:40:04.000Z","destination":{"ip":"192.0.2.1"},"event":{"kind":"event","original":"<134>Nov 23 10:40:03 fw01 kernel: IN="}}"#,
        "+2026-11-23T10:40:04Z", "fw01", "kernel", "IN="),
    (r#"{"_index":"a","_source":{"@timestamp":"2026-11-23T10:40:04Z","host":{"hostname":"fw02"},"message":"IN=eth0"}}"#,
        "+2026-11-23T10:40:04Z", "fw02", "", "IN=eth0"),
    (r#"{"event.original":"IN=eth0","timestamp":"2026-11-23 10:40:04"}"#, "-2026-11-23T10:40:04", "", "", "IN=eth0"),
    // Splunk: HTTP Event Collector and an export
    (r#"{"time":1795430404.5,"host":"fw01","sourcetype":"syslog","event":"kernel: IN=eth0"}"#, "+2026-11-23T10:40:04.5Z", "fw01", "kernel", "IN=eth0"),
    (r#"{"ident":"kernel","message":"kernel: [12.345678] IN=eth0"}"#, "^12.345678", "", "kernel", "IN=eth0"),
    (r#"{"sourcetype":"a","event":{"sdip":"192.0.2.1","dest":"x"}}"#, "", "", "", r#"{"sdip":"192.0.2.1","dest":"x"}"#),
    (r#"{"preview":false,"result":{"_raw":"Nov 23 10:40:04 fw01 kernel: IN=","dest":"x","_time":"2026-11-23T10:40:04.000+00:00"}}"#,
        "+2026-11-23T10:40:04Z", "fw01", "kernel", "IN="),
    // AWS: CloudWatch and Network Firewall
    (r#"{"timestamp":1795430404643,"message":"2 123456789012 eni-0123 192.0.2.1 192.0.2.2","ingestionTime":1}"#,
        "+2026-11-23T10:40:04.643Z", "", "", "2 123456789012 eni-0123 192.0.2.1 192.0.2.2"),
    (r#"{"firewall_name":"nfw","availability_zone":"z","event_timestamp":"1795430404","event":{"dest_ip":"192.0.2.1"}}"#,
        "+2026-11-23T10:40:04Z", "nfw", "", r#"{"dest_ip":"192.0.2.1"}"#),
    // rsyslog, syslog-ng, Fluent, Vector, GELF, Google
    (r#"{"timereported":"2026-11-23T10:40:04+01:00","hostname":"fw01","syslogtag":"kernel:","msg":" [12.345678] IN=eth0"}"#,
        "+2026-11-23T09:40:04Z", "fw01", "kernel", "IN=eth0"),
    (r#"{"PROGRAM":"kernel","MESSAGE":"IN=eth0","HOST":"fw01","DATE":"Nov 23 10:40:04"}"#, "-????-11-23T10:40:04", "fw01", "kernel", "IN=eth0"),
    (r#"{"ident":"kernel","host":"fw01","message":"IN=eth0","date":1.795430404643E9}"#, "+2026-11-23T10:40:04.643Z", "fw01", "kernel", "IN=eth0"),
    (r#"{"appname":"kernel","hostname":"fw01","message":"IN=eth0","source_ip":"192.0.2.9","source_type":"syslog","timestamp":"2026-11-23T10:40:04Z"}"#,
        "+2026-11-23T10:40:04Z", "fw01", "kernel", "IN=eth0"),
    (r#"{"version":"1.1","host":"fw01","short_message":"IN=eth0","timestamp":1795430404.25,"_dst":"x"}"#, "+2026-11-23T10:40:04.25Z", "fw01", "", "IN=eth0"),
    (r#"{"insertId":"a","textPayload":"IN=eth0","timestamp":"2026-11-23T10:40:04.123456789Z"}"#, "+2026-11-23T10:40:04.123456789Z", "", "", "IN=eth0"),
    (r#"{"jsonPayload":{"message":"IN=eth0"},"timestamp":"2026-11-23T10:40:04Z"}"#, "+2026-11-23T10:40:04Z", "", "", "IN=eth0"),
    // JSON in syslog, syslog in JSON in syslog, JSON in JSON
    (r#"<134>Nov 23 10:40:04 relay app: {"log":"Nov 23 10:40:03 fw01 kernel: IN=\n"}"#, "-????-11-23T10:40:03", "fw01", "kernel", "IN="),
    (r#"Nov 23 10:40:04 relay app: @cee: {"msg":"IN=eth0","dummy":null}"#, "-????-11-23T10:40:04", "relay", "app", "IN=eth0"),
    (r#"{"log":"{\"message\":\"{\\\"message\\\":\\\"IN=\\\"}\"}\n","stream":"stdout"}"#, "", "", "", r#"{"message":"IN="}"#),
    ("\u{feff}  {\"message\":\"IN=eth0\"},\r\n", "", "", "", "IN=eth0"),
    ("\x1e{\"message\":\"IN=eth0\"}\n", "", "", "", "IN=eth0"),
    // Objects that are records
    (r#"{"timestamp":"2026-11-23T10:40:04.6","oob.prefix":"A ","src_ip":"192.0.2.1","dest_ip":"192.0.2.2"}"#,
        "", "", "", r#"{"timestamp":"2026-11-23T10:40:04.6","oob.prefix":"A ","src_ip":"192.0.2.1","dest_ip":"192.0.2.2"}"#),
    (r#"{"msg":"Denied by policy","dstaddr":"192.0.2.1"}"#, "", "", "", r#"{"msg":"Denied by policy","dstaddr":"192.0.2.1"}"#),
    (r#"{"message":"Denied","DestinationIP":"192.0.2.1"}"#, "", "", "", r#"{"message":"Denied","DestinationIP":"192.0.2.1"}"#),
    (r#"{"id.orig_h":"192.0.2.1","id.resp_h":"192.0.2.2"}"#, "", "", "", r#"{"id.orig_h":"192.0.2.1","id.resp_h":"192.0.2.2"}"#),
    (r#"{"jsonPayload":{"connection":{},"dest_vpc":{},"message":"x"}}"#, "", "", "", r#"{"jsonPayload":{"connection":{},"dest_vpc":{},"message":"x"}}"#),
    (r#"{"message":"The filter has blocked a packet.\r\n\r\nSource:\t1"}"#,
        "", "", "", r#"{"message":"The filter has blocked a packet.\r\n\r\nSource:\t1"}"#),
    (r#"{"event":{"code":"5152"},"winlog":{},"message":"x"}"#, "", "", "", r#"{"event":{"code":"5152"},"winlog":{},"message":"x"}"#),
    (r#"{"a":1} and more"#, "", "", "", r#"{"a":1} and more"#),
    (r#"{"a":1"#, "", "", "", r#"{"a":1"#),
    ("{", "", "", "", "{"),
    // Quotes and colours around a line
    ("\"Nov 23 10:40:04 fw01 kernel: IN=eth0\"", "-????-11-23T10:40:04", "fw01", "kernel", "IN=eth0"),
    ("\"fw a=\"\"b\"\"\"", "", "", "", "fw a=\"b\""),
    ("\"2026-11-23 10:40:04\",\"fw01\",\"192.0.2.1\"", "", "", "", "\"2026-11-23 10:40:04\",\"fw01\",\"192.0.2.1\""),
    ("\x1b[32mNov 23 10:40:04\x1b[0m fw01 \x1b[33mkernel\x1b[0m: IN=eth0", "-????-11-23T10:40:04", "fw01", "kernel", "IN=eth0"),
    ("Nov 23 10:40:04 fw01 kernel: \x1b[0;1;31m[UFW BLOCK] IN=eth0\x1b[0m", "-????-11-23T10:40:04", "fw01", "kernel", "[UFW BLOCK] IN=eth0"),
];
