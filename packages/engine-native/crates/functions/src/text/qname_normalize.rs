//! `qname_normalize(symbol[, module, lang])`: one spelling of the qualified name of a symbol.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};
use datafusion_macros::user_doc;

use super::argument::text_argument;
use super::column::{TextColumn, as_the_arguments, rows_to_compute};
use super::normal_form::NormalText;
use super::shared_views::SharedViews;
use super::white_space::trimmed;
use crate::NormalForm;

const NAME: &str = "qname_normalize";

/// Languages whose names are the same in upper and lower case.
const LANGUAGES_WITHOUT_CASE: [&str; 6] = ["ada", "cobol", "fortran", "pascal", "sql", "vb"];

/// The SQL function `qname_normalize`.
#[user_doc(
    doc_section(label = "Text Functions"),
    description = "Returns one spelling of a symbol's qualified name: its normal form NFKC, which is how Python compares identifiers, without white \
                   space at its ends and around dots; a symbol without a dot gets the module's name and a dot in front. Case is kept, because names \
                   that differ in case are different names, but folded for a language whose names ignore case: ada, cobol, fortran, pascal, sql \
                   or vb. NULL if the symbol is NULL or blank.",
    syntax_example = "qname_normalize(symbol[, module, lang])",
    sql_example = r"```sql
> select qname_normalize('JSONDecoder', 'json.decoder') as class, qname_normalize('os . path') as module, qname_normalize('Users', 'Public', 'sql') as relation;
+--------------------------+---------+--------------+
| class                    | module  | relation     |
+--------------------------+---------+--------------+
| json.decoder.JSONDecoder | os.path | public.users |
+--------------------------+---------+--------------+
```",
    argument(
        name = "symbol",
        description = "A name, qualified by dots or not. Text."
    ),
    argument(
        name = "module",
        description = "The name of the module that has the symbol; NULL or blank if it is not known. Text."
    ),
    argument(
        name = "lang",
        description = "The language that the name is written in; Python if left out or NULL. A language that is not in the list keeps case. Text."
    ),
    alternative_syntax = "qualname_normalize(symbol[, module, lang])",
    related_udf(name = "utf8_normalize")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct QnameNormalize {
    signature: Signature,
    aliases: Vec<String>,
}

impl QnameNormalize {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::one_of(
            (1..=3)
                .map(|given| TypeSignature::Coercible(vec![text_argument(); given]))
                .collect(),
            Volatility::Immutable,
        );
        signature.parameter_names = Some(["symbol", "module", "lang"].map(str::to_owned).to_vec());
        Self {
            signature,
            aliases: vec!["qualname_normalize".to_owned()],
        }
    }
}

impl Default for QnameNormalize {
    fn default() -> Self {
        Self::new()
    }
}

fn ignores_case(lang: Option<&str>) -> bool {
    lang.is_some_and(|lang| {
        LANGUAGES_WITHOUT_CASE
            .iter()
            .any(|language| language.eq_ignore_ascii_case(lang.trim()))
    })
}

/// One spelling of names, made in buffers that are used again.
struct Names {
    text: NormalText,
    dotted: String,
}

/// A name in its one spelling.
enum Name<'a> {
    /// A part of the name that was given, from this byte.
    Part(usize, &'a str),
    Written(&'a str),
}

impl<'a> Name<'a> {
    fn text(&self) -> &'a str {
        match self {
            Self::Part(_, text) | Self::Written(text) => text,
        }
    }
}

impl Names {
    fn new() -> Self {
        Self {
            text: NormalText::new(NormalForm::Nfkc, false),
            dotted: String::new(),
        }
    }

    fn normalize<'a>(&'a mut self, name: &'a str, casefold: bool) -> Name<'a> {
        self.text.casefold = casefold;
        let changed = self.text.changed(name);
        let is_changed = changed.is_some();
        let (start, part) = trimmed(changed.unwrap_or(name));
        if part.contains('.') && part.contains(char::is_whitespace) {
            self.dotted.clear();
            for (position, word) in part.split('.').enumerate() {
                if position > 0 {
                    self.dotted.push('.');
                }
                self.dotted.push_str(word.trim());
            }
            Name::Written(&self.dotted)
        } else if is_changed {
            Name::Written(part)
        } else {
            Name::Part(start, part)
        }
    }
}

impl ScalarUDFImpl for QnameNormalize {
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
        let given = arguments
            .args
            .iter()
            .map(TextColumn::of)
            .collect::<Result<Vec<_>>>()?;
        let [symbols, options @ ..] = given.as_slice() else {
            return internal_err!("{NAME} has a symbol");
        };
        let (modules, langs) = (options.first(), options.get(1));
        let count = rows_to_compute(&arguments.args, arguments.number_rows);
        let mut rows = SharedViews::new(NAME, &symbols.views, count);
        let (mut symbol_names, mut module_names) = (Names::new(), Names::new());
        for row in 0..count {
            let source = symbols.position(row);
            let Some(symbol) = symbols.value(row) else {
                rows.append_null(source);
                continue;
            };
            let casefold = ignores_case(langs.and_then(|langs| langs.value(row)));
            let name = symbol_names.normalize(symbol, casefold);
            if name.text().is_empty() {
                rows.append_null(source);
                continue;
            }
            let module = match modules.and_then(|modules| modules.value(row)) {
                Some(module) if !name.text().contains('.') => {
                    module_names.normalize(module, casefold).text()
                }
                _ => "",
            };
            match name {
                Name::Part(start, part) if module.is_empty() => {
                    rows.append_part(source, start, part);
                }
                name => rows.append_written(|block| {
                    if !module.is_empty() {
                        block.extend_from_slice(module.as_bytes());
                        block.push(b'.');
                    }
                    block.extend_from_slice(name.text().as_bytes());
                })?,
            }
        }
        as_the_arguments(&arguments.args, Arc::new(rows.finish()?))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
