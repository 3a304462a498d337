//! Opening tables at versions, and what is said of those that can't be.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails where something is not as it must be, and has the process to itself"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use codeanatomy_delta::{TableLocation, TablePin, open_table, table_exists};
use codeanatomy_errors::{EngineError, ErrorCode};
use deltalake_core::DeltaTable;

/// A table with versions 0, 1, …, each of which appends one row.
async fn table_with(directory: &Path, versions: i64) {
    let schema = Arc::new(Schema::new(vec![Field::new("a", DataType::Int64, true)]));
    std::fs::create_dir_all(directory).unwrap();
    let url = TableLocation::directory(directory).unwrap();
    for value in 0..versions {
        let values = Arc::new(Int64Array::from(vec![value]));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![values]).unwrap();
        let table = DeltaTable::try_from_url(url.url().clone()).await.unwrap();
        table.write(vec![batch]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn open(directory: &Path, pin: TablePin) -> Result<DeltaTable, EngineError> {
    open_table(&TableLocation::directory(directory).unwrap(), &pin).await
}

async fn code_of(directory: &Path, pin: TablePin) -> (ErrorCode, String) {
    let error = open(directory, pin).await.unwrap_err();
    (error.code(), error.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_are_found_by_number_and_by_time() {
    let directory = tempfile::tempdir().unwrap();
    table_with(directory.path(), 3).await;
    let path = directory.path();
    let version = async |pin| open(path, pin).await.unwrap().version();
    assert_eq!(version(TablePin::Latest).await, Some(2));
    assert_eq!(version(TablePin::Version(1)).await, Some(1));
    assert_eq!(
        version(TablePin::at("2999-01-01T00:00:00Z").unwrap()).await,
        Some(2)
    );
    for wanted in 0..3 {
        let commit = directory
            .path()
            .join(format!("_delta_log/{wanted:020}.json"));
        let committed = commit.metadata().unwrap().modified().unwrap();
        let pin = TablePin::Timestamp(committed.into());
        assert_eq!(version(pin).await, Some(wanted));
    }
}

// As a session of one thread would: whatever waits for the only worker would wait for ever.
#[tokio::test]
async fn one_thread_is_enough() {
    let directory = tempfile::tempdir().unwrap();
    table_with(directory.path(), 1).await;
    let table = open(directory.path(), TablePin::Latest).await.unwrap();
    assert_eq!(table.version(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    table_with(&path.join("table"), 2).await;
    std::fs::write(path.join("file"), "x").unwrap();
    for (name, what) in [
        ("gone", "does not exist"),
        ("file", "is a file"),
        ("", "has no _delta_log"),
    ] {
        for pin in [
            TablePin::Latest,
            TablePin::Version(0),
            TablePin::at("2026-01-01T00:00:00Z").unwrap(),
        ] {
            let (code, text) = code_of(&path.join(name), pin).await;
            assert_eq!(code, ErrorCode::DeltaTableNotFound, "{text}");
            assert!(text.contains(what) && text.contains("hint:"), "{text}");
        }
        let location = TableLocation::directory(&path.join(name)).unwrap();
        assert!(!table_exists(&location).await.unwrap());
    }
    let (code, text) = code_of(&path.join("table"), TablePin::Version(7)).await;
    assert_eq!(code, ErrorCode::DeltaVersionNotFound);
    assert!(text.contains("has no version 7: the latest is 1"), "{text}");
    let (code, text) = code_of(
        &path.join("table"),
        TablePin::at("1999-01-01T00:00:00Z").unwrap(),
    )
    .await;
    assert_eq!(code, ErrorCode::DeltaVersionNotFound);
    assert!(
        text.contains("no version as old as 1999-01-01T00:00:00.000Z"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_log_is_unreadable() {
    let directory = tempfile::tempdir().unwrap();
    table_with(directory.path(), 2).await;
    let commit = directory
        .path()
        .join("_delta_log/00000000000000000001.json");
    std::fs::write(&commit, "{\"add\": {").unwrap();
    let (code, text) = code_of(directory.path(), TablePin::Latest).await;
    assert_eq!(code, ErrorCode::DeltaTableUnreadable, "{text}");
    // The version before does not need what is damaged.
    assert_eq!(
        open(directory.path(), TablePin::Version(0))
            .await
            .unwrap()
            .version(),
        Some(0)
    );
    std::fs::remove_file(
        directory
            .path()
            .join("_delta_log/00000000000000000000.json"),
    )
    .unwrap();
    let (code, text) = code_of(directory.path(), TablePin::Version(0)).await;
    assert_eq!(code, ErrorCode::DeltaTableUnreadable, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_reader_feature_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    table_with(directory.path(), 1).await;
    let commit = directory
        .path()
        .join("_delta_log/00000000000000000000.json");
    let log = std::fs::read_to_string(&commit).unwrap();
    let mut lines: Vec<_> = log
        .lines()
        .filter(|line| !line.starts_with("{\"protocol\""))
        .collect();
    lines.push(r#"{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["timeMachine"],"writerFeatures":["timeMachine"]}}"#);
    std::fs::write(&commit, lines.join("\n")).unwrap();
    let (code, text) = code_of(directory.path(), TablePin::Latest).await;
    assert_eq!(code, ErrorCode::DeltaProtocolUnsupported, "{text}");
    assert!(text.contains("timeMachine"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_store_says_is_without_secrets() {
    // Port 9 of this computer serves nothing; the secrets are of the forms that stores quote.
    let options = [
        ("aws_access_key_id", "AKIAHUSH"),
        ("aws_secret_access_key", "hush-hush"),
        ("aws_endpoint", "http://hush.invalid:9/hush"),
        ("allow_http", "not-a-bool-hush"),
        ("region", "us-east-1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let location = TableLocation::parse("s3://bucket/table", options).unwrap();
    let error = open_table(&location, &TablePin::Latest).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::DeltaTableUnreadable);
    let shown = format!("{error} {error:?}");
    assert!(!shown.to_lowercase().contains("hush"), "{shown}");
}
