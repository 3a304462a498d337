//! How rows with one key become one, as the contract of a dataset says.

use arrow::datatypes::{DataType, Field, Schema};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_schema::{DedupeSpec, DedupeStrategy, SchemaDescription, SortKey, SortOrder};
use datafusion::common::{Column, Result as QueryResult};
use datafusion::dataframe::DataFrame;
use datafusion::functions_aggregate::expr_fn::array_agg;
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{Expr, ExprFunctionExt, SortExpr, lit};
use std::sync::Arc;

/// The number of a row among those of its key.
const RANK: &str = "__codeanatomy_rank";

/// The rows of which each key has one.
///
/// It is decided by the values alone, never by the order in which rows come: what the tie breakers leave open, the other columns decide, in the
/// order of the schema. Two keys are equal if their values are, NULL and NULL among them.
pub(crate) fn deduped(rows: DataFrame, spec: &DedupeSpec) -> QueryResult<DataFrame> {
    let keys: Vec<Expr> = spec.keys.iter().map(|key| named(key.as_str())).collect();
    let names: Vec<String> = rows
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let order = order(&rows, spec);
    if spec.strategy == DedupeStrategy::CollapseList {
        let mut lists = Vec::new();
        for name in names.iter().filter(|name| !is_key(spec, name)) {
            let values = array_agg(named(name));
            let list = if order.is_empty() {
                values
            } else {
                values.order_by(order.clone()).build()?
            };
            lists.push(list.alias(name));
        }
        return rows
            .aggregate(keys, lists)?
            .select(names.iter().map(|name| named(name)));
    }
    let number = row_number().partition_by(keys).order_by(order).build()?;
    rows.with_column(RANK, number)?
        .filter(named(RANK).eq(lit(1_u64)))?
        .select(names.iter().map(|name| named(name)))
}

/// The declared columns of the rows that are made into one: where lists are declared that these are collapsed to, their elements.
///
/// # Errors
///
/// `invalid-option`: a column that is collapsed to a list is declared as something else.
pub(crate) fn declared_before(
    declared: &SchemaDescription,
    spec: Option<&DedupeSpec>,
) -> Result<SchemaDescription> {
    let Some(spec) = spec.filter(|spec| spec.strategy == DedupeStrategy::CollapseList) else {
        return Ok(declared.clone());
    };
    let mut fields = Vec::new();
    for field in declared.arrow().fields() {
        if is_key(spec, field.name()) {
            fields.push(field.as_ref().clone());
            continue;
        }
        match field.data_type() {
            DataType::List(element) | DataType::LargeList(element) => fields.push(Field::new(
                field.name(),
                element.data_type().clone(),
                element.is_nullable(),
            )),
            other => {
                return Err(EngineError::new(
                    ErrorCode::InvalidOption,
                    format!(
                        "'collapse_list' makes a list of the column '{}', which is declared as {other}",
                        field.name()
                    ),
                )
                .with_detail("column", field.name())
                .with_hint(format!("declare it as List({other}), or choose another strategy")));
            }
        }
    }
    SchemaDescription::of(Arc::new(Schema::new(fields)))
        .map_err(|problem| EngineError::new(ErrorCode::InternalError, problem))
}

/// A column by its name, whatever the name is.
pub(crate) fn named(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
}

/// Keys of an order, NULL last where they are ascending and first where they are descending, if nothing else is stated.
pub(crate) fn sort_keys(keys: &[SortKey]) -> Vec<SortExpr> {
    let keys = keys.iter().map(|key| {
        let ascending = key.order == SortOrder::Ascending;
        let nulls_first = key.nulls_first.unwrap_or(!ascending);
        SortExpr::new(named(key.column.as_str()), ascending, nulls_first)
    });
    keys.collect()
}

fn is_key(spec: &DedupeSpec, name: &str) -> bool {
    spec.keys.iter().any(|key| key.as_str() == name)
}

fn order(rows: &DataFrame, spec: &DedupeSpec) -> Vec<SortExpr> {
    let mut order = sort_keys(&spec.tie_breakers);
    if spec.strategy == DedupeStrategy::KeepBestByScore
        && let Some(score) = order.first_mut()
    {
        // A row without a score is never the best.
        score.nulls_first = false;
    }
    let fields = rows.schema().fields().iter();
    let others = fields.filter(|field| {
        let decides = |key: &SortKey| key.column.as_str() == field.name();
        !is_key(spec, field.name())
            && !spec.tie_breakers.iter().any(decides)
            && !field.data_type().is_nested()
    });
    order.extend(others.map(|field| SortExpr::new(named(field.name()), true, false)));
    order
}
