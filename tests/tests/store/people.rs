//! People, what lets them in, and how often anybody may ask for it.

use model::person::{LETTERS, LETTERS_FROM_A_PLACE, LETTERS_OF_A_PART};
use model::{Role, Ticket};

use super::*;

fn email(nth: u32) -> Email {
    Email::parse(&format!("p{nth}@company.example")).unwrap()
}

#[tokio::test]
async fn people_are_listed_in_pages_by_when_they_came() {
    let bench = Bench::start().await;
    let store = &bench.store;
    for nth in 0..7 {
        let at = bench.now().after(std::time::Duration::from_secs(u64::from(nth)));
        assert!(store.put_person(&email(nth), "P", Role::Owner, at).await.unwrap().1);
    }
    let later = bench.now().after(std::time::Duration::from_secs(60));
    let (changed, fresh) = store.put_person(&email(0), "Q", Role::Admin, later).await.unwrap();
    assert!(!fresh && changed.created_at == bench.now(), "a change makes nobody new");
    assert_eq!(store.person(&email(0).key()).await.unwrap(), Some(changed));

    let mut found = Vec::new();
    let mut behind = None;
    loop {
        let page = store.people(behind.as_deref(), 3).await.unwrap();
        found.extend(page.people.into_iter().map(|person| person.email));
        behind = page.next;
        if behind.is_none() {
            break;
        }
    }
    assert_eq!(found, (0..7).map(email).collect::<Vec<_>>());
    assert!(store.delete_person(&email(3).key()).await.unwrap());
    assert!(!store.delete_person(&email(3).key()).await.unwrap());
    assert_eq!(store.people(None, 100).await.unwrap().people.len(), 6);
}

#[tokio::test]
async fn of_two_who_use_a_pass_one_gets_in() {
    let bench = Bench::start().await;
    let (store, now) = (&bench.store, bench.now());
    store.put_person(&email(1), "P", Role::Owner, now).await.unwrap();
    let ticket = |n: u8| Ticket::new(&email(1).key(), [n; 32]).0;
    store.keep_pass(&ticket(0), now.after(model::person::PASS)).await.unwrap();
    let (a, b) = (ticket(1), ticket(2));
    let pass = ticket(0);
    let (first, second) = tokio::join!(store.sign_in(&pass, &a, now), store.sign_in(&pass, &b, now));
    assert_eq!([first.unwrap(), second.unwrap()].into_iter().filter(|entered| *entered).count(), 1);

    // A pass is no session, and a session no pass.
    store.keep_pass(&ticket(3), now.after(model::person::PASS)).await.unwrap();
    assert_eq!(store.session(&ticket(3), now).await.unwrap(), None);
    let sessions = [store.holder(&a, now).await.unwrap(), store.holder(&b, now).await.unwrap()];
    assert_eq!(sessions, [None, None]);

    // Nobody comes in for somebody who is gone.
    store.delete_person(&email(1).key()).await.unwrap();
    assert!(!store.begin_session(&ticket(4), now).await.unwrap());
    store.keep_pass(&ticket(5), now.after(model::person::PASS)).await.unwrap();
    assert!(!store.sign_in(&ticket(5), &ticket(6), now).await.unwrap());
}

#[tokio::test]
async fn letters_are_counted_for_each_and_for_all() {
    let bench = Bench::start().await;
    let (store, now) = (&bench.store, bench.now());
    for nth in 0..=LETTERS {
        assert_eq!(store.may_ask(&email(0).key(), None, 0, now).await.unwrap(), nth < LETTERS, "{nth}");
    }
    for nth in LETTERS + 1..LETTERS_OF_A_PART {
        assert!(store.may_ask(&email(nth).key(), None, 0, now).await.unwrap(), "{nth}");
    }
    assert!(!store.may_ask(&email(1).key(), None, 0, now).await.unwrap(), "this part is full");
    assert!(store.may_ask(&email(1).key(), None, 1, now).await.unwrap(), "the next is not");
    let later = now.after(std::time::Duration::from_secs(900));
    assert!(store.may_ask(&email(0).key(), None, 0, later).await.unwrap());
    // From one place, whoever is asked for, and without taking anything from others once it is too much.
    let hour = now.after(model::time::DAY);
    for nth in 0..LETTERS_FROM_A_PLACE + 5 {
        let from = Some("192.0.2.1".parse().unwrap());
        let asked = store.may_ask(&email(1_000 + nth).key(), from, 2, hour).await.unwrap();
        assert_eq!(asked, nth < LETTERS_FROM_A_PLACE, "{nth}");
    }
    let other = Some("192.0.2.2".parse().unwrap());
    for nth in LETTERS_FROM_A_PLACE..LETTERS_OF_A_PART {
        assert!(store.may_ask(&email(2_000 + nth).key(), other, 2, hour).await.unwrap(), "{nth}");
    }
    assert!(
        !store.may_ask(&email(3_000).key(), None, 2, hour).await.unwrap(),
        "only what was allowed was counted for all"
    );
}
