//! Extracts small repositories written by the tests and looks at the rows.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::fs::File;
use std::num::NonZeroUsize;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::ipc::reader::FileReader;
use codeanatomy_extract::{Extraction, Roots, ScanOptions, extract, scan};

/// A row as text by column; NULL is absent.
type Row = BTreeMap<String, String>;

fn run(files: &[(&str, &str)]) -> BTreeMap<String, Vec<Row>> {
    let repository = tempfile::tempdir().expect("a directory");
    for (path, text) in files {
        let path = repository.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    }
    rows(repository.path())
}

fn rows(repository: &Path) -> BTreeMap<String, Vec<Row>> {
    let stage = tempfile::tempdir().expect("a directory");
    let files = scan(repository, &ScanOptions::default()).expect("scans");
    let roots = Roots::detect(&files, "repository");
    let threads = NonZeroUsize::new(2).expect("two");
    let Extraction {
        tables, symbols, ..
    } = extract(&files, &roots, stage.path(), threads, &|_| {}, &|| false).expect("extracts");
    let mut all = BTreeMap::new();
    for table in tables {
        let mut rows = Vec::new();
        for path in &table.files {
            let reader =
                FileReader::try_new(File::open(path).expect("opens"), None).expect("reads");
            for batch in reader {
                rows.extend(to_rows(&batch.expect("a batch")));
            }
        }
        assert_eq!(rows.len() as u64, table.rows);
        all.insert(table.name.to_owned(), rows);
    }
    all.insert("symbols".to_owned(), to_rows(&symbols));
    all
}

fn to_rows(batch: &RecordBatch) -> Vec<Row> {
    (0..batch.num_rows())
        .map(|index| {
            let schema = batch.schema();
            schema
                .fields()
                .iter()
                .zip(batch.columns())
                .filter(|(_, column)| column.is_valid(index))
                .map(|(field, column)| {
                    let value = match column.as_string_view_opt() {
                        Some(text) => text.value(index).to_owned(),
                        None => arrow::util::display::array_value_to_string(column, index)
                            .expect("text"),
                    };
                    (field.name().clone(), value)
                })
                .collect()
        })
        .collect()
}

fn get<'r>(row: &'r Row, column: &str) -> &'r str {
    row.get(column).map_or("", String::as_str)
}

/// The target of the only call of `callee`, after linking: kind and qualified name, or the reason.
fn target(tables: &BTreeMap<String, Vec<Row>>, callee: &str) -> String {
    let calls: Vec<_> = tables["extracted_calls"]
        .iter()
        .filter(|row| get(row, "callee_text") == callee)
        .collect();
    let [call] = calls.as_slice() else {
        panic!("{} calls of {callee}", calls.len());
    };
    let symbol = tables["symbols"].iter().find(|row| {
        call.contains_key("symbol_id") && get(row, "symbol_id") == get(call, "symbol_id")
    });
    let row = symbol.unwrap_or(call);
    if row.contains_key("reason") {
        format!("!{}", get(row, "reason"))
    } else {
        format!(
            "{} {}",
            get(row, "target_kind"),
            get(row, "target_qualified_name")
        )
    }
}

#[test]
fn calls_are_resolved_inside_and_across_files() {
    let tables = run(&[
        (
            "pkg/__init__.py",
            "from .base import Base as Root\nfrom . import tools\nfrom .stars import *\n",
        ),
        (
            "pkg/base.py",
            "class Base:\n    def shared(self): return self.own()\n    def own(self): pass\n",
        ),
        (
            "pkg/tools.py",
            "import os.path as p\ndef helper(): return p.join('a', 'b')\nCONSTANT = 1\n",
        ),
        (
            "pkg/stars.py",
            "__all__ = ['visible']\ndef visible(): pass\ndef hidden(): pass\n",
        ),
        (
            "app.py",
            r#"
import pkg
import pkg.tools as t
from pkg import Root, visible
from pkg.stars import *
from unknown import thing
from .nowhere import gone

class Child(Root):
    def run(self, callback):
        self.shared()
        super().own()
        self.missing()
        callback()
        local = 1
        local()
        t.helper()
        pkg.tools.helper().strip()
        Child.run(self, None)
        rows[0]()
        "x".join([])
        pkg.hidden()
        t.CONSTANT.bit_length()
        def inner(): return self.shared2()
        inner()
    @classmethod
    def make(cls): return cls()

visible()
thing.deep.call()
gone()
len(Child().make())
undefined()
"#,
        ),
    ]);
    for (callee, expected) in [
        ("self.own", "function pkg.base.Base.own"),
        ("p.join", "external os.path.join"),
        ("self.shared", "function pkg.base.Base.shared"),
        ("super().own", "function pkg.base.Base.own"),
        ("self.missing", "!dynamic_attr"),
        ("callback", "!param_untyped"),
        ("local", "!callee_unknown_type"),
        ("t.helper", "function pkg.tools.helper"),
        ("pkg.tools.helper", "function pkg.tools.helper"),
        ("pkg.tools.helper().strip", "!return_unannotated"),
        ("Child.run", "function app.Child.run"),
        ("rows[0]", "!subscript_of_unknown"),
        ("\"x\".join", "builtin builtins.str.join"),
        ("pkg.hidden", "!unresolved_import"),
        ("t.CONSTANT.bit_length", "!callee_unknown_type"),
        ("inner", "function app.Child.run.<locals>.inner"),
        ("cls", "class app.Child"),
        ("visible", "function pkg.stars.visible"),
        ("thing.deep.call", "external unknown.thing.deep.call"),
        ("gone", "!unresolved_import"),
        ("len", "builtin builtins.len"),
        ("Child", "class app.Child"),
        ("undefined", "!unresolved_name"),
    ] {
        assert_eq!(target(&tables, callee), expected, "{callee}");
    }
}

#[test]
fn every_file_is_a_row_with_a_status() {
    let tables = run(&[
        ("good.py", "x = 1\n"),
        ("bad.py", "def f(:\n    pass\nclass Kept: pass\n"),
        ("data.txt", "text"),
        (
            "deep.py",
            &format!("x = {}1{}\n", "(".repeat(5_000), ")".repeat(5_000)),
        ),
        ("chain.py", &format!("x = 1{}\n", "+1".repeat(100_000))),
        ("empty.py", ""),
    ]);
    let status: BTreeMap<_, _> = tables["extracted_files"]
        .iter()
        .map(|row| (get(row, "path"), get(row, "status")))
        .collect();
    let expected = [
        ("bad.py", "parsed_with_errors"),
        ("chain.py", "parsed"),
        ("data.txt", "not_python"),
        ("deep.py", "parsed"),
        ("empty.py", "parsed"),
        ("good.py", "parsed"),
    ];
    assert_eq!(status, BTreeMap::from(expected));
    let kept = tables["extracted_defs"]
        .iter()
        .any(|row| get(row, "qualified_name") == "bad.Kept");
    assert!(kept, "what follows a syntax error is extracted");
    assert!(!tables["extracted_diagnostics"].is_empty());
}
