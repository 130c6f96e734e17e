//! The field `brand` of a campaign: its logo, its colours, and who speaks.

use host::Fields;
use model::Colour;
use model::brand::{Brand, Colours, Faint, Logo, MOST_ALT, MOST_URL, PictureUrl, Voice, WIDEST};
use serde::Serialize;

/// The look of a campaign as the API shows it.
#[derive(Serialize)]
pub(super) struct BrandWire {
    logo: Option<LogoWire>,
    colors: Option<ColoursWire>,
    voice: &'static str,
}

#[derive(Serialize)]
struct LogoWire {
    url: String,
    width: u16,
    alt: Option<String>,
}

#[derive(Serialize)]
struct ColoursWire {
    accent: String,
    accent_dark: Option<String>,
}

/// Shows the look.
pub(super) fn show(brand: &Brand) -> BrandWire {
    BrandWire {
        logo: brand.logo.as_ref().map(|logo| LogoWire {
            url: logo.url.as_str().to_owned(),
            width: logo.width,
            alt: logo.alt.clone(),
        }),
        colors: brand.colours.map(|colours| ColoursWire {
            accent: colours.accent.to_string(),
            accent_dark: colours.accent_dark.map(|colour| colour.to_string()),
        }),
        voice: match brand.voice {
            Voice::Company => "company",
            Voice::Owner => "owner",
        },
    }
}

/// Reads the field `brand`; what is absent is as npsloop has it.
pub(super) fn read(fields: &mut Fields) -> Brand {
    let Some(mut inner) = fields.object("brand") else { return Brand::default() };
    let brand = Brand { logo: logo(&mut inner), colours: colours(&mut inner), voice: voice(&mut inner) };
    fields.close(inner);
    brand
}

fn logo(fields: &mut Fields) -> Option<Logo> {
    let mut inner = fields.object("logo")?;
    // A longer one goes on to where it is said what an address is.
    let url = inner.text("url", 2 * MOST_URL).and_then(|text| match PictureUrl::parse(&text) {
        Ok(url) => Some(url),
        Err(why) => {
            inner.wrong("url", why.to_string());
            None
        }
    });
    if url.is_none() {
        inner.missing("url", "a logo is a picture at an address such as https://www.example.com/logo.png");
    }
    let width = inner.whole("width", 1..=WIDEST.into());
    if width.is_none() {
        // Outlook shows a picture in its own size unless it is told another.
        inner.missing("width", format!("a logo needs its width in pixels, from 1 to {WIDEST}"));
    }
    let alt = inner.text("alt", MOST_ALT);
    fields.close(inner);
    Some(Logo { url: url?, width: width?, alt })
}

fn colours(fields: &mut Fields) -> Option<Colours> {
    let mut inner = fields.object("colors")?;
    let accent = colour(&mut inner, "accent", Faint::accent);
    if accent.is_none() {
        inner.missing("accent", "the colours are made from this one, such as #3b4cca");
    }
    let accent_dark = colour(&mut inner, "accent_dark", Faint::accent_dark);
    fields.close(inner);
    Some(Colours { accent: accent?, accent_dark })
}

/// Takes a colour that is seen well enough.
fn colour(fields: &mut Fields, name: &str, flaw: impl Fn(Colour) -> Option<Faint>) -> Option<Colour> {
    let text = fields.text(name, 40)?;
    let colour = match Colour::parse(&text) {
        Ok(colour) => colour,
        Err(why) => {
            fields.wrong(name, why.to_string());
            return None;
        }
    };
    if let Some(faint) = flaw(colour) {
        fields.wrong(name, faint.to_string());
    }
    Some(colour)
}

fn voice(fields: &mut Fields) -> Voice {
    let voice = fields.parsed("voice", 10, "this must be company or owner", |text| match text {
        "company" => Some(Voice::Company),
        "owner" => Some(Voice::Owner),
        _ => None,
    });
    voice.unwrap_or_default()
}
