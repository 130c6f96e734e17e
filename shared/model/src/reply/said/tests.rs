//! What is a score, and what is none.

use super::{Said, read};
use proptest::prelude::{any, prop, proptest};

fn score(value: u8) -> Said {
    Said::Score { score: value.try_into().unwrap(), comment: None }
}

fn with(value: u8, comment: &str) -> Said {
    Said::Score { score: value.try_into().unwrap(), comment: Some(comment.to_owned()) }
}

#[test]
fn a_number_alone_is_a_score() {
    for value in 0..=10_u8 {
        for text in [
            format!("{value}"),
            format!("  {value}\n"),
            format!("{value}."),
            format!("{value}!"),
            format!("{value}!!!"),
            format!("{value}..."),
            format!("*{value}*"),
            format!("**{value}**"),
            format!("({value})"),
            format!("\"{value}\""),
            format!("“{value}”"),
            format!("{value}/10"),
            format!("{value} / 10"),
            format!("{value}/10."),
            format!("{value} of 10"),
            format!("{value} out of 10"),
            format!("{value} von 10"),
            format!("{value} sur 10"),
            format!("{value} de 10"),
            format!("{value} su 10"),
            format!("{value} из 10"),
            format!("{value} points"),
            format!("{value}, thanks"),
            format!("{value} Punkte"),
            format!("{value}分"),
            format!("{value}点です。"),
            format!("{value}점"),
            format!("Score: {value}"),
            format!("score {value}"),
            format!("My score is {value}."),
            format!("I'd say {value}"),
            format!("I’d say {value}!"),
            format!("I would give you a {value}"),
            format!("a solid {value}"),
            format!("Ich würde eine {value} geben").replace(" geben", ""),
            format!("Note: {value}"),
            format!("Nota {value}"),
            format!("Voto: {value}/10"),
            format!("Je dirais {value}"),
            format!("Оценка: {value}"),
            format!("評価：{value}"),
            format!("评分{value}"),
            format!("점수는 {value}"),
            format!("Hi Sam,\n\n{value}\n\nBest regards,\nAda Example\nExample AG\n+49 30 123456"),
            format!("Hello\n{value}\nThanks"),
            format!("{value}\n\nViele Grüße\nAda"),
            format!("Bonjour,\n\n{value}/10\n\nCordialement\nAda"),
            format!("{value} 👍").replace(" 👍", ""),
        ] {
            assert_eq!(read(&text), score(value), "{text:?}");
        }
    }
}

#[test]
fn digits_of_every_script_count() {
    for (text, value) in [
        ("９", 9),
        ("１０", 10),
        ("٩", 9),
        ("١٠", 10),
        ("۹", 9),
        ("९", 9),
        ("१०", 10),
        ("৮", 8),
        ("๗", 7),
        ("9️⃣", 9),
        ("🔟", 10),
        ("９／１０", 9),
        ("𝟗", 9),
        ("\u{200f}٩", 9),
    ] {
        assert_eq!(read(text), score(value), "{text:?}");
    }
}

#[test]
fn what_goes_with_a_score_is_the_comment() {
    for (text, value, comment) in [
        ("9 - great", 9, "great"),
        ("9 – great service", 9, "great service"),
        ("9—great", 9, "great"),
        ("9 great", 9, "great"),
        ("9, because you were quick.", 9, "because you were quick."),
        ("9, Great service", 9, "Great service"),
        ("9, thanks to Sam", 9, "thanks to Sam"),
        ("9: quick and friendly", 9, "quick and friendly"),
        ("9; no complaints", 9, "no complaints"),
        ("9! Great team.", 9, "Great team."),
        ("9... it was fine", 9, "it was fine"),
        ("9/10 would recommend", 9, "would recommend"),
        ("9/10. Great service.", 9, "Great service."),
        ("9 out of 10, well done", 9, "well done"),
        ("10 out of 10 would recommend", 10, "would recommend"),
        ("I'd say 9. Great service!", 9, "Great service!"),
        ("I'd say 9, Sam was great", 9, "Sam was great"),
        ("7 (could be faster)", 7, "(could be faster)"),
        ("9 👍", 9, "👍"),
        ("10 ❤️ thanks", 10, "❤️ thanks"),
        ("0 sehr schlecht", 0, "sehr schlecht"),
        ("2 because nobody answered for 3 weeks", 2, "because nobody answered for 3 weeks"),
        ("9\n\nThe team was quick.\nAnd kind.", 9, "The team was quick.\nAnd kind."),
        ("Hi Sam,\n\n9\n\nThe team was quick.\n\nBest\nAda", 9, "The team was quick."),
        ("The project went well.\n\n9", 9, "The project went well."),
        ("8 muy bien, gracias", 8, "muy bien, gracias"),
        ("8 très bien", 8, "très bien"),
        ("٩، ممتاز", 9, "ممتاز"),
        ("9、とても良かったです", 9, "とても良かったです"),
        ("9\nCall me on +49 30 1234567 before 10.12.2026", 9, "Call me on +49 30 1234567 before 10.12.2026"),
    ] {
        assert_eq!(read(text), with(value, comment), "{text:?}");
    }
}

#[test]
fn a_number_of_something_else_is_no_score() {
    for text in [
        "10 years we work with you",
        "7 times I called",
        "10 Jahre Kunde",
        "3 weeks late",
        "9 people asked",
        "8 of 10 developers like it",
        "8 out of 10 times it fails",
        "2 of my colleagues left",
        "9. Dezember",
        "9. December 2026",
        "3. Mai habe ich Urlaub",
        "9.12.2026",
        "09.12.",
        "9/12/2026",
        "9/10/2026",
        "9/11",
        "10-12-2026",
        "2026-12-09",
        "9 December works for me",
        "9 - December",
        "9:30",
        "9:30 would suit me",
        "9 am",
        "9am",
        "9pm",
        "9 Uhr",
        "9h",
        "at 9",
        "around 9",
        "9-10",
        "9 - 10",
        "9–10",
        "9 or 10",
        "9 to 10",
        "between 7 and 8",
        "7/8",
        "4/5",
        "8 out of 12",
        "9.5",
        "9,5",
        "9.0",
        "07",
        "00",
        "11",
        "100",
        "-1",
        "- 9",
        "+9",
        "9+",
        "9?",
        "9%",
        "10 %",
        "10€",
        "10 €",
        "$9",
        "#9",
        "9th",
        "10k",
        "10x better",
        "9-year contract",
        "1 0",
        "9 9",
        "0 30 123456",
        "030 123456",
        "+49 30 123456",
        "(030) 123456",
        "1) first\n2) second",
        "1. The support is slow\n2. The price is high",
        "1\n2\n3",
        "9\n8",
        "I'd say 9\nno, 7\n7",
        "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10",
        "0 = Not at all likely",
        "0  https://nps.example.com/r/x?score=0",
        "10, Downing Street",
        "Ada\n10, Downing Street",
        "10 Downing Street",
        "Room 9",
        "nine",
        "Who are you?",
        "I gave a 3 last year.",
        "We have 9 offices",
        "Version 9",
        "9 months",
        "9 mois",
        "3 veces",
        "5 Minuten später",
        "7 Tage",
        "9 Monate",
        "10 лет",
        "9 very long years",
        "9 so many times",
        "9分钟",
        "10点开会",
        "10 Mbit/s",
        "9/10-12",
        "5 stars",
        "Ticket 9: closed",
        "9,99 per month",
        "9'000",
        "9\u{a0}000",
        "½",
        "²",
        "IX",
        "١١",
        "9_10",
        "9=9",
        "9*2",
        "9\\10",
        "９９",
        "Thanks, but no.\nI never used it.\nNot once.\nReally.\nNever.\nNo.\n9",
    ] {
        assert_eq!(read(text), Said::Words(text.to_owned()), "{text:?}");
    }
}

#[test]
fn nothing_is_nothing() {
    for text in ["", " ", "\n\n", "\r\n \t"] {
        assert_eq!(read(text), Said::Nothing, "{text:?}");
    }
}

#[test]
fn who_wants_no_more_mail_says_so_on_the_first_line() {
    for text in [
        "unsubscribe",
        "Unsubscribe.",
        "UNSUBSCRIBE ME!",
        "stop",
        "STOP",
        "Please stop.",
        "Abmelden",
        "bitte abmelden",
        "Me désinscrire",
        "Darse de baja",
        "Afmelden",
        "отписаться",
        "退订",
        "配信停止",
        "수신거부",
        "إلغاء الاشتراك",
        "सदस्यता समाप्त करें",
        "Unsubscribe\n\nBest regards\nAda",
    ] {
        assert_eq!(read(text), Said::NoMore { rest: None }, "{text:?}");
    }
    let rest = Some("Your support is awful.".to_owned());
    assert_eq!(read("Stop\n\nYour support is awful."), Said::NoMore { rest });
    for text in ["Don't stop", "stop and go", "I tried to unsubscribe", "We cannot stop", "nonstop"] {
        assert!(matches!(read(text), Said::Words(_)), "{text:?}");
    }
    assert_eq!(read("9\nunsubscribe"), with(9, "unsubscribe"));
}

proptest! {
    #[test]
    fn whatever_is_read_ends(text in any::<String>()) {
        match read(&text) {
            Said::Score { comment: Some(comment), .. } => assert!(comment.chars().count() <= text.chars().count()),
            Said::Words(words) => assert!(text.contains(&words)),
            _ => {}
        }
    }

    #[test]
    fn numbers_and_marks_in_any_order_end(text in "[0-9٠-٩/.,:; \\-–()*a-c\n🔟分点]{0,24}") {
        // A score is one of the numbers that stand there, and never part of a longer one.
        if let Said::Score { score, .. } = read(&text) {
            let numbers: Vec<String> = text
                .chars()
                .map(|c| super::digit(c).map_or(if c == '🔟' { '🔟' } else { ' ' }, |value| char::from(b'0' + value)))
                .collect::<String>()
                .replace('🔟', " 10 ")
                .split_whitespace()
                .map(str::to_owned)
                .collect();
            assert!(numbers.contains(&score.to_string()), "{text:?} {score}");
        }
    }

    #[test]
    fn two_scores_that_differ_are_none(one in 0_u8..=10, two in 0_u8..=10) {
        let said = read(&format!("{one}\n{two}"));
        assert_eq!(matches!(said, Said::Score { .. }), one == two);
    }

    #[test]
    fn a_number_over_ten_is_no_score(number in 11_u64.., end in prop::sample::select(vec!["", "!", " great", " - great", "/10"])) {
        let said = read(&format!("{number}{end}"));
        assert!(matches!(said, Said::Words(_)), "{said:?}");
    }
}
