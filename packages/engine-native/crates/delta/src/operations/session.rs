//! The session state that operations plan and run with.

use std::sync::Arc;

use datafusion::execution::context::SessionContext;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use deltalake_core::delta_datafusion::planner::DeltaPlanner;

/// The state of `context` with what Delta's operations need beside it.
///
/// They plan nodes of their own, which only Delta's planner knows. Names in predicates are taken as they are written, because columns of a table
/// may have capitals, and constraints that another program stored are not quoted. Joins on dictionaries, which is what partition columns are read
/// as, panic when their keys are pushed into a scan as a list.
pub(super) fn operation_state(context: &SessionContext) -> SessionState {
    let mut state = SessionStateBuilder::new_from_existing(context.state())
        .with_query_planner(DeltaPlanner::new())
        .build();
    let options = state.config_mut().options_mut();
    options.sql_parser.enable_ident_normalization = false;
    options.optimizer.hash_join_inlist_pushdown_max_size = 0;
    options
        .optimizer
        .hash_join_inlist_pushdown_max_distinct_values = 0;
    state
}

/// The same, as Delta's builders take it.
pub(super) fn shared(state: &SessionState) -> Arc<SessionState> {
    Arc::new(state.clone())
}
