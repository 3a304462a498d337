//! Finds a value in JSON text.

use memchr::memchr2;
use serde_json::Number;

/// One step from a value to one inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// The member of an object with this key; of an array the element, where the key is an integer.
    Key(&'a str),
    /// The element of an array, counted from 0; from the end where it is negative, the last being -1.
    Index(i64),
}

/// The text of the value at the end of the steps. `None` where there is none, or where the text is not JSON up to there.
/// What is passed over is looked at no closer than to find its end.
///
/// Of members with the same key, the first counts.
pub(super) fn find<'text>(
    text: &'text str,
    steps: impl Iterator<Item = Step<'text>>,
) -> Option<&'text str> {
    let mut start = skip_space(text, 0);
    for step in steps {
        start = match (text.as_bytes().get(start)?, step) {
            (b'{', Step::Key(key)) => member(text, start, key)?,
            (b'[', Step::Key(key)) => element(text, start, key.parse().ok()?)?,
            (b'[', Step::Index(index)) => element(text, start, index)?,
            _ => return None,
        };
    }
    let end = value_end(text, start)?;
    text.get(start..end)
}

/// The text of a string, `None` for the null value, and any other value as it is written.
pub(super) fn as_text(value: &str) -> Option<std::borrow::Cow<'_, str>> {
    match value.as_bytes().first()? {
        b'"' => match plain_string(value) {
            Some(plain) => Some(plain.into()),
            None => serde_json::from_str::<String>(value).ok().map(Into::into),
        },
        b'n' => None,
        _ => Some(value.into()),
    }
}

/// What is between the quotation marks, where nothing of it is escaped.
fn plain_string(value: &str) -> Option<&str> {
    let inner = value.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('\\')).then_some(inner)
}

/// Where the member's value begins, in the object that begins at `start`.
fn member(text: &str, start: usize, key: &str) -> Option<usize> {
    let mut position = skip_space(text, start + 1);
    loop {
        if text.as_bytes().get(position)? != &b'"' {
            return None;
        }
        let end = value_end(text, position)?;
        let found = text.get(position..end)?;
        position = skip_space(text, end);
        if text.as_bytes().get(position)? != &b':' {
            return None;
        }
        position = skip_space(text, position + 1);
        if is_string(found, key) {
            return Some(position);
        }
        position = next_item(text, position)?;
    }
}

/// Whether a JSON string, with its quotation marks, says this.
fn is_string(value: &str, expected: &str) -> bool {
    match plain_string(value) {
        Some(plain) => plain == expected,
        None => serde_json::from_str::<String>(value).is_ok_and(|value| value == expected),
    }
}

/// Where the element begins, in the array that begins at `start`.
fn element(text: &str, start: usize, index: i64) -> Option<usize> {
    let first = skip_space(text, start + 1);
    let after = if index < 0 {
        // The elements are counted first, and the position then follows from the front.
        let mut count = i64::from(text.as_bytes().get(first)? != &b']');
        let mut position = first;
        while let Some(next) = next_item(text, position) {
            position = next;
            count += 1;
        }
        count.checked_add(index)?
    } else {
        index
    };
    if after < 0 || text.as_bytes().get(first)? == &b']' {
        return None;
    }
    let mut position = first;
    for _ in 0..after {
        position = next_item(text, position)?;
    }
    Some(position)
}

/// Where the item after the value at `position` begins; `None` if it is the last.
fn next_item(text: &str, position: usize) -> Option<usize> {
    let comma = skip_space(text, value_end(text, position)?);
    (text.as_bytes().get(comma)? == &b',').then(|| skip_space(text, comma + 1))
}

/// Where the value that begins at `start` ends. Objects and arrays are read for their brackets and strings only.
fn value_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    match bytes.get(start)? {
        b'"' => string_end(bytes, start),
        b'{' | b'[' => bracket_end(bytes, start),
        _ => {
            let length = bytes[start..]
                .iter()
                .take_while(|byte| {
                    !matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r')
                })
                .count();
            let word = text.get(start..start + length)?;
            let is_value = matches!(word, "true" | "false" | "null")
                || serde_json::from_str::<Number>(word).is_ok();
            is_value.then_some(start + length)
        }
    }
}

/// Where the string ends whose first quotation mark is at `start`.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut position = start + 1;
    loop {
        position += memchr2(b'"', b'\\', bytes.get(position..)?)?;
        if bytes[position] == b'"' {
            return Some(position + 1);
        }
        position += 2;
    }
}

/// Where the object or array ends that begins at `start`.
fn bracket_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut position = start;
    loop {
        match bytes.get(position)? {
            b'"' => {
                position = string_end(bytes, position)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        position += 1;
        if depth == 0 {
            return Some(position);
        }
    }
}

fn skip_space(text: &str, start: usize) -> usize {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let space = rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
        .count();
    start + space
}
