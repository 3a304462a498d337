//! A window function under another name.

use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::Result;
use datafusion::logical_expr::function::{
    ExpressionArgs, PartitionEvaluatorArgs, WindowFunctionSimplification, WindowUDFFieldArgs,
};
use datafusion::logical_expr::{
    Documentation, Expr, LimitEffect, PartitionEvaluator, ReversedUDWF, Signature,
    WindowFunctionDefinition, WindowUDF, WindowUDFImpl,
};
use datafusion::physical_expr::PhysicalExpr;

use super::alias::{AliasCall, alias_documentation, lower_case_alias};
use super::body::Definition;

/// Calls another window function; planning puts that function in its place.
#[derive(Debug, Clone)]
pub(super) struct WindowAlias {
    name: String,
    aliases: Vec<String>,
    target: Arc<WindowUDF>,
    pub(super) call: AliasCall,
    documentation: Documentation,
}

impl WindowAlias {
    pub(super) fn new(definition: Definition, target: Arc<WindowUDF>, call: AliasCall) -> Self {
        Self {
            aliases: lower_case_alias(&definition.name),
            documentation: alias_documentation(&definition, "window", target.name()),
            name: definition.name,
            target,
            call,
        }
    }
}

impl PartialEq for WindowAlias {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.target == other.target && self.call == other.call
    }
}

impl Eq for WindowAlias {}

impl std::hash::Hash for WindowAlias {
    fn hash<State: std::hash::Hasher>(&self, state: &mut State) {
        self.name.hash(state);
        self.target.hash(state);
        self.call.hash(state);
    }
}

impl WindowUDFImpl for WindowAlias {
    fn name(&self) -> &str {
        &self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.call.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        self.call
            .coerce(&self.name, given, |given| self.target.coerce_types(given))
    }

    fn expressions(&self, arguments: ExpressionArgs) -> Vec<Arc<dyn PhysicalExpr>> {
        self.target.expressions(arguments)
    }

    fn partition_evaluator(
        &self,
        arguments: PartitionEvaluatorArgs,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        self.target.partition_evaluator_factory(arguments)
    }

    fn simplify(&self) -> Option<WindowFunctionSimplification> {
        let target = Arc::clone(&self.target);
        Some(Box::new(move |mut call, _| {
            call.fun = WindowFunctionDefinition::WindowUDF(Arc::clone(&target));
            Ok(Expr::WindowFunction(Box::new(call)))
        }))
    }

    fn field(&self, arguments: WindowUDFFieldArgs) -> Result<FieldRef> {
        self.target.field(arguments)
    }

    fn sort_options(&self) -> Option<SortOptions> {
        self.target.sort_options()
    }

    fn reverse_expr(&self) -> ReversedUDWF {
        self.target.reverse_expr()
    }

    fn limit_effect(&self, arguments: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        self.target.inner().limit_effect(arguments)
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
