//! A function of the library, whatever its kind.

use std::any::{Any, TypeId};
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{AggregateUDF, Documentation, ScalarUDF, Signature, WindowUDF};

/// A function with what DataFusion does not ask a function for.
#[derive(Debug, Clone)]
pub struct LibraryFunction {
    /// The function as it is registered in a session.
    pub function: Function,
    /// What the function is about, for programs that rewrite plans: for example `hash` or `id`. `datafusion` marks a function of DataFusion
    /// that has further names here.
    pub tags: &'static [&'static str],
    /// The session settings that the function reads, without their prefix `codeanatomy_udf.`.
    pub settings: &'static [&'static str],
}

/// A function of one of the kinds that expressions call.
#[derive(Debug, Clone, PartialEq)]
pub enum Function {
    /// One value a row.
    Scalar(Arc<ScalarUDF>),
    /// One value a group.
    Aggregate(Arc<AggregateUDF>),
    /// One value a row, of the rows around it.
    Window(Arc<WindowUDF>),
}

impl LibraryFunction {
    /// A function that reads no setting.
    #[must_use]
    pub fn new(function: impl Into<Function>, tags: &'static [&'static str]) -> Self {
        Self {
            function: function.into(),
            tags,
            settings: &[],
        }
    }

    /// The same function, said to read these settings.
    #[must_use]
    pub fn reading(self, settings: &'static [&'static str]) -> Self {
        Self { settings, ..self }
    }
}

impl Function {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Scalar(function) => function.name(),
            Self::Aggregate(function) => function.name(),
            Self::Window(function) => function.name(),
        }
    }

    /// The other names.
    #[must_use]
    pub fn aliases(&self) -> &[String] {
        match self {
            Self::Scalar(function) => function.aliases(),
            Self::Aggregate(function) => function.aliases(),
            Self::Window(function) => function.aliases(),
        }
    }

    /// The name and all other names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name()).chain(self.aliases().iter().map(String::as_str))
    }

    /// What it takes.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        match self {
            Self::Scalar(function) => function.signature(),
            Self::Aggregate(function) => function.signature(),
            Self::Window(function) => function.signature(),
        }
    }

    /// What it says about itself.
    #[must_use]
    pub fn documentation(&self) -> Option<&Documentation> {
        match self {
            Self::Scalar(function) => function.documentation(),
            Self::Aggregate(function) => function.documentation(),
            Self::Window(function) => function.documentation(),
        }
    }

    /// The type that implements it: what tells two functions of one name apart.
    #[must_use]
    pub fn implementation(&self) -> TypeId {
        let implementation: &dyn Any = match self {
            Self::Scalar(function) => function.inner().as_ref(),
            Self::Aggregate(function) => function.inner().as_ref(),
            Self::Window(function) => function.inner().as_ref(),
        };
        implementation.type_id()
    }

    /// The function as a session of these options has it: a few hold settings that say something about their result's field.
    #[must_use]
    pub fn configured(self, options: &ConfigOptions) -> Self {
        match self {
            Self::Scalar(function) => match function.inner().with_updated_config(options) {
                Some(updated) => updated.into(),
                None => Self::Scalar(function),
            },
            other => other,
        }
    }

    /// Registers it under its name and all other names.
    pub fn register(&self, registry: &mut dyn FunctionRegistry) -> Result<()> {
        match self {
            Self::Scalar(function) => registry.register_udf(Arc::clone(function)).map(drop),
            Self::Aggregate(function) => registry.register_udaf(Arc::clone(function)).map(drop),
            Self::Window(function) => registry.register_udwf(Arc::clone(function)).map(drop),
        }
    }
}

impl From<ScalarUDF> for Function {
    fn from(function: ScalarUDF) -> Self {
        Self::Scalar(Arc::new(function))
    }
}

impl From<AggregateUDF> for Function {
    fn from(function: AggregateUDF) -> Self {
        Self::Aggregate(Arc::new(function))
    }
}

impl From<WindowUDF> for Function {
    fn from(function: WindowUDF) -> Self {
        Self::Window(Arc::new(function))
    }
}
