//! A believable company: ten weeks of projects, answers and silence, made through the front door.
//!
//! The story starts ten weeks before now and ends now, so that the dashboard is about today. It is the same story every
//! time.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::cloud;
use crate::world::World;

/// When the story starts, in milliseconds from now.
pub const START: i64 = -DAYS * 86_400_000;

const DAYS: i64 = 70;
/// The day of the story on which others begin to hear of it.
const TOLD_FROM: i64 = 60;
const HOUR: Duration = Duration::from_secs(3600);

/// Why the company could not be filled in.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// The local cloud failed.
    #[error("the local cloud failed")]
    Cloud(#[from] cloud::Error),
    /// A function did not answer as it should.
    #[error("{what} was answered with {status}: {body}")]
    Refused {
        /// What was asked.
        what: String,
        /// The status.
        status: u16,
        /// The answer.
        body: String,
    },
}

struct Person {
    email: &'static str,
    name: &'static str,
}

const OWNERS: [Person; 4] = [
    Person { email: "sam.reyes@northwind.example", name: "Sam Reyes" },
    Person { email: "mina.hoang@northwind.example", name: "Mina Hoang" },
    Person { email: "jonas.weber@northwind.example", name: "Jonas Weber" },
    Person { email: "priya.nair@northwind.example", name: "Priya Nair" },
];

const AGENTS: [(&str, &str); 6] = [
    ("a1", "Lea Brandt"),
    ("a2", "Tom Okafor"),
    ("a3", "Ines Duarte"),
    ("a4", "Marek Novak"),
    ("a5", "Yuki Tanaka"),
    ("a6", "Nora Lund"),
];

const FIRST: [&str; 24] = [
    "Ada", "Ben", "Clara", "David", "Elena", "Farid", "Greta", "Hugo", "Iris", "Jamal", "Katya", "Luca", "Maya",
    "Nils", "Olga", "Paul", "Quinn", "Rosa", "Samir", "Tara", "Uwe", "Vera", "Wim", "Zoe",
];

const LAST: [&str; 20] = [
    "Abbott", "Bauer", "Costa", "Dahl", "Evans", "Fischer", "Garcia", "Haddad", "Ito", "Jensen", "Kowalski", "Laurent",
    "Meyer", "Nguyen", "Olsen", "Park", "Rossi", "Silva", "Turner", "Vogel",
];

/// Companies, where they are, and what their people speak where the CRM knows it.
const ACCOUNTS: [(&str, &str, Option<&str>); 16] = [
    ("Alpenrose", "EMEA/DACH", Some("de")),
    ("Baltic Freight", "EMEA/Nordics", Some("fi")),
    ("Cobalt Labs", "AMER/West", None),
    ("Dune Energy", "EMEA/Middle East", Some("ar")),
    ("Evergreen Schools", "AMER/East", None),
    ("Fjord Hotels", "EMEA/Nordics", Some("nb")),
    ("Granite Bank", "EMEA/DACH", Some("de")),
    ("Harbor Foods", "AMER/East", None),
    ("Indigo Media", "APAC/Japan", Some("ja")),
    ("Juniper Clinics", "AMER/West", None),
    ("Kite Mobility", "EMEA/DACH", Some("de")),
    ("Lumen Theatres", "EMEA/UK", None),
    ("Meridian Air", "APAC/Australia", None),
    ("Nimbus Retail", "EMEA/UK", None),
    ("Orchid Insurance", "APAC/Japan", Some("ja")),
    ("Pioneer Tools", "AMER/East", None),
];

const PRODUCTS: [&str; 4] = ["Website", "Mobile app", "Data platform", "Support"];

const PROJECTS: [&str; 6] = ["relaunch", "migration", "rollout", "integration", "redesign", "upgrade"];

/// What people say, in English and in German.
const PRAISE: [(&str, &str); 10] = [
    (
        "Always reachable, and everything was done on the day it was promised.",
        "Immer erreichbar, und alles war an dem Tag fertig, der versprochen war.",
    ),
    (
        "The handover was the best we have had from any supplier.",
        "Die Übergabe war die beste, die wir je mit einem Lieferanten hatten.",
    ),
    (
        "Lea explained every step, so we could make the decisions ourselves.",
        "Lea hat jeden Schritt erklärt, so konnten wir selbst entscheiden.",
    ),
    (
        "Faster than planned, and our own people learned a lot.",
        "Schneller als geplant, und unsere Leute haben viel gelernt.",
    ),
    (
        "Honest about what would not work. That saved us months.",
        "Ehrlich, was nicht gehen wird. Das hat uns Monate gespart.",
    ),
    ("It just works. Thank you!", "Es funktioniert einfach. Danke!"),
    ("The weekly demo kept everybody on board.", "Die wöchentliche Demo hat alle mitgenommen."),
    (
        "Superb. We have told two partners about you already.",
        "Hervorragend. Wir haben schon zwei Partnern von Ihnen erzählt.",
    ),
    ("Great communication across three time zones.", "Sehr gute Kommunikation über drei Zeitzonen hinweg."),
    ("Clear plan, no surprises on the invoice.", "Klarer Plan, keine Überraschungen auf der Rechnung."),
];

const MIXED: [(&str, &str); 7] = [
    ("Good result, but the first two weeks were slow.", "Gutes Ergebnis, aber die ersten zwei Wochen waren langsam."),
    ("Solid work. The documentation could be better.", "Solide Arbeit. Die Dokumentation könnte besser sein."),
    (
        "Fine overall; we would have liked one contact instead of three.",
        "Im Ganzen gut; ein Ansprechpartner statt drei wäre uns lieber gewesen.",
    ),
    ("The product is good, training was a bit short.", "Das Produkt ist gut, die Schulung war etwas kurz."),
    ("Met the requirements. Nothing more, nothing less.", "Hat die Anforderungen erfüllt. Nicht mehr, nicht weniger."),
    (
        "Happy with the outcome, less so with the change requests.",
        "Zufrieden mit dem Ergebnis, weniger mit den Änderungswünschen.",
    ),
    ("Good team, complicated contract.", "Gutes Team, komplizierter Vertrag."),
];

const BLAME: [(&str, &str); 8] = [
    (
        "Three deadlines moved and nobody told us before the day itself.",
        "Drei Termine wurden verschoben, und gesagt hat man es uns erst am Tag selbst.",
    ),
    ("The app still crashes when a customer is offline.", "Die App stürzt immer noch ab, wenn ein Kunde offline ist."),
    (
        "We had to explain our set-up to a new person every week.",
        "Wir mussten unsere Umgebung jede Woche jemand Neuem erklären.",
    ),
    (
        "Support answers after two days. That is too long for us.",
        "Der Support antwortet nach zwei Tagen. Das ist zu lang für uns.",
    ),
    (
        "The import lost attachments and we found out from our customers.",
        "Beim Import sind Anhänge verloren gegangen, und wir haben es von unseren Kunden erfahren.",
    ),
    ("Too expensive for what we got.", "Zu teuer für das, was wir bekommen haben."),
    ("Reports take minutes to load.", "Berichte brauchen Minuten, bis sie geladen sind."),
    (
        "Please call me, I would like to explain what went wrong.",
        "Bitte rufen Sie mich an, ich möchte erklären, was schiefging.",
    ),
];

/// What passers-by say.
const WALKED_BY: [&str; 3] =
    ["Friendly people, and quick.", "Found it at once, thank you!", "Delivery was faster than promised."];

const WALKED_OUT: [&str; 3] =
    ["I waited twenty minutes for help.", "The invoice was wrong again.", "The size I need is never there."];

/// Draws the same numbers every time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        usize::try_from(bits % u64::try_from(sides.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        from.get(self.roll(from.len())).copied()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }
}

/// Somebody who will answer.
struct Answer {
    survey: String,
    /// The half day of the story.
    at: i64,
    score: u8,
    comment: Option<&'static str>,
}

/// Fills in the company; says what was made.
///
/// # Errors
/// When a function does not answer as it should.
pub async fn fill(world: &World, key: &str) -> Result<String, SampleError> {
    if world.cloud().mail_count()? > 0 {
        return Ok("There is a company already; it was left as it is.".to_owned());
    }
    let mut dice = Dice(2026);
    let mut answers: Vec<Answer> = Vec::new();
    let mut asked = 0;
    let mut answered = 0;
    // Dice of their own, so that what happens to projects does not depend on who passes a shop.
    let (mut street, mut doors, mut passers_by) = (Dice(7), Vec::new(), 0);
    for half in 0..DAYS * 2 {
        let day = half / 2;
        if half == 0 {
            introduce(world, key).await?;
            send(world, Method::PUT, "/v1/campaigns/default", Some(key), &campaign()).await?;
            doors = hang(world, key).await?;
        }
        passers_by += pass(world, &mut street, &doors).await?;
        if half == TOLD_FROM * 2 {
            tell(world, key).await?;
        }
        // Nobody finishes a project on two days of the week.
        let busy = day % 7 < 5;
        let triggers = if busy { 1 + dice.roll(3) } else { 0 };
        for _ in 0..triggers {
            let (body, product, german) = project(&mut dice, asked);
            asked += 1;
            let answer = send(world, Method::POST, "/v1/triggers", Some(key), &body).await?;
            if let Some(survey) = answer["survey_id"].as_str()
                && dice.chance(42)
            {
                answers.push(planned(&mut dice, survey, half, (product, german)));
            }
        }
        world.settle().await?;
        let (now, later): (Vec<Answer>, Vec<Answer>) = answers.into_iter().partition(|answer| answer.at <= half);
        answers = later;
        for answer in now {
            answered += usize::from(give(world, &answer).await?);
        }
        let left = Duration::from_millis(u64::try_from(-world.clock().offset()).unwrap_or(0));
        world.advance_unswept((HOUR * 12).min(left)).await?;
    }
    world.settle().await?;
    Ok(format!("Made {asked} surveys and {answered} responses of the last ten weeks, and {passers_by} of passers-by."))
}

/// Doors beside the mails: a sign in a shop, and a widget at the end of an order. Returns where they are.
async fn hang(world: &World, key: &str) -> Result<Vec<String>, SampleError> {
    let owner = json!({"email": OWNERS[2].email, "name": OWNERS[2].name});
    let shop = json!({"name": "Shop Berlin", "kind": "link", "attributes": {"shop": "Berlin"}, "owner": owner});
    let checkout = json!({
        "name": "Checkout", "kind": "widget", "attributes": {"shop": "Online"}, "origins": [world.url()], "hourly_limit": 200,
    });
    let mut doors = Vec::new();
    for (id, door) in [("shop-berlin", shop), ("checkout", checkout)] {
        let path = format!("/v1/campaigns/default/doors/{id}");
        let made = send(world, Method::PUT, &path, Some(key), &door).await?;
        let path = made["url"].as_str().and_then(|url| url.strip_prefix(world.url()));
        doors.extend(path.map(str::to_owned));
    }
    Ok(doors)
}

/// Whoever passes a door in half a day; says how many answered.
async fn pass(world: &World, street: &mut Dice, doors: &[String]) -> Result<usize, SampleError> {
    let mut answered = 0;
    for (nth, door) in doors.iter().enumerate() {
        // More buy online than in the shop.
        if !street.chance(25 + 30 * nth) {
            continue;
        }
        let (score, said) = match street.roll(100) {
            0..55 => (9 + street.roll(2), street.pick(&WALKED_BY)),
            55..82 => (7 + street.roll(2), None),
            _ => (street.roll(7), street.pick(&WALKED_OUT)),
        };
        let body = json!({"score": score, "comment": said.filter(|_| street.chance(40)).unwrap_or_default()});
        send(world, Method::POST, door, None, &body).await?;
        answered += 1;
    }
    Ok(answered)
}

/// The people who look at the numbers: one who runs it all, one who looks at all, and the owners.
async fn introduce(world: &World, key: &str) -> Result<(), SampleError> {
    let leads = [
        ("admin", "ruth.keller@northwind.example", "Ruth Keller"),
        ("analyst", "ivo.marin@northwind.example", "Ivo Marin"),
    ];
    let owners = OWNERS.iter().map(|owner| ("owner", owner.email, owner.name));
    for (role, email, name) in leads.into_iter().chain(owners) {
        let body = json!({"name": name, "role": role});
        send(world, Method::PUT, &format!("/v1/people/{email}"), Some(key), &body).await?;
    }
    Ok(())
}

/// What it asks, and what follows an answer.
fn campaign() -> Value {
    let reason = |id: &str, en: &str, de: &str| json!({"id": id, "label": en, "labels": {"de": de}});
    json!({
        "themes": themes(),
        "reasons": {
            "detractor": [
                reason("late", "It came too late", "Es kam zu spät"), reason("price", "The price", "Der Preis"),
                reason("support", "Nobody to reach", "Niemand erreichbar"), reason("quality", "It does not work well", "Es funktioniert nicht gut"),
            ],
            "passive": [
                reason("late", "It could be faster", "Es könnte schneller gehen"), reason("price", "The price", "Der Preis"),
                reason("support", "Support", "Support"),
            ],
            "promoter": [
                reason("people", "The people", "Die Menschen"), reason("quality", "The quality", "Die Qualität"),
                reason("support", "Support", "Support"),
            ],
        },
        "ask_to_quote": true,
        "next_step": {
            "detractor": {"text": "Book a call with {company}", "url": "https://www.northwind.example/call"},
            "promoter": {"text": "Read what is new", "url": "https://www.northwind.example/news"},
        },
        "thanks": {
            "detractor": "Hello {name},\n\nwe are sorry that it was not better. Your account manager has your answer and will get in touch.",
            "passive": "Hello {name},\n\nthank you. We read every answer, and yours helps us to see what is still missing.",
            "promoter": "Hello {name},\n\nthank you, that made our day.",
        },
        "texts": {"de": {
            "next_step_detractor": "Gespräch mit {company} vereinbaren", "next_step_promoter": "Was es Neues gibt",
            "thanks_detractor": "Guten Tag {name},\n\nes tut uns leid, dass es nicht besser war. Ihre Antwort liegt bei unserem Kundenbetreuer, der sich bei Ihnen meldet.",
            "thanks_passive": "Guten Tag {name},\n\nvielen Dank. Wir lesen jede Antwort, und Ihre hilft uns zu sehen, was noch fehlt.",
            "thanks_promoter": "Guten Tag {name},\n\nvielen Dank, das hat uns sehr gefreut.",
        }},
    })
}

/// What somebody ticks with a score: the survey's id stands for chance.
fn ticked(answer: &Answer) -> Vec<&'static str> {
    let offered: &[&str] = match answer.score {
        0..=6 => &["late", "price", "support", "quality"],
        7 | 8 => &["late", "price", "support"],
        _ => &["people", "quality", "support"],
    };
    let bits = answer.survey.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or_default();
    // One in four ticks nothing, and few tick everything.
    offered
        .iter()
        .enumerate()
        .filter(|(nth, _)| bits % 4 != 0 && (bits >> (2 + nth)) & 1 == 1)
        .map(|(_, id)| *id)
        .collect()
}

/// What its people write about. Some things are left for somebody to find in the suggestions.
fn themes() -> Value {
    json!([
        {"id": "support", "name": "Support", "keywords": {
            "en": ["support", "help", "reachable"], "de": ["*support", "Kundendienst", "erreichbar", "Ansprechpartner"]}},
        {"id": "delivery", "name": "Delivery on time", "keywords": {
            "en": ["deadline", "faster", "slow", "promised", "delay"], "de": ["Termin", "schneller", "langsam", "versprechen"]}},
        {"id": "price", "name": "Price", "keywords": {
            "en": ["expensive", "invoice", "price", "contract"], "de": ["teuer", "Rechnung", "preis*", "Vertrag"]}},
        {"id": "quality", "name": "Quality", "keywords": {
            "en": ["crash", "lose", "works", "load", "product"], "de": ["stürzt", "verloren", "funktionieren", "laden", "Produkt"]}},
        {"id": "communication", "name": "Communication", "keywords": {
            "en": ["communication", "told", "explain"], "de": ["Kommunikation", "erklären", "sagen"]}},
    ])
}

/// From here on a webhook hears of everything, and a chat of detractors; both are played on this machine.
async fn tell(world: &World, key: &str) -> Result<(), SampleError> {
    let url = format!("{}/local/outside/webhook", world.url());
    let webhook = json!({"kind": "webhook", "url": url, "secret": "local_webhook"});
    send(world, Method::PUT, "/v1/destinations/webhook", Some(key), &webhook).await?;
    let chat = json!({"kind": "slack", "secret": "local_slack"});
    send(world, Method::PUT, "/v1/destinations/chat", Some(key), &chat).await?;
    Ok(())
}

fn project(dice: &mut Dice, number: usize) -> (Value, usize, bool) {
    let (account, region, locale) = dice.pick(&ACCOUNTS).unwrap_or_default();
    let product = dice.roll(PRODUCTS.len());
    let first = dice.pick(&FIRST).unwrap_or_default();
    let last = dice.pick(&LAST).unwrap_or_default();
    let domain = account.to_lowercase().replace(' ', "-");
    // A few addresses do not work, as everywhere.
    let email = match dice.roll(60) {
        0 => format!("bounce+{number}@simulator.amazonses.com"),
        _ => format!("{}.{}@{domain}.example", first.to_lowercase(), last.to_lowercase()),
    };
    // Whoever looks after the account does so every time.
    let owner = OWNERS.get(account.len() % OWNERS.len());
    let (agent_id, agent_name) = dice.pick(&AGENTS).unwrap_or_default();
    let german = locale == Some("de");
    let body = json!({
        "subject_type": "project",
        "subject_id": format!("P-{}", 1000 + number),
        "subject_name": format!("{account} {} {}", PRODUCTS.get(product).copied().unwrap_or_default().to_lowercase(), dice.pick(&PROJECTS).unwrap_or_default()),
        "completion_percent": 100,
        "contact_email": email,
        "contact_name": format!("{first} {last}"),
        "contact_locale": locale,
        "contact_id": format!("C-{first}-{last}-{domain}"),
        "owner_email": owner.map(|owner| owner.email),
        "owner_name": owner.map(|owner| owner.name),
        "owner_id": owner.map(|owner| owner.email.split('.').next().unwrap_or_default()),
        "agent_id": agent_id,
        "agent_name": agent_name,
        "account_name": account,
        "attributes": {
            "product": PRODUCTS.get(product),
            "region": region.split('/').next(),
            "team": format!("{region}/{}", if product == 3 { "Support" } else { "Delivery" }),
        },
    });
    (body, product, german)
}

fn planned(dice: &mut Dice, survey: &str, half: i64, (product, german): (usize, bool)) -> Answer {
    // Most who answer do so at once; some need the reminder.
    let wait = match dice.roll(10) {
        0..5 => 0,
        5..7 => 1 + dice.roll(3),
        7..9 => 3 + dice.roll(10),
        _ => 15 + dice.roll(4),
    };
    // The website is loved, the app is not, and the data platform got better halfway.
    let (promoters, passives) = match product {
        0 => (64, 26),
        1 => (34, 30),
        2 if half > DAYS => (60, 28),
        2 => (30, 34),
        _ => (48, 32),
    };
    let (score, comment) = match dice.roll(100) {
        roll if roll < promoters => (9 + dice.roll(2), dice.pick(&PRAISE)),
        roll if roll < promoters + passives => (7 + dice.roll(2), dice.pick(&MIXED)),
        _ => ([6, 6, 5, 5, 4, 3, 2, 0].get(dice.roll(8)).copied().unwrap_or(5), dice.pick(&BLAME)),
    };
    Answer {
        survey: survey.to_owned(),
        at: half + i64::try_from(wait).unwrap_or(0),
        score: u8::try_from(score).unwrap_or(0),
        comment: comment.filter(|_| dice.chance(45)).map(|(en, de)| if german { de } else { en }),
    }
}

/// Follows the link in the newest letter of the survey and answers; `false` if no letter ever went out.
async fn give(world: &World, answer: &Answer) -> Result<bool, SampleError> {
    let mails = world.cloud().mails_of(&answer.survey)?;
    let Some(token) = mails.iter().rev().find_map(|mail| token(&mail.text)) else { return Ok(false) };
    if mails.iter().any(|mail| mail.to.ends_with("simulator.amazonses.com")) {
        return Ok(false);
    }
    let body = json!({
        "score": answer.score,
        "comment": answer.comment.unwrap_or_default(),
        "follow_up": answer.score < 5,
        "may_quote": answer.score > 8 && answer.comment.is_some(),
        "reasons": ticked(answer),
    });
    send(world, Method::POST, &format!("/r/{token}"), None, &body).await?;
    Ok(true)
}

fn token(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("/r/")?;
    rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).next()
}

async fn send(
    world: &World,
    method: Method,
    path: &str,
    key: Option<&str>,
    body: &Value,
) -> Result<Value, SampleError> {
    let refused = |status: u16, body: String| SampleError::Refused { what: path.to_owned(), status, body };
    let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    if let Some(key) = key {
        request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
    }
    let request = request.body(Body::from(body.to_string())).map_err(|error| refused(0, error.to_string()))?;
    let response = match world.router().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 1 << 20)
        .await
        .map_err(|error| refused(status.as_u16(), error.to_string()))?;
    if !status.is_success() {
        return Err(refused(status.as_u16(), String::from_utf8_lossy(&body).into_owned()));
    }
    serde_json::from_slice(&body).map_err(|error| refused(status.as_u16(), error.to_string()))
}
