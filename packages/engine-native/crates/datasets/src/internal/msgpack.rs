//! JSON values as `MessagePack` (<https://github.com/msgpack/msgpack/blob/master/spec.md>), the fields of objects by name.
//!
//! No library: one that the engine does not have anyway would come in for these few lines.

use std::fmt::Write as _;

use serde_json::{Number, Value};

/// The encoded value in hexadecimal digits, which is how Arrow's reader of JSON takes binary values.
pub(super) fn hexadecimal(value: &Value) -> String {
    let bytes = encode(value);
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing into a String can't fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    put(&mut bytes, value);
    bytes
}

fn put(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => bytes.push(0xc0),
        Value::Bool(value) => bytes.push(if *value { 0xc3 } else { 0xc2 }),
        Value::Number(number) => put_number(bytes, number),
        Value::String(text) => {
            put_length(bytes, text.len(), (0xa0, 31), Some(0xd9), 0xda);
            bytes.extend_from_slice(text.as_bytes());
        }
        Value::Array(elements) => {
            put_length(bytes, elements.len(), (0x90, 15), None, 0xdc);
            for element in elements {
                put(bytes, element);
            }
        }
        Value::Object(fields) => {
            put_length(bytes, fields.len(), (0x80, 15), None, 0xde);
            // By name, whatever order the map keeps.
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            for (name, value) in fields {
                put(bytes, &Value::String(name.clone()));
                put(bytes, value);
            }
        }
    }
}

fn put_number(bytes: &mut Vec<u8>, number: &Number) {
    if let Some(value) = number.as_u64() {
        if let Ok(small) = u8::try_from(value) {
            if small >= 0x80 {
                bytes.push(0xcc);
            }
            bytes.push(small);
        } else if let Ok(value) = u16::try_from(value) {
            tagged(bytes, 0xcd, &value.to_be_bytes());
        } else if let Ok(value) = u32::try_from(value) {
            tagged(bytes, 0xce, &value.to_be_bytes());
        } else {
            tagged(bytes, 0xcf, &value.to_be_bytes());
        }
    } else if let Some(value) = number.as_i64() {
        if let Ok(small) = i8::try_from(value) {
            if small < -32 {
                bytes.push(0xd0);
            }
            bytes.extend_from_slice(&small.to_be_bytes());
        } else if let Ok(value) = i16::try_from(value) {
            tagged(bytes, 0xd1, &value.to_be_bytes());
        } else if let Ok(value) = i32::try_from(value) {
            tagged(bytes, 0xd2, &value.to_be_bytes());
        } else {
            tagged(bytes, 0xd3, &value.to_be_bytes());
        }
    } else {
        tagged(
            bytes,
            0xcb,
            &number.as_f64().unwrap_or(f64::NAN).to_be_bytes(),
        );
    }
}

/// The length before a text, list or map: in the tag up to `most`, in one byte where there is a tag for it, in two, or in four.
fn put_length(
    bytes: &mut Vec<u8>,
    length: usize,
    (short, most): (u8, u8),
    of_one_byte: Option<u8>,
    of_two_bytes: u8,
) {
    match (u8::try_from(length), of_one_byte) {
        (Ok(length), _) if length <= most => bytes.push(short | length),
        (Ok(length), Some(tag)) => bytes.extend_from_slice(&[tag, length]),
        _ => match u16::try_from(length) {
            Ok(length) => tagged(bytes, of_two_bytes, &length.to_be_bytes()),
            // Nothing that JSON states in one value here is longer than 4 GiB.
            Err(_) => tagged(
                bytes,
                of_two_bytes + 1,
                &u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes(),
            ),
        },
    }
}

fn tagged(bytes: &mut Vec<u8>, tag: u8, payload: &[u8]) {
    bytes.push(tag);
    bytes.extend_from_slice(payload);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::hexadecimal;

    #[test]
    fn each_form_is_the_shortest_of_the_specification() {
        for (value, expected) in [
            (json!(null), "c0"),
            (json!([true, false]), "92c3c2"),
            (
                json!([0, 127, 128, 65_535, 65_536]),
                "95007fcc80cdffffce00010000",
            ),
            (json!(u64::MAX), "cfffffffffffffffff"),
            (json!([-1, -32, -33, -128, -129]), "95ffe0d0dfd080d1ff7f"),
            (json!(-40_000), "d2ffff63c0"),
            (json!(i64::MIN), "d38000000000000000"),
            (json!(1.5), "cb3ff8000000000000"),
            (json!("é"), "a2c3a9"),
            (json!({"b": 1, "a": []}), "82a16190a16201"),
        ] {
            assert_eq!(hexadecimal(&value), expected, "{value}");
        }
        for (length, begin) in [
            (31, "bf61"),
            (32, "d92061"),
            (256, "da010061"),
            (65_536, "db0001000061"),
        ] {
            assert!(hexadecimal(&json!("a".repeat(length))).starts_with(begin));
        }
        for (length, begin) in [(15, "9f00"), (16, "dc001000"), (65_536, "dd0001000000")] {
            assert!(hexadecimal(&json!(vec![0; length])).starts_with(begin));
        }
    }
}
