use insta::assert_json_snapshot;
use model::Group;

use super::super::tests::{answered, chat, set};
use super::*;

/// What somebody may write who wants to call everybody, or lead them elsewhere.
const WICKED: &str = "<!channel> <https://evil.example|Click> *bold* @here :tada: & more\nsecond line";

#[test]
fn nobody_is_called_by_a_comment() {
    let mut report = answered(3, Some(WICKED));
    set(&mut report, "contact_name", "<!here> Ada");
    let (message, _) = chat::message(&chat(&[Group::Detractor]), &report, &Memory::new()).unwrap();
    let body = blocks(&message);
    assert_json_snapshot!("wicked", body);
    // Whatever others wrote stands where nothing is read into it, or is escaped.
    let markup = |text: &str| text.contains("<!") || text.contains("evil");
    assert!(!markup(body["text"].as_str().unwrap()));
    for block in body["blocks"].as_array().unwrap() {
        for element in block["elements"].as_array().into_iter().flatten() {
            assert!(!markup(element["text"].as_str().unwrap()));
        }
    }
}
