//! `identifier_similarity(a, b)`: how alike the words of two identifiers are, whatever the style that they are written in.

use arrow::array::{Array, StringViewBuilder};
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};
use datafusion_macros::user_doc;

use super::column::{TextColumn, as_the_arguments, rows_to_compute};
use super::measure::{measure_columns, result_field, two_texts};
use super::text_similarity::Indel;

const NAME: &str = "identifier_similarity";

/// The SQL function `identifier_similarity`.
#[user_doc(
    doc_section(label = "Text Functions"),
    description = "Returns how alike two identifiers are, from 0 to 1: the text_similarity of their words in lower case, with one space in between. Words end at \
                   characters that are neither letters nor digits, before an upper-case letter that follows a lower-case letter or a digit, and \
                   before the last of several upper-case letters that a lower-case letter follows: parseHTTPResponse, ParseHttpResponse and \
                   parse_http_response have the same words. NULL if an argument is NULL.",
    syntax_example = "identifier_similarity(a, b)",
    sql_example = r"```sql
> select identifier_similarity('parseHTTPResponse', 'parse_http_response') as same, identifier_similarity('getUser', 'get_users') as similar;
+------+--------------------+
| same | similar            |
+------+--------------------+
| 1.0  | 0.9411764705882353 |
+------+--------------------+
```",
    argument(name = "a", description = "One text."),
    argument(name = "b", description = "The other text."),
    related_udf(name = "text_similarity")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct IdentifierSimilarity {
    signature: Signature,
}

impl IdentifierSimilarity {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        Self {
            signature: two_texts(),
        }
    }
}

impl Default for IdentifierSimilarity {
    fn default() -> Self {
        Self::new()
    }
}

/// Writes the words of an identifier in lower case, with one space between two of them.
fn write_words(identifier: &str, words: &mut String) {
    words.clear();
    let mut characters = identifier.chars().peekable();
    // What was read last: nothing of a word, an upper-case letter, or another letter or digit.
    let mut is_in_word = false;
    let mut is_upper_case = false;
    while let Some(character) = characters.next() {
        if !character.is_alphanumeric() {
            is_in_word = false;
            continue;
        }
        let starts_word = if character.is_uppercase() {
            let ends_abbreviation = characters.peek().is_some_and(|next| next.is_lowercase());
            !is_in_word || !is_upper_case || ends_abbreviation
        } else {
            !is_in_word
        };
        if starts_word && !words.is_empty() {
            words.push(' ');
        }
        words.extend(character.to_lowercase());
        is_in_word = true;
        is_upper_case = character.is_uppercase();
    }
}

fn words_of(column: &TextColumn) -> TextColumn {
    let mut all = StringViewBuilder::with_capacity(column.views.len());
    let mut words = String::new();
    for identifier in &column.views {
        if let Some(identifier) = identifier {
            write_words(identifier, &mut words);
            all.append_value(&words);
        } else {
            all.append_null();
        }
    }
    TextColumn {
        views: all.finish(),
        is_constant: column.is_constant,
    }
}

impl ScalarUDFImpl for IdentifierSimilarity {
    fn name(&self) -> &'static str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        Ok(result_field::<Indel>(NAME, &arguments))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [left, right] = arguments.args.as_slice() else {
            return internal_err!("{NAME} has two arguments");
        };
        let rows = rows_to_compute(&arguments.args, arguments.number_rows);
        let left = words_of(&TextColumn::of(left)?);
        let right = words_of(&TextColumn::of(right)?);
        as_the_arguments(
            &arguments.args,
            measure_columns::<Indel>(&left, &right, rows),
        )
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_all_styles() {
        for (identifier, expected) in [
            ("", ""),
            ("__", ""),
            ("__init__", "init"),
            ("parse_http_response", "parse http response"),
            ("parseHTTPResponse", "parse http response"),
            ("ParseHttpResponse", "parse http response"),
            ("HTTP", "http"),
            ("getX", "get x"),
            ("XAxis", "x axis"),
            ("utf8Normalize", "utf8 normalize"),
            ("SHA256Sum", "sha256 sum"),
            ("json.decoder-x y", "json decoder x y"),
            ("größeÄndern", "größe ändern"),
        ] {
            let mut words = "before".to_owned();
            write_words(identifier, &mut words);
            assert_eq!(words, expected, "{identifier}");
        }
    }
}
