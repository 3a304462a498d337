//! Reads JSON in SQL.

use std::sync::Arc;

use arrow::array::{ArrayRef, LargeStringArray, StringArray, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use proptest::prelude::*;
use serde_json::Value;

use super::path::{Step, as_text, find};
use crate::testing::Sql;

const TEXT: &str =
    r#"{"a": {"b": [1, "x\n\u00e4", null, {"c": -2.50}]}, "q\"uote": true, "a": 0, "": []}"#;

#[test]
fn keys_lead_to_values() {
    let sql = Sql::with_table(vec![("value", Arc::new(StringArray::from(vec![TEXT])))]);
    for (keys, json, text) in [
        ("'a', 'b', 0", "1", "1"),
        ("'a', 'b', '0'", "1", "1"),
        ("'a', 'b', 1", r#""x\n\u00e4""#, "x\nä"),
        ("'a', 'b', 2", "null", "∅"),
        ("'a', 'b', 3", r#"{"c": -2.50}"#, r#"{"c": -2.50}"#),
        ("'a', 'b', -1, 'c'", "-2.50", "-2.50"),
        ("'a', 'b', -4", "1", "1"),
        ("'q\"uote'", "true", "true"),
        ("''", "[]", "[]"),
        ("'a', 'b', 4", "∅", "∅"),
        ("'a', 'b', -5", "∅", "∅"),
        ("'', 0", "∅", "∅"),
        ("'', -1", "∅", "∅"),
        ("'a', 0", "∅", "∅"),
        ("'A'", "∅", "∅"),
        ("'q\"uote', 'x'", "∅", "∅"),
        ("'a', null", "∅", "∅"),
    ] {
        assert_eq!(
            sql.texts(&format!("select json_get(value, {keys}) from t")),
            [json],
            "{keys}"
        );
        assert_eq!(
            sql.texts(&format!("select json_get_text(value, {keys}) from t")),
            [text],
            "{keys}"
        );
    }
}

#[test]
fn all_layouts_and_columns_of_keys_are_taken() {
    let texts = [
        Some(r#"{"k": [7]}"#),
        None,
        Some("not json"),
        Some(r#" {"j": {"0": 8}} "#),
    ];
    let keys = [Some("k"), Some("k"), Some("k"), Some("j")];
    let layouts: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(texts.to_vec())),
        Arc::new(LargeStringArray::from(texts.to_vec())),
        Arc::new(StringViewArray::from(texts.to_vec())),
    ];
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let dictionary = cast(&layouts[0], &dictionary).unwrap();
    for layout in layouts.into_iter().chain([dictionary]) {
        let key: ArrayRef = Arc::new(StringArray::from(keys.to_vec()));
        for partitions in [1, 4] {
            let sql = Sql::with_partitions(partitions)
                .and_table(
                    "t",
                    vec![("value", Arc::clone(&layout)), ("key", Arc::clone(&key))],
                )
                .and_table(
                    "sliced",
                    vec![("value", layout.slice(3, 1)), ("key", key.slice(3, 1))],
                );
            let mut answers = sql.texts("select json_get(value, key, '0') from t");
            answers.sort();
            assert_eq!(answers, ["7", "8", "∅", "∅"]);
            assert_eq!(
                sql.texts("select json_get_text(value, key, '0') from sliced"),
                ["8"]
            );
            assert_eq!(
                sql.texts("select json_get(value, 'k') from t where false"),
                Vec::<String>::new()
            );
            assert_eq!(
                sql.texts("select json_get('{\"k\": 1, \"j\": 2}', key) from sliced"),
                ["2"]
            );
            assert_eq!(
                sql.texts("select json_get('[5, 6]', arrow_cast(1, 'UInt8'))"),
                ["6"]
            );
        }
    }
}

#[test]
fn text_that_is_no_json_is_null() {
    let sql = Sql::new();
    for text in [
        "",
        " ",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\": 1",
        "{a: 1}",
        "[1",
        "nul",
        "{\"a\": x}",
        "{\"a\": 01}",
        "\"a",
        "{\"b\": \"\\",
        "{\"b\" 1, \"a\": 2}",
    ] {
        // A member that is whole counts although the text ends after it.
        let expected = if text == "{\"a\": 1" { "1" } else { "∅" };
        assert_eq!(
            sql.texts(&format!("select json_get('{text}', 'a')")),
            [expected],
            "{text}"
        );
    }
    assert_eq!(sql.texts("select json_get('[1', 0)"), ["1"]);
    assert_eq!(
        sql.texts("select json_get_text('{\"a\": \"\\ud800\"}', 'a')"),
        ["∅"]
    );
}

#[test]
fn containment_is_by_parts() {
    let sql = Sql::new();
    for (whole, part, expected) in [
        (r#"{"a": 1, "b": 2}"#, r#"{"b": 2.0}"#, "true"),
        (r#"{"a": 1}"#, r#"{"a": 1, "b": 2}"#, "false"),
        (
            r#"{"a": {"b": [1, {"c": 2}]}}"#,
            r#"{"a": {"b": [{"c": 2}]}}"#,
            "true",
        ),
        (r#"{"a": {"b": 1}}"#, r#"{"b": 1}"#, "false"),
        ("[1, 2, 3]", "[3, 1, 1]", "true"),
        ("[1, 2, [1, 3]]", "[3]", "false"),
        (r#"["x", 1]"#, r#""x""#, "true"),
        (r#""x""#, r#"["x"]"#, "false"),
        ("[[1]]", "1", "false"),
        ("null", "null", "true"),
        ("{}", "[]", "false"),
        ("{", "{}", "∅"),
        ("{}", "x", "∅"),
    ] {
        let query = format!("select json_contains('{whole}', '{part}')");
        assert_eq!(sql.texts(&query), [expected], "{whole} {part}");
        let query =
            format!("select json_contains(w, p) from (values ('{whole}', '{part}')) as v(w, p)");
        assert_eq!(sql.texts(&query), [expected], "{whole} {part}");
        let query = format!(
            "select json_contains(part => '{part}', text => w) from (values ('{whole}')) as v(w)"
        );
        assert_eq!(sql.texts(&query), [expected], "{whole} {part}");
    }
    assert_eq!(sql.texts("select json_contains(null, '1')"), ["∅"]);
}

#[test]
fn wrong_arguments_are_refused() {
    let sql = Sql::new();
    for (call, expected) in [
        (
            "json_get()",
            "json_get takes a text and one or more keys, got no argument",
        ),
        ("json_get('{}')", "got no key"),
        (
            "json_get(1, 'a')",
            "json_get takes JSON as text first, got Int64",
        ),
        (
            "json_get_text('{}', 1.5)",
            "json_get_text takes keys that are text or integers, got Float64",
        ),
        ("json_contains('{}')", "json_contains"),
        ("json_contains('{}', 1)", "json_contains"),
    ] {
        let message = sql.error(&format!("select {call}"));
        assert!(message.contains(expected), "{call}: {message}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Fractions that are read back exactly.
        any::<i16>().prop_map(|value| Value::from(f64::from(value) / 4.0)),
        ".{0,5}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map("[a-c\"\\\\]{0,2}", inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Compares with the whole tree, at every place in it.
fn check(root: &str, steps: &mut Vec<String>, value: &Value) {
    let path = || steps.iter().map(|step| Step::Key(step));
    let found = find(root, path()).map(|found| serde_json::from_str::<Value>(found).unwrap());
    assert_eq!(found.as_ref(), Some(value), "{root} {steps:?}");
    let text = find(root, path()).and_then(as_text);
    match value {
        Value::Null => assert_eq!(text, None),
        Value::String(value) => assert_eq!(text.as_deref(), Some(value.as_str())),
        _ => assert_eq!(text.as_deref(), find(root, path())),
    }
    let inner: Vec<_> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    for (step, value) in inner {
        steps.push(step);
        check(root, steps, value);
        steps.pop();
    }
}

proptest! {
    #[test]
    fn every_value_is_found_where_the_tree_has_it(value in any_json(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        check(&text.unwrap(), &mut Vec::new(), &value);
    }

    #[test]
    fn no_text_is_too_broken(text in "[\\[\\]{}\",:0a\\\\ é]{0,20}", key in "[0a]?", index in -3_i64..3) {
        let _ = find(&text, [Step::Key(&key), Step::Index(index)].into_iter());
    }
}
