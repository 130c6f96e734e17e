//! Trying out what makes more people answer: a campaign's letters in several ways, each to an even share of its contacts.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::email::ContactKey;
use crate::language::Language;
use crate::texts::Texts;

/// Most ways of one experiment: with more, each is too few to tell.
pub const MOST: usize = 4;

/// Most characters of the names of experiments and of their ways.
pub const MOST_CHARS: usize = 32;

/// An experiment of a campaign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Experiment {
    /// Its name: 1 to [`MOST_CHARS`] lower-case letters, digits, `-` and `_`.
    pub id: String,
    /// The ways, two to [`MOST`]; they differ in one thing.
    pub variants: Vec<Variant>,
}

/// One way to ask. What is absent is as the campaign has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// Its name, as that of the experiment.
    pub name: String,
    /// Its own words for the subjects, by language.
    #[serde(default)]
    pub texts: Texts,
    /// The name of the sender; `{owner}` is the account manager's, and `{company}` the company's.
    #[serde(default)]
    pub sender: Option<String>,
    /// Where the scale is.
    #[serde(default)]
    pub scale: Scale,
}

impl Variant {
    /// The sender's name in this way; `usual` where it has none of its own, or speaks of an account manager nobody knows.
    #[must_use]
    pub fn sender(&self, owner: Option<&str>, company: &str, usual: &str) -> String {
        let Some(own) = &self.sender else { return usual.to_owned() };
        match owner {
            None if own.contains(OWNER) => usual.to_owned(),
            // What was filled in is not looked at again.
            _ => own
                .split(OWNER)
                .map(|part| part.replace(COMPANY, company))
                .collect::<Vec<_>>()
                .join(owner.unwrap_or_default()),
        }
    }
}

/// Stands for the account manager in the name of a sender.
pub const OWNER: &str = "{owner}";

/// Stands for the company there.
pub const COMPANY: &str = "{company}";

/// What an experiment may vary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Varied {
    /// The subjects.
    Texts,
    /// The sender's name.
    Sender,
    /// Where the scale is.
    Scale,
}

/// Where the scale is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// In the letter: eleven links.
    #[default]
    Letter,
    /// On the page: one link.
    Page,
}

/// The way a survey is asked in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// The experiment.
    #[serde(rename = "e")]
    pub experiment: String,
    /// The way.
    #[serde(rename = "v")]
    pub variant: String,
}

impl Drawn {
    /// The value of the dimension `variant`.
    #[must_use]
    pub fn value(&self) -> String {
        value(&self.experiment, &self.variant)
    }
}

/// What stands between an experiment and its way in values; neither name has it.
const BETWEEN: &str = ": ";

/// The value of the dimension `variant` of one way of an experiment.
#[must_use]
pub fn value(experiment: &str, variant: &str) -> String {
    format!("{experiment}{BETWEEN}{variant}")
}

/// The experiment and the way of a value of the dimension `variant`.
#[must_use]
pub fn named(value: &str) -> Option<(&str, &str)> {
    value.split_once(BETWEEN)
}

/// Whether a text may name an experiment or a way.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    (1..=MOST_CHARS).contains(&text.len()) && text.bytes().all(plain)
}

impl Experiment {
    /// What its ways differ in.
    #[must_use]
    pub fn varied(&self) -> Vec<Varied> {
        let differ = |same: fn(&Variant, &Variant) -> bool| self.variants.windows(2).any(|two| !same(&two[0], &two[1]));
        [
            (Varied::Texts, differ(|one, other| one.texts == other.texts)),
            (Varied::Sender, differ(|one, other| one.sender == other.sender)),
            (Varied::Scale, differ(|one, other| one.scale == other.scale)),
        ]
        .into_iter()
        .filter_map(|(what, differs)| differs.then_some(what))
        .collect()
    }

    /// Whether its ways differ for somebody who is asked in this language: words of another one change nothing for them, and to
    /// count them would only blur what is found.
    fn is_for(&self, language: Language) -> bool {
        let mut spoken = self.variants.iter().filter(|variant| variant.texts != Texts::NONE);
        spoken.all(|variant| variant.texts.iter().any(|(known, _)| known == language))
    }

    /// The way a contact is asked in: an even share of all contacts each, always the same for one, and another division in each
    /// experiment. Nothing for those whom it does not concern.
    #[must_use]
    pub fn draw(&self, contact: &ContactKey, language: Language) -> Option<Drawn> {
        if !self.is_for(language) {
            return None;
        }
        let mut hash = Sha256::new();
        for part in ["experiment", &self.id, contact.as_str()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let digest = hash.finalize();
        let bits = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
        let nth = (u64::from(bits) * self.variants.len() as u64) >> 32;
        let variant = self.variants.get(usize::try_from(nth).ok()?)?;
        Some(Drawn { experiment: self.id.clone(), variant: variant.name.clone() })
    }

    /// The way that was drawn, if it is one of this experiment.
    #[must_use]
    pub fn variant(&self, drawn: &Drawn) -> Option<&Variant> {
        self.variants.iter().find(|variant| drawn.experiment == self.id && variant.name == drawn.variant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::email::Email;
    use crate::texts::Part;

    fn experiment(id: &str, ways: &[&str]) -> Experiment {
        let variant = |name: &&str| Variant { name: (*name).to_owned(), ..Variant::default() };
        Experiment { id: id.to_owned(), variants: ways.iter().map(variant).collect() }
    }

    fn contact(nth: usize) -> ContactKey {
        Email::parse(&format!("person{nth}@example.com")).unwrap().key()
    }

    #[test]
    fn each_way_gets_an_even_share_and_each_contact_one_way() {
        for ways in [&["a", "b"][..], &["a", "b", "c"], &["a", "b", "c", "d"]] {
            let experiment = experiment("scale-1", ways);
            let drawn: Vec<Drawn> = (0..6_000).filter_map(|nth| experiment.draw(&contact(nth), Language::En)).collect();
            assert_eq!(drawn.len(), 6_000);
            for way in ways {
                let share = drawn.iter().filter(|drawn| drawn.variant == *way).count();
                let even = 6_000 / ways.len();
                assert!(share.abs_diff(even) < 200, "{way}: {share} of {even}");
            }
            assert_eq!(experiment.draw(&contact(7), Language::En), Some(drawn[7].clone()));
        }
    }

    #[test]
    fn another_experiment_divides_contacts_anew() {
        let (one, other) = (experiment("scale-1", &["a", "b"]), experiment("scale-2", &["a", "b"]));
        let same = |nth: &usize| {
            one.draw(&contact(*nth), Language::En).unwrap().variant
                == other.draw(&contact(*nth), Language::En).unwrap().variant
        };
        let alike = (0..2_000).filter(same).count();
        assert!(alike.abs_diff(1_000) < 150, "{alike}");
    }

    #[test]
    fn a_way_is_known_by_both_names() {
        let experiment = experiment("scale-1", &["letter", "page"]);
        let drawn = Drawn { experiment: "scale-1".to_owned(), variant: "page".to_owned() };
        assert_eq!(experiment.variant(&drawn).map(|variant| variant.name.as_str()), Some("page"));
        let elsewhere = Drawn { experiment: "scale-2".to_owned(), ..drawn.clone() };
        assert_eq!(experiment.variant(&elsewhere), None);
        assert_eq!(drawn.value(), "scale-1: page");
        assert_eq!(named("scale-1: page"), Some(("scale-1", "page")));
        for (name, fits) in [("a", true), ("scale-1_b", true), ("", false), ("A", false), ("a: b", false)] {
            assert_eq!(is_name(name), fits, "{name}");
        }
    }

    #[test]
    fn whoever_reads_another_language_is_not_drawn() {
        let mut subjects = experiment("subject-1", &["ours", "short"]);
        assert_eq!(subjects.varied(), []);
        subjects.variants[1].texts.put(Language::De, Part::InviteSubject, "Kurz gefragt".to_owned());
        assert_eq!(subjects.varied(), [Varied::Texts]);
        assert!(subjects.draw(&contact(1), Language::De).is_some());
        assert_eq!(subjects.draw(&contact(1), Language::En), None);
        subjects.variants[0].texts.put(Language::En, Part::InviteSubject, "Briefly".to_owned());
        assert_eq!(subjects.draw(&contact(1), Language::De), None, "one way has no words of it");
    }

    #[test]
    fn a_sender_is_named_after_the_owner_where_there_is_one() {
        let with = |own: &str| Variant { sender: Some(own.to_owned()), ..Variant::default() };
        for (own, owner, name) in [
            ("{owner}", Some("Sam"), "Sam"),
            ("{owner} at {company}", Some("Sam {company}"), "Sam {company} at Acme"),
            ("{owner} at {company}", None, "Usual"),
            ("The {company} team", None, "The Acme team"),
        ] {
            assert_eq!(with(own).sender(owner, "Acme", "Usual"), name, "{own}");
        }
        assert_eq!(Variant::default().sender(Some("Sam"), "Acme", "Usual"), "Usual");
    }
}
