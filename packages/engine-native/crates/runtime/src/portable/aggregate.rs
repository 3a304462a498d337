//! An aggregate behind a capsule: panics of it and of its accumulators are errors.

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::udf_eq::UdfEq;
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature,
};

use super::accumulator::PortableAccumulator;
use super::groups::PortableGroups;
use super::guard::{guarded, guarded_or};

/// The function with what a capsule asks for, under the names that a stock session does not have already.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct PortableAggregate {
    function: UdfEq<Arc<dyn AggregateUDFImpl>>,
    name: String,
    aliases: Vec<String>,
}

impl PortableAggregate {
    pub(super) fn new(function: &AggregateUDF, name: String, aliases: Vec<String>) -> Self {
        Self {
            function: Arc::clone(function.inner()).into(),
            name,
            aliases,
        }
    }

    fn single(&self, accumulator: Box<dyn Accumulator>) -> Box<dyn Accumulator> {
        Box::new(PortableAccumulator::new(&self.name, accumulator))
    }
}

impl AggregateUDFImpl for PortableAggregate {
    fn name(&self) -> &str {
        &self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        self.function.signature()
    }

    fn return_type(&self, argument_types: &[DataType]) -> Result<DataType> {
        guarded(&self.name, || self.function.return_type(argument_types))
    }

    fn return_field(&self, arguments: &[FieldRef]) -> Result<FieldRef> {
        guarded(&self.name, || self.function.return_field(arguments))
    }

    fn is_nullable(&self) -> bool {
        self.function.is_nullable()
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        guarded(&self.name, || {
            Ok(self.single(self.function.accumulator(arguments)?))
        })
    }

    fn create_sliding_accumulator(
        &self,
        arguments: AccumulatorArgs,
    ) -> Result<Box<dyn Accumulator>> {
        guarded(&self.name, || {
            Ok(self.single(self.function.create_sliding_accumulator(arguments)?))
        })
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        guarded(&self.name, || self.function.state_fields(arguments))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        guarded_or(false, || {
            self.function.groups_accumulator_supported(arguments)
        })
    }

    fn create_groups_accumulator(
        &self,
        arguments: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        guarded(&self.name, || {
            let groups = self.function.create_groups_accumulator(arguments)?;
            Ok(Box::new(PortableGroups::new(&self.name, groups)) as Box<dyn GroupsAccumulator>)
        })
    }

    /// The accumulator is never told that its rows are in order already, whatever the planner says.
    ///
    /// DataFusion says so too where the rows are in the reverse order, after it has asked for the function that reads them backwards
    /// (`OptimizeAggregateOrder`). That question does not cross a capsule, and the last value would be the first one.
    fn with_beneficial_ordering(
        self: Arc<Self>,
        _beneficial_ordering: bool,
    ) -> Result<Option<Arc<dyn AggregateUDFImpl>>> {
        guarded(&self.name, || {
            let function = Arc::clone(&self.function).with_beneficial_ordering(false)?;
            Ok(function.map(|function| {
                Arc::new(Self {
                    function: function.into(),
                    ..Self::clone(&self)
                }) as Arc<dyn AggregateUDFImpl>
            }))
        })
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        guarded_or(AggregateOrderSensitivity::HardRequirement, || {
            self.function.order_sensitivity()
        })
    }

    /// A function that finds out about `RESPECT NULLS` when a call of it is rewritten is not asked across a capsule. So the clause is refused.
    fn supports_null_handling_clause(&self) -> bool {
        guarded_or(false, || {
            self.function.supports_null_handling_clause() && self.function.simplify().is_none()
        })
    }

    fn coerce_types(&self, argument_types: &[DataType]) -> Result<Vec<DataType>> {
        guarded(&self.name, || self.function.coerce_types(argument_types))
    }
    /// No capsule carries it; `udf_docs()` reads it.
    fn documentation(&self) -> Option<&Documentation> {
        self.function.documentation()
    }
}
