//! What an operation adds to its commit, and what the commit did.

use std::collections::BTreeMap;
use std::future::Future;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use deltalake_core::kernel::transaction::CommitProperties;
use deltalake_core::kernel::{Action, Transaction};
use deltalake_core::logstore::get_actions;
use deltalake_core::{DeltaResult, DeltaTable, DeltaTableError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::{failed, is_conflict};
use super::target::Target;

/// Fields of a commit that Delta writes itself.
const RESERVED: &[&str] = &[
    "clientVersion",
    "engineInfo",
    "inCommitTimestamp",
    "isBlindAppend",
    "isolationLevel",
    "operation",
    "operationMetrics",
    "operationParameters",
    "readVersion",
    "timestamp",
    "txnId",
    "userId",
    "userMetadata",
    "userName",
];

/// What an operation adds to its commit.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CommitOptions {
    /// Fields of the commit in the table's history.
    pub metadata: BTreeMap<String, Value>,
    /// Who writes. Together with `app_version` it makes a write that is tried again happen once.
    pub app_id: Option<String>,
    /// The writer's own number of this write, which grows from one write to the next.
    pub app_version: Option<i64>,
    /// How often the commit is tried again after others that it does not conflict with; 15 times by default.
    pub max_retries: Option<usize>,
}

impl CommitOptions {
    pub(super) fn properties(&self) -> Result<CommitProperties> {
        if let Some(field) = self
            .metadata
            .keys()
            .find(|field| RESERVED.contains(&field.as_str()))
        {
            return Err(invalid(
                format!("metadata can't have the field '{field}': Delta writes it itself"),
                "use another name",
            ));
        }
        let mut properties = CommitProperties::default().with_metadata(self.metadata.clone());
        if let Some((app_id, version)) = self.transaction()? {
            properties = properties.with_application_transaction(Transaction::new(app_id, version));
        }
        if let Some(retries) = self.max_retries {
            properties = properties.with_max_retries(retries);
        }
        Ok(properties)
    }

    fn transaction(&self) -> Result<Option<(&str, i64)>> {
        match (self.app_id.as_deref(), self.app_version) {
            (Some(app_id), Some(version)) => Ok(Some((app_id, version))),
            (None, None) => Ok(None),
            _ => Err(invalid(
                "app_id and app_version are given one without the other".to_owned(),
                "give both, or none",
            )),
        }
    }

    /// Runs `work`, unless the table has this write already or gets it from someone else meanwhile: then the answer is `None`.
    pub(super) async fn once<Output>(
        &self,
        target: &Target,
        operation: &'static str,
        work: impl Future<Output = DeltaResult<Output>>,
        translate: impl FnOnce(DeltaTableError) -> EngineError,
    ) -> Result<Option<Output>> {
        let transaction = self.transaction()?;
        if self.is_done(target, operation, transaction).await? {
            return Ok(None);
        }
        match work.await {
            Ok(output) => Ok(Some(output)),
            Err(error) if transaction.is_some() && is_conflict(&error) => {
                let now = target.reloaded(operation).await?;
                if self.is_done(&now, operation, transaction).await? {
                    return Ok(None);
                }
                Err(translate(error))
            }
            Err(error) => Err(translate(error)),
        }
    }

    async fn is_done(
        &self,
        target: &Target,
        operation: &'static str,
        transaction: Option<(&str, i64)>,
    ) -> Result<bool> {
        let (Some((app_id, version)), Ok(state)) = (transaction, target.table().snapshot()) else {
            return Ok(false);
        };
        let latest = state
            .transaction_version(target.table().log_store().as_ref(), app_id)
            .await
            .map_err(|error| failed(target, operation, &error))?;
        Ok(latest.is_some_and(|latest| latest >= version))
    }
}

fn invalid(message: String, hint: &str) -> EngineError {
    EngineError::new(ErrorCode::InvalidOption, message).with_hint(hint)
}

/// What a commit did, read from the log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Committed {
    /// The version of the table after the operation.
    pub version: u64,
    /// Whether the operation made that version; it makes none if there was nothing to do.
    pub committed: bool,
    /// How many data files the commit added.
    pub files_added: u64,
    /// How many data files the commit removed from the table; they stay in the storage until a vacuum.
    pub files_removed: u64,
    /// The size of the added files.
    pub bytes_added: u64,
    /// The size of the removed files.
    pub bytes_removed: u64,
}

impl Committed {
    /// Nothing happened: the table is at the version that it was loaded at.
    pub(super) fn nothing(table: &DeltaTable) -> Self {
        Self {
            version: table.version().unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The commit that led from `before` to `after`, with the metrics that it carries.
    pub(super) async fn between(
        before: &Target,
        after: &DeltaTable,
        operation: &'static str,
    ) -> Result<(Self, Value)> {
        if before.version() == after.version() {
            return Ok((Self::nothing(after), Value::Null));
        }
        let actions = actions_of(after)
            .await
            .map_err(|error| failed(before, operation, &error))?;
        let mut result = Self {
            version: after.version().unwrap_or_default(),
            committed: true,
            ..Self::default()
        };
        let mut metrics = Value::Null;
        for action in actions {
            match action {
                Action::Add(add) => {
                    result.files_added += 1;
                    result.bytes_added += size(Some(add.size));
                }
                Action::Remove(remove) => {
                    result.files_removed += 1;
                    result.bytes_removed += size(remove.size);
                }
                Action::CommitInfo(mut info) => {
                    metrics = info.info.remove("operationMetrics").unwrap_or_default();
                }
                _ => {}
            }
        }
        Ok((result, metrics))
    }
}

/// The actions of the commit that made the version of `table`.
async fn actions_of(table: &DeltaTable) -> DeltaResult<Vec<Action>> {
    let version = table.version().ok_or(DeltaTableError::NotInitialized)?;
    let bytes = table
        .log_store()
        .read_commit_entry(version)
        .await?
        .ok_or(DeltaTableError::InvalidVersion(version))?;
    get_actions(version, &bytes)
}

fn size(bytes: Option<i64>) -> u64 {
    bytes
        .and_then(|bytes| u64::try_from(bytes).ok())
        .unwrap_or_default()
}

/// A count of Delta's as a report has it.
pub(super) fn count(number: usize) -> u64 {
    number as u64
}
