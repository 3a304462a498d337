//! What the parts of a dataset's spec say about each other.

use codeanatomy_errors::Result;

use super::contract::{check_order, check_unique_names};
use super::delta_scan::check_file_column;
use super::scan::named;
use super::{DataFusionScanOptions, DatasetSpec, DeltaPolicyBundle};
use crate::json::invalid;
use crate::{Record, SchemaDescription};

pub(super) fn check(spec: &DatasetSpec, at: &str) -> Result<()> {
    if let Some(table) = &spec.table_spec {
        table.check(&format!("{at}.table_spec"))?;
    }
    if let Some(contract) = &spec.contract_spec {
        contract.check(&format!("{at}.contract_spec"))?;
    }
    let policies = format!("{at}.policies");
    spec.policies.check(&policies)?;
    let derived: Vec<_> = spec
        .derived_fields
        .iter()
        .map(|field| &*field.name)
        .collect();
    check_unique_names(derived.iter().copied(), &format!("{at}.derived_fields"))?;
    let views = spec.view_specs.iter().map(|view| &*view.name);
    let views_at = format!("{at}.view_specs");
    check_unique_names(views.clone(), &views_at)?;
    if views.clone().any(|view| view == &*spec.name) {
        return Err(invalid(
            "",
            &views_at,
            &format!("'{}' is the name of the dataset itself", &*spec.name),
        ));
    }
    let Some(schema) = spec.schema() else {
        return Ok(());
    };
    if let Some(taken) = derived.iter().find(|name| schema.has(name)) {
        return Err(invalid(
            "",
            &format!("{at}.derived_fields"),
            &format!("the schema has a column '{taken}' already"),
        ));
    }
    check_scan(
        &spec.policies.datafusion_scan,
        schema,
        &format!("{policies}.datafusion_scan"),
    )?;
    check_delta(&spec.policies.delta, schema, &format!("{policies}.delta"))?;
    spec.policies
        .validation
        .check_columns(&format!("{policies}.validation"), schema, &derived)
}

/// Checks what a scan says about columns against the declared ones.
pub(super) fn check_scan(
    scan: &DataFusionScanOptions,
    schema: &SchemaDescription,
    at: &str,
) -> Result<()> {
    let partitions = scan.partition_cols.value().map_or(&[][..], Vec::as_slice);
    for (position, column) in partitions.iter().enumerate() {
        let path = format!("{at}.partition_cols[{position}]");
        schema.require(&column.name, &path)?;
        let declared = schema.arrow().field_with_name(&column.name);
        if let Ok(declared) = declared
            && declared.data_type() != column.data_type()
        {
            return Err(invalid(
                "",
                &path,
                &format!(
                    "'{}' is declared as {} and partitioned as {}",
                    column.name,
                    declared.data_type(),
                    column.data_type()
                ),
            ));
        }
    }
    let order = scan.file_sort_order.value().map_or(&[][..], Vec::as_slice);
    check_order(order, schema, &format!("{at}.file_sort_order"))
}

/// Checks what Delta policies say about columns against the declared ones.
pub(super) fn check_delta(
    delta: &DeltaPolicyBundle,
    schema: &SchemaDescription,
    at: &str,
) -> Result<()> {
    check_file_column(&delta.scan, schema, &format!("{at}.scan"))?;
    let write = &delta.write_policy;
    let maintenance = &delta.maintenance_policy;
    let partitions = write.partition_by.value().map_or(&[][..], Vec::as_slice);
    let statistics = write.stats_columns.value().map_or(&[][..], Vec::as_slice);
    let ordered = maintenance
        .z_order_cols
        .value()
        .map_or(&[][..], Vec::as_slice);
    let partitions_at = format!("{at}.write_policy.partition_by");
    let statistics_at = format!("{at}.write_policy.stats_columns");
    let ordered_at = format!("{at}.maintenance_policy.z_order_cols");
    for (column, path) in named(partitions, &partitions_at)
        .chain(named(statistics, &statistics_at))
        .chain(named(ordered, &ordered_at))
    {
        schema.require(column, &path)?;
    }
    let both = named(ordered, &ordered_at)
        .find(|(column, _)| partitions.iter().any(|name| &**name == *column));
    if let Some((column, path)) = both {
        return Err(invalid(
            "",
            &path,
            &format!(
                "'{column}' is a partition column, which has one value in each file; files are ordered by others"
            ),
        ));
    }
    let Some(writer) = write.parquet_writer_policy.value() else {
        return Ok(());
    };
    let at = format!("{at}.write_policy.parquet_writer_policy");
    for (columns, field) in [
        (&writer.statistics_enabled, "statistics_enabled"),
        (&writer.bloom_filter_enabled, "bloom_filter_enabled"),
        (&writer.dictionary_enabled, "dictionary_enabled"),
    ] {
        let at = format!("{at}.{field}");
        for (column, path) in named(columns, &at) {
            schema.require(column, &path)?;
        }
    }
    Ok(())
}
