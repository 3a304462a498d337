//! Which names can be created: not those that DataFusion or the library brings, and no name twice.

use datafusion::common::{Result, plan_err};
use datafusion::execution::session_state::SessionState;

use super::kind::Kind;
use crate::snapshot::is_brought_name;

/// The name under which a call without quotation marks looks the function up. `CREATE FUNCTION` does not say whether its name was quoted.
pub(super) fn called_name(name: &str) -> String {
    name.to_lowercase()
}

/// Whether a function of this kind can be made under the name.
pub(super) fn check_name(
    state: &SessionState,
    name: &str,
    kind: Kind,
    or_replace: bool,
) -> Result<()> {
    let called = called_name(name);
    for name in [name, &called] {
        if is_brought_name(name) {
            return plan_err!(
                "CREATE FUNCTION {name}: '{name}' is a built-in function and can't be replaced; choose another name"
            );
        }
        for taken in kinds_of(state, name) {
            if !or_replace {
                return plan_err!(
                    "CREATE FUNCTION {name}: the function '{name}' exists already; \
                     CREATE OR REPLACE FUNCTION replaces it, DROP FUNCTION {name} removes it"
                );
            }
            if taken != kind {
                return plan_err!(
                    "CREATE OR REPLACE FUNCTION {name}: '{name}' is a function of kind {taken}, not {kind}; \
                     DROP FUNCTION {name} first"
                );
            }
        }
    }
    Ok(())
}

/// The kinds of which the session has a function under the name.
fn kinds_of(state: &SessionState, name: &str) -> Vec<Kind> {
    [
        (Kind::Scalar, state.scalar_functions().contains_key(name)),
        (
            Kind::Aggregate,
            state.aggregate_functions().contains_key(name),
        ),
        (Kind::Window, state.window_functions().contains_key(name)),
        (Kind::Table, state.table_functions().contains_key(name)),
    ]
    .into_iter()
    .filter_map(|(kind, taken)| taken.then_some(kind))
    .collect()
}
