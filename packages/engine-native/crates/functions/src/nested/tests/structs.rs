//! Functions of structs, called from SQL.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StringArray, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, Fields, Int64Type};

use crate::testing::Sql;

#[test]
fn fields_are_picked_without_a_copy() {
    let metadata = HashMap::from([("unit".to_owned(), "byte".to_owned())]);
    let fields = Fields::from(vec![
        Field::new("name", DataType::Utf8, true),
        Field::new("start", DataType::Int64, true).with_metadata(metadata),
        Field::new("Score", DataType::Float64, true),
    ]);
    let starts: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3, 4]));
    let nodes = StructArray::new(
        fields.clone(),
        vec![
            Arc::new(StringArray::from(vec!["a", "b", "c", "d"])),
            Arc::clone(&starts),
            Arc::new(Float64Array::from(vec![0.5, 1.5, 2.5, 3.5])),
        ],
        Some(NullBuffer::from(vec![true, true, false, true])),
    );
    let sql = Sql::with_table(vec![("node", Arc::new(nodes.clone()))]);
    let picked = sql
        .column("select struct_pick(node, 'Score', 'start') from t")
        .unwrap();
    let expected = Fields::from(vec![Arc::clone(&fields[2]), Arc::clone(&fields[1])]);
    assert_eq!(picked.data_type(), &DataType::Struct(expected));
    assert_eq!(
        picked
            .as_struct()
            .column(1)
            .as_primitive::<Int64Type>()
            .values()
            .as_ptr(),
        starts.as_primitive::<Int64Type>().values().as_ptr(),
    );
    for name in ["struct_pick", "struct_select"] {
        assert_eq!(
            sql.texts(&format!("select {name}(node, 'start') from t")),
            ["{start: 1}", "{start: 2}", "∅", "{start: 4}"]
        );
    }
    let slice = Sql::with_table(vec![("node", Arc::new(nodes.slice(1, 2)))]);
    assert_eq!(
        slice.texts("select struct_pick(node, 'start', 'name') from t"),
        ["{start: 2, name: b}", "∅"]
    );
    assert_eq!(
        sql.texts("select struct_pick(node, 'start') from t where false"),
        Vec::<String>::new()
    );
    assert_eq!(
        sql.texts("select struct_pick({a: 1, b: 'x'}, 'b')"),
        ["{b: x}"]
    );
}
