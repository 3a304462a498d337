//! A scalar function behind a capsule: its panics are errors, its constants are constants, its settings are those of the session.

use std::sync::Arc;

use arrow::array::new_empty_array;
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::logical_expr::sort_properties::ExprProperties;
use datafusion::logical_expr::udf_eq::UdfEq;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ExpressionPlacement, ReturnFieldArgs, ScalarFunctionArgs,
    ScalarUDF, ScalarUDFImpl, Signature,
};

use super::constant::constant_of;
use super::guard::{guarded, guarded_or};
use super::settings::settings_of;

/// The function with what a capsule asks for, under the names that a stock session does not have already.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct PortableScalar {
    function: UdfEq<Arc<dyn ScalarUDFImpl>>,
    name: String,
    aliases: Vec<String>,
    reads_settings: bool,
}

impl PortableScalar {
    pub(super) fn new(
        function: &ScalarUDF,
        name: String,
        aliases: Vec<String>,
        reads_settings: bool,
    ) -> Self {
        Self {
            function: Arc::clone(function.inner()).into(),
            name,
            aliases,
            reads_settings,
        }
    }

    /// The options with the library's settings as the library reads them, if the session has some: across a capsule they come as texts.
    fn options(&self, options: &ConfigOptions) -> Result<Option<ConfigOptions>> {
        if !self.reads_settings {
            return Ok(None);
        }
        let Some(settings) = settings_of(options)? else {
            return Ok(None);
        };
        let mut options = options.clone();
        options.extensions.insert(settings);
        Ok(Some(options))
    }
}

impl ScalarUDFImpl for PortableScalar {
    fn name(&self) -> &str {
        &self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        self.function.signature()
    }

    fn return_type(&self, argument_types: &[DataType]) -> Result<DataType> {
        guarded(&self.name, || self.function.return_type(argument_types))
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        guarded(&self.name, || {
            self.function.return_field_from_args(arguments)
        })
    }

    fn invoke_with_args(&self, mut arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        guarded(&self.name, || {
            if arguments.number_rows == 0 {
                // Options are columns without a row here, which says nothing about what they are.
                let empty = new_empty_array(arguments.return_field.data_type());
                return Ok(ColumnarValue::Array(empty));
            }
            arguments.args = arguments
                .args
                .into_iter()
                .map(constant_of)
                .collect::<Result<_>>()?;
            if let Some(options) = self.options(&arguments.config_options)? {
                arguments.config_options = Arc::new(options);
            }
            self.function.invoke_with_args(arguments)
        })
    }

    fn with_updated_config(&self, options: &ConfigOptions) -> Option<ScalarUDF> {
        guarded_or(None, || {
            // A wrong setting can't be told here; the next call of the function tells it.
            let own = self.options(options).ok()?;
            let updated = self
                .function
                .with_updated_config(own.as_ref().unwrap_or(options))?;
            Some(ScalarUDF::from(Self {
                function: Arc::clone(updated.inner()).into(),
                ..self.clone()
            }))
        })
    }

    fn short_circuits(&self) -> bool {
        self.function.short_circuits()
    }

    fn coerce_types(&self, argument_types: &[DataType]) -> Result<Vec<DataType>> {
        guarded(&self.name, || self.function.coerce_types(argument_types))
    }

    fn preserves_lex_ordering(&self, inputs: &[ExprProperties]) -> Result<bool> {
        guarded(&self.name, || self.function.preserves_lex_ordering(inputs))
    }

    fn placement(&self, arguments: &[ExpressionPlacement]) -> ExpressionPlacement {
        guarded_or(ExpressionPlacement::KeepInPlace, || {
            self.function.placement(arguments)
        })
    }
    /// No capsule carries it; `udf_docs()` reads it.
    fn documentation(&self) -> Option<&Documentation> {
        self.function.documentation()
    }
}
