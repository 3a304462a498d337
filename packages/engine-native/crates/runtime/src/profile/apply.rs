//! Makes sessions as a profile says.

use std::sync::Arc;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_functions::FunctionSettings;
use datafusion::common::config::{ConfigExtension, ConfigOptions};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::SessionConfig;

use super::setting::{DATAFUSION, EXPR_PLANNERS, FUNCTIONS};
use super::{Profile, hash_of};
use crate::policy::{AsyncUdfPolicy, ExprPlanners, RuntimePolicy, StatementPolicy};

/// How many of the largest consumers an error about memory names.
const NAMED_CONSUMERS: std::num::NonZeroUsize = std::num::NonZeroUsize::new(5).unwrap();

const SORT_RESERVATION: &str = "datafusion.execution.sort_spill_reservation_bytes";

impl Profile {
    /// The options of a session: DataFusion's own, with `information_schema` on and what the profile says; and its scan policy.
    ///
    /// Dynamic filters of joins are off unless the profile turns them on: Python's `datafusion` hands the partitions of a result over one after
    /// the other, and a join with such a filter waits for all of them, for ever.
    pub fn session_config(&self) -> Result<SessionConfig> {
        let mut config = SessionConfig::new().with_information_schema(true);
        let options = config.options_mut();
        options.optimizer.enable_join_dynamic_filter_pushdown = false;
        options.extensions.insert(FunctionSettings::default());
        for (key, value) in self.options() {
            options
                .set(&key, &value)
                .map_err(|error| refused(&key, &error))?;
        }
        if let Some(policy) = self.scan_policy() {
            config.set_extension(Arc::new(policy));
        }
        Ok(config)
    }

    /// The memory and the disk of a session.
    #[must_use]
    pub fn runtime_env(&self) -> RuntimeEnvBuilder {
        let mut builder = RuntimeEnvBuilder::new();
        if let Some(bytes) = self.count("execution.memory_limit") {
            let pool = FairSpillPool::new(usize::try_from(bytes).unwrap_or(usize::MAX));
            builder =
                builder.with_memory_pool(Arc::new(TrackConsumersPool::new(pool, NAMED_CONSUMERS)));
        }
        if let Some(directory) = self.text("execution.spill_directory") {
            builder = builder.with_temp_file_path(directory);
        }
        builder
            .with_max_temp_directory_size(self.count("execution.spill_limit").unwrap_or(u64::MAX))
    }

    /// What an install into the session is told.
    ///
    /// # Errors
    ///
    /// `invalid-option`: the settings of asynchronous functions do not go together.
    pub fn policy(&self) -> Result<RuntimePolicy> {
        let limit = |key| {
            let count = self.count(key)?;
            Some(i64::try_from(count).unwrap_or(i64::MAX))
        };
        let async_udf = AsyncUdfPolicy::new(
            self.flag("async.enabled").unwrap_or_default(),
            limit("async.timeout_ms"),
            limit("async.batch_size"),
        )
        .map_err(|error| {
            let wrapped = EngineError::new(
                ErrorCode::InvalidOption,
                format!("Invalid async UDF policy: {}", error.message()),
            )
            .with_hint(
                "state the settings async.enabled, async.timeout_ms and async.batch_size together",
            );
            match error.details().get("option") {
                Some(option) => wrapped.with_detail("option", option.clone()),
                None => wrapped,
            }
        })?;
        Ok(RuntimePolicy {
            async_udf,
            statements: StatementPolicy {
                allow_ddl: self.flag("statements.allow_ddl").unwrap_or(true),
                allow_dml: self.flag("statements.allow_dml").unwrap_or(true),
                allow_statements: self.flag("statements.allow_statements").unwrap_or(true),
            },
            expr_planners: ExprPlanners::named(self.names(EXPR_PLANNERS).unwrap_or_default())?,
        })
    }

    /// The options that the profile sets, by their full names; the strongest last.
    fn options(&self) -> Vec<(String, String)> {
        let of = |key: &str, name: &str| {
            let count = self.count(key)?;
            Some((name.to_owned(), count.to_string()))
        };
        let execution = [
            of(
                "execution.target_partitions",
                "datafusion.execution.target_partitions",
            ),
            of("execution.batch_size", "datafusion.execution.batch_size"),
        ];
        // Each partition of a sort keeps this much free for merging what it spilled: DataFusion's 10 MiB are too much of a small limit.
        let reservation = self.count("execution.memory_limit").map(|bytes| {
            let partitions = self.count("execution.target_partitions").unwrap_or(1);
            let share = (bytes / partitions.max(1) / 16).min(10 << 20);
            (SORT_RESERVATION.to_owned(), share.to_string())
        });
        let named = self.settings.iter().filter_map(|(key, setting)| {
            let name = match key.strip_prefix(FUNCTIONS) {
                Some(name) => format!("{}.{name}", FunctionSettings::PREFIX),
                None => key.starts_with(DATAFUSION).then(|| key.clone())?,
            };
            Some((name, setting.value.as_ref()?.to_string()))
        });
        execution
            .into_iter()
            .flatten()
            .chain(reservation)
            .chain(named)
            .collect()
    }

    pub(super) fn hash_of_options(&self) -> Result<String> {
        let config = self.session_config()?;
        let options: &ConfigOptions = config.options();
        let lines = options
            .entries()
            .into_iter()
            .filter_map(|entry| Some(format!("{}={}", entry.key, entry.value?)));
        let mut lines: Vec<_> = lines.collect();
        lines.extend(
            ["execution.memory_limit", "execution.spill_limit"].map(|key| {
                let bytes = self.count(key);
                format!("{key}={bytes:?}")
            }),
        );
        lines.extend(self.scan_policy_line()?);
        let planners = self.names(EXPR_PLANNERS).unwrap_or_default();
        lines.push(format!("{EXPR_PLANNERS}={}", planners.join(",")));
        lines.sort_unstable();
        Ok(hash_of(lines.into_iter()))
    }
}

fn refused(key: &str, error: &datafusion::error::DataFusionError) -> EngineError {
    EngineError::new(
        ErrorCode::InvalidOption,
        format!("{key} is refused: {}", error.strip_backtrace()),
    )
    .with_detail("option", key.to_owned())
}
