//! The extracted tables: what a row of each is, and the builders that collect rows into batches.
//!
//! Targets in other files are not known while a file is read: such rows carry a `symbol_id`, the number of a path that
//! the linker resolves ([`crate::link`]) and the views of the graph join.

pub(crate) mod columns;
pub(crate) mod rows;

use arrow::array::RecordBatch;
use arrow::array::{BooleanBuilder, Int32Builder, Int64Builder};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;

use columns::{Text, table};
pub(crate) use rows::{FileRow, Tables};

/// A table that rows are appended to.
pub(crate) trait TableBuilder: Default {
    /// The name under which the views of the graph read the table.
    const NAME: &'static str;
    fn schema() -> SchemaRef;
    fn rows(&self) -> usize;
    fn finish(&mut self) -> Result<RecordBatch, ArrowError>;
}

table! {
    /// One row for each file of the repository.
    Files = "extracted_files" {
        file_id: Text, required, "The id of the file: `stable_id('file', path)`.";
        path: Text, required, "The path below the repository, with `/`.";
        language: Text, nullable, "`python`, `stub` or `notebook`; NULL for a file that holds no Python.";
        status: Text, required, "`parsed`, `parsed_with_errors`, `decode_error`, `unreadable`, `too_large` or `not_python`.";
        encoding: Text, nullable, "The encoding of the text; NULL where the file was not decoded.";
        size_bytes: Int64Builder, required, "The size on disk.";
        text_bytes: Int64Builder, nullable, "The size of the text in UTF-8, which offsets refer to.";
        lines: Int32Builder, nullable, "The number of lines.";
        content_hash: Text, nullable, "BLAKE3 of the bytes on disk, in hexadecimal.";
        module_name: Text, nullable, "The dotted name by which the file is imported from its root.";
        import_root: Text, nullable, "The directory that the import starts from; empty for the repository.";
        error: Text, nullable, "Why the file was not parsed.";
    }
}

table! {
    /// One row for each thing that a name is bound to, and for each module and lambda.
    Definitions = "extracted_defs" {
        def_id: Text, required, "The id of the definition, and of its node.";
        file_id: Text, required, "The file.";
        path: Text, required, "The path of the file.";
        def_kind: Text, required, "`module`, `class`, `function`, `lambda`, `parameter` or `variable`.";
        name: Text, required, "The name as written; the dotted name of a module.";
        qualified_name: Text, required, "The dotted name from the module on, with `<locals>` after a function.";
        owner_def_id: Text, nullable, "The definition whose scope binds the name; NULL for a module.";
        ast_parent_id: Text, required, "The innermost node around it; the file for a module.";
        is_async: BooleanBuilder, required, "Whether it is an `async def`.";
        parameter_kind: Text, nullable, "`positional_only`, `positional_or_keyword`, `variadic_positional`, `keyword_only` or `variadic_keyword`.";
        bstart: Int64Builder, required, "The first byte; of a decorated definition that of `def` or `class`.";
        bend: Int64Builder, required, "The byte after the last.";
        name_bstart: Int64Builder, required, "The first byte of the name.";
        name_bend: Int64Builder, required, "The byte after the name.";
        line: Int32Builder, required, "The line of the first byte, from 1.";
        end_line: Int32Builder, required, "The line of the last byte.";
    }
}

table! {
    /// One row for each use of a name (`Name` of Python's grammar).
    References = "extracted_refs" {
        file_id: Text, required, "The file.";
        path: Text, required, "The path of the file.";
        name: Text, required, "The name as written.";
        context: Text, required, "`load`, `store` or `delete`.";
        scope_def_id: Text, required, "The definition whose code uses the name.";
        bstart: Int64Builder, required, "The first byte.";
        bend: Int64Builder, required, "The byte after the last.";
        line: Int32Builder, required, "The line, from 1.";
        binding_scope: Text, nullable, "Where the name is bound: `local`, `enclosing` or `global`; NULL if not in the file.";
        resolution: Text, nullable, "`scope`, `import` or `builtin`; NULL where the name is not found.";
        target_def_id: Text, nullable, "The definition, where it is in the same file.";
        target_kind: Text, nullable, "The kind of the target.";
        target_qualified_name: Text, nullable, "The name of the target.";
        symbol_id: Int32Builder, nullable, "What the linker is to resolve, as the number of its path.";
        import_id: Text, nullable, "The import that binds the name.";
        candidates: Int32Builder, required, "Among how many bindings the target was chosen; 0 where there is none.";
    }
}

table! {
    /// One row for each imported name.
    Imports = "extracted_imports" {
        import_id: Text, required, "The id of the import, and of its node.";
        file_id: Text, required, "The file.";
        path: Text, required, "The path of the file.";
        scope_def_id: Text, required, "The definition whose code imports.";
        ast_parent_id: Text, required, "The innermost node around it.";
        module: Text, nullable, "The module as written.";
        level: Int32Builder, required, "The number of leading dots.";
        name: Text, nullable, "The imported member; NULL for `import module`.";
        alias: Text, nullable, "The name after `as`.";
        bound_name: Text, nullable, "The name that the import binds; NULL for a star import.";
        is_star: BooleanBuilder, required, "Whether all public names are imported.";
        resolved_module: Text, nullable, "The absolute dotted name of the module; NULL if a relative import leaves its package.";
        symbol_id: Int32Builder, nullable, "What the linker is to resolve, as the number of its path.";
        bstart: Int64Builder, required, "The first byte.";
        bend: Int64Builder, required, "The byte after the last.";
        line: Int32Builder, required, "The line of the first byte, from 1.";
        end_line: Int32Builder, required, "The line of the last byte.";
    }
}

table! {
    /// One row for each call site.
    Calls = "extracted_calls" {
        call_id: Text, required, "The id of the call, and of its node.";
        file_id: Text, required, "The file.";
        path: Text, required, "The path of the file.";
        caller_def_id: Text, required, "The definition whose code calls.";
        ast_parent_id: Text, required, "The innermost node around it.";
        callee_text: Text, nullable, "The called expression as written; NULL if it spans lines or is longer than 200 bytes.";
        callee_name: Text, nullable, "The last name of the called expression.";
        positional_args: Int32Builder, required, "The number of positional arguments without `*`.";
        keyword_args: Int32Builder, required, "The number of keyword arguments without `**`.";
        has_star_args: BooleanBuilder, required, "Whether there is a `*` or `**` argument.";
        resolution: Text, nullable, "`scope`, `import`, `receiver` or `builtin`; NULL where there is a reason.";
        target_def_id: Text, nullable, "The called definition, where it is in the same file.";
        target_kind: Text, nullable, "The kind of the target.";
        target_qualified_name: Text, nullable, "The name of the target.";
        symbol_id: Int32Builder, nullable, "What the linker is to resolve, as the number of its path.";
        candidates: Int32Builder, required, "Among how many bindings the target was chosen; 0 where there is none.";
        reason: Text, nullable, "Why there is no target.";
        bstart: Int64Builder, required, "The first byte.";
        bend: Int64Builder, required, "The byte after the last.";
        line: Int32Builder, required, "The line of the first byte, from 1.";
        end_line: Int32Builder, required, "The line of the last byte.";
    }
}

table! {
    /// One row for each base class of a class statement.
    Bases = "extracted_bases" {
        class_def_id: Text, required, "The class.";
        file_id: Text, required, "The file.";
        path: Text, required, "The path of the file.";
        position: Int32Builder, required, "The place among the bases, from 0.";
        base_text: Text, nullable, "The base as written; NULL if it spans lines or is longer than 200 bytes.";
        resolution: Text, nullable, "`scope`, `import` or `builtin`; NULL where there is a reason.";
        target_def_id: Text, nullable, "The base class, where it is in the same file.";
        target_kind: Text, nullable, "The kind of the target.";
        target_qualified_name: Text, nullable, "The name of the target.";
        symbol_id: Int32Builder, nullable, "What the linker is to resolve, as the number of its path.";
        candidates: Int32Builder, required, "Among how many bindings the target was chosen; 0 where there is none.";
        reason: Text, nullable, "Why there is no target.";
        bstart: Int64Builder, required, "The first byte.";
        bend: Int64Builder, required, "The byte after the last.";
        line: Int32Builder, required, "The line, from 1.";
    }
}

table! {
    /// One row for each thing that is wrong with a file.
    Diagnostics = "extracted_diagnostics" {
        file_id: Text, required, "The file.";
        path: Text, required, "The path of the file.";
        severity: Text, required, "`error` or `warning`.";
        code: Text, required, "`syntax-error`, `unsupported-syntax`, `decode-error`, `unreadable` or `too-large`.";
        message: Text, required, "What is wrong.";
        bstart: Int64Builder, required, "The first byte; 0 where it is not known.";
        bend: Int64Builder, required, "The byte after the last.";
        line: Int32Builder, required, "The line, from 1.";
        column: Int32Builder, required, "The column in characters, from 1.";
    }
}
