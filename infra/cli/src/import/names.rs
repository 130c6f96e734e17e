//! What tells the rows of a table apart, so that the same one is the same response each time it is sent.
//!
//! The service's own name for it does, or who answered when. Where nobody knows who did and the service gives no names, it is what
//! was said when, and the how manyth of its like it is: rows that say the same are as good as each other, so a table that has
//! grown, or is sorted otherwise, names the same ones.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The rows of a table that were met.
#[derive(Debug, Default)]
pub(super) struct Names {
    met: HashSet<String>,
    alike: HashMap<String, u32>,
}

/// What a row is called, as far as others are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// It is somebody's.
    Somebody,
    /// Nobody knows whose it is.
    Nobody,
    /// Another one before it has its name.
    Again,
}

impl Names {
    /// Sees to it that a row has a name, and says whether it is its own.
    pub(super) fn name(&mut self, row: &mut Value) -> Named {
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
        match (self.met.insert(name), nobody) {
            (false, _) => Named::Again,
            (true, true) => Named::Nobody,
            (true, false) => Named::Somebody,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const AT: &str = "2021-03-04T12:00:00Z";

    fn named(rows: &[Value]) -> (Vec<Named>, Vec<Option<String>>) {
        let mut names = Names::default();
        let mut rows = rows.to_vec();
        let named = rows.iter_mut().map(|row| names.name(row)).collect();
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
        ];
        use Named::{Again, Nobody, Somebody};
        let expected = [Somebody, Again, Somebody, Somebody, Somebody, Again, Somebody, Again, Nobody];
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
        let of = |names: &[Option<String>]| names.iter().flatten().cloned().collect::<HashSet<_>>();
        assert_eq!(of(&names).len(), 4);
        let sorted_and_grown = [said(3, "slow"), said(9, ""), said(9, ""), said(9, ""), said(9, ""), said(1, "")];
        assert!(of(&named(&sorted_and_grown).1).is_superset(&of(&names)));
    }
}
