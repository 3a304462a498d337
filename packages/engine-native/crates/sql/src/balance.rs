//! Brackets in long chains of OR, in which they change nothing but the shape of the tree.

use std::borrow::Cow;

use datafusion::sql::sqlparser::tokenizer::Location;

/// How many conditions stand side by side in brackets.
const SIDE_BY_SIDE: usize = 32;

/// A bracket at an `OR`: before it where one closes, after it where one opens. The order is that of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bracket {
    or: Location,
    opens: bool,
}

/// How deep the tree of a chain is once it has its brackets.
pub(crate) fn depth_of_chain(ors: usize) -> usize {
    let mut depth = 0;
    let mut left = ors;
    while left > SIDE_BY_SIDE {
        // A chain side by side, and its bracket.
        depth += SIDE_BY_SIDE + 1;
        left = left.div_ceil(SIDE_BY_SIDE);
    }
    depth + left
}

/// Adds the brackets of a chain, given by where its `OR` stand.
///
/// Only conditions between two of them are put in brackets: where the first begins and the last ends need not be known.
pub(crate) fn bracket(ors: &[Location], brackets: &mut Vec<Bracket>) {
    // Runs of `OR` whose conditions between them are yet to be made shallow.
    let mut runs = vec![ors];
    while let Some(run) = runs.pop() {
        if run.len() <= SIDE_BY_SIDE + 1 {
            continue;
        }
        let conditions = run.len() - 1;
        let mut width = SIDE_BY_SIDE;
        while width * SIDE_BY_SIDE < conditions {
            width *= SIDE_BY_SIDE;
        }
        for first in (0..conditions).step_by(width) {
            let last = (first + width).min(conditions);
            let part = &run[first..=last];
            if last - first == 1 {
                continue;
            }
            brackets.push(Bracket {
                or: run[first],
                opens: true,
            });
            brackets.push(Bracket {
                or: run[last],
                opens: false,
            });
            runs.push(part);
        }
    }
}

/// The text with the brackets.
pub(crate) fn with_brackets(sql: &str, brackets: Vec<Bracket>) -> Cow<'_, str> {
    if brackets.is_empty() {
        return Cow::Borrowed(sql);
    }
    let mut text = String::with_capacity(sql.len() + brackets.len());
    let mut brackets = brackets.into_iter().peekable();
    let mut copied = 0;
    let (mut line, mut column) = (1, 1);
    for (offset, character) in sql.char_indices() {
        let here = Location { line, column };
        while let Some(next) = brackets.next_if(|next| next.or == here) {
            let offset = offset + if next.opens { "or".len() } else { 0 };
            text.push_str(&sql[copied..offset]);
            text.push(if next.opens { '(' } else { ')' });
            copied = offset;
        }
        if character == '\n' {
            line += 1;
            column = 1;
        } else {
            column += 1;
        }
    }
    text.push_str(&sql[copied..]);
    Cow::Owned(text)
}
