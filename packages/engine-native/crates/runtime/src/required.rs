//! Whether a session has the functions that someone can't do without.

use std::collections::{BTreeMap, BTreeSet};

use codeanatomy_errors::{EngineError, ErrorCode, Result, nearest_name};
use datafusion::execution::context::SessionContext;
use datafusion::execution::session_state::SessionState;

/// What the graph, and what is built on it, can't do without.
pub const REQUIRED_FUNCTIONS: [&str; 14] = [
    "array_agg",
    "array_distinct",
    "array_sort",
    "array_to_string",
    "bool_or",
    "coalesce",
    "col_to_byte",
    "concat_ws",
    "prefixed_hash64",
    "row_number",
    "sha256",
    "stable_hash64",
    "stable_hash128",
    "stable_id",
];

/// Checks that the session has functions of these names, by default [`REQUIRED_FUNCTIONS`].
///
/// A function is found by its name or an alias, of whatever kind, whoever brought it and whatever the case.
///
/// Returns the kinds of which each name is, as the names are passed.
///
/// # Errors
///
/// `required-functions-missing` with every name that the session lacks, and the name of the session that is most like it.
///
/// ```
/// use codeanatomy_runtime::{Profile, new_session, validate_required_functions};
///
/// let context = new_session(&Profile::resolve(&[])?)?;
/// let found = validate_required_functions(&context, Some(&["HASH64", "sum"]))?;
/// assert_eq!(found["HASH64"], ["scalar"]);
/// assert_eq!(found["sum"], ["aggregate"]);
/// let error = validate_required_functions(&context, Some(&["hsah64"])).unwrap_err();
/// assert!(error.message().contains("'hsah64' (is 'hash64' meant?)"));
/// # Ok::<(), codeanatomy_errors::EngineError>(())
/// ```
pub fn validate_required_functions<'a>(
    context: &SessionContext,
    names: Option<&[&'a str]>,
) -> Result<BTreeMap<&'a str, Vec<&'static str>>> {
    let names = names.unwrap_or(&REQUIRED_FUNCTIONS);
    let known = known_names(&context.state_ref().read());
    let mut found = BTreeMap::new();
    let mut missing = BTreeSet::new();
    for name in names {
        match known.get(&name.to_lowercase()) {
            Some(kinds) => {
                found.insert(*name, kinds.iter().copied().collect());
            }
            None => {
                missing.insert(*name);
            }
        }
    }
    if missing.is_empty() {
        return Ok(found);
    }
    let suggestions: Vec<_> = missing
        .iter()
        .map(
            |name| match nearest_name(name, known.keys().map(String::as_str)) {
                Some(nearest) => format!("'{name}' (is '{nearest}' meant?)"),
                None => format!("'{name}'"),
            },
        )
        .collect();
    let listed: Vec<_> = missing.into_iter().collect();
    Err(EngineError::new(
        ErrorCode::RequiredFunctionsMissing,
        format!("the session has no function {}", suggestions.join(", ")),
    )
    .with_detail("missing", listed.join(","))
    .with_hint(
        "install the runtime into the session; 'select * from udf_registry()' lists what it has beside DataFusion's own",
    ))
}

/// The names and aliases of all functions of the session in lower case, with the kinds of which each is.
fn known_names(state: &SessionState) -> BTreeMap<String, BTreeSet<&'static str>> {
    let names = |kind, names: Vec<&String>| {
        let names: Vec<_> = names.into_iter().map(|name| name.to_lowercase()).collect();
        (kind, names)
    };
    let mut known = BTreeMap::<_, BTreeSet<_>>::new();
    for (kind, names) in [
        names("scalar", state.scalar_functions().keys().collect()),
        names("scalar", state.higher_order_functions().keys().collect()),
        names("aggregate", state.aggregate_functions().keys().collect()),
        names("window", state.window_functions().keys().collect()),
        names("table", state.table_functions().keys().collect()),
    ] {
        for name in names {
            known.entry(name).or_default().insert(kind);
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use codeanatomy_errors::ErrorCode;
    use datafusion::execution::context::SessionContext;

    use super::validate_required_functions;
    use crate::{Profile, new_session};

    #[test]
    fn required_functions_are_found_by_any_name_and_of_any_kind() {
        let context = new_session(&Profile::resolve(&[]).unwrap()).unwrap();
        let names = [
            "STABLE_ID",
            "hash128",
            "avg",
            "mean",
            "row_number",
            "generate_series",
            "udf_docs",
            "array_transform",
        ];
        let found = validate_required_functions(&context, Some(&names)).unwrap();
        let kinds: Vec<_> = names.iter().map(|name| found[name].join(",")).collect();
        assert_eq!(
            kinds,
            [
                "scalar",
                "scalar",
                "aggregate",
                "aggregate",
                "window",
                "scalar,table",
                "table",
                "scalar"
            ]
        );
        assert_eq!(
            validate_required_functions(&context, Some(&[]))
                .unwrap()
                .len(),
            0
        );
    }

    #[test]
    fn missing_functions_are_all_named_with_the_nearest() {
        let context = SessionContext::new();
        let names = ["stable_id", "sha265", "sum", "zzzzzzzzzzzzz"];
        let error = validate_required_functions(&context, Some(&names)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::RequiredFunctionsMissing);
        assert_eq!(error.details()["missing"], "sha265,stable_id,zzzzzzzzzzzzz");
        assert!(
            error.message().contains("'sha265' (is 'sha256' meant?)"),
            "{error}"
        );
        assert!(error.message().ends_with("'zzzzzzzzzzzzz'"), "{error}");

        // By default what DataFusion does not bring is missing before an install.
        let error = validate_required_functions(&context, None).unwrap_err();
        assert_eq!(
            error.details()["missing"],
            "col_to_byte,prefixed_hash64,stable_hash128,stable_hash64,stable_id"
        );
    }
}
