//! Appends what is known of one file to the extracted tables.

use arrow::array::Int32Builder;
use ruff_source_file::LineIndex;
use ruff_text_size::{TextRange, TextSize};

use crate::identity::NodeIds;
use crate::symbol_ids::KnownSymbols;
use crate::syntax::lookup::Lookup;
use crate::syntax::model::{DefinitionId, DefinitionKind, Model, Parent, Root, Target};
use crate::syntax::targets::{Resolved, Resolver};
use crate::tables::columns::Text;
use crate::tables::{Bases, Calls, Definitions, Diagnostics, Files, Imports, References};

/// The longest callee or base that is kept as text, in bytes.
const LONGEST_TEXT: usize = 200;

/// The builders of the columns that say what a row of `table` points to.
macro_rules! target_columns {
    ($table:ident) => {
        &mut TargetColumns {
            resolution: &mut $table.resolution,
            definition: &mut $table.target_def_id,
            kind: &mut $table.target_kind,
            qualified_name: &mut $table.target_qualified_name,
            symbol_id: &mut $table.symbol_id,
        }
    };
}

/// The extracted tables under construction.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) files: Files,
    pub(crate) definitions: Definitions,
    pub(crate) references: References,
    pub(crate) imports: Imports,
    pub(crate) calls: Calls,
    pub(crate) bases: Bases,
    pub(crate) diagnostics: Diagnostics,
}

/// The row of a file.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct FileRow<'r> {
    pub(crate) file_id: &'r str,
    pub(crate) path: &'r str,
    pub(crate) language: Option<&'r str>,
    pub(crate) status: &'r str,
    pub(crate) encoding: Option<&'r str>,
    pub(crate) size_bytes: u64,
    pub(crate) text_bytes: Option<usize>,
    pub(crate) lines: Option<usize>,
    pub(crate) content_hash: Option<&'r str>,
    pub(crate) module_name: Option<&'r str>,
    pub(crate) import_root: Option<&'r str>,
    pub(crate) error: Option<&'r str>,
}

/// A parsed file with the names of its definitions.
pub(crate) struct ParsedFile<'r, 'a> {
    pub(crate) file_id: &'r str,
    pub(crate) path: &'r str,
    pub(crate) text: &'r str,
    pub(crate) lines: &'r LineIndex,
    pub(crate) ids: &'r NodeIds,
    pub(crate) qualified_names: &'r [String],
    pub(crate) resolver: &'r Resolver<'r, 'a>,
}

fn integer(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn small(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

fn offset(value: TextSize) -> i64 {
    i64::from(u32::from(value))
}

impl Tables {
    pub(crate) fn file(&mut self, row: &FileRow<'_>) {
        let table = &mut self.files;
        table.file_id.append(row.file_id);
        table.path.append(row.path);
        table.language.append_option(row.language);
        table.status.append(row.status);
        table.encoding.append_option(row.encoding);
        table
            .size_bytes
            .append_value(i64::try_from(row.size_bytes).unwrap_or(i64::MAX));
        table.text_bytes.append_option(row.text_bytes.map(integer));
        table.lines.append_option(row.lines.map(small));
        table.content_hash.append_option(row.content_hash);
        table.module_name.append_option(row.module_name);
        table.import_root.append_option(row.import_root);
        table.error.append_option(row.error);
    }

    /// A diagnostic; `range` and the positions are 0 and 1 where nothing is known.
    #[expect(clippy::too_many_arguments, reason = "one argument a column")]
    pub(crate) fn diagnostic(
        &mut self,
        file_id: &str,
        path: &str,
        severity: &str,
        code: &str,
        message: &str,
        range: TextRange,
        position: (usize, usize),
    ) {
        let table = &mut self.diagnostics;
        table.file_id.append(file_id);
        table.path.append(path);
        table.severity.append(severity);
        table.code.append(code);
        table.message.append(message);
        table.bstart.append_value(offset(range.start()));
        table.bend.append_value(offset(range.end()));
        table.line.append_value(small(position.0));
        table.column.append_value(small(position.1));
    }

    /// All rows of a parsed file but its own and its diagnostics.
    pub(crate) fn parsed(&mut self, file: &ParsedFile<'_, '_>, symbols: &mut KnownSymbols<'_>) {
        self.definitions(file);
        self.references(file, symbols);
        self.imports(file, symbols);
        self.calls(file, symbols);
        self.bases(file, symbols);
    }

    fn definitions(&mut self, file: &ParsedFile<'_, '_>) {
        let table = &mut self.definitions;
        file.share(&mut table.file_id, &mut table.path);
        let model = file.resolver.model;
        for (index, definition) in model.definitions.iter().enumerate() {
            let is_module = definition.kind == DefinitionKind::Module;
            table.def_id.append(&file.ids.definitions[index]);
            table.file_id.append_shared();
            table.path.append_shared();
            table.def_kind.append(definition.kind.as_str());
            table.name.append(if is_module {
                &file.resolver.module.name
            } else {
                model.names.written(definition.name)
            });
            table.qualified_name.append(&file.qualified_names[index]);
            let owner = (!is_module).then(|| file.definition_id(definition.owner));
            table.owner_def_id.append_option(owner);
            table.ast_parent_id.append(if is_module {
                file.file_id
            } else {
                file.parent_id(definition.parent)
            });
            table.is_async.append_value(definition.is_async);
            table
                .parameter_kind
                .append_option(definition.parameter_kind);
            table.bstart.append_value(offset(definition.range.start()));
            table.bend.append_value(offset(definition.range.end()));
            table
                .name_bstart
                .append_value(offset(definition.name_range.start()));
            table
                .name_bend
                .append_value(offset(definition.name_range.end()));
            table.line.append_value(file.line(definition.range.start()));
            table
                .end_line
                .append_value(file.last_line(definition.range));
        }
    }

    fn references(&mut self, file: &ParsedFile<'_, '_>, symbols: &mut KnownSymbols<'_>) {
        let table = &mut self.references;
        file.share(&mut table.file_id, &mut table.path);
        let model = file.resolver.model;
        for reference in &model.references {
            table.file_id.append_shared();
            table.path.append_shared();
            table.name.append(model.names.written(reference.name));
            table.context.append(reference.context);
            table
                .scope_def_id
                .append(file.definition_id(model.scope(reference.site.scope).owner));
            table.bstart.append_value(offset(reference.range.start()));
            table.bend.append_value(offset(reference.range.end()));
            table.line.append_value(file.line(reference.range.start()));
            let lookup = file.resolver.lookup(reference.name, reference.site);
            let mut row = TargetRow::default();
            let mut path = None;
            let mut builtin = String::new();
            let mut import_id = None;
            let mut binding_scope = None;
            match lookup {
                Lookup::Bound {
                    scope,
                    target,
                    candidates,
                } => {
                    binding_scope = Some(scope.as_str());
                    row.candidates = candidates;
                    match target {
                        Target::Definition(definition) => row.definition(file, definition),
                        Target::Import(import) => {
                            row.resolution = Some("import");
                            import_id = Some(file.ids.imports[import.index()].as_str());
                            path.clone_from(&model.imports[import.index()].bound_path);
                        }
                    }
                }
                Lookup::Star => {
                    row.resolution = Some("import");
                    row.candidates = 1;
                    path = Some(file.resolver.star_path(reference.name));
                }
                Lookup::Builtin => {
                    row.resolution = Some("builtin");
                    row.candidates = 1;
                    row.kind = Some("builtin");
                    builtin.push_str("builtins.");
                    builtin.push_str(model.names.written(reference.name));
                    row.qualified_name = Some(&builtin);
                }
                Lookup::ModuleAttribute => {
                    row.resolution = Some("builtin");
                    row.candidates = 1;
                    row.kind = Some("module_attribute");
                }
                Lookup::Unbound => {}
            }
            row.symbol_id = path.as_deref().map(|path| symbols.id(path));
            table.binding_scope.append_option(binding_scope);
            table.import_id.append_option(import_id);
            row.append(target_columns!(table));
            table.candidates.append_value(row.candidates);
        }
    }

    fn imports(&mut self, file: &ParsedFile<'_, '_>, symbols: &mut KnownSymbols<'_>) {
        let table = &mut self.imports;
        file.share(&mut table.file_id, &mut table.path);
        let names = &file.resolver.model.names;
        for (index, import) in file.resolver.model.imports.iter().enumerate() {
            table.import_id.append(&file.ids.imports[index]);
            table.file_id.append_shared();
            table.path.append_shared();
            table.scope_def_id.append(file.definition_id(import.owner));
            table.ast_parent_id.append(file.parent_id(import.parent));
            table.module.append_option(import.module.as_deref());
            table
                .level
                .append_value(i32::try_from(import.level).unwrap_or(i32::MAX));
            table.name.append_option(import.name.as_deref());
            table.alias.append_option(import.alias.as_deref());
            table
                .bound_name
                .append_option(import.bound.map(|name| names.written(name)));
            table.is_star.append_value(import.is_star);
            table
                .resolved_module
                .append_option(import.resolved_module.as_deref());
            let symbol_id = import.path.as_deref().map(|path| symbols.id(path));
            table.symbol_id.append_option(symbol_id);
            table.bstart.append_value(offset(import.range.start()));
            table.bend.append_value(offset(import.range.end()));
            table.line.append_value(file.line(import.range.start()));
            table.end_line.append_value(file.last_line(import.range));
        }
    }

    fn calls(&mut self, file: &ParsedFile<'_, '_>, symbols: &mut KnownSymbols<'_>) {
        let table = &mut self.calls;
        file.share(&mut table.file_id, &mut table.path);
        let model = file.resolver.model;
        for (index, call) in model.calls.iter().enumerate() {
            table.call_id.append(&file.ids.calls[index]);
            table.file_id.append_shared();
            table.path.append_shared();
            table
                .caller_def_id
                .append(file.definition_id(model.scope(call.site.scope).owner));
            table.ast_parent_id.append(file.parent_id(call.parent));
            table
                .callee_text
                .append_option(file.short_text(call.callee.range));
            let name = match (call.callee.attributes.last(), call.callee.root) {
                (Some(name), _) => Some(*name),
                (None, Root::Name(name)) => Some(name),
                (None, _) => None,
            };
            let name = name.map(|name| model.names.written(name));
            table.callee_name.append_option(name);
            table.positional_args.append_value(call.positional);
            table.keyword_args.append_value(call.keywords);
            table.has_star_args.append_value(call.has_star);
            let resolved = file.resolver.dotted(&call.callee, call.site);
            let row = TargetRow::of(file, &resolved, symbols);
            row.append(target_columns!(table));
            table.candidates.append_value(row.candidates);
            table.reason.append_option(row.reason);
            table.bstart.append_value(offset(call.range.start()));
            table.bend.append_value(offset(call.range.end()));
            table.line.append_value(file.line(call.range.start()));
            table.end_line.append_value(file.last_line(call.range));
        }
    }

    fn bases(&mut self, file: &ParsedFile<'_, '_>, symbols: &mut KnownSymbols<'_>) {
        let table = &mut self.bases;
        file.share(&mut table.file_id, &mut table.path);
        for base in &file.resolver.model.bases {
            table.class_def_id.append(file.definition_id(base.class));
            table.file_id.append_shared();
            table.path.append_shared();
            table.position.append_value(base.position);
            table
                .base_text
                .append_option(file.short_text(base.expression.range));
            let resolved = file.resolver.dotted(&base.expression, base.site);
            let row = TargetRow::of(file, &resolved, symbols);
            row.append(target_columns!(table));
            table.candidates.append_value(row.candidates);
            table.reason.append_option(row.reason);
            table
                .bstart
                .append_value(offset(base.expression.range.start()));
            table.bend.append_value(offset(base.expression.range.end()));
            table
                .line
                .append_value(file.line(base.expression.range.start()));
        }
    }
}

/// The columns that say what a row points to.
#[derive(Debug, Default)]
struct TargetRow<'r> {
    resolution: Option<&'r str>,
    definition: Option<&'r str>,
    kind: Option<&'r str>,
    qualified_name: Option<&'r str>,
    symbol_id: Option<i32>,
    reason: Option<&'r str>,
    candidates: i32,
}

/// Their builders.
struct TargetColumns<'t> {
    resolution: &'t mut Text,
    definition: &'t mut Text,
    kind: &'t mut Text,
    qualified_name: &'t mut Text,
    symbol_id: &'t mut Int32Builder,
}

impl<'r> TargetRow<'r> {
    fn of(
        file: &ParsedFile<'r, '_>,
        resolved: &'r Resolved,
        symbols: &mut KnownSymbols<'_>,
    ) -> Self {
        let mut row = Self::default();
        match resolved {
            Resolved::Definition {
                definition,
                candidates,
            } => {
                row.candidates = *candidates;
                row.definition(file, *definition);
            }
            Resolved::Path {
                path,
                resolution,
                candidates,
            } => {
                row.symbol_id = Some(symbols.id(path));
                row.resolution = Some(resolution);
                row.candidates = *candidates;
            }
            Resolved::Builtin(name) => {
                row.resolution = Some("builtin");
                row.kind = Some("builtin");
                row.qualified_name = Some(name);
                row.candidates = 1;
            }
            Resolved::Failed(reason) => row.reason = Some(reason),
        }
        row
    }

    fn definition(&mut self, file: &ParsedFile<'r, '_>, definition: DefinitionId) {
        self.resolution = Some("scope");
        self.definition = Some(file.definition_id(definition));
        self.kind = Some(file.resolver.model.definition(definition).kind.as_str());
        self.qualified_name = Some(&file.qualified_names[definition.index()]);
    }

    fn append(&self, columns: &mut TargetColumns<'_>) {
        columns.resolution.append_option(self.resolution);
        columns.definition.append_option(self.definition);
        columns.kind.append_option(self.kind);
        columns.qualified_name.append_option(self.qualified_name);
        columns.symbol_id.append_option(self.symbol_id);
    }
}

impl<'r> ParsedFile<'r, '_> {
    fn share(&self, file_id: &mut Text, path: &mut Text) {
        file_id.share(self.file_id);
        path.share(self.path);
    }

    fn definition_id(&self, definition: DefinitionId) -> &'r str {
        &self.ids.definitions[definition.index()]
    }

    fn parent_id(&self, parent: Parent) -> &'r str {
        match parent {
            Parent::Definition(definition) => self.definition_id(definition),
            Parent::Call(call) => &self.ids.calls[call.index()],
        }
    }

    fn line(&self, at: TextSize) -> i32 {
        small(self.lines.line_index(at).get())
    }

    fn last_line(&self, range: TextRange) -> i32 {
        let last = if range.is_empty() {
            range.end()
        } else {
            range.end() - TextSize::from(1)
        };
        self.line(last)
    }

    fn short_text(&self, range: TextRange) -> Option<&'r str> {
        self.text
            .get(std::ops::Range::<usize>::from(range))
            .filter(|text| text.len() <= LONGEST_TEXT && !text.contains(['\n', '\r']))
    }
}

/// The dotted name of each definition: `<locals>` stands between a function and what its scope binds, as in `__qualname__`.
pub(crate) fn qualified_names(model: &Model<'_>, module: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(model.definitions.len());
    for definition in &model.definitions {
        let name = if definition.kind == DefinitionKind::Module {
            module.to_owned()
        } else {
            let owner = &names[definition.owner.index()];
            let separator = match model.definition(definition.owner).kind {
                DefinitionKind::Function | DefinitionKind::Lambda => ".<locals>.",
                _ => ".",
            };
            [owner, separator, model.names.written(definition.name)].concat()
        };
        names.push(name);
    }
    names
}
