//! Columns of another type than declared, cast where nothing is lost.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use codeanatomy_errors::Result;
use datafusion::common::{Column as Named, Result as DataFusionResult};
use datafusion::logical_expr::{Expr, Operator, try_cast as try_cast_of};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{BinaryExpr, Column, is_not_null, is_null, try_cast};

use crate::error::invalid;
use crate::point::value_type;

/// The casts of a batch.
pub(crate) struct Coercion {
    schema: SchemaRef,
    columns: Vec<Arc<dyn PhysicalExpr>>,
}

impl Coercion {
    /// Casts the columns whose type differs between the two schemas.
    pub(crate) fn between(raw: &SchemaRef, checked: &SchemaRef) -> Result<Self> {
        let columns = raw.fields().iter().zip(checked.fields()).enumerate().map(
            |(index, (from, to))| -> DataFusionResult<Arc<dyn PhysicalExpr>> {
                let column = Arc::new(Column::new(from.name(), index));
                if from.data_type() == to.data_type() {
                    return Ok(column);
                }
                try_cast(column, raw, to.data_type().clone())
            },
        );
        Ok(Self {
            schema: Arc::clone(checked),
            columns: columns.collect::<DataFusionResult<_>>().map_err(invalid)?,
        })
    }

    pub(crate) fn cast(&self, batch: &RecordBatch) -> DataFusionResult<RecordBatch> {
        let arrays = self.columns.iter().map(|column| {
            column
                .evaluate(batch)
                .and_then(|value| value.into_array(batch.num_rows()))
        });
        let arrays = arrays.collect::<DataFusionResult<Vec<_>>>()?;
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), arrays)?)
    }
}

/// True where the cast of a raw column loses its value, or a part of it.
pub(crate) fn loses(raw: &SchemaRef, index: usize, to: &DataType) -> Result<Arc<dyn PhysicalExpr>> {
    let field = raw.field(index);
    let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new(field.name(), index));
    let build = || -> DataFusionResult<Arc<dyn PhysicalExpr>> {
        let cast = try_cast(Arc::clone(&column), raw, to.clone())?;
        let mut lost = is_null(Arc::clone(&cast))?;
        // A text that parses is all there; anything else has to survive the way back.
        if !value_type(field.data_type()).is_string() {
            let back = try_cast(cast, raw, field.data_type().clone())?;
            let differs = BinaryExpr::new(back, Operator::IsDistinctFrom, Arc::clone(&column));
            lost = Arc::new(BinaryExpr::new(lost, Operator::Or, Arc::new(differs)));
        }
        let value = is_not_null(Arc::clone(&column))?;
        Ok(Arc::new(BinaryExpr::new(value, Operator::And, lost)))
    };
    build().map_err(invalid)
}

/// The column as rules see it, for a plan over the raw columns.
pub(crate) fn logical(raw: &SchemaRef, checked: &SchemaRef, index: usize) -> Expr {
    let field = checked.field(index);
    let column = Expr::Column(Named::new_unqualified(field.name()));
    if raw.field(index).data_type() == field.data_type() {
        return column;
    }
    try_cast_of(column, field.data_type().clone())
}
