use super::super::tests::{answered, chat, created, set, unanswered};
use super::*;

const DETRACTORS: &[Group] = &[Group::Detractor];

/// What is said, and what is remembered after it.
fn said(report: &Report, memory: &Memory) -> Option<(String, Memory)> {
    message(&chat(DETRACTORS), report, memory).map(|(message, memory)| (message.headline, memory))
}

#[test]
fn only_a_score_of_a_chosen_group_is_told() {
    let none = Memory::new();
    assert_eq!(said(&answered(3, None), &none).unwrap().0, "🔴 3 of 10: Ada Example");
    assert_eq!(said(&answered(7, None), &none), None);
    assert_eq!(said(&created(), &none), None);
    assert_eq!(said(&unanswered(), &none), None);
    let mut suspect = answered(3, None);
    set(&mut suspect, "standing", "suspect");
    assert_eq!(said(&suspect, &none), None);
    let (message, _) = message(&chat(&[Group::Promoter]), &answered(9, None), &none).unwrap();
    assert_eq!((message.group, message.headline.as_str()), (Group::Promoter, "🟢 9 of 10: Ada Example"));
}

#[test]
fn who_was_told_hears_how_it_goes_on() {
    let (_, told) = said(&answered(3, None), &Memory::new()).unwrap();
    assert_eq!(said(&answered(3, None), &told), None, "nothing new");
    let (headline, told) = said(&answered(3, Some("Too slow.")), &told).unwrap();
    assert_eq!(headline, "🔴 3 of 10: Ada Example has written more");
    let (headline, told) = said(&answered(9, Some("Too slow.")), &told).unwrap();
    assert_eq!(headline, "🟢 9 of 10, was 3: Ada Example");
    assert_eq!(said(&answered(9, Some("Too slow.")), &told), None);
    assert!(told.values().all(|value| !value.contains("slow")), "no comment is remembered");
}

#[test]
fn a_change_without_news_has_the_same_content() {
    let mut other = answered(3, None);
    set(&mut other, "owner_name", "Kim Owner");
    assert_eq!(content(&answered(3, None)), content(&other));
    assert_ne!(content(&answered(3, None)), content(&answered(4, None)));
    assert_ne!(content(&answered(3, None)), content(&answered(3, Some("Too slow."))));
}

#[test]
fn a_long_comment_is_cut() {
    let (message, _) = message(&chat(DETRACTORS), &answered(3, Some(&"ü".repeat(4000))), &Memory::new()).unwrap();
    assert_eq!(message.comment.unwrap().chars().count(), LONGEST_COMMENT);
}

#[test]
fn earlier_scores_are_told() {
    let mut report = answered(3, None);
    let first = report.changes[0];
    report.changes.insert(0, model::survey::Change { score: 8.try_into().unwrap(), ..first });
    assert!(facts(&report).contains(&("Earlier scores", "8".to_owned())));
    report.before = Some((9.try_into().unwrap(), first.at));
    assert!(facts(&report).contains(&("Last survey", "9 of 10 on 4 March 2027".to_owned())));
    let nothing = |(name, _): &(&str, String)| !["Earlier scores", "Last survey"].contains(name);
    assert!(facts(&answered(3, None)).iter().all(nothing));
}
