//! What is taken, what is refused and where, and what nobody can do with a name.

use letters::{Links, fill};
use model::brand::{Colours, Logo, PictureUrl};
use model::campaign::Sender;
use model::sample::{Names, Sample, Which};
use model::template::{Form, Piece, Variable};
use model::texts::Part;
use model::{Campaign, CampaignId, Colour, Email, Group, Language, LetterKind};
use proptest::prelude::{ProptestConfig, proptest};

use super::checked;

pub(super) const MJML: &str = include_str!("../../../../../tests/fixtures/templates/invite.mjml");
pub(super) const HTML: &str = include_str!("../../../../../tests/fixtures/templates/thanks.html");

fn campaign() -> Campaign {
    let sender = Sender { name: "Northwind".to_owned(), email: Email::parse("nps@northwind.example").unwrap() };
    let mut campaign = Campaign::new(CampaignId::default_campaign(), "Northwind Studio", sender);
    campaign.thanks.promoter = Some("Thank you, {name}!\n\nYour <b>team</b>".to_owned());
    campaign.texts.put(Language::Ar, Part::ThanksPromoter, "شكرا".to_owned());
    campaign.thanks.review_url = Some("https://reviews.example.com/northwind".to_owned());
    campaign
}

fn filled(form: Form, source: &str, letter: LetterKind, names: Names, language: Language) -> String {
    let made = checked(form, source, letter, None).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
    let links =
        Links { page: "https://nps.example.com/r/abc", unsubscribe: "https://nps.example.com/u/abc", replies: false };
    let sample = Sample { which: letter.to(Some(Group::Promoter)).unwrap(), language, names };
    fill::sample(&campaign(), Some(&made.body), &sample, links).unwrap().unwrap().html
}

#[test]
fn the_hint_says_what_is_so_in_this_letter() {
    let words = words::Words::plain(Language::En);
    let made = checked(Form::Mjml, MJML, LetterKind::Remind, None).unwrap();
    let seen = |saves: bool, replies: bool| {
        let links =
            Links { page: "https://nps.example.com/r/abc", unsubscribe: "https://nps.example.com/u/abc", replies };
        let sample = Sample { which: model::sample::Which::Remind, language: Language::En, names: Names::usual() };
        let campaign = Campaign { self_saving: saves, ..campaign() };
        let html = fill::sample(&campaign, Some(&made.body), &sample, links).unwrap().unwrap().html;
        [words.choose(), words.choose_page(), words.pressed(), words.or_reply()].map(|hint| html.contains(&hint))
    };
    assert_eq!(seen(false, false), [true, false, true, false]);
    assert_eq!(seen(true, true), [false, true, true, true]);
}

/// What is wrong with a letter that has this beside what it must have.
fn wrong(beside: &str) -> Vec<String> {
    let source = format!(
        "<html><head><title>a</title></head><body>\n<table><tr><td>{{{{scale}}}}</td></tr></table>\n<a href=\"{{{{unsubscribe_url}}}}\">no more</a>\n{beside}\n</body></html>"
    );
    match checked(Form::Html, &source, LetterKind::Invite, None) {
        Ok(_) => Vec::new(),
        Err(wrong) => wrong.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn the_examples_are_taken_without_a_word_and_filled_whole() {
    for (form, source, letter) in [(Form::Mjml, MJML, LetterKind::Invite), (Form::Html, HTML, LetterKind::Thanks)] {
        let made = checked(form, source, letter, None).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
        assert_eq!(made.warnings, [], "{letter:?}");
        for language in Language::ALL {
            for names in [Names::usual(), Names::long(), Names::default()] {
                let html = filled(form, source, letter, names, language);
                assert!(!html.contains("{{") && !html.contains("}}"), "{html}");
                let language =
                    if letter == LetterKind::Thanks && language != Language::Ar { Language::En } else { language };
                let frame = format!("lang=\"{}\" dir=\"{}\"", language.tag(), language.direction().as_str());
                assert!(html.matches(&frame).count() >= 2, "{html}");
                assert!(!html.contains("lang=\"und\"") && !html.contains("googleapis"), "{html}");
                assert!(html.contains("https://nps.example.com/u/abc"));
                if letter == LetterKind::Invite {
                    for score in 0..=10 {
                        assert_eq!(
                            html.matches(&format!("\"https://nps.example.com/r/abc?score={score}\"")).count(),
                            1
                        );
                    }
                }
            }
        }
    }
    let html = filled(Form::Html, HTML, LetterKind::Thanks, Names::usual(), Language::En);
    assert!(
        html.contains("Your &#60;b&#62;team&#60;/b&#62;") && html.contains("https://reviews.example.com/northwind")
    );
}

#[test]
fn sides_change_in_languages_from_the_right_and_not_where_it_is_for_one() {
    let arabic = filled(Form::Html, HTML, LetterKind::Thanks, Names::usual(), Language::Ar);
    assert!(
        !arabic.contains("align=\"left\"") && arabic.contains("align=\"right\"") && arabic.contains("align=\"center\"")
    );
    let mjml = filled(Form::Mjml, MJML, LetterKind::Invite, Names::usual(), Language::Ar);
    assert!(mjml.contains("text-align:right") && !mjml.contains("text-align:left") && !mjml.contains("direction:ltr"));
    let english = filled(Form::Mjml, MJML, LetterKind::Invite, Names::usual(), Language::En);
    assert!(english.contains("text-align:left") && !english.contains("text-align:right"));
    let made = checked(Form::Html, HTML, LetterKind::Thanks, Some(Language::Ar)).unwrap();
    let kept = made.body.pieces.iter().filter_map(|piece| match piece {
        Piece::Html(html) => Some(html.matches("align=\"left\"").count()),
        _ => None,
    });
    assert_eq!(kept.sum::<usize>(), HTML.matches("align=\"left\"").count());
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    for (beside, what) in [
        ("{{nane}}", "line 4, column 1: there is no variable {{nane}}"),
        ("{{thanks}}", "line 4, column 1: {{thanks}} is no variable of this letter"),
        ("a {{name", "line 4, column 3: {{name has no }} behind it"),
        ("{{scale}}", "line 4, column 1: {{scale}} is there already"),
        ("<p>a</p>\n<script>alert(1)</script>", "line 5, column 1: <script> cannot be in a letter"),
        ("<form action=\"https://a.example\"></form>", "<form> cannot be in a letter"),
        ("<iframe src=\"https://a.example\"></iframe>", "<iframe> cannot be in a letter"),
        ("<svg></svg>", "use a PNG"),
        ("<link rel=\"stylesheet\" href=\"https://a.example/a.css\">", "<link> cannot be in a letter"),
        ("<blink>a</blink>", "<blink> is nothing mail programs know"),
        ("<b ONCLICK=\"alert(1)\">a</b>", "line 4, column 4: `onclick` cannot be in a letter"),
        ("<a href=\"javascript:alert(1)\">a</a>", "a link begins with https://"),
        ("<a href=\"java&#10;script:alert(1)\">a</a>", "a link begins with https://"),
        ("<a href=\"javascript:alert(1)//{&#123;\">a</a>", "a link begins with https://"),
        ("<a href=\"&#123;{page_url}}\">a</a>", "a link begins with https://"),
        ("<a href=\"/relative\">a</a>", "a link begins with https://"),
        ("<a href=\"{{name}}\">a</a>", "{{name}} cannot stand in `href`"),
        ("<a href=\"https://a.example/{{name}}\">a</a>", "{{name}} cannot stand in `href`"),
        ("<a href=\"https://a.example/?to={{page_url}}\">a</a>", "{{page_url}} is a whole address"),
        ("<a href=\"{{page_url}}/x\">a</a>", "{{page_url}} is a whole address"),
        ("<img src=\"{{page_url}}\" alt=\"\" width=\"1\">", "{{page_url}} is a whole address"),
        ("<a href={{page_url}}>a</a>", "put quotes around {{page_url}}"),
        ("<b {{name}}>a</b>", "{{name}} cannot stand in a tag"),
        ("<b class=\"{{name}}\">a</b>", "{{name}} cannot stand in `class`"),
        ("<b style=\"color:{{name}}\">a</b>", "{{name}} cannot stand in `style`"),
        ("<style>.a { content: \"{{name}}\" }</style>", "{{name}} cannot stand in a style"),
        ("<p>{{fallback}}</p><a href=\"https://a.example\">{{unsubscribe}}</a>", "{{unsubscribe}} has a link in it"),
        ("<img src=\"http://a.example/a.png\" alt=\"\" width=\"1\">", "https address"),
        ("<img src=\"data:image/png;base64,AAAA\" alt=\"\" width=\"1\">", "https address"),
        ("<img src=\"https://a.example/a.svg\" alt=\"\" width=\"1\">", "Gmail and Outlook do not show SVG"),
        ("<img src=\"https://a.example/a.png\" width=\"1\">", "no `alt`"),
        ("<style>@import url(https://a.example/a.css);</style>", "loads no styles from elsewhere"),
        ("<style>@font-face { font-family: a; src: url(https://a.example/a.woff) }</style>", "loads no fonts"),
        ("<b style=\"background:url(javascript:alert(1))\">a</b>", "no style runs anything"),
        ("<div><b>a</div>", "this <b> has no end before </div>"),
        ("</td>", "this </td> ends nothing"),
        ("<meta http-equiv=\"refresh\" content=\"0;url=https://a.example\">", "refresh"),
        ("<!--[if mso]><a href=\"javascript:alert(1)\">a</a><![endif]-->", "a link begins with https://"),
        ("<!--[if mso]><script>alert(1)</script><![endif]-->", "<script> cannot be in a letter"),
    ] {
        let found = wrong(beside);
        assert!(found.iter().any(|one| one.contains(what)), "{beside}: {found:#?}");
    }
    assert_eq!(
        wrong("<p>a &amp; b<!-- a note {{x}} --></p><!--[if mso]>&nbsp;<![endif]-->").len(),
        1,
        "the note's variable"
    );
    for fine in [
        "<p>one<p>two",
        "<a href=\"{{page_url}}?score=9\" title='{{company}}'>{{company}}</a>",
        "<a href=\"mailto:a@a.example\">a</a><a href=\"tel:+4930\">b</a>",
        "<!--[if !mso]><!--><b>a</b><!--<![endif]-->",
    ] {
        assert_eq!(wrong(fine), Vec::<String>::new(), "{fine}");
    }
}

#[test]
fn what_must_be_there_is_missed_where_nobody_sees_it() {
    let letter = |scale: &str, out: &str| {
        let source = format!("<html><head></head><body><div>{scale}</div>{out}</body></html>");
        checked(Form::Html, &source, LetterKind::Invite, None).err().unwrap_or_default()
    };
    let out = "<a href=\"{{unsubscribe_url}}\">a</a>";
    assert_eq!(letter("{{scale}}", out), []);
    assert_eq!(letter("{{scale}}", "{{unsubscribe}}"), []);
    for (scale, out, missed) in [
        ("", out, "{{scale}}"),
        ("<!--[if mso]>{{scale}}<![endif]-->", out, "{{scale}}"),
        ("<div style=\"display:none\">{{scale}}</div>", out, "{{scale}}"),
        ("{{scale}}", "", "{{unsubscribe_url}}"),
        ("{{scale}}", "{{unsubscribe_url}}", "{{unsubscribe_url}}"),
        (
            "{{scale}}",
            "<div style=\"display: none\"><a href=\"{{unsubscribe_url}}\">a</a></div>",
            "{{unsubscribe_url}}",
        ),
        ("{{scale}}", "<!--[if mso]><a href=\"{{unsubscribe_url}}\">a</a><![endif]-->", "{{unsubscribe_url}}"),
    ] {
        let found = letter(scale, out);
        let named = found.iter().any(|one| one.what.contains(missed) && one.what.contains("must be in this letter"));
        assert!(named, "{scale} {out}: {found:#?}");
    }
}

#[test]
fn mistakes_of_mjml_have_a_place_in_what_was_written() {
    let place = |from: &str, to: &str| {
        let source = MJML.replacen(from, to, 1);
        assert_ne!(source, MJML, "{from}");
        checked(Form::Mjml, &source, LetterKind::Invite, None).expect_err(to)[0].to_string()
    };
    for (from, to, what) in [
        ("{{greeting}}", "{{greting}}", "line 26, column 34: there is no variable {{greting}}"),
        ("{{lead}}", "<a href=\"javascript:a\">a</a>", "line 27, column 43: a link begins with"),
        ("{{lead}}", "<form></form>", "line 27, column 34: <form> cannot be"),
        ("{{lead}}</mj-text>", "{{lead}}", "something has no end"),
        ("<mj-divider ", "<mj-include path=\"a.mjml\"/><mj-divider ", "nothing can be included"),
        ("<mj-divider ", "<mj-bogus/><mj-divider ", "<mj-bogus> is nothing mail programs know"),
        ("{{unsubscribe}}", "bye", "{{unsubscribe_url}} in a link, or {{unsubscribe}}, must be"),
        ("css-class=\"page\"", "css-class=page", "line 18, column"),
    ] {
        let found = place(from, to);
        assert!(found.contains(what), "{to}: {found}");
    }
    let source = MJML.replacen("<mj-title>", "<mj-title colour=\"red\">", 1);
    let made = checked(Form::Mjml, &source, LetterKind::Invite, None).unwrap();
    assert!(made.warnings[0].to_string().contains("is nothing MJML knows here"), "{:?}", made.warnings);
    assert!(
        checked(Form::Mjml, &"<b>".repeat(20_000), LetterKind::Invite, None).is_err(),
        "and nobody's stack ran out"
    );
}

#[test]
fn what_is_hard_to_read_is_said() {
    let faint = HTML.replace("color:#55636f", "color:#b0b8bf");
    let made = checked(Form::Html, &faint, LetterKind::Thanks, None).unwrap();
    assert_eq!(made.warnings.len(), 1);
    assert!(
        made.warnings[0].what.contains("contrast of 2.00:1") || made.warnings[0].what.contains("contrast of 2.0"),
        "{:?}",
        made.warnings
    );
}

/// The library reads by recursion and cuts texts where they may not be cut; neither is an end of the program.
#[test]
fn what_the_library_chokes_on_is_refused_like_anything_else() {
    let refused = |beside: &str| {
        let source = MJML.replacen("{{lead}}", beside, 1);
        let found = checked(Form::Mjml, &source, LetterKind::Invite, None).expect_err("refused");
        found[0].to_string()
    };
    // A `>` behind a character of three bytes.
    for text in ["日>", "\u{2192}>", "…>", "<!--[if mso]x>a<![endif]-->"] {
        assert!(refused(text).contains("write &gt; for each > in a text"), "{text}");
    }
    assert!(refused("日>").starts_with("line 27, column 35: "), "{}", refused("日>"));
    // To browsers all of this is a comment, or has no end; to the library it is one element in another.
    for deep in [
        format!("<!--[if mso]>{}<![endif]-->", "<b>".repeat(15_000)),
        "<BR>".repeat(12_000),
        "<_>".repeat(15_000),
        "<!--[if mso]><b><![endif]-->".repeat(2_000),
    ] {
        assert!(refused(&deep).contains("100 deep"), "{}", &deep[..30]);
        let raw = format!("<mjml><mj-body><mj-raw>{deep}</mj-raw></mj-body></mjml>");
        assert!(checked(Form::Mjml, &raw, LetterKind::Invite, None).is_err());
    }
    let outlook = format!("{{{{scale}}}}{}", "<BR><!--[if mso]><br><i>a</i><![endif]-->".repeat(200));
    assert_eq!(wrong(&outlook.replace("{{scale}}", "")), Vec::<String>::new(), "many are not deep");
}

/// The names of a CRM, in every place they may have.
fn everywhere(names: Names) -> String {
    let source = "<html><head><title>{{name}} {{subject}}</title></head><body><div>{{scale}}</div>\
                  <p title=\"{{name}}\" aria-label='{{owner_name}}'>{{name}} {{subject_name}} {{owner_name}} {{greeting}} {{lead}} \
                  {{signature}} {{subject}} {{preheader}}</p><!--[if mso]><b title='{{name}}'>{{name}}</b><![endif]-->\
                  <a href=\"{{unsubscribe_url}}\">x</a></body></html>";
    filled(Form::Html, source, LetterKind::Invite, names, Language::En)
}

/// The tags of a letter, without what is in their attributes' values.
fn tags(html: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once('<') {
        rest = tag;
        let (mut name, mut quote) = (String::new(), None);
        for c in tag.chars() {
            match (quote, c) {
                (None, '>') => break,
                (None, '"' | '\'') => quote = Some(c),
                (Some(open), c) if open == c => quote = None,
                (None, c) => name.push(c),
                _ => {}
            }
        }
        tags.push(name);
    }
    tags
}

#[test]
fn hostile_names_stay_text() {
    let harmless =
        tags(&everywhere(Names { contact: Some("a".into()), subject: Some("b".into()), owner: Some("c".into()) }));
    for name in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "--><b>out</b><!--",
        "</title><script>alert(1)</script>",
        "<![endif]--><b>",
        "{{unsubscribe_url}} {{scale}}",
        "&lt;b&gt; &#60;b&#62;",
        "]]><b>",
    ] {
        let names = Names { contact: Some(name.into()), subject: Some(name.into()), owner: Some(name.into()) };
        let html = everywhere(names);
        assert_eq!(tags(&html), harmless, "{name}: {html}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a name is: the letter has the tags it has with any other.
    #[test]
    fn no_name_makes_a_tag(contact in "[a<>\"'&{}/!\\-= ]{1,24}", owner in "\\PC{1,12}") {
        let plain = tags(&everywhere(Names { contact: Some("a".into()), subject: Some("b".into()), owner: Some("c".into()) }));
        let html = everywhere(Names { contact: Some(format!("a{contact}")), subject: Some(format!("b{contact}")), owner: Some(format!("c{owner}")) });
        assert_eq!(tags(&html), plain);
    }

    /// Whatever is sent as a template: it is taken or refused, and nothing else.
    #[test]
    fn nothing_that_is_sent_ends_the_program(at in 0_usize..3_000, cut in 0_usize..40, put in "(<|</|>|mj-text|mj-section|\"|'|=|&|<!--|-->|<mj-raw>|<mj-style>|/>| |\\n|é|\\{\\{scale\\}\\}){0,6}") {
        for (form, source, letter) in [(Form::Mjml, MJML, LetterKind::Invite), (Form::Html, HTML, LetterKind::Thanks)] {
            let mut text = source.to_owned();
            let (from, to) = (at.min(text.len()), (at + cut).min(text.len()));
            text.replace_range(from..to, &put);
            if let Ok(made) = checked(form, &text, letter, None) {
                assert!(!made.body.pieces.is_empty());
            }
        }
    }
}

#[test]
fn a_logo_and_colours_are_the_campaigns() {
    let mut campaign = campaign();
    let url = PictureUrl::parse("https://www.example.com/logo.png?a=1&b=2").unwrap();
    campaign.brand.logo = Some(Logo { url, width: 160, alt: None });
    campaign.brand.colours = Some(Colours { accent: Colour::parse("#d9480f").unwrap(), accent_dark: None });
    let source = MJML.replacen("{{company}}", "{{logo}}", 1);
    let made = checked(Form::Mjml, &source, LetterKind::Invite, None).unwrap();
    assert!(made.body.pieces.contains(&Piece::Between(Variable::Logo)) && made.body.dark);
    let links =
        Links { page: "https://nps.example.com/r/abc", unsubscribe: "https://nps.example.com/u/abc", replies: false };
    let sample = Sample { which: Which::Invite, language: Language::En, names: Names::usual() };
    let html = fill::sample(&campaign, Some(&made.body), &sample, links).unwrap().unwrap().html;
    assert!(html.contains("src=\"https://www.example.com/logo.png?a=1&#38;b=2\" alt=\"Northwind Studio\""), "{html}");
    assert!(html.contains("#d9480f") || html.contains("nps-step"), "{html}");
}

#[test]
fn whatever_is_sent_is_read_once() {
    let start = std::time::Instant::now();
    for text in ["{{", "{{a", "<b {{a}}=\"", "<!--[if mso]>", "<p>{{nane}}", "<img>", "&nosuch;"] {
        let source = text.repeat(64_000 / text.len());
        assert!(checked(Form::Html, &source, LetterKind::Invite, None).is_err(), "{text}");
    }
    // A hundred times what it takes.
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    println!("{:?}", start.elapsed());
}
