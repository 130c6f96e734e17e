//! Account Engagement (Pardot), version 5: who is on which list.
//!
//! A membership that is posted twice is there twice, so each is looked up before it is made. A contact is on one of
//! the two lists or on none; whoever is no prospect yet is not made one.

use http::Method;
use model::destination::Pardot;
use model::report::Stage;
use model::{Nurture, Report};
use serde_json::{Value, json};

use super::exchange::{Ask, Line, Reply, Stop};
use super::tokens::Grant;
use super::{Answer, Call, tasks};

/// What Pardot calls its limits: calls of a day, calls at the same time.
const LIMITS: [u64; 2] = [122, 66];

/// A list, and whether the contact should be on it.
type Place = (u64, bool);

/// Looks the prospect up and puts it where it belongs.
pub(super) async fn tell(line: &Line<'_>, settings: &Pardot, call: &Call<'_>) -> Result<Option<Answer>, Stop> {
    let Some(places) = places(settings, call.report) else { return Ok(None) };
    let way = Way { line, settings };
    let found = way.send(Method::GET, prospects(settings, call.report), None).await?;
    let body = succeeded(&found)?;
    let joins = places.iter().any(|(_, on)| *on);
    let ids = ids(&body);
    let Some(first) = ids.first() else {
        return if joins {
            Err(found.refused("no prospect has the contact's address"))
        } else {
            Ok(Some(found.answer("no prospect has the contact's address, and none has to leave a list")))
        };
    };
    let mut done = Vec::new();
    for (list, on) in places {
        // Several prospects may have one address: the first joins, all leave.
        let concerned = if on { std::slice::from_ref(first) } else { ids.as_slice() };
        for prospect in concerned {
            done.extend(way.put(*prospect, list, on).await?);
        }
    }
    let text = if done.is_empty() { "everything was so already".to_owned() } else { done.join(", ") };
    Ok(Some(Answer { status: Some(200), text }))
}

/// What there is to tell.
pub(super) fn content(settings: &Pardot, report: &Report) -> Option<Value> {
    // A prospect is an address: whoever has none is on no list there.
    let email = tasks::text(report, "contact_email")?;
    Some(json!([email, places(settings, report)?]))
}

/// Where a contact should be. Nothing until somebody could have been put on a list.
fn places(settings: &Pardot, report: &Report) -> Option<Vec<Place>> {
    if report.nurture.is_none() && matches!(report.stage, Stage::Created | Stage::Sent) {
        return None;
    }
    let lists = [(settings.reminding_list, Nurture::Reminding), (settings.campaign_list, Nurture::Campaign)];
    let place = |(list, nurture): (Option<u64>, Nurture)| Some((list?, report.nurture == Some(nurture)));
    let mut places: Vec<Place> = lists.into_iter().filter_map(place).collect();
    // Off one list before on the other, so that nobody is mailed from both.
    places.sort_by_key(|(_, on)| *on);
    (!places.is_empty()).then_some(places)
}

fn objects(settings: &Pardot, path: &str, query: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    format!("{}/api/v5/objects/{path}{}{query}", settings.url, if query.is_empty() { "" } else { "?" })
}

fn prospects(settings: &Pardot, report: &Report) -> String {
    let email = tasks::text(report, "contact_email").unwrap_or_default();
    objects(settings, "prospects", &[("fields", "id,email"), ("email", email)])
}

fn memberships(settings: &Pardot, prospect: u64, list: u64) -> String {
    let (prospect, list) = (prospect.to_string(), list.to_string());
    let query = [("fields", "id,listId,prospectId"), ("listId", list.as_str()), ("prospectId", prospect.as_str())];
    objects(settings, "list-memberships", &query)
}

fn ids(body: &Value) -> Vec<u64> {
    body["values"].as_array().into_iter().flatten().filter_map(|value| value["id"].as_u64()).collect()
}

struct Way<'a> {
    line: &'a Line<'a>,
    settings: &'a Pardot,
}

impl Way<'_> {
    async fn send(&self, method: Method, url: String, body: Option<Value>) -> Result<Reply, Stop> {
        let ask = match body {
            Some(body) => Ask::json(method, url, &body),
            None => Ask::plain(method, url),
        };
        let ask = ask.header("pardot-business-unit-id", self.settings.business_unit.as_str());
        let grant = Grant::Salesforce { login: &self.settings.login, auth: &self.settings.auth };
        self.line.send_as(&grant, ask).await
    }

    /// Puts a prospect on a list or takes it off, and says so if it was not so already.
    async fn put(&self, prospect: u64, list: u64, on: bool) -> Result<Option<String>, Stop> {
        let found = self.send(Method::GET, memberships(self.settings, prospect, list), None).await?;
        let there = ids(&succeeded(&found)?);
        if on && there.is_empty() {
            let url = objects(self.settings, "list-memberships", &[("fields", "id")]);
            let body = json!({ "listId": list, "prospectId": prospect });
            succeeded(&self.send(Method::POST, url, Some(body)).await?)?;
            return Ok(Some(format!("joined list {list}")));
        }
        let leaving = if on { &[][..] } else { &there[..] };
        for membership in leaving {
            let url = objects(self.settings, &format!("list-memberships/{membership}"), &[]);
            let reply = self.send(Method::DELETE, url, None).await?;
            // Gone is gone, whoever did it.
            if reply.status != 404 {
                succeeded(&reply)?;
            }
        }
        Ok((!leaving.is_empty()).then(|| format!("left list {list}")))
    }
}

/// What an answer means.
fn succeeded(reply: &Reply) -> Result<Value, Stop> {
    let body = reply.json();
    if reply.is_ok() {
        return Ok(body);
    }
    let code = body["code"].as_u64().unwrap_or(0);
    let text = match body["message"].as_str() {
        Some(message) => format!("{code} {message}"),
        None => "the answer does not say why".to_owned(),
    };
    Err(if LIMITS.contains(&code) { reply.later(&text) } else { reply.failure(&text) })
}

#[cfg(test)]
mod tests;
