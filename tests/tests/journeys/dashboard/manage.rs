//! What those see who manage campaigns: the doors people come in by, and what contacts get.

use reqwest::Method;
use serde_json::json;
use tests::Company;
use tests::browser::{Browser, Tab};

use super::{choose, files, hear, open, press, shown, text};

async fn with_doors() -> Company {
    let company = Company::start_today().await;
    let asks = json!({"question": "How likely are you to recommend our shop?"});
    company.campaign_with("default", asks).await;
    hear(&company, 0, 9, "Superb handover.").await;
    let link = json!({"name": "Shop Berlin", "kind": "link", "attributes": {"shop": "Berlin"}, "owner": {"email": "sam@company.example", "name": "Sam Owner"}});
    company.call(Method::PUT, "/v1/campaigns/default/doors/shop-berlin", Some(link)).await.ok();
    let widget = json!({"name": "Checkout", "kind": "widget", "origins": ["https://shop.example"]});
    company.call(Method::PUT, "/v1/campaigns/default/doors/checkout", Some(widget)).await.ok();
    company
}

/// Whether the dashboard has anything for those who manage.
async fn offered(tab: &Tab) -> bool {
    tab.evaluate("!document.getElementById('doors-card').hidden || !document.getElementById('letters-card').hidden")
        .await
        == true
}

#[tokio::test]
async fn a_door_is_shown_saved_and_hung_up() {
    let company = with_doors().await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.look((1280, 900), "light").await;
    tab.before(
        "window.files = []; window.printed = 0; window.print = () => { printed += 1; };
         URL.createObjectURL = (file) => (window.files.push(file), 'blob:kept');",
    )
    .await;
    tab.open(&format!("{}/dashboard#key=local", company.url())).await;
    shown(&tab).await;
    press(&tab, "#doors-card summary").await;
    tab.until("document.querySelectorAll('#doors .door img[src]').length === 2").await;
    assert_eq!(tab.evaluate("location.search").await, "?open=doors");
    let listed = text(&tab, "#doors").await;
    for said in ["Shop Berlin", "link \u{b7} default \u{b7} Shop: Berlin \u{b7} Sam Owner", "Checkout", "widget"] {
        assert!(listed.contains(said), "{said}: {listed}");
    }

    // The picture is the very one of the API, and the link stands below it.
    press(&tab, "#doors [data-key='door:default/shop-berlin']").await;
    tab.until("document.querySelector('#detail.poster img[src]') !== null").await;
    assert_eq!(tab.evaluate("location.hash").await, "#door=default%2Fshop-berlin");
    let door = company.call(Method::GET, "/v1/campaigns/default/doors/shop-berlin", None).await.ok().body;
    let hung = text(&tab, "#detail .hung").await;
    assert!(hung.contains("How likely are you to recommend our shop?"), "{hung}");
    assert!(hung.contains(door["url"].as_str().unwrap()), "{hung}");
    let svg = company.call(Method::GET, "/v1/campaigns/default/doors/shop-berlin/qr.svg", None).await.text;
    let shown_svg = tab.evaluate("decodeURIComponent(document.querySelector('#detail img').src.split(',')[1])").await;
    assert_eq!(shown_svg, svg);
    tab.until("document.querySelector('#detail img').naturalWidth > 0").await;
    for (nth, (file, begin)) in [("svg", "60,115,118"), ("png", "137,80,78")].into_iter().enumerate() {
        press(&tab, &format!("#detail [data-file='{file}']")).await;
        tab.until(&format!("files.length === {}", nth + 1)).await;
        let bytes = format!("files[{nth}].arrayBuffer().then(bytes => [...new Uint8Array(bytes).slice(0, 3)].join())");
        assert_eq!(tab.evaluate(&bytes).await, begin, "{file}");
    }

    // On paper it is alone, and large.
    tab.evaluate(
        "[...document.querySelectorAll('#detail .acts button')].find(one => one.innerText === 'Print').click(); 0",
    )
    .await;
    assert_eq!(tab.evaluate("printed").await, 1);
    tab.evaluate("dispatchEvent(new Event('beforeprint')); 0").await;
    let seen = "['main', '#detail .acts', '#detail .facts', '#detail form', '#detail img'].map(what => document.querySelector(what).checkVisibility())";
    assert_eq!(tab.evaluate(seen).await, json!([false, false, false, false, true]));
    assert!(
        tab.evaluate("document.querySelector('#detail img').offsetWidth")
            .await
            .as_f64()
            .is_some_and(|wide| wide > 400.0)
    );
    tab.evaluate("dispatchEvent(new Event('afterprint')); 0").await;

    // A widget has its two lines; back and forward lead through both.
    press(&tab, "#detail form button").await;
    press(&tab, "#doors [data-key='door:default/checkout']").await;
    tab.until("document.querySelector('#detail pre')?.innerText.includes('widget.js')").await;
    tab.evaluate("history.back(); 0").await;
    tab.until("!document.getElementById('detail').open").await;
    tab.evaluate("history.forward(); 0").await;
    tab.until(
        "document.getElementById('detail-title').innerText === 'Checkout' && document.getElementById('detail').open",
    )
    .await;
    browser.close().await;
}

#[tokio::test]
async fn only_those_who_manage_are_offered_what_is_theirs() {
    let company = with_doors().await;
    let (_, reads) = company.make_key(&["read"]).await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.open(&format!("{}/dashboard?open=doors#key={reads}", company.url())).await;
    shown(&tab).await;
    tab.until("performance.getEntriesByType('resource').some(one => one.name.endsWith('/v1/me'))").await;
    assert!(!offered(&tab).await);
    // A key that manages has the doors, and letters as text, since a frame takes no key along.
    let tab = open(&browser, &company, "?open=doors").await;
    tab.until("document.querySelectorAll('#doors .door').length === 2").await;
    tab.until("document.getElementById('letters-text').innerText.includes('Choose your number')").await;
    choose(&tab, "letters-what", "page=ask").await;
    tab.until("document.getElementById('letters-note').innerText.includes('Sign in by mail')").await;
    assert_eq!(tab.evaluate("location.search").await, "?open=doors&letter=page%3Dask");
    browser.close().await;
}

/// Everything a person may have typed into a CRM is wicked here.
#[tokio::test]
async fn no_file_of_the_page_runs_anything() {
    let company = Company::start_today().await;
    let wicked = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\u{ff1d}1+1"];
    for nth in 0..12 {
        let bad = wicked[nth % wicked.len()];
        let trigger = tests::done(&format!("P-{nth}"), &format!("contact{nth}@example.com"))
            .set("contact_name", format!("{bad} contact"))
            .set("subject_name", format!("{bad} record"))
            .set("account_id", format!("{bad} id {nth}"))
            .set("account_name", format!("{bad} account"))
            .set("owner_email", "sam@company.example")
            .set("owner_name", format!("{bad} owner"))
            .set("attributes", json!({"region": format!("{bad} region")}));
        let letter = company.ask(trigger).await;
        let body = json!({"score": if nth % 3 == 0 { 2 } else { 9 }, "comment": format!("{bad} comment")});
        company.respond_with(&letter.link(9), body).await.ok();
    }
    company.settle().await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.before("window.files = []; URL.createObjectURL = (file) => (window.files.push(file), 'blob:kept');").await;
    let mut seen = 0;
    for query in ["?group_by=region&open=coverage", "?group_by=region&cross_by=owner&open=coverage&board=region"] {
        tab.open("about:blank").await;
        tab.open(&format!("{}/dashboard{query}#key=local", company.url())).await;
        shown(&tab).await;
        tab.until("document.querySelector('#coverage [data-csv]') !== null").await;
        let names = tab.evaluate("[...document.querySelectorAll('[data-csv]')].map(one => one.dataset.csv)").await;
        let names: Vec<&str> = names.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        assert!(names.len() >= 8, "{names:?}");
        for (name, file) in names.iter().zip(files(&tab, &names).await) {
            let mut reader =
                csv::ReaderBuilder::new().flexible(false).from_reader(file.trim_start_matches('\u{feff}').as_bytes());
            for row in reader.records() {
                for cell in row.unwrap().iter().filter(|cell| cell.parse::<f64>().is_err()) {
                    let runs = cell.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}'])
                        || cell.starts_with(['\t', '\r', '\n']);
                    assert!(!runs, "{name}: {cell:?}");
                    seen += u32::from(cell.starts_with('\''));
                }
            }
        }
    }
    assert!(seen > 50, "{seen} texts were made texts again");
    browser.close().await;
}
