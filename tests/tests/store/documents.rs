//! Named documents: nobody writes over what they have not seen, and one that cannot be read stops no other.

use model::Source;
use model::source::{Auth, Kind};
use store::{Document as _, Refusal};

use super::*;

fn source(id: &str, secret: &str) -> Source {
    Source {
        id: id.parse().unwrap(),
        kind: Kind::Json,
        campaign: None,
        auth: Auth::Header { name: "x-api-key".to_owned() },
        secret: secret.to_owned(),
        organization_id: None,
        map: Kind::Json.usual_map(),
        when: Vec::new(),
    }
}

#[tokio::test]
async fn a_document_is_written_over_the_one_that_was_seen() {
    let bench = Bench::start().await;
    let store = &bench.store;
    let empty = store.config(bench.now()).await.unwrap();
    assert!(store.save_document(&empty, &source("crm", "first")).await.unwrap());
    let first = store.config(bench.now()).await.unwrap();
    assert_eq!(first.document::<Source>("crm").unwrap(), Some(source("crm", "first")));

    assert!(!store.save_document(&empty, &source("crm", "late")).await.unwrap(), "somebody else was first");
    assert!(store.save_document(&first, &source("crm", "second")).await.unwrap());
    assert!(store.save_document(&first, &source("crm", "second")).await.unwrap(), "a repeat finds its own");
    assert!(!store.save_document(&first, &source("crm", "third")).await.unwrap());
    assert!(!store.delete_document::<Source>(&first, "crm").await.unwrap());

    let second = store.config(bench.now()).await.unwrap();
    assert_eq!(second.document::<Source>("crm").unwrap(), Some(source("crm", "second")));
    assert!(store.save_document(&second, &source("a", "a")).await.unwrap());
    let both = store.config(bench.now()).await.unwrap();
    let ids: Vec<String> = both.documents::<Source>().unwrap().iter().map(|source| source.id().to_owned()).collect();
    assert_eq!(ids, ["a", "crm"]);
    assert!(store.delete_document::<Source>(&both, "crm").await.unwrap());
    assert!(store.delete_document::<Source>(&both, "crm").await.unwrap(), "a repeat finds it gone");
    assert!(store.delete_document::<Source>(&both, "never").await.unwrap());
    let after = store.config(bench.now()).await.unwrap();
    assert_eq!((after.document::<Source>("crm").unwrap(), after.documents::<Source>().unwrap().len()), (None, 1));
    assert_eq!(after.campaigns().len(), 1, "documents are no campaigns");
}

#[tokio::test]
async fn a_refused_record_is_noted_once() {
    let bench = Bench::start().await;
    let crm = "crm".parse().unwrap();
    let refusal = |record: Option<&str>, second: u64| Refusal {
        at: bench.now().after(std::time::Duration::from_secs(second)),
        record: record.map(str::to_owned),
        errors: vec![("/contact_email".to_owned(), "wrong".to_owned())],
    };
    for (record, second) in [(Some("b"), 1), (Some("a"), 2), (None, 3), (Some("b"), 4), (None, 5)] {
        bench.store.note_refusal(&crm, &refusal(record, second)).await.unwrap();
    }
    let all = bench.store.refusals(&crm, None, 10).await.unwrap();
    assert_eq!(all.refusals, [refusal(Some("a"), 2), refusal(Some("b"), 4), refusal(None, 5)]);
    let page = bench.store.refusals(&crm, None, 2).await.unwrap();
    let rest = bench.store.refusals(&crm, page.next.as_deref(), 2).await.unwrap();
    assert_eq!([page.refusals, rest.refusals].concat(), all.refusals);
    let other = "other".parse().unwrap();
    assert_eq!(bench.store.refusals(&other, None, 10).await.unwrap().refusals, []);
}
