//! The functions of this group, called from SQL.

use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, Int32Type};
use datafusion::logical_expr::AggregateUDFImpl;

use super::SelectionFunction;
use super::arg_max::ArgMax;
use crate::testing::Sql;

/// Names and versions with ties and NULLs.
fn versions() -> Vec<(&'static str, ArrayRef)> {
    let names = [Some("c"), Some("a"), None, Some("b"), Some("d"), Some("e")];
    let versions = [Some(2), Some(2), Some(9), Some(1), None, Some(1)];
    vec![
        ("name", Arc::new(StringArray::from(names.to_vec()))),
        ("version", Arc::new(Int64Array::from(versions.to_vec()))),
    ]
}

#[test]
fn ties_go_by_the_value_and_nulls_are_skipped() {
    for partitions in [1, 4] {
        let sql = Sql::with_partitions(partitions).and_table("t", versions());
        for (query, expected) in [
            ("select arg_max(name, version) from t", "c"),
            ("select asof_select(name, version) from t", "c"),
            ("select arg_min(name, version) from t", "b"),
            ("select any_value_det(name, version) from t", "b"),
            (
                "select any_value_det(name, order_key => version) from t",
                "b",
            ),
            ("select arg_max(value => name, key => version) from t", "c"),
            ("select arg_max(version, name) from t", "1"),
            ("select arg_max(distinct name, version) from t", "c"),
            ("select arg_max(name, version order by name) from t", "c"),
            (
                "select arg_max(name, version) from t where version is null",
                "∅",
            ),
            ("select arg_max(name, version) from t where false", "∅"),
            ("select arg_max(name, null) from t", "∅"),
            ("select arg_max(null, version) is null from t", "true"),
            ("select arg_max(name, 1) from t", "e"),
            ("select arg_max(name, version > 1) from t", "c"),
            ("select arg_min(name, version > 1) from t", "b"),
            ("select arg_max(version > 1, name) from t", "false"),
            ("select arg_min('x', version) from t", "x"),
            (
                "select arg_max(name, version) filter (where name < 'c') from t",
                "a",
            ),
        ] {
            assert_eq!(sql.texts(query), [expected], "{query} in {partitions}");
        }
    }
    let sql = Sql::with_table(versions());
    let none: Vec<String> = Vec::new();
    assert_eq!(
        sql.texts("select arg_max(name, version) from t where false group by version"),
        none
    );
}

#[test]
fn numbers_are_ordered_as_order_by_orders_them() {
    let sql = Sql::new();
    let table = "(values ('nan', 'NaN'::double), ('inf', 'inf'::double), ('zero', 0.0::double), \
                 ('minus', -0.0::double), ('null', null)) as t(name, number)";
    let ordered = sql.texts(&format!(
        "select name from {table} where number is not null order by number"
    ));
    assert_eq!(ordered.last().unwrap(), "nan");
    assert_eq!(
        sql.texts(&format!("select arg_max(name, number) from {table}")),
        ordered[ordered.len() - 1..]
    );
    assert_eq!(
        sql.texts(&format!("select arg_min(name, number) from {table}")),
        ordered[..1]
    );
}

#[test]
fn windows_slide() {
    for partitions in [1, 4] {
        let sql = Sql::with_partitions(partitions).and_table("t", {
            let positions: ArrayRef = Arc::new(Int64Array::from_iter_values(0..6));
            versions()
                .into_iter()
                .chain([("position", positions)])
                .collect()
        });
        for (call, frame, expected) in [
            (
                "arg_max(name, version)",
                "rows between 1 preceding and current row",
                ["c", "c", "a", "b", "b", "e"],
            ),
            (
                "any_value_det(name, version)",
                "rows between 1 preceding and 1 following",
                ["a", "a", "b", "b", "b", "e"],
            ),
            (
                "arg_min(name, version)",
                "rows between 2 following and 3 following",
                ["b", "b", "e", "e", "∅", "∅"],
            ),
            (
                "arg_max(name, version) filter (where name <> 'c')",
                "range between 2 preceding and current row",
                ["∅", "a", "a", "a", "b", "e"],
            ),
            (
                "arg_max(name, version)",
                "rows between unbounded preceding and current row",
                ["c", "c", "c", "c", "c", "c"],
            ),
            (
                "arg_min(name, version)",
                "rows between current row and unbounded following",
                ["b", "b", "b", "b", "e", "e"],
            ),
        ] {
            assert_eq!(
                sql.texts(&format!(
                    "select {call} over (order by position {frame}) from t order by position"
                )),
                expected,
                "{call} {frame} in {partitions}"
            );
        }
    }
}

#[test]
fn values_keep_type_and_metadata() {
    let text = Field::new("path", DataType::Utf8, false)
        .with_metadata([("semantic_type".to_owned(), "Path".to_owned())].into());
    let key = Field::new("key", DataType::Int64, true);
    let field = SelectionFunction::new(ArgMax)
        .return_field(&[text.clone().into(), key.into()])
        .unwrap();
    assert_eq!(field.metadata(), text.metadata());
    assert!(field.is_nullable(), "there may be no row");

    let dictionary: ArrayRef = Arc::new(DictionaryArray::<Int32Type>::from_iter(["b", "a"]));
    let lists = "make_array(named_struct('a', 2)), make_array(named_struct('a', 1))";
    let sql = Sql::with_table(vec![("d", dictionary)]);
    for (query, expected) in [
        ("select arrow_typeof(arg_max(d, d)) from t", "Utf8"),
        ("select arg_max(d, d) from t", "b"),
        ("select arrow_typeof(arg_max(1::smallint, 'a'))", "Int16"),
        (
            "select arg_min(m, 1) from (select map(['k'], [column1]) as m from (values (2), (1)))",
            "{k: 1}",
        ),
        (
            &format!("select arg_min(l, l) from (select unnest(make_array({lists})) as l)"),
            "[{a: 1}]",
        ),
    ] {
        assert_eq!(sql.texts(query), [expected], "{query}");
    }
    let sql = Sql::new();
    assert!(
        sql.column("select arg_max(column1, column1) as x from (values (arrow_cast(1, 'Decimal256(40, 1)')))")
            .unwrap()
            .data_type()
            .equals_datatype(&DataType::Decimal256(40, 1))
    );
}

#[test]
fn wrong_calls_are_refused_by_name() {
    let sql = Sql::with_table(versions());
    for (name, alias) in [
        ("arg_max", "asof_select"),
        ("arg_min", "arg_min"),
        ("any_value_det", "any_value_det"),
    ] {
        for arguments in ["", "name", "name, version, 1"] {
            let message = sql.error(&format!("select {alias}({arguments}) from t"));
            assert!(message.contains(name), "{message}");
        }
        let message = sql.error(&format!("select {name}(name, version) ignore nulls from t"));
        assert!(message.contains(name), "{message}");
        let message = sql.error(&format!("select {name}(name, clave => version) from t"));
        assert!(message.contains("clave"), "{message}");
    }
}
