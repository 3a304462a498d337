-- The nodes of the graph.
SELECT
    file_id AS node_id, 'FILE' AS node_kind, path AS name, path AS qualified_name, path, file_id,
    CAST(0 AS BIGINT) AS bstart, coalesce(text_bytes, size_bytes) AS bend,
    CAST(1 AS INT) AS line, greatest(coalesce(lines, CAST(1 AS INT)), CAST(1 AS INT)) AS end_line
FROM repo_files
UNION ALL
SELECT
    def_id,
    CASE def_kind
        WHEN 'module' THEN 'NAMESPACE_BLOCK'
        WHEN 'class' THEN 'TYPE_DECL'
        WHEN 'parameter' THEN 'METHOD_PARAMETER_IN'
        ELSE 'METHOD'
    END,
    name, qualified_name, path, file_id, bstart, bend, line, end_line
FROM py_defs
WHERE def_kind <> 'variable'
UNION ALL
SELECT
    import_id, 'IMPORT', coalesce(bound_name, '*'), coalesce(target_qualified_name, resolved_module),
    path, file_id, bstart, bend, line, end_line
FROM py_imports
UNION ALL
SELECT
    call_id, 'CALL', callee_name, target_qualified_name, path, file_id, bstart, bend, line, end_line
FROM py_calls
