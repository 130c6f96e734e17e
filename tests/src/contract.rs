//! Holds every answer against `/openapi.json`: what is promised is there, and nothing else.
//!
//! A small reader of the part of OpenAPI 3.0.3 that the description uses. It is stricter than a schema validator: a field
//! that the description does not name is an error as well, so that the two cannot drift apart.

use serde_json::Value;

/// The description of the API.
#[derive(Clone, Debug)]
pub struct Contract {
    document: Value,
}

impl Contract {
    /// The contract of a description.
    #[must_use]
    pub fn new(document: Value) -> Self {
        assert_eq!(document["openapi"], "3.0.3", "the description says which OpenAPI it is");
        Self { document }
    }

    /// What is wrong with an answer, or nothing. `path` is the path that was called, without its query.
    #[must_use]
    pub fn complaints(&self, method: &str, path: &str, status: u16, content_type: &str, body: &str) -> Vec<String> {
        // Which methods and paths there are is told by a problem, whatever the path.
        let off_the_map = matches!(status, 404 | 405);
        let Some(operation) = self.operation(method, path) else {
            return if off_the_map {
                self.problem(status, content_type, body)
            } else {
                vec![format!("{method} {path} is not described")]
            };
        };
        let Some(response) = operation["responses"].get(status.to_string()) else {
            return if status == 405 {
                self.problem(status, content_type, body)
            } else {
                vec![format!("{method} {path} is not described to answer {status}")]
            };
        };
        let media = content_type.split(';').next().unwrap_or_default().trim();
        let Some(content) = self.resolved(response).get("content").filter(|_| method != "HEAD") else {
            return if body.is_empty() {
                Vec::new()
            } else {
                vec![format!("{method} {path} {status} has no body by its description: {body}")]
            };
        };
        let Some(described) = content.get(media) else {
            // A person with a browser gets a page where a program gets a problem.
            let is_page =
                media == "text/html" && ["/r/", "/u/", "/d/", "/preview/"].iter().any(|at| path.starts_with(at));
            return if is_page {
                Vec::new()
            } else {
                vec![format!("{method} {path} {status} is not described to be {media:?}")]
            };
        };
        if !media.ends_with("json") {
            return Vec::new();
        }
        let Ok(body) = serde_json::from_str::<Value>(body) else {
            return vec![format!("{method} {path} {status} is not JSON: {body}")];
        };
        let mut complaints = Vec::new();
        self.check(&described["schema"], &body, &format!("{method} {path} {status} "), &mut complaints);
        if media == "application/problem+json" && body["status"] != status {
            complaints.push(format!("the status in the problem is {}, not {status}", body["status"]));
        }
        complaints
    }

    fn problem(&self, status: u16, content_type: &str, body: &str) -> Vec<String> {
        let Ok(value) = serde_json::from_str::<Value>(body) else {
            // Contacts are told by a page.
            return if content_type.starts_with("text/html") || body.is_empty() {
                Vec::new()
            } else {
                vec![format!("{status}: {body}")]
            };
        };
        let mut complaints = Vec::new();
        self.check(&self.document["components"]["schemas"]["Problem"], &value, "a problem ", &mut complaints);
        if content_type != "application/problem+json" {
            complaints.push(format!("a problem is no {content_type}"));
        }
        complaints
    }

    fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let paths = self.document["paths"].as_object()?;
        let method = method.to_ascii_lowercase();
        let exact = paths.get(path);
        let matching =
            || paths.iter().find(|(template, _)| template.contains('{') && fits(template, path)).map(|(_, item)| item);
        exact.or_else(matching)?.get(&method)
    }

    /// Every operation as `METHOD /path`.
    #[must_use]
    pub fn operations(&self) -> Vec<String> {
        let methods = ["get", "head", "post", "put", "patch", "delete"];
        let paths = self.document["paths"].as_object().into_iter().flatten();
        let all = paths.flat_map(|(path, item)| {
            methods
                .iter()
                .filter(|method| item.get(**method).is_some())
                .map(move |method| format!("{} {path}", method.to_ascii_uppercase()))
        });
        all.collect()
    }

    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#')) {
            Some(pointer) => self.document.pointer(pointer).unwrap_or(&Value::Null),
            None => value,
        }
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, complaints: &mut Vec<String>) {
        let schema = self.resolved(schema);
        let Some(known) = schema.as_object() else {
            complaints.push(format!("{at}has no schema"));
            return;
        };
        if value.is_null() {
            if known.get("nullable") != Some(&Value::Bool(true)) {
                complaints.push(format!("{at}is null and must not be"));
            }
            return;
        }
        for part in known.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.check(part, value, at, complaints);
        }
        // Its parts have said all there is to say, as where a part may be `null` here.
        if known.contains_key("allOf") && !known.contains_key("properties") {
            return;
        }
        if let Some(kinds) = known.get("enum").and_then(Value::as_array)
            && !kinds.contains(value)
        {
            complaints.push(format!("{at}is {value}, none of {kinds:?}"));
        }
        let fits = match known.get("type").and_then(Value::as_str) {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("number") => value.is_number(),
            Some("boolean") => value.is_boolean(),
            Some(_) => false,
            None => true,
        };
        if !fits {
            complaints.push(format!("{at}is {value}, not of type {}", known["type"]));
            return;
        }
        match value {
            Value::Object(fields) => self.check_object(known, fields, at, complaints),
            Value::Array(items) => {
                let within = |bound: &str, holds: fn(u64, u64) -> bool| {
                    known.get(bound).and_then(Value::as_u64).is_none_or(|bound| holds(items.len() as u64, bound))
                };
                if !within("minItems", |len, least| len >= least) || !within("maxItems", |len, most| len <= most) {
                    complaints.push(format!("{at}has {} items", items.len()));
                }
                for (nth, item) in items.iter().enumerate() {
                    self.check(known.get("items").unwrap_or(&Value::Null), item, &format!("{at}/{nth}"), complaints);
                }
            }
            Value::String(text) => check_text(known, text, at, complaints),
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or(f64::NAN);
                let bound = |name: &str| known.get(name).and_then(Value::as_f64);
                if bound("minimum").is_some_and(|least| number < least)
                    || bound("maximum").is_some_and(|most| number > most)
                {
                    complaints.push(format!("{at}is {number}, which is out of bounds"));
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn check_object(
        &self,
        known: &serde_json::Map<String, Value>,
        fields: &serde_json::Map<String, Value>,
        at: &str,
        complaints: &mut Vec<String>,
    ) {
        let properties = known.get("properties").and_then(Value::as_object);
        for name in known.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                complaints.push(format!("{at}/{name} is missing"));
            }
        }
        for (name, value) in fields {
            let at = format!("{at}/{name}");
            match (properties.and_then(|properties| properties.get(name)), known.get("additionalProperties")) {
                (Some(schema), _) => self.check(schema, value, &at, complaints),
                (None, Some(Value::Object(_))) => self.check(&known["additionalProperties"], value, &at, complaints),
                (None, Some(Value::Bool(true))) => {}
                (None, _) => complaints.push(format!("{at} is not described")),
            }
        }
    }
}

fn check_text(known: &serde_json::Map<String, Value>, text: &str, at: &str, complaints: &mut Vec<String>) {
    let fits = match known.get("format").and_then(Value::as_str) {
        Some("date-time") => text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok(),
        Some("date") => text.parse::<jiff::civil::Date>().is_ok(),
        _ => true,
    };
    let matches = match known.get("pattern").and_then(Value::as_str) {
        Some("^[0-9a-f]{32}$") => {
            text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        }
        Some("^#[0-9a-fA-F]{6}$") => model::Colour::parse(text).is_ok(),
        Some("^[0-9]+[mhd]$") => text
            .strip_suffix(['m', 'h', 'd'])
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())),
        Some(other) => {
            complaints.push(format!("{at}: the pattern {other} is not known to these tests"));
            true
        }
        None => true,
    };
    if !fits || !matches {
        complaints.push(format!("{at}is {text:?}, which is not as described"));
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (wanted, found): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    wanted.len() == found.len()
        && wanted
            .iter()
            .zip(&found)
            .all(|(wanted, found)| (wanted.starts_with('{') && !found.is_empty()) || wanted == found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn contract() -> Contract {
        Contract::new(json!({
            "openapi": "3.0.3",
            "paths": {"/a/{id}": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}}}}},
            "components": {"schemas": {
                "A": {"type": "object", "required": ["n", "s"], "properties": {
                    "n": {"type": "integer", "minimum": 0, "maximum": 10, "nullable": true},
                    "s": {"type": "string", "enum": ["x", "y"]},
                    "at": {"type": "string", "format": "date-time"},
                    "list": {"type": "array", "minItems": 1, "items": {"type": "boolean"}}}},
                "Problem": {"type": "object"}}}
        }))
    }

    fn wrong(body: Value) -> usize {
        contract().complaints("GET", "/a/1", 200, "application/json", &body.to_string()).len()
    }

    #[test]
    fn what_is_promised_is_there_and_nothing_else() {
        assert_eq!(wrong(json!({"n": 3, "s": "x"})), 0);
        assert_eq!(wrong(json!({"n": null, "s": "y", "at": "2027-01-01T00:00:00Z", "list": [true]})), 0);
        for body in [
            json!({"s": "x"}),
            json!({"n": 3, "s": null}),
            json!({"n": 3, "s": "z"}),
            json!({"n": 11, "s": "x"}),
            json!({"n": 1.5, "s": "x"}),
            json!({"n": 3, "s": "x", "more": 1}),
            json!({"n": 3, "s": "x", "at": "yesterday"}),
            json!({"n": 3, "s": "x", "list": []}),
            json!({"n": 3, "s": "x", "list": [1]}),
            json!([]),
        ] {
            assert_eq!(wrong(body.clone()), 1, "{body}");
        }
        assert_eq!(contract().complaints("GET", "/b", 200, "application/json", "{}").len(), 1);
        assert_eq!(contract().complaints("GET", "/a/1", 500, "application/json", "{}").len(), 1);
        assert_eq!(contract().complaints("GET", "/a/1", 200, "text/html", "").len(), 1);
    }
}
