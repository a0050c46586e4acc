#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop"
)]

use tempfile::TempDir;

use super::*;
use crate::Origin;

/// A scratch folder with files that hold their own names.
fn folder(names: &[&str]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for name in names {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, name).unwrap();
    }
    folder
}

fn resolve(folder: &TempDir, arguments: &[&str]) -> Opened {
    let inside = |argument: &&str| match *argument {
        "-" => OsString::from("-"),
        name => folder.path().join(name).into_os_string(),
    };
    let arguments: Vec<OsString> = arguments.iter().map(inside).collect();
    open_all(&arguments, &Options::default())
}

/// A name without the scratch folder before it.
fn short(name: &Name, folder: &TempDir) -> String {
    let name = String::from_utf8_lossy(name.untrusted().bytes()).into_owned();
    let root = folder.path().to_str().unwrap();
    name.strip_prefix(root)
        .map_or(name.clone(), |rest| rest.trim_start_matches('/').to_owned())
}

fn sources(opened: &Opened, folder: &TempDir) -> Vec<String> {
    opened
        .sources
        .iter()
        .map(|source| short(&source.name, folder))
        .collect()
}

fn passed_over(opened: &Opened, folder: &TempDir) -> Vec<(String, Reason)> {
    opened
        .passed_over
        .iter()
        .map(|entry| (short(&entry.name, folder), entry.reason))
        .collect()
}

#[test]
fn arguments_keep_their_order_and_folders_are_sorted() {
    let folder = folder(&[
        "z.log",
        "logs/b.log",
        "logs/a/2",
        "logs/a/1",
        "logs/c.log",
        "a.log",
    ]);
    let opened = resolve(&folder, &["z.log", "logs", "-", "a.log"]);
    let expected = [
        "z.log",
        "logs/a/1",
        "logs/a/2",
        "logs/b.log",
        "logs/c.log",
        "-",
        "a.log",
    ];
    assert_eq!(sources(&opened, &folder), expected);
    assert!(opened.errors.is_empty() && opened.passed_over.is_empty());
    assert_eq!(opened.sources[0].size, Some(5));
    assert!(opened.sources[0].modified.is_some());
    assert_eq!(opened.sources[5].origin, Origin::StandardInput);
    assert_eq!(opened.sources[5].size, None);
}

#[test]
fn an_argument_that_fails_leaves_the_others() {
    let folder = folder(&["a.log"]);
    fs::create_dir(folder.path().join("empty")).unwrap();
    let arguments = [
        "missing", "-", "empty", "-", "no*match", "bad[", "a.log/x", "a.log",
    ];
    let opened = resolve(&folder, &arguments);
    assert_eq!(sources(&opened, &folder), ["-", "a.log"]);
    let failed: Vec<_> = opened
        .errors
        .iter()
        .map(|e| short(&e.place, &folder))
        .collect();
    assert_eq!(
        failed,
        ["missing", "empty", "-", "no*match", "bad[", "a.log/x"]
    );
    let problems: Vec<_> = opened.errors.iter().map(|error| &error.problem).collect();
    assert!(matches!(
        problems[..],
        [
            Problem::Missing,
            Problem::EmptyFolder { passed_over: 0 },
            Problem::StandardInputTwice,
            Problem::NoMatch,
            Problem::BadPattern { .. },
            Problem::Failed { offset: 0, .. },
        ]
    ));
    let empty_name = open_all(&[OsString::new()], &Options::default());
    assert!(matches!(empty_name.errors[0].problem, Problem::Missing));
}

#[test]
fn patterns_match_as_in_a_shell() {
    let folder = folder(&[
        "ufw.log.2",
        "ufw.log",
        "ufw.log.10",
        ".ufw.log.swp",
        "kern.log",
        "deep/ufw.log",
        "deep/er/ufw.log",
        "deep/er/.git/ufw.log",
        "odd[1].log",
    ]);
    let found = |argument| sources(&resolve(&folder, &[argument]), &folder);
    assert_eq!(found("ufw*"), ["ufw.log", "ufw.log.10", "ufw.log.2"]);
    assert_eq!(found("ufw.log.?"), ["ufw.log.2"]);
    assert_eq!(found("[k-u]*.log"), ["kern.log", "odd[1].log", "ufw.log"]);
    assert_eq!(
        found("**/ufw.log"),
        ["deep/er/ufw.log", "deep/ufw.log", "ufw.log"]
    );
    assert_eq!(found("d*/ufw.log"), ["deep/ufw.log"]);
    assert_eq!(found("d*/**"), ["deep/er/ufw.log", "deep/ufw.log"]);
    assert_eq!(found(".u*"), [".ufw.log.swp"]);
    // What exists under the very name is no pattern.
    assert_eq!(found("odd[1].log"), ["odd[1].log"]);
    // A folder that matches is walked, as after a shell's own expansion.
    assert_eq!(found("de?p"), ["deep/er/ufw.log", "deep/ufw.log"]);
}

#[test]
fn hidden_entries_of_a_folder_are_passed_over_and_named() {
    let folder = folder(&[
        "logs/.hidden",
        "logs/.git/config",
        "logs/a.log",
        "only/.hidden",
    ]);
    let opened = resolve(&folder, &["logs", "only", "only/.hidden"]);
    assert_eq!(sources(&opened, &folder), ["logs/a.log", "only/.hidden"]);
    let hidden = ["logs/.git", "logs/.hidden", "only/.hidden"];
    let expected = hidden.map(|name| (name.to_owned(), Reason::Hidden));
    assert_eq!(passed_over(&opened, &folder), expected);
    assert!(matches!(
        opened.errors[0].problem,
        Problem::EmptyFolder { passed_over: 1 }
    ));
}

#[test]
fn a_file_named_twice_is_read_once() {
    let folder = folder(&["logs/a.log", "logs/b.log"]);
    let opened = resolve(
        &folder,
        &["logs/b.log", "logs", "logs/*.log", "logs/../logs/a.log"],
    );
    assert_eq!(sources(&opened, &folder), ["logs/b.log", "logs/a.log"]);
    assert_eq!(opened.passed_over.len(), 4);
    assert!(
        opened
            .passed_over
            .iter()
            .all(|entry| entry.reason == Reason::Repeated)
    );
    assert!(opened.errors.is_empty());
}

#[test]
fn the_limit_of_sources_is_a_named_error() {
    let folder = folder(&["1", "2", "3", "4"]);
    let options = Options {
        max_sources: 2,
        ..Options::default()
    };
    for pattern in ["", "*"] {
        let opened = open_all(&[folder.path().join(pattern).into_os_string()], &options);
        assert_eq!(sources(&opened, &folder), ["1", "2"]);
        assert_eq!(opened.errors.len(), 1);
        assert!(matches!(
            opened.errors[0].problem,
            Problem::TooManySources { limit: 2 }
        ));
    }
}

#[test]
fn matches_beyond_the_limit_are_not_lost_in_silence() {
    let folder = folder(&["d.log"]);
    for name in ["a", "b", "c"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    let options = Options {
        max_sources: 2,
        ..Options::default()
    };
    let opened = open_all(&[folder.path().join("*").into_os_string()], &options);
    assert_eq!((opened.sources.len(), opened.passed_over.len()), (0, 2));
    assert!(matches!(
        opened.errors[0].problem,
        Problem::TooManySources { limit: 2 }
    ));
}

#[test]
fn what_is_passed_over_is_listed_up_to_a_limit_and_counted_beyond() {
    let names: Vec<String> = (0..LISTED + 7).map(|number| format!(".{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let folder = folder(&names);
    let opened = resolve(&folder, &["."]);
    assert_eq!((opened.passed_over.len(), opened.unlisted), (LISTED, 7));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::ffi::OsStringExt;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn special_files_are_passed_over_in_folders_and_refused_by_name() {
        let folder = folder(&["logs/a.log"]);
        let socket = UnixListener::bind(folder.path().join("logs/socket")).unwrap();
        let opened = resolve(&folder, &["logs", "logs/s*", "logs/socket"]);
        drop(socket);
        assert_eq!(sources(&opened, &folder), ["logs/a.log"]);
        let socket = || ("logs/socket".to_owned(), Reason::Special);
        assert_eq!(passed_over(&opened, &folder), [socket(), socket()]);
        assert!(matches!(
            opened.errors[0].problem,
            Problem::Special { what: "a socket" }
        ));
    }

    #[test]
    fn a_device_named_outright_is_a_pipe() {
        let opened = open_all(&["/dev/null".into()], &Options::default());
        assert_eq!(opened.sources[0].origin, Origin::Pipe);
        let source = opened.sources.into_iter().next().unwrap();
        assert!(
            source
                .read()
                .unwrap()
                .next_chunk(Vec::new())
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn links_to_files_are_followed_and_links_to_folders_are_not() {
        let folder = folder(&["real/a.log", "other/b.log"]);
        let link = |to: &str, at: &str| {
            symlink(folder.path().join(to), folder.path().join(at)).unwrap();
        };
        link("other/b.log", "real/b.log");
        link("real/a.log", "real/current");
        link("real", "real/loop");
        link("other", "real/other");
        link("nowhere", "real/zombie");
        link("real", "way-in");
        let opened = resolve(&folder, &["way-in", "real/zombie"]);
        assert_eq!(sources(&opened, &folder), ["way-in/a.log", "way-in/b.log"]);
        let expected = [
            ("way-in/current".to_owned(), Reason::Repeated),
            ("way-in/loop".to_owned(), Reason::LinkToFolder),
            ("way-in/other".to_owned(), Reason::LinkToFolder),
            ("way-in/zombie".to_owned(), Reason::BrokenLink),
        ];
        assert_eq!(passed_over(&opened, &folder), expected);
        assert!(matches!(opened.errors[0].problem, Problem::BrokenLink));
    }

    #[test]
    fn names_that_are_not_text_are_read_like_others() {
        let folder = folder(&["a.log"]);
        let odd = OsString::from_vec(b"b\xff\x1b[2J.log".to_vec());
        fs::write(folder.path().join(&odd), "odd\n").unwrap();
        for argument in ["", "*.log"] {
            let opened = resolve(&folder, &[argument]);
            assert_eq!(opened.sources.len(), 2, "{argument}");
            let name = &opened.sources[1].name;
            assert!(name.untrusted().bytes().ends_with(b"/b\xff\x1b[2J.log"));
            assert!(format!("{name:?}").ends_with("/b\\xff\\x1b[2J.log\""));
        }
        let pattern = OsString::from_vec(b"\xff*".to_vec());
        let opened = open_all(&[pattern], &Options::default());
        assert!(matches!(
            opened.errors[0].problem,
            Problem::BadPattern { position: 0, .. }
        ));
    }
}
