//! The schema runtime: records and policies as JSON texts in, JSON texts out.

use codeanatomy_errors::Result;
use codeanatomy_schema as schema;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde_json::json;

use crate::convert::to_python;
use crate::guard::run_native;

/// Decodes, checks and merges the records of datasets. It has no state: one instance serves all.
#[pyclass(frozen, module = "codeanatomy_engine")]
pub(crate) struct SchemaRuntime;

#[pymethods]
#[expect(
    clippy::unused_self,
    reason = "Python calls methods of the instance, which has no state"
)]
impl SchemaRuntime {
    #[new]
    const fn new() -> Self {
        Self
    }

    /// The name of a dataset.
    fn dataset_name(&self, py: Python<'_>, spec_json: &str) -> PyResult<String> {
        run_native(py, || schema::dataset_name(spec_json))
    }

    /// The declared table of a dataset, or `null`.
    fn dataset_schema_json(&self, py: Python<'_>, spec_json: &str) -> PyResult<String> {
        run_native(py, || schema::dataset_schema_json(spec_json))
    }

    /// The policies of a dataset, or `null`.
    fn dataset_policy_json(&self, py: Python<'_>, spec_json: &str) -> PyResult<String> {
        run_native(py, || schema::dataset_policy_json(spec_json))
    }

    /// The contract of a dataset, or `null`.
    fn dataset_contract_json(&self, py: Python<'_>, spec_json: &str) -> PyResult<String> {
        run_native(py, || schema::dataset_contract_json(spec_json))
    }

    /// Scan options over defaults.
    fn apply_scan_policy_json(
        &self,
        py: Python<'_>,
        scan_policy_json: &str,
        defaults_json: &str,
    ) -> PyResult<String> {
        run_native(py, || {
            schema::apply_scan_policy_json(scan_policy_json, defaults_json)
        })
    }

    /// Options of a Delta scan over defaults.
    fn apply_delta_scan_policy_json(
        &self,
        py: Python<'_>,
        delta_scan_json: &str,
        defaults_json: &str,
    ) -> PyResult<String> {
        run_native(py, || {
            schema::apply_delta_scan_policy_json(delta_scan_json, defaults_json)
        })
    }

    /// What a scan policy states about the listing of a dataset of that format, as scan options.
    fn scan_policy_of_format_json(
        &self,
        py: Python<'_>,
        policy_json: &str,
        dataset_format: &str,
    ) -> PyResult<String> {
        run_native(py, || {
            schema::scan_policy_of_format_json(policy_json, dataset_format)
        })
    }

    /// Decides on every option of a record from its layers.
    fn resolve_options_json(
        &self,
        py: Python<'_>,
        record: &str,
        layers_json: &str,
    ) -> PyResult<String> {
        run_native(py, || schema::resolve_options_json(record, layers_json))
    }

    /// Decides everything about a location.
    fn resolve_location_json(&self, py: Python<'_>, request_json: &str) -> PyResult<String> {
        run_native(py, || schema::resolve_location_json(request_json))
    }

    /// A described schema as a message of Arrow's IPC format.
    fn schema_message<'py>(
        &self,
        py: Python<'py>,
        description_json: &str,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let message = run_native(py, || schema::schema_message(description_json))?;
        Ok(PyBytes::new(py, &message))
    }

    /// The fingerprint of a record.
    fn fingerprint(&self, py: Python<'_>, record: &str, record_json: &str) -> PyResult<String> {
        run_native(py, || schema::fingerprint_json(record, record_json))
    }

    /// The names of all records.
    fn record_names(&self) -> Vec<&'static str> {
        schema::record_names().collect()
    }

    /// The JSON Schema of a record.
    fn json_schema<'py>(&self, py: Python<'py>, record: &str) -> PyResult<Bound<'py, PyAny>> {
        let found = run_native(py, || schema::json_schema(record))?;
        to_python(py, &found)
    }

    /// What the fields of a record of options are applied to, and which fields are refused.
    fn fields<'py>(&self, py: Python<'py>, record: &str) -> PyResult<Bound<'py, PyAny>> {
        let found = run_native(py, || -> Result<_> {
            let refused: Vec<_> = schema::refused_fields(record)?
                .into_iter()
                .map(|(name, reason)| json!({"name": name, "reason": reason}))
                .collect();
            Ok(json!({"options": schema::option_fields(record)?, "refused": refused}))
        })?;
        to_python(py, &found)
    }

    fn __repr__(&self) -> &'static str {
        "SchemaRuntime()"
    }
}
