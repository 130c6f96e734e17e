use super::{Ask, Brand, Branded, NextStep, Notice, POLICY, Page, SCRIPT, STYLE, Thanks, Typed, Unsubscribe, hash};
use askama::Template;
use model::Colour;
use model::brand::{Colours, Logo, PictureUrl};
use model::texts::Part;
use model::{Group, Language, Score, Texts};
use words::Words;

fn brand(language: Language) -> Brand {
    let id = model::CampaignId::default_campaign();
    let email = model::Email::parse("nps@example.com").expect("an address");
    let sender = model::campaign::Sender { name: "Northwind Studio".to_owned(), email };
    Brand::of(&model::Campaign::new(id, "Northwind Studio", sender), language)
}

/// The same with everything a campaign may have after the score.
fn full(language: Language) -> Brand {
    let reason = |id: &str, label: &str| model::Reason {
        id: id.parse().expect("an id"),
        label: label.to_owned(),
        labels: [(Language::De, format!("{label} (de)"))].into(),
    };
    let url = "https://www.example.com/next?a=1&b=2".to_owned();
    Brand {
        reasons: model::Reasons {
            detractor: vec![reason("slow", "Zz slow"), reason("price", "Zz price")],
            ..model::Reasons::default()
        },
        ask_to_quote: true,
        next_steps: vec![(Group::Detractor, NextStep { text: "Zz on".to_owned(), language: Language::En, url })],
        self_saving: true,
        ..brand(language)
    }
}

fn score(value: u8) -> Option<Score> {
    Score::try_from(value).ok()
}

/// The page without its style, which would be the same in every snapshot.
fn shown(page: &impl Template) -> String {
    let html = page.render().expect("a page");
    assert!(html.len() < 30_000, "{} bytes", html.len());
    assert_eq!(html.matches("<style>").count(), 1);
    assert!(!html.contains("<script") && !html.contains(" style=") && !html.contains("src="), "{html}");
    html.replace(STYLE, "…")
}

fn policy(page: &impl Branded) -> String {
    Page::of(page).expect("a page").policy
}

#[test]
fn pages_as_they_are_seen() {
    let brand = brand(Language::En);
    insta::assert_snapshot!("ask", shown(&Ask::new(&brand, "/r/token", score(9))));
    insta::assert_snapshot!("ask_open", shown(&Ask::new(&brand, "/r/token", None)));
    let again = Ask {
        alert: Some("Please choose a number from 0 to 10."),
        typed: Typed { comment: "My words", follow_up: true, ..Typed::default() },
        ..Ask::new(&brand, "/r/token", None)
    };
    insta::assert_snapshot!("ask_again", shown(&again));
    for (name, value) in [("detractor", 3), ("passive", 8), ("promoter", 10)] {
        insta::assert_snapshot!(format!("thanks_{name}"), shown(&Thanks::new(&brand, "/r/token", score(value))));
    }
    let commented = Thanks {
        typed: Typed { comment: "It went well.\nThank you!", follow_up: true, ..Typed::default() },
        commented: true,
        ..Thanks::new(&brand, "/r/token", score(9))
    };
    insta::assert_snapshot!("thanks_commented", shown(&commented));
    let unsaved = Thanks {
        alert: Some("We could not save this just now."),
        typed: Typed { comment: "\nIt went well.", ..Typed::default() },
        replaces: true,
        ..Thanks::new(&brand, "/r/token", score(9))
    };
    insta::assert_snapshot!("thanks_unsaved", shown(&unsaved));
    let (full, slow) = (full(Language::De), ["slow".parse().expect("an id")]);
    let ticked = Thanks {
        typed: Typed { reasons: &slow, may_quote: true, ..Typed::default() },
        saved: true,
        ..Thanks::new(&full, "/r/token", score(3))
    };
    insta::assert_snapshot!("thanks_full", shown(&ticked));
    insta::assert_snapshot!("unsubscribe", shown(&Unsubscribe::new(&brand, "/u/token", false)));
    insta::assert_snapshot!("unsubscribed", shown(&Unsubscribe::new(&brand, "/u/token", true)));
    insta::assert_snapshot!(
        "notice",
        shown(&Notice::new(
            &Brand::unnamed(Language::En),
            Words::plain(Language::En).forged_title(),
            Words::plain(Language::En).forged(),
        ))
    );
}

#[test]
fn every_page_is_in_its_language() {
    for language in Language::ALL {
        let brand = brand(language);
        let (tag, dir) = (language.tag(), language.direction().as_str());
        let words = Typed { comment: "…", ..Typed::default() };
        let mut pages = vec![
            shown(&Ask::new(&brand, "/r/token", score(9))),
            shown(&Ask { alert: Some("!"), typed: words, ..Ask::new(&brand, "/r/token", None) }),
            shown(&Thanks { commented: true, typed: words, ..Thanks::new(&brand, "/r/token", score(9)) }),
            shown(&Thanks { replaces: true, ..Thanks::new(&brand, "/r/token", None) }),
            shown(&Unsubscribe::new(&brand, "/u/token", false)),
            shown(&Unsubscribe::new(&brand, "/u/token", true)),
        ];
        let full = full(language);
        let unsaved = Thanks { group: Some(Group::Detractor), ..Thanks::new(&full, "/r/token", None) };
        pages.extend([shown(&unsaved), shown(&Thanks { saved: true, ..Thanks::new(&full, "/r/token", score(1)) })]);
        let saves = Ask { saves: true, ..Ask::new(&full, "/r/token", score(9)) }.render().expect("a page");
        assert!(saves.len() < 30_000, "{} bytes", saves.len());
        pages.push(saves.replace(STYLE, "…").replace(SCRIPT, "…"));
        pages.extend([3, 8, 10].map(|value| shown(&Thanks::new(&brand, "/r/token", score(value)))));
        for page in &pages {
            assert!(page.contains(&format!("<html lang=\"{tag}\" dir=\"{dir}\">")), "{tag}");
            if language != Language::En {
                let texts = page.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text);
                let said: String = texts.filter(|text| *text != "English").collect();
                for english in [
                    "Thank",
                    "likely",
                    "ubscribe from",
                    "answer",
                    "Confirm my",
                    "Language",
                    "comment ",
                    "You ",
                    "Tick",
                    "saved",
                ] {
                    assert!(!said.contains(english), "{tag} says {english}: {said}");
                }
            }
        }
        // Whoever reads another language finds it, and keeps the score of the link.
        for other in Language::ALL.into_iter().filter(|other| *other != language) {
            let link = format!("<a href=\"?lang={}&amp;score=9\" lang=\"{}\"", other.tag(), other.tag());
            assert_eq!(pages[0].matches(&link).count(), 1, "{tag} {}", other.tag());
        }
        assert!(!pages[0].contains(&format!("?lang={tag}&")), "{tag}");
    }
}

#[test]
fn a_campaign_asks_in_its_own_words() {
    let mut campaign = model::Campaign::new(
        model::CampaignId::default_campaign(),
        "Acme",
        model::campaign::Sender {
            name: "Acme".to_owned(),
            email: model::Email::parse("nps@example.com").expect("an address"),
        },
    );
    campaign.question = Some("Would you?".to_owned());
    for (part, text) in [(Part::Low, "Nie"), (Part::AskDetractor, "Was kann {company} tun?")] {
        campaign.texts.put(Language::De, part, text.to_owned());
    }
    let german = Brand::of(&campaign, Language::De);
    let page = shown(&Ask::new(&german, "/r/t", None));
    assert!(
        page.contains("<h1 lang=\"en\" dir=\"ltr\">Would you?</h1>") && page.contains("<span>0 · Nie</span>"),
        "{page}"
    );
    assert!(page.contains("<span>10 · Äußerst wahrscheinlich</span>"), "{page}");
    assert!(shown(&Thanks::new(&german, "/r/t", score(0))).contains("<h2>Was kann Acme tun?</h2>"));
    campaign.texts.put(Language::De, Part::Question, "Würden Sie {company} empfehlen?".to_owned());
    let german = Brand::of(&campaign, Language::De);
    assert!(shown(&Ask::new(&german, "/r/t", None)).contains("<h1>Würden Sie Acme empfehlen?</h1>"));
    let french = Brand::of(&campaign, Language::Fr);
    assert!(shown(&Thanks::new(&french, "/r/t", score(0))).contains("Qu’est-ce qui n’a pas fonctionné"));
}

#[test]
fn a_language_somebody_chose_stays_chosen() {
    let page = shown(&Thanks::new(&brand(Language::De), "/r/token?lang=de", score(9)));
    assert!(
        page.contains("action=\"/r/token?lang=de\"") && page.contains("href=\"/r/token?lang=de&#38;score=9\""),
        "{page}"
    );
}

#[test]
fn what_others_wrote_is_escaped() {
    let hostile = "</textarea></style><script>alert(1)</script>\" autofocus onfocus=\"alert(1)";
    let mut texts = Texts::default();
    texts.put(Language::En, Part::AskDetractor, hostile.to_owned());
    let next = NextStep { text: hostile.to_owned(), language: Language::Ar, url: "https://a.example/".to_owned() };
    let id = "slow".parse().expect("an id");
    let reason = model::Reason { id, label: hostile.to_owned(), labels: [].into() };
    let brand = Brand {
        reasons: model::Reasons { detractor: vec![reason], ..model::Reasons::default() },
        next_steps: vec![(Group::Detractor, next)],
        company: hostile.to_owned(),
        question: hostile.to_owned(),
        low: hostile.to_owned(),
        high: hostile.to_owned(),
        texts,
        ..brand(Language::En)
    };
    let typed = Typed { comment: hostile, ..Typed::default() };
    let pages = [
        shown(&Ask { typed, ..Ask::new(&brand, "/r/token", None) }),
        shown(&Thanks { typed, ..Thanks::new(&brand, "/r/token", score(1)) }),
        shown(&Unsubscribe::new(&brand, "/u/token", false)),
        shown(&Notice::new(&brand, hostile.to_owned(), hostile.to_owned())),
    ];
    for page in pages {
        assert!(!page.contains("onfocus=\""), "{page}");
        assert!(page.matches("</textarea>").count() <= 1, "{page}");
    }
}

#[test]
fn a_page_wears_the_campaigns_colours_and_logo_and_its_policy_names_just_them() {
    let mut brand = brand(Language::En);
    let url = PictureUrl::parse("https://www.example.com/logo.png?a=1&b=2").expect("a picture");
    let campaign = model::Brand {
        logo: Some(Logo { url, width: 160, alt: None }),
        colours: Some(Colours { accent: Colour::hex(0x00d9_480f), accent_dark: None }),
        ..model::Brand::default()
    };
    brand.look = super::Look::of(&campaign);
    let style = brand.look.style.clone().expect("a style");
    insta::assert_snapshot!("branded_style", style);
    let html = Ask::new(&brand, "/r/token", score(9)).render().expect("a page");
    assert_eq!((html.matches("<style>").count(), html.matches(" style=").count()), (2, 0));
    assert!(html.contains(&format!("<style>{style}</style>")), "{html}");
    let logo = "<img class=\"logo\" src=\"https://www.example.com/logo.png?a=1&#38;b=2\" alt=\"Northwind Studio\" width=\"160\">";
    assert_eq!((html.matches("<img").count(), html.matches(logo).count()), (1, 1), "{html}");
    let policy = policy(&Ask::new(&brand, "/r/token", score(9)));
    let styles = format!(
        "style-src 'sha256-{}' 'sha256-{}'; img-src https://www.example.com/logo.png; ",
        hash(STYLE),
        hash(&style)
    );
    assert!(policy.starts_with(&format!("default-src 'none'; {styles}form-action 'self';")), "{policy}");
}

#[test]
fn a_page_that_saves_has_one_script_and_its_policy_names_just_that() {
    let brand = full(Language::En);
    let ask = Ask { saves: true, ..Ask::new(&brand, "/r/token", score(9)) };
    let html = ask.render().expect("a page");
    assert_eq!((html.matches("<script").count(), html.matches("</script>").count()), (1, 1));
    assert!(html.contains(&format!("<script>{SCRIPT}</script>")) && !SCRIPT.contains("</"), "{html}");
    let policy = policy(&ask);
    let parts = format!("; script-src 'sha256-{}'; connect-src 'self'; form-action 'self';", hash(SCRIPT));
    assert!(policy.contains(&parts) && !policy.contains("unsafe"), "{policy}");
    // The same campaign's page of thanks has none, nor has its question where nobody says so.
    assert_eq!(POLICY.as_str(), self::policy(&Thanks::new(&brand, "/r/t", score(9))));
    assert_eq!(POLICY.as_str(), self::policy(&Ask::new(&brand, "/r/t", None)));
}

#[test]
fn the_policy_names_the_style_and_nothing_else() {
    let policy = &*POLICY;
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{policy}");
}

#[test]
fn the_scale_is_eleven_radio_buttons_and_one_button() {
    let brand = brand(Language::En);
    for value in 0..=10 {
        let page = shown(&Ask::new(&brand, "/r/token", score(value)));
        assert_eq!(page.matches("type=\"radio\"").count(), 11);
        assert_eq!(page.matches("<button").count(), 1);
        assert_eq!(page.matches(" checked>").count(), 1);
        assert!(page.contains(&format!("value=\"{value}\" required checked>")));
    }
}
