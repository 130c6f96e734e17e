//! Finding variables in a text.

use std::ops::Range;

use model::LetterKind;
use model::template::{Finding, Variable};

/// Characters between braces that may be a name; what is longer is a text with braces in it.
const NAME: usize = 60;

/// What stands between `{{` and `}}`.
pub(super) struct Found<'a> {
    /// Where, braces and all.
    pub(super) at: Range<usize>,
    /// Between the braces.
    pub(super) name: &'a str,
    /// Whether there are braces at its end.
    pub(super) closed: bool,
}

impl Found<'_> {
    /// The variable, if the letter knows one of that name.
    pub(super) fn of(&self, letter: LetterKind) -> Result<Variable, String> {
        match Variable::named(self.name) {
            _ if !self.closed => Err(format!("{{{{{} has no }}}} behind it", self.name)),
            Some(variable) if variable.is_of(letter) => Ok(variable),
            Some(_) => Err(format!("{{{{{}}}}} is no variable of this letter; there are {}", self.name, names(letter))),
            None => Err(format!("there is no variable {{{{{}}}}}; there are {}", self.name, names(letter))),
        }
    }
}

/// The variables a letter knows, for people.
#[must_use]
pub fn names(letter: LetterKind) -> String {
    let known: Vec<_> =
        Variable::ALL.iter().filter(|variable| variable.is_of(letter)).map(|one| one.as_str()).collect();
    known.join(", ")
}

/// All variables of a text, in their order.
pub(super) fn find(text: &str) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("{{")).map(|at| from + at) {
        let inner = text.get(at + 2..).unwrap_or_default();
        // No further than a name reaches: the whole is read once, whatever it is.
        let near = inner.as_bytes().get(..NAME + 2).unwrap_or(inner.as_bytes());
        let end = near.windows(2).position(|two| two == b"}}");
        let end = end.filter(|end| inner.get(..*end).is_some_and(|name| !name.contains(['{', '\n', '<', '>'])));
        match end {
            Some(end) => {
                found.push(Found { at: at..at + end + 4, name: inner[..end].trim(), closed: true });
                from = at + end + 4;
            }
            // Braces without an end: their name is what follows, so that somebody is told.
            None => {
                let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
                found.push(Found { at: at..at + 2 + end, name: &inner[..end], closed: false });
                from = at + 2 + end;
            }
        }
    }
    found
}

/// What is wrong with a source by its variables alone, the first of it.
pub(super) fn unknown(source: &str, letter: LetterKind, most: usize) -> Vec<Finding> {
    let wrong = find(source).into_iter().filter_map(|found| Some((found.at.start, found.of(letter).err()?)));
    wrong.take(most).map(|(at, what)| Finding { at: Some(place(source, at)), what }).collect()
}

/// The line and column of a byte, both from 1.
#[must_use]
pub fn place(text: &str, at: usize) -> (u32, u32) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::{find, place};

    #[test]
    fn variables_are_found_with_their_places() {
        let names = |text: &str| -> Vec<(std::ops::Range<usize>, String)> {
            find(text).into_iter().map(|found| (found.at, found.name.to_owned())).collect()
        };
        assert_eq!(names("a {{name}} b {{ scale }}"), [(2..10, "name".to_owned()), (13..24, "scale".to_owned())]);
        assert_eq!(names("{{{name}}}"), [(0..2, String::new())]);
        assert_eq!(names("{{name"), [(0..6, "name".to_owned())]);
        assert_eq!(names("{ name } }} {"), []);
        assert_eq!((place("a\nüb", 0), place("a\nüb", 4)), ((1, 1), (2, 2)));
    }
}
