//! The settings of a profile: their keys, what they accept, and their defaults.

use codeanatomy_errors::nearest_name;
use codeanatomy_functions::FunctionSettings;
use datafusion::common::config::{ConfigOptions, ExtensionOptions};
use serde::Serialize;

use super::class::Class;
use super::value::{Raw, UNLIMITED, Value};
use crate::policy::ExprPlanners;

/// The key that chooses the class.
pub(super) const CLASS: &str = "profile";
/// Whatever follows it is an option of DataFusion.
pub(super) const DATAFUSION: &str = "datafusion.";
pub(super) const FUNCTIONS: &str = "functions.";
/// The key that chooses the scan policy.
pub(super) const SCAN_POLICY: &str = "scan_policy";
/// The key of the planners of expressions.
pub(super) const EXPR_PLANNERS: &str = "expr_planner_names";
/// The table of scan policies by name. They are records, not settings.
pub(super) const SCAN_POLICIES: &str = "scan_policies";

/// What a setting accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A number of at least one.
    Count,
    /// A number of bytes.
    Size,
    Flag,
    Directory,
    Class,
    /// The name of a declared scan policy.
    ScanPolicy,
    /// Names of planners of expressions.
    ExprPlanners,
    /// What a function setting accepts.
    Function,
    /// What an option of DataFusion accepts.
    Option,
}

/// A setting of a profile.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) key: String,
    pub(super) description: String,
    kind: Kind,
}

/// A setting as it is shown to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettingDescription {
    /// The key, for example `execution.batch_size`.
    pub key: String,
    /// What it decides.
    pub description: String,
    /// What it accepts.
    pub accepts: String,
    /// The environment variable that sets it.
    pub variable: String,
}

const OWN: &[(&str, Kind, &str)] = &[
    (
        SCAN_POLICY,
        Kind::ScanPolicy,
        "Which scan policy datasets have that state none.",
    ),
    (
        EXPR_PLANNERS,
        Kind::ExprPlanners,
        "Which planners of expressions there are; codeanatomy_domain plans the operators -> ->> #> #>> @> <@.",
    ),
    (
        "execution.target_partitions",
        Kind::Count,
        "In how many partitions queries run.",
    ),
    (
        "execution.batch_size",
        Kind::Count,
        "How many rows a batch has at most.",
    ),
    (
        "execution.memory_limit",
        Kind::Size,
        "How much memory the queries of a session hold together before they spill or fail.",
    ),
    (
        "execution.spill_directory",
        Kind::Directory,
        "Where queries spill to; by default the system's directory of temporary files.",
    ),
    (
        "execution.spill_limit",
        Kind::Size,
        "How much the queries of a session spill at most.",
    ),
    (
        "async.enabled",
        Kind::Flag,
        "Whether asynchronous functions may be registered.",
    ),
    (
        "async.timeout_ms",
        Kind::Count,
        "After how many milliseconds a call of an asynchronous function fails.",
    ),
    (
        "async.batch_size",
        Kind::Count,
        "How many rows one call of an asynchronous function gets at most.",
    ),
    (
        "statements.allow_ddl",
        Kind::Flag,
        "Whether SQL may have CREATE and DROP.",
    ),
    (
        "statements.allow_dml",
        Kind::Flag,
        "Whether SQL may have INSERT, UPDATE, DELETE and COPY.",
    ),
    (
        "statements.allow_statements",
        Kind::Flag,
        "Whether SQL may have SET, RESET, PREPARE, EXECUTE and transactions.",
    ),
];

/// All settings but the class and the options of DataFusion.
pub(super) fn all() -> Vec<Setting> {
    let own = OWN.iter().map(|(key, kind, description)| Setting {
        key: (*key).to_owned(),
        description: (*description).to_owned(),
        kind: *kind,
    });
    let functions = FunctionSettings::default().entries().into_iter();
    let functions = functions.filter_map(|entry| {
        let name = entry.key.rsplit('.').next()?;
        Some(Setting {
            key: format!("{FUNCTIONS}{name}"),
            description: entry.description.to_owned(),
            kind: Kind::Function,
        })
    });
    own.chain(functions).collect()
}

/// Every setting with what it accepts.
#[must_use]
pub fn setting_descriptions() -> Vec<SettingDescription> {
    let class = Setting {
        key: CLASS.to_owned(),
        description: "Whose defaults fill what is not stated.".to_owned(),
        kind: Kind::Class,
    };
    let mut described: Vec<_> = std::iter::once(class)
        .chain(all())
        .map(|setting| SettingDescription {
            accepts: setting.kind.accepts(),
            variable: variable(&setting.key),
            key: setting.key,
            description: setting.description,
        })
        .collect();
    described.push(SettingDescription {
        key: format!("{SCAN_POLICIES}.NAME"),
        description: "A scan policy by name, for scan_policy.".to_owned(),
        accepts: "the tables listing, delta_listing and delta_scan".to_owned(),
        variable: String::new(),
    });
    described.push(SettingDescription {
        key: format!("{DATAFUSION}OPTION"),
        description: "Any option of DataFusion, by its full name.".to_owned(),
        accepts: Kind::Option.accepts(),
        variable: String::new(),
    });
    described
}

/// The environment variable of a setting.
pub(super) fn variable(key: &str) -> String {
    format!("CODEANATOMY_{}", key.replace('.', "_").to_uppercase())
}

/// Whether the setting is a path, which no hash covers.
pub(super) fn is_path(key: &str) -> bool {
    kind_of(key) == Some(Kind::Directory)
}

fn kind_of(key: &str) -> Option<Kind> {
    if key == CLASS {
        return Some(Kind::Class);
    }
    if key.starts_with(DATAFUSION) {
        return Some(Kind::Option);
    }
    let known = all().into_iter().find(|setting| setting.key == key)?;
    Some(known.kind)
}

/// Reads a stated value; the error says what would have been valid. An empty text states that there is no value.
pub(super) fn accept(key: &str, raw: &Raw) -> Result<Option<Value>, String> {
    let Some(kind) = kind_of(key) else {
        let known: Vec<_> = std::iter::once(CLASS.to_owned())
            .chain(all().into_iter().map(|setting| setting.key))
            .collect();
        let meant = nearest_name(key, known.iter().map(String::as_str));
        let meant = meant.map_or_else(String::new, |meant| format!("; did you mean '{meant}'?"));
        return Err(format!("there is no setting '{key}'{meant}"));
    };
    if raw.is_empty() && kind.is_optional() {
        return Ok(None);
    }
    let value = match kind {
        Kind::Count => raw.as_count().filter(|count| *count > 0).map(Value::Count),
        Kind::Size if raw.is_unlimited() => Some(Value::Text(UNLIMITED.to_owned())),
        Kind::Size => raw.as_bytes().filter(|bytes| *bytes > 0).map(Value::Count),
        Kind::Flag => raw.as_flag().map(Value::Flag),
        Kind::Directory | Kind::ScanPolicy => raw.as_text().map(Value::Text),
        Kind::Class => raw
            .as_text()
            .filter(|name| Class::from_name(name).is_some())
            .map(Value::Text),
        Kind::ExprPlanners => return accept_planners(key, raw).map(Some),
        Kind::Function => return accept_function(key, raw).map(Some),
        Kind::Option => return accept_option(key, raw).map(Some),
    };
    match value {
        Some(value) => Ok(Some(value)),
        None => Err(format!("{key} is {raw}; it takes {}", kind.accepts())),
    }
}

/// An environment variable has names with commas between them, or nothing for none.
fn accept_planners(key: &str, raw: &Raw) -> Result<Value, String> {
    let names = match raw {
        Raw::Names(names) => names.clone(),
        Raw::Text(text) => text
            .split(',')
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect(),
        _ => {
            let accepts = Kind::ExprPlanners.accepts();
            return Err(format!("{key} is {raw}; it takes {accepts}"));
        }
    };
    let planners =
        ExprPlanners::named(&names).map_err(|error| format!("{key}: {}", error.message()))?;
    Ok(Value::Names(planners.names().map(str::to_owned).collect()))
}

fn accept_function(key: &str, raw: &Raw) -> Result<Value, String> {
    let text = raw.plain().ok_or_else(|| format!("{key} is {raw}"))?;
    let name = key.strip_prefix(FUNCTIONS).unwrap_or(key);
    let mut settings = FunctionSettings::default();
    settings
        .set(name, &text)
        .map_err(|error| format!("{key} is {raw}: {}", error.strip_backtrace()))?;
    // As the setting itself writes it.
    let written = settings
        .entries()
        .into_iter()
        .find(|entry| entry.key.ends_with(&format!(".{name}")))
        .and_then(|entry| entry.value)
        .unwrap_or(text);
    Ok(Value::plain(written))
}

fn accept_option(key: &str, raw: &Raw) -> Result<Value, String> {
    let text = raw.plain().ok_or_else(|| format!("{key} is {raw}"))?;
    let mut options = ConfigOptions::new();
    if options.set(key, &text).is_ok() {
        return Ok(Value::plain(text));
    }
    let entries = options.entries();
    if entries.iter().any(|entry| entry.key == key) {
        return Err(format!("{key} is {raw}, which DataFusion does not accept"));
    }
    let meant = nearest_name(key, entries.iter().map(|entry| entry.key.as_str()));
    let meant = meant.map_or_else(String::new, |meant| format!("; did you mean '{meant}'?"));
    Err(format!("DataFusion has no option '{key}'{meant}"))
}

/// The default of a setting, and whether its class decides it.
pub(super) fn default_of(key: &str, class: Class) -> (Option<Value>, bool) {
    match key {
        "execution.target_partitions" => (Some(Value::Count(class.target_partitions())), true),
        "execution.batch_size" => (Some(Value::Count(class.batch_size())), true),
        "execution.memory_limit" => (Some(Value::Count(class.memory_limit())), true),
        "execution.spill_limit" => (Some(Value::Count(100 << 30)), false),
        EXPR_PLANNERS => {
            let names = ExprPlanners::default().names().map(str::to_owned).collect();
            (Some(Value::Names(names)), false)
        }
        "async.enabled" => (Some(Value::Flag(false)), false),
        _ if key.starts_with("statements.") => (Some(Value::Flag(true)), false),
        _ => {
            let function = key.strip_prefix(FUNCTIONS);
            let value = function.and_then(|name| FunctionSettings::defaults().get(name).cloned());
            (value.map(Value::plain), false)
        }
    }
}

impl Kind {
    fn is_optional(self) -> bool {
        matches!(
            self,
            Self::Count | Self::Size | Self::Directory | Self::ScanPolicy
        )
    }

    fn accepts(self) -> String {
        match self {
            Self::Count => "a number of at least 1".to_owned(),
            Self::Size => "a number of bytes, a size like 512MiB or 2GB, or unlimited".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Directory => "a directory".to_owned(),
            Self::Class => format!("one of {}", Class::NAMES.join(", ")),
            Self::ScanPolicy => format!("the name of one of the {SCAN_POLICIES}"),
            Self::ExprPlanners => format!(
                "a list, which may be empty, of {}",
                ExprPlanners::default()
                    .names()
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            Self::Function => "what the function accepts".to_owned(),
            Self::Option => "what DataFusion accepts".to_owned(),
        }
    }
}

impl Raw {
    fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }

    fn is_unlimited(&self) -> bool {
        matches!(self, Self::Text(text) if text.eq_ignore_ascii_case(UNLIMITED))
    }

    fn as_text(&self) -> Option<String> {
        match self {
            Self::Text(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        }
    }

    /// The value as the text that options are set with.
    fn plain(&self) -> Option<String> {
        match self {
            Self::Flag(flag) => Some(flag.to_string()),
            Self::Integer(integer) => Some(integer.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Names(_) | Self::Other(_) => None,
        }
    }
}

impl Value {
    /// The value that a text stands for.
    fn plain(text: String) -> Self {
        if let Ok(flag) = text.parse() {
            return Self::Flag(flag);
        }
        text.parse().map_or(Self::Text(text), Self::Count)
    }
}
