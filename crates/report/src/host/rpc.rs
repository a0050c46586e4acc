//! What a portmapper offers, explained.

use std::net::SocketAddr;

use rutter_analysis::Language;
use rutter_event::Untrusted;
use rutter_host::Offer;
use rutter_knowledge::{Knowledge, Program};

use super::end;
use crate::json::{Object, object};
use crate::page::{Line, Page};

/// The list of one portmapper.
#[derive(Clone, Debug)]
pub struct Catalogue<'a> {
    /// Who was asked.
    pub at: SocketAddr,
    /// What it offers, sorted by program.
    pub offers: &'a [Offer],
    /// In which language.
    pub language: Language,
}

impl Catalogue<'_> {
    /// The page for people: a paragraph for each program.
    #[must_use]
    pub fn page(&self) -> Page {
        let language = self.language;
        let mut page = Page::default();
        page.heading(
            1,
            match language {
                Language::En => format!("What the portmapper of {} offers", self.at.ip()),
                Language::ZhCn => format!("{} 的端口映射器所列服务", self.at.ip()),
            },
        );
        if self.offers.is_empty() {
            page.paragraph(language.pick("Nothing.", "没有。"));
        }
        for offers in self.offers.chunk_by(|a, b| a.program == b.program) {
            let Some(first) = offers.first() else {
                continue;
            };
            let known = Knowledge::program(first.program);
            page.heading(4, title(first.program, known));
            page.inset(|page| {
                page.item(
                    Line::default().faint(language.pick("Where", "位置")),
                    places(offers),
                );
                page.paragraph(known.map_or(
                    language.pick(
                        "A program that the handbook does not know; look which process it is.",
                        "手册未收录的程序，请查明是哪个进程。",
                    ),
                    |known| language.pick(&known.en, &known.zh).as_str(),
                ));
            });
        }
        page
    }

    /// The same for programs: one object and a newline.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        object(out, |o| {
            end("server", self.at, o);
            o.list("offers", |list| {
                for offer in self.offers {
                    list.object(|o| self.write_offer(offer, o));
                }
            });
        });
        out.push(b'\n');
    }

    fn write_offer(&self, offer: &Offer, o: &mut Object<'_>) {
        let known = Knowledge::program(offer.program);
        o.number("program", offer.program);
        o.text_or_null("name", known.and_then(name));
        o.number("version", offer.version);
        o.log("transport", Untrusted::new(offer.transport.as_bytes()));
        match offer.port {
            Some(port) => o.number("port", port),
            None => o.null("port"),
        }
        if let Some(ip) = offer.address {
            o.plain("address", |ink| ink.address(ip));
        }
        o.log("owner", Untrusted::new(offer.owner.as_bytes()));
        o.text_or_null(
            "says",
            known.map(|known| self.language.pick(&known.en, &known.zh).as_str()),
        );
    }
}

fn name(program: &Program) -> Option<&str> {
    program.names.first().map(String::as_str)
}

fn title(number: u32, known: Option<&Program>) -> Line {
    let line = Line::default();
    let line = match known.and_then(name) {
        Some(name) => line.strong(name).plain("  "),
        None => line,
    };
    line.faint(number.to_string())
}

/// `tcp 2049 v3 v4, udp 2049 v3`.
fn places(offers: &[Offer]) -> Line {
    let mut all: Vec<(&str, Option<u16>, u32)> = offers
        .iter()
        .map(|o| (o.transport.as_str(), o.port, o.version))
        .collect();
    all.sort_unstable();
    let mut line = Line::default();
    for (i, places) in all.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).enumerate() {
        let Some((transport, port, _)) = places.first() else {
            continue;
        };
        if i > 0 {
            line = line.plain(", ");
        }
        line = line.log(Untrusted::new(transport.as_bytes()));
        if let Some(port) = port {
            line = line.plain(" ").code(port.to_string());
        }
        for (_, _, version) in places {
            line = line.faint(format!(" v{version}"));
        }
    }
    line
}
