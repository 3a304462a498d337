//! Functions that panic, called as another library calls them: an error instead of the end of the process.

use std::process::Command;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use codeanatomy_functions::Function;
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result, ScalarValue};
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::function::{
    AccumulatorArgs, PartitionEvaluatorArgs, StateFieldsArgs, WindowUDFFieldArgs,
};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, ColumnarValue, EmitTo, GroupsAccumulator,
    PartitionEvaluator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility, WindowUDF, WindowUDFImpl,
};

use super::aggregate::PortableAggregate;
use super::losses::{OF_FUNCTIONS, foreign_aggregate, foreign_scalar, foreign_window};
use super::scalar::PortableScalar;
use super::window::PortableWindow;
use super::{check_host_version, check_portable_names, portable_functions, portable_report};
use crate::tests::identity;

/// A function of every kind that panics wherever it is asked something.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Panics {
    signature: Signature,
    /// Whether it panics when a query is planned, not only when it runs.
    early: bool,
}

impl Panics {
    fn new(early: bool) -> Self {
        Self {
            signature: Signature::any(1, Volatility::Immutable),
            early,
        }
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "every function that calls it returns a result"
    )]
    fn plan<Output>(&self, output: Output) -> Result<Output> {
        assert!(!self.early, "planned");
        Ok(output)
    }
}

fn int64(name: &str) -> FieldRef {
    Arc::new(Field::new(name, DataType::Int64, true))
}

fn column() -> ArrayRef {
    Arc::new(Int64Array::from(vec![1, 2]))
}

impl ScalarUDFImpl for Panics {
    fn name(&self) -> &'static str {
        "boom"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        self.plan(DataType::Int64)
    }

    fn invoke_with_args(&self, _arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        panic!("invoked")
    }
}

impl AggregateUDFImpl for Panics {
    fn name(&self) -> &'static str {
        "boom"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        self.plan(DataType::Int64)
    }

    fn state_fields(&self, _arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        self.plan(vec![int64("state")])
    }

    fn accumulator(&self, _arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        self.plan(Box::new(Work))
    }

    fn groups_accumulator_supported(&self, _arguments: AccumulatorArgs) -> bool {
        panic!("supported")
    }

    fn create_groups_accumulator(
        &self,
        _arguments: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        self.plan(Box::new(Work))
    }
}

impl WindowUDFImpl for Panics {
    fn name(&self) -> &'static str {
        "boom"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn field(&self, arguments: WindowUDFFieldArgs) -> Result<FieldRef> {
        self.plan(int64(arguments.name()))
    }

    fn partition_evaluator(
        &self,
        _arguments: PartitionEvaluatorArgs,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        self.plan(Box::new(Work))
    }
}

/// Work of every kind that panics.
#[derive(Debug)]
struct Work;

impl Accumulator for Work {
    fn update_batch(&mut self, _values: &[ArrayRef]) -> Result<()> {
        panic!("updated")
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        panic!("evaluated")
    }

    fn size(&self) -> usize {
        panic!("measured")
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        panic!("state")
    }

    fn merge_batch(&mut self, _states: &[ArrayRef]) -> Result<()> {
        panic!("merged")
    }
}

impl GroupsAccumulator for Work {
    fn update_batch(
        &mut self,
        _values: &[ArrayRef],
        _group_indices: &[usize],
        _filter: Option<&arrow::array::BooleanArray>,
        _total_num_groups: usize,
    ) -> Result<()> {
        panic!("updated")
    }

    fn evaluate(&mut self, _emit_to: EmitTo) -> Result<ArrayRef> {
        panic!("evaluated")
    }

    fn state(&mut self, _emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        panic!("state")
    }

    fn merge_batch(
        &mut self,
        _values: &[ArrayRef],
        _group_indices: &[usize],
        _total_num_groups: usize,
    ) -> Result<()> {
        panic!("merged")
    }

    fn convert_to_state(
        &self,
        _values: &[ArrayRef],
        _filter: Option<&arrow::array::BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        panic!("converted")
    }

    fn size(&self) -> usize {
        panic!("measured")
    }
}

impl PartitionEvaluator for Work {
    fn evaluate_all(&mut self, _values: &[ArrayRef], _rows: usize) -> Result<ArrayRef> {
        panic!("evaluated")
    }

    fn supports_bounded_execution(&self) -> bool {
        panic!("bounded")
    }
}

fn invoke(function: &dyn ScalarUDFImpl) -> Result<ColumnarValue> {
    function.invoke_with_args(ScalarFunctionArgs {
        args: vec![ColumnarValue::Array(column())],
        arg_fields: vec![int64("value")],
        number_rows: 2,
        return_field: int64("boom"),
        config_options: Arc::new(ConfigOptions::default()),
    })
}

/// The panic is an error of the function, with what the panic said.
#[track_caller]
fn assert_told<Output>(outcome: Result<Output>, panic: &str) {
    let error = outcome.err().map(|error| error.to_string());
    let expected = format!("boom panicked: {panic}");
    assert!(
        error
            .as_ref()
            .is_some_and(|error| error.contains(&expected)),
        "{error:?}"
    );
}

fn aggregate(early: bool) -> Arc<dyn AggregateUDFImpl> {
    let function = AggregateUDF::from(Panics::new(early));
    let guarded = PortableAggregate::new(&function, "boom".to_owned(), Vec::new());
    foreign_aggregate(&Arc::new(AggregateUDF::from(guarded)))
}

#[test]
fn panics_of_scalar_functions_are_errors() {
    let guarded = |early| {
        let function = ScalarUDF::from(Panics::new(early));
        let guarded = PortableScalar::new(&function, "boom".to_owned(), Vec::new(), false);
        foreign_scalar(&Arc::new(ScalarUDF::from(guarded)))
    };
    assert_told(invoke(guarded(false).as_ref()), "invoked");
    let planned = guarded(true).return_field_from_args(ReturnFieldArgs {
        arg_fields: &[int64("value")],
        scalar_arguments: &[None],
    });
    assert_told(planned, "planned");
}

/// Runs in a process of its own, where it ends that process.
#[test]
#[ignore = "ends the process; run by a_panic_without_the_guard_ends_the_process"]
fn unguarded() {
    let function = ScalarUDF::from(Panics::new(false));
    let outcome = invoke(foreign_scalar(&Arc::new(function)).as_ref());
    panic!("the panic was caught: {outcome:?}");
}

#[test]
fn a_panic_without_the_guard_ends_the_process() {
    let program = std::env::current_exe().unwrap();
    let ended = Command::new(program)
        .args(["--exact", "--ignored", "portable::tests::unguarded"])
        .output()
        .unwrap();
    assert!(!ended.status.success());
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(told.contains("cannot unwind"), "{told}");
    assert!(!told.contains("the panic was caught"), "{told}");
}

#[test]
fn panics_of_aggregates_are_errors() {
    let schema = Schema::new(vec![int64("value")]);
    let fields = [int64("value")];
    let arguments = || AccumulatorArgs {
        return_field: int64("boom"),
        schema: &schema,
        expr_fields: &fields,
        ignore_nulls: false,
        order_bys: &[],
        is_reversed: false,
        name: "boom",
        is_distinct: false,
        exprs: &[],
    };
    let function = aggregate(false);
    assert!(!function.groups_accumulator_supported(arguments()));
    let mut single = function.accumulator(arguments()).unwrap();
    assert_told(single.update_batch(&[column()]), "updated");
    assert_told(single.merge_batch(&[column()]), "merged");
    assert_told(single.evaluate(), "evaluated");
    assert_told(single.state(), "state");
    assert!(single.size() > 0);

    let mut groups = function.create_groups_accumulator(arguments()).unwrap();
    assert_told(
        groups.update_batch(&[column()], &[0, 1], None, 2),
        "updated",
    );
    assert_told(groups.merge_batch(&[column()], &[0, 1], 2), "merged");
    assert_told(groups.evaluate(EmitTo::All), "evaluated");
    assert_told(groups.state(EmitTo::All), "state");
    assert_told(groups.convert_to_state(&[column()], None), "converted");
    assert!(groups.size() > 0);

    let early = aggregate(true);
    assert_told(early.accumulator(arguments()), "planned");
    assert_told(early.create_sliding_accumulator(arguments()), "planned");
    assert_told(early.create_groups_accumulator(arguments()), "planned");
    assert_told(early.return_field(&fields), "planned");
}

#[test]
fn panics_of_window_functions_are_errors() {
    let guarded = |early| {
        let function = WindowUDF::from(Panics::new(early));
        let guarded = PortableWindow::new(&function, "boom".to_owned(), Vec::new());
        foreign_window(&Arc::new(WindowUDF::from(guarded)))
    };
    let mut evaluator = guarded(false)
        .partition_evaluator(PartitionEvaluatorArgs::default())
        .unwrap();
    assert!(!evaluator.supports_bounded_execution());
    assert_told(evaluator.evaluate_all(&[column()], 2), "evaluated");
    let early = guarded(true);
    assert_told(
        early.partition_evaluator(PartitionEvaluatorArgs::default()),
        "planned",
    );
    let field = early.field(WindowUDFFieldArgs::new(&[int64("value")], "boom"));
    assert_told(field, "planned");
}

#[test]
fn every_name_of_the_library_is_exported_but_those_that_every_session_has() {
    let library = codeanatomy_functions::functions();
    let exported = portable_functions();
    // Calls with OVER come to the aggregates of these names.
    let left_out = library.iter().filter(|entry| {
        matches!(entry.function, Function::Window(_))
            && ["first_value", "last_value"].contains(&entry.function.name())
    });
    assert_eq!(left_out.count(), 2);
    assert_eq!(exported.len(), library.len() - 2);
    let state = SessionContext::new().state();
    for entry in &exported {
        let has_it = |name: &str| match &entry.exported {
            Function::Scalar(_) => state.scalar_functions().contains_key(name),
            Function::Aggregate(_) => state.aggregate_functions().contains_key(name),
            Function::Window(_) => state.window_functions().contains_key(name),
        };
        let expected: Vec<_> = entry
            .library
            .function
            .names()
            .filter(|name| !has_it(name))
            .collect();
        assert_eq!(entry.exported.names().collect::<Vec<_>>(), expected);
    }
}

#[test]
fn report_is_read_from_the_session() {
    let build = crate::build_info(Vec::new(), "");
    let context = SessionContext::new();
    let report = || portable_report(&context.task_ctx(), &build, "55.0.0".to_owned()).unwrap();
    assert_eq!(report().functions, []);
    for entry in portable_functions() {
        let state = context.state_ref();
        entry.exported.register(&mut *state.write()).unwrap();
    }
    let registered = report();
    assert_eq!(registered.functions.len(), portable_functions().len());
    assert_eq!(
        registered.kept,
        ["first_value", "lag", "last_value", "lead", "row_number"]
    );
    context.deregister_udf("hash64");
    let changed = report();
    let of = |name: &str| changed.functions.iter().find(|entry| entry.name == name);
    assert_eq!(of("stable_hash64").unwrap().aliases, [""; 0]);

    let losses: Vec<_> = OF_FUNCTIONS.iter().map(|loss| loss.name).collect();
    assert!(losses.is_sorted());
    assert_eq!(registered.lost, OF_FUNCTIONS);
    for entry in &registered.functions {
        assert!(entry.lost.contains(&"documentation"), "{entry:?}");
        assert!(
            entry.lost.iter().all(|name| losses.contains(name)),
            "{entry:?}"
        );
    }
}

#[test]
fn another_function_of_the_session_is_not_replaced() {
    let context = SessionContext::new();
    assert!(check_portable_names(&context.task_ctx()).is_ok());
    context.register_udf(identity("hash64", Volatility::Volatile));
    let error = check_portable_names(&context.task_ctx()).unwrap_err();
    assert_eq!(error.code().as_str(), "function-name-taken");
    assert_eq!(error.details()["function"], "hash64");
}

#[test]
fn only_the_major_version_counts() {
    for fitting in ["55.0.0", "55.3.1", "55.1.0rc1", "55"] {
        assert!(check_host_version(fitting).is_ok(), "{fitting}");
    }
    for other in ["54.9.9", "56.0.0", "5.5", "550.0.0", "", "dev", "v55"] {
        let error = check_host_version(other).unwrap_err();
        assert_eq!(error.details()["loaded"], other);
        assert_eq!(error.hint(), Some("pip install 'datafusion>=55,<56'"));
    }
}
