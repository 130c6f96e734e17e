//! What the command line says.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::civil::Date;
use lexopt::{Arg, Parser, ValueExt as _};
use model::CampaignId;

use crate::Task;
use crate::client::Connection;
use crate::doctor;
use crate::export::{self, Format, What};
use crate::import::{self, Encoding, Order};
use crate::jobs;

/// What `--help` prints.
pub const HELP: &str = "\
npsloop: brings past responses here, takes everything out, sees to it that numbers are right, and says what keeps letters
from arriving.

Usage: npsloop import FILE [OPTIONS]
       npsloop export responses|surveys --from DAY --to DAY --out DIR [OPTIONS]
       npsloop recount [OPTIONS]
       npsloop reconcile [--repair] [OPTIONS]
       npsloop doctor [OPTIONS]

All:
  --url URL           where npsloop answers [default: $NPSLOOP_URL, or http://127.0.0.1:8080]
  --api-key KEY       an API key with the scope `manage` (to export responses: `read`)
                      [default: $NPSLOOP_API_KEY, which nobody sees in a list of processes]
  --campaign ID       the campaign [import: default; export, recount: all; reconcile knows all only]
  --help              print this

npsloop import: FILE is a CSV export of Delighted, Wootric, AskNicely, SurveyMonkey, Zendesk or npsloop, or any table
with at least the columns email (or phone), score and answered_at. It may be stopped and started again: nothing is made twice,
and a response that says something else by now is changed.
  --dry-run           say what would become of each row, and write nothing
  --source NAME       the service FILE comes from, where its first row does not tell. Rows of one source are told apart by
                      their row_id, else by who answered when, else by all they say: another place wants its own NAME
  --map COLUMN=FIELD  what a column is, as often as needed: contact_email, contact_phone, score, comment,
                      answered_at, sent_at, row_id, contact_name, contact_id, owner_email, account_name, attributes.NAME, …;
                      `-` leaves it out. Columns nobody knows become attributes
  --set FIELD=VALUE   the same for every row, such as milestone=onboarding or attributes.product=Web
  --dates mdy|dmy     how 03/04/2021 is meant, where FILE does not tell
  --time-zone ZONE    where times without a zone were noted down [default: the campaign's]
  --encoding NAME     what FILE is saved in, such as windows-1252, where it is neither UTF-8 nor marked
  --anonymous         no column of FILE says who answered, and that is right
  --of-ten            its scores are of ten, although none is above 5
  --refused FILE      where refused rows go, with what is wrong with them [default: beside FILE]

npsloop export: a file of each day that has something, in the campaign's zone: of the answer, or of the sending.
  --from DAY --to DAY the first and the last day, such as 2027-01-31
  --format csv|parquet  [default: csv]
  --out DIR           where the files go

npsloop recount: counts every survey anew whose count is not what it would be today, such as by bands that changed.
Answers are counted meanwhile, and nobody is told or mailed.

npsloop reconcile: proves that all numbers equal the surveys, and says where not.
  --repair            mend what is wrong

Both go on there by themselves once they have begun; here is only watched.

npsloop doctor: what SES and DNS say of the senders of all campaigns, and which records are missing. SES is asked through
the AWS CLI, as whoever it is signed in as.
  --region REGION     where npsloop runs [default: what the AWS CLI takes]
  --resolver ADDRESS:PORT  the name server to ask [default: this machine's]
  --aws PROGRAM       the AWS CLI [default: aws]
  --reply-domain NAME the stack's ReplyDomain, to have what it needs looked at, too
  --json              for a program to read

It ends with 0 where all went well, 1 where rows were refused or something is wrong, 2 where nothing was done, 3 where it was broken off.
";

/// The address of `cargo run`.
const LOCAL: &str = "http://127.0.0.1:8080";

/// A command line.
#[expect(clippy::large_enum_variant, reason = "there is one in a process, for a moment")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandLine {
    /// `--help`
    Help,
    /// Something is to be done.
    Do(Task),
}

/// Everything that may be given, before it is known whether it belongs together.
#[derive(Default)]
struct Given {
    words: Vec<OsString>,
    url: Option<String>,
    api_key: Option<String>,
    campaign: Option<CampaignId>,
    dry_run: bool,
    source: Option<String>,
    map: Vec<(String, String)>,
    set: Vec<(String, String)>,
    dates: Option<Order>,
    zone: Option<String>,
    refused: Option<PathBuf>,
    encoding: Option<Encoding>,
    from: Option<Date>,
    to: Option<Date>,
    format: Option<Format>,
    out: Option<PathBuf>,
    repair: bool,
    region: Option<String>,
    resolver: Option<SocketAddr>,
    aws: Option<OsString>,
    reply_domain: Option<String>,
    json: bool,
    /// The options that were given, but for those every verb knows.
    names: Vec<String>,
}

/// The options each verb has of its own.
const OPTIONS: [(&str, &[&str]); 5] = [
    (
        "import",
        &[
            "campaign",
            "dry-run",
            "source",
            "map",
            "set",
            "dates",
            "time-zone",
            "refused",
            "encoding",
            "anonymous",
            "of-ten",
        ],
    ),
    ("export", &["campaign", "from", "to", "format", "out"]),
    ("recount", &["campaign"]),
    ("reconcile", &["repair"]),
    ("doctor", &["region", "resolver", "aws", "reply-domain", "json"]),
];

impl CommandLine {
    /// Reads a command line; `environment` stands for what it does not say.
    ///
    /// # Errors
    /// What is wrong with it, in words for the person who typed it.
    pub fn parse(mut parser: Parser, environment: impl Fn(&str) -> Option<String>) -> Result<Self, lexopt::Error> {
        let mut given = Given::default();
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("help") | Arg::Short('h') => return Ok(Self::Help),
                Arg::Long("url") => given.url = Some(parser.value()?.string()?),
                Arg::Long("api-key") => given.api_key = Some(parser.value()?.string()?),
                Arg::Value(word) => given.words.push(word),
                Arg::Long(name) => {
                    let name = name.to_owned();
                    given.option(&name, &mut parser)?;
                }
                other => return Err(other.unexpected()),
            }
        }
        given.finish(environment).map(Self::Do)
    }
}

impl Given {
    fn option(&mut self, name: &str, parser: &mut Parser) -> Result<(), lexopt::Error> {
        match name {
            "campaign" => self.campaign = Some(parser.value()?.parse_with(str::parse)?),
            "dry-run" => self.dry_run = true,
            "source" => self.source = Some(parser.value()?.parse_with(service)?),
            "map" => self.map.push(parser.value()?.parse_with(pair)?),
            "set" => self.set.push(parser.value()?.parse_with(pair_from_left)?),
            "dates" => self.dates = Some(parser.value()?.parse_with(order)?),
            "time-zone" => self.zone = Some(parser.value()?.parse_with(zone)?),
            "refused" => self.refused = Some(PathBuf::from(parser.value()?)),
            "encoding" => self.encoding = Some(parser.value()?.parse_with(encoding)?),
            // That they were given is all they say.
            "anonymous" | "of-ten" => {}
            "from" => self.from = Some(parser.value()?.parse_with(day)?),
            "to" => self.to = Some(parser.value()?.parse_with(day)?),
            "format" => self.format = Some(parser.value()?.parse_with(format)?),
            "repair" => self.repair = true,
            "out" => self.out = Some(PathBuf::from(parser.value()?)),
            "region" => self.region = Some(parser.value()?.parse_with(region)?),
            "resolver" => self.resolver = Some(parser.value()?.parse_with(resolver)?),
            "aws" => self.aws = Some(parser.value()?),
            "reply-domain" => self.reply_domain = Some(parser.value()?.parse_with(domain)?),
            "json" => self.json = true,
            _ => return Err(Arg::Long(name).unexpected()),
        }
        self.names.push(name.to_owned());
        Ok(())
    }

    fn finish(mut self, environment: impl Fn(&str) -> Option<String>) -> Result<Task, lexopt::Error> {
        let url = self.url.take().or_else(|| environment("NPSLOOP_URL")).unwrap_or_else(|| LOCAL.to_owned());
        let key = self.api_key.take().or_else(|| environment("NPSLOOP_API_KEY"));
        let mut words = std::mem::take(&mut self.words).into_iter();
        let verb = words.next().ok_or("say what to do: import, export, recount, reconcile or doctor")?.string()?;
        let object = words.next();
        if let Some(more) = words.next() {
            return Err(Arg::Value(more).unexpected());
        }
        let own = OPTIONS.into_iter().find_map(|(known, options)| (known == verb).then_some(options));
        let own = own.ok_or_else(|| {
            format!("`{verb}` is nothing that can be done; it is import, export, recount, reconcile or doctor")
        })?;
        if let Some(name) = self.names.iter().find(|name| !own.contains(&name.as_str())) {
            return Err(format!("--{name} has no meaning for {verb}").into());
        }
        let key = key.ok_or("an API key is needed: put it into $NPSLOOP_API_KEY, or give --api-key")?;
        if key.is_empty() || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err("an API key has visible ASCII characters only, and at least one".into());
        }
        let connection = Connection { url: url.trim_end_matches('/').to_owned(), api_key: key };
        if verb == "doctor" {
            if let Some(object) = object {
                return Err(Arg::Value(object).unexpected());
            }
            let Self { region, resolver, json, aws, reply_domain, .. } = self;
            let aws = aws.unwrap_or_else(|| "aws".into());
            return Ok(Task::Examine(connection, doctor::Wish { aws, region, resolver, reply_domain, json }));
        }
        let job = match verb.as_str() {
            "recount" => Some(jobs::Wish::Recount(self.campaign.clone())),
            "reconcile" => Some(jobs::Wish::Reconcile { repair: self.repair }),
            _ => None,
        };
        if let Some(wish) = job {
            return match object {
                Some(more) => Err(Arg::Value(more).unexpected()),
                None => Ok(Task::Job(connection, wish)),
            };
        }
        if verb == "import" {
            let file = PathBuf::from(object.ok_or("name the file to import")?);
            let said = |name: &str| self.names.iter().any(|known| known == name);
            let (anonymous, of_ten) = (said("anonymous"), said("of-ten"));
            let Self { campaign, dry_run, source, map, set, dates, zone, refused, encoding, .. } = self;
            let campaign = campaign.unwrap_or_else(CampaignId::default_campaign);
            let wish = import::Wish {
                file,
                campaign,
                dry_run,
                source,
                map,
                set,
                dates,
                zone,
                refused,
                encoding,
                anonymous,
                of_ten,
            };
            return Ok(Task::Import(connection, wish));
        }
        let what = match object.map(|word| word.string()).transpose()?.as_deref() {
            Some("responses") => What::Responses,
            Some("surveys") => What::Surveys,
            _ => return Err("say what to export: responses or surveys".into()),
        };
        let from = self.from.ok_or("--from names the first day")?;
        let to = self.to.ok_or("--to names the last day")?;
        if to < from {
            return Err("--to lies before --from".into());
        }
        let out = self.out.ok_or("--out names the folder the files go to")?;
        let format = self.format.unwrap_or(Format::Csv);
        Ok(Task::Export(connection, export::Wish { what, campaign: self.campaign, from, to, format, out }))
    }
}

/// `COLUMN=FIELD`; a column's name may have an equals sign in it, a field's has none.
fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (column, field) = text.rsplit_once('=').ok_or("this must be COLUMN=FIELD")?;
    Ok((column.trim().to_owned(), field.trim().to_owned()))
}

/// `FIELD=VALUE`
fn pair_from_left(text: &str) -> Result<(String, String), &'static str> {
    let (field, value) = text.split_once('=').ok_or("this must be FIELD=VALUE")?;
    Ok((field.trim().to_owned(), value.trim().to_owned()))
}

fn service(text: &str) -> Result<String, &'static str> {
    let name = text.to_ascii_lowercase();
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    let fits = (1..=32).contains(&name.len()) && name.bytes().all(plain);
    if fits { Ok(name) } else { Err("the name of a service has 1 to 32 letters, digits, - and _") }
}

fn order(text: &str) -> Result<Order, &'static str> {
    match text {
        "mdy" => Ok(Order::MonthFirst),
        "dmy" => Ok(Order::DayFirst),
        _ => Err("this must be mdy or dmy"),
    }
}

fn encoding(text: &str) -> Result<Encoding, &'static str> {
    Encoding::named(text).ok_or("this must be the name of an encoding, such as windows-1252 or shift_jis")
}

fn zone(text: &str) -> Result<String, &'static str> {
    let known = model::time::zone_named(text).is_some();
    if known { Ok(text.to_owned()) } else { Err("this must be the IANA name of a time zone, such as Europe/Berlin") }
}

/// A domain, in small letters.
fn domain(text: &str) -> Result<String, &'static str> {
    let domain = text.to_ascii_lowercase();
    let known = model::Email::parse(&format!("a@{domain}")).is_ok();
    if known { Ok(domain) } else { Err("this must be a domain such as reply.example.com") }
}

fn region(text: &str) -> Result<String, &'static str> {
    let fits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits { Ok(text.to_owned()) } else { Err("this must be a region such as eu-central-1") }
}

fn resolver(text: &str) -> Result<SocketAddr, &'static str> {
    let alone = |text: &str| text.parse().ok().map(|ip| SocketAddr::new(ip, 53));
    text.parse().ok().or_else(|| alone(text)).ok_or("this must be an address such as 9.9.9.9 or 127.0.0.1:5353")
}

fn day(text: &str) -> Result<Date, &'static str> {
    let written_out = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    text.parse().ok().filter(|_| written_out).ok_or("this must be a day such as 2027-01-31")
}

fn format(text: &str) -> Result<Format, &'static str> {
    match text {
        "csv" => Ok(Format::Csv),
        "parquet" => Ok(Format::Parquet),
        _ => Err("this must be csv or parquet"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<CommandLine, String> {
        let environment = |name: &str| (name == "NPSLOOP_API_KEY").then(|| "nl_1".to_owned());
        CommandLine::parse(Parser::from_args(arguments), environment).map_err(|error| error.to_string())
    }

    #[test]
    fn an_import_needs_a_file_and_nothing_else() {
        let CommandLine::Do(Task::Import(connection, wish)) = parse(&["import", "a.csv"]).unwrap() else { panic!() };
        assert_eq!((connection.url.as_str(), connection.api_key.as_str()), (LOCAL, "nl_1"));
        assert_eq!((wish.file, wish.campaign), ("a.csv".into(), CampaignId::default_campaign()));
        let all = parse(&[
            "import",
            "a.csv",
            "--url",
            "https://nps.example.com/",
            "--api-key=k",
            "--campaign",
            "old",
            "--dry-run",
            "--source",
            "TypeForm",
            "--map",
            "Is it 1=1?=comment",
            "--set",
            "attributes.a=b=c",
            "--dates",
            "dmy",
            "--time-zone",
            "Europe/Berlin",
            "--refused",
            "r.csv",
            "--encoding",
            "Latin1",
            "--of-ten",
        ]);
        let CommandLine::Do(Task::Import(connection, wish)) = all.unwrap() else { panic!() };
        assert_eq!((wish.encoding, wish.of_ten, wish.anonymous), (Encoding::named("windows-1252"), true, false));
        assert_eq!((connection.url.as_str(), connection.api_key.as_str()), ("https://nps.example.com", "k"));
        assert_eq!(wish.source.as_deref(), Some("typeform"));
        assert_eq!(wish.map, [("Is it 1=1?".to_owned(), "comment".to_owned())]);
        assert_eq!(wish.set, [("attributes.a".to_owned(), "b=c".to_owned())]);
        assert_eq!((wish.dates, wish.dry_run), (Some(Order::DayFirst), true));
    }

    #[test]
    fn an_export_says_what_and_when() {
        let line =
            ["export", "surveys", "--from", "2027-01-01", "--to", "2027-01-31", "--out", "d", "--format=parquet"];
        let CommandLine::Do(Task::Export(_, wish)) = parse(&line).unwrap() else { panic!() };
        assert_eq!((wish.what, wish.format, wish.campaign), (What::Surveys, Format::Parquet, None));
        assert_eq!(parse(&["export", "--help"]), Ok(CommandLine::Help));
    }

    #[test]
    fn a_doctor_needs_nothing() {
        let CommandLine::Do(Task::Examine(_, wish)) = parse(&["doctor"]).unwrap() else { panic!() };
        assert_eq!(
            wish,
            doctor::Wish { aws: "aws".into(), region: None, resolver: None, reply_domain: None, json: false }
        );
        let all = [
            "doctor",
            "--region",
            "eu-central-1",
            "--resolver",
            "9.9.9.9",
            "--aws=/opt/aws",
            "--reply-domain",
            "Reply.Example.com",
            "--json",
        ];
        let CommandLine::Do(Task::Examine(_, wish)) = parse(&all).unwrap() else { panic!() };
        let server = "9.9.9.9:53".parse().ok();
        let (region, reply_domain) = (Some("eu-central-1".to_owned()), Some("reply.example.com".to_owned()));
        let wanted = doctor::Wish { aws: "/opt/aws".into(), region, resolver: server, reply_domain, json: true };
        assert_eq!(wish, wanted);
    }

    #[test]
    fn a_job_needs_nothing() {
        let job = |arguments: &[&str]| match parse(arguments) {
            Ok(CommandLine::Do(Task::Job(_, wish))) => wish,
            other => panic!("{other:?}"),
        };
        assert_eq!(job(&["recount"]), jobs::Wish::Recount(None));
        assert_eq!(job(&["recount", "--campaign", "old"]), jobs::Wish::Recount(Some("old".parse().unwrap())));
        assert_eq!(job(&["reconcile"]), jobs::Wish::Reconcile { repair: false });
        assert_eq!(job(&["reconcile", "--repair"]), jobs::Wish::Reconcile { repair: true });
    }

    #[test]
    fn whatever_is_wrong_is_named() {
        for (arguments, named) in [
            (&[][..], "import, export, recount, reconcile or doctor"),
            (&["move"], "`move`"),
            (&["import"], "name the file"),
            (&["import", "a.csv", "b.csv"], "b.csv"),
            (&["import", "a.csv", "--from", "2027-01-01"], "--from"),
            (&["import", "a.csv", "--map", "score"], "COLUMN=FIELD"),
            (&["import", "a.csv", "--dates", "ymd"], "mdy or dmy"),
            (&["import", "a.csv", "--time-zone", "Berlin"], "time zone"),
            (&["import", "a.csv", "--source", "a b"], "service"),
            (&["import", "a.csv", "--campaign", "a b"], "campaign"),
            (&["import", "a.csv", "--api-key", "a b"], "API key"),
            (&["import", "a.csv", "--what"], "--what"),
            (&["export", "all"], "responses or surveys"),
            (&["export", "surveys", "--to", "2027-01-01", "--out", "d"], "--from"),
            (&["export", "surveys", "--from", "1.1.2027"], "2027-01-31"),
            (&["export", "surveys", "--from", "2027-01-02", "--to", "2027-01-01", "--out", "d"], "before"),
            (&["export", "surveys", "--dry-run"], "--dry-run"),
            (&["doctor", "--campaign", "spring"], "--campaign"),
            (&["doctor", "example.com"], "example.com"),
            (&["doctor", "--region", "EU"], "region"),
            (&["doctor", "--reply-domain", "a@b.example"], "reply.example.com"),
            (&["doctor", "--resolver", "dns.example.com"], "9.9.9.9"),
            (&["export", "surveys", "--repair"], "--repair"),
            (&["recount", "--repair"], "--repair"),
            (&["recount", "all"], "all"),
            (&["reconcile", "--campaign", "old"], "--campaign"),
            (&["reconcile", "--out", "d"], "--out"),
        ] {
            let error = parse(arguments).unwrap_err();
            assert!(error.contains(named), "{arguments:?}: {error}");
        }
        let nobody = CommandLine::parse(Parser::from_args(["import", "a.csv"]), |_| None);
        assert!(nobody.unwrap_err().to_string().contains("NPSLOOP_API_KEY"));
    }
}
