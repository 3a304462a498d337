//! An aggregate function under another name.

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::function::{
    AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs,
};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, Expr, GroupsAccumulator,
    ReversedUDAF, SetMonotonicity, Signature,
};

use super::alias::{AliasCall, alias_documentation, lower_case_alias};
use super::body::Definition;

/// Calls another aggregate function; planning puts that function in its place.
#[derive(Debug, Clone)]
pub(super) struct AggregateAlias {
    name: String,
    aliases: Vec<String>,
    target: Arc<AggregateUDF>,
    pub(super) call: AliasCall,
    documentation: Documentation,
}

impl AggregateAlias {
    pub(super) fn new(definition: Definition, target: Arc<AggregateUDF>, call: AliasCall) -> Self {
        Self {
            aliases: lower_case_alias(&definition.name),
            documentation: alias_documentation(&definition, "aggregate", target.name()),
            name: definition.name,
            target,
            call,
        }
    }

    fn with_target(&self, target: AggregateUDF) -> Self {
        Self {
            target: Arc::new(target),
            ..self.clone()
        }
    }
}

impl PartialEq for AggregateAlias {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.target == other.target && self.call == other.call
    }
}

impl Eq for AggregateAlias {}

impl std::hash::Hash for AggregateAlias {
    fn hash<State: std::hash::Hasher>(&self, state: &mut State) {
        self.name.hash(state);
        self.target.hash(state);
        self.call.hash(state);
    }
}

impl AggregateUDFImpl for AggregateAlias {
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

    fn return_type(&self, argument_types: &[DataType]) -> Result<DataType> {
        self.target.return_type(argument_types)
    }

    fn return_field(&self, arguments: &[FieldRef]) -> Result<FieldRef> {
        let field = self.target.return_field(arguments)?;
        Ok(Arc::new(field.as_ref().clone().with_name(&self.name)))
    }

    fn is_nullable(&self) -> bool {
        self.target.is_nullable()
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        self.target.accumulator(arguments)
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        self.target.state_fields(arguments)
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        self.target.groups_accumulator_supported(arguments)
    }

    fn create_groups_accumulator(
        &self,
        arguments: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        self.target.create_groups_accumulator(arguments)
    }

    fn create_sliding_accumulator(
        &self,
        arguments: AccumulatorArgs,
    ) -> Result<Box<dyn Accumulator>> {
        self.target.create_sliding_accumulator(arguments)
    }

    fn with_beneficial_ordering(
        self: Arc<Self>,
        beneficial_ordering: bool,
    ) -> Result<Option<Arc<dyn AggregateUDFImpl>>> {
        let target =
            Arc::clone(self.target.inner()).with_beneficial_ordering(beneficial_ordering)?;
        Ok(target.map(|target| {
            let target = AggregateUDF::new_from_shared_impl(target);
            let alias: Arc<dyn AggregateUDFImpl> = Arc::new(self.with_target(target));
            alias
        }))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.target.order_sensitivity()
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        let target = Arc::clone(&self.target);
        Some(Box::new(move |call: AggregateFunction, _| {
            Ok(Expr::AggregateFunction(AggregateFunction {
                func: Arc::clone(&target),
                ..call
            }))
        }))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        self.target.reverse_udf()
    }

    fn is_descending(&self) -> Option<bool> {
        self.target.is_descending()
    }

    fn default_value(&self, data_type: &DataType) -> Result<ScalarValue> {
        self.target.default_value(data_type)
    }

    fn supports_null_handling_clause(&self) -> bool {
        self.target.supports_null_handling_clause()
    }

    fn supports_within_group_clause(&self) -> bool {
        self.target.supports_within_group_clause()
    }

    fn set_monotonicity(&self, data_type: &DataType) -> SetMonotonicity {
        self.target.inner().set_monotonicity(data_type)
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
