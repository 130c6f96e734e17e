//! What tells the rows of a table apart, so that the same one is the same response each time it is sent.
//!
//! The service's own name for it does, or who answered when. Where nobody knows who did and the service gives no names, it is what
//! was said when, and the how manyth of its like it is: rows that say the same are as good as each other, so a table that has
//! grown, or is sorted otherwise, names the same ones.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The rows of a table that were met.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By its name: its place in the table, and what it says in short.
    met: HashMap<String, (usize, u64)>,
    alike: HashMap<String, u32>,
}

/// What a row is called, as far as others are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// It is somebody's.
    Somebody,
    /// Nobody knows whose it is.
    Nobody,
    /// One before it has its name and says the same.
    Again,
    /// The one of that place has its name and says something else.
    Clashes(usize),
}

impl Names {
    /// Sees to it that the row of that place has a name, and says whether it is its own.
    pub(super) fn name(&mut self, place: usize, row: &mut Value) -> Named {
        let text = |field: &str| row[field].as_str().unwrap_or_default().trim().to_lowercase();
        let (address, number) = (text("contact_email"), text("contact_phone"));
        let nobody = address.is_empty() && number.is_empty();
        let name = if let Some(id) = row["row_id"].as_str() {
            format!("row {id}")
        } else if nobody {
            let said = format!("{} {} {}", text("answered_at"), row["score"], text("comment"));
            let nth = self.alike.entry(said.clone()).or_insert(0);
            *nth += 1;
            let hash = Sha256::digest(format!("{said} {nth}"));
            let short: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
            row["row_id"] = format!("nobody-{short}").into();
            return Named::Nobody;
        } else {
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            format!("{} {}", if address.is_empty() { digits } else { address }, text("answered_at"))
        };
        let said = {
            let mut hasher = DefaultHasher::new();
            (row["score"].as_u64(), text("comment")).hash(&mut hasher);
            hasher.finish()
        };
        match self.met.get(&name) {
            Some((_, known)) if *known == said => return Named::Again,
            Some((first, _)) => return Named::Clashes(*first),
            None => {}
        }
        self.met.insert(name, (place, said));
        if nobody { Named::Nobody } else { Named::Somebody }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    const AT: &str = "2021-03-04T12:00:00Z";

    fn named(rows: &[Value]) -> (Vec<Named>, Vec<Option<String>>) {
        let mut names = Names::default();
        let mut rows = rows.to_vec();
        let named = rows.iter_mut().enumerate().map(|(nth, row)| names.name(nth, row)).collect();
        (named, rows.iter().map(|row| row["row_id"].as_str().map(str::to_owned)).collect())
    }

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
            texted("+49 1511 2"),
            texted("+4915112"),
            json!({ "row_id": "3", "score": 9, "answered_at": AT }),
            json!({ "row_id": "2", "score": 3, "answered_at": AT }),
            json!({ "contact_email": "ada@example.com", "score": 9, "comment": "Kind", "answered_at": AT }),
        ];
        use Named::{Again, Clashes, Nobody, Somebody};
        let expected =
            [Somebody, Again, Somebody, Somebody, Somebody, Again, Somebody, Again, Nobody, Clashes(4), Clashes(0)];
        assert_eq!(named(&rows).0, expected);
        assert_eq!(named(&rows).1[0], None, "the API names it");
    }

    #[test]
    fn of_nobody_known_each_counts_and_has_its_name_again() {
        let said = |score: u8, comment: &str| json!({ "score": score, "comment": comment, "answered_at": AT });
        // A kiosk of which only days are known.
        let rows = [said(9, ""), said(9, ""), said(3, "slow"), said(9, "")];
        let (all, names) = named(&rows);
        assert!(all.iter().all(|one| *one == Named::Nobody));
        let of = |names: &[Option<String>]| names.iter().flatten().cloned().collect::<BTreeSet<_>>();
        assert_eq!(of(&names).len(), 4);
        let sorted_and_grown = [said(3, "slow"), said(9, ""), said(9, ""), said(9, ""), said(9, ""), said(1, "")];
        assert!(of(&named(&sorted_and_grown).1).is_superset(&of(&names)));
    }
}
