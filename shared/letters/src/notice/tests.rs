use std::time::Duration;

use model::Brand;
use model::reply::Why;

use super::pages::{mailto, tel};
use super::{Alert, Answer, Digest, Dropped, Escalation, Most, News, Notice, Reply, Side, SignIn, Thanks, Todo};
use crate::letter::Composed;

const URL: &str = "https://nps.example.com/dashboard#survey=00112233445566778899aabbccddeeff";
const UNSUBSCRIBE: &str = "https://nps.example.com/u/AQEAAABVZqrvY2JdS7yKq3n1w0fXgAAAAAEAaWwXNwABc2lnbmF0dXJlLTE2Yg";

fn answer() -> Answer<'static> {
    Answer {
        contact: "Ada Example",
        email: Some("ada@example.com"),
        phone: Some("+49 (0)30 1234-567 ext. 8"),
        account: Some("Example AG"),
        subject: Some("Website relaunch"),
        score: 3,
        comment: Some(
            "The launch slipped twice and nobody told us.\n\nWe would have helped, had we known. The team itself was kind throughout.",
        ),
        follow_up: true,
        may_quote: false,
        reasons: &[],
        at: "Monday 15 March 2027, 11:04 CET".to_owned(),
        changes: vec![(3, "Monday 15 March 2027, 11:04 CET".to_owned())],
        before: Some((8, "9 November 2026".to_owned())),
        url: URL,
    }
}

fn alert() -> Alert<'static> {
    Alert {
        company: "Northwind Studio",
        news: News::Answered,
        answer: answer(),
        task: Some(Todo { title: "Call back: a low score", due: "Tuesday 16 March 2027, 11:04 CET".to_owned() }),
    }
}

fn digest() -> Digest<'static> {
    let answers = vec![
        Answer { before: None, ..answer() },
        Answer {
            contact: "Björn Åström",
            account: None,
            score: 7,
            comment: Some("Fine. A bit slow to answer on Fridays."),
            ..answer()
        },
        Answer { contact: "carol@example.com", subject: None, score: 9, comment: None, before: None, ..answer() },
        Answer { contact: "Dan Example", score: 10, comment: Some("Wonderful people!"), before: None, ..answer() },
    ];
    Digest {
        company: "Northwind Studio",
        day: "Monday 15 March".to_owned(),
        answers,
        more: 0,
        url: "https://nps.example.com/dashboard",
    }
}

fn dropped() -> Dropped<'static> {
    Dropped {
        company: "Northwind Studio",
        campaign: "spring",
        before: Side { days: "8 February to 7 March 2027".to_owned(), n: 210, score: 42, interval: (33, 51) },
        last: Side { days: "8 to 14 March 2027".to_owned(), n: 45, score: -8, interval: (-31, 16) },
        points: -50,
        interval: (-74, -24),
        p: 0.000_142,
        most: Some(Most {
            dimension: "team",
            value: "EMEA/DACH/Delivery",
            before: (48, 64),
            last: (-60, 20),
            points: 48,
        }),
        url: "https://nps.example.com/dashboard?campaign=spring&from=2027-02-08&to=2027-03-14&around=2027-03-08&days=7&before=28",
    }
}

fn escalation() -> Escalation<'static> {
    Escalation {
        company: "Northwind Studio",
        task: Todo { title: "Call back: a low score", due: "Tuesday 16 March 2027, 11:04 CET".to_owned() },
        owner: Some("Sam Owner"),
        owner_email: Some("sam@company.example"),
        contact: "Ada Example",
        account: Some("Example AG"),
        subject: Some("Website relaunch"),
        answer: Some(answer()),
        url: URL,
    }
}

fn reply() -> Reply<'static> {
    Reply {
        company: "Northwind Studio",
        why: Why::NoScore,
        from: Some("ada@example.com"),
        phone: None,
        contact: "Ada Example",
        account: Some("Example AG"),
        subject: Some("Website relaunch"),
        score: None,
        text: "Which project do you mean?\n\nWe have two with you.",
        at: "Monday 15 March 2027, 11:04 CET".to_owned(),
        url: URL,
    }
}

fn thanks() -> Thanks<'static> {
    Thanks {
        company: "Northwind Studio",
        sender: "Northwind Studio",
        language: model::Language::En,
        contact_name: Some("Ada Example"),
        text: "thank you for taking the time to answer.\n\nWhat you wrote has reached the people who worked with you.\nWe read every word of it.",
        review_url: Some("https://reviews.example.com/northwind"),
        unsubscribe: UNSUBSCRIBE,
    }
}

fn sign_in() -> SignIn<'static> {
    SignIn {
        company: "Northwind Studio",
        name: "Sam Owner",
        invited: None,
        life: Duration::from_secs(900),
        site: "https://nps.example.com",
        url: "https://nps.example.com/sign-in/6Gq0n3wOv7yXoZ1cQ2RkPAdGhlIHNlY3JldCBvZiBhIHBhc3MgdGhhdCBub2JvZHkg",
    }
}

fn composed(notice: Notice<'_>) -> Composed {
    notice.compose(&Brand::default()).expect("a letter")
}

/// One of every kind and occasion.
pub(crate) fn all(brand: &Brand) -> Vec<(&'static str, Composed)> {
    let composed = |notice: Notice<'_>| notice.compose(brand).expect("a letter");
    let ticked = ["The people".to_owned(), "Fast & simple".to_owned()];
    let changed = Alert {
        news: News::Changed(3),
        answer: Answer {
            score: 9,
            comment: None,
            follow_up: false,
            may_quote: true,
            reasons: &ticked,
            changes: vec![
                (3, "Monday 15 March 2027, 11:04 CET".to_owned()),
                (9, "Monday 15 March 2027, 11:20 CET".to_owned()),
            ],
            at: "Monday 15 March 2027, 11:20 CET".to_owned(),
            ..answer()
        },
        task: None,
        ..alert()
    };
    let bare = Answer {
        contact: "ada@example.com",
        phone: None,
        account: None,
        subject: None,
        comment: None,
        follow_up: false,
        before: None,
        ..answer()
    };
    let invitation = SignIn { invited: Some(Some("Mina Admin")), life: Duration::from_secs(3 * 86_400), ..sign_in() };
    vec![
        ("alert", composed(Notice::Alert(alert()))),
        ("alert_bare", composed(Notice::Alert(Alert { answer: bare, task: None, ..alert() }))),
        ("alert_changed", composed(Notice::Alert(changed))),
        ("alert_commented", composed(Notice::Alert(Alert { news: News::Commented, ..alert() }))),
        ("digest", composed(Notice::Digest(digest()))),
        ("digest_long", composed(Notice::Digest(Digest { more: 12, ..digest() }))),
        ("dropped", composed(Notice::Dropped(dropped()))),
        ("dropped_bare", composed(Notice::Dropped(Dropped { most: None, p: 0.006, ..dropped() }))),
        ("escalation", composed(Notice::Escalation(escalation()))),
        (
            "escalation_bare",
            composed(Notice::Escalation(Escalation {
                task: Todo { title: "The address does not work", ..escalation().task },
                owner: None,
                owner_email: None,
                answer: None,
                ..escalation()
            })),
        ),
        ("invitation", composed(Notice::SignIn(invitation))),
        ("invitation_bare", composed(Notice::SignIn(SignIn { name: "", invited: Some(None), ..sign_in() }))),
        ("reply", composed(Notice::Reply(reply()))),
        (
            "reply_bare",
            composed(Notice::Reply(Reply { from: None, account: None, subject: None, text: " ", ..reply() })),
        ),
        (
            "reply_other",
            composed(Notice::Reply(Reply {
                why: Why::NotTheContact,
                from: Some("eve@example.com"),
                score: Some(9),
                text: "9 from me",
                ..reply()
            })),
        ),
        (
            "reply_text",
            composed(Notice::Reply(Reply {
                why: Why::Overtaken,
                from: None,
                phone: Some("+4915112345678".to_owned()),
                ..reply()
            })),
        ),
        ("signin", composed(Notice::SignIn(sign_in()))),
        ("thanks", composed(Notice::Thanks(thanks()))),
        ("thanks_bare", composed(Notice::Thanks(Thanks { contact_name: None, review_url: None, ..thanks() }))),
    ]
}

#[test]
fn letters_as_they_are_sent() {
    for (name, letter) in all(&Brand::default()) {
        if !name.contains('_') {
            insta::assert_snapshot!(format!("{name}.html"), letter.html);
        }
        insta::assert_snapshot!(format!("{name}.txt"), format!("Subject: {}\n\n{}", letter.subject, letter.text));
    }
}

#[test]
fn both_parts_say_the_same() {
    for (name, letter) in
        all(&Brand::default()).into_iter().filter(|(name, _)| name.starts_with("alert") && *name != "alert_bare")
    {
        for part in ["Ada Example", "Example AG", "Website relaunch", "ada@example.com", " on 9 November 2026", URL] {
            assert!(letter.html.contains(part) && letter.text.contains(part), "{name}: {part}");
        }
        assert!(letter.html.contains("href=\"mailto:ada@example.com\""), "{name}");
        assert!(letter.html.contains("href=\"tel:+49301234567\""), "{name}");
    }
}

#[test]
fn an_answer_of_nobody_known_is_told_without_a_way_to_reach_them() {
    let visit = || Answer { contact: "", email: None, phone: None, follow_up: false, ..answer() };
    let letter = composed(Notice::Alert(Alert { answer: visit(), ..alert() }));
    for part in [&letter.html, &letter.text] {
        assert!(part.contains("A visitor") && !part.contains("Your answer to this mail"), "{part}");
    }
    assert!(!letter.html.contains("mailto:") && !letter.html.contains("tel:"), "{}", letter.html);
    let by_phone = Answer { phone: Some("+49 30 1234567"), ..visit() };
    let letter = composed(Notice::Alert(Alert { answer: by_phone, ..alert() }));
    assert!(letter.html.contains("tel:+49301234567") && letter.text.contains("\n+49 30 1234567\n"), "{}", letter.text);
}

#[test]
fn only_a_contact_can_unsubscribe_and_no_machine_answers() {
    for (name, letter) in all(&Brand::default()) {
        let header = |wanted: &str| letter.headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value);
        assert_eq!(header("Auto-Submitted").map(String::as_str), Some("auto-generated"), "{name}");
        let can = name.starts_with("thanks");
        assert_eq!(header("List-Unsubscribe").is_some(), can, "{name}");
        assert_eq!(header("List-Unsubscribe-Post").is_some(), can, "{name}");
        assert_eq!(letter.html.contains(UNSUBSCRIBE) && letter.text.contains(UNSUBSCRIBE), can, "{name}");
    }
}

#[test]
fn a_letter_loads_nothing_and_is_not_clipped() {
    let long = "w ".repeat(2_000);
    let answers = (0..50).map(|_| Answer { comment: Some(&long), ..answer() }).collect();
    let full = composed(Notice::Digest(Digest { answers, more: 4, ..digest() }));
    for (name, letter) in all(&Brand::default()).into_iter().chain([("a full digest", full)]) {
        assert!(letter.html.len() < 100_000, "Gmail clips {name} at 102 KB; {}", letter.html.len());
        for forbidden in ["<img", "<script", "src=", "@import", "url(", "<link"] {
            assert!(!letter.html.contains(forbidden), "{name}: {forbidden}");
        }
    }
}

#[test]
fn hostile_texts_are_lines_and_escaped() {
    let name = "<script>alert('x')</script>\u{202e}\r\nBcc: eve@example.com\0";
    let comment = "</td></table><img src=x onerror=alert(1)>\r\n\u{202e}Bcc: eve\u{2028}{{7*7}}";
    let hostile = Answer {
        contact: name,
        email: Some("a&subject=b?c%0d@example.com"),
        phone: Some("javascript:alert(1)"),
        account: Some(name),
        subject: Some(name),
        comment: Some(comment),
        ..answer()
    };
    let letters = [
        Notice::Alert(Alert {
            company: name,
            answer: hostile.clone(),
            task: Some(Todo { title: name, due: String::new() }),
            ..alert()
        }),
        Notice::Digest(Digest { company: name, answers: vec![hostile.clone()], ..digest() }),
        Notice::Dropped(Dropped {
            company: name,
            campaign: name,
            most: Some(Most { dimension: name, value: name, before: (0, 10), last: (0, 10), points: 1 }),
            ..dropped()
        }),
        Notice::Escalation(Escalation {
            company: name,
            owner: Some(name),
            contact: name,
            account: Some(name),
            subject: Some(name),
            answer: Some(hostile),
            ..escalation()
        }),
        Notice::Reply(Reply {
            company: name,
            from: Some("a&subject=b?c%0d@example.com"),
            contact: name,
            account: Some(name),
            subject: Some(name),
            text: comment,
            ..reply()
        }),
        Notice::Thanks(Thanks { company: name, sender: name, contact_name: Some(name), text: comment, ..thanks() }),
        Notice::SignIn(SignIn { company: name, name, invited: Some(Some(name)), ..sign_in() }),
    ];
    for letter in letters.map(composed) {
        assert!(!letter.subject.chars().any(char::is_control), "{:?}", letter.subject);
        for character in ['\r', '\0', '\u{2028}', '\u{202e}'] {
            assert!(!letter.html.contains(character) && !letter.text.contains(character), "{character:?}");
        }
        for forbidden in ["<script", "<img", "</td></table><", "javascript:", "href=\"mailto:a&"] {
            assert!(!letter.html.contains(forbidden), "{forbidden}");
        }
        assert!(letter.headers.iter().all(|(_, value)| !value.contains(['\r', '\n'])));
        // What a campaign says to thank is its own, and stands in the body.
        let own = letter.subject.starts_with("Thank you");
        assert!(own || !letter.text.lines().any(|line| line.starts_with("Bcc:")), "{}", letter.text);
    }
}

#[test]
fn links_hold_what_they_call() {
    assert_eq!(mailto("o'neill+nps@example.com"), "mailto:o%27neill+nps@example.com");
    assert_eq!(mailto("a&b?c@example.com"), "mailto:a%26b%3Fc@example.com");
    for (phone, expected) in [
        ("+49 (0)30 1234-567", Some("tel:+49301234567")),
        ("030 1234567 ext 12", Some("tel:0301234567")),
        ("n/a", None),
        ("12", None),
        ("javascript:alert(1)", None),
    ] {
        assert_eq!(tel(phone).as_deref(), expected, "{phone}");
    }
}
