//! What the API says, shown as it says it: against answers that were written down.

use serde_json::{Value, json};
use tests::Company;
use tests::browser::{Browser, Tab};

use super::{files, hear, press, shown, text};

/// So many answers and what the API says of them.
fn numbers(n: u64, nps: i64, interval: (f64, f64)) -> Value {
    let mark = if n < 10 {
        json!("answers_only")
    } else if n < 30 {
        json!("few")
    } else {
        Value::Null
    };
    json!({"n": n, "promoters": n / 2, "passives": n / 4, "detractors": n - n / 2 - n / 4, "nps": nps, "nps_exact": nps,
        "interval": {"low": interval.0, "high": interval.1}, "mark": mark})
}

fn with(mut numbers: Value, more: Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        numbers[name] = value.clone();
    }
    numbers
}

/// What a large company's API says.
fn recorded() -> Value {
    let step = |from: &str, to: &str, numbers| with(numbers, json!({"from": from, "to": to}));
    let group = |value: &str, numbers: Value, points: f64, differs: bool| {
        let rest = json!({"n": 100, "nps_exact": 20.0, "points": points, "z": 2.0, "p": 0.01, "p_holm": 0.03, "differs": differs});
        let inner = with(numbers.clone(), json!({"value": "Web"}));
        with(numbers, json!({"value": value, "response_rate": 0.25, "counts": [], "rest": rest, "groups": [inner]}))
    };
    let leader = |rank: u64, value: &str, numbers: Value, shrunk: f64, differs: bool| {
        let interval = json!({"low": shrunk - 9.0, "high": shrunk + 9.0});
        with(
            numbers,
            json!({"rank": rank, "value": value, "shrunk": shrunk, "shrunk_interval": interval, "differs": differs}),
        )
    };
    let way = |name: &str, delivered: u64, answered: u64, behind: Option<f64>, n: u64| {
        let share = f64::from(u32::try_from(answered * 1000 / delivered).unwrap()) / 1000.0;
        with(
            numbers(n, 44, (28.0, 57.0)),
            json!({"name": name, "delivered": delivered, "answered": answered, "p_behind_first": behind,
                "response_rate": {"share": share, "low": share - 0.04, "high": share + 0.04}}),
        )
    };
    let whole = numbers(160, 31, (19.5, 41.0));
    let days = json!({"campaign": null, "from": "2027-01-01", "to": "2027-03-31", "time_zone": "UTC"});
    let nps = json!({
        "band": "favourable", "counts": [4, 1, 2, 3, 5, 9, 16, 20, 20, 40, 40], "self_saved": 0, "suspect": 0, "sent": 700,
        "delivered": 640, "answered": 160, "commented": 80, "response_rate": 0.25, "days": [], "basis": "tallies",
        "scanned": null, "cursor": null, "by": "answer", "per": "response", "group_by": "region", "cross_by": "product",
        "compare": "previous", "needed": {"precision": 5, "n": 1000, "more": 840},
        "trend": [step("2027-01-01", "2027-01-31", numbers(70, 25, (8.0, 40.0))), step("2027-02-01", "2027-02-28", numbers(80, 36, (20.0, 50.0))),
            step("2027-03-01", "2027-03-31", numbers(9, 60, (0.0, 90.0)))],
        "change": {"from": "2026-10-03", "to": "2026-12-31", "n": 150, "nps": 18, "nps_exact": 18.2, "interval": {"low": -0.4, "high": 31.0},
            "mark": null, "points": 12.8, "z": 2.2, "p": 0.028, "changed": true},
        "nonresponse": {"early": numbers(120, 45, (30.0, 58.0)), "late": numbers(40, -25, (-40.0, -8.0)), "late_differs": true,
            "if_silent_were_late": {"nps_exact": -12.5, "interval": {"low": -30.5, "high": -0.4}, "points": -43.5}},
        "groups": [group("EMEA", numbers(100, 40, (25.0, 52.0)), 20.0, true), group("APAC", numbers(8, 75, (10.0, 99.0)), 44.0, false)],
    });
    json!({
        "/v1/nps": with(with(whole.clone(), days.clone()), nps),
        "/v1/dimensions": {"dimensions": [{"name": "owner", "kind": "built_in", "counted": true}, {"name": "account", "kind": "built_in", "counted": false},
            {"name": "region", "kind": "attribute", "counted": true}, {"name": "product", "kind": "attribute", "counted": true}]},
        "/v1/leaders": with(days, json!({"dimension": "owner", "whole": whole, "prior": {"mean": 31.0, "weight": 20.0}, "left_out": 1,
            "leaders": [leader(1, "ada@company.example", numbers(60, 55, (38.0, 70.0)), 49.0, true), leader(2, "luck@company.example", numbers(9, 80, (10.0, 99.0)), 40.0, false)]})),
        "/v1/experiments": {"experiments": [{"campaign": "default", "id": "scale-1", "running": true, "first_day": "2027-01-04", "last_day": "2027-03-30",
            "verdict": "in-letter", "variants": [way("in-letter", 400, 140, None, 62), way("on-page", 390, 80, Some(0.003), 8)]}]},
        "/v1/benchmarks": {"source": "A study", "benchmarks": [{"industry": "software", "nps": 41, "source": "A study", "year": 2026}]},
    })
}

/// Opens the dashboard on what was written down; `script` runs before the page's own.
async fn open(browser: &Browser, company: &Company, query: &str, script: &str) -> Tab {
    let mut tab = browser.tab().await;
    tab.look((1440, 900), "light").await;
    tab.before(&format!(
        "const recorded = {}, real = fetch;
         window.files = []; URL.createObjectURL = (file) => (window.files.push(file), 'blob:kept');
         fetch = (url, options) => {{
           const known = recorded[new URL(url, location).pathname];
           return known ? Promise.resolve(new Response(JSON.stringify(known))) : real(url, options);
         }}; {script}",
        recorded()
    ))
    .await;
    tab.open(&format!("{}/dashboard{query}#key=local", company.url())).await;
    shown(&tab).await;
    tab
}

#[tokio::test]
async fn what_the_numbers_api_says_is_shown_as_it_says_it() {
    let company = Company::start_today().await;
    hear(&company, 0, 9, "Superb handover.").await;
    let browser = Browser::start().await;
    let query = "?group_by=region&cross_by=product&industry=software";
    let tab = open(&browser, &company, query, "").await;
    let score = text(&tab, "#score").await;
    for said in ["31", "Favourable", "Software: 41", "+13 points", "a real change", "840 more answers"] {
        assert!(score.contains(said), "{said}: {score}");
    }
    // Halves go away from zero, as wherever a number is rounded, and there is no -0.
    let silent = text(&tab, "#rate").await.replace('\u{2212}', "-");
    assert!(silent.contains("the score would be -13 (-44), or -31 to 0 as far as chance goes"), "{silent}");
    // The ribbon's steps are read one by one; the last has too few answers for a score.
    let step = "document.querySelector('[data-chart=trend]')";
    tab.evaluate(&format!("{step}.focus()")).await;
    let read =
        async || tab.evaluate(&format!("{step}.getAttribute('aria-valuetext')")).await.as_str().unwrap().to_owned();
    assert!(read().await.ends_with("too few for a score, 9 answers"), "{}", read().await);
    tab.press("ArrowLeft").await;
    assert!(read().await.ends_with("score 36, 20 to 50, 80 answers"), "{}", read().await);
    assert!(text(&tab, "#totals").await.contains("Promoters\n80"));
    // Groups are crossed, and whoever has too few answers has no score anywhere.
    let groups = text(&tab, "#groups").await;
    assert!(
        groups.contains("Web") && groups.contains("25 to 52") && groups.contains("8 answers") && !groups.contains("75"),
        "{groups}"
    );
    let leaders = text(&tab, "#leaders").await;
    assert!(
        leaders.contains("ada@company.example") && leaders.contains("49") && !leaders.contains("luck@"),
        "{leaders}"
    );
    // A little below nought is nought, and not minus nought.
    press(&tab, "#score summary").await;
    assert!(text(&tab, "#score table").await.contains("18\t0\t31"), "{}", text(&tab, "#score table").await);
    let barriers = tab.barriers().await;
    assert!(barriers.is_empty(), "{}", barriers.join("\n"));
    browser.close().await;
}

#[tokio::test]
async fn an_experiment_says_which_way_is_better_and_how_sure_that_is() {
    let company = Company::start_today().await;
    let browser = Browser::start().await;
    let tab = open(&browser, &company, "", "").await;
    let told = text(&tab, "#experiments").await;
    for said in ["in-letter is answered more than every other way", "35%", "31% to 39%", "p = 0.003", "28 to 57"] {
        assert!(told.contains(said), "{said}: {told}");
    }
    assert!(told.contains("8 answers"), "eight answers have no score: {told}");
    let file = files(&tab, &["experiment-scale-1"]).await.remove(0);
    assert!(file.contains("\r\non-page,390,80,0.205,,0.003,0.165,0.245,,\r\n"), "{file}");
    browser.close().await;
}

#[tokio::test]
async fn every_chart_has_its_table_and_its_file() {
    let company = Company::start_today().await;
    hear(&company, 0, 9, "Superb handover.").await;
    let browser = Browser::start().await;
    let tab = open(&browser, &company, "?group_by=region&open=coverage", "recorded['/v1/nps'].cross_by = null;").await;
    tab.until("document.querySelector('#coverage table') !== null").await;
    let drawn = ".chart, .gauge, .whisker, .parts, .funnel";
    let places = format!(
        "[...document.querySelectorAll('.now, .trend, main > .card:not(.hero)')].filter(part => part.querySelector('{drawn}'))"
    );
    let names = tab.evaluate(&format!("{places}.map(part => part.querySelector('h2').innerText)")).await;
    assert_eq!(
        names,
        json!([
            "Would they recommend us?",
            "Over time",
            "Answers by score",
            "How many answer",
            "Running totals",
            "Compare",
            "Leader board",
            "Experiments"
        ])
    );
    for wanted in ["table tbody tr", "[data-csv]"] {
        let without = format!("{places}.filter(part => !part.querySelector('{wanted}')).map(part => part.innerText)");
        assert_eq!(tab.evaluate(&without).await, json!([]), "{wanted}");
    }
    let names = tab.evaluate("[...document.querySelectorAll('[data-csv]')].map(one => one.dataset.csv)").await;
    let names: Vec<&str> = names.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    for (name, file) in names.iter().zip(files(&tab, &names).await) {
        assert!(file.lines().count() > 1, "{name}: {file}");
    }
    browser.close().await;
}

/// Each look waits for the one before it; so somebody sees an answer five seconds after it came, with a second to spare.
#[tokio::test]
async fn what_happens_is_seen_within_five_seconds() {
    let company = Company::start_today().await;
    let browser = Browser::start().await;
    let waits = "window.waits = []; const later = setTimeout;
        window.setTimeout = (act, wait, ...more) => { if (act.name === 'refresh') waits.push(wait); return later(act, wait, ...more); };";
    let tab = open(&browser, &company, "", waits).await;
    tab.until("waits.length >= 3").await;
    let waits = tab.evaluate("waits").await;
    let waits: Vec<f64> = waits.as_array().unwrap().iter().filter_map(Value::as_f64).collect();
    assert!(waits.iter().all(|wait| *wait <= 4_000.0), "{waits:?}");
    assert!(waits.iter().any(|wait| *wait < 4_000.0), "counted from the beginning of a look: {waits:?}");
    hear(&company, 0, 9, "Superb handover.").await;
    tab.until("document.getElementById('voices').innerText.includes('Superb handover.')").await;
    browser.close().await;
}
