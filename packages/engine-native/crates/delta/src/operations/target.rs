//! The table that an operation is about: where it lies, and its latest version.

use arrow::datatypes::SchemaRef;
use codeanatomy_errors::Result;
use deltalake_core::DeltaTable;

use super::error::{existing, failed};
use crate::open::{open_table, table_exists};
use crate::table_location::TableLocation;
use crate::table_pin::TablePin;

/// A location with the table that was there when it was opened.
#[derive(Debug, Clone)]
pub struct Target {
    location: TableLocation,
    table: DeltaTable,
}

impl Target {
    /// Opens the latest version of the table at `location`.
    ///
    /// # Errors
    ///
    /// Those of [`open_table`].
    pub async fn open(location: &TableLocation) -> Result<Self> {
        Self::at(location, &TablePin::Latest).await
    }

    /// Opens the version of the table that `pin` means.
    ///
    /// # Errors
    ///
    /// Those of [`open_table`].
    pub async fn at(location: &TableLocation, pin: &TablePin) -> Result<Self> {
        Ok(Self {
            location: location.clone(),
            table: open_table(location, pin).await?,
        })
    }

    /// The table that was opened at `location`.
    pub(crate) fn of(location: TableLocation, table: DeltaTable) -> Self {
        Self { location, table }
    }

    /// Opens the latest version, or takes the location as that of a table to come, which has no version.
    ///
    /// # Errors
    ///
    /// Those of [`open_table`], but for a table that is not there.
    pub async fn open_or_new(location: &TableLocation) -> Result<Self> {
        if table_exists(location).await? {
            return Self::open(location).await;
        }
        let table = location
            .builder()?
            .build()
            .map_err(|error| location.error(&error))?;
        Ok(Self {
            location: location.clone(),
            table,
        })
    }

    /// The latest version now.
    pub(super) async fn reloaded(&self, operation: &'static str) -> Result<Self> {
        let mut now = self.clone();
        let loaded = now.table.load().await;
        loaded.map_err(|error| failed(self, operation, &error))?;
        Ok(now)
    }

    /// Where the table lies.
    #[must_use]
    pub fn location(&self) -> &TableLocation {
        &self.location
    }

    /// The table.
    #[must_use]
    pub fn table(&self) -> &DeltaTable {
        &self.table
    }

    /// A table of its own for one of Delta's builders.
    pub(super) fn to_table(&self) -> DeltaTable {
        self.table.clone()
    }

    /// The version that was opened.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        self.table.version()
    }

    /// The columns of the version that was opened.
    ///
    /// # Errors
    ///
    /// `delta-operation-failed`: no version was opened.
    pub fn columns(&self) -> Result<SchemaRef> {
        Ok(existing(self, "snapshot")?.snapshot().arrow_schema())
    }

    /// The number of the latest write of the application, which its commits carry as `app_id` and `app_version`.
    ///
    /// # Errors
    ///
    /// `delta-operation-failed`: no version was opened, or the log can't be read.
    pub async fn application_version(&self, app_id: &str) -> Result<Option<i64>> {
        const OPERATION: &str = "snapshot";
        existing(self, OPERATION)?
            .transaction_version(self.table.log_store().as_ref(), app_id)
            .await
            .map_err(|error| failed(self, OPERATION, &error))
    }
}
