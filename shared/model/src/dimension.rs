//! What an answered survey is, in every dimension people may ask for.
//!
//! This is the one definition. Tallies count some of the dimensions as answers come ([`crate::tally`]); all others are
//! read from the surveys when somebody asks for them. Either way a survey is in the groups that stand here, so both ways
//! give the same numbers.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::campaign::{Bands, Day};
use crate::experiment::Drawn;
use crate::score::Standing;
use crate::survey::Survey;
use crate::tally::{self, Counted, Counter};
use crate::time::{Timestamp, zone};
use crate::trigger::{MAX_ATTRIBUTE_CHARS, Named};

/// The dimensions every survey has. Each attribute is one more.
pub const BUILT_IN: [&str; 17] = [
    "campaign",
    "owner",
    "agent",
    "account",
    "milestone",
    "language",
    "channel",
    ANSWERED_BY,
    "mail",
    "hour",
    "weekday",
    "occurred_hour",
    "occurred_weekday",
    THEME,
    SENTIMENT,
    REASON,
    VARIANT,
];

/// What a comment is about; one may be about several things.
pub const THEME: &str = "theme";

/// How the latest score was given: with the page's button, or by replying to the letter. `channel` is how it was asked for.
pub const ANSWERED_BY: &str = "answered_by";

/// The way somebody was asked in, where a campaign tries out several.
pub const VARIANT: &str = "variant";

/// Why somebody gave the score, as they ticked it; one may tick several.
pub const REASON: &str = "reason";

/// How a comment sounds.
pub const SENTIMENT: &str = "sentiment";

/// Begins the dimension of an attribute that has the name of another dimension.
const ATTRIBUTE: &str = "attributes.";

/// Whether tallies count a dimension, or can tell it from what they count: the campaign from the row, the weekday from
/// its day. The others cost nothing until somebody asks for them.
#[must_use]
pub fn is_counted(dimension: &str) -> bool {
    !matches!(
        dimension,
        "account" | "milestone" | "language" | "channel" | ANSWERED_BY | "occurred_hour" | "occurred_weekday"
    )
}

/// The dimension of an attribute: its name, unless that means something else already.
#[must_use]
pub fn of_attribute(name: &str) -> String {
    if is_taken(name) { format!("{ATTRIBUTE}{name}") } else { name.to_owned() }
}

/// Whether a name is that of another dimension, or what an attribute of such a name would be called.
fn is_taken(name: &str) -> bool {
    BUILT_IN.contains(&name.trim_start_matches(ATTRIBUTE))
}

/// The attribute a dimension is about, if it is about one.
#[must_use]
pub fn attribute(dimension: &str) -> Option<&str> {
    if is_taken(dimension) { dimension.strip_prefix(ATTRIBUTE) } else { Some(dimension) }
}

/// The mail an answer came after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum After {
    /// The first mail: no reminder had gone out.
    #[serde(rename = "f")]
    First,
    /// The reminder.
    #[serde(rename = "r")]
    Reminder,
}

impl After {
    /// The value of the dimension `mail`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Reminder => "reminder",
        }
    }
}

/// The values of an attribute: its band where the campaign has bands for it; else itself and, where it is a path such as
/// `EMEA/DACH/Delivery`, each prefix of it. The whole value comes first, then the prefixes, the shortest first.
#[must_use]
pub fn attribute_values(name: &str, value: &str, bands: &Bands) -> Vec<String> {
    if let Some(band) = bands.band(name, value) {
        return vec![band];
    }
    std::iter::once(value).chain(levels(value).map(|at| &value[..at])).map(str::to_owned).collect()
}

/// Where each level of a path ends, but for the last. An address such as `https://crm.example.com/a0X1` has slashes and is
/// no path.
fn levels(value: &str) -> impl Iterator<Item = usize> {
    let slashes = value.match_indices('/').map(|(at, _)| at);
    slashes.filter(|at| *at > 0 && !value.contains("://"))
}

/// How deep a value of an attribute lies: 1, or as many as there are parts of a path such as `EMEA/DACH/Delivery`.
#[must_use]
pub fn depth(value: &str) -> usize {
    1 + levels(value).count()
}

/// The account manager, by address, else by id or name.
#[must_use]
pub fn owner(survey: &Survey) -> Option<String> {
    let owner = survey.owner.as_ref()?;
    let email = owner.email.as_ref().map(|email| email.expose().to_owned());
    email.or_else(|| owner.id.clone()).or_else(|| owner.name.clone()).map(short)
}

/// The way the contact was asked in.
#[must_use]
pub fn variant(survey: &Survey) -> Option<String> {
    survey.drawn.as_ref().map(Drawn::value)
}

/// The person who served the contact, by id or name.
#[must_use]
pub fn agent(survey: &Survey) -> Option<String> {
    named(survey.agent.as_ref())
}

/// The contact's company, by id or name.
#[must_use]
pub fn account(survey: &Survey) -> Option<String> {
    named(survey.account.as_ref())
}

fn named(who: Option<&Named>) -> Option<String> {
    who.and_then(|who| who.id.clone().or_else(|| who.name.clone())).map(short)
}

fn short(value: String) -> String {
    value.chars().take(MAX_ATTRIBUTE_CHARS).collect()
}

/// The groups that come with what was said beside the score: what a comment is about, how it sounds, and the reasons ticked.
#[must_use]
pub fn of_what_was_said(survey: &Survey) -> Vec<(String, String)> {
    let themes = survey.themes().iter().map(|theme| (THEME.to_owned(), theme.to_string()));
    let sounds = survey.sentiment().map(|sentiment| (SENTIMENT.to_owned(), sentiment.as_str().to_owned()));
    let reasons = survey.reasons.iter().map(|reason| (REASON.to_owned(), reason.to_string()));
    themes.chain(sounds).chain(reasons).collect()
}

/// An hour of the day as a value.
#[must_use]
pub fn hour(hour: u8) -> String {
    format!("{hour:02}")
}

/// A survey that was answered, ready to be asked for its groups.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// The survey.
    pub survey: &'a Survey,
    /// The response as it is counted.
    pub counted: Counted,
    /// The day its invite was sent.
    pub sent_on: Date,
    zone: TimeZone,
    bands: &'a Bands,
}

impl<'a> Answer<'a> {
    /// The answer of a survey, if there is one. `bands` are those of its campaign.
    #[must_use]
    pub fn of(survey: &'a Survey, bands: &'a Bands) -> Option<Self> {
        let zone = zone(&survey.zone);
        let sent_on = sent_on(survey, &zone);
        let (score, at) = survey.score().zip(survey.answered_at())?;
        let day = at.day_in(&zone);
        let lag = sent_on.until(day).map_or(0, |span| span.get_days());
        let from_here = survey.was_asked();
        let reminded = survey.remind.sent_at.is_some_and(|sent| sent <= at);
        let counted = Counted {
            day,
            lag: from_here.then(|| u16::try_from(lag).unwrap_or(0)),
            hour: at.hour_in(&zone),
            score,
            standing: survey.standing()?,
            after: from_here.then_some(if reminded { After::Reminder } else { After::First }),
            commented: survey.commented_at.is_some(),
        };
        Some(Self { survey, counted, sent_on, zone, bands })
    }

    /// What it counts as, beside the total: a score and its standing.
    pub fn counters(&self) -> impl Iterator<Item = Counter> {
        self.counted.counters().into_iter()
    }

    /// Whether it counts in a score.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.counted.standing != Standing::Suspect
    }

    /// The groups it is in; a path has several, and a dimension it knows nothing of has none. `day` is the day it counts
    /// on: that of the answer, or of sending.
    #[must_use]
    pub fn groups(&self, dimension: &str, day: Date) -> Vec<String> {
        let one = match dimension {
            "mail" => self.counted.after.map(|after| after.as_str().to_owned()),
            ANSWERED_BY => self.survey.answered_by().map(|by| by.as_str().to_owned()),
            THEME => return self.survey.themes().iter().map(ToString::to_string).collect(),
            REASON => return self.survey.reasons.iter().map(ToString::to_string).collect(),
            SENTIMENT => self.survey.sentiment().map(|sentiment| sentiment.as_str().to_owned()),
            "hour" => Some(hour(self.counted.hour)),
            _ => return groups(self.survey, &self.zone, self.bands, dimension, day),
        };
        one.into_iter().collect()
    }
}

/// Whether only answers are in groups of a dimension: a survey nobody answered is in none.
#[must_use]
pub fn is_of_answers(dimension: &str) -> bool {
    matches!(dimension, "mail" | "hour" | ANSWERED_BY | THEME | SENTIMENT | REASON)
}

/// The groups a survey is in, answered or not; a path has several. `day` is the day it counts on.
#[must_use]
pub fn groups(survey: &Survey, zone: &TimeZone, bands: &Bands, dimension: &str, day: Date) -> Vec<String> {
    let occurred = |value: fn(Timestamp, &TimeZone) -> String| survey.occurred_at.map(|at| value(at, zone));
    let one = match dimension {
        "campaign" => Some(survey.campaign.to_string()),
        "owner" => owner(survey),
        "agent" => agent(survey),
        VARIANT => variant(survey),
        "account" => account(survey),
        "milestone" => Some(survey.milestone.clone()),
        "language" => Some(survey.language.tag().to_owned()),
        "channel" => Some(survey.channel().as_str().to_owned()),
        "weekday" => Some(weekday(day)),
        "occurred_hour" => occurred(|at, zone| hour(at.hour_in(zone))),
        "occurred_weekday" => occurred(|at, zone| weekday(at.day_in(zone))),
        _ => return of_the_attribute(survey, bands, dimension),
    };
    one.into_iter().collect()
}

/// The groups of an attribute. A survey with more values than tallies count is in those they count.
fn of_the_attribute(survey: &Survey, bands: &Bands, dimension: &str) -> Vec<String> {
    let attribute = attribute(dimension).and_then(|name| survey.attributes.get_key_value(name));
    let mut values = attribute.map(|(name, value)| attribute_values(name, value, bands)).unwrap_or_default();
    if values.len() > 1 {
        let counted = tally::values(survey, bands);
        values.retain(|value| counted.iter().any(|(of, counted)| of == dimension && counted == value));
    }
    values
}

fn weekday(day: Date) -> String {
    Day::from(day.weekday()).as_str().to_owned()
}

/// The day the invite was sent, as far as it is known.
#[must_use]
pub fn sent_on(survey: &Survey, zone: &TimeZone) -> Date {
    survey.invite.sent_at.or(survey.invite.claimed_at).unwrap_or(survey.send_at).day_in(zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::Step;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn survey() -> Survey {
        // Answered at half past nine in Berlin on a Friday; the interaction was on Thursday at half past eleven at night.
        serde_json::from_value(json!({
            "id": "0123456789abcdef0123456789abcdef", "ver": 1_800_000_000_000_u64, "cp": "spring", "zn": "Europe/Berlin",
            "ms": "renewal", "sj": {"t": "project", "i": "a0X1"}, "ct": {"e": "ada@example.com"}, "lg": "en",
            "ow": {"e": "sam@company.example"}, "ag": {"i": "agent-7", "n": "Kim"}, "ac": {"n": "Example AG"},
            "oc": NOW.as_millis() - 34_200_000,
            "at": {"team": "EMEA/DACH/Delivery", "lifetime_value": "25000", "language": "Deutsch", "seats": "many"},
            "cr": NOW.as_millis(), "sa": NOW.as_millis(), "cd": {"t": 259_200, "r": 604_800, "c": 1_209_600},
            "st": "scheduled", "nx": {"s": "invite", "a": NOW.as_millis()}, "iv": {}, "re": {}, "rt": 400
        }))
        .unwrap()
    }

    fn answered(survey: &Survey, days: u32) -> Survey {
        survey.responded("9".parse().unwrap(), None, NOW.after(crate::time::DAY * days)).unwrap().unwrap()
    }

    #[test]
    fn a_survey_has_its_place_in_every_dimension() {
        let mut survey = answered(&survey(), 0);
        survey.attributes.insert("theme".to_owned(), "dark".to_owned());
        let themes = ["price", "support"].map(|id| id.parse().unwrap()).into();
        survey.reasons = ["slow", "price"].map(|id| id.parse().unwrap()).into();
        let survey = survey.hearing(crate::Heard { themes, sentiment: Some(crate::Sentiment::Negative) });
        let bands = Bands::new([("lifetime_value", vec![0, 10_000, 100_000]), ("seats", vec![10])]);
        let answer = Answer::of(&survey, &bands).unwrap();
        for (dimension, groups) in [
            ("campaign", &["spring"][..]),
            ("owner", &["sam@company.example"]),
            ("agent", &["agent-7"]),
            ("account", &["Example AG"]),
            ("milestone", &["renewal"]),
            ("language", &["en"]),
            ("attributes.language", &["Deutsch"]),
            ("channel", &["mail"]),
            ("answered_by", &["page"]),
            ("mail", &["first"]),
            ("hour", &["09"]),
            ("weekday", &["fri"]),
            ("occurred_hour", &["23"]),
            ("occurred_weekday", &["thu"]),
            ("team", &["EMEA/DACH/Delivery", "EMEA", "EMEA/DACH"]),
            ("lifetime_value", &["10000 to under 100000"]),
            ("seats", &["not a number"]),
            ("attributes.team", &[]),
            ("nothing of that name", &[]),
            ("theme", &["price", "support"]),
            ("sentiment", &["negative"]),
            ("attributes.theme", &["dark"]),
            ("reason", &["slow", "price"]),
        ] {
            assert_eq!(answer.groups(dimension, answer.counted.day), groups, "{dimension}");
        }
        // A Saturday in between: the weekday is that of the day it counts on.
        assert_eq!(answer.groups("weekday", "2027-01-16".parse().unwrap()), ["sat"]);
        assert!(Answer::of(&super::tests::survey(), &bands).is_none());
    }

    #[test]
    fn an_answer_comes_after_the_first_mail_or_after_the_reminder() {
        let bands = Bands::default();
        let after = |survey: &Survey| Answer::of(survey, &bands).unwrap().counted.after;
        let mut reminded = survey();
        reminded.remind.sent_at = Some(NOW.after(crate::time::DAY * 7));
        assert_eq!(after(&answered(&reminded, 8)), Some(After::Reminder));
        assert_eq!(after(&answered(&reminded, 7)), Some(After::Reminder));
        assert_eq!(after(&answered(&reminded, 6)), Some(After::First), "it was on its way already");
        let claimed = survey().claimed(Step::Invite, &crate::id::ClaimId::new(1), NOW).unwrap();
        assert_eq!(after(&answered(&claimed, 6)), Some(After::First));
    }

    #[test]
    fn every_prefix_of_a_path_lies_one_level_higher() {
        for (value, levels) in
            [("EMEA", 1), ("EMEA/DACH/Delivery", 3), ("/EMEA", 1), ("/EMEA/DACH", 2), ("a//b", 3), ("a/", 2)]
                .into_iter()
                .chain([("https://crm.example.com/a0X1/view", 1)])
        {
            let mut depths: Vec<_> =
                attribute_values("team", value, &Bands::default()).iter().map(|value| depth(value)).collect();
            depths.sort_unstable();
            assert_eq!((depth(value), depths), (levels, (1..=levels).collect()), "{value}");
        }
    }

    #[test]
    fn an_attribute_has_a_dimension_of_its_own() {
        for name in BUILT_IN {
            assert_eq!(attribute(name), None);
            assert_eq!(attribute(&of_attribute(name)), Some(name));
        }
        for name in ["region", "attributes.region", "a.b", "attributes."] {
            assert_eq!((of_attribute(name).as_str(), attribute(name)), (name, Some(name)));
        }
        // A CRM may send both `hour` and, nested in something of that name, `attributes.hour`.
        let nested = of_attribute("attributes.hour");
        assert_ne!(nested, of_attribute("hour"));
        assert_eq!(attribute(&nested), Some("attributes.hour"));
    }
}
