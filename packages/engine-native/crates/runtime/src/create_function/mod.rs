//! `CREATE FUNCTION`: macros over expressions, and further names for aggregate, window and table functions.
//!
//! A macro is planned once, when it is created. Where a query calls it, planning puts its body in the call's place, so that it costs what
//! its body costs and no plan names it. A macro holds what its body calls: to replace or drop a function that a macro calls leaves the macro
//! as it is.

mod aggregate_alias;
mod alias;
mod body;
mod config;
#[cfg(test)]
mod error_tests;
mod factory;
mod inline;
mod kind;
mod names;
mod parameters;
mod scalar_macro;
#[cfg(test)]
mod tests;
mod window_alias;

pub use config::{CreateFunctionConfig, FunctionArgument, create_function_sql, register_function};
pub(crate) use factory::{CodeAnatomyFunctionFactory, is_ours};
pub(crate) use parameters::declared_calls;
