//! `count_distinct_agg(value)`: `count(DISTINCT value)` under the name of a function.

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::logical_expr::expr::AggregateFunctionParams;
use datafusion::logical_expr::function::{
    AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs,
};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, Expr, GroupsAccumulator,
    ReversedUDAF, SetMonotonicity, Signature, StatisticsArgs, Volatility, udaf_default_schema_name,
};
use datafusion_macros::user_doc;

/// The SQL function `count_distinct_agg`.
#[user_doc(
    doc_section(label = "General Functions"),
    description = "Returns how many distinct values the group has. It is count(DISTINCT value), for programs that can call a function but not \
                   write DISTINCT. NULLs are not counted; a group without values has 0.",
    syntax_example = "count_distinct_agg(value)",
    sql_example = r"```sql
> select count_distinct_agg(kind) as kinds from (values ('name'), ('call'), (null), ('name')) as node (kind);
+-------+
| kinds |
+-------+
| 2     |
+-------+
```",
    argument(name = "value", description = "The value to count. Anything."),
    related_udf(name = "count"),
    related_udf(name = "list_unique")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct CountDistinctAgg {
    signature: Signature,
    role: Role,
}

/// Under the one name, what the optimizer has seen of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Role {
    /// Nothing: distinct values are counted, whether the call says DISTINCT or not. Windows, and plans that are not optimized, keep this.
    CountsDistinct,
    /// The call says DISTINCT, if that is what it means, and the function is `count`. The optimizer turns DISTINCT of any aggregate into a
    /// grouping below, which is much faster, but not if the call got an alias: so it must keep its name, and can't be `count` itself.
    Counts,
}

impl CountDistinctAgg {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::any(1, Volatility::Immutable);
        signature.parameter_names = Some(vec!["value".to_owned()]);
        Self {
            signature,
            role: Role::CountsDistinct,
        }
    }

    fn is_distinct(&self, is_written: bool) -> bool {
        is_written || self.role == Role::CountsDistinct
    }

    /// The call as `count` sees it.
    fn of_count<'a>(&self, arguments: AccumulatorArgs<'a>) -> AccumulatorArgs<'a> {
        AccumulatorArgs {
            is_distinct: self.is_distinct(arguments.is_distinct),
            ..arguments
        }
    }
}

impl Default for CountDistinctAgg {
    fn default() -> Self {
        Self::new()
    }
}

impl AggregateUDFImpl for CountDistinctAgg {
    fn name(&self) -> &'static str {
        "count_distinct_agg"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn is_nullable(&self) -> bool {
        false
    }

    fn schema_name(&self, params: &AggregateFunctionParams) -> Result<String> {
        if self.role == Role::CountsDistinct {
            return udaf_default_schema_name(self, params);
        }
        let mut params = params.clone();
        params.distinct = false;
        udaf_default_schema_name(self, &params)
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        if self.role == Role::Counts {
            return None;
        }
        let signature = self.signature.clone();
        Some(Box::new(move |mut function, _| {
            function.func = Arc::new(AggregateUDF::from(Self {
                signature: signature.clone(),
                role: Role::Counts,
            }));
            function.params.distinct = true;
            Ok(Expr::AggregateFunction(function))
        }))
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        count_udaf().state_fields(StateFieldsArgs {
            is_distinct: self.is_distinct(arguments.is_distinct),
            ..arguments
        })
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        count_udaf().accumulator(self.of_count(arguments))
    }

    fn create_sliding_accumulator(
        &self,
        arguments: AccumulatorArgs,
    ) -> Result<Box<dyn Accumulator>> {
        count_udaf().create_sliding_accumulator(self.of_count(arguments))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        count_udaf().groups_accumulator_supported(self.of_count(arguments))
    }

    fn create_groups_accumulator(
        &self,
        arguments: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        count_udaf().create_groups_accumulator(self.of_count(arguments))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn default_value(&self, data_type: &DataType) -> Result<ScalarValue> {
        count_udaf().default_value(data_type)
    }

    fn value_from_stats(&self, arguments: &StatisticsArgs) -> Option<ScalarValue> {
        count_udaf().value_from_stats(&StatisticsArgs {
            is_distinct: self.is_distinct(arguments.is_distinct),
            ..*arguments
        })
    }

    fn set_monotonicity(&self, data_type: &DataType) -> SetMonotonicity {
        count_udaf().inner().set_monotonicity(data_type)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
