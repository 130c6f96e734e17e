//! The way to telephones: who has no address is asked by a text message.

use std::sync::Arc;
use std::time::Duration;

use aws_types::SdkConfig;
use host::Pace;
use host::settings::Reader;
use letters::fill::About;
use letters::sms;
use mail::{Kind, NotSent, Outcome, Terms, Text, Texter};
use model::{Campaign, Phone, Step, Survey};

use crate::Error;

/// The longest wait for a turn. It is waited for after the claim, since only the survey says whether it goes by text; whose turn
/// comes later gives the claim back.
const LONGEST: Duration = Duration::from_secs(5);

/// How texts are sent.
#[derive(Clone, Debug, PartialEq)]
pub struct TextSettings {
    /// `SMS_CONFIGURATION_SET`, `SMS_MAX_PRICE` and `SMS_MESSAGE_TYPE`.
    pub terms: Terms,
    /// `SMS_SEND_RATE`, in texts a second; 0 is without limit.
    pub send_rate: f64,
}

impl TextSettings {
    /// Reads them; nothing within where there is no configuration set.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Option<Self>> {
        let set = reader.optional("SMS_CONFIGURATION_SET", "the configuration set of texts", None, |value| {
            Some(Some(value.to_owned()))
        })?;
        let Some(configuration_set) = set else { return Some(None) };
        let rate = reader.required("SMS_SEND_RATE", "texts a second, such as 1; 0 is without limit", |value| {
            value.parse::<f64>().ok().filter(|rate| rate.is_finite() && *rate >= 0.0)
        });
        let price = reader.required("SMS_MAX_PRICE", "US dollars, such as 0.50", |value| {
            // As AWS takes it: at most two digits, a point, at most five.
            let (dollars, rest) = value.split_once('.')?;
            let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
            let fits = dollars.len() <= 2 && (1..=5).contains(&rest.len()) && digits(dollars) && digits(rest);
            fits.then(|| value.to_owned())
        });
        let kind = reader.required("SMS_MESSAGE_TYPE", "PROMOTIONAL or TRANSACTIONAL", Kind::parse);
        let terms = Terms { configuration_set, max_price: price?, kind: kind? };
        Some(Some(Self { terms, send_rate: rate? }))
    }
}

/// The way to telephones, at this environment's share of the rate.
#[derive(Clone, Debug)]
pub struct Texts {
    /// The way to AWS End User Messaging.
    pub texter: Texter,
    /// This environment's share of the sending rate.
    pub pace: Arc<Pace>,
}

impl Texts {
    pub(crate) fn connect(aws: &SdkConfig, settings: TextSettings, concurrency: u32) -> Self {
        let pace = Arc::new(Pace::share(settings.send_rate, concurrency));
        Self { texter: Texter::new(aws, settings.terms), pace }
    }

    /// Hands over the text of a step.
    pub(crate) async fn send(
        &self,
        campaign: &Campaign,
        survey: &Survey,
        to: &Phone,
        step: Step,
        page: &str,
        tags: &[(&str, &str)],
    ) -> Result<Outcome, Error> {
        let from = campaign.sms.as_ref().ok_or(Error::NoTexts)?.origination.as_str();
        let text = sms::ask(campaign, &About::survey(campaign, survey), step == Step::Remind, page);
        tracing::debug!(survey.id = %survey.id, sms.segments = text.segments.count, "a text is handed over");
        Ok(self.texter.send(&Text { from, to: &to.e164(), body: &text.body, tags }).await)
    }

    /// Waits for a turn, if it comes soon.
    pub(crate) async fn turn(&self) -> Result<(), NotSent> {
        self.pace.turn_within(LONGEST).await.map_err(|_| NotSent::Throttled)
    }
}

#[cfg(test)]
mod tests {
    use host::Env;
    use host::settings::Settings;

    use super::*;

    struct Read(Option<TextSettings>);

    impl Settings for Read {
        const NAMES: &'static [&'static str] = &[];

        fn read(reader: &mut Reader<'_>) -> Option<Self> {
            TextSettings::read(reader).map(Self)
        }
    }

    #[test]
    fn texts_are_switched_on_by_their_configuration_set() {
        let on = Env::from([
            ("SMS_CONFIGURATION_SET", "npsloop"),
            ("SMS_SEND_RATE", "1"),
            ("SMS_MAX_PRICE", "0.50"),
            ("SMS_MESSAGE_TYPE", "TRANSACTIONAL"),
        ]);
        let settings = on.read::<Read>().unwrap().0.unwrap();
        assert_eq!((settings.terms.kind, settings.terms.max_price.as_str()), (Kind::Transactional, "0.50"));
        assert!(on.clone().with("SMS_CONFIGURATION_SET", "").read::<Read>().unwrap().0.is_none());
        for (name, wrong) in [
            ("SMS_SEND_RATE", "fast"),
            ("SMS_SEND_RATE", ""),
            ("SMS_MAX_PRICE", "free"),
            ("SMS_MAX_PRICE", "1"),
            ("SMS_MAX_PRICE", "0.123456"),
            ("SMS_MESSAGE_TYPE", "promotional"),
        ] {
            let told = on.clone().with(name, wrong).read::<Read>().err().unwrap().to_string();
            assert!(told.contains(name), "{told}");
        }
    }
}
