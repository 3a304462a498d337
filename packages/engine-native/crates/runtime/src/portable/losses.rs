//! What capsules do not carry, seen by putting a function into one and taking it out as another library would.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use codeanatomy_functions::{Function, LibraryFunction};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::function::ExpressionArgs;
use datafusion::logical_expr::{
    AggregateUDF, AggregateUDFImpl, LimitEffect, ReversedUDAF, ReversedUDWF, ScalarUDF,
    ScalarUDFImpl, WindowUDF, WindowUDFImpl,
};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::lit;
use datafusion_ffi::udaf::FFI_AggregateUDF;
use datafusion_ffi::udf::FFI_ScalarUDF;
use datafusion_ffi::udwf::FFI_WindowUDF;
use serde::Serialize;

/// Something of the native tier that the portable tier has not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loss {
    /// What is lost, for example `documentation`.
    pub name: &'static str,
    /// What that means for queries, and why.
    pub meaning: &'static str,
}

/// What single functions lose; a function's own list has these names.
pub(super) const OF_FUNCTIONS: &[Loss] = &[
    Loss {
        name: "default_value",
        meaning: "no value for no rows: a query with an empty window frame fails, and a correlated subquery without a match is NULL instead \
                  of 0 or an empty list",
    },
    Loss {
        name: "documentation",
        meaning: "information_schema.routines has no description and no syntax; udf_docs() has both",
    },
    Loss {
        name: "expressions",
        meaning: "a call with an untyped NULL as value and a default of another type fails",
    },
    Loss {
        name: "limit_effect",
        meaning: "the planner does not know how many further rows the window function reads",
    },
    Loss {
        name: "null_treatment",
        meaning: "IGNORE NULLS and RESPECT NULLS are refused, and with OVER left unseen: what the clause means is decided when the call is \
                  rewritten",
    },
    Loss {
        name: "parameter_names",
        meaning: "arguments can't be named, and information_schema.parameters has no row",
    },
    Loss {
        name: "reverse",
        meaning: "a window in the other direction is sorted anew instead of read backwards",
    },
    Loss {
        name: "set_monotonicity",
        meaning: "the planner does not know in which order the result is as the window grows",
    },
    Loss {
        name: "settings",
        meaning: "SET codeanatomy_udf.… is refused in a session that was not made with settings(); the built-in values apply",
    },
    Loss {
        name: "simplify",
        meaning: "calls are not rewritten while a query is planned",
    },
    Loss {
        name: "strictness",
        meaning: "the planner does not know that NULL gives NULL, so that it keeps outer joins which it could narrow",
    },
];

/// What the session as a whole lacks.
pub(super) const OF_THE_SESSION: &[Loss] = &[
    Loss {
        name: "cache_tables",
        meaning: "list_files_cache() and the other tables of caches are not registered: there is no capsule of a session's caches",
    },
    Loss {
        name: "check_of_table_names",
        meaning: "a session does not tell which table functions it has: another udf_docs or udf_registry is replaced",
    },
    Loss {
        name: "create_function",
        meaning: "CREATE FUNCTION stays without a factory: there is no capsule of one",
    },
    Loss {
        name: "delta_tables",
        meaning: "read_delta and the other functions on Delta tables read in the engine's session, and writes by SQL are planned there",
    },
    Loss {
        name: "errors",
        meaning: "an error of a function arrives as text without its kind",
    },
    Loss {
        name: "operators",
        meaning: "JSON operators are not planned: there is no capsule of a planner of expressions",
    },
    Loss {
        name: "registry_of_others",
        meaning: "udf_registry() and udf_docs() have the functions of the library alone, not those that the user registered",
    },
    Loss {
        name: "signatures",
        meaning: "argument types are checked call by call; information_schema and SHOW FUNCTIONS list none",
    },
    Loss {
        name: "statement_policy",
        meaning: "every statement that the session allows is allowed: there is no capsule of a policy",
    },
];

/// The names of what this function loses.
pub(super) fn losses_of(library: &LibraryFunction, exported: &Function) -> Vec<&'static str> {
    let own = &library.function;
    let mut lost = match (own, exported) {
        (Function::Scalar(own), Function::Scalar(exported)) => {
            of_scalar(own, foreign_scalar(exported).as_ref())
        }
        (Function::Aggregate(own), Function::Aggregate(exported)) => {
            of_aggregate(own, foreign_aggregate(exported).as_ref())
        }
        (Function::Window(own), Function::Window(exported)) => {
            of_window(own, foreign_window(exported).as_ref())
        }
        // A function is exported as what it is.
        _ => Vec::new(),
    };
    if !library.settings.is_empty() {
        lost.push("settings");
    }
    lost.sort_unstable();
    lost
}

/// Keeps the names of what the one has and the other has not.
fn missing<const COUNT: usize>(kept: [(&'static str, bool); COUNT]) -> Vec<&'static str> {
    kept.into_iter()
        .filter(|(_, kept)| !kept)
        .map(|(name, _)| name)
        .collect()
}

fn of_scalar(own: &ScalarUDF, foreign: &dyn ScalarUDFImpl) -> Vec<&'static str> {
    missing([
        (
            "documentation",
            own.documentation().is_some() == foreign.documentation().is_some(),
        ),
        (
            "parameter_names",
            own.signature().parameter_names == foreign.signature().parameter_names,
        ),
        ("strictness", own.inner().is_strict() == foreign.is_strict()),
    ])
}

fn of_aggregate(own: &AggregateUDF, foreign: &dyn AggregateUDFImpl) -> Vec<&'static str> {
    let inner = own.inner();
    let list = DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)));
    let has_same_default = [&DataType::Int64, &list].into_iter().all(|data_type| {
        let own = inner.default_value(data_type);
        own.is_err() || own.ok() == foreign.default_value(data_type).ok()
    });
    let reverses = |function: &dyn AggregateUDFImpl| {
        !matches!(function.reverse_expr(), ReversedUDAF::NotSupported)
    };
    missing([
        ("default_value", has_same_default),
        (
            "documentation",
            inner.documentation().is_some() == foreign.documentation().is_some(),
        ),
        (
            "null_treatment",
            inner.supports_null_handling_clause() == foreign.supports_null_handling_clause(),
        ),
        (
            "parameter_names",
            inner.signature().parameter_names == foreign.signature().parameter_names,
        ),
        ("reverse", reverses(inner.as_ref()) == reverses(foreign)),
        (
            "set_monotonicity",
            inner.set_monotonicity(&DataType::Int64) == foreign.set_monotonicity(&DataType::Int64),
        ),
        (
            "simplify",
            inner.simplify().is_some() == foreign.simplify().is_some(),
        ),
    ])
}

fn of_window(own: &WindowUDF, foreign: &dyn WindowUDFImpl) -> Vec<&'static str> {
    let inner = own.inner();
    let reverses = |function: &dyn WindowUDFImpl| {
        !matches!(function.reverse_expr(), ReversedUDWF::NotSupported)
    };
    let constants: [Arc<dyn PhysicalExpr>; 3] = [
        lit(ScalarValue::Null),
        lit(ScalarValue::Int64(Some(1))),
        lit(ScalarValue::Int64(Some(0))),
    ];
    let fields = [DataType::Null, DataType::Int64, DataType::Int64]
        .map(|data_type| Arc::new(Field::new("value", data_type, true)));
    let expressions = |function: &dyn WindowUDFImpl| {
        function
            .expressions(ExpressionArgs::new(&constants, &fields))
            .len()
    };
    let is_limited =
        |function: &dyn WindowUDFImpl| !matches!(function.limit_effect(&[]), LimitEffect::Unknown);
    missing([
        (
            "documentation",
            inner.documentation().is_some() == foreign.documentation().is_some(),
        ),
        (
            "expressions",
            expressions(inner.as_ref()) == expressions(foreign),
        ),
        (
            "limit_effect",
            is_limited(inner.as_ref()) == is_limited(foreign),
        ),
        (
            "parameter_names",
            inner.signature().parameter_names == foreign.signature().parameter_names,
        ),
        ("reverse", reverses(inner.as_ref()) == reverses(foreign)),
        (
            "simplify",
            inner.simplify().is_some() == foreign.simplify().is_some(),
        ),
    ])
}

/// What marks a capsule as another library's: any address but that of this library's own mark.
extern "C" fn another_library() -> usize {
    0
}

/// The function as another library sees it.
pub(super) fn foreign_scalar(function: &Arc<ScalarUDF>) -> Arc<dyn ScalarUDFImpl> {
    let mut capsule = FFI_ScalarUDF::from(Arc::clone(function));
    capsule.library_marker_id = another_library;
    capsule.into()
}

/// The function as another library sees it.
pub(super) fn foreign_aggregate(function: &Arc<AggregateUDF>) -> Arc<dyn AggregateUDFImpl> {
    let mut capsule = FFI_AggregateUDF::from(Arc::clone(function));
    capsule.library_marker_id = another_library;
    (&capsule).into()
}

/// The function as another library sees it.
pub(super) fn foreign_window(function: &Arc<WindowUDF>) -> Arc<dyn WindowUDFImpl> {
    let mut capsule = FFI_WindowUDF::from(Arc::clone(function));
    capsule.library_marker_id = another_library;
    (&capsule).into()
}
