//! File transfer, its control connection (RFC 959, RFC 2228).

use super::{Carrier, Protocol, smtp};
use crate::found::{LIKELY, Match, STRONG};
use crate::pattern::Test::{Is, OneOf, Text};
use crate::pattern::{Pattern, client, server};
use crate::payload::{Payload, Side};
use crate::text::{contains, first_line, is_text, strip, whole_line, words};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "ftp",
    title: "file transfer",
    title_zh: "文件传输",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[21, 2121],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"USER ")]).at_port(),
        client(&[Is(0, b"FEAT")]).at_port(),
        client(&[Is(0, b"SYST")]).at_port(),
        client(&[Is(0, b"AUTH ")]).at_port(),
        server(&[OneOf(0, b"45"), OneOf(1, b"23"), OneOf(2, b"01"), OneOf(3, b" -"), Text(4)]).at_port(),
];

/// Words of a greeting that only file servers use.
const SERVERS: [&[u8]; 5] = [
    b"ftp",
    b"filezilla server",
    b"serv-u",
    b"microsoft ftp",
    b"bftpd",
];

/// Commands of this protocol alone.
const OWN: [&[u8]; 12] = [
    b"SYST",
    b"FEAT",
    b"PASV",
    b"EPSV",
    b"AUTH TLS",
    b"AUTH SSL",
    b"TYPE A",
    b"TYPE I",
    b"PBSZ 0",
    b"PROT P",
    b"OPTS UTF8 ON",
    b"CLNT NcFTP",
];

/// Commands that others have too (RFC 959, section 4.1; RFC 7151): the port must agree. `HELP` is
/// what those say who do not know whom they ask.
const SHARED: [&[u8]; 22] = [
    b"PASS", b"ACCT", b"CWD", b"CDUP", b"QUIT", b"TYPE", b"REST", b"EPRT", b"RETR", b"STOR",
    b"LIST", b"NLST", b"MLSD", b"MKD", b"XMKD", b"PWD", b"XPWD", b"NOOP", b"SIZE", b"AUTH",
    b"HOST", b"OPTS",
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    greeting(payload).or_else(|| command(payload))
}

fn greeting<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let (line, _) = first_line(payload.bytes);
    let said = line
        .strip_prefix(b"220 ")
        .or_else(|| line.strip_prefix(b"220-"))
        .or_else(|| (line == b"220").then_some(&b""[..]))
        .or_else(|| busy(payload, line))?;
    if !payload.may_be(Side::Server) || !is_text(said) || smtp::is_mail(payload.bytes) {
        return None;
    }
    let probability = if SERVERS.iter().any(|word| contains(payload.bytes, word)) {
        STRONG
    } else if payload.is_at(PROTOCOL.ports) {
        LIKELY
    } else {
        return None;
    };
    Some(Match::new(probability, Side::Server).text("greeting", said))
}

/// What a server says that takes nobody in, mail servers too: the port must agree.
fn busy<'a>(payload: &Payload<'a>, line: &'a [u8]) -> Option<&'a [u8]> {
    let refusal = [
        &b"421 "[..], b"530 ", b"421-", b"530-", b"120 ", b"331 ", b"500 ", b"534 ", b"550 ",
        // In the middle of a conversation.
        b"125 ", b"150 ", b"200 ", b"211-", b"213 ", b"215 ", b"226 ", b"227 ", b"229 ", b"230 ", b"230-", b"250 ", b"257 ",
    ]
        .into_iter()
        .find_map(|code| line.strip_prefix(code));
    refusal.filter(|_| payload.is_at(PROTOCOL.ports))
}

fn command<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let line = whole_line(payload.bytes).filter(|_| payload.may_be(Side::Client))?;
    if OWN.iter().any(|own| line.eq_ignore_ascii_case(own)) {
        return Some(Match::new(LIKELY, Side::Client).text("command", line));
    }
    if let Some(numbers) = strip(line, b"PORT ") {
        let six = numbers
            .split(|byte| *byte == b',')
            .filter(|n| is_octet(n))
            .count()
            == 6;
        return six.then(|| Match::new(STRONG, Side::Client).text("command", line));
    }
    let verb = words(line).next().unwrap_or_default();
    let is_shared = SHARED.iter().any(|shared| verb.eq_ignore_ascii_case(shared));
    if is_shared && payload.is_at(PROTOCOL.ports) {
        return Some(Match::new(LIKELY, Side::Client).text("command", verb));
    }
    // Mail boxes are opened with the same word.
    let user = strip(line, b"USER ")?;
    let anonymous = [&b"anonymous"[..], b"ftp"]
        .iter()
        .any(|name| user.eq_ignore_ascii_case(name));
    let one_word = !user.is_empty() && !user.contains(&b' ');
    let probability = match (anonymous, payload.is_at(PROTOCOL.ports)) {
        (true, _) => LIKELY,
        (false, true) if one_word => LIKELY,
        _ => return None,
    };
    Some(Match::new(probability, Side::Client).text("user", user))
}

fn is_octet(digits: &[u8]) -> bool {
    std::str::from_utf8(digits).is_ok_and(|digits| digits.parse::<u8>().is_ok())
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Server, b"220 (vsFTPd 3.0.5)\r\n")
            .at(21)
            .tells(&[("greeting", "(vsFTPd 3.0.5)")]),
        tcp(
            Side::Server,
            b"220-Welcome to example.org\r\n220 ProFTPD Server ready.\r\n",
        ),
        tcp(Side::Any, b"220 Microsoft FTP Service\r\n"),
        tcp(Side::Server, b"220 Service ready for new user.\r\n").at(21),
        tcp(Side::Client, b"USER anonymous\r\n").tells(&[("user", "anonymous")]),
        tcp(Side::Client, b"USER admin\r\n")
            .at(21)
            .tells(&[("user", "admin")]),
        tcp(Side::Client, b"AUTH TLS\r\n"),
        tcp(Side::Client, b"PORT 198,51,100,7,4,1\r\n"),
        tcp(Side::Client, b"USER admin\r\n").not(),
        tcp(Side::Server, b"220 ftp.example.org ESMTP Postfix\r\n")
            .at(21)
            .not(),
        tcp(Side::Server, b"220 Service ready for new user.\r\n").not(),
        tcp(Side::Client, b"quit\r\n").at(21).tells(&[("command", "quit")]),
        tcp(Side::Server, b"220\r\n").at(21),
        tcp(Side::Server, b"230 Login successful.\r\n").at(21),
        tcp(Side::Server, b"230 Login successful.\r\n").not(),
        tcp(Side::Server, b"500 OOPS: cannot change directory\r\n").at(21),
        tcp(Side::Client, b"QUIT\r\n").not(),
        tcp(Side::Client, b"HELP\r\n").at(21).not(),
        tcp(Side::Client, b"PORT 80\r\n").at(21).not(),
        tcp(Side::Client, b"USER guest 0 * :nobody\r\n")
            .at(21)
            .not(),
    ]
};
