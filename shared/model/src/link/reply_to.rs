//! The address a letter asks to reply to: a signed name of a survey that any mail server carries.
//!
//! `format 1 | key 1 | survey 16 | last day 2 | MAC 10`, as 48 letters and digits of base32: what stands before an `@` has 64
//! characters at most, and servers on the way may change their case. The MAC is cut to 80 bits: whoever wants to guess one
//! sends mail after mail. It needs neither campaign nor language: what comes is read beside its survey.

use data_encoding::{BASE32_NOPAD, BASE32_NOPAD_NOCASE};
use subtle::ConstantTimeEq;

use super::{Keyring, LIFE};
use crate::id::SurveyId;
use crate::time::{DAY, Timestamp};

const FORMAT: u8 = 1;
const SIGNED: usize = 20;
const LENGTH: usize = 30;

/// What an address to reply to says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyTo {
    /// The survey.
    pub survey: SurveyId,
    /// When replies stop being answers: the end of a day, UTC.
    pub expires: Timestamp,
}

impl ReplyTo {
    /// That of a letter sent now. It lives as long as the letter's links, to the end of the day.
    #[must_use]
    pub fn new(survey: SurveyId, now: Timestamp) -> Self {
        let last = days(now.after(LIFE));
        Self { survey, expires: end_of(last) }
    }

    /// Whether a name could be one of ours, as far as its look tells: only then is it worth looking at keys anew.
    #[must_use]
    pub fn is_shaped(name: &str) -> bool {
        BASE32_NOPAD_NOCASE.decode(name.as_bytes()).is_ok_and(|bytes| bytes.len() == LENGTH && bytes[0] == FORMAT)
    }

    /// Whether a mail that came at that moment is too late.
    #[must_use]
    pub fn is_over(&self, at: Timestamp) -> bool {
        self.expires <= at
    }
}

/// Whole days since the epoch; enough for the next hundred years.
fn days(at: Timestamp) -> u16 {
    u16::try_from(at.as_seconds() / 86_400).unwrap_or(if at.as_seconds() < 0 { 0 } else { u16::MAX })
}

fn end_of(day: u16) -> Timestamp {
    Timestamp::default().after(DAY * (u32::from(day) + 1))
}

impl Keyring {
    /// Makes what stands before the `@`.
    #[must_use]
    pub fn address(&self, to: &ReplyTo) -> String {
        let mut bytes = Vec::with_capacity(LENGTH);
        let key = self.keys.first();
        bytes.extend([FORMAT, key.map_or(0, |key| key.id)]);
        bytes.extend(to.survey.bytes());
        bytes.extend((days(to.expires).saturating_sub(1)).to_be_bytes());
        let mac = key.map_or([0; 16], |key| key.mac(&bytes));
        bytes.extend(&mac[..LENGTH - SIGNED]);
        BASE32_NOPAD.encode(&bytes).to_ascii_lowercase()
    }

    /// Reads what stands before the `@`, in letters of any case. Whether its time is over is for the reader to ask: nothing a
    /// person wrote is thrown away for it.
    #[must_use]
    pub fn addressed(&self, name: &str) -> Option<ReplyTo> {
        let bytes = BASE32_NOPAD_NOCASE.decode(name.as_bytes()).ok()?;
        let bytes: [u8; LENGTH] = bytes.try_into().ok()?;
        let (signed, mac) = bytes.split_at(SIGNED);
        let key = self.keys.iter().find(|key| key.id == signed[1])?;
        if signed[0] != FORMAT || !bool::from(key.mac(signed)[..LENGTH - SIGNED].ct_eq(mac)) {
            return None;
        }
        let mut survey = [0; 16];
        survey.copy_from_slice(&signed[2..18]);
        let expires = end_of(u16::from_be_bytes([signed[18], signed[19]]));
        Some(ReplyTo { survey: SurveyId::from_bytes(survey), expires })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn to() -> ReplyTo {
        ReplyTo::new(SurveyId::from_bytes([7; 16]), NOW)
    }

    #[test]
    fn an_address_reads_as_it_was_made_in_any_case() {
        let ring = Keyring::new([1; 32]);
        let name = ring.address(&to());
        assert_eq!(name.len(), 48);
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{name}");
        assert_eq!(ring.addressed(&name), Some(to()));
        assert_eq!(ring.addressed(&name.to_uppercase()), Some(to()));
        assert!(crate::Email::parse(&format!("{name}@reply.example.com")).is_ok());
    }

    #[test]
    fn an_address_lives_as_long_as_a_link_and_to_the_end_of_its_day() {
        let to = to();
        assert!(!to.is_over(NOW.after(LIFE)));
        assert!(to.is_over(NOW.after(LIFE + DAY)));
        assert_eq!(to.expires.as_millis() % 86_400_000, 0);
        let old = ReplyTo::new(to.survey, Timestamp::default());
        assert_eq!(Keyring::new([1; 32]).addressed(&Keyring::new([1; 32]).address(&old)), Some(old));
    }

    #[test]
    fn no_letter_of_an_address_can_be_changed() {
        let ring = Keyring::new([1; 32]);
        let name = ring.address(&to());
        for at in 0..name.len() {
            for other in "abcdefghijklmnopqrstuvwxyz234567".chars() {
                let mut forged: Vec<char> = name.chars().collect();
                if forged[at] != other {
                    forged[at] = other;
                    assert_eq!(ring.addressed(&forged.into_iter().collect::<String>()), None, "{at} {other}");
                }
            }
        }
        for wrong in ["", "a", "hello", &"a".repeat(48), &"a".repeat(10_000), "ü", &name[1..], &format!("{name}a")] {
            assert_eq!(ring.addressed(wrong), None, "{wrong}");
            assert!(!ReplyTo::is_shaped(wrong), "{wrong}");
        }
        assert!(ReplyTo::is_shaped(&Keyring::new([9; 32]).address(&to())));
    }

    #[test]
    fn one_rotation_keeps_an_address_and_no_other_key_makes_one() {
        let ring = Keyring::new([1; 32]);
        let name = ring.address(&to());
        let once = ring.rotated([2; 32]);
        assert_eq!(once.addressed(&name), Some(to()));
        assert_eq!(once.rotated([3; 32]).addressed(&name), None);
        assert_eq!(Keyring::new([9; 32]).addressed(&name), None);
    }
}
