//! `prefixed_hash_parts64(prefix, part, …)`: XXH3-64 of several values together, as a decimal number behind a prefix.

use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::identity::{Kind, NullPart, identities};
use super::parts::coerce_parts;

/// The SQL function `prefixed_hash_parts64`.
#[user_doc(
    doc_section(label = "Hashing Functions"),
    description = "Returns the prefix, a colon and the XXH3-64 hash of prefix and parts as a decimal number, which may be negative. \
                   Prefix and parts are written as stable_id_parts writes them, with their lengths but without what it adds at the end, so that \
                   ('ab', 'c') and ('a', 'bc') differ, and a NULL part is a part that differs from every value. It is shorter than an id and not collision-proof against someone \
                   who wants collisions. NULL if the prefix is NULL.",
    syntax_example = "prefixed_hash_parts64(prefix, part[, ..., part_n])",
    sql_example = r"```sql
> select prefixed_hash_parts64('call', 'json/decoder.py', 1024, 1040) as key;
+---------------------------+
| key                       |
+---------------------------+
| call:-2364069400735525112 |
+---------------------------+
```",
    argument(
        name = "prefix",
        description = "What kind of thing the key is of. It is printed and hashed. Text."
    ),
    argument(
        name = "part",
        description = "One of the values that make the key; any number of them, in a fixed order. Anything that is not nested."
    ),
    alternative_syntax = "prefixed_hash_parts(prefix, part[, ..., part_n])",
    related_udf(name = "stable_id_parts"),
    related_udf(name = "prefixed_hash64")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct PrefixedHashParts64 {
    signature: Signature,
    aliases: Vec<String>,
}

impl PrefixedHashParts64 {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(vec!["prefix".to_owned(), "part".to_owned()]);
        Self {
            signature,
            aliases: vec!["prefixed_hash_parts".to_owned()],
        }
    }
}

impl Default for PrefixedHashParts64 {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for PrefixedHashParts64 {
    fn name(&self) -> &'static str {
        "prefixed_hash_parts64"
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
            return internal_err!("prefixed_hash_parts64 has a prefix");
        };
        identities(
            prefix,
            parts,
            NullPart::IsHashed,
            arguments.number_rows,
            Kind::Xxh3,
        )
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
