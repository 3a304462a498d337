//! The registry snapshot: every function of a session that DataFusion does not bring, described from the live function objects.

mod custom;
mod describe;
mod documentation;
mod signature;
mod type_name;

use std::collections::BTreeMap;
use std::sync::Arc;

use codeanatomy_functions::{Function, FunctionSettings, LibraryFunction, functions};
use datafusion::execution::context::SessionContext;
use datafusion::execution::session_state::SessionState;
use serde::Serialize;

use crate::install::policy_of;
use crate::policy::AsyncUdfPolicy;
use crate::table_functions::table_functions;
pub(crate) use custom::{is_brought, is_brought_name};
pub use documentation::FunctionDocumentation;

use self::custom::CustomFunctions;
use self::describe::Description;

/// The functions of a session beside DataFusion's own. Maps are keyed by function name; aliases occur in `aliases` only. Of functions of
/// several kinds that share a name they have the scalar one, else the aggregate, else the window function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// Names of scalar functions, sorted.
    pub scalar: Vec<String>,
    /// Names of aggregate functions, sorted.
    pub aggregate: Vec<String>,
    /// Names of window functions, sorted.
    pub window: Vec<String>,
    /// Names of table functions, sorted.
    pub table: Vec<String>,
    /// The aliases of functions that have some.
    pub aliases: BTreeMap<String, Vec<String>>,
    /// The names of the parameters, for calls like `f(name => value)`; the last one may repeat.
    pub parameter_names: BTreeMap<String, Vec<String>>,
    /// `immutable`, `stable` or `volatile`.
    pub volatility: BTreeMap<String, &'static str>,
    /// What the library says a function is about.
    pub rewrite_tags: BTreeMap<String, Vec<&'static str>>,
    /// Whether the function rewrites a call of itself while a query is planned, tried on calls with columns and with constants.
    pub simplify: BTreeMap<String, bool>,
    /// Whether the function itself decides to which types its arguments are cast.
    pub coerce_types: BTreeMap<String, bool>,
    /// Whether the function may leave arguments unevaluated.
    pub short_circuits: BTreeMap<String, bool>,
    /// The argument types of the calls that the function accepts, one list a call; examples where it decides by itself.
    pub signature_inputs: BTreeMap<String, Vec<Vec<String>>>,
    /// The types that these calls return.
    pub return_types: BTreeMap<String, Vec<String>>,
    /// The session options that a function reads, with their built-in values.
    pub config_defaults: BTreeMap<String, BTreeMap<String, String>>,
    /// All names of the four kinds, sorted.
    pub custom_udfs: Vec<String>,
    /// Those of them that are in another library and reach the session as a `PyCapsule`.
    pub pycapsule_udfs: Vec<String>,
    /// The documentation of functions that have some.
    pub documentation: BTreeMap<String, FunctionDocumentation>,
    /// The policy of asynchronous functions that the session keeps.
    pub async_udf_policy: AsyncUdfPolicy,
    /// BLAKE3 over all of the above: 64 hexadecimal digits.
    pub hash: String,
}

/// The functions of the session that DataFusion does not bring.
///
/// ```
/// use codeanatomy_runtime::{Profile, new_session, registry_snapshot};
///
/// let snapshot = registry_snapshot(&new_session(&Profile::resolve(&[])?)?);
/// assert!(snapshot.scalar.contains(&"stable_hash64".to_owned()));
/// assert_eq!(snapshot.aliases["stable_hash64"], ["hash64"]);
/// # Ok::<(), codeanatomy_errors::EngineError>(())
/// ```
#[must_use]
pub fn registry_snapshot(context: &SessionContext) -> Snapshot {
    snapshot_of(&context.state_ref().read())
}

pub(crate) fn snapshot_of(state: &SessionState) -> Snapshot {
    let custom = CustomFunctions::of(state);
    let library = functions();
    let mut snapshot = Snapshot {
        scalar: custom.scalar.keys().cloned().collect(),
        aggregate: custom.aggregate.keys().cloned().collect(),
        window: custom.window.keys().cloned().collect(),
        table: custom.table,
        aliases: BTreeMap::new(),
        parameter_names: BTreeMap::new(),
        volatility: BTreeMap::new(),
        rewrite_tags: BTreeMap::new(),
        simplify: BTreeMap::new(),
        coerce_types: BTreeMap::new(),
        short_circuits: BTreeMap::new(),
        signature_inputs: BTreeMap::new(),
        return_types: BTreeMap::new(),
        config_defaults: BTreeMap::new(),
        custom_udfs: Vec::new(),
        pycapsule_udfs: Vec::new(),
        documentation: BTreeMap::new(),
        async_udf_policy: policy_of(state).unwrap_or_default().async_udf,
        hash: String::new(),
    };
    for (name, function) in &custom.scalar {
        if snapshot.add(name, Description::of_scalar(function)) {
            snapshot.mark(&library, &Function::Scalar(Arc::clone(function)));
        }
    }
    for (name, function) in &custom.aggregate {
        if snapshot.add(name, Description::of_aggregate(function)) {
            snapshot.mark(&library, &Function::Aggregate(Arc::clone(function)));
        }
    }
    for (name, function) in &custom.window {
        if snapshot.add(name, Description::of_window(function)) {
            snapshot.mark(&library, &Function::Window(Arc::clone(function)));
        }
    }
    snapshot.describe_table_functions(state);
    snapshot.custom_udfs = [
        &snapshot.scalar,
        &snapshot.aggregate,
        &snapshot.window,
        &snapshot.table,
    ]
    .into_iter()
    .flatten()
    .cloned()
    .collect();
    snapshot.custom_udfs.sort_unstable();
    snapshot.custom_udfs.dedup();
    snapshot.hash = content_hash(&snapshot);
    snapshot
}

impl Snapshot {
    /// Every function with its kind, kind by kind and sorted within.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = (&str, &'static str)> {
        [
            ("scalar", &self.scalar),
            ("aggregate", &self.aggregate),
            ("window", &self.window),
            ("table", &self.table),
        ]
        .into_iter()
        .flat_map(|(kind, names)| names.iter().map(move |name| (name.as_str(), kind)))
    }

    /// Adds what the library knows of its table functions: a session knows nothing of one but its name.
    fn describe_table_functions(&mut self, state: &SessionState) {
        for entry in table_functions() {
            if entry.is_registered(state) {
                let name = entry.name.to_owned();
                self.parameter_names
                    .insert(name.clone(), entry.parameter_names());
                self.rewrite_tags.insert(name.clone(), entry.tags.to_vec());
                self.documentation
                    .insert(name, FunctionDocumentation::from(&entry.documentation));
            }
        }
    }

    /// Adds what only the library knows of its own functions; another one of the same name gets nothing.
    fn mark(&mut self, library: &[LibraryFunction], function: &Function) {
        let is_function = |entry: &&LibraryFunction| {
            entry.function.name() == function.name()
                && entry.function.implementation() == function.implementation()
        };
        let name = function.name().to_owned();
        let Some(entry) = library.iter().find(is_function) else {
            return;
        };
        self.rewrite_tags.insert(name.clone(), entry.tags.to_vec());
        if !entry.settings.is_empty() {
            let mut defaults = FunctionSettings::defaults();
            defaults.retain(|setting, _| entry.settings.contains(&setting.as_str()));
            self.config_defaults.insert(name, defaults);
        }
    }

    /// Describes the function, unless one of another kind has that name already; says whether it did.
    fn add(&mut self, name: &str, description: Description) -> bool {
        let name = name.to_owned();
        if self.volatility.contains_key(&name) {
            return false;
        }
        if !description.aliases.is_empty() {
            self.aliases.insert(name.clone(), description.aliases);
        }
        self.parameter_names
            .insert(name.clone(), description.parameter_names);
        self.volatility.insert(name.clone(), description.volatility);
        self.simplify.insert(name.clone(), description.simplify);
        self.coerce_types
            .insert(name.clone(), description.coerce_types);
        self.short_circuits
            .insert(name.clone(), description.short_circuits);
        self.signature_inputs
            .insert(name.clone(), description.signature_inputs);
        self.return_types
            .insert(name.clone(), description.return_types);
        if description.is_foreign {
            self.pycapsule_udfs.push(name.clone());
        }
        if let Some(documentation) = description.documentation {
            self.documentation.insert(name, documentation);
        }
        true
    }
}

/// The hash over everything but the hash itself. The form that is hashed is JSON with the fields in the order of their declaration and sorted maps.
fn content_hash(snapshot: &Snapshot) -> String {
    let mut content = snapshot.clone();
    content.hash.clear();
    let mut hasher = blake3::Hasher::new();
    // A hasher takes every byte, and a snapshot holds nothing that JSON can't: this can't fail.
    let written = serde_json::to_writer(&mut hasher, &content);
    debug_assert!(written.is_ok(), "{written:?}");
    hasher.finalize().to_hex().to_string()
}
