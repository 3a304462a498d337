//! `stable_id(prefix, value)`, and the maker of one id after the other, with which a graph's nodes get theirs.

use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};
use datafusion_macros::user_doc;

use super::argument::{binary_argument, text_argument};
use super::digest::{DIGEST_LENGTH, digest, pad};
use super::hexadecimal::hexadecimal;
use super::identity::{Kind, NullPart, identities};
use super::message::{push_integer, push_part};

/// Builds ids from parts, reusing its buffers, so that making many ids allocates nothing.
///
/// An id reads `prefix:` and 32 hexadecimal digits, which are BLAKE3 cut to 128 bits. What is hashed is the prefix and the parts, each as its
/// length plus one (a LEB128 number) and its bytes, a NULL part as the number zero; then the byte 0x80, and zeros up to whole blocks of 64
/// bytes. So `("ab", "c")` and `("a", "bc")` differ, and NULL differs from every string.
///
/// ```
/// use codeanatomy_functions::hash::stable_id::StableId;
///
/// let mut id = StableId::new("node");
/// id.push(Some(b"METHOD"));
/// id.push_integer(42);
/// let first = id.finish().to_owned();
/// assert!(first.starts_with("node:"));
/// assert_eq!(first.len(), "node:".len() + 32);
///
/// // `finish` starts the next id with the same prefix.
/// id.push(Some(b"METHOD"));
/// id.push_integer(42);
/// assert_eq!(id.finish(), first);
/// ```
#[derive(Debug, Clone)]
pub struct StableId {
    message: Vec<u8>,
    /// The bytes of the prefix, with which each message begins.
    prefix_length: usize,
    text: String,
    text_prefix_length: usize,
}

impl StableId {
    /// An id builder whose ids all start with `prefix`.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        let mut message = Vec::with_capacity(256);
        push_part(&mut message, Some(prefix.as_bytes()));
        let mut text = String::with_capacity(prefix.len() + 1 + 2 * DIGEST_LENGTH);
        text.push_str(prefix);
        text.push(':');
        Self {
            prefix_length: message.len(),
            message,
            text_prefix_length: text.len(),
            text,
        }
    }

    /// Adds a part; `None` is NULL.
    pub fn push(&mut self, part: Option<&[u8]>) {
        push_part(&mut self.message, part);
    }

    /// Adds an integer as its decimal text, as SQL would cast it.
    pub fn push_integer(&mut self, value: impl Into<i64>) {
        push_integer(&mut self.message, value.into());
    }

    /// The id of the parts added since the last call; the next id starts with no parts.
    pub fn finish(&mut self) -> &str {
        pad(&mut self.message, 0);
        self.text.truncate(self.text_prefix_length);
        hexadecimal(&digest(&self.message), &mut self.text);
        self.message.truncate(self.prefix_length);
        &self.text
    }
}

/// The SQL function `stable_id`.
#[user_doc(
    doc_section(label = "Hashing Functions"),
    description = "Returns an id that depends on nothing but its arguments: the prefix, a colon and 32 hexadecimal digits of BLAKE3. \
                   The same arguments give the same id on every machine and in every version; nobody can craft two values with one id. \
                   NULL if an argument is NULL.",
    syntax_example = "stable_id(prefix, value)",
    sql_example = r"```sql
> select stable_id('module', 'json.decoder') as id;
+-----------------------------------------+
| id                                      |
+-----------------------------------------+
| module:f729b3ee75aff3140d6da74dec5faa4e |
+-----------------------------------------+
```",
    argument(
        name = "prefix",
        description = "What kind of thing the id names. It is printed and hashed. Text."
    ),
    argument(
        name = "value",
        description = "What identifies the thing. Text or binary."
    ),
    related_udf(name = "stable_id_parts")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct StableIdFunction {
    signature: Signature,
}

impl StableIdFunction {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::one_of(
            vec![
                TypeSignature::Coercible(vec![text_argument(), text_argument()]),
                TypeSignature::Coercible(vec![text_argument(), binary_argument()]),
            ],
            Volatility::Immutable,
        );
        signature.parameter_names = Some(vec!["prefix".to_owned(), "value".to_owned()]);
        Self { signature }
    }
}

impl Default for StableIdFunction {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for StableIdFunction {
    fn name(&self) -> &'static str {
        "stable_id"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [prefix, value] = arguments.args.as_slice() else {
            return internal_err!("stable_id has two arguments");
        };
        identities(
            prefix,
            std::slice::from_ref(value),
            NullPart::Propagates,
            arguments.number_rows,
            Kind::Blake3,
        )
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
