//! A function's documentation as data.

use datafusion::logical_expr::Documentation;
use serde::Serialize;

/// What a function says about itself, in Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FunctionDocumentation {
    /// What it does.
    pub description: String,
    /// How it is called, for example `stable_id(prefix, value)`.
    pub syntax: String,
    /// The heading it belongs under.
    pub section: &'static str,
    /// A query with its result.
    pub sql_example: Option<String>,
    /// Each argument with its description, in order.
    pub arguments: Vec<(String, String)>,
    /// Other ways to call it.
    pub alternative_syntax: Vec<String>,
    /// Functions of the same kind that a reader may want instead.
    pub related_udfs: Vec<String>,
}

impl From<&Documentation> for FunctionDocumentation {
    fn from(documentation: &Documentation) -> Self {
        Self {
            description: documentation.description.clone(),
            syntax: documentation.syntax_example.clone(),
            section: documentation.doc_section.label,
            sql_example: documentation.sql_example.clone(),
            arguments: documentation.arguments.clone().unwrap_or_default(),
            alternative_syntax: documentation.alternative_syntax.clone().unwrap_or_default(),
            related_udfs: documentation.related_udfs.clone().unwrap_or_default(),
        }
    }
}
