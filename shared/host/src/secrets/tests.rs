use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::Env;
use crate::aws::{Reach, Service};
use crate::settings::Settings;

/// SSM as it answers on a wire: one parameter, and how often it was asked.
async fn ssm(status: &'static str, body: &'static str) -> (Secrets, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 16 * 1024];
            let read = stream.read(&mut request).await.unwrap();
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            assert!(request.contains("AmazonSSM.GetParameter"), "{request}");
            counted.fetch_add(1, Ordering::SeqCst);
            let length = body.len();
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let env = Env::from([("AWS_REGION", "eu-central-1"), ("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")]);
    let reach = Reach::new(&env.with("AWS_ENDPOINT_URL_SSM", &url)).unwrap();
    (Secrets::new(&reach.config(Service::Ssm), "/npsloop"), asked)
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + seconds * 1000)
}

#[test]
fn a_secret_has_one_value_or_two() {
    let pem = |name: &str| format!("-----BEGIN PRIVATE KEY-----\n{name}\n{name}\n-----END PRIVATE KEY-----\n");
    let cases = [
        ("one".to_owned(), vec!["one".to_owned()]),
        ("new\nold\n".to_owned(), vec!["new".to_owned(), "old".to_owned()]),
        ("\r\n new \r\n\r\n old \r\nolder".to_owned(), vec!["new".to_owned(), "old".to_owned()]),
        (pem("new"), vec![pem("new")]),
        (format!("{}\n{}", pem("new"), pem("old")), vec![pem("new"), pem("old")]),
    ];
    for (text, values) in cases {
        let secret = Secret::parse(&text).unwrap();
        assert_eq!(secret.current(), values[0]);
        assert_eq!(secret.accepted().collect::<Vec<_>>(), values);
    }
    for empty in ["", " \n\t\r\n"] {
        assert_eq!(Secret::parse(empty), None);
    }
}

#[test]
fn nothing_printed_holds_a_secret() {
    let secret = Secret::parse("s3cr3t\nf0rm3r").unwrap();
    let shown = format!("{secret:?} {:?}", Some(vec![secret.clone()]));
    assert!(!shown.contains("s3cr3t") && !shown.contains("f0rm3r"), "{shown}");
}

#[test]
fn a_path_starts_at_the_root() {
    struct Path(String);
    impl Settings for Path {
        const NAMES: &'static [&'static str] = &["SECRETS_PATH"];
        fn read(reader: &mut Reader<'_>) -> Option<Self> {
            path(reader).map(Self)
        }
    }
    let read = |value: &str| Env::from([("SECRETS_PATH", value)]).read::<Path>().ok().map(|path| path.0);
    for (value, expected) in [
        ("/npsloop", Some("/npsloop")),
        ("/npsloop/prod/", Some("/npsloop/prod")),
        ("npsloop", None),
        ("/", None),
        ("/a//b", None),
        ("/a b", None),
        ("/*", None),
    ] {
        assert_eq!(read(value).as_deref(), expected, "{value}");
    }
}

#[tokio::test]
async fn a_secret_is_read_once_in_five_minutes() {
    let (secrets, asked) = ssm("200 OK", r#"{"Parameter":{"Name":"/npsloop/crm","Value":"new\nold"}}"#).await;
    for (seconds, times) in [(0, 1), (60, 1), (299, 1), (300, 2), (301, 2)] {
        let secret = secrets.get("crm", at(seconds)).await.unwrap();
        assert_eq!(secret.accepted().collect::<Vec<_>>(), ["new", "old"]);
        assert_eq!(asked.load(Ordering::SeqCst), times, "after {seconds} s");
    }
    assert!(!format!("{secrets:?}").contains("old"), "{secrets:?}");
}

#[tokio::test]
async fn what_is_not_there_is_soon_asked_for_again() {
    let (secrets, asked) = ssm("400 Bad Request", r#"{"__type":"ParameterNotFound"}"#).await;
    for (seconds, times) in [(0, 1), (9, 1), (10, 2)] {
        assert_eq!(secrets.get("crm", at(seconds)).await, Err(Error::NotThere("crm".to_owned())));
        assert_eq!(asked.load(Ordering::SeqCst), times, "after {seconds} s");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_not_taken_for_absent() {
    let (secrets, asked) = ssm("400 Bad Request", r#"{"__type":"AccessDeniedException"}"#).await;
    for times in [1, 2] {
        let error = secrets.get("crm", at(0)).await.unwrap_err();
        assert!(matches!(&error, Error::Unreachable { cause, .. } if cause == "AccessDeniedException"), "{error}");
        assert_eq!(asked.load(Ordering::SeqCst), times);
    }
}

#[tokio::test]
async fn no_name_leads_to_another_path() {
    let (secrets, asked) = ssm("200 OK", r#"{"Parameter":{"Value":"x"}}"#).await;
    for name in ["", "../other", "a/b", "a b", "ä", &"a".repeat(129)] {
        assert!(matches!(secrets.get(name, at(0)).await, Err(Error::NotThere(_))), "{name}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}
