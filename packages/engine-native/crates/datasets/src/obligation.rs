//! What a dataset promises about its rows, so that statements of SQL can't write past it.

use codeanatomy_delta::Obligation;
use codeanatomy_schema::{DatasetLocation, Options, Origin, Resolved, ResolvedLocation};

/// Why rows of a statement are refused; `None` for a dataset that is no more than its files or its table.
///
/// What is decided by built-in defaults alone is no promise: such a table is written as any other.
pub(crate) fn obligation(
    location: &DatasetLocation,
    resolved: &ResolvedLocation,
) -> Option<Obligation> {
    let promise = if let Some(promise) = promise(location, resolved) {
        promise
    } else if resolved.table_spec.value.is_some() {
        "its declared columns".to_owned()
    } else if resolved.constraints.value.is_some() {
        "its constraints".to_owned()
    } else if is_stated(&resolved.write_policy) || is_stated(&resolved.schema_policy) {
        "its write policy".to_owned()
    } else if is_stated(&resolved.maintenance_policy) {
        "its maintenance policy".to_owned()
    } else {
        return None;
    };
    Some(Obligation {
        promise,
        hint: "codeanatomy.datasets.write checks rows and writes them as the dataset states; codeanatomy.delta writes past it".to_owned(),
    })
}

/// What is promised about the rows themselves, whatever the format of the files.
pub(crate) fn promise(location: &DatasetLocation, resolved: &ResolvedLocation) -> Option<String> {
    if let Some(contract) = location.contract() {
        return Some(format!("the contract '{}'", &*contract.name));
    }
    let rules = resolved.validation.options.rules.value();
    rules
        .is_some_and(|rules| !rules.is_empty())
        .then(|| "the rules of its validation policy".to_owned())
}

/// Whether any layer states a field.
fn is_stated<O: Options>(resolved: &Resolved<O>) -> bool {
    resolved
        .origins
        .values()
        .any(|origin| *origin != Origin::Default)
}
