-- One row for each imported name, with the module or definition that it brings in.
SELECT
    i.import_id, i.file_id, i.path, i.scope_def_id, i.ast_parent_id,
    i.module, i.level, i.name, i.alias, i.bound_name, i.is_star, i.resolved_module,
    CASE s.outcome
        WHEN 'internal' THEN 'internal'
        WHEN 'external' THEN 'external'
        ELSE 'unresolved'
    END AS resolution,
    s.target_def_id, s.target_kind, s.target_qualified_name, s.target_module_def_id,
    i.bstart, i.bend, i.line, i.end_line
FROM extracted_symbols AS s
RIGHT JOIN extracted_imports AS i ON i.symbol_id = s.symbol_id
