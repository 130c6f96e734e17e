//! Everybody is asked in a language they read: the contact's, then the browser's, then the campaign's.

use model::Language;
use serde_json::json;
use tests::browser::Browser;
use tests::{Company, Letter, Page, Trigger, done};

/// A contact of whom the CRM says what they speak.
fn speaking(locale: &str) -> Trigger {
    done("a0X1", "ada@example.com").set("contact_locale", locale).set("subject_name", "Website relaunch")
}

fn is_in(page: &Page, language: Language) {
    let start = format!("<html lang=\"{}\" dir=\"{}\">", language.tag(), language.direction().as_str());
    assert!(page.html.contains(&start), "not in {language:?}: {}", page.html);
}

fn letter_is_in(letter: &Letter, language: Language) {
    let start = format!("<html lang=\"{}\" dir=\"{}\">", language.tag(), language.direction().as_str());
    assert!(letter.html.contains(&start), "not in {language:?}: {}", letter.html);
}

#[tokio::test]
async fn a_contact_is_asked_reminded_and_thanked_in_their_language() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"thanks": {"promoter": "Thank you!"}})).await;
    let invite = company.ask(speaking("de-AT")).await;
    letter_is_in(&invite, Language::De);
    assert_eq!(invite.subject, "Eine Frage zu Website relaunch");
    assert!(
        invite.text.contains("dass Sie Example Company Freunden oder Kollegen weiterempfehlen?"),
        "{}",
        invite.text
    );
    assert_eq!(invite.scale().len(), 11);
    company.advance_days(7).await;
    let reminder = company.inbox("ada@example.com").await.pop().unwrap();
    assert_eq!(reminder.subject, "Erinnerung: eine Frage zu Website relaunch");
    // What the CRM says of the contact outranks the browser of whoever looks.
    let page = company.follow_in(&reminder.link(9), "fr").await;
    is_in(&page, Language::De);
    assert!(page.seen().contains("Antwort bestätigen") && page.seen().contains("0 · Überhaupt nicht wahrscheinlich"));
    let thanks = company.press(&page, &[]).await;
    assert!(thanks.seen().contains("Das freut uns! Was schätzen Sie am meisten?"), "{}", thanks.seen());
    let commented = company.press(&thanks, &[("comment", "Schön.")]).await;
    assert!(commented.seen().contains("Ihr Kommentar ist angekommen"), "{}", commented.seen());
    let unsubscribe = company.follow(&reminder.unsubscribe_link()).await;
    assert!(unsubscribe.seen().contains("Von Umfragen abmelden?"), "{}", unsubscribe.seen());
    company.settle().await;
    assert_eq!(company.nps("?filter.language=de").await["n"], 1);
    // Words of thanks in English alone make an English letter; its link out speaks German.
    company.advance("10m").await;
    let letter = company.inbox("ada@example.com").await.pop().unwrap();
    letter_is_in(&letter, Language::En);
    assert_eq!(letter.subject, "Thank you from Example Company");
    let gone = company.press(&company.follow(&letter.unsubscribe_link()).await, &[]).await;
    assert!(gone.seen().contains("Sie sind abgemeldet."), "{}", gone.seen());
}

#[tokio::test]
async fn where_nobody_said_what_they_speak_the_browser_does_then_the_campaign() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"language": "fr", "limit_days": 0})).await;
    for (nth, locale) in [Some("xx"), Some("tlh-QO"), None].into_iter().enumerate() {
        let contact = format!("{nth}@example.com");
        let trigger = done(&format!("a0X{nth}"), &contact);
        let letter = company.ask(locale.map_or(trigger.clone(), |locale| trigger.set("contact_locale", locale))).await;
        letter_is_in(&letter, Language::Fr);
        assert_eq!(letter.subject, "Une question de la part de Example Company");
        for (languages, expected) in [
            ("ja,en;q=0.5", Language::Ja),
            ("zh-TW", Language::ZhHant),
            ("xx, ar-EG;q=0.3", Language::Ar),
            ("xx", Language::Fr),
            ("", Language::Fr),
        ] {
            is_in(&company.follow_in(&letter.link(9), languages).await, expected);
            is_in(&company.follow_in(&letter.unsubscribe_link(), languages).await, expected);
        }
    }
    // A link of nobody's is as good as its reader's browser.
    let unknown = company.follow_in("/r/AAAA", "he").await;
    assert_eq!(unknown.status, 404);
    is_in(&unknown, Language::He);
    is_in(&company.follow("/r/AAAA").await, Language::En);
}

#[tokio::test]
async fn a_link_that_expired_says_so_in_its_language() {
    let company = Company::start().await;
    let letter = company.ask(speaking("tr")).await;
    company.advance_days(181).await;
    let expired = company.follow_in(&letter.link(9), "fr").await;
    assert_eq!(expired.status, 410);
    is_in(&expired, Language::Tr);
    assert!(expired.seen().contains("Bu bağlantının süresi doldu"), "{}", expired.seen());
}

#[tokio::test]
async fn a_reader_may_choose_another_language_and_nothing_is_written() {
    let company = Company::start().await;
    let letter = company.ask(speaking("ja")).await;
    company.settle().await;
    let page = company.follow(&letter.link(7)).await;
    is_in(&page, Language::Ja);
    let before = company.writes().await;
    for language in Language::ALL {
        let chosen = company.follow(&format!("{}&lang={}", letter.link(7), language.tag())).await;
        is_in(&chosen, language);
        assert!(chosen.html.len() < 30_000, "{language:?}: {}", chosen.html.len());
        assert_eq!(chosen.form().fields, [("score".to_owned(), "7".to_owned())], "{language:?}");
        is_in(&company.follow(&format!("{}?lang={}", letter.unsubscribe_link(), language.tag())).await, language);
    }
    assert_eq!(company.writes().await, before);
    // It stays with what is pressed from there on.
    let thanks = company.press(&company.follow(&format!("{}&lang=ko", letter.link(7))).await, &[]).await;
    assert!(thanks.seen().contains("답변해 주셔서 감사합니다."), "{}", thanks.seen());
    let commented = company.press(&thanks, &[("comment", "좋아요")]).await;
    is_in(&commented, Language::Ko);
    let wrong =
        company.post_form(&format!("{}&lang=pl", letter.link(7)), &[("score".to_owned(), "11".to_owned())]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.seen().contains("Prosimy wybrać liczbę od 0 do 10."), "{}", wrong.seen());
    // Programs are told in English, as everywhere.
    let problem = company.respond_with(&letter.link(7), json!({"score": 11})).await;
    assert_eq!(problem.problem(), ("invalid", vec!["/score"]));
}

#[tokio::test]
async fn a_campaign_speaks_in_its_own_words_where_it_has_some() {
    let company = Company::start().await;
    let texts = json!({
        "de": {"question": "Würden Sie {company} Ihrem Team empfehlen?", "invite_subject": "{name}, kurz zu {subject}",
               "low": "Nie", "ask_promoter": "Was war das Beste?", "thanks_promoter": "Wir freuen uns, {name}!"},
        "ja": {"high": "ぜひ"},
    });
    company.campaign_with("default", json!({"texts": texts, "limit_days": 0})).await;
    let german = company.ask(speaking("de").set("contact_name", "Ada Example")).await;
    assert_eq!(german.subject, "Ada Example, kurz zu Website relaunch");
    assert!(
        german.text.contains("Würden Sie Example Company Ihrem Team empfehlen?") && german.text.contains("0 = Nie\n")
    );
    let page = company.follow(&german.link(10)).await;
    assert!(page.seen().contains("Würden Sie Example Company Ihrem Team empfehlen?"), "{}", page.seen());
    assert!(page.seen().contains("0 · Nie") && page.seen().contains("10 · Äußerst wahrscheinlich"), "{}", page.seen());
    assert!(company.press(&page, &[]).await.seen().contains("Was war das Beste?"));
    company.settle().await;
    company.advance("10m").await;
    let thanks = company.inbox("ada@example.com").await.pop().unwrap();
    letter_is_in(&thanks, Language::De);
    assert_eq!(thanks.subject, "Vielen Dank von Example Company");
    assert!(thanks.text.contains("Wir freuen uns, Ada Example!"), "{}", thanks.text);
    // The other languages say what they said.
    let french = company.ask(done("a0X2", "bob@example.com").set("contact_locale", "fr")).await;
    assert!(french.text.contains("Quelle est la probabilité que vous recommandiez Example Company"), "{}", french.text);
    let japanese = company.follow(&format!("{}&lang=ja", french.link(1))).await;
    assert!(
        japanese.seen().contains("10 · ぜひ") && japanese.seen().contains("0 · まったく薦めたくない"),
        "{}",
        japanese.seen()
    );
    // A question of its own, without a language of its own, is asked of everybody.
    company
        .campaign_with("default", json!({"question": "Would you hire us again?", "texts": texts, "limit_days": 0}))
        .await;
    let danish = company.ask(done("a0X3", "eve@example.com").set("contact_locale", "da")).await;
    letter_is_in(&danish, Language::Da);
    assert!(danish.html.contains("lang=\"en\" dir=\"ltr\"") && danish.text.contains("Would you hire us again?"));
    company.advance("1m").await;
    let page = company.follow(&danish.link(1)).await;
    assert!(page.html.contains("<h1 lang=\"en\" dir=\"ltr\">Would you hire us again?</h1>"), "{}", page.html);
    assert!(company.follow(&german.link(1)).await.seen().contains("Würden Sie Example Company"));
}

#[tokio::test]
async fn everybody_can_read_the_page() {
    let company = Company::start().await;
    let letter = company.ask(speaking("de")).await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    for scheme in ["light", "dark"] {
        for language in Language::ALL {
            // Every script and direction in a light room; those that differ most in the dark as well.
            let differs = matches!(language, Language::Ar | Language::Ja | Language::De);
            if scheme == "dark" && !differs {
                continue;
            }
            tab.look((320, 740), scheme).await;
            for link in [letter.link(9), letter.unsubscribe_link()] {
                let ask = if link.contains('?') { '&' } else { '?' };
                tab.open(&format!("{link}{ask}lang={}", language.tag())).await;
                tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })").await;
                let wide = tab.evaluate("document.documentElement.scrollWidth").await;
                assert!(wide.as_u64().is_some_and(|wide| wide <= 320), "{language:?} is {wide} wide");
                if differs {
                    let barriers = tab.barriers().await;
                    assert!(barriers.is_empty(), "{language:?}, {scheme}:\n{}", barriers.join("\n"));
                }
            }
            // 0 stands where reading begins.
            tab.open(&format!("{}&lang={}", letter.link(9), language.tag())).await;
            let places = "[0, 5].map(n => document.querySelector(`[value='${n}']`).getBoundingClientRect().left)";
            let places = tab.evaluate(places).await;
            let mirrored = places[0].as_f64() > places[1].as_f64();
            assert_eq!(mirrored, language.direction() == model::language::Direction::Rtl, "{language:?} {places}");
        }
    }
    browser.close().await;
}
