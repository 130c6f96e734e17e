//! What a spam filter thinks of our letters: SpamAssassin, with the rules that need no network, of every letter.
//!
//! It knows nothing of the sender's good name, which is most of what a receiver goes by; but what it holds against the words
//! and the making of a letter, others do as well.

use std::io::Write as _;
use std::process::{Command, Stdio};

use mail_builder::MessageBuilder;
use mail_builder::headers::raw::Raw;
use model::Language;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Company, Letter, done};
use words::Words;

/// Designs a company brings.
const MJML: &str = include_str!("../fixtures/templates/invite.mjml");
const HTML: &str = include_str!("../fixtures/templates/thanks.html");

/// More than this is too much; SpamAssassin itself calls 5 spam.
const MOST: f64 = 2.0;

/// A letter as it would reach a receiver: with the address of a real company, and not of this machine.
fn message(company: &Company, letter: &Letter) -> String {
    let public = |text: &str| text.replace(company.url(), "https://survey.company.example");
    let (name, address) = letter.from.rsplit_once(" <").unwrap_or(("", letter.from.as_str()));
    let mut message = MessageBuilder::new()
        .from((name.trim_matches('"'), address.trim_end_matches('>')))
        .to(letter.to.as_str())
        .subject(letter.subject.as_str())
        .date(letter.at.as_seconds())
        .message_id("0102018f3b6ed1f2-6a3e1c52-0e5f-4a8b-9c56-1f8c7f7f5a5e-000000@eu-central-1.amazonses.com")
        .html_body(public(&letter.html))
        .text_body(public(&letter.text));
    for (header, value) in &letter.headers {
        if header.starts_with("List-") {
            message = message.header(header.clone(), Raw::new(public(value)));
        }
    }
    message.write_to_string().expect("a message")
}

/// What is held against each message, and for what.
fn judged(messages: &[String]) -> Vec<(f64, String)> {
    let home = tempfile::tempdir().expect("a folder");
    let spamassassin = Command::new("spamassassin")
        .args(["--local", "--mbox", "--nocreate-prefs"])
        .env("HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn();
    let mut spamassassin = spamassassin.expect("SpamAssassin is needed: apt-get install spamassassin");
    let mut input = spamassassin.stdin.take().expect("it listens");
    let mbox: String = messages
        .iter()
        .map(|message| format!("From - Mon Mar 15 09:00:00 2027\n{}\n", message.replace("\r\n", "\n")))
        .collect();
    let writing = std::thread::spawn(move || input.write_all(mbox.as_bytes()).expect("it reads"));
    let output = spamassassin.wait_with_output().expect("it ends");
    writing.join().expect("it read everything");
    let said = String::from_utf8_lossy(&output.stdout).replace("\n\t", " ");
    let statuses = said.lines().filter_map(|line| line.strip_prefix("X-Spam-Status: "));
    let word = |status: &str, name: &str| {
        let found = status.split_whitespace().find_map(|word| word.strip_prefix(name));
        found.unwrap_or_else(|| panic!("no {name} in {status}")).to_owned()
    };
    statuses.map(|status| (word(status, "score=").parse().expect("a number"), status.to_owned())).collect()
}

#[tokio::test]
async fn no_letter_looks_like_spam() {
    let company = Company::start().await;
    let manager = json!({"tasks": {"manager": "mia@company.example"}});
    company.campaign_with("default", manager).await;
    let low = company.ask_and_hear(done("a0X1", "ada@example.com").owner("sam@company.example"), 3).await;
    company.respond_with(&low.link(3), json!({"comment": "It took too long.", "follow_up": true})).await.ok();
    company.ask(done("a0X2", "eve@example.com").owner("sam@company.example")).await;
    company.advance_days(8).await;
    let letters = company.mail().await;
    let messages: Vec<String> = letters.iter().map(|letter| message(&company, letter)).collect();
    let judged = judged(&messages);
    assert_eq!(judged.len(), letters.len());
    for (letter, (score, status)) in letters.iter().zip(judged) {
        println!("{score:5.1}  {}", letter.subject);
        assert!(score < MOST, "{}: {status}", letter.subject);
    }
    company.finish().await;
}

/// A letter as it would be sent, of the preview: the same but for its links, which get back the paths they would have.
fn sent(shown: &Value) -> Letter {
    let whole = |name: &str| {
        shown[name].as_str().unwrap_or_default().replace("/preview/ask/", "/r/").replace("/preview/unsubscribe/", "/u/")
    };
    let headers = shown["headers"].as_array().expect("headers").iter();
    let headers: serde_json::Map<String, Value> = headers
        .map(|header| (header["name"].as_str().unwrap_or_default().to_owned(), header["value"].clone()))
        .collect();
    let (name, email) = (shown["from"]["name"].as_str(), shown["from"]["email"].as_str());
    Letter::from(&json!({
        "at": "2027-03-15T10:00:00Z",
        "to": "ada@example.com",
        "from": format!("{} <{}>", name.unwrap_or_default(), email.unwrap_or_default()),
        "subject": shown["subject"],
        "html": whole("html"),
        "text": whole("text"),
        "headers": headers,
    }))
}

#[tokio::test]
async fn no_letter_looks_like_spam_in_any_language() {
    let company = Company::start().await;
    let thanks = |language: Language| {
        let words = Words::plain(language);
        json!({"thanks_promoter": format!("{}\n\n{}", words.thanks_answer(), words.already())})
    };
    let texts: serde_json::Map<String, Value> =
        Language::ALL.into_iter().map(|language| (language.tag().to_owned(), thanks(language))).collect();
    company.campaign_with("default", json!({"texts": texts})).await;
    let mut letters = Vec::new();
    let mut look = async |design: &str, all: &[Language]| {
        for language in all {
            for letter in ["invite", "remind", "thanks"] {
                let path = format!(
                    "/v1/campaigns/default/preview?letter={letter}&group=promoter&language={}&format=json",
                    language.tag()
                );
                let shown = company.call(Method::GET, &path, None).await.ok();
                letters.push((format!("{design}{letter} {}", language.tag()), sent(&shown.body)));
            }
        }
    };
    look("", &Language::ALL).await;
    // And in designs of the company's own.
    let designs = [("invite", "mjml", MJML), ("remind", "mjml", MJML), ("thanks", "html", HTML)];
    for (letter, kind, source) in designs {
        let path = format!("/v1/campaigns/default/templates/{letter}");
        company.call(Method::PUT, &path, Some(json!({"kind": kind, "source": source}))).await.ok();
    }
    look("own ", &[Language::En, Language::De, Language::Ar, Language::Ja]).await;
    let messages: Vec<String> = letters.iter().map(|(_, letter)| message(&company, letter)).collect();
    let judged = judged(&messages);
    assert_eq!(judged.len(), (Language::ALL.len() + 4) * 3);
    let mut table: Vec<_> =
        letters.iter().zip(&judged).map(|((which, _), (score, why))| (*score, which, why)).collect();
    table.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (score, which, why) in table.iter().take(15) {
        println!("{score:5.1}  {which:16} {}", why.split("tests=").nth(1).unwrap_or_default());
    }
    let wrong: Vec<_> = table.iter().filter(|(score, ..)| *score >= MOST).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    company.finish().await;
}

#[test]
fn a_letter_that_looks_like_spam_is_found() {
    let spam = MessageBuilder::new()
        .from(("WINNER!!!", "a@example.com"))
        .to("ada@example.com")
        .subject("CONGRATULATIONS!!! You have WON $1,000,000 DOLLARS")
        .date(1_805_104_800_i64)
        .html_body("<font size=7 color=red>CLICK HERE to get rich, act now, Viagra no prescription needed!!!</font>")
        .write_to_string()
        .expect("a message");
    let judged = judged(&[spam]);
    assert!(judged[0].0 > MOST, "{}", judged[0].1);
}
