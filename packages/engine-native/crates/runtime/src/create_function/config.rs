//! `CREATE FUNCTION` from a record: every part is parsed for what it is, so that none can bring in something else.

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::dataframe::DataFrame;
use datafusion::execution::context::SessionContext;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    self, CreateFunction, CreateFunctionBody, DataType, Expr, FunctionBehavior, FunctionReturnType,
    Ident, ObjectName, OperateFunctionArg,
};
use datafusion::sql::sqlparser::dialect::{Dialect, GenericDialect, dialect_from_str};
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Token;
use serde::Deserialize;

use crate::failure::engine_error;
use crate::statement::run_statement;

/// A function to be created.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateFunctionConfig {
    /// Its name. SQL calls a name with capitals in quotation marks.
    pub name: String,
    /// Its parameters.
    #[serde(default)]
    pub args: Vec<FunctionArgument>,
    /// The SQL type of its result; aggregate, window and table aliases have that of what they name.
    #[serde(default)]
    pub return_type: Option<String>,
    /// Whether it is another name for a table function.
    #[serde(default)]
    pub returns_table: bool,
    /// The body: one SQL expression.
    pub body_sql: String,
    /// What the body is; by default the body tells.
    #[serde(default)]
    pub language: Option<String>,
    /// `immutable`, `stable` or `volatile`.
    #[serde(default)]
    pub volatility: Option<String>,
    /// Whether a function of the name gives way.
    #[serde(default)]
    pub replace: bool,
}

/// A parameter of a function to be created.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunctionArgument {
    /// Its name; `None` where the body calls parameters by their position.
    #[serde(default)]
    pub name: Option<String>,
    /// Its SQL type.
    pub dtype: String,
    /// Its value where a call has none: one SQL expression.
    #[serde(default)]
    pub default: Option<String>,
}

/// The statement that creates the function, as SQL text.
///
/// # Errors
///
/// - `query-invalid`: the body or a default is not one expression, or a type is none.
/// - `invalid-option`: there is no such volatility, or the parts do not go together.
///
/// ```
/// use codeanatomy_runtime::{CreateFunctionConfig, create_function_sql};
///
/// let config: CreateFunctionConfig = serde_json::from_str(
///     r#"{"name": "twice", "args": [{"name": "a", "dtype": "bigint"}], "return_type": "bigint", "body_sql": "2 * a"}"#,
/// )?;
/// assert_eq!(create_function_sql(&config)?, "CREATE FUNCTION \"twice\"(\"a\" BIGINT) RETURNS BIGINT RETURN 2 * a");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn create_function_sql(config: &CreateFunctionConfig) -> Result<String> {
    Ok(statement_of(config, &GenericDialect {})?.to_string())
}

/// Creates the function under the session's policy. The session's dialect is that of the record's parts.
pub async fn register_function(
    context: &SessionContext,
    config: &CreateFunctionConfig,
) -> Result<DataFrame> {
    let dialect = context.state().config_options().sql_parser.dialect;
    let dialect = dialect_from_str(dialect).unwrap_or_else(|| Box::new(GenericDialect {}));
    let statement = ast::Statement::CreateFunction(statement_of(config, &*dialect)?);
    run_statement(context, Statement::Statement(Box::new(statement)))
        .await
        .map_err(|error| engine_error(error, ErrorCode::QueryInvalid))
}

fn statement_of(config: &CreateFunctionConfig, dialect: &dyn Dialect) -> Result<CreateFunction> {
    let parse = Parse { config, dialect };
    let language = match (&config.language, config.returns_table) {
        (Some(language), true) if !is_table(language) => {
            return Err(invalid(
                "language",
                format!("language is '{language}', but returns_table is true; it must be 'table'"),
            ));
        }
        (None, true) => Some("table"),
        (language, _) => language.as_deref(),
    };
    Ok(CreateFunction {
        or_alter: false,
        or_replace: config.replace,
        temporary: false,
        if_not_exists: false,
        name: ObjectName::from(Ident::with_quote('"', parse.name("name", &config.name)?)),
        args: Some(parse.arguments()?),
        return_type: config
            .return_type
            .as_ref()
            .map(|text| parse.data_type("return_type", text))
            .transpose()?
            .map(FunctionReturnType::DataType),
        function_body: Some(CreateFunctionBody::Return(
            parse.expression("body_sql", &config.body_sql)?,
        )),
        behavior: config.volatility.as_deref().map(behavior_of).transpose()?,
        called_on_null: None,
        parallel: None,
        security: None,
        set_params: Vec::new(),
        using: None,
        language: language.map(|language| Ident::with_quote('"', language)),
        determinism_specifier: None,
        options: None,
        remote_connection: None,
    })
}

fn is_table(language: &str) -> bool {
    matches!(language.to_lowercase().as_str(), "table" | "udtf")
}

fn behavior_of(volatility: &str) -> Result<FunctionBehavior> {
    match volatility.to_lowercase().as_str() {
        "immutable" => Ok(FunctionBehavior::Immutable),
        "stable" => Ok(FunctionBehavior::Stable),
        "volatile" => Ok(FunctionBehavior::Volatile),
        _ => Err(invalid(
            "volatility",
            format!("volatility is '{volatility}'; it is one of immutable, stable, volatile"),
        )),
    }
}

/// Parses the parts of a record.
struct Parse<'config> {
    config: &'config CreateFunctionConfig,
    dialect: &'config dyn Dialect,
}

impl Parse<'_> {
    fn arguments(&self) -> Result<Vec<OperateFunctionArg>> {
        self.config
            .args
            .iter()
            .map(|argument| {
                let name = argument
                    .name
                    .as_ref()
                    .map(|name| self.name("args", name))
                    .transpose()?
                    // As the parser gives the quoted name of a parameter.
                    .map(|name| Ident::new(format!("\"{}\"", name.replace('"', "\"\""))));
                Ok(OperateFunctionArg {
                    mode: None,
                    name,
                    data_type: self.data_type("args", &argument.dtype)?,
                    default_expr: argument
                        .default
                        .as_ref()
                        .map(|default| self.expression("args", default))
                        .transpose()?,
                })
            })
            .collect()
    }

    fn name<'name>(&self, option: &'static str, name: &'name str) -> Result<&'name str> {
        if name.is_empty() {
            return Err(invalid(
                option,
                format!(
                    "the function '{}' has an empty name in {option}",
                    self.config.name
                ),
            ));
        }
        Ok(name)
    }

    fn expression(&self, option: &'static str, text: &str) -> Result<Expr> {
        self.whole(option, text, "one SQL expression", |parser| {
            parser.parse_expr()
        })
    }

    fn data_type(&self, option: &'static str, text: &str) -> Result<DataType> {
        self.whole(option, text, "an SQL type", |parser| {
            parser.parse_data_type()
        })
    }

    /// What the whole of the text is.
    fn whole<Part>(
        &self,
        option: &'static str,
        text: &str,
        wanted: &str,
        part: impl FnOnce(&mut Parser<'_>) -> Result<Part, ParserError>,
    ) -> Result<Part> {
        let parsed = Parser::new(self.dialect)
            .try_with_sql(text)
            .and_then(|mut parser| {
                let parsed = part(&mut parser)?;
                parser.expect_token(&Token::EOF)?;
                Ok(parsed)
            });
        parsed.map_err(|error| {
            EngineError::new(
                ErrorCode::QueryInvalid,
                format!(
                    "{option} of the function '{}' is not {wanted}: {text}: {error}",
                    self.config.name
                ),
            )
            .with_detail("option", option)
        })
    }
}

fn invalid(option: &'static str, message: String) -> EngineError {
    EngineError::new(ErrorCode::InvalidOption, message).with_detail("option", option)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Session;

    fn config(json: &str) -> CreateFunctionConfig {
        serde_json::from_str(json).unwrap()
    }

    #[tokio::test]
    async fn a_record_and_its_text_make_the_same_function() {
        let config = config(
            r#"{"name": "part of", "args": [
                    {"name": "A \"b\"", "dtype": "bigint"},
                    {"name": "c", "dtype": "bigint[]", "default": "[1, 2]"}
                ], "return_type": "bigint", "body_sql": "\"A \"\"b\"\"\" + cardinality(c)", "volatility": "immutable"}"#,
        );
        let text = create_function_sql(&config).unwrap();
        let (by_record, by_text) = (Session::new(), Session::new());
        register_function(&by_record.context, &config)
            .await
            .unwrap();
        crate::run_sql(&by_text.context, &text).await.unwrap();
        for session in [&by_record, &by_text] {
            assert_eq!(session.value("select \"part of\"(5)").await, "7");
            assert_eq!(session.value("select \"part of\"(5, [1])").await, "6");
        }
        assert_eq!(
            crate::registry_snapshot(&by_record.context),
            crate::registry_snapshot(&by_text.context)
        );
    }

    #[tokio::test]
    async fn aliases_and_replacing() {
        let session = Session::new();
        for json in [
            r#"{"name": "numbers", "returns_table": true, "body_sql": "'generate_series'"}"#,
            r#"{"name": "f", "args": [{"dtype": "bigint"}], "return_type": "bigint", "body_sql": "$1 + 1"}"#,
            r#"{"name": "f", "args": [{"dtype": "bigint"}], "return_type": "bigint", "body_sql": "$1 + 2", "replace": true}"#,
            r#"{"name": "total", "args": [{"name": "a", "dtype": "bigint"}], "return_type": "bigint", "body_sql": "sum(a)", "language": "aggregate", "volatility": "immutable"}"#,
        ] {
            register_function(&session.context, &config(json))
                .await
                .unwrap();
        }
        let query = "select total(f(value)) from numbers(1, 3)";
        assert_eq!(session.value(query).await, "12");
    }

    #[tokio::test]
    async fn nothing_gets_in_beside_the_parts() {
        let session = Session::new();
        for (part, value, code, expected) in [
            (
                "body_sql",
                "1; drop table t",
                ErrorCode::QueryInvalid,
                "one SQL expression",
            ),
            (
                "body_sql",
                "1 + ",
                ErrorCode::QueryInvalid,
                "one SQL expression",
            ),
            (
                "body_sql",
                "",
                ErrorCode::QueryInvalid,
                "one SQL expression",
            ),
            (
                "body_sql",
                "1) (2",
                ErrorCode::QueryInvalid,
                "one SQL expression",
            ),
            (
                "return_type",
                "bigint return 2 --",
                ErrorCode::QueryInvalid,
                "an SQL type",
            ),
            (
                "volatility",
                "sometimes",
                ErrorCode::InvalidOption,
                "immutable, stable, volatile",
            ),
            (
                "language",
                "sql\" RETURN 2 --",
                ErrorCode::QueryInvalid,
                "unsupported LANGUAGE",
            ),
            ("name", "", ErrorCode::InvalidOption, "empty name"),
            ("name", "upper", ErrorCode::QueryInvalid, "built-in"),
        ] {
            let mut json: serde_json::Value =
                serde_json::from_str(r#"{"name": "f", "return_type": "bigint", "body_sql": "1"}"#)
                    .unwrap();
            json[part] = value.into();
            let config = serde_json::from_value(json).unwrap();
            let error = register_function(&session.context, &config)
                .await
                .unwrap_err();
            assert_eq!(error.code(), code, "{value}: {error}");
            assert!(error.message().contains(expected), "{error}");
        }
        let taken =
            config(r#"{"name": "f\" () RETURN 1; --", "return_type": "bigint", "body_sql": "1"}"#);
        register_function(&session.context, &taken).await.unwrap();
        assert_eq!(
            session.value("select \"f\"\" () RETURN 1; --\"()").await,
            "1"
        );
        let contradiction = config(
            r#"{"name": "t", "returns_table": true, "language": "sql", "body_sql": "'range'"}"#,
        );
        let error = create_function_sql(&contradiction).unwrap_err();
        assert_eq!(error.details()["option"], "language");
    }
}
