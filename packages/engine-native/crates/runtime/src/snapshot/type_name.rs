//! How types are spelled in reports: by meaning, so that the three layouts of text are all `string`.

use arrow::datatypes::{DataType, Field};

/// The name of a type, for example `list<int64>` or `decimal(10,2)`.
pub(super) fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Null => "null".to_owned(),
        DataType::Boolean => "bool".to_owned(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "string".to_owned(),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => "binary".to_owned(),
        DataType::FixedSizeBinary(size) => format!("binary({size})"),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item) => format!("list<{}>", type_name(item.data_type())),
        DataType::FixedSizeList(item, size) => {
            format!("list<{}>({size})", type_name(item.data_type()))
        }
        DataType::Struct(fields) => {
            let fields: Vec<_> = fields.iter().map(|field| member(field)).collect();
            format!("struct<{}>", fields.join(","))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|field| type_name(field.data_type()))
                    .collect();
                format!("map<{}>", fields.join(","))
            }
            other => format!("map<{}>", type_name(other)),
        },
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::Dictionary(key, value) => {
            format!("dictionary<{},{}>", type_name(key), type_name(value))
        }
        // Integers, floats, dates and times are spelled as Arrow does, in lower case.
        other => other.to_string().to_lowercase(),
    }
}

fn member(field: &Field) -> String {
    format!("{}:{}", field.name(), type_name(field.data_type()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn types_are_spelled_by_meaning() {
        let item = |data_type| Arc::new(Field::new("item", data_type, true));
        let entries = DataType::Struct(
            vec![
                Field::new("keys", DataType::Utf8View, false),
                Field::new("values", DataType::Int32, true),
            ]
            .into(),
        );
        for (data_type, expected) in [
            (DataType::LargeUtf8, "string"),
            (DataType::UInt16, "uint16"),
            (DataType::Float64, "float64"),
            (DataType::List(item(DataType::Utf8View)), "list<string>"),
            (DataType::Decimal128(10, 2), "decimal(10,2)"),
            (
                DataType::Map(item(entries.clone()), false),
                "map<string,int32>",
            ),
            (entries, "struct<keys:string,values:int32>"),
            (
                DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8)),
                "dictionary<int8,string>",
            ),
        ] {
            assert_eq!(type_name(&data_type), expected);
        }
    }
}
