use super::*;

const FIXTURE: &str = include_str!("../../../../../tests/fixtures/sources/salesforce_outbound.xml");

fn kind(text: impl AsRef<[u8]>) -> Option<Kind> {
    read(text.as_ref()).err().map(|problem| problem.kind())
}

fn field<'a>(record: &'a Json, name: &str) -> Option<&'a Json> {
    let Json::Object(fields) = record else { panic!("{record:?}") };
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

fn text(value: &str) -> Option<Json> {
    Some(Json::Text(value.to_owned()))
}

#[test]
fn an_envelope_is_read_as_salesforce_sends_it() {
    let message = read(FIXTURE.as_bytes()).unwrap();
    assert_eq!(message.organization, "00D5g000004abcDEAQ");
    assert_eq!(message.records.len(), 2);
    let [first, second] = &message.records[..] else { panic!() };
    for (name, value) in [
        ("sObject", "Project__c"),
        ("Id", "a0X5g00000B1xYzEAJ"),
        ("Account_Name__c", "Example & Söhne AG"),
        ("Completion_Percent__c", "100.0"),
        ("Contact_Email__c", "ada@example.com"),
    ] {
        assert_eq!(field(first, name).cloned(), text(value), "{name}");
    }
    assert_eq!(field(first, "Milestone__c"), None, "nil is as good as absent");
    assert_eq!(field(second, "Id").cloned(), text("a0X5g00000B1xZ0EAJ"));
}

#[test]
fn prefixes_are_the_senders_own_business() {
    let other = FIXTURE
        .replace("soapenv:", "s:")
        .replace("xmlns:soapenv", "xmlns:s")
        .replace("<sf:", "<")
        .replace("</sf:", "</");
    assert_eq!(read(other.as_bytes()).unwrap().records.len(), 2);
    let wrapped = FIXTURE.replace(">ada@example.com<", "><![CDATA[ada@example.com]]><");
    let message = read(wrapped.as_bytes()).unwrap();
    assert_eq!(field(&message.records[0], "Contact_Email__c").cloned(), text("ada@example.com"));
}

#[test]
fn a_document_type_is_refused_whatever_is_in_it() {
    let with = |doctype: &str| FIXTURE.replacen("<soapenv:Envelope", &format!("{doctype}<soapenv:Envelope"), 1);
    let bomb = "<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>";
    for doctype in [
        "<!DOCTYPE a>",
        "<!DOCTYPE a SYSTEM \"file:///etc/passwd\">",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"http://169.254.169.254/\">]>",
        bomb,
    ] {
        assert_eq!(kind(with(doctype)), Some(Kind::Malformed), "{doctype}");
        assert_eq!(kind(with(doctype).replace("Website", "&x;")), Some(Kind::Malformed));
    }
    assert_eq!(kind(FIXTURE.replace("Website", "&x;")), Some(Kind::Malformed), "nobody defined it");
}

#[test]
fn only_an_outbound_message_is_one_and_no_other_keeps_the_parser_busy() {
    let began = std::time::Instant::now();
    let deep = format!("{}{}", "<a>".repeat(200_000), "</a>".repeat(200_000));
    let within = |tags: &str| FIXTURE.replace("<sf:Name>Website", &format!("<sf:Name>{tags}Website"));
    let nested = within(&format!("{}{}", "<b>".repeat(10), "</b>".repeat(10)));
    // Each namespace is in scope for all within: a list that grows with every element.
    let namespaces: String = (0..40_000).map(|n| format!("<b xmlns:n{n}='u'>")).collect();
    // What hides tags from whoever counts them carelessly.
    let hidden = |open: &str, close: &str| within(&format!("{open}{}{close}", "<b>".repeat(100)).repeat(10));
    let wide = format!("<a>{}</a>", "<b/>".repeat(200_000));
    let attributes = format!("<a {}/>", (0..120_000).map(|n| format!("a{n}='>' ")).collect::<String>());
    for (name, hostile) in [
        ("nothing", String::new()),
        ("json", "{}".to_owned()),
        ("cut off", FIXTURE[..FIXTURE.len() - 30].to_owned()),
        ("two roots", format!("{}<b/>", FIXTURE)),
        ("another document", "<a/>".to_owned()),
        ("another namespace", FIXTURE.replace("2005/09/outbound", "2099/01/outbound")),
        ("no notification", FIXTURE.replace("Notification>", "Other>")),
        ("deep", deep),
        ("deep in a field", within(&format!("{}{}", "<b>".repeat(40_000), "</b>".repeat(40_000)))),
        ("namespaces", within(&format!("{namespaces}{}", "</b>".repeat(40_000)))),
        ("hidden by comments", hidden("<!--'-->", "<!--'-->")),
        ("hidden by CDATA", hidden("<![CDATA[\"]]>", "<![CDATA[\"]]>")),
        ("hidden by instructions", hidden("<?a '?>", "<?b '?>")),
        ("a comment without end", within("<!-- ")),
        ("wide", wide),
        ("attributes", attributes),
    ] {
        assert_eq!(kind(hostile), Some(Kind::Malformed), "{name}");
    }
    assert_eq!(kind(b"\xff\xfe<\0a\0/\0>\0"), Some(Kind::Malformed));
    // What is within a field is not its text.
    let read = read(nested.as_bytes()).unwrap();
    assert_eq!(field(&read.records[0], "Name").cloned(), text("Website relaunch"));
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "all that took {:?}", began.elapsed());
}

#[test]
fn an_envelope_has_a_hundred_notifications_at_most() {
    let start = FIXTURE.find("<Notification>").unwrap();
    let end = FIXTURE.rfind("</Notification>").unwrap() + "</Notification>".len();
    let one = &FIXTURE[start..FIXTURE.find("</Notification>").unwrap() + "</Notification>".len()];
    let of = |count: usize| format!("{}{}{}", &FIXTURE[..start], one.repeat(count), &FIXTURE[end..]);
    assert_eq!(read(of(100).as_bytes()).unwrap().records.len(), 100);
    assert_eq!(kind(of(101)), Some(Kind::Malformed));
}

#[test]
fn the_acknowledgement_is_the_one_salesforce_documents() {
    insta::assert_snapshot!(acknowledgement(true));
    let answer = acknowledgement(false);
    let document = Document::parse(&answer).unwrap();
    let ack = document.descendants().find(|node| node.has_tag_name((OUTBOUND, "Ack"))).unwrap();
    assert_eq!(ack.text(), Some("false"));
}
