//! Databases, brokers and the machinery behind them. Sources: each project's description of its
//! wire protocol, named in the comments.

use crate::pattern::Number::{Be16, Be32, Le16, Le32, U8};
use crate::pattern::Tell::{Line, Number, Says, String, Token};
use crate::pattern::Test::{Between, Bits, Counts, Has, Is, Least, Long, Name, OneOf, Text, Within};
use crate::pattern::{client, either, server};
#[cfg(test)]
use crate::tests::{Side, padded, tcp, udp};

family! {
    // Aerospike wire protocol: version 2, type 1 (info) or 3 (message), a length of six bytes.
    "aerospike" ("Aerospike database", "Aerospike 数据库") Tcp [3000] []
    [
        either(&[Is(0, b"\x02\x01\0\0"), Counts(4, Be32, 8), Text(8)]),
        either(&[Is(0, b"\x02\x03\0\0"), Counts(4, Be32, 8), Is(8, b"\x16")]),
    ]
    [
        tcp(Side::Client, b"\x02\x01\0\0\0\0\0\x05node\n").at(3000),
        tcp(Side::Client, b"\x02\x02\0\0\0\0\0\x05node\n").at(3000).not(),
    ]
    // Apache, AJP/1.3: 12 34 from the web server, AB from the container, a length behind it.
    "ajp" ("Apache JServ", "Apache JServ") Tcp [8009] ["ajp13"]
    [
        client(&[Is(0, b"\x12\x34\0\x01\x0a")]).tells(&[("kind", Says("ping"))]),
        client(&[Is(0, b"\x12\x34"), Counts(2, Be16, 4), OneOf(4, b"\x02\x07\x08\x0a")]),
        server(&[Is(0, b"AB"), Counts(2, Be16, 4), Between(4, 3, 9)]),
        client(&[Is(0, b"\x12\x34")]).at_port(),
    ]
    [
        tcp(Side::Client, b"\x12\x34\0\x01\x0a").at(8009).tells(&[("kind", "ping")]),
        tcp(Side::Server, b"AB\0\x01\x09").at(8009),
        tcp(Side::Client, b"\x12\x35\0\x01\x0a").at(8009).not(),
    ]
    // AMQP 0-9-1, section 4.2.2, and AMQP 1.0, section 2.2; then the server's first method or frame.
    "amqp" ("advanced message queuing", "高级消息队列") Tcp [5672, 5671] ["amqps"]
    [
        either(&[Is(0, b"AMQP"), Between(4, 0, 3), Between(5, 0, 1)]),
        server(&[Is(0, b"\x01\0\0"), Counts(3, Be32, 8), Is(7, b"\0\x0a\0\x0a\0\x09")]),
        // Section 4.2.3: later frames, a method's class and number, and the heartbeat.
        either(&[Is(0, b"\x01\0"), Counts(3, Be32, 8), Is(7, b"\0"), OneOf(8, b"\x0a\x14\x1e\x28\x32\x3c\x5a"), Is(9, b"\0"), Between(10, 10, 120)]),
        either(&[Is(0, b"\x08\0\0\0\0\0\0\xce")]),
    ]
    [
        tcp(Side::Client, b"AMQP\0\0\x09\x01").at(5672),
        tcp(Side::Server, b"AMQP\x03\x01\0\0"),
        tcp(Side::Server, b"\x01\0\x01\0\0\0\x04\0\x3c\0\x50\xce").at(5672),
        tcp(Side::Any, b"\x08\0\0\0\0\0\0\xce"),
        tcp(Side::Any, b"\x08\0\0\0\0\0\0\xcd").at(5672).not(),
        tcp(Side::Client, b"AMQPX").at(5672).not(),
    ]
    // Neo4j, Bolt handshake: a magic and four versions.
    "bolt" ("Neo4j graph database", "Neo4j 图数据库") Tcp [7687] ["neo4j"]
    [client(&[Is(0, b"\x60\x60\xb0\x17"), Long(4, 64)])]
    [
        tcp(Side::Client, b"\x60\x60\xb0\x17\0\0\x04\x04\0\0\x01\x04\0\0\0\x04\0\0\0\x03").at(7687),
        tcp(Side::Client, b"\x60\x60\xb0\x18\0\0").at(7687).not(),
    ]
    // Apache Cassandra, native protocol v3 to v5: version, flags, stream, opcode, length.
    "cassandra" ("Cassandra database", "Cassandra 数据库") Tcp [9042, 9142] ["cql"]
    [
        client(&[Between(0, 3, 5), OneOf(1, b"\0\x10"), Is(4, b"\x01"), Counts(5, Be32, 9), Has(b"CQL_VERSION")]),
        client(&[Between(0, 3, 5), OneOf(1, b"\0\x10"), Is(4, b"\x05\0\0\0\0"), Long(9, 9)]),
        client(&[Between(0, 1, 2), Is(1, b"\0"), Is(3, b"\x05\0\0\0\0"), Long(8, 8)]).at_port(),
        server(&[Between(0, 0x83, 0x85), OneOf(1, b"\0\x10"), OneOf(4, b"\0\x02\x03\x06\x08"), Counts(5, Be32, 9), Is(5, b"\0")]),
        // Versions 1 and 2 have a byte less; queries and what else comes later.
        client(&[Between(0, 1, 2), Between(1, 0, 3), Is(3, b"\x01\0\0\0"), Has(b"CQL_VERSION")]),
        server(&[Between(0, 0x81, 0x82), Between(1, 0, 3), OneOf(3, b"\0\x02\x03\x06\x08\x0c\x0e\x10"), Counts(4, Be32, 8), Is(4, b"\0")]).at_port(),
        client(&[Between(0, 1, 2), Between(1, 0, 3), OneOf(3, b"\x07\x09\x0a\x0b\x0d\x0f"), Counts(4, Be32, 8), Is(4, b"\0")]).at_port(),
        client(&[Between(0, 3, 5), Between(1, 0, 31), OneOf(4, b"\x07\x09\x0a\x0b\x0d\x0f"), Counts(5, Be32, 9), Is(5, b"\0")]).at_port(),
    ]
    [
        tcp(Side::Client, b"\x04\0\0\x01\x01\0\0\0\x16\0\x01\0\x0bCQL_VERSION\0\x053.0.0").at(9042),
        tcp(Side::Client, b"\x04\0\0\0\x05\0\0\0\0").at(9042),
        tcp(Side::Client, b"\x02\0\0\x01\0\0\0\x16\0\x01\0\x0bCQL_VERSION\0\x053.0.0"),
        tcp(Side::Client, b"\x04\0\0\x01\x0b\0\0\0\x0c\0\x01\0\x08TOPOLOGY").at(9042),
        tcp(Side::Client, b"\x04\0\0\0\x05\0\0\0\x01").at(9042).not(),
    ]
    // Ceph messenger: the banner of either version.
    "ceph" ("Ceph storage", "Ceph 分布式存储") Tcp [3300, 6789, 6800] []
    [either(&[Is(0, b"ceph v")]).tells(&[("banner", Line(0))])]
    [
        tcp(Side::Server, b"ceph v027\0\0\0\0").at(6789),
        tcp(Side::Any, b"ceph v2\n\x10\0\x01\0"),
        tcp(Side::Any, b"cephalopod\r\n").at(6789).not(),
    ]
    // ClickHouse native protocol: packet 0, then the client's name with its length, versions, names.
    "clickhouse" ("ClickHouse database", "ClickHouse 数据库") Tcp [9000] []
    [
        client(&[Is(0, b"\0"), Between(1, 4, 40), Is(2, b"ClickHouse")]),
        client(&[Is(0, b"\0"), Between(1, 4, 60), Name(2, 4), Has(b"clickhouse")]),
        server(&[Is(0, b"\0\x0aClickHouse")]),
    ]
    [
        tcp(Side::Client, b"\0\x11ClickHouse client\x18\x03\xd1\xa9\x03\0\x07default\0").at(9000),
        tcp(Side::Server, b"\0\x0aClickHouse\x18\x03"),
        tcp(Side::Client, b"\0\x11SomethingElse\x18").at(9000).not(),
    ]
    // distcc protocol 1: DIST and the version in eight digits.
    "distcc" ("distributed compiler", "分布式编译") Tcp [3632] []
    [client(&[Is(0, b"DIST0000000")]), server(&[Is(0, b"DONE0000000")])]
    [
        tcp(Side::Client, b"DIST00000001ARGC00000008").at(3632),
        tcp(Side::Client, b"DISTANCE 5\r\n").at(3632).not(),
    ]
    // The Open Group, DRDA: length, D0, format, correlation, length again, code point.
    "drda" ("DB2 database", "DB2 数据库") Tcp [50000, 446, 1527] ["db2"]
    [
        client(&[Is(2, b"\xd0"), OneOf(3, b"\x01\x41\x51"), Is(8, b"\x10\x41")]),
        server(&[Is(2, b"\xd0"), OneOf(3, b"\x02\x03\x42\x43\x52\x53"), Is(8, b"\x14\x43")]),
        either(&[Is(0, b"\0"), Is(2, b"\xd0"), OneOf(3, b"\x01\x02\x03\x41\x42\x43\x51\x52\x53"), Is(4, b"\0\x01")]),
    ]
    [
        tcp(Side::Client, b"\0\x26\xd0\x01\0\x01\0\x20\x10\x41\0\x10\x11\x5e\x84\x82\xf2\x97\x99\x83\x85\xa2\xa2\0\x08\x11\x47\xd8\xc4\xc2\xf2").at(50000),
        tcp(Side::Client, b"\0\x26\xd1\x01\0\x01").at(50000).not(),
    ]
    // Dubbo: magic, flags.
    "dubbo" ("Apache Dubbo calls", "Dubbo 远程调用") Tcp [20880] []
    [either(&[Is(0, b"\xda\xbb"), OneOf(2, b"\xc2\xe2\x42\x22\x02"), Between(3, 0, 100)])]
    [
        tcp(Side::Client, b"\xda\xbb\xc2\0\0\0\0\0\0\0\0\x01\0\0\x01\0").at(20880),
        tcp(Side::Client, b"\xda\xbc\xc2\0").at(20880).not(),
    ]
    // Erlang, distribution protocol: length, then the letter of a request to the port mapper.
    "epmd" ("Erlang port mapper", "Erlang 端口映射") Tcp [4369] ["erlang"]
    [
        client(&[Is(0, b"\0"), Counts(0, Be16, 2), OneOf(2, b"nzdk"), Long(3, 3)]),
        client(&[Is(0, b"\0"), Counts(0, Be16, 2), OneOf(2, b"zxs")]).at_port(),
        server(&[Is(0, b"\0\0\x11\x11")]),
    ]
    [
        tcp(Side::Client, b"\0\x01n").at(4369),
        tcp(Side::Server, b"\0\0\x11\x11name rabbit at port 25672\n").at(4369),
        tcp(Side::Client, b"\0\x01m").at(4369).not(),
    ]
    // Firebird: op_connect, an operation, connect version, architecture, then the file's name.
    "firebird" ("Firebird database", "Firebird 数据库") Tcp [3050] ["interbase", "gds-db"]
    [client(&[Is(0, b"\0\0\0\x01\0\0\0\x13\0\0\0"), OneOf(11, b"\x02\x03"), Is(12, b"\0\0\0")])]
    [
        tcp(Side::Client, b"\0\0\0\x01\0\0\0\x13\0\0\0\x02\0\0\0\x24\0\0\0\x09/db/a.fdb").at(3050),
        tcp(Side::Client, b"\0\0\0\x01\0\0\0\x14\0\0\0\x02").at(3050).not(),
    ]
    // Gearman protocol: a NUL, REQ or RES, a type.
    "gearman" ("Gearman job server", "Gearman 任务分发") Tcp [4730] []
    [client(&[Is(0, b"\0REQ\0\0\0")]), server(&[Is(0, b"\0RES\0\0\0")])]
    [
        tcp(Side::Client, b"\0REQ\0\0\0\x10\0\0\0\x01x").at(4730),
        tcp(Side::Client, b"\0REX\0\0\0").at(4730).not(),
    ]
    // IBM MQ: a transmission segment header, its length.
    "ibm-mq" ("IBM MQ messages", "IBM MQ 消息") Tcp [1414] ["mqseries", "ibm-mqseries"]
    [
        either(&[Is(0, b"TSH "), Counts(4, Be32, 0)]),
        either(&[Is(0, b"TSHM"), Counts(4, Be32, 0)]),
        either(&[Is(0, b"\xe3\xe2\xc8\x40")]),
    ]
    [
        tcp(Side::Client, b"TSH \0\0\0\x24\x01\x01\x31\0\0\0\0\0\0\0\0\0\0\0\0\x01\x11\x04\xb8\0\0ID  \n\x26").at(1414),
        tcp(Side::Client, b"TSH!\0\0").at(1414).not(),
    ]
    // IBM Informix, SQLI: the association names its service.
    "informix" ("Informix database", "Informix 数据库") Tcp [9088, 1526, 1527] ["sqlexec"]
    [client(&[Is(0, b"\0"), Has(b"IEEEM"), Has(b"sqlexec")]), client(&[Is(0, b"sq"), Has(b"sqlexec")])]
    [
        tcp(Side::Client, b"\0\x94\x01\x3c\0\0\0d\0e\0\0\0=\0\x06IEEEM\0\0lsqlexec\0\0").at(9088),
        tcp(Side::Client, b"\0\x94\x01\x3c\0\0\0d\0e").at(9088).not(),
    ]
    // OMG, CORBA 3.3 part 2, section 9.4.1.
    "giop" ("CORBA, IIOP", "CORBA 对象请求") Tcp [683, 2809] ["iiop", "corba"]
    [either(&[Is(0, b"GIOP\x01"), Between(5, 0, 3)])]
    [
        tcp(Side::Client, b"GIOP\x01\x02\0\x03\0\0\0\x17").at(2809),
        tcp(Side::Client, b"GIOPS\r\n").at(2809).not(),
    ]
    // Apache Hadoop, RPC connection header: hrpc, version, service class, authentication.
    "hadoop-rpc" ("Hadoop calls", "Hadoop 远程调用") Tcp [8020, 8030, 8032] ["hrpc", "hadoop"]
    [client(&[Is(0, b"hrpc"), Between(4, 4, 12)]).tells(&[("version", Number(4, U8))])]
    [
        tcp(Side::Client, b"hrpc\x09\0\0").at(8020).tells(&[("version", "9")]),
        tcp(Side::Client, b"hrpc is a word\r\n").at(8020).not(),
    ]
    // Oracle, JDWP: the same fourteen letters on both sides.
    "jdwp" ("Java debugger", "Java 调试") Tcp [5005, 8000, 8787] ["java-debug"]
    [either(&[Is(0, b"JDWP-Handshake")])]
    [
        tcp(Side::Client, b"JDWP-Handshake").at(5005),
        tcp(Side::Client, b"JDWP handshake").at(5005).not(),
    ]
    // Apache Kafka: length, API key, version, correlation, the client's name with its length.
    "kafka" ("Kafka message broker", "Kafka 消息系统") Tcp [9092, 9093] []
    [
        client(&[Is(0, b"\0\0"), Counts(0, Be32, 4), Within(4, Be16, 18, 18), Within(6, Be16, 0, 4), Is(8, b"\0\0"), Within(12, Be16, 1, 100), Name(14, 1)]).tells(&[("call", Says("ApiVersions"))]),
        client(&[Is(0, b"\0\0\0"), Between(3, 12, 100), Long(4, 4)]).at_port().worth(6),
        client(&[Is(0, b"\0\0"), Counts(0, Be32, 4), Within(4, Be16, 0, 74), Within(6, Be16, 0, 16), Is(8, b"\0"), Within(12, Be16, 1, 100), Name(14, 1)]),
    ]
    [
        tcp(Side::Client, b"\0\0\0\x13\0\x12\0\0\0\0\0\x01\0\x09rutter-01").at(9092).tells(&[("call", "ApiVersions")]),
        tcp(Side::Client, b"\0\0\0\x21\0\x03\0\x01\0\0\0\x02\0\x09rutter-01\0\0\0\x01\0\x04logs"),
        tcp(Side::Client, b"\0\0\0\x21\x01\x03\0\x01\0\0\0\x02").at(9092).not(),
    ]
    // Elastic, Beats: version 1 or 2, window.
    "lumberjack" ("log shipping of Beats", "Beats 日志传送") Tcp [5044] ["beats", "logstash"]
    [
        client(&[OneOf(0, b"12"), Is(1, b"W\0\0"), OneOf(6, b"12"), OneOf(7, b"CJD")]),
        client(&[OneOf(0, b"12"), Is(1, b"W\0\0")]).at_port(),
        server(&[OneOf(0, b"12"), Is(1, b"A\0\0"), Long(6, 6)]).at_port(),
    ]
    [
        tcp(Side::Client, b"2W\0\0\0\x01\x32C\0\0\x01\0").at(5044),
        tcp(Side::Client, b"2W\0\0\0\x01").not(),
    ]
    // NATS client protocol: INFO with JSON, CONNECT with JSON.
    "nats" ("NATS message broker", "NATS 消息系统") Tcp [4222] []
    [
        server(&[Is(0, b"INFO {\"")]).tells(&[("info", Line(5))]),
        client(&[Least(9), Is(0, b"CONNECT {")]).tells(&[("options", Line(8))]),
        client(&[Is(0, b"PING\r\n")]).at_port(),
    ]
    [
        tcp(Side::Server, b"INFO {\"server_id\":\"NDA\",\"version\":\"2.10.7\"}\r\n").at(4222),
        tcp(Side::Client, b"CONNECT {\"verbose\":false,\"lang\":\"go\"}\r\n").at(4222),
        tcp(Side::Server, b"INFO about us\r\n").at(4222).not(),
    ]
    // NSQ: the magic of protocol 2.
    "nsq" ("NSQ message queue", "NSQ 消息队列") Tcp [4150] []
    [client(&[Is(0, b"  V2")]), client(&[Is(0, b"  V1")])]
    [
        tcp(Side::Client, b"  V2IDENTIFY\n").at(4150),
        tcp(Side::Client, b"  V3").at(4150).not(),
    ]
    // ActiveMQ: a length, WIREFORMAT_INFO, and the magic.
    "openwire" ("ActiveMQ message broker", "ActiveMQ 消息系统") Tcp [61616] ["activemq"]
    [
        either(&[Is(0, b"\0\0"), Is(4, b"\x01ActiveMQ")]),
        either(&[Is(0, b"\x01ActiveMQ")]),
    ]
    [
        tcp(Side::Client, b"\0\0\0\x76\x01ActiveMQ\0\0\0\x0c\x01\0\0\0\x64").at(61616),
        tcp(Side::Client, b"\0\0\0\x76\x02ActiveMX").at(61616).not(),
    ]
    // Oracle Net: length, checksum, type, flags, checksum; a connect carries versions and a text.
    "oracle" ("Oracle database, TNS", "Oracle 数据库") Tcp [1521, 1522, 1525, 1526] ["oracle-tns", "tns", "ncube-lm"]
    [
        client(&[Counts(0, Be16, 0), Is(2, b"\0\0\x01\0\0\0\x01"), Between(9, 0x2c, 0x40)]).tells(&[("version", Number(8, Be16))]),
        client(&[Counts(0, Be16, 0), Is(2, b"\0\0\x01\0\0\0"), Has(b"(CONNECT_DATA=")]),
        client(&[Is(0, b"\0\0"), Counts(0, Be32, 0), Is(4, b"\x01\0\0\0\x01"), Has(b"(CONNECT_DATA=")]),
        server(&[Counts(0, Be16, 0), Is(2, b"\0\0\x04\0\0\0"), Has(b"(DESCRIPTION=")]).tells(&[("kind", Says("refused"))]),
        server(&[Counts(0, Be16, 0), Is(2, b"\0\0"), OneOf(4, b"\x02\x04\x05\x0b"), Is(5, b"\0\0\0")]).at_port(),
        client(&[Is(0, b"\0"), Is(2, b"\0\0\x01"), Is(5, b"\0")]).at_port(),
        either(&[Is(0, b"\0"), Is(2, b"\0\0"), Long(4, 4)]).at_port().worth(8),
    ]
    [
        tcp(Side::Client, b"\0\x5a\0\0\x01\0\0\0\x01\x36\x01\x2c\0\0\x08\0\x7f\xff\x7f\x08\0\0\0\x01\0\x20\0\x3a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0(CONNECT_DATA=(COMMAND=version))").at(1521),
        tcp(Side::Server, b"\0\x08\0\0\x0b\0\0\0").at(1521),
        tcp(Side::Server, b"\0\x08\0\0\x0b\0\0\0").not(),
    ]
    // RabbitMQ streams: a length, PeerProperties, version 1.
    "rabbitmq-stream" ("RabbitMQ streams", "RabbitMQ 流") Tcp [5552] []
    [
        client(&[Counts(0, Be32, 4), Is(0, b"\0\0"), Is(4, b"\0\x11\0\x01\0\0\0")]),
        server(&[Counts(0, Be32, 4), Is(0, b"\0\0"), Is(4, b"\x80\x11\0\x01\0\0\0")]),
    ]
    [
        tcp(Side::Client, b"\0\0\0\x1b\0\x11\0\x01\0\0\0\x01\0\0\0\x01\0\x07product\0\x04none").at(5552),
        tcp(Side::Client, b"\0\0\0\x1b\0\x12\0\x01").at(5552).not(),
    ]
    // RethinkDB drivers: the magic numbers of the versions, least significant byte first.
    "rethinkdb" ("RethinkDB database", "RethinkDB 数据库") Tcp [28015] []
    [
        client(&[Is(0, b"\xc3\xbd\xc2\x34")]),
        client(&[Is(0, b"\x20\x2d\x0c\x40")]),
        client(&[Is(0, b"\x3e\xe8\x75\x5f")]),
        server(&[Is(0, b"ERROR: Received an unsupported protocol version")]),
    ]
    [
        tcp(Side::Client, b"\xc3\xbd\xc2\x34{\"protocol_version\":0}\0").at(28015),
        tcp(Side::Client, b"\xc3\xbd\xc2\x35").at(28015).not(),
    ]
    // STOMP 1.2: a command alone on its line, then headers.
    "stomp" ("simple text message broker", "文本消息协议") Tcp [61613] []
    [
        client(&[Least(8), Is(0, b"CONNECT\n")]),
        client(&[Least(8), Is(0, b"CONNECT\r\n")]),
        client(&[Is(0, b"STOMP\n")]),
        client(&[Is(0, b"STOMP\r\n")]),
        server(&[Is(0, b"CONNECTED\n")]),
        server(&[Is(0, b"ERROR\n"), Has(b"\0")]).at_port(),
    ]
    [
        tcp(Side::Client, b"CONNECT\naccept-version:1.2\nhost:example.org\n\n\0").at(61613),
        tcp(Side::Server, b"CONNECTED\nversion:1.2\n\n\0"),
        tcp(Side::Client, b"CONNECT me please\n").at(61613).not(),
    ]
    // Oracle WebLogic: t3, a version, parameters.
    "t3" ("WebLogic calls", "WebLogic 远程调用") Tcp [7001, 7002] ["weblogic"]
    [
        client(&[Is(0, b"t3 "), Between(3, b'0', b'9'), OneOf(4, b".0123456789"), Text(3)]).worth(4).tells(&[("version", Token(3))]),
        client(&[Is(0, b"t3s "), Between(4, b'0', b'9'), Text(4)]).tells(&[("version", Token(4))]),
        server(&[Least(5), Is(0, b"HELO:"), Between(5, b'0', b'9'), Has(b"false")]).tells(&[("version", Line(5))]),
    ]
    [
        tcp(Side::Client, b"t3 12.2.1\nAS:255\nHL:19\nMS:10000000\n\n").at(7001).tells(&[("version", "12.2.1")]),
        tcp(Side::Server, b"HELO:12.2.1.4.0.false\nAS:2048\nHL:19\n\n"),
        tcp(Side::Client, b"t3 is a term\r\n").at(7001).not(),
    ]
    // Tarantool: the greeting's first line.
    "tarantool" ("Tarantool database", "Tarantool 数据库") Tcp [3301] []
    [server(&[Is(0, b"Tarantool "), Text(0)]).tells(&[("greeting", Line(0))])]
    [
        tcp(Side::Server, b"Tarantool 2.11.0 (Binary) 0b4f0e3c-7d9e\n").at(3301),
        tcp(Side::Server, b"Tarantula 2\n").at(3301).not(),
    ]
    // Apache Thrift, strict binary: version 1, message type, the method's name with its length.
    "thrift" ("Thrift calls", "Thrift 远程调用") Tcp [9090, 10000] []
    [
        either(&[Is(0, b"\x80\x01\0"), Between(3, 1, 4), Within(4, Be32, 1, 100), Name(8, 2)]).tells(&[("kind", Says("binary"))]),
        either(&[Is(0, b"\0\0"), Counts(0, Be32, 4), Is(4, b"\x80\x01\0"), Between(7, 1, 4), Within(8, Be32, 1, 100)]).tells(&[("kind", Says("framed"))]),
        either(&[Is(0, b"\0\0"), Counts(0, Be32, 4), OneOf(4, b"\x82"), OneOf(5, b"\x21\x41\x61\x81"), Between(6, 0, 100)]).tells(&[("kind", Says("compact"))]),
    ]
    [
        tcp(Side::Client, b"\x80\x01\0\x01\0\0\0\x0dgetTableNames\0\0\0\0\0").at(9090),
        tcp(Side::Client, b"\x80\x01\0\x09\0\0\0\x0dget").at(9090).not(),
    ]
    // ZeroMQ, ZMTP 3.1: signature, version; older peers send a long length and a one.
    "zmtp" ("ZeroMQ messages", "ZeroMQ 消息") Tcp [5555] ["zeromq"]
    [
        either(&[Is(0, b"\xff\0\0\0\0\0\0\0"), Between(8, 0, 1), Is(9, b"\x7f")]),
        either(&[Is(0, b"\x01\0"), Long(2, 2)]).at_port(),
    ]
    [
        tcp(Side::Any, &padded::<64>(b"\xff\0\0\0\0\0\0\0\0\x7f\x03\0NULL")).at(5555),
        tcp(Side::Any, &padded::<64>(b"\xff\0\0\0\0\0\0\0\0\x7e")).at(5555).not(),
    ]
    // Apache ZooKeeper: ConnectRequest of 44 or 45 bytes, or a word of four letters at the port.
    "zookeeper" ("ZooKeeper coordination", "ZooKeeper 协调服务") Tcp [2181, 2182] []
    [
        client(&[Is(0, b"\0\0\0"), OneOf(3, b"\x2c\x2d"), Is(4, b"\0\0\0\0"), Is(20, b"\0\0\0\0\0\0\0\0\0\0\0\x10"), Long(44, 49)]),
        server(&[Is(0, b"\0\0\0"), OneOf(3, b"\x24\x25"), Is(4, b"\0\0\0\0"), Is(20, b"\0\0\0\x10"), Long(40, 41)]),
        server(&[Is(0, b"Zookeeper version: ")]).tells(&[("version", Line(19))]),
        server(&[Is(0, b"imok"), Long(4, 4)]),
        client(&[Is(0, b"ruok"), Long(4, 6)]),
        client(&[Is(0, b"envi"), Long(4, 6)]).at_port(),
        client(&[Is(0, b"srvr"), Long(4, 6)]).at_port(),
        client(&[Is(0, b"stat"), Long(4, 6)]).at_port(),
        client(&[Is(0, b"mntr"), Long(4, 6)]).at_port(),
        client(&[Is(0, b"conf"), Long(4, 6)]).at_port(),
    ]
    [
        tcp(Side::Client, b"ruok").at(2181),
        tcp(Side::Client, b"envi\n").at(2181),
        tcp(Side::Client, b"\0\0\0\x2d\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x75\x30\0\0\0\0\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        tcp(Side::Client, b"envi\n").not(),
    ]
    // collectd binary protocol: a host part, whose text ends in NUL.
    "collectd" ("statistics of collectd", "collectd 统计数据") Udp [25826] []
    [
        either(&[Is(0, b"\0\0\0"), Between(3, 6, 120), Name(4, 1), Has(b"\0\0\x08\0\x0c")]).tells(&[("host", String(4))]),
        either(&[Is(0, b"\0\0\0"), Between(3, 6, 120), Name(4, 1)]).at_port().tells(&[("host", String(4))]),
        either(&[Is(0, b"\x02\x10"), Bits(2, 0xf0, 0)]).at_port().tells(&[("kind", Says("encrypted"))]),
    ]
    [
        udp(Side::Client, b"\0\0\0\x0bexample\0\0\x08\0\x0c\x15\x5a\x77\x12\x34\x56\x78\x9a").at(25826).tells(&[("host", "example")]),
        udp(Side::Client, b"\0\0\0\x0bexample\0").not(),
    ]
    // MikroTik, neighbour discovery: a header, then the address of the interface.
    "mndp" ("MikroTik neighbour discovery", "MikroTik 邻居发现") Udp [5678] ["mikrotik-ndp"]
    [
        either(&[Is(0, b"\0\0"), Is(4, b"\0\x01\0\x06"), Is(14, b"\0\x05\0")]),
        either(&[Is(0, b"\0\0\0\0"), Long(4, 4)]).at_port(),
    ]
    [
        udp(Side::Any, b"\0\0\x01\x02\0\x01\0\x06\x02\0\x5e\0\x53\x01\0\x05\0\x04home").at(5678),
        udp(Side::Any, b"\0\0\0\0").at(5678),
        udp(Side::Any, b"\0\0\0\0").not(),
    ]
    // Tuya: prefix, number, command, length.
    "tuya" ("Tuya smart home", "涂鸦智能家居") Both [6666, 6667, 6668, 7000] ["tuya-lp"]
    [
        either(&[Is(0, b"\0\0\x55\xaa"), Is(8, b"\0\0\0")]),
        either(&[Is(0, b"\0\0\x66\x99\0\0"), Is(10, b"\0\0\0")]),
        either(&[Is(0, b"\0\0\x55\xaa")]).at_port(),
    ]
    [
        tcp(Side::Client, b"\0\0\x55\xaa\0\0\0\x01\0\0\0\x0a\0\0\0\x10abcdefgh\0\0\xaa\x55").at(6668),
        tcp(Side::Client, b"\0\0\x55\xab\0\0").at(6668).not(),
    ]
    // LIFX LAN protocol: size, protocol 1024 with its flags.
    "lifx" ("LIFX light bulbs", "LIFX 智能灯") Udp [56700] []
    [either(&[Counts(0, Le16, 0), Is(2, b"\0"), OneOf(3, b"\x14\x34")])]
    [
        udp(Side::Client, b"\x24\0\0\x34\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x01\0\0\0\0\0\0\0\0\x02\0\0\0").at(56700),
        udp(Side::Client, b"\x25\0\0\x34\x02\0\0\0").not(),
    ]
    // TP-Link Kasa: JSON under a running exclusive or that begins with 171.
    "tp-link-kasa" ("TP-Link smart home", "TP-Link 智能家居") Both [9999] ["tplink", "tplink-shp"]
    [
        either(&[Is(0, b"\xd0\xf2\x81\xf8")]),
        either(&[Is(0, b"\0\0"), Counts(0, Be32, 4), Is(4, b"\xd0\xf2")]),
        either(&[Is(0, b"\xd0\xf2")]).at_port(),
    ]
    [
        udp(Side::Client, b"\xd0\xf2\x81\xf8\x8b\xff\x9a\xf7\xd5\xef\x94\xb6\xd1\xb4\xc0\x9f\xec\x95\xe6\x8f\xe1\x87\xe8\xca\xf0\x8b\xf6\x8b\xf6").at(9999),
        tcp(Side::Client, b"\0\0\0\x06\xd0\xf2\x81\xf8\x8b\xff").at(9999),
        udp(Side::Client, b"\xd0\xf3\x81\xf8").at(9999).not(),
    ]
    // Dropbox, LAN sync: JSON that begins with the host's number.
    "dropbox-lansync" ("Dropbox on the same network", "Dropbox 局域网同步") Udp [17500] ["dropbox", "db-lsp"]
    [
        either(&[Is(0, b"{\"host_int\":")]),
        either(&[Is(0, b"{\"version\":"), Has(b"\"host_int\":")]),
    ]
    [
        udp(Side::Client, b"{\"host_int\": 1, \"version\": [2, 0], \"displayname\": \"\", \"port\": 17500}").at(17500),
        udp(Side::Client, b"{\"version\": [2, 0], \"port\": 17500, \"host_int\": 1, \"namespaces\": []}"),
        udp(Side::Client, b"{\"host\": 1}").at(17500).not(),
        udp(Side::Client, b"{\"version\": [2, 0], \"port\": 17500}").at(17500).not(),
    ]
    // Spotify: players look for each other.
    "spotify" ("Spotify players", "Spotify 播放器") Udp [57621] ["spotify-connect"]
    [either(&[Is(0, b"SpotUdp")])]
    [
        udp(Side::Client, b"SpotUdp0\x01\x02\x03\x04\x05\x06\x07\x08\0\x01\0\x04").at(57621),
        udp(Side::Client, b"Spotless").at(57621).not(),
    ]
    // Zabbix: ZBXD and flags; older agents speak lines.
    "zabbix" ("Zabbix monitoring", "Zabbix 监控") Tcp [10050, 10051] ["zabbix-agent", "zabbix-trapper"]
    [
        either(&[Is(0, b"ZBXD"), Between(4, 1, 7)]),
        client(&[Is(0, b"agent."), Text(0)]).at_port(),
        server(&[Is(0, b"ZBX_NOTSUPPORTED")]),
    ]
    [
        tcp(Side::Client, b"ZBXD\x01\x0a\0\0\0\0\0\0\0agent.ping").at(10050),
        tcp(Side::Client, b"ZBXX\x01").at(10050).not(),
    ]
    // Munin: the node greets.
    "munin" ("Munin monitoring", "Munin 监控") Tcp [4949] []
    [server(&[Is(0, b"# munin node at "), Text(0)]).tells(&[("host", Line(16))])]
    [
        tcp(Side::Server, b"# munin node at web.example.org\n").at(4949).tells(&[("host", "web.example.org")]),
        tcp(Side::Server, b"# a comment\n").at(4949).not(),
    ]
    // Nagios, NRPE: version, query or answer, a checksum; version 2 is 1036 bytes long.
    "nrpe" ("Nagios remote plug-ins", "Nagios 远程插件") Tcp [5666] ["nagios"]
    [
        either(&[Is(0, b"\0"), Between(1, 2, 4), Is(2, b"\0"), OneOf(3, b"\x01\x02"), Has(b"NRPE")]),
        either(&[Is(0, b"\0"), Between(1, 2, 4), Is(2, b"\0"), OneOf(3, b"\x01\x02")]).at_port(),
    ]
    [
        tcp(Side::Client, &padded::<1036>(b"\0\x02\0\x01\x12\x34\x56\x78\0\0_NRPE_CHECK")).at(5666),
        tcp(Side::Client, b"\0\x02\0\x01\x12\x34").not(),
    ]
    // rsyslog, RELP: number, command, length.
    "relp" ("reliable event logging", "可靠的日志传送") Tcp [2514, 20514] []
    [client(&[Is(0, b"1 open "), Has(b"relp_version=")]), client(&[Is(0, b"1 open "), Between(7, b'0', b'9')])]
    [
        tcp(Side::Client, b"1 open 85 relp_version=0\nrelp_software=librelp,1.10.0\ncommands=syslog\n").at(2514),
        tcp(Side::Client, b"1 open door\n").at(2514).not(),
    ]
    // Graylog, GELF over UDP: chunks, or compressed JSON at the port.
    "gelf" ("Graylog messages", "Graylog 日志") Udp [12201] ["graylog"]
    [
        client(&[Is(0, b"\x1e\x0f"), Between(10, 0, 127), Between(11, 2, 128)]).at_port(),
        client(&[Is(0, b"{"), Has(b"\"short_message\"")]),
        client(&[Is(0, b"\x1f\x8b\x08")]).at_port(),
        client(&[Is(0, b"\x78"), OneOf(1, b"\x01\x5e\x9c\xda")]).worth(4).at_port(),
    ]
    [
        udp(Side::Client, b"{\"version\":\"1.1\",\"host\":\"a\",\"short_message\":\"b\"}").at(12201),
        udp(Side::Client, b"\x1e\x0fabcdefgh\0\x02more").at(12201),
        udp(Side::Client, b"\x1e\x0fabcdefgh\0\x02more").not(),
    ]
    // sFlow version 5: version, address type, address, sub-agent, numbers.
    "sflow" ("sFlow samples", "sFlow 流量采样") Udp [6343] []
    [either(&[Is(0, b"\0\0\0"), OneOf(3, b"\x02\x04\x05"), Long(4, 4)]).at_port().worth(6), either(&[Is(0, b"\0\0\0"), OneOf(3, b"\x02\x04\x05"), Is(4, b"\0\0\0"), OneOf(7, b"\x01\x02")])]
    [
        udp(Side::Client, b"\0\0\0\x05\0\0\0\x01\xc0\0\x02\x01\0\0\0\0\0\0\0\x01\0\0\x10\0\0\0\0\x01").at(6343),
        udp(Side::Client, b"\0\0\0\x09\0\0\0\x01\xc0\0\x02\x01").at(6343).not(),
    ]
    // IPFIX (RFC 7011, section 3.1), version 10 and the message's length.
    "ipfix" ("IP flow export", "IP 流信息导出") Udp [4739, 2055, 9995] []
    [either(&[Is(0, b"\0\x0a"), Counts(2, Be16, 0), Within(4, Be32, 0x4000_0000, 0x7fff_ffff), OneOf(16, b"\0\x01")])]
    [
        udp(Side::Client, b"\0\x0a\0\x18\x65\x60\0\0\0\0\0\x01\0\0\0\0\0\x02\0\x08\x01\0\0\0").at(4739),
        udp(Side::Client, b"\0\x0a\0\x17\x65\x60\0\0\0\0\0\x01\0\0\0\0\0\x02\0\x08\x01\0\0\0").at(4739).not(),
    ]
    // Cisco NetFlow: version 5 with up to 30 records, version 9 with templates.
    "netflow" ("NetFlow export", "NetFlow 流量导出") Udp [2055, 9995, 9996, 2056] ["cflow"]
    [
        either(&[Is(0, b"\0"), OneOf(1, b"\x01\x05\x07"), Is(2, b"\0"), Between(3, 1, 30), Within(8, Be32, 0x3000_0000, 0x7fff_ffff), Long(72, 1500)]),
        either(&[Is(0, b"\0\x09\0"), Between(3, 1, 60), Within(8, Be32, 0x3000_0000, 0x7fff_ffff), Within(20, Be16, 0, 1)]).worth(10),
        // RFC 3954, section 5: data first, of a template that was sent before.
        either(&[Is(0, b"\0\x09\0"), Between(3, 1, 60), Within(8, Be32, 0x3000_0000, 0x7fff_ffff), Within(20, Be16, 256, 511), Within(22, Be16, 4, 1500)]),
        either(&[Is(0, b"\0"), OneOf(1, b"\x05\x09"), Is(2, b"\0"), Between(3, 1, 30)]).at_port(),
    ]
    [
        udp(Side::Client, &padded::<72>(b"\0\x05\0\x01\0\x01\0\0\x65\x60\0\0")).at(2055),
        udp(Side::Client, b"\0\x09\0\x01\0\x01\0\0\x65\x60\0\0\0\0\0\x01\0\0\0\0\0\0\0\x08"),
        udp(Side::Client, b"\0\x09\0\x01\0\x01\0\0\x65\x60\0\0\0\0\0\x01\0\0\0\0\x01\0\0\x08\xc0\0\x02\x01"),
        udp(Side::Client, b"\0\x09\0\x01\0\x01\0\0\x65\x60\0\0\0\0\0\x01\0\0\0\0\x01\0\x08\x08\xc0\0\x02\x01").not(),
        udp(Side::Client, &padded::<72>(b"\0\x06\0\x01\0\x01\0\0\x65\x60\0\0")).at(2055).not(),
    ]
    // Bacula: a length, Hello, a name.
    "bacula" ("Bacula backup", "Bacula 备份") Tcp [9101, 9102, 9103] ["bareos"]
    [client(&[Is(0, b"\0\0"), Counts(0, Be32, 4), Is(4, b"Hello "), Has(b"calling")])]
    [
        tcp(Side::Client, b"\0\0\0\x1dHello Director main calling\n\0").at(9102),
        tcp(Side::Client, b"\0\0\0\x06Hello ").at(9102).not(),
    ]
    // Amanda: a packet's version, kind and handle in text.
    "amanda" ("Amanda backup", "Amanda 备份") Both [10080] []
    [either(&[Is(0, b"Amanda "), Between(7, b'2', b'4'), Is(8, b".")])]
    [
        udp(Side::Client, b"Amanda 2.4 REQ HANDLE 000-00000000 SEQ 0\n").at(10080),
        udp(Side::Client, b"Amanda is a name\n").at(10080).not(),
    ]
    // hddtemp: disks between bars.
    "hddtemp" ("disk temperatures", "硬盘温度") Tcp [7634] []
    [server(&[Is(0, b"|/dev/")]).tells(&[("disks", Line(0))])]
    [
        tcp(Side::Server, b"|/dev/sda|Model|31|C|").at(7634),
        tcp(Side::Server, b"|a table|\n").at(7634).not(),
    ]
    // Apache Pulsar: two sizes, then a CONNECT command in protocol buffers.
    "pulsar" ("Pulsar message broker", "Pulsar 消息系统") Tcp [6650] []
    [client(&[Is(0, b"\0\0"), Counts(0, Be32, 4), Is(8, b"\x08\x02\x12")])]
    [
        tcp(Side::Client, b"\0\0\0\x0e\0\0\0\x0a\x08\x02\x12\x06\x0a\x0212\x20\x13").at(6650),
        tcp(Side::Client, b"\0\0\0\x0e\0\0\0\x0a\x08\x03\x12").at(6650).not(),
    ]
    // ArangoDB VelocyStream: the version's line.
    "velocystream" ("ArangoDB database", "ArangoDB 数据库") Tcp [8529] ["arangodb", "vst"]
    [client(&[Is(0, b"VST/1."), OneOf(6, b"01")])]
    [
        tcp(Side::Client, b"VST/1.1\r\n\r\n").at(8529),
        tcp(Side::Client, b"VST/2").at(8529).not(),
    ]
    // SAP: the router's packets name themselves behind a length.
    "sap-router" ("SAP router", "SAP 路由器") Tcp [3299] ["saprouter"]
    [either(&[Is(4, b"NI_ROUTE\0")]), either(&[Is(4, b"NI_PONG\0")]), server(&[Is(4, b"NI_RTERR\0")])]
    [
        tcp(Side::Client, b"\0\0\0\x2cNI_ROUTE\0\x02\x28\x02\0\0").at(3299),
        tcp(Side::Client, b"\0\0\0\x2cNI_ROUND\0").at(3299).not(),
    ]
    // Riak, protocol buffers: a length, a code.
    "riak" ("Riak database", "Riak 数据库") Tcp [8087] []
    [client(&[Is(0, b"\0\0\0\x01"), OneOf(4, b"\x01\x03\x05\x07"), Long(5, 5)]).at_port(), client(&[Counts(0, Be32, 4), Is(0, b"\0\0"), OneOf(4, b"\x09\x0b")]).at_port()]
    [
        tcp(Side::Client, b"\0\0\0\x01\x01").at(8087),
        tcp(Side::Client, b"\0\0\0\x01\x01").not(),
    ]
    // Hazelcast: members begin with HZC, clients with CP2.
    "hazelcast" ("Hazelcast grid", "Hazelcast 数据网格") Tcp [5701] []
    [either(&[Is(0, b"HZC"), Long(3, 4096)]).worth(4).at_port(), client(&[Is(0, b"CP2"), Within(3, Le32, 1, 0xffff)]).at_port()]
    [
        tcp(Side::Any, b"HZC\0\x01").at(5701),
        tcp(Side::Any, b"HZC\0\x01").not(),
    ]
}
