use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

use super::*;

#[test]
fn a_text_takes_as_many_segments_as_it_is_paid_for() {
    use Encoding::{Gsm, Unicode};
    for (text, encoding, units, count) in [
        (String::new(), Gsm, 0, 1),
        ("a".repeat(160), Gsm, 160, 1),
        ("a".repeat(161), Gsm, 161, 2),
        ("a".repeat(306), Gsm, 306, 2),
        ("a".repeat(307), Gsm, 307, 3),
        // These take two places each.
        ("€".repeat(80), Gsm, 160, 1),
        ("€".repeat(81), Gsm, 162, 2),
        // One of them would stand across the end of the first segment: it begins the second.
        (format!("{}€{}", "a".repeat(152), "a".repeat(152)), Gsm, 306, 3),
        (format!("{}€{}", "a".repeat(151), "a".repeat(152)), Gsm, 305, 2),
        ("äöüßÄÖÜéèàùìòñÑÇ¿¡ 0123\n".to_owned(), Gsm, 24, 1),
        ("https://nps.example.com/r/AbC_-123?score=9".to_owned(), Gsm, 42, 1),
        // Not one of the seven bits: a small cedilla, a typographic apostrophe.
        ("ç".to_owned(), Unicode, 1, 1),
        (format!("{}’", "a".repeat(69)), Unicode, 70, 1),
        (format!("{}’", "a".repeat(70)), Unicode, 71, 2),
        ("я".repeat(134), Unicode, 134, 2),
        ("я".repeat(135), Unicode, 135, 3),
        ("漢".repeat(70), Unicode, 70, 1),
        // Two halves that stay together.
        ("😀".repeat(35), Unicode, 70, 1),
        ("😀".repeat(36), Unicode, 72, 2),
        (format!("{}😀{}", "я".repeat(66), "я".repeat(66)), Unicode, 134, 3),
    ] {
        assert_eq!(segments(&text), Segments { encoding, units, count }, "{text:?}");
    }
}

#[test]
fn the_letters_of_seven_bits_are_all_there_and_once() {
    let mut basic: Vec<char> = BASIC.chars().collect();
    basic.sort_unstable();
    basic.dedup();
    assert_eq!((basic.len(), BASIC.chars().count()), (127, 127), "128, less the escape");
    assert_eq!(EXTENDED.chars().count(), 10);
}

#[test]
fn a_text_comes_from_a_number_a_name_or_a_pool() {
    for (text, as_taken, answered) in [
        ("+49 1511 2345678", "+4915112345678", true),
        ("pool-1234567890abcdef", "pool-1234567890abcdef", true),
        ("phone-1234567890abcdef", "phone-1234567890abcdef", true),
        ("ExampleAG", "ExampleAG", false),
        ("Example-24", "Example-24", false),
        (
            "arn:aws:sms-voice:eu-central-1:123456789012:pool/pool-12",
            "arn:aws:sms-voice:eu-central-1:123456789012:pool/pool-12",
            true,
        ),
        (
            "arn:aws:sms-voice:eu-central-1:123456789012:sender-id/Acme/DE",
            "arn:aws:sms-voice:eu-central-1:123456789012:sender-id/Acme/DE",
            false,
        ),
    ] {
        let origination = Origination::parse(text).unwrap();
        assert_eq!((origination.as_str(), origination.can_be_answered()), (as_taken, answered), "{text}");
    }
    for wrong in
        ["", "030 1234", "+030 1234", "12345", "Example Company", "Ex\nample", "twelve-chars", "pool-ä", "arn:é"]
    {
        assert_eq!(Origination::parse(wrong), Err(NotAnOrigination), "{wrong:?}");
    }
}

#[test]
fn whoever_says_stop_means_it() {
    for stop in ["STOP", " stop\n", "Stop.", "\"Stop\"", "ARRÊT", "arret", "unsubscribe", "StopAll", "cancel!"] {
        assert!(is_stop(stop), "{stop:?}");
    }
    for other in ["", "9", "please do not stop", "stop it", "Stoppt", "yes"] {
        assert!(!is_stop(other), "{other:?}");
    }
}

proptest! {
    #[test]
    fn segments_hold_what_they_are_counted_for(text in "[a-zäç€ 😀\n]{0,400}") {
        let found = segments(&text);
        let (alone, each) = found.encoding.room();
        prop_assert_eq!(found.count == 1, found.units <= alone);
        prop_assert!(found.count == 1 || found.units <= found.count * each);
        prop_assert!(found.count == 1 || found.units > (found.count - 1) * (each - 1));
    }
}
