//! The links in a mail: a signed name of a survey, 44 bytes in 59 characters.
//!
//! `format 1 | key 1 | survey 16 | campaign 4 | language 1 | expiry 4 | version 1 | MAC 16`. The MAC is
//! HMAC-SHA-256 over everything before it, cut to 16 bytes. The score stands outside: whoever holds the
//! link may choose any. There is one key for each purpose, so that no link works in place of another. The highest bit of
//! the language says that nobody said which one its reader speaks. An address to reply to says less, in 48 characters; see
//! [`ReplyTo`].

mod reply_to;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::id::{CampaignId, SurveyId};
use crate::language::Language;
use crate::time::Timestamp;

pub use reply_to::ReplyTo;

/// How long a link works, from its mail on.
pub const LIFE: std::time::Duration = std::time::Duration::from_secs(180 * 86_400);

/// How long a link to a page of a sample works: somebody may look at a letter that was tried out days later.
pub const PREVIEW_LIFE: std::time::Duration = std::time::Duration::from_secs(7 * 86_400);

const FORMAT: u8 = 1;
const SIGNED: usize = 28;
const LENGTH: usize = 44;
/// In the byte of the language: nobody chose it.
const BY_DEFAULT: u8 = 0x80;

/// The format of a door's link.
const DOOR: u8 = 2;
const DOOR_SIGNED: usize = 16;
const DOOR_LENGTH: usize = 24;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// `/r/…`: to answer.
    Respond,
    /// `/u/…`: to unsubscribe.
    Unsubscribe,
    /// `/preview/…`: to see a page of which nothing is recorded.
    Preview,
    /// `/d/…`: to come in by oneself.
    Door,
    /// The address a letter asks to reply to: to answer by mail.
    Reply,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 5] = [Self::Respond, Self::Unsubscribe, Self::Preview, Self::Door, Self::Reply];

    /// The name its key is kept under.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Respond => "respond",
            Self::Unsubscribe => "unsubscribe",
            Self::Preview => "preview",
            Self::Door => "door",
            Self::Reply => "reply",
        }
    }
}

/// What a link says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The survey.
    pub survey: SurveyId,
    /// Its campaign's hash: the page's brand without a read.
    pub campaign: [u8; 4],
    /// The letter's language.
    pub language: Language,
    /// Whether it is what the CRM says of the contact. If not, the browser knows better.
    pub chosen: bool,
    /// When the link stops working, in whole seconds.
    pub expires: Timestamp,
    /// For links made void by a later one; 0 today.
    pub version: u8,
}

impl Claims {
    /// The claims of a link in a mail sent now.
    #[must_use]
    pub fn new(survey: SurveyId, campaign: &CampaignId, language: Language, now: Timestamp) -> Self {
        let expires = now.after(LIFE).whole_second();
        Self { survey, campaign: campaign.hash(), language, chosen: true, expires, version: 0 }
    }

    /// The claims of a link that only shows pages. There is no survey.
    #[must_use]
    pub fn preview(campaign: &CampaignId, language: Language, now: Timestamp) -> Self {
        let expires = now.after(PREVIEW_LIFE).whole_second();
        Self { expires, ..Self::new(SurveyId::from_bytes([0; 16]), campaign, language, now) }
    }

    /// The same, in the campaign's language, since nobody said which one the contact speaks.
    #[must_use]
    pub const fn by_default(self) -> Self {
        Self { chosen: false, ..self }
    }
}

/// What the link of a door says, 24 bytes in 32 characters, since it becomes a QR code:
/// `format 1 | key 1 | campaign 4 | door 6 | mark 4 | MAC 8`. Eight bytes are enough where every guess is a request, and all
/// that a guess could find is another public page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DoorClaims {
    /// Its campaign's hash.
    pub campaign: [u8; 4],
    /// The door's hash.
    pub door: [u8; 6],
    /// The door's mark: one that has another by now is closed to this link.
    pub mark: u32,
}

/// The keys of one purpose: the first signs, all are accepted. At most two during a rotation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyring {
    /// Newest first; never empty.
    pub keys: Vec<Key>,
}

/// One secret and the number that names it in a link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The number.
    pub id: u8,
    /// 32 random bytes, in base64url.
    pub secret: String,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| key.id)).finish()
    }
}

/// Why a link is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotALink {
    /// We did not make it.
    #[error("this link is not one of ours")]
    Forged,
    /// Its time is over; this is what it said.
    #[error("this link has expired")]
    Expired(Claims),
}

impl Keyring {
    /// A first key from 32 random bytes.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> Self {
        Self { keys: vec![Key { id: 1, secret: URL_SAFE_NO_PAD.encode(secret) }] }
    }

    /// The same with a new key in front; the newest of the old ones is still accepted.
    #[must_use]
    pub fn rotated(&self, secret: [u8; 32]) -> Self {
        let newest = self.keys.first();
        let id = newest.map_or(1, |key| key.id.wrapping_add(1));
        let fresh = Key { id, secret: URL_SAFE_NO_PAD.encode(secret) };
        Self { keys: std::iter::once(fresh).chain(newest.cloned()).collect() }
    }

    /// Makes a link's token.
    #[must_use]
    pub fn sign(&self, claims: &Claims) -> String {
        let mut bytes = Vec::with_capacity(LENGTH);
        let id = self.keys.first().map_or(0, |key| key.id);
        bytes.extend([FORMAT, id]);
        bytes.extend(claims.survey.bytes());
        bytes.extend(claims.campaign);
        bytes.push(claims.language.number() | if claims.chosen { 0 } else { BY_DEFAULT });
        bytes.extend(u32::try_from(claims.expires.as_seconds()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.push(claims.version);
        let mac = self.keys.first().map_or([0; 16], |key| key.mac(&bytes));
        bytes.extend(mac);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Makes the token of a door's link. It has no end: signs hang for years.
    #[must_use]
    pub fn sign_door(&self, claims: &DoorClaims) -> String {
        let mut bytes = Vec::with_capacity(DOOR_LENGTH);
        bytes.extend([DOOR, self.keys.first().map_or(0, |key| key.id)]);
        bytes.extend(claims.campaign);
        bytes.extend(claims.door);
        bytes.extend(claims.mark.to_be_bytes());
        let mac = self.keys.first().map_or([0; 16], |key| key.mac(&bytes));
        bytes.extend(&mac[..DOOR_LENGTH - DOOR_SIGNED]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads the token of a door's link; nothing for anything but one of ours, to the last bit.
    #[must_use]
    pub fn read_door(&self, token: &str) -> Option<DoorClaims> {
        let bytes: [u8; DOOR_LENGTH] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
        let (signed, mac) = bytes.split_at(DOOR_SIGNED);
        let key = self.keys.iter().find(|key| key.id == signed[1])?;
        let ours = &key.mac(signed)[..DOOR_LENGTH - DOOR_SIGNED];
        if signed[0] != DOOR || !bool::from(ours.ct_eq(mac)) {
            return None;
        }
        Some(DoorClaims {
            campaign: [signed[2], signed[3], signed[4], signed[5]],
            door: [signed[6], signed[7], signed[8], signed[9], signed[10], signed[11]],
            mark: u32::from_be_bytes([signed[12], signed[13], signed[14], signed[15]]),
        })
    }

    /// What stands for somebody's address for a while: nobody who reads the table can find out whose it is, as they could
    /// by trying all addresses there are were it a hash alone.
    #[must_use]
    pub fn veiled(&self, text: &str) -> String {
        let mac = self.keys.first().map_or([0; 16], |key| key.mac(text.as_bytes()));
        URL_SAFE_NO_PAD.encode(mac)
    }

    /// Reads a link's token.
    ///
    /// # Errors
    /// `Forged` for anything but a token of ours, to the last bit; `Expired` for an old one of ours.
    pub fn read(&self, token: &str, now: Timestamp) -> Result<Claims, NotALink> {
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| NotALink::Forged)?;
        let bytes: [u8; LENGTH] = bytes.try_into().map_err(|_| NotALink::Forged)?;
        let (signed, mac) = bytes.split_at(SIGNED);
        let key = self.keys.iter().find(|key| key.id == signed[1]).ok_or(NotALink::Forged)?;
        if signed[0] != FORMAT || !bool::from(key.mac(signed).ct_eq(mac)) {
            return Err(NotALink::Forged);
        }
        let mut survey = [0; 16];
        survey.copy_from_slice(&signed[2..18]);
        let expires = u32::from_be_bytes([signed[23], signed[24], signed[25], signed[26]]);
        let expires = Timestamp::from_millis(i64::from(expires) * 1000);
        // A later version of us may speak a language this one does not.
        let language = Language::numbered(signed[22] & !BY_DEFAULT);
        let claims = Claims {
            survey: SurveyId::from_bytes(survey),
            campaign: [signed[18], signed[19], signed[20], signed[21]],
            language: language.unwrap_or_default(),
            chosen: language.is_some() && signed[22] & BY_DEFAULT == 0,
            expires,
            version: signed[27],
        };
        if expires <= now { Err(NotALink::Expired(claims)) } else { Ok(claims) }
    }
}

impl Key {
    fn mac(&self, bytes: &[u8]) -> [u8; 16] {
        let mut mac = [0; 16];
        // HMAC takes keys of any length, so neither line can fail.
        let secret = URL_SAFE_NO_PAD.decode(&self.secret).unwrap_or_default();
        if let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(&secret) {
            hmac.update(bytes);
            mac.copy_from_slice(&hmac.finalize().into_bytes()[..16]);
        }
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        let now = Timestamp::from_millis(1_800_000_000_000);
        Claims::new(SurveyId::from_bytes([7; 16]), &CampaignId::default_campaign(), Language::En, now)
    }

    #[test]
    fn a_link_reads_as_it_was_made() {
        let ring = Keyring::new([1; 32]);
        let token = ring.sign(&claims());
        assert_eq!(token.len(), 59);
        assert_eq!(ring.read(&token, Timestamp::from_millis(1_800_000_000_000)), Ok(claims()));
    }

    #[test]
    fn every_language_stands_in_a_link_and_who_chose_it() {
        let ring = Keyring::new([1; 32]);
        for language in Language::ALL {
            let chosen = Claims { language, ..claims() };
            for claims in [chosen, chosen.by_default()] {
                assert_eq!(ring.read(&ring.sign(&claims), Timestamp::default()), Ok(claims));
            }
        }
        // As it was signed when there was English alone, and as nobody signs yet.
        let mut bytes = URL_SAFE_NO_PAD.decode(ring.sign(&claims())).unwrap();
        assert_eq!(bytes[22], 0);
        bytes[22] = 127;
        let mac = ring.keys[0].mac(&bytes[..SIGNED]);
        bytes[SIGNED..].copy_from_slice(&mac);
        let future = ring.read(&URL_SAFE_NO_PAD.encode(bytes), Timestamp::default()).unwrap();
        assert_eq!((future.language, future.chosen), (Language::En, false));
    }

    #[test]
    fn no_bit_of_a_link_can_be_changed() {
        let ring = Keyring::new([1; 32]);
        let bytes = URL_SAFE_NO_PAD.decode(ring.sign(&claims())).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut forged = bytes.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            let forged = URL_SAFE_NO_PAD.encode(forged);
            assert_eq!(ring.read(&forged, Timestamp::default()), Err(NotALink::Forged), "bit {bit}");
        }
        for wrong in ["", "x", "ü", &"A".repeat(59), &"A".repeat(10_000)] {
            assert_eq!(ring.read(wrong, Timestamp::default()), Err(NotALink::Forged));
        }
    }

    #[test]
    fn a_doors_link_is_short_and_no_bit_of_it_can_be_changed() {
        let ring = Keyring::new([1; 32]);
        let claims = DoorClaims { campaign: [1, 2, 3, 4], door: [5, 6, 7, 8, 9, 10], mark: 0xdead_beef };
        let token = ring.sign_door(&claims);
        assert_eq!((token.len(), ring.read_door(&token)), (32, Some(claims)));
        assert_eq!(ring.rotated([2; 32]).read_door(&token), Some(claims));
        assert_eq!(Keyring::new([9; 32]).read_door(&token), None);
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut forged = bytes.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(ring.read_door(&URL_SAFE_NO_PAD.encode(forged)), None, "bit {bit}");
        }
        for wrong in ["", "x", &"A".repeat(32), &ring.sign(&self::claims())] {
            assert_eq!(ring.read_door(wrong), None);
        }
    }

    #[test]
    fn a_link_lives_180_days() {
        let ring = Keyring::new([1; 32]);
        let token = ring.sign(&claims());
        let end = Timestamp::from_millis(1_800_000_000_000).after(LIFE);
        assert!(ring.read(&token, end.before(std::time::Duration::from_secs(1))).is_ok());
        assert_eq!(ring.read(&token, end), Err(NotALink::Expired(claims())));
    }

    #[test]
    fn one_rotation_keeps_a_link_and_two_end_it() {
        let now = Timestamp::default();
        let old = Keyring::new([1; 32]);
        let token = old.sign(&claims());
        let once = old.rotated([2; 32]);
        assert!(once.read(&token, now).is_ok());
        assert_ne!(once.sign(&claims()), token);
        assert_eq!(once.rotated([3; 32]).read(&token, now), Err(NotALink::Forged));
        assert_eq!(Keyring::new([9; 32]).read(&token, now), Err(NotALink::Forged));
    }
}
