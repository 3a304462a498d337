//! Arguments that are positions, and the batch loop of the functions that convert positions in a line.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, Int64Builder};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, UInt64Type};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, Signature, TypeSignature, Volatility,
};

use super::column_unit::ColumnUnits;
use crate::text::argument::{integer_argument, text_argument};
use crate::text::column::{TextColumn, as_the_arguments, rows_to_compute};
use crate::{ColumnUnit, FunctionSettings};

/// Integers, one a row or one for all rows.
pub(super) struct Integers {
    values: Int64Array,
    is_constant: bool,
}

impl Integers {
    pub(super) fn of(argument: &ColumnarValue) -> Result<Self> {
        let (array, is_constant) = match argument {
            ColumnarValue::Scalar(scalar) => (scalar.to_array()?, true),
            ColumnarValue::Array(array) => (ArrayRef::clone(array), false),
        };
        let values = if let Some(unsigned) = array.as_primitive_opt::<UInt64Type>() {
            // No text has a position that large, so the greatest number means the same.
            unsigned.unary(|value| i64::try_from(value).unwrap_or(i64::MAX))
        } else {
            let signed = cast(&array, &DataType::Int64)?;
            let Some(signed) = signed.as_primitive_opt::<Int64Type>() else {
                return internal_err!("{} is not an integer", array.data_type());
            };
            signed.clone()
        };
        Ok(Self {
            values,
            is_constant,
        })
    }

    pub(super) fn value(&self, row: usize) -> Option<i64> {
        let position = if self.is_constant { 0 } else { row };
        (!self.values.is_null(position)).then(|| self.values.value(position))
    }
}

/// A line, a position in it, and in what unit columns are counted.
pub(super) fn position_in_line(position: &str) -> Signature {
    let line = || vec![text_argument(), integer_argument()];
    let with = |unit| [line(), vec![unit]].concat();
    let mut signature = Signature::one_of(
        vec![
            TypeSignature::Coercible(line()),
            TypeSignature::Coercible(with(text_argument())),
            TypeSignature::Coercible(with(integer_argument())),
        ],
        Volatility::Immutable,
    );
    signature.parameter_names = Some(
        ["line_text", position, "col_unit"]
            .map(str::to_owned)
            .to_vec(),
    );
    signature
}

/// Applies a conversion to a line, a position and a unit of each row.
pub(super) fn convert_positions<Convert>(
    function: &'static str,
    arguments: &ScalarFunctionArgs,
    convert: Convert,
) -> Result<ColumnarValue>
where
    Convert: Fn(&str, i64, ColumnUnit) -> Option<i64>,
{
    let [lines, positions, units @ ..] = arguments.args.as_slice() else {
        return internal_err!("{function} has a line and a position");
    };
    let session = FunctionSettings::of(&arguments.config_options);
    let units = ColumnUnits::of(function, units.first(), &session)?;
    let lines = TextColumn::of(lines)?;
    let positions = Integers::of(positions)?;
    let rows = rows_to_compute(&arguments.args, arguments.number_rows);
    let mut converted = Int64Builder::with_capacity(rows);
    for row in 0..rows {
        // A unit that is unknown is refused wherever it stands.
        let unit = units.value(row)?;
        converted.append_option(match (lines.value(row), positions.value(row)) {
            (Some(line), Some(position)) => convert(line, position, unit),
            _ => None,
        });
    }
    as_the_arguments(&arguments.args, Arc::new(converted.finish()))
}
