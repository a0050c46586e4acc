//! What is measured: commands side by side on the same files.

use std::path::Path;

/// Commands that do comparable work on the same input.
pub(crate) struct Race {
    pub(crate) title: &'static str,
    /// What the rows have in common and where they differ.
    pub(crate) about: &'static str,
    /// What one line of input is called.
    pub(crate) unit: &'static str,
    pub(crate) runs: Vec<Run>,
}

/// One command.
pub(crate) struct Run {
    pub(crate) name: &'static str,
    /// The program that must be there.
    pub(crate) program: String,
    /// What a shell runs.
    pub(crate) command: String,
    /// Lines, packets or starts that it works through.
    pub(crate) lines: u64,
    /// Bytes of its input as logged.
    pub(crate) bytes: u64,
}

/// A log and how long it is.
#[derive(Clone, Copy)]
pub(crate) struct Log<'a> {
    pub(crate) path: &'a Path,
    pub(crate) lines: u64,
    pub(crate) bytes: u64,
}

/// The files of a bench, all with the same packets.
pub(crate) struct Files<'a> {
    pub(crate) log: Log<'a>,
    /// The first lines of it, for programs that would take hours.
    pub(crate) start: Log<'a>,
    pub(crate) gz: &'a Path,
    pub(crate) zst: &'a Path,
    pub(crate) capture: Log<'a>,
}

const DUCKDB: &str = r"import sys, duckdb
duckdb.sql('set threads=1')
print(duckdb.sql('''select count(*) from (select regexp_extract(line, ' SRC=([^ ]+)', 1) s,
regexp_extract(line, ' DPT=([0-9]+)', 1) d, count(*) from read_csv(\'{}\',
columns={{\'line\': \'VARCHAR\'}}, delim=chr(1), quote=\'\', escape=\'\', header=false,
auto_detect=false) group by all)'''.format(sys.argv[1])).fetchall())";
const CHDB: &str = r"import sys, chdb
print(chdb.query('''select count() from (select extract(line, ' SRC=([^ ]+)') s,
extract(line, ' DPT=([0-9]+)') d, count() from file(\'{}\', LineAsString) group by s, d)
settings max_threads=1'''.format(sys.argv[1])))";
const MAWK: &str = r#"{ for (i = 1; i <= NF; i++) { if ($i ~ /^SRC=/) s = $i; else if ($i ~ /^DPT=/) d = $i } n[s " " d]++ } END { for (k in n) c++; print c }"#;

fn run(name: &'static str, program: impl Into<String>, command: String, log: Log<'_>) -> Run {
    Run {
        name,
        program: program.into(),
        command,
        lines: log.lines,
        bytes: log.bytes,
    }
}

/// Every race; in each the first run is what the others are held against.
pub(crate) fn races(files: &Files<'_>, rutter: &str, python: &str) -> Vec<Race> {
    let quoted = |path: &Path| format!("'{}'", path.display());
    let (log, start, capture) = (files.log, files.start, files.capture);
    let (text, short) = (quoted(log.path), quoted(start.path));
    let (gz, zst, pcap) = (quoted(files.gz), quoted(files.zst), quoted(capture.path));
    let own = |name, rest: String, log| run(name, rutter, format!("'{rutter}' {rest}"), log);
    let script = |name, module: &str, code: &str| {
        let code = code.replace('\'', r"'\''");
        let command = format!("'{python}' -c '{code}' {text}");
        run(name, format!("{python} -m {module}"), command, log)
    };
    let tool = |name: &'static str, program: &str, rest: String, log| {
        run(name, program, format!("{program} {rest}"), log)
    };
    let once = Log {
        path: log.path,
        lines: 1,
        bytes: 0,
    };
    vec![
        Race {
            title: "A log, start to end",
            about: "rutter reads every field of every line, judges every packet, profiles every \
                    source and runs every detector. `wc` looks for line ends, `grep` and `rg` for \
                    one word; mawk, DuckDB and ClickHouse (chDB) pull out two fields and count \
                    the pairs; fwlogwatch counts and psad judges packets, on the first lines only.",
            unit: "line",
            runs: vec![
                own(
                    "rutter report, 1 thread",
                    format!("report --threads 1 {text}"),
                    log,
                ),
                own(
                    "rutter report, 2 threads",
                    format!("report --threads 2 {text}"),
                    log,
                ),
                own(
                    "rutter profile, 1 thread",
                    format!("profile --threads 1 --out /dev/null {text}"),
                    log,
                ),
                tool("wc -l", "wc", format!("-l {text}"), log),
                tool(
                    "grep -c",
                    "grep",
                    format!("-c ' DPT=23 ' {text} | cat"),
                    log,
                ),
                tool(
                    "rg -c",
                    "rg",
                    format!("-j1 -c ' DPT=23 ' {text} | cat"),
                    log,
                ),
                tool("mawk, two fields", "mawk", format!("'{MAWK}' {text}"), log),
                script("DuckDB, two fields", "duckdb", DUCKDB),
                script("ClickHouse (chDB), two fields", "chdb", CHDB),
                tool("fwlogwatch", "fwlogwatch", short.clone(), start),
                tool(
                    "psad --Analyze",
                    "psad",
                    format!("-A -m {short} --no-rdns --no-whois"),
                    start,
                ),
            ],
        },
        Race {
            title: "A log, line by line",
            about: "rutter writes an ECS record of every line to a pipe that is thrown away.",
            unit: "line",
            runs: vec![
                own(
                    "rutter convert --to ecs, 1 thread",
                    format!("convert --to ecs --threads 1 {text} | cat"),
                    log,
                ),
                own(
                    "rutter convert --to csv, 1 thread",
                    format!("convert --to csv --threads 1 {text} | cat"),
                    log,
                ),
                tool("cat", "cat", format!("{text} | cat"), log),
            ],
        },
        Race {
            title: "A compressed log",
            about: "rutter unpacks and reports; the others only unpack. Wall time counts here: \
                    rutter reads while it unpacks.",
            unit: "line",
            runs: vec![
                own("rutter report of gz", format!("report {gz}"), log),
                tool("pigz -d", "pigz", format!("-dc {gz}"), log),
                tool("gzip -d", "gzip", format!("-dc {gz}"), log),
                own("rutter report of zst", format!("report {zst}"), log),
                tool("zstd -d", "zstd", format!("-dc {zst}"), log),
            ],
        },
        Race {
            title: "A capture of SYNs",
            about: "rutter reports; tcpdump filters by flags and writes what passes; tshark counts \
                    conversations.",
            unit: "packet",
            runs: vec![
                own(
                    "rutter report, 1 thread",
                    format!("report --threads 1 {pcap}"),
                    capture,
                ),
                tool(
                    "tcpdump",
                    "tcpdump",
                    format!("-nr {pcap} -w /dev/null 'tcp[tcpflags] & tcp-syn != 0'"),
                    capture,
                ),
                tool(
                    "tshark -z conv,ip",
                    "tshark",
                    format!("-nqr {pcap} -z conv,ip"),
                    capture,
                ),
            ],
        },
        Race {
            title: "Start",
            about: "The handbook opens at one page.",
            unit: "start",
            runs: vec![
                own("rutter port 22", "port 22".to_owned(), once),
                own("rutter --version", "--version".to_owned(), once),
                tool("true", "env", "true".to_owned(), once),
                run(
                    "python3 -c pass",
                    python,
                    format!("'{python}' -c pass"),
                    once,
                ),
            ],
        },
    ]
}
