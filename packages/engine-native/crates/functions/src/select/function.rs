//! What the selecting aggregates have in common as functions of DataFusion.

use std::cmp::Ordering;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, ReversedUDAF, Signature,
    TypeSignature, Volatility,
};

use super::codec::plain_type;
use super::groups::Groups;
use super::single::Single;
use super::sliding::Sliding;

/// Which row a selecting aggregate takes its value from.
pub trait Selection: Debug + Eq + Hash + Send + Sync + 'static {
    /// The name of the function.
    const NAME: &'static str;
    /// Its other names.
    const ALIASES: &'static [&'static str];
    /// The names of the value and of the key.
    const PARAMETERS: [&'static str; 2];
    /// How the (key, value) of a row compares with that of a row it replaces.
    const WINS: Ordering;

    /// What the function says about itself.
    fn documentation(&self) -> Option<&Documentation>;
}

/// A selecting aggregate as it is registered.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct SelectionFunction<Kind: Selection> {
    kind: Kind,
    signature: Signature,
    aliases: Vec<String>,
}

impl<Kind: Selection> SelectionFunction<Kind> {
    /// The function as it is registered.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let mut signature = Signature::new(TypeSignature::Any(2), Volatility::Immutable);
        signature.parameter_names = Some(Kind::PARAMETERS.map(str::to_owned).to_vec());
        Self {
            kind,
            signature,
            aliases: Kind::ALIASES.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What an accumulator of a call has to know.
#[derive(Debug, Clone)]
pub(super) struct Call {
    /// The name of the function, for messages.
    pub(super) name: &'static str,
    pub(super) wins: Ordering,
    pub(super) value_type: DataType,
    pub(super) key_type: DataType,
}

impl Call {
    fn of<Kind: Selection>(arguments: &AccumulatorArgs) -> Result<Self> {
        let [value, key] = arguments.expr_fields else {
            return internal_err!("{} has two arguments", Kind::NAME);
        };
        Ok(Self {
            name: Kind::NAME,
            wins: Kind::WINS,
            value_type: plain_type(value.data_type()),
            key_type: plain_type(key.data_type()),
        })
    }
}

impl<Kind: Selection> AggregateUDFImpl for SelectionFunction<Kind> {
    fn name(&self) -> &str {
        Kind::NAME
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, argument_types: &[DataType]) -> Result<DataType> {
        let [value, _] = argument_types else {
            return internal_err!("{} has two arguments", Kind::NAME);
        };
        Ok(plain_type(value))
    }

    /// The value keeps its metadata: it is one of those that came in.
    fn return_field(&self, arguments: &[FieldRef]) -> Result<FieldRef> {
        let [value, _] = arguments else {
            return internal_err!("{} has two arguments", Kind::NAME);
        };
        let field = Field::new(Kind::NAME, plain_type(value.data_type()), true);
        Ok(Arc::new(field.with_metadata(value.metadata().clone())))
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let [value, key] = arguments.input_fields else {
            return internal_err!("{} has two arguments", Kind::NAME);
        };
        Ok([(value, "value"), (key, "key")]
            .map(|(field, part)| {
                Arc::new(Field::new(
                    format_state_name(arguments.name, part),
                    plain_type(field.data_type()),
                    true,
                ))
            })
            .to_vec())
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single::new(&Call::of::<Kind>(&arguments)?)?))
    }

    fn create_sliding_accumulator(
        &self,
        arguments: AccumulatorArgs,
    ) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Sliding::new(&Call::of::<Kind>(&arguments)?)?))
    }

    fn groups_accumulator_supported(&self, _arguments: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        arguments: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups::new(&Call::of::<Kind>(&arguments)?)?))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.kind.documentation()
    }
}
