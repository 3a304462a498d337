//! `list_unique(value)`: the set of a group's values.

use std::any::Any;
use std::sync::Arc;

use arrow::array::{make_comparator, new_empty_array};
use arrow::datatypes::{DataType, Field, FieldRef};
use arrow::row::{RowConverter, SortField};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::expr::NullTreatment;
use datafusion::logical_expr::function::{
    AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs,
};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, Expr, GroupsAccumulator,
    ReversedUDAF, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::accumulator::SetAccumulator;
use super::groups::SetGroups;
use super::order::ASCENDING;
use super::sliding::SlidingSet;

/// What becomes of NULL values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Nulls {
    /// They are left out.
    Ignored,
    /// NULL is a value.
    Kept,
}

/// The SQL function `list_unique`.
#[user_doc(
    doc_section(label = "General Functions"),
    description = "Returns the distinct values of the group as a list, in ascending order. Values are equal if DISTINCT says so. NULLs are left \
                   out; with RESPECT NULLS they are one NULL at the end. A group without values has the empty list, which is not NULL. A dictionary's \
                   values give a list of the values' type.",
    syntax_example = "list_unique(value)",
    sql_example = r"```sql
> select list_unique(kind) as kinds from (values ('name'), ('call'), (null), ('name')) as node (kind);
+--------------+
| kinds        |
+--------------+
| [call, name] |
+--------------+
```",
    argument(
        name = "value",
        description = "The value to collect. Anything that can be sorted, lists and structs included."
    ),
    alternative_syntax = "collect_set(value)",
    related_udf(name = "list_unique_sorted"),
    related_udf(name = "count_distinct_agg")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct ListUnique {
    signature: Signature,
    aliases: Vec<String>,
    nulls: Nulls,
}

impl ListUnique {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        Self::with_nulls(Nulls::Ignored)
    }

    fn with_nulls(nulls: Nulls) -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(vec!["value".to_owned()]);
        Self {
            signature,
            aliases: vec!["collect_set".to_owned()],
            nulls,
        }
    }
}

impl Default for ListUnique {
    fn default() -> Self {
        Self::new()
    }
}

/// The function that keeps NULL, of one that leaves it out; `None` of any other.
pub(super) fn respecting_nulls(function: &AggregateUDF) -> Option<AggregateUDF> {
    let implementation: &dyn Any = function.inner().as_ref();
    let given = implementation.downcast_ref::<ListUnique>()?;
    (given.nulls == Nulls::Ignored).then(|| AggregateUDF::from(ListUnique::with_nulls(Nulls::Kept)))
}

fn list_type(value_type: &DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(value_type.clone(), true)))
}

fn value_type<'a>(arguments: &'a AccumulatorArgs) -> Result<&'a DataType> {
    match arguments.return_type() {
        DataType::List(element) => Ok(element.data_type()),
        other => internal_err!("list_unique returns a list, not {other}"),
    }
}

fn has_order(value_type: &DataType) -> bool {
    let values = new_empty_array(value_type);
    RowConverter::supports_fields(&[SortField::new(value_type.clone())])
        && make_comparator(&values, &values, ASCENDING).is_ok()
}

impl AggregateUDFImpl for ListUnique {
    fn name(&self) -> &'static str {
        "list_unique"
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let [value] = given else {
            return plan_err!("list_unique takes one value, got {}", given.len());
        };
        let value = match value {
            DataType::Dictionary(_, value) => value.as_ref(),
            other => other,
        };
        if !has_order(value) {
            return plan_err!("list_unique takes values that can be sorted, not {value}");
        }
        Ok(vec![value.clone()])
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        let [value] = given else {
            return plan_err!("list_unique takes one value, got {}", given.len());
        };
        Ok(list_type(value))
    }

    fn is_nullable(&self) -> bool {
        false
    }

    fn default_value(&self, data_type: &DataType) -> Result<ScalarValue> {
        match data_type {
            DataType::List(element) => {
                let values = new_empty_array(element.data_type());
                Ok(SingleRowListArrayBuilder::new(values).build_list_scalar())
            }
            other => internal_err!("list_unique returns a list, not {other}"),
        }
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let name = format_state_name(arguments.name, "list_unique");
        let data_type = arguments.return_type().clone();
        Ok(vec![Arc::new(Field::new(name, data_type, true))])
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let set = SetAccumulator::new(value_type(&arguments)?, self.nulls)?;
        Ok(Box::new(set))
    }

    fn create_sliding_accumulator(
        &self,
        arguments: AccumulatorArgs,
    ) -> Result<Box<dyn Accumulator>> {
        let set = SlidingSet::new(value_type(&arguments)?, self.nulls)?;
        Ok(Box::new(set))
    }

    fn groups_accumulator_supported(&self, _arguments: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        arguments: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let sets = SetGroups::new(value_type(&arguments)?, self.nulls, 0)?;
        Ok(Box::new(sets))
    }

    fn supports_null_handling_clause(&self) -> bool {
        true
    }

    // Accumulators are told whether IGNORE NULLS was written. They can't tell nothing from RESPECT NULLS, which here is not the default;
    // the expression can.
    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        if self.nulls == Nulls::Kept {
            return None;
        }
        Some(Box::new(|mut function, _| {
            if function.params.null_treatment == Some(NullTreatment::RespectNulls) {
                function.func = Arc::new(AggregateUDF::from(Self::with_nulls(Nulls::Kept)));
            }
            Ok(Expr::AggregateFunction(function))
        }))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
