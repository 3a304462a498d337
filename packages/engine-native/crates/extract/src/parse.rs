//! Reads, decodes and parses one file and appends its rows.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ruff_python_ast::{ModModule, PySourceType};
use ruff_python_parser::{Parsed, parse_unchecked_source};
use ruff_source_file::{LineIndex, PositionEncoding};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::encoding::decode;
use crate::identity::{NodeIds, file_id};
use crate::link::facts::{ModuleFacts, module_facts};
use crate::roots::Roots;
use crate::scan::{Language, ScannedFile};
use crate::symbol_ids::KnownSymbols;
use crate::syntax::targets::Resolver;
use crate::syntax::walk;
use crate::tables::rows::{ParsedFile, qualified_names};
use crate::tables::{FileRow, Tables};

/// Above this nesting the syntax tree is dropped on a stack of its own, which then has this many bytes a level.
const DEEP: usize = 2_000;
const DROP_FRAME: usize = 1_024;

/// Something that makes a file unusable as Python.
struct Problem {
    status: &'static str,
    code: &'static str,
    message: String,
    offset: usize,
}

/// Appends all rows of `file`; `symbols` numbers each path that the linker has to resolve.
pub(crate) fn extract_file(
    file: &ScannedFile,
    roots: &Roots,
    tables: &mut Tables,
    symbols: &mut KnownSymbols<'_>,
) -> Option<ModuleFacts> {
    let id = file_id(&file.path);
    let mut row = FileRow {
        file_id: &id,
        path: &file.path,
        language: file.language.map(Language::as_str),
        size_bytes: file.size,
        status: "not_python",
        ..FileRow::default()
    };
    if let Some(error) = &file.error {
        let problem = unreadable(error.clone());
        return reject(tables, &row, &problem);
    }
    let Some(language) = file.language else {
        tables.file(&row);
        return None;
    };
    let bytes = match std::fs::read(&file.absolute) {
        Ok(bytes) => bytes,
        Err(error) => return reject(tables, &row, &unreadable(error.to_string())),
    };
    row.size_bytes = bytes.len() as u64;
    let hash = blake3::hash(&bytes).to_hex();
    row.content_hash = Some(&hash);
    if u32::try_from(bytes.len()).is_err() {
        let message = "the file has 4 GiB or more, which offsets can't express".to_owned();
        let problem = Problem {
            status: "too_large",
            code: "too-large",
            message,
            offset: 0,
        };
        return reject(tables, &row, &problem);
    }
    let decoded = match decode(&bytes) {
        Ok(decoded) => decoded,
        Err(error) => {
            row.encoding = Some(&error.encoding);
            let problem = Problem {
                status: "decode_error",
                code: "decode-error",
                offset: error.offset.unwrap_or(0),
                message: error.message,
            };
            return reject(tables, &row, &problem);
        }
    };
    row.encoding = Some(&decoded.encoding);
    let notebook;
    let text = if language == Language::Notebook {
        match ruff_notebook::Notebook::from_source_code(&decoded.text) {
            Ok(parsed) if parsed.is_python_notebook() => {
                notebook = parsed;
                notebook.source_code()
            }
            Ok(_) => {
                tables.file(&row);
                return None;
            }
            Err(error) => {
                let problem = Problem {
                    status: "decode_error",
                    code: "decode-error",
                    message: format!("not a notebook: {error}"),
                    offset: 0,
                };
                return reject(tables, &row, &problem);
            }
        }
    } else {
        &*decoded.text
    };
    extract_text(row, text, language, roots, tables, symbols)
}

/// Appends the rows of a file whose text is known.
fn extract_text(
    row: FileRow<'_>,
    text: &str,
    language: Language,
    roots: &Roots,
    tables: &mut Tables,
    symbols: &mut KnownSymbols<'_>,
) -> Option<ModuleFacts> {
    let place = roots.place(row.path);
    // The parser is another project's: a failure of it must not take the build down.
    let parsed = catch_unwind(AssertUnwindSafe(|| parse(text, language)));
    let Ok(parsed) = parsed else {
        let message = "the parser failed on this file".to_owned();
        let problem = Problem {
            status: "unreadable",
            code: "internal-error",
            message,
            offset: 0,
        };
        return reject(tables, &row, &problem);
    };
    let lines = LineIndex::from_source_text(text);
    let model = walk(&parsed.syntax().body, text, &place.module);
    let row = FileRow {
        text_bytes: Some(text.len()),
        lines: Some(line_count(text, &lines)),
        module_name: Some(&place.module.name),
        import_root: Some(&place.root),
        status: if parsed.errors().is_empty() {
            "parsed"
        } else {
            "parsed_with_errors"
        },
        ..row
    };
    tables.file(&row);
    syntax_errors(tables, &row, &parsed, text, &lines);
    let ids = NodeIds::new(&model, row.path);
    let names = qualified_names(&model, &place.module.name);
    let resolver = Resolver {
        model: &model,
        module: &place.module,
        definition_ids: &ids.definitions,
        has_star_import: model.has_star_import(),
    };
    let parsed_file = ParsedFile {
        file_id: row.file_id,
        path: row.path,
        text,
        lines: &lines,
        ids: &ids,
        qualified_names: &names,
        resolver: &resolver,
    };
    tables.parsed(&parsed_file, symbols);
    let facts = module_facts(&resolver, &names, place.clone(), language);
    let depth = model.depth;
    drop(model);
    drop_tree(parsed, depth);
    Some(facts)
}

fn parse(text: &str, language: Language) -> Parsed<ModModule> {
    let kind = match language {
        Language::Python => PySourceType::Python,
        Language::Stub => PySourceType::Stub,
        Language::Notebook => PySourceType::Ipynb,
    };
    parse_unchecked_source(text, kind)
}

/// Drops a syntax tree, whose destructor recurses, where the stack is deep enough for it.
fn drop_tree(parsed: Parsed<ModModule>, depth: usize) {
    if depth > DEEP {
        stacker::grow(depth * DROP_FRAME, || drop(parsed));
    }
}

fn syntax_errors(
    tables: &mut Tables,
    row: &FileRow<'_>,
    parsed: &Parsed<ModModule>,
    text: &str,
    lines: &LineIndex,
) {
    let errors = parsed.errors().iter().map(|error| {
        (
            "error",
            "syntax-error",
            error.error.to_string(),
            error.location,
        )
    });
    let unsupported = parsed.unsupported_syntax_errors().iter().map(|error| {
        (
            "warning",
            "unsupported-syntax",
            error.to_string(),
            error.range(),
        )
    });
    for (severity, code, message, range) in errors.chain(unsupported) {
        let end = TextSize::of(text);
        let range = TextRange::new(range.start().min(end), range.end().min(end));
        let start = lines.source_location(range.start(), text, PositionEncoding::Utf32);
        let position = (start.line.get(), start.character_offset.get());
        tables.diagnostic(
            row.file_id,
            row.path,
            severity,
            code,
            &message,
            range,
            position,
        );
    }
}

fn unreadable(message: String) -> Problem {
    Problem {
        status: "unreadable",
        code: "unreadable",
        message,
        offset: 0,
    }
}

fn reject(tables: &mut Tables, row: &FileRow<'_>, problem: &Problem) -> Option<ModuleFacts> {
    let row = FileRow {
        status: problem.status,
        error: Some(&problem.message),
        ..*row
    };
    tables.file(&row);
    let offset = u32::try_from(problem.offset).map_or(TextSize::default(), TextSize::from);
    let range = TextRange::empty(offset);
    tables.diagnostic(
        row.file_id,
        row.path,
        "error",
        problem.code,
        &problem.message,
        range,
        (1, 1),
    );
    None
}

/// The number of lines, without an empty one after the last line break.
fn line_count(text: &str, lines: &LineIndex) -> usize {
    let count = lines.line_count();
    if text.is_empty() || text.ends_with(['\n', '\r']) {
        count - 1
    } else {
        count
    }
}
