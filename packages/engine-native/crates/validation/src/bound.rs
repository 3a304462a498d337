//! Conditions of a range and of a list of values as physical expressions that are true where a row violates them.

use std::sync::Arc;

use arrow::datatypes::{DataType, Schema, i256};
use codeanatomy_errors::Result;
use codeanatomy_schema::{Scalar, rules::Range};
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{
    BinaryExpr, CastExpr, Column, in_list, is_not_null, lit,
};
use datafusion::scalar::ScalarValue;

use crate::error::{invalid, unfit};
use crate::point::{Point, accepted, point, stored, text_value, value_type};

type Physical = Arc<dyn PhysicalExpr>;

/// A column that a rule compares.
pub(crate) struct Compared<'a> {
    /// What reports call the rule.
    pub(crate) label: &'a str,
    pub(crate) name: &'a str,
    pub(crate) index: usize,
    pub(crate) schema: &'a Schema,
}

/// As many texts are compared one by one; more are looked up by their hashes, which costs as much as comparing about this many.
const FEW_TEXTS: usize = 8;

/// Where a value violates one side of a range.
enum Side {
    Never,
    /// Every value but NULL.
    Always,
    Compared(Operator, ScalarValue),
}

impl Compared<'_> {
    /// True where the value is outside the range.
    pub(crate) fn outside(&self, range: &Range) -> Result<Physical> {
        let values = self.value_type();
        let mut sides = Vec::new();
        if let Some(min) = &range.min {
            sides.push(below(&self.point(min)?, range.inclusive, values));
        }
        if let Some(max) = &range.max {
            sides.push(above(&self.point(max)?, range.inclusive, values));
        }
        if values.is_floating() && sides.len() == 1 {
            // Arrow orders NaN beyond the infinities, by its sign: a bound on that side finds it. On the other side, infinity does.
            sides.push(if range.min.is_some() {
                Side::Compared(Operator::Gt, float(f64::INFINITY))
            } else {
                Side::Compared(Operator::Lt, float(f64::NEG_INFINITY))
            });
        }
        let mut conditions = Vec::new();
        for side in sides {
            conditions.push(match side {
                Side::Never => continue,
                Side::Always => return is_not_null(self.column()).map_err(invalid),
                Side::Compared(operator, value) => {
                    Arc::new(BinaryExpr::new(self.compared(), operator, lit(value))) as Physical
                }
            });
        }
        Ok(conditions
            .into_iter()
            .reduce(|left, right| Arc::new(BinaryExpr::new(left, Operator::Or, right)))
            .unwrap_or_else(|| lit(false)))
    }

    /// True where the value is none of the list.
    pub(crate) fn not_among(&self, list: &[Scalar]) -> Result<Physical> {
        let values = self.value_type();
        let mut allowed = Vec::new();
        for scalar in list {
            match self.point(scalar)? {
                Point::Steps { floor, exact } => {
                    allowed.extend(stored(floor, values).filter(|_| exact));
                }
                // Equal as numbers, but not to a hash.
                Point::Float(0.0) => allowed.extend([float(0.0), float(-0.0)]),
                Point::Float(number) => allowed.push(float(number)),
                Point::Text(text) => allowed.push(text_value(text, values)),
                Point::Boolean(flag) => allowed.push(ScalarValue::Boolean(Some(flag))),
            }
        }
        if allowed.is_empty() {
            return is_not_null(self.column()).map_err(invalid);
        }
        if values.is_string() && allowed.len() <= FEW_TEXTS {
            let differs = allowed.into_iter().map(|text| {
                Arc::new(BinaryExpr::new(self.compared(), Operator::NotEq, lit(text))) as Physical
            });
            return Ok(differs
                .reduce(|left, right| Arc::new(BinaryExpr::new(left, Operator::And, right)))
                .unwrap_or_else(|| lit(false)));
        }
        let allowed = allowed.into_iter().map(lit).collect();
        in_list(self.compared(), allowed, &true, self.schema).map_err(invalid)
    }

    fn value_type(&self) -> &DataType {
        value_type(self.data_type())
    }

    fn data_type(&self) -> &DataType {
        self.schema.field(self.index).data_type()
    }

    fn column(&self) -> Physical {
        Arc::new(Column::new(self.name, self.index))
    }

    /// The column as it is compared.
    fn compared(&self) -> Physical {
        let data_type = self.data_type();
        let values = self.value_type();
        let target = match data_type {
            _ if values.is_floating() && *data_type != DataType::Float64 => DataType::Float64,
            // Kernels compare dictionaries by their keys.
            DataType::RunEndEncoded(_, _) => values.clone(),
            _ => return self.column(),
        };
        Arc::new(CastExpr::new(self.column(), target, None))
    }

    fn point(&self, scalar: &Scalar) -> Result<Point> {
        let values = self.value_type();
        let Some(accepted) = accepted(values) else {
            return Err(unfit(
                self.label,
                &format!(
                    "compares the column '{}' of type {values}, whose values have no order that a scalar could state",
                    self.name
                ),
            )
            .with_detail("column", self.name)
            .with_hint("state the condition in SQL, as a rule of kind 'predicate'"));
        };
        point(scalar, values).ok_or_else(|| {
            unfit(
                self.label,
                &format!(
                    "compares the column '{}' of type {values} with {}; it takes {accepted}",
                    self.name,
                    serde_json::to_string(scalar).unwrap_or_default()
                ),
            )
            .with_detail("column", self.name)
        })
    }
}

fn below(least: &Point, inclusive: bool, values: &DataType) -> Side {
    match least {
        Point::Steps { floor, exact } => {
            let operator = if inclusive && *exact {
                Operator::Lt
            } else {
                Operator::LtEq
            };
            match stored(*floor, values) {
                Some(value) => Side::Compared(operator, value),
                None if *floor < i256::ZERO => Side::Never,
                None => Side::Always,
            }
        }
        // Arrow orders -0.0 below 0.0, which are equal as numbers.
        Point::Float(0.0) if inclusive => Side::Compared(Operator::Lt, float(-0.0)),
        Point::Float(0.0) => Side::Compared(Operator::LtEq, float(0.0)),
        other => Side::Compared(
            if inclusive {
                Operator::Lt
            } else {
                Operator::LtEq
            },
            plain(other, values),
        ),
    }
}

fn above(greatest: &Point, inclusive: bool, values: &DataType) -> Side {
    match greatest {
        Point::Steps { floor, exact } => {
            let operator = if !inclusive && *exact {
                Operator::GtEq
            } else {
                Operator::Gt
            };
            match stored(*floor, values) {
                Some(value) => Side::Compared(operator, value),
                None if *floor < i256::ZERO => Side::Always,
                None => Side::Never,
            }
        }
        Point::Float(0.0) if inclusive => Side::Compared(Operator::Gt, float(0.0)),
        Point::Float(0.0) => Side::Compared(Operator::GtEq, float(-0.0)),
        other => Side::Compared(
            if inclusive {
                Operator::Gt
            } else {
                Operator::GtEq
            },
            plain(other, values),
        ),
    }
}

fn plain(value: &Point, values: &DataType) -> ScalarValue {
    match value {
        Point::Float(number) => float(*number),
        Point::Text(text) => text_value(text.clone(), values),
        Point::Boolean(flag) => ScalarValue::Boolean(Some(*flag)),
        Point::Steps { floor, .. } => stored(*floor, values).unwrap_or(ScalarValue::Null),
    }
}

const fn float(number: f64) -> ScalarValue {
    ScalarValue::Float64(Some(number))
}
