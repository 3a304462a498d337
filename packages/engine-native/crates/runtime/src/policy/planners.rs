//! Which planners of expressions a session has beside those of DataFusion.

use std::collections::BTreeSet;

use codeanatomy_errors::{EngineError, ErrorCode, Result, nearest_name};

/// The planner of the operators `->`, `->>`, `#>`, `#>>`, `@>` and `<@`.
pub(crate) const OPERATORS: &str = "codeanatomy_domain";

const SUPPORTED: &[&str] = &[OPERATORS];

/// The planners that a session gets, by their names. All there are, by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExprPlanners(BTreeSet<&'static str>);

impl Default for ExprPlanners {
    fn default() -> Self {
        Self(SUPPORTED.iter().copied().collect())
    }
}

impl ExprPlanners {
    /// The planners of these names; none if there are none.
    ///
    /// # Errors
    ///
    /// `invalid-option`: there is no planner of a name.
    ///
    /// ```
    /// use codeanatomy_runtime::ExprPlanners;
    ///
    /// assert_eq!(ExprPlanners::named(&["codeanatomy_domain"])?, ExprPlanners::default());
    /// assert_eq!(ExprPlanners::named::<&str>(&[])?.names().count(), 0);
    /// let error = ExprPlanners::named(&["codeanatomy_main"]).unwrap_err();
    /// assert!(error.message().starts_with("Unsupported ExprPlanner names: 'codeanatomy_main'"));
    /// # Ok::<(), codeanatomy_errors::EngineError>(())
    /// ```
    pub fn named<Name: AsRef<str>>(names: &[Name]) -> Result<Self> {
        let known = |name: &str| SUPPORTED.iter().find(|known| **known == name).copied();
        let unsupported: Vec<_> = names
            .iter()
            .map(AsRef::as_ref)
            .filter(|name| known(name).is_none())
            .collect();
        let Some(first) = unsupported.first() else {
            let names = names.iter().filter_map(|name| known(name.as_ref()));
            return Ok(Self(names.collect()));
        };
        let meant = nearest_name(first, SUPPORTED.iter().copied());
        let meant = meant.map_or_else(String::new, |meant| format!("; did you mean '{meant}'?"));
        Err(EngineError::new(
            ErrorCode::InvalidOption,
            format!(
                "Unsupported ExprPlanner names: '{}'. There are: '{}'{meant}",
                unsupported.join("', '"),
                SUPPORTED.join("', '")
            ),
        )
        .with_detail("option", "expr_planner_names")
        .with_hint("leave expr_planner_names out to have all of them; an empty list is none"))
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().copied()
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}
