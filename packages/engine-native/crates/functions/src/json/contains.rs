//! Whether one JSON value contains another.

use serde_json::Value;

/// Whether `whole` has everything that `part` has: each member of an object by its key, each element of an array wherever it is. An array
/// contains a value that is no array or object as if it were an array of it; this holds at the top only.
pub(super) fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Array(elements), part) if !part.is_array() && !part.is_object() => {
            elements.iter().any(|element| is_equal(element, part))
        }
        _ => contains_inside(whole, part),
    }
}

fn contains_inside(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part.iter().all(|(key, part)| {
            whole
                .get(key)
                .is_some_and(|whole| contains_inside(whole, part))
        }),
        (Value::Array(whole), Value::Array(part)) => part
            .iter()
            .all(|part| whole.iter().any(|whole| contains_inside(whole, part))),
        _ => is_equal(whole, part),
    }
}

/// Numbers are equal by value: 1 is 1.0.
fn is_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || (one.is_f64() || other.is_f64()) && one.as_f64() == other.as_f64()
        }
        _ => one == other,
    }
}
