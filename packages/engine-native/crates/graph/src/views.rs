//! The queries that are the graph, by layer: the tables of Python read what was extracted, those of the graph read the tables of Python.

/// What the query of a table reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layer {
    /// The extracted tables.
    Python,
    /// The tables of the layer before, as written.
    Graph,
}

/// A table of the graph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GraphTable {
    /// Its name, which is also that of its directory and of its SQL file.
    pub(crate) name: &'static str,
    pub(crate) layer: Layer,
    /// The query that defines it.
    pub(crate) sql: &'static str,
    /// Columns whose values hardly repeat.
    pub(crate) unique: &'static [&'static str],
}

macro_rules! tables {
    ($($layer:ident $name:literal unique [$($column:literal),*];)+) => {
        /// All tables of a graph.
        pub(crate) const TABLES: &[GraphTable] = &[$(
            GraphTable {
                name: $name,
                layer: Layer::$layer,
                sql: include_str!(concat!("views/", $name, ".sql")),
                unique: &[$($column),*],
            },
        )+];
    };
}

tables! {
    Python "repo_files" unique ["file_id", "path", "content_hash", "module_name"];
    Python "py_defs" unique ["def_id", "bstart", "bend", "name_bstart", "name_bend"];
    Python "py_refs" unique ["bstart", "bend"];
    Python "py_imports" unique ["import_id", "bstart", "bend"];
    Python "py_calls" unique ["call_id", "bstart", "bend"];
    Python "py_bases" unique [];
    Python "py_diagnostics" unique [];
    Graph "cpg_nodes" unique ["node_id", "bstart", "bend"];
    Graph "cpg_edges" unique ["edge_id", "dst_node_id", "bstart", "bend"];
}
