//! Lists the files of a repository.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder};

/// Directories that hold what tools made or installed, not the repository's own source.
const SKIPPED_DIRECTORIES: &[&str] = &[
    "__pycache__",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
];

/// What kind of source a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// A `.py` or `.pyw` file.
    Python,
    /// A `.pyi` file.
    Stub,
    /// A Jupyter notebook, `.ipynb`.
    Notebook,
}

impl Language {
    /// The language as `repo_files.language` has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Stub => "stub",
            Self::Notebook => "notebook",
        }
    }

    pub(crate) fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "py" | "pyw" => Some(Self::Python),
            "pyi" => Some(Self::Stub),
            "ipynb" => Some(Self::Notebook),
            _ => None,
        }
    }
}

/// A file of the repository.
#[derive(Debug, Clone)]
pub struct ScannedFile {
    /// The path below the root, with `/` between its parts; bytes that are not Unicode are written `\xNN`.
    pub path: String,
    /// Where the file is.
    pub absolute: PathBuf,
    /// `None` for a file that holds no Python.
    pub language: Option<Language>,
    /// The size on disk in bytes; 0 where it is not known.
    pub size: u64,
    /// Why the file can't be read, if that is known already.
    pub error: Option<String>,
}

/// Which files to take.
#[derive(Debug, Clone, Default)]
pub struct ScanOptions {
    /// Globs in the form of `.gitignore`; where there are any, only files that match one are taken.
    pub include: Vec<String>,
    /// Globs of files and directories to leave out.
    pub exclude: Vec<String>,
    /// A directory to leave out, for example the output.
    pub skip: Option<PathBuf>,
}

/// Lists the files below `root`, sorted by path.
///
/// Hidden files, what `.gitignore` excludes, and directories of tools (`build`, `site-packages`, `node_modules`, …) are not part of the
/// repository. Symbolic links are not followed: a link to a file inside the root would be the same file twice, and one to a directory may
/// be a loop; a link that looks like Python is recorded as such.
pub fn scan(root: &Path, options: &ScanOptions) -> Result<Vec<ScannedFile>> {
    let unreadable = |error: std::io::Error| {
        let message = if root.exists() {
            format!(
                "the repository can't be listed: {}: {error}",
                root.display()
            )
        } else {
            format!("no such directory: {}", root.display())
        };
        EngineError::new(ErrorCode::RepositoryNotFound, message)
            .with_detail("path", root.display().to_string())
            .with_hint("pass the root directory of a Python repository")
            .with_source(error)
    };
    let listing = std::fs::read_dir(root).map_err(unreadable)?;
    drop(listing);
    let overrides = overrides(root, options)?;
    let skip = options.skip.clone();
    let walk = WalkBuilder::new(root)
        .require_git(false)
        // What the repository is depends on the repository alone: not on ignore files around it or of the user.
        .parents(false)
        .git_global(false)
        .overrides(overrides)
        .filter_entry(move |entry| !is_skipped(entry, skip.as_deref()))
        .build();
    let mut files = Vec::new();
    for entry in walk {
        match entry {
            Ok(entry) => {
                if let Some(file) = file(root, &entry) {
                    files.push(file);
                }
            }
            Err(error) => files.extend(unlisted(root, &error)),
        }
    }
    files.sort_unstable_by(|left, right| left.path.cmp(&right.path));
    files.dedup_by(|left, right| left.path == right.path);
    Ok(files)
}

fn overrides(root: &Path, options: &ScanOptions) -> Result<Override> {
    let mut builder = OverrideBuilder::new(root);
    let include = options.include.iter().cloned();
    let exclude = options.exclude.iter().map(|glob| format!("!{glob}"));
    for glob in include.chain(exclude) {
        builder
            .add(&glob)
            .map_err(|error| invalid_glob(&glob, error))?;
    }
    builder.build().map_err(|error| invalid_glob("", error))
}

fn invalid_glob(glob: &str, error: ignore::Error) -> EngineError {
    let glob = glob.trim_start_matches('!');
    EngineError::new(
        ErrorCode::InvalidOption,
        format!("'{glob}' is not a glob: {error}"),
    )
    .with_hint("globs have the form of .gitignore lines, for example 'tests/**' or '*_pb2.py'")
    .with_source(error)
}

fn is_skipped(entry: &DirEntry, skip: Option<&Path>) -> bool {
    if entry.depth() == 0 || !entry.file_type().is_some_and(|kind| kind.is_dir()) {
        return false;
    }
    let by_name = entry.file_name().to_str().is_some_and(|name| {
        SKIPPED_DIRECTORIES.contains(&name)
            // A package may be called `build` or `dist`.
            && !entry.path().join("__init__.py").is_file()
    });
    by_name
        || skip.is_some_and(|skip| entry.path() == skip)
        // A virtual environment of any name.
        || entry.path().join("pyvenv.cfg").is_file()
}

fn file(root: &Path, entry: &DirEntry) -> Option<ScannedFile> {
    let kind = entry.file_type()?;
    if kind.is_dir() {
        // A directory called x.py is no file, but somebody may look for it.
        return Language::of(entry.path())
            .filter(|_| entry.depth() > 0)
            .map(|language| problem(root, entry.path(), Some(language), "is a directory"));
    }
    let language = Language::of(entry.path());
    if kind.is_symlink() {
        return language.map(|_| problem(root, entry.path(), language, "is a symbolic link"));
    }
    if !kind.is_file() {
        return Some(problem(
            root,
            entry.path(),
            language,
            "is not a regular file",
        ));
    }
    let size = entry.metadata().as_ref().map_or(0, Metadata::len);
    Some(ScannedFile {
        path: relative(root, entry.path()),
        absolute: entry.path().to_owned(),
        language,
        size,
        error: None,
    })
}

fn problem(root: &Path, path: &Path, language: Option<Language>, error: &str) -> ScannedFile {
    ScannedFile {
        path: relative(root, path),
        absolute: path.to_owned(),
        language,
        size: 0,
        error: Some(error.to_owned()),
    }
}

/// A directory that can't be listed is a row too, so that nothing vanishes.
fn unlisted(root: &Path, error: &ignore::Error) -> Option<ScannedFile> {
    match error {
        ignore::Error::WithPath { path, err } => {
            let message = err.to_string();
            Some(problem(root, path, Language::of(path), &message))
        }
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            unlisted(root, err)
        }
        ignore::Error::Partial(errors) => errors.first().and_then(|error| unlisted(root, error)),
        _ => None,
    }
}

fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    let mut text = String::new();
    for component in path.components() {
        if !text.is_empty() {
            text.push('/');
        }
        push_escaped(&mut text, component.as_os_str());
    }
    text
}

/// Writes a name, with `\xNN` for bytes that are not UTF-8 so that two names never become one.
fn push_escaped(text: &mut String, name: &std::ffi::OsStr) {
    use std::fmt::Write as _;
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a String can't fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
}
