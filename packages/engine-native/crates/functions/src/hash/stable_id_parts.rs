//! `stable_id_parts(prefix, part, …)`: the id of a thing that several values identify together.

use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::identity::{Kind, NullPart, identities};
use super::parts::coerce_parts;

/// The SQL function `stable_id_parts`.
#[user_doc(
    doc_section(label = "Hashing Functions"),
    description = "Returns the id of a thing that several values identify together: the prefix, a colon and 32 hexadecimal digits of BLAKE3. \
                   Each part is hashed with its length, so that ('ab', 'c') and ('a', 'bc') differ; a NULL part is a part that differs from \
                   every value. Numbers, booleans and times are hashed as the text that SQL casts them to. NULL if the prefix is NULL. To make the same id elsewhere, write prefix and parts \
                   one after the other, each as its length in UTF-8 plus one (in LEB128: one byte below 127) and its bytes, a NULL part as the \
                   byte 0; then the byte 0x80, and zeros up to a multiple of 64 bytes; and take the first 16 bytes of BLAKE3.",
    syntax_example = "stable_id_parts(prefix, part[, ..., part_n])",
    sql_example = r"```sql
> select stable_id_parts('call', 'json/decoder.py', 1024, 1040) as id;
+---------------------------------------+
| id                                    |
+---------------------------------------+
| call:3c83bb1cbcc934c5586e24e751f6d1d9 |
+---------------------------------------+
```",
    argument(
        name = "prefix",
        description = "What kind of thing the id names. It is printed and hashed. Text."
    ),
    argument(
        name = "part",
        description = "One of the values that identify the thing; any number of them, in a fixed order. Anything that is not nested."
    ),
    alternative_syntax = "stable_id_multi(prefix, part[, ..., part_n])",
    related_udf(name = "stable_id")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct StableIdParts {
    signature: Signature,
    aliases: Vec<String>,
}

impl StableIdParts {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(vec!["prefix".to_owned(), "part".to_owned()]);
        Self {
            signature,
            aliases: vec!["stable_id_multi".to_owned()],
        }
    }
}

impl Default for StableIdParts {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for StableIdParts {
    fn name(&self) -> &'static str {
        "stable_id_parts"
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        coerce_parts(self.name(), given)
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [prefix, parts @ ..] = arguments.args.as_slice() else {
            return internal_err!("stable_id_parts has a prefix");
        };
        identities(
            prefix,
            parts,
            NullPart::IsHashed,
            arguments.number_rows,
            Kind::Blake3,
        )
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
