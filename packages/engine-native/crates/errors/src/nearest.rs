//! The name that someone most likely meant who wrote one that does not exist.

use rapidfuzz::distance::osa;

/// How alike two names must be for one to be suggested for the other, from 0 to 1: more than half of the letters.
const LEAST_SIMILARITY: f64 = 0.5;

/// The name that is most like the written one, whatever the case; `None` if none is like it.
///
/// Likeness is 1 less the share of letters to insert, delete, replace or swap with their neighbour. Of equally similar names, the first
/// is taken.
///
/// ```
/// use codeanatomy_errors::nearest_name;
///
/// let names = ["stable_id", "stable_hash64", "row_number"];
/// assert_eq!(nearest_name("Stable_Hash46", names), Some("stable_hash64"));
/// assert_eq!(nearest_name("zzz", names), None);
/// ```
#[must_use]
pub fn nearest_name<'a>(
    written: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let written = written.to_lowercase();
    let mut nearest: Option<(f64, &str)> = None;
    for name in names {
        let similarity = osa::normalized_similarity(written.chars(), name.to_lowercase().chars());
        if similarity >= LEAST_SIMILARITY && nearest.is_none_or(|(best, _)| similarity > best) {
            nearest = Some((similarity, name));
        }
    }
    nearest.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest_name;

    #[test]
    fn typing_errors_are_recognised() {
        let names = ["array_agg", "array_sort", "span_id", "stable_id"];
        for (written, meant) in [
            ("arrayagg", "array_agg"),
            ("array_sotr", "array_sort"),
            ("STABLE_ID", "stable_id"),
            ("stable_ids", "stable_id"),
        ] {
            assert_eq!(nearest_name(written, names), Some(meant), "{written}");
        }
    }

    #[test]
    fn what_is_like_nothing_gets_no_suggestion() {
        assert_eq!(nearest_name("qqqq", ["array_agg"]), None);
        assert_eq!(nearest_name("", ["array_agg"]), None);
        assert_eq!(nearest_name("array_agg", []), None);
    }

    #[test]
    fn the_first_of_equals_is_taken() {
        assert_eq!(nearest_name("ab", ["ax", "ay"]), Some("ax"));
    }
}
