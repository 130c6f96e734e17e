//! `npsloop doctor`: whether the letters of every campaign can reach an inbox, and its texts a telephone; what is missing where.
//!
//! It asks three who know: npsloop for the senders of its campaigns, SES for what it thinks of them (through the AWS CLI, so
//! with the rights, profiles and regions of whoever sits at the desk), and DNS for the records receivers will look up. What
//! follows from the answers is decided without asking anybody again; see [`judge`].

mod dns;
pub mod judge;
pub mod receiving;
mod report;
mod ses;
pub mod texts;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;

use serde_json::Value;

use self::dns::Dns;
use self::judge::{Asked, Domain, Facts, ForBounces, Identity, Records, parents};
use self::receiving::Receiving;
use self::ses::Ses;
use crate::client::Client;
use crate::{DONE, Done, Error, SOME_REFUSED};

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The AWS CLI.
    pub aws: OsString,
    /// The region npsloop runs in, if not the one the AWS CLI takes by itself.
    pub region: Option<String>,
    /// The name server to ask, if not those of this machine.
    pub resolver: Option<SocketAddr>,
    /// The domain replies come to, if they are answers.
    pub reply_domain: Option<String>,
    /// Whether a program reads the answer.
    pub json: bool,
}

/// Asks everybody, and says what is missing.
///
/// # Errors
/// When npsloop refuses or does not answer, or this machine has no name server. That SES or a name server gives no answer is a
/// finding.
pub async fn run(client: &Client, wish: Wish, now: jiff::Timestamp) -> Result<Done, Error> {
    let campaigns = client.get("/v1/campaigns", &[]).await?;
    let dns = Dns::new(wish.resolver).map_err(|why| Error::Wrong(format!("no name server can be asked: {why}")))?;
    let ses = Ses::new(wish.aws, wish.region).await;
    let mut facts = Facts { account: ses.account().await, region: ses.region.clone(), domains: Vec::new() };
    for (name, senders) in senders(&campaigns) {
        let identity = identity(&ses, &name, &senders).await;
        let records = records(&dns, &name, identity.known()).await;
        facts.domains.push(Domain { name, senders, identity, records });
    }
    let mut findings = judge::judge(&facts);
    let texts = ses.texts(&campaigns, now).await;
    findings.extend(texts.iter().flat_map(texts::judge));
    if let Some(domain) = &wish.reply_domain {
        findings.extend(receiving::judge(&received(&ses, &dns, domain).await));
    }
    let code = if findings.iter().any(judge::Finding::is_wrong) { SOME_REFUSED } else { DONE };
    let said = if wish.json { report::json(&findings) } else { report::text(&findings) };
    Ok(Done { said, code })
}

/// The domains campaigns send from; of each the addresses, and of each address the campaigns.
fn senders(campaigns: &Value) -> BTreeMap<String, BTreeMap<String, Vec<String>>> {
    let mut domains: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for campaign in campaigns["campaigns"].as_array().into_iter().flatten() {
        let (Some(id), Some(email)) = (campaign["id"].as_str(), campaign["sender"]["email"].as_str()) else { continue };
        let Some((_, domain)) = email.rsplit_once('@') else { continue };
        let senders = domains.entry(domain.to_lowercase()).or_default();
        senders.entry(email.to_lowercase()).or_default().push(id.to_owned());
    }
    domains
}

/// The identity SES sends as: the domain, one it belongs to, or the addresses alone.
async fn identity(ses: &Ses, domain: &str, senders: &BTreeMap<String, Vec<String>>) -> Asked<Identity> {
    let mut absent = None;
    for name in parents(domain).chain(senders.keys().map(String::as_str)) {
        match ses.identity(name).await {
            Asked::Absent => absent = Some(Asked::Absent),
            other => return other,
        }
    }
    absent.unwrap_or(Asked::Absent)
}

/// What is known of the domain replies come to.
async fn received(ses: &Ses, dns: &Dns, domain: &str) -> Receiving {
    let host = ses.region.as_deref().map(receiving::host);
    Receiving {
        domain: domain.to_owned(),
        there: match &host {
            Some(host) => dns.host(host).await,
            None => Asked::Failed("the region is not known".to_owned()),
        },
        host,
        mx: dns.mx(domain).await,
        identity: identity(ses, domain, &BTreeMap::new()).await,
        rules: ses.rules().await,
    }
}

async fn records(dns: &Dns, domain: &str, identity: Option<&Identity>) -> Records {
    let mut records = Records { txt: dns.txt(domain).await, mx: dns.mx(domain).await, ..Records::default() };
    for name in parents(domain) {
        let policy = dns.txt(&format!("_dmarc.{name}")).await.map(judge::policies);
        let found = !matches!(&policy, Asked::Absent) && policy.known().is_none_or(|policies| !policies.is_empty());
        if found {
            records.dmarc = Some((name.to_owned(), policy));
            break;
        }
    }
    let Some(identity) = identity else { return records };
    for key in identity.keys() {
        let found = dns.cname(&key.name).await;
        records.keys.push((key, found));
    }
    if let Some(from) = &identity.mail_from {
        records.mail_from = Some(ForBounces { mx: dns.mx(&from.domain).await, txt: dns.txt(&from.domain).await });
    }
    records
}
