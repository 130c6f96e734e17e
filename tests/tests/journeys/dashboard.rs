//! The page leaders look at every morning, in a real browser: what it shows, what its address says, what a person does with
//! it, and whether everybody can.

mod colleagues;
mod everybody;
mod manage;
mod recorded;
mod themes;
mod troubles;
mod view;

use serde_json::{Value, json};
use tests::browser::{Browser, Tab};
use tests::{Company, Letter, done};

const SCORES: [u8; 12] = [10, 9, 9, 10, 9, 8, 7, 10, 9, 6, 3, 10];

/// A company with twelve answers of today: eight of EMEA, four of AMER.
async fn company() -> Company {
    let company = Company::start_today().await;
    for (nth, score) in SCORES.into_iter().enumerate() {
        hear(&company, nth, score, "").await;
    }
    company
}

/// The nth contact is asked and answers.
async fn hear(company: &Company, nth: usize, score: u8, comment: &str) -> Letter {
    let owner = ["sam", "mina"][nth % 2];
    let trigger = done(&format!("P-{nth}"), &format!("contact{nth}@example.com"))
        .set("contact_name", format!("Contact {nth}"))
        .set("account_id", format!("A-{}", nth % 3))
        .set("account_name", format!("Account {}", nth % 3))
        .set("owner_email", format!("{owner}@company.example"))
        .set("owner_name", if owner == "sam" { "Sam Owner" } else { "Mina Owner" })
        .set("attributes", json!({"region": if nth < 8 { "EMEA" } else { "AMER" }}));
    let letter = company.ask(trigger).await;
    company.respond_with(&letter.link(score), json!({"score": score, "comment": comment})).await.ok();
    company.settle().await;
    letter
}

/// Opens the dashboard with the company's key and waits for the numbers.
pub(crate) async fn open(browser: &Browser, company: &Company, query: &str) -> Tab {
    let mut tab = browser.tab().await;
    tab.look((1280, 900), "light").await;
    tab.open(&format!("{}/dashboard{query}#key=local", company.url())).await;
    shown(&tab).await;
    tab
}

async fn shown(tab: &Tab) {
    tab.until(
        "!document.getElementById('main').hidden && document.getElementById('live-words').textContent === 'Live'",
    )
    .await;
}

pub(crate) async fn text(tab: &Tab, selector: &str) -> String {
    let text = tab.until(&format!("document.querySelector({})?.innerText", json!(selector))).await;
    text.as_str().unwrap_or_default().to_owned()
}

pub(crate) async fn press(tab: &Tab, selector: &str) {
    tab.until(&format!("document.querySelector({}) !== null", json!(selector))).await;
    tab.evaluate(&format!("document.querySelector({}).click(); 0", json!(selector))).await;
}

async fn choose(tab: &Tab, id: &str, value: &str) {
    let select = format!("document.getElementById({})", json!(id));
    tab.until(&format!("[...{select}.options].some(option => option.value === {})", json!(value))).await;
    tab.evaluate(&format!(
        "{select}.value = {}; {select}.dispatchEvent(new Event('change', {{bubbles: true}})); 0",
        json!(value)
    ))
    .await;
}

#[tokio::test]
async fn a_leader_reads_the_score_and_how_sure_it_is() {
    let company = company().await;
    let browser = Browser::start().await;
    let tab = open(&browser, &company, "").await;
    let numbers = company.nps("").await.ok();
    assert_eq!(text(&tab, "[data-figure=nps]").await, numbers["nps"].to_string());
    let score = text(&tab, "#score").await;
    for said in ["12 answers", "95%", "Few answers", "8 promoters", "2 passives", "2 detractors"] {
        assert!(score.contains(said), "{said}: {score}");
    }
    assert!(text(&tab, "#rate").await.contains("Answered 100%"));
    assert!(text(&tab, "#groups").await.contains("Sam Owner"), "people are shown by name");
    // The charts are there for the eye, and their numbers for everybody.
    tab.until("document.querySelectorAll('.chart canvas').length >= 2").await;
    press(&tab, "#spread summary").await;
    assert!(text(&tab, "#spread table").await.contains("Promoter"));
    // The key has left the address; nothing was loaded from elsewhere.
    assert_eq!(tab.evaluate("location.hash").await, "");
    let elsewhere =
        "performance.getEntriesByType('resource').filter(one => !one.name.startsWith(location.origin)).length";
    assert_eq!(tab.evaluate(elsewhere).await, 0);
    browser.close().await;
}

#[tokio::test]
async fn the_address_carries_the_view() {
    let company = company().await;
    let browser = Browser::start().await;
    let tab = open(&browser, &company, "").await;
    press(&tab, "#window input[value='30d']").await;
    choose(&tab, "dimension", "region").await;
    tab.until("document.querySelector('#groups thead')?.innerText.includes('Region')").await;
    press(&tab, "#groups [data-key='sort:nps']").await;
    tab.until("document.querySelector('#groups th[aria-sort=descending]')?.innerText.includes('Score')").await;
    press(&tab, "#groups [data-key='sort:n']").await;
    press(&tab, "#groups [data-key='sort:n']").await;
    tab.until("document.querySelector('#groups th[aria-sort=ascending]')?.innerText.includes('Answers')").await;
    let first = text(&tab, "#groups tbody tr").await;
    assert!(first.starts_with("AMER"), "the fewest first: {first}");
    assert_eq!(tab.evaluate("location.search").await, "?window=30d&group_by=region&sort=n");

    // Eight answers of one region: a page shows them, and no score.
    press(&tab, "#groups [data-key='g:EMEA']").await;
    tab.until("document.getElementById('score').innerText.includes('8 answers so far')").await;
    assert_eq!(tab.evaluate("document.querySelector('[data-figure=nps]')").await, Value::Null);
    assert_eq!(tab.evaluate("document.querySelectorAll('#score .ball').length").await, 8);
    assert_eq!(tab.evaluate("document.title").await, "npsloop");
    let view = tab.evaluate("location.search").await;
    assert_eq!(view, "?window=30d&group_by=region&sort=n&filter.region=EMEA");

    // The way back leads through what was shown before.
    tab.evaluate("history.back()").await;
    tab.until("document.querySelector('[data-figure=nps]') !== null").await;
    assert_eq!(tab.evaluate("location.search").await, "?window=30d&group_by=region&sort=n");
    assert_eq!(tab.evaluate("document.getElementById('filters').hidden").await, true);

    // Somebody else follows the link and sees the same.
    let other = open(&browser, &company, view.as_str().unwrap()).await;
    other.until("document.getElementById('score').innerText.includes('8 answers so far')").await;
    assert!(other.evaluate("document.querySelector('#window input[value=\"30d\"]').checked").await == true);
    assert!(text(&other, "#filters").await.contains("Region: EMEA"));
    browser.close().await;
}

#[tokio::test]
async fn an_answer_appears_by_itself_and_as_text() {
    let company = Company::start_today().await;
    let browser = Browser::start().await;
    let tab = open(&browser, &company, "").await;
    assert!(text(&tab, "#score").await.contains("No answers yet"));
    hear(&company, 0, 2, "<img src=x onerror=\"document.title='taken'\"> & more").await;
    tab.until("document.getElementById('voices').innerText.includes('<img src=x')").await;
    tab.until("document.getElementById('score').innerText.includes('1 answer so far')").await;
    tab.until("document.querySelector('#tasks .task') !== null").await;
    assert_eq!(tab.evaluate("document.querySelectorAll('img').length").await, 0);
    assert_eq!(tab.evaluate("document.title").await, "npsloop");
    browser.close().await;
}

#[tokio::test]
async fn answers_are_searched_and_narrowed() {
    let company = company().await;
    hear(&company, 12, 4, "The import lost attachments.").await;
    hear(&company, 13, 10, "Superb handover.").await;
    let browser = Browser::start().await;
    let tab = open(&browser, &company, "").await;
    tab.until("document.querySelectorAll('#voices .voice').length === 10").await;
    press(&tab, "#voices [data-key=more]").await;
    tab.until("document.querySelectorAll('#voices .voice').length === 14").await;
    press(&tab, "#commented").await;
    tab.until("document.querySelectorAll('#voices .voice').length === 2").await;
    choose(&tab, "said", "detractor").await;
    tab.until("document.querySelectorAll('#voices .voice').length === 1").await;
    assert_eq!(tab.evaluate("location.search").await, "?said=detractor&commented=yes");
    choose(&tab, "said", "").await;
    tab.evaluate("document.getElementById('q').focus()").await;
    tab.write("handover").await;
    tab.until("document.querySelector('#voices mark')?.innerText === 'handover'").await;
    assert_eq!(tab.evaluate("document.querySelectorAll('#voices .voice').length").await, 1);
    // What somebody typed is in the link, where no server sees it.
    assert_eq!(tab.evaluate("location.hash").await, "#q=handover");
    assert_eq!(tab.evaluate("location.search").await, "?commented=yes");
    browser.close().await;
}

#[tokio::test]
async fn a_marked_day_has_a_before_and_an_after() {
    let company = Company::start_today().await;
    let now = company.now().await;
    let day = |back: u32| now.before(model::time::DAY * back).to_string().chars().take(10).collect::<String>();
    let past = |back: u32, scores: [u8; 12]| {
        scores.into_iter().enumerate().map(move |(nth, score)| json!({
            "contact_email": format!("c{back}.{nth}@example.com"), "score": score, "owner_email": "sam@company.example",
            "owner_name": "Sam Owner", "answered_at": format!("{}T00:00:00Z", day(back))
        }))
    };
    let responses: Vec<Value> = past(40, [10; 12]).chain(past(5, [2; 12])).collect();
    let import = json!({"source": "csv", "responses": responses});
    company.call(reqwest::Method::POST, "/v1/responses/import", Some(import)).await.ok();
    company.settle().await;
    let browser = Browser::start().await;
    let tab = open(&browser, &company, "").await;
    press(&tab, "#mark summary").await;
    tab.evaluate(&format!("document.getElementById('mark-day').value = '{}'; document.getElementById('mark-words').value = 'Release 2'; 0", day(20))).await;
    press(&tab, "#mark-form button").await;
    press(&tab, &format!("#trend [data-key='after:{}']", day(20))).await;
    let told = text(&tab, "#trend [data-part=around]").await;
    for said in [
        "100",
        "\u{2212}100",
        "12 answers",
        "\u{2212}200 points",
        "a real change",
        "Surely changed, by account manager: Sam Owner",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
    let link = tab.evaluate("location.search").await;
    assert_eq!(link, format!("?around={}&mark={}+Release+2", day(20), day(20)));
    assert_eq!(tab.barriers().await, Vec::<String>::new());
    // Whoever follows the link sees it as well, and a day that nobody named, such as a letter's, is among the marks.
    let other = open(&browser, &company, &format!("?around={}&days=7&before=30", day(25))).await;
    assert!(text(&other, "#trend [data-part=around]").await.contains("After"));
    press(&other, &format!("#trend [data-key='mark:{}']", day(25))).await;
    other.until("document.querySelector('#trend .marks') === null && location.search === ''").await;
    browser.close().await;
}

#[tokio::test]
async fn a_survey_tells_what_happened() {
    let company = company().await;
    let browser = Browser::start().await;
    let tab = open(&browser, &company, "").await;
    press(&tab, "#voices .voice:first-child [data-key^='v:']").await;
    tab.until("document.getElementById('detail').open").await;
    assert_eq!(text(&tab, "#detail-title").await, "Contact 11");
    let told = text(&tab, "#detail-body").await;
    for said in ["Promoter", "Account 2", "Invited", "Answered"] {
        assert!(told.contains(said), "{said}: {told}");
    }
    let link = tab.evaluate("location.hash").await;
    assert!(link.as_str().is_some_and(|link| link.starts_with("#survey=")), "{link}");
    tab.evaluate("history.back()").await;
    tab.until("!document.getElementById('detail').open && location.hash === ''").await;
    // The link of a letter leads there, and back to the numbers.
    let survey = link.as_str().unwrap().trim_start_matches('#').to_owned();
    let mut other = browser.tab().await;
    other.open(&format!("{}/dashboard#key=local&{survey}", company.url())).await;
    other.until("document.getElementById('detail').open").await;
    // From a survey to all that its account ever answered.
    press(&other, "#detail-body [data-key='a:A-2']").await;
    other.until("document.getElementById('detail-title').innerText === 'Account 2'").await;
    assert_eq!(other.evaluate("document.querySelectorAll('#detail-body tbody tr').length").await, 4);
    assert_eq!(other.evaluate("location.hash").await, "#account=A-2");
    press(&other, "#detail form button").await;
    other.until("!document.getElementById('detail').open && location.hash === ''").await;
    browser.close().await;
}

#[tokio::test]
async fn a_task_is_done_and_taken_back() {
    let company = Company::start_today().await;
    hear(&company, 0, 2, "Please call me.").await;
    let task = company.tasks("?status=open").await.ok()["tasks"][0].clone();
    let id = task["id"].as_str().unwrap();
    let browser = Browser::start().await;
    let tab = open(&browser, &company, "").await;
    assert!(text(&tab, "#tasks .task").await.contains("Please call me."));
    press(&tab, "#tasks [data-key^='done:']").await;
    tab.until("document.querySelector('#tasks .task') === null").await;
    assert_eq!(company.task(id).await.ok()["status"], "done");
    press(&tab, "#toast button").await;
    tab.until("document.querySelector('#tasks .task') !== null").await;
    assert_eq!(company.task(id).await.ok()["status"], "open");
    company.settle().await;
    browser.close().await;
}

/// What a person would get of each file of the page, by its name.
async fn files(tab: &Tab, names: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    for (nth, name) in names.iter().enumerate() {
        press(tab, &format!("[data-csv='{name}']")).await;
        tab.until(&format!("files.length === {}", nth + 1)).await;
        all.push(tab.evaluate(&format!("files[{nth}].text()")).await.as_str().unwrap().to_owned());
    }
    all
}

#[tokio::test]
async fn an_owner_signs_in_by_the_letter_and_sees_what_is_theirs() {
    let company = Company::start_today().await;
    // Sam's answers are those of even numbers, and their accounts; Mina's are the others.
    let scores = [2, 9, 9, 1, 10, 9, 9, 9, 9, 10, 8, 9, 9, 9, 10, 9, 9, 9, 8, 9, 9, 9];
    for (nth, score) in scores.into_iter().enumerate() {
        let (owner, name) = [("sam", "Sam Owner"), ("mina", "Mina Owner")][nth % 2];
        let trigger = done(&format!("P-{nth}"), &format!("contact{nth}@example.com"))
            .set("contact_name", format!("Contact {nth} of {owner}"))
            .set("account_id", format!("A-{owner}-{}", nth % 3))
            .set("account_name", format!("Account {} of {owner}", nth % 3))
            .set("owner_name", name)
            .owner(&format!("{owner}@company.example"));
        let letter = company.ask(trigger).await;
        let body = json!({"score": score, "comment": format!("Comment {nth} for {owner}")});
        company.respond_with(&letter.link(score), body).await.ok();
    }
    // Of two accounts nothing was heard.
    for owner in ["sam", "mina"] {
        let silent = done(&format!("S-{owner}"), &format!("silent@{owner}.example"))
            .set("account_name", format!("Silent of {owner}"))
            .owner(&format!("{owner}@company.example"));
        company.ask(silent).await;
    }
    let sam = json!({"name": "Sam Owner", "role": "owner"});
    company.call(reqwest::Method::PUT, "/v1/people/sam@company.example", Some(sam)).await.ok();
    company.settle().await;
    let letter =
        company.inbox("sam@company.example").await.into_iter().find(|letter| letter.subject.contains("invited"));
    let link = letter.unwrap().links().into_iter().find(|link| link.contains("/sign-in/")).expect("a way in");

    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.look((1280, 900), "light").await;
    tab.before("window.files = []; URL.createObjectURL = (file) => (window.files.push(file), 'blob:kept');").await;
    tab.open(&link).await;
    press(&tab, "form button").await;
    tab.until("location.pathname === '/dashboard' && document.readyState === 'complete'").await;
    shown(&tab).await;

    // The numbers are Sam's: eleven answers, ten of them with a score of their own.
    assert!(text(&tab, "#score").await.contains("11 answers"), "{}", text(&tab, "#score").await);
    assert_eq!(tab.evaluate("document.getElementById('me').textContent").await, "Sam Owner");
    // Whom to call comes first, and how each account is.
    assert_eq!(tab.evaluate("location.search").await, "?group_by=account");
    assert!(text(&tab, "#groups").await.contains("Account 0 of sam"));
    assert_eq!(tab.evaluate("document.querySelector('.hero').nextElementSibling.id").await, "tasks-card");
    // How many were asked is known, though accounts are not counted beforehand.
    assert!(text(&tab, "#rate").await.contains("Delivered"), "{}", text(&tab, "#rate").await);
    tab.until("document.querySelectorAll('#voices .voice').length === 10").await;
    press(&tab, "#voices [data-key=more]").await;
    tab.until("document.querySelectorAll('#voices .voice').length === 11").await;
    tab.until("document.querySelectorAll('#tasks .task').length > 0").await;
    assert!(text(&tab, "#tasks").await.contains("Contact 0 of sam"));
    press(&tab, "#coverage-card summary").await;
    let coverage = text(&tab, "#coverage tbody tr").await;
    assert!(coverage.starts_with("Silent of sam no answer"), "{coverage}");
    assert!(text(&tab, "#coverage").await.contains("3 of 4 accounts"), "{}", text(&tab, "#coverage").await);

    // Nothing of Mina's anywhere, and nothing that is an admin's: no board of all owners.
    for part in ["#groups", "#voices", "#tasks", "#coverage", "main"] {
        let part = text(&tab, part).await.to_lowercase();
        assert!(!part.contains("mina"), "{part}");
    }
    assert_eq!(tab.evaluate("document.getElementById('leaders-card').hidden").await, true);
    for file in
        files(&tab, &["score", "scores", "trend", "totals", "responses", "by-account", "answers", "tasks", "coverage"])
            .await
    {
        assert!(!file.to_lowercase().contains("mina"), "{file}");
        assert!(file.lines().count() > 1, "{file}");
    }
    // What the page does not show, its session cannot have either.
    let ask = async |method: &str, path: &str| {
        let headers = "{'x-requested-with': 'npsloop', 'content-type': 'application/json'}";
        let call = format!(
            "fetch('{path}', {{method: '{method}', headers: {headers}, body: '{method}' === 'GET' ? undefined : '{{}}'}}).then(answer => answer.status)"
        );
        tab.evaluate(&call).await
    };
    let minas = company.responses("?filter.owner=mina@company.example").await.ok();
    let minas = minas["responses"][0]["survey_id"].as_str().unwrap();
    for (method, path, status) in [
        ("GET", "/v1/leaders?dimension=owner".to_owned(), 403),
        ("GET", "/v1/nps?filter.owner=mina@company.example".to_owned(), 403),
        ("GET", "/v1/coverage?filter.owner=mina@company.example".to_owned(), 403),
        ("GET", "/v1/campaigns".to_owned(), 403),
        ("PUT", "/v1/people/sam@company.example".to_owned(), 403),
        ("POST", "/v1/keys".to_owned(), 403),
        ("PATCH", format!("/v1/responses/{minas}"), 403),
        ("GET", format!("/v1/surveys/{minas}"), 404),
    ] {
        assert_eq!(ask(method, &path).await, status, "{method} {path}");
    }
    // A link to another's survey opens nothing of it.
    tab.evaluate(&format!("location.hash = 'survey={minas}'; 0")).await;
    tab.until("document.getElementById('detail').open && document.getElementById('detail-body').innerText").await;
    assert!(!tab.evaluate("document.body.innerText").await.as_str().unwrap().to_lowercase().contains("of mina"));
    press(&tab, "#detail form button").await;

    // Their own task is done, and they leave again.
    let first = "document.querySelector('#tasks .task').dataset.task";
    let done = tab.evaluate(first).await;
    press(&tab, "#tasks [data-key^='done:']").await;
    tab.until(&format!("{first} !== {done}")).await;
    press(&tab, "#forget").await;
    tab.until("document.getElementById('door').open && document.getElementById('main').hidden").await;
    assert_eq!(ask("GET", "/v1/me").await, 401);
    company.settle().await;
    browser.close().await;
}

#[tokio::test]
async fn a_key_opens_the_door_and_only_a_key_that_may() {
    let company = Company::start_today().await;
    hear(&company, 0, 2, "Please call me.").await;
    let (_, reads) = company.make_key(&["read"]).await;
    let (_, asks) = company.make_key(&["trigger"]).await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.open(&format!("{}/dashboard", company.url())).await;
    let knock = async |key: &str| {
        tab.until("document.getElementById('door').open").await;
        tab.evaluate("document.getElementById('by-key').open = true; document.getElementById('key').focus()").await;
        tab.write(key).await;
        tab.press("Enter").await;
    };
    for (key, said) in [("nobody", "not known"), (asks.as_str(), "may not read")] {
        knock(key).await;
        tab.until(&format!("document.getElementById('door-wrong').innerText.includes({})", json!(said))).await;
    }
    knock(&reads).await;
    shown(&tab).await;
    // Who may only read is told so.
    press(&tab, "#tasks [data-key^='done:']").await;
    tab.until("document.getElementById('toast').innerText.includes('manage')").await;
    press(&tab, "#forget").await;
    tab.until("document.getElementById('door').open && document.getElementById('main').hidden").await;
    assert_eq!(tab.evaluate("sessionStorage.length").await, 0);
    browser.close().await;
}

#[tokio::test]
async fn a_spreadsheet_gets_the_numbers_and_runs_nothing() {
    let company = company().await;
    hear(&company, 12, 9, "=HYPERLINK(\"http://evil.example\",\"sum\"), and \"more\"\n+1").await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    // The file a person would get, kept instead of saved.
    tab.before("window.files = []; URL.createObjectURL = (file) => (window.files.push(file), 'blob:kept');").await;
    tab.open(&format!("{}/dashboard#key=local", company.url())).await;
    shown(&tab).await;
    for (nth, name) in ["scores", "trend", "responses", "by-owner", "answers", "tasks"].into_iter().enumerate() {
        press(&tab, &format!("[data-csv='{name}']")).await;
        tab.until(&format!("files.length === {}", nth + 1)).await;
    }
    let file = async |nth: usize| tab.evaluate(&format!("files[{nth}].text()")).await.as_str().unwrap().to_owned();
    let scores = file(0).await;
    assert!(scores.starts_with("Score,Group,Answers,Share\r\n0,detractor,0,0\r\n"), "{scores}");
    // Without the mark of UTF-8 Excel would read another alphabet.
    let mark = "files[0].arrayBuffer().then(bytes => [...new Uint8Array(bytes).slice(0, 3)].join())";
    assert_eq!(tab.evaluate(mark).await, "239,187,191");
    assert!(scores.contains("\r\n10,promoter,4,"), "{scores}");
    let groups = file(3).await;
    assert!(groups.contains("Account manager,Answers,Score,Low,High") && groups.contains("Sam Owner,7,"), "{groups}");
    let answers = file(4).await;
    assert!(
        answers.contains(",\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"sum\"\"), and \"\"more\"\"\n+1\","),
        "{answers}"
    );
    for line in answers.lines().flat_map(|line| line.split(',')) {
        assert!(!line.starts_with(['=', '@']), "{line}");
    }
    browser.close().await;
}
