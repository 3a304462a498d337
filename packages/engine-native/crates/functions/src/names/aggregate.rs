//! An aggregate of DataFusion under further names.
//!
//! `AggregateUDF::with_aliases` makes one that has no sliding accumulator of its own; this one asks the function for everything.

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::{
    AggregateFunction, AggregateFunctionParams, WindowFunctionParams,
};
use datafusion::logical_expr::function::{
    AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs,
};
use datafusion::logical_expr::udf_eq::UdfEq;
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, Expr, GroupsAccumulator, Operator,
    ReversedUDAF, SetMonotonicity, Signature, StatisticsArgs,
};

/// The function, with these names beside its own.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct NamedAggregate {
    function: UdfEq<Arc<dyn AggregateUDFImpl>>,
    names: Vec<String>,
}

impl NamedAggregate {
    pub(super) fn new(function: &AggregateUDF, further: &[&str]) -> Self {
        let further = further.iter().map(ToString::to_string);
        Self {
            names: function.aliases().iter().cloned().chain(further).collect(),
            function: Arc::clone(function.inner()).into(),
        }
    }
}

#[warn(clippy::missing_trait_methods)]
impl AggregateUDFImpl for NamedAggregate {
    fn name(&self) -> &str {
        self.function.name()
    }

    fn aliases(&self) -> &[String] {
        &self.names
    }

    fn schema_name(&self, parameters: &AggregateFunctionParams) -> Result<String> {
        self.function.schema_name(parameters)
    }

    fn human_display(&self, parameters: &AggregateFunctionParams) -> Result<String> {
        self.function.human_display(parameters)
    }

    fn window_function_schema_name(&self, parameters: &WindowFunctionParams) -> Result<String> {
        self.function.window_function_schema_name(parameters)
    }

    fn display_name(&self, parameters: &AggregateFunctionParams) -> Result<String> {
        self.function.display_name(parameters)
    }

    fn window_function_display_name(&self, parameters: &WindowFunctionParams) -> Result<String> {
        self.function.window_function_display_name(parameters)
    }

    fn signature(&self) -> &Signature {
        self.function.signature()
    }

    fn return_type(&self, argument_types: &[DataType]) -> Result<DataType> {
        self.function.return_type(argument_types)
    }

    fn return_field(&self, arguments: &[FieldRef]) -> Result<FieldRef> {
        self.function.return_field(arguments)
    }

    fn is_nullable(&self) -> bool {
        self.function.is_nullable()
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        self.function.accumulator(arguments)
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        self.function.state_fields(arguments)
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        self.function.groups_accumulator_supported(arguments)
    }

    fn create_groups_accumulator(
        &self,
        arguments: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        self.function.create_groups_accumulator(arguments)
    }

    fn create_sliding_accumulator(
        &self,
        arguments: AccumulatorArgs,
    ) -> Result<Box<dyn Accumulator>> {
        self.function.create_sliding_accumulator(arguments)
    }

    fn with_beneficial_ordering(
        self: Arc<Self>,
        beneficial_ordering: bool,
    ) -> Result<Option<Arc<dyn AggregateUDFImpl>>> {
        let function = Arc::clone(&self.function).with_beneficial_ordering(beneficial_ordering)?;
        Ok(function.map(|function| {
            Arc::new(Self {
                function: function.into(),
                names: self.names.clone(),
            }) as Arc<dyn AggregateUDFImpl>
        }))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.function.order_sensitivity()
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        self.function.simplify()
    }

    fn simplify_expr_op_literal(
        &self,
        call: &AggregateFunction,
        argument: &Expr,
        operator: Operator,
        literal: &Expr,
        argument_is_left: bool,
    ) -> Result<Option<Expr>> {
        self.function
            .simplify_expr_op_literal(call, argument, operator, literal, argument_is_left)
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        self.function.reverse_expr()
    }

    fn coerce_types(&self, argument_types: &[DataType]) -> Result<Vec<DataType>> {
        self.function.coerce_types(argument_types)
    }

    fn is_descending(&self) -> Option<bool> {
        self.function.is_descending()
    }

    fn value_from_stats(&self, arguments: &StatisticsArgs) -> Option<ScalarValue> {
        self.function.value_from_stats(arguments)
    }

    fn default_value(&self, data_type: &DataType) -> Result<ScalarValue> {
        self.function.default_value(data_type)
    }

    fn supports_null_handling_clause(&self) -> bool {
        self.function.supports_null_handling_clause()
    }

    fn supports_within_group_clause(&self) -> bool {
        self.function.supports_within_group_clause()
    }

    fn set_monotonicity(&self, data_type: &DataType) -> SetMonotonicity {
        self.function.set_monotonicity(data_type)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.function.documentation()
    }
}
