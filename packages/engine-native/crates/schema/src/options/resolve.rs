//! Layers of options, and what they come to.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::{Options, Origin};
use crate::Record;

/// What each layer states about the options of one record; a layer that is not there states nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, bound = "O: Options")]
#[schemars(bound = "O: Options")]
pub struct Layers<O> {
    /// What the caller states with the call.
    pub call: O,
    /// The overrides of the dataset's location.
    #[serde(rename = "override")]
    pub location: O,
    /// The policies of the dataset's spec.
    pub dataset: O,
    /// The scan policy of the profile.
    pub policy: O,
    /// The settings of the session.
    pub session: O,
}

impl<O: Options> Record for Layers<O> {
    const NAME: &'static str = "Layers";

    fn check(&self, at: &str) -> codeanatomy_errors::Result<()> {
        self.call.check(&format!("{at}.call"))?;
        self.location.check(&format!("{at}.override"))?;
        self.dataset.check(&format!("{at}.dataset"))?;
        self.policy.check(&format!("{at}.policy"))?;
        self.session.check(&format!("{at}.session"))
    }
}

/// Options on which every field is decided, with who decided.
///
/// As JSON, an object of `{"origin": …, "value": …}` by the name of the field.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved<O> {
    /// The options; none of them is unset.
    pub options: O,
    /// Who decided, by the name of the field.
    pub origins: BTreeMap<&'static str, Origin>,
}

impl<O: Options> Resolved<O> {
    /// Who decided on a field; `None` if the record has no such field.
    #[must_use]
    pub fn origin(&self, field: &str) -> Option<Origin> {
        self.origins.get(field).copied()
    }
}

impl<O: Options> Serialize for Resolved<O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(O::FIELDS.len()))?;
        self.options
            .write_decided(&mut map, |field| self.origin(field))?;
        map.end()
    }
}

/// Decides on every option: the first layer that does not leave it unset, or the built-in default.
///
/// ```
/// use codeanatomy_schema::{DataFusionScanOptions, Layers, Origin, Setting, resolve};
///
/// let layers = Layers {
///     // Equal to the default, and yet a decision.
///     call: DataFusionScanOptions { cache: Setting::Value(false), ..Default::default() },
///     policy: DataFusionScanOptions { cache: Setting::Value(true), ..Default::default() },
///     ..Default::default()
/// };
/// let resolved = resolve(&layers);
/// assert_eq!(resolved.options.cache, Setting::Value(false));
/// assert_eq!(resolved.origin("cache"), Some(Origin::Call));
/// assert_eq!(resolved.origin("skip_metadata"), Some(Origin::Default));
/// ```
#[must_use]
pub fn resolve<O: Options>(layers: &Layers<O>) -> Resolved<O> {
    let mut options = O::default();
    let mut origins = BTreeMap::new();
    let built_in = O::built_in();
    for (layer, origin) in [
        (&layers.call, Origin::Call),
        (&layers.location, Origin::Override),
        (&layers.dataset, Origin::Dataset),
        (&layers.policy, Origin::Policy),
        (&layers.session, Origin::Session),
        (&built_in, Origin::Default),
    ] {
        options.fill_from(layer, |field| {
            origins.insert(field, origin);
        });
    }
    Resolved { options, origins }
}
