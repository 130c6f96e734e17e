//! The findings, for people and for programs.

use serde_json::json;

use super::judge::{Finding, Verdict};

/// The findings as people read them.
pub(super) fn text(findings: &[Finding]) -> String {
    let mut text = String::new();
    let mut heading = None;
    for finding in findings {
        let about = finding.domain.as_deref().unwrap_or("SES account");
        if heading != Some(about) {
            let gap = if heading.is_some() { "\n" } else { "" };
            line(&mut text, &format!("{gap}{about}"));
            heading = Some(about);
        }
        line(&mut text, &format!("  {:<8} {:<10} {}", finding.verdict.as_str(), finding.about, finding.said));
        finding.mend.iter().for_each(|mend| line(&mut text, &format!("{:22}> {mend}", "")));
    }
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let (wrong, weak, unknown) = (count(Verdict::Wrong), count(Verdict::Weak), count(Verdict::Unknown));
    text.push('\n');
    text.push_str(&match (wrong, weak, unknown) {
        (0, 0, 0) => "All is well.".to_owned(),
        _ => format!("{wrong} wrong, {weak} weak, {unknown} unknown."),
    });
    text
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// The findings as programs read them.
pub(super) fn json(findings: &[Finding]) -> String {
    let findings: Vec<_> = findings
        .iter()
        .map(|finding| {
            json!({
                "domain": finding.domain, "about": finding.about, "verdict": finding.verdict.as_str(),
                "said": finding.said, "mend": finding.mend,
            })
        })
        .collect();
    json!({ "findings": findings }).to_string()
}
