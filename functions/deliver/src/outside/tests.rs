use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

const SHORT: Bounds = Bounds { connect: Duration::from_millis(200), total: Duration::from_millis(400) };

/// A way out that knows these names.
fn knowing(names: &[(&str, &[&str])], loopback: bool) -> Outside {
    let table =
        names.iter().map(|(name, ips)| ((*name).to_owned(), ips.iter().map(|ip| ip.parse().unwrap()).collect()));
    Outside::bounded(Resolver::Table(Arc::new(table.collect())), loopback, SHORT)
}

fn post(url: &str) -> http::Request<Vec<u8>> {
    http::Request::post(url).header("content-type", "application/json").body(b"{}".to_vec()).unwrap()
}

/// A server that does this with every connection; its address.
async fn server<F: Future<Output = ()> + Send>(
    host: &str,
    serve: impl Fn(TcpStream) -> F + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind((host, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            serve(stream).await;
        }
    });
    address
}

async fn answer(mut stream: TcpStream, head: &str, body: &[u8]) {
    let mut request = vec![0; 16 * 1024];
    assert!(stream.read(&mut request).await.unwrap() > 0);
    let length = body.len();
    stream.write_all(format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\n\r\n").as_bytes()).await.unwrap();
    // Who has read enough hangs up.
    stream.write_all(body).await.ok();
}

#[test]
fn only_public_addresses_are_called() {
    let refused = [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.254",
        "127.0.0.1",
        "127.9.9.9",
        "169.254.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
    ];
    for ip in refused {
        assert!(judge_ip(ip.parse().unwrap(), false).is_err(), "{ip}");
    }
    for ip in
        ["8.8.8.8", "100.63.0.1", "100.128.0.1", "172.15.0.1", "172.32.0.1", "2600::1", "2a00:1450::1", "2001:200::1"]
    {
        assert_eq!(judge_ip(ip.parse().unwrap(), false), Ok(()), "{ip}");
    }
}

#[test]
fn only_this_machine_is_let_through_where_it_may_be_called() {
    for (ip, called) in [("127.0.0.1", true), ("::1", true), ("10.0.0.1", false), ("169.254.169.254", false)] {
        assert_eq!(judge_ip(ip.parse().unwrap(), true).is_ok(), called, "{ip}");
    }
}

#[test]
fn an_address_is_judged_however_it_is_written() {
    let cases = [
        ("https://hooks.example.com/x", true, true),
        ("https://hooks.example.com:8443/x", true, true),
        ("http://hooks.example.com/x", false, false),
        ("ftp://hooks.example.com/x", false, false),
        ("https://ada:secret@hooks.example.com/", false, false),
        ("https://ada@hooks.example.com/", false, false),
        ("https://127.0.0.1/", false, true),
        ("http://127.0.0.1:8080/", false, true),
        ("http://localhost:8080/", false, true),
        ("http://[::1]:8080/", false, true),
        ("http://127.1/", false, true),
        ("http://0x7f000001/", false, true),
        ("http://2130706433/", false, true),
        ("https://0xa000001/", false, false),
        ("https://167772161/", false, false),
        ("https://[::ffff:10.0.0.1]/", false, false),
        ("https://[fd00:ec2::254]/latest/meta-data", false, false),
        ("https://169.254.169.254/latest/meta-data", false, false),
        ("http://169.254.169.254/latest/meta-data", false, false),
        ("http://localhost.example.com/", false, false),
    ];
    for (url, called, called_locally) in cases {
        let url = Url::parse(url).unwrap();
        assert_eq!(judge_url(&url, false).is_ok(), called, "{url}");
        assert_eq!(judge_url(&url, true).is_ok(), called_locally, "{url}");
    }
}

#[tokio::test]
async fn a_name_that_leads_home_is_not_called() {
    let outside = knowing(
        &[
            ("inside.example", &["10.0.0.1"]),
            ("metadata.example", &["169.254.169.254"]),
            ("mapped.example", &["::ffff:127.0.0.1"]),
            ("both.example", &["93.184.215.14", "192.168.0.1"]),
            ("loop.example", &["127.0.0.1"]),
        ],
        false,
    );
    for name in ["inside", "metadata", "mapped", "both", "loop"] {
        let error = outside.send(post(&format!("https://{name}.example/"))).await.unwrap_err();
        assert!(matches!(error, Error::Refused(_)), "{name}: {error:?}");
        assert!(!error.may_pass() && !error.may_have_arrived());
    }
    for url in ["https://127.0.0.1:9/", "http://127.0.0.1:9/", "https://[::1]:9/"] {
        assert!(matches!(outside.send(post(url)).await, Err(Error::Refused(_))), "{url}");
    }
    let error = outside.send(post("https://nobody.example/")).await.unwrap_err();
    assert!(matches!(error, Error::NotFound) && error.may_pass(), "{error:?}");
}

#[tokio::test]
async fn the_address_that_was_judged_is_the_one_that_is_called() {
    // The machine itself would say 127.0.0.1 and find nobody there.
    let address = server("127.0.0.2", |stream| answer(stream, "201 Created\r\nx-id: 7", b"made")).await;
    let outside = knowing(&[("localhost", &["127.0.0.2"])], true);
    let got = outside.send(post(&format!("http://localhost:{}/", address.port()))).await.unwrap();
    assert_eq!(
        (got.status, &got.headers["x-id"], &got.body[..]),
        (StatusCode::CREATED, &"7".parse().unwrap(), &b"made"[..])
    );
}

#[tokio::test]
async fn a_redirect_is_an_answer_like_any_other() {
    let address =
        server("127.0.0.1", |stream| answer(stream, "302 Found\r\nlocation: http://169.254.169.254/", b"")).await;
    let got = knowing(&[], true).send(post(&format!("http://{address}/"))).await.unwrap();
    assert_eq!(got.status, StatusCode::FOUND);
}

#[tokio::test]
async fn of_a_long_answer_the_beginning_is_read() {
    let long = vec![b'x'; 4 * MOST_READ];
    let address = server("127.0.0.1", move |stream| {
        let long = long.clone();
        async move { answer(stream, "200 OK", &long).await }
    })
    .await;
    let got = knowing(&[], true).send(post(&format!("http://{address}/"))).await.unwrap();
    assert_eq!((got.status, got.body.len()), (StatusCode::OK, MOST_READ));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_sent() {
    let request = http::Request::post("http://127.0.0.1:9/").body(vec![0; MOST_SENT + 1]).unwrap();
    assert!(matches!(knowing(&[], true).send(request).await, Err(Error::TooLarge)));
}

#[tokio::test]
async fn a_timeout_says_whether_anything_was_sent() {
    let silent = |mut stream: TcpStream| async move {
        let mut sink = vec![0; 1024];
        while stream.read(&mut sink).await.is_ok_and(|read| read > 0) {}
    };
    let address = server("127.0.0.1", silent).await;
    let outside = knowing(&[], true);
    // Without an answer TLS does not come about.
    let before = outside.send(post(&format!("https://{address}/"))).await.unwrap_err();
    assert!(matches!(before, Error::ConnectTimeout) && !before.may_have_arrived(), "{before:?}");
    let after = outside.send(post(&format!("http://{address}/"))).await.unwrap_err();
    assert!(matches!(after, Error::AnswerTimeout) && after.may_have_arrived(), "{after:?}");
}

#[tokio::test]
async fn a_broken_connection_says_whether_anything_was_sent() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let before = knowing(&[], true).send(post(&format!("http://{free}/"))).await.unwrap_err();
    assert!(matches!(before, Error::NoConnection(_)) && !before.may_have_arrived(), "{before:?}");
    let address = server("127.0.0.1", |mut stream: TcpStream| async move {
        assert!(stream.read(&mut [0; 1024]).await.unwrap() > 0);
    })
    .await;
    let after = knowing(&[], true).send(post(&format!("http://{address}/"))).await.unwrap_err();
    assert!(matches!(after, Error::Broken(_)) && after.may_have_arrived(), "{after:?}");
}

#[tokio::test]
async fn who_speaks_no_tls_is_not_spoken_to() {
    let address = server("127.0.0.1", |stream| answer(stream, "200 OK", b"")).await;
    let error = knowing(&[], true).send(post(&format!("https://{address}/"))).await.unwrap_err();
    assert!(matches!(error, Error::Tls(_)) && !error.may_have_arrived(), "{error:?}");
}

/// A server whose certificate nobody has vouched for but itself; its address.
fn impostor() -> SocketAddr {
    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    const PEM: &[u8] = include_bytes!("fixtures/self_signed.pem");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(PEM).unwrap()],
            PrivateKeyDer::from_pem_slice(PEM).unwrap(),
        )
        .unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        // The other side hangs up as soon as it has seen the certificate.
        connection.complete_io(&mut stream).ok();
    });
    address
}

#[tokio::test]
async fn who_cannot_prove_to_be_somebody_is_not_spoken_to() {
    let address = impostor();
    let error = knowing(&[], true).send(post(&format!("https://{address}/"))).await.unwrap_err();
    assert!(matches!(error, Error::Tls(_)) && !error.may_have_arrived(), "{error:?}");
    assert!(host::telemetry::chain(&error).contains("certificate"), "{error:?}");
}

#[tokio::test]
async fn no_error_tells_the_address() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = knowing(&[], true).send(post(&format!("http://{free}/services/T0/B0/s3cr3t"))).await.unwrap_err();
    let told = format!("{error:?} {}", host::telemetry::chain(&error));
    assert!(!told.contains("s3cr3t"), "{told}");
}
