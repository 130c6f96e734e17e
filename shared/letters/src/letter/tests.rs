use model::brand::{Colours, Logo, PictureUrl};
use model::experiment::Scale;
use model::texts::Part;
use model::{Brand, Colour, Language, Texts};

use super::{Ask, Composed, Letter, Links};
use crate::notice::{Notice, Thanks};

pub(crate) const PAGE: &str =
    "https://nps.example.com/r/AQEAAABVZqrvY2JdS7yKq3n1w0fXgAAAAAEAaWwXNwABc2lnbmF0dXJlLTE2Yg";
const UNSUBSCRIBE: &str = "https://nps.example.com/u/AQEAAABVZqrvY2JdS7yKq3n1w0fXgAAAAAEAaWwXNwABc2lnbmF0dXJlLTE2Yg";

static OURS: Texts = Texts::NONE;

pub(crate) fn ask() -> Ask<'static> {
    Ask {
        company: "Northwind Studio",
        sender: "Northwind Studio",
        question: None,
        language: Language::En,
        texts: &OURS,
        contact_name: Some("Ada Example"),
        subject_name: Some("Website relaunch"),
        owner_name: Some("Sam Owner"),
        scale: Scale::Letter,
        saves: false,
        links: Links { page: PAGE, unsubscribe: UNSUBSCRIBE, replies: false },
    }
}

fn hostile() -> Ask<'static> {
    Ask {
        company: "O'Neill & \"Sons\" <b>Ltd</b>\r\nBcc: eve@example.com",
        sender: "\0",
        question: Some(("How likely</h1><script>alert(1)</script>\u{2028}are you?", Language::En)),
        contact_name: Some("<script>alert('x')</script>\u{202e}\r\n\r\nEve"),
        subject_name: Some("{{7*7}} <img src=x onerror=alert(1)>\0\u{85}\nX-Header: 1"),
        owner_name: Some("\" onmouseover=\"alert(1)"),
        ..ask()
    }
}

fn thanks_of(language: Language) -> Thanks<'static> {
    Thanks {
        company: "Northwind Studio",
        sender: "Sam Owner",
        language,
        contact_name: Some("Ada Example"),
        text: "…",
        review_url: Some("https://reviews.example.com/northwind"),
        unsubscribe: UNSUBSCRIBE,
    }
}

fn thanks(language: Language) -> Composed {
    Notice::Thanks(thanks_of(language)).compose(&Brand::default()).expect("a letter")
}

fn both(ask: Ask<'_>) -> [Composed; 2] {
    branded(ask, &Brand::default())
}

pub(crate) fn branded(ask: Ask<'_>, brand: &Brand) -> [Composed; 2] {
    [Letter::Invite(ask), Letter::Remind(ask)].map(|letter| letter.compose(brand).expect("a letter"))
}

#[test]
fn a_letter_says_that_a_reply_will_do_only_where_it_does() {
    for language in Language::ALL {
        let line = words::Words::plain(language).or_reply();
        for scale in [Scale::Letter, Scale::Page] {
            for replies in [true, false] {
                let links = Links { replies, ..ask().links };
                for letter in both(Ask { language, scale, links, ..ask() }) {
                    for part in [&letter.html, &letter.text] {
                        assert_eq!(part.matches(&line).count(), usize::from(replies), "{} {scale:?}", language.tag());
                    }
                }
            }
        }
    }
}

#[test]
fn letters_as_they_are_sent() {
    for language in [Language::En, Language::De, Language::Ar] {
        let of =
            |name: &str| if language == Language::En { name.to_owned() } else { format!("{name}_{}", language.tag()) };
        let ask = Ask { language, ..ask() };
        for (name, letter) in ["invite", "remind"].iter().zip(both(ask)) {
            insta::assert_snapshot!(format!("{}.html", of(name)), letter.html);
            insta::assert_snapshot!(
                format!("{}.txt", of(name)),
                format!("Subject: {}\n\n{}", letter.subject, letter.text)
            );
        }
        let thanks = thanks(language);
        insta::assert_snapshot!(
            format!("{}.txt", of("thanks")),
            format!("Subject: {}\n\n{}", thanks.subject, thanks.text)
        );
    }
}

/// Columns a text takes: ideographs and kana take two.
fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| {
            if matches!(c, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{fb00}' | '\u{ff00}'..='\u{ff60}') { 2 } else { 1 }
        })
        .sum()
}

#[test]
fn letters_in_every_language_are_whole() {
    for language in Language::ALL {
        let (tag, dir) = (language.tag(), language.direction().as_str());
        let ask = Ask { language, ..ask() };
        let bare = Ask { contact_name: None, subject_name: None, owner_name: None, ..ask };
        for letter in both(ask).into_iter().chain(both(bare)) {
            for score in 0..=10 {
                let link = format!("{PAGE}?score={score}");
                assert_eq!(letter.html.matches(&format!("href=\"{link}\"")).count(), 1, "{tag} {score}");
                assert_eq!(letter.text.lines().filter(|line| line.ends_with(&link)).count(), 1, "{tag} {score}");
            }
            assert_eq!(letter.html.matches("aria-label=").count(), 11, "{tag}");
            assert!(letter.html.contains(&format!("<html lang=\"{tag}\" dir=\"{dir}\">")), "{tag}");
            assert!(letter.html.contains(&format!("role=\"presentation\" lang=\"{tag}\" dir=\"{dir}\"")), "{tag}");
            // Where lines begin at the right, 0 does as well, and no side is left as it was.
            let (start, end) = if dir == "rtl" { ("right", "left") } else { ("left", "right") };
            assert!(letter.html.contains(&format!("colspan=\"6\" align=\"{start}\"")), "{tag}");
            assert!(letter.html.contains(&format!("colspan=\"5\" align=\"{end}\"")), "{tag}");
            assert!(letter.html.contains(&format!("href=\"{UNSUBSCRIBE}\"")) && letter.text.contains(UNSUBSCRIBE));
            assert!(letter.html.len() < 40_000, "{tag}: {}", letter.html.len());
            assert!(columns(&letter.subject) < 78, "{tag}: {}", letter.subject);
            let odd = |c: char| c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2066}'..='\u{2069}');
            assert!(!letter.subject.contains(odd), "{tag}: {}", letter.subject);
            if language != Language::En {
                for english in ["Hello", "likely", "nsubscribe", "Thank", "answer", "Reminder", "recommend", "help us"]
                {
                    let loan = language == Language::Fil && english == "nsubscribe";
                    assert!(loan || !letter.text.contains(english), "{tag} says {english}: {}", letter.text);
                    assert!(loan || !seen(&letter.html).contains(english), "{tag} says {english}");
                }
            }
        }
        let thanks = thanks(language);
        assert!(thanks.html.contains(&format!("<html lang=\"{tag}\" dir=\"{dir}\">")), "{tag}");
        assert!(thanks.html.contains(&format!("href=\"{UNSUBSCRIBE}\"")) && thanks.text.contains(UNSUBSCRIBE), "{tag}");
        assert!(columns(&thanks.subject) < 78, "{tag}: {}", thanks.subject);
    }
}

/// A letter without its style and tags, but with what tags say to a screen reader.
fn seen(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let names = body.split("aria-label=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let texts = body.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text);
    names.chain(texts).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_campaign_says_it_in_its_own_words() {
    let mut texts = Texts::default();
    for (part, text) in [
        (Part::InviteSubject, "{name}, wie war {subject}?"),
        (Part::Invite, "{company} möchte es <wissen>."),
        (Part::Low, "Nie"),
        (Part::High, "Sofort"),
    ] {
        texts.put(Language::De, part, text.to_owned());
    }
    let question = Some(("Would you?", Language::En));
    let [invite, remind] = both(Ask { language: Language::De, texts: &texts, question, ..ask() });
    assert_eq!(invite.subject, "Ada Example, wie war Website relaunch?");
    assert!(
        invite.text.contains("\nNorthwind Studio möchte es <wissen>.\n")
            && invite.text.contains("0 = Nie\n10 = Sofort")
    );
    assert!(invite.html.contains("Northwind Studio möchte es &#60;wissen&#62;."));
    assert!(invite.html.contains(" – Nie\"") && invite.html.contains("10 · Sofort"));
    assert!(invite.html.contains("lang=\"en\" dir=\"ltr\"") && invite.html.contains(">Would you?</h1>"));
    assert_eq!(remind.subject, "Erinnerung: eine Frage zu Website relaunch");
    assert!(remind.text.contains("wir haben zu Website relaunch"));
    // A text that speaks of the record is no use where there is none; and other languages have their own.
    let nameless = Ask { language: Language::De, texts: &texts, contact_name: None, subject_name: None, ..ask() };
    assert_eq!(both(nameless)[0].subject, "Eine Frage von Northwind Studio");
    let [english, _] = both(Ask { texts: &texts, ..ask() });
    assert_eq!(english.subject, "One question about Website relaunch");
    assert!(english.text.contains("0 = Not at all likely"));
}

#[test]
fn a_letter_without_names_still_reads_well() {
    let bare = Ask { contact_name: None, subject_name: None, owner_name: None, ..ask() };
    let [invite, remind] = both(bare);
    insta::assert_snapshot!("bare_invite.txt", format!("Subject: {}\n\n{}", invite.subject, invite.text));
    insta::assert_snapshot!("bare_remind.txt", format!("Subject: {}\n\n{}", remind.subject, remind.text));
}

#[test]
fn the_scale_is_eleven_plain_links_in_both_parts() {
    for letter in both(ask()) {
        for score in 0..=10 {
            let link = format!("{PAGE}?score={score}");
            assert_eq!(letter.html.matches(&format!("href=\"{link}\"")).count(), 1, "{score}");
            assert_eq!(letter.html.matches(&format!("aria-label=\"Score {score} of 10")).count(), 1, "{score}");
            assert_eq!(letter.text.lines().filter(|line| line.ends_with(&link)).count(), 1, "{score}");
        }
        assert!(letter.html.contains("Not at all likely") && letter.html.contains("Extremely likely"));
        assert!(letter.html.contains(&format!("href=\"{UNSUBSCRIBE}\"")) && letter.text.contains(UNSUBSCRIBE));
    }
}

#[test]
fn a_letter_loads_nothing_and_is_not_clipped() {
    for letter in both(ask()).into_iter().chain(both(hostile())) {
        assert!(letter.html.len() < 30_000, "Gmail clips at 102 KB; {}", letter.html.len());
        for forbidden in ["<img", "<script", "src=", "@import", "url(", "<link"] {
            let found = letter.html.replace("&#60;img src=x", "");
            assert!(!found.contains(forbidden), "{forbidden}");
        }
    }
}

#[test]
fn unsubscribing_takes_one_click() {
    for letter in both(ask()) {
        assert_eq!(
            letter.headers,
            [
                ("List-Unsubscribe", format!("<{UNSUBSCRIBE}>")),
                ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
            ]
        );
    }
}

#[test]
fn hostile_names_are_one_line_and_escaped() {
    for (name, letter) in ["invite", "remind"].iter().zip(both(hostile())) {
        assert!(!letter.subject.chars().any(char::is_control), "{:?}", letter.subject);
        for character in ['\r', '\0', '\u{85}', '\u{2028}', '\u{202e}'] {
            assert!(!letter.html.contains(character) && !letter.text.contains(character), "{character:?}");
        }
        assert!(letter.html.contains("<html lang=\"en\""));
        assert!(!letter.html.contains("<b>Ltd") && !letter.html.contains("\" onmouseover"));
        assert!(!letter.text.lines().any(|line| line.starts_with("Bcc:") || line.starts_with("X-Header")));
        insta::assert_snapshot!(
            format!("hostile_{name}.txt"),
            format!("Subject: {}\n\n{}", letter.subject, letter.text)
        );
    }
}

#[test]
fn long_names_are_cut() {
    let long = "Å".repeat(200);
    let ask =
        Ask { company: &long, contact_name: Some(&long), subject_name: Some(&long), owner_name: Some(&long), ..ask() };
    for letter in both(ask) {
        assert!(letter.subject.chars().count() <= 120, "{}", letter.subject);
        assert!(!letter.html.contains(&"Å".repeat(80)) && letter.html.contains(&"Å".repeat(79)));
    }
}

#[test]
fn a_site_is_not_greeted() {
    for name in ["Visit https://evil.example", "WWW.evil.example", "eve@evil.example"] {
        let [invite, _] = both(Ask { contact_name: Some(name), ..ask() });
        assert!(invite.text.starts_with("Hello,"), "{}", invite.text);
    }
}

#[test]
fn a_letter_whose_scale_is_on_the_page_has_one_link_to_it() {
    for language in Language::ALL {
        for letter in [Letter::Invite, Letter::Remind] {
            let letter = letter(Ask { scale: Scale::Page, language, ..ask() }).compose(&Brand::default()).unwrap();
            let links = letter.html.matches(PAGE).count();
            assert_eq!((links, letter.text.matches(PAGE).count()), (1, 1), "{language:?}");
            assert!(!letter.html.contains("score=") && !letter.text.contains("score="), "{language:?}");
        }
    }
    let letter = Letter::Invite(Ask { scale: Scale::Page, ..ask() }).compose(&Brand::default()).unwrap();
    insta::assert_snapshot!("invite_page.txt", letter.text);
}

/// A brand with all there is: a strong colour, a logo.
fn orange() -> Brand {
    Brand {
        logo: Some(Logo {
            url: PictureUrl::parse("https://www.example.com/logo.png?v=1&w=2").expect("a picture"),
            width: 160,
            alt: None,
        }),
        colours: Some(Colours { accent: Colour::hex(0x00d9_480f), accent_dark: None }),
        ..Brand::default()
    }
}

#[test]
fn a_letter_wears_the_campaigns_colours_and_logo() {
    let [invite, remind] = branded(ask(), &orange());
    insta::assert_snapshot!("branded_invite.html", invite.html);
    for letter in [&invite, &remind] {
        for ours in ["#3b4cca", "#2b3a8c", "#b9c3ff", "#8c9bff", "#eef0fb"] {
            assert!(!letter.html.contains(ours), "{ours}");
        }
        let logo = "<img class=\"logo\" src=\"https://www.example.com/logo.png?v=1&#38;w=2\" alt=\"Northwind Studio\" width=\"160\"";
        assert_eq!((letter.html.matches("<img").count(), letter.html.matches(logo).count()), (1, 1));
        assert!(letter.html.len() < 30_000, "{}", letter.html.len());
    }
    assert_eq!((&invite.text, &invite.subject), (&both(ask())[0].text, &both(ask())[0].subject));
    let thanks = Notice::Thanks(thanks_of(Language::En)).compose(&orange()).expect("a letter");
    assert!(thanks.html.contains("color:#000000; background-color:#d9480f;") && thanks.html.contains("class=\"logo\""));
    let hostile = branded(hostile(), &orange());
    assert!(hostile[0].html.contains("alt=\"O&#39;Neill &#38; &#34;Sons&#34; &#60;b&#62;Ltd"), "{}", hostile[0].html);
}
