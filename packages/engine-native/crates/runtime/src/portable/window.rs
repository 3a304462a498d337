//! A window function behind a capsule: panics of it and of its evaluators are errors, its constants are constants.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::udf_eq::UdfEq;
use datafusion::logical_expr::{
    Documentation, PartitionEvaluator, Signature, WindowUDF, WindowUDFImpl,
};

use super::constant::literal_of;
use super::guard::{guarded, guarded_or};

/// The function with what a capsule asks for, under the names that a stock session does not have already.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct PortableWindow {
    function: UdfEq<Arc<dyn WindowUDFImpl>>,
    name: String,
    aliases: Vec<String>,
}

impl PortableWindow {
    pub(super) fn new(function: &WindowUDF, name: String, aliases: Vec<String>) -> Self {
        Self {
            function: Arc::clone(function.inner()).into(),
            name,
            aliases,
        }
    }
}

impl WindowUDFImpl for PortableWindow {
    fn name(&self) -> &str {
        &self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        self.function.signature()
    }

    fn partition_evaluator(
        &self,
        arguments: PartitionEvaluatorArgs,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        guarded(&self.name, || {
            let expressions: Vec<_> = arguments.input_exprs().iter().map(literal_of).collect();
            let inner = self
                .function
                .partition_evaluator(PartitionEvaluatorArgs::new(
                    &expressions,
                    arguments.input_fields(),
                    arguments.is_reversed(),
                    arguments.ignore_nulls(),
                ))?;
            Ok(Box::new(PortableEvaluator {
                function: self.name.clone(),
                inner,
            }) as Box<dyn PartitionEvaluator>)
        })
    }

    fn field(&self, arguments: WindowUDFFieldArgs) -> Result<FieldRef> {
        guarded(&self.name, || self.function.field(arguments))
    }

    fn sort_options(&self) -> Option<SortOptions> {
        guarded_or(None, || self.function.sort_options())
    }

    fn coerce_types(&self, argument_types: &[DataType]) -> Result<Vec<DataType>> {
        guarded(&self.name, || self.function.coerce_types(argument_types))
    }
    /// No capsule carries it; `udf_docs()` reads it.
    fn documentation(&self) -> Option<&Documentation> {
        self.function.documentation()
    }
}

/// The evaluator of the window function of that name. A capsule does not carry `memoize`.
#[derive(Debug)]
struct PortableEvaluator {
    function: String,
    inner: Box<dyn PartitionEvaluator>,
}

impl PartitionEvaluator for PortableEvaluator {
    fn get_range(&self, row: usize, rows: usize) -> Result<Range<usize>> {
        guarded(&self.function, || self.inner.get_range(row, rows))
    }

    fn is_causal(&self) -> bool {
        guarded_or(false, || self.inner.is_causal())
    }

    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        guarded(&self.function, || self.inner.evaluate_all(values, rows))
    }

    fn evaluate(&mut self, values: &[ArrayRef], range: &Range<usize>) -> Result<ScalarValue> {
        guarded(&self.function, || self.inner.evaluate(values, range))
    }

    fn evaluate_all_with_rank(&self, rows: usize, ranks: &[Range<usize>]) -> Result<ArrayRef> {
        guarded(&self.function, || {
            self.inner.evaluate_all_with_rank(rows, ranks)
        })
    }

    fn supports_bounded_execution(&self) -> bool {
        guarded_or(false, || self.inner.supports_bounded_execution())
    }

    fn uses_window_frame(&self) -> bool {
        guarded_or(false, || self.inner.uses_window_frame())
    }

    fn include_rank(&self) -> bool {
        guarded_or(false, || self.inner.include_rank())
    }
}
