//! The declared parameters of a function: names, types, defaults, and which arguments they take.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

use arrow::compute::can_cast_types;
use arrow::datatypes::{DataType, Field};
use codeanatomy_functions::Function;
use datafusion::common::tree_node::TreeNode;
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, ExprSchemable, OperateFunctionArg, Signature, Volatility};

use super::aggregate_alias::AggregateAlias;
use super::body::{coerce, refuse_in_body};
use super::scalar_macro::macro_of_function;
use super::window_alias::WindowAlias;
use crate::statement::as_written;

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Parameter {
    /// The name of the column that stands for it in the body; `$1` where parameters have no names.
    pub(super) name: String,
    pub(super) data_type: DataType,
    /// Its value where a call has none; of the parameter's type.
    pub(super) default: Option<Expr>,
}

/// All parameters of a function, in order. Those with a default are the last.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Parameters {
    pub(super) list: Vec<Parameter>,
    named: bool,
}

impl Parameters {
    /// The parameters of a statement.
    pub(super) fn declared(
        state: &SessionState,
        function: &str,
        arguments: Option<Vec<OperateFunctionArg>>,
    ) -> Result<Self> {
        let arguments = arguments.unwrap_or_default();
        let named = arguments.iter().any(|argument| argument.name.is_some());
        let mut list = Vec::with_capacity(arguments.len());
        let mut seen = BTreeSet::new();
        for (position, argument) in arguments.into_iter().enumerate() {
            let name = match &argument.name {
                Some(name) => as_written(name),
                None => format!("${}", position + 1),
            };
            if !seen.insert(name.clone()) {
                return plan_err!("CREATE FUNCTION {function}: two parameters are named '{name}'");
            }
            let default = argument
                .default_expr
                .map(|default| default_value(state, function, &name, default, &argument.data_type))
                .transpose()?;
            list.push(Parameter {
                name,
                data_type: argument.data_type,
                default,
            });
        }
        Ok(Self { list, named })
    }

    /// The parameters as columns.
    pub(super) fn schema(&self) -> Result<DFSchema> {
        let fields: Vec<_> = self
            .list
            .iter()
            .map(|parameter| Field::new(&parameter.name, parameter.data_type.clone(), true))
            .collect();
        DFSchema::from_unqualified_fields(fields.into(), HashMap::new())
    }

    /// The parameter that a placeholder means: `$1` by position, `$name` by name.
    pub(super) fn of_placeholder(&self, placeholder: &str) -> Option<&Parameter> {
        let name = placeholder.strip_prefix('$').unwrap_or(placeholder);
        match name.parse::<usize>() {
            Ok(position) => self.list.get(position.checked_sub(1)?),
            Err(_) => self.position(name).map(|position| &self.list[position]),
        }
    }

    /// The position of the parameter with this name.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.list
            .iter()
            .position(|parameter| parameter.name == name)
    }

    /// The types.
    pub(super) fn types(&self) -> Vec<DataType> {
        self.list
            .iter()
            .map(|parameter| parameter.data_type.clone())
            .collect()
    }

    /// How many arguments a call has at least.
    fn required(&self) -> usize {
        self.list
            .iter()
            .take_while(|parameter| parameter.default.is_none())
            .count()
    }

    /// The signature of a function with these parameters, which decides by [`Self::coerce`] what it takes.
    pub(super) fn signature(&self, volatility: Volatility) -> Signature {
        let mut signature = Signature::user_defined(volatility);
        if self.named {
            signature.parameter_names = Some(
                self.list
                    .iter()
                    .map(|parameter| parameter.name.clone())
                    .collect(),
            );
        }
        signature
    }

    /// The types of the calls that are taken: one for each number of arguments.
    fn calls(&self) -> Vec<Vec<DataType>> {
        let types = self.types();
        (self.required()..=types.len())
            .map(|count| types[..count].to_vec())
            .collect()
    }

    /// The types to which the arguments of a call are cast.
    pub(super) fn coerce(&self, function: &str, given: &[DataType]) -> Result<Vec<DataType>> {
        let (least, most) = (self.required(), self.list.len());
        if given.len() < least || given.len() > most {
            let count = match (least, most) {
                (1, 1) => "1 argument".to_owned(),
                _ if least == most => format!("{most} arguments"),
                _ => format!("{least} to {most} arguments"),
            };
            return plan_err!("{function} takes {count} ({self}), got {}", given.len());
        }
        for (given, parameter) in given.iter().zip(&self.list) {
            if !accepts(given, &parameter.data_type) {
                return plan_err!(
                    "{function} takes ({self}): {given} can't be given for {}; cast it",
                    parameter.name
                );
            }
        }
        Ok(self.types()[..given.len()].to_vec())
    }
}

/// The types of the calls that a created function takes, one for each number of arguments; `None` for other functions.
pub(crate) fn declared_calls(function: &Function) -> Option<Vec<Vec<DataType>>> {
    let parameters = match function {
        Function::Scalar(function) => Some(&macro_of_function(function)?.parameters),
        Function::Aggregate(function) => {
            let alias = function.inner().downcast_ref::<AggregateAlias>()?;
            alias.call.parameters.as_ref()
        }
        Function::Window(function) => {
            let alias = function.inner().downcast_ref::<WindowAlias>()?;
            alias.call.parameters.as_ref()
        }
    };
    parameters.map(Parameters::calls)
}

impl std::fmt::Display for Parameters {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        for parameter in &self.list {
            if !text.is_empty() {
                text.push_str(", ");
            }
            write!(text, "{} {}", parameter.name, parameter.data_type)?;
            if let Some(default) = &parameter.default {
                write!(text, " = {default}")?;
            }
        }
        formatter.write_str(&text)
    }
}

fn default_value(
    state: &SessionState,
    function: &str,
    parameter: &str,
    default: Expr,
    data_type: &DataType,
) -> Result<Expr> {
    let at = format!("CREATE FUNCTION {function}: the default of {parameter}");
    refuse_in_body(&at, &default)?;
    if default.exists(|part| Ok(matches!(part, Expr::Placeholder(_))))? {
        return plan_err!("{at} can't use other parameters");
    }
    let schema = Arc::new(DFSchema::empty());
    let default = coerce(state, default, &schema)?;
    let given = default.get_type(schema.as_ref())?;
    if !accepts(&given, data_type) {
        return plan_err!("{at} is a {given}, not a {data_type}; cast it");
    }
    default.cast_to(data_type, schema.as_ref())
}

/// Whether an argument of a type is taken for a parameter of another: where the cast loses nothing by its kind. Fractions are not cut off and
/// texts not read as numbers.
fn accepts(given: &DataType, wanted: &DataType) -> bool {
    use DataType::{Date32, Date64, Dictionary, Null, Time32, Time64, Timestamp};

    if given == wanted || *given == Null {
        return true;
    }
    let fits = match (given, wanted) {
        (Dictionary(_, value), _) => accepts(value, wanted),
        (_, Dictionary(_, value)) => accepts(given, value),
        _ if wanted.is_integer() => given.is_integer(),
        _ if wanted.is_numeric() => given.is_numeric(),
        _ if wanted.is_string() => given.is_string(),
        _ if wanted.is_binary() => given.is_binary(),
        (_, Date32 | Date64 | Timestamp(..)) => {
            given.is_string() || matches!(given, Date32 | Date64 | Timestamp(..))
        }
        (_, Time32(_) | Time64(_)) => given.is_string() || matches!(given, Time32(_) | Time64(_)),
        _ => match (item(given), item(wanted)) {
            (Some(given), Some(wanted)) => accepts(given, wanted),
            _ => std::mem::discriminant(given) == std::mem::discriminant(wanted),
        },
    };
    fits && can_cast_types(given, wanted)
}

fn item(data_type: &DataType) -> Option<&DataType> {
    match data_type {
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _) => Some(item.data_type()),
        _ => None,
    }
}
