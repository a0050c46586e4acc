//! Open sockets: the table that `netstat -a` printed, with what each listener means.

use std::net::SocketAddr;

use rutter_analysis::Language;
use rutter_event::{Transport, Untrusted};
use rutter_host::{Ephemeral, Opinion, Reach, Socket, State, opinion};
use rutter_knowledge::{Danger, Knowledge, Ports, Severity, port_class};

use super::end;
use crate::json::{Object, object};
use crate::page::{Column, Line, Page, Table, Tone};
use crate::words;

/// Everything to be told of a machine's sockets.
#[derive(Clone, Debug)]
pub struct Inventory<'a> {
    /// The sockets, in the order in which they are shown.
    pub sockets: &'a [Socket],
    /// From which ports its own connections go out, where that is known.
    pub ephemeral: Option<&'a Ephemeral>,
    /// What ports mean.
    pub knowledge: &'a Knowledge,
    /// In which language.
    pub language: Language,
}

impl Inventory<'_> {
    /// The page for people: the table, what deserves a look, the ephemeral range.
    #[must_use]
    pub fn page(&self) -> Page {
        let language = self.language;
        let mut page = Page::default();
        let columns = vec![
            Column::fixed(language.pick("Port", "端口")),
            Column::fixed(language.pick("State", "状态")),
            Column::text(language.pick("Here", "本端"), 9),
            Column::text(language.pick("There", "对端"), 9),
            Column::text(language.pick("Process", "进程"), 10),
            Column::fixed(language.pick("User", "用户")),
            Column::text(language.pick("Service", "服务"), 8),
        ];
        let rows = self.sockets.iter().map(|s| self.row(s)).collect();
        page.table(Table { columns, rows });
        if self.sockets.is_empty() {
            page.paragraph(language.pick("No socket is open.", "没有打开的套接字。"));
        }
        self.odd_ones(&mut page);
        self.own_ports(&mut page);
        page
    }

    fn row(&self, socket: &Socket) -> Vec<Line> {
        let language = self.language;
        let here = match (socket.is_listening(), socket.reach()) {
            (true, reach) => {
                Line::of(reach_word(reach, language))
                    .plain(" ")
                    .faint(match socket.takes_v4 {
                        Some(true) => format!("{}, 0.0.0.0", socket.local.ip()),
                        _ => socket.local.ip().to_string(),
                    })
            }
            (false, _) => Line::of(socket.local.ip().to_string()),
        };
        let port = words::port(socket.transport, socket.local.port());
        let port = Line::default().code(port);
        let port = match opinion(socket, self.ephemeral, self.knowledge) {
            Some(found) => port.toned(" !", Tone::Grave(severity(found))),
            None => port,
        };
        vec![
            port,
            Line::of(state_word(socket.state, language)),
            here,
            Line::of(
                socket
                    .remote
                    .as_ref()
                    .map(SocketAddr::to_string)
                    .unwrap_or_default(),
            ),
            processes(socket),
            text_of_system(socket.user.as_deref().unwrap_or_default()),
            Line::of(service(socket).unwrap_or_default()),
        ]
    }

    fn odd_ones(&self, page: &mut Page) {
        let language = self.language;
        let mut told = false;
        // What was told of the port just before, in another family.
        let mut here: Vec<&Socket> = Vec::new();
        for socket in self.sockets {
            let Some(found) = opinion(socket, self.ephemeral, self.knowledge) else {
                continue;
            };
            let end = |socket: &Socket| (socket.transport, socket.local.port());
            here.retain(|other| end(other) == end(socket));
            let same = |other: &&Socket| {
                other.reach() == socket.reach() && other.processes == socket.processes
            };
            if here.iter().any(same) {
                continue;
            }
            here.push(socket);
            if !std::mem::replace(&mut told, true) {
                page.heading(2, language.pick("Worth a look", "值得一看"));
            }
            let mark = words::port(socket.transport, socket.local.port());
            let grave = severity(found);
            let line = Line::default()
                .toned(words::severity(grave, language), Tone::Grave(grave))
                .plain("  ");
            let line = match found {
                Opinion::Trojan(entry) => {
                    let title = &language.pick(&entry.en, &entry.zh).title;
                    line.strong(title).plain(" ").faint(&entry.id).plain(match language {
                        Language::En => format!(
                            ": this port is known for it and no service is registered here. That proves nothing; look what {} is.",
                            holder(socket, language)
                        ),
                        Language::ZhCn => format!(
                            "：此端口因它而知名，且没有登记的服务。但这不是证据，请查明{}是什么。",
                            holder(socket, language)
                        ),
                    })
                }
                Opinion::Exposed(exposure) => line
                    .strong(danger_word(exposure.danger, language))
                    .plain(language.pick(", reachable on ", "，可达范围："))
                    .plain(reach_word(socket.reach(), language))
                    .plain(language.pick(" addresses. ", "。"))
                    .plain(language.pick(&exposure.en, &exposure.zh).as_str()),
            };
            page.item(Line::default().code(mark), line);
        }
    }

    fn own_ports(&self, page: &mut Page) {
        let Some(range) = self.ephemeral else {
            return;
        };
        let reserved = if range.reserved.is_empty() {
            String::new()
        } else {
            match self.language {
                Language::En => format!(", without {}", range.reserved),
                Language::ZhCn => format!("，其中 {} 除外", range.reserved),
            }
        };
        page.heading(2, self.language.pick("Own connections", "本机发起的连接"));
        page.paragraph(match self.language {
            Language::En => format!(
                "Connections of this machine go out from {} to {}{reserved}. Linux begins at a place that a keyed \
                 hash of the addresses chooses (RFC 6056) and takes every second port for connections, the others \
                 for programs that ask for any port.",
                range.first, range.last
            ),
            Language::ZhCn => format!(
                "本机的连接从 {} 到 {} 的端口发出{reserved}。Linux 由地址的带密钥散列决定起点（RFC 6056），\
                 连接隔一个取一个端口，其余的留给申请任意端口的程序。",
                range.first, range.last
            ),
        });
    }

    /// The same for programs: one object and a newline.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        object(out, |o| {
            match self.ephemeral {
                Some(range) => o.object("ephemeral", |o| {
                    o.number("first", range.first);
                    o.number("last", range.last);
                    o.text("reserved", &range.reserved);
                    o.text("allocation", "keyed-hash");
                }),
                None => o.null("ephemeral"),
            }
            o.list("sockets", |list| {
                for socket in self.sockets {
                    list.object(|o| self.write_socket(socket, o));
                }
            });
        });
        out.push(b'\n');
    }

    fn write_socket(&self, socket: &Socket, o: &mut Object<'_>) {
        o.text(
            "transport",
            if socket.transport == Transport::UDP {
                "udp"
            } else {
                "tcp"
            },
        );
        o.text("state", socket.state.word());
        end("local", socket.local, o);
        match socket.remote {
            Some(remote) => end("remote", remote, o),
            None => o.null("remote"),
        }
        o.text("reach", socket.reach().word());
        match socket.takes_v4 {
            Some(both) => o.truth("takes_ipv4", both),
            None => o.null("takes_ipv4"),
        }
        o.text("port_class", port_class(socket.local.port()).word());
        o.text_or_null("service", service(socket));
        o.list("processes", |list| {
            for process in &socket.processes {
                list.object(|o| {
                    o.number("pid", process.pid);
                    o.log("name", Untrusted::new(process.name.as_bytes()));
                    o.log("command_line", Untrusted::new(process.command.as_bytes()));
                });
            }
        });
        o.text_or_null("user", socket.user.as_deref());
        let Some(found) = opinion(socket, self.ephemeral, self.knowledge) else {
            o.null("opinion");
            return;
        };
        o.object("opinion", |o| {
            o.text("severity", severity(found).word());
            match found {
                Opinion::Trojan(entry) => {
                    let text = self.language.pick(&entry.en, &entry.zh);
                    o.text("kind", entry.kind());
                    o.text("id", &entry.id);
                    o.text("says", &text.title);
                }
                Opinion::Exposed(exposure) => {
                    o.text("kind", "exposed");
                    o.text("danger", danger_word(exposure.danger, Language::En));
                    o.text("says", self.language.pick(&exposure.en, &exposure.zh));
                }
            }
        });
    }
}

/// A trojan's port is a hint; a database for everybody is a fact.
const fn severity(found: Opinion<'_>) -> Severity {
    match found {
        Opinion::Trojan(_) => Severity::Medium,
        Opinion::Exposed(exposure) => match exposure.danger {
            Danger::Database | Danger::Control => Severity::High,
            Danger::Management | Danger::Files | Danger::Amplifier => Severity::Medium,
        },
    }
}

fn service(socket: &Socket) -> Option<&'static str> {
    // The name of a service at the other end says more than that of a port of passage.
    let here = Ports::embedded().name(Some(socket.transport), socket.local.port());
    let there = socket.remote.map(|at| at.port());
    let there = there.and_then(|port| Ports::embedded().name(Some(socket.transport), port));
    if socket.is_listening() {
        here
    } else {
        there.or(here)
    }
}

fn processes(socket: &Socket) -> Line {
    let mut line = Line::default();
    for (i, process) in socket.processes.iter().enumerate() {
        if i > 0 {
            line = line.plain(", ");
        }
        line = line
            .log(Untrusted::new(process.name.as_bytes()))
            .faint(format!(" {}", process.pid));
    }
    line
}

/// Names of users are the system's, and still nobody's to trust.
fn text_of_system(text: &str) -> Line {
    if text.is_empty() {
        Line::default()
    } else {
        Line::default().log(Untrusted::new(text.as_bytes()))
    }
}

fn holder(socket: &Socket, language: Language) -> String {
    match (socket.processes.first(), language) {
        (Some(process), Language::En) => format!("process {}", process.pid),
        (Some(process), Language::ZhCn) => format!("进程 {} ", process.pid),
        (None, Language::En) => "the process behind it (run this as root to see it)".to_owned(),
        (None, Language::ZhCn) => "其背后的进程（以 root 运行可见）".to_owned(),
    }
}

fn state_word(state: State, language: Language) -> &'static str {
    match state {
        State::Listening => language.pick("listening", "监听"),
        State::Connected => language.pick("connected", "已连接"),
        State::Opening => language.pick("opening", "正在建立"),
        State::Closing => language.pick("closing", "正在关闭"),
        State::Closed => language.pick("closed", "已关闭"),
    }
}

fn reach_word(reach: Reach, language: Language) -> &'static str {
    match reach {
        Reach::Loopback => language.pick("loopback", "仅本机"),
        Reach::Local => language.pick("local", "本地网段"),
        Reach::Public => language.pick("public", "公网"),
        Reach::All => language.pick("all", "全部地址"),
    }
}

fn danger_word(danger: Danger, language: Language) -> &'static str {
    match danger {
        Danger::Management => language.pick("management", "管理入口"),
        Danger::Database => language.pick("data store", "数据存储"),
        Danger::Files => language.pick("file sharing", "文件与打印共享"),
        Danger::Control => language.pick("control system", "控制系统"),
        Danger::Amplifier => language.pick("amplifier", "反射放大"),
    }
}
