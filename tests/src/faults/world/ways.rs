//! The other ways to answer: through a door, by replying to a letter or a text, and on pages that save by themselves.

use std::time::Duration;

use local::cloud::Queue;
use model::who::Visit as VisitId;
use model::{DoorId, Email, Phone, SurveyId, Timestamp, Who};
use serde_json::{Value, json};

use super::{Deed, World};
use crate::faults::fleet::{Function, PUBLIC};
use crate::faults::ways::{has_doors, has_replies, has_texts, is_replied, saves_itself};

/// The number of whoever has no address.
pub(super) const PHONE: &str = "+4915112345678";

/// A door of the campaign.
#[derive(Clone, Debug)]
pub(super) struct Door {
    id: DoorId,
    /// The path behind its link.
    path: String,
    /// What the company signs with whom it shows a widget to.
    secret: Option<String>,
}

/// Somebody who comes in.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    path: String,
    /// Who it is, and what they are signed with.
    signed: Option<(String, Value)>,
    /// The survey it must become.
    survey: SurveyId,
}

/// A way to answer; it says whether somebody took it.
type Way = fn(&mut World) -> bool;

impl World {
    /// Whether there are reasons to tick.
    pub(super) fn gives_reasons(&self) -> bool {
        self.seed.is_multiple_of(2)
    }

    /// What the campaign says of how people may answer.
    pub(super) fn ways(&self) -> Value {
        let mut ways = json!({ "self_saving": saves_itself(self.seed) });
        if has_texts(self.seed) {
            ways["sms"] = json!({"origination": "+4915199999999"});
        }
        if self.gives_reasons() {
            let reasons = json!([{"id": "slow", "label": "Too slow"}, {"id": "price", "label": "Too expensive"}]);
            ways["reasons"] = json!({"detractor": reasons, "passive": reasons, "promoter": reasons});
        }
        if self.seed % 7 == 3 {
            let variants = json!([{"name": "in-letter"}, {"name": "on-page", "scale": "page"}]);
            ways["experiment"] = json!({"id": "scale-1", "variants": variants});
        }
        ways
    }

    /// Puts a link on a wall and a widget on a site.
    pub(super) async fn put_doors(&mut self) {
        if !has_doors(self.seed) {
            return;
        }
        let owner = json!({"id": "sam", "email": self.writes.then_some("sam@company.example")});
        let wall = json!({"name": "Shop", "kind": "link", "attributes": {"team": "EMEA/DACH"}, "owner": owner});
        let site = json!({"name": "Site", "kind": "widget", "origins": ["https://shop.example"], "owner": owner});
        for (name, door) in [("shop", wall), ("site", site)] {
            self.request(
                Function::Manage,
                "PUT",
                &format!("/v1/campaigns/default/doors/{name}"),
                Some(door),
                Deed::Door,
            );
        }
        self.finish_all().await;
    }

    /// A door is there.
    pub(super) fn put_up(&mut self, door: &Value) {
        let text = |name: &str| door[name].as_str().unwrap_or_default();
        let (id, path) = (text("id").parse(), text("url").strip_prefix(PUBLIC));
        let (Ok(id), Some(path)) = (id, path) else { return self.history.wrong(format!("doors: {door} is none")) };
        let secret = door["secret"].as_str().map(str::to_owned);
        self.doors.push(Door { id, path: path.to_owned(), secret });
    }

    /// Somebody answers in another way, if there is one.
    pub(super) fn another_way(&mut self) -> bool {
        let there: [(bool, Way); 8] = [
            (has_doors(self.seed), Self::visit),
            (has_replies(self.seed), Self::reply),
            (has_replies(self.seed), Self::repeat_a_reply),
            (is_replied(self.seed), |world| world.read_queue(Queue::Replies)),
            (is_replied(self.seed), |world| world.read_queue(Queue::Replies)),
            (saves_itself(self.seed), Self::save_itself),
            (saves_itself(self.seed), Self::save_itself),
            (has_texts(self.seed), Self::write_back),
        ];
        let there: Vec<_> = there.into_iter().filter_map(|(is_there, way)| is_there.then_some(way)).collect();
        !there.is_empty() && there[self.index(there.len())](self)
    }

    /// Somebody comes in through a door and answers; or what they sent comes once more, or they change their mind.
    fn visit(&mut self) -> bool {
        if self.doors.is_empty() {
            return false;
        }
        let visit = if !self.visits.is_empty() && self.chance(450) {
            self.visits[self.index(self.visits.len())].clone()
        } else {
            let visit = self.come_in();
            self.visits.push(visit.clone());
            visit
        };
        let signed = visit.signed.map(|(secret, mut claims)| {
            // The company's server signs whenever it shows the page.
            claims["exp"] = json!(self.now() / 1000 + 3600);
            format!("&signed={}", crate::signed(&secret, &claims))
        });
        self.answer(&format!("{}{}", visit.path, signed.unwrap_or_default()), visit.survey);
        true
    }

    fn come_in(&mut self) -> Visit {
        let door = self.doors[self.index(self.doors.len())].clone();
        let mut name = [0; 16];
        name[..8].copy_from_slice(&self.dice.bits().to_be_bytes());
        name[8..].copy_from_slice(&self.dice.bits().to_be_bytes());
        let name = VisitId::from_bytes(name);
        let path = format!("{}?visit={name}", door.path);
        let campaign = model::CampaignId::default_campaign();
        match door.secret.filter(|_| self.chance(700)) {
            // About the very record somebody may have been asked about by mail.
            Some(secret) => {
                let subject = self.below(3);
                let email = ["ada@example.com", "Bob@Example.com", "cleo@example.com"][self.index(3)];
                let subject = format!("a0X{subject}");
                let who = Who::from(Email::parse(email).expect("an address"));
                let survey = SurveyId::of(&campaign, "project", &subject, "completion", &who);
                let claims = json!({"contact_email": email, "subject_type": "project", "subject_id": subject,
                    "milestone": "completion"});
                Visit { path, signed: Some((secret, claims)), survey }
            }
            None => {
                let survey = SurveyId::visit(&campaign, &door.id, name);
                self.history.ways.visiting(survey);
                Visit { path, signed: None, survey }
            }
        }
    }

    /// Somebody replies to a letter: with a score, with words, or that they want no more; or another one replies.
    fn reply(&mut self) -> bool {
        let Some(mail) = self.some_mail() else { return false };
        let (Some(to), Some(from)) = (mail.reply_to, mail.to) else { return false };
        let now = Timestamp::from_millis(self.now());
        let remark = format!("It was fine, {}.", word(self.dice.bits()));
        let (from, text) = match self.below(20) {
            0 | 1 => {
                self.history.ways.wish(mail.contact);
                (from, "Unsubscribe".to_owned())
            }
            2 => (Email::parse("eve@example.com").expect("an address"), self.some_score().to_string()),
            3..=6 => {
                self.history.ways.remarked(mail.survey, remark.clone());
                (from, remark)
            }
            with => {
                let score = self.some_score();
                if !self.history.ways.replied(mail.survey, score, now) {
                    return false;
                }
                if with.is_multiple_of(2) {
                    self.history.ways.remarked(mail.survey, remark.clone());
                    (from, format!("{score}\r\n\r\n{remark}"))
                } else {
                    (from, score.to_string())
                }
            }
        };
        self.note(format!("{} is replied to: {text:?}", mail.survey));
        let from = from.expose();
        let raw = format!("From: {from}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n");
        self.cloud.receive_mail(from, &to, raw.as_bytes()).expect("a mail");
        let last = self.cloud.messages(Queue::Replies).expect("messages").into_iter().max_by_key(|message| message.id);
        self.received.extend(last.map(|message| message.body));
        true
    }

    /// What SES received is told of once more.
    fn repeat_a_reply(&mut self) -> bool {
        if self.received.is_empty() {
            return false;
        }
        let again = self.received[self.index(self.received.len())].clone();
        let late = self.one_of(&[0, 1, 30, 180, 1500]);
        self.note(format!("a reply comes again in {late} minutes"));
        self.cloud.send(Queue::Replies, &again, Duration::from_mins(late)).expect("a message");
        true
    }

    /// A page that somebody uses, or a machine, saves a score by itself. It says first that it is used.
    fn save_itself(&mut self) -> bool {
        let Some(mail) = self.some_mail() else { return false };
        if self.chance(200) {
            self.request(Function::Capture, "POST", &format!("{}/seen", mail.page), None, Deed::See(mail.survey));
            return true;
        }
        let score = self.some_score();
        self.history.ways.saving(mail.survey, score);
        let body = json!({"score": score, "self_saved": true});
        self.request(Function::Capture, "POST", &mail.page, Some(body), Deed::SelfSave(mail.survey));
        true
    }

    /// Somebody writes a score back to a text, or that they want no more.
    fn write_back(&mut self) -> bool {
        let texted = self.history.mails.iter().any(|mail| mail.to.is_none());
        if !texted {
            return false;
        }
        let who = Who::Phone(Phone::international(PHONE).expect("a number")).key();
        let said = if self.chance(80) {
            self.history.ways.wish(who);
            self.one_of(&["STOP", "please stop"]).to_owned()
        } else {
            let score = self.some_score();
            self.history.ways.texted(who, score);
            format!("{score}{}", self.one_of(&["", "!", " great"]))
        };
        self.note(format!("{said:?} is written back to a text"));
        self.cloud.reply_by_text(PHONE, &said).expect("a message");
        true
    }
}

/// A word nobody has written before.
fn word(bits: u64) -> String {
    (0..10).map(|nth| char::from(b'a' + u8::try_from((bits >> (nth * 5)) % 26).unwrap_or(0))).collect()
}
