//! The functions of this group beside those of a session that has only DataFusion's.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, StringArray};
use arrow::util::pretty::pretty_format_batches;
use datafusion::prelude::{SessionConfig, SessionContext};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::testing::Sql;

/// A session with these functions, or with DataFusion's alone.
fn session(library: bool, partitions: usize) -> SessionContext {
    let mut config = SessionConfig::new().with_target_partitions(partitions);
    // Off by default; a plan that it makes is one more that has to stay as it is.
    config.options_mut().optimizer.enable_window_topn = true;
    let context = SessionContext::new_with_config(config);
    if library {
        let state = context.state_ref();
        for entry in super::functions() {
            entry.function.register(&mut *state.write()).unwrap();
        }
    }
    context
}

/// The result or the message of the query.
fn answer(context: &SessionContext, query: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let batches = runtime.block_on(async { context.sql(query).await?.collect().await });
    match batches {
        Ok(batches) => pretty_format_batches(&batches).unwrap().to_string(),
        Err(error) => error.strip_backtrace(),
    }
}

const TABLE: &str = "create table t as select * from (values (1, 1, 'c', null), (1, 2, null, 5), (1, 3, 'a', 6), \
                     (2, 1, 'x', 7), (2, 2, null, null), (2, 3, 'y', 9)) as t(g, n, text, number)";

/// Calls with the functions' own names.
const QUERIES: &[&str] = &[
    "select g, first_value(text order by n desc), last_value(text order by n desc) from t group by g order by g",
    "select first_value(text order by n) ignore nulls, last_value(number order by n) respect nulls from t",
    "select g, first_value(number order by n) ignore nulls filter (where n > 1) as f from t group by g order by g",
    "select distinct on (g) g, n, text from t order by g, n desc",
    "select n, first_value(text) over (partition by g order by n rows between 1 preceding and current row) as f from t",
    "select n, last_value(text) ignore nulls over (partition by g order by n) as f from t order by g, n",
    "select g, n, row_number() over (partition by g order by n desc) as r from t order by g, n",
    "select * from (select g, n, row_number() over (partition by g order by n) as r from t) where r <= 2 order by g, n",
    "select n, row_number() over (order by g, n) as r from t order by r limit 3",
    "select n, lag(text) over (partition by g order by n) as f, lead(text, 2, '-') over (partition by g order by n) as h from t order by g, n",
    "select lag(text, 1) ignore nulls over (order by g, n) as f from t order by g, n",
    "select lag(null, 1, 7) over (order by g, n) as f, lead(null, 1, 8) over (order by g, n) as h from t order by g, n",
    "select lead(number, 1, 0) over (order by g, n desc) as f from t order by g, n limit 2",
    "select lead(number, -1) over (order by n desc, g) as f, lag(number, 2) over (order by n, g) as h from t order by n, g",
    "select arrow_typeof(lag(null, 1, 7) over ()) as f from t limit 1",
    "select row_number(1) over () from t",
    "select lag() over () from t",
    "select first_value() from t",
    "select string_agg(text, '|' order by text desc) as f, string_agg(text, '') as h from t group by g order by g",
];

#[test]
fn functions_with_further_names_answer_and_plan_as_before() {
    for partitions in [1, 4] {
        let [stock, named] = [false, true].map(|library| {
            let context = session(library, partitions);
            answer(&context, TABLE);
            context
        });
        for query in QUERIES {
            assert_eq!(answer(&named, query), answer(&stock, query), "{query}");
            let explain = format!("explain {query}");
            assert_eq!(
                answer(&named, &explain),
                answer(&stock, &explain),
                "{query}"
            );
        }
        // The comparison sees a window that is cut short, and a difference.
        let plan = answer(&named, &format!("explain {}", QUERIES[7]));
        assert!(plan.contains("TopK"), "{plan}");
        let plan = answer(&named, &format!("explain {}", QUERIES[8]));
        assert!(plan.contains("fetch=3"), "{plan}");
        assert_ne!(answer(&named, QUERIES[0]), answer(&named, QUERIES[1]));
        // DataFusion's own way to give names is seen to be another function.
        let aliased = session(false, partitions);
        answer(&aliased, TABLE);
        let lag = datafusion::functions_window::lead_lag::lag_udwf();
        aliased.register_udwf((*lag).clone().with_aliases(["lag_window"]));
        assert_ne!(answer(&aliased, QUERIES[11]), answer(&stock, QUERIES[11]));
    }
}

#[test]
fn further_names_are_the_same_functions() {
    let context = session(true, 2);
    answer(&context, TABLE);
    for (name, others) in [
        (
            "first_value(text order by n desc) {}",
            &["first_value_agg(text order by n desc) {}"][..],
        ),
        (
            "last_value(text order by n) ignore nulls {}",
            &["last_value_agg(text order by n) ignore nulls {}"],
        ),
        (
            "first_value(text) over (partition by g order by n rows between 1 preceding and 1 following)",
            &["first_value_agg(text)"],
        ),
        (
            "last_value(number) ignore nulls over (partition by g order by n desc)",
            &["last_value_agg(number) ignore nulls"],
        ),
        (
            "row_number() over (partition by g order by n desc)",
            &["row_number_window()", "dedupe_best_by_score()"],
        ),
        (
            "lag(text, 1, '-') over (partition by g order by n desc)",
            &["lag_window(text, 1, '-')"],
        ),
        (
            "lead(null, 1, 7) over (partition by g order by n desc)",
            &["lead_window(null, 1, 7)"],
        ),
    ] {
        let query = |call: &str| {
            let (call, rest) = match call.strip_suffix(" {}") {
                Some(call) => (call.to_owned(), "group by g order by g"),
                None => (call.to_owned(), "order by g, n"),
            };
            format!("select {call} as f from t {rest}")
        };
        let expected = answer(&context, &query(name));
        assert!(expected.starts_with('+'), "{expected}");
        let over = name.find(" over").map_or("", |over| &name[over..]);
        for other in others {
            assert_eq!(
                answer(&context, &query(&format!("{other}{over}"))),
                expected,
                "{other}"
            );
        }
    }
}

#[test]
fn string_agg_has_separators_and_an_order() {
    let sql = Sql::new();
    let table = "(values ('b', 1), (null, 2), ('a', 3), ('c', 0)) as t(text, n)";
    for (call, expected) in [
        ("string_agg(text, ', ' order by n desc)", "a, b, c"),
        ("string_agg(text, '' order by text)", "abc"),
        ("string_agg(distinct text, '|' order by text)", "a|b|c"),
    ] {
        assert_eq!(
            sql.texts(&format!("select {call} from {table}")),
            [expected],
            "{call}"
        );
    }
}

#[test]
fn count_if_is_count_with_a_filter() {
    let context = session(true, 2);
    answer(&context, TABLE);
    for (query, same) in [
        ("count_if(n > 1)", "count(*) filter (where n > 1)"),
        (
            "count_if(n > 1) filter (where g = 1)",
            "count(*) filter (where g = 1 and n > 1)",
        ),
        ("count_if(number > 5)", "count(*) filter (where number > 5)"),
    ] {
        let [found, expected] = [query, same]
            .map(|call| format!("select g, {call} as answer from t group by g order by g"));
        assert_eq!(
            answer(&context, &found),
            answer(&context, &expected),
            "{query}"
        );
        // The plans differ in the name of the column alone.
        let plan = answer(&context, &format!("explain {found}"));
        let counts: Vec<_> = plan
            .lines()
            .filter(|line| line.contains("AggregateExec"))
            .collect();
        assert_eq!(counts.len(), 2, "{plan}");
        for count in counts {
            assert!(count.contains("aggr=[count(1) FILTER"), "{plan}");
        }
    }
    let table = answer(&context, "select count_if(n > 1) from t");
    assert!(table.contains("count_if(t.n > Int64(1))"), "{table}");
}

#[test]
fn count_if_counts_what_is_true() {
    let conditions: ArrayRef = Arc::new(BooleanArray::from(vec![
        Some(true),
        None,
        Some(false),
        Some(true),
        Some(true),
        None,
    ]));
    let positions: ArrayRef = Arc::new(Int64Array::from_iter_values(0..6));
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["a"; 6]));
    for partitions in [1, 4] {
        let sql = Sql::with_partitions(partitions).and_table(
            "t",
            vec![
                ("c", ArrayRef::clone(&conditions)),
                ("n", ArrayRef::clone(&positions)),
                ("text", ArrayRef::clone(&texts)),
            ],
        );
        for (query, expected) in [
            ("select count_if(c) from t", &["3"][..]),
            ("select count_if(condition => c) from t", &["3"]),
            ("select count_if(distinct c) from t", &["1"]),
            ("select count_if(distinct c) from t where not c", &["0"]),
            ("select count_if(not c) from t", &["1"]),
            ("select count_if(null) from t", &["0"]),
            ("select count_if(true) from t", &["6"]),
            ("select count_if(c) from t where false", &["0"]),
            ("select count_if(c) filter (where n > 2) from t", &["2"]),
            (
                "select count_if(c) from t group by n % 2 order by n % 2",
                &["2", "1"],
            ),
            ("select count_if(c) + sum(n) from t", &["18"]),
            (
                "select count_if(c) over (order by n rows between 1 preceding and 1 following) from t order by n",
                &["1", "1", "1", "2", "2", "1"],
            ),
            (
                "select count_if(c) filter (where n <> 3) over (order by n rows between 1 preceding and current row) \
                 from t order by n",
                &["1", "1", "0", "0", "1", "1"],
            ),
            (
                "select count_if(c) over (order by n) from t order by n",
                &["1", "1", "1", "2", "3", "3"],
            ),
            (
                "select count_if(c) over (partition by text) from t limit 1",
                &["3"],
            ),
        ] {
            assert_eq!(sql.texts(query), expected, "{query} in {partitions}");
        }
        for arguments in ["", "c, c", "text", "n"] {
            let message = sql.error(&format!("select count_if({arguments}) from t"));
            assert!(message.contains("count_if"), "{message}");
        }
        let message = sql.error("select count_if(distinct c) over (order by n) from t");
        assert!(message.contains("count_if(DISTINCT"), "{message}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// What a plan uses that nobody simplified.
    #[test]
    fn accumulators_count_what_is_true(
        rows in vec((0_usize..3, option::weighted(0.8, any::<bool>()), option::weighted(0.8, any::<bool>())), 0..30),
        split in 0_usize..30,
    ) {
        use arrow::datatypes::{DataType, Field, Schema};
        use datafusion::logical_expr::function::AccumulatorArgs;
        use datafusion::logical_expr::{AggregateUDFImpl, EmitTo};

        let function = super::count_if::CountIf::new();
        let field = Arc::new(Field::new("c", DataType::Boolean, true));
        let arguments = AccumulatorArgs {
            return_field: Arc::new(Field::new("f", DataType::Int64, false)),
            schema: &Schema::empty(),
            ignore_nulls: false,
            order_bys: &[],
            is_reversed: false,
            name: "f",
            is_distinct: false,
            exprs: &[],
            expr_fields: &[field],
        };
        let split = split.min(rows.len());
        let expected: Int64Array = (0..3)
            .map(|group| {
                let rows = rows.iter().filter(|row| row.0 == group && row.1 == Some(true) && row.2 == Some(true));
                Some(i64::try_from(rows.count()).unwrap())
            })
            .collect();
        let mut merged = function.create_groups_accumulator(arguments.clone()).unwrap();
        for (position, part) in [&rows[..split], &rows[split..]].into_iter().enumerate() {
            let conditions: ArrayRef = Arc::new(part.iter().map(|row| row.1).collect::<BooleanArray>());
            let filter = part.iter().map(|row| row.2).collect::<BooleanArray>();
            let groups: Vec<_> = part.iter().map(|row| row.0).collect();
            if position == 0 {
                let state = merged.convert_to_state(&[conditions], Some(&filter)).unwrap();
                merged.merge_batch(&state, &groups, 3).unwrap();
            } else {
                let mut part = function.create_groups_accumulator(arguments.clone()).unwrap();
                part.update_batch(&[conditions], &groups, Some(&filter), 3).unwrap();
                let state = part.state(EmitTo::All).unwrap();
                merged.merge_batch(&state, &[0, 1, 2], 3).unwrap();
            }
        }
        let found = merged.evaluate(EmitTo::All).unwrap();
        prop_assert_eq!(found.as_ref(), &expected as &dyn arrow::array::Array);
    }
}
