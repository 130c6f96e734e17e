use std::collections::BTreeMap;
use std::time::Instant;

use model::SurveyId;
use model::theme::{LANGUAGES, MOST_A_COMMENT, Sentiment, Theme};
use proptest::prelude::*;

use super::{Because, Language, Reader, Says, Terms, heard, language, sentiment};

fn theme(id: &str, keywords: &[(&str, &[&str])]) -> Theme {
    let keywords: BTreeMap<_, _> = keywords
        .iter()
        .map(|(language, words)| ((*language).to_owned(), words.iter().map(|word| (*word).to_owned()).collect()))
        .collect();
    Theme { id: id.parse().unwrap(), name: id.to_owned(), keywords }
}

/// The themes by which the labelled comments are read.
fn themes() -> Vec<Theme> {
    vec![
        theme(
            "support",
            &[
                ("any", &["support", "*support"]),
                ("en", &["help desk", "help", "phone", "chat"]),
                ("de", &["kundendienst", "hotline", "ansprechpartner"]),
                ("fr", &["service client"]),
                ("es", &["soporte"]),
                ("it", &["assistenza"]),
                ("nl", &["klantenservice", "ondersteuning"]),
                ("pt", &["suporte"]),
                ("sv", &["supporten"]),
                ("pl", &["pomoc techniczna"]),
                ("ja", &["サポート"]),
                ("zh", &["客服"]),
            ],
        ),
        theme(
            "price",
            &[
                ("en", &["price", "expensive", "cost*", "invoice", "money", "pricing"]),
                ("de", &["preis*", "teuer", "rechnung"]),
                ("fr", &["prix", "cher", "facture"]),
                ("es", &["precio", "caro", "factura"]),
                ("it", &["prezzo", "caro", "fattura"]),
                ("nl", &["prijs", "duur", "factuur"]),
                ("pt", &["preço", "caro", "fatura"]),
                ("sv", &["pris"]),
                ("ja", &["価格"]),
                ("zh", &["价格"]),
            ],
        ),
        theme(
            "delivery",
            &[
                ("en", &["deliver", "delivery", "deadline", "delay", "on time", "slow week"]),
                ("de", &["lieferung", "*verzögerung", "pünktlich"]),
                ("fr", &["livraison", "livrer", "retard"]),
                ("es", &["entrega", "retraso"]),
                ("it", &["consegna", "ritardo"]),
                ("nl", &["levering"]),
                ("pt", &["entrega"]),
                ("pl", &["dostawa"]),
            ],
        ),
        theme(
            "quality",
            &[
                ("en", &["bug", "crash", "fail", "reliable", "outage", "buggy", "product"]),
                ("de", &["fehler", "stürzt", "zuverlässig", "stabil", "funktionieren", "produkt", "ohne probleme"]),
                ("fr", &["bug", "planter", "fiable", "produit"]),
                ("es", &["fallar", "fiable", "producto", "calidad"]),
                ("it", &["bloccare", "affidabile", "prodotto"]),
                ("nl", &["app", "betrouwbaar", "product", "kwaliteit"]),
                ("pt", &["travar", "confiável", "produto", "qualidade"]),
            ],
        ),
        theme(
            "onboarding",
            &[
                ("en", &["onboarding", "training", "documentation"]),
                ("de", &["schulung", "einführung"]),
                ("fr", &["formation", "formateur"]),
                ("es", &["formación"]),
                ("it", &["formazione"]),
                ("nl", &["opleiding"]),
                ("pt", &["formação"]),
            ],
        ),
        theme(
            "communication",
            &[
                ("en", &["communication", "informed", "update"]),
                ("de", &["kommunikation"]),
                ("fr", &["communication"]),
                ("es", &["comunicación"]),
            ],
        ),
    ]
}

#[test]
fn the_languages_are_those_a_campaign_may_name() {
    assert_eq!(Language::ALL.map(Language::tag), LANGUAGES);
    for (tag, known) in [("de-AT", Some(Language::De)), ("nb_NO", Some(Language::No)), ("EN", Some(Language::En))] {
        assert_eq!(Language::of_tag(tag), known);
    }
    assert_eq!(Language::of_tag("tlh"), None);
    for (nth, language) in Language::ALL.into_iter().enumerate() {
        assert_eq!(language as usize, nth);
    }
}

#[test]
fn a_keyword_is_found_by_its_stem_in_every_language() {
    for (tag, keyword, found, not) in [
        ("en", "deliver", "Everything was delivered and the deliveries were fine.", "We liked the delicious cake."),
        ("en", "help desk", "The Help-Desk is what we like; help desks rarely are.", "Help yourself to a desk."),
        ("de", "Kundendienst", "Die Kundendienste sind nicht zu erreichen.", "Die Kunden dienten als Beispiel."),
        ("de", "preis*", "Die Preisgestaltung ist nicht zu verstehen.", "Das ist ein Ratespreis und nicht mehr."),
        ("de", "*support", "Der Kundensupport ist nicht zu erreichen.", "Die Supportzeiten sind nicht für uns."),
        ("fr", "livraison", "Les livraisons ne sont pas pour nous.", "Le livre est pour nous."),
        ("fr", "équipe", "L’équipe est avec nous.", "Les équilibres sont avec nous."),
        ("es", "facturación", "Las facturaciones son para nosotros.", "La fractura es para nosotros."),
        ("it", "consegna", "Le consegne sono per noi.", "La conseguenza è per noi."),
        ("nl", "levering", "De leveringen zijn voor ons.", "De lever is voor ons."),
        ("pt", "entrega", "As entregas são para nós.", "A entrada é para nós."),
        ("sv", "pris", "Priserna är inte för oss.", "Det är inte för oss."),
        ("da", "levering", "Leveringerne er ikke for os.", "Det er ikke for os."),
        ("no", "levering", "Leveringene er ikke for oss.", "Det er ikke for oss."),
        ("fi", "palvelu", "Palvelut ovat meille hyvin.", "Se ei ole meille hyvin."),
        ("pl", "dostawa", "Dostawy są dla nas bardzo.", "To jest dla nas."),
        ("tr", "teslimat", "Teslimatlar bizim için çok.", "Bu bizim için çok."),
        ("ru", "поддержка", "Мы не довольны поддержкой.", "Мы не довольны ценой."),
        ("ja", "サポート", "サポートの対応が遅いです。", "価格が高すぎます。"),
        ("zh", "客服", "客服态度很好。", "价格太贵了。"),
        ("ko", "지원", "고객지원이 느려요.", "가격이 비싸요."),
        ("th", "บริการ", "การบริการดีมาก", "ราคาแพง"),
    ] {
        let themes = [theme("it", &[(tag, &[keyword])])];
        let of = |text: &str| heard(&themes, text, None).themes.len();
        assert_eq!((of(found), of(not)), (1, 0), "{tag} {keyword}");
        let read = Reader::new(&themes).read(found, None);
        assert_eq!(read.language.map(Language::tag), Some(tag), "{found}");
        assert!(read.because.iter().any(|why| found.contains(&why.words)), "{:?}", read.because);
    }
}

#[test]
fn marks_and_case_are_no_difference() {
    let themes = [theme("it", &[("fr", &["équipe"]), ("de", &["Straße"])])];
    for text in ["EQUIPE", "equipe", "e\u{301}quipe", "Équipes", "STRASSE", "straße"] {
        assert_eq!(heard(&themes, text, None).themes.len(), 1, "{text}");
    }
}

#[test]
fn a_keyword_of_one_language_is_not_looked_for_in_another() {
    let themes = [theme("poison", &[("de", &["Gift"])]), theme("sap", &[("any", &["SAP"])])];
    let of =
        |text, locale| -> Vec<String> { heard(&themes, text, locale).themes.iter().map(ToString::to_string).collect() };
    assert!(of("The gift was a nice surprise for all of us", None).is_empty());
    assert_eq!(of("Das Gift ist nicht in der SAP", None), ["poison", "sap"]);
    assert_eq!(of("Gift!", Some("de-CH")), ["poison"]);
    assert!(of("Gift!", Some("en")).is_empty());
    // Nobody knows: better once too often than never.
    assert_eq!(of("Gift!", None), ["poison"]);
}

#[test]
fn what_is_said_is_denied_weighed_and_weighed_against() {
    for (text, sounds) in [
        ("helpful", Some(Sentiment::Positive)),
        ("not helpful", Some(Sentiment::Negative)),
        ("They are not very helpful", Some(Sentiment::Negative)),
        ("They weren’t helpful", Some(Sentiment::Negative)),
        ("no problems", Some(Sentiment::Positive)),
        ("not bad", Some(Sentiment::Positive)),
        ("Not only helpful but fast", Some(Sentiment::Positive)),
        ("good, not expensive", Some(Sentiment::Positive)),
        ("good but slow", Some(Sentiment::Mixed)),
        ("excellent but slow", Some(Sentiment::Mixed)),
        ("Great product but support is slow", Some(Sentiment::Mixed)),
        ("Good people, awful software", Some(Sentiment::Mixed)),
        ("Gutes Produkt, aber der Support ist eine Katastrophe", Some(Sentiment::Mixed)),
        ("excellent and friendly, only a bit slow", Some(Sentiment::Positive)),
        ("We use it for our monthly reports", None),
        ("useful, and we use it daily", Some(Sentiment::Positive)),
        ("It is like talking to a wall", None),
        ("I work with Sam every day", None),
        ("Nobody called me back", Some(Sentiment::Negative)),
        ("No one answered the phone", Some(Sentiment::Negative)),
        ("Zero complaints", Some(Sentiment::Positive)),
        ("Would buy again", Some(Sentiment::Positive)),
        ("I would not buy again", Some(Sentiment::Negative)),
        ("Can’t fault them", Some(Sentiment::Positive)),
        ("Niemand hat zurückgerufen", Some(Sentiment::Negative)),
        ("Da gibt es nichts zu meckern", Some(Sentiment::Positive)),
        ("Personne ne répond au téléphone", Some(Sentiment::Negative)),
        ("Nadie contesta al teléfono", Some(Sentiment::Negative)),
        // How letters begin and end is no opinion.
        ("The invoice was wrong. Kind regards, Ada", Some(Sentiment::Negative)),
        ("Die Rechnung war falsch. Mit freundlichen Grüßen, Anna", Some(Sentiment::Negative)),
        ("La facture est fausse. Bonne journée", Some(Sentiment::Negative)),
        ("Buenos días, la factura tiene un error", Some(Sentiment::Negative)),
        ("De factuur is fout. Met vriendelijke groet, Jan", Some(Sentiment::Negative)),
        ("too many steps", Some(Sentiment::Negative)),
        ("me too", None),
        ("Please call me", None),
        ("The documentation could be better", Some(Sentiment::Negative)),
        ("It is expensive as well", Some(Sentiment::Negative)),
        ("too good to be true", Some(Sentiment::Negative)),
        ("We started in March", None),
        ("", None),
        ("nicht gut", Some(Sentiment::Negative)),
        ("Das gefällt mir nicht", Some(Sentiment::Negative)),
        ("Das gefällt mir", Some(Sentiment::Positive)),
        ("gut und nicht teuer", Some(Sentiment::Positive)),
        ("ohne Probleme", Some(Sentiment::Positive)),
        ("Ça ne marche pas", Some(Sentiment::Negative)),
        ("Le produit marche bien", Some(Sentiment::Positive)),
        ("No funciona", Some(Sentiment::Negative)),
        ("Non funziona", Some(Sentiment::Negative)),
        ("Het werkt niet", Some(Sentiment::Negative)),
        ("Não funciona", Some(Sentiment::Negative)),
        ("サポートの対応が遅いです", None),
        ("👎", Some(Sentiment::Negative)),
    ] {
        assert_eq!(sentiment(text, None), sounds, "{text}");
    }
}

#[test]
fn a_reading_says_why() {
    let themes = [theme("support", &[("en", &["support team"])])];
    let read = Reader::new(&themes).read("The Support Team was really helpful, but not fast.", None);
    let says = |words: &str, says| Because { words: words.to_owned(), says };
    assert_eq!(read.language, Some(Language::En));
    assert_eq!(
        read.because,
        [
            says("Support Team", Says::Theme("support".parse().unwrap())),
            says("really helpful", Says::Sounds(1.5)),
            says("not fast", Says::Sounds(-1.0)),
        ]
    );
    assert_eq!(read.heard.sentiment, Some(Sentiment::Mixed));
}

#[test]
fn a_comment_has_the_first_few_themes() {
    let themes: Vec<Theme> = (0..9).map(|nth| theme(&format!("t{nth}"), &[("any", &["all"])])).collect();
    let found = heard(&themes, "all of it", None).themes;
    assert_eq!(found.len(), MOST_A_COMMENT);
    assert_eq!(found[0].as_str(), "t0");
}

/// A comment of our own, labelled by hand.
struct Labelled {
    language: &'static str,
    sounds: Option<Sentiment>,
    themes: Vec<&'static str>,
    text: &'static str,
}

fn labelled(lines: &'static str) -> impl Iterator<Item = Labelled> {
    lines.lines().map(|line| {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap();
        let (language, sounds, themes, text) = (next(), next().parse().ok(), next(), next());
        Labelled { language, sounds, themes: themes.split(',').filter(|theme| *theme != "-").collect(), text }
    })
}

/// How often something was said rightly, was said, and is.
#[derive(Clone, Copy, Default)]
struct Hits {
    right: u32,
    said: u32,
    there: u32,
}

impl Hits {
    fn take(&mut self, said: bool, is: bool) {
        self.right += u32::from(said && is);
        self.said += u32::from(said);
        self.there += u32::from(is);
    }

    fn precision(self) -> f64 {
        f64::from(self.right) / f64::from(self.said.max(1))
    }

    fn recall(self) -> f64 {
        f64::from(self.right) / f64::from(self.there.max(1))
    }
}

/// What came of reading labelled comments.
struct Figures {
    n: u32,
    languages: u32,
    languages_at_home: u32,
    themes: Hits,
    sounds: [Hits; 3],
}

fn read_all(name: &str, lines: &'static str) -> Figures {
    let themes = themes();
    let mut reader = Reader::new(&themes);
    let mut figures =
        Figures { n: 0, languages: 0, languages_at_home: 0, themes: Hits::default(), sounds: [Hits::default(); 3] };
    for Labelled { language: tag, sounds, themes: about, text } in labelled(lines) {
        let read = reader.read(text, None);
        let same = |language: Option<Language>| u32::from(language.map(Language::tag) == Some(tag));
        figures.n += 1;
        figures.languages += same(read.language);
        figures.languages_at_home += same(language(text, Some(tag)));
        for theme in &themes {
            figures.themes.take(read.heard.themes.contains(&theme.id), about.contains(&theme.id.as_str()));
        }
        for (one, hits) in Sentiment::ALL.into_iter().zip(&mut figures.sounds) {
            hits.take(read.heard.sentiment == Some(one), sounds == Some(one));
        }
        let ids: Vec<_> = read.heard.themes.iter().map(|theme| theme.as_str()).collect();
        if read.heard.sentiment != sounds || ids.len() != about.len() || same(read.language) == 0 {
            println!("{tag} {about:?} {sounds:?} read as {ids:?} {:?}: {text}", read.heard.sentiment);
        }
    }
    println!("{name}: {} comments", figures.n);
    println!("  language: {} right, {} with the writer's own", figures.languages, figures.languages_at_home);
    let named = Sentiment::ALL.map(Sentiment::as_str).into_iter().zip(figures.sounds);
    for (what, hits) in [("themes", figures.themes)].into_iter().chain(named) {
        println!("  {what}: precision {:.2}, recall {:.2} of {}", hits.precision(), hits.recall(), hits.there);
    }
    figures
}

/// How well it does on comments of our own. `--nocapture` prints the figures; the bounds keep a change of the lists from
/// making it worse unseen. The lists were mended until most of the first were read rightly. The second were written after
/// that; no list has been mended for them since, so they are nearer to what to expect.
#[test]
fn labelled_comments_are_mostly_read_as_people_read_them() {
    let known = read_all("known", include_str!("../tests/comments.tsv"));
    assert!(known.n >= 120 && known.languages * 10 >= known.n * 9 && known.languages_at_home == known.n);
    assert!(known.themes.precision() >= 0.9 && known.themes.recall() >= 0.85);
    for (hits, (precise, complete)) in known.sounds.into_iter().zip([(0.95, 0.9), (0.85, 0.7), (0.9, 0.95)]) {
        assert!(hits.precision() >= precise && hits.recall() >= complete);
    }
    let unseen = read_all("unseen", include_str!("../tests/unseen.tsv"));
    assert!(unseen.languages_at_home == unseen.n && unseen.themes.precision() >= 0.9);
    let [negative, _, positive] = unseen.sounds;
    // What is said is mostly right; some is not said.
    assert!(negative.precision() >= 0.9 && negative.recall() >= 0.6 && positive.recall() >= 0.85);
}

#[test]
fn hostile_texts_cost_no_more_than_others() {
    let themes = themes();
    let mut reader = Reader::new(&themes);
    reader.read("warm", None);
    let many = |what: &str| what.chars().cycle().take(4_000).collect::<String>();
    for text in [
        many("\u{301}"),
        many("a\u{301}\u{327}\u{300}"),
        many("a "),
        many("a"),
        many("u"),
        many("👍"),
        many("not "),
        many("not good "),
        many("\u{202e}שלום "),
        many("サポート"),
        many("ss\u{0}"),
        many("support "),
        many("yu'"),
        many("è"),
    ] {
        let start = Instant::now();
        let read = reader.read(&text, Some("de"));
        let mut terms = Terms::default();
        terms.take(SurveyId::from_bytes([1; 16]), &text, None, "3".parse().unwrap());
        let took = start.elapsed();
        assert!(read.because.len() <= super::MOST_REASONS);
        // Debug builds on a busy machine; a release build takes less than a tenth of it.
        assert!(took.as_millis() < 2_000, "{took:?} for {:?}", text.chars().take(4).collect::<String>());
    }
}

#[test]
fn terms_are_what_comments_have_in_common() {
    let mut terms = Terms::default();
    let said = [
        ("The mobile app is slow and the mobile app logs me out", 2),
        ("Mobile apps should be better", 3),
        ("Your mobile app is a joke", 1),
        ("The weekly demo was great", 10),
        ("We enjoyed the weekly demos", 9),
        ("weekly demo, weekly demo, weekly demo", 9),
        ("Lea is great", 10),
        ("Nothing to say about the colour", 7),
    ];
    for (nth, (text, score)) in said.iter().enumerate() {
        let survey = SurveyId::from_bytes([u8::try_from(nth).unwrap(); 16]);
        terms.take(survey, text, Some("en"), score.to_string().parse().unwrap());
    }
    let common = terms.common(2, 10);
    let named: Vec<_> = common.iter().map(|term| (term.words.as_str(), term.counts.n())).collect();
    // The pairs take the place of their words; a comment counts once; feelings are none.
    assert_eq!(named, [("mobile app", 3), ("weekly demo", 3)]);
    assert!(common[0].lean < 0.0 && common[1].lean > 0.0);
    assert_eq!((common[0].counts.nps(), common[1].counts.nps()), (Some(-100), Some(100)));
    assert_eq!(common[0].examples.len(), 2);
    assert!(common[0].examples[0].snippet.contains("mobile app"));
    assert_eq!(terms.comments(), 8);
}

#[test]
fn terms_take_a_bounded_memory() {
    let mut terms = Terms::default();
    for nth in 0..1_200_u32 {
        let words: String = (0..40).map(|word| format!("wort{} ", letters(nth * 40 + word))).collect();
        terms.take(SurveyId::from_bytes([0; 16]), &format!("{words} everywhere"), None, "5".parse().unwrap());
    }
    assert!(terms.terms_kept() <= 20_100, "{}", terms.terms_kept());
    let common = terms.common(1_000, 5);
    assert_eq!(common.iter().map(|term| term.words.as_str()).collect::<Vec<_>>(), ["everywhere"]);
}

/// A number as letters.
fn letters(mut number: u32) -> String {
    let mut letters = String::new();
    while number > 0 {
        letters.push(char::from(b'a' + u8::try_from(number % 26).unwrap()));
        number /= 26;
    }
    letters
}

proptest! {
    #[test]
    fn any_text_is_read_and_explained_by_itself(text in "\\PC{0,300}", locale in proptest::option::of("[a-z]{2}(-[A-Z]{2})?")) {
        let themes = themes();
        let read = Reader::new(&themes).read(&text, locale.as_deref());
        prop_assert!(read.heard.themes.len() <= MOST_A_COMMENT);
        prop_assert!(read.because.len() <= super::MOST_REASONS);
        for why in &read.because {
            prop_assert!(!why.words.is_empty() && text.contains(&why.words));
        }
        prop_assert_eq!(&Reader::new(&themes).read(&text, locale.as_deref()), &read);
        let mut terms = Terms::default();
        terms.take(SurveyId::from_bytes([1; 16]), &text, locale.as_deref(), "9".parse().unwrap());
        prop_assert!(terms.common(1, 1_000).iter().all(|term| term.counts.n() == 1));
    }

    #[test]
    fn words_of_every_list_are_read_in_any_order(
        words in proptest::collection::vec(proptest::sample::select(include_str!("words/de.txt").split_whitespace().chain(include_str!("words/en.txt").split_whitespace()).collect::<Vec<_>>()), 0..60)
    ) {
        let text = words.join(" ").replace('_', " ");
        let read = Reader::new(&[]).read(&text, None);
        let sum: f64 = read.because.iter().map(|why| match why.says { Says::Sounds(weight) => weight.abs(), Says::Theme(_) => 0.0 }).sum();
        prop_assert!(read.because.len() >= super::MOST_REASONS || (sum > 0.0) == read.heard.sentiment.is_some());
    }
}
