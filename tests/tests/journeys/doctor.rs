//! What keeps letters from arriving: the program itself, against a company, a name server and a stand-in for the AWS CLI.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tests::Company;
use tests::outside::Names;

use crate::moving::{Said, npsloop};

/// An AWS CLI that is signed in as somebody with one domain.
fn aws(folder: &Path) -> PathBuf {
    let identity = json!({
        "IdentityType": "DOMAIN", "VerifiedForSendingStatus": true,
        "DkimAttributes": {
            "SigningEnabled": true, "Status": "SUCCESS", "SigningAttributesOrigin": "AWS_SES",
            "Tokens": ["one", "two", "three"]
        },
        "MailFromAttributes": {
            "MailFromDomain": "mail.example.com", "MailFromDomainStatus": "SUCCESS",
            "BehaviorOnMxFailure": "USE_DEFAULT_VALUE"
        }
    });
    let account = json!({
        "ProductionAccessEnabled": true, "SendingEnabled": true, "EnforcementStatus": "HEALTHY",
        "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 10.0}
    });
    let script = format!(
        "#!/bin/sh
case \"$*\" in
  'configure get region '*) echo eu-central-1 ;;
  'sesv2 get-account '*'--region eu-central-1') echo '{account}' ;;
  'sesv2 get-email-identity --email-identity example.com '*) echo '{identity}' ;;
  'ses describe-active-receipt-rule-set '*) cat {} 2> /dev/null || true ;;
  *) echo >&2; echo 'An error occurred (NotFoundException) when calling the operation' >&2; exit 254 ;;
esac
",
        folder.join("rules.json").display()
    );
    let path = folder.join("aws");
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// The same, who may also send texts, in the sandbox and from one number.
fn aws_with_texts(folder: &Path) -> PathBuf {
    let path = aws(folder);
    let script = std::fs::read_to_string(&path).unwrap();
    let attributes = json!({ "AccountAttributes": [{ "Name": "ACCOUNT_TIER", "Value": "SANDBOX" }] });
    let limits = json!({ "SpendLimits": [
        { "Name": "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT", "EnforcedLimit": 1, "MaxLimit": 1, "Overridden": false }
    ] });
    let numbers = json!({ "PhoneNumbers": [{ "PhoneNumber": "+4915199999999", "PhoneNumberId": "phone-1" }] });
    let spent = json!({ "Datapoints": [{ "Maximum": 0.4 }, { "Maximum": 0.95 }] });
    let more = format!(
        "case \"$*\" in
  'pinpoint-sms-voice-v2 describe-account-attributes '*) echo '{attributes}' ;;
  'pinpoint-sms-voice-v2 describe-spend-limits '*) echo '{limits}' ;;
  'pinpoint-sms-voice-v2 describe-phone-numbers '*) echo '{numbers}' ;;
  'pinpoint-sms-voice-v2 describe-'*) echo '{{}}' ;;
  'cloudwatch get-metric-statistics '*TextMessageMonthlySpend*) echo '{spent}' ;;"
    );
    std::fs::write(&path, script.replacen("case \"$*\" in", &more, 1)).unwrap();
    path
}

#[tokio::test]
async fn whatever_keeps_texts_from_going_out_is_named() {
    let company = Company::start().await;
    company.campaign_with("default", json!({ "sms": { "origination": "+4915199999999" } })).await;
    company.campaign_with("spring", json!({ "sms": { "origination": "pool-12" } })).await;
    let (names, folder) = (Names::start().await, tempfile::tempdir().unwrap());
    let said = doctor(&company, &names, &aws_with_texts(folder.path()), &[]).await;
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    said.says(&[
        "text messages\n  wrong    account    it is in the SMS sandbox",
        "weak     spending   $0.95 of the $1 of this month are spent",
        "fine     sender     texts come from +4915199999999",
        "wrong    sender     the account has no pool-12, from which spring sends",
    ]);
    company.finish().await;
}

async fn doctor(company: &Company, names: &Names, aws: &Path, more: &[&str]) -> Said {
    let resolver = names.address().to_string();
    let mut arguments = vec!["doctor", "--resolver", &resolver, "--aws", aws.to_str().unwrap()];
    arguments.extend(more);
    npsloop(company, &arguments).await
}

/// What was found of a domain.
fn found<'a>(said: &'a Value, domain: &str, about: &str) -> &'a Value {
    let findings = said["findings"].as_array().unwrap();
    let wanted = |finding: &&Value| finding["domain"] == domain && finding["about"] == about;
    findings.iter().find(wanted).unwrap_or_else(|| panic!("nothing of {about} of {domain} in {said}"))
}

#[tokio::test]
async fn whatever_keeps_letters_from_arriving_is_named() {
    let company = Company::start().await;
    let sender = json!({"name": "Example", "email": "Surveys@News.Example.com"});
    company.campaign_with("news", json!({ "sender": sender })).await;
    let (names, folder) = (Names::start().await, tempfile::tempdir().unwrap());
    let aws = aws(folder.path());
    names.cname("one._domainkey.example.com", "one.dkim.amazonses.com");
    names.cname("two._domainkey.example.com", "two.dkim.amazonses.com");
    names.mx("mail.example.com", "feedback-smtp.eu-central-1.amazonses.com");
    names.txt("mail.example.com", "v=spf1 include:amazonses.com ~all");
    names.txt("_dmarc.example.com", "v=DMARC1; p=reject");
    names.mx("news.example.com", "mx.example.net");

    let said = doctor(&company, &names, &aws, &[]).await;
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    said.says(&[
        "SES account\n  fine     account    14 mails a second",
        "news.example.com\n  fine     identity   SES sends as example.com",
        "wrong    dkim       1 of 3 records are missing",
        "> three._domainkey.example.com. CNAME three.dkim.amazonses.com.",
        "fine     mail_from  bounces go to mail.example.com",
        "company.example\n  wrong    identity   SES does not know company.example",
        "> aws sesv2 create-email-identity --email-identity company.example",
    ]);

    // What was missing is there, and the other campaign sends from the same domain: nothing is wrong any more.
    names.cname("three._domainkey.example.com", "three.dkim.amazonses.com");
    company.campaign_with("default", json!({ "sender": sender })).await;
    let said = doctor(&company, &names, &aws, &["--json"]).await;
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let said: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(found(&said, "news.example.com", "dmarc")["verdict"], "fine");
    assert!(said["findings"].as_array().unwrap().iter().all(|finding| finding["verdict"] == "fine"), "{said}");

    // Without the AWS CLI, what DNS says is judged all the same.
    let said = doctor(&company, &names, &folder.path().join("nothing"), &["--region", "eu-central-1"]).await;
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    said.says(&[
        "unknown  account    SES could not be asked: there is no AWS CLI",
        "the policy of example.com is reject",
    ]);
    company.finish().await;
}

#[tokio::test]
async fn whatever_keeps_replies_from_arriving_is_named() {
    let company = Company::start().await;
    let (names, folder) = (Names::start().await, tempfile::tempdir().unwrap());
    let aws = aws(folder.path());
    names.mx("reply.example.com", "mx.example.net");
    let ask = ["--reply-domain", "reply.example.com"];
    let said = doctor(&company, &names, &aws, &ask).await;
    said.says(&[
        "reply.example.com\n  wrong    region     SES receives no mail in this region",
        "fine     identity   SES knows example.com",
        "wrong    mx         somebody else takes its mail",
        "> reply.example.com. MX 10 inbound-smtp.eu-central-1.amazonaws.com.",
        "wrong    rules      no set of receipt rules is active",
        "> aws ses set-active-receipt-rule-set --rule-set-name <stack>-replies",
    ]);
    names.host("inbound-smtp.eu-central-1.amazonaws.com");
    names.mx("answers.example.com", "inbound-smtp.eu-central-1.amazonaws.com");
    let rule = json!({
        "Name": "npsloop-replies", "Enabled": true, "Recipients": ["answers.example.com"],
        "Actions": [{"SNSAction": {"TopicArn": "arn:aws:sns:eu-central-1:000000000000:npsloop-replies", "Encoding": "Base64"}}]
    });
    let rules = json!({"Metadata": {"Name": "npsloop-replies"}, "Rules": [rule]});
    std::fs::write(folder.path().join("rules.json"), rules.to_string()).unwrap();
    let said = doctor(&company, &names, &aws, &["--reply-domain", "answers.example.com", "--json"]).await;
    let said: Value = serde_json::from_str(&said.out).unwrap();
    for about in ["identity", "mx", "rules"] {
        assert_eq!(found(&said, "answers.example.com", about)["verdict"], "fine", "{said}");
    }
    company.finish().await;
}
