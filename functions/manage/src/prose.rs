//! Texts of several lines that people write.

use host::Fields;
use host::fields::Json;

/// Takes a text that may have several lines, with at most `most` characters; `None` if nothing is left of it without
/// the blanks around it.
pub(crate) fn take(fields: &mut Fields, name: &str, most: usize) -> Option<String> {
    let Json::Text(text) = fields.take(name)? else {
        fields.wrong(name, "this must be a string");
        return None;
    };
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    if let Some(control) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        let code = u32::from(control);
        fields.wrong(name, format!("this must be plain text: it contains the control character U+{code:04X}"));
        return None;
    }
    if text.chars().count() > most {
        fields.wrong(name, format!("this must have at most {most} characters"));
        return None;
    }
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_may_have_lines_and_nothing_odd() {
        let read = |value: serde_json::Value| {
            let mut fields = Fields::parse(json!({ "text": value }).to_string().as_bytes()).unwrap();
            let text = take(&mut fields, "text", 10);
            (text, fields.finish().is_ok())
        };
        assert_eq!(read(json!(" one\r\ntwo\t ")), (Some("one\ntwo".to_owned()), true));
        assert_eq!(read(json!("0123456789")), (Some("0123456789".to_owned()), true));
        for blank in [json!(null), json!(""), json!(" \n ")] {
            assert_eq!(read(blank), (None, true));
        }
        for wrong in [json!("01234567890"), json!("a\u{0}"), json!("a\rb"), json!(7), json!(["a"])] {
            assert_eq!(read(wrong.clone()), (None, false), "{wrong}");
        }
    }
}
