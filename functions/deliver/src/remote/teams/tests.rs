use insta::assert_json_snapshot;

use super::super::tests::{answered, chat, set};
use super::*;

#[test]
fn what_others_wrote_is_no_markdown() {
    let mut report = answered(3, Some("[Click](https://evil.example) **now**\n\n<at>everybody</at>"));
    set(&mut report, "contact_name", "[Ada](https://evil.example)");
    let (message, _) = chat::message(&chat(&[Group::Detractor]), &report, &Memory::new()).unwrap();
    let body = card(&message);
    assert_json_snapshot!("wicked", body);
    // Only text runs, in which nothing is read.
    assert!(!body.to_string().contains("TextBlock\",\"text"));
    assert!(!body.to_string().contains("FactSet"));
    let actions = &body["attachments"][0]["content"]["actions"];
    assert_eq!(actions[0]["url"], "https://nps.company.example/dashboard#survey=00112233445566778899aabbccddeeff");
}
