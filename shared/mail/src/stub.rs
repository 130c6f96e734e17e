//! A service of AWS that speaks, or breaks, TCP on loopback; tests alone.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::SdkConfig;
use aws_types::region::Region;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The way there.
pub(crate) fn config(endpoint: &str) -> SdkConfig {
    SdkConfig::builder()
        .region(Region::new("eu-central-1"))
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new("id", "secret", None, None, "test")))
        .build()
}

/// Reads one whole request and gives its head and body.
pub(crate) async fn request(stream: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let read = stream.read(&mut chunk).await.expect("a request");
        assert!(read > 0, "the request ended early");
        bytes.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase().strip_prefix("content-length:").map(|n| n.trim().parse::<usize>())
                })
                .expect("a length")
                .expect("a number");
            if body.len() >= length {
                return (head.to_owned(), body.to_owned());
            }
        }
    }
}

/// A server that reads one request, writes `answer` as it is, and closes; its task ends with the request's body.
pub(crate) async fn stub(answer: String) -> (String, JoinHandle<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let got = request(&mut stream).await;
        stream.write_all(answer.as_bytes()).await.expect("written");
        stream.shutdown().await.expect("closed");
        // A second attempt would be a second mail.
        let second = tokio::time::timeout(Duration::from_millis(60), listener.accept()).await;
        assert!(second.is_err(), "the client tried again");
        got
    });
    (endpoint, served)
}

pub(crate) fn answer(status: &str, kind: Option<&str>, body: &str) -> String {
    let kind = kind.map(|kind| format!("x-amzn-errortype: {kind}\r\n")).unwrap_or_default();
    format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{kind}content-length: {}\r\n\r\n{body}", body.len())
}

/// A server that reads one request and says nothing.
pub(crate) async fn never_answers() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        request(&mut stream).await;
        tokio::time::sleep(Duration::from_millis(1200)).await;
    });
    endpoint
}
