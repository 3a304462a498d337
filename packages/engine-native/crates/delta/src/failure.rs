//! What kind of failure an error of Delta is.

use datafusion::error::DataFusionError;
use delta_kernel::Error as KernelError;
use deltalake_core::DeltaTableError;
use deltalake_core::kernel::transaction::TransactionError;
use object_store::Error as StoreError;

/// The kinds that callers tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The table needs a reader or writer feature that the engine lacks.
    ProtocolUnsupported,
    /// A file that the log names is not there.
    FileMissing,
    /// Anything else.
    Other,
}

/// The kind of a failure.
pub(crate) fn classify(error: &DeltaTableError) -> Failure {
    match error {
        DeltaTableError::KernelError(error) => classify_kernel(error),
        DeltaTableError::ObjectStore {
            source: StoreError::NotFound { .. },
        } => Failure::FileMissing,
        DeltaTableError::UnsupportedColumnMapping { .. }
        | DeltaTableError::Transaction {
            source:
                TransactionError::UnsupportedTableFeatures(_)
                | TransactionError::TableFeaturesRequired(_),
        } => Failure::ProtocolUnsupported,
        _ => Failure::Other,
    }
}

fn classify_kernel(error: &KernelError) -> Failure {
    match error {
        KernelError::Backtraced { source, .. } => classify_kernel(source),
        KernelError::Unsupported(_) | KernelError::InvalidColumnMappingMode(_) => {
            Failure::ProtocolUnsupported
        }
        KernelError::FileNotFound(_) | KernelError::ObjectStore(StoreError::NotFound { .. }) => {
            Failure::FileMissing
        }
        _ => Failure::Other,
    }
}

/// What the error says, without the backtrace that the kernel writes into its text where one is asked for.
pub(crate) fn text_of(error: &DeltaTableError) -> String {
    let mut kernel = match error {
        DeltaTableError::KernelError(kernel) => kernel,
        other => return other.to_string(),
    };
    while let KernelError::Backtraced { source, .. } = kernel {
        kernel = source;
    }
    kernel.to_string()
}

/// The error of Delta that DataFusion reports. Delta's own conversion would keep the text alone, and nothing to classify.
pub(crate) fn delta_error(error: DataFusionError) -> DeltaTableError {
    match error {
        DataFusionError::External(inner) => match inner.downcast::<DeltaTableError>() {
            Ok(inner) => *inner,
            Err(other) => DataFusionError::External(other).into(),
        },
        other => other.into(),
    }
}
