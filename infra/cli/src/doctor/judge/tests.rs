use super::*;

fn known<T: Clone>(items: &[T]) -> Asked<Vec<T>> {
    Asked::Known(items.to_vec())
}

fn texts(texts: &[&str]) -> Asked<Vec<String>> {
    Asked::Known(texts.iter().map(|text| (*text).to_owned()).collect())
}

fn exchange(host: &str) -> Exchange {
    Exchange { preference: 10, host: host.to_owned() }
}

/// A domain of which nothing is missing.
fn domain() -> Domain {
    let from = MailFrom { domain: "mail.example.com".to_owned(), status: "SUCCESS".to_owned() };
    let identity = Identity {
        name: "example.com".to_owned(),
        verified: true,
        signs: true,
        status: "SUCCESS".to_owned(),
        own_key: false,
        tokens: vec!["one".to_owned(), "two".to_owned()],
        keys_at: "dkim.amazonses.com".to_owned(),
        mail_from: Some(from),
    };
    let keys = identity.keys().into_iter().map(|key| (key.clone(), texts(&[&key.points_at]))).collect();
    let records = Records {
        txt: texts(&["v=spf1 include:_spf.example.net -all", "google-site-verification=1"]),
        mx: known(&[exchange("mx.example.net")]),
        dmarc: Some(("example.com".to_owned(), texts(&["v=DMARC1; p=reject"]))),
        keys,
        mail_from: Some(ForBounces {
            mx: known(&[exchange("feedback-smtp.eu-central-1.amazonses.com")]),
            txt: texts(&["v=spf1 include:amazonses.com ~all"]),
        }),
    };
    let senders = BTreeMap::from([("surveys@example.com".to_owned(), vec!["default".to_owned()])]);
    Domain { name: "example.com".to_owned(), senders, identity: Asked::Known(identity), records }
}

fn account() -> Account {
    let health = "HEALTHY".to_owned();
    Account { production: true, sending: true, health, rate: 14.0, a_day: 50_000.0, today: 1_000.0 }
}

/// What is found, beside what is fine: of what, how bad, and what is to be done.
fn found(account: Account, domain: Domain) -> Vec<(&'static str, Verdict, String)> {
    let facts =
        Facts { account: Asked::Known(account), region: Some("eu-central-1".to_owned()), domains: vec![domain] };
    let bad = judge(&facts).into_iter().filter(|finding| finding.verdict != Verdict::Fine);
    bad.map(|finding| (finding.about, finding.verdict, finding.mend.join("\n"))).collect()
}

/// A domain of which something is otherwise.
fn with(change: impl FnOnce(&mut Domain, &mut Identity)) -> Domain {
    let mut domain = domain();
    let Asked::Known(mut identity) = domain.identity.clone() else { unreachable!() };
    change(&mut domain, &mut identity);
    if matches!(domain.identity, Asked::Known(_)) {
        domain.identity = Asked::Known(identity);
    }
    domain
}

#[test]
fn where_nothing_is_missing_all_is_fine() {
    assert_eq!(found(account(), domain()), []);
    let facts = Facts { account: Asked::Known(account()), region: None, domains: vec![domain()] };
    let all: Vec<_> = judge(&facts).into_iter().map(|finding| (finding.about, finding.verdict)).collect();
    let fine = |about| (about, Verdict::Fine);
    assert_eq!(all, ["account", "identity", "dkim", "mail_from", "dmarc"].map(fine));
}

#[test]
fn whatever_keeps_an_account_from_sending_is_said() {
    for (change, verdict, mend) in [
        (Account { production: false, ..account() }, Verdict::Wrong, "put-account-details"),
        (Account { sending: false, ..account() }, Verdict::Wrong, "put-account-sending-attributes"),
        (Account { health: "SHUTDOWN".to_owned(), sending: false, ..account() }, Verdict::Wrong, ""),
        (Account { health: "PROBATION".to_owned(), ..account() }, Verdict::Weak, ""),
        (Account { today: 40_001.0, ..account() }, Verdict::Weak, "quota"),
    ] {
        let found = found(change.clone(), domain());
        let [(about, how, said)] = found.as_slice() else { panic!("{change:?}: {found:?}") };
        assert_eq!((*about, *how), ("account", verdict), "{change:?}");
        assert!(said.contains(mend), "{said}");
    }
    // An account without an end to its mails has a quota of -1.
    assert_eq!(found(Account { a_day: -1.0, today: 9e9, ..account() }, domain()), []);
}

#[test]
fn each_missing_piece_is_named_with_what_mends_it() {
    type Change = fn(&mut Domain, &mut Identity);
    type Found = (&'static str, Verdict, &'static str);
    let cases: [(Change, &[Found]); 18] = [
        (
            |d, _| d.identity = Asked::Absent,
            &[("identity", Verdict::Wrong, "create-email-identity --email-identity example.com")],
        ),
        (|_, i| i.verified = false, &[("identity", Verdict::Wrong, "")]),
        (
            |_, i| *i = Identity { name: "surveys@example.com".to_owned(), verified: true, ..Identity::default() },
            &[("identity", Verdict::Weak, "create-email-identity"), ("dmarc", Verdict::Wrong, "mend dkim first")],
        ),
        (
            |d, _| d.records.keys[1].1 = Asked::Absent,
            &[("dkim", Verdict::Wrong, "two._domainkey.example.com. CNAME two.dkim.amazonses.com.")],
        ),
        (
            |d, _| d.records.keys[0].1 = texts(&["one.dkim.example.net"]),
            &[("dkim", Verdict::Wrong, "one._domainkey.example.com. CNAME one.dkim.amazonses.com.")],
        ),
        (|d, _| d.records.keys[0].1 = Asked::Failed("timeout".to_owned()), &[("dkim", Verdict::Unknown, "")]),
        (|_, i| i.status = "PENDING".to_owned(), &[("dkim", Verdict::Weak, "")]),
        (|_, i| i.signs = false, &[("dkim", Verdict::Wrong, "--signing-enabled")]),
        (|_, i| i.mail_from = None, &[("mail_from", Verdict::Weak, "--mail-from-domain mail.example.com")]),
        (
            |d, _| {
                let txt = texts(&["v=spf1 include:amazonses.com -all"]);
                d.records.mail_from = Some(ForBounces { mx: Asked::Absent, txt });
            },
            &[("mail_from", Verdict::Wrong, "mail.example.com. MX 10 feedback-smtp.eu-central-1.amazonses.com.")],
        ),
        (
            |d, _| {
                let mx = known(&[exchange("feedback-smtp.us-east-1.amazonses.com")]);
                d.records.mail_from = Some(ForBounces { mx, txt: texts(&["v=spf1 include:amazonses.com -all"]) });
            },
            &[("mail_from", Verdict::Wrong, "mail.example.com. MX 10 feedback-smtp.eu-central-1.amazonses.com.")],
        ),
        (
            |d, _| {
                let mx = known(&[exchange("feedback-smtp.eu-central-1.amazonses.com")]);
                d.records.mail_from =
                    Some(ForBounces { mx, txt: texts(&["v=spf1 include:amazonses.com.example.net -all"]) });
            },
            &[("mail_from", Verdict::Wrong, "mail.example.com. TXT \"v=spf1 include:amazonses.com ~all\"")],
        ),
        (
            |d, _| d.records.txt = texts(&["v=spf1 -all", "V=SPF1 a -all", "v=spf10"]),
            &[("spf", Verdict::Wrong, "make one text of them")],
        ),
        (
            |d, _| d.records.dmarc = None,
            &[(
                "dmarc",
                Verdict::Weak,
                "_dmarc.example.com. TXT \"v=DMARC1; p=none; rua=mailto:postmaster@example.com\"",
            )],
        ),
        (
            |d, _| {
                d.records.dmarc = Some(("example.com".to_owned(), texts(&["v=DMARC1; p=none", "v=DMARC1; p=reject"])))
            },
            &[("dmarc", Verdict::Wrong, "leave one of them")],
        ),
        (
            |d, _| d.records.dmarc = Some(("example.com".to_owned(), texts(&["v=DMARC1; rua=mailto:a@example.com"]))),
            &[("dmarc", Verdict::Wrong, "p=none")],
        ),
        (|d, _| d.records.mx = Asked::Absent, &[("replies", Verdict::Weak, "reply_to")]),
        (|d, _| d.records.mx = known(&[exchange("")]), &[("replies", Verdict::Weak, "reply_to")]),
    ];
    for (nth, (change, wanted)) in cases.into_iter().enumerate() {
        let found = found(account(), with(change));
        assert_eq!(found.len(), wanted.len(), "{nth}: {found:?}");
        for ((about, verdict, mend), (wanted, how, text)) in found.iter().zip(wanted) {
            assert_eq!((about, verdict), (wanted, how), "{nth}: {mend}");
            assert!(mend.contains(text), "{nth}: `{text}` is not in `{mend}`");
        }
    }
}

#[test]
fn a_policy_is_passed_by_a_signature_or_by_spf_of_the_same_company() {
    let unsigned = |policy: &'static str| {
        with(move |domain, identity| {
            domain.records.dmarc = Some(("example.com".to_owned(), texts(&[policy])));
            domain.records.keys[0].1 = Asked::Absent;
            identity.mail_from = None;
        })
    };
    let dmarc = |domain| found(account(), domain).into_iter().find(|found| found.0 == "dmarc").map(|found| found.1);
    assert_eq!(dmarc(unsigned("v=DMARC1;p=none")), Some(Verdict::Weak));
    assert_eq!(dmarc(unsigned("v=DMARC1; p=quarantine")), Some(Verdict::Wrong));
    // SPF alone will do, unless it must be of exactly this domain.
    let by_spf = |policy: &'static str| {
        with(move |domain, _| {
            domain.records.dmarc = Some(("example.com".to_owned(), texts(&[policy])));
            domain.records.keys[0].1 = Asked::Absent;
        })
    };
    assert_eq!(dmarc(by_spf("v=DMARC1; p=reject")), None);
    assert_eq!(dmarc(by_spf("v=DMARC1; p=reject; aspf=S")), Some(Verdict::Wrong));
    // A signature of the domain above counts, unless it must be of exactly this one.
    let below = |policy: &'static str| {
        with(move |domain, identity| {
            domain.name = "news.example.com".to_owned();
            domain.records.dmarc = Some(("example.com".to_owned(), texts(&[policy])));
            identity.mail_from = None;
        })
    };
    assert_eq!(dmarc(below("v=DMARC1; p=reject")), None);
    assert_eq!(dmarc(below("v=DMARC1; p=reject; adkim=s")), Some(Verdict::Wrong));
    // Those below may have a policy of their own.
    assert_eq!(dmarc(below("v=DMARC1; p=reject; sp=none; adkim=s")), Some(Verdict::Weak));
}

#[test]
fn without_ses_dns_is_judged_all_the_same() {
    let mut domain = domain();
    domain.identity = Asked::Failed("there is no AWS CLI on this machine".to_owned());
    domain.records.keys.clear();
    domain.records.mail_from = None;
    domain.records.dmarc = None;
    let account = Asked::Failed("there is no AWS CLI on this machine".to_owned());
    let found = judge(&Facts { account, region: None, domains: vec![domain] });
    let found: Vec<_> = found.iter().map(|finding| (finding.about, finding.verdict)).collect();
    assert_eq!(found, [("account", Verdict::Unknown), ("dmarc", Verdict::Weak)]);
}

#[test]
fn a_domain_belongs_to_those_above_it() {
    assert_eq!(parents("a.b.example.com").collect::<Vec<_>>(), ["a.b.example.com", "b.example.com", "example.com"]);
    assert_eq!(parents("localhost").count(), 0);
    assert_eq!(policies(vec!["v=spf1".to_owned(), "V = DMARC1 ; p=none".to_owned()]).len(), 1);
}
