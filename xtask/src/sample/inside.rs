//! What goes wrong on our own side.

use std::io;

use super::outside::mirai_syn;
use super::{DAY, FROM_OUTSIDE, HOUR, MINUTE, SECOND, Story, lan, ours};
use crate::netfilter::Rule;

const FROM_CAMERA: Rule = Rule {
    ingress: "eth1",
    egress: "eth0",
    hardware: (1, 47),
    ..FROM_OUTSIDE
};

/// Thursday, 02:41: the camera at the gate has caught Mirai and looks for others. The firewall lets
/// none of it out. At 09:10 somebody pulls the plug.
pub(super) fn infected_camera(story: &mut Story) -> io::Result<()> {
    let window = story.random.number(1_000..=65_000);
    let mut at = 3 * DAY + 2 * HOUR + 41 * MINUTE;
    while at < 3 * DAY + 9 * HOUR + 10 * MINUTE {
        let target = if story.random.chance(25) {
            story.stranger()
        } else {
            ours(story.random.number(90..=250))
        };
        let packet = mirai_syn(story, lan(47), target, window, 63);
        story.log(at, FROM_CAMERA, &packet)?;
        at += story.random.number(20 * SECOND..=5 * MINUTE);
    }
    Ok(())
}
