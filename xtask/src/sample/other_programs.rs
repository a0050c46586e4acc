//! Lines of other programs between those of the firewall, and what a full disk, a crash and a
//! stranger's fancy leave behind.

use std::io;

use super::{DAY, DAYS, FROM_OUTSIDE, HOUR, MINUTE, SECOND, Story, ours};
use crate::netfilter::Body;

/// What happens every hour, every night and at a person's keyboard.
pub(super) fn run(story: &mut Story) {
    let mut pid = 20_000;
    for hour in 0..DAYS * 24 {
        let at = hour * HOUR + 17 * MINUTE + SECOND;
        pid += 3 + story.random.below(40);
        story.line(
            at,
            format!("CRON[{pid}]: (root) CMD (cd / && run-parts --report /etc/cron.hourly)")
                .as_bytes(),
        );
        if story.random.chance(70) {
            let at = story.between(hour * HOUR, (hour + 1) * HOUR);
            chore(story, at, pid);
        }
    }
    for day in 0..DAYS {
        let at = day * DAY + 4 * MINUTE;
        story.line(
            at,
            b"systemd[1]: Starting logrotate.service - Rotate log files...",
        );
        story.line(
            at + 210_000,
            b"systemd[1]: logrotate.service: Deactivated successfully.",
        );
        story.line(
            at + 211_000,
            b"systemd[1]: Finished logrotate.service - Rotate log files.",
        );
        let morning = story.between(day * DAY + 8 * HOUR, day * DAY + 9 * HOUR);
        story.line(
            morning,
            b"sshd[3127]: Accepted publickey for keeper from 192.168.10.21 port 51544 ssh2",
        );
        story.line(
            morning + 90_000,
            b"systemd-logind[702]: New session 41 of user keeper.",
        );
    }
    story.line(
        3 * DAY + 9 * HOUR + 11 * MINUTE,
        b"kernel: [1782260.104411] eth1: port 7(cam-gate) entered disabled state",
    );
}

fn chore(story: &mut Story, at: u64, pid: u64) {
    let port = story.port();
    let host = story.random.number(20_u8..=43);
    let stranger = story.random.number(1_u8..=254);
    let text = match story.random.below(6) {
        0 => format!("sshd[{pid}]: Invalid user admin from 198.51.100.{stranger} port {port}"),
        1 => format!(
            "sshd[{pid}]: Connection closed by authenticating user root 192.0.2.{stranger} port {port} [preauth]"
        ),
        2 => {
            format!("dnsmasq-dhcp[911]: DHCPACK(eth1) 192.168.10.{host} 00:00:5e:00:53:{host:02x}")
        }
        3 => "chronyd[688]: Selected source 192.0.2.123".to_owned(),
        4 => "systemd[1]: Started apt-daily.service - Daily apt download activities.".to_owned(),
        _ => format!(
            "postfix/smtpd[{pid}]: disconnect from unknown[198.51.100.{stranger}] ehlo=1 quit=1 commands=2"
        ),
    };
    story.line(at, text.as_bytes());
}

/// Lines that cannot be read, and one that would do harm on a terminal.
pub(super) fn break_lines(story: &mut Story) -> io::Result<()> {
    // The disk was full for a moment: lines stop in the middle.
    let at = DAY + 23 * HOUR + 58 * MINUTE;
    for keep in [75, 118, 171] {
        let (source, target) = (story.stranger(), story.anyone());
        let syn = story.syn(445);
        let packet = story.packet(source, target, Body::Tcp(syn));
        let mut text = b"kernel: [1661887.000210] ".to_vec();
        FROM_OUTSIDE.write(&packet, &mut text)?;
        text.truncate(keep);
        story.line(at + keep as u64, &text);
    }
    // Bits fell over on the way from the old syslog box.
    let head = "kernel: [1700412.553201] [UFW BLOCK] IN=eth0 OUT= MAC=00:00:5e:00:53:66:00:00:5e:00:53:65:08:00";
    let rest = "LEN=40 TOS=0x00 PREC=0x00 TTL=44 ID=0 PROTO";
    let at = 2 * DAY + 10 * HOUR + 26 * MINUTE;
    for broken in [
        format!(
            "{head} SRC=198.51.100.311 DST={} {rest}=UDP SPT=53 DPT=4242 LEN=20 ",
            ours(67)
        ),
        format!(
            "{head} SRC=198.51.100.31 DST={} {rest}=UDP SPT=53 DPT=74242 LEN=20 ",
            ours(67)
        ),
        format!(
            "{head} SRC=198.51.100.31 DST={} {rest}=UPD SPT=53 DPT=4242 LEN=20 ",
            ours(67)
        ),
    ] {
        story.line(at, broken.as_bytes());
    }
    // Power failed on Tuesday night: the file system left zeros where lines should be.
    story.raw(DAY + 23 * HOUR + 59 * MINUTE, vec![0; 512]);
    story.raw(DAY + 23 * HOUR + 59 * MINUTE + 1, Vec::new());
    // Somebody logs in under a name that clears a careless reader's screen.
    story.line(
        3 * DAY + 2 * HOUR + 3 * MINUTE,
        b"sshd[29114]: Invalid user \x1b[2J\x1b]0;all is well\x07root from 198.51.100.9 port 50122",
    );
    Ok(())
}
