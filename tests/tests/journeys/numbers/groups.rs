//! Any group in any window: crossed, filtered, compared, ranked; however it is asked, the numbers are the same.

use serde_json::{Value, json};
use tests::{Answer, Company};

use super::{group, hear, person, score, values};

/// A company in its third month: two campaigns, teams, owners, values, comments, reminders, one answer of a machine, one
/// erased contact.
async fn some_months(company: &Company) {
    company.campaign_with("default", json!({"limit_days": 0, "bands": {"lifetime_value": [0, 10_000, 100_000]}})).await;
    company.campaign_with("support", json!({"limit_days": 0, "time_zone": "America/New_York"})).await;
    let teams = ["EMEA/DACH/Delivery", "EMEA/DACH/Sales", "EMEA/UK", "AMER"];
    let mut asked = Vec::new();
    for week in 0..4_usize {
        for nth in 0..6_usize {
            let one = week * 6 + nth;
            let trigger = person(nth)
                .set("subject_id", format!("a0X{one}"))
                .campaign(if nth % 3 == 2 { "support" } else { "default" })
                .owner(if nth.is_multiple_of(2) { "sam@company.example" } else { "kim@company.example" })
                .set("agent_name", format!("Agent {}", nth % 3))
                .set("account_name", format!("Customer {}", one % 4))
                .set("occurred_at", "2027-03-13T22:30:00Z")
                .attribute("team", teams[one % 4])
                .attribute("lifetime_value", [-5, 0, 9_999, 120_000][one % 4])
                .attribute("language", ["de", "fr"][one % 2]);
            let trigger = if nth == 5 { trigger.milestone("renewal") } else { trigger };
            asked.push((one, company.trigger(trigger).await.ok().text("survey_id")));
        }
        company.settle().await;
        let letters = company.mail().await;
        // Some answer at once, some late, some after the reminder, some never.
        for (one, survey) in &asked {
            let letter = letters.iter().find(|letter| letter.survey == *survey);
            let due = match one % 6 {
                0 | 1 => one / 6 == week,
                2 => one / 6 + 1 == week,
                3 => one / 6 + 2 == week,
                _ => false,
            };
            if let Some(letter) = letter.filter(|_| due) {
                let score = [10, 9, 3, 8, 0, 7, 10, 6][one % 8];
                let body = match one % 3 {
                    0 => json!({"score": score, "comment": format!("Comment {one}")}),
                    _ => json!({"score": score}),
                };
                company.respond_with(&letter.link(0), body).await.ok();
            }
        }
        company.settle().await;
        company.advance_days(6).await;
    }
    let answers = company.responses("").await;
    let first = answers["responses"][0]["survey_id"].as_str().unwrap();
    company.judge(first, "suspect").await.ok();
    company.settle().await;
}

/// The parts of the numbers that tallies and answers must agree on.
fn agreed(nps: &Answer) -> Value {
    let part = |of: &Value| {
        let fields = ["n", "counts", "nps_exact", "interval", "self_saved", "suspect", "rest"];
        let mut part = serde_json::Map::new();
        for field in fields {
            part.insert(field.to_owned(), of[field].clone());
        }
        part
    };
    let mut all = part(&nps.body);
    for field in ["commented", "days", "trend", "change", "needed", "from", "to"] {
        all.insert(field.to_owned(), nps[field].clone());
    }
    let nonresponse = ["early", "late", "late_differs"].map(|field| nps["nonresponse"][field].clone());
    all.insert("nonresponse".to_owned(), json!(nonresponse));
    let mut groups = serde_json::Map::new();
    for group in nps["groups"].as_array().unwrap() {
        // Who was delivered to and did not answer is in no answer.
        if group["n"] == 0 && group["suspect"] == 0 {
            continue;
        }
        let mut shown = part(group);
        let within = group["groups"].as_array().unwrap();
        let within = within.iter().filter(|within| within["n"] != 0 || within["suspect"] != 0);
        shown.insert("groups".to_owned(), within.map(|within| Value::from(part(within))).collect());
        groups.insert(group["value"].as_str().unwrap().to_owned(), shown.into());
    }
    all.insert("groups".to_owned(), groups.into());
    all.into()
}

#[tokio::test]
async fn tallies_and_answers_give_the_same_numbers() {
    let company = Company::start().await;
    some_months(&company).await;
    for query in [
        "?window=90d",
        "?campaign=default&trend=week&precision=10",
        "?window=10d&compare=previous",
        "?window=this_month&compare=previous&trend=month",
        "?window=last_week&trend=day",
        "?group_by=owner",
        "?group_by=team&trend=month",
        "?group_by=agent",
        "?group_by=hour",
        "?group_by=weekday",
        "?group_by=mail",
        "?group_by=campaign",
        "?group_by=lifetime_value",
        "?group_by=attributes.language",
        "?group_by=owner&cross_by=weekday",
        "?group_by=campaign&cross_by=team",
        "?filter.weekday=mon&group_by=team",
        "?filter.mail=first",
        "?filter.team=EMEA&group_by=team",
        "?filter.team=EMEA/DACH&group_by=weekday&cross_by=campaign",
    ] {
        let tallies = company.nps(query).await.ok();
        // Every answer came by mail: the filter changes nothing but the way.
        let answers = company.nps(&format!("{query}&filter.channel=mail")).await.ok();
        assert_eq!((&tallies["basis"], &answers["basis"]), (&json!("tallies"), &json!("answers")), "{query}");
        assert_eq!((&tallies["scanned"], &answers["scanned"]["complete"]), (&json!(null), &json!(true)), "{query}");
        let (mut one, mut other) = (agreed(&tallies), agreed(&answers));
        if query.contains("filter.team") || query.contains("filter.mail") {
            // Rows of one group count no comments, and tell no late answers apart.
            for field in ["commented", "nonresponse"] {
                one[field] = json!(null);
                other[field] = json!(null);
            }
        }
        assert_eq!(one, other, "{query}");
        assert!(query.contains("last_week") || tallies["n"].as_u64() > Some(0), "{query}");
    }
    let all = company.nps("?group_by=team").await.ok();
    assert!(all["commented"].as_u64() > Some(2) && all["suspect"] == 1, "{all:?}");
    assert_eq!(all["groups"][0]["commented"], json!(null));
    assert!(all["nonresponse"]["late"]["n"].as_u64() > Some(0), "{}", all["nonresponse"]);
    let wish = all["nonresponse"]["if_silent_were_late"]["nps_exact"].as_f64().unwrap();
    let points = all["nonresponse"]["if_silent_were_late"]["points"].as_f64().unwrap();
    assert!((wish - all["nps_exact"].as_f64().unwrap() - points).abs() < 0.11);
}

#[tokio::test]
async fn any_two_groups_are_crossed_and_any_filters_combined() {
    let company = Company::start().await;
    some_months(&company).await;
    let all = company.nps("").await.ok();
    let of = async |query: &str| company.nps(query).await.ok();
    // A group of one dimension, and the same as a filter of it.
    for (group_by, cross_by) in
        [("owner", "team"), ("account", "mail"), ("milestone", "owner"), ("language", "account")]
    {
        let crossed = of(&format!("?group_by={group_by}&cross_by={cross_by}")).await;
        assert_eq!((&crossed["basis"], &crossed["n"]), (&json!("answers"), &all["n"]));
        let mut compared = 0;
        for group in crossed["groups"].as_array().unwrap() {
            let value = group["value"].as_str().unwrap();
            for within in group["groups"].as_array().unwrap() {
                let inner = within["value"].as_str().unwrap();
                let filtered = of(&format!("?filter.{group_by}={value}&filter.{cross_by}={inner}")).await;
                for field in ["n", "counts", "nps", "suspect"] {
                    assert_eq!(filtered[field], within[field], "{group_by}={value} {cross_by}={inner} {field}");
                }
                compared += 1;
            }
        }
        assert!(compared > 1, "{group_by} {cross_by}");
    }
    assert_eq!(values(&of("?group_by=milestone").await), ["completion"]);
    assert_eq!(values(&of("?group_by=channel").await), ["mail"]);
    assert_eq!(values(&of("?group_by=attributes.language").await), ["de", "fr"]);
    assert_eq!(values(&of("?campaign=default&group_by=occurred_hour").await), ["22"]);
    assert_eq!(values(&of("?campaign=support&group_by=occurred_hour").await), ["17"], "in the campaign's zone");
    assert_eq!(values(&of("?group_by=occurred_weekday").await), ["sat"]);
    let bands = of("?group_by=lifetime_value&campaign=default").await;
    let labels: Vec<_> = bands["groups"].as_array().unwrap().iter().map(|group| group["value"].clone()).collect();
    assert_eq!(labels, ["under 0", "0 to under 10000", "100000 and over"]);
    let by_size = of("?group_by=lifetime_value&campaign=support").await;
    assert!(values(&by_size).iter().all(|value| value.parse::<i64>().is_ok()), "no bands, no labels");

    // The same answers by the day of sending, and one for each contact.
    let sent = of("?from=2027-03-15&to=2027-03-15&by=sending").await;
    let answered = of("?from=2027-03-15&to=2027-03-15").await;
    assert_eq!((&sent["by"], &answered["by"]), (&json!("sending"), &json!("answer")));
    assert!(sent["n"].as_u64() > answered["n"].as_u64(), "{} {}", sent["n"], answered["n"]);
    let each = of("?per=contact").await;
    assert_eq!((&each["per"], each["n"].as_u64()), (&json!("contact"), Some(4)), "six people, four of whom answer");
    let board = async |query: &str| {
        let path = format!("/v1/leaders?dimension=owner&least=1{query}");
        company.call(reqwest::Method::GET, &path, None).await.ok()
    };
    let (by_contact, by_sending) = (board("&per=contact").await, board("&by=sending").await);
    assert_eq!((&by_contact["per"], &by_contact["whole"]["n"]), (&json!("contact"), &each["n"]), "a board of the same");
    assert_eq!((&by_sending["by"], &by_sending["per"]), (&json!("sending"), &json!("response")));
    let few = company.nps("?per=contact&scan=3").await;
    assert_eq!((few.status, few.problem().0), (422, "crossing"));
    insta::assert_json_snapshot!("crossing", few.body);
}

#[tokio::test]
async fn what_was_asked_and_answered_elsewhere_is_neither_early_nor_late() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"limit_days": 0})).await;
    hear(&company, |nth, _| person(nth).set("agent_id", ["7", "7/2"][nth % 2]), &[9, 9, 2, 0]).await;
    let past = |nth: usize, score: u8, sent: &str| {
        json!({"contact_email": format!("past{nth}@example.com"), "score": score, "milestone": "completion",
               "sent_at": format!("{sent}T09:00:00Z"), "answered_at": "2027-03-10T12:00:00Z", "agent_id": "7/2"})
    };
    let rows = [past(0, 10, "2027-03-01"), past(1, 10, "2026-05-01"), past(2, 3, "2026-05-02")];
    let body = json!({"source": "csv", "responses": rows});
    company.call(reqwest::Method::POST, "/v1/responses/import", Some(body)).await.ok();
    company.settle().await;
    for query in ["?window=90d", "?group_by=agent", "?filter.agent=7&group_by=agent"] {
        let tallies = company.nps(query).await.ok();
        let answers = company.nps(&format!("{query}&filter.milestone=completion")).await.ok();
        assert_eq!((&tallies["basis"], &answers["basis"]), (&json!("tallies"), &json!("answers")));
        let (mut one, mut other) = (agreed(&tallies), agreed(&answers));
        if query.contains("filter") {
            // Of one agent tallies know nothing of mails and comments.
            for side in [&mut one, &mut other] {
                side["nonresponse"].take();
                side["commented"].take();
            }
        }
        assert_eq!(one, other, "{query}");
    }
    let nonresponse = company.nps("").await.ok()["nonresponse"].clone();
    assert_eq!((&nonresponse["early"]["n"], &nonresponse["late"]["n"]), (&json!(4), &json!(0)));
    // An agent's id is no path.
    assert_eq!(values(&company.nps("?filter.agent=7&group_by=agent").await), ["7"]);
    // However long an answer took that came from elsewhere.
    let sent = company.nps("?from=2026-05-01&to=2026-05-02&by=sending&group_by=weekday").await.ok();
    assert_eq!((&sent["n"], &sent["nps"], values(&sent)), (&json!(2), &json!(0), vec!["fri".into(), "sat".into()]));
    let none = company.nps("?from=2026-05-03&to=2027-02-28&by=sending").await.ok();
    assert_eq!((&none["n"], &none["scanned"]["answers"]), (&json!(0), &json!(7)), "today is looked at in any case");
}

#[tokio::test]
async fn what_does_not_fit_a_request_goes_on_with_a_cursor() {
    let company = Company::start().await;
    some_months(&company).await;
    let whole = company.nps("?filter.channel=mail&group_by=owner").await.ok();
    let (mut counts, mut pages, mut scanned, mut cursor) = (vec![0; 11], 0, 0, String::new());
    loop {
        let page = company.nps(&format!("?filter.channel=mail&group_by=owner&scan=4{cursor}")).await.ok();
        assert_eq!(page["scanned"]["complete"], false, "no page is the whole");
        scanned += page["scanned"]["answers"].as_u64().unwrap();
        for (sum, more) in counts.iter_mut().zip(page["counts"].as_array().unwrap()) {
            *sum += more.as_u64().unwrap();
        }
        pages += 1;
        match page["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!((json!(counts), json!(scanned)), (whole["counts"].clone(), whole["scanned"]["answers"].clone()));
    assert!(pages > 2, "{pages}");
    // An erased contact's answer stays in the tallies and is gone from the answers.
    company.erase("person0@example.com").await;
    company.settle().await;
    let left = company.nps("?filter.channel=mail").await.ok();
    let gone = left["scanned"]["gone"].as_u64().unwrap();
    assert!(gone > 0);
    assert_eq!(left["scanned"]["answers"].as_u64().map(|answers| answers + gone), whole["scanned"]["answers"].as_u64());
    assert_eq!(company.nps("").await["n"], whole["n"]);
    for (query, name) in [
        ("?cursor=nonsense&filter.channel=mail", "?cursor"),
        (&format!("?x=1{cursor}")[..], "?x"),
        (&format!("?group_by=owner{cursor}"), "?cursor"),
        (&format!("?per=contact{cursor}"), "?cursor"),
        ("?cross_by=owner", "?cross_by"),
        ("?precision=none", "?precision"),
    ] {
        let answer = company.nps(query).await;
        assert_eq!((answer.status, answer.problem().1), (422, vec![name]), "{query}");
    }
}

#[tokio::test]
async fn a_real_change_is_told_from_chance() {
    let company = Company::start().await;
    let scores = |promoters: usize, detractors: usize| [vec![9; promoters], vec![2; detractors]].concat();
    hear(&company, |nth, _| person(nth), &scores(24, 6)).await;
    company.advance_days(10).await;
    hear(&company, |nth, _| person(100 + nth).owner("sam@company.example"), &scores(9, 21)).await;
    let nps = company.nps("?window=10d&compare=previous&trend=week&precision=5&group_by=owner").await.ok();
    let change = &nps["change"];
    assert_eq!((&change["from"], &change["to"]), (&json!("2027-03-06"), &json!("2027-03-15")));
    assert_eq!((&nps["nps"], &change["nps"], &change["points"]), (&json!(-40), &json!(60), &json!(-100.0)));
    assert_eq!((&change["changed"], change["p"].as_f64() < Some(0.001)), (&json!(true), true));
    assert_eq!(nps["needed"]["more"], nps["needed"]["n"].as_u64().unwrap() - 30);
    assert_eq!(nps["groups"][0]["rest"], json!(null), "all belong to Sam: there is no rest");
    let n: Vec<_> = nps["trend"].as_array().unwrap().iter().map(|step| step["n"].clone()).collect();
    assert_eq!(n, [0, 30]);
    let both = company.nps("?group_by=owner").await.ok();
    assert_eq!(both["change"], json!(null));
    let rest = &both["groups"][0]["rest"];
    assert_eq!((&rest["n"], &rest["points"], &rest["differs"]), (&json!(30), &json!(-100.0), &json!(true)));
}

#[tokio::test]
async fn a_day_has_a_before_and_an_after() {
    let company = Company::start().await;
    let past = |team: &str, day: &str, scores: &[(u8, usize)]| -> Vec<Value> {
        let scores = scores.iter().flat_map(|(score, times)| std::iter::repeat_n(*score, *times));
        let one = |(nth, score): (usize, u8)| {
            json!({"contact_email": format!("{team}{day}.{nth}@example.com"), "score": score,
                   "answered_at": format!("{day}T12:00:00Z"), "attributes": {"team": team}})
        };
        scores.enumerate().map(one).collect()
    };
    // A release on the 1st of March: EMEA turns, AMER does not, UK is gone with it.
    let responses = [
        past("EMEA", "2027-02-20", &[(9, 24), (2, 6)]),
        past("EMEA", "2027-03-05", &[(9, 6), (2, 24)]),
        past("AMER", "2027-02-28", &[(9, 20), (2, 10)]),
        past("AMER", "2027-03-01", &[(9, 19), (2, 11)]),
        past("UK", "2027-02-28", &[(9, 12)]),
        // Outside of both.
        past("EMEA", "2027-02-14", &[(0, 12)]),
        past("EMEA", "2027-03-11", &[(0, 12)]),
    ];
    let body = json!({"source": "csv", "responses": responses.concat()});
    company.call(reqwest::Method::POST, "/v1/responses/import", Some(body)).await.ok();
    company.settle().await;
    let ask = "?around=2027-03-01&days=10&before=14&group_by=team";
    let tallied = company.nps(ask).await.ok();
    let folded = company.nps(&format!("{ask}&filter.channel=import")).await.ok();
    assert_eq!((&tallied["basis"], &folded["basis"]), (&json!("tallies"), &json!("answers")));
    for nps in [&tallied, &folded] {
        assert_eq!((&nps["from"], &nps["to"]), (&json!("2027-03-01"), &json!("2027-03-10")));
        assert_eq!((&nps["around"], &nps["compare"]), (&json!("2027-03-01"), &json!(null)));
        let change = &nps["change"];
        assert_eq!((&change["from"], &change["to"]), (&json!("2027-02-15"), &json!("2027-02-28")));
        assert_eq!(
            (&nps["n"], &nps["nps"], &change["n"], &change["nps"]),
            (&json!(60), &json!(-17), &json!(72), &json!(56))
        );
        assert_eq!((&change["points"], &change["changed"]), (&json!(-72.2), &json!(true)));
        assert!(change["points_interval"]["high"].as_f64() < Some(0.0) && change["p_holm"].is_null(), "{change}");
        let of = |value: &str| &group(nps, value)["change"];
        assert_eq!(
            (&of("EMEA")["n"], &of("EMEA")["points"], &of("EMEA")["changed"]),
            (&json!(30), &json!(-120.0), &json!(true))
        );
        assert_eq!((&of("AMER")["points"], &of("AMER")["changed"]), (&json!(-6.7), &json!(false)));
        assert!(of("EMEA")["p_holm"].as_f64() >= of("EMEA")["p"].as_f64());
        assert_eq!(
            (score(of("UK")), &group(nps, "UK")["n"], &of("UK")["points"]),
            ((12, 100), &json!(0), &json!(null))
        );
    }
    let plain = company.nps("?around=2027-03-01").await.ok();
    assert_eq!((&plain["from"], &plain["to"], &plain["n"]), (&json!("2027-03-01"), &json!("2027-03-15"), &json!(72)));
    assert_eq!((&plain["change"]["from"], &plain["change"]["n"]), (&json!("2027-01-30"), &json!(84)));
    let none = company.nps("?window=7d&compare=previous&group_by=team").await.ok();
    assert_eq!((&none["around"], &none["groups"][0]["change"]), (&json!(null), &json!(null)));
    assert_eq!(company.nps("?around=2027-03-01&window=7d").await.problem().1, ["?window"]);
    assert_eq!(company.nps("?days=7").await.problem().1, ["?days"]);
}

#[tokio::test]
async fn a_handful_of_tens_does_not_lead_the_board() {
    let company = Company::start().await;
    let answers = [("sam", 40, 4), ("kim", 33, 11), ("max", 31, 13), ("lee", 20, 24), ("new", 6, 0), ("one", 1, 0)];
    for (nth, (owner, promoters, detractors)) in answers.into_iter().enumerate() {
        let scores = [vec![10; promoters], vec![3; detractors]].concat();
        let about = |who: usize, _| person(1000 * nth + who).owner(&format!("{owner}@company.example"));
        hear(&company, about, &scores).await;
    }
    let get = async |path: &str| company.call(reqwest::Method::GET, path, None).await;
    let board = get("/v1/leaders?dimension=owner&window=30d").await.ok();
    let places: Vec<_> = board["leaders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|leader| (leader["rank"].as_u64().unwrap(), leader["value"].as_str().unwrap().split('@').next().unwrap()))
        .collect();
    assert_eq!(places, [(1, "sam"), (2, "new"), (3, "kim"), (4, "max"), (5, "lee")], "{:#}", board.body);
    let of = |value: &str| {
        let leaders = board["leaders"].as_array().unwrap();
        leaders.iter().find(|leader| leader["value"] == format!("{value}@company.example")).unwrap()
    };
    assert_eq!((&of("new")["nps"], of("new")["shrunk"].as_f64() < Some(82.0)), (&json!(100), true));
    assert_eq!(
        (&of("sam")["differs"], &of("lee")["differs"], &of("new")["differs"]),
        (&json!(true), &json!(true), &json!(false))
    );
    assert_eq!((&board["left_out"], &board["whole"]["n"]), (&json!(1), &json!(183)));
    assert!(board["prior"]["weight"].as_f64() > Some(1.0));
    let all = get("/v1/leaders?dimension=owner&least=1&filter.channel=mail").await.ok();
    assert_eq!((all["leaders"].as_array().unwrap().len(), &all["left_out"]), (6, &json!(0)));
    let nobody = get("/v1/leaders?dimension=team").await.ok();
    assert_eq!((&nobody["prior"], &nobody["leaders"]), (&json!(null), &json!([])));
    for (query, names) in [
        ("", vec!["?dimension"]),
        ("?dimension=", vec!["?dimension"]),
        ("?dimension=owner&least=0", vec!["?least"]),
        ("?dimension=owner&group_by=team", vec!["?group_by"]),
    ] {
        let answer = get(&format!("/v1/leaders{query}")).await;
        assert_eq!((answer.status, answer.problem().1), (422, names), "{query}");
    }
    let few = get("/v1/leaders?dimension=account&scan=10").await;
    assert_eq!((few.status, few.problem().0), (422, "crossing"));
}

#[tokio::test]
async fn a_board_compares_one_level_of_a_path() {
    let company = Company::start().await;
    let teams = [("EMEA/DACH", 9, 6), ("EMEA/UK", 3, 6), ("AMER", 10, 6), ("EMEA/DACH/Delivery", 9, 6)];
    for (nth, (team, score, times)) in teams.into_iter().enumerate() {
        hear(&company, |one, _| person(100 * nth + one).attribute("team", team), &vec![score; times]).await;
    }
    let board = async |query: &str| {
        let path = format!("/v1/leaders?dimension=team&least=1{query}");
        let board = company.call(reqwest::Method::GET, &path, None).await.ok();
        let leaders: Vec<_> = board["leaders"]
            .as_array()
            .unwrap()
            .iter()
            .map(|leader| leader["value"].as_str().unwrap().to_owned())
            .collect();
        ((board["level"].clone(), board["levels"].clone()), leaders)
    };
    assert_eq!(board("").await, ((json!(1), json!(3)), ["AMER", "EMEA"].map(str::to_owned).to_vec()));
    assert_eq!(board("&level=2").await.1, ["EMEA/DACH", "EMEA/UK"]);
    assert_eq!(board("&level=3").await.1, ["EMEA/DACH/Delivery"]);
    assert_eq!(board("&level=4").await.1, Vec::<String>::new());
    assert_eq!(
        board("&filter.team=EMEA").await,
        ((json!(2), json!(3)), ["EMEA/DACH", "EMEA/UK"].map(str::to_owned).to_vec())
    );
    assert_eq!(board("&filter.team=AMER").await.1, ["AMER"], "there is nothing below it");
    let owners = company.call(reqwest::Method::GET, "/v1/leaders?dimension=owner&level=1", None).await;
    assert_eq!(owners.problem().1, ["?level"]);
}

#[tokio::test]
async fn dimensions_and_benchmarks_are_listed() {
    let company = Company::start().await;
    let get = async |path: &str| company.call(reqwest::Method::GET, path, None).await.ok();
    let names = |list: &Answer, kind: &str| -> Vec<String> {
        let all = list["dimensions"].as_array().unwrap();
        all.iter().filter(|one| one["kind"] == kind).map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    let none = get("/v1/dimensions").await;
    assert_eq!((names(&none, "built_in").len(), names(&none, "attribute").len()), (17, 0));
    some_months(&company).await;
    let list = get("/v1/dimensions").await;
    assert_eq!(names(&list, "attribute"), ["attributes.language", "lifetime_value", "team"]);
    for one in list["dimensions"].as_array().unwrap() {
        let name = one["name"].as_str().unwrap();
        let nps = company.nps(&format!("?group_by={name}")).await.ok();
        let counted = if one["counted"] == true { "tallies" } else { "answers" };
        assert_eq!(nps["basis"], counted, "{name}");
        // Nobody has written a comment here, and no campaign tries anything out.
        assert_eq!(values(&nps).is_empty(), ["theme", "sentiment", "reason", "variant"].contains(&name), "{name}");
    }
    let benchmarks = get("/v1/benchmarks").await;
    for one in benchmarks["benchmarks"].as_array().unwrap() {
        assert!(one["source"].as_str().unwrap().contains(&one["year"].to_string()), "{one}");
    }
}
