//! Mails no person wrote: notes that somebody is away, mails that came back, lists.

/// What a mail's envelope and head say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Envelope<'a> {
    /// Where it says that it came from before it was opened (`MAIL FROM`); nothing for one that may not be answered.
    pub sender: &'a str,
    /// The address in its `From`.
    pub from: &'a str,
    /// The type of its body, as `multipart/report`.
    pub kind: &'a str,
    /// `Auto-Submitted`.
    pub auto_submitted: Option<&'a str>,
    /// `X-Autoreply` or `X-Autorespond`.
    pub auto_reply: Option<&'a str>,
    /// `Precedence`.
    pub precedence: Option<&'a str>,
    /// `List-Id`.
    pub list: Option<&'a str>,
    /// What SES makes of it: whether it looks like spam.
    pub spam: bool,
    /// Whether a virus is in it.
    pub virus: bool,
}

/// Why no person wrote it, if that is so.
#[must_use]
pub fn machine(mail: &Envelope<'_>) -> Option<&'static str> {
    let is = |value: Option<&str>, of: &[&str]| {
        value.is_some_and(|value| of.iter().any(|word| value.trim().eq_ignore_ascii_case(word)))
    };
    let first = |value: Option<&str>| {
        value.map(|value| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    };
    let daemon = |address: &str| {
        let name = address.trim_matches(['<', '>', ' ']).split('@').next().unwrap_or_default();
        ["mailer-daemon", "postmaster"].iter().any(|daemon| name.eq_ignore_ascii_case(daemon))
    };
    let kind = mail.kind.to_ascii_lowercase();
    if mail.virus {
        Some("a virus is in it")
    } else if mail.spam {
        Some("it is spam")
    } else if mail.sender.trim_matches(['<', '>', ' ']).is_empty() || daemon(mail.sender) || daemon(mail.from) {
        Some("a mail server wrote it")
    } else if kind.starts_with("multipart/report") || kind.starts_with("message/delivery-status") {
        Some("it is a report")
    } else if first(mail.auto_submitted).is_some_and(|word| word != "no") {
        Some("it was submitted automatically")
    } else if first(mail.auto_reply).is_some_and(|word| word != "no") {
        Some("it is an automatic reply")
    } else if is(mail.precedence, &["bulk", "auto_reply", "junk", "list"]) {
        Some("it went to many")
    } else if mail.list.is_some() {
        Some("it came by a list")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_person_wrote_is_known_by_its_head() {
        let person = Envelope { sender: "ada@example.com", from: "ada@example.com", ..Envelope::default() };
        for (mail, expected) in [
            (person, None),
            (Envelope { kind: "multipart/alternative", ..person }, None),
            (Envelope { auto_submitted: Some("no"), ..person }, None),
            (Envelope { auto_submitted: Some(" No ; x=y"), ..person }, None),
            (Envelope { auto_reply: Some("no"), precedence: Some("normal"), ..person }, None),
            (Envelope { from: "postmistress@example.com", ..person }, None),
            (Envelope { auto_submitted: Some("auto-replied"), ..person }, Some("it was submitted automatically")),
            (Envelope { auto_submitted: Some("auto-generated; x"), ..person }, Some("it was submitted automatically")),
            (Envelope { auto_submitted: Some(""), ..person }, Some("it was submitted automatically")),
            (Envelope { auto_reply: Some("yes"), ..person }, Some("it is an automatic reply")),
            (Envelope { precedence: Some("Bulk"), ..person }, Some("it went to many")),
            (Envelope { precedence: Some("auto_reply"), ..person }, Some("it went to many")),
            (Envelope { precedence: Some("junk"), ..person }, Some("it went to many")),
            (Envelope { list: Some("<all.example.com>"), ..person }, Some("it came by a list")),
            (Envelope { sender: "", ..person }, Some("a mail server wrote it")),
            (Envelope { sender: "<>", ..person }, Some("a mail server wrote it")),
            (Envelope { sender: "MAILER-DAEMON@eu-west-1.amazonses.com", ..person }, Some("a mail server wrote it")),
            (Envelope { from: "Mailer-Daemon@example.com", ..person }, Some("a mail server wrote it")),
            (Envelope { kind: "Multipart/Report", ..person }, Some("it is a report")),
            (Envelope { spam: true, ..person }, Some("it is spam")),
            (Envelope { virus: true, ..person }, Some("a virus is in it")),
        ] {
            assert_eq!(machine(&mail), expected, "{mail:?}");
        }
    }
}
