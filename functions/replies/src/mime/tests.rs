//! Mails as programs write them, and as nobody should.

use proptest::prelude::{any, prop, proptest};

use super::{Opened, open};

fn body(kind: &str, encoding: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "From: Ada Example <Ada@Example.com>\r\nTo: x@reply.example.com\r\nSubject: Re: One question\r\nMIME-Version: 1.0\r\n\
         Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn said(opened: &Opened) -> usize {
    match model::reply::read(&model::reply::above(&opened.text)) {
        model::reply::Said::Words(words) => words.len(),
        _ => 0,
    }
}

#[test]
fn text_of_every_charset_is_read() {
    for (kind, encoding, bytes, expected) in [
        ("text/plain; charset=utf-8", "8bit", "9 schön".as_bytes(), "9 schön"),
        ("text/plain; charset=iso-8859-1", "quoted-printable", b"9 sch=F6n", "9 schön"),
        ("text/plain; charset=windows-1252", "8bit", b"9 \x96 sch\xf6n", "9 – schön"),
        ("text/plain; charset=\"ISO-2022-JP\"", "7bit", b"9 \x1b$B$H$F$b\x1b(B", "9 とても"),
        ("text/plain; charset=Shift_JIS", "8bit", b"9 \x82\xc6\x82\xc4\x82\xe0", "9 とても"),
        ("text/plain; charset=gb2312", "base64", b"OSC63NPQsO/W+g==", "9 很有帮助"),
        ("text/plain; charset=euc-kr", "8bit", b"9 \xc1\xc1\xbe\xc6\xbf\xe4", "9 좋아요"),
        ("text/plain; charset=koi8-r", "8bit", b"9 \xcf\xd4\xcc\xc9\xde\xce\xcf", "9 отлично"),
        ("text/plain; charset=windows-1256", "8bit", b"9 \xe3\xe3\xca\xc7\xd2", "9 ممتاز"),
        ("text/plain", "base64", b"OSBncmVhdA==", "9 great"),
        ("text/html; charset=utf-8", "8bit", b"<p>9</p><blockquote>0</blockquote>", "9"),
    ] {
        let opened = open(&body(kind, encoding, bytes));
        assert_eq!(opened.text.trim(), expected, "{kind}");
        assert_eq!(opened.from.map(|from| from.expose().to_owned()).as_deref(), Some("ada@example.com"));
    }
}

#[test]
fn a_wrong_charset_or_encoding_loses_no_score() {
    for (kind, encoding, bytes) in [
        ("text/plain; charset=utf-8", "8bit", &b"9 sch\xf6n"[..]),
        ("text/plain; charset=klingon-1", "8bit", b"9 sch\xf6n"),
        ("text/plain; charset=", "", b"9 great"),
        ("text/plain; charset=us-ascii", "7bit", "9 schön".as_bytes()),
        ("text/plain; charset=utf-8", "quoted-printable", b"9 =ZZ=\r\n"),
        ("text/plain; charset=utf-8", "x-unknown", b"9 great"),
        ("multipart/alternative; boundary=x", "7bit", b"--x\r\nContent-Type: text/plain\r\n\r\n9 great\r\n"),
        (
            "multipart/alternative; boundary=x",
            "7bit",
            b"--x\r\n\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>9 great</p>",
        ),
    ] {
        let text = open(&body(kind, encoding, bytes)).text;
        assert!(text.trim().starts_with('9'), "{kind} {encoding}: {text:?}");
    }
}

#[test]
fn the_head_is_read_whoever_wrote_it() {
    let raw = b"from: \"Example, Ada\" <ADA@example.com>\r\nAuto-Submitted: auto-replied\r\nX-Autoreply: yes\r\nPrecedence:\r\n bulk\r\nList-Id: <all.example.com>\r\nContent-Type: multipart/report; boundary=x\r\n\r\n--x--";
    let opened = open(raw);
    assert_eq!(opened.from_text, "ADA@example.com");
    assert_eq!((opened.auto_submitted.as_deref(), opened.auto_reply.as_deref()), (Some("auto-replied"), Some("yes")));
    assert_eq!((opened.precedence.as_deref(), opened.list.as_deref()), (Some("bulk"), Some("<all.example.com>")));
    assert_eq!(opened.kind, "multipart/report");
    for from in ["", "From:\r\n", "From: nobody\r\n", "From: <>\r\n", "From: undisclosed:;\r\n"] {
        assert_eq!(open(format!("{from}\r\n9").as_bytes()).from, None, "{from}");
    }
}

#[test]
fn hostile_mails_end() {
    let deep: String =
        (0..5_000).map(|nth| format!("Content-Type: multipart/mixed; boundary=b{nth}\r\n\r\n--b{nth}\r\n")).collect();
    let nested = "Content-Type: message/rfc822\r\n\r\n".repeat(10_000);
    let wide = format!(
        "Content-Type: multipart/mixed; boundary=x\r\n\r\n{}",
        "--x\r\nContent-Type: text/plain\r\n\r\n9\r\n".repeat(20_000)
    );
    let huge =
        format!("From: {}@example.com\r\nSubject: {}\r\n\r\n9", "a".repeat(100_000), "=?utf-8?b?".repeat(10_000));
    let folded = format!("From: a@example.com\r\n{}\r\n\r\n9", "X-Y: z\r\n ".repeat(20_000));
    let tags = format!("Content-Type: text/html\r\n\r\n{}9", "<div><blockquote".repeat(10_000));
    let unclosed = format!("Content-Type: text/html\r\n\r\n{}", "<!--<".repeat(30_000));
    for raw in [deep, nested, wide, huge, folded, tags, unclosed] {
        let began = std::time::Instant::now();
        let opened = open(raw.as_bytes());
        said(&opened);
        assert!(began.elapsed().as_secs() < 10, "{:?} for {}", began.elapsed(), &raw[..60]);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_mail(raw in any::<Vec<u8>>()) {
        said(&open(&raw));
    }

    #[test]
    fn anything_behind_a_head_is_a_mail(
        kind in prop::sample::select(vec!["text/plain", "text/html", "multipart/mixed; boundary=x", "message/rfc822", "x"]),
        encoding in prop::sample::select(vec!["8bit", "base64", "quoted-printable", "x"]),
        rest in any::<Vec<u8>>(),
    ) {
        said(&open(&body(kind, encoding, &rest)));
    }

    #[test]
    fn pieces_of_mails_in_any_order_are_a_mail(pieces in prop::collection::vec(prop::sample::select(vec![
        "--x", "--x--", "\r\n", "Content-Type: text/html", "Content-Type: multipart/mixed; boundary=x", "<div class=gmail_quote>",
        "9", "> ", "Content-Type: message/rfc822", "Content-Transfer-Encoding: base64", "=?utf-8?q?", "İ", "</", "<!--",
    ]), 0..60)) {
        said(&open(pieces.concat().as_bytes()));
    }
}
