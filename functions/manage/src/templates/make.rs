//! From what somebody wrote to what is filled.

use std::panic::catch_unwind;

use letters::template::{Checked, check, is_nested_too_deep, place};
use model::template::{Finding, Form, MOST};
use model::{Language, LetterKind};
use mrml::prelude::parser::{Error, ParserOptions, Span, WarningKind};
use mrml::prelude::render::RenderOptions;

/// Checks a source and takes it apart.
///
/// # Errors
/// All that is wrong with it.
pub(super) fn checked(
    form: Form,
    source: &str,
    letter: LetterKind,
    language: Option<Language>,
) -> Result<Checked, Vec<Finding>> {
    // One kind of line ends, so that lines are counted as editors do.
    let source = source.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "");
    if is_nested_too_deep(&source, form) {
        let what = "elements stand in one another more than 100 deep; is there one without an end?";
        return Err(vec![Finding { at: None, what: what.to_owned() }]);
    }
    let checked = match form {
        Form::Html => check(&source, None, letter, language),
        Form::Mjml => {
            let (html, mut warnings) = contained(&source).map_err(|finding| vec![finding])?;
            // A few attributes for everything may make much of a little.
            if html.len() > 4 * MOST {
                let what =
                    format!("MJML makes {} bytes of this, and Gmail cuts letters of more than {MOST}", html.len());
                return Err(vec![Finding { at: None, what }]);
            }
            let mut checked = check(&html, Some(&source), letter, language);
            warnings.append(&mut checked.warnings);
            Checked { warnings, ..checked }
        }
    };
    if checked.errors.is_empty() { Ok(checked) } else { Err(checked.errors) }
}

/// The same as [`compiled`], whatever becomes of it: the tokenizer under the library ends in a panic at some texts. That is a
/// source that cannot be used, and no failure of the program; profiles unwind so that it can be one.
fn contained(source: &str) -> Result<(String, Vec<Finding>), Finding> {
    catch_unwind(|| compiled(source)).unwrap_or_else(|_| {
        // It looks two bytes back from a `>`, into the middle of a character that has more.
        let wide = source
            .match_indices('>')
            .map(|(at, _)| at)
            .find(|at| at.checked_sub(2).is_some_and(|before| !source.is_char_boundary(before)));
        let what = "this cannot be read as MJML; write &gt; for each > in a text, and <!--[if mso]> just so";
        Err(Finding { at: wide.map(|at| place(source, at)), what: what.to_owned() })
    })
}

/// The HTML of a source in MJML, and what was left out of it.
fn compiled(source: &str) -> Result<(String, Vec<Finding>), Finding> {
    // Nothing is loaded from anywhere: no includes.
    let output = mrml::parse_with_options(source, &ParserOptions::default()).map_err(|error| said(source, &error))?;
    // Nor do contacts load fonts of others; MJML would have them do so for five families.
    let options = RenderOptions { fonts: std::collections::HashMap::new(), ..RenderOptions::default() };
    let html = output
        .element
        .render(&options)
        .map_err(|error| Finding { at: None, what: format!("this cannot be made into HTML: {error}") })?;
    let warning = |span: Span, kind: WarningKind| {
        let word = source.get(span.start..span.end).unwrap_or_default();
        let what = match kind {
            WarningKind::UnexpectedAttribute => format!("`{word}` is nothing MJML knows here, and is left out"),
            WarningKind::InlineStyleUnsupported => {
                "styles are not put into elements here; write `mj-attributes`".to_owned()
            }
        };
        Finding { at: Some(place(source, span.start)), what }
    };
    Ok((html, output.warnings.into_iter().map(|one| warning(one.span, one.kind)).collect()))
}

/// What is wrong with a source, and where.
fn said(source: &str, error: &Error) -> Finding {
    let word = |span: &Span| source.get(span.start..span.end).unwrap_or_default().trim().to_owned();
    let (at, what) = match error {
        Error::UnexpectedElement { position, .. } => {
            (Some(position), format!("<{}> cannot stand here", word(position)))
        }
        Error::UnexpectedToken { position, .. } => {
            (Some(position), format!("this cannot stand here: {}", word(position)))
        }
        Error::MissingAttribute { name, position, .. } => {
            (Some(position), format!("this needs the attribute `{name}`"))
        }
        Error::InvalidAttribute { position, .. } => {
            (Some(position), "this attribute has no value that is understood".to_owned())
        }
        Error::InvalidFormat { position, .. } => (Some(position), "this is not MJML".to_owned()),
        Error::IncludeLoaderError { position, .. } => {
            (Some(position), "nothing can be included: send the template as a whole".to_owned())
        }
        Error::EndOfStream { .. } => {
            (None, "something has no end: the source is over before all elements are".to_owned())
        }
        Error::SizeLimit { .. } => (None, "this is too large".to_owned()),
        Error::NoRootNode => (None, "there is no <mjml>".to_owned()),
        Error::ParserError { source: cause, .. } => {
            let at = cause.pos();
            return Finding { at: Some((at.row, at.col)), what: format!("this is not MJML: {cause}") };
        }
    };
    Finding { at: at.map(|span| place(source, span.start)), what }
}

#[cfg(test)]
mod tests;
