//! What tells the rows of a table apart, so that the same one is the same response each time it is sent.
//!
//! The service's own name for it does, or who answered when. Where nobody knows who did and the service gives no names, it is all
//! that the row says, as it stands there, and the how manyth of its like it is: rows that say the same are as good as each other,
//! so a table that has grown, or is sorted otherwise, names the same ones.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use model::{Email, Phone};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// What the names begin with that are drawn here.
const DRAWN: &str = "nobody-";

/// The rows of a table that were met.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By their name, the first row that has it.
    met: HashMap<String, Met>,
    alike: HashMap<Vec<u8>, u64>,
}

/// By what a row is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// By the name it has where it comes from.
    ByRow,
    /// By who answered when.
    ByTime,
    /// Nobody knows whose it is.
    Nobody,
    /// It has the name of that row before it.
    Again(Met),
}

/// A row that was met, and what it says in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Met {
    /// Its place in the table.
    pub(super) row: usize,
    /// See [`says`].
    pub(super) said: u64,
}

/// What a row says, in short: rows that answer alike say the same.
pub(super) fn says(body: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    (body["score"].as_u64(), body["comment"].as_str().unwrap_or_default().trim()).hash(&mut hasher);
    hasher.finish()
}

/// Whether a name was drawn here, of a row that has none.
pub(super) fn is_drawn(name: &str) -> bool {
    name.starts_with(DRAWN)
}

impl Names {
    /// Draws a name for a row that has none and says nothing of who answered, from its cells and what is said of all rows.
    pub(super) fn draw(&mut self, said: &[(&str, &str)]) -> Option<String> {
        let is_named = |(field, _): &(&str, &str)| matches!(*field, "row_id" | "contact_email" | "contact_phone");
        if said.iter().any(is_named) {
            return None;
        }
        let mut said = said.to_vec();
        said.sort_unstable();
        let mut hash = Sha256::new();
        for text in said.into_iter().flat_map(|(field, text)| [field, text]) {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        let nth = self.alike.entry(hash.clone().finalize().to_vec()).or_insert(0);
        *nth += 1;
        let hash = hash.chain_update(nth.to_be_bytes()).finalize();
        let short: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        Some(format!("{DRAWN}{short}"))
    }

    /// Says by what a row is known that is sent, and whether one before it is the same response to the API.
    pub(super) fn name(&mut self, row: usize, body: &Value) -> Named {
        let text = |field: &str| body[field].as_str().unwrap_or_default();
        let (address, number) = (text("contact_email"), text("contact_phone"));
        let (name, named) = if let Some(id) = body["row_id"].as_str() {
            let nobody = address.is_empty() && number.is_empty();
            (format!("row {id}"), if nobody { Named::Nobody } else { Named::ByRow })
        } else {
            let who = if address.is_empty() {
                Phone::international(number).map_or_else(|| number.to_owned(), |phone| phone.expose().to_owned())
            } else {
                Email::parse(address).map_or_else(|_| address.to_owned(), |email| email.expose().to_owned())
            };
            (format!("{who} {}", text("answered_at")), Named::ByTime)
        };
        match self.met.entry(name) {
            Entry::Occupied(first) => Named::Again(*first.get()),
            Entry::Vacant(free) => {
                free.insert(Met { row, said: says(body) });
                named
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::json;

    use super::*;

    const AT: &str = "2021-03-04T12:00:00Z";

    #[test]
    fn a_row_goes_by_its_name_or_by_who_answered_when() {
        let by = |who: &str, at: &str| json!({ "contact_email": who, "score": 9, "answered_at": at });
        let called = |id: &str| json!({ "row_id": id, "contact_phone": "+49 1511 1", "score": 9, "answered_at": AT });
        let texted = |number: &str| json!({ "contact_phone": number, "score": 9, "answered_at": AT });
        let rows = [
            by("ada@example.com", AT),
            by("Ada@Example.com", AT),
            by("ada@example.com", "2021-03-05T12:00:00Z"),
            called("1"),
            called("2"),
            called("1"),
            texted("+49 1511 2345678"),
            texted("+4915112345678"),
            texted("0049 (0)1511 2345678"),
            texted("+49 1511 2345679"),
            json!({ "row_id": "3", "score": 9, "answered_at": AT }),
            json!({ "row_id": "2", "score": 3, "answered_at": AT }),
        ];
        use Named::{ByRow, ByTime, Nobody};
        let again = |row: usize| Named::Again(Met { row, said: says(&rows[row]) });
        let expected =
            [ByTime, again(0), ByTime, ByRow, ByRow, again(3), ByTime, again(6), again(6), ByTime, Nobody, again(4)];
        let mut names = Names::default();
        let named: Vec<_> = rows.iter().enumerate().map(|(nth, row)| names.name(nth, row)).collect();
        assert_eq!(named, expected);
        assert_ne!(says(&rows[4]), says(&rows[11]), "for people");
        let words = |said: &str| says(&json!({ "score": 9, "comment": said }));
        assert_eq!([says(&rows[0]), words(" "), words(" Kind ")], [words(""), words(""), words("Kind")]);
        assert_ne!(words("Kind"), words(""));
    }

    fn drawn(rows: &[Vec<(&str, &str)>]) -> HashSet<String> {
        let mut names = Names::default();
        rows.iter().filter_map(|row| names.draw(row)).collect()
    }

    #[test]
    fn of_nobody_known_each_counts_and_has_its_name_again() {
        let said = |score, comment| vec![("score", score), ("comment", comment), ("answered_at", "2021-03-04")];
        // A kiosk of which only days are known.
        let rows = [said("9", ""), said("9", ""), said("3", "slow"), said("9", "")];
        let names = drawn(&rows);
        assert_eq!(names.len(), 4);
        assert!(names.iter().all(|name| is_drawn(name)));
        let mut sorted_and_grown = [&rows[..], &[said("9", ""), said("1", "")]].concat();
        sorted_and_grown.reverse();
        sorted_and_grown.iter_mut().for_each(|row| row.reverse());
        assert!(drawn(&sorted_and_grown).is_superset(&names));
    }

    #[test]
    fn nobody_of_one_place_is_nobody_of_another() {
        let nine = [("score", "9"), ("answered_at", "2021-03-04")];
        let at = |shop| [&nine[..], &[("attributes.shop", shop)]].concat();
        let (berlin, bonn) = (drawn(&vec![at("Berlin"); 10]), drawn(&vec![at("Bonn"); 8]));
        assert!(berlin.len() == 10 && bonn.len() == 8 && berlin.is_disjoint(&bonn));
        // What stands in one field is not what stands in two.
        assert!(drawn(&[vec![("a", "b"), ("c", "d")]]).is_disjoint(&drawn(&[vec![("a", "bc"), ("", "d")]])));
        for named in [("row_id", "7"), ("contact_email", "a"), ("contact_phone", "1")] {
            assert_eq!(drawn(&[[&nine[..], &[named]].concat()]).len(), 0, "{named:?}");
        }
    }
}
