//! What is missing for a reply to become an answer: SES must receive mail in the region, know the domain, be the one who takes
//! its mail, and have the rule in force that hands it on. CloudFormation makes the rule; nothing but a call puts it in force.

use super::judge::{Asked, Exchange, Finding, Identity, Verdict};

/// The rules in force by which SES receives mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The name of their set.
    pub name: String,
    /// Whose mail the enabled ones hand to a topic.
    pub recipients: Vec<String>,
}

/// All that is known of the domain replies come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiving {
    /// The domain.
    pub domain: String,
    /// The host that takes mail for SES in this region, if the region is known.
    pub host: Option<String>,
    /// Whether there is such a host: SES does not receive mail everywhere.
    pub there: Asked<()>,
    /// Who takes mail for the domain.
    pub mx: Asked<Vec<Exchange>>,
    /// Whom SES knows of it.
    pub identity: Asked<Identity>,
    /// The rules in force.
    pub rules: Asked<Rules>,
}

/// The host that takes mail for SES in a region.
#[must_use]
pub fn host(region: &str) -> String {
    format!("inbound-smtp.{region}.amazonaws.com")
}

/// All that was found.
#[must_use]
pub fn judge(facts: &Receiving) -> Vec<Finding> {
    let of_domain = [region(facts), identity(facts), mx(facts), rules(facts)];
    let domain = Some(facts.domain.clone());
    of_domain.into_iter().flatten().map(|finding| Finding { domain: domain.clone(), ..finding }).collect()
}

fn region(facts: &Receiving) -> Option<Finding> {
    match &facts.there {
        Asked::Known(()) => None,
        Asked::Absent => Some(
            Finding::new("region", Verdict::Wrong, "SES receives no mail in this region")
                .mended_by(["run npsloop in a region where it does, or leave ReplyDomain empty".to_owned()]),
        ),
        Asked::Failed(why) => {
            let said = format!("nobody could say whether SES receives mail here: {why}");
            Some(Finding::new("region", Verdict::Unknown, said))
        }
    }
}

fn identity(facts: &Receiving) -> Option<Finding> {
    let domain = &facts.domain;
    match &facts.identity {
        Asked::Failed(_) => None,
        Asked::Known(identity) if identity.verified => {
            Some(Finding::new("identity", Verdict::Fine, format!("SES knows {}", identity.name)))
        }
        Asked::Known(_) | Asked::Absent => Some(
            Finding::new(
                "identity",
                Verdict::Wrong,
                format!("SES has not verified {domain}, and takes no mail for it"),
            )
            .mended_by([format!("aws sesv2 create-email-identity --email-identity {domain}")]),
        ),
    }
}

fn mx(facts: &Receiving) -> Option<Finding> {
    let finding = |verdict, said: String| Finding::new("mx", verdict, said);
    let wanted = facts.host.clone().unwrap_or_else(|| host("<region>"));
    let takes = |exchange: &Exchange| match &facts.host {
        Some(host) => exchange.host == *host,
        None => exchange.host.starts_with("inbound-smtp.") && exchange.host.ends_with(".amazonaws.com"),
    };
    let missing = match &facts.mx {
        Asked::Failed(why) => return Some(finding(Verdict::Unknown, format!("DNS gave no answer: {why}"))),
        Asked::Absent => "nobody takes its mail, and replies come back",
        Asked::Known(exchanges) if exchanges.iter().all(takes) => {
            return Some(finding(Verdict::Fine, "its mail goes to SES".to_owned()));
        }
        Asked::Known(exchanges) if exchanges.iter().any(takes) => "others take its mail beside SES",
        Asked::Known(_) => "somebody else takes its mail",
    };
    Some(finding(Verdict::Wrong, missing.to_owned()).mended_by([format!("{}. MX 10 {wanted}.", facts.domain)]))
}

fn rules(facts: &Receiving) -> Option<Finding> {
    let finding = |verdict, said: String| Finding::new("rules", verdict, said);
    let activate = "aws ses set-active-receipt-rule-set --rule-set-name <stack>-replies";
    match &facts.rules {
        Asked::Failed(why) => Some(finding(Verdict::Unknown, format!("SES could not be asked for its rules: {why}"))),
        Asked::Absent => Some(
            finding(Verdict::Wrong, "no set of receipt rules is active, so SES refuses its mail".to_owned())
                .mended_by([activate.to_owned()]),
        ),
        Asked::Known(rules) if rules.recipients.contains(&facts.domain) => {
            Some(finding(Verdict::Fine, format!("the active set {} hands its mail to a topic", rules.name)))
        }
        Asked::Known(rules) => Some(
            finding(Verdict::Wrong, format!("the active set {} does nothing about its mail", rules.name)).mended_by([
                format!(
                    "deploy with ReplyRuleSet={}, which puts the rule there; or, if nobody else needs that set:",
                    rules.name
                ),
                activate.to_owned(),
            ]),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Receiving {
        let identity = Identity { name: "example.com".to_owned(), verified: true, ..Identity::default() };
        let domain = "reply.example.com".to_owned();
        let host = host("eu-west-1");
        Receiving {
            mx: Asked::Known(vec![Exchange { preference: 10, host: host.clone() }]),
            rules: Asked::Known(Rules { name: "npsloop-replies".to_owned(), recipients: vec![domain.clone()] }),
            host: Some(host),
            there: Asked::Known(()),
            identity: Asked::Known(identity),
            domain,
        }
    }

    fn other() -> Exchange {
        Exchange { preference: 5, host: "mx.example.net".to_owned() }
    }

    #[test]
    fn each_missing_piece_is_named_with_what_mends_it() {
        type Change = fn(&mut Receiving);
        type Said<'a> = Option<(&'a str, Verdict, &'a str)>;
        let both = |facts: &mut Receiving| {
            if let Asked::Known(exchanges) = &mut facts.mx {
                exchanges.push(other());
            }
        };
        let cases: [(Change, Said<'_>); 11] = [
            (|_| {}, None),
            (|facts| facts.host = None, None),
            (|facts| facts.there = Asked::Absent, Some(("region", Verdict::Wrong, "leave ReplyDomain empty"))),
            (|facts| facts.there = Asked::Failed("x".to_owned()), Some(("region", Verdict::Unknown, ""))),
            (|facts| facts.identity = Asked::Absent, Some(("identity", Verdict::Wrong, "create-email-identity"))),
            (
                |facts| facts.mx = Asked::Absent,
                Some(("mx", Verdict::Wrong, "reply.example.com. MX 10 inbound-smtp.eu-west-1.amazonaws.com.")),
            ),
            (|facts| facts.mx = Asked::Known(vec![other()]), Some(("mx", Verdict::Wrong, "MX 10"))),
            (both, Some(("mx", Verdict::Wrong, "MX 10"))),
            (|facts| facts.rules = Asked::Absent, Some(("rules", Verdict::Wrong, "set-active-receipt-rule-set"))),
            (
                |facts| facts.rules = Asked::Known(Rules { name: "mine".to_owned(), ..Rules::default() }),
                Some(("rules", Verdict::Wrong, "ReplyRuleSet=mine")),
            ),
            (|facts| facts.rules = Asked::Failed("no right".to_owned()), Some(("rules", Verdict::Unknown, ""))),
        ];
        for (change, expected) in cases {
            let mut facts = facts();
            change(&mut facts);
            let bad: Vec<_> = judge(&facts).into_iter().filter(|finding| finding.verdict != Verdict::Fine).collect();
            match (bad.as_slice(), expected) {
                ([], None) => {}
                ([finding], Some((about, verdict, mend))) => {
                    assert_eq!((finding.about, finding.verdict), (about, verdict), "{finding:?}");
                    assert!(finding.mend.join("\n").contains(mend), "{finding:?}");
                    assert_eq!(finding.domain.as_deref(), Some("reply.example.com"));
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
