//! Numbers from the answers themselves, for whatever tallies do not know.
//!
//! The index of answers gives the surveys of a campaign and day; each is read and added up. So the cost grows
//! with the answers of the window, and one request looks at so many only: it says how many it looked at, and where the
//! next one goes on. The tallies say on which days there are answers, so that quiet days cost nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use futures_util::future::try_join_all;
use futures_util::stream::{self, StreamExt as _};
use jiff::ToSpan as _;
use jiff::civil::Date;
use model::campaign::NO_BANDS;
use model::dimension::{After, Answer};
use model::numbers::Counts;
use model::tally::Counter;
use model::{Campaign, CampaignId, ContactKey, Score, Survey, SurveyId, Timestamp};
use store::{Store, TallyRow};

use crate::plan::{MAIL, TOTAL, within};
use crate::query::{By, Days, Per, Question};
use crate::responses::{Place, answers};
use crate::sums::Sums;

/// Days that are read at the same time.
const DAYS_AT_ONCE: usize = 8;

/// Surveys that are asked for together, and how many such batches at the same time.
const BATCH: usize = 100;
const BATCHES_AT_ONCE: usize = 16;

/// The answer after which the next request goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    day: Date,
    campaign: CampaignId,
    place: Place,
}

impl Cursor {
    /// Reads what [`Cursor::to_string`] wrote.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let (day, campaign, place) = (parts.next()?, parts.next()?, parts.next()?);
        let day = day.parse().ok().filter(|read: &Date| read.to_string() == day)?;
        Some(Self { day, campaign: campaign.parse().ok()?, place: Place::read(place)? })
    }
}

/// Answers to mails of these days, where only those are asked for.
type Asked = Option<Days>;

/// Where a day stands in a walk: the newest first. Answers to mails of some days come soon after those, and what was answered
/// long after hardly ever is one: there the days behind come last, the nearest first.
fn place(asked: Asked, day: Date) -> (Option<Date>, Reverse<Date>) {
    (asked.filter(|asked| asked.to < day).map(|_| day), Reverse(day))
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.day, self.campaign, self.place)
    }
}

/// What was looked at.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Walked {
    /// Answers that were read.
    pub(crate) answers: u64,
    /// Answers that were counted on these days, and whose surveys are gone since.
    pub(crate) gone: u64,
    /// Where to go on, if there is more.
    pub(crate) next: Option<Cursor>,
}

/// Walks through the answers of these days, and hands each survey over. Their order within the walk is not told. Where only
/// answers to mails of some days are `asked` for, days without any are passed over.
pub(crate) async fn walk(
    store: &Store,
    campaigns: &[Campaign],
    (days, asked): (Days, Asked),
    now: Timestamp,
    (from, most): (Option<&Cursor>, usize),
    mut each: impl FnMut(Survey),
) -> Result<Walked, store::Error> {
    let counted = counted(store, campaigns, (days, asked), now).await?;
    let all: u64 = counted.values().sum();
    let limit = i32::try_from(most.saturating_add(1)).unwrap_or(i32::MAX);
    let mut cells: Vec<_> = counted.into_keys().collect();
    cells.sort_by_cached_key(|(day, campaign)| (place(asked, *day), campaign.clone()));
    if let Some(from) = from {
        cells.retain(|(day, campaign)| (place(asked, from.day), &from.campaign) <= (place(asked, *day), campaign));
    }
    let reads: Vec<_> = cells
        .into_iter()
        .map(|(day, campaign)| {
            let before = from.filter(|from| from.day == day && from.campaign == campaign).map(|from| from.place.key());
            async move {
                let rows = store.answered_on(&campaign, day, before.as_deref(), limit).await?;
                Ok::<_, store::Error>((day, campaign, rows))
            }
        })
        .collect();
    let mut cells = stream::iter(reads).buffered(DAYS_AT_ONCE);
    let mut ids: Vec<SurveyId> = Vec::new();
    let (mut last, mut more) = (None, false);
    'cells: while let Some(cell) = cells.next().await {
        let (day, campaign, rows) = cell?;
        for (key, id) in rows {
            if ids.len() >= most {
                more = true;
                break 'cells;
            }
            last = Place::of_key(&key).map(|place| Cursor { day, campaign: campaign.clone(), place });
            ids.push(id);
        }
    }
    let reads: Vec<_> = ids.chunks(BATCH).map(|ids| store.surveys_lately(ids)).collect();
    let mut batches = stream::iter(reads).buffer_unordered(BATCHES_AT_ONCE);
    let mut looked_at = 0;
    while let Some(surveys) = batches.next().await {
        for survey in surveys? {
            looked_at += 1;
            each(survey);
        }
    }
    let whole = from.is_none() && !more;
    Ok(Walked {
        answers: looked_at,
        gone: if whole { all.saturating_sub(looked_at) } else { 0 },
        next: last.filter(|_| more),
    })
}

/// The days with answers, and how many were counted. The last two are among them in any case: an answer is
/// there a moment before it is counted.
async fn counted(
    store: &Store,
    campaigns: &[Campaign],
    (days, asked): (Days, Asked),
    now: Timestamp,
) -> Result<BTreeMap<(Date, CampaignId), u64>, store::Error> {
    let reads = campaigns.iter().map(|campaign| async move {
        Ok::<_, store::Error>((campaign, store.tallies(&campaign.id, TOTAL, days.from, days.to).await?))
    });
    let mut counted = BTreeMap::new();
    for (campaign, rows) in try_join_all(reads).await? {
        let wanted = |row: &&TallyRow| answers(row) > 0 && asked.is_none_or(|asked| may_be_of(row, asked));
        for row in rows.iter().filter(wanted) {
            counted.insert((row.day, campaign.id.clone()), answers(row));
        }
        let today = now.day_in(&model::time::zone(&campaign.time_zone));
        for day in [today, today.saturating_sub(1.day())].into_iter().filter(|day| days.contains(*day)) {
            counted.entry((day, campaign.id.clone())).or_default();
        }
    }
    Ok(counted)
}

/// Whether answers of a day may be to mails of these days. The row says how long each was on its way, but for those that are
/// suspect or were not asked for from here: these may have been asked at any time.
fn may_be_of(row: &TallyRow, asked: Days) -> bool {
    let (mut of_these, mut unknown) = (false, 0);
    for (counter, by) in &row.counters {
        match counter {
            Counter::Score(_) | Counter::Suspect => unknown += by,
            Counter::AnsweredAfter(lag) => {
                of_these |= asked.contains(row.day.saturating_sub(i64::from(*lag).days()));
                unknown -= by;
            }
            _ => {}
        }
    }
    of_these || unknown != 0
}

/// Adds answers up as a question wants them.
pub(crate) struct Fold<'a> {
    question: &'a Question,
    campaigns: &'a [Campaign],
    sums: Sums,
    early: Counts,
    late: Counts,
    /// The latest answer of each contact, where only that counts.
    latest: HashMap<ContactKey, Survey>,
}

/// What answers add up to.
pub(crate) struct Folded {
    pub(crate) sums: Sums,
    /// Answers to the first mail.
    pub(crate) early: Counts,
    /// Answers after the reminder.
    pub(crate) late: Counts,
}

impl<'a> Fold<'a> {
    /// Nothing yet.
    pub(crate) fn new(question: &'a Question, campaigns: &'a [Campaign], days: Days) -> Self {
        let sums = Sums::new(&question.selection, days);
        let (early, late, latest) = Default::default();
        Self { question, campaigns, sums, early, late, latest }
    }

    /// Takes one survey.
    pub(crate) fn take(&mut self, survey: Survey) {
        let bands = self.campaigns.iter().find(|campaign| campaign.id == survey.campaign);
        let Some(answer) = Answer::of(&survey, bands.map_or(&NO_BANDS, |campaign| &campaign.bands)) else { return };
        let day = self.day(&answer);
        if !self.sums.takes(day) || !self.question.selection.fits(&answer, day) {
            return;
        }
        if self.question.per == Per::Response || !answer.counts() {
            return self.add(&answer, day);
        }
        let (contact, at) = (survey.contact.key(), survey.answered_at());
        let newer = |known: &Survey| (known.answered_at(), known.id) < (at, survey.id);
        if self.latest.get(&contact).is_none_or(newer) {
            self.latest.insert(contact, survey);
        }
    }

    /// What it all adds up to.
    pub(crate) fn done(mut self) -> Folded {
        for survey in std::mem::take(&mut self.latest).into_values() {
            let bands = self.campaigns.iter().find(|campaign| campaign.id == survey.campaign);
            if let Some(answer) = Answer::of(&survey, bands.map_or(&NO_BANDS, |campaign| &campaign.bands)) {
                self.add(&answer, self.day(&answer));
            }
        }
        Folded { sums: self.sums, early: self.early, late: self.late }
    }

    fn day(&self, answer: &Answer<'_>) -> Date {
        match self.question.by {
            By::Answer => answer.counted.day,
            By::Sending => answer.sent_on,
        }
    }

    fn add(&mut self, answer: &Answer<'_>, day: Date) {
        let groups = |dimension: &Option<String>| -> Vec<String> {
            let Some(dimension) = dimension else { return Vec::new() };
            let only = self.question.selection.values.get(dimension).map(String::as_str);
            let mut groups = answer.groups(dimension, day);
            groups.retain(|value| within(dimension, only, value));
            groups
        };
        let (groups, crossed) = (groups(&self.question.group_by), groups(&self.question.cross_by));
        // How long an answer took is only known of those that came, so it tells nothing here.
        for counter in answer.counters().filter(|counter| !matches!(counter, Counter::AnsweredAfter(_))) {
            self.sums.add(day, counter, 1);
            for group in &groups {
                self.sums.add_to_group(group, counter, 1);
                crossed.iter().for_each(|within| self.sums.add_within(group, within, counter, 1));
            }
        }
        if answer.counts() {
            if answer.counted.commented {
                self.sums.add(day, Counter::Commented, 1);
            }
            match answer.counted.after {
                Some(After::First) => self.early += one(answer.counted.score),
                Some(After::Reminder) => self.late += one(answer.counted.score),
                // Nobody was silent where nobody was asked from here.
                None => {}
            }
        }
    }
}

fn one(score: Score) -> Counts {
    let mut counts = [0; 11];
    counts[usize::from(score.value())] = 1;
    Counts::new(counts)
}

impl Folded {
    /// Early and late answers, unless one of the two was asked for.
    pub(crate) fn mails(&self, question: &Question) -> Option<(Counts, Counts)> {
        (!question.selection.values.contains_key(MAIL)).then_some((self.early, self.late))
    }
}

#[cfg(test)]
mod law;

#[cfg(test)]
mod tests {
    use super::{Cursor, Fold, may_be_of, place};
    use crate::query::{Days, Parameters, Question};
    use crate::sums::Ranks;
    use jiff::civil::Date;
    use model::Survey;
    use model::tally::Counter;
    use serde_json::json;
    use store::TallyRow;

    /// Monday, 1 March 2027, at noon in UTC.
    const NOON: i64 = 1_803_902_400_000;
    const DAY: i64 = 86_400_000;

    /// Asked on a day of March, and answered so many days later.
    fn survey(nth: u32, asked: i64, later: i64, score: u8, contact: &str, team: &str) -> Survey {
        let at = NOON + DAY * (asked - 1);
        serde_json::from_value(json!({
            "id": format!("{nth:032x}"), "ver": 1, "cp": "default", "zn": "UTC", "ms": "completion",
            "sj": {"t": "project", "i": "a0X1"}, "ct": {"e": contact}, "lg": "en", "at": {"team": team, "plan": "A"},
            "ow": {"i": if nth.is_multiple_of(2) { "sam" } else { "kim" }},
            "cr": at, "sa": at, "cd": {"c": 1_209_600}, "st": "answered", "iv": {"s": at}, "rt": 400,
            "re": if later > 7 { json!({"s": at + 7 * DAY}) } else { json!({}) },
            "ch": [{"a": at + later * DAY, "s": score}]
        }))
        .unwrap()
    }

    /// A group, its answers, and those of each group within it.
    type Group = (String, u64, Vec<(String, u64)>);

    fn folded(query: &[(&str, &str)]) -> (u64, Vec<Group>, (u64, u64)) {
        let pairs = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let question = Question::take(&mut Parameters::new(pairs.collect()));
        let days = Days { from: "2027-03-01".parse().unwrap(), to: "2027-03-07".parse().unwrap() };
        let mut fold = Fold::new(&question, &[], days);
        for survey in [
            survey(1, 1, 0, 10, "ada@example.com", "EMEA/DACH"),
            survey(2, 1, 5, 0, "ada@example.com", "EMEA/UK"),
            survey(3, 2, 1, 7, "bob@example.com", "EMEA"),
            survey(4, 6, 9, 9, "cho@example.com", "AMER"),
            survey(5, -4, 8, 3, "dee@example.com", "AMER"),
        ] {
            fold.take(survey);
        }
        // Given elsewhere, to a mail nobody here knows of.
        let mut brought = survey(6, 3, 0, 10, "eve@example.com", "APAC");
        brought.imported = Some(model::survey::Imported { from: "csv".to_owned(), at: brought.created_at });
        brought.owner = None;
        fold.take(brought);
        let folded = fold.done();
        let n = |sum: crate::sums::Sum| sum.counts().n();
        let groups = folded.sums.groups(&Ranks::BySize).into_iter().map(|(value, sum)| {
            let within = folded.sums.within(value, &Ranks::BySize);
            (value.to_owned(), n(sum), within.into_iter().map(|(value, sum)| (value.to_owned(), n(sum))).collect())
        });
        (n(folded.sums.total()), groups.collect(), (folded.early.n(), folded.late.n()))
    }

    #[test]
    fn answers_are_chosen_by_day_value_and_contact() {
        for (query, n) in [
            (&[] as &[(&str, &str)], 5),
            (&[("by", "sending")], 5),
            (&[("filter.weekday", "mon")], 1),
            (&[("filter.weekday", "mon"), ("by", "sending")], 2),
            (&[("filter.team", "EMEA")], 3),
            (&[("filter.team", "EMEA"), ("filter.owner", "kim")], 2),
            (&[("filter.team", "EMEA"), ("filter.owner", "kim"), ("filter.plan", "B")], 0),
            (&[("filter.mail", "reminder")], 1),
            (&[("per", "contact")], 4),
            (&[("per", "contact"), ("filter.team", "EMEA/DACH")], 1),
        ] {
            assert_eq!(folded(query).0, n, "{query:?}");
        }
        assert_eq!(folded(&[]).2, (3, 1), "early and late, and one that was not asked for from here");
    }

    #[test]
    fn days_without_answers_to_the_mails_asked_for_are_passed_over() {
        let row = |counters: &[(&str, i64)]| TallyRow {
            day: "2027-03-10".parse().unwrap(),
            value: "default".to_owned(),
            counters: counters.iter().map(|(name, by)| (Counter::named(name).unwrap(), *by)).collect(),
        };
        for (counters, looked_at) in [
            (&[("h9", 2), ("l2", 2)][..], false),
            (&[("h9", 2), ("l2", 1), ("l3", 1)], true),
            (&[("h9", 2), ("l9", 2), ("sent", 7), ("delivered", 7)], true),
            (&[("h9", 2), ("l10", 2)], false),
            // Given elsewhere, or by a machine: asked nobody knows when.
            (&[("h9", 3), ("l2", 2)], true),
            (&[("h9", 2), ("l2", 2), ("suspect", 1)], true),
        ] {
            let week = Days { from: "2027-03-01".parse().unwrap(), to: "2027-03-07".parse().unwrap() };
            assert_eq!(may_be_of(&row(counters), week), looked_at, "{counters:?}");
        }
    }

    #[test]
    fn the_newest_day_is_first_and_of_those_behind_the_window_the_nearest() {
        let days = |asked| {
            let mut days: Vec<i8> = (1..=7).collect();
            days.sort_by_key(|day| place(asked, Date::constant(2027, 3, *day)));
            days
        };
        assert_eq!(days(None), [7, 6, 5, 4, 3, 2, 1]);
        let asked = Days { from: Date::constant(2027, 3, 1), to: Date::constant(2027, 3, 3) };
        assert_eq!(days(Some(asked)), [3, 2, 1, 4, 5, 6, 7]);
    }

    #[test]
    fn groups_are_crossed() {
        let text =
            |groups: &[(&str, u64)]| groups.iter().map(|(value, n)| ((*value).to_owned(), *n)).collect::<Vec<_>>();
        let (_, groups, _) = folded(&[("group_by", "owner"), ("cross_by", "team")]);
        assert_eq!(groups[0], ("kim".to_owned(), 3, text(&[("EMEA", 2), ("AMER", 1), ("EMEA/DACH", 1)])));
        assert_eq!(groups[1], ("sam".to_owned(), 1, text(&[("EMEA", 1), ("EMEA/UK", 1)])));
        let (_, groups, _) = folded(&[("group_by", "team"), ("filter.team", "EMEA"), ("filter.owner", "kim")]);
        assert_eq!(groups.len(), 2, "within a path, what lies below it is worth comparing");
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let text = "2027-03-01.spring_1.1803902400000-0123456789abcdef0123456789abcdef";
        assert_eq!(Cursor::read(text).unwrap().to_string(), text);
        for wrong in ["", "2027-03-01", "2027-3-1.a.1803902400000-0123456789abcdef0123456789abcdef", "2027-03-01.a.b"] {
            assert_eq!(Cursor::read(wrong), None, "{wrong}");
        }
    }
}
