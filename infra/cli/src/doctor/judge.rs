//! What is missing for letters to reach an inbox, from what npsloop, SES and DNS say.
//!
//! A receiver believes a letter that is signed for the domain of its From (DKIM, RFC 6376), comes from where that domain's
//! letters come from (SPF, RFC 7208), and whose domain says what to do with the others (DMARC, RFC 7489). SES does the
//! first with three records, the second with two more under a domain of its own for bounces, and the third is the company's.

use std::collections::BTreeMap;

/// What somebody answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked<T> {
    /// This.
    Known(T),
    /// That there is no such thing.
    Absent,
    /// Nothing, and why.
    Failed(String),
}

impl<T> Asked<T> {
    /// The answer, if there is one.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(answer) => Some(answer),
            Self::Absent | Self::Failed(_) => None,
        }
    }

    /// Makes something else of the answer.
    pub fn map<U>(self, with: impl FnOnce(T) -> U) -> Asked<U> {
        match self {
            Self::Known(answer) => Asked::Known(with(answer)),
            Self::Absent => Asked::Absent,
            Self::Failed(why) => Asked::Failed(why),
        }
    }
}

/// An account of SES.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Whether it may mail whom it wants.
    pub production: bool,
    /// Whether it may mail at all.
    pub sending: bool,
    /// `HEALTHY`, `PROBATION` or `SHUTDOWN`.
    pub health: String,
    /// Mails a second.
    pub rate: f64,
    /// Mails in 24 hours; -1 is as many as one likes.
    pub a_day: f64,
    /// Mails in the last 24 hours.
    pub today: f64,
}

/// Whom SES sends as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// A domain, or an address.
    pub name: String,
    /// Whether SES sends as it.
    pub verified: bool,
    /// Whether SES signs.
    pub signs: bool,
    /// What SES found of its keys in DNS: `SUCCESS`, `PENDING`, `FAILED` …
    pub status: String,
    /// Whether the key is the company's own, which SES publishes nothing of.
    pub own_key: bool,
    /// The names of its keys.
    pub tokens: Vec<String>,
    /// Where SES publishes them.
    pub keys_at: String,
    /// Where bounces go, if not to a domain of Amazon's.
    pub mail_from: Option<MailFrom>,
}

impl Identity {
    /// The records its keys want.
    pub fn keys(&self) -> Vec<Key> {
        let key = |token: &String| Key {
            name: format!("{token}._domainkey.{}", self.name),
            points_at: format!("{token}.{}", self.keys_at).to_lowercase(),
        };
        if self.own_key { Vec::new() } else { self.tokens.iter().map(key).collect() }
    }
}

/// The domain bounces go to, which is the one SPF is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailFrom {
    /// The domain.
    pub domain: String,
    /// What SES found of it in DNS.
    pub status: String,
}

/// The record of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// What it must be another name for.
    pub points_at: String,
}

/// Who takes mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The lowest is asked first.
    pub preference: u16,
    /// The host.
    pub host: String,
}

/// What stands in DNS about a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Records {
    /// Its texts.
    pub txt: Asked<Vec<String>>,
    /// Who takes mail for it.
    pub mx: Asked<Vec<Exchange>>,
    /// The nearest policies, and of which domain they are.
    pub dmarc: Option<(String, Asked<Vec<String>>)>,
    /// The keys, and what their names stand for.
    pub keys: Vec<(Key, Asked<Vec<String>>)>,
    /// The same two of the domain bounces go to.
    pub mail_from: Option<ForBounces>,
}

/// What stands in DNS about the domain bounces go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForBounces {
    /// Who takes mail for it.
    pub mx: Asked<Vec<Exchange>>,
    /// Its texts.
    pub txt: Asked<Vec<String>>,
}

impl Default for Records {
    fn default() -> Self {
        Self { txt: Asked::Absent, mx: Asked::Absent, dmarc: None, keys: Vec::new(), mail_from: None }
    }
}

/// A domain campaigns send from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its name.
    pub name: String,
    /// The addresses, and of each the campaigns.
    pub senders: BTreeMap<String, Vec<String>>,
    /// Whom SES sends as for it.
    pub identity: Asked<Identity>,
    /// What stands in DNS.
    pub records: Records,
}

/// All that is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// The account.
    pub account: Asked<Account>,
    /// Its region.
    pub region: Option<String>,
    /// The domains.
    pub domains: Vec<Domain>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is as it should be.
    Fine,
    /// Letters go out, and some may end in a spam folder.
    Weak,
    /// Letters do not go out, or do not arrive.
    Wrong,
    /// Nobody could say.
    Unknown,
}

impl Verdict {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Weak => "weak",
            Self::Wrong => "wrong",
            Self::Unknown => "unknown",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The domain; none for the account.
    pub domain: Option<String>,
    /// What was looked at: `account`, `identity`, `dkim`, `mail_from`, `spf`, `dmarc` or `replies`; of the domain replies come to
    /// `region`, `identity`, `mx` or `rules`; of text messages `account`, `spending` or `sender`.
    pub about: &'static str,
    /// How bad it is.
    pub verdict: Verdict,
    /// What was found.
    pub said: String,
    /// What to do, line by line: records as zone files have them, and commands.
    pub mend: Vec<String>,
}

impl Finding {
    pub(super) fn new(about: &'static str, verdict: Verdict, said: impl Into<String>) -> Self {
        Self { domain: None, about, verdict, said: said.into(), mend: Vec::new() }
    }

    pub(super) fn mended_by(mut self, mend: impl IntoIterator<Item = String>) -> Self {
        self.mend.extend(mend);
        self
    }

    /// Whether letters do not go out, or do not arrive.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.verdict == Verdict::Wrong
    }
}

/// A domain and those it belongs to, nearest first, without the last part.
pub fn parents(domain: &str) -> impl Iterator<Item = &str> {
    let names = std::iter::successors(Some(domain), |name| Some(name.split_once('.')?.1));
    names.filter(|name| name.contains('.'))
}

/// The DMARC policies among texts.
#[must_use]
pub fn policies(texts: Vec<String>) -> Vec<String> {
    texts.into_iter().filter(|text| text.replace(' ', "").to_ascii_lowercase().starts_with("v=dmarc1")).collect()
}

/// All that was found, the account first.
#[must_use]
pub fn judge(facts: &Facts) -> Vec<Finding> {
    let mut findings = account(&facts.account);
    for domain in &facts.domains {
        let of_domain = [
            identity(domain),
            dkim(domain),
            mail_from(domain, facts.region.as_deref()),
            spf(domain),
            dmarc(domain),
            replies(domain),
        ];
        let name = Some(domain.name.clone());
        findings.extend(of_domain.into_iter().flatten().map(|finding| Finding { domain: name.clone(), ..finding }));
    }
    findings
}

fn account(account: &Asked<Account>) -> Vec<Finding> {
    let finding = |verdict, said: String| Finding::new("account", verdict, said);
    let account = match account {
        Asked::Known(account) => account,
        Asked::Absent => return vec![finding(Verdict::Unknown, "SES knows no account here".to_owned())],
        Asked::Failed(why) => {
            let mend =
                "sign in with the AWS CLI (`aws login`, `aws sso login` or keys), or name a profile in $AWS_PROFILE";
            return vec![
                finding(Verdict::Unknown, format!("SES could not be asked: {why}")).mended_by([mend.to_owned()]),
            ];
        }
    };
    let mut findings = Vec::new();
    if !account.production {
        findings.push(
            finding(Verdict::Wrong, "it is in the sandbox: only verified addresses get mail".to_owned()).mended_by([
                "aws sesv2 put-account-details --production-access-enabled --mail-type TRANSACTIONAL --website-url \
                 https://… --use-case-description …"
                    .to_owned(),
            ]),
        );
    }
    match account.health.as_str() {
        "SHUTDOWN" => findings.push(finding(Verdict::Wrong, "AWS has stopped its mails".to_owned())),
        _ if !account.sending => findings.push(
            finding(Verdict::Wrong, "its mails are paused".to_owned())
                .mended_by(["aws sesv2 put-account-sending-attributes --sending-enabled".to_owned()]),
        ),
        "PROBATION" => findings.push(finding(
            Verdict::Weak,
            "AWS is reviewing it for bounces or complaints, and may stop its mails".to_owned(),
        )),
        _ => {}
    }
    if account.a_day > 0.0 && account.today > 0.8 * account.a_day {
        let said = format!("{:.0} of the {:.0} mails of 24 hours are used", account.today, account.a_day);
        findings.push(finding(Verdict::Weak, said).mended_by(["ask AWS for a higher sending quota".to_owned()]));
    }
    if findings.is_empty() {
        let said = format!("{:.0} mails a second; `SesSendRate` may be as much", account.rate);
        findings.push(finding(Verdict::Fine, said));
    }
    findings
}

fn identity(domain: &Domain) -> Option<Finding> {
    let finding = |verdict, said: String| Some(Finding::new("identity", verdict, said));
    let name = &domain.name;
    match &domain.identity {
        // Said once, of the account.
        Asked::Failed(_) => None,
        Asked::Absent => finding(Verdict::Wrong, format!("SES does not know {name}, and refuses its letters"))
            .map(|finding| finding.mended_by([format!("aws sesv2 create-email-identity --email-identity {name}")])),
        Asked::Known(identity) if identity.name.contains('@') => {
            let others = domain.senders.keys().filter(|address| **address != identity.name).count();
            let verdict = if identity.verified && others == 0 { Verdict::Weak } else { Verdict::Wrong };
            let said = format!("SES knows only the address {}, so letters are not signed for {name}", identity.name);
            finding(verdict, said)
                .map(|finding| finding.mended_by([format!("aws sesv2 create-email-identity --email-identity {name}")]))
        }
        Asked::Known(identity) if !identity.verified => {
            finding(Verdict::Wrong, format!("SES has not verified {} yet", identity.name))
        }
        Asked::Known(identity) => finding(Verdict::Fine, format!("SES sends as {}", identity.name)),
    }
}

/// Whether letters are signed for their From, as DMARC wants it.
fn signed(domain: &Domain) -> bool {
    let keys_stand = domain.records.keys.iter().all(|(key, found)| stands(key, found) != Some(false));
    domain.identity.known().is_some_and(|identity| {
        identity.signs
            && !identity.name.contains('@')
            && keys_stand
            && (!identity.own_key || identity.status == "SUCCESS")
    })
}

/// Whether the record of a key is there; nothing if nobody could say.
fn stands(key: &Key, found: &Asked<Vec<String>>) -> Option<bool> {
    match found {
        Asked::Known(names) => Some(names.contains(&key.points_at)),
        Asked::Absent => Some(false),
        Asked::Failed(_) => None,
    }
}

fn dkim(domain: &Domain) -> Option<Finding> {
    let finding = |verdict, said: String| Finding::new("dkim", verdict, said);
    let identity = domain.identity.known().filter(|identity| !identity.name.contains('@'))?;
    if !identity.signs {
        let mend = format!(
            "aws sesv2 put-email-identity-dkim-attributes --email-identity {} --signing-enabled",
            identity.name
        );
        return Some(finding(Verdict::Wrong, "SES does not sign its letters".to_owned()).mended_by([mend]));
    }
    if identity.own_key {
        let (verdict, said) = match identity.status.as_str() {
            "SUCCESS" => (Verdict::Fine, "letters are signed with a key of your own"),
            _ => (Verdict::Wrong, "SES does not find the key of your own in DNS"),
        };
        return Some(finding(verdict, said.to_owned()));
    }
    let keys = &domain.records.keys;
    let missing: Vec<String> = keys
        .iter()
        .filter(|(key, found)| stands(key, found) == Some(false))
        .map(|(key, _)| format!("{}. CNAME {}.", key.name, key.points_at))
        .collect();
    if !missing.is_empty() {
        let said = format!("{} of {} records are missing or point elsewhere", missing.len(), keys.len());
        return Some(finding(Verdict::Wrong, said).mended_by(missing));
    }
    if let Some(why) = keys.iter().find_map(|(_, found)| failed(found)) {
        return Some(finding(Verdict::Unknown, format!("DNS gave no answer: {why}")));
    }
    Some(match identity.status.as_str() {
        "SUCCESS" => finding(Verdict::Fine, format!("letters are signed for {}", identity.name)),
        _ => finding(Verdict::Weak, "the records are there, and SES has not seen them yet".to_owned()),
    })
}

fn failed<T>(asked: &Asked<T>) -> Option<&str> {
    match asked {
        Asked::Failed(why) => Some(why),
        Asked::Known(_) | Asked::Absent => None,
    }
}

/// The texts that are SPF's.
fn spf_of(texts: &Asked<Vec<String>>) -> Vec<&str> {
    let is_spf = |text: &&String| {
        let text = text.to_ascii_lowercase();
        text == "v=spf1" || text.starts_with("v=spf1 ")
    };
    texts.known().into_iter().flatten().filter(is_spf).map(String::as_str).collect()
}

fn mail_from(domain: &Domain, region: Option<&str>) -> Option<Finding> {
    let finding = |verdict, said: String| Finding::new("mail_from", verdict, said);
    let identity = domain.identity.known().filter(|identity| !identity.name.contains('@'))?;
    let Some(from) = &identity.mail_from else {
        let said = "bounces go to a domain of Amazon's, so SPF says nothing of yours".to_owned();
        return Some(finding(Verdict::Weak, said).mended_by([format!(
            "aws sesv2 put-email-identity-mail-from-attributes --email-identity {0} --mail-from-domain mail.{0}",
            identity.name
        )]));
    };
    let ForBounces { mx, txt } = domain.records.mail_from.as_ref()?;
    if let Some(why) = failed(mx).or_else(|| failed(txt)) {
        return Some(finding(Verdict::Unknown, format!("DNS gave no answer: {why}")));
    }
    let name = &from.domain;
    let host = format!("feedback-smtp.{}.amazonses.com", region.unwrap_or("<region>"));
    let takes = |exchange: &Exchange| match region {
        Some(_) => exchange.host == host,
        None => exchange.host.starts_with("feedback-smtp.") && exchange.host.ends_with(".amazonses.com"),
    };
    let nobody = match mx.known().map(Vec::as_slice).unwrap_or_default() {
        [one] if takes(one) => None,
        [] => Some("nobody takes its bounces"),
        [_] => Some("somebody else takes its bounces"),
        _ => Some("more than one host takes its bounces, and SES wants to be the only one"),
    };
    let not_ours = match spf_of(txt).as_slice() {
        [one] if one.to_ascii_lowercase().split_ascii_whitespace().any(is_of_ses) => None,
        [] => Some("it has no SPF"),
        [_] => Some("its SPF does not let SES send"),
        _ => Some("it has more than one SPF, which counts as none"),
    };
    let said: Vec<&str> = nobody.into_iter().chain(not_ours).collect();
    let mend = [
        nobody.map(|_| format!("{name}. MX 10 {host}.")),
        not_ours.map(|_| format!("{name}. TXT \"v=spf1 include:amazonses.com ~all\"")),
    ];
    Some(if !said.is_empty() {
        finding(Verdict::Wrong, format!("{name}: {}", said.join("; "))).mended_by(mend.into_iter().flatten())
    } else if from.status == "SUCCESS" {
        finding(Verdict::Fine, format!("bounces go to {name}, and SPF lets SES send for it"))
    } else {
        finding(Verdict::Weak, format!("the records of {name} are there, and SES has not seen them yet"))
    })
}

fn is_of_ses(term: &str) -> bool {
    term.trim_start_matches('+') == "include:amazonses.com"
}

fn spf(domain: &Domain) -> Option<Finding> {
    let several = spf_of(&domain.records.txt).len() > 1;
    several.then(|| {
        let said = format!("{} has more than one SPF, which counts as none for all its letters", domain.name);
        Finding::new("spf", Verdict::Wrong, said).mended_by(["make one text of them".to_owned()])
    })
}

fn dmarc(domain: &Domain) -> Option<Finding> {
    let finding = |verdict, said: String| Finding::new("dmarc", verdict, said);
    let Some((of, policies)) = &domain.records.dmarc else {
        // The last of the parents is the domain the company registered, or near it.
        let registered = parents(&domain.name).last().unwrap_or(&domain.name);
        let said = "there is no policy; Gmail and Yahoo want one from whoever sends many letters".to_owned();
        return Some(finding(Verdict::Weak, said).mended_by([format!(
            "_dmarc.{registered}. TXT \"v=DMARC1; p=none; rua=mailto:postmaster@{registered}\""
        )]));
    };
    if let Some(why) = failed(policies) {
        return Some(finding(Verdict::Unknown, format!("DNS gave no answer: {why}")));
    }
    let policies = policies.known().map(Vec::as_slice).unwrap_or_default();
    let [policy] = policies else {
        return Some(
            finding(Verdict::Wrong, format!("_dmarc.{of} has more than one policy, which counts as none"))
                .mended_by(["leave one of them".to_owned()]),
        );
    };
    let tags = tags(policy);
    let tag = |name: &str| tags.get(name).map(String::as_str);
    // A policy of the domain above says something else of those below, if it wants.
    let wanted = if *of == domain.name { tag("p") } else { tag("sp").or_else(|| tag("p")) };
    let Some(wanted) = wanted.filter(|wanted| ["none", "quarantine", "reject"].contains(wanted)) else {
        return Some(
            finding(Verdict::Wrong, format!("the policy of {of} says nothing that counts: {policy}"))
                .mended_by(["let it say p=none, p=quarantine or p=reject".to_owned()]),
        );
    };
    let Some(identity) = domain.identity.known() else {
        return Some(finding(Verdict::Fine, format!("the policy of {of} is {wanted}")));
    };
    let strict = tag("adkim") == Some("s") && identity.name != domain.name;
    let passes = signed(domain) && !strict;
    let by_spf = identity.mail_from.as_ref().is_some_and(|from| from.status == "SUCCESS" && tag("aspf") != Some("s"));
    Some(match (passes || by_spf, wanted) {
        (true, _) => finding(Verdict::Fine, format!("the policy of {of} is {wanted}, and letters pass it")),
        (false, "none") => {
            finding(Verdict::Weak, format!("letters do not pass the policy of {of}, which does not ask for more yet"))
        }
        (false, _) => {
            let why = if strict { format!(": it wants signatures of exactly {}", domain.name) } else { String::new() };
            finding(Verdict::Wrong, format!("letters do not pass the policy of {of}, which is {wanted}{why}"))
                .mended_by([if strict {
                    format!("aws sesv2 create-email-identity --email-identity {}", domain.name)
                } else {
                    "mend dkim first".to_owned()
                }])
        }
    })
}

/// `v=DMARC1; p=none` as pairs, names and values in small letters.
fn tags(policy: &str) -> BTreeMap<String, String> {
    let pair = |part: &str| {
        part.split_once('=').map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_ascii_lowercase()))
    };
    policy.split(';').filter_map(pair).collect()
}

fn replies(domain: &Domain) -> Option<Finding> {
    // A null MX (RFC 7505) says that nobody takes mail.
    let takes = |exchange: &Exchange| !exchange.host.is_empty() && exchange.host != ".";
    let nobody = match &domain.records.mx {
        Asked::Known(exchanges) => !exchanges.iter().any(takes),
        Asked::Absent => true,
        Asked::Failed(_) => false,
    };
    nobody.then(|| {
        let said = format!("nobody takes mail for {}: who answers a letter gets it back", domain.name);
        let mend = "give campaigns a `reply_to` that somebody reads, or the domain an MX".to_owned();
        Finding::new("replies", Verdict::Weak, said).mended_by([mend])
    })
}

#[cfg(test)]
mod tests;
