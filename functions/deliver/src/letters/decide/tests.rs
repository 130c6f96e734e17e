use model::notice::{Notice, NoticeId};
use model::survey::Change;
use model::texts::Part;
use serde_json::json;

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const MINUTE: Duration = Duration::from_secs(60);

fn campaign() -> Campaign {
    let sender = model::campaign::Sender { name: "Acme".to_owned(), email: email("nps@company.example") };
    let mut campaign = Campaign::new(model::CampaignId::default_campaign(), "Acme", sender);
    campaign.thanks.detractor = Some("We are sorry, {name}.".to_owned());
    campaign
}

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

fn score(value: u8) -> Score {
    Score::try_from(value).unwrap()
}

/// Answered with these scores, a minute apart, the last one now.
fn answered(scores: &[u8]) -> Survey {
    let mut survey: Survey = serde_json::from_value(json!({
        "id": "0123456789abcdef0123456789abcdef", "ver": 7, "cp": "default", "zn": "UTC", "ms": "completion",
        "sj": {"t": "project", "i": "a0X1"}, "ct": {"e": "ada@example.com", "n": "Ada"},
        "ow": {"e": "sam@company.example", "n": "Sam"}, "lg": "en", "cr": 0, "sa": 0, "cd": {"c": 1}, "st": "answered",
        "iv": {}, "re": {}, "rt": 400
    }))
    .unwrap();
    for (nth, value) in scores.iter().rev().enumerate() {
        let at = NOW.before(MINUTE * u32::try_from(nth).unwrap());
        survey.changes.insert(0, Change::confirmed(score(*value), at));
    }
    survey
}

fn commented(survey: Survey) -> Survey {
    Survey { commented_at: Some(NOW), ..survey }
}

/// A letter as it stands there.
fn letter(name: &str, comment: Option<&str>) -> Letter {
    let survey = answered(&[3]);
    let notice = Notice {
        id: NoticeId::about(survey.id, name),
        campaign: survey.campaign.clone(),
        to: email("sam@company.example"),
        to_name: None,
        created_at: NOW,
        says: Says::Alert {
            occasion: Occasion::Answered,
            answer: answer(&survey, comment, None, &campaign(), "https://nps.example.com"),
            task: None,
            zone: "UTC".to_owned(),
        },
    };
    Letter::new(notice)
}

#[test]
fn every_score_that_matters_is_told_once() {
    let changed = |from| Occasion::Changed { from: score(from) };
    // The scores given, the letters that are there, and the letter to write.
    for (scores, told, expected) in [
        (&[3][..], &[][..], Some(("alert-1", Occasion::Answered))),
        (&[3], &["alert-1"], None),
        (&[8], &[], None),
        (&[10], &[], None),
        (&[10, 3], &[], Some(("alert-2", changed(10)))),
        (&[3, 9], &["alert-1"], Some(("alert-2", changed(3)))),
        (&[3, 9], &["alert-1", "alert-2"], None),
        (&[3, 9], &[], None),
        (&[3, 9, 3], &["alert-1"], None),
        (&[3, 9, 2], &["alert-1"], Some(("alert-3", changed(3)))),
        (&[3, 9, 3], &["alert-1", "alert-2"], Some(("alert-3", changed(9)))),
        (&[3, 4], &["alert-1"], Some(("alert-2", changed(3)))),
        // Who has seen less than was told writes nothing.
        (&[3], &["alert-1", "alert-2"], None),
    ] {
        let told: Vec<_> = told.iter().map(|name| letter(name, None)).collect();
        let due = alert_due(&answered(scores), None, &told, &campaign(), NOW);
        assert_eq!(due, expected.map(|(name, occasion)| (name.to_owned(), occasion)), "{scores:?} {told:?}");
    }
}

#[test]
fn a_comment_is_told_with_the_score_or_after_it() {
    let name = format!("alert-comment-{}", NOW.as_millis());
    let after = Some((name, Occasion::Commented));
    for (scores, told, expected) in [
        (&[3][..], vec![letter("alert-1", Some("Why"))], None),
        (&[3], vec![letter("alert-1", None)], after.clone()),
        (&[3], vec![letter("alert-1", Some("Wh"))], after.clone()),
        (&[3], vec![letter("alert-1", None), letter("alert-comment-1", Some("Why"))], None),
        (&[9], vec![], None),
        (&[3, 9], vec![letter("alert-1", None), letter("alert-2", None)], after),
    ] {
        let due = alert_due(&commented(answered(scores)), Some("Why"), &told, &campaign(), NOW);
        assert_eq!(due, expected, "{scores:?}");
    }
}

#[test]
fn what_is_old_or_suspect_is_no_news() {
    let survey = answered(&[3]);
    let later = NOW.after(NEWS).after(MINUTE);
    assert!(alert_due(&survey, None, &[], &campaign(), NOW.after(NEWS)).is_some());
    assert_eq!(alert_due(&survey, None, &[], &campaign(), later), None);
    let comment = commented(survey.clone());
    assert_eq!(alert_due(&comment, Some("Why"), &[letter("alert-1", None)], &campaign(), later), None);
    assert!(letter("alert-1", None).notice.unwrap().expires() > NOW.after(NEWS), "or it would be written again");
    let suspect = Survey { decided: Some(Standing::Suspect), ..survey.clone() };
    assert_eq!(alert_due(&suspect, None, &[], &campaign(), NOW), None);
    assert_eq!(thanks_due(&suspect, &campaign(), &[], NOW), None);
    let unanswered = answered(&[]);
    assert_eq!(alert_due(&unanswered, None, &[], &campaign(), NOW), None);
    let many: Vec<_> = (0..MOST).map(|nth| letter(&format!("alert-comment-{nth}"), None)).collect();
    assert_eq!(alert_due(&survey, None, &many, &campaign(), NOW), None);
}

#[test]
fn a_campaign_says_what_is_told_at_once() {
    let mut all_off = campaign();
    all_off.alerts.detractor = Alert::Off;
    assert_eq!(alert_due(&answered(&[0]), None, &[], &all_off, NOW), None);
    all_off.alerts.promoter = Alert::Instant;
    assert!(alert_due(&answered(&[9]), None, &[], &all_off, NOW).is_some());
}

#[test]
fn the_owner_is_told_or_the_manager_or_nobody() {
    let mut campaign = campaign();
    campaign.tasks.zones.insert("sam@company.example".to_owned(), "Asia/Tokyo".to_owned());
    let survey = answered(&[3]);
    let told = reader(&survey, &[], &campaign).unwrap();
    assert_eq!((told.email.expose(), told.name.as_deref()), ("sam@company.example", Some("Sam")));
    assert_eq!(told.zone, "Asia/Tokyo");
    let orphan = Survey { owner: None, ..survey };
    assert_eq!(reader(&orphan, &[], &campaign), None);
    campaign.tasks.manager = Some(email("boss@company.example"));
    let told = reader(&orphan, &[], &campaign).unwrap();
    assert_eq!((told.email.expose(), told.zone.as_str()), ("boss@company.example", "UTC"));
}

#[test]
fn thanks_come_once_and_in_the_words_for_the_present_group() {
    let due = |survey: &Survey, campaign: &Campaign| thanks_due(survey, campaign, &[], NOW);
    let text = |survey: &Survey, told: &[Letter], now| thanks_due(survey, &campaign(), told, now).map(|(text, _)| text);
    assert_eq!(text(&answered(&[3]), &[], NOW).as_deref(), Some("We are sorry, Ada."));
    assert_eq!(text(&answered(&[9, 3]), &[letter("alert-2", None)], NOW).as_deref(), Some("We are sorry, Ada."));
    assert_eq!(text(&answered(&[3, 9]), &[], NOW), None, "there are no words for promoters");
    assert_eq!(text(&answered(&[3]), &[letter(THANKS, None)], NOW), None);
    assert_eq!(text(&answered(&[3]), &[], NOW.after(THANKED_WITHIN).after(MINUTE)), None);
    // In the contact's language where there are such words, else in the campaign's, and the letter with them.
    let mut campaign = campaign();
    campaign.texts.put(Language::De, Part::ThanksDetractor, "Das tut uns leid, {name}.".to_owned());
    campaign.texts.put(Language::Fr, Part::ThanksPromoter, "Merci !".to_owned());
    let of = |scores: &[u8], language| due(&Survey { language, ..answered(scores) }, &campaign);
    assert_eq!(of(&[3], Language::De), Some(("Das tut uns leid, Ada.".to_owned(), Language::De)));
    assert_eq!(of(&[3], Language::Fr), Some(("We are sorry, Ada.".to_owned(), Language::En)));
    assert_eq!(of(&[9], Language::Fr), Some(("Merci !".to_owned(), Language::Fr)));
    assert_eq!(of(&[9], Language::De), None);
}

#[test]
fn the_score_before_is_one_to_another_survey() {
    let survey = answered(&[3]);
    let mut contact = Contact::new(&email("ada@example.com").into());
    let last = |survey, value, at| {
        Some(model::contact::LastScore {
            score: score(value),
            answered_at: at,
            survey,
            ver: 1,
            campaign: model::CampaignId::default_campaign(),
            name: None,
            crm_id: None,
            phone: None,
            kept_until: None,
        })
    };
    let other = SurveyId::from_bytes([9; 16]);
    assert_eq!(before(&survey, &contact), None);
    contact.last = last(survey.id, 3, NOW);
    assert_eq!(before(&survey, &contact), None, "its own is no history");
    contact.previous = last(other, 8, NOW.before(NEWS));
    assert_eq!(before(&survey, &contact), Some((score(8), NOW.before(NEWS))));
    contact.last = last(other, 9, NOW.after(MINUTE));
    contact.previous = None;
    assert_eq!(before(&survey, &contact), None, "what came later neither");
}
