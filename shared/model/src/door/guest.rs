//! Somebody who came in: which survey their answer is of, and what it begins as.

use super::{Attribution, Door, Through, VISIT};
use crate::campaign::Campaign;
use crate::id::SurveyId;
use crate::language::Language;
use crate::survey::Survey;
use crate::time::Timestamp;
use crate::trigger::{Addressee, Named, Subject};
use crate::who::{Visit, Who};

/// Somebody who came in through a door.
#[derive(Clone, Copy, Debug)]
pub struct Guest<'a> {
    /// The door.
    pub door: &'a Door,
    /// The campaign behind it.
    pub campaign: &'a Campaign,
    /// What names their visit: drawn when the page is shown, so that whatever is sent twice from one page is of one visit.
    pub visit: Visit,
    /// Who it is, where the company's own server says so.
    pub signed: Option<&'a Attribution>,
    /// The language the question was read in.
    pub language: Language,
}

impl Guest<'_> {
    /// The survey it becomes, or that is there already: where it is known who answers what, the very one that a trigger
    /// of that record would make.
    #[must_use]
    pub fn survey_id(&self) -> SurveyId {
        match self.signed {
            Some(signed) => {
                let Subject { kind, id, .. } = self.subject();
                let who = signed.contact_email.clone().into();
                SurveyId::of(&self.campaign.id, &kind, &id, self.milestone(), &who)
            }
            None => SurveyId::visit(&self.campaign.id, &self.door.id, self.visit),
        }
    }

    fn milestone(&self) -> &str {
        self.signed.and_then(|signed| signed.milestone.as_deref()).unwrap_or(&self.door.milestone)
    }

    /// The record it is about; the visit itself where nobody names one.
    fn subject(&self) -> Subject {
        let named = self.signed.and_then(|signed| {
            let kind = signed.subject_type.clone().unwrap_or_else(|| VISIT.to_owned());
            Some(Subject { kind, id: signed.subject_id.clone()?, name: signed.subject_name.clone() })
        });
        named.unwrap_or_else(|| Subject {
            kind: VISIT.to_owned(),
            // Made of what names the visit, and not that itself: whoever knows it may change the answer.
            id: SurveyId::visit(&self.campaign.id, &self.door.id, self.visit).to_string(),
            name: Some(self.door.name.clone()),
        })
    }

    /// Who answers.
    fn contact(&self) -> Addressee {
        let who = match self.signed {
            Some(signed) => signed.contact_email.clone().into(),
            // As above: made of what names the visit.
            None => Who::Visitor(Visit::from_bytes(self.survey_id().bytes())),
        };
        let said =
            |field: fn(&super::Attribution) -> &Option<String>| self.signed.and_then(|signed| field(signed).clone());
        let locale = said(|signed| &signed.contact_locale).unwrap_or_else(|| self.language.tag().to_owned());
        Addressee {
            who,
            name: said(|signed| &signed.contact_name),
            id: said(|signed| &signed.contact_id),
            phone: None,
            locale: Some(locale),
            time_zone: None,
        }
    }

    /// The survey it becomes once it is answered: nobody was asked, so no step of it is due, now or later.
    #[must_use]
    pub fn survey(&self, now: Timestamp) -> Survey {
        let account = self.signed.and_then(|signed| {
            let account = Named { id: signed.account_id.clone(), name: signed.account_name.clone() };
            (account.id.is_some() || account.name.is_some()).then_some(account)
        });
        Survey {
            milestone: self.milestone().to_owned(),
            owner: self.door.owner.clone(),
            account,
            attributes: self.door.attributes.clone(),
            language: self.language,
            through: Some(Through { door: self.door.id.clone(), kind: self.door.kind }),
            ..Survey::new(self.survey_id(), self.campaign, self.subject(), self.contact(), now)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::campaign::{NO_BANDS, Sender};
    use crate::door::{HOURLY, Kind, MINUTELY};
    use crate::events::{Event, events};
    use crate::survey::Channel;
    use crate::tally::{Counter, contribution};
    use crate::task::wanted;
    use crate::{CampaignId, Email, TaskKind};

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn campaign() -> Campaign {
        let email = Email::parse("nps@example.com").unwrap();
        let sender = Sender { name: "Example AG".to_owned(), email };
        Campaign::new(CampaignId::default_campaign(), "Example AG", sender)
    }

    fn door(kind: Kind) -> Door {
        Door {
            id: "shop".parse().unwrap(),
            campaign: CampaignId::default_campaign(),
            name: "Shop Berlin".to_owned(),
            kind,
            language: None,
            attributes: BTreeMap::from([("shop".to_owned(), "Berlin".to_owned())]),
            owner: None,
            origins: Vec::new(),
            milestone: VISIT.to_owned(),
            hourly_limit: HOURLY,
            minute_limit: MINUTELY,
            mark: 1,
            secrets: Vec::new(),
            created_at: NOW,
        }
    }

    fn signed() -> Attribution {
        Attribution {
            contact_email: Email::parse("ada@example.com").unwrap(),
            contact_name: Some("Ada".to_owned()),
            contact_id: None,
            contact_locale: None,
            subject_type: Some("order".to_owned()),
            subject_id: Some("4711".to_owned()),
            subject_name: None,
            account_id: None,
            account_name: None,
            milestone: None,
            expires: NOW,
        }
    }

    #[test]
    fn a_visit_is_one_survey_and_no_other_visits() {
        let (campaign, link) = (campaign(), door(Kind::Link));
        let visit = Visit::from_bytes([7; 16]);
        let guest = Guest { door: &link, campaign: &campaign, visit, signed: None, language: Language::De };
        let survey = guest.survey(NOW);
        assert_eq!(survey.id, guest.survey_id());
        let other = Door { id: "other".parse().unwrap(), ..link.clone() };
        let others = [
            Guest { visit: Visit::from_bytes([8; 16]), ..guest }.survey_id(),
            Guest { door: &other, ..guest }.survey_id(),
        ];
        assert!(!others.contains(&survey.id));
        assert_eq!((survey.channel(), survey.contact.email(), survey.language), (Channel::Link, None, Language::De));
        let stored = serde_json::to_string(&survey).unwrap();
        assert!(!stored.contains(&visit.to_string()), "whoever reads a survey cannot change its answer");
        assert_eq!(serde_json::from_str::<Survey>(&stored).unwrap(), survey);
    }

    #[test]
    fn whoever_is_known_answers_the_survey_a_trigger_would_make() {
        let (campaign, widget, signed) = (campaign(), door(Kind::Widget), signed());
        let visit = Visit::from_bytes([7; 16]);
        let guest = Guest { door: &widget, campaign: &campaign, visit, signed: Some(&signed), language: Language::En };
        let ada = Who::from(signed.contact_email.clone());
        assert_eq!(guest.survey_id(), SurveyId::of(&campaign.id, "order", "4711", VISIT, &ada));
        let renewal = Attribution { milestone: Some("renewal".to_owned()), ..signed.clone() };
        let renewed = Guest { signed: Some(&renewal), ..guest };
        assert_eq!(renewed.survey_id(), SurveyId::of(&campaign.id, "order", "4711", "renewal", &ada));
        assert_eq!(renewed.survey(NOW).milestone, "renewal");
        let survey = guest.survey(NOW);
        assert_eq!((survey.channel(), &survey.contact.who), (Channel::Widget, &ada));
        // Of somebody who is asked about nothing in particular, each visit is one of its own.
        let nothing = Attribution { subject_type: None, subject_id: None, ..signed.clone() };
        let visits = [7, 8]
            .map(|byte| Guest { visit: Visit::from_bytes([byte; 16]), signed: Some(&nothing), ..guest }.survey_id());
        assert_ne!(visits[0], visits[1]);
    }

    #[test]
    fn an_answer_nobody_was_asked_for_counts_and_stands_in_no_rate() {
        let (campaign, signed) = (campaign(), signed());
        for (kind, signed) in [(Kind::Link, None), (Kind::Widget, None), (Kind::Widget, Some(&signed))] {
            let door = door(kind);
            let visit = Visit::from_bytes([7; 16]);
            let guest = Guest { door: &door, campaign: &campaign, visit, signed, language: Language::En };
            let survey = guest.survey(NOW);
            let answered = survey.responded("3".parse().unwrap(), None, NOW).unwrap().unwrap();
            let counted = contribution(&answered, &NO_BANDS);
            assert_eq!(counted.sent_on, None);
            let rows = counted.rows();
            let counters: Vec<_> = rows.values().flat_map(|counters| counters.keys().copied()).collect();
            assert!(counters.iter().all(|counter| *counter == Counter::Score("3".parse().unwrap())), "{counters:?}");
            let dimensions: Vec<_> = rows.keys().map(|row| row.dimension.as_str()).collect();
            assert_eq!(dimensions, ["campaign", "hour", "shop"]);
            // It is news, and nothing more is to come.
            assert_eq!(events(None, Some(&answered)), [Event::News { survey: answered.id }]);
        }
    }

    #[test]
    fn nobody_is_to_call_whoever_cannot_be_reached_but_a_low_score_is_looked_into() {
        let (campaign, door, signed) = (campaign(), door(Kind::Widget), signed());
        let asks = |signed, score: &str| {
            let visit = Visit::from_bytes([7; 16]);
            let guest = Guest { door: &door, campaign: &campaign, visit, signed, language: Language::En };
            let answered = guest.survey(NOW).responded(score.parse().unwrap(), None, NOW).unwrap().unwrap();
            TaskKind::ALL.into_iter().filter(|kind| wanted(&answered, *kind).is_some()).collect::<Vec<_>>()
        };
        assert_eq!(["2", "8", "10"].map(|score| asks(None, score)), [vec![TaskKind::Recovery], vec![], vec![]]);
        let known = [vec![TaskKind::Recovery], vec![TaskKind::Improve], vec![TaskKind::Referral]];
        assert_eq!(["2", "8", "10"].map(|score| asks(Some(&signed), score)), known);
    }
}
