//! The registered error codes: one line each.

/// What the engine was doing when an error occurred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Loading the engine and checking the session contract.
    Contract,
    /// Installing the runtime into a session.
    Install,
    /// Checking what a caller states of datasets.
    Validation,
    /// Finding and reading the files of a repository.
    Scan,
    /// Building the graph from the extracted tables.
    Build,
    /// Reading or writing a graph directory.
    Storage,
    /// Planning or running a query.
    Query,
}

impl Stage {
    /// The stage as programs see it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Install => "install",
            Self::Validation => "validation",
            Self::Scan => "scan",
            Self::Build => "build",
            Self::Storage => "storage",
            Self::Query => "query",
        }
    }
}

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $stage:ident, $class:literal;)+) => {
        /// Every error the engine reports. The code is stable; the message is not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ $name,)+
        }

        impl ErrorCode {
            /// All registered codes, in the order of the registry.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable code, for example `repository-not-found`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// What the engine was doing.
            #[must_use]
            pub const fn stage(self) -> Stage {
                match self { $(Self::$name => Stage::$stage,)+ }
            }

            /// The exception class of `codeanatomy_engine.errors` that Python raises.
            #[must_use]
            pub const fn python_class(self) -> &'static str {
                match self { $(Self::$name => $class,)+ }
            }

            /// What the code means, as the registry documents it.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

error_codes! {
    /// The session, the engine and the installed packages do not fit together.
    SessionContractBroken = "session-contract-broken", Contract, "SessionContextContractError";
    /// The runtime is already installed in this session with another policy.
    RuntimePolicyConflict = "runtime-policy-conflict", Install, "RuntimeInstallError";
    /// A function of the library has a name or alias that another function of the session has already.
    FunctionNameTaken = "function-name-taken", Install, "RuntimeInstallError";
    /// The session has a function factory of its own, so that `CREATE FUNCTION` can't be the runtime's.
    FunctionFactoryTaken = "function-factory-taken", Install, "RuntimeInstallError";
    /// The session's policy has asynchronous functions disabled.
    AsyncFunctionsDisabled = "async-functions-disabled", Install, "RuntimeInstallError";
    /// The session lacks functions that the caller can't do without.
    RequiredFunctionsMissing = "required-functions-missing", Install, "FunctionNotFoundError";
    /// The library has no function of that name or alias.
    FunctionUnknown = "function-unknown", Query, "FunctionNotFoundError";
    /// An option has a value that the engine does not accept.
    InvalidOption = "invalid-option", Install, "InvalidOptionError";
    /// A text that should be a record is no JSON, states a field twice, or nests too deep.
    SchemaJsonInvalid = "schema-json-invalid", Validation, "DatasetSpecError";
    /// A record of a dataset states a field that it does not have.
    SchemaFieldUnknown = "schema-field-unknown", Validation, "DatasetSpecError";
    /// A record of a dataset states a field that could have no effect.
    SchemaFieldRefused = "schema-field-refused", Validation, "DatasetSpecError";
    /// A record of a dataset lacks a field that it can't do without.
    SchemaFieldMissing = "schema-field-missing", Validation, "DatasetSpecError";
    /// A field of a dataset's record has a value that it does not accept.
    SchemaValueInvalid = "schema-value-invalid", Validation, "DatasetSpecError";
    /// A dataset spec has no name.
    DatasetNameMissing = "dataset-name-missing", Validation, "DatasetSpecError";
    /// A rule of a validation policy does not fit the data that it is to check.
    ValidationRuleInvalid = "validation-rule-invalid", Validation, "DatasetSpecError";
    /// Rows or columns violate the rules of a validation policy.
    ValidationFailed = "validation-failed", Validation, "ValidationFailedError";
    /// The repository to build from is not a directory that can be listed.
    RepositoryNotFound = "repository-not-found", Scan, "RepositoryNotFoundError";
    /// The output can't be used as a graph directory.
    OutputUnusable = "output-unusable", Storage, "OutputError";
    /// Writing the graph failed, for example on a full disk; the previous graph is whole.
    WriteFailed = "write-failed", Storage, "OutputError";
    /// The directory holds no graph, or a table of it is gone or damaged.
    GraphUnreadable = "graph-unreadable", Storage, "GraphNotFoundError";
    /// The location of a table is no path and no URL that a table can have.
    LocationInvalid = "location-invalid", Storage, "InvalidOptionError";
    /// A dataset can't be opened as what is stated about it says; the detail `cause` is the code of the reason.
    DatasetUnresolved = "dataset-unresolved", Storage, "DatasetResolutionError";
    /// There is nothing at the location of a dataset, or no files of its format.
    DatasetNotFound = "dataset-not-found", Storage, "DatasetResolutionError";
    /// A dataset is declared as one format, and is of another.
    DatasetFormatMismatch = "dataset-format-mismatch", Storage, "DatasetResolutionError";
    /// The session has a table of the dataset's name.
    DatasetNameTaken = "dataset-name-taken", Storage, "DatasetResolutionError";
    /// There is no Delta table at the location.
    DeltaTableNotFound = "delta-table-not-found", Storage, "DeltaTableNotFoundError";
    /// The log of a Delta table or a file that it names is damaged, gone or not to be read.
    DeltaTableUnreadable = "delta-table-unreadable", Storage, "DeltaTableError";
    /// A Delta table has no version of that number or of that time.
    DeltaVersionNotFound = "delta-version-not-found", Storage, "DeltaTableError";
    /// A Delta table needs a reader or writer feature that the engine lacks.
    DeltaProtocolUnsupported = "delta-protocol-unsupported", Storage, "DeltaTableError";
    /// Another writer changed a Delta table meanwhile, so that the operation committed nothing.
    DeltaCommitConflict = "delta-commit-conflict", Storage, "DeltaConflictError";
    /// The columns of rows are not those of the Delta table that they are for.
    DeltaSchemaMismatch = "delta-schema-mismatch", Storage, "DeltaRowsError";
    /// Rows break a constraint of a Delta table, or are no part of what they are to replace.
    DeltaConstraintViolated = "delta-constraint-violated", Storage, "DeltaRowsError";
    /// A predicate or a value of a Delta operation is no SQL over the table's columns.
    DeltaExpressionInvalid = "delta-expression-invalid", Storage, "InvalidOptionError";
    /// A delete or update names no rows, and was not asked to take them all.
    DeltaPredicateMissing = "delta-predicate-missing", Storage, "InvalidOptionError";
    /// A vacuum would keep removed files for less time than the Delta table promises.
    DeltaRetentionTooShort = "delta-retention-too-short", Storage, "InvalidOptionError";
    /// A Delta table lacks a feature or protocol version that the caller depends on.
    DeltaProtocolInsufficient = "delta-protocol-insufficient", Storage, "DeltaTableError";
    /// An operation on a Delta table failed; the table is as it was.
    DeltaOperationFailed = "delta-operation-failed", Storage, "DeltaTableError";
    /// A built graph broke an invariant; nothing was published.
    InvariantBroken = "invariant-broken", Build, "InvariantError";
    /// The caller asked for the build to stop; the previous graph is whole.
    BuildCancelled = "build-cancelled", Build, "BuildCancelledError";
    /// The engine failed in a way that it does not expect.
    InternalError = "internal-error", Build, "EngineError";
    /// The SQL text could not be planned.
    QueryInvalid = "query-invalid", Query, "QueryError";
    /// A planned query failed while it ran.
    QueryFailed = "query-failed", Query, "QueryExecutionError";
}

#[cfg(test)]
mod tests {
    use super::ErrorCode;

    #[test]
    fn codes_are_unique_kebab_case_and_documented() {
        let mut codes: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
        for code in ErrorCode::ALL {
            assert!(
                code.as_str()
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            );
            assert!(code.description().ends_with('.'), "{}", code.as_str());
        }
    }
}
