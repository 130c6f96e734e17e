//! Score cards: they say what the contact remembers, whatever happens in whatever order, and nothing of the erased.

use std::time::Duration;

use host::Chance;
use model::card::Name;
use model::contact::LastScore;
use model::{Card, Contact, Phone, Standing, SurveyId};
use serde_json::{Value, json};

use super::*;

/// A bench with somebody whose record is `subject`, with a number.
async fn asked(bench: &Bench, person: &str, subject: &str, phone: Option<&str>) -> Survey {
    let config = bench.store.config(bench.now()).await.unwrap();
    let campaign = &config.campaign(&CampaignId::default_campaign()).unwrap().campaign;
    let campaign = model::Campaign { limit_days: 0, ..campaign.clone() };
    let mut trigger = trigger(subject);
    trigger.contact.who = email(&format!("{person}@example.com")).into();
    trigger.contact.id = Some(format!("id-of-{person}"));
    trigger.contact.phone = phone.map(ToOwned::to_owned);
    let Decision::Ask { survey, turn, .. } = decide(&trigger, &campaign, &Facts::default(), bench.now()) else {
        panic!("nothing stands in the way")
    };
    assert!(matches!(bench.store.create(&survey, turn).await.unwrap(), Created::Made));
    *survey
}

async fn answered(bench: &Bench, survey: &Survey, value: u8, second: u64) -> Survey {
    let at = bench.now().after(Duration::from_secs(second));
    match bench.store.respond(survey.id, score(value), &survey.campaign, &survey.zone, at).await.unwrap() {
        Responded::Yes(survey) => *survey,
        Responded::No(found) => *found.unwrap(),
    }
}

async fn known(bench: &Bench, survey: &Survey) -> Contact {
    bench.store.contact(&survey.contact.key()).await.unwrap().unwrap()
}

/// The names a survey's contact may be asked for by.
fn names(survey: &Survey) -> Vec<Name> {
    let contact = &survey.contact;
    let phone = contact.phone.as_deref().and_then(Phone::parse).map(Name::Phone);
    let id = contact.id.clone().map(Name::CrmId);
    [Some(Name::Contact(contact.key())), id, phone].into_iter().flatten().collect()
}

#[tokio::test]
async fn a_score_and_its_cards_are_written_together_or_not_at_all() {
    let bench = Bench::start().await;
    let survey = answered(&bench, &asked(&bench, "ada", "p1", Some("+49 30 1234")).await, 9, 0).await;
    let before = known(&bench, &survey).await;
    let after = before.scored(&survey).unwrap();
    assert!(bench.store.save_scores(&survey, &before, &after).await.unwrap());
    let cards = bench.store.cards(&names(&survey)).await.unwrap();
    assert_eq!(cards, vec![after.card().unwrap(); 3]);
    assert_eq!(
        bench.store.contact(&after.key).await.unwrap(),
        Some(Contact { last: after.last.clone(), ..before.clone() })
    );
    // Made from what is no longer so: nothing of it is written.
    let stale = before.heard(&LastScore { score: score(1), ver: u64::MAX, ..after.last.clone().unwrap() }).unwrap();
    assert!(!bench.store.save_scores(&survey, &before, &stale).await.unwrap());
    assert_eq!(bench.store.cards(&names(&survey)).await.unwrap(), cards);
    // Taken back: nothing of it stays.
    let judged = survey.judged(Standing::Suspect).unwrap();
    let forgotten = after.scored(&judged).unwrap();
    assert!(bench.store.save_scores(&judged, &after, &forgotten).await.unwrap());
    assert_eq!(bench.store.cards(&names(&survey)).await.unwrap(), []);
}

#[tokio::test]
async fn a_score_that_comes_late_brings_nobody_back_who_was_erased() {
    let bench = Bench::start().await;
    let survey = answered(&bench, &asked(&bench, "ada", "p1", Some("+49 30 1234")).await, 9, 0).await;
    let before = known(&bench, &survey).await;
    let after = before.scored(&survey).unwrap();
    // Read, and before it is written the person is erased, cards and all.
    bench.store.erase_contact(&before).await.unwrap();
    assert!(!bench.store.erase_cards(&before.key, Some(&before)).await.unwrap(), "there was none yet");
    assert!(!bench.store.save_scores(&survey, &before, &after).await.unwrap(), "nobody is there to remember it of");
    bench.store.delete_survey(survey.id).await.unwrap();
    assert!(!bench.store.save_scores(&survey, &before, &after).await.unwrap());
    assert_eq!(bench.store.cards(&names(&survey)).await.unwrap(), []);
    // Asked anew since: the contact is there again, and under the same name another survey.
    let anew = asked(&bench, "ada", "p1", None).await;
    assert_eq!(anew.id, survey.id);
    let of_old = Survey { created_at: survey.created_at.before(Duration::from_secs(1)), ..survey.clone() };
    assert!(!bench.store.save_scores(&of_old, &before, &after).await.unwrap(), "it tells of another life");
    assert_eq!(bench.store.cards(&names(&survey)).await.unwrap(), []);
    assert!(known(&bench, &anew).await.last.is_none());
}

#[tokio::test]
async fn erasing_goes_on_where_it_stopped_and_leaves_others_alone() {
    let bench = Bench::start().await;
    let phone = Some("+49 30 1234");
    for (person, subject, second) in [("ada", "p1", 1), ("bob", "p2", 2)] {
        let survey = answered(&bench, &asked(&bench, person, subject, phone).await, 9, second).await;
        let before = known(&bench, &survey).await;
        let after = before.scored(&survey).unwrap();
        assert!(bench.store.save_scores(&survey, &before, &after).await.unwrap());
    }
    let shared = [Name::Phone(Phone::parse("+49301234").unwrap())];
    let key = |person: &str| email(&format!("{person}@example.com")).key();
    let holder = async || bench.store.cards(&shared).await.unwrap().pop().map(|card| card.contact);
    assert_eq!(holder().await, Some(key("bob")), "whoever answered last");
    // The contact is gone already: the cards are found by each other.
    assert!(bench.store.erase_cards(&key("ada"), None).await.unwrap());
    assert!(!bench.store.erase_cards(&key("ada"), None).await.unwrap());
    assert_eq!(bench.store.cards(&[Name::Contact(key("ada")), Name::CrmId("id-of-ada".to_owned())]).await.unwrap(), []);
    assert_eq!(holder().await, Some(key("bob")));
    assert!(bench.store.erase_cards(&key("bob"), None).await.unwrap());
    assert_eq!(holder().await, None);
}

#[derive(Clone, Debug)]
enum Deed {
    Respond { survey: usize, score: u8 },
    Judge { survey: usize, standing: Standing },
    Erase { person: usize },
    Count { batch: usize },
    Repeat { from: usize, batch: usize },
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let standing = prop_oneof![Just(Standing::Suspect), Just(Standing::Confirmed), Just(Standing::SelfSaved)];
    let deed = prop_oneof![
        5 => (0_usize..6, 0_u8..=10).prop_map(|(survey, score)| Deed::Respond { survey, score }),
        3 => (0_usize..6, standing).prop_map(|(survey, standing)| Deed::Judge { survey, standing }),
        1 => (0_usize..2).prop_map(|person| Deed::Erase { person }),
        3 => (1_usize..8).prop_map(|batch| Deed::Count { batch }),
        2 => (0_usize..20, 1_usize..8).prop_map(|(from, batch)| Deed::Repeat { from, batch }),
    ];
    proptest::collection::vec(deed, 1..40)
}

/// The card that a contact's surveys come to.
fn folded(surveys: &[Survey], person: usize) -> Option<Card> {
    let own = surveys.iter().filter(|survey| survey.contact.email() == Some(&address(person)));
    let contact = Contact::new(&address(person).into());
    contact.recalling(own).card()
}

fn address(person: usize) -> Email {
    email(["ada@example.com", "bob@example.com"][person])
}

async fn count(deps: &aggregate::Deps, records: &[Value]) {
    if !records.is_empty() {
        let event = serde_json::from_value(json!({ "Records": records })).unwrap();
        let answer = aggregate::handle(deps, event).await.unwrap();
        assert!(answer.batch_item_failures.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever is answered, changed, judged and erased, and however the stream is cut and repeated: in the end
    /// each card is what its contact's surveys come to, under every name, and no name leads to anything else.
    #[test]
    fn a_card_is_the_sum_of_its_contacts_surveys(deeds in deeds()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let bench = Bench::start().await;
            let deps = aggregate::Deps::new(bench.store.clone(), bench.clock.clone(), Chance::System);
            let mut surveys = Vec::new();
            for nth in 0..6 {
                // Everybody's latest record has another number.
                let phone = if nth < 4 { "+49 30 1" } else { "+49 30 2" }.to_owned() + ["000", "111"][nth % 2];
                surveys.push(asked(&bench, ["ada", "bob"][nth % 2], &format!("p{nth}"), Some(&phone)).await);
            }
            let (mut read, mut records) = (None::<String>, Vec::<Value>::new());
            let mut counted = 0;
            for (second, deed) in (1..).zip(deeds.into_iter().chain([Deed::Count { batch: usize::MAX }])) {
                match deed {
                    Deed::Respond { survey, score: value } => {
                        let at = bench.now().after(Duration::from_secs(second));
                        let survey = &surveys[survey];
                        bench.store.respond(survey.id, score(value), &survey.campaign, &survey.zone, at).await.unwrap();
                    }
                    Deed::Judge { survey, standing } => {
                        if let Some(survey) = bench.store.survey(surveys[survey].id).await.unwrap()
                            && let Some(judged) = survey.judged(standing)
                        {
                            assert!(matches!(bench.store.save(&survey, &judged).await.unwrap(), Saved::Done));
                        }
                    }
                    Deed::Erase { person } => {
                        let key = address(person).key();
                        if let Some(contact) = bench.store.contact(&key).await.unwrap() {
                            for survey in surveys.iter().filter(|survey| survey.contact.email() == Some(&address(person))) {
                                bench.store.delete_survey(survey.id).await.unwrap();
                            }
                            bench.store.erase_contact(&contact).await.unwrap();
                        }
                        let known = None;
                        bench.store.erase_cards(&key, known).await.unwrap();
                    }
                    Deed::Count { batch } => {
                        loop {
                            let part = bench.cloud.records("surveys", read.as_deref(), 100).unwrap();
                            let Some(newest) = part.last() else { break };
                            read = newest["dynamodb"]["SequenceNumber"].as_str().map(str::to_owned);
                            records.extend(part);
                        }
                        let to = counted + batch.min(records.len() - counted);
                        count(&deps, &records[counted..to]).await;
                        counted = to;
                    }
                    Deed::Repeat { from, batch } => {
                        let from = from.min(counted);
                        count(&deps, &records[from..(from + batch).min(counted)]).await;
                    }
                }
            }
            let ids: Vec<SurveyId> = surveys.iter().map(|survey| survey.id).collect();
            let stored = bench.store.surveys(&ids).await.unwrap();
            for person in 0..2 {
                let expected = folded(&stored, person);
                let mut all: Vec<Name> =
                    surveys.iter().filter(|survey| survey.contact.email() == Some(&address(person))).flat_map(names).collect();
                all.sort();
                all.dedup();
                for name in all {
                    let found = bench.store.cards(std::slice::from_ref(&name)).await.unwrap().pop();
                    let wanted = expected.clone().filter(|card| card.names().contains(&name));
                    assert_eq!(found, wanted, "{name:?}");
                }
            }
        });
    }
}
