//! The operators in SQL.

use crate::testing::Session;

async fn session() -> Session {
    let session = Session::new();
    session
        .rows(
            "create table t as select \
             named_struct('a', 1, 'b', named_struct('c', 'x', 'l', [10, 20, 30])) as s, \
             map(['k', 'j'], [1, 2]) as m, map([1, 2], ['one', 'two']) as n, \
             [[1, 2], [3]] as l, 1 as one, \
             '{\"a\": {\"b\": [1, \"x\", {\"c\": null}]}, \"f\": 1.50}' as j, \
             named_struct('j', '{\"a\": [5]}') as mixed",
        )
        .await;
    session
}

#[tokio::test]
async fn steps_lead_into_values_of_every_kind() {
    let session = session().await;
    for (expression, expected) in [
        ("s -> 'a'", "1"),
        ("s ->> 'a'", "1"),
        ("arrow_typeof(s -> 'a')", "Int64"),
        ("arrow_typeof(s ->> 'a')", "Utf8View"),
        ("s -> 'b' ->> 'c'", "x"),
        ("s -> 'b' -> 'l' -> 0", "10"),
        ("s #> '{b,l,-1}'", "30"),
        ("s #>> ['b', 'l', 1]", "20"),
        ("s -> 'b' -> 'l' -> 3", "∅"),
        ("s #> '{}' -> 'a'", "1"),
        ("m -> 'k'", "1"),
        ("m -> 'none'", "∅"),
        ("m ->> 'j'", "2"),
        ("n -> 2", "two"),
        ("n -> one", "one"),
        ("l -> 0 -> 1", "2"),
        ("l -> one -> 0", "3"),
        ("l -> -one", "[3]"),
        ("l #>> '{-1,0}'", "3"),
        ("l -> null", "∅"),
        ("j -> 'a'", r#"{"b": [1, "x", {"c": null}]}"#),
        ("j -> 'a' -> 'b' -> 1", r#""x""#),
        ("j -> 'a' -> 'b' ->> 1", "x"),
        ("j #>> '{a,b,2,c}'", "∅"),
        ("j #> '{a,b,2,c}'", "null"),
        ("j #> ['a', 'b', one - 1]", "1"),
        ("j ->> 'f'", "1.50"),
        ("j ->> 'none'", "∅"),
        ("arrow_cast(j, 'Dictionary(Int32, Utf8)') ->> 'f'", "1.50"),
        ("mixed -> 'j' -> 'a' ->> 0", "5"),
        ("mixed #>> '{j,a,0}'", "5"),
        ("null -> 'a'", "∅"),
        ("(j ->> 'f')::double + 1", "2.5"),
    ] {
        let query = format!("select {expression} from t");
        assert_eq!(session.value(&query).await, expected, "{expression}");
    }
    assert_eq!(
        session
            .rows("select one from t where j #>> '{a,b,0}' = '1'")
            .await,
        ["1"]
    );
    // One call reads the text once.
    let plan = session.plan("select j -> 'a' -> 'b' ->> 1 from t").await;
    let call = r#"json_get_text(CAST(t.j AS Utf8View), Utf8View("a"), Utf8View("b"), Int64(1)) AS"#;
    assert!(plan.contains(call), "{plan}");
}

#[tokio::test]
async fn comparisons_bind_looser_in_every_dialect() {
    let session = session().await;
    for dialect in ["generic", "postgresql"] {
        session
            .rows(&format!("set datafusion.sql_parser.dialect = '{dialect}'"))
            .await;
        for condition in [
            "j ->> 'f' = '1.50'",
            "'1.50' = j ->> 'f'",
            "j ->> 'f' = j #>> '{f}'",
            "s -> 'a' < s -> 'b' -> 'l' -> 0",
            "j -> 'a' ->> 'b' like '[1%' and s -> 'a' = 1",
            "'1.50' like j ->> 'f'",
            "j ->> 'none' is null",
            "j #>> '{f}' is not null and not j ->> 'f' = 'x'",
            "j ->> 'f' in ('1.50', 'x')",
            "s -> 'a' between 0 and s -> 'a'",
            "j ->> 'f' ~ '^1' or false",
            "s ->> 'a' = '1' = true",
        ] {
            let query = format!("select one from t where {condition}");
            assert_eq!(session.rows(&query).await, ["1"], "{dialect}: {condition}");
        }
    }
}

#[tokio::test]
async fn containment_is_defined_on_lists_structs_and_json() {
    let session = session().await;
    for (expression, expected) in [
        ("[1, 2, 3] @> [3, 1]", "true"),
        ("[3] <@ [1, 2]", "false"),
        ("[3] <@ (s -> 'b' -> 'l')", "false"),
        ("s @> named_struct('a', 1)", "true"),
        ("s @> named_struct('a', 2)", "false"),
        (
            "named_struct('b', named_struct('l', [30, 10])) <@ s",
            "true",
        ),
        (
            "named_struct('b', named_struct('l', [30, 11])) <@ s",
            "false",
        ),
        ("j @> '{\"f\": 1.5}'", "true"),
        ("'{\"a\": {\"b\": [1]}}' <@ j", "true"),
        ("j -> 'a' @> '{\"b\": [2]}'", "false"),
    ] {
        let query = format!("select {expression} from t");
        assert_eq!(session.value(&query).await, expected, "{expression}");
    }
}

#[tokio::test]
async fn what_is_not_defined_says_what_is() {
    let session = session().await;
    for (expression, expected) in [
        (
            "s -> 'none'",
            "takes a field of the struct as a constant text",
        ),
        ("s -> 'none'", "it has 'a', 'b'"),
        ("s -> j", "constant text"),
        (
            "l -> 'x'",
            "-> takes the number of an element of the list, from 0",
        ),
        (
            "s #> 'b,c'",
            "#> takes a path such as '{a,b}' or ['a', 'b']",
        ),
        ("s #>> j", "#>> takes a path"),
        ("j -> 1.5", "keys that are text or integers"),
        (
            "s @> [1]",
            "@> and <@ are defined on two lists, two structs or two texts of JSON",
        ),
        ("m @> m", "@> and <@ are defined on"),
        ("s @> named_struct('z', 1)", "has no field 'z'"),
        ("one -> 'a'", ""),
        ("one @> 1", ""),
    ] {
        let message = session.error(&format!("select {expression} from t")).await;
        assert!(message.contains(expected), "{expression}: {message}");
    }
}

#[tokio::test]
async fn macros_and_named_arguments_go_with_operators() {
    let session = session().await;
    for statement in [
        "create function field(doc text, name text) returns text return $doc ->> $name",
        "create function first_of(doc text) returns bigint language sql as 'doc #>> ''{a,b,0}'''",
        "create function inner_c(s struct<c varchar, l bigint[]>) returns text return $s ->> 'c'",
    ] {
        session.rows(statement).await;
    }
    assert_eq!(
        session
            .value("select field(name => 'f', doc => j) from t")
            .await,
        "1.50"
    );
    assert_eq!(session.value("select first_of(j) + 1 from t").await, "2");
    assert_eq!(session.value("select inner_c(s -> 'b') from t").await, "x");
    assert_eq!(
        session
            .value("select json_get_text(text => j, key => 'f') from t")
            .await,
        "1.50"
    );
    for dialect in ["generic", "postgresql"] {
        session
            .rows(&format!("set datafusion.sql_parser.dialect = '{dialect}'"))
            .await;
        for operator in [
            "s -> 'a'",
            "j ->> 'f'",
            "s #> '{a}'",
            "j #>> '{f}'",
            "[1] @> [1]",
            "[1] <@ [1]",
            "field(name => 'f', doc => j)",
        ] {
            assert_eq!(
                session
                    .rows(&format!("select {operator} from t"))
                    .await
                    .len(),
                1,
                "{dialect} {operator}"
            );
        }
    }
}

#[tokio::test]
async fn a_session_without_the_planner_says_so() {
    let without = crate::RuntimePolicy {
        expr_planners: crate::ExprPlanners::named::<&str>(&[]).unwrap(),
        ..crate::RuntimePolicy::default()
    };
    let session = Session::with_policy(&without);
    for operator in ["->", "->>", "#>", "#>>", "@>", "<@"] {
        let query = format!("select '{{}}' {operator} 'a'");
        let message = session.error(&query).await;
        assert!(
            message.contains(&format!(
                "the operator {operator} needs the expression planner 'codeanatomy_domain'"
            )),
            "{message}"
        );
    }
    // DataFusion plans these itself.
    assert_eq!(session.value("select [1, 2] @> [1]").await, "true");
    assert_eq!(session.value("select 'a' || 'b'").await, "ab");
    let report = crate::install(&session.context, &without).unwrap();
    assert!(!report.expr_planners_installed);
    assert!(report.expr_planner_names.is_empty());
    let planners = || session.context.state().expr_planners().len();
    let before = planners();
    let error = crate::install(&session.context, &crate::RuntimePolicy::default()).unwrap_err();
    assert_eq!(
        error.code(),
        codeanatomy_errors::ErrorCode::RuntimePolicyConflict
    );
    assert!(error.message().contains("codeanatomy_domain"), "{error}");
    assert_eq!(planners(), before);
}
