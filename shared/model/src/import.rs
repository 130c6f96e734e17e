//! A response that was given elsewhere, before a company came here, and the survey it becomes.
//!
//! It lies in the same table and is counted from the same stream as any other, on the day it was given: the survey is
//! the only truth. Nobody is told of it ([`crate::events`]), nobody is asked because of it, and it stands in no response
//! rate ([`crate::tally`]), since nobody knows how many were asked.

use std::collections::BTreeMap;

use crate::campaign::Campaign;
use crate::id::{CampaignId, Row, SurveyId};
use crate::reason::ReasonId;
use crate::score::Score;
use crate::survey::{Change, Imported, Mail, State, Survey};
use crate::theme::Heard;
use crate::time::Timestamp;
use crate::trigger::{Addressee, MAX_ATTRIBUTES, Named, Owner, Subject};
use crate::who::{Visit, Who};

/// The milestone of a past response that names none.
pub const MILESTONE: &str = "imported";

/// Before this nobody asked this question: 2000-01-01.
pub const EARLIEST: Timestamp = Timestamp::from_millis(946_684_800_000);

/// What is known of a response that was given elsewhere. Every text is trimmed, one line, and not empty, but the comment.
#[derive(Clone, Debug, PartialEq)]
pub struct PastResponse {
    /// The service it comes from: `delighted`.
    pub source: String,
    /// The name it has there.
    pub row: Option<String>,
    /// What it was about, if that is known.
    pub subject: Option<Subject>,
    /// The milestone that asked for it.
    pub milestone: Option<String>,
    /// Who gave it.
    pub contact: Addressee,
    /// The account manager.
    pub owner: Option<Owner>,
    /// The person who served the contact.
    pub agent: Option<Named>,
    /// The contact's company.
    pub account: Option<Named>,
    /// Fields to group by.
    pub attributes: BTreeMap<String, String>,
    /// The score.
    pub score: Score,
    /// What was said.
    pub comment: Option<String>,
    /// Whether the contact may be followed up, where it says.
    pub follow_up: Option<bool>,
    /// Whether they may be quoted with their name, where it says.
    pub may_quote: Option<bool>,
    /// What they ticked, as far as the campaign has such reasons.
    pub reasons: Vec<ReasonId>,
    /// When the contact was asked, if that is known.
    pub sent_at: Option<Timestamp>,
    /// When the answer came.
    pub answered_at: Timestamp,
}

/// Whoever gave the response that has this name elsewhere, where nobody knows who that was: always the same.
#[must_use]
pub fn nobody_known(campaign: &CampaignId, source: &str, row: &str) -> Who {
    Who::Visitor(Visit::from_bytes(SurveyId::imported(campaign, source, Row::Named(row)).bytes()))
}

impl PastResponse {
    /// The name of the survey it becomes: the same response always gets the same.
    #[must_use]
    pub fn survey_id(&self, campaign: &Campaign) -> SurveyId {
        let row = match &self.row {
            Some(row) => Row::Named(row),
            None => Row::Given(&self.contact.who, self.answered_at),
        };
        SurveyId::imported(&campaign.id, &self.source, row)
    }

    /// The survey it becomes: answered, with nothing left to do. It was made when the contact was asked, so that one that
    /// was erased and is brought again counts as the same; its version says that it is news.
    #[must_use]
    pub fn survey(&self, campaign: &Campaign, now: Timestamp) -> Survey {
        let id = self.survey_id(campaign);
        let asked_at = self.sent_at.unwrap_or(self.answered_at);
        let unnamed = || Subject {
            kind: MILESTONE.to_owned(),
            id: self.row.clone().unwrap_or_else(|| id.to_string()),
            name: None,
        };
        let subject = self.subject.clone().unwrap_or_else(unnamed);
        Survey {
            milestone: self.milestone.clone().unwrap_or_else(|| MILESTONE.to_owned()),
            owner: self.owner.clone(),
            agent: self.agent.clone(),
            account: self.account.clone(),
            attributes: self.attributes.clone(),
            created_at: asked_at,
            send_at: asked_at,
            state: State::Answered,
            invite: Mail { sent_at: self.sent_at, ..Mail::default() },
            changes: vec![Change::confirmed(self.score, self.answered_at)],
            follow_up: self.follow_up.unwrap_or_default(),
            may_quote: self.may_quote.unwrap_or_default(),
            reasons: campaign.reasons.offered(self.score.group(), &self.reasons),
            commented_at: self.comment.as_ref().map(|_| self.answered_at),
            imported: Some(Imported { from: self.source.clone(), at: now }),
            ..Survey::new(id, campaign, subject, self.contact.clone(), now)
        }
    }
}

impl PastResponse {
    /// What the survey of a response that is here becomes once the same response is brought again and says something else:
    /// what was brought last holds, and what that leaves out stays. So does what a person decided of it here, unless they read
    /// another comment, and what it is known by: its contact, record, milestone and when it was made, by which counting knows it.
    /// `comment` is the one that is here. Nothing where nothing is new.
    #[must_use]
    pub fn again(&self, known: &Survey, comment: Option<&str>, campaign: &Campaign) -> Option<Survey> {
        let mut after = known.clone();
        let given = Change::confirmed(self.score, self.answered_at);
        if known.score() != Some(self.score) || known.changes.first().map(|first| first.at) != Some(self.answered_at) {
            after.changes = vec![given];
        }
        // Its times belong together, and nobody was asked after they had answered.
        after.invite.sent_at = self.sent_at.or(known.invite.sent_at).filter(|sent| *sent <= self.answered_at);
        after.send_at = after.invite.sent_at.unwrap_or(self.answered_at);
        if known.commented_at.is_some() && known.commented_at == known.answered_at() {
            after.commented_at = Some(self.answered_at);
        }
        let ticked = campaign.reasons.offered(self.score.group(), &self.reasons);
        if !ticked.is_empty() {
            after.reasons = ticked;
        } else if known.score().map(Score::group) != Some(self.score.group()) {
            after.reasons = campaign.reasons.offered(self.score.group(), &known.reasons);
        }
        if self.comments_anew(comment) {
            (after.commented_at, after.heard, after.corrected) = (Some(self.answered_at), Heard::default(), None);
        }
        after.follow_up = self.follow_up.unwrap_or(known.follow_up);
        after.may_quote = self.may_quote.unwrap_or(known.may_quote);
        after.owner = then(known.owner.as_ref(), self.owner.as_ref(), Owner::then);
        after.agent = then(known.agent.as_ref(), self.agent.as_ref(), Named::then);
        after.account = then(known.account.as_ref(), self.account.as_ref(), Named::then);
        add(&mut after.attributes, &self.attributes);
        let is_news = after != *known || self.comments_anew(comment);
        is_news.then(|| Survey { ver: known.ver + 1, ..after })
    }

    /// What two rows say together that are the same response, one behind the other: as if the second were brought when the
    /// first is here.
    #[must_use]
    pub fn then(&self, later: &Self) -> Self {
        let ticked = if later.reasons.is_empty() { self } else { later };
        let mut attributes = self.attributes.clone();
        add(&mut attributes, &later.attributes);
        Self {
            owner: then(self.owner.as_ref(), later.owner.as_ref(), Owner::then),
            agent: then(self.agent.as_ref(), later.agent.as_ref(), Named::then),
            account: then(self.account.as_ref(), later.account.as_ref(), Named::then),
            attributes,
            score: later.score,
            comment: later.comment.clone().or_else(|| self.comment.clone()),
            follow_up: later.follow_up.or(self.follow_up),
            may_quote: later.may_quote.or(self.may_quote),
            reasons: ticked.reasons.clone(),
            sent_at: later.sent_at.or(self.sent_at).filter(|sent| *sent <= later.answered_at),
            answered_at: later.answered_at,
            ..self.clone()
        }
    }

    /// Whether it says something else than the comment that is here.
    #[must_use]
    pub fn comments_anew(&self, comment: Option<&str>) -> bool {
        self.comment.is_some() && self.comment.as_deref() != comment
    }
}

/// What is known of somebody once more is said of them, or nothing more.
fn then<T: Clone>(known: Option<&T>, later: Option<&T>, both: impl Fn(&T, &T) -> T) -> Option<T> {
    match (known, later) {
        (Some(known), Some(later)) => Some(both(known, later)),
        (known, later) => later.or(known).cloned(),
    }
}

/// Adds fields to group by, as far as there is room.
fn add(known: &mut BTreeMap<String, String>, more: &BTreeMap<String, String>) {
    for (name, value) in more {
        if known.contains_key(name) || known.len() < MAX_ATTRIBUTES {
            known.insert(name.clone(), value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::{NO_BANDS, Sender};
    use crate::contact::{Contact, LastScore};
    use crate::events::events;
    use crate::score::Standing;
    use crate::tally::{Counter, contribution};
    use crate::theme::Say;
    use crate::time::DAY;
    use crate::{CampaignId, Email};

    fn campaign() -> Campaign {
        let email = Email::parse("nps@example.com").unwrap();
        let sender = Sender { name: "Example AG".to_owned(), email };
        let campaign = Campaign::new(CampaignId::default_campaign(), "Example AG", sender);
        Campaign { time_zone: "Europe/Berlin".to_owned(), ..campaign }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn past(row: Option<&str>, contact: &str, answered_at: &str) -> PastResponse {
        let email = Email::parse(contact).unwrap();
        PastResponse {
            source: "delighted".to_owned(),
            row: row.map(str::to_owned),
            subject: None,
            milestone: None,
            contact: Addressee::of(email),
            owner: None,
            agent: None,
            account: None,
            attributes: BTreeMap::from([("region".to_owned(), "EMEA".to_owned())]),
            score: Score::try_from(9).unwrap(),
            comment: Some("Fine".to_owned()),
            follow_up: None,
            may_quote: None,
            reasons: Vec::new(),
            sent_at: Some(at("2021-03-01T10:00:00Z")),
            answered_at: at(answered_at),
        }
    }

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
    const GIVEN: &str = "2021-03-04T23:30:00Z";

    #[test]
    fn a_response_has_one_name_whenever_and_however_often_it_comes() {
        let campaign = campaign();
        let named = past(Some("r1"), "ada@example.com", GIVEN);
        assert_eq!(named.survey(&campaign, NOW).id, named.survey(&campaign, NOW.after(DAY)).id);
        // What the other service calls it decides, also where the person's address has changed since.
        assert_eq!(named.survey_id(&campaign), past(Some("r1"), "ada@example.net", GIVEN).survey_id(&campaign));
        let unnamed = past(None, "ada@example.com", GIVEN);
        let others = [
            named.survey_id(&campaign),
            past(Some("r2"), "ada@example.com", GIVEN).survey_id(&campaign),
            past(None, "bob@example.com", GIVEN).survey_id(&campaign),
            past(None, "ada@example.com", "2021-03-04T23:30:01Z").survey_id(&campaign),
            PastResponse { source: "wootric".to_owned(), ..unnamed.clone() }.survey_id(&campaign),
            unnamed.survey_id(&Campaign { id: "other".parse().unwrap(), ..campaign.clone() }),
        ];
        assert!(!others.contains(&unnamed.survey_id(&campaign)));
        assert_eq!(unnamed.survey_id(&campaign), past(None, "Ada@Example.com", GIVEN).survey_id(&campaign));
    }

    #[test]
    fn what_is_brought_again_is_taken_as_it_is_now_said() {
        let campaign = campaign();
        let first = past(Some("r1"), "ada@example.com", GIVEN);
        let known = first.survey(&campaign, NOW).judged(Standing::Suspect).unwrap();
        let known = known.corrected(Say::So(vec!["support".parse().unwrap()]), Say::Nothing, NOW).unwrap();
        let again = |past: &PastResponse| past.again(&known, Some("Fine"), &campaign);
        assert_eq!(again(&first), None, "a repeat changes nothing");
        let silent = PastResponse { comment: None, attributes: BTreeMap::new(), owner: None, ..first.clone() };
        assert_eq!(again(&silent), None, "what is left out stays");
        let changed = again(&PastResponse { score: Score::try_from(3).unwrap(), ..first.clone() }).unwrap();
        assert_eq!(
            (changed.score().map(Score::value), changed.changes.len(), changed.ver),
            (Some(3), 1, known.ver + 1)
        );
        assert_eq!(
            (changed.standing(), changed.corrected.is_some()),
            (Some(Standing::Suspect), true),
            "a person's word"
        );
        let said = again(&PastResponse { comment: Some("Not fine".to_owned()), ..first.clone() }).unwrap();
        assert_eq!((said.corrected.clone(), said.commented_at), (None, Some(at(GIVEN))), "which nobody has read here");
        let moved = again(&past(Some("r1"), "ada@example.com", "2021-03-04T22:30:00Z")).unwrap();
        assert_eq!(moved.said_at(), Some(at("2021-03-04T22:30:00Z")));
        let quoted = PastResponse { may_quote: Some(true), ..first.clone() };
        let quoted = quoted.again(&known, Some("Fine"), &campaign).unwrap();
        assert!(quoted.may_quote && first.again(&quoted, Some("Fine"), &campaign).is_none());
        let not = PastResponse { may_quote: Some(false), ..first.clone() };
        assert!(!not.again(&quoted, Some("Fine"), &campaign).unwrap().may_quote, "a permission may be taken back");
        let plans = (0..20).map(|nth| (format!("plan{nth:02}"), "Gold".to_owned())).collect();
        let more = again(&PastResponse { attributes: plans, ..first.clone() }).unwrap();
        assert_eq!((more.attributes.len(), more.attributes["region"].as_str()), (MAX_ATTRIBUTES, "EMEA"));
        assert_eq!(events(Some(&known), Some(&changed)), [], "and nobody hears of it");
    }

    fn owner(email: Option<&str>, name: Option<&str>, id: Option<&str>) -> Owner {
        let text = |text: Option<&str>| text.map(str::to_owned);
        Owner { email: email.map(|email| Email::parse(email).unwrap()), name: text(name), id: text(id) }
    }

    fn firm(id: Option<&str>, name: Option<&str>) -> Named {
        Named { id: id.map(str::to_owned), name: name.map(str::to_owned) }
    }

    #[test]
    fn what_is_left_out_of_a_person_stays_unless_it_is_another_one() {
        let campaign = campaign();
        let acme = firm(Some("A1"), Some("Acme"));
        let sam = owner(Some("sam@example.com"), Some("Sam"), None);
        let first = PastResponse {
            account: Some(acme.clone()),
            agent: Some(acme.clone()),
            owner: Some(sam.clone()),
            ..past(Some("r1"), "ada@example.com", GIVEN)
        };
        let known = first.survey(&campaign, NOW);
        for (said, kept) in [
            (firm(None, Some("Acme")), None),
            (firm(Some("A1"), None), None),
            (firm(None, Some("Acme AG")), Some(firm(Some("A1"), Some("Acme AG")))),
            (firm(Some("B2"), None), Some(firm(Some("B2"), None))),
        ] {
            let next = PastResponse { account: Some(said.clone()), agent: Some(said.clone()), ..first.clone() };
            let after = next.again(&known, Some("Fine"), &campaign);
            assert_eq!(after.as_ref().and_then(|after| after.account.clone()), kept, "{said:?}");
            assert_eq!(after.and_then(|after| after.agent), kept, "{said:?}");
        }
        for (said, kept) in [
            (owner(None, Some("Sam"), None), None),
            (owner(None, None, Some("005")), Some(owner(Some("sam@example.com"), Some("Sam"), Some("005")))),
            (owner(Some("tom@example.com"), None, None), Some(owner(Some("tom@example.com"), None, None))),
        ] {
            let next = PastResponse { owner: Some(said.clone()), ..first.clone() };
            assert_eq!(next.again(&known, Some("Fine"), &campaign).and_then(|after| after.owner), kept, "{said:?}");
        }
    }

    #[test]
    fn a_corrected_time_moves_all_its_times() {
        let campaign = campaign();
        let first = past(Some("r1"), "ada@example.com", GIVEN);
        let known = first.survey(&campaign, NOW);
        let hour = std::time::Duration::from_secs(60 * 60);
        let later = |past: &PastResponse| PastResponse {
            sent_at: past.sent_at.map(|at| at.after(hour)),
            answered_at: past.answered_at.after(hour),
            ..past.clone()
        };
        let zone = later(&first);
        let after = zone.again(&known, Some("Fine"), &campaign).unwrap();
        let fresh = Survey { ver: after.ver, created_at: known.created_at, ..zone.survey(&campaign, NOW) };
        assert_eq!(after, fresh, "as if it were brought for the first time, but for what counting knows it by");
        assert_eq!(contribution(&after, &NO_BANDS).born, contribution(&known, &NO_BANDS).born);
        let shown = crate::view::timeline(&after, &[]);
        assert_eq!((shown[0].what, shown[0].at), ("created", zone.sent_at.unwrap()));
        assert_eq!(zone.again(&after, Some("Fine"), &campaign), None);
        // What is left out stays, as long as it may be.
        let unsent = PastResponse { sent_at: None, ..zone.clone() };
        assert_eq!(unsent.again(&after, Some("Fine"), &campaign), None);
        let before = PastResponse { answered_at: at("2021-02-01T10:00:00Z"), ..unsent };
        let before = before.again(&after, Some("Fine"), &campaign).unwrap();
        assert_eq!((before.invite.sent_at, before.send_at), (None, at("2021-02-01T10:00:00Z")));
    }

    #[test]
    fn rows_of_one_response_say_together_what_they_say_one_after_the_other() {
        let campaign = campaign();
        let first = PastResponse {
            owner: Some(owner(Some("sam@example.com"), None, None)),
            account: Some(firm(Some("A1"), None)),
            may_quote: Some(true),
            ..past(Some("r1"), "ada@example.com", GIVEN)
        };
        let plain = PastResponse { attributes: BTreeMap::new(), ..past(Some("r1"), "ada@example.com", GIVEN) };
        let score = |score: u8| Score::try_from(score).unwrap();
        for second in [
            plain.clone(),
            PastResponse { score: score(3), comment: None, sent_at: None, ..plain.clone() },
            PastResponse { comment: Some("Not so fine".to_owned()), may_quote: Some(false), ..plain.clone() },
            PastResponse { answered_at: at("2021-03-05T09:00:00Z"), follow_up: Some(true), ..plain.clone() },
            PastResponse { answered_at: at("2021-02-05T09:00:00Z"), sent_at: None, ..plain.clone() },
            PastResponse {
                account: Some(firm(None, Some("Acme"))),
                owner: Some(owner(None, Some("Sam"), None)),
                ..plain.clone()
            },
            PastResponse { attributes: BTreeMap::from([("plan".to_owned(), "Gold".to_owned())]), ..plain.clone() },
        ] {
            let known = first.survey(&campaign, NOW);
            let both = first.then(&second).survey(&campaign, NOW);
            let after = second.again(&known, first.comment.as_deref(), &campaign).unwrap_or(known);
            assert_eq!(Survey { ver: after.ver, created_at: after.created_at, ..both }, after, "{second:?}");
            assert_eq!(first.then(&second).then(&second), first.then(&second));
        }
    }

    #[test]
    fn whoever_nobody_knows_is_the_same_each_time_and_nobody_else() {
        let default = CampaignId::default_campaign();
        let who = |source: &str, row: &str| nobody_known(&default, source, row);
        assert_eq!(who("delighted", "1"), who("delighted", "1"));
        assert!(who("delighted", "1") != who("delighted", "2") && who("delighted", "1") != who("wootric", "1"));
        assert!(who("delighted", "1").email().is_none() && who("delighted", "1").phone().is_none());
    }

    #[test]
    fn it_counts_on_its_own_day_and_in_no_rate() {
        let survey = past(Some("r1"), "ada@example.com", GIVEN).survey(&campaign(), NOW);
        let counted = contribution(&survey, &NO_BANDS);
        assert_eq!((counted.sent_on, counted.delivered && counted.sent_on.is_some()), (None, false));
        let rows = counted.rows();
        // 23:30 in London is the next day in Berlin.
        assert!(rows.keys().all(|row| row.day.to_string() == "2021-03-05"), "{rows:?}");
        let counters: Vec<_> = rows.values().flat_map(|counters| counters.keys().copied()).collect();
        let said = [Counter::Score(Score::try_from(9).unwrap()), Counter::Commented];
        assert!(counters.iter().all(|counter| said.contains(counter)), "{counters:?}");
        let dimensions: Vec<_> = rows.keys().map(|row| row.dimension.as_str()).collect();
        assert_eq!(dimensions, ["campaign", "hour", "region"]);
    }

    #[test]
    fn nobody_hears_of_it_whatever_becomes_of_it() {
        let survey = past(Some("r1"), "ada@example.com", GIVEN).survey(&campaign(), NOW);
        let judged = survey.judged(Standing::Suspect).unwrap();
        let commented = survey.commented(None, Some(true), NOW).unwrap();
        for (before, after) in [
            (None, Some(&survey)),
            (Some(&survey), Some(&judged)),
            (Some(&survey), Some(&commented)),
            (Some(&survey), None),
        ] {
            assert_eq!(events(before, after), [], "{before:?} {after:?}");
        }
    }

    #[test]
    fn it_is_kept_from_the_day_it_came_and_remembered_if_it_is_the_latest() {
        let campaign = campaign();
        let survey = past(Some("r1"), "ada@example.com", GIVEN).survey(&campaign, NOW);
        assert_eq!(survey.expires(), NOW.after(DAY * u32::from(campaign.retention_days)));
        let known = Contact::new(&survey.contact.who).scored(&survey).unwrap();
        assert_eq!(known.last, LastScore::of(&survey));
        let newer = past(Some("r2"), "ada@example.com", "2022-01-01T00:00:00Z").survey(&campaign, NOW);
        let known = known.scored(&newer).unwrap().scored(&survey).unwrap_or_else(|| known.scored(&newer).unwrap());
        assert_eq!(known.last.unwrap().survey, newer.id, "an older one takes no newer one's place");
    }
}
