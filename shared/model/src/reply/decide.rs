//! What a reply makes of its survey.
//!
//! The address it came to is the authority, as a link is; who it says it is from must be the contact all the same, since a
//! letter that was handed on is replied to by somebody else. A reply counts at the moment it came, and nothing older takes
//! the place of anything newer: so a repeat changes nothing, and no order of replies leads to another score. Words that
//! something newer has overtaken are read by people, and a score that came with them counts all the same if it is the newest.

use super::Said;
use crate::survey::{AnsweredBy, Change, MAX_COMMENT_CHARS, NotTaken, Survey};
use crate::time::Timestamp;
use crate::who::Who;

/// A reply to a letter or a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Came {
    /// Whom it says it is from.
    pub from: Option<Who>,
    /// When it came.
    pub at: Timestamp,
    /// Whether nothing was taken as an answer any more by then.
    pub late: bool,
    /// What it says.
    pub said: Said,
}

/// Why a reply is for people to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Somebody else wrote it.
    NotTheContact,
    /// Nobody could say which score it gives, and there is none it could belong to.
    NoScore,
    /// The score was changed too often.
    TooManyChanges,
    /// It came half a year after its letter, or later.
    Late,
    /// It says more than a comment may.
    Long,
    /// It says something beside that no more mail is wanted.
    Unsubscribed,
    /// It was long on its way, and something was said meanwhile whose place it may not take.
    Overtaken,
}

impl Why {
    /// The name it is logged under.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotTheContact => "not_the_contact",
            Self::NoScore => "no_score",
            Self::TooManyChanges => "too_many_changes",
            Self::Late => "late",
            Self::Long => "long",
            Self::Unsubscribed => "unsubscribed",
            Self::Overtaken => "overtaken",
        }
    }
}

/// What is to be done about a reply.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Nothing: what it says is known, or something newer is.
    Nothing,
    /// The changed survey, and the comment as it stands then. Words without a score stand under those that were there.
    Record {
        /// The survey.
        after: Box<Survey>,
        /// The whole comment, if there is another one.
        comment: Option<String>,
        /// Whether it is the beginning of what was written; people read the rest.
        cut: bool,
    },
    /// The contact is never mailed again, and the changed survey, if it did not say so already.
    Unsubscribe(Option<Box<Survey>>),
    /// People read its words, since something newer was said; and the changed survey, if nothing newer was said of the score.
    Overtaken(Option<Box<Survey>>),
    /// People read it.
    HandOver(Why),
}

impl Came {
    /// The words it brings.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        match &self.said {
            Said::Words(text) | Said::Score { comment: Some(text), .. } => Some(text),
            Said::Score { comment: None, .. } | Said::NoMore { .. } | Said::Nothing => None,
        }
    }

    /// What is left of it where its words stand in the comment already; nothing if there is no score beside them.
    fn without_words(&self) -> Option<Self> {
        match self.said {
            Said::Score { score, .. } => Some(Self { said: Said::Score { score, comment: None }, ..self.clone() }),
            Said::Words(_) | Said::NoMore { .. } | Said::Nothing => None,
        }
    }
}

/// Whether words stand in a comment: alone, or as one of those that were written one below the other; whole, or as far as there
/// was room.
fn stands(words: &str, comment: &str) -> bool {
    let comment = format!("\n\n{comment}\n\n");
    let has = |words: &str| comment.contains(&format!("\n\n{words}\n\n"));
    has(words) || (!fits(words) && has(&shortened(words)))
}

fn fits(comment: &str) -> bool {
    comment.chars().count() <= MAX_COMMENT_CHARS
}

/// The beginning of a comment that is too long.
fn shortened(comment: &str) -> String {
    format!("{}…", beginning(comment, MAX_COMMENT_CHARS - 1))
}

/// So many characters of a text, or all of it.
#[must_use]
pub fn beginning(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// Decides on the survey as it stands, with the comment there is.
#[must_use]
pub fn decide(survey: &Survey, came: &Came, earlier: Option<&str>) -> Verdict {
    if came.from.as_ref() != Some(&survey.contact.who) {
        return Verdict::HandOver(Why::NotTheContact);
    }
    if let Said::NoMore { .. } = came.said {
        return Verdict::Unsubscribe(survey.unsubscribed(came.at).map(Box::new));
    }
    if came.late {
        return Verdict::HandOver(Why::Late);
    }
    if came.words().zip(earlier).is_some_and(|(words, earlier)| stands(words, earlier)) {
        // What was said before came again, under another name or at another time: its words stay where they are.
        return came.without_words().map_or(Verdict::Nothing, |came| decide(survey, &came, None));
    }
    let fresh = survey.commented_at.is_none_or(|at| at < came.at);
    let (after, comment, below) = match &came.said {
        Said::Score { score, comment } => {
            // One that is not newer leaves the score there is.
            let newer = survey.said_at().is_none_or(|said| said < came.at).then_some(*score);
            let scored =
                || newer.map_or(Ok(None), |score| survey.responded_by(score, None, AnsweredBy::Reply, came.at));
            match comment {
                Some(text) if fresh => {
                    (survey.commented_by(newer, None, AnsweredBy::Reply, came.at).map(Some), Some(text), false)
                }
                Some(_) if !is_known(survey, came) => {
                    return scored().map_or_else(refused, |after| Verdict::Overtaken(after.map(Box::new)));
                }
                _ => (scored(), None, false),
            }
        }
        Said::Words(_) if survey.score().is_none() => return Verdict::HandOver(Why::NoScore),
        Said::Words(text) if fresh => {
            (survey.commented_by(None, None, AnsweredBy::Reply, came.at).map(Some), Some(text), true)
        }
        Said::Words(_) if is_known(survey, came) => return Verdict::Nothing,
        Said::Words(_) => return Verdict::Overtaken(None),
        Said::NoMore { .. } | Said::Nothing => return Verdict::HandOver(Why::NoScore),
    };
    match after {
        Ok(Some(after)) => recorded(after, comment.map(String::as_str), below, earlier),
        Ok(None) => Verdict::Nothing,
        Err(why) => refused(why),
    }
}

/// The survey with the comment that fits. One that is too long is cut, and where that would take from an earlier one, people read it.
fn recorded(after: Survey, said: Option<&str>, below: bool, earlier: Option<&str>) -> Verdict {
    let whole = match (said, earlier.filter(|_| below)) {
        (Some(said), Some(earlier)) => Some(format!("{earlier}\n\n{said}")),
        (said, _) => said.map(str::to_owned),
    };
    let cut = whole.as_ref().is_some_and(|whole| !fits(whole));
    if cut && below {
        return Verdict::HandOver(Why::Long);
    }
    let comment = whole.map(|whole| if cut { shortened(&whole) } else { whole });
    Verdict::Record { after: Box::new(after), comment, cut }
}

/// What the survey does not take is for people.
const fn refused(why: NotTaken) -> Verdict {
    match why {
        NotTaken::NoScore | NotTaken::NoSuchReason => Verdict::HandOver(Why::NoScore),
        NotTaken::TooManyChanges => Verdict::HandOver(Why::TooManyChanges),
    }
}

/// Whether it was recorded before, as far as the survey can tell: when its latest comment and each of its scores came.
fn is_known(survey: &Survey, came: &Came) -> bool {
    let at = |change: &Change| change.by == AnsweredBy::Reply && change.at == came.at;
    let again = |change: &Change| [change.confirmed_at, change.again_at].contains(&Some(came.at));
    let scored = survey.changes.iter().any(|change| at(change) || again(change));
    scored || survey.commented_at == Some(came.at)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::collection::vec;
    use proptest::prelude::{Just, ProptestConfig, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};
    use serde_json::json;

    use super::*;
    use crate::email::Email;
    use crate::score::{Score, Standing};
    use crate::survey::State;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn survey() -> Survey {
        serde_json::from_value(json!({
            "id": "0123456789abcdef0123456789abcdef", "ver": 7, "cp": "default", "zn": "UTC", "ms": "completion",
            "sj": {"t": "project", "i": "a0X1"}, "ct": {"e": "ada@example.com"}, "lg": "en", "cr": 0,
            "sa": NOW.as_millis(), "cd": {"t": 259_200, "r": 604_800, "c": 1_209_600}, "st": "asked",
            "nx": {"s": "task", "a": NOW.as_millis()}, "iv": {}, "re": {}, "rt": 400
        }))
        .unwrap()
    }

    /// Where there is no comment, or nobody has read it.
    fn decide(survey: &Survey, came: &Came) -> Verdict {
        super::decide(survey, came, None)
    }

    fn at(seconds: u64) -> Timestamp {
        NOW.after(Duration::from_secs(seconds))
    }

    fn came(seconds: u64, said: Said) -> Came {
        Came { from: who("Ada@Example.com"), at: at(seconds), late: false, said }
    }

    fn who(address: &str) -> Option<Who> {
        Email::parse(address).ok().map(Who::Email)
    }

    fn score(value: u8, comment: Option<&str>) -> Said {
        Said::Score { score: value.try_into().unwrap(), comment: comment.map(str::to_owned) }
    }

    fn words(text: &str) -> Said {
        Said::Words(text.to_owned())
    }

    fn after(verdict: Verdict) -> Survey {
        match verdict {
            Verdict::Record { after, .. } => *after,
            other => panic!("nothing to write: {other:?}"),
        }
    }

    #[test]
    fn a_score_of_another_group_leaves_the_reasons_of_the_first_behind() {
        let ticked = |survey: Survey| Survey { reasons: vec!["slow".parse().unwrap()], ..survey };
        let low = ticked(after(decide(&survey(), &came(0, score(3, None)))));
        for (value, kept) in [(5, 1), (9, 0)] {
            let again = after(decide(&low, &came(60, score(value, None))));
            assert_eq!(again.reasons.len(), kept, "{value}");
        }
    }

    #[test]
    fn a_score_answers_the_survey_once() {
        let reply = came(5, score(9, None));
        let answered = after(decide(&survey(), &reply));
        assert_eq!((answered.state, answered.ver, answered.next), (State::Answered, 8, None));
        assert_eq!(answered.changes.len(), 1);
        assert_eq!((answered.changes[0].at, answered.changes[0].by), (at(5), AnsweredBy::Reply));
        assert_eq!(answered.standing(), Some(Standing::Confirmed));
        assert_eq!(decide(&answered, &reply), Verdict::Nothing);
    }

    #[test]
    fn a_score_that_came_before_the_press_of_one_the_page_had_saved_changes_nothing() {
        let ten = 10.try_into().unwrap();
        let saved = survey().self_saved(ten, NOW).unwrap().unwrap();
        let pressed = saved.responded(ten, None, at(60)).unwrap().unwrap();
        assert_eq!(decide(&pressed, &came(30, score(3, None))), Verdict::Nothing);
        assert_eq!(after(decide(&pressed, &came(90, score(3, None)))).score().map(crate::Score::value), Some(3));
    }

    /// Whichever of the two is read first: what the page saves by itself never takes the place of what somebody said.
    #[test]
    fn a_score_somebody_gave_stands_whenever_the_page_saved_another() {
        let ten = 10.try_into().unwrap();
        let reply = came(30, score(3, None));
        let saved = survey().self_saved(ten, at(60)).unwrap().unwrap();
        let replied = after(decide(&survey(), &reply));
        let ends = [after(decide(&saved, &reply)), replied.self_saved(ten, at(60)).unwrap().unwrap_or(replied)];
        for end in ends {
            assert_eq!((end.score().map(Score::value), end.standing()), (Some(3), Some(Standing::Confirmed)));
            assert_eq!(decide(&end, &reply), Verdict::Nothing, "a repeat");
        }
    }

    #[test]
    fn a_score_and_a_comment_come_in_one_write() {
        let reply = came(5, score(3, Some("Too slow.")));
        let Verdict::Record { after, comment, .. } = decide(&survey(), &reply) else { panic!("nothing to write") };
        assert_eq!((after.ver, after.commented_at, comment.as_deref()), (8, Some(at(5)), Some("Too slow.")));
        assert_eq!(decide(&after, &reply), Verdict::Nothing, "a repeat");
    }

    #[test]
    fn nothing_older_takes_the_place_of_anything_newer() {
        let first = came(5, score(3, Some("Too slow.")));
        let second = came(9, score(8, Some("Better now.")));
        let in_order = after(decide(&after(decide(&survey(), &first)), &second));
        assert_eq!(in_order.score().map(Score::value), Some(8));
        assert_eq!(decide(&in_order, &first), Verdict::Nothing, "the first again");
        let newest_alone = after(decide(&survey(), &second));
        assert_eq!(decide(&newest_alone, &first), Verdict::Overtaken(None), "the first too late: people read it");
        assert_eq!(decide(&newest_alone, &came(5, score(3, None))), Verdict::Nothing, "a score alone says no more");
        // The button was pressed after the reply had been sent, and the reply was long on its way.
        let pressed = survey().responded(10.try_into().unwrap(), None, at(6)).unwrap().unwrap();
        let late = after(decide(&pressed, &first));
        assert_eq!(
            (late.score().map(Score::value), late.commented_at),
            (Some(10), Some(at(5))),
            "the comment alone is new"
        );
        assert_eq!(late.changes.len(), 1);
        // And one that came after the button counts.
        assert_eq!(after(decide(&pressed, &second)).score().map(Score::value), Some(8));
    }

    #[test]
    fn words_belong_to_the_score_that_is_there_or_to_people() {
        assert_eq!(decide(&survey(), &came(5, words("Who are you?"))), Verdict::HandOver(Why::NoScore));
        assert_eq!(decide(&survey(), &came(5, Said::Nothing)), Verdict::HandOver(Why::NoScore));
        let answered = after(decide(&survey(), &came(5, score(9, None))));
        let more = came(7, words("The team was quick."));
        let Verdict::Record { after, comment, .. } = decide(&answered, &more) else { panic!("nothing to write") };
        assert_eq!((comment.as_deref(), after.changes.len()), (Some("The team was quick."), 1));
        let below = super::decide(&answered, &more, Some("Hello."));
        assert!(matches!(below, Verdict::Record { comment: Some(all), .. } if all == "Hello.\n\nThe team was quick."));
        assert_eq!(decide(&after, &more), Verdict::Nothing, "a repeat");
        let earlier = came(6, words("And kind."));
        assert_eq!(decide(&after, &earlier), Verdict::Overtaken(None), "nobody has read it yet");
    }

    #[test]
    fn the_newest_score_counts_also_where_its_words_were_overtaken() {
        let low = after(decide(&survey(), &came(1, score(5, None))));
        let great = came(3, score(9, Some("great")));
        let said_more = after(decide(&low, &came(5, words("And kind."))));
        let on_the_page = low.commented(None, None, at(5)).unwrap();
        for before in [said_more, on_the_page] {
            let Verdict::Overtaken(Some(now)) = decide(&before, &great) else { panic!("its score is the newest") };
            assert_eq!((now.score().map(Score::value), now.commented_at), (Some(9), Some(at(5))));
            assert_eq!(decide(&now, &great), Verdict::Nothing, "a repeat");
            assert_eq!(decide(&now, &came(2, score(0, None))), Verdict::Nothing, "and nothing older");
        }
        // The same score is no news to write, but its moment: what was said between the two is older than the second.
        let nine = after(decide(&survey(), &came(1, score(9, None))));
        let again = after(decide(&nine, &came(5, score(9, None))));
        assert_eq!((again.changes.len(), decide(&again, &came(5, score(9, None)))), (1, Verdict::Nothing));
        assert_eq!(decide(&again, &came(3, score(3, None))), Verdict::Nothing);
        let pressed = nine.responded(9.try_into().unwrap(), None, at(5)).unwrap().unwrap();
        assert_eq!((pressed.changes.len(), decide(&pressed, &came(3, score(3, None)))), (1, Verdict::Nothing));
        let commented = again.commented(None, None, at(9)).unwrap();
        let often = Survey { changes: commented.changes.repeat(21), ..commented };
        assert_eq!(decide(&often, &came(6, score(8, Some("So.")))), Verdict::HandOver(Why::TooManyChanges));
    }

    #[test]
    fn a_comment_is_cut_at_a_character_and_never_at_the_cost_of_another() {
        let some = [beginning("äöü", 2), beginning("äöü", 3), beginning("äöü", 9), beginning("", 0)];
        assert_eq!(some, ["äö", "äöü", "äöü", ""]);
        let fits = "ä".repeat(MAX_COMMENT_CHARS);
        let written = |said: &Survey, came: &Came| match decide(said, came) {
            Verdict::Record { comment, cut, .. } => (comment, cut),
            other => panic!("{other:?}"),
        };
        assert_eq!(written(&survey(), &came(1, score(9, Some(&fits)))), (Some(fits.clone()), false));
        let long = format!("{fits}x");
        let reply = came(1, score(9, Some(&long)));
        let (cut, is_cut) = written(&survey(), &reply);
        let cut = cut.unwrap();
        assert_eq!((cut.chars().count(), cut.ends_with("ä…"), is_cut), (MAX_COMMENT_CHARS, true, true));
        // What stands as far as there was room is known again, and what stands below another comment is not cut.
        let answered = after(decide(&survey(), &came(1, score(9, None))));
        let later = came(5, score(3, Some(&long)));
        let Verdict::Record { after, comment: None, cut: false } = super::decide(&answered, &later, Some(&cut)) else {
            panic!("written again")
        };
        assert_eq!(after.score().map(Score::value), Some(3));
        let more = super::decide(&answered, &came(5, words("so")), Some(&fits));
        assert_eq!(more, Verdict::HandOver(Why::Long));
        assert_eq!(decide(&answered, &came(5, words(&long))), Verdict::HandOver(Why::Long));
    }

    #[test]
    fn words_stand_in_a_comment_that_has_them_as_a_part() {
        let comment = "great\n\nAnd kind.\n\nHello,\n\nthere";
        for part in ["great", "And kind.", "Hello,\n\nthere", comment] {
            assert!(stands(part, comment), "{part:?}");
        }
        for other in ["", "And", "kind.", "Great", "great\n\nHello,"] {
            assert!(!stands(other, comment), "{other:?}");
        }
        let great = came(5, score(9, Some("great")));
        assert_eq!((great.words(), came(5, words("so")).words()), (Some("great"), Some("so")));
        assert_eq!(great.without_words(), Some(came(5, score(9, None))));
        assert_eq!(came(5, words("so")).without_words(), None);
    }

    /// A reply: its score, its words, or both.
    fn reply() -> impl Strategy<Value = Said> {
        let value = 0_u8..=10;
        let text = "[a-c]{1,2}";
        prop_oneof![
            value.clone().prop_map(|value| score(value, None)),
            (value, text).prop_map(|(value, text)| score(value, Some(&text))),
            text.prop_map(|text| words(&text)),
        ]
    }

    /// Replies at the moments they came, in an order in which they are read.
    fn replies() -> impl Strategy<Value = Vec<Came>> {
        vec(reply(), 1..7).prop_flat_map(|said| {
            Just(said.into_iter().zip(1..).map(|(said, minute)| came(minute * 60, said)).collect::<Vec<_>>())
                .prop_shuffle()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        #[test]
        fn no_order_of_replies_leads_to_another_score_or_loses_a_word(replies in replies()) {
            let mut survey = survey();
            let (mut comment, mut people) = (None::<String>, Vec::new());
            for reply in &replies {
                let (before, words) = (comment.clone(), reply.words());
                match super::decide(&survey, reply, before.as_deref()) {
                    Verdict::Nothing => prop_assert!(words.is_none_or(|words| stands(words, before.as_deref().unwrap_or_default()))),
                    Verdict::Record { after, comment: written, cut } => {
                        survey = *after;
                        comment = written.or(comment);
                        prop_assert!(!cut);
                        prop_assert!(words.is_none_or(|words| stands(words, comment.as_deref().unwrap_or_default())));
                    }
                    Verdict::Overtaken(after) => {
                        people.push(words);
                        survey = after.map_or(survey, |after| *after);
                    }
                    Verdict::HandOver(Why::NoScore) => people.push(words),
                    other => prop_assert!(false, "{other:?}"),
                }
                prop_assert!(words.is_none() || people.contains(&words) || comment.as_deref().is_some_and(|comment| stands(words.unwrap_or_default(), comment)),
                    "each is in the comment or before people");
                let again = super::decide(&survey, reply, comment.as_deref());
                let changes = matches!(again, Verdict::Record { .. } | Verdict::Overtaken(Some(_)));
                prop_assert!(!changes, "a repeat changes nothing: {again:?}");
            }
            let given = |reply: &Came| match reply.said {
                Said::Score { score, .. } => Some((reply.at, score)),
                _ => None,
            };
            prop_assert_eq!(survey.score(), replies.iter().filter_map(given).max().map(|(_, score)| score));
        }
    }

    #[test]
    fn somebody_else_is_no_contact() {
        for from in [None, who("eve@example.com")] {
            for said in [score(9, None), words("Hello"), Said::NoMore { rest: None }, Said::Nothing] {
                let reply = Came { from: from.clone(), ..came(5, said) };
                assert_eq!(decide(&survey(), &reply), Verdict::HandOver(Why::NotTheContact));
            }
        }
    }

    #[test]
    fn who_wants_no_more_mail_is_heard_at_any_time() {
        let stop = Came { late: true, ..came(5, Said::NoMore { rest: None }) };
        let Verdict::Unsubscribe(Some(after)) = decide(&survey(), &stop) else { panic!("not heard") };
        assert_eq!((after.state, after.unsubscribed_at), (State::Stopped, Some(at(5))));
        assert_eq!(decide(&after, &stop), Verdict::Unsubscribe(None), "a repeat makes sure");
        let late = Came { late: true, ..came(5, score(9, None)) };
        assert_eq!(decide(&survey(), &late), Verdict::HandOver(Why::Late));
    }

    #[test]
    fn a_score_is_changed_so_often_and_then_people_hear_of_it() {
        let mut survey = survey();
        for nth in 0..=21_u8 {
            let reply = came(u64::from(nth) * 60 + 1, score(nth % 2, None));
            match decide(&survey, &reply) {
                Verdict::Record { after, .. } => survey = *after,
                other => {
                    assert_eq!((nth, other), (21, Verdict::HandOver(Why::TooManyChanges)));
                }
            }
        }
        assert_eq!(survey.changes.len(), 21);
    }
}
