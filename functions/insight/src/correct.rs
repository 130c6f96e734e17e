//! `PATCH /v1/responses/{survey_id}`: what a person says about a response who has looked at it. Whether it counts, what its
//! comment is about, and how it sounds; that outranks what was made of it by itself.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use host::fields::Json as Value;
use host::problem::{FieldError, Kind};
use host::{Fields, Problem, body};
use model::theme::{MOST_A_COMMENT, Say};
use model::{CampaignId, Sentiment, Standing, Survey, Theme, ThemeId, Timestamp};
use store::{Saved, Store};

use crate::surveys::{no_such_survey, survey_id};
use crate::wire::{self, ResponseWire};
use crate::{Deps, Reader, Segment};

/// How often a correction is tried when others write the same survey.
const TRIES: usize = 5;

/// What a person says.
#[derive(Debug, PartialEq)]
struct Said {
    standing: Option<Standing>,
    themes: Say<Vec<ThemeId>>,
    sentiment: Say<Sentiment>,
}

/// `PATCH /v1/responses/{survey_id}`
pub(crate) async fn correct(
    State(deps): State<Deps>,
    Segment(id): Segment,
    reader: Result<Reader, Problem>,
    body: Result<body::Raw, Problem>,
) -> Result<Json<ResponseWire>, Problem> {
    // The body was read before anything is refused: who is cut off while sending never sees why.
    let Reader { now } = reader?;
    let body::Raw(bytes) = body?;
    let id = survey_id(&id)?;
    let said = Said::read(&bytes)?;
    let mut before = deps.store.survey(id).await?.ok_or_else(no_such_survey)?;
    said.is_known(&deps.store, &before, now).await?;
    for _ in 0..TRIES {
        let Some(after) = said.about(&before, now)? else { return shown(&deps.store, &before).await };
        match deps.store.save(&before, &after).await? {
            Saved::Done => return shown(&deps.store, &after).await,
            Saved::Conflict(found) => before = *found.ok_or_else(no_such_survey)?,
        }
    }
    Err(Problem::new(Kind::TryLater, "others are changing this survey; please send it again"))
}

async fn shown(store: &Store, survey: &Survey) -> Result<Json<ResponseWire>, Problem> {
    let comment = store.comment(survey.id).await?;
    let nothing = || Problem::new(Kind::Conflict, "nobody has answered this survey yet");
    wire::response(survey, comment.as_ref()).map(Json).ok_or_else(nothing)
}

/// The themes of a campaign, also of one that was deleted: what was said stays about something.
async fn themes(store: &Store, campaign: &CampaignId, within: Duration, now: Timestamp) -> Result<Vec<Theme>, Problem> {
    let config = store.config_within(within, now).await?;
    let campaign = config.every_campaign().into_iter().find(|stored| stored.campaign.id == *campaign);
    Ok(campaign.map(|stored| stored.campaign.themes.clone()).unwrap_or_default())
}

impl Said {
    fn read(bytes: &[u8]) -> Result<Self, Problem> {
        const STANDING: &str = "this must be one of confirmed, self_saved, suspect";
        let mut fields = Fields::parse(bytes)?;
        let named = fields.names();
        let has = |name: &str| named.iter().any(|named| named == name);
        let standing = fields.parsed("standing", 100, STANDING, |text| text.parse().ok());
        if standing.is_none() && (has("standing") || !(has("themes") || has("sentiment"))) {
            fields.missing("standing", STANDING);
        }
        let themes = match fields.take_any("themes") {
            None => Say::Nothing,
            Some(Value::Null) => Say::Back,
            Some(Value::List(list)) => Say::So(read_themes(&mut fields, &list)),
            Some(_) => {
                fields.wrong("themes", "this must be an array of themes' ids, or null");
                Say::Nothing
            }
        };
        let sentiment = match fields.take_any("sentiment") {
            None => Say::Nothing,
            Some(Value::Null) => Say::Back,
            Some(Value::Text(text)) if text.parse::<Sentiment>().is_ok() => text.parse().map_or(Say::Nothing, Say::So),
            Some(_) => {
                fields.wrong("sentiment", "this must be one of negative, mixed, positive, or null");
                Say::Nothing
            }
        };
        fields.finish()?;
        Ok(Self { standing, themes, sentiment })
    }

    /// Whether its themes are themes of the campaign, or were when they were written on the survey.
    async fn is_known(&self, store: &Store, survey: &Survey, now: Timestamp) -> Result<(), Problem> {
        let Say::So(said) = &self.themes else { return Ok(()) };
        let mut unknown = Vec::new();
        // A theme may be younger than what was read.
        for within in [30, 1] {
            let known = themes(store, &survey.campaign, Duration::from_secs(within), now).await?;
            let is_known = |id: &ThemeId| survey.themes().contains(id) || known.iter().any(|theme| theme.id == *id);
            unknown = said.iter().enumerate().filter(|(_, id)| !is_known(id)).map(|(nth, _)| nth).collect();
            if unknown.is_empty() {
                return Ok(());
            }
        }
        let error = |nth| FieldError::new(format!("/themes/{nth}"), "the campaign of this survey has no such theme");
        Err(Problem::invalid(unknown.into_iter().map(error).collect()))
    }

    /// What it makes of a survey; nothing if that is so already.
    fn about(&self, survey: &Survey, now: Timestamp) -> Result<Option<Survey>, Problem> {
        let of_comment = self.themes != Say::Nothing || self.sentiment != Say::Nothing;
        if of_comment && survey.commented_at.is_none() {
            return Err(Problem::new(Kind::Conflict, "there is no comment that could be about anything"));
        }
        let judged = self.standing.and_then(|standing| survey.judged(standing));
        let corrected = judged.as_ref().unwrap_or(survey).corrected(self.themes.clone(), self.sentiment.clone(), now);
        // Both are one write, and so one version.
        Ok(corrected.map(|after| Survey { ver: survey.ver + 1, ..after }).or(judged))
    }
}

fn read_themes(fields: &mut Fields, list: &[Value]) -> Vec<ThemeId> {
    let mut themes: Vec<ThemeId> = Vec::with_capacity(list.len());
    for (nth, value) in list.iter().enumerate() {
        match value {
            Value::Text(text) => match text.parse() {
                Ok(id) if !themes.contains(&id) => themes.push(id),
                Ok(_) => fields.wrong_within("themes", nth, "this theme is there twice"),
                Err(wrong) => fields.wrong_within("themes", nth, wrong.to_string()),
            },
            _ => fields.wrong_within("themes", nth, "a theme is named by its id"),
        }
    }
    if themes.len() > MOST_A_COMMENT {
        fields.wrong("themes", format!("a comment has at most {MOST_A_COMMENT} themes"));
    }
    themes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_says_something_and_nothing_else() {
        let read = |text: &str| Said::read(text.as_bytes());
        let nothing = Said { standing: None, themes: Say::Nothing, sentiment: Say::Nothing };
        assert_eq!(
            read(r#"{"standing":"suspect"}"#),
            Ok(Said { standing: Some(Standing::Suspect), ..Said::read(br#"{"standing":"suspect"}"#).unwrap() })
        );
        assert_eq!(read(r#"{"themes":null}"#), Ok(Said { themes: Say::Back, ..nothing }));
        let both = read(r#"{"themes":["a"],"sentiment":"mixed"}"#).unwrap();
        assert_eq!((both.themes, both.sentiment), (Say::So(vec!["a".parse().unwrap()]), Say::So(Sentiment::Mixed)));
        for (wrong, pointer) in [
            (r#"{"standing":"sure"}"#, "/standing"),
            (r#"{"standing":null}"#, "/standing"),
            (r#"{"standing":null,"themes":null}"#, "/standing"),
            (r"{}", "/standing"),
            (r#"{"standing":"suspect","score/x":3}"#, "/score~1x"),
            (r#"{"themes":"a"}"#, "/themes"),
            (r#"{"themes":["a","b","c","d","e","f"]}"#, "/themes"),
            (r#"{"themes":["a","a"]}"#, "/themes/1"),
            (r#"{"themes":["a",1]}"#, "/themes/1"),
            (r#"{"themes":["A b"]}"#, "/themes/0"),
            (r#"{"sentiment":"happy"}"#, "/sentiment"),
            (r#"{"sentiment":1}"#, "/sentiment"),
        ] {
            let problem = read(wrong).unwrap_err();
            assert_eq!(problem.errors()[0].pointer, pointer, "{wrong}");
        }
        for wrong in ["[]", "standing=suspect"] {
            assert_eq!(read(wrong).unwrap_err().kind(), Kind::Malformed);
        }
    }
}
