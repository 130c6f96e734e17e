//! Colours, and how well they are told apart: the contrast of WCAG 2.2.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The contrast text needs (WCAG 2.2, 1.4.3 level AA).
pub const TEXT: f64 = 4.5;

/// The contrast needed by what is no text and yet must be seen: a bar, a frame (WCAG 2.2, 1.4.11 level AA).
pub const SHAPE: f64 = 3.0;

/// A colour of the sRGB space, as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour([u8; 3]);

/// It is no colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this must be a colour such as #3b4cca: # and six digits from 0 to f")]
pub struct NotAColour;

impl Colour {
    /// White.
    pub const WHITE: Self = Self::hex(0x00ff_ffff);

    /// Black.
    pub const BLACK: Self = Self::hex(0);

    /// The colour of a number, red in its high byte of three.
    #[must_use]
    pub const fn hex(rgb: u32) -> Self {
        let [_, red, green, blue] = rgb.to_be_bytes();
        Self([red, green, blue])
    }

    /// Reads `#rrggbb`, in small letters or capitals.
    ///
    /// # Errors
    /// When it is written in another way: names and short forms are not known to every mail program.
    pub fn parse(text: &str) -> Result<Self, NotAColour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(NotAColour)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NotAColour);
        }
        u32::from_str_radix(digits, 16).map(Self::hex).map_err(|_| NotAColour)
    }

    /// The relative luminance: 0 is black, 1 is white.
    #[must_use]
    pub fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// The contrast of two colours: 1 where they are the same, 21 for black and white.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if one > two { one / two } else { two / one }
    }

    /// So many percent of the way to another colour.
    #[must_use]
    pub fn towards(self, other: Self, percent: u8) -> Self {
        let percent = u32::from(percent.min(100));
        let mut mixed = self.0;
        for (channel, end) in mixed.iter_mut().zip(other.0) {
            let sum = u32::from(*channel) * (100 - percent) + u32::from(end) * percent;
            // A mean of two bytes is one.
            *channel = u8::try_from((sum + 50) / 100).unwrap_or(end);
        }
        Self(mixed)
    }

    /// The nearest shade on the way to black, or to white where `ground` is dark, that has that contrast on `ground`;
    /// the colour itself if it has it.
    #[must_use]
    pub fn seen_on(self, ground: Self, contrast: f64) -> Self {
        let end = ground.ink();
        let shades = (0..=100).map(|percent| self.towards(end, percent));
        shades.into_iter().find(|shade| shade.contrast(ground) >= contrast).unwrap_or(end)
    }

    /// White or black, whichever is read on this colour; white where both are. One of them always is.
    #[must_use]
    pub fn ink(self) -> Self {
        if Self::WHITE.contrast(self) >= TEXT { Self::WHITE } else { Self::BLACK }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl TryFrom<String> for Colour {
    type Error = NotAColour;

    fn try_from(text: String) -> Result<Self, NotAColour> {
        Self::parse(&text)
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{Colour, SHAPE, TEXT};
    use proptest::prelude::{any, proptest};

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn contrasts_are_those_of_the_guidelines() {
        for (one, two, contrast) in [
            ("#000000", "#ffffff", 21.0),
            ("#767676", "#ffffff", 4.54),
            ("#777777", "#ffffff", 4.48),
            ("#949494", "#ffffff", 3.03),
            ("#ff0000", "#ffffff", 4.0),
            ("#0000ff", "#ffffff", 8.59),
            ("#ffff00", "#ffffff", 1.07),
            ("#3b4cca", "#ffffff", 6.83),
            ("#d9480f", "#ffffff", 4.29),
            ("#123456", "#123456", 1.0),
        ] {
            let found = colour(one).contrast(colour(two));
            assert!((found - contrast).abs() < 0.01, "{one} on {two}: {found}");
            assert!((found - colour(two).contrast(colour(one))).abs() < f64::EPSILON);
        }
    }

    #[test]
    fn a_colour_is_six_digits() {
        for text in
            ["", "#", "#fff", "fff000", "#ggg000", "#fff0000", "#fff00", "red", "#+12345", "rgb(0,0,0)", "#ffé00"]
        {
            assert!(Colour::parse(text).is_err(), "{text}");
        }
        assert_eq!(colour("#D9480F").to_string(), "#d9480f");
        assert_eq!(serde_json::from_str::<Colour>("\"#d9480f\"").unwrap(), Colour::hex(0x00d9_480f));
        assert!(serde_json::from_str::<Colour>("\"orange\"").is_err());
    }

    proptest! {
        #[test]
        fn one_of_black_and_white_is_read_on_every_colour(rgb in 0_u32..0x0100_0000) {
            let colour = Colour::hex(rgb);
            assert!(colour.ink().contrast(colour) >= TEXT, "{colour}");
        }

        #[test]
        fn a_shade_is_found_and_the_nearest_one(rgb in 0_u32..0x0100_0000, dark in any::<bool>(), text in any::<bool>()) {
            let ground = if dark { Colour::hex(0x001c_2029) } else { Colour::WHITE };
            let (colour, least) = (Colour::hex(rgb), if text { TEXT } else { SHAPE });
            let shade = colour.seen_on(ground, least);
            assert!(shade.contrast(ground) >= least, "{colour} {shade}");
            assert_eq!(shade == colour, colour.contrast(ground) >= least, "{colour} {shade}");
            assert_eq!(Colour::parse(&colour.to_string()), Ok(colour));
        }
    }
}
