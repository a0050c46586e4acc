//! Whatever a strict reader of HTTP takes for a request, ours must take for one too; it takes more,
//! because scanners and worms write heads that no grammar allows.

use rutter_event::Transport;

use crate::identify;
use crate::payload::Side;

#[test]
fn http_is_read_at_least_where_httparse_reads_it() {
    let heads: [&[u8]; 3] = [
        b"GET /a?b=c HTTP/1.1\r\nHost: example.org\r\n\r\n",
        b"PROPFIND / HTTP/1.0\r\n\r\n",
        b"CONNECT example.org:25 HTTP/1.1\r\nHost: example.org\r\n\r\n",
    ];
    let mut agreed = 0;
    for head in heads {
        let mut bytes = head.to_vec();
        for at in 0..bytes.len() {
            for value in 0..=255 {
                bytes[at] = value;
                let mut headers = [httparse::EMPTY_HEADER; 8];
                let mut request = httparse::Request::new(&mut headers);
                let whole = request
                    .parse(&bytes)
                    .is_ok_and(|status| status.is_complete());
                // Methods of small letters or signs are left to the strict reader.
                let named = request.method.is_some_and(|method| {
                    method.len() >= 3 && method.bytes().all(|byte| byte.is_ascii_uppercase())
                });
                if whole && named {
                    let found = identify(Transport::TCP, None, Side::Client, &bytes);
                    assert_eq!(found.map(|f| f.protocol), Some("http"), "{request:?}");
                    agreed += 1;
                }
            }
            bytes[at] = head[at];
        }
    }
    assert!(agreed > 1000, "the readers were compared {agreed} times");
}
