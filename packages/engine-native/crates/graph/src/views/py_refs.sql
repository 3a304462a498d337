-- One row for each use of a name, with what it stands for in this file or, through imports, in another one.
SELECT
    r.file_id, r.path, r.name, r.context, r.scope_def_id,
    r.bstart, r.bend, r.line,
    r.binding_scope,
    CASE
        WHEN s.outcome = 'builtin' THEN 'builtin'
        -- An import that leads nowhere still binds its name; a star import that does not bring the name does not.
        WHEN s.outcome = 'failed' AND r.import_id IS NULL THEN NULL
        ELSE r.resolution
    END AS resolution,
    coalesce(r.target_def_id, s.target_def_id) AS target_def_id,
    coalesce(r.target_kind, s.target_kind) AS target_kind,
    coalesce(r.target_qualified_name, s.target_qualified_name) AS target_qualified_name,
    r.import_id,
    r.candidates
FROM extracted_symbols AS s
RIGHT JOIN extracted_refs AS r ON r.symbol_id = s.symbol_id
