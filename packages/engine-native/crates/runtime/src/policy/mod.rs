//! What a user may decide about the runtime of one session.

mod asynchronous;
mod enforce;
mod planners;
mod statements;
#[cfg(test)]
mod tests;

pub use asynchronous::{AsyncLimits, AsyncUdfPolicy};
pub(crate) use enforce::enforce;
pub use planners::ExprPlanners;
pub(crate) use planners::OPERATORS;
pub use statements::StatementPolicy;

/// The decisions that [`install`](crate::install) takes; kept per session, never globally.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuntimePolicy {
    /// Whether there are asynchronous functions, and their limits.
    pub async_udf: AsyncUdfPolicy,
    /// Which statements SQL may have.
    pub statements: StatementPolicy,
    /// Which planners of expressions there are.
    pub expr_planners: ExprPlanners,
}
