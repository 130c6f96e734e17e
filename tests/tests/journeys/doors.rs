//! Other doors: whoever comes by a link, a QR code or a widget answers unasked, once a visit, and as whoever the company says.

mod signed;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Company, KEY, Page, client, signed};

const DOORS: &str = "/v1/campaigns/default/doors";

/// Makes a door with these fields.
pub(crate) async fn door(company: &Company, id: &str, fields: Value) -> Answer {
    company.call(Method::PUT, &format!("{DOORS}/{id}"), Some(fields)).await.ok()
}

/// A link for a shop.
pub(crate) async fn shop(company: &Company) -> String {
    let owner = json!({"email": "sam@company.example", "name": "Sam Owner"});
    let fields = json!({"name": "Shop Berlin", "kind": "link", "attributes": {"shop": "Berlin"}, "owner": owner});
    door(company, "shop-berlin", fields).await.text("url")
}

/// A widget that these sites may show: its link and its secret.
pub(crate) async fn widget(company: &Company, origins: Value) -> (String, String) {
    let made = door(company, "checkout", json!({"name": "Checkout", "kind": "widget", "origins": origins})).await;
    (made.text("url"), made.text("secret"))
}

async fn about(company: &Company, contact: &str, order: &str) -> Value {
    let exp = company.now().await.as_seconds() + 3_600;
    json!({"contact_email": contact, "contact_name": "Ada", "subject_type": "order", "subject_id": order, "exp": exp})
}

/// Where somebody who was thanked changes their score.
fn change(thanks: &Page) -> String {
    let links = thanks.html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    tests::unescaped(links.into_iter().find(|link| link.contains("score=")).expect("a link to change the score"))
}

fn at(url: &str, query: &str) -> String {
    format!("{url}?{query}")
}

async fn post(company: &Company, link: &str, body: Value) -> Answer {
    let path = link.strip_prefix(company.url()).unwrap_or(link);
    let kind = [("content-type", "application/json".to_owned())];
    company.send(Method::POST, path, &kind, body.to_string().into_bytes()).await
}

#[tokio::test]
async fn a_visit_is_one_response_that_was_never_asked_for() {
    let company = Company::start().await;
    let url = shop(&company).await;
    let page = company.follow(&at(&url, "score=3")).await;
    assert_eq!(page.status, 200);
    assert!(page.html.contains("recommend Example Company"), "{}", page.html);
    let thanks = company.press(&page, &[]).await;
    assert_eq!(thanks.status, 200, "{}", thanks.html);
    // The same form once more, as an impatient finger or a page that is loaded again sends it.
    assert_eq!(company.press(&page, &[]).await.status, 200);
    company.settle().await;

    let numbers = company.nps("?group_by=shop").await.ok();
    let zero = json!(0);
    assert_eq!((&numbers["n"], &numbers["sent"], &numbers["delivered"]), (&json!(1), &zero, &zero));
    assert_eq!(numbers["response_rate"], Value::Null);
    assert_eq!((&numbers["groups"][0]["value"], &numbers["groups"][0]["n"]), (&json!("Berlin"), &json!(1)));
    let channels = company.nps("?group_by=channel").await.ok();
    assert_eq!((&channels["groups"][0]["value"], &channels["groups"][0]["n"]), (&json!("link"), &json!(1)));

    let heard = company.responses("").await.ok();
    let response = &heard["responses"][0];
    assert_eq!(heard["responses"].as_array().map(Vec::len), Some(1));
    assert_eq!((&response["contact"]["email"], &response["contact"]["name"]), (&Value::Null, &Value::Null));
    let id = response["survey_id"].as_str().unwrap().to_owned();
    let survey = company.survey(&id).await;
    assert_eq!((&survey["state"], &survey["milestone"]), (&json!("answered"), &json!("visit")));
    assert_eq!((&survey["subject"]["type"], &survey["subject"]["name"]), (&json!("visit"), &json!("Shop Berlin")));
    assert_eq!(survey["timeline"][0]["detail"]["door"], "shop-berlin");
    assert!(survey["steps"].as_array().unwrap().iter().all(|step| step["state"] == "skipped"), "{survey:?}");

    // What follows is said as ever: a comment, another score.
    let commented = company.press(&thanks, &[("comment", "Nobody was at the till.")]).await;
    assert!(
        commented.status == 200 && commented.seen().contains("Thank you, we have your comment"),
        "{}",
        commented.html
    );
    assert_eq!(company.confirm(&change(&commented).replace("score=3", "score=2")).await.status, 200);
    company.settle().await;
    let survey = company.survey(&id).await;
    assert_eq!((&survey["score"], &survey["comment"]), (&json!(2), &json!("Nobody was at the till.")));

    // The shop's owner hears of it and has something to look into, though nobody can be called.
    let letters = company.inbox("sam@company.example").await;
    assert!(letters.iter().any(|letter| letter.subject.contains('3')), "{letters:?}");
    let words = letters.iter().map(|letter| letter.text.as_str()).collect::<String>();
    assert!(words.contains("Nobody was at the till.") && !words.contains("null"), "{words}");
    let tasks = company.tasks("").await.ok();
    let kinds: Vec<_> = tasks["tasks"].as_array().unwrap().iter().map(|task| task["kind"].clone()).collect();
    assert_eq!(kinds, [json!("recovery")]);
    assert_eq!(tasks["tasks"][0]["contact"]["email"], Value::Null);
    assert_eq!(company.mail().await.len(), letters.len(), "nobody else is mailed, now or later");
    company.advance_days(30).await;
    assert_eq!(company.survey(&id).await["state"], "answered");
    assert_eq!(company.nurture("").await.ok()["contacts"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn looking_records_nothing_and_each_look_is_another_visit() {
    let company = Company::start().await;
    let url = shop(&company).await;
    company.follow(&url).await;
    company.settle().await;
    let before = company.writes().await;
    let first = company.follow(&at(&url, "score=9&kiosk=1&lang=de")).await;
    let second = company.follow(&url).await;
    assert_eq!(company.head(&url).await.status, 200);
    assert_eq!(company.writes().await, before, "not one write");
    assert_ne!(first.form().action, second.form().action);
    assert!(!first.headers.contains_key("set-cookie"));
    assert!(first.html.contains("<html lang=\"de\"") && first.form().action.contains("kiosk=1"), "{}", first.html);
    // A German shop speaks German unless somebody chooses otherwise; other doors speak as the browser does.
    door(&company, "koeln", json!({"name": "Köln", "kind": "link", "language": "de"})).await;
    let german = company.call(Method::GET, &format!("{DOORS}/koeln"), None).await.text("url");
    for (link, languages, spoken) in [(&german, "fr", "de"), (&url, "fr", "fr"), (&url, "tlh", "en")] {
        let page = company.follow_in(link, languages).await;
        assert!(page.html.contains(&format!("<html lang=\"{spoken}\"")), "{spoken}");
    }
    let other = company.follow(&at(&german, "lang=es")).await;
    assert!(other.html.contains("<html lang=\"es\"") && other.form().action.contains("lang=es"));
}

#[tokio::test]
async fn programs_answer_as_well_and_name_their_visits() {
    let company = Company::start().await;
    let url = shop(&company).await;
    let visit = at(&url, "visit=AAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(post(&company, &visit, json!({"comment": "Alone"})).await.problem(), ("invalid", vec!["/score"]));
    let first = post(&company, &visit, json!({"score": 9, "comment": "Fine"})).await.ok();
    assert_eq!(
        (&first["score"], &first["group"], &first["standing"]),
        (&json!(9), &json!("promoter"), &json!("confirmed"))
    );
    for body in [json!({"score": 9}), json!({"score": 10}), json!({"comment": "Very fine"})] {
        assert_eq!(post(&company, &visit, body).await.ok()["survey_id"], first["survey_id"]);
    }
    assert_ne!(post(&company, &url, json!({"score": 0})).await.ok()["survey_id"], first["survey_id"]);
    company.settle().await;
    let survey = company.survey(&first.text("survey_id")).await;
    assert_eq!((&survey["score"], &survey["comment"]), (&json!(10), &json!("Very fine")));
    assert_eq!(company.nps("").await["n"], 2);
    assert_eq!(
        post(&company, &at(&url, "visit=short"), json!({"score": 9})).await.problem(),
        ("invalid", vec!["?visit"])
    );
    for (body, pointer) in [(json!({"score": 11}), "/score"), (json!({"score": 9, "x": 1}), "/x")] {
        assert_eq!(post(&company, &url, body).await.problem(), ("invalid", vec![pointer]));
    }
    assert_eq!(post(&company, &url, json!({"score": 9, "self_saved": true})).await.problem().0, "conflict");
    // Tallies are what the surveys say.
    let done = company.reconcile(false).await;
    assert_eq!((&done["uncounted"], &done["wrong"]), (&json!([]), &json!([])), "{done:?}");
    for query in
        ["?filter.channel=link", "?group_by=shop&filter.channel=link", "?by=sending", "?by=sending&filter.channel=link"]
    {
        let numbers = company.nps(query).await.ok();
        assert_eq!(numbers["n"], 2, "{query}");
    }
}

#[tokio::test]
async fn whom_nobody_knows_is_not_asked_whether_they_may_be_called_or_quoted() {
    let company = Company::start().await;
    company.put_campaign("default", json!({"ask_to_quote": true})).await.ok();
    let (url, secret) = widget(&company, json!(["https://shop.example"])).await;
    let known = format!("&signed={}", signed(&secret, &about(&company, "ada@example.com", "4711").await));
    for (who, asked) in [("", 0), (known.as_str(), 2)] {
        let thanks = company.confirm(&at(&url, &format!("score=9{who}"))).await;
        assert_eq!(thanks.html.matches("type=\"checkbox\"").count(), asked, "{}", thanks.html);
        // Whoever has nothing to add may say so.
        assert_eq!(company.press(&thanks, &[]).await.status, 200);
    }
}

#[tokio::test]
async fn no_other_site_has_its_visitors_vote() {
    let company = Company::start().await;
    let url = shop(&company).await;
    let sent_by = async |site: &str| {
        let sent = client().post(&url).header("sec-fetch-site", site).json(&json!({"score": 0}));
        sent.send().await.unwrap().status().as_u16()
    };
    assert_eq!(sent_by("cross-site").await, 409);
    assert_eq!(sent_by("same-site").await, 409);
    company.settle().await;
    assert_eq!(company.nps("").await.ok()["n"], json!(0));
    assert_eq!(sent_by("same-origin").await, 200);
    company.settle().await;
    assert_eq!(company.nps("").await.ok()["n"], json!(1));
}

#[tokio::test]
async fn a_campaign_that_goes_closes_its_doors() {
    let company = Company::start().await;
    company.campaign_with("spring", json!({})).await;
    let path = "/v1/campaigns/spring/doors/fair";
    let made = company.call(Method::PUT, path, Some(json!({"name": "Fair", "kind": "link"}))).await.ok();
    assert_eq!(company.follow(&made.text("url")).await.status, 200);
    assert_eq!(company.call(Method::DELETE, "/v1/campaigns/spring", None).await.status, 204);
    company.campaign_with("spring", json!({})).await;
    assert_eq!(company.call(Method::GET, path, None).await.status, 404);
    company.advance("1m").await;
    assert_eq!(company.follow(&made.text("url")).await.status, 410);
}

#[tokio::test]
async fn five_scores_in_one_visit_are_no_persons() {
    let company = Company::start().await;
    let url = shop(&company).await;
    let page = company.follow(&url).await;
    for score in ["1", "2", "3", "4", "5"] {
        assert_eq!(company.press(&page, &[("score", score)]).await.status, 200);
    }
    company.settle().await;
    let numbers = company.nps("").await;
    assert_eq!((&numbers["n"], &numbers["suspect"]), (&json!(0), &json!(1)));
}

#[tokio::test]
async fn a_door_is_closed_when_it_is_deleted_or_gets_another_link() {
    let company = Company::start().await;
    let url = shop(&company).await;
    let open = company.follow(&url).await;
    let renew = format!("{DOORS}/shop-berlin/renew");
    let renewed = company.call(Method::POST, &renew, Some(json!({"link": true}))).await.ok().text("url");
    assert_ne!(renewed, url);
    company.advance("1m").await;
    assert_eq!((company.follow(&url).await.status, company.follow(&renewed).await.status), (410, 200));
    assert_eq!(company.press(&open, &[("score", "9")]).await.status, 410);
    // Whatever else is put, the link on the wall stays.
    assert_eq!(shop(&company).await, renewed);
    let thanks = company.confirm(&at(&renewed, "score=9")).await;
    assert_eq!(company.call(Method::DELETE, &format!("{DOORS}/shop-berlin"), None).await.status, 204);
    company.advance("1m").await;
    assert_eq!((company.follow(&renewed).await.status, company.head(&renewed).await.status), (410, 410));
    let program = post(&company, &renewed, json!({"score": 9})).await;
    assert_eq!((program.status, program.problem().0), (410, "gone"));
    // Who has answered may still say why.
    assert_eq!(company.press(&thanks, &[("comment", "Late, but said.")]).await.status, 200);
    company.settle().await;
    assert_eq!(company.responses("").await.ok()["responses"][0]["comment"], "Late, but said.");
    // A door of that name that is made anew has a link of its own.
    assert_ne!(shop(&company).await, renewed);
    company.advance("1m").await;
    assert_eq!(company.follow(&renewed).await.status, 410);
    for forged in [
        url.replace("/d/", "/d/A"),
        format!("{}A", &url[..url.len() - 1]),
        url.replace("/d/", "/r/"),
        format!("{url}/x"),
    ] {
        assert_eq!(company.follow(&forged).await.status, 404, "{forged}");
    }
    // A campaign that asks nobody any more has no doors.
    company.campaign_with("spring", json!({})).await;
    let path = "/v1/campaigns/spring/doors/fair";
    let fair = company.call(Method::PUT, path, Some(json!({"name": "Fair", "kind": "link"}))).await.ok().text("url");
    assert_eq!(company.follow(&fair).await.status, 200);
    company.call(Method::DELETE, "/v1/campaigns/spring", None).await;
    company.advance("1m").await;
    assert_eq!(company.follow(&fair).await.status, 410);
    assert_eq!(company.call(Method::GET, path, None).await.status, 404);
}

#[tokio::test]
async fn a_door_takes_so_many_in_an_hour_and_in_a_minute_from_one_place() {
    let company = Company::start().await;
    let fields = |hourly: u32, minute: u32| json!({"name": "Fair", "kind": "link", "hourly_limit": hourly, "minute_limit": minute});
    let url = door(&company, "fair", fields(100, 2)).await.text("url");
    let page = company.follow(&url).await;
    for _ in 0..2 {
        assert_eq!(company.press(&page, &[("score", "8")]).await.status, 200);
    }
    let turned_away = company.press(&page, &[("score", "4"), ("comment", "My words")]).await;
    assert_eq!(turned_away.status, 429);
    assert!(
        turned_away.html.contains("My words</textarea>") && turned_away.html.contains("value=\"4\" required checked")
    );
    assert_eq!(post(&company, &url, json!({"score": 4})).await.problem().0, "too-many");
    company.advance("1m").await;
    // The very form that was turned away is taken now.
    assert_eq!(company.press(&turned_away, &[]).await.status, 200);
    company.settle().await;
    assert_eq!(
        (&company.nps("").await["n"], &company.responses("").await["responses"][0]["comment"]),
        (&json!(1), &json!("My words"))
    );

    let url = door(&company, "fair", fields(4, 100)).await.text("url");
    company.advance("1m").await;
    assert_eq!(post(&company, &url, json!({"score": 4})).await.status, 200);
    assert_eq!(post(&company, &url, json!({"score": 4})).await.status, 429);
    company.advance("1h").await;
    assert_eq!(post(&company, &url, json!({"score": 4})).await.status, 200);
}

#[tokio::test]
async fn a_phone_reads_the_code_and_finds_the_door() {
    let company = Company::start().await;
    let url = shop(&company).await;
    let get = |name: &'static str| {
        let request = client().get(format!("{}{DOORS}/shop-berlin/qr.{name}", company.url())).bearer_auth(KEY);
        async move { request.send().await.unwrap().error_for_status().unwrap() }
    };
    let answer = get("png").await;
    assert_eq!(answer.headers()["content-type"], "image/png");
    let file = answer.bytes().await.unwrap();
    let mut decoder = png::Decoder::new(std::io::Cursor::new(&file));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    let side = usize::try_from(frame.width).unwrap();
    assert!(side >= 1_000 && frame.width == frame.height && file.len() < 20_000, "{side} {}", file.len());
    assert_eq!(read(side, |x, y| pixels[y * side + x]), url);

    let svg = get("svg").await.text().await.unwrap();
    assert!(svg.contains("<title id=\"title\">Shop Berlin</title>"), "{}", &svg[..300]);
    let squares: usize = svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let mut dark = vec![false; squares * squares];
    let shapes = svg.rsplit_once("d=\"").unwrap().1.split('"').next().unwrap();
    for shape in shapes.split('M').skip(1) {
        let (x, rest) = shape.split_once(' ').unwrap();
        let (y, rest) = rest.split_once('h').unwrap();
        let (x, y, long): (usize, usize, usize) =
            (x.parse().unwrap(), y.parse().unwrap(), rest.split('v').next().unwrap().parse().unwrap());
        dark[y * squares + x..y * squares + x + long].fill(true);
    }
    // Four squares of white on each side, and no more.
    let corner = dark.iter().position(|dark| *dark).unwrap();
    assert_eq!((corner % squares, corner / squares), (4, 4));
    let pixel = |x: usize, y: usize| if dark[(y / 8) * squares + x / 8] { 0 } else { 255 };
    assert_eq!(read(squares * 8, pixel), url);
    // A tenth of it torn off: it is read all the same.
    let torn = |x: usize, y: usize| {
        if x > squares * 4 && x < squares * 6 && y > squares * 4 && y < squares * 6 { 255 } else { pixel(x, y) }
    };
    assert_eq!(read(squares * 8, torn), url);
}

/// What a phone reads in a picture.
fn read(side: usize, pixel: impl Fn(usize, usize) -> u8) -> String {
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, pixel);
    let grids = picture.detect_grids();
    assert_eq!(grids.len(), 1, "one code");
    grids[0].decode().expect("it is read").1
}

#[tokio::test]
async fn only_the_sites_of_a_widget_may_frame_it_and_a_tablet_returns_to_the_question() {
    let company = Company::start().await;
    let url = shop(&company).await;
    let (framed, _) = widget(&company, json!(["https://shop.example", "https://www.shop.example:8443"])).await;
    let sites = "frame-ancestors https://shop.example https://www.shop.example:8443";
    let headers = async |link: &str| {
        let page = company.follow(link).await;
        let policy = page.headers["content-security-policy"].to_str().unwrap().to_owned();
        (policy, page.headers.contains_key("x-frame-options"), page.html)
    };
    let (policy, denied, html) = headers(&url).await;
    assert!(policy.ends_with("frame-ancestors 'none'") && denied && !html.contains("<script"), "{policy}");
    let (policy, denied, html) = headers(&framed).await;
    assert!(policy.ends_with(sites) && !denied && !html.contains("<script"), "{policy}");
    // The page around is told how high this one is: that of the door's own sites alone.
    let (policy, _, html) = headers(&at(&framed, "embed=1&origin=https://shop.example")).await;
    assert!(policy.contains("script-src 'sha256-") && html.contains("data-host=\"https://shop.example\""), "{policy}");
    let (policy, _, html) = headers(&at(&framed, "embed=1&origin=https://evil.example")).await;
    assert!(!policy.contains("script-src") && !html.contains("evil.example"), "{policy}");
    let (policy, denied, html) = headers(&at(&url, "embed=1&origin=https://shop.example")).await;
    assert!(policy.ends_with("frame-ancestors 'none'") && denied && !html.contains("class=\"within\""), "{policy}");
    // What follows may be framed by the same, and by nobody else.
    let thanks = company.confirm(&at(&framed, "embed=1&origin=https://shop.example&score=9")).await;
    for page in [&thanks, &company.press(&thanks, &[("comment", "x")]).await] {
        assert!(page.headers["content-security-policy"].to_str().unwrap().ends_with(sites));
        assert!(page.html.contains("data-host=\"https://shop.example\""), "{}", page.html);
    }

    let first = company.follow(&at(&url, "kiosk=1&lang=de")).await;
    assert!(!first.headers.contains_key("refresh"));
    let thanks = company.press(&first, &[("score", "9")]).await;
    let home = format!("url={}?kiosk=1", url.strip_prefix(company.url()).unwrap());
    assert_eq!(thanks.headers["refresh"], format!("60;{home}"), "time to write");
    let said = company.press(&thanks, &[("comment", "Schön")]).await;
    assert_eq!(said.headers["refresh"], format!("10;{home}"));
    // Whoever goes to change their score and leaves has nobody else answer in their place; and they have time to write again.
    let link = change(&said);
    assert_eq!(company.follow(&link).await.headers["refresh"], format!("60;{home}"));
    assert_eq!(company.confirm(&link.replace("score=9", "score=8")).await.headers["refresh"], format!("60;{home}"));
    let wrong = company.press(&first, &[("score", "11")]).await;
    assert!(wrong.status == 422 && !wrong.headers.contains_key("refresh"), "nothing that was typed goes away");

    let script = client().get(format!("{}/widget.js", company.url())).send().await.unwrap();
    assert_eq!(script.headers()["cache-control"], "public, max-age=3600");
    assert_eq!(script.headers()["access-control-allow-origin"], "*");
    let tag = script.headers()["etag"].clone();
    let again = client().get(format!("{}/widget.js", company.url())).header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
}

#[tokio::test]
async fn doors_are_listed_put_back_and_managed_by_those_who_may() {
    let company = Company::start().await;
    let before = company.writes().await;
    assert_eq!(company.call(Method::GET, DOORS, None).await.ok()["doors"], json!([]));
    assert_eq!(company.writes().await, before, "looking makes no key");
    shop(&company).await;
    let (url, _) = widget(&company, json!(["https://shop.example"])).await;
    let listed = company.call(Method::GET, DOORS, None).await.ok();
    let ids: Vec<_> = listed["doors"].as_array().unwrap().iter().map(|door| door["id"].clone()).collect();
    assert_eq!(ids, [json!("checkout"), json!("shop-berlin")]);
    let shown = company.call(Method::GET, &format!("{DOORS}/checkout"), None).await.ok();
    let snippet = shown.text("snippet");
    assert_eq!(snippet.lines().count(), 2, "{snippet}");
    assert!(
        snippet.contains(&format!("<div data-npsloop=\"{url}\"><a href=\"{url}\">How likely are you")),
        "{snippet}"
    );
    // What is shown can be put back, and changes nothing.
    let back = door(&company, "checkout", shown.body.clone()).await;
    assert_eq!(back.body, shown.body);
    let (_, reads) = company.make_key(&["read"]).await;
    for (method, path, body) in [
        (Method::GET, DOORS.to_owned(), None),
        (Method::GET, format!("{DOORS}/checkout"), None),
        (Method::PUT, format!("{DOORS}/checkout"), Some(shown.body.clone())),
        (Method::DELETE, format!("{DOORS}/checkout"), None),
        (Method::POST, format!("{DOORS}/checkout/renew"), Some(json!({"secret": true}))),
    ] {
        assert_eq!(company.call_as(Some(&reads), method, &path, body).await.status, 403, "{path}");
    }
    for path in [format!("{DOORS}/nothing"), "/v1/campaigns/nothing/doors/checkout".to_owned()] {
        assert_eq!(company.call(Method::GET, &path, None).await.status, 404, "{path}");
        assert_eq!(company.call(Method::DELETE, &path, None).await.status, 404, "{path}");
    }
    let link = company.call(Method::POST, &format!("{DOORS}/shop-berlin/renew"), Some(json!({"secret": true}))).await;
    assert_eq!(link.problem(), ("invalid", vec!["/secret"]));
    let nothing = company.call(Method::POST, &format!("{DOORS}/shop-berlin/renew"), Some(json!({}))).await;
    assert_eq!(nothing.problem(), ("invalid", vec!["/link"]));
}
