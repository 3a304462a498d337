//! `count_if(condition)`: how many rows satisfy a condition.

use std::mem::size_of_val;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array};
use arrow::compute::{and, prep_null_mask_filter, sum};
use arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue, internal_err, not_impl_err};
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::logical_expr::expr::{AggregateFunction, AggregateFunctionParams};
use datafusion::logical_expr::function::{
    AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs,
};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, COUNT_STAR_EXPANSION};
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, EmitTo, Expr, GroupsAccumulator, ReversedUDAF,
    SetMonotonicity, Signature, TypeSignature, Volatility,
};
use datafusion_macros::user_doc;

/// The SQL function `count_if`.
#[user_doc(
    doc_section(label = "General Functions"),
    description = "Returns how many rows satisfy the condition: count(*) FILTER (WHERE condition), and that is what a query makes of it. \
                   Rows for which the condition is NULL don't count; 0 if there are no rows.",
    syntax_example = "count_if(condition)",
    sql_example = r"```sql
> select count_if(line > 10) as later from (values (7), (11), (null), (12)) as t(line);
+-------+
| later |
+-------+
| 2     |
+-------+
```",
    argument(
        name = "condition",
        description = "What a row has to satisfy. Boolean."
    ),
    related_udf(name = "count")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct CountIf {
    signature: Signature,
}

impl CountIf {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::new(
            TypeSignature::Exact(vec![DataType::Boolean]),
            Volatility::Immutable,
        );
        signature.parameter_names = Some(vec!["condition".to_owned()]);
        Self { signature }
    }
}

impl Default for CountIf {
    fn default() -> Self {
        Self::new()
    }
}

/// `count(*)` with the condition added to the filter of the call.
fn counted(call: AggregateFunction) -> Result<Expr> {
    let AggregateFunctionParams {
        args,
        distinct,
        filter,
        ..
    } = call.params;
    let Ok([condition]) = <[Expr; 1]>::try_from(args) else {
        return internal_err!("count_if has one argument");
    };
    let filter = match filter {
        Some(filter) => filter.and(condition),
        None => condition,
    };
    Ok(Expr::AggregateFunction(AggregateFunction::new_udf(
        count_udaf(),
        vec![Expr::Literal(COUNT_STAR_EXPANSION, None)],
        distinct,
        Some(Box::new(filter)),
        Vec::new(),
        None,
    )))
}

impl AggregateUDFImpl for CountIf {
    fn name(&self) -> &'static str {
        "count_if"
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

    fn default_value(&self, _data_type: &DataType) -> Result<ScalarValue> {
        Ok(ScalarValue::Int64(Some(0)))
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        Some(Box::new(|call, _context| counted(call)))
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        count_udaf().state_fields(arguments)
    }

    /// Calls over a window come here: what they are made of is not simplified.
    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if arguments.is_distinct {
            return not_impl_err!("count_if(DISTINCT …) over a window; leave DISTINCT out");
        }
        Ok(Box::new(Satisfied::default()))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(
        &self,
        arguments: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let count = count_udaf().create_groups_accumulator(arguments)?;
        Ok(Box::new(SatisfiedGroups { count }))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn set_monotonicity(&self, _data_type: &DataType) -> SetMonotonicity {
        SetMonotonicity::Increasing
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

/// How many rows satisfied the condition.
#[derive(Debug, Default)]
struct Satisfied {
    count: i64,
}

/// The rows of the only column that are true.
fn satisfied(values: &[ArrayRef]) -> Result<&BooleanArray> {
    let [condition] = values else {
        return internal_err!("count_if has one argument");
    };
    Ok(condition.as_boolean())
}

impl Accumulator for Satisfied {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.count += i64::try_from(satisfied(values)?.true_count()).unwrap_or(i64::MAX);
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.count -= i64::try_from(satisfied(values)?.true_count()).unwrap_or(i64::MAX);
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Int64(Some(self.count)))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Int64(Some(self.count))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [counts] = states else {
            return internal_err!("count_if has a state of one column");
        };
        let counts: &Int64Array = counts.as_primitive::<Int64Type>();
        self.count += sum(counts).unwrap_or(0);
        Ok(())
    }
}

/// The accumulator of `count`, with the condition as a filter.
struct SatisfiedGroups {
    count: Box<dyn GroupsAccumulator>,
}

/// The rows that satisfy both.
fn both(condition: &BooleanArray, filter: Option<&BooleanArray>) -> Result<BooleanArray> {
    // What is counted is the condition itself, so a row with a NULL must not pass.
    let both = match filter {
        Some(filter) => and(condition, filter)?,
        None => condition.clone(),
    };
    Ok(if both.null_count() > 0 {
        prep_null_mask_filter(&both)
    } else {
        both
    })
}

impl GroupsAccumulator for SatisfiedGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        let filter = both(satisfied(values)?, filter)?;
        self.count
            .update_batch(values, groups, Some(&filter), total)
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        self.count.evaluate(emit)
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        self.count.state(emit)
    }

    fn merge_batch(&mut self, state: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.count.merge_batch(state, groups, total)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let filter = both(satisfied(values)?, filter)?;
        self.count.convert_to_state(values, Some(&filter))
    }

    fn size(&self) -> usize {
        self.count.size()
    }
}
