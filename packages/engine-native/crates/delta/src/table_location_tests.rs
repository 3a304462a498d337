//! Locations: what is one, and what texts show of it.

use std::path::Path;

use codeanatomy_errors::ErrorCode;

use super::TableLocation;

fn url_of(text: &str) -> String {
    let location = TableLocation::parse(text, []).unwrap_or_else(|error| panic!("{text}: {error}"));
    location.url().to_string()
}

#[test]
fn paths_and_urls_are_locations() {
    assert_eq!(url_of("/data/table"), "file:///data/table/");
    assert_eq!(url_of("/data/table//"), "file:///data/table/");
    assert_eq!(
        url_of("/data/a b%?#=é"),
        "file:///data/a%20b%25%3F%23=%C3%A9/"
    );
    assert_eq!(url_of("file:///data/a%20b"), "file:///data/a%20b/");
    assert_eq!(url_of("/a@b/[c]/d^e|f"), "file:///a%40b/%5Bc%5D/d%5Ee%7Cf/");
    assert_eq!(url_of("s3://bucket/table"), "s3://bucket/table/");
    assert_eq!(url_of("s3://bucket"), "s3://bucket/");
    assert_eq!(url_of("S3://bucket/a b//"), "s3://bucket/a%20b/");
    assert_eq!(
        url_of("abfss://box@account.dfs.core.windows.net/t"),
        "abfss://box@account.dfs.core.windows.net/t/"
    );
    let here = std::env::current_dir().unwrap();
    let relative = TableLocation::parse("a/./b", []).unwrap();
    assert_eq!(relative.local_path(), Some(here.join("a/b")));
    assert_eq!(
        relative,
        TableLocation::directory(Path::new("a/b")).unwrap()
    );
}

#[test]
fn other_texts_are_refused_without_what_may_be_secret() {
    for text in [
        "",
        "  ",
        "http://host/hush",
        "https://host/hush",
        "memory:///hush",
        "hdfs://host/hush",
        "s3://",
        "s3:///hush",
        "s3://bucket/a/../hush",
        "s3://bucket/a/%2e%2E/hush",
        "s3://key:hush@bucket/table",
        "s3://hush@bucket/table",
        "abfss://box:hush@account.dfs.core.windows.net/t",
        "az://box/t?sig=hush",
        "gs://bucket/t#hush",
        "file://host/t",
        "file:///t?hush",
        "s3://[hush/t",
        "/data/%20",
        "s3://bucket/%2520",
    ] {
        let error = TableLocation::parse(text, []).unwrap_err();
        assert_eq!(error.code(), ErrorCode::LocationInvalid, "{text}");
        let secret =
            text.contains('@') || text.contains('?') || text.contains('#') || text.contains('[');
        let shown = format!("{error} {error:?}");
        assert!(!secret || !shown.contains("hush"), "{text}: {shown}");
    }
}

#[test]
fn parents_are_those_of_the_operating_system() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().canonicalize().unwrap();
    std::fs::create_dir_all(root.join("far/away")).unwrap();
    std::os::unix::fs::symlink(root.join("far/away"), root.join("link")).unwrap();
    let text = root.join("link/../table");
    let location = TableLocation::directory(&text).unwrap();
    assert_eq!(location.local_path(), Some(root.join("far/table")));
    let error = TableLocation::directory(&root.join("gone/../table")).unwrap_err();
    assert_eq!(error.code(), ErrorCode::LocationInvalid);
}

#[test]
fn options_show_their_names_only() {
    let secret = ("AWS_SECRET_ACCESS_KEY".to_owned(), "hush-hush".to_owned());
    let location = TableLocation::parse("s3://bucket/table", [secret]).unwrap();
    for shown in [
        location.to_string(),
        format!("{location:?}"),
        format!("{location:#?}"),
    ] {
        assert!(shown.contains("aws_secret_access_key"), "{shown}");
        assert!(!shown.contains("hush"), "{shown}");
    }
    assert_eq!(
        location.storage_options().get("aws_secret_access_key"),
        Some("hush-hush")
    );
}

#[test]
fn characters_that_no_store_has_in_a_name_are_refused() {
    for text in [
        "/tmp/a\0b",
        "/tmp/a\nb",
        "/tmp/a\u{7f}b",
        "/tmp/a\\b",
        "file:///tmp/a%00b",
        "file:///tmp/a%5cb",
        "s3://bucket/a\tb",
        "s3://bucket/a%0ab",
    ] {
        let error = TableLocation::parse(text, []).unwrap_err();
        assert_eq!(error.code(), ErrorCode::LocationInvalid, "{text:?}");
        assert!(
            error.message().contains("can't have the character"),
            "{error}"
        );
        assert!(!error.message().contains(char::is_control), "{text:?}");
    }
}
