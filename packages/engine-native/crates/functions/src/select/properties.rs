//! The accumulators, directly and through SQL, against one who looks at all rows.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, StringArray, StructArray};
use arrow::compute::{cast, concat};
use arrow::datatypes::{DataType, Field, Fields, IntervalUnit, TimeUnit};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::codec::plain_type;
use super::function::Call;
use super::groups::Groups;
use super::single::Single;
use super::sliding::Sliding;
use crate::testing::Sql;

/// A column of the type whose values are in the order of the numbers.
fn column(data_type: &DataType, numbers: &[Option<i8>]) -> ArrayRef {
    let integers = |first: i64| -> ArrayRef {
        let integers = numbers.iter();
        let integers = integers.map(|number| number.map(|number| i64::from(number) + first));
        Arc::new(integers.collect::<Int64Array>())
    };
    // Of all lengths from none on, so that what is replaced is longer and shorter than what replaces it.
    let texts = || -> ArrayRef {
        let texts = numbers.iter().map(|number| {
            number.map(|number| "añ".repeat(usize::try_from(i16::from(number) + 3).unwrap()))
        });
        Arc::new(texts.collect::<StringArray>())
    };
    match data_type {
        DataType::UInt8 | DataType::UInt64 => cast(&integers(3), data_type).unwrap(),
        DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::Dictionary(_, _) => cast(&texts(), data_type).unwrap(),
        DataType::Interval(_) => {
            let months = cast(&integers(0), &DataType::Int32).unwrap();
            cast(&months, &DataType::Interval(IntervalUnit::YearMonth)).unwrap()
        }
        DataType::Date32 | DataType::Time32(_) => {
            let days = cast(&integers(0), &DataType::Int32).unwrap();
            cast(&days, data_type).unwrap()
        }
        DataType::Struct(fields) => Arc::new(StructArray::new(
            fields.clone(),
            vec![integers(0), column(fields[1].data_type(), numbers)],
            Some(numbers.iter().map(Option::is_some).collect()),
        )),
        _ => cast(&integers(0), data_type).unwrap(),
    }
}

/// Types of each form, and their corner cases.
fn types() -> Vec<DataType> {
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    vec![
        DataType::Int64,
        DataType::Utf8View,
        DataType::Int8,
        DataType::UInt8,
        DataType::UInt64,
        DataType::Float32,
        DataType::Float64,
        DataType::Float16,
        DataType::Date32,
        DataType::Time32(TimeUnit::Second),
        DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        DataType::Duration(TimeUnit::Second),
        DataType::Interval(IntervalUnit::YearMonth),
        DataType::Decimal64(12, 2),
        DataType::Decimal128(30, 2),
        DataType::Utf8,
        DataType::LargeUtf8,
        DataType::Binary,
        DataType::LargeBinary,
        DataType::BinaryView,
        dictionary.clone(),
        DataType::Struct(Fields::from(vec![
            Field::new("number", DataType::Int64, true),
            Field::new("text", dictionary, true),
        ])),
    ]
}

/// One row: its group, value and key, and whether the filter lets it pass (NULL does not).
type Row = (usize, Option<i8>, Option<i8>, Option<bool>);

const GROUPS: usize = 5;

fn rows() -> impl Strategy<Value = Vec<Vec<Row>>> {
    let number = || option::weighted(0.8, -3_i8..4);
    let row = (
        0..GROUPS,
        number(),
        number(),
        option::weighted(0.9, any::<bool>()),
    );
    vec(vec(row, 0..20), 1..6)
}

/// The best (key, value) of the rows, found by looking at all of them.
fn naive(wins: Ordering, rows: impl Iterator<Item = (Option<i8>, Option<i8>)>) -> Option<i8> {
    let complete = rows.filter_map(|(value, key)| Some((key?, value?)));
    let best = match wins {
        Ordering::Greater => complete.max(),
        _ => complete.min(),
    };
    best.map(|(_, value)| value)
}

fn call(wins: Ordering, value_type: &DataType, key_type: &DataType) -> Call {
    Call {
        name: "arg_test",
        wins,
        value_type: plain_type(value_type),
        key_type: plain_type(key_type),
    }
}

fn arguments(call: [&DataType; 2], rows: &[Row]) -> Vec<ArrayRef> {
    vec![
        column(call[0], &rows.iter().map(|row| row.1).collect::<Vec<_>>()),
        column(call[1], &rows.iter().map(|row| row.2).collect::<Vec<_>>()),
    ]
}

fn wins() -> impl Strategy<Value = Ordering> {
    prop_oneof![Just(Ordering::Less), Just(Ordering::Greater)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Batches in two accumulators, whose states are merged in two steps, some of them as converted rows.
    #[test]
    fn groups_choose_as_one_who_sees_all_rows(
        batches in rows(),
        value in 0..types().len(),
        key in 0..types().len(),
        wins in wins(),
        first in 0..=GROUPS,
    ) {
        let types = types();
        let (value, key) = (&types[value], &types[key]);
        let call = call(wins, value, key);
        let mut parts = [Groups::new(&call).unwrap(), Groups::new(&call).unwrap()];
        let mut merged = Groups::new(&call).unwrap();
        for (index, batch) in batches.iter().enumerate() {
            let arguments = arguments([value, key], batch);
            let groups: Vec<_> = batch.iter().map(|row| row.0).collect();
            let filter: BooleanArray = batch.iter().map(|row| row.3).collect();
            if index % 3 == 2 {
                let state = merged.convert_to_state(&arguments, Some(&filter)).unwrap();
                merged.merge_batch(&state, &groups, GROUPS).unwrap();
            } else {
                parts[index % 3].update_batch(&arguments, &groups, Some(&filter), GROUPS).unwrap();
            }
        }
        let groups: Vec<_> = (0..GROUPS).collect();
        for part in &mut parts {
            part.update_batch(&arguments([value, key], &[]), &[], None, GROUPS).unwrap();
            let head = part.state(EmitTo::First(first)).unwrap();
            let tail = part.state(EmitTo::All).unwrap();
            merged.merge_batch(&head, &groups[..first], GROUPS).unwrap();
            merged.merge_batch(&tail, &groups[first..], GROUPS).unwrap();
        }
        let head = merged.evaluate(EmitTo::First(first)).unwrap();
        let tail = merged.evaluate(EmitTo::All).unwrap();
        let found = concat(&[&head, &tail]).unwrap();
        let expected: Vec<_> = groups
            .iter()
            .map(|group| {
                let rows = batches.iter().flatten();
                let rows = rows.filter(|row| row.0 == *group && row.3 == Some(true));
                naive(wins, rows.map(|row| (row.1, row.2)))
            })
            .collect();
        let expected = cast(&column(value, &expected), &plain_type(value)).unwrap();
        prop_assert_eq!(&found, &expected);
        prop_assert_eq!(found.data_type(), &plain_type(value));
        prop_assert!(merged.rows_are_gone());
    }

    /// Frames that begin and end where they will, as long as they never go back.
    #[test]
    fn frames_choose_as_one_who_sees_their_rows(
        rows in vec((option::weighted(0.8, -3_i8..4), option::weighted(0.8, -3_i8..4)), 1..40),
        steps in vec((0_usize..4, 0_usize..4), 1..40),
        value in 0..types().len(),
        key in 0..types().len(),
        wins in wins(),
    ) {
        let types = types();
        let (value, key) = (&types[value], &types[key]);
        let call = call(wins, value, key);
        let rows: Vec<Row> = rows.into_iter().map(|(value, key)| (0, value, key, None)).collect();
        let all = arguments([value, key], &rows);
        let slice = |start: usize, end: usize| -> Vec<ArrayRef> {
            all.iter().map(|column| column.slice(start, end - start)).collect()
        };
        let mut sliding = Sliding::new(&call).unwrap();
        let mut growing = Single::new(&call).unwrap();
        let (mut start, mut end) = (0, 0);
        for (leave, enter) in steps {
            let last_end = end;
            end = (end + enter).min(rows.len());
            sliding.update_batch(&slice(last_end, end)).unwrap();
            growing.update_batch(&slice(last_end, end)).unwrap();
            let last_start = start;
            start = (start + leave).min(end);
            sliding.retract_batch(&slice(last_start, start)).unwrap();
            for (accumulator, frame) in [
                (&mut sliding as &mut dyn Accumulator, start..end),
                (&mut growing, 0..end),
            ] {
                let best = naive(wins, rows[frame].iter().map(|row| (row.1, row.2)));
                let expected = cast(&column(value, &[best]), &plain_type(value)).unwrap();
                let found = accumulator.evaluate().unwrap().to_array().unwrap();
                prop_assert_eq!(&found, &expected);
                let state = accumulator.state().unwrap();
                prop_assert_eq!(&state[0].to_array().unwrap(), &expected);
                prop_assert!(accumulator.size() > 0);
            }
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// The whole way through SQL, in one partition and in four.
    #[test]
    fn queries_choose_as_one_who_sees_all_rows(
        rows in vec((0..GROUPS, option::weighted(0.8, -3_i8..4), option::weighted(0.8, -3_i8..4), any::<bool>()), 0..30),
        value in 0..types().len(),
        key in 0..types().len(),
    ) {
        let types = types();
        let groups: ArrayRef = Arc::new(Int64Array::from_iter_values(
            rows.iter().map(|row| i64::try_from(row.0).unwrap()),
        ));
        let kept: ArrayRef = Arc::new(rows.iter().map(|row| Some(row.3)).collect::<BooleanArray>());
        let rows: Vec<Row> = rows.into_iter().map(|row| (row.0, row.1, row.2, Some(row.3))).collect();
        let [value, key] = [&types[value], &types[key]];
        let columns = arguments([value, key], &rows);
        for partitions in [1, 4] {
            let sql = Sql::with_partitions(partitions).and_table("t", vec![
                ("g", ArrayRef::clone(&groups)),
                ("value", ArrayRef::clone(&columns[0])),
                ("key", ArrayRef::clone(&columns[1])),
                ("kept", ArrayRef::clone(&kept)),
            ]);
            for (name, wins) in [("arg_max", Ordering::Greater), ("any_value_det", Ordering::Less)] {
                let of = |group: Option<usize>| {
                    let rows = rows.iter().filter(|row| row.3 == Some(true));
                    let rows = rows.filter(|row| group.is_none_or(|group| row.0 == group));
                    naive(wins, rows.map(|row| (row.1, row.2)))
                };
                let found = sql.column(&format!(
                    "select {name}(value, key) filter (where kept) from t group by g order by g"
                ));
                let expected: Vec<_> = (0..GROUPS)
                    .filter(|group| rows.iter().any(|row| row.0 == *group))
                    .map(|group| of(Some(group)))
                    .collect();
                let expected = cast(&column(value, &expected), &plain_type(value)).unwrap();
                prop_assert_eq!(&found.unwrap(), &expected);
                let found = sql.column(&format!("select {name}(value, key) from t where kept"));
                let expected = cast(&column(value, &[of(None)]), &plain_type(value)).unwrap();
                prop_assert_eq!(&found.unwrap(), &expected);
            }
        }
    }
}
