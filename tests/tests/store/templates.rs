//! Templates: nobody writes over what they have not seen, none outlives its campaign, and one that was read is not read again.

use model::template::{Body, Form, Piece};
use model::{Language, LetterKind, Template};
use store::{Change, StoredCampaign};

use super::*;

fn template(letter: LetterKind, language: Option<Language>, html: &str) -> Template {
    Template {
        letter,
        language,
        form: Form::Html,
        source: html.to_owned(),
        body: Body { pieces: vec![Piece::Html(html.to_owned())], dark: false },
        largest: html.len(),
        warnings: Vec::new(),
        saved_at: Timestamp::from_millis(NOON),
    }
}

#[tokio::test]
async fn a_template_is_saved_over_what_was_seen_and_read_once() {
    let bench = Bench::start().await;
    let (store, id) = (&bench.store, CampaignId::default_campaign());
    let config = async || {
        store.forget_config().await;
        store.config(bench.now()).await.unwrap()
    };
    let read = async |language| {
        let config = store.config(bench.now()).await.unwrap();
        store.template(&config, &id, LetterKind::Invite, language).await.unwrap()
    };
    let empty = config().await;
    assert!(read(Language::En).await.is_none());
    let [first, second] = ["first", "second"].map(|html| template(LetterKind::Invite, None, html));
    let german = template(LetterKind::Invite, Some(Language::De), "deutsch");
    assert!(store.change_templates(&empty, &id, Change::Save(&first)).await.unwrap());
    assert!(!store.change_templates(&empty, &id, Change::Save(&second)).await.unwrap(), "somebody else was first");
    let one = read(Language::En).await.unwrap();
    assert_eq!(*one, first);
    assert!(Arc::ptr_eq(&one, &read(Language::Fr).await.unwrap()), "it was read already");

    assert!(store.change_templates(config().await.as_ref(), &id, Change::Save(&german)).await.unwrap());
    assert!(store.change_templates(config().await.as_ref(), &id, Change::Save(&second)).await.unwrap());
    assert_eq!((*read(Language::En).await.unwrap()).clone(), second);
    assert_eq!((*read(Language::De).await.unwrap()).clone(), german);
    let stale = config().await;
    assert!(store.change_templates(&stale, &id, Change::Delete(LetterKind::Invite, None)).await.unwrap());
    assert!(!store.change_templates(&stale, &id, Change::Clear).await.unwrap());
    assert!(read(Language::En).await.is_none());
    assert!(store.change_templates(config().await.as_ref(), &id, Change::Clear).await.unwrap());
    assert!(read(Language::De).await.is_none());
    assert_eq!(store.saved_template(&id, "invite.de").await.unwrap(), None);
}

#[tokio::test]
async fn a_campaign_that_is_deleted_meanwhile_gets_no_template() {
    let bench = Bench::start().await;
    let store = &bench.store;
    let id: CampaignId = "spring".parse().unwrap();
    let seen = store.config(bench.now()).await.unwrap();
    let campaign = Campaign { id: id.clone(), ..seen.campaigns()[0].campaign.clone() };
    let stored = StoredCampaign::new(campaign);
    assert!(store.save_campaign(&seen, &stored).await.unwrap());
    let before = store.config(bench.now()).await.unwrap();
    assert!(store.save_campaign(&before, &StoredCampaign { deleted: true, ..stored }).await.unwrap());
    let late = template(LetterKind::Remind, None, "late");
    assert!(!store.change_templates(&before, &id, Change::Save(&late)).await.unwrap());
    assert_eq!(store.saved_template(&id, "remind").await.unwrap(), None);
}
