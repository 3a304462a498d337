//! SQL text before it is parsed: how deep it nests, and long chains of OR made shallow.
//!
//! The parser limits how deep brackets nest. It has no limit for `a = 1 OR a = 2 OR …` or `a + b + …`, of which it makes a tree whose left
//! side is as deep as the chain is long; whatever walks that tree, or frees it, would run out of stack and end the process. So the text is
//! measured before there is a tree.

mod balance;
mod depth;
mod tokens;

use std::borrow::Cow;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::config::Dialect;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::dialect::dialect_from_str;
use datafusion::sql::sqlparser::tokenizer::Tokenizer;

/// How deep the tree of a text may be. On the 2 MiB stack of a thread of tokio, a development build holds trees of that depth, and not twice.
///
/// A chain of operators is as deep as it has operators; one of OR counts next to nothing.
pub const DEEPEST: usize = 1000;

/// What to do about SQL that is too deep.
pub const TOO_DEEP_HINT: &str = "write 'x = 1 OR x = 2 …' as 'x IN (1, 2, …)', 'x <> 1 AND x <> 2 …' as 'x NOT IN (1, 2, …)', \
                                 or put the values into a table and join it";

/// The text as it can be parsed without a deep tree: as it is, or with brackets in long chains of OR, which don't change what it means.
///
/// A text that is no SQL comes back as it is, for the parser to say what is wrong with it.
///
/// # Errors
///
/// `query-invalid`: the text nests deeper than [`DEEPEST`].
///
/// ```
/// use codeanatomy_sql::shallow;
/// use datafusion::config::Dialect;
///
/// let conditions: Vec<_> = (0..10_000).map(|number| format!("id = {number}")).collect();
/// assert!(shallow(&conditions.join(" OR "), Dialect::Generic)?.contains("OR("));
/// assert!(shallow(&conditions.join(" AND "), Dialect::Generic).is_err());
/// # Ok::<(), codeanatomy_errors::EngineError>(())
/// ```
pub fn shallow(sql: &str, dialect: Dialect) -> Result<Cow<'_, str>> {
    // Each level takes a character at least.
    if sql.len() <= DEEPEST {
        return Ok(Cow::Borrowed(sql));
    }
    let Some(dialect) = dialect_from_str(dialect) else {
        return Ok(Cow::Borrowed(sql));
    };
    let Ok(tokens) = Tokenizer::new(dialect.as_ref(), sql).tokenize_with_location() else {
        return Ok(Cow::Borrowed(sql));
    };
    let measured = depth::measure(&tokens);
    if measured.depth > DEEPEST {
        return Err(EngineError::new(
            ErrorCode::QueryInvalid,
            format!(
                "the SQL nests {} levels deep, and may at most {DEEPEST}; a chain of operators is as deep as it is long",
                measured.depth
            ),
        )
        .with_detail("depth", measured.depth.to_string())
        .with_detail("limit", DEEPEST.to_string())
        .with_hint(TOO_DEEP_HINT));
    }
    Ok(balance::with_brackets(sql, measured.brackets))
}

/// [`shallow`] for what DataFusion plans: its error is one of DataFusion's, with ours inside.
///
/// # Errors
///
/// `query-invalid`: the text nests deeper than [`DEEPEST`].
pub fn plannable(sql: &str, dialect: Dialect) -> datafusion::error::Result<Cow<'_, str>> {
    shallow(sql, dialect).map_err(|error| DataFusionError::External(Box::new(error)))
}

#[cfg(test)]
mod tests;
