//! The first word of protocols in which the server speaks first.
//!
//! A client of such a protocol says nothing before it has been greeted, and then nobody would learn
//! what it wanted. Each greeting is the least that the protocol's document allows. None names a
//! product, and what comes back is recorded and not answered.

/// What a server says first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// Name of the protocol.
    pub protocol: &'static str,
    /// Ports on which it is expected.
    pub ports: &'static [u16],
    /// What is said.
    pub words: &'static [u8],
}

/// Every greeting, with the document that it follows.
pub const GREETINGS: &[Greeting] = &[
    // RFC 959, section 5.4: 220, service ready.
    Greeting {
        protocol: "ftp",
        ports: &[21, 2121],
        words: b"220 \r\n",
    },
    // RFC 4253, section 4.2: version exchange.
    Greeting {
        protocol: "ssh",
        ports: &[22, 222, 830, 2022, 2222, 22222],
        words: b"SSH-2.0-rutter\r\n",
    },
    // RFC 854 and RFC 1091: asks for the terminal type, as every terminal server does.
    Greeting {
        protocol: "telnet",
        ports: &[23, 2323, 23231],
        words: b"\xff\xfd\x18",
    },
    // RFC 5321, section 4.2: 220, then the name of the host.
    Greeting {
        protocol: "smtp",
        ports: &[25, 587, 2525],
        words: b"220 localhost\r\n",
    },
    // RFC 1939, section 4.
    Greeting {
        protocol: "pop3",
        ports: &[110],
        words: b"+OK\r\n",
    },
    // RFC 3977, section 5.1: 201, no posting.
    Greeting {
        protocol: "nntp",
        ports: &[119, 433],
        words: b"201 \r\n",
    },
    // RFC 9051, section 7.1.
    Greeting {
        protocol: "imap",
        ports: &[143],
        words: b"* OK \r\n",
    },
    // The rsync protocol's documentation: a version line. 30.0 asks for no list of checksums.
    Greeting {
        protocol: "rsync",
        ports: &[873],
        words: b"@RSYNCD: 30.0\n",
    },
    // MySQL client/server protocol, Protocol::HandshakeV10: an empty version, the flags of
    // PROTOCOL_41 and SECURE_CONNECTION, and a challenge that no password can have been made for.
    Greeting {
        protocol: "mysql",
        ports: &[3306],
        words:
            b"\x2e\x00\x00\x00\x0a\x00\x01\x00\x00\x00--------\x00\x00\x82\x21\x02\x00\x00\x00\x00\
            \x00\x00\x00\x00\x00\x00\x00\x00\x00\x00------------\x00",
    },
    // RFC 6143, section 7.1.1.
    Greeting {
        protocol: "vnc",
        ports: &[5900, 5901, 5902, 5903],
        words: b"RFB 003.008\n",
    },
    // RFC 5804, section 1.7.
    Greeting {
        protocol: "managesieve",
        ports: &[2000, 4190],
        words: b"OK\r\n",
    },
];

/// The greeting that is expected on a port.
#[must_use]
pub fn greeting(port: u16) -> Option<&'static Greeting> {
    GREETINGS
        .iter()
        .find(|greeting| greeting.ports.contains(&port))
}

/// The greeting for a client that has told its name without waiting, at whatever port: in SSH both
/// sides do, and what the client proposes, by which it is known, comes after (RFC 4253, section 7.1).
#[must_use]
pub fn reply(said: &[u8]) -> Option<&'static Greeting> {
    let ssh = || GREETINGS.iter().find(|greeting| greeting.protocol == "ssh");
    said.starts_with(b"SSH-2.0-").then(ssh).flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Longest greeting, in bytes: the first word and no more.
    const LONGEST: usize = 64;

    #[test]
    fn greetings_are_short_and_name_no_product() {
        let mut ports = BTreeSet::new();
        for Greeting {
            protocol,
            ports: on,
            words,
        } in GREETINGS
        {
            assert!(words.len() <= LONGEST, "{protocol}");
            assert!(on.iter().all(|port| ports.insert(port)), "{protocol}");
            let text = String::from_utf8_lossy(words).to_ascii_lowercase();
            for product in [
                "openssh", "vsftpd", "postfix", "dovecot", "mariadb", "login",
            ] {
                assert!(!text.contains(product), "{protocol} names {product}");
            }
        }
    }

    #[test]
    fn the_mysql_greeting_is_as_long_as_it_says() {
        let words = greeting(3306).map(|g| g.words).unwrap_or_default();
        assert_eq!(
            words.first().copied().map(usize::from),
            Some(words.len() - 4)
        );
    }

    #[test]
    fn what_speaks_first_is_not_greeted() {
        for port in [80, 443, 3389, 6379, 27374] {
            assert_eq!(greeting(port), None);
        }
    }
}
