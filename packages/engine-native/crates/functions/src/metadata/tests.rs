//! The functions of this group, called from SQL.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float32Array, Float64Array, Int64Array, StringArray};
use arrow::datatypes::DataType;

use crate::testing::Sql;

#[test]
fn tags_are_read_back_and_values_stay() {
    let sql = Sql::with_table(vec![(
        "value",
        Arc::new(StringArray::from(vec![Some("a"), None])) as ArrayRef,
    )]);
    for (given, written) in [
        ("node", "NodeId"),
        ("edge", "EdgeId"),
        ("span", "SpanId"),
        ("Span", "Span"),
        ("QualifiedName", "QualifiedName"),
        ("naïve type", "naïve type"),
    ] {
        for query in [
            format!("select arrow_metadata(semantic_tag('{given}', 1), 'semantic_type')"),
            format!(
                "select arrow_metadata(semantic_tag('{given}', value), 'semantic_type') from t limit 1"
            ),
            format!(
                "select arrow_metadata(tagged, 'semantic_type') from (select semantic_tag(semantic_type => '{given}', value => value) as tagged from t) limit 1"
            ),
        ] {
            assert_eq!(sql.texts(&query), [written], "{query}");
        }
    }
    assert_eq!(
        sql.texts("select semantic_tag('node', value) from t"),
        ["a", "∅"]
    );
    assert_eq!(sql.texts("select semantic_tag('node', 7)"), ["7"]);
    assert_eq!(
        sql.texts("select semantic_tag('node', arrow_cast(null, 'Int32'))"),
        ["∅"]
    );
}

#[test]
fn tags_replace_tags_and_leave_other_metadata() {
    let sql = Sql::new();
    assert_eq!(
        sql.texts(
            "select arrow_metadata(semantic_tag('edge', semantic_tag('node', with_metadata(1, 'unit', 'ms'))))"
        ),
        ["{semantic_type: EdgeId, unit: ms}"]
    );
}

#[test]
fn tags_do_not_change_type_or_nullability() {
    let sql = Sql::with_partitions(4).and_table(
        "t",
        vec![(
            "value",
            Arc::new(Int64Array::from(vec![1, 2, 3])) as ArrayRef,
        )],
    );
    let column = sql
        .column("select semantic_tag('node', [value]) from t where value > 5")
        .unwrap();
    assert!(matches!(column.data_type(), DataType::List(_)));
    assert_eq!(column.len(), 0);
    assert_eq!(
        sql.texts("select sum(semantic_tag('node', value)) from t"),
        ["6"]
    );
}

#[test]
fn wrong_tags_are_refused() {
    let sql = Sql::with_table(vec![(
        "kind",
        Arc::new(StringArray::from(vec!["node"])) as ArrayRef,
    )]);
    for (query, expected) in [
        ("select semantic_tag('node')", "got 1 arguments"),
        ("select semantic_tag()", "semantic_tag"),
        (
            "select semantic_tag(1, 2)",
            "the semantic type of semantic_tag is text, not Int64",
        ),
        (
            "select semantic_tag(null, 2)",
            "the semantic type of semantic_tag is text",
        ),
        (
            "select semantic_tag('', 2)",
            "a constant text that is not empty",
        ),
        (
            "select semantic_tag(kind, 2) from t",
            "a constant text that is not empty",
        ),
    ] {
        let message = sql.error(query);
        assert!(message.contains(expected), "{query}: {message}");
    }
}

#[test]
fn scores_are_from_0_to_1() {
    let numbers = vec![
        Some(0.25),
        None,
        Some(-3.0),
        Some(7.0),
        Some(f64::NAN),
        Some(f64::INFINITY),
        Some(f64::NEG_INFINITY),
        Some(-0.0),
    ];
    let expected = ["0.25", "∅", "0.0", "1.0", "∅", "1.0", "0.0", "0.0"];
    let column = Float64Array::from(numbers.clone());
    let narrow: Float32Array = column.unary_opt(|number| {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the numbers have few digits"
        )]
        Some(number as f32)
    });
    let sql = Sql::with_table(vec![
        ("wide", Arc::new(column.clone()) as ArrayRef),
        ("narrow", Arc::new(narrow)),
    ]);
    assert_eq!(sql.texts("select cpg_score(wide) from t"), expected);
    assert_eq!(sql.texts("select cpg_score(narrow) from t"), expected);
    let slice = Sql::with_table(vec![("wide", Arc::new(column.slice(3, 2)) as ArrayRef)]);
    assert_eq!(slice.texts("select cpg_score(wide) from t"), expected[3..5]);
    let none = sql
        .column("select cpg_score(wide) from t where wide = 0.75")
        .unwrap();
    assert_eq!((none.len(), none.data_type()), (0, &DataType::Float64));
}

#[test]
fn scores_of_constants_and_wrong_calls() {
    let sql = Sql::new();
    for (number, expected) in [
        ("5", "1.0"),
        ("-5", "0.0"),
        ("arrow_cast(0.5, 'Decimal128(3, 1)')", "0.5"),
        ("arrow_cast(1, 'UInt8')", "1.0"),
        ("null", "∅"),
        ("arrow_cast('NaN', 'Float64')", "∅"),
    ] {
        assert_eq!(
            sql.texts(&format!("select cpg_score(number => {number})")),
            [expected],
            "{number}"
        );
    }
    for arguments in ["", "'a'", "0.5, 0.5", "[0.5]", "true"] {
        let message = sql.error(&format!("select cpg_score({arguments})"));
        assert!(message.contains("cpg_score"), "{arguments}: {message}");
    }
}
