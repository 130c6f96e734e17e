//! What the tables cost: the capacity every request consumed, added up while somebody wants to know.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::PoisonError;

use serde_json::{Value, json};

use super::Cloud;
use super::tables::Answer;

/// What one kind of request to one table has cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Requests, also those that were refused.
    pub calls: u64,
    /// Requests that were refused; a failed condition is billed all the same.
    pub refused: u64,
    /// Read units.
    pub read_units: f64,
    /// Write units, those of indexes included.
    pub write_units: f64,
}

/// What was asked of the tables, by table and operation.
pub type Bill = BTreeMap<(String, String), Cost>;

impl Cloud {
    /// Begins a new bill, and hands over the one before, if one was kept.
    pub fn bill(&self) -> Option<Bill> {
        self.inner.bill.lock().unwrap_or_else(PoisonError::into_inner).replace(Bill::new())
    }

    /// The request, made to tell its cost if a bill is kept.
    pub(super) fn priced<'a>(&self, body: &'a [u8]) -> Cow<'a, [u8]> {
        if self.inner.bill.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            return Cow::Borrowed(body);
        }
        match serde_json::from_slice::<Value>(body) {
            Ok(Value::Object(mut request)) => {
                request.insert("ReturnConsumedCapacity".to_owned(), json!("INDEXES"));
                Cow::Owned(Value::Object(request).to_string().into_bytes())
            }
            _ => Cow::Borrowed(body),
        }
    }

    /// Puts a request and its answer on the bill, if one is kept.
    pub(super) fn note(&self, operation: &str, request: &[u8], answer: &Answer) {
        let mut bill = self.inner.bill.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(bill) = bill.as_mut() else { return };
        let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let reads = matches!(operation, "GetItem" | "BatchGetItem" | "Query" | "Scan" | "TransactGetItems");
        let mut tables: BTreeMap<String, f64> = BTreeMap::new();
        let refused = !answer.status.is_success();
        if refused {
            tables.extend(least(operation, request));
        } else {
            let capacity = &told["ConsumedCapacity"];
            for one in capacity.as_array().map_or(std::slice::from_ref(capacity), Vec::as_slice) {
                let table = one["TableName"].as_str().unwrap_or_default().to_owned();
                *tables.entry(table).or_default() += one["CapacityUnits"].as_f64().unwrap_or(0.0);
            }
        }
        for (table, units) in tables {
            let cost = bill.entry((table, operation.to_owned())).or_default();
            cost.calls += 1;
            cost.refused += u64::from(refused);
            *if reads { &mut cost.read_units } else { &mut cost.write_units } += units;
        }
    }
}

/// What a refused write costs at least: one unit an item, two in a transaction.
fn least(operation: &str, request: &[u8]) -> BTreeMap<String, f64> {
    let request: Value = serde_json::from_slice(request).unwrap_or_default();
    let name = |value: &Value| value["TableName"].as_str().unwrap_or_default().to_owned();
    let mut tables = BTreeMap::new();
    if operation == "TransactWriteItems" {
        let actions = request["TransactItems"].as_array().into_iter().flatten();
        for action in actions.filter_map(Value::as_object).flat_map(serde_json::Map::values) {
            *tables.entry(name(action)).or_default() += 2.0;
        }
    } else {
        tables.insert(name(&request), 1.0);
    }
    tables
}
