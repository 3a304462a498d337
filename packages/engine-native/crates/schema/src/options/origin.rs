//! Who decided on an option.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The layer that decided on an option; the first in this order that does not leave it unset.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// What the caller states with the call.
    Call,
    /// The overrides of the dataset's location.
    Override,
    /// The policies of the dataset's spec.
    Dataset,
    /// The scan policy of the profile.
    Policy,
    /// A setting of the session.
    Session,
    /// What holds where no layer decides.
    Default,
}

impl Origin {
    /// All origins, the strongest first.
    pub const ALL: [Self; 6] = [
        Self::Call,
        Self::Override,
        Self::Dataset,
        Self::Policy,
        Self::Session,
        Self::Default,
    ];
}
