//! The library's settings in the configuration of a session of another library, where they are texts.

use std::collections::HashMap;

use codeanatomy_functions::FunctionSettings;
use datafusion::common::Result;
use datafusion::common::config::{ConfigExtension, ConfigOptions, ExtensionOptions};
use datafusion_ffi::config::extension_options::FFI_ExtensionOptions;

/// The settings `codeanatomy_udf.*` with their built-in values, as what goes into a capsule. A session whose configuration has them accepts
/// `SET codeanatomy_udf.…`.
///
/// ```
/// use datafusion::common::config::ExtensionOptions;
///
/// let settings = codeanatomy_runtime::portable_settings();
/// assert!(settings.entries().iter().any(|entry| entry.key == "codeanatomy_udf.utf8_normalize_form"));
/// ```
#[must_use]
pub fn portable_settings() -> FFI_ExtensionOptions {
    let entries = FunctionSettings::default().entries().into_iter();
    entries
        .filter_map(|entry| Some((entry.key, entry.value?)))
        .collect::<HashMap<_, _>>()
        .into()
}

/// The settings that came with the options; `None` if none did. One of another name or value is an error.
pub(super) fn settings_of(options: &ConfigOptions) -> Result<Option<FunctionSettings>> {
    let Some(foreign) = options.extensions.get::<FFI_ExtensionOptions>() else {
        return Ok(None);
    };
    let is_ours = |key: &str| key.split('.').next() == Some(FunctionSettings::PREFIX);
    if !foreign.entries().iter().any(|entry| is_ours(&entry.key)) {
        return Ok(None);
    }
    foreign.to_extension().map(Some)
}

#[cfg(test)]
mod tests {
    use codeanatomy_functions::{FunctionSettings, NormalForm};
    use datafusion::common::config::ConfigOptions;

    use super::{portable_settings, settings_of};

    #[test]
    fn settings_come_as_texts_and_wrong_ones_are_told() {
        let mut options = ConfigOptions::default();
        assert!(settings_of(&options).unwrap().is_none());
        options.extensions.insert(portable_settings());
        let settings = settings_of(&options).unwrap().unwrap();
        assert_eq!(settings, FunctionSettings::default());
        options
            .set("codeanatomy_udf.utf8_normalize_form", "nfd")
            .unwrap();
        let settings = settings_of(&options).unwrap().unwrap();
        assert_eq!(settings.utf8_normalize_form, NormalForm::Nfd);
        options
            .set("codeanatomy_udf.utf8_normalize_form", "nfx")
            .unwrap();
        let error = settings_of(&options).unwrap_err().to_string();
        assert!(error.contains("one of NFC, NFD, NFKC, NFKD"), "{error}");
    }
}
