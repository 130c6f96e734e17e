//! Cursors: the place of the last entry of a page, written so that it fits an address.

use std::str::FromStr;

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
}
