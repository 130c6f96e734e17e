//! `/d/{door}`: whoever comes in by themselves.
//!
//! The page is the one behind every link. Each time it is shown a visit gets a random name, which stands in the address its
//! form goes to; nothing is kept, here or there. The answer makes one survey of that visit, or finds the one that is there:
//! so a form that is sent twice, or a page that is loaded again, is one response. What follows (a comment, another score) goes
//! to `/d/{door}/{token}`, which is `/r/{token}` under the roof of the door.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use host::Problem;
use host::problem::Kind;
use model::door::{self, Attribution, Guest, NotAttributed};
use model::link::{Claims, Purpose};
use model::survey::NotTaken;
use model::who::Visit;
use model::{Door, Language, Survey, Timestamp, person};
use pages::{Around, Ask, Brand, Notice};
use store::{Comment, Config, Entered, Passed, StoredCampaign};

use crate::answer::{self, Answer};
use crate::link::{Links, Reader, Token, Trouble};
use crate::page::{page, returning};
use crate::record::{self, Recorded};
use crate::sent::{self, Form, Sent};

/// The characters of a door's token.
const LENGTH: usize = 32;

/// How long after its end an answer is still taken of whoever is known: the page was open meanwhile.
const GRACE: Duration = Duration::from_secs(3600);

/// How often an answer is written again when others write at the same time, such as the same form sent twice.
const TRIES: usize = 4;

/// A door that stands open.
struct Room {
    door: Arc<Door>,
    config: Arc<Config>,
    around: Arc<Around>,
    path: String,
    now: Timestamp,
}

impl Room {
    /// The campaign behind the door.
    fn campaign(&self) -> Result<&StoredCampaign, Trouble> {
        self.config.campaign(&self.door.campaign).ok_or(Trouble::NotKept(self.door.language.unwrap_or_default()))
    }

    /// Who sees the page, if the company's own server says so.
    fn signed(&self, grace: Duration) -> Result<Option<Attribution>, NotAttributed> {
        let read = |text| Attribution::read(text, &self.door.secrets, grace, self.now);
        self.around.signed().map(read).transpose()
    }
}

/// The path of a door; nowhere for a token that none of ours can be.
fn path(token: &Token) -> Option<String> {
    let Ok(Path(token)) = token else { return None };
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (token.len() == LENGTH && token.bytes().all(plain)).then(|| format!("/d/{token}"))
}

impl Links {
    /// Checks the link of a door. Reads nothing while keys, campaigns and the door are known.
    async fn door(&self, token: &Token, query: &str, now: Timestamp) -> Result<Room, Trouble> {
        let path = path(token).ok_or(Trouble::Forged)?;
        let Ok(Path(token)) = token else { return Err(Trouble::Forged) };
        let mut config = self.config(now).await?;
        let read = |config: &Config| config.keyring(Purpose::Door).and_then(|ring| ring.read_door(token));
        let mut claims = read(&config);
        // The first door ever may be younger than what we know of the keys.
        if claims.is_none() && self.may_look_again(now) {
            self.deps.store.forget_config().await;
            config = self.config(now).await?;
            claims = read(&config);
        }
        let claims = claims.ok_or(Trouble::Forged)?;
        let door = self.deps.store.door(&claims, now).await.map_err(|error| Trouble::TryLater(error.into()))?;
        let door = door.filter(|door| door.mark == claims.mark).ok_or(Trouble::NotKept(Language::default()))?;
        let around = Arc::new(Around::of(&door, &path, query));
        Ok(Room { door, config, around, path, now })
    }
}

/// `GET /d/{door}`
pub(crate) async fn open(
    State(links): State<Links>,
    token: Token,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let (reader, program) = (Reader::of(Some(&query), &headers), answer::to_a_program(&headers));
    let room = match links.door(&token, &query, links.deps.clock.now()).await {
        Ok(room) => room,
        Err(trouble) => return trouble.answer(program, &reader),
    };
    let campaign = match room.campaign() {
        Ok(stored) => &stored.campaign,
        Err(trouble) => return trouble.answer(program, &reader),
    };
    let signed = room.signed(Duration::ZERO);
    let brand = brand(&room, &signed, &reader.behind(room.around.clone()), campaign);
    if let Err(why) = &signed {
        return not_believed(why, &brand, program);
    }
    let visit = visit(&links).to_string();
    let action = form(&room, &brand, &visit, &query);
    page(StatusCode::OK, &Ask::new(&brand, &action, sent::proposed(&query)))
}

/// `POST /d/{door}`
pub(crate) async fn enter(
    State(links): State<Links>,
    token: Token,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let query = query.unwrap_or_default();
    let (parts, body) = request.into_parts();
    let headers = &parts.headers;
    let (reader, program) = (Reader::of(Some(&query), headers), answer::to_a_program(headers));
    let body = host::body::read(body).await.and_then(|body| answer::read(headers, &body));
    let room = match links.door(&token, &query, links.deps.clock.now()).await {
        Ok(room) => room,
        // Nobody knows yet whether the link is good, but what was typed must not be lost.
        Err(Trouble::TryLater(problem)) => return unknown_yet(&token, &query, body, problem, (program, &reader)),
        Err(trouble) => return trouble.answer(program, &reader),
    };
    let stored = match room.campaign() {
        Ok(stored) => stored,
        Err(trouble) => return trouble.answer(program, &reader),
    };
    let signed = room.signed(GRACE);
    let reader = reader.behind(room.around.clone());
    let brand = brand(&room, &signed, &reader, &stored.campaign);
    let signed = match &signed {
        Ok(signed) => signed.as_ref(),
        Err(why) => return not_believed(why, &brand, program),
    };
    let typed = match body {
        Ok(form) => form,
        Err(problem) => return answer::refused(problem, program, &brand),
    };
    let Some(visit) = named(&query, &links) else {
        let problem =
            Problem::field("?visit", "this must be 22 letters, digits, - and _: 16 random bytes in base64url");
        return if program { problem.into_response() } else { answer::refused(problem, program, &brand) };
    };
    let action = form(&room, &brand, &visit.to_string(), &query);
    let answer = Answer { brand: &brand, path: &action, form: &typed, program };
    let sent = match &typed.sent {
        Ok(sent) => sent,
        Err(flaw) => return answer.flawed(flaw),
    };
    if sent.self_saved {
        return answer.not_recorded(Problem::new(Kind::Conflict, "behind a door only what is confirmed is recorded"));
    }
    if room.door.kind == door::Kind::Link && is_of_another_site(headers) {
        let detail = "this was sent by another site; please open the link, and press the button there";
        return answer.not_recorded(Problem::new(Kind::Conflict, detail));
    }
    let from = host::peer::address(&parts.extensions).map(|address| veiled(&room, &person::network(address)));
    match links.deps.store.pass(&room.door, from.as_deref(), room.now).await {
        Ok(Passed::Yes) => {}
        Ok(full) => return answer.not_recorded(too_many(full)),
        Err(error) => return answer.not_recorded(error.into()),
    }
    let guest = Guest { door: &room.door, campaign: &stored.campaign, visit, signed, language: brand.language };
    match record_visit(&links, &room.config, stored, &guest, sent, room.now).await {
        Ok(Recorded::Yes(survey)) => {
            tracing::info!(survey.id = %survey.id, door.kind = room.door.kind.as_str(), "somebody answered who came in");
            match follow_up(&links, &room, &reader, &survey, brand.language).await {
                Ok(path) => Answer { path: &path, ..answer }.recorded(&survey),
                Err(error) => answer.not_recorded(error.into()),
            }
        }
        Ok(Recorded::No(NotTaken::TooManyChanges, survey)) => answer.changed_too_often(&survey),
        Ok(Recorded::No(NotTaken::NoScore, _) | Recorded::Gone) => answer.flawed(&sent::no_score()),
        Ok(Recorded::No(NotTaken::NoSuchReason, _)) => answer.flawed(&sent::no_such_reason()),
        Ok(Recorded::Busy) => answer.not_recorded(record::busy()),
        Err(error) => answer.not_recorded(error.into()),
    }
}

/// The two tokens as they stand in the path.
type Tokens = Result<Path<(String, String)>, PathRejection>;

/// `GET /d/{door}/{token}`
pub(crate) async fn open_answer(
    State(links): State<Links>,
    tokens: Tokens,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let text = query.clone().unwrap_or_default();
    match under_the_roof(&links, tokens, &text, &headers).await {
        Ok((token, reader, around)) => {
            let shown = crate::show(&links, token, &text, &reader, &headers).await;
            // Whoever went to change a score and left must not have the next one answer in their place.
            returning(&around, shown, false)
        }
        Err(trouble) => trouble.answer(answer::to_a_program(&headers), &Reader::of(Some(&text), &headers)),
    }
}

/// `POST /d/{door}/{token}`
pub(crate) async fn answer_again(
    State(links): State<Links>,
    tokens: Tokens,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let text = query.unwrap_or_default();
    match under_the_roof(&links, tokens, &text, &headers).await {
        Ok((token, reader, _)) => crate::take(&links, token, &reader, &headers, body).await,
        Err(trouble) => trouble.answer(answer::to_a_program(&headers), &Reader::of(Some(&text), &headers)),
    }
}

/// Whoever answered may say more, also after the door was closed or while nobody can be asked about it: then on a page of
/// its own.
async fn under_the_roof(
    links: &Links,
    tokens: Tokens,
    query: &str,
    headers: &HeaderMap,
) -> Result<(Token, Reader, Arc<Around>), Trouble> {
    let Ok(Path((door, token))) = tokens else { return Err(Trouble::Forged) };
    let door = Ok(Path(door));
    let around = match links.door(&door, query, links.deps.clock.now()).await {
        Ok(room) => room.around,
        Err(Trouble::Forged) => return Err(Trouble::Forged),
        Err(_) => Arc::default(),
    };
    let under = around.under(path(&door).ok_or(Trouble::Forged)?);
    Ok((Ok(Path(token)), Reader::of(Some(query), headers).behind(under.clone()), under))
}

/// Writes the survey of a visit with its answer, or the answer to the one that is there.
async fn record_visit(
    links: &Links,
    config: &Config,
    stored: &StoredCampaign,
    guest: &Guest<'_>,
    sent: &Sent,
    now: Timestamp,
) -> Result<Recorded, store::Error> {
    let store = &links.deps.store;
    let id = guest.survey_id();
    // Nothing is made of a comment alone; it may belong to a score that is there.
    if sent.score.is_none() {
        return record::respond(store, id, Some(stored), sent, now).await;
    }
    // From its first survey on a campaign's zone stands still: its days are counted in it.
    if !stored.used && !store.save_campaign(config, &stored.clone().in_use()).await? {
        return Ok(Recorded::Busy);
    }
    let made = guest.survey(now);
    let after = match record::decide(&made, sent, Some(&stored.campaign), now) {
        Ok(Some(after)) => after,
        Ok(None) => return Ok(Recorded::Yes(Box::new(made))),
        Err(why) => return Ok(Recorded::No(why, Box::new(made))),
    };
    let comment = sent.comment.as_ref().map(|text| Comment { text: text.clone(), at: now });
    for _ in 0..TRIES {
        match store.enter(&after, comment.as_ref()).await {
            Ok(Entered::Made) => return Ok(Recorded::Yes(Box::new(after))),
            Ok(Entered::Already(_)) => return record::respond(store, id, Some(stored), sent, now).await,
            Err(error) if error.is_busy() => {
                tokio::time::sleep(Duration::from_millis(20 + links.deps.chance.below(40))).await;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Recorded::Busy)
}

/// Whether a browser says that the form stands on another site, which has its visitors vote. The page of a link is in no
/// frame, so its own form is of this site. Programs say nothing of the kind, and each has its own address to be limited by.
fn is_of_another_site(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site")
}

/// Where a comment goes, or another score.
async fn follow_up(
    links: &Links,
    room: &Room,
    reader: &Reader,
    survey: &Survey,
    language: Language,
) -> Result<String, store::Error> {
    let secret = || links.deps.chance.secret();
    let keyring = links.deps.store.keyring(Purpose::Respond, room.now, secret).await?;
    let token = keyring.sign(&Claims::new(survey.id, &room.door.campaign, language, room.now));
    Ok(reader.path(format!("{}/{token}", room.path)))
}

/// Who asks, in the language of whoever sees the page: as they chose, else as the company's server says of them, else as the
/// door has it, else as the browser does, else the campaign's.
fn brand(
    room: &Room,
    signed: &Result<Option<Attribution>, NotAttributed>,
    reader: &Reader,
    campaign: &model::Campaign,
) -> Brand {
    let theirs = signed.as_ref().ok().and_then(Option::as_ref).and_then(|signed| signed.contact_locale.as_deref());
    let language = reader.language_at(theirs.and_then(Language::matching).or(room.door.language), campaign.language);
    Brand::of(campaign, language).behind(room.around.clone())
}

/// Where the form of a visit goes. A language somebody chose stays so.
fn form(room: &Room, brand: &Brand, visit: &str, query: &str) -> String {
    let chosen = form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "lang");
    let language = chosen.then_some(("lang", brand.language.tag()));
    room.around.address(&room.path, std::iter::once(("visit", visit)).chain(language))
}

fn visit(links: &Links) -> Visit {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&links.deps.chance.secret()[..16]);
    Visit::from_bytes(bytes)
}

/// The visit an address names; a new one where it names none, and nothing where that is no name.
fn named(query: &str, links: &Links) -> Option<Visit> {
    match form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "visit") {
        Some((_, name)) => name.parse().ok(),
        None => Some(visit(links)),
    }
}

/// Stands for a place for a minute.
fn veiled(room: &Room, network: &str) -> String {
    let minute = room.now.as_seconds().div_euclid(60);
    room.config.keyring(Purpose::Door).map(|ring| ring.veiled(&format!("{minute} {network}"))).unwrap_or_default()
}

fn too_many(why: Passed) -> Problem {
    let detail = match why {
        Passed::Full => "as many answers came through this door in this hour as it takes; please try again later",
        Passed::Crowded | Passed::Yes => "too many answers came from one place; please try again in a minute",
    };
    Problem::new(Kind::TooMany, detail)
}

/// A signature that is wrong must not become an answer of nobody in silence: whoever reads it reloads, and whoever built the
/// page sees why.
fn not_believed(why: &NotAttributed, brand: &Brand, program: bool) -> Response {
    let problem = Problem::field("?signed", why.to_string());
    if program {
        return problem.into_response();
    }
    let words = brand.words();
    let text = format!("{} (signed: {why})", words.later());
    page(problem.kind().status(), &Notice::new(brand, words.later_title(), text))
}

/// The tables gave no answer: what was typed is in the form again, which goes to where it came from.
fn unknown_yet(
    token: &Token,
    query: &str,
    typed: Result<Form, Problem>,
    problem: Problem,
    (program, reader): (bool, &Reader),
) -> Response {
    let brand = Brand::unnamed(reader.language(None));
    let path = format!("{}?{query}", path(token).unwrap_or_default());
    match typed {
        Ok(form) => Answer { brand: &brand, path: &path, form: &form, program }.not_recorded(problem),
        Err(problem) => answer::refused(problem, program, &brand),
    }
}
