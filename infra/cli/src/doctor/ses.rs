//! What SES thinks of us, asked through the AWS CLI: it knows every way to sign in, and nothing here needs keys.

use std::ffi::OsString;
use std::io::ErrorKind;

use serde_json::Value;
use tokio::process::Command;

use super::judge::{Account, Asked, Identity, MailFrom};
use super::receiving::Rules;

/// Where SES publishes keys if it does not say so.
const KEYS: &str = "dkim.amazonses.com";

/// A way to SES.
pub(super) struct Ses {
    aws: OsString,
    /// The region it is asked in, if that is known.
    pub(super) region: Option<String>,
}

impl Ses {
    /// SES in this region, or else in the one the AWS CLI takes by itself.
    pub(super) async fn new(aws: OsString, region: Option<String>) -> Self {
        let mut ses = Self { aws, region: None };
        ses.region = match region {
            Some(region) => Some(region),
            None => ses.text(&["configure", "get", "region"]).await.ok().filter(|region| !region.is_empty()),
        };
        ses
    }

    /// How the account stands.
    pub(super) async fn account(&self) -> Asked<Account> {
        let answer = self.ask(&["sesv2", "get-account"]).await;
        answer.map(|answer| Account {
            production: answer["ProductionAccessEnabled"].as_bool().unwrap_or(false),
            sending: answer["SendingEnabled"].as_bool().unwrap_or(false),
            health: answer["EnforcementStatus"].as_str().unwrap_or_default().to_owned(),
            rate: answer["SendQuota"]["MaxSendRate"].as_f64().unwrap_or(0.0),
            a_day: answer["SendQuota"]["Max24HourSend"].as_f64().unwrap_or(0.0),
            today: answer["SendQuota"]["SentLast24Hours"].as_f64().unwrap_or(0.0),
        })
    }

    /// An identity, if SES knows one of that name.
    pub(super) async fn identity(&self, name: &str) -> Asked<Identity> {
        let answer = self.ask(&["sesv2", "get-email-identity", "--email-identity", name]).await;
        answer.map(|answer| {
            let dkim = &answer["DkimAttributes"];
            let tokens = dkim["Tokens"].as_array().into_iter().flatten();
            let from = &answer["MailFromAttributes"];
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            Identity {
                name: name.to_owned(),
                verified: answer["VerifiedForSendingStatus"].as_bool().unwrap_or(false),
                signs: dkim["SigningEnabled"].as_bool().unwrap_or(false),
                status: text(&dkim["Status"]),
                own_key: dkim["SigningAttributesOrigin"].as_str() == Some("EXTERNAL"),
                tokens: tokens.filter_map(|token| token.as_str().map(str::to_owned)).collect(),
                keys_at: dkim["SigningHostedZone"].as_str().unwrap_or(KEYS).to_owned(),
                mail_from: from["MailFromDomain"]
                    .as_str()
                    .filter(|name| !name.is_empty())
                    .map(|name| MailFrom { domain: name.to_lowercase(), status: text(&from["MailFromDomainStatus"]) }),
            }
        })
    }

    /// The rules by which it receives mail, if there are any in force.
    pub(super) async fn rules(&self) -> Asked<Rules> {
        let text = match self.text(&["ses", "describe-active-receipt-rule-set"]).await {
            Ok(text) => text,
            Err(why) => return Asked::Failed(why),
        };
        // Where no set is active, the AWS CLI answers nothing at all.
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        let Some(name) = answer["Metadata"]["Name"].as_str() else { return Asked::Absent };
        let rules = answer["Rules"].as_array().into_iter().flatten();
        let told = rules.filter(|rule| rule["Enabled"] == true).filter(|rule| {
            rule["Actions"].as_array().into_iter().flatten().any(|action| action["SNSAction"]["TopicArn"].is_string())
        });
        let recipients = told.flat_map(|rule| rule["Recipients"].as_array().cloned().unwrap_or_default());
        Asked::Known(Rules {
            name: name.to_owned(),
            recipients: recipients.filter_map(|name| name.as_str().map(str::to_lowercase)).collect(),
        })
    }

    pub(super) async fn ask(&self, arguments: &[&str]) -> Asked<Value> {
        match self.text(arguments).await {
            Ok(text) => match serde_json::from_str(&text) {
                Ok(answer) => Asked::Known(answer),
                Err(_) => Asked::Failed("the AWS CLI answered something that is not JSON".to_owned()),
            },
            Err(why) if why.contains("NotFoundException") => Asked::Absent,
            Err(why) => Asked::Failed(why),
        }
    }

    async fn text(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new(&self.aws);
        command.args(arguments).args(["--output", "json", "--no-cli-pager"]);
        if let Some(region) = &self.region {
            command.args(["--region", region]);
        }
        match command.output().await {
            Ok(output) if output.status.success() => {
                Ok(String::from_utf8_lossy(&output.stdout).trim().trim_matches('"').to_owned())
            }
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stderr);
                Err(said
                    .lines()
                    .map(str::trim)
                    .find(|line| !line.is_empty())
                    .unwrap_or("it did not say why")
                    .to_owned())
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Err("there is no AWS CLI on this machine".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}
