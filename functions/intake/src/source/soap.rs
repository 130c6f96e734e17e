//! Salesforce Outbound Messages: the envelope, and its acknowledgement.
//!
//! An envelope has up to 100 notifications, each with an id and a record. Only elements and text are read; a
//! document type, and with it every entity somebody might define, is refused by the parser.

use host::Problem;
use host::fields::Json;
use host::problem::Kind;
use roxmltree::{Document, Node, ParsingOptions};

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const OUTBOUND: &str = "http://soap.sforce.com/2005/09/outbound";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Most notifications of an envelope.
const MOST: usize = 100;

/// Most elements and texts of an envelope: a hundred records with more fields than anybody sends.
const NODES: u32 = 100_000;

/// The longest tag, in bytes, and the deepest element. The parser's work grows with the square of either, so
/// that a megabyte of attributes or of nested namespaces would keep it busy for minutes.
const LONGEST_TAG: usize = 4096;
const DEEPEST: usize = 16;

/// An envelope.
#[derive(Debug, PartialEq)]
pub(crate) struct Message {
    /// The Salesforce organization it says it is from.
    pub(crate) organization: String,
    /// The records, each with its fields by their API names, its type as `sObject`.
    pub(crate) records: Vec<Json>,
}

/// Reads an envelope.
///
/// # Errors
/// `malformed` for anything else.
pub(crate) fn read(bytes: &[u8]) -> Result<Message, Problem> {
    let malformed = |detail: String| Problem::new(Kind::Malformed, detail);
    let text = std::str::from_utf8(bytes).map_err(|_| malformed("the envelope must be UTF-8".to_owned()))?;
    if !is_plain(text) {
        return Err(malformed("the envelope is not as Salesforce writes it".to_owned()));
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options)
        .map_err(|error| malformed(format!("the body is not XML as it is wanted here ({error})")))?;
    let body = Some(document.root_element())
        .filter(|root| root.has_tag_name((SOAP, "Envelope")))
        .and_then(|envelope| child(envelope, SOAP, "Body"))
        .and_then(|body| child(body, OUTBOUND, "notifications"));
    let Some(notifications) = body else {
        return Err(malformed("the body is not an Outbound Message of Salesforce".to_owned()));
    };
    let organization = child(notifications, OUTBOUND, "OrganizationId").and_then(text_of).unwrap_or_default();
    let records: Vec<Json> = notifications
        .children()
        .filter(|node| node.has_tag_name((OUTBOUND, "Notification")))
        .filter_map(|notification| notification.children().find(|node| node.tag_name().name() == "sObject"))
        .map(record)
        .collect();
    if records.is_empty() || records.len() > MOST {
        return Err(malformed(format!("an Outbound Message has 1 to {MOST} notifications")));
    }
    Ok(Message { organization, records })
}

/// Whether a text has no tag longer and no element deeper than anybody needs, and no document type. It need
/// not be XML: that is for the parser to say.
fn is_plain(text: &str) -> bool {
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
        if let Some((_, end)) = skipped.iter().find(|(start, _)| rest.starts_with(start)) {
            let Some(at) = rest.find(end) else { return false };
            rest = &rest[at + end.len()..];
            continue;
        }
        let mut quote = None;
        let end = rest.bytes().take(LONGEST_TAG).position(|byte| match (quote, byte) {
            (None, b'>') => true,
            (None, b'"' | b'\'') => {
                quote = Some(byte);
                false
            }
            (Some(open), byte) if open == byte => {
                quote = None;
                false
            }
            _ => false,
        });
        let Some(end) = end else { return false };
        let tag = &rest[..end];
        match tag.as_bytes().get(1) {
            Some(b'!') => return false,
            Some(b'/') => depth = depth.saturating_sub(1),
            _ if tag.ends_with('/') => {}
            _ => depth += 1,
        }
        if depth > DEEPEST {
            return false;
        }
        rest = &rest[end + 1..];
    }
    true
}

fn child<'a, 'input>(node: Node<'a, 'input>, namespace: &str, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| child.has_tag_name((namespace, name)))
}

/// The text of an element; `None` if there is none.
fn text_of(node: Node<'_, '_>) -> Option<String> {
    let text: String = node.children().filter_map(|child| child.text()).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A record as an object. A field that is nil is left out, as one that was not sent.
fn record(object: Node<'_, '_>) -> Json {
    let kind = object.attribute((INSTANCE, "type")).unwrap_or_default();
    let kind = kind.rsplit(':').next().unwrap_or_default().to_owned();
    let mut fields = vec![("sObject".to_owned(), Json::Text(kind))];
    for field in object.children().filter(Node::is_element) {
        if let Some(text) = text_of(field) {
            fields.push((field.tag_name().name().to_owned(), Json::Text(text)));
        }
    }
    Json::Object(fields)
}

/// The answer Salesforce waits for. Unless it is `true`, the whole envelope comes again, for a day.
pub(crate) fn acknowledgement(safe: bool) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <soapenv:Envelope xmlns:soapenv=\"{SOAP}\"><soapenv:Body>\
         <notificationsResponse xmlns=\"{OUTBOUND}\"><Ack>{safe}</Ack></notificationsResponse>\
         </soapenv:Body></soapenv:Envelope>"
    )
}

#[cfg(test)]
mod tests;
