//! Bytes that mean nothing must get no answer, whatever port they were sent to.

use rutter_event::Transport;

use crate::identify;
use crate::payload::Side;
use crate::protocols::ALL;

/// A small generator (xorshift64*), so that the junk is the same everywhere.
struct Junk(u64);

impl Junk {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| (self.next() >> 32) as u8).collect()
    }
}

#[test]
fn random_bytes_get_no_answer() {
    let mut junk = Junk(0x9e37_79b9_7f4a_7c15);
    let mut mistaken = Vec::new();
    for round in 0..20_000 {
        let length = 1 + junk.next() as usize % if round % 4 == 0 { 1400 } else { 64 };
        let bytes = junk.bytes(length);
        for transport in [Transport::TCP, Transport::UDP] {
            mistaken.extend(identify(transport, None, Side::Any, &bytes).map(|f| f.protocol));
        }
    }
    assert_eq!(mistaken, [""; 0]);
}

#[test]
fn random_bytes_at_a_usual_port_hardly_get_an_answer() {
    let mut junk = Junk(0x0123_4567_89ab_cdef);
    let ports: Vec<u16> = ALL.iter().flat_map(|p| p.ports).copied().collect();
    let (mut asked, mut mistaken) = (0, Vec::new());
    for round in 0..40_000 {
        let length = 1 + junk.next() as usize % 200;
        let bytes = junk.bytes(length);
        let port = ports.get(round % ports.len()).copied();
        for transport in [Transport::TCP, Transport::UDP] {
            asked += 1;
            mistaken.extend(identify(transport, port, Side::Any, &bytes).map(|f| f.protocol));
        }
    }
    // One in ten thousand, where the port speaks for it.
    assert!(
        mistaken.len() * 10_000 <= asked,
        "{} of {asked}: {mistaken:?}",
        mistaken.len()
    );
}

#[test]
fn common_words_and_fillers_get_no_answer() {
    let lines: [&[u8]; 26] = [
        b"\r\n\r\n",
        b"\n",
        b"\x00",
        b"\x00\x00\x00\x00",
        b"0",
        b"hello\r\n",
        b"Hello, world!",
        b"get well soon\r\n",
        b"GETTING STARTED\r\n",
        b"help\r\n",
        b"HELP\r\n",
        b"QUIT\r\n",
        b"test\r\n",
        b"root\r\nadmin\r\n",
        b"* a list item\r\n",
        b"+ a plus\r\n",
        b"- a minus\r\n",
        b"$ ls -l\r\n",
        b"220 volts\r\n",
        b"USER somebody\r\n",
        b"INFO\r\n",
        b"version\r\n",
        b"SSH\r\n",
        b"HTTP\r\n",
        b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    ];
    for line in lines {
        for transport in [Transport::TCP, Transport::UDP] {
            for side in [Side::Client, Side::Server, Side::Any] {
                let found = identify(transport, None, side, line).map(|f| f.protocol);
                assert_eq!(found, None, "{:?}", String::from_utf8_lossy(line));
            }
        }
    }
}

#[test]
fn zeros_of_any_length_get_no_answer() {
    let zeros = [0; 1500];
    for length in 1..=zeros.len() {
        for transport in [Transport::TCP, Transport::UDP] {
            assert_eq!(identify(transport, None, Side::Any, &zeros[..length]), None);
        }
    }
}

#[test]
fn lines_that_resemble_commands_get_no_answer_at_any_usual_port() {
    // Each begins with a word, or part of one, that some protocol of lines has.
    let lines: [&[u8]; 22] = [
        b"LISTENING to everybody\r\n",
        b"QUITE a story\r\n",
        b"PASSPORTS are for sale\r\n",
        b"USERS of the world\r\n",
        b"AUTHORS and readers\r\n",
        b"STATUES in the park\r\n",
        b"NOOPERATION\r\n",
        b"TYPEWRITER\r\n",
        b"SELECTED works\r\n",
        b"JOINTLY written\r\n",
        b"GROUPS of people\r\n",
        b"HELLOWEEN\r\n",
        b"PINGUIN\r\n",
        b"GETTER\r\n",
        b"+-----+-----+\n",
        b"-- a comment\n",
        b":-) a smile\r\n",
        b"$5 a piece\r\n",
        b"*** a headline ***\r\n",
        b"12:30 a train leaves\r\n",
        b"2200 metres above the sea\r\n",
        b"%%%%%%%%\r\n",
    ];
    let ports: std::collections::BTreeSet<u16> =
        ALL.iter().flat_map(|p| p.ports).copied().collect();
    let mut mistaken = Vec::new();
    for line in lines {
        for port in &ports {
            for side in [Side::Client, Side::Server] {
                let found = identify(Transport::TCP, Some(*port), side, line);
                mistaken.extend(found.map(|found| (found.protocol, *port, side, line)));
            }
        }
    }
    // What these say may be any line.
    let free = ["finger", "gopher", "qotd", "whois"];
    let told: Vec<_> = mistaken
        .iter()
        .filter(|(name, ..)| !free.contains(name))
        .map(|(name, port, side, line)| (name, port, side, String::from_utf8_lossy(line)))
        .collect();
    assert!(told.is_empty(), "{told:?}");
}
