//! Builds graphs of small repositories and queries them.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(
    clippy::disallowed_methods,
    reason = "each test drives a runtime of its own"
)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use codeanatomy_errors::ErrorCode;
use codeanatomy_graph::{
    BuildObserver, BuildReport, BuildRequest, ResultFormat, build, register_graph, run_query,
};
use codeanatomy_runtime::{Layer, Profile, new_session};

/// Stops the build after a number of questions.
struct Observer(AtomicU64);

impl BuildObserver for Observer {
    fn progress(&self, _stage: &str, _done: u64, _total: Option<u64>) {}

    fn is_cancelled(&self) -> bool {
        let asked = |left: u64| left.checked_sub(1);
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, asked)
            .is_err()
    }
}

fn patient() -> Arc<Observer> {
    Arc::new(Observer(AtomicU64::new(u64::MAX / 2)))
}

async fn build_with(
    repository: &Path,
    output: &Path,
    partitions: usize,
    observer: Arc<Observer>,
) -> codeanatomy_errors::Result<BuildReport> {
    let text = format!(r#"{{"execution": {{"target_partitions": {partitions}}}}}"#);
    let profile = Profile::resolve(&[Layer::from_json("argument", &text)?])?;
    let context = new_session(&profile)?;
    let request = BuildRequest {
        repository: repository.to_owned(),
        output: output.to_owned(),
        threads: std::num::NonZeroUsize::new(partitions),
        verify: true,
        ..BuildRequest::default()
    };
    build(&context, request, observer).await
}

async fn query(directory: &Path, sql: &str) -> String {
    let profile = Profile::resolve(&[]).expect("a profile");
    let context = new_session(&profile).expect("a session");
    register_graph(&context, directory)
        .await
        .expect("registers");
    let output = run_query(&context, sql, ResultFormat::Csv, None, None)
        .await
        .expect("runs");
    String::from_utf8(output.text.expect("text")).expect("UTF-8")
}

fn repository() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for (path, text) in [
        ("app/__init__.py", "from .core import run\n"),
        (
            "app/core.py",
            "from .base import Base\nclass Core(Base):\n    def go(self): return self.stop()\ndef run(x=int('1')): return Core().go()\n",
        ),
        ("app/base.py", "class Base:\n    def stop(self): pass\n"),
        (
            "main.py",
            "import app, requests\n@requests.hook(1)\ndef main(): app.run()\nmain()\n",
        ),
        ("broken.py", "def f(:\n"),
        ("README.md", "text"),
    ] {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("creates");
        std::fs::write(path, text).expect("writes");
    }
    directory
}

#[tokio::test(flavor = "multi_thread")]
async fn a_graph_is_built_rebuilt_and_queried() {
    let repository = repository();
    let output = tempfile::tempdir().expect("a directory");
    let report = build_with(repository.path(), output.path(), 2, patient())
        .await
        .expect("builds");
    assert_eq!(report.files.total, 6);
    assert_eq!(report.files.by_status["parsed_with_errors"], 1);
    assert_eq!(report.calls.total, 7);
    assert_eq!(report.calls.by_resolution["receiver"], 1);
    let edges = "SELECT e.edge_kind, s.qualified_name AS src, d.qualified_name AS dst FROM cpg_edges e \
                 JOIN cpg_nodes s ON s.node_id = e.src_node_id JOIN cpg_nodes d ON d.node_id = e.dst_node_id \
                 WHERE e.edge_kind IN ('CALL', 'INHERITS_FROM', 'IMPORTS') ORDER BY 1, 2, 3";
    let expected = "edge_kind,src,dst\n\
                    CALL,app.base.Base.stop,app.base.Base.stop\n\
                    CALL,app.core.Core,app.core.Core\n\
                    CALL,app.core.run,app.core.run\n\
                    CALL,main.main,main.main\n\
                    IMPORTS,app,app\n\
                    IMPORTS,app.base.Base,app.base.Base\n\
                    IMPORTS,app.core.run,app.core.run\n\
                    INHERITS_FROM,app.core.Core,app.base.Base\n";
    assert_eq!(query(output.path(), edges).await, expected);

    let again = build_with(repository.path(), output.path(), 1, patient())
        .await
        .expect("builds");
    assert_eq!(
        again.tables["cpg_nodes"].version,
        report.tables["cpg_nodes"].version + 1
    );
    assert_eq!(
        again.tables["cpg_nodes"].rows,
        report.tables["cpg_nodes"].rows
    );
    assert_eq!(query(output.path(), edges).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_do_not_depend_on_the_number_of_threads() {
    let repository = repository();
    let mut contents = Vec::new();
    for partitions in [1, 2, 8] {
        let output = tempfile::tempdir().expect("a directory");
        let report = build_with(repository.path(), output.path(), partitions, patient())
            .await
            .expect("builds");
        let mut content = Vec::new();
        for table in report.tables.keys() {
            let rows = query(output.path(), &format!("SELECT * FROM {table}")).await;
            let mut lines: Vec<_> = rows.lines().map(str::to_owned).collect();
            lines.sort();
            content.push(lines);
        }
        contents.push(content);
    }
    assert_eq!(contents[0], contents[1]);
    assert_eq!(contents[0], contents[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_build_leaves_the_previous_graph() {
    let repository = repository();
    let output = tempfile::tempdir().expect("a directory");
    build_with(repository.path(), output.path(), 2, patient())
        .await
        .expect("builds");
    let count = "SELECT count(*) FROM cpg_nodes";
    let before = query(output.path(), count).await;
    let listing = |path: &Path| {
        let mut names: Vec<_> = walk(path);
        names.sort();
        names
    };
    let files = listing(output.path());
    std::fs::write(repository.path().join("more.py"), "def more(): pass\n").expect("writes");
    let mut stopped = 0;
    for questions in 0..40 {
        let observer = Arc::new(Observer(AtomicU64::new(questions)));
        match build_with(repository.path(), output.path(), 2, observer).await {
            Err(error) => {
                assert_eq!(error.code(), ErrorCode::BuildCancelled);
                assert_eq!(listing(output.path()), files, "after {questions} questions");
                stopped += 1;
            }
            // The build asked less often than that.
            Ok(_) => break,
        }
        assert_eq!(query(output.path(), count).await, before);
    }
    assert!(stopped > 10, "{stopped}");
}

fn walk(path: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).expect("lists") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn outputs_that_are_not_graphs_are_refused() {
    let repository = repository();
    let output = tempfile::tempdir().expect("a directory");
    std::fs::write(output.path().join("letter.txt"), "dear").expect("writes");
    let error = build_with(repository.path(), output.path(), 1, patient())
        .await
        .expect_err("refuses");
    assert_eq!(error.code(), ErrorCode::OutputUnusable);
    assert!(error.message().contains("letter.txt"), "{error}");
}
