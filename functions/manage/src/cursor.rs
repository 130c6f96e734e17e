//! Cursors: the place of the last entry of a page, written so that it fits an address.

use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::Timestamp;

/// Writes a place of a list as a cursor.
pub(crate) fn show(place: &str) -> String {
    place.replacen('#', "-", 1)
}

/// Reads a cursor of a list of things with such ids.
pub(crate) fn read<Id: FromStr + ToString>(text: &str) -> Option<String> {
    let (at, id) = text.split_once('-')?;
    let plain = at.len() == 13 && at.bytes().all(|b| b.is_ascii_digit());
    let at = Timestamp::from_millis(at.parse().ok().filter(|_| plain)?);
    let id: Id = id.parse().ok()?;
    Some(store::keys::listed_at(at, &id.to_string()))
}

/// Writes the key of an item of the surveys table as a cursor: where the reading of all of it goes on.
pub(crate) fn show_key((pk, sk): (String, String)) -> String {
    URL_SAFE_NO_PAD.encode(format!("{pk} {sk}"))
}

/// Reads such a cursor.
pub(crate) fn read_key(text: &str) -> Option<(String, String)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let (pk, sk) = text.split_once(' ')?;
    store::keys::is_of_surveys(pk).then(|| (pk.to_owned(), sk.to_owned()))
}

#[cfg(test)]
mod tests {
    use model::{SurveyId, TaskId};

    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let survey = "0123456789abcdef0123456789abcdef";
        let place = |id: &str| format!("1800000000000#{id}");
        let task = format!("{survey}-non_response");
        assert_eq!(read::<SurveyId>(&show(&place(survey))), Some(place(survey)));
        assert_eq!(read::<TaskId>(&show(&place(&task))), Some(place(&task)));
        for wrong in
            ["", "1", "1800000000000", "180-0123456789abcdef0123456789abcdef", &place(survey), "+800000000000-x"]
        {
            assert_eq!(read::<SurveyId>(wrong), None, "{wrong}");
            assert_eq!(read::<TaskId>(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn reading_goes_on_in_the_surveys_table_alone() {
        let survey = store::keys::survey("0123456789abcdef0123456789abcdef".parse().unwrap());
        let place = (survey, store::keys::SURVEY.to_owned());
        assert_eq!(read_key(&show_key(place.clone())), Some(place));
        for wrong in ["", "!", &show_key(("U#0123".to_owned(), "S".to_owned())), &URL_SAFE_NO_PAD.encode("S#0123")] {
            assert_eq!(read_key(wrong), None, "{wrong}");
        }
    }
}
