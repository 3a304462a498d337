//! How deep the tree of a text is, and where brackets make it shallow.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use crate::balance::{Bracket, bracket, depth_of_chain};
use crate::tokens::{Role, role};

/// The levels of an operator that takes all the rest: its own, and those of the `NOT`, `AND` and `OR` whose right side it is.
const LEVELS_OF_GREEDY: usize = 4;

/// What is known of a text.
#[derive(Debug)]
pub(crate) struct Measured {
    /// No less than the levels that the parser makes of it.
    pub(crate) depth: usize,
    /// The brackets that the depth takes for granted, in the order of the text.
    pub(crate) brackets: Vec<Bracket>,
}

/// Measures a text. It need not be valid: then the parser says so.
pub(crate) fn measure(tokens: &[TokenWithSpan]) -> Measured {
    let mut brackets = Vec::new();
    let mut open = vec![Level::default()];
    let mut previous = Previous::default();
    for token in tokens {
        let role = previous.role_of(&token.token);
        if role == Role::Space {
            continue;
        }
        match role {
            Role::Open => {
                if let (Token::LBracket, Some(level)) = (&token.token, open.last_mut()) {
                    level.operators += 1;
                }
                open.push(Level {
                    is_case: matches!(token.token, Token::Word(_)),
                    ..Level::default()
                });
            }
            Role::Close => while open.len() > 1 && close(&mut open, &mut brackets) {},
            Role::End if open.last().is_some_and(|level| level.is_case) => {
                close(&mut open, &mut brackets);
            }
            role => {
                if let Some(level) = open.last_mut() {
                    level.take(role, token.span.start, &mut brackets);
                }
            }
        }
        previous.see(&token.token, role);
    }
    while open.len() > 1 {
        close(&mut open, &mut brackets);
    }
    let depth = open
        .pop()
        .map_or(0, |mut level| level.finish(&mut brackets));
    brackets.sort_unstable();
    Measured { depth, brackets }
}

/// Closes the innermost level, and says whether it was a `CASE`, which has no bracket of its own.
fn close(open: &mut Vec<Level>, brackets: &mut Vec<Bracket>) -> bool {
    let Some(mut level) = open.pop() else {
        return false;
    };
    let depth = level.finish(brackets) + 1;
    if let Some(outer) = open.last_mut() {
        outer.inner = outer.inner.max(depth);
    }
    level.is_case
}

/// What the token before says about the one that follows.
#[derive(Default)]
struct Previous {
    role: Option<Role>,
    keyword: Option<Keyword>,
}

impl Previous {
    fn role_of(&self, token: &Token) -> Role {
        let found = role(token);
        match found {
            // After an operator the word is a name, whatever else it may mean.
            Role::Clause | Role::Boundary | Role::From | Role::Relation | Role::End
                if self.wants_operand() =>
            {
                Role::Operand
            }
            Role::Boundary | Role::End if self.role == Some(Role::Boundary) => Role::Operand,
            Role::End if self.role == Some(Role::Open) => Role::Operand,
            Role::From if self.keyword == Some(Keyword::DISTINCT) => Role::Greedy,
            Role::Clause if self.keyword == Some(Keyword::WITHIN) => Role::Operand,
            // All columns, not a product.
            Role::Operator if *token == Token::Mul && !self.ends_operand() => Role::Operand,
            _ => found,
        }
    }

    fn wants_operand(&self) -> bool {
        matches!(
            self.role,
            Some(Role::Operator | Role::And | Role::Or | Role::Between | Role::Greedy)
        )
    }

    fn ends_operand(&self) -> bool {
        let quantifies = matches!(self.keyword, Some(Keyword::DISTINCT | Keyword::ALL));
        matches!(self.role, Some(Role::Operand | Role::Close | Role::End)) && !quantifies
    }

    fn see(&mut self, token: &Token, role: Role) {
        self.role = Some(role);
        self.keyword = match token {
            Token::Word(word) => Some(word.keyword),
            _ => None,
        };
    }
}

/// What stands between two brackets.
#[derive(Default)]
struct Level {
    is_case: bool,
    /// Operators of the operand of `AND` or `OR` that is being read, and the depth of what it has in brackets.
    operators: usize,
    inner: usize,
    /// How many halves of `BETWEEN … AND` are open.
    betweens: usize,
    /// The chain of `AND` that is being read, and its deepest operand.
    ands: usize,
    of_ands: usize,
    /// Levels above what is being read, because an operator takes all of it for its right side.
    above: usize,
    /// The chain of `OR`.
    ors: Vec<Location>,
    of_ors: usize,
    /// Relations that are made of others.
    relations: usize,
    is_from: bool,
    deepest: usize,
}

impl Level {
    fn take(&mut self, role: Role, at: Location, brackets: &mut Vec<Bracket>) {
        match role {
            Role::Between => {
                self.operators += 1;
                self.betweens += 1;
            }
            Role::And if self.betweens > 0 => self.betweens -= 1,
            Role::And => {
                self.end_operand();
                self.ands += 1;
            }
            Role::Or => {
                self.end_conjunction();
                self.ors.push(at);
            }
            Role::Comma | Role::Boundary => {
                self.end_expression(brackets);
                self.relations += usize::from(role == Role::Comma && self.is_from);
            }
            Role::Relation => {
                self.end_expression(brackets);
                self.relations += 1;
            }
            Role::From | Role::Clause => {
                self.end_expression(brackets);
                self.is_from = role == Role::From;
            }
            Role::Semicolon => {
                self.end_expression(brackets);
                self.deepest += self.relations;
                self.relations = 0;
            }
            Role::Greedy => {
                let above = self.operators + LEVELS_OF_GREEDY;
                self.end_part(brackets);
                self.above += above;
            }
            Role::Operator => self.operators += 1,
            Role::Space | Role::Operand | Role::Open | Role::Close | Role::End => {}
        }
    }

    fn end_operand(&mut self) {
        self.of_ands = self.of_ands.max(self.operators + self.inner);
        self.operators = 0;
        self.inner = 0;
        self.betweens = 0;
    }

    fn end_conjunction(&mut self) {
        self.end_operand();
        self.of_ors = self.of_ors.max(self.ands + self.of_ands);
        self.ands = 0;
        self.of_ands = 0;
    }

    fn end_expression(&mut self, brackets: &mut Vec<Bracket>) {
        self.end_part(brackets);
        self.above = 0;
    }

    fn end_part(&mut self, brackets: &mut Vec<Bracket>) {
        self.end_conjunction();
        let depth = self.above + depth_of_chain(self.ors.len()) + self.of_ors;
        bracket(&self.ors, brackets);
        self.ors.clear();
        self.of_ors = 0;
        self.deepest = self.deepest.max(depth);
    }

    /// The depth of all that stood between the brackets.
    fn finish(&mut self, brackets: &mut Vec<Bracket>) -> usize {
        self.end_expression(brackets);
        self.deepest + self.relations
    }
}
