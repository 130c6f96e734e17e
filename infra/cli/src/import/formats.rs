//! Which service a table comes from, and what its columns are.
//!
//! A service is known by names of columns that only it has. Names are compared without case, blanks and signs, since they
//! differ between the versions of an export; what is still not known is said with `--map`.

use super::table::{OURS, ROW_ID, Table};
use super::times;

/// A service whose exports are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    /// Delighted (Qualtrics).
    Delighted,
    /// Wootric (InMoment).
    Wootric,
    /// AskNicely.
    AskNicely,
    /// SurveyMonkey.
    SurveyMonkey,
    /// Zendesk's NPS surveys.
    Zendesk,
    /// A table npsloop wrote.
    Npsloop,
}

impl Service {
    /// All of them, the ones first that are hardest to mistake.
    const ALL: [Self; 6] =
        [Self::Npsloop, Self::SurveyMonkey, Self::AskNicely, Self::Zendesk, Self::Wootric, Self::Delighted];

    /// Its name in the API.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Delighted => "delighted",
            Self::Wootric => "wootric",
            Self::AskNicely => "asknicely",
            Self::SurveyMonkey => "surveymonkey",
            Self::Zendesk => "zendesk",
            Self::Npsloop => "npsloop",
        }
    }

    /// Its name as it writes it.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Delighted => "Delighted",
            Self::Wootric => "Wootric",
            Self::AskNicely => "AskNicely",
            Self::SurveyMonkey => "SurveyMonkey",
            Self::Zendesk => "Zendesk",
            Self::Npsloop => "npsloop",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.as_str() == name)
    }

    /// Sets of columns only this one has: one set is enough.
    const fn marks(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Npsloop => &[&["surveyid", "contactemail", "answeredat", "score"]],
            Self::SurveyMonkey => &[&["respondentid", "collectorid"]],
            Self::AskNicely => &[&["answer", "responded"], &["answer", "responseid"], &["answer", "answerlabel"]],
            Self::Zendesk => &[
                &["rating", "ratedat"],
                &["rating", "deliveredat"],
                &["rating", "recipientid"],
                &["rating", "surveyname"],
                &["npsrating"],
            ],
            Self::Wootric => &[
                &["npsscore"],
                &["score", "feedback"],
                &["score", "enduserid"],
                &["score", "originurl"],
                &["score", "lastsurveyedat"],
                &["score", "text", "createdat"],
            ],
            Self::Delighted => &[
                &["score", "permalink"],
                &["score", "surveytype"],
                &["score", "personid"],
                &["score", "surveydate", "responsedate"],
            ],
        }
    }

    /// What its columns are that others call otherwise, or that mean something else elsewhere.
    const fn columns(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Npsloop => &[
                ("surveyid", "row_id"),
                ("campaign", SKIP),
                ("group", SKIP),
                ("standing", SKIP),
                ("themes", SKIP),
                ("sentiment", SKIP),
                ("answeredby", SKIP),
                ("channel", SKIP),
                ("importedfrom", SKIP),
                ("day", SKIP),
                ("state", SKIP),
                ("createdat", SKIP),
                ("sendat", SKIP),
                ("deliveredat", SKIP),
                ("bouncedat", SKIP),
                ("remindedat", SKIP),
                ("unsubscribedat", SKIP),
                ("endedat", SKIP),
                ("openedat", SKIP),
                ("mayquote", "may_quote"),
                ("reasons", "reasons"),
            ],
            Self::SurveyMonkey => &[
                ("respondentid", "row_id"),
                ("collectorid", SKIP),
                // The one at which it was last changed is when it was given.
                ("enddate", "answered_at"),
                ("datemodified", "answered_at"),
                ("startdate", SKIP),
                ("datecreated", SKIP),
                ("ipaddress", SKIP),
            ],
            Self::AskNicely => &[
                ("responseid", "row_id"),
                ("answer", "score"),
                ("responded", "answered_at"),
                ("sent", "sent_at"),
                ("questiontype", KIND),
                ("answerlabel", SKIP),
                ("personid", SKIP),
                ("contactid", "contact_id"),
                ("opened", SKIP),
                ("lastemailed", SKIP),
                ("created", SKIP),
                ("published", SKIP),
                ("publishedname", SKIP),
                ("publishedavatar", SKIP),
                ("dontcontact", SKIP),
                ("data", SKIP),
                ("note", SKIP),
                ("status", SKIP),
                ("statustime", SKIP),
                ("emailtoken", SKIP),
                ("isalert", SKIP),
            ],
            Self::Zendesk => &[
                ("id", "row_id"),
                ("responseid", "row_id"),
                ("rating", "score"),
                ("npsrating", "score"),
                ("ratedat", "answered_at"),
                ("updatedat", "answered_at"),
                ("deliveredat", "sent_at"),
                ("userid", SKIP),
                ("recipientid", SKIP),
                ("deliveryid", SKIP),
                ("surveyid", SKIP),
                ("surveyname", "attributes.survey"),
            ],
            Self::Wootric => &[
                ("id", "row_id"),
                ("responseid", "row_id"),
                ("npsscore", "score"),
                ("feedback", "comment"),
                ("text", "comment"),
                ("createdat", "answered_at"),
                ("date", "answered_at"),
                ("enduserid", SKIP),
                ("userid", SKIP),
                ("lastsurveyedat", SKIP),
                ("lastsurveyed", SKIP),
                ("originurl", SKIP),
                ("ipaddress", SKIP),
                ("excludefromcalculations", SKIP),
                ("updatedat", SKIP),
                ("surveytype", KIND),
                ("metrictype", KIND),
                ("externalid", "contact_id"),
            ],
            Self::Delighted => &[
                ("id", "row_id"),
                ("responseid", "row_id"),
                ("surveyresponseid", "row_id"),
                ("surveytype", KIND),
                ("createdat", "answered_at"),
                ("responsedate", "answered_at"),
                ("responsetime", "answered_at"),
                ("surveydate", "sent_at"),
                ("surveytime", "sent_at"),
                ("sentat", "sent_at"),
                ("surveysentat", "sent_at"),
                ("personid", SKIP),
                ("permalink", SKIP),
                ("updatedat", SKIP),
                ("notes", SKIP),
                ("lastsentat", SKIP),
                ("lastrespondedat", SKIP),
                ("nextsurveyscheduledat", SKIP),
            ],
        }
    }
}

/// A column that is left out.
pub(super) const SKIP: &str = "-";

/// A column that says what was asked, where a service asks other things than this.
pub(super) const KIND: &str = "kind";

/// What all services and people call the same.
const USUAL: [(&str, &str); 53] = [
    ("email", "contact_email"),
    ("emailaddress", "contact_email"),
    ("contactemail", "contact_email"),
    ("useremail", "contact_email"),
    ("personemail", "contact_email"),
    ("customeremail", "contact_email"),
    ("recipientemail", "contact_email"),
    ("enduseremail", "contact_email"),
    ("respondentemail", "contact_email"),
    ("name", "contact_name"),
    ("fullname", "contact_name"),
    ("contactname", "contact_name"),
    ("username", "contact_name"),
    ("personname", "contact_name"),
    ("customername", "contact_name"),
    ("recipientname", "contact_name"),
    ("firstname", "first_name"),
    ("lastname", "last_name"),
    ("phone", "contact_phone"),
    ("phonenumber", "contact_phone"),
    ("contactphone", "contact_phone"),
    ("contactid", "contact_id"),
    ("locale", "contact_locale"),
    ("contactlocale", "contact_locale"),
    ("contacttimezone", "contact_time_zone"),
    ("score", "score"),
    ("nps", "score"),
    ("comment", "comment"),
    ("comments", "comment"),
    ("followup", "follow_up"),
    ("answeredat", "answered_at"),
    ("respondedat", "answered_at"),
    ("responsedate", "answered_at"),
    ("completedat", "answered_at"),
    ("submittedat", "answered_at"),
    ("date", "answered_at"),
    ("sentat", "sent_at"),
    ("rowid", "row_id"),
    ("responseid", "row_id"),
    ("subjecttype", "subject_type"),
    ("subjectid", "subject_id"),
    ("subjectname", "subject_name"),
    ("milestone", "milestone"),
    ("owneremail", "owner_email"),
    ("ownername", "owner_name"),
    ("ownerid", "owner_id"),
    ("agentid", "agent_id"),
    ("agentname", "agent_name"),
    ("accountid", "account_id"),
    ("accountname", "account_name"),
    ("company", "account_name"),
    ("companyname", "account_name"),
    ("attributes", "attributes"),
];

/// The fields a column may be, beside `attributes.NAME`.
const FIELDS: [&str; 30] = [
    "row_id",
    "contact_email",
    "contact_name",
    "contact_id",
    "contact_phone",
    "contact_locale",
    "contact_time_zone",
    "first_name",
    "last_name",
    "subject_type",
    "subject_id",
    "subject_name",
    "milestone",
    "owner_email",
    "owner_name",
    "owner_id",
    "agent_id",
    "agent_name",
    "account_id",
    "account_name",
    "score",
    "comment",
    "follow_up",
    "may_quote",
    "reasons",
    "sent_at",
    "answered_at",
    "attributes",
    KIND,
    SKIP,
];

/// What Zendesk calls its other question.
const SATISFACTION: [&str; 5] = [
    "satisfactionscore",
    "satisfactionrating",
    "ticketsatisfactionrating",
    "ticketsatisfactionscore",
    "ticketsatisfactioncomment",
];

/// What the columns of a table are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Who wrote it, if that is known.
    pub(super) service: Option<Service>,
    /// The name its rows are kept under.
    pub(super) source: String,
    /// The field of each column; none where the column is left out.
    pub(super) fields: Vec<Option<String>>,
    /// Columns that hold something and are left out.
    pub(super) left_out: Vec<String>,
    /// Rows before the first one.
    pub(super) skip: usize,
}

/// A name of a column as it is compared.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether something is a field a row may have.
pub(super) fn is_field(field: &str) -> bool {
    FIELDS.contains(&field) || field.strip_prefix("attributes.").is_some_and(|name| !name.trim().is_empty())
}

impl Layout {
    /// Finds out what the columns of a table are. `source` and `map` are what a person says of it, and `anonymous` that nobody
    /// is named in it.
    ///
    /// # Errors
    /// What is missing, in words for that person.
    pub(super) fn of(
        table: &Table,
        source: Option<&str>,
        map: &[(String, String)],
        anonymous: bool,
    ) -> Result<Self, String> {
        let names: Vec<String> = table.columns.iter().map(|name| plain(name)).collect();
        let is_marked = |service: &Service| {
            service.marks().iter().any(|marks| marks.iter().all(|mark| names.iter().any(|name| name == mark)))
        };
        let service = match source {
            Some(name) => Service::named(name),
            None => Service::ALL.into_iter().find(is_marked),
        };
        let source = source.map(str::to_owned).or(service.map(|service| service.as_str().to_owned()));
        let mut layout = Self {
            service,
            source: source.unwrap_or_else(|| "csv".to_owned()),
            fields: vec![None; names.len()],
            left_out: Vec::new(),
            skip: 0,
        };
        let mut chosen = vec![false; names.len()];
        for (column, field) in map {
            let at = table.columns.iter().position(|name| name == column);
            let at = at.or_else(|| names.iter().position(|name| *name == plain(column)));
            let at = at.ok_or_else(|| format!("--map: there is no column `{column}`; {}", columns(table)))?;
            if !is_field(field) {
                return Err(format!("--map: `{field}` is no field; `npsloop --help` names them"));
            }
            chosen[at] = true;
            layout.fields[at] = (field != SKIP).then(|| field.clone());
        }
        let of_service = service.map(Service::columns).unwrap_or_default();
        // First what the service means by its names, then what everybody means: a field has one column.
        for known in [of_service, &USUAL] {
            for (at, name) in names.iter().enumerate() {
                let field = known.iter().find(|(known, _)| known == name).map(|(_, field)| *field);
                let Some(field) = field.filter(|_| !chosen[at]) else { continue };
                if field == SKIP {
                    chosen[at] = true;
                    layout.leave_out(table, at);
                } else if !layout.has(field) {
                    chosen[at] = true;
                    layout.fields[at] = Some(field.to_owned());
                }
            }
        }
        if service == Some(Service::SurveyMonkey) {
            layout.find_questions(table, &mut chosen);
        }
        for (at, name) in table.columns.iter().enumerate() {
            if name == ROW_ID {
                // Beside one of the service's own: a row has one of the two.
                layout.fields[at] = Some("row_id".to_owned());
            }
            if chosen[at] || name.is_empty() || name.starts_with(OURS) {
                continue;
            }
            // Of a moment no two are alike, so it groups nothing.
            let mut cells =
                table.rows.iter().skip(layout.skip).map(|row| row.cell(at)).filter(|cell| !cell.is_empty()).peekable();
            if cells.peek().is_some() && cells.all(times::is_moment) {
                layout.left_out.push(name.clone());
                continue;
            }
            let attribute = name.strip_prefix("attributes.").unwrap_or(name);
            layout.fields[at] = Some(format!("attributes.{attribute}"));
        }
        let mut missing: Vec<&str> = ["score", "answered_at"].into_iter().filter(|field| !layout.has(field)).collect();
        // Some rows may have neither; that no row has is rather a name nobody knew.
        let named = layout.has("contact_email") || layout.has("contact_phone");
        if !named && !anonymous {
            missing.insert(0, "contact_email");
        }
        if missing == ["contact_email"] {
            return Err(format!(
                "no column of this table is `contact_email` or `contact_phone`: say which one with --map COLUMN=FIELD, or \
                 --anonymous if nobody knows who answered; {}",
                columns(table)
            ));
        }
        if missing.is_empty() {
            return Ok(layout);
        }
        if missing.contains(&"score") && names.iter().any(|name| SATISFACTION.contains(&name.as_str())) {
            return Err(format!(
                "this is whether customers were satisfied (good or bad), not how likely they are to recommend you: no score \
                 can be made of it; {}",
                columns(table)
            ));
        }
        let which = service.map_or("this table", Service::title);
        let missing: Vec<String> = missing.into_iter().map(|field| format!("`{field}`")).collect();
        Err(format!(
            "no column of {which} is {}: say which one with --map COLUMN=FIELD; {}",
            missing.join(" or "),
            columns(table)
        ))
    }

    /// Whether a column is that field.
    pub(super) fn has(&self, field: &str) -> bool {
        self.fields.iter().any(|known| known.as_deref() == Some(field))
    }

    fn leave_out(&mut self, table: &Table, at: usize) {
        if table.rows.iter().any(|row| !row.cell(at).is_empty()) {
            self.left_out.push(table.columns[at].clone());
        }
    }

    /// SurveyMonkey names columns after the questions, and says in a second row what kind of answer stands below. The
    /// question about recommending holds the score, the first open one behind it the comment.
    fn find_questions(&mut self, table: &Table, chosen: &mut [bool]) {
        let id = self.fields.iter().position(|field| field.as_deref() == Some("row_id"));
        let second = table.rows.first().filter(|row| id.is_some_and(|id| row.cell(id).is_empty()));
        self.skip = usize::from(second.is_some());
        let about = |at: &usize| {
            let question = table.columns[*at].to_lowercase();
            ["recommend", "empfehl", "recommand", "recomend", "raccomand", "aanbevelen"]
                .iter()
                .any(|word| question.contains(word))
        };
        let free: Vec<usize> = (0..table.columns.len()).filter(|at| !chosen[*at]).collect();
        let score = free.iter().copied().find(about).filter(|_| !self.has("score"));
        if let Some(at) = score {
            self.fields[at] = Some("score".to_owned());
            chosen[at] = true;
        }
        let score = self.fields.iter().position(|field| field.as_deref() == Some("score"));
        let is_open = |at: &usize| {
            let kind = second.map(|row| row.cell(*at).to_lowercase()).unwrap_or_default();
            kind.contains("open-ended") || kind.contains("offene antwort")
        };
        let behind = free.iter().copied().filter(|at| score.is_none_or(|score| *at > score));
        let comment = behind.filter(|at| !chosen[*at]).find(is_open).filter(|_| !self.has("comment"));
        if let Some(at) = comment {
            self.fields[at] = Some("comment".to_owned());
            chosen[at] = true;
        }
    }
}

fn columns(table: &Table) -> String {
    let names: Vec<String> =
        table.columns.iter().filter(|name| !name.is_empty()).map(|name| format!("`{name}`")).collect();
    format!("its columns are {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(head: &str, map: &[(&str, &str)]) -> Result<Layout, String> {
        let map: Vec<_> = map.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        Layout::of(&Table::read(head.as_bytes(), None).unwrap(), None, &map, false)
    }

    fn fields(layout: &Layout) -> Vec<&str> {
        layout.fields.iter().map(|field| field.as_deref().unwrap_or(SKIP)).collect()
    }

    #[test]
    fn a_plain_table_needs_three_columns() {
        let found = layout("E-Mail,Score,answered_at,Region,Company\n", &[]).unwrap();
        assert_eq!((found.service, found.source.as_str()), (None, "csv"));
        assert_eq!(fields(&found), ["contact_email", "score", "answered_at", "attributes.Region", "account_name"]);
        let error = layout("E-Mail,Mark\n", &[]).unwrap_err();
        assert!(error.contains("`score` or `answered_at`") && error.contains("`Mark`"), "{error}");
        let mapped = layout(
            "Wer,Note,Wann,x\n",
            &[("wer", "contact_email"), ("Note", "score"), ("Wann", "answered_at"), ("x", "-")],
        );
        assert_eq!(fields(&mapped.unwrap()), ["contact_email", "score", "answered_at", "-"]);
        assert!(layout("a\n", &[("b", "score")]).unwrap_err().contains("no column `b`"));
        assert!(layout("a\n", &[("a", "nps")]).unwrap_err().contains("no field"));
        assert!(layout("a\n", &[("a", "attributes. ")]).unwrap_err().contains("no field"));
    }

    #[test]
    fn that_nobody_is_named_is_said_by_a_person() {
        let table = Table::read(b"score,answered_at\n", None).unwrap();
        let error = Layout::of(&table, None, &[], false).unwrap_err();
        assert!(error.contains("--anonymous") && error.contains("`contact_phone`"), "{error}");
        assert_eq!(fields(&Layout::of(&table, None, &[], true).unwrap()), ["score", "answered_at"]);
        assert_eq!(fields(&layout("phone,score,answered_at\n", &[]).unwrap())[0], "contact_phone");
        let error = layout("Ticket ID,Requester email,Satisfaction Score,Updated at\n", &[]).unwrap_err();
        assert!(error.contains("good or bad"), "{error}");
    }

    #[test]
    fn what_groups_nothing_is_left_out() {
        let found = layout(
            "email,score,answered_at,seen,since,plan\n\
             a@example.com,9,2021-03-04,2021-03-04 10:00:01 UTC,2020-01-01,1:1\nb@example.com,9,2021-03-04,,2020-02-01,Gold\n",
            &[],
        );
        let found = found.unwrap();
        assert_eq!(fields(&found)[3..], ["-", "attributes.since", "attributes.plan"]);
        assert_eq!(found.left_out, ["seen"]);
        let kept = layout(
            "email,score,answered_at,seen\na@example.com,9,2021-03-04,10:00 2021-03-04\n",
            &[("seen", "attributes.seen")],
        );
        assert_eq!(fields(&kept.unwrap())[3], "attributes.seen");
    }

    #[test]
    fn what_a_person_says_wins_and_a_field_has_one_column() {
        let found = layout("email,score,nps,date,answered_at\n", &[("nps", "score")]).unwrap();
        assert_eq!(
            fields(&found),
            ["contact_email", "attributes.score", "score", "answered_at", "attributes.answered_at"]
        );
    }

    #[test]
    fn every_known_name_is_of_a_known_field() {
        let all = Service::ALL.into_iter().flat_map(Service::columns).chain(&USUAL);
        for (name, field) in all {
            assert!(is_field(field), "{field}");
            assert_eq!(plain(name), *name);
        }
        for mark in Service::ALL.into_iter().flat_map(Service::marks).copied().flatten() {
            assert_eq!(plain(mark), *mark);
        }
    }
}
