//! `utf8_normalize(value[, form, casefold, collapse_ws])`: one spelling of texts that differ in form, case or white space only.

use std::sync::Arc;

use arrow::array::{Array, StringViewArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_datafusion_err, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};
use datafusion_macros::user_doc;

use super::argument::{boolean_argument, text_argument};
use super::ascii_text::{contents, inner_range, write_collapsed_ascii};
use super::column::map_text;
use super::normal_form::NormalText;
use super::option::{boolean_option, word_option};
use super::shared_views::SharedViews;
use super::white_space::{trimmed, write_collapsed};
use crate::{FunctionSettings, NormalForm};

const NAME: &str = "utf8_normalize";

/// The SQL function `utf8_normalize`.
#[user_doc(
    doc_section(label = "Text Functions"),
    description = "Returns one spelling for texts that differ only in form, case or white space: the normal form of Unicode, the case folded, and one \
                   space for each run of white space, none at the ends. Folding is the full case folding of Unicode ('ß' becomes 'ss'), not lower \
                   case; normalising and folding are repeated until neither changes anything, so the result of a result is the same. White space \
                   is the property White_Space. Options are constants; one that is left out or NULL is the session's setting \
                   codeanatomy_udf.utf8_normalize_form, _casefold or _collapse_ws. NULL if the value is NULL or nothing is left of it.",
    syntax_example = "utf8_normalize(value[, form, casefold, collapse_ws])",
    sql_example = r"```sql
> select utf8_normalize('  ﬁne   STRASSE ') as folded, utf8_normalize('ﬁne Straße', 'NFKC', false) as cased;
+--------------+-------------+
| folded       | cased       |
+--------------+-------------+
| fine strasse | fine Straße |
+--------------+-------------+
```",
    argument(name = "value", description = "What to normalise. Text."),
    argument(
        name = "form",
        description = "The normal form: 'NFC', 'NFD', 'NFKC' or 'NFKD', in any case; 'NFKC' if the session does not say. A constant."
    ),
    argument(
        name = "casefold",
        description = "Whether case is folded; true if the session does not say. A constant."
    ),
    argument(
        name = "collapse_ws",
        description = "Whether each run of white space becomes one space, and none at the ends; true if the session does not say. A constant."
    ),
    alternative_syntax = "normalize_utf8(value[, form, casefold, collapse_ws])",
    related_udf(name = "utf8_null_if_blank"),
    related_udf(name = "qname_normalize")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Utf8Normalize {
    signature: Signature,
    aliases: Vec<String>,
}

impl Utf8Normalize {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let all = [
            text_argument(),
            text_argument(),
            boolean_argument(),
            boolean_argument(),
        ];
        let mut signature = Signature::one_of(
            (1..=all.len())
                .map(|given| TypeSignature::Coercible(all[..given].to_vec()))
                .collect(),
            Volatility::Immutable,
        );
        signature.parameter_names = Some(
            ["value", "form", "casefold", "collapse_ws"]
                .map(str::to_owned)
                .to_vec(),
        );
        Self {
            signature,
            aliases: vec!["normalize_utf8".to_owned()],
        }
    }
}

impl Default for Utf8Normalize {
    fn default() -> Self {
        Self::new()
    }
}

struct Normalization {
    text: NormalText,
    collapse_ws: bool,
    collapsed: String,
}

impl Normalization {
    /// The options of the call, and of the session where the call does not say.
    fn of(options: &[ColumnarValue], session: &FunctionSettings) -> Result<Self> {
        let form = match word_option(NAME, "form", options.first())? {
            Some(word) => word.parse::<NormalForm>().map_err(|error| {
                exec_datafusion_err!("form of {NAME}: {}", error.strip_backtrace())
            })?,
            None => session.utf8_normalize_form,
        };
        let casefold = boolean_option(NAME, "casefold", options.get(1))?
            .unwrap_or(session.utf8_normalize_casefold);
        let collapse_ws = boolean_option(NAME, "collapse_ws", options.get(2))?
            .unwrap_or(session.utf8_normalize_collapse_ws);
        Ok(Self {
            text: NormalText::new(form, casefold),
            collapse_ws,
            collapsed: String::new(),
        })
    }

    fn normalize(&mut self, values: &StringViewArray) -> Result<StringViewArray> {
        let mut rows = SharedViews::new(NAME, values, values.len());
        for (row, value) in values.iter().enumerate() {
            match value {
                None => rows.append_null(row),
                Some(value) => self.append(row, value, &mut rows)?,
            }
        }
        rows.finish()
    }

    /// ASCII is normal in every form, and its case folds byte by byte.
    fn append(&mut self, row: usize, value: &str, rows: &mut SharedViews<'_>) -> Result<()> {
        let range = if self.collapse_ws {
            inner_range(value.as_bytes())
        } else {
            0..value.len()
        };
        let start = range.start;
        let part = &value[range];
        let contents = contents(part.as_bytes());
        if !contents.is_ascii {
            return self.append_other(row, value, rows);
        }
        if part.is_empty() {
            rows.append_null(row);
            return Ok(());
        }
        let has_runs = self.collapse_ws && contents.has_runs;
        let has_upper_case = self.text.casefold && contents.has_upper_case;
        if !has_runs && !has_upper_case {
            rows.append_part(row, start, part);
            return Ok(());
        }
        rows.append_written(|block| {
            let start = block.len();
            if has_runs {
                write_collapsed_ascii(part.as_bytes(), block);
            } else {
                block.extend_from_slice(part.as_bytes());
            }
            if has_upper_case {
                block[start..].make_ascii_lowercase();
            }
        })
    }

    fn append_other(&mut self, row: usize, value: &str, rows: &mut SharedViews<'_>) -> Result<()> {
        let changed = self.text.changed(value);
        let is_changed = changed.is_some();
        let text = changed.unwrap_or(value);
        let (start, part) = if self.collapse_ws {
            trimmed(text)
        } else {
            (0, text)
        };
        if part.is_empty() {
            rows.append_null(row);
        } else if self.collapse_ws && write_collapsed(part, &mut self.collapsed) {
            rows.append_written(|block| block.extend_from_slice(self.collapsed.as_bytes()))?;
        } else if is_changed {
            rows.append_written(|block| block.extend_from_slice(part.as_bytes()))?;
        } else {
            rows.append_part(row, start, part);
        }
        Ok(())
    }
}

impl ScalarUDFImpl for Utf8Normalize {
    fn name(&self) -> &'static str {
        NAME
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [value, options @ ..] = arguments.args.as_slice() else {
            return internal_err!("{NAME} has a value");
        };
        let session = FunctionSettings::of(&arguments.config_options);
        let mut normalization = Normalization::of(options, &session)?;
        map_text(value, |values| {
            Ok(Arc::new(normalization.normalize(values)?))
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
