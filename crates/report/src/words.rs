//! Words that every page uses, in both languages.

use rutter_analysis::Language;
use rutter_event::{Action, Answer, Packet, Transport};
use rutter_knowledge::Severity;

/// An integer with thousands separators.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of things: `1 packet`, `1,200 packets`; in Chinese the measure word stands in `zh`.
pub(crate) fn counted(number: u64, one: &str, many: &str, zh: &str, language: Language) -> String {
    match language {
        Language::En if number == 1 => format!("1 {one}"),
        Language::En => format!("{} {many}", count(number)),
        Language::ZhCn => format!("{} {zh}", count(number)),
    }
}

/// Packets.
pub(crate) fn packets(number: u64, language: Language) -> String {
    counted(number, "packet", "packets", "个报文", language)
}

/// Sources.
pub(crate) fn sources(number: u64, language: Language) -> String {
    counted(number, "source", "sources", "个来源", language)
}

/// A share of the whole, in whole per cent; never `0%` for something nor `100%` for less than all.
pub(crate) fn share(part: u64, whole: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    match part {
        0 => "0%".to_owned(),
        part if part == whole => "100%".to_owned(),
        part => percent(part as f64 / whole.max(1) as f64),
    }
}

/// A probability in whole per cent. Nothing that is concluded from a log is impossible or certain,
/// whatever the last digit of a float says.
pub(crate) fn percent(probability: f64) -> String {
    let whole = (probability * 100.0).round();
    if whole < 1.0 {
        "<1%".to_owned()
    } else if whole >= 100.0 {
        ">99%".to_owned()
    } else {
        format!("{whole:.0}%")
    }
}

/// How sure, in words.
pub(crate) const fn likelihood(probability: f64, language: Language) -> &'static str {
    let (en, zh) = if probability >= 0.99 {
        ("almost certainly", "几乎可以肯定")
    } else if probability >= 0.9 {
        ("very likely", "很可能")
    } else if probability >= 0.7 {
        ("likely", "多半")
    } else if probability >= 0.4 {
        ("perhaps", "也许")
    } else {
        ("one of several possibilities", "几种可能之一")
    };
    language.pick(en, zh)
}

/// How grave.
pub(crate) const fn severity(severity: Severity, language: Language) -> &'static str {
    let (en, zh) = match severity {
        Severity::Info => ("info", "提示"),
        Severity::Low => ("low", "低"),
        Severity::Medium => ("medium", "中"),
        Severity::High => ("high", "高"),
        Severity::Critical => ("critical", "严重"),
    };
    language.pick(en, zh)
}

/// What a kind of verdict is about, as the subject of a share: "searches for services 60%".
pub(crate) fn kind(kind: &str, language: Language) -> &'static str {
    let (en, zh) = match kind {
        "recon" => ("searches for services", "搜寻服务"),
        "exploit" => ("tries of known holes", "尝试已知漏洞"),
        "worm" => ("worms and bots", "蠕虫与僵尸程序"),
        "trojan" => ("searches for old trojans", "搜寻旧木马"),
        "backdoor" => ("searches for back doors", "搜寻后门"),
        "bruteforce" => ("guessing of passwords", "猜测口令"),
        "amplification" => ("searches for amplifiers", "搜寻放大器"),
        "dos" => ("floods", "洪水攻击"),
        "backscatter" => ("answers to forged packets", "伪造报文引来的应答"),
        "proxy-hunt" => ("searches for proxies", "搜寻代理"),
        "scan" => ("scans", "扫描"),
        "residual" => ("left-overs of others' connections", "他人连接的残余"),
        "benign" => ("ordinary traffic", "正常通信"),
        "nat" => ("address translation", "地址转换"),
        "misconfig" => ("misconfigured devices", "配置有误的设备"),
        "malformed" => ("impossible packets", "不可能存在的报文"),
        "evasion" => ("attempts to slip past filters", "绕过过滤的尝试"),
        "adware" => ("advertising programs", "广告程序"),
        "tunnel" => ("tunnels", "隧道"),
        "mitm" => ("attempts to redirect traffic", "劫持流量的尝试"),
        "infection" => ("infected hosts", "受感染的主机"),
        _ => ("packets of unknown purpose", "来意不明的报文"),
    };
    language.pick(en, zh)
}

/// What the firewall did.
pub(crate) const fn action(action: Action, language: Language) -> &'static str {
    let (en, zh) = match action {
        Action::Unstated => ("action not stated", "处置未记录"),
        Action::Allowed => ("allowed", "放行"),
        Action::Dropped => ("dropped", "丢弃"),
        Action::Rejected => ("rejected", "拒绝并应答"),
        Action::Denied => ("denied", "拦截"),
    };
    language.pick(en, zh)
}

/// The protocol's word, or its number.
pub(crate) fn transport(transport: Option<Transport>, language: Language) -> String {
    match transport {
        None => language.pick("unknown protocol", "未知协议").to_owned(),
        Some(transport) => transport.word().map_or_else(
            || format!("{} {}", language.pick("protocol", "协议"), transport.0),
            str::to_owned,
        ),
    }
}

/// `23/tcp`.
pub(crate) fn port(transport: Transport, port: u16) -> String {
    format!("{port}/{}", transport.word().unwrap_or("?"))
}

/// What an ICMP message is called (IANA's ICMP and ICMPv6 parameters).
pub(crate) const fn icmp(packet: &Packet, language: Language) -> Option<&'static str> {
    let (Some(transport), Some(kind)) = (packet.transport, packet.icmp.kind) else {
        return None;
    };
    let (en, zh) = match (transport, kind) {
        (Transport::ICMP, 0) | (Transport::ICMPV6, 129) => ("echo reply", "回显应答"),
        (Transport::ICMP, 3) | (Transport::ICMPV6, 1) => ("destination unreachable", "目的不可达"),
        (Transport::ICMP, 4) => ("source quench", "源抑制"),
        (Transport::ICMP, 5) | (Transport::ICMPV6, 137) => ("redirect", "重定向"),
        (Transport::ICMP, 8) | (Transport::ICMPV6, 128) => ("echo request", "回显请求"),
        (Transport::ICMP, 9) | (Transport::ICMPV6, 134) => ("router advertisement", "路由器通告"),
        (Transport::ICMP, 10) | (Transport::ICMPV6, 133) => ("router solicitation", "路由器请求"),
        (Transport::ICMP, 11) | (Transport::ICMPV6, 3) => ("time exceeded", "超时"),
        (Transport::ICMP, 12) | (Transport::ICMPV6, 4) => ("parameter problem", "参数错误"),
        (Transport::ICMP, 13) => ("timestamp request", "时间戳请求"),
        (Transport::ICMP, 14) => ("timestamp reply", "时间戳应答"),
        (Transport::ICMP, 17) => ("address mask request", "地址掩码请求"),
        (Transport::ICMP, 18) => ("address mask reply", "地址掩码应答"),
        (Transport::ICMPV6, 2) => ("packet too big", "报文过大"),
        (Transport::ICMPV6, 130) => ("multicast listener query", "组播侦听查询"),
        (Transport::ICMPV6, 131 | 143) => ("multicast listener report", "组播侦听报告"),
        (Transport::ICMPV6, 135) => ("neighbour solicitation", "邻居请求"),
        (Transport::ICMPV6, 136) => ("neighbour advertisement", "邻居通告"),
        _ => return None,
    };
    Some(language.pick(en, zh))
}

/// The first sentence of a text.
pub(crate) fn first_sentence(text: &str) -> &str {
    let latin = text.find(". ").map(|at| at + 1);
    let chinese = text.find('。').map(|at| at + '。'.len_utf8());
    let end = latin.into_iter().chain(chinese).min().unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}

/// What a port said.
pub(crate) const fn answer(answer: Answer, language: Language) -> &'static str {
    let (en, zh) = match answer {
        Answer::Open => ("open", "开放"),
        Answer::MaybeOpen => ("open or filtered", "开放或被过滤"),
        Answer::Closed => ("closed", "关闭"),
        Answer::MaybeClosed => ("closed or filtered", "关闭或被过滤"),
        Answer::Filtered => ("filtered", "被过滤"),
        Answer::Unfiltered => ("reachable", "可达"),
    };
    language.pick(en, zh)
}

#[cfg(test)]
mod tests {
    use rutter_knowledge::model::KINDS;

    use super::*;

    #[test]
    fn numbers_read_well() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (40_123_456, "40,123,456"),
        ] {
            assert_eq!(count(number), text);
        }
        for (probability, text) in [
            (0.0, "<1%"),
            (0.001, "<1%"),
            (0.97, "97%"),
            (0.996, ">99%"),
            (1.0, ">99%"),
            (0.005, "1%"),
        ] {
            assert_eq!(percent(probability), text);
        }
        for (part, whole, text) in [(0, 0, "0%"), (0, 7, "0%"), (7, 7, "100%"), (1, 1000, "<1%")] {
            assert_eq!(share(part, whole), text);
        }
    }

    #[test]
    fn every_kind_has_words_of_its_own() {
        for language in [Language::En, Language::ZhCn] {
            let mut words: Vec<&str> = KINDS.iter().map(|k| kind(k, language)).collect();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), KINDS.len());
        }
    }

    #[test]
    fn sentences_end() {
        assert_eq!(
            first_sentence("Drop it; port 2.3 too. Close 23."),
            "Drop it; port 2.3 too."
        );
        assert_eq!(first_sentence("丢弃即可。关闭 23。"), "丢弃即可。");
        assert_eq!(first_sentence("No end"), "No end");
    }
}
