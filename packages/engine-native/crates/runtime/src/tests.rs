//! Installs the runtime into real sessions and reads what they have.

use arrow::datatypes::DataType;
use codeanatomy_errors::ErrorCode;
use codeanatomy_functions::{Function, functions};
use datafusion::common::{Result, plan_err};
use datafusion::execution::context::{FunctionFactory, RegisterFunction, SessionContext};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::expr_fn::create_udf;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, CreateFunction, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};
use datafusion::prelude::SessionConfig;

use crate::{
    AsyncUdfPolicy, Profile, RuntimePolicy, install, installed_policy, new_session,
    registry_snapshot,
};

fn policy(timeout_ms: i64) -> RuntimePolicy {
    RuntimePolicy {
        async_udf: AsyncUdfPolicy::new(true, Some(timeout_ms), Some(64)).unwrap(),
        ..RuntimePolicy::default()
    }
}

/// A function of a user: gives back its argument.
pub(crate) fn identity(name: &str, volatility: Volatility) -> ScalarUDF {
    create_udf(
        name,
        vec![DataType::Int64],
        DataType::Int64,
        volatility,
        std::sync::Arc::new(|arguments: &[ColumnarValue]| Ok(arguments[0].clone())),
    )
}

#[test]
fn report_is_read_back_from_the_session() {
    let context = SessionContext::new();
    assert!(installed_policy(&context).is_none());
    assert!(registry_snapshot(&context).custom_udfs.is_empty());

    let report = install(&context, &policy(250)).unwrap();
    assert!(report.udf_installed);
    assert!(report.function_factory_installed);
    assert!(report.expr_planners_installed);
    assert_eq!(report.expr_planner_names, ["codeanatomy_domain"]);
    assert_eq!(report.async_udf, policy(250).async_udf);
    assert_eq!(report.snapshot, registry_snapshot(&context));
    assert_eq!(installed_policy(&context), Some(policy(250)));

    // What the report says follows what the session has.
    context.deregister_udf("hash64");
    let library = functions();
    assert!(!crate::install::read_report(&context).udf_installed);
    let report = install(&context, &policy(250)).unwrap();
    assert!(report.udf_installed, "a second install repairs");
    let scalar = library
        .iter()
        .filter(|entry| matches!(entry.function, Function::Scalar(_)));
    // And `async_echo`.
    assert_eq!(report.snapshot.scalar.len(), scalar.count() + 1);
    assert_eq!(report.expr_planner_names, ["codeanatomy_domain"]);
}

#[test]
fn another_policy_is_refused_and_changes_nothing() {
    let context = SessionContext::new();
    let first = install(&context, &policy(250)).unwrap();
    let error = install(&context, &policy(251)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::RuntimePolicyConflict);
    assert_eq!(error.details()["session_id"], context.session_id());
    assert_eq!(installed_policy(&context), Some(policy(250)));
    assert_eq!(registry_snapshot(&context), first.snapshot);

    // The policy belongs to one session.
    let other = SessionContext::new();
    let second = install(&other, &policy(251)).unwrap();
    assert_ne!(second.snapshot.hash, first.snapshot.hash);
}

#[test]
fn a_taken_name_is_refused_and_changes_nothing() {
    for name in ["stable_id_parts", "stable_id_multi"] {
        let context = SessionContext::new();
        context.register_udf(identity(name, Volatility::Immutable));
        let before = registry_snapshot(&context);
        let error = install(&context, &RuntimePolicy::default()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::FunctionNameTaken);
        assert_eq!(error.details()["function"], name);
        assert_eq!(registry_snapshot(&context), before);
        assert!(installed_policy(&context).is_none());
    }
}

/// DataFusion's own functions have the names of those that only have further names here.
#[test]
fn functions_of_datafusion_get_further_names_and_keep_them() {
    let context = SessionContext::new();
    for _ in 0..2 {
        let report = install(&context, &RuntimePolicy::default()).unwrap();
        assert!(report.udf_installed);
        let snapshot = report.snapshot;
        for (name, aliases) in [
            ("first_value", &["first_value_agg"][..]),
            ("last_value", &["last_value_agg"]),
        ] {
            assert!(snapshot.aggregate.contains(&name.to_owned()));
            assert_eq!(snapshot.aliases[name], aliases);
            assert!(snapshot.documentation.contains_key(name));
            assert!(snapshot.rewrite_tags[name].contains(&"datafusion"));
        }
        for (name, aliases) in [
            (
                "row_number",
                &["row_number_window", "dedupe_best_by_score"][..],
            ),
            ("lag", &["lag_window"]),
            ("lead", &["lead_window"]),
        ] {
            assert!(snapshot.window.contains(&name.to_owned()));
            assert_eq!(snapshot.aliases[name], aliases);
        }
        // Beside the aggregates there are the window functions, and the aggregates are described.
        for name in ["first_value", "last_value"] {
            assert!(snapshot.window.contains(&name.to_owned()));
            assert_eq!(snapshot.rewrite_tags[name], ["datafusion", "aggregate"]);
        }
    }
    context.deregister_udwf("lag");
    context.register_udwf((*datafusion::functions_window::lead_lag::lag_udwf()).clone());
    assert!(!crate::install::read_report(&context).udf_installed);
    let report = install(&context, &RuntimePolicy::default()).unwrap();
    assert!(report.udf_installed, "a second install repairs");

    // A function of a user that has taken such a name is not replaced.
    let context = SessionContext::new();
    let sum = datafusion::functions_aggregate::sum::sum_udaf();
    context.register_udaf((*sum).clone().with_aliases(["first_value"]));
    let error = install(&context, &RuntimePolicy::default()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::FunctionNameTaken);
    assert_eq!(error.details()["function"], "first_value");
}

/// A factory of somebody else.
#[derive(Debug)]
struct OtherFactory;

impl FunctionFactory for OtherFactory {
    fn create<'factory, 'state, 'future>(
        &'factory self,
        _state: &'state SessionState,
        _statement: CreateFunction,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<RegisterFunction>> + Send + 'future>>
    where
        'factory: 'future,
        'state: 'future,
        Self: 'future,
    {
        Box::pin(std::future::ready(plan_err!("it makes nothing")))
    }
}

#[test]
fn a_factory_of_others_is_refused_and_changes_nothing() {
    let context = SessionContext::new().with_function_factory(std::sync::Arc::new(OtherFactory));
    let error = install(&context, &RuntimePolicy::default()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::FunctionFactoryTaken);
    assert!(error.message().contains("OtherFactory"), "{error}");
    assert!(installed_policy(&context).is_none());
    assert!(registry_snapshot(&context).custom_udfs.is_empty());
    assert!(!crate::install::read_report(&context).function_factory_installed);
}

#[test]
fn session_keeps_its_identity_tables_and_settings() {
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(3));
    let id = context.session_id();
    context
        .register_batch(
            "t",
            arrow::array::RecordBatch::new_empty(arrow::datatypes::Schema::empty().into()),
        )
        .unwrap();
    install(&context, &RuntimePolicy::default()).unwrap();
    assert_eq!(context.session_id(), id);
    assert!(context.table_exist("t").unwrap());
    assert_eq!(context.state().config().target_partitions(), 3);
}

#[test]
fn snapshot_describes_the_functions_of_others() {
    let context = new_session(&Profile::resolve(&[]).unwrap()).unwrap();
    let hash = registry_snapshot(&context).hash;
    context.register_udf(identity("twice", Volatility::Volatile));
    let snapshot = registry_snapshot(&context);
    assert!(snapshot.custom_udfs.contains(&"twice".to_owned()));
    assert_eq!(snapshot.volatility["twice"], "volatile");
    assert_eq!(snapshot.signature_inputs["twice"], [["int64"]]);
    assert_eq!(snapshot.return_types["twice"], ["int64"]);
    assert!(!snapshot.simplify["twice"]);
    assert!(!snapshot.rewrite_tags.contains_key("twice"));
    assert_ne!(snapshot.hash, hash);

    // A changed signature of the same name changes the hash.
    context.register_udf(identity("twice", Volatility::Stable));
    assert_ne!(registry_snapshot(&context).hash, snapshot.hash);
    context.deregister_udf("twice");
    assert_eq!(registry_snapshot(&context).hash, hash);
}

/// A function that is gone once a query is planned.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Transparent {
    signature: Signature,
}

impl ScalarUDFImpl for Transparent {
    fn name(&self) -> &'static str {
        "abs"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(arguments[0].clone())
    }

    fn simplify(
        &self,
        arguments: Vec<Expr>,
        _context: &SimplifyContext,
    ) -> Result<ExprSimplifyResult> {
        Ok(ExprSimplifyResult::Simplified(arguments[0].clone()))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Ok(arguments.args[0].clone())
    }
}

#[test]
fn a_replaced_built_in_is_seen_and_its_simplification_is_tried() {
    let context = SessionContext::new();
    context.register_udf(ScalarUDF::from(Transparent {
        signature: Signature::exact(vec![DataType::Utf8], Volatility::Immutable),
    }));
    let snapshot = registry_snapshot(&context);
    assert_eq!(snapshot.scalar, ["abs"]);
    assert!(snapshot.simplify["abs"]);
    assert_eq!(snapshot.return_types["abs"], ["string"]);
}

#[tokio::test]
async fn information_schema_agrees_with_the_snapshot() {
    let context = new_session(&Profile::resolve(&[]).unwrap()).unwrap();
    let snapshot = registry_snapshot(&context);
    for name in &snapshot.scalar {
        let query = format!(
            "select distinct routine_name from information_schema.routines where routine_name = '{name}'"
        );
        let rows = context.sql(&query).await.unwrap().count().await.unwrap();
        assert_eq!(rows, 1, "{name}");
        if snapshot.coerce_types[name] {
            // `information_schema.parameters` has no rows for functions that decide by themselves.
            continue;
        }
        let query = format!(
            "select distinct parameter_name from information_schema.parameters \
             where specific_name = '{name}' and parameter_mode = 'IN'"
        );
        let rows = context.sql(&query).await.unwrap().count().await.unwrap();
        assert_eq!(rows, snapshot.parameter_names[name].len(), "{name}");
    }
}
