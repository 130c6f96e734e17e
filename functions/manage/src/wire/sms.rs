//! The field `sms` of a campaign: how it asks who has a phone number and no address.

use host::Fields;
use model::sms::{Origination, Sms};
use model::texts::Part;
use serde::Serialize;

/// Most characters of an origination.
const MOST: usize = 256;

/// The field as the API shows it.
#[derive(Serialize)]
pub(super) struct SmsWire {
    origination: String,
    message: Option<String>,
    opt_out: bool,
}

pub(super) fn show(sms: &Sms) -> SmsWire {
    SmsWire { origination: sms.origination.to_string(), message: sms.message.clone(), opt_out: sms.opt_out }
}

/// Reads the field; what is absent asks nobody by text.
pub(super) fn read(fields: &mut Fields) -> Option<Sms> {
    let mut inner = fields.object("sms")?;
    let origination = match inner.text("origination", MOST).map(|text| Origination::parse(&text)) {
        Some(Ok(origination)) => Some(origination),
        Some(Err(wrong)) => {
            inner.wrong("origination", wrong.to_string());
            None
        }
        None => {
            inner.missing("origination", "say who texts come from: a number, a sender id, a pool or an ARN");
            None
        }
    };
    let message = inner.text("message", Part::Sms.most());
    if let Some(unknown) = message.as_deref().and_then(|text| super::texts::unknown(text, Part::Sms.variables())) {
        inner.wrong("message", unknown);
    }
    let opt_out = inner.flag("opt_out").unwrap_or(false);
    if opt_out && origination.as_ref().is_some_and(|from| !from.can_be_answered()) {
        inner.wrong("opt_out", "nobody can answer STOP to a sender id; send from a number or a pool");
    }
    fields.close(inner);
    Some(Sms { origination: origination?, message, opt_out })
}
