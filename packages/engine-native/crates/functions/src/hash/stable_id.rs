//! `stable_id(prefix, value)`, and the kernel of every id in a graph: BLAKE3 over length-prefixed parts, cut to 128 bits.

use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};
use datafusion_macros::user_doc;
use twox_hash::XxHash3_64;

use super::argument::{binary_argument, text_argument};
use super::hexadecimal::hexadecimal;
use super::identity::{NullPart, identities};

/// The number of bytes of an id.
pub const DIGEST_LENGTH: usize = 16;

/// Builds ids from parts, reusing its buffers, so that making many ids allocates nothing.
///
/// Each part is written as one tag byte (0 for NULL, 1 for a value), its length as eight bytes in little-endian order, and its bytes.
/// So `("ab", "c")` and `("a", "bc")` differ, and NULL differs from every string. The prefix is the first part and is also printed: an id
/// reads `prefix:` and 32 hexadecimal digits.
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
    kept_length: usize,
    text: String,
    text_prefix_length: usize,
}

impl StableId {
    /// An id builder whose ids all start with `prefix`.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        let mut id = Self {
            message: Vec::with_capacity(256),
            kept_length: 0,
            text: String::with_capacity(prefix.len() + 1 + 2 * DIGEST_LENGTH),
            text_prefix_length: 0,
        };
        id.restart(prefix);
        id
    }

    /// Forgets all parts and starts over with another prefix.
    pub fn restart(&mut self, prefix: &str) {
        self.message.clear();
        push_part(&mut self.message, Some(prefix.as_bytes()));
        self.kept_length = self.message.len();
        self.text.clear();
        self.text.push_str(prefix);
        self.text.push(':');
        self.text_prefix_length = self.text.len();
    }

    /// Makes the parts added so far the first parts of all following ids.
    ///
    /// ```
    /// use codeanatomy_functions::hash::stable_id::StableId;
    ///
    /// let mut edge = StableId::new("edge");
    /// edge.push(Some(b"CALL"));
    /// edge.keep_parts();
    /// edge.push(Some(b"a"));
    /// let first = edge.finish().to_owned();
    ///
    /// let mut again = StableId::new("edge");
    /// again.push(Some(b"CALL"));
    /// again.push(Some(b"a"));
    /// assert_eq!(again.finish(), first);
    /// ```
    pub fn keep_parts(&mut self) {
        self.kept_length = self.message.len();
    }

    /// Adds a part; `None` is NULL.
    pub fn push(&mut self, part: Option<&[u8]>) {
        push_part(&mut self.message, part);
    }

    /// Adds an integer as its decimal text, as SQL would cast it.
    pub fn push_integer(&mut self, value: impl Into<i64>) {
        let mut digits = itoa::Buffer::new();
        push_part(
            &mut self.message,
            Some(digits.format(value.into()).as_bytes()),
        );
    }

    /// Adds parts that [`push_part`] has written.
    pub(super) fn push_encoded(&mut self, encoded: &[u8]) {
        self.message.extend_from_slice(encoded);
    }

    /// The id of the parts added since the last call; the next id starts with no parts.
    pub fn finish(&mut self) -> &str {
        let digest = blake3::hash(&self.message);
        self.message.truncate(self.kept_length);
        self.text.truncate(self.text_prefix_length);
        if let Some(digest) = digest.as_bytes().first_chunk::<DIGEST_LENGTH>() {
            hexadecimal(digest, &mut self.text);
        }
        &self.text
    }

    /// The prefix and the decimal XXH3-64 of the parts added since the last call, its bits read as a signed integer, in place of an id.
    pub(super) fn finish_hash64(&mut self) -> &str {
        let hash = XxHash3_64::oneshot(&self.message).cast_signed();
        self.message.truncate(self.kept_length);
        self.text.truncate(self.text_prefix_length);
        self.text.push_str(itoa::Buffer::new().format(hash));
        &self.text
    }
}

/// Writes one part in the form that is hashed.
pub(super) fn push_part(message: &mut Vec<u8>, part: Option<&[u8]>) {
    match part {
        None => message.push(0),
        Some(bytes) => {
            message.push(1);
            message.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            message.extend_from_slice(bytes);
        }
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
| module:2f945590121cad88059f51e5015755cf |
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
            StableId::finish,
        )
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
