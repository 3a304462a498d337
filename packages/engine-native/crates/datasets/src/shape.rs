//! What a dataset is over its files: its condition, its computed columns, the columns it consists of, and whether it is kept in memory.

use std::sync::Arc;

use codeanatomy_errors::Result;
use codeanatomy_schema::{DataFusionScanOptions, DatasetSpec};
use datafusion::catalog::TableProvider;
use datafusion::execution::context::SessionContext;

use crate::pruning::planned;
use crate::resolve::planning;

/// The dataset over its files; the files themselves where nothing is stated.
pub(crate) async fn shaped(
    context: &SessionContext,
    name: &str,
    files: Arc<dyn TableProvider>,
    spec: Option<&DatasetSpec>,
    scan: &DataFusionScanOptions,
) -> Result<Arc<dyn TableProvider>> {
    let predicate = spec.and_then(|spec| spec.predicate.as_ref());
    let derived = spec.map_or(&[][..], |spec| &spec.derived_fields);
    let projection = scan.projection_exprs.value();
    let is_cached = scan.cache.value() == Some(&true);
    if predicate.is_none() && derived.is_empty() && projection.is_none() && !is_cached {
        return Ok(files);
    }
    let failed = |error| planning(name, error);
    let state = context.state();
    let mut frame = context.read_table(files).map_err(failed)?;
    if let Some(predicate) = predicate {
        let condition = planned(&state, predicate, frame.schema()).map_err(failed)?;
        frame = frame.filter(condition).map_err(failed)?;
    }
    for field in derived {
        let expression = planned(&state, &field.sql, frame.schema()).map_err(failed)?;
        frame = frame
            .with_column(field.name.as_str(), expression)
            .map_err(failed)?;
    }
    if let Some(projection) = projection {
        let expressions: Vec<_> = projection
            .iter()
            .map(|sql| planned(&state, sql, frame.schema()))
            .collect::<Result<_, _>>()
            .map_err(failed)?;
        frame = frame.select(expressions).map_err(failed)?;
    }
    if is_cached {
        frame = frame.cache().await.map_err(failed)?;
    }
    Ok(frame.into_view())
}
