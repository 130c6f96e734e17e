//! Reading all surveys there are, side by side, for what no index knows.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::try_join_all;
use model::Survey;

use crate::error::Error;
use crate::surveys::{Item, survey_from};
use crate::{Store, keys};

/// Parts of the table that are read at the same time.
const SEGMENTS: i32 = 8;

/// Items that are read at once in each part; most fit the megabyte that one call reads.
const AT_ONCE: usize = 1_000;

/// How far a part was read.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Beginning,
    Behind { pk: String, sk: String },
    End,
}

/// How far all parts were read. As text it is a cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading(Vec<Place>);

impl Default for Reading {
    fn default() -> Self {
        Self((0..SEGMENTS).map(|_| Place::Beginning).collect())
    }
}

impl Reading {
    fn is_over(&self) -> bool {
        self.0.iter().all(|place| *place == Place::End)
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |place: &Place| match place {
            Place::Beginning => String::new(),
            Place::Behind { pk, sk } => format!("{pk} {sk}"),
            Place::End => ".".to_owned(),
        };
        let places: Vec<String> = self.0.iter().map(place).collect();
        f.write_str(&URL_SAFE_NO_PAD.encode(places.join("\n")))
    }
}

/// What is no cursor of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no place in the surveys")]
pub struct NoReading;

impl FromStr for Reading {
    type Err = NoReading;

    fn from_str(text: &str) -> Result<Self, NoReading> {
        let text =
            URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(NoReading)?;
        let place = |text: &str| match text {
            "" => Ok(Place::Beginning),
            "." => Ok(Place::End),
            key => match key.split_once(' ') {
                Some((pk, sk)) if keys::is_of_surveys(pk) => Ok(Place::Behind { pk: pk.to_owned(), sk: sk.to_owned() }),
                _ => Err(NoReading),
            },
        };
        let places: Vec<Place> = text.split('\n').map(place).collect::<Result<_, _>>()?;
        if i32::try_from(places.len()).is_ok_and(|count| count == SEGMENTS) { Ok(Self(places)) } else { Err(NoReading) }
    }
}

/// What one round of reading came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    /// The surveys, in any order.
    pub surveys: Vec<Survey>,
    /// Items of the table that were read: surveys, their comments, and contacts.
    pub items: usize,
    /// Where the next round goes on, if there is more.
    pub next: Option<Reading>,
}

impl Store {
    /// Some of all surveys, behind a place, as they stood a moment ago, which is half the price. At most `most` items are
    /// read for it, and what eight calls side by side bring.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn surveys_behind(&self, mut from: Reading, most: usize) -> Result<Round, Error> {
        let open = (0..SEGMENTS).zip(&from.0).filter(|(_, place)| **place != Place::End);
        let open: Vec<(i32, Option<Item>)> = open
            .take(most)
            .map(|(segment, place)| match place {
                Place::Behind { pk, sk } => (segment, Some(Self::key(pk.clone(), sk))),
                Place::Beginning | Place::End => (segment, None),
            })
            .collect();
        let limit = most.checked_div(open.len()).unwrap_or(0).clamp(1, AT_ONCE);
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        let pages = open.into_iter().map(|(segment, behind)| self.segment(segment, behind, limit));
        let (mut surveys, mut read) = (Vec::new(), 0);
        for (segment, items, place) in try_join_all(pages).await? {
            read += items.len();
            let is_survey =
                |item: &Item| item.get("sk").and_then(|sk| sk.as_s().ok()).is_some_and(|sk| sk == keys::SURVEY);
            for item in items.into_iter().filter(is_survey) {
                surveys.push(survey_from(item)?);
            }
            if let Some(known) = usize::try_from(segment).ok().and_then(|nth| from.0.get_mut(nth)) {
                *known = place;
            }
        }
        Ok(Round { surveys, items: read, next: (!from.is_over()).then_some(from) })
    }

    async fn segment(&self, segment: i32, behind: Option<Item>, limit: i32) -> Result<(i32, Vec<Item>, Place), Error> {
        let got = self
            .client
            .scan()
            .table_name(&self.tables.surveys)
            .segment(segment)
            .total_segments(SEGMENTS)
            .set_exclusive_start_key(behind)
            .limit(limit)
            .send()
            .await
            .map_err(|error| Error::call("Scan", &self.tables.surveys, error))?;
        let text = |item: &Item, name: &str| item.get(name)?.as_s().ok().cloned();
        let last = got.last_evaluated_key.as_ref();
        let place = last.and_then(|key| Some(Place::Behind { pk: text(key, "pk")?, sk: text(key, "sk")? }));
        Ok((segment, got.items.unwrap_or_default(), place.unwrap_or(Place::End)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let mut reading = Reading::default();
        assert_eq!(reading.to_string().parse(), Ok(reading.clone()));
        reading.0[1] = Place::End;
        reading.0[7] = Place::Behind { pk: "S#0123456789abcdef0123456789abcdef".to_owned(), sk: "S".to_owned() };
        assert_eq!(reading.to_string().parse(), Ok(reading.clone()));
        reading.0[7] = Place::Behind { pk: "L#drop-default".to_owned(), sk: "2027-03-14".to_owned() };
        assert_eq!(reading.to_string().parse::<Reading>(), Err(NoReading), "another table's");
        let short = Reading(vec![Place::End; 7]).to_string();
        for wrong in ["", "!", "eA", &short] {
            assert_eq!(wrong.parse::<Reading>(), Err(NoReading), "{wrong}");
        }
    }
}
