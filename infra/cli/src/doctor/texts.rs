//! Text messages: whether the account may send them, and whether those exist whom campaigns send from.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::judge::{Asked, Finding, Verdict};
use super::ses::Ses;

/// What stands in place of a domain.
const TEXTS: &str = "text messages";

/// What is known of text messages, where campaigns send some.
#[derive(Clone, Debug, PartialEq)]
pub struct Texts {
    /// Who sends, and for which campaigns.
    pub origins: BTreeMap<String, Vec<String>>,
    /// The account.
    pub account: Asked<TextAccount>,
    /// All that the account may send from, by whatever name: number, id, ARN.
    pub known: Asked<BTreeSet<String>>,
}

/// An account of AWS End User Messaging.
#[derive(Clone, Debug, PartialEq)]
pub struct TextAccount {
    /// Whether it may text whom it wants.
    pub production: bool,
    /// US dollars it may spend on texts a month.
    pub limit: f64,
    /// US dollars it spent this month, if CloudWatch knows.
    pub spent: Option<f64>,
}

/// Who texts come from, and for which campaigns.
pub(super) fn origins(campaigns: &Value) -> BTreeMap<String, Vec<String>> {
    let mut origins: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for campaign in campaigns["campaigns"].as_array().into_iter().flatten() {
        if let (Some(id), Some(from)) = (campaign["id"].as_str(), campaign["sms"]["origination"].as_str()) {
            origins.entry(from.to_owned()).or_default().push(id.to_owned());
        }
    }
    origins
}

/// The month so far, as the AWS CLI takes times; `now` is the second it is, since 1970.
fn month(now: jiff::Timestamp) -> (String, String) {
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let tomorrow = today.tomorrow().unwrap_or(today);
    (format!("{}T00:00:00Z", today.first_of_month()), format!("{tomorrow}T00:00:00Z"))
}

impl Ses {
    /// What there is to know of texts; nothing is asked where no campaign sends one.
    pub(super) async fn texts(&self, campaigns: &Value, now: jiff::Timestamp) -> Option<Texts> {
        let origins = origins(campaigns);
        if origins.is_empty() {
            return None;
        }
        Some(Texts { origins, account: self.text_account(now).await, known: self.text_origins().await })
    }

    async fn text_account(&self, now: jiff::Timestamp) -> Asked<TextAccount> {
        let service = "pinpoint-sms-voice-v2";
        let attributes = match self.ask(&[service, "describe-account-attributes"]).await {
            Asked::Known(attributes) => attributes,
            other => return other.map(|_| TextAccount { production: false, limit: 0.0, spent: None }),
        };
        let tier = attributes["AccountAttributes"].as_array().into_iter().flatten();
        let production = tier.clone().any(|one| one["Name"] == "ACCOUNT_TIER" && one["Value"] == "PRODUCTION");
        let (from, to) = month(now);
        let spent = [
            "cloudwatch",
            "get-metric-statistics",
            "--namespace",
            "AWS/SMSVoice",
            "--metric-name",
            "TextMessageMonthlySpend",
            "--start-time",
            &from,
            "--end-time",
            &to,
            "--period",
            "86400",
            "--statistics",
            "Maximum",
        ];
        let spent = self.ask(&spent).await.known().and_then(|answer| {
            let points = answer["Datapoints"].as_array()?.iter();
            points.filter_map(|point| point["Maximum"].as_f64()).reduce(f64::max)
        });
        self.ask(&[service, "describe-spend-limits"]).await.map(|answer| {
            let mut limits = answer["SpendLimits"].as_array().into_iter().flatten();
            let limit = limits.find(|limit| limit["Name"] == "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT");
            let limit = limit.and_then(|limit| limit["EnforcedLimit"].as_f64()).unwrap_or(0.0);
            TextAccount { production, limit, spent }
        })
    }

    async fn text_origins(&self) -> Asked<BTreeSet<String>> {
        let mut known = BTreeSet::new();
        for (what, list, names) in [
            ("describe-phone-numbers", "PhoneNumbers", ["PhoneNumber", "PhoneNumberId", "PhoneNumberArn"]),
            ("describe-pools", "Pools", ["PoolId", "PoolArn", "PoolId"]),
            ("describe-sender-ids", "SenderIds", ["SenderId", "SenderIdArn", "SenderId"]),
        ] {
            match self.ask(&["pinpoint-sms-voice-v2", what]).await {
                Asked::Known(answer) => {
                    for one in answer[list].as_array().into_iter().flatten() {
                        known.extend(names.iter().filter_map(|name| one[name].as_str().map(str::to_owned)));
                    }
                }
                Asked::Absent => {}
                Asked::Failed(why) => return Asked::Failed(why),
            }
        }
        Asked::Known(known)
    }
}

/// Whether texts come from a name, not from a number or a pool of them.
fn is_name(from: &str) -> bool {
    !["+", "pool-", "phone-", "arn:"].iter().any(|kind| from.starts_with(kind))
}

/// What was found of them.
pub(super) fn judge(texts: &Texts) -> Vec<Finding> {
    let finding =
        |about, verdict, said: String| Finding { domain: Some(TEXTS.to_owned()), ..Finding::new(about, verdict, said) };
    let mut findings = Vec::new();
    match &texts.account {
        Asked::Known(account) => findings.extend(of_account(account, finding)),
        Asked::Absent => {
            findings.push(finding(
                "account",
                Verdict::Unknown,
                "AWS End User Messaging knows no account here".to_owned(),
            ));
        }
        Asked::Failed(why) => {
            findings.push(finding(
                "account",
                Verdict::Unknown,
                format!("AWS End User Messaging could not be asked: {why}"),
            ));
        }
    }
    for (from, campaigns) in &texts.origins {
        match &texts.known {
            Asked::Known(known) if known.contains(from) => {
                findings.push(finding("sender", Verdict::Fine, format!("texts come from {from}")));
            }
            // A country that has no sender ids of one's own takes any name.
            Asked::Known(_) if is_name(from) => {
                let said =
                    format!("the account has no sender id {from}; countries that want it registered refuse its texts");
                findings.push(finding("sender", Verdict::Weak, said));
            }
            Asked::Known(_) => {
                let said = format!("the account has no {from}, from which {} sends", campaigns.join(", "));
                let mend = "aws pinpoint-sms-voice-v2 request-phone-number …, and name its ARN in SmsOriginations";
                findings.push(finding("sender", Verdict::Wrong, said).mended_by([mend.to_owned()]));
            }
            // Said once, of the account.
            Asked::Absent | Asked::Failed(_) => {}
        }
    }
    findings
}

fn of_account(account: &TextAccount, finding: impl Fn(&'static str, Verdict, String) -> Finding) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !account.production {
        let said = "it is in the SMS sandbox: only verified numbers get texts".to_owned();
        let mend = "ask for production access: https://console.aws.amazon.com/sms-voice/home#/home";
        findings.push(finding("account", Verdict::Wrong, said).mended_by([mend.to_owned()]));
    }
    let limit = account.limit;
    let mend = "aws pinpoint-sms-voice-v2 set-text-message-spend-limit-override --monthly-limit …, or ask AWS for more";
    match account.spent {
        Some(spent) if spent >= limit => {
            let said = format!("${spent:.2} of ${limit:.0} are spent this month: no more texts go out");
            findings.push(finding("spending", Verdict::Wrong, said).mended_by([mend.to_owned()]));
        }
        Some(spent) if spent > 0.8 * limit => {
            let said = format!("${spent:.2} of the ${limit:.0} of this month are spent");
            findings.push(finding("spending", Verdict::Weak, said).mended_by([mend.to_owned()]));
        }
        _ => findings.push(finding("spending", Verdict::Fine, format!("it may spend ${limit:.0} a month on texts"))),
    }
    findings
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn texts(account: TextAccount, known: &[&str]) -> Texts {
        let campaigns = json!({ "campaigns": [
            { "id": "default", "sms": { "origination": "+4915199999999" } },
            { "id": "spring", "sms": { "origination": "Acme" } },
            { "id": "mail", "sms": null },
        ] });
        let known = known.iter().map(|name| (*name).to_owned()).collect();
        Texts { origins: origins(&campaigns), account: Asked::Known(account), known: Asked::Known(known) }
    }

    fn verdicts(texts: &Texts) -> Vec<(&'static str, Verdict)> {
        judge(texts).into_iter().map(|finding| (finding.about, finding.verdict)).collect()
    }

    #[test]
    fn whatever_keeps_texts_from_going_out_is_named() {
        use Verdict::{Fine, Weak, Wrong};
        let good = TextAccount { production: true, limit: 100.0, spent: Some(10.0) };
        for (account, known, expected) in [
            (
                good.clone(),
                &["+4915199999999", "Acme"][..],
                vec![("spending", Fine), ("sender", Fine), ("sender", Fine)],
            ),
            (good.clone(), &[], vec![("spending", Fine), ("sender", Wrong), ("sender", Weak)]),
            (
                TextAccount { production: false, spent: Some(100.0), ..good.clone() },
                &["+4915199999999", "Acme"],
                vec![("account", Wrong), ("spending", Wrong), ("sender", Fine), ("sender", Fine)],
            ),
            (
                TextAccount { spent: Some(81.0), ..good.clone() },
                &["+4915199999999", "Acme"],
                vec![("spending", Weak), ("sender", Fine), ("sender", Fine)],
            ),
            (
                TextAccount { spent: None, ..good },
                &["+4915199999999", "Acme"],
                vec![("spending", Fine), ("sender", Fine), ("sender", Fine)],
            ),
        ] {
            assert_eq!(verdicts(&texts(account, known)), expected);
        }
    }

    #[test]
    fn nobody_is_asked_about_texts_that_nobody_sends() {
        assert!(origins(&json!({ "campaigns": [{ "id": "default", "sms": null }] })).is_empty());
    }

    #[test]
    fn a_month_begins_with_its_first_day() {
        let now = "2026-11-29T11:00:00Z".parse().unwrap();
        assert_eq!(month(now), ("2026-11-01T00:00:00Z".to_owned(), "2026-11-30T00:00:00Z".to_owned()));
    }
}
