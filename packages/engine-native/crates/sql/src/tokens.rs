//! What a token does to the depth of an expression.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::Token;

/// What a token does to the depth of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Nothing is there.
    Space,
    /// A name, a value, or a word that means something to another one.
    Operand,
    /// Something is made of what stands left of it, or right of it.
    Operator,
    /// `DISTINCT FROM`, which takes all that follows for its right side, whatever binds less than it.
    Greedy,
    /// The `AND` of a condition or of `BETWEEN`.
    And,
    /// `OR`
    Or,
    /// The first half of `BETWEEN … AND`.
    Between,
    /// A bracket, or `CASE`.
    Open,
    /// The end of a bracket.
    Close,
    /// The `END` of a `CASE`.
    End,
    /// An expression ends, and the next one of the list begins.
    Comma,
    /// A statement ends.
    Semicolon,
    /// A relation is made of the one on the left of it and the one on the right.
    Relation,
    /// The relations begin; between them, a comma is a join.
    From,
    /// The next clause begins, and with it another expression.
    Clause,
    /// The next expression of the same clause begins: `ON`, `WHEN`, `THEN`.
    Boundary,
}

/// The role of a token, if it is not where a name has to be.
pub(crate) fn role(token: &Token) -> Role {
    match token {
        Token::Whitespace(_) | Token::EOF => Role::Space,
        Token::Word(word) => of_word(word.keyword),
        Token::LParen | Token::LBracket | Token::LBrace => Role::Open,
        Token::RParen | Token::RBracket | Token::RBrace => Role::Close,
        Token::Comma => Role::Comma,
        Token::SemiColon => Role::Semicolon,
        Token::Number(..)
        | Token::Char(_)
        | Token::Placeholder(_)
        | Token::SingleQuotedString(_)
        | Token::DoubleQuotedString(_)
        | Token::TripleSingleQuotedString(_)
        | Token::TripleDoubleQuotedString(_)
        | Token::DollarQuotedString(_)
        | Token::SingleQuotedByteStringLiteral(_)
        | Token::DoubleQuotedByteStringLiteral(_)
        | Token::TripleSingleQuotedByteStringLiteral(_)
        | Token::TripleDoubleQuotedByteStringLiteral(_)
        | Token::SingleQuotedRawStringLiteral(_)
        | Token::DoubleQuotedRawStringLiteral(_)
        | Token::TripleSingleQuotedRawStringLiteral(_)
        | Token::TripleDoubleQuotedRawStringLiteral(_)
        | Token::NationalStringLiteral(_)
        | Token::QuoteDelimitedStringLiteral(_)
        | Token::NationalQuoteDelimitedStringLiteral(_)
        | Token::EscapedStringLiteral(_)
        | Token::UnicodeStringLiteral(_)
        | Token::HexStringLiteral(_) => Role::Operand,
        // What is left are signs; one that is no operator counts a level too many, which does no harm.
        _ => Role::Operator,
    }
}

fn of_word(keyword: Keyword) -> Role {
    match keyword {
        Keyword::OR => Role::Or,
        Keyword::AND => Role::And,
        Keyword::BETWEEN => Role::Between,
        Keyword::CASE => Role::Open,
        Keyword::END => Role::End,
        Keyword::UNION | Keyword::INTERSECT | Keyword::EXCEPT | Keyword::JOIN => Role::Relation,
        Keyword::FROM => Role::From,
        Keyword::SELECT
        | Keyword::WHERE
        | Keyword::GROUP
        | Keyword::HAVING
        | Keyword::ORDER
        | Keyword::LIMIT
        | Keyword::SET
        | Keyword::VALUES => Role::Clause,
        Keyword::ON | Keyword::WHEN | Keyword::THEN | Keyword::ELSE | Keyword::AS => Role::Boundary,
        Keyword::NOT
        | Keyword::IS
        | Keyword::IN
        | Keyword::LIKE
        | Keyword::ILIKE
        | Keyword::RLIKE
        | Keyword::REGEXP
        | Keyword::SIMILAR
        | Keyword::MATCH
        | Keyword::MEMBER
        | Keyword::OVERLAPS
        | Keyword::OPERATOR
        | Keyword::NOTNULL
        | Keyword::DIV
        | Keyword::XOR
        | Keyword::AT
        | Keyword::COLLATE
        | Keyword::PRIOR => Role::Operator,
        _ => Role::Operand,
    }
}
