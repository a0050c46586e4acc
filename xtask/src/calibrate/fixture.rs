//! The part of the labelled set that is committed, so that tests need no root: the first lines of
//! each program's log, behind a line that names the program.

use std::fs;
#[cfg(test)]
use std::io::Read as _;
use std::io::Write as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

#[cfg(test)]
use anyhow::Context;
use flate2::Compression;
#[cfg(test)]
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

/// How many lines of a log are taken.
const LINES: usize = 8;
/// What a line begins with that names a program and its log.
const MARK: &str = "### ";

/// The lines of one log.
#[cfg(test)]
pub(crate) struct Section {
    pub(crate) program: String,
    pub(crate) log: String,
    pub(crate) text: String,
}

pub(crate) fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("lab/events.log.gz")
}

/// Cuts the fixture out of a set: every other program's lines from nft, the others' from ufw.
pub(crate) fn write(set: &Path, programs: &[&str]) -> anyhow::Result<usize> {
    let mut text = String::new();
    let mut lines = 0;
    for (number, program) in programs.iter().enumerate() {
        let log = if number % 2 == 0 {
            "nft.log"
        } else {
            "ufw.log"
        };
        let Ok(whole) = fs::read_to_string(set.join(program).join(log)) else {
            continue;
        };
        let head: Vec<&str> = whole.lines().take(LINES).collect();
        // Invented sources may belong to somebody.
        if head.is_empty() || !head.iter().all(|line| is_of_the_lab(line)) {
            continue;
        }
        text += &format!("{MARK}{program} {log}\n");
        for line in head {
            text += line;
            text.push('\n');
            lines += 1;
        }
    }
    let mut gz = GzEncoder::new(fs::File::create(path())?, Compression::best());
    gz.write_all(text.as_bytes())?;
    gz.finish()?;
    Ok(lines)
}

/// Reads the fixture.
#[cfg(test)]
pub(crate) fn read() -> anyhow::Result<Vec<Section>> {
    let mut text = String::new();
    let file = fs::File::open(path()).with_context(|| path().display().to_string())?;
    GzDecoder::new(file).read_to_string(&mut text)?;
    let mut sections: Vec<Section> = Vec::new();
    for line in text.lines() {
        if let Some((program, log)) = line
            .strip_prefix(MARK)
            .and_then(|name| name.split_once(' '))
        {
            sections.push(Section {
                program: program.to_owned(),
                log: log.to_owned(),
                text: String::new(),
            });
        } else if let Some(section) = sections.last_mut() {
            section.text += line;
            section.text.push('\n');
        }
    }
    Ok(sections)
}

/// Whether both ends of a line are addresses of documentation, of private networks or groups.
fn is_of_the_lab(line: &str) -> bool {
    let ends = line.split(' ').filter_map(|word| {
        let end = word
            .strip_prefix("SRC=")
            .or_else(|| word.strip_prefix("DST="))?;
        end.parse::<IpAddr>().ok()
    });
    ends.into_iter().all(|ip| match ip {
        IpAddr::V4(ip) => {
            ip.is_documentation()
                || ip.is_private()
                || ip.is_multicast()
                || ip.is_broadcast()
                || ip.is_unspecified()
        }
        IpAddr::V6(ip) => matches!(ip.segments(), [0x2001, 0xdb8, ..] | [0xfc00..=0xfdff | 0xfe80 | 0xff00..=0xffff, ..])
            || ip.is_unspecified(),
    })
}
