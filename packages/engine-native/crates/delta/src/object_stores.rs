//! The object stores that tables may lie in, beside local files, which Delta brings itself.

use std::sync::{Arc, LazyLock};

use deltalake_core::logstore::{
    DeltaIOStorageBackend, LogStore, LogStoreFactory, ObjectStoreFactory, ObjectStoreRef,
    StorageConfig, default_logstore, logstore_factories, object_store_factories,
};
use deltalake_core::{DeltaResult, DeltaTableError};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{DynObjectStore, Error as StoreError, ObjectStoreScheme};
use url::Url;

/// The schemes of object stores. Each of these stores writes a file only if there is none of that name, which makes commits atomic.
///
/// `http` and `https` are none: what serves them mostly can neither list a log nor do such a write.
pub(crate) const CLOUD_SCHEMES: [&str; 8] =
    ["s3", "s3a", "gs", "az", "adl", "azure", "abfs", "abfss"];

static REGISTERED: LazyLock<()> = LazyLock::new(|| {
    for scheme in CLOUD_SCHEMES {
        let Ok(key) = Url::parse(&format!("{scheme}://")) else {
            continue;
        };
        // Another library of the process may know better, for example how to commit with a lock table.
        object_store_factories()
            .entry(key.clone())
            .or_insert_with(|| Arc::new(CloudStores));
        logstore_factories()
            .entry(key)
            .or_insert_with(|| Arc::new(CloudStores));
    }
});

/// Makes tables in object stores known to Delta, once in a process.
pub(crate) fn register() {
    LazyLock::force(&REGISTERED);
}

/// Settings are those of the environment (`AWS_…`, `GOOGLE_…`, `AZURE_…`), and storage options come before them.
struct CloudStores;

impl ObjectStoreFactory for CloudStores {
    fn parse_url_opts(
        &self,
        url: &Url,
        config: &StorageConfig,
    ) -> DeltaResult<(ObjectStoreRef, Path)> {
        let (scheme, path) = ObjectStoreScheme::parse(url)
            .map_err(|error| DeltaTableError::InvalidTableLocation(error.to_string()))?;
        let mut store = build(&scheme, url, config)?;
        if let Some(runtime) = &config.runtime {
            store = Arc::new(DeltaIOStorageBackend::new(store, runtime.clone()));
        }
        Ok((store, path))
    }
}

/// Folds the options that the builder knows into it; the others are Delta's own.
macro_rules! configured {
    ($builder:ty, $url:expr, $config:expr) => {{
        let mut builder = <$builder>::from_env().with_url($url.as_str());
        for (name, value) in &$config.raw {
            if let Ok(key) = name.to_ascii_lowercase().parse() {
                builder = builder.with_config(key, value);
            }
        }
        Arc::new(builder.build()?) as Arc<DynObjectStore>
    }};
}

fn build(
    scheme: &ObjectStoreScheme,
    url: &Url,
    config: &StorageConfig,
) -> Result<Arc<DynObjectStore>, StoreError> {
    Ok(match scheme {
        ObjectStoreScheme::AmazonS3 => configured!(AmazonS3Builder, url, config),
        ObjectStoreScheme::GoogleCloudStorage => {
            configured!(GoogleCloudStorageBuilder, url, config)
        }
        ObjectStoreScheme::MicrosoftAzure => configured!(MicrosoftAzureBuilder, url, config),
        other => {
            return Err(StoreError::Generic {
                store: "CodeAnatomy",
                source: format!("no object store: {other:?}").into(),
            });
        }
    })
}

impl LogStoreFactory for CloudStores {
    fn with_options(
        &self,
        prefixed_store: ObjectStoreRef,
        root_store: ObjectStoreRef,
        location: &Url,
        options: &StorageConfig,
    ) -> DeltaResult<Arc<dyn LogStore>> {
        Ok(default_logstore(
            prefixed_store,
            root_store,
            location,
            options,
        ))
    }
}
