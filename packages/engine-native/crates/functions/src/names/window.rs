//! A window function of DataFusion under further names.
//!
//! `WindowUDF::with_aliases` makes one that doesn't ask the function which expressions it evaluates: it has no type for
//! `lag(null, 1, 0)`. This one asks the function for everything.

use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::Result;
use datafusion::logical_expr::function::{
    ExpressionArgs, PartitionEvaluatorArgs, WindowFunctionSimplification, WindowUDFFieldArgs,
};
use datafusion::logical_expr::udf_eq::UdfEq;
use datafusion::logical_expr::{
    Documentation, LimitEffect, PartitionEvaluator, ReversedUDWF, Signature, WindowUDF,
    WindowUDFImpl,
};
use datafusion::physical_expr::PhysicalExpr;

/// The function, with these names beside its own.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct NamedWindow {
    function: UdfEq<Arc<dyn WindowUDFImpl>>,
    names: Vec<String>,
}

impl NamedWindow {
    pub(super) fn new(function: &WindowUDF, further: &[&str]) -> Self {
        let further = further.iter().map(ToString::to_string);
        Self {
            names: function.aliases().iter().cloned().chain(further).collect(),
            function: Arc::clone(function.inner()).into(),
        }
    }
}

#[warn(clippy::missing_trait_methods)]
impl WindowUDFImpl for NamedWindow {
    fn name(&self) -> &str {
        self.function.name()
    }

    fn aliases(&self) -> &[String] {
        &self.names
    }

    fn signature(&self) -> &Signature {
        self.function.signature()
    }

    fn expressions(&self, arguments: ExpressionArgs) -> Vec<Arc<dyn PhysicalExpr>> {
        self.function.expressions(arguments)
    }

    fn partition_evaluator(
        &self,
        arguments: PartitionEvaluatorArgs,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        self.function.partition_evaluator(arguments)
    }

    fn simplify(&self) -> Option<WindowFunctionSimplification> {
        self.function.simplify()
    }

    fn field(&self, arguments: WindowUDFFieldArgs) -> Result<FieldRef> {
        self.function.field(arguments)
    }

    fn sort_options(&self) -> Option<SortOptions> {
        self.function.sort_options()
    }

    fn coerce_types(&self, argument_types: &[DataType]) -> Result<Vec<DataType>> {
        self.function.coerce_types(argument_types)
    }

    fn reverse_expr(&self) -> ReversedUDWF {
        self.function.reverse_expr()
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.function.documentation()
    }

    fn limit_effect(&self, arguments: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        self.function.limit_effect(arguments)
    }
}
