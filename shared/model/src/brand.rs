//! How a campaign looks and who speaks in it: a logo, two colours, a voice.
//!
//! A company names one colour, and one for dark screens if it likes; every other colour of a letter or page is made
//! from them here, so that whatever was named, text can be read.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::colour::{Colour, SHAPE, TEXT};

/// The card a letter and a page are written on.
pub const CARD: Colour = Colour::WHITE;

/// The same on a dark screen.
pub const DARK_CARD: Colour = Colour::hex(0x001c_2029);

/// Text on what is light on a dark screen.
const DARK_INK: Colour = Colour::hex(0x0013_151b);

/// The widest a logo may be, in pixels.
pub const WIDEST: u16 = 240;

/// Characters of a logo's address.
pub const MOST_URL: usize = 500;

/// Characters of what is read where a logo is not shown.
pub const MOST_ALT: usize = 80;

/// How a campaign looks and who speaks in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brand {
    /// The logo; the company's name stands there without one.
    #[serde(default)]
    pub logo: Option<Logo>,
    /// The colours; npsloop's own without them.
    #[serde(default)]
    pub colours: Option<Colours>,
    /// Who speaks.
    #[serde(default)]
    pub voice: Voice,
}

/// Whose name stands in the From of a letter to a contact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// The sender's.
    #[default]
    Company,
    /// The owner's, with the company; the sender's where there is no owner.
    Owner,
}

/// A picture at the head of letters and pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    /// Where it is.
    pub url: PictureUrl,
    /// How wide it is shown, in pixels: 1 to 240.
    pub width: u16,
    /// What is read where it is not shown; the company's name if absent.
    pub alt: Option<String>,
}

/// The address of a picture mail programs show: `https`, PNG, JPEG or GIF.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PictureUrl(String);

/// Why an address is none of a picture for letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPicture {
    /// It is not `https`, or no address at all.
    #[error("this must be an https address such as https://www.example.com/logo.png")]
    Address,
    /// Somebody's password would be sent to everybody.
    #[error("this must have no user name and no password: everybody who gets a letter would have them")]
    Credentials,
    /// What Gmail and Outlook leave out.
    #[error("Gmail and Outlook do not show SVG; use a PNG twice as wide as it is shown")]
    Svg,
    /// What Outlook leaves out.
    #[error("Outlook does not show WebP or AVIF; use PNG, JPEG or GIF")]
    Modern,
    /// Nobody knows what it is.
    #[error("the path must end in .png, .jpg, .jpeg or .gif")]
    Ending,
}

impl PictureUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, NotAPicture> {
        let rest = text.strip_prefix("https://").ok_or(NotAPicture::Address)?;
        // `;` and `,` would end the source in a page's policy, and quotes the attribute in a letter.
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~%!$&()*+=:@/?".contains(&b);
        if text.len() > MOST_URL || !text.bytes().all(plain) {
            return Err(NotAPicture::Address);
        }
        let (host, rest) = rest.split_once('/').ok_or(NotAPicture::Address)?;
        if host.contains('@') {
            return Err(NotAPicture::Credentials);
        }
        let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
        let label = |label: &str| {
            let inner = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            inner && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
        };
        let named =
            name.contains('.') && name.split('.').all(label) && name.ends_with(|c: char| c.is_ascii_alphabetic());
        if !named || port.is_some_and(|port| port.parse::<u16>().is_err()) {
            return Err(NotAPicture::Address);
        }
        let path = rest.split('?').next().unwrap_or_default();
        let ending = path.rsplit('/').next().and_then(|file| file.rsplit_once('.')).map(|(_, ending)| ending);
        match ending.unwrap_or_default().to_ascii_lowercase().as_str() {
            "png" | "jpg" | "jpeg" | "gif" => Ok(Self(text.to_owned())),
            "svg" | "svgz" => Err(NotAPicture::Svg),
            "webp" | "avif" => Err(NotAPicture::Modern),
            _ => Err(NotAPicture::Ending),
        }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address without its query: what a page's policy names.
    #[must_use]
    pub fn source(&self) -> &str {
        self.0.split('?').next().unwrap_or_default()
    }
}

impl TryFrom<String> for PictureUrl {
    type Error = NotAPicture;

    fn try_from(text: String) -> Result<Self, NotAPicture> {
        Self::parse(&text)
    }
}

impl From<PictureUrl> for String {
    fn from(url: PictureUrl) -> Self {
        url.0
    }
}

/// The company's colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colours {
    /// The colour.
    pub accent: Colour,
    /// The same for dark screens; a lighter shade of it if absent.
    #[serde(default)]
    pub accent_dark: Option<Colour>,
}

/// A colour that is not seen well enough where it is used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Faint {
    colour: Colour,
    ground: Colour,
    least: f64,
}

impl Faint {
    /// What is wrong with a colour as the accent on white: it must be seen as a bar and a frame. Text is written in a
    /// darker shade where it must be.
    #[must_use]
    pub fn accent(colour: Colour) -> Option<Self> {
        Self::on(colour, CARD, SHAPE)
    }

    /// What is wrong with a colour as the accent on a dark card: text is written in it.
    #[must_use]
    pub fn accent_dark(colour: Colour) -> Option<Self> {
        Self::on(colour, DARK_CARD, TEXT)
    }

    fn on(colour: Colour, ground: Colour, least: f64) -> Option<Self> {
        (colour.contrast(ground) < least).then_some(Self { colour, ground, least })
    }

    /// The nearest shade that will do.
    #[must_use]
    pub fn nearest(&self) -> Colour {
        self.colour.seen_on(self.ground, self.least)
    }
}

impl fmt::Display for Faint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Rounded down: a ratio that does not suffice must not look as if it did.
        let ratio = (self.colour.contrast(self.ground) * 100.0).floor() / 100.0;
        let shade = if self.ground == CARD { "darker" } else { "lighter" };
        let (ground, least, nearest) = (self.ground, self.least, self.nearest());
        write!(
            f,
            "this has a contrast of {ratio:.2}:1 on {ground}, and {least}:1 is needed; the nearest {shade} shade is {nearest}"
        )
    }
}

/// The colours of a letter or page in one kind of light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tone {
    /// The bar at the head.
    pub bar: Colour,
    /// Links.
    pub link: Colour,
    /// What is pressed.
    pub button: Colour,
    /// Text on it.
    pub on_button: Colour,
    /// The button under the pointer, with the same text.
    pub over: Colour,
    /// A number of the scale: its ground,
    pub cell: Colour,
    /// its frame
    pub frame: Colour,
    /// and its figure.
    pub figure: Colour,
    /// Text on the ground of a link's colour: the number under the pointer, or chosen.
    pub on_link: Colour,
}

/// The colours of letters and pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// In a light room.
    pub light: Tone,
    /// On a dark screen.
    pub dark: Tone,
}

impl Palette {
    /// npsloop's own.
    pub const OURS: Self = Self {
        light: Tone {
            bar: Colour::hex(0x003b_4cca),
            link: Colour::hex(0x002b_3a8c),
            button: Colour::hex(0x003b_4cca),
            on_button: Colour::WHITE,
            over: Colour::hex(0x002b_3a8c),
            cell: Colour::hex(0x00ee_f0fb),
            frame: Colour::hex(0x0098_a3da),
            figure: Colour::hex(0x002b_3a8c),
            on_link: Colour::WHITE,
        },
        dark: Tone {
            bar: Colour::hex(0x008c_9bff),
            link: Colour::hex(0x00b9_c3ff),
            button: Colour::hex(0x00b9_c3ff),
            on_button: DARK_INK,
            over: Colour::hex(0x00dd_e2ff),
            cell: Colour::hex(0x0027_2d40),
            frame: Colour::hex(0x0059_648f),
            figure: Colour::hex(0x00e3_e8ff),
            on_link: DARK_INK,
        },
    };

    /// Those made from a company's colours.
    #[must_use]
    pub fn of(colours: Option<&Colours>) -> Self {
        let Some(colours) = colours else { return Self::OURS };
        // Where none was named, text is as easy to read as WCAG's highest level asks: 7:1.
        let dark = colours.accent_dark.unwrap_or_else(|| colours.accent.seen_on(DARK_CARD, 7.0));
        Self { light: Tone::of(colours.accent, CARD, Colour::WHITE), dark: Tone::of(dark, DARK_CARD, DARK_INK) }
    }
}

impl Tone {
    fn of(accent: Colour, card: Colour, on_link: Colour) -> Self {
        let cell = card.towards(accent, if card == CARD { 8 } else { 14 });
        let link = accent.seen_on(cell, TEXT);
        let on_button = accent.ink();
        // Away from the text on it, so that it is only read better.
        let away = if on_button == Colour::WHITE { Colour::BLACK } else { Colour::WHITE };
        Self {
            bar: accent,
            link,
            button: accent,
            on_button,
            over: accent.towards(away, 25),
            cell,
            frame: (50..=100)
                .map(|percent| card.towards(accent, percent))
                .find(|shade| shade.contrast(card) >= SHAPE)
                .unwrap_or(accent),
            figure: link,
            on_link,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CARD, Colours, DARK_CARD, Faint, NotAPicture, Palette, PictureUrl, Tone};
    use crate::colour::{Colour, SHAPE, TEXT};
    use proptest::prelude::{any, prop_assume, proptest};

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    /// Everything that is read or must be seen, with what lies under it.
    fn holds(tone: &Tone, card: Colour) {
        for (what, front, ground, least) in [
            ("bar", tone.bar, card, SHAPE),
            ("link", tone.link, card, TEXT),
            ("button", tone.on_button, tone.button, TEXT),
            ("button under the pointer", tone.on_button, tone.over, TEXT),
            ("figure", tone.figure, tone.cell, TEXT),
            ("link on a cell", tone.link, tone.cell, TEXT),
            ("chosen figure", tone.on_link, tone.link, TEXT),
        ] {
            assert!(front.contrast(ground) >= least, "{what}: {front} on {ground} in {tone:?}");
        }
    }

    #[test]
    fn our_own_colours_can_be_read() {
        holds(&Palette::OURS.light, CARD);
        holds(&Palette::OURS.dark, DARK_CARD);
        assert_eq!(Palette::of(None), Palette::OURS);
    }

    proptest! {
        #[test]
        fn whatever_was_named_can_be_read(rgb in 0_u32..0x0100_0000, dark in 0_u32..0x0100_0000, named in any::<bool>()) {
            let (accent, accent_dark) = (Colour::hex(rgb), Some(Colour::hex(dark)).filter(|_| named));
            prop_assume!(Faint::accent(accent).is_none() && accent_dark.and_then(Faint::accent_dark).is_none());
            let palette = Palette::of(Some(&Colours { accent, accent_dark }));
            holds(&palette.light, CARD);
            holds(&palette.dark, DARK_CARD);
            assert!(palette.light.frame.contrast(CARD) >= SHAPE && palette.dark.frame.contrast(DARK_CARD) >= SHAPE);
        }

        #[test]
        fn the_shade_that_is_named_will_do(rgb in 0_u32..0x0100_0000) {
            let colour = Colour::hex(rgb);
            assert!(Faint::accent(colour).is_none_or(|faint| Faint::accent(faint.nearest()).is_none()));
            assert!(Faint::accent_dark(colour).is_none_or(|faint| Faint::accent_dark(faint.nearest()).is_none()));
        }
    }

    #[test]
    fn a_faint_colour_is_told_the_nearest_that_is_not() {
        for (text, said) in [
            (
                "#ffd43b",
                Some(
                    "this has a contrast of 1.42:1 on #ffffff, and 3:1 is needed; the nearest darker shade is #b09229",
                ),
            ),
            (
                "#959595",
                Some(
                    "this has a contrast of 2.99:1 on #ffffff, and 3:1 is needed; the nearest darker shade is #949494",
                ),
            ),
            ("#949494", None),
            ("#d9480f", None),
            ("#000000", None),
        ] {
            assert_eq!(Faint::accent(colour(text)).map(|faint| faint.to_string()).as_deref(), said, "{text}");
        }
        for (text, said) in [
            (
                "#3b4cca",
                Some(
                    "this has a contrast of 2.38:1 on #1c2029, and 4.5:1 is needed; the nearest lighter shade is #7480d9",
                ),
            ),
            ("#b9c3ff", None),
            ("#ffffff", None),
        ] {
            assert_eq!(Faint::accent_dark(colour(text)).map(|faint| faint.to_string()).as_deref(), said, "{text}");
        }
    }

    #[test]
    fn a_logo_is_a_picture_every_mail_program_shows() {
        for (text, flaw) in [
            ("https://www.example.com/logo.png", None),
            ("https://cdn.example.com:8443/a/b%20c/Logo@2x.JPEG?v=2&w=480", None),
            ("https://example.com/l.gif", None),
            ("http://www.example.com/logo.png", Some(NotAPicture::Address)),
            ("https://www.example.com", Some(NotAPicture::Address)),
            ("https://localhost/logo.png", Some(NotAPicture::Address)),
            ("https://127.0.0.1/logo.png", Some(NotAPicture::Address)),
            ("https://-a.example/logo.png", Some(NotAPicture::Address)),
            ("https://a..example/logo.png", Some(NotAPicture::Address)),
            ("https://example.com:99999/logo.png", Some(NotAPicture::Address)),
            ("https://example.com/logo.png; script-src *", Some(NotAPicture::Address)),
            ("https://example.com/a;b.png", Some(NotAPicture::Address)),
            ("https://example.com/\"onerror=\".png", Some(NotAPicture::Address)),
            ("https://example.com/löwe.png", Some(NotAPicture::Address)),
            ("https://example.com/logo.png#x", Some(NotAPicture::Address)),
            ("data:image/png;base64,AAAA", Some(NotAPicture::Address)),
            ("https://sam:secret@example.com/logo.png", Some(NotAPicture::Credentials)),
            ("https://example.com/logo.svg", Some(NotAPicture::Svg)),
            ("https://example.com/logo.WEBP", Some(NotAPicture::Modern)),
            ("https://example.com/logo.avif?x=.png", Some(NotAPicture::Modern)),
            ("https://example.com/logo", Some(NotAPicture::Ending)),
            ("https://example.com/", Some(NotAPicture::Ending)),
            ("https://example.com/logo.png/x", Some(NotAPicture::Ending)),
        ] {
            assert_eq!(PictureUrl::parse(text).err(), flaw, "{text}");
        }
        assert!(PictureUrl::parse(&format!("https://example.com/{}.png", "x".repeat(500))).is_err());
        let url = PictureUrl::parse("https://example.com/logo.png?v=2").unwrap();
        assert_eq!((url.as_str(), url.source()), ("https://example.com/logo.png?v=2", "https://example.com/logo.png"));
    }
}
