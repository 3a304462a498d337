//! Texts against what the parser makes of them.

use datafusion::config::Dialect;
use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, Statement, visit_expressions};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::Tokenizer;

use super::{DEEPEST, depth, shallow};

fn measured(sql: &str) -> usize {
    let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize_with_location();
    depth::measure(&tokens.unwrap()).depth
}

fn parsed(sql: &str) -> Statement {
    Parser::parse_sql(&GenericDialect {}, sql)
        .unwrap()
        .remove(0)
}

/// Runs what walks deep trees where there is room for them.
fn with_room<Output: Send + 'static>(work: impl FnOnce() -> Output + Send + 'static) -> Output {
    let thread = std::thread::Builder::new().stack_size(1 << 30);
    thread.spawn(work).unwrap().join().unwrap()
}

/// How deep the parser's tree of a query's first column is.
fn actual(sql: &str) -> usize {
    let text = format!("select {sql}");
    with_room(move || {
        let mut deepest = 0;
        let mut depth = 0_usize;
        let statement = parsed(&text);
        let mut counter = Counter {
            depth: &mut depth,
            deepest: &mut deepest,
        };
        let _ = datafusion::sql::sqlparser::ast::Visit::visit(&statement, &mut counter);
        deepest
    })
}

struct Counter<'a> {
    depth: &'a mut usize,
    deepest: &'a mut usize,
}

impl datafusion::sql::sqlparser::ast::Visitor for Counter<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, _: &Expr) -> std::ops::ControlFlow<()> {
        *self.depth += 1;
        *self.deepest = (*self.deepest).max(*self.depth);
        std::ops::ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, _: &Expr) -> std::ops::ControlFlow<()> {
        *self.depth -= 1;
        std::ops::ControlFlow::Continue(())
    }
}

/// The conditions of every chain of OR, in order, whatever its shape.
fn chains(sql: &str) -> Vec<Vec<String>> {
    let text = sql.to_owned();
    with_room(move || {
        let mut found = Vec::new();
        let mut inside = std::collections::HashSet::new();
        let _ = visit_expressions(&parsed(&text), |part: &Expr| {
            if is_or(part) && !inside.contains(&std::ptr::from_ref(part)) {
                let mut chain = Vec::new();
                collect(part, &mut chain, &mut inside);
                found.push(chain);
            }
            std::ops::ControlFlow::<()>::Continue(())
        });
        found
    })
}

fn is_or(part: &Expr) -> bool {
    matches!(
        part,
        Expr::BinaryOp {
            op: BinaryOperator::Or,
            ..
        }
    )
}

fn collect(
    part: &Expr,
    chain: &mut Vec<String>,
    inside: &mut std::collections::HashSet<*const Expr>,
) {
    inside.insert(std::ptr::from_ref(part));
    match part {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Or,
            right,
        } => {
            collect(left, chain, inside);
            collect(right, chain, inside);
        }
        Expr::Nested(inner) if is_or(inner) => collect(inner, chain, inside),
        other => chain.push(other.to_string()),
    }
}

fn joined(count: usize, term: impl Fn(usize) -> String, by: &str) -> String {
    (0..count).map(term).collect::<Vec<_>>().join(by)
}

#[test]
fn the_depth_is_no_less_than_the_parsers() {
    let texts = [
        "a".to_owned(),
        "a + b * c - d".to_owned(),
        "not not a is not null and b or c".to_owned(),
        "a between 1 and 2 and b between c + d and e".to_owned(),
        "case when a = 1 or b then x + y + z when c then d else case a when 1 then 2 end end"
            .to_owned(),
        "f(g(h(a + b), c), d)[1][2]::bigint::varchar is true".to_owned(),
        "t.a.b -> 'c' -> 'd' collate x".to_owned(),
        "a in (1, 2, (3 + 4)) or b like 'c' escape 'd'".to_owned(),
        "sum(a + b + c) filter (where a or b or c) over (partition by d + e order by f or g)"
            .to_owned(),
        "a is distinct from b or c is not distinct from d".to_owned(),
        "(select a + b + c + d from t, u join v on t.x = v.x where a or b or c group by a || b)"
            .to_owned(),
        joined(200, |number| format!("a{number}"), " + "),
        joined(200, |number| format!("a{number} is null"), " and "),
        format!("a{}", "::bigint".repeat(200)),
        format!("a{}", " is null".repeat(200)),
        format!("a{}", "[1]".repeat(200)),
        format!("'a'{}", " at time zone 'UTC'".repeat(200)),
        format!("a{}", " between 1 and 2".repeat(200)),
        joined(
            200,
            |number| format!("case when end = {number} then on end"),
            " || ",
        ),
        joined(20, |_| "where = 1".to_owned(), " or "),
        joined(15, |_| "not a and b is distinct from c".to_owned(), " or "),
        joined(
            200,
            |number| format!("percentile(0.5) within group (order by x) > {number}"),
            " and ",
        ),
    ];
    for text in &texts {
        // The parser counts the name or value at the bottom, too.
        let levels = actual(text) - 1;
        let said = measured(&format!("select {text}"));
        assert!(said >= levels, "{said} < {levels}: {text}");
        // Of subscripts the planner makes the levels.
        let levels = levels.max(text.matches("[1]").count());
        assert!(
            said <= 3 * levels + 5,
            "{said} is far more than {levels}: {text}"
        );
    }
}

#[test]
fn relations_are_levels_and_lists_are_not() {
    let count = 300;
    for (text, least) in [
        (
            joined(count, |_| "select 1".to_owned(), " union all "),
            count - 1,
        ),
        (
            joined(count, |_| "select * from t".to_owned(), " except "),
            count - 1,
        ),
        (
            format!(
                "select * from {}",
                joined(count, |number| format!("t{number}"), ", ")
            ),
            count - 1,
        ),
        (
            format!("select * from t {}", "join u on a = b ".repeat(count)),
            count,
        ),
    ] {
        let said = measured(&text);
        assert!(
            (least..least + 5).contains(&said),
            "{said}: {}",
            &text[..60]
        );
    }
    for text in [
        format!(
            "select {}",
            joined(count, |number| format!("a + {number} as b{number}"), ", ")
        ),
        format!(
            "select a in ({})",
            joined(count, |number| number.to_string(), ", ")
        ),
        format!(
            "select case {} end",
            joined(
                count,
                |number| format!("when a = {number} or b then {number} + 1"),
                " "
            )
        ),
        format!(
            "values {}",
            joined(count, |number| format!("({number}, -1)"), ", ")
        ),
        joined(
            count,
            |number| format!("select {number} from t where a"),
            ";",
        ),
        format!(
            "select {} from t",
            joined(count, |_| "a is distinct from b".to_owned(), ", ")
        ),
    ] {
        let said = measured(&text);
        assert!(said < 10, "{said}: {}", &text[..60]);
    }
}

#[test]
fn long_chains_of_or_keep_their_conditions() {
    let term = |number: usize| match number % 7 {
        0 => format!("a = {number}"),
        1 => format!("b between {number} and {number} and not c"),
        2 => format!("case when d or e then f else g end = 'or {number}'"),
        3 => format!("(h = {number} or i\n = 'ä\"or')"),
        4 => "where = 1 /* or */".to_owned(),
        5 => format!("j in (select k from l where m or n and {number} = 1)"),
        _ => format!("\"or\" like 'ö' -- or\n and o <> {number}"),
    };
    // It takes all that follows for its right side, `OR` and what comes after it included.
    let greedy = |number: usize| match number % 1000 {
        9 => format!("a = {number} and not b is distinct from c + {number}"),
        _ => term(number),
    };
    let text = format!("select {}", joined(2000, greedy, " or "));
    let shape = shallow(&text, Dialect::Generic).unwrap().into_owned();
    // The conditions themselves have brackets then.
    let bare = |sql: &str| format!("{:?}", chains(sql)).replace(['(', ')'], "");
    assert_eq!(bare(&shape), bare(&text));
    for count in [2, 33, 34, 35, 66, 100, 1023, 1057, 3000] {
        let chain = joined(count, term, " OR ");
        for (before, after) in [
            ("select ", " as x, y or z from t"),
            (
                "select a or b or c from t where ",
                " group by d or e having f or g",
            ),
            ("select case when ", " then y or z else a or b end"),
            ("update t set x = ", " where y or z"),
            ("select f(1, ", ", y or z)"),
        ] {
            let text = format!("{before}{chain}{after}");
            let shape = shallow(&text, Dialect::Generic).unwrap().into_owned();
            assert_eq!(chains(&shape), chains(&text), "{before} {count}");
            assert_eq!(shape.len() > text.len(), count > 34 && text.len() > DEEPEST);
        }
    }
}

#[test]
fn a_chain_with_its_brackets_is_shallow() {
    let chain = joined(200_000, |number| format!("a = {number}"), " or ");
    let shape = shallow(&chain, Dialect::Generic).unwrap().into_owned();
    let levels = actual(&shape);
    assert!((32..200).contains(&levels), "{levels}");
    assert!(measured(&chain) >= levels - 1);
}

#[test]
fn what_is_too_deep_is_refused_with_the_limit() {
    for (text, depth) in [
        (
            joined(DEEPEST + 2, |_| "a".to_owned(), " and "),
            DEEPEST + 1,
        ),
        (joined(200_000, |_| "1".to_owned(), "+"), 199_999),
        ("(".repeat(20_000) + "1", 20_000),
        ("not ".repeat(20_000) + "a", 20_000),
        ("case when ".repeat(20_000) + "a", 20_000),
    ] {
        let error = shallow(&text, Dialect::Generic).unwrap_err();
        assert_eq!(error.code().as_str(), "query-invalid");
        assert_eq!(error.details()["depth"], depth.to_string());
        assert!(error.message().contains("may at most 1000"));
        assert!(error.hint().unwrap().contains("IN (1, 2, …)"));
    }
    let at_the_limit = joined(DEEPEST + 1, |_| "a".to_owned(), " and ");
    assert!(shallow(&at_the_limit, Dialect::Generic).is_ok());
}

#[test]
fn a_text_that_is_no_sql_is_left_to_the_parser() {
    let text = "'".to_owned() + &"a or ".repeat(1000);
    assert_eq!(shallow(&text, Dialect::Generic).unwrap(), text);
}
