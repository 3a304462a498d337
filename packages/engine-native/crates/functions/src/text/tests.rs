//! The functions of this group, called from SQL.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, LargeStringArray, StringArray,
    StringViewArray,
};
use arrow::datatypes::{DataType, Int8Type, Int32Type};

use crate::testing::Sql;

const TEXTS: [Option<&str>; 9] = [
    Some(""),
    None,
    Some("  Def  Größe(self):\t# ﬁne "),
    Some("    return self . Value_of_a_long_name  "),
    Some("short"),
    Some("already in its one spelling, longer than a view"),
    Some(" \u{3000}\t"),
    Some("STRASSE Å"),
    Some("a.b"),
];

/// The same texts in every layout that SQL knows.
fn layouts() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("utf8", Arc::new(StringArray::from(TEXTS.to_vec()))),
        (
            "large_utf8",
            Arc::new(LargeStringArray::from(TEXTS.to_vec())),
        ),
        ("utf8_view", Arc::new(StringViewArray::from(TEXTS.to_vec()))),
        (
            "dictionary",
            Arc::new(DictionaryArray::<Int32Type>::from_iter(TEXTS)),
        ),
        (
            "dictionary_of_views",
            arrow::compute::cast(
                &StringArray::from(TEXTS.to_vec()),
                &DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8View)),
            )
            .unwrap(),
        ),
    ]
}

/// Calls of one column and what they answer for `TEXTS`.
const ANSWERS: [(&str, [&str; 9]); 6] = [
    (
        "utf8_normalize(value)",
        [
            "∅",
            "∅",
            "def grösse(self): # fine",
            "return self . value_of_a_long_name",
            "short",
            "already in its one spelling, longer than a view",
            "∅",
            "strasse å",
            "a.b",
        ],
    ),
    (
        "normalize_utf8(value, 'nfc', false, true)",
        [
            "∅",
            "∅",
            "Def Größe(self): # ﬁne",
            "return self . Value_of_a_long_name",
            "short",
            "already in its one spelling, longer than a view",
            "∅",
            "STRASSE Å",
            "a.b",
        ],
    ),
    (
        "utf8_normalize(value, null, true, false)",
        [
            "∅",
            "∅",
            "  def  grösse(self):\t# fine ",
            "    return self . value_of_a_long_name  ",
            "short",
            "already in its one spelling, longer than a view",
            "  \t",
            "strasse å",
            "a.b",
        ],
    ),
    (
        "utf8_null_if_blank(value)",
        [
            "∅",
            "∅",
            "Def  Größe(self):\t# ﬁne",
            "return self . Value_of_a_long_name",
            "short",
            "already in its one spelling, longer than a view",
            "∅",
            "STRASSE Å",
            "a.b",
        ],
    ),
    (
        "qname_normalize(value, ' m . n ')",
        [
            "∅",
            "∅",
            "m.n.Def  Größe(self):\t# fine",
            "return self.Value_of_a_long_name",
            "m.n.short",
            "m.n.already in its one spelling, longer than a view",
            "∅",
            "m.n.STRASSE Å",
            "a.b",
        ],
    ),
    (
        "qualname_normalize(value, null, 'SQL')",
        [
            "∅",
            "∅",
            "def  grösse(self):\t# fine",
            "return self.value_of_a_long_name",
            "short",
            "already in its one spelling, longer than a view",
            "∅",
            "strasse å",
            "a.b",
        ],
    ),
];

#[test]
fn layouts_slices_and_partitions_do_not_matter() {
    for (layout, column) in layouts() {
        let whole = Sql::with_table(vec![("value", ArrayRef::clone(&column))]);
        let slice = Sql::with_table(vec![("value", column.slice(2, 4))]);
        let parts = Sql::with_partitions(4).and_table("t", vec![("value", column)]);
        for (call, expected) in ANSWERS {
            let query = format!("select {call} from t");
            assert_eq!(whole.texts(&query), expected, "{layout}: {call}");
            assert_eq!(slice.texts(&query), expected[2..6], "{layout}: {call}");
            let mut answers = parts.texts(&query);
            let mut expected = expected.to_vec();
            answers.sort();
            expected.sort_unstable();
            assert_eq!(answers, expected, "{layout}: {call}");
        }
    }
}

#[test]
fn constants_are_answered_as_columns_are() {
    let sql = Sql::new();
    for (call, expected) in ANSWERS {
        for (text, expected) in TEXTS.iter().zip(expected) {
            let value = text.map_or("null".to_owned(), |text| format!("'{text}'"));
            assert_eq!(
                sql.texts(&format!("select {}", call.replace("value", &value))),
                [expected],
                "{call} of {value}"
            );
        }
    }
}

#[test]
fn unchanged_columns_are_passed_on() {
    let column: ArrayRef = Arc::new(StringViewArray::from(vec![
        Some("already in its one spelling"),
        None,
        Some("é"),
    ]));
    let sql = Sql::with_table(vec![("value", ArrayRef::clone(&column))]);
    for call in [
        "utf8_normalize(value)",
        "utf8_null_if_blank(value)",
        "qname_normalize(value)",
    ] {
        let answer = sql.column(&format!("select {call} from t")).unwrap();
        assert_eq!(&answer, &column, "{call}");
        assert_eq!(answer.data_type(), &DataType::Utf8View);
    }
}

#[test]
fn options_come_from_the_session_where_the_call_does_not_say() {
    let sql = Sql::new();
    let texts = |call: &str| sql.texts(&format!("select {call}"));
    assert_eq!(texts("utf8_normalize(' ﬁ  A ')"), ["fi a"]);
    sql.run("set codeanatomy_udf.utf8_normalize_form = 'NFC'");
    assert_eq!(texts("utf8_normalize(' ℡  A ')"), ["℡ a"]);
    assert_eq!(texts("utf8_normalize(' ℡  A ', 'nfkd')"), ["tel a"]);
    sql.run("set codeanatomy_udf.utf8_normalize_casefold = false");
    assert_eq!(texts("utf8_normalize(' ℡  A ', null, null)"), ["℡ A"]);
    assert_eq!(texts("utf8_normalize(' ℡  A ', null, true)"), ["℡ a"]);
    sql.run("set codeanatomy_udf.utf8_normalize_collapse_ws = false");
    assert_eq!(texts("utf8_normalize(' ℡  A ')"), [" ℡  A "]);
    assert_eq!(texts("utf8_normalize(' ')"), [" "]);
    assert_eq!(texts("utf8_normalize('')"), ["∅"]);
    assert_eq!(
        texts(
            "utf8_normalize(value => ' ℡  A ', form => 'NFKC', casefold => false, collapse_ws => true)"
        ),
        ["TEL A"]
    );
}

#[test]
fn names_take_module_and_language_of_each_row() {
    let columns = || -> Vec<(&'static str, ArrayRef)> {
        vec![
            (
                "symbol",
                Arc::new(StringArray::from(vec![
                    Some("Ｆoo"),
                    Some("Foo"),
                    Some(" .Foo"),
                    None,
                    Some("Foo"),
                    Some("A\t. B . C"),
                ])),
            ),
            (
                "module",
                Arc::new(StringViewArray::from(vec![
                    Some("pkg. Mod"),
                    None,
                    Some("pkg"),
                    Some("pkg"),
                    Some("  "),
                    Some("pkg"),
                ])),
            ),
            (
                "lang",
                Arc::new(DictionaryArray::<Int8Type>::from_iter([
                    Some("python"),
                    Some("Sql"),
                    None,
                    Some("sql"),
                    Some("klingon"),
                    Some(" vb "),
                ])),
            ),
        ]
    };
    let sql = Sql::with_table(columns());
    assert_eq!(
        sql.texts("select qname_normalize(symbol, module, lang) from t"),
        ["pkg.Mod.Foo", "foo", ".Foo", "∅", "Foo", "a.b.c"]
    );
    assert_eq!(
        sql.texts("select qname_normalize('X', module) from t"),
        ["pkg.Mod.X", "X", "pkg.X", "pkg.X", "X", "pkg.X"]
    );
    assert_eq!(
        sql.texts("select qname_normalize(lang => 'sql', symbol => symbol, module => 'M') from t"),
        ["m.foo", "m.foo", ".foo", "∅", "m.foo", "a.b.c"]
    );
    let parts = Sql::with_partitions(4).and_table("t", columns());
    let mut answers = parts.texts("select qname_normalize(symbol, module, lang) from t");
    answers.sort();
    assert_eq!(answers, [".Foo", "Foo", "a.b.c", "foo", "pkg.Mod.Foo", "∅"]);
}

#[test]
fn no_rows_give_no_rows_of_the_declared_type() {
    let sql = Sql::with_table(vec![("value", Arc::new(StringArray::from(vec!["a"])))]);
    for (call, data_type) in [
        ("utf8_normalize(value)", DataType::Utf8View),
        ("utf8_null_if_blank(value)", DataType::Utf8View),
        ("qname_normalize(value, 'm')", DataType::Utf8View),
        ("qname_normalize('m', value)", DataType::Utf8View),
        ("text_similarity(value, 'm')", DataType::Float64),
        ("jaro_winkler_similarity(value, value)", DataType::Float64),
        ("identifier_similarity('m', value)", DataType::Float64),
        ("damerau_levenshtein(value, 'm')", DataType::Int64),
    ] {
        let column = sql
            .column(&format!("select {call} from t where value = 'b'"))
            .unwrap();
        assert_eq!(
            (column.len(), column.data_type()),
            (0, &data_type),
            "{call}"
        );
    }
}

#[test]
fn wrong_arity_types_and_options_are_refused() {
    let sql = Sql::with_table(vec![
        ("value", Arc::new(StringArray::from(vec!["a"]))),
        ("flag", Arc::new(BooleanArray::from(vec![true]))),
    ]);
    for (call, expected) in [
        ("utf8_normalize()", "utf8_normalize"),
        ("utf8_normalize(1)", "utf8_normalize"),
        (
            "utf8_normalize('a', 'nfc', true, true, true)",
            "utf8_normalize",
        ),
        ("utf8_normalize('a', 'nfc', 'yes')", "utf8_normalize"),
        (
            "utf8_normalize('a', 'NFX')",
            "form of utf8_normalize: Error during planning: 'NFX' is not one of NFC, NFD, NFKC, NFKD",
        ),
        (
            "utf8_normalize('a', value)",
            "form of utf8_normalize is a constant, not a column",
        ),
        (
            "utf8_normalize(value, 'nfc', flag)",
            "casefold of utf8_normalize is a constant, not a column",
        ),
        (
            "utf8_normalize(value, 'nfc', true, flag)",
            "collapse_ws of utf8_normalize is a constant, not a column",
        ),
        ("utf8_null_if_blank('a', 'b')", "utf8_null_if_blank"),
        ("utf8_null_if_blank([1])", "utf8_null_if_blank"),
        ("qname_normalize()", "qname_normalize"),
        ("qname_normalize('a', 1)", "qname_normalize"),
        ("qname_normalize('a', 'b', 'sql', 'd')", "qname_normalize"),
        ("text_similarity('a')", "text_similarity"),
        ("text_similarity('a', 1)", "text_similarity"),
        ("jaro_winkler_similarity('a')", "jaro_winkler_similarity"),
        ("damerau_levenshtein(1, 'a')", "damerau_levenshtein"),
        ("identifier_similarity('a', [1])", "identifier_similarity"),
    ] {
        let message = sql.error(&format!("select {call} from t"));
        assert!(message.contains(expected), "{call}: {message}");
    }
}

const PAIRS: [(Option<&str>, Option<&str>); 8] = [
    (Some(""), Some("")),
    (Some("abc"), Some("")),
    (None, Some("x")),
    (Some("getUserName"), None),
    (Some("getUserName"), Some("get_user_name")),
    (Some("ca"), Some("abc")),
    (Some("naïve"), Some("naive")),
    (Some("MARTHA"), Some("MARHTA")),
];

#[test]
fn pairs_are_compared_in_every_layout() {
    let left = StringArray::from(PAIRS.map(|pair| pair.0).to_vec());
    let right = StringArray::from(PAIRS.map(|pair| pair.1).to_vec());
    let dictionary = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::LargeUtf8));
    for layout in [
        DataType::Utf8,
        DataType::Utf8View,
        DataType::LargeUtf8,
        dictionary,
    ] {
        let columns = || {
            vec![
                ("a", arrow::compute::cast(&left, &layout).unwrap()),
                ("b", Arc::new(right.clone()) as ArrayRef),
            ]
        };
        let sql = Sql::with_table(columns());
        let parts = Sql::with_partitions(4).and_table("t", columns());
        for (call, expected) in [
            (
                "round(text_similarity(a, b), 4)",
                ["1.0", "0.0", "∅", "∅", "0.75", "0.4", "0.8", "0.8333"],
            ),
            (
                "round(identifier_similarity(a, b), 4)",
                ["1.0", "0.0", "∅", "∅", "1.0", "0.4", "0.8", "0.8333"],
            ),
            (
                "round(jaro_winkler_similarity(a, b), 4)",
                ["1.0", "0.0", "∅", "∅", "0.8858", "0.0", "0.8933", "0.9611"],
            ),
            (
                "damerau_levenshtein(a, b)",
                ["0", "3", "∅", "∅", "4", "2", "1", "1"],
            ),
        ] {
            let query = format!("select {call} from t");
            assert_eq!(sql.texts(&query), expected, "{layout}: {call}");
            let mut answers = parts.texts(&query);
            let mut expected = expected.to_vec();
            answers.sort();
            expected.sort_unstable();
            assert_eq!(answers, expected, "{layout}: {call}");
        }
    }
}

#[test]
fn constants_are_compared_as_columns_are() {
    let texts: ArrayRef = Arc::new(StringArray::from(TEXTS.to_vec()));
    for constant in ["", "short", "größe", "value_of"] {
        let constants: ArrayRef = Arc::new(StringArray::from(vec![constant; TEXTS.len()]));
        let sql = Sql::with_table(vec![("a", ArrayRef::clone(&texts)), ("b", constants)]);
        for function in [
            "text_similarity",
            "identifier_similarity",
            "jaro_winkler_similarity",
            "damerau_levenshtein",
        ] {
            let expected = sql.texts(&format!("select {function}(a, b) from t"));
            assert_eq!(expected.iter().filter(|text| *text == "∅").count(), 1);
            for arguments in [
                format!("a, '{constant}'"),
                format!("'{constant}', a"),
                format!("b => '{constant}', a => a"),
            ] {
                assert_eq!(
                    sql.texts(&format!("select {function}({arguments}) from t")),
                    expected,
                    "{function}({arguments})"
                );
            }
            assert_eq!(
                sql.texts(&format!("select {function}(a, null) from t")),
                vec!["∅"; TEXTS.len()]
            );
            assert_eq!(
                sql.texts(&format!("select {function}('short', '{constant}')")),
                [expected[4].clone()]
            );
        }
    }
}

#[test]
fn comparisons_are_null_only_where_an_argument_is() {
    let sql = Sql::new();
    let answers = sql
        .column("select damerau_levenshtein(a, 'b') from (values ('a'), ('b')) as v(a)")
        .unwrap();
    assert_eq!(
        answers
            .as_primitive::<arrow::datatypes::Int64Type>()
            .values(),
        &[1, 0]
    );
}
