//! What somebody wrote, read as an answer: a score and what goes with it, words alone, or that no more mail is wanted.
//!
//! A score is read where a line says nothing but a number from 0 to 10, or begins with one in a way that leaves no doubt:
//! behind a mark, or before words that follow a score. A number in a date, a time, a count or a telephone number is none,
//! and two that differ are none. Whatever is in doubt is words, which people read.

use super::phrases::{CLOSINGS, GREETINGS, NO_MORE};
use super::units::COUNTED;
use super::words::{AFTER, BEFORE, JOINED, OF, POINTS};
use crate::score::Score;

/// Lines, blank ones aside, among which a line may be a score and nothing else.
const BARE_WITHIN: usize = 6;

/// The same for lines that say more.
const WITHIN: usize = 3;

/// The most words before a score.
const MOST_BEFORE: usize = 6;

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A score.
    Score {
        /// The score.
        score: Score,
        /// What goes with it.
        comment: Option<String>,
    },
    /// Words, and no certain score.
    Words(String),
    /// That no more mail is wanted.
    NoMore {
        /// What else.
        rest: Option<String>,
    },
    /// Nothing at all.
    Nothing,
}

/// Reads the text somebody wrote above the letter they replied to.
#[must_use]
pub fn read(text: &str) -> Said {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let told: Vec<(usize, &str)> = lines.iter().copied().enumerate().filter(|(_, line)| !line.is_empty()).collect();
    let Some((first, line)) = told.first() else { return Said::Nothing };
    if NO_MORE.contains(&bare(line).as_str()) {
        let rest = without_frame(lines.get(first + 1..).unwrap_or_default());
        return Said::NoMore { rest: Some(rest).filter(|rest| !rest.is_empty()) };
    }
    let found: Vec<(usize, Score, &str)> = told
        .iter()
        .take(BARE_WITHIN)
        .enumerate()
        .filter_map(|(nth, (at, line))| {
            let (score, rest) = scored(line)?;
            (nth < WITHIN || rest.is_empty()).then_some((*at, score, rest))
        })
        .collect();
    let Some((at, score, rest)) =
        found.first().copied().filter(|(_, one, _)| found.iter().all(|(_, other, _)| one == other))
    else {
        return Said::Words(text.trim().to_owned());
    };
    let mut left = lines;
    if let Some(line) = left.get_mut(at) {
        *line = rest;
    }
    let comment = without_frame(&left);
    Said::Score { score, comment: Some(comment).filter(|comment| !comment.is_empty()) }
}

/// A line as it is looked up: in small letters, one blank between words, without marks around it.
fn bare(line: &str) -> String {
    let line = line.replace('’', "'").to_lowercase();
    let line = line.trim_matches(|c: char| c.is_whitespace() || !c.is_alphanumeric() && !is_joint(c));
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Marks that belong to the letters of some languages.
fn is_joint(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{97f}' | '\u{e30}'..='\u{e4f}' | '\u{200c}' | '\u{64b}'..='\u{652}')
}

/// Lines without the greeting above and the signature below: what was said.
fn without_frame(lines: &[&str]) -> String {
    let mut lines = lines;
    while let [first, rest @ ..] = lines
        && first.is_empty()
    {
        lines = rest;
    }
    if let [first, rest @ ..] = lines
        && is_greeting(first)
    {
        lines = rest;
    }
    let closing =
        lines.iter().position(|line| line.starts_with(char::is_alphabetic) && CLOSINGS.contains(&bare(line).as_str()));
    let said = lines.get(..closing.unwrap_or(lines.len())).unwrap_or_default();
    said.join("\n").trim().to_owned()
}

/// "Hi Sam," and no more.
fn is_greeting(line: &str) -> bool {
    let ends = line.ends_with([',', '!', '，', '、', '！', '،']) || line.split_whitespace().count() <= 2;
    let said = bare(line);
    let begins = |greeting: &&str| {
        said.strip_prefix(*greeting).is_some_and(|rest| rest.chars().next().is_none_or(|next| !next.is_alphanumeric()))
    };
    ends && said.split(' ').count() <= 5 && GREETINGS.iter().any(begins)
}

/// The score a line gives, and what it says beside it.
fn scored(line: &str) -> Option<(Score, &str)> {
    let mut at = Cursor { line };
    at.decoration();
    let before = at.before()?;
    at.decoration();
    let score = at.score()?;
    let whole = at.out_of()?;
    at.decoration_after();
    let certain = at.after(before || whole == Whole::Slash, whole)?;
    let rest = if POINTS.contains(&bare(at.line).as_str()) { "" } else { at.line.trim() };
    certain.then_some((score, rest))
}

/// How a score says of how many it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    Unsaid,
    /// `9/10`
    Slash,
    /// `9 out of 10`
    Words,
}

/// The rest of a line.
struct Cursor<'a> {
    line: &'a str,
}

impl<'a> Cursor<'a> {
    fn skip(&mut self, what: impl Fn(char) -> bool) {
        self.line = self.line.trim_start_matches(what);
    }

    fn blanks(&mut self) {
        self.skip(char::is_whitespace);
    }

    fn next(&self) -> Option<char> {
        self.line.chars().next()
    }

    /// What writers put around a number.
    fn decoration(&mut self) {
        self.skip(|c| {
            c.is_whitespace() || matches!(c, '*' | '_' | '"' | '“' | '„' | '«' | '(' | '[' | '\u{200e}' | '\u{200f}')
        });
    }

    /// The same behind it, with the frame that makes a key of it.
    fn decoration_after(&mut self) {
        self.skip(|c| {
            matches!(
                c,
                '*' | '_' | '"' | '”' | '“' | '»' | ')' | ']' | '\u{200e}' | '\u{200f}' | '\u{fe0f}' | '\u{20e3}'
            )
        });
    }

    /// Words that may stand before a score; whether there were any. Nothing if there are others.
    fn before(&mut self) -> Option<bool> {
        for nth in 0..=MOST_BEFORE {
            if self.next().and_then(digit).is_some() || self.line.starts_with(TEN) {
                return Some(nth > 0);
            }
            let is_end = |c: char| {
                c.is_whitespace()
                    || digit(c).is_some()
                    || matches!(c, ':' | '：' | '=' | '"' | '*' | '(' | '“' | '„' | '🔟')
            };
            let end = self.line.find(is_end)?;
            let (word, rest) = self.line.split_at(end);
            let known = word.replace('’', "'").to_lowercase();
            // Letters of most scripts do not touch a number they introduce.
            let touches = rest.chars().next().is_some_and(|c| digit(c).is_some());
            if !BEFORE.contains(&known.as_str()) || touches && known.is_ascii() {
                return None;
            }
            self.line = rest;
            self.skip(|c| c.is_whitespace() || matches!(c, ':' | '：' | '=' | '"' | '*' | '(' | '“' | '„'));
        }
        None
    }

    /// A whole number that stands alone.
    fn score(&mut self) -> Option<Score> {
        if let Some(rest) = self.line.strip_prefix(TEN) {
            self.line = rest;
            return Score::try_from(10).ok();
        }
        let end = self.line.find(|c: char| digit(c).is_none()).unwrap_or(self.line.len());
        let (digits, rest) = self.line.split_at(end);
        let digits: Vec<u8> = digits.chars().filter_map(digit).collect();
        let score = match digits.as_slice() {
            [one] => *one,
            [1, 0] => 10,
            _ => return None,
        };
        self.line = rest;
        self.skip(|c| matches!(c, '\u{fe0f}' | '\u{20e3}'));
        Score::try_from(score).ok()
    }

    /// What says of how many. Nothing if it is of another number than ten.
    fn out_of(&mut self) -> Option<Whole> {
        let mut rest = Cursor { line: self.line };
        rest.blanks();
        if matches!(rest.next(), Some('/' | '／')) {
            rest.skip(|c| matches!(c, '/' | '／'));
            rest.blanks();
            return self.ten(rest).then_some(Whole::Slash);
        }
        let small = rest.line.to_lowercase();
        let word =
            OF.iter().find(|word| small.strip_prefix(**word).is_some_and(|after| after.starts_with([' ', '\u{a0}'])));
        let Some(word) = word else { return Some(Whole::Unsaid) };
        // The words are as long in either case.
        rest.line = rest.line.get(word.len()..)?;
        rest.blanks();
        self.ten(rest).then_some(Whole::Words)
    }

    /// Whether a ten stands there, and no more of a number; it is passed.
    fn ten(&mut self, mut rest: Cursor<'a>) -> bool {
        let ten = rest.score().is_some_and(|score| score.value() == 10);
        let mut behind = Cursor { line: rest.line };
        behind.blanks();
        let goes_on = matches!(behind.next(), Some('/' | '／'))
            || rest.line.starts_with(['.', ',', ':']) && rest.line.chars().nth(1).and_then(digit).is_some();
        if ten && !goes_on {
            self.line = rest.line;
        }
        ten && !goes_on
    }

    /// Whether what follows leaves the score one; the mark between is passed.
    fn after(&mut self, sure: bool, whole: Whole) -> Option<bool> {
        let spaced = self.next().is_some_and(char::is_whitespace);
        self.blanks();
        let Some(next) = self.next() else { return Some(true) };
        if JOINED.contains(&self.line.trim_end_matches(['。', '！', '.', '!', '～', ' '])) {
            self.line = "";
            return Some(true);
        }
        let mark = next;
        let rest = self.line.get(mark.len_utf8()..)?;
        let behind = rest.trim_start();
        let apart = rest.len() != behind.len() || behind.is_empty();
        let numbered = behind.chars().next().and_then(digit).is_some();
        let fine = match mark {
            '!' | '！' | '。' => !numbered,
            '.' if behind.trim_matches('.').is_empty() => true,
            // "9. Dezember" and "1. The first of several": only where no doubt is left.
            '.' if rest.starts_with("..") => true,
            '.' => (sure || whole != Whole::Unsaid) && apart && !numbered,
            ',' | '、' | '，' | '،' => {
                let lower = behind.chars().next().is_some_and(|c| !c.is_uppercase());
                (apart || mark != ',') && !numbered && (sure || lower || follows(behind)) && !counted(behind)
            }
            ';' | ':' | '：' => apart && !numbered && !counted(behind),
            '-' | '–' | '—' => (apart || mark == '—') && !numbered && !counted(behind),
            '(' | '[' => spaced && !numbered && !counted(behind),
            _ if digit(mark).is_some() => return Some(false),
            _ if !mark.is_ascii() && !mark.is_alphanumeric() && !is_joint(mark) => {
                // A face or a heart.
                return Some(!matches!(
                    mark,
                    '€' | '£' | '¥' | '₹' | '₽' | '°' | '％' | '‰' | '−' | '×' | '½' | '¼' | '¾' | 'º' | 'ª'
                ));
            }
            _ if mark.is_alphanumeric() || is_joint(mark) => {
                let known = whole == Whole::Slash || follows(self.line);
                return Some(spaced && known && !counted(self.line));
            }
            _ => return Some(false),
        };
        if fine && !matches!(mark, '(' | '[') {
            self.line = rest.trim_start_matches(['.', '!']);
        }
        Some(fine)
    }
}

/// The one character that is a ten.
const TEN: char = '🔟';

/// Whether a word that follows scores comes first.
fn follows(text: &str) -> bool {
    text.split_whitespace().next().is_some_and(|word| AFTER.contains(&bare(word).as_str()))
}

/// Whether the number counts something, as far as the next three words tell.
fn counted(text: &str) -> bool {
    text.split_whitespace().take(3).any(|word| COUNTED.contains(&bare(word).as_str()))
}

/// The value of a digit in any of the scripts our letters are written in.
fn digit(c: char) -> Option<u8> {
    const ZEROS: [u32; 17] = [
        0x30, 0xff10, 0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0,
        0x1040, 0x17e0,
    ];
    let code = u32::from(c);
    let value = ZEROS.iter().find_map(|zero| code.checked_sub(*zero).filter(|value| *value < 10));
    // Letters for formulas, which some telephones offer as a fancy type.
    let fancy = || code.checked_sub(0x1d7ce).filter(|value| *value < 50).map(|value| value % 10);
    value.or_else(fancy).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests;
