//! Coverage: which accounts were asked, and of which nothing was heard.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Company, done};

const SAM: &str = "sam@company.example";

async fn coverage(company: &Company, query: &str) -> Answer {
    company.call(Method::GET, &format!("/v1/coverage{query}"), None).await
}

/// The accounts as they are listed: what they are called, contacts, sent, delivered, answered.
fn accounts(coverage: &Answer) -> Vec<(String, u64, u64, u64, u64)> {
    let n = |account: &Value, name: &str| account[name].as_u64().unwrap();
    let rows = coverage["accounts"].as_array().unwrap().iter();
    rows.map(|row| {
        let value = row["value"].as_str().unwrap().to_owned();
        (value, n(row, "contacts"), n(row, "sent"), n(row, "delivered"), n(row, "answered"))
    })
    .collect()
}

/// Some accounts that answer, one that does not, one that cannot be reached, and a record without an account.
async fn asked() -> Company {
    let company = Company::start().await;
    company.campaign_with("default", json!({"limit_days": 0})).await;
    let account = |id: &str, contact: &str, account: &str| {
        done(id, contact).set("account_id", account).set("account_name", format!("Account {account}")).owner(SAM)
    };
    company.ask_and_hear(account("a0X1", "ada@example.com", "A-1"), 9).await;
    company.ask(account("a0X2", "ada@example.com", "A-1")).await;
    company.ask(account("a0X3", "bob@example.com", "A-1")).await;
    for nth in 0..3 {
        company.ask(account(&format!("b0X{nth}"), &format!("b{}@example.com", nth % 2), "A-2")).await;
    }
    company.trigger(account("c0X1", "bounce@simulator.amazonses.com", "A-3")).await.ok();
    company.advance_days(2).await;
    company.ask_and_hear(account("d0X1", "dee@example.com", "A-4").owner("kim@company.example"), 2).await;
    company.ask_and_hear(done("e0X1", "eve@example.com"), 5).await;
    company.settle().await;
    company
}

#[tokio::test]
async fn accounts_without_an_answer_come_first() {
    let company = asked().await;
    let all = coverage(&company, "").await.ok();
    let row =
        |value: &str, contacts, sent, delivered, answered| (value.to_owned(), contacts, sent, delivered, answered);
    assert_eq!(
        accounts(&all),
        [row("A-2", 2, 3, 3, 0), row("A-3", 1, 1, 0, 0), row("A-1", 2, 3, 3, 1), row("A-4", 1, 1, 1, 1)]
    );
    assert_eq!((&all["asked_accounts"], &all["answered_accounts"]), (&json!(4), &json!(2)));
    assert_eq!(all["coverage"], json!({"share": 0.5, "low": 0.15, "high": 0.85}));
    assert_eq!(
        (&all["contacts"], &all["unassigned"]["sent"], &all["unassigned"]["answered"]),
        (&json!(7), &json!(1), &json!(1))
    );
    assert_eq!((&all["scanned"]["complete"], &all["cursor"]), (&json!(true), &Value::Null));
    assert_eq!(all["accounts"][2]["name"], "Account A-1");
    let last = &all["accounts"][2]["last_answer"];
    assert_eq!((&last["day"], &last["score"], &last["group"]), (&json!("2027-03-15"), &json!(9), &json!("promoter")));
    assert_eq!(all["accounts"][0]["last_answer"], Value::Null);
    // They are the numbers of the dashboard.
    let nps = company.nps("").await.ok();
    for name in ["sent", "delivered", "answered", "response_rate"] {
        assert_eq!(all[name], nps[name], "{name}");
    }
    // Sent on other days: not asked. An answer to that is still the last one.
    let later = coverage(&company, "?from=2027-03-17&to=2027-03-17").await.ok();
    assert_eq!(accounts(&later), [row("A-4", 1, 1, 1, 1)]);
    company.ask(done("a0X9", "ada@example.com").set("account_id", "A-1")).await;
    let later = coverage(&company, "?window=1d").await.ok();
    assert_eq!(accounts(&later)[0], row("A-1", 1, 1, 1, 0));
    assert_eq!(later["accounts"][0]["last_answer"]["day"], "2027-03-15");

    let sams = coverage(&company, "?filter.owner=sam@company.example&filter.account=A-2").await.ok();
    assert_eq!(accounts(&sams), [row("A-2", 2, 3, 3, 0)]);
    for (day, asked) in [("mon", 3), ("tue", 0), ("wed", 2)] {
        let days = coverage(&company, &format!("?filter.weekday={day}")).await.ok();
        assert_eq!(days["asked_accounts"], asked, "{day}");
    }
    for (query, pointer) in [
        ("?filter.hour=09", "?filter.hour"),
        ("?cursor=x", "?cursor"),
        ("?scan=0", "?scan"),
        ("?group_by=owner", "?group_by"),
    ] {
        assert_eq!(coverage(&company, query).await.problem(), ("invalid", vec![pointer]), "{query}");
    }
}

#[tokio::test]
async fn pages_add_up_to_the_whole() {
    let company = asked().await;
    let whole = coverage(&company, "").await.ok();
    for scan in [1, 3, 7] {
        let mut sums: BTreeMap<String, (BTreeSet<String>, u64, u64, u64)> = BTreeMap::new();
        let (mut items, mut surveys, mut pages, mut cursor) = (0, 0, 0, String::new());
        loop {
            let page = coverage(&company, &format!("?scan={scan}{cursor}")).await.ok();
            assert_eq!((&page["coverage"], &page["scanned"]["complete"]), (&Value::Null, &json!(false)));
            let read = page["scanned"]["items"].as_u64().unwrap();
            assert!(read <= scan, "{read} of {scan}");
            (items, surveys, pages) = (items + read, surveys + page["scanned"]["surveys"].as_u64().unwrap(), pages + 1);
            for row in page["accounts"].as_array().unwrap() {
                let sum = sums.entry(row["value"].as_str().unwrap().to_owned()).or_default();
                let n = |name: &str| row[name].as_u64().unwrap();
                let keys = row["contact_keys"].as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned());
                sum.0.extend(keys);
                (sum.1, sum.2, sum.3) = (sum.1 + n("sent"), sum.2 + n("delivered"), sum.3 + n("answered"));
            }
            match page["cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert!(pages > 2, "{pages}");
        assert_eq!(
            (json!(items), json!(surveys)),
            (whole["scanned"]["items"].clone(), whole["scanned"]["surveys"].clone())
        );
        let sums: BTreeSet<_> = sums
            .into_iter()
            .map(|(value, (keys, sent, delivered, answered))| (value, keys.len() as u64, sent, delivered, answered))
            .collect();
        assert_eq!(sums, accounts(&whole).into_iter().collect());
    }
}
