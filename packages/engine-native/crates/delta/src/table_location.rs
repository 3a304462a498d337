//! Where a table lies.

use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use deltalake_core::table::builder::DeltaTableBuilder;
use object_store::ObjectStore;
use url::Url;

use crate::failure::{Failure, classify, text_of};
use crate::object_stores::{CLOUD_SCHEMES, register};
use crate::storage_options::StorageOptions;

/// Where a table lies, and what its store needs.
///
/// Text that shows a location shows its URL, which holds no secret, and the names of the storage options.
///
/// ```
/// use codeanatomy_delta::TableLocation;
///
/// let secret = ("aws_secret_access_key".to_owned(), "spam".to_owned());
/// let location = TableLocation::parse("s3://bucket/table", [secret])?;
/// assert_eq!(location.to_string(), "s3://bucket/table/ (storage options: aws_secret_access_key)");
/// # Ok::<(), codeanatomy_errors::EngineError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct TableLocation {
    url: Url,
    storage_options: StorageOptions,
}

impl TableLocation {
    /// The location that `text` names: a path, or a URL with one of the schemes file, s3, s3a, gs, az, adl, azure, abfs and abfss.
    ///
    /// A relative path starts at the current directory, and `..` in a path means what it means to the operating system: the directory above,
    /// after symbolic links. An object store has no directories, so that a URL of one can't have `..`. Credentials belong into the storage
    /// options or the environment; a URL with some is refused.
    ///
    /// # Errors
    ///
    /// `location-invalid`: the text is empty, has another scheme, or is a URL with credentials, a query or a fragment.
    pub fn parse(
        text: &str,
        storage_options: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self> {
        let storage_options = storage_options.into_iter().collect();
        let url = parse_url(text)?;
        Ok(Self {
            url,
            storage_options,
        })
    }

    /// The location of the local `directory`, which need not exist.
    pub fn directory(directory: &Path) -> Result<Self> {
        Ok(Self {
            url: directory_url(directory)?,
            storage_options: StorageOptions::default(),
        })
    }

    /// The URL of the table. Its path ends with a slash.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The options of the table's store.
    #[must_use]
    pub fn storage_options(&self) -> &StorageOptions {
        &self.storage_options
    }

    /// The path of a local table.
    #[must_use]
    pub fn local_path(&self) -> Option<PathBuf> {
        if self.url.scheme() != "file" {
            return None;
        }
        // A path made of a URL keeps its slash at the end; components do not.
        Some(self.url.to_file_path().ok()?.components().collect())
    }

    /// What the table is called in texts: the path of a local table, otherwise its URL.
    #[must_use]
    pub fn name(&self) -> String {
        match self.local_path() {
            Some(path) => path.display().to_string(),
            None => self.url.to_string(),
        }
    }

    /// Delta's builder of the table, with its store.
    pub fn builder(&self) -> Result<DeltaTableBuilder> {
        register();
        let builder = DeltaTableBuilder::from_url(self.url.clone())
            .map_err(|error| self.error(&error))?
            .with_storage_options(self.storage_options.to_map());
        Ok(builder)
    }

    /// The store that the table lies in, for others who read from it.
    pub fn object_store(&self) -> Result<Arc<dyn ObjectStore>> {
        let storage = self.builder()?.build_storage();
        let storage = storage.map_err(|error| self.error(&error))?;
        Ok(storage.root_object_store(None))
    }

    /// What Delta says, as an error of the engine: its code, and no value of a storage option.
    #[must_use]
    pub fn error(&self, error: &deltalake_core::DeltaTableError) -> EngineError {
        let said = self.storage_options.redact(&text_of(error));
        match classify(error) {
            Failure::ProtocolUnsupported => EngineError::new(
                ErrorCode::DeltaProtocolUnsupported,
                format!("the table {} can't be used: {said}", self.name()),
            )
            .with_hint("remove the feature from the table with the engine that wrote it, or read it there"),
            Failure::FileMissing => EngineError::new(
                ErrorCode::DeltaTableUnreadable,
                format!("the table {} lacks a file: {said}", self.name()),
            )
            .with_hint("the files of old versions go when a table is vacuumed; if the version is a new one, restore the table"),
            Failure::Other => EngineError::new(
                ErrorCode::DeltaTableUnreadable,
                format!("the table {} can't be read: {said}", self.name()),
            )
            .with_hint("check that its _delta_log is whole, and that it may be read"),
        }
        .with_detail("location", self.url.to_string())
    }
}

impl fmt::Display for TableLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name())?;
        if self.storage_options.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = self.storage_options.names().collect();
        write!(formatter, " (storage options: {})", names.join(", "))
    }
}

impl fmt::Debug for TableLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TableLocation")
            .field("url", &self.url.as_str())
            .field("storage_options", &self.storage_options)
            .finish()
    }
}

fn parse_url(text: &str) -> Result<Url> {
    if text.trim().is_empty() {
        return Err(invalid("the location of a table is empty").with_hint(VALID));
    }
    if let Some(character) = text.chars().find(char::is_ascii_control) {
        return Err(unnameable(text, character));
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        return directory_url(Path::new(text));
    };
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "file" && !CLOUD_SCHEMES.contains(&scheme.as_str()) {
        return Err(invalid(format!(
            "no table can lie at a location of scheme '{scheme}'"
        ))
        .with_hint(VALID));
    }
    // From here on a text with credentials is shown to nobody: neither as it is, nor by the parser.
    let mut url = Url::parse(text)
        .map_err(|error| invalid(format!("the {scheme} URL of a table is no URL: {error}")))?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(invalid(format!(
            "the {scheme} URL of a table can't have a query or a fragment"
        ))
        .with_hint(
            "pass tokens as storage options, and write '?' and '#' in a name as %3F and %23",
        ));
    }
    let container_is_user = is_azure(&scheme);
    if url.password().is_some() || !(url.username().is_empty() || container_is_user) {
        return Err(invalid(format!(
            "the {scheme} URL of a table can't have credentials in it"
        ))
        .with_hint("pass them as storage options, or set them in the environment"));
    }
    if scheme == "file" {
        let path = url.to_file_path().map_err(|()| {
            invalid(format!("{url} names no file of this computer"))
                .with_hint("a file URL has no host: file:///path/to/table")
        })?;
        return directory_url(&path);
    }
    if rest.split('/').any(is_parent) {
        return Err(invalid(format!("{url} was written with '..'"))
            .with_hint("an object store has no directories above: write the path out"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(
            invalid(format!("{url} lacks the bucket")).with_hint("for example s3://bucket/table")
        );
    }
    let path = url.path().trim_end_matches('/').to_owned() + "/";
    url.set_path(&path);
    readable(url)
}

/// Delta makes a host name of the path, in which these characters end the thread; and it reads an escaped `%` as the begin of an escape.
fn readable(mut url: Url) -> Result<Url> {
    let mut path = url.path().to_owned();
    for (character, escape) in [
        ("@", "%40"),
        ("[", "%5B"),
        ("]", "%5D"),
        ("^", "%5E"),
        ("|", "%7C"),
    ] {
        path = path.replace(character, escape);
    }
    let is_escape =
        |rest: &str| rest.len() >= 2 && rest.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit);
    if path.split("%25").skip(1).any(is_escape) {
        return Err(invalid(format!("Delta can't read a table at {path}"))
            .with_hint("rename the directory: '%' before two hexadecimal digits is taken for another character"));
    }
    if let Some(character) = decoded_controls(&path).next() {
        return Err(unnameable(&path, character));
    }
    if path.to_ascii_uppercase().contains("%5C") || path.contains('\\') {
        return Err(unnameable(&path, '\\'));
    }
    url.set_path(&path);
    Ok(url)
}

/// The control characters that a path has escaped.
fn decoded_controls(path: &str) -> impl Iterator<Item = char> {
    path.split('%').skip(1).filter_map(|escape| {
        let code = u8::from_str_radix(escape.get(..2)?, 16).ok()?;
        Some(char::from(code)).filter(char::is_ascii_control)
    })
}

fn unnameable(place: &str, character: char) -> EngineError {
    invalid(format!(
        "the location of a table can't have the character {character:?}: {place:?}"
    ))
    .with_hint(
        "object stores have no names with control characters or backslashes: rename the directory",
    )
}

const VALID: &str = "valid are paths, and URLs with one of the schemes file, s3, s3a, gs, az, adl, azure, abfs and abfss";

fn is_azure(scheme: &str) -> bool {
    matches!(scheme, "az" | "adl" | "azure" | "abfs" | "abfss")
}

fn is_parent(segment: &str) -> bool {
    segment.to_ascii_lowercase().replace("%2e", ".") == ".."
}

fn directory_url(directory: &Path) -> Result<Url> {
    let absolute = std::path::absolute(directory).map_err(|error| {
        invalid(format!("{} is no path: {error}", directory.display())).with_hint(VALID)
    })?;
    let absolute = without_parents(&absolute)?;
    let url = Url::from_directory_path(&absolute).map_err(|()| {
        invalid(format!("{} can't be written as a URL", absolute.display()))
            .with_hint("use a directory whose path is absolute")
    })?;
    readable(url)
}

/// The path without `..`. What stands before one has to exist, because it may be a symbolic link; URLs would just strike it out.
fn without_parents(path: &Path) -> Result<PathBuf> {
    let mut plain = PathBuf::new();
    for component in path.components() {
        if component == Component::ParentDir {
            plain = std::fs::canonicalize(&plain).map_err(|error| {
                invalid(format!(
                    "{} has '..' after {}, which can't be followed: {error}",
                    path.display(),
                    plain.display()
                ))
                .with_hint("write the path without '..'")
            })?;
            plain.pop();
        } else {
            plain.push(component);
        }
    }
    Ok(plain)
}

fn invalid(message: impl Into<String>) -> EngineError {
    EngineError::new(ErrorCode::LocationInvalid, message)
}

#[cfg(test)]
#[path = "table_location_tests.rs"]
mod tests;
