//! The paths of `#>`: `'{a,b}'` as in `PostgreSQL`, or a list `['a', 'b']`.

use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{Expr, lit};
use datafusion::sql::sqlparser::ast::BinaryOperator;

/// The steps that a path has.
pub(super) fn steps_of(operator: &BinaryOperator, path: &Expr) -> Result<Vec<Expr>> {
    match path {
        Expr::Literal(value, _) => {
            if let Some(Some(text)) = value.try_as_str()
                && let Some(steps) = parse(text)
            {
                return Ok(steps.into_iter().map(lit).collect());
            }
        }
        Expr::ScalarFunction(call) if call.func.name() == "make_array" => {
            return Ok(call.args.clone());
        }
        _ => {}
    }
    plan_err!("{operator} takes a path such as '{{a,b}}' or ['a', 'b'], not {path}")
}

/// Reads `{a,"b c",0}`.
fn parse(text: &str) -> Option<Vec<String>> {
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let mut steps = Vec::new();
    let mut rest = inner.trim();
    if rest.is_empty() {
        return Some(steps);
    }
    loop {
        let (step, after) = if let Some(quoted) = rest.strip_prefix('"') {
            quoted_step(quoted)?
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            let step = rest[..end].trim();
            if step.is_empty() || step.contains(['"', '{', '}']) {
                return None;
            }
            (step.to_owned(), &rest[end..])
        };
        steps.push(step);
        let after = after.trim_start();
        if after.is_empty() {
            return Some(steps);
        }
        rest = after.strip_prefix(',')?.trim_start();
    }
}

/// A step up to its second quotation mark, and what comes after that.
fn quoted_step(text: &str) -> Option<(String, &str)> {
    let mut step = String::new();
    let mut characters = text.char_indices();
    while let Some((position, character)) = characters.next() {
        match character {
            '"' => return Some((step, &text[position + 1..])),
            '\\' => step.push(characters.next()?.1),
            other => step.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn paths_are_those_of_postgresql() {
        for (text, expected) in [
            ("{}", Some(vec![])),
            ("{a}", Some(vec!["a"])),
            (" { a , b c,0} ", Some(vec!["a", "b c", "0"])),
            (r#"{"a,b","\"\\",""}"#, Some(vec!["a,b", "\"\\", ""])),
            ("a", None),
            ("{a,}", None),
            ("{,a}", None),
            ("{{a}}", None),
            (r#"{"a}"#, None),
            (r#"{"a"b}"#, None),
        ] {
            let expected = expected
                .map(|steps: Vec<&str>| steps.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
