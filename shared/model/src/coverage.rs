//! Of whom nothing was heard: what became of the surveys of each account.
//!
//! Tallies know groups, not who is in them, and surveys nobody answered are in no index. So this is added up from the surveys
//! themselves. A part of them is a coverage, too, and parts add up to the whole in any order.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::campaign::NO_BANDS;
use crate::dimension::{self, Answer};
use crate::email::ContactKey;
use crate::id::SurveyId;
use crate::score::Score;
use crate::survey::Survey;
use crate::tally;
use crate::time::Timestamp;

/// Who was asked, and what became of it. Numbers are what tallies count of the same surveys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The people.
    pub contacts: BTreeSet<ContactKey>,
    /// Surveys that were sent.
    pub sent: u64,
    /// Those that arrived.
    pub delivered: u64,
    /// Those that were answered, suspect answers not among them.
    pub answered: u64,
}

impl Asked {
    fn add(&mut self, more: Self) {
        self.contacts.extend(more.contacts);
        self.sent += more.sent;
        self.delivered += more.delivered;
        self.answered += more.answered;
    }
}

/// The latest answer of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Last {
    /// When.
    pub at: Timestamp,
    /// To which survey.
    pub survey: SurveyId,
    /// The day it counts on.
    pub day: Date,
    /// The score.
    pub score: Score,
}

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// What it is called in the newest of its surveys, if it has an id as well, and when that was made.
    name: Option<(Timestamp, SurveyId, String)>,
    /// What became of its surveys that were sent on the days asked for.
    pub asked: Asked,
    /// Its latest answer, whenever that was, and wherever it was given.
    pub last: Option<Last>,
}

impl Account {
    /// What it is called, if that is known.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_ref().map(|(_, _, name)| name.as_str())
    }

    fn add(&mut self, more: Self) {
        self.name = self.name.take().max(more.name);
        self.asked.add(more.asked);
        self.last = self.last.max(more.last);
    }
}

/// What became of the surveys of each account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The accounts, by what the dimension `account` calls them.
    pub accounts: BTreeMap<String, Account>,
    /// Surveys without an account.
    pub unassigned: Asked,
}

impl Coverage {
    /// Takes a survey. `within` says whether a day of sending is asked for.
    pub fn take(&mut self, survey: &Survey, within: impl Fn(Date) -> bool) {
        let answer = Answer::of(survey, &NO_BANDS);
        let (sent_on, delivered) = tally::sent(survey, answer.is_some());
        let counted = answer.filter(Answer::counts);
        let asked = match sent_on.filter(|day| within(*day)) {
            None => Asked::default(),
            Some(_) => Asked {
                contacts: BTreeSet::from([survey.contact.key()]),
                sent: 1,
                delivered: delivered.into(),
                answered: counted.is_some().into(),
            },
        };
        let Some(value) = dimension::account(survey) else { return self.unassigned.add(asked) };
        let last = counted.zip(survey.answered_at()).map(|(answer, at)| Last {
            at,
            survey: survey.id,
            day: answer.counted.day,
            score: answer.counted.score,
        });
        let name = survey.account.as_ref().and_then(|account| account.name.clone());
        let name = name.map(|name| (survey.created_at, survey.id, name));
        self.add_account(value, Account { name, asked, last });
    }

    fn add_account(&mut self, value: String, account: Account) {
        match self.accounts.entry(value) {
            Entry::Vacant(free) => {
                free.insert(account);
            }
            Entry::Occupied(known) => known.into_mut().add(account),
        }
    }

    /// Adds what was added up of other surveys.
    pub fn add(&mut self, more: Self) {
        self.unassigned.add(more.unassigned);
        for (value, account) in more.accounts {
            self.add_account(value, account);
        }
    }

    /// All together.
    #[must_use]
    pub fn total(&self) -> Asked {
        let mut total = self.unassigned.clone();
        self.accounts.values().for_each(|account| total.add(account.asked.clone()));
        total
    }

    /// How many accounts were asked, and how many of those answered.
    #[must_use]
    pub fn covered(&self) -> (u64, u64) {
        let asked = self.accounts.values().filter(|account| account.asked.sent > 0);
        asked.fold((0, 0), |(asked, covered), account| (asked + 1, covered + u64::from(account.asked.answered > 0)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::{Strategy, prop, prop_assert, prop_assert_eq, proptest};
    use serde_json::json;

    use super::*;
    use crate::campaign::Bands;
    use crate::tally::{Counter, contribution};

    /// Monday, 1 March 2027, at noon in UTC.
    const NOON: i64 = 1_803_902_400_000;
    const DAY: i64 = 86_400_000;

    /// What may have become of a survey.
    #[derive(Clone, Debug)]
    struct Story {
        contact: u8,
        account: Option<u8>,
        named: bool,
        /// Days after the 1st on which it was sent, and whether anything is known of that.
        sent: i64,
        known: bool,
        /// Days from sending to the answer, and the score.
        answer: Option<(i64, u8)>,
        suspect: bool,
        imported: bool,
    }

    fn stories() -> impl Strategy<Value = Vec<Story>> {
        let story = (
            0_u8..4,
            prop::option::of(0_u8..3),
            prop::bool::ANY,
            -3_i64..12,
            prop::bool::ANY,
            prop::option::of((0_i64..5, 0_u8..=10)),
            prop::bool::weighted(0.2),
            prop::bool::weighted(0.2),
        );
        let story = story.prop_map(|(contact, account, named, sent, known, answer, suspect, imported)| Story {
            contact,
            account,
            named,
            sent,
            known,
            answer,
            suspect,
            // What comes from elsewhere is answered.
            imported: imported && answer.is_some(),
        });
        prop::collection::vec(story, 0..24)
    }

    fn survey(nth: usize, story: &Story) -> Survey {
        let at = NOON + DAY * story.sent;
        let mut survey = json!({
            "id": format!("{nth:032x}"), "ver": 1, "cp": "default", "zn": "UTC", "ms": "completion",
            "sj": {"t": "project", "i": format!("a0X{nth}")}, "ct": {"e": format!("c{}@example.com", story.contact)},
            "lg": "en", "cr": at, "sa": at, "cd": {"c": 1_209_600}, "st": "asked", "rt": 400, "re": {},
            "iv": if story.known { json!({"s": at, "d": at}) } else { json!({"s": at}) }
        });
        if let Some(account) = story.account {
            survey["ac"] = json!({"i": format!("A-{account}")});
            if story.named {
                survey["ac"]["n"] = json!(format!("Account {account}, as of {}", story.sent));
            }
        }
        if let Some((later, score)) = story.answer {
            survey["ch"] = json!([{"a": at + later * DAY, "s": score}]);
            survey["st"] = json!("answered");
            if story.suspect {
                survey["sd"] = json!("suspect");
            }
        }
        if story.imported {
            survey["im"] = json!({"f": "csv", "a": at});
        }
        serde_json::from_value(survey).unwrap()
    }

    fn surveys(stories: &[Story]) -> Vec<Survey> {
        stories.iter().enumerate().map(|(nth, story)| survey(nth, story)).collect()
    }

    /// The first week of March.
    fn within(day: Date) -> bool {
        ("2027-03-01".parse().unwrap()..="2027-03-07".parse().unwrap()).contains(&day)
    }

    fn coverage<'a>(surveys: impl IntoIterator<Item = &'a Survey>) -> Coverage {
        let mut coverage = Coverage::default();
        surveys.into_iter().for_each(|survey| coverage.take(survey, within));
        coverage
    }

    #[test]
    fn an_account_is_covered_once_anybody_answered() {
        let story = Story {
            contact: 0,
            account: Some(1),
            named: true,
            sent: 0,
            known: true,
            answer: None,
            suspect: false,
            imported: false,
        };
        let told = |stories: &[Story]| {
            let coverage = coverage(&surveys(stories));
            let all = coverage.total();
            (coverage.covered(), all.contacts.len(), (all.sent, all.delivered, all.answered))
        };
        let answered = Story { answer: Some((2, 9)), ..story.clone() };
        assert_eq!(told(std::slice::from_ref(&story)), ((1, 0), 1, (1, 1, 0)));
        assert_eq!(told(&[story.clone(), answered.clone()]), ((1, 1), 1, (2, 2, 1)));
        assert_eq!(told(&[Story { known: false, ..story.clone() }]), ((0, 0), 0, (0, 0, 0)), "on its way");
        assert_eq!(told(&[Story { suspect: true, ..answered.clone() }]), ((1, 0), 1, (1, 1, 0)), "a machine");
        assert_eq!(told(&[Story { sent: -1, ..answered.clone() }]), ((0, 0), 0, (0, 0, 0)), "sent before");
        assert_eq!(told(&[Story { imported: true, ..answered.clone() }]), ((0, 0), 0, (0, 0, 0)), "asked elsewhere");
        assert_eq!(told(&[Story { account: None, ..answered.clone() }]), ((0, 0), 1, (1, 1, 1)));
        let last = |stories: &[Story]| coverage(&surveys(stories)).accounts["A-1"].last.map(|last| last.day);
        assert_eq!(last(std::slice::from_ref(&story)), None);
        let before = Story { sent: -3, ..answered.clone() };
        assert_eq!(last(&[story.clone(), before]), Some("2027-02-28".parse().unwrap()), "whenever it was");
        let newest = coverage(&surveys(&[Story { sent: 3, ..story.clone() }, story]));
        assert_eq!(newest.accounts["A-1"].name(), Some("Account 1, as of 3"));
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_whole(stories in stories(), parts in prop::collection::vec(0_usize..4, 24), turn in 0_usize..4) {
            let surveys = surveys(&stories);
            let mut sum = Coverage::default();
            for part in 0..4 {
                let part = (part + turn) % 4;
                sum.add(coverage(surveys.iter().zip(&parts).filter(|(_, of)| **of == part).map(|(survey, _)| survey)));
            }
            prop_assert_eq!(sum, coverage(&surveys));
        }

        #[test]
        fn it_is_what_tallies_count(stories in stories()) {
            let surveys = surveys(&stories);
            let coverage = coverage(&surveys);
            let (mut sent, mut delivered, mut answered) = (0, 0, 0);
            for (row, counters) in surveys.iter().flat_map(|survey| contribution(survey, &Bands::default()).rows()) {
                for (counter, by) in counters.into_iter().filter(|_| row.dimension == "campaign") {
                    match counter {
                        Counter::Sent if within(row.day) => sent += by,
                        Counter::Delivered if within(row.day) => delivered += by,
                        Counter::AnsweredAfter(lag) => {
                            let day = row.day.saturating_sub(jiff::ToSpan::days(i64::from(lag)));
                            answered += if within(day) { by } else { 0 };
                        }
                        _ => {}
                    }
                }
            }
            let all = coverage.total();
            prop_assert_eq!((all.sent, all.delivered, all.answered), (sent as u64, delivered as u64, answered as u64));
            let (asked, covered) = coverage.covered();
            prop_assert!(covered <= asked);
            let names: HashSet<_> = surveys.iter().filter_map(dimension::account).collect();
            prop_assert_eq!(coverage.accounts.keys().cloned().collect::<HashSet<_>>(), names);
        }
    }
}
