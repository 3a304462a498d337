//! The functions of this group, called from SQL.

mod lists;
mod maps;
mod structs;

use maps::map_table;

#[test]
fn wrong_arity_and_types_are_refused_while_planning() {
    let sql = map_table();
    for (call, expected) in [
        ("list_unique_sorted()", "list_unique_sorted"),
        (
            "list_unique_sorted([1], 2)",
            "list_unique_sorted takes one list, got 2 arguments",
        ),
        (
            "list_unique_sorted('a')",
            "list_unique_sorted takes a list, not Utf8",
        ),
        (
            "map_get_default(map, 'a')",
            "map_get_default takes a map, a key and a default, got 2",
        ),
        (
            "map_get_default('a', 'a', 1)",
            "the first argument of map_get_default is a map, not Utf8",
        ),
        (
            "map_get_default(map, 1, 1)",
            "the keys of this map are Utf8, the key of map_get_default is Int64",
        ),
        (
            "map_get_default(map, 'a', 'x')",
            "the values of this map are Int64, the default of map_get_default is Utf8",
        ),
        (
            "map_get_default(map, 'a', 1.5)",
            "the default of map_get_default is Float64",
        ),
        ("map_normalize()", "map_normalize"),
        (
            "map_normalize(map, 'lower', true, 1)",
            "map_normalize takes a map, and perhaps",
        ),
        (
            "map_normalize('a')",
            "the first argument of map_normalize is a map, not Utf8",
        ),
        (
            "map_normalize(map, 'title')",
            "key_case of map_normalize is one of lower, upper, none, not 'title'",
        ),
        (
            "map_normalize(map, 1)",
            "key_case of map_normalize is one of lower, upper, none, not Int64",
        ),
        (
            "map_normalize(map, 'lower', 'yes')",
            "sort_keys of map_normalize is true or false, not Utf8",
        ),
        (
            "map_normalize(map, key)",
            "key_case of map_normalize is a constant",
        ),
        (
            "map_normalize(map, 'lower', other > 1)",
            "sort_keys of map_normalize is a constant",
        ),
        ("struct_pick()", "struct_pick"),
        ("struct_pick({a: 1})", "got no field"),
        (
            "struct_pick(map, 'a')",
            "the first argument of struct_pick is a struct, not Map",
        ),
        (
            "struct_pick({a: 1}, 1)",
            "each field of struct_pick is a constant text, not Int64",
        ),
        (
            "struct_pick({a: 1}, key)",
            "each field of struct_pick is a constant text",
        ),
        (
            "struct_pick({a: 1}, 'a', 'a')",
            "struct_pick names the field 'a' twice",
        ),
        (
            "struct_pick({name: 1, kind: 2}, 'nmae')",
            "the struct of struct_pick has no field 'nmae', but name, kind; did you mean 'name'?",
        ),
        (
            "struct_pick({name: 1, Kind: 2}, 'kind')",
            "did you mean 'Kind'?",
        ),
    ] {
        let message = sql.error(&format!("select {call} from t"));
        assert!(message.contains(expected), "{call}: {message}");
    }
}
